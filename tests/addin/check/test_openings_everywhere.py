"""What the check finds in planted openings, `value`, the audit and the functions in the sheet say too, with the same amounts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from counterask import functions
from counterask.inputs.labels import label_of
from counterask_addin.check import deal, inputs
from counterask_addin.check import opening as openings
from counterask_addin.cli import cli
from counterask_addin.workbooks.grid import Grid
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import DRAWN_ON
from counterask_templates.examples import load_example

from . import document_faults
from .good_quotes import GoodQuote, good
from .planting import Case

DAY = str(DRAWN_ON)
RANGES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
NAMES = ("software", "staffing")


def run(*words: Any) -> Any:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == 1, (done.output, done.exception)
    return json.loads(done.stdout)


def case_of(fault: Callable[..., Case], name: str, folder: Path) -> tuple[Case, GoodQuote]:
    quote = GoodQuote(name, good(load_example(name)), folder / "none.xlsx", {})
    return fault(quote, folder / "quote.xlsx"), quote


def live(path: Path, function: str = "DEAL_OPENING") -> list[list[Any]]:
    """A table as the function in the sheet computes it from the cells."""
    workbook = read_workbook(path)

    def cells(name: str) -> Any:
        box = workbook.rectangle(name)
        assert box is not None
        return [list(row) for row in Grid.of(workbook, box).rows]

    header = {name: cells(name.title())[0][0] for name in ("segment", "currency")}
    more = {"price_book": cells("Price_book"), **header}
    rows: list[list[Any]] = getattr(functions, function)(*map(cells, RANGES), DAY, **more)
    return rows


def audited(path: Path, table: str) -> list[dict[str, Any]]:
    report = path.with_name("audit.xlsx")
    run("audit", path, "-o", report, "--as-of", DAY, "--overwrite", "--json")
    found: list[dict[str, Any]] = pq.read_table(report.with_suffix(".audit") / f"{table}.parquet").to_pylist()
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", [document_faults.openings_beyond, document_faults.off_the_price_book])
def test_each_planted_level_of_the_opening_is_in_value_in_the_audit_and_in_the_sheet(
    fault: Callable[..., Case], name: str, tmp_path: Path
) -> None:
    case, _ = case_of(fault, name, tmp_path)
    amounts = sorted(round(float(one.amount), 2) for one in case.planted if isinstance(one.amount, float))
    answer = run("value", case.path, "--as-of", DAY, "--json")["opening"]
    above = [row for row in answer["levers"] if row["authority"] != "rep"]
    assert sorted(round(row["value"], 2) for row in above) == amounts and len(amounts) >= 2
    assert answer["authority"] in ("manager", "finance", "nobody") and answer["approved"] is False
    rows = audited(case.path, "openings")
    assert sorted(round(row["value"], 2) for row in rows if row["authority"] != "rep") == amounts
    (file,) = audited(case.path, "files")
    assert file["opening_gave"] == pytest.approx(answer["gave"]) and file["opening_authority"] == answer["authority"]
    sheet = [row for row in live(case.path) if row[0]]
    assert sum(row[1] for row in sheet) == pytest.approx(answer["net"], abs=0.01 * len(sheet))
    listed = sheet if len(answer["levers"]) == len(sheet) else sheet[:-1]  # the last row then sums up what has no room
    assert [(row[0], row[1]) for row in listed] == [
        (label_of(row["lever"]), pytest.approx(row["value"], abs=0.006)) for row in answer["levers"][: len(listed)]
    ]
    assert answer["authority"] in {row[5] for row in sheet} | {"finance"}


@pytest.mark.parametrize("name", NAMES)
def test_a_phantom_that_is_taken_back_counts_for_nothing_anywhere(name: str, tmp_path: Path) -> None:
    case, _ = case_of(document_faults.phantom_restored, name, tmp_path)
    answer = run("value", case.path, "--as-of", DAY, "--json")
    (trade,) = answer["ledger"]
    assert trade["verdict"] == "concession" and trade["restored"] > 0.0 and answer["opening"]["authority"] == "nobody"
    (row,) = audited(case.path, "trades")
    assert row["verdict"] == "concession"
    kinds = {one["kind"] for one in audited(case.path, "findings")}
    assert openings.OPENING_BLOCKED in kinds and deal.CONCEDED in kinds
    (file,) = audited(case.path, "files")
    assert file["opening_gave"] < 0.0


@pytest.mark.parametrize("name", NAMES)
def test_an_input_named_as_a_counter_ask_is_refused_everywhere(name: str, tmp_path: Path) -> None:
    case, _ = case_of(document_faults.inputs_as_counter_asks, name, tmp_path)
    done = CliRunner().invoke(cli, ["value", str(case.path), "--as-of", DAY])
    assert done.exit_code == 2
    assert all(one.kind == inputs.UNREADABLE and one.where in done.output for one in case.planted), done.output
    (file,) = audited(case.path, "files")
    assert (file["status"], file["kind"]) == ("broken", "wrong input")
    assert str(live(case.path, "DEAL_TRADES")).count("CHECK: ") >= 1
