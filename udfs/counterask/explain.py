"""The math of a trade, line by line: which part of deal value each change moves, by which formula, from which inputs.

The differences of the lines add up to the ledger's cost and worth to the cent; the conclusions lead from there to the verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .bad_year import bad_year
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
from .levers import Kind
from .limits import Policy
from .money import round_parts
from .quote import Quote
from .terms import Address, CompanyLever
from .trades import HALF_A_CENT, Response, Rules, State, Trade, ValuedChange, ValuedTrade, grant, ledger
from .valuation import value_states
from .views import Cell, Rows, label_of, level_words, money, who

COLUMNS = ("Step", "What", "How it is computed", "From", "Before", "After", "Difference")

CONCLUSION_ROWS, EXPLAIN_ROWS = 9, 48
"""Rows of the table on a sheet: of its conclusions, and in all. Hosts with fixed arrays need a fixed height."""

MOST_INPUTS = 6
"""How many inputs of a line a table names; the command line names all."""

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


IN_NO_SUM = "Liability in one year (in no sum)"
LIABILITY_INPUTS = ("liability_cap_multiple", "liability_frequency", "liability_alpha", "liability_theta", "risk_load")
YEAR_OF_LIABILITY = {
    "cap": ("Most that one claim costs", "liability cap multiple x ACV (section 5)"),
    "expected": ("Expected loss a year", "claims a year x what we expect to pay on one claim up to the cap"),
    "load": ("Load a year", "what Wang's exponent charges above the expected loss"),
    "one_in_20": ("Bad year, 1 in 20", "the year's loss that is exceeded with a chance of 5% (Poisson number of claims)"),
    "one_in_100": ("Bad year, 1 in 100", "the year's loss that is exceeded with a chance of 1% (Poisson number of claims)"),
}
"""Field of `BadYear` -> what it is, and how it is computed."""

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
class Conclusion:
    """A number or word that follows from the lines: its name, by which formula, and the value."""

    name: str
    formula: str
    value: Cell


@dataclass(frozen=True)
class Explanation:
    """A trade explained. lines : of each change in ledger order. conclusions : what leads from them to the verdict.

    risk : where the trade moves what liability may cost in one year, that year before and after it: shown beside the value and
    in no sum.
    """

    trade: Trade
    lines: tuple[Line, ...]
    conclusions: tuple[Conclusion, ...]
    risk: tuple[Line, ...] = ()


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
    risk: tuple[Line, ...] = ()
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
        risk = _risk(quote, steps[0], steps[-1])
    return Explanation(valued.trade, tuple(lines), _conclusions(valued, rules), risk)


def _risk(quote: Quote, before: State, after: State) -> tuple[Line, ...]:
    """A year's liability before and after a trade; () where the trade does not move it."""
    first, then = (bad_year(quote.deal, state) for state in (before, after))
    lines = []
    for name, formula in YEAR_OF_LIABILITY.items():
        one, other = getattr(first, name), getattr(then, name)
        if math.isnan(one) or math.isnan(other):
            return ()
        inputs = tuple(_input(quote, (None, lever), after) for lever in LIABILITY_INPUTS)
        what, words = formula
        lines.append(Line(IN_NO_SUM, what, words, inputs, one, other, other - one if other != one else 0.0))
    is_moved = any(line.before != line.after and abs(line.difference) >= HALF_A_CENT for line in lines)
    return tuple(lines) if is_moved else ()


def _conclusions(valued: ValuedTrade, rules: Rules) -> tuple[Conclusion, ...]:
    """What leads from the lines of a trade to its verdict."""
    policy = rules.policy
    ratio = policy.required_ratio
    required = ratio * max(0.0, -(valued.cost + valued.drag))
    with_drag = " with its drag" if valued.drag else ""
    has_soft = any(change.is_soft and not change.is_ask for change in valued.changes)
    cap = f"; soft value counts for at most {policy.soft_share_cap:.0%} of what is required" if has_soft else ""
    found = [
        Conclusion("Cost of the asks", "sum of the differences marked Ask", money(valued.cost)),
        Conclusion("Worth of the counter-asks", "sum of the differences marked Counter-ask", money(valued.worth)),
        Conclusion("Net", "cost + worth", money(valued.net)),
        *_drag(valued, policy),
        Conclusion("Required in return", f"cost{with_drag} x required ratio of {ratio:g} (policy)", money(required)),
        Conclusion("Shortfall", f"required less worth{cap}", money(valued.shortfall)),
        Conclusion("Who may agree", "the limits of every lever that moves the client's way", who(valued.authority)),
        Conclusion("Verdict", "negotiation where worth is at least what is required", str(valued.verdict)),
    ]
    return (*found, *((Conclusion("Because", "", valued.note),) if valued.note else ()))


