"""A workbook file as the rules see it: its parts, their XML and their relationships, and how a broken rule is reported."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

Box = tuple[int, int, int, int]
"""Top, left, bottom and right of a range, counted from 1."""


@dataclass(frozen=True)
class Broken:
    """One rule that a file breaks. kind : which rule, in two or three words; where : part and place; words : what was found."""

    kind: str
    where: str
    words: str


@dataclass
class Book:
    """A workbook file, taken apart."""

    names: list[str]
    parts: dict[str, bytes]
    trees: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> Book:
        """The workbook in the bytes of a file."""
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return cls(package.namelist(), {name: package.read(name) for name in package.namelist()})

    def xml(self, part: str) -> Any:
        """The root element of a part. Raises lxml's error where it is not XML, KeyError where there is no such part."""
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part], etree.XMLParser(resolve_entities=False, no_network=True))
        return self.trees[part]

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """The relationships of a part by id: the last word of the type, the target, and whether it lies outside."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return {}
        found = {}
        for item in self.xml(rels).iter(f"{_PACKAGE}Relationship"):
            outside, target = item.get("TargetMode") == "External", item.get("Target")
            if not outside:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[item.get("Id")] = item.get("Type").rpartition("/")[2], target, outside
        return found

    def related(self, part: str, kind: str) -> str | None:
        """The part of a kind that belongs to another, or None."""
        return next((target for one, target, _ in self.relations(part).values() if one == kind), None)

    @property
    def main(self) -> str:
        """The part of the workbook itself."""
        return self.related("", "officeDocument") or "xl/workbook.xml"

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Name and part of each sheet, in order."""
        relations = self.relations(self.main)
        for sheet in self.xml(self.main).iter(f"{MAIN}sheet"):
            _, target, _ = relations.get(sheet.get(f"{OFFICE}id"), ("", "", False))
            if target in self.parts:
                yield sheet.get("name"), target


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def cell_place(address: str) -> tuple[int, int] | None:
    """Row and column of an address such as B7, or None where there is no such cell."""
    found = _CELL.fullmatch(address)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, column) if row <= MOST_ROWS and column <= MOST_COLUMNS else None


def box_of(reference: str) -> Box | None:
    """A range such as B7 or B7:D9, or None where there is no such range."""
    first, _, last = reference.partition(":")
    start, end = cell_place(first), cell_place(last or first)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return (*start, *end)


def overlap(one: Box, other: Box) -> bool:
    """Whether two ranges have a cell in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def out_of_order(elements: list[Any], order: str) -> str:
    """The first element that stands where the schema does not let it, or ""; `order` holds all names in their order."""
    places = {name: place for place, name in enumerate(order.split())}
    last = -1
    for element in elements:
        name = local(element)
        if not name:
            continue
        if name not in places:
            return f"<{name}> is unknown here"
        if places[name] < last:
            return f"<{name}> comes too late"
        last = places[name]
    return ""
