"""German words: each table of texts is whole, what is typed in German is read, and functions answer in German."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest

from counterask import functions
from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.language import HEADER, number_in_german, texts_in
from counterask.inputs.levers import LEVERS
from counterask.inputs.quantities import DAYS, MONEY, MONTHS, SHARE, Quantity
from counterask.pricing.components import COMPONENTS
from counterask.reading.cells import read_number
from counterask.reading.package_phrases import is_package
from counterask.reading.phrases import phrase, read_phrase
from counterask.reading.policy import POLICY
from counterask.reading.tables import LEVER_BY_WORD, language_of_headers, plain
from counterask.verdicts.trades import Verdict

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted(ROOT.glob("*/**/translations/de.toml"))
_PLACE = re.compile(r"\{[a-z]\d?\}")
GERMAN = texts_in("de")


@pytest.mark.parametrize("path", [path for path in TABLES if "counter_asks" not in path.parts], ids=lambda path: path.parts[-3])
def test_each_text_has_the_same_places_in_both_languages(path: Path) -> None:
    for section, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for english, german in texts.items():
            assert set(_PLACE.findall(english)) == set(_PLACE.findall(german)), (section, english)


def test_no_two_labels_are_the_same_german_word() -> None:
    labels = [lever.label for lever in LEVERS] + [one.label for one in (*ASSUMPTIONS, *POLICY)]
    said = [plain(GERMAN.say(label)) for label in labels]
    assert said == [plain(label) for label in labels]


def test_every_label_component_formula_and_verdict_is_german() -> None:
    words = [one.label for one in (*LEVERS, *ASSUMPTIONS, *POLICY)] + [str(one) for one in Verdict]
    words += [words for one in COMPONENTS.values() for words in (one.label, one.formula)]
    assert [one for one in words if GERMAN.find(one) is None] == []


def test_every_german_label_is_the_lever() -> None:
    for lever in LEVERS:
        assert LEVER_BY_WORD[plain(f"{GERMAN.say(lever.label)}\n(Einheit)")] is lever


@pytest.mark.parametrize(
    ("typed", "unit", "level"),
    [("8 %", SHARE, 0.08), ("48 Monate", MONTHS, 48.0), ("60 Tage", DAYS, 60.0), ("1.200,50 €", MONEY, 1200.5)],
)
def test_numbers_typed_in_german_are_read(typed: str, unit: str, level: float) -> None:
    assert read_number(typed, Quantity("", unit, 0.0, 1e9, 1.0, ""), "EUR") == pytest.approx(level)


def test_yes_no_and_none_are_read_in_german() -> None:
    reference = LEVER_BY_WORD["publicreference"].quantity
    assert (read_number("ja", reference), read_number("Nein", reference)) == (1.0, 0.0)
    assert read_number("keine", LEVER_BY_WORD["liabilitycap"].quantity) == math.inf


@pytest.mark.parametrize("lever", [lever for lever in LEVERS if lever.is_negotiable], ids=lambda lever: lever.name)
def test_a_german_phrase_is_read_as_its_english_one(lever: object) -> None:
    line = "Seats, all" if lever.is_on_line else None  # type: ignore[attr-defined]
    levels = [1.0 if lever.quantity.is_switch else lever.quantity.sample]  # type: ignore[attr-defined]
    levels += [math.inf] if lever.quantity.none_means else []  # type: ignore[attr-defined]
    for level in levels:
        english = phrase(lever.name, line, level)  # type: ignore[attr-defined]
        german = GERMAN.find(english)
        assert german is not None, english
        found, wanted = (read_phrase(words, [], ["Seats, all"]) for words in (german, english))
        assert found is not None and wanted is not None
        assert (found.lever, found.line) == (wanted.lever, wanted.line), german
        read, expected = (read_number(one.level, lever.quantity) for one in (found, wanted))  # type: ignore[attr-defined]
        assert read == expected or getattr(read, "number", None) == getattr(expected, "number", 0), german


def test_a_german_package_is_one() -> None:
    german = GERMAN.say("Give Payment term 45 days; get Term 36 months")
    assert german == "Geben Zahlungsziel 45 Tage; dafür Laufzeit 36 Monate" and is_package(german)


def test_headers_tell_the_language() -> None:
    assert language_of_headers(["Position", "Art", "Produkt", "Listenpreis\n(Geld)"]) == "de"
    assert language_of_headers(["Line", "Kind", "Product", None]) == language_of_headers([]) == "en"


def test_numbers_have_german_marks() -> None:
    assert number_in_german("1,234.5%") == "1.234,5 %"
    assert GERMAN.say("the limit for Warranty expired on 2026-09-30") == "Limit für Garantie am 30.09.2026 abgelaufen"


def test_a_name_of_a_line_is_never_translated() -> None:
    assert GERMAN.say("ask for Discount of Now and none 5%") == "fordern: Rabatt bei Now and none 5 %"


def test_a_function_answers_in_the_language_of_its_tables() -> None:
    limits = [["Hebel", "Verkauf bis", "Läuft ab am"], ["Zahlungsziel", 60.0, "2030-12-31"]]
    english = [["lever", "rep_to", "expires"], ["payment_days", 60.0, "2030-12-31"]]
    policy = [["Regel", "Wert"], ["Gefordertes Verhältnis", 1.0]]
    assert functions.DEAL_LIMITS(limits, policy, "2026-11-02")[0][2] == "1 Limit gilt bis 31.12.2030"
    assert functions.DEAL_LIMITS(english, [["policy", "value"]], "2026-11-02")[0][2] == "1 limit in force until 2030-12-31"


def test_a_header_that_means_something_else_as_a_label_has_its_own_word() -> None:
    assert GERMAN.texts[f"Term{HEADER}"] == "Kondition" and plain("Kondition") == "term" and GERMAN.say("Term") == "Laufzeit"
