"""The same cells as `read_cells`, several times as fast, for sheets that are written as spreadsheet programs write them.

A sheet is taken apart only when it is asked for, and in one sweep. Every cell must have one of the forms that Excel,
LibreOffice, openpyxl and XlsxWriter write, and all cells must have been found; anything else (a prefix, a comment,
phonetic hints, a very large part) raises `NotPlain`, and the caller reads the file with `read_cells`, which knows all
of XML. So the two never differ: a formula without a value and an error are told apart from a blank here too.
"""

from __future__ import annotations

import io
import re
from collections.abc import ItemsView, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from lxml import etree

from counterask.reading.cells import letters

from .formulas import MOST_COLUMNS, MOST_ROWS, column_number
from .package import Package
from .read_cells import CellError, SheetCells, Value, WorkbookCell, WorkbookCells, unescaped
from .styles import date_formats
from .workbook_part import SheetEntry, defined_names, listed_sheets, one_part

MOST_BYTES_OF_A_PART = 8 * 2**20
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_CELLS = re.compile(
    rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^>/]*)>((?:<f[^>]*>(?:[^<]*</f>)?)?'
    rb'(?:<v>[^<]*</v>|<v/>|<is><t(?: xml:space="preserve")?>[^<]*</t></is>)?)</c>'
)
"""Address, other attributes, content: each cell that holds anything."""
_CONTENT = re.compile(
    rb'(?:<f([^>]*)>(?:([^<]*)</f>)?)?(?:<v>([^<]*)</v>|<v/>|(<is>)<t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
)
"""Attributes of the formula, formula, value, whether a text follows, text."""
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"')
_ADDRESS = re.compile(rb"([A-Z]+)([0-9]+)")
_ATTRIBUTES = re.compile(rb'(?: s="([0-9]{1,5})"| t="(n|s|str|b|e|inlineStr)"| [cv]m="[0-9]+"| ph="[01]")*\s?')
_TEXT = re.compile(rb'<t(?: xml:space="preserve")?>([^<]*)</t></si>\s*')
_NO_TEXT = re.compile(rb"<t(?: xml:space=\"preserve\")?/></si>\s*")
_RUNS = re.compile(rb"(?:<r>(?:<rPr>(?:<[a-zA-Z]+(?: [a-zA-Z]+=\"[^\"<>]*\")*/>)*</rPr>)?<t[^<>]*>[^<]*</t></r>)+</si>\s*")
_RUN_TEXT = re.compile(rb"<t[^<>]*>([^<]*)</t>")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4}|);?")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class NotPlain(Exception):
    """The file is not written in the plain form that this reader knows; it says nothing about whether it is sound."""


def read_quickly(path: Path, content: bytes) -> WorkbookCells:
    """The workbook whose bytes are `content`; each sheet is read when its cells are asked for. Nothing is opened.

    Raises NotPlain, also later when cells are asked for; and UnreadableWorkbook where the file is no sound package.
    """
    if not content.startswith(b"PK"):
        raise NotPlain
    package = Package(path, io.BytesIO(content))
    listed, names, sheet_names, from_1904, strings, styles = _skeleton(package)
    reader = _Reader(
        package,
        strings,
        _dates(package.read(styles), package, styles) if styles else frozenset(),
        datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30),
    )
    sheets = tuple(
        SheetCells(one.name, one.state, one.part, _LazyCells(reader, one.part)) for one in listed if one.kind == "worksheet"
    )
    return WorkbookCells(path, sheets, names, False, (), sheet_names, from_1904)


Skeleton = tuple[Sequence[SheetEntry], dict[str, str], dict[tuple[str, str], str], bool, str | None, str | None]
_SKELETONS: dict[tuple[object, ...], Skeleton] = {}
_MOST_REMEMBERED = 64


