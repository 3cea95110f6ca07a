"""A quote that another program saved gives the same numbers: LibreOffice in German, openpyxl, XlsxWriter."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from counterask_addin.cli import cli
from counterask_addin.libreoffice.program import find_soffice
from counterask_addin.workbooks.read_cells import WorkbookCells, read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import example_names, load_example

from .quote_parts import QuoteParts
from .test_quote_kinds import alike, audited, numbers_of

GERMAN = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>de-DE</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse"><value>de</value></prop></item>
</oor:items>
"""
EXAMPLES = [name for name in example_names() if name != "blank"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples as the templates draw them."""
    folder = tmp_path_factory.mktemp("programs")
    for name in EXAMPLES:
        (folder / f"{name}.xlsx").write_bytes(draw_quote(load_example(name)))
    return folder


def same(source: Path, saved: Path) -> None:
    """Both files say the same, read by either reader."""
    numbers, other = numbers_of(source), numbers_of(saved)
    assert {name for name in numbers if not alike(numbers[name], other[name])} == set()
    assert alike([row[1:] for row in audited(source).trades], [row[1:] for row in audited(saved).trades])


@pytest.fixture(scope="module")
def german(drawn: Path) -> Path:
    """The examples opened and saved by a LibreOffice with German settings, as .xlsx and through its own format."""
    profile = drawn / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(GERMAN)
    start = [str(find_soffice()), "--headless", f"-env:UserInstallation=file://{profile}"]
    sources = [str(drawn / f"{name}.xlsx") for name in EXAMPLES]
    for kind, files, folder in (
        ("xlsx", sources, "german"),
        ("ods", sources, "ods"),
        ("xlsx", [str(drawn / "ods" / f"{name}.ods") for name in EXAMPLES], "through_ods"),
    ):
        words = [*start, "--convert-to", kind, "--outdir", str(drawn / folder), *files]
        subprocess.run(words, capture_output=True, check=True, timeout=400)
    return drawn


@pytest.mark.parametrize("folder", ["german", "through_ods"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_quote_saved_by_libreoffice_in_german_gives_the_same_numbers(german: Path, folder: str, name: str) -> None:
    same(german / f"{name}.xlsx", german / folder / f"{name}.xlsx")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_quote_saved_by_openpyxl_gives_the_same_numbers(drawn: Path, tmp_path: Path, name: str) -> None:
    openpyxl.load_workbook(drawn / f"{name}.xlsx").save(tmp_path / "saved.xlsx")
    same(drawn / f"{name}.xlsx", tmp_path / "saved.xlsx")


def written_again(book: WorkbookCells, target: Path) -> Path:
    """The cells and names of a workbook written by XlsxWriter: formulas with their values, dates with a format of its own."""
    with xlsxwriter.Workbook(target) as again:
        a_day = again.add_format({"num_format": "dd.mm.yyyy"})
        for sheet in book.sheets:
            page = again.add_worksheet(sheet.name)
            for (row, column), cell in sheet.cells.items():
                if cell.formula is not None:
                    page.write_formula(row - 1, column - 1, f"={cell.formula}", None, cell.value or "")
                elif isinstance(cell.value, datetime):
                    page.write_datetime(row - 1, column - 1, cell.value, a_day)
                elif isinstance(cell.value, bool):
                    page.write_boolean(row - 1, column - 1, cell.value)
                elif isinstance(cell.value, float):
                    page.write_number(row - 1, column - 1, cell.value)
                elif cell.value:
                    page.write_string(row - 1, column - 1, str(cell.value))
        for name, refers in book.names.items():
            if not name.startswith("_"):
                again.define_name(name, f"={refers}")
    return target


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_quote_written_again_by_xlsxwriter_gives_the_same_numbers(drawn: Path, tmp_path: Path, name: str) -> None:
    source = drawn / f"{name}.xlsx"
    same(source, written_again(read_workbook(source), tmp_path / "again.xlsx"))


def test_a_copy_of_a_signed_quote_is_written_with_a_word_about_the_signature(drawn: Path, tmp_path: Path) -> None:
    parts = QuoteParts(drawn / f"{EXAMPLES[0]}.xlsx")
    parts.parts["_xmlsignatures/sig1.xml"] = b"<Signature/>"
    signed = parts.write(tmp_path / "signed.xlsx")
    result = CliRunner().invoke(cli, ["value", str(signed), "--json", "-o", str(tmp_path / "copy.xlsx")])
    assert "signed.xlsx: is digitally signed" in result.stderr and "signed.xlsx" not in result.stdout
