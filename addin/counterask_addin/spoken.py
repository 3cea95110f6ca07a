"""What commands print, in the language of the quote: the table of texts of this package, on top of that of the sheets."""

from __future__ import annotations

from functools import cache

from counterask.inputs.language import ENGLISH, Texts, number_in_german
from counterask_templates.built import sheet_texts

_SPEC = __spec__


@cache
def command_texts(language: str) -> Texts:
    """The texts of commands in one of `LANGUAGES`, with those of sheets and results; none for English."""
    return Texts.of_package(_SPEC, language, sheet_texts(language))


def digits(number: str, language: str) -> str:
    """A formatted number with the marks of a language."""
    return number if language == ENGLISH else number_in_german(number)
