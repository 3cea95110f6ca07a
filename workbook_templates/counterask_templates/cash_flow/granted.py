"""The changes that trades make, as the list on the sheet of the present deal has them: which are granted, and in which order.

A trade counts where it was answered with yes and the functions say what it nets: then it has moved the deal. Of several
changes of one lever the last of the ledger stands: trades in their order, the asks of each first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..layout import TRADE_ROWS
from ..natives import CellText, Facts, number
from .cash_layout import CHANGES, UNTOLD, Block
from .cell_levels import text, traded_level, trimmed
from .month_formulas import STANDS_STILL


def granted_changes(facts: Facts, put: Callable[[Block, str, int, CellText], CellText]) -> dict[tuple[str, str], CellText]:
    """The last level of every lever that a granted trade moves, by its plain name and line; fills the list of changes."""
    trades, nets, notes = facts.tables["Trades"], facts.found("trades", "Net"), facts.found("trades", "Note")
    starts: list[int] = []
    for place in range(TRADE_ROWS):
        above = starts[-1] if starts else 0
        name = text(trades[place][0])
        starts.append(above if trimmed(name) == "" else _start(trades, place, above))
    last: dict[tuple[str, str], tuple[int, CellText]] = {}
    for place in range(CHANGES.rows):
        is_counter, row = divmod(place, TRADE_ROWS)
        start, cells = starts[row], trades[row]
        lever, line, to = (cells[column] for column in ((5, 6, 7) if is_counter else (1, 2, 3)))
        first = trades[max(start, 1) - 1]
        is_yes = trimmed(first[4]).lower()[:3] in ("yes", "")
        granted = start > 0 and is_yes and _does_move(nets[max(start, 1) - 1], str(notes[max(start, 1) - 1]))
        word = re.sub(r"[ _\-.,]", "", str(text(lever))).lower()
        counts = granted and text(lever) != ""
        level = traded_level(to) if counts else ""
        order = start * 1000 + 100 * is_counter + row + 1 if counts else 0
        side = "counter-ask" if is_counter else "ask"
        said = f"{side} {trimmed(first[0])}" if text(lever) != "" else ""
        cells_of: dict[str, CellText] = {
            "said": said,
            "trade_row": float(start),
            "granted": float(granted),
            "key": f"{word}|{trimmed(line)}" if counts else "",
            "order": float(order),
            "level": level,
        }
        for key, value in cells_of.items():
            put(CHANGES, key, place, value)
        if counts:
            key_of = (word, trimmed(line))
            last[key_of] = max(last.get(key_of, (0, "")), (order, level), key=lambda one: one[0])
    return {key: level for key, (_, level) in last.items()}


def _start(trades: Sequence[Sequence[Any]], place: int, above: int) -> int:
    """The row, from 1, at which the trade of a row with an id starts: its own, or that of the trade that it goes on with."""
    name, ask, _, _, response = (trimmed(cell) for cell in (*trades[place][:4], trades[place][4]))
    if response:
        return place + 1
    if above and name == trimmed(trades[above - 1][0]):
        return above
    return place + 1 if ask else [trimmed(row[0]) for row in trades].index(name) + 1


def _does_move(net: Any, note: str) -> bool:
    """Whether a trade that was answered with yes moves the deal, as the functions say of it."""
    return number(net) is not None or (net == UNTOLD and not any(words in note for words in STANDS_STILL))
