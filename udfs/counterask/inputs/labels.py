"""Levers, assumptions and their levels in the words of the sheets: what a person finds again in a cell."""

from __future__ import annotations

import math

from .assumptions import ASSUMPTION_BY_NAME
from .levers import LEVER_BY_NAME


def level_words(name: str, value: float) -> str:
    """The level of a lever or an assumption as a person types it: 5%, 1,950, none, yes; "blank" where it is unknown."""
    if math.isnan(value):
        return "blank"
    if math.isinf(value):
        return "none"
    known = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME.get(name)
    if known is not None and known.is_switch:
        return "yes" if value else "no"
    return f"{100.0 * value:.10g}%" if known is not None and known.is_share else f"{value:,.10g}"


def label_of(name: str, line: str | None = None) -> str:
    """A lever or an assumption as the sheets name it, with its line where it has one: "Discount of Seats"; a company lever under
    its own name."""
    known = LEVER_BY_NAME.get(name) or ASSUMPTION_BY_NAME.get(name)
    label = known.label if known is not None else name
    return f"{label} of {line}" if line else label
