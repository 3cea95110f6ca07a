"""Cells as the formulas of the cash flow sheets take them: numbers, "none", or "?" where nothing is known.

`attempt` is a formula's IFERROR: what cannot be computed for want of an input says "?".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..natives import CellText
from .cash_layout import NONE, UNKNOWN, UNTOLD


class UnknownInput(ArithmeticError):
    """A cell that is needed says "?"."""


def known(value: CellText) -> float:
    """A cell's number; raises where it is no number."""
    if isinstance(value, str):
        raise UnknownInput(value)
    return float(value)


def excess(distance: float, deviation: float) -> float:
    """E[(X - strike)+] of a Normal, from mean less strike and standard deviation."""
    if deviation == 0:
        return max(distance, 0.0)
    z = distance / deviation
    return distance * math.erfc(-z / math.sqrt(2)) / 2 + deviation * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def power(base: float, exponent: float) -> float:
    """A power; raises where it has no real value, as a spreadsheet's error."""
    found = base**exponent
    if isinstance(found, complex):
        raise UnknownInput
    return float(found)


def attempt(compute: Callable[[], CellText], otherwise: str = UNKNOWN) -> CellText:
    """What a formula says, or `otherwise` where it cannot be computed."""
    try:
        return compute()
    except (ArithmeticError, ValueError):
        return otherwise


def added(values: list[CellText]) -> CellText:
    """A sum that cannot be told where a part of it cannot."""
    return UNTOLD if any(isinstance(value, str) for value in values) else math.fsum(map(known, values))


def text(value: Any) -> Any:
    """A cell's value; a blank is an empty text."""
    return "" if value is None else value


def trimmed(value: Any) -> str:
    """A cell's text as TRIM gives it; a whole number without decimals."""
    if isinstance(value, float) and value == round(value):
        return str(int(value))
    return " ".join(str(text(value)).split())


_SWITCH: Mapping[str, float] = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}


def typed_level(value: Any, is_switch: bool, has_none: bool) -> CellText:
    """An input cell as a level: a number, "none", or "?"."""
    if isinstance(value, bool):
        return float(value) if is_switch else UNKNOWN
    if isinstance(value, int | float):
        return float(value)
    if has_none and trimmed(value).lower() == NONE:
        return NONE
    return _SWITCH.get(str(text(value)).lower(), UNKNOWN) if is_switch else UNKNOWN


def traded_level(value: Any) -> CellText:
    """A traded level, of whatever lever."""
    return typed_level(value, is_switch=True, has_none=True)
