"""Names that look the same are the same: what hides in them decides nothing, and what differs is shown."""

from __future__ import annotations

import copy
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.reading.deal_json import read_deal
from counterask.reading.names import name_key, odd_characters
from counterask.reading.tables import plain
from counterask.verdicts.ledger import ledger

WORKED = json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text())
NAME = "Müller's seat-hours"
ALIKE = [
    NAME.upper(),
    NAME.replace(" ", "  "),
    NAME.replace(" ", "\u00a0"),
    f" {NAME}\u00a0",
    f"\ufeff{NAME}",
    NAME.replace("s", "s\u200b"),
    NAME.replace(" ", "\u200b \u200b"),
    NAME.replace("h", "\u00adh"),
    NAME.replace(" ", "\n"),
    unicodedata.normalize("NFD", NAME),
    NAME.replace("'", "\u2019"),
    NAME.replace("-", "\u2011"),
    NAME.replace("-", "\u2013"),
    f"{NAME}\x00",
]


def on_line(lines: str, trades: str, limits: str) -> dict[str, Any]:
    """The worked deal with its first line called `lines`, which its trades, limits and history call otherwise."""
    document = copy.deepcopy(WORKED)
    own = document["lines"][0]["name"]
    document["lines"][0]["name"] = lines
    for trade in document["trades"]:
        for change in (*trade["asks"], *trade["counters"]):
            if change.get("line") == own:
                change["line"] = trades
    document["limits"] = [{"lever": "discount", "line": limits, "rep_to": 0.03, "manager_to": 0.2, "step": 0.005}]
    document["history"] = [
        {"date": "2026-01-05", "lever": "discount", "line": limits, "from": 0, "to": 0.05, "cost": -100, "in_return": ""}
    ]
    return document


def what_is_said(document: dict[str, Any]) -> tuple[list[str], list[object]]:
    """The problems of a deal, and its trades with all that is said of them."""
    quote = read_deal(document)
    rules = quote.rules(None)
    valued = ledger(quote.deal, quote.trades, rules) if not quote.problems else None
    told = [(one.trade.id, one.net, one.verdict, one.authority) for one in valued.trades] if valued else []
    return [str(problem) for problem in quote.problems], [*told, quote.history and quote.history[0].line]


@pytest.mark.parametrize("alike", ALIKE)
def test_a_line_is_found_by_any_name_that_looks_the_same(alike: str) -> None:
    same = what_is_said(on_line(NAME, NAME, NAME))
    assert same[0] == []
    assert what_is_said(on_line(NAME, alike, alike)) == same


@pytest.mark.parametrize("alike", ALIKE)
def test_two_lines_that_look_the_same_are_one_name_twice(alike: str) -> None:
    document = on_line(NAME, NAME, NAME)
    document["lines"].append({**document["lines"][0], "name": alike})
    assert any("twice" in sentence and "lines[" in sentence for sentence in what_is_said(document)[0])


def test_a_letter_of_another_script_is_another_letter_and_is_shown() -> None:
    odd = NAME.replace("o", "\u043e")
    problems, _ = what_is_said(on_line(NAME, odd, NAME))
    assert any('is "\u043e" (U+043E CYRILLIC SMALL LETTER O), not "o"' in problem for problem in problems), problems


@given(st.text(max_size=20), st.lists(st.sampled_from("\u200b\u00ad\ufeff\u2060"), max_size=4), st.integers(0, 20))
def test_what_shows_nothing_decides_nothing(name: str, hidden: list[str], place: int) -> None:
    assert name_key(name[:place] + "".join(hidden) + name[place:]) == name_key(name) or not name.isascii()
    assert name_key(name_key(name)) == name_key(name)
    assert odd_characters(name, [name]) == ""


def test_headers_and_levers_are_found_by_what_is_seen() -> None:
    for written in ("Payment\u00a0days", "payment\u200b days", "PAYMENT\u2011DAYS\n(days)", "Payment_days "):
        assert plain(written) == "paymentdays"


def test_ids_of_trades_that_look_the_same_are_one_id() -> None:
    document = copy.deepcopy(WORKED)
    first = document["trades"][0]["id"]
    for alike in (first.lower(), f"{first}\u00a0", f"{first}\u200b"):
        document["trades"][1]["id"] = alike
        assert any("a second time" in str(problem) for problem in read_deal(document).problems), alike
