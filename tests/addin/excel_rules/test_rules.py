"""Each rule finds the fault that is planted for it, alone, in a small sound workbook that has everything our workbooks have."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from . import broken_rules
from .style_rules import number_format_faults

SHEET, BOOK, STYLES, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
TEXTS, METADATA, RELATIONS = "xl/sharedStrings.xml", "xl/metadata.xml", "xl/_rels/workbook.xml.rels"


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    """The parts of a sound workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"use_future_functions": True}) as book:
        sheet, hidden = book.add_worksheet("Trades"), book.add_worksheet("Lists")
        hidden.hide()
        money = book.add_format({"num_format": '#,##0.00 "EUR"', "bold": True})
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 2, 12, money)
        sheet.write_row("A1", ["Ask", 12.5, True])
        sheet.write_row("A2", ["discount", "long"])
        sheet.write_formula("B3", '=IF(A1="Ask",SUM(B1:B2),0)', money, 12.5)
        sheet.write_dynamic_array_formula("A5:B6", "=DEAL_VALUE(Lines)", None, 1)
        sheet.merge_range("D1:E2", "merged")
        sheet.data_validation("A2", {"validate": "list", "source": ["discount", "free months"], "input_message": "Choose."})
        sheet.conditional_format("B1:B3", {"type": "cell", "criteria": ">", "value": 3, "format": bold})
        sheet.conditional_format("C1:C3", {"type": "formula", "criteria": "=C1", "format": money})
        sheet.freeze_panes(1, 0)
        sheet.set_footer("&LPage &P")
        book.define_name("Lines", "=Trades!$A$1:$B$2")
        book.define_name("Rate_now", "=Trades!$A$1")
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


Edit = Callable[[dict[str, bytes]], None]


def swap(part: str, old: str, new: str) -> Edit:
    """An edit: `old`, a pattern, becomes `new`, once."""

    def edit(parts: dict[str, bytes]) -> None:
        text, count = re.subn(old, lambda found: found.expand(new), parts[part].decode(), count=1, flags=re.DOTALL)
        assert count, f"{old} is not in {part}"
        parts[part] = text.encode()

    return edit


def drop(part: str) -> Edit:
    """An edit: a part is missing."""
    return lambda parts: parts.__delitem__(part) or None


def put(part: str) -> Edit:
    """An edit: a part more."""
    return lambda parts: parts.update({part: b"<a/>"})


