"""`counterask offers`, and what `value` and `counter-asks` say of history and of limits that are not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from counterask_addin.cli import cli
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]


@pytest.fixture
def twin(tmp_path: Path) -> Path:
    """The staffing example as JSON."""
    path = tmp_path / "staffing.json"
    path.write_text(json.dumps(load_example("staffing")))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--as-of", "2026-11-02"])


def changed(tmp_path: Path, source: Path, **changes: object) -> Path:
    document = {**json.loads(source.read_text()), **changes}
    path = tmp_path / "deal.json"
    path.write_text(json.dumps({name: value for name, value in document.items() if value is not None}))
    return path


def test_own_offers_are_ranked_by_what_they_are_worth_to_them_for_our_cost(twin: Path) -> None:
    done = run("offers", twin, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.output)
    assert rows[0]["lever"] == "Free replacement week" and rows[0]["say"] == "We can agree to six Free replacement weeks."
    ratios = [round(row["worth_to_them"] / -row["cost"], 9) for row in rows]
    assert ratios == sorted(ratios, reverse=True) and all(row["cost"] < 0.0 and row["needed_by"] for row in rows)


@pytest.mark.parametrize(("language", "said"), [("en", "We can give 2% off"), ("de", "Wir können 2 % Rabatt auf")])
def test_own_offers_come_with_the_sentence(language: str, said: str, twin: Path) -> None:
    done = run("offers", twin, "--language", language)
    assert done.exit_code == 0 and said in done.output and "Petra Lindqvist" in done.output


def test_where_nobody_is_known_nothing_is_offered(twin: Path, tmp_path: Path) -> None:
    done = run("offers", changed(tmp_path, twin, stakeholders=None))
    assert done.exit_code == 1 and "Nothing to offer: the sheet Stakeholders names nobody and no lever." in done.output


def test_value_says_what_was_given_before_and_when_a_manager_joins(twin: Path) -> None:
    said = " ".join(run("value", twin).output.split())
    assert "Given to this client before: EUR 31,200; got for it: EUR 15,200; stalls: 1." in said
    assert "▲ Drag at renewals: EUR -" in said and "it does not affect the verdict" in said
    assert "▲ A manager joins from the start: the ACV is above EUR 2,500,000." in said


def test_the_policy_lets_the_drag_into_verdicts(twin: Path, tmp_path: Path) -> None:
    policy = json.loads(twin.read_text())["policy"]
    counted = changed(tmp_path, twin, policy={**policy, "drag_counts": True})
    rows = {flag: json.loads(run("value", path, "--json").output) for flag, path in ((False, twin), (True, counted))}
    assert [rows[flag]["history"]["drag_counts"] for flag in (False, True)] == [False, True]
    assert rows[False]["change"] == rows[True]["change"]
    plain, dragged = ({row["id"]: row for row in rows[flag]["ledger"]} for flag in (False, True))
    with_drag = {name for name, row in dragged.items() if row.get("drag")}
    assert "T2" in with_drag and not any(row.get("drag") for row in plain.values())
    assert dragged["T2"]["shortfall"] == pytest.approx(plain["T2"]["shortfall"] - dragged["T2"]["drag"])
    for name in with_drag:
        assert plain[name]["shortfall"] < dragged[name]["shortfall"] <= plain[name]["shortfall"] - dragged[name]["drag"] + 0.005


def test_without_limits_nobody_has_said_what_may_be_asked_for() -> None:
    done = run("counter-asks", ROOT / "tests" / "data" / "worked_deal.json", "--trade", "D1", "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["counter_asks"] == []
    assert "There are no limits" in done.stderr
