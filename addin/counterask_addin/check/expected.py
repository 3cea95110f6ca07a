"""What every result cell of a quote says when it is computed anew from the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from counterask_templates.natives import facts_of_cells, native_values
from counterask_templates.sheets import all_natives

from ..workbooks.valued_copy import result_tables, table_edits

if TYPE_CHECKING:
    from counterask.counter_asks.shown import ShownLedger

    from ..workbooks.quote_file import QuoteFile

Expected = Mapping[str, Mapping[tuple[int, int], object]]
"""Sheet -> (row, column) -> value."""


def expected_values(file: QuoteFile, shown: ShownLedger, *, is_ours: bool) -> Expected:
    """The value of every result cell. is_ours : whether the workbook stands as we draw it; only then the months, banners and
    checks have theirs, whatever formula stands in them now."""
    tables = result_tables(file, shown)
    edits = table_edits(file, shown.ledger, tables)
    found: dict[str, dict[tuple[int, int], object]] = {
        sheet: {place: edit.value for place, edit in cells.items()} for sheet, cells in edits.items()
    }
    if not is_ours or file.workbook is None:
        return found
    sheets = {sheet.name: sheet.cells for sheet in file.workbook.sheets}

    def value_at(sheet: str, row: int, column: int) -> object:
        cell = sheets[sheet].get((row, column)) if sheet in sheets else None
        return cell.value if cell is not None else None

    facts = facts_of_cells(value_at, tables, file.language)
    for sheet, cells in native_values(all_natives(), facts, language=file.language).items():
        for place, value in cells.items():
            found.setdefault(sheet, {})[place] = value
    return found
