"""Workbooks as packages: whoever saved them, and whatever was done to them."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from counterask_addin.workbooks.atomic import write_atomically
from counterask_addin.workbooks.errors import UnreadableWorkbook
from counterask_addin.workbooks.package import Package
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import CellError, read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

VALUES = {
    "A1": "plain",
    "B1": 12.5,
    "C1": True,
    "D1": datetime.datetime(2026, 3, 1),
    "A2": "two\nlines & <marks>",
    "B2": -0.001,
    "A3": '"quoted" 🚚',
    "C3": 1_000_000,
}


def seen(path: Path) -> dict[str, object]:
    """The cells of the first sheet by address."""
    cells = read_workbook(path).sheets[0].cells
    return {f"{chr(64 + column)}{row}": cell.value for (row, column), cell in cells.items()}


def test_values_of_openpyxl_and_xlsxwriter_are_read_alike(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for address, value in VALUES.items():
        book.active[address] = value
    book.save(tmp_path / "o.xlsx")
    with xlsxwriter.Workbook(tmp_path / "x.xlsx", {"default_date_format": "yyyy-mm-dd"}) as other:
        page = other.add_worksheet()
        for address, value in VALUES.items():
            page.write(address, value)
    assert seen(tmp_path / "o.xlsx") == VALUES
    assert seen(tmp_path / "x.xlsx") == VALUES


def sheet_of(rows: str, **parts: bytes) -> bytes:
    """A minimal workbook whose only sheet has the given rows."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(
            "_rels/.rels",
            head
            + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="/xl/workbook.xml"/></Relationships>'.encode(),
        )
        package.writestr(
            "xl/workbook.xml",
            head
            + f'<x:workbook xmlns:x="{main}" xmlns:r="{rel}"><x:sheets>'
            f'<x:sheet name="S" sheetId="1" r:id="r1"/></x:sheets></x:workbook>'.encode(),
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            head
            + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/s.xml"/>'
            "</Relationships>".encode(),
        )
        package.writestr(
            "xl/worksheets/s.xml",
            head + f'<x:worksheet xmlns:x="{main}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'.encode(),
        )
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def test_odd_but_valid_cells_are_read(tmp_path: Path) -> None:
    rows = (
        '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c>'
        '<x:c r="B1" t="e"><x:v>#DIV/0!</x:v></x:c><x:c r="C1" t="str"><x:f>"x"</x:f><x:v>x_x000D_y</x:v></x:c>'
        '<x:c r="D1"><x:f>1+1</x:f></x:c><x:c r="E1" t="d"><x:v>2026-03-01T00:00:00</x:v></x:c></x:row>'
        "<x:row><x:c><x:v>7</x:v></x:c></x:row>"
    )
    path = tmp_path / "odd.xlsx"
    path.write_bytes(sheet_of(rows))
    cells = read_workbook(path).sheets[0].cells
    assert cells[1, 1].value == "ab"
    assert isinstance(cells[1, 2].value, CellError)
    assert cells[1, 3].value == "x\ry"
    assert (cells[1, 4].formula, cells[1, 4].has_value) == ("1+1", False)
    assert cells[1, 5].value == datetime.datetime(2026, 3, 1)
    assert cells[2, 1].value == 7


@pytest.mark.parametrize(
    "rows",
    [
        '<x:row r="1048577"/>',
        '<x:row r="x"/>',
        '<x:row r="1"><x:c r="XFE1"><x:v>1</x:v></x:c></x:row>',
        '<x:row r="1"><x:c r="A2"><x:v>1</x:v></x:c></x:row>',
        '<x:row r="1"><x:c r="A1" t="s"><x:v>9</x:v></x:c></x:row>',
        '<x:row r="1"><x:c r="A1"><x:v>nan</x:v></x:c></x:row>',
        '<x:row r="1"><x:c r="A1"><x:v>1e999</x:v></x:c></x:row>',
    ],
)
def test_impossible_cells_are_refused_with_their_sheet(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(sheet_of(rows))
    with pytest.raises(UnreadableWorkbook, match='on the sheet "S"'):
        read_workbook(path)


def test_a_million_empty_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(sheet_of("".join(f'<x:row r="{row}"/>' for row in range(1, 200_001))))
    assert read_workbook(path).sheets[0].cells == {}


def test_patching_keeps_order_and_makes_rows_and_cells_where_there_are_none(tmp_path: Path) -> None:
    path, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(
        sheet_of(
            '<x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c></x:row><x:row r="9"><x:c r="A9"><x:v>2</x:v></x:c></x:row>'
        )
    )
    edits = {
        (2, 1): CellEdit("left"),
        (2, 28): CellEdit(3.5),
        (5, 2): CellEdit(" spaced "),
        (1, 1): CellEdit(True),
        (9, 1): CellEdit(""),
    }
    patch_workbook(path, target, {"S": edits})
    cells = {place: cell.value for place, cell in read_workbook(target).sheets[0].cells.items()}
    assert cells == {(1, 1): True, (2, 1): "left", (2, 2): 1, (2, 28): 3.5, (5, 2): " spaced "}
    with Package(target) as package:
        rows = [row.get("r") for row in package.xml("xl/worksheets/s.xml").iter("{*}row")]
    assert rows == ["1", "2", "5", "9"]


def test_text_that_xml_cannot_hold_is_escaped_and_comes_back(tmp_path: Path) -> None:
    path, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(sheet_of(""))
    patch_workbook(path, target, {"S": {(1, 1): CellEdit("bell \x07 end")}})
    assert read_workbook(target).sheets[0].cells[1, 1].value == "bell \x07 end"


def test_a_failing_writer_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(file: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "out.xlsx", fail)
    assert list(tmp_path.iterdir()) == []


QUOTE = draw_quote(load_example("staffing"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(QUOTE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_file_gives_cells_or_one_sentence(changes: list[tuple[int, int]]) -> None:
    content = bytearray(QUOTE)
    for place, byte in changes:
        content[place] = byte
    read_or_refuse(bytes(content))


with zipfile.ZipFile(io.BytesIO(QUOTE)) as _package:
    PARTS = {name: _package.read(name) for name in _package.namelist()}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([name for name in PARTS if name.endswith((".xml", ".rels"))]), st.data())
def test_mutated_xml_gives_cells_or_one_sentence(part: str, data: st.DataObject) -> None:
    content = bytearray(PARTS[part])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        stop = min(len(content), start + data.draw(st.integers(0, 12)))
        content[start:stop] = data.draw(st.sampled_from([b"", b"9", b'"', b"<", b'r="A1"', b"-1", b"&amp;", b"x" * 40]))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, original in PARTS.items():
            package.writestr(name, bytes(content) if name == part else original)
    read_or_refuse(target.getvalue())


def read_or_refuse(content: bytes) -> None:
    """Read a workbook from bytes; anything but cells or UnreadableWorkbook fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.xlsx"
        path.write_bytes(content)
        try:
            read_workbook(path)
        except UnreadableWorkbook as error:
            assert str(error).startswith(f"{path}: found ")
