"""The ledger: every granted change valued against the deal as it then is, trades in their order, the asks of each first.

Its parts add up to the change in deal value. What is declined, stalled, blocked or has no price moves nothing: later trades start
as if it had never been there. A blocked trade shows its own numbers all the same. Where only the limits do not hold, a trade
moves the deal and its verdict alone is missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..inputs.labels import label_of
from ..inputs.levers import Kind
from ..inputs.terms import Address, Deal
from ..pricing.horizon import has_an_end, months_needed
from ..pricing.liability import CLASSES
from ..pricing.scenarios import Array
from ..pricing.valuation import PresentValues, unknown_in_states, value_states
from .judging import NoEffect, break_even, hard_stop, margins, not_granted, taught_drag, weigh
from .opening import Opening, OpeningPlan, beyond_words, judge_opening, plan_opening
from .standards import Step, steps_of
from .trades import Rules, State, Trade, ValuedTrade, Verdict, valued_change


@dataclass(frozen=True)
class Ledger:
    """Opening value, every trade, and the deal as it is after them.

    against_standard : the opening judged against the standard; None where there are no limits, or where it was not asked for.
    state_now : the inputs of the deal now that differ from the opening.
    """

    opening: PresentValues
    now: PresentValues
    deal_now: Deal
    trades: tuple[ValuedTrade, ...]
    against_standard: Opening | None = None
    state_now: State = field(default_factory=dict)

    @property
    def value(self) -> float:
        """Opening deal value, money."""
        return float(self.opening.total[0])

    @property
    def value_now(self) -> float:
        """Deal value on the terms as they stand, money."""
        return float(self.now.total[0])

    @property
    def change(self) -> float:
        """Value now less opening value, money."""
        return self.value_now - self.value

    @property
    def break_even(self) -> float:
        """The factor by which the chance of winning must rise for all trades together to pay; NaN where they do."""
        return break_even(self.value, self.value_now)


def no_price(deal: Deal, state: State) -> NoEffect | None:
    """Why a deal in this state has no price, seen from the inputs alone, or None where it may have one."""

    def level(name: str) -> float:
        found = state.get((None, name))
        return deal.input_at((None, name)) if found is None else found

    if any(map(math.isnan, state.values())):
        blank = next(address for address, value in state.items() if math.isnan(value))
        return NoEffect(Verdict.CANNOT_TELL, f"the new level of {deal.spoken(blank)} is blank")
    for claims in CLASSES:
        if not math.isinf(level(claims.multiple)):
            continue
        tail = level("risk_load") * level(claims.alpha)
        if tail <= 1.0 and level(claims.frequency) > 0.0:
            why = f"risk_load x {claims.alpha} = {tail:g}, not above 1"
            return NoEffect(Verdict.BLOCKED, f"unlimited {claims.label} has no finite price here ({why}): offer a cap")
    for index, line in enumerate(deal.lines):
        if line.kind != Kind.ONE_OFF:
            continue
        months, faster = state.get((index, "delivery_months"), line.delivery_months), level("months_brought_forward")
        if faster >= months:
            words = f"{faster:g} months brought forward leave nothing of the {months:g} delivery months of {line.name}"
            return NoEffect(Verdict.CANNOT_TELL, words)
    return None


def beyond(deal: Deal, changes: Sequence[tuple[Address, State, State]]) -> NoEffect | None:
    """Why changes have no price because they lie beyond the horizon, or None. changes : where, and the deal before and after."""
    horizon, needed = deal.assumptions.horizon_months, [0.0]
    for address, before, after in changes:
        if has_an_end(address) and before.get(address, deal.input_at(address)) != after[address]:
            needed += [months_needed(deal, address, state) for state in (before, after)]
    most = max(months for months in needed if not math.isnan(months))
    return NoEffect(Verdict.CANNOT_TELL, beyond_words(horizon, most)) if most > horizon else None


@dataclass(frozen=True)
class Walked:
    """One trade at its place in the ledger, before it is valued.

    before : the deal before it. starts : the level from which each change starts. steps : of each change. fault : why it moves
    nothing, or None. is_priced : whether its steps have values. moves : whether later trades start from where it ends.
    """

    trade: Trade
    before: State
    starts: tuple[float, ...]
    steps: tuple[tuple[Step, ...], ...]
    fault: NoEffect | None
    is_priced: bool
    moves: bool

    @property
    def states(self) -> list[State]:
        """The deal after each step, in order."""
        return [step.state for steps in self.steps for step in steps]

    @property
    def after(self) -> State:
        """The deal from which the next trade starts."""
        return self.steps[-1][-1].state if self.moves and self.steps else self.before


def worst_trade(valued: Ledger) -> str:
    """The id of the trade to look at first: the concession with the largest shortfall, else the first; "" for none.

    A trade that cannot be told or is blocked may fall short as well, but no counter-ask helps there.
    """
    given = [one for one in valued.trades if one.verdict in (Verdict.CONCESSION, Verdict.UNBALANCED)]
    short = {one.trade.id: one.shortfall for one in given if math.isfinite(one.shortfall)}
    first = valued.trades[0].trade.id if valued.trades else ""
    found = max(short, key=lambda name: short[name], default=first)
    return found if short.get(found, 0.0) > 0.0 else first


def walk_one(deal: Deal, trade: Trade, before: State, rules: Rules, is_unknown: bool = False) -> Walked:
    """A trade after a state of the deal. is_unknown : whether its value needs an unknown input."""
    here, starts, steps, moved = before, [], [], []
    for change in trade.changes:
        address = deal.address(change.lever, change.line)
        starts.append(here.get(address, deal.input_at(address)))
        steps.append(tuple(steps_of(deal, rules, here, change)))
        moved.append((address, here, steps[-1][-1].state))
        here = steps[-1][-1].state
    fault = not_granted(trade)
    is_priced = fault is None
    if fault is None:
        moves = [(one.lever, one.line, start, one.to) for one, start in zip(trade.changes, starts, strict=True)]
        stop = hard_stop(deal, moves, rules)
        faults = [found for _, _, state in moved if (found := no_price(deal, state)) is not None]
        untold = next((one for one in faults if one.verdict == Verdict.BLOCKED), faults[0] if faults else beyond(deal, moved))
        is_priced = untold is None
        fault = NoEffect(Verdict.BLOCKED, stop) if stop is not None else untold
    return Walked(trade, before, tuple(starts), tuple(steps), fault, is_priced, fault is None and not is_unknown)


def walk(
    deal: Deal, trades: Sequence[Trade], rules: Rules, unknown: frozenset[int] = frozenset(), start: State | None = None
) -> list[Walked]:
    """Every trade at its place. unknown : the places of trades whose value needs an unknown input. start : the deal before the
    first of them; by default the opening. Raises KeyError where a change names a lever or line that the deal does not have."""
    found: list[Walked] = []
    here: State = start or {}
    for place, trade in enumerate(trades):
        found.append(walk_one(deal, trade, here, rules, place in unknown))
        here = found[-1].after
    return found


@dataclass(frozen=True)
class _Batch:
    """All states of a ledger, valued at once: those of the opening against the standard, the opening, and those of every trade.

    opening : the place of the opening, or of the deal from which the trades start. places : of each trade, the place of the deal
    before it and of its first step.
    """

    plan: OpeningPlan
    walked: list[Walked]
    states: list[State]
    opening: int
    places: list[tuple[int, int]]
    values: PresentValues
    margins: Array


def _valued(deal: Deal, walked: list[Walked], rules: Rules, plan: OpeningPlan, start: State) -> _Batch:
    states: list[State] = [*plan.states, start]
    opening = here = len(plan.states)
    places = []
    for one in walked:
        places.append((here, len(states)))
        if one.is_priced:
            states += one.states
            here = len(states) - 1 if one.moves and one.steps else here
    values = value_states(deal, states)
    has_floor = not math.isnan(rules.policy.minimum_margin)
    floor = margins(values) if has_floor else np.full(len(states), np.nan)
    return _Batch(plan, walked, states, opening, places, values, floor)


def ledger(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None, *, has_opening: bool = True) -> Ledger:
    """Value trades in their order, in one batch with the opening against the standard, whatever the number of trades.

    has_opening : whether the opening is looked at; only where there are limits. Where the value of a trade needs an unknown input
    it is taken out and the rest is valued again. Raises KeyError where a change names a lever or line that the deal does not have
    (reading reports it before).
    """
    rules = rules or Rules()
    has_opening = has_opening and rules.limits is not None and bool(rules.limits.rows)
    plan = plan_opening(deal, rules) if has_opening else OpeningPlan()
    batch, valued, last = _settled(deal, trades, rules, plan)
    totals, now = batch.values.total, batch.states[last]
    against = None
    if has_opening:
        floors = [float(batch.margins[0]), float(batch.margins[batch.opening])]
        against = judge_opening(deal, rules, plan, totals[: batch.opening + 1], floors)
    opening, after = (_at(batch.values, place) for place in (batch.opening, last))
    return Ledger(opening, after, deal.with_inputs(now), valued, against, now)


def trade_at(deal: Deal, before: State, trade: Trade, rules: Rules) -> tuple[ValuedTrade, float]:
    """A trade as the ledger values it after a state of the deal, and deal value after it, money.

    That value is NaN where the trade does not move the deal. before : inputs that differ from the opening deal. Raises KeyError
    as `ledger` does.
    """
    batch, (valued,), last = _settled(deal, [trade], rules, OpeningPlan(), before)
    return valued, float(batch.values.total[last]) if valued.has_moved else math.nan


def _settled(
    deal: Deal, trades: Sequence[Trade], rules: Rules, plan: OpeningPlan, start: State | None = None
) -> tuple[_Batch, tuple[ValuedTrade, ...], int]:
    """The batch without trades whose value is unknown, every trade with its numbers, and the place of the deal after them."""
    unknown: frozenset[int] = frozenset()
    while True:
        batch = _valued(deal, walk(deal, trades, rules, unknown, start), rules, plan, start or {})
        untold = _untold(batch)
        if not untold:
            break
        unknown |= untold
    totals = batch.values.total
    names = _unknown_names(deal, batch.states, np.flatnonzero(np.isnan(totals)).tolist())
    columns = totals.tolist(), batch.margins.tolist()
    valued = tuple(_trade(deal, batch, place, columns, names, rules) for place in range(len(trades)))
    last = batch.opening
    for one, (_, first) in zip(batch.walked, batch.places, strict=True):
        last = first + len(one.states) - 1 if one.moves and one.steps else last
    return batch, valued, last


def _at(values: PresentValues, place: int) -> PresentValues:
    """One scenario of a batch."""
    here = slice(place, place + 1)
    columns = {key: column[here] for key, column in values.components.items()}
    return PresentValues(columns, values.acv[here], values.soft[here])


def _untold(batch: _Batch) -> frozenset[int]:
    """Trades that move the deal and whose value is unknown: the first of them, or all where the opening has no value."""
    blank = np.isnan(batch.values.total)
    if not blank.any():
        return frozenset()
    moving = [place for place, one in enumerate(batch.walked) if one.moves and one.steps]
    if blank[batch.opening]:
        return frozenset(moving)
    for place in moving:
        _, first = batch.places[place]
        if blank[first : first + len(batch.walked[place].states)].any():
            return frozenset({place})
    return frozenset()


def _trade(
    deal: Deal,
    batch: _Batch,
    place: int,
    columns: tuple[Sequence[float], Sequence[float]],
    names: Mapping[int, tuple[str, ...]],
    rules: Rules,
) -> ValuedTrade:
    """One trade with its numbers and its verdict. columns : deal value and margin in each state of the batch."""
    totals, floors = columns
    walked, (before, first) = batch.walked[place], batch.places[place]
    after = first + len(walked.states) - 1 if walked.is_priced and walked.steps else before
    changes, at, start = [], before, first
    for number, (change, level) in enumerate(zip(walked.trade.changes, walked.starts, strict=True)):
        value, restored = math.nan, 0.0
        if walked.is_priced:
            steps = walked.steps[number]
            levels = [totals[at], *totals[start : start + len(steps)]]
            at, start = start + len(steps) - 1, start + len(steps)
            value = levels[-1] - levels[0]
            if any(step.is_restoring for step in steps):
                restored = math.fsum(levels[one + 1] - levels[one] for one, step in enumerate(steps) if step.is_restoring)
        is_ask = number < len(walked.trade.asks)
        changes.append(valued_change(deal, change, is_ask, level, value, rules, restored))
    seen = dict.fromkeys(name for one in (before, *range(first, after + 1)) for name in names.get(one, ())) if names else ()
    drag = taught_drag(deal, walked.before, walked.trade, rules) if walked.is_priced else 0.0
    margin, ends = ((column[before], column[after]) for column in (floors, totals))
    return weigh(
        deal, walked.trade, changes, rules,
        fault=walked.fault, unknown=tuple(seen), drag=drag, margin=margin, totals=ends,
        before=walked.before, has_moved=walked.moves,
    )  # fmt: skip


def _unknown_names(deal: Deal, states: Sequence[State], places: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For the states at the given places, which have no value, the blank inputs that each would need, as the sheets name them."""
    if not places:
        return {}
    needed = unknown_in_states(deal, [states[place] for place in places])

    def named(address: Address) -> str:
        line, name = address
        return label_of(name, None if line is None else deal.lines[line].name)

    return {place: tuple(map(named, found)) for place, found in zip(places, needed, strict=True)}
