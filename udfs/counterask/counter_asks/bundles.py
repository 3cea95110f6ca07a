"""Bundles: two or three counter-asks at once, where one is not enough or two small ones are easier to say than one
large one.

Every combination of levers is valued as a whole, step by step, "not moved" included, so that a bundle is never
offered where fewer levers, or a smaller step of one of them beside the same of the others, would do. Where the steps
of a combination are too many they are thinned evenly (the nearest and the limit stay), and the bundles that are
offered are searched again between the steps that were left out. A bundle is therefore undominated within the grid
that was looked at, and no lever of it can be taken one step back.

Hard counter-asks come before soft ones, in the ledger too: what is soft is then what the soft ones add.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..inputs.terms import Deal
from ..pricing.scenarios import Array
from ..reading.stakeholders import Stakeholder
from ..verdicts.limits import Authority
from ..verdicts.standards import restoring_zone
from ..verdicts.trades import Change, Rules, Trade, ValuedChange, Verdict, is_counted
from .finder import Scan, scans
from .positions import Position, is_enough, position_of

STATES_OF_A_PAIR, STATES_OF_THREE = 170, 216
"""Valuations of one combination of levers before its steps are thinned."""
MOST_BUNDLES = 20
MOST_LEVERS = 3
"""Counter-asks in one sentence, those that the trade holds already included: nobody takes in more."""

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Bundle:
    """Two or three counter-asks that make a trade a negotiation together.

    changes : each with where it stands, and its worth behind the ones before it. ways : share of the way to each
    limit. worth : of the bundle. net : left over after the asks' cost. authority : who may agree to the whole trade.
    burden : the sum of what its levers ask of the client (`burdens`). All money but ways and burden.
    """

    changes: tuple[ValuedChange, ...]
    ways: tuple[float, ...]
    worth: float
    net: float
    authority: Authority | None
    burden: float

    @property
    def counters(self) -> tuple[Change, ...]:
        """The counter-asks as they are typed in."""
        return tuple(valued.change for valued in self.changes)

    @property
    def is_soft(self) -> bool:
        """Whether any of it is soft."""
        return any(valued.is_soft for valued in self.changes)


@dataclass(frozen=True)
class _Choice:
    """A combination of levers with a place on each ladder; place k is the k-th step, 0 is "not moved"."""

    ladders: tuple[Scan, ...]
    places: tuple[int, ...]
    skipped: tuple[int, ...]
    burden: float


def find_bundles(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    stakeholders: Sequence[Stakeholder] = (),
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[Bundle, ...]:
    """Bundles of `size` levers that make a trade a negotiation, least burden first, at most `most` of them.

    Of each combination of levers the one with the least burden. Raises KeyError as `counters.find_counter_asks` does.
    """
    position = position_of(deal, trades, asked, rules)
    return bundles_at(position, scans(position, stakeholders), size, most)


def bundles_at(
    position: Position,
    found: Sequence[Scan],
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[Bundle, ...]:
    """The bundles in a position whose levers are scanned already."""
    if position.obstacle is not None or len(position.trade.counters) + size > MOST_LEVERS:
        return ()
    budget = STATES_OF_A_PAIR if size == 2 else STATES_OF_THREE
    choices = []
    for ladders in _combinations(found, size):
        tops = tuple(_top(scan) for scan in ladders)
        if all(tops):
            best = _search(position, ladders, (1,) * size, tops, budget)
            choices += [] if best is None else [best]
    choices.sort(key=lambda choice: choice.burden)
    finished = [_refined(position, choice, budget) for choice in choices[: 2 * most]]
    offered = [bundle for choice in finished if (bundle := _bundle(position, choice)) is not None]
    return tuple(sorted(offered, key=lambda bundle: bundle.burden)[:most])


def smallest_of(position: Position, ladders: Sequence[Scan]) -> Bundle | None:
    """The bundle of exactly these levers with the least burden, or None where none suffices or fewer levers do."""
    ladders = _hard_first(ladders)
    tops = tuple(_top(scan) for scan in ladders)
    if position.obstacle is not None or not all(tops):
        return None
    best = _search(position, ladders, (1,) * len(ladders), tops, STATES_OF_A_PAIR)
    return None if best is None else _bundle(position, _refined(position, best, STATES_OF_A_PAIR))


def _combinations(found: Sequence[Scan], size: int) -> Iterator[tuple[Scan, ...]]:
    for chosen in combinations(found, size):
        yield _hard_first(chosen)


def _hard_first(ladders: Sequence[Scan]) -> tuple[Scan, ...]:
    return tuple(sorted(ladders, key=lambda scan: scan.is_soft))


def _top(scan: Scan) -> int:
    """The last step that a bundle need look at: the one before the lever suffices alone."""
    return len(scan.grid.levels) if scan.first is None else scan.first


def _search(
    position: Position,
    ladders: tuple[Scan, ...],
    lowest: tuple[int, ...],
    highest: tuple[int, ...],
    budget: int,
) -> _Choice | None:
    """The least burden in a box of steps, thinned to the budget; None where no combination suffices without being
    dominated."""
    axes = _axes(lowest, highest, budget)
    enough = _enough(position, ladders, axes)
    inside = enough[tuple(slice(1, None) for _ in axes)]
    if not inside.any():
        return None
    burdens = _burdens(ladders, axes)
    least = np.where(inside, burdens, np.inf)
    for flat in np.argsort(least, axis=None).tolist():
        at = np.unravel_index(flat, inside.shape)
        if math.isinf(least[at]):
            return None
        lower = tuple(slice(0, int(place) + 2) for place in at)
        if np.count_nonzero(enough[lower]) == 1:
            places = tuple(int(axis[int(place) + 1]) for axis, place in zip(axes, at, strict=True))
            before = tuple(int(axis[int(place)]) for axis, place in zip(axes, at, strict=True))
            return _Choice(ladders, places, before, float(least[at]))
    return None


def _axes(lowest: Sequence[int], highest: Sequence[int], budget: int) -> list[Places]:
    """For each ladder the places looked at, "not moved" first, so that their product keeps to the budget."""
    counts = [high - low + 1 for low, high in zip(lowest, highest, strict=True)]
    while math.prod(count + 1 for count in counts) > budget and max(counts) > 2:
        counts[counts.index(max(counts))] -= 1
    return [
        np.concatenate([[0], np.unique(np.linspace(low, high, count).round().astype(np.intp))])
        for low, high, count in zip(lowest, highest, counts, strict=True)
    ]


def _enough(position: Position, ladders: tuple[Scan, ...], axes: list[Places]) -> NDArray[np.bool_]:
    """Whether each combination suffices, an array with an axis a ladder."""
    shape = tuple(len(axis) for axis in axes)
    columns = {}
    for number, (scan, axis) in enumerate(zip(ladders, axes, strict=True)):
        spread = _levels(scan, axis).reshape([-1 if number == place else 1 for place in range(len(shape))])
        columns[scan.grid.address] = np.ascontiguousarray(np.broadcast_to(spread, shape)).ravel()
    totals = position.totals(columns, math.prod(shape)).reshape(shape)
    worth, soft_worth = np.zeros(shape), np.zeros(shape)
    for number, scan in enumerate(ladders):  # what each adds after the ones before it, the later ones not moved
        reached = totals[(*[slice(None)] * (number + 1), *[slice(0, 1)] * (len(shape) - number - 1))]
        added = reached - np.take(reached, [0], axis=number) - _restored(position, ladders, number, axes)
        if not is_counted(position.deal, Change(scan.grid.lever, scan.grid.line, scan.grid.limit), position.rules):
            added = np.where(np.isnan(added), np.nan, 0.0)
        worth = worth + added
        soft_worth = soft_worth + (added if scan.is_soft else 0.0)
    return is_enough(position.shortfalls(worth, np.broadcast_to(soft_worth, shape)))


def _levels(scan: Scan, axis: Places) -> Array:
    """The levels of a ladder at the given places, "not moved" first."""
    return np.concatenate([[scan.grid.from_level], scan.grid.levels])[axis]


def _restored(position: Position, ladders: tuple[Scan, ...], number: int, axes: list[Places]) -> Array | float:
    """What one ladder brings that only undoes an opening concession, the ladders before it moved, those after it not."""
    address = ladders[number].grid.address
    if restoring_zone(position.deal, position.rules, address) is None:
        return 0.0
    shape = tuple(len(axis) for axis in axes[: number + 1])
    spread = [level.ravel() for level in np.meshgrid(*map(_levels, ladders[: number + 1], axes[: number + 1]), indexing="ij")]
    others = {scan.grid.address: levels for scan, levels in zip(ladders[:number], spread[:number], strict=True)}
    found = position.restored(address, spread[number], others)
    return found.reshape((*shape, *[1] * (len(axes) - number - 1)))


def _burdens(ladders: tuple[Scan, ...], axes: list[Places]) -> Array:
    """The burden of each combination in which every lever moves: the sum of what its levers ask."""
    total: Array = np.zeros((1,) * len(axes))
    for number, (scan, axis) in enumerate(zip(ladders, axes, strict=True)):
        total = total + scan.burdens[axis[1:] - 1].reshape([-1 if number == place else 1 for place in range(len(axes))])
    return total


def _refined(position: Position, choice: _Choice, budget: int) -> _Choice:
    """The choice, searched again between the steps that were left out, and no lever of it one step too far."""
    while any(place - before > 1 for place, before in zip(choice.places, choice.skipped, strict=True)):
        lowest = tuple(min(place, max(1, before + 1)) for place, before in zip(choice.places, choice.skipped, strict=True))
        nearer = _search(position, choice.ladders, lowest, choice.places, budget)
        if nearer is None or nearer.places == choice.places:
            break
        choice = nearer
    return _walked_back(position, choice)


def _walked_back(position: Position, choice: _Choice) -> _Choice:
    """The choice with levers taken back, the heaviest first, as long as one step less still suffices."""
    places = list(choice.places)
    while True:
        nearer = [
            [place - (number == back) for number, place in enumerate(places)] for back in range(len(places)) if places[back] > 1
        ]
        nearer = [one for one in nearer if _suffices(position, choice.ladders, one)]
        if not nearer:
            break
        places = min(nearer, key=lambda one: _burden_at(choice.ladders, one))
    return _Choice(choice.ladders, tuple(places), choice.skipped, _burden_at(choice.ladders, places))


def _burden_at(ladders: Sequence[Scan], places: Sequence[int]) -> float:
    return math.fsum(float(scan.burdens[place - 1]) for scan, place in zip(ladders, places, strict=True))


def _suffices(position: Position, ladders: tuple[Scan, ...], places: Sequence[int]) -> bool:
    axes = [np.array([0, place], dtype=np.intp) for place in places]
    return bool(_enough(position, ladders, axes)[(1,) * len(axes)])


def _bundle(position: Position, choice: _Choice) -> Bundle | None:
    """The bundle as the ledger sees it, one counter-ask behind the other; None where it says anything but
    negotiation."""
    grids = [scan.grid for scan in choice.ladders]
    levels = [float(grid.levels[place - 1]) for grid, place in zip(grids, choice.places, strict=True)]
    valued, totals = position.typed_in([Change(grid.lever, grid.line, to) for grid, to in zip(grids, levels, strict=True)])
    if valued.verdict != Verdict.NEGOTIATION:
        return None
    return Bundle(
        valued.changes[-len(grids) :],
        tuple(float(scan.ways[place - 1]) for scan, place in zip(choice.ladders, choice.places, strict=True)),
        float(totals[-1] - totals[0]),
        valued.net,
        valued.authority,
        choice.burden,
    )
