"""Fair shares: what each trade does to deal value when the order of the trades plays no part.

The Owen value: Shapley over the trades, then Shapley inside the trade, between all that is asked and all that is asked in
return; and then between the changes of each. Beside it are each trade's least and greatest net over all orders of the trades.
Exact up to `EXACT_UP_TO` trades; above that, a stated number of random orders (fixed seed) with the standard error of the net.

A coalition is a bit mask over all changes. Its state is the opening deal with those changes made in ledger order, so a
later change of the same lever wins. All coalitions are valued in one batch, each once.

Source: G. Owen, "Values of games with a priori unions" (1977); L. S. Shapley, "A value for n-person games" (1953).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..inputs.terms import Address, Deal
from ..pricing.cashflow import Part, parts
from ..pricing.scenarios import Array, Scenarios
from ..pricing.valuation import value_parts
from .judging import taught_drag, weigh
from .ledger import Ledger, ledger
from .limits import Authority
from .trades import Rules, Trade, Verdict

Masks = NDArray[np.int64]
LevelPlaces = NDArray[np.int64]

EXACT_UP_TO = 12
_MOST_CHANGES_EXACT = 62
_MOST_COALITIONS = 1_000_000
_SAMPLED_VALUATIONS = 120_000
_FEWEST_ORDERS, _MOST_ORDERS = 4, 400
_SEED = 20_260_101
_MOST_NUMBERS = 65_536
"""States are told apart by a number as long as it is below this one."""


@dataclass(frozen=True)
class Share:
    """One trade's fair share.

    cost, worth, net, shortfall : money. least_net, greatest_net : over all orders (over the sampled ones where
    sampled). standard_error : of the net; 0 where the share is exact.
    """

    trade: Trade
    cost: float
    worth: float
    shortfall: float
    verdict: Verdict
    authority: Authority | None
    least_net: float
    greatest_net: float
    standard_error: float = 0.0

    @property
    def net(self) -> float:
        """Cost and worth together, money."""
        return self.cost + self.worth

    @property
    def depends_on_order(self) -> bool:
        """Whether the sign of the net changes with the order of the trades."""
        return self.least_net < 0.0 < self.greatest_net


@dataclass(frozen=True)
class FairShares:
    """All shares, and how they were found. sampled_orders : 0 where they are exact."""

    shares: tuple[Share, ...]
    sampled_orders: int


@dataclass(frozen=True)
class _Game:
    """The players of the granted trades: change `p` is bit `p`; `sides[k]` are the bits of trade `k`'s asks and of its
    counters."""

    deal: Deal
    addresses: tuple[Address, ...]
    levels: tuple[float, ...]
    sides: tuple[tuple[tuple[int, ...], ...], ...]

    @cached_property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The bits of each trade, asks first."""
        return tuple(tuple(player for side in sides for player in side) for sides in self.sides)

    @cached_property
    def levels_at(self) -> dict[Address, tuple[float, ...]]:
        """The different levels of each input that a player changes, the opening level first."""
        found: dict[Address, dict[float, None]] = {}
        for address, level in zip(self.addresses, self.levels, strict=True):
            found.setdefault(address, {self.deal.input_at(address): None})[level] = None
        return {address: tuple(levels) for address, levels in found.items()}

    @cached_property
    def numbers(self) -> LevelPlaces:
        """For each player, (P,), the place of its level in `levels_at`."""
        pairs = zip(self.addresses, self.levels, strict=True)
        return np.array([self.levels_at[address].index(level) for address, level in pairs], dtype=np.int64)

    def value(self, masks: Masks) -> Array:
        """Deal value of each coalition, (n,) money, from its (n,) bit masks."""
        places: dict[Address, LevelPlaces] = {address: np.zeros(len(masks), dtype=np.int64) for address in self.levels_at}
        for player, address in enumerate(self.addresses):
            places[address][(masks >> player) & 1 == 1] = self.numbers[player]
        return self.value_at(places, len(masks))

    def value_at(self, places: Mapping[Address, LevelPlaces], size: int) -> Array:
        """Deal value of each of `size` states, (size,) money. places : for each input its level's place in `levels_at`, (size,).

        Each part of the deal is valued once for each combination of the levels that it depends on, not once a state.
        """
        if math.isnan(self.deal.assumptions.horizon_months):
            return np.full(size, np.nan)
        groups: dict[tuple[Address, ...], list[Part]] = {}
        for part in parts(self.deal):
            groups.setdefault(tuple(address for address in self.levels_at if address in part.reads), []).append(part)
        total = np.zeros(size)
        for addresses, alike in groups.items():
            examples, place = _distinct([(places[address], len(self.levels_at[address])) for address in addresses], size)
            levels = {address: np.array(self.levels_at[address])[places[address][examples]] for address in addresses}
            reads = frozenset().union(*(part.reads for part in alike))
            total += value_parts(Scenarios(self.deal, len(examples), levels, reads), alike)[place]
        return total


