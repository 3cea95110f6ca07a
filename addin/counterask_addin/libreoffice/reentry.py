"""Formulas entered anew, for a LibreOffice that does not recognise our functions on opening (before 25.2).

Such a version keeps `DEAL_VALUE(...)` in an .xlsx as an unknown name. Entered once more through the
programming interface, the same formula finds the function. Two limits remain. Array formulas of a sheet
with a password cannot be replaced and show #NAME?. And such a version saves our functions in an .xlsx
under a long name that Excel does not know: what it saves must not take the place of the original.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from typing import Any

from ..workbooks.addresses import cell_name
from .live_functions import LITE_PREFIX, LiveFunction

_EVERY_RESULT = 1 | 2 | 4  # com.sun.star.sheet.FormulaResult: VALUE, STRING, ERROR


def enter_again(doc: Any, functions: Iterable[LiveFunction]) -> list[str]:
    """Enter every formula that calls one of `functions` once more.

    Returns the cells (`Sheet!A1`) where this could not be done: array formulas of sheets with a password.
    A sheet that is protected without one is protected again afterwards.
    """
    names = "|".join(re.escape(function.name) for function in functions)
    if not names:
        return []
    ours = re.compile(rf"(?<![\w.])(?:{LITE_PREFIX})?({names})(?=\()", re.IGNORECASE)
    left: list[str] = []
    for sheet in doc.Sheets:
        was_protected = sheet.isProtected()
        if was_protected:
            with contextlib.suppress(Exception):  # it has a password
                sheet.unprotect("")
        for place in sheet.queryFormulaCells(_EVERY_RESULT).RangeAddresses:
            left += _enter_block(sheet, place, ours)
        if was_protected and not sheet.isProtected():
            sheet.protect("")
    return left


def _enter_block(sheet: Any, place: Any, ours: re.Pattern[str]) -> list[str]:
    block = sheet.getCellRangeByPosition(place.StartColumn, place.StartRow, place.EndColumn, place.EndRow)
    left = []
    for y, row in enumerate(block.getFormulaArray()):
        for x, formula in enumerate(row):
            if not ours.search(formula):
                continue
            cell = block.getCellByPosition(x, y)
            plain = ours.sub(lambda found: found[1].upper(), formula)
            if not plain.startswith("{"):
                cell.setFormula(plain)
                continue
            array = sheet.createCursorByRange(cell)
            array.collapseToCurrentArray()
            first = (array.RangeAddress.StartRow, array.RangeAddress.StartColumn)
            if first != (place.StartRow + y, place.StartColumn + x):
                continue  # its first cell stands for the whole array
            if sheet.isProtected():
                left.append(f"{sheet.Name}!{cell_name(first[0] + 1, first[1] + 1)}")
            else:
                array.setArrayFormula(plain.strip("{}"))
    return left
