"""Levels that change nothing in a deal: a discount that ends before its line starts, a rebate without a threshold.

Such a level must not be promised to a client or offered as a concession. Terms of which one says nothing without the other are
those that a client's proposal shows in one row (`Lever.shown_with`), where it does not always show that row.
"""

from __future__ import annotations

import math

from ..inputs.labels import label_of
from ..inputs.levers import LEVER_BY_NAME, TERM_LEVERS, Lever
from ..inputs.terms import Address, Deal
from .lines import SERVED, first_start
from .scenarios import Scenarios


def without_effect(deal: Deal, address: Address) -> str:
    """Why a level of the deal changes nothing, to be read after a colon; "" where it may change something, or where that is not
    known."""
    place, lever = address
    if place is not None:
        return _of_line(deal, place, lever)
    known = LEVER_BY_NAME.get(lever)
    if known is None:
        return ""
    leading = LEVER_BY_NAME.get(known.shown_with)
    if leading is not None and _may_be_absent(leading) and deal.input_at((None, leading.name)) == leading.quantity.neutral:
        return f"there is no {leading.en.name}"
    if not _may_be_absent(known):
        return ""
    beside = (one for one in TERM_LEVERS if one.shown_with == lever and math.isinf(one.quantity.neutral))
    return next((f"there is no {one.en.name}" for one in beside if math.isinf(deal.input_at((None, one.name)))), "")


def _may_be_absent(lever: Lever) -> bool:
    """Whether a deal may do without a term, with all that is shown in its row."""
    is_none = lever.quantity.neutral in (0.0, math.inf)
    return is_none and lever.en.paper is not None and not lever.en.paper.is_always_shown


def _of_line(deal: Deal, place: int, lever: str) -> str:
    line = deal.lines[place]
    if line.kind not in SERVED or lever not in ("discount", "discount_months"):
        return ""
    if lever == "discount_months" and line.discount == 0.0:
        return f"there is no discount on {line.name}"
    first = float(first_start(Scenarios(deal), place).item())
    if not first + line.discount_months <= line.start_month:  # also where one of them is unknown
        return ""
    if line.discount_months == 0.0:
        return f"{label_of('discount_months')} is 0"
    starts, ends = line.start_month + 1.0, first + line.discount_months
    return f"the line starts in month {starts:g}, and the discount ends after month {ends:g}"


def idle_discounts(opening: Deal, now: Deal) -> tuple[tuple[Address, str], ...]:
    """The discounts and the rebate of an opening deal that change nothing, there and in the deal now, each with the reason."""
    found = ((address, without_effect(opening, address)) for address in _discounts(opening))
    return tuple((address, why) for address, why in found if why and without_effect(now, address))


def _discounts(deal: Deal) -> list[Address]:
    addresses: list[Address] = [(place, "discount") for place, line in enumerate(deal.lines) if line.discount > 0.0]
    return [*addresses, (None, "rebate_rate")] if deal.terms.rebate_rate > 0.0 else addresses
