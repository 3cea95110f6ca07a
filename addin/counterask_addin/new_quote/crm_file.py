"""A quote that a CRM exported as CSV, row by row: what each row sells, or why it cannot be used and what to do.

Prices stay as they are written: one that differs from the price book is not corrected, and a price below the list price is a
discount. The discount of an export holds for the term of the quote, not for the months that are our standard.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterask.inputs.levers import LEVER_BY_NAME, Kind
from counterask.inputs.price_book import Product
from counterask.reading.names import known_name, name_key
from counterask.reading.typed_numbers import typed_number

from ..calibrate.mapping import Mapped
from ..errors import CannotRun
from .crm_columns import ONCE, PERIODS, TABLE
from .crm_export import Export, Unusable, open_export, plain_word
from .products import names_like
from .wanted import Wanted, WantedLine

_ISO_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?", re.IGNORECASE)
_SAID_ONCE = {"client": "clients", "quote_number": "quotes"}
_TERMS = {"term_months": "terms", "billing_months": "billing periods"}
_YEARLY = (8.0, 16.0)
"""How many times the price of the price book a price is where it may be that of a year."""


@dataclass(frozen=True)
class UnusedRow:
    """A row that could not be used. row : as a spreadsheet counts. why, remedy : a phrase and a sentence."""

    row: int
    name: str
    why: str
    remedy: str

    def __str__(self) -> str:
        name = f" ({self.name})" if self.name else ""
        return f"row {self.row}{name}: {self.why}. {self.remedy}"


@dataclass(frozen=True)
class CrmQuote:
    """What an export holds. unused : the rows that could not be used. problems : what else could not be used, as sentences.
    notes : what a person should know, as sentences."""

    wanted: Wanted
    unused: tuple[UnusedRow, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_crm(path: Path, mapped: Mapped, products: Iterable[Product], currency: str) -> CrmQuote:
    """The quote in an export. products : of the price book. currency : that of the limits, "" where they have none.

    Raises CannotRun where the file cannot be read, where its columns are not known, where it holds several quotes, and where
    none of its rows can be used.
    """
    export = open_export(path, mapped, {one.name: one for one in products}, currency.upper())
    lines: list[WantedLine] = []
    said: dict[str, dict[str, int]] = {name: {} for name in (*_SAID_ONCE, "currency")}
    terms: dict[str, dict[float, int]] = {name: {} for name in _TERMS}
    unused: list[UnusedRow] = []
    notes: list[str] = []
    for number, row in export.rows:
        try:
            line, of_row = _line(export, row)
        except Unusable as error:
            unused.append(UnusedRow(number, export.cell(row, "product")[:60], error.why, error.remedy))
            continue
        lines.append(line)
        for name, seen in said.items():
            if words := export.cell(row, name):
                seen.setdefault(words.upper() if name == "currency" else words, number)
        for name, level in of_row.items():
            terms[name].setdefault(level, number)
        notes += _price_note(number, line, export)
    if not lines:
        none = f"{path.name}: none of its {len(export.rows)} rows can be used."
        raise CannotRun(none, *(f"{path.name} · {one}" for one in unused))
    header = {name: _said_once(path, name, seen) for name, seen in said.items() if seen}
    problems = [
        f"The rows name several {_TERMS[name]}: {_places(seen)}. Its standard is used: correct it on the sheet Quote."
        for name, seen in terms.items()
        if len(seen) > 1
    ]
    agreed = {name: next(iter(seen)) for name, seen in terms.items() if len(seen) == 1}
    unread = [word for place, word in enumerate(export.header) if word.strip() and place not in export.at.values()]
    if unread:
        notes.append(f"Columns that are not read: {', '.join(unread)}.")
    return CrmQuote(Wanted(header, tuple(lines), agreed), tuple(unused), tuple(problems), tuple(notes))


# ── A row ───────────────────────────────────────────────────────────────────────────────────────────────
def _line(export: Export, row: Sequence[str]) -> tuple[WantedLine, dict[str, float]]:
    """The line of a row, and what it says of the terms of the deal. Raises Unusable."""
    if any(cell.strip() for cell in row[len(export.header) :]):
        why = f"it has {len(row)} cells, and the header has {len(export.header)}"
        raise Unusable(why, "Put quotes around texts that hold the mark between cells.")
    name = export.cell(row, "product")
    if not name:
        raise Unusable("it names no product", "Delete the row if it is a total or a note, or name the product.")
    product = export.products.get(known_name(name, export.products))
    if product is None:
        remedy = f"Say which of ours it is in a mapping file, under [{TABLE}.words], or add it to the price book."
        raise Unusable("the price book has no such product", f"{names_like(name, list(export.products))} {remedy}")
    own = export.currency or product.currency.upper()
    currency = export.cell(row, "currency").upper()
    if own and currency and currency != own:
        remedy = f"Ask your manager for limits in {currency}, or quote in {own} and name {currency} as the client's currency."
        raise Unusable(f"it is in {currency}, and the limits are in {own}", remedy)
    quantity = export.number(row, "quantity", LEVER_BY_NAME["quantity"].quantity)
    if not quantity:
        why = "its quantity is blank" if quantity is None else "its quantity is 0"
        raise Unusable(why, "Type how many units are sold, or delete the row.")
    period = _period(export, row, "price_period", product.kind)
    levels = {"quantity": quantity, **_prices(export, row, currency or own, period or 1.0)}
    billing = _period(export, row, "billing", product.kind) or period
    term = _term(export, row) if product.kind != Kind.ONE_OFF else None
    said = {"term_months": term, "billing_months": billing}
    is_for_term = levels.get("discount", 0.0) > 0.0
    return WantedLine(product.name, levels, is_for_term), {name: level for name, level in said.items() if level is not None}


def _prices(export: Export, row: Sequence[str], currency: str, period: float) -> dict[str, float]:
    """List price and discount of a row; nothing where it names neither. period : the months that a price is for."""
    money = LEVER_BY_NAME["list_price"].quantity
    listed, unit, off = (export.number(row, name, money, currency) for name in ("list_price", "unit_price", "unit_discount"))
    base, given = (unit if unit is not None else listed), _discount(export, row)
    discount = given or 0.0
    if off:
        if discount:
            raise Unusable("it has a discount and a unit_discount", "Leave one of the two blank.")
        if not base:
            raise Unusable("it has a unit_discount and no price", "Fill in the price of a unit.")
        discount = off / base
    if base is None:
        return {"discount": discount} if given is not None else {}
    price = base
    if listed and unit is not None and unit < listed:
        price, discount = listed, 1.0 - unit / listed * (1.0 - discount)
    share = LEVER_BY_NAME["discount"].quantity
    if fault := share.fault(discount):
        raise Unusable(f"its discount is {discount:.1%}, which is {fault}", "Correct the prices of the row.")
    return {"list_price": price / period, "discount": round(discount, 12)}


def _discount(export: Export, row: Sequence[str]) -> float | None:
    """The discount of a row as a fraction: 10 and 10% are a tenth. None where the cell is blank."""
    words = export.cell(row, "discount")
    if not words:
        return None
    share = LEVER_BY_NAME["discount"].quantity
    typed = export.typed(words, share)
    number = typed.number if typed.is_bare or typed.is_percent else None
    if number is None:
        raise Unusable(f'discount is "{words[:60]}"', "Write it in percent: 10 or 10%.")
    if typed.is_bare and 0.0 < number < 1.0:
        found = f'discount is "{words[:60]}", which can be {number:.10g}% or {100.0 * number:.10g}%'
        raise Unusable(found, "Write it with its % sign.")
    discount = number if typed.is_percent else number / 100.0
    if fault := share.fault(discount):
        raise Unusable(f'discount is "{words[:60]}", which is {fault}', f"Expected {share.expected()}.")
    return discount


def _term(export: Export, row: Sequence[str]) -> float | None:
    """The term of a row in months: 12, "12 months", "1 year" or "P12M"; None where it names none."""
    iso = _ISO_PERIOD.fullmatch(export.cell(row, "term"))
    if iso is None or not (iso[1] or iso[2]):
        return export.number(row, "term", LEVER_BY_NAME["term_months"].quantity)
    return 12.0 * int(iso[1] or 0) + int(iso[2] or 0)


def _period(export: Export, row: Sequence[str], name: str, kind: Kind) -> float | None:
    """A billing period of a row in months; None where it names none, or for what is not recurring."""
    words = export.cell(row, name)
    if not words or kind != Kind.RECURRING:
        return None
    word = plain_word(words)
    if word in ONCE:
        raise Unusable(f'{name} is "{words[:60]}", and the product is recurring', "Correct the cell.")
    if word in PERIODS:
        return PERIODS[word]
    found = typed_number(words, LEVER_BY_NAME["billing_months"].quantity)
    if found.number is None or not found.number >= 1.0:
        remedy = f"Write monthly, quarterly, semiannually or annually, or say what it means under [{TABLE}.words]."
        raise Unusable(f'{name} is "{words[:60]}"', remedy)
    return found.number


# ── What rows say together ──────────────────────────────────────────────────────────────────────────────
def _price_note(number: int, line: WantedLine, export: Export) -> list[str]:
    """That the price of a row is not that of the price book."""
    book, price = export.products[line.product].list_price, line.levels.get("list_price")
    if price is None or math.isnan(book) or math.isclose(price, book, rel_tol=1e-9):
        return []
    said = f"row {number} ({line.product}): the list price is {price:,.10g}, and the price book has {book:,.10g}"
    may_be_yearly = export.products[line.product].kind == Kind.RECURRING and book > 0.0 and _YEARLY[0] < price / book < _YEARLY[1]
    hint = ' If it is the price of a year, name its period in a column "Billing Frequency": annually.' if may_be_yearly else ""
    return [f"{said}. It stays as written.{hint}"]


def _said_once(path: Path, name: str, seen: Mapping[str, int]) -> str:
    """What all rows say alike. Raises CannotRun where they say several things."""
    if len({name_key(word) for word in seen}) > 1:
        what = _SAID_ONCE.get(name, "currencies")
        raise CannotRun(f"{path.name}: holds several {what}: {_places(seen)}. Export one quote at a time.")
    return next(iter(seen))


def _places(seen: Mapping[str, int] | Mapping[float, int]) -> str:
    """Values, each with the first row that has it."""
    return ", ".join(f"{value if isinstance(value, str) else f'{value:g}'} (row {row})" for value, row in seen.items())
