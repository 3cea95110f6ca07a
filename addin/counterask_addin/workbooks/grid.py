"""Rectangles of cells on a sheet, as rows of plain values for the parser."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from counterask.reading.cells import is_blank
from counterask.reading.tables import plain

from .addresses import Rectangle
from .errors import UnreadableWorkbook
from .read_cells import WorkbookCells

MOST_PLACES = 4_000_000
"""Cells of the largest rectangle that is read."""
NARROW = 40
"""Columns up to which a rectangle is taken as it is, and not cut at the last column that is used."""


@dataclass(frozen=True)
class Grid:
    """The values of a rectangle, row by row, and the formulas in it that have no cached value (row, column, formula)."""

    workbook: WorkbookCells
    rectangle: Rectangle
    rows: Sequence[Sequence[object]]
    uncached: Sequence[tuple[int, int, str]]

    @classmethod
    def of(cls, workbook: WorkbookCells, rectangle: Rectangle) -> Grid:
        """Read a rectangle. Rows behind the last used one are left out, but for the first.

        Raises UnreadableWorkbook where a few cells are strewn over more places than a table can have.
        """
        sheet = workbook.sheet(rectangle.sheet)
        cells = sheet.cells if sheet else {}
        top, left = rectangle.top, rectangle.left
        bottom = max(top, min(rectangle.bottom, sheet.last_row if sheet else 0))
        right = rectangle.right
        if right - left >= NARROW:
            right = max(left, min(right, sheet.last_column if sheet else 0))
        height, width = bottom - top + 1, right - left + 1
        if height * width > MOST_PLACES:
            found = f'cells that are strewn over {height:,} rows and {width:,} columns on the sheet "{rectangle.sheet}"'
            raise UnreadableWorkbook(workbook.path, found, "a table", "Clear the cells far away from it.")
        if (block := getattr(cells, "block", None)) is not None:
            return cls(workbook, rectangle, *block(top, left, bottom, right))
        rows: list[list[object]] = [[None] * width for _ in range(height)]
        uncached = []
        get = cells.get
        for row in range(top, bottom + 1):
            filled = rows[row - top]
            for column in range(left, right + 1):
                cell = get((row, column))
                if cell is not None:
                    value = cell.value
                    is_plain = value is None or isinstance(value, float | int | str | bool) or hasattr(value, "year")
                    filled[column - left] = value if is_plain else str(value)
                    if cell.formula is not None and not cell.has_value:
                        uncached.append((row - top, column - left, cell.formula))
        return cls(workbook, rectangle, rows, uncached)

    @classmethod
    def whole(cls, workbook: WorkbookCells, sheet: str) -> Grid:
        """The used part of a whole sheet."""
        found = workbook.sheet(sheet)
        bottom, right = (found.last_row or 1, found.last_column or 1) if found else (1, 1)
        return cls.of(workbook, Rectangle(sheet, 1, 1, bottom, right))

    def at(self, row: int, column: int) -> object:
        """The value at a row and column of the rectangle, both from 0; None behind the last used cell."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None

    def header_from(self, header: int, keys: Sequence[str], foreign: Collection[str]) -> Rectangle:
        """The header row of the table in a row of this grid: its run of headers around the first key. A number is no header.

        foreign : headers (in their plain form) that belong to no table of inputs: the run neither begins nor ends with one.
        """
        cells = self.rows[header]
        left = right = next(place for place, cell in enumerate(cells) if plain(cell) in keys)
        while right + 1 < len(cells) and _is_word(cells[right + 1]):
            right += 1
        while plain(cells[right]) in foreign:
            right -= 1
        while left > 0 and _is_word(cells[left - 1]):
            left -= 1
        while plain(cells[left]) in foreign:
            left += 1
        box = self.rectangle
        return Rectangle(box.sheet, box.top + header, box.left + left, box.top + header, box.left + right)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and not is_blank(value)
