"""Stalls: an answer only with a reason, and the policy allows so many."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..reading.quote import Quote
from ..verdicts.trades import Response


@dataclass(frozen=True)
class Stalls:
    """used : the trades that are stalled, by id. allowed : a count; NaN where the policy says nothing. without_reason
    : ids."""

    used: tuple[str, ...]
    allowed: float
    without_reason: tuple[str, ...]

    @property
    def over(self) -> int:
        """How many more than the policy allows; 0 where it says nothing."""
        return 0 if math.isnan(self.allowed) else max(0, len(self.used) - int(self.allowed))


def stalls(quote: Quote) -> Stalls:
    """The stalls of a quote against its policy."""
    stalled = [trade for trade in quote.trades if trade.response == Response.STALL]
    return Stalls(
        tuple(trade.id for trade in stalled),
        quote.policy.stalls_allowed,
        tuple(trade.id for trade in stalled if not trade.reason.strip()),
    )
