"""The worked deal, which an independent implementation of the valuation page has valued, number by number.

The contract is half a cent; the two agree far closer, and the tests hold them to that, so that a small error in a
convention does not hide in the rounding.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from counterask.pricing.components import COMPONENTS
from counterask.pricing.price_index import price_index
from counterask.pricing.scenarios import Scenarios
from counterask.pricing.valuation import value_deal, value_states
from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.quote import Quote
from counterask.result_tables.answer import result
from counterask.verdicts.ledger import ledger
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Verdict

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "worked_deal.json").read_text(encoding="utf-8")
)
EXPECTED: dict[str, Any] = DOCUMENT["expected"]
HALF_A_CENT = 0.005
CLOSE = 1e-6


@pytest.fixture(scope="module")
def quote() -> Quote:
    found = read_deal(DOCUMENT)
    assert found.problems == ()
    return found


def level(value: float | None) -> float:
    return math.inf if value is None else float(value)


def test_the_deal_has_the_worked_value(quote: Quote) -> None:
    assert value_deal(quote.deal).total[0] == pytest.approx(EXPECTED["value"], abs=CLOSE)


@pytest.mark.parametrize("component", EXPECTED["components"])
def test_each_component_has_the_worked_value(quote: Quote, component: str) -> None:
    found = value_deal(quote.deal).components[component][0]
    assert found == pytest.approx(EXPECTED["components"][component], abs=CLOSE)


def test_the_components_are_those_of_the_worked_deal_and_the_company_levers() -> None:
    always = {key for key, component in COMPONENTS.items() if not component.is_listed_if_used}
    assert always == set(EXPECTED["components"]) | {"company_levers"}


def test_the_answer_lists_a_later_component_only_where_the_deal_uses_it(quote: Quote) -> None:
    answer = result(ledger(quote.deal, quote.trades, quote.rules(None)), None)
    assert list(answer["components"]) == [key for key, one in COMPONENTS.items() if not one.is_listed_if_used]  # type: ignore[call-overload]


def test_the_contract_value_of_a_year_is_the_worked_one(quote: Quote) -> None:
    assert value_deal(quote.deal).acv[0] == pytest.approx(EXPECTED["acv"], abs=CLOSE)


def test_the_price_index_is_the_worked_one(quote: Quote) -> None:
    years = np.arange(len(EXPECTED["price_index"]), dtype=np.float64)[np.newaxis, :]
    found = price_index(Scenarios(quote.deal), years)[0]
    assert found == pytest.approx(EXPECTED["price_index"], abs=1e-12)


@pytest.mark.parametrize("change", EXPECTED["changes"], ids=lambda change: str(change["name"]))
def test_each_change_is_worth_what_the_worked_deal_says(quote: Quote, change: dict[str, Any]) -> None:
    after = {quote.deal.address(one["lever"], one.get("line")): level(one["to"]) for one in change["set"]}
    opening, changed = value_states(quote.deal, [{}, after]).total
    assert changed - opening == pytest.approx(change["value_change"], abs=CLOSE)


def test_the_ledger_is_the_worked_one(quote: Quote) -> None:
    found = ledger(quote.deal, quote.trades)
    assert found.change == pytest.approx(EXPECTED["change_all_trades"], abs=CLOSE)
    assert [trade.trade.id for trade in found.trades] == [row["id"] for row in EXPECTED["ledger"]]
    for trade, row in zip(found.trades, EXPECTED["ledger"], strict=True):
        for name in ("cost", "worth", "net"):
            assert getattr(trade, name) == pytest.approx(row[name], abs=CLOSE)
        assert trade.verdict is (Verdict.NEGOTIATION if row["net"] > 0.0 else Verdict.UNBALANCED)


def test_the_fair_shares_are_the_worked_ones(quote: Quote) -> None:
    found = fair_shares(quote.deal, quote.trades)
    assert found.sampled_orders == 0
    for share, row in zip(found.shares, EXPECTED["shares"], strict=True):
        assert share.trade.id == row["id"]
        for name in ("cost", "worth", "net"):
            assert getattr(share, name) == pytest.approx(row[name], abs=CLOSE)
        assert share.least_net <= share.net <= share.greatest_net


def test_the_answer_in_json_holds_the_worked_numbers(quote: Quote) -> None:
    answer: Any = json.loads(
        json.dumps(result(ledger(quote.deal, quote.trades), fair_shares(quote.deal, quote.trades)), allow_nan=False)
    )
    assert answer["value"] == pytest.approx(EXPECTED["value"], abs=HALF_A_CENT)
    assert answer["acv"] == pytest.approx(EXPECTED["acv"], abs=HALF_A_CENT)
    assert answer["change"] == pytest.approx(EXPECTED["change_all_trades"], abs=HALF_A_CENT)
    for name, worth in EXPECTED["components"].items():
        assert answer["components"][name] == pytest.approx(worth, abs=HALF_A_CENT)
    keys = {"id", "cost", "worth", "net", "shortfall", "verdict", "authority"}
    for table, more in (("ledger", set()), ("shares", {"least_net", "greatest_net", "depends_on_order"})):
        for row, expected in zip(answer[table], EXPECTED[table], strict=True):
            assert keys | more <= set(row)
            assert row["authority"] is None
            for name in ("cost", "worth", "net"):
                assert row[name] == pytest.approx(expected[name], abs=HALF_A_CENT)


def test_the_document_survives_a_round_trip(quote: Quote) -> None:
    again = read_deal(json.loads(json.dumps(document_of(quote), allow_nan=False)))
    assert again.problems == ()
    assert (again.deal, again.trades, again.policy, again.limits) == (
        quote.deal,
        quote.trades,
        quote.policy,
        quote.limits,
    )
