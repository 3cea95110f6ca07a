"""Numbers from textbooks and reference tables, against what the engine computes.

Every row of `published.csv` is either computed here with the engine's own functions or stands in `NOT_COMPUTED` with
the reason; a row in neither list fails. Where a row is a quantity that the engine uses without naming it (an annuity is
a recurring line, a margin multiple is the limit of one), it is computed with a deal.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import betaln

from counterask.inputs.levers import Kind
from counterask.inputs.terms import Line
from counterask.pricing.aggregate_loss import Lattice, on_lattice, poisson, sum_of_claims
from counterask.pricing.liability import limited_expected_value
from counterask.pricing.present_value import currency_factor, discount_factor
from counterask.pricing.price_index import expected_excess
from counterask.pricing.retention import wish_to_stay
from counterask.pricing.scenarios import Array, Scenarios
from counterask.pricing.valuation import value_deal
from counterask.verdicts.shares import owen_values

from ..deals import quiet_deal

Inputs = dict[str, Any]
DATA = Path(__file__).parents[2] / "data"
with (DATA / "published.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}


# ---- through discounting


def net_present_value(rate: float, amounts: list[float], months: list[float]) -> float:
    """With the engine's discount factors."""
    factors = discount_factor(Scenarios(quiet_deal(cost_of_capital=rate)), np.array([months]))
    return float(factors[0] @ np.array(amounts))


def yearly(amounts: list[float]) -> list[float]:
    return [12.0 * year for year in range(len(amounts))]


def rate_at_which_nil(amounts: list[float], months: list[float], low: float = -0.4, high: float = 5.0) -> float:
    """The cost of capital at which the engine's present value is nil."""
    for _ in range(200):
        middle = (low + high) / 2
        same_side = net_present_value(low, amounts, months) * net_present_value(middle, amounts, months) > 0
        low, high = (middle, high) if same_side else (low, middle)
    return (low + high) / 2


def excel_npv(i: Inputs) -> float:
    amounts = [i.get("t0", 0.0), *i["values"]]
    return net_present_value(i["rate"], amounts, yearly(amounts))


def npv_from_period_0(i: Inputs) -> float:
    return net_present_value(i["rate"], i["values"], yearly(i["values"]))


def dated_rate(i: Inputs) -> float:
    days = [(date.fromisoformat(day) - date.fromisoformat(i["dates"][0])).days for day in i["dates"]]
    return rate_at_which_nil(i["values"], [day * 12 / 365 for day in days])


def yearly_rate(i: Inputs) -> float:
    return rate_at_which_nil(i["values"], yearly(i["values"]))


def annuity(monthly_rate: float, months: int, in_advance: bool) -> float:
    """Present value of 1 a month: a recurring line billed monthly that runs for so many months."""
    line = Line("instalment", Kind.RECURRING, list_price=1.0, quantity=1.0, unit_cost=0.0, end_month=float(months))
    deal = quiet_deal(
        line,
        cost_of_capital=(1 + monthly_rate) ** 12 - 1,
        horizon_months=12.0 * math.ceil(months / 12 + 1),
        billing_in_advance=float(in_advance),
    )
    return float(value_deal(deal).total[0])


def instalment(i: Inputs) -> float:
    return float(-i["pv"] / annuity(i["rate"], i["nper"], bool(i["type"])))


def future_value(i: Inputs) -> float:
    now = i["pv"] + i["pmt"] * annuity(i["rate"], i["nper"], bool(i["type"]))
    factor = discount_factor(
        Scenarios(quiet_deal(cost_of_capital=(1 + i["rate"]) ** 12 - 1)), np.array([[float(i["nper"])]])
    )
    return float(-now / factor[0, 0])


def nominal_rate(i: Inputs) -> float:
    factor = discount_factor(Scenarios(quiet_deal(cost_of_capital=i["effect"])), np.array([[12.0 / i["npery"]]]))
    return float(i["npery"] * (1 / factor[0, 0] - 1))


def credit_rate(i: Inputs) -> float:
    """The yearly rate at which paying at once, less the discount, and paying later come to the same."""
    return rate_at_which_nil([-(1 - i["discount"]), 1.0], [0.0, i["days"] * 12 / i["year"]])


