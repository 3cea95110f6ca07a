"""Quotes at random, as documents: every kind of line, every term, trades of all sorts, in the ranges of `tests/udfs/deals.py`.

The same seed gives the same quote. Levels often stand at an end of their range, or at 0, 1 or "none": there the formulas branch.
"""

from __future__ import annotations

import importlib.util
import math
import random
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS, Kind, inputs_of
from counterask.inputs.quantities import Quantity
from counterask_templates.build import cached_results
from counterask_templates.examples import load_example
from counterask_templates.layout import COMPONENTS, HEADLINE, RESULTS, TRADE_RESULTS
from counterask_templates.natives import Facts
from counterask_templates.tables import TableRows, header_cells, table_rows

Document = dict[str, Any]


@cache
def ordinary_ranges() -> dict[str, tuple[float, float]]:
    """What an ordinary company would type, as the tests of the engine have it."""
    path = Path(__file__).parents[1] / "udfs" / "deals.py"
    spec = importlib.util.spec_from_file_location("deals_for_quotes", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module._ORDINARY) | _WIDER


_WIDER = {
    "start_month": (0.0, 40.0),
    "end_month": (1.0, 90.0),
    "discount_months": (0.0, 40.0),
    "client_tenure_months": (0.0, 90.0),
    "annual_retention": (0.3, 1.0),
    "retention_spread": (0.0, 0.95),
    "liability_reference_fees": (1e5, 1e7),
}
"""Ranges in which the months branch."""


def level(chance: random.Random, quantity: Quantity) -> float | None:
    """A valid level; None is "none"."""
    if quantity.is_switch:
        return float(chance.random() < 0.5)
    low, high = ordinary_ranges().get(quantity.name, (0.0, 1.0))
    low, high = max(low, quantity.lowest), min(high, quantity.highest)
    ends: list[float | None] = [low, high, max(0.0, low)]
    if quantity.none_means:
        ends += [None, None]
    if chance.random() < 0.3:
        return chance.choice(ends)
    if quantity.whole:
        return float(chance.randint(math.ceil(low), math.floor(high)))
    return round(chance.uniform(low, high), 4)


def random_quote(seed: int) -> Document:
    """A quote with a price: from one to five lines, from none to six trades, horizons from one year to ten."""
    chance = random.Random(seed)
    lines = [_line(chance, place) for place in range(chance.choice([1, 2, 3, 3, 4, 5]))]
    _ramp_deal(chance, lines)
    terms = {lever.name: level(chance, lever.quantity) for lever in TERM_LEVERS}
    assumptions = {quantity.name: level(chance, quantity) for quantity in ASSUMPTIONS}
    assumptions["horizon_months"] = 12.0 * chance.randint(1, 10)
    shortest = min((line["delivery_months"] for line in lines if line["kind"] == Kind.ONE_OFF), default=math.inf)
    terms["months_brought_forward"] = min(terms["months_brought_forward"], shortest - 1)
    if terms["uplift_cap"] is not None and terms["uplift_floor"] is not None:
        terms["uplift_floor"] = min(terms["uplift_floor"], terms["uplift_cap"])
    for cap, alpha in (("liability_cap_multiple", "liability_alpha"), ("data_cap_multiple", "data_alpha")):
        if assumptions["risk_load"] * assumptions[alpha] <= 1.0:
            terms[cap] = terms[cap] or 1.0
    own = [
        {
            "lever": "Training day",
            "unit": "days",
            "amount_per_unit": round(chance.uniform(-2000, 2000), 2),
            "month_from": float(chance.randint(0, 40)),
            "probability": 0.75,
            "soft": False,
        }
    ]
    return {
        **load_example("blank"),
        "currency": "EUR",
        "lines": lines,
        "terms": {**terms, "Training day": float(chance.randint(0, 3))},
        "assumptions": assumptions,
        "limits": own,
        "policy": {},
        "trades": [_trade(chance, place, lines) for place in range(chance.choice([0, 1, 2, 3, 4, 6]))],
    }


def _line(chance: random.Random, place: int) -> Document:
    kind = chance.choice(list(Kind))
    values = {lever.name: level(chance, lever.quantity) for lever in inputs_of(kind)}
    return {"name": f"line {place + 1}", "kind": str(kind), **values}


