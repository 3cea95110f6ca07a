"""A patched workbook: the edited cells are new, and everything else is what it was, byte for byte where that can be."""

from __future__ import annotations

import datetime
import io
import math
import os
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings
from lxml import etree

from counterask_addin.errors import CannotRun
from counterask_addin.workbooks.errors import CannotWrite, UnreadableWorkbook
from counterask_addin.workbooks.patch import UNBALANCED_FILL, UNCHANGED, CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import CellError, WorkbookCell, read_workbook

from .handmade_package import HEAD, MAIN, OFFICE, RELATIONS, SHEET, STRICT_MAIN, STRICT_OFFICE, parts_of, sheet, styles, zipped

Q = f"{{{MAIN}}}"
RED_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def drawn(path: Path) -> Path:
    """A workbook with what a person's workbook may hold: macros, charts, pictures, comments, rules, tables."""
    with xlsxwriter.Workbook(path) as book:
        if path.suffix == ".xlsm":
            macros = path.with_name("vbaProject.bin")
            with zipfile.ZipFile(Path(xlwings.__file__).with_name("quickstart.xlsm")) as quickstart:
                macros.write_bytes(quickstart.read("xl/vbaProject.bin"))
            book.add_vba_project(str(macros))
        page = book.add_worksheet("Trades")
        pale = book.add_format({"bg_color": "#FFF7CC", "num_format": "#,##0.00", "locked": False, "border": 1})
        page.write_row(0, 0, ["Trade", "Cost", "Worth", "Net", "Verdict"])
        page.write_row(1, 0, ["T1", -100, 80], pale)
        page.write_formula("D2", "=B2+C2", pale, -20)
        page.write_formula("E2", '=IF(D2<0,"unbalanced concession","negotiation")', None, "unbalanced concession")
        page.write_dynamic_array_formula("G2:G4", "=SORT(B2:B4)", None, 1)
        page.write_array_formula("I2:I3", "{=B2:B3*2}", None, 2)
        page.write_rich_string("A8", "rich ", book.add_format({"bold": True}), "text")
        page.conditional_format("D2:D9", {"type": "data_bar"})
        page.conditional_format("E2:E9", {"type": "text", "criteria": "containing", "value": "x", "format": pale})
        page.data_validation("A2:A9", {"validate": "list", "source": ["T1", "T2"]})
        page.add_sparkline("F2", {"range": "Trades!B2:D2"})
        page.write_comment("B2", "from the call")
        page.freeze_panes(1, 1)
        page.set_column("C:C", 12, pale)
        page.set_row(11, 20, pale)
        page.autofilter("A1:E9")
        page.protect("secret")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Trades!$B$2:$D$2"})
        page.insert_chart("K2", chart)
        page.insert_image("K20", "dot.png", {"image_data": io.BytesIO(RED_PIXEL)})
        other = book.add_worksheet("Other")
        other.add_table("A1:B3", {"data": [[1, 2], [3, 4]]})
        book.define_name("Trades_all", "=Trades!$A$1:$E$9")
    return path


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def raw_parts(path: Path) -> list[tuple[object, ...]]:
    """Every entry of a package in order: its description and its bytes as they lie compressed in the file."""
    found: list[tuple[object, ...]] = []
    content = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        for part in package.infolist():
            lengths = struct.unpack_from("<HH", content, part.header_offset + 26)
            start = part.header_offset + 30 + sum(lengths)
            lump = content[start : start + part.compress_size]
            told = (part.date_time, part.comment, part.external_attr, part.internal_attr, part.create_system)
            found.append((part.filename, part.compress_type, part.CRC, part.file_size, told, lump))
    return found


def handmade(tmp_path: Path, rows: str = "", **more: Any) -> Path:
    """A workbook written by hand with the one sheet S."""
    path = tmp_path / "hand.xlsx"
    path.write_bytes(zipped(parts_of(rows, **more)))
    return path


