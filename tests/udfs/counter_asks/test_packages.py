"""Packages against a plain search of every level of the ask and every step of every counter-ask; and what each must hold to."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, product
from typing import NamedTuple

import pytest
from hypothesis import given

from counterask.counter_asks.answers import answer
from counterask.counter_asks.choosing import FEW, NOTHING, PACKAGES, choose, find_packages
from counterask.counter_asks.package_tables import package_document, package_table
from counterask.counter_asks.packages import MOST_GRANTS, MOST_OF_A_GRANT, OfferPackage, candidates, grants
from counterask.counter_asks.positions import position_of
from counterask.counter_asks.sentences import Speaker
from counterask.inputs.levers import LANGUAGES
from counterask.inputs.terms import Deal
from counterask.reading.stakeholders import Stakeholder
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict, client_direction

from ..counter_deals import example, plain_levels, problems, rules_of, worked_quote
from .test_bundles import FEW as LEVERS
from .test_bundles import plain_burden

WORKED = worked_quote()
COUNTERS = {name: LEVERS[name] for name in ("billing_months", "payment_days", "uplift_floor", "commitment")}
ASK = Change("liability_cap_multiple", None, 0.8)
START = WORKED.deal.terms.liability_cap_multiple
GRANTED = [0.6, 0.7, 0.8]
"""Every level of the ask, from its first step to the whole of it."""
TRADE = Trade("T", Response.YES, (ASK,))


def small_rules(ratio: float = 1.0) -> Rules:
    rows = [Limit(lever, None, step=step, ask_up_to=up_to) for lever, (step, up_to) in COUNTERS.items()]
    rows.append(Limit("liability_cap_multiple", None, 1.0, 2.0, 3.0, 0.1))
    return Rules(Limits(tuple(rows)), Policy(ratio))


class Plain(NamedTuple):
    """A package of the plain search: what is granted, the counter-asks, what is left over, its smallest step, its burden."""

    to: float
    counters: frozenset[Change]
    left_over: float
    step: float
    burden: float
    required: float


def weighed(counters: tuple[Change, ...], to: float, rules: Rules) -> ValuedTrade:
    trade = Trade("T", Response.YES, (replace(ASK, to=to),), counters)
    return ledger(WORKED.deal, [trade], rules, has_opening=False).trades[0]


def plain_packages(rules: Rules) -> list[Plain]:
    """For each level granted and each set of one or two levers: the lightest steps of which none can be taken back."""
    found = []
    for to in GRANTED:
        of_level = []
        for levers in (*combinations(COUNTERS, 1), *combinations(COUNTERS, 2)):
            ladders = []
            for lever in levers:
                start = WORKED.deal.input_at((None, lever))
                step, most = COUNTERS[lever]
                ladders.append([start, *plain_levels(start, most, step, -client_direction(WORKED.deal, lever))])
            at = {}
            for places in product(*(range(len(ladder)) for ladder in ladders)):
                moved = tuple(
                    Change(lever, None, ladder[place])
                    for lever, ladder, place in zip(levers, ladders, places, strict=True)
                    if place
                )
                at[places] = weighed(moved, to, rules)
            good = {places for places, one in at.items() if one.verdict == Verdict.NEGOTIATION}

            def is_least(places: tuple[int, ...], good: set[tuple[int, ...]] = good) -> bool:
                smaller = product(*(range(place + 1) for place in places))
                return all(places) and not any(other != places and other in good for other in smaller)

            least = [places for places in good if is_least(places)]
            if not least:
                continue

            weights = {
                each: math.fsum(plain_burden(levers[number], ladders[number][step]) for number, step in enumerate(each))
                for each in least
            }
            places = min(weights, key=lambda each: weights[each])
            one = at[places]
            backs = [tuple(place - (number == back) for number, place in enumerate(places)) for back in range(len(places))]
            lost = [one.worth - at[back].worth for back in backs]
            of_level.append(
                Plain(
                    to,
                    frozenset(one.trade.counters),
                    one.worth - one.required,
                    min((value for value in lost if value > 0), default=0.0),
                    weights[places],
                    one.required,
                )
            )
        found += sorted(of_level, key=lambda one: one.burden)[:MOST_OF_A_GRANT]
    return found


def plain_score(three: tuple[Plain, ...], scale: float) -> float:
    """How good three packages are together; minus infinity where their values differ by more than a step."""
    least = math.inf
    for one, other in combinations(three, 2):
        if abs(one.left_over - other.left_over) > max(one.step, other.step) + 0.005:
            return -math.inf
        levers = [{change.lever for change in each.counters} for each in (one, other)]
        apart = abs(one.to - other.to) / (ASK.to - START) + 1 - len(levers[0] & levers[1]) / len(levers[0] | levers[1])
        least = min(least, apart)
    over = [one.left_over for one in three]
    return least - sum(one.burden for one in three) / 3 - (max(over) - min(over)) / scale


@pytest.mark.parametrize("ratio", [1.0, 1.25])
def test_the_packages_are_those_of_a_plain_search(ratio: float) -> None:
    rules = small_rules(ratio)
    plain = plain_packages(rules)
    assert len(plain) > 6
    found = candidates(WORKED.deal, [TRADE], "T", rules)
    got = {(one.trade.asks[0].to, frozenset(one.trade.counters)): one for one in found}
    assert set(got) == {(one.to, one.counters) for one in plain}
    for one in plain:
        mine = got[one.to, one.counters]
        assert mine.left_over == pytest.approx(one.left_over, abs=1e-6)
        assert mine.step == pytest.approx(one.step, abs=1e-6)
        assert mine.burden == pytest.approx(one.burden, abs=1e-9)
    scale = max(one.required for one in plain)
    best = max(plain_score(three, scale) for three in combinations(plain, 3))
    chosen = find_packages(WORKED.deal, [TRADE], "T", rules).packages
    mine = tuple(
        next(one for one in plain if (one.to, one.counters) == (each.trade.asks[0].to, frozenset(each.trade.counters)))
        for each in chosen
    )
    assert len(mine) == PACKAGES
    assert plain_score(mine, scale) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_packages_of_the_examples_hold_to_everything_that_is_promised(name: str) -> None:
    quote = example(name)
    rules = rules_of(quote)
    limits = rules.limits
    assert limits is not None
    threes = 0
    for place, trade in enumerate(quote.trades):
        offered = find_packages(quote.deal, quote.trades, trade.id, rules)
        packages = offered.packages
        threes += len(packages) == PACKAGES
        assert bool(offered.note) == (len(packages) < PACKAGES)
        for one in packages:
            typed = ledger(quote.deal, [*quote.trades[:place], one.trade], rules).trades[-1]
            assert (typed.verdict, typed.authority) == (Verdict.NEGOTIATION, one.valued.authority)
            assert typed.net == pytest.approx(one.valued.net, abs=1e-6)
            assert typed.authority is not None and typed.authority < Authority.NOBODY
            for change in one.valued.changes:
                wants = client_direction(quote.deal, change.change.lever)
                row = limits.row(change.change.lever, change.change.line)
                assert row is not None
                if change.change.to != change.from_level:
                    stands = row.authority if change.is_ask else row.counter_authority
                    assert stands(change.change.to, wants) <= (typed.authority if change.is_ask else Authority.REP)
        for one, other in combinations(packages, 2):
            assert abs(one.left_over - other.left_over) <= max(one.step, other.step) + 0.005
            assert (one.ways, one.levers) != (other.ways, other.levers)
    assert threes >= 5


def test_the_risk_transfer_of_the_staffing_deal_has_three_packages_that_can_be_said() -> None:
    quote = example("staffing")
    offered = find_packages(quote.deal, quote.trades, "T1", rules_of(quote))
    for language in LANGUAGES:
        speaker = Speaker(quote.deal, language, "EUR")
        rows = package_table(offered, speaker)
        assert [row[0] for row in rows] == ["", "A", "B", "C"], "what introduces them is said first"
        step = max(one.step for one in offered.packages)
        assert speaker.money(step, 0) in str(rows[0][1])
        assert all(row[10] for row in rows)
        document = package_document("T1", offered, speaker)
        assert len(document["packages"]) == 3 and document["say"]  # type: ignore[arg-type]
    assert len({one.ways for one in offered.packages}) == 3


def test_what_the_client_needs_ranks_packages_and_changes_no_value() -> None:
    rules = small_rules()
    plain = find_packages(WORKED.deal, [TRADE], "T", rules)
    needed = Stakeholder("A", "Legal", "cover", ("liability_cap_multiple",), 50_000.0)
    ranked = find_packages(WORKED.deal, [TRADE], "T", rules, [needed])
    assert [one.worth_to_them for one in ranked.packages] == sorted((one.worth_to_them for one in ranked.packages), reverse=True)
    assert {one.valued.net for one in ranked.packages} == {one.valued.net for one in plain.packages}
    assert [one.burden for one in plain.packages] == sorted(one.burden for one in plain.packages)


def test_a_trade_of_several_asks_may_leave_some_as_they_are_and_never_all() -> None:
    quote = example("staffing")
    found = list(grants(position_of(quote.deal, (), Trade("T", Response.YES, quote.trades[0].asks), rules_of(quote))))
    assert 3 < len(found) <= MOST_GRANTS
    assert all(any(ways) for _, ways in found)
    assert found[0][0] == quote.trades[0].asks and found[0][1] == (1.0, 1.0, 1.0)
    assert any(0.0 in ways for _, ways in found)


def test_what_changes_nothing_in_the_deal_is_neither_granted_nor_offered_as_a_concession() -> None:
    """A rebate without a threshold, asked for beside something that costs us."""
    deal = WORKED.deal.with_inputs({(None, "rebate_threshold"): math.inf, (None, "rebate_rate"): 0.0})
    rules = small_rules()
    assert rules.limits is not None
    rules = replace(rules, limits=Limits((*rules.limits.rows, Limit("rebate_rate", None, 0.05, step=0.01))))
    rebate = Change("rebate_rate", None, 0.04)
    trade = Trade("T", Response.YES, (ASK, rebate))
    found = candidates(deal, [trade], "T", rules)
    assert found and all([ask.lever for ask in one.granted] == [ASK.lever] for one in found)
    speaker = Speaker(deal, "en", "EUR")
    answers = answer(deal, [trade], "T", rules, speaker).answers
    offered = [ask.lever for one in answers for ask in one.offered]
    assert set(offered) <= {ASK.lever}
    assert answer(deal, (), rebate, rules, speaker).answers == ()  # nothing must come back for it
    both = Trade("T", Response.YES, (rebate, Change("rebate_threshold", None, 1.0)))
    position = position_of(deal, [both], "T", rules)
    assert position.cost < 0.0 and not position.idle_asks


def test_where_there_is_no_package_it_says_why() -> None:
    nothing = Rules(Limits((Limit("payment_days", None, 90.0, ask_up_to=14.0),)))
    trade = Trade("T", Response.YES, (Change("discount", "seats", 0.9),))
    found = find_packages(WORKED.deal, [trade], "T", nothing)
    assert (found.packages, found.note) == ((), NOTHING)
    blank = replace(WORKED.deal, assumptions=replace(WORKED.deal.assumptions, cost_of_capital=math.nan))
    assert "Cost of capital" in find_packages(blank, [TRADE], "T", small_rules()).note
    few = Rules(Limits((Limit("commitment", None, step=0.5, ask_up_to=0.9), Limit(ASK.lever, None, 1.0, 2.0, 3.0, 0.1))))
    found = find_packages(WORKED.deal, [TRADE], "T", few)
    assert len(found.packages) < PACKAGES and found.note in (FEW, NOTHING)
    with pytest.raises(KeyError):
        find_packages(WORKED.deal, [TRADE], "T9", small_rules())


def test_one_package_is_the_lightest() -> None:
    found = candidates(WORKED.deal, [TRADE], "T", small_rules())
    assert choose(found[:1]) == found[:1] and choose(()) == ()
    twins = (found[0], replace(found[0], burden=found[0].burden + 0.1))
    assert choose(twins) == twins[:1]


@given(problems())
def test_every_package_of_a_random_deal_typed_in_is_a_negotiation(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, before, trade, rules = problem
    packages: tuple[OfferPackage, ...] = find_packages(deal, [before, trade], "T", rules).packages
    for one in packages:
        valued = ledger(deal, [before, one.trade], rules).trades[-1]
        assert valued.verdict == Verdict.NEGOTIATION
        assert valued.net == pytest.approx(one.valued.net, rel=1e-9, abs=1e-3)
    for one, other in combinations(packages, 2):
        assert abs(one.left_over - other.left_over) <= max(one.step, other.step) + 0.01
