"""The spreadsheet's own formulas: what they are said to say stands in the file, and LibreOffice computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from counterask_addin.libreoffice import CalcHost
from counterask_templates.build import DRAWN_ON, facts_of
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import MARGIN, QUOTE, RESULTS, RESULTS_SHEET, TRADES, live_top
from counterask_templates.natives import facts_of_cells, native_values
from counterask_templates.sheet_margin import AGREE
from counterask_templates.sheet_quote import JOINS
from counterask_templates.sheet_trades import BANNER, NOTHING
from counterask_templates.sheets import all_natives

from .books import BOOKS, drawn, opened

DRAWN = {name: None if name == "quote" else load_example(name) for name in ("quote", *example_names())}


def results_in(name: str) -> dict[str, list[list[Any]]]:
    sheet = opened(name, True)[RESULTS_SHEET]
    found = {}
    for spec in RESULTS:
        rows = range(live_top(spec), live_top(spec) + spec.rows)
        cells = [[sheet.cell(row, 1 + place).value for place in range(len(spec.fields))] for row in rows]
        found[spec.key] = [["" if value is None else value for value in row] for row in cells]
    return found


@pytest.mark.parametrize("name", DRAWN)
def test_cached_values_follow_from_the_cells_of_the_workbook_alone(name: str) -> None:
    formulas, values = opened(name), opened(name, True)
    facts = facts_of_cells(lambda sheet, row, column: values[sheet].cell(row, column).value, results_in(name))
    said = native_values(all_natives(), facts, lambda sheet, row, column: formulas[sheet].cell(row, column).value)
    assert sum(len(cells) for cells in said.values()) == len(all_natives())
    for sheet, cells in said.items():
        for (row, column), value in cells.items():
            cached = values[sheet].cell(row, column).value
            assert agrees("" if cached is None else cached, value), (sheet, row, column)


def test_a_cell_with_another_formula_is_left_alone() -> None:
    facts = facts_of(load_example("software"), DRAWN_ON)
    assert native_values(all_natives(), facts, lambda *_: "=1+1") == {}


def test_banners_say_what_a_rep_must_see() -> None:
    staffing, empty = opened("staffing", True), opened("quote", True)
    banner = staffing[TRADES].cell(*BANNER).value
    assert banner.startswith("✖ 2 unbalanced concessions, short by ")
    assert "■ 1 blocked" in banner and "◷ 1 stalled of 1 allowed" in banner
    assert JOINS in [cell.value for row in staffing[QUOTE].iter_rows() for cell in row]
    assert AGREE in [cell.value for row in staffing[MARGIN].iter_rows() for cell in row]
    assert empty[TRADES].cell(*BANNER).value == NOTHING
    texts = [str(cell.value) for row in empty[QUOTE].iter_rows() for cell in row if cell.value]
    assert any("found no line, expected at least one line" in text for text in texts)


@pytest.mark.parametrize("name", BOOKS)
def test_libreoffice_computes_every_cell_as_it_was_cached(calc: CalcHost, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(drawn(name))
    document = calc.open(path)
    calc.recalculate(document)
    for sheet in opened(name):
        live = calc.values(document, sheet.title, f"A1:S{max(sheet.max_row, 2)}")
        cached = opened(name, True)[sheet.title]
        for row in sheet.iter_rows(max_col=19):
            for cell in row:
                if not (isinstance(cell.value, ArrayFormula) or str(cell.value).startswith("=")):
                    continue
                before, now = cached[cell.coordinate].value, live[cell.row - 1][cell.column - 1]
                assert agrees("" if before is None else before, "" if now is None else now), (
                    sheet.title,
                    cell.coordinate,
                )
    calc.close(document)


def agrees(before: Any, now: Any) -> bool:
    if isinstance(before, float | int) and isinstance(now, float | int):
        return abs(before - now) <= 1e-6 * max(1.0, abs(before))
    return bool(before == now)
