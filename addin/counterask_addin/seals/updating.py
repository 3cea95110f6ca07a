"""A quote brought to the current limits, assumptions, policy and seal, and what that changes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.inputs.levers import LEVERS
from counterask.reading.limit_rows import LEVER_BY_WORD
from counterask.reading.quote import Quote
from counterask.reading.tables import TABLES as ORDER
from counterask.reading.tables import plain
from counterask.seals.seal import OF_THE_QUOTE, TABLES, all_sealed
from counterask.seals.sealed_values import CellChange, differences, sealed_values
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.limits import lapse_on
from counterask.verdicts.trades import ValuedTrade
from counterask_templates.layout import LIMITS_HELP_COLUMN

from ..errors import CannotRun
from ..workbooks.atomic import seen
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit
from ..workbooks.quote_file import inspect_quote, open_quote
from ..workbooks.valued_copy import SheetEdits
from .reading import LimitsFile, open_limits
from .trust_store import remember
from .writing import write_copy

_HELP = {lever.name: lever.quantity.help for lever in LEVERS}
_OWN_HELP = "A company lever."
_SEAL_FORMULAS = frozenset(map(plain, OF_THE_QUOTE))


@dataclass(frozen=True)
class Verdicts:
    """A trade whose verdict or whose authority the new limits change."""

    trade: str
    before: str
    after: str


@dataclass(frozen=True)
class Update:
    """What an update changed. changes : value by value. value : deal value now, money, before and after."""

    seal: str
    changes: tuple[CellChange, ...]
    currency: str
    value: tuple[float, float]
    value_now: tuple[float, float]
    verdicts: tuple[Verdicts, ...]
    warnings: tuple[str, ...]

    def sentences(self) -> list[str]:
        """For a person, a line each."""
        found = [f"Limits: {self.seal}"]
        found += [f"  {change}" for change in self.changes] or ["  No limit, assumption, policy or price differs."]
        for name, (before, after) in (("Opening deal value", self.value), ("Deal value now", self.value_now)):
            was = "unknown" if math.isnan(before) else f"{before:,.2f}"
            change = "" if math.isnan(before) else f" ({after - before:+,.2f})"
            found.append(f"{name}: {was} → {after:,.2f}{change} {self.currency}".rstrip())
        found += [f"{one.trade}: {one.before} → {one.after}" for one in self.verdicts] or ["No verdict changes."]
        return [*found, *self.warnings]

    def document(self, target: Path) -> dict[str, object]:
        """For a program."""
        return {
            "written": str(target),
            "seal": self.seal,
            "changes": [{"cell": one.place, "what": one.subject, "was": one.was, "is": one.now} for one in self.changes],
            "value": _pair(self.value),
            "value_now": _pair(self.value_now),
            "verdicts": [{"trade": one.trade, "before": one.before, "after": one.after} for one in self.verdicts],
        }


def _pair(value: tuple[float, float]) -> dict[str, float | None]:
    """Two amounts for a program; null for what is unknown."""
    before, after = (one if math.isfinite(one) else None for one in value)
    return {"before": before, "after": after}


def update_quote(path: Path, source: Path, target: Path, *, overwrite: bool) -> Update:
    """Write the quote with the limits of `source` to `target` (which may be the quote itself). Raises CannotRun with what stands
    against it: limits that cannot be relied on, or a quote that would have problems with them."""
    read, current = seen(path), open_limits(source)
    if current.problems:
        raise CannotRun(*(f"{source.name} · {problem}" for problem in current.problems))
    before, standing = _standing_quote(path), open_limits(path)
    status = replace(current, scopes=standing.scopes or ()).status()
    lapse = lapse_on(status.lapsed, date.today())
    if status.fault or lapse:
        raise CannotRun(f"{source.name}: {status.sentence}. Use the current sealed limits of this quote's scope.")
    edits = _table_edits(standing, current)
    after: list[Quote] = []

    def read_again(copy: Path) -> None:
        left = _unlike(current, open_limits(copy))
        if left:
            raise CannotRun(f"{path.name}: the updated copy is not what {source.name} says: {left}. Nothing was changed.")
        after.append(open_quote(copy).quote)

    warnings = write_copy(read, target, edits, overwrite=overwrite, check=read_again)
    if status.holds and (warning := remember(status.seal)):
        warnings = (*warnings, warning)
    then, now = _valued(before) if before else None, _valued(after[0])
    return Update(
        status.sentence,
        tuple(
            change
            for name, values in sealed_values(all_sealed(current.tables)).items()
            for change in differences(sealed_values(all_sealed(standing.tables))[name].rows, values)
        ),
        after[0].policy.currency,
        (then.value if then else math.nan, now.value),
        (then.value_now if then else math.nan, now.value_now),
        tuple(_verdicts(then, now)),
        warnings,
    )


def _unlike(current: LimitsFile, copy: LimitsFile) -> str:
    """The first value of a copy that is not the one it was to become, or ""."""
    wanted = sealed_values(all_sealed(current.tables))
    found = (
        change
        for name, values in sealed_values(all_sealed(copy.tables)).items()
        for change in differences(wanted[name].rows, values)
    )
    return str(next(found, ""))


def _valued(quote: Quote) -> Ledger:
    return shown_ledger(quote, Context(date.today())).ledger


def _standing_quote(path: Path) -> Quote | None:
    """The quote as it stands; None where its own limits cannot be read, which the new ones mend. Raises CannotRun where anything
    else is wrong."""
    file = inspect_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path.name}: is a deal in JSON. Bring a workbook up to date.")
    mended = {ORDER.index(name) for name in TABLES}
    return None if {problem.order[0] for problem in file.quote.problems} & mended else open_quote(path).quote


def _verdicts(then: Ledger | None, now: Ledger) -> list[Verdicts]:
    before = [_words(one) for one in then.trades] if then else ["cannot tell"] * len(now.trades)
    after = [(one.trade.id, _words(one)) for one in now.trades]
    return [Verdicts(trade, was, is_now) for was, (trade, is_now) in zip(before, after, strict=True) if was != is_now]


def _words(valued: ValuedTrade) -> str:
    return f"{valued.verdict}, for {valued.authority}" if valued.authority is not None else str(valued.verdict)


def _table_edits(standing: LimitsFile, current: LimitsFile) -> SheetEdits:
    """Every cell of the quote's tables and seal that is to become what the current ones say."""
    edits: SheetEdits = {}
    _put_rows("Limits", standing, current, edits)
    _put_help(standing, current, edits)
    if "Price_book" in current.tables or "Price_book" in standing.tables:
        _put_rows("Price_book", standing, current, edits)
    for name in ("Assumptions", "Policy"):
        put_pairs(name, standing, current.tables[name].rows, edits)
    put_seal(standing, current.seal_rows, edits)
    return edits


