"""Results as a quote in another language shows them: each text of a table in that language, numbers as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..inputs.language import ENGLISH, texts_in


def said(text: str, language: str) -> str:
    """A text of a result in one of `LANGUAGES`."""
    return texts_in(language).say(text)


def rows_in(rows: Sequence[Sequence[Any]], language: str) -> list[list[Any]]:
    """The rows of a table of results in one of `LANGUAGES`."""
    if language == ENGLISH:
        return [list(row) for row in rows]
    texts = texts_in(language)
    return [[texts.say(cell) if type(cell) is str else cell for cell in row] for row in rows]
