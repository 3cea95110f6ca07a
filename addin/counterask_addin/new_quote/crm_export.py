"""The cells of a quote that a CRM exported as CSV: its columns by our names, its numbers by its own decimal sign."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from counterask.inputs.price_book import Product
from counterask.inputs.quantities import Quantity
from counterask.reading.typed_numbers import TypedNumber, typed_number

from ..calibrate.delimited import delimited_text
from ..calibrate.mapping import Mapped, TableMapping
from ..errors import CannotRun
from .crm_columns import CRM_COLUMNS, TABLE

PAGE = "docs/new-quote.md"
MOST_BYTES = 16 * 2**20
_DECIMAL_TAIL = re.compile(r"([.,])(\d+)\D*$")
_NUMBERS = frozenset(column.name for column in CRM_COLUMNS if column.kind == "number")


class Unusable(Exception):
    """A row that cannot be used: why, and what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


@dataclass(frozen=True)
class Export:
    """The cells of an export. at : the place of each of our columns in a row. rows : number and cells of each row below the
    header that holds anything. decimal : the decimal sign, "" where it is not known. currency : that of the limits."""

    own: TableMapping
    header: Sequence[str]
    at: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[str]]]
    products: Mapping[str, Product]
    decimal: str
    currency: str

    def cell(self, row: Sequence[str], name: str) -> str:
        """A cell as text; "" where the export has no such column. Words of the mapping file are replaced by what they mean."""
        place = self.at.get(name, len(row))
        words = row[place].strip() if place < len(row) else ""
        return self.own.words.get(words.casefold(), words) if name not in _NUMBERS else words

    def number(self, row: Sequence[str], name: str, quantity: Quantity, currency: str = "") -> float | None:
        """A cell as a number; None where it is blank. Raises Unusable where it is not one number of the quantity's unit."""
        words = self.cell(row, name)
        if not words:
            return None
        typed = self.typed(words, quantity, currency)
        number = typed.number if typed.has_unit or typed.is_bare else None
        if number is None:
            why = f'{name} is "{words[:60]}"'
            if typed.is_ambiguous:
                raise Unusable(
                    f"{why}, which can be {' or '.join(typed.choices)}", 'Say decimal = "," or decimal = "." in a mapping file.'
                )
            raise Unusable(f"{why}, expected a number{f' in {currency}' if currency else ''}", "Correct the cell.")
        if fault := quantity.fault(number):
            raise Unusable(f'{name} is "{words[:60]}", which is {fault}', f"Expected {quantity.expected()}.")
        return number

    def typed(self, words: str, quantity: Quantity, currency: str = "") -> TypedNumber:
        """What a cell says, where the decimal sign of the export decides between two numbers."""
        typed = typed_number(words, quantity, currency)
        if not typed.is_ambiguous or not self.decimal:
            return typed
        is_decimal = self.decimal in words
        return replace(typed, choices=(typed.choices[1 if is_decimal else 0],))


def open_export(path: Path, mapped: Mapped, products: Mapping[str, Product], currency: str) -> Export:
    """The export in a file. Raises CannotRun where it cannot be read, or where its columns are not known."""
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise CannotRun(f"{path.name}: expected a CSV file. Export the quote as CSV, or save it as CSV.")
    try:
        if path.stat().st_size > MOST_BYTES:
            most = f"{MOST_BYTES // 2**20} MB"
            raise CannotRun(f"{path.name}: is larger than {most}, expected the lines of one quote. Export one quote.")
        text, mark = delimited_text(path.read_bytes())
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1))
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}). Check the name.") from error
    except (ValueError, csv.Error) as error:
        raise CannotRun(f"{path.name}: is not a CSV file ({error}). Export it again as CSV.") from error
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise CannotRun(f"{path.name}: is empty, expected a header row and a row for each line. Export it again.")
    own = mapped.of(TABLE)
    if own.file or own.sheet:
        raise CannotRun(f"{TABLE}: an export is one file, so the mapping file may not name a file or a sheet. Take that out.")
    header = filled[0][1]
    at = _places_of(path, header, own)
    numbers = [row[at[name]] for _, row in filled[1:] for name in _NUMBERS if name in at and at[name] < len(row)]
    return Export(own, header, at, filled[1:], products, mapped.decimal or _decimal_sign(numbers), currency)


def plain_word(word: str) -> str:
    """A header or a word without capitals, spaces and marks."""
    return re.sub(r"[\W_]+", "", word.casefold())


def _places_of(path: Path, header: Sequence[str], own: TableMapping) -> dict[str, int]:
    """Where our columns are. Raises CannotRun with every column that is missing or there twice."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(header):
        places.setdefault(plain_word(word), []).append(place)
    found: dict[str, int] = {}
    faults: list[str] = []
    for column in CRM_COLUMNS:
        is_mapped = column.name in own.columns
        words = (own.columns[column.name],) if is_mapped else column.known
        match = next((word for word in words if plain_word(word) in places), None)
        if match is None and (is_mapped or column.needed):
            there = ", ".join(word for word in header[:40] if word.strip())
            named = f'"{words[0]}"' if is_mapped else f"for the {column.name} ({', '.join(words[:4])}, ...)"
            remedy = f"Name it in a mapping file, under [{TABLE}.columns]: {PAGE}."
            faults.append(f"{path.name}: has no column {named}. It has: {there}. {remedy}")
        elif match is not None and len(places[plain_word(match)]) > 1:
            faults.append(f'{path.name}: has the column "{match}" twice. Rename or delete one of them.')
        elif match is not None:
            found[column.name] = places[plain_word(match)][0]
    if faults:
        raise CannotRun(*faults)
    return found


def _decimal_sign(cells: Iterable[str]) -> str:
    """The decimal sign that the numbers of an export show: a sign before one, two or more than three last digits, or after the
    other sign. "" where they show none, or both."""
    signs = set()
    for cell in cells:
        found = _DECIMAL_TAIL.search(cell)
        if found is None:
            continue
        other = "," if found[1] == "." else "."
        before = cell[: found.start()]
        if other in before or (len(found[2]) != 3 and found[1] not in before):
            signs.add(found[1])
        elif found[1] in before:  # twice: it parts thousands
            signs.add(other)
    return signs.pop() if len(signs) == 1 else ""
