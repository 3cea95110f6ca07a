"""What must hold for the value of every deal, held against the plain reference and against the engine.

The conditions that a law has are those of docs/valuation.md. Where a change may pay although the client asks for it, the
law leaves that case out and a deal beside it shows it.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..documents import MONEY_IN_ASSUMPTIONS, MONEY_IN_LINES, Document, documents, levels, with_a_price
from ..plain_reference import changed
from ..valuations import ENGINE, REFERENCE, Valuation

both = pytest.mark.parametrize("valuation", [REFERENCE, ENGINE], ids=lambda one: str(one.name))


def to(document: Document, **levels: Any) -> Document:
    """The document with terms at other levels."""
    return changed(document, *({"lever": name, "to": level} for name, level in levels.items()))


def assuming(document: Document, **levels: Any) -> Document:
    """The document with assumptions at other levels."""
    return {**document, "assumptions": {**document["assumptions"], **levels}}


def on_lines(document: Document, **levels: Any) -> Document:
    """The document with all lines that have the inputs at other levels of them."""
    lines = [line | {name: level for name, level in levels.items() if name in line} for line in document["lines"]]
    return {**document, "lines": lines}


def slack(valuation: Valuation, *deals: Document) -> float:
    """What rounding may move in a sum of the size of these deals."""
    return 1e-10 * max(1.0, *(math.fsum(map(abs, valuation.of(deal).components.values())) for deal in deals))


def assert_not_above(valuation: Valuation, better: Document, worse: Document) -> None:
    """The second deal is worth no more than the first."""
    assert valuation.value(worse) <= valuation.value(better) + slack(valuation, better, worse)


def in_order(document: Document, name: str, one: Any, two: Any) -> tuple[Document, Document]:
    """The deal with the lesser and with the greater level of a term; None is the greatest."""
    lesser, greater = sorted((one, two), key=lambda level: math.inf if level is None else level)
    return with_a_price(to(document, **{name: lesser})), with_a_price(to(document, **{name: greater}))


# ---- scale


def tenfold(inputs: Document, names: tuple[str, ...]) -> Document:
    return {name: 10 * level if name in names else level for name, level in inputs.items()}


@both
@given(documents())
def test_ten_times_all_money_is_ten_times_the_value(valuation: Valuation, document: Document) -> None:
    lines = [tenfold(line, MONEY_IN_LINES) for line in document["lines"]]
    assumed = tenfold(document["assumptions"], MONEY_IN_ASSUMPTIONS)
    small, large = valuation.of(document), valuation.of({**document, "lines": lines, "assumptions": assumed})
    assert large.acv == pytest.approx(10 * small.acv)
    for name, part in small.components.items():
        assert large.components[name] == pytest.approx(10 * part, rel=1e-9, abs=1e-6), name


@both
@given(documents(), st.floats(1, 20))
def test_a_deal_bigger_in_all_its_lines_never_has_a_smaller_liability_charge(
    valuation: Valuation, document: Document, times: float
) -> None:
    lines = [line | {"quantity": times * line["quantity"]} for line in document["lines"]]
    small, large = valuation.of(document), valuation.of({**document, "lines": lines})
    for name in ("liability", "data_liability"):
        assert large.components[name] <= small.components[name] + slack(valuation, document)


# ---- the sign of an effect


@both
@given(documents(), levels("payment_days"), levels("payment_days"))
def test_later_payment_never_helps_the_seller(valuation: Valuation, document: Document, one: float, two: float) -> None:
    # Damages fall due with the price. Where they are most of it, or where money grows by waiting, waiting pays.
    fair = assuming(document, cost_of_capital=abs(document["assumptions"]["cost_of_capital"]))
    sooner, later = in_order(to(fair, late_damages_rate=0), "payment_days", one, two)
    assert_not_above(valuation, sooner, later)


@both
@pytest.mark.parametrize("cap", ["liability_cap_multiple", "data_cap_multiple"])
@given(st.data())
def test_a_higher_cap_never_helps_the_seller(valuation: Valuation, cap: str, data: st.DataObject) -> None:
    document = with_a_price(to(data.draw(documents()), **{cap: None}))
    lower, higher = in_order(document, cap, data.draw(levels(cap)), data.draw(levels(cap)))
    assert_not_above(valuation, lower, higher)


@both
@given(documents(), levels("discount_months"), levels("discount_months"))
def test_a_longer_discount_never_helps_the_seller(valuation: Valuation, document: Document, one: Any, two: Any) -> None:
    # Caps are multiples of the fees: a discount lowers them too. Rebates may be more than all fees, damages as well.
    plain = to(document, rebate_threshold=None, liability_cap_multiple=0, data_cap_multiple=0)
    shorter, longer = sorted((one, two), key=lambda level: math.inf if level is None else level)
    assert_not_above(valuation, on_lines(plain, discount_months=shorter), on_lines(plain, discount_months=longer))


@both
@given(documents(), levels("default_probability"), levels("default_probability"))
def test_a_weaker_payer_makes_every_part_smaller(valuation: Valuation, document: Document, one: float, two: float) -> None:
    safe = valuation.of(assuming(document, default_probability=min(one, two)))
    weak = valuation.of(assuming(document, default_probability=max(one, two)))
    for name, part in safe.components.items():
        if name != "reference":  # its cost is paid though the client is gone
            assert abs(weak.components[name]) <= abs(part) * (1 + 1e-9) + 1e-9, name
    assert weak.components["reference"] <= safe.components["reference"] + 1e-9


@both
@given(documents(ordinary=True), levels("default_probability", ordinary=True), levels("default_probability", ordinary=True))
def test_a_weaker_payer_never_helps_the_seller_of_a_profitable_deal(
    valuation: Valuation, document: Document, one: float, two: float
) -> None:
    strong = assuming(document, default_probability=min(one, two))
    weak = assuming(document, default_probability=max(one, two))
    assert_not_above(valuation, strong, weak)


# ---- what changes nothing


def without_lines_of(*kinds: str) -> Any:
    """A condition: the deal has no line of these kinds, but one of another kind that nobody uses."""
    kind = next(kind for kind in ("one-off", "metered") if kind not in kinds)
    idle: Document = {"name": "idle", "kind": kind, "list_price": 0, "unit_cost": 0, "quantity": 0}
    idle |= {"delivery_months": 30} if kind == "one-off" else {"demand_cv": 0}
    return lambda document: {**document, "lines": [line for line in document["lines"] if line["kind"] not in kinds] + [idle]}


# Where a deal is as the first of each row makes it, the levers named change nothing, whatever their level.
IDLE: dict[str, tuple[Any, tuple[str, ...]]] = {
    "no right to leave": (lambda document: to(document, tfc_from_month=None), ("tfc_fee_months",)),
    "a fee that nobody pays": (lambda document: to(document, tfc_fee_months=200), ("tfc_from_month",)),
    "in arrears": (lambda document: to(document, billing_in_advance=0), ("prepayment_refundable",)),
    "no recurring line": (
        without_lines_of("recurring"),
        ("billing_months", "billing_in_advance", "prepayment_refundable", "free_months", "sla_credit"),
    ),
    "no metered line": (without_lines_of("metered"), ("commitment", "take_or_pay_rate", "rebate_threshold", "rebate_rate")),
    "no one-off line": (without_lines_of("one-off"), ("warranty_months", "late_damages_rate", "months_brought_forward")),
    "no served line": (
        # Sooner delivery of the idle line would still be paid for.
        lambda document: to(without_lines_of("recurring", "metered")(document), months_brought_forward=0),
        ("foreign_share", "most_favoured_price", "price_lock_months", "uplift_cap", "uplift_floor"),
    ),
    "no commitment": (lambda document: to(document, commitment=0), ("take_or_pay_rate",)),
    "no rebate threshold": (lambda document: to(document, rebate_threshold=None), ("rebate_rate",)),
    "locked to the horizon": (lambda document: to(document, price_lock_months=200), ("uplift_cap", "uplift_floor")),
    "a term to the horizon": (
        lambda document: to(document, term_months=200, tfc_from_month=None),
        ("auto_renewal", "renewal_term_months"),
    ),
    "no claims": (
        lambda document: assuming(document, liability_frequency=0, data_frequency=0),
        ("liability_cap_multiple", "data_cap_multiple"),
    ),
}


@both
@settings(max_examples=200)
@given(st.data())
def test_a_lever_that_changes_nothing_in_the_deal_has_no_worth(valuation: Valuation, data: st.DataObject) -> None:
    make_idle, levers = IDLE[data.draw(st.sampled_from(sorted(IDLE)))]
    document = with_a_price(make_idle(data.draw(documents())))
    lever = data.draw(st.sampled_from(levers))
    moved = with_a_price(to(document, **{lever: data.draw(levels(lever))}))
    assert valuation.value(moved) == pytest.approx(valuation.value(document), rel=1e-13, abs=1e-9)


@both
@given(documents(), levels("discount_months"))
def test_the_end_of_a_discount_of_zero_has_no_worth(valuation: Valuation, document: Document, months: Any) -> None:
    full_price = on_lines(document, discount=0)
    assert valuation.value(on_lines(full_price, discount_months=months)) == valuation.value(full_price)


# ---- windows


@both
@given(documents(), st.integers(1, 40))
def test_a_line_cut_in_two_of_the_same_product_is_worth_the_same(valuation: Valuation, document: Document, cut: int) -> None:
    lines = [line | {"product": f"only {line['name']}"} for line in document["lines"]]
    first = next((line for line in lines if line["kind"] == "recurring"), None)
    if first is None or (first["end_month"] is not None and first["end_month"] <= first["start_month"] + cut):
        return
    end = first["start_month"] + cut
    halves = [first | {"end_month": end}, first | {"name": "second half", "start_month": end}]
    whole = {**document, "lines": lines}
    in_two = {**document, "lines": [*halves, *(line for line in lines if line is not first)]}
    assert valuation.value(in_two) == pytest.approx(valuation.value(whole), rel=1e-9, abs=slack(valuation, whole))


@both
@given(documents())
def test_a_line_of_quantity_zero_is_worth_nothing(valuation: Valuation, document: Document) -> None:
    # It still counts as a line: it may keep a prepaid client, and faster delivery is paid by line.
    unused = document["lines"][0] | {"name": "unused", "quantity": 0, "product": None}
    plain = to(document, billing_in_advance=0, months_brought_forward=0)
    with_one_more = {**plain, "lines": [unused, *plain["lines"]]}
    assert valuation.value(with_one_more) == pytest.approx(valuation.value(plain), rel=1e-12, abs=1e-9)
