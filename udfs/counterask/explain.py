"""The math of a trade, line by line: which part of deal value each change moves, by which formula, from which inputs.

The differences of the lines add up to the ledger's cost and worth to the cent; the last lines lead from there to the verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .cashflow import (
    COMPANY,
    COMPONENTS,
    EXCLUSIVITY,
    EXIT_FEES,
    INTRODUCTION,
    LATE_DAMAGES,
    LIABILITY,
    METERED_COST,
    METERED_FEES,
    ONE_OFF_COST,
    ONE_OFF_PRICE,
    REBATE,
    RECURRING_COST,
    RECURRING_FEES,
    REFERENCE,
    SHORTFALL_FEES,
    SUPPORT,
    WARRANTY,
)
from .levers import LEVER_BY_NAME, Kind
from .money import round_parts
from .quote import Quote
from .terms import Address, Deal
from .trades import Response, Rules, State, Trade, ValuedChange, grant, ledger
from .valuation import value_states
from .views import Cell, Rows, level, money

COLUMNS = ("Step", "What", "How it is computed", "From", "Before", "After", "Difference")

EXPLAIN_ROWS = 60
"""Rows of the table on a sheet. Hosts with fixed arrays need a fixed height."""

_PRICE = ("list_price", "discount", "quantity", "ramp_months")
_SERVED = ("churn_hazard", "term_months", "renewal_term_months", "renewal_probability", "tfc_from_month", "tfc_hazard")
_INDEX = (
    "inflation",
    "inflation_vol",
    "uplift_floor",
    "uplift_cap",
    "price_lock_months",
    "most_favoured_price",
    "mfn_gap",
    "mfn_trigger",
)
_CASH = ("payment_days", "cost_of_capital", "foreign_share")

FORMULAS: dict[str, tuple[str, tuple[str, ...]]] = {
    RECURRING_FEES: (
        "months of: survival x list price x (1 - discount) x units x ramp x price index x (1 - missed service x credit), "
        "discounted from the day the invoice is paid (sections 2, 3, 4)",
        (
            *_PRICE,
            *_SERVED,
            *_INDEX,
            "sla_credit",
            "sla_miss_probability",
            "free_months",
            "billing_months",
            "billing_in_advance",
            *_CASH,
        ),
    ),
    RECURRING_COST: (
        "months of: survival x unit cost x units x ramp x cost index, at mid-month (section 3)",
        ("unit_cost", "quantity", "ramp_months", *_SERVED, "inflation", "cost_of_capital"),
    ),
    SUPPORT: (
        "months of: survival x support cost x units x ramp x cost index, at mid-month (section 3)",
        ("support_cost", "quantity", "ramp_months", *_SERVED, "inflation", "cost_of_capital"),
    ),
    EXIT_FEES: (
        "months of: chance to leave for convenience x months of fee owed x monthly fee (section 5)",
        ("tfc_fee_months", "tfc_from_month", "tfc_hazard", *_PRICE, "cost_of_capital"),
    ),
    METERED_FEES: (
        "months of: survival x mean use x price x price index, invoiced at the month's end (sections 3, 4)",
        (*_PRICE, *_SERVED, *_INDEX, *_CASH),
    ),
    METERED_COST: (
        "months of: survival x mean use x unit cost x cost index, at mid-month (section 3)",
        ("unit_cost", "quantity", "ramp_months", *_SERVED, "inflation", "cost_of_capital"),
    ),
    SHORTFALL_FEES: (
        "years inside the term: take-or-pay rate x price x expected use short of the commitment (section 3)",
        ("commitment", "take_or_pay_rate", "demand_cv", "quantity", "term_months", *_CASH),
    ),
    REBATE: (
        "years: rebate rate x price x expected use above the threshold (section 3)",
        ("rebate_rate", "rebate_threshold", "demand_cv", "quantity", *_CASH),
    ),
    ONE_OFF_PRICE: (
        "list price x (1 - discount), invoiced on delivery (section 3)",
        (
            "list_price",
            "discount",
            "quantity",
            "delivery_months",
            "months_brought_forward",
            "payment_days",
            "cost_of_capital",
        ),
    ),
    LATE_DAMAGES: (
        "chance to be late x damages rate x price (section 3)",
        ("late_probability", "late_damages_rate", "list_price"),
    ),
    ONE_OFF_COST: (
        "cost, and what it takes to be faster, spread over the months of delivery (section 3)",
        ("unit_cost", "delivery_months", "months_brought_forward", "acceleration_cost", "cost_of_capital"),
    ),
    WARRANTY: (
        "months of warranty: claim rate x list price x survival (section 3)",
        ("warranty_claim_rate", "warranty_months", "list_price"),
    ),
    LIABILITY: (
        "months of: survival x claims a month x what we expect to pay on one claim up to the cap, with Wang's load on the tail "
        "(section 5; Klugman, Panjer, Willmot, Loss Models, Pareto)",
        (
            "liability_cap_multiple",
            "liability_frequency",
            "liability_alpha",
            "liability_theta",
            "risk_load",
            "claim_lag_months",
            *_SERVED,
        ),
    ),
    EXCLUSIVITY: ("months bound: margin lost x survival (section 5)", ("exclusivity_months", "exclusivity_margin")),
    REFERENCE: (
        "chance x value, less its cost (section 6, soft)",
        ("reference_probability", "reference_value", "reference_cost", "reference_month"),
    ),
    INTRODUCTION: (
        "chance x value (section 6, soft)",
        ("introduction_probability", "introduction_value", "introduction_month"),
    ),
    COMPANY: ("units x amount per unit x probability, in its months (section 7)", ()),
}
"""Component -> how it is computed in words, and the inputs that it reads."""


KINDS: dict[str, Kind] = {
    **dict.fromkeys((RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES), Kind.RECURRING),
    **dict.fromkeys((METERED_FEES, METERED_COST, SHORTFALL_FEES, REBATE), Kind.METERED),
    **dict.fromkeys((ONE_OFF_PRICE, LATE_DAMAGES, ONE_OFF_COST, WARRANTY), Kind.ONE_OFF),
}
"""Component -> the kind of line that it belongs to; the others belong to the whole deal."""


@dataclass(frozen=True)
class Line:
    """One line: the change it belongs to, what moves, by which formula, from which inputs (with their places), and the money."""

    step: str
    what: str
    formula: str
    inputs: tuple[str, ...]
    before: float
    after: float
    difference: float


@dataclass(frozen=True)
class Explanation:
    """A trade explained. lines : of each change in ledger order. last : name, value pairs that lead to the verdict."""

    trade: Trade
    lines: tuple[Line, ...]
    last: tuple[tuple[str, Cell], ...]


def explain_trade(quote: Quote, trade_id: str, rules: Rules) -> Explanation:
    """Explain a trade at its place in the ledger. A trade that is not granted, or has no price, has no lines but a verdict.

    Raises KeyError where the quote has no such trade.
    """
    place = next((number for number, trade in enumerate(quote.trades) if trade.id == trade_id), None)
    if place is None:
        raise KeyError(trade_id)
    valued = ledger(quote.deal, quote.trades, rules).trades[place]
    before, _ = grant(quote.deal, quote.trades[:place])
    after, unmoved = grant(quote.deal, quote.trades[: place + 1])
    lines: list[Line] = []
    if place not in unmoved and valued.trade.response == Response.YES and math.isfinite(valued.net):
        steps = after[len(before) - 1 :]
        values = value_states(quote.deal, steps)
        for is_ask, total in ((True, valued.cost), (False, valued.worth)):
            side = [
                line
                for number, change in enumerate(valued.changes, 1)
                if change.is_ask == is_ask
                for line in _lines_of(quote, change, steps[number], values.components, number)
            ]
            shown = round_parts([line.difference for line in side], total)
            lines += [replace(line, difference=cents) for line, cents in zip(side, shown, strict=True)]
    policy = rules.policy
    last: list[tuple[str, Cell]] = [
        ("Cost of the asks", money(valued.cost)),
        ("Worth of the counter-asks", money(valued.worth)),
        ("Net", money(valued.net)),
        (
            f"Required in return (cost x {policy.required_ratio:g})",
            money(policy.required_ratio * max(0.0, -valued.cost)),
        ),
        ("Shortfall", money(valued.shortfall)),
        ("Who may agree", "" if valued.authority is None else str(valued.authority)),
        ("Verdict", str(valued.verdict)),
    ]
    return Explanation(valued.trade, tuple(lines), (*last, *((("Because", valued.note),) if valued.note else ())))


def _lines_of(
    quote: Quote, change: ValuedChange, state: State, components: Mapping[str, object], number: int
) -> list[Line]:
    """The lines of one change: a line for every component that it moves."""
    side = "Ask" if change.is_ask else "Counter-ask"
    step = f"{side}: {_label(change.change.lever, change.change.line)} {_typed(change.from_level)} to {_typed(change.change.to)}"
    moved = []
    for name, column in components.items():
        first, then = float(column[number - 1]), float(column[number])  # type: ignore[index]
        if abs(then - first) >= 1e-9:
            moved.append((name, first, then))
    return [
        Line(step, COMPONENTS[name], FORMULAS[name][0], _inputs(quote, name, change, state), first, then, then - first)
        for name, first, then in moved
    ]


def _label(lever: str, line: str | None) -> str:
    known = LEVER_BY_NAME.get(lever)
    return f"{known.label if known else lever}{f' of {line}' if line else ''}"


def _typed(value: float) -> str:
    found = level(value)
    return found if isinstance(found, str) else f"{found:g}"


def _inputs(quote: Quote, component: str, change: ValuedChange, state: State) -> tuple[str, ...]:
    """The inputs of a component: each as name = value (place), the changed lever first."""
    deal = quote.deal
    address = deal.address(change.change.lever, change.change.line)
    found: dict[Address, None] = {address: None}
    for name in FORMULAS[component][1]:
        for one in _addresses(deal, name, KINDS.get(component)):
            found.setdefault(one, None)
    said = []
    for one in found:
        line, name = one
        value = state.get(one, deal.input_at(one))
        if math.isnan(value):
            continue
        whose = f" of {deal.lines[line].name}" if line is not None else ""
        at = quote.places.get(one)
        said.append(f"{name}{whose} = {_typed(value)}{f' ({at})' if at else ''}")
    return tuple(said)


def _addresses(deal: Deal, name: str, kind: Kind | None) -> list[Address]:
    """Where an input of that name stands: once, or on the lines of the component's kind."""
    known = LEVER_BY_NAME.get(name)
    if known is None or not known.is_on_line:
        return [(None, name)]
    return [(number, name) for number, line in enumerate(deal.lines) if line.kind == kind and kind in known.kinds]


def explain_table(explanation: Explanation) -> Rows:
    """The explanation as rows. Columns `COLUMNS`; the step stands on its first row; the verdict's lines come last."""
    rows: Rows = []
    step = ""
    for line in explanation.lines:
        rows.append(
            [
                line.step if line.step != step else "",
                line.what,
                line.formula,
                "; ".join(line.inputs[:6]),
                line.before,
                line.after,
                line.difference,
            ]
        )
        step = line.step
    rows += [["", name, "", "", "", "", value] for name, value in explanation.last]
    return rows
