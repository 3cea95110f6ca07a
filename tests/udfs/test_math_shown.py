"""The math as it is shown: explanations and bridges add up to the ledger, on the examples and on random deals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.assumptions import ASSUMPTION_BY_NAME
from counterask.bridge import BRIDGE_ROWS, OTHERS, bridge, bridge_table
from counterask.bridge import COLUMNS as BRIDGE_COLUMNS
from counterask.cashflow import COMPONENTS
from counterask.cells import with_cells
from counterask.explain import COLUMNS, CONCLUSION_ROWS, FORMULAS, Explanation, explain_table, explain_trade
from counterask.levers import LEVER_BY_NAME
from counterask.limits import Policy
from counterask.money import round_parts
from counterask.quote import Quote
from counterask.terms import Deal
from counterask.trades import Ledger, Response, Rules, Trade, ValuedTrade, ledger
from counterask_templates.examples import example_names, load_example

from .counter_deals import example, rules_of
from .deals import addresses, deals, trades_of, with_a_price

SHIPPED = [name for name in example_names() if load_example(name).get("trades")]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_parts_in_cents_add_up_to_their_total_and_none_is_off_by_a_cent_or_more(parts: list[float]) -> None:
    shown = round_parts(parts)
    assert round(100 * math.fsum(shown)) == round(100 * math.fsum(parts))
    assert all(abs(one - other) < 0.0100001 + 1e-6 * abs(other) for one, other in zip(shown, parts, strict=True))


def test_ties_go_to_the_first_listed() -> None:
    assert round_parts([0.005, 0.005]) == [0.01, 0.0]


def assert_adds_up(quote: Quote, valued: ValuedTrade, found: Explanation) -> None:
    """The lines of a trade add up to its cost and worth to the cent, and each names inputs that exist."""
    for side, total in (("Ask:", valued.cost), ("Counter-ask:", valued.worth)):
        lines = [line for line in found.lines if line.step.startswith(side)]
        if math.isfinite(valued.net) and lines:
            assert round(100 * math.fsum(line.difference for line in lines)) == round(100 * total)
    conclusions = {one.name: one.value for one in found.conclusions}
    assert conclusions["Verdict"] == valued.verdict
    assert conclusions["Cost of the asks"] == valued.cost or math.isnan(valued.cost)
    labels = {lever.label for lever in LEVER_BY_NAME.values()} | {one.label for one in ASSUMPTION_BY_NAME.values()}
    labels |= {lever.name for lever in quote.deal.company_levers}
    for line in found.lines:
        assert line.inputs and all(any(words.startswith(label) for label in labels) for words in line.inputs)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_lines_of_the_examples_add_up_and_name_inputs_with_their_places(name: str) -> None:
    quote = example(name)
    rules = rules_of(quote)
    for valued in ledger(quote.deal, quote.trades, rules).trades:
        found = explain_trade(quote, valued.trade.id, rules)
        assert_adds_up(quote, valued, found)
        places = set(quote.places.values())
        for line in found.lines:
            assert any(f"({place})" in words for words in line.inputs for place in (*places, "its row in Limits")), line
        assert {len(row) for row in explain_table(found)} == {len(COLUMNS)}


@given(st.data())
def test_the_lines_of_random_deals_add_up_to_the_ledger_to_the_cent(data: st.DataObject) -> None:
    deal = with_a_price(data.draw(deals()))
    trades = data.draw(trades_of(deal))
    places = {address: deal.spoken(address) for address in addresses(deal)}
    quote = Quote(deal, trades, None, Policy(), {}, places, {}, ())
    for valued in ledger(deal, trades, Rules()).trades:
        if abs(valued.net) < 1e12 or math.isnan(valued.net):
            assert_adds_up(quote, valued, explain_trade(quote, valued.trade.id, Rules()))


def test_a_changed_input_says_what_it_was() -> None:
    quote = example("staffing")
    found = explain_trade(quote, "T1", rules_of(quote))
    said = [words for line in found.lines for words in line.inputs]
    assert any(words.startswith("Liability cap multiple 1, opening 0.1 (") for words in said)


def test_the_conclusions_stand_first_in_the_table() -> None:
    quote = example("staffing")
    rows = explain_table(explain_trade(quote, "T1", rules_of(quote)))
    assert rows[0][1] == "Cost of the asks" and rows[6][1] == "Verdict" and rows[CONCLUSION_ROWS][0].startswith("Ask: ")


def test_places_in_a_range_are_told_as_cells() -> None:
    places = "Terms=Quote!R35C1;Lines=Quote!R20C27"
    assert with_cells("Payment days 30 (row 7, column 2 of Terms)", places) == "Payment days 30 (Quote · B41)"
    assert with_cells("x (row 2, column 2 of Lines)", places) == "x (Quote · AB21)"
    assert with_cells("x (row 2, column 2 of Limits)", places) == "x (row 2, column 2 of Limits)"
    assert with_cells("x (row 2, column 2 of Terms)", "") == "x (row 2, column 2 of Terms)"


def test_every_component_has_a_formula_that_names_inputs_of_the_registries() -> None:
    assert set(FORMULAS) == set(COMPONENTS)
    for _, inputs in FORMULAS.values():
        assert set(inputs) <= set(ASSUMPTION_BY_NAME) | set(LEVER_BY_NAME)


def test_a_trade_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError):
        explain_trade(example("staffing"), "T99", Rules())


def bars_end(rows: Sequence[Sequence[object]]) -> list[float]:
    """Where each bar of the chart begins and ends above and below zero: what a person sees of it."""
    place = BRIDGE_COLUMNS.index("Base")
    ends = []
    for row in rows:
        base, total, up, down, up_below, down_below = (float(value) for value in row[place:])  # type: ignore[arg-type]
        ends.append(base + total + up + down if base + total + up + down > 0.0 else base + total + up_below + down_below)
        assert not (up and down) and not (up_below and down_below)
        assert base * (up + down) >= 0.0 and base * (up_below + down_below) >= 0.0
    return ends


def assert_bridges(found: Ledger) -> None:
    steps = bridge(found, BRIDGE_ROWS)
    assert len(steps) <= BRIDGE_ROWS
    assert steps[0].end == found.value and steps[-1].end == found.value_now
    assert steps[-2].end == pytest.approx(found.value_now, abs=0.02, rel=1e-12)
    for step, row in zip(steps, bridge_table(found), strict=True):
        place = BRIDGE_COLUMNS.index("Base")
        above = sum(float(value) for value in row[place + 1 : place + 4] if float(value) > 0.0)
        below = sum(float(value) for value in row[place + 1 :] if float(value) < 0.0)
        assert above - below == pytest.approx(abs(step.change), rel=1e-9, abs=1e-6)
        low, high = min(step.start, step.end), max(step.start, step.end)
        base = float(row[place])
        assert base + above == pytest.approx(high, rel=1e-9, abs=1e-6) if high > 0.0 else above == 0.0
        assert min(base, 0.0) + below == pytest.approx(low, rel=1e-9, abs=1e-6) if low < 0.0 else below == 0.0


@pytest.mark.parametrize("name", SHIPPED)
def test_the_bridge_of_the_examples_leads_from_opening_to_now(name: str) -> None:
    quote = example(name)
    assert_bridges(ledger(quote.deal, quote.trades, rules_of(quote)))


@given(st.data())
def test_the_bridge_of_random_deals_leads_from_opening_to_now(data: st.DataObject) -> None:
    deal = with_a_price(data.draw(deals()))
    found = ledger(deal, data.draw(trades_of(deal, at_most=12)), Rules())
    if abs(found.value) < 1e12 and abs(found.value_now) < 1e12:
        assert_bridges(found)


def test_many_trades_are_folded_into_one_bar_behind_the_rest() -> None:
    quote = example("staffing")
    one = next(trade for trade in quote.trades if trade.response == Response.YES)
    lever = next(lever for lever in quote.deal.terms.__dataclass_fields__ if lever == "payment_days")
    many = tuple(
        Trade(f"X{number}", Response.YES, (type(one.asks[0])(lever, None, 31.0 + number * number),)) for number in range(20)
    )
    found = ledger(quote.deal, many, Rules())
    steps = bridge(found, BRIDGE_ROWS)
    assert [step.label for step in steps][-2:] == [OTHERS, "Now"] and len(steps) == BRIDGE_ROWS
    assert_bridges(found)


def test_a_deal_without_a_value_draws_no_bars() -> None:
    quote = example("staffing")
    unknown: Deal = quote.deal.with_inputs({(None, "payment_days"): math.nan})
    rows = bridge_table(ledger(unknown, (), Rules()))
    assert [row[1] for row in rows] == ["cannot tell", "cannot tell"]
