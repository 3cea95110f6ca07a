"""The valued copy: the same numbers for every reader, all other parts as they were, the original untouched."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.tables import plain
from counterask_addin.cli import cli
from counterask_addin.workbooks.patch import UNBALANCED_FILL
from counterask_addin.workbooks.quote_file import read_quote_file
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import RESULTS, RESULTS_SHEET

from .conftest import Key, Places

Edit = Callable[[Mapping[Key, Any]], Path]
RESULT_COLUMNS = ("Cost", "Worth", "Net", "Shortfall")


def run(*words: str | Path) -> str:
    """Run a command that finds something (exit code 1) and return what it prints."""
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 1, result.output
    return result.stdout


def expected_of(path: Path) -> dict[str, tuple[float, float, float, float, str]]:
    """The ledger that `counterask value --json` prints."""
    ledger = json.loads(run("value", path, "--json"))["ledger"]
    return {one["id"]: (one["cost"], one["worth"], one["net"], one["shortfall"], one["verdict"]) for one in ledger}


def seen_in(rows: list[list[Any]]) -> dict[str, tuple[float, float, float, float, str]]:
    """The results as they stand on a Trades sheet, given its rows."""
    top, at = next(
        (number, [plain(cell) for cell in row].index("trade"))
        for number, row in enumerate(rows)
        if "trade" in [plain(cell) for cell in row]
    )
    header = [plain(cell) for cell in rows[top]]
    columns = [header.index(plain(name)) for name in (*RESULT_COLUMNS, "Verdict")]
    found: dict[str, Any] = {}
    for row in rows[top + 1 :]:
        if row[at] and row[columns[-1]]:  # the first row of a trade has its numbers; a row with an id alone is empty
            found.setdefault(str(row[at]), tuple(row[column] for column in columns))
    return found


def agree(seen: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Both tables say the same, to the cent."""
    assert seen.keys() == expected.keys()
    for trade, numbers in expected.items():
        assert seen[trade][4] == numbers[4]
        for one, other in zip(seen[trade][:4], numbers[:4], strict=True):
            assert (one == other) if other is None else abs(one - other) < 0.005


def openpyxl_rows(path: Path) -> list[list[Any]]:
    """The Trades sheet as openpyxl reads it."""
    return [list(row) for row in openpyxl.load_workbook(path, data_only=True)["Trades"].iter_rows(values_only=True)]


def pandas_rows(path: Path) -> list[list[Any]]:
    """The Trades sheet as pandas reads it."""
    frame = pandas.read_excel(path, sheet_name="Trades", header=None, keep_default_na=False, engine="openpyxl")
    return [list(row) for row in frame.itertuples(index=False)]


