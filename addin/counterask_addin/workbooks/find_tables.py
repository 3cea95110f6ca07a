"""Where the tables of a quote are in a workbook, and which of the rows below them still belong to them.

A table is found by its defined name, which follows it when sheets are renamed and columns are moved; where the names were lost,
by its headers on the sheet that the layout gives it, else on the one other sheet that has them.

Below a table that is the last on its sheet, rows go on: those directly below, and, after empty rows, those that look like a row
of it and not like a note. Below the other tables there is no room; a row there that looks like one of theirs is a problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime

from counterask.reading.cells import is_blank, text
from counterask.reading.problems import Problem
from counterask.reading.quote import READ_COLUMNS
from counterask.reading.tables import KIND_BY_WORD, LEVER_BY_WORD, column_key, plain
from counterask.result_tables.views import TRADE_RESULTS
from counterask_templates.layout import (
    HEADER_CELLS,
    LISTS,
    RESULTS,
    RESULTS_SHEET,
    SELF_TEST,
    TABLE_KEYS,
    TABLE_SHEETS,
    TABLES,
    VERDICT_HEADERS,
)

from .addresses import Rectangle, cell_name
from .grid import NARROW, Grid
from .read_cells import SheetCells, WorkbookCells

_RESULT_HEADERS = frozenset(plain(header) for header in (*TRADE_RESULTS, *VERDICT_HEADERS))
_RESULTS_BELOW = tuple(
    (result.name, frozenset(map(plain, result.headers)))
    for result in RESULTS
    if len(result.headers) > 1 and any(table.sheet == result.sheet and table.bottom < result.top for table in TABLES)
)
"""Results that stand below a table of inputs: their name and their headers."""
_GROWING = frozenset({"Trades", "Limits", "Price_book", "Stakeholders", "History"})
"""Tables that are last on their sheet, so that rows typed below their last row still belong to them. Words alone can be a row."""
_NOT_INPUTS = frozenset({RESULTS_SHEET, SELF_TEST, LISTS})
"""Sheets of ours that hold copies of tables, which are no input."""
_KEYS = {name: tuple(map(plain, keys)) for name, keys in TABLE_KEYS.items()}
_OWN_WORDS = frozenset({*LEVER_BY_WORD, *KIND_BY_WORD})
_OPTIONAL = frozenset({"Price_book", "Stakeholders", "History"})
"""Tables without which a quote says what it says."""
_MOST_STRAY_ROWS = 20
"""Rows below a table that are reported one by one."""


def find_table(workbook: WorkbookCells, name: str) -> Rectangle | None:
    """Where a table is: by its defined name, else by its headers; None where it is not there."""
    if ("table", name) not in workbook.known:
        workbook.known["table", name] = _found_table(workbook, name)
    found: Rectangle | None = workbook.known["table", name]
    return found


def _found_table(workbook: WorkbookCells, name: str) -> Rectangle | None:
    found = workbook.rectangle(name)
    left_behind = workbook.names.get(name.lower(), "#REF!")
    if found is None and "#REF!" not in left_behind:  # a sheet of ours was renamed by a program that leaves names behind
        return None
    if found is None or not _has_headers(Grid.of(workbook, replace(found, bottom=found.top)), 0, name):
        found = _by_headers(workbook, name) or found
    elif name in _GROWING:
        found = _grown(workbook, found, name, _last_row(workbook, found))
    return found


def header_text(workbook: WorkbookCells, field: str) -> str:
    """What a quote says of itself: the text of the cell with the defined name, else of the one beside the label; "" for none."""
    cell = next(one for one in HEADER_CELLS if one.field == field)
    box = workbook.rectangle(cell.name)
    if box is None and any(workbook.rectangle(one.name) for one in HEADER_CELLS):
        return ""
    if box is None:
        lines = find_table(workbook, "Lines")
        sheet = workbook.sheet(lines.sheet) if lines else None
        if lines is None or sheet is None:
            return ""
        words = plain(cell.label)
        rows = {row for row, _ in sheet.cells if row < lines.top}
        labels = (
            (row, column)
            for row in sorted(rows)
            for column in range(1, NARROW)
            if (label := sheet.cells.get((row, column))) is not None and plain(label.value) == words
        )
        place = next(labels, None)
        if place is None:
            return ""
        box = Rectangle(sheet.name, place[0], place[1] + cell.column - cell.label_column, *place)
    value = Grid.of(workbook, replace(box, bottom=box.top, right=box.left)).rows[0][0]
    return "" if value is None else str(value).strip()


def stray_rows(workbook: WorkbookCells, name: str, box: Rectangle, order: int, others: Sequence[Rectangle]) -> Iterator[Problem]:
    """The rows below a table that look like rows of it and are not read. others : where the other tables are."""
    sheet = workbook.sheet(box.sheet)
    if name in _GROWING or sheet is None or sheet.last_row <= box.bottom:
        return
    end = _last_row(workbook, box, others)
    columns = _read_columns(sheet, box, name)
    count = 0
    for row in range(box.bottom + 1, end + 1):
        if _looks_like_row(sheet, row, columns, name):
            first = next(column for column in columns if _is_filled(sheet, row, column))
            yield Problem(
                f"{box.sheet} · {cell_name(row, first)}",
                "",
                f'found "{text(sheet.cells[row, first].value)[:60]}" below the table {name}, which ends in row {box.bottom}',
                "every row of it inside the table",
                "Insert a row inside the table and move it there, or clear it.",
                (order, row - box.top, 0),
            )
            count += 1
            if count >= _MOST_STRAY_ROWS:
                return


def _by_headers(workbook: WorkbookCells, name: str) -> Rectangle | None:
    """The table by its headers: on the sheet that the layout gives it, else on the only other one that has them."""
    own = workbook.sheet(TABLE_SHEETS[name])
    if own is not None and (found := _on_sheet(workbook, own, name)) is not None:
        return found
    if name in _OPTIONAL and "lines" in workbook.names:  # the names are there: it is an older quote without this table
        return None
    others = (sheet for sheet in workbook.sheets if sheet is not own and sheet.name not in _NOT_INPUTS)
    candidates = [found for sheet in others if (found := _on_sheet(workbook, sheet, name)) is not None]
    return candidates[0] if len(candidates) == 1 else None


def _on_sheet(workbook: WorkbookCells, sheet: SheetCells, name: str) -> Rectangle | None:
    """The first table with those headers on a sheet, down to its last row."""
    whole = Grid.whole(workbook, sheet.name)
    row = next((row for row in range(len(whole.rows)) if _has_headers(whole, row, name)), None)
    if row is None:
        return None
    box = whole.header_from(row, [plain(key) for key in TABLE_KEYS[name]], _RESULT_HEADERS)
    following = range(row + 1, len(whole.rows))
    after = next((one for one in following if any(_has_headers(whole, one, other) for other in TABLE_KEYS)), None)
    last = sheet.last_row if after is None else whole.rectangle.top + after - 1
    title = after is not None and not _looks_like_row(sheet, last, _read_columns(sheet, box, name), name)
    return _grown(workbook, box, name, min(last - title, _last_row(workbook, box)))


def _grown(workbook: WorkbookCells, box: Rectangle, name: str, end: int) -> Rectangle:
    """A table with the rows below it that belong to it, at most down to the row `end`."""
    sheet = workbook.sheet(box.sheet)
    if sheet is None:
        return box
    whole = range(box.left, _right_of(sheet, box) + 1)
    read = _read_columns(sheet, box, name)
    bottom = box.bottom
    while bottom < end and any(_is_filled(sheet, bottom + 1, column) for column in whole):
        bottom += 1
    below = sorted({row for row, _ in sheet.cells if bottom < row <= end}) if bottom < end else []
    bottom = next((row for row in reversed(below) if _looks_like_row(sheet, row, read, name)), bottom)
    return replace(box, bottom=bottom)


def _last_row(workbook: WorkbookCells, box: Rectangle, others: Sequence[Rectangle] = ()) -> int:
    """The last row of a sheet that can belong to a table: what has a name or is another table begins something else.

    The row above another table is its title, unless it could be a row.
    """
    sheet = workbook.sheet(box.sheet)
    end = sheet.last_row if sheet is not None else box.bottom
    tables = [one.top for one in others if one.sheet == box.sheet and one.top > box.bottom]
    named = (workbook.rectangle(name) for name in workbook.names)
    tops = [
        one.top - 1
        for one in named
        if one is not None
        and one.sheet == box.sheet
        and one.top > box.bottom
        and one.left <= box.right
        and one.right >= box.left
    ]
    return min([end, *tops, *(top - 1 for top in tables), *(top - 1 for top in _result_tops(workbook, box))])


def _result_tops(workbook: WorkbookCells, box: Rectangle) -> Iterator[int]:
    """The header rows of results below a table whose names were lost."""
    sheet = workbook.sheet(box.sheet)
    lost = [headers for name, headers in _RESULTS_BELOW if workbook.rectangle(name) is None]
    if sheet is None or not lost:
        return
    words: dict[int, set[str]] = {}
    for (row, _), cell in sheet.cells.items():
        if row > box.bottom and isinstance(cell.value, str):
            words.setdefault(row, set()).add(plain(cell.value))
    yield from (row for row, found in words.items() if any(headers <= found for headers in lost))


def _read_columns(sheet: SheetCells, box: Rectangle, name: str) -> list[int]:
    """The columns of a table that are read, by their headers."""
    words = {plain(word) for word in READ_COLUMNS[name]}
    return [
        column
        for column in range(box.left, _right_of(sheet, box) + 1)
        if (cell := sheet.cells.get((box.top, column))) is not None and column_key(cell.value) in words
    ]


def _right_of(sheet: SheetCells, box: Rectangle) -> int:
    """The last column of a table; of a wide one the last that is used."""
    return box.right if box.right - box.left < NARROW else max(box.left, min(box.right, sheet.last_column))


def _is_filled(sheet: SheetCells, row: int, column: int) -> bool:
    """Whether a cell holds something, or a formula of which nobody knows what it would say."""
    cell = sheet.cells.get((row, column))
    return cell is not None and (not is_blank(cell.value) or not cell.has_value)


def _looks_like_row(sheet: SheetCells, row: int, columns: Sequence[int], name: str) -> bool:
    """Whether a row below a table looks like one of it and not like a note or a total: two of its cells are filled, and one
    holds a number that was typed, a lever or a kind of line; where rows may be words alone, three are filled."""
    cells = [sheet.cells[row, column] for column in columns if _is_filled(sheet, row, column)]
    has_number = any(isinstance(cell.value, int | float | datetime) and cell.formula is None for cell in cells)
    has_word = any(isinstance(cell.value, str) and plain(cell.value) in _OWN_WORDS for cell in cells)
    return len(cells) >= 2 and (has_number or has_word or (name in _GROWING and len(cells) > 2))


def _has_headers(grid: Grid, row: int, name: str) -> bool:
    """Whether a row holds at least two of the headers of the table, in any order, and no more of another one."""
    if row >= len(grid.rows):
        return False
    words = {plain(cell) for cell in grid.rows[row]}
    found = _keys_among(words, name)
    return found >= 2 and found == max(_keys_among(words, other) for other in TABLE_KEYS)


def _keys_among(words: Set[str], name: str) -> int:
    return sum(key in words for key in _KEYS[name])
