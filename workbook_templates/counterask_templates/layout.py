"""The layout: sheets, tables, names and columns. Drawing, reading and checking ask here, and nowhere else.

Rows and columns are counted from 1. A table of inputs has a defined name that covers its header row and its data rows.
The array formulas of the function catalogue are on the hidden sheet Results. A table of results shows their cells where people
look, and its name covers the rows below the headers. There is nothing below the tables that people lengthen (Trades, Limits,
Price book, Stakeholders, Client history). The tables that managers fill in are in `manager_layout`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterask.counter_asks import picks
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS
from counterask.pricing.cashflow import COMPONENTS as COMPONENT_NAMES
from counterask.reading.trade_rows import COLUMNS as TRADE_COLUMNS
from counterask.result_tables import opening_views, views
from counterask.result_tables.notes import NOTE_ROWS

from .counter_ask_layout import BUNDLES, COUNTER_ASK_RESULTS, OFFERS, PACKAGES
from .limit_checks import TRADE_RULE, TRADE_WORDS
from .manager_layout import ASSUMED as ASSUMED
from .manager_layout import ASSUMPTIONS_TABLE as ASSUMPTIONS_TABLE
from .manager_layout import LIMITS as LIMITS
from .manager_layout import LIMITS_HELP_COLUMN as LIMITS_HELP_COLUMN
from .manager_layout import LIMITS_TABLE as LIMITS_TABLE
from .manager_layout import POLICY_TABLE as POLICY_TABLE
from .manager_layout import PRICE_BOOK_TABLE as PRICE_BOOK_TABLE
from .math_layout import BRIDGE, EXPLANATION, FLIPS, RATES, RULES
from .prepare_layout import PREPARED
from .specs import DEAL, OF_SEGMENT, TODAY, Column, HeaderCell, ResultSpec, TableSpec, kind_of, with_unit

README, QUOTE, TRADES, MARGIN, STAKEHOLDERS, HISTORY, RESULTS_SHEET, SELF_TEST, LISTS = (
    "Read me",
    "Quote",
    "Trades",
    "Margin",
    "Stakeholders",
    "Client history",
    "Results",
    "Self-test",
    "Lists",
)

CASH_OPENING, CASH_NOW = "Cash flow opening", "Cash flow now"
"""The month-by-month cash flow in the spreadsheet's own formulas, on the opening terms and as the deal stands."""

LINE_ROWS = 12
COMPANY_TERM_ROWS = 8
TRADE_ROWS = 60
STAKEHOLDER_ROWS = 20
HISTORY_ROWS = 40


# ── Quote ───────────────────────────────────────────────────────────────────────────────────────────────
HEADER_CELLS = (
    HeaderCell("client", "Client", "Client", 4, 2, 1, help="Who the quote is for."),
    HeaderCell("quote_number", "Quote_number", "Quote number", 5, 2, 1, help="Our number for it."),
    HeaderCell("version", "Version", "Version", 6, 2, 1, help="Count up when the opening terms change."),
    HeaderCell("rep", "Rep", "Rep", 7, 2, 1, help="Who negotiates."),
    HeaderCell("manager", "Manager", "Manager", 8, 2, 1, help="Who agrees to what a rep may not."),
    HeaderCell(
        "currency", "Currency", "Our currency", 4, 7, 5, help="Of all money in this quote, as three letters: EUR."
    ),
    HeaderCell(
        "client_currency", "Client_currency", "Client's currency", 5, 7, 5, help="What the client pays in: USD."
    ),
    HeaderCell("quote_date", "Quote_date", "Quote date", 6, 7, 5, "date", "The day of the quote: 2026-11-02."),
    HeaderCell(
        "valid_until", "Valid_until", "Valid until", 7, 7, 5, "date", "The last day on which the client may accept."
    ),
    HeaderCell(
        "segment",
        "Segment",
        "Segment",
        8,
        7,
        5,
        help="The kind of client or market: limits, policy and assumptions of this segment are used. Blank: those for all.",
        choices="Segment_list",
    ),
)

HEADER_NAMES: Mapping[str, str] = {one.field: one.name for one in HEADER_CELLS}
"""What the quote says of itself, and the defined name of each cell."""

