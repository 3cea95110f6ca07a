"""Bad input as JSON: every fault has its place and its sentence, all of them at once, and nothing ever raises."""
# ruff: noqa: E501

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import TERM_LEVERS
from counterask.reading.deal_json import document_of, read_deal
from counterask.result_tables.answer import result
from counterask.verdicts.ledger import ledger
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Rules

WORKED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "worked_deal.json").read_text(encoding="utf-8")
)
Document = dict[str, Any]


def worked(**changes: Any) -> Document:
    """The worked deal with top-level parts replaced."""
    document = copy.deepcopy({key: value for key, value in WORKED.items() if key != "expected"})
    return document | changes


def with_value(path: str, value: Any) -> Document:
    """The worked deal with one value replaced; the path is dotted, a number is a place in a list."""
    document = worked()
    *parents, last = path.split(".")
    spot: Any = document
    for part in parents:
        spot = spot[int(part)] if isinstance(spot, list) else spot[part]
    if isinstance(spot, list):
        spot[int(last)] = value
    else:
        spot[last] = value
    return document


def sentences(document: Any) -> list[str]:
    return [str(problem) for problem in read_deal(document).problems]


ONE_FAULT: list[tuple[str, Any, str]] = [
    ("terms.payment_days", "net 60", 'terms.payment_days (payment_days): found the text "net 60", expected a number (days) from 0 to 365. Type 60.'),
    ("terms.term_months", -24, "terms.term_months (term_months): found -24, which is less than 1, expected a whole number (months) from 1 to 600."),
    ("terms.term_months", 24.5, "terms.term_months (term_months): found 24.5, which is not a whole number, expected a whole number (months) from 1 to 600."),
    ("lines.0.discount", 12, "lines[0].discount (discount): found 12, which is more than 1, expected a share from 0% to 100%. Type 12% (or 0.12) if 12 percent is meant."),
    ("terms.foreign_share", 1.01, "terms.foreign_share (foreign_share): found 1.01, which is more than 1, expected a share from 0% to 100%. Type 1.01% (or 0.0101) if 1.01 percent is meant."),
    ("assumptions.horizon_months", 70, "assumptions.horizon_months (horizon_months): found 70, expected whole years: a multiple of 12 months. Type 60."),
    ("terms.billing_in_advance", 2, "terms.billing_in_advance (billing_in_advance): found 2, which is more than 1, expected yes or no."),
    ("terms.billing_in_advance", "maybe", 'terms.billing_in_advance (billing_in_advance): found the text "maybe", expected yes or no.'),
    ("terms.payment_days", True, "terms.payment_days (payment_days): found TRUE, expected a number (days) from 0 to 365."),
    ("terms.payment_days", None, 'terms.payment_days (payment_days): found "none", expected a number (days) from 0 to 365. Type 0 where nothing is meant.'),
    ("terms.payment_days", [45], 'terms.payment_days (payment_days): found a list, expected a number (days) from 0 to 365.'),
    ("terms.payment_days", {"days": 45}, 'terms.payment_days (payment_days): found an object, expected a number (days) from 0 to 365.'),
    ("terms.payment_days", "#DIV/0!", "terms.payment_days (payment_days): found the error #DIV/0!, expected a number (days) from 0 to 365. Correct the formula, or type the value."),
    ("terms.payment_days", math.inf, "terms.payment_days (payment_days): found an infinite number, expected a number (days) from 0 to 365."),
    ("terms.payment_days", 10**400, "terms.payment_days (payment_days): found an infinite number, expected a number (days) from 0 to 365."),
    ("terms.liability_cap_multiple", -(10**400), 'terms.liability_cap_multiple (liability_cap_multiple): found an infinite number, expected a number (x ACV) from 0 to 1,000, or "none" (unlimited liability).'),
    ("terms.pay_days", 45, 'terms.pay_days: found "pay_days", expected the name of a term or of a company lever. Correct or clear the row.'),
    ("assumptions.inflations", 0.1, 'assumptions.inflations: found "inflations", expected the name of an assumption. Correct or clear the row.'),
    ("policy", {"ratio": 1}, 'policy.ratio: found "ratio", expected the name of a policy. Correct or clear the row.'),
    ("policy", {"required_ratio": -1}, "policy.required_ratio (required_ratio): found -1, which is less than 0, expected a number from 0 to 100."),
    ("policy", [1], "policy: found a list, expected an object of names and numbers."),
    ("terms", 5, "terms: found a number, expected an object of names and numbers."),
    ("assumptions", None, "assumptions: found null, expected an object of names and numbers."),
    ("lines", {"seats": 1}, "lines: found an object, expected a list of objects."),
    ("trades", "none", "trades: found a text, expected a list of objects."),
    ("limits", 1.5, "limits: found a number, expected a list of objects."),
    ("trades.0", "payment_days", "trades[0]: found a text, expected an object."),
    ("lines.0.kind", "rental", 'lines[0].kind (kind): found "rental", expected recurring or metered or one-off. Choose one from the list.'),
    ("lines.0.kind", None, 'lines[0].kind (kind): found no kind, expected recurring or metered or one-off. Choose one from the list.'),
    ("lines.1.name", "seats", 'lines[1].name (name): found "seats" twice, expected each line\'s name once. Rename one of the lines.'),
    ("lines.1.name", None, "lines[1].name (name): found a line without a name, expected a name. Name the line."),
    ("lines.0.lst_price", 3, 'lines[0].lst_price: found the name "lst_price", expected a name of this table. Correct or remove it.'),
    ("trades.0.asks.0.lever", "payment_dayz", 'trades[0].asks[0].lever (lever): found "payment_dayz", which is no lever, expected the name of a lever. Choose one from the list.'),
    ("trades.0.asks.0.line", "seats", 'trades[0].asks[0].line (line): "payment_days" belongs to no line, but found the line "seats", expected a blank cell. Clear the line cell.'),
    ("trades.1.asks.0.line", None, 'trades[1].asks[0].line (line): "discount" belongs to a line, but found none, expected a line (seats, usage, setup). Choose the line.'),
    ("trades.1.asks.0.line", "chairs", 'trades[1].asks[0].line (line): found the line "chairs", which the quote does not have, expected one of: seats, usage, setup. Choose the line.'),
    ("trades.0.asks.0", {"lever": "support_cost", "line": "usage", "to": 1}, 'trades[0].asks[0].line (line): "support_cost" belongs to a recurring line, but "usage" is metered, expected one of: seats. Choose another line or lever.'),
    ("trades.0.asks.0.to", "sixty", 'trades[0].asks[0].to (payment_days): found the text "sixty", expected a number (days) from 0 to 365.'),
    ("trades.0.asks.0.to", 400, "trades[0].asks[0].to (payment_days): found 400, which is more than 365, expected a number (days) from 0 to 365."),
    ("trades.0.asks.0.too", 60, 'trades[0].asks[0].too: found the name "too", expected lever, line or to. Correct or remove it.'),
    ("trades.0.ask", [], 'trades[0].ask: found the name "ask", expected id, response, asks, counters or reason. Correct or remove it.'),
    ("trades.0.response", "perhaps", 'trades[0].response (response): found "perhaps", expected yes, and / no, but / stall. Choose one from the list.'),
    ("trades.1.id", "D1", 'trades[1].id (trade): found "D1" a second time (first at trades[0].id), expected each trade\'s id once, or again with a counter-ask only. Give one of the two another id, or clear the ask and the response here.'),
    ("trades.0.id", None, "trades[0].id: found no id, expected a text such as T1."),
    ("trades.0.id", " ", "trades[0].id: found no id, expected a text such as T1."),
    ("trades.0.id", ["D1"], "trades[0].id: found a list, expected a text such as T1."),
    ("trades.0.asks", [], 'trades[0].counters[0].lever (counter_ask): found a counter-ask in D1, but no ask, expected what the client asks for. Choose the ask.'),
    ("trades.0", {"id": "T9", "response": "yes"}, "trades[0].asks: found no ask, expected what the client asks for."),
    ("trades.0.asks", {"lever": "payment_days"}, "trades[0].asks: found an object, expected a list of objects."),
    ("currency", 978, "currency: found a number, expected a text such as EUR."),
    ("limits", [{"lever": "payment_days", "rep_to": "x"}], 'limits[0].rep_to (rep_to): found the text "x", expected a number (days) from 0 to 365.'),
    ("limits", [{"rep_to": 60}], "limits[0].lever (lever): found no lever, expected the name of a lever. Choose one from the list or clear the row."),
    ("limits", [{"lever": "nonsense", "rep_to": 60}], 'limits[0].lever (lever): found "nonsense", which is no lever, expected the name of a lever. Choose one from the list, or give amount_per_unit to make it a company lever.'),
    ("limits", [{"lever": "payment_days", "rep_to": 90, "manager_to": 60}], "limits[0].rep_to (rep_to): found 90, which goes beyond manager_to 60, expected no more than manager_to. Swap or correct them."),
    ("limits", [{"lever": "payment_days", "expires": "soon"}], 'limits[0].expires (expires): found "soon", expected a date. Type a date such as 2026-12-31.'),
    ("limits", [{"lever": "payment_days"}, {"lever": "Payment days"}], 'limits[1].lever (lever): found "Payment days" twice, expected one row a lever, line and segment. Clear one of the rows.'),
    ("limits", [{"lever": "payment_days", "line": "seats"}], 'limits[0].line (line): found "seats", but payment_days holds for the whole deal, expected a blank cell. Clear the line cell.'),
    ("limits", [{"lever": "inflation", "amount_per_unit": 5, "month_from": 1, "probability": 1}], 'limits[0].lever (lever): found "inflation", which is the name of another input, expected a name of its own. Rename the lever.'),
    ("limits", [{"lever": "Training day", "amount_per_unit": 5, "month_from": 9, "month_to": 3, "probability": 1}], "limits[0].month_to (month_to): found 3, which lies before month_from 9, expected a month from 9 on. Swap or correct them."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "sentence"), ONE_FAULT, ids=[f"{path} {str(value)[:30]}" for path, value, _ in ONE_FAULT]
)
def test_a_fault_is_told_in_one_sentence_with_its_place(path: str, value: Any, sentence: str) -> None:
    assert sentence in sentences(with_value(path, value))