FORMULA = 'IF\\(A1="Ask",SUM\\(B1:B2\\),0\\)'
LIST = '"discount,free months"'
FAULTS: list[tuple[str, Edit]] = [
    ("part name", put("xl\\odd.xml")),
    ("part twice", lambda parts: parts.update({"XL/styles.xml": parts[STYLES]})),
    ("not XML", swap(SHEET, "</row>", "<row>")),
    ("not XML", swap(STYLES, "<styleSheet", '<!DOCTYPE a [<!ENTITY b "c">]><styleSheet')),
    ("content type", put("xl/odd.bin")),
    ("content type", swap(TYPES, '(<Override PartName="/xl/styles.xml"[^>]*>)', r"\1\1")),
    ("content type", swap(TYPES, "</Types>", '<Override PartName="/none.xml" ContentType="a/b"/></Types>')),
    ("relationship", swap("_rels/.rels", "docProps/app.xml", "docProps/none.xml")),
    ("relationship", swap(SHEET, "</worksheet>", '<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
     'relationships" r:id="rId9"/></worksheet>')),
    ("element order", swap(BOOK, "(<definedNames>.*</definedNames>)(<calcPr[^>]*>)", r"\2\1")),
    ("element order", swap(SHEET, "(<mergeCells.*</mergeCells>)(.*)(<dataValidations)", r"\2\1\3")),
    ("element order", swap(SHEET, "(<f>[^<]*</f>)(<v>[^<]*</v>)", r"\2\1")),
    ("element order", swap(STYLES, "(<cellXfs.*</cellXfs>)(<cellStyles.*</cellStyles>)", r"\2\1")),
    ("element order", swap(STYLES, "(<dxf>)(<font>.*?</font>)(<numFmt[^>]*>)", r"\1\3\2")),
    ("sheet name", swap(BOOK, 'name="Lists"', 'name="Trades / asks"')),
    ("sheet name", swap(BOOK, 'name="Lists"', f'name="{"x" * 32}"')),
    ("sheet name", swap(BOOK, 'name="Lists"', 'name="trades"')),
    ("reserved sheet name", swap(BOOK, 'name="Lists"', 'name="HISTORY"')),
    ("sheet id", swap(BOOK, 'sheetId="2"', 'sheetId="1"')),
    ("no visible sheet", swap(BOOK, 'sheetId="1"', 'sheetId="1" state="hidden"')),
    ("active sheet", swap(BOOK, "<workbookView", '<workbookView activeTab="1"')),
    ("defined name", swap(BOOK, 'name="Rate_now"', 'name="Lines"')),
    ("defined name", swap(BOOK, 'name="Rate_now"', 'name="Rate now"')),
    ("defined name", swap(BOOK, 'name="Rate_now"', 'name="_xlnm.Odd"')),
    ("defined name", swap(BOOK, 'name="Rate_now"', 'name="Rate_now" localSheetId="7"')),
    ("name like a cell", swap(BOOK, 'name="Rate_now"', 'name="Q1"')),
    ("name like a cell", swap(BOOK, 'name="Rate_now"', 'name="R1C1"')),
    ("name like a cell", swap(BOOK, 'name="Rate_now"', 'name="c"')),
    ("sheet in a formula", swap(BOOK, r"Trades!\$A\$1<", "Gone!$A$1<")),
    ("styles", swap(STYLES, 'patternType="gray125"', 'patternType="solid"')),
    ("styles", swap(STYLES, "<cellStyles.*</cellStyles>", "")),
    ("styles", swap(STYLES, "<color [^>]*>", '<color rgb="12345"/>')),
    ("theme", swap(RELATIONS, '<Relationship Id="rId[0-9]+" Type="[^"]*/theme"[^>]*>', "")),
    ("count", swap(STYLES, '<fonts count="[0-9]+"', '<fonts count="9"')),
    ("count", swap(SHEET, '<mergeCells count="1"', '<mergeCells count="2"')),
    ("count", swap(METADATA, '<cellMetadata count="1"', '<cellMetadata count="2"')),
    ("number format", swap(STYLES, "&quot;EUR&quot;", "&quot;EUR")),
    ("number format", swap(STYLES, 'formatCode="', 'formatCode="0;0;0;0;')),
    ("number format", swap(STYLES, "(<dxf>.*formatCode=\")", r"\1[Mauve]")),
    ("style reference", swap(SHEET, '(<c r="A2" s=")[0-9]+', r"\g<1>99")),
    ("style reference", swap(SHEET, '(<col [^>]*style=")[0-9]+', r"\g<1>99")),
    ("style reference", swap(STYLES, '(<cellXfs.*?numFmtId=")164', r"\g<1>999")),
    ("style reference", swap(STYLES, '(<cellXfs.*?fontId=")0', r"\g<1>99")),
    ("style of a condition", swap(SHEET, 'dxfId="0"', 'dxfId="99"')),
    ("condition", swap(SHEET, 'priority="2"', 'priority="1"')),
    ("condition", swap(SHEET, 'type="cellIs"', 'type="colorScale"')),
    ("range", swap(SHEET, '<conditionalFormatting sqref="B1:B3"', '<conditionalFormatting sqref="B3:B1"')),
    ("range", swap(SHEET, '(<dataValidation [^>]*sqref=")A2', r"\1A0")),
    ("row order", swap(SHEET, '(<row r="1".*?</row>)(<row r="2".*?</row>)', r"\2\1")),
    ("cell order", swap(SHEET, '<c r="B1"', '<c r="A1"')),
    ("cell order", swap(SHEET, '<c r="B3"', '<c r="B4"')),
    ("shared text", swap(SHEET, '(<c r="A2"[^>]*><v>)[0-9]+', r"\g<1>99")),
    ("shared text", swap(TEXTS, "<si><t>long</t></si>", "")),
    ("cell value", swap(SHEET, "<v>12.5</v>", "<v>nan</v>")),
    ("cell value", swap(SHEET, '(<c r="C1"[^>]*t="b"><v>)1', r"\1TRUE")),
    ("cell value", swap(SHEET, '(<c r="B1")', r'\1 t="odd"')),
    ("cell value", swap(SHEET, '(<c r="B1")([^>]*><v>)12.5', r'\1 t="e"\2#ODD!')),
    ("long text", swap(TEXTS, "long", "x" * 32_768)),
    ("long formula", swap(SHEET, FORMULA, "+".join(["1"] * 4_100))),
    ("long text in a formula", swap(SHEET, FORMULA, f'"{"x" * 256}"')),
    ("formula", swap(SHEET, FORMULA, "=1")),
    ("formula", swap(SHEET, FORMULA, "SUM((1)")),
    ("formula", swap(SHEET, FORMULA, '"open')),
    ("formula", swap(SHEET, FORMULA, "ABS(" * 65 + "1" + ")" * 65)),
    ("formula", swap(SHEET, FORMULA, f"SUM({','.join(['1'] * 256)})")),
    ("function without its prefix", swap(SHEET, FORMULA, "LET(x,1,x)")),
    ("array", swap(SHEET, 'ref="A5:B6"', 'ref="A4:B6"')),
    ("array", swap(SHEET, '<c r="B6"([^>]*)>', r'<c r="B6"\1><f>1</f>')),
    ("merged cells", swap(SHEET, 'ref="D1:E2"', 'ref="D1"')),
    ("merged cells", swap(SHEET, '<mergeCells count="1">', '<mergeCells count="2"><mergeCell ref="E2:F3"/>')),
    ("merged cells in an array", swap(SHEET, 'ref="D1:E2"', 'ref="B6:C7"')),
    ("cell metadata", swap(SHEET, 'cm="1"', 'cm="2"')),
    ("cell metadata", swap(SHEET, '<c r="B1"', '<c r="B1" cm="1"')),
    ("cell metadata", swap(METADATA, '<rc t="1" v="0"', '<rc t="1" v="7"')),
    ("cell metadata", swap(METADATA, 'fDynamic="1"', 'fDynamic="0"')),
    ("long list", swap(SHEET, LIST, f'"{",".join(["free months"] * 25)}"')),
    ("long message", swap(SHEET, 'prompt="Choose."', f'prompt="{"x" * 256}"')),
    ("long heading", swap(SHEET, "&amp;LPage", f"&amp;L{'x' * 256}")),
    ("view", swap(SHEET, "<sheetView ", '<sheetView zoomScale="500" ')),
    ("columns", swap(SHEET, "(<cols>)(<col [^>]*>)", r"\1\2\2")),
]


def test_a_sound_workbook_breaks_no_rule(sound: dict[str, bytes]) -> None:
    assert broken_rules(_packed(sound)) == []


@pytest.mark.parametrize(("kind", "edit"), FAULTS, ids=[f"{place} {kind}" for place, (kind, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_found_and_nothing_else(sound: dict[str, bytes], kind: str, edit: Edit) -> None:
    parts = dict(sound)
    edit(parts)
    found = broken_rules(_packed(parts))
    assert found and {one.kind for one in found} == {kind}, found


def test_every_rule_has_a_planted_fault() -> None:
    source = "".join(path.read_text() for path in Path(__file__).parent.glob("*_rules.py") if path != Path(__file__))
    assert set(re.findall(r'Broken\(\s*"([^"]+)"', source)) == {kind for kind, _ in FAULTS}


@pytest.mark.parametrize(
    "code",
    ["General", "0.00%", '#,##0.00;[Red]-0.0;"–"', "yyyy-mm-dd", '0 "months"', "[$-409]d mmm", "[h]:mm", "_-* #,##0_-", "@"],
)
def test_number_formats_that_excel_reads_are_sound(code: str) -> None:
    assert list(number_format_faults(code)) == []
