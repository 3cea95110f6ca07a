"""Where a rep is when a client has asked: the deal with the ask granted, and what a counter-ask must still bring.

A trade is looked at in its place in the ledger: trades before it that move the deal come first, later ones play no part. Its asks
are taken as granted, whatever the response is. Counter-asks already entered stay, and a further one must cover what is
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
from ..pricing.valuation import value_scenarios, value_states
from ..verdicts.judging import balance, counted, margins, weigh
from ..verdicts.ledger import Ledger, ledger, no_price, trade_at
from ..verdicts.standards import clipped, restoring_zone
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
    valued_change,
)

Batch = tuple[Mapping[Address, Array], int]
"""Variants of a deal: the inputs that differ, and how many variants there are."""
NO_VERDICT = frozenset({Verdict.BLOCKED, Verdict.CANNOT_TELL})


@dataclass(frozen=True)
class Position:
    """A trade, as granted, before a further counter-ask.

    deal : the opening deal. before : its state before the trade. state : its state after the trade's changes. valued
    : the trade with its numbers, without what was set aside. total : deal value after it, money. is_instead : whether
    counter-asks that the trade holds were set aside. granted_elsewhere : what other granted trades of the quote give the
    client: we never ask for that back.
    """

    deal: Deal
    rules: Rules
    before: State
    state: State
    valued: ValuedTrade
    total: float
    is_instead: bool = False
    granted_elsewhere: frozenset[Address] = frozenset()

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
        return self.valued.required

    @property
    def obstacle(self) -> str | None:
        """Why no counter-ask can turn the trade into a negotiation, or None where one may."""
        return (self.valued.note or str(self.valued.verdict)) if self.valued.verdict in NO_VERDICT else None

    @property
    def is_free(self) -> bool:
        """Whether nothing must come back: the asks change nothing for us, or pay us."""
        return self.obstacle is None and self.required < HALF_A_CENT

    @cached_property
    def deal_here(self) -> Deal:
        """The deal with the trade's changes made, but none further."""
        return self.deal.with_inputs(self.state)

    @cached_property
    def idle_asks(self) -> frozenset[Change]:
        """The asks without which the deal would be worth the same: a rebate without a threshold. To offer one would be empty
        words. Empty where the position has no price."""
        if self.obstacle is not None:
            return frozenset()
        starts: list[tuple[Change, Address, float]] = []
        for ask in self.trade.asks:
            address = self.deal.address(ask.lever, ask.line)
            start = self.before.get(address, self.deal.input_at(address))
            if start != ask.to:
                starts.append((ask, address, start))
        without = self.totals_of_each([({address: np.array([start])}, 1) for _, address, start in starts])
        idle = [abs(float(total[0]) - self.total) < HALF_A_CENT for total in without]
        return frozenset(ask for (ask, _, _), is_idle in zip(starts, idle, strict=True) if is_idle)

    @cached_property
    def _margins(self) -> dict[frozenset[tuple[Address, float]], float]:
        """The margins that were valued so far, by state."""
        return {}

    def value_margins(self, states: Sequence[State]) -> None:
        """Value the margin of states that will be asked for, in one batch; nothing where the policy has no floor."""
        if not math.isnan(self.rules.policy.minimum_margin):
            found = margins(value_states(self.deal, [self.before, *states])).tolist()
            self._margins.update(zip((frozenset(state.items()) for state in (self.before, *states)), found, strict=True))

    def _margin_at(self, state: State) -> float:
        """Margin of the deal in a state; NaN where the policy has no floor."""
        if math.isnan(self.rules.policy.minimum_margin):
            return math.nan
        if frozenset(state.items()) not in self._margins:
            self.value_margins([state])
        return self._margins[frozenset(state.items())]

    def with_trade(self, trade: Trade) -> Position:
        """Where a rep is with another trade at the same place, its asks taken as granted."""
        found = _position(self.deal, self.before, replace(trade, response=Response.YES), self.rules)
        return replace(found, granted_elsewhere=self.granted_elsewhere)

    @cached_property
    def named(self) -> frozenset[Address]:
        """The addresses that the trade names already: they are asked for once."""
        return frozenset(self.deal.address(one.lever, one.line) for one in self.trade.changes)

    def totals(self, columns: Mapping[Address, Array], size: int) -> Array:
        """Deal value, (size,) money, of variants in which the inputs at the given addresses differ. NaN: no price."""
        return self._priced(columns, value_scenarios(Scenarios(self.deal_here, size, columns)).total)

    def totals_of_each(self, batches: Sequence[Batch]) -> list[Array]:
        """`totals` of several batches, valued as one: many small batches take longer than a large one."""
        ends = np.cumsum([size for _, size in batches])
        whole: dict[Address, Array] = {}
        for (columns, size), end in zip(batches, ends.tolist(), strict=True):
            for address, column in columns.items():
                own = whole.setdefault(address, np.full(int(ends[-1]), self.deal_here.input_at(address)))
                own[end - size : end] = column
        valued = np.split(value_scenarios(Scenarios(self.deal_here, int(ends[-1]), whole)).total, ends[:-1]) if batches else []
        return [self._priced(columns, totals) for (columns, _), totals in zip(batches, valued, strict=True)]

    def _priced(self, columns: Mapping[Address, Array], totals: Array) -> Array:
        """The totals, NaN where the levels contradict each other or have no price."""
        broken = ~np.isfinite(totals)
        floor, cap = (columns.get((None, name)) for name in ("uplift_floor", "uplift_cap"))
        if floor is not None or cap is not None:
            terms = self.deal_here.terms
            low, high = (np.asarray(terms.uplift_floor if floor is None else floor), terms.uplift_cap if cap is None else cap)
            broken |= (low > high) & np.isfinite(low)
        return np.where(broken, np.nan, totals)

    def restored(self, address: Address, levels: Array, others: Mapping[Address, Array] | None = None) -> Array:
        """What moves of one lever to each level would bring that only undoes its opening concession, (n,) money.

        others : (n,) the levels of other levers that differ from here.
        """
        moves = self.restoring(address, levels, others)
        if not moves:
            return np.zeros(len(levels))
        before, after = self.totals_of_each(moves)
        return np.asarray(after - before)

    def restoring(self, address: Address, levels: Array, others: Mapping[Address, Array] | None = None) -> list[Batch]:
        """The batches before and after what such moves only restore; none where they restore nothing."""
        zone = restoring_zone(self.deal, self.rules, address)
        if zone is None or not len(levels):
            return []
        start, lever = self.deal_here.input_at(address), address[1]
        first = clipped(self.deal, lever, start, zone)
        last = np.array([clipped(self.deal, lever, level, zone) for level in levels.tolist()])
        columns = dict(others or {})
        ends = np.full(len(levels), first), last
        return [({**columns, address: end}, len(levels)) for end in ends]

    def shortfalls(self, worth: Array, soft_worth: Array) -> Array:
        """What is missing, money, where further counter-asks count for so much, so much of it soft. Below 0: more
        than enough.

        worth : what counts of them: without what only restores. The rule is that of `judging.Balance`.
        """
        here = balance(self.valued.changes, self.valued.drag, self.rules.policy)
        cap = self.rules.policy.soft_share_cap
        return np.asarray(here.required - counted(here.hard + worth - soft_worth, here.soft + soft_worth, here.required, cap))

    def with_counters(
        self, counters: Sequence[Change], worths: Sequence[float], restored: Sequence[float] | None = None
    ) -> ValuedTrade:
        """The trade with further counter-asks, worth so much one after the other, weighed as the ledger weighs it.

        restored : the part of each worth that only undoes an opening concession; 0 where it is left out.
        """
        here, added = self.state, []
        fault = None
        for number, (change, worth) in enumerate(zip(counters, worths, strict=True)):
            address = self.deal.address(change.lever, change.line)
            level = here.get(address, self.deal.input_at(address))
            undone = restored[number] if restored is not None else 0.0
            added.append(valued_change(self.deal, change, False, level, worth, self.rules, undone))
            here = {**here, address: change.to}
            fault = fault or no_price(self.deal, here)
        trade = replace(self.trade, counters=self.trade.counters + tuple(counters))
        asks, entered = self._sides()
        margin = self._margin_at(self.before), self._margin_at(here)
        changes = (*asks, *entered, *added)
        return weigh(self.deal, trade, changes, self.rules, fault=fault, drag=self.valued.drag, margin=margin, before=self.before)

    def typed_in(self, counters: Sequence[Change]) -> tuple[ValuedTrade, Array]:
        """The trade with further counter-asks, as the ledger values it, and deal value before them and after each, (k + 1,)
        money."""
        addresses = [self.deal.address(one.lever, one.line) for one in counters]
        columns = {
            address: np.array([self.deal_here.input_at(address)] * (place + 1) + [one.to] * (len(counters) - place))
            for place, (address, one) in enumerate(zip(addresses, counters, strict=True))
        }
        totals = self.totals(columns, len(counters) + 1)
        undone: list[float] = []
        here: dict[Address, Array] = {}
        for address, one in zip(addresses, counters, strict=True):
            undone.append(float(self.restored(address, np.array([one.to]), here)[0]))
            here[address] = np.array([one.to])
        return self.with_counters(counters, np.diff(totals).tolist(), undone), totals

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
    valued: Ledger | None = None,
) -> Position:
    """Where a rep is on a trade, named by its id, or on a bare ask that is not entered yet and comes after all
    trades.

    valued : the ledger of these trades, where there is one. Raises KeyError where there is no such trade, or where a change names
    a lever or line that the deal does not have.
    """
    place, trade = _in_ledger(trades, asked)
    others = [other for other in trades if other.id != trade.id and other.response == Response.YES]
    granted = _granted(deal, others)
    if valued is None:
        before = ledger(deal, trades[:place], rules, has_opening=False).state_now
    else:
        before = valued.trades[place].before if place < len(trades) else valued.state_now
    found = replace(_position(deal, before, trade, rules), granted_elsewhere=granted)
    if not trade.counters:
        return found
    is_negotiation = found.valued.verdict == Verdict.NEGOTIATION
    if not is_negotiation and found.obstacle is None:
        return found
    without = replace(found.with_trade(replace(trade, counters=())), is_instead=True)
    return without if is_negotiation or without.obstacle is None else found


def _granted(deal: Deal, trades: Sequence[Trade]) -> frozenset[Address]:
    """What trades give the client; the months of a discount that they give with it."""
    asks = [ask for trade in trades for ask in trade.asks]
    given = {deal.address(ask.lever, ask.line) for ask in asks}
    return frozenset(given | {(place, "discount_months") for place, lever in given if lever == "discount" and place is not None})


def _position(deal: Deal, before: State, trade: Trade, rules: Rules) -> Position:
    valued, total = trade_at(deal, before, trade, rules)
    moved = {deal.address(change.lever, change.line): change.to for change in trade.changes}
    return Position(deal, rules, before, {**before, **moved}, valued, total)


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
