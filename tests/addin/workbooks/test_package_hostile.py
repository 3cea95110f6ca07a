"""Files that are no workbooks, and workbooks made to do harm: each gets one sentence, in bounded time and memory."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from counterask_addin.errors import CannotRun
from counterask_addin.workbooks.errors import UnreadableWorkbook
from counterask_addin.workbooks.package import MOST_PARTS
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import read_workbook

from .handmade_package import HEAD, MAIN, PRINT_PEAK, SHEET, parts_of, sheet, styles, zipped

OLD_BINARY = bytes.fromhex("d0cf11e0a1b11ae1")


def refused(path: Path) -> str:
    """The sentence with which reading refuses a file."""
    with pytest.raises(UnreadableWorkbook) as caught:
        read_workbook(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: found ") and ", expected " in said and "\n" not in said
    return said


def refused_bytes(tmp_path: Path, content: bytes) -> str:
    """The same for the content of a file."""
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    return refused(path)


def refused_parts(tmp_path: Path, changes: Mapping[str, str | bytes | None], rows: str = "") -> str:
    """The same for a small workbook with some parts changed, or left out where None."""
    parts: dict[str, str | bytes | None] = {**parts_of(rows), **changes}
    return refused_bytes(tmp_path, zipped({name: text for name, text in parts.items() if text is not None}))


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of root for a while, which no file is closed to."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Line,Price\nSeats,12\n", "a file that is no workbook but plain text (a CSV file?)"),
        ("\ufeffLine;Price\n".encode(), "plain text (a CSV file?)"),
        ("Line\tPrice\n".encode("utf-16"), "plain text (a CSV file?)"),
        (b"Dear client,", "plain text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"PAR1\0\0", "a Parquet file"),
        (b"\x09\x08\x08\x00\x00\x05", "an old binary workbook (.xls)"),
        (OLD_BINARY + bytes(600), "an old binary workbook (.xls)"),
        (OLD_BINARY + bytes(100) + "WordDocument".encode("utf-16-le"), "an old Office document that is no workbook"),
        (b"\0\1\2\3", "a file that is no workbook,"),
        (b"", "an empty file"),
        (b"PK\3\4", "a damaged or truncated file"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "an OpenDocument workbook (.ods)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "an OpenDocument file"),
        (zipped({"word/document.xml": "<w/>"}), "an Office document that is no workbook"),
        (zipped({"xl/workbook.bin": b"\0"}), "a binary workbook (.xlsb)"),
        (zipped({"readme.txt": "hello"}), "a zip file without a workbook in it"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_kind(tmp_path: Path, content: bytes, kind: str) -> None:
    assert kind in refused_bytes(tmp_path, content)


def test_an_encrypted_workbook_is_said_to_be_one(tmp_path: Path) -> None:
    plain = io.BytesIO(zipped(parts_of()))
    locked = tmp_path / "locked.xlsx"
    with locked.open("wb") as file:
        OOXMLFile(plain).encrypt("secret", file)
    assert "found an encrypted workbook, expected one without a password" in refused(locked)


def test_what_is_not_a_file_at_all_is_told(tmp_path: Path) -> None:
    assert "found a folder" in refused(tmp_path)
    assert "there is no such file" in refused(tmp_path / "none.xlsx")
    assert "there is no such file" in refused(Path(__file__) / "none.xlsx")
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "found a device or a pipe" in refused(tmp_path / "pipe.xlsx")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    closed = Path(f"/tmp/counterask-closed-{os.getpid()}.xlsx")
    closed.write_bytes(zipped(parts_of()))
    try:
        closed.chmod(0)
        with as_nobody():
            assert "found a file that may not be read (Permission denied)" in refused(closed)
    finally:
        closed.unlink()


def test_the_error_travels_between_processes(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook) as caught:
        read_workbook(tmp_path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.path, again.remedy) == (str(caught.value), tmp_path, "Name a file.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"xl/workbook.xml": None}, "a zip file without a workbook in it"),
        ({SHEET: None}, 'no part for the sheet "S"'),
        ({"xl/_rels/workbook.xml.rels": None}, 'no part for the sheet "S"'),
        ({SHEET: sheet("")[:-5]}, f"broken XML in {SHEET}"),
        ({SHEET: "no XML"}, f"broken XML in {SHEET}"),
        ({SHEET: sheet("<row r='1'>&undefined;</row>")}, f"broken XML in {SHEET}"),
        ({SHEET: f'<chartsheet xmlns="{MAIN}"/>'}, f"something else than a worksheet in {SHEET}"),
        ({SHEET: '<worksheet xmlns="urn:other"/>'}, f"something else than a worksheet in {SHEET}"),
        ({"xl/workbook.xml": "<w:document xmlns:w='urn:w'/>"}, "a <document> as its main part"),
        ({"xl/workbook.xml": f"<workbook xmlns='{MAIN}'/>"}, "a workbook without sheets"),
        ({"_rels/.rels": "<"}, "broken XML in _rels/.rels"),
        ({"../evil.xml": "<x/>"}, 'the part name "../evil.xml"'),
        ({"/xl/evil.xml": "<x/>"}, 'the part name "/xl/evil.xml"'),
        ({"xl/../../evil.xml": "<x/>"}, 'the part name "xl/../../evil.xml"'),
        ({"C:/evil.xml": "<x/>"}, 'the part name "C:/evil.xml"'),
        ({"xl\\evil.xml": "<x/>"}, 'the part name "xl\\evil.xml"'),
        ({"xl\\..\\..\\evil.xml": "<x/>"}, "the part name"),
        ({"xl/bell\x07.xml": "<x/>"}, "the part name"),
        ({"XL/WORKBOOK.xml": "<x/>"}, 'the part "XL/WORKBOOK.xml" twice'),
    ],
)
def test_a_package_with_something_amiss_is_refused_with_the_part(
    tmp_path: Path, changes: dict[str, str | bytes | None], said: str
) -> None:
    assert said in refused_parts(tmp_path, changes)


ENTITIES = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ENTITIES.encode() + b"<worksheet/>", "declarations of entities"),
        (b"<!--" + b" " * 9000 + b"-->" + ENTITIES.encode() + b"<worksheet/>", "declarations of entities"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{ENTITIES}<worksheet/>'.encode("utf-16"), "declarations of entities"),
        (f"{ENTITIES}<worksheet/>".encode("utf-16-be"), "declarations of entities"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<worksheet/>', "an unusual encoding"),
        ('<?xml version="1.0" encoding="cp037"?><worksheet/>'.encode("cp037"), "broken XML"),
        (b"<!DOCTYPE worksheet SYSTEM 'file:///etc/passwd'><worksheet/>", "declarations of entities"),
        (b"\xff\xfe<", "broken XML"),
    ],
)
def test_entities_are_refused_however_they_hide(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused_parts(tmp_path, {SHEET: content})


@pytest.mark.parametrize("part", ["docProps/core.xml", "docProps/app.xml", "customXml/item1.xml", "xl/theme/theme1.xml", "odd"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ENTITIES.encode() + b"<a/>", "declarations of entities"),
        (b"<?xml version='1.0'?>\n<!-- a > b -->" + ENTITIES.encode() + b"<a/>", "declarations of entities"),
        (b"<!--" + b" " * 900 + b"-->" + ENTITIES.encode() + b"<a/>", "declarations of entities"),
        (b"<!--" + b" " * 90_000 + b"-->" + ENTITIES.encode() + b"<a/>", "more than 64 KB before the first element"),
        (f"{ENTITIES}<a/>".encode("utf-16"), "declarations of entities"),
        (f"{ENTITIES}<a/>".encode("utf-16-be"), "declarations of entities"),
        (f"<?xml version='1.0' encoding='cp037'?>{ENTITIES}<a/>".encode("cp037"), "declarations of entities"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<a/>', "an unusual encoding"),
    ],
)
def test_entities_are_refused_in_parts_that_no_command_reads(tmp_path: Path, part: str, content: bytes, said: str) -> None:
    assert said in refused_parts(tmp_path, {part: content})


def test_parts_that_declare_nothing_are_left_alone(tmp_path: Path) -> None:
    drawing = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x.invalid"><svg/>'
    parts = {"xl/media/a.svg": drawing, "xl/media/b.png": b"\x89PNG<!DOCTYPE", "a.xml": "<a>&lt;!DOCTYPE</a>", "empty.xml": ""}
    path = tmp_path / "plain.xlsx"
    path.write_bytes(zipped({**parts_of(), **parts}))
    assert read_workbook(path).sheets


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1048577"/>', "row 1048577"),
        ('<row r="0"/>', "row 0"),
        ('<row r="-1"/>', '"-1" for the number of a row'),
        ('<row r="99999999999"/>', "for the number of a row"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', 'the address "XFE1"'),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', 'the address "A2" in row 1'),
        ('<row r="1"><c r="a1"><v>1</v></c></row>', 'the address "a1"'),
        ('<row r="1"><c r="1"><v>1</v></c></row>', 'the address "1"'),
        ('<row r="1"><c r="A1" s="x"><v>1</v></c></row>', '"x" for the number'),
        ('<row r="1"><c r="A1" t="s"><v>3</v></c></row>', '"3" in A1'),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', '"-1" in A1'),
        ('<row r="1"><c r="A1"><v>nan</v></c></row>', '"nan" in A1'),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', '"1e999" in A1'),
        ('<row r="1"><c r="A1" t="d"><v>yesterday</v></c></row>', '"yesterday" in A1'),
        ('<row r="1"><c r="A1" t="q"><v>1</v></c></row>', 'no value of the kind "q"'),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_place(tmp_path: Path, rows: str, said: str) -> None:
    found = refused_parts(tmp_path, {}, rows)
    assert said in found
    assert 'on the sheet "S"' in found


def test_two_sheets_of_one_name_or_one_part_are_refused(tmp_path: Path) -> None:
    book = parts_of()["xl/workbook.xml"]
    twice = book.replace("</sheets>", '<sheet name="s" sheetId="2" r:id="rId1"/></sheets>')
    assert 'the sheet "s" twice' in refused_parts(tmp_path, {"xl/workbook.xml": twice})
    part_twice = book.replace("</sheets>", '<sheet name="T" sheetId="2" r:id="rId1"/></sheets>')
    assert 'the sheet "T" twice' in refused_parts(tmp_path, {"xl/workbook.xml": part_twice})


def test_zip_bombs_are_refused_before_they_are_inflated(tmp_path: Path) -> None:
    assert "inflate to 64 MB" in refused_parts(tmp_path, {"xl/media/a.bin": bytes(64 * 2**20)})
    noise = os.urandom(2**20) + bytes(12 * 2**20)
    many = {f"xl/media/{number}.bin": noise for number in range(21)}
    assert "inflate to 273 MB" in refused_parts(tmp_path, many)
    assert f"{MOST_PARTS + 6:,} parts" in refused_parts(
        tmp_path, {f"x/{number}": b"" for number in range(MOST_PARTS + 1)}
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_workbooks_do_not_use_are_refused(tmp_path: Path, compression: int) -> None:
    assert "an unusual compression" in refused_bytes(tmp_path, zipped(parts_of(), compression))


@pytest.mark.parametrize(("size", "said"), [(10, "a damaged part"), (10_000_000, "found ")])
def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path, size: int, said: str) -> None:
    content = bytearray(zipped(parts_of("<row r='1'><c r='A1'><v>1</v></c></row>")))
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    struct.pack_into("<I", content, place + 24, size)
    assert said in refused_bytes(tmp_path, bytes(content))


def test_parts_that_lie_over_one_another_cannot_be_read_at_length(tmp_path: Path) -> None:
    """Many entries of the directory that all point to the one compressed lump."""
    content = zipped({"a": bytes(2 * 2**20)})
    directory = content.index(b"PK\x01\x02")
    entry, tail = content[directory : content.index(b"PK\x05\x06")], content[content.index(b"PK\x05\x06") :]
    entries = b"".join(entry[:-1] + bytes([number]) for number in range(65, 65 + 150) if number != 92)
    count = len(entries) // len(entry)
    end = tail[:8] + struct.pack("<HHII", count, count, len(entries), directory) + tail[20:]
    assert "found " in refused_bytes(tmp_path, content[:directory] + entries + end)


READ_ALONE = """
import sys
from pathlib import Path
from counterask_addin.workbooks.errors import UnreadableWorkbook
from counterask_addin.workbooks.read_cells import read_workbook
try:
    print(sum(len(sheet.cells) for sheet in read_workbook(Path(sys.argv[1])).sheets))
