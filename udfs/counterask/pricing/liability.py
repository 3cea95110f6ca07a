"""Risk that a term moves to the seller: the limited expected value of a claim, with Wang's load.

An expectation alone prices large risk transfers as cheap, so a load always goes with it: the exponent of the
proportional-hazards transform, which for a Lomax severity is the same as a smaller tail index.
"""

from __future__ import annotations

import numpy as np

from .scenarios import Array, Scenarios


def limited_expected_value(cap: Array, alpha: Array, theta: Array) -> Array:
    """Expected payment on one claim that is limited at `cap`: E[min(X, cap)], X ~ Lomax(alpha, theta).

    cap : money, at least 0; infinity for no limit. alpha : tail index, above 0. theta : scale, money. Any shapes that
    broadcast. Infinite where there is no limit and alpha <= 1: such a layer has no price.
    Written with expm1 so that it is exact through alpha = 1, where it is theta * ln(1 + cap/theta).
    Source: Klugman, Panjer, Willmot, Loss Models, appendix A (Pareto); Wang (1995) for the transform.

    >>> limited_expected_value(np.array([100.0]), np.array([2.0]), np.array([100.0])).round(2)
    array([50.])
    """
    cap, alpha, theta = np.broadcast_arrays(cap, alpha, theta)
    excess = alpha - 1.0
    unlimited = np.isposinf(cap)
    log_growth = np.log1p(np.where(unlimited, 0.0, cap) / theta)
    x = excess * log_growth
    flat = np.abs(x) < 1e-12
    ratio = np.where(flat, 1.0 - 0.5 * x, -np.expm1(-x) / np.where(flat, 1.0, x))
    limited = theta * log_growth * ratio
    whole = np.where(
        excess > 0.0, theta / np.where(excess > 0.0, excess, 1.0), np.where(np.isnan(excess), np.nan, np.inf)
    )
    return np.where(unlimited, whole, limited)


def monthly_liability(scenarios: Scenarios, acv: Array) -> Array:
    """Loaded expected liability cost of one served month, at least 0. acv : (n, 1) money a year. Returns (n, 1).

    Infinite where liability is unlimited and the loaded tail has no mean; 0 where no claims are expected or the cap is
    0.
    """
    multiple = scenarios.get("liability_cap_multiple")
    frequency = scenarios.get("liability_frequency")
    cap = np.where(np.isposinf(multiple), np.inf, np.where(np.isposinf(multiple), 1.0, multiple) * acv)
    alpha = scenarios.get("risk_load") * scenarios.get("liability_alpha")
    layer = limited_expected_value(cap, alpha, scenarios.get("liability_theta"))
    nothing = (frequency == 0.0) | (multiple == 0.0)
    return np.where(nothing, 0.0, frequency / 12.0 * np.where(nothing, 0.0, layer))
