"""Faults that a rep types into a live workbook, so that every result follows: limits, policy, assumptions, trades."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

from counterask.inputs.levers import LEVER_BY_NAME, LEVERS
from counterask.inputs.levers.lever import Lever
from counterask.pricing.without_effect import idle_discounts
from counterask.reading.deal_json import read_deal
from counterask.result_tables.views import margin_share
from counterask.verdicts.limits import Authority
from counterask_addin.check import deal, finance, inputs
from counterask_addin.check import opening as openings
from counterask_addin.workbooks.addresses import cell_name
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.layout import (
    ASSUMED,
    ASSUMPTIONS_TABLE,
    HEADLINE,
    LIMITS,
    LIMITS_TABLE,
    LINES,
    POLICY_TABLE,
    QUOTE,
    TERMS,
    TRADES,
    TRADES_TABLE,
)
from counterask_templates.tables import table_rows

from .good_quotes import GoodQuote, valued
from .package_edits import Parts
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
    assert last.is_short_by_the_cap, last
    planted = [
        Planted("soft value over its cap", deal.SOFT, at, -last.shortfall),
        Planted("a trade beyond the rep", deal.AUTHORITY, at, last.cost),
    ]
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


def _cell_of(document: dict[str, Any], name: str, line: str | None) -> str:
    """The cell of an input of the opening deal."""
    if line is None:
        rows = table_rows(document)[TERMS.name]
        term = next(place for place, cells in enumerate(rows) if cells[0] == LEVER_BY_NAME[name].label)
        return f"{QUOTE} · {cell_name(TERMS.first + term, TERMS.column('opening'))}"
    row = next(place for place, one in enumerate(document["lines"]) if one["name"] == line)
    return f"{QUOTE} · {cell_name(LINES.first + row, LINES.column(name))}"


def _pushed(document: dict[str, Any], lever: Lever, line: str | None) -> float | None:
    """A level beyond what anybody may agree to in the opening, or None where no limit stops this lever there."""
    rows = [row for row in document["limits"] if row["lever"] == lever.name and row.get("line") in (None, line)]
    rows = [row for row in rows if row.get("segment") in (None, "", document.get("segment"))]
    bounds = [row["never_beyond"] for row in rows if isinstance(row.get("never_beyond"), int | float)]
    if not bounds:
        return None
    wants = lever.client_wants
    bound = max(wants * one for one in bounds) * wants
    step = 0.01 if lever.quantity.highest <= 1.0 else 1.0
    level = bound + wants * step
    return round(level, 6) if lever.quantity.lowest <= level <= lever.quantity.highest else None


def openings_beyond(quote: GoodQuote, target: Path) -> Case:
    """Every lever that has a hard stop, opened beyond it: on each line and in the terms, each at its cell with its amount."""
    document = copy.deepcopy(quote.document)
    document["trades"] = []
    pushed: list[tuple[str, str | None]] = []
    for lever in LEVERS:
        if not lever.is_negotiable:
            continue
        places = [(line, line["name"]) for line in document["lines"] if lever.name in line]
        for where, line in places or ([(document["terms"], None)] if lever.name in document["terms"] else []):
            level = _pushed(document, lever, line)
            before = where[lever.name]
            if level is None:
                continue
            where[lever.name] = level
            opening = valued(document)[0].against_standard
            above = {(row.lever, row.line): row.authority for row in opening.rows if row.authority > Authority.REP}
            beside = above.keys() - {*pushed, (lever.name, line)}  # months of one line move those of others of its product
            deal = read_deal(document).deal
            is_idle = bool(idle_discounts(deal, deal))  # a finding of its own
            is_stopped = set(above.values()) == {Authority.NOBODY} and not beside and len(above) > len(pushed)
            if not is_stopped or is_idle or math.isnan(opening.net):
                where[lever.name] = before
                continue
            pushed.append((lever.name, line))
    opening = valued(document)[0].against_standard
    amounts = {(row.lever, row.line): row.value for row in opening.rows}
    planted = [
        Planted("an opening beyond a hard stop", openings.OPENING_BLOCKED, _cell_of(document, *one), amounts[one])
        for one in pushed
    ]
    assert len(planted) >= 5, planted
    document["policy"].pop("minimum_margin", None)
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


def phantom_restored(quote: GoodQuote, target: Path) -> Case:
    """Payment in a year's time in the opening, taken back as a counter-ask for a discount."""
    document = copy.deepcopy(quote.document)
    document["policy"].pop("minimum_margin", None)
    standard = document["terms"]["payment_days"]
    document["terms"]["payment_days"] = 365.0
    line = document["lines"][0]
    ask = {"lever": "discount", "line": line["name"], "to": line.get("discount", 0.0) + 0.01}
    back = {"lever": "payment_days", "to": standard}
    document["trades"] = [{"id": "P1", "response": "yes", "asks": [ask], "counters": [back]}]
    found = valued(document)[0]
    opening = found.against_standard
    row = next(one for one in opening.rows if one.lever == "payment_days")
    trade = found.trades[0]
    assert str(trade.verdict) == "concession" and trade.worth > -trade.cost
    planted = [
        Planted(
            "a phantom opening, taken back as a counter-ask", openings.OPENING_BLOCKED,
            _cell_of(document, "payment_days", None), row.value,
        )
    ]  # fmt: skip
    if trade.authority is not None and trade.authority > Authority.REP:
        at = f"{TRADES} · {cell_name(TRADES_TABLE.first, TRADES_TABLE.left)}"
        planted.append(Planted("a concession that only a phantom pays for", deal.AUTHORITY, at, trade.cost))
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


