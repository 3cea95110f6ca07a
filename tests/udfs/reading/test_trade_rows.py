"""A trade over several rows: below its first row, or further down with its id again and a counter-ask only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.problems import Problem
from counterask.reading.tables import Table
from counterask.reading.trade_rows import COLUMNS, read_trades
from counterask.verdicts.trades import Response

DEAL = read_deal(json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text())).deal
LATER = ("payment_days", 60)


def read(*rows: Sequence[object]) -> tuple[list[str], dict[str, tuple[int, ...]], list[Problem]]:
    """Each row as (trade, ask, ask_to, response, counter-ask, counter-ask to): what is read, and what is wrong."""
    names = ("trade", "ask", "ask_to", "response", "counter_ask", "counter_ask_to")
    cells = [[dict(zip(names, row, strict=True)).get(column) for column in COLUMNS] for row in rows]
    problems: list[Problem] = []
    trades, places = read_trades(Table.of_range("Trades", [list(COLUMNS), *cells]), DEAL, problems)
    said = [f"{one.id}: {len(one.asks)} for {len(one.counters)}" for one in trades]
    assert all(one.response == Response.YES for one in trades)
    return said, {trade: place.rows for trade, place in places.items()}, problems


def test_a_counter_ask_may_stand_further_down_with_the_id_again() -> None:
    said, rows, problems = read(
        ("A", *LATER, "yes", "term_months", 36),
        ("B", *LATER, "yes", None, None),
        (None, None, None, None, "commitment", 0.8),
        ("A", None, None, None, "commitment", 0.9),
        (None, None, None, None, "uplift_floor", 0.01),
    )
    assert (said, problems) == (["A: 1 for 3", "B: 1 for 1"], [])
    assert rows == {"A": (1, 4, 5), "B": (2, 3)}


def test_an_id_that_asks_or_answers_again_is_a_second_trade() -> None:
    for again in (("A", *LATER, None, "commitment", 0.9), ("A", None, None, "yes", "commitment", 0.9)):
        _, _, problems = read(("A", *LATER, "yes", None, None), ("B", *LATER, "yes", None, None), again)
        assert ['found "A" a second time' in str(problem) for problem in problems] == [True]


def test_what_is_read_from_rows_is_written_as_one_trade() -> None:
    quote = read_deal(json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text()))
    assert read_deal(json.loads(json.dumps(document_of(quote)))).trades == quote.trades


def lost(problems: list[Problem]) -> list[int]:
    """The rows that are reported as having no id."""
    return [problem.order[1] for problem in problems if "without a trade id" in problem.found]


def test_a_row_without_an_id_below_the_last_of_several_trades_may_have_been_sorted_there() -> None:
    more = (None, None, None, None, "commitment", 0.9)
    first, second = ("A", *LATER, "yes", "term_months", 36), ("B", *LATER, "yes", None, None)
    assert lost(read(first, more, second)[2]) == []
    assert lost(read(first, more)[2]) == []
    assert lost(read(first, second, more)[2]) == [3]
    assert lost(read(second, first, more, more)[2])[0] == 3


def test_rows_without_ids_in_a_table_that_was_sorted_by_any_column_are_asked_for_their_trade() -> None:
    levers = ("auto_renewal", "billing_months", "commitment", "exclusivity_months", "free_months", "payment_days")
    rows = [(f"T{place}", lever, 2, "yes", None, None) for place, lever in zip((3, 1, 5, 2, 6), levers, strict=False)]
    other = (None, None, None, None, "term_months", 36)
    assert lost(read(*rows, other)[2]) == [6]
    assert lost(read(*rows[2:], *rows[:2], other)[2]) == []


def test_a_row_without_an_id_below_an_empty_row_is_not_joined_to_the_trade_above() -> None:
    nothing = (None,) * 6
    more = (None, None, None, None, "commitment", 0.9)
    _, _, problems = read(("A", *LATER, "yes", None, None), nothing, more, ("B", *LATER, "yes", None, None))
    assert lost(problems) == [3]


def test_rows_with_their_ids_may_be_sorted_without_changing_any_trade() -> None:
    rows = [
        ("B", *LATER, "yes", "term_months", 36),
        ("B", "exclusivity_months", 3, None, "commitment", 0.8),
        ("A", *LATER, "yes", "uplift_floor", 0.01),
    ]
    said, _, problems = read(*rows)
    sorted_said, _, sorted_problems = read(*sorted(rows, key=lambda row: str(row[0])))
    assert (problems, sorted_problems) == ([], [])
    assert sorted(said) == sorted(sorted_said)


def test_a_copied_row_is_not_merged_into_its_trade() -> None:
    row = ("A", *LATER, None, "commitment", 0.8)
    _, _, problems = read(row, row)
    assert [str(problem).split(", ")[1] for problem in problems if "a second time in A" in problem.found]


def test_ids_that_differ_by_case_or_hidden_characters_are_one_id() -> None:
    for alike in ("a", "A\u00a0", "\u200bA"):
        _, _, problems = read(("A", *LATER, "yes", None, None), (alike, *LATER, "yes", None, None))
        assert any("a second time" in problem.found for problem in problems)


def test_an_ask_without_an_id_is_not_joined_to_the_trade_above() -> None:
    for response in ("yes", None):
        _, _, problems = read(("A", *LATER, response, None, None), (None, "exclusivity_months", 3, None, "commitment", 0.8))
        assert lost(problems) == [2]


def test_a_copied_row_in_which_all_else_was_changed_may_be_a_trade_of_its_own() -> None:
    copied = ("A", "exclusivity_months", 3, None, "commitment", 0.8)
    _, _, problems = read(("A", *LATER, None, "term_months", 36), copied)
    assert [problem.order[1] for problem in problems if "copied row" in problem.found] == [2]
    assert read(("A", *LATER, "yes", "term_months", 36), copied)[2] == []


def test_an_older_table_may_leave_the_id_of_a_second_ask_blank() -> None:
    columns = [name for name in COLUMNS if name != "also_ask"]
    first: dict[str, object] = {"trade": "A", "ask": "payment_days", "ask_to": 60, "response": "yes"}
    second: dict[str, object] = {"ask": "exclusivity_months", "ask_to": 3}
    problems: list[Problem] = []
    rows = [[row.get(name) for name in columns] for row in (first, second)]
    trades, _ = read_trades(Table.of_range("Trades", [list(columns), *rows]), DEAL, problems)
    assert ([len(one.asks) for one in trades], problems) == ([2], [])


def test_a_row_that_holds_an_id_alone_is_empty() -> None:
    nothing = (None,) * 5
    first, third = (("A", *LATER, "yes", None, None), ("C", *LATER, "yes", None, None))
    said, rows, problems = read(first, ("B", *nothing), third, ("D", *nothing))
    assert (said, rows, problems) == (["A: 1 for 0", "C: 1 for 0"], {"A": (1,), "C": (3,)}, [])
    _, _, problems = read(("A", *LATER, "yes", None, None), ("B", *nothing), (None, None, None, None, "commitment", 0.9))
    assert lost(problems) == [3]
