"""The math as it is shown: explanations and bridges add up to the ledger, rules of thumb hold when recomputed."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from counterask.bridge import bridge, bridge_table
from counterask.deal_json import read_deal
from counterask.explain import FORMULAS, explain_table, explain_trade
from counterask.money import round_parts
from counterask.quote import Quote
from counterask.rates import head_math, rates_table
from counterask.trades import Rules, client_direction, ledger
from counterask.valuation import value_states
from counterask_addin.cli import cli
from counterask_templates.examples import example_names, load_example

AS_OF = date(2026, 11, 2)


def quote_of(name: str) -> Quote:
    """An example as a quote."""
    document = load_example(name)
    for table in ("stakeholders", "history"):
        document.pop(table, None)
    quote = read_deal(document)
    assert quote.problems == ()
    return quote


def rules_of(quote: Quote) -> Rules:
    """Its rules on a fixed day."""
    return Rules(quote.limits, quote.policy, AS_OF)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_parts_in_cents_add_up_to_their_total_and_none_is_off_by_a_cent_or_more(parts: list[float]) -> None:
    shown = round_parts(parts)
    assert round(100 * math.fsum(shown)) == round(100 * math.fsum(parts))
    assert all(abs(one - other) < 0.0100001 + 1e-6 * abs(other) for one, other in zip(shown, parts, strict=True))


def test_ties_go_to_the_first_listed() -> None:
    assert round_parts([0.005, 0.005]) == [0.01, 0.0]


@pytest.mark.parametrize("name", example_names())
def test_the_lines_add_up_to_cost_and_worth_to_the_cent_and_name_inputs_that_exist(name: str) -> None:
    quote = quote_of(name)
    rules = rules_of(quote)
    for valued in ledger(quote.deal, quote.trades, rules).trades:
        found = explain_trade(quote, valued.trade.id, rules)
        sums = {
            side: math.fsum(line.difference for line in found.lines if line.step.startswith(side))
            for side in ("Ask", "Counter")
        }
        if math.isfinite(valued.net) and valued.net:
            assert round(sums["Ask"], 2) == round(valued.cost, 2)
            assert round(sums["Counter"], 2) == round(valued.worth, 2)
        assert dict(found.last)["Verdict"] == valued.verdict
        for line in found.lines:
            for words in line.inputs:
                name_of_input = words.split(" of ")[0].split(" = ")[0]
                own = {lever.name for lever in quote.deal.company_levers}
                assert name_of_input in own or any(address[1] == name_of_input for address in quote.places), words
        assert all(len(row) == 7 for row in explain_table(found))


def test_every_component_has_a_formula_that_names_inputs_of_the_registries() -> None:
    from counterask.assumptions import ASSUMPTION_BY_NAME
    from counterask.cashflow import COMPONENTS
    from counterask.levers import LEVER_BY_NAME

    assert set(FORMULAS) == set(COMPONENTS)
    for _, inputs in FORMULAS.values():
        assert set(inputs) <= set(ASSUMPTION_BY_NAME) | set(LEVER_BY_NAME)


def test_a_trade_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError):
        explain_trade(quote_of("staffing"), "T99", Rules())


@pytest.mark.parametrize("name", example_names())
def test_the_bridge_leads_from_opening_to_now(name: str) -> None:
    quote = quote_of(name)
    found = ledger(quote.deal, quote.trades, rules_of(quote))
    steps = bridge(found)
    assert steps[0].end == found.value and steps[-1].end == found.value_now
    assert steps[-2].end == pytest.approx(found.value_now, abs=0.01)
    for row in bridge_table(found)[1:-1]:
        assert row[2] == 0.0 or row[3] == 0.0


@pytest.mark.parametrize("name", example_names())
def test_head_math_is_what_valuing_one_step_says_and_its_rules_are_never_in_our_disfavour(name: str) -> None:
    quote = quote_of(name)
    rules = rules_of(quote)
    deal = ledger(quote.deal, quote.trades, rules).deal_now
    found = head_math(quote, rules)
    assert any(one.pays for one in found)
    by_words = {f"{one.lever} of {one.line}" if one.line else one.lever: one for one in found}
    for one in found:
        given_away = {one.address: round(one.level + client_direction(deal, one.lever) * one.step, 10)}
        before, after = value_states(deal, [{}, given_away]).total
        if not math.isnan(one.costs):
            assert one.costs == pytest.approx(after - before, abs=1e-6)
        if one.pays:
            other = by_words[one.paid_by]
            back = round(other.level - client_direction(deal, other.lever) * other.step * one.pays, 10)
            paid = value_states(deal, [{**given_away, other.address: back}]).total[0]
            assert paid - before >= -1e-6
    assert all(len(row) == 7 for row in rates_table(found))


def test_the_command_explains_a_trade_and_the_bridge(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "deal.json"
    document = load_example("staffing")
    for table in ("stakeholders", "history"):
        document.pop(table, None)
    path.write_text(json.dumps(document))
    shown = CliRunner().invoke(cli, ["explain", str(path), "--trade", "T1"])
    assert shown.exit_code == 0 and "Wang's load" in shown.output and "negotiation" in shown.output
    said = CliRunner().invoke(cli, ["explain", str(path), "--trade", "T1", "--json"])
    assert json.loads(said.stdout)["last"]["Verdict"] == "negotiation"
    assert "Opening" in CliRunner().invoke(cli, ["explain", str(path)]).output
    assert CliRunner().invoke(cli, ["explain", str(path), "--trade", "T9"]).exit_code == 2
