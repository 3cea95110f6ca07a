"""Where things stand: sheets, tables, names and columns. The one place that knows; drawing, reading and checking ask here."""

from __future__ import annotations

from dataclasses import dataclass

from counterask import views
from counterask.functions import YEAR_ROWS
from counterask.levers import LINE_LEVERS, TERM_LEVERS
from counterask.limit_rows import COLUMNS as LIMIT_COLUMNS
from counterask.quantities import MONEY, MONTHS, SHARE, SWITCH, Quantity
from counterask.trade_rows import COLUMNS as TRADE_COLUMNS

README, QUOTE, TRADES, MARGIN, LIMITS, STAKEHOLDERS, HISTORY, LISTS, RESULTS_SHEET = (
    "Read me",
    "Quote",
    "Trades",
    "Margin",
    "Limits",
    "Stakeholders",
    "History",
    "Lists",
    "Results",
)

TRADE_ROWS = 60
LINE_ROWS = 12
COMPANY_TERM_ROWS = 6
LIMIT_ROWS = 60


@dataclass(frozen=True)
class Column:
    """One column of a table. name : the input's name. header : what the sheet says. kind : how cells are shown.

    choices : the defined name of the list that its drop-down offers, or "".
    """

    name: str
    header: str
    width: float
    kind: str = "text"
    choices: str = ""
    help: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A table of inputs. name : its defined name, which covers the header row and the data rows. top, left : from 1."""

    name: str
    sheet: str
    top: int
    left: int
    columns: tuple[Column, ...]
    rows: int

    @property
    def bottom(self) -> int:
        """The last data row."""
        return self.top + self.rows

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + len(self.columns) - 1


@dataclass(frozen=True)
class ResultSpec:
    """A table of results, which people see at `top`, `left` of `sheet` under its headers.

    The function itself is one array formula on the Results sheet, from which the seen cells take their values one by one:
    LibreOffice forgets what an array formula said when it has no add-in, but not what a cell said.
    """

    key: str
    name: str
    sheet: str
    top: int
    left: int
    rows: int
    headers: tuple[str, ...]
    function: str
    arguments: tuple[str, ...]

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.rows - 1

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + len(self.headers) - 1


def kind_of(quantity: Quantity) -> str:
    """How cells of a quantity are shown: a format key."""
    kinds = {SHARE: "share", MONEY: "money", SWITCH: "switch", MONTHS: "months"}
    return kinds.get(quantity.unit, "number")


def _with_unit(quantity: Quantity) -> str:
    return f"{quantity.label}\n({quantity.unit})"


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


_TRADE_HEADERS = {
    "trade": ("Trade", 6.5),
    "ask": ("Ask", 19),
    "ask_line": ("Ask line", 14),
    "ask_to": ("Ask to", 8.5),
    "response": ("Response", 9.5),
    "counter_ask": ("Counter-ask", 19),
    "counter_ask_line": ("Counter-ask line", 14),
    "counter_ask_to": ("Counter-ask to", 8.5),
    "reason": ("Reason", 15),
}
_TRADE_KINDS = {"ask_to": "level", "counter_ask_to": "level", "response": "word", "reason": "note"}
_TRADE_CHOICES = {
    "ask": "Lever_list",
    "counter_ask": "Lever_list",
    "ask_line": "Line_names",
    "counter_ask_line": "Line_names",
    "response": "Response_list",
}

LINES = TableSpec(
    "Lines",
    QUOTE,
    12,
    2,
    (
        Column("name", "Line", 27, help="What is sold; a name of your own."),
        Column("kind", "Kind", 13, choices="Kind_list", help="recurring: every month; metered: by use; one-off: once."),
        *(
            Column(one.name, _with_unit(one.quantity), 13, kind_of(one.quantity), help=one.quantity.help)
            for one in LINE_LEVERS
        ),
    ),
    LINE_ROWS,
)
TERMS = TableSpec(
    "Terms",
    QUOTE,
    29,
    2,
    (Column("term", "Term", 27), Column("opening", "Opening", 13, "number"), Column("unit", "Unit", 13)),
    len(TERM_LEVERS) + COMPANY_TERM_ROWS,
)
TRADES_TABLE = TableSpec(
    "Trades",
    TRADES,
    5,
    1,
    tuple(
        Column(name, *_TRADE_HEADERS[name], _TRADE_KINDS.get(name, "text"), _TRADE_CHOICES.get(name, ""))
        for name in TRADE_COLUMNS
    ),
    TRADE_ROWS,
)
POLICY_TABLE = TableSpec(
    "Policy",
    LIMITS,
    6,
    1,
    (Column("policy", "Policy", 27), Column("value", "Value", 13), Column("unit", "Unit", 13)),
    6,
)
ASSUMPTIONS_TABLE = TableSpec(
    "Assumptions",
    LIMITS,
    16,
    1,
    (Column("assumption", "Assumption", 27), Column("value", "Value", 13), Column("unit", "Unit", 13)),
    26,
)
_LIMIT_WIDTHS = {
    "lever": 27,
    "line": 13,
    "owner": 15,
    "effective": 12,
    "expires": 12,
    "unit": 13,
    "amount_per_unit": 12,
}
_LIMIT_KINDS = {
    "effective": "date",
    "expires": "date",
    "amount_per_unit": "money",
    "probability": "share",
    "step": "level",
}
_LIMIT_HELP = {
    "lever": "A lever from the list, or a name of the company's own with an amount per unit.",
    "line": "The line that the row holds for; blank: every line.",
    "rep_to": "How far a rep may go alone.",
    "manager_to": "How far a manager may go.",
    "never_beyond": "The hard stop: nobody goes further, whatever is offered in return.",
    "step": "The negotiable step.",
    "ask_up_to": "The most that a rep may ask for in return.",
    "soft": "yes: its worth is an estimate and is capped by the policy.",
    "amount_per_unit": "Money a unit; plus is good for us, minus costs us.",
    "month_from": "The month in which it is paid, or the first of several.",
    "month_to": "The last month, where it is paid monthly; blank: paid once.",
    "probability": "Chance that it is paid.",
    "survives": "yes: it is paid even if the client has left.",
}
LIMITS_TABLE = TableSpec(
    "Limits",
    LIMITS,
    46,
    1,
    tuple(
        Column(
            name,
            _label(name),
            _LIMIT_WIDTHS.get(name, 10.5),
            "level"
            if name in ("rep_to", "manager_to", "never_beyond", "ask_up_to")
            else _LIMIT_KINDS.get(name, "text"),
            "Lever_list" if name == "lever" else "Yes_no_list" if name in ("soft", "survives") else "",
            _LIMIT_HELP.get(name, ""),
        )
        for name in LIMIT_COLUMNS
    ),
    LIMIT_ROWS,
)
STAKEHOLDERS_TABLE = TableSpec(
    "Stakeholders",
    STAKEHOLDERS,
    5,
    1,
    (
        Column("who", "Who", 24),
        Column("role", "Role", 22),
        Column("need", "Need", 44),
        Column("levers", "Levers", 40),
        Column("worth_to_them", "Worth to them\n(money)", 15, "money"),
    ),
    20,
)
HISTORY_TABLE = TableSpec(
    "History",
    HISTORY,
    5,
    1,
    (
        Column("date", "Date", 12, "date"),
        Column("quote", "Quote", 20),
        Column("lever", "Lever", 24),
        Column("line", "Line", 15),
        Column("from", "From", 11, "level"),
        Column("to", "To", 11, "level"),
        Column("cost", "Cost\n(money)", 14, "money"),
        Column("in_return", "In return", 46),
    ),
    40,
)
TABLES = (
    LINES,
    TERMS,
    TRADES_TABLE,
    POLICY_TABLE,
    ASSUMPTIONS_TABLE,
    LIMITS_TABLE,
    STAKEHOLDERS_TABLE,
    HISTORY_TABLE,
)
TABLE_SHEETS = {table.name: table.sheet for table in TABLES}
TABLE_KEYS: dict[str, tuple[str, ...]] = {
    "Lines": ("line", "kind", "list_price", "unit_cost"),
    "Terms": ("term", "opening"),
    "Trades": ("trade", "ask", "ask_to", "counter_ask"),
    "Limits": ("lever", "rep_to", "manager_to"),
    "Assumptions": ("assumption", "value"),
    "Policy": ("policy", "value"),
    "Stakeholders": ("who", "role", "need"),
    "History": ("date", "quote", "in_return"),
}
"""The headers that tell a table where its name was lost; two of them suffice."""

HEADER_NAMES = {
    "client": "Client",
    "currency": "Currency",
    "client_currency": "Client_currency",
    "quote_date": "Quote_date",
    "rep": "Rep",
}
"""What the quote says of itself, and the defined name of each cell."""

_DEAL = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")

TRADE_RESULTS = ResultSpec(
    "trades", "Trade_results", TRADES, 6, 10, TRADE_ROWS, views.TRADE_RESULTS, "DEAL_TRADES", _DEAL
)
TRADE_RESULT_WIDTHS = (8.5, 8.5, 12.5, 12.5, 12.5, 12.5, 5.5, 21, 9, 30)
HEADLINE = ResultSpec("headline", "Headline", QUOTE, 5, 6, 4, views.HEADLINE, "DEAL_VALUE", _DEAL)
LIMITS_STATUS = ResultSpec(
    "limits_status", "Limits_status", LIMITS, 2, 4, 2, ("", "", ""), "DEAL_LIMITS", ("Limits", "Policy")
)
MARGIN_BY_YEAR = ResultSpec(
    "margin_by_year", "Margin_by_year", MARGIN, 6, 1, YEAR_ROWS, views.MARGIN_BY_YEAR, "DEAL_MARGIN", _DEAL
)
COMPONENTS = ResultSpec(
    "components",
    "Components",
    MARGIN,
    26,
    1,
    len(views.COMPONENTS) + 1,
    views.COMPONENT_CHANGE,
    "DEAL_COMPONENTS",
    _DEAL,
)
SHARES = ResultSpec("shares", "Fair_shares", MARGIN, 48, 1, TRADE_ROWS, views.SHARES, "DEAL_SHARES", _DEAL)
RESULTS = (HEADLINE, TRADE_RESULTS, MARGIN_BY_YEAR, COMPONENTS, SHARES, LIMITS_STATUS)


def live_top(result: ResultSpec) -> int:
    """The first row of a result's array formula on the Results sheet, where they stand one below the other."""
    before = RESULTS[: RESULTS.index(result)]
    return 2 + sum(one.rows + 2 for one in before)


def live_name(result: ResultSpec) -> str:
    """The defined name of a result's array on the Results sheet."""
    return f"{result.name}_live"
