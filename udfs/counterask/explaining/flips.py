"""The flip test: which assumption would turn a verdict, and at which value.

Each assumption is moved over its allowed range while everything else stays, and the whole ledger is judged again. A grid that is
dense around where the assumption stands finds the stretches in which the verdict differs; a cell in which the margin of a trade
turns around near nothing is looked at more closely, for two crossings may hide in it; every crossing is then narrowed down. A
crossing is told only where the verdicts on its two sides were seen to differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..counter_asks.sentences import Speaker
from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.labels import label_of, level_words
from ..inputs.quantities import Quantity
from ..inputs.terms import Deal
from ..reading.quote import Quote
from ..result_tables.views import Rows
from ..verdicts.ledger import ledger
from ..verdicts.trades import HALF_A_CENT, Rules, Verdict
from .rejudging import TURNING, Court, Judged

COLUMNS = ("Trade", "Verdict", "Assumption", "In words", "Is now", "Turns at", "Becomes")
FLIP_ROWS = 12

_EVEN, _NEAR = 40, 24
_LOOKS, _ROUNDS, _PARTS = 3, 10, 16
_MOST_TURNS = 64
_REACH = 4.0
"""How far beyond a point of the grid a margin that turns around may go, in the greater of its steps to the points beside it."""
_NARROW = 1e-7
"""A stretch that is so narrow, as a share of the value, is a turn."""
_HAIR = 4e-6
"""Turns of a verdict that differ by less than this share of the value are one."""


@dataclass(frozen=True)
class Flip:
    """One crossing: a trade's verdict differs on its two sides.

    stands : the assumption as it is. turns : where the verdict turns, in the assumption's unit; for whole numbers the first one
    with the other verdict, seen from where it stands. before, becomes : the verdicts on the near and on the far side. distance :
    from `stands`, as a share of it; of the range that was searched, where it stands at 0.
    """

    trade: str
    verdict: Verdict
    assumption: str
    stands: float
    turns: float
    before: Verdict
    becomes: Verdict
    distance: float

    @property
    def is_above(self) -> bool:
        """Whether it lies above where the assumption stands."""
        return self.turns > self.stands


def find_flips(quote: Quote, rules: Rules, trade_id: str | None = None) -> tuple[Flip, ...]:
    """Every crossing of every assumption for a trade, or for all, nearest first.

    Only verdicts that money decides can turn. Raises KeyError where there is no such
    trade.
    """
    valued = ledger(quote.deal, quote.trades, rules, has_opening=False)
    if trade_id is not None and not any(one.trade.id == trade_id for one in valued.trades):
        raise KeyError(trade_id)
    looked_at = [place for place, one in enumerate(valued.trades) if one.verdict in TURNING and trade_id in (None, one.trade.id)]
    if not looked_at:
        return ()
    court = Court.of(quote, rules, valued.trades, looked_at)
    found = [flip for quantity in _quantities(quote.deal) for flip in _of_assumption(court, quantity)]
    return tuple(sorted(found, key=lambda one: one.distance))


@dataclass(frozen=True)
class Moved:
    """A trade with one assumption at another value: its verdicts before and after, and what that does to its margin, money (what
    is counted beyond what is required; NaN where the trade has no price there)."""

    trade: str
    assumption: str
    value: float
    before: Verdict
    after: Verdict
    margin: float


def moved_verdicts(quote: Quote, rules: Rules, levels: Mapping[str, Sequence[float]]) -> tuple[Moved, ...]:
    """What moving one assumption at a time does to every trade whose verdict money decides. levels : the values to try, by name.

    An assumption that the deal does not know is passed over.
    """
    valued = ledger(quote.deal, quote.trades, rules, has_opening=False)
    looked_at = [place for place, one in enumerate(valued.trades) if one.verdict in TURNING]
    if not looked_at:
        return ()
    court = Court.of(quote, rules, valued.trades, looked_at)
    found = []
    for quantity in _quantities(quote.deal):
        values = list(levels.get(quantity.name, ()))
        seen = _sit(court, quantity.name, [quote.deal.input_at((None, quantity.name)), *values]) if values else []
        for one, trade in zip(seen, court.valued, strict=False):
            for at, value in enumerate(values, 1):
                margin = float(one.margins[at] - one.margins[0])
                found.append(Moved(trade.trade.id, quantity.name, value, one.verdicts[0], one.verdicts[at], margin))
    return tuple(found)


def _quantities(deal: Deal) -> list[Quantity]:
    """What is tried: every assumption that is known."""
    return [one for one in ASSUMPTIONS if math.isfinite(deal.input_at((None, one.name)))]


def _sit(court: Court, name: str, values: Sequence[float]) -> list[Judged]:
    """Each trade at each value of one assumption."""
    return court.sit([{name: value} for value in values])


def _of_assumption(court: Court, quantity: Quantity) -> list[Flip]:
    """Every crossing of one assumption, for each trade."""
    name = quantity.name
    stands = court.quote.deal.input_at((None, name))
    values = searched(quantity, stands)
    seen = _sit(court, name, values)
    if not quantity.whole:
        values, seen = _looked_closer(court, name, values, seen)
    width = values[-1] - values[0]
    flips = []
    for number, valued in enumerate(court.valued):
        verdicts = seen[number].verdicts
        turns = [place for place in range(len(values) - 1) if verdicts[place] != verdicts[place + 1]]
        found = [_Turn(values[place], values[place + 1], verdicts[place], verdicts[place + 1]) for place in turns]
        for turn in found if quantity.whole else _narrowed(court.of_one(number), name, found):
            near, far, first, then = turn.low, turn.high, turn.below, turn.above
            if stands > turn.low:
                near, far, first, then = far, near, then, first
            at = far if quantity.whole else 0.5 * (near + far)
            distance = abs(at - stands) / (abs(stands) or width or 1.0)
            flips.append(Flip(valued.trade.id, valued.verdict, name, stands, at, first, then, distance))
    return flips


def searched(quantity: Quantity, stands: float) -> list[float]:
    """The values at which an assumption is tried: its allowed range, densely around where it stands, which is one of them."""
    low, high = quantity.lowest, quantity.highest
    if quantity.name == "horizon_months":
        return sorted({float(months) for months in range(12, 361, 12)} | {stands})
    if quantity.whole:
        return sorted({float(number) for number in range(int(low), min(int(high), 240) + 1)} | {stands})
    if quantity.highest > 1000.0 * max(1.0, abs(stands)):
        even = [low, *np.geomspace(max(low, 1e-6 * max(stands, 1.0)), high, _EVEN)]
    else:
        even = list(np.linspace(low, high, _EVEN))
    scale = max(abs(stands), 1e-3 * (min(high, 1.0) - low)) or 1.0
    steps = scale * np.geomspace(1e-3, 4.0, _NEAR)
    near = [*(stands + steps), *(stands - steps), stands]
    return sorted({float(value) for value in (*even, *near) if low <= value <= high})


def _looked_closer(court: Court, name: str, values: list[float], seen: list[Judged]) -> tuple[list[float], list[Judged]]:
    """More values where a margin turns around between two crossings that the grid may have stepped over."""
    for _ in range(_LOOKS):
        added: set[float] = set()
        for one in seen:
            margins = one.margins
            for place in range(1, len(values) - 1):
                before, here, after = margins[place - 1 : place + 2]
                reach = _REACH * max(abs(before - here), abs(after - here))
                turns_up = here < min(before, after) and -HALF_A_CENT < here < HALF_A_CENT + reach
                turns_down = here > max(before, after) and -HALF_A_CENT - reach < here < HALF_A_CENT
                if turns_up or turns_down:
                    added |= set(np.linspace(values[place - 1], values[place + 1], _PARTS)[1:-1].tolist())
        added -= set(values)
        if not added:
            break
        new = sorted(added)
        order = np.argsort(np.array([*values, *new]), kind="stable")
        more = _sit(court, name, new)
        seen = [
            Judged(np.concatenate([one.verdicts, other.verdicts])[order], np.concatenate([one.margins, other.margins])[order])
            for one, other in zip(seen, more, strict=True)
        ]
        values = np.array([*values, *new])[order].tolist()
    return values, seen


@dataclass(frozen=True)
class _Turn:
    """A stretch of an assumption, and a trade's verdicts at its two ends, which differ."""

    low: float
    high: float
    below: Verdict
    above: Verdict


