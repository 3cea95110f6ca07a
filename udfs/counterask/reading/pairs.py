"""Tables of names and values: terms, assumptions, policy. A row may hold for one segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..inputs.assumptions import ASSUMPTION_BY_NAME
from ..inputs.quantities import Quantity
from ..inputs.terms import Address
from .cells import Fault, is_blank
from .names import name_key
from .problems import Problem
from .removed import unknown_name
from .tables import Columns, Table, by_word, plain


def rows_in_force(columns: Columns, value_column: str, segment: str) -> Iterator[tuple[int, bool]]:
    """Every filled row of a table of names and values, in order, and whether it holds for a segment: the segment's own row where
    it has a value, else the row that names no segment."""
    own = set()
    for row in columns.filled_rows():
        whose = name_key(columns.text(row, "segment"))
        if whose and whose == name_key(segment) and not is_blank(columns.cell(row, value_column)):
            own.add(plain(columns.cell(row, next(iter(columns.at)))))
    for row in columns.filled_rows():
        whose, word = name_key(columns.text(row, "segment")), plain(columns.cell(row, next(iter(columns.at))))
        yield row, whose == name_key(segment) and bool(whose) if word in own else not whose


def read_pairs(
    table: Table,
    name_column: str,
    value_column: str,
    quantities: Sequence[Quantity],
    places: dict[Address, str],
    problems: list[Problem],
    segment: str = "",
) -> dict[str, float]:
    """Read a table of names and values as it holds for a segment. Unknown names are left to the caller."""
    columns = Columns.find(table, [name_column, value_column, "segment"], [name_column, value_column], problems)
    if not {name_column, value_column} <= columns.at.keys():
        return {}
    known = by_word(quantities)
    values: dict[str, float] = {}
    seen: set[tuple[str, str]] = set()
    for row, holds in rows_in_force(columns, value_column, segment):
        word = columns.text(row, name_column)
        quantity = known.get(plain(word))
        whose = name_key(columns.text(row, "segment"))
        fault: Fault | None = None
        if not word:
            fault = Fault("found a value without a name", f"the name of the {name_column}", "Name it or clear it.")
        elif quantity is None and quantities[0].name in ASSUMPTION_BY_NAME:
            fault = unknown_name(word, "the name of an assumption")
        elif quantity is not None and (quantity.name, whose) in seen:
            expected = "each name once" if not whose else "each name once for a segment"
            fault = Fault(f'found "{word[:60]}" twice', expected, "Clear one of the rows.")
        if fault is not None:
            problems.append(columns.problem(row, name_column, fault, ""))
        elif quantity is not None:
            seen.add((quantity.name, whose))
            value = columns.number(row, value_column, quantity, problems)
            if holds:
                places[None, quantity.name] = columns.place(row, value_column)
                values[quantity.name] = value
    return values
