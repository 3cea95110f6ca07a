"""Stakeholders rank and never value; history shows what it taught; stalls are counted."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from counterask.counter_asks.finder import find_counter_asks
from counterask.counter_asks.first_ask import ask_words
from counterask.counter_asks.shown import NOTHING, Context, advice_on, shown_ledger
from counterask.counter_asks.stalls import stalls
from counterask.counter_asks.unasked_offers import own_offers
from counterask.explaining.explain import explain_trade
from counterask.explaining.flips import find_flips
from counterask.pricing.renewal_drag import renewal_drag
from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.history import Concession, drag, history_table, read_history
from counterask.reading.problems import Problem
from counterask.reading.quote import Quote
from counterask.reading.stakeholders import Stakeholder, cost_to_client, read_stakeholders, stakeholder_table
from counterask.reading.tables import Table
from counterask.result_tables.history_views import drag_sentence, past_of, past_sentence
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Trade, Verdict
from counterask_templates.examples import load_example

from ..counter_deals import example, rules_of, worked_quote
from ..deals import quiet_deal, quiet_line
from ..documents import WORKED_DEAL
from ..plain_reference import PlainValuation, changed, plain_value

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
    for name in ("staffing", "software", "industrial_supply"):
        document = load_example(name)
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
    later = changed(WORKED_DEAL, {"lever": "payment_days", "to": 60.0})
    assert found[0].cost == pytest.approx(plain_value(later) - plain_value(WORKED_DEAL))
    assert [one.return_on_cost for one in found] == sorted((one.return_on_cost for one in found), reverse=True)


def test_what_an_answer_is_worth_on_all_lines_is_shared_out_over_them() -> None:
    rules = replace(rules_of(WORKED), limits=Limits((Limit("discount", None, 0.08),)))
    buyer = Stakeholder("B", "buyer", "price", ("discount",), 1_000.0)
    found = own_offers(WORKED.deal, (), rules, [buyer])
    assert len(found) == 2
    assert math.fsum(one.worth_to_them for one in found) == pytest.approx(1_000.0)
    first, second = found
    assert first.worth_to_them / second.worth_to_them == pytest.approx(first.cost / second.cost)


def test_nothing_is_offered_that_moves_nothing() -> None:
    buyer = Stakeholder("B", "buyer", "price", ("rebate_rate",), 1_000.0)
    rules = replace(rules_of(WORKED), limits=Limits((Limit("rebate_rate", None, 0.02),)))
    assert WORKED.deal.terms.rebate_threshold == math.inf
    assert own_offers(WORKED.deal, (), rules, [buyer]) == ()
    with_threshold = WORKED.deal.with_inputs({(None, "rebate_threshold"): 1.0})
    assert [one.lever for one in own_offers(with_threshold, (), rules, [buyer])] == ["rebate_rate"]


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
    line = quiet_line("L", list_price=100.0, discount=0.2, quantity=10.0)
    deal = quiet_deal(line, term_months=24.0)
    found = drag(deal, [given(line=None, to=0.05)], 0.5)
    assert found.taught == (("L", 0.05),)
    assert found.value == pytest.approx(-36 * 100.0 * 10.0 * 0.05 * 0.5)
    assert renewal_drag(deal, "L", 0.05, 0.0) == 0.0
    assert math.isnan(drag(deal, [given(line=None)], math.nan).value)
    assert drag(deal, [], 0.5).value == 0.0


def with_history(drag_counts: float, share: float = 0.5, **fields: object) -> Quote:
    """The worked deal with a client who once got a discount, two trades about discounts, and a policy."""
    policy = Policy(taught_discount_drag=share, drag_counts=drag_counts)
    trades = (
        Trade("A", Response.YES, (Change("discount", "seats", 0.11),), (Change("quantity", "seats", 288.0),)),
        Trade("B", Response.YES, (Change("discount", "setup", 0.2), Change("discount", "seats", 0.1))),
    )
    return replace(worked_quote(), trades=trades, policy=policy, history=(given(**fields),))


def test_the_drag_is_what_a_valuation_month_by_month_loses_after_the_first_term() -> None:
    """The same discount for the first term only, and for good: the difference is what it takes from later fees."""

    def fees(discount: float, months: float | None) -> float:
        to = {"discount": discount, "discount_months": months}
        moves = [{"lever": name, "line": "seats", "to": level} for name, level in to.items()]
        return PlainValuation(changed(WORKED_DEAL, *moves)).components["recurring_fees"]

    def later(discount: float) -> float:
        return fees(discount, None) - fees(discount, 24.0)

    assert renewal_drag(WORKED.deal, "seats", 0.06, 0.5) == pytest.approx(0.5 * (later(0.11) - later(0.05)))


def test_the_drag_counts_only_where_the_policy_says_so_and_the_client_is_taught() -> None:
    counted = with_history(1.0)
    plain, silent, untaught = with_history(0.0), with_history(1.0, share=0.0), with_history(1.0, in_return="a longer term")
    first, second = ledger(counted.deal, counted.trades, counted.rules(None)).trades
    assert first.drag == pytest.approx(renewal_drag(counted.deal, "seats", 0.06, 0.5)) and first.drag < 0.0
    assert second.drag == 0.0, "the discount on seats goes down, and one-off lines are not renewed"
    for other in (plain, silent, untaught):
        same = ledger(other.deal, other.trades, other.rules(None)).trades[0]
        assert same.drag == 0.0 and (same.cost, same.worth) == (first.cost, first.worth)
        assert same.shortfall == pytest.approx(max(0.0, first.shortfall + first.drag), abs=0.005)
    assert first.verdict == Verdict.UNBALANCED
    assert "17,189 that a discount is expected to cost again at renewals" in first.note


def test_the_drag_that_counts_can_turn_a_verdict_and_stays_in_no_sum() -> None:
    counted, plain = with_history(1.0), with_history(0.0)
    enough = replace(plain.trades[0], counters=(Change("quantity", "seats", 291.0),))
    of = {quote.policy.drag_counts: ledger(quote.deal, (enough,), quote.rules(None)) for quote in (counted, plain)}
    assert [of[flag].trades[0].verdict for flag in (0.0, 1.0)] == [Verdict.NEGOTIATION, Verdict.UNBALANCED]
    assert of[1.0].change == of[0.0].change == pytest.approx(of[1.0].trades[0].net)


def test_a_blank_drag_that_should_count_tells_nothing() -> None:
    quote = with_history(1.0, share=math.nan)
    first = ledger(quote.deal, quote.trades, quote.rules(None)).trades[0]
    assert first.verdict == Verdict.CANNOT_TELL and "Taught discount drag" in first.note
    assert all(not row.is_reachable for row in find_counter_asks(quote.deal, quote.trades, "A", quote.rules(None)))


@pytest.mark.parametrize("share", [0.5, math.nan])
def test_a_discount_on_a_one_off_line_has_no_drag_whatever_is_assumed(share: float) -> None:
    quote = replace(with_history(1.0, share=share), trades=(Trade("C", Response.YES, (Change("discount", "setup", 0.2),)),))
    found = ledger(quote.deal, quote.trades, quote.rules(None)).trades[0]
    assert found.drag == 0.0 and found.verdict == Verdict.CONCESSION and found.note == ""


@pytest.mark.parametrize("name", ["term_months", "annual_retention", "payment_days", "cost_of_capital", "churn_hazard"])
def test_a_drag_that_needs_an_unknown_input_cannot_be_told(name: str) -> None:
    quote = with_history(0.0)
    deal = quote.deal.with_inputs({(None, name): math.nan})
    assert "? Drag at renewals: cannot tell." in drag_sentence(past_of(deal, quote.history, quote.policy), "EUR")


def test_counter_asks_pay_for_the_drag_too_where_it_counts() -> None:
    counted, plain = with_history(1.0), with_history(0.0)
    more = find_counter_asks(counted.deal, counted.trades[:1], "A", counted.rules(None))
    less = {(row.lever, row.line): row for row in find_counter_asks(plain.deal, plain.trades[:1], "A", plain.rules(None))}
    reached = 0
    for row in more:
        if row.is_reachable:
            other = less[row.lever, row.line]
            assert other.is_reachable and other.way <= row.way
            typed = replace(counted.trades[0], counters=(*counted.trades[0].counters, row.change))
            after = ledger(counted.deal, (typed,), counted.rules(None)).trades[0]
            assert after.verdict == Verdict.NEGOTIATION and after.net == pytest.approx(row.net)
            reached += other.way < row.way
    assert reached


def test_flips_and_the_math_know_of_the_drag() -> None:
    quote = with_history(1.0)
    rules = quote.rules(None)
    conclusions = {one.name: one.value for one in explain_trade(shown_ledger(quote, Context()), "A").conclusions}
    required = -(conclusions["Cost of the asks"] + conclusions["Drag at renewals"])  # type: ignore[operator]
    assert conclusions["Required in return"] == pytest.approx(required)
    assert conclusions["Shortfall"] == pytest.approx(required - conclusions["Worth of the counter-asks"])  # type: ignore[operator]
    flips = [flip for flip in find_flips(quote, rules, "A") if flip.assumption != "horizon_months"]
    assert flips
    for flip in flips[:3]:
        verdicts = []
        for factor in (0.9999, 1.0001):
            deal = quote.deal.with_inputs({(None, flip.assumption): flip.turns * factor})
            verdicts.append(ledger(deal, quote.trades, rules).trades[0].verdict)
        assert set(verdicts) == {flip.before, flip.becomes}


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        (with_history(0.0), "▲ Drag at renewals: EUR -11,459, if 50% of what was given for nothing"),
        (with_history(1.0), "a further discount counts its own drag in its verdict"),
        (with_history(0.0), "it does not affect the verdict"),
        (with_history(0.0, share=math.nan), "? Drag at renewals: cannot tell. A discount was given for nothing"),
        (with_history(0.0, in_return="a longer term"), "✔ Drag at renewals: none. No discount"),
        (with_history(0.0, line="another"), "on lines that this quote does not hold"),
    ],
)
def test_the_drag_is_a_line_of_its_own_with_the_managers_assumption(quote: Quote, words: str) -> None:
    past = past_of(quote.deal, quote.history, quote.policy)
    assert words in drag_sentence(past, "EUR")
    assert past_sentence(past, "EUR") == "Given to this client before: EUR 100; got for it: EUR 0."


def test_a_deal_in_json_brings_its_history_and_policy() -> None:
    quote = with_history(1.0)
    again = read_deal(json.loads(json.dumps(document_of(quote))))
    assert not again.problems
    assert again.rules(None).is_taught and again.policy == quote.policy
    assert [one.drag for one in ledger(again.deal, again.trades, again.rules(None)).trades][0] < 0.0


def test_what_is_wrong_in_the_history_is_a_problem_only_where_it_counts() -> None:
    document = document_of(with_history(0.0))
    document["history"] = [{"date": "soon", "lever": "discount", "to": 7}]
    assert read_deal(document).problems == ()
    document["policy"] = {"drag_counts": True}
    assert {one.where for one in read_deal(document).problems} == {"history[0].date", "history[0].to"}


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


def test_the_note_of_a_bare_trade_names_two_counter_asks_to_choose_from() -> None:
    rules = rules_of(WORKED)
    trades = (Trade("A", Response.YES, (PAY_LATER,)), *WORKED.trades[1:2])
    quote = replace(WORKED, trades=trades)
    valued = ledger(quote.deal, trades, rules)
    assert valued.trades[0].authority == Authority.MANAGER and valued.trades[0].verdict == Verdict.CONCESSION
    found = advice_on(quote, valued, rules)
    assert "A" in found and found["A"].first and all(row.is_reachable for row in found["A"].singles)
    context = Context(rules.as_of, ())
    note = shown_ledger(quote, context).ledger.trades[0].note
    assert note.startswith("ask for Term 30 months") and note.count("; or ") == 1
    assert shown_ledger(quote, Context(rules.as_of)).ledger.trades == valued.trades


def test_each_trade_that_falls_short_says_what_to_ask_for_whoever_may_agree() -> None:
    """Bare or not, and where a rep may agree alone: the words are those that the counter-ask's cell takes."""
    quote = replace(WORKED, trades=(Trade("A", Response.YES, (Change("payment_days", None, 50.0),)), *WORKED.trades[1:]))
    rules = rules_of(quote)
    plain = {one.trade.id: one for one in ledger(quote.deal, quote.trades, rules).trades}
    found = {one.trade.id: one for one in shown_ledger(quote, Context(rules.as_of, ())).ledger.trades}
    short = {name for name, one in plain.items() if one.verdict in (Verdict.CONCESSION, Verdict.UNBALANCED)}
    assert "A" in short
    assert {name for name, one in found.items() if one.ask_for} == short
    advice = advice_on(quote, ledger(quote.deal, quote.trades, rules), rules)
    for name in short:
        assert found[name].ask_for == (ask_words(advice[name].first) or NOTHING)
        if advice[name].first:
            place = [trade.id for trade in quote.trades].index(name)
            own = quote.trades[place]
            typed = replace(own, counters=(*own.counters, *advice[name].first))
            after = ledger(quote.deal, [*quote.trades[:place], typed, *quote.trades[place + 1 :]], rules).trades[place]
            assert after.verdict == Verdict.NEGOTIATION
