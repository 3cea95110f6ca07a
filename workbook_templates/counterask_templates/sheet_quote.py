"""The Quote sheet: who and what, the lines, the opening terms, and the headline."""

from __future__ import annotations

from collections.abc import Mapping

from counterask.levers import TERM_LEVERS

from .layout import HEADER_NAMES, HEADLINE, LIMITS_STATUS, LINES, QUOTE, TERMS, live_name
from .pen import Pen, address

NOT_LIVE = "? Not computed: the counterask functions are not here. Use the add-in, or: counterask value FILE.xlsx"
"""What banners say where the functions cannot be called; no other cell then shows a number of its own."""

_LABELS = {
    "client": "Client",
    "currency": "Currency",
    "client_currency": "Client currency",
    "quote_date": "Quote date",
    "rep": "Rep",
}


def draw(pen: Pen, header: Mapping[str, str]) -> None:
    """Draw the sheet."""
    page = pen.sheet(QUOTE)
    page.set_landscape()
    page.set_column(0, 0, 2)
    for place, column in enumerate(LINES.columns):
        page.set_column(LINES.left - 1 + place, LINES.left - 1 + place, column.width)
    page.set_row(0, 26)
    page.write_string(0, 1, "Quote", pen.styles.title())
    page.write_string(1, 1, "Type into the yellow cells. Everything else is computed.", pen.styles.note())
    for number, (name, label) in enumerate(_LABELS.items()):
        row = 4 + number
        page.write_string(row - 1, 1, label, pen.styles.fixed(bold=True))
        page.merge_range(row - 1, 2, row - 1, 3, header.get(name, ""), pen.styles.entry("text"))
        pen.define(HEADER_NAMES[name], QUOTE, row, 3, row, 3)
    pen.result(page, HEADLINE, ("text", "money", "money", "money"))
    margin = HEADLINE.top + 2
    for column in range(HEADLINE.left + 1, HEADLINE.right + 1):
        page.conditional_format(
            margin - 1,
            column - 1,
            margin - 1,
            column - 1,
            {"type": "no_errors", "format": pen.book.add_format({"num_format": "0.0%"})},
        )
    _manager_line(pen, page)
    page.write_string(LINES.top - 2, 1, "Lines", pen.styles.section())
    pen.table(page, LINES)
    page.write_string(TERMS.top - 2, 1, "Opening terms", pen.styles.section())
    own = len(pen.tables["Terms"]) - len(TERM_LEVERS)
    pen.pairs(page, TERMS, [*(lever.quantity for lever in TERM_LEVERS), *[None] * own])
    pen.define("Line_names", QUOTE, LINES.top + 1, LINES.left, LINES.bottom, LINES.left)
    page.freeze_panes(3, 2)
    page.repeat_rows(LINES.top - 1)
    page.print_area(0, 0, TERMS.bottom - 1, LINES.right - 1)
    if pen.is_locked:
        page.protect("", {"format_columns": True, "format_rows": True})


def _manager_line(pen: Pen, page: object) -> None:
    """Whether a manager joins from the start, and what is known of the limits: native formulas, so that they always speak."""
    acv = address(HEADLINE.top + 3, HEADLINE.left + 2)
    rule = 'INDEX(Policy,MATCH("Manager early above",INDEX(Policy,0,1),0),2)'
    threshold = pen_policy(pen, "Manager early above")
    cached_acv = pen.results["headline"][3][2]
    joins = isinstance(threshold, float) and isinstance(cached_acv, float) and cached_acv > threshold
    words = "A manager joins this deal from the start: its ACV is above the policy's mark."
    page.write_formula(  # type: ignore[attr-defined]
        HEADLINE.bottom,
        HEADLINE.left - 1,
        f'=IF(ISNUMBER({rule}),IF(AND(ISNUMBER({acv}),{acv}>{rule}),"{words}",""),"")',
        pen.styles.get(bold=True, font_color="#8A0014"),
        words if joins else "",
    )
    state = address(LIMITS_STATUS.top, LIMITS_STATUS.left + 2)
    seal = address(LIMITS_STATUS.top + 1, LIMITS_STATUS.left + 2)
    cells = pen.results["limits_status"]
    page.write_formula(  # type: ignore[attr-defined]
        HEADLINE.bottom + 1,
        HEADLINE.left - 1,
        f'=IF(ISERROR(INDEX({live_name(HEADLINE)},1,1)),"{NOT_LIVE}","Limits: "&\'Limits\'!{state}&"; seal: "&\'Limits\'!{seal})',
        pen.styles.note(),
        f"Limits: {cells[0][2]}; seal: {cells[1][2]}",
    )


def pen_policy(pen: Pen, label: str) -> object:
    """A policy's value as it stands in the table, or None."""
    return next((row[1] for row in pen.tables["Policy"] if row[0] == label), None)
