"""Draws tables of the layout onto sheets: headers, cells, drop-downs, names, results as array formulas with cached values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterask.levers import LEVERS
from counterask.quantities import Quantity
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .layout import RESULTS_SHEET, Column, ResultSpec, TableSpec, live_name, live_top
from .styles import NUMBER_FORMATS, Styles
from .tables import CellValue, Rows

PLAIN, CLASSIC, LITE = "plain", "classic", "lite"
FAMILIES = (PLAIN, CLASSIC, LITE)
_WORDS = frozenset({"text", "note", "mark"})


@dataclass
class Pen:
    """What drawing needs: the workbook, its styles, the cells of every table and of every result, and the host family."""

    book: Workbook
    styles: Styles
    tables: Mapping[str, Rows]
    results: Mapping[str, Sequence[Sequence[Any]]]
    family: str = PLAIN
    is_locked: bool = True

    def sheet(self, name: str) -> Worksheet:
        """A new sheet with the house's page set-up."""
        page = self.book.add_worksheet(name)
        page.hide_gridlines(2)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page.set_footer("&L&8&F&C&8&A&R&8Page &P of &N")
        page.set_default_row(16)
        return page

    def define(self, name: str, sheet: str, top: int, left: int, bottom: int, right: int) -> None:
        """A workbook-wide name for a range; rows and columns from 1."""
        area = xl_range_abs(top - 1, left - 1, bottom - 1, right - 1)
        self.book.define_name(name, f"='{sheet}'!{area}")

    def put(self, page: Worksheet, row: int, column: int, value: CellValue, look: Any) -> None:
        """One cell; rows and columns from 1. Text stays text, whatever it begins with."""
        if value is None or value == "":
            page.write_blank(row - 1, column - 1, None, look)
        elif isinstance(value, datetime.date):
            page.write_datetime(row - 1, column - 1, value, look)
        elif isinstance(value, str):
            page.write_string(row - 1, column - 1, value, look)
        else:
            page.write_number(row - 1, column - 1, value, look)

    def table(self, page: Worksheet, spec: TableSpec, *, is_open: bool = True) -> None:
        """An input table with headers, cells, drop-downs and its name. is_open : whether a person may type into it."""
        for place, column in enumerate(spec.columns):
            page.write_string(spec.top - 1, spec.left - 1 + place, column.header, self.styles.header())
            if column.help:
                page.data_validation(
                    spec.top - 1,
                    spec.left - 1 + place,
                    spec.top - 1,
                    spec.left - 1 + place,
                    {
                        "validate": "any",
                        "input_title": column.header.split("\n")[0][:32],
                        "input_message": column.help[:255],
                    },
                )
            self._choices(page, spec, place, column)
        page.set_row(spec.top - 1, 32)
        for number, row in enumerate(self.tables[spec.name]):
            for place, (column, value) in enumerate(zip(spec.columns, row, strict=True)):
                look = self.styles.entry(column.kind) if is_open else self.styles.result(column.kind)
                self.put(page, spec.top + 1 + number, spec.left + place, value, look)
        self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def pairs(
        self, page: Worksheet, spec: TableSpec, quantities: Sequence[Quantity | None], *, is_open: bool = True
    ) -> None:
        """A table of names and values: the name and unit are printed, the value is an input with its own range check.

        quantities : what each row holds; None for a row that is open for a name too.
        """
        for place, column in enumerate(spec.columns):
            page.write_string(spec.top - 1, spec.left - 1 + place, column.header, self.styles.header())
        page.set_row(spec.top - 1, 20)
        for number, row in enumerate(self.tables[spec.name]):
            at = spec.top + 1 + number
            quantity = quantities[number] if number < len(quantities) else None
            kind = _kind(quantity)
            self.put(page, at, spec.left, row[0], self.styles.fixed())
            value_look = self.styles.entry(kind) if is_open else self.styles.result(kind)
            self.put(page, at, spec.left + 1, row[1], value_look)
            self.put(page, at, spec.left + 2, row[2], self.styles.fixed(font_color="#5F6B6F", indent=1))
            if quantity is not None:
                page.write_string(at - 1, spec.left + 2, quantity.help, self.styles.note(indent=1))
                _check(page, at, spec.left + 1, quantity)
        self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def _choices(self, page: Worksheet, spec: TableSpec, place: int, column: Column) -> None:
        """The drop-down or range check of a column's data cells."""
        area = (spec.top, spec.left - 1 + place, spec.bottom - 1, spec.left - 1 + place)
        if column.choices:
            page.data_validation(
                *area,
                {
                    "validate": "list",
                    "source": f"={column.choices}",
                    "error_type": "warning" if column.choices == "Lever_list" else "stop",
                    "error_title": column.header.split("\n")[0][:32],
                    "error_message": "Choose one from the list."
                    + (" Levers of the company's own may be typed." if column.choices == "Lever_list" else ""),
                },
            )
            return
        known = next((lever.quantity for lever in LEVERS if lever.name == column.name), None)
        if known is not None:
            page.data_validation(*area, _range_check(known))
        elif column.kind == "level":
            page.data_validation(
                *area,
                {
                    "validate": "any",
                    "input_title": column.header.split("\n")[0][:32],
                    "input_message": 'The level in the lever\'s own unit: 10%, 60 (days), 24 (months), yes, or "none" for no cap.',
                },
            )

    def result(self, page: Worksheet, spec: ResultSpec, kinds: Sequence[str], *, has_headers: bool = True) -> None:
        """A result table as people see it: headers, its cells, its name. kinds : how each column is shown."""
        if has_headers:
            for place, header in enumerate(spec.headers):
                page.write_string(spec.top - 2, spec.left - 1 + place, header, self.styles.header(is_input=False))
        looks = [self.styles.result(kind) for kind in kinds]
        first = live_top(spec)
        for row in range(spec.rows):
            for place, look in enumerate(looks):
                source = f"{RESULTS_SHEET}!{xl_rowcol_to_cell(first - 1 + row, place)}"
                if kinds[place] in _WORDS:  # Calc compares a function's own text with nothing; a joined text it knows
                    source += '&""'
                value = self._result(spec, row, place)
                page.write_formula(
                    spec.top - 1 + row, spec.left - 1 + place, f'=IFERROR({source},"")', look, value
                )
        self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def _result(self, spec: ResultSpec, row: int, place: int) -> Any:
        cells = self.results[spec.key]
        return cells[row][place] if row < len(cells) else ""

    def live_result(self, page: Worksheet, spec: ResultSpec) -> None:
        """The array formula of a result on the Results sheet, with its cached values and its name."""
        top, right = live_top(spec), len(spec.headers)
        function = f"_xldudf_{spec.function}" if self.family == LITE else spec.function
        formula = f"={function}({','.join(spec.arguments)})"
        plain = self.styles.get()
        page.write_string(top - 2, 0, f"{spec.function} for {spec.sheet}", self.styles.note())
        page.write_dynamic_array_formula(
            top - 1, 0, top + spec.rows - 2, right - 1, formula, plain, self._result(spec, 0, 0)
        )
        for row in range(spec.rows):
            for place in range(right):
                if row or place:
                    self._cached(page, top - 1 + row, place, self._result(spec, row, place), plain)
        self.define(live_name(spec), RESULTS_SHEET, top, 1, top + spec.rows - 1, right)

    def _cached(self, page: Worksheet, row: int, column: int, value: Any, look: Any) -> None:
        if isinstance(value, str):
            page.write_string(row, column, value, look)
        else:
            page.write_number(row, column, value, look)


def _kind(quantity: Quantity | None) -> str:
    from .layout import kind_of

    return "number" if quantity is None else kind_of(quantity)


def _check(page: Worksheet, row: int, column: int, quantity: Quantity) -> None:
    page.data_validation(row - 1, column - 1, row - 1, column - 1, _range_check(quantity))


def _range_check(quantity: Quantity) -> dict[str, Any]:
    """A range check as typed, with the unit and range as its message. "none" passes where it may be said."""
    help_text = {"input_title": quantity.label[:32], "input_message": f"{quantity.help} {quantity.expected()}."[:255]}
    if quantity.is_switch:
        return {"validate": "list", "source": "=Yes_no_list", **help_text}
    if quantity.none_means:
        return {"validate": "any", **help_text}
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": quantity.lowest,
        "maximum": quantity.highest,
        "error_title": quantity.label[:32],
        "error_message": f"Expected {quantity.expected()}."[:255],
        **help_text,
    }


def address(row: int, column: int) -> str:
    """A cell's absolute address from row and column, both from 1."""
    return xl_rowcol_to_cell(row - 1, column - 1, row_abs=True, col_abs=True)


__all__ = ["FAMILIES", "NUMBER_FORMATS", "Pen", "address"]
