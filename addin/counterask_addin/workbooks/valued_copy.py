"""The valued copy of a quote: results into their cells, every unbalanced concession highlighted, all else as it was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from counterask import views
from counterask.shares import FairShares
from counterask.tables import plain
from counterask.trades import Ledger, Rules, Verdict
from counterask_templates.layout import RESULTS, live_name

from ..errors import CannotRun
from .errors import UnreadableWorkbook
from .grid import Grid
from .patch import UNBALANCED_FILL, CellEdit, patch_workbook
from .quote_file import QuoteFile

_VERDICT = views.TRADE_RESULTS.index("Verdict")

SheetEdits = dict[str, dict[tuple[int, int], CellEdit]]


def write_valued_copy(
    file: QuoteFile, ledger: Ledger, shares: FairShares, rules: Rules, target: Path, overwrite: bool
) -> None:
    """Write the copy to `target`. Raises CannotRun where it cannot be written; the quote is never changed."""
    edits = valued_edits(file, ledger, shares, rules)
    try:
        patch_workbook(file.path, target, edits, overwrite=overwrite)
    except UnreadableWorkbook as error:
        raise CannotRun(str(error)) from error


def valued_edits(file: QuoteFile, ledger: Ledger, shares: FairShares, rules: Rules) -> SheetEdits:
    """Every cell that the valuation fills: sheet -> (row, column) -> edit."""
    edits: SheetEdits = {}
    _put_trades(file, ledger, edits)
    box = file.rectangles["Trades"]
    tables: dict[str, Sequence[Sequence[views.Cell]]] = {
        "trades": views.trade_results(file.quote, ledger, box.bottom - box.top),
        "headline": views.headline(ledger),
        "margin_by_year": views.margin_by_year(ledger, file.quote.deal),
        "components": views.component_change(ledger),
        "shares": views.share_table(shares),
        "limits_status": views.limits_status(file.quote, rules.as_of),
    }
    for result in RESULTS:
        if result.key != "trades":
            _put_table(file, result.name, tables[result.key], edits)
        _put_table(file, live_name(result), tables[result.key], edits)
    return edits


def _put_trades(file: QuoteFile, ledger: Ledger, edits: SheetEdits) -> None:
    """The result columns beside the trades, found by their headers; where there are none, to the right of the table."""
    box = file.rectangles["Trades"]
    assert file.workbook is not None
    sheet = file.workbook.sheet(box.sheet)
    cells = sheet.cells if sheet else {}
    by_header = {plain(cell.value): column for (row, column), cell in cells.items() if row == box.top}
    last = max((column for row, column in cells if row == box.top), default=box.right)
    found = edits.setdefault(box.sheet, {})
    columns = []
    for name in views.TRADE_RESULTS:
        column = by_header.get(plain(name))
        if column is None:
            last += 1
            column = last
            found[box.top, column] = CellEdit(name)
        columns.append(column)
    rows = views.trade_results(file.quote, ledger, box.bottom - box.top)
    for number, row in enumerate(rows, box.top + 1):
        for column, value in zip(columns, row, strict=True):
            found[number, column] = CellEdit(_cell(value))
        fill = UNBALANCED_FILL if row[_VERDICT] == Verdict.UNBALANCED else ""
        found[number, columns[_VERDICT]] = CellEdit(_cell(row[_VERDICT]), fill)


def _put_table(file: QuoteFile, name: str, rows: Sequence[Sequence[views.Cell]], edits: SheetEdits) -> None:
    """A result table into the range of its name; the rows of the range that it does not need are blanked."""
    assert file.workbook is not None
    box = file.workbook.rectangle(name)
    if box is None:
        return
    found = edits.setdefault(box.sheet, {})
    standing = Grid.of(file.workbook, box).rows
    for row in range(box.bottom - box.top + 1):
        for column in range(box.right - box.left + 1):
            value: views.Cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
            is_blank_already = row >= len(standing) or standing[row][column] is None
            if value != "" or not is_blank_already:
                found[box.top + row, box.left + column] = CellEdit(_cell(value))


def _cell(value: views.Cell) -> float | str:
    """A result as it may stand in a cell; a cell holds no infinities."""
    if isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else views.NO_PRICE
