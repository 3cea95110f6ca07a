"""Prepared before the call: the asks that this client is likely to make, and an answer to each.

An ask is likely where clients usually make it (`usual_ask` of the limits), where a stakeholder needs it, or where this client
asked for it before. Each is answered as if it were made now, after the trades that are already granted. An ask that a trade of
the quote already holds is left out: its answer is on the sheet Counter-asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..inputs.levers import LEVERS
from ..inputs.terms import Deal
from ..pricing.valuation import value_states
from ..reading.history import Concession
from ..reading.quote import Quote
from ..reading.stakeholders import Stakeholder
from ..verdicts.ledger import ledger
from ..verdicts.limits import Authority, Limit
from ..verdicts.trades import HALF_A_CENT, Change, Rules, State, Verdict, client_direction, goes_to_client, quantity_of
from .answers import Answer, Counters, answer
from .bundles import bundles_at
from .first_ask import first_ask
from .lever_steps import negotiable_unit
from .sentences import Speaker

MOST = 14
"""Asks on the page: what a rep can read before a call, and what fits on it."""


@dataclass(frozen=True)
class Source:
    """Why an ask is likely.

    is_usual : clients usually ask for more than they have now. people : who needs it. before : when this client asked for it.
    """

    is_usual: bool = False
    people: tuple[Stakeholder, ...] = ()
    before: tuple[Concession, ...] = ()

    @property
    def count(self) -> int:
        """How many kinds of reasons there are."""
        return self.is_usual + bool(self.people) + bool(self.before)


@dataclass(frozen=True)
class Prepared:
    """A likely ask with its answer.

    ask : the level that is expected. from_level : where it stands. source : why it is likely. cost : what granting it does to
    deal value, money, at most 0 for a real concession; NaN where it has no price. alone : how far a rep may go alone, in the
    unit of the lever; NaN where nowhere beyond where it stands. first, second : the counter-asks to name, lightest first; ()
    where there are none; with each the ask is a negotiation, and to that with the first `authority` may agree. offered,
    in_return : what the rep offers instead, where the sentence is a *no, but*: a negotiation too. say : the sentence; "" where
    the ask changes nothing.
    obstacle : why the ask itself cannot be granted, or "". is_unclear : whether that is because it cannot be judged now: an input
    is blank, or a limit is not in force.
    """

    ask: Change
    from_level: float
    source: Source
    cost: float
    alone: float
    first: tuple[Change, ...]
    second: tuple[Change, ...]
    authority: Authority | None
    offered: tuple[Change, ...]
    in_return: tuple[Change, ...]
    say: str
    obstacle: str
    is_unclear: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether granting it would change nothing in the deal as it stands: a rebate without a threshold. It is not prepared:
        the answer would be empty words."""
        return not self.obstacle and abs(self.cost) < HALF_A_CENT


def prepared_asks(quote: Quote, rules: Rules, speaker: Speaker, people: Sequence[Stakeholder] = ()) -> tuple[Prepared, ...]:
    """The likely asks of a client, most likely first, then dearest; each with its answer. Last those that change nothing.

    speaker : says the sentences. people : the stakeholders. A lever of lines is prepared on the line where it costs most.
    """
    now = ledger(quote.deal, quote.trades, rules, has_opening=False).state_now
    found = [
        _prepared(quote, rules, speaker, people, ask, start, source)
        for ask, start, source in likely_asks(quote, rules, people, now)
    ]
    return tuple(sorted(found, key=_rank))


def _rank(one: Prepared) -> tuple[bool, int, float]:
    return one.changes_nothing, -one.source.count, math.inf if math.isnan(one.cost) else round(one.cost, 6)


# ── Which asks ──────────────────────────────────────────────────────────────────────────────────────────
def likely_asks(
    quote: Quote, rules: Rules, people: Sequence[Stakeholder], now: State
) -> Iterator[tuple[Change, float, Source]]:
    """Each likely ask with where it stands and why it is likely, in the order of the registry. now : the deal as it stands."""
    deal, limits = quote.deal, rules.limits
    on_the_table = {(ask.lever, ask.line) for trade in quote.trades for ask in trade.asks}
    for lever in [*(one.name for one in LEVERS if one.is_negotiable), *(one.name for one in deal.company_levers)]:
        before = tuple(row for row in quote.history if row.lever == lever and not math.isnan(row.to))
        needed = tuple(one for one in people if lever in one.levers)
        asks: list[tuple[Change, float, Source]] = []
        for address in deal.addresses(lever):
            line = None if address[0] is None else deal.lines[address[0]].name
            row = (limits.row(lever, line) if limits is not None else None) or Limit(lever, line)
            start = now.get(address, deal.input_at(address))
            is_usual = not math.isnan(row.usual_ask) and goes_to_client(deal, lever, start, row.usual_ask)
            source = Source(is_usual, needed, tuple(one for one in before if one.line in (None, line)))
            to = _expected(deal, row, start, source)
            is_dropped = lever == "quantity" and to == 0.0  # nobody who asks for fewer units asks for none
            if source.count and to is not None and not is_dropped and (lever, line) not in on_the_table:
                asks.append((Change(lever, line, to), start, source))
        if asks:
            yield _dearest(deal, now, asks)


