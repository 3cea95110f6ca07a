"""Verdicts, who may agree, hard stops and what cannot be told, on a deal so plain that its money is done in the head.

One seat at 100 a month for a year, no cost, no discounting: worth 1,200. A discount of 10% costs 120; a tenth more
quantity, after it, brings 108. A favour is soft and worth 50.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from counterask.inputs.levers import LEVER_BY_NAME, LEVERS, Kind
from counterask.inputs.terms import CompanyLever, Deal
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Lapse, Limit, Limits, Policy
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict

from ..deals import NONE, quiet_deal, quiet_line

BLANK = math.nan
REP, MANAGER, FINANCE, NOBODY = Authority
SEATS = quiet_line("seats", list_price=100.0)
USAGE = quiet_line("usage", Kind.METERED, list_price=1.0, quantity=100.0, demand_cv=0.3)
TRAINING = CompanyLever("training day", "days", -10.0, 3.0, None, 1.0, True, False)
FAVOUR = CompanyLever("favour", "favours", 50.0, 3.0, None, 1.0, True, True)


def deal(**inputs: float) -> Deal:
    plain = quiet_deal(SEATS, **({"horizon_months": 12.0} | inputs))
    return replace(plain, company_levers=(TRAINING, FAVOUR))


def ask(lever: str, to: float, line: str | None = None) -> Change:
    return Change(lever, line or ("seats" if lever in ("discount", "quantity", "ramp_months") else None), to)


def trade(*changes: Change, asks: int = 1, response: Response = Response.YES, reason: str = "") -> Trade:
    return Trade("T1", response, changes[:asks], changes[asks:], reason)


def judged(one: Trade, on: Deal | None = None, rules: Rules | None = None) -> ValuedTrade:
    return ledger(on or deal(), [one], rules).trades[0]


TENTH = ask("discount", 0.1)


# ---- the verdict of what is granted


@pytest.mark.parametrize(
    ("counters", "ratio", "cost", "worth", "shortfall", "verdict"),
    [
        ([], 1.0, -120, 0, 120, Verdict.CONCESSION),
        ([], 2.0, -120, 0, 240, Verdict.CONCESSION),
        ([], 0.0, -120, 0, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1.2)], 1.0, -120, 216, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1.1)], 1.0, -120, 108, 12, Verdict.UNBALANCED),
        ([ask("quantity", 1.1)], 0.9, -120, 108, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1.1)], 0.0, -120, 108, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1.2)], 2.0, -120, 216, 24, Verdict.UNBALANCED),
        ([ask("quantity", 1.0)], 1.0, -120, 0, 120, Verdict.CONCESSION),
        ([ask("quantity", 0.9)], 1.0, -120, -108, 228, Verdict.CONCESSION),
        ([ask("quantity", 1.1), ask("training day", 2)], 1.0, -120, 88, 32, Verdict.UNBALANCED),
        ([ask("quantity", 1 + 120 / 1080)], 1.0, -120, 120, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1 + 119.996 / 1080)], 1.0, -120, 119.996, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1 + 119.994 / 1080)], 1.0, -120, 119.994, 0.006, Verdict.UNBALANCED),
    ],
)  # fmt: skip
def test_a_verdict_follows_from_cost_and_worth(
    counters: list[Change], ratio: float, cost: float, worth: float, shortfall: float, verdict: Verdict
) -> None:
    found = judged(trade(TENTH, *counters), rules=Rules(policy=Policy(required_ratio=ratio)))
    assert found.verdict is verdict
    assert (found.cost, found.worth, found.net) == pytest.approx((cost, worth, cost + worth), abs=1e-9)
    assert found.shortfall == pytest.approx(shortfall, abs=1e-9)
    assert found.authority is None, "without limits nothing is said of authority"


def test_several_asks_are_weighed_together() -> None:
    found = judged(trade(TENTH, ask("training day", 3), ask("quantity", 1.2), asks=2))
    assert found.cost == pytest.approx(-150.0)
    assert found.worth == pytest.approx(216.0)
    assert [change.is_ask for change in found.changes] == [True, True, False]
    assert [change.value for change in found.changes] == pytest.approx([-120.0, -30.0, 216.0])


def test_an_ask_for_what_stands_already_costs_nothing() -> None:
    found = judged(trade(ask("discount", 0.0), ask("quantity", 1.0)))
    assert (found.cost, found.worth, found.verdict) == (0.0, 0.0, Verdict.NEGOTIATION)
    assert judged(trade(ask("discount", 0.0))).verdict is Verdict.NEGOTIATION


def test_an_ask_that_helps_us_requires_nothing() -> None:
    found = judged(trade(ask("discount", 0.05), ask("quantity", 1.0)), deal().with_inputs({(0, "discount"): 0.1}))
    assert found.cost == pytest.approx(60.0)
    assert found.verdict is Verdict.NEGOTIATION


def test_later_trades_start_from_where_the_granted_ones_end() -> None:
    trades = [
        replace(trade(TENTH, ask("quantity", 2.0)), id="A"),
        replace(trade(ask("discount", 0.5), response=Response.NO), id="B"),
        replace(trade(ask("discount", 0.2)), id="C"),
    ]
    found = ledger(deal(), trades)
    assert [one.changes[0].from_level for one in found.trades] == [0.0, 0.1, 0.1]
    assert found.trades[2].cost == pytest.approx(-240.0)
    assert found.deal_now.input_at((0, "discount")) == 0.2
    assert found.value_now == pytest.approx(1200 * 2 * 0.8)


# ---- soft value


@pytest.mark.parametrize(
    ("counters", "cap", "shortfall", "verdict"),
    [
        ([ask("favour", 4)], 1.0, 0, Verdict.NEGOTIATION),
        ([ask("favour", 4)], 0.25, 90, Verdict.UNBALANCED),
        ([ask("favour", 4)], 0.0, 120, Verdict.CONCESSION),
        ([ask("favour", 0.4)], 0.25, 100, Verdict.UNBALANCED),
        ([ask("quantity", 1 + 90 / 1080), ask("favour", 4)], 0.25, 0, Verdict.NEGOTIATION),
        ([ask("quantity", 1 + 89 / 1080), ask("favour", 4)], 0.25, 1, Verdict.UNBALANCED),
        ([ask("favour", 3)], 0.5, 60, Verdict.UNBALANCED),
        ([ask("favour", 3)], 1.0, 0, Verdict.NEGOTIATION),
    ],
)
def test_soft_value_covers_no_more_than_its_share_of_what_is_required(
    counters: list[Change], cap: float, shortfall: float, verdict: Verdict
) -> None:
    found = judged(trade(TENTH, *counters), rules=Rules(policy=Policy(soft_share_cap=cap)))
    assert found.verdict is verdict
    assert found.shortfall == pytest.approx(shortfall, abs=1e-9)
    dressed_up = verdict is not Verdict.NEGOTIATION and found.worth >= 120
    assert found.note == (f"soft value may cover only {cap:.0%} of what is required" if dressed_up else "")


@pytest.mark.parametrize(("missing", "is_capped"), [(0.0, True), (0.004, True), (0.006, False)])
def test_the_soft_cap_is_named_where_the_whole_soft_value_would_do_to_half_a_cent(missing: float, is_capped: bool) -> None:
    counter = ask("favour", 2.4 - missing / 50.0)
    found = judged(trade(TENTH, counter), rules=Rules(policy=Policy(soft_share_cap=0.5)))
    assert found.verdict is Verdict.UNBALANCED and found.worth == pytest.approx(120.0 - missing, abs=1e-9)
    assert found.note == ("soft value may cover only 50% of what is required" if is_capped else "")


def test_the_cap_grows_with_the_required_ratio() -> None:
    policy = Policy(required_ratio=2.0, soft_share_cap=0.25)
    found = judged(trade(TENTH, ask("favour", 18)), rules=Rules(policy=policy))
    assert found.shortfall == pytest.approx(240 - 60)


@pytest.mark.parametrize(("is_soft", "verdict"), [(True, Verdict.UNBALANCED), (False, Verdict.NEGOTIATION)])
def test_a_limits_row_says_whether_a_lever_is_soft(is_soft: bool, verdict: Verdict) -> None:
    for counter in (ask("quantity", 1.5), ask("favour", 18)):
        rules = Rules(Limits((Limit(counter.lever, is_soft=is_soft),)), Policy(soft_share_cap=0.1))
        assert judged(trade(TENTH, counter), rules=rules).verdict is verdict


def test_a_soft_counter_ask_that_is_worth_less_than_nothing_is_not_forgiven() -> None:
    on = deal(reference_cost=500.0, reference_probability=0.1, reference_value=1000.0)
    found = judged(trade(TENTH, ask("public_reference", 1.0)), on, Rules(policy=Policy(soft_share_cap=0.5)))
    assert found.worth == pytest.approx(-400.0)
    assert found.shortfall == pytest.approx(520.0)


# ---- what is not granted


@pytest.mark.parametrize(
    ("response", "reason", "verdict", "note"),
    [
        (Response.NO, "", Verdict.DECLINED, ""),
        (Response.STALL, "waiting for legal", Verdict.STALLED, "waiting for legal"),
        (Response.STALL, "", Verdict.STALLED, "a stall needs a reason: say why the answer is put off"),
    ],
)
def test_what_is_not_granted_moves_nothing(response: Response, reason: str, verdict: Verdict, note: str) -> None:
    one = trade(ask("discount", 0.9), ask("quantity", 5.0), response=response, reason=reason)
    limits = Limits((Limit("discount", never_beyond=0.5),), fault="the seal is broken")
    for rules in (None, Rules(limits, as_of=date(2026, 1, 1))):
        found = ledger(deal(), [one], rules)
        valued = found.trades[0]
        assert (valued.verdict, valued.note) == (verdict, note)
        assert (valued.cost, valued.worth, valued.net, valued.shortfall) == (0.0, 0.0, 0.0, 0.0)
        assert valued.authority is None
        assert found.change == 0.0
        assert found.deal_now == deal()
        (share,) = fair_shares(deal(), [one], rules).shares
        assert (share.verdict, share.net, share.least_net, share.greatest_net) == (verdict, 0.0, 0.0, 0.0)
        assert not share.depends_on_order


# ---- blocked


def with_liability(**inputs: float) -> Deal:
    risky = {"liability_frequency": 1.0, "liability_alpha": 1.2, "liability_theta": 1000.0, "risk_load": 0.8}
    return deal(**{**risky, "liability_cap_multiple": 1.0, **inputs})


def test_unlimited_liability_without_a_mean_is_blocked_and_not_priced() -> None:
    one = trade(ask("liability_cap_multiple", NONE), ask("quantity", 100.0))
    found = ledger(with_liability(), [one, replace(trade(TENTH), id="T2")])
    blocked, other = found.trades
    assert blocked.verdict is Verdict.BLOCKED
    assert math.isnan(blocked.net)
    assert "no finite price" in blocked.note
    assert "0.96" in blocked.note
    assert other.verdict is Verdict.CONCESSION
    assert found.deal_now.input_at((None, "liability_cap_multiple")) == 1.0, "it moves nothing"
    assert fair_shares(with_liability(), [one]).shares[0].verdict is Verdict.BLOCKED


@pytest.mark.parametrize("alpha", [1.0, 0.999999])
def test_unlimited_liability_is_blocked_up_to_a_tail_of_exactly_one(alpha: float) -> None:
    for load, tail in ((1.0, alpha), (0.8, alpha / 0.8)):
        on = with_liability(risk_load=load, liability_alpha=tail)
        assert judged(trade(ask("liability_cap_multiple", NONE)), on).verdict is Verdict.BLOCKED


def test_unlimited_liability_is_priced_just_above_a_tail_of_one() -> None:
    on = with_liability(risk_load=1.0, liability_alpha=1.000001)
    assert judged(trade(ask("liability_cap_multiple", NONE)), on).verdict is Verdict.CONCESSION


@pytest.mark.parametrize(
    "on",
    [
        with_liability(risk_load=1.0),
        with_liability(liability_alpha=1.3),
        with_liability(liability_frequency=0.0),
    ],
    ids=["no load", "a lighter tail", "no claims"],
)
def test_unlimited_liability_with_a_mean_is_priced(on: Deal) -> None:
    found = judged(trade(ask("liability_cap_multiple", NONE)), on)
    assert found.verdict is (Verdict.CONCESSION if found.cost < 0.0 else Verdict.NEGOTIATION)
    assert math.isfinite(found.cost) and (found.cost < 0.0) == (on.assumptions.liability_frequency > 0.0)


def test_unlimited_liability_is_blocked_as_a_counter_ask_too() -> None:
    found = judged(trade(TENTH, ask("liability_cap_multiple", NONE)), with_liability())
    assert found.verdict is Verdict.BLOCKED


def test_a_block_that_a_later_change_of_the_trade_takes_back_is_still_a_block() -> None:
    one = trade(ask("liability_cap_multiple", NONE), ask("liability_cap_multiple", 1.0))
    assert judged(one, with_liability()).verdict is Verdict.BLOCKED


def test_a_hard_stop_blocks_whatever_is_offered_in_return() -> None:
    rules = Rules(Limits((Limit("discount", rep_to=0.05, never_beyond=0.08),)))
    found = judged(trade(TENTH, ask("quantity", 50.0)), rules=rules)
    assert (found.verdict, found.authority) == (Verdict.BLOCKED, NOBODY)
    assert found.note == "Discount may never go beyond 8%, no matter what is offered in return"
    assert judged(trade(ask("discount", 0.08), ask("quantity", 50.0)), rules=rules).verdict is Verdict.NEGOTIATION


def test_a_hard_stop_holds_for_what_is_given_as_a_counter_ask() -> None:
    rules = Rules(Limits((Limit("payment_days", never_beyond=60.0),)))
    found = judged(trade(TENTH, ask("payment_days", 90.0)), rules=rules)
    assert found.verdict is Verdict.BLOCKED


# ---- the levels that can be "none", both ways

NONE_ABLE = [lever.name for lever in LEVERS if lever.quantity.none_means]


@pytest.mark.parametrize("lever", NONE_ABLE)
@pytest.mark.parametrize("is_ask", [True, False], ids=["asked", "countered"])
@pytest.mark.parametrize("to_none", [True, False], ids=["to none", "from none"])
def test_none_is_a_level_like_any_other(lever: str, is_ask: bool, to_none: bool) -> None:
    level = {
        "uplift_floor": 0.04, "uplift_cap": 0.03, "rebate_threshold": 1.05, "tfc_from_month": 3.0, "liability_cap_multiple": 1.0,
        "data_cap_multiple": 1.0, "discount_months": 12.0, "end_month": 24.0,
    }[lever]  # fmt: skip
    on = deal(
        horizon_months=36.0, term_months=36.0, inflation=0.04, inflation_vol=0.02, rebate_rate=0.1, annual_retention=0.7,
        liability_frequency=1.0, liability_alpha=2.5, data_frequency=1.0, data_alpha=2.5, uplift_cap=0.06,
    )  # fmt: skip
    line = "seats" if LEVER_BY_NAME[lever].is_on_line else None
    seats = replace(SEATS, discount=0.1)
    at = (0 if line else None, lever)
    on = replace(on, lines=(seats, USAGE)).with_inputs({at: level if to_none else NONE})
    change = ask(lever, NONE if to_none else level, line)
    one = trade(change) if is_ask else trade(ask("discount", 0.1), change)
    found = judged(one, on, Rules(Limits((Limit(lever, rep_to=level, ask_up_to=level),))))
    moved = found.changes[0 if is_ask else 1]
    client_gains = to_none == (lever in ("liability_cap_multiple", "data_cap_multiple", "discount_months", "uplift_floor"))
    assert math.isfinite(moved.value)
    assert (moved.value < 0) == client_gains
    assert moved.from_level == (level if to_none else NONE)
    assert moved.is_given == client_gains
    assert found.authority == (MANAGER if to_none else REP)


# ---- who may agree

DAYS = Limit("payment_days", rep_to=60.0, manager_to=90.0, never_beyond=120.0, ask_up_to=15.0)
EXIT = Limit("tfc_from_month", rep_to=NONE, manager_to=12.0, never_beyond=6.0, ask_up_to=24.0)
CAP = Limit("liability_cap_multiple", rep_to=1.0, manager_to=2.0, never_beyond=NONE, ask_up_to=0.5)
STOP_SHORT_OF_NONE = Limit("liability_cap_multiple", rep_to=1.0, manager_to=2.0, never_beyond=3.0)
ONLY_REP = Limit("payment_days", rep_to=60.0)
ONLY_MANAGER = Limit("payment_days", manager_to=60.0)
NOTHING = Limit("payment_days")
UPLIFT = Limit("uplift_cap", rep_to=0.04, manager_to=0.02, never_beyond=0.0, ask_up_to=NONE)


@pytest.mark.parametrize(
    ("row", "start", "to", "authority"),
    [
        (DAYS, 30.0, 60.0, REP),
        (DAYS, 30.0, 60.0000000001, REP),
        (DAYS, 30.0, 60.5, MANAGER),
        (DAYS, 30.0, 90.0, MANAGER),
        (DAYS, 30.0, 91.0, FINANCE),
        (DAYS, 30.0, 120.0, FINANCE),
        (DAYS, 30.0, 121.0, NOBODY),
        (DAYS, 150.0, 130.0, REP),
        (DAYS, 130.0, 130.0, REP),
        (ONLY_REP, 30.0, 61.0, MANAGER),
        (ONLY_REP, 30.0, 60.0, REP),
        (ONLY_MANAGER, 30.0, 45.0, MANAGER),
        (ONLY_MANAGER, 30.0, 61.0, FINANCE),
        (NOTHING, 30.0, 31.0, MANAGER),
        (None, 30.0, 31.0, MANAGER),
        (None, 30.0, 29.0, MANAGER),
        (EXIT, NONE, NONE, REP),
        (EXIT, NONE, 36.0, MANAGER),
        (EXIT, NONE, 12.0, MANAGER),
        (EXIT, NONE, 11.0, FINANCE),
        (EXIT, NONE, 6.0, FINANCE),
        (EXIT, NONE, 5.0, NOBODY),
        (EXIT, 6.0, NONE, MANAGER),
        (CAP, 0.5, 1.0, REP),
        (CAP, 0.5, 2.0, MANAGER),
        (CAP, 0.5, 9.0, FINANCE),
        (CAP, 0.5, NONE, FINANCE),
        (STOP_SHORT_OF_NONE, 0.5, NONE, NOBODY),
        (UPLIFT, NONE, 0.04, REP),
        (UPLIFT, 0.06, 0.03, MANAGER),
        (UPLIFT, 0.06, 0.01, FINANCE),
        (UPLIFT, 0.06, -0.01, NOBODY),
        (UPLIFT, 0.06, NONE, REP),
    ],
)
def test_limits_say_who_may_agree_to_an_ask(row: Limit | None, start: float, to: float, authority: Authority) -> None:
    lever = row.lever if row else "payment_days"
    on = deal(liability_alpha=2.5, inflation=0.02, horizon_months=60.0).with_inputs({(None, lever): start})
    found = judged(trade(ask(lever, to)), on, Rules(Limits((row,) if row else ())))
    assert found.authority is authority
    assert (found.verdict is Verdict.BLOCKED) == (authority is NOBODY)


@pytest.mark.parametrize(
    ("row", "start", "to", "authority"),
    [
        (DAYS, 30.0, 15.0, REP),
        (DAYS, 30.0, 14.0, MANAGER),
        (NOTHING, 30.0, 0.0, MANAGER),
        (None, 30.0, 0.0, MANAGER),
        (EXIT, 6.0, 24.0, REP),
        (EXIT, 6.0, 25.0, MANAGER),
        (EXIT, 6.0, NONE, MANAGER),
        (CAP, NONE, 1.0, REP),
        (CAP, NONE, 0.5, REP),
        (CAP, NONE, 0.25, MANAGER),
        (UPLIFT, 0.03, NONE, REP),
        (DAYS, 30.0, 75.0, MANAGER),
    ],
)
def test_limits_say_what_a_rep_may_ask_for_in_return(row: Limit | None, start: float, to: float, authority: Authority) -> None:
    lever = row.lever if row else "payment_days"
    on = deal(liability_alpha=2.5, inflation=0.02, horizon_months=60.0).with_inputs({(None, lever): start})
    rows = (Limit("discount", rep_to=0.2), *((row,) if row else ()))
    assert judged(trade(TENTH, ask(lever, to)), on, Rules(Limits(rows))).authority is authority


def test_the_highest_authority_that_any_change_needs_is_the_one() -> None:
    rules = Rules(Limits((DAYS, Limit("discount", rep_to=0.2), Limit("quantity", ask_up_to=5.0))))
    assert judged(trade(TENTH, ask("quantity", 2.0)), rules=rules).authority is REP
    assert judged(trade(TENTH, ask("quantity", 6.0)), rules=rules).authority is MANAGER
    assert judged(trade(TENTH, ask("payment_days", 100.0), ask("quantity", 6.0), asks=2), rules=rules).authority is FINANCE


def test_the_row_of_a_line_goes_before_the_row_for_every_line() -> None:
    general, own = Limit("discount", rep_to=0.05), Limit("discount", "seats", rep_to=0.2)
    on = replace(deal(), lines=(SEATS, USAGE))
    rules = Rules(Limits((general, own)))
    assert judged(trade(ask("discount", 0.1, "seats")), on, rules).authority is REP
    assert judged(trade(ask("discount", 0.1, "usage")), on, rules).authority is MANAGER


def test_company_levers_have_limits_in_the_direction_of_their_money() -> None:
    rules = Rules(Limits((Limit("training day", rep_to=2.0, never_beyond=5.0), Limit("favour", ask_up_to=1.0))))
    assert judged(trade(ask("training day", 2)), rules=rules).authority is REP
    assert judged(trade(ask("training day", 3)), rules=rules).authority is MANAGER
    assert judged(trade(ask("training day", 6)), rules=rules).verdict is Verdict.BLOCKED
    small = Limit("discount", rep_to=0.5)
    rules = Rules(Limits((small, Limit("favour", ask_up_to=1.0))))
    assert judged(trade(TENTH, ask("favour", 1)), rules=rules).authority is REP
    assert judged(trade(TENTH, ask("favour", 2)), rules=rules).authority is MANAGER


def test_an_ask_from_an_unknown_level_is_not_taken_for_one_that_helps_us() -> None:
    on = deal(payment_days=BLANK)
    rules = Rules(Limits((DAYS,)))
    assert judged(trade(ask("payment_days", 100.0)), on, rules).authority is FINANCE
    assert judged(trade(ask("payment_days", 150.0)), on, rules).verdict is Verdict.BLOCKED


# ---- limits that do not hold

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (Limit("discount", rep_to=0.5, expires=date(2026, 6, 29)), "the limit for Discount expired on 2026-06-29"),
        (Limit("discount", rep_to=0.5, expires=TODAY), None),
        (Limit("discount", rep_to=0.5, effective=TODAY), None),
        (
            Limit("discount", rep_to=0.5, effective=date(2026, 7, 1)),
            "the limit for Discount holds only from 2026-07-01",
        ),
        (Limit("quantity", ask_up_to=9.0, expires=date(2026, 1, 1)), "the limit for Quantity expired on 2026-01-01"),
        (Limit("payment_days", rep_to=90.0, expires=date(2026, 1, 1)), None),
        (
            Limit("discount", never_beyond=0.01, expires=date(2026, 1, 1)),
            "the limit for Discount expired on 2026-01-01",
        ),
    ],
)
def test_no_verdict_rests_on_a_limit_that_does_not_hold(row: Limit, note: str | None) -> None:
    one = trade(TENTH, ask("quantity", 1.5))
    found = judged(one, rules=Rules(Limits((row,)), as_of=TODAY))
    assert found.verdict is (Verdict.CANNOT_TELL if note else Verdict.NEGOTIATION)
    assert found.note == (note or "")
    assert found.cost == pytest.approx(-120.0), "the money is known all the same"
    if note and row.never_beyond != 0.01:
        assert judged(one, rules=Rules(Limits((row,)))).verdict is Verdict.NEGOTIATION


def test_limits_that_fail_their_signature_give_no_verdict() -> None:
    rules = Rules(Limits((), fault="the seal of the limits is broken"), as_of=TODAY)
    found = judged(trade(TENTH), rules=rules)
    assert (found.verdict, found.note) == (Verdict.CANNOT_TELL, "the seal of the limits is broken")


def test_limits_as_a_whole_lapse_on_the_first_and_the_last_day_of_a_lapse_and_on_no_other() -> None:
    day = timedelta(days=1)
    limits = Limits((Limit("discount", rep_to=0.5),), lapsed=(Lapse(TODAY, TODAY + day, "the seal has run out"),))
    for days, note in ((-1, ""), (0, "the seal has run out"), (1, "the seal has run out"), (2, "")):
        as_of = TODAY + days * day
        found = judged(trade(TENTH), rules=Rules(limits, as_of=as_of))
        assert (found.note, found.authority) == (note, FINANCE if note else REP)


# ---- unknown


def test_a_blank_level_cannot_be_told() -> None:
    found = ledger(deal(), [trade(ask("discount", BLANK), ask("quantity", 2.0))])
    assert found.trades[0].verdict is Verdict.CANNOT_TELL
    assert found.trades[0].note == "the new level of discount of seats is blank"
    assert found.change == 0.0


def test_more_months_brought_forward_than_there_are_cannot_be_told() -> None:
    setup = quiet_line("setup", Kind.ONE_OFF, list_price=900.0, unit_cost=500.0, delivery_months=3.0)
    found = judged(trade(ask("months_brought_forward", 3.0)), replace(deal(), lines=(setup,)))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.note == "3 months brought forward leave nothing of the 3 delivery months of setup"


@pytest.mark.parametrize(
    ("blank", "change", "note"),
    [
        ("mfn_gap", ask("most_favoured_price", 1.0), "blank: MFN gap"),
        ("exclusivity_margin", ask("exclusivity_months", 3.0), "blank: Exclusivity margin"),
        ("payment_days", TENTH, "blank: Payment term"),
        ("sla_miss_probability", ask("sla_credit", 0.1), "blank: SLA miss probability"),
        ("rate_foreign", ask("foreign_share", 0.5), "blank: Rate foreign"),
        ("payment_days", ask("payment_days", 30.0), "blank: Payment term"),
    ],
)
def test_what_cannot_be_told_names_the_blank_input(blank: str, change: Change, note: str) -> None:
    found = judged(trade(change), deal(horizon_months=36.0, term_months=36.0, **{blank: BLANK}))
    assert (found.verdict, found.note) == (Verdict.CANNOT_TELL, note)
    assert math.isnan(found.cost) and math.isnan(found.shortfall)


def test_all_blank_inputs_that_matter_are_named_and_those_that_do_not_are_not() -> None:
    on = deal(mfn_gap=BLANK, mfn_trigger=BLANK, fx_spread=BLANK, horizon_months=36.0)
    on = on.with_inputs({(0, "discount"): BLANK})
    found = judged(trade(ask("most_favoured_price", 1.0)), on)
    assert found.note == "blank: Discount of seats, MFN trigger, MFN gap"


def test_a_blank_that_plays_no_part_leaves_the_verdict_alone() -> None:
    found = judged(trade(TENTH, ask("quantity", 2.0)), deal(mfn_gap=BLANK, exclusivity_margin=BLANK, late_probability=BLANK))
    assert found.verdict is Verdict.NEGOTIATION


def test_a_blank_horizon_leaves_every_value_unknown() -> None:
    found = ledger(deal(horizon_months=BLANK), [trade(TENTH)])
    assert math.isnan(found.value)
    assert found.trades[0].note == "blank: Horizon months"
    assert math.isnan(found.opening.acv[0])
    assert math.isnan(fair_shares(deal(horizon_months=BLANK), [trade(TENTH)]).shares[0].net)


@pytest.mark.parametrize("blank", ["probability", "month_from", "amount_per_unit"])
def test_a_company_lever_with_a_blank_matters_only_where_it_is_used(blank: str) -> None:
    incomplete: dict[str, Any] = {blank: BLANK}
    lever = replace(TRAINING, survives=False, **incomplete)
    on = replace(deal(), company_levers=(lever,))
    assert judged(trade(TENTH), on).verdict is Verdict.CONCESSION
    found = judged(trade(ask("training day", 1.0)), on)
    assert (found.verdict, found.note) == (Verdict.CANNOT_TELL, "blank: training day")
