"""The cells of a workbook: value, formula and style in one pass over each sheet, whoever saved the file."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from .grid import Rectangle
from .package import Package

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 3_000_000

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_RANGE = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!,\s]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$")
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_CHARACTER_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class CellError(str):
    """A spreadsheet error, such as #DIV/0!."""


Value = float | str | bool | datetime | CellError | None


class Cell(NamedTuple):
    """One cell. has_value : whether a value is stored; a formula without one was saved by a program that computes nothing.

    array : the range that an array formula fills, or None.
    """

    value: Value
    formula: str | None = None
    has_value: bool = True
    array: str | None = None
    style: int = 0


@dataclass(frozen=True)
class SheetCells:
    """One sheet. state : visible, hidden or veryHidden. cells : by (row, column) from 1."""

    name: str
    state: str
    part: str
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WorkbookCells:
    """A workbook as read. names : defined name -> what it refers to, as text."""

    path: Path
    sheets: Sequence[SheetCells]
    names: Mapping[str, str]
    has_macros: bool
    external_links: tuple[str, ...]

    def sheet(self, name: str) -> SheetCells | None:
        """The sheet of that name (case does not count), or None."""
        return next((sheet for sheet in self.sheets if sheet.name.lower() == name.lower()), None)

    def rectangle(self, name: str) -> Rectangle | None:
        """The range that a defined name stands for, or None where there is none or it is no plain range."""
        refers = self.names.get(name.lower())
        found = _RANGE.match(refers) if refers else None
        if found is None:
            return None
        sheet = (found[1] or "").replace("''", "'") or found[2]
        if self.sheet(sheet) is None:
            return None
        top, left = int(found[4]), column_number(found[3])
        return Rectangle(sheet, top, left, int(found[6] or top), column_number(found[5]) if found[5] else left)