def _expected(deal: Deal, row: Limit, start: float, source: Source) -> float | None:
    """The level that a client is expected to ask for: the usual one, the last one that this client asked for, as far as a rep may
    go, or one step; the first of these that goes the client's way. None where there is none."""
    if math.isnan(start):
        return None
    levels = [row.usual_ask, *(one.to for one in reversed(source.before)), row.rep_to]
    if math.isfinite(start):
        levels.append(start + client_direction(deal, row.lever) * negotiable_unit(row))
    quantity = quantity_of(deal, row.lever)
    fitting = (to for to in levels if not math.isnan(to) and quantity.fault(to) is None)
    return next((to for to in fitting if goes_to_client(deal, row.lever, start, to)), None)


def _dearest(deal: Deal, now: State, asks: Sequence[tuple[Change, float, Source]]) -> tuple[Change, float, Source]:
    """Of the same ask on several lines the one that costs most; the first where that is not known."""
    if len(asks) == 1:
        return asks[0]
    totals = value_states(deal, [{**now, deal.address(ask.lever, ask.line): ask.to} for ask, _, _ in asks]).total.tolist()
    return asks[min(range(len(asks)), key=lambda place: math.inf if math.isnan(totals[place]) else totals[place])]


# ── What to answer ──────────────────────────────────────────────────────────────────────────────────────
def _prepared(
    quote: Quote, rules: Rules, speaker: Speaker, people: Sequence[Stakeholder], ask: Change, start: float, source: Source
) -> Prepared:
    found = answer(quote.deal, quote.trades, ask, rules, speaker, people)
    position = found.position
    is_free = position.is_free
    first, second = ((), ()) if is_free or position.obstacle is not None else _to_name(found)
    valued = position.typed_in(first)[0] if first else position.valued
    best = None if is_free else _no_but(found.answers, first)
    is_unclear = position.valued.verdict == Verdict.CANNOT_TELL
    is_above = valued.authority is not None and valued.authority > Authority.REP
    offered: tuple[Change, ...] = ()
    in_return: tuple[Change, ...] = ()
    if best is not None and (not first or is_above):
        say, offered, in_return = best.no_but, best.offered, best.in_return
    elif is_unclear:
        say = speaker.word("sentences", "check_first")
    elif is_free and abs(position.cost) < HALF_A_CENT:
        say = ""
    elif first or (is_free and is_above):
        say = speaker.yes_and([ask], first, valued.authority)
    else:
        say = speaker.free(ask) if is_free else speaker.refusal([ask])
    row = rules.limits.row(ask.lever, ask.line) if rules.limits is not None else None
    alone = row.rep_to if row is not None else math.nan
    goes = not math.isnan(alone) and goes_to_client(quote.deal, ask.lever, start, alone)
    return Prepared(
        ask,
        start,
        source,
        position.cost,
        alone if goes else math.nan,
        first,
        second,
        valued.authority,
        offered,
        in_return,
        say,
        position.obstacle or "",
        is_unclear,
    )


def _to_name(found: Counters) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The counter-asks to name first and second: what a rep would say first, and the next lightest."""
    first = first_ask(found.position, found.scans)
    singles: list[tuple[Change, ...]] = [(one.counter_ask.change,) for one in found.answers if one.counter_ask.is_reachable]
    others = [one for one in singles if one != first]
    if first and not others:
        others = [one.counters for one in bundles_at(found.position, found.scans, most=2) if one.counters != first]
    return first, others[0] if others else ()


def _no_but(answers: Sequence[Answer], first: Sequence[Change]) -> Answer | None:
    """The answer with something less to offer: with the counter-ask that is named first, else the first that has one."""
    fitting = [one for one in answers if one.in_return]
    same = (one for one in fitting if one.in_return[0].lever in {change.lever for change in first})
    return next(same, fitting[0] if fitting else None)
