"""Head math: steps and rules of thumb hold when recomputed by single valuations, on the examples and on random deals."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.rules_of_thumb import (
    COLUMNS,
    DISCOUNT,
    MOST_TIMES,
    RHYTHMS,
    TOLERANCE,
    RuleOfThumb,
    rules_of_thumb,
    rules_table,
)
from counterask.explaining.step_worths import COLUMNS as RATE_COLUMNS
from counterask.explaining.step_worths import StepWorth, rates_table, step_worths
from counterask.inputs.levers import LANGUAGES
from counterask.inputs.terms import Deal
from counterask.pricing.valuation import value_deal
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Change, Rules, Trade, client_direction, soft

from ..counter_deals import example, problems, rules_of, worked_quote
from .test_math_shown import SHIPPED


def value(deal: Deal) -> float:
    """Deal value by a valuation of its own."""
    return float(value_deal(deal).total[0])


def assert_step_holds(deal: Deal, one: StepWorth) -> None:
    for money, sign in ((one.costs, 1), (one.gains, -1)):
        if not math.isnan(money):
            to = round(one.level + sign * client_direction(deal, one.lever) * one.step, 10)
            assert money == pytest.approx(value(deal.with_inputs({one.address: to})) - value(deal), abs=1e-6, rel=1e-9)


def brings(deal: Deal, rule: RuleOfThumb, times: int, ratio: float) -> float:
    """What so many times the rule brings, as a multiple of what is required, by three valuations."""
    given = deal.with_inputs(rule.give.times(times))
    both = given.with_inputs(rule.take.times(times))
    return (value(both) - value(given)) / (ratio * (value(deal) - value(given)))


def assert_rule_holds(deal: Deal, rule: RuleOfThumb, rules: Rules) -> None:
    """Never in our disfavour, and within a tenth, for every multiple in its range; off by more or stopped right behind it."""
    ratio = rules.policy.required_ratio
    once = brings(deal, rule, 1, ratio)
    assert once == pytest.approx(rule.brings, rel=1e-6)
    assert 1 <= rule.times <= MOST_TIMES
    for times in range(1, rule.times + 1):
        found = brings(deal, rule, times, ratio)
        assert found >= 1.0 - 1e-7
        assert abs(found / once - 1.0) <= TOLERANCE + 1e-7
    if rule.bends:
        beyond = brings(deal, rule, rule.times + 1, ratio)
        assert not (beyond >= 1.0 + 1e-7 and abs(beyond / once - 1.0) <= TOLERANCE - 1e-7)


def assert_within_limits(deal: Deal, rule: RuleOfThumb, rules: Rules) -> None:
    if rules.limits is None:
        return
    row, paid = (rules.limits.row(side.lever, side.line) for side in (rule.give, rule.take))
    (to,), (asked,) = rule.give.times(rule.times).values(), rule.take.times(rule.times).values()
    assert row is not None and row.authority(to, rule.give.towards) != Authority.NOBODY
    assert paid is not None and paid.counter_authority(asked, client_direction(deal, rule.take.lever)) == Authority.REP
    assert not soft(deal, Change(rule.take.lever, rule.take.line, asked), rules.limits)


@pytest.mark.parametrize("name", [*SHIPPED, "worked deal"])
def test_steps_and_rules_of_the_examples_hold_when_recomputed(name: str) -> None:
    quote = worked_quote() if name == "worked deal" else example(name)
    rules = rules_of(quote)
    deal = ledger(quote.deal, quote.trades, rules).deal_now
    steps = step_worths(deal, rules)
    for one in steps:
        assert_step_holds(deal, one)
    assert [one.costs for one in steps if one.costs == one.costs] == sorted(one.costs for one in steps if one.costs == one.costs)
    found = rules_of_thumb(deal, rules, steps)
    assert found and all(rule.give.lever not in RHYTHMS for answer in found for rule in answer)
    for answer in found:
        assert len({rule.give for rule in answer}) == 1
        for rule in answer:
            assert_rule_holds(deal, rule, rules)
            assert_within_limits(deal, rule, rules)


@given(problems())
def test_rules_of_random_deals_hold_when_recomputed(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, _, _, rules = problem
    if not math.isfinite(value(deal)) or abs(value(deal)) > 1e10:
        return
    for answer in rules_of_thumb(deal, rules):
        for rule in answer:
            cost = value(deal) - value(deal.with_inputs(rule.give.times(1)))
            if cost > 0.01:  # below that the check's own rounding shows
                assert_rule_holds(deal, rule, rules)
                assert_within_limits(deal, rule, rules)


def test_a_higher_required_ratio_asks_for_no_less() -> None:
    quote = example("software")
    rules = rules_of(quote)
    deal = ledger(quote.deal, quote.trades, rules).deal_now
    dearer = replace(rules, policy=replace(rules.policy, required_ratio=1.5))
    for answer in rules_of_thumb(deal, dearer):
        for rule in answer:
            assert brings(deal, rule, 1, rules.policy.required_ratio) >= 1.5 - 1e-9


def test_discount_comes_first_where_there_is_a_rule_for_it() -> None:
    quote = example("staffing")
    found = rules_of_thumb(ledger(quote.deal, quote.trades, rules_of(quote)).deal_now, rules_of(quote))
    assert found[0][0].give.lever == DISCOUNT


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_said_in_the_language(language: str) -> None:
    quote = example("staffing")
    rules = rules_of(quote)
    deal = ledger(quote.deal, quote.trades, rules).deal_now
    speaker = Speaker(deal, language, "EUR")
    rows = rules_table(rules_of_thumb(deal, rules), speaker)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    said = {"en": "1 point more discount of Warehouse hours", "de": "1 Punkt mehr Rabatt bei Warehouse hours"}
    assert rows[0][0] == said[language]
    steps = rates_table(step_worths(deal, rules), speaker)
    assert {len(row) for row in steps} == {len(RATE_COLUMNS)}
    assert any(row[1] == {"en": "5 days", "de": "5 Tage"}[language] for row in steps)


def test_amounts_are_said_as_a_person_says_them() -> None:
    quote = example("staffing")
    speaker = Speaker(quote.deal, "en", "EUR")
    own = quote.deal.company_levers[0]
    said = [
        speaker.amount("discount", 0.01),
        speaker.amount("discount", 0.035),
        speaker.amount("payment_days", 11.0),
        speaker.amount("term_months", 2.0),
        speaker.amount("billing_months", 3.0),
        speaker.amount("liability_cap_multiple", 0.25),
        speaker.amount("list_price", 2.5),
        speaker.amount("quantity", 10.0),
        speaker.amount(own.name, 3.0),
    ]
    assert said == [
        "1 point",
        "3.5 points",
        "11 days",
        "two months",
        "three months",
        "0.25× annual value",
        "EUR 2.50",
        "10 units",
        f"3 {own.unit}",
    ]
