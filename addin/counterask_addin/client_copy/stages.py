"""Which lines run in which months, and at which price: what a client adds up is a month, not a list of windows.

Months are counted from signing, as the inputs of a line are; infinite where there is no end. Money is rounded as it is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from counterask.inputs.levers import Kind
from counterask.inputs.terms import Deal, Line
from counterask.pricing.lines import SERVED, first_start
from counterask.pricing.scenarios import Scenarios

LEAST_MONEY_DIGITS, MOST_DIGITS, SIGNIFICANT = 2, 8, 6


def digits_of(value: float, least: int) -> int:
    """The decimals with which a number is shown: six significant digits, without zeros that say nothing."""
    if value == 0.0 or not math.isfinite(value):
        return least
    wanted = SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))
    digits = min(MOST_DIGITS, max(LEAST_MONEY_DIGITS, wanted))
    while digits > least and round(value, digits - 1) == round(value, digits):
        digits -= 1
    return digits


def as_shown(value: float, least: int = LEAST_MONEY_DIGITS) -> float:
    """A number as it is shown."""
    return round(value, digits_of(value, least))


@dataclass(frozen=True)
class PricedLine:
    """One line over the months. A one-off line has no window: it starts at 0 and has no end.

    start, end : the months in which it runs, from `start` to before `end`. discount_end : the month from which the list price
    holds; infinite where the price never changes. ramp_months : what is left of the ramp when the line starts.
    """

    line: Line
    start: float
    end: float
    discount_end: float
    ramp_months: float

    @property
    def discount(self) -> float:
        """The discount with which the line starts."""
        return self.line.discount if self.discount_end > self.start else 0.0

    def price(self, month: float) -> float:
        """Price of a unit in a month, money."""
        return as_shown(self.line.list_price * (1.0 - (self.line.discount if month < self.discount_end else 0.0)))

    def amount(self, month: float) -> float:
        """What the full quantity costs in a month (recurring, metered) or in all (one-off), money; 0 where it does not run."""
        return round(self.price(month) * self.line.quantity, 2) if self.start <= month < self.end else 0.0


@dataclass(frozen=True)
class Stage:
    """Months, from `start` to before `end`, in which all lines of a kind cost the same, with their total: money."""

    start: float
    end: float
    total: float


def priced_lines(deal: Deal, rate: float = 1.0) -> tuple[PricedLine, ...]:
    """The lines of a deal over the months. rate : what one of the deal's money is in the money that is shown."""
    scenarios = Scenarios(deal)
    found = []
    for place, line in enumerate(deal.lines):
        shown = replace(line, list_price=line.list_price * rate)  # type: ignore[call-arg]
        if line.kind not in SERVED:
            found.append(PricedLine(shown, 0.0, math.inf, math.inf, 1.0))
            continue
        first = float(first_start(scenarios, place).item())
        until = first + line.discount_months
        changes = line.discount > 0.0 and until < line.end_month
        ramp = max(1.0, line.ramp_months - (line.start_month - first))
        found.append(PricedLine(shown, line.start_month, line.end_month, until if changes else math.inf, ramp))
    return tuple(found)


def stages_of(lines: tuple[PricedLine, ...], kind: Kind) -> tuple[Stage, ...]:
    """The stages of all lines of a kind, in their order, without months in which none of them runs."""
    chosen = [line for line in lines if line.line.kind is kind]
    turns = {month for line in chosen for month in (0.0, line.start, line.end, line.discount_end) if month < math.inf}
    starts = sorted(turns)
    found: list[Stage] = []
    for start, end in pairwise([*starts, math.inf]):
        if not any(line.start <= start < line.end for line in chosen):
            continue
        total = round(math.fsum(line.amount(start) for line in chosen), 2)
        if found and found[-1].end == start and found[-1].total == total:
            found[-1] = replace(found[-1], end=end)
        else:
            found.append(Stage(start, end, total))
    return tuple(found)
