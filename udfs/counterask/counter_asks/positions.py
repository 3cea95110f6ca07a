"""Where a rep stands when a client has asked: the deal with the ask granted, and what a counter-ask must still bring.

A trade is looked at in its place in the ledger: granted trades before it stand, later ones play no part. Its asks are
taken as granted, whatever the response is. Counter-asks already entered stay, and a further one must cover what is
missing; where they are enough already, or have no price, they are set aside, and what is found are alternatives to
them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..inputs.terms import Address, Deal
from ..pricing.scenarios import Array, Scenarios
from ..pricing.valuation import unknown_in_states, value_scenarios, value_states
from ..verdicts.trades import (
    HALF_A_CENT,
    Change,
    Response,
    Rules,
    State,
    Trade,
    ValuedChange,
    ValuedTrade,
    Verdict,
    grant,
    no_price,
    soft,
    taught_drag,
    weigh,
)

NO_VERDICT = frozenset({Verdict.BLOCKED, Verdict.CANNOT_TELL})


@dataclass(frozen=True)
class Position:
    """A trade, as granted, before a further counter-ask.

    deal : the opening deal. before : its state before the trade. state : its state after the trade's changes. valued
    : the trade with its numbers, without what was set aside. total : deal value after it, money. is_instead : whether
    counter-asks that the trade holds were set aside.
    """

    deal: Deal
    rules: Rules
    before: State
    state: State
    valued: ValuedTrade
    total: float
    is_instead: bool = False

    @property
    def trade(self) -> Trade:
        """The trade, granted, without what was set aside."""
        return self.valued.trade

    @property
    def cost(self) -> float:
        """What the asks cost, money, at most 0 for a real concession; with the drag of a discount where that counts."""
        return self.valued.cost + self.valued.drag

    @property
    def required(self) -> float:
        """What all counter-asks together must be worth, money, at least 0."""
        return self.rules.policy.required_ratio * max(0.0, -self.cost)

    @property
    def obstacle(self) -> str | None:
        """Why no counter-ask can turn the trade into a negotiation, or None where one may."""
        return (self.valued.note or str(self.valued.verdict)) if self.valued.verdict in NO_VERDICT else None

    @cached_property
    def deal_here(self) -> Deal:
        """The deal with the trade's changes made, but none further."""
        return self.deal.with_inputs(self.state)

    @cached_property
    def soft_worth(self) -> float:
        """What is soft in the worth of the counter-asks entered, money."""
        return math.fsum(change.value for change in self.valued.changes if not change.is_ask and change.is_soft)

    @cached_property
    def asked(self) -> frozenset[Address]:
        """The addresses that the asks move: to ask for them back is no counter-ask."""
        return frozenset(self.deal.address(ask.lever, ask.line) for ask in self.trade.asks)

    def totals(self, columns: Mapping[Address, Array], size: int) -> Array:
        """Deal value, (size,) money, of variants in which the inputs at the given addresses differ. NaN: no price."""
        totals = value_scenarios(Scenarios(self.deal_here, size, columns)).total
        broken = ~np.isfinite(totals)
        floor, cap = (columns.get((None, name)) for name in ("uplift_floor", "uplift_cap"))
        if floor is not None or cap is not None:
            terms = self.deal_here.terms
            broken |= (terms.uplift_floor if floor is None else floor) > (terms.uplift_cap if cap is None else cap)
        return np.where(broken, np.nan, totals)

    def shortfalls(self, worth: Array, soft_worth: Array) -> Array:
        """What is missing, money, where further counter-asks are worth so much, so much of it soft. Below 0: more
        than enough.

        The rule is that of `trades.judge`.
        """
        policy = self.rules.policy
        hard = self.valued.worth + worth - self.soft_worth - soft_worth
        counted = hard + np.minimum(self.soft_worth + soft_worth, policy.soft_share_cap * self.required)
        return np.asarray(self.required - counted)

    def with_counters(self, counters: Sequence[Change], worths: Sequence[float]) -> ValuedTrade:
        """The trade with further counter-asks, worth so much one after the other, weighed as the ledger weighs it."""
        here, added = self.state, []
        fault = None
        for change, worth in zip(counters, worths, strict=True):
            address = self.deal.address(change.lever, change.line)
            level = here.get(address, self.deal.input_at(address))
            added.append(ValuedChange(change, False, soft(self.deal, change, self.rules.limits), level, worth))
            here = {**here, address: change.to}
            fault = fault or no_price(self.deal, here)
        trade = replace(self.trade, counters=self.trade.counters + tuple(counters))
        asks, entered = self._sides()
        return weigh(self.deal, trade, (*asks, *entered, *added), fault, self.rules, drag=self.valued.drag)

    def _sides(self) -> tuple[tuple[ValuedChange, ...], tuple[ValuedChange, ...]]:
        changes = self.valued.changes
        return tuple(one for one in changes if one.is_ask), tuple(one for one in changes if not one.is_ask)


