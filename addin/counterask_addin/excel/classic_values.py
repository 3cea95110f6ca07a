"""Cells in Excel for Windows as they are: xlwings reads `Value`, which rounds money to four decimals.

A cell in a currency or accounting format comes as a `Decimal` there. Its `Value2` is the number itself. Dates are still taken
from `Value`: their `Value2` depends on the workbook's date system.
"""

from __future__ import annotations

import importlib
from decimal import Decimal
from typing import Any

from counterask.reading.decimal_sign import use_decimal_sign

_DECIMAL_SEPARATOR = 3  # Excel's xlDecimalSeparator


def read_exactly() -> None:
    """From now on xlwings reads every range exactly. Needs pywin32, or its stand-ins."""
    windows: Any = importlib.import_module("xlwings._xlwindows")
    windows.Range.raw_value = property(lambda cells: exact_values(cells.xl), windows.Range.raw_value.fset)


def exact_values(cells: Any) -> Any:
    """The values of Excel's Range object `cells`: one value, or a tuple of rows. None where there is no range."""
    if cells is None:
        return None
    use_decimal_sign(_decimal_sign(cells))
    values = cells.Value
    if not isinstance(values, tuple):
        return cells.Value2 if isinstance(values, Decimal) else values
    if not any(isinstance(value, Decimal) for row in values for value in row):
        return values
    pairs = zip(values, cells.Value2, strict=True)
    return tuple(
        tuple(exact if isinstance(value, Decimal) else value for value, exact in zip(*rows, strict=True)) for rows in pairs
    )


def _decimal_sign(cells: Any) -> str:
    """The decimal sign that this Excel takes, whatever Windows has; "" where Excel does not say."""
    try:
        return str(cells.Application.International(_DECIMAL_SEPARATOR))
    except Exception:  # COM's own errors, among others: a remedy then names both forms
        return ""
