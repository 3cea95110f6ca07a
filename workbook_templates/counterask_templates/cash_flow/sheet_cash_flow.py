"""The two cash flow sheets, for finance: the opening and the present deal month by month, in the spreadsheet's own formulas."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from .. import looks
from ..layout import CASH_NOW, CASH_OPENING
from ..natives import CellText, Facts, Native, of_client
from ..pen import LINE_HEIGHT, Pen
from ..specs import cell, letters
from ..styles import ACCENT_PALE, WATCH
from .cash_layout import (
    ASSUMPTION_BLOCK,
    BANDS,
    CHANGES,
    DERIVED,
    DERIVED_BLOCK,
    EARNED_BLOCK,
    FIRST,
    LABEL_WIDTH,
    LEVEL_FIELDS,
    LINE_BLOCK,
    MONTHS,
    MOST_MONTHS,
    NO_END,
    SUM_BLOCK,
    SUM_ROWS,
    SUMS,
    TERM_BLOCK,
    YEAR_SUMS,
    YEARLY_WORTH_OF,
    YEARS,
    Block,
    label_with_unit,
    look_of,
)
from .cash_values import cash_flows
from .levels import some_trade_is_not_computed
from .month_formulas import address, formulas, level_cells, levels_used

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAMES = (CASH_OPENING, CASH_NOW)
_LABEL_WIDTH, _LEVEL_WIDTH, _CASH_WIDTH = 26.0, 8.6, 10.6
_FIRST_CASH = MONTHS.column("full")
_CLIENT_COLUMN = 22
YEAR_END = "#F1F6F7"
"""The fill of the last month of a year."""


# ── Values ──────────────────────────────────────────────────────────────────────────────────────────────
def _say(sheet: str, row: int, column: int, facts: Facts) -> CellText:
    return cash_flows(facts)[sheet].cells[row, column]


@lru_cache(maxsize=2)
def natives(sheet: str) -> tuple[Native, ...]:
    """Every cell with a formula of one of the two sheets. Made when first asked for: there are thousands."""
    found = [_client(sheet), _state(sheet)]
    for place, formula in formulas(sheet):
        row, column = address(place)
        found.append(Native(sheet, row, column, formula, partial(_say, sheet, row, column)))
    return tuple(found)


def _client(sheet: str) -> Native:
    return of_client(sheet, _CLIENT_COLUMN)


def total_cell(sheet: str, column: str = "") -> str:
    """The address of what a column of cash is worth today in all; of all columns together, where none is named.

    sheet : "" for a formula of the sheet itself.
    """
    if column in YEARLY_WORTH_OF:
        return cell(YEAR_SUMS.bottom, YEAR_SUMS.column(column), sheet)
    return cell(SUM_BLOCK.top + SUM_ROWS["all"], SUM_BLOCK.column(column or "today"), sheet)


TOLD = "✔ Every month is computed."
LONG = f"? The horizon is longer than the {MOST_MONTHS} months of this sheet: cannot tell here."
MISSING = "? An input that the months need is blank or wrong: it says ? below, and the sums cannot tell."

NOT_COMPUTED = "? Not computed: a trade has no verdict, because the functions are not available or an input is wrong."


def _state(sheet: str) -> Native:
    """Whether the months hold all that they should."""
    total, horizon = total_cell(""), level_cells()["horizon_months"]

    def say(facts: Facts) -> str:
        flow = cash_flows(facts)[sheet]
        if flow.horizon > MOST_MONTHS:
            return LONG
        if flow.waits_for_functions:
            return NOT_COMPUTED
        return MISSING if isinstance(flow.sums["all", "today"], str) else TOLD

    known = f'IF(ISNUMBER({total}),"{TOLD}","{MISSING}")'
    if sheet == CASH_NOW:
        known = f'IF({some_trade_is_not_computed()},"{NOT_COMPUTED}",{known})'
    long = f"AND(ISNUMBER({horizon}),N({horizon})>{MOST_MONTHS})"
    return Native(sheet, 3, 1, f'=IF({long},"{LONG}",{known})', say)


# ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────
_NOTES = {
    CASH_OPENING: "The opening deal month by month, in the spreadsheet's own formulas, from Quote and Assumptions. "
    "Money is expected cash; what it is worth today is above the months.",
    CASH_NOW: "The deal now, month by month, in the spreadsheet's own formulas. Levels are those of the opening, "
    "or of the last granted change: the list of changes is below the months.",
}


def draw_opening(pen: Pen) -> None:
    """Draw the sheet of the opening deal."""
    _draw(pen, CASH_OPENING)


def draw_now(pen: Pen) -> None:
    """Draw the sheet of the present deal."""
    _draw(pen, CASH_NOW)


def _draw(pen: Pen, sheet: str) -> None:
    page = pen.open(sheet, sheet, _NOTES[sheet])
    page.set_column(0, 0, _LABEL_WIDTH)
    page.set_column(1, _FIRST_CASH - 2, _LEVEL_WIDTH)
    page.set_column(_FIRST_CASH - 1, MONTHS.right - 1, _CASH_WIDTH)
    looks_of = _Looks(pen, page, sheet)
    pen.native(page, _client(sheet), pen.styles.get(bold=True, font_size=12, align="right"), across=MONTHS.right - _CLIENT_COLUMN)
    state = _state(sheet)
    pen.native(page, state, pen.styles.banner(bold=False, font_size=9), across=8)
    looks.sentence(pen, page, (state.row, 1, state.row, 9))
    looks_of.levels()
    looks_of.block(YEARS, "Years", FIRST - 2)
    looks_of.year_sums()
    looks_of.block(LINE_BLOCK, "Lines: levels, when each runs, and its discount", LINE_BLOCK.top - 2)
    words = "Lines: what each earns and costs a month in full use, at the first year's prices"
    looks_of.block(EARNED_BLOCK, words, EARNED_BLOCK.top - 2)
    looks_of.months()
    for block in (LINE_BLOCK, EARNED_BLOCK):
        unused = {"type": "formula", "criteria": f'=$A{block.top}=""', "format": pen.styles.change(font_color="#FFFFFF")}
        page.conditional_format(block.top - 1, 0, block.bottom - 1, block.right - 1, unused)
    if sheet == CASH_NOW:
        looks_of.changes()
        looks_of.moved()
    values = {(native.row, native.column): native for native in natives(sheet)[2:]}
    flow = cash_flows(pen.facts)[sheet]
    for (row, column), native in values.items():
        page.write_formula(row - 1, column - 1, native.formula, looks_of.at(row, column), flow.cells[row, column])
    page.freeze_panes(2, 1)
    page.repeat_rows(SUM_BLOCK.top - 3, SUM_BLOCK.top - 2)
    page.print_area(0, 0, _last_printed(pen, sheet), MONTHS.right - 1)
    page.set_h_pagebreaks([SUM_BLOCK.top - 4])
    pen.close(page)


def _last_printed(pen: Pen, sheet: str) -> int:
    """The last row on paper, from 0: the last month of the horizon, and not pages of blank ones."""
    months = cash_flows(pen.facts)[sheet].horizon or 60
    return MONTHS.top - 2 + min(max(months, 1), MOST_MONTHS)


class _Looks:
    """The headers of one sheet, and how each of its cells looks."""

    def __init__(self, pen: Pen, page: Worksheet, sheet: str) -> None:
        self.pen, self.page, self.sheet = pen, page, sheet
        self.made: dict[tuple[int, int], Format] = {}

    def at(self, row: int, column: int) -> Format:
        """The format of a cell."""
        return self.made[row, column]

    def _cell(self, kind: str, **look: Any) -> Format:
        styles = self.pen.styles
        if kind in _FORMATS:
            return styles.result("plain", num_format=_FORMATS[kind], font_size=9, **look)
        return styles.result(kind, font_size=9, **look)

    def _header(self, row: int, column: int, words: str, kind: str) -> None:
        shown = "plain" if kind in _FORMATS else kind
        self.page.write_string(row - 1, column - 1, words, self.pen.styles.header(shown, is_input=False, font_size=9))

    def _section(self, row: int, column: int, words: str) -> None:
        self.page.write_string(row - 1, column - 1, words, self.pen.styles.section())

    def levels(self) -> None:
        """Terms, assumptions, and what follows from them."""
        terms, assumptions = levels_used()
        self._section(FIRST - 2, 1, "Terms")
        lists: tuple[tuple[str, Block, list[tuple[str, Format]]], ...] = (
            ("Term", TERM_BLOCK, [(label_with_unit(name), self._level(name)) for name in terms]),
            ("Assumptions", ASSUMPTION_BLOCK, [(label_with_unit(name), self._level(name)) for name in assumptions]),
            ("What follows from them", DERIVED_BLOCK, [(label, self._cell(kind)) for _, label, kind in DERIVED]),
        )
        for heading, block, rows in lists:
            self._label(block.top - 1, block, heading, self.pen.styles.header("text", is_input=False, font_size=9))
            self._header(block.top - 1, block.left, "Level", "plain")
            for row, (label, look) in enumerate(rows, block.top):
                self._label(row, block, label, self.pen.styles.fixed(font_size=9))
                self.made[row, block.left] = look

    def _label(self, row: int, block: Block, words: str, look: Format) -> None:
        """What a level is called, in the columns before it."""
        if block.left == 2:
            self.page.write_string(row - 1, 0, words, look)
        else:
            self.page.merge_range(row - 1, block.left - 1 - LABEL_WIDTH, row - 1, block.left - 2, words, look)

    def _level(self, name: str) -> Format:
        kind = look_of(name)
        return self._cell("switch_level" if kind == "switch" else kind)

    def block(self, block: Block, heading: str, heading_row: int) -> None:
        """A table: its heading, its headers, the looks of its cells."""
        self._section(heading_row, block.left, heading)
        self.page.set_row(block.top - 2, 2 * LINE_HEIGHT + 4)
        for column, field in enumerate(block.fields, block.left):
            self._header(block.top - 1, column, field.header, field.kind)
            for place in range(block.rows):
                self.made[block.top + place, column] = self._cell(field.kind)

    def year_sums(self) -> None:
        """What the true-ups of all years come to."""
        look = self._cell("cash", bold=True, bg_color=ACCENT_PALE)
        words = self.pen.styles.result("text", bold=True, bg_color=ACCENT_PALE, font_size=9)
        left, right = YEAR_SUMS.left - 1, YEAR_SUMS.column(next(iter(YEARLY_WORTH_OF))) - 2
        for place, label in enumerate(("Expected, in the horizon", "Worth today")):
            row = YEAR_SUMS.top + place
            self.page.merge_range(row - 1, left, row - 1, right, label, words)
            for key in YEARLY_WORTH_OF:
                self.made[row, YEAR_SUMS.column(key)] = look

    def months(self) -> None:
        """The months, with bands over their headers and sums between them."""
        styles, page = self.pen.styles, self.page
        band_row = SUM_BLOCK.top - 2
        self._section(band_row - 1, 1, "Months")
        for words, first, last in BANDS:
            box = (band_row - 1, MONTHS.column(first) - 1, band_row - 1, MONTHS.column(last) - 1)
            page.merge_range(*box, words, styles.band())
        page.set_row(band_row, 2 * LINE_HEIGHT + 4)
        for column, field in enumerate(MONTHS.fields, 1):
            self._header(SUM_BLOCK.top - 1, column, field.header, field.kind)
            for place in range(MONTHS.rows):
                self.made[MONTHS.top + place, column] = self._cell(field.kind)
            for place, (_, label) in enumerate(SUMS):
                look = self._cell(field.kind, bold=True, bg_color=ACCENT_PALE)
                self.made[SUM_BLOCK.top + place, column] = look
                if column == 1:
                    words = styles.result("text", bold=True, bg_color=ACCENT_PALE)
                    page.write_string(SUM_BLOCK.top - 1 + place, 0, label, words)
                else:
                    page.write_blank(SUM_BLOCK.top - 1 + place, column - 1, None, look)
        box = (MONTHS.top - 1, 0, MONTHS.bottom - 1, MONTHS.right - 1)
        ends = f'AND(ISNUMBER($A{MONTHS.top}),MOD($A{MONTHS.top}+1,12)=0)'
        page.conditional_format(*box, {"type": "formula", "criteria": f"={ends}", "format": styles.change(bg_color=YEAR_END)})

    def moved(self) -> None:
        """Mark the levels that trades have moved."""
        fill, text = WATCH
        look = self.pen.styles.change(bg_color=fill, font_color=text, bold=True)
        first, last = LINE_BLOCK.column(LEVEL_FIELDS[0].key), LINE_BLOCK.column(LEVEL_FIELDS[-1].key)
        for top, left, bottom, right in (
            (TERM_BLOCK.top, TERM_BLOCK.left, TERM_BLOCK.bottom, TERM_BLOCK.left),
            (LINE_BLOCK.top, first, LINE_BLOCK.bottom, last),
        ):
            here = f"{letters(left)}{top}"
            rule = {"type": "formula", "criteria": f"={here}<>'{CASH_OPENING}'!{here}", "format": look}
            self.page.conditional_format(top - 1, left - 1, bottom - 1, right - 1, rule)

    def changes(self) -> None:
        """The list of changes that trades make, below the months."""
        self.block(CHANGES, "Granted changes, one row for each row of the Trades sheet", CHANGES.top - 2)


_FORMATS = {
    "month_of_end": f'[={NO_END}]"no end";0',
    "factor": "0.0000;-0.0000;–",
    "cash": "#,##0;-#,##0;–",
    "switch_level": '"yes";;"no"',
    "count": "0",
}
"""Number formats of these sheets' own; money is shown without cents, which the cells hold; nothing is a dash."""
