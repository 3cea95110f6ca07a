"""The layout of the two cash flow sheets, which is the same for both: one for the opening terms, one for now.

From top to bottom: the levels that the cash flow reads (terms, assumptions, what follows from them), the years, the
lines, and a row for each month. A block of cells is a `Block`; a cell is known by its block, field and place.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import LEVER_BY_NAME, LINE_LEVERS, TERM_LEVERS
from counterask.pricing.components import (
    COMPONENTS,
    EXIT_FEES,
    LATE_DAMAGES,
    METERED_COST,
    METERED_FEES,
    ONE_OFF_COST,
    ONE_OFF_PRICES,
    REBATES,
    RECURRING_COST,
    RECURRING_FEES,
    SHORTFALL_FEES,
    SUPPORT,
    TERM_COSTS,
    WARRANTY,
)

from ..layout import LINE_ROWS, TRADE_ROWS
from ..specs import area, cell, kind_of, letters, unit_words

MOST_MONTHS = 120
"""The longest horizon, in months, for which the sheets have rows."""
MOST_YEARS = MOST_MONTHS // 12
UNKNOWN = "?"
"""What a cell says that needs a blank or a wrong input: unknown is not zero."""
UNTOLD = "cannot tell"
"""What a sum says of which a part is unknown."""
NONE = "none"
NO_END = 9999
"""The month of an end that never comes: a line without an end, a discount that lasts."""

DERIVED = (
    ("lives", "Not closed or insolvent after a year", "share"),
    ("leaves", "Wish to leave (Beta, first parameter)", "factor"),
    ("stays", "Wish to stay (Beta, second parameter)", "factor"),
    ("prepaid", "Prepaid fees are not refunded", "switch_level"),
    ("pay_months", "Invoice to cash, months", "factor"),
    ("at_start", "Invoice at month start, per mid-month", "factor"),
    ("credit", "Left of a fee that waits so long", "share"),
    ("credited", "Fee left after SLA credits", "share"),
    ("forward", "A year's currency forward", "factor"),
    ("recurring", "Recurring lines", "count"),
    ("metered", "Metered lines", "count"),
    ("one_off", "One-off lines", "count"),
)
"""What follows from the levels: key, label, format."""


@dataclass(frozen=True)
class Field:
    """One column of a block. kind : its format. component : of deal value, where its cells are cash of one."""

    key: str
    header: str
    kind: str
    component: str = ""


@dataclass(frozen=True)
class Block:
    """A table of cells: first data row, first column, its columns, how many rows."""

    top: int
    left: int
    fields: tuple[Field, ...]
    rows: int

    def column(self, key: str) -> int:
        """The sheet column of a field."""
        return self.left + [field.key for field in self.fields].index(key)

    def letter(self, key: str) -> str:
        """The letters of a field's column."""
        return letters(self.column(key))

    def at(self, key: str, place: int) -> str:
        """The absolute address of a cell; place : its row in the block, from 0."""
        return cell(self.top + place, self.column(key))

    def all(self, key: str, sheet: str = "") -> str:
        """The absolute address of a whole column."""
        return area(self.top, self.column(key), self.top + self.rows - 1, self.column(key), sheet)

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.rows - 1

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + len(self.fields) - 1


FIRST = 7
LEVEL_ROWS = len(TERM_LEVERS)
"""Rows kept free for the levels. Which terms and assumptions have one follows from the formulas: `levels.names_used`."""
TERM_BLOCK = Block(FIRST, 2, (Field("level", "Level", "plain"),), LEVEL_ROWS)
ASSUMPTION_BLOCK = Block(FIRST, 7, (Field("level", "Level", "plain"),), LEVEL_ROWS)

