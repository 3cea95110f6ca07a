"""A quote: a deal with its trades, limits and policy, read from tables.

`read_quote` is the one parser: the workbook, JSON and the spreadsheet functions all hand it tables. It reports every
problem it finds. A blank input is no problem: it is unknown, and `Quote.places` tells where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar, cast

from ..inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from ..inputs.levers import EVERY_KIND, LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from ..inputs.quantities import MONEY, NUMBER, SHARE, SWITCH, Quantity
from ..inputs.terms import Address, Assumptions, CompanyLever, Deal, Line, Terms, units_of
from ..pricing.valuation import unknown_inputs
from ..verdicts.limits import Limits, Policy
from ..verdicts.trades import Rules, Trade, no_price
from .cells import ABSENT, Fault
from .history import COLUMNS as HISTORY_COLUMNS
from .history import Concession, read_history
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .limit_rows import read_limits
from .names import known_line, name_key
from .problems import Problem, in_order
from .stakeholders import COLUMNS as STAKEHOLDER_COLUMNS
from .stakeholders import LEVER_COLUMNS
from .tables import TABLES, Columns, Table, plain
from .trade_rows import COLUMNS as TRADE_COLUMNS
from .trade_rows import TradePlace, read_trades

T = TypeVar("T")
_KINDS = {plain(kind): kind for kind in Kind}

POLICY: tuple[Quantity, ...] = (
    Quantity("required_ratio", NUMBER, 0.0, 100.0, 1.0, "Worth that a counter-ask must have for each unit of cost."),
    Quantity("soft_share_cap", SHARE, 0.0, 1.0, 0.25, "Share of what is required that soft value may cover."),
    Quantity("minimum_margin", SHARE, -1.0, 1.0, 0.2, "Least margin of a deal, as a share of its revenue."),
    Quantity(
        "manager_early_above",
        MONEY,
        0.0,
        1e12,
        500_000.0,
        "ACV above which a manager joins from the start.",
        none_means="never",
    ),
    Quantity("stalls_allowed", "stalls", 0.0, 1000.0, 2.0, "Stalls that a quote may hold.", whole=True),
    Quantity(
        "taught_discount_drag",
        SHARE,
        0.0,
        1.0,
        0.5,
        "Share of a discount, once given for nothing, that is expected again at renewals.",
    ),
    Quantity(
        "drag_counts",
        SWITCH,
        0.0,
        1.0,
        1.0,
        "Whether that counts in verdicts, as cost of a further discount for such a client.",
    ),
)


READ_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Lines": ("line", "name", "kind", *(lever.name for lever in LINE_LEVERS)),
    "Terms": ("term", "opening"),
    "Trades": TRADE_COLUMNS,
    "Limits": LIMIT_COLUMNS,
    "Assumptions": ("assumption", "value"),
    "Policy": ("policy", "value"),
    "Stakeholders": (*STAKEHOLDER_COLUMNS, *LEVER_COLUMNS.values()),
    "History": HISTORY_COLUMNS,
}
"""The columns of each table that a quote is read from; what else is in a table is for people."""


@dataclass(frozen=True)
class Quote:
    """Everything read from one quote.

    limits : None where the input holds none, and then nothing is said of authority. places : where each input stands.
    header : client, currency and the like, as text by name. problems : what is wrong; where there is any, the quote
    must not be valued. history : what this client was given before.
    """

    deal: Deal
    trades: tuple[Trade, ...] = ()
    limits: Limits | None = None
    policy: Policy = Policy()
    header: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[Address, str] = field(default_factory=dict)
    trade_places: Mapping[str, TradePlace] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    history: tuple[Concession, ...] = ()

    def rules(self, as_of: date | None) -> Rules:
        """What verdicts of this quote are given by on a day."""
        return Rules(self.limits, self.policy, as_of, any(row.taught_discount for row in self.history))

    def unknown(self) -> tuple[str, ...]:
        """The blank inputs that the value needs, each as "place (name)"."""
        return tuple(
            f"{self.places.get(address, 'missing')} ({self.deal.spoken(address)})"
            for address in unknown_inputs(self.deal)
        )


Memory = dict[object, Any]
"""What was read from tables that many quotes share, for `read_quote`."""
_MOST_REMEMBERED = 256


def _once(
    memory: Memory | None,
    table: Table,
    places: dict[Address, str],
    problems: list[Problem],
    read: Callable[[Table, dict[Address, str], list[Problem]], T],
) -> T:
    """What `read` makes of a table; where there is a memory, only once for the same cells at the same place."""
    if memory is None or any(type(cell) is bool for row in table.rows for cell in row):  # True would pass for 1
        return read(table, places, problems)
    key = (table.name, table.locate(0, 0), table.currency, tuple(map(tuple, table.rows)))
    if key not in memory:
        if len(memory) >= _MOST_REMEMBERED:
            memory.clear()
        own_places: dict[Address, str] = {}
        own_problems: list[Problem] = []
        memory[key] = (read(table, own_places, own_problems), own_places, own_problems)
    result, own_places, own_problems = memory[key]
    for address, place in own_places.items():
        places.setdefault(address, place)
    problems.extend(own_problems)
    return cast(T, result)


def _read_assumptions(table: Table, places: dict[Address, str], problems: list[Problem]) -> Assumptions:
    return Assumptions(**_read_pairs(table, "assumption", "value", list(ASSUMPTIONS), places, problems))


def read_standard(tables: Mapping[str, Table]) -> tuple[Policy, tuple[CompanyLever, ...], tuple[Problem, ...]]:
    """Policy and company levers of limits that stand without a quote, and what is wrong with them.

    tables : Limits, Assumptions and Policy, those of them that there are.
    """
    problems: list[Problem] = []
    company: tuple[CompanyLever, ...] = ()
    policy = Policy()
    if "Limits" in tables:
        company = read_limits(tables["Limits"], {}, problems)[1]
    if "Assumptions" in tables:
        _read_assumptions(tables["Assumptions"], {}, problems)
    if "Policy" in tables:
        policy = _read_policy(tables["Policy"], {}, problems)[0]
    return policy, company, in_order(problems)


def read_quote(
    tables: Mapping[str, Table], header: Mapping[str, str] | None = None, memory: Memory | None = None
) -> Quote:
    """Read a quote from its tables: Lines, Terms and Assumptions always; Trades, Limits, Policy and History where there are
    any. What is wrong in the history is a problem only where the policy lets its drag count in verdicts.

    memory : kept by the caller between quotes, so that limits and assumptions that many of them share are read once.
    Never raises on what stands in a cell: problems are in the result, sorted by place.
    """
    problems: list[Problem] = []
    places: dict[Address, str] = {}
    header = dict(header or {})
    currency = header.get("currency") or ("Policy" in tables and _currency(tables["Policy"])[0]) or ""
    tables = {name: replace(table, currency=currency) for name, table in tables.items()}
    lines = _read_lines(tables["Lines"], places, problems)
    terms = Terms(
        **_read_pairs(tables["Terms"], "term", "opening", [lever.quantity for lever in TERM_LEVERS], places, problems)
    )
    assumptions = _once(memory, tables["Assumptions"], places, problems, _read_assumptions)
    limits: Limits | None = None
    company: tuple[CompanyLever, ...] = ()
    if "Limits" in tables:
        limits, company = _once(memory, tables["Limits"], places, problems, read_limits)
        limits = _on_lines(limits, lines)
        company = _opening_units(tables["Terms"], company, places, problems)
    else:
        _opening_units(tables["Terms"], (), places, problems)
    deal = Deal(lines, terms, assumptions, company)
    _check_deal(deal, places, problems)
    policy, currency_place = Policy(), ""
    if "Policy" in tables:
        policy, currency_place = _once(memory, tables["Policy"], places, problems, _read_policy)
    if policy.currency and header.get("currency") and policy.currency.upper() != header["currency"].upper():
        problems.append(
            Problem(
                currency_place,
                "currency",
                f"found {policy.currency[:60]}, but the quote is in {header['currency'][:60]}",
                "limits and quote in one currency",
                "Use the limits of the quote's currency.",
                (6, 0, 0),
            )
        )
    trades: tuple[Trade, ...] = ()
    rows: dict[str, TradePlace] = {}
    if "Trades" in tables:
        trades, rows = read_trades(tables["Trades"], deal, problems)
    history: tuple[Concession, ...] = ()
    if "History" in tables:
        history = read_history(tables["History"], deal, problems if policy.drag_counts else [])
    return Quote(deal, trades, limits, policy, header, places, rows, in_order(problems), history)


def _on_lines(limits: Limits, lines: Sequence[Line]) -> Limits:
    """The limits with each line by the name that the quote has for it."""
    names = [row.line and known_line(row.line, lines) for row in limits.rows]
    if names == [row.line for row in limits.rows]:
        return limits
    return Limits(tuple(replace(row, line=name) for row, name in zip(limits.rows, names, strict=True)))


def _read_lines(table: Table, places: dict[Address, str], problems: list[Problem]) -> tuple[Line, ...]:
    names = ["name", "kind", *(lever.name for lever in LINE_LEVERS)]
    needed = [lever.name for lever in LINE_LEVERS if lever.kinds == EVERY_KIND and math.isnan(lever.quantity.neutral)]
    columns = Columns.find(table, names, ["name", "kind", *needed], problems, {"name": "line"})
    if "name" not in columns.at or "kind" not in columns.at:
        return ()
    lines: list[Line] = []
    names_so_far: set[str] = set()
    for row in columns.filled_rows():
        name = columns.text(row, "name")
        if not name:
            problems.append(
                columns.problem(row, "name", Fault("found a line without a name", "a name", "Name the line."))
            )
            continue
        if name_key(name) in names_so_far:
            problems.append(
                columns.problem(
                    row,
                    "name",
                    Fault(f'found "{name[:60]}" twice', "each line's name once", "Rename one of the lines."),
                )
            )
            continue
        names_so_far.add(name_key(name))
        word = columns.text(row, "kind")
        kind = _KINDS.get(plain(word))
        if kind is None:
            found = f'found "{word[:60]}"' if word else "found no kind"
            problems.append(
                columns.problem(
                    row,
                    "kind",
                    Fault(found, " or ".join(Kind), "Choose one from the list."),
                )
            )
            continue
        values = {}
        for lever in inputs_of(kind):
            if lever.name in columns.at:
                places[len(lines), lever.name] = columns.place(row, lever.name)
            if columns.cell(row, lever.name) is not ABSENT:
                values[lever.name] = columns.number(row, lever.name, lever.quantity, problems)
        lines.append(Line(name, kind, **values))
    if not lines and not any(problem.order[0] == 1 for problem in problems):
        problems.append(table.problem(0, 0, "lines", Fault("found no line", "at least one line", "Type what is sold.")))
    return tuple(lines)


def _read_pairs(
    table: Table,
    name_column: str,
    value_column: str,
    quantities: Sequence[Quantity],
    places: dict[Address, str],
    problems: list[Problem],
) -> dict[str, float]:
    """Read a table of names and values. Unknown names are left to the caller."""
    wanted = [name_column, value_column]
    columns = Columns.find(table, wanted, wanted, problems)
    if len(columns.at) < 2:
        return {}
    by_word = {plain(word): quantity for quantity in quantities for word in (quantity.name, quantity.label)}
    values: dict[str, float] = {}
    for row in columns.filled_rows():
        quantity = by_word.get(plain(columns.cell(row, name_column)))
        if not columns.text(row, name_column):
            fault = Fault("found a value without a name", f"the name of the {name_column}", "Name it or clear it.")
            problems.append(columns.problem(row, name_column, fault, ""))
        elif quantity is None:
            if quantities[0].name in ASSUMPTION_BY_NAME:
                problems.append(
                    columns.problem(
                        row,
                        name_column,
                        Fault(
                            f'found "{columns.text(row, name_column)[:60]}"',
                            "the name of an assumption",
                            "Correct or clear the row.",
                        ),
                        "",
                    )
                )
        elif quantity.name in values:
            problems.append(
                columns.problem(
                    row,
                    name_column,
                    Fault(
                        f'found "{columns.text(row, name_column)}" twice', "each name once", "Clear one of the rows."
                    ),
                )
            )
        else:
            places[None, quantity.name] = columns.place(row, value_column)
            values[quantity.name] = columns.number(row, value_column, quantity, problems)
    return values


def _opening_units(
    table: Table, company: Sequence[CompanyLever], places: dict[Address, str], problems: list[Problem]
) -> tuple[CompanyLever, ...]:
    """Company levers with the units that the opening terms hold (0 where the terms do not name them)."""
    columns = Columns.find(table, ["term", "opening"], [], problems)
    known = {plain(word) for lever in TERM_LEVERS for word in (lever.name, lever.label)}
    units: dict[str, float] = {}
    for row in columns.filled_rows(["term"]):
        word = plain(columns.cell(row, "term"))
        if word in known:
            continue
        lever = next((one for one in company if plain(one.name) == word), None)
        if lever is None:
            problems.append(
                columns.problem(
                    row,
                    "term",
                    Fault(
                        f'found "{columns.text(row, "term")[:60]}"',
                        "the name of a term or of a company lever",
                        "Correct or clear the row.",
                    ),
                    "",
                )
            )
            continue
        places.setdefault((None, lever.name), columns.place(row, "opening"))
        units[lever.name] = columns.number(row, "opening", units_of(lever), problems)
    return tuple(replace(lever, units=units.get(lever.name, 0.0)) for lever in company)


def _currency(table: Table) -> tuple[str, str]:
    """The currency that a policy is in, and the place of its cell; "" where it does not say."""
    columns = Columns.find(table, ["policy", "value"], [], [])
    rows = (row for row in columns.filled_rows(["policy"]) if plain(columns.cell(row, "policy")) == "currency")
    row = next(rows, None)
    return ("", "") if row is None else (columns.text(row, "value"), columns.place(row, "value"))


def _read_policy(table: Table, places: dict[Address, str], problems: list[Problem]) -> tuple[Policy, str]:
    values = _read_pairs(table, "policy", "value", POLICY, {}, problems)
    columns = Columns.find(table, ["policy", "value"], [], problems)
    currency, place = _currency(table)
    known = {plain(word) for quantity in POLICY for word in (quantity.name, quantity.label)}
    for row in columns.filled_rows(["policy"]):
        word = plain(columns.cell(row, "policy"))
        if word not in known and word != "currency":
            problems.append(
                columns.problem(
                    row,
                    "policy",
                    Fault(
                        f'found "{columns.text(row, "policy")[:60]}"',
                        "the name of a policy",
                        "Correct or clear the row.",
                    ),
                    "",
                )
            )
    standing = {name: value for name, value in values.items() if not math.isnan(value)}
    return Policy(**standing, currency=currency), place


def _check_deal(deal: Deal, places: Mapping[Address, str], problems: list[Problem]) -> None:
    """What no single cell shows: inputs that contradict each other."""

    def report(table: str, address: Address, found: str, expected: str, remedy: str) -> None:
        order = (TABLES.index(table), 0, 0)
        problems.append(Problem(places.get(address, table), address[1], found, expected, remedy, order))

    terms, horizon = deal.terms, deal.assumptions.horizon_months
    if not math.isnan(horizon) and horizon % 12:
        report(
            "Assumptions",
            (None, "horizon_months"),
            f"found {horizon:g}",
            "whole years: a multiple of 12 months",
            "Type 60.",
        )
    if math.isfinite(terms.uplift_cap) and terms.uplift_floor > terms.uplift_cap:
        report(
            "Terms",
            (None, "uplift_floor"),
            f"found {terms.uplift_floor:g}, above uplift_cap {terms.uplift_cap:g}",
            "a floor that is not above the cap",
            "Lower the floor or raise the cap.",
        )
    if (fault := no_price(deal, {})) is not None:
        blocked = math.isinf(terms.liability_cap_multiple)
        name = "liability_cap_multiple" if blocked else "months_brought_forward"
        report("Terms", (None, name), fault[1], "", "Mend the opening terms.")
