"""The ledger as shown: every command, sheet, report and function shows the same one.

The quote holds the deal, the trades, the limits, the policy and the client history. A `Context` holds what comes from outside the
quote: the day, the stakeholders and the approvals. The engine's own searches use the plain `ledger`, which knows no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..inputs.labels import label_of, level_words
from ..reading.quote import Quote
from ..reading.stakeholders import Stakeholder
from ..reading.tables import Table
from ..seals.approvals import ApprovalState, approval_states, is_opening_approved, with_approvals
from ..verdicts.ledger import Ledger, ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import Rules, ValuedTrade, Verdict
from .finder import CounterAsk, find_counter_asks

MOST_ADVISED = 5
"""How many trades of a quote get counter-asks to try first in their note; a search for each takes time."""


@dataclass(frozen=True)
class SignedCells:
    """Where approvals are read from.

    approvals : the range `Approvals`, its header first. seal : the range `Seal`. tables : the tables of the quote, by name.
    """

    approvals: Sequence[Sequence[object]]
    seal: Sequence[Sequence[object]]
    tables: Mapping[str, Table]


@dataclass(frozen=True)
class Context:
    """What a ledger is shown with, apart from the quote.

    as_of : the day on which limits are looked at; None: their dates are not looked at. advised_by : the stakeholders who rank the
    counter-asks in the notes, () where none are known; None: the notes hold no counter-asks, which saves a search for each.
    signed : the approvals; None where there are none.
    """

    as_of: date | None = None
    advised_by: Sequence[Stakeholder] | None = None
    signed: SignedCells | None = None


@dataclass(frozen=True)
class ShownLedger:
    """A quote with its ledger as shown. In `quote` an opening that is approved is marked as approved.

    rules : what its verdicts are given by. ledger : its notes include advice and approvals. approvals : every approval of the
    quote, in the order of the range. advised_by : as in `Context`.
    """

    quote: Quote
    rules: Rules
    ledger: Ledger
    approvals: tuple[ApprovalState, ...] = ()
    advised_by: Sequence[Stakeholder] | None = None


def shown_ledger(quote: Quote, context: Context) -> ShownLedger:
    """The ledger of a quote without problems, as everybody is shown it."""
    rules = quote.rules(context.as_of)
    valued = ledger(quote.deal, quote.trades, rules)
    states: tuple[ApprovalState, ...] = ()
    if context.signed is not None:
        states = _states(context.signed, quote, valued, context.as_of)
        if is_opening_approved(states) and not quote.is_opening_approved:
            quote = replace(quote, is_opening_approved=True)
            rules = quote.rules(context.as_of)
            valued = ledger(quote.deal, quote.trades, rules)
            states = _states(context.signed, quote, valued, context.as_of)
    if context.advised_by is not None:
        valued = _with_advice(quote, valued, rules, context.advised_by)
    return ShownLedger(quote, rules, with_approvals(valued, states), states, context.advised_by)


def _states(signed: SignedCells, quote: Quote, valued: Ledger, as_of: date | None) -> tuple[ApprovalState, ...]:
    return approval_states(signed.approvals, signed.seal, quote, valued, signed.tables, as_of)


def is_opening_open(shown: ShownLedger) -> bool:
    """Whether the opening terms need somebody's agreement that is not there: more than a rep may give, and no valid approval."""
    found = shown.ledger.against_standard
    return found is not None and found.authority > Authority.REP and (found.is_blocked or not shown.quote.is_opening_approved)


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
    if trade.trade.counters:
        return False
    is_above = trade.authority is not None and Authority.REP < trade.authority < Authority.NOBODY
    return is_above and trade.verdict == Verdict.CONCESSION


def _with_advice(quote: Quote, valued: Ledger, rules: Rules, people: Sequence[Stakeholder]) -> Ledger:
    """The ledger with the counter-asks to try first in the notes of trades that would go to a manager with nothing in hand."""
    rows = try_first(quote, valued, rules, people)
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
    words = [
        f"{label_of(row.lever)}{f' of {row.line}' if row.line else ''} {level_words(row.lever, row.change.to)}" for row in rows
    ]
    return f"before a manager is asked, ask the client for: {'; or '.join(words)}"
