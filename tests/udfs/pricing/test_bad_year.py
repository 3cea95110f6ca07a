"""What liability may cost in one year: against counted claims, against drawn years, and at the ends of the scale."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from counterask.explaining.explain import explain_trade
from counterask.explaining.formulas import IN_NO_SUM
from counterask.pricing.aggregate_loss import on_lattice, poisson, sum_of_claims
from counterask.pricing.bad_year import bad_year, exceeded_once
from counterask.pricing.cashflow import annual_contract_value
from counterask.pricing.liability import limited_expected_value
from counterask.pricing.scenarios import Scenarios

from ..counter_deals import example, shown


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
    sizes = np.minimum(theta * (dice.random(claims.sum()) ** (-1.0 / alpha) - 1.0), cap)
    years = np.bincount(np.repeat(np.arange(len(claims)), claims), sizes, len(claims))
    for chance, tolerance in ((0.95, 0.02), (0.99, 0.04 if alpha > 1.0 else 0.1)):
        expected = float(np.quantile(years, chance))
        assert exceeded_once(chance, frequency, cap, alpha, theta) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("frequency", [0.03, 0.2, 1.0, 7.5, 60.0])
def test_where_every_claim_reaches_the_cap_a_bad_year_counts_claims(frequency: float) -> None:
    for chance in (0.95, 0.99):
        count = stats.poisson.ppf(chance, frequency)
        assert exceeded_once(chance, frequency, 1.0, 0.5, 1e12) == pytest.approx(count, rel=2e-3, abs=1e-9)


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


def test_a_deals_year_is_the_charge_without_time_and_survival() -> None:
    quote = example("staffing")
    year = bad_year(quote.deal)
    acv = float(annual_contract_value(Scenarios(quote.deal))[0, 0])
    assert year.cap == quote.deal.terms.liability_cap_multiple * acv
    given = quote.deal.assumptions
    means = [
        given.liability_frequency
        * float(limited_expected_value(np.array([year.cap]), np.array([alpha]), np.array([given.liability_theta]))[0])
        for alpha in (given.liability_alpha, given.risk_load * given.liability_alpha)
    ]
    assert (year.expected, year.expected + year.load) == pytest.approx(tuple(means))
    assert year.one_in_20 < year.one_in_100


def test_the_ends_of_the_scale() -> None:
    deal = example("staffing").deal
    none = bad_year(deal, {(None, "liability_cap_multiple"): math.inf})
    assert math.isinf(none.cap) and math.isfinite(none.expected) and math.isfinite(none.one_in_100)
    endless = bad_year(deal, {(None, "liability_cap_multiple"): math.inf, (None, "liability_alpha"): 0.9})
    assert math.isinf(endless.expected) and math.isfinite(endless.one_in_100)
    for name in ("liability_cap_multiple", "liability_frequency"):
        nothing = bad_year(deal, {(None, name): 0.0})
        assert (nothing.expected, nothing.load, nothing.one_in_20, nothing.one_in_100) == (0.0, 0.0, 0.0, 0.0)
    unknown = bad_year(deal, {(None, "liability_theta"): math.nan})
    assert math.isnan(unknown.expected) and math.isnan(unknown.one_in_20)


def test_a_trade_that_moves_risk_shows_its_year_and_adds_it_to_nothing() -> None:
    quote = example("staffing")
    found = explain_trade(shown(quote), "T1")
    assert [line.what for line in found.risk][1:] == [
        "Expected loss a year",
        "Load a year",
        "Bad year, 1 in 20",
        "Bad year, 1 in 100",
    ]
    assert {line.step for line in found.risk} == {IN_NO_SUM}
    assert not any(line.step == IN_NO_SUM for line in found.lines)
    assert explain_trade(shown(quote), "T3").risk == ()


@given(st.floats(0.02, 20.0), st.floats(0.4, 5.0), st.floats(1.0, 1e6), st.floats(1.0, 1e3))
def test_a_cap_above_a_bad_year_changes_nothing_of_it(frequency: float, alpha: float, theta: float, caps: float) -> None:
    unlimited = exceeded_once(0.95, frequency, math.inf, alpha, theta)
    if math.isfinite(unlimited) and unlimited > 0.0:
        assert exceeded_once(0.95, frequency, caps * unlimited, alpha, theta) == unlimited
