"""The estimates beside the data: the retention curve, days late, and sizes of claims, as rows for tables and charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import staying
from .checking import Closed
from .histories import Numbers

CurveRows = list[Mapping[str, Any]]
_EVERY, _BIN, _MOST_DAYS = 3, 5, 90


def retention_curve(closed: Closed, values: Mapping[str, float], present: Mapping[str, float]) -> CurveRows:
    """The share that has not chosen to leave, by month: seen (Kaplan and Meier), as estimated, and by the present values.

    The curves of the model go over the same contracts as the data: in each month the chance to leave of those who could.
    """
    decisions, contracts = closed.placed.decisions, closed.contracts
    last = int(decisions.months.max(initial=0))
    months = np.arange(last + 1)
    ends = np.where(contracts.left, np.inf, np.floor(contracts.months + 1e-9))
    own = closed.placed.place[contracts.left]
    ends[contracts.left] = decisions.months[closed.placed.kind[contracts.left], own]
    begins = np.floor(contracts.entered)
    at_risk = _at_or_above(ends, last + 1) - _at_or_above(begins, last + 2)[1:]
    left = np.zeros(last + 1)
    np.add.at(left, decisions.months, decisions.left)
    rows: CurveRows = []
    curves = [left]
    for one in (values, present):
        expected = np.zeros(last + 1)
        point = np.array([[one[name] for name in staying.NAMES]])
        before = np.ones(len(decisions.count))
        for place, here in enumerate(staying.staying(decisions, point)):
            kinds = here.shape[1]
            later = decisions.left[:kinds, place:].sum(axis=1) + decisions.seen[:kinds, place + 1 :].sum(axis=1)
            later -= decisions.entered[:kinds, place + 1 :].sum(axis=1)
            np.add.at(expected, decisions.months[:kinds, place], later * (1.0 - here[0] / before[:kinds]))
            before = here[0]
        curves.append(expected)
    shares = [np.cumprod(1.0 - np.minimum(curve / np.maximum(at_risk, 1.0), 1.0)) for curve in curves]
    for month in months[::_EVERY]:
        if at_risk[month] < 10:
            break
        rows.append({"month": int(month), "at_risk": int(at_risk[month]), "seen": float(shares[0][month]),
                     "estimated": float(shares[1][month]), "present": float(shares[2][month])})  # fmt: skip
    return rows


def _at_or_above(values: Numbers, size: int) -> Numbers:
    """How many values are at least 0, 1, ..., size - 1."""
    whole = np.minimum(values, size).astype(np.int64)
    counts = np.bincount(whole, minlength=size + 1).astype(np.float64)
    return np.cumsum(counts[::-1])[::-1][:size]


def days_late(closed: Closed) -> CurveRows:
    """Paid invoices by days after the due date, in steps of five days, each named by its first day; the last step is open."""
    if "invoices" not in closed.tables:
        return []
    column = closed.tables["invoices"].columns
    days = (column["paid"] - column["due"])[~np.isnat(column["paid"])].astype(np.float64)
    edges = np.arange(-2 * _BIN, _MOST_DAYS + _BIN, _BIN)
    counts = np.bincount(np.clip(np.searchsorted(edges, days, side="right"), 0, len(edges)), minlength=len(edges) + 1)
    words = ["<", *map(str, edges)]
    last = int(np.flatnonzero(counts).max(initial=0))
    return [{"days": word, "invoices": int(count)} for word, count in list(zip(words, counts, strict=True))[: last + 1]]


def claim_sizes(closed: Closed, values: Mapping[str, float]) -> CurveRows:
    """The share of general claims above a size, at the reference fees: seen (Kaplan and Meier over caps) and by the Lomax."""
    if "claims" not in closed.tables:
        return []
    column, fees = closed.tables["claims"].columns, closed.contracts.yearly_fees[closed.owner["claims"]]
    kept = (column["kind"] == "general") & (column["paid"] > 0.0) & (fees > 0.0)
    if kept.sum() < 10:
        return []
    scale = (fees[kept] / values["liability_reference_fees"]) ** values["liability_elasticity"]
    sizes = column["paid"][kept] / scale
    capped = column["paid"][kept] >= column["cap"][kept] * (1.0 - 1e-6)
    order = np.lexsort((capped, sizes))
    sizes, capped = sizes[order], capped[order]
    seen = np.cumprod(1.0 - (~capped) / np.arange(len(sizes), 0, -1))
    model = (1.0 + sizes / values["liability_theta"]) ** -values["liability_alpha"]
    shown = np.unique(np.linspace(0, len(sizes) - 1, 60).astype(int))
    return [
        {"size": float(sizes[at]), "seen": float(seen[at]), "model": float(model[at])}
        for at in shown
        if not capped[at] and seen[at] > 0
    ]
