"""The finder against a plain search of every step with the ledger, and what must hold for every answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from counterask.counter_asks.burdens import burdens_of
from counterask.counter_asks.finder import CounterAsk, find_counter_asks, scans
from counterask.counter_asks.lever_steps import steps_from
from counterask.counter_asks.positions import position_of
from counterask.inputs.levers import LEVER_BY_NAME, LEVERS
from counterask.inputs.terms import Deal
from counterask.pricing.valuation import value_deal
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict, client_direction, towards_us

from ..counter_deals import bare, example, plain_search, problems, rules_of, verdict_of, worked_quote
from ..deals import quantity_of, quiet_deal, quiet_line

WORKED = worked_quote()
CENT = 0.005


def by_place(rows: tuple[CounterAsk, ...]) -> dict[tuple[str, str | None], CounterAsk]:
    return {(row.lever, row.line): row for row in rows}


def agree(rows: tuple[CounterAsk, ...], plain: dict[tuple, tuple], slack: float = 1e-6) -> None:
    found = by_place(rows)
    for place, (to, net) in plain.items():
        row = found[place]
        if to is None:
            assert row.to is None, place
            assert row.best_net == pytest.approx(net, abs=slack), place
        else:
            assert row.to == pytest.approx(to, abs=1e-9), place
            assert row.net == pytest.approx(net, abs=slack), place


# ---- against a plain search


@pytest.mark.parametrize("name", ["D1", "D2", "D3"])
def test_every_answer_on_the_worked_deal_is_the_first_step_that_a_plain_search_finds(name: str) -> None:
    rules = rules_of(WORKED)
    place = [trade.id for trade in WORKED.trades].index(name)
    position = position_of(WORKED.deal, WORKED.trades, name, rules)
    before, trade = WORKED.trades[:place], bare(WORKED.trades[place]) if position.is_instead else WORKED.trades[place]
    rows = find_counter_asks(WORKED.deal, WORKED.trades, name, rules)
    plain = plain_search(WORKED.deal, before, trade, rules, WORKED.trades[place + 1 :])
    assert set(by_place(rows)) - set(plain) == {("uplift_cap", None)}
    agree(rows, plain)


@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_every_answer_on_the_examples_is_the_first_step_that_a_plain_search_finds(name: str) -> None:
    quote = example(name)
    rules = rules_of(quote)
    valued = {one.trade.id: one for one in ledger(quote.deal, quote.trades, rules).trades}
    for place, trade in enumerate(quote.trades):
        if valued[trade.id].verdict not in (Verdict.UNBALANCED, Verdict.CONCESSION):
            continue
        rows = find_counter_asks(quote.deal, quote.trades, trade.id, rules)
        agree(rows, plain_search(quote.deal, quote.trades[:place], trade, rules, quote.trades[place + 1 :]))


def test_every_offered_counter_ask_of_the_examples_typed_in_is_a_negotiation() -> None:
    for name in ("staffing", "software", "industrial_supply"):
        quote = example(name)
        rules = rules_of(quote)
        for place, trade in enumerate(quote.trades):
            position = position_of(quote.deal, quote.trades, trade.id, rules)
            for row in find_counter_asks(quote.deal, quote.trades, trade.id, rules):
                if row.is_reachable:
                    typed = replace(position.trade, counters=(*position.trade.counters, row.change))
                    trades = [*quote.trades[:place], typed, *quote.trades[place + 1 :]]
                    after = ledger(quote.deal, trades, rules).trades[place]
                    assert after.verdict == Verdict.NEGOTIATION
                    assert after.net == pytest.approx(row.net, abs=1e-6)
                    assert after.authority == row.authority


def scale(deal: Deal, *others: float) -> float:
    """A tolerance for money in a deal whose numbers may be large."""
    size = math.fsum(abs(float(column[0])) for column in value_deal(deal).components.values())
    return max(1e-6, 1e-11 * max(size, *map(abs, others), 0.0))


@settings(max_examples=25)
@given(problems())
def test_every_answer_on_random_deals_is_the_first_step_that_a_plain_search_finds(
    problem: tuple[Deal, Trade, Trade, Rules],
) -> None:
    deal, before, trade, rules = problem
    valued = ledger(deal, [before, trade], rules)
    assume(all(math.isfinite(one.cost) for one in valued.trades))
    assume(valued.deal_now.terms.uplift_floor <= valued.deal_now.terms.uplift_cap)
    assume(not {"uplift_floor", "uplift_cap"} & {row.lever for row in rules.limits.rows})  # type: ignore[union-attr]
    slack = scale(deal, valued.value_now)
    assume(slack < CENT / 10)
    rows = find_counter_asks(deal, [before, trade], "T", rules)
    plain = plain_search(deal, [before], trade, rules)
    agree(rows, {place: found for place, found in plain.items() if not math.isnan(found[1])}, 10 * slack)


# ---- properties


@given(problems())
def test_no_answer_lies_outside_its_limits_or_off_its_step(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, before, trade, rules = problem
    assert rules.limits is not None
    for row in find_counter_asks(deal, [before, trade], "T", rules):
        limit = rules.limits.row(row.lever, row.line)
        assert limit is not None
        towards = -client_direction(deal, row.lever)
        if row.to is None or math.isinf(row.to):
            continue
        steps = (row.to - row.from_level) / limit.step
        assert math.isinf(row.from_level) or abs(steps - round(steps)) < 1e-6
        assert quantity_of(row.lever).fault(row.to) is None
        assert towards_us(deal, row.lever, row.to) > towards_us(deal, row.lever, row.from_level)
        assert math.isinf(limit.ask_up_to) or (limit.ask_up_to - row.to) * towards >= -1e-9 * max(1.0, limit.step)
        assert 0.0 < row.way <= 1.0 + 1e-9


@given(problems())
def test_every_offered_counter_ask_typed_in_is_a_negotiation(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, before, trade, rules = problem
    for row in find_counter_asks(deal, [before, trade], "T", rules):
        if row.is_reachable:
            verdict, net = verdict_of(deal, [before], replace(trade, counters=(row.change,)), rules)
            assert verdict == Verdict.NEGOTIATION
            assert net == pytest.approx(row.net, abs=10 * scale(deal, net))


@given(problems(), st.integers(0, 3))
def test_more_limits_never_give_fewer_answers(problem: tuple[Deal, Trade, Trade, Rules], dropped: int) -> None:
    deal, before, trade, rules = problem
    assert rules.limits is not None
    rows = rules.limits.rows
    fewer = replace(rules, limits=Limits(rows[:dropped] + rows[dropped + 1 :]))
    with_all = by_place(find_counter_asks(deal, [before, trade], "T", rules))
    for row in find_counter_asks(deal, [before, trade], "T", fewer):
        assert with_all[row.lever, row.line].to == row.to


@pytest.mark.parametrize("lever", ["term_months", "quantity", "payment_days", "commitment", "liability_cap_multiple"])
def test_a_higher_required_ratio_never_gives_a_smaller_counter_ask_on_a_monotone_lever(lever: str) -> None:
    rules = rules_of(WORKED)
    ask = Change("free_months", None, 1.0)
    way = 0.0
    for ratio in np.linspace(0.1, 6.0, 25).tolist():
        policy = replace(rules.policy, required_ratio=ratio)
        found = by_place(find_counter_asks(WORKED.deal, (), ask, replace(rules, policy=policy)))
        rows = [row for place, row in found.items() if place[0] == lever and place[1] in (None, "seats")]
        reached = rows[0].way if rows[0].is_reachable else math.inf
        assert reached >= way
        way = reached


def test_a_lever_that_is_not_monotone_is_answered_with_its_first_step_that_suffices() -> None:
    """More months a bill in advance bring cash forward, but blocks are cut short by the term, so the worth goes up
    and down."""
    rules = rules_of(WORKED)
    opening = WORKED.deal.with_inputs({(None, "billing_in_advance"): 1.0})
    rows = []
    for cost in (0.2, 0.5, 0.9):
        full = by_place(find_counter_asks(opening, (), Change("payment_days", None, 45.0 + 10 * cost), rules))
        rows.append(full["billing_months", None])
        plain = plain_search(opening, (), Trade("T", Response.YES, (Change("payment_days", None, 45.0 + 10 * cost),)), rules)
        agree((rows[-1],), {("billing_months", None): plain["billing_months", None]})


def test_soft_value_never_carries_more_than_its_share() -> None:
    ask = Change("payment_days", None, 60.0)
    for cap in (0.0, 0.5, 0.999, 1.0):
        rules = replace(rules_of(WORKED), policy=Policy(soft_share_cap=cap))
        row = by_place(find_counter_asks(WORKED.deal, (), ask, rules))["public_reference", None]
        assert row.is_soft
        assert row.is_reachable == (cap == 1.0)


# ---- a deal that can be done in the head: one seat at 100 a month for a year, a tenth off costs 120


def plain_deal(**inputs: float) -> Deal:
    return quiet_deal(quiet_line("seats", list_price=100.0), **({"horizon_months": 12.0} | inputs))


def in_the_head(deal: Deal, *rows: Limit) -> tuple[CounterAsk, ...]:
    return find_counter_asks(deal, (), Change("discount", "seats", 0.1), Rules(Limits(rows)))


def test_where_no_step_is_enough_the_best_step_says_what_it_is_short_of() -> None:
    (row,) = in_the_head(plain_deal(), Limit("quantity", "seats", step=0.01, ask_up_to=1.05))
    assert row.to is None and row.best_to == pytest.approx(1.05)
    assert row.best_net == pytest.approx(54.0 - 120.0)
    assert row.shortfall == pytest.approx(120.0 - 54.0)


@pytest.mark.parametrize(("margin", "first"), [(50.0, "exclusivity_months"), (10.0, "sla_credit")])
def test_of_counter_asks_with_the_same_burden_the_one_that_leaves_most_comes_first(margin: float, first: str) -> None:
    """Each gives up all of what stands today."""
    deal = plain_deal(exclusivity_margin=margin, exclusivity_months=12.0, sla_credit=0.2, sla_miss_probability=1.0)
    rows = (
        Limit("sla_credit", standard=0.2, step=0.2, ask_up_to=0.0),
        Limit("exclusivity_months", standard=12.0, step=12.0, ask_up_to=0.0),
    )
    found = in_the_head(deal, *rows)
    assert [row.burden for row in found] == pytest.approx([0.1, 0.1])
    assert found[0].lever == first and found[0].net > found[1].net


def test_more_to_pay_is_heavier_than_a_longer_term_and_the_limit_plays_no_part() -> None:
    """A tenth more seats in each of five years is half a year's fees; a year more on a term of two is half as long again."""
    deal, address = plain_deal(), (0, "quantity")
    assert burdens_of(deal, address, 1.0, np.array([1.1, 2.0])).tolist() == pytest.approx([0.5, 5.0])
    assert burdens_of(deal, (None, "term_months"), 24.0, np.array([36.0])).tolist() == pytest.approx([0.05])
    near, far = (Limit("quantity", "seats", step=0.1, ask_up_to=most) for most in (1.2, 50.0))
    assert in_the_head(deal, near)[0].burden == in_the_head(deal, far)[0].burden > 0.0


