"""A quote whose dates count from 1904, as old Excel for the Mac saves them, says the same in a live Calc."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterask import functions
from counterask_addin.libreoffice import CalcHost, from_catalogue
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import LIMITS_STATUS, TRADE_RESULTS, live_name

from .quote_kinds import make


def said_in(calc: CalcHost, path: Path) -> list[list[list[Any]]]:
    """What the trades and the limits say in a live Calc."""
    document, book = calc.open(path), read_workbook(path)
    try:
        found = []
        for name in (live_name(TRADE_RESULTS), LIMITS_STATUS.name):
            box = book.rectangle(name)
            assert box is not None
            cells = f"{cell_name(box.top, box.left)}:{cell_name(box.bottom, box.right)}"
            found.append(calc.values(document, box.sheet, cells))
        return found
    finally:
        calc.close(document)


def test_dates_from_1904_are_the_same_days(tmp_path: Path) -> None:
    unedited = tmp_path / "unedited.xlsx"
    unedited.write_bytes(draw_quote(load_example("staffing")))
    edited = make("dates from 1904", unedited, tmp_path / "from_1904.xlsx")
    with CalcHost(from_catalogue(functions.catalogue())) as calc:
        same, other = said_in(calc, unedited), said_in(calc, edited)
    assert other == same
    assert any(row[0] for row in same[0])
