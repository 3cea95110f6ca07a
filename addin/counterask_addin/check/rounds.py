"""The rounds of a quote: rows that are not as they were recorded, and rounds that are another quote's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from counterask.seals.approvals import words_of

from ..seals.recording import TO_RESTORE, fault_words, rounds_in
from .finding import Finding, Severity

if TYPE_CHECKING:
    from ..workbooks.quote_file import QuoteFile

EDITED_ROUND, FOREIGN_ROUND = "round edited", "round of another quote"


def round_findings(file: QuoteFile) -> Iterator[Finding]:
    """What is wrong with the recorded rounds; nothing where there are none."""
    found = rounds_in(file)
    for where, words in fault_words(file, found):
        yield Finding(EDITED_ROUND, Severity.WRONG, where, f"{words}. {TO_RESTORE}")
    own = words_of(file.quote.header)
    for one, quote in zip(found.rounds, found.quotes, strict=True):
        if quote != own:
            words = f'was recorded in "{quote[:80]}", and this quote is "{own[:80]}"'
            yield Finding(FOREIGN_ROUND, Severity.LOOK, f"Rounds · round {one.number}", words)
