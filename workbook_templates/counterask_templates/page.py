"""The worksheet that the templates are drawn on: XlsxWriter's, without what our formulas do not need.

It has a module of its own, for whoever reads or fills in a workbook draws none and does not load XlsxWriter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from counterask.inputs.language import HEADER, Texts

from .tables import CellValue, cached

_MOST = {"input_title": 32, "input_message": 255, "error_title": 32, "error_message": 255}
"""How many letters of a message spreadsheets show."""


class Page(Worksheet):
    """A worksheet that takes formulas as they are written, and rounds the values cached with them.

    The code that draws says everything in English; here it is written in the language of the workbook: texts, formulas with the
    texts in them, drop-downs with their messages, footers.

    Our formulas hold no function that needs another spelling in the file; looking for some thirty such names in each of
    ten thousand formulas would take longer than everything else.
    """

    texts = Texts()
    """The texts of the workbook's language."""

    def _said(self, value: CellValue) -> CellValue:
        return self.texts.say(value) if isinstance(value, str) else cached(value)

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> Literal[0, -1, -2]:
        return super()._write_string(row, col, self.texts.say(string), cell_format)

    def write_as_is(self, row: int, column: int, words: str, look: Format) -> None:
        """A text that is the same in every language."""
        super()._write_string(row, column, words, look)

    def tab(self, name: str) -> str:
        """A sheet as an index names it: what it is, and the name on its tab, which is the same in every language."""
        found = self.texts.say(name)
        return name if found == name else f"{found} ({name})"

    def write_header(self, row: int, column: int, header: str, look: Format) -> None:
        """A header of a table of inputs, which may mean something else than the same word in a cell."""
        named = header.split("\n")[0]
        own = self.texts.texts.get(named + HEADER)
        self.write_string(row, column, header if own is None else header.replace(named, own), look)

    def data_validation(self, *place_and_options: Any) -> Literal[0, -1, -2]:
        """As XlsxWriter's; messages are cut to what spreadsheets show."""
        *place, options = place_and_options
        said = {key: self.texts.say(options[key])[:most] for key, most in _MOST.items() if key in options}
        for key in ("value", "source", "criteria"):
            if isinstance(options.get(key), str):
                said[key] = self.texts.in_formula(options[key])
        return super().data_validation(*place, options | said)

    def conditional_format(self, *place_and_options: Any) -> Literal[0, -1, -2]:
        """As XlsxWriter's."""
        *place, options = place_and_options
        said = {key: self.texts.in_formula(options[key]) for key in ("criteria",) if isinstance(options.get(key), str)}
        return super().conditional_format(*place, options | said)

    def set_footer(self, footer: str = "", options: dict[str, Any] | None = None, margin: float | None = None) -> None:
        """As XlsxWriter's; its parts are told apart by their codes."""
        parts = re.split(r"(&(?:L|C|R|P|N|F|A|\d+))", footer)
        super().set_footer("".join(self.texts.say(part) for part in parts), options, margin)

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: CellValue = 0
    ) -> Literal[0, -1, -2]:
        return super()._write_formula(row, col, self.texts.in_formula(formula), cell_format, self._said(value))

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
            first_row, first_col, last_row, last_col, self.texts.in_formula(formula), cell_format, self._said(value), atype
        )

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if formula.startswith("{") or expand_future_functions:
            return _prepared(formula, expand_future_functions)
        return formula.removeprefix("=")


@lru_cache(20_000)
def _prepared(formula: str, expand_future_functions: bool) -> str:
    """What XlsxWriter makes of a formula, by its text alone. Workbooks that are drawn one after the other share most of them."""
    return str(Worksheet()._prepare_formula(formula, expand_future_functions))
