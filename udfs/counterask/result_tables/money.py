"""Money as it is shown: cents that add up."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