@pytest.mark.parametrize(
    ("path", "value", "remedy"),
    [
        ("terms.payment_days", "60", "Type 60 as a number, not as text."),
        ("terms.payment_days", "net 60", "Type 60."),
        ("terms.payment_days", "2/10 net 30", ""),
        ("terms.payment_days", "12%", ""),
        ("lines.0.discount", "0.12", "Type 0.12 as a number, not as text (0,12 where the decimal sign is a comma)."),
        ("lines.0.list_price", "1,250,000.50", "Type 1250000.50 (1250000,50 where the decimal sign is a comma)."),
        ("lines.0.list_price", "12,50", "Type 12.50 (12,50 where the decimal sign is a comma)."),
        ("lines.0.list_price", "1.250", "1250 or 1.25? Type the number without a thousands separator."),
        ("lines.0.list_price", "1.250,00 GBP", "Type 1250.00 (1250,00 where the decimal sign is a comma)."),
        ("lines.0.list_price", "...", ""),
        ("terms.rebate_threshold", 105, "Type 105% (or 1.05) if 105 percent is meant."),
        ("terms.rebate_threshold", 5000, ""),
    ],
)
def test_a_number_that_can_be_made_out_is_offered(path: str, value: Any, remedy: str) -> None:
    (found,) = [one for one in read_deal(with_value(path, value)).problems]
    assert found.remedy == remedy


