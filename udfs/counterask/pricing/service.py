"""What the flows of a batch share: months, years, who is left, indices, how much of each line is in use, full fees.

Each is computed when it is first asked for. The horizon is the deal's and the same in every scenario.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..inputs.levers import Kind
from .billing import fee_weight
from .contract_months import Calendar
from .lines import YearlyFees, active_share, all_fees, exposed_fees, net_price, served_fees
from .price_index import cost_index, most_favoured_factor, price_index
from .retention import Retention, retention
from .scenarios import Array, Scenarios


@dataclass(frozen=True)
class Service:
    """The shared quantities of a batch of scenarios. Shapes: (n or 1, H) by month, (n or 1, Y) by year."""

    scenarios: Scenarios
    of_lines: dict[tuple[str, int], Array] = field(default_factory=dict, init=False)

    @cached_property
    def months(self) -> Array:
        """Service months from 0, (1, H)."""
        return np.arange(self.scenarios.deal.assumptions.horizon_months, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def middles(self) -> Array:
        """The middle of each service month, (1, H): when costs are cash."""
        return self.months + 0.5

    @cached_property
    def years(self) -> Array:
        """Service years from 0, (1, Y)."""
        return np.arange(self.months.shape[1] // 12, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def calendar(self) -> Calendar:
        """In which term and in which billing block each month of the horizon lies."""
        return Calendar(self.scenarios, self.months)

    @cached_property
    def retention(self) -> Retention:
        """Who is left in each month of the horizon."""
        return retention(self.scenarios, self.calendar)

    @cached_property
    def served(self) -> Array:
        """S(m): the probability that each month is served."""
        return self.retention.served

    @cached_property
    def fee_weight(self) -> Array:
        """W(m): the probability with which the recurring fee of each month is earned."""
        return fee_weight(self.scenarios, self.served, self.calendar)

    def served_at(self, month: Array) -> Array:
        """S at one month for each scenario, which may lie after the horizon. month : (n, 1) or (1, 1). Same shape or (n, 1)."""
        if month.size == 1 and 0.0 <= (only := month.item()) < self.served.shape[1]:
            return self.served[:, int(only), np.newaxis]
        whole = np.floor(month)
        known = np.where(np.isnan(whole), 0.0, whole).astype(np.intp)
        served = self.served
        if known.max() >= served.shape[1]:
            longer = Calendar(self.scenarios, np.arange(known.max() + 1.0)[np.newaxis, :])
            served = retention(self.scenarios, longer).served
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
        return yearly.repeat(12, axis=1)

    def active(self, line: int) -> Array:
        """The share of a line's quantity that is in use in each month."""
        return self.once("active", line, lambda: active_share(self.scenarios, line, self.months))

    def cost_weight(self, line: int) -> Array:
        """What one unit of monthly cost of a line comes to: who is left, the share in use, the cost index."""
        return self.once("cost", line, lambda: self.served * (self.active(line) * self.cost_by_month))

    def full_fee(self, line: int) -> Array:
        """Fee of a recurring or metered line in each month, as if no month were free, money, before who is left.

        A recurring fee is less the credits for missed service; a metered one is on mean units.
        """
        return self.once("fee", line, lambda: self._full_fee(line))

    def _full_fee(self, line: int) -> Array:
        get = self.scenarios.get
        price, by_year = net_price(self.scenarios, line, self.months), self.price_by_year * get("quantity", line)
        if self.scenarios.deal.lines[line].kind == Kind.RECURRING and not self.scenarios.always(0.0, "sla_credit"):
            credit = get("sla_credit")
            by_year = by_year * np.where(credit == 0.0, 1.0, 1.0 - get("sla_miss_probability") * credit)
        if price.shape[1] == 1:
            return self.by_month(price * by_year) * self.active(line)
        return self.by_month(by_year) * (price * self.active(line))

    def once(self, what: str, line: int, compute: Callable[[], Array]) -> Array:
        """Compute what several flows of a line share when it is first asked for."""
        key = (what, line)
        if key not in self.of_lines:
            self.of_lines[key] = compute()
        return self.of_lines[key]

    @cached_property
    def served_fees(self) -> YearlyFees:
        """The fees of each year of recurring and metered lines."""
        return served_fees(self.scenarios, self.years)

    @cached_property
    def acv(self) -> Array:
        """ACV: the recurring and metered fees of the year of the horizon in which they are highest. (n or 1,) money.

        Before ramps, uplifts and free months, after discounts.
        """
        return np.asarray(self.served_fees.charged.max(axis=1))

    @cached_property
    def fees(self) -> YearlyFees:
        """The fees of each year: E(y), what is exposed to claims, and F(y), what caps are a multiple of."""
        return all_fees(self.scenarios, self.years, self.served_fees)

    @cached_property
    def exposed_and_served(self) -> Array:
        """What is exposed in each month, weighted with who is left, money."""
        return self.served * exposed_fees(self.scenarios, self.months)
