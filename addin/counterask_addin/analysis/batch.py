"""Thousands of deals that differ in some inputs, valued in one batch of the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from counterask.inputs.terms import Address, Deal
from counterask.pricing.liability import CLASSES
from counterask.pricing.scenarios import Array, Scenarios
from counterask.pricing.valuation import value_scenarios
from counterask.reading.cells import Fault
from counterask.reading.problems import Problem, in_order
from counterask.reading.quote import check_deal
from counterask.verdicts.judging import margins

from .errors import QuoteError
from .inputs import inputs_of_deal, levels_of, unknown_names

SOURCE = "the DataFrame"
_HORIZON: Address = (None, "horizon_months")


def value_frame(deal: Deal, deals: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """Value variants of a deal, a row each; see `QuoteRecord.value_deals`. Raises QuoteError."""
    columns = _columns(deal, deals, currency)
    found: dict[str, Array] = {}
    horizons = columns.pop(_HORIZON, np.full(len(deals), deal.assumptions.horizon_months))
    for horizon in np.unique(horizons):  # the months of a batch are the same in all of its rows
        rows = np.flatnonzero(np.isnan(horizons) if np.isnan(horizon) else horizons == horizon)
        of_horizon = deal.with_inputs({_HORIZON: float(horizon)})
        part = {address: column[rows] for address, column in columns.items()}
        values = value_scenarios(Scenarios(of_horizon, len(rows), part))
        revenue, share = values.revenue, margins(values)
        margin = np.where(np.isfinite(share), share, np.nan)
        for name, column in {
            "value": values.total, "revenue": revenue, "margin": margin, "acv": values.acv, **values.components
        }.items():  # fmt: skip
            found.setdefault(name, np.full(len(deals), np.nan))[rows] = column
    return pd.DataFrame(found, index=deals.index)


def _columns(deal: Deal, deals: pd.DataFrame, currency: str) -> dict[Address, Array]:
    """The levels of each column by address. Raises QuoteError with every problem of the frame."""
    known = inputs_of_deal(deal)
    problems = unknown_names(deals.columns, known)
    for place, name in enumerate(deals.columns):
        if list(deals.columns).index(name) < place:
            found = "found the column a second time"
            problems.append(Problem(str(name), "", found, "each input once", "Drop one of them.", (0, 0, place)))
    if problems:
        raise QuoteError(SOURCE, problems)
    columns: dict[Address, Array] = {}
    for place, name in enumerate(deals.columns):
        address, quantity = known[name]
        columns[address], faults = levels_of(deals[name], quantity, currency)
        problems += [_problem(deals, row, place, fault) for row, fault in faults.items()]
    problems += _contradictions(deal, deals, columns)
    if problems:
        raise QuoteError(SOURCE, in_order(problems))
    return columns


def _problem(deals: pd.DataFrame, row: int, column: int, fault: Fault) -> Problem:
    order = (0, row, column)
    return Problem(f"row {deals.index[row]}", str(deals.columns[column]), fault.found, fault.expected, fault.remedy, order)


def _contradictions(deal: Deal, deals: pd.DataFrame, columns: dict[Address, Array]) -> list[Problem]:
    """What no single cell shows. Only rows in which inputs can contradict each other are looked at one by one."""

    def level(name: str, line: int | None = None) -> Array:
        return columns.get((line, name), np.full(1, deal.input_at((line, name))))

    may = np.zeros(len(deals), dtype=bool)
    may |= np.nan_to_num(level("horizon_months")) % 12 != 0
    may |= level("months_brought_forward") > 0
    for claims in CLASSES:
        may |= np.isinf(level(claims.multiple))
    problems: list[Problem] = []
    for row in np.flatnonzero(may).tolist():
        found: list[Problem] = []
        check_deal(deal.with_inputs({address: float(column[row]) for address, column in columns.items()}), {}, found)
        problems += [replace(one, where=f"row {deals.index[row]}", order=(0, row, len(columns))) for one in found]
    return problems