def price_on_credit(i: Inputs) -> float:
    unrounded = 1_000_000 / annuity(0.05 / 12, 60, in_advance=False)  # the instalment of the same example, case A
    return unrounded * annuity(i["annual_rate"] / 12, i["months"], in_advance=False)


# ---- through lines


def tiered_revenue(i: Inputs) -> float:
    """A metered year with certain volume: the second tier is a rebate on what goes beyond the first."""
    (first, price), (_, lower) = i["tiers"]
    line = Line("boxes", Kind.METERED, list_price=price, quantity=i["volume"] / 12, unit_cost=0.0, demand_cv=0.0)
    deal = quiet_deal(line, horizon_months=12.0, rebate_threshold=first / i["volume"], rebate_rate=1 - lower / price)
    return float(value_deal(deal).total[0])


def margin_multiple(i: Inputs) -> float:
    """1 a year, invoiced yearly in advance from the second year, kept with probability r: over a very long horizon."""
    line = Line("margin", Kind.RECURRING, list_price=1 / 12, quantity=1.0, unit_cost=0.0)
    deal = quiet_deal(
        line,
        cost_of_capital=i["i"],
        horizon_months=3600.0,
        annual_retention=i["r"],
        billing_months=12.0,
        billing_in_advance=1.0,
        free_months=12.0,
    )
    return float(value_deal(deal).total[0])


# ---- through retention


def still_here(i: Inputs) -> float:
    """The share of a cohort that is left after so many years: alpha and beta as the mean and the spread of clients."""
    together = i["alpha"] + i["beta"]
    retention, spread = np.array([[i["beta"] / together]]), np.array([[1 / (1 + together)]])
    months = np.arange(12.0 * i["t"] + 1)[np.newaxis, :]
    return float(wish_to_stay(retention, spread, np.zeros((1, 1)), months)[0, -1])


# ---- through risk and demand


def limited(limit: float, alpha: float, theta: float) -> float:
    return float(limited_expected_value(np.array(limit), np.array(alpha), np.array(theta)))


def share_of_a_limited_claim(i: Inputs) -> float:
    return float(i.get("share", 1.0)) * limited(i["limit"], i["alpha"], i["theta"])


def exponential_layer(i: Inputs) -> float:
    """The exponential is the Lomax whose tail index grows beyond bounds while its mean stays."""
    alpha = 1e9
    top, bottom = i["attach"] + i["limit"], i["attach"]
    return limited(top, alpha, alpha * i["theta"]) - limited(bottom, alpha, alpha * i["theta"])


def excess(strike: float, mean: float, deviation: float) -> float:
    return float(expected_excess(np.array(strike), np.array(mean), np.array(deviation)))


def bachelier(i: Inputs) -> float:
    sign = -1.0 if i.get("put") else 1.0
    return excess(sign * i["K"], sign * i["F"], i["stdev"])


def newsvendor_profit(i: Inputs) -> float:
    missed = excess(i["Q"], i["mu"], i["sd"])
    left_over = excess(-i["Q"], -i["mu"], i["sd"])
    return float(i["cu"] * (i["mu"] - missed) - i["co"] * left_over)


def unit_normal_loss(i: Inputs) -> float:
    return excess(i["z"], 0.0, 1.0)


def forward_rate(i: Inputs) -> float:
    """Continuous rates as the yearly ones that they are the same as.

    The engine leaves out a forward premium, so where there is one it is taken from the other side: the discount of our currency.
    """
    base, foreign = math.expm1(i["r_dom"]), math.expm1(i["r_for"])
    has_premium = base > foreign
    rates = {"rate_base": foreign, "rate_foreign": base} if has_premium else {"rate_base": base, "rate_foreign": foreign}
    deal = quiet_deal(**rates, fx_spread=0.0, foreign_share=1.0)
    factor = float(currency_factor(Scenarios(deal), np.array([[12.0 * i["T"]]]))[0, 0])
    return float(i["S"] / factor if has_premium else i["S"] * factor)


# ---- games


def shapley(players: int, value: Callable[[np.ndarray], Array]) -> Array:
    """With every player a block of its own."""
    return owen_values([[player] for player in range(players)], value).by_player


def players_in(masks: np.ndarray, players: list[int]) -> np.ndarray:
    return np.asarray(np.bitwise_count(masks & sum(1 << player for player in players)), dtype=np.float64)


