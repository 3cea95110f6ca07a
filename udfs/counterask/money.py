"""Money as it is shown: cents that add up."""

from __future__ import annotations

import math
from collections.abc import Sequence


def round_parts(parts: Sequence[float], total: float | None = None) -> list[float]:
    """Parts rounded to cents so that they add up to their rounded total exactly.

    parts : money. total : what they add up to; their exact sum where it is left out. Each part is rounded down, and the cents
    that are left go to the largest remainders, ties to the first listed. Parts that are no finite numbers are left as they are.

    >>> round_parts([0.333, 0.333, 0.334])
    [0.33, 0.33, 0.34]
    """
    if not all(math.isfinite(part) for part in parts):
        return list(parts)
    target = round(100.0 * (math.fsum(parts) if total is None else total))
    floors = [math.floor(100.0 * part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - 100.0 * parts[place], place))
    left = target - sum(floors)
    step = 1 if left >= 0 else -1
    for number in range(abs(left)):
        floors[order[number % len(order)] if step > 0 else order[-1 - number % len(order)]] += step
    return [cents / 100.0 for cents in floors]
