"""The Client history sheet: what this client was given before, what it cost us and what we got for it; stalls and versions.

Excel reserves the name "History" for a sheet; the defined name of the table may be `History`.
"""

from __future__ import annotations

from . import looks
from .layout import DRAG, HISTORY, HISTORY_TABLE
from .natives import Facts, Native, fixed, number_or_none, of_client, total
from .pen import LINE_HEIGHT, Pen, lines_of

_SUMMARY = (4, 1)


def _summary() -> Native:
    cost, worth, event = (HISTORY_TABLE.data(name) for name in ("cost", "worth", "event"))
    stalls = f'COUNTIF({event},"stall")'
    formula = (
        f'=IF(COUNT({cost})=0,"✔ Nothing was given to this client before.",'
        f'IF(SUM({cost})+SUM({worth})<0,"▲","✔")&" Given so far: "&FIXED(-SUM({cost}),0)&" "&Currency&"; got for it: "'
        f'&FIXED(SUM({worth}),0)&" "&Currency&IF({stalls}=0,"","; stalls: "&{stalls})&".")'
    )

    def say(facts: Facts) -> str:
        costs = facts.inputs("History", "cost")
        if all(number_or_none(money) is None for money in costs):
            return "✔ Nothing was given to this client before."
        given, got = total(costs), total(facts.inputs("History", "worth"))
        currency, count = facts.header.get("currency") or "", facts.inputs("History", "event").count("stall")
        shape = "▲" if given + got < 0 else "✔"
        words = f"{shape} Given so far: {fixed(-given)} {currency}; got for it: {fixed(got)} {currency}"
        return words + (f"; stalls: {count}." if count else ".")

    return Native(HISTORY, *_SUMMARY, formula, say)


_CLIENT = of_client(HISTORY, 8)
_GIVEN = _summary()
NATIVES: tuple[Native, ...] = (_CLIENT, _GIVEN)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "Earlier trades with this client, bare concessions, stalls, and the versions of this quote."
    page = pen.open(HISTORY, "Client history", words)
    pen.widths(page, HISTORY_TABLE)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=2)
    page.set_row(_SUMMARY[0] - 1, 22)
    pen.native(page, _GIVEN, pen.styles.banner(font_size=11), across=HISTORY_TABLE.right - 1)
    looks.sentence(pen, page, (*_SUMMARY, _SUMMARY[0], HISTORY_TABLE.right))
    pen.result(page, DRAG)
    page.set_row(DRAG.top - 1, 22)
    pen.table(page, HISTORY_TABLE)
    last = HISTORY_TABLE.columns[-1]
    for row, cells in enumerate(pen.facts.tables["History"], HISTORY_TABLE.first):
        page.set_row(row - 1, max(lines_of(str(cells[-1] or ""), last.width) * LINE_HEIGHT, LINE_HEIGHT + 4))
    looks.levels(pen, page, HISTORY_TABLE, "lever", (HISTORY_TABLE.column("from"), HISTORY_TABLE.column("to")))
    page.freeze_panes(HISTORY_TABLE.top, 1)
    page.repeat_rows(0, HISTORY_TABLE.top - 1)
    page.print_area(0, 0, HISTORY_TABLE.bottom - 1, HISTORY_TABLE.right - 1)
    pen.close(page)
