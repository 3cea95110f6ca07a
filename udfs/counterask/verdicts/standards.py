"""The standard of a lever: the level that a company normally opens at; and what only takes an opening concession back.

The limits say it; else the price book, for a line that names a product; else it is the lever's neutral level. Quantities and the
start and end of a line have a standard only where the limits give one, or where the opening goes beyond its limits row
(`held_levels`). A lever with none stays at its opening level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..inputs.levers import LEVER_BY_NAME
from ..inputs.quantities import UNKNOWN
from ..inputs.terms import Address, Deal
from .held_levels import held_level
from .limits import is_beyond
from .trades import Change, Rules, State, towards_us

_OF_THE_DEAL_ONLY = frozenset({"quantity", "start_month", "end_month"})
"""Levers whose neutral level is no standard."""


def standard_of(deal: Deal, rules: Rules, address: Address) -> float:
    """The standard of a lever in a deal; NaN where it has none. deal : the opening deal."""
    place, name = address
    line = deal.lines[place] if place is not None else None
    known = LEVER_BY_NAME.get(name)
    row = rules.limits.row(name, line.name if line is not None else None) if rules.limits is not None else None
    if row is not None and not math.isnan(row.standard):
        return row.standard
    if name in _OF_THE_DEAL_ONLY:
        return _held(deal, rules, address)
    product = rules.price_book.compared_with(deal.lines, place) if rules.price_book is not None and place is not None else None
    if product is not None and not math.isnan(level := product.level(name)):
        return level
    if known is not None and not known.is_negotiable:
        return _held(deal, rules, address)
    return known.quantity.neutral if known is not None else 0.0


def _held(deal: Deal, rules: Rules, address: Address) -> float:
    held = held_level(deal, rules, address)
    return held.level if held is not None else UNKNOWN


@dataclass(frozen=True)
class Step:
    """One step of a change: the level it ends at, the deal after it, and whether it only undoes an opening concession."""

    level: float
    state: State
    is_restoring: bool = False


def steps_of(deal: Deal, rules: Rules, before: State, change: Change) -> list[Step]:
    """A change as the steps in which its value is counted: one, or up to three where it passes the opening level and the standard
    of a lever that was opened on the client's side of its standard without an approval. deal : the opening deal."""
    address = deal.address(change.lever, change.line)
    start = before.get(address, deal.input_at(address))
    zone = restoring_zone(deal, rules, address)
    levels = [change.to] if zone is None else [*_between(deal, change.lever, start, change.to, zone), change.to]
    steps: list[Step] = []
    for level in levels:
        is_restoring = zone is not None and _is_inside(deal, change.lever, start, level, zone)
        steps.append(Step(level, {**before, address: level}, is_restoring))
        start = level
    return steps


def restoring_zone(deal: Deal, rules: Rules, address: Address) -> tuple[float, float] | None:
    """The opening level and the standard of a lever, where a move from one to the other only undoes an opening concession."""
    if rules.limits is None or rules.is_opening_approved:
        return None
    opening, standard = deal.input_at(address), standard_of(deal, rules, address)
    if math.isnan(opening) or math.isnan(standard):
        return None
    ours = towards_us(deal, address[1], standard), towards_us(deal, address[1], opening)
    return (opening, standard) if is_beyond(*ours, 1) else None


def _between(deal: Deal, lever: str, start: float, to: float, zone: tuple[float, float]) -> list[float]:
    """The ends of the zone that a move towards us passes, in the order in which it passes them."""
    first, last = towards_us(deal, lever, start), towards_us(deal, lever, to)
    return [level for level in zone if first < towards_us(deal, lever, level) < last]


def _is_inside(deal: Deal, lever: str, start: float, to: float, zone: tuple[float, float]) -> bool:
    """Whether a step towards us lies in the zone."""
    low, first, last, high = (towards_us(deal, lever, level) for level in (zone[0], start, to, zone[1]))
    return low <= first < last <= high


def clipped(deal: Deal, lever: str, level: float, zone: tuple[float, float]) -> float:
    """A level moved into the zone: to its nearer end where it is outside."""
    if towards_us(deal, lever, level) < towards_us(deal, lever, zone[0]):
        return zone[0]
    return zone[1] if towards_us(deal, lever, level) > towards_us(deal, lever, zone[1]) else level


