"""Which results of the template read, directly or through others, what is wrong in a workbook."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
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
    by_row: dict[tuple[str, int], set[int]] = {}
    found: set[Spot] = set()

    def taint(sheet: str, place: CellPlace) -> None:
        by_row.setdefault((sheet, place[0]), set()).add(place[1])

    def reads(formula: str, own: str) -> bool:
        for name, box in _references(formula, own):
            if name in names:
                return True
            sheet, top, left, bottom, right = box or _box_of(template.spelled.get(name, ""))
            for row in range(top, bottom + 1):
                if any(left <= column <= right for column in by_row.get((sheet, row), ())):
                    return True
        return False

    for sheet, place in cells:
        taint(sheet, place)
    waiting = [(sheet, place, drawn) for sheet, drawns in template.formulas.items() for place, drawn in drawns.items()]
    is_growing = True
    while is_growing:
        hit: list[tuple[str, CellPlace, DrawnFormula]] = []
        left_over: list[tuple[str, CellPlace, DrawnFormula]] = []
        for one in waiting:
            (hit if reads(one[2].formula, one[0]) else left_over).append(one)
        is_growing, waiting = bool(hit), left_over
        for sheet, place, drawn in hit:
            for own in _area(place, drawn):
                taint(sheet, own)
                found.add((sheet, own))
    return frozenset(found) - set(cells)


def _area(place: CellPlace, drawn: DrawnFormula) -> Iterable[CellPlace]:
    """The cells that a formula fills."""
    if not drawn.array:
        return (place,)
    _, top, left, bottom, right = _box_of(f"X!{drawn.array}")
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


@cache
def _references(formula: str, own: str) -> tuple[tuple[str, tuple[str, int, int, int, int] | None], ...]:
    """What a formula reads: names in small letters, or boxes."""
    return tuple(_read(formula, own))


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

