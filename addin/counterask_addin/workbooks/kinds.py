"""Which kind of workbook this is, by its tables: a quote, limits, a price book, or none of ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .errors import WrongKind
from .find_tables import find_table

if TYPE_CHECKING:
    from .read_cells import WorkbookCells

QUOTE_TABLES = frozenset({"Terms", "Trades"})
"""Tables that only a quote has: where one of them is found, the workbook is a quote, though others may be missing."""
LIMITS_TABLES = ("Limits", "Assumptions", "Policy")
_MOST_SHEETS = 5


def no_quote(path: Path, workbook: WorkbookCells) -> WrongKind:
    """The error for a workbook without the tables of a quote."""
    remedy = (
        "Name the quote, or start one: counterask new quote.xlsx. "
        "If this was a quote, give its sheets Quote and Trades their names back."
    )
    return WrongKind(path, _kind(workbook), "a quote", remedy)


def no_limits(path: Path, workbook: WorkbookCells) -> WrongKind:
    """The error for a workbook without the tables of limits."""
    remedy = "Name the limits, or start them: counterask new limits.xlsx --limits"
    return WrongKind(path, _kind(workbook), "a limits workbook or a quote", remedy)


def our_kind(workbook: WorkbookCells) -> str:
    """Which of our workbooks this is: "a quote", "a limits workbook", "a price book", or "" for none."""
    if any(find_table(workbook, name) for name in QUOTE_TABLES):
        return "a quote"
    if any(find_table(workbook, name) for name in LIMITS_TABLES):
        return "a limits workbook"
    if find_table(workbook, "Price_book"):
        return "a price book"
    return ""


def _kind(workbook: WorkbookCells) -> str:
    if ours := our_kind(workbook):
        return ours
    names = [f'"{sheet.name}"' for sheet in workbook.sheets]
    more = f" and {len(names) - _MOST_SHEETS} more" if len(names) > _MOST_SHEETS else ""
    sheets = "the sheet" if len(names) == 1 else "the sheets"
    return f"a workbook of another kind ({sheets} {', '.join(names[:_MOST_SHEETS])}{more})"
