"""The Assumptions sheet: the policy for all trades, and what finance assumes.

Locked in a quote, open in the manager's workbook.
"""

from __future__ import annotations

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.reading.quote import POLICY

from . import choices
from .layout import ASSUMED, ASSUMPTIONS_TABLE, POLICY_TABLE
from .pen import Pen


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    is_open = pen.is_limits_book
    words = "The same for every quote. " + (
        "Type into the yellow cells." if is_open else "Set by managers and finance; locked in a quote."
    )
    page = pen.open(ASSUMED, "Assumptions", words)
    for place, width in enumerate((28, 15, 15, 50, 78)):
        page.set_column(place, place, width)
    page.write_string(POLICY_TABLE.top - 2, 0, "Policy", pen.styles.section())
    pen.pairs(page, POLICY_TABLE, POLICY, is_open=is_open)
    page.write_string(ASSUMPTIONS_TABLE.top - 2, 0, "What finance assumes", pen.styles.section())
    pen.pairs(page, ASSUMPTIONS_TABLE, ASSUMPTIONS, is_open=is_open)
    row = POLICY_TABLE.bottom - 1
    choices.three_letters(page, row + 1, 2)
    page.write_string(row, 3, "Three letters: EUR", pen.styles.note(indent=1))
    page.write_string(row, 4, "Of all money in limits and policy; the same as the quote's.", pen.styles.note(indent=1))
    page.freeze_panes(2, 1)
    page.repeat_rows(0, 1)
    page.print_area(0, 0, ASSUMPTIONS_TABLE.bottom - 1, 4)
    pen.close(page)
