"""What lies beyond the horizon is unknown: a month that no value looks at has no price, and must not pass as free.

The end of a term, a lock, a bond, a line, a discount or a warranty lies beyond where it is later than the horizon; a start where
the horizon ends before it. "none" is never beyond: it is priced as far as the horizon goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ..inputs.levers import LEVER_BY_NAME, Kind, inputs_of
from ..inputs.terms import Address, Deal
from .lines import first_start, lines_of_product
from .scenarios import Scenarios

ENDS = ("term_months", "price_lock_months", "exclusivity_months", "end_month")
STARTS = ("tfc_from_month", "start_month")
LENGTHS = ("free_months", "discount_months", "warranty_months")
"""Inputs that end so many months after their line starts, or is delivered."""
_HAS_AN_END = frozenset({*ENDS, *STARTS, *LENGTHS})


def has_an_end(address: Address) -> bool:
    """Whether an input may lie beyond the horizon."""
    return address[1] in _HAS_AN_END


def months_needed(deal: Deal, address: Address, state: Mapping[Address, float] | None = None) -> float:
    """The least horizon at which an input lies within it, in months; 0 where it needs none, NaN where it is unknown.

    state : inputs in place of the deal's own. Where a length counts on several lines, the latest counts.
    """
    line, name = address
    if not has_an_end(address):
        return 0.0
    now = state or {}

    def at(place: int | None, name: str) -> float:
        found = now.get((place, name))
        return deal.input_at((place, name)) if found is None else found

    def starts(place: int) -> float:
        if not lines_of_product(deal, place):
            return at(place, "start_month")
        return float(first_start(Scenarios.of_states(deal, [now]), place)[0, 0])

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
    return _latest(map(starts, places)) + level


def _latest(months: Iterable[float]) -> float:
    """The latest of some months; minus infinity where there are none, NaN where one is unknown."""
    found = list(months)
    return math.nan if any(map(math.isnan, found)) else max(found, default=-math.inf)


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
