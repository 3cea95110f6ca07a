"""The layout of what managers and finance set: limits, policy, assumptions and price book.

They are open in the limits workbook and locked in a quote. A row of limits, policy or assumptions may hold for one segment: the
row of the quote's own segment is used, or else the row without one. In a quote, the column beside policy and assumptions shows
the value in force; formulas read that cell, and nothing else of these two tables.
"""

from __future__ import annotations

from collections.abc import Mapping

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.reading.limit_rows import COLUMNS as LIMIT_COLUMNS
from counterask.reading.policy import AUTHORITIES, POLICY
from counterask.reading.price_book import COLUMNS as PRICE_BOOK_COLUMNS

from .limit_checks import LIMIT_QUANTITIES, LIMIT_RULES
from .specs import Column, TableSpec, cell, kind_of, with_unit

LIMITS, ASSUMED, PRICE_BOOK = "Limits", "Assumptions", "Price book"
LIMIT_ROWS = 90
PRICE_BOOK_ROWS = 40
SEGMENT_ROWS = 24
"""Rows below the assumptions for values of one segment."""
POLICY_SEGMENT_ROWS = 6
POLICY_NAMED = len(POLICY) + len(AUTHORITIES) + 1
"""Rows of the policy with a printed name: numbers, who must agree at least, and the currency."""

_SEGMENT = "The segment that the row holds for, as on the Quote sheet; blank: every segment without a row of its own."
_PAIR = (
    Column("value", "Value", 13, "plain"),
    Column("unit", "Unit", 14),
    Column("segment", "Segment", 15, help=_SEGMENT),
)
POLICY_TABLE = TableSpec(
    "Policy",
    ASSUMED,
    5,
    1,
    (Column("policy", "Policy", 28, choices="Policy_list", help="A rule of the policy."), *_PAIR),
    POLICY_NAMED + POLICY_SEGMENT_ROWS,
)
ASSUMPTIONS_TABLE = TableSpec(
    "Assumptions",
    ASSUMED,
    POLICY_TABLE.bottom + 3,
    1,
    (
        Column("assumption", "Assumption", 28, choices="Assumption_list", help="The assumption that has another value here."),
        *_PAIR,
        Column(
            "evidence",
            "Evidence",
            84,
            "small",
            help='Where the number comes from: "placeholder: ...", "judgement: ..." or "fitted: ...".',
        ),
    ),
    len(ASSUMPTIONS) + SEGMENT_ROWS,
)
IN_FORCE_COLUMN = ASSUMPTIONS_TABLE.right + 1
"""The column, in a quote, with the value of a policy or an assumption that holds for the quote's segment."""


def in_force(name: str, sheet: str = ASSUMED) -> str:
    """The address of the value of a policy or an assumption, by its name, that holds for the quote's segment."""
    policies, assumptions = [one.name for one in POLICY] + [*AUTHORITIES], [one.name for one in ASSUMPTIONS]
    for spec, names in ((POLICY_TABLE, policies), (ASSUMPTIONS_TABLE, assumptions)):
        if name in names:
            return cell(spec.first + names.index(name), IN_FORCE_COLUMN, sheet)
    raise KeyError(name)