def _distinct(places: Sequence[tuple[LevelPlaces, int]], size: int) -> tuple[LevelPlaces, LevelPlaces]:
    """The different rows of columns: where there is an example of each, and, for each of the `size` rows, which of them it is.

    places : columns of whole numbers from 0, each with how many different ones there may be.
    """
    row, count = np.zeros(size, dtype=np.int64), 1
    for column, levels in places:
        if count * levels > _MOST_NUMBERS:
            examples, row = _numbered(row, count)
            count = len(examples)
        row, count = row * levels + column, count * levels
    return _numbered(row, count)


def _numbered(row: LevelPlaces, count: int) -> tuple[LevelPlaces, LevelPlaces]:
    """As `_distinct`, of one column of numbers below `count`."""
    example = np.full(count, -1, dtype=np.int64)
    example[row] = np.arange(len(row))
    found = np.flatnonzero(example >= 0)
    number = np.empty(count, dtype=np.int64)
    number[found] = np.arange(len(found))
    return example[found], number[row]


def fair_shares(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None, valued: Ledger | None = None) -> FairShares:
    """Fair shares of all trades, in their order. Only trades that move the deal take part. Raises KeyError as `ledger` does.

    valued : the plain ledger of the trades, where there is one.
    """
    rules = rules or Rules()
    in_order = (valued or ledger(deal, trades, rules, has_opening=False)).trades
    granted = [place for place, one in enumerate(in_order) if one.has_moved]
    number_of = {place: number for number, place in enumerate(granted)}
    game = _game(deal, [trades[place] for place in granted])
    if _can_be_exact(game):
        owen = owen_values(game.blocks, game.value, game.sides)
        by_player, least, greatest = owen.by_player, owen.least, owen.greatest
        error, orders = np.zeros(len(granted)), 0
    else:
        by_player, least, greatest, error, orders = _sampled(game)
    shares = []
    for place, (trade, seen) in enumerate(zip(trades, in_order, strict=True)):
        number = number_of.get(place, -1)
        block = game.blocks[number] if place in number_of else ()
        if not block:
            nothing = seen.verdict in (Verdict.DECLINED, Verdict.STALLED)
            amount = 0.0 if nothing else math.nan
            spread = (amount, amount, 0.0)
            shares.append(Share(trade, amount, amount, amount, seen.verdict, seen.authority, *spread))
            continue
        spread = (float(least[number]), float(greatest[number]), float(error[number]))
        worths = (float(by_player[player]) for player in block)
        changes = [replace(one, value=worth, restored=0.0) for one, worth in zip(seen.changes, worths, strict=True)]
        fair = weigh(deal, trade, changes, rules, drag=taught_drag(deal, {}, trade, rules))
        shares.append(Share(trade, fair.cost, fair.worth, fair.shortfall, fair.verdict, fair.authority, *spread))
    return FairShares(tuple(shares), orders)


