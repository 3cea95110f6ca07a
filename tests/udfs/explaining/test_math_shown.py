"""The math as it is shown: explanations and bridges add up to the ledger, on the examples and on random deals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.explaining.bridge import BRIDGE_ROWS, OTHERS, bridge, bridge_table, drawn_from
from counterask.explaining.bridge import COLUMNS as BRIDGE_COLUMNS
from counterask.explaining.explain import COLUMNS, CONCLUSION_ROWS, Explanation, explain_table, explain_trade
from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.inputs.terms import Deal
from counterask.pricing.components import COMPANY, COMPONENTS, TERM_COSTS
from counterask.pricing.valuation import value_deal
from counterask.reading.cells import places_as_cells
from counterask.reading.quote import Quote
from counterask.result_tables.money import round_parts
from counterask.verdicts.ledger import Ledger, ledger
from counterask.verdicts.limits import Policy
from counterask.verdicts.trades import Response, Rules, Trade, ValuedTrade, Verdict
from counterask_templates.examples import example_names, load_example

from ..counter_deals import example, rules_of, shown, worked_quote
from ..deals import addresses, deals, trades_of, with_a_price

SHIPPED = [name for name in example_names() if load_example(name).get("trades")]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_parts_in_cents_add_up_to_their_total_and_none_is_off_by_a_cent_or_more(parts: list[float]) -> None:
    shown = round_parts(parts)
    assert round(100 * math.fsum(shown)) == round(100 * math.fsum(parts))
    assert all(abs(one - other) < 0.0100001 + 1e-6 * abs(other) for one, other in zip(shown, parts, strict=True))


def test_ties_go_to_the_first_listed() -> None:
    assert round_parts([0.005, 0.005]) == [0.01, 0.0]


def test_parts_without_a_total_in_cents_are_left_as_they_are() -> None:
    for total in (math.nan, math.inf, 1e300):
        assert round_parts([0.333, 1.0], total) == [0.333, 1.0]
    assert round_parts([1e308, 1e308]) == [1e308, 1e308]
    assert round_parts([1.0, 2.0], 1e9) == [500_000_000.0 - 0.5, 500_000_000.0 + 0.5]


def assert_adds_up(quote: Quote, valued: ValuedTrade, found: Explanation) -> None:
    """The lines of a trade add up to its cost and worth to the cent, and each names inputs that exist."""
    for side, total in (("Ask:", valued.cost), ("Counter-ask:", valued.worth)):
        lines = [line for line in found.lines if line.step.startswith(side)]
        if math.isfinite(valued.net) and lines:
            assert round(100 * math.fsum(line.difference for line in lines)) == round(100 * total)
    assert_is_read_out(valued, found)
    conclusions = {one.name: one.value for one in found.conclusions}
    assert conclusions["Verdict"] == valued.verdict
    assert conclusions["Cost of the asks"] == valued.cost or math.isnan(valued.cost)
    labels = {lever.label for lever in LEVER_BY_NAME.values()} | {one.label for one in ASSUMPTION_BY_NAME.values()}
    labels |= {lever.name for lever in quote.deal.company_levers}
    for line in found.lines:
        assert line.inputs and all(any(words.startswith(label) for label in labels) for words in line.inputs)


def assert_is_read_out(valued: ValuedTrade, found: Explanation) -> None:
    """The words say what the ledger says: verdict, cost, and every change."""
    assert found.words.startswith("The client asks for: ") and found.words.endswith(".")
    assert " nan" not in found.words
    if valued.trade.response == Response.YES and math.isfinite(valued.net):
        said = found.words.replace(",", "")
        assert f"{abs(valued.cost):.0f}" in said or abs(valued.cost) < 0.005
        assert f"{abs(valued.worth):.0f}" in said or not valued.trade.counters
        verdict = {Verdict.CANNOT_TELL: "no verdict"}.get(valued.verdict, str(valued.verdict))
        assert verdict in found.words


@pytest.mark.parametrize("name", SHIPPED)
def test_the_lines_of_the_examples_add_up_and_name_inputs_with_their_places(name: str) -> None:
    quote = example(name)
    for valued in shown(quote).ledger.trades:
        found = explain_trade(shown(quote), valued.trade.id)
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
    seen = shown_ledger(quote, Context())
    for valued in seen.ledger.trades:
        if abs(valued.net) < 1e12 or math.isnan(valued.net):
            assert_adds_up(quote, valued, explain_trade(seen, valued.trade.id))


def test_the_risk_transfer_can_be_read_out_loud() -> None:
    quote = example("staffing")
    found = explain_trade(shown(quote), "T1")
    assert found.words == (
        "The client asks for: liability cap from 0.1× annual value to 1× annual value; data liability cap from 0.1× "
        "annual value to 0.5× annual value; payment term from 30 days to 60 days. In today's money that costs us EUR "
        "99,713. In return we ask for: term from 18 months to three years; commitment from 0% to 80%; quantity of "
        "Warehouse hours from 4,550 to 5,850; that is worth EUR 517,847 to us. We need EUR 99,713 back: this is a "
        "negotiation, and EUR 418,135 is left over. A manager has to agree to it."
    )
    assert found.risk_words == (
        "An average year of claims costs us EUR 14,628 (before: EUR 8,293); for the risk of a very bad year we charge "
        "EUR 14,280 (before: EUR 5,454) a year on top. One year in twenty costs EUR 45,222 (before: EUR 40,912) or "
        "more, one in a hundred EUR 353,426 (before: EUR 273,950) or more. A year costs at most EUR 3,237,140 "
        "(before: EUR 273,950). An average year of data claims costs us EUR 1,070 (before: EUR 535); for the risk of "
        "a very bad year we charge EUR 3,112 (before: EUR 815) a year on top. One year in twenty costs EUR 0 or more, "
        "one in a hundred EUR 0 or more. A year costs at most EUR 1,618,570 (before: EUR 273,950)."
    )


def test_a_changed_input_says_what_it_was() -> None:
    quote = example("staffing")
    found = explain_trade(shown(quote), "T1")
    said = [words for line in found.lines for words in line.inputs]
    assert any(words.startswith("Liability cap 1, opening 0.1 (") for words in said)


def test_the_conclusions_stand_first_in_the_table() -> None:
    quote = example("staffing")
    rows = explain_table(explain_trade(shown(quote), "T1"))
    assert [row[1] for row in rows[:2]] == ["In words", "Cost of the asks"]
    assert "Verdict" in [row[1] for row in rows[:CONCLUSION_ROWS]]
    assert rows[CONCLUSION_ROWS][0].startswith("Ask: ")


def test_places_in_a_range_are_told_as_cells() -> None:
    places = "Terms=Quote!R35C1;Lines=Quote!R20C27"
    assert places_as_cells("Payment term 30 (row 7, column 2 of Terms)", places) == "Payment term 30 (Quote · B41)"
    assert places_as_cells("x (row 2, column 2 of Lines)", places) == "x (Quote · AB21)"
    assert places_as_cells("x (row 2, column 2 of Limits)", places) == "x (row 2, column 2 of Limits)"
    assert places_as_cells("x (row 2, column 2 of Terms)", "") == "x (row 2, column 2 of Terms)"


def test_every_component_has_a_formula_that_names_inputs_of_the_registries() -> None:
    for component in COMPONENTS.values():
        assert component.formula and set(component.reads) <= set(ASSUMPTION_BY_NAME) | set(LEVER_BY_NAME)
        assert len(component.reads) == len(set(component.reads))


def test_a_trade_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError):
        explain_trade(shown(example("staffing")), "T99")


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
    start = drawn_from(steps)
    for step, row in zip(steps, bridge_table(found), strict=True):
        place = BRIDGE_COLUMNS.index("Base")
        first, last = 0.0 if step.is_total else step.start - start, step.end - start
        above = sum(float(value) for value in row[place + 1 : place + 4] if float(value) > 0.0)
        below = sum(float(value) for value in row[place + 1 :] if float(value) < 0.0)
        assert above - below == pytest.approx(abs(last - first), rel=1e-9, abs=1e-6)
        low, high = min(first, last), max(first, last)
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


def rich_deal() -> Deal:
    """The worked deal with every clause in force, so that every component of its value moves."""
    deal = worked_quote().deal
    inputs = {
        "tfc_from_month": 5.0,
        "tfc_fee_months": 4.0,
        "billing_months": 5.0,
        "billing_in_advance": 1.0,
        "prepayment_refundable": 0.0,
        "free_months": 2.0,
        "sla_credit": 0.1,
        "most_favoured_price": 1.0,
        "commitment": 0.8,
        "rebate_threshold": 0.9,
        "rebate_rate": 0.05,
        "late_damages_rate": 0.05,
        "months_brought_forward": 1.0,
        "warranty_months": 70.0,
        "liability_cap_multiple": 40.0,
        "data_cap_multiple": 60.0,
        "exclusivity_months": 70.0,
        "reference_month": 48.0,
        "public_reference": 1.0,
        "introduction": 1.0,
        "foreign_share": 0.4,
        "uplift_floor": 0.0,
        "uplift_cap": 0.03,
        "inflation_vol": 0.1,
        "price_lock_months": 12.0,
        "risk_load": 0.9,
    }
    deal = deal.with_inputs({address: 3.0 for address in deal.addresses("support_cost")})
    for name, level in (("start_month", 1.0), ("end_month", 70.0), ("discount_months", 27.0)):
        deal = deal.with_inputs({address: level for address in deal.addresses(name)})
    costs = {name for cost in TERM_COSTS.values() for name in cost.names} - inputs.keys()
    known = {name: lever.quantity for name, lever in LEVER_BY_NAME.items()} | ASSUMPTION_BY_NAME
    inputs |= {name: known[name].sample for name in costs}
    return deal.with_inputs({(None, name): value for name, value in inputs.items()})


def moved_by(deal: Deal) -> dict[str, set[str]]:
    """Component -> the inputs that move it, each tried alone."""
    before = value_deal(deal).components
    moves: dict[str, set[str]] = {name: set() for name in COMPONENTS}
    own = {lever.name for lever in deal.company_levers}
    for line, name in [*addresses(deal), *((None, one) for one in ASSUMPTION_BY_NAME)]:
        if name in own:
            continue
        here = deal.input_at((line, name))
        quantity = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME[name]
        step = 12.0 if name == "horizon_months" else 1.0 if quantity.whole else 0.07
        for to in (1.0 - here,) if quantity.is_switch else (here + step, here - step):
            if quantity.fault(to) is None and math.isfinite(to):
                after = value_deal(deal.with_inputs({(line, name): to})).components
                for component, found in moves.items():
                    if abs(float(after[component][0]) - float(before[component][0])) > 1e-9:
                        found.add(name)
    return moves


def test_a_line_names_every_input_that_moves_it_and_none_that_never_does() -> None:
    deal = rich_deal()
    months = {"term_months": deal.assumptions.horizon_months + 12.0, "warranty_months": 12.0}
    caps = {"liability_cap_multiple": 1.0, "data_cap_multiple": 1.5}
    longer = deal.with_inputs({(None, name): level for name, level in (months | caps).items()})
    longer = longer.with_inputs({address: 22.0 for address in deal.addresses("discount_months")})
    found = [moved_by(one) for one in (deal, longer)]
    moves = {name: set.union(*(one[name] for one in found)) for name in COMPONENTS}
    # The window of a line moves the others only by what a prepayment for it holds back: an explanation leaves that out.
    windows = {name: {"start_month", "end_month"} - set(component.reads) for name, component in COMPONENTS.items()}
    odd = {
        name: set(component.reads) ^ (moves[name] - windows[name])
        for name, component in COMPONENTS.items()
        if name != COMPANY
    }
    assert {name: inputs for name, inputs in odd.items() if inputs} == {}
