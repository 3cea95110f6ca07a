"""Cells with the spreadsheet's own formulas: banners, totals, checks, and what each says for given tables and results.

Native formulas speak in every host, also where the functions are not at hand. Their cached values are computed here,
so that a workbook shows them before anything is recalculated, and so that a copy with new results can carry new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .layout import RESULTS, TABLE_BY_NAME

CellText = float | str


@dataclass(frozen=True)
class Facts:
    """What native formulas read: the cells of every input table and of every result table, and the header cells.

    tables : rows by table name, columns as in the layout, None for a blank. results : rows by key of the result.
    header : by field.
    """

    tables: Mapping[str, Sequence[Sequence[Any]]]
    results: Mapping[str, Sequence[Sequence[Any]]]
    header: Mapping[str, Any]

    def inputs(self, table: str, column: str) -> list[Any]:
        """One column of an input table."""
        place = [one.name for one in TABLE_BY_NAME[table].columns].index(column)
        return [row[place] for row in self.tables[table]]

    def found(self, key: str, field: str) -> list[Any]:
        """One column of a result table."""
        place = next(one for one in RESULTS if one.key == key).fields.index(field)
        return [row[place] for row in self.results[key]]

    def pair(self, table: str, label: str) -> Any:
        """The value beside a name in Policy, Assumptions or Terms; None where there is none."""
        return next((row[1] for row in self.tables[table] if row[0] == label), None)


@dataclass(frozen=True)
class Native:
    """One cell with a formula of the spreadsheet's own. row, column : from 1. say : its value for given facts."""

    sheet: str
    row: int
    column: int
    formula: str
    say: Callable[[Facts], CellText]


def native_values(natives: Iterable[Native], facts: Facts) -> dict[str, dict[tuple[int, int], CellText]]:
    """What every native cell says: sheet -> (row, column) -> value."""
    said: dict[str, dict[tuple[int, int], CellText]] = {}
    for native in natives:
        said.setdefault(native.sheet, {})[native.row, native.column] = native.say(facts)
    return said


def number(value: Any) -> float | None:
    """A cell as a number, or None where it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def total(cells: Iterable[Any]) -> float:
    """What SUM says of cells: texts and blanks count for nothing."""
    return float(sum(found for value in cells if (found := number(value)) is not None))


def fixed(value: float) -> str:
    """What FIXED(value, 0) says where thousands are parted by a comma."""
    return f"{value:,.0f}"


def of_client(sheet: str, column: int) -> Native:
    """The client's name in a sheet's title row."""
    return Native(sheet, 1, column, '=IF(Client="","",Client)', lambda facts: str(facts.header.get("client") or ""))
