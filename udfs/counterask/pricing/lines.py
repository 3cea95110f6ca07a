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
from .scenarios import Array, Scenarios, if_known, once_a_line

SERVED = (Kind.RECURRING, Kind.METERED)
"""The kinds of line that are served month by month, and have a window."""
_SIGNING, _YEAR = np.zeros((1, 1)), np.full((1, 1), 12.0)


@dataclass(frozen=True)
class Window:
    """Months in which a line runs, in each scenario, (n, 1): from `start` to before `end`; infinite where it has no end.

    is_always : whether the line runs from signing on without an end, in every scenario.
    """

    start: Array
    end: Array
    is_always: bool

    def runs(self, months: Array) -> Array:
        """Whether the line runs in each month: 1, 0, or NaN where its window is unknown. (n, H) or (1, H)."""
        inside = np.where((months >= self.start) & (months < self.end), 1.0, 0.0)
        return if_known(inside, self.start, self.end)


def lines_of_product(deal: Deal, line: int) -> tuple[int, ...]:
    """The other served lines of the same product: one of them may be continued by this one."""
    own = deal.lines[line]
    if not own.product or own.kind not in SERVED:
        return ()
    same = (place for place, other in enumerate(deal.lines) if other.product == own.product and other.kind in SERVED)
    return tuple(place for place in same if place != line)


@once_a_line
def window(scenarios: Scenarios, line: int) -> Window:
    """The window of a recurring or metered line."""
    is_always = scenarios.always(0.0, "start_month", line) and scenarios.always(np.inf, "end_month", line)
    return Window(scenarios.get("start_month", line), scenarios.get("end_month", line), is_always)


@once_a_line
def starts_before(scenarios: Scenarios, line: int) -> list[Array]:
    """The start of a line, of the line that it continues, of the one that this one continues, and so on. (n, 1) each.

    A line continues the line of its product that ends where it starts. Where two end there, the one that started earlier counts.
    As many as the product has lines; where nothing is continued any more, the first start is repeated.
    """
    starts = [window(scenarios, line).start]
    others = [window(scenarios, other) for other in lines_of_product(scenarios.deal, line)]
    for _ in others:
        earlier = starts[-1]
        for other in others:
            earlier = np.where((other.end == starts[-1]) & (other.start < earlier), other.start, earlier)
        starts.append(earlier)
    return starts


def first_start(scenarios: Scenarios, line: int) -> Array:
    """The month from which a line's ramp, free months and discount months count: its own start, or that of the first of the lines
    that it continues. (n, 1)."""
    return starts_before(scenarios, line)[-1]


def active_share(scenarios: Scenarios, line: int, months: Array) -> Array:
    """The share of a line's quantity that is in use in each month: its ramp while it runs, else 0. (n, H) or (1, H)."""
    when = window(scenarios, line)
    if when.is_always and scenarios.always(1.0, "ramp_months", line) and not lines_of_product(scenarios.deal, line):
        return np.ones_like(months)
    ramped = np.minimum(1.0, (months - first_start(scenarios, line) + 1.0) / scenarios.get("ramp_months", line))
    return ramped if when.is_always else when.runs(months) * ramped


def net_price(scenarios: Scenarios, line: int, months: Array) -> Array:
    """List price less the discount, while that lasts. (n, H), or (n, 1) where it is the same in every month; money."""
    listed, discount = scenarios.get("list_price", line), scenarios.get("discount", line)
    lasting = scenarios.get("discount_months", line)
    if scenarios.always(np.inf, "discount_months", line) or ((lasting == np.inf) | (discount == 0.0)).all():
        return listed * (1.0 - discount)
    lasts = if_known(np.where(months < first_start(scenarios, line) + lasting, discount, 0.0), lasting)
    return listed * (1.0 - np.where(discount == 0.0, 0.0, lasts))


@once_a_line
def delivery_months(scenarios: Scenarios, line: int) -> Array:
    """Months that the delivery of a one-off line takes, at least 1; NaN where nothing is left of them. (n, 1)."""
    months = scenarios.get("delivery_months", line) - scenarios.get("months_brought_forward")
    return np.where(months >= 1.0, months, np.nan)


@dataclass(frozen=True)
class YearlyFees:
    """The fees of each year before ramps, uplifts and free months, (n, Y) or (1, Y) money.

    listed : at list price. charged : after discounts. Of recurring and metered lines `charged` is U(y); of all lines, one-off
    prices spread over their delivery, it is F(y), and `listed` is E(y), what is exposed to claims.
    """

    listed: Array
    charged: Array


def served_fees(scenarios: Scenarios, years: Array) -> YearlyFees:
    """The fees of recurring and metered lines. years : (1, Y) from 0."""
    listed = charged = np.zeros_like(years)
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind in SERVED:
            when, a_month = window(scenarios, line), scenarios.get("list_price", line) * scenarios.get("quantity", line)
            runs = _YEAR if when.is_always else _months_of_year(when.start, when.end, years)
            full = a_month * runs
            listed, charged = listed + full, charged + full
            if not scenarios.always(0.0, "discount", line):
                taken = scenarios.get("discount", line) * a_month
                if not scenarios.always(np.inf, "discount_months", line):
                    lasts = np.minimum(when.end, first_start(scenarios, line) + scenarios.get("discount_months", line))
                    runs = _months_of_year(when.start, lasts, years)
                charged = charged - np.where(taken == 0.0, 0.0, taken * runs)
    return YearlyFees(listed, charged)


def all_fees(scenarios: Scenarios, years: Array, served: YearlyFees) -> YearlyFees:
    """The fees of all lines, from those of recurring and metered ones. years : (1, Y) from 0."""
    listed, charged = served.listed, served.charged
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind == Kind.ONE_OFF:
            takes = delivery_months(scenarios, line)
            price = scenarios.get("list_price", line) * scenarios.get("quantity", line)
            each_year = price / takes * _months_of_year(_SIGNING, takes, years)
            listed, charged = listed + each_year, charged + (1.0 - scenarios.get("discount", line)) * each_year
    return YearlyFees(listed, charged)


def _months_of_year(start: Array, end: Array, years: Array) -> Array:
    """How many months of each year lie in [start, end). (n, Y) or (1, Y)."""
    first = 12.0 * years
    return np.asarray(np.maximum(0.0, np.minimum(end, first + 12.0) - np.maximum(start, first)))


def exposed_fees(scenarios: Scenarios, months: Array) -> Array:
    """e(m): the same for each month, one-off prices included, without any discount. (n, H) or (1, H) money a month."""
    fees = np.zeros((1, 1))
    for line, one in enumerate(scenarios.deal.lines):
        price = scenarios.get("list_price", line) * scenarios.get("quantity", line)
        if one.kind == Kind.ONE_OFF:
            takes = delivery_months(scenarios, line)
            fees = fees + if_known(np.where(months < takes, price / takes, 0.0), takes)
        else:
            when = window(scenarios, line)
            fees = fees + (price if when.is_always else price * when.runs(months))
    return np.broadcast_to(fees, (fees.shape[0], months.shape[1]))
