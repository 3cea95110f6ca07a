"""Fair shares by brute force, and the plain search for a counter-ask: the end of section 8 of docs/valuation.md."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from .plain_reference import changed
from .plain_verdicts import PlainLedger

Player = tuple[int, bool]
"""One side of a trade: the trade's number, and whether it is the side of the asks."""


def plain_shares(ledger: PlainLedger) -> list[dict[str, Any]]:
    """The Owen value of each trade that moves: over all orders of the trades and, inside a trade, of its two sides.

    Reading: "inside the trade" the asks together are one player and the counter-asks together another.
    """
    moving = [trade for trade in ledger.trades if trade.moves]

    def value(coalition: frozenset[Player]) -> float:
        inside = [
            step.change for number, trade in enumerate(moving) for step in trade.steps if (number, step.is_ask) in coalition
        ]
        return ledger.value(changed(ledger.document, *inside))

    share = {(number, is_ask): 0.0 for number in range(len(moving)) for is_ask in (True, False)}
    nets: list[list[float]] = [[] for _ in moving]
    orders = list(permutations(range(len(moving))))
    for order in orders:
        there: frozenset[Player] = frozenset()
        for number in order:
            both = there | {(number, True), (number, False)}
            for side in (True, False):
                joins_first = value(there | {(number, side)}) - value(there)
                joins_last = value(both) - value(both - {(number, side)})
                share[number, side] += (joins_first + joins_last) / 2 / len(orders)
            nets[number].append(value(both) - value(there))
            there = both
    found = []
    for number, trade in enumerate(moving):
        cost, worth, least, most = share[number, True], share[number, False], min(nets[number]), max(nets[number])
        row = {"id": trade.id, "cost": cost, "worth": worth, "net": cost + worth, "least_net": least, "greatest_net": most}
        found.append(row | {"depends_on_order": least < 0 < most})
    return found


def plain_find(ledger: PlainLedger, trade_id: str, lever: str, line: Any, levels: list[Any]) -> tuple[Any, float] | None:
    """The first of the levels that makes a trade a negotiation, with its net; (None, net of the greatest counted).

    levels : nearest first, all within `ask_up_to`. None where the trade names the lever, or no level can be tried.
    Reading: "where the deal stands" is the deal before the trade, and the trade is judged there.
    """
    trade = next(one for one in ledger.document["trades"] if one["id"] == trade_id)
    if any(
        (change["lever"], change.get("line")) == (lever, line) for change in [*trade.get("asks", ()), *trade.get("counters", ())]
    ):
        return None
    start, best = ledger.starts[trade_id], None
    for level in levels:
        change = {"lever": lever, "line": line, "to": level}
        if ledger.months_needed(changed(start, change), lever, line, level):
            continue
        found = ledger.weigh({**trade, "response": "yes", "counters": [*trade.get("counters", ()), change]}, start)
        if found.verdict == "negotiation":
            return level, found.net
        if found.moves and (best is None or found.counted > best.counted):
            best = found
    return None if best is None else (None, best.net)