def test_the_way_to_none_counts_the_steps_that_make_a_difference() -> None:
    """Prices rise by 4% a year at most, and the index rises by 5.5%: a cap of 6% is as good as none."""
    deal = plain_deal(horizon_months=24.0, term_months=24.0, inflation=0.055, uplift_cap=0.03)
    row = Limit("uplift_cap", step=0.01, ask_up_to=math.inf)
    position = position_of(deal, (), Change("discount", "seats", 0.01), Rules(Limits((row,))))
    (scan,) = scans(position)
    assert scan.grid.levels[:4].tolist() == [0.04, 0.05, 0.06, 0.07] and math.isinf(scan.grid.levels[-1])
    assert scan.ways[:4].tolist() == pytest.approx([1 / 3, 2 / 3, 1.0, 1.0]) and scan.ways[-1] == 1.0


def test_the_way_from_none_counts_from_the_first_step_that_makes_a_difference() -> None:
    """Claims are small: beyond a cap of 1.5 times the yearly fees there is less than half a cent."""
    small = {"liability_frequency": 1.0, "liability_alpha": 10.0, "liability_theta": 1000.0}
    deal = plain_deal(liability_cap_multiple=math.inf, **small)
    row = Limit("liability_cap_multiple", rep_to=3.0, step=0.5, ask_up_to=0.0)
    position = position_of(deal, (), Change("discount", "seats", 0.01), Rules(Limits((row,))))
    (scan,) = scans(position)
    assert scan.grid.levels.tolist() == [3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.0]
    assert scan.ways.tolist() == pytest.approx([0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0])


