"""The one thing to ask for: the lightest single counter-ask, or two together where that is heavy or there is none."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.phrases import phrase
from ..verdicts.trades import Change
from .bundles import bundles_at
from .burdens import HEAVY
from .finder import CounterAsk, Scan, counter_asks_at
from .positions import Position


def first_ask(position: Position, found: Sequence[Scan], ranked: Sequence[CounterAsk] | None = None) -> tuple[Change, ...]:
    """What a rep would ask for first: the counter-asks of least burden that make the trade a negotiation; () where none do.

    found : the levers of the position, scanned. ranked : its single counter-asks, where they are known. Pairs are looked at only
    where no single counter-ask is lighter than `HEAVY`.
    """
    ranked = counter_asks_at(position, found) if ranked is None else ranked
    single = next((row for row in ranked if row.is_reachable), None)
    if single is not None and single.burden <= HEAVY:
        return (single.change,)
    pair = next(iter(bundles_at(position, found, most=1)), None)
    if pair is not None and (single is None or pair.burden < single.burden):
        return pair.counters
    return (single.change,) if single is not None else ()


def ask_words(changes: Sequence[Change]) -> str:
    """Counter-asks as they can be typed into the counter-ask's cell, "and" between two.

    >>> ask_words([Change("term_months", None, 36.0), Change("quantity", "Seats", 1950.0)])
    'Term 36 months and Quantity of Seats 1950'
    """
    return " and ".join(phrase(one.lever, one.line, one.to) for one in changes)
