"""Sizes of claims: Lomax by maximum likelihood, with caps as censoring.

A claim that was paid up to its cap was at least that large, and says no more. Claims grow with the deal: the scale is that at
the reference fees times (fees / reference fees) ** elasticity (docs/valuation.md, section 5), and the elasticity is estimated
with the rest. Only few claims show whether the tail is heavy; where an exponential size, which has no heavy tail, fits the
data as well, there is no number for the tail.
Source: Klugman, Panjer and Willmot, Loss Models, chapters on estimation with censored data and on regression.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .histories import Flags, Numbers
from .profile import ParameterBox, Profile, fit

HEAVIEST, LIGHTEST = 0.2, 50.0
"""The range of the tail index; where the interval reaches the upper end, the tail cannot be told from an exponential one."""
MOST_ELASTIC = 2.0
"""The highest elasticity: what the assumption may be."""


@dataclass(frozen=True)
class Sizes:
    """Claims that were paid, all (n,). size : money. is_capped : whether the cap cut it. fees : the contract's yearly fees as a
    multiple of the reference fees; 1 where claims do not grow with them."""

    size: Numbers
    is_capped: Flags
    fees: Numbers


def fit_sizes(sizes: Sizes, alpha: float | None = None, elasticity: float | None = None) -> Profile:
    """The logarithms of alpha and theta, and the elasticity, with their intervals. A number given is held at that value."""
    centre = math.log(np.median(sizes.size))
    box = ParameterBox(
        np.array([0.7, centre, 0.5]),
        np.array([0.3, 0.3, 0.2]),
        np.array([math.log(HEAVIEST), centre - 8.0, 0.0]),
        np.array([math.log(LIGHTEST), centre + 8.0, MOST_ELASTIC]),
    )
    held = {0: None if alpha is None else math.log(alpha), 2: elasticity}
    given = {place: value for place, value in held.items() if value is not None}
    free = [place for place in range(3) if place not in given]

    def whole(points: Numbers) -> Numbers:
        made = np.empty((len(points), 3))
        made[:, free] = points
        for place, value in given.items():
            made[:, place] = value
        return made

    found = fit(
        lambda points: claims_log_likelihood(sizes, whole(points)),
        ParameterBox(*(ends[free] for ends in (box.start, box.step, box.low, box.high))),
    )
    best, low, high = (whole(ends[np.newaxis, :])[0] for ends in (found.best, found.low, found.high))
    return Profile(best, low, high, found.greatest)


def is_tail_told(found: Profile) -> bool:
    """Whether the claims tell the tail at all: its interval ends within its range."""
    return bool(found.high[0] < math.log(LIGHTEST) - 1e-6 and found.low[0] > math.log(HEAVIEST) + 1e-6)


def claims_log_likelihood(sizes: Sizes, points: Numbers) -> Numbers:
    """The log-likelihood of sizes at points (n, 3): the logarithms of alpha and theta, and the elasticity. (n,)."""
    alpha, log_theta = np.exp(points[:, :1]), points[:, 1:2] + points[:, 2:] * np.log(sizes.fees)
    growth = np.log1p(sizes.size * np.exp(-log_theta))
    survival = -alpha * growth
    density = points[:, :1] - log_theta + survival - growth
    return np.asarray(np.where(sizes.is_capped, survival, density).sum(axis=1))
