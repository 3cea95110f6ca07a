"""The other estimates: their intervals cover the truth, segments are drawn to the whole, and too little data gives no number."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from counterask_addin.calibrate import claims, fitting, payments, rates
from counterask_addin.calibrate.checking import Closed
from counterask_addin.calibrate.claim_estimates import claim_estimates
from counterask_addin.calibrate.estimates import NOT_ENOUGH, Estimate
from counterask_addin.calibrate.segments import pool_segments
from counterask_templates.examples import load_example

from .generated import AS_OF, closed, generate

PRESENT: dict[str, float] = load_example("blank")["assumptions"]


def others(data: Closed) -> list[Estimate]:
    """Everything for all clients but who stays."""
    parts = fitting._ends(data), fitting._payments(data), claim_estimates(data, PRESENT), fitting._delivery(data)
    return [one for part in (*parts, fitting._promises(data), fitting._price_clauses(data)) for one in part]


def test_ninety_per_cent_intervals_cover_the_truth_of_85_to_95_per_cent_of_histories() -> None:
    truth = generate.Truth(free_to_leave=0.0).alike(0.82)
    wanted = asdict(truth)
    told: dict[str, list[bool]] = {}
    for seed in range(1000, 1200):
        for one in others(closed(generate.history(seed, 600, truth))):
            if one.is_enough and one.name != "liability_elasticity":  # fees are alike here; it has a test of its own
                told.setdefault(one.name, []).append(one.low <= wanted[one.name] <= one.high)
    shares = {name: sum(hits) / len(hits) for name, hits in told.items()}
    assert {name for name, hits in told.items() if len(hits) < 100} == set()
    assert len(shares) == 16
    assert {name: share for name, share in shares.items() if not 0.85 <= share <= 0.95} == {}


def test_the_elasticity_of_claims_is_estimated_with_their_sizes_and_the_intervals_cover_the_truth() -> None:
    """In histories where fees differ enough; the present elasticity is far from the truth, so that holding it would be seen."""
    truth = replace(generate.Truth(), liability_elasticity=0.9, liability_frequency=0.06)
    wanted = asdict(truth)
    names = ("liability_alpha", "liability_theta", "liability_elasticity")
    told: dict[str, list[bool]] = {name: [] for name in names}
    for seed in range(1000, 1200):
        data = closed(generate.history(seed, 600, truth, names=("claims",)))
        found = {one.name: one for one in claim_estimates(data, {**PRESENT, "liability_elasticity": 0.3})}
        assert found["liability_elasticity"].is_enough, seed
        for name in names if found["liability_alpha"].is_enough else ():
            told[name].append(found[name].low <= wanted[name] <= found[name].high)
    assert all(len(hits) > 180 for hits in told.values())
    shares = {name: sum(hits) / len(hits) for name, hits in told.items()}
    assert {name: share for name, share in shares.items() if not 0.85 <= share <= 0.95} == {}


def test_claims_of_clients_with_like_fees_keep_the_present_elasticity_and_say_so() -> None:
    tables: dict[str, Any] = generate.history(7, 600, names=("claims",))
    tables["contracts"]["yearly_fees"][:] = np.where(np.arange(600) % 2, 180_000.0, 220_000.0)
    found = {one.name: one for one in claim_estimates(closed(tables), PRESENT)}
    assert not found["liability_elasticity"].is_enough and "fees differ too little" in found["liability_elasticity"].warning
    assert "elasticity held at 0.6" in found["liability_theta"].method
    tables["contracts"]["yearly_fees"][:] = np.nan
    found = {one.name: one for one in claim_estimates(closed(tables), {**PRESENT, "liability_elasticity": 0.0})}
    assert "yearly fees of these contracts are missing" in found["liability_elasticity"].warning


def test_a_clause_counts_until_it_lowers_the_price_or_the_contract_ends() -> None:
    tables: dict[str, Any] = generate.history(8, 600, names=("price_clauses",))
    right = {one.name: one for one in fitting._price_clauses(closed(tables))}
    clause = tables["price_clauses"]
    years = 0.0
    place = {name: at for at, name in enumerate(tables["contracts"]["contract"])}
    for name, start, lowered in zip(clause["contract"], clause["from"], clause["lowered"], strict=True):
        end = tables["contracts"]["end"][place[name]]
        last = lowered if not np.isnat(lowered) else AS_OF if np.isnat(end) else end
        years += (last - start).astype(float) / 365.25
    fallen = int((~np.isnat(clause["lowered"])).sum())
    assert right["mfn_trigger"].value == pytest.approx(1.0 - np.exp(-fallen / years), rel=1e-9)
    assert right["mfn_gap"].value == pytest.approx(np.nanmean(1.0 - clause["price_after"] / clause["price_before"]), abs=1e-9)
    clause["lowered"][:] = np.datetime64("NaT", "D")
    assert not any(one.is_enough for one in fitting._price_clauses(closed(tables)))


def test_segments_drawn_to_the_whole_are_nearer_the_truth_and_their_intervals_cover_it() -> None:
    dice = np.random.default_rng(5)
    hits, errors = 0, np.zeros(3)
    for _ in range(200):
        truth = 1.5 + 0.4 * dice.standard_normal(6)
        error = dice.uniform(0.1, 0.8, 6)
        seen = truth + error * dice.standard_normal(6)
        found = pool_segments(seen, error)
        hits += int(((found.low <= truth) & (truth <= found.high)).sum())
        whole = np.average(seen, weights=error**-2.0)
        errors += [((one - truth) ** 2).sum() for one in (found.value, seen, np.full(6, whole))]
    assert 0.85 <= hits / 1200 <= 0.95
    assert errors[0] < 0.75 * errors[1] and errors[0] < 0.75 * errors[2]


def test_a_segment_with_few_contracts_borrows_from_the_whole() -> None:
    found = fitting.fitted(closed(generate.history()), PRESENT)
    kept = {one.segment: one.method for one in found.segments if one.name == "churn_hazard"}
    shares = {name: int(words.split("keeps ")[1].split("%")[0]) for name, words in kept.items()}
    assert shares["Enterprise"] < shares["Small business"] < 100


def test_the_example_gives_its_own_truth() -> None:
    """Where clients differ by segment the values of the segments are the truth; the whole has more spread than each."""
    found = fitting.fitted(closed(generate.history()), PRESENT)
    truth = asdict(generate.Truth())
    off = [one.name for one in found.whole[3:] if not one.low <= truth[one.name] <= one.high]
    off = [name for name in off if name not in ("data_alpha", "data_theta")]
    assert len(found.whole) == 22 and len(off) <= 3
    retention = {one.segment: one for one in found.segments if one.name == "annual_retention"}
    assert all(retention[one.name].low <= one.annual_retention <= retention[one.name].high for one in generate.Truth().segments)


def test_too_little_data_answers_keep_your_judgement_and_gives_no_number() -> None:
    found = fitting.fitted(closed(generate.history(3, 25)), PRESENT)
    few = [one for one in found.whole if not one.is_enough]
    assert {"annual_retention", "retention_spread", "renewal_inertia", "liability_alpha", "loss_given_default"} <= {
        one.name for one in few
    }
    assert all(one.warning.startswith(NOT_ENOUGH) and np.isnan([one.value, one.low, one.high]).all() for one in few)


def test_inertia_is_held_where_all_contracts_renew_by_themselves() -> None:
    tables = generate.history(4, 600, names=())
    tables["contracts"]["auto_renewal"][:] = "yes"
    found = {one.name: one for one in fitting.fitted(closed(tables), PRESENT).whole}
    assert not found["renewal_inertia"].is_enough and "without" in found["renewal_inertia"].warning
    assert "renewal inertia held at 20%" in found["annual_retention"].method


def test_a_tail_that_cannot_be_told_is_said_to_be_so_and_the_scale_holds_for_the_present_tail() -> None:
    dice = np.random.default_rng(11)
    tables = generate.history(5, 600, names=("claims",))
    count = len(tables["claims"]["contract"])
    tables["claims"]["paid"] = dice.exponential(50_000.0, count)  # no heavy tail
    tables["claims"]["cap"][:] = np.nan
    found = {one.name: one for one in fitting.fitted(closed(tables), {**PRESENT, "liability_elasticity": 0.0}).whole}
    assert not found["liability_alpha"].is_enough and "tail cannot be estimated" in found["liability_alpha"].warning
    assert "tail held at 1.8" in found["liability_theta"].method and found["liability_theta"].warning


def test_caps_taken_for_sizes_would_be_seen() -> None:
    dice = np.random.default_rng(2)
    size = 60_000.0 * (dice.random(4000) ** (-1.0 / 1.8) - 1.0)
    capped = size >= 50_000.0
    paid = np.minimum(size, 50_000.0)
    fees = np.ones_like(paid)
    right = claims.fit_sizes(claims.Sizes(paid, capped, fees), elasticity=0.0)
    wrong = claims.fit_sizes(claims.Sizes(paid, np.zeros_like(capped), fees), elasticity=0.0)
    assert right.low[0] <= np.log(1.8) <= right.high[0] < wrong.low[0]


def test_open_invoices_left_out_would_be_seen() -> None:
    dice = np.random.default_rng(9)
    wait, until = dice.exponential(30.0, 20_000), dice.uniform(0.0, 40.0, 20_000)
    is_open, owner = wait > until, np.arange(20_000) % 400
    seen = np.round(np.minimum(wait, until))
    right = payments.mean_wait(seen, is_open, owner, 0, 40).value
    restricted = 30.0 * (1.0 - np.exp(-40.0 / 30.0))
    assert right == pytest.approx(restricted, abs=0.6) and seen[~is_open].mean() < restricted - 5.0


def test_months_of_one_contract_that_are_alike_count_as_fewer() -> None:
    trials = np.full(100, 12.0)
    alike = np.where(np.arange(100) < 10, 12.0, 0.0)
    assert rates.design_effect(alike, trials) == pytest.approx(12.0, rel=0.05)
    assert rates.design_effect(np.random.default_rng(1).binomial(12, 0.1, 100), trials) < 1.5


def test_clients_who_differ_widen_the_interval_of_a_frequency() -> None:
    years = np.full(400, 2.0)
    even = np.random.default_rng(1).poisson(0.2 * years)
    few = np.zeros(400, dtype=int)
    few[:20] = 8
    widths = []
    for counts in (even, few):
        found = rates.gamma_poisson(counts, years)
        assert np.exp(found.best[0]) == pytest.approx(counts.sum() / years.sum(), rel=0.02)
        widths.append((found.high[0] - found.low[0]) * np.sqrt(counts.sum()))
    assert widths[1] > 1.5 * widths[0]


def test_what_is_replaced_or_ended_by_us_says_nothing_of_the_clients_wish() -> None:
    tables: dict[str, Any] = generate.history(6, 600, names=())
    before = closed(tables).contracts
    ended = tables["contracts"]["reason"] == "choice"
    tables["contracts"]["reason"] = np.where(ended & (np.arange(600) % 2 == 0), "replaced", tables["contracts"]["reason"])
    after = closed(tables).contracts
    assert after.left.sum() == (ended & (np.arange(600) % 2 == 1)).sum() < before.left.sum()
    assert (after.closed == before.closed).all()
    assert replace(after, left=before.left).left.sum() == before.left.sum()
