"""`counterask prepare`: the page before a call, in both languages, on one page; and its answers typed into a quote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pypdf import PdfReader

from counterask.counter_asks.sentences import book
from counterask.inputs.levers import LANGUAGES
from counterask_addin.cli import cli
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_addin.workbooks.valued_copy import result_tables
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.counter_ask_layout import COUNTER_ASKS, LANGUAGE
from counterask_templates.examples import EXAMPLES, load_example
from counterask_templates.prepare_layout import PREPARE, PREPARED, SHOW

DAY = ("--as-of", "2026-11-02")


def run(*words: object) -> Result:
    done = CliRunner().invoke(cli, [*map(str, words), *DAY])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def fresh(name: str, path: Path, **changes: object) -> Path:
    """An example before its first call, as JSON."""
    path.write_text(json.dumps({**load_example(name), "trades": [], **changes}))
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_is_one_page_in_both_languages_and_has_every_sentence(name: str, language: str, tmp_path: Path) -> None:
    quote, page = fresh(name, tmp_path / "quote.json"), tmp_path / "call.pdf"
    done = run("prepare", quote, "-o", page, "--language", language)
    assert done.exit_code == 0, done.output
    (only,) = PdfReader(page).pages
    shown = "".join(only.extract_text().split())
    found = json.loads(run("prepare", quote, "--json", "--language", language).stdout)
    for one in found[:14]:
        assert "".join(one["say"].split()) in shown
    assert ("2026-11-02" if language == "en" else "02.11.2026") in shown
    assert language == "en" or "maynever" not in shown


def test_the_answers_typed_into_the_quote_give_the_verdict(tmp_path: Path) -> None:
    found = json.loads(run("prepare", fresh("staffing", tmp_path / "quote.json"), "--json").stdout)
    assert len(found) > 8
    typed = 0
    for one in found:
        ask = [{key: one[key] for key in ("lever", "line", "to")}]
        for asks, counters in ((ask, one["first"]), (ask, one["second"]), (one["offered"], one["in_return"])):
            if not counters:
                continue
            trade = {"id": "N", "response": "yes", "asks": asks, "counters": counters}
            trade = json.loads(json.dumps(trade).replace('"to": "none"', '"to": null'))
            answer = json.loads(run("value", fresh("staffing", tmp_path / "typed.json", trades=[trade]), "--json").stdout)
            assert answer["ledger"][0]["verdict"] == "negotiation", (one, counters)
            typed += 1
    assert typed > 12


def test_where_no_ask_is_expected_it_says_what_to_fill_in(tmp_path: Path) -> None:
    limits = [{key: value for key, value in row.items() if key != "usual_ask"} for row in load_example("staffing")["limits"]]
    done = run("prepare", fresh("staffing", tmp_path / "quote.json", limits=limits, stakeholders=[], history=[]))
    assert done.exit_code == 1 and "Usual ask" in done.output
    wrong = run("prepare", tmp_path / "quote.json", "-o", tmp_path / "call.txt")
    assert wrong.exit_code == 2 and ".pdf" in wrong.output


def test_the_sheet_is_filled_where_it_says_yes(tmp_path: Path) -> None:
    path, said = tmp_path / "quote.xlsx", tmp_path / "yes.xlsx"
    path.write_bytes(draw_quote({**load_example("staffing"), "trades": []}))
    cell = f"{'ABC'[SHOW[1] - 1]}{SHOW[0]}"
    patch_workbook(path, said, {PREPARE: {cell: CellEdit("yes")}})
    for file, is_filled in ((open_quote(path), False), (open_quote(said), True)):
        rows = result_tables(file, shown_of(file, DRAWN_ON, advised_by=()))["prepared"]
        assert bool(rows) is is_filled


def test_the_sheet_is_in_the_language_that_is_picked(tmp_path: Path) -> None:
    """Title, headers and answers, in a copy that no program has recalculated."""
    path, picked, valued = (tmp_path / f"{name}.xlsx" for name in ("quote", "picked", "valued"))
    path.write_bytes(draw_quote({**load_example("staffing"), "trades": []}))
    cells = {PREPARE: {f"{'ABC'[SHOW[1] - 1]}{SHOW[0]}": CellEdit("yes")}}
    language = f"{get_column_letter(LANGUAGE[1])}{LANGUAGE[0]}"
    patch_workbook(path, picked, {**cells, COUNTER_ASKS: {language: CellEdit("de")}})
    run("value", picked, "-o", valued)
    page = load_workbook(valued, data_only=True)[PREPARE]
    words = book("de")["prepare"]
    assert page["A1"].value == words["title"] and page["A2"].value == words["advice"]
    headers = [cell.value for cell in page[PREPARED.top - 1]][: len(PREPARED.fields)]
    assert headers == [words[name] for name in PREPARED.fields]
    assert str(page.cell(PREPARED.top, PREPARED.fields.index("say") + 1).value).startswith("Nein, ")
    english = load_workbook(path, data_only=True)[PREPARE]
    assert english["A1"].value == book("en")["prepare"]["title"]
