"""Edits to the cells of one sheet, made in its XML; all that is not edited stays as it was.

A formula keeps its place and gets a new cached value, so that a reader that computes nothing sees the new number too.
Cells and rows that are missing are made where the order of the sheet wants them.
"""

from __future__ import annotations

import bisect
import enum
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from counterask.reading.cells import letters

from .empty_rows import runs_in
from .formulas import MOST_COLUMNS, MOST_ROWS, column_number, shifted
from .package import local_name
from .read_cells import CellError
from .styles import StylesPart

MOST_LETTERS = 32_767
"""Letters that a cell may hold."""

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_BOX = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Unchanged(enum.Enum):
    """Stands where a value may be left as it is."""

    UNCHANGED = enum.auto()


UNCHANGED = Unchanged.UNCHANGED

NewValue = float | str | bool | datetime | CellError | None


@dataclass(frozen=True)
class CellEdit:
    """What becomes of one cell.

    value : the new value; None or "" blanks the cell (a formula then says ""). In a formula cell, the cached value.
    fill : the background as ARGB ("FFFFC7CE"), "" to take a highlight of ours away again, None to leave it.
    font : the colour of the font as ARGB. bold : the weight of the font. keep_formula : False takes the formula away
    and leaves the value. array : the range that the array formula in this cell fills from now on ("C5:F12").
    """

    value: NewValue | Unchanged = UNCHANGED
    fill: str | None = None
    font: str | None = None
    bold: bool | None = None
    keep_formula: bool = True
    array: str | None = None

    @property
    def needs_cell(self) -> bool:
        """Whether a cell that is not there must be made for it."""
        has_value = self.value is not UNCHANGED and self.value is not None and self.value != ""
        return has_value or bool(self.fill) or self.font is not None or self.bold is not None


