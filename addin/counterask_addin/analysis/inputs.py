"""The inputs of a deal by name: "payment_days" for a term or an assumption, "discount@Seats" for an input of a line.

The command line spells levers the same way. A value is read as a cell of the quote would be, so that the same things are wrong.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import TERM_LEVERS, inputs_of
from counterask.inputs.quantities import Quantity
from counterask.inputs.terms import Address, Deal, units_of
from counterask.pricing.scenarios import Array
from counterask.reading.cells import Fault, read_number
from counterask.reading.problems import Problem

Inputs = Mapping[str, tuple[Address, Quantity]]
"""Each input of a deal by its name: where it is, and what it may hold."""


def inputs_of_deal(deal: Deal) -> dict[str, tuple[Address, Quantity]]:
    """Every input of a deal by its name: those of its lines, its terms, company levers and assumptions."""
    found: dict[str, tuple[Address, Quantity]] = {}
    for place, line in enumerate(deal.lines):
        for lever in inputs_of(line.kind):
            found[f"{lever.name}@{line.name}"] = (place, lever.name), lever.quantity
    found |= {lever.name: ((None, lever.name), lever.quantity) for lever in TERM_LEVERS}
    found |= {lever.name: ((None, lever.name), units_of(lever)) for lever in deal.company_levers}
    return found | {one.name: ((None, one.name), one) for one in ASSUMPTIONS}


def unknown_names(names: Iterable[object], known: Inputs) -> list[Problem]:
    """A problem for each name that is not an input of the deal."""
    problems = []
    for place, name in enumerate(names):
        if name in known:
            continue
        words = str(name)
        on_lines = [one for one in known if one.partition("@")[0] == words]
        close = on_lines or difflib.get_close_matches(words, known, n=3)
        remedy = f"Did you mean {' or '.join(close)}?" if close else ""
        expected = "an input of the deal, as payment_days, or LEVER@LINE for one of a line"
        problems.append(Problem(words[:60], "", "found a name that the deal does not have", expected, remedy, (0, 0, place)))
    return problems


def level_of(value: object, quantity: Quantity, currency: str) -> float | Fault:
    """One value as a level: NaN where it is unknown, infinity for "none", or what is wrong with it."""
    if isinstance(value, float | np.floating) and math.isinf(value) and value > 0 and quantity.none_means:
        return math.inf
    if value is pd.NA or value is pd.NaT:
        return math.nan
    return read_number(value.item() if isinstance(value, np.generic) else value, quantity, currency)


def levels_of(column: pd.Series[Any], quantity: Quantity, currency: str) -> tuple[Array, dict[int, Fault]]:
    """A column of values as levels, (n,), and what is wrong by the place of its row. Where something is, the level is NaN."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        levels = column.to_numpy(dtype=np.float64, na_value=np.nan).copy()
        places = np.flatnonzero(_is_odd(levels, quantity)).tolist()
    else:
        levels, places = np.full(len(column), np.nan), list(range(len(column)))
    faults: dict[int, Fault] = {}
    for place in places:
        level = level_of(column.iat[place], quantity, currency)
        if isinstance(level, Fault):
            faults[place] = level
        levels[place] = math.nan if isinstance(level, Fault) else level
    return levels, faults


def _is_odd(levels: Array, quantity: Quantity) -> Array:
    """Whether each level is outside of the range, (n,): only those are looked at one by one."""
    is_good = np.isnan(levels) | ((levels >= quantity.lowest) & (levels <= quantity.highest))
    if quantity.whole or quantity.is_switch:
        is_good &= np.isnan(levels) | (levels == np.round(levels))
    return np.asarray(~is_good)