except UnreadableWorkbook as error:
    print(error)
"""

HUGE = {
    "a million empty rows": (sheet("".join(f'<row r="{row}"/>' for row in range(1, 1_048_577))), "0"),
    "a row too many": (sheet("".join(f'<row r="{row}"/>' for row in range(1, 1_048_578))), "found row 1048577"),
    "rows without end": (sheet("<row r='1'/>" * 2_000_000), "found row 1"),
    "cells without end": (sheet(f"<row r='1'>{'<c/>' * 4_900_000}</row>"), "0"),
    "too many elements": (sheet(f"<row r='1'>{'<c/>' * 7_800_000}</row>"), "elements up to"),
    "formats of cells": (
        sheet("".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1, 900_000))),
        "0",
    ),
    "filled cells": (
        sheet("".join(f'<row r="{row}">{"<c><v>1</v></c>" * 16_000}</row>' for row in range(1, 64))),
        "filled cells",
    ),
    "columns over one another": (
        sheet("", before=f"<cols>{'<col min=`1` max=`16384` hidden=`1`/>'.replace('`', chr(34)) * 900_000}</cols>"),
        "0",
    ),
    "a long shared formula": (
        sheet(
            f'<row r="1"><c r="A1"><f t="shared" si="0">{"A1+" * 200_000}1</f></c></row>'
            + "".join(f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/></c></row>' for row in range(2, 500_000))
        ),
        "shared formulas of too great a length",
    ),
    "one deep nest": (sheet("<row>" * 500_000 + "</row>" * 500_000), "broken XML"),
    "one long text": (sheet(f"<row r='1'><c r='A1' t='str'><v>{'x' * 30_000_000}</v></c></row>"), "broken XML"),
}


@pytest.mark.parametrize("name", HUGE)
def test_endless_sheets_are_bounded_in_memory_and_come_to_an_end(tmp_path: Path, name: str) -> None:
    text, said = HUGE[name]
    path = tmp_path / "huge.xlsx"
    # stored, so that it is not refused for being all alike
    path.write_bytes(zipped({**parts_of(), SHEET: text}, zipfile.ZIP_STORED))
    done = subprocess.run([sys.executable, "-c", READ_ALONE + PRINT_PEAK, str(path)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-500:]
    found, megabytes = done.stdout.splitlines()
    assert said in found
    assert int(megabytes) < 1024


def test_a_shared_strings_part_of_nothing_but_items_is_bounded(tmp_path: Path) -> None:
    strings = f'{HEAD}<sst xmlns="{MAIN}">{"<si/>" * 4_900_000}</sst>'
    path = tmp_path / "huge.xlsx"
    path.write_bytes(zipped(parts_of(sharedStrings=strings), zipfile.ZIP_STORED))
    done = subprocess.run([sys.executable, "-c", READ_ALONE + PRINT_PEAK, str(path)], capture_output=True, text=True, timeout=600)
    found, megabytes = done.stdout.splitlines()
    assert "more than 1,000,000 texts" in found
    assert int(megabytes) < 1024


def everything() -> dict[str, bytes]:
    """The parts of a workbook in which about everything stands that is read."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("Terms")
        page.write_row(0, 0, ["text", 1.5, True, "more"])
        page.write_number(1, 0, 46_000, book.add_format({"num_format": "d mmm yyyy", "bg_color": "#FFF7CC"}))
        page.write_formula(1, 1, "=B1*2", None, 3)
        page.write_dynamic_array_formula("D2:D4", "=SORT(B1:B3)", None, 4)
        page.write_rich_string(4, 0, "plain ", book.add_format({"bold": True}), "bold")
        page.set_row(6, None, None, {"hidden": True})
        page.set_column("F:G", 0)
        book.define_name("Terms_all", "=Terms!$A$1:$D$5")
        book.add_worksheet("Other").write(0, 0, 7)
    with zipfile.ZipFile(target) as package:
        return {name: package.read(name) for name in package.namelist()}


