"""The proposal as a workbook of one sheet: first what stands in which cell, then the file, which holds that and no more."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .proposal import Proposal
from .stages import digits_of

SHEET = "Proposal"
FONT, INK, MUTED, ACCENT, PALE, RULE = "Calibri", "#1D2B31", "#56636A", "#1F5C6B", "#EAF1F3", "#C4CED1"
FOOTER = "&C&8&K56636A&P / &N"
CREATED = datetime(2000, 1, 1)
"""The same in every copy: when it was made is nobody's business."""
PaperValue = str | float
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LETTERS_PER_WIDTH = 1.12

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"font_size": 24, "bold": True, "font_color": ACCENT},
    "client": {"font_size": 15, "font_color": INK},
    "fact_label": {"font_color": MUTED},
    "fact": {"bold": True},
    "heading": {"font_size": 13, "bold": True, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True},
    "head_right": {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "align": "right"},
    "name": {"bold": True, "text_wrap": True, "top": 1, "top_color": RULE},
    "text": {"text_wrap": True, "top": 1, "top_color": RULE},
    "number": {"align": "right", "top": 1, "top_color": RULE},
    "detail": {"font_size": 9, "font_color": MUTED, "indent": 1, "valign": "top", "text_wrap": True},
    "total_label": {"bold": True, "bg_color": PALE, "align": "right"},
    "total": {"bold": True, "bg_color": PALE, "align": "right"},
    "label": {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": RULE},
    "cell": {"text_wrap": True, "bottom": 1, "bottom_color": RULE},
    "note": {"font_size": 9, "font_color": MUTED, "text_wrap": True},
}


@dataclass(frozen=True)
class SheetCell:
    """What a cell holds, how it looks (a key of `LOOKS`), and with which number format."""

    value: PaperValue
    look: str
    number_format: str = ""


@dataclass
class Plan:
    """What stands where: rows and columns from 0. merges : (row, first, last). heights : points by row."""

    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: list[float] = field(default_factory=list)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def formats(self) -> set[str]:
        """The number formats in use."""
        return {cell.number_format for cell in self.cells.values() if cell.number_format}


def number_format(value: float, least: int) -> str:
    """Thousands and the decimals that a number is shown with."""
    digits = digits_of(value, least)
    return "#,##0" + ("." + "0" * digits if digits else "")


def plan(proposal: Proposal) -> Plan:
    """What stands where."""
    made = Plan()
    fields = ["line", "basis", "quantity"]
    fields += ["list_price", "discount"] if proposal.shows_discounts else []
    fields += ["price", "amount"]
    wide = {"line": 28.0, "basis": 17.0, "quantity": 11.0, "list_price": 12.0, "discount": 10.0, "price": 13.0, "amount": 16.0}
    if not proposal.shows_discounts:
        wide |= {"line": 42.0, "quantity": 13.0, "price": 15.0, "amount": 20.0}
    made.widths = [wide[name] for name in fields]
    last = len(fields) - 1
    row = _head(made, proposal, last)
    row = _lines(made, proposal, fields, row)
    if proposal.trades:
        row = _heading(made, row, last, proposal.trades_heading)
        half = 1 if last == 4 else 2
        for first, end, text in ((0, half, proposal.trade_headers[0]), (half + 1, last, proposal.trade_headers[1])):
            put_wide(made, row, first, end, text, "head")
        made.heights[row] = 18.0
        for give, get in proposal.trades:
            row += 1
            made.heights[row] = max(put_wide(made, row, 0, half, give, "cell"), put_wide(made, row, half + 1, last, get, "cell"))
        row += 2
    row = _heading(made, row, last, proposal.terms_heading)
    for label, text in proposal.terms:
        made.heights[row] = max(put_wide(made, row, 0, 0, label, "label"), put_wide(made, row, 1, last, text, "cell"))
        row += 1
    return made


def put_wide(made: Plan, row: int, first: int, last: int, text: str, look: str) -> float:
    """Put a text over several columns; returns the height that it needs, in points."""
    made.cells[row, first] = SheetCell(text, look)
    if last > first:
        made.merges.append((row, first, last))
    letters = max(1.0, sum(made.widths[first : last + 1]) * _LETTERS_PER_WIDTH)
    count = sum(max(1, math.ceil(len(part) / letters)) for part in text.split("\n"))
    return 5.0 + 14.0 * min(count, 28)


