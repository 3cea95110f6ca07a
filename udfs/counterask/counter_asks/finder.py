"""What to ask for in return: for each lever the smallest step that pays for an ask.

Every lever that the limits let a rep ask for is looked at step by step (`lever_steps`), each lever's steps in one batch of
valuations. The worth of a lever is not monotone in general (a faster ramp during free months gives more away), so the
first step that suffices is taken and its exact net is told; nothing is bisected. `trades.weigh` has the last word:
what is offered here, typed in, is a negotiation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..inputs.terms import Address, Deal
from ..pricing.scenarios import Array
from ..reading.stakeholders import Stakeholder
from ..verdicts.limits import Authority
from ..verdicts.trades import HALF_A_CENT, Change, Rules, Trade, Verdict, is_counted, soft
from .burdens import burdens_of
from .lever_steps import LeverSteps, all_lever_steps
from .positions import Batch, Position, is_enough, position_of

_STEPS_AT_A_TIME = 512
"""Levers with no more steps are valued together: a batch of its own for each takes longer than its steps."""


@dataclass(frozen=True)
class CounterAsk:
    """One lever as a counter-ask.

    lever, line, from_level : what is asked for and where it stands. to : the smallest step that suffices, infinity
    for "none"; None where no step does. worth : of this counter-ask alone. net : what is left over after the asks'
    cost, all counter-asks counted. shortfall : what is missing at the best step; 0 where `to` suffices. authority :
    who may agree to the whole trade. burden : how much is asked of the client, as a share of a year's fees
    (`burdens`). way : share of the way from `from_level` to the most that may
    be asked for. best_net : the net of the step of which most counts. best_to : which that is. note : why, where no
    step suffices. Money; NaN where there is none.
    """

    lever: str
    line: str | None
    from_level: float
    to: float | None
    worth: float
    net: float
    shortfall: float
    authority: Authority | None
    is_soft: bool
    burden: float
    best_net: float
    best_to: float
    way: float
    note: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether a step suffices."""
        return self.to is not None

    @property
    def change(self) -> Change:
        """The counter-ask as it is typed in. Raises ValueError where no step suffices."""
        if self.to is None:
            raise ValueError(f"no step of {self.lever} pays for the ask")
        return Change(self.lever, self.line, self.to)


@dataclass(frozen=True)
class Scan:
    """The steps of one lever, valued.

    totals : (k,) deal value at the first k levels of the grid, money; NaN where a step has no price. restored : (k,) what of it
    only undoes an opening concession, money. counted : (k,) what counts of what each brings: all else, money. ways : (n,) share
    of the way to the limit.
    burdens : (n,) how much each asks of the client (`burdens`). first : the place of the first step that suffices, or None.
    """

    grid: LeverSteps
    is_soft: bool
    totals: Array
    restored: Array
    counted: Array
    ways: Array
    burdens: Array
    first: int | None


def find_counter_asks(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    stakeholders: Sequence[Stakeholder] = (),
) -> tuple[CounterAsk, ...]:
    """Every counter-ask for a trade (by its id) or for a bare ask, least burden first, then those that no step
    reaches.

    The first step or listed level within `ask_up_to` with which the trade is a negotiation.
    stakeholders : rank only; they never enter a value. Raises KeyError where there is no such
    trade, lever or line.
    """
    position = position_of(deal, trades, asked, rules)
    return counter_asks_at(position, scans(position, stakeholders))


def scans(position: Position, stakeholders: Sequence[Stakeholder] = ()) -> tuple[Scan, ...]:
    """The valued grids of every lever that may be asked for, in the order of the registry."""
    left_out = position.named | position.granted_elsewhere
    found = tuple(all_lever_steps(position.deal, position.state, position.rules.limits, left_out))
    few = [(one.address, one.levels) for one in found if 0 < len(one.levels) <= _STEPS_AT_A_TIME]
    valued = _valued(position, few) if position.obstacle is None else {}
    return tuple(_scan(position, grid, valued, stakeholders) for grid in found)


def _valued(position: Position, steps: Sequence[tuple[Address, Array]]) -> dict[Address, tuple[Array, Array]]:
    """Deal value at steps of levers, and what each of them only restores, money; one batch for all of them."""
    batches: list[Batch] = []
    for address, levels in steps:
        batches += [({address: levels}, len(levels)), *position.restoring(address, levels)]
    totals, found = iter(position.totals_of_each(batches)), {}
    for address, levels in steps:
        reached, moves = next(totals), position.restoring(address, levels)
        before, after = [next(totals) for _ in moves] or [np.zeros(len(levels))] * 2
        found[address] = reached, after - before
    return found


def counter_asks_at(position: Position, found: Sequence[Scan]) -> tuple[CounterAsk, ...]:
    """The counter-asks in a position, ranked."""
    enough = [(scan.grid.address, float(scan.grid.levels[scan.first])) for scan in found if scan.first is not None]
    position.value_margins([{**position.state, address: level} for address, level in enough])
    return tuple(sorted((_counter_ask(position, scan) for scan in found), key=_rank))