def glove(i: Inputs) -> float:
    left, right = i["left"], i["right"]
    values = shapley(
        len(left) + len(right), lambda masks: np.minimum(players_in(masks, left), players_in(masks, right))
    )
    return float(values[i.get("player", right[0])])


def airport(i: Inputs) -> float:
    costs = i["costs"]

    def dearest(masks: np.ndarray) -> Array:
        needs = [np.where((masks >> player) & 1, cost, 0.0) for player, cost in enumerate(costs)]
        return np.asarray(np.max(needs, axis=0))

    return float(shapley(len(costs), dearest)[i["player"]])


def security_council(i: Inputs) -> float:
    permanent = list(range(i["permanent"]))
    elected = list(range(i["permanent"], i["permanent"] + i["others"]))

    def passes(masks: np.ndarray) -> Array:
        everyone = players_in(masks, permanent) == len(permanent)
        enough = players_in(masks, permanent) + players_in(masks, elected) >= 9
        return np.asarray(everyone & enough, dtype=np.float64)

    return float(shapley(len(permanent) + len(elected), passes)[permanent[0] if i.get("is_permanent") else elected[0]])


def stop_loss(i: Inputs) -> float:
    """A geometric number of claims, each of one of a few sizes."""
    severity = np.zeros(4096)
    severity[np.array(i["x"]) // 5] = i["p"]
    total = sum_of_claims(Lattice(5.0, severity), lambda z: 1.0 / (1.0 - i["beta"] * (z - 1.0)))
    return float(np.maximum(total.levels - i["d"], 0.0) @ total.chances)


def two_sums(i: Inputs) -> float:
    """The chance that two compound Poissons together are 2."""
    sums = []
    for mean, sizes in (i["A"], i["B"]):
        severity = np.zeros(64)
        severity[[int(size) for size in sizes]] = list(sizes.values())
        sums.append(sum_of_claims(Lattice(1.0, severity), poisson(mean)).chances)
    return float(np.convolve(*sums)[2])


def exponential(step: float, size: int, theta: float) -> Lattice:
    return on_lattice(lambda levels: -theta * np.expm1(-levels / theta), step, size)


def binomial_sum(i: Inputs) -> float:
    total = sum_of_claims(exponential(0.1, 2**15, i["theta"]), lambda z: (1.0 + i["q"] * (z - 1.0)) ** i["m"])
    return float(total.chances[total.levels <= i["x"]].sum())


def exponential_quantile(i: Inputs) -> float:
    return exponential(0.005, 2**16, i["theta"]).quantile(i["q"])


def year_of_claims(i: Inputs) -> Lattice:
    """Claims limited one by one, a Poisson number of them."""
    alpha, theta = np.array([i["alpha"]]), np.array([i["theta"]])
    severity = on_lattice(
        lambda levels: limited_expected_value(np.minimum(levels, i["occ_limit"]), alpha, theta), i["bs"], 2 ** i["log2"]
    )
    return sum_of_claims(severity, poisson(i["lam"]))


def tail_of_the_year(i: Inputs) -> float:
    return year_of_claims(i).tail_mean(0.99)


def loaded_year(i: Inputs) -> float:
    year = year_of_claims(i)
    beyond = np.clip(1.0 - np.cumsum(year.chances), 0.0, None)
    return float(year.step * (beyond ** i["rho"]).sum())


COMPUTED: dict[str, Callable[[Inputs], float]] = {
    "TVM01": excel_npv,
    "TVM03": excel_npv,
    "TVM05": dated_rate,
    "TVM07": instalment,
    "TVM09": future_value,
    "TVM13": yearly_rate,
    "TVM15": nominal_rate,
    "TVM17": npv_from_period_0,
    "CRD04": credit_rate,
    "CRD08": price_on_credit,
    "REB03": tiered_revenue,
    "CLV06": still_here,
    "CLV08": still_here,
    "CLV10": margin_multiple,
    "CLV12": margin_multiple,
    "CLV14": margin_multiple,
    "AGG03": stop_loss,
    "AGG05": two_sums,
    "AGG09": binomial_sum,
    "RSK01": exponential_quantile,
    "RSK02": tail_of_the_year,
    "RSK04": loaded_year,
    "LEV04": exponential_layer,
    "LEV06": share_of_a_limited_claim,
    "OPT06": bachelier,
    "OPT08": bachelier,
    "FX01": forward_rate,
    "DEM04": unit_normal_loss,
    "DEM06": newsvendor_profit,
    "SHP01": glove,
    "SHP03": airport,
    "SHP05": airport,
    "SHP07": airport,
    "SHP09": security_council,
}

_SIMPLE = "a simple yearly rate; the engine's cost of capital is an effective one"
_NO_FIT = "the engine takes the retention curve as given and fits none"
_LOGNORMAL = "prices a lognormal quantity; the price index and demand are normal"
_AMERICAN = "a right that may be used early; the engine has none"
NOT_COMPUTED: dict[str, str] = {
    "TVM11": "a number of periods that is solved for and not whole; months of service are whole",
    "CRD02": _SIMPLE,
    "CRD06": _SIMPLE,
    "REB01": "a tier that works back on units already sold; rebates are paid only on what goes beyond the threshold",
    "CLV02": _NO_FIT,
    "CLV04": _NO_FIT,
    "LEV02": "a severity with a linear density and a deductible; claims are Lomax from the ground up",
    "LEV08": "a lognormal severity; claims are Lomax",
    "AGG01": "a normal approximation of a sum; the engine has the distribution itself",
    "AGG07": "a variance; the engine knows expectations only",
    "OPT02": _LOGNORMAL,
    "OPT04": _LOGNORMAL,
    "OPT10": _AMERICAN,
    "OPT12A": _AMERICAN,
    "OPT14A": _AMERICAN,
    "DEM02": "a quantity to order; a commitment is given, not sought",
    "EVS01": "alternatives struck out by dominance; the engine values one deal in money",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_published_number_is_what_the_engine_computes(row: str) -> None:
    """Or the reason why it computes no such thing stands in the list."""
    if row in NOT_COMPUTED:
        assert NOT_COMPUTED[row]
        assert row not in COMPUTED
        return
    assert row in COMPUTED, f"row {row} is neither computed nor listed with a reason"
    found = COMPUTED[row](json.loads(ROWS[row]["inputs"]))
    assert abs(found - float(ROWS[row]["expected"])) <= float(ROWS[row]["tolerance"])


def test_no_list_names_a_row_that_the_file_does_not_have() -> None:
    assert set(COMPUTED) | set(NOT_COMPUTED) == set(ROWS)


# ---- the retention of two cohorts: Fader and Hardie, "How to project customer retention" (2007)

COHORTS: dict[str, tuple[float, float, list[int]]] = {
    "regular": (0.704, 1.182, [631, 468, 382, 326, 289, 262, 241]),
    "high end": (0.668, 3.806, [869, 743, 653, 593, 551, 517, 491]),
}
"""Segment -> the published alpha and beta, and how many of 1,000 clients were left after 1, 2, ... 7 years."""


@pytest.mark.parametrize("name", COHORTS)
def test_the_published_curve_goes_through_the_published_cohort(name: str) -> None:
    alpha, beta, alive = COHORTS[name]
    for year, left in enumerate(alive, 1):
        assert still_here({"alpha": alpha, "beta": beta, "t": year}) == pytest.approx(left / 1000, abs=0.019), year


@pytest.mark.parametrize("name", COHORTS)
def test_each_year_more_of_those_who_are_left_stay(name: str) -> None:
    """r(t) = (beta + t - 1) / (alpha + beta + t - 1), equation 7 of the paper."""
    alpha, beta, _ = COHORTS[name]
    curve = [still_here({"alpha": alpha, "beta": beta, "t": year}) for year in range(13)]
    for year in range(1, 13):
        rate = (beta + year - 1) / (alpha + beta + year - 1)
        assert curve[year] / curve[year - 1] == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize(("year", "share"), [(8, 0.460), (9, 0.436), (10, 0.414), (11, 0.395), (12, 0.378)])
def test_the_years_held_back_are_projected_as_published(year: int, share: float) -> None:
    alpha, beta, _ = COHORTS["high end"]
    assert still_here({"alpha": alpha, "beta": beta, "t": year}) == pytest.approx(share, abs=0.0021)


@pytest.mark.parametrize("months", [1, 5, 12, 17, 59, 120])
@pytest.mark.parametrize("tenure", [0.0, 7.0, 48.0])
@pytest.mark.parametrize(("retention", "spread"), [(0.8, 0.2), (0.02, 0.9), (0.97, 2e-6), (0.5, 0.011)])
def test_the_curve_between_years_is_the_ratio_of_beta_functions(
    months: int, tenure: float, retention: float, spread: float
) -> None:
    a, b = (1 - retention) * (1 / spread - 1), retention * (1 / spread - 1)
    expected = math.exp(betaln(b + (tenure + months) / 12, a) - betaln(b + tenure / 12, a))
    inputs = (np.array([[number]]) for number in (retention, spread, tenure))
    found = wish_to_stay(*inputs, np.arange(months + 1.0)[np.newaxis, :])[0, -1]
    assert found == pytest.approx(expected, rel=1e-9 if spread > 1e-3 else 1e-7)


def test_clients_who_do_not_differ_leave_at_a_constant_rate() -> None:
    months = np.arange(25.0)[np.newaxis, :]
    alike, nearly = (
        wish_to_stay(np.array([[0.7]]), np.array([[spread]]), np.array([[36.0]]), months) for spread in (0.0, 1.1e-6)
    )
    assert alike[0] == pytest.approx(0.7 ** (months[0] / 12), rel=1e-14)
    assert nearly[0] == pytest.approx(alike[0], rel=1e-5)


# ---- cases of the same kinds, from textbooks and closed forms


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"discount": 0.02, "days": 20, "year": 365}, 0.4459),
        ({"discount": 0.01, "days": 20, "year": 365}, 0.2013),
        ({"discount": 0.03, "days": 50, "year": 365}, 0.2490),
    ],
    ids=["2/10 net 30", "1/10 net 30", "3/10 net 60"],
)
def test_trade_credit_costs_its_effective_yearly_rate(inputs: Inputs, expected: float) -> None:
    assert credit_rate(inputs) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize("retained", [0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
@pytest.mark.parametrize("rate", [0.08, 0.1, 0.12, 0.14, 0.16])
def test_the_margin_multiple_is_the_textbook_one(retained: float, rate: float) -> None:
    found = margin_multiple({"r": retained, "i": rate})
    assert found == pytest.approx(retained / (1 + rate - retained), rel=1e-9)


@pytest.mark.parametrize(
    ("z", "loss"),
    [(-2.0, 2.0085), (-1.0, 1.0833), (0.0, 0.3989), (0.5, 0.1978), (1.0, 0.0833), (1.5, 0.0293), (2.0, 0.0085)],
)
def test_the_unit_normal_loss_is_that_of_the_table(z: float, loss: float) -> None:
    assert excess(z, 0.0, 1.0) == pytest.approx(loss, abs=6e-5)


@pytest.mark.parametrize("strike", [60.0, 90.0, 100.0, 110.0, 180.0])
@pytest.mark.parametrize("deviation", [0.0, 0.5, 20.0, 200.0])
def test_a_bachelier_call_less_a_put_is_the_forward_less_the_strike(strike: float, deviation: float) -> None:
    call = bachelier({"F": 100.0, "K": strike, "stdev": deviation})
    put = bachelier({"F": 100.0, "K": strike, "stdev": deviation, "put": True})
    assert call - put == pytest.approx(100.0 - strike, abs=1e-12)
    assert min(call, put) >= 0.0


def test_the_at_the_money_option_is_the_deviation_over_the_root_of_two_pi() -> None:
    assert bachelier({"F": 3.0, "K": 3.0, "stdev": 7.0}) == pytest.approx(7 / math.sqrt(2 * math.pi), rel=1e-15)


@pytest.mark.parametrize(
    ("limit", "alpha", "theta", "expected"),
    [
        (5000.0, 5.0, 3600.0, 872.3651),  # Loss Data Analytics 3.4.6 before the share of 85%
        (100.0, 2.0, 100.0, 50.0),
        (math.inf, 3.0, 2000.0, 1000.0),
        (1e9, 3.0, 2000.0, 1000.0),
        (150.0, 1.0, 50.0, 50 * math.log(4)),
        (300.0, 0.5, 100.0, 200.0),  # theta/(a-1) * (1 - (theta/(theta+c))^(a-1)) = -200 * (1 - 2)
        (75.0, 0.0, 10.0, 75.0),
        (0.0, 2.2, 360_000.0, 0.0),
    ],
)
def test_a_limited_claim_has_the_loss_models_value(limit: float, alpha: float, theta: float, expected: float) -> None:
    assert limited(limit, alpha, theta) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_an_unlimited_claim_without_a_mean_has_no_finite_value() -> None:
    assert limited(math.inf, 1.0, 100.0) == math.inf
    assert limited(math.inf, 0.7, 100.0) == math.inf
    assert math.isfinite(limited(1e12, 0.7, 100.0))


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-12, -1e-12, -1e-9, -1e-6, -1e-3])
def test_a_limited_claim_is_smooth_where_the_tail_index_is_one(distance: float) -> None:
    at_one = limited(250.0, 1.0, 100.0)
    slope = 100.0 * math.log(3.5) ** 2 / 2
    assert limited(250.0, 1.0 + distance, 100.0) == pytest.approx(
        at_one - slope * distance, abs=60.0 * distance**2 + 1e-10
    )


