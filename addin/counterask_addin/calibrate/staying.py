"""Who stays: `annual_retention`, `retention_spread` and `renewal_inertia` by maximum likelihood.

The probability that a client is still there after a decision month follows docs/valuation.md, section 2: V = R + i (V before
- R), with i the inertia where the client must act to leave, and 0 at an end that needs no notice. A client who left in a
decision month contributes the fall of V there; one who still runs, or whom a closure or an insolvency took, contributes V as
last seen; one who came into sight late is divided by V at that time. The wish to stay, R, is the engine's own function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from counterask.pricing.retention import wish_to_stay

from .histories import Decisions, Numbers
from .profile import LogLikelihood, ParameterBox, Profile, fit

NAMES = ("annual_retention", "retention_spread", "renewal_inertia")
_LOW, _HIGH = np.array([-5.0, 0.0, 0.0]), np.array([8.0, 0.95, 0.95])
_STEP, _START = np.array([0.3, 0.1, 0.1]), np.array([1.7, 0.2, 0.2])
_LEAST = 1e-300
_CELLS = 4_000_000
"""Points times decisions that are looked at together."""


@dataclass(frozen=True)
class Fixed:
    """What is held at a value and not estimated; None for what is estimated."""

    spread: float | None = None
    inertia: float | None = None


def history_log_likelihood(decisions: Decisions, points: Numbers) -> Numbers:
    """The log-likelihood of a history at each point, (n,). points : (n, 3) retention, spread and inertia, as shares."""
    at_a_time = max(1, _CELLS // max(1, decisions.months.size, len(decisions.tenures) * decisions.reach))
    parts = [_of_points(decisions, points[start : start + at_a_time]) for start in range(0, len(points), at_a_time)]
    return np.concatenate(parts)


def staying(decisions: Decisions, points: Numbers) -> Iterator[Numbers]:
    """V after the decisions 1, 2, ...: each (n, kinds that have so many decisions), the share that is still there."""
    inertia, wish = points[:, 2:], _wish(decisions, points)
    here = np.ones((len(points), len(decisions.count)))
    for step in decisions.steps:
        kept = np.where(step.must_act, inertia, 0.0)
        wished = wish[:, step.wish]
        here = wished + kept * (here[:, : step.kinds] - wished)
        yield here


def fit_staying(decisions: Decisions, fixed: Fixed | None = None) -> Profile:
    """The estimates and intervals, in the order of `NAMES`; what is fixed has its value at both ends."""
    fixed = fixed or Fixed()
    held = [None, fixed.spread, fixed.inertia]
    free = [place for place, value in enumerate(held) if value is None]
    template = np.array([_START[place] if value is None else value for place, value in enumerate(held)])

    def of_free(points: Numbers) -> Numbers:
        full = np.tile(template, (len(points), 1))
        full[:, free] = points
        full[:, 0] = 1.0 / (1.0 + np.exp(-full[:, 0]))
        return history_log_likelihood(decisions, full)

    function: LogLikelihood = of_free
    found = fit(function, ParameterBox(template[free], _STEP[free], _LOW[free], _HIGH[free]))
    ends = []
    for values in (found.best, found.low, found.high):
        full = template.copy()
        full[free] = values
        full[0] = 1.0 / (1.0 + np.exp(-full[0]))
        ends.append(full)
    return Profile(ends[0], ends[1], ends[2], found.greatest)


def _of_points(decisions: Decisions, points: Numbers) -> Numbers:
    total = np.zeros(len(points))
    before = np.ones((len(points), len(decisions.count)))
    for step, here in zip(decisions.steps, staying(decisions, points), strict=True):
        if len(step.leaving):
            total += np.log(np.maximum(before[:, step.leaving] - here[:, step.leaving], _LEAST)) @ step.left
        if len(step.staying):
            total += np.log(np.maximum(here[:, step.staying], _LEAST)) @ step.stayed
        before = here
    return total


def _wish(decisions: Decisions, points: Numbers) -> Numbers:
    """The wish to stay at every tenure and month, tenure by tenure: (n, tenures * months)."""
    tenures = decisions.tenures
    each = np.repeat(points[:, :2], len(tenures), axis=0)
    tenure = np.tile(tenures, len(points))[:, np.newaxis]
    months = np.arange(float(decisions.reach))[np.newaxis, :]
    return wish_to_stay(each[:, :1], each[:, 1:], tenure, months).reshape(len(points), -1)
