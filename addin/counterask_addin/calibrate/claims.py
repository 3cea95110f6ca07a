"""Sizes of claims: Lomax by maximum likelihood, with caps as censoring.

A claim that was paid up to its cap was at least that large, and says no more. Each size is first brought to the reference fees by
the elasticity, since claims grow with the deal (docs/valuation.md, section 5). Whether the tail is heavy is told by few
claims; where an exponential size, which has no heavy tail, fits the data as well, there is no number for the tail.
Source: Klugman, Panjer and Willmot, Loss Models, chapter on estimation with censored data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .histories import Flags, Numbers
from .profile import ParameterBox, Profile, fit

HEAVIEST, LIGHTEST = 0.2, 50.0
"""The range of the tail index; where the interval reaches the upper end, the tail cannot be told from an exponential one."""


@dataclass(frozen=True)
class Sizes:
    """Claims at the reference fees. size : money, what was paid. is_capped : whether the cap cut it."""

    size: Numbers
    is_capped: Flags


def fit_sizes(sizes: Sizes) -> tuple[Profile, bool]:
    """The logarithms of (alpha, theta) with their intervals, and whether the tail can be told at all."""
    centre = math.log(np.median(sizes.size))
    box = ParameterBox(
        np.array([0.7, centre]),
        np.array([0.3, 0.3]),
        np.array([math.log(HEAVIEST), centre - 8.0]),
        np.array([math.log(LIGHTEST), centre + 8.0]),
    )
    found = fit(lambda points: claims_log_likelihood(sizes, points), box)
    return found, found.high[0] < box.high[0] - 1e-6 and found.low[0] > box.low[0] + 1e-6


def fit_scale(sizes: Sizes, alpha: float) -> Profile:
    """The logarithm of theta with its interval, the tail index held at a value."""
    centre = math.log(np.median(sizes.size))
    box = ParameterBox(np.array([centre]), np.array([0.3]), np.array([centre - 8.0]), np.array([centre + 8.0]))

    def of_scale(points: Numbers) -> Numbers:
        return claims_log_likelihood(sizes, np.concatenate([np.full_like(points, math.log(alpha)), points], axis=1))

    return fit(of_scale, box)


def claims_log_likelihood(sizes: Sizes, points: Numbers) -> Numbers:
    """The log-likelihood of sizes at points (n, 2): the logarithms of alpha and theta. (n,)."""
    alpha, theta = np.exp(points[:, :1]), np.exp(points[:, 1:])
    growth = np.log1p(sizes.size / theta)
    survival = -alpha * growth
    density = np.log(alpha) - np.log(theta) + survival - growth
    return np.asarray(np.where(sizes.is_capped, survival, density).sum(axis=1))
