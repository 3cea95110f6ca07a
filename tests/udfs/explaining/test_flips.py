"""The flip test against a plain search: every crossing found, none invented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.flips import COLUMNS, Flip, find_flips, flip_words, flips_rows, searched, towards
from counterask.explaining.rejudging import Case, Court, Judged
from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import LANGUAGES, LEVER_BY_NAME
from counterask.inputs.terms import Deal
from counterask.reading.quote import Quote
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict

from ..counter_deals import example, problems, rules_of, worked_quote
from .test_math_shown import SHIPPED

MOVED = ("cost_of_capital", "churn_hazard", "inflation", "annual_retention", "sla_miss_probability", "rate_foreign")


def verdicts_at(quote: Quote, rules: Rules, name: str, values: Sequence[float]) -> list[list[Verdict]]:
    """Every trade's verdict with an assumption at each value, by a ledger each."""
    found = []
    for value in values:
        deal = quote.deal.with_inputs({(None, name): float(value)})
        found.append([one.verdict for one in ledger(deal, quote.trades, rules, has_opening=False).trades])
    return found


def assert_every_crossing_is_told(quote: Quote, rules: Rules, flips: Sequence[Flip], name: str, values: Sequence[float]) -> None:
    """Each stretch of a plain grid in which a verdict differs holds a flip."""
    seen = verdicts_at(quote, rules, name, values)
    standing = {one.trade.id: one.verdict for one in ledger(quote.deal, quote.trades, rules).trades}
    for number, trade in enumerate(quote.trades):
        if standing[trade.id] not in (Verdict.NEGOTIATION, Verdict.UNBALANCED):
            continue
        told = [flip.turns for flip in flips if flip.trade == trade.id and flip.assumption == name]
        for place in range(len(values) - 1):
            if seen[place][number] != seen[place + 1][number]:
                low, high = float(values[place]), float(values[place + 1])
                hair = 1e-6 * max(abs(low), abs(high), 1e-6)
                assert any(low - hair <= turn <= high + hair for turn in told), (trade.id, name, low, high, told)


def assert_is_there(quote: Quote, rules: Rules, flip: Flip) -> None:
    """The verdicts on the two sides of a flip differ, as it says."""
    quantity = ASSUMPTION_BY_NAME.get(flip.assumption) or LEVER_BY_NAME[flip.assumption].quantity
    place = [trade.id for trade in quote.trades].index(flip.trade)
    away = 1.0 if flip.is_above else -1.0
    if quantity.whole:
        near = flip.turns - away * (12.0 if flip.assumption == "horizon_months" else 1.0)
        sides = [near if away * (near - flip.stands) > 0.0 else flip.stands, flip.turns]
    else:
        hair = 2e-6 * max(abs(flip.turns), abs(flip.turns - flip.stands), 1e-6)
        sides = [flip.turns - away * hair, flip.turns + away * hair]
    sides = [min(max(side, quantity.lowest), quantity.highest) for side in sides]
    found = [one[place] for one in verdicts_at(quote, rules, flip.assumption, sides)]
    assert found == [flip.before, flip.becomes], flip


@pytest.mark.parametrize("name", SHIPPED)
def test_the_flips_of_the_examples_are_there_and_none_is_missing(name: str) -> None:
    quote = example(name)
    rules = rules_of(quote)
    flips = find_flips(quote, rules)
    assert flips and [flip.distance for flip in flips] == sorted(flip.distance for flip in flips)
    for flip in flips:
        assert_is_there(quote, rules, flip)
    for assumption in MOVED:
        quantity = ASSUMPTION_BY_NAME.get(assumption) or LEVER_BY_NAME[assumption].quantity
        assert_every_crossing_is_told(quote, rules, flips, assumption, np.linspace(quantity.lowest, quantity.highest, 60))


@settings(max_examples=12)
@given(problems(), st.sampled_from(MOVED))
def test_the_flips_of_random_deals_are_there_and_none_is_missing(
    problem: tuple[Deal, Trade, Trade, Rules], assumption: str
) -> None:
    deal, earlier, trade, rules = problem
    countered = replace(trade, response=Response.YES, counters=trade.counters or (Change("term_months", None, 48.0),))
    quote = Quote(
        deal, (replace(earlier, id="first"), replace(countered, id="second")), rules.limits, rules.policy, {}, {}, {}, ()
    )
    if abs(ledger(deal, quote.trades, rules).value) > 1e9:
        return
    flips = find_flips(quote, rules)
    for flip in flips[:12]:
        assert_is_there(quote, rules, flip)
    quantity = ASSUMPTION_BY_NAME.get(assumption) or LEVER_BY_NAME[assumption].quantity
    if math.isfinite(deal.input_at((None, assumption))):
        values = np.linspace(quantity.lowest, quantity.highest, 60)
        assert_every_crossing_is_told(quote, rules, flips, assumption, values)