def column_number(letters: str) -> int:
    """Column letters as a number from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_workbook(path: Path, sheets: Collection[str] | None = None) -> WorkbookCells:
    """Read a workbook, or only the named sheets of it. Raises UnreadableWorkbook with one sentence; never changes the file."""
    with Package(path) as package:
        main = package.workbook_part()
        tree = package.xml(main)
        relations = package.relations(main)
        kinds: dict[str, list[str]] = {}
        for relation in relations.values():
            kinds.setdefault(relation.kind, []).append(relation.target)
        is_1904 = any(_local(item) == "workbookPr" and item.get("date1904") in ("1", "true") for item in tree)
        strings = _shared_strings(package, kinds.get("sharedStrings", []))
        dates = _date_styles(package, kinds.get("styles", []))
        read = []
        for item in _children(tree, "sheets"):
            target = next(
                (
                    relations[value].target
                    for key, value in item.attrib.items()
                    if str(key).endswith("}id") and value in relations
                ),
                "",
            )
            name, state = item.get("name", ""), item.get("state", "visible")
            if not package.has(target):
                raise package.unreadable(f'no part for the sheet "{name}"', "a whole workbook", "Save it again.")
            if relations and "worksheet" not in {one.kind for one in relations.values() if one.target == target}:
                continue
            wanted = sheets is None or name.lower() in {one.lower() for one in sheets}
            sheet = SheetCells(name, state, target)
            read.append(_Reader(package, strings, dates, is_1904).read(sheet) if wanted else sheet)
        names = {
            item.get("name", "").lower(): (item.text or "").strip().lstrip("=")
            for item in _children(tree, "definedNames")
            if item.get("localSheetId") is None
        }
        has_macros = "vbaProject" in kinds or any(part.endswith("vbaProject.bin") for part in package.zip.NameToInfo)
        return WorkbookCells(path, tuple(read), names, has_macros, tuple(kinds.get("externalLink", ())))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(tree: etree._Element, name: str) -> list[etree._Element]:
    """The elements inside the child of that name."""
    return [item for group in tree if _local(group) == name for item in group if isinstance(item.tag, str)]


def _unescaped(text: str) -> str:
    return _CHARACTER_CODE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _text_of(element: etree._Element) -> str:
    """The text of a string item: its runs together, without phonetic hints."""
    pieces = []
    for item in element:
        kind = _local(item)
        if kind == "t":
            pieces.append(item.text or "")
        elif kind == "r":
            pieces += [run.text or "" for run in item if _local(run) == "t"]
    return _unescaped("".join(pieces))


def _shared_strings(package: Package, parts: Sequence[str]) -> list[str]:
    if not parts or not package.has(parts[0]):
        return []
    return [_text_of(item) for item in package.xml(parts[0]) if _local(item) == "si"]


def _date_styles(package: Package, parts: Sequence[str]) -> frozenset[int]:
    """The cell styles whose number format shows a date."""
    if not parts or not package.has(parts[0]):
        return frozenset()
    tree = package.xml(parts[0])
    custom = {item.get("numFmtId"): item.get("formatCode", "") for item in _children(tree, "numFmts")}
    dates = set()
    for number, style in enumerate(_children(tree, "cellXfs")):
        code = style.get("numFmtId", "0")
        words = _QUOTED.sub("", custom.get(code, "").split(";")[0]).lower()
        is_custom_date = code in custom and any(letter in words for letter in "ymdh") and "general" not in words
        if is_custom_date or (code not in custom and code.isdigit() and int(code) in _DATE_FORMATS):
            dates.add(number)
    return frozenset(dates)


class _Reader:
    """Reads the cells of one sheet part."""

    def __init__(self, package: Package, strings: Sequence[str], dates: frozenset[int], is_1904: bool) -> None:
        self.package, self.strings, self.dates = package, strings, dates
        self.epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)

    def read(self, sheet: SheetCells) -> SheetCells:
        """The sheet with its cells."""
        tree = self.package.xml(sheet.part)
        cells: dict[tuple[int, int], Cell] = {}
        hidden_rows, hidden_columns = set(), set()
        for item in _children(tree, "cols"):
            if item.get("hidden") in ("1", "true"):
                first, last = int(item.get("min", "1")), int(item.get("max", "1"))
                hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
        number = 0
        for row in _children(tree, "sheetData"):
            try:
                number = int(row.get("r", number + 1))
            except ValueError as error:
                raise self._odd(sheet, f'the row number "{row.get("r")}"') from error
            if not 1 <= number <= MOST_ROWS:
                raise self._odd(sheet, f"row {number}")
            if row.get("hidden") in ("1", "true"):
                hidden_rows.add(number)
            column = 0
            for item in row:
                if not isinstance(item.tag, str):
                    continue
                column = self._column(sheet, item, number, column)
                cell = self._cell(sheet, item)
                if cell is not None:
                    cells[number, column] = cell
            if len(cells) > MOST_CELLS:
                raise self._odd(sheet, f"more than {MOST_CELLS:,} filled cells")
        return SheetCells(sheet.name, sheet.state, sheet.part, cells, frozenset(hidden_rows), frozenset(hidden_columns))

    def _odd(self, sheet: SheetCells, what: str) -> Exception:
        return self.package.unreadable(f'{what} on the sheet "{sheet.name}"', "a sheet of ours", "Save it again.")

    def _column(self, sheet: SheetCells, item: etree._Element, row: int, before: int) -> int:
        address = item.get("r")
        if address is None:
            return before + 1
        found = _ADDRESS.fullmatch(address)
        if found is None or int(found[2]) != row:
            raise self._odd(sheet, f'the address "{address[:20]}" in row {row}')
        column = column_number(found[1])
        if column > MOST_COLUMNS:
            raise self._odd(sheet, f'the address "{address}"')
        return column

    def _cell(self, sheet: SheetCells, item: etree._Element) -> Cell | None:
        kind = item.get("t", "n")
        stored: str | None = None
        formula = array = None
        inline = None
        for child in item:
            name = _local(child)
            if name == "v":
                stored = child.text or ""
            elif name == "f":
                formula = child.text or ""
                if child.get("t") == "array":
                    array = child.get("ref")
            elif name == "is":
                inline = _text_of(child)
        style = int(item.get("s", "0")) if item.get("s", "0").isdigit() else 0
        if inline is not None:
            return Cell(inline, formula, True, array, style)
        if stored is None or (stored == "" and kind != "str"):
            return None if formula is None else Cell(None, formula, False, array, style)
        return Cell(self._value(sheet, item, kind, stored, style), formula, True, array, style)

    def _value(self, sheet: SheetCells, item: etree._Element, kind: str, stored: str, style: int) -> Value:
        try:
            if kind == "s":
                return self.strings[int(stored)]
            if kind == "str":
                return _unescaped(stored)
            if kind == "b":
                return stored in ("1", "true")
            if kind == "e":
                return CellError(stored)
            if kind == "d":
                return datetime.fromisoformat(stored.replace("Z", "+00:00")).replace(tzinfo=None)
            number = float(stored)
            if not math.isfinite(number):
                raise ValueError(stored)
            if style in self.dates and 0 <= number < 2_958_466:
                return self.epoch + timedelta(days=number)
            return number
        except (ValueError, IndexError, OverflowError) as error:
            raise self._odd(
                sheet, f'"{stored[:40]}" in {item.get("r", "a cell")}, which is no value of the kind "{kind}"'
            ) from error
