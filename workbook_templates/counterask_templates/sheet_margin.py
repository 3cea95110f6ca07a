"""The Margin sheet, for finance: opening against now by year and by component, and fair shares."""

from __future__ import annotations

from .layout import COMPONENTS, MARGIN, MARGIN_BY_YEAR, SHARES
from .pen import Pen


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.sheet(MARGIN)
    page.set_landscape()
    page.set_row(0, 26)
    page.write_string(0, 0, "Margin", pen.styles.title())
    page.write_string(
        1,
        0,
        "Present values in the currency of the quote, by year of service. The totals are the deal values.",
        pen.styles.note(),
    )
    page.set_column(0, 0, 28)
    page.set_column(1, 6, 15)
    page.set_column(7, 7, 17)
    page.set_column(8, 8, 23)
    page.set_column(9, 9, 14)
    sections = (
        (MARGIN_BY_YEAR, "By year, opening and now", ("text", *["money"] * 7)),
        (COMPONENTS, "By component", ("text", *["money"] * 3)),
        (
            SHARES,
            "Fair shares: what each trade does, whatever the order",
            ("text", *["money"] * 6, "text", "text", "money"),
        ),
    )
    for spec, words, kinds in sections:
        page.write_string(spec.top - 3, 0, words, pen.styles.section())
        pen.result(page, spec, kinds)
        page.set_row(spec.top - 2, 32)
    page.freeze_panes(3, 1)
    page.print_area(0, 0, SHARES.top + 20, SHARES.right - 1)
    if pen.is_locked:
        page.protect("", {"format_columns": True, "format_rows": True})
