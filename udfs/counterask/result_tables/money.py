"""Numbers as they are shown and stored: cents that add up, digits that every processor agrees on."""

from __future__ import annotations

import math
from collections.abc import Sequence

STORED_DIGITS = 12
"""Significant digits of a stored result. Numpy's last digits differ from one processor to another."""
STORED_DECIMALS = 4
"""Decimals of a stored result of 100 or more: money is often the difference of two deal values, which has lost digits."""
STORED_SMALL_DECIMALS = 7
"""Decimals of one from 1 to 100 that has more than its significant digits: a factor, a few units of money."""
STORED_SHARE_DECIMALS = 10
"""Decimals of one below 1: a share is often the difference of two deal values over a deal value."""
_NOISE = 1e-7
"""A difference below this is two equal deal values."""

_MOST = 1e13
"""Up to here cents are exact in a float."""


def round_parts(parts: Sequence[float], total: float | None = None) -> list[float]:
    """Parts rounded to cents so that they add up to their rounded total exactly.

    parts : money. total : what they add up to; their exact sum where it is left out. Each part is rounded down, and the cents
    that are left go to the largest remainders, ties to the first listed. Parts that are no finite numbers are left as they are.

    >>> round_parts([0.333, 0.333, 0.334])
    [0.33, 0.33, 0.34]
    """
    if not all(abs(number) < _MOST for number in (*parts, 0.0 if total is None else total)):
        return list(parts)
    target = round(100.0 * (math.fsum(parts) if total is None else total))
    floors = [math.floor(100.0 * part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - 100.0 * parts[place], place))
    left = target - sum(floors)
    step = 1 if left >= 0 else -1
    for_all, for_some = divmod(abs(left), max(1, len(parts)))
    for place in order[:for_some] if step > 0 else order[len(order) - for_some :]:
        floors[place] += step
    return [(cents + step * for_all) / 100.0 for cents in floors]


def stored(value: float) -> float:
    """A result as it is written into a file: rounded, so that two processors write the same file.

    Infinities and NaN are returned unchanged. Source: docs/valuation.md, section 1.

    >>> stored(1195473.3381430942) == stored(1195473.3381430951) == 1195473.3381
    True
    >>> stored(-580.3122967272661), stored(1.0240374405895911), stored(0.123456789012345), stored(-1e-10)
    (-580.3123, 1.0240374, 0.123456789, 0.0)
    >>> stored(-0.004208754678035) == stored(-0.004208754678034)
    True
    >>> stored(1234.567891), stored(0.1)
    (1234.567891, 0.1)
    """
    if not math.isfinite(value):
        return value
    if abs(value) < _NOISE:
        return 0.0
    short = float(f"{value:.{STORED_DIGITS}g}")
    if short == value:
        return short
    size = abs(value)
    return round(value, STORED_DECIMALS if size >= 100.0 else STORED_SMALL_DECIMALS if size >= 1.0 else STORED_SHARE_DECIMALS)
