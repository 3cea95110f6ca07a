"""How much a counter-ask asks of the client, as a share of a year's fees.

Money counts in full: what the client pays more over the years, as a share of what the deal costs a year today. More units, or a
lower discount, are paid again in each of five years; a price rise of a point adds up to ten points over them; months that become
chargeable are paid once. Every other lever counts a tenth of its change from today as a share of today: a term of 36 months
instead of 24 is half as long again, so its burden is 0.05. A change from or to nothing ("none", 0, no to yes) counts as one
whole; months that are billed at once count as a share of a year.
Where a stakeholder has estimated what a lever is worth to them, that estimate comes on top, for the same share of change.
How far the limits would let us go plays no part: a far limit makes nothing light.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..inputs.levers import Kind
from ..inputs.terms import Address, Deal
from ..pricing.scenarios import Array
from ..reading.stakeholders import Stakeholder, cost_to_client

OF_A_LEVER = 0.1
"""What a change as large as today's level weighs where it is not money: a tenth of a year's fees."""
HEAVY = 0.25
"""Above this a single counter-ask is not said before two lighter ones are looked at."""

_YEARS = 5.0
_RISES = 10.0
"""A point more in each of five years, the first of them without a rise: 1 + 2 + 3 + 4."""
_UPLIFTS = frozenset({"uplift_floor", "uplift_cap"})
_CHARGED = frozenset({"ramp_months", "start_month", "end_month"})


def yearly_spend(deal: Deal) -> float:
    """What the client pays in a year at today's prices, money, at least 1; one-off prices count as a year's."""
    return max(1.0, math.fsum(_spend(deal, place) for place in range(len(deal.lines))))


def burdens_of(deal: Deal, address: Address, start: float, levels: Array, people: Sequence[Stakeholder] = ()) -> Array:
    """The burden of moving one lever from `start` to each level, (n,) shares of a year's fees, at least 0.

    deal : the deal as it stands. people : who has estimated what levers are worth to them.
    """
    year = yearly_spend(deal)
    found = [
        _own(deal, address, start, level, year) + cost_to_client(address[1], share_of_today(start, level), people) / year
        for level in levels.tolist()
    ]
    return np.array(found)


def share_of_today(start: float, level: float) -> float:
    """The change from one level to another as a share of the first; 1 from or to "none" and from 0.

    >>> share_of_today(24.0, 36.0), share_of_today(0.0, 1.0), share_of_today(30.0, 15.0)
    (0.5, 1.0, 0.5)
    """
    if math.isnan(start) or not (math.isfinite(start) and math.isfinite(level)) or start == 0.0:
        return 1.0
    return abs(level - start) / abs(start)


def _own(deal: Deal, address: Address, start: float, level: float, year: float) -> float:
    """What a move asks of the client, without anybody's own estimate. year : the fees of a year, money."""
    place, lever = address
    if place is not None and lever in ("quantity", "discount"):
        years = 1.0 if deal.lines[place].kind == Kind.ONE_OFF else _YEARS
        return years * abs(_spend(deal, place, **{lever: level}) - _spend(deal, place, **{lever: start})) / year
    if place is not None and lever == "discount_months":
        off = abs(_spend(deal, place, discount=0.0) - _spend(deal, place))
        return off * _months(deal, start, level) / 12.0 / year
    if place is not None and lever in _CHARGED:
        return _spend(deal, place) * _months(deal, start, level) / 12.0 / year
    if not math.isfinite(start) or not math.isfinite(level):
        return OF_A_LEVER
    if lever in _UPLIFTS:
        return _RISES * abs(level - start)
    if lever == "free_months":
        return abs(level - start) / 12.0
    return OF_A_LEVER * (abs(level - start) / 12.0 if lever == "billing_months" else share_of_today(start, level))


def _months(deal: Deal, start: float, level: float) -> float:
    """The months between two levels, as far as five years go."""
    end = 12.0 * _YEARS
    return abs(min(level, end) - min(start, end))


def _spend(deal: Deal, place: int, quantity: float | None = None, discount: float | None = None) -> float:
    """A year's fees of one line at its present price, money; a one-off line's whole price."""
    line = deal.lines[place]
    units = line.quantity if quantity is None else quantity
    off = line.discount if discount is None else discount
    found = float(line.list_price * units * (1.0 - off) * (1.0 if line.kind == Kind.ONE_OFF else 12.0))
    return found if math.isfinite(found) else 0.0
