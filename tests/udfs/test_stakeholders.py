"""Stakeholders rank and never value; history shows what it taught; stalls are counted."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from counterask.counters import find_counter_asks
from counterask.history import Concession, drag, further_cost, history_table, read_history, renewal_drag
from counterask.levers import Kind
from counterask.limits import Authority, Limit, Limits, Policy
from counterask.own_offers import own_offers
from counterask.problems import Problem
from counterask.stakeholders import Stakeholder, cost_to_client, read_stakeholders, stakeholder_table
from counterask.stalls import advised_ledger, stalls, try_first
from counterask.tables import Table
from counterask.terms import Line
from counterask.trades import Change, Response, Trade, Verdict, ledger

from .counter_deals import example, rules_of, worked_quote
from .deals import quiet_deal

WORKED = worked_quote()
CFO = Stakeholder("A", "CFO", "cash", ("payment_days", "billing_months"), 20_000.0)
PAY_LATER = Change("payment_days", None, 75.0)


# ---- stakeholders


def test_stakeholders_are_read_from_one_cell_or_from_three() -> None:
    problems: list[Problem] = []
    one_cell = stakeholder_table([{"who": "A", "levers": "discount, Payment days", "worth_to_them": 5}])
    three = Table.of_range(
        "Stakeholders",
        [
            ["Who", "Role", "Need", "Lever", "Second lever", "Third lever", "Worth to them\n(money)"],
            ["A", "", "", "Discount", None, "payment_days", 5],
        ],
    )
    listed = stakeholder_table([{"who": "A", "levers": ["discount", "payment_days"], "worth_to_them": 5}])
    found = [read_stakeholders(table, WORKED.deal, problems)[0] for table in (one_cell, three, listed)]
    assert not problems
    assert {one.levers for one in found} == {("discount", "payment_days")}
    assert {one.worth_to_them for one in found} == {5.0}


def test_a_need_that_names_no_lever_is_reported_by_place() -> None:
    problems: list[Problem] = []
    read_stakeholders(stakeholder_table([{"who": "A", "levers": "kindness"}]), WORKED.deal, problems)
    assert len(problems) == 1
    assert problems[0].where == "stakeholders[0].levers" and "kindness" in problems[0].found


def test_every_example_has_stakeholders_that_can_be_read() -> None:
    import json

    from .counter_deals import EXAMPLES

    for name in ("staffing", "software", "industrial_supply"):
        document = json.loads((EXAMPLES / f"{name}.json").read_text())
        problems: list[Problem] = []
        deal = example(name).deal
        assert read_stakeholders(stakeholder_table(document["stakeholders"]), deal, problems)
        assert read_history(history_table(document["history"]), deal, problems)
        assert not problems


def test_an_estimate_ranks_counter_asks_and_changes_no_number() -> None:
    rules = rules_of(WORKED)
    ask = Change("free_months", None, 1.0)
    without = {row.lever + str(row.line): row for row in find_counter_asks(WORKED.deal, (), ask, rules)}
    ranked = find_counter_asks(WORKED.deal, (), ask, rules, [CFO])
    for row in ranked:
        other = without[row.lever + str(row.line)]
        assert (row.to, row.worth, row.authority) == (other.to, pytest.approx(other.worth, nan_ok=True), other.authority)
        needed = row.lever in CFO.levers and row.is_reachable
        assert (row.burden > other.burden) == needed or math.isnan(row.burden)
    burdens = [row.burden for row in ranked if row.is_reachable]
    assert burdens == sorted(burdens)


def test_a_blank_estimate_costs_nothing() -> None:
    unknown = replace(CFO, worth_to_them=math.nan)
    assert cost_to_client("payment_days", 0.5, [unknown, CFO]) == 10_000.0
    assert cost_to_client("discount", 0.5, [CFO]) == 0.0


# ---- our own offers


def test_own_offers_answer_a_need_within_what_a_rep_may_grant() -> None:
    rules = rules_of(WORKED)
    rows = (Limit("payment_days", None, 60.0), Limit("billing_months", None, 1.0), Limit("discount", None, 0.08))
    rules = replace(rules, limits=Limits(rows))
    buyer = Stakeholder("B", "buyer", "price", ("discount",), 1_000.0)
    found = own_offers(WORKED.deal, (), rules, [CFO, buyer])
    assert [(one.lever, one.line) for one in found][0] == ("payment_days", None)
    assert {one.line for one in found if one.lever == "discount"} == {"seats", "usage"}
    assert all(one.cost < 0.0 and one.people for one in found)
    assert found[0].cost == pytest.approx(-5708.3544596488355)
    assert [one.return_on_cost for one in found] == sorted((one.return_on_cost for one in found), reverse=True)


# ---- history


def given(lever: str = "discount", line: str | None = "seats", **fields: object) -> Concession:
    row = Concession(None, "concession", "A", "Q1", lever, line, 0.0, 0.04, -100.0, math.nan, "nothing")
    return replace(row, **fields)  # type: ignore[arg-type]


def test_only_a_discount_for_nothing_teaches() -> None:
    assert given().taught_discount == pytest.approx(0.04)
    assert given(worth=500.0).taught_discount == 0.0
    assert given(in_return="a longer term").taught_discount == 0.0
    assert given(lever="payment_days").taught_discount == 0.0


def test_the_drag_is_a_share_of_the_fees_after_the_first_term() -> None:
    line = Line("L", Kind.RECURRING, 100.0, 0.2, 10.0, 0.0, 1.0, 0.0)
    deal = quiet_deal(line, term_months=24.0)
    found = drag(deal, [given(line=None, to=0.05)], 0.5)
    assert found.taught == (("L", 0.05),)
    assert found.value == pytest.approx(-36 * 100.0 * 10.0 * 0.05 * 0.5)
    assert renewal_drag(deal, "L", 0.05, 0.0) == 0.0
    assert math.isnan(drag(deal, [given(line=None)], math.nan).value)
    assert drag(deal, [], 0.5).value == 0.0


def test_the_drag_counts_only_where_the_policy_says_so_and_the_client_is_taught() -> None:
    deal = WORKED.deal
    trade = Trade("T", Response.YES, (Change("discount", "seats", 0.11),))
    taught = drag(deal, [given()], 0.5)
    assert taught.is_taught and taught.value < 0.0
    assert further_cost(deal, trade, taught, 0.5, False) == 0.0
    assert further_cost(deal, trade, drag(deal, [], 0.5), 0.5, True) == 0.0
    counted = further_cost(deal, trade, taught, 0.5, True)
    assert counted == pytest.approx(renewal_drag(deal, "seats", 0.06, 0.5))
    rules = rules_of(WORKED)
    plain = {row.lever + str(row.line): row for row in find_counter_asks(deal, [trade], "T", rules)}
    for row in find_counter_asks(deal, [trade], "T", rules, further_cost=counted):
        other = plain[row.lever + str(row.line)]
        if row.is_reachable:
            assert other.is_reachable and other.way <= row.way
            if other.to == row.to:
                assert row.net == pytest.approx(other.net + counted)


def test_history_takes_costs_with_and_without_a_sign() -> None:
    problems: list[Problem] = []
    rows = [
        {"date": "2025-03-14", "lever": "discount", "line": "seats", "from": 0.0, "to": 0.02, "cost": cost}
        for cost in (21400, -21400)
    ]
    found = read_history(history_table(rows), WORKED.deal, problems)
    assert not problems and [row.cost for row in found] == [-21400.0, -21400.0]


def test_a_wrong_level_in_the_history_is_reported_by_place() -> None:
    problems: list[Problem] = []
    rows = [{"date": "soon", "lever": "discount", "to": 7}]
    read_history(history_table(rows), WORKED.deal, problems)
    assert {problem.where for problem in problems} == {"history[0].date", "history[0].to"}


# ---- stalls, and what to try before a manager is asked


def test_stalls_are_counted_against_the_policy_and_need_a_reason() -> None:
    ask = (Change("payment_days", None, 75.0),)
    trades = (
        Trade("A", Response.STALL, ask, reason="waiting"),
        Trade("B", Response.STALL, ask),
        Trade("C", Response.YES, ask),
    )
    found = stalls(replace(WORKED, trades=trades, policy=Policy(stalls_allowed=1.0)))
    assert (found.used, found.without_reason, found.over) == (("A", "B"), ("B",), 1)
    assert stalls(replace(WORKED, trades=trades)).over == 0


def test_a_trade_for_a_manager_with_nothing_in_return_is_answered_with_counter_asks_to_try_first() -> None:
    rules = rules_of(WORKED)
    trades = (Trade("A", Response.YES, (PAY_LATER,)), *WORKED.trades[1:2])
    quote = replace(WORKED, trades=trades)
    valued = ledger(quote.deal, trades, rules)
    assert valued.trades[0].authority == Authority.MANAGER and valued.trades[0].verdict == Verdict.CONCESSION
    found = try_first(quote, valued, rules)
    assert set(found) == {"A"}
    assert len(found["A"]) == 3 and all(row.is_reachable for row in found["A"])
    note = advised_ledger(quote, rules).trades[0].note
    assert note.startswith("before a manager is asked, ask the client for: ") and note.count("; or ") == 2
    assert advised_ledger(WORKED, rules).trades == ledger(WORKED.deal, WORKED.trades, rules).trades