def _rank(row: CounterAsk) -> tuple[bool, float, float]:
    """The order of the answers; money to a millionth, so that levers that bring the same are in the order of the registry."""
    if row.is_reachable:
        return False, row.burden, -round(row.net, 6)
    return True, 0.0, math.inf if math.isnan(row.best_net) else -round(row.best_net, 6)


def _scan(
    position: Position, grid: LeverSteps, valued: Mapping[Address, tuple[Array, Array]], people: Sequence[Stakeholder]
) -> Scan:
    """Value the steps of one lever until one suffices; all of them where none does. valued : levers of which all steps are."""
    is_soft = soft(position.deal, Change(grid.lever, grid.line, grid.limit), position.rules.limits)
    count = len(grid.levels)
    burdens = burdens_of(position.deal_here, grid.address, grid.from_level, grid.levels, people)
    if position.obstacle is not None:
        unknown = np.full(count, np.nan)
        return Scan(grid, is_soft, unknown, unknown, unknown, _ways(grid, unknown, math.nan), burdens, None)
    totals = undone = counted = np.empty(0)
    counts = is_counted(position.deal, Change(grid.lever, grid.line, grid.limit), position.rules)
    first = None
    while len(totals) < count:
        part = grid.levels[len(totals) : len(totals) + _STEPS_AT_A_TIME]
        start = len(totals)
        reached, restored = valued.get(grid.address) or _valued(position, [(grid.address, part)])[grid.address]
        totals, undone = np.append(totals, reached), np.append(undone, restored)
        worth = reached - position.total - restored
        worth = worth if counts else np.where(np.isnan(worth), np.nan, 0.0)
        counted = np.append(counted, worth)
        enough = np.flatnonzero(is_enough(position.shortfalls(worth, worth if is_soft else np.zeros(len(worth)))))
        if first is None and len(enough):
            first = start + int(enough[0])
        if first is not None and not (math.isinf(grid.limit) or math.isinf(grid.from_level)):
            break
    return Scan(grid, is_soft, totals, undone, counted, _ways(grid, totals, position.total), burdens, first)


def _ways(grid: LeverSteps, totals: Array, here: float) -> Array:
    """Share of the way to the limit at each step, (n,).

    To or from "none" there is no distance: there the steps are counted that make a difference to the deal.
    """
    count = len(grid.levels)
    if math.isfinite(grid.limit) and math.isfinite(grid.from_level):
        return np.abs(grid.levels - grid.from_level) / abs(grid.limit - grid.from_level)
    places = np.arange(1.0, count + 1.0)
    if math.isinf(grid.from_level):
        idle = np.flatnonzero(np.abs(totals - here) >= HALF_A_CENT)
        skipped = float(idle[0]) if len(idle) else 0.0
        return np.maximum(places - skipped, 0.0) / (count - skipped)
    differs = np.flatnonzero(np.abs(totals - totals[-1]) >= HALF_A_CENT) if count else np.empty(0)
    last = float(differs[-1]) + 2.0 if len(differs) else 1.0
    return np.minimum(1.0, places / last)


def _counter_ask(position: Position, scan: Scan) -> CounterAsk:
    grid = scan.grid
    nets = position.cost + position.valued.worth + scan.totals - position.total
    short = position.shortfalls(scan.counted, scan.counted if scan.is_soft else np.zeros(len(scan.counted)))
    priced = np.flatnonzero(~np.isnan(short))
    best = int(priced[np.argmin(short[priced].round(2))]) if len(priced) else None
    row = CounterAsk(
        grid.lever,
        grid.line,
        grid.from_level,
        None,
        math.nan,
        math.nan,
        math.nan,
        position.valued.authority,
        scan.is_soft,
        math.nan,
        math.nan if best is None else float(nets[best]),
        math.nan if best is None else float(grid.levels[best]),
        math.nan if best is None else float(scan.ways[best]),
        _why_not(position, scan),
    )
    if best is not None:
        row = replace(row, shortfall=max(0.0, float(short[best])))
    if scan.first is None:
        return row
    for place in range(scan.first, len(scan.totals)):
        to, worth_here = float(grid.levels[place]), float(scan.totals[place] - position.total)
        undone = float(scan.restored[place])
        valued = position.with_counters([Change(grid.lever, grid.line, to)], [worth_here], [undone])
        if valued.verdict == Verdict.NEGOTIATION:
            way = float(scan.ways[place])
            return replace(
                row,
                to=to,
                worth=worth_here,
                net=valued.net,
                shortfall=0.0,
                authority=valued.authority,
                burden=float(scan.burdens[place]),
                way=way,
                note="",
            )
        if valued.note:
            return replace(row, authority=valued.authority, note=valued.note)
    return row


def _why_not(position: Position, scan: Scan) -> str:
    """Why no step suffices, where that is more than a matter of money."""
    if position.obstacle is not None:
        return position.obstacle
    if math.isnan(scan.grid.from_level):
        return f"{scan.grid.lever} is blank"
    if not len(scan.grid.levels):
        return f"no whole step of {scan.grid.unit:g} lies between here and the limit"
    if scan.grid.is_cut:
        return f"{scan.grid.steps:,} steps: only the first {len(scan.grid.levels):,} were looked at"
    return ""
