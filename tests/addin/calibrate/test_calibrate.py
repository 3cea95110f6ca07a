"""The command: a proposal with evidence that is never written over the present limits, and a report."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from counterask.explaining.flips import moved_verdicts
from counterask.verdicts.ledger import ledger
from counterask_addin.calibrate.moving import ends_of, movers
from counterask_addin.cli import cli
from counterask_addin.seals.reading import open_limits
from counterask_addin.workbooks.quote_file import read_quote_file
from counterask_templates.build import draw_limits
from counterask_templates.examples import load_example

from .generated import FOLDER, generate

EXAMPLES = FOLDER.parent


def run(*words: object) -> Result:
    """The command with some words."""
    return CliRunner().invoke(cli, ["calibrate", *map(str, words)])


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, bytes]:
    """The example calibrated beside the limits of an example quote: what is printed, the folder, and the limits before."""
    folder = tmp_path_factory.mktemp("calibrated")
    before = draw_limits(load_example("staffing"))
    (folder / "limits.xlsx").write_bytes(before)
    words = ("--limits", folder / "limits.xlsx", "--quotes", EXAMPLES / "staffing.xlsx", "--json")
    found = run(FOLDER, "-o", folder / "limits.calibrated.xlsx", *words)
    assert found.exit_code == 1, found.output
    return json.loads(found.output), folder, before


def assumptions(path: Path) -> dict[tuple[str, str], list[Any]]:
    """The rows of the assumptions of a limits workbook, by name and segment."""
    header, *rows = open_limits(path).tables["Assumptions"].rows
    return {(str(row[0]), str(row[3] or "")): list(row) for row in rows if row[0]}


def test_the_proposal_holds_each_estimate_with_its_evidence_and_all_else_as_before(
    done: tuple[dict[str, Any], Path, bytes],
) -> None:
    printed, folder, before = done
    assert (folder / "limits.xlsx").read_bytes() == before
    was, now = assumptions(folder / "limits.xlsx"), assumptions(folder / "limits.calibrated.xlsx")
    proposed = {(one["assumption"], one["segment"] or "") for one in printed["estimates"] if one["proposed"]}
    changed = {key for key in now if now[key] != was.get(key)}
    assert len(changed) == len(proposed) >= 12
    assert all(str(now[key][4]).startswith("fitted: ") and "90% interval" in str(now[key][4]) for key in changed)
    retention = next(one for one in printed["estimates"] if one["assumption"] == "annual_retention" and not one["segment"])
    row = now["Annual retention", ""]
    assert row[1] == pytest.approx(retention["estimate"], abs=0.0006) and "Was 72.0%" in row[4] and "600 contracts" in row[4]
    assert {segment for _, segment in changed} >= {"Small business"}


def test_the_report_has_its_charts_and_every_row_that_was_not_used(done: tuple[dict[str, Any], Path, bytes]) -> None:
    printed, folder, _ = done
    content = (folder / "limits.calibrated.report.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/charts/chart\d", name)]
    assert len(charts) == 4
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:3] == ["Summary", "Estimates", "Segments"] and book.sheetnames[-1] == "Rows"
    assert book["Rows"].max_row - 4 == len(printed["rows"])
    curve = [row for row in book["Retention"].iter_rows(min_row=5, values_only=True)]
    assert len(curve) > 10 and all(abs(seen - model) < 0.05 for _, _, seen, model, _ in curve)


def test_nothing_that_is_read_and_nothing_that_exists_is_written_over(tmp_path: Path) -> None:
    limits = tmp_path / "limits.xlsx"
    limits.write_bytes(draw_limits())
    before = limits.read_bytes()
    over = run(FOLDER, "-o", limits, "--limits", limits, "--overwrite")
    assert over.exit_code == 2 and limits.read_bytes() == before
    report = run(FOLDER, "-o", tmp_path / "new.xlsx", "--report", limits)
    assert report.exit_code == 2 and limits.read_bytes() == before and not (tmp_path / "new.xlsx").exists()
    quote = run(FOLDER, "-o", tmp_path / "new.xlsx", "--limits", EXAMPLES / "staffing.xlsx")
    assert quote.exit_code == 2 and "expected a limits workbook" in quote.output and not (tmp_path / "new.xlsx").exists()


def test_a_history_too_small_proposes_nothing_and_says_so(tmp_path: Path) -> None:
    generate.write(generate.history(1, 12, names=()), tmp_path)
    found = run(tmp_path / "contracts.csv", "-o", tmp_path / "limits.calibrated.xlsx")
    assert found.exit_code == 1 and "keep your judgement" in " ".join(found.output.split())
    rows = assumptions(tmp_path / "limits.calibrated.xlsx")
    assert not any(str(row[4] or "").startswith("fitted") for row in rows.values())


def test_a_file_without_usable_rows_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "closed.csv").write_text(
        "contract,start,term_months,renewal_months,auto_renewal,end,reason\nA,2024-01-01,12,12,yes,2023-01-01,choice\n",
        encoding="utf-8",
    )
    found = run(tmp_path / "closed.csv", "-o", tmp_path / "out.xlsx", "--as-of", "2026-06-30")
    assert found.exit_code == 2 and "row 2: end: lies before the start" in found.output
    assert not (tmp_path / "out.xlsx").exists()


def test_the_example_is_what_its_generator_writes(tmp_path: Path) -> None:
    for path in generate.write(generate.history(), tmp_path):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name
    with (FOLDER / "contracts.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 600


def test_what_moves_verdicts_is_what_a_ledger_with_the_other_value_says() -> None:
    quote = read_quote_file(EXAMPLES / "software.xlsx")
    rules = quote.rules(None)
    levels = {"annual_retention": [0.3, 0.99], "cost_of_capital": [0.01, 0.9], "liability_frequency": [0.0, 3.0]}
    moved = moved_verdicts(quote, rules, levels)
    assert {one.assumption for one in moved} == set(levels)
    turned = 0
    for one in moved:
        deal = quote.deal.with_inputs({(None, one.assumption): one.value})
        trades = {trade.trade.id: trade for trade in ledger(deal, quote.trades, rules).trades}
        before = {trade.trade.id: trade for trade in ledger(quote.deal, quote.trades, rules).trades}[one.trade]
        assert one.after == trades[one.trade].verdict
        change = trades[one.trade].counted - trades[one.trade].required - (before.counted - before.required)
        assert one.margin == pytest.approx(change, abs=0.01)
        turned += one.after != one.before
    assert turned


def test_an_assumption_is_tried_over_the_range_that_its_evidence_names() -> None:
    quote = read_quote_file(EXAMPLES / "software.xlsx")
    assert ends_of("renewal_inertia", quote, None) == ([0.05, 0.4], "5.0% to 40.0% (range in its evidence)")
    assert ends_of("horizon_months", quote, None) == ([], "")
    found = movers([EXAMPLES / "software.xlsx", FOLDER / "contracts.csv"], {})
    assert found.quotes == 1 and len(found.unread) == 1 and found.every[0].share > 0.0


def test_a_day_to_come_is_refused_and_one_long_after_the_data_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("as_of = 2090-01-01\n", encoding="utf-8")
    for words in (("--as-of", "2090-01-01"), ("--mapping", tmp_path / "m.toml")):
        found = run(FOLDER, "-o", tmp_path / "out.xlsx", *words)
        assert found.exit_code == 2 and "found 2090-01-01, expected no day after today" in found.output
        assert not (tmp_path / "out.xlsx").exists()
    generate.write(generate.history(1, 12, names=()), tmp_path)
    late = run(tmp_path / "contracts.csv", "-o", tmp_path / "late.xlsx", "--as-of", "2026-09-30")
    assert "The last day in the data is 2026-01-13" in late.output and "said to cover until 2026-09-30" in late.output
    book = openpyxl.load_workbook(tmp_path / "late.report.xlsx")
    assert any("The last day in the data" in str(row[0]) for row in book["Summary"].iter_rows(values_only=True))


def test_a_day_before_all_contracts_is_one_problem_with_its_own_advice(tmp_path: Path) -> None:
    found = run(FOLDER, "-o", tmp_path / "out.xlsx", "--as-of", "2001-01-01")
    assert found.exit_code == 2 and found.output.count("\n") == 1
    assert "every contract of the 600 rows starts after 2001-01-01" in found.output and "later day" in found.output


def test_rows_that_cannot_be_used_are_listed_as_details_of_one_problem(tmp_path: Path) -> None:
    rows = [f"C{n},2024-01-01,12,12,yes,2023-01-01,choice" for n in range(13)]
    text = "\n".join(["contract,start,term_months,renewal_months,auto_renewal,end,reason", *rows])
    (tmp_path / "closed.csv").write_text(text, encoding="utf-8")
    found = run(tmp_path / "closed.csv", "-o", tmp_path / "out.xlsx")
    assert found.exit_code == 2 and "13 rows read" in found.output and "... and 3 more rows" in found.output
    assert "problems" not in found.output


def test_where_there_is_no_quote_calibrate_says_so_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "other").mkdir()
    openpyxl.Workbook().save(tmp_path / "other" / "book.xlsx")
    for folder in ("none", "other"):
        found = run(FOLDER, "-o", tmp_path / "out.xlsx", "--quotes", tmp_path / folder)
        assert found.exit_code == 2 and f"no quotes found in {tmp_path / folder}" in found.output
        assert not (tmp_path / "out.xlsx").exists()


def test_a_quote_is_no_table_of_closed_deals(tmp_path: Path) -> None:
    found = run(EXAMPLES / "software.xlsx", "-o", tmp_path / "out.xlsx")
    assert found.exit_code == 2 and "found a quote, expected a table of closed deals" in found.output
    assert "Unnamed" not in found.output


def test_one_of_a_thing_is_in_the_singular(done: tuple[dict[str, Any], Path, bytes]) -> None:
    printed, _, _ = done
    assert not [one["basis"] for one in printed["estimates"] if re.match(r"1 (insolvencies|closures)", one["basis"])]
