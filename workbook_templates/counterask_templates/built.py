"""The built workbooks: a new quote is a copy of one of them, and nothing is drawn again.

They lie beside the package in a checkout, and inside it in an installed one; a test holds that they are what the code draws.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from counterask.inputs.language import ENGLISH, Texts, texts_in

_PACKAGE = Path(__file__).resolve().parent
QUOTE_FILES = {"plain": "quote.xlsx", "classic": "quote.xlsm", "lite": "quote_lite.xlsx"}
"""The empty quote of each host family."""
LIMITS_FILE = "limits.xlsx"
"""The manager's empty limits workbook."""


_SPEC = __spec__


@cache
def sheet_texts(language: str) -> Texts:
    """The texts of the sheets in a language, those of the engine included; none for English."""
    return Texts.of_package(_SPEC, language, texts_in(language))


def name_in(name: str, language: str) -> str:
    """The name of a built workbook in a language: quote_de.xlsx."""
    stem, _, ending = name.rpartition(".")
    return name if language == ENGLISH else f"{stem}_{language}.{ending}"


def built_workbook(name: str, language: str = ENGLISH) -> Path:
    """The path of a built workbook, one of `QUOTE_FILES` or `LIMITS_FILE`, in one of `LANGUAGES`.

    Raises FileNotFoundError where it is missing."""
    name = name_in(name, language)
    for path in (_PACKAGE / "built" / name, _PACKAGE.parent / name):
        if path.is_file():
            return path
    remedy = "Install counterask again, or in a checkout run: python -m counterask_addin.build"
    raise FileNotFoundError(f"{name}: this built workbook is missing. {remedy}")
