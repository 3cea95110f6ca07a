"""When a line runs, how much of it is in use, at which discount; and the fees of a year that follow from all lines.

A recurring or metered line runs in `[start_month, end_month)`, so that a ramp deal is a few lines one after another. A line
that starts in the month in which a line of the same product ends continues it: its free months, ramp and discount months
count from the first of them. One-off lines have no window. All inputs are (n, 1) or (1, 1), months are (1, H) whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..inputs.levers import Kind
from ..inputs.terms import Deal
from .scenarios import Array, Scenarios, unknown

SERVED = (Kind.RECURRING, Kind.METERED)
"""The kinds of line that are served month by month, and have a window."""


@dataclass(frozen=True)
class Window:
    """Months in which a line runs, in each scenario, (n, 1): from `start` to before `end`; infinite where it has no end.

    origin : the month from which its ramp, its free months and the months of its discount count.
    """

    start: Array
    end: Array
    origin: Array

    @property
    def is_always(self) -> bool:
        """Whether the line runs from signing on without an end, in every scenario."""
        return bool(np.all(self.start == 0.0) and np.all(np.isposinf(self.end)))

    def runs(self, months: Array) -> Array:
        """Whether the line runs in each month: 1, 0, or NaN where its window is unknown. (n, H) or (1, H)."""
        inside = np.where((months >= self.start) & (months < self.end), 1.0, 0.0)
        return inside + unknown(self.start, self.end)


def lines_of_product(deal: Deal, line: int) -> tuple[int, ...]:
    """The other served lines of the same product: one of them may be continued by this one."""
    own = deal.lines[line]
    if not own.product or own.kind not in SERVED:
        return ()
    same = (place for place, other in enumerate(deal.lines) if other.product == own.product and other.kind in SERVED)
    return tuple(place for place in same if place != line)


def window(scenarios: Scenarios, line: int) -> Window:
    """The window of a recurring or metered line.

    Walks back from line to line of the product, at most once for each: the line that ended where this one starts, the line
    that ended where that one started, and so on. Where two ended there, the one that started earlier counts.
    """
    start, end = scenarios.get("start_month", line), scenarios.get("end_month", line)
    others = lines_of_product(scenarios.deal, line)
    windows = [(scenarios.get("start_month", other), scenarios.get("end_month", other)) for other in others]
    origin = start
    for _ in others:
        first = origin
        for other_start, other_end in windows:
            first = np.where((other_end == origin) & (other_start < first), other_start, first)
        origin = first
    return Window(start, end, origin)


def active_share(scenarios: Scenarios, line: int, months: Array) -> Array:
    """The share of a line's quantity that is in use in each month: its ramp while it runs, else 0. (n, H) or (1, H)."""
    when = window(scenarios, line)
    ramped = np.minimum(1.0, (months - when.origin + 1.0) / scenarios.get("ramp_months", line))
    return ramped if when.is_always else np.where(when.runs(months) == 0.0, 0.0, ramped) + unknown(when.start, when.end)


def net_price(scenarios: Scenarios, line: int, months: Array) -> Array:
    """List price less the discount, while that lasts. (n, H), or (n, 1) where it is the same in every month; money."""
    listed, discount = scenarios.get("list_price", line), scenarios.get("discount", line)
    lasting = scenarios.get("discount_months", line)
    if np.all(np.isposinf(lasting) | (discount == 0.0)):
        return listed * (1.0 - discount)
    lasts = np.where(months < window(scenarios, line).origin + lasting, discount, 0.0) + unknown(lasting)
    return listed * (1.0 - np.where(discount == 0.0, 0.0, lasts))


def delivery_months(scenarios: Scenarios, line: int) -> Array:
    """Months that the delivery of a one-off line takes, at least 1; NaN where nothing is left of them. (n, 1)."""
    months = scenarios.get("delivery_months", line) - scenarios.get("months_brought_forward")
    return np.where(months >= 1.0, months, np.nan)


def monthly_run_rate(scenarios: Scenarios, months: Array, is_discounted: bool = True) -> Array:
    """u(m): fees of the recurring and metered lines that run in a month, before ramps, uplifts and free months.

    is_discounted : whether at the price after discount. Returns (n, H) or (1, H) money a month, or (n, 1) or (1, 1) where
    every month is the same.
    """
    fees = np.zeros((1, 1))
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind in SERVED:
            price = net_price(scenarios, line, months) if is_discounted else scenarios.get("list_price", line)
            when = window(scenarios, line)
            running = np.ones((1, 1)) if when.is_always else when.runs(months)
            fees = fees + price * scenarios.get("quantity", line) * running
    return fees


def monthly_fees(scenarios: Scenarios, months: Array, is_discounted: bool = True) -> Array:
    """f(m), or e(m) without any discount: the run rate, and one-off prices spread over their delivery. Shapes as above."""
    fees = monthly_run_rate(scenarios, months, is_discounted)
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind == Kind.ONE_OFF:
            price = scenarios.get("list_price", line) * scenarios.get("quantity", line)
            if is_discounted:
                price = price * (1.0 - scenarios.get("discount", line))
            takes = delivery_months(scenarios, line)
            fees = fees + np.where(months < takes, price / takes, 0.0) + unknown(takes)
    return fees


def by_year(monthly: Array, months: Array) -> Array:
    """The sum over each year of the horizon, (n, Y) or (1, Y)."""
    if monthly.shape[1] == 1:
        return np.repeat(12.0 * monthly, months.shape[1] // 12, axis=1)
    return np.asarray(monthly.reshape(monthly.shape[0], -1, 12).sum(axis=2))


def annual_contract_value(scenarios: Scenarios) -> Array:
    """ACV: the recurring and metered fees of the year of the horizon in which they are highest. (n, 1) or (1, 1) money.

    Before ramps, uplifts and free months, after discounts. NaN where the horizon is unknown.
    """
    horizon = scenarios.deal.assumptions.horizon_months
    if np.isnan(horizon):
        return np.full((1, 1), np.nan)
    months = np.arange(horizon, dtype=np.float64)[np.newaxis, :]
    return np.asarray(by_year(monthly_run_rate(scenarios, months), months).max(axis=1, keepdims=True))