# ---- what it starts from


def test_a_trade_with_counter_asks_that_fall_short_is_completed() -> None:
    rules = rules_of(WORKED)
    assert rules.limits is not None
    seats = Limit("quantity", "seats", step=1.0, ask_up_to=520.0)
    rules = replace(rules, limits=Limits((*rules.limits.rows, seats)))
    small = Trade("T", Response.YES, (Change("discount", "seats", 0.11),), (Change("payment_days", None, 30.0),))
    position = position_of(WORKED.deal, [small], "T", rules)
    assert not position.is_instead
    assert position.trade.counters == small.counters
    row = by_place(find_counter_asks(WORKED.deal, [small], "T", rules))["quantity", "seats"]
    bare_row = by_place(find_counter_asks(WORKED.deal, [bare(small)], "T", rules))["quantity", "seats"]
    assert row.to is not None and bare_row.to is not None and row.to < bare_row.to


def test_a_lever_that_the_trade_names_already_is_not_asked_for_again() -> None:
    ask, entered = Change("discount", "seats", 0.11), Change("payment_days", None, 30.0)
    trade = Trade("T", Response.YES, (ask,), (entered,))
    position = position_of(WORKED.deal, [trade], "T", rules_of(WORKED))
    assert not position.is_instead
    found = by_place(find_counter_asks(WORKED.deal, [trade], "T", rules_of(WORKED)))
    assert ("payment_days", None) not in found and ("discount", "seats") not in found
    assert ("term_months", None) in found


