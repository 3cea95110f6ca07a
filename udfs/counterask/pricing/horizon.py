"""What lies beyond the horizon is unknown: a month that no value looks at has no price, and must not pass as free.

The end of a term, a lock, a bond, a line, a discount or a warranty lies beyond where it is later than the horizon; a start where
the horizon ends before it. "none" is never beyond: it is priced as far as the horizon goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ..inputs.levers import LEVER_BY_NAME, Kind, inputs_of
from ..inputs.terms import Address, Deal
from .lines import first_start
from .scenarios import Scenarios

ENDS = ("term_months", "price_lock_months", "exclusivity_months", "end_month")
STARTS = ("tfc_from_month", "start_month")
LENGTHS = ("free_months", "discount_months", "warranty_months")
"""Inputs that end so many months after their line starts, or is delivered."""
_HAS_AN_END = frozenset({*ENDS, *STARTS, *LENGTHS})


def months_needed(deal: Deal, address: Address, state: Mapping[Address, float] | None = None) -> float:
    """The least horizon at which an input lies within it, in months; 0 where it needs none, NaN where it is unknown.

    state : inputs in place of the deal's own. Where a length counts on several lines, the latest counts.
    """
    line, name = address
    if name not in _HAS_AN_END:
        return 0.0
    now = state or {}

    def at(place: int | None, name: str) -> float:
        return now.get((place, name), deal.input_at((place, name)))

    level = at(line, name)
    if math.isinf(level):
        return 0.0
    if name in ENDS:
        return level
    if name in STARTS:
        return level + 1.0
    if name == "warranty_months":
        made = (at(place, "delivery_months") for place, one in enumerate(deal.lines) if one.kind == Kind.ONE_OFF)
        return _latest(months - at(None, "months_brought_forward") for months in made) + level if level else 0.0
    places = [place for place, one in enumerate(deal.lines) if one.kind == Kind.RECURRING] if line is None else [line]
    scenarios = Scenarios.of_states(deal, [now])
    return _latest(float(first_start(scenarios, place)[0, 0]) for place in places) + level


def _latest(months: object) -> float:
    """The latest of some months; minus infinity where there are none, NaN where one is unknown."""
    return float(np.max(list(months), initial=-math.inf))  # type: ignore[call-overload]


def beyond_horizon(deal: Deal, state: Mapping[Address, float] | None = None) -> dict[Address, float]:
    """The inputs of a deal that lie beyond its horizon, in sheet order, each with the least horizon that would hold it.

    That horizon is in months and a whole number of years.
    """
    addresses: list[Address] = [
        (place, lever.name) for place, line in enumerate(deal.lines) for lever in inputs_of(line.kind)
    ]
    addresses += [(None, name) for name, lever in LEVER_BY_NAME.items() if not lever.is_on_line]
    horizon = deal.assumptions.horizon_months
    needed = {address: months_needed(deal, address, state) for address in addresses}
    return {address: in_whole_years(months) for address, months in needed.items() if months > horizon}


def in_whole_years(months: float) -> float:
    """Months as the least whole number of years that holds them, in months.

    >>> in_whole_years(61)
    72.0
    """
    return 12.0 * math.ceil(months / 12.0)
