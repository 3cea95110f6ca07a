"""The first import in the Python that Excel for Windows starts: xlwings without the libraries that no function of ours needs.

xlwings imports pandas, matplotlib and others wherever they are installed, which takes seconds and 160 MB. They are kept out
while xlwings is imported, and can be imported as always afterwards.
"""

from __future__ import annotations

import sys

KEPT_OUT = ("matplotlib", "pandas", "PIL", "plotly", "polars")


def import_xlwings() -> None:
    """Import xlwings without the libraries in KEPT_OUT, those excepted that are loaded already."""
    absent = [name for name in KEPT_OUT if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: Python says that there is no such module
    try:
        import xlwings.utils  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]


import_xlwings()
if sys.platform == "win32":
    from counterask_addin.excel.classic_values import read_exactly

    read_exactly()
