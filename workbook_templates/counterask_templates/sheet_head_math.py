"""The Head math sheet: one card that a rep can learn by heart. What pays for what, and what a step of each lever is worth."""

from __future__ import annotations

from . import looks
from .math_layout import HEAD_MATH, RATES, RULES
from .natives import Native, of_client
from .pen import LINE_HEIGHT, Pen

_SIZE = 12
_CLIENT = of_client(HEAD_MATH, RATES.right - 1)
NATIVES: tuple[Native, ...] = (_CLIENT,)


def draw(pen: Pen) -> None:
    """Draw the sheet. It prints on one page and is read at arm's length."""
    words = "From the deal as it is now. Each rule is rounded in our favour and holds in its range; beyond that, use the sheet."
    page = pen.open(HEAD_MATH, "Head math", words)
    for place, width in enumerate(RATES.widths):
        page.set_column(place, place, width)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=_SIZE, align="right"), across=1)
    page.write_string(RULES.top - 3, 0, "What pays for what", pen.styles.section())
    pen.result(page, RULES, font_size=_SIZE)
    page.set_row(RULES.top - 2, LINE_HEIGHT + 8)
    for row in range(RULES.top, RULES.bottom + 1):
        page.set_row(row - 1, 3 * LINE_HEIGHT + 12)
    page.write_string(RATES.top - 3, 0, "What one step is worth, dearest first", pen.styles.section())
    pen.result(page, RATES, font_size=_SIZE)
    page.set_row(RATES.top - 2, 2 * LINE_HEIGHT + 8)
    for row in range(RATES.top, RATES.bottom + 1):
        page.set_row(row - 1, LINE_HEIGHT + 5)
    for spec in (RULES, RATES):
        looks.framed_result(pen, page, spec, "")
    page.freeze_panes(2, 1)
    page.fit_to_pages(1, 1)
    page.set_portrait()
    page.print_area(0, 0, RATES.bottom - 1, RATES.right - 1)
    pen.close(page)
