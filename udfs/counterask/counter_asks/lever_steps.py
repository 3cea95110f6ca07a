"""The steps that a rep may ask for on one lever: from where it stands to the most that the limits allow.

Where the limits list the negotiable levels, those are the steps. Else steps of the lever's negotiable unit (whole months, half
points, 5 days) are counted from where the deal stands. Steps go in the seller's direction only.

"none" is the far end of a scale. On the way to it the steps run to the end of the lever's range, for months to the
end of the horizon, and "none" is the last step; on the way from it they start at the farthest level that the limits
let anybody grant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..inputs.levers import LEVER_BY_NAME, LEVERS, Kind, Sees
from ..inputs.quantities import MONTHS, NONE, Quantity
from ..inputs.terms import Address, Deal
from ..pricing.horizon import ENDS, LENGTHS, STARTS, months_needed
from ..pricing.lines import lines_of_product
from ..pricing.scenarios import Array
from ..verdicts.limits import Limit, Limits
from ..verdicts.trades import State, client_direction, quantity_of, towards_us

_WINDOW = frozenset({"start_month", "end_month"})
MOST_STEPS = 20_000
"""A lever with more steps than this is looked at only so far; the answer says so."""

_HAIR = 1e-9


@dataclass(frozen=True)
class LeverSteps:
    """The steps of one lever, nearest first.

    lever, line : as a trade names them. from_level : where the lever stands. limit : the most that may be asked for.
    unit : the negotiable unit. levels : (n,) in the lever's unit. steps : how many there are, which is more than n
    where they were too many to look at.
    """

    lever: str
    line: str | None
    address: Address
    from_level: float
    limit: float
    unit: float
    levels: Array
    steps: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more steps than were looked at."""
        return self.steps > len(self.levels)


def all_lever_steps(deal: Deal, state: State, limits: Limits | None, apart_from: frozenset[Address]) -> Iterator[LeverSteps]:
    """The steps of every lever that the limits let a rep ask for and that has room left, in the order of the registry.

    state : the inputs that differ from the opening deal. apart_from : addresses that are not looked at (what the trade
    names already). A lever whose row has no `ask_up_to` is not asked for; a row without a line holds for every line of a
    fitting kind.
    """
    if limits is None:
        return
    rows = {row.lever for row in limits.rows if not math.isnan(row.ask_up_to)}
    levers = [lever.name for lever in LEVERS if lever.is_negotiable]
    for name in levers + [lever.name for lever in deal.company_levers]:
        if name not in rows:
            continue
        for address in deal.addresses(name):
            line = None if address[0] is None else deal.lines[address[0]].name
            row = limits.row(name, line)
            if row is None or math.isnan(row.ask_up_to) or address in apart_from or not _can_be_said(deal, limits, name, line):
                continue
            found = _grid(deal, row, line, address, state)
            if found is not None:
                yield found


def _can_be_said(deal: Deal, limits: Limits, lever: str, line: str | None) -> bool:
    """Whether a rep can ask a client for it: not for what only we know (a cost of ours), nor that two lines of one product run
    side by side, nor for more of what is delivered once, unless a limits row names that line."""
    known = LEVER_BY_NAME.get(lever)
    if known is not None and known.client_sees != Sees.LEVEL:
        return False
    if lever in _WINDOW and line is not None and lines_of_product(deal, deal.line_index(line)):
        return False
    if lever != "quantity" or line is None or deal.lines[deal.line_index(line)].kind != Kind.ONE_OFF:
        return True
    return any(row.line is not None and not math.isnan(row.ask_up_to) for row in limits.rows_for(lever, line))