def _game(deal: Deal, trades: Sequence[Trade]) -> _Game:
    changes = [change for trade in trades for change in trade.changes]
    sides, first = [], 0
    for trade in trades:
        counters = first + len(trade.asks)
        after = first + len(trade.changes)
        sides.append(tuple(side for side in (tuple(range(first, counters)), tuple(range(counters, after))) if side))
        first = after
    addresses = tuple(deal.address(change.lever, change.line) for change in changes)
    return _Game(deal, addresses, tuple(change.to for change in changes), tuple(sides))


def _can_be_exact(game: _Game) -> bool:
    trades = len(game.sides)
    if trades > EXACT_UP_TO or len(game.addresses) > _MOST_CHANGES_EXACT:
        return False
    coalitions: int = sum(2 ** (trades + len(sides) - 2 + len(side)) for sides in game.sides for side in sides)
    return coalitions <= _MOST_COALITIONS


@dataclass(frozen=True)
class OwenValues:
    """What `owen_values` finds.

    by_player : (P,) the Owen value of each player. least, greatest : (B,) of each block's gain over all orders.
    """

    by_player: Array
    least: Array
    greatest: Array


def owen_values(
    blocks: Sequence[Sequence[int]],
    value: Callable[[Masks], Array],
    sides: Sequence[Sequence[Sequence[int]]] | None = None,
) -> OwenValues:
    """Owen value of each player of a game whose players join in blocks; exact.

    blocks : the players 0, 1, ... P-1 (at most 62), each in one block. value : (n,) bit masks of coalitions, player `p` being
    bit `p`, to their (n,) values; it is called once, with each coalition that is needed once. sides : for each block, groups of
    its players that join as one inside the block; by default each player is on its own side. Where every block holds one player,
    and where there is one block, the Owen value is the Shapley value.

    >>> glove = owen_values([[0], [1], [2]], lambda masks: 1.0 * ((masks & 4 > 0) & (masks & 3 > 0)))
    >>> glove.by_player.round(4)
    array([0.1667, 0.1667, 0.6667])
    """
    players = sum(len(block) for block in blocks)
    if not players:
        return OwenValues(np.zeros(0), np.zeros(len(blocks)), np.zeros(len(blocks)))
    block_masks = np.array([sum(1 << player for player in block) for block in blocks], dtype=np.int64)
    insides = [_inside(one) for one in (sides or [[[player] for player in block] for block in blocks])]
    plans = [_outside(block_masks, number)[:, np.newaxis] | inside.masks for number, inside in enumerate(insides)]
    masks, place = np.unique(np.concatenate([plan.ravel() for plan in plans]), return_inverse=True)
    values = value(masks)[place]
    sizes = np.bitwise_count(np.arange(2 ** (len(blocks) - 1)))
    by_player = np.zeros(players)
    least, greatest = np.zeros(len(blocks)), np.zeros(len(blocks))
    position = 0
    for number, (inside, plan) in enumerate(zip(insides, plans, strict=True)):
        table = values[position : position + plan.size].reshape(plan.shape)
        position += plan.size
        by_player[list(inside.players)] = inside.weights @ (_shapley_weights(len(blocks))[sizes] @ table)
        gains = table[:, -1] - table[:, 0]
        least[number], greatest[number] = gains.min(), gains.max()
    return OwenValues(by_player, least, greatest)


@dataclass(frozen=True)
class _Inside:
    """The coalitions inside a block: bit masks (S,), the empty one first and the whole block last.

    weights : (players, S), what the value of each coalition counts for each player.
    """

    players: tuple[int, ...]
    masks: Masks
    weights: Array


