"""Absent is neutral, blank is unknown: an old quote stays valid when inputs are added, and a blank is never taken for zero."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import LEVER_BY_NAME, LEVERS, LINE_LEVERS, TERM_LEVERS
from counterask.pricing.valuation import value_deal
from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.quote import Quote, read_quote
from counterask.reading.tables import Table

from ..documents import WORKED_DEAL

WORKED = json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text(encoding="utf-8"))
NEUTRAL = [lever.name for lever in LEVERS if not math.isnan(lever.quantity.neutral)]
NEEDED = [lever.name for lever in LEVERS if math.isnan(lever.quantity.neutral)]


def without(name: str) -> dict[str, Any]:
    """The worked deal without trades, and without an input wherever it stands."""
    document = {key: copy.deepcopy(WORKED[key]) for key in ("lines", "terms", "assumptions")}
    for place in (*document["lines"], document["terms"], document["assumptions"]):
        place.pop(name, None)
    return document


def with_level(name: str, level: float) -> dict[str, Any]:
    """The same with the input at a level, wherever it belongs."""
    document = without(name)
    lever = LEVER_BY_NAME[name]
    said = None if math.isinf(level) else level
    for line in document["lines"]:
        if line["kind"] in lever.kinds:
            line[name] = said
    if not lever.is_on_line:
        document["terms"][name] = said
    return document


def tables_of(document: dict[str, Any], blank: str = "") -> dict[str, Table]:
    """A deal as the tables that a workbook has: a row or column for what the document names, blank where asked."""
    names = list(dict.fromkeys(name for line in document["lines"] for name in line))
    cells = [
        [None if name == blank else _cell(line.get(name), "none" if name in line else None) for name in names]
        for line in document["lines"]
    ]
    tables = {"Lines": Table.of_range("Lines", [["line" if name == "name" else name for name in names], *cells])}
    for table, key, header in (("Terms", "terms", ["term", "opening"]), ("Assumptions", "assumptions", ["assumption", "value"])):
        rows = [[name, None if name == blank else _cell(value, "none")] for name, value in document[key].items()]
        tables[table] = Table.of_range(table, [header, *rows])
    return tables


def _cell(value: object, null: object = None) -> object:
    return null if value is None else value


def value_of(quote: Quote) -> float:
    assert not quote.problems, quote.problems
    return float(value_deal(quote.deal).total[0])


@pytest.mark.parametrize("name", NEUTRAL)
def test_an_input_that_json_does_not_name_has_its_neutral_level(name: str) -> None:
    neutral = LEVER_BY_NAME[name].quantity.neutral
    assert value_of(read_deal(without(name))) == value_of(read_deal(with_level(name, neutral)))


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_workbook_without_the_row_or_column_of_an_input_has_its_neutral_level(name: str) -> None:
    assert value_of(read_quote(tables_of(without(name)))) == value_of(read_deal(without(name)))


@pytest.mark.parametrize("name", [lever.name for lever in (*LINE_LEVERS, *TERM_LEVERS)])
def test_a_row_that_is_there_and_blank_is_unknown(name: str) -> None:
    document = with_level(name, LEVER_BY_NAME[name].quantity.sample)
    deal = read_quote(tables_of(document, blank=name)).deal
    places = deal.addresses(name)
    assert places and all(math.isnan(deal.input_at(place)) for place in places)


@pytest.mark.parametrize("name", [*NEEDED, *(name for name in ASSUMPTION_BY_NAME if name in WORKED["assumptions"])])
def test_an_input_without_a_neutral_level_is_unknown_where_it_is_absent(name: str) -> None:
    known = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME[name]
    deal = read_deal(without(name)).deal
    levels = [deal.input_at(place) for place in deal.addresses(name)]
    assert levels and all(level == known.neutral or math.isnan(known.neutral) and math.isnan(level) for level in levels)


def test_a_deal_that_is_written_and_read_again_is_the_same_deal() -> None:
    quote = read_deal({key: WORKED[key] for key in ("lines", "terms", "assumptions")})
    assert read_deal(document_of(quote)).deal == quote.deal


def test_a_cap_on_uplifts_needs_no_floor() -> None:
    document = without("uplift_floor")
    document["terms"] |= {"uplift_floor": None, "uplift_cap": 0.03}
    assert read_deal(document).problems == ()


@pytest.mark.parametrize(
    ("key", "name", "instead"),
    [
        ("terms", "renewal_probability", "Annual retention"),
        ("terms", "reference_probability", "Public reference"),
        ("terms", "introduction_probability", "Introduction"),
        ("assumptions", "tfc_hazard", "Annual retention"),
    ],
)
def test_an_input_of_the_first_edition_is_named_with_what_replaces_it(key: str, name: str, instead: str) -> None:
    document = without(name)
    document[key][name] = 0.5
    problem = next(one for one in read_deal(document).problems if one.where == f"{key}.{name}")
    assert f"replaced by {instead}" in problem.found and "clear the row" in problem.remedy


def test_a_floor_above_the_cap_counts_as_the_cap() -> None:
    document = copy.deepcopy(WORKED_DEAL)
    values = []
    for floor in (0.03, 0.2):
        document["terms"] |= {"uplift_floor": floor, "uplift_cap": 0.03}
        quote = read_deal(document)
        assert quote.problems == ()
        values.append(value_deal(quote.deal).total[0])
    assert values[0] == values[1]
