"""A blank input is unknown, never zero: it leaves the value unknown where it plays a part, and only there."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import TERM_LEVERS, Kind, inputs_of
from counterask.inputs.terms import Address, CompanyLever, Deal, Line
from counterask.pricing.valuation import unknown_in_states, unknown_inputs, value_deal, value_states
from counterask.reading.deal_json import read_deal
from counterask.result_tables.views import CANNOT_TELL, headline, margin_by_year
from counterask.verdicts.ledger import ledger

from ..deals import NONE, quiet_deal
from .test_properties import plain_deal

BLANK = math.nan


def every_input(deal: Deal) -> list[Address]:
    found: list[Address] = [
        (place, lever.name) for place, line in enumerate(deal.lines) for lever in inputs_of(line.kind)
    ]
    found += [(None, lever.name) for lever in TERM_LEVERS]
    return found + [(None, quantity.name) for quantity in ASSUMPTIONS]


BUSY = plain_deal()
"""A deal in which every input plays a part."""


@pytest.mark.parametrize("address", every_input(BUSY), ids=str)
def test_a_blank_that_plays_a_part_leaves_the_value_unknown_and_is_named(address: Address) -> None:
    blank = BUSY.with_inputs({address: BLANK})
    assert math.isnan(value_deal(blank).total[0])
    assert unknown_inputs(blank) == (address,)


def test_every_blank_of_an_empty_deal_is_named_in_sheet_order() -> None:
    empty = BUSY.with_inputs(dict.fromkeys(every_input(BUSY), BLANK))
    found = unknown_inputs(empty)
    # These two matter only beside certain levels of others, which are asked for first: billing in advance, and high caps.
    later = {(None, "prepayment_refundable"), (None, "unlimited_multiple")}
    assert set(found) == set(every_input(BUSY)) - later
    in_order = [address for address in every_input(BUSY) if address not in {(None, "horizon_months"), *later}]
    assert [address for address in found if address != (None, "horizon_months")] == in_order


SEATS = Line("seats", Kind.RECURRING, list_price=100.0, quantity=1.0, unit_cost=50.0)
USAGE = Line("usage", Kind.METERED, list_price=1.0, quantity=100.0, unit_cost=0.5, demand_cv=0.3)
SETUP = Line("setup", Kind.ONE_OFF, list_price=900.0, quantity=1.0, unit_cost=500.0, delivery_months=3.0)
LONG_TERM = {"term_months": 60.0, "horizon_months": 60.0}
MAY_LEAVE = {"annual_retention": 0.8, "tfc_from_month": 6.0, **LONG_TERM}
CLAIMS = {"liability_frequency": 0.1, "liability_cap_multiple": 1.0}

PLAYS_NO_PART: list[tuple[str, dict[str, float]]] = [
    ("mfn_gap", {}),
    ("mfn_trigger", {}),
    ("sla_miss_probability", {}),
    ("late_probability", {}),
    ("acceleration_cost", {}),
    ("warranty_claim_rate", {}),
    ("exclusivity_margin", {}),
    ("reference_probability", {}),
    ("reference_value", {}),
    ("reference_cost", {}),
    ("reference_month", {}),
    ("introduction_probability", {}),
    ("introduction_value", {}),
    ("introduction_month", {}),
    ("rate_base", {}),
    ("rate_foreign", {}),
    ("fx_spread", {}),
    ("tfc_fee_months", {}),
    ("take_or_pay_rate", {}),
    ("commitment", {"take_or_pay_rate": 0.0}),
    ("rebate_rate", {}),
    ("rebate_threshold", {"rebate_rate": 0.0}),
    ("claim_lag_months", {}),
    ("liability_alpha", {}),
    ("liability_theta", {}),
    ("liability_cap_multiple", {}),
    ("data_alpha", {}),
    ("data_theta", {}),
    ("data_cap_multiple", {}),
    ("data_alpha", CLAIMS),
    ("data_theta", CLAIMS),
    ("data_cap_multiple", CLAIMS),
    ("risk_load", {}),
    ("minimum_rate_on_line", {}),
    ("unlimited_multiple", {}),
    ("unlimited_multiple", CLAIMS),
    ("liability_elasticity", {}),
    ("liability_reference_fees", {}),
    ("liability_reference_fees", CLAIMS),
    ("liability_frequency", {"liability_cap_multiple": 0.0}),
    ("data_frequency", {"data_cap_multiple": 0.0}),
    ("loss_given_default", {}),
    ("retention_spread", {}),
    ("renewal_inertia", {}),
    ("client_tenure_months", {}),
    ("client_tenure_months", {"annual_retention": 0.8}),
    ("auto_renewal", {}),
    ("annual_retention", LONG_TERM),
    ("annual_retention", {"renewal_inertia": 1.0}),
    ("renewal_inertia", {"auto_renewal": 0.0, "annual_retention": 0.8}),
    ("retention_spread", LONG_TERM),
    ("auto_renewal", MAY_LEAVE),
    ("renewal_term_months", LONG_TERM),
    ("prepayment_refundable", {}),
    ("prepayment_refundable", MAY_LEAVE),
    ("uplift_cap", {"price_lock_months": 60.0}),
    ("uplift_floor", {"price_lock_months": 60.0}),
    ("inflation_vol", {"price_lock_months": 60.0}),
]


@pytest.mark.parametrize(("name", "inputs"), PLAYS_NO_PART, ids=[name for name, _ in PLAYS_NO_PART])
def test_a_blank_that_plays_no_part_leaves_the_value_alone(name: str, inputs: dict[str, float]) -> None:
    known = quiet_deal(SEATS, USAGE, SETUP, **inputs)
    blank = known.with_inputs({(None, name): BLANK})
    assert value_deal(blank).total[0] == pytest.approx(value_deal(known).total[0], rel=1e-15)
    assert unknown_inputs(blank) == ()


def test_the_spread_of_demand_plays_no_part_without_commitment_and_rebate() -> None:
    blank = quiet_deal(replace(USAGE, demand_cv=BLANK))
    assert math.isfinite(value_deal(blank).total[0])
    assert unknown_inputs(blank) == ()


def test_how_long_no_discount_lasts_plays_no_part() -> None:
    assert unknown_inputs(quiet_deal(replace(SEATS, discount_months=BLANK))) == ()
    assert unknown_inputs(quiet_deal(replace(SEATS, discount=0.1, discount_months=BLANK))) == ((0, "discount_months"),)


@pytest.mark.parametrize("name", ["start_month", "end_month"])
def test_a_line_without_a_known_window_has_no_value(name: str) -> None:
    assert unknown_inputs(quiet_deal(replace(SEATS, **{name: BLANK}))) == ((0, name),)


def test_one_state_that_plays_no_part_of_an_input_keeps_its_value_beside_one_that_does() -> None:
    deal = quiet_deal(SEATS, USAGE, SETUP).with_inputs({(None, "warranty_claim_rate"): BLANK, (None, "rate_foreign"): BLANK})
    states: list[dict[Address, float]] = [{}, {(None, "warranty_months"): 6.0}, {(None, "foreign_share"): 0.5}]
    found = value_states(deal, states).total
    assert found[0] == value_deal(deal).total[0]
    assert np.isnan(found).tolist() == [False, True, True]
    assert unknown_in_states(deal, states) == [(), ((None, "warranty_claim_rate"),), ((None, "rate_foreign"),)]


def test_inputs_that_a_kind_of_line_does_not_have_are_not_missed() -> None:
    assert unknown_inputs(quiet_deal(SEATS, USAGE, SETUP)) == ()


def test_a_blank_horizon_does_not_hide_the_other_blanks() -> None:
    blank = quiet_deal(SEATS, horizon_months=BLANK, payment_days=BLANK)
    assert set(unknown_inputs(blank)) == {(None, "horizon_months"), (None, "payment_days")}


def test_the_tables_of_a_deal_with_a_blank_horizon_say_that_they_cannot_tell() -> None:
    blank = quiet_deal(SEATS, horizon_months=BLANK)
    found = ledger(blank, [])
    assert {cell for row in margin_by_year(found, blank) for cell in row[1:]} == {CANNOT_TELL}
    assert headline(found)[0][1:] == [CANNOT_TELL] * 3


def test_blank_units_of_a_company_lever_are_named() -> None:
    lever = CompanyLever("training day", "days", -10.0, 3.0, None, 1.0, True, False, units=BLANK)
    assert unknown_inputs(replace(quiet_deal(SEATS), company_levers=(lever,))) == ((None, "training day"),)


def test_a_quote_names_each_blank_with_its_place() -> None:
    document: dict[str, Any] = {
        "lines": [
            {"name": "seats", "kind": "recurring", "discount": 0, "quantity": 5, "unit_cost": 1, "ramp_months": 1}
            | {"support_cost": 0}
        ],
        "terms": {lever.name: BUSY.input_at((None, lever.name)) for lever in TERM_LEVERS},
        "assumptions": {quantity.name: quantity.sample for quantity in ASSUMPTIONS},
        "limits": [{"lever": "Training day", "amount_per_unit": -5, "month_from": 2}],
    }
    document["terms"]["Training day"] = 1
    del document["terms"]["payment_days"], document["assumptions"]["inflation"]
    quote = read_deal(document)
    assert quote.problems == ()
    assert quote.unknown() == (
        "lines[0].list_price (list_price of seats)",
        "terms.payment_days (payment_days)",
        "assumptions.inflation (inflation)",
        "limits[0].probability (Training day)",
    )


def test_none_is_not_unknown() -> None:
    open_ended = quiet_deal(SEATS, uplift_cap=NONE, rebate_threshold=NONE, tfc_from_month=NONE)
    assert unknown_inputs(open_ended) == ()
