"""What a price becomes over the years: index with floor and cap, most-favoured price, options on demand.

All shapes are (n, 1) inputs against a (1, Y) row of years. The normal distribution comes from `math.erfc`, so that
the engine needs numpy and nothing heavier.
"""

from __future__ import annotations

import math

import numpy as np

from .scenarios import Array, Scenarios, if_known

_ROOT_HALF = math.sqrt(0.5)
_DENSITY_AT_0 = 1.0 / math.sqrt(2.0 * math.pi)


def normal_cdf(z: Array) -> Array:
    """Standard normal distribution function, to the precision of `math.erfc`; any shape."""
    flat = (-_ROOT_HALF * z).ravel().tolist()
    return 0.5 * np.fromiter(map(math.erfc, flat), np.float64, len(flat)).reshape(z.shape)


def normal_density(z: Array) -> Array:
    """Standard normal density; any shape."""
    return _DENSITY_AT_0 * np.exp(-0.5 * z * z)


def expected_excess(strike: Array, mean: Array, deviation: Array) -> Array:
    """E[(X - strike)+] for X ~ Normal(mean, deviation^2): an undiscounted Bachelier call.

    Any shapes that broadcast; deviation at least 0 (0 gives the plain excess). An infinite strike gives 0.
    A put is `expected_excess(-strike, -mean, deviation)`.
    Source: Bachelier (1900); Brigo and Mercurio, Interest Rate Models, normal model.

    >>> expected_excess(np.array([100.0]), np.array([100.0]), np.array([20.0])).round(6)
    array([7.978846])
    """
    none, is_certain = strike == np.inf, deviation == 0.0
    has_none = none.any()
    distance = mean - np.where(none, 0.0, strike) if has_none else mean - strike
    spread = np.where(is_certain, 1.0, deviation)
    z = distance / spread
    with_spread = distance * normal_cdf(z) + spread * normal_density(z)
    result = np.where(is_certain, np.maximum(distance, 0.0), with_spread)
    return np.where(none, 0.0, result) if has_none else result


def price_index(scenarios: Scenarios, years: Array) -> Array:
    """Expected price index G(y) of each year: 1 in year 0, then the expected uplift between floor and cap.

    years : (1, Y) whole years from 0. Returns (n, Y) or (1, Y). Years are independent; an index change has the standard
    deviation `inflation_vol * sqrt(year)`. A floor above the cap counts as the cap; either may be "none". There is no rise while
    the price lock covers the start of the year.
    """
    inflation = scenarios.get("inflation")
    cap, floor = scenarios.get("uplift_cap"), scenarios.get("uplift_floor")
    later = years[:, 1:]
    deviation = scenarios.get("inflation_vol") * np.sqrt(later)
    raised = inflation
    if not scenarios.always(np.inf, "uplift_floor"):
        put_strike = np.where(floor == np.inf, np.inf, -np.minimum(floor, cap))
        raised = raised + expected_excess(put_strike, -inflation, deviation)
    if not scenarios.always(np.inf, "uplift_cap"):
        raised = raised - expected_excess(cap, inflation, deviation)
    lock = scenarios.get("price_lock_months")
    yearly = if_known(np.where(12.0 * later < lock, 0.0, raised), lock)
    index = np.cumprod(1.0 + yearly, axis=1)
    return np.concatenate([np.ones((index.shape[0], 1)), index], axis=1)


def cost_index(scenarios: Scenarios, years: Array) -> Array:
    """Cost index K(y) = (1 + inflation)^y. Shapes as in `price_index`."""
    return (1.0 + scenarios.get("inflation")) ** years


def most_favoured_factor(scenarios: Scenarios, years: Array) -> Array:
    """Expected share of the price that is left when a most-favoured-price clause may bite. (n, Y) or (1, Y)."""
    if scenarios.always(0.0, "most_favoured_price"):
        return np.ones_like(years)
    clause = scenarios.get("most_favoured_price")
    bitten = 1.0 - (1.0 - scenarios.get("mfn_trigger")) ** years
    return np.where(clause == 0.0, 1.0, 1.0 - clause * scenarios.get("mfn_gap") * bitten)


def take_or_pay_units(commitment: Array, demand_cv: Array) -> Array:
    """E[(commitment * mu - D)+] / mu for a year's demand D ~ Normal(mu, (demand_cv * mu)^2). (n, 1).

    A commitment of 0 is no commitment: nothing is owed, whatever the tail of the distribution says.
    """
    owed = expected_excess(-commitment, -np.ones_like(commitment), demand_cv)
    return np.where(commitment == 0.0, 0.0, owed)


def rebate_units(threshold: Array, demand_cv: Array) -> Array:
    """E[(D - threshold * mu)+] / mu for the same demand; 0 where the threshold is "none". (n, 1)."""
    return expected_excess(threshold, np.ones_like(threshold), demand_cv)
