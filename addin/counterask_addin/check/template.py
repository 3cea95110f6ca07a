"""The quote as this version draws it, to hold other workbooks against: its formulas, names, labels, locks and marks.

Everything here is taken from an empty quote that is drawn and read back, so that no list of it has to be kept by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from counterask.inputs.language import ENGLISH
from counterask_templates.built import QUOTE_FILES, built_workbook
from counterask_templates.layout import HEADER_NAMES, LIMITS_HELP_COLUMN, LIMITS_TABLE, RESULTS_SHEET, SELF_TEST, TABLES

from ..workbooks.package import Package
from ..workbooks.sheet_marks import Mark, SheetMarks, read_marks
from ..workbooks.unseen import unseen_formats

if TYPE_CHECKING:
    from ..workbooks.read_cells import WorkbookCells

CellPlace = tuple[int, int]
Covered = Mapping[str, Counter[CellPlace]]
"""How many rules of a kind hold for each cell."""

_PREFIXES = re.compile(r"_xlfn\.|_xldudf_|_xlws\.|_xludf\.", re.IGNORECASE)
_TRUTHS = re.compile(r"\b(TRUE|FALSE)\(\)")
_ONE_CELL = re.compile(r"\b([A-Z]{1,3}\d+):\1\b")
_CHOSEN = ("Chosen_trade", "Bundle_trade", "Language", "Explained_trade", "Flipped_trade", "Prepare_now")
_OPEN_CELLS = (*HEADER_NAMES.values(), *_CHOSEN)
"""Cells beside the tables into which a person types."""
_TEXTS = re.compile(r'("(?:[^"]|"")*")')


@dataclass(frozen=True)
class DrawnFormula:
    """A formula of ours as it is written, and the range that it fills as an array, or ""."""

    formula: str
    array: str

    def is_formula(self, formula: str) -> bool:
        """Whether a formula is this one, however it is spelled."""
        return formula == self.formula or plain_formula(formula) == plain_formula(self.formula)


@dataclass(frozen=True, eq=False)
class Template:
    """What we draw, by sheet.

    names : defined name in small letters -> what it refers to, in its plain form; spelled : as the file has it. texts : labels
    that no table and no result holds. covered : conditional formats and rules for entries. protected : sheets with a lock.
    headings : words of page headers and footers. unseen : cells that our own formats keep from sight.
    """

    formulas: Mapping[str, Mapping[CellPlace, DrawnFormula]]
    names: Mapping[str, str]
    spelled: Mapping[str, str]
    texts: Mapping[str, Mapping[CellPlace, str]]
    covered: Mapping[str, Covered]
    protected: frozenset[str]
    headings: frozenset[str]
    unseen: frozenset[tuple[str, CellPlace]]


@cache
def drawn_template(language: str = ENGLISH) -> Template:
    """The empty quote of this version in a language."""
    from ..workbooks.read_cells import read_workbook

    path = built_workbook(QUOTE_FILES["plain"], language)
    workbook = read_workbook(path)
    with Package(path) as package:
        marks = {sheet.name: read_marks(package, sheet.part) for sheet in workbook.sheets}
        formats = unseen_formats(package)
    formulas = {
        sheet.name: {
            place: DrawnFormula(cell.formula, area_of(cell.array))
            for place, cell in sheet.cells.items()
            if cell.formula is not None
        }
        for sheet in workbook.sheets
    }
    unseen = frozenset(
        (sheet.name, place) for sheet in workbook.sheets for place, cell in sheet.cells.items() if formats.why(cell.style, 1.0)
    )
    return Template(
        formulas,
        {name: plain_formula(refers) for name, refers in workbook.names.items() if not name.startswith("_")},
        dict(workbook.names),
        _texts(workbook),
        {name: covered(one) for name, one in marks.items()},
        frozenset(name for name, one in marks.items() if one.is_protected),
        frozenset(words for one in marks.values() for _, words in one.headings),
        unseen,
    )


def plain_formula(formula: str) -> str:
    """A formula without what programs spell in their own way: prefixes, quotes around sheets, absolute marks, case, blanks, TRUE
    as a function, a range of one cell. Texts in it stay as they are.

    >>> plain_formula("_xlfn.SUM('Cash flow'!$A$1:A1) & \\"a $b\\"")
    'SUM(CASHFLOW!A1)&"a $b"'
    """
    bare = _PREFIXES.sub("", formula.removeprefix("="))
    pieces = _TEXTS.split(bare) if '"' in bare else [bare]
    for place in range(0, len(pieces), 2):
        plain = re.sub(r"[\s$']", "", pieces[place]).upper()
        pieces[place] = _ONE_CELL.sub(r"\1", _TRUTHS.sub(r"\1", plain))
    return "".join(pieces)


def area_of(array: str | None) -> str:
    """The range of an array formula in one spelling; "" where there is none."""
    return _ONE_CELL.sub(r"\1", (array or "").replace("$", "").upper())


def _texts(workbook: WorkbookCells) -> dict[str, dict[CellPlace, str]]:
    """The labels of each sheet that stand in no table, and on no sheet whose texts are results."""
    found: dict[str, dict[CellPlace, str]] = {}
    for sheet in workbook.sheets:
        if sheet.name in (RESULTS_SHEET, SELF_TEST):
            continue
        boxes = [(one.first, one.left, one.bottom, one.right) for one in TABLES if one.sheet == sheet.name]
        if sheet.name == LIMITS_TABLE.sheet:
            boxes.append((LIMITS_TABLE.first, LIMITS_HELP_COLUMN, LIMITS_TABLE.bottom, LIMITS_HELP_COLUMN))
        for name in _OPEN_CELLS:
            box = workbook.rectangle(name)
            if box is not None and box.sheet == sheet.name:
                boxes.append((box.top, box.left, box.bottom, box.right))
        found[sheet.name] = {
            place: cell.value
            for place, cell in sheet.cells.items()
            if isinstance(cell.value, str) and cell.value and cell.formula is None and not _is_in(place, boxes)
        }
    return found


def _is_in(place: CellPlace, boxes: Iterable[tuple[int, int, int, int]]) -> bool:
    return any(top <= place[0] <= bottom and left <= place[1] <= right for top, left, bottom, right in boxes)


def covered(marks: SheetMarks) -> dict[str, Counter[CellPlace]]:
    """How many rules of each kind hold for each cell. A rule for a whole column counts for the rows that a quote has."""
    found: dict[str, Counter[CellPlace]] = {}
    for mark in marks.marks:
        found.setdefault(mark.kind, Counter()).update(_cells(mark))
    return found


_MOST_ROWS, _MOST_COLUMNS = 400, 60
"""The part of a sheet in which we draw."""


def _cells(mark: Mark) -> Iterable[CellPlace]:
    for top, left, bottom, right in mark.boxes:
        for row in range(top, min(bottom, _MOST_ROWS) + 1):
            for column in range(left, min(right, _MOST_COLUMNS) + 1):
                yield row, column
