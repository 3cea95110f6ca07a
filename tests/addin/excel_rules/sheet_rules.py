"""Rules for a sheet: the order of its elements, its cells and formulas, merged cells, arrays, and lists of choices."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .book import MAIN, MOST_COLUMNS, MOST_ROWS, Book, Box, Broken, box_of, cell_place, local, out_of_order, overlap
from .formula_rules import formula_faults

_ORDER = """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks
printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing
legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"""
_CELL_ORDER = "f v is extLst"
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!"}
    | {"#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!"}
)
LONGEST_LIST, LONGEST_CELL, LONGEST_HEADING = 255, 32_767, 255
_FORMULAS_OF_RULE = {"expression": (1, 1), "cellIs": (1, 2), "dataBar": (0, 0), "colorScale": (0, 0), "iconSet": (0, 0)}


@dataclass(frozen=True)
class Known:
    """What the cells of a workbook may refer to: how many of each there are."""

    formats: int
    differences: int
    texts: int
    cell_metadata: int

    @classmethod
    def of(cls, book: Book) -> Known:
        """Counted in the workbook's styles, shared texts and metadata."""

        def count(kind: str, path: str) -> int:
            part = book.related(book.main, kind)
            return len(book.xml(part).findall(path)) if part in book.parts else 0

        return cls(
            count("styles", f"{MAIN}cellXfs/{MAIN}xf"),
            count("styles", f"{MAIN}dxfs/{MAIN}dxf"),
            count("sharedStrings", f"{MAIN}si"),
            count("sheetMetadata", f"{MAIN}cellMetadata/{MAIN}bk"),
        )


def sheet_rules(book: Book) -> Iterator[Broken]:
    """What is wrong with the sheets, and with the texts and the metadata that they share."""
    known = Known.of(book)
    for name, part in book.sheets():
        tree = book.xml(part)
        if local(tree) != "worksheet":
            continue
        for one in (*_cells(tree, known), *_around(tree, known)):
            yield Broken(one.kind, f"{name} {one.where}".strip(), one.words)
    yield from _metadata(book)
    texts = book.related(book.main, "sharedStrings")
    if texts in book.parts:
        for place, item in enumerate(book.xml(texts)):
            if local(item) == "si" and len("".join(item.itertext())) > LONGEST_CELL:
                yield Broken("long text", texts, f"text {place} is longer than a cell holds")


def _cells(tree: Any, known: Known) -> Iterator[Broken]:
    if wrong := out_of_order(list(tree), _ORDER):
        yield Broken("element order", "", wrong)
    above = 0
    arrays: list[Box] = []
    formulas: list[tuple[int, int]] = []
    for row in tree.iter(f"{MAIN}row"):
        number = int(row.get("r", above + 1))
        if not above < number <= MOST_ROWS:
            yield Broken("row order", f"row {number}", f"it comes after row {above}")
        above, left = number, 0
        if row.get("s") is not None and int(row.get("s")) >= known.formats:
            yield Broken("style reference", f"row {number}", f"format {row.get('s')} is not there")
        for cell in row:
            address = cell.get("r", "")
            place = cell_place(address)
            if place is None or place[0] != number or place[1] <= left:
                yield Broken("cell order", address or f"row {number}", "its address does not follow from the cell before it")
                continue
            left = place[1]
            for one in _cell(cell, known):
                yield Broken(one.kind, address, one.words)
            formula = cell.find(f"{MAIN}f")
            if formula is None:
                continue
            formulas.append(place)
            if formula.get("t") == "array":
                box = box_of(formula.get("ref", ""))
                if box is None or box[:2] != place:
                    yield Broken("array", address, f"the array fills {formula.get('ref')}")
                else:
                    arrays.append(box)
    yield from _arrays(tree, arrays, formulas)


