"""Values on their way between Calc and Python.

Calc hands over a number as a float (a date as days since 1899-12-30, TRUE as 1.0: it does not tell them
apart), text as str, a blank cell as "" within a range, and an argument that was left out as nothing. A single
cell comes as a range of one. Here "" and nothing become None, ranges become lists of rows, and one cell
becomes a scalar.

A document may count its dates from 1904. Its numbers then arrive as such that know it (`From1904`), for Calc does not say
which of them are dates.

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

from counterask.reading.cells import From1904

from .live_functions import LiveFunction

Scalar = float | str | None
CellTable = list[list[Scalar]]

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
_EPOCH, _EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)


def null_date(document: Any) -> datetime.datetime:
    """The day from which a document counts its dates; the usual one where it does not say."""
    try:
        day = document.getPropertyValue("NullDate")
        return datetime.datetime(day.Year, day.Month, day.Day)
    except Exception:  # whatever UNO has to say: a function must not fail because of it
        return _EPOCH


def argument_from_calc(value: Any, epoch: datetime.datetime = _EPOCH) -> Scalar | CellTable:
    """One argument as the function gets it: a scalar, or a list of rows for a range of more than one cell.

    epoch : the day from which the document counts its dates.
    A range that Calc hands over as such (and not its values) is always a list of rows, with errors as text.
    """
    if hasattr(value, "getDataArray"):
        return [
            [
                _error_text(value.getCellByPosition(x, y).getError())
                if cell is None
                else _scalar_from_calc(cell, epoch)
                for x, cell in enumerate(row)
            ]
            for y, row in enumerate(value.getDataArray())
        ]
    if isinstance(value, tuple):
        rows = [[_scalar_from_calc(cell, epoch) for cell in row] for row in value]
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
    return _scalar_from_calc(value, epoch)


def _error_text(code: int) -> str:
    # The cell's own text is "..." as long as Calc calculates.
    return _ERRORS.get(code, f"Err:{code}")


def _scalar_from_calc(value: Any, epoch: datetime.datetime) -> Scalar:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return From1904(value) if epoch == _EPOCH_1904 else float(value)


def scalar_for_calc(value: Any, epoch: datetime.datetime = _EPOCH) -> float | str:
    """One cell of a result: a float or text. TypeError for what a cell cannot hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=None) - epoch) / datetime.timedelta(days=1)
    if isinstance(value, datetime.date):
        return float((datetime.datetime(value.year, value.month, value.day) - epoch).days)
    if isinstance(value, Real | Decimal):
        return float(value)
    item = getattr(
        value, "item", None
    )  # numpy.bool and 0-dimensional arrays are no numbers by Python's own account
    if callable(item):
        return scalar_for_calc(item(), epoch)
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def table_for_calc(value: Any, epoch: datetime.datetime = _EPOCH) -> tuple[tuple[float | str, ...], ...]:
    """A result as a rectangle of at least one cell; short rows end in empty cells, a flat list is one row."""
    plain = getattr(value, "tolist", None)
    if callable(plain):
        value = plain()
    if not _is_list(value):
        return ((scalar_for_calc(value, epoch),),)
    rows: list[Sequence[Any]] = (
        [row if _is_list(row) else [row] for row in value] if any(map(_is_list, value)) else [value]
    )
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        return (("",),)
    return tuple(tuple(scalar_for_calc(cell, epoch) for cell in row) + ("",) * (width - len(row)) for row in rows)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def result_of(function: LiveFunction, arguments: Sequence[Any], epoch: datetime.datetime = _EPOCH) -> Any:
    """What `function` gives for arguments as Calc hands them over: a rectangle, or one value where it returns
    no table.

    Optional arguments that were left out at the end are not passed on; one left out in between is None. An
    exception does not leave this function: its class and its sentence become the result.
    """
    try:
        required, last = len(function.arguments) - function.optional, len(arguments)
        while last > required and arguments[last - 1] is None:
            last -= 1
        result = function.call(*(argument_from_calc(argument, epoch) for argument in arguments[:last]))
        return table_for_calc(result, epoch) if function.returns_table else scalar_for_calc(result, epoch)
    except Exception as error:  # whatever a function does wrong is shown in its cell and must not end Calc
        sentence = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return ((sentence,),) if function.returns_table else sentence
