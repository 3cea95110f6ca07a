"""What a sheet holds beside its cells: its protection, conditional formats, rules for entries, comments.

Read only where somebody asks for it: a valuation needs none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from counterask_templates.looks import Box

from .formulas import MOST_COLUMNS, MOST_ROWS, column_number
from .package import Package, local_name

FORMAT, ENTRY = "conditional format", "rule for entries"
_KINDS = {"conditionalFormatting": FORMAT, "dataValidation": ENTRY}
_WANTED = ("row", "sheetProtection", *_KINDS, "headerFooter", "extLst")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)
_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d+|&[A-Z]', re.IGNORECASE)
_FORMULAS = frozenset({"formula", "formula1", "formula2", "f"})
_YES = frozenset({"1", "true"})


@dataclass(frozen=True)
class Mark:
    """A conditional format or a rule for entries. boxes : where it holds. formulas : what it asks, as the file spells it."""

    kind: str
    boxes: tuple[Box, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class SheetMarks:
    """What stands beside the cells of one sheet. comments : the cell of each, with its text. headings : the words of page headers
    and footers, by whether they are one or the other."""

    is_protected: bool
    marks: tuple[Mark, ...]
    comments: tuple[tuple[str, str], ...]
    headings: tuple[tuple[str, str], ...] = ()


def read_marks(package: Package, part: str) -> SheetMarks:
    """The marks of a sheet's part. Raises UnreadableWorkbook."""
    is_protected = False
    marks: list[Mark] = []
    headings: list[tuple[str, str]] = []
    for item in package.elements(part, "worksheet", _WANTED):
        name = local_name(item)
        if name == "sheetProtection":
            is_protected = item.get("sheet") in _YES
        elif name in _KINDS:
            marks += _marks(item, item.get("sqref", ""))
        elif name == "headerFooter":
            headings += [(str(local_name(one))[-6:].lower(), words) for one in item if (words := _words(one.text or ""))]
        elif name == "extLst":
            for inner in item.iter():
                if local_name(inner) in _KINDS:
                    said = next((one.text or "" for one in inner if local_name(one) == "sqref"), "")
                    marks += _marks(inner, said)
    return SheetMarks(is_protected, tuple(marks), tuple(_comments(package, part)), tuple(headings))


def _marks(item: etree._Element, ranges: str) -> Iterator[Mark]:
    """One mark for each rule of a conditional format, one for a rule for entries."""
    kind = _KINDS[local_name(item)]
    boxes = tuple(boxes_of(ranges))
    rules = [one for one in item if local_name(one) == "cfRule"] if kind == FORMAT else [item]
    for rule in rules:
        formulas = tuple((one.text or "") for one in rule.iter() if local_name(one) in _FORMULAS and not len(one))
        yield Mark(kind, boxes, formulas)


def boxes_of(ranges: str) -> Iterator[Box]:
    """The areas of a list of ranges (`A1:C9 E4`); what is no range is left out."""
    for word in ranges.split():
        found = _AREA.fullmatch(word)
        if found is None:
            continue
        left, top = column_number(found[1].upper()), int(found[2])
        right, bottom = column_number((found[3] or found[1]).upper()), int(found[4] or found[2])
        box = (min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        if box[2] <= MOST_ROWS and box[3] <= MOST_COLUMNS:
            yield box


def _words(heading: str) -> str:
    """The words of a page header, without fonts, sizes, colours and what the program fills in."""
    return " ".join(_CODES.sub(" ", heading.replace("&&", "\0")).replace("\0", "&").split())


def _comments(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """The comments of a sheet, notes and threads alike, each once for its cell."""
    seen: set[str] = set()
    for relation in package.relations(part).values():
        if relation.is_external or relation.kind not in ("comments", "threadedComment") or not package.has(relation.target):
            continue
        for item in package.xml(relation.target).iter():
            if local_name(item) in ("comment", "threadedComment") and (cell := item.get("ref", "")) not in seen:
                seen.add(cell)
                yield cell, " ".join("".join(str(text) for text in item.itertext()).split())