def test_a_trade_that_is_a_negotiation_is_answered_with_alternatives() -> None:
    position = position_of(WORKED.deal, WORKED.trades, "D1", rules_of(WORKED))
    assert position.is_instead
    assert position.trade.counters == ()
    row = by_place(find_counter_asks(WORKED.deal, WORKED.trades, "D1", rules_of(WORKED)))["term_months", None]
    assert row.from_level == 24.0


def test_earlier_trades_stand_and_later_ones_play_no_part() -> None:
    rules = rules_of(WORKED)
    rows = find_counter_asks(WORKED.deal, WORKED.trades, "D2", rules)
    granted = {(ask.lever, ask.line) for trade in WORKED.trades[2:] for ask in trade.asks}
    alone = find_counter_asks(WORKED.deal, WORKED.trades[:2], "D2", rules)
    assert rows == tuple(row for row in alone if (row.lever, row.line) not in granted)
    assert by_place(rows)["term_months", None].from_level == 36.0


def test_a_declined_ask_is_answered_as_if_it_were_granted() -> None:
    rules = rules_of(WORKED)
    trade = bare(WORKED.trades[0])
    for response in (Response.NO, Response.STALL):
        asked = replace(trade, response=response)
        assert find_counter_asks(WORKED.deal, [asked], "D1", rules) == find_counter_asks(WORKED.deal, [trade], "D1", rules)


def test_a_bare_ask_stands_behind_all_trades() -> None:
    rules = rules_of(WORKED)
    ask = Change("free_months", None, 1.0)
    typed = (*WORKED.trades, Trade("new", Response.YES, (ask,)))
    assert find_counter_asks(WORKED.deal, WORKED.trades, ask, rules) == find_counter_asks(WORKED.deal, typed, "new", rules)


def test_what_the_client_asks_for_is_not_asked_back() -> None:
    rows = by_place(find_counter_asks(WORKED.deal, (), Change("payment_days", None, 75.0), rules_of(WORKED)))
    assert ("payment_days", None) not in rows