_BOUND = "In the lever's own unit; none where it means no cap or no such right; blank where the row says nothing."
_LIMIT_DETAILS: Mapping[str, tuple[float, str, str, str, str]] = {
    "lever": (
        26,
        "text",
        "Lever_list",
        "",
        "A lever from the list. A new name with an amount per unit makes a company lever.",
    ),
    "line": (16, "text", "", "", "The product or the line that the row holds for; blank: every line."),
    "segment": (12, "text", "", "", _SEGMENT),
    "standard": (10, "level", "", "", f"The level at which we normally open. {_BOUND}"),
    "rep_to": (10, "level", "", "", f"How far a rep may go alone. {_BOUND}"),
    "manager_to": (10, "level", "", "", f"How far a manager may go; beyond it finance agrees. {_BOUND}"),
    "never_beyond": (
        10,
        "level",
        "",
        "",
        f"The hard stop: no one may go further, no matter what is offered in return. {_BOUND}",
    ),
    "step": (8.5, "level", "", "", "The negotiable step: 0.5%, 5 days, 1 month."),
    "levels": (20, "text", "", "", "The levels that people use, instead of a step: 1; 3; 6; 12."),
    "ask_up_to": (
        10,
        "level",
        "",
        "",
        f"The most that a rep may ask for in return; blank: a manager must agree to any counter-ask. {_BOUND}",
    ),
    "usual_ask": (
        10,
        "level",
        "",
        "",
        f"The level that clients usually ask for: the sheet Prepare answers it. It affects no verdict. {_BOUND}",
    ),
    "soft": (6.5, "text", "Yes_no_list", "", "yes: its worth is an estimate and is capped by the policy."),
    "owner": (21, "text", "", "", "Who set the row."),
    "effective": (11, "date", "", "", "The first day on which the row holds."),
    "expires": (11, "date", "", "", "The last day on which the row holds. After it: cannot tell."),
    "unit": (12.5, "text", "", "", "Company levers: days, tonnes, visits."),
    "amount_per_unit": (12, "money", "", "money", "Company levers: money a unit; plus is good for us, minus costs us."),
    "month_from": (8, "plain", "", "month", "Company levers: the month in which it is paid, or the first of several."),
    "month_to": (
        8,
        "plain",
        "",
        "month",
        "Company levers: the last month, where it is paid monthly; blank: paid once.",
    ),
    "probability": (11, "share", "", "%", "Company levers: the chance that it is paid."),
    "survives": (9, "text", "Yes_no_list", "", "Company levers: yes where it is paid even if the client has left."),
}


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _limit_column(name: str) -> Column:
    width, kind, choices, unit, words = _LIMIT_DETAILS[name]
    rule, expected = LIMIT_RULES.get(name, ("", ""))
    header = _said(name) + (f"\n({unit})" if unit else "")
    return Column(name, header, width, kind, choices, words, LIMIT_QUANTITIES.get(name), rule, expected)


LIMITS_TABLE = TableSpec("Limits", LIMITS, 6, 1, tuple(_limit_column(name) for name in LIMIT_COLUMNS), LIMIT_ROWS)
LEVEL_COLUMNS = ("standard", "rep_to", "manager_to", "never_beyond", "step", "ask_up_to", "usual_ask")
"""The columns of the limits that are in the unit of the row's lever."""
OWN_COLUMNS = ("unit", "amount_per_unit", "month_from", "month_to", "probability", "survives")
"""The columns of the limits that only company levers have."""
LIMITS_HELP_COLUMN = LIMITS_TABLE.right + 1

_BOOK_DETAILS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("product", "Product", 28, help="The name that a line of a quote gives as its product. Use each name only once."),
        Column("kind", "Kind", 11, choices="Kind_list", help="recurring: every month. metered: by use. one-off: once."),
        Column("currency", "Currency", 10, help="Of the prices in the row, as three letters: EUR."),
        Column("valid_until", "Valid until", 12, "date", "The last day on which the row holds. After it: cannot tell."),
        Column("source", "Source", 52, "small", help="Where price and cost come from, and of which day: ERP standard cost 2026."),
    )
}


def _book_column(name: str) -> Column:
    if name in _BOOK_DETAILS:
        return _BOOK_DETAILS[name]
    quantity = LEVER_BY_NAME[name].quantity
    return Column(name, with_unit(quantity), 12, kind_of(quantity), help=quantity.help, quantity=quantity)


PRICE_BOOK_TABLE = TableSpec(
    "Price_book", PRICE_BOOK, 5, 1, tuple(_book_column(name) for name in PRICE_BOOK_COLUMNS), PRICE_BOOK_ROWS
)
