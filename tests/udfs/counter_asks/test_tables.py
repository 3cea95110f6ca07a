"""Counter-asks as rows of a sheet and as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from counterask.counter_asks.answers import answer, bundle_answers
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.tables import COLUMNS, bundle_document, bundle_table, counter_ask_document, counter_ask_table
from counterask.inputs.labels import label_of
from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.limits import Limit, Limits
from counterask.verdicts.trades import Change

from ..counter_deals import example, rules_of, worked_quote


def test_the_table_lists_what_is_enough_and_counts_the_others_in_one_row_in_every_language() -> None:
    quote = example("staffing")
    rules = rules_of(quote)
    for language in LANGUAGES:
        speaker = Speaker(quote.deal, language, "EUR")
        found = answer(quote.deal, quote.trades, "T2", rules, speaker)
        header, *rows = counter_ask_table(found, speaker)
        assert len(header) == len(COLUMNS) and all(header)
        reachable = [one for one in found.answers if one.counter_ask.is_reachable]
        assert reachable and [row[0] for row in rows] == [*range(1, len(reachable) + 1), ""]
        assert [row[10] for row in rows] == [*(one.yes_and for one in reachable), ""]
        assert str(rows[-1][1]).startswith(f"{len(found.answers) - len(reachable)} ")
        for row in rows:
            assert len(row) == len(COLUMNS)
            assert all(isinstance(cell, str) or math.isfinite(cell) for cell in row)
        pairs = bundle_table(bundle_answers(found, speaker, most=3), speaker)
        assert len(pairs) == 4 and all(len(row) == len(COLUMNS) for row in pairs)


def test_what_cannot_be_reached_says_so_with_the_best_net() -> None:
    quote = example("staffing")
    speaker = Speaker(quote.deal, "en", "EUR")
    found = answer(quote.deal, quote.trades, "T2", rules_of(quote), speaker)
    *_, last = counter_ask_table(found, speaker)
    others = [one.counter_ask for one in found.answers if not one.counter_ask.is_reachable]
    best = max((one for one in others if not math.isnan(one.best_net)), key=lambda one: one.best_net)
    assert str(last[4]).startswith(f"not reachable: best net {speaker.money(best.best_net, 0)} ({label_of(best.lever)}")


def test_where_nothing_is_enough_the_rows_are_those_with_something_to_offer_instead() -> None:
    quote = example("staffing")
    speaker = Speaker(quote.deal, "en", "EUR")
    found = answer(quote.deal, quote.trades, "T2", rules_of(quote), speaker)
    unreached = tuple(one for one in found.answers if not one.counter_ask.is_reachable)
    assert len(unreached) > 2
    offering = replace(unreached[0], no_but="No, but we can do half.")
    silent = tuple(replace(one, no_but="") for one in unreached[1:])
    rows = counter_ask_table(replace(found, answers=(offering, *silent)), speaker)[1:]
    assert [row[11] for row in rows] == ["No, but we can do half.", ""] and all(row[0] == "" for row in rows)
    (only,) = counter_ask_table(replace(found, answers=silent), speaker)[1:]
    assert only[1] == f"{len(silent)} levers: none is enough"


def test_json_holds_what_it_promises() -> None:
    quote = example("staffing")
    found = answer(quote.deal, quote.trades, "T2", rules_of(quote), Speaker(quote.deal, "en", "EUR"))
    document = json.loads(json.dumps(counter_ask_document(found, "EUR"), allow_nan=False))
    assert (document["trade"], document["currency"]) == ("T2", "EUR")
    assert document["required"] == pytest.approx(-document["cost"]) and document["asks"]
    rows = document["counter_asks"]
    promised = {"lever", "line", "from", "to", "worth", "net", "authority", "soft", "burden", "yes_and", "no_but"}
    for row in rows:
        assert promised <= set(row)
        assert (row["to"] is None) == ("best_net" in row)
    pairs = json.loads(json.dumps(bundle_document(bundle_answers(found, Speaker(quote.deal), most=2)), allow_nan=False))
    assert all(len(pair["counters"]) == 2 and pair["net"] >= -0.005 for pair in pairs)


def test_the_level_none_is_told_apart_from_not_reachable() -> None:
    worked = worked_quote()
    rules = replace(
        rules_of(worked),
        limits=Limits((Limit("tfc_from_month", None, standard=36.0, levels=(36.0, math.inf), ask_up_to=math.inf),)),
    )
    deal = worked.deal.with_inputs({(None, "tfc_from_month"): 36.0})
    speaker = Speaker(deal)
    found = answer(deal, (), Change("payment_days", None, 46.0), rules, speaker)
    assert counter_ask_document(found)["counter_asks"][0]["to"] == "none"
    assert counter_ask_table(found, speaker)[1][4] == "no such right"
