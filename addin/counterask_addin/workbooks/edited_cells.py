"""A workbook as it reads once its cells are edited, before any file is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .patch import CellEdit
from .read_cells import WorkbookCell, WorkbookCells
from .sheet_edit import Unchanged


def with_edits(workbook: WorkbookCells, edits: Mapping[str, Mapping[tuple[int, int], CellEdit]]) -> WorkbookCells:
    """The workbook with the edits to its cells: sheet -> (row, column) -> edit. What it was read from is not changed."""
    sheets = [
        replace(sheet, cells={**sheet.cells, **_edited(sheet.cells, edits[sheet.name])}) if sheet.name in edits else sheet
        for sheet in workbook.sheets
    ]
    return replace(workbook, sheets=sheets)


def _edited(
    cells: Mapping[tuple[int, int], WorkbookCell], edits: Mapping[tuple[int, int], CellEdit]
) -> dict[tuple[int, int], WorkbookCell]:
    found = {}
    for place, edit in edits.items():
        cell = cells.get(place, WorkbookCell(None))
        formula = cell.formula if edit.keep_formula else None
        value = cell.value if isinstance(edit.value, Unchanged) else edit.value
        found[place] = cell._replace(value=None if value == "" else value, formula=formula)
    return found
