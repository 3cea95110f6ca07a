"""The two answers to an ask, for every counter-ask: *yes, and* we get this; *no, but* we can do that, if we get this.

What a rep is given to say is always a negotiation: the *yes, and* grants the whole ask and names every counter-ask of
the trade; the *no, but* offers less (`offers`), for the smallest step of the same lever that pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..inputs.terms import Deal
from ..reading.stakeholders import Stakeholder
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import Change, Rules, Trade
from .bundles import MOST_BUNDLES, Bundle, bundles_at, smallest_of
from .finder import CounterAsk, Scan, counter_asks_at, scans
from .lesser_asks import offer_position
from .positions import Position, position_of
from .sentences import Speaker


@dataclass(frozen=True)
class Answer:
    """A counter-ask with what to say.

    yes_and : "" where no step suffices. no_but : "" where there is nothing to offer either. offered : the lesser asks
    of the *no, but* and what is asked for them; () where it offers nothing less.
    """

    counter_ask: CounterAsk
    yes_and: str
    no_but: str
    offered: tuple[Change, ...] = ()
    in_return: tuple[Change, ...] = ()


@dataclass(frozen=True)
class BundleAnswer:
    """A bundle with what to say."""

    bundle: Bundle
    yes_and: str
    no_but: str


LeverPlace = tuple[str, str | None]
"""A lever and its line."""


@dataclass(frozen=True)
class Counters:
    """Everything there is to say to one trade.

    position : where the rep stands. scans : its levers, step by step. answers : least burden first. offer : where the
    rep stands with the lesser asks, or None; with its levers and the counter-asks that pay for it.
    """

    position: Position
    scans: tuple[Scan, ...]
    answers: tuple[Answer, ...]
    offer: Position | None
    offer_scans: Mapping[LeverPlace, Scan]
    offer_rows: Mapping[LeverPlace, CounterAsk]


def answer(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    speaker: Speaker,
    stakeholders: Sequence[Stakeholder] = (),
    valued: Ledger | None = None,
) -> Counters:
    """The counter-asks of `counters.find_counter_asks`, in its order, each with its sentences; none where nothing must
    come back. Raises as it does.

    valued : the ledger of the trades, where there is one.
    """
    position = position_of(deal, trades, asked, rules, valued)
    if position.is_free:
        return Counters(position, (), (), None, {}, {})
    found = scans(position, stakeholders)
    offer = offer_position(position)
    lesser = () if offer is None else scans(offer, stakeholders)
    rows: dict[LeverPlace, CounterAsk] = {}
    if offer is not None:
        rows = {(row.lever, row.line): row for row in counter_asks_at(offer, lesser) if row.is_reachable}
    said = tuple(
        _answer(position, offer, row, rows.get((row.lever, row.line)), speaker) for row in counter_asks_at(position, found)
    )
    if position.obstacle is not None:
        said = tuple(sorted(said, key=lambda one: not one.no_but))
    return Counters(position, found, said, offer, {(scan.grid.lever, scan.grid.line): scan for scan in lesser}, rows)


def bundle_answers(
    counters: Counters,
    speaker: Speaker,
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[BundleAnswer, ...]:
    """The bundles of `bundles.find_bundles`, in its order, each with its sentences.

    The *no, but* asks for the one lever of the bundle that pays for the lesser ask alone, else for the smallest
    bundle of the same levers that does.
    """
    position, offer = counters.position, counters.offer
    said = []
    for bundle in bundles_at(position, counters.scans, size, most):
        places: list[LeverPlace] = [(one.lever, one.line) for one in bundle.counters]
        instead: tuple[Change, ...] = ()
        alone = [counters.offer_rows[place] for place in places if place in counters.offer_rows]
        if alone:
            instead = (min(alone, key=lambda row: row.burden).change,)
        elif offer is not None and all(place in counters.offer_scans for place in places):
            smallest = smallest_of(offer, [counters.offer_scans[place] for place in places])
            instead = smallest.counters if smallest else ()
        whole = (*position.trade.counters, *bundle.counters)
        said.append(BundleAnswer(bundle, *two_answers(position, offer, whole, instead, bundle.authority, speaker)))
    return tuple(said)


def _answer(position: Position, offer: Position | None, row: CounterAsk, lesser: CounterAsk | None, speaker: Speaker) -> Answer:
    counters = (*position.trade.counters, row.change) if row.is_reachable else ()
    instead = (lesser.change,) if lesser is not None else ()
    yes_and, no_but = two_answers(position, offer, counters, instead, row.authority, speaker)
    return Answer(row, yes_and, no_but, offer.trade.asks if offer and instead else (), instead)


def two_answers(
    position: Position,
    offer: Position | None,
    counters: Sequence[Change],
    instead: Sequence[Change],
    authority: Authority | None,
    speaker: Speaker,
) -> tuple[str, str]:
    """The two sentences. counters : what the whole ask takes, () where nothing suffices; instead : what the lesser
    ask takes."""
    asks = position.trade.asks
    counters = _latest(counters)
    yes_and = speaker.yes_and(asks, counters, authority) if counters else ""
    if offer is not None and instead:
        refused = [ask for ask in asks if ask not in offer.trade.asks]
        return yes_and, speaker.no_but(refused, offer.trade.asks, instead)
    return yes_and, speaker.not_so(asks, counters, authority) if counters else ""


def _latest(counters: Sequence[Change]) -> tuple[Change, ...]:
    """Each lever once, at its last level: an earlier one is overtaken and need not be said."""
    return tuple({(change.lever, change.line): change for change in counters}.values())
