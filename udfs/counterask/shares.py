"""Fair shares: what each trade does to deal value when the order of the trades plays no part.

The Owen value: Shapley over the trades, then Shapley inside the trade. Beside it stand each trade's least and greatest
net over all orders of the trades. Exact up to `EXACT_UP_TO` trades; above that, a stated number of random orders (fixed
seed) with the standard error of the net.

A coalition is a bit mask over all changes. Its state is the opening deal with those changes made in ledger order, so a
later change of the same lever wins. All coalitions are valued in one batch, each once.

Source: G. Owen, "Values of games with a priori unions" (1977); L. S. Shapley, "A value for n-person games" (1953).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .limits import Authority
from .scenarios import Array, Scenarios
from .terms import Address, Deal
from .trades import Rules, Trade, ValuedChange, Verdict, grant, soft, weigh
from .valuation import value_scenarios

EXACT_UP_TO = 12
_MOST_CHANGES_EXACT = 62
_MOST_COALITIONS = 400_000
_SAMPLED_VALUATIONS = 120_000
_FEWEST_ORDERS, _MOST_ORDERS = 4, 400
_SEED = 20_260_101


@dataclass(frozen=True)
class Share:
    """One trade's fair share.

    cost, worth, net, shortfall : money. least_net, greatest_net : over all orders (over the sampled ones where sampled).
    standard_error : of the net; 0 where the share is exact.
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
    """The players of the granted trades: change `p` is bit `p`; `blocks[k]` are the bits of trade `k`."""

    deal: Deal
    addresses: tuple[Address, ...]
    levels: tuple[float, ...]
    blocks: tuple[tuple[int, ...], ...]

    def value(self, members: np.ndarray) -> Array:
        """Deal value of each coalition: `members` is (n, P) of bool. Returns (n,) money."""
        columns: dict[Address, Array] = {}
        for player, (address, level) in enumerate(zip(self.addresses, self.levels, strict=True)):
            if address not in columns:
                columns[address] = np.full(len(members), self.deal.input_at(address))
            columns[address][members[:, player]] = level
        return value_scenarios(Scenarios(self.deal, len(members), columns)).total


def fair_shares(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None) -> FairShares:
    """Fair shares of all trades, in their order. Raises KeyError as `ledger` does."""
    rules = rules or Rules()
    _, unmoved = grant(deal, trades)
    granted = [place for place in range(len(trades)) if place not in unmoved]
    game = _game(deal, [trades[place] for place in granted])
    if _can_be_exact(game):
        by_player, least, greatest, error, orders = *_exact(game), np.zeros(len(granted)), 0
    else:
        by_player, least, greatest, error, orders = _sampled(game)
    shares = []
    for place, trade in enumerate(trades):
        block = game.blocks[granted.index(place)] if place not in unmoved else ()
        if block:
            number = granted.index(place)
            spread = (float(least[number]), float(greatest[number]), float(error[number]))
            worths = [float(by_player[player]) for player in block]
        else:
            moves_nothing = unmoved.get(place, (Verdict.DECLINED, ""))[0] in (Verdict.DECLINED, Verdict.STALLED)
            spread = (0.0, 0.0, 0.0) if moves_nothing else (math.nan, math.nan, 0.0)
            worths = [math.nan] * len(trade.changes)
        changes = tuple(
            ValuedChange(
                change,
                number < len(trade.asks),
                soft(deal, change, rules.limits),
                deal.input_at(deal.address(change.lever, change.line)),
                worth,
            )
            for number, (change, worth) in enumerate(zip(trade.changes, worths, strict=True))
        )
        valued = weigh(deal, trade, changes, unmoved.get(place), rules)
        shares.append(
            Share(trade, valued.cost, valued.worth, valued.shortfall, valued.verdict, valued.authority, *spread)
        )
    return FairShares(tuple(shares), orders)


def _game(deal: Deal, trades: Sequence[Trade]) -> _Game:
    changes = [change for trade in trades for change in trade.changes]
    blocks, first = [], 0
    for trade in trades:
        blocks.append(tuple(range(first, first + len(trade.changes))))
        first += len(trade.changes)
    addresses = tuple(deal.address(change.lever, change.line) for change in changes)
    return _Game(deal, addresses, tuple(change.to for change in changes), tuple(blocks))


def _can_be_exact(game: _Game) -> bool:
    trades = len(game.blocks)
    if trades > EXACT_UP_TO or len(game.addresses) > _MOST_CHANGES_EXACT:
        return False
    coalitions: int = sum(2 ** (trades - 1 + len(block)) for block in game.blocks)
    return coalitions <= _MOST_COALITIONS