def _cell(cell: Any, known: Known) -> Iterator[Broken]:
    if wrong := out_of_order(list(cell), _CELL_ORDER):
        yield Broken("element order", "", wrong)
    if int(cell.get("s", 0)) >= known.formats:
        yield Broken("style reference", "", f"format {cell.get('s')} is not there")
    formula, value, kind = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v"), cell.get("t", "n")
    if (meta := cell.get("cm")) is not None:
        if not 1 <= int(meta) <= known.cell_metadata:
            yield Broken("cell metadata", "", f"cm {meta} is not there")
        if formula is None or formula.get("t") != "array":
            yield Broken("cell metadata", "", "a dynamic array without its formula")
    if formula is not None:
        if kind == "s":
            yield Broken("cell value", "", "a formula whose result is a shared text")
        yield from formula_faults(formula.text or "")
    if kind == "inlineStr":
        if cell.find(f"{MAIN}is") is None:
            yield Broken("cell value", "", "it has no text")
        return
    if value is None:
        return
    written = value.text or ""
    if kind == "s" and not (written.isdecimal() and int(written) < known.texts):
        yield Broken("shared text", "", f"text {written} is not there")
    elif kind == "b" and written not in ("0", "1"):
        yield Broken("cell value", "", f"{written} is neither true nor false")
    elif kind == "e" and written not in _ERRORS:
        yield Broken("cell value", "", f"{written} is no error of Excel's")
    elif kind == "n" and written and not _is_number(written):
        yield Broken("cell value", "", f"{written} is no number")
    elif kind not in ("s", "b", "e", "n", "str", "d"):
        yield Broken("cell value", "", f"{kind} is no kind of value")
    elif kind == "str" and len(written) > LONGEST_CELL:
        yield Broken("long text", "", f"{len(written):,} characters")


def _is_number(written: str) -> bool:
    try:
        return math.isfinite(float(written)) and "_" not in written and written.strip() == written
    except ValueError:
        return False


def _arrays(tree: Any, arrays: Sequence[Box], formulas: Sequence[tuple[int, int]]) -> Iterator[Broken]:
    """Arrays that meet each other, another formula or merged cells, and merged cells that meet."""
    merged = []
    for item in tree.iter(f"{MAIN}mergeCell"):
        box = box_of(item.get("ref", ""))
        if box is None or box[:2] == box[2:]:
            yield Broken("merged cells", item.get("ref", ""), "these are not two cells or more")
        else:
            merged.append(box)
    for one, other in combinations(sorted(merged), 2):
        if overlap(one, other):
            yield Broken("merged cells", str(one), f"they overlap with {other}")
    for number, one in enumerate(arrays):
        for other in arrays[number + 1 :]:
            if overlap(one, other):
                yield Broken("array", str(one), f"it overlaps with {other}")
        for box in merged:
            if overlap(one, box):
                yield Broken("merged cells in an array", str(one), f"{box} are merged: a spilled result cannot be shown there")
        for place in formulas:
            if place != one[:2] and overlap(one, (*place, *place)):
                yield Broken("array", str(one), f"another formula is in {place}")


