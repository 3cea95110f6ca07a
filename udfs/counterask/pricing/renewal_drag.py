"""What a discount given for nothing is expected to cost again when a contract is renewed.

A client who got a discount for nothing expects it again. How much of it is the manager's assumption, a share; the drag is what
the discount takes from fees after the first term, times that share. It is an expectation beside deal value.
"""

from __future__ import annotations

import numpy as np

from ..inputs.terms import Deal
from .cashflow import parts
from .components import METERED_FEES, RECURRING_FEES
from .present_value import present_amounts
from .scenarios import Scenarios
from .service import Service

DISCOUNT = "discount"
"""The lever that teaches."""


def renewal_drag(deal: Deal, line: str, share: float, taught_discount_drag: float) -> float:
    """What asking a line's discount up by `share` of list price takes from its fees of service months from the first term end on,
    times the share of it that is expected again: present value, money, at most 0."""
    if np.isnan(deal.terms.term_months):
        return float("nan")
    place = deal.line_index(line)
    discount = deal.lines[place].discount
    scenarios = Scenarios(deal, 2, {(place, DISCOUNT): np.array([discount, discount + share])})
    service = Service(scenarios)
    change = 0.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for part in parts(deal):
            if part.component in (RECURRING_FEES, METERED_FEES) and (place, DISCOUNT) in part.reads:
                flow = part.flow(service)
                later = np.where(flow.service >= deal.terms.term_months, present_amounts(scenarios, flow), 0.0).sum(axis=1)
                change += float(later[1] - later[0])
    return change * taught_discount_drag
