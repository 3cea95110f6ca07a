"""Formulas entered anew, for a LibreOffice that does not recognise our functions when it opens a workbook
(before 25.2).

Such a version keeps `DEAL_VALUE(...)` in an .xlsx as an unknown name. Entered once more through the
programming interface, the same formula finds the function. The limits: array formulas of a protected sheet
cannot be replaced, and a workbook made for xlwings Lite loses its spelling of the names when it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .live_functions import LITE_PREFIX, LiveFunction

_EVERY_RESULT = 1 | 2 | 4  # com.sun.star.sheet.FormulaResult: VALUE, STRING, ERROR


def enter_again(doc: Any, functions: Iterable[LiveFunction]) -> tuple[int, list[str]]:
    """Enter every formula that calls one of `functions` once more.

    Returns how many formulas were entered, and the cells (`Sheet!A1`) of those that could not be: array
    formulas of protected sheets, which keep the numbers that were saved with them.
    """
    names = sorted((function.name for function in functions), key=len, reverse=True)
    if not names:
        return 0, []
    pattern = re.compile(
        rf"(?<![\w.])(?:{LITE_PREFIX})?({'|'.join(map(re.escape, names))})(?=\()", re.IGNORECASE
    )
    entered, left = 0, []
    for sheet in doc.Sheets:
        for address in sheet.queryFormulaCells(_EVERY_RESULT).RangeAddresses:
            block = sheet.getCellRangeByPosition(
                address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
            )
            for y, row in enumerate(block.getFormulaArray()):
                for x, formula in enumerate(row):
                    if not pattern.search(formula):
                        continue
                    cell = block.getCellByPosition(x, y)
                    plain = pattern.sub(lambda found: found[1].upper(), formula)
                    if not plain.startswith("{"):
                        cell.setFormula(plain)
                        entered += 1
                        continue
                    array = sheet.createCursorByRange(cell)
                    array.collapseToCurrentArray()
                    if (array.RangeAddress.StartColumn, array.RangeAddress.StartRow) != (
                        address.StartColumn + x,
                        address.StartRow + y,
                    ):
                        continue  # its first cell stands for the whole array
                    if sheet.isProtected():
                        left.append(f"{sheet.Name}!{cell.AbsoluteName.rpartition('.')[2].replace('$', '')}")
                        continue
                    array.setArrayFormula(plain.strip("{}"))
                    entered += 1
    return entered, left
