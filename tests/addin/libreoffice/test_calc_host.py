"""Python functions live in a real LibreOffice Calc: values in both directions, colours, files."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask.functions import catalogue
from counterask_addin.libreoffice import CalcHost, HostError, convert

from .calc_demo import CLIENT, FUNCTIONS, GREEN, LONG_TEXT, RED, write_workbook

Entered = Callable[..., list[list[Any]]]
LIVE = [[20.0, "negotiation"], [-50.0, "unbalanced concession"], [None, None]]


@pytest.mark.parametrize("sheet", ["Trades", "Lite", "Locked"])
def test_a_workbook_of_either_spelling_is_live_as_soon_as_it_is_open(
    host: CalcHost, doc: Any, sheet: str
) -> None:
    assert host.values(doc, sheet, "C2:D4") == LIVE
    assert host.values(doc, sheet, "F2:F5") == [
        [-50.0],
        [-9.0],
        ["cost -50"],
        ["LookupError: no rate for 100 in Limits"],
    ]


def test_formulas_read_as_the_workbook_spells_them(host: CalcHost, doc: Any) -> None:
    assert host.formulas(doc, "Trades", "C2:C2") == [["{=DEMO_TRADES(A2:B4)}"]]
    assert host.formulas(doc, "Lite", "F2:F2") == [["=_xldudf_DEMO_COST(A2)"]]


def test_a_formula_over_a_defined_name_is_live(host: CalcHost, doc: Any) -> None:
    assert host.values(doc, "Named", "A1:B3") == LIVE


@pytest.mark.parametrize("sheet", ["Trades", "Lite", "Locked"])
def test_setting_an_ask_changes_the_verdict_and_its_colour_and_undoing_brings_both_back(
    host: CalcHost, doc: Any, sheet: str
) -> None:
    assert [host.fill(doc, sheet, cell) for cell in ("D2", "D3", "D4")] == [GREEN, RED, None]
    host.set(doc, sheet, "B3", 50)
    host.recalculate(doc)
    assert host.values(doc, sheet, "C3:D3") == [[0.0, "negotiation"]]
    assert host.fill(doc, sheet, "D3") == GREEN
    host.set(doc, sheet, "B3", None)
    host.recalculate(doc)
    assert host.values(doc, sheet, "C2:D4") == LIVE
    assert host.fill(doc, sheet, "D3") == RED


def test_an_edit_reaches_the_results_without_being_asked_to_recalculate(host: CalcHost, doc: Any) -> None:
    host.set(doc, "Trades", "A4", 10)
    assert host.values(doc, "Trades", "C4:D4") == [[-10.0, "unbalanced concession"]]


def test_all_fills_are_told_by_sheet_and_cell_with_hidden_and_merged_cells_in_place(
    host: CalcHost, doc: Any
) -> None:
    sheet = doc.Sheets.getByName("Trades")
    sheet.Columns.getByName("B").IsVisible = False
    sheet.Rows.getByIndex(0).IsVisible = False
    scratch = doc.Sheets.getByName("Scratch")
    scratch.getCellRangeByName("B2:C3").merge(True)
    scratch.getCellRangeByName("D3").CellBackColor = 0x336699
    fills = host.fills(doc)
    assert fills["Trades"] == {"A2": "#FFFFCC", "A3": "#FFFFCC", "A4": "#FFFFCC", "D2": GREEN, "D3": RED}
    assert fills["Scratch"] == {"D3": "#336699"}
    assert fills["Lite"]["B3"] == "#FFFFCC"


def test_what_a_cell_of_a_protected_sheet_does_not_allow_is_said(host: CalcHost, doc: Any) -> None:
    with pytest.raises(HostError, match="Locked!C2 is locked"):
        host.set(doc, "Locked", "C2", 1)


def test_every_kind_of_value_arrives_in_a_cell(scratch: Entered) -> None:
    first, second, third = scratch("A1:G3", "=DEMO_ASSORTMENT()")
    assert first == [1.5, 7.0, 1.0, 1.0, 0.0, None, None]
    assert second == [LONG_TEXT, CLIENT, 46356.0, 1099511627776.0, "#NUM!", "#NUM!", "word"]
    assert third == ["short row", None, None, None, None, None, None]


def test_a_table_of_sixty_rows_arrives_whole(scratch: Entered) -> None:
    assert scratch("A1:I60", "=DEMO_GRID(60;9)") == [[float(9 * y + x) for x in range(9)] for y in range(60)]


def test_arguments_arrive_as_numbers_text_and_none(host: CalcHost, doc: Any, scratch: Entered) -> None:
    for cell, value in (
        ("J1", 2.5),
        ("J2", "net 60"),
        ("J3", True),
        ("K1", "=DATE(2026;11;30)"),
        ("K2", CLIENT),
    ):
        host.set(doc, "Scratch", cell, value)
    assert scratch("A1:B3", "=DEMO_KINDS(J1:K3)") == [
        ["float 2.5", "float 46356.0"],
        ["str net 60", f"str {CLIENT}"],
        ["float 1.0", "NoneType None"],
    ]
    assert scratch("C1:C1", "=DEMO_KINDS(J2)") == [["str net 60"]]
    assert scratch("D1:E1", '=DEMO_KINDS({1;"two"})') == [["float 1.0", "str two"]]


def test_error_cells_reach_a_function_as_text_where_it_takes_ranges(
    host: CalcHost, doc: Any, scratch: Entered
) -> None:
    host.set(doc, "Trades", "A3", "=1/0")
    host.set(doc, "Trades", "B4", "=NO_SUCH_THING(1)")
    assert scratch("A1:B3", "=DEMO_CELLS(Asks)") == [
        ["float 100.0", "float 120.0"],
        ["str #DIV/0!", "NoneType None"],
        ["NoneType None", "str #NAME?"],
    ]
    assert scratch("D1:D1", "=DEMO_CELLS(Trades.A3)") == [["str #DIV/0!"]]


def test_calc_answers_error_cells_itself_where_a_function_takes_any_value(
    host: CalcHost, doc: Any, scratch: Entered
) -> None:
    host.set(doc, "Trades", "A3", "=1/0")
    assert scratch("A1:A1", "=DEMO_KINDS(Asks)") == [["Err:504"]]
    assert scratch("B1:B1", "=DEMO_COST(Trades.A3)") == [["#DIV/0!"]]


def test_a_function_that_fails_says_so_in_its_cell_and_calc_goes_on(host: CalcHost, doc: Any) -> None:
    host.set(doc, "Scratch", "A1", "=DEMO_WHATEVER()")
    host.set(doc, "Scratch", "A2", "=DEMO_COST(2;0.25)")
    assert host.values(doc, "Scratch", "A1:A2") == [["TypeError: a cell cannot hold dict"], [-0.5]]


def test_the_function_wizard_knows_every_function_and_its_arguments(host: CalcHost) -> None:
    services = host.office.context.ServiceManager
    known = services.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", host.office.context)
    found = {option.Name: option.Value for option in known.getByName("DEMO_COST")}
    assert found["Description"] == "The cost of an ask."
    assert [(argument.Name, argument.Description) for argument in found["Arguments"]] == [
        ("amount", "In money."),
        ("share", "From 0 to 1."),
        ("label", "Said before it."),
    ]


def test_the_original_stays_as_it_is_whatever_is_done_to_the_copy(host: CalcHost, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "quote.xlsx")
    before = path.read_bytes()
    opened = host.open(path)
    host.set(opened, "Trades", "A2", 1)
    host.save(opened)
    host.close(opened)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["quote.xlsx"]


def test_a_file_opened_in_place_changes_when_it_is_saved_and_not_before(
    host: CalcHost, tmp_path: Path
) -> None:
    path = write_workbook(tmp_path / "quote.xlsx")
    before = path.read_bytes()
    opened = host.open(path, in_place=True)
    assert not opened.isModified()
    assert (tmp_path / ".~lock.quote.xlsx#").exists()
    host.set(opened, "Trades", "B3", 80)
    assert path.read_bytes() == before
    host.save(opened)
    host.close(opened)
    assert os.listdir(tmp_path) == ["quote.xlsx"]
    saved = openpyxl.load_workbook(path, data_only=True)["Trades"]
    assert [saved[cell].value for cell in ("B3", "C3", "D3")] == [80, 30, "negotiation"]


def test_a_saved_workbook_keeps_both_spellings_and_can_be_opened_again(
    host: CalcHost, doc: Any, tmp_path: Path
) -> None:
    for kind in ("xlsx", "ods"):
        again = host.open(host.save_as(doc, tmp_path / f"saved.{kind}"))
        assert host.values(again, "Lite", "C2:D4") == LIVE
        assert host.formulas(again, "Lite", "F2:F2") == [["=_xldudf_DEMO_COST(A2)"]]
        host.close(again)
    saved = openpyxl.load_workbook(tmp_path / "saved.xlsx")
    assert saved["Trades"]["C2"].value.text == "=DEMO_TRADES(A2:B4)"
    assert saved["Lite"]["F2"].value == "=_xldudf_DEMO_COST(A2)"


def test_pages_are_drawn_and_the_first_sheet_is_written_as_text(
    host: CalcHost, doc: Any, tmp_path: Path
) -> None:
    assert host.save_as(doc, tmp_path / "quote.pdf").read_bytes().startswith(b"%PDF")
    assert "50,,-50,unbalanced concession,,-9" in host.save_as(doc, tmp_path / "quote.csv").read_text()
    host.set(doc, "Trades", "A1", "'=cmd|' /C calc'!A0")
    assert host.save_as(doc, tmp_path / "quote.csv").read_text().startswith("'=cmd|")
    pages = host.render_png(doc, tmp_path / "pages", dots_per_inch=40)
    assert [page.name for page in pages] == [f"page-{n}.png" for n in range(1, len(pages) + 1)]
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in pages)


def test_converting_without_functions_keeps_the_saved_results(workbook: Path, tmp_path: Path) -> None:
    new = convert(workbook, "xlsx", tmp_path / "again")
    assert new == tmp_path / "again" / "quote.xlsx"
    assert zipfile.is_zipfile(new)
    again = openpyxl.load_workbook(new, data_only=True)
    assert again["Trades"]["F2"].value == -1
    assert openpyxl.load_workbook(new)["Trades"]["F2"].value.lower() == "=demo_cost(a2)"


def test_a_second_host_in_the_same_process_has_functions_of_its_own(
    host: CalcHost, doc: Any, workbook: Path
) -> None:
    with CalcHost({"DEMO_COST": lambda amount, share=2.0: amount * share}) as other:
        opened = other.open(workbook)
        assert other.value(opened, "Trades", "F2") == 200.0
        assert host.value(doc, "Trades", "F2") == -50.0


def test_every_function_of_the_catalogue_is_known_to_calc_with_its_help(calc: CalcHost) -> None:
    services = calc.office.context.ServiceManager
    known = services.createInstanceWithContext(
        "com.sun.star.sheet.FunctionDescriptions", calc.office.context
    )
    for entry in catalogue():
        found = {option.Name: option.Value for option in known.getByName(entry.name)}
        assert found["Description"] == entry.description
        assert [argument.Name for argument in found["Arguments"]] == [
            each.name for each in entry.arguments
        ]


def test_two_functions_of_one_name_are_refused() -> None:
    with (
        pytest.raises(ValueError, match="Two functions are called DEMO_TRADES"),
        CalcHost([*FUNCTIONS, FUNCTIONS[0]]),
    ):
        pass


def test_what_cannot_be_opened_or_found_is_said_in_a_sentence(
    host: CalcHost, doc: Any, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no more than this")
    page = tmp_path / "page.txt"
    page.write_text("a letter")
    with pytest.raises(HostError, match="there is no such file"):
        host.open(tmp_path / "missing.xlsx")
    with pytest.raises(HostError, match="broken.xlsx: LibreOffice"):
        host.open(broken)
    with pytest.raises(HostError, match="page.txt: LibreOffice"):
        host.open(page)
    with pytest.raises(HostError, match="There is no sheet 'Quote' in this workbook; it has Trades, Lite"):
        host.values(doc, "Quote", "A1")
    with pytest.raises(HostError, match="Trades!1A is not a range"):
        host.values(doc, "Trades", "1A")
    with pytest.raises(HostError, match="cannot save as 'docx'"):
        host.save_as(doc, tmp_path / "quote.docx")
    with pytest.raises(HostError, match="cannot write this file"):
        host.save_as(doc, tmp_path, "xlsx")
    with pytest.raises(HostError, match="there is no folder"):
        host.save_as(doc, tmp_path / "no folder" / "quote.xlsx")


def test_a_workbook_can_be_shown_without_its_name(host: CalcHost, workbook: Path) -> None:
    opened = host.open(workbook, in_place=True, unnamed=True)
    assert not opened.hasLocation()
    assert host.values(opened, "Trades", "C2:D4") == LIVE
    assert not workbook.with_name(f".~lock.{workbook.name}#").exists()
    host.close(opened)
