"""A workbook's package taken apart, so that a fault can be planted in it whoever saved it: parts, sheets by name, cells."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES, _RELS = (f"http://schemas.openxmlformats.org/package/2006/{name}" for name in ("content-types", "relationships"))


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Parts:
    """The parts of a workbook, to be changed and written again."""

    def __init__(self, source: Path) -> None:
        with zipfile.ZipFile(source) as package:
            self.parts: dict[str, bytes] = {name: package.read(name) for name in package.namelist()}
        self.trees: dict[str, Any] = {}

    def write(self, target: Path) -> Path:
        for name, tree in self.trees.items():
            self.parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in self.parts.items():
                package.writestr(name, content)
        return target

    def tree(self, part: str) -> Any:
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part])
        return self.trees[part]

    @property
    def book(self) -> Any:
        return self.tree("xl/workbook.xml")

    def part_of(self, sheet: str) -> str:
        """The part of the sheet of that name."""
        own = next(item for item in self.book.iter(tag("sheet")) if item.get("name") == sheet)
        relations = self.tree("xl/_rels/workbook.xml.rels")
        target = next(item.get("Target") for item in relations if item.get("Id") == own.get(f"{{{REL}}}id"))
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(self, name: str) -> Any:
        return self.tree(self.part_of(name))

    def row(self, sheet: str, number: int) -> Any:
        data = self.sheet(sheet).find(tag("sheetData"))
        for row in data:
            if int(row.get("r")) == number:
                return row
            if int(row.get("r")) > number:
                break
        raise AssertionError(f"{sheet} has no row {number}")

    def cell(self, sheet: str, address: str) -> Any:
        """The element of a cell that is there."""
        row = self.row(sheet, int(re.sub(r"\D", "", address)))
        return next(item for item in row if item.get("r") == address)

    def set_value(self, cell: Any, value: float | str) -> None:
        """A value as the cell's own, or as what its formula last said."""
        for item in list(cell):
            if item.tag in (tag("v"), tag("is")):
                cell.remove(item)
        cell.attrib.pop("t", None)
        if isinstance(value, str):
            cell.set("t", "str")
        etree.SubElement(cell, tag("v")).text = value if isinstance(value, str) else repr(float(value))

    def type_over(self, sheet: str, address: str, value: float | str) -> None:
        """A value in the place of a formula."""
        cell = self.cell(sheet, address)
        for item in list(cell):
            cell.remove(item)
        cell.attrib.pop("cm", None)
        self.set_value(cell, value)

    def add_part(self, name: str, content: bytes, content_type: str, owner: str, kind: str) -> None:
        """A further part, with its type and a relation from its owner."""
        self.parts[name] = content
        types = self.tree("[Content_Types].xml")
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
        folder, _, file = owner.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        if relations not in self.parts:
            self.parts[relations] = f'<Relationships xmlns="{_RELS}"/>'.encode()
        etree.SubElement(
            self.tree(relations),
            f"{{{_RELS}}}Relationship",
            Id=f"rIdPlanted{len(self.parts)}",
            Type=f"{REL}/{kind}",
            Target=f"/{name}",
        )

    def restyle(self, cell: Any, *, code: str = "", white: bool = False) -> None:
        """A cell with a number format of its own, or with white letters on white ground."""
        styles = self.tree("xl/styles.xml")
        forms = styles.find(tag("cellXfs"))
        form = etree.fromstring(etree.tostring(forms[int(cell.get("s", "0"))]))
        if code:
            formats = styles.find(tag("numFmts"))
            if formats is None:
                formats = etree.Element(tag("numFmts"))
                styles.insert(0, formats)
            etree.SubElement(formats, tag("numFmt"), numFmtId="987", formatCode=code)
            formats.set("count", str(len(formats)))
            form.set("numFmtId", "987")
        if white:
            fonts, fills = styles.find(tag("fonts")), styles.find(tag("fills"))
            font = etree.SubElement(fonts, tag("font"))
            etree.SubElement(font, tag("color"), rgb="FFFFFFFF")
            fonts.set("count", str(len(fonts)))
            form.set("fontId", str(len(fonts) - 1))
            form.set("fillId", "0")
            assert len(fills)
        forms.append(form)
        forms.set("count", str(len(forms)))
        cell.set("s", str(len(forms) - 1))
