"""One ledger as shown: what a command prints, what the sheet says and what the check expects are the same words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from counterask import functions
from counterask.counter_asks.tables import trade_tables
from counterask.explaining.explain import explain_trade
from counterask_addin.check import check_file
from counterask_addin.cli import cli
from counterask_addin.shown import advised_of, shown_of
from counterask_addin.workbooks.people import stakeholders_of
from counterask_addin.workbooks.quote_file import open_quote
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import TABLE_BY_NAME, TRADE_RESULTS, TRADES_TABLE
from counterask_templates.tables import table_rows, with_header

SEEN = ("Cost", "Worth", "Net", "Shortfall", "Verdict", "Who may agree", "Note")
QUOTES = [name for name in example_names() if load_example(name).get("trades")]


def run(*words: str | Path) -> str:
    """Run a command that finds something, and return what it prints."""
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 1, result.output
    return result.stdout


def on_the_sheet(path: Path) -> dict[str, list[Any]]:
    """What the cells in the first row of each trade hold; its other rows repeat its id, and a row with an id alone is empty."""
    cells = read_workbook(path).sheet(TRADES_TABLE.sheet)
    assert cells is not None
    found = {}
    for row in range(TRADES_TABLE.first, TRADES_TABLE.bottom + 1):
        trade = cells.cells.get((row, TRADES_TABLE.left))
        ask = cells.cells.get((row, TRADES_TABLE.column("ask")))
        if trade is not None and trade.value and ask is not None and ask.value:
            places = [cells.cells.get((row, TRADE_RESULTS.column(name))) for name in SEEN]
            found.setdefault(str(trade.value), [one.value if one is not None else None for one in places])
    return found


def told(ledger: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The same of a ledger in JSON."""
    names = ("cost", "worth", "net", "shortfall", "verdict", "authority", "note")
    return {one["id"]: [one.get(name) for name in names] for one in ledger}


def assert_same(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> None:
    """Money to the cent; the rest word for word. A trade without a price shows words where JSON has null."""
    assert one.keys() == other.keys()
    for trade in one:
        for name, here, there in zip(SEEN, one[trade], other[trade], strict=True):
            if name in SEEN[:4] and isinstance(here, float) and isinstance(there, float):
                assert here == pytest.approx(there, abs=0.005), (trade, name)
            elif name not in SEEN[:4]:
                assert (here or "") == (there or ""), (trade, name)


@pytest.mark.parametrize("name", QUOTES)
def test_the_command_the_sheet_and_the_function_say_the_same_of_every_trade(tmp_path: Path, name: str) -> None:
    quote, copy = tmp_path / "quote.xlsx", tmp_path / "copy.xlsx"
    quote.write_bytes(draw_quote(load_example(name)))
    day = ("--as-of", "2026-11-02")
    printed = told(json.loads(run("value", quote, "--json", *day))["ledger"])
    assert_same(on_the_sheet(quote), printed)  # what the function says: the cells hold its results
    run("value", quote, "-o", copy, *day)
    assert_same(on_the_sheet(copy), printed)
    document = tmp_path / "quote.json"
    document.write_text(json.dumps(load_example(name), default=str))
    assert_same(told(json.loads(run("value", document, "--json", *day))["ledger"]), printed)


def test_stakeholders_rank_the_counter_asks_that_the_note_names() -> None:
    rows = table_rows(load_example("industrial_supply"))
    names = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
    ranges = [with_header(TABLE_BY_NAME[name], rows[name]) for name in names]
    someone = ["A", "Plant manager", "No commitment", "Commitment", None, None, 9_000_000]
    people = with_header(TABLE_BY_NAME["Stakeholders"], [someone])
    day, note = "2026-11-02", TRADE_RESULTS.fields.index("Note")
    plain = functions.DEAL_TRADES(*ranges, day)
    ranked = functions.DEAL_TRADES(*ranges, day, None, None, None, people)
    differs = [row for row, other in zip(plain, ranked, strict=True) if row != other]
    assert differs and all("ask for " in row[note] for row in differs)
    assert any("ask for Commitment" in row[note] for row in plain)
    assert not any("ask for Commitment" in row[note] for row in ranked), "who needs a lever is not asked for it first"
    assert all(row[:note] == other[:note] for row, other in zip(plain, ranked, strict=True))


@pytest.mark.parametrize("name", QUOTES)
def test_the_note_names_the_first_counter_asks_of_the_counter_asks_sheet(tmp_path: Path, name: str) -> None:
    quote = tmp_path / "quote.xlsx"
    quote.write_bytes(draw_quote(load_example(name)))
    file, advised = open_quote(quote), 0
    for trade, cells in on_the_sheet(quote).items():
        note = str(cells[SEEN.index("Note")] or "")
        if not note.startswith("ask for "):
            continue
        advised += 1
        rules = file.quote.rules(date(2026, 11, 2))
        rows, _ = trade_tables(file.quote, trade, stakeholders_of(file), rules, "en")
        words = note.removeprefix("ask for ").partition("; ")
        named = [words[0], *([words[2].removeprefix("or ").partition("; ")[0]] if words[2].startswith("or ") else [])]
        first = [(str(row[1]).removesuffix(" months"), str(row[4])) for row in rows[: len(named)] if row[0] != ""]
        assert all(said.startswith(lever) and said.endswith(to) for said, (lever, to) in zip(named, first, strict=True))
    assert advised or name != "industrial_supply"


@pytest.mark.parametrize("name", QUOTES)
def test_the_math_gives_the_reason_that_stands_beside_the_trade(tmp_path: Path, name: str) -> None:
    quote = tmp_path / "quote.xlsx"
    quote.write_bytes(draw_quote(load_example(name)))
    shown = advised_of(open_quote(quote), date(2026, 11, 2))
    quote_currency = shown.quote.policy.currency
    for trade, cells in on_the_sheet(quote).items():
        conclusions = {one.name: one.value for one in explain_trade(shown, trade).conclusions}
        note = cells[SEEN.index("Note")] or ""
        missing = f"what comes back is worth {quote_currency} {conclusions['Shortfall']:,.0f} less than what is required"
        is_short = conclusions["Verdict"] in ("unbalanced concession", "concession")
        assert conclusions.get("Because", "") == "; ".join(filter(None, (missing if is_short else "", note)))


def test_a_stakeholder_that_cannot_be_read_is_a_finding_and_hides_no_other(tmp_path: Path) -> None:
    document = {**load_example("industrial_supply")}
    document["stakeholders"] = [{"who": "Tom", "role": "CFO", "need": "cash", "levers": "payment dais"}]
    sound, odd = tmp_path / "sound.xlsx", tmp_path / "odd.xlsx"
    sound.write_bytes(draw_quote({**document, "stakeholders": []}))
    odd.write_bytes(draw_quote(document))
    day = date(2026, 11, 2)
    _, before = check_file(sound, today=day)
    _, after = check_file(odd, today=day)
    assert {str(one) for one in before} < {str(one) for one in after}
    assert [one.kind for one in after if one not in before] == ["input not readable"]


def test_without_advice_a_ledger_holds_the_same_numbers(tmp_path: Path) -> None:
    quote = tmp_path / "quote.xlsx"
    quote.write_bytes(draw_quote(load_example("industrial_supply")))
    file = open_quote(quote)
    with_advice, without = advised_of(file).ledger, shown_of(file).ledger
    assert [(one.net, one.verdict, one.authority) for one in with_advice.trades] == [
        (one.net, one.verdict, one.authority) for one in without.trades
    ]
    assert any("ask for " in one.note for one in with_advice.trades)
    assert not any("ask for " in one.note for one in without.trades)