def test_the_layer_of_a_severity_is_the_integral_of_its_survival_function() -> None:
    alpha, theta, limit, load = 2.2, 360_000.0, 552_000.0, 0.8
    x = np.linspace(0.0, limit, 2_000_001)
    for exponent in (1.0, load):
        survives = (theta / (theta + x)) ** (alpha * exponent)
        assert limited(limit, alpha * exponent, theta) == pytest.approx(float(np.trapezoid(survives, x)), rel=1e-9)


@pytest.mark.parametrize(("costs", "shares"), [([8, 11, 13, 18], [2.0, 3.0, 4.0, 9.0])])
def test_the_airport_game_splits_the_runway(costs: list[float], shares: list[float]) -> None:
    assert [airport({"costs": costs, "player": player}) for player in range(4)] == pytest.approx(shares, abs=1e-12)


def test_the_six_pilots_pay_for_their_parts_of_the_runway() -> None:
    costs = [40, 50, 60, 70, 80, 90]
    expected, paid = [], 0.0
    for player, cost in enumerate(costs):
        paid += (cost - (costs[player - 1] if player else 0)) / (len(costs) - player)
        expected.append(paid)
    found = [airport({"costs": costs, "player": player}) for player in range(6)]
    assert found == pytest.approx(expected, abs=1e-12)
    assert sum(found) == pytest.approx(90.0, abs=1e-12)