def _drag(valued: ValuedTrade, policy: Policy) -> tuple[Conclusion, ...]:
    """What a discount is expected to cost again at renewals, where the policy counts that."""
    if not valued.drag:
        return ()
    formula = (
        f"fees after the first term x discount x {policy.taught_discount_drag:.0%} expected again (policy), "
        "for a client who got a discount for nothing (History); in no sum"
    )
    return (Conclusion("Drag at renewals", formula, money(valued.drag)),)


def _lines_of(
    quote: Quote, change: ValuedChange, state: State, components: Mapping[str, object], number: int
) -> list[Line]:
    """The lines of one change: a line for every component that it moves."""
    side = "Ask" if change.is_ask else "Counter-ask"
    lever = change.change.lever
    label = f"{label_of(lever)}{f' of {change.change.line}' if change.change.line else ''}"
    step = f"{side}: {label} {level_words(lever, change.from_level)} to {level_words(lever, change.change.to)}"
    moved = []
    for name, column in components.items():
        first, then = float(column[number - 1]), float(column[number])  # type: ignore[index]
        if abs(then - first) >= 1e-9:
            moved.append((name, first, then))
    return [
        Line(step, COMPONENTS[name], FORMULAS[name][0], _inputs(quote, name, change, state), first, then, then - first)
        for name, first, then in moved
    ]


def _inputs(quote: Quote, component: str, change: ValuedChange, state: State) -> tuple[str, ...]:
    """The inputs of a component: each as label, value and (place), the changed lever first."""
    deal = quote.deal
    address = deal.address(change.change.lever, change.change.line)
    found: dict[Address, None] = {address: None}
    for name in FORMULAS[component][1]:
        for one in deal.addresses(name):
            if one[0] is None or deal.lines[one[0]].kind == KINDS.get(component):
                found.setdefault(one, None)
    said = [_input(quote, one, state) for one in found if not math.isnan(state.get(one, deal.input_at(one)))]
    if component == COMPANY:
        levers = (one for one in deal.company_levers if state.get((None, one.name), one.units) or one.name == change.change.lever)
        said += [_row_of(one) for one in levers]
    return tuple(said)


def _input(quote: Quote, address: Address, state: State) -> str:
    """An input with its value, what it was in the opening terms where a trade has moved it, and its place."""
    line, name = address
    opening = quote.deal.input_at(address)
    value = state.get(address, opening)
    whose = f" of {quote.deal.lines[line].name}" if line is not None else ""
    moved = "" if value == opening else f", opening {level_words(name, opening)}"
    at = quote.places.get(address)
    return f"{label_of(name)}{whose} {level_words(name, value)}{moved}{f' ({at})' if at else ''}"


def _row_of(lever: CompanyLever) -> str:
    """What the limits say of a lever of the company's own."""
    months = f"month {lever.month_from:g}" + (f" to {lever.month_to:g}" if lever.month_to is not None else "")
    chance = f"probability {100.0 * lever.probability:g}%"
    return f"{lever.name}: amount per unit {lever.amount_per_unit:,.10g}, {months}, {chance} (its row in Limits)"


def explain_table(explanation: Explanation) -> Rows:
    """The explanation as rows, `COLUMNS`: the conclusions first, then the lines; a step stands on the first of its rows."""
    rows: Rows = [["", one.name, one.formula, "", "", "", one.value] for one in explanation.conclusions]
    rows += [[""] * len(COLUMNS) for _ in range(CONCLUSION_ROWS - len(rows))]
    step = ""
    for line in (*explanation.lines, *explanation.risk):
        others = len(line.inputs) - MOST_INPUTS
        inputs = "; ".join(line.inputs[:MOST_INPUTS]) + (f"; and {others} more" if others > 0 else "")
        began = "" if line.step == step else line.step
        amounts = [_amount(value) for value in (line.before, line.after, line.difference)]
        rows.append([began, line.what, line.formula, inputs, *amounts])
        step = line.step
    return rows


def _amount(value: float) -> Cell:
    """Money as a cell; a bad year of an unlimited cap has no end."""
    return "no limit" if math.isinf(value) else value