def _narrowed(court: Court, name: str, turns: list[_Turn]) -> list[_Turn]:
    """Each stretch in which the verdict of the court's one trade turns, cut down to its turns: there may be several (near where
    unlimited liability loses its price, a verdict may turn twice). All stretches in one batch a round."""
    for _ in range(_ROUNDS):
        if all(turn.high - turn.low <= _NARROW * max(abs(turn.low), abs(turn.high), 1e-6) for turn in turns):
            break
        cuts = [np.linspace(turn.low, turn.high, _PARTS + 1).tolist() for turn in turns]
        verdicts = _sit(court, name, [value for cut in cuts for value in cut])[0].verdicts
        turns = [
            _Turn(cut[one], cut[one + 1], said[one], said[one + 1])
            for place, cut in enumerate(cuts)
            for said in [verdicts[place * (_PARTS + 1) : (place + 1) * (_PARTS + 1)]]
            for one in range(_PARTS)
            if said[one] != said[one + 1]
        ][:_MOST_TURNS]
    return _joined(turns)


def _joined(turns: Sequence[_Turn]) -> list[_Turn]:
    """Turns that lie too near to each other for anybody to type a value between them, as one: where what is counted is less than
    half a cent, an unbalanced concession is for a hair a concession before it is a negotiation."""
    found: list[_Turn] = []
    for turn in turns:
        if found and turn.low - found[-1].high <= _HAIR * max(abs(turn.low), abs(found[-1].high)):
            turn = _Turn(found[-1].low, turn.high, found[-1].below, turn.above)
            found.pop()
        found.append(turn)
    return [turn for turn in found if turn.below != turn.above]


