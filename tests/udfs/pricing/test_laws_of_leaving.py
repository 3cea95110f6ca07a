"""More freedom never makes a month likelier to be served, and single clients leave as the formula says.

Each law is held against the plain reference and against the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..documents import WORKED_DEAL, Document, documents, levels
from ..plain_reference import changed
from ..valuations import ENGINE, REFERENCE, Valuation

both = pytest.mark.parametrize("valuation", [REFERENCE, ENGINE], ids=lambda one: str(one.name))


def to(document: Document, **levels: Any) -> Document:
    """The document with terms at other levels."""
    return changed(document, *({"lever": name, "to": level} for name, level in levels.items()))


def assert_freer(valuation: Valuation, bound: Document, free: Document) -> None:
    """No month is likelier to be served in the freer deal."""
    for m, (before, after) in enumerate(zip(valuation.served(bound), valuation.served(free), strict=True)):
        assert after <= before + 1e-11, f"month {m}"


def assert_as_free(valuation: Valuation, one: Document, other: Document) -> None:
    assert valuation.served(one) == pytest.approx(valuation.served(other), abs=1e-11)


rights = levels("tfc_from_month", with_none=False)


@both
@given(documents(), rights)
def test_adding_a_right_to_leave_makes_no_month_likelier(valuation: Valuation, document: Document, first: int) -> None:
    assert_freer(valuation, to(document, tfc_from_month=None), to(document, tfc_from_month=first))


@both
@given(documents(), rights, rights)
def test_an_earlier_right_to_leave_makes_no_month_likelier(valuation: Valuation, document: Document, one: int, two: int) -> None:
    assert_freer(valuation, to(document, tfc_from_month=max(one, two)), to(document, tfc_from_month=min(one, two)))


@both
@given(documents(), rights, levels("tfc_fee_months"), levels("tfc_fee_months"))
def test_a_smaller_exit_fee_makes_no_month_likelier(
    valuation: Valuation, document: Document, first: int, one: float, two: float
) -> None:
    with_right = to(document, tfc_from_month=first)
    assert_freer(valuation, to(with_right, tfc_fee_months=max(one, two)), to(with_right, tfc_fee_months=min(one, two)))


@both
@given(documents(), rights)
def test_refunds_of_prepayments_make_no_month_likelier(valuation: Valuation, document: Document, first: int) -> None:
    prepaid = to(document, tfc_from_month=first, billing_in_advance=1)
    assert_freer(valuation, to(prepaid, prepayment_refundable=0), to(prepaid, prepayment_refundable=1))


@both
@given(documents())
def test_ending_the_renewal_by_itself_makes_no_month_likelier(valuation: Valuation, document: Document) -> None:
    assert_freer(valuation, to(document, auto_renewal=1), to(document, auto_renewal=0))


@both
@given(documents(), st.integers(1, 12), st.integers(1, 6))
def test_renewals_that_divide_the_others_make_no_month_likelier(
    valuation: Valuation, document: Document, short: int, times: int
) -> None:
    renewing = to(document, auto_renewal=1, tfc_from_month=None)
    assert_freer(valuation, to(renewing, renewal_term_months=short * times), to(renewing, renewal_term_months=short))


@both
@given(documents())
def test_the_same_freedom_costs_the_same_whatever_it_is_called(valuation: Valuation, document: Document) -> None:
    renewing = to(document, auto_renewal=1, prepayment_refundable=1)
    may_leave = to(renewing, tfc_from_month=1, tfc_fee_months=0)
    monthly = to(renewing, tfc_from_month=None, term_months=1, renewal_term_months=1)
    assert_as_free(valuation, may_leave, monthly)


@both
@given(documents())
def test_a_month_is_served_at_most_as_likely_as_the_one_before(valuation: Valuation, document: Document) -> None:
    served = [*valuation.served(document), 0.0]
    assert served[0] == pytest.approx(1.0, abs=1e-11)
    assert all(later <= earlier + 1e-11 for earlier, later in zip(served[:-1], served[1:], strict=True))


# ---- single clients

CLIENTS = 200_000
LEAVING: dict[str, float] = {
    "annual_retention": 0.8, "retention_spread": 0.25, "renewal_inertia": 0.3, "churn_hazard": 0.03,
    "default_probability": 0.02,
}  # fmt: skip
# The months of a decision are written down by hand. "acts": a client must act to leave, so some let the chance pass.
CONTRACTS: dict[str, tuple[Document, dict[int, str]]] = {
    "two years, renewed by itself every year": (
        {"term_months": 24, "renewal_term_months": 12, "auto_renewal": 1},
        {24: "acts", 36: "acts", 48: "acts"},
    ),
    "a client of three years may leave from month 9 for four months' fees, renewed on request": (
        {"term_months": 18, "renewal_term_months": 24, "auto_renewal": 0, "client_tenure_months": 36, "tfc_from_month": 9}
        | {"tfc_fee_months": 4},
        dict.fromkeys([*range(9, 14), *range(19, 38), *range(43, 60)], "acts") | {18: "asked", 42: "asked"},
    ),
    "may leave at any time, prepaid by the half-year and not refunded": (
        {"term_months": 15, "renewal_term_months": 10, "auto_renewal": 1, "tfc_from_month": 1, "billing_months": 6}
        | {"billing_in_advance": 1, "prepayment_refundable": 0},
        dict.fromkeys([6, 12, 15, 21, 25, 31, 35, 41, 45, 51, 55], "acts"),
    ),
}


def shares_still_served(terms: Document, decisions: dict[int, str], months: int) -> Sequence[float]:
    """The share of simulated clients still served in each month.

    Each client has a yearly chance of staying of its own, from the Beta distribution that a client of this tenure has left,
    and a month from which it wishes to leave. It leaves in the first month of decision after that in which it does not let
    the chance pass. A closure or an insolvency ends it in any month.
    """
    rng = np.random.default_rng(20260)
    q, spread = LEAVING["annual_retention"], LEAVING["retention_spread"]
    a, b = (1 - q) * (1 / spread - 1), q * (1 / spread - 1)
    yearly = rng.beta(b + terms.get("client_tenure_months", 0) / 12, a, CLIENTS)
    wishes_from = 12 * np.log(rng.random(CLIENTS)) / np.log(yearly)
    lives_a_month = ((1 - LEAVING["churn_hazard"]) * (1 - LEAVING["default_probability"])) ** (1 / 12)
    is_there = np.ones(CLIENTS, dtype=bool)
    shares = [1.0]
    for m in range(1, months):
        is_there &= rng.random(CLIENTS) < lives_a_month
        if m in decisions:
            lets_it_pass = rng.random(CLIENTS) < (LEAVING["renewal_inertia"] if decisions[m] == "acts" else 0.0)
            is_there &= (wishes_from > m) | lets_it_pass
        shares.append(float(is_there.mean()))
    return shares


@both
@pytest.mark.parametrize("name", CONTRACTS)
def test_single_clients_leave_as_the_formula_says(valuation: Valuation, name: str) -> None:
    terms, decisions = CONTRACTS[name]
    document = {
        **WORKED_DEAL,
        "terms": WORKED_DEAL["terms"] | {"client_tenure_months": 0} | terms,
        "assumptions": WORKED_DEAL["assumptions"] | LEAVING | {"horizon_months": 60},
    }
    expected = valuation.served(document)
    for m, share in enumerate(shares_still_served(terms, decisions, 60)):
        error = (expected[m] * (1 - expected[m]) / CLIENTS) ** 0.5
        assert abs(share - expected[m]) <= 3 * error, f"month {m}: {share} of clients, {expected[m]} by the formula"
