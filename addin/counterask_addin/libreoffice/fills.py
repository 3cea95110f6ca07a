"""The colours that cells really have on the screen, conditional formats included.

Calc's programming interface tells a cell's own fill but not the outcome of a conditional format. What it saves as HTML does:
every cell with the fill that a person sees. So the document is saved as HTML to a folder of ours and read.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Tables(HTMLParser):
    """The rows of each sheet's table: (fill or None, columns spanned, rows spanned) of each of its cells.

    Where there are several sheets a heading names each; an empty sheet has a heading and no table. The one sheet of a
    document goes by the name "".
    """

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, list[list[tuple[str | None, int, int]]]] = {}
        self._name = ""
        self._is_heading = self._is_name = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._is_heading = False
        elif tag == "em":
            self._is_name = False

    def handle_data(self, data: str) -> None:
        if self._is_name:
            self._name += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        rows = self.sheets.get(self._name)
        if tag == "h1":
            self._is_heading = True
        elif tag == "em" and self._is_heading:
            self._name, self._is_name = "", True
        elif tag == "table":
            self.sheets.setdefault(self._name, [])
        elif tag == "tr" and rows is not None:
            rows.append([])
        elif tag in ("td", "th") and rows:
            found = dict(attrs)
            fill = found.get("bgcolor")
            rows[-1].append(
                (
                    fill.upper() if fill else None,
                    int(found.get("colspan") or 1),
                    int(found.get("rowspan") or 1),
                )
            )


def fills_of(doc: Any, html: str) -> dict[str, dict[tuple[int, int], str]]:
    """The fill of every visible filled cell, as "#RRGGBB": sheet -> (row, column) counted from 0 -> fill.

    doc : the document. html : what it saves as HTML: a table for each visible sheet, without hidden rows and columns.
    """
    parser = _Tables()
    parser.feed(html)
    visible = {sheet.Name: sheet for sheet in doc.Sheets if sheet.IsVisible}
    result: dict[str, dict[tuple[int, int], str]] = {name: {} for name in visible}
    for name, table in parser.sheets.items():
        sheet = visible[name] if name else next(iter(visible.values()))
        start = sheet.createCursor()
        start.gotoStartOfUsedArea(False)
        first = start.RangeAddress
        placed = _placed(table)
        height, width = (max((place[axis] for place in placed), default=-1) + 1 for axis in (0, 1))
        rows = _shown(sheet.Rows, first.StartRow, height)
        columns = _shown(sheet.Columns, first.StartColumn, width)
        result[sheet.Name] = {(rows[y], columns[x]): fill for (y, x), fill in placed.items()}
    return result


def _shown(lines: Any, first: int, wanted: int) -> list[int]:
    """The numbers of so many rows or columns from the first on that are not hidden."""
    found: list[int] = []
    number = first
    while len(found) < wanted:
        if lines.getByIndex(number).IsVisible:
            found.append(number)
        number += 1
    return found


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