def _around(tree: Any, known: Known) -> Iterator[Broken]:
    for group in tree:
        if group.get("count") not in (None, str(len(group))) and local(group) != "pageSetup":
            yield Broken("count", local(group), f"it says {group.get('count')} and holds {len(group)}")
    yield from _columns(tree, known)
    for item in tree.iter(f"{MAIN}dataValidation"):
        yield from _choices(item)
    priorities = []
    for item in tree.iter(f"{MAIN}conditionalFormatting"):
        where = item.get("sqref", "")
        if not where or any(box_of(one) is None for one in where.split()):
            yield Broken("range", where, "these are no ranges for a conditional format")
        for rule in item.findall(f"{MAIN}cfRule"):
            priorities.append(rule.get("priority"))
            if rule.get("dxfId") is not None and int(rule.get("dxfId")) >= known.differences:
                yield Broken("style of a condition", where, f"dxf {rule.get('dxfId')} is not there")
            formulas = rule.findall(f"{MAIN}formula")
            least, most = _FORMULAS_OF_RULE.get(rule.get("type"), (0, 3))
            if not least <= len(formulas) <= most:
                yield Broken("condition", where, f"{len(formulas)} formulas for {rule.get('type')}")
            for formula in formulas:
                for one in formula_faults(formula.text or ""):
                    yield Broken(one.kind, where, one.words)
    if len(set(priorities)) != len(priorities) or not all(one and int(one) > 0 for one in priorities):
        yield Broken("condition", "", "two conditional formats have the same priority, or one has none")
    for item in tree.iter(f"{MAIN}oddHeader", f"{MAIN}oddFooter", f"{MAIN}evenHeader", f"{MAIN}evenFooter"):
        if len(item.text or "") > LONGEST_HEADING:
            yield Broken("long heading", local(item), f"{len(item.text)} characters")
    for view in tree.iter(f"{MAIN}sheetView"):
        if not 10 <= int(view.get("zoomScale", 100)) <= 400:
            yield Broken("view", "", f"a zoom of {view.get('zoomScale')}")
        for pane in view.iter(f"{MAIN}pane"):
            if box_of(pane.get("topLeftCell", "A1")) is None:
                yield Broken("view", "", "the frozen part begins at no cell")
        for chosen in view.iter(f"{MAIN}selection"):
            if any(box_of(one) is None for one in chosen.get("sqref", "A1").split()):
                yield Broken("view", "", f"{chosen.get('sqref')} is selected")


def _columns(tree: Any, known: Known) -> Iterator[Broken]:
    last = 0
    for item in tree.iter(f"{MAIN}col"):
        first, end = int(item.get("min")), int(item.get("max"))
        if not last < first <= end <= MOST_COLUMNS:
            yield Broken("columns", f"columns {first} to {end}", f"they come after column {last}")
        last = end
        if int(item.get("style", 0)) >= known.formats:
            yield Broken("style reference", f"columns {first} to {end}", f"format {item.get('style')} is not there")


def _choices(item: Any) -> Iterator[Broken]:
    where = item.get("sqref", "")
    if not where or any(box_of(one) is None for one in where.split()):
        yield Broken("range", where, "these are no ranges for a rule for entries")
    for name in ("formula1", "formula2"):
        formula = item.find(f"{MAIN}{name}")
        if formula is None:
            continue
        text = formula.text or ""
        if item.get("type") == "list" and text.startswith('"') and len(text.strip('"')) > LONGEST_LIST:
            yield Broken("long list", where, f"{len(text) - 2} characters of choices; Excel takes {LONGEST_LIST}")
        elif not (item.get("type") == "list" and text.startswith('"')):
            for one in formula_faults(text):
                yield Broken(one.kind, where, one.words)
    for name, most in (("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 255)):
        if len(item.get(name, "")) > most:
            yield Broken("long message", where, f"{name} has {len(item.get(name))} characters; Excel takes {most}")


def _metadata(book: Book) -> Iterator[Broken]:
    """The metadata that marks dynamic arrays: what a cell refers to must lead on to a property that exists."""
    part = book.related(book.main, "sheetMetadata")
    if part not in book.parts:
        return
    tree = book.xml(part)
    kinds = tree.findall(f"{MAIN}metadataTypes/{MAIN}metadataType")
    futures = {one.get("name"): len(one.findall(f"{MAIN}bk")) for one in tree.findall(f"{MAIN}futureMetadata")}
    for group in tree:
        if group.get("count") not in (None, str(len(group))):
            yield Broken("count", part, f"{local(group)} says {group.get('count')} and holds {len(group)}")
    for record in tree.findall(f"{MAIN}cellMetadata/{MAIN}bk/{MAIN}rc"):
        kind, place = int(record.get("t")), int(record.get("v"))
        if not 1 <= kind <= len(kinds) or place >= futures.get(kinds[kind - 1].get("name"), 0):
            yield Broken("cell metadata", part, f"type {kind}, value {place} is not there")
    if not re.search(rb"dynamicArrayProperties[^>]*fDynamic=\"1\"", book.parts[part]):
        yield Broken("cell metadata", part, "it says of no array that it is dynamic")
