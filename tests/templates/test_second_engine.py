"""The native formulas of the examples, computed again by an engine that shares no code with LibreOffice or with ours.

The engine (formualizer) has no functions of ours, its EXACT compares no ranges, and its SUMPRODUCT does not hand whole ranges on
to a MAX inside it, as Excel's and LibreOffice's do: cells with these keep their values, as inputs. Every other
formula loses its value first, so that none can pass without being computed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import formualizer
import pytest

from counterask_addin.excel.package import read_parts, write_parts
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import example_names, load_example

_LEFT = re.compile(r"DEAL_|EXACT\(|SUMPRODUCT\(MAX\(")
_CELL = re.compile(r"(<c [^>]*>)(<f[^>]*>([^<]*)</f>)(<v>[^<]*</v>)?")


def _without_results(path: Path) -> None:
    """The workbook with the formulas that are left out as values, and all others without their values."""
    parts = read_parts(path)

    def rewritten(cell: re.Match[str]) -> str:
        start, formula, words, value = cell.groups()
        return re.sub(' cm="1"', "", start) + (value or "") if _LEFT.search(words) else start + formula

    for sheet in read_workbook(path).sheets:
        parts[sheet.part] = _CELL.sub(rewritten, parts[sheet.part].decode()).encode()
    write_parts(path, parts)


def _alike(seen: Any, shown: Any) -> bool:
    if isinstance(seen, int | float) and isinstance(shown, int | float):
        return abs(seen - shown) <= 1e-6 * max(1.0, abs(shown))
    return (seen or "") == (shown or "")


@pytest.mark.parametrize("name", example_names())
def test_a_second_engine_computes_what_the_cells_show(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(draw_quote(load_example(name)))
    drawn = read_workbook(path)
    _without_results(path)
    engine = formualizer.load_workbook(str(path))
    engine.evaluate_all()
    computed, left, different = 0, 0, []
    for sheet in drawn.sheets:
        for (row, column), cell in sheet.cells.items():
            if cell.formula is None:
                continue
            if _LEFT.search(cell.formula):
                left += 1
                continue
            computed += 1
            seen = engine.get_value(sheet.name, row, column)
            if not _alike(seen, cell.value):
                different.append((sheet.name, row, column, seen, cell.value, cell.formula[:100]))
    assert different[:5] == []
    assert computed > 5_000 and left < computed / 20