def _put_rows(name: str, standing: LimitsFile, current: LimitsFile, edits: SheetEdits) -> None:
    """The rows of a table, in the order of the current ones; the rest of the table is blanked."""
    new = current.tables[name].rows if name in current.tables else [[]]
    filled = _filled(new)
    if name not in standing.rectangles:
        if filled:
            raise CannotRun(f"{standing.path.name}: found no table {name} to write to. Start from a new workbook: counterask new")
        return
    box, rows = standing.rectangles[name], standing.tables[name].rows
    at = {plain(cell): place for place, cell in enumerate(rows[0]) if plain(cell)}
    named = standing.workbook.rectangle(name) or box
    room = named.bottom - named.top
    if len(filled) > room:
        raise CannotRun(f"{standing.path.name} · {box.sheet}: has room for {room} rows of {name}, not for {len(filled)}.")
    found = edits.setdefault(box.sheet, {})
    headers = new[0] or rows[0]
    for number in range(box.bottom - box.top):
        row = filled[number] if number < len(filled) else []
        for place, header in enumerate(headers):
            column = at.get(plain(header))
            if plain(header) and column is None:
                raise CannotRun(f'{standing.path.name} · {box.sheet}: found no column "{header}". Give the column its name back.')
            if column is not None:
                value = row[place] if place < len(row) else None
                found[box.top + 1 + number, box.left + column] = CellEdit(_cell(value), keep_formula=False)