EVERYTHING = everything()
SHARED = sheet(
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1+1</f><v>1</v></c>'
    '<c t="inlineStr"><is><t>x</t></is></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c>'
    '<c r="B2" t="e"><v>#N/A</v></c><c r="C2" s="1"><v>3</v></c></row>',
    before='<cols><col min="1" max="2" hidden="1"/></cols>',
).encode()
PIECES = [b"", b"0", b"9" * 12, b"x" * 40, b"\0", b"\xff"] + (
    b"""" < > /> = ! ' $A -1 1e400 r="A1" t="s" t="shared" &amp; &x; <v> </c> <!-- ]]> mc: xmlns=""".split()
)


@st.composite
def spoiled_packages(draw: st.DrawFn) -> bytes:
    """A package of which one part, or the zip archive itself, was cut, overwritten or filled with odd pieces."""
    parts = dict(EVERYTHING)
    if draw(st.booleans()):
        parts["xl/worksheets/sheet2.xml"] = SHARED
    name = draw(st.sampled_from([None, *parts]))
    content = bytearray(zipped(parts) if name is None else parts[name])
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        stop = start + draw(st.sampled_from([0, 1, 3, 10, 60, len(content)]))
        content[start:stop] = draw(st.sampled_from(PIECES))
    if name is None:
        return bytes(content)
    parts[name] = bytes(content)
    return zipped(parts)


