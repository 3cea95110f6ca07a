"""What the functions of the catalogue are handed: ranges as a quote and its ledger, each read and valued once.

A workbook asks many functions about the same ranges; what was read of them last is kept.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, Generic, TypeVar

from .counter_asks.shown import Context, ShownLedger, SignedCells, shown_ledger
from .inputs.levers import LANGUAGES
from .inputs.terms import Deal
from .reading.cells import Fault, day, is_blank, text
from .reading.problems import Problem
from .reading.quote import Memory, Quote, read_quote, with_history
from .reading.stakeholders import Stakeholder, read_stakeholders
from .reading.tables import TABLES, Table
from .seals.approvals import OPENING
from .seals.seal import TABLES as SEALED
from .seals.seal import SealStatus, scopes_of, seal_status, sealed_limits
from .seals.trust import Trust, trust_here
from .verdicts.ledger import Ledger, ledger
from .verdicts.limits import Limits

CHECK = "CHECK: "
"""What begins a result that says what is wrong with the input."""

REMEMBERED = 16
"""Quotes that are kept. A workbook asks about its own, with its history and without, and about that of its Self-test."""

_MEMORY: Memory = {}
"""What was read from the tables that most edits of a quote leave as they are: limits, assumptions, policy and price book."""
_TRADES_TABLE = TABLES.index("Trades")
T = TypeVar("T")


def language_of(cell: object) -> tuple[str, str]:
    """The language that a cell names, the first of `LANGUAGES` where it is blank; and what is wrong with it, or ""."""
    named = text(cell) or LANGUAGES[0]
    return named, "" if named in LANGUAGES else f"{CHECK}language: found {named}, expected {' or '.join(LANGUAGES)}."


def is_unnamed(trade: object) -> bool:
    """Whether no trade is named: some hosts hand a blank cell over as 0."""
    return is_blank(trade) or text(trade) == "0"


def today_of(as_of: object) -> date | Fault:
    found = day(as_of)
    return found if isinstance(found, Fault) else (found or date.today())


def quote_from_ranges(
    lines: Any, terms: Any, trades: Any, limits: Any, assumptions: Any, policy: Any,
    history: Any = None, price_book: Any = None, segment: Any = None, currency: Any = None,
) -> Quote:  # fmt: skip
    """A quote from ranges. An empty limits, policy, history or price book range says nothing of them."""
    ranges = (lines, terms, trades, limits, assumptions, policy, None, price_book)
    named, money = ("" if one == 0 else text(one) for one in (segment, currency))  # some hosts hand a blank cell over as 0
    quote = _read(named, money, *map(frozen, ranges))
    return _with_history(Same(quote), frozen(history)) if has_cells(range_rows(history)) else quote


def checked_quote(
    ranges: Sequence[Any], as_of: object, seal: Any, history: Any = None, price_book: Any = None, segment: Any = None,
    currency: Any = None, approvals: Any = None,
) -> Quote:  # fmt: skip
    """The quote in six ranges, its history and price book, its limits as far as their seal lets anybody rely on them.

    approvals : where they are handed over, the quote says whether its opening is approved.
    """
    lines, terms, trades, limits, assumptions, policy = ranges
    quote = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, history, price_book, segment, currency)
    today, trust = today_of(as_of), trust_here()
    if isinstance(today, Fault):
        return quote
    if trust.is_set_up or has_cells(range_rows(seal)):
        given = tuple(frozen(cells) or _BLANK for cells in (limits, assumptions, policy, price_book))
        scopes = scopes_of(quote.policy.currency, quote.segment)
        held = sealed_limits(quote.limits, status_of_seal(given, frozen(seal), today, scopes, trust))
        quote = quote if held is None or held.lapses((), today) is None else _under_fault(Same(quote), held)
    if not any(text(row[0]) == OPENING for row in range_rows(approvals) if row):
        return quote
    compared = tuple(map(frozen, (*ranges, history, price_book)))
    return _with_opening(Same(quote), today, (frozen(approvals), frozen(seal), compared, trust))


@lru_cache(maxsize=REMEMBERED)
def status_of_seal(
    ranges: Sequence[_Frozen], seal: _Frozen, today: date, scopes: tuple[str, ...] | None, trust: Trust
) -> SealStatus:
    """What can be said of a seal on a day. ranges : of the sealed tables, in the order of `seal.TABLES`; one without rows is not
    compared. scopes : as of `seal_status`. trust : of this host; here it only tells apart what was answered before. Most edits of
    a quote leave this as it is."""
    tables = {name: Table.of_range(name, _cells(rows)) for name, rows in zip(SEALED, ranges, strict=True) if rows}
    return seal_status(_cells(seal), tables, today, scopes)


@lru_cache(maxsize=REMEMBERED)
def _with_opening(same: Same[Quote], today: date, signed: _Signed) -> Quote:
    """A quote that says whether its opening is approved."""
    fatal = _fatal(same.it)
    is_approved = not fatal and _shown(same, today, None, signed).quote.is_opening_approved
    return replace(same.it, is_opening_approved=True) if is_approved else same.it


def _fatal(quote: Quote) -> list[Problem]:
    """What is wrong with the whole of a quote, and not with one of its trades."""
    return [problem for problem in quote.problems if problem.order[0] != _TRADES_TABLE or problem.order[1] == 0]


@lru_cache(maxsize=REMEMBERED)
def _under_fault(same: Same[Quote], limits: Limits) -> Quote:
    """A quote with limits that do not hold."""
    return replace(same.it, limits=limits)


_Odd = tuple[int, int, type, object]
"""A cell that is no number, text, truth value or blank, with its row and column: some hosts hand over dates."""
_Frozen = tuple[()] | tuple[bytes, tuple[_Odd, ...]]
"""A range as something that can be looked up: its cells as bytes, and those that cannot be written so."""
_PLAIN = frozenset({float, str, int, bool, type(None)})
_NAMES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "History", "Price_book")
_BESIDE = frozenset({"History", "Price_book"})
"""Ranges that an approval is compared with only where they are handed over."""
_WRITTEN = 2
"""The version of marshal: later ones write the same cells in different ways."""


def frozen(cells: Any) -> _Frozen:
    """A range as something that can be looked up quickly; the type of each cell counts, for TRUE is not 1. () for a range without
    rows."""
    rows, odd = range_rows(cells), list[_Odd]()
    if not _PLAIN.issuperset(map(type, chain.from_iterable(rows))):
        odd = [(r, c, type(cell), cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if type(cell) not in _PLAIN]
        for r, c, _, _ in odd:
            rows[r][c] = None
    return (marshal.dumps(rows, _WRITTEN), tuple(odd)) if rows else ()


def _cells(rows: _Frozen) -> list[list[object]]:
    """The cells of a range that was looked up."""
    if not rows:
        return []
    written, odd = rows
    found: list[list[object]] = marshal.loads(written)
    for r, c, _, cell in odd:
        found[r][c] = cell
    return found


_BLANK: _Frozen = (marshal.dumps([[""]], _WRITTEN), ())


@lru_cache(maxsize=REMEMBERED)
def _read(segment: str, currency: str, *ranges: _Frozen) -> Quote:
    """The quote in ranges. A workbook asks many functions about the same ranges: they are read once."""
    tables = {}
    for name, cells in zip(_NAMES, ranges, strict=True):
        rows = _cells(cells)
        if has_cells(rows):
            tables[name] = Table.of_range(name, rows)
        elif name in ("Lines", "Terms", "Assumptions"):
            tables[name] = Table.of_range(name, [[""]])
    header = {"segment": segment, "currency": currency}
    return read_quote(tables, {name: value for name, value in header.items() if value}, _MEMORY)


@lru_cache(maxsize=REMEMBERED)
def _with_history(same: Same[Quote], history: _Frozen) -> Quote:
    """A quote with the history of its client."""
    return with_history(same.it, Table.of_range("History", _cells(history)))


def has_cells(rows: Sequence[Sequence[object]]) -> bool:
    """Whether anything is in a range."""
    return any(not is_blank(cell) for row in rows for cell in row)


def range_rows(cells: Any) -> list[list[object]]:
    """A range as a list of rows, whatever the host hands over for one cell or one row."""
    if cells is None:
        return []
    if not isinstance(cells, list | tuple):
        return [[cells]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in cells]


def problem_rows(problems: Sequence[Problem]) -> list[str]:
    return [f"{CHECK}{problem}" for problem in problems]


def padded(rows: Sequence[Sequence[Any]], height: int, width: int) -> list[list[Any]]:
    """Rows filled up with "" to a fixed size, which hosts with fixed arrays need."""
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    return full + [[""] * width for _ in range(height - len(full))]


def shown_quote(
    quote: Quote, as_of: object, stakeholders: Any = None, approvals: Any = None, seal: Any = None, ranges: Sequence[Any] = ()
) -> ShownLedger | list[str]:
    """The ledger as shown of the quote without trades that have a problem; or what is wrong with the whole.

    stakeholders, approvals : their ranges, where the notes are wanted. seal, ranges : the range `Seal`, and the six ranges with
    history and price book, which an approval is compared with.
    """
    today = today_of(as_of)
    if isinstance(today, Fault):
        return [f"{CHECK}as_of: {today.found}, expected {today.expected}. {today.remedy}"]
    if fatal := _fatal(quote):
        return problem_rows(fatal)
    if not ranges:
        return _shown(Same(quote), today, None, None)
    has_approvals = len(range_rows(approvals)) > 1
    signed = (frozen(approvals), frozen(seal), tuple(map(frozen, ranges)), trust_here()) if has_approvals else None
    return _shown(Same(quote), today, frozen(stakeholders), signed)


def shown_whole(quote: Quote, as_of: object) -> ShownLedger | list[str]:
    """The ledger as shown where every trade can be read; else what is wrong. For what is said of the deal as it stands: without
    a trade that cannot be read it would be a better deal than it is."""
    found = shown_quote(quote, as_of)
    return found if isinstance(found, list) or not quote.problems else problem_rows(quote.problems)


@dataclass(frozen=True)
class Same(Generic[T]):
    """Something that is looked up by being the same object."""

    it: T

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it


_Signed = tuple[_Frozen, _Frozen, tuple[_Frozen, ...], Trust]


@lru_cache(maxsize=REMEMBERED)
def _shown(same: Same[Quote], today: date, stakeholders: _Frozen | None, signed: _Signed | None) -> ShownLedger:
    """The ledger as shown of the quote without trades that have a problem, on a day."""
    sound, valued = _ledger_of(same, today)
    people = None if stakeholders is None else people_of(_cells(stakeholders), sound.deal)
    cells = None
    if signed is not None:
        approvals, seal, ranges, _ = signed
        named = zip(_NAMES, ranges, strict=True)
        tables = {name: Table.of_range(name, _cells(rows)) for name, rows in named if rows or name not in _BESIDE}
        cells = SignedCells(_cells(approvals), _cells(seal), tables)
    return shown_ledger(sound, Context(today, people, cells), valued)


@lru_cache(maxsize=REMEMBERED)
def _ledger_of(same: Same[Quote], today: date) -> tuple[Quote, Ledger]:
    """A quote without trades that have a problem, and its ledger on a day before notes and approvals."""
    quote = same.it
    sound = replace(quote, trades=tuple(trade for trade in quote.trades if not _faults_of(quote, trade.id)))
    return sound, ledger(sound.deal, sound.trades, sound.rules(today))


def people_of(stakeholders: Any, deal: Deal) -> tuple[Stakeholder, ...]:
    """The stakeholders of a range; what is wrong in it ranks nothing."""
    problems: list[Problem] = []
    rows = range_rows(stakeholders)
    return read_stakeholders(Table.of_range("Stakeholders", rows), deal, problems) if rows else ()


def _faults_of(quote: Quote, trade: str) -> list[Problem]:
    """The problems that stand in the rows of one trade."""
    rows = frozenset(quote.trade_places[trade].rows)
    return [problem for problem in quote.problems if problem.order[0] == _TRADES_TABLE and problem.order[1] in rows]
