"""The Rounds sheet: who moved how far in each round, in levers and in money, and what is still open. Locked."""

from __future__ import annotations

from .natives import Native, of_client
from .pen import Pen, header_height
from .round_layout import EXPLAINED, READ_BY_PEOPLE, ROUNDS, ROUNDS_TABLE, ROW_HEIGHT

_CLIENT = of_client(ROUNDS, READ_BY_PEOPLE)
NATIVES: tuple[Native, ...] = (_CLIENT,)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page, spec = pen.open(ROUNDS, "Rounds", EXPLAINED[0]), ROUNDS_TABLE
    page.write_string(2, 0, EXPLAINED[1], pen.styles.note())
    pen.widths(page, spec)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"))
    page.set_row(spec.top - 1, header_height([(column.header, column.width) for column in spec.columns]))
    for place, column in enumerate(spec.columns):
        page.write_string(spec.top - 1, place, column.header, pen.styles.header(column.kind, is_input=False))
        look = pen.styles.result(column.kind, valign="top")
        for row in range(spec.first, spec.bottom + 1):
            page.write_blank(row - 1, place, None, look)
    for row in range(spec.first, spec.bottom + 1):
        page.set_row(row - 1, ROW_HEIGHT)
    pen.define(spec.name, spec.sheet, spec.top, spec.left, spec.bottom, spec.right)
    page.freeze_panes(spec.top, 1)
    page.repeat_rows(0, spec.top - 1)
    page.print_area(0, 0, spec.bottom - 1, READ_BY_PEOPLE - 1)
    pen.close(page)
