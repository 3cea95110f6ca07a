"""The cells of a workbook: value, formula and style in one pass over each sheet, whoever saved the file.

Blank cells are left out. Dates are told by the cell's number format. Nothing is computed: a formula says what it said
when the file was saved, and `has_value` says whether it said anything.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from .addresses import Rectangle
from .errors import UnreadableWorkbook
from .formulas import MOST_COLUMNS, MOST_ROWS, column_number, shifted
from .package import Package, local_name
from .styles import date_formats
from .workbook_part import addin_links, defined_names, listed_sheets, one_part

MOST_CELLS = 1_000_000
MOST_SHARED_FORMULA_LETTERS = 24 * 2**20

_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!,\s]+))!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_TIME = re.compile(r"T?\d\d:")
_CHARACTER_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ADDIN_CALL = re.compile(r"\[(\d{1,6})\]!(?=DEAL_)", re.IGNORECASE)
_YES = frozenset({"1", "true"})
_DIGITS = "0123456789"
_LEAST_HEIGHT, _LEAST_WIDTH = 3.0, 0.6
"""Points of a row and letters of a column under which nothing in it can be seen."""


class CellError(str):
    """A spreadsheet error, such as #DIV/0!."""


Value = float | str | bool | datetime | CellError | None


class WorkbookCell(NamedTuple):
    """One cell. has_value : whether a value is stored; a formula without one was saved by a program that computes none.

    formula : without its "=". array : the range that an array formula fills, or None. style : the place of its format.
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
    cells: Mapping[tuple[int, int], WorkbookCell] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @cached_property
    def last_row(self) -> int:
        """The last filled row; 0 on an empty sheet."""
        if (known := getattr(self.cells, "last_row", None)) is not None:
            return int(known)
        return max((row for row, _ in self.cells), default=0)

    @cached_property
    def last_column(self) -> int:
        """The last filled column; 0 on an empty sheet."""
        if (known := getattr(self.cells, "last_column", None)) is not None:
            return int(known)
        return max((column for _, column in self.cells), default=0)


@dataclass(frozen=True)
class WorkbookCells:
    """A workbook as read.

    names : defined name, in small letters -> what it refers to, as text. sheet_names : the same for names that belong
    to one sheet, by (sheet, name) in small letters. has_macros : VBA or macro sheets. external_links : the parts
    that hold them. counts_from_1904 : whether its dates do. addin_links : the files that formulas call our add-in in,
    where Excel saved it as a link; those formulas are read without it. known : what was found out from these cells, which never
    change: names, tables and their rows are asked for many times.
    """

    path: Path
    sheets: Sequence[SheetCells]
    names: Mapping[str, str]
    has_macros: bool
    external_links: tuple[str, ...]
    sheet_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    counts_from_1904: bool = False
    addin_links: tuple[str, ...] = ()
    known: dict[tuple[object, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _sheet_by_name(self) -> dict[str, SheetCells]:
        return {sheet.name.lower(): sheet for sheet in reversed(self.sheets)}

    def sheet(self, name: str) -> SheetCells | None:
        """The sheet of that name (case does not count), or None."""
        return self._sheet_by_name.get(name.lower())

    def rectangle(self, name: str) -> Rectangle | None:
        """The range that a defined name or a reference (`Sheet!$A$1:$C$9`) stands for, or None where it is no range.

        A name that belongs to a sheet counts where the workbook has no such name, or a dead one (#REF!), and one sheet alone
        has it: copying a sheet makes such names, and deleting the original kills those of the workbook.
        """
        if ("rectangle", name) not in self.known:
            self.known["rectangle", name] = self._rectangle(name)
        found: Rectangle | None = self.known["rectangle", name]
        return found

    def _rectangle(self, name: str) -> Rectangle | None:
        refers = name if "!" in name else self.names.get(name.lower())
        if refers is None or "#REF!" in refers:
            own = [text for (_, word), text in self.sheet_names.items() if word == name.lower() and "#REF!" not in text]
            refers = own[0] if len(own) == 1 else None
        found = _RANGE.fullmatch(refers) if refers else None
        if found is None:
            return None
        sheet = self.sheet((found[1] or "").replace("''", "'") or found[2])
        if sheet is None:
            return None
        top, left = int(found[4]), column_number(found[3])
        bottom, right = int(found[6] or top), column_number(found[5] or found[3])
        top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
        if top < 1 or bottom > MOST_ROWS or right > MOST_COLUMNS:
            return None
        return Rectangle(sheet.name, top, left, bottom, right)


def read_workbook(path: Path | str, sheets: Collection[str] | None = None) -> WorkbookCells:
    """Read a workbook, or the cells of the named sheets only. Never changes the file.

    Raises UnreadableWorkbook with one sentence.
    """
    path = Path(path)
    wanted = None if sheets is None else {name.lower() for name in sheets}
    with Package(path) as package:
        main = package.workbook_part()
        tree = package.xml(main)
        relations = package.relations(main)
        listed = listed_sheets(package, tree, relations)
        names, sheet_names, from_1904 = defined_names(tree, listed)
        strings, styles = (one_part(package, relations, kind) for kind in ("sharedStrings", "styles"))
        reader = _Reader(
            package,
            *(_shared_strings(package, strings) if strings else ([], b"")),
            date_formats(package.xml(styles)) if styles else frozenset(),
            datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30),
            addins := addin_links(package, tree, relations),
        )
        read = [
            reader.read(sheet) if wanted is None or sheet.name.lower() in wanted else sheet
            for sheet in (SheetCells(one.name, one.state, one.part) for one in listed if one.kind == "worksheet")
        ]
        has_macros = any(part.lower().endswith("vbaproject.bin") for part in package.parts) or any(
            relation.kind in ("vbaProject", "xlMacrosheet", "xlIntlMacrosheet") for relation in relations.values()
        )
        ours = {part for part, _ in addins.values()}
        links = tuple(one.target for one in relations.values() if one.kind == "externalLink" and one.target not in ours)
        files = tuple(file for _, file in addins.values())
        return WorkbookCells(path, tuple(read), names, has_macros, links, sheet_names, from_1904, files)


def _shared_strings(package: Package, part: str) -> tuple[Sequence[str], bytes]:
    """The shared strings, and what stands for them."""
    strings = []
    content = package.checked_xml(part)
    for item in package.elements(part, "sst", ["si"], content):
        strings.append(_text_of(item))
        if len(strings) > MOST_CELLS:
            raise package.unreadable(f"more than {MOST_CELLS:,} texts", "a quote", "Do not open this file.")
    return strings, _digest(content)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=20).digest()


def unescaped(text: str) -> str:
    """A text with the letters that are written by their code, _x000D_, put in."""
    return _CHARACTER_CODE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _text_of(element: etree._Element) -> str:
    """The text of a string item: its runs together, without phonetic hints."""
    pieces = []
    for item in element:
        kind = local_name(item)
        if kind == "t":
            pieces.append(item.text or "")
        elif kind == "r":
            pieces += [run.text or "" for run in item if local_name(run) == "t"]
    return unescaped("".join(pieces))


_Content = tuple[Mapping[tuple[int, int], WorkbookCell], frozenset[int], frozenset[int]]
"""The cells of a sheet, its hidden rows and its hidden columns."""
_KEPT: dict[tuple[object, ...], _Content] = {}
"""Sheets that were read, by their bytes and what these refer to: a command reads a quote, its copy and the template, which have
most sheets in common."""
_MOST_KEPT = 150_000
"""Cells of all sheets that are kept."""


def _keep(key: tuple[object, ...], content: _Content) -> None:
    """Keep a sheet as the one asked for last, and let go of those not asked for longest."""
    _KEPT.pop(key, None)
    room = _MOST_KEPT - len(content[0])
    while _KEPT and sum(len(cells) for cells, _, _ in _KEPT.values()) > room:
        del _KEPT[next(iter(_KEPT))]
    if room >= 0:
        _KEPT[key] = content


class _Reader:
    """Reads the cells of the sheet parts of one package."""

    def __init__(
        self,
        package: Package,
        strings: Sequence[str],
        strings_digest: bytes,
        dates: frozenset[int],
        epoch: datetime,
        addins: Collection[int] = (),
    ) -> None:
        self.package, self.strings, self.dates, self.epoch = package, strings, dates, epoch
        self.refers = (strings_digest, dates, epoch, tuple(addins))
        self.addins = addins
        self.cell_count = self.letters = 0
        self.columns: dict[str, int] = {}
        self.styles: dict[str | None, int] = {None: 0}
        self.shared: dict[str, tuple[str, int, int]] = {}
        self.sheet = SheetCells("", "", "")
        self.placed: tuple[etree._Element | None, int] = (None, 0)

    def read(self, sheet: SheetCells) -> SheetCells:
        """The sheet with its cells."""
        self.sheet = sheet
        part = self.package.checked_xml(sheet.part)
        key = (_digest(part), self.refers)
        content = _KEPT.get(key) or self._content(part)
        _keep(key, content)
        self.cell_count += len(content[0])
        if self.cell_count > MOST_CELLS:
            raise self._odd(f"more than {MOST_CELLS:,} filled cells")
        return SheetCells(sheet.name, sheet.state, sheet.part, *content)

    def _content(self, part: bytes) -> _Content:
        self.shared = {}
        cells: dict[tuple[int, int], WorkbookCell] = {}
        hidden_rows: set[int] = set()
        spans: list[tuple[int, int]] = []
        number = count = 0
        for item in self.package.elements(self.sheet.part, "worksheet", ["row", "col"], part):
            if item.tag.endswith("}col"):
                if item.get("hidden") in _YES or _is_nothing(item.get("width"), _LEAST_WIDTH):
                    spans.append((self._whole(item.get("min"), 1), self._whole(item.get("max"), 1)))
                continue
            number = self._whole(item.get("r"), number + 1)
            count += 1
            if not 1 <= number <= MOST_ROWS or count > MOST_ROWS:
                raise self._odd(f"row {number}")
            if item.get("hidden") in _YES or _is_nothing(item.get("ht"), _LEAST_HEIGHT):
                hidden_rows.add(number)
            self._row(item, number, cells)
            if self.cell_count + len(cells) > MOST_CELLS:
                raise self._odd(f"more than {MOST_CELLS:,} filled cells")
        hidden_columns = {column for first, last in _merged(spans) for column in range(first, last + 1)}
        return cells, frozenset(hidden_rows), frozenset(hidden_columns)

    def _odd(self, what: str) -> UnreadableWorkbook:
        found = f'{what} on the sheet "{self.sheet.name[:40]}"'
        return self.package.unreadable(found, "a sound sheet", "Save it again.")

    def _whole(self, text: str | None, default: int) -> int:
        if not text:  # absent, or written as s=""
            return default
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise self._odd(f'"{text[:20]}" for the number of a row or column')
        return int(text)

    def _row(self, row: etree._Element, number: int, cells: dict[tuple[int, int], WorkbookCell]) -> None:
        """Add the filled cells of a row. This loop is what reading costs: it asks each element as little as it can."""
        digits, columns, styles = str(number), self.columns, self.styles
        namespace = row.tag[:-3]
        value_tag = namespace + "v"
        for item in row:
            if not len(item):
                continue
            address = item.get("r")
            if not address:
                column = self._column_by_place(row, item, digits)
            else:
                letters = address.rstrip(_DIGITS)
                known = columns.get(letters)
                column = known if known and address[len(letters) :] == digits else self._column(address, digits)
            style_text = item.get("s")
            style = styles.get(style_text)
            if style is None:
                style = styles[style_text] = self._whole(style_text, 0)
            child = item[0]
            if child.tag == value_tag and len(item) == 1:
                stored, kind = child.text, item.get("t", "n")
                if stored:
                    cells[number, column] = WorkbookCell(self._value(address, kind, stored, style), None, True, None, style)
                elif kind == "str":
                    cells[number, column] = WorkbookCell("", None, True, None, style)
            elif (cell := self._cell(item, namespace, number, column, style)) is not None:
                cells[number, column] = cell

    def _column(self, address: str, row: str) -> int:
        """The column of an address seen for the first time. Raises UnreadableWorkbook where it is none of this row."""
        letters = address.rstrip(_DIGITS)
        is_plain = letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3
        if not is_plain or address[len(letters) :] != row or column_number(letters) > MOST_COLUMNS:
            raise self._odd(f'the address "{address[:20]}" in row {row}')
        self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def _column_by_place(self, row: etree._Element, wanted: etree._Element, digits: str) -> int:
        """The column of a cell that does not say where it stands: the one behind the cell before it."""
        behind = 0
        before = wanted.getprevious()
        while before is not None:
            behind += 1
            if before is self.placed[0]:  # so that a row of such cells is walked once
                behind += self.placed[1]
                break
            if address := before.get("r"):
                behind += self._column(address, digits)
                break
            before = before.getprevious()
        if behind >= MOST_COLUMNS:
            raise self._odd(f"more than {MOST_COLUMNS:,} cells in row {digits}")
        self.placed = wanted, behind + 1 if before is None else behind
        return self.placed[1]

    def _cell(self, item: etree._Element, namespace: str, row: int, column: int, style: int) -> WorkbookCell | None:
        """A cell that holds more than a value."""
        value_tag, formula_tag, text_tag = namespace + "v", namespace + "f", namespace + "is"
        kind = item.get("t", "n")
        stored: str | None = None
        formula: str | None = None
        array: str | None = None
        for child in item:
            tag = child.tag
            if tag == value_tag:
                stored = child.text or ""
            elif tag == formula_tag:
                formula = child.text or ""
                if self.addins and "]!" in formula:
                    formula = _ADDIN_CALL.sub(lambda call: "" if int(call[1]) in self.addins else call[0], formula)
                form = child.get("t")
                if form == "array":
                    array = child.get("ref")
                elif form == "shared":
                    formula = self._shared(child.get("si", ""), formula, row, column)
            elif tag == text_tag:
                return WorkbookCell(_text_of(child), None, True, None, style)
        if stored is None or (stored == "" and kind != "str"):
            return None if formula is None else WorkbookCell(None, formula, False, array, style)
        return WorkbookCell(self._value(item.get("r"), kind, stored, style), formula, True, array, style)

    def _shared(self, key: str, formula: str, row: int, column: int) -> str:
        """The formula of a cell that shares one: the first cell of the block holds the text."""
        if formula:
            self.shared.setdefault(key, (formula, row, column))
            return formula
        if key not in self.shared:
            return ""
        text, top, left = self.shared[key]
        self.letters += len(text)
        if self.letters > MOST_SHARED_FORMULA_LETTERS:
            raise self._odd("shared formulas of too great a length")
        return shifted(text, row - top, column - left)

    def _value(self, address: str | None, kind: str, stored: str, style: int) -> Value:
        try:
            if kind == "n":
                number = float(stored)
                if style in self.dates and 0 <= number < 2_958_466:
                    return self._date(number)
                if math.isfinite(number):
                    return number
            elif kind == "s":
                if stored.strip().isdecimal():
                    return self.strings[int(stored)]
            elif kind == "str":
                return unescaped(stored)
            elif kind == "b":
                return stored.strip() in _YES
            elif kind == "e":
                return CellError(stored)
            elif kind == "d":
                return self._iso(stored.strip())
        except (ValueError, IndexError, OverflowError):
            pass
        where = (address or "a cell")[:20]
        raise self._odd(f'"{stored[:40]}" in {where}, which is no value of the kind "{kind[:20]}",')

    def _iso(self, stored: str) -> datetime:
        """A day, a day with its time, or a time alone, which belongs to the day from which the workbook counts."""
        if _TIME.match(stored):
            return datetime.combine(self.epoch.date(), time.fromisoformat(stored)).replace(tzinfo=None)
        return datetime.fromisoformat(stored).replace(tzinfo=None)

    def _date(self, number: float) -> datetime:
        """A serial number as a date, to the millisecond. Excel counts a 29 February 1900: before it, one less."""
        if self.epoch.year == 1899 and 1 <= number < 60:
            number += 1
        return self.epoch + timedelta(milliseconds=round(number * 86_400_000))


def _is_nothing(size: str | None, least: float) -> bool:
    """Whether a stated height or width is so small that it hides as well as the word does."""
    try:
        return size is not None and 0.0 <= float(size) < least
    except ValueError:
        return False


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans of columns with no column twice, however often they overlap."""
    last = 0
    for first, end in sorted(spans):
        yield max(first, last + 1), min(end, MOST_COLUMNS)
        last = max(last, min(end, MOST_COLUMNS))
