"""Draws tables of the layout onto sheets: headers, cells, names, results as array formulas with cached values.

Rows and columns are counted from 1, as in the layout.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from counterask.inputs.quantities import Quantity

from . import choices
from .layout import RESULTS_SHEET, live_name, live_top
from .natives import CHECK, Facts, Native
from .specs import ResultSpec, TableSpec, area, cell, kind_of
from .styles import MUTED, SHOWN_SHARE, Styles
from .tables import CellValue, cached

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from .page import Page

PLAIN, CLASSIC, LITE = "plain", "classic", "lite"
FAMILIES = (PLAIN, CLASSIC, LITE)
"""Host families. Lite spells the functions as its add-in stores them."""

WORDS = frozenset({"text", "wrapped", "small", "compact", "label", "bare", "mark"})
"""Kinds of result cells that hold words."""

A4 = 9
LINE_HEIGHT = 13.5
LOCKED = {"format_columns": True, "format_rows": True}
"""What a person may do on a protected sheet, beside typing into its open cells."""


@dataclass
class Pen:
    """What drawing needs: the workbook, its styles, the cells of every table and result, the host family.

    is_limits_book : whether the manager's limits workbook is drawn, in which limits are open to type into.
    code_digest : the hash of the code that the workbook will carry, or "".
    """

    book: Workbook
    styles: Styles
    facts: Facts
    family: str = PLAIN
    is_limits_book: bool = False
    code_digest: str = ""
    pages: dict[str, Page] = field(default_factory=dict)

    def open(self, name: str, heading: str = "", note: str = "") -> Page:
        """The sheet of a name, with the house's page set-up, and with its title where it has one of its own."""
        page = self.pages[name]
        page.hide_gridlines(2)
        page.set_default_row(LINE_HEIGHT)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer("&L&8&F · &A&C&8Internal: shows our costs. Send the client a client copy.&R&8Page &P of &N")
        if heading:
            page.set_row(0, 28)
            page.write_string(0, 0, heading, self.styles.title())
            page.write_string(1, 0, note, self.styles.note())
        return page

    def close(self, page: Page) -> None:
        """Lock what is not to be typed into. There is no password: the lock keeps from slips, not from people."""
        page.protect("", LOCKED)

    def define(self, name: str, sheet: str, top: int, left: int, bottom: int, right: int) -> None:
        """A workbook-wide name for a range."""
        from xlsxwriter.utility import quote_sheetname

        self.book.define_name(name, f"={quote_sheetname(sheet)}!{area(top, left, bottom, right)}")

    def put(self, page: Page, row: int, column: int, value: CellValue, look: Format) -> None:
        """One cell. Text stays text, whatever it begins with."""
        if value is None or value == "":
            page.write_blank(row - 1, column - 1, None, look)
        elif isinstance(value, datetime.date):
            page.write_datetime(row - 1, column - 1, value, look)
        elif isinstance(value, str):
            page.write_string(row - 1, column - 1, value, look)
        else:
            page.write_number(row - 1, column - 1, value, look)

    def native(self, page: Page, native: Native, look: Format, *, across: int = 0, down: int = 0) -> None:
        """A cell with a formula of the spreadsheet's own, merged over further columns and rows where asked."""
        row, column = native.row - 1, native.column - 1
        if across or down:
            page.merge_range(row, column, row + down, column + across, "", look)
        page.write_formula(row, column, native.formula, look, native.say(self.facts))

    def widths(self, page: Page, spec: TableSpec) -> None:
        """The column widths of a table."""
        for place, column in zip(spec.at, spec.columns, strict=True):
            page.set_column(place - 1, place - 1, column.width)

    def table(self, page: Page, spec: TableSpec, *, is_open: bool = True, **look: Any) -> None:
        """An input table with headers, cells, drop-downs and its name. is_open : whether a person may type into it.

        look : what its cells and headers have beyond their kind's own look.
        """
        page.set_row(spec.top - 1, header_height([(column.header, column.width) for column in spec.columns]))
        for place, column in zip(spec.at, spec.columns, strict=True):
            page.write_header(spec.top - 1, place - 1, column.header, self.styles.header(column.kind, **look))
            choices.offer(page, spec, place, column)
        for row, cells in enumerate(self.facts.tables[spec.name], spec.first):
            for place, column, value in zip(spec.at, spec.columns, cells, strict=True):
                is_framed = is_open or cells[0] is not None
                closed = self.styles.result if is_framed else self.styles.open_ended
                self.put(page, row, place, value, (self.styles.entry if is_open else closed)(column.kind, **look))
        for place, column in zip(spec.at, spec.columns, strict=True):
            if column.kind == "share" and is_open:
                self._shown_as_share(page, spec.first, place, spec.bottom)
        self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def _shown_as_share(self, page: Page, top: int, column: int, bottom: int) -> None:
        """Numbers in cells of a column are shown as per cent, whatever their own format."""
        rule = f"=ISNUMBER({cell(top, column).replace('$', '')})"
        look = {"type": "formula", "criteria": rule, "format": self.styles.change(num_format=SHOWN_SHARE)}
        page.conditional_format(top - 1, column - 1, bottom - 1, column - 1, look)

    def pairs(
        self,
        page: Page,
        spec: TableSpec,
        quantities: Sequence[Quantity],
        said_at: int,
        *,
        across: int = 0,
        printed: int = 0,
        is_open: bool = True,
    ) -> None:
        """A table of names, values and units, with further columns where it has any; beside it what each value means.

        quantities : what the first rows hold. said_at : the column, from 1, of the sentence that says what the value means and
        what may be typed. across : how many further columns it takes. printed : how many rows after the quantities have printed
        names too; in the rows below them a person may choose a name.
        """
        page.set_row(spec.top - 1, header_height([(column.header, column.width) for column in spec.columns]))
        for place, column in enumerate(spec.columns, spec.left):
            page.write_header(spec.top - 1, place - 1, column.header, self.styles.header(column.kind))
        head, words = self.styles.header(is_input=False), "What it means, and what may be typed"
        if across:
            page.merge_range(spec.top - 1, said_at - 1, spec.top - 1, said_at - 1 + across, "", head)
        page.write_string(spec.top - 1, said_at - 1, words, head)
        muted, first = self.styles.note(indent=1), spec.first + len(quantities) + printed
        for row, cells in enumerate(self.facts.tables[spec.name], spec.first):
            quantity = quantities[row - spec.first] if row - spec.first < len(quantities) else None
            is_chosen = row >= first and is_open
            self.put(page, row, spec.left, cells[0], self.styles.entry("text") if is_chosen else self.styles.fixed())
            for place, (column, value) in enumerate(zip(spec.columns[1:], cells[1:], strict=True), spec.left + 1):
                kind = kind_of(quantity) if column.kind == "plain" and quantity is not None else column.kind
                is_fixed = column.name == "unit" or (column.name == "segment" and row < first)
                look = self.styles.fixed(font_color=MUTED) if is_fixed else self.styles.result(kind)
                self.put(page, row, place, value, self.styles.entry(kind) if is_open and not is_fixed else look)
                if kind == "share" and is_open and not is_fixed:
                    self._shown_as_share(page, row, place, row)
            lines = [lines_of(str(value or ""), 1.15 * one.width) for one, value in zip(spec.columns, cells, strict=True)]
            page.set_row(row - 1, max(lines) * LINE_HEIGHT)
            if quantity is not None:
                choices.check(page, row, spec.left + 1, quantity)
                page.write_string(row - 1, said_at - 1, f"{quantity.help} {choices.expected(quantity)}.", muted)
        for place, column in enumerate(spec.columns, spec.left):
            if column.choices:
                box = (first - 1, place - 1, spec.bottom - 1, place - 1)
                page.data_validation(*box, choices.listed(column.choices, column.header, column.help))
        self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def result(self, page: Page, spec: ResultSpec, **look: Any) -> None:
        """A result table as people see it: headers, cells, name. The cells show the array on the Results sheet.

        look : what its cells and headers have beyond their kind's own look (a larger font).
        """
        for place, header, kind in zip(spec.at, spec.headers, spec.kinds, strict=False):
            page.write_string(spec.top - 2, place - 1, header, self.styles.header(kind, is_input=False, **look))
        looks = [
            self.styles.open_ended(kind, **look) if spec.is_open_ended else self.styles.result(kind, **look)
            for kind in spec.kinds
        ]
        for row in range(spec.rows):
            for place, (at, look, kind) in enumerate(zip(spec.at, looks, spec.kinds, strict=True)):
                live = cell(live_top(spec) + row, 1 + place, RESULTS_SHEET)
                if spec.places:  # among inputs: whoever sorts the rows moves the formula, and it must show its own row still
                    live = f"INDEX({live_name(spec)},ROW()-{spec.top - 1},{place + 1})"
                value = _shown(self.facts.results[spec.key][row][place], kind)
                page.write_formula(spec.top - 1 + row, at - 1, _shows(live, kind), look, value)
        if not spec.places:
            self.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)

    def live_result(self, page: Page, spec: ResultSpec) -> None:
        """The array formula of a result on the Results sheet, with its cached values and its name."""
        top, right, plain = live_top(spec), len(spec.fields), self.styles.get()
        page.write_string(top - 2, 0, f"{spec.function} for {spec.sheet}", self.styles.note())
        cells = self.facts.results[spec.key]
        box = (top - 1, 0, top + spec.rows - 2, right - 1)
        page.write_dynamic_array_formula(*box, self.formula(spec), plain, cells[0][0])
        for row in range(spec.rows):
            for place in range(right):
                if row or place:
                    self._cached(page, top - 1 + row, place, cells[row][place], plain)
        self.define(live_name(spec), RESULTS_SHEET, top, 1, top + spec.rows - 1, right)

    @staticmethod
    def _cached(page: Page, row: int, column: int, value: CellValue, look: Format) -> None:
        """A cell of an array; an empty text is written as one, for the array holds it."""
        if isinstance(value, str):
            page.write_string(row, column, value, look)
        else:
            page.write_number(row, column, cached(value), look)

    def formula(self, spec: ResultSpec) -> str:
        """The formula of a result table, spelled as the host family stores it."""
        prefix = "_xldudf_" if self.family == LITE else ""
        return f"={prefix}{spec.function}({','.join(spec.arguments)})"


def _shows(live: str, kind: str) -> str:
    """The formula of a cell that shows a cell of the Results sheet, or nothing where the functions are not at hand.

    Calc takes a function's own empty text for something; a joined text it sees as empty. A narrow label does not show
    what is wrong with the input: the Quote sheet says it in full.
    """
    if kind == "label":
        return f'=IFERROR(IF(LEFT({live},{len(CHECK)})="{CHECK}","",{live}&""),"")'
    return f'=IFERROR({live}&"","")' if kind in WORDS else f'=IFERROR({live},"")'


def _shown(value: CellValue, kind: str) -> CellValue:
    """What that formula says of a value."""
    return "" if kind == "label" and str(value).startswith(CHECK) else value


def lines_of(words: str, width: float) -> int:
    """How many lines a text takes in a column of a width, with room for words that do not break well."""
    return sum(max(1, -(-len(line) // max(1, int(width * 0.9)))) for line in words.split("\n"))


def header_height(headers: Iterable[tuple[str, float]]) -> float:
    """The height of a header row: two lines, or as many as a header takes in its width."""
    return max(2, *(lines_of(words, width) for words, width in headers)) * LINE_HEIGHT + 4