def test_an_unknown_trade_is_an_error() -> None:
    with pytest.raises(KeyError):
        find_counter_asks(WORKED.deal, WORKED.trades, "D9", rules_of(WORKED))


def test_without_limits_nothing_may_be_asked_for() -> None:
    assert find_counter_asks(WORKED.deal, WORKED.trades, "D1", Rules()) == ()


def test_a_hard_stop_leaves_nothing_reachable_and_says_so() -> None:
    rules = rules_of(WORKED)
    assert rules.limits is not None
    stop = Limit("free_months", None, 0.0, 0.0, 0.0)
    rules = replace(rules, limits=Limits((*rules.limits.rows, stop)))
    rows = find_counter_asks(WORKED.deal, (), Change("free_months", None, 2.0), rules)
    assert rows
    for row in rows:
        assert row.to is None and "never" in row.note and row.authority == Authority.NOBODY


def test_an_expired_row_offers_nothing() -> None:
    from datetime import date

    rules = rules_of(WORKED)
    assert rules.limits is not None
    lapsed = tuple(replace(row, expires=date(2026, 1, 1)) if row.lever == "term_months" else row for row in rules.limits.rows)
    rules = replace(rules, limits=Limits(lapsed))
    row = by_place(find_counter_asks(WORKED.deal, (), Change("payment_days", None, 75.0), rules))["term_months", None]
    assert row.to is None and "expired" in row.note


def test_a_blank_input_offers_nothing_and_says_so() -> None:
    deal = WORKED.deal.with_inputs({(None, "cost_of_capital"): math.nan})
    for row in find_counter_asks(deal, (), Change("payment_days", None, 75.0), rules_of(WORKED)):
        assert row.to is None and math.isnan(row.best_net) and "Cost of capital" in row.note


# ---- steps of a lever


def test_steps_are_counted_from_where_the_deal_stands() -> None:
    assert steps_from(0.023, 0.04, 0.005, 1)[0].tolist() == [0.028, 0.033, 0.038]
    assert steps_from(33.0, 14.0, 5.0, -1)[0].tolist() == [28.0, 23.0, 18.0]
    assert steps_from(-0.015, 0.01, 0.01, 1)[0].tolist() == [-0.005, 0.005]
    assert steps_from(24.0, 30.0, 12.0, 1)[0].tolist() == []


def test_what_is_delivered_once_is_asked_for_only_where_a_row_names_it() -> None:
    every, own = Limit("quantity", None, step=1.0, ask_up_to=9e3), Limit("quantity", "setup", step=1.0, ask_up_to=5.0)
    for rows, places in (((every,), {"seats", "usage"}), ((every, own), {"seats", "usage", "setup"})):
        found = find_counter_asks(WORKED.deal, (), Change("payment_days", None, 46.0), Rules(Limits(rows)))
        assert {row.line for row in found} <= places and ("setup" in places) == any(row.line == "setup" for row in found)


def test_what_our_support_costs_us_is_never_asked_for() -> None:
    rules = Rules(Limits((Limit("support_cost", None, step=0.5, ask_up_to=0.0, standard=9.0),)))
    deal = WORKED.deal.with_inputs({(0, "support_cost"): 5.0})
    assert find_counter_asks(deal, (), Change("payment_days", None, 46.0), rules) == ()


def test_what_another_trade_grants_is_not_asked_back() -> None:
    rules = rules_of(WORKED)
    ask, other = Change("free_months", None, 1.0), Change("payment_days", None, 60.0)
    asked, granted = Trade("A", Response.YES, (ask,)), Trade("B", Response.YES, (other,))
    assert ("payment_days", None) in by_place(find_counter_asks(WORKED.deal, [asked], "A", rules))
    for trades in ([asked, granted], [granted, asked]):
        assert ("payment_days", None) not in by_place(find_counter_asks(WORKED.deal, trades, "A", rules))
    declined = replace(granted, response=Response.NO)
    assert ("payment_days", None) in by_place(find_counter_asks(WORKED.deal, [asked, declined], "A", rules))


