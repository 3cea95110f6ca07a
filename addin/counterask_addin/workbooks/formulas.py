"""Shared formulas: one text stands for a whole block of cells, each of which shifts its relative references.

Source: ECMA-376 part 1, 18.3.1.40 (f), attribute t="shared".
"""

from __future__ import annotations

import re

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

_PIECES = re.compile(
    r"""
      "(?:[^"]|"")*"                                             # a text
    | '(?:[^']|'')*'                                             # a quoted sheet
    | \[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]                      # another workbook, or the columns of a table
    | (?<![A-Za-z0-9_.\\?$])(?P<from>\$?[A-Z]{1,3}):(?P<to>\$?[A-Z]{1,3})(?![A-Za-z0-9_.(!\[\\?$])       # whole columns
    | (?<![A-Za-z0-9_.\\?$])(?P<first>\$?[0-9]{1,7}):(?P<last>\$?[0-9]{1,7})(?![A-Za-z0-9_.(!\[\\?$])    # whole rows
    | (?<![A-Za-z0-9_.\\?$])(?P<column>\$?[A-Z]{1,3})(?P<row>\$?[0-9]{1,7})(?![A-Za-z0-9_.(!\[\\?])      # a cell
    """,
    re.VERBOSE,
)


def column_number(letters: str) -> int:
    """Column letters as a number from 1: "AB" is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """A column number from 1 as letters: 28 is "AB"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads `rows` further down and `columns` further right.

    A reference that leaves the sheet comes in again on its other side.

    >>> shifted('SUM($A1:B$2)+Rates!C3*LOG10(2)&"A1"', rows=1, columns=2)
    'SUM($A2:D$2)+Rates!E4*LOG10(2)&"A1"'
    """

    def column(name: str) -> str:
        if name.startswith("$") or (number := column_number(name)) > MOST_COLUMNS:
            return name
        return column_letters((number - 1 + columns) % MOST_COLUMNS + 1)

    def row(name: str) -> str:
        return name if name.startswith("$") else str((int(name) - 1 + rows) % MOST_ROWS + 1)

    def piece(found: re.Match[str]) -> str:
        if found["column"]:
            is_cell = column_number(found["column"].lstrip("$")) <= MOST_COLUMNS
            return column(found["column"]) + row(found["row"]) if is_cell else found[0]
        if found["from"]:
            return f"{column(found['from'])}:{column(found['to'])}"
        if found["first"]:
            return f"{row(found['first'])}:{row(found['last'])}"
        return found[0]

    return _PIECES.sub(piece, formula)
