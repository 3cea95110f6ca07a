"""The rounds of a negotiation: who moved, how far in each lever, what it did to deal value, and what is still open.

Each time a quote goes out or comes back is a round, and each side has an offer of its own. *Ours* are the terms as they are now:
the opening with every granted trade. *The client's* are the same terms with every ask granted, whatever we answered. A side moves
from its own offer of the round before to its new one. What the move as a whole does to deal value is a concession where it is
good for the other side: less for our moves, more for the client's. The first offer of a side moves nothing.

Each lever is valued after those before it, so that the levers of a move add up to it exactly. Both offers of a move are valued
with the costs and assumptions of the day on which the round is recorded; a change of those is no move.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ..inputs.levers import LEVERS, TERM_LEVERS, Kind, inputs_of
from ..inputs.quantities import UNKNOWN
from ..inputs.terms import Address, Deal, Line
from ..pricing.horizon import beyond_horizon
from ..pricing.valuation import value_deal
from ..verdicts.ledger import Ledger, no_price
from ..verdicts.trades import Change, Trade, Verdict

_MOVABLE = frozenset(lever.name for lever in LEVERS if lever.is_negotiable) | {"list_price"}
"""What a side can move. Costs and other inputs that only we know are no part of an offer."""
_ALIKE = 0.1
"""Concessions that differ by at most this share are of equal size."""
_A_CENT = 0.01


class RoundSide(StrEnum):
    """Whose offer a round is: the quote goes out, or it comes back."""

    US = "us"
    CLIENT = "client"

    @property
    def sign(self) -> int:
        """What turns a change of deal value into a concession: we concede what we lose, the client what we gain."""
        return -1 if self is RoundSide.US else 1


class ConcessionPattern(StrEnum):
    """How the concessions of a side follow each other. NONE: it has conceded nothing. ONE: one concession shows no pattern.
    TAKEN_BACK: it took back some of what it had conceded. UNKNOWN: the value of a move is not known, or a round is missing."""

    NONE = "none"
    ONE = "one"
    GROWING = "growing"
    EQUAL = "equal"
    TAPERING = "tapering"
    MIXED = "mixed"
    TAKEN_BACK = "taken_back"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LeverMove:
    """One lever between two offers. line : None for a term of the deal. was, now : in the lever's unit. change : what it does to
    deal value, money; NaN where that is unknown. lever : "" for a whole line, of which 1 is there and 0 is not."""

    lever: str
    line: str | None
    was: float
    now: float
    change: float


@dataclass(frozen=True)
class Round:
    """One round as it was recorded.

    number : from 1. day : ISO. offer : the levels of the side, as of `offer_of`. value : deal value at this offer, money. moves :
    from the side's own offer before; () for its first. gap : from our last offer to the client's, lever by lever; None as long as
    only one side has made an offer. untold : the ids of trades that are part of the offer although their verdict is *cannot
    tell*. A value that is unknown is NaN.
    """

    number: int
    day: str
    side: RoundSide
    note: str
    offer: Mapping[str, Any]
    value: float
    moves: tuple[LeverMove, ...] = ()
    gap: tuple[LeverMove, ...] | None = None
    untold: tuple[str, ...] = ()

    @property
    def moved(self) -> float:
        """What the move does to deal value, money; 0 where nothing moved."""
        return total_of(self.moves)

    @property
    def conceded(self) -> float:
        """What the side gave away in this round, money; 0 where it got as much or more in return, or took something back."""
        given = self.side.sign * self.moved
        return given if given > 0.0 or math.isnan(given) else 0.0

    def is_repeated(self, before: Sequence[Round]) -> bool:
        """Whether the side makes the same offer as in its last round. before : the rounds before this one."""
        return not self.moves and any(one.side is self.side for one in before)


@dataclass(frozen=True)
class SideMoves:
    """What one side did over all rounds. offers : how many it made. conceded : in each of its rounds but the first, money.

    taken_back : in the same rounds, how much of its earlier concessions it took back, money, at least 0. is_complete : False
    where a round is missing or cannot be read; then nobody can tell what the side conceded.
    """

    side: RoundSide
    offers: int
    conceded: tuple[float, ...]
    taken_back: tuple[float, ...] = ()
    is_complete: bool = True

    @property
    def total(self) -> float:
        """Everything that the side conceded and did not take back, money, at least 0. NaN where that is unknown."""
        if not self.is_complete:
            return UNKNOWN
        left = math.fsum(self.conceded) - math.fsum(self.taken_back)
        return left if left > 0.0 or math.isnan(left) else 0.0

    @property
    def pattern(self) -> ConcessionPattern:
        """How its concessions follow each other."""
        if not self.is_complete or any(math.isnan(one) for one in self.conceded):
            return ConcessionPattern.UNKNOWN
        return ConcessionPattern.TAKEN_BACK if math.fsum(self.taken_back) >= _A_CENT else pattern_of(self.conceded)


@dataclass(frozen=True)
class OfferBefore:
    """What is known of the offer that a side made before a round.

    is_none : the side had made none. is_recorded : False where a round in between is missing or cannot be read, so that nobody
    can tell which offer was the last. not_moved : the part of the change of deal value since that offer that is no move (costs,
    assumptions or limits changed), money; 0 where there is none, NaN where it is unknown.
    """

    is_none: bool
    is_recorded: bool
    not_moved: float


def total_of(moves: Sequence[LeverMove]) -> float:
    """What several levers do together to deal value, money. NaN where one is unknown."""
    return math.fsum(one.change for one in moves) + 0.0


def pattern_of(conceded: Sequence[float]) -> ConcessionPattern:
    """The pattern of a side's concessions, in their order, money, each at least 0. Rounds without a concession do not count.
    Concessions within 10% of each other are equal.

    >>> str(pattern_of([0.0, 9000.0, 5000.0, 2000.0])), str(pattern_of([4000.0, 4100.0])), str(pattern_of([9000.0, 0.0]))
    ('tapering', 'equal', 'one')
    """
    if any(math.isnan(one) for one in conceded):
        return ConcessionPattern.UNKNOWN
    found = [one for one in conceded if one >= _A_CENT]
    if not found:
        return ConcessionPattern.NONE
    if len(found) == 1:
        return ConcessionPattern.ONE
    pairs = list(zip(found, found[1:], strict=False))
    grows = any(then > now * (1 + _ALIKE) + _A_CENT for now, then in pairs)
    shrinks = any(then < now * (1 - _ALIKE) - _A_CENT for now, then in pairs)
    if grows and shrinks:
        return ConcessionPattern.MIXED
    return ConcessionPattern.GROWING if grows else ConcessionPattern.TAPERING if shrinks else ConcessionPattern.EQUAL


def side_moves(rounds: Sequence[Round], side: RoundSide) -> SideMoves:
    """What one side did over the rounds, which are in the order of their numbers."""
    own = [one for one in rounds if one.side is side]
    conceded = tuple(one.conceded for one in own[1:])
    is_complete = [one.number for one in rounds] == list(range(1, len(rounds) + 1))
    return SideMoves(side, len(own), conceded, _taken_back(own[1:]), is_complete)


def _taken_back(own: Sequence[Round]) -> tuple[float, ...]:
    """Of each round of one side, how much it took back of what the rounds before conceded in the same levers, money; 0 where the
    round as a whole still concedes something, or where that is unknown."""
    left: dict[tuple[str, str | None], float] = {}
    found = []
    for one in own:
        back = 0.0
        for move in one.moves:
            place, given = (move.lever, move.line), one.side.sign * move.change
            before = left.get(place, 0.0)
            back += min(max(-given, 0.0), before)
            left[place] = max(before + given, 0.0)
        gained = -one.side.sign * one.moved
        found.append(min(back, gained) if gained >= _A_CENT else 0.0)
    return tuple(found)


def offers_before(rounds: Sequence[Round]) -> tuple[OfferBefore, ...]:
    """For each round, what is known of the offer that its side made before. rounds : in the order of their numbers, from which
    some may be missing."""
    last: dict[RoundSide, tuple[int, Round]] = {}
    found = []
    for place, one in enumerate(rounds, 1):
        missing = one.number - place
        missing_before, before = last.get(one.side, (0, None))
        is_recorded = missing == missing_before
        other = 0.0 if before is None else one.value - before.value - one.moved
        found.append(OfferBefore(before is None and is_recorded, is_recorded, other if is_recorded else UNKNOWN))
        last[one.side] = missing, one
    return tuple(found)


def our_share(rounds: Sequence[Round]) -> float:
    """Our share of everything that both sides conceded, from 0 to 1; NaN where nobody conceded anything, or it is unknown."""
    ours, theirs = (side_moves(rounds, side).total for side in RoundSide)
    return ours / (ours + theirs) if ours + theirs >= _A_CENT else UNKNOWN


def next_round(
    rounds: Sequence[Round], valued: Ledger, trades: Sequence[Trade], side: RoundSide, day: str, note: str, opening: Deal
) -> Round:
    """The round that follows those recorded, from a quote as it is now. opening : its opening deal. day : ISO."""
    now = valued.deal_now if side is RoundSide.US else asked_deal(opening, valued, trades)
    last = {one.side: one for one in rounds}
    before, other = last.get(side), last.get(RoundSide.US if side is RoundSide.CLIENT else RoundSide.CLIENT)
    moves = () if before is None else moves_between(deal_offered(now, before.offer), now)
    gap = None
    if other is not None:
        theirs = deal_offered(now, other.offer)
        gap = moves_between(now, theirs) if side is RoundSide.US else moves_between(theirs, now)
    untold = [one.trade.id for one in valued.trades if one.has_moved and one.verdict is Verdict.CANNOT_TELL]
    told = tuple(untold) if side is RoundSide.US else ()
    return Round(len(rounds) + 1, day, side, note, offer_of(now), deal_value_or_unknown(now), moves, gap, told)


def asked_deal(opening: Deal, valued: Ledger, trades: Sequence[Trade]) -> Deal:
    """The deal as the client wants it: every ask granted in the order of the trades, with our counter-asks only where the trade
    is granted. An ask whose level is blank is left out."""
    has_moved = {one.trade.id for one in valued.trades if one.has_moved}
    state: dict[Address, float] = {}
    for trade in trades:
        changes: tuple[Change, ...] = trade.changes if trade.id in has_moved else trade.asks
        state |= {opening.address(one.lever, one.line): one.to for one in changes if not math.isnan(one.to)}
    return opening.with_inputs(state)


def offer_of(deal: Deal) -> dict[str, Any]:
    """The levels of a deal as they are recorded: `lines`, `terms`, `company`. A level "none" is that word, a blank is null."""
    lines: list[dict[str, Any]] = [
        {"name": line.name, "kind": str(line.kind), "product": line.product}
        | {lever.name: _stored(getattr(line, lever.name)) for lever in inputs_of(line.kind)}
        for line in deal.lines
    ]
    terms = {lever.name: _stored(getattr(deal.terms, lever.name)) for lever in TERM_LEVERS}
    return {"lines": lines, "terms": terms, "company": {one.name: _stored(one.units) for one in deal.company_levers}}


def deal_offered(today: Deal, offer: Mapping[str, Any]) -> Deal:
    """A recorded offer with the costs and assumptions of a deal of today.

    A line that the deal no longer has comes back as it was recorded; a company lever that it no longer has is left out, and what
    the recording does not name stays as it is. offer : one that `check_offer` lets pass.
    """
    by_name = {line.name: line for line in today.lines}
    lines = []
    for row in offer["lines"]:
        kind = Kind(row["kind"])
        levels = {lever.name: _level(row[lever.name]) for lever in inputs_of(kind) if lever.name in row}
        line = by_name.get(row["name"])
        if line is None or line.kind != kind:
            lines.append(Line(row["name"], kind, product=str(row["product"]), **levels))
        else:
            lines.append(replace(line, **{name: level for name, level in levels.items() if name in _MOVABLE}))  # type: ignore[arg-type]
    known = {lever.name for lever in TERM_LEVERS}
    terms = {name: _level(level) for name, level in offer["terms"].items() if name in known & _MOVABLE}
    units = {name: _level(level) for name, level in offer["company"].items()}
    company = tuple(replace(one, units=units.get(one.name, one.units)) for one in today.company_levers)
    return Deal(tuple(lines), replace(today.terms, **terms), today.assumptions, company)


def check_offer(offer: Mapping[str, Any]) -> None:
    """Raises KeyError, TypeError, AttributeError or ValueError where a recorded offer is none of `offer_of`: `deal_offered`
    could not read it."""
    for row in offer["lines"]:
        levels = [level for name, level in row.items() if name not in ("name", "kind", "product")]
        if not isinstance(row["name"], str) or not all(map(_is_level, levels)):
            raise ValueError(f"{row!r} is no line")
        Kind(row["kind"])
        str(row["product"])
    for levels in (offer["terms"], offer["company"]):
        if not all(map(_is_level, levels.values())):
            raise ValueError(f"{levels!r} holds something that is no level")


def moves_between(before: Deal, after: Deal) -> tuple[LeverMove, ...]:
    """What differs between two offers, lever by lever, each valued after those before it. The changes add up to the difference of
    the two deal values, money; where one of the deals on the way has no value, they are NaN."""
    found: list[LeverMove] = []
    value = UNKNOWN
    for move, deal in _steps(before, after):
        start = deal_value_or_unknown(before) if not found else value
        value = deal_value_or_unknown(deal)
        found.append(replace(move, change=value - start))
    return tuple(found)


def _steps(before: Deal, after: Deal) -> Iterator[tuple[LeverMove, Deal]]:
    """Each difference, with the deal after it: lines that are gone, lines that are new, levers of lines, terms."""
    kinds, here = {line.name: line.kind for line in before.lines}, before
    same = {line.name for line in after.lines if kinds.get(line.name) == line.kind}
    for line in before.lines:
        if line.name not in same:
            here = replace(here, lines=tuple(one for one in here.lines if one.name != line.name))
            yield LeverMove("", line.name, 1.0, 0.0, UNKNOWN), here
    for line in after.lines:
        if line.name not in same:
            here = replace(here, lines=(*here.lines, line))
            yield LeverMove("", line.name, 0.0, 1.0, UNKNOWN), here
    addresses: list[Address] = [
        (place, lever.name)
        for place, line in enumerate(here.lines)
        if line.name in same
        for lever in inputs_of(line.kind)
        if lever.name in _MOVABLE
    ]
    addresses += [(None, lever.name) for lever in TERM_LEVERS if lever.name in _MOVABLE]
    addresses += [(None, one.name) for one in here.company_levers]
    places = {line.name: place for place, line in enumerate(after.lines)}
    for place, name in addresses:
        line_name = None if place is None else here.lines[place].name
        was = here.input_at((place, name))
        now = after.input_at((None if line_name is None else places[line_name], name))
        if was != now and not (math.isnan(was) and math.isnan(now)):
            here = here.with_inputs({(place, name): now})
            yield LeverMove(name, line_name, was, now, UNKNOWN), here


def deal_value_or_unknown(deal: Deal) -> float:
    """Deal value, money; NaN where the deal has no price or an input that it needs is blank or lies beyond the horizon."""
    if no_price(deal, {}) is not None or beyond_horizon(deal):
        return UNKNOWN
    total = float(value_deal(deal).total[0])
    return total if math.isfinite(total) else UNKNOWN


def _stored(level: float) -> float | str | None:
    return None if math.isnan(level) else "none" if math.isinf(level) else float(level)


def _is_level(stored: object) -> bool:
    return stored is None or stored == "none" or (isinstance(stored, int | float) and not isinstance(stored, bool))


def _level(stored: object) -> float:
    """A level as it was recorded."""
    return UNKNOWN if stored is None else math.inf if stored == "none" else float(stored)  # type: ignore[arg-type]
