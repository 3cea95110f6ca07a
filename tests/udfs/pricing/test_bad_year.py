"""What liability may cost in one year: against counted claims, against drawn years, and at the ends of the scale."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from counterask.explaining.explain import explain_trade
from counterask.explaining.formulas import IN_NO_SUM
from counterask.inputs.levers import Kind
from counterask.inputs.terms import Line
from counterask.pricing.aggregate_loss import on_lattice, poisson, sum_of_claims
from counterask.pricing.bad_year import bad_year, exceeded_once
from counterask.pricing.liability import CLASSES, DATA, limited_expected_value
from counterask.pricing.valuation import value_deal

from ..counter_deals import example, shown
from ..deals import NONE, quiet_deal


@pytest.mark.parametrize(
    ("frequency", "cap", "alpha", "theta"),
    [
        (0.35, 267_000.0, 1.8, 90_000.0),
        (0.35, math.inf, 1.8, 90_000.0),
        (5.0, 100_000.0, 1.2, 20_000.0),
        (100.0, 50_000.0, 3.0, 10_000.0),
        (0.5, math.inf, 0.7, 10_000.0),
    ],
)
def test_bad_years_are_those_of_drawn_years(frequency: float, cap: float, alpha: float, theta: float) -> None:
    dice = np.random.default_rng(7)
    claims = dice.poisson(frequency, 300_000)
    sizes = theta * (dice.random(claims.sum()) ** (-1.0 / alpha) - 1.0)
    years = np.minimum(np.bincount(np.repeat(np.arange(len(claims)), claims), sizes, len(claims)), cap)
    for chance, tolerance in ((0.95, 0.02), (0.99, 0.04 if alpha > 1.0 else 0.1)):
        expected = float(np.quantile(years, chance))
        assert exceeded_once(chance, frequency, cap, alpha, theta) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("frequency", [0.03, 0.2, 1.0, 7.5, 60.0])
def test_where_any_claim_reaches_the_cap_a_bad_year_costs_the_cap_or_nothing(frequency: float) -> None:
    for chance in (0.95, 0.99):
        has_claim = stats.poisson.ppf(chance, frequency) > 0
        assert exceeded_once(chance, frequency, 1.0, 0.5, 1e12) == (1.0 if has_claim else 0.0)


@given(st.floats(0.01, 50.0), st.floats(0.4, 5.0), st.floats(1.0, 1e6), st.floats(0.1, 100.0))
def test_a_higher_cap_makes_no_year_better(frequency: float, alpha: float, theta: float, caps: float) -> None:
    found = [exceeded_once(0.99, frequency, cap * theta, alpha, theta) for cap in (caps, 2.0 * caps, math.inf)]
    assert all(later >= one * (1.0 - 5e-3) for one, later in zip(found, found[1:], strict=False))
    assert exceeded_once(0.95, frequency, caps * theta, alpha, theta) <= found[0] * (1.0 + 5e-3)


def test_the_lattice_keeps_mean_and_chances() -> None:
    def limited(levels: np.ndarray) -> np.ndarray:
        return limited_expected_value(np.minimum(levels, 5e5), np.array([1.8]), np.array([9e4]))

    severity = on_lattice(limited, 250.0, 2**14)
    assert severity.chances.min() >= 0.0 and severity.chances.sum() == pytest.approx(1.0)
    assert severity.mean == pytest.approx(float(limited(np.array([5e5]))[0]))
    assert sum_of_claims(severity, poisson(0.35)).mean == pytest.approx(0.35 * severity.mean, rel=1e-4)


def test_a_deals_year_is_the_charge_without_time_and_leaving() -> None:
    """A year's charge, by numbers that are worked out here: 120,000 of fees, 10 % off, a cap of twice that, no growth."""
    line = Line("seats", Kind.RECURRING, list_price=100.0, discount=0.1, quantity=100.0, unit_cost=0.0)
    claims = {"liability_cap_multiple": 2.0, "liability_frequency": 0.04, "liability_alpha": 2.0, "liability_theta": 50_000.0}
    deal = quiet_deal(line, horizon_months=12.0, risk_load=0.5, minimum_rate_on_line=0.0, **claims)
    year = bad_year(deal)
    assert year.cap == 2.0 * 0.9 * 120_000.0
    assert year.expected == pytest.approx(0.04 * 50_000.0 * (1.0 - 50_000.0 / (50_000.0 + year.cap)))
    charge = 0.04**0.5 * 50_000.0 * math.log1p(year.cap / 50_000.0)
    assert year.expected + year.load == pytest.approx(charge)
    assert value_deal(deal).components["liability"][0] == pytest.approx(-charge)
    assert year.one_in_20 == 0.0 < year.one_in_100 < year.cap
    nothing = bad_year(deal, claims=DATA)
    assert (nothing.cap, nothing.expected, nothing.load, nothing.one_in_100) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("rate", [0.001, 0.02, 0.5])
