"""Cells with the spreadsheet's own formulas: banners, totals, checks, and what each says for given tables and results.

Native formulas speak in every host, also where the functions are not at hand. Their cached values are computed here,
so that a workbook shows them before anything is recalculated, and so that a copy with new results can carry new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterask.inputs.language import ENGLISH, english_of
from counterask.inputs.levers import LANGUAGES

from .built import sheet_texts
from .counter_ask_layout import CHOSEN_TRADE, COUNTER_ASKS, LANGUAGE
from .layout import HEADER_CELLS, QUOTE, RESULTS, TABLE_BY_NAME, TABLES

CellText = float | str

CHECK = "CHECK: "
"""What begins a result that says what is wrong with the input, as the functions of the catalogue say it."""


@dataclass(frozen=True)
class Facts:
    """What native formulas read: the cells of every input table and of every result table, and the header cells.

    tables : rows by table name, columns as in the layout, None for a blank. results : rows by key of the result.
    header : by field. chosen, language : the trade and the language that are picked on the Counter-asks sheet.
    """

    tables: Mapping[str, Sequence[Sequence[Any]]]
    results: Mapping[str, Sequence[Sequence[Any]]]
    header: Mapping[str, Any]
    chosen: Any = None
    language: Any = LANGUAGES[0]

    def inputs(self, table: str, column: str) -> list[Any]:
        """One column of an input table."""
        place = [one.name for one in TABLE_BY_NAME[table].columns].index(column)
        return [row[place] for row in self.tables[table]]

    def found(self, key: str, field: str) -> list[Any]:
        """One column of a result table."""
        place = next(one for one in RESULTS if one.key == key).fields.index(field)
        return [row[place] for row in self.results[key]]

    def pair(self, table: str, label: str) -> Any:
        """The value beside a name in Policy, Assumptions or Terms; None where there is none."""
        return next((row[1] for row in self.tables[table] if row[0] == label), None)


@dataclass(frozen=True)
class Native:
    """One cell with a formula of the spreadsheet's own. row, column : from 1. say : its value for given facts."""

    sheet: str
    row: int
    column: int
    formula: str
    say: Callable[[Facts], CellText]


def facts_of_cells(
    value_at: Callable[[str, int, int], Any], results: Mapping[str, Sequence[Sequence[Any]]], language: str = ENGLISH
) -> Facts:
    """The facts of a workbook that stands as it was drawn: its input cells, with results of any computation.

    value_at : the value of a cell by sheet, row and column, None where it is blank. results : rows by key of the
    result, in English; rows that are missing are filled up with blanks. language : of the workbook, whose words are read as the
    English ones.
    """
    if language != ENGLISH:
        own = value_at

        def value_at(sheet: str, row: int, column: int) -> Any:
            value = own(sheet, row, column)
            return english_of(value) if isinstance(value, str) else value

    tables = {
        table.name: [
            [value_at(table.sheet, row, column) for column in table.at]
            for row in range(table.first, table.bottom + 1)
        ]
        for table in TABLES
    }
    full = {
        spec.key: [*results[spec.key], *[[""] * len(spec.fields)] * (spec.rows - len(results[spec.key]))]
        for spec in RESULTS
    }
    header = {one.field: value_at(QUOTE, one.row, one.column) for one in HEADER_CELLS}
    language = value_at(COUNTER_ASKS, *LANGUAGE) or LANGUAGES[0]
    return Facts(tables, full, header, value_at(COUNTER_ASKS, *CHOSEN_TRADE) or "", language)


def native_values(
    natives: Iterable[Native], facts: Facts, formula_at: Callable[[str, int, int], str | None] | None = None,
    language: str = ENGLISH,
) -> dict[str, dict[tuple[int, int], CellText]]:
    """What every native cell says: sheet -> (row, column) -> value.

    formula_at : the formula of a cell, with or without its "="; where it is given, cells that hold another formula are
    left out: somebody has moved or changed them. language : of the workbook.
    """
    texts = sheet_texts(language)
    said: dict[str, dict[tuple[int, int], CellText]] = {}
    for native in natives:
        if formula_at is not None:
            found = formula_at(native.sheet, native.row, native.column)
            if found is None or found.removeprefix("=") != texts.in_formula(native.formula).removeprefix("="):
                continue
        value = native.say(facts)
        said.setdefault(native.sheet, {})[native.row, native.column] = texts.say(value) if isinstance(value, str) else value
    return said


def number_or_none(value: Any) -> float | None:
    """A cell as a number, or None where it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def total(cells: Iterable[Any]) -> float:
    """What SUM says of cells: texts and blanks count for nothing."""
    return float(sum(found for value in cells if (found := number_or_none(value)) is not None))


def fixed(value: float) -> str:
    """What FIXED(value, 0) says where thousands are parted by a comma."""
    return f"{value:,.0f}"


def of_client(sheet: str, column: int) -> Native:
    """The client's name in a sheet's title row."""
    return Native(sheet, 1, column, '=IF(Client="","",Client)', lambda facts: str(facts.header.get("client") or ""))


def in_language(sheet: str, row: int, column: int, words: Mapping[str, str]) -> Native:
    """Words in the language that is picked on Counter-asks. words : language -> words; the first language is also that of any
    other pick."""
    formula = f'"{words[LANGUAGES[0]]}"'
    for language in LANGUAGES[1:]:
        formula = f'IF(Language="{language}","{words[language]}",{formula})'
    return Native(sheet, row, column, f"={formula}", lambda facts: words.get(str(facts.language), words[LANGUAGES[0]]))
