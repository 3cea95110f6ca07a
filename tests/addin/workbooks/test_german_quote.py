"""A German workbook: it says the same as its English twin in German, and it is read, valued, checked and written like it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from counterask.inputs.language import texts_in
from counterask_addin.cli import cli
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.built import LIMITS_FILE, QUOTE_FILES, built_workbook, sheet_texts
from counterask_templates.examples import load_example
from counterask_templates.layout import LISTS, SELF_TEST

SAME = {
    "Standard", "Segment", "Live", "Limits", "EUR", "Trades", "100%", "de",
}  # fmt: skip
"""Words that both languages have."""
_NAMES = ("DEAL_", "counterask ", "Lines=", "Limits=", "T", "sha256", "placeholder: ", "? CHECK", "CHECK")
"""How names, ids, citations of sources and problems begin."""


@cache
def drawn(language: str) -> bytes:
    return draw_quote(load_example("software"), language=language)


def run(*words: object) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code in (0, 1), done.output
    return done.output


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    found = {language: tmp_path / f"{language}.xlsx" for language in ("en", "de")}
    for language, path in found.items():
        path.write_bytes(drawn(language))
    return found


@pytest.mark.parametrize("is_limits", [False, True])
def test_no_english_word_is_left_on_a_german_workbook(tmp_path: Path, is_limits: bool) -> None:
    draw = draw_limits if is_limits else draw_quote
    books = []
    for language in ("en", "de"):
        path = tmp_path / f"{language}.xlsx"
        path.write_bytes(draw(language=language))  # type: ignore[operator]
        books.append(openpyxl.load_workbook(path, data_only=True))
    english, german = books
    left = set()
    for sheet in english:
        if sheet.title in (SELF_TEST, LISTS):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                other = german[sheet.title][cell.coordinate].value
                is_text = isinstance(cell.value, str) and any(map(str.isalpha, cell.value))
                if is_text and other == cell.value and not cell.value.startswith(_NAMES):
                    left.add((sheet.title, cell.value))
        messages = {one.prompt for one in german[sheet.title].data_validations.dataValidation if one.prompt}
        assert all(len(one) <= 255 for one in messages)
        left |= {(sheet.title, one) for one in messages if one in sheet_texts("de").texts}
    unsaid = sorted(words for words in left if words[1] not in SAME and words[0] != "Results")
    assert not unsaid, unsaid


def test_a_drawn_german_workbook_is_the_same_bytes_each_time_and_is_the_built_one() -> None:
    assert draw_quote(language="de") == draw_quote(language="de") == built_workbook(QUOTE_FILES["plain"], "de").read_bytes()
    assert draw_limits(language="de") == built_workbook(LIMITS_FILE, "de").read_bytes()


def test_a_german_quote_has_the_numbers_of_its_english_twin(pair: dict[str, Path]) -> None:
    found = {language: json.loads(run("value", path, "--json")) for language, path in pair.items()}
    assert open_quote(pair["de"]).language == "de" and open_quote(pair["en"]).language == "en"
    for document in found.values():
        for row in document["opening"]["levers"]:
            row.pop("lever")  # a company lever has a German name there
    assert json.dumps(found["de"]["ledger"]).replace("Workshoptag", "Workshop day") == json.dumps(found["en"]["ledger"])
    assert found["de"]["value"] == found["en"]["value"] and found["de"]["opening"] == found["en"]["opening"]


def test_value_prints_german_for_a_german_quote_and_english_on_request(pair: dict[str, Path]) -> None:
    german, english = run("value", pair["de"]), run("value", pair["de"], "--language", "en")
    assert "Deal-Wert" in german and "unausgewogenes Zugeständnis" in german and "Vertriebsleitung" in german.replace("\n", "")
    assert "1.004.020,80" in german and "70,0 %" in german and "chance of winning" not in german
    assert "Deal value" in english and "1,004,020.80" in english


def test_the_valued_copy_of_a_german_quote_is_german_and_passes_its_check(pair: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "valued.xlsx"
    run("value", pair["de"], "-o", target)
    book = openpyxl.load_workbook(target, data_only=True)
    said = {str(cell.value) for sheet in ("Trades", "Math") for row in book[sheet].iter_rows() for cell in row if cell.value}
    assert any(one == "✖ unausgewogenes Zugeständnis\nFreigabe Vertriebsleitung" for one in said)
    assert any(one.startswith("✖ 2 unausgewogene Zugeständnisse, es fehlen 18.113 EUR") for one in said)
    assert any(one.startswith("Der Kunde fordert: ") for one in said)
    findings = json.loads(run("check", target, "--json"))
    kinds = {one["kind"] for one in findings["findings"]} if isinstance(findings, dict) else {one["kind"] for one in findings}
    assert not kinds & {"overwritten formula", "edited formula", "stale result", "redefined name"}, kinds


def test_a_new_quote_in_german_is_the_built_one_and_a_filled_one_is_german(tmp_path: Path) -> None:
    empty = tmp_path / "leer.xlsx"
    run("new", empty, "--language", "de", "--empty", "--json")
    assert empty.read_bytes() == built_workbook(QUOTE_FILES["plain"], "de").read_bytes()
    limits = tmp_path / "limits.xlsx"
    run("new", limits, "--limits", "--language", "de")
    assert limits.read_bytes() == built_workbook(LIMITS_FILE, "de").read_bytes()
    filled = tmp_path / "neu.xlsx"
    run("new", filled, "--language", "de", "--client", "Hafen AG", "--json")
    sheet = openpyxl.load_workbook(filled)["Quote"]
    assert sheet["B4"].value == "Hafen AG" and "keine" in [cell.value for cell in sheet["B"]]


def test_results_are_the_same_texts_on_the_sheet_and_from_a_function() -> None:
    """The Results sheet is drawn with the engine's texts, and the sheets with more: none of those may change a result."""
    book, whole = texts_in("de"), sheet_texts("de")
    results = [text for text in book.texts if "{" not in text]
    changed = [text for text in results if whole.say(text) != book.say(text)]
    assert changed == []
