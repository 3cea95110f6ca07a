"""The Price book sheet: what each product costs the client at list price, and what it costs us, with the source of both.

Locked in a rep's quote, open in the manager's workbook.
"""

from __future__ import annotations

from .layout import PRICE_BOOK_TABLE, QUOTE
from .manager_layout import PRICE_BOOK
from .pen import LINE_HEIGHT, Pen, lines_of
from .specs import cell


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    is_open = pen.is_limits_book
    words = "Prices and costs by product. A line of a quote that names a product is compared with its row here. " + (
        "Type into the yellow cells." if is_open else "Set by managers and finance; locked in a quote."
    )
    page = pen.open(PRICE_BOOK, "Price book", words)
    pen.widths(page, PRICE_BOOK_TABLE)
    pen.table(page, PRICE_BOOK_TABLE, is_open=is_open)
    place = PRICE_BOOK_TABLE.column("source") - PRICE_BOOK_TABLE.left
    width = PRICE_BOOK_TABLE.columns[place].width
    for row, cells in enumerate(pen.facts.tables[PRICE_BOOK_TABLE.name], PRICE_BOOK_TABLE.first):
        page.set_row(row - 1, max(lines_of(str(cells[place] or ""), width) * LINE_HEIGHT, LINE_HEIGHT + 4))
    if not is_open:
        _products(pen)
    page.freeze_panes(PRICE_BOOK_TABLE.top, 1)
    page.repeat_rows(0, PRICE_BOOK_TABLE.top - 1)
    page.print_area(0, 0, PRICE_BOOK_TABLE.bottom - 1, PRICE_BOOK_TABLE.right - 1)
    pen.close(page)


def _products(pen: Pen) -> None:
    """The products, as a list that ends with the last of them, for the drop-down of the sheet `QUOTE`."""
    assert QUOTE in pen.pages
    names = PRICE_BOOK_TABLE.data("product", PRICE_BOOK)
    first = cell(PRICE_BOOK_TABLE.first, PRICE_BOOK_TABLE.left, PRICE_BOOK)
    pen.book.define_name("Product_list", f'=OFFSET({first},0,0,MAX(1,COUNTIF({names},"?*")),1)')
