"""Where cells are: a cell's address and a range on a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from counterask.reading.cells import letters


def cell_name(row: int, column: int) -> str:
    """A cell's address from its row and column, both from 1: (9, 3) is "C9"."""
    return f"{letters(column)}{row}"


@dataclass(frozen=True)
class Rectangle:
    """A range on a sheet; rows and columns from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