YEARS = Block(
    FIRST,
    10,
    (
        Field("year", "Year", "count"),
        Field("uplift", "Expected\nuplift", "share"),
        Field("price", "Price\nindex", "factor"),
        Field("favoured", "Favoured\nprice", "factor"),
        Field("factor", "Price\nfactor", "factor"),
        Field("cost", "Cost\nindex", "factor"),
        Field("worth_short", "Take-or-pay,\nworth of 1", "factor"),
        Field("worth_back", "Rebate,\nworth of 1", "factor"),
        Field("shortfall", "Take-or-\npay", "cash", SHORTFALL_FEES),
        Field("rebate", "Rebates", "cash", REBATES),
    ),
    MOST_YEARS,
)
YEAR_SUMS = Block(YEARS.bottom + 1, YEARS.left, YEARS.fields, 2)
"""Below the years: what their true-ups add up to, expected and worth today."""
DERIVED_BLOCK = Block(YEAR_SUMS.bottom + 3, 13, (Field("level", "Level", "plain"),), len(DERIVED))
LABEL_WIDTH = 3
"""Columns before a level that its label takes, where the label is not in column A."""

_HEADS = {"list_price": "List\nprice", "unit_cost": "Unit\ncost", "support_cost": "Support\ncost", "demand_cv": "Demand\ncv"}
LEVEL_FIELDS = tuple(
    Field(lever.name, _HEADS.get(lever.name, lever.label.replace(" ", "\n", 1)), kind_of(lever.quantity)) for lever in LINE_LEVERS
)
LINE_BLOCK = Block(
    FIRST + LEVEL_ROWS + 4,
    1,
    (
        Field("name", "Line", "text"),
        Field("kind", "Kind of line", "text"),
        Field("product", "Product", "text"),
        *LEVEL_FIELDS,
        Field("runs_from", "Runs\nfrom", "count"),
        Field("runs_until", "Runs\nuntil", "month_of_end"),
        Field("after_1", "Starts\nafter line", "count"),
        Field("after_2", "… after\n2 lines", "count"),
        Field("after_4", "… after\n4 lines", "count"),
        Field("origin", "Counts\nfrom", "count"),
        Field("ramp", "Ramp", "plain"),
        Field("off", "Off the\nlist price", "share"),
        Field("off_until", "Off\nuntil", "month_of_end"),
    ),
    LINE_ROWS,
)
EARNED_BLOCK = Block(
    LINE_BLOCK.bottom + 4,
    1,
    (
        Field("line", "Line", "text"),
        Field("fee", "Recurring,\nat list", "cash"),
        Field("recurring_cost", "Recurring\ncost", "cash"),
        Field("support", "Support", "cash"),
        Field("usage", "Metered,\nat list", "cash"),
        Field("usage_cost", "Metered\ncost", "cash"),
        Field("short", "Shortfall\nat list", "cash"),
        Field("back", "Rebate\nat list", "cash"),
        Field("ready", "Ready in\nmonth", "count"),
        Field("listed", "One-off\nat list", "cash"),
        Field("once", "One-off\nprice", "cash"),
        Field("work", "One-off cost\na month", "cash"),
    ),
    LINE_BLOCK.rows,
)
"""What each line earns and costs a month, at full ramp and index 1, and what a one-off line does in all."""

MONTH_FIELDS = (
    Field("month", "Month, from 0", "count"),
    Field("began", "Term\nbegan", "count"),
    Field("invoice", "Invoiced\nin", "count"),
    Field("held", "Held\nback", "share"),
    Field("wish", "Would\nstay", "factor"),
    Field("stays", "Has not\nleft", "factor"),
    Field("served", "Still\nserved", "factor"),
    Field("middle", "Mid-month", "factor"),
    Field("worth_fee", "Recurring\nfees", "factor"),
    Field("worth_use", "Metered\nfees", "factor"),
    Field("full", "A month's\nfull fees", "cash"),
    Field("recurring_fees", "Fees", "cash", RECURRING_FEES),
    Field("recurring_cost", "Cost", "cash", RECURRING_COST),
    Field("support", "Support", "cash", SUPPORT),
    Field("exit_fees", "Fees on\nearly exit", "cash", EXIT_FEES),
    Field("metered_fees", "Fees", "cash", METERED_FEES),
    Field("metered_cost", "Cost", "cash", METERED_COST),
    Field("once", "Price", "cash", ONE_OFF_PRICES),
    Field("damages", "Late\ndamages", "cash", LATE_DAMAGES),
    Field("work", "Cost", "cash", ONE_OFF_COST),
    Field("warranty", "Warranty", "cash", WARRANTY),
    *(Field(key, cost.heading, "cash", key) for key, cost in TERM_COSTS.items()),
    Field("cash", "Expected\ncash", "cash"),
    Field("today", "Worth\ntoday", "cash"),
)
BANDS = (
    ("Who is left", "month", "served"),
    ("Worth today of 1 that is …", "middle", "worth_use"),
    ("Recurring lines", "full", "exit_fees"),
    ("Metered lines", "metered_fees", "metered_cost"),
    ("One-off lines", "once", "warranty"),
    ("Deal", next(iter(TERM_COSTS)), "today"),
)
CASH_FIELDS = tuple(field for field in MONTH_FIELDS if field.component)
"""The month columns that hold expected cash of a component."""
YEARLY_FIELDS = tuple(field for field in YEARS.fields if field.component)
"""The year columns that do; their cash falls into the last month of the year."""

