"""Quantities and months of an opening that go further than the limits allow, where no limits row gives a standard.

The levels of a limits row are levels, not changes, so an opening is compared with them as it is. The first bound that the row
fills (`rep_to`, else `manager_to`, else `never_beyond`) takes the place of the standard where the opening goes beyond it; an
opening within it has no standard. Without a row, less than one unit of a recurring or a one-off line counts as beyond 1.

The lines of a product are looked at together, so that a ramp deal is not taken for late starts and early ends: a start counts
where the product does not run in the month before, an end where fewer units of it run afterwards than before the lines began
that take over. Where some units go on, it is the quantity of the line that takes over with fewer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.price_book import taken_over
from ..inputs.quantities import UNKNOWN
from ..inputs.terms import Address, Deal
from ..pricing.lines import SERVED
from .limits import Limit
from .trades import Rules, goes_to_client

_BOUNDS = ("rep_to", "manager_to", "never_beyond")
_ONE_UNIT = 1.0


@dataclass(frozen=True)
class Held:
    """The level that takes the place of a standard. authorities : lever, line and level that say who may agree to the opening."""

    level: float
    judged_by: tuple[tuple[str, str | None, float], ...]


@dataclass(frozen=True)
class _Run:
    """The months in which a line runs, and with how many units. place : of the line in the deal."""

    place: int
    start: float
    end: float
    units: float


def held_level(deal: Deal, rules: Rules, address: Address) -> Held | None:
    """What takes the place of the standard for a quantity, a start, an end, or an input that is no lever and has a limits row.

    None where the opening is within its bounds, or none are known. deal : the opening deal.
    """
    if address[1] == "quantity":
        return _held_quantity(deal, rules, address)
    if address[1] == "start_month":
        return _held_start(deal, rules, address)
    if address[1] == "end_month":
        return _held_end(deal, rules, address)
    known = LEVER_BY_NAME.get(address[1])
    return None if known is None or known.is_negotiable else _beyond_the_row(deal, rules, address)


def _bound(deal: Deal, rules: Rules, address: Address) -> float:
    """The first bound of the limits row of an address; NaN where there is none."""
    line = deal.lines[address[0]].name if address[0] is not None else None
    row: Limit | None = rules.limits.row(address[1], line) if rules.limits is not None else None
    filled = (getattr(row, name) for name in _BOUNDS) if row is not None else ()
    return next((level for level in filled if not math.isnan(level)), UNKNOWN)


def _beyond_the_row(deal: Deal, rules: Rules, address: Address, bound: float | None = None) -> Held | None:
    """The bound of an address where the opening goes beyond it. bound : in place of that of its row."""
    place, name = address
    opening, bound = deal.input_at(address), _bound(deal, rules, address) if bound is None else bound
    if math.isnan(opening) or math.isnan(bound) or not goes_to_client(deal, name, bound, opening):
        return None
    line = deal.lines[place].name if place is not None else None
    return Held(bound, ((name, line, opening),))


def _held_quantity(deal: Deal, rules: Rules, address: Address) -> Held | None:
    place, _ = address
    assert place is not None
    line, bound = deal.lines[place], _bound(deal, rules, address)
    if math.isnan(bound) and line.kind != Kind.METERED and 0.0 < line.quantity < _ONE_UNIT:
        bound = _ONE_UNIT
    found = [_beyond_the_row(deal, rules, address, bound), _fewer_units(deal, rules, place)]
    held = [one for one in found if one is not None]
    if not held:
        return None
    return Held(max(one.level for one in held), tuple(judge for one in held for judge in one.judged_by))


def _fewer_units(deal: Deal, rules: Rules, place: int) -> Held | None:
    """The units with which a line would go on as before, where it is the first to take over from lines that end, with fewer."""
    if all(math.isinf(line.end_month) for line in deal.lines if line.kind in SERVED):
        return None
    runs = _runs_of_product(deal, rules, place)
    name, found = deal.lines[place].name, []
    for month in sorted({run.end for run in runs if math.isfinite(run.end)}):
        later = _taking_over(runs, month)
        fewer = _fewer_at(runs, month)
        if not later or later[0].place != place or fewer <= 0.0:
            continue
        ended = next(run.place for run in runs if run.end == month)
        if _beyond_the_row(deal, rules, (ended, "end_month")) is not None:
            judged_by = ("quantity", name, later[0].units), ("end_month", deal.lines[ended].name, month)
            found.append(Held(later[0].units + fewer, judged_by))
    return max(found, key=lambda held: held.level, default=None)


def _held_start(deal: Deal, rules: Rules, address: Address) -> Held | None:
    """A start beyond its row in a month before which the product does not run. What comes after a gap would start where the gap
    does, if the row allows no later."""
    place, _ = address
    assert place is not None
    held = _beyond_the_row(deal, rules, address)
    runs = _runs_of_product(deal, rules, place) if held is not None else []
    own = next((run for run in runs if run.place == place), None)
    if held is None or own is None or any(run.start < own.start <= run.end for run in runs):
        return None
    gap = max((run.end for run in runs if run.end < own.start), default=0.0)
    return Held(max(held.level, gap), held.judged_by)


def _held_end(deal: Deal, rules: Rules, address: Address) -> Held | None:
    """An end beyond its row after which fewer units run and no line of the product starts. Where one starts later, the line would
    end there, unless that start is already counted as late."""
    place, _ = address
    assert place is not None
    held = _beyond_the_row(deal, rules, address)
    runs = _runs_of_product(deal, rules, place) if held is not None else []
    own = next((run for run in runs if run.place == place), None)
    if held is None or own is None or _taking_over(runs, own.end) or _fewer_at(runs, own.end) <= 0.0:
        return None
    later = min((run for run in runs if run.start > own.end), key=lambda run: run.start, default=None)
    if later is None:
        return held
    if _held_start(deal, rules, (later.place, "start_month")) is not None:
        return None
    return Held(min(held.level, later.start), held.judged_by)


def _taking_over(runs: Sequence[_Run], month: float) -> list[_Run]:
    """The lines that go on where others end, and have started since the first of those did, in the order of their starts."""
    begun = min((run.start for run in runs if run.end == month), default=math.inf)
    return sorted((run for run in runs if begun < run.start <= month < run.end), key=lambda run: (run.start, run.place))


def _fewer_at(runs: Sequence[_Run], month: float) -> float:
    """How many units fewer run from a month on than before the lines started that take over in it."""
    later = _taking_over(runs, month)
    return _units_at(runs, (later[0].start if later else month) - 1.0) - _units_at(runs, month)


def _units_at(runs: Sequence[_Run], month: float) -> float:
    return math.fsum(run.units for run in runs if run.start <= month < run.end)


def _runs_of_product(deal: Deal, rules: Rules, place: int) -> list[_Run]:
    """The lines with units that may go on where a line ends, itself among them; none where a month or a quantity is unknown.

    Those are the lines of the product that it is compared with, and a line of another one that takes over in the month in which
    it ends. Where there is a price book, nobody can say what a line without a product is, so that such a line may go on for any
    line of its kind.
    """
    own, lines, book = deal.lines[place], deal.lines, rules.price_book

    found = [book.compared_with(lines, other) if book is not None else None for other in range(len(lines))]
    products = [one.name if one is not None else line.product for one, line in zip(found, lines, strict=True)]

    def is_same(other: int) -> bool:
        if other == place or (own.product and products[other] == products[place]):
            return True
        if book is None or lines[other].kind != own.kind:
            return False
        is_without = not (own.product and lines[other].product)
        return is_without or other in taken_over(lines, place) or place in taken_over(lines, other)

    same = [(one, line) for one, line in enumerate(lines) if line.kind in SERVED and is_same(one)]
    runs = [_Run(one, line.start_month, line.end_month, line.quantity) for one, line in same if line.quantity != 0.0]
    return [] if any(math.isnan(run.start + run.end + run.units) for run in runs) else runs