def patched(source: Path, edits: Mapping[str, CellEdit], name: str = "S") -> Path:
    """A copy beside the source with some cells of one sheet edited."""
    target = source.with_name(f"patched{source.suffix}")
    patch_workbook(source, target, {name: edits}, overwrite=True)
    return target


def cells(path: Path, number: int = 0) -> Mapping[tuple[int, int], WorkbookCell]:
    """The cells of a sheet."""
    return read_workbook(path).sheets[number].cells


def xml_of_cell(path: Path, address: str, part: str = SHEET) -> etree._Element:
    """The element of a cell."""
    with zipfile.ZipFile(path) as package:
        tree = etree.fromstring(package.read(part))
    return next(item for item in tree.iter("{*}c") if item.get("r") == address)


@pytest.mark.parametrize("name", ["quote.xlsx", "quote.xlsm"])
def test_every_other_part_keeps_its_compressed_bytes_its_order_and_its_description(tmp_path: Path, name: str) -> None:
    source = drawn(tmp_path / name)
    before = source.read_bytes()
    target = patched(source, {"D2": CellEdit(-25.5, UNBALANCED_FILL), "B9": CellEdit("new")}, "Trades")
    old, new = raw_parts(source), raw_parts(target)
    assert [one[0] for one in old] == [one[0] for one in new]
    changed = {one[0] for one, other in zip(old, new, strict=True) if one != other}
    assert changed == {SHEET, "xl/styles.xml"}
    assert source.read_bytes() == before
    if name.endswith("m"):
        assert "xl/vbaProject.bin" in parts(target)


