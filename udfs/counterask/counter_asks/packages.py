"""Packages: three offers of equal value to us that differ in what they give the client.

A package is a whole answer to a trade: each ask at a level that we would grant, and one or two counter-asks that pay for it. A
client who is offered three such packages at once says by choosing what matters to them, while we hold our value. Source:
Leonardelli, Gu, McRuer, Medvec and Galinsky, "Multiple equivalent simultaneous offers (MESOs) reduce the negotiator dilemma",
Organizational Behavior and Human Decision Processes 152, 2019.

For each combination of granted levels, and each set of counter-asks, the candidate is the one with the least burden of which no
counter-ask can be taken back a step (`finder`, `bundles`). All candidates are negotiations. Three of them are chosen that are as
different as possible, at the same value to within a step (`choosing`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..inputs.terms import Address, Deal
from ..pricing.scenarios import Array
from ..reading.stakeholders import Stakeholder, cost_to_client
from ..verdicts.limits import Authority, Limit
from ..verdicts.trades import (
    HALF_A_CENT,
    Change,
    Response,
    Rules,
    Trade,
    ValuedTrade,
    Verdict,
    client_direction,
    goes_to_client,
    quantity_of,
)
from .bundles import bundles_at
from .burdens import share_of_today
from .finder import Scan, counter_asks_at, scans
from .lever_steps import negotiable_unit, steps_from
from .positions import Batch, Position, position_of

MOST_LEVELS, MOST_GRANTS = 4, 12
"""Levels of one ask that are looked at, and combinations of levels; where there are more they are thinned evenly."""
MOST_LEVERS, MOST_OF_A_GRANT = 6, 8
"""Levers that are combined into pairs, the lightest for what they bring; and candidates of one combination of granted levels."""


@dataclass(frozen=True)
class OfferPackage:
    """One way to settle a trade.

    trade : the trade as it is typed in: each ask at the level that we grant, and the counter-asks of the package. valued : its
    numbers. ways : for each ask the share of the way to what the client wants, 0 to 1. burden : what its counter-asks ask of the
    client, as a share of a year's fees (`burdens`). step : what the smallest step of its counter-asks is worth, money, at least
    0. worth_to_them : our estimate of what it gives the client less what it asks, from the stakeholders, money; 0 where none is
    known.
    """

    trade: Trade
    valued: ValuedTrade
    ways: tuple[float, ...]
    burden: float
    step: float
    worth_to_them: float = 0.0

    @property
    def granted(self) -> tuple[Change, ...]:
        """The asks that move: what the client gets."""
        return tuple(one.change for one in self.valued.changes if one.is_ask and one.change.to != one.from_level)

    @property
    def left_over(self) -> float:
        """What its counter-asks are worth beyond what is required, money. Where the required ratio is 1 that is the net."""
        return self.valued.worth - self.valued.required

    @property
    def levers(self) -> frozenset[tuple[str, str | None]]:
        """The levers that are asked for in return, each with its line."""
        return frozenset((one.lever, one.line) for one in self.trade.counters)


def candidates(
    deal: Deal,
    trades: Sequence[Trade],
    trade_id: str,
    rules: Rules,
    stakeholders: Sequence[Stakeholder] = (),
) -> tuple[OfferPackage, ...]:
    """Every package that may be offered for a trade, in the order of what is granted, most first, then least burden first.

    Counter-asks that the trade holds are set aside: a package is a whole answer. What costs nothing is left out: it needs no
    return, and it is not granted beside something else as if it were a concession. Raises KeyError where there is no such trade.
    """
    asked = next((trade for trade in trades if trade.id == trade_id), None)
    if asked is None:
        raise KeyError(trade_id)
    bare = Trade(asked.id, Response.YES, asked.asks)
    whole = position_of(deal, trades, bare, rules)
    found: list[OfferPackage] = []
    for asks, ways in grants(whole):
        position = whole.with_trade(replace(bare, asks=asks))
        if position.obstacle is None and position.required >= HALF_A_CENT and not position.idle_asks:
            found += _packages_at(position, ways, stakeholders)
    return tuple(found)


# ── What is granted ─────────────────────────────────────────────────────────────────────────────────────
def grants(position: Position) -> Iterator[tuple[tuple[Change, ...], tuple[float, ...]]]:
    """Combinations of levels of a trade's asks, each with its share of the way to the asks, the whole ask first.

    One ask goes from its first step to the whole ask; of several, each may also stay where it is. Where there are more than
    `MOST_GRANTS` combinations, fewer levels of each ask are looked at.
    """
    levels = [_levels(position, ask) for ask in position.trade.asks]
    stays = len(levels) > 1
    most = MOST_LEVELS
    while most > 1 and math.prod(min(most, len(one)) + stays for one in levels) - stays > MOST_GRANTS:
        most -= 1
    choices = [_thinned(position, ask, one, most) for ask, one in zip(position.trade.asks, levels, strict=True)]
    starts = [_start(position, ask) for ask in position.trade.asks]
    options = [
        [*reversed(one), start] if stays and not math.isnan(start) else [*reversed(one)]
        for one, start in zip(choices, starts, strict=True)
    ]
    for chosen in product(*options):
        asks = tuple(replace(ask, to=to) for ask, to in zip(position.trade.asks, chosen, strict=True))
        ways = tuple(_way(start, to, every) for start, to, every in zip(starts, chosen, levels, strict=True))
        if any(ways):
            yield asks, ways


def _start(position: Position, ask: Change) -> float:
    address = position.deal.address(ask.lever, ask.line)
    return position.before.get(address, position.deal.input_at(address))


def _way(start: float, to: float, levels: Sequence[float]) -> float:
    """The share of the way to the ask; to or from "none" the levels are counted."""
    if to == start:
        return 0.0
    if math.isfinite(start) and math.isfinite(levels[-1]):
        return abs(to - start) / abs(levels[-1] - start)
    return (levels.index(to) + 1) / len(levels)


def _levels(position: Position, ask: Change) -> list[float]:
    """The levels of an ask from where it stands to what is asked, nearest first; the ask itself is the last. An ask that does not
    go the client's way is taken or left as it is."""
    deal, start = position.deal, _start(position, ask)
    if math.isnan(start) or math.isnan(ask.to) or not goes_to_client(deal, ask.lever, start, ask.to):
        return [ask.to]
    limits = position.rules.limits
    row = (limits.row(ask.lever, ask.line) if limits else None) or Limit(ask.lever, ask.line)
    wants, quantity = client_direction(deal, ask.lever), quantity_of(deal, ask.lever)
    if row.levels:
        between = list(row.levels)
    elif math.isfinite(start) and math.isfinite(ask.to):
        between = steps_from(start, ask.to, negotiable_unit(row), wants)[0].tolist()
    else:
        between = []
    between += [row.rep_to, row.manager_to, row.never_beyond]
    inside = {
        level
        for level in between
        if not math.isnan(level)
        and quantity.fault(level) is None
        and goes_to_client(deal, ask.lever, start, level)
        and goes_to_client(deal, ask.lever, level, ask.to)
    }
    return [*sorted(inside, key=lambda level: wants * quantity.position(level)), ask.to]


