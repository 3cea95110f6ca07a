"""The report workbook: texts stay texts, currencies stay apart, charts are there, links lead to files."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from counterask_addin.audit.batch import settings_for
from counterask_addin.audit.found import FoundFiles, find_files
from counterask_addin.audit.queries import Answers, Tables
from counterask_addin.audit.report import AboutAudit, audit_report_bytes
from counterask_addin.audit.run import Workers, run_audit
from counterask_addin.audit.store import Store


@pytest.fixture(scope="module")
def hostile(folders: Any, templates: list[Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, bytes, Path, Path]:
    """An audit of quotes whose clients, reps and files have names that would be formulas."""
    import random

    folder = tmp_path_factory.mktemp("=hostile & <names>")
    dice = random.Random(2)
    for number in range(30):
        template = templates[number % len(templates)]
        edits = folders.quote_cells(template, dice, number // 2)
        edits["Quote"]["B4"] = folders.HOSTILE[number % len(folders.HOSTILE)]
        edits["Quote"]["B7"] = "@SUM(1+1)*cmd|' /C calc'!A0" if number % 3 else "+Rep\x0b\u202e"
        (folder / f"=quote#{number} %41.xlsx").write_bytes(template.with_cells(edits))
    (folder / "=cmd().xlsx").write_bytes(b"no workbook")
    settings = settings_for(date(2026, 11, 23), [])
    store_folder = tmp_path_factory.mktemp("store")
    finding = find_files([str(folder)])
    with Store(store_folder) as store:
        outcome = run_audit(finding.files, store, settings, Workers(1))
        store.close_run(outcome.sights, settings.key)
    with Tables(store_folder) as tables:
        answers = tables.answers()
    about = AboutAudit(date(2026, 11, 23), date(2026, 11, 23), (), store_folder, finding)
    return answers, audit_report_bytes(answers, about), folder, store_folder


def test_no_text_of_a_file_becomes_a_formula(hostile: tuple[Answers, bytes, Path, Path], folders: Any) -> None:
    _, content, _, _ = hostile
    book = openpyxl.load_workbook(io.BytesIO(content))
    texts = set()
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (page.title, cell.coordinate, cell.value)
                texts.add(cell.value)
    assert set(folders.HOSTILE) <= texts
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name) and b"<f " not in archive.read(name)


def test_every_table_and_chart_is_there(hostile: tuple[Answers, bytes, Path, Path]) -> None:
    answers, content, _, _ = hostile
    book = openpyxl.load_workbook(io.BytesIO(content))
    expected = [
        "By rep", "By client", "By lever", "By month", "Verdicts", "Bare asks", "Stalls", "Repeat discounts",
        "Under floor", "Approvals", "Quotes twice", "Worst trades", "Broken files",
        "Openings by lever", "Openings by client", "Segments", "Worth by lever", "Findings", "Who approved", "Seals",
    ]  # fmt: skip
    assert book.sheetnames[0] == "Summary"
    assert book.sheetnames[-len(expected) :] == expected
    assert len(book.sheetnames) == len(expected) + len(answers.currencies)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/charts/chart\d+", name)]
    titles = [" ".join(re.findall(r"<a:t>([^<]*)</a:t>", chart)) for chart in charts]
    main = answers.currencies[0]["currency"]
    for words in (f"leakage by rep, {main}", "leakage by client", "leakage by lever", "by month of the quote", "Verdicts"):
        assert any(words in title for title in titles), words
    assert all("<c:v>" in chart or "<c:f>" in chart for chart in charts)


def test_charts_show_the_largest_first_and_one_currency(hostile: tuple[Answers, bytes, Path, Path]) -> None:
    answers, content, _, _ = hostile
    page = openpyxl.load_workbook(io.BytesIO(content))["By client"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    for currency in {row[1] for row in rows}:
        own = [row[4] for row in rows if row[1] == currency]
        assert own == sorted(own, reverse=True)
    assert len(rows) == len(answers.clients)


def test_the_worst_trades_link_to_their_files(hostile: tuple[Answers, bytes, Path, Path]) -> None:
    answers, content, folder, _ = hostile
    page = openpyxl.load_workbook(io.BytesIO(content))["Worst trades"]
    links = [row[1] for row in page.iter_rows(min_row=5)]
    assert len(links) == len(answers.worst) > 10
    from urllib.parse import unquote

    for cell, row in zip(links, answers.worst, strict=True):
        assert cell.hyperlink is not None
        target = unquote(f"{cell.hyperlink.target}{'#' + cell.hyperlink.location if cell.hyperlink.location else ''}")
        assert target.lower().startswith("file:///") and target[7:] == row["path"]
        assert cell.value == Path(row["path"]).name


def test_money_is_never_added_across_currencies(hostile: tuple[Answers, bytes, Path, Path]) -> None:
    answers, _, _, store = hostile
    rows = pq.ParquetFile(store / "files.parquet").read(use_threads=False).to_pylist()
    assert len(answers.currencies) > 1
    for one in answers.currencies:
        own = [row for row in rows if row["currency"] == one["currency"] and row["status"] == "read"]
        assert one["files"] == len(own)
        assert one["value_now"] == pytest.approx(sum(row["value_now"] for row in own if row["value_now"] is not None), rel=1e-12)
        by_rep, by_lever = (
            sum(row["leakage"] for row in table if row["currency"] == one["currency"]) for table in (answers.reps, answers.levers)
        )
        assert by_rep == pytest.approx(by_lever, rel=1e-9)
    for table in (answers.reps, answers.clients, answers.levers, answers.months, answers.worst):
        assert {row["currency"] for row in table} <= {one["currency"] for one in answers.currencies}


def test_what_is_not_known_is_never_nought(hostile: tuple[Answers, bytes, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    answers, _, _, store = hostile
    from dataclasses import replace

    blank = replace(answers, overview={**answers.overview, "approvals_void": None, "approvals": None, "approvals_unknown": 30})
    about = AboutAudit(date(2026, 11, 23), None, (), store, FoundFiles(()))
    page = openpyxl.load_workbook(io.BytesIO(audit_report_bytes(blank, about)))["Summary"]
    words = [cell.value for row in page.iter_rows(max_row=12) for cell in row if cell.value is not None]
    assert words[words.index("Approvals voided") + 6] == "not known" or "not known" in words


def test_an_audit_of_nothing_sound_still_reports(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "broken.xlsx").write_bytes(b"")
    settings = settings_for(date(2026, 11, 23), [])
    finding = find_files([str(tmp_path / "in")])
    with Store(tmp_path / "store") as store:
        outcome = run_audit(finding.files, store, settings, Workers(1))
        store.close_run(outcome.sights, settings.key)
    with Tables(tmp_path / "store") as tables:
        content = audit_report_bytes(tables.answers(), AboutAudit(date(2026, 11, 23), None, (), tmp_path, finding))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "empty file" in str(book["Broken files"]["C5"].value)


def test_shares_are_shown_as_per_cent(hostile: tuple[Answers, bytes, Path, Path]) -> None:
    page = openpyxl.load_workbook(io.BytesIO(hostile[1]))["By rep"]
    header = next(row for row in page.iter_rows(max_row=6) if row[0].value == "Rep")
    column = next(cell.column for cell in header if str(cell.value).startswith("Leakage, share"))
    assert page.cell(header[0].row + 1, column).number_format == "0.0%"
