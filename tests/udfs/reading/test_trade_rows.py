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
