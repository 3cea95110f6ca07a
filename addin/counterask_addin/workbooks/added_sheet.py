"""A hidden sheet with a named table, added to a workbook that was made before the template had it. All other sheets stay as they
were."""

from __future__ import annotations

import io
from pathlib import Path

from lxml import etree

from counterask.reading.cells import letters
from counterask_templates.specs import TableSpec, area

from .errors import CannotWrite
from .package import MAIN_NAMESPACES, Package, local_name
from .patch import put_styles
from .repack import Repack
from .styles import StylesPart
from .workbook_part import listed_sheets, one_part

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_WHOLE_NUMBER = "3"
"""The built-in number format 1,234."""
_BEFORE_NAMES = frozenset({"fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"})
_BEFORE_NAMES |= {"functionGroups", "externalReferences"}


def with_table(path: Path, content: bytes, spec: TableSpec, words: tuple[str, ...], row_height: float) -> bytes:
    """The workbook with a further hidden sheet for a table: its headers, what is said above them, and its name.

    path : how messages name the workbook. words : a row each, from the first. row_height : of the table's
    rows, in points. Raises UnreadableWorkbook, and CannotWrite where
    the workbook has a sheet of that name already.
    """
    with Package(path, io.BytesIO(content)) as package:
        main = package.workbook_part()
        repack = Repack(package)
        tree = repack.change(main)
        listed = listed_sheets(package, tree, package.relations(main))
        if any(sheet.name.lower() == spec.sheet.lower() for sheet in listed):
            raise CannotWrite(
                f'{path.name}: has a sheet "{spec.sheet}" without our table. Rename that sheet and run the command again.'
            )
        namespace = etree.QName(tree).namespace or ""
        office = _OFFICE[namespace == MAIN_NAMESPACES[1]]
        styles_part = one_part(package, package.relations(main), "styles")
        styles = StylesPart.of(package, styles_part)
        sheet = _sheet(namespace, spec, words, row_height, styles)
        put_styles(package, repack, styles, styles_part)
        folder = main.rpartition("/")[0]
        home = f"{folder}/worksheets".lstrip("/")
        part = next(name for number in range(1, 10_000) if not package.has(name := f"{home}/sheet{number}.xml"))
        identity = repack.add(part, sheet, main, f"{office}/worksheet", _SHEET_TYPE)
        sheets = next(item for item in tree if local_name(item) == "sheets")
        number = 1 + max(int(sheet.number) for sheet in listed if sheet.number.isdigit())
        entry = etree.SubElement(sheets, f"{{{namespace}}}sheet", name=spec.sheet, sheetId=str(number), state="hidden")
        entry.set(f"{{{office}}}id", identity)
        _define(tree, namespace, spec)
        target = io.BytesIO()
        repack.write(target)
        return target.getvalue()


def _sheet(namespace: str, spec: TableSpec, words: tuple[str, ...], row_height: float, styles: StylesPart) -> etree._Element:
    """The XML of the sheet: its texts, and rows for the table that show text in several lines."""

    def put(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)

    def cell(row: etree._Element, address: str, text: str, style: str = "0") -> None:
        put(put(put(row, "c", r=address, s=style, t="inlineStr"), "is"), "t").text = text

    sheet = etree.Element(f"{{{namespace}}}worksheet", nsmap={None: namespace})
    put(sheet, "dimension", ref=area(1, 1, spec.top, spec.right).replace("$", ""))
    put(put(sheet, "sheetViews"), "sheetView", workbookViewId="0")
    put(sheet, "sheetFormatPr", defaultRowHeight="15")
    columns = put(sheet, "cols")
    for place, column in zip(spec.at, spec.columns, strict=True):
        style = styles.wrapped(_WHOLE_NUMBER if column.kind == "whole_money" else "0")
        put(columns, "col", min=str(place), max=str(place), width=f"{column.width:g}", style=style, customWidth="1")
    data = put(sheet, "sheetData")
    for number, text in enumerate(words, 1):
        cell(put(data, "row", r=str(number)), f"A{number}", text)
    header, bold = put(data, "row", r=str(spec.top)), styles.wrapped("0", is_bold=True)
    for place, column in zip(spec.at, spec.columns, strict=True):
        cell(header, f"{letters(place)}{spec.top}", column.header, bold)
    for number in range(spec.first, spec.bottom + 1):  # a row does not grow when it is written
        put(data, "row", r=str(number), ht=f"{row_height:g}", customHeight="1")
    return sheet


def _define(tree: etree._Element, namespace: str, spec: TableSpec) -> None:
    """The name of the table; one that is there and leads nowhere is taken over."""
    names = next((item for item in tree if local_name(item) == "definedNames"), None)
    if names is None:
        names = etree.Element(f"{{{namespace}}}definedNames")
        after = [item for item in tree if local_name(item) in _BEFORE_NAMES]
        after[-1].addnext(names)
    for item in list(names):
        if item.get("name", "").lower() == spec.name.lower() and item.get("localSheetId") is None:
            names.remove(item)
    made = etree.SubElement(names, f"{{{namespace}}}definedName", name=spec.name)
    made.text = area(spec.top, spec.left, spec.bottom, spec.right, spec.sheet)