_LINE_WIDTHS = {"list_price": 11, "unit_cost": 11, "quantity": 10.5, "support_cost": 11, "demand_cv": 10}
LINES = TableSpec(
    "Lines",
    QUOTE,
    20,
    1,
    (
        Column("name", "Line", 23, help="What is sold. Use each name only once."),
        Column("kind", "Kind", 11.5, choices="Kind_list", help="recurring: every month. metered: by use. one-off: once."),
        Column("product", "Product", 18, choices="Product_list", help="Its row in the price book, with price and cost."),
        *(
            Column(
                lever.name,
                with_unit(lever.quantity),
                _LINE_WIDTHS.get(lever.name, 9.5),
                kind_of(lever.quantity),
                help=lever.quantity.help,
                quantity=lever.quantity,
            )
            for lever in LINE_LEVERS
        ),
    ),
    LINE_ROWS,
)
TERMS = TableSpec(
    "Terms",
    QUOTE,
    35,
    1,
    (
        Column("term", "Term", 28, choices="Company_lever_list", help="A company lever, from the Limits."),
        Column("opening", "Opening", 13, "plain"),
        Column("unit", "Unit", 13),
    ),
    len(TERM_LEVERS) + COMPANY_TERM_ROWS,
)

# ── Trades ──────────────────────────────────────────────────────────────────────────────────────────────
_LEVEL_HELP = (
    "The new level, in the lever's own unit: 5% for a share, 60 for days, 24 for months, yes or no for a switch, "
    "none for no cap or no such right."
)
_LINE_HELP = (
    "The line that the lever belongs to. Leave it blank where the cell is hatched: the lever holds for the whole deal."
)


def _rule(lever: str) -> str:
    """The check of a level as it is typed. lever : the column that names its lever."""
    return TRADE_RULE.replace("{lever}", f"{{{lever}}}")


_TRADE_COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column(
            "trade",
            "Trade",
            4.8,
            "compact",
            help="The trade's id. It is filled in. For a second ask, type the id of the trade here again and its response on its "
            "first row only. A counter-ask that you add later may be in any free row below, with the id again.",
        ),
        Column("ask", "Ask", 12.5, "compact", choices="Lever_list", help="What the client wants changed."),
        Column("ask_line", "Ask line", 10.5, "compact", choices="Line_names", help=_LINE_HELP),
        Column("ask_to", "Ask to", 7.3, "level", help=_LEVEL_HELP, rule=_rule("ask"), expected=TRADE_WORDS),
        Column(
            "response",
            "Response",
            7,
            "compact",
            choices="Response_list",
            help='"yes, and" we ask for something. "no, but" we offer something else: nothing is granted. '
            'A stall needs a reason and is counted. Blank means "yes, and".',
        ),
        Column("counter_ask", "Counter-ask", 12.5, "compact", choices="Lever_list", help="What you ask for in return."),
        Column("counter_ask_line", "Counter-ask line", 10.5, "compact", choices="Line_names", help=_LINE_HELP),
        Column(
            "counter_ask_to",
            "Counter-ask to",
            7.3,
            "level",
            help=_LEVEL_HELP,
            rule=_rule("counter_ask"),
            expected=TRADE_WORDS,
        ),
        Column("reason", "Reason", 26, "compact", help="Why; a stall needs one."),
        Column("also_ask", "Also ask", 10.8, "compact"),
    )
}
_ON_TRADES = (
    "verdict", "trade", "ask", "ask_line", "Ask from", "ask_to", "response", "counter_ask", "counter_ask_line",
    "Counter-ask from", "counter_ask_to", "Net", "Shortfall", "Note", "also_ask", "reason", "Cost", "Worth", "Mark", "Verdict",
    "Who may agree", "verdict of the row",
)  # fmt: skip
"""The columns of the Trades sheet from left to right, inputs and results: what a rep looks at is on the first screen."""
VERDICT_COLUMN = _ON_TRADES.index("verdict") + 1
"""Where the verdict is in words, with its shape and who may agree."""
ROW_VERDICT_COLUMN = _ON_TRADES.index("verdict of the row") + 1
"""Where each row has the verdict of its trade, for its colour."""


VERDICT_HEADERS = ("Verdict, and\nwho may agree", "Verdict of\nthe row")
"""The headers of these two columns."""


def _places_on_trades(names: Sequence[str]) -> tuple[int, ...]:
    return tuple(_ON_TRADES.index(name) + 1 for name in names)


TRADES_TABLE = TableSpec(
    "Trades",
    TRADES,
    4,
    min(_places_on_trades(TRADE_COLUMNS)),
    tuple(_TRADE_COLUMNS[name] for name in TRADE_COLUMNS),
    TRADE_ROWS,
    _places_on_trades(TRADE_COLUMNS),
)

