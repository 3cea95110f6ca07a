"""One set of cases for every host: the small deal of the Self-test sheet, as it is and with each kind of odd cell in it.

A case is a name, a function and its arguments: ranges are lists of rows, None is a blank, "#DIV/0!" in a range is an error cell.
"""

from __future__ import annotations

import copy
from typing import Any

from counterask import functions
from counterask_templates.layout import TABLE_BY_NAME, TABLES
from counterask_templates.sheet_selftest import small_deal
from counterask_templates.tables import with_header

DAY = 46_203.0  # 2026-06-30 as a spreadsheet counts days
_ROWS = small_deal()
RANGES: dict[str, list[list[Any]]] = {
    table.name.lower(): with_header(table, [row for row in _ROWS[table.name] if any(cell is not None for cell in row)])
    for table in TABLES
}
RANGES["seal"] = [["Seal", "Value"], ["Owner", None]]
RANGES["approvals"] = [["Trade", "Approver"], [None, None]]
_SINGLE = {
    "lever": "payment_days",
    "line": None,
    "to": 60.0,
    "trade": "T1",
    "segment": None,
    "currency": None,
    "show": "yes",
    "language": "en",
    "places": "Terms=Quote!R35C1",
    "as_of": DAY,
}


def _spoiled(table: str, row: int, column: str, value: Any) -> dict[str, list[list[Any]]]:
    """The ranges with one cell replaced."""
    ranges = copy.deepcopy(RANGES)
    place = TABLE_BY_NAME[table].column(column) - TABLE_BY_NAME[table].left
    ranges[table.lower()][row][place] = value
    return ranges


def _term(name: str) -> int:
    """The row of a term in its table."""
    return next(row for row, cells in enumerate(RANGES["terms"]) if cells[0] == name)


VARIANTS: dict[str, dict[str, list[list[Any]]]] = {
    "as it is": RANGES,
    "a blank input": _spoiled("Lines", 1, "discount", None),
    "a text in a number cell": _spoiled("Terms", _term("Payment term"), "opening", "net 60"),
    "an error cell": _spoiled("Lines", 1, "list_price", "#DIV/0!"),
    "a whole number": _spoiled("Lines", 1, "quantity", 50),
    "TRUE for a switch": _spoiled("Terms", _term("Billing in advance"), "opening", True),
    "an unknown lever": _spoiled("Trades", 1, "ask", "foo"),
    "a share typed as 12": _spoiled("Trades", 2, "ask_to", 12.0),
    "a renamed column": _spoiled("Lines", 0, "unit_cost", "Our cost"),
}


def cases() -> list[tuple[str, str, list[Any]]]:
    """Every variant through every function: (name, function, arguments)."""
    found = []
    for name, ranges in VARIANTS.items():
        for entry in functions.catalogue():
            arguments = [ranges[one.name] if one.is_range else _SINGLE[one.name] for one in entry.arguments]
            found.append((f"{entry.name}: {name}", entry.name, arguments))
    return found


def direct(function: str, arguments: list[Any]) -> list[list[Any]]:
    """What a plain call answers, as rows."""
    call = next(entry.call for entry in functions.catalogue() if entry.name == function)
    answer = call(*copy.deepcopy(arguments))
    return answer if isinstance(answer, list) else [[answer]]


def same(seen: list[list[Any]], expected: list[list[Any]]) -> bool:
    """Whether two answers are the same table: texts to the letter, numbers to a millionth, a blank for an empty text."""
    if [len(row) for row in seen] != [len(row) for row in expected]:
        return False
    pairs = zip((cell for row in seen for cell in row), (cell for row in expected for cell in row), strict=True)
    return all(_alike(one, other) for one, other in pairs)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-6 * max(1.0, abs(other))
    return (one or "") == (other or "")
