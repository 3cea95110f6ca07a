"""The cells of a workbook that become what other limits, another policy or another seal say."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from counterask.inputs.levers import LEVERS
from counterask.reading.tables import LEVER_BY_WORD, column_key, input_key, plain
from counterask.seals.seal import OF_THE_QUOTE
from counterask_templates.layout import LIMITS_HELP_COLUMN

from ..errors import CannotRun
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit
from ..workbooks.valued_copy import SheetEdits
from .reading import LimitsFile

_HELP = {lever.name: lever.quantity.help for lever in LEVERS}
_OWN_HELP = "A company lever."
_SEAL_FORMULAS = frozenset(map(plain, OF_THE_QUOTE))


def limits_edits(standing: LimitsFile, current: LimitsFile) -> SheetEdits:
    """Every cell of the quote's tables and seal that is to become what the current ones say."""
    edits: SheetEdits = {}
    put_rows("Limits", standing, current, edits)
    _put_help(standing, current, edits)
    if "Price_book" in current.tables or "Price_book" in standing.tables:
        put_rows("Price_book", standing, current, edits)
    for name in ("Assumptions", "Policy"):
        put_pairs(name, standing, current.tables[name].rows, edits)
    put_seal(standing, current.seal_rows, edits)
    return edits


def put_rows(name: str, standing: LimitsFile, current: LimitsFile, edits: SheetEdits) -> None:
    """The rows of a table, in the order of the current ones; the rest of the table is blanked."""
    new = current.tables[name].rows if name in current.tables else [[]]
    filled = filled_rows(new)
    if name not in standing.rectangles:
        if filled:
            raise CannotRun(f"{standing.path.name}: found no table {name} to write to. Start from a new workbook: counterask new")
        return
    box, rows = standing.rectangles[name], standing.tables[name].rows
    at = {column_key(cell): place for place, cell in enumerate(rows[0]) if plain(cell)}
    named = standing.workbook.rectangle(name) or box
    room = named.bottom - named.top
    if len(filled) > room:
        raise CannotRun(f"{standing.path.name} · {box.sheet}: has room for {room} rows of {name}, not for {len(filled)}.")
    found = edits.setdefault(box.sheet, {})
    headers = new[0] or rows[0]
    for number in range(box.bottom - box.top):
        row = filled[number] if number < len(filled) else []
        for place, header in enumerate(headers):
            column = at.get(column_key(header))
            if plain(header) and column is None:
                raise CannotRun(f'{standing.path.name} · {box.sheet}: found no column "{header}". Give the column its name back.')
            if column is not None:
                value = row[place] if place < len(row) else None
                found[box.top + 1 + number, box.left + column] = CellEdit(cell_value(value), keep_formula=False)


def filled_rows(rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """The rows below the header that hold anything."""
    return [row for row in rows[1:] if any(cell not in (None, "") for cell in row)]


def _put_help(standing: LimitsFile, current: LimitsFile, edits: SheetEdits) -> None:
    """What the lever of each row of Limits is, in the column beside it."""
    box, new = standing.rectangles["Limits"], current.tables["Limits"].rows
    filled, help_column = filled_rows(new), _help_column(standing)
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
            if word in at and (column or number not in taken.values()):  # a name stays as it is spelled here
                value = row[column] if column < len(row) else None
                found[box.top + number, box.left + at[word]] = CellEdit(cell_value(value), keep_formula=False)


def _pair_key(header: Sequence[object], row: Sequence[object]) -> tuple[str, str]:
    """The name in a row and the segment that it holds for, "" for every segment."""
    words = dict(zip(map(plain, header), map(plain, row), strict=False))
    return input_key(row[0]), words.get("segment", "")


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
            found[number, box.left + 1] = CellEdit(cell_value(new.get(key)), keep_formula=False)


def cell_value(value: object) -> float | str | bool | datetime | None:
    """A cell's value as it is written; whoever reads it finds the same."""
    if isinstance(value, bool) or value is None or isinstance(value, str | datetime):
        return value
    return float(value) if isinstance(value, int | float) else str(value)