def test_without_a_highlight_only_the_sheet_changes(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    target = patched(source, {"D2": CellEdit(-25.5)}, "Trades")
    old, new = parts(source), parts(target)
    assert {name for name in old if old[name] != new[name]} == {SHEET}


def test_the_sheet_is_the_same_xml_but_for_the_edited_cells(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    target = patched(source, {"D2": CellEdit(7), "A2": CellEdit("T9", UNBALANCED_FILL)}, "Trades")

    def without_edited(path: Path) -> bytes:
        tree = etree.fromstring(parts(path)[SHEET])
        for cell in tree.iter(f"{Q}c"):
            if cell.get("r") in ("D2", "A2"):
                cell.attrib.clear()
                del cell[:]
        return bytes(etree.tostring(tree, method="c14n"))

    assert without_edited(source) == without_edited(target)
    root = etree.fromstring(parts(target)[SHEET])
    assert root.nsmap == etree.fromstring(parts(source)[SHEET]).nsmap
    assert parts(target)[SHEET].startswith(b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>")


def test_marks_of_later_versions_of_excel_stay(tmp_path: Path) -> None:
    source = tmp_path / "hand.xlsx"
    text = sheet(
        '<row r="1" spans="1:1" x14ac:dyDescent="0.25">'
        '<c r="A1" x:odd="1"><v>1</v><extLst><ext uri="{1}"/></extLst></c>'
        "<extLst/></row>",
        after='<!-- kept --><extLst><ext uri="{2}">'
        '<x14:anything xmlns:x14="urn:x14">&amp;</x14:anything></ext></extLst>',
    ).replace(
        "<worksheet ",
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac x" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:x="urn:x" ',
    )
    source.write_bytes(zipped({**parts_of(), SHEET: text}))
    new = parts(patched(source, {"A1": CellEdit(2), "C1": CellEdit(3)}))[SHEET].decode()
    expected = (
        text.replace("<v>1</v>", "<v>2</v>")
        .replace("</c><extLst/>", '</c><c r="C1"><v>3</v></c><extLst/>')
        .replace(' spans="1:1"', "")
    )
    assert etree.tostring(etree.fromstring(new.encode()), method="c14n") == etree.tostring(
        etree.fromstring(expected.encode()), method="c14n"
    )
    assert 'mc:Ignorable="x14ac x"' in new and "<!-- kept -->" in new


VALUES = [
    (12.5, WorkbookCell(12.5)),
    (7, WorkbookCell(7.0)),
    (-1e-300, WorkbookCell(-1e-300)),
    (True, WorkbookCell(True)),
    (False, WorkbookCell(False)),
    ("text", WorkbookCell("text")),
    ("=1+1", WorkbookCell("=1+1")),
    (" two\nlines\r & <b> ", WorkbookCell(" two\nlines\r & <b> ")),
    ("bell \x07, _x0041_ and \ufffe", WorkbookCell("bell \x07, _x0041_ and \ufffe")),
    ("🚚", WorkbookCell("🚚")),
    (CellError("#N/A"), WorkbookCell(CellError("#N/A"))),
    (datetime.datetime(2026, 3, 1, 18), WorkbookCell(46_082.75)),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_a_value_of_any_kind_arrives_in_a_plain_cell_and_behind_a_formula(
    tmp_path: Path, value: float | str, expected: WorkbookCell
) -> None:
    rows = (
        '<row r="1"><c r="A1" t="s" vm="1"><v>0</v></c><c r="B1" t="e" vm="2"><f>NOW()</f><v>#N/A</v></c>'
        '<c r="C1" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    source = handmade(tmp_path, rows, sharedStrings=f'{HEAD}<sst xmlns="{MAIN}"><si><t>old</t></si></sst>')
    target = patched(source, {address: CellEdit(value) for address in ("A1", "B1", "C1", "D1", "B5")})
    found = cells(target)
    for place in ((1, 1), (1, 3), (1, 4), (5, 2)):
        assert found[place] == expected
        assert type(found[place].value) is type(expected.value)
    assert found[1, 2] == expected._replace(formula="NOW()")
    assert xml_of_cell(target, "B1").get("vm") is None


def test_other_readers_see_the_new_values(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    target = patched(
        source,
        {"D2": CellEdit(-25.5), "E2": CellEdit("negotiation"), "A3": CellEdit(" T2 "), "B3": CellEdit(True)},
        "Trades",
    )
    page = openpyxl.load_workbook(target, data_only=True)["Trades"]
    assert [page[name].value for name in ("D2", "E2", "A3", "B3", "A8")] == [
        -25.5, "negotiation", " T2 ", True, "rich text",
    ]  # fmt: skip
    formulas = openpyxl.load_workbook(target)["Trades"]
    assert (formulas["D2"].value, formulas["G2"].value.ref) == ("=B2+C2", "G2:G4")


def test_blanking_leaves_the_cell_its_look_and_a_formula_its_place(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c><c r="C1" t="str"><v>x</v></c></row>'
    source = handmade(tmp_path, rows, styles=styles("2"))
    for blank in ("", None):
        target = patched(source, {name: CellEdit(blank) for name in ("A1", "B1", "C1", "D1", "A9")})
        assert cells(target) == {(1, 2): WorkbookCell("", "A1")}
        assert dict(xml_of_cell(target, "A1").attrib) == {"r": "A1", "s": "1"}
        tree = etree.fromstring(parts(target)[SHEET])
        assert [item.get("r") for item in tree.iter(f"{Q}row", f"{Q}c")] == ["1", "A1", "B1", "C1"]


def test_a_dynamic_array_keeps_its_mark_and_may_fill_another_range(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    edits = {
        "G2": CellEdit(5, array="G2:G5"),
        **{f"G{row}": CellEdit(row) for row in range(3, 6)},
        "I2": CellEdit(9),
        "I3": CellEdit(8),
    }
    target = patched(source, edits, "Trades")
    old, new = xml_of_cell(source, "G2"), xml_of_cell(target, "G2")
    assert new.get("cm") == old.get("cm") == "1"
    found = cells(target)
    assert found[2, 7] == WorkbookCell(5, "_xlfn._xlws.SORT(B2:B4)", True, "G2:G5")
    assert [found[row, 7] for row in (3, 4, 5)] == [WorkbookCell(3), WorkbookCell(4), WorkbookCell(5)]
    assert (found[2, 9].array, found[2, 9].value, found[3, 9]) == ("I2:I3", 9, WorkbookCell(8))
    with pytest.raises(CannotWrite, match="Trades · D2: holds no array formula"):
        patched(source, {"D2": CellEdit(1, array="D2:D3")}, "Trades")


def test_rows_and_cells_are_made_in_order_and_look_like_their_row_or_column(tmp_path: Path) -> None:
    rows = (
        '<row r="2" s="2" customFormat="1"><c r="B2"><v>1</v></c></row>'
        '<row r="9"><c r="A9"><v>2</v></c><c r="D9"><v>3</v></c></row>'
    )
    source = handmade(tmp_path, styles=styles("2", "3", "4"))
    text = sheet(rows, before='<dimension ref="A2:D9"/><cols><col min="3" max="4" style="3"/></cols>')
    source.write_bytes(zipped({**parts_of(styles=styles("2", "3", "4")), SHEET: text}))
    names = ["C2", "A2", "AB2", "A1", "C5", "C9", "B9", "E12"]
    target = patched(source, {name: CellEdit(number) for number, name in enumerate(names)})
    tree = etree.fromstring(parts(target)[SHEET])
    assert [item.get("r") for item in tree.iter(f"{Q}row")] == ["1", "2", "5", "9", "12"]
    assert [item.get("r") for item in tree.iter(f"{Q}c")] == [
        "A1", "A2", "B2", "C2", "AB2", "C5", "A9", "B9", "C9", "D9", "E12",
    ]  # fmt: skip
    looks = {item.get("r"): item.get("s") for item in tree.iter(f"{Q}c")}
    assert (looks["C2"], looks["C5"], looks["C9"], looks["A1"]) == ("2", "3", "3", None)
    assert tree.find(f"{Q}dimension").get("ref") == "A1:AB12"


def test_rows_and_cells_without_addresses_keep_their_places(tmp_path: Path) -> None:
    source = handmade(tmp_path, "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r='4'/><row><c><v>5</v></c></row>")
    target = patched(source, {"B1": CellEdit(2), "B2": CellEdit(22), "B5": CellEdit(55)})
    assert {place: cell.value for place, cell in cells(target).items()} == {
        (1, 1): 1,
        (1, 2): 2,
        (1, 3): 3,
        (2, 2): 22,
        (5, 1): 5,
        (5, 2): 55,
    }


def style_counts(path: Path) -> dict[str, tuple[int, int]]:
    """Stated and true lengths of the lists of the styles part."""
    tree = etree.fromstring(parts(path)["xl/styles.xml"])
    return {etree.QName(item).localname: (int(item.get("count")), len(item)) for item in tree if item.get("count")}


def test_a_highlight_is_a_twin_of_the_cells_own_format(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    names = ("A2", "B2", "D2", "E2", "A8")
    target = patched(source, {name: CellEdit(fill=UNBALANCED_FILL) for name in names}, "Trades")
    old, new = openpyxl.load_workbook(source)["Trades"], openpyxl.load_workbook(target)["Trades"]
    for name in names:
        assert new[name].fill.fgColor.rgb == UNBALANCED_FILL and new[name].fill.patternType == "solid"
        assert new[name].value == old[name].value
        for aspect in ("font", "border", "number_format", "alignment", "protection"):
            assert repr(getattr(new[name], aspect)) == repr(getattr(old[name], aspect))
    for name in ("A1", "C2", "C3", "A9"):
        assert repr(new[name].fill) == repr(old[name].fill)
    before, after = style_counts(source), style_counts(target)
    assert all(stated == true for stated, true in after.values())
    assert after["fills"][0] == before["fills"][0] + 1
    assert after["cellXfs"][0] == before["cellXfs"][0] + 2  # of the default format and of the pale one


def test_highlighting_again_adds_nothing_and_the_highlight_can_be_taken_away(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    first = patched(source, {"E2": CellEdit(fill=UNBALANCED_FILL)}, "Trades").rename(tmp_path / "first.xlsx")
    second = patched(first, {"E2": CellEdit(fill=UNBALANCED_FILL)}, "Trades").rename(tmp_path / "second.xlsx")
    assert parts(first)["xl/styles.xml"] == parts(second)["xl/styles.xml"]
    assert parts(first)[SHEET] == parts(second)[SHEET]
    away = patched(second, {"E2": CellEdit(fill=""), "B2": CellEdit(fill="")}, "Trades")
    page = openpyxl.load_workbook(away)["Trades"]
    assert page["E2"].fill.patternType is None
    assert page["B2"].fill.fgColor.rgb == "FFFFF7CC"


def test_the_font_may_change_its_colour_and_weight_alone(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    edits = {"B2": CellEdit(font="FF9C0006", bold=True), "C2": CellEdit(bold=False)}
    target = patched(source, edits, "Trades")
    old, new = openpyxl.load_workbook(source)["Trades"], openpyxl.load_workbook(target)["Trades"]
    assert (new["B2"].font.color.rgb, new["B2"].font.b) == ("FF9C0006", True)
    assert (new["B2"].font.name, new["B2"].font.sz) == (old["B2"].font.name, old["B2"].font.sz)
    assert repr(new["B2"].fill) == repr(old["B2"].fill)
    assert repr(new["C2"].font) == repr(old["C2"].font)
    assert all(stated == true for stated, true in style_counts(target).values())


@pytest.mark.parametrize("is_strict", [False, True])
def test_a_workbook_without_styles_gets_them_for_a_highlight(tmp_path: Path, is_strict: bool) -> None:
    plain = parts_of('<row r="1"><c r="A1"><v>1</v></c></row>')
    if is_strict:
        plain = {name: text.replace(MAIN, STRICT_MAIN).replace(OFFICE, STRICT_OFFICE) for name, text in plain.items()}
    source = tmp_path / "hand.xlsx"
    source.write_bytes(zipped(plain))
    target = patched(source, {"A1": CellEdit(fill=UNBALANCED_FILL)})
    assert cells(target)[1, 1] == WorkbookCell(1, style=1)
    if not is_strict:
        assert openpyxl.load_workbook(target)["S"]["A1"].fill.fgColor.rgb == UNBALANCED_FILL


CHAIN = f'{HEAD}<calcChain xmlns="{MAIN}">{{}}</calcChain>'


def chained(tmp_path: Path, entries: str) -> Path:
    """A workbook with a shared formula in B1:B3, one of its own in C1, and a calculation chain."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="4">A1*2</f><v>2</v></c>'
        '<c r="C1" t="str" cm="1"><f t="array" ref="C1">"x"</f><v> x</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="4"/><v>4</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="4"/><v>6</v></c></row>'
    )
    return handmade(tmp_path, rows, calcChain=CHAIN.format(entries))


def chain_of(path: Path) -> list[dict[str, str]]:
    """The entries of the calculation chain."""
    return [dict(item.attrib) for item in etree.fromstring(parts(path)["xl/calcChain.xml"])]


def test_a_formula_that_is_overwritten_leaves_the_calculation_chain(tmp_path: Path) -> None:
    source = chained(tmp_path, '<c r="C1" i="7" l="1"/><c r="B1" s="1"/><c r="B2"/><c r="C1" i="8"/><c r="B3" i="7"/>')
    target = patched(source, {"C1": CellEdit(5, keep_formula=False), "B2": CellEdit(keep_formula=False)})
    assert chain_of(target) == [
        {"r": "B1", "s": "1", "i": "7", "l": "1"},
        {"r": "C1", "i": "8"},
        {"r": "B3", "i": "7"},
    ]
    found = cells(target)
    assert (found[1, 3], found[2, 2]) == (WorkbookCell(5), WorkbookCell(4))
    assert xml_of_cell(target, "C1").get("cm") is None


def test_a_calculation_chain_without_cells_goes_with_all_that_names_it(tmp_path: Path) -> None:
    source = chained(tmp_path, '<c r="C1" i="7"/>')
    target = patched(source, {"C1": CellEdit(keep_formula=False)})
    old, new = parts(source), parts(target)
    assert set(old) - set(new) == {"xl/calcChain.xml"}
    assert not any(b"calcChain" in text for text in new.values())
    assert cells(target)[1, 3] == WorkbookCell(" x")


def test_formulas_that_stay_leave_the_chain_alone(tmp_path: Path) -> None:
    source = chained(tmp_path, '<c r="C1" i="7"/><c r="B1"/>')
    target = patched(source, {"C1": CellEdit("y"), "B1": CellEdit(9), "A1": CellEdit(3, keep_formula=False)})
    assert parts(source)["xl/calcChain.xml"] == parts(target)["xl/calcChain.xml"]


def test_cells_that_shared_an_overwritten_formula_get_their_own(tmp_path: Path) -> None:
    target = patched(chained(tmp_path, ""), {"B1": CellEdit(11, keep_formula=False)})
    found = cells(target)
    assert found[1, 2] == WorkbookCell(11)
    assert [found[row, 2] for row in (2, 3)] == [WorkbookCell(4, "A2*2"), WorkbookCell(6, "A3*2")]
    kept = patched(chained(tmp_path, ""), {"B1": CellEdit(11)})
    assert [cells(kept)[row, 2].formula for row in (1, 2, 3)] == ["A1*2", "A2*2", "A3*2"]


SIGNED_BY_RELATION = (
    f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/digital-signature/origin" Target="signatures/origin.sigs"/>'
    "</Relationships>"
)


@pytest.mark.parametrize(
    "more",
    [{"_xmlsignatures/sig1.xml": "<Signature/>"}, {"_rels/.rels": SIGNED_BY_RELATION, "signatures/origin.sigs": ""}],
    ids=["by its part", "by its relation"],
)
def test_a_signed_workbook_is_patched_with_a_warning(tmp_path: Path, more: dict[str, str]) -> None:
    source = tmp_path / "signed.xlsx"
    source.write_bytes(zipped({**parts_of(), **more}))
    said = patch_workbook(source, tmp_path / "copy.xlsx", {"S": {"A1": CellEdit(1)}})
    assert len(said) == 1 and "signed.xlsx: is digitally signed" in said[0] and "copy.xlsx" in said[0]
    kept = parts(tmp_path / "copy.xlsx")
    assert all(kept[name] == content.encode() for name, content in more.items())
    assert patch_workbook(handmade(tmp_path), tmp_path / "plain.xlsx", {}) == ()


def test_the_source_is_never_the_target_by_whatever_name(tmp_path: Path) -> None:
    source = handmade(tmp_path)
    before = source.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(source)
    os.link(source, tmp_path / "hard.xlsx")
    for target in (source, tmp_path / "link.xlsx", tmp_path / "hard.xlsx", tmp_path / "." / "hand.xlsx"):
        with pytest.raises(CannotWrite, match="is the quote itself, which is never changed"):
            patch_workbook(source, target, {"S": {"A1": CellEdit(1)}}, overwrite=True)
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "address", "edit", "said"),
    [
        ("Nowhere", "A1", CellEdit(1), 'hand.xlsx: has no sheet "Nowhere" to write to (there are: S).'),
        ("S", "A0", CellEdit(1), "hand.xlsx · S · A0: is no address of a cell"),
        ("S", "XFE1", CellEdit(1), "lies outside every sheet"),
        ("S", (0, 1), CellEdit(1), "lies outside every sheet"),
        ("S", "A1", CellEdit(math.nan), "hand.xlsx · S · A1: cannot hold nan"),
        ("S", "A1", CellEdit(math.inf), "hand.xlsx · S · A1: cannot hold inf"),
        ("S", "A1", CellEdit("x" * 32_768), "hand.xlsx · S · A1: cannot hold 32,768 letters"),
    ],
)
def test_an_edit_that_cannot_be_made_is_named_and_nothing_is_written(
    tmp_path: Path, name: str, address: Any, edit: CellEdit, said: str
) -> None:
    source = handmade(tmp_path)
    with pytest.raises(CannotRun) as caught:
        patch_workbook(source, tmp_path / "out.xlsx", {name: {address: edit}})
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == [source]


def test_sheet_names_and_addresses_are_found_in_either_case_and_form(tmp_path: Path) -> None:
    source = handmade(tmp_path)
    edits: Mapping[str, Mapping[Any, CellEdit]] = {"s": {"$b$2": CellEdit(1), (3, 3): CellEdit(2)}}
    patch_workbook(source, tmp_path / "out.xlsx", edits)
    assert set(cells(tmp_path / "out.xlsx")) == {(2, 2), (3, 3)}
    assert CellEdit().value is UNCHANGED


class Pipe(io.RawIOBase):
    """A file that cannot be wound back, as a pipe cannot: zip archives written to it have data descriptors."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.content += content
        return len(content)


def test_archives_with_data_descriptors_stored_entries_and_long_sizes_are_patched(tmp_path: Path) -> None:
    pipe, source, target = Pipe(), tmp_path / "odd.xlsx", tmp_path / "out.xlsx"
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[call-overload]
        for number, (name, text) in enumerate(parts_of('<row r="1"><c r="A1"><v>1</v></c></row>').items()):
            info = zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            info.comment, info.external_attr = b"note", 0o640 << 16
            info.extra = struct.pack("<HHI", 0x7075, 4, 7)
            with package.open(info, "w", force_zip64=number % 3 == 0) as file:
                file.write(text.encode())
        package.comment = b"of the whole"
    source.write_bytes(pipe.content)
    with zipfile.ZipFile(source) as package:
        assert all(part.flag_bits & 8 for part in package.infolist())
    patch_workbook(source, target, {"S": {"A1": CellEdit(2)}})
    assert cells(target)[1, 1] == WorkbookCell(2)
    old, new = raw_parts(source), raw_parts(target)
    assert [one for one in old if one[0] != SHEET] == [one for one in new if one[0] != SHEET]
    with zipfile.ZipFile(target) as package:
        assert package.comment == b"of the whole"
        assert not any(part.flag_bits & 8 for part in package.infolist())
        assert {part.extra[:4] for part in package.infolist()} == {struct.pack("<HH", 0x7075, 4)}


def test_a_part_that_is_damaged_where_it_lies_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    source = tmp_path / "hurt.xlsx"
    content = bytearray(zipped({**parts_of(), "xl/media/image1.png": RED_PIXEL}))
    content[content.index(b"PK\x03\x04", content.index(SHEET.encode())) + 2] = 9
    source.write_bytes(content)
    with pytest.raises(UnreadableWorkbook, match="a damaged part xl/media/image1.png"):
        patch_workbook(source, tmp_path / "out.xlsx", {"S": {"A1": CellEdit(1)}})
    assert list(tmp_path.iterdir()) == [source]


def test_the_same_edits_give_the_same_bytes(tmp_path: Path) -> None:
    source = drawn(tmp_path / "quote.xlsx")
    edits = {"Trades": {"D2": CellEdit(1, UNBALANCED_FILL), "Q40": CellEdit("x")}}
    for name in ("a.xlsx", "b.xlsx"):
        patch_workbook(source, tmp_path / name, edits)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_ten_thousand_rows_are_filled(tmp_path: Path) -> None:
    source = handmade(
        tmp_path, "".join(f'<row r="{row}"><c r="B{row}"><v>1</v></c></row>' for row in range(1, 20_001, 2))
    )
    edits = {(row, column): CellEdit(row) for row in range(1, 20_001) for column in (1, 3)}
    patch_workbook(source, tmp_path / "out.xlsx", {"S": edits})
    assert len(cells(tmp_path / "out.xlsx")) == 50_000