def test_two_turns_in_one_stretch_are_two_flips() -> None:
    """Where unlimited liability is about to lose its price, a shorter term is worth ever more: the verdict turns to
    negotiation and, a hair farther, to blocked."""
    quote = worked_quote()
    deal = quote.deal.with_inputs({(None, "liability_cap_multiple"): math.inf})
    trade = Trade("T", Response.YES, (Change("discount", "seats", 0.95),), (Change("term_months", None, 12.0),))
    quote = replace(quote, deal=deal, trades=(trade,), limits=None)
    flips = [one for one in find_flips(quote, Rules()) if one.assumption == "liability_alpha"]
    assert [(one.before, one.becomes) for one in flips] == [
        (Verdict.CONCESSION, Verdict.NEGOTIATION),
        (Verdict.NEGOTIATION, Verdict.BLOCKED),
    ]
    assert flips[1].turns == pytest.approx(1.0 / deal.assumptions.risk_load)
    for flip in flips:
        assert_is_there(quote, Rules(), flip)


def test_the_nearest_limit_is_said_in_a_sentence_that_holds() -> None:
    quote = example("software")
    rules = rules_of(quote)
    flip = next(one for one in find_flips(quote, rules, "S1") if one.assumption == "annual_retention")
    said = flip_words(flip, Speaker(quote.deal))
    assert said == "a negotiation as long as Annual retention stays under 97.06%"
    deal = quote.deal.with_inputs({(None, "annual_retention"): 0.9706})
    assert next(one for one in ledger(deal, quote.trades, rules).trades if one.trade.id == "S1").verdict == Verdict.NEGOTIATION
    for language in LANGUAGES:
        assert {len(row) for row in flips_rows(quote, rules, "S1", Speaker(quote.deal, language))} == {len(COLUMNS)}


def test_two_crossings_between_two_points_of_the_grid_are_both_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrow dip of the margin below nothing, where the grid has no point: it is seen by its turning around."""
    quote = example("software")
    rules = rules_of(quote)
    real = Court.sit

    def with_a_dip(self: Court, cases: Sequence[Case]) -> list[Judged]:
        if any("churn_hazard" not in case for case in cases):
            return real(self, cases)
        margins = np.array([1e4 * ((case["churn_hazard"] - 0.7312) ** 2 - 1e-5) for case in cases])
        kinds = [Verdict.NEGOTIATION if margin >= 0.0 else Verdict.UNBALANCED for margin in margins]
        return [Judged(np.array(kinds, dtype=object), margins) for _ in self.places]

    monkeypatch.setattr(Court, "sit", with_a_dip)
    found = [flip.turns for flip in find_flips(quote, rules, "S1") if flip.assumption == "churn_hazard"]
    assert found == pytest.approx([0.7312 - math.sqrt(1e-5), 0.7312 + math.sqrt(1e-5)], abs=1e-6)


def test_verdicts_that_money_does_not_decide_have_no_flips() -> None:
    quote = example("staffing")
    rules = rules_of(quote)
    told = {one.trade.id: one.verdict for one in ledger(quote.deal, quote.trades, rules).trades}
    for trade, verdict in told.items():
        if verdict not in (Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION):
            assert find_flips(quote, rules, trade) == ()
    with pytest.raises(KeyError):
        find_flips(quote, rules, "T99")


def test_the_searched_values_hold_where_it_stands_and_both_ends() -> None:
    for quantity in ASSUMPTION_BY_NAME.values():
        values = searched(quantity, quantity.sample)
        assert quantity.sample in values and values == sorted(set(values))
        if not quantity.whole:
            assert values[0] == quantity.lowest and values[-1] == pytest.approx(quantity.highest)


def test_values_are_rounded_toward_where_the_assumption_stands() -> None:
    assert (towards(0.842736, 0.5), towards(0.842736, 0.9), towards(434_133.7, 9e4)) == (0.8427, 0.8428, 434_100.0)
    assert (towards(-0.055321, 0.03), towards(3e-12, 0.04), towards(24.0, 60.0)) == (-0.05532, 0.0, 24.0)
