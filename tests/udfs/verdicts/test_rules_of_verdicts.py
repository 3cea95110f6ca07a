"""Each rule of section 8 of docs/valuation.md in a small deal in which another reading would give another answer.

The deal: 10 seats at 100 a month for a year, at no cost and without discounting. A point of discount is 120, a seat 1,200, a
month of exclusivity 100, a training day 50, a case study 300 (soft).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.deal_json import read_deal
from counterask.result_tables.answer import result
from counterask.verdicts.shares import fair_shares

from ..documents import WORKED_DEAL, Document
from ..plain_shares import plain_find, plain_shares
from ..plain_verdicts import PlainLedger

HALF_A_CENT = 0.005
Answer = Callable[..., dict[str, Any]]


def plain_answer(document: Document, day: str = "2026-06-01") -> dict[str, Any]:
    return PlainLedger(document, day).answer()


def engine_answer(document: Document, day: str = "2026-06-01") -> dict[str, Any]:
    """The same of the engine, from the same JSON. A trade with a problem moves nothing."""
    quote = read_deal(document)
    places = [re.match(r"trades\[(\d+)\]", one.where) for one in quote.problems]
    wrong = {document["trades"][int(place[1])]["id"] for place in places if place is not None}
    quote = replace(quote, trades=tuple(one for one in quote.trades if one.id not in wrong))
    shown = shown_ledger(quote, Context(date.fromisoformat(day)))
    found = dict(result(shown.ledger, fair_shares(quote.deal, quote.trades, shown.rules), quote.unknown()))
    by_id = {entry["id"]: entry for entry in found["ledger"]}  # type: ignore[attr-defined]
    problem = {"verdict": "problem"}
    return found | {"ledger": [problem if one["id"] in wrong else by_id[one["id"]] for one in document["trades"]]}


by_all = pytest.mark.parametrize("answer", [plain_answer, engine_answer], ids=["reference", "engine"])

SEATS: Document = {"name": "seats", "kind": "recurring", "product": None, "list_price": 100, "quantity": 10, "unit_cost": 0}
TERMS: Document = {"term_months": 12, "renewal_term_months": 12, "billing_months": 1, "billing_in_advance": 0}
TERMS |= {"payment_days": 0, "liability_cap_multiple": 0, "data_cap_multiple": 0}
ASSUMPTIONS: Document = {
    **dict.fromkeys(WORKED_DEAL["assumptions"], 0),
    **{"horizon_months": 12, "annual_retention": 1, "exclusivity_margin": 100, "liability_reference_fees": 1},
}
PAID: Document = {"month_from": 0, "ask_up_to": 20, "probability": 1, "survives": True}
TRAINING: Document = {"lever": "training day", "amount_per_unit": 50} | PAID
CASE_STUDY: Document = {"lever": "case study", "amount_per_unit": 300, "soft": "yes"} | PAID


def ask(lever: str, to: Any) -> Document:
    """A change of a lever: of the seats where a line has it, else of the terms."""
    is_on_line = lever in ("discount", "discount_months", "quantity", "unit_cost", "ramp_months", "end_month")
    return {"lever": lever, "to": to} | ({"line": "seats"} if is_on_line else {})


def trade(*asks: Document, against: list[Document] | None = None, **others: Any) -> Document:
    return {"response": "yes", "asks": list(asks), "counters": against or []} | others


def deal(*trades: Document, line: Document | None = None, terms: Document | None = None, **others: Any) -> Document:
    numbered = [{"id": f"T{number}"} | one for number, one in enumerate(trades, 1)]
    document = {"lines": [SEATS | (line or {})], "terms": TERMS | (terms or {}), "assumptions": ASSUMPTIONS}
    return {**document, "trades": numbered, "limits": [TRAINING, CASE_STUDY]} | others


def rows(*more: Document) -> list[Document]:
    return [TRAINING, CASE_STUDY, *more]


def only(found: dict[str, Any]) -> dict[str, Any]:
    (row,) = found["ledger"]
    return dict(row)


# ---- the verdict


@by_all
def test_a_bare_ask_that_costs_nothing_is_no_concession(answer: Answer) -> None:
    assert only(answer(deal(trade(ask("payment_days", 60)))))["verdict"] == "negotiation"


@by_all
def test_a_pebble_asked_in_return_leaves_a_concession(answer: Answer) -> None:
    pebble = answer(deal(trade(ask("discount", 0.1), against=[ask("training day", 0.00009)])))
    assert (only(pebble)["verdict"], only(pebble)["shortfall"]) == ("concession", pytest.approx(1200, abs=HALF_A_CENT))
    some = answer(deal(trade(ask("discount", 0.1), against=[ask("training day", 2)])))
    assert (only(some)["verdict"], only(some)["shortfall"]) == ("unbalanced concession", pytest.approx(1100))


@by_all
def test_the_required_ratio_asks_for_more_than_the_cost(answer: Answer) -> None:
    fair = trade(ask("discount", 0.1), against=[ask("training day", 24)])
    assert only(answer(deal(fair)))["verdict"] == "negotiation"
    found = only(answer(deal(fair, policy={"required_ratio": 1.25})))
    assert (found["required"], found["counted"], found["shortfall"]) == (1500, 1200, pytest.approx(300))


@by_all
def test_a_change_counts_on_the_side_to_which_it_moves_whatever_column_it_is_typed_in(answer: Answer) -> None:
    both = trade(ask("discount", 0.1), ask("exclusivity_months", 2))
    limits = rows({"lever": "exclusivity_months", "standard": 10})
    found = only(answer(deal(both, terms={"exclusivity_months": 10}, limits=limits)))
    assert (found["cost"], found["worth"]) == (pytest.approx(-400), 0)
    assert (found["required"], found["counted"]) == (pytest.approx(1200), pytest.approx(800))
    assert (found["verdict"], found["shortfall"]) == ("unbalanced concession", pytest.approx(400))


@by_all
def test_soft_value_covers_only_its_share_of_what_is_required(answer: Answer) -> None:
    soft = trade(ask("discount", 0.1), against=[ask("case study", 4)])
    found = only(answer(deal(soft, policy={"soft_share_cap": 0.5})))
    assert (found["worth"], found["counted"], found["shortfall"]) == (1200, pytest.approx(600), pytest.approx(600))


# ---- what only restores

DISCOUNTED: Document = {"discount": 0.1}
STANDARD_5: Document = {"lever": "discount", "standard": 0.05, "rep_to": 0.2, "ask_up_to": 0}


@by_all
def test_a_move_from_the_opening_to_the_standard_restores_and_the_rest_counts(answer: Answer) -> None:
    given = trade(ask("discount", 0.15))
    back = trade(ask("exclusivity_months", 12), against=[ask("discount", 0.0)])
    found = answer(deal(given, back, line=DISCOUNTED, limits=rows(STANDARD_5)))["ledger"][1]
    assert (found["net"], found["restored"], found["counted"]) == pytest.approx((600, 600, 1200))
    assert found["verdict"] == "negotiation"


@by_all
def test_a_counter_ask_that_only_restores_leaves_a_concession(answer: Answer) -> None:
    back = trade(ask("exclusivity_months", 6), against=[ask("discount", 0.05)])
    document = deal(back, line=DISCOUNTED, limits=rows(STANDARD_5))
    found = only(answer(document))
    assert (found["verdict"], found["restored"], found["net"]) == ("concession", pytest.approx(600), pytest.approx(0))
    approved = only(answer({**document, "quote": {"opening_approved": True}}))
    assert (approved["verdict"], approved["restored"]) == ("negotiation", 0)


@by_all
def test_a_lever_without_a_row_restores_up_to_its_neutral_level(answer: Answer) -> None:
    back = trade(ask("discount", 0.05), against=[ask("exclusivity_months", 0)])
    found = only(answer(deal(back, terms={"exclusivity_months": 6})))
    assert (found["verdict"], found["restored"], found["net"]) == ("concession", pytest.approx(600), pytest.approx(0))


@by_all
def test_more_of_a_line_without_a_product_is_not_counted_where_there_is_a_price_book(answer: Answer) -> None:
    more = trade(ask("discount", 0.1), against=[ask("quantity", 20)])
    book = [{"product": "Seat", "kind": "recurring", "list_price": 100, "unit_cost": 0}]
    assert only(answer(deal(more)))["verdict"] == "negotiation"
    assert only(answer(deal(more, price_book=book)))["verdict"] == "concession"
    assert only(answer(deal(more, price_book=book, line={"product": "Seat"})))["verdict"] == "negotiation"


# ---- what moves the deal


@by_all
def test_a_blocked_trade_shows_its_numbers_and_moves_nothing(answer: Answer) -> None:
    stop = {"lever": "discount", "rep_to": 0.2, "never_beyond": 0.3}
    found = answer(deal(trade(ask("discount", 0.5)), trade(ask("quantity", 9)), limits=rows(stop)))
    blocked, later = found["ledger"]
    assert (blocked["verdict"], blocked["authority"], blocked["cost"]) == ("blocked", "nobody", pytest.approx(-6000))
    assert later["cost"] == pytest.approx(-1200)
    assert found["change"] == pytest.approx(-1200)


@by_all
def test_a_trade_whose_limits_expired_moves_the_deal_and_only_its_verdict_is_missing(answer: Answer) -> None:
    expired = {"lever": "discount", "rep_to": 0.2, "never_beyond": 0.6, "expires": "2026-05-31"}
    found = answer(deal(trade(ask("discount", 0.5)), limits=rows(expired)))
    assert (only(found)["verdict"], only(found)["authority"]) == ("cannot tell", "finance")
    assert found["change"] == pytest.approx(-6000)
    last_day = answer(deal(trade(ask("discount", 0.5)), limits=rows(expired)), "2026-05-31")
    assert only(last_day)["verdict"] == "concession"


@by_all
def test_months_beyond_the_horizon_have_no_price(answer: Answer) -> None:
    found = answer(deal(trade(ask("exclusivity_months", 13)), trade(ask("exclusivity_months", 12))))
    beyond, within = found["ledger"]
    assert beyond["verdict"] == "cannot tell"
    assert beyond["note"] == "months beyond the horizon of 12 are not priced; set horizon_months to at least 24"
    assert within["cost"] == pytest.approx(-1200) == pytest.approx(found["change"])


@by_all
@pytest.mark.parametrize(
    "fault",
    [
        trade(ask("unit_cost", 1)),
        trade({"lever": "annual_retention", "to": 0.9}),
        trade(ask("discount", 0.1), against=[ask("discount", 0.05)]),
    ],
    ids=["a cost", "a chance", "a lever named twice"],
)
def test_a_trade_that_names_what_it_cannot_moves_nothing(answer: Answer, fault: Document) -> None:
    found = answer(deal(fault))
    assert (only(found)["verdict"], found["change"]) == ("problem", 0)


@by_all
def test_a_declined_trade_stays_declined_beyond_a_hard_stop(answer: Answer) -> None:
    stop = {"lever": "discount", "never_beyond": 0.3}
    found = only(answer(deal(trade(ask("discount", 0.5), response="no"), limits=rows(stop))))
    assert (found["verdict"], found["authority"]) == ("declined", None)


# ---- who may agree


def authority(answer: Answer, one: Document, *limits: Document, **others: Any) -> str:
    return str(only(answer(deal(one, limits=rows(*limits), **others)))["authority"])


@by_all
def test_a_level_goes_to_the_first_who_may_agree(answer: Answer) -> None:
    limit = {"lever": "discount", "rep_to": 0.05, "manager_to": 0.1, "never_beyond": 0.2}
    found = [authority(answer, trade(ask("discount", level)), limit) for level in (0.05, 0.1, 0.2, 0.21)]
    assert found == ["rep", "manager", "finance", "nobody"]
    open_ended = {"lever": "discount", "never_beyond": 0.2}
    assert [authority(answer, trade(ask("discount", level)), open_ended) for level in (0.01, 0.2)] == ["manager", "manager"]
    assert authority(answer, trade(ask("discount", 0.01))) == "manager"


@by_all
def test_a_rep_asks_for_no_more_than_the_row_says(answer: Answer) -> None:
    assert authority(answer, trade(ask("training day", 20))) == "rep"
    assert authority(answer, trade(ask("training day", 21))) == "manager"
    assert authority(answer, trade(ask("quantity", 11))) == "manager"


@by_all
def test_a_concession_needs_the_authority_that_the_policy_says(answer: Answer) -> None:
    limit = {"lever": "discount", "rep_to": 0.2}
    policy = {"concession_authority": "finance"}
    assert authority(answer, trade(ask("discount", 0.1)), limit) == "rep"
    assert authority(answer, trade(ask("discount", 0.1)), limit, policy=policy) == "finance"
    balanced = trade(ask("discount", 0.08), against=[ask("training day", 20)])
    assert authority(answer, balanced, limit, policy=policy) == "rep"


@by_all
def test_a_margin_that_falls_below_the_floor_needs_finance(answer: Answer) -> None:
    limit = {"lever": "discount", "rep_to": 0.2}
    costly: dict[str, Any] = {"line": {"unit_cost": 50}}
    one = trade(ask("discount", 0.1))
    assert authority(answer, one, limit, policy={"minimum_margin": 0.44}, **costly) == "rep"
    assert authority(answer, one, limit, policy={"minimum_margin": 0.45}, **costly) == "finance"
    up = trade(ask("training day", 1))
    assert authority(answer, up, limit, policy={"minimum_margin": 0.9}, **costly) == "rep"


@by_all
def test_each_cell_comes_from_the_most_specific_row_that_fills_it(answer: Answer) -> None:
    limits = [
        {"lever": "discount", "rep_to": 0.01, "never_beyond": 0.3},
        {"lever": "discount", "segment": "large", "rep_to": 0.1},
        {"lever": "discount", "line": "seats", "rep_to": 0.05},
        {"lever": "discount", "line": "seats", "segment": "small", "rep_to": 0.2},
    ]
    large: dict[str, Any] = {"quote": {"segment": "large"}}
    assert authority(answer, trade(ask("discount", 0.05)), *limits, **large) == "rep"
    assert authority(answer, trade(ask("discount", 0.1)), *limits, **large) == "manager"
    assert authority(answer, trade(ask("discount", 0.4)), *limits, **large) == "nobody"
    assert authority(answer, trade(ask("discount", 0.1)), *limits, quote={"segment": "small"}) == "rep"


# ---- the opening


@by_all
def test_the_opening_is_valued_against_the_standard_row_by_row(answer: Answer) -> None:
    limits = rows({"lever": "discount", "standard": 0.02, "rep_to": 0.05, "manager_to": 0.2})
    book = [{"product": "Seat", "kind": "recurring", "list_price": 120, "unit_cost": 0}]
    line = {"product": "Seat", "discount": 0.1}
    found = answer(deal(line=line, terms={"training day": 3}, limits=limits, price_book=book))["opening"]
    assert [row["lever"] for row in found["levers"]] == ["list_price", "discount", "training day"]
    assert [row["value"] for row in found["levers"]] == pytest.approx([-2352, -960, 150])
    assert (found["gave"], found["net"], found["standard_value"]) == pytest.approx((-3312, -3162, 14112))
    assert found["authority"] == "manager"
    off_book = answer(deal(line=line, limits=limits, price_book=book, policy={"off_book_authority": "finance"}))
    assert off_book["opening"]["authority"] == "finance"


@by_all
def test_a_deal_at_its_standard_has_no_opening_concession(answer: Answer) -> None:
    found = answer(deal(line=DISCOUNTED, limits=rows({"lever": "discount", "standard": 0.1, "never_beyond": 0.05})))["opening"]
    assert (found["levers"], found["gave"], found["net"], found["authority"]) == ([], 0, 0, "rep")


def test_an_opening_cannot_be_told_where_the_standard_deal_has_no_finite_price() -> None:
    tail = ASSUMPTIONS | {"liability_frequency": 1, "liability_alpha": 1, "liability_theta": 1, "risk_load": 1, "data_alpha": 1}
    limits = rows({"lever": "liability_cap_multiple", "standard": None, "rep_to": None})
    found = engine_answer(deal(limits=limits, assumptions=tail, line={"discount": 0.1}))["opening"]
    assert (found["gave"], found["net"], found["authority"]) == (None, None, "finance")
    assert "no finite price" in found["note"]


@by_all
def test_the_chance_of_winning_must_rise_by_what_a_trade_loses(answer: Answer) -> None:
    found = answer(deal(trade(ask("discount", 0.2)), trade(ask("training day", 1))))
    assert found["ledger"][0]["break_even"] == pytest.approx(1.25)
    assert found["ledger"][1]["break_even"] is None


# ---- shares and finder


def test_the_ledger_and_the_fair_shares_of_the_reference_are_the_worked_ones() -> None:
    ledger, expected = PlainLedger(WORKED_DEAL), WORKED_DEAL["expected"]
    assert ledger.change == pytest.approx(expected["change_all_trades"], abs=1e-6)
    for table, found in (("ledger", ledger.answer()["ledger"]), ("shares", plain_shares(ledger))):
        for row, numbers in zip(found, expected[table], strict=True):
            assert {name: row[name] for name in numbers} == pytest.approx(numbers, abs=1e-6)


def test_the_finder_of_the_reference_takes_the_first_step_that_makes_it_a_negotiation() -> None:
    ledger = PlainLedger(deal(trade(ask("discount", 0.05), against=[ask("training day", 2)])), "2026-06-01")
    assert plain_find(ledger, "T1", "case study", None, [1, 2, 3]) == (2, pytest.approx(100))
    assert plain_find(ledger, "T1", "case study", None, [1]) == (None, pytest.approx(-200))
    assert plain_find(ledger, "T1", "training day", None, [10]) is None
    assert plain_find(ledger, "T1", "exclusivity_months", None, [13]) is None
