"""What commands say where there is nothing to judge, nothing to ask for, or nothing in force."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from counterask_addin import analysis
from counterask_addin.cli import cli
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]
SOFTWARE = ROOT / "examples" / "software.xlsx"
DAY, LATE = "2026-11-02", "2031-01-01"


def run(*words: object, day: str = DAY) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--as-of", day])


def deal(folder: Path, **changes: object) -> Path:
    """The software example as JSON, with some of its parts replaced."""
    path = folder / "deal.json"
    path.write_text(json.dumps({**load_example("software"), **changes}), encoding="utf-8")
    return path


@pytest.mark.parametrize("ask", ["payment_days=10", "auto_renewal=1"])
def test_an_ask_that_costs_nothing_needs_nothing_in_return(ask: str) -> None:
    found = run("counter-asks", SOFTWARE, "--ask", ask)
    assert found.exit_code == 0, found.output
    assert "ask for nothing in return" in found.output and "costs EUR -" not in found.output
    assert "Counter-ask" not in found.output and "1." not in found.output
    document = json.loads(run("counter-asks", SOFTWARE, "--ask", ask, "--json").output)
    assert document["counter_asks"] == [] and document["required"] == 0.0
    name, _, level = ask.partition("=")
    frame = analysis.read(SOFTWARE, DAY).counter_asks({name: int(level)})
    assert frame.empty and frame.attrs["note"] == "this costs us nothing: ask for nothing in return"


def test_an_ask_that_pays_us_says_how_much() -> None:
    assert "It pays us EUR 20,503.15: ask for nothing" in run("counter-asks", SOFTWARE, "--ask", "payment_days=10").output


@pytest.mark.parametrize(
    "words",
    [("packages",), ("explain", "--trade", "S1"), ("counter-asks", "--trade", "S1"), ("explain", "--flips"), ("uncertainty",)],
)
def test_a_quote_without_trades_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = run(words[0], deal(tmp_path, trades=[]), *words[1:])
    assert "his quote has no trades yet" in found.output and "expected one of" not in found.output


def test_where_limits_expired_value_and_client_copy_say_the_same_of_the_opening(tmp_path: Path) -> None:
    why = "the limit for Discount expired on 2027-12-31"
    valued = run("value", SOFTWARE, "-o", tmp_path / "valued.xlsx", day=LATE)
    assert f"cannot be judged against our standard, so finance must agree: {why}." in " ".join(valued.output.split())
    copied = run("client-copy", SOFTWARE, "-o", tmp_path / "copy.xlsx", day=LATE)
    assert f"cannot be judged against our standard ({why}): it needs finance to agree" in copied.output
    assert "gave EUR" not in copied.output


def test_a_card_without_limits_in_force_has_no_rules() -> None:
    found = run("card", SOFTWARE, day=LATE)
    assert found.output.count("\n") == 1 and found.output.startswith("▲ No limit is in force, so there are no rules: ")
    assert json.loads(run("card", SOFTWARE, "--json", day=LATE).stdout)["rules"] == []
    some = run("card", SOFTWARE)
    assert "▲ 1 of 49 limits are not in force, and no rule rests on them: the limit for Late damages" in some.output
    assert "in return for" not in some.output and "= " in some.output
    german = run("card", SOFTWARE, "--language", "de").output
    assert "▲ 1 von 49 Limits sind nicht in Kraft" in german and "Die aktuellen Limits anfordern." in german


def test_uncertainty_says_which_trades_it_leaves_out_and_why() -> None:
    found = run("uncertainty", SOFTWARE, "--cases", "1", day=LATE)
    assert found.output.startswith("1 case (seed 1)")
    assert "S1: cannot tell (the limit for Months of discount expired on 2027-12-31)" in found.output
    whole = run("uncertainty", SOFTWARE)
    assert "In all cases" not in whole.output
    assert "S3: unbalanced concession at the values in the quote; over the cases: unbalanced concession 9" in whole.output
    left = json.loads(run("uncertainty", SOFTWARE, "--json").output)["not_judged"]
    assert {"trade": "S6", "verdict": "declined", "note": ""} in left and "S1" not in {one["trade"] for one in left}


def test_a_blank_input_is_named(tmp_path: Path) -> None:
    path = deal(tmp_path, terms={**load_example("software")["terms"], "payment_days": ""})
    for words in (("uncertainty", path), ("offers", path)):
        found = run(*words)
        assert "payment_days" in found.output and "is blank" in found.output, found.output
        assert "every case" not in found.output and "room left" not in found.output


def test_offers_are_german_as_a_whole() -> None:
    found = run("offers", SOFTWARE, "--language", "de")
    for english in ("We can offer", "Costs us", "Who needs it", "our estimate"):
        assert english not in found.output
    late = run("offers", SOFTWARE, "--language", "de", day=LATE)
    assert late.output.startswith("▲ Nicht angeboten: ") and "abgelaufen" in late.output and "Ask" not in late.output


def test_an_explanation_says_what_is_missing_and_what_was_spoken_of() -> None:
    short = " ".join(run("explain", SOFTWARE, "--trade", "S3").output.split())
    assert "Because: what comes back is worth EUR 10,115 less than what is required; ask for Term 48 months" in short
    declined = " ".join(run("explain", SOFTWARE, "--trade", "S6").output.split())
    assert "We have said no, but spoke of this instead: public reference from no to yes" in declined
    assert "Who may agree" not in declined


def test_a_flip_says_once_what_it_becomes() -> None:
    again = [line for line in run("explain", SOFTWARE, "--flips").output.splitlines() if "once more" in line]
    assert again and not any("beyond: " in line for line in again)


def test_money_has_its_code_before_the_number(tmp_path: Path) -> None:
    said = run("value", SOFTWARE, "-o", tmp_path / "valued.xlsx").output
    assert "before: EUR 44,300; got for it: EUR 12,000" in said and "the ACV is above EUR 400,000" in said
    assert "44,300 EUR" not in said


def test_a_new_quote_from_limits_that_all_expired_says_so(tmp_path: Path) -> None:
    limits = tmp_path / "limits.xlsx"
    assert CliRunner().invoke(cli, ["new", str(limits), "--limits"]).exit_code == 0
    book = openpyxl.load_workbook(limits)
    sheet = book["Limits"]
    top = next(row for row in range(1, 20) if "Expires" in [cell.value for cell in sheet[row]])
    expires = [cell.value for cell in sheet[top]].index("Expires") + 1
    filled = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, 1).value]
    for row in filled:
        sheet.cell(row, expires, date(2020, 1, 31) if row != filled[0] else date(2021, 6, 30))
    book.save(limits)
    words = ["new", str(tmp_path / "quote.xlsx"), "--limits", str(limits), "--client", "Acme", "--empty"]
    found = CliRunner().invoke(cli, words)
    assert found.exit_code == 0, found.output
    assert "Every limit of limits.xlsx expired, the last on 2021-06-30" in found.output


def test_an_audit_of_broken_files_has_no_empty_part_in_its_lines(tmp_path: Path) -> None:
    folder = tmp_path / "quotes"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.xlsx").write_text("no workbook", encoding="utf-8")
    found = run("audit", folder, "-o", tmp_path / "audit.xlsx", "--workers", "1")
    assert "Broken: no sound workbook: 2 files." in found.output and "·  ·" not in found.output
    assert "2 of 2 files · 2 broken" in found.stderr