def test_the_owner_of_the_single_right_glove_gets_two_thirds() -> None:
    game = {"left": [0, 1], "right": [2]}
    assert [glove({**game, "player": player}) for player in range(3)] == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-12)


def test_the_seats_of_the_security_council_share_its_power() -> None:
    seats = {"permanent": 5, "others": 10}
    elected, permanent = security_council(seats), security_council({**seats, "is_permanent": True})
    assert permanent == pytest.approx(0.1963, abs=5e-5)
    assert 10 * elected + 5 * permanent == pytest.approx(1.0, abs=1e-12)


def test_owen_shares_of_a_majority_vote_with_two_parties_allied() -> None:
    """Three equal parties, two of them allied: the alliance decides alone and its members share equally."""
    majority = owen_values([[0, 1], [2]], lambda masks: (np.bitwise_count(masks) >= 2).astype(np.float64))
    assert majority.by_player == pytest.approx([0.5, 0.5, 0.0], abs=1e-12)


def test_covered_parity_holds_for_yearly_rates() -> None:
    deal = quiet_deal(rate_base=0.03, rate_foreign=0.045, fx_spread=0.004, foreign_share=0.25)
    found = currency_factor(Scenarios(deal), np.array([[18.0]]))[0, 0]
    assert found == pytest.approx(0.75 + 0.25 * (1.03 / 1.045) ** 1.5 * 0.996, rel=1e-15)
    at_par = replace(deal, terms=replace(deal.terms, foreign_share=0.0))
    assert currency_factor(Scenarios(at_par), np.array([[18.0]]))[0, 0] == 1.0


def test_a_flat_deal_is_an_annuity() -> None:
    rate = 0.01
    assert annuity(rate, 24, in_advance=False) == pytest.approx((1 - 1.01**-24) / 0.01, rel=1e-12)
    assert annuity(rate, 24, in_advance=True) == pytest.approx(1.01 * (1 - 1.01**-24) / 0.01, rel=1e-12)
