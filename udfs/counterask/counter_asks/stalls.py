"""Stalls, and trades that would go to a manager with nothing in hand.

A stall is an answer only with a reason, and the policy allows so many. A trade that needs a manager and asks for
nothing in return is answered with counter-asks to try first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..inputs.labels import label_of, level_words
from ..reading.quote import Quote
from ..reading.stakeholders import Stakeholder
from ..verdicts.limits import Authority
from ..verdicts.trades import Ledger, Response, Rules, ValuedTrade, Verdict, ledger
from .finder import CounterAsk, find_counter_asks

MOST_ADVISED = 5
"""How many trades of a quote get counter-asks to try first in their note; a search for each takes time."""


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


def try_first(
    quote: Quote, valued: Ledger, rules: Rules, stakeholders: Sequence[Stakeholder] = (), most: int = 3
) -> dict[str, tuple[CounterAsk, ...]]:
    """For each granted trade that needs a manager and has no counter-ask, by id: the counter-asks to try first.

    Least burden first, at most `most`; () where no step of any lever suffices. Only the first `MOST_ADVISED` such trades are
    looked at.
    """
    found = {}
    for trade in [trade for trade in valued.trades if is_bare_above(trade)][:MOST_ADVISED]:
        rows = find_counter_asks(quote.deal, quote.trades, trade.trade.id, rules, stakeholders)
        found[trade.trade.id] = tuple(row for row in rows if row.is_reachable)[:most]
    return found


def is_bare_above(trade: ValuedTrade) -> bool:
    """Whether a trade would go to a manager or to finance with nothing in hand."""
    is_above = trade.authority is not None and Authority.REP < trade.authority < Authority.NOBODY
    return is_above and trade.verdict == Verdict.CONCESSION


def advised_ledger(quote: Quote, rules: Rules) -> Ledger:
    """The ledger of a quote, as sheets and command line show it.

    The note of a trade that would go to a manager with nothing in hand names the counter-asks to try first.
    """
    valued = ledger(quote.deal, quote.trades, rules)
    rows = try_first(quote, valued, rules)
    trades = tuple(
        replace(trade, note="; ".join(filter(None, (trade.note, _advice(rows.get(trade.trade.id))))))
        if is_bare_above(trade)
        else trade
        for trade in valued.trades
    )
    return replace(valued, trades=trades)


def _advice(rows: Sequence[CounterAsk] | None) -> str:
    if rows is None:
        return "before a manager is asked, choose this trade on the Counter-asks sheet"
    if not rows:
        return "nothing is asked in return, and no single counter-ask within the limits pays for it: look for bundles"
    said = [
        f"{label_of(row.lever)}{f' of {row.line}' if row.line else ''} {level_words(row.lever, row.change.to)}" for row in rows
    ]
    return f"before a manager is asked, ask the client for: {'; or '.join(said)}"
