"""`counterask packages`: three packages, the client's page without a secret, and packages that are typed into the workbook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from counterask.counter_asks.picks import COLUMNS, OFFERED
from counterask_addin.cli import cli
from counterask_addin.client_copy import package_page
from counterask_addin.client_copy.sheet import Plan, SheetCell
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_addin.workbooks.valued_copy import result_tables
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.cash_flow.reconciliation import LINE_LEFT, LINE_TOP
from counterask_templates.counter_ask_layout import BUNDLE_TRADE, COUNTER_ASKS
from counterask_templates.examples import load_example
from counterask_templates.layout import MARGIN, TRADES, TRADES_TABLE

from ..client_copy.planting import planted

DAY = ("--as-of", "2026-11-02")


@pytest.fixture
def staffing(tmp_path: Path) -> Path:
    """The staffing example as a workbook."""
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    return path


def run(*words: object) -> Result:
    done = CliRunner().invoke(cli, ["packages", *map(str, words), *DAY])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.parametrize("trade", ["T1", "T3", "T8"])
def test_each_package_typed_into_the_workbook_gives_its_verdict(staffing: Path, trade: str, tmp_path: Path) -> None:
    found = json.loads(run(staffing, "--trade", trade, "--json").stdout)
    assert len(found["packages"]) == 3
    rows = open_quote(staffing).quote.trade_places
    for one in found["packages"]:
        typed = tmp_path / f"{one['package']}.xlsx"
        cell = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[TRADES_TABLE.column('also_ask') - 1]}{TRADES_TABLE.top + rows[trade].row}"
        patch_workbook(staffing, typed, {TRADES: {cell: CellEdit(one["pick"])}}, overwrite=True)
        valued = next(v for v in shown_of(open_quote(typed), DRAWN_ON).ledger.trades if v.trade.id == trade)
        assert (str(valued.verdict), str(valued.authority)) == ("negotiation", one["authority"])
        assert valued.net == pytest.approx(one["net"], abs=0.01)
        assert bool(valued.trade.set_aside) == ("the package replaces" in valued.note)
        copy = tmp_path / "valued.xlsx"
        assert CliRunner().invoke(cli, ["value", str(typed), "-o", str(copy), "--overwrite", *DAY]).exit_code == 1
        margin = next(sheet for sheet in read_workbook(copy).sheets if sheet.name == MARGIN)
        assert str(margin.cells[LINE_TOP + 2, LINE_LEFT].value).startswith("✔ Now")


def test_the_trade_that_falls_short_most_is_answered_where_none_is_named(staffing: Path) -> None:
    found = json.loads(run(staffing, "--json").stdout)
    done = CliRunner().invoke(cli, ["counter-asks", str(staffing), "--trade", found["trade"], "--json", *DAY])
    assert json.loads(done.stdout)["shortfall"] > 0
    unknown = run(staffing, "--trade", "T99")
    assert unknown.exit_code == 2 and 'no trade "T99"' in unknown.output


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_clients_page_says_the_packages_and_nothing_else(staffing: Path, language: str, tmp_path: Path) -> None:
    book, page = tmp_path / "options.xlsx", tmp_path / "options.pdf"
    for target in (book, page):
        done = run(staffing, "--trade", "T1", "-o", target, "--language", language)
        assert done.exit_code == 0, done.output
    cells = read_workbook(book).sheets[0].cells.values()
    shown = "".join("".join(one.extract_text().split()) for one in PdfReader(page).pages)
    assert len(PdfReader(page).pages) == 1
    assert all("".join(str(cell.value).split()) in shown for cell in cells)
    assert sum(str(cell.value).endswith((" A", " B", " C")) for cell in cells) == 3
    assert "EUR" not in shown and not any(isinstance(cell.value, float) for cell in cells)


@pytest.mark.parametrize("number", range(4))
def test_no_secret_that_is_planted_in_a_quote_is_in_the_clients_page(number: int, tmp_path: Path) -> None:
    path, secrets = planted(number, tmp_path)
    target = tmp_path / "options.pdf"
    done = run(path, "-o", target)
    assert done.exit_code in (0, 1, 2), done.output
    assert target.exists() or "not written" in done.output
    if target.exists():
        shown = " ".join(one.extract_text() for one in PdfReader(target).pages)
        assert [one for one in secrets if one in shown] == []


def test_a_page_that_would_say_more_is_not_written(staffing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = package_page.package_plan

    def leaking(*given: object) -> Plan:
        made = sound(*given)  # type: ignore[arg-type]
        made.cells[40, 0] = SheetCell("Ruth Petersen wants 25.1", "cell")
        return made

    monkeypatch.setattr(package_page, "package_plan", leaking)
    done = run(staffing, "--trade", "T1", "-o", tmp_path / "options.xlsx")
    assert done.exit_code == 2 and "confidential" in done.output and not (tmp_path / "options.xlsx").exists()


def test_the_sheet_shows_the_packages_of_a_named_trade_and_offers_them_in_its_row(staffing: Path, tmp_path: Path) -> None:
    named = tmp_path / "named.xlsx"
    cell = f"{'ABCDEFGH'[BUNDLE_TRADE[1] - 1]}{BUNDLE_TRADE[0]}"
    patch_workbook(staffing, named, {COUNTER_ASKS: {cell: CellEdit("T1")}})
    file = open_quote(named)
    tables = result_tables(file, shown_of(file, DRAWN_ON, advised_by=()))
    picks = [row[-1] for row in tables["packages"][1:]]
    assert [row[0] for row in tables["packages"]] == ["", "A", "B", "C"]
    row = tables["picks"][file.quote.trade_places["T1"].row - 1]
    assert list(row[COLUMNS.index(OFFERED[0]) :][:3]) == picks
    assert all(not any(other[COLUMNS.index(OFFERED[0]) :]) for other in tables["picks"] if other is not row)
