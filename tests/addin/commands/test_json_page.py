"""What commands print with --json has the keys that docs/json.md names, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from counterask_addin.cli import cli
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")


def keys_after(words: str) -> tuple[set[str], set[str]]:
    """The keys that the page lists after some words, and those of them that are always there."""
    rest = PAGE[PAGE.index(words) + len(words) :].lstrip().split("\n\n")[0]
    listed = re.match(r"(?:`\[?\w+\]?`,?\s*)+", rest)
    assert listed is not None, words
    found = re.findall(r"`(\[?)(\w+)\]?`", listed.group())
    return {name for _, name in found}, {name for bracket, name in found if not bracket}


def agrees(document: dict[str, Any], words: str) -> None:
    named, always = keys_after(words)
    assert always <= set(document) <= named, (words, always - set(document), set(document) - named)


def answer_of(tmp_path: Path, command: str, *words: str) -> Any:
    path = tmp_path / "staffing.json"
    path.write_text(json.dumps(load_example("staffing")), encoding="utf-8")
    done = CliRunner().invoke(cli, [command, str(path), *words, "--json", "--as-of", "2026-11-02"])
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def test_value(tmp_path: Path) -> None:
    found = answer_of(tmp_path, "value")
    agrees(found, "## value\n")
    for part in ("ledger", "shares"):
        for row in found[part]:
            agrees(row, f"- `{part}`:")
    agrees(found["opening"], "- `opening`:")
    for row in found["opening"]["facts"]:
        agrees(row, "- `facts` of the opening:")
    assert len(found["opening"]["facts"]) == 1
    assert found["quote"]["client"] and found["quote"]["currency"] == "EUR"
    assert found["margin"] == pytest.approx(found["value"] / found["revenue"])
    assert any("ask_for" in row for row in found["ledger"])


def test_new(tmp_path: Path) -> None:
    limits, export = ROOT / "examples" / "software.xlsx", tmp_path / "export.csv"
    export.write_text("Name,Quantity\nImplementation,1\nZebra,1\n", encoding="utf-8")
    words = ["new", str(tmp_path / "new.xlsx"), "--limits", str(limits), "--from", str(export), "--json"]
    found = json.loads(CliRunner().invoke(cli, words).stdout)
    agrees(found, "## new\n")
    assert found["lines"] == 1 and len(found["unused"]) == 1
    for row in found["unused"]:
        agrees(row, "the rows of an export that could not be used:")


def test_packages(tmp_path: Path) -> None:
    found = answer_of(tmp_path, "packages", "--trade", "T1")
    agrees(found, "## packages\n")
    for one in found["packages"]:
        agrees(one, "- `packages`:")
        for change in (*one["granted"], *one["counters"]):
            agrees(change, "`granted` and `counters`:")


def test_prepare(tmp_path: Path) -> None:
    found = answer_of(tmp_path, "prepare")
    assert found
    for one in found:
        agrees(one, "## prepare\n\nA list:")
        for change in (*one["first"], *one["second"], *one["offered"], *one["in_return"]):
            agrees(change, "`first`, `second`, `offered` and `in_return`:")


def test_counter_asks(tmp_path: Path) -> None:
    found = answer_of(tmp_path, "counter-asks", "--trade", "T2", "--bundles")
    agrees(found, "## counter-asks\n")
    assert found["counter_asks"] and found["bundles"]
    for part in ("counter_asks", "bundles"):
        for row in found[part]:
            agrees(row, f"- `{part}`:")


def test_offers_explain_bridge_and_card(tmp_path: Path) -> None:
    for row in answer_of(tmp_path, "offers"):
        agrees(row, "## offers\n\nA list:")
    found = answer_of(tmp_path, "explain", "--trade", "T2")
    agrees(found, "With `--trade`:")
    for row in found["lines"]:
        agrees(row, "- `lines`:")
    for row in answer_of(tmp_path, "explain"):
        agrees(row, "Without it, the bridge, a list:")
    card = answer_of(tmp_path, "card")
    agrees(card, "## card\n")
    for row in card["rules"]:
        agrees(row, "- `rules`:")


def test_the_discount_is_always_on_the_card(tmp_path: Path) -> None:
    assert any(row["give"]["lever"] == "discount" for row in answer_of(tmp_path, "card")["rules"])


@pytest.mark.parametrize("trade", ["T1", "T2", "T4"])
def test_explain_fits_a_screen_and_tells_all_in_full(tmp_path: Path, trade: str) -> None:
    path = tmp_path / "staffing.json"
    path.write_text(json.dumps(load_example("staffing")), encoding="utf-8")
    run = ["explain", str(path), "--trade", trade, "--as-of", "2026-11-02"]
    short, full = (CliRunner().invoke(cli, [*run, *more]).output for more in ((), ("--full",)))
    assert len(short.splitlines()) <= 40 and "--full" in short
    assert full.count("= ") > short.count("= ") and "-0\n" not in short


def test_uncertainty(tmp_path: Path) -> None:
    found = answer_of(tmp_path, "uncertainty", "--cases", "30")
    agrees(found, "## uncertainty\n\n")
    for part in ("drawn", "trades"):
        assert found[part]
        for row in found[part]:
            agrees(row, f"- `{part}`:")
    for part in ("opening", "now", "change"):
        agrees(found[part], "- `opening`, `now`, `change`:")
        levels = list(found[part]["quantiles"].values())
        assert levels == sorted(levels) and len(levels) == 5
    assert all(sum(row["verdicts"].values()) == pytest.approx(1.0) for row in found["trades"])


def test_uncertainty_says_what_is_drawn_what_is_not_and_how_verdicts_turn(tmp_path: Path) -> None:
    document = load_example("staffing")
    path = tmp_path / "staffing.json"
    run = ["uncertainty", str(path), "--cases", "200", "--as-of", "2026-11-02"]
    path.write_text(json.dumps(document), encoding="utf-8")
    done = CliRunner().invoke(cli, run)
    assert done.exit_code == 1 and "Not drawn, for lack of an interval: Cost of capital" in done.output
    assert "T1: negotiation at the values in the quote; over the cases: " in done.output
    assert re.search(r"cases: negotiation 9\d\.\d%, unbalanced concession \d\.\d%", done.output)
    path.write_text(json.dumps({name: part for name, part in document.items() if name != "evidence"}), encoding="utf-8")
    done = CliRunner().invoke(cli, run)
    assert done.exit_code == 0 and "No assumption is drawn" in done.output and "counterask calibrate" in done.output


def test_round(tmp_path: Path) -> None:
    path, first, second = (tmp_path / f"{name}.xlsx" for name in ("quote", "first", "second"))
    path.write_bytes(draw_quote(load_example("staffing")))
    CliRunner().invoke(cli, ["round", str(path), "--by", "us", "-o", str(first)])
    done = CliRunner().invoke(cli, ["round", str(first), "--by", "client", "-o", str(second), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    agrees(found, "## round\n")
    assert len(found["rounds"]) == 2 and len(found["sides"]) == 2 and found["open"]
    for part in ("rounds", "sides"):
        for row in found[part]:
            agrees(row, f"- `{part}`:")
    for row in found["open"]:
        agrees(row, "- `moves` and `open`:")
