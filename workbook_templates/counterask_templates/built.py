"""The built workbooks: a new quote is a copy of one of them, and nothing is drawn again.

They lie beside the package in a checkout, and inside it in an installed one; a test holds that they are what the code draws.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
QUOTE_FILES = {"plain": "quote.xlsx", "classic": "quote.xlsm", "lite": "quote_lite.xlsx"}
"""The empty quote of each host family."""
LIMITS_FILE = "limits.xlsx"
"""The manager's empty limits workbook."""


def built_workbook(name: str) -> Path:
    """The path of a built workbook, one of `QUOTE_FILES` or `LIMITS_FILE`. Raises FileNotFoundError where it is missing."""
    for path in (_PACKAGE / "built" / name, _PACKAGE.parent / name):
        if path.is_file():
            return path
    remedy = "Install counterask again, or in a checkout run: python -m counterask_addin.build"
    raise FileNotFoundError(f"{name}: this built workbook is missing. {remedy}")
