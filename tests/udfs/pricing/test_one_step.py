"""One step in the client's direction costs us something: for ordinary, profitable deals, lever by lever.

The exceptions are those that docs/valuation.md names; each has a deal here in which the step pays. The law leaves them out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ..documents import WORKED_DEAL, Document, documents, with_a_price
from ..plain_reference import changed
from ..valuations import ENGINE, REFERENCE, Valuation

both = pytest.mark.parametrize("valuation", [REFERENCE, ENGINE], ids=lambda one: str(one.name))

Step = Callable[[Any, Document], Any]
"""The next level in the client's direction, from the level and the terms. None where there is none."""


def add(amount: float, highest: float = 1e9) -> Step:
    return lambda level, terms: None if level is None or level + amount > highest else level + amount


def take(amount: float, lowest: float = 0) -> Step:
    return lambda level, terms: None if level is None or level - amount < lowest else level - amount


def not_below(other: str, amount: float) -> Step:
    """A step down that stops at another term."""
    return lambda level, terms: None if level is None or level - amount < (terms[other] or 0) else level - amount


def divisor(level: Any, terms: Document) -> Any:
    """The greatest smaller part that goes into the level without a rest: no end of a term or a block is lost."""
    return next((part for part in range(level - 1, 0, -1) if level % part == 0), None)


def one_renewal_less(level: Any, terms: Document) -> Any:
    return level - terms["renewal_term_months"] if level > terms["renewal_term_months"] else None


TERMS: dict[str, Step] = {
    "term_months": one_renewal_less,
    "renewal_term_months": divisor,
    "auto_renewal": take(1),
    "billing_in_advance": take(1),
    "prepayment_refundable": add(1, 1),
    "payment_days": add(5),
    "free_months": add(1),
    "uplift_floor": take(0.005),
    "uplift_cap": not_below("uplift_floor", 0.005),
    "price_lock_months": add(12),
    "most_favoured_price": add(1, 1),
    "sla_credit": add(0.05, 1),
    "commitment": take(0.1),
    "take_or_pay_rate": take(0.1),
    "rebate_threshold": take(0.05),
    "rebate_rate": add(0.02, 1),
    "late_damages_rate": add(0.02, 1),
    "months_brought_forward": add(1),
    "warranty_months": add(6),
    "tfc_from_month": take(1),
    "liability_cap_multiple": add(1),
    "data_cap_multiple": add(1),
    "exclusivity_months": add(6),
    "public_reference": take(1),
    "introduction": take(1),
    "foreign_share": add(0.1, 1),
}
LINES: dict[str, Step] = {
    "discount": add(0.01, 1),
    "quantity": take(1),
    "ramp_months": add(1),
    "start_month": add(1),
    "end_month": take(1),
    "support_cost": add(0.1),
}


def steps_of(document: Document) -> list[Document]:
    """One step in the client's direction for each lever that has one."""
    terms = document["terms"]
    found = [{"lever": name, "to": step(terms[name], terms)} for name, step in TERMS.items()]
    for line in document["lines"]:
        levels = {name: step(line[name], terms) for name, step in LINES.items() if name in line}
        found += [{"lever": name, "line": line["name"], "to": to} for name, to in levels.items()]
    return [step for step in found if step["to"] is not None]


def without_the_exceptions(document: Document) -> Document:
    """The deal without exit fees and free months, refunded; no line of it continues another."""
    lines = [line | {"product": None} for line in document["lines"]]
    return changed({**document, "lines": lines}, {"lever": "tfc_fee_months", "to": 0}, {"lever": "free_months", "to": 0})


@both
@settings(max_examples=200)
@given(documents(ordinary=True).map(without_the_exceptions), st.data())
def test_a_step_in_the_clients_direction_never_raises_the_value(
    valuation: Valuation, document: Document, data: st.DataObject
) -> None:
    step = data.draw(st.sampled_from(steps_of(document)))
    after = changed(document, step)
    assume(with_a_price(after) == after)
    before = valuation.value(document)
    assert valuation.value(after) <= before + 1e-9 * abs(before)


# ---- the exceptions, one deal each: (what holds already, the step that pays)

PAYS: dict[str, tuple[list[Document], list[Document]]] = {
    "an exit fee above the margin that is lost": (
        [{"lever": "tfc_fee_months", "to": 6}, {"lever": "auto_renewal", "to": 0}],
        [{"lever": "tfc_from_month", "to": 16}],
    ),
    "a right to leave months that lose money": (
        [{"lever": "discount", "line": "seats", "to": 0.9}, {"lever": "discount", "line": "usage", "to": 0.9}],
        [{"lever": "tfc_from_month", "to": 1}],
    ),
    "a slower ramp in free months": (
        [{"lever": "free_months", "to": 6}],
        [{"lever": "ramp_months", "line": "seats", "to": 5}],
    ),
    "renewals in the phase of the prepaid blocks, which nobody leaves": (
        [
            {"lever": "tfc_from_month", "to": 12},
            {"lever": "billing_months", "to": 12},
            {"lever": "billing_in_advance", "to": 1},
            {"lever": "prepayment_refundable", "to": 0},
            {"lever": "renewal_term_months", "to": 13},
        ],
        [{"lever": "renewal_term_months", "to": 12}],
    ),
    "a discount in free months, which lowers the caps": (
        [{"lever": "free_months", "to": 6}, {"lever": "discount_months", "line": "seats", "to": 0}],
        [{"lever": "discount_months", "line": "seats", "to": 6}],
    ),
}


@both
@pytest.mark.parametrize("reason", PAYS)
def test_a_step_in_the_clients_direction_pays_for_a_named_reason(valuation: Valuation, reason: str) -> None:
    before, step = PAYS[reason]
    deal = changed(WORKED_DEAL, *before)
    assert valuation.value(changed(deal, *step)) > valuation.value(deal) + 1
