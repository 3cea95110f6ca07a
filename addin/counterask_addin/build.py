"""Builds every workbook from source, one for each family of hosts, byte for byte the same each time:

python -m counterask_addin.build
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import counterask
from counterask import functions
from counterask.inputs.language import ENGLISH
from counterask.inputs.levers import LANGUAGES
from counterask.reference import functions_page
from counterask_templates import build as templates
from counterask_templates.built import QUOTE_FILES, name_in
from counterask_templates.pen import CLASSIC, LITE
from counterask_templates.tables import Document

from .excel.macro_workbook import build_xlsm, classic_modules
from .excel.xlwings_vba import xlwings_version
from .lite.embed import build_lite, lite_requirements
from .lite.main_py import counterask_main_py, embedded_digest, package_files


def draw_classic(document: Document | None = None, name: str = "quote.xlsm", language: str = ENGLISH) -> bytes:
    """A quote for Excel for Windows, as bytes: the wrappers of the functions and the ribbon inside.

    name : the file name that the workbook will have. language : one of `LANGUAGES`. Raises what `draw_quote` raises.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, target = Path(folder) / "plain.xlsx", Path(folder) / name
        plain.write_bytes(templates.draw_quote(document, family=CLASSIC, language=language))
        build_xlsm(plain, target, classic_modules(name))
        return target.read_bytes()


def draw_lite(document: Document | None = None, language: str = ENGLISH) -> bytes:
    """A quote for xlwings Lite (Mac, web, Windows), as bytes: our package inside, readable. Raises what `draw_quote` raises."""
    names = [entry.name for entry in functions.catalogue()]
    with tempfile.TemporaryDirectory() as folder:
        plain, target = Path(folder) / "plain.xlsx", Path(folder) / "lite.xlsx"
        digest = embedded_digest(package_files(Path(counterask.__file__).parent))
        plain.write_bytes(templates.draw_quote(document, family=LITE, code_digest=digest, language=language))
        build_lite(plain, target, {"main.py": counterask_main_py()}, lite_requirements(xlwings_version()), names)
        return target.read_bytes()


def build(root: Path) -> list[Path]:
    """Write every workbook and the page of the functions below the root of a checkout. Returns their paths."""
    made = {root / "docs" / "functions.md": functions_page().encode()}
    for language in LANGUAGES:
        classic, lite = (root / "workbook_templates" / name_in(QUOTE_FILES[one], language) for one in (CLASSIC, LITE))
        made |= {classic: draw_classic(language=language), lite: draw_lite(language=language)}
    for path, content in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return [*templates.build_workbooks(root), *made]


if __name__ == "__main__":
    for written in build(Path(__file__).resolve().parents[2]):
        print(written)