def test_the_worked_deal_has_no_fault() -> None:
    assert sentences(worked()) == []


@pytest.mark.parametrize("document", [None, 5, "x", [], [1], True, {}])
def test_what_is_no_deal_is_told(document: Any) -> None:
    found = sentences(document)
    assert found
    assert all(sentence.endswith(".") for sentence in found)


def test_all_faults_are_told_at_once_and_in_order() -> None:
    document = worked()
    document["lines"][0]["discount"] = 12
    document["terms"]["payment_days"] = "net 60"
    document["terms"]["term_months"] = -3
    document["assumptions"]["horizon_months"] = 70
    document["trades"][0]["asks"][0]["lever"] = "payment_dayz"
    document["trades"][2]["id"] = "D2"
    found = sentences(document)
    places = [sentence.split(" ")[0].rstrip(":") for sentence in found]
    assert places == [
        "lines[0].discount",
        "terms.term_months",
        "terms.payment_days",
        "trades[0].asks[0].lever",
        "trades[2].id",
        "assumptions.horizon_months",
    ]


def test_unlimited_liability_without_a_mean_is_told_as_having_no_price() -> None:
    document = with_value("terms.liability_cap_multiple", None)
    document["assumptions"]["risk_load"] = 0.5
    (found,) = sentences(document)
    assert found.startswith("terms.liability_cap_multiple (liability_cap_multiple): unlimited liability has no finite")


