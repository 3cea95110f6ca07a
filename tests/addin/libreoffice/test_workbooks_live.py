"""The built workbooks in a real LibreOffice with the real functions live: what a rep does, and what the sheet then says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from counterask.reading.tables import plain
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict
from counterask_addin.build import draw_lite
from counterask_addin.cli import cli
from counterask_addin.libreoffice import CalcHost
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.grid import Grid
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.build import draw_quote
from counterask_templates.built import sheet_texts
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import LINES, QUOTE, TRADES
from counterask_templates.sheet_trades import BANNER, NOT_READ

ROOT = Path(__file__).resolve().parents[3]
NUMBERS = ("cost", "worth", "net", "shortfall")


class Page:
    """The Trades sheet of an open quote, by trade row (from 1) and column name."""

    def __init__(self, calc: CalcHost, path: Path) -> None:
        self.calc, self.file = calc, inspect_quote(path)
        self.doc = calc.open(path)
        box = self.file.rectangles["Trades"]
        assert self.file.workbook is not None
        whole = Grid.whole(self.file.workbook, box.sheet)
        self.columns = {plain(cell): number for number, cell in enumerate(whole.rows[box.top - 1], 1)}
        self.top = box.top

    def cell(self, row: int, column: str) -> str:
        """The address of a cell."""
        return cell_name(self.top + row, self.columns[plain(column)])

    def value(self, row: int, column: str) -> Any:
        """What a cell says."""
        return self.calc.value(self.doc, "Trades", self.cell(row, column))

    def set(self, row: int, column: str, value: Any) -> None:
        """Type into a cell and let everything follow."""
        self.calc.set(self.doc, "Trades", self.cell(row, column), value)
        self.calc.recalculate(self.doc)

    def verdict(self, row: int) -> tuple[Any, str | None]:
        """The verdict and the colour that it is seen in."""
        return self.value(row, "verdict"), self.calc.fill(self.doc, "Trades", self.cell(row, "verdict"))


def ledger_of(path: Path) -> list[dict[str, Any]]:
    """What `counterask value --json` says."""
    result = CliRunner().invoke(cli, ["value", str(path), "--json"])
    return list(json.loads(result.stdout)["ledger"])


@pytest.mark.parametrize("family", ["plain", "lite"])
@pytest.mark.parametrize("name", example_names())
def test_an_example_says_the_same_live_as_on_the_command_line(
    calc: CalcHost, tmp_path: Path, name: str, family: str
) -> None:
    path = tmp_path / f"{name}.xlsx"
    document = load_example(name)
    path.write_bytes(draw_lite(document) if family == "lite" else draw_quote(document))
    page = Page(calc, path)
    calc.recalculate(page.doc)
    for entry in ledger_of(path):
        row = page.file.quote.trade_places[entry["id"]].row
        assert page.value(row, "verdict") == entry["verdict"]
        for column in NUMBERS:
            seen = page.value(row, column)
            assert abs(seen - entry[column]) < 0.005 if entry[column] is not None else isinstance(seen, str)
    calc.close(page.doc)


def test_an_ask_typed_in_changes_verdict_and_colour_and_undoing_it_brings_both_back(
    calc: CalcHost, tmp_path: Path
) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    page = Page(calc, path)
    calc.recalculate(page.doc)
    row = page.file.quote.trade_places["T2"].row
    before = [page.value(row, column) for column in NUMBERS]
    asked = page.value(row, "ask_to")
    assert page.verdict(row) == ("unbalanced concession", colour("unbalanced concession"))
    page.set(row, "ask_to", 0.0001)
    assert page.verdict(row) == ("negotiation", colour("negotiation"))
    assert page.value(row, "cost") > before[0]
    page.set(row, "ask_to", asked)
    assert page.verdict(row) == ("unbalanced concession", colour("unbalanced concession"))
    assert [page.value(row, column) for column in NUMBERS] == before
    calc.close(page.doc)


def colour(verdict: str) -> str:
    """The fill that the layout gives a verdict."""
    return VERDICT_LOOKS[Verdict(verdict)].fill.upper()


def test_bad_input_is_named_in_its_row_and_the_other_trades_stay(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    page = Page(calc, path)
    row, other = (page.file.quote.trade_places[trade].row for trade in ("T2", "T1"))
    page.set(row, "ask_to", "lots")
    assert page.value(row, "verdict") == "cannot tell"
    assert 'found the text "lots"' in page.value(row, "note")
    assert page.value(other, "verdict") == "negotiation"
    calc.close(page.doc)


def test_bad_input_on_the_quote_sheet_leaves_no_good_news_over_the_trades(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    page = Page(calc, path)
    price = cell_name(LINES.first, LINES.column("list_price"))
    calc.set(page.doc, QUOTE, price, "thirty")
    calc.recalculate(page.doc)
    assert calc.value(page.doc, TRADES, cell_name(*BANNER)) == NOT_READ
    assert 'found the text "thirty"' in page.value(1, "note")
    calc.set(page.doc, QUOTE, price, 31.9)
    calc.recalculate(page.doc)
    assert str(calc.value(page.doc, TRADES, cell_name(*BANNER))).startswith("✖ 2 unbalanced concessions")
    calc.close(page.doc)


def test_results_are_protected_and_inputs_are_not(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    page = Page(calc, path)
    sheet = page.doc.Sheets.getByName("Trades")
    assert sheet.isProtected()
    assert sheet.getCellRangeByName(page.cell(1, "verdict")).CellProtection.IsLocked
    assert not sheet.getCellRangeByName(page.cell(1, "ask_to")).CellProtection.IsLocked
    calc.close(page.doc)


@pytest.mark.parametrize("name", ["quote.xlsx", "quote.xlsm", "quote_lite.xlsx"])
def test_every_built_workbook_opens_live_and_shows_no_error(calc: CalcHost, name: str) -> None:
    doc = calc.open(ROOT / "workbook_templates" / name)
    calc.recalculate(doc)
    for sheet in doc.Sheets:
        if not sheet.IsVisible:
            continue
        cells = calc.values(doc, sheet.Name, "A1:T140")
        errors = [
            cell
            for row in cells
            for cell in row
            if isinstance(cell, str) and (cell.startswith("#") or cell.startswith("Err:"))
        ]
        assert errors == [], sheet.Name
    calc.close(doc)


def test_a_german_workbook_says_live_in_german_what_the_command_says_of_it(calc: CalcHost, tmp_path: Path) -> None:
    path, texts = tmp_path / "software.xlsx", sheet_texts("de")
    path.write_bytes(draw_quote(load_example("software"), language="de"))
    page = Page(calc, path)
    calc.recalculate(page.doc)
    for entry in ledger_of(path):
        row = page.file.quote.trade_places[entry["id"]].row
        assert page.value(row, "verdict") == texts.say(entry["verdict"])
        assert page.verdict(row)[1] == colour(entry["verdict"])
        for column in NUMBERS:
            seen = page.value(row, column)
            assert abs(seen - entry[column]) < 0.005 if entry[column] is not None else isinstance(seen, str)
    months = {calc.value(page.doc, "Margin", f"A{row}") for row in range(1, 120)}
    assert "✔ Eröffnung und jetzt stimmen auf den Cent: Monate und genannte Zeilen zusammen sind der Deal-Wert." in months
    row = page.file.quote.trade_places["S3"].row
    page.set(row, "also_ask", "Laufzeit 48 Monate")
    assert page.value(row, "verdict") == "Verhandlung"
    calc.close(page.doc)
