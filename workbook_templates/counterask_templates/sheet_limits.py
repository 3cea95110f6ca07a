"""The Limits sheet: policy, assumptions, limits and company levers. Locked in a rep's quote, open in the manager's workbook."""

from __future__ import annotations

from counterask.assumptions import ASSUMPTIONS
from counterask.quote import POLICY

from .layout import ASSUMPTIONS_TABLE, LIMITS, LIMITS_STATUS, LIMITS_TABLE, POLICY_TABLE
from .pen import Pen


def draw(pen: Pen, *, is_open: bool) -> None:
    """Draw the sheet. is_open : whether its cells may be typed into."""
    page = pen.sheet(LIMITS)
    page.set_landscape()
    page.set_row(0, 26)
    page.write_string(0, 0, "Limits", pen.styles.title())
    words = "The manager's: how far reps may go, and what everybody assumes."
    page.write_string(1, 0, words, pen.styles.note())
    for place, column in enumerate(LIMITS_TABLE.columns):
        page.set_column(place, place, column.width)
    pen.result(page, LIMITS_STATUS, ("text", "mark", "text"), has_headers=False)
    page.write_string(POLICY_TABLE.top - 2, 0, "Policy", pen.styles.section())
    pen.pairs(page, POLICY_TABLE, [*POLICY, None], is_open=is_open)
    page.write_string(ASSUMPTIONS_TABLE.top - 2, 0, "Assumptions", pen.styles.section())
    pen.pairs(page, ASSUMPTIONS_TABLE, ASSUMPTIONS, is_open=is_open)
    page.write_string(LIMITS_TABLE.top - 2, 0, "Limits and company levers", pen.styles.section())
    pen.table(page, LIMITS_TABLE, is_open=is_open)
    percent = pen.book.add_format({"num_format": "0.0##%"})
    first = LIMITS_TABLE.top
    for place, column in enumerate(LIMITS_TABLE.columns):
        if column.kind == "level":
            page.conditional_format(
                first,
                place,
                LIMITS_TABLE.bottom - 1,
                place,
                {"type": "formula", "criteria": f"=COUNTIF(Share_levers,$A{first + 1})>0", "format": percent},
            )
    page.freeze_panes(3, 1)
    filled = [number for number, row in enumerate(pen.tables["Limits"]) if row[0] is not None]
    page.print_area(0, 0, LIMITS_TABLE.top + max(8, max(filled, default=0) + 2), LIMITS_TABLE.right - 1)
    if pen.is_locked and not is_open:
        page.protect("", {"format_columns": True, "format_rows": True})
