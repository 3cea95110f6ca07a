"""The tables of a quote and of its results as DataFrames. Numbers stay numbers: NaN is unknown, infinity is "none"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from counterask.counter_asks.answers import Counters
from counterask.counter_asks.tables import NOTHING_IN_RETURN
from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS, inputs_of
from counterask.inputs.terms import units_of
from counterask.reading.quote import Quote
from counterask.result_tables.views import margin_share
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.shares import FairShares


def line_frame(quote: Quote) -> pd.DataFrame:
    """The lines: kind, product and every input that one of them has."""
    names = [lever.name for lever in LINE_LEVERS if any(line.kind in lever.kinds for line in quote.deal.lines)]
    rows = []
    for line in quote.deal.lines:
        own = {lever.name: float(getattr(line, lever.name)) for lever in inputs_of(line.kind)}
        rows.append([line.name, str(line.kind), line.product, *(own.get(name, math.nan) for name in names)])
    return pd.DataFrame(rows, columns=["line", "kind", "product", *names]).set_index("line")


def term_frame(quote: Quote, ledger: Ledger) -> pd.DataFrame:
    """The terms, and the units of company levers: at the opening and as the granted trades leave them."""
    opening, now = quote.deal, ledger.deal_now
    units = [(lever.name, lever.quantity.unit) for lever in TERM_LEVERS]
    units += [(lever.name, units_of(lever).unit) for lever in opening.company_levers]
    rows = [[name, opening.input_at((None, name)), now.input_at((None, name)), unit] for name, unit in units]
    return pd.DataFrame(rows, columns=["term", "opening", "now", "unit"]).set_index("term")


def assumption_frame(quote: Quote) -> pd.DataFrame:
    """The assumptions with their evidence."""
    rows = [
        [one.name, quote.deal.input_at((None, one.name)), one.unit, quote.evidence.get(one.name, "")] for one in ASSUMPTIONS
    ]
    return pd.DataFrame(rows, columns=["assumption", "value", "unit", "evidence"]).set_index("assumption")


def _who(authority: Authority | None) -> str:
    return "" if authority is None else str(authority)


_TRADE_NUMBERS = ("cost", "worth", "net", "shortfall", "required", "counted", "restored", "drag", "break_even")


def trade_frame(ledger: Ledger) -> pd.DataFrame:
    """The trades with their numbers and verdicts."""
    rows = [
        [
            one.trade.id,
            str(one.trade.response),
            str(one.verdict),
            *(getattr(one, name) for name in _TRADE_NUMBERS),
            _who(one.authority),
            one.is_approved,
            one.has_moved,
            one.trade.reason,
            one.note,
        ]
        for one in ledger.trades
    ]
    last = ("authority", "approved", "moved", "reason", "note")
    return pd.DataFrame(rows, columns=["trade", "response", "verdict", *_TRADE_NUMBERS, *last]).set_index("trade")


def change_frame(ledger: Ledger) -> pd.DataFrame:
    """Every ask and counter-ask, in the order in which the ledger values them."""
    rows = [
        [
            trade.trade.id,
            "ask" if one.is_ask else "counter",
            one.change.lever,
            one.change.line or "",
            one.from_level,
            one.change.to,
            one.value,
            one.is_given,
            one.is_soft,
            one.restored,
        ]
        for trade in ledger.trades
        for one in trade.changes
    ]
    names = ["trade", "side", "lever", "line", "from", "to", "value", "given", "soft", "restored"]
    return pd.DataFrame(rows, columns=names)


def result_frame(ledger: Ledger) -> pd.DataFrame:
    """Deal value, revenue, margin, ACV and the components of the value: at the opening, now and the change."""
    first, last = ledger.opening, ledger.now
    pairs = {
        "value": (ledger.value, ledger.value_now),
        "revenue": (float(first.revenue[0]), float(last.revenue[0])),
        "margin": (margin_share(first), margin_share(last)),
        "acv": (float(first.acv[0]), float(last.acv[0])),
    } | {name: (float(column[0]), float(last.components[name][0])) for name, column in first.components.items()}
    rows = [[name, opening, now, now - opening] for name, (opening, now) in pairs.items()]
    return pd.DataFrame(rows, columns=["result", "opening", "now", "change"]).set_index("result")


def share_frame(shares: FairShares) -> pd.DataFrame:
    """The fair share of each trade."""
    numbers = ("cost", "worth", "net", "shortfall", "least_net", "greatest_net", "standard_error")
    rows = [
        [one.trade.id, str(one.verdict), *(getattr(one, name) for name in numbers), one.depends_on_order] for one in shares.shares
    ]
    return pd.DataFrame(rows, columns=["trade", "verdict", *numbers, "depends_on_order"]).set_index("trade")


def standard_frame(ledger: Ledger) -> pd.DataFrame:
    """Each difference between the standard and the opening, and what it does to deal value."""
    rows: Sequence[object] = ()
    if ledger.against_standard is not None:
        rows = [
            [one.lever, one.line or "", one.standard, one.opening, one.value, _who(one.authority)]
            for one in ledger.against_standard.rows
        ]
    return pd.DataFrame(rows, columns=["lever", "line", "standard", "opening", "value", "authority"])


_COUNTER_NUMBERS = ("worth", "net", "shortfall", "burden", "way", "best_to", "best_net")


def counter_ask_frame(found: Counters) -> pd.DataFrame:
    """The counter-asks, least burden first."""
    rows = []
    for answer in found.answers:
        one = answer.counter_ask
        levels = [one.from_level, math.nan if one.to is None else one.to]
        numbers = [getattr(one, name) for name in _COUNTER_NUMBERS]
        start = [one.lever, one.line or "", *levels, one.is_reachable, *numbers]
        rows.append([*start, _who(one.authority), one.is_soft, one.note, answer.yes_and, answer.no_but])
    names = ["lever", "line", "from", "to", "reachable", *_COUNTER_NUMBERS, "authority", "soft", "note", "yes_and", "no_but"]
    frame = pd.DataFrame(rows, columns=names)
    if found.position.is_free:
        frame.attrs["note"] = NOTHING_IN_RETURN
    return frame


def stacked(frames: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Frames of several files below each other, the file as the first level of the index."""
    found = dict(frames)
    return pd.concat(found, names=["file"]) if found else pd.DataFrame()
