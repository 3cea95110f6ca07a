"""Counter-asks as rows of a sheet and as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from counterask.counter_asks.answers import answer, bundle_answers
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.tables import COLUMNS, bundle_document, bundle_table, counter_ask_document, counter_ask_table
from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.limits import Limit, Limits
from counterask.verdicts.trades import Change

from ..counter_deals import example, rules_of, worked_quote


def test_the_table_has_a_row_for_every_counter_ask_in_every_language() -> None:
    quote = example("staffing")
    rules = rules_of(quote)
    for language in LANGUAGES:
        speaker = Speaker(quote.deal, language, "EUR")
        found = answer(quote.deal, quote.trades, "T2", rules, speaker)
        header, *rows = counter_ask_table(found, speaker)
        assert len(header) == len(COLUMNS) and all(header)
        assert len(rows) == len(found.answers)
        for row, one in zip(rows, found.answers, strict=True):
            assert len(row) == len(COLUMNS)
            assert all(isinstance(cell, str) or math.isfinite(cell) for cell in row)
            assert (row[0] == "") == (not one.counter_ask.is_reachable)
        pairs = bundle_table(bundle_answers(found, speaker, most=3), speaker)
        assert len(pairs) == 4 and all(len(row) == len(COLUMNS) for row in pairs)


def test_what_cannot_be_reached_says_so_with_the_best_net() -> None:
    quote = example("staffing")
    speaker = Speaker(quote.deal, "en", "EUR")
    found = answer(quote.deal, quote.trades, "T2", rules_of(quote), speaker)
    unreached = [row for row in counter_ask_table(found, speaker)[1:] if row[0] == ""]
    assert unreached and all(str(row[4]).startswith("not reachable: best net EUR -") for row in unreached)


def test_json_holds_what_it_promises() -> None:
    quote = example("staffing")
    found = answer(quote.deal, quote.trades, "T2", rules_of(quote), Speaker(quote.deal, "en", "EUR"))
    rows = json.loads(json.dumps(counter_ask_document(found), allow_nan=False))
    promised = {"lever", "line", "from", "to", "worth", "net", "authority", "soft", "burden", "yes_and", "no_but"}
    for row in rows:
        assert promised <= set(row)
        assert (row["to"] is None) == ("best_net" in row)
    pairs = json.loads(json.dumps(bundle_document(bundle_answers(found, Speaker(quote.deal), most=2)), allow_nan=False))
    assert all(len(pair["counters"]) == 2 and pair["net"] >= -0.005 for pair in pairs)


def test_the_level_none_is_told_apart_from_not_reachable() -> None:
    worked = worked_quote()
    rules = replace(rules_of(worked), limits=Limits((Limit("tfc_from_month", None, standard=36.0, levels=(36.0, math.inf), ask_up_to=math.inf),)))
    deal = worked.deal.with_inputs({(None, "tfc_from_month"): 36.0})
    speaker = Speaker(deal)
    found = answer(deal, (), Change("payment_days", None, 46.0), rules, speaker)
    assert counter_ask_document(found)[0]["to"] == "none"
    assert counter_ask_table(found, speaker)[1][4] == "no such right"
