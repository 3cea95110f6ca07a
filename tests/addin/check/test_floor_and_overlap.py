"""What is below the margin floor, or runs side by side, is said; a trade below the table of trades brings nothing down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from counterask.reading.deal_json import read_deal
from counterask.result_tables.notes import side_by_side
from counterask.result_tables.views import margin_share
from counterask.verdicts.judging import margins
from counterask.verdicts.ledger import ledger
from counterask_addin.check import check_file, opening
from counterask_addin.cli import cli
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.examples import load_example

from .test_clever_rep import PROJECT, SEATS, Edit, edited, line, terms

ROLL_OUT = 1
DAY = ["--as-of", str(DRAWN_ON)]


def value(deal: dict[str, Any], folder: Path) -> tuple[int, str]:
    path = folder / "quote.json"
    path.write_text(json.dumps(deal), encoding="utf-8")
    done = CliRunner().invoke(cli, ["value", str(path), *DAY])
    return done.exit_code, done.output


def project_alone(**changed: float) -> dict[str, Any]:
    """A project at a margin of 16 %, without a trade, under a floor of 50 %."""
    deal = edited(terms(**changed))
    deal["lines"], deal["trades"] = [deal["lines"][PROJECT]], []
    deal["policy"]["minimum_margin"] = 0.5
    return deal


def test_a_margin_below_the_floor_is_said_by_value_and_is_not_fine(tmp_path: Path) -> None:
    code, said = value(project_alone(), tmp_path)
    assert code == 1 and "the policy asks for 50.0%" in said
    above = project_alone()
    above["policy"]["minimum_margin"] = 0.05
    code, said = value(above, tmp_path)
    assert code == 0 and "the policy asks for" not in said


def test_soft_promises_lift_no_margin_over_the_floor(tmp_path: Path) -> None:
    plain, promised = (read_deal(project_alone(**one)).deal for one in ({}, {"public_reference": 1, "introduction": 1}))
    bare, soft = (ledger(one, ()).now for one in (plain, promised))
    assert soft.total[0] > bare.total[0]
    assert margin_share(soft) == pytest.approx(float(margins(soft)[0])) == pytest.approx(margin_share(bare))
    code, said = value(project_alone(public_reference=1, introduction=1), tmp_path)
    assert code == 1 and "the policy asks for 50.0%" in said


@pytest.mark.parametrize("row", [65, 80])
def test_a_concession_below_the_table_of_trades_is_valued_and_checked(row: int, tmp_path: Path) -> None:
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(edited(terms()), as_of=DRAWN_ON))
    book = openpyxl.load_workbook(path)
    sheet = book["Trades"]
    for column, typed in {"B": "S99", "C": "Payment term", "F": 60, "G": "yes"}.items():
        sheet[f"{column}{row}"] = typed
    book.save(path)
    done = CliRunner().invoke(cli, ["value", str(path), *DAY])
    assert done.exit_code == 1 and "S99" in done.output and (tmp_path / "quote.valued.xlsx").exists(), done.output
    assert any(one.words.startswith("S99") for one in check_file(path, None, DRAWN_ON)[1])


def counter(lever: str, to: object, of: int) -> Edit:
    """A trade that asks the client for another month of a line."""

    def put(deal: dict[str, Any]) -> None:
        counters = [{"lever": lever, "to": to, "line": deal["lines"][of]["name"]}]
        deal["trades"] = [{"id": "A", "response": "yes", "asks": [{"lever": "payment_days", "to": 45}], "counters": counters}]

    return put


@pytest.mark.parametrize(
    ("edit", "months"),
    [
        (counter("start_month", 12, SEATS), "from month 12 to month 18"),
        (counter("end_month", None, 0), "on, and the client pays for both"),
    ],
    ids=["an earlier start", "a later end"],
)
def test_lines_that_a_trade_makes_run_side_by_side_are_named(edit: Edit, months: str, tmp_path: Path) -> None:
    deal = edited(edit)
    _, said = value(deal, tmp_path)
    assert "run side by side" in said and months in said, said
    quote = read_deal(deal)
    assert side_by_side(quote.deal, quote.deal) == []


def test_no_counter_ask_that_is_offered_makes_them_run_side_by_side() -> None:
    from counterask.counter_asks.finder import find_counter_asks

    quote = read_deal(load_example("software"))
    rules = quote.rules(DRAWN_ON)
    offered = find_counter_asks(quote.deal, quote.trades, quote.trades[0].id, rules)
    assert offered and not {one.lever for one in offered} & {"start_month", "end_month"}


def test_lines_that_overlap_in_the_opening_are_found(tmp_path: Path) -> None:
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(edited(line(ROLL_OUT, start_month=5)), as_of=DRAWN_ON))
    assert opening.RESTARTS in [one.kind for one in check_file(path, None, DRAWN_ON)[1]]
