"""A deal as JSON, read and written: the names of the inputs, `null` for "none", a missing name for the neutral level.

Reading turns the document into the same tables that a workbook has and hands them to the one parser; places are then
paths such as `trades[2].asks[0].to`. Unknown top-level keys (a note, expected results) are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.levers import LINE_LEVERS, TERM_LEVERS, inputs_of
from ..inputs.price_book import PRICED, Product
from ..inputs.quantities import Quantity
from ..inputs.terms import Address
from ..verdicts.limits import Policy
from .cells import ABSENT, Nested, is_blank
from .history import Concession, history_table
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .policy import AUTHORITIES
from .price_book import COLUMNS as BOOK_COLUMNS
from .problems import Problem, in_order
from .quote import POLICY, Quote, read_quote
from .tables import TABLES, Table
from .trade_rows import COLUMNS as TRADE_COLUMNS


class _Grid:
    """Rows of cells with the path of each."""

    def __init__(self, name: str, header: Sequence[str], path: str) -> None:
        self.name, self.path = name, path
        self.rows: list[list[object]] = [list(header)]
        self.paths: list[list[str]] = [[path] * len(header)]

    def add(self, cells: Sequence[object], paths: Sequence[str]) -> None:
        self.rows.append(list(cells))
        self.paths.append(list(paths))

    def table(self) -> Table:
        def locate(row: int, column: int) -> str:
            return self.paths[row][column] if row < len(self.paths) and column < len(self.paths[row]) else self.path

        return Table(self.name, self.rows, locate)


def read_deal(document: object) -> Quote:
    """Read a deal from parsed JSON. Problems are in the result; nothing raises on what the document holds."""
    problems: list[Problem] = []
    if not isinstance(document, Mapping):
        found = f"found {_kind_of(document)}"
        problems.append(_problem("the document", 0, 0, found, "an object with lines, terms and assumptions"))
        document = {}
    header, is_opening_approved = _header(document, problems)
    tables = {
        "Lines": _rows(document, "lines", "Lines", ("name", "kind", "product", *(lever.name for lever in LINE_LEVERS)), problems),
        "Terms": _pairs(document, "terms", "Terms", ("term", "opening"), problems),
        "Assumptions": _pairs(document, "assumptions", "Assumptions", ("assumption", "value", "segment", "evidence"), problems),
        "Trades": _trades(document, problems),
    }
    if "limits" in document:
        tables["Limits"] = _rows(document, "limits", "Limits", LIMIT_COLUMNS, problems)
    if "policy" in document:
        tables["Policy"] = _pairs(document, "policy", "Policy", ("policy", "value", "segment"), problems)
    if "price_book" in document:
        tables["Price_book"] = _rows(document, "price_book", "Price_book", BOOK_COLUMNS, problems)
    if document.get("history"):
        tables["History"] = history_table(document["history"])
    given = {name: tables[name] for name in TABLES if name in tables}
    quote = read_quote(given, header, is_opening_approved=is_opening_approved)
    places: dict[Address, str] = {(None, lever.name): f"terms.{lever.name}" for lever in TERM_LEVERS}
    places |= {(None, item.name): f"assumptions.{item.name}" for item in ASSUMPTIONS}
    return replace(quote, places=places | dict(quote.places), problems=in_order((*problems, *quote.problems)))


_TEXTS = {"client": "Acme", "currency": "EUR", "segment": "Enterprise"}
_OF_QUOTE = {"number": "quote_number", "date": "quote_date"}
"""Names in the object `quote` that the header has under other ones."""


def _header(document: Mapping[str, object], problems: list[Problem]) -> tuple[dict[str, str], bool]:
    """What the quote says of itself, from the object `quote` or from the document itself, and whether its opening is approved."""
    header: dict[str, str] = {}
    given = document.get("quote", {})
    if not isinstance(given, Mapping):
        expected = "an object with client, segment, currency and the like"
        problems.append(_problem("quote", 0, 0, f"found {_kind_of(given)}", expected))
        given = {}
    approved = given.get("opening_approved", False)
    if not isinstance(approved, bool):
        problems.append(_problem("quote.opening_approved", 0, 0, f"found {_kind_of(approved)}", "true or false"))
        approved = False
    others = tuple(name for name in given if name not in _TEXTS)
    for path, values, names in (("quote.", given, (*_TEXTS, *others)), ("", document, tuple(_TEXTS))):
        for name in names:
            value = values.get(name)
            if isinstance(value, str):
                header.setdefault(_OF_QUOTE.get(name, name), value)
            elif value is not None and name in _TEXTS:
                expected = f"a text such as {_TEXTS[name]}"
                problems.append(_problem(f"{path}{name}", 0, 0, f"found {_kind_of(value)}", expected))
    return header, approved


def _problem(where: str, table: int, row: int, found: str, expected: str, remedy: str = "") -> Problem:
    """A problem with the shape of the document, sorted in among those with its values."""
    return Problem(where, "", found, expected, remedy, (table, row, 0))


def _kind_of(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _cell(value: object) -> object:
    """A JSON value as a cell: null is the word "none"; anything nested is kept as what it is."""
    if value is None:
        return "none"
    return value if isinstance(value, str | int | float | bool) else Nested(_kind_of(value))


def _pairs(
    document: Mapping[str, object], key: str, name: str, header: Sequence[str], problems: list[Problem]
) -> Table:
    """A table of names and values. header : its columns; the evidence of a value is in an object of its own."""
    grid = _Grid(name, header, key)
    values = document.get(key, {})
    if not isinstance(values, Mapping):
        found = f"found {_kind_of(values)}"
        problems.append(_problem(key, TABLES.index(name), 0, found, "an object of names and numbers"))
        values = {}
    evidence = words if isinstance(words := document.get("evidence"), Mapping) else {}
    for word, value in values.items():
        cells = [word, _cell(value), ABSENT, _cell(evidence.get(word, ""))]
        grid.add(cells[: len(header)], [f"{key}.{word}"] * len(header))
    for number, item in enumerate(_of_segments(document, header[0], problems)):
        path = f"by_segment[{number}]"
        cells = [item.get(header[0]), _cell(item.get("value")), item.get("segment"), _cell(item.get("evidence", ""))]
        grid.add(cells[: len(header)], [f"{path}.{name}" for name in header])
    return grid.table()


def _of_segments(document: Mapping[str, object], kind: str, problems: list[Problem]) -> list[Mapping[str, object]]:
    """The items of `by_segment` that are about an assumption, or about a policy: values of one segment."""
    if kind not in ("assumption", "policy") or "by_segment" not in document:
        return []
    found = problems if kind == "assumption" else []
    items = _objects(document["by_segment"], "by_segment", TABLES.index("Assumptions"), 0, found)
    return [item for item in items if kind in item]


def _objects(value: object, path: str, table: int, row: int, problems: list[Problem]) -> list[Mapping[str, object]]:
    """The objects of a list; what is none is reported. row : the row of the table at which the list starts."""
    if not isinstance(value, list):
        problems.append(_problem(path, table, row, f"found {_kind_of(value)}", "a list of objects"))
        return []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            problems.append(_problem(f"{path}[{number}]", table, row, f"found {_kind_of(item)}", "an object"))
    return [item if isinstance(item, Mapping) else {} for item in value]


def _unknown_names(
    item: Mapping[str, object], path: str, names: Sequence[str], table: int, row: int, problems: list[Problem]
) -> None:
    """Report what an object holds beside the names that it may hold."""
    expected = "a name of this table" if len(names) > 5 else f"{', '.join(names[:-1])} or {names[-1]}"
    for word in item:
        if word not in names:
            found = f'found the name "{word[:60]}"'
            problems.append(_problem(f"{path}.{word}", table, row, found, expected, "Correct or remove it."))


def _rows(
    document: Mapping[str, object], key: str, name: str, columns: Sequence[str], problems: list[Problem]
) -> Table:
    grid, table = _Grid(name, columns, key), TABLES.index(name)
    for number, item in enumerate(_objects(document.get(key, []), key, table, 0, problems)):
        path, row = f"{key}[{number}]", number + 1
        _unknown_names(item, path, columns, table, row, problems)
        grid.add(
            [_optional(item, column, path, table, row, problems) for column in columns],
            [f"{path}.{column}" for column in columns],
        )
    return grid.table()


_TEXT = frozenset(
    {
        "name", "kind", "product", "lever", "line", "segment", "owner", "unit", "effective", "expires", "soft", "survives",
        "reason", "currency", "valid_until", "source",
    }
)  # fmt: skip
_BLANK_WHERE_NULL = _TEXT | {"month_to", "step", "amount_per_unit", "month_from", "probability"}


def _optional(
    item: Mapping[str, object], column: str, path: str, table: int, row: int, problems: list[Problem]
) -> object:
    """A cell of a row: absent where it is not named; "none" for null where numbers have that meaning, else a blank."""
    if column not in item:
        return ABSENT
    if item[column] is None and column in _BLANK_WHERE_NULL:
        return None
    if column == "levels":
        listed = item[column]
        return "; ".join(str(_cell(level)) for level in listed) if isinstance(listed, list) else listed
    cell = _cell(item[column])
    if isinstance(cell, Nested) and column in _TEXT:
        problems.append(_problem(f"{path}.{column}", table, row, f"found {cell}", "a text"))
    return cell


_TRADE_NAMES = ("id", "response", "asks", "counters", "reason")


def _trades(document: Mapping[str, object], problems: list[Problem]) -> Table:
    grid, table = _Grid("Trades", TRADE_COLUMNS, "trades"), TABLES.index("Trades")
    for number, trade in enumerate(_objects(document.get("trades", []), "trades", table, 0, problems)):
        path, start = f"trades[{number}]", len(grid.rows)
        _unknown_names(trade, path, _TRADE_NAMES, table, start, problems)
        sides = {
            side: _objects(trade.get(side, []), f"{path}.{side}", table, start, problems)
            for side in ("asks", "counters")
        }
        if not sides["asks"] and not sides["counters"] and isinstance(trade.get("asks", []), list):
            problems.append(_problem(f"{path}.asks", table, start, "found no ask", "what the client asks for"))
        name = _name(trade.get("id"), path, start, problems)
        response = "yes" if is_blank(trade.get("response")) else _cell(trade["response"])
        reason = _optional(trade, "reason", path, table, start, problems)
        for row in range(max(1, *map(len, sides.values()))):
            cells: list[object] = [name]
            paths = [f"{path}.id"]
            for side, changes in sides.items():
                change = changes[row] if row < len(changes) else {}
                here = f"{path}.{side}[{row}]"
                _unknown_names(change, here, ("lever", "line", "to"), table, start + row, problems)
                for part in ("lever", "line", "to"):
                    cells.append(_optional(change, part, here, table, start + row, problems))
                    paths.append(f"{here}.{part}")
                if side == "asks":
                    cells.append(response)
                    paths.append(f"{path}.response")
            cells += [reason, None]
            paths += [f"{path}.reason", f"{path}.counters"]
            grid.add(cells, paths)
            response = reason = None
    return grid.table()


def _name(value: object, path: str, row: int, problems: list[Problem]) -> object:
    """A trade's id; where there is none it is reported, and the trade goes by its path."""
    if isinstance(value, str | int | float) and not is_blank(value):
        return value
    found = "found no id" if value is None or isinstance(value, str | float) else f"found {_kind_of(value)}"
    problems.append(_problem(f"{path}.id", TABLES.index("Trades"), row, found, "a text such as T1"))
    return path


