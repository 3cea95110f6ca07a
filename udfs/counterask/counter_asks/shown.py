"""The ledger as shown: every command, sheet, report and function shows the same one.

The quote holds the deal, the trades, the limits, the policy and the client history. A `Context` holds what comes from outside the
quote: the day, the stakeholders and the approvals. The engine's own searches use the plain `ledger`, which knows no notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ..reading.quote import Quote
from ..reading.stakeholders import Stakeholder
from ..reading.tables import Table
from ..seals.approvals import ApprovalState, approval_states, is_opening_approved, with_approvals
from ..verdicts.ledger import Ledger, ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import Change, Rules, ValuedTrade, Verdict
from .finder import CounterAsk, counter_asks_at, scans
from .first_ask import ask_words, first_ask
from .positions import position_of

MOST_ADVISED = 8
"""How many trades of a quote are shown what to ask for, those that fall short most; a search for each takes time."""
CHOOSE = "choose this trade on Counter-asks"
NOTHING = "nothing within the limits pays for it"


@dataclass(frozen=True)
class Advice:
    """What to ask for on a trade that falls short. first : what a rep would say first, one counter-ask or two, () where nothing
    within the limits pays. singles : the single counter-asks that do, least burden first."""

    first: tuple[Change, ...]
    singles: tuple[CounterAsk, ...]


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
    quote, in the order of the range. advised_by : as in `Context`. advice : what to ask for, by trade, where it was looked for.
    """

    quote: Quote
    rules: Rules
    ledger: Ledger
    approvals: tuple[ApprovalState, ...] = ()
    advised_by: Sequence[Stakeholder] | None = None
    advice: Mapping[str, Advice] = field(default_factory=dict)


def shown_ledger(quote: Quote, context: Context, valued: Ledger | None = None) -> ShownLedger:
    """The ledger of a quote without problems, as everybody is shown it.

    valued : its plain ledger on that day, where there is one.
    """
    rules = quote.rules(context.as_of)
    valued = valued or ledger(quote.deal, quote.trades, rules)
    states: tuple[ApprovalState, ...] = ()
    advice: Mapping[str, Advice] = {}
    if context.signed is not None:
        states = _states(context.signed, quote, valued, context.as_of)
        if is_opening_approved(states) and not quote.is_opening_approved:
            quote = replace(quote, is_opening_approved=True)
            rules = quote.rules(context.as_of)
            valued = ledger(quote.deal, quote.trades, rules)
            states = _states(context.signed, quote, valued, context.as_of)
    if context.advised_by is not None:
        advice = advice_on(quote, valued, rules, context.advised_by)
        valued = _with_advice(valued, advice)
    return ShownLedger(quote, rules, with_approvals(valued, states), states, context.advised_by, advice)


def _states(signed: SignedCells, quote: Quote, valued: Ledger, as_of: date | None) -> tuple[ApprovalState, ...]:
    return approval_states(signed.approvals, signed.seal, quote, valued, signed.tables, as_of)


def is_opening_open(shown: ShownLedger) -> bool:
    """Whether the opening terms need somebody's agreement that is not there: more than a rep may give, and no valid approval."""
    found = shown.ledger.against_standard
    return found is not None and found.authority > Authority.REP and (found.is_blocked or not shown.quote.is_opening_approved)


def advice_on(
    quote: Quote, valued: Ledger, rules: Rules, stakeholders: Sequence[Stakeholder] = (), most: int = MOST_ADVISED
) -> dict[str, Advice]:
    """For each trade that falls short, by id: what to ask for, whoever may agree to it. Only the `most` that fall short most."""
    short = sorted((trade for trade in valued.trades if falls_short(trade)), key=lambda trade: -trade.shortfall)
    found = {}
    for trade in short[:most]:
        position = position_of(quote.deal, quote.trades, trade.trade.id, rules, valued)
        levers = scans(position, stakeholders)
        singles = tuple(row for row in counter_asks_at(position, levers) if row.is_reachable)
        found[trade.trade.id] = Advice(first_ask(position, levers, singles), singles)
    return found


def falls_short(trade: ValuedTrade) -> bool:
    """Whether a trade is a concession, bare or unbalanced."""
    return trade.verdict in (Verdict.CONCESSION, Verdict.UNBALANCED)


def is_bare_above(trade: ValuedTrade) -> bool:
    """Whether a trade would go to a manager or to finance with nothing in hand."""
    if trade.trade.counters:
        return False
    is_above = trade.authority is not None and Authority.REP < trade.authority < Authority.NOBODY
    return is_above and trade.verdict == Verdict.CONCESSION


def _with_advice(valued: Ledger, advice: Mapping[str, Advice]) -> Ledger:
    """The ledger with what to ask for on each trade that falls short, first in its note."""
    trades = []
    for trade in valued.trades:
        found = advice.get(trade.trade.id)
        if falls_short(trade):
            words = CHOOSE if found is None else ask_words(found.first) or NOTHING
            trade = replace(trade, ask_for=words, note="; ".join(filter(None, (_note(found), trade.note))))
        trades.append(trade)
    return replace(valued, trades=tuple(trades))


def _note(found: Advice | None) -> str:
    """What to ask for, in a sentence: the first suggestion, and another one to choose from."""
    if found is None:
        return CHOOSE
    if not found.first:
        return NOTHING
    others = [(row.change,) for row in found.singles if (row.change,) != found.first][:1]
    return f"ask for {'; or '.join(ask_words(changes) for changes in (found.first, *others))}"
