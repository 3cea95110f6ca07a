"""What stands in a workbook of seals and approvals, and what can be said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from counterask.counter_asks.shown import SignedCells
from counterask.reading.cells import is_blank
from counterask.reading.problems import Problem, in_order
from counterask.reading.quote import Quote, read_quote
from counterask.reading.tables import TABLES as ALL_TABLES
from counterask.reading.tables import Table, plain
from counterask.seals.approvals import day_words, words_of
from counterask.seals.seal import OF_THE_QUOTE, TABLES, SealState, SealStatus, all_sealed, scopes_of, seal_status
from counterask.verdicts.limits import Limits, Policy

from ..errors import CannotRun
from ..workbooks.addresses import Rectangle
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.find_tables import find_table, header_text
from ..workbooks.grid import Grid
from ..workbooks.kinds import LIMITS_TABLES, no_limits
from ..workbooks.quote_file import QuoteFile, scopes_of_quote, table_in_workbook
from ..workbooks.read_cells import WorkbookCells, read_workbook
from .trust_store import set_up_trust


@dataclass(frozen=True)
class LimitsFile:
    """The sealed tables of a workbook, a limits workbook or a quote, and where they are.

    problems : what is wrong in them; where there is any, nothing may be sealed. scopes : the scopes that a quote goes by; None
    for a limits workbook, which is for no quote. has_seal : False for tables that no seal covers, such as those that were brought
    over from the first edition.
    """

    path: Path
    workbook: WorkbookCells
    rectangles: Mapping[str, Rectangle]
    tables: Mapping[str, Table]
    limits: Limits
    policy: Policy
    problems: tuple[Problem, ...]
    scopes: tuple[str, ...] | None = None
    has_seal: bool = True

    @property
    def seal_rows(self) -> list[list[object]] | None:
        """The range `Seal`, or None where the workbook has none."""
        return named_range_rows(self.workbook, "Seal") if self.has_seal else None

    def status(self, as_of: date | None = None) -> SealStatus:
        """What can be said of its seal, today unless a day is given."""
        set_up_trust()
        return seal_status(self.seal_rows, all_sealed(self.tables), as_of or date.today(), self.scopes)


def named_range_rows(workbook: WorkbookCells | None, name: str) -> list[list[object]] | None:
    """The cells of a named range, or None where there is no such name."""
    box = workbook.rectangle(name) if workbook is not None else None
    if workbook is None or box is None:
        return None
    return [list(row) for row in Grid.of(workbook, box).rows]


def open_limits(path: Path) -> LimitsFile:
    """The limits in a limits workbook or a quote. Raises CannotRun where it cannot be read or holds no limits."""
    try:
        workbook = read_workbook(path)
    except UnreadableWorkbook as error:
        raise CannotRun(str(error)) from error
    return limits_in(path, workbook)


def limits_in(path: Path, workbook: WorkbookCells) -> LimitsFile:
    """The limits in an opened workbook. Raises CannotRun where it holds none."""
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    rectangles: dict[str, Rectangle] = {}
    if not any(find_table(workbook, name) for name in LIMITS_TABLES):
        raise CannotRun(str(no_limits(path, workbook)))
    for name in TABLES:
        box = find_table(workbook, name)
        if box is None and name == "Price_book":  # a company may work without one
            continue
        if box is None:
            expected = "expected a limits workbook or a quote. Start from: counterask new"
            raise CannotRun(f"{path.name}: found no table {name}, {expected}")
        rectangles[name] = box
        tables[name] = table_in_workbook(workbook, name, box, ALL_TABLES.index(name), problems)
    quote = _alone(tables)
    scopes = _scopes_in(workbook, quote.policy) if find_table(workbook, "Trades") is not None else None
    found = in_order([*problems, *quote.problems])
    return LimitsFile(path, workbook, rectangles, tables, quote.limits or Limits(), quote.policy, found, scopes)


def _alone(tables: Mapping[str, Table]) -> Quote:
    """Sealed tables read without a quote, with the problems that they have themselves."""
    bare = {"Lines": [["line", "kind"]], "Terms": [["term", "opening"]]}
    made = {name: Table.of_range(name, rows) for name, rows in bare.items()}
    quote = read_quote({**made, **tables})
    ours = {ALL_TABLES.index(name) for name in TABLES}
    return replace(quote, problems=tuple(problem for problem in quote.problems if problem.order[0] in ours))


def with_tables(file: LimitsFile, tables: Mapping[str, Table]) -> LimitsFile:
    """The limits with other tables, which no seal covers, and the problems of those."""
    quote = _alone(tables)
    limits = quote.limits or Limits()
    return replace(file, tables=tables, limits=limits, policy=quote.policy, problems=quote.problems, has_seal=False)


def _scopes_in(workbook: WorkbookCells, policy: Policy) -> tuple[str, ...]:
    """The scopes that the quote in a workbook goes by."""
    words = {name: header_text(workbook, name) for name in ("currency", "segment")}
    return scopes_of(words["currency"] or policy.currency, words["segment"])


def all_tables(file: QuoteFile) -> dict[str, Table]:
    """The tables of a workbook, each cell with its place; none for JSON."""
    if file.workbook is None:
        return {}
    unread: list[Problem] = []
    boxes = dict(file.rectangles)
    for name in (*TABLES, "History"):  # a reader that was given other limits, or in a hurry, has not looked for them
        if name not in boxes and (box := find_table(file.workbook, name)) is not None:
            boxes[name] = box
    return {name: table_in_workbook(file.workbook, name, box, ALL_TABLES.index(name), unread) for name, box in boxes.items()}


def status_of(file: QuoteFile, as_of: date | None = None) -> SealStatus:
    """What can be said of the seal of a quote's limits, on the day it was read unless another is given. JSON has no seal.

    `fault` and `lapsed` say why no verdict can rest on the limits; `sentence` says the same to a person; `changes` names every
    cell that is not what was sealed.
    """
    if file.workbook is None:
        return SealStatus(SealState.NONE, "no seal: a deal in JSON has none")
    if as_of is None and file.seal is not None:
        return file.seal
    set_up_trust()
    rows, tables = named_range_rows(file.workbook, "Seal"), all_sealed(all_tables(file))
    return seal_status(rows, tables, as_of or date.today(), scopes_of_quote(file.quote))


def signed_cells_of(file: QuoteFile) -> SignedCells | None:
    """What the approvals in a quote are read from; None where it has none."""
    if file.workbook is None:
        return None
    rows = named_range_rows(file.workbook, "Approvals")
    if rows is None or all(is_blank(cell) for row in rows[1:] for cell in row):
        return None
    set_up_trust()
    return SignedCells(rows, seal_rows_of(file), all_tables(file))


def seal_rows_of(file: QuoteFile) -> list[list[object]]:
    """The range `Seal`, with what it repeats of the quote's header taken from that header: the cells may be typed over."""
    header = file.quote.header
    own: dict[str, object] = {
        "quote": words_of(header),
        "scopes": ";".join(scopes_of_quote(file.quote)),
        "valid_until": day_words(header.get("valid_until", "")),
    }
    taken = {plain(name) for name in OF_THE_QUOTE} - {plain("places")}
    rows = named_range_rows(file.workbook, "Seal") or []
    return [row for row in rows if plain(row[0]) not in taken] + [[name, words] for name, words in own.items()]
