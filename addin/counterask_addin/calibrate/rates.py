"""Chances and frequencies from counts: events in years, shares of trials, and claims that some clients have more of than others.

Intervals of counts are Jeffreys': the equal-tailed posterior under the prior that adds half an event. Over many histories they
cover what they say, also where events are few. Where the trials of one contract are alike, they count as fewer trials.
Sources: Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001); Rao and Scott,
"A simple method for the analysis of clustered binary data", Biometrics 48 (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from .histories import Numbers, Whole
from .profile import COVERED, ParameterBox, Profile, fit

_TAIL = (1.0 - COVERED) / 2.0


@dataclass(frozen=True)
class Span:
    """A value and the ends of its interval."""

    value: float
    low: float
    high: float


def yearly_chance(events: float, years: float) -> Span:
    """The chance in a year of an end that comes at any time, from ends in years at risk: 1 - exp(-events / years).

    >>> found = yearly_chance(20, 1000.0)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.0198, 0.0136, 0.0281)
    """
    low, high = stats.gamma.ppf([_TAIL, 1.0 - _TAIL], events + 0.5) / years
    return Span(-math.expm1(-events / years), -math.expm1(-low), -math.expm1(-high))


def share(successes: float, trials: float, effect: float = 1.0) -> Span:
    """A share of trials. effect : how many trials count as one, at least 1."""
    hits, misses = successes / effect, (trials - successes) / effect
    low, high = stats.beta.ppf([_TAIL, 1.0 - _TAIL], hits + 0.5, misses + 0.5)
    return Span(successes / trials, float(low), float(high))


def design_effect(successes: Numbers, trials: Numbers) -> float:
    """How many trials count as one, since those of one contract are alike. successes, trials : (contracts,)."""
    total, count = trials.sum(), int((trials > 0).sum())
    chance = successes.sum() / total if total else 0.0
    if count < 2 or not 0.0 < chance < 1.0:
        return 1.0
    variance = ((successes - chance * trials) ** 2).sum() * count / (count - 1) / total**2
    return max(1.0, float(variance * total / (chance * (1.0 - chance))))


def gamma_poisson(counts: Whole, years: Numbers) -> Profile:
    """Claims a year and how much clients differ in them: in logarithms, (mean, dispersion).

    counts, years : (contracts,) claims and years of service. A client's own rate is Gamma distributed, so that the counts are
    negative binomial; dispersion is the square of the coefficient of variation of the rates. Years are taken to the month.
    """
    months = np.maximum(np.round(12.0 * years), 1.0)
    pairs, weights = np.unique(np.stack([counts.astype(np.float64), months], axis=1), axis=0, return_counts=True)
    claims, span = pairs[:, 0], pairs[:, 1] / 12.0

    def log_likelihood(points: Numbers) -> Numbers:
        mean, shape = np.exp(points[:, :1]) * span, np.exp(-points[:, 1:])
        found = special.gammaln(claims + shape) - special.gammaln(shape) - special.gammaln(claims + 1.0)
        found += shape * -np.log1p(mean / shape) + claims * (np.log(mean) - np.log(mean + shape))
        return np.asarray(found @ weights)

    start = math.log(max(counts.sum(), 0.5) / years.sum())
    box = ParameterBox(np.array([start, 0.0]), np.array([0.2, 0.5]), np.array([start - 6.0, -8.0]), np.array([start + 6.0, 5.0]))
    return fit(log_likelihood, box)