SUMS = (
    ("expected", "Expected, in the horizon"),
    ("within", "Worth today, in the horizon"),
    ("after", "Worth today, after it"),
    ("all", "Worth today, in all"),
)
SUM_BLOCK = Block(EARNED_BLOCK.bottom + 5, 1, MONTH_FIELDS, len(SUMS))
SUM_ROWS = {key: place for place, (key, _) in enumerate(SUMS)}
MONTHS = Block(SUM_BLOCK.bottom + 1, 1, MONTH_FIELDS, MOST_MONTHS)

CHANGES = Block(
    MONTHS.bottom + 4,
    1,
    (
        Field("ask", "Ask: lever | line, if granted", "text"),
        Field("counter", "Counter-\nask", "text"),
        Field("also", "Also\nask", "text"),
        Field("ask_level", "Ask:\nlevel", "plain"),
        Field("counter_level", "Counter:\nlevel", "plain"),
        Field("also_level", "Also:\nlevel", "plain"),
        Field("trade_row", "Trade's\nrow", "count"),
        Field("order", "Order in\nthe ledger", "count"),
    ),
    TRADE_ROWS,
)
"""On the sheet of the present deal: one row for each row of the Trades table. The asks and the counter-asks, and their levels,
are next to each other because one look-up searches both."""

CARRIED = {field.component: field.key for field in (*CASH_FIELDS, *YEARLY_FIELDS)}
"""The components that the months and years hold -> their column."""
NAMED = tuple(name for name in COMPONENTS if name not in CARRIED)
"""The components that neither holds: each is a line from the functions. A new component is one until it has a column here."""

WORTH_OF = {
    "recurring_fees": ("worth_fee",),
    "recurring_cost": ("middle",),
    "support": ("middle",),
    "exit_fees": ("middle", "at_start", "credit"),
    "metered_fees": ("worth_use",),
    "metered_cost": ("middle",),
    "once": ("middle", "at_start", "credit"),
    "damages": ("middle", "at_start"),
    "work": ("middle",),
    "warranty": ("middle",),
    **{key: ("middle",) for key in TERM_COSTS},
}
"""Cash column -> what 1 of it is worth today: a column of the months, times what follows from the levels."""
YEARLY_WORTH_OF = {"shortfall": "worth_short", "rebate": "worth_back"}
"""Cash column of the years -> the column that says what 1 of it is worth today."""


def lines(key: str) -> str:
    """The cells of a column of the lines, in whichever of their two blocks it is."""
    in_first = any(field.key == key for field in LINE_BLOCK.fields)
    return (LINE_BLOCK if in_first else EARNED_BLOCK).all(key)


def derived(key: str) -> str:
    """The address of something that follows from the levels."""
    return DERIVED_BLOCK.at("level", [one[0] for one in DERIVED].index(key))


def look_of(name: str) -> str:
    """The format of a term's or an assumption's level."""
    quantity = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME[name]
    return kind_of(quantity)


def label_with_unit(name: str) -> str:
    """A term or assumption with its unit: "Payment term (days)"."""
    quantity = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME[name]
    unit = unit_words(quantity)
    is_said = not unit or unit in quantity.label.lower() or quantity.is_share or quantity.is_switch
    return quantity.label if is_said else f"{quantity.label} ({unit})"
