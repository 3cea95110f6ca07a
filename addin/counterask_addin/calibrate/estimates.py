"""What an estimate is: a value, an interval, how many cases it rests on and how, or "not enough"."""

from __future__ import annotations

import math
from dataclasses import dataclass

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.quantities import SHARE

NOT_ENOUGH = "not enough: keep your judgement"
"""The answer where there is too little data."""
LEAST_CHOICES, LEAST_ENDS, LEAST_TRIALS, LEAST_INSOLVENT, LEAST_CLAIMS, LEAST_YEARS, LEAST_FALLS = 20, 5, 30, 8, 30, 20, 8
"""How much is enough: ends by choice; ends of another kind (also claims and falls of a price, for how often they come); trials
of a share; insolvencies with open invoices; claims for their sizes; years of demand; falls of a price for their size."""
WIDEST = 0.5
"""An interval of spread or inertia that is wider tells nothing."""
LEAST_FEE_SPREAD = 7.0
"""For the elasticity of claims: the standard deviation of the logarithm of fees times the root of the claims paid in full. With
less its interval is wider than about 0.7; published values range from 0.3 to 0.8."""
BESIDE = {
    "days_late": (
        "Days paid late",
        "days",
        "No cell: add them to payment_days in your mind; they are the same before and after a trade.",
    ),
    "demand_cv": ("Spread of use", "%", "An input of metered lines: type it into the price book."),
}
"""Estimates that are no assumptions: label, unit, and where they belong."""


@dataclass(frozen=True)
class Estimate:
    """One number from the data. name : of the assumption. segment : "" for all clients. value, low, high : in the assumption's
    unit, NaN where there is not enough; `high` may be infinite. cases : how many it rests on. basis : what they are, as words.
    method : how. warning : what to know before it is used."""

    name: str
    segment: str
    value: float
    low: float
    high: float
    cases: int
    basis: str
    method: str
    warning: str = ""

    @property
    def is_enough(self) -> bool:
        """Whether there is a number to propose."""
        return not math.isnan(self.value)

    @property
    def label(self) -> str:
        """The name as a person reads it."""
        return BESIDE[self.name][0] if self.name in BESIDE else ASSUMPTION_BY_NAME[self.name].label

    @property
    def unit(self) -> str:
        """The unit of the number."""
        return BESIDE[self.name][1] if self.name in BESIDE else ASSUMPTION_BY_NAME[self.name].unit


def not_enough(name: str, segment: str, cases: int, basis: str, why: str) -> Estimate:
    """The answer where there is too little data. why : what is missing, as a phrase."""
    return Estimate(name, segment, math.nan, math.nan, math.nan, cases, basis, "", f"{NOT_ENOUGH} ({why})")


def in_words(value: float, unit: str) -> str:
    """A number as a person reads it: shares in percent.

    >>> in_words(0.8349, "%"), in_words(61234.0, "money"), in_words(1.834, "number"), in_words(float("inf"), "number")
    ('83.5%', '61,234', '1.83', 'no limit')
    """
    if math.isinf(value):
        return "no limit"
    if unit == SHARE:
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def rounded_estimate(value: float, unit: str) -> float:
    """A proposed value with as many digits as it deserves: a tenth of a percent, or three digits."""
    if unit == SHARE:
        return round(value, 3 if value >= 0.02 else 4)
    return float(f"{value:.3g}")
