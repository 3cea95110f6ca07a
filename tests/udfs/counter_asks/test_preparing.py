"""What is prepared before a call: which asks, and that every answer on the page holds when it is typed in."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from counterask.counter_asks.prepared_tables import (
    COLUMNS,
    PREPARED_ROWS,
    answered,
    lever_words,
    prepared_document,
    prepared_table,
)
from counterask.counter_asks.preparing import MOST, Prepared, prepared_asks
from counterask.counter_asks.sentences import Speaker
from counterask.inputs.levers import LANGUAGES
from counterask.inputs.terms import Deal
from counterask.reading.history import Concession
from counterask.reading.quote import Quote
from counterask.reading.stakeholders import Stakeholder, read_stakeholders, stakeholder_table
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict
from counterask_templates.examples import EXAMPLES, load_example

from ..counter_deals import example, problems, rules_of, worked_quote

WORKED = replace(worked_quote(), trades=(), history=())
"""A quote before its first call."""


def people_of(name: str, quote: Quote) -> tuple[Stakeholder, ...]:
    return read_stakeholders(stakeholder_table(load_example(name)["stakeholders"]), quote.deal, [])


def prepared(quote: Quote, rules: Rules, people: tuple[Stakeholder, ...] = (), language: str = "en") -> tuple[Prepared, ...]:
    return prepared_asks(quote, rules, Speaker(quote.deal, language, "EUR"), people)


def note_of(found: tuple[Prepared, ...], speaker: Speaker) -> str:
    """The note in the last row of the page."""
    last = prepared_table(found, speaker)[-1]
    assert [bool(cell) for cell in last] == [name == "say" for name in COLUMNS]
    return str(last[COLUMNS.index("say")])


def typed(
    deal: Deal, trades: tuple[Trade, ...], asks: tuple[Change, ...], counters: tuple[Change, ...], rules: Rules
) -> ValuedTrade:
    return ledger(deal, [*trades, Trade("new", Response.YES, asks, counters)], rules).trades[-1]


def holds(deal: Deal, trades: tuple[Trade, ...], rules: Rules, one: Prepared) -> None:
    """Every answer of a row, typed in, is what the row says."""
    bare = typed(deal, trades, (one.ask,), (), rules)
    if not math.isnan(one.cost):
        assert bare.cost + bare.drag == pytest.approx(one.cost, rel=1e-9, abs=1e-3)
    for counters in (one.first, one.second):
        if counters:
            assert typed(deal, trades, (one.ask,), counters, rules).verdict == Verdict.NEGOTIATION
    if one.first:
        assert typed(deal, trades, (one.ask,), one.first, rules).authority == one.authority
    if one.offered:
        assert typed(deal, trades, one.offered, one.in_return, rules).verdict == Verdict.NEGOTIATION
    if one.obstacle:
        assert bare.verdict in (Verdict.BLOCKED, Verdict.CANNOT_TELL)
        assert not one.first and not one.second
    assert bool(one.say) != one.changes_nothing
    assert one.is_unclear == (bare.verdict == Verdict.CANNOT_TELL)


@pytest.mark.parametrize("has_trades", [True, False])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_answer_on_the_page_typed_in_is_a_negotiation(name: str, has_trades: bool) -> None:
    quote = example(name)
    quote = quote if has_trades else replace(quote, trades=())
    rules = rules_of(quote)
    found = prepared(quote, rules, people_of(name, quote))
    assert len(found) >= (3 if has_trades else 8)
    on_the_table = {(ask.lever, ask.line) for trade in quote.trades for ask in trade.asks}
    for one in found:
        assert (one.ask.lever, one.ask.line) not in on_the_table and one.source.count
        holds(quote.deal, quote.trades, rules, one)
    assert [one.source.count for one in answered(found)] == sorted((one.source.count for one in answered(found)), reverse=True)


@given(problems())
def test_every_answer_of_a_random_deal_holds(problem: tuple[Deal, Trade, Trade, Rules]) -> None:
    deal, before, trade, rules = problem
    assert rules.limits is not None
    usual = tuple(Limit(ask.lever, ask.line, math.inf, usual_ask=ask.to) for ask in trade.asks)
    rows = tuple(replace(row, usual_ask=next((one.usual_ask for one in usual if (one.lever, one.line) == (row.lever, row.line)),
                 math.nan)) for row in rules.limits.rows)  # fmt: skip
    known = {(row.lever, row.line) for row in rows}
    rules = replace(rules, limits=Limits((*rows, *(one for one in usual if (one.lever, one.line) not in known))))
    quote = replace(WORKED, deal=deal, trades=(before,), limits=rules.limits, policy=rules.policy, history=())
    for one in prepared(quote, rules):
        holds(deal, (before,), rules, one)


def rules_with(*rows: Limit) -> Rules:
    assert WORKED.limits is not None
    named = {row.lever for row in rows}
    return Rules(Limits((*(row for row in WORKED.limits.rows if row.lever not in named), *rows)))


def test_an_ask_is_expected_at_the_usual_level_then_the_last_one_asked_for_then_as_far_as_a_rep_may_go() -> None:
    cfo = Stakeholder("Ann", "CFO", "cash", ("payment_days",), math.nan)
    row = Concession(date(2026, 1, 5), "trade", "", "Q1", "payment_days", None, 30.0, 75.0, -1.0, 1.0, "")
    cases = (
        (Limit("payment_days", None, 60.0, step=5.0, usual_ask=90.0), (row,), 90.0, "usual ask; Ann needs it; "),
        (Limit("payment_days", None, 60.0, step=5.0), (row,), 75.0, "Ann needs it; "),
        (Limit("payment_days", None, 60.0, step=5.0), (), 60.0, "Ann needs it"),
        (Limit("payment_days", None, 20.0, step=5.0), (), 50.0, "Ann needs it"),
    )
    assert WORKED.deal.terms.payment_days == 45.0
    for limit, history, to, why in cases:
        rules = rules_with(limit)
        quote = replace(WORKED, limits=rules.limits, history=history)
        rows = prepared_table(prepared(quote, rules, (cfo,)), Speaker(quote.deal, "en", "EUR"))
        place = next(one for one in prepared(quote, rules, (cfo,)) if one.ask.lever == "payment_days")
        assert place.ask.to == to
        assert rows[0][-1] == (f"{why}asked before 2026-01-05" if history else why)


def test_a_usual_ask_that_is_absent_or_already_given_is_not_prepared() -> None:
    rules = rules_with()
    assert prepared(WORKED, rules) == ()
    given_already = rules_with(Limit("payment_days", None, 20.0, step=5.0, usual_ask=15.0))
    assert prepared(WORKED, given_already) == ()
    assert note_of((), Speaker(WORKED.deal, "en")).startswith("No ask is expected")


def test_an_ask_that_pays_us_needs_no_counter_ask() -> None:
    rules = rules_with(Limit("payment_days", None, 60.0, usual_ask=60.0))
    free = replace(WORKED.deal.assumptions, cost_of_capital=-0.1, default_probability=0.0)
    quote = replace(WORKED, deal=replace(WORKED.deal, assumptions=free))
    (one,) = prepared(quote, rules)
    assert one.cost > 0.0 and (one.first, one.second, one.offered) == ((), (), ())
    assert one.say.startswith("Yes, ") and " if " not in one.say


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ask_that_changes_nothing_is_left_out_by_name(language: str) -> None:
    """A rebate without a threshold: granting it would be empty words."""
    rules = rules_with(Limit("rebate_rate", None, 0.05, usual_ask=0.02), Limit("payment_days", None, 60.0, usual_ask=90.0))
    quote = replace(WORKED, deal=WORKED.deal.with_inputs({(None, "rebate_threshold"): math.inf, (None, "rebate_rate"): 0.0}))
    found, speaker = prepared(quote, rules, language=language), Speaker(quote.deal, language, "EUR")
    assert [(one.ask.lever, one.changes_nothing) for one in found] == [("payment_days", False), ("rebate_rate", True)]
    assert (found[1].say, found[1].first, found[1].offered) == ("", (), ())
    rows = prepared_table(found, speaker)
    assert len(rows) == 2 and lever_words(found[1].ask, speaker) in note_of(found, speaker)
    assert [one["changes_nothing"] for one in prepared_document(found, speaker)] == [False, True]


def test_where_limits_have_expired_nothing_is_refused_and_the_page_says_what_to_do() -> None:
    row = Limit("payment_days", None, 60.0, usual_ask=90.0, expires=date(2026, 6, 30))
    rules = replace(rules_with(row), as_of=date(2026, 7, 1))
    (one,) = prepared(WORKED, rules)
    assert one.is_unclear and one.cost < 0.0 and (one.first, one.second, one.offered) == ((), (), ())
    assert one.say == "I need to check that first; I will come back to you."
    assert "expired on 2026-06-30" in one.obstacle
    assert "1 of 1 asks cannot be judged" in note_of((one,), Speaker(WORKED.deal, "en"))


def test_a_blocked_ask_is_refused_or_answered_with_less_and_says_why() -> None:
    rules = rules_with(Limit("liability_cap_multiple", None, 0.75, 0.8, 1.0, usual_ask=3.0))
    (one,) = prepared(WORKED, rules)
    assert "may never go beyond" in one.obstacle and one.authority == Authority.NOBODY
    assert one.say.startswith("No, ") and one.offered[0].to == 0.75
    rows = prepared_table((one,), Speaker(WORKED.deal, "en"))
    assert one.obstacle in str(rows[0][-1])
    german = str(prepared_table((one,), Speaker(WORKED.deal, "de"))[0][-1])
    assert german.endswith("die Grenzen lassen es nicht zu") and one.obstacle not in german


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_so_many_asks_and_names_the_others(language: str) -> None:
    quote = replace(example("software"), trades=())
    found = prepared(quote, rules_of(quote), people_of("software", quote), language)
    speaker = Speaker(quote.deal, language, "EUR")
    many = (*found, *found)
    rows = prepared_table(many, speaker)
    assert len(rows) == PREPARED_ROWS and str(len(many) - MOST) in note_of(many, speaker)
    assert len(prepared_document(many, speaker)) == len(many)
