"""What liability may cost in one year of service: on average, with the load that is charged, and in a bad year.

Claims arrive as Poisson; each is Lomax and limited at the cap. An expectation hides what a cap opens: the year that comes
once in twenty or in a hundred stands beside it. It is shown and enters no value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..inputs.terms import Address, Deal
from .aggregate_loss import BUCKETS, Lattice, on_lattice, poisson, sum_of_claims
from .cashflow import annual_contract_value
from .liability import limited_expected_value
from .scenarios import Array, Scenarios

ONE_IN_20, ONE_IN_100 = 0.95, 0.99
_ROUNDS, _ROOM = 40, 4.0


@dataclass(frozen=True)
class BadYear:
    """Liability in one year of service, money, at least 0; NaN where an input is unknown, infinity where there is no bound.

    cap : the most that one claim costs. expected : mean cost of a year. load : what is charged above it. one_in_20, one_in_100 :
    the cost that a year exceeds with a chance of 5 % and of 1 %.
    """

    cap: float
    expected: float
    load: float
    one_in_20: float
    one_in_100: float


def bad_year(deal: Deal, state: Mapping[Address, float] | None = None) -> BadYear:
    """A year's liability on a deal, with the inputs of `state` in place of its own."""
    scenarios = Scenarios(deal.with_inputs(state or {}))
    multiple, frequency, alpha, theta, load = (
        float(scenarios.get(name)[0, 0])
        for name in (
            "liability_cap_multiple",
            "liability_frequency",
            "liability_alpha",
            "liability_theta",
            "risk_load",
        )
    )
    acv = float(annual_contract_value(scenarios)[0, 0])
    if frequency == 0.0 or multiple == 0.0:
        return BadYear(0.0 if multiple == 0.0 else multiple * acv, 0.0, 0.0, 0.0, 0.0)
    cap = math.inf if math.isinf(multiple) else multiple * acv
    if any(math.isnan(value) for value in (cap, frequency, alpha, theta, load)):
        return BadYear(cap, math.nan, math.nan, math.nan, math.nan)
    expected = frequency * _limited_mean(cap, alpha, theta)
    charged = frequency * _limited_mean(cap, load * alpha, theta) if load > 0.0 else math.inf
    load_only = math.inf if math.isinf(charged) else charged - expected
    bad, worst = (exceeded_once(chance, frequency, cap, alpha, theta) for chance in (ONE_IN_20, ONE_IN_100))
    return BadYear(cap, expected, load_only, bad, worst)


def _limited_mean(cap: float, alpha: float, theta: float) -> float:
    return float(limited_expected_value(np.array([cap]), np.array([alpha]), np.array([theta]))[0])


def exceeded_once(chance: float, frequency: float, cap: float, alpha: float, theta: float) -> float:
    """The loss of a year that is not exceeded with a chance, money: 0.95 for the year that is exceeded once in twenty.

    frequency : claims a year, above 0. cap : the most that a claim costs, infinity for no limit. alpha, theta : of the Lomax.
    Computed on a lattice that is fitted until it ends some way behind the answer; between two places it is interpolated.
    """
    if cap == 0.0:
        return 0.0
    if math.isfinite(cap):
        # A year below the cap knows nothing of it: then two caps give the same answer to the last digit.
        unlimited = exceeded_once(chance, frequency, math.inf, alpha, theta)
        if unlimited <= cap:
            return unlimited

    def limited(levels: Array) -> Array:
        return limited_expected_value(np.minimum(levels, cap), np.array([alpha]), np.array([theta]))

    end = (1.0 + frequency) * _limited_mean(min(cap, 1e3 * theta), alpha, theta)
    for _ in range(_ROUNDS):
        year = sum_of_claims(on_lattice(limited, end / BUCKETS, BUCKETS), poisson(frequency))
        found = year.quantile(chance)
        if math.isinf(found):
            end *= _ROOM
        elif 0.0 < found < end / _ROOM:
            end = 2.0 * found
        else:
            return _between(year, chance)
    return found


def _between(year: Lattice, chance: float) -> float:
    """The quantile, its place between two levels included: what is lumped at a level lay half a step around it."""
    reached = np.cumsum(year.chances)
    if reached[0] >= chance:
        return 0.0
    return float(np.interp(chance, reached, year.levels + 0.5 * year.step))