def flip_words(flip: Flip, speaker: Speaker) -> str:
    """A flip as a sentence; the value is rounded toward where the assumption stands, so that what is said holds."""
    key = "under" if flip.is_above else "over"
    if flip.before != flip.verdict:
        key = f"again_{key}"
    words = speaker.word("flips", key)
    verdict = flip.verdict if flip.before == flip.verdict else flip.becomes
    return words.format(
        verdict=speaker.word("verdicts", str(verdict)),
        assumption=label_of(flip.assumption),
        to=level_words(flip.assumption, towards(flip.turns, flip.stands)),
    )


def towards(value: float, other: float, digits: int = 4) -> float:
    """A value with so many digits, rounded toward another one; the value itself where it has no more digits."""
    if abs(value) < 1e-6 * max(abs(other), 1e-3):
        return 0.0
    if float(f"{value:.{digits}g}") == value:
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    step = math.floor(value / unit) if other < value else math.ceil(value / unit)
    return float(f"{step * unit:.{digits}g}")


def flips_table(found: Sequence[Flip], speaker: Speaker) -> Rows:
    """Flips as rows, `COLUMNS`, nearest first; values as they are typed."""
    return [
        [
            one.trade,
            str(one.verdict),
            label_of(one.assumption),
            flip_words(one, speaker),
            level_words(one.assumption, one.stands),
            level_words(one.assumption, towards(one.turns, one.stands)),
            str(one.becomes),
        ]
        for one in found[:FLIP_ROWS]
    ]


def flips_rows(quote: Quote, rules: Rules, trade_id: str, speaker: Speaker) -> Rows:
    """The flip test of one trade as rows; one row that says so where nothing turns its verdict."""
    rows = flips_table(find_flips(quote, rules, trade_id), speaker)
    return rows or [[trade_id, "no assumption in its allowed range turns the verdict"]]


def unflipped(trade: str) -> Rows:
    """What stands in the place of a flip test where a quote has no trade of that id; nothing where none is named."""
    return [[f'there is no trade "{trade}"']] if trade else []
