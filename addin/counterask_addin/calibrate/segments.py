"""Segments drawn towards the whole: the less a segment knows of itself, the more it borrows from the others.

Each segment's estimate is taken as normal on a scale without edges (the logit of a share, the logarithm of a rate), and the
segments as drawn from a normal whose mean and spread the segments themselves tell. The spread is not taken as known: the
answer is averaged over all its values, each by how well it fits, with a half-normal prior of scale `PRIOR`, since with few
segments it is barely known. Sources: Morris, "Parametric empirical Bayes inference", JASA 78 (1983); Gelman and others,
Bayesian Data Analysis, section 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .histories import Numbers
from .profile import Z

PRIOR = 0.5
"""Segments of one company seldom differ by more than a factor of exp(2 x 0.5) in their odds or rates."""
_SPREADS = np.linspace(0.0, 2.5, 251)


@dataclass(frozen=True)
class PooledSegments:
    """value, low, high : (segments,) on the scale given. kept : (segments,) the share of its own estimate that each keeps."""

    value: Numbers
    low: Numbers
    high: Numbers
    kept: Numbers


def pool_segments(values: Numbers, errors: Numbers) -> PooledSegments:
    """Segments drawn towards their common mean. values, errors : (segments,) estimates and their standard errors.

    >>> found = drawn(np.array([0.0, 1.0]), np.array([0.01, 3.0]))
    >>> bool(found.kept[0] > 0.9 > 0.1 > found.kept[1])
    True
    """
    total = errors[np.newaxis, :] ** 2 + _SPREADS[:, np.newaxis] ** 2
    weights = 1.0 / total
    mean = (weights * values).sum(axis=1) / weights.sum(axis=1)
    fit = -0.5 * (np.log(total) + (values - mean[:, np.newaxis]) ** 2 / total).sum(axis=1) - 0.5 * np.log(weights.sum(axis=1))
    fit -= 0.5 * (_SPREADS / PRIOR) ** 2
    chance = np.exp(fit - fit.max())
    chance /= chance.sum()
    kept = _SPREADS[:, np.newaxis] ** 2 / total
    centre = kept * values + (1.0 - kept) * mean[:, np.newaxis]
    variance = kept * errors**2 + (1.0 - kept) ** 2 / weights.sum(axis=1)[:, np.newaxis]
    value = chance @ centre
    error = np.sqrt(chance @ (variance + (centre - value) ** 2))
    return PooledSegments(value, value - Z * error, value + Z * error, chance @ kept)
