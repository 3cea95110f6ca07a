"""Retention, spread and inertia: the published fits, the truth of generated histories, and what goes wrong if done wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from counterask.inputs.terms import Assumptions, Deal, Terms
from counterask.pricing.contract_months import Calendar
from counterask.pricing.retention import retention
from counterask.pricing.scenarios import Scenarios
from counterask_addin.calibrate.histories import Contracts, decision_months, placed
from counterask_addin.calibrate.profile import Profile
from counterask_addin.calibrate.staying import Fixed, fit_staying, history_log_likelihood, staying

from .generated import closed, generate

REGULAR = (100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1)
HIGH_END = (100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1)
"""Per cent of two cohorts still customers after each year: Fader and Hardie (2007), table 1, the seven years of their fits."""


def contracts(months: Any, left: Any, **columns: Any) -> Contracts:
    """Contracts of a year that a client must renew, unless something else is said."""
    count = len(months)
    made: dict[str, Any] = {
        "term_months": 12.0, "renewal_months": 12.0, "auto_renewal": False, "tfc_from_month": np.inf, "tfc_fee_months": 0.0,
        "tenure_months": 0.0, "entered": 0.0, "closed": False, "insolvent": False, "segment": 0, "yearly_fees": np.nan,
    } | columns  # fmt: skip
    arrays = {name: np.broadcast_to(np.asarray(value), count).copy() for name, value in made.items()}
    return Contracts(months=np.asarray(months, dtype=float), left=np.asarray(left, dtype=bool), segments=("",), **arrays)


def cohort(survivors: tuple[float, ...]) -> Contracts:
    """A thousand clients of a published cohort."""
    alive = np.round(10.0 * np.array(survivors)).astype(int)
    lost = -np.diff(alive)
    years = np.repeat(np.arange(1, len(alive)), lost)
    months = np.concatenate([12.0 * years, np.full(alive[-1], 12.0 * (len(alive) - 1))])
    return contracts(months, np.arange(len(months)) < len(years))


@pytest.mark.parametrize(("survivors", "alpha", "beta"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)])
def test_the_published_fits_are_found_again(survivors: tuple[float, ...], alpha: float, beta: float) -> None:
    found = fit_staying(placed(cohort(survivors)).decisions, Fixed(inertia=0.0)).best
    precision = 1.0 / found[1] - 1.0
    assert (1.0 - found[0]) * precision == pytest.approx(alpha, abs=0.002)
    assert found[0] * precision == pytest.approx(beta, abs=0.006)


def test_ninety_per_cent_intervals_cover_the_truth_of_85_to_95_per_cent_of_histories() -> None:
    truth = generate.Truth(free_to_leave=0.0).alike(0.82)
    wanted = np.array([0.82, truth.retention_spread, truth.renewal_inertia])
    covered = np.zeros(3)
    for seed in range(200):
        found = fit_staying(closed(generate.history(seed, 600, truth, ())).placed.decisions)
        covered += (found.low <= wanted) & (wanted <= found.high)
    assert ((covered >= 170) & (covered <= 190)).all(), covered


@pytest.fixture(scope="module")
def many() -> Contracts:
    """A history so large that any wrong method is seen."""
    return closed(generate.history(7, 8000, generate.Truth(free_to_leave=0.3).alike(0.8), ())).contracts


def off(found: Profile) -> np.ndarray[Any, Any]:
    """How far estimates lie from the truth, in standard errors."""
    truth = generate.Truth()
    return np.asarray(
        np.abs(found.best - (0.8, truth.retention_spread, truth.renewal_inertia)) / ((found.high - found.low) / 3.29)
    )


def test_a_large_history_with_rights_to_leave_gives_its_truth(many: Contracts) -> None:
    assert (off(fit_staying(placed(many).decisions)) < 3.0).all()


def test_running_contracts_left_out_would_be_seen(many: Contracts) -> None:
    assert off(fit_staying(placed(many.where(many.left)).decisions))[0] > 10.0


def test_running_contracts_counted_as_ended_would_be_seen(many: Contracts) -> None:
    ended = replace(many, left=np.ones_like(many.left), months=np.maximum(np.round(many.months), 1.0))
    assert off(fit_staying(placed(ended).decisions))[0] > 10.0


def test_every_month_taken_for_a_decision_month_would_be_seen(many: Contracts) -> None:
    free = replace(many, tfc_from_month=np.ones(len(many)), tfc_fee_months=np.zeros(len(many)))
    assert off(fit_staying(placed(free).decisions)).max() > 10.0


def test_closures_counted_as_choices_would_be_seen(many: Contracts) -> None:
    chosen = replace(many, left=many.left | many.closed, months=np.where(many.closed, np.round(many.months), many.months))
    assert off(fit_staying(placed(chosen).decisions)).max() > 3.0


def test_what_happens_between_decision_months_says_nothing_of_the_wish() -> None:
    points = np.array([[0.8, 0.2, 0.3]])
    seen = [history_log_likelihood(placed(contracts([float(month)], [False])).decisions, points)[0] for month in (12, 13, 23, 24)]
    assert seen[0] == seen[1] == seen[2] > seen[3]


def test_a_contract_that_came_into_sight_late_says_nothing_of_the_time_before() -> None:
    points = np.array([[0.8, 0.2, 0.0]])
    late = history_log_likelihood(placed(contracts([40.0], [False], entered=25.0)).decisions, points)[0]
    whole, before = (history_log_likelihood(placed(contracts([end], [False])).decisions, points)[0] for end in (40.0, 25.0))
    assert late == pytest.approx(whole - before)


def test_decision_months_of_contracts_worked_out_by_hand() -> None:
    terms = np.array([[12, 6, 0, np.inf, 0], [12, 12, 1, 8, 2], [1, 1, 1, np.inf, 0]])
    decides, acts = decision_months(terms, 25)
    assert np.flatnonzero(decides[0]).tolist() == [12, 18, 24] and not acts[0].any()
    assert np.flatnonzero(decides[1]).tolist() == [8, 9, 12, *range(13, 22), 24]
    assert acts[1][decides[1]].all() and np.flatnonzero(decides[2]).tolist() == list(range(1, 25))


def test_the_probability_of_staying_is_the_engines_own() -> None:
    dice = np.random.default_rng(3)
    for _ in range(30):
        term, renewal = dice.integers(1, 30, 2).astype(float)
        columns: dict[str, Any] = {
            "term_months": term, "renewal_months": renewal, "auto_renewal": bool(dice.integers(2)),
            "tfc_from_month": float(dice.choice([np.inf, 5.0])), "tfc_fee_months": 2.0, "tenure_months": float(dice.integers(40)),
        }  # fmt: skip
        decisions = placed(contracts([60.0], [False], **columns)).decisions
        point = np.array([[dice.uniform(0.4, 0.98), dice.uniform(0.0, 0.6), dice.uniform(0.0, 0.9)]])
        inputs: dict[Any, float] = {
            (None, name): float(value)
            for name, value in (
                ("term_months", term), ("renewal_term_months", renewal), ("auto_renewal", columns["auto_renewal"]),
                ("tfc_from_month", columns["tfc_from_month"]), ("tfc_fee_months", 2.0),
                ("client_tenure_months", columns["tenure_months"]),
                ("annual_retention", point[0, 0]), ("retention_spread", point[0, 1]), ("renewal_inertia", point[0, 2]),
                ("churn_hazard", 0.0), ("default_probability", 0.0), ("billing_in_advance", 0.0), ("prepayment_refundable", 1.0),
                ("billing_months", 1.0),
            )
        }  # fmt: skip
        scenarios = Scenarios(Deal((), Terms(), Assumptions()).with_inputs(inputs))
        engine = retention(scenarios, Calendar(scenarios, np.arange(61.0)[np.newaxis, :])).stays[0]
        ours = [here[0, 0] for here in staying(decisions, point)]
        assert ours == pytest.approx(engine[decisions.months[0]].tolist(), rel=1e-12)


def test_where_every_month_decides_an_end_counts_in_its_own_month() -> None:
    found = placed(contracts([7.0], [True], tfc_from_month=1.0))
    assert found.decisions.months[0, found.place[0]] == 7 and not found.moved[0]


def test_an_end_outside_a_decision_month_counts_in_the_next_one_and_is_noted() -> None:
    found = placed(contracts([13.0, 17.0, 12.0], [True] * 3))
    assert found.decisions.left[found.kind, found.place].tolist() == [2.0, 1.0, 2.0]
    assert found.place.tolist() == [0, 1, 0] and found.moved.tolist() == [False, True, False]
