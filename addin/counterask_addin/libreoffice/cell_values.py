"""Values on their way between Calc and Python.

Calc hands over a number as a float (a date as days since 1899-12-30, TRUE as 1.0: it does not tell them
apart), text as str, a blank cell as "" within a range, and an argument that was left out as nothing. A single
cell comes as a range of one. Here "" and nothing become None, ranges become lists of rows, and one cell
becomes a scalar.

On the way back UNO knows neither numpy's numbers nor integers beyond 64 bit, and carries True into a cell as
0: every number goes as a float, TRUE as 1.0. None goes as empty text, for a table has no other way to leave a
cell empty.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

from .live_functions import LiveFunction

Scalar = float | str | None
Table = list[list[Scalar]]

# Calc's error numbers that Excel has a word for; the others show as Err:NUMBER.
_ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
_EPOCH = datetime.datetime(1899, 12, 30)


def argument_from_calc(value: Any) -> Scalar | Table:
    """One argument as the function gets it: a scalar, or a list of rows for a range of more than one cell.

    A range that Calc hands over as such (and not its values) is always a list of rows, with errors as text.
    """
    if hasattr(value, "getDataArray"):
        return [
            [
                _error_text(value.getCellByPosition(x, y).getError())
                if cell is None
                else _scalar_from_calc(cell)
                for x, cell in enumerate(row)
            ]
            for y, row in enumerate(value.getDataArray())
        ]
    if isinstance(value, tuple):
        rows = [[_scalar_from_calc(cell) for cell in row] for row in value]
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
    return _scalar_from_calc(value)


def _error_text(code: int) -> str:
    # The cell's own text is "..." as long as Calc calculates.
    return _ERRORS.get(code, f"Err:{code}")


def _scalar_from_calc(value: Any) -> Scalar:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return float(value)


def scalar_for_calc(value: Any) -> float | str:
    """One cell of a result: a float or text. TypeError for what a cell cannot hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / datetime.timedelta(days=1)
    if isinstance(value, datetime.date):
        return float((datetime.datetime(value.year, value.month, value.day) - _EPOCH).days)
    if isinstance(value, Real | Decimal):
        return float(value)
    item = getattr(
        value, "item", None
    )  # numpy.bool and 0-dimensional arrays are no numbers by Python's own account
    if callable(item):
        return scalar_for_calc(item())
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def table_for_calc(value: Any) -> tuple[tuple[float | str, ...], ...]:
    """A result as a rectangle of at least one cell; short rows end in empty cells, a flat list is one row."""
    plain = getattr(value, "tolist", None)
    if callable(plain):
        value = plain()
    if not _is_list(value):
        return ((scalar_for_calc(value),),)
    rows: list[Sequence[Any]] = (
        [row if _is_list(row) else [row] for row in value] if any(map(_is_list, value)) else [value]
    )
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        return (("",),)
    return tuple(tuple(scalar_for_calc(cell) for cell in row) + ("",) * (width - len(row)) for row in rows)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def result_of(function: LiveFunction, arguments: Sequence[Any]) -> Any:
    """What `function` gives for arguments as Calc hands them over: a rectangle, or one value where it returns
    no table.

    Optional arguments that were left out at the end are not passed on; one left out in between is None. An
    exception does not leave this function: its class and its sentence become the result.
    """
    try:
        required, last = len(function.arguments) - function.optional, len(arguments)
        while last > required and arguments[last - 1] is None:
            last -= 1
        result = function.call(*(argument_from_calc(argument) for argument in arguments[:last]))
        return table_for_calc(result) if function.returns_table else scalar_for_calc(result)
    except Exception as error:  # whatever a function does wrong is shown in its cell and must not end Calc
        sentence = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return ((sentence,),) if function.returns_table else sentence
