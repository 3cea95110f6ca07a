"""Stakeholders and History: who wants what, and what was given before."""

from __future__ import annotations

from .layout import HISTORY, HISTORY_TABLE, STAKEHOLDERS, STAKEHOLDERS_TABLE, TableSpec
from .pen import Pen

_WORDS = {
    STAKEHOLDERS: "Who decides and what they need. Name the levers that answer a need, separated by commas. "
    "Our estimate of the worth to them ranks counter-asks; it never enters our value.",
    HISTORY: "What this client was given before, what it cost us, and what we got for it.",
}


def draw(pen: Pen) -> None:
    """Draw both sheets."""
    for spec in (STAKEHOLDERS_TABLE, HISTORY_TABLE):
        _draw(pen, spec)


def _draw(pen: Pen, spec: TableSpec) -> None:
    page = pen.sheet(spec.sheet)
    page.set_landscape()
    page.set_row(0, 26)
    page.write_string(0, 0, spec.sheet, pen.styles.title())
    page.write_string(1, 0, _WORDS[spec.sheet], pen.styles.note())
    for place, column in enumerate(spec.columns):
        page.set_column(place, place, column.width)
    pen.table(page, spec)
    page.freeze_panes(spec.top, 1)
    page.repeat_rows(spec.top - 1)
    page.print_area(0, 0, spec.bottom - 1, spec.right - 1)
    if pen.is_locked:
        page.protect("", {"format_columns": True, "format_rows": True})