def _heading(made: Plan, row: int, last: int, text: str) -> int:
    put_wide(made, row, 0, last, text, "heading")
    made.heights[row] = 22.0
    return row + 1


def _head(made: Plan, proposal: Proposal, last: int) -> int:
    made.cells[0, 0] = SheetCell(proposal.title, "title")
    made.heights[0] = 36.0
    row = 1
    if proposal.client:
        made.heights[row] = max(24.0, 6 + 1.4 * put_wide(made, row, 0, last, proposal.client, "client"))
        row += 1
    for label, text in proposal.facts:
        made.cells[row, 0] = SheetCell(label, "fact_label")
        put_wide(made, row, 1, last, text, "fact")
        row += 1
    return row + 1


def _lines(made: Plan, proposal: Proposal, fields: list[str], row: int) -> int:
    last = len(fields) - 1
    row = _heading(made, row, last, proposal.lines_heading)
    for column, name in enumerate(fields):
        made.cells[row, column] = SheetCell(proposal.headers[name], "head" if column < 2 else "head_right")
    made.heights[row] = 32.0
    for line in proposal.lines:
        row += 1
        made.heights[row] = put_wide(made, row, 0, 0, line.name, "name")
        made.cells[row, 1] = SheetCell(line.basis, "text")
        numbers = {
            "quantity": (line.quantity, number_format(line.quantity, 0)),
            "list_price": (line.list_price, number_format(line.list_price or 0.0, 2)),
            "discount": (line.discount, "0.##%" if (line.discount or 0.0) * 100 % 1 > 1e-9 else "0%"),
            "price": (line.price, number_format(line.price, 2)),
            "amount": (line.amount, "#,##0.00"),
        }
        for column, name in enumerate(fields[2:], 2):
            value, form = numbers[name]
            if value is None:
                made.fills[row, column] = "number"
            else:
                made.cells[row, column] = SheetCell(value, "number", form)
        if line.detail:
            row += 1
            made.heights[row] = put_wide(made, row, 0, last, line.detail, "detail")
    for label, amount in proposal.totals:
        row += 1
        put_wide(made, row, 0, last - 1, label, "total_label")
        made.cells[row, last] = SheetCell(amount, "total", "#,##0.00")
        made.heights[row] = 18.0
    if proposal.note:
        row += 1
        made.heights[row] = put_wide(made, row, 0, last, proposal.note, "note")
    return row + 2


def sheet_bytes(made: Plan) -> bytes:
    """The workbook of a plan: values only, no formula, no name, no property that tells of anybody."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": SHEET, "created": CREATED})
    page = book.add_worksheet(SHEET)
    formats: dict[tuple[str, str, bool], Any] = {}

    def look(name: str, form: str = "", is_quoted: bool = False) -> Any:
        key = name, form, is_quoted
        if key not in formats:
            base = {"font_name": FONT, "font_size": 10.5, "font_color": INK, "valign": "vcenter", **LOOKS[name]}
            base |= {"num_format": form} if form else {}
            formats[key] = book.add_format(base | ({"quote_prefix": True} if is_quoted else {}))
        return formats[key]

    page.hide_gridlines(2)
    page.set_paper(9)
    page.set_portrait()
    page.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_footer(FOOTER)
    for column, width in enumerate(made.widths):
        page.set_column(column, column, width)
    for row, height in made.heights.items():
        page.set_row(row, height)
    for (row, column), name in made.fills.items():
        page.write_blank(row, column, None, look(name))
    merged = {(row, first): last for row, first, last in made.merges}
    for (row, column), cell in made.cells.items():
        is_text = isinstance(cell.value, str)
        form = look(cell.look, cell.number_format, is_text and str(cell.value).startswith(_FORMULA_STARTS))
        if (row, column) in merged:
            page.merge_range(row, column, row, merged[row, column], "", form)
        if isinstance(cell.value, str):
            page.write_string(row, column, cell.value, form)
        else:
            page.write_number(row, column, cell.value, form)
    book.close()
    return target.getvalue()
