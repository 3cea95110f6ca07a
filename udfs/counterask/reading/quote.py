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

from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.language import ENGLISH
from ..inputs.levers import EVERY_KIND, LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from ..inputs.price_book import PriceBook
from ..inputs.terms import Address, Assumptions, CompanyLever, Deal, Line, Terms, units_of
from ..pricing.liability import CLASSES
from ..pricing.valuation import unknown_inputs
from ..verdicts.ledger import no_price
from ..verdicts.limits import Limits, Policy
from ..verdicts.trades import Rules, Trade, Verdict
from .cells import ABSENT, Fault
from .evidence import read_evidence
from .history import COLUMNS as HISTORY_COLUMNS
from .history import Concession, read_history
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .limit_rows import read_limits
from .names import known_name, name_key
from .pairs import read_pairs
from .policy import POLICY as POLICY
from .policy import read_policy
from .price_book import COLUMNS as PRICE_BOOK_COLUMNS
from .price_book import check_products, read_price_book
from .problems import Problem, in_order
from .removed import unknown_name
from .stakeholders import COLUMNS as STAKEHOLDER_COLUMNS
from .stakeholders import LEVER_COLUMNS
from .tables import KIND_BY_WORD, TABLES, Columns, Table, by_word, language_of_headers, plain
from .trade_rows import COLUMNS as TRADE_COLUMNS
from .trade_rows import TradePlace, read_trades

T = TypeVar("T")

READ_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Lines": ("line", "name", "kind", "product", *(lever.name for lever in LINE_LEVERS)),
    "Terms": ("term", "opening"),
    "Trades": TRADE_COLUMNS,
    "Limits": LIMIT_COLUMNS,
    "Assumptions": ("assumption", "value", "segment", "evidence"),
    "Policy": ("policy", "value", "segment"),
    "Price_book": PRICE_BOOK_COLUMNS,
    "Stakeholders": (*STAKEHOLDER_COLUMNS, *LEVER_COLUMNS.values()),
    "History": HISTORY_COLUMNS,
}
"""The columns of each table that a quote is read from; what else is in a table is for people."""