def _thinned(position: Position, ask: Change, levels: list[float], most: int) -> list[float]:
    """At most so many levels, spread evenly. The whole ask stays, and the farthest level that a rep may grant alone."""
    if len(levels) <= most:
        return levels
    places = {round(place) for place in np.linspace(0, len(levels) - 1, most + 1)[1:].tolist()}
    limits = position.rules.limits
    row = limits.row(ask.lever, ask.line) if limits else None
    wants = client_direction(position.deal, ask.lever)
    alone = [place for place, to in enumerate(levels) if row is not None and row.authority(to, wants) == Authority.REP]
    if alone and most > 1 and alone[-1] not in places:
        near = min(places - {len(levels) - 1}, key=lambda place: abs(place - alone[-1]))
        places = places - {near} | {alone[-1]}
    return [levels[place] for place in sorted(places)]


# ── What is asked in return ─────────────────────────────────────────────────────────────────────────────
def _packages_at(position: Position, ways: tuple[float, ...], people: Sequence[Stakeholder]) -> list[OfferPackage]:
    """The candidates for what is granted in a position, least burden first."""
    found = scans(position, people)
    singles = [((row.change,), row.burden) for row in counter_asks_at(position, found) if row.is_reachable]
    pairs = [(one.counters, one.burden) for one in bundles_at(position, lightest(position, found), 2, MOST_OF_A_GRANT)]
    offered = sorted([*singles, *pairs], key=lambda one: one[1])[:MOST_OF_A_GRANT]
    steps = _steps(position, found, [counters for counters, _ in offered])
    return [
        OfferPackage(valued.trade, valued, ways, burden, step, _worth_to_them(position, valued, ways, people))
        for (counters, burden), step in zip(offered, steps, strict=True)
        if (valued := position.typed_in(counters)[0]).verdict == Verdict.NEGOTIATION
    ]


def lightest(position: Position, found: Sequence[Scan]) -> list[Scan]:
    """The levers that ask least of the client for what they bring, in the order in which they were found."""

    def weight(scan: Scan) -> float:
        if not len(scan.counted) or np.isnan(scan.counted).all():
            return math.inf
        best = int(np.nanargmax(scan.counted))
        brings = min(float(scan.counted[best]), position.required)
        return float(scan.burdens[best]) / brings if brings > 0.0 else math.inf

    chosen = sorted((scan for scan in found if math.isfinite(weight(scan))), key=weight)[:MOST_LEVERS]
    return [scan for scan in found if scan in chosen]


def _steps(position: Position, found: Sequence[Scan], offered: Sequence[tuple[Change, ...]]) -> list[float]:
    """What the smallest step of each offer's counter-asks is worth, money: what taking one of them back a step would lose."""
    by_place = {(scan.grid.lever, scan.grid.line): scan for scan in found}
    batches: list[Batch] = []
    for counters in offered:
        ladders = [by_place[one.lever, one.line] for one in counters]
        places = [scan.grid.levels.tolist().index(one.to) for scan, one in zip(ladders, counters, strict=True)]
        columns: dict[Address, Array] = {}
        for number, (scan, place) in enumerate(zip(ladders, places, strict=True)):
            column = np.full(len(counters) + 1, scan.grid.levels[place])
            column[number + 1] = scan.grid.levels[place - 1] if place else scan.grid.from_level
            columns[scan.grid.address] = column
        batches.append((columns, len(counters) + 1))
    lost = [totals[0] - totals[1:] for totals in position.totals_of_each(batches)]
    return [float(np.min(one[one > 0.0], initial=math.inf)) if (one > 0.0).any() else 0.0 for one in lost]


def _worth_to_them(position: Position, valued: ValuedTrade, ways: Sequence[float], people: Sequence[Stakeholder]) -> float:
    """Our estimate of what a package gives the client less what it asks of them, money."""
    gives = (cost_to_client(ask.lever, way, people) for ask, way in zip(valued.trade.asks, ways, strict=True))
    asks = (
        cost_to_client(one.change.lever, share_of_today(one.from_level, one.change.to), people)
        for one in valued.changes
        if not one.is_ask
    )
    return math.fsum(gives) - math.fsum(asks)
