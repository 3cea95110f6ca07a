"""The golden deals: what an experienced sales person would ask for first is what we suggest first."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterask.counter_asks.finder import counter_asks_at, scans
from counterask.counter_asks.first_ask import first_ask
from counterask.counter_asks.positions import position_of
from counterask.reading.deal_json import read_deal
from counterask.reading.stakeholders import read_stakeholders, stakeholder_table
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Verdict
from counterask_templates.examples import load_example

from ..counter_deals import DATA

DEALS = tomllib.loads((DATA / "counter_asks_of_a_veteran.toml").read_text(encoding="utf-8"))["deal"]


def document_of(deal: dict[str, Any]) -> dict[str, Any]:
    """The deal with everything that it does not state as in the empty template; every line names a product."""
    blank = load_example("blank")
    lines = [{"discount": 0, "ramp_months": 1, "product": line["name"], **line} for line in deal["lines"]]
    book: dict[str, dict[str, Any]] = {}
    for line in lines:
        priced = ("kind", "list_price", "unit_cost", "support_cost", "demand_cv", "delivery_months")
        book[line["product"]] = {"product": line["product"], **{name: line[name] for name in priced if name in line}}
    given = {key: {**blank[key], **deal.get(key, {})} for key in ("terms", "assumptions")}
    trade = {"id": "T", "response": "yes", "asks": deal["ask"], "counters": []}
    own = {"lines": lines, "price_book": list(book.values()), "trades": [trade]}
    return {**blank, **given, **own, "stakeholders": deal.get("stakeholders", []), "history": []}


def said(lever: str, line: str | None, to: float | None = None) -> str:
    words = f"{lever} on {line}" if line else lever
    return words if to is None else f"{words} {to:g}"


@pytest.mark.parametrize("deal", DEALS, ids=[deal["name"] for deal in DEALS])
def test_the_first_suggestion_is_the_one_that_a_veteran_would_make(deal: dict[str, Any]) -> None:
    quote = read_deal(document_of(deal))
    assert not quote.problems
    rules = quote.rules(date(2026, 11, 2))
    people = read_stakeholders(stakeholder_table(deal.get("stakeholders", [])), quote.deal, [])
    position = position_of(quote.deal, quote.trades, "T", rules)
    found = scans(position, people)
    asked = first_ask(position, found)
    rows = [row for row in counter_asks_at(position, found) if row.is_reachable]
    heard = [(said(row.lever, row.line, row.to), round(row.burden, 3)) for row in rows]
    if "bundle" in deal:
        assert {one.lever for one in asked} == set(deal["bundle"]), (asked, heard)
    else:
        assert [said(one.lever, one.line, one.to) for one in asked] in [[words] for words in deal["expect"]], (asked, heard)
    first = {name for row in (*asked, *rows[:1]) for name in (row.lever, said(row.lever, row.line))}
    assert not first & set(deal.get("never", [])), heard
    typed = replace(quote.trades[0], counters=asked)
    assert ledger(quote.deal, [typed], rules).trades[0].verdict == Verdict.NEGOTIATION
