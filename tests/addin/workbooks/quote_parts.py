"""A quote's package taken apart for edits that no library makes: any cell by its address, names, sheets, whole parts.

`small_quote` is the staffing example with its input sheets alone, so that a file of each kind of workbook stays small.
"""

from __future__ import annotations

import re
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import ASSUMED, HISTORY, LIMITS, QUOTE, TRADES
from counterask_templates.manager_layout import PRICE_BOOK

from ..check.package_edits import REL, Parts, tag

INPUT_SHEETS = (QUOTE, TRADES, LIMITS, ASSUMED, PRICE_BOOK, HISTORY)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class QuoteParts(Parts):
    """The parts of a quote. Cells that are not there are made."""

    def find_cell(self, sheet: str, address: str) -> Any:
        """The element of a cell, made where there is none."""
        letters, number = re.fullmatch(r"([A-Z]+)([0-9]+)", address).groups()  # type: ignore[union-attr]
        data = self.sheet(sheet).find(tag("sheetData"))
        row = _in_order(data, "row", number, int(number), lambda text: int(text))
        return _in_order(row, "c", address, (len(letters), letters), lambda text: _column(re.sub(r"[0-9]", "", text)))

    def put(self, sheet: str, address: str, value: object, kind: str = "") -> None:
        """A value into a cell: a number, a text, or what is stored for a kind of cell ("e", "d", "b")."""
        cell = self.find_cell(sheet, address)
        for item in list(cell):
            cell.remove(item)
        cell.attrib.pop("t", None)
        if kind:
            cell.set("t", kind)
            etree.SubElement(cell, tag("v")).text = str(value)
        elif isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
            text.text = value
            text.set(_SPACE, "preserve")
        elif value is not None:
            etree.SubElement(cell, tag("v")).text = repr(value)

    def put_formula(self, sheet: str, address: str, formula: str) -> None:
        """A formula without a value."""
        cell = self.find_cell(sheet, address)
        for item in list(cell):
            cell.remove(item)
        cell.attrib.pop("t", None)
        etree.SubElement(cell, tag("f")).text = formula

    def value(self, sheet: str, address: str) -> object:
        """What a cell holds: a number, a text, or None."""
        cell = self.find_cell(sheet, address)
        stored = cell.find(tag("v"))
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        if stored is None or cell.get("t") == "s":
            return None if stored is None else self.strings[int(stored.text)]
        return stored.text if cell.get("t") else float(stored.text)

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        return ["".join(item.itertext()) for item in self.tree("xl/sharedStrings.xml")]

    def inline_strings(self) -> None:
        """Every text in its own cell, and no shared strings."""
        for sheet in [item.get("name") for item in self.book.iter(tag("sheet"))]:
            for cell in self.sheet(sheet).iter(tag("c")):
                if cell.get("t") == "s":
                    words = self.strings[int(cell[0].text)]
                    cell.remove(cell[0])
                    cell.set("t", "inlineStr")
                    text = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
                    text.text = words
                    text.set(_SPACE, "preserve")
        self.remove_part("xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels")

    def remove_part(self, part: str, relations: str) -> None:
        """A part with its type and its relation."""
        self.parts.pop(part, None)
        self.trees.pop(part, None)
        name = part.rpartition("/")[2]
        for tree in (self.tree("[Content_Types].xml"), self.tree(relations)):
            for item in list(tree):
                if (item.get("PartName") or item.get("Target") or "").endswith(f"/{name}") or item.get("Target") == name:
                    tree.remove(item)

    def remove_names(self, keep: bool = False) -> None:
        """Every defined name, or (keep) those alone that refer to a sheet that is gone."""
        listed = {item.get("name") for item in self.book.iter(tag("sheet"))}
        for group in list(self.book.iter(tag("definedNames"))):
            for item in list(group):
                sheets = {one.strip("'") for one in re.findall(r"('[^']+'|[A-Za-z]+)!", item.text or "")}
                if not keep or not sheets <= listed or item.get("localSheetId"):
                    group.remove(item)
            if not len(group):
                self.book.remove(group)

    def content(self) -> dict[str, bytes]:
        """The parts as they will be written."""
        for name, tree in self.trees.items():
            self.parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.trees.clear()
        return self.parts


def _column(letters: str) -> tuple[int, str]:
    return len(letters), letters


def _in_order(parent: Any, name: str, own: str, key: Any, key_of: Any) -> Any:
    """The child of that name and number, made in its place where there is none."""
    for place, item in enumerate(parent):
        if item.get("r") == own:
            return item
        if key_of(item.get("r")) > key:
            parent.insert(place, made := etree.Element(tag(name), r=own))
            return made
    return etree.SubElement(parent, tag(name), r=own)


def small_quote(folder: Path) -> Path:
    """The staffing example with its input sheets alone: no formulas, no drawings, texts in their cells."""
    whole = folder / "whole.xlsx"
    whole.write_bytes(draw_quote(load_example("staffing")))
    parts = QuoteParts(whole)
    sheets = next(parts.book.iter(tag("sheets")))
    for item in list(sheets):
        if item.get("name") not in INPUT_SHEETS:
            part = parts.part_of(item.get("name"))
            parts.remove_part(part, "xl/_rels/workbook.xml.rels")
            parts.parts.pop(part.replace("worksheets/", "worksheets/_rels/") + ".rels", None)
            sheets.remove(item)
    parts.remove_names(keep=True)
    for sheet in INPUT_SHEETS:
        tree = parts.sheet(sheet)
        for item in list(tree):
            if etree.QName(item).localname in ("conditionalFormatting", "dataValidations", "drawing", "legacyDrawing"):
                tree.remove(item)
        for row in tree.iter(tag("row")):
            for cell in list(row):
                if cell.find(tag("v")) is None or cell.find(tag("f")) is not None:
                    row.remove(cell)
    for part in [name for name in parts.parts if name.startswith(("xl/charts", "xl/drawings"))]:
        parts.remove_part(part, "xl/_rels/workbook.xml.rels")
    parts.inline_strings()
    for view in parts.book.iter(tag("workbookView")):
        view.set("activeTab", "0")
        view.attrib.pop("firstSheet", None)
    small = folder / "unedited.xlsx"
    write_zip(small, parts.content())
    return small


def write_zip(target: Path, parts: dict[str, bytes]) -> None:
    """A package of those parts, the same bytes on every day."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)


__all__ = ["INPUT_SHEETS", "REL", "QuoteParts", "small_quote", "tag", "write_zip"]
