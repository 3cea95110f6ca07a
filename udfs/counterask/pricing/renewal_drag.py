"""What a discount given for nothing is expected to cost again when a contract is renewed.

A client who got a discount for nothing expects it again. How much of it is the manager's assumption, a share; the drag is
the fees of the line after the first term, times that share of the discount. It is an expectation beside deal value.
"""

from __future__ import annotations

import numpy as np

from ..inputs.terms import Deal
from .cashflow import METERED_FEES, RECURRING_FEES, flows
from .scenarios import Scenarios
from .valuation import cash_time, currency_factor, discount_factor

DISCOUNT = "discount"
"""The lever that teaches."""


def renewal_drag(deal: Deal, line: str, share: float, taught_discount_drag: float) -> float:
    """Present value, money, at most 0, of asking a line's fees after the first term to fall by `share` of list price,
    times the share of it that is expected again."""
    discount = deal.lines[deal.line_index(line)].discount
    if np.isnan(deal.terms.term_months) or np.isnan(discount):
        return float("nan")
    if discount >= 1.0:
        return 0.0
    scenarios = Scenarios(deal)
    renewed = 0.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for flow in flows(scenarios):
            if flow.source != line or flow.component not in (RECURRING_FEES, METERED_FEES):
                continue
            time = cash_time(scenarios, flow)
            factor = discount_factor(scenarios, time)
            if flow.in_client_currency:
                factor = factor * currency_factor(scenarios, time)
            later = flow.service >= deal.terms.term_months
            renewed += float(np.sum(np.where(later & (flow.amounts != 0.0), flow.amounts * factor, 0.0)))
    return -renewed * share / (1.0 - discount) * taught_discount_drag
