"""The engine against the plain reference, on deals that nobody would think of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterask.inputs.terms import Address, Deal
from counterask.pricing.valuation import value_deal, value_states

from ..deals import addresses, deals, levels, quantity_of, with_a_price
from ..plain_reference import PlainValuation, annual_contract_value, plain_value

PARTS = {
    "A_fees": "recurring fees",
    "A_cost": "recurring cost",
    "support": "support",
    "tfc_fee": "exit fees",
    "B_fees": "metered fees",
    "B_cost": "metered cost",
    "shortfall_fees": "shortfall fees",
    "rebate": "rebates",
    "C_fees": "one-off price",
    "late_damages": "late damages",
    "C_cost": "one-off cost",
    "warranty": "warranty",
    "liability": "liability",
    "exclusivity": "exclusivity",
    "reference": "reference",
    "introduction": "introduction",
}


def close_to(expected: float | np.ndarray, scale: float) -> object:
    return pytest.approx(expected, rel=1e-6, abs=1e-9 * max(1.0, scale))


@given(deals())
def test_every_component_of_any_deal_is_that_of_the_plain_reference(deal: Deal) -> None:
    plain = PlainValuation(deal)
    values = value_deal(deal)
    size = math.fsum(abs(part) for part in plain.parts.values())
    assert values.total[0] == close_to(plain.total, size)
    assert values.acv[0] == close_to(annual_contract_value(deal), size)
    for component, part in PARTS.items():
        assert values.components[component][0] == close_to(plain.parts.get(part, 0.0), size), component
    company = math.fsum(worth for part, worth in plain.parts.items() if part.startswith("company lever"))
    assert values.components["company_levers"][0] == close_to(company, size)


@given(st.data())
def test_every_scenario_of_a_batch_has_the_value_of_the_plain_reference(data: st.DataObject) -> None:
    deal = data.draw(deals())
    chosen = data.draw(st.lists(st.sampled_from(addresses(deal)), min_size=1, max_size=4, unique=True))
    states: list[dict[Address, float]] = [{}] + [
        {address: data.draw(levels(quantity_of(address[1]))) for address in chosen if data.draw(st.booleans())}
        for _ in range(4)
    ]
    after = [deal.with_inputs(state) for state in states]
    assume(all(one == with_a_price(one) for one in after))
    totals = value_states(deal, states).total
    plain = [PlainValuation(one) for one in after]
    size = max(math.fsum(abs(part) for part in one.parts.values()) for one in plain)
    assert totals == close_to(np.array([one.total for one in plain]), size)


@given(deals(extreme=True))
def test_any_deal_that_can_be_typed_has_a_finite_value(deal: Deal) -> None:
    assert np.isfinite(value_deal(deal).total[0])


def test_a_deal_without_lines_is_worth_its_other_terms() -> None:
    from ..deals import quiet_deal

    deal = quiet_deal(exclusivity_months=2.0, exclusivity_margin=100.0)
    assert value_deal(deal).total[0] == pytest.approx(-200.0)
    assert plain_value(deal) == pytest.approx(-200.0)
