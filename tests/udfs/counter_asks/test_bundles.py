"""Bundles against a plain search of every pair of steps, and what must hold for every bundle."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given

from counterask.counter_asks.answers import answer, bundle_answers
from counterask.counter_asks.bundles import MOST_LEVERS, Bundle, find_bundles
from counterask.counter_asks.finder import find_counter_asks
from counterask.counter_asks.lever_steps import negotiable_unit
from counterask.counter_asks.positions import position_of
from counterask.counter_asks.sentences import Speaker
from counterask.inputs.terms import Deal
from counterask.reading.quote import Quote
from counterask.reading.stakeholders import Stakeholder
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict, client_direction

from ..counter_deals import bare, example, plain_levels, problems, rules_of, verdict_of, worked_quote

WORKED = worked_quote()
ASK = Change("liability_cap_multiple", None, 0.75)
FEW = {
    "billing_months": (1.0, 4.0),
    "payment_days": (5.0, 30.0),
    "uplift_floor": (0.005, 0.015),
    "commitment": (0.15, 0.45),
    "public_reference": (1.0, 1.0),
}
"""Levers none of which pays for the ask alone in hard money; one is soft."""


def few_rules(soft_share_cap: float = 0.5) -> Rules:
    rows = tuple(Limit(lever, None, step=step, ask_up_to=up_to) for lever, (step, up_to) in FEW.items())
    return Rules(Limits(rows), Policy(soft_share_cap=soft_share_cap))


def steps_of(lever: str) -> list[float]:
    step, up_to = FEW[lever]
    start = WORKED.deal.input_at((None, lever))
    return plain_levels(start, up_to, step, -client_direction(WORKED.deal, lever))


def plain_burden(lever: str, to: float) -> float:
    """What a move asks of the client: ten times a price rise, a tenth of a year billed at once, else a tenth of the change."""
    start = WORKED.deal.input_at((None, lever))
    if lever == "uplift_floor":
        return 10.0 * (to - start)
    if lever == "billing_months":
        return 0.1 * (to - start) / 12.0
    return 0.1 * (abs(to - start) / start if start else 1.0)


def plain_pairs(rules: Rules) -> dict[frozenset[str], tuple[float, tuple[float, float]]]:
    """For each pair of levers the least burden of its undominated steps, and the steps, from the ledger and nothing
    else."""
    trade = Trade("T", Response.YES, (ASK,))

    def is_enough(*counters: Change) -> bool:
        return verdict_of(WORKED.deal, (), replace(trade, counters=counters), rules)[0] == Verdict.NEGOTIATION

    best: dict[frozenset[str], tuple[float, tuple[float, float]]] = {}
    for first, second in combinations(FEW, 2):
        grid = [steps_of(first), steps_of(second)]
        good = [
            (a, b)
            for a, to_a in enumerate(grid[0])
            for b, to_b in enumerate(grid[1])
            if is_enough(*sorted((Change(first, None, to_a), Change(second, None, to_b)), key=is_reference))
        ]
        alone = [[is_enough(Change(lever, None, to)) for to in grid[number]] for number, lever in enumerate((first, second))]
        for a, b in good:
            smaller = any((c, d) != (a, b) and c <= a and d <= b for c, d in good)
            if smaller or any(alone[0][: a + 1]) or any(alone[1][: b + 1]):
                continue
            steps = (grid[0][a], grid[1][b])
            burden = sum(plain_burden(lever, to) for lever, to in zip((first, second), steps, strict=True))
            key = frozenset((first, second))
            if key not in best or burden < best[key][0] - 1e-12:
                best[key] = (burden, steps)
    return best


def is_reference(change: Change) -> bool:
    return change.lever == "public_reference"


@pytest.mark.parametrize("soft_share_cap", [0.0, 0.1, 1.0])
def test_the_bundles_of_two_are_those_of_a_plain_search(soft_share_cap: float) -> None:
    rules = few_rules(soft_share_cap)
    plain = plain_pairs(rules)
    assert plain
    found = find_bundles(WORKED.deal, (), ASK, rules)
    assert {frozenset(one.lever for one in bundle.counters) for bundle in found} == set(plain)
    for bundle in found:
        burden, _ = plain[frozenset(one.lever for one in bundle.counters)]
        assert bundle.burden == pytest.approx(burden, abs=1e-9)
    assert [bundle.burden for bundle in found] == sorted(bundle.burden for bundle in found)


def typed_in(quote: Quote, trade_id: str, counters: tuple[Change, ...], rules: Rules) -> tuple[Verdict, float]:
    """Verdict and net of a trade of a quote with counter-asks typed in behind those that stay."""
    place = [trade.id for trade in quote.trades].index(trade_id)
    kept = position_of(quote.deal, quote.trades, trade_id, rules).trade
    typed = replace(kept, counters=(*kept.counters, *counters))
    after = ledger(quote.deal, [*quote.trades[:place], typed], rules).trades[place]
    return after.verdict, after.net


def one_step_back(quote: Quote, bundle: Bundle, number: int, rules: Rules) -> tuple[Change, ...] | None:
    """The bundle with one lever a step nearer to where it stands; without the lever where that was its first step."""
    assert rules.limits is not None
    valued = bundle.changes[number]
    row = rules.limits.row(valued.change.lever, valued.change.line)
    assert row is not None
    if math.isinf(valued.change.to):
        return None
    towards = -client_direction(quote.deal, valued.change.lever)
    step = negotiable_unit(row) * towards
    nearer = round(valued.change.to - step, 9)
    if row.levels:
        before = [level for level in row.levels if (valued.change.to - level) * towards > 1e-12]
        nearer = max(before, key=lambda level: level * towards, default=valued.from_level)
    rest = [one for place, one in enumerate(bundle.counters) if place != number]
    if (nearer - valued.from_level) * step <= 1e-12:
        return tuple(rest)
    counters = list(bundle.counters)
    counters[number] = replace(valued.change, to=nearer)
    return tuple(counters)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_every_bundle_of_the_examples_is_a_negotiation_and_not_a_step_too_large(name: str, size: int) -> None:
    quote = example(name)
    rules = rules_of(quote)
    trade_id = "T2" if (name, size) == ("staffing", 2) else quote.trades[0].id
    found = find_bundles(quote.deal, quote.trades, trade_id, rules, size=size)
    kept = position_of(quote.deal, quote.trades, trade_id, rules).trade.counters
    assert bool(found) == (len(kept) + size <= MOST_LEVERS)
    for bundle in found[:6]:
        assert len({(one.lever, one.line) for one in bundle.counters}) == size
        verdict, net = typed_in(quote, trade_id, bundle.counters, rules)
        assert verdict == Verdict.NEGOTIATION
        assert net == pytest.approx(bundle.net, abs=1e-6)
        assert bundle.worth == pytest.approx(math.fsum(one.value for one in bundle.changes), abs=1e-6)
        for number in range(size):
            nearer = one_step_back(quote, bundle, number, rules)
            if nearer is not None:
                assert typed_in(quote, trade_id, nearer, rules)[0] != Verdict.NEGOTIATION


def test_a_bundle_is_never_valued_as_the_sum_of_its_parts() -> None:
    rules = replace(rules_of(WORKED), policy=Policy(1.0))
    ask = Change("discount", "seats", 0.3)
    for bundle in find_bundles(WORKED.deal, (), ask, rules)[:5]:
        trade = Trade("T", Response.YES, (ask,), bundle.counters)
        assert ledger(WORKED.deal, [trade], rules).trades[0].worth == pytest.approx(bundle.worth, abs=1e-6)


def test_soft_value_carries_no_more_than_its_share_of_a_bundle() -> None:
    for cap in (0.0, 0.05, 0.3):
        rules = few_rules(cap)
        for bundle in find_bundles(WORKED.deal, (), ASK, rules):
            position = position_of(WORKED.deal, (), ASK, rules)
            hard = math.fsum(one.value for one in bundle.changes if not one.is_soft)
            assert hard >= (1.0 - cap) * position.required - 0.005


def test_no_bundle_holds_a_lever_that_suffices_alone_at_that_step() -> None:
    rules = rules_of(WORKED)
    singles = {(row.lever, row.line): row for row in find_counter_asks(WORKED.deal, (), ASK, rules)}
    for bundle in find_bundles(WORKED.deal, (), ASK, rules):
        for valued, way in zip(bundle.changes, bundle.ways, strict=True):
            single = singles[valued.change.lever, valued.change.line]
            assert single.to is None or way < single.way


def test_a_lever_that_somebody_needs_makes_a_bundle_heavier() -> None:
    rules = few_rules()
    someone = Stakeholder("A", "CFO", "cash", ("payment_days",), 40_000.0)
    with_person = find_bundles(WORKED.deal, (), ASK, rules, [someone])
    without = find_bundles(WORKED.deal, (), ASK, rules)

    def lightest(bundles: tuple[Bundle, ...]) -> float:
        return min(one.burden for one in bundles if any(part.lever == "payment_days" for part in one.counters))

    assert lightest(with_person) > lightest(without)
    assert {one.net for one in with_person} & {one.net for one in without}


def test_nothing_is_bundled_for_an_ask_that_is_blocked() -> None:
    rules = few_rules()
    assert rules.limits is not None
    stop = Limit("liability_cap_multiple", None, 0.5, 0.5, 0.6)
    rules = replace(rules, limits=Limits((*rules.limits.rows, stop)))
    assert find_bundles(WORKED.deal, (), ASK, rules) == ()


def test_bundles_complete_a_trade_that_has_a_counter_ask_already() -> None:
    rules = few_rules()
    trade = Trade("T", Response.YES, (ASK,), (Change("billing_months", None, 2.0),))
    for bundle in find_bundles(WORKED.deal, [trade], "T", rules):
        after = ledger(WORKED.deal, [replace(trade, counters=(*trade.counters, *bundle.counters))], rules).trades[0]
        assert after.verdict == Verdict.NEGOTIATION
        assert after.net == pytest.approx(bundle.net, abs=1e-6)
    assert bare(trade).counters == ()


@given(problems())
def test_every_bundle_of_a_random_deal_typed_in_is_a_negotiation(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, before, trade, rules = problem
    speaker = Speaker(deal, "de")
    found = answer(deal, [before, trade], "T", rules, speaker)
    assert all(one.no_but for one in found.answers if one.counter_ask.is_reachable)
    for one in bundle_answers(found, speaker):
        verdict, net = verdict_of(deal, [before], replace(trade, counters=one.bundle.counters), rules)
        assert verdict == Verdict.NEGOTIATION
        assert net == pytest.approx(one.bundle.net, rel=1e-9, abs=1e-3)
        assert one.yes_and and one.no_but
