"""Quotes as files: the staffing example, filled and spoiled by openpyxl as another program would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example


@pytest.fixture
def staffing(tmp_path: Path) -> Path:
    """The staffing example as the templates draw it."""
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    return path


@pytest.fixture
def edited(staffing: Path) -> Callable[[Mapping[tuple[str, str], Any]], Path]:
    """Make a copy of the example with some cells typed over, saved by openpyxl."""

    def edit(cells: Mapping[tuple[str, str], Any]) -> Path:
        book = openpyxl.load_workbook(staffing)
        for (sheet, cell), value in cells.items():
            book[sheet][cell] = value
        path = staffing.with_name("edited.xlsx")
        book.save(path)
        return path

    return edit
