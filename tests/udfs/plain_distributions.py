"""The distributions that the plain reference needs, one scalar at a time: Beta, Normal and Lomax."""

from __future__ import annotations

import math


def log_beta(a: float, b: float) -> float:
    """The logarithm of the Beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def power_less_one(base: float, exponent: float) -> float:
    """base**exponent - 1 for a base of at least 1; infinite where it is beyond all numbers."""
    try:
        return math.expm1(exponent * math.log(base))
    except OverflowError:
        return math.inf


def expected_excess(mean: float, deviation: float, strike: float) -> float:
    """E[(X - strike)+] for X ~ Normal(mean, deviation^2)."""
    if deviation == 0:
        return max(mean - strike, 0.0)
    d = (mean - strike) / deviation
    density = math.exp(-d * d / 2) / math.sqrt(2 * math.pi)
    return (mean - strike) * math.erfc(-d / math.sqrt(2)) / 2 + deviation * density


def expected_shortfall(mean: float, deviation: float, strike: float) -> float:
    """E[(strike - X)+] for X ~ Normal(mean, deviation^2)."""
    return expected_excess(-mean, deviation, -strike)


def limited_severity(cap: float, alpha: float, theta: float) -> float:
    """LEV(cap): E[min(X, cap)] for X ~ Lomax(alpha, theta)."""
    if cap == math.inf:
        return theta / (alpha - 1) if alpha > 1 else math.inf
    if alpha == 1:
        return theta * math.log1p(cap / theta)
    return -theta / (alpha - 1) * math.expm1(-(alpha - 1) * math.log1p(cap / theta))
