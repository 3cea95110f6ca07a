"""The gamma function, as far as the retention curve needs it: ratios of two of its values, on whole arrays.

numpy has no gamma function, and `math.lgamma` takes one number at a time and loses digits where its values are large. The
ratio is written without such differences, by Stirling's series for arguments that were first moved up by eight.
Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.15 and 6.1.40.
"""

from __future__ import annotations

import numpy as np

from .scenarios import Array

_MOVED = 8.0
_SERIES = (-691.0 / 360360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0)


def rising_ratio(z: Array, c: Array, x: Array) -> Array:
    """Gamma(z + x) / Gamma(z) * Gamma(c) / Gamma(c + x), to about 14 digits; 1 where `z` equals `c`.

    z, c : above 0. x : from 0 to about 1. Any shapes that broadcast.

    >>> rising_ratio(np.array([2.0]), np.array([3.0]), np.array([1.0])).round(12)
    array([0.66666667])
    """
    up, over = z + _MOVED, c + _MOVED
    logarithm = (
        (up - 0.5) * np.log1p(x / up)
        - (over - 0.5) * np.log1p(x / over)
        + x * np.log((up + x) / (over + x))
        + (_series(up + x) - _series(up))
        - (_series(over + x) - _series(over))
    )
    return np.exp(logarithm) * (_rising(z) / _rising(c)) * (_rising(c + x) / _rising(z + x))


def _rising(z: Array) -> Array:
    """z (z + 1) ... (z + 7), its factors taken in pairs."""
    pair = z * (z + 7.0)
    return pair * (pair + 6.0) * (pair + 10.0) * (pair + 12.0)


def _series(z: Array) -> Array:
    """What Stirling's formula leaves of ln Gamma(z): 1/(12 z) - 1/(360 z^3) + ..."""
    inverse = 1.0 / z
    square = inverse * inverse
    total = np.full_like(z, _SERIES[0])
    for term in _SERIES[1:]:
        total = total * square + term
    return np.asarray(total * inverse)
