"""A number in a text is read as the person meant it, or asked about: never as another number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.inputs.quantities import DAYS, FEES, MONEY, MONTHS, MULTIPLE, SHARE, UNITS, Quantity
from counterask.reading.cells import Fault, is_blank, read_number, text
from counterask.reading.typed_numbers import typed_number

QUANTITIES = {
    unit: Quantity("input", unit, -1e9 if unit == MONEY else 0.0, 1.0 if unit == SHARE else 1e9, 1.0, "An input.")
    for unit in (MONEY, SHARE, MONTHS, DAYS, MULTIPLE, UNITS, FEES)
}


def read(words: object, unit: str) -> float | Fault:
    """A cell of a quote in euros."""
    return read_number(words, QUANTITIES[unit], "EUR")


@pytest.mark.parametrize(
    ("words", "unit", "value"),
    [
        ("8%", SHARE, 0.08),
        ("8 %", SHARE, 0.08),
        ("8%%", SHARE, 0.08),
        ("7%", SHARE, 0.07),
        (" 12,5\u00a0%", SHARE, 0.125),
        ("8.125%", SHARE, 0.08125),
        ("8 percent", SHARE, 0.08),
        ("8 Prozent", SHARE, 0.08),
        ("８％", SHARE, 0.08),
        ("48 months", MONTHS, 48),
        ("48months", MONTHS, 48),
        ("48 Monate", MONTHS, 48),
        ("4 years", MONTHS, 48),
        ("60 days", DAYS, 60),
        ("60 Tage.", DAYS, 60),
        ("2 weeks", DAYS, 14),
        ("1×", MULTIPLE, 1),
        ("1.5 x ACV", MULTIPLE, 1.5),
        ("200 units", UNITS, 200),
        ("3 months", FEES, 3),
        ("1.200,50 €", MONEY, 1200.5),
        ("EUR 1,200.50", MONEY, 1200.5),
        ("€-4", MONEY, -4),
        ("−4 €", MONEY, -4),
        ("(4,50 €)", MONEY, -4.5),
        ("4 €-", MONEY, -4),
        ("EUR 6'900.-", MONEY, 6900),
        ("EUR 6900,--", MONEY, 6900),
        ("EUR 1 234 567,89", MONEY, 1234567.89),
        ("EUR 1\u202f234,5", MONEY, 1234.5),
        ("EUR 12,34,567", MONEY, 1234567),
    ],
)
def test_a_number_with_its_unit_is_read_as_meant(words: str, unit: str, value: float) -> None:
    assert read(words, unit) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        ("6.900", "6900 or 6.9?"),
        ("6,900", "6900 or 6.9?"),
        ("(6,900)", "-6900 or -6.9?"),
        ("−6.900", "-6900 or -6.9?"),
        ("EUR 1,200", "1200 or 1.2?"),
        ("1.250 €", "1250 or 1.25?"),
        ("123.456", "123456 or 123.456?"),
    ],
)
def test_what_can_be_two_numbers_is_asked(words: str, choices: str) -> None:
    found = read(words, MONEY)
    assert isinstance(found, Fault) and found.remedy.startswith(choices)


@pytest.mark.parametrize(
    ("words", "unit", "remedy"),
    [
        ("(6900)", MONEY, "Type -6900."),
        ("−4", MONEY, "Type -4."),
        ("6900-", MONEY, "Type -6900."),
        ("6900", MONEY, "Type 6900 as a number, not as text."),
        ("31.9", MONEY, "Type 31.9 as a number, not as text (31,9 where the decimal sign is a comma)."),
        ("12,50", MONEY, "Type 12.50 (12,50 where the decimal sign is a comma)."),
        ("net 60", DAYS, "Type 60."),
        ("12,5", SHARE, "Type 12.5% if 12.5 percent is meant."),
    ],
)
def test_digits_alone_and_other_words_get_the_number_to_type(words: str, unit: str, remedy: str) -> None:
    found = read(words, unit)
    assert isinstance(found, Fault) and found.remedy == remedy


@pytest.mark.parametrize("unit", QUANTITIES)
def test_what_is_offered_is_read_where_it_is_a_text_again(unit: str) -> None:
    """A remedy does not lead in a circle: typed as a text, a percentage that we offered is the number that we meant."""
    found = read("12,5", unit)
    assert isinstance(found, Fault)
    if unit == SHARE:
        assert read("12.5%", unit) == read("12,5 %", unit) == 0.125


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("2 months", DAYS),
        ("60 days", MONTHS),
        ("12%", DAYS),
        ("12%", MONEY),
        ("120k", MONEY),
        ("1.2 m", MONEY),
        ("1.2 Mio €", MONEY),
        ("USD 1,200.50", MONEY),
        ("$ 5.50", MONEY),
        ("2/10 net 30", DAYS),
        ("5 - 10", DAYS),
        ("1,234,56", MONEY),
        ("(-5)", MONEY),
        ("2025-01-12", DAYS),
        ("8‰", SHARE),
    ],
)
def test_what_another_unit_or_currency_makes_another_number_is_not_read_and_no_number_is_offered(
    words: str, unit: str
) -> None:
    found = read(words, unit)
    assert isinstance(found, Fault) and found.remedy == ""


def test_a_currency_is_read_only_where_the_quote_says_that_it_is_its_own() -> None:
    price = QUANTITIES[MONEY]
    assert read_number("$ 5.50", price, "USD") == read_number("US$ 5.50", price, "usd") == 5.5
    assert isinstance(read_number("€ 5.50", price, ""), Fault)


WRITTEN = {
    "English": (",", "."),
    "German": (".", ","),
    "Swiss": ("'", "."),
    "French": ("\u202f", ","),
    "Canadian": ("\u00a0", ","),
    "Austrian": (" ", ","),
    "plain point": ("", "."),
    "plain comma": ("", ","),
}


@given(
    st.integers(0, 10**9),
    st.integers(0, 3),
    st.sampled_from(sorted(WRITTEN)),
    st.sampled_from(["{}", "-{}", "\u2212{}", "({})", "{}-"]),
    st.sampled_from(["{}", "€ {}", "{} €", "EUR {}", "{} EUR"]),
)
def test_a_number_is_never_read_as_another_one_whoever_wrote_it(
    digits: int, places: int, style: str, sign: str, money: str
) -> None:
    thousands, point = WRITTEN[style]
    value = digits / 10**places
    written = f"{value:,.{places}f}".translate({44: thousands, 46: point})
    meant = value if sign == "{}" else -value
    words = money.format(sign.format(written))
    said = typed_number(words, QUANTITIES[MONEY], "EUR")
    assert any(float(choice) == pytest.approx(meant, rel=1e-12) for choice in said.choices), words
    found = read_number(words, QUANTITIES[MONEY], "EUR")
    assert isinstance(found, Fault) or found == pytest.approx(meant, rel=1e-12), words
    if len(said.choices) == 1 and money != "{}" and abs(value) <= 1e9:
        assert not isinstance(found, Fault), words


@given(st.text(max_size=12), st.sampled_from(sorted(QUANTITIES)))
def test_any_text_is_a_number_of_its_quantity_or_a_fault(words: str, unit: str) -> None:
    found = read_number(words, QUANTITIES[unit], "EUR")
    assert isinstance(found, Fault) or math.isnan(found) == is_blank(words)
    if isinstance(found, float) and not math.isnan(found):
        assert QUANTITIES[unit].fault(found) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [(2007, "#DIV/0!"), (2042, "#N/A"), (2045, "#SPILL!"), (2049, "#FIELD!"), (2050, "#CALC!"), (2051, "#BUSY!")],
)
@pytest.mark.parametrize("kind", [int, float])
def test_an_error_that_excel_hands_over_as_a_number_is_called_by_its_name(code: int, name: str, kind: type) -> None:
    cell = kind(-2_146_828_288 + code)
    assert text(cell) == name
    found = read(cell, MONEY)
    assert isinstance(found, Fault) and found.found == f"found the error {name}"


def test_an_error_of_calc_without_a_name_is_an_error() -> None:
    found = read("Err:522", MONEY)
    assert isinstance(found, Fault) and found.found == "found the error Err:522"


def test_a_cell_of_characters_that_show_nothing_is_blank() -> None:
    assert all(map(is_blank, ("\u200b", " \u00a0\ufeff", "\u2060\u00ad", "\t\n")))
    assert not any(map(is_blank, ("0", "−", "-", "\u200bx")))