def _inside(sides: Sequence[Sequence[int]]) -> _Inside:
    """Every group of whole other sides with every subset of one side, for each side, once."""
    players = tuple(player for side in sides for player in side)
    side_masks = [sum(1 << player for player in side) for side in sides]
    counts: dict[int, dict[int, float]] = {0: {}}
    for number, side in enumerate(sides):
        others = [mask for place, mask in enumerate(side_masks) if place != number]
        for joined in range(2 ** len(others)):
            outside = sum(mask for place, mask in enumerate(others) if joined >> place & 1)
            outer = _shapley_weights(len(sides))[joined.bit_count()]
            for subset in range(2 ** len(side)):
                mask = outside | sum(1 << player for place, player in enumerate(side) if subset >> place & 1)
                of_mask = counts.setdefault(mask, {})
                for place, player in enumerate(side):
                    is_in = subset >> place & 1
                    inner = _shapley_weights(len(side))[subset.bit_count() - is_in]
                    of_mask[player] = of_mask.get(player, 0.0) + (outer * inner if is_in else -outer * inner)
    whole = sum(side_masks)
    counts[whole] = counts.pop(whole)
    weights = np.array([[of_mask.get(player, 0.0) for of_mask in counts.values()] for player in players])
    return _Inside(players, np.array(list(counts), dtype=np.int64), weights)


def _outside(block_masks: Masks, number: int) -> Masks:
    """Every set of the other blocks: (2^(B-1),) bit masks."""
    others = np.delete(block_masks, number)
    unions = np.arange(2 ** len(others), dtype=np.int64)
    return np.asarray((((unions[:, np.newaxis] >> np.arange(len(others))) & 1) * others).sum(axis=1))


def _shapley_weights(players: int) -> Array:
    """Weight of a coalition of each size 0..players-1 that does not hold the player: s! (n-s-1)! / n!."""
    return np.array([1.0 / (players * math.comb(players - 1, size)) for size in range(players)])


def _sampled(game: _Game) -> tuple[Array, Array, Array, Array, int]:
    """As `owen_values`, from random orders of the trades, of the sides of each and of the changes of each side.

    With the error of each net.
    """
    players = len(game.addresses)
    orders = max(_FEWEST_ORDERS, min(_MOST_ORDERS, _SAMPLED_VALUATIONS // (players + 1)))
    drawn = _random_orders(game.sides, orders)
    gains = np.zeros((orders, players))
    np.put_along_axis(gains, drawn, np.diff(_walks(game, drawn), axis=1), axis=1)
    nets = np.stack([gains[:, list(block)].sum(axis=1) for block in game.blocks], axis=1)
    error = nets.std(axis=0, ddof=1) / math.sqrt(orders)
    return gains.mean(axis=0), nets.min(axis=0), nets.max(axis=0), error, orders


@lru_cache(maxsize=8)
def _random_orders(sides: tuple[tuple[tuple[int, ...], ...], ...], count: int) -> LevelPlaces:
    """So many random orders of the players, (count, P). They depend on which trades there are, and not on their levels."""
    draw = np.random.default_rng(_SEED)
    drawn = [
        [
            player
            for number in draw.permutation(len(sides))
            for side in draw.permutation(len(sides[number]))
            for player in draw.permutation(sides[number][side])
        ]
        for _ in range(count)
    ]
    orders = np.array(drawn, dtype=np.int64).reshape(count, -1)
    orders.flags.writeable = False
    return orders


def _walks(game: _Game, orders: LevelPlaces) -> Array:
    """Value of coalitions that grow one player at a time, (orders, P + 1)."""
    count, players = orders.shape
    places: dict[Address, LevelPlaces] = {}
    for address in game.levels_at:
        moves = np.array([one == address for one in game.addresses])
        latest = np.full((count, players + 1), -1, dtype=np.int64)
        # Of the players that have joined, the last in the ledger's order decides.
        np.maximum.accumulate(np.where(moves[orders], orders, -1), axis=1, out=latest[:, 1:])
        places[address] = np.where(latest >= 0, game.numbers[latest], 0).ravel()
    return game.value_at(places, count * (players + 1)).reshape(count, players + 1)
