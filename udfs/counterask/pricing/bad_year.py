"""What liability may cost in one year of service: on average, with the load that is charged, and in a bad year.

Claims arrive as Poisson; each is Lomax, and the cap is on what all claims of a year cost. An expectation hides what a cap opens:
so the year that comes once in twenty, or once in a hundred, is shown beside it. It does not affect deal value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..inputs.terms import Address, Deal
from .aggregate_loss import BUCKETS, Lattice, on_lattice, poisson, sum_of_claims
from .liability import GENERAL, LiabilityClass, cap_of_year, claim_scale, limited_expected_value, yearly_charge
from .scenarios import Array, Scenarios
from .service import Service

ONE_IN_20, ONE_IN_100 = 0.95, 0.99
_ROUNDS, _ROOM = 40, 4.0


@dataclass(frozen=True)
class BadYear:
    """A class of liability in one year of service, money, at least 0; NaN where an input is unknown, infinity without a bound.

    cap : the most that the year costs. expected : mean cost of the year. load : what is charged above it. one_in_20, one_in_100 :
    the cost that a year exceeds with a chance of 5 % and of 1 %.
    """

    cap: float
    expected: float
    load: float
    one_in_20: float
    one_in_100: float


def bad_year(
    deal: Deal, state: Mapping[Address, float] | None = None, claims: LiabilityClass = GENERAL
) -> BadYear:
    """The year of a deal in which most is exposed to claims of a class, with the inputs of `state` in place of the deal's own."""
    scenarios = Scenarios(deal.with_inputs(state or {}))
    if math.isnan(deal.assumptions.horizon_months):
        return BadYear(*[math.nan] * 5)
    multiple, frequency, alpha = (
        float(scenarios.get(name)[0, 0]) for name in (claims.multiple, claims.frequency, claims.alpha)
    )
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        service = Service(scenarios)
        exposed, fees = service.fees.listed, service.fees.charged
        year = int(np.argmax(exposed[0]))
        cap, scale, charge = (
            float(found[0, year])
            for found in (
                cap_of_year(scenarios, claims, fees),
                claim_scale(scenarios, claims, exposed),
                yearly_charge(scenarios, claims, fees, exposed),
            )
        )
    if frequency == 0.0 or multiple == 0.0 or exposed[0, year] == 0.0:
        return BadYear(0.0 if multiple == 0.0 else cap, 0.0, 0.0, 0.0, 0.0)
    if any(math.isnan(value) for value in (cap, charge, scale, alpha, frequency)):
        return BadYear(cap, *[math.nan] * 4)
    expected = min(cap, frequency * _limited_mean(cap, alpha, scale))
    load = math.inf if math.isinf(charge) else charge - expected
    bad, worst = (exceeded_once(chance, frequency, cap, alpha, scale) for chance in (ONE_IN_20, ONE_IN_100))
    return BadYear(cap, expected, load, bad, worst)


def _limited_mean(cap: float, alpha: float, theta: float) -> float:
    return float(limited_expected_value(np.array([cap]), np.array([alpha]), np.array([theta]))[0])


def exceeded_once(chance: float, frequency: float, cap: float, alpha: float, theta: float) -> float:
    """The loss of a year that is not exceeded with a chance, money: 0.95 for the year that is exceeded once in twenty.

    frequency : claims a year, above 0. cap : the most that the year costs, infinity for no limit. alpha, theta : of the Lomax.
    Computed on a lattice that is fitted until it ends well above the answer; between two places it is interpolated.
    """
    if cap == 0.0:
        return 0.0

    def limited(levels: Array) -> Array:
        return limited_expected_value(levels, np.array([alpha]), np.array([theta]))

    end = (1.0 + frequency) * _limited_mean(1e3 * theta, alpha, theta)
    for _ in range(_ROUNDS):
        year = sum_of_claims(on_lattice(limited, end / BUCKETS, BUCKETS), poisson(frequency))
        found = year.quantile(chance)
        if math.isinf(found):
            end *= _ROOM
        elif 0.0 < found < end / _ROOM:
            end = 2.0 * found
        else:
            return min(cap, _between(year, chance))
    return min(cap, found)


def _between(year: Lattice, chance: float) -> float:
    """The quantile, its place between two levels included: what is lumped at a level lay half a step around it."""
    reached = np.cumsum(year.chances)
    if reached[0] >= chance:
        return 0.0
    return float(np.interp(chance, reached, year.levels + 0.5 * year.step))
