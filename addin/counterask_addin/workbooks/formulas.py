"""Shared formulas: one text stands for a whole block of cells, each of which shifts its relative references.

Source: ECMA-376 part 1, 18.3.1.40 (f), attribute t="shared".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from counterask.reading.cells import letters

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


def column_number(written: str) -> int:
    """Column letters as a number from 1: "AB" is 28."""
    number = 0
    for letter in written:
        number = number * 26 + ord(letter) - 64
    return number


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads `rows` further down and `columns` further right.

    A reference that leaves the sheet comes in again on its other side.

    >>> shifted('SUM($A1:B$2)+Rates!C3*LOG10(2)&"A1"', rows=1, columns=2)
    'SUM($A2:D$2)+Rates!E4*LOG10(2)&"A1"'
    """
    text = []
    for literal, column, row in _pieces(formula):
        text.append(literal)
        if column:
            text.append(letters((column - 1 + columns) % MOST_COLUMNS + 1))
        if row:
            text.append(str((row - 1 + rows) % MOST_ROWS + 1))
    return "".join(text)


@functools.lru_cache(maxsize=16)
def _pieces(formula: str) -> Sequence[tuple[str, int, int]]:
    """A formula cut into its fixed text and, behind each, a relative column and row; 0 where there is none."""
    pieces: list[tuple[str, int, int]] = []
    end = 0
    for found in _PIECES.finditer(formula):
        for name in ("from", "to", "column"):
            if (word := found[name]) and not word.startswith("$") and (number := column_number(word)) <= MOST_COLUMNS:
                pieces.append((formula[end : found.start(name)], number, 0))
                end = found.end(name)
        is_cell = found["column"] and column_number(found["column"].lstrip("$")) <= MOST_COLUMNS
        for name in ("first", "last", "row"):
            if (word := found[name]) and not word.startswith("$") and (name != "row" or is_cell):
                pieces.append((formula[end : found.start(name)], 0, int(word)))
                end = found.end(name)
    pieces.append((formula[end:], 0, 0))
    return pieces
