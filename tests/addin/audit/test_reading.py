"""The quick reader says what the thorough one says, or says that it cannot."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from counterask_addin.workbooks.errors import UnreadableWorkbook
from counterask_addin.workbooks.quick_cells import NotPlain, read_quickly
from counterask_addin.workbooks.quote_file import quote_in_workbook
from counterask_addin.workbooks.read_cells import WorkbookCell, read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _same(path: Path) -> int:
    """How many sheets both readers read alike; those that the quick one leaves to the other do not count."""
    thorough, quick = read_workbook(path), read_quickly(path, path.read_bytes())
    assert (quick.names, quick.sheet_names, quick.counts_from_1904) == (
        thorough.names,
        thorough.sheet_names,
        thorough.counts_from_1904,
    )
    alike = 0
    for sheet in thorough.sheets:
        found = quick.sheet(sheet.name)
        assert found is not None
        try:
            cells: Mapping[tuple[int, int], WorkbookCell] = dict(found.cells.items())
        except NotPlain:
            continue
        assert cells == dict(sheet.cells), sheet.name
        assert [type(cell.value) for cell in cells.values()] == [type(sheet.cells[place].value) for place in cells]
        alike += 1
    return alike


def test_both_readers_agree_on_workbooks_of_every_program(templates: list[Any], folders: Any, tmp_path: Path) -> None:
    for template in templates:
        path = tmp_path / f"{template.name} {template.program}.xlsx"
        path.write_bytes(template.with_cells(folders.quote_cells(template, random.Random(5), 1)))
        assert _same(path) >= 8
        quick = quote_in_workbook(path, read_quickly(path, path.read_bytes()), None, {}).quote
        thorough = quote_in_workbook(path, read_workbook(path)).quote
        assert repr((quick.deal, quick.trades, quick.limits, quick.policy)) == repr(
            (thorough.deal, thorough.trades, thorough.limits, thorough.policy)
        )
        assert (quick.header, quick.places, quick.problems) == (thorough.header, thorough.places, thorough.problems)


def _workbook(sheet: str, strings: str = "", root: str = f'<worksheet xmlns="{MAIN}">', end: str = "</worksheet>") -> bytes:
    content = io.BytesIO()
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{relations}/worksheet" Target="sheet.xml"/>'
            f'<Relationship Id="b" Type="{relations}/sharedStrings" Target="strings.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
        )
        archive.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        archive.writestr("xl/sheet.xml", f"{root}{sheet}{end}")
    return content.getvalue()


def _cells(*cells: str) -> str:
    return f'<sheetData><row r="1">{"".join(cells)}</row></sheetData>'


STRINGS = (
    "<si><t>plain</t></si><si><r><rPr><b/></rPr><t>rich </t></r><r><t>text</t></r></si><si><t/></si>"
    '<si><t xml:space="preserve"> _x0041_ &amp; &#10004;</t></si>'
)

ODD_SHEETS = {
    "every kind": _cells(
        '<c r="A1"><v>1.5</v></c>', '<c r="B1" t="s"><v>0</v></c>', '<c r="C1" t="s"><v>1</v></c>',
        '<c r="D1" t="b"><v>1</v></c>',
        '<c r="E1" t="e"><v>#REF!</v></c>', '<c r="F1" t="str"><v>a</v></c>', '<c r="G1"><f>1+1</f></c>',
        '<c r="H1"><f>1+1</f><v>2</v></c>', '<c r="I1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c r="J1" s="0"/>',
        '<c r="K1" t="inlineStr"><is><t>x</t></is></c>', '<c r="L1" t="s"><v>3</v></c>', '<c r="M1" t="s"><v>2</v></c>',
    ),
    "a comment that hides a cell": _cells('<c r="A1"><v>1</v></c><!--<c r="A1"><v>2</v></c>-->'),
    "character data": _cells('<c r="A1" t="str"><v><![CDATA[5]]></v></c>'),
    "no address": _cells("<c><v>7</v></c><c><v>8</v></c>"),
    "an attribute of another's": _cells('<c r="A1" x="a/b"><v>7</v></c>'),
    "a cell twice": _cells('<c r="A1"><v>7</v></c><c r="A1"><v>8</v></c>'),
    "pretty print": '<sheetData>\n <row r="1">\n  <c r="A1">\n   <v>7</v>\n  </c>\n </row>\n</sheetData>',
    "a shared formula": _cells('<c r="A1"><f t="shared" ref="A1:B1" si="0">C1+1</f></c><c r="B1"><f t="shared" si="0"/></c>'),
    "an array formula": _cells('<c r="A1"><f t="array" ref="A1:B1">C1:D1</f><v>4</v></c><c r="B1"><v>5</v></c>'),
    "an empty sheet": "<sheetData/>",
    "a huge number": _cells('<c r="A1"><v>1e999</v></c>'),
    "a number with spaces": _cells('<c r="A1"><v> 12 </v></c>'),
    "single quotes": "<sheetData><row r='1'><c r='A1' t='e'><v>#N/A</v></c></row></sheetData>",
    "no such string": _cells('<c r="A1" t="s"><v>99</v></c>'),
    "a row that differs": '<sheetData><row r="5"><c r="A5"><v>1</v></c></row></sheetData>',
    "extensions behind the cells": _cells('<c r="A1"><v>1</v></c>') + "<extLst><ext><c>no cell</c></ext></extLst>",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_SHEETS)
def test_an_odd_sheet_is_read_alike_or_left_to_the_other_reader(name: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(_workbook(ODD_SHEETS[name], STRINGS))
    try:
        thorough = dict(read_workbook(path).sheets[0].cells)
    except UnreadableWorkbook:
        with pytest.raises((NotPlain, UnreadableWorkbook)):
            dict(read_quickly(path, path.read_bytes()).sheets[0].cells.items())
        return
    try:
        quick = dict(read_quickly(path, path.read_bytes()).sheets[0].cells.items())
    except NotPlain:
        assert name not in ("every kind", "an array formula", "an empty sheet", "a row that differs")
        return
    assert quick == thorough


@pytest.mark.parametrize(
    ("root", "end"),
    [
        (f'<x:worksheet xmlns:x="{MAIN}">', "</x:worksheet>"),
        (f'<worksheet xmlns="{MAIN}">', ""),
        ('<worksheet xmlns="urn:else">', "</worksheet>"),
        (f'<?xml version="1.0" encoding="iso-8859-1"?><worksheet xmlns="{MAIN}">', "</worksheet>"),
    ],
)
def test_a_part_that_is_not_plain_is_left_to_the_other_reader(root: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(_workbook(_cells('<c r="A1"><v>1</v></c>'), STRINGS, root, end))
    with pytest.raises(NotPlain):
        dict(read_quickly(path, path.read_bytes()).sheets[0].cells.items())


def test_a_part_with_declarations_of_its_own_is_refused_by_both_readers(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    root = f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{MAIN}">'
    path.write_bytes(_workbook(_cells('<c r="A1"><v>1</v></c>'), STRINGS, root))
    with pytest.raises(UnreadableWorkbook, match="declarations of entities"):
        read_quickly(path, path.read_bytes())
    with pytest.raises(UnreadableWorkbook, match="declarations of entities"):
        read_workbook(path)
