"""The page about valuation tells finance the truth: its numbers are those of the shipped assumptions and of the engine."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.labels import level_words
from counterask.inputs.levers import TERM_LEVERS
from counterask.pricing.valuation import value_deal
from counterask.reading.deal_json import read_deal
from counterask_templates.examples import load_example

PAGE = Path(__file__).resolve().parents[2] / "docs" / "valuation.md"
SECTIONS = re.split(r"^## \d+\. ", PAGE.read_text(encoding="utf-8"), flags=re.M)
TERMS = {lever.name for lever in TERM_LEVERS}

CHANGES: dict[str, dict[str, Any]] = {
    "5% discount": {"discount": 0.05},
    "10% discount in the first year only": {"discount": 0.1, "discount_months": 12},
    "payment in 60 instead of 30 days": {"payment_days": 60},
    "default probability 3.5% (class B) instead of 1.5%": {"default_probability": 0.035},
    "term 36 instead of 24 months": {"term_months": 36},
    "term 12 instead of 24 months": {"term_months": 12},
    "right to leave from month 12, no fee": {"tfc_from_month": 12},
    "the same, with a fee of 3 months": {"tfc_from_month": 12, "tfc_fee_months": 3},
    "general cap 3x instead of 1x": {"liability_cap_multiple": 3},
    "general cap none": {"liability_cap_multiple": None},
    "data cap 5x instead of 2x": {"data_cap_multiple": 5},
    "yearly prepayment, refundable": {"billing_months": 12},
    "yearly prepayment, not refundable": {"billing_months": 12, "prepayment_refundable": 0},
    "right to leave from month 12, with yearly prepayment, refundable": {"tfc_from_month": 12, "billing_months": 12},
    "right to leave from month 12, with yearly prepayment, not refundable": {
        "tfc_from_month": 12,
        "billing_months": 12,
        "prepayment_refundable": 0,
    },
    "renewals of 36 instead of 12 months": {"renewal_term_months": 36},
    "renewals of 1 instead of 12 months": {"renewal_term_months": 1},
    "no automatic renewal": {"auto_renewal": 0},
}
"""What each row of section 10 changes."""


@cache
def value_of(**changes: Any) -> float:
    """Deal value of section 10's deal of 400 seats with some inputs changed."""
    shipped = load_example("blank")
    line = {"name": "Seats", "kind": "recurring", "list_price": 95, "quantity": 400, "unit_cost": 22, "support_cost": 3}
    terms = {name: level for name, level in shipped["terms"].items() if name in TERMS} | {"prepayment_refundable": 1}
    assumptions = dict(shipped["assumptions"])
    for name, level in changes.items():
        (terms if name in TERMS else assumptions if name in ASSUMPTION_BY_NAME else line)[name] = level
    quote = read_deal({"lines": [line], "terms": terms, "assumptions": assumptions})
    assert quote.problems == ()
    return float(value_deal(quote.deal).total[0])


def rows_of(section: int) -> list[list[str]]:
    """The cells of a section's table, without its header."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def amount(words: str) -> float:
    return float(words.replace(",", ""))


def test_every_shipped_estimate_is_in_the_table_of_sources_with_its_value() -> None:
    document = load_example("blank")
    shown = {row[0].strip("`"): row[1] for row in rows_of(9)}
    shipped = {name: level_words(name, float(value)) for name, value in document["assumptions"].items()}
    assert shown == {name: words for name, words in shipped.items() if name in shown}
    assert shipped.keys() - shown.keys() == {"horizon_months", "reference_month", "introduction_month"}
    assert all(document["evidence"][name].startswith("placeholder: ") for name in shown)


def test_the_deal_of_400_seats_is_worth_what_the_page_says() -> None:
    value, point = (amount(found) for found in re.search(r"is ([\d,]+)\. One point .* about ([\d,]+)\.", SECTIONS[10]).groups())  # type: ignore[union-attr]
    assert value_of() == pytest.approx(value, abs=50)
    assert value_of() - value_of(discount=0.01) == pytest.approx(point, abs=50)


@pytest.mark.parametrize("row", rows_of(10), ids=lambda row: row[0])
def test_each_change_of_the_deal_of_400_seats_is_worth_what_the_page_says(row: list[str]) -> None:
    change = value_of(**CHANGES[row[0]]) - value_of()
    assert change == pytest.approx(amount(row[1]), abs=50)
    assert abs(change) / (value_of() - value_of(discount=0.01)) == pytest.approx(float(row[2]), abs=0.05)


def test_every_change_of_the_table_is_tested() -> None:
    assert [row[0] for row in rows_of(10)] == list(CHANGES)


def test_the_four_cases_in_which_the_wish_of_the_client_pays_us_are_real() -> None:
    said = [amount(found) for found in re.findall(r"value\*? by\s+([\d,]+)", SECTIONS[11])]
    gains = [
        value_of(unit_cost=82, tfc_from_month=1, tfc_fee_months=6) - value_of(unit_cost=82),
        value_of(unit_cost=100, term_months=12) - value_of(unit_cost=100),
        value_of(free_months=6, ramp_months=6) - value_of(free_months=6),
        value_of(term_months=4) - value_of(term_months=5),
    ]
    assert said == pytest.approx(gains, abs=50)
