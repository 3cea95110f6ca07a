"""The hidden Results sheet: what the functions of the catalogue return, as array formulas. The other sheets show it.

LibreOffice computes array formulas as it opens a file, even one whose cached values it trusts (that of a program it
knows by the name in docProps/app.xml), and where the functions are not at hand they are #NAME?. The plain formulas that
show them keep their cached values, and IFERROR keeps the error from people if something is recalculated.
"""

from __future__ import annotations

from .layout import RESULTS, RESULTS_SHEET, TRADES, TRADES_TABLE
from .natives import CellText, Facts, Native
from .pen import Pen
from .specs import TRADE_INPUTS

_INPUTS_LEFT = 2 + max(len(spec.fields) for spec in RESULTS)
_INPUTS_TOP = 2


def _input(place: int, row: int) -> Native:
    """A cell of the Trades table: what is typed there, or an empty text. place : of the column. row : from 1.

    The range is named as a whole, so that a cell of it that is cut and pasted elsewhere is not followed.
    """
    column = TRADES_TABLE.columns[place].name
    typed = f"INDEX({TRADES_TABLE.data(column, TRADES)},{row})"

    def say(facts: Facts) -> CellText:
        value = facts.tables["Trades"][row - 1][place]
        return "" if value is None else value  # type: ignore[no-any-return]

    left = _INPUTS_LEFT + TRADES_TABLE.at[place] - TRADES_TABLE.left
    return Native(RESULTS_SHEET, _INPUTS_TOP + row, left, f'=IF({typed}="","",{typed})', say)


NATIVES: tuple[Native, ...] = tuple(
    _input(place, row) for row in range(1, TRADES_TABLE.rows + 1) for place in range(len(TRADES_TABLE.columns))
)


def draw(pen: Pen) -> None:
    """Draw the sheet: every result whose sheet the workbook has."""
    page = pen.pages[RESULTS_SHEET]
    page.set_column(0, 10, 18)
    for spec in RESULTS:
        if spec.sheet in pen.pages:
            pen.live_result(page, spec)
    if TRADES in pen.pages:
        _inputs(pen)
    pen.close(page)


def _inputs(pen: Pen) -> None:
    """The inputs of the Trades table without the results that stand between them, blank in their places."""
    page, plain = pen.pages[RESULTS_SHEET], pen.styles.get()
    right = _INPUTS_LEFT + TRADES_TABLE.right - TRADES_TABLE.left
    page.write_string(_INPUTS_TOP - 2, _INPUTS_LEFT - 1, "The inputs of the Trades table", pen.styles.note())
    for column, place in zip(TRADES_TABLE.columns, TRADES_TABLE.at, strict=True):
        page.write_string(_INPUTS_TOP - 1, _INPUTS_LEFT + place - TRADES_TABLE.left - 1, column.header, plain)
    for native in NATIVES:
        pen.native(page, native, plain)
    pen.define(TRADE_INPUTS, RESULTS_SHEET, _INPUTS_TOP, _INPUTS_LEFT, _INPUTS_TOP + TRADES_TABLE.rows, right)