def test_a_row_without_a_line_holds_for_every_line_that_has_none_of_its_own() -> None:
    rows = (Limit("quantity", None, step=10.0, ask_up_to=400.0), Limit("quantity", "usage", step=1000.0))
    rules = Rules(Limits(rows))
    found = by_place(find_counter_asks(WORKED.deal, (), Change("payment_days", None, 46.0), rules))
    assert set(found) == {("quantity", "seats")}


def test_a_cap_can_go_to_none_and_a_right_can_be_given_up() -> None:
    deal = WORKED.deal.with_inputs({(None, "tfc_from_month"): 6.0, (None, "tfc_fee_months"): 1.0})
    rows = (
        Limit("tfc_from_month", None, step=6.0, ask_up_to=math.inf, standard=6.0),
        Limit("uplift_cap", None, step=0.01, ask_up_to=math.inf, standard=0.06),
    )
    asks = {ratio: (Rules(Limits(rows), Policy(ratio)), Change("payment_days", None, 60.0)) for ratio in (1.0, 11.0)}
    found = {ratio: by_place(find_counter_asks(deal, (), ask, rules)) for ratio, (rules, ask) in asks.items()}
    assert found[1.0]["tfc_from_month", None].to == 12.0
    assert found[1.0]["uplift_cap", None].best_net > -1e9
    far = found[11.0]["tfc_from_month", None]
    assert far.to is None or far.to > 12.0
    for row in found[1.0].values():
        assert math.isnan(row.way) or 0.0 < row.way <= 1.0


def test_a_very_long_grid_is_scanned_to_the_first_step_that_suffices() -> None:
    rules = Rules(Limits((Limit("quantity", "seats", step=1.0, ask_up_to=10_000.0),)))
    ask = Change("discount", "seats", 0.5)
    row = find_counter_asks(WORKED.deal, (), ask, rules)[0]
    assert row.to is not None and row.to > 260.0 + 512.0
    short = replace(row, to=row.to - 1.0)
    trade = Trade("T", Response.YES, (ask,))
    assert verdict_of(WORKED.deal, (), replace(trade, counters=(row.change,)), rules)[0] == Verdict.NEGOTIATION
    assert verdict_of(WORKED.deal, (), replace(trade, counters=(short.change,)), rules)[0] == Verdict.UNBALANCED


def test_a_grid_that_is_too_long_is_told() -> None:
    rules = Rules(Limits((Limit("quantity", "seats", step=1.0, ask_up_to=30_000.0),)), Policy(10_000.0))
    row = find_counter_asks(WORKED.deal, (), Change("free_months", None, 2.0), rules)[0]
    assert row.to is None and "29,740 steps" in row.note


def test_the_rule_for_many_steps_is_the_rule_for_one_trade() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        policy = Policy(float(rng.choice([0.5, 1.0, 2.0])), float(rng.uniform()))
        position = position_of(WORKED.deal, (), Change("payment_days", None, 75.0), replace(rules_of(WORKED), policy=policy))
        worth = float(rng.normal(11_000.0, 9_000.0))
        for change, share in ((Change("term_months", None, 30.0), 0.0), (Change("public_reference", None, 1.0), 1.0)):
            valued = position.with_counters([change], [worth])
            ours = float(position.shortfalls(np.array([worth]), np.array([worth * share]))[0])
            assert (valued.verdict == Verdict.NEGOTIATION) == (ours < CENT)
            assert valued.shortfall == pytest.approx(max(0.0, ours) if ours >= CENT else 0.0)


def test_every_lever_of_the_registry_can_be_asked_for() -> None:
    for lever in LEVERS:
        assert LEVER_BY_NAME[lever.name].step > 0.0


def test_a_position_is_the_same_with_the_ledger_at_hand() -> None:
    for name in ("staffing", "software", "industrial_supply"):
        quote = example(name)
        rules = rules_of(quote)
        valued = ledger(quote.deal, quote.trades, rules)
        for trade in quote.trades:
            alone, helped = (position_of(quote.deal, quote.trades, trade.id, rules, one) for one in (None, valued))
            assert helped.valued == alone.valued and helped.before == alone.before and helped.state == alone.state
            assert helped.total == pytest.approx(alone.total, nan_ok=True)
            assert helped.granted_elsewhere == alone.granted_elsewhere and helped.is_instead == alone.is_instead