def _filled(rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    return [row for row in rows[1:] if any(cell not in (None, "") for cell in row)]


def _put_help(standing: LimitsFile, current: LimitsFile, edits: SheetEdits) -> None:
    """What the lever of each row of Limits is, in the column beside it."""
    box, new = standing.rectangles["Limits"], current.tables["Limits"].rows
    filled, help_column = _filled(new), _help_column(standing)
    if help_column is None:
        return
    found = edits.setdefault(box.sheet, {})
    place = next((place for place, header in enumerate(new[0]) if plain(header) == "lever"), 0)
    for number in range(box.bottom - box.top):
        row = filled[number] if number < len(filled) else []
        word = row[place] if place < len(row) else None
        known = LEVER_BY_WORD.get(plain(word))
        said = (_HELP[known.name] if known else _OWN_HELP) if word not in (None, "") else ""
        found[box.top + 1 + number, help_column] = CellEdit(said)


def _help_column(standing: LimitsFile) -> int | None:
    """The column that says what each lever is, where the sheet still has it."""
    box = standing.rectangles["Limits"]
    sheet = standing.workbook.sheet(box.sheet)
    cell = sheet.cells.get((box.top, LIMITS_HELP_COLUMN)) if sheet else None
    return LIMITS_HELP_COLUMN if cell is not None and cell.value == "What the lever is" else None


def put_pairs(name: str, standing: LimitsFile, current: Sequence[Sequence[object]], edits: SheetEdits) -> None:
    """The rows of a table of names and values, its header first. A row goes where its name and segment are; all others take the
    rows that are free, and what the current table no longer has is blanked. Raises CannotRun where there is no room."""
    box, rows = standing.rectangles[name], standing.tables[name].rows
    header, *new = current
    place = f"{standing.path.name} · {box.sheet}"
    wanted = {_pair_key(header, row): row for row in new if plain(row[0])}
    old = [_pair_key(rows[0], row) for row in rows[1:]]
    taken = {key: number for number, key in enumerate(old, 1) if key in wanted}
    free = [number for number in range(1, box.bottom - box.top + 1) if number not in taken.values()]
    left = [key for key, row in wanted.items() if key not in taken and any(cell not in (None, "") for cell in row[1:])]
    if len(left) > len(free):
        raise CannotRun(f"{place}: the table {name} has room for {len(free)} more rows, not for {len(left)}.")
    at = {plain(word): column for column, word in enumerate(rows[0]) if plain(word)}
    if "segment" not in at and any(segment for _, segment in wanted):
        raise CannotRun(f'{place}: the table {name} has no column "Segment". Start from a new workbook.')
    found = edits.setdefault(box.sheet, {})
    for number, key in [*((number, key) for key, number in taken.items()), *itertools.zip_longest(free, left)]:
        row = wanted[key] if key is not None else []
        for column, word in enumerate(map(plain, header)):
            if word in at:
                value = row[column] if column < len(row) else None
                found[box.top + number, box.left + at[word]] = CellEdit(_cell(value), keep_formula=False)


def _pair_key(header: Sequence[object], row: Sequence[object]) -> tuple[str, str]:
    """The name in a row and the segment that it holds for, "" for every segment."""
    words = dict(zip(map(plain, header), map(plain, row), strict=False))
    return plain(row[0]), words.get("segment", "")


def put_seal(standing: LimitsFile, current: Sequence[Sequence[object]] | None, edits: SheetEdits) -> None:
    """The rows of another seal; without one the seal is taken away. Raises CannotRun where the workbook has no sheet Seals."""
    box = standing.workbook.rectangle("Seal")
    if box is None:
        raise CannotRun(f"{standing.path.name}: has no sheet Seals to write to. Start from a new workbook: counterask new")
    new = {plain(row[0]): row[1] for row in current or () if len(row) > 1}
    found = edits.setdefault(box.sheet, {})
    for number, row in enumerate(Grid.of(standing.workbook, box).rows[1:], box.top + 1):
        key = plain(row[0])
        if key and key not in _SEAL_FORMULAS:
            found[number, box.left + 1] = CellEdit(_cell(new.get(key)), keep_formula=False)


def _cell(value: object) -> float | str | bool | datetime | None:
    """A cell's value as it is written; whoever reads it finds the same."""
    if isinstance(value, bool) or value is None or isinstance(value, str | datetime):
        return value
    return float(value) if isinstance(value, int | float) else str(value)