# ── Stakeholders and client history ────────────────────────────────────────────────────────────────────────────
_ANSWERS = "A lever that would answer the need; it ranks our counter-asks."
STAKEHOLDERS_TABLE = TableSpec(
    "Stakeholders",
    STAKEHOLDERS,
    4,
    1,
    (
        Column("who", "Who", 22, help="A person on the client's side."),
        Column("role", "Role", 24, help="What they are, and what they decide."),
        Column("need", "Need", 44, "wrapped", help="What they need, in their own words."),
        Column("lever", "Lever", 22, choices="Lever_list", help=_ANSWERS),
        Column("lever_2", "Second lever", 22, choices="Lever_list", help=_ANSWERS),
        Column("lever_3", "Third lever", 22, choices="Lever_list", help=_ANSWERS),
        Column(
            "worth_to_them",
            "Worth to them\n(money)",
            15,
            "whole_money",
            help="Our estimate of what an answer is worth to them. It affects ranking only, not deal value.",
        ),
    ),
    STAKEHOLDER_ROWS,
)
HISTORY_TABLE = TableSpec(
    "History",
    HISTORY,
    6,
    1,
    (
        Column("date", "Date", 11, "date", help="The day: 2026-03-31."),
        Column(
            "event",
            "Event",
            12,
            choices="Event_list",
            help="A trade, a concession, a stall, a new version of a quote, or its rounds.",
        ),
        Column("client", "Client", 26),
        Column("quote", "Quote", 14, help="The number of the quote."),
        Column("lever", "Lever", 22, choices="Lever_list"),
        Column("from", "From\n(its unit)", 11, "level", help=_LEVEL_HELP),
        Column("to", "To\n(its unit)", 11, "level", help=_LEVEL_HELP),
        Column("cost", "Cost\n(money)", 13, "whole_money", help="What it cost us, as a minus."),
        Column(
            "worth",
            "Worth\n(money)",
            13,
            "whole_money",
            help="What we got for it was worth, as a plus; 0 where nothing was got.",
        ),
        Column(
            "in_return", "In return", 44, "wrapped", help="What we got in return, or why it stalled, or what changed."
        ),
    ),
    HISTORY_ROWS,
)

TABLES = (
    LINES,
    TERMS,
    TRADES_TABLE,
    POLICY_TABLE,
    ASSUMPTIONS_TABLE,
    LIMITS_TABLE,
    PRICE_BOOK_TABLE,
    STAKEHOLDERS_TABLE,
    HISTORY_TABLE,
)
TABLE_BY_NAME: Mapping[str, TableSpec] = {table.name: table for table in TABLES}
TABLE_SHEETS: Mapping[str, str] = {table.name: table.sheet for table in TABLES}
TABLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "Lines": ("line", "kind", "list_price", "unit_cost"),
    "Terms": ("term", "opening"),
    "Trades": ("trade", "ask", "ask_to", "counter_ask"),
    "Limits": ("lever", "rep_to", "manager_to"),
    "Assumptions": ("assumption", "value"),
    "Policy": ("policy", "value"),
    "Price_book": ("product", "valid_until", "source"),
    "Stakeholders": ("who", "role", "need"),
    "History": ("date", "event", "quote", "in_return"),
}
"""The headers by which a table is found where its name was lost; two of them are enough."""

# ── Results ─────────────────────────────────────────────────────────────────────────────────────────────
_MONEY_RESULTS = frozenset({"Cost", "Worth", "Net", "Shortfall", "Least net", "Greatest net", "Standard error"})


def _headers(fields: tuple[str, ...], money: frozenset[str] = _MONEY_RESULTS) -> tuple[str, ...]:
    return tuple(f"{field}\n(money)" if field in money else field for field in fields)


