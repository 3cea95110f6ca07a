"""Free training days: what they cost, who says what of them, and that quotes from before the lever keep their numbers.

`data/earlier` holds a small quote workbook that was built before there was the lever, and the numbers that it and the examples
gave.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterask.counter_asks.finder import find_counter_asks
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.shown import Context, shown_ledger
from counterask.explaining.explain import explain_trade
from counterask.inputs.terms import Deal
from counterask.pricing.components import COMPONENTS
from counterask.pricing.valuation import unknown_inputs, value_deal
from counterask.reading.deal_json import read_deal
from counterask.reading.quote import Quote
from counterask.result_tables.answer import result
from counterask.result_tables.views import component_change
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict
from counterask_addin.client_copy.agreed import agreed_of
from counterask_addin.client_copy.proposal import proposal_of
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import DRAWN_ON
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import COMPONENTS as COMPONENT_TABLE

from ..udfs.documents import WORKED_DEAL

EARLIER = Path(__file__).parents[1] / "data" / "earlier"
BEFORE: dict[str, Any] = json.loads((EARLIER / "numbers_before_training_days.json").read_text(encoding="utf-8"))
OLD_QUOTE = "quote_before_training_days.xlsx"
A_DAY = 850.0
DAYS, COST = (None, "training_days"), (None, "training_day_cost")


def worked(days: float = 0.0, cost: float = A_DAY) -> Deal:
    return read_deal(WORKED_DEAL).deal.with_inputs({DAYS: days, COST: cost})


def quote_of(name: str) -> Quote:
    return open_quote(EARLIER / name).quote if name == OLD_QUOTE else read_deal(load_example(name))


def test_days_cost_what_a_day_costs_in_the_middle_of_the_first_month() -> None:
    plain, given = value_deal(worked()), value_deal(worked(4.0))
    paid = -4.0 * A_DAY * (1.0 + worked().assumptions.cost_of_capital) ** (-0.5 / 12.0)
    assert given.total[0] - plain.total[0] == pytest.approx(paid, abs=1e-6)
    assert given.components["training"][0] == pytest.approx(paid, abs=1e-9)
    assert {key: given.components[key][0] for key in COMPONENTS if key != "training"} == {
        key: plain.components[key][0] for key in COMPONENTS if key != "training"
    }


def test_the_cost_of_a_day_is_needed_only_where_days_are_given() -> None:
    assert unknown_inputs(worked(0.0, math.nan)) == ()
    assert value_deal(worked(0.0, math.nan)).total[0] == value_deal(worked()).total[0]
    assert unknown_inputs(worked(2.0, math.nan)) == (COST,)
    assert unknown_inputs(worked(math.nan)) == (DAYS,)


@pytest.mark.parametrize("name", [*example_names(), OLD_QUOTE])
def test_a_quote_from_before_the_lever_gives_the_numbers_that_it_gave(name: str) -> None:
    quote, then = quote_of(name), BEFORE[name]
    assert quote.problems == () and (None, "training_days") not in (quote.places if name == OLD_QUOTE else {})
    shown = shown_ledger(quote, Context(DRAWN_ON))
    found = result(shown.ledger, fair_shares(quote.deal, quote.trades, shown.rules))
    for key in ("value", "value_now"):
        assert found[key] == pytest.approx(then[key], abs=1e-3)
    assert found["components"] == pytest.approx(then["components"], abs=1e-3)
    nets = {one["id"]: [one["cost"], one["worth"], one["net"], one["verdict"]] for one in found["ledger"]}  # type: ignore[attr-defined]
    for trade, (*numbers, verdict) in then["nets"].items():
        assert nets[trade][3] == verdict
        assert nets[trade][:3] == [None if one is None else pytest.approx(one, abs=1e-3) for one in numbers]
    shares = {one["id"]: one["net"] for one in found["shares"]}  # type: ignore[attr-defined]
    assert shares == {trade: None if net is None else pytest.approx(net, abs=1e-3) for trade, net in then["shares"].items()}


def test_the_sheet_of_an_older_quote_gets_the_rows_that_it_has_room_for() -> None:
    quote = quote_of(OLD_QUOTE)
    ledger = shown_ledger(quote, Context(DRAWN_ON)).ledger
    assert len(component_change(ledger, quote.places)) == len(COMPONENTS)  # all but the training, and the total
    rows = [row[0] for row in component_change(ledger, {**quote.places, DAYS: "Quote · B60"})]
    assert rows[-2:] == ["Free training", "Deal value"] and len(rows) == COMPONENT_TABLE.rows


def trade(*asks: Change) -> Trade:
    return Trade("T1", Response.YES, asks)


def test_json_asks_for_days_and_the_answer_lists_their_cost_only_then() -> None:
    asked = {"id": "T9", "asks": [{"lever": "training_days", "to": 3}], "counters": []}
    document = WORKED_DEAL | {"trades": [asked], "assumptions": WORKED_DEAL["assumptions"] | {"training_day_cost": A_DAY}}
    quote = read_deal(document)
    assert quote.problems == ()
    answer = result(shown_ledger(quote, Context(DRAWN_ON)).ledger, None)
    assert answer["components"]["training"] == 0.0  # type: ignore[index]
    assert answer["change"] == pytest.approx(-3 * A_DAY * (1 + quote.deal.assumptions.cost_of_capital) ** (-0.5 / 12))
    unknown = read_deal(document | {"assumptions": WORKED_DEAL["assumptions"]})
    (untold,) = shown_ledger(unknown, Context(DRAWN_ON)).ledger.trades
    assert untold.verdict == Verdict.CANNOT_TELL and "Training day cost" in untold.note


def test_the_finder_takes_days_back_and_the_explanation_names_them() -> None:
    limits = Limits((Limit("training_days", None, 5.0, 10.0, 20.0, step=1.0, ask_up_to=0.0, standard=6.0),))
    deal = worked(6.0)
    found = find_counter_asks(deal, (), Change("payment_days", None, deal.terms.payment_days + 1.0), Rules(limits, Policy(1.0)))
    (days,) = [one for one in found if one.lever == "training_days"]
    assert days.is_reachable and days.to is not None and days.to < 6.0
    quote = replace(read_deal(WORKED_DEAL), deal=worked(), trades=(trade(Change("training_days", None, 3.0)),))
    told = json.dumps([str(row) for row in explain_trade(shown_ledger(quote, Context(DRAWN_ON)), "T1").lines], ensure_ascii=False)
    assert "Free training" in told and "training days × cost of a day" in told


@pytest.mark.parametrize(
    ("language", "term", "sentence"),
    [("en", ("Training", "4 days, free of charge"), "give 4 days of free training"),
     ("de", ("Schulung", "4 Tage, kostenlos"), "4 Tage kostenlose Schulung geben")],
)  # fmt: skip
def test_the_client_reads_of_the_days_in_both_languages(language: str, term: tuple[str, str], sentence: str) -> None:
    assert Speaker(worked(), language, "EUR").phrase("do", Change("training_days", None, 4.0)) == sentence
    quote = replace(read_deal(WORKED_DEAL), deal=worked(4.0), trades=())
    terms = proposal_of(agreed_of(quote, shown_ledger(quote, Context(DRAWN_ON)).ledger), language).terms
    assert term in terms
    without = replace(quote, deal=worked())
    assert term[0] not in dict(proposal_of(agreed_of(without, shown_ledger(without, Context(DRAWN_ON)).ledger), language).terms)