def test_a_quote_and_limits_in_two_currencies_are_told() -> None:
    (found,) = sentences(worked(currency="EUR", policy={"currency": "USD"}))
    assert found.startswith("policy.currency (currency): found USD, but the quote is in EUR")
    assert sentences(worked(currency="EUR", policy={"currency": "eur"})) == []


@pytest.mark.parametrize("lever", [lever.name for lever in TERM_LEVERS])
def test_a_term_that_is_left_out_is_unknown_and_no_fault(lever: str) -> None:
    document = worked()
    document["terms"].pop(lever, None)
    assert sentences(document) == []


@pytest.mark.parametrize("name", [quantity.name for quantity in ASSUMPTIONS])
def test_an_assumption_that_is_left_out_is_unknown_and_no_fault(name: str) -> None:
    document = worked()
    document["assumptions"].pop(name, None)
    assert sentences(document) == []


def test_a_trade_without_an_id_is_not_taken_for_a_part_of_the_one_before() -> None:
    document = worked()
    del document["trades"][1]["id"]
    assert "trades[1].id: found no id, expected a text such as T1." in sentences(document)


def test_two_trades_of_one_id_are_told_where_the_second_leaves_its_response_out() -> None:
    document = worked()
    document["trades"][1]["id"] = "D1"
    del document["trades"][1]["response"]
    assert any('found "D1" a second time' in sentence for sentence in sentences(document))


def test_names_with_quotes_emoji_and_other_scripts_are_names() -> None:
    document = worked()
    name = """O'Brien "Ünïcode" 🎯 座席, {x} [1] % \\ /"""
    document["lines"][0]["name"] = name
    for trade in document["trades"]:
        for change in (*trade["asks"], *trade["counters"]):
            if change.get("line") == "seats":
                change["line"] = name
    document["trades"][0]["id"] = "T'1 🎉"
    quote = read_deal(document)
    assert quote.problems == ()
    assert read_deal(json.loads(json.dumps(document_of(quote)))).deal == quote.deal
    assert ledger(quote.deal, quote.trades).change == pytest.approx(WORKED["expected"]["change_all_trades"], abs=0.005)


def test_ten_thousand_trades_are_read_and_valued_and_parts_still_add_up() -> None:
    document = worked(trades=[])
    for number in range(10_000):
        days = 30 + number % 60
        document["trades"].append(
            {
                "id": f"T{number}",
                "response": "yes",
                "asks": [{"lever": "payment_days", "to": days}],
                "counters": [{"lever": "term_months", "to": 24 + number % 7}],
            }
        )
    quote = read_deal(document)
    assert quote.problems == ()
    found = ledger(quote.deal, quote.trades)
    assert len(found.trades) == 10_000
    assert math.fsum(trade.net for trade in found.trades) == pytest.approx(found.change, abs=0.005)
    shares = fair_shares(quote.deal, quote.trades)
    assert shares.sampled_orders > 0
    assert math.fsum(share.net for share in shares.shares) == pytest.approx(found.change, abs=0.005)


