"""Which results of the template read, directly or through others, what is wrong in a workbook."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..workbooks.formulas import column_number
from .template import CellPlace, DrawnFormula, Template

Spot = tuple[str, CellPlace]
"""A cell: its sheet, its row and column from 1."""

_REFERENCE = re.compile(
    r"""
      "(?:[^"]|"")*"                                                        # a text
    | (?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?
      \$?(?P<left>[A-Z]{1,3})\$?(?P<top>\d{1,7})(?::\$?(?P<right>[A-Z]{1,3})\$?(?P<bottom>\d{1,7}))?(?![\w(!])
    | (?P<name>[A-Za-z_][\w.]*)(?![\w(!])
    """,
    re.VERBOSE,
)


def dependants(template: Template, cells: Collection[Spot], names: Collection[str]) -> frozenset[Spot]:
    """Every result cell that follows from these cells, or from the ranges with these names; the cells themselves left out.

    names : in small letters.
    """
    readers = _readers(template)
    waiting: list[Reader | Spot] = [*cells, *(reader for name in names for reader in readers.of_name.get(name, ()))]
    found: set[Spot] = set()
    seen: set[Reader | Spot] = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, Reader):
            found |= set(one.area)
            waiting += one.area
        else:
            waiting += readers.of_cell.get(one, ())
    return frozenset(found) - set(cells)


@dataclass(frozen=True, eq=False)
class Reader:
    """A formula of the template. area : the cells that it fills."""

    area: tuple[Spot, ...]


@dataclass(frozen=True)
class _Readers:
    """The formulas that read a cell, and those that read a name in small letters."""

    of_cell: Mapping[Spot, Sequence[Reader]]
    of_name: Mapping[str, Sequence[Reader]]


@cache
def _readers(template: Template) -> _Readers:
    of_cell: dict[Spot, list[Reader]] = {}
    of_name: dict[str, list[Reader]] = {}
    for sheet, drawns in template.formulas.items():
        for place, drawn in drawns.items():
            reader = Reader(tuple((sheet, own) for own in _area(place, drawn)))
            for name, box in dict.fromkeys(_read(drawn.formula, sheet)):
                if name:
                    of_name.setdefault(name, []).append(reader)
                where, top, left, bottom, right = box or _box_of(template.spelled.get(name, ""))
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        of_cell.setdefault((where, (row, column)), []).append(reader)
    return _Readers(of_cell, of_name)


def _area(place: CellPlace, drawn: DrawnFormula) -> Iterable[CellPlace]:
    """The cells that a formula fills."""
    if not drawn.array:
        return (place,)
    _, top, left, bottom, right = _box_of(f"X!{drawn.array}")
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _read(formula: str, own: str) -> Iterator[tuple[str, tuple[str, int, int, int, int] | None]]:
    for found in _REFERENCE.finditer(formula):
        if found["name"]:
            yield found["name"].lower(), None
        elif found["left"]:
            sheet = (found["sheet"] or own).strip("'").replace("''", "'")
            left, top = column_number(found["left"]), int(found["top"])
            right, bottom = column_number(found["right"] or found["left"]), int(found["bottom"] or found["top"])
            yield "", (sheet, top, left, bottom, right)


@cache
def _box_of(refers: str) -> tuple[str, int, int, int, int]:
    """The first box in a text; an empty one where there is none."""
    return next((box for _, box in _read(refers, "") if box is not None), ("", 1, 1, 0, 0))

