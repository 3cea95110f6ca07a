"""Builds every workbook from source, one for each family of hosts, byte for byte the same each time:

python -m counterask_addin.build
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import counterask
from counterask import functions
from counterask.reference import functions_page
from counterask_templates import build as templates
from counterask_templates.pen import CLASSIC, LITE
from counterask_templates.tables import Document

from .excel.macro_workbook import build_xlsm, classic_modules
from .excel.xlwings_vba import xlwings_version
from .lite.embed import build_lite, lite_requirements
from .lite.main_py import counterask_main_py, embedded_digest, package_files


def draw_classic(document: Document | None = None, name: str = "quote.xlsm") -> bytes:
    """A quote for Excel for Windows, as bytes: the wrappers of the functions and the ribbon inside.

    name : the file name that the workbook will have. Raises what `draw_quote` raises.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, target = Path(folder) / "plain.xlsx", Path(folder) / name
        plain.write_bytes(templates.draw_quote(document, family=CLASSIC))
        build_xlsm(plain, target, classic_modules(name))
        return target.read_bytes()


def draw_lite(document: Document | None = None) -> bytes:
    """A quote for xlwings Lite (Mac, web, Windows), as bytes: our package inside, readable. Raises what `draw_quote` raises."""
    names = [entry.name for entry in functions.catalogue()]
    with tempfile.TemporaryDirectory() as folder:
        plain, target = Path(folder) / "plain.xlsx", Path(folder) / "lite.xlsx"
        digest = embedded_digest(package_files(Path(counterask.__file__).parent))
        plain.write_bytes(templates.draw_quote(document, family=LITE, code_digest=digest))
        build_lite(plain, target, {"main.py": counterask_main_py()}, lite_requirements(xlwings_version()), names)
        return target.read_bytes()


def build(root: Path) -> list[Path]:
    """Write every workbook and the page of the functions below the root of a checkout. Returns their paths."""
    made = {
        root / "workbook_templates" / "quote.xlsm": draw_classic(),
        root / "workbook_templates" / "quote_lite.xlsx": draw_lite(),
        root / "docs" / "functions.md": functions_page().encode(),
    }
    for path, content in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return [*templates.build_workbooks(root), *made]


if __name__ == "__main__":
    for written in build(Path(__file__).resolve().parents[2]):
        print(written)