def test_ten_thousand_faulty_trades_are_all_told() -> None:
    document = worked(trades=[])
    for number in range(10_000):
        document["trades"].append(
            {"id": f"T{number % 5000}", "asks": [], "counters": [{"lever": "term_months", "to": 0}]}
        )
    found = sentences(document)
    assert sum("a second time" in sentence for sentence in found) == 5_000
    assert sum("found 0, which is less than 1" in sentence for sentence in found) == 10_000


# ---- whatever the document holds

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["none", "#N/A", "yes", "stall", "payment_days", "seats", "recurring", "12%", "2026-01-31", "D1"])
    | st.sampled_from([10**4000, -(10**4000), 1e308, -1e308, 5e-324, 2**63])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a document."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += spots(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += spots(item, (*path, number))
    return found


FULL = worked(
    currency="EUR",
    client="Acme",
    policy={"required_ratio": 1.2, "soft_share_cap": 0.5, "manager_early_above": None, "currency": "EUR"},
    limits=[
        {"lever": "payment_days", "rep_to": 60, "manager_to": 75, "never_beyond": 120, "expires": "2030-01-01"},
        {"lever": "discount", "line": "seats", "rep_to": 0.1, "ask_up_to": 0, "soft": False, "owner": "sales"},
        {"lever": "liability_cap_multiple", "rep_to": 1, "never_beyond": None},
        {"lever": "Training day", "unit": "days", "amount_per_unit": -900, "month_from": 3, "month_to": 8}
        | {"probability": 0.9, "survives": False, "soft": True},
    ],
)
FULL["terms"]["Training day"] = 2
SPOTS = spots(FULL)


def check(document: Any) -> None:
    """Reading says what is wrong in sentences; what is not wrong is valued, and answers in strict JSON."""
    quote = read_deal(document)
    for problem in quote.problems:
        sentence = str(problem)
        assert problem.where and problem.found
        assert sentence.startswith(problem.where)
        assert len(sentence) < 900
    quote.unknown()
    if not quote.problems:
        rules = Rules(quote.limits, quote.policy)
        found = ledger(quote.deal, quote.trades, rules)
        answer = result(found, fair_shares(quote.deal, quote.trades, rules), quote.unknown())
        json.dumps(answer, allow_nan=False)
        json.dumps(document_of(quote), allow_nan=False)


def test_the_document_that_the_search_starts_from_is_sound() -> None:
    assert sentences(FULL) == []
    check(FULL)


@given(st.lists(st.tuples(st.sampled_from(SPOTS), ANYTHING), min_size=1, max_size=3))
def test_nothing_raises_whatever_stands_in_the_document(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = copy.deepcopy(FULL)
    for path, value in changes:
        spot: Any = document
        try:
            for part in path[:-1]:
                spot = spot[part]
            spot[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    check(document)


@given(st.sampled_from([path for path in SPOTS]), st.data())
def test_nothing_raises_whatever_is_left_out(path: tuple[Any, ...], data: st.DataObject) -> None:
    document = copy.deepcopy(FULL)
    spot: Any = document
    for part in path[:-1]:
        spot = spot[part]
    del spot[path[-1]]
    check(document)


@given(ANYTHING)
def test_nothing_raises_whatever_the_document_is(document: Any) -> None:
    check(document)


@given(
    st.dictionaries(
        st.sampled_from(["lines", "terms", "assumptions", "trades", "limits", "policy", "currency"]), ANYTHING
    )
)
def test_nothing_raises_whatever_its_parts_are(document: Any) -> None:
    check(document)