TRADE_RESULTS = ResultSpec(
    "trades",
    "Trade_results",
    TRADES,
    TRADES_TABLE.first,
    min(_places_on_trades(views.TRADE_RESULTS)),
    TRADE_ROWS,
    views.TRADE_RESULTS,
    ("level", "level", *["whole_money"] * 4, "mark", "compact", "text", "small"),
    "DEAL_TRADES",
    (*DEAL, TODAY, "Seal", "Approvals", "History", "Stakeholders", *OF_SEGMENT),
    views.TRADE_RESULTS,
    (7.3, 7.3, 10, 10, 8.4, 7.8, 6, 14.5, 10.5, 20.7),
    places=_places_on_trades(views.TRADE_RESULTS),
)
PICKS = ResultSpec(
    "picks",
    "Picks",
    TRADES,
    TRADES_TABLE.first,
    1,
    TRADE_ROWS,
    picks.COLUMNS,
    ("text",) * len(picks.COLUMNS),
    "DEAL_PICKS",
    (*DEAL, TODAY, "Seal", "History", "Stakeholders", *OF_SEGMENT, "Bundle_trade"),
)
"""What each row of the Trades sheet offers in its drop-down. It is on the sheet Results only."""
HEADLINE = ResultSpec(
    "headline",
    "Headline",
    QUOTE,
    12,
    1,
    4,
    views.HEADLINE,
    ("label", "whole_money", "whole_money", "whole_money"),
    "DEAL_VALUE",
    (*DEAL, *OF_SEGMENT),
    ("Headline", "Opening\n(money)", "Now\n(money)", "Change\n(money)"),
)
LIMITS_STATUS = ResultSpec(
    "limits_status",
    "Limits_status",
    LIMITS,
    3,
    1,
    2,
    ("subject", "state", "sentence"),
    ("bare", "bare", "bare"),
    "DEAL_LIMITS",
    ("Limits", "Policy", TODAY, "Assumptions", "Seal", "Price_book"),
)
MARGIN_BY_YEAR = ResultSpec(
    "margin_by_year",
    "Margin_by_year",
    MARGIN,
    6,
    1,
    views.YEAR_ROWS,
    views.MARGIN_BY_YEAR,
    ("label", *["money"] * 7),
    "DEAL_MARGIN",
    (*DEAL, *OF_SEGMENT),
    _headers(views.MARGIN_BY_YEAR, frozenset(views.MARGIN_BY_YEAR[1:])),
    is_open_ended=True,
)
COMPONENTS = ResultSpec(
    "components",
    "Components",
    MARGIN,
    25,
    1,
    len(COMPONENT_NAMES) + 1,
    views.COMPONENT_CHANGE,
    ("label", *["money"] * 3),
    "DEAL_COMPONENTS",
    (*DEAL, *OF_SEGMENT),
    _headers(views.COMPONENT_CHANGE, frozenset(views.COMPONENT_CHANGE[1:])),
)
SHARES = ResultSpec(
    "shares",
    "Fair_shares",
    MARGIN,
    25,
    6,
    TRADE_ROWS,
    views.SHARES,
    ("label", *["money"] * 6, "text", "text", "money"),
    "DEAL_SHARES",
    (*DEAL, "Seal", "History", *OF_SEGMENT),
    _headers(views.SHARES),
    is_open_ended=True,
)
DRAG = ResultSpec(
    "drag",
    "Drag",
    HISTORY,
    5,
    1,
    1,
    ("sentence",),
    ("bare",),
    "DEAL_DRAG",
    (*DEAL, "History", *OF_SEGMENT),
)
"""On the Client history sheet, below the sentence on what was given: the drag on renewals, a line of its own."""
NOTES = ResultSpec(
    "notes",
    "Notes",
    QUOTE,
    HEADLINE.bottom + 1,
    6,
    NOTE_ROWS,
    ("sentence",),
    ("bare",),
    "DEAL_NOTES",
    (*DEAL, TODAY, "Seal", *OF_SEGMENT, "Approvals"),
)
"""On the Quote sheet: what the opening gave against the standard, and how many placeholders the verdicts rest on."""
OPENING = ResultSpec(
    "opening",
    "Opening_against_standard",
    QUOTE,
    TERMS.bottom + 5,
    1,
    opening_views.OPENING_ROWS,
    opening_views.OPENING,
    ("label", "whole_money", "text", "level", "level", "text"),
    "DEAL_OPENING",
    (*DEAL, TODAY, "Seal", *OF_SEGMENT),
    ("Lever", "Value\n(money)", "Line", "Standard", "Opening level", "Needs at least"),
    is_open_ended=True,
)
"""On the Quote sheet, below the opening terms: each difference from the standard."""
RESULTS = (
    HEADLINE,
    TRADE_RESULTS,
    PICKS,
    COUNTER_ASK_RESULTS,
    BUNDLES,
    PACKAGES,
    OFFERS,
    PREPARED,
    RULES,
    RATES,
    EXPLANATION,
    BRIDGE,
    FLIPS,
    MARGIN_BY_YEAR,
    COMPONENTS,
    SHARES,
    LIMITS_STATUS,
    DRAG,
    NOTES,
    OPENING,
)


def live_top(result: ResultSpec) -> int:
    """The first row of a result's array formula on the Results sheet, where they stand one below the other."""
    before = RESULTS[: RESULTS.index(result)]
    return 2 + sum(one.rows + 2 for one in before)


def live_name(result: ResultSpec) -> str:
    """The defined name of a result's array on the Results sheet."""
    return f"{result.name}_live"
