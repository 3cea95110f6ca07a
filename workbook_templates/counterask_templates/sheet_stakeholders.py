"""The Stakeholders sheet: who decides, what they need, and what an answer is worth to them."""

from __future__ import annotations

from .layout import STAKEHOLDERS, STAKEHOLDERS_TABLE
from .natives import Native, of_client
from .pen import LINE_HEIGHT, Pen, lines_of

_CLIENT = of_client(STAKEHOLDERS, 5)
NATIVES: tuple[Native, ...] = (_CLIENT,)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "What an answer is worth to them is our estimate: it ranks counter-asks and never enters our value."
    page = pen.open(STAKEHOLDERS, "Stakeholders", words)
    pen.widths(page, STAKEHOLDERS_TABLE)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=2)
    pen.table(page, STAKEHOLDERS_TABLE)
    need = STAKEHOLDERS_TABLE.column("need") - STAKEHOLDERS_TABLE.left
    for row, cells in enumerate(pen.facts.tables["Stakeholders"], STAKEHOLDERS_TABLE.first):
        lines = lines_of(str(cells[need] or ""), STAKEHOLDERS_TABLE.columns[need].width)
        page.set_row(row - 1, max(lines * LINE_HEIGHT, LINE_HEIGHT + 4))
    page.freeze_panes(STAKEHOLDERS_TABLE.top, 1)
    page.repeat_rows(0, STAKEHOLDERS_TABLE.top - 1)
    page.print_area(0, 0, STAKEHOLDERS_TABLE.bottom - 1, STAKEHOLDERS_TABLE.right - 1)
    pen.close(page)
