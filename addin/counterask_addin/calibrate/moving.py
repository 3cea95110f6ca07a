"""How much each assumption moves the verdicts of a folder of quotes, so that one knows which number to get first.

Each assumption is set to the ends of what it may well be, everything else staying: the interval of its estimate, else the
interval or range that its evidence names ("Range 7-14%"), else a quarter down and up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterask.explaining.flips import moved_verdicts
from counterask.inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from counterask.pricing.valuation import value_deal
from counterask.reading.evidence import interval_in, is_placeholder
from counterask.reading.quote import Quote

from ..errors import CannotRun
from .estimates import Estimate, in_words

_QUARTER = 0.25


@dataclass(frozen=True)
class Mover:
    """An assumption, and what it moves. trades, quotes : how many have another verdict at one of the ends. share : how far
    the margins of the trades of a quote move in all, as a share of its deal value; the mean of the quotes. rests : how many
    quotes rest on a placeholder there. tried : the ends, as words."""

    name: str
    tried: str
    trades: int
    quotes: int
    share: float
    rests: int


@dataclass(frozen=True)
class Movers:
    """All assumptions, the one that moves most verdicts first. quotes, trades : how many were judged. unread : files that could
    not be, each with the reason."""

    every: tuple[Mover, ...]
    quotes: int
    trades: int
    unread: tuple[str, ...]


def movers(paths: Sequence[Path], estimates: Mapping[str, Estimate]) -> Movers:
    """Judge every quote with each assumption at its ends. estimates : of all clients, by name."""
    from ..workbooks.quote_file import read_quote_file

    flipped: dict[str, set[tuple[str, str]]] = {one.name: set() for one in ASSUMPTIONS}
    moved, rests = dict.fromkeys(flipped, 0.0), dict.fromkeys(flipped, 0)
    tried: dict[str, str] = {}
    unread, judged, trades = [], 0, set()
    for path in paths:
        try:
            quote = read_quote_file(path)
        except CannotRun as error:
            unread.append(f"{path.name}: {error.sentences[0]}")
            continue
        judged += 1
        levels = {}
        for one in ASSUMPTIONS:
            ends, words = ends_of(one.name, quote, estimates.get(one.name))
            if ends:
                levels[one.name] = ends
                tried.setdefault(one.name, words)
            rests[one.name] += is_placeholder(quote.evidence.get(one.name, ""))
        greatest: dict[tuple[str, str], float] = {}
        for move in moved_verdicts(quote, quote.rules(None), levels):
            trades.add((str(path), move.trade))
            if move.after != move.before:
                flipped[move.assumption].add((str(path), move.trade))
            if math.isfinite(move.margin):
                key = (move.assumption, move.trade)
                greatest[key] = max(greatest.get(key, 0.0), abs(move.margin))
        value = abs(float(value_deal(quote.deal).total[0])) or math.inf
        for (name, _), amount in greatest.items() if math.isfinite(value) else ():
            moved[name] += amount / value
    every = [
        Mover(name, tried[name], len(found), len({path for path, _ in found}), moved[name] / max(judged, 1), rests[name])
        for name, found in flipped.items()
        if name in tried
    ]
    every.sort(key=lambda one: (-one.trades, -one.share))
    return Movers(tuple(every), judged, len(trades), tuple(unread))


def ends_of(name: str, quote: Quote, estimate: Estimate | None) -> tuple[list[float], str]:
    """The ends to which an assumption is set in a quote, and how they were chosen; none where it is unknown or cannot move."""
    quantity, stands = ASSUMPTION_BY_NAME[name], quote.deal.input_at((None, name))
    if math.isnan(stands) or name == "horizon_months":
        return [], ""
    named = interval_in(quote.evidence.get(name, ""), name)
    if estimate is not None and estimate.is_enough:
        ends, why = [estimate.low, estimate.high], "interval"
    elif named:
        ends, why = list(named), "range in its evidence"
    else:
        ends, why = [stands * (1.0 - _QUARTER), stands * (1.0 + _QUARTER)], "a quarter down and up"
    ends = [min(max(end, quantity.lowest), quantity.highest) for end in ends]
    if quantity.whole:
        ends = [float(round(end)) for end in ends]
    if ends[0] == ends[1]:
        return [], ""
    return ends, f"{in_words(ends[0], quantity.unit)} to {in_words(ends[1], quantity.unit)} ({why})"
