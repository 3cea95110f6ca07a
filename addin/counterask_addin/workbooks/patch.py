"""Values and highlights put into a workbook, every other part of the package copied as it is, compressed bytes and all.

No library that loads and saves workbooks keeps all that a person's workbook may hold (code, slicers, dynamic arrays, rich text),
so the sheet's own XML is edited and nothing else. Formulas stay; their cached values are replaced.
"""

from __future__ import annotations

import copy
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ..errors import CannotRun
from .atomic import write_atomically
from .grid import cell_name
from .package import Package
from .read_cells import column_number

_LETTERS = re.compile(r"[A-Z]+")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class CellEdit:
    """What becomes of one cell: its value ("" blanks it) and its highlight.

    highlight : a fill as ARGB ("FFFFC7CE"), "" to take such a fill away again, None to leave the look as it is.
    """

    value: float | str | bool
    highlight: str | None = None


Edits = Mapping[str, Mapping[tuple[int, int], CellEdit]]
"""Sheet name -> (row, column) from 1 -> edit."""


def patch_workbook(source: Path, target: Path, edits: Edits, *, overwrite: bool = False) -> None:
    """Write a copy of `source` with the edits to `target`, whole or not at all.

    Raises UnreadableWorkbook for the source, CannotRun where the target is the source or cannot be written.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise CannotRun(f"{target}: is the quote itself, which is never changed. Choose another name with -o.")
    with Package(source) as package:
        changed = _changed_parts(package, edits)
        write_atomically(target, lambda file: _write(package, changed, file), overwrite=overwrite)


def _changed_parts(package: Package, edits: Edits) -> dict[str, bytes]:
    main = package.workbook_part()
    relations = package.relations(main)
    tree = package.xml(main)
    parts = {}
    for item in tree.iter("{*}sheet"):
        target = next((relations[value].target for value in item.attrib.values() if value in relations), None)
        if target is not None:
            parts[item.get("name", "")] = target
    styles_part = next(
        (one.target for one in relations.values() if one.kind == "styles" and package.has(one.target)), None
    )
    styles = _Styles(package.xml(styles_part) if styles_part else None)
    changed = {}
    for sheet, cells in edits.items():
        if cells:
            changed[parts[sheet]] = _edited_sheet(package.xml(parts[sheet]), cells, styles)
    if styles.is_changed and styles_part and styles.tree is not None:
        changed[styles_part] = _bytes(styles.tree)
    return changed


def _bytes(tree: etree._Element) -> bytes:
    return etree.tostring(tree.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


class _Styles:
    """The styles part: makes highlighted twins of cell formats, each once."""

    def __init__(self, tree: etree._Element | None) -> None:
        self.tree, self.is_changed = tree, False
        self._made: dict[tuple[str, str], str] = {}
        self._fills: dict[str, str] = {}

    def with_fill(self, style: str, colour: str) -> str:
        """The number of the format that is `style` with a solid fill, or without one where `colour` is ""."""
        if self.tree is None:
            return style
        formats = self.tree.find("{*}cellXfs")
        if formats is None or not style.isdigit() or int(style) >= len(formats):
            return style
        own = formats[int(style)].get("fillId", "0")
        if not colour and own not in self._highlights():
            return style
        if (style, colour) not in self._made:
            fill = self._fill(colour) if colour else "0"
            if own == fill:
                return style
            twin = copy.deepcopy(formats[int(style)])
            twin.set("fillId", fill)
            twin.set("applyFill", "1")
            formats.append(twin)
            formats.set("count", str(len(formats)))
            self._made[style, colour] = str(len(formats) - 1)
            self.is_changed = True
        return self._made[style, colour]

    def _highlights(self) -> set[str]:
        """The fills of this workbook that are highlights of ours."""
        fills = self.tree.find("{*}fills") if self.tree is not None else None
        found = set()
        for number, fill in enumerate(fills if fills is not None else ()):
            if any(colour.get("rgb") in HIGHLIGHTS for colour in fill.iter("{*}fgColor")):
                found.add(str(number))
        return found

    def _fill(self, colour: str) -> str:
        assert self.tree is not None
        fills = self.tree.find("{*}fills")
        if fills is None:
            return "0"
        for number, fill in enumerate(fills):
            pattern = fill.find("{*}patternFill")
            front = pattern.find("{*}fgColor") if pattern is not None else None
            if front is not None and front.get("rgb") == colour and pattern.get("patternType") == "solid":
                return str(number)
        namespace = etree.QName(fills).namespace
        fill = etree.SubElement(fills, f"{{{namespace}}}fill")
        pattern = etree.SubElement(fill, f"{{{namespace}}}patternFill", patternType="solid")
        etree.SubElement(pattern, f"{{{namespace}}}fgColor", rgb=colour)
        etree.SubElement(pattern, f"{{{namespace}}}bgColor", indexed="64")
        fills.set("count", str(len(fills)))
        return str(len(fills) - 1)


UNBALANCED_FILL = "FFFFC7CE"
HIGHLIGHTS = frozenset({UNBALANCED_FILL})


def _edited_sheet(tree: etree._Element, cells: Mapping[tuple[int, int], CellEdit], styles: _Styles) -> bytes:
    namespace = etree.QName(tree).namespace
    data = tree.find("{*}sheetData")
    if data is None:
        raise ValueError("a sheet without data")
    by_row: dict[int, dict[int, CellEdit]] = {}
    for (row, column), edit in cells.items():
        by_row.setdefault(row, {})[column] = edit
    rows = {int(row.get("r", number)): row for number, row in enumerate(data, 1) if isinstance(row.tag, str)}
    for number in sorted(by_row):
        row = rows.get(number)
        if row is None:
            row = etree.Element(f"{{{namespace}}}row", r=str(number))
            data.insert(sum(1 for other in rows if other < number), row)
            rows[number] = row
        _edit_row(row, number, by_row[number], namespace or "", styles)
    _extend_dimension(tree, cells)
    return _bytes(tree)


def _edit_row(row: etree._Element, number: int, edits: Mapping[int, CellEdit], namespace: str, styles: _Styles) -> None:
    standing: dict[int, etree._Element] = {}
    column = 0
    for cell in row:
        address = _LETTERS.match(cell.get("r", "")) if isinstance(cell.tag, str) else None
        column = column_number(address[0]) if address else column + 1
        standing[column] = cell
    for column in sorted(edits):
        cell = standing.get(column)
        if cell is None:
            if edits[column].value == "" and not edits[column].highlight:
                continue
            cell = etree.Element(f"{{{namespace}}}c", r=cell_name(number, column))
            row.insert(sum(1 for other in standing if other < column), cell)
            standing[column] = cell
            row.attrib.pop("spans", None)
        _set_value(cell, edits[column].value, namespace)
        highlight = edits[column].highlight
        if highlight is not None:
            style = styles.with_fill(cell.get("s", "0"), highlight)
            if style != cell.get("s", "0"):
                cell.set("s", style)


def _set_value(cell: etree._Element, value: float | str | bool, namespace: str) -> None:
    """Replace the value of a cell; a formula in it stays."""
    formula = cell.find("{*}f")
    for child in list(cell):
        if etree.QName(child).localname in ("v", "is"):
            cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        value = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
        if formula is not None:
            cell.set("t", "str")
            _add(cell, "v", namespace).text = value
        elif value:
            cell.set("t", "inlineStr")
            text = _add(_add(cell, "is", namespace), "t", namespace)
            text.text = value
            if value != value.strip():
                text.set(_SPACE, "preserve")
    elif isinstance(value, bool):
        cell.set("t", "b")
        _add(cell, "v", namespace).text = str(int(value))
    elif math.isfinite(value):
        _add(cell, "v", namespace).text = repr(float(value)).removesuffix(".0")
    else:
        raise ValueError(f"{value} cannot stand in a cell")


def _add(parent: etree._Element, name: str, namespace: str) -> etree._Element:
    """A new child; values go behind the formula and before extensions."""
    child = etree.Element(f"{{{namespace}}}{name}")
    formula = parent.find("{*}f")
    parent.insert(0 if formula is None else parent.index(formula) + 1, child)
    return child


def _extend_dimension(tree: etree._Element, cells: Mapping[tuple[int, int], CellEdit]) -> None:
    """Let the sheet's stated extent cover the edited cells; some readers trust it."""
    dimension = tree.find("{*}dimension")
    found = (
        re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", dimension.get("ref", "")) if dimension is not None else None
    )
    if dimension is None or found is None:
        return
    left, top = column_number(found[1]), int(found[2])
    right, bottom = column_number(found[3] or found[1]), int(found[4] or found[2])
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    box = (min(top, *rows), min(left, *columns), max(bottom, *rows), max(right, *columns))
    if box != (top, left, bottom, right):
        dimension.set("ref", f"{cell_name(box[0], box[1])}:{cell_name(box[2], box[3])}")


def _write(package: Package, changed: Mapping[str, bytes], file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for part in package.zip.infolist():
            content = changed.get(part.filename)
            if content is None:
                _copy_compressed(package.zip, target, part)
            else:
                fresh = zipfile.ZipInfo(part.filename, part.date_time)
                fresh.compress_type = zipfile.ZIP_DEFLATED
                fresh.external_attr = part.external_attr
                target.writestr(fresh, content)
        target.comment = package.zip.comment


def _copy_compressed(source: zipfile.ZipFile, target: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Copy a part without inflating it. The sizes come from the directory, so a trailing data descriptor is not needed."""
    file = source.fp
    assert file is not None and target.fp is not None
    file.seek(part.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(part.header_offset + 30 + name_length + extra_length)
    content = file.read(part.compress_size)
    fresh = copy.copy(part)
    fresh.flag_bits &= ~0x08
    fresh.extra = b""
    fresh.header_offset = target.fp.tell()
    target.fp.write(fresh.FileHeader(zip64=False))
    target.fp.write(content)
    target.filelist.append(fresh)
    target.NameToInfo[fresh.filename] = fresh
    target.start_dir = target.fp.tell()
    target._didModify = True  # type: ignore[attr-defined]
