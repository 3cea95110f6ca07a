"""A quote of the first edition copied into the current template: columns cannot be added to a workbook in place."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from counterask.reading.cells import is_blank
from counterask.reading.problems import Problem
from counterask.reading.tables import TABLES as ALL_TABLES
from counterask.reading.tables import language_of_headers
from counterask_templates.built import QUOTE_FILES, built_workbook
from counterask_templates.layout import HEADER_CELLS

from ..errors import CannotRun
from ..workbooks.addresses import Rectangle, cell_name
from ..workbooks.find_tables import find_table, header_text, stray_rows
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit, patch_workbook
from ..workbooks.quote_file import table_in_workbook
from ..workbooks.read_cells import WorkbookCells
from ..workbooks.valued_copy import SheetEdits
from .first_edition import company_levers_missing, tables_brought_over, without_unknown_columns, without_unused_levers
from .reading import LimitsFile, named_range_rows, open_limits
from .table_edits import cell_value, put_pairs, put_rows

_TABLES = ("Lines", "Terms", "Trades", "Stakeholders", "History")
_CHOICES = ("Language", "Chosen_trade", "Explained_trade", "Flipped_trade", "Bundle_trade")
"""Single cells that a rep chooses something in, by their names."""
_RENAMED_SHEETS = frozenset({"History"})
"""Sheets of the first edition that have another name now."""


def quote_on_current_template(old: LimitsFile, current: LimitsFile, draft: Path) -> tuple[str, ...]:
    """Write the inputs of a quote of the first edition into an empty quote of this one, at `draft`. Limits, assumptions and
    policy stay those of the template. current : the limits that the quote is for.

    Returns what a person should know, as sentences. Raises CannotRun where an input cannot be read or has no place in
    the template.
    """
    empty = _template(old.path, language_of_headers(old.tables["Limits"].rows[0]))
    drawn = open_limits(empty)
    theirs, ours = _boxes(old.workbook), _boxes(drawn.workbook)
    problems: list[Problem] = []
    tables = {name: table_in_workbook(old.workbook, name, box, ALL_TABLES.index(name), problems) for name, box in theirs.items()}
    for name, box in theirs.items():
        problems += stray_rows(old.workbook, name, box, ALL_TABLES.index(name), list(theirs.values()))
    if problems:
        raise CannotRun(*(f"{old.path.name} · {problem}" for problem in problems))
    places = {name: table_in_workbook(drawn.workbook, name, box, ALL_TABLES.index(name), []) for name, box in ours.items()}
    found, said = tables_brought_over(tables)
    said += without_unused_levers(found, current)
    if missing := company_levers_missing(found, current):
        raise CannotRun(*(f"{old.path.name} · {sentence}" for sentence in missing))
    notes = [f"{old.path.name} is of the first edition. Its inputs were copied into a new workbook on the current template."]
    notes += said
    standing = replace(drawn, path=old.path, rectangles={**drawn.rectangles, **ours}, tables={**drawn.tables, **places})
    edits: SheetEdits = {}
    for name, table in found.items():
        known, said = without_unknown_columns(table, places[name])
        notes += said
        if name == "Terms":
            put_pairs(name, standing, known.rows, edits)
        else:
            put_rows(name, standing, replace(old, tables={name: known}), edits)
    _put_single_cells(old.workbook, drawn.workbook, edits)
    patch_workbook(empty, draft, edits)
    return (*notes, *_left_behind(old, drawn.workbook, theirs))


def _template(path: Path, language: str) -> Path:
    """An empty quote in the old one's language, for the host that it was for."""
    if path.suffix.lower() == ".xlsm":
        return built_workbook(QUOTE_FILES["classic"], language)
    with zipfile.ZipFile(path) as package:
        is_lite = any(part.startswith("xl/webextensions/") for part in package.namelist())
    return built_workbook(QUOTE_FILES["lite" if is_lite else "plain"], language)


def _boxes(workbook: WorkbookCells) -> dict[str, Rectangle]:
    """Where the tables of a rep are."""
    found = {name: find_table(workbook, name) for name in _TABLES}
    return {name: box for name, box in found.items() if box is not None}


def _put_single_cells(old: WorkbookCells, drawn: WorkbookCells, edits: SheetEdits) -> None:
    """What the quote says of itself, and what the rep has chosen to look at."""
    fields = {one.name: one.field for one in HEADER_CELLS}
    for name in (*fields, *_CHOICES):
        box, here = drawn.rectangle(name), old.rectangle(name)
        value: object = None
        if here is not None:
            value = Grid.of(old, replace(here, bottom=here.top, right=here.left)).rows[0][0]
        elif name in fields:
            value = header_text(old, fields[name])
        if box is not None and not is_blank(value):
            edits.setdefault(box.sheet, {})[box.top, box.left] = CellEdit(cell_value(value))


def _left_behind(old: LimitsFile, drawn: WorkbookCells, boxes: dict[str, Rectangle]) -> Iterator[str]:
    """What does not come over, as sentences."""
    name = old.path.name
    for box in boxes.values():
        sheet = old.workbook.sheet(box.sheet)
        cells = sheet.cells if sheet else {}
        places = [
            cell_name(row, column)
            for row in range(box.top + 1, box.bottom + 1)
            for column in range(box.left, box.right + 1)
            if (cell := cells.get((row, column))) is not None and cell.formula is not None
        ]
        if places:
            yield f"{box.sheet}: the values of formulas were copied, not the formulas: {', '.join(places)}."
    known = {sheet.name for sheet in drawn.sheets} | _RENAMED_SHEETS
    own = [sheet.name for sheet in old.workbook.sheets if sheet.name not in known]
    if own:
        yield f"Not copied: your own sheets ({', '.join(own)}). They are still in {name}."
    approvals = named_range_rows(old.workbook, "Approvals") or []
    if any(not is_blank(cell) for row in approvals[1:] for cell in row):
        yield "Not copied: the approvals, which do not cover a quote of this edition. Ask for them again."
    yield f"Not copied: remarks, formats and cells outside the tables. {name} is unchanged and still has them."
