"""A counter-ask in one cell: typed, pasted or picked as one phrase."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from counterask.reading.deal_json import read_deal
from counterask.reading.phrases import phrase, read_phrase
from counterask.reading.problems import Problem
from counterask.reading.tables import Table
from counterask.reading.trade_rows import COLUMNS, read_trades
from counterask.verdicts.trades import Change

DEAL = read_deal(json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text())).deal
LINE = next(line.name for line in DEAL.lines if line.kind == "recurring")


def read(counter: str = "", to: Any = None, also: str = "", line: str = "") -> tuple[tuple[Change, ...], list[Problem]]:
    cells = ["T1", "payment_days", "", 60, "yes, and", counter, line, to, "", also]
    problems: list[Problem] = []
    trades, _ = read_trades(Table.of_range("Trades", [list(COLUMNS), cells]), DEAL, problems)
    return (trades[0].counters if trades else ()), problems


@pytest.mark.parametrize(
    "words",
    ["Term 36 months", "Term months 36 months", "term_months 36", "Term, 36 months", "Term: 3 years", "Term 24 → 36 months"],
)
def test_a_phrase_is_read_as_meant_in_either_cell(words: str) -> None:
    wanted = (Change("term_months", None, 36.0),)
    assert read(counter=words) == (wanted, [])
    assert read(also=words) == (wanted, [])


def test_a_phrase_names_its_line_or_the_cell_beside_it_does() -> None:
    wanted = (Change("discount", LINE, 0.05),)
    for words in (f"Discount of {LINE} 5%", f"Discount, {LINE}, 5 %", f"discount {LINE}: 5%"):
        assert read(also=words) == (wanted, [])
    assert read(counter="Discount 5%", line=LINE) == (wanted, [])


def test_what_we_offer_to_pick_is_read_back() -> None:
    for change in (Change("term_months", None, 36.0), Change("quantity", LINE, 1950.0), Change("discount", LINE, 0.025),
                   Change("payment_days", None, 1.0), Change("billing_in_advance", None, 1.0),
                   Change("discount_months", LINE, 12.0)):  # fmt: skip
        words = phrase(change.lever, change.line, change.to)
        if change.lever != "payment_days":
            assert read(also=words) == ((change,), []), words
        found = read_phrase(words, [], [line.name for line in DEAL.lines])
        assert found is not None and (found.lever, found.line) == (change.lever, change.line)


def test_a_level_that_says_otherwise_is_a_problem_at_its_cell() -> None:
    _, problems = read(counter="Term 36 months", to=24)
    assert [problem.order[2] for problem in problems] == [COLUMNS.index("counter_ask_to")]
    assert "found 24" in str(problems[0]) and "Term 36 months" in str(problems[0])
    assert read(counter="Term 36 months", to=36)[1] == []


def test_a_line_that_says_otherwise_is_a_problem_at_its_cell() -> None:
    other = next(line.name for line in DEAL.lines if line.name != LINE)
    _, problems = read(counter=f"Discount of {LINE} 5%", line=other)
    assert [problem.order[2] for problem in problems] == [COLUMNS.index("counter_ask_line")]


@pytest.mark.parametrize("words", ["Term", "36 months", "Term soon", "Something 5", "Termination 3"])
def test_what_is_no_phrase_is_a_problem(words: str) -> None:
    _, problems = read(also=words)
    assert [problem.order[2] for problem in problems] == [COLUMNS.index("also_ask")]


def test_both_cells_of_a_row_count() -> None:
    counters, problems = read(counter="Term months", to=36, also="Billing 12 months")
    assert problems == [] and [one.lever for one in counters] == ["term_months", "billing_months"]


def test_the_same_lever_twice_is_a_problem() -> None:
    assert any("second time" in str(problem) for problem in read(counter="Term months", to=36, also="Term 48 months")[1])


PACKAGE = "Give Payment 45 days; get Term 36 months; Billing 3 months"


def read_rows(*rows: list[Any]) -> tuple[Any, dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    trades, places = read_trades(Table.of_range("Trades", [list(COLUMNS), *rows]), DEAL, problems)
    return trades, places, problems


def test_a_package_answers_the_whole_trade_and_replaces_its_other_counter_asks() -> None:
    first = ["T1", "payment_days", "", 60, "yes, and", "term_months", "", 24, "", PACKAGE]
    second = ["T1", "", "", "", "", "uplift_floor", "", 0.01, "", ""]
    (trade,), places, problems = read_rows(first, second)
    assert problems == []
    assert trade.asks == (Change("payment_days", None, 45.0),)
    assert trade.counters == (Change("term_months", None, 36.0), Change("billing_months", None, 3.0))
    assert trade.set_aside == (Change("term_months", None, 24.0), Change("uplift_floor", None, 0.01))
    place = places["T1"]
    assert (place.counter_rows, place.phrases, place.set_aside_rows) == ((1, 1), ("counter_ask", "also_ask"), (1, 2))


def test_a_package_names_every_ask_of_its_trade() -> None:
    package = f"Give Discount of {LINE} 5%; Payment 45 days; get Term 36 months"
    rows = (
        ["T1", "payment_days", "", 60, "yes", "", "", "", "", package],
        ["T1", "discount", LINE, 0.1, "", "", "", "", "", ""],
    )
    (trade,), _, problems = read_rows(*rows)
    assert problems == [] and [one.to for one in trade.asks] == [45.0, 0.05]
    _, _, problems = read_rows(["T1", "payment_days", "", 60, "yes", "", "", "", "", PACKAGE], rows[1])
    assert "each ask of the trade once" in str(problems[0]) and problems[0].order[2] == COLUMNS.index("also_ask")


@pytest.mark.parametrize(
    "words",
    [
        "Give Payment 45 days",
        "Give Payment 45 days; get Nonsense 3",
        "Give Payment 45 days; get Term soon",
        "Give Payment 45 days; get Quantity 3",
        "Give Payment 45 days; get Term 36 months; Billing 3 months; Uplift floor 1%",
        "Give Payment 45 days; get Payment 30 days",
        "Give Payment 45 days; get Term 36 months; Term 48 months",
        "Give Term 12 months; get Uplift floor 1%",
    ],
)
def test_a_package_that_cannot_be_read_is_a_problem_at_its_cell_and_counts_for_nothing(words: str) -> None:
    _, _, problems = read_rows(["T1", "payment_days", "", 60, "yes", "", "", "", "", words])
    assert [problem.order[1:] for problem in problems] == [(1, COLUMNS.index("also_ask"))]


def test_two_packages_in_a_trade_are_a_problem() -> None:
    row = ["T1", "payment_days", "", 60, "yes", "", "", "", "", PACKAGE]
    _, _, problems = read_rows(row, ["T1", "", "", "", "", "", "", "", "", PACKAGE])
    assert "a second package" in str(problems[0])
