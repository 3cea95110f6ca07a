"""The worksheet that the templates are drawn on: XlsxWriter's, without what our formulas do not need.

It has a module of its own, for whoever reads or fills in a workbook draws none and does not load XlsxWriter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .pen import cached
from .tables import CellValue


class Page(Worksheet):
    """A worksheet that takes formulas as they are written, and rounds the values cached with them.

    Our formulas hold no function that needs another spelling in the file; looking for some thirty such names in each of
    ten thousand formulas would take longer than everything else.
    """

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: CellValue = 0
    ) -> Literal[0, -1, -2]:
        return super()._write_formula(row, col, formula, cell_format, cached(value))

    def _write_array_formula(
        self,
        first_row: int,
        first_col: int,
        last_row: int,
        last_col: int,
        formula: str,
        cell_format: Format | None = None,
        value: CellValue = 0,
        atype: str = "static",
    ) -> Literal[0, -1]:
        return super()._write_array_formula(
            first_row, first_col, last_row, last_col, formula, cell_format, cached(value), atype
        )

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if formula.startswith("{") or expand_future_functions:
            return _prepared(formula, expand_future_functions)
        return formula.removeprefix("=")


@lru_cache(20_000)
def _prepared(formula: str, expand_future_functions: bool) -> str:
    """What XlsxWriter makes of a formula, by its text alone. Workbooks that are drawn one after the other share most of them."""
    return str(Worksheet()._prepare_formula(formula, expand_future_functions))
