"""The Assumptions sheet: the policy for all trades, and what finance assumes, each with its evidence.

Locked in a quote, open in the manager's workbook. The rows below the registry's hold values of one segment. A quote shows beside
each row the value that holds for its own segment.
"""

from __future__ import annotations

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.quantities import SHARE
from counterask.reading.policy import AUTHORITIES, POLICY

from . import choices, in_force, looks
from .layout import ASSUMED, ASSUMPTIONS_TABLE, POLICY_TABLE
from .manager_layout import IN_FORCE_COLUMN, POLICY_NAMED
from .natives import Native
from .pen import Pen
from .specs import TableSpec, kind_of

NATIVES: tuple[Native, ...] = in_force.VALUES
_SAID_AT = IN_FORCE_COLUMN + 1
_WHO_AT_LEAST = {
    "concession_authority": "Who must agree at least to a concession, unbalanced or for nothing in return.",
    "off_book_authority": "Who must agree at least to a line without a product, and to what differs from the price book.",
}


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    is_open = pen.is_limits_book
    words = "The same for every quote; rows with a segment hold for that segment only. " + (
        "Type into the yellow cells." if is_open else "Set by managers and finance; locked in a quote."
    )
    page = pen.open(ASSUMED, "Assumptions", words)
    pen.widths(page, ASSUMPTIONS_TABLE)
    page.set_column(IN_FORCE_COLUMN - 1, IN_FORCE_COLUMN - 1, 2 if is_open else 13)
    page.set_column(_SAID_AT - 1, _SAID_AT - 1, 92)
    page.write_string(POLICY_TABLE.top - 2, 0, "Policy", pen.styles.section())
    pen.pairs(page, POLICY_TABLE, POLICY, _SAID_AT, printed=POLICY_NAMED - len(POLICY), is_open=is_open)
    page.write_string(ASSUMPTIONS_TABLE.top - 2, 0, "What finance assumes", pen.styles.section())
    pen.pairs(page, ASSUMPTIONS_TABLE, ASSUMPTIONS, _SAID_AT, is_open=is_open)
    _authorities(pen)
    row = POLICY_TABLE.first + POLICY_NAMED - 1
    choices.three_letters(page, row, 2)
    words = "Of all money in limits and policy; the same as the quote's. Three letters: EUR."
    page.write_string(row - 1, _SAID_AT - 1, words, pen.styles.note(indent=1))
    for spec, count in ((POLICY_TABLE, POLICY_NAMED), (ASSUMPTIONS_TABLE, len(ASSUMPTIONS))):
        looks.share_values(pen, page, spec, spec.first + count, SHARE)
    if not is_open:
        _in_force(pen, POLICY_TABLE)
        _in_force(pen, ASSUMPTIONS_TABLE)
        kinds = [*map(kind_of, POLICY), *["switch"] * len(AUTHORITIES), *map(kind_of, ASSUMPTIONS)]
        for native, kind in zip(NATIVES, kinds, strict=True):
            pen.native(page, native, pen.styles.result(kind))
    page.freeze_panes(2, 1)
    page.repeat_rows(0, 1)
    page.print_area(0, 0, ASSUMPTIONS_TABLE.bottom - 1, _SAID_AT - 1)
    pen.close(page)


def _authorities(pen: Pen) -> None:
    """The drop-downs of the policies that say who must agree at least, and what they mean."""
    page = pen.pages[ASSUMED]
    for row, (name, label) in enumerate(AUTHORITIES.items(), POLICY_TABLE.first + len(POLICY)):
        box, words = (row - 1, POLICY_TABLE.left, row - 1, POLICY_TABLE.left), _WHO_AT_LEAST[name]
        page.data_validation(*box, choices.listed("Authority_list", label, words))
        page.write_string(row - 1, _SAID_AT - 1, f"{words} rep, manager or finance.", pen.styles.note(indent=1))


def _in_force(pen: Pen, spec: TableSpec) -> None:
    look = pen.styles.header("plain", is_input=False)
    pen.pages[ASSUMED].write_string(spec.top - 1, IN_FORCE_COLUMN - 1, "In force here", look)
