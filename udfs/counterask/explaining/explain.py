"""The math of a trade, line by line: which part of deal value each change moves, by which formula, from which inputs.

The differences of the lines add up to the ledger's cost and worth to the cent; the conclusions lead from there to the verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..counter_asks.sentences import Speaker
from ..counter_asks.shown import ShownLedger
from ..inputs.labels import label_of, level_words
from ..inputs.terms import Address, CompanyLever
from ..pricing.bad_year import bad_year
from ..pricing.components import COMPANY, COMPONENTS
from ..pricing.liability import CLASSES
from ..pricing.valuation import value_states
from ..reading.quote import Quote
from ..result_tables.money import round_parts
from ..result_tables.notes import break_even_sentence
from ..result_tables.views import Cell, Rows, money, who
from ..verdicts.limits import Policy
from ..verdicts.trades import HALF_A_CENT, Response, Rules, State, Trade, ValuedChange, ValuedTrade, Verdict
from .formulas import IN_NO_SUM, YEAR_OF_LIABILITY
from .read_out import liability_words, trade_words

COLUMNS = ("Step", "What", "How it is computed", "From", "Before", "After", "Difference")

CONCLUSION_ROWS, EXPLAIN_ROWS = 12, 53
"""Rows of the table on a sheet: of the trade in words and its conclusions, and in all. Hosts with fixed arrays need a fixed
height."""

MOST_INPUTS = 6
"""How many inputs of a line a table names; the command line names all."""

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

    words : the trade in sentences that are read out loud. risk : where the trade moves what liability may cost in one year, that
    year before and after it: shown beside the value and in no sum. risk_words : the same in sentences.
    """

    trade: Trade
    lines: tuple[Line, ...]
    conclusions: tuple[Conclusion, ...]
    words: str = ""
    risk: tuple[Line, ...] = ()
    risk_words: str = ""


_OF_GRANTED = ("Required in return", "Counted in return", "Who may agree")
"""Conclusions that only a trade has to which we say yes."""


def explain_trade(shown: ShownLedger, trade_id: str) -> Explanation:
    """Explain a trade at its place in the ledger. A trade that is not granted, or has no price, has no lines but a verdict.

    Raises KeyError where the quote has no such trade.
    """
    quote, rules = shown.quote, shown.rules
    place = next((number for number, trade in enumerate(quote.trades) if trade.id == trade_id), None)
    if place is None:
        raise KeyError(trade_id)
    valued = shown.ledger.trades[place]
    lines: list[Line] = []
    risk: tuple[Line, ...] = ()
    risk_words = ""
    speaker = Speaker(quote.deal, quote.language, quote.policy.currency or quote.header.get("currency", ""))
    if valued.trade.response == Response.YES and math.isfinite(valued.net):
        steps = valued.states(quote.deal)
        values = value_states(quote.deal, steps)
        for is_ask, total in ((True, valued.cost), (False, valued.worth)):
            side = [
                line
                for number, change in enumerate(valued.changes, 1)
                if change.is_ask == is_ask
                for line in _lines_of(quote, change, steps[number], values.components, number)
            ]
            rounded = round_parts([line.difference for line in side], total)
            lines += [replace(line, difference=cents) for line, cents in zip(side, rounded, strict=True)]
        risk, risk_words = _risk(quote, steps[0], steps[-1], speaker)
    words = trade_words(valued, speaker)
    return Explanation(valued.trade, tuple(lines), _conclusions(valued, rules), words, risk, risk_words)


def _risk(quote: Quote, before: State, after: State, speaker: Speaker) -> tuple[tuple[Line, ...], str]:
    """A year's liability before and after a trade, and in words; nothing where the trade does not move it."""
    found: list[Line] = []
    words: list[str] = []
    for claims in CLASSES:
        first, then = (bad_year(quote.deal, state, claims) for state in (before, after))
        lines = []
        for row in (row for row in YEAR_OF_LIABILITY if row.claims == claims):
            one, other = getattr(first, row.field), getattr(then, row.field)
            if math.isnan(one) or math.isnan(other):
                return (), ""
            addresses = COMPONENTS[row.component].addresses(quote.deal, names=row.reads)
            inputs = tuple(_input(quote, address, after) for address in addresses)
            lines.append(Line(IN_NO_SUM, row.what, row.formula, inputs, one, other, other - one if other != one else 0.0))
        if any(line.before != line.after and abs(line.difference) >= HALF_A_CENT for line in lines):
            found += lines
            words.append(liability_words(first, then, claims, speaker))
    return tuple(found), " ".join(words)


def _conclusions(valued: ValuedTrade, rules: Rules) -> tuple[Conclusion, ...]:
    """What leads from the lines of a trade to its verdict."""
    policy = rules.policy
    with_drag = " with its drag" if valued.drag else ""
    has_soft = any(change.is_soft and not change.is_given for change in valued.changes)
    cap = f"; soft value counts for at most {policy.soft_share_cap:.0%} of what is required" if has_soft else ""
    undone = "; what only takes back an opening concession does not count" if valued.restored else ""
    is_granted = valued.verdict not in (Verdict.DECLINED, Verdict.STALLED)
    found = [
        Conclusion("Cost of the asks", "sum of the differences marked Ask", money(valued.cost)),
        Conclusion("Worth of the counter-asks", "sum of the differences marked Counter-ask", money(valued.worth)),
        Conclusion("Net", "cost + worth", money(valued.net)),
        *_drag(valued, policy),
        Conclusion(
            "Required in return",
            f"what moves the client's way{with_drag} × required ratio of {policy.required_ratio:g} (policy)",
            money(valued.required),
        ),
        Conclusion("Counted in return", f"what moves our way{cap}{undone}", money(valued.counted)),
        Conclusion("Shortfall", "required less counted", money(valued.shortfall)),
        *_break_even(valued),
        Conclusion("Who may agree", "the highest that the limits of any change, or the policy, ask for", who(valued.authority)),
        Conclusion("Verdict", "a negotiation where what is counted covers what is required", str(valued.verdict)),
    ]
    found = found if is_granted else [one for one in found if one.name not in _OF_GRANTED]
    why = "; ".join(filter(None, (_missing(valued, rules), valued.note)))
    return (*found, *((Conclusion("Because", "", why),) if why else ()))


