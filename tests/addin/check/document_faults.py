"""Faults that a rep types into a live workbook, so that every result follows: limits, policy, assumptions, trades."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from counterask.inputs.levers import LEVER_BY_NAME
from counterask.result_tables.views import margin_share
from counterask.verdicts.limits import Authority
from counterask_addin.check import deal, finance, inputs
from counterask_addin.workbooks.addresses import cell_name
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.layout import (
    ASSUMED,
    ASSUMPTIONS_TABLE,
    HEADLINE,
    LIMITS,
    LIMITS_TABLE,
    POLICY_TABLE,
    QUOTE,
    TRADES,
    TRADES_TABLE,
)
from counterask_templates.tables import table_rows

from .good_quotes import GoodQuote, valued
from .planting import Case, Planted


def drawn(quote: GoodQuote, document: dict[str, Any], target: Path, planted: list[Planted]) -> Case:
    target.write_bytes(draw_quote(document, as_of=DRAWN_ON))
    return Case(target, quote.limits, planted)


def _place(table: Any, document: dict[str, Any], label: str, column: str, segment: str = "") -> str:
    """The cell of a value by the words at the head of its row, and the segment that the row is for."""
    rows = table_rows(document)[table.name]
    whose = table.column("segment") - table.left
    row = next(place for place, cells in enumerate(rows) if cells[0] == label and (cells[whose] or "") == segment)
    return cell_name(table.first + row, table.column(column))


def assumption_off(quote: GoodQuote, target: Path) -> Case:
    """Each of the assumptions that move this deal, off the company's."""
    document = copy.deepcopy(quote.document)
    planted = []
    for name, _label, factor in (
        ("churn_hazard", "Churn hazard", 0.5),
        ("inflation_vol", "Inflation vol", 3.0),
        ("cost_of_capital", "Cost of capital", 0.7),
    ):
        document["assumptions"][name] = round(document["assumptions"][name] * factor, 6)
    now = valued(document)[0]
    for name, label in (
        ("churn_hazard", "Churn hazard"),
        ("inflation_vol", "Inflation vol"),
        ("cost_of_capital", "Cost of capital"),
    ):
        restored = copy.deepcopy(document)
        restored["assumptions"][name] = quote.document["assumptions"][name]
        amount = valued(restored)[0].value_now - now.value_now
        at = _place(ASSUMPTIONS_TABLE, document, label, "value")
        planted.append(Planted("an assumption off the company's", finance.LIMITS, f"{ASSUMED} · {at}", amount))
    return drawn(quote, document, target, planted)


def floor_lowered(quote: GoodQuote, target: Path) -> Case:
    """Finance's floor is not reached, and the rep has lowered the quote's own."""
    document = copy.deepcopy(quote.document)
    document["policy"]["minimum_margin"] = -0.5
    planted = [
        Planted(
            "a floor of one's own", finance.LIMITS, f"{ASSUMED} · {_place(POLICY_TABLE, document, 'Minimum margin', 'value')}"
        )
    ]
    return drawn(quote, document, target, planted)


def margin_under_floor(quote: GoodQuote, target: Path) -> Case:
    """The margin does not reach the floor of the policy."""
    document = copy.deepcopy(quote.document)
    result, _ = valued(document)
    floor = 0.99
    document["policy"]["minimum_margin"] = floor
    planted = []
    for column, values in ((1, result.opening), (2, result.now)):
        amount = (margin_share(values) - floor) * float(values.revenue[0])
        at = cell_name(HEADLINE.top + 2, HEADLINE.left + column)
        planted.append(Planted("a margin under the floor", deal.MARGIN, f"{QUOTE} · {at}", amount))
    planted += _above_rep(document)
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


def _above_rep(document: dict[str, Any]) -> list[Planted]:
    """Trades that a rep may no longer agree to alone: those that lower a margin which is below its floor need finance."""
    found, row = [], TRADES_TABLE.first
    for trade, one in zip(document["trades"], valued(document)[0].trades, strict=True):
        if one.authority is not None and one.authority > Authority.REP:
            at = f"{TRADES} · {cell_name(row, TRADES_TABLE.left)}"
            found.append(Planted("a trade that lowers a margin under the floor", deal.AUTHORITY, at, one.cost))
        row += max(len(trade["asks"]), len(trade.get("counters", ())), 1)
    return found


