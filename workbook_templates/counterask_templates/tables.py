"""A quote document (the JSON of a deal) as the rows of each table, exactly as they stand in the cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.labels import label_of
from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS, Kind, inputs_of
from counterask.inputs.quantities import Quantity
from counterask.reading.policy import AUTHORITIES, POLICY
from counterask.result_tables.money import stored

from .layout import (
    COMPANY_TERM_ROWS,
    HEADER_CELLS,
    HISTORY_TABLE,
    LIMITS_TABLE,
    LINES,
    PRICE_BOOK_TABLE,
    STAKEHOLDERS_TABLE,
    TABLES,
)
from .specs import TableSpec, unit_words

Document = Mapping[str, Any]
CellValue = float | str | date | None
TableRows = list[list[CellValue]]

AUTHORITY_UNIT = "who at least"
RESPONSES = {"yes": "yes, and", "no": "no, but", "stall": "stall"}


def cached(value: CellValue) -> CellValue:
    """A value as it is cached in a file: numbers with the digits that every processor agrees on."""
    return stored(value) if isinstance(value, float) else value


def table_rows(document: Document) -> dict[str, TableRows]:
    """The data rows of every table, filled up to the table's height; None is a blank cell."""
    filled = {
        "Lines": _objects([_with_neutral_levels(item) for item in document.get("lines", ())], LINES),
        "Price_book": _objects(document.get("price_book", ()), PRICE_BOOK_TABLE),
        "Stakeholders": _objects([_with_levers(item) for item in document.get("stakeholders", ())], STAKEHOLDERS_TABLE),
        "History": [_history(item) for item in document.get("history", ())],
        "Terms": _terms(document),
        "Trades": _trades(document.get("trades", ())),
        "Policy": _policy(document),
        "Assumptions": _assumptions(document),
        "Limits": _limits(document.get("limits", ())),
    }
    rows: dict[str, TableRows] = {}
    for table in TABLES:
        cells = filled[table.name]
        if len(cells) > table.rows:
            raise ValueError(f"{table.name} has room for {table.rows} rows, not for {len(cells)}")
        rows[table.name] = cells + [[None] * len(table.columns) for _ in range(table.rows - len(cells))]
    free = _free_ids([str(row[0]) for row in filled["Trades"]])
    for row in rows["Trades"][len(filled["Trades"]) :]:
        row[0] = next(free)
    return rows


def _free_ids(used: Sequence[str]) -> Iterator[str]:
    """Ids for trades to come: counted on from the last one where it ends with a number, else T1, T2, ..."""
    found = re.fullmatch(r"(.*?)([0-9]{1,6})", used[-1]) if used else None
    prefix, last = (found[1], int(found[2])) if found else ("T", 0)
    taken = {one.casefold() for one in used}
    return (name for number in count(last + 1) if (name := f"{prefix}{number}").casefold() not in taken)


def with_header(table: TableSpec, rows: Sequence[Sequence[CellValue]]) -> list[list[Any]]:
    """A table as the range of its name: the header row and the data rows, blank where results stand between the columns."""
    places = [place - table.left for place in table.at]
    if places == list(range(len(places))):
        return [[column.header for column in table.columns], *(list(row) for row in rows)]
    found: list[list[Any]] = []
    for cells in ([column.header for column in table.columns], *rows):
        row: list[Any] = [None] * (table.right - table.left + 1)
        for place, value in zip(places, cells, strict=True):
            row[place] = value
        found.append(row)
    return found


def _policy_currency(document: Document) -> str | None:
    return document.get("policy", {}).get("currency") or document.get("currency")


def _cell(value: Any, quantity: Quantity | None = None) -> CellValue:
    """A JSON value as it is typed: null is "none", a switch is yes or no."""
    if value is None:
        return "none"
    if quantity is not None and quantity.is_switch and value in (0, 1):
        return "yes" if value else "no"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str | date) else float(value)


def level_cell(quantity: Quantity, level: float) -> float | str | None:
    """A level of an input as it is typed; None where it is unknown."""
    if math.isnan(level):
        return None
    if math.isinf(level):
        return "none"
    return ("yes" if level else "no") if quantity.is_switch else level


def neutral_cell(quantity: Quantity) -> float | str | None:
    """The neutral level of an input as it is typed; None where it has none."""
    return level_cell(quantity, quantity.neutral)


def _with_neutral_levels(line: Document) -> Document:
    """A line with the neutral level of each input of its kind that it does not name: a blank cell would mean unknown."""
    kinds = [kind for kind in Kind if kind == line.get("kind")]
    levels = {lever.name: neutral_cell(lever.quantity) for kind in kinds for lever in inputs_of(kind)}
    return {name: level for name, level in levels.items() if level is not None} | dict(line)


def _objects(items: Sequence[Document], table: TableSpec) -> TableRows:
    return [
        [_date_or_cell(item[column.name], column.kind) if column.name in item else None for column in table.columns]
        for item in items
    ]


def header_cells(document: Document) -> dict[str, CellValue]:
    """What the document says of itself, by field; None where it says nothing."""
    return {
        one.field: _date_or_cell(document[one.field], one.kind) if one.field in document else None
        for one in HEADER_CELLS
    }


