"""Levels that change nothing are named, and only those."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from counterask.inputs.levers import LEVERS
from counterask.inputs.terms import Deal
from counterask.pricing.valuation import value_states
from counterask.pricing.without_effect import idle_discounts, without_effect
from counterask.reading.quote import Quote
from counterask.result_tables.notes import idle_sentences
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Rules

from ..counter_deals import example, worked_quote

WORKED = worked_quote()
SEATS = WORKED.deal.line_index("seats")


def ramped(months: float) -> Deal:
    """Seats that go on from month 12 as a second line of their product, with so many months of discount from the first start."""
    seats = replace(WORKED.deal.lines[SEATS], product="Seat", discount=0.1)
    first = replace(seats, end_month=12.0)
    later = replace(seats, name="more seats", start_month=12.0, discount_months=months)
    return replace(WORKED.deal, lines=(first, later))


@pytest.mark.parametrize("months", [0.0, 6.0, 12.0, 13.0, 24.0, math.inf, math.nan])
def test_a_discount_that_ends_before_its_line_starts_has_no_effect(months: float) -> None:
    deal = ramped(months)
    why = without_effect(deal, (1, "discount"))
    assert bool(why) == (months <= 12.0)
    if not math.isnan(months):
        with_and_without = value_states(deal, [{}, {(1, "discount"): 0.0}]).total
        assert (abs(with_and_without[0] - with_and_without[1]) < 0.005) == bool(why)
    if months in (6.0, 12.0):
        assert why == f"the line starts in month 13, and the discount ends after month {months:g}"
    assert without_effect(deal, (0, "discount")) == ""


def test_months_of_a_discount_that_there_is_not_and_a_rebate_without_a_threshold_have_no_effect() -> None:
    deal = WORKED.deal.with_inputs({(SEATS, "discount"): 0.0, (None, "rebate_rate"): 0.02, (None, "rebate_threshold"): math.inf})
    assert without_effect(deal, (SEATS, "discount_months")) == "there is no discount on seats"
    assert without_effect(deal, (None, "rebate_rate")) == "there is no rebate threshold"
    assert without_effect(deal, (None, "rebate_threshold")) == ""
    none = deal.with_inputs({(None, "rebate_rate"): 0.0, (None, "commitment"): 0.0})
    assert without_effect(none, (None, "rebate_threshold")) == "there is no rebate"
    assert without_effect(none, (None, "take_or_pay_rate")) == "there is no commitment"


@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_what_is_said_to_have_no_effect_moves_no_value(name: str) -> None:
    deal = example(name).deal
    for lever in LEVERS:
        for address in deal.addresses(lever.name):
            if without_effect(deal, address):
                level = lever.quantity.sample if deal.input_at(address) != lever.quantity.sample else lever.quantity.neutral
                totals = value_states(deal, [{}, {address: level}]).total
                assert abs(totals[0] - totals[1]) < 0.005, address


def test_the_note_names_the_line_and_goes_where_a_trade_gives_it_an_effect() -> None:
    quote: Quote = replace(WORKED, deal=ramped(6.0), trades=(), places={(1, "discount"): "Quote · F14"})
    rules = Rules()
    now = ledger(quote.deal, (), rules)
    assert idle_sentences(quote, now) == [
        "▲ Discount of more seats has no effect: the line starts in month 13, and the discount ends after month 6."
    ]
    assert idle_discounts(quote.deal, ramped(24.0)) == ()