class BadEdit(ValueError):
    """An edit that a cell cannot take. address : the cell. The text says why and what to do."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(why)
        self.address = address


def place_of(address: str | tuple[int, int]) -> tuple[int, int]:
    """An address ("B7", or row and column from 1) as row and column. Raises BadEdit where a sheet has no such cell."""
    if isinstance(address, str):
        found = _ADDRESS.fullmatch(address.upper())
        if found is None:
            raise BadEdit(address, 'is no address of a cell. Write it as "B7".')
        row, column = int(found[2]), column_number(found[1])
    else:
        row, column = address
    if not (1 <= row <= MOST_ROWS and 1 <= column <= MOST_COLUMNS):
        raise BadEdit(f"row {row}, column {column}", "lies outside every sheet.")
    return row, column


class SheetEditor:
    """Edits one sheet. freed : the addresses whose formulas were taken away."""

    def __init__(self, tree: etree._Element, data: etree._Element, styles: StylesPart, epoch: datetime) -> None:
        self.tree, self.data, self.styles, self.epoch = tree, data, styles, epoch
        self.freed: list[str] = []
        self._namespace = etree.QName(data).namespace or ""
        self._made: list[tuple[int, int]] = []
        self._column_styles = [
            (int(item.get("min", "0")), int(item.get("max", "0")), item.get("style", "0"))
            for group in tree
            if local_name(group) == "cols"
            for item in group
            if local_name(item) == "col"
        ]

    def apply(self, edits: Mapping[tuple[int, int], CellEdit]) -> None:
        """Make the edits. Raises BadEdit at the first that cannot be made."""
        by_row: dict[int, dict[int, CellEdit]] = {}
        for place in sorted(edits):
            by_row.setdefault(place[0], {})[place[1]] = edits[place]
        rows = _numbered(self.data, "row", lambda text: int(text), str)
        numbers, left_out = sorted(rows), runs_in(self.data)
        for number, cells in by_row.items():
            row = rows.get(number)
            if row is None:
                if not any(edit.needs_cell for edit in cells.values()):
                    continue
                if any(first <= number <= last for first, last in left_out):
                    raise BadEdit(f"row {number}", "is one of very many rows that hold nothing but formats. Clear their formats.")
                row = etree.Element(f"{{{self._namespace}}}row", r=str(number))
                _insert(self.data, row, rows, numbers, number)
            self._edit_row(row, number, cells)
        self._extend_dimension()

    def _edit_row(self, row: etree._Element, number: int, edits: Mapping[int, CellEdit]) -> None:
        cells = _numbered(row, "c", lambda text: place_of(text)[1], lambda column: f"{letters(column)}{number}")
        columns = sorted(cells)
        for column, edit in edits.items():
            address = f"{letters(column)}{number}"
            cell = cells.get(column)
            if cell is None:
                if not edit.needs_cell:
                    continue
                cell = etree.Element(f"{{{self._namespace}}}c", r=address)
                if (style := self._style_of_new(row, column)) != "0":
                    cell.set("s", style)
                _insert(row, cell, cells, columns, column)
                row.attrib.pop("spans", None)
                self._made.append((number, column))
            self._edit_cell(cell, address, edit)

    def _edit_cell(self, cell: etree._Element, address: str, edit: CellEdit) -> None:
        formula = _child(cell, "f")
        if edit.array is not None:
            if formula is None or formula.get("t") != "array":
                raise BadEdit(address, f"holds no array formula that could fill {edit.array}.")
            formula.set("ref", edit.array)
        if formula is not None and not edit.keep_formula:
            self._free(cell, formula, address)
            formula = None
        if edit.value is not UNCHANGED:
            self._set_value(cell, formula, address, edit.value)
        if edit.fill is not None or edit.font is not None or edit.bold is not None:
            style = cell.get("s", "0")
            try:
                twin = self.styles.twin(style, edit.fill, edit.font, edit.bold)
            except ValueError as error:
                raise BadEdit(address, f"cannot be highlighted: {error}.") from error
            if twin != style:
                cell.set("s", twin)

    def _style_of_new(self, row: etree._Element, column: int) -> str:
        """The look that a cell made here inherits: from its row, else from its column."""
        if row.get("customFormat") in ("1", "true"):
            return str(row.get("s", "0"))
        return next((style for first, last, style in self._column_styles if first <= column <= last), "0")

    def _set_value(self, cell: etree._Element, formula: etree._Element | None, address: str, value: NewValue) -> None:
        for child in list(cell):
            if local_name(child) in ("v", "is"):
                cell.remove(child)
        for name in ("t", "vm", "ph"):  # the kind of the old value, its metadata and its phonetic hints
            cell.attrib.pop(name, None)
        if isinstance(value, bool):
            self._put(cell, "b", str(int(value)))
        elif isinstance(value, CellError):
            self._put(cell, "e", str(value))
        elif isinstance(value, datetime):
            self._put(cell, None, _number((value.replace(tzinfo=None) - self.epoch).total_seconds() / 86_400))
        elif value is None or isinstance(value, str):
            self._set_text(cell, formula, address, value or "")
        elif math.isfinite(value):
            self._put(cell, None, _number(value))
        else:
            raise BadEdit(address, f"cannot hold {value}: a cell holds finite numbers. Write a text instead.")

    def _set_text(self, cell: etree._Element, formula: etree._Element | None, address: str, text: str) -> None:
        if len(text) > MOST_LETTERS:
            raise BadEdit(address, f"cannot hold {len(text):,} letters; {MOST_LETTERS:,} is the most. Shorten it.")
        safe = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        if formula is not None:
            self._put(cell, "str", safe)
        elif text:
            cell.set("t", "inlineStr")
            holder = etree.Element(f"{{{self._namespace}}}is")
            item = etree.SubElement(holder, f"{{{self._namespace}}}t")
            item.text = safe
            if safe != safe.strip() or "\n" in safe:
                item.set(_SPACE, "preserve")
            _add_value(cell, holder)

    def _put(self, cell: etree._Element, kind: str | None, text: str) -> None:
        if kind is not None:
            cell.set("t", kind)
        value = etree.Element(f"{{{self._namespace}}}v")
        value.text = text
        _add_value(cell, value)

    def _free(self, cell: etree._Element, formula: etree._Element, address: str) -> None:
        """Take a formula away and leave its value. Cells that shared it get their own."""
        if formula.get("t") == "shared" and formula.text:
            self._unshare(formula, address)
        cell.remove(formula)
        for name in ("cm", "vm"):  # metadata of the formula: a dynamic array, a rich value
            cell.attrib.pop(name, None)
        stored = _child(cell, "v")
        if cell.get("t") == "str" and stored is not None:
            text = stored.text or ""
            cell.remove(stored)
            cell.attrib.pop("t")
            if text:
                cell.set("t", "inlineStr")
                holder = etree.Element(f"{{{self._namespace}}}is")
                etree.SubElement(holder, f"{{{self._namespace}}}t").text = text
                _add_value(cell, holder)
        self.freed.append(address)

    def _unshare(self, master: etree._Element, address: str) -> None:
        key, text = master.get("si"), master.text or ""
        top, left = place_of(address)
        for formula in self.data.iter(f"{{{self._namespace}}}f"):
            if formula is master or formula.get("t") != "shared" or formula.get("si") != key:
                continue
            owner = formula.getparent()
            if owner is None or owner.get("r") is None:
                raise BadEdit(address, "shares its formula with a cell that does not say where it is.")
            row, column = place_of(owner.get("r", ""))
            formula.text = formula.text or shifted(text, row - top, column - left)
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)

    def _extend_dimension(self) -> None:
        """Let the sheet's stated extent cover the cells that were made; some readers trust it."""
        dimension = _child(self.tree, "dimension")
        found = _BOX.fullmatch(dimension.get("ref", "")) if dimension is not None and self._made else None
        if dimension is None or found is None:
            return
        rows, columns = [row for row, _ in self._made], [column for _, column in self._made]
        top, left = min(int(found[2]), *rows), min(column_number(found[1]), *columns)
        bottom, right = max(int(found[4] or found[2]), *rows), max(column_number(found[3] or found[1]), *columns)
        first, last = f"{letters(left)}{top}", f"{letters(right)}{bottom}"
        dimension.set("ref", first if first == last else f"{first}:{last}")


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((item for item in parent if local_name(item) == name), None)


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (item for item in parent if local_name(item) == name)


def _numbered(
    parent: etree._Element, name: str, number_of: Callable[[str], int], name_of: Callable[[int], str]
) -> dict[int, etree._Element]:
    """Rows or cells by their number. One that does not say its number has the next one, and is made to say it."""
    found: dict[int, etree._Element] = {}
    number = 0
    for item in _children(parent, name):
        text = item.get("r")
        number = number + 1 if text is None else number_of(text)
        if text is None:
            item.set("r", name_of(number))
        found.setdefault(number, item)
    return found


def _insert(
    parent: etree._Element, item: etree._Element, standing: dict[int, etree._Element], numbers: list[int], number: int
) -> None:
    """Put a row or a cell into its place among the others."""
    at = bisect.bisect(numbers, number)
    if at < len(numbers):
        standing[numbers[at]].addprevious(item)
    elif numbers:
        standing[numbers[-1]].addnext(item)
    else:
        parent.insert(0, item)
    numbers.insert(at, number)
    standing[number] = item


def _add_value(cell: etree._Element, value: etree._Element) -> None:
    """Values go behind the formula and before extensions."""
    formula = _child(cell, "f")
    cell.insert(0 if formula is None else cell.index(formula) + 1, value)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