def json_number(value: float) -> float | None:
    """A number for JSON; null where there is none (unknown, or without a price)."""
    return float(value) if math.isfinite(value) else None


def _known(values: Mapping[str, float]) -> dict[str, object]:
    return {name: json_number(value) for name, value in values.items() if not math.isnan(value)}


def _inputs(record: object, quantities: Iterable[Quantity]) -> dict[str, object]:
    """The inputs of a record. An unknown one is left out; or blank, where leaving it out would make it neutral."""
    values = {quantity: getattr(record, quantity.name) for quantity in quantities}
    return {
        quantity.name: "" if math.isnan(value) else json_number(value)
        for quantity, value in values.items()
        if not (math.isnan(value) and math.isnan(quantity.neutral))
    }


def document_of(quote: Quote) -> dict[str, object]:
    """A quote as the JSON that `read_deal` takes. Unknown inputs are left out or blank, "none" is null."""
    deal = quote.deal
    document: dict[str, object] = {name: words for name, words in quote.header.items() if name in _TEXTS}
    if others := {name: words for name, words in quote.header.items() if name not in _TEXTS}:
        document["quote"] = others
    document["assumptions"] = _inputs(deal.assumptions, ASSUMPTIONS)
    if quote.evidence:
        document["evidence"] = dict(quote.evidence)
    units = {lever.name: lever.units for lever in deal.company_levers if lever.units}
    blank = {name: "" for name, count in units.items() if math.isnan(count)}
    document["terms"] = _inputs(deal.terms, (lever.quantity for lever in TERM_LEVERS)) | _known(units) | blank
    document["lines"] = [
        {"name": line.name, "kind": str(line.kind)}
        | ({"product": line.product} if line.product else {})
        | _inputs(line, (lever.quantity for lever in inputs_of(line.kind)))
        for line in deal.lines
    ]
    document["trades"] = [
        {
            "id": trade.id,
            "response": str(trade.response),
            "reason": trade.reason,
            "asks": [_change_of(change) for change in trade.asks],
            "counters": [_change_of(change) for change in trade.counters],
        }
        for trade in quote.trades
    ]
    if quote.limits is not None:
        document["limits"] = [_limit_of(quote, row) for row in quote.limits.rows]
    document["policy"] = _policy_of(quote.policy)
    if quote.price_book is not None:
        document["price_book"] = [_product_of(one) for one in quote.price_book.products]
    if quote.is_opening_approved:
        document["quote"] = {"opening_approved": True}
    if quote.history:
        document["history"] = [_history_of(row) for row in quote.history]
    return document