def test_the_least_rate_on_line_is_what_a_layer_costs_where_the_model_asks_for_less(rate: float) -> None:
    """The charge is the integral over the limit of the greater of the model's rate and the least rate."""
    line = Line("seats", Kind.RECURRING, list_price=100.0, quantity=100.0, unit_cost=0.0)
    cap, alpha, theta, chance = 1_200_000.0, 1.5, 40_000.0, 0.1**0.8
    claims = {"liability_cap_multiple": 10.0, "liability_frequency": 0.1, "liability_alpha": alpha, "liability_theta": theta}
    deal = quiet_deal(line, horizon_months=12.0, risk_load=0.8, minimum_rate_on_line=rate, unlimited_multiple=100.0, **claims)
    levels = np.linspace(0.0, cap, 2_000_001)
    by_layer = np.maximum(chance * (theta / (theta + levels)) ** (0.8 * alpha), rate)
    expected = min(cap, float(np.trapezoid(by_layer, levels)))
    assert value_deal(deal).components["liability"][0] == pytest.approx(-expected, rel=1e-6)


def test_claims_grow_with_what_we_do_but_less_than_in_proportion() -> None:
    line = Line("seats", Kind.RECURRING, list_price=100.0, quantity=100.0, unit_cost=0.0)
    claims = {"data_cap_multiple": NONE, "data_frequency": 0.1, "data_alpha": 3.0, "data_theta": 10_000.0}
    grows = {"liability_elasticity": 0.5, "liability_reference_fees": 120_000.0}
    small, big = (
        bad_year(quiet_deal(replace(line, quantity=units), **claims, **grows), claims=DATA) for units in (100.0, 400.0)
    )
    assert small.expected == pytest.approx(0.1 * 10_000.0 / 2.0)
    assert big.expected == pytest.approx(2.0 * small.expected)
    assert big.one_in_100 == pytest.approx(2.0 * small.one_in_100, rel=1e-2)


def test_the_year_is_the_one_in_which_most_is_exposed() -> None:
    line = Line("seats", Kind.RECURRING, list_price=100.0, quantity=100.0, unit_cost=0.0, start_month=6.0)
    more = replace(line, name="more", start_month=24.0, end_month=36.0)
    claims = {"liability_cap_multiple": 1.0, "liability_frequency": 0.1, "liability_theta": 50_000.0}
    assert bad_year(quiet_deal(line, more, **claims)).cap == 240_000.0


def test_the_ends_of_the_scale() -> None:
    deal = example("staffing").deal
    for claims in CLASSES:
        none = bad_year(deal, {(None, claims.multiple): math.inf}, claims)
        assert math.isinf(none.cap) and math.isfinite(none.expected) and math.isfinite(none.one_in_100)
        endless = bad_year(deal, {(None, claims.multiple): math.inf, (None, claims.alpha): 0.9}, claims)
        assert math.isinf(endless.expected) and math.isinf(endless.load) and math.isfinite(endless.one_in_100)
        for name in (claims.multiple, claims.frequency):
            nothing = bad_year(deal, {(None, name): 0.0}, claims)
            assert (nothing.expected, nothing.load, nothing.one_in_20, nothing.one_in_100) == (0.0, 0.0, 0.0, 0.0)
        blank = bad_year(deal, {(None, claims.theta): math.nan}, claims)
        assert math.isnan(blank.expected) and math.isnan(blank.one_in_20)


def test_a_trade_that_moves_risk_shows_its_year_and_adds_it_to_nothing() -> None:
    quote = example("staffing")
    explained = [explain_trade(shown(quote), trade.id) for trade in quote.trades]
    moved = [one for one in explained if one.risk]
    assert moved, "the example has a trade that moves risk"
    for one in moved:
        assert {line.step for line in one.risk} == {IN_NO_SUM}
        assert [line.what.split(",")[0] for line in one.risk[:4]] == [
            "Most that a year costs",
            "Expected loss a year",
            "Load a year",
            "Bad year",
        ]
    assert not any(line.step == IN_NO_SUM for one in explained for line in one.lines)


@given(st.floats(0.02, 20.0), st.floats(0.4, 5.0), st.floats(1.0, 1e6), st.floats(1.0, 1e3))
def test_a_cap_above_a_bad_year_changes_nothing_of_it(frequency: float, alpha: float, theta: float, caps: float) -> None:
    unlimited = exceeded_once(0.95, frequency, math.inf, alpha, theta)
    if math.isfinite(unlimited) and unlimited > 0.0:
        assert exceeded_once(0.95, frequency, caps * unlimited, alpha, theta) == unlimited
