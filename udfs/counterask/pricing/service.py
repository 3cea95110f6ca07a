"""What the flows of a batch share: months, years, who is left, indices, how much of each line is in use, full fees.

Each is computed when it is first asked for. The horizon is the deal's and the same in every scenario.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps

import numpy as np

from .billing import fee_weight
from .lines import active_share, by_year, monthly_fees, net_price
from .price_index import cost_index, most_favoured_factor, price_index
from .retention import Retention, retention
from .scenarios import Array, Scenarios


def _once_a_line(compute: Callable[[Service, int], Array]) -> Callable[[Service, int], Array]:
    """Remember what was computed for a line, for it is asked for by several flows."""

    @wraps(compute)
    def remembered(service: Service, line: int) -> Array:
        key = (compute.__name__, line)
        if key not in service.of_lines:
            service.of_lines[key] = compute(service, line)
        return service.of_lines[key]

    return remembered


@dataclass(frozen=True)
class Service:
    """The shared quantities of a batch of scenarios. Shapes: (n or 1, H) by month, (n or 1, Y) by year."""

    scenarios: Scenarios
    of_lines: dict[tuple[str, int], Array] = field(default_factory=dict)

    @cached_property
    def months(self) -> Array:
        """Service months from 0, (1, H)."""
        return np.arange(self.scenarios.deal.assumptions.horizon_months, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def years(self) -> Array:
        """Service years from 0, (1, Y)."""
        return np.arange(self.months.shape[1] // 12, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def retention(self) -> Retention:
        """Who is left in each month of the horizon."""
        return retention(self.scenarios, self.months)

    @cached_property
    def served(self) -> Array:
        """S(m): the probability that each month is served."""
        return self.retention.served

    @cached_property
    def fee_weight(self) -> Array:
        """W(m): the probability with which the recurring fee of each month is earned."""
        return fee_weight(self.scenarios, self.served, self.months)

    def served_at(self, month: Array) -> Array:
        """S at one month for each scenario, which may lie after the horizon. month : (n, 1) or (1, 1). Same shape or (n, 1)."""
        whole = np.floor(month)
        known = np.where(np.isnan(whole), 0.0, whole).astype(np.intp)
        served = self.served
        if known.max() >= served.shape[1]:
            served = retention(self.scenarios, np.arange(known.max() + 1.0)[np.newaxis, :]).served
        rows = max(len(served), len(known))
        picked = np.take_along_axis(
            np.broadcast_to(served, (rows, served.shape[1])), np.broadcast_to(known, (rows, 1)), axis=1
        )
        return np.where(np.isnan(whole), np.nan, picked)

    @cached_property
    def price_by_year(self) -> Array:
        """Price index times what a most-favoured-price clause leaves of the price."""
        return price_index(self.scenarios, self.years) * most_favoured_factor(self.scenarios, self.years)

    @cached_property
    def cost_by_month(self) -> Array:
        """Cost index of each month."""
        return self.by_month(cost_index(self.scenarios, self.years))

    def by_month(self, yearly: Array) -> Array:
        """Spread what holds for a year over its months: (n, Y) to (n, H)."""
        return np.repeat(yearly, 12, axis=1)

    @_once_a_line
    def active(self, line: int) -> Array:
        """The share of a line's quantity that is in use in each month."""
        return active_share(self.scenarios, line, self.months)

    @_once_a_line
    def cost_weight(self, line: int) -> Array:
        """What one unit of monthly cost of a line comes to: who is left, the share in use, the cost index."""
        return self.served * (self.active(line) * self.cost_by_month)

    @_once_a_line
    def full_fee(self, line: int) -> Array:
        """Fee of a recurring or metered line in each month, as if no month were free, money, before who is left.

        A recurring fee is less the credits for missed service; a metered one is on mean units.
        """
        get = self.scenarios.get
        price = net_price(self.scenarios, line, self.months)
        kept = self.price_by_year
        if self.scenarios.deal.lines[line].kind == "recurring":
            credit = get("sla_credit")
            kept = kept * np.where(credit == 0.0, 1.0, 1.0 - get("sla_miss_probability") * credit)
        if price.shape[1] == 1:
            return self.by_month(price * get("quantity", line) * kept) * self.active(line)
        return self.by_month(kept * get("quantity", line)) * price * self.active(line)

    @cached_property
    def exposed_fees(self) -> Array:
        """e(m): the fees of each month before ramps, uplifts, free months and discounts; one-off prices spread over delivery."""
        fees = monthly_fees(self.scenarios, self.months, is_discounted=False)
        return np.broadcast_to(fees, (fees.shape[0], self.months.shape[1]))

    @cached_property
    def exposed_by_year(self) -> Array:
        """E(y): what is exposed to claims in each year."""
        return by_year(self.exposed_fees, self.months)

    @cached_property
    def fees_by_year(self) -> Array:
        """F(y): the same after discounts, what caps are a multiple of."""
        return by_year(monthly_fees(self.scenarios, self.months), self.months)
