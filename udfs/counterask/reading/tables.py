"""Tables as every host hands them over: a header row and rows of cells, with a way to name each place.

Columns are found by their headers, so moving one is fine and renaming one is reported. A header may be the input's name
("payment_days") or its label ("Payment term"), with a unit on a second line or in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol, TypeVar

from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.language import english_words, label_key
from ..inputs.levers import LANGUAGES, LEVERS, LINE_LEVERS, Kind
from ..inputs.quantities import UNKNOWN, Quantity
from .cells import ABSENT, Fault, is_blank, read_number, text
from .names import name_key
from .problems import Problem

TABLES = ("Quote", "Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "Stakeholders", "History", "Price_book")
"""The tables of a quote, in the order in which problems are listed."""


def plain(header: object) -> str:
    """A header or label in English, without case, unit, spaces or underscores: "Payment term\\n(days)" is "paymentterm", as
    is "Zahlungsziel"."""
    return _plain(header) if type(header) is str and len(header) < 100 else _plain_text(text(header))


def plain_as_written(words: str) -> str:
    """The same of a word in whatever language it is."""
    return label_key(name_key(re.split(r"[\n(\[]", words, maxsplit=1)[0]))


def _plain_text(words: str) -> str:
    found = plain_as_written(words)
    return _english_keys().get(found, found)


@cache
def _english_keys() -> dict[str, str]:
    """Every label and header of another language as `plain_as_written` has it, with the English one."""
    return {plain_as_written(word): plain_as_written(english) for word, english in english_words()}


def language_of_headers(header: Sequence[object]) -> str:
    """The language in which a table is written: the one that most of its headers are in; the first of `LANGUAGES` otherwise."""
    written = [plain_as_written(text(cell)) for cell in header if not is_blank(cell)]
    others = sum(word in _english_keys() and _english_keys()[word] != word for word in written)
    return LANGUAGES[1] if 2 * others > len(written) else LANGUAGES[0]


@lru_cache(maxsize=8192)
def _plain(header: str) -> str:
    return _plain_text(text(header))


KIND_BY_WORD = {plain(kind): kind for kind in Kind}


class Named(Protocol):
    """What a person may call by its name or by its label: a lever, a quantity."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...


Kinds = TypeVar("Kinds", bound=Named)


def by_word(items: Iterable[Kinds]) -> dict[str, Kinds]:
    """Levers or quantities by what a cell may call them: name and label, as `plain` has them."""
    return {plain(word): one for one in items for word in (one.name, one.label)}


LEVER_BY_WORD = by_word(LEVERS)
_INPUT_BY_WORD: Mapping[str, Named] = {**by_word(ASSUMPTIONS), **LEVER_BY_WORD}
_LINE_INPUT_BY_WORD: Mapping[str, Named] = by_word(LINE_LEVERS)


def input_key(word: object, among: Mapping[str, Named] = _INPUT_BY_WORD) -> str:
    """A word as `plain` has it, that of a lever or an assumption always by its name.

    >>> input_key("Payment term"), input_key("payment_days"), input_key("Training day")
    ('paymentdays', 'paymentdays', 'trainingday')
    """
    known = among.get(plain(word))
    return plain(known.name if known else word)


def column_key(header: object) -> str:
    """A header as `input_key` has it, for levers of lines only ("Term" is a column of Terms and also a lever)."""
    return input_key(header, _LINE_INPUT_BY_WORD)


@dataclass(frozen=True, eq=False)
class Table:
    """A named table. Two are equal only where they are the same one, so that what is found out about one can be kept.

    rows : the header row first. locate : (row, column), both from 0, to the place's name. currency : of all its money, as
    three letters; "" where it is not known.
    """

    name: str
    rows: Sequence[Sequence[object]]
    locate: Callable[[int, int], str]
    currency: str = ""

    def problem(self, row: int, column: int, subject: str, fault: Fault) -> Problem:
        """A problem at a place of this table."""
        order = (TABLES.index(self.name) if self.name in TABLES else len(TABLES), row, column)
        return Problem(self.locate(row, column), subject, fault.found, fault.expected, fault.remedy, order, fault.number)

    @classmethod
    def of_range(cls, name: str, rows: Sequence[Sequence[object]]) -> Table:
        """A table from a range whose place on its sheet is not known: places are rows and columns from 1."""
        return cls(name, rows, lambda row, column: f"row {row + 1}, column {column + 1} of {name}")


@dataclass(frozen=True)
class Columns:
    """Where the wanted columns of a table stand."""

    table: Table
    at: dict[str, int]

    @classmethod
    def find(
        cls,
        table: Table,
        wanted: Sequence[str],
        needed: Sequence[str],
        problems: list[Problem],
        spoken: dict[str, str] | None = None,
    ) -> Columns:
        """Find columns by name or label. spoken : other words for a column. Reports needed columns that are missing."""
        header = [column_key(cell) for cell in table.rows[0]] if table.rows else []
        at = {}
        for name in wanted:
            choices = [plain(name), plain((spoken or {}).get(name, name))]
            places = [place for place, found in enumerate(header) if found in choices]
            if places:
                at[name] = places[0]
            if len(places) > 1:
                problems.append(
                    table.problem(
                        0,
                        places[1],
                        name,
                        Fault(
                            f'found the header "{text(table.rows[0][places[1]])}" twice',
                            "each header once",
                            "Rename or clear one.",
                        ),
                    )
                )
            if not places and name in needed:
                label = (spoken or {}).get(name, name)
                seen = (
                    ", ".join(text(cell).split("\n")[0] for cell in table.rows[0] if not is_blank(cell))
                    if table.rows
                    else ""
                )
                problems.append(
                    table.problem(
                        0,
                        0,
                        name,
                        Fault(
                            f'found no column "{label}" (there are: {seen or "none"})',
                            f'a header "{label}"',
                            "Give the column its name back.",
                        ),
                    )
                )
        return cls(table, at)

    def cell(self, row: int, name: str) -> object:
        """The cell of a column in a row; `ABSENT` where the table has no such column, None where the row is short."""
        place = self.at.get(name)
        cells = self.table.rows[row]
        if place is None:
            return ABSENT
        return None if place >= len(cells) else cells[place]

    def text(self, row: int, name: str) -> str:
        """The cell as trimmed text."""
        return text(self.cell(row, name))

    def place(self, row: int, name: str) -> str:
        """The name of a cell's place."""
        return self.table.locate(row, self.at.get(name, 0))

    def problem(self, row: int, name: str, fault: Fault, subject: str | None = None) -> Problem:
        """A problem at a cell."""
        return self.table.problem(row, self.at.get(name, 0), subject if subject is not None else name, fault)

    def number(
        self, row: int, name: str, quantity: Quantity, problems: list[Problem], subject: str | None = None
    ) -> float:
        """The cell as a number of the quantity; NaN, and a problem, where it is none."""
        found = read_number(self.cell(row, name), quantity, self.table.currency)
        if isinstance(found, Fault):
            problems.append(self.problem(row, name, found, subject or quantity.name))
            return UNKNOWN
        return found

    def filled_rows(self, names: Sequence[str] | None = None) -> Iterator[int]:
        """The rows behind the header in which any of the named columns (or of all found) holds something."""
        for row in range(1, len(self.table.rows)):
            if any(not is_blank(self.cell(row, name)) for name in (names or self.at)):
                yield row