def limits_widened(quote: GoodQuote, target: Path) -> Case:
    """A trade that finance lets nobody below itself agree to, under limits that the rep has widened."""
    document = copy.deepcopy(quote.document)
    document["trades"] = [*document["trades"], _long_payment(document)]
    own = [row for row in document["limits"] if row["lever"] == "payment_days" and row.get("segment") == document.get("segment")]
    widened = own or [row for row in document["limits"] if row["lever"] == "payment_days" and not row.get("segment")]
    for row in widened:
        row.update(rep_to=200.0, manager_to=250.0, never_beyond=300.0)
    segment = widened[0].get("segment", "")
    result = _by_finance(quote, document)
    last = result.trades[-1]
    row = sum(max(len(trade["asks"]), len(trade["counters"]), 1) for trade in document["trades"][:-1])
    at = cell_name(TRADES_TABLE.first + row, TRADES_TABLE.left)
    kind = deal.BLOCKED if str(last.verdict) == "blocked" else deal.AUTHORITY
    planted = [Planted("a trade beyond finance's limits", kind, f"{TRADES} · {at}", None if kind == deal.BLOCKED else last.cost)]
    label = LEVER_BY_NAME["payment_days"].label
    for column in ("rep_to", "manager_to", "never_beyond"):
        at = f"{LIMITS} · {_place(LIMITS_TABLE, document, label, column, segment)}"
        planted.append(Planted("a limit of one's own", finance.LIMITS, at, last.cost))
    return drawn(quote, document, target, planted)


def _long_payment(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "T99",
        "response": "yes",
        "asks": [{"lever": "payment_days", "to": 70.0}],
        "counters": [{"lever": "term_months", "to": document["terms"]["term_months"] + 12.0}],
    }


def _by_finance(quote: GoodQuote, document: dict[str, Any]) -> Any:
    judged = {**document, "limits": quote.document["limits"], "policy": quote.document["policy"]}
    return valued(judged)[0]


def expired(quote: GoodQuote, target: Path) -> Case:
    """A limit that ran out, of a lever that no trade uses."""
    document = copy.deepcopy(quote.document)
    used = {change["lever"] for trade in document["trades"] for change in (*trade["asks"], *trade["counters"])}
    row = next(
        row
        for row in document["limits"]
        if row["lever"] not in used and row["lever"] in LEVER_BY_NAME and not row.get("line") and not row.get("segment")
    )
    row["expires"] = "2026-08-31"
    at = _place(LIMITS_TABLE, document, LEVER_BY_NAME[row["lever"]].label, "expires")
    case = drawn(quote, document, target, [Planted("an expired limit", deal.EXPIRED, f"{LIMITS} · {at}")])
    case.limits = None
    return case


def stalled(quote: GoodQuote, target: Path) -> Case:
    """One stall more than the policy allows, and without a reason."""
    document = copy.deepcopy(quote.document)
    document["policy"]["stalls_allowed"] = 0.0
    row = sum(max(len(trade["asks"]), len(trade["counters"]), 1) for trade in document["trades"])
    stall = {"id": "T98", "response": "stall", "asks": [{"lever": "payment_days", "to": 65.0}], "counters": []}
    document["trades"] = [*document["trades"], stall]
    at = f"{TRADES} · {cell_name(TRADES_TABLE.first + row, TRADES_TABLE.left)}"
    case = drawn(
        quote,
        document,
        target,
        [Planted("stalls over the allowance", inputs.STALLS, at), Planted("a stall without a reason", inputs.STALLS, at)],
    )
    case.limits = None
    return case


def soft_over_cap(quote: GoodQuote, target: Path) -> Case:
    """A trade that is balanced by soft value alone."""
    document = copy.deepcopy(quote.document)
    document["assumptions"].update(reference_value=900000.0, reference_cost=0.0, reference_month=6.0, reference_probability=0.9)
    document["terms"]["public_reference"] = 0.0
    document["policy"]["minimum_margin"] = -0.9
    soft = {
        "id": "T97",
        "response": "yes",
        "asks": [{"lever": "payment_days", "to": document["terms"]["payment_days"] + 1.0}],
        "counters": [{"lever": "public_reference", "to": 1.0}],
    }
    document["trades"] = [soft]
    last = valued(document)[0].trades[-1]
    at = f"{TRADES} · {cell_name(TRADES_TABLE.first, TRADES_TABLE.left)}"
    assert last.note.startswith("soft value"), last
    planted = [
        Planted("soft value over its cap", deal.SOFT, at, -last.shortfall),
        Planted("a trade beyond the rep", deal.AUTHORITY, at, last.cost),
    ]
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


FAULTS = (assumption_off, floor_lowered, margin_under_floor, limits_widened, expired, stalled, soft_over_cap)