def off_the_price_book(quote: GoodQuote, target: Path) -> Case:
    """Costs and list prices that are not the price book's, and a line with nothing on it that no product stands for."""
    document = copy.deepcopy(quote.document)
    document["policy"].pop("minimum_margin", None)
    document["trades"] = []
    for line in document["lines"]:
        if line.get("product"):
            line["unit_cost"] = round(line["unit_cost"] * 0.5, 4)
            line["list_price"] = round(line["list_price"] * 0.9, 4)
    invented = {**document["lines"][0], "name": "Invented", "quantity": 0.0}
    invented.pop("product", None)
    document["lines"].append(invented)
    opening = valued(document)[0].against_standard
    planted = [
        Planted("an input off the price book", openings.OFF_BOOK, _cell_of(document, row.lever, row.line), row.value)
        for row in opening.rows
        if row.is_off_book and row.authority > Authority.REP
    ]
    planted += [
        Planted("a level of an invented line", openings.OPENING, _cell_of(document, row.lever, row.line), row.value)
        for row in opening.rows
        if row.line == "Invented" and row.authority in (Authority.MANAGER, Authority.FINANCE)
    ]
    assert len(planted) >= 2, opening
    at = _cell_of(document, "product", "Invented")
    planted.append(Planted("an invented line of quantity 0", openings.OFF_BOOK, at))
    case = drawn(quote, document, target, planted)
    case.limits = None
    return case


def inputs_as_counter_asks(quote: GoodQuote, target: Path) -> Case:
    """Every input that is no lever, named as what we ask for in return."""
    document = copy.deepcopy(quote.document)
    names = [lever for lever in LEVERS if not lever.is_negotiable]
    ask = {"lever": "payment_days", "to": document["terms"]["payment_days"] + 1.0}
    document["trades"] = [
        {"id": f"N{number}", "response": "yes", "asks": [ask], "counters": []} for number in range(len(names))
    ]
    planted = []
    target.write_bytes(draw_quote(document, as_of=DRAWN_ON))
    parts = Parts(target)
    for row, lever in enumerate(names, TRADES_TABLE.first):
        at = cell_name(row, TRADES_TABLE.column("counter_ask"))
        parts.set_value(parts.cell(TRADES, at), lever.label)
        planted.append(Planted("an input named as a counter-ask", inputs.UNREADABLE, f"{TRADES} · {at}"))
    parts.write(target)
    return Case(target, None, planted)


FAULTS = (assumption_off, floor_lowered, margin_under_floor, limits_widened, expired, stalled, soft_over_cap,
          openings_beyond, phantom_restored, off_the_price_book, inputs_as_counter_asks)  # fmt: skip