def _grid(deal: Deal, row: Limit, line: str | None, address: Address, state: State) -> LeverSteps | None:
    """The steps of one lever, or None where it is at or beyond its limit already. Left out is what lies beyond the horizon."""
    start, limit = state.get(address, deal.input_at(address)), row.ask_up_to
    if math.isnan(start):
        return LeverSteps(row.lever, line, address, start, limit, negotiable_unit(row), np.empty(0), 0)
    if not towards_us(deal, row.lever, start) < towards_us(deal, row.lever, limit):
        return None
    levels, steps = _listed(deal, row, start, limit) if row.levels else _steps(deal, row, start, limit)
    horizon = deal.assumptions.horizon_months
    if address[1] in (*ENDS, *STARTS, *LENGTHS) and math.isfinite(horizon):
        is_beyond = months_needed(deal, address, state) > horizon
        kept = [
            level
            for level in levels.tolist()
            if not (is_beyond or months_needed(deal, address, {**state, address: level}) > horizon)
        ]
        levels, steps = np.array(kept), steps - len(levels) + len(kept)
    return LeverSteps(row.lever, line, address, start, limit, negotiable_unit(row), levels, steps if len(levels) else 0)


def _listed(deal: Deal, row: Limit, start: float, limit: float) -> tuple[Array, int]:
    """The levels of a limits row between two levels, nearest first, and how many there are."""
    first, last = towards_us(deal, row.lever, start), towards_us(deal, row.lever, limit)
    ours = {towards_us(deal, row.lever, level): level for level in row.levels}
    levels = np.array([ours[place] for place in sorted(ours) if first < place <= last])
    return levels, len(levels)


def _steps(deal: Deal, row: Limit, start: float, limit: float) -> tuple[Array, int]:
    """The steps of a lever between two levels, nearest first, and how many there are."""
    towards = -client_direction(deal, row.lever)
    quantity = quantity_of(deal, row.lever)
    near, far = start, limit
    if math.isinf(far):
        far = _end(quantity, deal, start)
    if math.isinf(near):
        named = [bound for bound in (row.rep_to, row.manager_to, row.never_beyond) if math.isfinite(bound)]
        end = quantity.highest if towards < 0 else quantity.lowest
        near = -towards * max((-towards * bound for bound in named), default=-towards * end) - towards * negotiable_unit(row)
    levels, steps = steps_from(near, far, negotiable_unit(row), towards)
    levels = np.array([level for level in levels.tolist() if quantity.fault(level) is None])
    if math.isinf(limit) and steps <= MOST_STEPS:
        levels, steps = np.append(levels, NONE), steps + 1
    return levels, steps


def negotiable_unit(row: Limit) -> float:
    """The negotiable unit of a limits row: its own step, or else the registry's; 1 for a company lever."""
    known = LEVER_BY_NAME.get(row.lever)
    return row.step if not math.isnan(row.step) else known.step if known else 1.0


def _end(quantity: Quantity, deal: Deal, start: float) -> float:
    """The last number before "none": the end of the range, for months the end of the horizon."""
    end = quantity.highest
    if quantity.unit == MONTHS and not math.isnan(deal.assumptions.horizon_months):
        end = min(end, deal.assumptions.horizon_months)
    return max(end, start)


def steps_from(start: float, limit: float, unit: float, towards: int) -> tuple[Array, int]:
    """The levels `unit` apart from `start` up to `limit`, nearest first, without `start`; and how many there are.

    towards : +1 upwards, -1 downwards. At most `MOST_STEPS` are returned.

    >>> steps_from(0.02, 0.04, 0.005, 1)
    (array([0.025, 0.03 , 0.035, 0.04 ]), 4)
    >>> steps_from(33.0, 14.0, 5.0, -1)
    (array([28., 23., 18.]), 3)
    """
    steps = max(0, math.floor(towards * (limit - start) / unit + _HAIR))
    counts = range(1, min(steps, MOST_STEPS) + 1)
    return np.array([_clean(start + towards * count * unit) for count in counts]), steps


def _clean(level: float) -> float:
    """A level without the last digits that multiplying leaves: 0.035 and not 0.035000000000000003."""
    return float(f"{level:.12g}") + 0.0
