"""A deal as JSON, in and out: the names of the inputs, `null` for "none", a missing name for unknown.

Reading turns the document into the same tables that a workbook has and hands them to the one parser; places are then paths
such as `trades[2].asks[0].to`. Unknown top-level keys (a note, expected results) are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from .assumptions import ASSUMPTIONS
from .levers import LINE_LEVERS, TERM_LEVERS
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .problems import Problem
from .quote import POLICY, Quote, read_quote
from .shares import FairShares, Share
from .tables import TABLES, Table
from .trade_rows import COLUMNS as TRADE_COLUMNS
from .trades import Ledger, ValuedTrade

_NOT_A_TABLE = "expected a list of objects"


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
        problems.append(
            Problem("the document", "", f"found {_kind_of(document)}", "an object with lines, terms and assumptions")
        )
        document = {}
    tables = {
        "Lines": _rows(document, "lines", "Lines", ("name", "kind", *(lever.name for lever in LINE_LEVERS)), problems),
        "Terms": _pairs(document, "terms", "Terms", ("term", "opening"), problems),
        "Assumptions": _pairs(document, "assumptions", "Assumptions", ("assumption", "value"), problems),
    }
    if "limits" in document:
        tables["Limits"] = _rows(document, "limits", "Limits", LIMIT_COLUMNS, problems)
    if "policy" in document:
        tables["Policy"] = _pairs(document, "policy", "Policy", ("policy", "value"), problems)
    tables["Trades"] = _trades(document, problems)
    header = {key: str(document[key]) for key in ("client", "currency") if isinstance(document.get(key), str)}
    ordered = {name: tables[name] for name in TABLES if name in tables}
    quote = read_quote(ordered, header)
    if not problems:
        return quote
    return Quote(
        quote.deal,
        quote.trades,
        quote.limits,
        quote.policy,
        quote.header,
        quote.places,
        quote.trade_places,
        tuple(problems) + quote.problems,
    )


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
    """A JSON value as a cell: null is the word "none"; anything nested is shown as what it is."""
    if value is None:
        return "none"
    return value if isinstance(value, str | int | float | bool) else _kind_of(value)


def _pairs(
    document: Mapping[str, object], key: str, name: str, header: Sequence[str], problems: list[Problem]
) -> Table:
    grid = _Grid(name, header, key)
    values = document.get(key, {})
    if not isinstance(values, Mapping):
        problems.append(Problem(key, "", f"found {_kind_of(values)}", "an object of names and numbers"))
        values = {}
    for word, value in values.items():
        grid.add([word, _cell(value)], [f"{key}.{word}"] * 2)
    return grid.table()


def _objects(value: object, path: str, problems: list[Problem]) -> list[Mapping[str, object]]:
    """The objects of a list; what is none is reported."""
    if not isinstance(value, list):
        problems.append(Problem(path, "", f"found {_kind_of(value)}", "a list of objects"))
        return []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            problems.append(Problem(f"{path}[{number}]", "", f"found {_kind_of(item)}", "an object"))
    return [item if isinstance(item, Mapping) else {} for item in value]


def _rows(
    document: Mapping[str, object], key: str, name: str, columns: Sequence[str], problems: list[Problem]
) -> Table:
    grid = _Grid(name, columns, key)
    for number, item in enumerate(_objects(document.get(key, []), key, problems)):
        path = f"{key}[{number}]"
        for word in item:
            if word not in columns:
                problems.append(
                    Problem(
                        f"{path}.{word}",
                        "",
                        f'found the name "{word}"',
                        "a name of this table",
                        "Correct or remove it.",
                    )
                )
        grid.add([_optional(item, column) for column in columns], [f"{path}.{column}" for column in columns])
    return grid.table()


_BLANK_WHERE_NULL = frozenset(
    {
        "line",
        "soft",
        "owner",
        "effective",
        "expires",
        "unit",
        "month_to",
        "survives",
        "step",
        "name",
        "kind",
        "lever",
        "amount_per_unit",
        "month_from",
        "probability",
    }
)


def _optional(item: Mapping[str, object], column: str) -> object:
    """A cell of a row: "none" for null where numbers have that meaning, a blank where they do not."""
    if column not in item or (item[column] is None and column in _BLANK_WHERE_NULL):
        return None
    return _cell(item[column])


def _trades(document: Mapping[str, object], problems: list[Problem]) -> Table:
    grid = _Grid("Trades", TRADE_COLUMNS, "trades")
    for number, trade in enumerate(_objects(document.get("trades", []), "trades", problems)):
        path = f"trades[{number}]"
        asks = _objects(trade.get("asks", []), f"{path}.asks", problems)
        counters = _objects(trade.get("counters", []), f"{path}.counters", problems)
        for row in range(max(1, len(asks), len(counters))):
            first = row == 0
            cells: list[object] = [_optional(trade, "id") if first else None]
            paths = [f"{path}.id"]
            for side, changes in (("asks", asks), ("counters", counters)):
                change: Mapping[str, object] = changes[row] if row < len(changes) else {}
                cells += [_optional(change, "lever"), _optional(change, "line"), _optional(change, "to")]
                paths += [f"{path}.{side}[{row}].{part}" for part in ("lever", "line", "to")]
                if side == "asks":
                    cells.append(trade.get("response") if first else None)
                    paths.append(f"{path}.response")
            cells.append(trade.get("reason") if first else None)
            paths.append(f"{path}.reason")
            grid.add(cells, paths)
        if "id" not in trade:
            problems.append(Problem(f"{path}.id", "", "found no id", "a text such as T1"))
    return grid.table()


def _number(value: float) -> float | None:
    """A number for JSON; null where there is none (unknown, or without a price)."""
    return float(value) if math.isfinite(value) else None


def _level(value: float) -> float | str | None:
    return "unknown" if math.isnan(value) else _number(value)


def result(ledger: Ledger, shares: FairShares | None, unknown: Sequence[str] = ()) -> dict[str, object]:
    """What a valuation answers in JSON. Money; null where a number needs an unknown input or has no price."""
    document: dict[str, object] = {
        "value": _number(ledger.value),
        "components": {name: _number(float(column[0])) for name, column in ledger.opening.components.items()},
        "acv": _number(float(ledger.opening.acv[0])),
        "change": _number(ledger.change),
        "value_now": _number(ledger.value_now),
        "ledger": [_entry(trade) for trade in ledger.trades],
    }
    if shares is not None:
        document["shares"] = [_share(share) for share in shares.shares]
        if shares.sampled_orders:
            document["sampled_orders"] = shares.sampled_orders
    if unknown:
        document["unknown"] = list(unknown)
    return document


def _entry(trade: ValuedTrade | Share) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": trade.trade.id,
        "cost": _number(trade.cost),
        "worth": _number(trade.worth),
        "net": _number(trade.net),
        "shortfall": _number(trade.shortfall),
        "verdict": str(trade.verdict),
        "authority": None if trade.authority is None else str(trade.authority),
    }
    if isinstance(trade, ValuedTrade) and trade.note:
        entry["note"] = trade.note
    return entry


def _share(share: Share) -> dict[str, object]:
    entry = _entry(share) | {
        "least_net": _number(share.least_net),
        "greatest_net": _number(share.greatest_net),
        "depends_on_order": share.depends_on_order,
    }
    return entry | ({"standard_error": _number(share.standard_error)} if share.standard_error else {})


def document_of(quote: Quote) -> dict[str, object]:
    """A quote as the JSON that `read_deal` takes. Unknown inputs are left out, "none" is null."""

    def known(values: Mapping[str, float]) -> dict[str, object]:
        return {name: _number(value) for name, value in values.items() if not math.isnan(value)}

    deal = quote.deal
    document: dict[str, object] = {**quote.header}
    document["assumptions"] = known({item.name: getattr(deal.assumptions, item.name) for item in ASSUMPTIONS})
    terms = {lever.name: getattr(deal.terms, lever.name) for lever in TERM_LEVERS}
    terms |= {lever.name: lever.units for lever in deal.company_levers if lever.units}
    document["terms"] = known(terms)
    document["lines"] = [
        {"name": line.name, "kind": str(line.kind)}
        | known({lever.name: getattr(line, lever.name) for lever in LINE_LEVERS})
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
    document["policy"] = known({item.name: getattr(quote.policy, item.name) for item in POLICY}) | (
        {"currency": quote.policy.currency} if quote.policy.currency else {}
    )
    return document


def _change_of(change: object) -> dict[str, object]:
    lever, line, to = change.lever, change.line, change.to  # type: ignore[attr-defined]
    return {"lever": lever} | ({"line": line} if line else {}) | ({} if math.isnan(to) else {"to": _number(to)})


def _limit_of(quote: Quote, row: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for column in LIMIT_COLUMNS:
        value = getattr(row, "is_soft" if column == "soft" else column, None)
        if isinstance(value, float):
            if not math.isnan(value):
                found[column] = _number(value)
        elif isinstance(value, date):
            found[column] = value.isoformat()
        elif value not in (None, ""):
            found[column] = value
    company = next((lever for lever in quote.deal.company_levers if lever.name == found["lever"]), None)
    if company is not None:
        found |= {
            "unit": company.unit,
            "amount_per_unit": company.amount_per_unit,
            "month_from": company.month_from,
            "probability": company.probability,
            "survives": company.survives,
        }
        if company.month_to is not None:
            found["month_to"] = company.month_to
    return found