def _with_levers(item: Document) -> Document:
    """A stakeholder with the levers that answer the need, each in its own cell."""
    said = item.get("levers", ())
    names = [name.strip() for name in said.split(",")] if isinstance(said, str) else list(said)
    return {**item, **dict(zip(("lever", "lever_2", "lever_3"), map(label_of, names), strict=False))}


def _history(item: Document) -> list[CellValue]:
    """A row of the history: levels in the unit of its lever."""
    known = LEVER_BY_NAME.get(str(item.get("lever", "")))
    row: list[CellValue] = []
    for column in HISTORY_TABLE.columns:
        value = item.get(column.name)
        if column.name not in item or (value is None and column.kind != "level"):
            row.append(None)
        elif column.name == "lever":
            row.append(label_of(str(value)))
        elif column.kind == "level":
            row.append(_cell(value, known.quantity if known else None))
        else:
            row.append(_date_or_cell(value, column.kind))
    return row


def _date_or_cell(value: Any, kind: str) -> CellValue:
    return date.fromisoformat(value) if kind == "date" and isinstance(value, str) else _cell(value)


def _pairs(values: Document, quantities: Sequence[Quantity]) -> TableRows:
    return [
        [one.label, _cell(values[one.name], one) if one.name in values else neutral_cell(one), unit_words(one)]
        for one in quantities
    ]


def _policy(document: Document) -> TableRows:
    policy = document.get("policy", {})
    rows = _pairs(policy, POLICY)
    rows += [[label, policy.get(name), AUTHORITY_UNIT] for name, label in AUTHORITIES.items()]
    rows.append(["Currency", _policy_currency(document), ""])
    for row in rows:
        row.append(None)
    who = [item for item in document.get("by_segment", ()) if item.get("policy") in AUTHORITIES]
    of_who: TableRows = [[AUTHORITIES[item["policy"]], item["value"], AUTHORITY_UNIT, item["segment"]] for item in who]
    return rows + _of_segments(document, "policy", POLICY) + of_who


def _assumptions(document: Document) -> TableRows:
    evidence = document.get("evidence", {})
    rows = _pairs(document.get("assumptions", {}), ASSUMPTIONS)
    for row, one in zip(rows, ASSUMPTIONS, strict=True):
        row += [None, evidence.get(one.name)]
    return rows + _of_segments(document, "assumption", ASSUMPTIONS)


def _of_segments(document: Document, key: str, quantities: Sequence[Quantity]) -> TableRows:
    """The rows of a table of values that hold for one segment; those of the assumptions with their evidence."""
    known = {quantity.name: quantity for quantity in quantities}
    rows: TableRows = []
    for item in document.get("by_segment", ()):
        if (one := known.get(item.get(key, ""))) is not None:
            row: list[CellValue] = [one.label, _cell(item["value"], one), unit_words(one), item["segment"]]
            rows.append([*row, item.get("evidence")] if key == "assumption" else row)
    return rows


def _terms(document: Document) -> TableRows:
    terms = dict(document.get("terms", {}))
    rows = _pairs(terms, [lever.quantity for lever in TERM_LEVERS])
    own = [item for item in document.get("limits", ()) if "amount_per_unit" in item]
    for item in own[:COMPANY_TERM_ROWS]:
        rows.append([item["lever"], _cell(terms.get(item["lever"], 0)), item.get("unit", "units")])
    return rows


def _change(item: Document | None) -> list[CellValue]:
    if item is None:
        return [None, None, None]
    known = LEVER_BY_NAME.get(item["lever"])
    to = _cell(item["to"], known.quantity if known else None) if "to" in item else None
    return [label_of(item["lever"]), item.get("line"), to]


def _trades(trades: Sequence[Document]) -> TableRows:
    rows: TableRows = []
    for trade in trades:
        asks, counters = trade.get("asks", []), trade.get("counters", [])
        for number in range(max(1, len(asks), len(counters))):
            is_first = number == 0
            ask = _change(asks[number] if number < len(asks) else None)
            counter = _change(counters[number] if number < len(counters) else None)
            response = RESPONSES[trade.get("response", "yes")] if is_first else None
            reason = trade.get("reason") or None if is_first else None
            rows.append([trade["id"], *ask, response, *counter, reason, None])
    return rows


def _list_of_levels(levels: Any, quantity: Quantity | None) -> str:
    """A list of levels as it is typed: "1; 3; 6; 12", "5%; 10%", "12; none"."""
    if isinstance(levels, str):
        return levels
    factor, unit = (100, "%") if quantity is not None and quantity.is_share else (1, "")
    return "; ".join("none" if level is None else f"{factor * level:g}{unit}" for level in levels)


def _limits(limits: Sequence[Document]) -> TableRows:
    rows: TableRows = []
    for item in limits:
        known = LEVER_BY_NAME.get(item["lever"])
        row: list[CellValue] = []
        for column in LIMITS_TABLE.columns:
            if column.name not in item:
                row.append(None)
            elif column.name == "lever":
                row.append(label_of(item["lever"]))
            elif column.kind == "date":
                row.append(date.fromisoformat(item[column.name]))
            elif column.name == "levels":
                row.append(_list_of_levels(item[column.name], known.quantity if known else None))
            elif column.name in ("soft", "survives"):
                row.append("yes" if item[column.name] else "no")
            else:
                row.append(_cell(item[column.name], known.quantity if known and column.kind == "level" else None))
        rows.append(row)
    return rows
