"""Cells in Excel for Windows as they are: xlwings reads `Value`, which rounds money to four decimals.

A cell in a currency or accounting format comes as a `Decimal` there. Its `Value2` is the number itself. Dates are still taken
from `Value`: their `Value2` depends on the workbook's date system.
"""

from __future__ import annotations

import importlib
from decimal import Decimal
from typing import Any

_FIRST_ERROR = -2_146_828_288
_ERRORS = {
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
    2051: "#BUSY!",
}
"""Excel's newer errors by their number in VBA; xlwings knows the older ones."""


def read_exactly() -> None:
    """From now on xlwings reads every range exactly, and names the newer errors. Needs pywin32, or its stand-ins."""
    windows: Any = importlib.import_module("xlwings._xlwindows")
    windows.cell_errors.update({_FIRST_ERROR + number: name for number, name in _ERRORS.items()})
    windows.Range.raw_value = property(lambda cells: exact_values(cells.xl), windows.Range.raw_value.fset)


def exact_values(cells: Any) -> Any:
    """The values of Excel's Range object `cells`: one value, or a tuple of rows. None where there is no range."""
    if cells is None:
        return None
    values = cells.Value
    if not isinstance(values, tuple):
        return cells.Value2 if isinstance(values, Decimal) else values
    if not any(isinstance(value, Decimal) for row in values for value in row):
        return values
    pairs = zip(values, cells.Value2, strict=True)
    return tuple(
        tuple(exact if isinstance(value, Decimal) else value for value, exact in zip(*rows, strict=True)) for rows in pairs
    )
