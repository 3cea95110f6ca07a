"""A patched workbook is a sound one for a real spreadsheet program: LibreOffice opens it and finds the new values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from counterask_addin.workbooks.patch import UNBALANCED_FILL, CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import CellError, read_workbook


def test_libreoffice_reads_and_saves_what_was_patched(tmp_path: Path, resave: Callable[..., Path]) -> None:
    source, target = tmp_path / "quote.xlsx", tmp_path / "patched.xlsx"
    with xlsxwriter.Workbook(source) as book:
        page = book.add_worksheet("Trades")
        pale = book.add_format({"bg_color": "#FFF7CC", "num_format": "#,##0.00"})
        page.write_row("A1", ["Trade", "Cost", "Worth", "Net"])
        page.write_row("A2", ["T1", -100, 80], pale)
        page.write_formula("D2", "=UNKNOWN_HERE(B2,C2)", pale, -20)
        page.write_formula("E2", "=UNKNOWN_HERE(B2)", None, "old")
        page.write_formula("F2", "=UNKNOWN_HERE(C2)", None, 1)
        page.write_array_formula("H2:H3", "{=B2:B3*2}", None, 1)
        page.conditional_format("D2:D9", {"type": "cell", "criteria": "<", "value": 0, "format": pale})
        page.data_validation("A2:A9", {"validate": "list", "source": ["T1", "T2"]})
        page.write_comment("B2", "from the call")
    edits = {
        "D2": CellEdit(-25.5, UNBALANCED_FILL, bold=True),
        "E2": CellEdit('"shown" <&> 🚚'),
        "F2": CellEdit(7, keep_formula=False),
        "H2": CellEdit(-200),
        "A5": CellEdit(" spaced "),
        "B5": CellEdit(12.75),
        "C5": CellEdit(True),
        "D5": CellEdit(CellError("#N/A")),
        "J40": CellEdit("far off", UNBALANCED_FILL),
    }
    assert patch_workbook(source, target, {"Trades": edits}) == ()
    saved = resave(target, tmp_path / "saved")
    cells = read_workbook(saved).sheets[0].cells
    found = {name: cells[place].value for name, place in {
        "D2": (2, 4), "E2": (2, 5), "F2": (2, 6), "H2": (2, 8), "A5": (5, 1), "B5": (5, 2), "C5": (5, 3), "D5": (5, 4),
        "J40": (40, 10), "A2": (2, 1), "C2": (2, 3),
    }.items()}  # fmt: skip
    assert found == {
        "D2": -25.5, "E2": '"shown" <&> 🚚', "F2": 7, "H2": -200, "A5": " spaced ", "B5": 12.75, "C5": True,
        "D5": "#N/A", "J40": "far off", "A2": "T1", "C2": 80,
    }  # fmt: skip
    assert cells[2, 6].formula is None and cells[2, 8].array == "H2:H3"
    page = openpyxl.load_workbook(saved)["Trades"]
    assert page["D2"].fill.fgColor.rgb == page["J40"].fill.fgColor.rgb == UNBALANCED_FILL
    assert page["D2"].number_format == "#,##0.00" and page["D2"].font.b
    assert page["C2"].fill.fgColor.rgb == "FFFFF7CC"


def test_a_workbook_saved_by_libreoffice_is_patched_in_its_turn(tmp_path: Path, resave: Callable[..., Path]) -> None:
    source = tmp_path / "quote.xlsx"
    with xlsxwriter.Workbook(source) as book:
        page = book.add_worksheet("Trades")
        page.write_row("A1", ["text", 2, True])
        page.write_formula("A2", "=B1*3", None, 6)
    saved = resave(source, tmp_path / "saved")
    edits = {"A2": CellEdit(99, UNBALANCED_FILL), "B3": CellEdit("new")}
    patch_workbook(saved, tmp_path / "patched.xlsx", {"Trades": edits})
    cells = read_workbook(tmp_path / "patched.xlsx").sheets[0].cells
    assert [cells[place].value for place in ((1, 1), (1, 2), (1, 3), (2, 1), (3, 2))] == ["text", 2, True, 99, "new"]
    assert cells[2, 1].formula == "B1*3"
