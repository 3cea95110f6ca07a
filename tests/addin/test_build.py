"""Every workbook is built from source and is, byte for byte, what lies in the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from oletools.olevba import VBA_Parser

import counterask
from counterask import functions
from counterask.reference import functions_page
from counterask_addin.build import draw_lite
from counterask_addin.cli import cli
from counterask_addin.lite.embed import embedded_files
from counterask_addin.lite.main_py import embedded_digest, package_files
from counterask_addin.workbooks.quote_file import read_quote_file

ROOT = Path(__file__).resolve().parents[2]


EXTENSIONS = " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name])
"""The instructions beyond the least that numpy needs, of which it picks other versions of exp, log and power."""


@pytest.mark.parametrize("switched_off", ["", EXTENSIONS], ids=["this processor", "a plain processor"])
def test_building_again_gives_the_files_of_the_repository_on_every_processor(tmp_path: Path, switched_off: str) -> None:
    code = "import pathlib, sys; from counterask_addin.build import build; build(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": switched_off}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    built = [path for path in tmp_path.rglob("*") if path.is_file()]
    stale = [
        str(path.relative_to(tmp_path)) for path in built if (ROOT / path.relative_to(tmp_path)).read_bytes() != path.read_bytes()
    ]
    assert len(built) >= 8 and stale == [], "run: python -m counterask_addin.build"


def test_every_function_and_argument_has_help() -> None:
    page = functions_page()
    for entry in functions.catalogue():
        assert f"## {entry.name}\n" in page
        assert len(entry.description) > 20
        assert all(len(argument.description) > 10 for argument in entry.arguments)


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("quote.xlsx", "DEAL_TRADES("), ("quote.xlsm", "DEAL_TRADES("), ("quote_lite.xlsx", "_xldudf_DEAL_TRADES(")],
)
def test_functions_are_spelled_for_their_host_as_dynamic_arrays_with_cached_values(name: str, spelling: str) -> None:
    with zipfile.ZipFile(ROOT / "workbook_templates" / name) as package:
        sheets = {
            part: package.read(part).decode() for part in package.namelist() if part.startswith("xl/worksheets/sheet")
        }
        workbook = package.read("xl/workbook.xml").decode()
        assert "xl/metadata.xml" in package.namelist()
    holding = [text for text in sheets.values() if f">{spelling}" in text or f">={spelling}" in text]
    assert len(holding) == 2  # the results, and the self-test
    for text in holding:
        start = text.index(spelling)
        cell = text[text.rindex("<c ", 0, start) : text.index("</c>", start)]
        assert 'cm="1"' in cell and 't="array"' in cell and "<v>" in cell
    assert 'fullCalcOnLoad="1"' not in workbook
    if name != "quote_lite.xlsx":
        assert not any("_xldudf_" in text for text in sheets.values())


def test_the_macro_workbook_holds_a_wrapper_for_every_function() -> None:
    parser = VBA_Parser(str(ROOT / "workbook_templates" / "quote.xlsm"))
    source = "\n".join(code for _, _, _, code in parser.extract_macros())
    parser.close()
    for entry in functions.catalogue():
        assert f"Function {entry.name}(" in source


def test_the_read_me_of_the_lite_workbook_shows_version_and_hash_of_the_code() -> None:
    book = openpyxl.load_workbook(ROOT / "workbook_templates" / "quote_lite.xlsx")
    words = {str(cell.value) for row in book["Read me"].iter_rows() for cell in row}
    assert f"counterask {counterask.__version__}" in words
    assert f"sha256 {embedded_digest(package_files(Path(counterask.__file__).parent))}" in words


def test_the_lite_workbook_carries_the_code_that_is_here(tmp_path: Path) -> None:
    path = tmp_path / "lite.xlsx"
    path.write_bytes(draw_lite())
    package = embedded_files(path)
    folder = Path(functions.__file__).parents[1]
    carried = {name: content for name, content in package.items() if name.endswith("trades.py")}
    assert carried and all(content == (folder / name).read_bytes() for name, content in carried.items())


@pytest.mark.parametrize("words", [["a.xlsx"], ["a.xlsm"], ["a.xlsx", "--family", "lite"], ["a.xlsx", "--limits"]])
def test_a_new_workbook_is_written_for_each_host(tmp_path: Path, words: list[str]) -> None:
    result = CliRunner().invoke(cli, ["new", str(tmp_path / words[0]), *words[1:]])
    assert result.exit_code == 0, result.output
    assert (tmp_path / words[0]).read_bytes().startswith(b"PK")
    assert CliRunner().invoke(cli, ["new", str(tmp_path / words[0]), *words[1:]]).exit_code == 2


def test_a_new_quote_says_what_is_missing_when_it_is_valued(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    CliRunner().invoke(cli, ["new", str(path)])
    result = CliRunner().invoke(cli, ["value", str(path)])
    assert result.exit_code == 2
    assert "found no line, expected at least one line" in result.output


def test_the_wrong_ending_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["new", str(tmp_path / "a.pdf")])
    assert result.exit_code == 2
    assert 'expected ".xlsx"' in result.output


def test_the_examples_are_quotes_without_problems() -> None:
    for path in sorted((ROOT / "examples").glob("*.xlsx")):
        assert len(read_quote_file(path).trades) >= 6
