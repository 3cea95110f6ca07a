"""Risk that a term moves to the seller: what we charge for the claims of a year, up to a cap on that year.

Two classes, as contracts have them: general liability, and data (the super-cap). Claims arrive as Poisson, their sizes are
Lomax and grow with what we do for the client. An expectation alone prices large risk transfers as cheap, so the year's loss is
charged at Wang's proportional-hazards premium, and each layer of the limit at no less than insurers quote for it.
Sources: Klugman, Panjer, Willmot, Loss Models, appendix A (Pareto); S. Wang, "Insurance pricing and increased limits
ratemaking by proportional hazards transforms", Insurance: Mathematics and Economics 17 (1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .scenarios import Array, Scenarios, once


@dataclass(frozen=True)
class LiabilityClass:
    """A class of claims: its label, what its claims are called, and the names of its inputs."""

    label: str
    claims: str
    multiple: str
    frequency: str
    alpha: str
    theta: str


GENERAL = LiabilityClass(
    "liability", "claims", "liability_cap_multiple", "liability_frequency", "liability_alpha", "liability_theta"
)
DATA = LiabilityClass(
    "data liability", "data claims", "data_cap_multiple", "data_frequency", "data_alpha", "data_theta"
)
CLASSES = (GENERAL, DATA)


def limited_expected_value(cap: Array, alpha: Array, theta: Array) -> Array:
    """Expected payment on one claim that is limited at `cap`: E[min(X, cap)], X ~ Lomax(alpha, theta).

    cap : money, at least 0; infinity for no limit. alpha : tail index, at least 0. theta : scale, money. Any shapes that
    broadcast. Infinite where there is no limit and alpha <= 1: such a layer has no price.
    Written with expm1 so that it is exact through alpha = 1, where it is theta * ln(1 + cap/theta).
    Source: Klugman, Panjer, Willmot, Loss Models, appendix A (Pareto).

    >>> limited_expected_value(np.array([100.0]), np.array([2.0]), np.array([100.0])).round(2)
    array([50.])
    """
    excess = alpha - 1.0
    unlimited = cap == np.inf
    log_growth = np.log1p((np.where(unlimited, 0.0, cap) if unlimited.any() else cap) / theta)
    x = excess * log_growth
    flat = np.abs(x) < 1e-12
    ratio = np.where(flat, 1.0 - 0.5 * x, -np.expm1(-x) / np.where(flat, 1.0, x))
    limited = theta * log_growth * ratio
    if not unlimited.any():
        return np.asarray(limited)
    whole = np.where(
        excess > 0.0, theta / np.where(excess > 0.0, excess, 1.0), np.where(np.isnan(excess), np.nan, np.inf)
    )
    return np.where(unlimited, whole, limited)


def claim_scale(scenarios: Scenarios, claims: LiabilityClass, exposed: Array) -> Array:
    """Scale of a claim's size in each year, money: it grows with the fees before discounts, `exposed`. Shape of `exposed`."""
    scale = scenarios.get(claims.theta) * _growth_of_claims(scenarios, exposed)
    return np.maximum(scale, 1e-100)  # fees far below a cent leave a scale that is not 0


@once
def _growth_of_claims(scenarios: Scenarios, exposed: Array) -> Array:
    """How many times as large a claim is as at the reference fees."""
    elasticity = scenarios.get("liability_elasticity")
    growth = np.log(exposed / scenarios.get("liability_reference_fees"))
    return np.where(elasticity == 0.0, 1.0, np.exp(elasticity * growth))


def cap_of_year(scenarios: Scenarios, claims: LiabilityClass, fees: Array) -> Array:
    """The most that the claims of each year cost, money; infinite where there is no cap. Shape of `fees`."""
    multiple = scenarios.get(claims.multiple)
    unlimited = multiple == np.inf
    return np.where(unlimited, np.inf, np.where(unlimited, 0.0, multiple) * fees) if unlimited.any() else multiple * fees


def yearly_charge(scenarios: Scenarios, claims: LiabilityClass, fees: Array, exposed: Array) -> Array:
    """What we charge for the claims of each full year of service, money, at least 0. (n, Y) or (1, Y).

    fees : the year's fees, after discounts: what caps are a multiple of. exposed : the same without discounts: what claims grow
    with. Both (n, Y) or (1, Y) money. A unit of limit at `x` costs `k * (scale/(scale + x))^(risk_load*alpha)` a year, with `k`
    the loaded chance of a claim, but at least the least rate on line, that one up to a limit of `unlimited_multiple` fees.
    Infinite where there is no cap and the loaded tail has no mean; 0 where no claims are expected or nothing is exposed.
    """
    get = scenarios.get
    frequency, multiple = get(claims.frequency), get(claims.multiple)
    nothing = (frequency == 0.0) | (multiple == 0.0) | (exposed == 0.0)
    if nothing.all():
        return np.zeros((1, fees.shape[1]))
    load, least = get("risk_load"), get("minimum_rate_on_line")
    chance = np.where(frequency < 1.0, frequency**load, frequency)
    tail = load * get(claims.alpha)
    scale = claim_scale(scenarios, claims, exposed)
    cap = cap_of_year(scenarios, claims, fees)
    reach = np.where(chance <= least, 0.0, np.expm1(np.log(chance / least) / tail))
    floor_starts = np.where(reach == 0.0, 0.0, scale * reach)
    up_to = np.stack(np.broadcast_arrays(np.minimum(cap, floor_starts), cap))
    by_model, whole = chance * limited_expected_value(up_to, tail, scale)
    at_floor = least * np.maximum(0.0, np.minimum(cap, get("unlimited_multiple") * fees) - floor_starts)
    beyond = np.where(cap > floor_starts, np.maximum(at_floor, whole - by_model), 0.0)
    return np.where(nothing, 0.0, np.minimum(cap, by_model + beyond))
