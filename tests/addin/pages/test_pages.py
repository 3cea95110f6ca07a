"""The card and the bridge's picture: one page, the rules of the engine, any language, honest refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from counterask_addin.cli import cli
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.xlsx"))
DAY = ("--as-of", "2026-11-02")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def document(tmp_path: Path, **changes: object) -> Path:
    """The staffing example as JSON, changed."""
    deal = load_example("staffing")
    for table in ("stakeholders", "history"):
        deal.pop(table, None)
    path = tmp_path / "deal.json"
    path.write_text(json.dumps({**deal, **changes}))
    return path


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_card_is_one_page_and_says_the_rules(example: Path, language: str, tmp_path: Path) -> None:
    target = tmp_path / "card.pdf"
    made = run("card", example, "-o", target, "--language", language, *DAY)
    assert made.exit_code == 0, made.output
    assert str(target) in made.output
    pages = PdfReader(target).pages
    assert len(pages) == 1
    shown = " ".join(pages[0].extract_text().split())
    said = run("card", example, "--language", language, *DAY).output
    rules = [line.strip().split("   (")[0] for line in said.splitlines() if line.startswith("  = ")]
    assert rules and all(" ".join(rule.split()) in shown for rule in rules)


def test_the_card_is_black_on_white(tmp_path: Path) -> None:
    target = tmp_path / "card.pdf"
    assert run("card", EXAMPLES[0], "-o", target, *DAY).exit_code == 0
    content = PdfReader(target).pages[0].get_contents().get_data().decode("latin-1")
    colours = {tuple(words[:-1]) for line in content.splitlines() if (words := line.split()) and words[-1] in ("rg", "RG")}
    assert colours <= {("0", "0", "0")}


def test_the_same_deal_is_the_same_card(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        assert run("card", EXAMPLES[0], "-o", tmp_path / name, *DAY).exit_code == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_card_of_many_long_names_is_still_one_page(tmp_path: Path) -> None:
    deal = load_example("staffing")
    line = deal["lines"][0]
    long = "Very long line name that goes on and on until the column ends & <b>then</b> some"
    lines = [*deal["lines"], *({**line, "name": f"{long} {number}", "quantity": 3 * line["quantity"]} for number in range(8))]
    path = document(tmp_path, lines=lines, trades=[])
    assert run("card", path, "-o", tmp_path / "card.pdf", *DAY).exit_code == 0
    pages = PdfReader(tmp_path / "card.pdf").pages
    assert len(pages) == 1 and "& <b>then</b>" in " ".join(pages[0].extract_text().split())


def test_rules_as_json_name_the_inputs(tmp_path: Path) -> None:
    found = json.loads(run("card", EXAMPLES[0], "--json", *DAY).stdout)
    assert {"rules", "steps"} == set(found)
    assert all(rule["brings"] >= 1.0 and rule["times"] >= 1 for rule in found["rules"])
    assert all(step["costs"] is None or step["costs"] <= 0 for step in found["steps"][:3])


def test_a_card_is_refused_with_a_reason(tmp_path: Path) -> None:
    target = tmp_path / "card.pdf"
    target.write_text("mine")
    refused = run("card", EXAMPLES[0], "-o", target, *DAY)
    assert refused.exit_code == 2 and "exists already" in refused.output and target.read_text() == "mine"
    assert "expected" in run("card", EXAMPLES[0], "-o", tmp_path / "card.png", *DAY).output
    deal = load_example("staffing")
    unknown = document(tmp_path, assumptions={**deal["assumptions"], "cost_of_capital": ""})
    refused = run("card", unknown, "-o", tmp_path / "other.pdf", *DAY)
    assert refused.exit_code == 2 and not (tmp_path / "other.pdf").exists()


@pytest.mark.parametrize("kind, begins", [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_bridge_is_drawn_and_always_the_same(kind: str, begins: bytes, tmp_path: Path) -> None:
    pictures = [tmp_path / f"{number}.{kind}" for number in (1, 2)]
    for picture in pictures:
        made = run("explain", EXAMPLES[0], "--bridge", picture, *DAY)
        assert made.exit_code == 0 and str(picture) in made.output, made.output
    assert pictures[0].read_bytes().startswith(begins)
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_the_picture_says_every_step_and_amount(tmp_path: Path) -> None:
    picture = tmp_path / "bridge.pdf"
    said = run("explain", EXAMPLES[0], "--bridge", picture, "--json", *DAY)
    shown = PdfReader(picture).pages[0].extract_text()
    for step in json.loads(said.stdout):
        is_total = step["step"] in ("Opening", "Now")
        amount = f"{step['end']:,.0f}" if is_total else f"{step['end'] - step['start']:+,.0f}"
        assert step["step"] in shown and amount in shown


def test_a_picture_is_refused_with_a_reason(tmp_path: Path) -> None:
    assert 'expected ".png" or ".svg" or ".pdf"' in run("explain", EXAMPLES[0], "--bridge", tmp_path / "bridge.gif").output
    picture = tmp_path / "bridge.png"
    picture.write_text("mine")
    assert run("explain", EXAMPLES[0], "--bridge", picture).exit_code == 2 and picture.read_text() == "mine"
    assert run("explain", EXAMPLES[0], "--bridge", picture, "--overwrite").exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_command_explains_a_trade(tmp_path: Path) -> None:
    short = run("explain", document(tmp_path), "--trade", "T1", *DAY)
    assert "--full" in short.output and "negotiation" in short.output and len(short.output.splitlines()) <= 40
    shown = run("explain", document(tmp_path), "--trade", "T1", "--full", *DAY)
    assert shown.exit_code == 0 and "Wang, proportional hazards" in shown.output and "negotiation" in shown.output
    said = json.loads(run("explain", EXAMPLES[2], "--trade", "T1", "--json", *DAY).stdout)
    assert said["in_words"][0].startswith("The client asks for: liability cap from 0.1× annual value")
    assert "One year in twenty costs EUR" in said["in_words"][1]
    assert said["trade"] == "T1" and {"step", "what", "formula", "inputs"} <= set(said["lines"][0])
    assert "Opening" in run("explain", EXAMPLES[0]).output
    missing = run("explain", EXAMPLES[0], "--trade", "T99")
    assert missing.exit_code == 2 and '"T99"' in missing.output