def _ramp_deal(chance: random.Random, lines: list[Document]) -> None:
    """Let some lines of the same product follow one another, not always in the order in which they are listed."""
    served = [line for line in lines if line["kind"] != Kind.ONE_OFF]
    chance.shuffle(served)
    for before, line in zip(served, served[1:], strict=False):
        if before["end_month"] is not None and chance.random() < 0.7:
            before["product"] = line["product"] = before.get("product", f"product {chance.randint(1, 2)}")
            line["start_month"] = before["end_month"]
            if line["end_month"] is not None:
                line["end_month"] = line["start_month"] + chance.randint(1, 12)


def _trade(chance: random.Random, place: int, lines: list[Document]) -> Document:
    """A trade with a few changes, each of another lever."""
    found = {}
    for _ in range(chance.choice([1, 1, 2, 3]) + chance.choice([0, 1, 2, 4])):
        change = _change(chance, lines)
        found[change["lever"], change.get("line")] = change
    changes = list(found.values())
    asks = chance.randint(1, len(changes))
    return {
        "id": f"T{place + 1}",
        "response": chance.choice(["yes", "yes", "yes", "no", "stall"]),
        "reason": "later",
        "asks": changes[:asks],
        "counters": changes[asks:],
    }


def _change(chance: random.Random, lines: list[Document]) -> Document:
    if chance.random() < 0.1:
        return {"lever": "Training day", "to": float(chance.randint(0, 5))}
    if chance.random() < 0.5:
        line = chance.choice(lines)
        lever = chance.choice([lever for lever in inputs_of(Kind(line["kind"])) if lever.is_negotiable])
        return {"lever": lever.name, "line": line["name"], "to": level(chance, lever.quantity)}
    lever = chance.choice([lever for lever in TERM_LEVERS if lever.is_negotiable])
    return {"lever": lever.name, "to": level(chance, LEVER_BY_NAME[lever.name].quantity)}


def blanked(rows: dict[str, TableRows], chance: random.Random) -> None:
    """Clear one to three inputs in the tables of a quote."""
    for _ in range(chance.choice([1, 1, 2, 3])):
        table = chance.choice(["Terms", "Assumptions", "Lines"])
        row = chance.choice([row for row in rows[table] if row[0] is not None])
        columns = range(3, len(row)) if table == "Lines" else [1]
        filled = [column for column in columns if row[column] is not None]
        if filled:
            row[chance.choice(filled)] = None


def scattered(trades: list[list[Any]], chance: random.Random) -> None:
    """Move some counter-asks of the Trades table into free rows below all trades, with the id of their trade again."""
    ids = [row[0] for row in trades]
    free = max((place for place, row in enumerate(trades) if any(row)), default=0) + 2
    for place, row in enumerate(list(trades)):
        is_counter_only = row[0] is None and row[1] is None and row[5] is not None
        if is_counter_only and chance.random() < 0.5 and free < len(trades):
            trade = next(name for name in reversed(ids[:place]) if name is not None)
            trades[free], trades[place] = [trade, *row[1:]], [None] * len(row)
            free += 1


def facts_of(document: Document, as_of: date, seed: int | None = None, blanks: int | None = None) -> Facts:
    """The cells of a document's tables with those results of the functions that the months read, and no others.

    seed : scatter the counter-asks at random. blanks : clear some inputs at random.
    """
    rows = table_rows(document)
    if seed is not None:
        scattered(rows["Trades"], random.Random(seed))
    if blanks is not None:
        blanked(rows, random.Random(blanks))
    results: dict[str, Any] = {spec.key: [[""] * len(spec.fields)] * spec.rows for spec in RESULTS}
    header = header_cells(document)
    found = cached_results(rows, as_of, (HEADLINE, TRADE_RESULTS, COMPONENTS), header["segment"])
    for spec in (HEADLINE, TRADE_RESULTS, COMPONENTS):
        results[spec.key] = [*found[spec.key], *[[""] * len(spec.fields)] * (spec.rows - len(found[spec.key]))]
    return Facts(rows, results, header)
