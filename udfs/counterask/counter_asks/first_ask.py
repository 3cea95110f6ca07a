"""The one thing to ask for: the lightest single counter-ask, or two together where that is heavy or there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..inputs.labels import label_of, level_words
from ..inputs.levers import LEVER_BY_NAME
from ..inputs.quantities import DAYS, MONTHS
from ..verdicts.trades import Change
from .bundles import bundles_at
from .burdens import HEAVY
from .finder import Scan, counter_asks_at
from .positions import Position


def first_ask(position: Position, found: Sequence[Scan]) -> tuple[Change, ...]:
    """What a rep would ask for first: the counter-asks of least burden that make the trade a negotiation; () where none do.

    found : the levers of the position, scanned. Pairs are looked at only where no single counter-ask is lighter than `HEAVY`.
    """
    single = next((row for row in counter_asks_at(position, found) if row.is_reachable), None)
    if single is not None and single.burden <= HEAVY:
        return (single.change,)
    pair = next(iter(bundles_at(position, found, most=1)), None)
    if pair is not None and (single is None or pair.burden < single.burden):
        return pair.counters
    return (single.change,) if single is not None else ()


def ask_words(changes: Sequence[Change]) -> str:
    """Counter-asks as they can be typed into the counter-ask's cell, "and" between two.

    >>> ask_words([Change("term_months", None, 36.0), Change("quantity", "Seats", 1950.0)])
    'Term 36 months and Quantity on Seats 1,950'
    """
    return " and ".join(_words(one) for one in changes)


def _words(change: Change) -> str:
    """The lever's label without its unit, its line, and the level with its unit."""
    known, words = LEVER_BY_NAME.get(change.lever), level_words(change.lever, change.to)
    unit = {MONTHS: "months", DAYS: "days"}.get(known.quantity.unit, "") if known is not None and math.isfinite(change.to) else ""
    label = label_of(change.lever).removesuffix(f" {unit}")
    unit = unit.removesuffix("s") if change.to == 1.0 else unit
    return " ".join(part for part in (label, f"on {change.line}" if change.line else "", words, unit) if part)
