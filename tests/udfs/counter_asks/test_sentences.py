"""Every lever can be said in every language, and the two answers are true."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from counterask.counter_asks.answers import answer, bundle_answers
from counterask.counter_asks.positions import position_of
from counterask.counter_asks.sentences import Speaker, book
from counterask.inputs.levers import LANGUAGES, LEVER_BY_NAME, LEVERS, Lever
from counterask.inputs.terms import CompanyLever
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority, Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict

from ..counter_deals import example, rules_of, worked_quote

WORKED = worked_quote()
EN, DE = (Speaker(WORKED.deal, language, "EUR") for language in LANGUAGES)
FORMS = ("can", "do", "get")
SAID = ("said", "none", "zero", "one", "year", "negative", "yes", "no", "metered", "counted")
PLACEHOLDERS = {"to", "to_accusative", "to_dative", "line", "name", "counted"}


def sample_levels(lever: Lever) -> list[float]:
    quantity = lever.quantity
    levels = [quantity.sample, quantity.lowest, 1.0, 3.0, 12.0, 0.125]
    found = [level for level in levels if quantity.fault(level) is None]
    return [*found, math.inf] if quantity.none_means else found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_every_lever_can_be_said_in_every_form_at_every_level(lever: Lever, language: str) -> None:
    speaker = Speaker(WORKED.deal, language, "EUR")
    assert speaker.lever(lever.name)
    lines = [line.name for line in WORKED.deal.lines if line.kind in lever.kinds] or [None]
    for line in lines:
        for level in sample_levels(lever):
            assert speaker.level(lever.name, level)
            for form in FORMS:
                said = speaker.phrase(form, Change(lever.name, line, level))
                assert said and "{" not in said and "  " not in said
                assert "inf" not in said.split() and "nan" not in said.split()
                assert line is None or line in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lever_of_the_companys_own_can_be_said(language: str) -> None:
    own = CompanyLever("training day", "days", -900.0, 1.0, None, 1.0, True, False)
    speaker = Speaker(replace(WORKED.deal, company_levers=(own,)), language)
    for form in FORMS:
        said = speaker.phrase(form, Change("training day", None, 3.0))
        assert "training days" in said and ("three" in said or "drei" in said)
        assert "training day" in speaker.phrase(form, Change("training day", None, 0.0))


@pytest.mark.parametrize(
    ("language", "unit", "one", "many"),
    [
        ("en", "conversions", "1 conversion", "4 conversions"),
        ("en", "weeks", "1 week", "4 weeks"),
        ("en", "case studies", "1 case study", "4 case studies"),
        ("en", "boxes", "1 box", "4 boxes"),
        ("en", "classes", "1 class", "4 classes"),
        ("en", "glass", "1 glass", "4 glass"),
        ("de", "Wochen", "1 Woche", "4 Wochen"),
        ("de", "Schulungen", "1 Schulung", "4 Schulungen"),
        ("de", "Tage", "1 Tag", "4 Tage"),
        ("de", "", "1", "4"),
    ],
)
def test_one_of_the_companys_own_units_is_said_in_the_singular(language: str, unit: str, one: str, many: str) -> None:
    own = CompanyLever("own", unit, -900.0, 1.0, None, 1.0, True, False)
    speaker = Speaker(replace(WORKED.deal, company_levers=(own,)), language)
    assert speaker.level("own", 1.0) == one
    assert speaker.level("own", 4.0) == many


@pytest.mark.parametrize(
    ("name", "unit", "level", "english", "german"),
    [
        ("Workshop day", "days", 3.0, "you can have three Workshop days", "Sie können drei Workshop days haben"),
        ("Workshop day", "days", 1.0, "you can have one Workshop day", "Sie können 1 Workshop day haben"),
        ("Case study", "studies", 15.0, "you can have 15 Case studies", "Sie können 15 Case studies haben"),
        ("Workshoptag", "Tage", 2.0, "you can have two Workshoptage", "Sie können zwei Workshoptage haben"),
        ("Fee", "conversions", 5.0, "we can set Fee at 5 conversions", "wir können Fee auf 5 conversions festlegen"),
        ("Fee", "", 5.0, "we can set Fee at 5", "wir können Fee auf 5 festlegen"),
    ],
)
def test_a_company_lever_is_counted_by_its_name_where_that_ends_with_its_unit(
    name: str, unit: str, level: float, english: str, german: str
) -> None:
    own = CompanyLever(name, unit, -900.0, 1.0, None, 1.0, True, False)
    deal = replace(WORKED.deal, company_levers=(own,))
    said = [Speaker(deal, language).phrase("can", Change(name, None, level)) for language in LANGUAGES]
    assert said == [english, german]


@pytest.mark.parametrize(
    ("line", "english", "german"),
    [
        ("Seats", "350 Seats", "350 Seats"),
        ("Lizenzen", "350 units of Lizenzen", "350 Lizenzen"),
        ("Seats, all clinics", "350 units of Seats, all clinics", "350 Einheiten von Seats, all clinics"),
        ("API calls (1,000)", "350 units of API calls (1,000)", "350 Einheiten von API calls (1,000)"),
        ("Care Suite seat", "350 units of Care Suite seat", "350 Einheiten von Care Suite seat"),
        ("Access", "350 units of Access", "350 Einheiten von Access"),
    ],
)
def test_a_line_is_counted_by_its_name_only_where_that_is_a_plural(line: str, english: str, german: str) -> None:
    deal = replace(WORKED.deal, lines=(replace(WORKED.deal.lines[0], name=line),))
    said = [Speaker(deal, language).phrase("get", Change("quantity", line, 350.0)) for language in LANGUAGES]
    assert said == [f"you take {english}", f"Sie {german} abnehmen"]


def test_no_sentence_says_of_a_support_level_that_it_was_agreed() -> None:
    """It was only asked for, or nobody has spoken of it yet."""
    for speaker in (EN, DE):
        asked = Change("support_cost", "seats", 6.0)
        said = [speaker.phrase(form, asked) for form in FORMS]
        said += [speaker.no_but([asked], [replace(asked, to=5.0)], [Change("commitment", None, 0.9)])]
        said += LEVER_BY_NAME["support_cost"].words(speaker.language).promised or ()
        assert not [one for one in said if "agreed" in one or "vereinbart" in one]
    assert EN.no_but([asked], [replace(asked, to=5.0)], [Change("commitment", None, 0.9)]) == (
        "No, we can't go that far; we can give a different support level for seats, if you commit to 90% of the volume."
    )


def test_both_languages_have_words_for_the_same_things() -> None:
    english, german = (book(language) for language in LANGUAGES)
    assert set(english) == set(german)
    for group in ("sentences", "agrees", "authority", "table", "numbers"):
        assert set(english[group]) == set(german[group]), group
    assert set(english["company_lever"]) == set(german["company_lever"])


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_a_lever_is_said_in_both_languages_in_the_same_cases(lever: Lever) -> None:
    both = [lever.words(language) for language in LANGUAGES]
    for name in (*SAID, "promised", "paper", "none_word", "values"):
        assert len({bool(getattr(words, name)) for words in both}) == 1, name
    for words in both:
        assert words.name
        assert bool(words.none_word) == bool(lever.quantity.none_means)
        assert words.said or (words.yes and words.no), "a change to some level cannot be said"
        for said in (getattr(words, name) for name in SAID if getattr(words, name)):
            assert len(said) == 3 and all(said)
            assert set(re.findall(r"{(\w+)}", " ".join(said))) <= PLACEHOLDERS
        if words.paper is not None:
            assert not lever.shown_with, "its row would be shown twice"


@pytest.mark.parametrize(
    ("lever", "level", "english", "german"),
    [
        ("term_months", 48.0, "four years", "vier Jahre"),
        ("term_months", 18.0, "18 months", "18 Monate"),
        ("term_months", 12.0, "one year", "ein Jahr"),
        ("term_months", 180.0, "15 years", "15 Jahre"),
        ("payment_days", 60.0, "60 days", "60 Tage"),
        ("liability_cap_multiple", 2.0, "2× annual value", "2× Jahreswert"),
        ("liability_cap_multiple", math.inf, "unlimited", "unbegrenzt"),
        ("uplift_cap", math.inf, "uncapped", "unbegrenzt"),
        ("commitment", 0.9, "90%", "90 %"),
        ("discount", 0.125, "12.5%", "12,5 %"),
        ("quantity", 12345.0, "12,345", "12.345"),
        ("support_cost", 1234.5, "EUR 1,234.50", "1.234,50 EUR"),
        ("billing_months", 3.0, "quarterly", "vierteljährlich"),
        ("billing_months", 4.0, "every four months", "alle vier Monate"),
        ("billing_in_advance", 1.0, "yes", "ja"),
        ("tfc_fee_months", 2.0, "2 monthly fees", "2 Monatsgebühren"),
        ("term_months", math.nan, "", ""),
    ],
)
def test_levels_are_said_as_a_person_says_them(lever: str, level: float, english: str, german: str) -> None:
    assert EN.level(lever, level) == english
    assert DE.level(lever, level) == german


def test_the_two_answers_read_as_they_are_meant_to() -> None:
    pay, term = Change("payment_days", None, 60.0), Change("term_months", None, 48.0)
    assert EN.yes_and([pay], [term]) == "Yes, you can pay in 60 days, if the term is four years."
    assert DE.yes_and([pay], [term]) == "Ja, Sie können in 60 Tagen zahlen, wenn die Laufzeit vier Jahre beträgt."
    unlimited, twice = (Change("liability_cap_multiple", None, to) for to in (math.inf, 2.0))
    commit = Change("commitment", None, 0.9)
    assert EN.no_but([unlimited], [twice], [commit]) == (
        "No, we can't take unlimited liability; we can take liability up to twice the annual value, "
        "if you commit to 90% of the volume."
    )
    assert DE.no_but([unlimited], [twice], [commit]) == (
        "Nein, unbegrenzt haften können wir nicht; wir können bis 200 % des Jahreswerts haften, "
        "wenn Sie 90 % der Menge fest zusagen."
    )


@pytest.mark.parametrize(
    ("level", "english", "german"),
    [
        (0.1, "10% of the annual value", "10 % des Jahreswerts"),
        (1.0, "the annual value", "100 % des Jahreswerts"),
        (1.5, "one and a half times the annual value", "150 % des Jahreswerts"),
        (5.0, "5 times the annual value", "5 Jahreswerte"),
    ],
)
def test_a_multiple_of_fees_can_be_read_out(level: float, english: str, german: str) -> None:
    ask = Change("liability_cap_multiple", None, level)
    assert EN.phrase("can", ask) == f"our liability can go up to {english}"
    assert DE.phrase("do", ask) == f"bis {german} haften"
    assert EN.level("liability_cap_multiple", level).endswith("× annual value")


def test_one_month_is_typed_as_a_number_as_all_others() -> None:
    assert EN.typed("free_months", 1.0) == "1 month" and DE.typed("free_months", 1.0) == "1 Monat"
    assert EN.level("free_months", 1.0) == "one month" and DE.level("free_months", 1.0) == "ein Monat"


@pytest.mark.parametrize(
    ("form", "lever", "line", "level", "english", "german"),
    [
        ("can", "free_months", None, 12.0, "the first year can be free", "das erste Jahr kann frei sein"),
        ("get", "free_months", None, 24.0, "only the first two years are free", "nur die ersten zwei Jahre frei sind"),
        ("get", "billing_months", None, 24.0, "we bill every two years", "wir alle zwei Jahre abrechnen"),
        ("get", "discount", "seats", 0.0, "you pay the list price for seats", "Sie für seats den Listenpreis zahlen"),
        (
            "can",
            "quantity",
            "seats",
            1.0,
            "you can take a single unit of seats",
            "Sie können eine einzige Einheit von seats abnehmen",
        ),
        ("get", "quantity", "seats", 380.0, "you take 380 seats", "Sie 380 seats abnehmen"),
        (
            "get",
            "quantity",
            "usage",
            22000.0,
            "you use 22,000 units of usage a month",
            "Sie 22.000 Einheiten von usage im Monat abnehmen",
        ),
        ("get", "quantity", "setup", 2.0, "you take 2 units of setup", "Sie 2 Einheiten von setup abnehmen"),
        ("get", "discount", "usage", 0.01, "the discount on usage is 1%", "der Rabatt auf usage 1 % beträgt"),
        (
            "get",
            "tfc_fee_months",
            None,
            1.0,
            "leaving early costs one monthly fee",
            "eine vorzeitige Kündigung eine Monatsgebühr kostet",
        ),
        (
            "can",
            "tfc_fee_months",
            None,
            2.5,
            "leaving early can cost 2.5 monthly fees",
            "eine vorzeitige Kündigung kann 2,5 Monatsgebühren kosten",
        ),
        (
            "get",
            "uplift_cap",
            None,
            -0.02,
            "prices have to fall by only 2% a year",
            "die Preise jährlich nur um 2 % fallen müssen",
        ),
        ("get", "months_brought_forward", None, 0.0, "delivery stays as planned", "wir wie geplant liefern"),
        (
            "can",
            "foreign_share",
            None,
            1.0,
            "you can pay all fees in your currency",
            "Sie können alle Gebühren in Ihrer Währung zahlen",
        ),
        (
            "get",
            "ramp_months",
            "seats",
            1.0,
            "you reach the full quantity of seats within one month",
            "Sie innerhalb von einem Monat die volle Menge bei seats erreichen",
        ),
        (
            "do",
            "exclusivity_months",
            None,
            3.0,
            "turn your rivals away for three months",
            "drei Monate lang auf Ihre Wettbewerber verzichten",
        ),
    ],
)
def test_changes_are_said_as_a_person_says_them(
    form: str, lever: str, line: str | None, level: float, english: str, german: str
) -> None:
    change = Change(lever, line, level)
    assert EN.phrase(form, change) == english
    assert DE.phrase(form, change) == german


def test_what_is_refused_is_refused_in_good_german() -> None:
    rebate, less = (Change("rebate_rate", None, rate) for rate in (0.05, 0.04))
    assert DE.no_but([rebate], [less], [Change("payment_days", None, 30.0)]) == (
        "Nein, einen Mengenbonus von 5 % geben können wir nicht; wir können einen Mengenbonus von 4 % geben, "
        "wenn Sie in 30 Tagen zahlen."
    )


def test_whoever_must_agree_is_named() -> None:
    said = EN.yes_and([Change("payment_days", None, 60.0)], [Change("term_months", None, 36.0)], Authority.MANAGER)
    assert said == "Yes, you can pay in 60 days, if the term is three years and my manager agrees."


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        Speaker(WORKED.deal, "fr").level("term_months", 12.0)


# ---- the answers are true


@pytest.mark.parametrize("name", ["staffing", "software", "industrial_supply"])
def test_every_no_but_is_a_negotiation_that_a_rep_may_grant_alone_or_says_who_must_agree(name: str) -> None:
    quote = example(name)
    rules = rules_of(quote)
    speaker = Speaker(quote.deal, "en", quote.policy.currency)
    checked = 0
    for place, trade in enumerate(quote.trades):
        found = answer(quote.deal, quote.trades, trade.id, rules, speaker)
        for one in found.answers:
            assert bool(one.yes_and) == one.counter_ask.is_reachable
            assert not one.counter_ask.is_reachable or one.no_but
            if one.offered:
                offered = Trade("offer", Response.YES, one.offered, one.in_return)
                after = ledger(quote.deal, [*quote.trades[:place], offered], rules).trades[place]
                assert after.verdict == Verdict.NEGOTIATION
                assert after.authority == Authority.REP
                checked += 1
    assert checked


def test_no_more_is_offered_than_was_asked() -> None:
    rules = rules_of(WORKED)
    assert rules.limits is not None
    row = Limit("free_months", None, 2.0, 4.0, step=1.0)
    rules = replace(rules, limits=Limits((*rules.limits.rows, row)))
    for asked, offered in ((6.0, 2.0), (2.0, 1.0)):
        found = answer(WORKED.deal, (), Change("free_months", None, asked), rules, EN)
        assert found.offer is not None
        assert found.offer.trade.asks == (Change("free_months", None, offered),)
    one_step = answer(WORKED.deal, (), Change("free_months", None, 1.0), rules, EN)
    assert one_step.offer is None
    assert one_step.answers[0].no_but.startswith("Not like this; the first month can be free, but only if")


def test_a_blocked_ask_is_still_answered_with_no_but() -> None:
    rules = rules_of(WORKED)
    assert rules.limits is not None
    row = Limit("free_months", None, 2.0, 3.0, 4.0, step=1.0)
    rules = replace(rules, limits=Limits((*rules.limits.rows, row)))
    found = answer(WORKED.deal, (), Change("free_months", None, 6.0), rules, EN)
    assert found.position.obstacle is not None
    first = found.answers[0]
    assert first.yes_and == "" and first.no_but.startswith("No, we can't give you the first six months free; we can")


def test_a_yes_and_names_the_counter_asks_that_are_entered_already() -> None:
    rules = replace(rules_of(WORKED), policy=Policy(1.0))
    trade = Trade("T", Response.YES, (Change("discount", "seats", 0.11),), (Change("payment_days", None, 40.0),))
    found = answer(WORKED.deal, [trade], "T", rules, EN)
    reachable = [one for one in found.answers if one.counter_ask.is_reachable]
    assert reachable and all("you pay in 40 days" in one.yes_and for one in reachable)


def test_the_sentences_of_a_bundle_name_all_of_it() -> None:
    quote = example("staffing")
    rules = rules_of(quote)
    speaker = Speaker(quote.deal, "en", "EUR")
    found = answer(quote.deal, quote.trades, "T1", rules, speaker)
    for one in bundle_answers(found, speaker, most=5):
        for counter in one.bundle.counters:
            assert speaker.phrase("get", counter) in one.yes_and
        assert one.no_but


def test_rules_without_limits_have_nothing_to_say() -> None:
    found = answer(WORKED.deal, (), Change("payment_days", None, 75.0), Rules(), EN)
    assert found.answers == ()
    assert position_of(WORKED.deal, (), Change("payment_days", None, 75.0), Rules()).required > 0.0
