"""Where things of a quote are, for findings: "Sheet · Cell", or the sheet alone where there is no such cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterask.reading.tables import plain
from counterask.seals.sealed_values import limit_values, row_key
from counterask_templates.layout import HEADLINE, TERMS

from ..seals.reading import all_tables
from ..workbooks.addresses import cell_name
from ..workbooks.grid import Grid

if TYPE_CHECKING:
    from counterask.verdicts.limits import Limit

    from ..workbooks.quote_file import QuoteFile


def trade_place(file: QuoteFile, trade: str) -> str:
    """The cell in which a trade begins; of a deal in JSON the path of the trade."""
    if not file.is_workbook:
        return f"trades[{[one.id for one in file.quote.trades].index(trade)}]"
    box = file.rectangles["Trades"]
    return f"{box.sheet} · {cell_name(box.top + file.quote.trade_places[trade].row, box.left)}"


def headline_place(file: QuoteFile, row: int, column: int) -> str:
    """A cell of the headline on the Quote sheet. row, column : from 0."""
    box = file.workbook.rectangle(HEADLINE.name) if file.workbook is not None else None
    return f"{box.sheet} · {cell_name(box.top + row, box.left + column)}" if box is not None else HEADLINE.sheet


def limit_place(file: QuoteFile, limit: Limit, column: str) -> str:
    """A cell of a row of the limits."""
    table = all_tables(file).get("Limits")
    key = row_key(limit.lever, limit.line or "", limit.segment)
    return (limit_values(table).places.get((key, column)) if table is not None else None) or "Limits"


def opening_place(file: QuoteFile, name: str, line: str | None) -> str:
    """The cell of an input of the opening deal; of a company lever its row of the terms."""
    index = None if line is None else file.quote.deal.line_index(line)
    found = file.quote.places.get((index, name))
    if found is None and index is not None and file.workbook is not None:  # a blank cell that no value is read from
        box, own = file.rectangles["Lines"], next(place for (one, _), place in file.quote.places.items() if one == index)
        header = [plain(cell) for cell in Grid.of(file.workbook, box).rows[0]]
        if plain(name) in header:
            row = int("".join(filter(str.isdigit, own.rpartition(" · ")[2])))
            return f"{box.sheet} · {cell_name(row, box.left + header.index(plain(name)))}"
    return found or TERMS.sheet