def _policy_of(policy: Policy) -> dict[str, object]:
    found = _known({item.name: getattr(policy, item.name) for item in POLICY})
    found |= {name: str(getattr(policy, name)) for name in AUTHORITIES if getattr(policy, name) != getattr(Policy(), name)}
    return found | ({"currency": policy.currency} if policy.currency else {})


def _product_of(product: Product) -> dict[str, object]:
    words = {"currency": product.currency, "source": product.source}
    found: dict[str, object] = {"product": product.name, "kind": str(product.kind)}
    found |= _known({name: product.level(name) for name in PRICED}) | {name: word for name, word in words.items() if word}
    return found | ({"valid_until": product.valid_until.isoformat()} if product.valid_until else {})


def _history_of(row: Concession) -> dict[str, object]:
    words = {name: getattr(row, name) for name in ("event", "client", "quote", "lever", "line", "in_return")}
    found = {name: word for name, word in words.items() if word}
    numbers = {"from": row.from_level, "to": row.to, "cost": row.cost, "worth": row.worth}
    return ({"date": row.date.isoformat()} if row.date else {}) | found | _known(numbers)


def _change_of(change: object) -> dict[str, object]:
    lever, line, to = change.lever, change.line, change.to  # type: ignore[attr-defined]
    return {"lever": lever} | ({"line": line} if line else {}) | ({} if math.isnan(to) else {"to": json_number(to)})


def _limit_of(quote: Quote, row: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for column in LIMIT_COLUMNS:
        value = getattr(row, "is_soft" if column == "soft" else column, None)
        if column == "levels":
            if value:
                found[column] = [json_number(level) for level in value]
        elif isinstance(value, float):
            if not math.isnan(value):
                found[column] = json_number(value)
        elif isinstance(value, date):
            found[column] = value.isoformat()
        elif value not in (None, ""):
            found[column] = value
    company = next((lever for lever in quote.deal.company_levers if lever.name == found["lever"]), None)
    if company is not None and "segment" not in found:
        numbers = ("amount_per_unit", "month_from", "probability")
        found |= {"unit": company.unit, "survives": company.survives}
        found |= _known({name: getattr(company, name) for name in numbers})
        if company.month_to is not None:
            found["month_to"] = company.month_to
    return found
