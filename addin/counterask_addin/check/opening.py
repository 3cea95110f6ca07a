"""The opening against the standard: what it gave before the first trade, each level at its cell, and who has to agree to it.

A level that somebody above the rep must agree to is a finding until an approval of the opening holds; a level beyond a hard stop
always is. So are inputs of a line that are not those of the price book, and lines that name no product of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from counterask.inputs.labels import label_of, level_words
from counterask.result_tables.notes import restarts
from counterask.verdicts.limits import Authority
from counterask.verdicts.opening import is_off_book

from .finding import Finding, Severity
from .places import headline_place, opening_place

if TYPE_CHECKING:
    from counterask.inputs.price_book import PriceBook
    from counterask.inputs.terms import Line
    from counterask.reading.quote import Quote
    from counterask.verdicts.opening import Opening, OpeningRow

    from ..workbooks.quote_file import QuoteFile

OPENING, OPENING_BLOCKED, OFF_BOOK = "opening beyond the rep", "opening blocked", "not from the price book"
TYPED = "fact without a record"
RESTARTS = "lines overlap"
_AGREED = frozenset({"concession", "trade"})
"""Events in the client history of somebody who is a client already."""


def opening_findings(file: QuoteFile, found: Opening | None, judged: Quote) -> Iterator[Finding]:
    """What has to be agreed to in the opening and is not. found : by the limits that count; None where there are none.

    judged : the quote by those limits, with `is_opening_approved` where an approval of the opening holds.
    """
    if found is None:
        return
    is_approved, told = judged.is_opening_approved, Authority.REP
    for row in found.rows:
        if row.authority == Authority.REP or (is_approved and row.authority != Authority.NOBODY):
            continue
        told = max(told, row.authority)
        yield Finding(_kind(row), Severity.WRONG, opening_place(file, row.lever, row.line), _words(row), _finite(row.value))
    yield from _better_than_the_book(file, found, judged)
    if is_approved:
        return
    book, needed = judged.price_book, judged.policy.off_book_authority
    lines = judged.deal.lines
    for place, line in enumerate(lines) if book is not None and needed > Authority.REP else ():
        if words := _whose_product(lines, place, book):
            told = max(told, needed)
            words = f"{line.name} {words}; {_needs(needed)}"
            yield Finding(OFF_BOOK, Severity.WRONG, opening_place(file, "product", line.name), words)
    is_only_blank = math.isnan(found.gave) and not found.note and bool(judged.unknown())  # each blank is a finding of its own
    if found.authority > told and not is_only_blank:
        gave = "" if math.isnan(found.gave) else f" gave {-found.gave:,.2f} against the standard and"
        why = f" ({found.note})" if found.note else ""
        words = f"the opening as a whole{gave} {_needs(found.authority)}{why}; there is no approval that holds"
        yield Finding(OPENING, Severity.WRONG, headline_place(file, 0, 1), words, _finite(found.gave))


def _whose_product(lines: Sequence[Line], place: int, book: PriceBook | None) -> str:
    """What is wrong with the product of a line, in words, or ""."""
    if book is None or not is_off_book(book, lines, place):
        return ""
    line, compared = lines[place], book.compared_with(lines, place)
    if compared is None:
        return "names no product of the price book, so nobody vouches for its cost"
    if book.promised(line) is not None:
        return f'has the name of the product "{compared.name}" and the price of "{line.product}"; it is compared with the first'
    return f'takes over from the dearer product "{compared.name}" as "{line.product}"; it is compared with the first'


def tenure_findings(file: QuoteFile, judged: Quote) -> Iterator[Finding]:
    """A client who is typed as new and has agreements in the client history."""
    if judged.deal.terms.client_tenure_months == 0.0 and any(row.event in _AGREED for row in judged.history):
        words = "Client tenure is 0, as for a new client, but the client history has agreements. Enter the months since the first"
        yield Finding(TYPED, Severity.LOOK, opening_place(file, "client_tenure_months", None), words)


def restart_findings(file: QuoteFile, judged: Quote) -> Iterator[Finding]:
    """Lines whose ramp, free months or discount start again because they overlap an earlier line of their product."""
    for line, words in restarts(judged.deal):
        yield Finding(RESTARTS, Severity.LOOK, opening_place(file, "start_month", line), words)


def _better_than_the_book(file: QuoteFile, found: Opening, judged: Quote) -> Iterator[Finding]:
    """Costs and ramps of a product that open better for us than in the price book: no client signs them, and they raise the value
    of the deal and of what is asked for in return."""
    if judged.price_book is None:
        return
    lines, book = judged.deal.lines, judged.price_book
    products = {line.name: book.compared_with(lines, place) for place, line in enumerate(lines)}
    for row in found.rows:
        product = products.get(row.line or "")
        if row.is_given or row.is_off_book or product is None or math.isnan(level := product.level(row.lever)):
            continue
        if row.opening == level:
            continue
        words = f"{label_of(row.lever)} of {row.line} is {level_words(row.lever, row.opening)}, "
        words += f"{level_words(row.lever, level)} in the price book: the deal looks better by that. Ask what it rests on"
        amount = None if _finite(row.value) is None else -row.value
        yield Finding(OFF_BOOK, Severity.LOOK, opening_place(file, row.lever, row.line), words, amount)


def _kind(row: OpeningRow) -> str:
    if row.is_off_book:
        return OFF_BOOK
    return OPENING_BLOCKED if row.authority == Authority.NOBODY else OPENING


def _words(row: OpeningRow) -> str:
    whose = f"{label_of(row.lever)}{f' of {row.line}' if row.line else ''}"
    standard, opening = (level_words(row.lever, level) for level in (row.standard, row.opening))
    if row.is_off_book:
        return f"{whose} is {opening}, {standard} in the price book; {_needs(row.authority)}"
    return f"{whose} opens at {opening}, the standard is {standard}; {_needs(row.authority)}"


def _needs(authority: Authority) -> str:
    return "nobody may agree to it" if authority == Authority.NOBODY else f"needs {authority}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