def _skeleton(package: Package) -> Skeleton:
    """Sheets, names and the parts of strings and styles; workbooks of one make share the parts that say so."""
    parts = tuple(package.parts)
    if {"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(parts):
        key: tuple[object, ...] = (
            parts,
            *(package.read(part) for part in ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")),
        )
        if key in _SKELETONS:
            return _SKELETONS[key]
    else:
        key = ()
    main = package.workbook_part()
    tree = package.xml(main)
    relations = package.relations(main)
    listed = listed_sheets(package, tree, relations)
    strings, styles = (one_part(package, relations, kind) for kind in ("sharedStrings", "styles"))
    found = (listed, *defined_names(tree, listed), strings, styles)
    if key:
        if len(_SKELETONS) >= _MOST_REMEMBERED:
            _SKELETONS.clear()
        _SKELETONS[key] = found
    return found


_DATES: dict[bytes, frozenset[int]] = {}


def _dates(content: bytes, package: Package, part: str) -> frozenset[int]:
    """The date formats of a styles part; quotes drawn from one template share it."""
    found = _DATES.get(content)
    if found is None:
        if len(_DATES) >= _MOST_REMEMBERED:
            _DATES.clear()
        found = _DATES[content] = date_formats(package.xml(part))
    return found


Raw = tuple[bytes, bytes, bytes]
CellBlock = list[list[object]]
_STRING, _PLAIN_NUMBER, _OTHER = "string", "number", "other"


class _LazyCells(Mapping[tuple[int, int], WorkbookCell]):
    """The cells of one sheet: the sheet is taken apart at the first question, each cell when it is asked for."""

    def __init__(self, reader: _Reader, part: str) -> None:
        self._reader, self._part = reader, part

    @cached_property
    def _raw(self) -> dict[bytes, Raw]:
        return self._reader.take_apart(self._part)

    @cached_property
    def _all(self) -> dict[tuple[int, int], WorkbookCell]:
        """Every filled cell."""
        found = {}
        for address, raw in self._raw.items():
            cell = self._reader.cell(raw)
            if cell is not None:
                found[_place(address)] = cell
        return found

    def get(self, place: tuple[int, int], default: Any = None) -> Any:
        """As a dictionary's."""
        raw = self._raw.get(_addresses(*place, *place)[0][0])
        cell = None if raw is None else self._reader.cell(raw)
        return default if cell is None else cell

    def __getitem__(self, place: tuple[int, int]) -> WorkbookCell:
        cell: WorkbookCell | None = self.get(place)
        if cell is None:
            raise KeyError(place)
        return cell

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def items(self) -> ItemsView[tuple[int, int], WorkbookCell]:
        """As a dictionary's."""
        return self._all.items()

    def block(self, top: int, left: int, bottom: int, right: int) -> tuple[CellBlock, list[tuple[int, int, str]]]:
        """The values of a rectangle, and its formulas that have no value, with their places in it."""
        rows: CellBlock = []
        uncached: list[tuple[int, int, str]] = []
        get, reader, kinds, string = self._raw.get, self._reader, self._reader.kinds, self._reader.string
        for number, addresses in enumerate(_addresses(top, left, bottom, right)):
            values: list[object] = []
            for address in addresses:
                raw = get(address)
                if raw is None:
                    values.append(None)
                    continue
                content = raw[2]
                if content[:3] == b"<v>":
                    kind = kinds[raw[1]]
                    if kind is _STRING:
                        values.append(string(content[3:-4]))
                        continue
                    if kind is _PLAIN_NUMBER:
                        values.append(_NUMBERS[content[3:-4]])
                        continue
                cell = reader.cell(raw)
                if cell is not None and cell.formula is not None and not cell.has_value:
                    uncached.append((number, len(values), cell.formula))
                values.append(None if cell is None else cell.value)
            rows.append(values)
        return rows, uncached

    @property
    def may_hold_formulas(self) -> bool:
        """Whether a formula stands anywhere on the sheet."""
        return self._reader.may_hold_formulas(self._part)

    @property
    def last_row(self) -> int:
        """The last row that holds anything."""
        len(self._raw)
        return self._reader.last_rows[self._part]

    @cached_property
    def last_column(self) -> int:
        """The last column that holds anything."""
        return max((_place(address)[1] for address in self._raw), default=0)


def _place(address: bytes) -> tuple[int, int]:
    """Row and column of an address."""
    found = _ADDRESS.fullmatch(address)
    assert found is not None
    return int(found[2]), _COLUMNS[found[1]]


@lru_cache(maxsize=512)
def _addresses(top: int, left: int, bottom: int, right: int) -> Sequence[Sequence[bytes]]:
    """The addresses of a rectangle, row by row; the tables of most quotes stand at the same places."""
    columns = [letters(column) for column in range(left, right + 1)]
    return [[f"{column}{row}".encode() for column in columns] for row in range(top, bottom + 1)]


class _Columns(dict[bytes, int]):
    """Letters of a column -> its number."""

    def __missing__(self, written: bytes) -> int:
        found = column_number(written.decode())
        if found > MOST_COLUMNS:
            raise NotPlain
        self[written] = found
        return found


_COLUMNS = _Columns()


@lru_cache(maxsize=4096)
def _attributes(written: bytes) -> tuple[int, bytes]:
    """The place of a cell's format, and the kind of its value."""
    found = _ATTRIBUTES.fullmatch(written)
    if found is None or written.count(b" s=") > 1 or written.count(b" t=") > 1:
        raise NotPlain
    return int(found[1] or 0), found[2] or b"n"


class _Kinds(dict[bytes, str]):
    """A cell's attributes -> whether it is a shared string, a number that is no date, or something else."""

    def __init__(self, dates: frozenset[int]) -> None:
        super().__init__()
        self.dates = dates

    def __missing__(self, written: bytes) -> str:
        style, kind = _attributes(written)
        is_number = kind == b"n" and style not in self.dates
        found = self[written] = _STRING if kind == b"s" else _PLAIN_NUMBER if is_number else _OTHER
        return found


class _Numbers(dict[bytes, float]):
    """A number as written -> its value; what many files share is understood once."""

    def __missing__(self, stored: bytes) -> float:
        if len(self) > 20_000:
            self.clear()
        found = self[stored] = _number(stored)
        return found


_NUMBERS = _Numbers()


class _Reader:
    """Reads sheets of one package on demand."""

    def __init__(self, package: Package, strings: str | None, dates: frozenset[int], epoch: datetime) -> None:
        self.package, self.strings_part, self.dates, self.epoch = package, strings, dates, epoch
        self.known: dict[bytes, str] = {}
        self.kinds = _Kinds(dates)
        self.contents: dict[str, bytes] = {}
        self.last_rows: dict[str, int] = {}

    @cached_property
    def strings(self) -> Sequence[bytes]:
        """The shared strings, as they are written."""
        if self.strings_part is None:
            return ()
        content = _plain_xml(self.package, self.strings_part, b"sst")
        start, end = content.find(b"<si>"), content.rfind(b"</sst>")
        if start < 0:
            if b"<si" in content or end < 0 and b"<sst" not in content:
                raise NotPlain
            return ()
        pieces = content[start + 4 : end].split(b"<si>")
        if end < 0 or b"<si/" in content or b"<!" in content or b"<?" in content[5:] or content[end + 6 :].strip():
            raise NotPlain
        return pieces

    def string(self, place: bytes) -> str:
        """The shared string at a place."""
        found = self.known.get(place)
        if found is None:
            if not place.isdigit() or int(place) >= len(self.strings):
                raise NotPlain
            found = self.known[place] = _STRINGS[self.strings[int(place)]]
        return found

    def may_hold_formulas(self, part: str) -> bool:
        """Whether a sheet has a formula; it is not taken apart for that."""
        content = self.contents[part] = _plain_xml(self.package, part, b"worksheet")
        return b"<f" in content

    def take_apart(self, part: str) -> dict[bytes, Raw]:
        """The written pieces of each cell of a sheet that holds anything, by its address."""
        content = self.contents.pop(part, None) or _plain_xml(self.package, part, b"worksheet")
        self.last_rows[part] = 0
        start, end = content.find(b"<sheetData>"), content.rfind(b"</sheetData>")
        if start < 0 or end < 0:
            if b"<sheetData/>" in content and start < 0 and end < 0:
                return {}
            raise NotPlain
        if b"<!" in content[:start] or b"<!" in content[end:]:
            raise NotPlain
        _check_rest(content[:start], content[end + 12 :])
        data = content[start + 11 : end]
        found: list[Raw] = _CELLS.findall(data)
        if len(found) != data.count(b"</c>") or b"<!" in data or b"<?" in data:
            raise NotPlain
        cells = dict(zip(map(itemgetter(0), found), found, strict=True))
        rows = [int(row) for row in _ROW.findall(data)]
        in_order = all(one < other for one, other in pairwise(rows))
        if len(cells) != len(found) or len(rows) != data.count(b"<row") or not in_order or (rows and rows[-1] > MOST_ROWS):
            raise NotPlain
        if found:
            self.last_rows[part] = _place(found[-1][0])[0]
            if self.last_rows[part] not in rows:
                raise NotPlain
        return cells

    def cell(self, raw: Raw) -> WorkbookCell | None:
        """One cell; None where it holds nothing."""
        style, kind = _attributes(raw[1])
        found = _CONTENT.fullmatch(raw[2])
        if found is None:
            raise NotPlain
        form, formula, stored, is_text, inline = found.groups()
        if form is not None:
            return self._formula_cell(kind, form, formula or b"", stored or b"", style)
        if is_text:
            return WorkbookCell(_text(inline), None, True, None, style)
        if stored:
            return WorkbookCell(self._value(kind, stored, style), None, True, None, style)
        return WorkbookCell("", None, True, None, style) if kind == b"str" and stored is not None else None

    def _formula_cell(self, kind: bytes, form: bytes, formula: bytes, stored: bytes, style: int) -> WorkbookCell:
        array = None
        if _ARRAY_FORM.fullmatch(form):
            array = form.split(b' ref="')[1].split(b'"')[0].decode()
        elif not _PLAIN_FORM.fullmatch(form):  # a shared formula, a data table, an empty formula
            raise NotPlain
        text = _text(formula)
        if not stored and kind != b"str":
            return WorkbookCell(None, text, False, array, style)
        return WorkbookCell(self._value(kind, stored, style), text, True, array, style)

    def _value(self, kind: bytes, stored: bytes, style: int) -> Value:
        if kind == b"n":
            number = _number(stored)
            if style in self.dates and 0 <= number < 2_958_466:
                if self.epoch.year == 1899 and 1 <= number < 60:
                    number += 1
                return self.epoch + timedelta(milliseconds=round(number * 86_400_000))
            return number
        if kind == b"s":
            return self.string(stored)
        if kind == b"str":
            return _text(stored)
        if kind == b"e":
            return CellError(_text(stored))
        if kind == b"b" and stored in (b"0", b"1"):
            return stored == b"1"
        raise NotPlain


_ARRAY_FORM = re.compile(rb'(?: aca="[a-z]+"| ca="[01]"| t="array"| ref="[A-Z0-9:]+"){2,4}')
_PLAIN_FORM = re.compile(rb'(?: aca="[a-z]+"| ca="[01]")*')
_NUMBER = re.compile(rb"-?[0-9]{1,20}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?")


def _number(stored: bytes) -> float:
    if _NUMBER.fullmatch(stored) is None:
        raise NotPlain
    number = float(stored)
    if number - number != 0.0:  # infinite
        raise NotPlain
    return number


def _plain_xml(package: Package, part: str, part_root: bytes) -> bytes:
    """The bytes of a part that is not large, in UTF-8 and without carriage returns."""
    content = package.read(part)
    head = content[:400]
    if (
        len(content) > MOST_BYTES_OF_A_PART
        or not (head.startswith(b"<?xml") or head.startswith(b"<" + part_root))
        or (b"encoding=" in head and b"utf-8" not in head.lower())
        or _MAIN not in content[:4096]
        or b"\0" in content
        or b"\r" in content[100:]
    ):
        raise NotPlain
    return content


@lru_cache(maxsize=256)
def _check_rest(before: bytes, after: bytes) -> None:
    """What stands around the cells must be sound XML of a worksheet; templates share it."""
    try:
        root = etree.fromstring(
            before + b"<sheetData></sheetData>" + after,
            etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False),
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotPlain from error
    if root.tag != "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}worksheet":
        raise NotPlain


class _Strings(dict[bytes, str]):
    """A shared string as written -> its text; the labels of a template stand in every file."""

    def __missing__(self, piece: bytes) -> str:
        if len(self) > 20_000:
            self.clear()
        found = _string(piece)
        if len(piece) < 1_000:
            self[piece] = found
        return found


_STRINGS = _Strings()


def _string(piece: bytes) -> str:
    if (found := _TEXT.fullmatch(piece)) is not None:
        return _text(found[1])
    if _NO_TEXT.fullmatch(piece) is not None:
        return ""
    if _RUNS.fullmatch(piece) is None:
        raise NotPlain
    return unescaped("".join(_decoded(text) for text in _RUN_TEXT.findall(piece)))


def _text(stored: bytes) -> str:
    return unescaped(_decoded(stored))


def _decoded(stored: bytes) -> str:
    try:
        text = stored.decode()
    except UnicodeDecodeError as error:
        raise NotPlain from error
    if "]]>" in text:
        raise NotPlain
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    """An entity's letter; bare ampersands and what XML forbids are for the other reader to judge."""
    name = found[1]
    if not found[0].endswith(";"):
        raise NotPlain
    if name in _ENTITIES:
        return _ENTITIES[name]
    if not name.startswith("#"):
        raise NotPlain
    code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    if code < 32 and code not in (9, 10, 13) or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
        raise NotPlain
    return chr(code)
