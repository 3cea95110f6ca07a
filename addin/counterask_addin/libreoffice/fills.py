"""The colours that cells really have on the screen, conditional formats included.

Calc's programming interface tells a cell's own fill but not the outcome of a conditional format. What it saves as HTML does:
every cell with the fill that a person sees. So the document is saved as HTML to a folder of ours and read.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

HtmlCell = tuple[str | None, int, int]
"""A cell of an HTML table: its fill or None, and how many columns and rows it spans."""


def _tables(html: str) -> dict[str, list[list[HtmlCell]]]:
    """The rows of each sheet's table.

    Where there are several sheets a heading names each; an empty sheet has a heading and no table. The one sheet of a
    document goes by the name "".
    """
    found: dict[str, list[list[HtmlCell]]] = {}
    name = ""
    for node in etree.fromstring(html, etree.HTMLParser(huge_tree=True)).iter("h1", "table"):
        if node.tag == "table":
            found[name] = [[_cell(cell) for cell in row.iter("td", "th")] for row in node.iter("tr")]
        else:
            name = "".join(text for emphasis in node.iter("em") for text in emphasis.itertext())
    return found


def _cell(node: Any) -> HtmlCell:
    fill = node.get("bgcolor")
    return fill.upper() if fill else None, int(node.get("colspan") or 1), int(node.get("rowspan") or 1)


def fills_of(doc: Any, html: str) -> dict[str, dict[tuple[int, int], str]]:
    """The fill of every visible filled cell, as "#RRGGBB": sheet -> (row, column) counted from 0 -> fill.

    doc : the document. html : what it saves as HTML: a table for each visible sheet, without hidden rows and columns.
    """
    visible = {sheet.Name: sheet for sheet in doc.Sheets if sheet.IsVisible}
    result: dict[str, dict[tuple[int, int], str]] = {name: {} for name in visible}
    for name, table in _tables(html).items():
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


def _placed(rows: list[list[HtmlCell]]) -> dict[tuple[int, int], str]:
    """Fills by place in the grid of an HTML table: a cell takes the first place that no other one spans."""
    taken: set[tuple[int, int]] = set()
    fills: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for fill, across, down in row:
            while (y, x) in taken:
                x += 1
            places = [(y + dy, x + dx) for dy in range(down) for dx in range(across)]
            if down > 1:
                taken.update(places)
            if fill is not None:
                fills.update(dict.fromkeys(places, fill))
            x += across
    return fills
