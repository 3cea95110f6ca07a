"""Deal value and verdicts over the intervals of the assumptions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from counterask.explaining.uncertainty import QUANTILES, Interval, draw_cases, intervals_of, uncertainty
from counterask.pricing.valuation import value_deal
from counterask.reading.evidence import interval_in
from counterask.result_tables.notes import break_even_notes, break_even_sentence
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Verdict

from ..counter_deals import example, rules_of


@pytest.mark.parametrize(
    ("evidence", "name", "ends"),
    [
        ("fitted: 412 contracts, 2018-2026; 90% interval 79.8% to 87.1%; maximum likelihood", "annual_retention", (0.798, 0.871)),
        ("fitted: 31 claims; 90% interval 61,234 to 98,000; profile. Was 50,000", "liability_theta", (61_234.0, 98_000.0)),
        ("fitted: 31 claims; 90% interval 1.2 to no limit", "liability_alpha", (1.2, math.inf)),
        ("placeholder: somebody. Range 7-14%", "cost_of_capital", (0.07, 0.14)),
        ("judgement: range 0.3 \u2013 0.8.", "liability_elasticity", (0.3, 0.8)),
        ("placeholder. Range 0.3-1 of a year's fees", "liability_theta", None),
        ("placeholder. Range 10-25 of a hundred", "liability_theta", None),
        ("placeholder: 10% of a year's fees. Range 0-25%", "reference_value", None),
        ("judgement: range 14-7%", "cost_of_capital", None),
        ("judgement: orange 7-14%", "cost_of_capital", None),
        ("", "cost_of_capital", None),
    ],
)
def test_an_interval_is_read_where_evidence_names_one(evidence: str, name: str, ends: tuple[float, float] | None) -> None:
    found = interval_in(evidence, name)
    if ends is not None and math.isinf(ends[1]):
        assert found is not None and found[0] == ends[0] and found[1] >= 10.0
    else:
        assert found == pytest.approx(ends) if ends else found is None


def test_half_of_the_draws_lie_on_each_side_and_a_twentieth_beyond_each_end() -> None:
    interval = Interval("cost_of_capital", 0.10, 0.07, 0.16)
    drawn = np.array([case["cost_of_capital"] for case in draw_cases([interval], 40_000, 3)])
    assert np.mean(drawn < 0.10) == pytest.approx(0.5, abs=0.01)
    assert np.mean(drawn < 0.07) == pytest.approx(0.05, abs=0.005)
    assert np.mean(drawn > 0.16) == pytest.approx(0.05, abs=0.005)


def test_draws_stay_within_what_an_assumption_may_be_and_whole_months_stay_whole() -> None:
    drawn = draw_cases([Interval("annual_retention", 0.99, 0.7, 1.0), Interval("reference_month", 12.0, 0.0, 36.0)], 5_000, 1)
    assert all(0.0 <= case["annual_retention"] <= 1.0 for case in drawn)
    assert all(case["reference_month"] == round(case["reference_month"]) >= 0.0 for case in drawn)


@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_each_case_is_the_quote_valued_with_these_assumptions(name: str) -> None:
    """Every case by a ledger of its own: the slow way, which shares nothing with the batch but the engine."""
    quote = example(name)
    rules = rules_of(quote)
    valued = ledger(quote.deal, quote.trades, rules)
    found = uncertainty(quote, rules, valued, cases=40, seed=7)
    values, nows, verdicts = [], [], {trade.trade: [] for trade in found.trades}  # type: ignore[var-annotated]
    for case in draw_cases(intervals_of(quote), 40, 7):
        inputs = {(None, assumption): value for assumption, value in case.items()}
        alone = ledger(quote.deal.with_inputs(inputs), quote.trades, rules)
        values.append(alone.value)
        nows.append(float(value_deal(valued.deal_now.with_inputs(inputs)).total[0]))
        for one in alone.trades:
            if one.trade.id in verdicts:
                verdicts[one.trade.id].append(one.verdict)
    assert found.opening.mean == pytest.approx(np.mean(values))
    assert found.opening.quantiles == pytest.approx(tuple(np.quantile(values, QUANTILES)))
    assert found.now.quantiles == pytest.approx(tuple(np.quantile(nows, QUANTILES)))
    for trade in found.trades:
        seen = verdicts[trade.trade]
        assert dict(trade.shares) == {verdict: seen.count(verdict) / 40 for verdict in set(seen)}
        assert trade.turns == pytest.approx(1.0 - seen.count(trade.verdict) / 40)


def test_without_intervals_nothing_is_uncertain() -> None:
    quote = replace(example("software"), evidence={})
    rules = rules_of(quote)
    valued = ledger(quote.deal, quote.trades, rules)
    found = uncertainty(quote, rules, valued, cases=5)
    assert found.drawn == () and "annual_retention" in found.fixed
    assert found.opening.quantiles == pytest.approx((valued.value,) * len(QUANTILES))
    assert all(trade.turns == 0.0 for trade in found.trades)


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    quote = example("software")
    rules = rules_of(quote)
    valued = ledger(quote.deal, quote.trades, rules)
    first, again, other = (uncertainty(quote, rules, valued, cases=50, seed=seed) for seed in (1, 1, 2))
    assert first == again and first.opening != other.opening


def test_a_narrower_interval_gives_a_narrower_spread() -> None:
    quote = example("software")
    rules = rules_of(quote)
    valued = ledger(quote.deal, quote.trades, rules)
    spreads = [
        uncertainty(replace(quote, evidence={"annual_retention": words}), rules, valued, cases=300).opening.quantiles
        for words in (quote.evidence["annual_retention"], "fitted: 90% interval 86.9% to 87.1%")
    ]
    widths = [spread[-1] - spread[0] for spread in spreads]
    assert widths[1] < 0.1 * widths[0]


def test_only_trades_that_money_decides_are_listed() -> None:
    quote = example("software")
    rules = rules_of(quote)
    valued = ledger(quote.deal, quote.trades, rules)
    listed = {trade.trade for trade in uncertainty(quote, rules, valued, cases=3).trades}
    money = {Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION}
    assert listed == {one.trade.id for one in valued.trades if one.verdict in money}


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1.15, "pays if it raises the chance of winning by 15%, for example from 40% to 46%"),
        (1.0025, "pays if it raises the chance of winning by 0.25%, for example from 40% to 40.1%"),
        (2.6, "pays only if it raises the chance of winning to 2.6 times what it is, for example from 10% to 26%"),
    ],
)
def test_a_break_even_is_said_in_chances_of_winning(factor: float, words: str) -> None:
    assert break_even_sentence(factor) == f"The trade {words}."


def test_each_trade_that_costs_us_and_all_together_say_what_they_must_bring() -> None:
    quote = example("industrial_supply")
    valued = ledger(quote.deal, quote.trades, rules_of(quote))
    said = break_even_notes(valued)
    costing = [one.trade.id for one in valued.trades if one.has_moved and one.net <= -0.005]
    assert costing and [one.split(":")[0] for one in said[:-1]] == costing
    assert said[-1] == break_even_sentence(valued.value / valued.value_now, "All trades together", "pay", "they raise")
    balanced = ledger(quote.deal, (), rules_of(quote))
    assert break_even_notes(balanced) == []