def is_enough(shortfall: Array) -> NDArray[np.bool_]:
    """Whether a shortfall is none: under half a cent. Unknown is not enough."""
    return np.asarray(shortfall < HALF_A_CENT)


def position_of(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
) -> Position:
    """Where a rep stands on a trade, named by its id, or on a bare ask that is not entered yet and comes after all
    trades.

    Raises KeyError where there is no such trade, or where a change names a lever or line that the deal does not have.
    """
    place, trade = _in_ledger(trades, asked)
    states, _ = grant(deal, trades[:place])
    before = states[-1]
    found = _position(deal, trade, before, rules, False)
    if not trade.counters:
        return found
    is_negotiation = found.valued.verdict == Verdict.NEGOTIATION and bool(
        is_enough(found.shortfalls(np.zeros(1), np.zeros(1)))[0]
    )
    if not is_negotiation and found.obstacle is None:
        return found
    without = _position(deal, replace(trade, counters=()), before, rules, True)
    return without if is_negotiation or without.obstacle is None else found


def _in_ledger(trades: Sequence[Trade], asked: str | Change | Sequence[Change] | Trade) -> tuple[int, Trade]:
    """The trade in question and its place, the asks taken as granted."""
    if isinstance(asked, str):
        for place, trade in enumerate(trades):
            if trade.id == asked:
                return place, replace(trade, response=Response.YES)
        raise KeyError(asked)
    if isinstance(asked, Trade):
        place = next((place for place, trade in enumerate(trades) if trade.id == asked.id), len(trades))
        return place, replace(asked, response=Response.YES)
    asks = (asked,) if isinstance(asked, Change) else tuple(asked)
    return len(trades), Trade("", Response.YES, asks)


def _position(deal: Deal, trade: Trade, before: State, rules: Rules, is_instead: bool) -> Position:
    steps: list[State] = [before]
    for change in trade.changes:
        steps.append({**steps[-1], deal.address(change.lever, change.line): change.to})
    fault = next((found for step in steps[1:] if (found := no_price(deal, step)) is not None), None)
    totals = np.full(len(steps), np.nan) if fault else value_states(deal, steps).total
    unknown: tuple[str, ...] = ()
    if fault is None and np.isnan(totals).any():
        needed = unknown_in_states(deal, [steps[place] for place in np.flatnonzero(np.isnan(totals)).tolist()])
        unknown = tuple(dict.fromkeys(deal.spoken(address) for state in needed for address in state))
    changes = tuple(
        ValuedChange(
            change,
            place < len(trade.asks),
            soft(deal, change, rules.limits),
            steps[place].get(address, deal.input_at(address)),
            float(totals[place + 1] - totals[place]),
        )
        for place, change in enumerate(trade.changes)
        for address in [deal.address(change.lever, change.line)]
    )
    drag = 0.0 if fault else taught_drag(deal, before, trade, rules)
    valued = weigh(deal, trade, changes, fault, rules, unknown, drag)
    return Position(deal, rules, before, steps[-1], valued, float(totals[-1]), is_instead)