@dataclass(frozen=True)
class Quote:
    """Everything read from one quote.

    limits : None where the input holds none, and then nothing is said of authority. places : where each input stands.
    header : client, segment, currency and the like, as text by name. problems : what is wrong; where there is any, the quote
    must not be valued. history : what this client was given before. price_book : None where there is none.
    is_opening_approved : whether a valid approval covers the opening terms. evidence : where an assumption comes from, by its
    name. language : in which it is written, by the headers of its lines.
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
    price_book: PriceBook | None = None
    is_opening_approved: bool = False
    evidence: Mapping[str, str] = field(default_factory=dict)
    language: str = ENGLISH

    @property
    def segment(self) -> str:
        """The kind of client or market; "" where the quote names none."""
        return self.header.get("segment", "").strip()

    def rules(self, as_of: date | None) -> Rules:
        """What verdicts of this quote are given by on a day: limits, policy and price book as they hold for its lines and
        segment."""
        limits = self.limits
        if limits is not None:
            products = tuple((line.name, line.product) for line in self.deal.lines if line.product)
            names = self.price_book.names() if self.price_book is not None else frozenset()
            catalogue = names | {product for _, product in products}
            limits = replace(limits, segment=self.segment, products=products, catalogue=catalogue)
        is_taught = any(row.taught_discount for row in self.history)
        return Rules(limits, self.policy, as_of, is_taught, self.price_book, self.is_opening_approved)

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
    segment: str,
    read: Callable[[Table, dict[Address, str], list[Problem], str], T],
) -> T:
    """What `read` makes of a table for a segment; where there is a memory, only once for the same cells at the same place."""
    if memory is None or any(type(cell) is bool for row in table.rows for cell in row):  # True would pass for 1
        return read(table, places, problems, segment)
    key = (table.name, table.locate(0, 0), table.currency, name_key(segment), tuple(map(tuple, table.rows)))
    if key not in memory:
        if len(memory) >= _MOST_REMEMBERED:
            memory.clear()
        own_places: dict[Address, str] = {}
        own_problems: list[Problem] = []
        memory[key] = (read(table, own_places, own_problems, segment), own_places, own_problems)
    result, own_places, own_problems = memory[key]
    for address, place in own_places.items():
        places.setdefault(address, place)
    problems.extend(own_problems)
    return cast(T, result)


def _read_assumptions(table: Table, places: dict[Address, str], problems: list[Problem], segment: str) -> Assumptions:
    return Assumptions(**read_pairs(table, "assumption", "value", list(ASSUMPTIONS), places, problems, segment))


def _read_price_book(table: Table, places: dict[Address, str], problems: list[Problem], segment: str) -> PriceBook:
    return read_price_book(table, problems)


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
        _read_assumptions(tables["Assumptions"], {}, problems, "")
    if "Policy" in tables:
        policy = read_policy(tables["Policy"], {}, problems, "")[0]
    return policy, company, in_order(problems)


def read_quote(
    tables: Mapping[str, Table],
    header: Mapping[str, str] | None = None,
    memory: Memory | None = None,
    *,
    is_opening_approved: bool = False,
) -> Quote:
    """Read a quote from its tables: Lines, Terms and Assumptions always; Trades, Limits, Policy, Price_book and History where
    there are any. What is wrong in the history is a problem only where the policy lets its drag count in verdicts.

    header : what the quote says of itself; limits, policy and assumptions are read for its segment. memory : kept by the caller
    between quotes, so that limits and assumptions that many of them share are read once. Never raises on what stands in a cell:
    problems are in the result, sorted by place.
    """
    problems: list[Problem] = []
    places: dict[Address, str] = {}
    header = dict(header or {})
    segment = header.get("segment", "").strip()
    policy, currency_place = Policy(), ""
    if "Policy" in tables:
        policy, currency_place = _once(memory, tables["Policy"], places, problems, segment, read_policy)
    currency = header.get("currency") or policy.currency
    tables = {name: replace(table, currency=currency) for name, table in tables.items()}
    product_places: dict[int, str] = {}
    lines = _read_lines(tables["Lines"], places, product_places, problems)
    book: PriceBook | None = None
    if "Price_book" in tables:
        listed = _once(memory, tables["Price_book"], places, problems, segment, _read_price_book)
        book = listed if listed.products else None  # a table without a product is no price book
        products = [product.name for product in listed.products]
        lines = tuple(replace(line, product=known_name(line.product, products)) for line in lines)
    terms = Terms(
        **read_pairs(tables["Terms"], "term", "opening", [lever.quantity for lever in TERM_LEVERS], places, problems)
    )
    assumptions = _once(memory, tables["Assumptions"], places, problems, segment, _read_assumptions)
    limits: Limits | None = None
    company: tuple[CompanyLever, ...] = ()
    if "Limits" in tables:
        limits, company = _once(memory, tables["Limits"], places, problems, segment, read_limits)
        names = [name for line in lines for name in (line.name, line.product) if name]
        limits = _by_our_names(limits, names, segment)
        company = _opening_units(tables["Terms"], company, places, problems)
    else:
        _opening_units(tables["Terms"], (), places, problems)
    deal = Deal(lines, terms, assumptions, company)
    check_deal(deal, places, problems)
    if book is not None:
        check_products(deal, book, currency, product_places, problems)
    if policy.currency and header.get("currency") and policy.currency.upper() != header["currency"].upper():
        problems.append(
            Problem(
                currency_place,
                "currency",
                f"found {policy.currency[:60]}, but the quote is in {header['currency'][:60]}",
                "limits and quote in one currency",
                f"Ask your manager for limits in {header['currency'][:60]}, or quote in {policy.currency[:60]} and name what the "
                "client pays in as the client's currency.",
                (6, 0, 0),
            )
        )
    trades: tuple[Trade, ...] = ()
    rows: dict[str, TradePlace] = {}
    if "Trades" in tables:
        trades, rows = read_trades(tables["Trades"], deal, problems)
    found = in_order(problems)
    evidence = read_evidence(tables["Assumptions"], segment)
    language = language_of_headers(tables["Lines"].rows[0]) if tables["Lines"].rows else ENGLISH
    whole = (policy, header, places, rows, found, (), book, is_opening_approved, evidence, language)
    quote = Quote(deal, trades, limits, *whole)
    return with_history(quote, tables["History"]) if "History" in tables else quote


def with_history(quote: Quote, table: Table) -> Quote:
    """A quote that was read without a history, with the history of its client.

    What is wrong in the history is a problem only where the policy lets its drag count in verdicts.
    """
    problems = list(quote.problems)
    table = replace(table, currency=quote.header.get("currency") or quote.policy.currency)
    history = read_history(table, quote.deal, problems if quote.policy.drag_counts else [])
    return replace(quote, history=history, problems=in_order(problems))


def _by_our_names(limits: Limits, names: Sequence[str], segment: str) -> Limits:
    """The limits with each line, product and segment by the name that the quote has for it."""
    own = [(row.line and known_name(row.line, names), known_name(row.segment, [segment])) for row in limits.rows]
    if own == [(row.line, row.segment) for row in limits.rows]:
        return limits
    rows = zip(limits.rows, own, strict=True)
    return Limits(tuple(replace(row, line=line, segment=whose) for row, (line, whose) in rows))


def _read_lines(
    table: Table, places: dict[Address, str], products: dict[int, str], problems: list[Problem]
) -> tuple[Line, ...]:
    """The lines. `places` and `products` get the places of their inputs and of their products."""
    names = ["name", "kind", "product", *(lever.name for lever in LINE_LEVERS)]
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
        kind = KIND_BY_WORD.get(plain(word))
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
        products[len(lines)] = columns.place(row, "product")
        lines.append(Line(name, kind, product=columns.text(row, "product"), **values))
    if not lines and not any(problem.order[0] == 1 for problem in problems):
        problems.append(table.problem(0, 0, "lines", Fault("found no line", "at least one line", "Type what is sold.")))
    return tuple(lines)


def _opening_units(
    table: Table, company: Sequence[CompanyLever], places: dict[Address, str], problems: list[Problem]
) -> tuple[CompanyLever, ...]:
    """Company levers with the units that the opening terms hold (0 where the terms do not name them)."""
    columns = Columns.find(table, ["term", "opening"], [], problems)
    known = by_word(TERM_LEVERS)
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
                    unknown_name(columns.text(row, "term"), "the name of a term or of a company lever"),
                    "",
                )
            )
            continue
        places.setdefault((None, lever.name), columns.place(row, "opening"))
        units[lever.name] = columns.number(row, "opening", units_of(lever), problems)
    return tuple(replace(lever, units=units.get(lever.name, 0.0)) for lever in company)


def check_deal(deal: Deal, places: Mapping[Address, str], problems: list[Problem]) -> None:
    """Report what no single cell shows: inputs that contradict each other.

    places : where each input is; an input that is not in it is reported by the name of its table.
    """

    def report(table: str, address: Address, found: str, expected: str, remedy: str) -> None:
        order = (TABLES.index(table), 0, 0)
        problems.append(Problem(places.get(address, table), address[1], found, expected, remedy, order))

    horizon = deal.assumptions.horizon_months
    if not math.isnan(horizon) and horizon % 12:
        report(
            "Assumptions",
            (None, "horizon_months"),
            f"found {horizon:g}",
            "whole years: a multiple of 12 months",
            "Type 60.",
        )
    if (fault := no_price(deal, {})) is not None:
        unlimited = [claims.multiple for claims in CLASSES if math.isinf(deal.input_at((None, claims.multiple)))]
        name = unlimited[0] if fault.verdict == Verdict.BLOCKED and unlimited else "months_brought_forward"
        report("Terms", (None, name), fault.note, "", "Correct the opening terms.")
