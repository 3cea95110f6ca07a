"""Quotes as files: the staffing example, filled and spoiled by openpyxl as another program would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask.reading.tables import plain
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.grid import Grid
from counterask_addin.workbooks.quote_file import QuoteFile, inspect_quote
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

Key = str | tuple[str, str] | tuple[str, int, str]
"""An input by name, a line's input (line, name), or a cell of a table (table, row from 1, column; row 0 is the header)."""


@dataclass(frozen=True)
class Places:
    """Where things stand in a quote, by their names, so that no test knows an address."""

    file: QuoteFile

    def of(self, key: Key) -> tuple[str, str]:
        """Sheet and cell."""
        if isinstance(key, str):
            return self._split(self.file.quote.places[None, key])
        if len(key) == 2:
            line, name = key
            return self._split(self.file.quote.places[self.file.quote.deal.line_index(line), name])
        table, row, column = key
        box = self.file.rectangles[table]
        assert self.file.workbook is not None
        row_of_headers = replace(box, left=1, right=60)
        header = [plain(cell) for cell in Grid.of(self.file.workbook, row_of_headers).rows[0]]
        return box.sheet, cell_name(box.top + row, 1 + header.index(plain(column)))

    def said(self, key: Key) -> str:
        """The place as messages name it: "Quote · C35"."""
        return " · ".join(self.of(key))

    @staticmethod
    def _split(place: str) -> tuple[str, str]:
        sheet, cell = place.split(" · ")
        return sheet, cell


@pytest.fixture
def staffing(tmp_path: Path) -> Path:
    """The staffing example as the templates draw it."""
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    return path


@pytest.fixture
def places(staffing: Path) -> Places:
    """Where things stand in the staffing example."""
    return Places(inspect_quote(staffing))


@pytest.fixture
def edited(staffing: Path, places: Places) -> Callable[[Mapping[Key, Any]], Path]:
    """Make a copy of the example with some cells typed over, saved by openpyxl."""

    def edit(cells: Mapping[Key, Any]) -> Path:
        book = openpyxl.load_workbook(staffing)
        for key, value in cells.items():
            sheet, cell = places.of(key)
            book[sheet][cell] = value
        path = staffing.with_name("edited.xlsx")
        book.save(path)
        return path

    return edit
