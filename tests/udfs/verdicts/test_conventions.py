"""The rules of section 8 of the valuation conventions, each on a small deal in which another reading would give another answer.

One seat at 100 a month for a year, no cost, no discounting: worth 1,200. A tenth off costs 120; 30 payment days cost nothing. A
day of training costs 10, a favour is soft and worth 50.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterask.counter_asks.finder import find_counter_asks
from counterask.inputs.levers import Kind
from counterask.inputs.price_book import PriceBook, Product
from counterask.inputs.terms import CompanyLever, Deal
from counterask.pricing.components import REVENUE
from counterask.reading.deal_json import read_deal
from counterask.result_tables.answer import result
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits, Policy
from counterask.verdicts.opening import Opening
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict

from ..deals import NONE, quiet_deal, quiet_line

REP, MANAGER, FINANCE, NOBODY = Authority
SEATS = quiet_line("seats", list_price=100.0)
TRAINING = CompanyLever("training day", "days", -10.0, 3.0, None, 1.0, True, False)
FAVOUR = CompanyLever("favour", "favours", 50.0, 3.0, None, 1.0, True, True)


def deal(*lines: Any, **inputs: float) -> Deal:
    plain = quiet_deal(*(lines or (SEATS,)), **({"horizon_months": 12.0, "uplift_floor": NONE, "uplift_cap": NONE} | inputs))
    return replace(plain, company_levers=(TRAINING, FAVOUR))


def opened(**levels: float) -> Deal:
    return deal(replace(SEATS, **levels))


def off(to: float, line: str = "seats") -> Change:
    return Change("discount", line, to)


def units(to: float, line: str = "seats") -> Change:
    return Change("quantity", line, to)


def trade(*changes: Change, asks: int = 1, response: Response = Response.YES, name: str = "T1") -> Trade:
    return Trade(name, response, changes[:asks], changes[asks:])


def judged(on: Deal, one: Trade, rules: Rules | None = None) -> ValuedTrade:
    return ledger(on, [one], rules).trades[0]


def opening_of(on: Deal, rules: Rules) -> Opening:
    found = ledger(on, [], rules).against_standard
    assert found is not None
    return found


# ---- given and got, by direction


def test_what_is_given_as_a_counter_ask_is_required_in_return() -> None:
    """The rep "asks" for a training day: it costs us, so it is given, and 130 must come back for 120 and 10."""
    found = judged(deal(), trade(off(0.1), Change("training day", None, 1.0), units(1.2)))
    assert (found.cost, found.worth) == pytest.approx((-120.0, 206.0))
    assert (found.required, found.counted) == pytest.approx((130.0, 216.0))


def test_what_is_got_as_an_ask_counts_in_return() -> None:
    """The client asks for more seats and a discount in one trade, and the seats pay for the discount."""
    found = judged(deal(), trade(units(1.2), off(0.1), asks=2))
    assert (found.required, found.counted, found.verdict) == (pytest.approx(144.0), pytest.approx(240.0), Verdict.NEGOTIATION)


def test_soft_value_is_capped_whatever_column_it_is_typed_in() -> None:
    rules = Rules(policy=Policy(soft_share_cap=0.25))
    for asks in (1, 2):
        found = judged(deal(), trade(off(0.1), Change("favour", None, 4.0), asks=asks), rules)
        assert (found.counted, found.shortfall) == pytest.approx((30.0, 90.0))


# ---- the verdict


def test_a_bare_ask_that_costs_nothing_is_no_concession_and_a_pebble_is_one() -> None:
    assert judged(deal(), trade(Change("payment_days", None, 30.0))).verdict is Verdict.NEGOTIATION
    pebble = judged(deal(), trade(off(0.1), units(1.0 + 0.004 / 1080.0)))
    assert pebble.counted == pytest.approx(0.004) and pebble.verdict is Verdict.CONCESSION
    stone = judged(deal(), trade(off(0.1), units(1.0 + 0.006 / 1080.0)))
    assert stone.verdict is Verdict.UNBALANCED and stone.shortfall == pytest.approx(119.994)


# ---- what only restores


LIMITS = Limits((Limit("discount", standard=0.1, rep_to=1.0, ask_up_to=0.0), Limit("quantity", ask_up_to=9.0)))


def test_a_move_towards_us_is_split_at_the_opening_and_at_the_standard() -> None:
    """Opened at 20% off where 10% is standard; the client has asked for 30% before. Back from 30% to 5% passes both."""
    rules = Rules(LIMITS)
    on = opened(discount=0.2)
    first, second = ledger(on, [trade(off(0.3)), trade(Change("training day", None, 1.0), off(0.05), name="T2")], rules).trades
    assert first.restored == 0.0
    assert (second.worth, second.restored, second.counted) == pytest.approx((300.0, 120.0, 180.0))
    assert second.net == pytest.approx(290.0), "what restores changes the deal like any other step"


def test_a_concession_that_is_paid_by_undoing_the_opening_is_one() -> None:
    on, asked = opened(discount=0.2), trade(Change("training day", None, 5.0), off(0.1))
    found = judged(on, asked, Rules(LIMITS))
    assert (found.restored, found.counted, found.verdict) == (pytest.approx(120.0), pytest.approx(0.0), Verdict.CONCESSION)
    assert "takes back what the opening terms gave" in found.note
    for rules in (Rules(), Rules(LIMITS, is_opening_approved=True)):
        free = judged(on, asked, rules)
        assert (free.restored, free.verdict) == (0.0, Verdict.NEGOTIATION)


def test_an_opening_that_a_rep_may_agree_to_alone_is_not_thereby_approved() -> None:
    assert opening_of(opened(discount=0.2), Rules(LIMITS)).authority is REP
    assert judged(opened(discount=0.2), trade(Change("training day", None, 5.0), off(0.1)), Rules(LIMITS)).restored > 0.0


def test_without_a_row_the_neutral_level_is_the_standard() -> None:
    rules = Rules(Limits((Limit("payment_days", rep_to=30.0),)))
    found = judged(opened(discount=0.2), trade(Change("training day", None, 5.0), off(0.1)), rules)
    assert found.restored == pytest.approx(120.0)


def test_volume_on_a_line_without_a_product_does_not_count_where_there_is_a_price_book() -> None:
    book = PriceBook((Product("Seat", Kind.RECURRING, list_price=100.0),))
    asked = trade(off(0.1), units(1.2))
    found = judged(deal(), asked, Rules(price_book=book))
    assert (found.counted, found.restored, found.verdict) == (0.0, 0.0, Verdict.CONCESSION)
    assert found.net == pytest.approx(96.0)
    assert judged(deal(replace(SEATS, product="Seat")), asked, Rules(price_book=book)).verdict is Verdict.NEGOTIATION
    assert judged(deal(), asked).verdict is Verdict.NEGOTIATION


def test_the_units_of_a_metered_line_are_soft_unless_the_limits_say_otherwise() -> None:
    usage = quiet_line("usage", Kind.METERED, list_price=1.0, quantity=100.0)
    asked = trade(off(0.1), units(120.0, "usage"))
    for is_soft, verdict in ((None, Verdict.CONCESSION), (False, Verdict.NEGOTIATION)):
        rules = Rules(Limits((Limit("quantity", ask_up_to=200.0, is_soft=is_soft),)), Policy(soft_share_cap=0.0))
        assert judged(deal(SEATS, usage), asked, rules).verdict is verdict


# ---- what moves the deal


def test_a_blocked_trade_shows_its_numbers_and_moves_nothing() -> None:
    rules = Rules(Limits((Limit("discount", rep_to=1.0, never_beyond=0.05),)))
    blocked, after = ledger(deal(), [trade(off(0.1), units(2.0)), trade(off(0.05), name="T2")], rules).trades
    assert (blocked.verdict, blocked.authority, blocked.cost) == (Verdict.BLOCKED, NOBODY, pytest.approx(-120.0))
    assert after.changes[0].from_level == 0.0 and after.cost == pytest.approx(-60.0)
    shares = fair_shares(deal(), [trade(off(0.1), units(2.0)), trade(off(0.05), name="T2")], rules).shares
    assert math.isnan(shares[0].net) and shares[1].net == pytest.approx(-60.0)


def test_a_trade_whose_value_needs_an_unknown_input_moves_nothing_and_needs_finance() -> None:
    on = deal(exclusivity_margin=math.nan)
    trades = [trade(Change("exclusivity_months", None, 3.0)), trade(off(0.1), name="T2")]
    untold, after = ledger(on, trades, Rules(Limits((Limit("discount", rep_to=1.0),)))).trades
    assert (untold.verdict, untold.authority, untold.note) == (Verdict.CANNOT_TELL, FINANCE, "blank: Exclusivity margin")
    assert after.cost == pytest.approx(-120.0) and after.verdict is Verdict.CONCESSION
    assert fair_shares(on, trades).shares[1].net == pytest.approx(-120.0)


def test_where_only_the_limits_do_not_hold_the_trade_moves_and_its_verdict_is_missing() -> None:
    row = Limit("discount", rep_to=0.5, expires=date(2026, 1, 1))
    rules = Rules(Limits((row,)), as_of=date(2026, 6, 1))
    first, after = ledger(deal(), [trade(off(0.1)), trade(off(0.2), name="T2")], rules).trades
    assert (first.verdict, first.authority, first.cost) == (Verdict.CANNOT_TELL, FINANCE, pytest.approx(-120.0))
    assert after.changes[0].from_level == 0.1


def test_months_beyond_the_horizon_are_not_priced() -> None:
    trades = [trade(Change("price_lock_months", None, 13.0)), trade(Change("price_lock_months", None, 12.0), name="T2")]
    beyond, at_it = ledger(deal(), trades).trades
    words = "months beyond the horizon of 12 are not priced; set horizon_months to at least 24"
    assert (beyond.verdict, beyond.note) == (Verdict.CANNOT_TELL, words)
    assert at_it.verdict is Verdict.NEGOTIATION and at_it.changes[0].from_level == 0.0
    assert judged(deal(price_lock_months=24.0), trade(Change("price_lock_months", None, 6.0))).note == words
    assert judged(deal(price_lock_months=24.0), trade(Change("price_lock_months", None, 24.0))).verdict is Verdict.NEGOTIATION


# ---- the opening against the standard


def test_the_rows_lead_from_the_standard_to_the_opening_in_the_order_of_the_conventions() -> None:
    line = replace(SEATS, product="Seat", list_price=90.0, unit_cost=10.0, discount=0.1)
    on = deal(line, billing_in_advance=1.0, exclusivity_months=2.0, exclusivity_margin=30.0)
    on = replace(on, company_levers=(replace(TRAINING, units=2.0), FAVOUR))
    book = PriceBook((Product("Seat", Kind.RECURRING, list_price=100.0, unit_cost=0.0),))
    rows = (Limit("discount", standard=0.0, rep_to=0.05, manager_to=0.2), Limit("billing_in_advance", standard=0.0))
    rules = Rules(Limits(rows))
    found = opening_of(on, replace(rules, price_book=book))
    assert [(row.lever, row.line) for row in found.rows] == [
        ("list_price", "seats"), ("unit_cost", "seats"), ("discount", "seats"), ("exclusivity_months", None),
        ("training day", None), ("billing_in_advance", None),
    ]  # fmt: skip
    assert [row.value for row in found.rows] == pytest.approx([-120.0, -120.0, -108.0, -60.0, -20.0, 0.0])
    assert found.standard_value == pytest.approx(1200.0) and found.gave == pytest.approx(-428.0)
    assert found.net == pytest.approx(ledger(on, []).value - found.standard_value)
    assert found.authority is MANAGER


def test_a_deal_at_its_standard_has_no_opening_concession_and_needs_nobody() -> None:
    found = opening_of(deal(), Rules(Limits((Limit("discount", standard=0.0),))))
    assert (found.rows, found.gave, found.net, found.authority) == ((), 0.0, 0.0, REP)
    assert ledger(deal(), [], Rules()).against_standard is None, "without limits nothing is said of a standard"


def test_gave_is_the_sum_of_what_costs_and_net_of_all() -> None:
    on = deal(replace(SEATS, discount=0.1), payment_days=0.0)
    on = replace(on, company_levers=(TRAINING, replace(FAVOUR, units=1.0)))
    policy = Policy(concession_authority=FINANCE)
    found = opening_of(on, Rules(Limits((Limit("discount", standard=0.0, rep_to=0.5),)), policy))
    assert (found.gave, found.net, found.authority) == (pytest.approx(-120.0), pytest.approx(-70.0), FINANCE)


def test_a_line_without_a_product_and_an_opening_beyond_a_hard_stop_are_named() -> None:
    rules = Rules(Limits((Limit("discount", standard=0.0, rep_to=0.05, never_beyond=0.08),)))
    book = PriceBook((Product("Seat", Kind.RECURRING, list_price=100.0),))
    assert opening_of(deal(), replace(rules, price_book=book)).authority is MANAGER
    strict = replace(rules, price_book=book, policy=Policy(off_book_authority=FINANCE))
    assert opening_of(deal(), strict).authority is FINANCE
    blocked = ledger(opened(discount=0.1), [trade(Change("payment_days", None, 30.0))], rules)
    assert blocked.against_standard is not None and blocked.against_standard.is_blocked
    assert blocked.trades[0].verdict is Verdict.NEGOTIATION, "trades are still valued"


def test_an_opening_beyond_the_horizon_cannot_be_told() -> None:
    found = opening_of(deal(price_lock_months=18.0), Rules(Limits((Limit("price_lock_months", standard=0.0),))))
    assert math.isnan(found.net) and found.authority is FINANCE and found.note.endswith("at least 24")


# ---- who may agree


def test_a_concession_needs_the_policys_authority_and_a_negotiation_does_not() -> None:
    rules = Rules(Limits((Limit("discount", rep_to=0.5), Limit("quantity", ask_up_to=9.0))), Policy(concession_authority=MANAGER))
    assert judged(deal(), trade(off(0.1)), rules).authority is MANAGER
    assert judged(deal(), trade(off(0.1), units(1.05)), rules).authority is MANAGER
    assert judged(deal(), trade(off(0.1), units(1.2)), rules).authority is REP


def test_a_trade_that_takes_the_margin_below_the_floor_needs_finance() -> None:
    on = deal(replace(SEATS, unit_cost=50.0))
    rules = Rules(Limits((Limit("discount", rep_to=0.5),)), Policy(minimum_margin=0.45))
    for to, authority in ((0.05, REP), (0.1, FINANCE)):
        assert judged(on, trade(off(to)), rules).authority is authority
    below = deal(replace(SEATS, unit_cost=80.0))
    assert judged(below, trade(Change("payment_days", None, 30.0)), rules).authority is MANAGER, "the margin has not fallen"


def test_the_margin_leaves_soft_components_out() -> None:
    on = deal(replace(SEATS, unit_cost=50.0), reference_probability=1.0, reference_value=600.0)
    rules = Rules(Limits((Limit("discount", rep_to=0.5), Limit("public_reference", ask_up_to=1.0))), Policy(minimum_margin=0.45))
    assert judged(on, trade(off(0.1), Change("public_reference", None, 1.0)), rules).authority is FINANCE
    assert judged(on, trade(off(0.1), Change("favour", None, 9.0)), rules).authority is FINANCE
    assert set(REVENUE) == {
        "recurring_fees", "metered_fees", "shortfall_fees", "exit_fees", "rebates", "one_off_prices", "late_damages",
    }  # fmt: skip


# ---- which row holds


def test_the_most_specific_row_that_fills_a_cell_decides_cell_by_cell() -> None:
    rows = (
        Limit("discount", rep_to=0.01, manager_to=0.02, never_beyond=0.5),
        Limit("discount", segment="Enterprise", rep_to=0.05, manager_to=0.06),
        Limit("discount", "Seat", rep_to=0.1),
        Limit("discount", "Seat", segment="Enterprise", manager_to=0.3),
    )
    limits = Limits(rows, segment="enterprise", products=(("seats", "Seat"),), catalogue=frozenset({"Seat"}))
    row = limits.row("discount", "seats")
    assert row is not None and (row.rep_to, row.manager_to, row.never_beyond) == (0.1, 0.3, 0.5)
    other = limits.row("discount", "usage")
    assert other is not None and (other.rep_to, other.manager_to) == (0.05, 0.06)
    elsewhere = replace(limits, segment="Public").row("discount", "seats")
    assert elsewhere is not None and (elsewhere.rep_to, elsewhere.manager_to) == (0.1, 0.02)


def test_a_row_names_a_product_or_else_a_line() -> None:
    rows = (Limit("discount", "seats", rep_to=0.5),)
    assert Limits(rows).row("discount", "seats") is not None
    named = Limits(rows, products=(("year 1", "seats"),), catalogue=frozenset({"seats"}))
    assert named.row("discount", "year 1") is not None and named.row("discount", "seats") is None


def test_a_matching_row_that_is_not_in_force_is_never_skipped() -> None:
    general = Limit("discount", rep_to=0.5, expires=date(2026, 1, 1))
    rules = Rules(Limits((general, Limit("discount", "seats", rep_to=0.5))), as_of=date(2026, 6, 1))
    assert judged(deal(), trade(off(0.1)), rules).verdict is Verdict.CANNOT_TELL


# ---- break-even, drag, finder


def test_break_even_is_the_rise_in_the_chance_of_winning_that_pays_for_a_trade() -> None:
    assert judged(deal(), trade(off(0.2))).break_even == pytest.approx(1.25)
    assert math.isnan(judged(deal(), trade(off(0.1), units(1.2))).break_even)
    assert ledger(deal(), [trade(off(0.2)), trade(off(0.5), name="T2")]).break_even == pytest.approx(2.0)


def test_the_finder_leaves_out_what_the_trade_names_and_what_lies_beyond_the_horizon() -> None:
    rows = (Limit("quantity", step=0.1, ask_up_to=9.0), Limit("term_months", step=12.0, ask_up_to=60.0))
    rows = (*rows, Limit("end_month", step=6.0, ask_up_to=NONE), Limit("favour", levels=(1.0, 3.0, 5.0), ask_up_to=4.0))
    on = deal(replace(SEATS, end_month=6.0), term_months=12.0)
    found = {row.lever: row for row in find_counter_asks(on, (), trade(off(0.1), units(1.01)), Rules(Limits(rows)))}
    assert "quantity" not in found and "term_months" in found and found["term_months"].to is None
    assert found["favour"].to == 3.0, "of the listed levels the first that suffices"
    assert found["end_month"].to == 12.0


def test_the_finder_does_not_count_what_only_restores() -> None:
    """Back to the standard is worth 120 and counts for nothing; beyond it every point counts for 12."""
    rules = Rules(Limits((Limit("discount", standard=0.1, step=0.01, ask_up_to=0.0),)))
    (row,) = find_counter_asks(opened(discount=0.2), (), Change("training day", None, 5.0), rules)
    assert row.to == pytest.approx(0.05)
    typed = trade(Change("training day", None, 5.0), off(0.05))
    assert judged(opened(discount=0.2), typed, rules).verdict is Verdict.NEGOTIATION


# ---- reading, and the answer


def document(**more: Any) -> dict[str, Any]:
    lines = [{"name": "seats", "kind": "recurring", "list_price": 100, "quantity": 1, "unit_cost": 0, "discount": 0.2}]
    terms = {"term_months": 12, "renewal_term_months": 12, "billing_months": 1, "billing_in_advance": 0, "payment_days": 0}
    terms |= {"liability_cap_multiple": 0, "data_cap_multiple": 0}
    names = ("cost_of_capital", "churn_hazard", "inflation", "inflation_vol", "liability_frequency", "data_frequency")
    assumptions = {**dict.fromkeys(names, 0), "annual_retention": 1, "horizon_months": 12, "loss_given_default": 0}
    return {"lines": lines, "terms": terms, "assumptions": assumptions} | more


@pytest.mark.parametrize(
    "lever", ["list_price", "unit_cost", "demand_cv", "delivery_months", "client_tenure_months", "annual_retention"]
)
def test_a_trade_that_names_an_input_is_a_problem_at_its_cell(lever: str) -> None:
    asked = [{"id": "T1", "asks": [{"lever": lever, "line": "seats", "to": 1}]}]
    (problem,) = read_deal(document(trades=asked)).problems
    assert problem.where == "trades[0].asks[0].lever" and "an input that no trade can change" in problem.found


def test_a_lever_and_line_named_twice_in_a_trade_is_a_problem_at_its_cell() -> None:
    one = {"lever": "discount", "line": "seats", "to": 0.3}
    (problem,) = read_deal(document(trades=[{"id": "T1", "asks": [one], "counters": [one]}])).problems
    assert problem.where == "trades[0].counters[0].lever" and "a second time" in problem.found


def test_the_answer_holds_the_opening_and_what_verdicts_follow_from() -> None:
    limits = [{"lever": "discount", "standard": 0.1, "rep_to": 0.15, "manager_to": 0.3, "levels": [0.1, 0.2]}]
    limits += [{"lever": "discount", "segment": "Small", "rep_to": 0.5}]
    back = {"lever": "discount", "line": "seats", "to": 0}
    asked = [{"id": "T1", "asks": [{"lever": "payment_days", "to": 0}], "counters": [back]}]
    whole = document(limits=limits, trades=asked, policy={"concession_authority": "finance"})

    def answer(quote: dict[str, Any]) -> Any:
        read = read_deal({**whole, "quote": quote})
        assert read.problems == ()
        return result(ledger(read.deal, read.trades, read.rules(None)), None)

    found = answer({})
    assert found["opening"]["authority"] == "finance" and found["opening"]["gave"] == pytest.approx(-120.0)
    (row,) = found["opening"]["levers"]
    assert (row["lever"], row["line"], row["standard"], row["opening"]) == ("discount", "seats", 0.1, 0.2)
    assert (row["value"], row["authority"]) == (pytest.approx(-120.0), "manager")
    (entry,) = found["ledger"]
    assert (entry["required"], entry["counted"], entry["restored"]) == pytest.approx((0.0, 120.0, 120.0))
    assert entry["changes"][1]["given"] is False and entry["break_even"] is None
    assert answer({"segment": "small"})["opening"]["levers"][0]["authority"] == "rep"
    assert answer({"opening_approved": True})["ledger"][0]["restored"] == 0.0
