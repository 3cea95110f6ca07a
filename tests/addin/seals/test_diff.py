"""Two versions of a quote: every difference in money, and the lines add up to the whole change."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counterask.explaining.versions import compare
from counterask.reading.deal_json import read_deal
from counterask.reading.quote import Quote
from counterask.verdicts.trades import Change, Response, Trade
from counterask_templates.examples import example_names, load_example

from .conftest import Edit, Run

DAY = date(2026, 6, 1)


def quote_of(name: str) -> Quote:
    return read_deal(load_example(name))


def other(quote: Quote) -> Quote:
    """A version in which something of every kind is different."""
    deal = quote.deal
    first, *rest = deal.lines
    deal = replace(
        deal,
        lines=(replace(first, list_price=first.list_price * 1.02, discount=first.discount + 0.01), *rest),
        terms=replace(deal.terms, client_tenure_months=6.0, payment_days=41.0),
        assumptions=replace(deal.assumptions, cost_of_capital=0.12),
    )
    one, two, *others = quote.trades
    moved = replace(one, asks=(replace(one.asks[0], to=one.asks[0].to * 1.01), *one.asks[1:]))
    new = Trade("T77", Response.YES, (Change("payment_days", None, 75.0),))
    limits = replace(quote.limits, rows=quote.limits.rows[1:]) if quote.limits else None
    return replace(quote, deal=deal, trades=(two, moved, *others[:-1], new), limits=limits)


@pytest.mark.parametrize("name", example_names())
def test_the_differences_and_what_they_do_to_each_other_add_up(name: str) -> None:
    first = quote_of(name)
    found = compare(first, other(first), DAY)
    known = [one.change for one in found.differences if not math.isnan(one.change)]
    assert math.fsum([*known, found.interaction]) == pytest.approx(found.change, abs=1e-6)
    assert found.change != 0.0
    assert {one.table for one in found.differences} >= {"Lines", "Terms", "Assumptions", "Limits", "Trades"}
    words = {one.what for one in found.differences}
    assert {"client_tenure_months", "payment_days", "cost_of_capital", "order", "T77"} <= words


def test_limits_of_two_segments_are_told_apart() -> None:
    first = quote_of("software")
    assert first.limits is not None
    row = next(one for one in first.limits.rows if one.lever == "payment_days" and one.segment)
    rows = tuple(replace(one, rep_to=31.0) if one is row else one for one in first.limits.rows)
    found = compare(first, replace(first, limits=replace(first.limits, rows=rows)), DAY).differences
    assert [(one.table, one.what, one.now) for one in found] == [("Limits", f"payment_days for {row.segment} rep_to", "31")]


def test_one_difference_alone_is_the_whole_change() -> None:
    first = quote_of("software")
    second = replace(first, deal=replace(first.deal, terms=replace(first.deal.terms, client_tenure_months=6.0)))
    found = compare(first, second, DAY)
    (one,) = found.differences
    assert one.change == pytest.approx(found.change) and abs(found.interaction) < 1e-6


def test_a_trade_on_a_line_that_only_the_second_version_has_is_not_valued_alone() -> None:
    first = quote_of("software")
    line = replace(first.deal.lines[0], name="New line")
    trade = Trade("T77", Response.YES, (Change("discount", "New line", 0.2),))
    second = replace(first, deal=replace(first.deal, lines=(*first.deal.lines, line)), trades=(*first.trades, trade))
    found = {one.what: one.change for one in compare(first, second, DAY).differences}
    assert math.isnan(found["T77"]) and found["New line"] > 0.0


def renamed(quote: Quote, was: str, now: str) -> Quote:
    lines = tuple(replace(line, name=now) if line.name == was else line for line in quote.deal.lines)

    def follow(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(replace(change, line=now) if change.line == was else change for change in changes)

    trades = tuple(replace(trade, asks=follow(trade.asks), counters=follow(trade.counters)) for trade in quote.trades)
    return replace(quote, deal=replace(quote.deal, lines=lines), trades=trades)


def test_a_renamed_line_is_one_difference_of_no_money_and_its_trades_are_the_same() -> None:
    first = quote_of("software")
    name = first.trades[0].asks[0].line
    assert name is not None
    found = compare(first, renamed(first, name, "Users"), DAY)
    assert [(one.table, one.what, one.was, one.now, one.change) for one in found.differences] == [
        ("Lines", f"{name} name", name, "Users", 0.0)
    ]
    assert abs(found.interaction) < 1e-6
    assert {one.net[0] - one.net[1] for one in found.trades} <= {0.0}  # a limit of the old name holds no more: that may be told


def test_a_line_that_is_renamed_and_repriced_shows_the_price_alone_in_money() -> None:
    first = quote_of("software")
    name = first.deal.lines[0].name
    second = renamed(first, name, "Users")
    line, *rest = second.deal.lines
    second = replace(second, deal=replace(second.deal, lines=(replace(line, list_price=line.list_price * 1.1), *rest)))
    found = compare(first, second, DAY)
    changes = {one.what: one.change for one in found.differences}
    assert set(changes) == {f"{name} name", "Users list_price"} and changes["Users list_price"] == pytest.approx(found.change)


def test_lines_that_come_and_go_are_named_and_no_two_of_them_are_taken_for_one_renamed() -> None:
    first = quote_of("software")
    last = first.deal.lines[-1]
    new = replace(last, name="Onboarding", list_price=last.list_price * 2.0)
    second = replace(first, deal=replace(first.deal, lines=(new, *first.deal.lines)))
    found = {one.what: (one.was, one.now) for one in compare(first, second, DAY).differences}
    assert found["Onboarding"] == ("not there", "there")
    back = {one.what: (one.was, one.now) for one in compare(second, first, DAY).differences}
    assert back["Onboarding"] == ("there", "gone")


def test_the_command_says_equal_or_what_differs(quote: Path, run: Run, edit: Edit) -> None:
    ask: Callable[..., Any] = run
    assert "equal" in ask("diff", quote, quote).output
    changed = edit(quote, "Quote", "B4", "Another client")
    assert "Quote: client: Nordhafen Logistik GmbH → Another client" in ask("diff", quote, changed, code=1).output
    assert '"equal": true' in ask("diff", quote, quote, "--json").output
