"""The Price book table, row by row: what a line that names a product takes from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.price_book import PRICED, PriceBook, Product
from ..inputs.terms import Deal
from .cells import Fault, day, is_blank
from .names import name_key
from .problems import Problem
from .tables import KIND_BY_WORD, TABLES, Columns, Table, plain

COLUMNS = (
    "product",
    "kind",
    "list_price",
    "unit_cost",
    "support_cost",
    "ramp_months",
    "demand_cv",
    "delivery_months",
    "currency",
    "valid_until",
    "source",
)


def read_price_book(table: Table, problems: list[Problem]) -> PriceBook:
    """The products of a table. What is blank in a row is not compared."""
    columns = Columns.find(table, COLUMNS, ("product", "kind"), problems)
    found: dict[str, Product] = {}
    for row in columns.filled_rows():
        name = columns.text(row, "product")
        if not name or name_key(name) in map(name_key, found):
            words = f'found "{name[:60]}" twice' if name else "found no product"
            fault = Fault(words, "each product's name once", "Give the product a name of its own or clear the row.")
            problems.append(columns.problem(row, "product", fault))
            continue
        kind = _kind(columns, row, problems)
        if kind is None:
            continue
        levels: dict[str, Any] = {
            one: columns.number(row, one, LEVER_BY_NAME[one].quantity, problems)
            for one in PRICED
            if kind in LEVER_BY_NAME[one].kinds and not is_blank(columns.cell(row, one))
        }
        last = _day(columns, row, problems)
        currency, source = (columns.text(row, one) for one in ("currency", "source"))
        found[name] = Product(name, kind, currency=currency, valid_until=last, source=source, **levels)
    return PriceBook(tuple(found.values()))


def _kind(columns: Columns, row: int, problems: list[Problem]) -> Kind | None:
    word = columns.text(row, "kind")
    kind = KIND_BY_WORD.get(plain(word))
    if kind is None:
        fault = Fault(f'found "{word[:60]}"' if word else "found no kind", " or ".join(Kind), "Choose one from the list.")
        problems.append(columns.problem(row, "kind", fault))
    return kind


def _day(columns: Columns, row: int, problems: list[Problem]) -> date | None:
    found = day(columns.cell(row, "valid_until"))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, "valid_until", found))
        return None
    return found


def check_products(deal: Deal, book: PriceBook, currency: str, places: dict[int, str], problems: list[Problem]) -> None:
    """Report lines whose product the price book does not have, or has as another kind or in another currency.

    places : of the product of each line.
    """
    for number, line in enumerate(deal.lines):
        if not line.product:
            continue
        product = book.product_of(line)
        if product is None:
            found, expected = f'found "{line.product[:60]}", which the price book does not have', "a product of the price book"
        elif product.kind != line.kind:
            found, expected = f'"{line.product[:60]}" is {product.kind} in the price book', f"a {line.kind} product"
        elif product.currency and currency and product.currency.upper() != currency.upper():
            found, expected = f'"{line.product[:60]}" is priced in {product.currency[:20]}', f"a product in {currency[:20]}"
        else:
            continue
        order = (TABLES.index("Lines"), number + 1, 0)
        place = places.get(number, "Lines")
        problems.append(Problem(place, "product", found, expected, "Choose another product or clear the cell.", order))
