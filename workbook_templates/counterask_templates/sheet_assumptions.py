"""The Assumptions sheet: the policy for all trades, and what finance assumes. Locked in a quote, open in the manager's workbook."""

from __future__ import annotations

from counterask.assumptions import ASSUMPTIONS
from counterask.quantities import NUMBER, Quantity
from counterask.quote import POLICY

from .layout import ASSUMED, ASSUMPTIONS_TABLE, POLICY_TABLE
from .pen import Pen

_HELP_COLUMN, _EXPECTED_COLUMN = 5, 4
_CURRENCY = Quantity(
    "currency", NUMBER, 0.0, 0.0, 0.0, "Of all money in limits and policy, as three letters; the same as the quote's."
)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    is_open = pen.is_limits_book
    words = "The same for every quote. " + (
        "Type into the yellow cells." if is_open else "Set by managers and finance; locked in a quote."
    )
    page = pen.open(ASSUMED, "Assumptions", words)
    for place, width in enumerate((28, 14, 14, 56, 78)):
        page.set_column(place, place, width)
    for table, heading, quantities in (
        (POLICY_TABLE, "Policy", POLICY),
        (ASSUMPTIONS_TABLE, "What finance assumes", ASSUMPTIONS),
    ):
        page.write_string(table.top - 2, 0, heading, pen.styles.section())
        pen.pairs(page, table, quantities, is_open=is_open, help_column=_HELP_COLUMN, expected_column=_EXPECTED_COLUMN)
        head = pen.styles.header(is_input=False)
        page.write_string(table.top - 1, _EXPECTED_COLUMN - 1, "What may be typed", head)
        page.write_string(table.top - 1, _HELP_COLUMN - 1, "What it means", head)
    row = POLICY_TABLE.bottom - 1
    page.write_string(row, _HELP_COLUMN - 1, _CURRENCY.help, pen.styles.note(indent=1))
    page.freeze_panes(2, 1)
    page.repeat_rows(0, 1)
    page.print_area(0, 0, ASSUMPTIONS_TABLE.bottom - 1, _HELP_COLUMN - 1)
    pen.close(page)
