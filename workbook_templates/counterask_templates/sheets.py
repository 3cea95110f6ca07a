"""The sheets of each workbook, in their order. A further sheet is a module that draws it, and an entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import (
    sheet_assumptions,
    sheet_counter_asks,
    sheet_head_math,
    sheet_history,
    sheet_limits,
    sheet_lists,
    sheet_margin,
    sheet_math,
    sheet_prepare,
    sheet_price_book,
    sheet_quote,
    sheet_readme,
    sheet_results,
    sheet_rounds,
    sheet_seals,
    sheet_selftest,
    sheet_stakeholders,
    sheet_trades,
)
from .cash_flow import sheet_cash_flow
from .counter_ask_layout import COUNTER_ASKS
from .index import FOR_REPS
from .layout import (
    ASSUMED,
    CASH_NOW,
    CASH_OPENING,
    HISTORY,
    LIMITS,
    LISTS,
    MARGIN,
    QUOTE,
    README,
    RESULTS_SHEET,
    SELF_TEST,
    STAKEHOLDERS,
    TRADES,
)
from .manager_layout import PRICE_BOOK
from .math_layout import HEAD_MATH, MATH
from .natives import Native
from .pen import Pen
from .prepare_layout import PREPARE
from .round_layout import ROUNDS
from .seal_layout import SEALS
from .styles import ACCENT, LINE, WATCH


@dataclass(frozen=True)
class Sheet:
    """One sheet. draw : draws it. natives : its cells with the spreadsheet's own formulas, or what makes them.

    in_quote, in_limits : which workbooks have it. tab : its colour. is_internal : whether nobody needs to look at it.
    """

    name: str
    draw: Callable[[Pen], None]
    natives: tuple[Native, ...] | Callable[[], tuple[Native, ...]] = ()
    in_quote: bool = True
    in_limits: bool = False
    tab: str = ACCENT
    is_internal: bool = False

    def is_hidden(self, *, is_limits_book: bool) -> bool:
        """Whether a workbook hides the sheet: a quote shows the sheets for reps, the limits workbook all of its own."""
        return self.is_internal if is_limits_book else self.name not in FOR_REPS


SHEETS: tuple[Sheet, ...] = (
    Sheet(TRADES, sheet_trades.draw, sheet_trades.NATIVES),
    Sheet(QUOTE, sheet_quote.draw, sheet_quote.NATIVES),
    Sheet(COUNTER_ASKS, sheet_counter_asks.draw, sheet_counter_asks.NATIVES),
    Sheet(HEAD_MATH, sheet_head_math.draw, sheet_head_math.NATIVES),
    Sheet(MATH, sheet_math.draw, sheet_math.NATIVES),
    Sheet(PREPARE, sheet_prepare.draw, sheet_prepare.NATIVES),
    Sheet(README, sheet_readme.draw, in_limits=True, tab=LINE),
    Sheet(STAKEHOLDERS, sheet_stakeholders.draw, sheet_stakeholders.NATIVES),
    Sheet(HISTORY, sheet_history.draw, sheet_history.NATIVES),
    Sheet(ROUNDS, sheet_rounds.draw, sheet_rounds.NATIVES),
    Sheet(MARGIN, sheet_margin.draw, sheet_margin.NATIVES),
    Sheet(CASH_OPENING, sheet_cash_flow.draw_opening, partial(sheet_cash_flow.natives, CASH_OPENING)),
    Sheet(CASH_NOW, sheet_cash_flow.draw_now, partial(sheet_cash_flow.natives, CASH_NOW)),
    Sheet(LIMITS, sheet_limits.draw, in_limits=True, tab=WATCH[0]),
    Sheet(ASSUMED, sheet_assumptions.draw, sheet_assumptions.NATIVES, in_limits=True, tab=WATCH[0]),
    Sheet(PRICE_BOOK, sheet_price_book.draw, in_limits=True, tab=WATCH[0]),
    Sheet(SEALS, sheet_seals.draw, sheet_seals.NATIVES, in_limits=True, tab=WATCH[0]),
    Sheet(RESULTS_SHEET, sheet_results.draw, sheet_results.NATIVES, in_limits=True, is_internal=True),
    Sheet(SELF_TEST, sheet_selftest.draw, is_internal=True),
    Sheet(LISTS, sheet_lists.draw, sheet_lists.NATIVES, in_limits=True, is_internal=True),
)


def workbook_sheets(*, is_limits_book: bool) -> tuple[Sheet, ...]:
    """The sheets of a workbook, in their order."""
    return tuple(sheet for sheet in SHEETS if (sheet.in_limits if is_limits_book else sheet.in_quote))


def all_natives() -> tuple[Native, ...]:
    """Every cell of a quote with a formula of the spreadsheet's own."""
    found: list[Native] = []
    for sheet in SHEETS:
        if sheet.in_quote:
            found += sheet.natives() if callable(sheet.natives) else sheet.natives
    return tuple(found)
