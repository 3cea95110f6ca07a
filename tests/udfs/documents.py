"""Strategies for whole deals as JSON documents: every input of DESIGN.md's lists, over wide or over ordinary ranges.

They know nothing of the engine. A document has all names in it, and several lines of all kinds: with windows, ramps,
discounts that end, and products whose lines continue each other. Each strategy is made once: checking a new one takes Hypothesis
longer than drawing from it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
Drawn = st.SearchStrategy[Any]

WORKED_DEAL: Document = json.loads((Path(__file__).parents[1] / "data" / "worked_deal.json").read_text(encoding="utf-8"))
"""The deal that an independent implementation of the page has valued, with its `expected` numbers."""

Range = tuple[float, float]
Ranges = dict[str, tuple[Range, Range]]

# For each input the range for any deal, and the range for an ordinary deal of a company that earns money.
_LINES: Ranges = {
    "discount": ((0, 1), (0, 0.3)),
    "support_cost": ((0, 50), (0, 3)),
    "demand_cv": ((0, 2), (0, 0.5)),
    "ramp_months": ((1, 30), (1, 6)),
    "start_month": ((0, 60), (0, 12)),
    "discount_months": ((0, 70), (0, 36)),
    "delivery_months": ((1, 24), (2, 9)),
}
_TERMS: Ranges = {
    "term_months": ((1, 130), (12, 48)),
    "renewal_term_months": ((1, 40), (1, 24)),
    "client_tenure_months": ((0, 120), (0, 60)),
    "payment_days": ((0, 365), (0, 90)),
    "free_months": ((0, 18), (0, 3)),
    "uplift_floor": ((-0.1, 0.15), (0, 0.02)),
    "uplift_cap": ((-0.1, 0.2), (0.02, 0.08)),
    "price_lock_months": ((0, 130), (0, 36)),
    "sla_credit": ((0, 1), (0, 0.3)),
    "commitment": ((0, 2), (0, 1)),
    "take_or_pay_rate": ((0, 1), (0.5, 1)),
    "rebate_threshold": ((0, 2), (1, 1.5)),
    "rebate_rate": ((0, 1), (0, 0.2)),
    "late_damages_rate": ((0, 1), (0, 0.2)),
    "months_brought_forward": ((0, 23), (0, 1)),
    "warranty_months": ((0, 48), (0, 24)),
    "tfc_from_month": ((0, 60), (1, 36)),
    "tfc_fee_months": ((0, 30), (0, 3)),
    "liability_cap_multiple": ((0, 10), (0, 3)),
    "data_cap_multiple": ((0, 20), (0, 3)),
    "exclusivity_months": ((0, 130), (0, 24)),
    "foreign_share": ((0, 1), (0, 1)),
}
_ASSUMPTIONS: Ranges = {
    "cost_of_capital": ((-0.1, 0.5), (0.04, 0.15)),
    "annual_retention": ((0.02, 1), (0.6, 0.97)),
    "retention_spread": ((0.001, 0.95), (0.05, 0.4)),
    "renewal_inertia": ((0, 1), (0, 0.5)),
    "churn_hazard": ((0, 0.9), (0, 0.08)),
    "default_probability": ((0, 0.9), (0, 0.06)),
    "loss_given_default": ((0, 1), (0.3, 0.9)),
    "inflation": ((-0.1, 0.2), (0.01, 0.04)),
    "inflation_vol": ((0, 0.1), (0, 0.02)),
    "sla_miss_probability": ((0, 1), (0, 0.1)),
    "late_probability": ((0, 1), (0, 0.5)),
    "acceleration_cost": ((0, 20_000), (2000, 20_000)),
    "warranty_claim_rate": ((0, 1), (0, 0.002)),
    "liability_frequency": ((0, 3), (0.002, 0.03)),
    "liability_alpha": ((0.2, 6), (1.5, 2.5)),
    "liability_theta": ((100, 1e7), (1e5, 5e5)),
    "data_frequency": ((0, 3), (0.001, 0.015)),
    "data_alpha": ((0.2, 6), (1.5, 2)),
    "data_theta": ((100, 1e7), (1e5, 6e5)),
    "liability_elasticity": ((0, 1.5), (0.3, 0.8)),
    "liability_reference_fees": ((1000, 1e7), (4e5, 6e5)),
    "minimum_rate_on_line": ((0, 0.2), (0.0004, 0.01)),
    "unlimited_multiple": ((0, 40), (10, 30)),
    "risk_load": ((0.2, 1), (0.75, 0.95)),
    "claim_lag_months": ((0, 36), (6, 24)),
    "exclusivity_margin": ((0, 5000), (0, 500)),
    "mfn_trigger": ((0, 1), (0, 0.2)),
    "mfn_gap": ((0, 1), (0, 0.1)),
    "reference_probability": ((0, 1), (0.2, 0.6)),
    "reference_value": ((0, 1e5), (2e4, 5e4)),
    "reference_cost": ((0, 1e4), (0, 2000)),
    "introduction_probability": ((0, 1), (0, 0.25)),
    "introduction_value": ((0, 1e5), (0, 1e5)),
    "rate_base": ((-0.02, 0.2), (0, 0.05)),
    "rate_foreign": ((-0.02, 0.4), (0, 0.08)),
    "fx_spread": ((0, 0.1), (0, 0.01)),
}
_RANGES = _LINES | _TERMS | _ASSUMPTIONS
_WHOLE = {name for name in _RANGES if "month" in name} - {"tfc_fee_months", "claim_lag_months"}
_SWITCHES = ("auto_renewal", "billing_in_advance", "prepayment_refundable", "most_favoured_price", "public_reference",
             "introduction")  # fmt: skip
_CAN_BE_NONE = frozenset(
    ("discount_months", "uplift_floor", "uplift_cap", "rebate_threshold", "tfc_from_month", "liability_cap_multiple",
     "data_cap_multiple")
)  # fmt: skip
TERM_NAMES = (*_TERMS, *_SWITCHES, "billing_months")

MONEY_IN_LINES = ("list_price", "unit_cost", "support_cost")
MONEY_IN_ASSUMPTIONS = ("acceleration_cost", "liability_theta", "data_theta", "liability_reference_fees",
                        "exclusivity_margin", "reference_value", "reference_cost", "introduction_value")  # fmt: skip


@cache
def numbers(low: float, high: float) -> Drawn:
    """Numbers of four decimals in a range, its ends more often."""
    return st.sampled_from([low, high]) | st.floats(low, high).map(lambda value: min(max(round(value, 4), low), high))


@cache
def levels(name: str, ordinary: bool = False, with_none: bool = True) -> Drawn:
    """Valid levels of an input; None is "none" where it can be said."""
    if name in _SWITCHES:
        return st.sampled_from([0, 1])
    if name == "billing_months":
        return st.sampled_from([1, 3, 6, 12]) if ordinary else st.integers(1, 30)
    low, high = _RANGES[name][ordinary]
    found = st.integers(int(low), int(high)) if name in _WHOLE else numbers(low, high)
    is_priced = not (ordinary and "cap_multiple" in name)  # an ordinary deal has a cap
    return found | st.none() if with_none and name in _CAN_BE_NONE and is_priced else found


_whole = cache(st.integers)
_EITHER = st.booleans()
_KINDS, _SERVED = st.sampled_from(["recurring", "recurring", "metered", "one-off"]), st.sampled_from(["recurring", "metered"])
_PRODUCTS, _QUANTITIES = st.sampled_from([None, "alpha", "beta"]), st.sampled_from([0, 1]) | numbers(0, 2000)


@cache
def _lasting(least: int) -> Drawn:
    """Months for which a line runs, or None for no end."""
    return st.none() | st.integers(least, 60)


@cache
@st.composite
def lines(draw: st.DrawFn, name: str, ordinary: bool = False, kind: str | None = None) -> Document:
    """One line of any kind. An ordinary one costs less than it brings in."""
    kind = kind or draw(_KINDS)
    price = draw(numbers(10, 500) if ordinary else numbers(0, 5000))
    line: Document = {"name": name, "kind": kind, "product": draw(_PRODUCTS)}
    line["list_price"] = price
    line["unit_cost"] = round(price * draw(numbers(0.05, 0.35)), 4) if ordinary else draw(numbers(0, 3000))
    line["quantity"] = draw(_QUANTITIES)
    if ordinary:
        line["quantity"] = round(draw(numbers(1e4, 1e5)) / price, 4)
    for one in ("discount", *(("delivery_months",) if kind == "one-off" else ("discount_months", "ramp_months", "start_month"))):
        line[one] = draw(levels(one, ordinary))
    if kind == "one-off":
        return line
    lasts = draw(_lasting(12 if ordinary else 0))
    line["end_month"] = None if lasts is None else max(1, line["start_month"] + lasts)
    own = "support_cost" if kind == "recurring" else "demand_cv"
    line[own] = draw(levels(own, ordinary))
    if ordinary and kind == "recurring":
        line["support_cost"] = round(0.05 * price * draw(numbers(0, 1)), 4)
    return line


@cache
@st.composite
def line_lists(draw: st.DrawFn, ordinary: bool = False, at_most: int = 4) -> list[Document]:
    """From one to four lines of any kinds. A line of a product often starts where one of that product ends.

    An ordinary deal starts with a line that is served from the first month on and does not end.
    """
    found: list[Document] = []
    for number in range(draw(_whole(1, at_most))):
        if ordinary and number == 0:
            kind = draw(_SERVED)
            found.append(draw(lines("line 0", ordinary, kind)) | {"start_month": 0, "end_month": None})
            continue
        line = draw(lines(f"line {number}", ordinary))
        before = [other for other in found if line["product"] and other["product"] == line["product"]
                  and other["kind"] == line["kind"] != "one-off" and other["end_month"] is not None]  # fmt: skip
        continues: bool = draw(_EITHER)
        if before and continues:
            shift = before[-1]["end_month"] - line["start_month"]
            line["start_month"] += shift
            line["end_month"] = None if line["end_month"] is None else line["end_month"] + shift
        found.append(line)
    return found


@cache
@st.composite
def assumptions(draw: st.DrawFn, ordinary: bool = False) -> Document:
    """Every assumption. The horizon is a whole number of years."""
    found = {name: draw(levels(name, ordinary)) for name in _ASSUMPTIONS}
    if not ordinary and draw(_EITHER):
        found["retention_spread"] = 0
    found["horizon_months"] = 60 if ordinary else 12 * draw(_whole(1, 8))
    for month in ("reference_month", "introduction_month"):
        found[month] = draw(_whole(0, found["horizon_months"] - 1))
    return found


@cache
@st.composite
def terms(draw: st.DrawFn, ordinary: bool = False) -> Document:
    """Every term."""
    return {name: draw(levels(name, ordinary)) for name in TERM_NAMES}


@cache
@st.composite
def documents(draw: st.DrawFn, ordinary: bool = False) -> Document:
    """A deal that has a price."""
    return with_a_price(
        {"lines": draw(line_lists(ordinary)), "terms": draw(terms(ordinary)), "assumptions": draw(assumptions(ordinary))}
    )


def with_a_price(document: Document) -> Document:
    """The document, with the contradictions taken out that leave a deal without a price."""
    terms, assumed = dict(document["terms"]), dict(document["assumptions"])
    shortest = min((line["delivery_months"] for line in document["lines"] if line["kind"] == "one-off"), default=1000)
    terms["months_brought_forward"] = min(terms["months_brought_forward"], shortest - 1)
    if None not in (terms["uplift_floor"], terms["uplift_cap"]):
        terms["uplift_floor"] = min(terms["uplift_floor"], terms["uplift_cap"])
    for name, cap in (("liability", "liability_cap_multiple"), ("data", "data_cap_multiple")):
        if terms[cap] is None and assumed["risk_load"] * assumed[f"{name}_alpha"] <= 1.0001:
            assumed[f"{name}_frequency"] = 0
    return {**document, "terms": terms, "assumptions": assumed}


def term_moves(ordinary: bool = False) -> Drawn:
    """One term moved to any level, as a change of a trade."""

    def to_any_level(name: str) -> Drawn:
        return st.builds(lambda to: {"lever": name, "to": to}, levels(name, ordinary))

    return st.sampled_from([name for name in TERM_NAMES if name != "client_tenure_months"]).flatmap(to_any_level)
