"""`counterask counter-asks`, run as a person runs it: workbooks and JSON, answers, exit codes, what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from counterask_addin.cli import cli
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]
WORKBOOK = ROOT / "examples" / "staffing.xlsx"
AS_OF = ["--as-of", "2026-11-02"]


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    """The worked deal with limits on three levers."""
    document = json.loads((ROOT / "tests" / "data" / "worked_deal.json").read_text())
    document["limits"] = [
        {"lever": "term_months", "step": 6, "ask_up_to": 48},
        {"lever": "commitment", "step": 0.05, "ask_up_to": 1.0},
        {"lever": "payment_days", "rep_to": 60, "manager_to": 90, "step": 5, "ask_up_to": 30},
    ]
    path = tmp_path / "deal.json"
    path.write_text(json.dumps(document))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["counter-asks", *map(str, words), *AS_OF])


def test_a_deal_in_json_is_answered_in_json(deal: Path) -> None:
    done = run(deal, "--trade", "D1", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.output)
    rows = document["counter_asks"]
    assert {row["lever"] for row in rows} == {"term_months", "commitment"}
    term = next(row for row in rows if row["lever"] == "term_months")
    assert (term["from"], term["to"], term["line"], term["soft"]) == (24.0, 30.0, None, False)
    ledger = json.loads(CliRunner().invoke(cli, ["value", str(deal), "--json", *AS_OF]).output)["ledger"]
    assert term["net"] == pytest.approx(term["worth"] + ledger[0]["cost"])
    assert term["yes_and"] == "Yes, you can pay in 75 days, if the term is 30 months and my manager agrees."
    assert term["no_but"] == ("No, we can't wait 75 days for payment; we can wait 60 days for payment, if the term is 30 months.")


def test_bundles_come_in_a_second_list(deal: Path) -> None:
    done = run(deal, "--ask", "discount@seats=12%", "--json", "--bundles")
    found = json.loads(done.output)
    assert {"trade", "cost", "required", "counter_asks", "bundles"} <= set(found)
    assert all(len(bundle["counters"]) == 2 for bundle in found["bundles"])


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_workbook_is_answered_on_the_terminal(language: str) -> None:
    done = run(WORKBOOK, "--trade", "T2", "--bundles", "--language", language)
    assert done.exit_code == 0, done.output
    assert ("Yes, you can have" in done.output) == (language == "en")
    assert ("Ja, Sie können" in done.output) == (language == "de")


def test_the_workbook_and_its_json_give_the_same_answer(tmp_path: Path) -> None:
    twin = tmp_path / "staffing.json"
    twin.write_text(json.dumps(load_example("staffing")))
    answers = [json.loads(run(path, "--trade", "T2", "--json").output) for path in (WORKBOOK, twin)]
    assert [(row["lever"], row["line"], row["to"]) for row in answers[0]["counter_asks"]] == [
        (row["lever"], row["line"], row["to"]) for row in answers[1]["counter_asks"]
    ]


def test_an_ask_that_nothing_can_pay_for_exits_1() -> None:
    done = run(WORKBOOK, "--trade", "T5")
    assert done.exit_code == 1
    assert "never go beyond 75" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name a trade"),
        (("--trade", "T1", "--ask", "payment_days=60"), "one of the two"),
        (("--trade", "T99"), 'found no trade "T99", expected one of: T1'),
        (("--ask", "kindness=1"), 'found "kindness=1"'),
        (("--ask", "discount=5%"), "expected one of the lines Warehouse hours"),
        (("--ask", "payment_days=ten"), 'found the text "ten"'),
        (("--ask", "payment_days=900"), "more than 365"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_exits_2(words: tuple[str, ...], said: str) -> None:
    done = run(WORKBOOK, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_an_ask_may_be_none(deal: Path) -> None:
    done = run(deal, "--ask", "liability_cap_multiple=none", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["counter_asks"][0]["yes_and"].startswith("Yes, our liability can be unlimited, if ")