@settings(
    max_examples=int(os.environ.get("COUNTERASK_FUZZ", "300")),
    deadline=None,
    derandomize="COUNTERASK_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(spoiled_packages())
def test_a_spoiled_workbook_is_read_or_refused_and_patched_or_refused(tmp_path: Path, content: bytes) -> None:
    source, target = tmp_path / "spoiled.xlsx", tmp_path / "patched.xlsx"
    source.write_bytes(content)
    with contextlib.suppress(UnreadableWorkbook):
        read_workbook(source)
    edits = {"Terms": {"A1": CellEdit(5, "FFFFC7CE"), "B2": CellEdit(6, keep_formula=False), "Z9": CellEdit("new")}}
    try:
        patch_workbook(source, target, edits)
    except (UnreadableWorkbook, CannotRun):
        assert not target.exists()
    assert source.read_bytes() == content
    target.unlink(missing_ok=True)
    assert list(tmp_path.iterdir()) == [source]


def test_styles_of_any_kind_do_not_stop_the_reading_of_numbers(tmp_path: Path) -> None:
    odd = styles("[" * 60_000, "&quot;" * 30_001, "\\" * 60_000, "y" * 60_000)
    path = tmp_path / "odd.xlsx"
    path.write_bytes(zipped(parts_of('<row r="1"><c r="A1" s="1"><v>1</v></c></row>', styles=odd)))
    assert read_workbook(path).sheets[0].cells[1, 1].value == 1
