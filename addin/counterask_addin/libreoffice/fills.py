"""The colours that cells really have on the screen, conditional formats included.

Calc's programming interface tells a cell's own fill but not the outcome of a conditional format. What it
copies to the clipboard as HTML does: every cell with the fill that a person sees. So a sheet's used part is
"copied" (the clipboard itself is not touched) and read.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Cells(HTMLParser):
    """The rows of the first table: (fill or None, columns spanned, rows spanned) of each of its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str | None, int, int]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            found = dict(attrs)
            fill = found.get("bgcolor")
            self.rows[-1].append(
                (
                    fill.upper() if fill else None,
                    int(found.get("colspan") or 1),
                    int(found.get("rowspan") or 1),
                )
            )


def fills_of(uno: Any, controller: Any, sheet: Any) -> dict[tuple[int, int], str]:
    """The fill of every visible filled cell of a sheet, as "#RRGGBB" by (row, column) counted from 0.

    controller : the document's; its selection is another afterwards.
    sheet : a UNO sheet. What is hidden has no colour on the screen and is left out.
    """
    if not sheet.IsVisible:
        return {}
    # The whole used part and no less: Calc does not copy a piece of an array formula.
    used = sheet.createCursor()
    used.gotoEndOfUsedArea(False)
    cells = sheet.getCellRangeByPosition(0, 0, used.RangeAddress.EndColumn, used.RangeAddress.EndRow)
    controller.select(cells)
    flavor = uno.createUnoStruct("com.sun.star.datatransfer.DataFlavor")
    flavor.MimeType = "text/html"
    flavor.DataType = uno.getTypeByName("[]byte")
    html = controller.getTransferable().getTransferData(flavor).value.decode("utf-8", errors="replace")
    parser = _Cells()
    parser.feed(html)
    rows = [row for row in range(cells.Rows.Count) if cells.Rows.getByIndex(row).IsVisible]
    columns = [column for column in range(cells.Columns.Count) if cells.Columns.getByIndex(column).IsVisible]
    return {
        (rows[y], columns[x]): fill
        for (y, x), fill in _placed(parser.rows).items()
        if y < len(rows) and x < len(columns)
    }


def _placed(rows: list[list[tuple[str | None, int, int]]]) -> dict[tuple[int, int], str]:
    """Fills by place in the grid of an HTML table: a cell takes the first place that no other one spans."""
    taken: set[tuple[int, int]] = set()
    fills: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for fill, across, down in row:
            while (y, x) in taken:
                x += 1
            for place in ((y + dy, x + dx) for dy in range(down) for dx in range(across)):
                taken.add(place)
                if fill is not None:
                    fills[place] = fill
            x += across
    return fills


def cell_name(row: int, column: int) -> str:
    """The name of a cell, as in C5, from its row and column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