def calamine_rows(path: Path) -> list[list[Any]]:
    """The Trades sheet as calamine reads it."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Trades").to_python(skip_empty_area=False)


READERS = {"openpyxl": openpyxl_rows, "pandas": pandas_rows, "calamine": calamine_rows}


@pytest.mark.parametrize("name", example_names())
def test_every_reader_sees_the_numbers_of_the_command_line(tmp_path: Path, name: str) -> None:
    quote, copy = tmp_path / f"{name}.xlsx", tmp_path / "copy.xlsx"
    quote.write_bytes(draw_quote(load_example(name)))
    filled_by_openpyxl = openpyxl.load_workbook(quote)
    filled_by_openpyxl["Trades"]["A1"] = "Trades of today"
    filled_by_openpyxl.save(quote)  # drops every cached value
    run("value", quote, "-o", copy)
    expected = expected_of(quote)
    for reader in READERS.values():
        agree(seen_in(reader(copy)), expected)


@pytest.mark.parametrize("name", example_names())
def test_libreoffice_without_the_functions_sees_the_same_numbers(
    tmp_path: Path, resave: Callable[..., Path], name: str
) -> None:
    quote, copy = tmp_path / f"{name}.xlsx", tmp_path / "copy.xlsx"
    quote.write_bytes(draw_quote(load_example(name)))
    run("value", quote, "-o", copy)
    saved = resave(copy, tmp_path / "saved")
    expected = expected_of(quote)
    agree(seen_in(openpyxl_rows(saved)), expected)
    agree(expected_of(saved), expected)


@pytest.mark.parametrize("name", example_names())
def test_json_and_workbook_give_identical_numbers(tmp_path: Path, name: str) -> None:
    quote, deal = tmp_path / "quote.xlsx", tmp_path / "deal.json"
    quote.write_bytes(draw_quote(load_example(name)))
    people = {"stakeholders": load_example(name)["stakeholders"]}
    deal.write_text(json.dumps(document_of(read_quote_file(quote)) | people))
    assert run("value", deal, "--json") == run("value", quote, "--json")
    document = load_example(name)
    document.pop("stakeholders"), document.pop("history")
    assert read_deal(document).deal == read_quote_file(quote).deal


def test_only_the_sheets_with_results_change(staffing: Path) -> None:
    before = staffing.read_bytes()
    copy = staffing.with_name("copy.xlsx")
    run("value", staffing, "-o", copy, "--as-of", "2027-01-15")
    assert staffing.read_bytes() == before
    with zipfile.ZipFile(staffing) as old, zipfile.ZipFile(copy) as new:
        assert old.namelist() == new.namelist()
        changed = {part for part in old.namelist() if old.read(part) != new.read(part)}
        for part in set(old.namelist()) - changed:
            first, second = old.getinfo(part), new.getinfo(part)
            assert (first.compress_size, first.date_time) == (second.compress_size, second.date_time)
    with_results = [
        one.part
        for one in read_workbook(staffing).sheets
        if one.name in {*(result.sheet for result in RESULTS), RESULTS_SHEET}
    ]
    assert changed <= {"xl/styles.xml", *with_results}


def test_formulas_stay_and_their_values_are_new(edited: Edit, places: Places) -> None:
    row_of_it = places.file.quote.trade_places["T2"].row
    quote = edited({("Trades", row_of_it, "ask_to"): 0.05})
    copy = quote.with_name("copy.xlsx")
    run("value", quote, "-o", copy)
    old, new = read_workbook(quote), read_workbook(copy)
    for sheet in old.sheets:
        twin = new.sheet(sheet.name)
        assert twin is not None
        assert {at: cell.formula for at, cell in sheet.cells.items() if cell.formula is not None} == {
            at: cell.formula for at, cell in twin.cells.items() if cell.formula is not None
        }
    trades = new.sheet("Trades")
    assert trades is not None
    _, place = places.of(("Trades", row_of_it, "cost"))
    row, column = coordinate_to_tuple(place)
    assert trades.cells[row, column].has_value
    assert trades.cells[row, column].value == pytest.approx(expected_of(quote)["T2"][0])


def test_every_unbalanced_concession_is_highlighted_and_a_mended_one_no_longer(edited: Edit, places: Places) -> None:
    first, second = (places.file.quote.trade_places[trade].row for trade in ("T2", "T8"))
    quote = edited({})
    copy, mended, again = (quote.with_name(f"{name}.xlsx") for name in ("copy", "mended", "again"))
    run("value", quote, "-o", copy)
    assert highlighted(copy, places) == {first, second}
    book = openpyxl.load_workbook(copy)
    book["Trades"][places.of(("Trades", first, "ask_to"))[1]] = 0.0001
    book.save(mended)
    run("value", mended, "-o", again)
    assert highlighted(again, places) == {second}


def highlighted(path: Path, places: Places) -> set[int]:
    """The rows of the Trades table whose verdict cell is filled."""
    page = openpyxl.load_workbook(path)["Trades"]
    cells = {row: page[places.of(("Trades", row, "verdict"))[1]] for row in range(1, 61)}
    return {row for row, cell in cells.items() if cell.fill.fgColor.rgb == f"{UNBALANCED_FILL}"}


def test_a_quote_of_somebodys_own_making_gets_result_columns(tmp_path: Path) -> None:
    source = load_example("software")
    quote = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(quote) as book:
        for name, rows in plain_tables(source).items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                page.write_row(row, 0, cells)
            if name == "Trades":
                page.write_rich_string(40, 20, book.add_format({"bold": True}), "bold", " and plain")
                chart = book.add_chart({"type": "column"})
                chart.add_series({"values": "=Trades!$D$2:$D$5"})
                page.insert_chart("H30", chart)
    copy = tmp_path / "copy.xlsx"
    run("value", quote, "-o", copy)
    agree(seen_in(openpyxl_rows(copy)), expected_of(quote))
    with zipfile.ZipFile(quote) as old, zipfile.ZipFile(copy) as new:
        for part in ("xl/charts/chart1.xml", "xl/sharedStrings.xml", "xl/drawings/drawing1.xml"):
            assert old.read(part) == new.read(part)


def plain_tables(document: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    """A deal as bare tables, one a sheet, with the inputs' own names as headers and no defined names."""

    def cell(value: Any) -> Any:
        return "none" if value is None else value

    lines = document["lines"]
    names = sorted({name for line in lines for name in line})
    names.sort(key=lambda name: ("name", "kind").index(name) if name in ("name", "kind") else 2)
    trades = [["trade", "ask", "ask_line", "ask_to", "response", "counter_ask", "counter_ask_line", "counter_ask_to"]]
    for trade in document["trades"]:
        asks, counters = trade["asks"], trade["counters"]
        for number in range(max(len(asks), len(counters))):
            ask = asks[number] if number < len(asks) else {}
            counter = counters[number] if number < len(counters) else {}
            trades.append(
                [
                    trade["id"] if not number else "",
                    ask.get("lever", ""),
                    ask.get("line", ""),
                    cell(ask.get("to", "")),
                    trade["response"] if not number else "",
                    counter.get("lever", ""),
                    counter.get("line", ""),
                    cell(counter.get("to", "")),
                ]
            )
    columns = sorted({name for row in document["limits"] for name in row} - {"lever"})
    limits = [["lever", *columns]] + [
        [row["lever"], *(cell(row.get(name, "")) for name in columns)] for row in document["limits"]
    ]
    return {
        "Quote": [
            names,
            *([cell(line.get(name, "")) for name in names] for line in lines),
            [],
            [],
            ["term", "opening"],
            *([name, cell(value)] for name, value in document["terms"].items()),
        ],
        "Trades": trades,
        "Limits": [
            ["assumption", "value"],
            *([name, cell(value)] for name, value in document["assumptions"].items()),
            [],
            [],
            *limits,
        ],
    }
