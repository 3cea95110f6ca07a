"""The plain reference against the worked deal, and the engine against the plain reference."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterask.pricing.valuation import value_deal, value_states

from ..documents import WORKED_DEAL, Document, documents, term_moves, with_a_price
from ..plain_reference import PlainValuation, changed, plain_value
from ..valuations import ENGINE, REFERENCE, deal_of

EXPECTED: Document = WORKED_DEAL["expected"]
CLOSE = 1e-6
"""The contract is half a cent. The two agree far closer, so a small error in a convention cannot hide in the rounding."""


def test_the_reference_has_the_worked_value_with_all_its_parts() -> None:
    plain = PlainValuation(WORKED_DEAL)
    assert plain.value == pytest.approx(EXPECTED["value"], abs=CLOSE)
    assert plain.acv == pytest.approx(EXPECTED["acv"], abs=CLOSE)
    assert plain.price_index == pytest.approx(EXPECTED["price_index"], abs=1e-12)
    assert plain.components == pytest.approx(EXPECTED["components"] | {"company_levers": 0.0}, abs=CLOSE)


@pytest.mark.parametrize("change", EXPECTED["changes"], ids=lambda change: str(change["name"]))
def test_each_change_is_worth_in_the_reference_what_the_worked_deal_says(change: Document) -> None:
    worth = plain_value(changed(WORKED_DEAL, *change["set"])) - plain_value(WORKED_DEAL)
    assert worth == pytest.approx(change["value_change"], abs=CLOSE)


def close_to(expected: float, scale: float) -> object:
    return pytest.approx(expected, rel=1e-6, abs=1e-9 * max(1.0, scale))


@given(documents())
def test_every_component_of_any_deal_in_the_engine_is_that_of_the_reference(document: Document) -> None:
    plain, engine = REFERENCE.of(document), ENGINE.of(document)
    size = math.fsum(abs(part) for part in plain.components.values())
    assert set(engine.components) == {*plain.components, "training"}
    for name, part in plain.components.items():
        assert engine.components[name] == close_to(part, size), name
    assert engine.value == close_to(plain.value, size)
    assert engine.acv == close_to(plain.acv, size)


@given(documents())
def test_every_month_is_as_likely_served_in_the_engine_as_in_the_reference(document: Document) -> None:
    assert ENGINE.served(document) == pytest.approx(REFERENCE.served(document), abs=1e-9)


@given(st.data())
def test_a_batch_of_variants_has_the_values_of_the_reference(data: st.DataObject) -> None:
    document = data.draw(documents())
    moves = data.draw(st.lists(term_moves(), min_size=1, max_size=4))
    variants = [with_a_price(changed(document, move)) for move in moves]
    assume(all(one["assumptions"] == document["assumptions"] for one in variants))
    levels = [{name: math.inf if to is None else float(to) for name, to in one["terms"].items()} for one in variants]
    totals = value_states(deal_of(document), [{(None, name): to for name, to in one.items()} for one in levels]).total
    for variant, total in zip(variants, totals, strict=True):
        plain = REFERENCE.of(variant)
        assert total == close_to(plain.value, math.fsum(abs(part) for part in plain.components.values()))


def test_a_deal_without_lines_is_worth_its_other_terms() -> None:
    document = changed({**WORKED_DEAL, "lines": []}, {"lever": "exclusivity_months", "to": 2})
    bare = {**document, "assumptions": WORKED_DEAL["assumptions"] | {"exclusivity_margin": 100.0, "cost_of_capital": 0.0}}
    assert REFERENCE.value(bare) == pytest.approx(-100.0 * (1 + 0.97 ** (1 / 12) * 0.965 ** (1 / 12)))
    without_lines = replace(deal_of({**bare, "lines": WORKED_DEAL["lines"]}), lines=())
    assert value_deal(without_lines).total[0] == pytest.approx(REFERENCE.value(bare))