def _missing(valued: ValuedTrade, rules: Rules) -> str:
    """How much less comes back than has to, where that is why a trade is no negotiation."""
    if valued.verdict not in (Verdict.UNBALANCED, Verdict.CONCESSION):
        return ""
    amount = f"{rules.policy.currency} {valued.shortfall:,.0f}".strip()
    return f"what comes back is worth {amount} less than what is required"


def _break_even(valued: ValuedTrade) -> tuple[Conclusion, ...]:
    """How much more likely a win must be for the trade to pay, where it costs us."""
    if math.isnan(valued.break_even):
        return ()
    words = "deal value before the trade ÷ after it: the chance of winning must rise by this factor; not part of the verdict"
    return (
        Conclusion("Break-even", words, valued.break_even),
        Conclusion("In other words", "", break_even_sentence(valued.break_even)),
    )


def _drag(valued: ValuedTrade, policy: Policy) -> tuple[Conclusion, ...]:
    """What a discount is expected to cost again at renewals, where the policy counts that."""
    if not valued.drag:
        return ()
    formula = (
        f"fees after the first term × discount × {policy.taught_discount_drag:.0%} expected again (policy), "
        "for a client who once got a discount without giving anything in return (Client history); not included in totals"
    )
    return (Conclusion("Drag at renewals", formula, money(valued.drag)),)


def _lines_of(quote: Quote, change: ValuedChange, state: State, components: Mapping[str, object], number: int) -> list[Line]:
    """The lines of one change: a line for every component that it moves."""
    side = "Ask" if change.is_ask else "Counter-ask"
    lever = change.change.lever
    label = label_of(lever, change.change.line)
    step = f"{side}: {label} {level_words(lever, change.from_level)} to {level_words(lever, change.change.to)}"
    moved = []
    for name, column in components.items():
        first, then = float(column[number - 1]), float(column[number])  # type: ignore[index]
        if abs(then - first) >= 1e-9:
            moved.append((name, first, then))
    return [
        Line(
            step,
            COMPONENTS[name].label,
            COMPONENTS[name].formula,
            _inputs(quote, name, change, state),
            first,
            then,
            then - first,
        )
        for name, first, then in moved
    ]


def _inputs(quote: Quote, component: str, change: ValuedChange, state: State) -> tuple[str, ...]:
    """The inputs of a component: each as label, value and (place), the changed lever first."""
    deal = quote.deal
    address = deal.address(change.change.lever, change.change.line)
    found = dict.fromkeys((address, *COMPONENTS[component].addresses(deal)))
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
    label = label_of(name, quote.deal.lines[line].name if line is not None else None)
    moved = "" if value == opening else f", opening {level_words(name, opening)}"
    at = quote.places.get(address)
    return f"{label} {level_words(name, value)}{moved}{f' ({at})' if at else ''}"


def _row_of(lever: CompanyLever) -> str:
    """What the limits say of a company lever."""
    months = f"month {lever.month_from:g}" + (f" to {lever.month_to:g}" if lever.month_to is not None else "")
    chance = f"probability {100.0 * lever.probability:g}%"
    return f"{lever.name}: amount per unit {lever.amount_per_unit:,.10g}, {months}, {chance} (its row in Limits)"


def explain_table(explanation: Explanation) -> Rows:
    """The explanation as rows, `COLUMNS`: the trade in words and the conclusions, then the lines; a step stands on the first of
    its rows."""
    rows: Rows = [[explanation.trade.id, "In words", "", explanation.words, "", "", ""]]
    rows += [["", one.name, one.formula, "", "", "", one.value] for one in explanation.conclusions]
    rows += [[""] * len(COLUMNS) for _ in range(CONCLUSION_ROWS - len(rows))]
    step = ""
    for line in (*explanation.lines, *explanation.risk):
        others = len(line.inputs) - MOST_INPUTS
        inputs = "; ".join(line.inputs[:MOST_INPUTS]) + (f"; and {others} more" if others > 0 else "")
        began = "" if line.step == step else line.step
        if began == IN_NO_SUM:
            rows.append([began, "In words", "", explanation.risk_words, "", "", ""])
            began = ""
        amounts = [_amount(value) for value in (line.before, line.after, line.difference)]
        rows.append([began, line.what, line.formula, inputs, *amounts])
        step = line.step
    return rows


def _amount(value: float) -> Cell:
    """Money as a cell; a bad year of an unlimited cap has no end."""
    return "no limit" if math.isinf(value) else value


def unexplained(trade: str) -> Rows:
    """What stands in the place of an explanation where a quote has no trade of that id, or none is named."""
    is_blank = trade in ("", "0")  # some programs hand over a blank cell as 0
    return [["", "choose a trade" if is_blank else f'there is no trade "{trade}"']]
