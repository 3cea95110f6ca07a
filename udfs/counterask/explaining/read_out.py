"""A trade as somebody reads it out loud to a manager who has never seen the tool: what is asked, what it costs, what comes back.

Money is in whole units of the quote's currency; the lines of the explanation hold the cents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..counter_asks.sentences import Speaker
from ..pricing.bad_year import BadYear
from ..pricing.liability import LiabilityClass
from ..verdicts.limits import Authority
from ..verdicts.trades import HALF_A_CENT, Response, ValuedChange, ValuedTrade, Verdict

_AGREES = {
    Authority.REP: "The rep may agree to it alone.",
    Authority.MANAGER: "A manager has to agree to it.",
    Authority.FINANCE: "A manager and finance have to agree to it.",
}


def trade_words(valued: ValuedTrade, speaker: Speaker) -> str:
    """A valued trade in a few sentences."""
    asks = [change for change in valued.changes if change.is_ask]
    said = [f"The client asks for: {_changes(asks, speaker)}."]
    if valued.trade.response == Response.STALL:
        return " ".join([*said, "We have put off our answer: nothing moves yet.", _because(valued)]).strip()
    if valued.trade.response == Response.NO:
        instead = [change for change in valued.changes if not change.is_ask]
        if instead:
            named = _changes(instead, speaker)
            return " ".join([*said, f"We have said no, but spoke of this instead: {named}; so far nothing moves."])
        return " ".join([*said, "We have said no, so nothing moves."])
    if not math.isfinite(valued.net):
        verdict = "This is blocked." if valued.verdict == Verdict.BLOCKED else "What it costs cannot be calculated."
        return " ".join([*said, verdict, _because(valued)]).strip()
    said += [_cost(valued, speaker), _return(valued, speaker), _verdict(valued, speaker)]
    if valued.verdict in (Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION):
        said.append(_AGREES.get(valued.authority, "") if valued.authority is not None else "")
    return " ".join(sentence for sentence in said if sentence)


def liability_words(before: BadYear, after: BadYear, claims: LiabilityClass, speaker: Speaker) -> str:
    """A year of a class of liability before and after a trade: the average, the load, the bad years, the cap."""

    def moved(first: float, then: float) -> str:
        was = "no limit" if math.isinf(first) else speaker.money(first, 0)
        now = "no limit" if math.isinf(then) else speaker.money(then, 0)
        return now if now == was else f"{now} (before: {was})"

    return (
        f"An average year of {claims.claims} costs us {moved(before.expected, after.expected)}; for the risk of a very bad year "
        f"we charge {moved(before.load, after.load)} a year on top. One year in twenty costs "
        f"{moved(before.one_in_20, after.one_in_20)} or more, one in a hundred "
        f"{moved(before.one_in_100, after.one_in_100)} or more. A year costs at most {moved(before.cap, after.cap)}."
    )


def _changes(changes: Sequence[ValuedChange], speaker: Speaker) -> str:
    said = []
    for valued in changes:
        change = valued.change
        start, to = (speaker.level(change.lever, level) for level in (valued.from_level, change.to))
        said.append(f"{speaker.lever(change.lever, change.line)} {f'from {start} ' if start else ''}to {to}")
    return "; ".join(said)


def _cost(valued: ValuedTrade, speaker: Speaker) -> str:
    if abs(valued.cost) < HALF_A_CENT:
        return "That costs us nothing."
    does = "costs" if valued.cost < 0.0 else "brings"
    return f"In today's money that {does} us {speaker.money(abs(valued.cost), 0)}."


def _return(valued: ValuedTrade, speaker: Speaker) -> str:
    counters = [change for change in valued.changes if not change.is_ask]
    if not counters:
        return "We ask for nothing in return."
    worth = speaker.money(abs(valued.worth), 0)
    does = f"that is worth {worth} to us" if valued.worth >= 0.0 else f"that costs us a further {worth}"
    return f"In return we ask for: {_changes(counters, speaker)}; {does}."


def _verdict(valued: ValuedTrade, speaker: Speaker) -> str:
    required = speaker.money(valued.required, 0)
    short = speaker.money(valued.shortfall, 0)
    if valued.verdict == Verdict.NEGOTIATION:
        return f"We need {required} back: this is a negotiation, and {speaker.money(valued.net, 0)} is left over."
    if valued.verdict in (Verdict.UNBALANCED, Verdict.CONCESSION):
        kind = "an unbalanced concession" if valued.verdict == Verdict.UNBALANCED else "a concession"
        why = f" ({valued.note})" if valued.note and valued.verdict == Verdict.UNBALANCED else ""
        return f"We need {required} back: this is {kind}, and {short} is missing{why}."
    kind = "It is blocked" if valued.verdict == Verdict.BLOCKED else "There is no verdict"
    return f"{kind}: {valued.note}."


def _because(valued: ValuedTrade) -> str:
    return f"{valued.note[0].upper()}{valued.note[1:]}." if valued.note else ""