def _exact(game: _Game) -> tuple[Array, Array, Array]:
    """Owen value of each player, and each trade's least and greatest net over all coalitions of the others."""
    trades = len(game.blocks)
    if trades == 0:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    block_masks = np.array([sum(1 << player for player in block) for block in game.blocks], dtype=np.int64)
    unions = np.arange(2 ** (trades - 1), dtype=np.int64)
    needed, plans = [], []
    for number, block in enumerate(game.blocks):
        others = np.delete(block_masks, number)
        bits = (unions[:, np.newaxis] >> np.arange(trades - 1)) & 1
        outside = (bits * others).sum(axis=1)
        inside = _subset_masks(block)
        plan = outside[:, np.newaxis] | inside[np.newaxis, :]
        plans.append((bits.sum(axis=1), plan))
        needed.append(plan.ravel())
    masks, place = np.unique(np.concatenate(needed), return_inverse=True)
    members = (masks[:, np.newaxis] >> np.arange(len(game.addresses))) & 1 == 1
    values = game.value(members)[place]
    by_player = np.zeros(len(game.addresses))
    least, greatest = np.zeros(trades), np.zeros(trades)
    position = 0
    for number, (block, (sizes, plan)) in enumerate(zip(game.blocks, plans, strict=True)):
        table = values[position : position + plan.size].reshape(plan.shape)
        position += plan.size
        averaged = _shapley_weights(trades)[sizes] @ table
        inner = _shapley_weights(len(block))
        subsets = np.arange(2 ** len(block))
        for bit, player in enumerate(block):
            without = subsets[(subsets >> bit) & 1 == 0]
            weights = inner[[int(subset).bit_count() for subset in without]]
            by_player[player] = float(weights @ (averaged[without | (1 << bit)] - averaged[without]))
        nets = table[:, -1] - table[:, 0]
        least[number], greatest[number] = nets.min(), nets.max()
    return by_player, least, greatest


def _subset_masks(block: Sequence[int]) -> np.ndarray:
    """Bit masks of all subsets of a block, the subset numbered `s` holding the players whose bits are set in `s`."""
    subsets = np.arange(2 ** len(block), dtype=np.int64)
    masks = np.zeros_like(subsets)
    for bit, player in enumerate(block):
        masks |= ((subsets >> bit) & 1) << player
    return masks


def _shapley_weights(players: int) -> Array:
    """Weight of a coalition of each size 0..players-1 that does not hold the player: s! (n-s-1)! / n!."""
    return np.array([1.0 / (players * math.comb(players - 1, size)) for size in range(players)])


def _sampled(game: _Game) -> tuple[Array, Array, Array, Array, int]:
    """As `_exact`, from random orders of the trades and of the changes inside each, with the error of each trade's net."""
    trades, players = len(game.blocks), len(game.addresses)
    orders = max(_FEWEST_ORDERS, min(_MOST_ORDERS, _SAMPLED_VALUATIONS // (players + 1)))
    draw = np.random.default_rng(_SEED)
    gains = np.zeros((orders, players))
    for row in range(orders):
        order = [player for number in draw.permutation(trades) for player in draw.permutation(game.blocks[number])]
        joined = np.empty(players, dtype=np.intp)
        joined[order] = np.arange(players)
        values = _walk(game, joined)
        gains[row, order] = np.diff(values)
    nets = np.stack([gains[:, list(block)].sum(axis=1) for block in game.blocks], axis=1)
    error = nets.std(axis=0, ddof=1) / math.sqrt(orders)
    return gains.mean(axis=0), nets.min(axis=0), nets.max(axis=0), error, orders


def _walk(game: _Game, joined: np.ndarray) -> Array:
    """Value of the coalitions that grow one player at a time; `joined[p]` is the step at which player `p` joins. (P + 1,)."""
    players = len(joined)
    columns: dict[Address, Array] = {}
    by_address: dict[Address, list[int]] = {}
    for player, address in enumerate(game.addresses):
        by_address.setdefault(address, []).append(player)
    for address, movers in by_address.items():
        column = np.full(players + 1, game.deal.input_at(address))
        latest = np.full(players + 1, -1)
        for player in movers:
            here = latest[joined[player] + 1 :]
            np.maximum(here, player, out=here)
        held = latest >= 0
        column[held] = np.asarray(game.levels)[latest[held]]
        columns[address] = column
    return value_scenarios(Scenarios(game.deal, players + 1, columns)).total
