"""Maximum likelihood with profile-likelihood intervals, for a few parameters in a box.

The log-likelihood takes many points at once, so that numpy does the work: the ends of the intervals of all parameters are
searched together. An end of an interval is where the likelihood, maximised over all other parameters, has fallen by half of
the chi-square quantile. An interval that reaches the edge of the box ends there.
Source: Cox and Hinkley, Theoretical Statistics (1974), section 9.3.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .histories import Numbers

LogLikelihood = Callable[[Numbers], Numbers]
"""(n, parameters) points -> (n,) log-likelihoods."""

COVERED = 0.90
"""The share of histories whose interval holds the truth."""
Z = 1.6448536269514722
"""The normal quantile of a two-sided interval of `COVERED`."""
_ROUNDS, _LOOKS = 40, 8
_CLOSE = 0.01
"""Ends of intervals are found to this share of a standard error."""
_STEP_ENDS, _GAIN_ENDS = 1e-4, 1e-4


@dataclass(frozen=True)
class ParameterBox:
    """The parameters: where to start, the first step, and the lowest and highest value of each. All (parameters,)."""

    start: Numbers
    step: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class Profile:
    """The estimates, the ends of their intervals (each (parameters,)) and the greatest log-likelihood."""

    best: Numbers
    low: Numbers
    high: Numbers
    greatest: float


def fit(log_likelihood: LogLikelihood, box: ParameterBox, z: float = Z) -> Profile:
    """The maximum of a log-likelihood within a box, and a profile-likelihood interval for each parameter."""
    count = len(box.start)
    everything = np.arange(count)[np.newaxis, :]
    found, values = maximise(log_likelihood, box.start[np.newaxis, :], everything, box)
    best, greatest = found[0], float(values[0])
    spread = np.clip(_spreads(log_likelihood, best, box), 1e-6 * (box.high - box.low), 0.25 * (box.high - box.low))
    sides = np.array([-1.0, 1.0] * count)
    fixed = np.repeat(np.arange(count), 2)
    free = np.array([[other for other in range(count) if other != one] for one in fixed]).reshape(2 * count, count - 1)
    points = np.tile(best, (2 * count, 1))
    rows = np.arange(2 * count)
    ends = np.clip(best[fixed] + sides * z * spread[fixed], box.low[fixed], box.high[fixed])
    for _ in range(_LOOKS):
        before = ends.copy()
        points[rows, fixed] = ends
        points, values = maximise(log_likelihood, points, free, box, spread) if count > 1 else (points, log_likelihood(points))
        if values.max() > greatest + _GAIN_ENDS:  # a better maximum lay on the way: start again from there
            better = points[int(values.argmax())]
            return fit(log_likelihood, ParameterBox(better, box.step, box.low, box.high), z)
        fallen = np.sqrt(np.maximum(2.0 * (greatest - values), 1e-8))
        ends = np.clip(best[fixed] + (ends - best[fixed]) * np.clip(z / fallen, 0.3, 3.0), box.low[fixed], box.high[fixed])
        if (np.abs(ends - before) <= _CLOSE * spread[fixed]).all():
            break
    return Profile(best, ends[::2], ends[1::2], greatest)


def maximise(
    log_likelihood: LogLikelihood, start: Numbers, free: NDArray[np.intp], box: ParameterBox, spread: Numbers | None = None
) -> tuple[Numbers, Numbers]:
    """The maxima from several starting points at once, each over its own free parameters.

    start : (n, parameters). free : (n, free) the places of the parameters that may move. Every round looks at the points
    around, and at where a parabola through them has its top. Returns the points and their log-likelihoods.
    """
    points, places = start.copy(), np.arange(len(start))[:, np.newaxis]
    steps = np.broadcast_to(box.step if spread is None else 0.3 * spread, points.shape).copy()
    offsets = _mesh(free.shape[1])
    centre = len(offsets) // 2
    values = log_likelihood(points)
    is_open = np.ones(len(points), dtype=np.bool_)
    for _ in range(_ROUNDS):
        at, spot = np.flatnonzero(is_open), places[: is_open.sum()]
        step = np.take_along_axis(steps[at], free[at], 1)
        low, high = box.low[free[at]], box.high[free[at]]
        here = np.clip(np.take_along_axis(points[at], free[at], 1), low + step, np.maximum(high - step, low + step))
        mesh = here[:, np.newaxis, :] + offsets * step[:, np.newaxis, :]
        mesh = np.clip(mesh, low[:, np.newaxis, :], high[:, np.newaxis, :])
        around = np.repeat(points[at][:, np.newaxis, :], len(offsets), 1)
        np.put_along_axis(around, np.broadcast_to(free[at][:, np.newaxis, :], mesh.shape), mesh, 2)
        seen = log_likelihood(around.reshape(-1, points.shape[1])).reshape(len(at), -1)
        top = points[at].copy()
        top[spot, free[at]] = np.clip(_top(seen, offsets, here, step), low, high)
        at_top = log_likelihood(top)
        place = seen.argmax(axis=1)
        best = seen[np.arange(len(at)), place]
        takes_top = at_top >= best
        moved = np.where(takes_top[:, np.newaxis], top, around[np.arange(len(at)), place])
        value = np.maximum(at_top, best)
        gain = value - values[at]
        is_better = gain > 0.0
        points[at] = np.where(is_better[:, np.newaxis], moved, points[at])
        values[at] = np.where(is_better, value, values[at])
        is_narrow = takes_top | (place == centre) | ~is_better
        steps[at] = np.where(is_narrow[:, np.newaxis], 0.5 * steps[at], steps[at])
        is_small = (steps[at] <= _STEP_ENDS * (box.high - box.low)).all(axis=1)
        is_open[at] = ~((gain < _GAIN_ENDS) & (takes_top | is_small))
        if not is_open.any():
            break
    return points, values


def _top(seen: Numbers, offsets: Numbers, here: Numbers, step: Numbers) -> Numbers:
    """Where the parabola through a mesh has its top, at most three steps away in each direction. (n, free)."""
    slope, bend = _parabola(seen, offsets)
    lambdas, vectors = np.linalg.eigh(bend)
    along = np.einsum("nji,nj->ni", vectors, slope) / np.minimum(lambdas, -1e-9)
    return np.asarray(here - np.clip(np.einsum("nij,nj->ni", vectors, along), -3.0, 3.0) * step)


def _spreads(log_likelihood: LogLikelihood, best: Numbers, box: ParameterBox) -> Numbers:
    """The standard error of each parameter, by the bend of the log-likelihood at its maximum."""
    offsets, step = _mesh(len(best)), 0.1 * box.step
    here = np.clip(best, box.low + step, np.maximum(box.high - step, box.low + step))
    _, bend = _parabola(log_likelihood(here + offsets * step)[np.newaxis, :], offsets)
    lambdas, vectors = np.linalg.eigh(-bend[0])
    variances = np.einsum("ij,j,ij->i", vectors, 1.0 / np.maximum(lambdas, 1e-4), vectors)
    return np.asarray(np.sqrt(variances) * step)


def _mesh(count: int) -> Numbers:
    """The points one step or none away in each of so many directions, (3 ** count, count); the centre is in the middle."""
    return np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=count)))


def _parabola(seen: Numbers, offsets: Numbers) -> tuple[Numbers, Numbers]:
    """Slope (n, count) and bend (n, count, count) a step of the log-likelihoods on a mesh, (n, points)."""
    index = {tuple(one): place for place, one in enumerate(offsets.astype(int).tolist())}
    unit = np.eye(offsets.shape[1], dtype=int)

    def at(move: NDArray[np.int_]) -> Numbers:
        return seen[:, index[tuple(move.tolist())]]

    slope = np.stack([(at(one) - at(-one)) / 2.0 for one in unit], axis=1)
    bend = np.empty((len(seen), len(unit), len(unit)))
    for row, one in enumerate(unit):
        bend[:, row, row] = at(one) - 2.0 * at(0 * one) + at(-one)
        for column, other in enumerate(unit[:row]):
            crossed = (at(one + other) - at(one - other) - at(other - one) + at(-one - other)) / 4.0
            bend[:, row, column] = bend[:, column, row] = crossed
    return np.nan_to_num(slope, posinf=0.0, neginf=0.0), np.nan_to_num(bend, posinf=0.0, neginf=0.0)
