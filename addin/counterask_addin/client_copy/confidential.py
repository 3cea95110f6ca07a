"""What a quote holds: every string and number of its file, and where it stands. All of it is confidential unless it is agreed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..workbooks.addresses import cell_name
from ..workbooks.package import Package, local_name
from ..workbooks.quote_file import QuoteFile

LEAST_LETTERS, LEAST_DIGITS = 4, 3
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_HUMAN = frozenset(
    [
        "name",
        "formatCode",
        "displayName",
        "title",
        "subject",
        "prompt",
        "promptTitle",
        "error",
        "errorTitle",
        "author",
        "userId",
        "codeName",
        "comment",
        "description",
        "location",
        "display",
        "tooltip",
        "val",
        "value",
        "refersTo",
        "Target",
    ]
)
_CELL_PARTS = re.compile(r"xl/(worksheets/sheet|sharedStrings)", re.IGNORECASE)


@dataclass
class Secrets:
    """Spelling -> where it stands in the quote. strings : of four letters or more. numbers : of three digits or more."""

    strings: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def add(self, value: object, place: str) -> None:
        """Add one value of the quote in every spelling that a document may give it."""
        if isinstance(value, datetime):
            value = value.date().isoformat()
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            for text in _spellings(float(value)):
                self.numbers.setdefault(text, place)
            return
        text = " ".join(str(value).split())
        if len(text) >= LEAST_LETTERS:
            self.strings.setdefault(text, place)

    def in_text(self, text: str) -> Iterator[tuple[str, str]]:
        """The secrets that stand in a text: each with its place in the quote."""
        plain = " ".join(text.split())
        for token in _NUMBER.findall(plain):
            if (place := self.numbers.get(token)) is not None:
                yield token, place
        for secret, place in self.strings.items():
            if secret in plain:
                yield secret, place


def _spellings(value: float) -> set[str]:
    """How a number may be written: plain, with thousands, in per cent, in English and German."""
    found = set()
    for number in (value, 100.0 * value):
        number = abs(number)
        for text in (repr(number), f"{number:.15g}", f"{number:,.2f}", f"{number:.2f}", f"{number:,.0f}", f"{number:.1f}"):
            plain = text.removesuffix(".0")
            if number and len(plain.replace(",", "").replace(".", "").strip("0")) >= LEAST_DIGITS and "e" not in plain:
                found |= {plain, plain.translate(str.maketrans(",.", ".,"))}
    return found


def secrets_of(file: QuoteFile) -> Secrets:
    """Everything that the file of a quote holds: cells, formulas, comments, names, properties, formats, parts."""
    found = Secrets()
    if file.workbook is None:
        _json(json.loads(file.path.read_text(encoding="utf-8-sig")), "the quote", found)
        return found
    for sheet in file.workbook.sheets:
        found.add(sheet.name, "a sheet's name")
        for (row, column), cell in sheet.cells.items():
            place = f"{sheet.name}!{cell_name(row, column)}"
            found.add(cell.value, place)
            found.add(cell.formula, place)
    for name, refers in file.workbook.names.items():
        found.add(name, f"the defined name {name}")
        found.add(refers, f"the defined name {name}")
    _parts(file.path, found)
    return found


def _json(value: object, place: str, found: Secrets) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            _json(one, f"{place}, {key}", found)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            _json(one, f"{place} {number}", found)
    else:
        found.add(value, place)


def _parts(path: Path, found: Secrets) -> None:
    """Texts and telling attributes of every XML part: comments, properties, headers, formats, drawings, unused strings."""
    with Package(path) as package:
        for part in package.parts:
            if not part.lower().endswith((".xml", ".rels", ".vml")):
                continue
            try:
                tree = package.xml(part)
            except Exception as error:  # a part that cannot be read cannot be copied either
                found.add(str(error), part)
                continue
            for element in tree.iter():
                is_cell = _CELL_PARTS.match(part) and local_name(element) in ("v", "f")
                if element.text and not is_cell:
                    found.add(element.text, part)
                for key, value in element.attrib.items():
                    if str(key).rpartition("}")[2] in _HUMAN:
                        found.add(str(value), part)


def numbers_in(text: str) -> list[str]:
    """The numbers of a text as they are spelled."""
    return _NUMBER.findall(text)


@dataclass(frozen=True)
class Leak:
    """Something in a copy that was not meant to be there. found : what.

    where : in which part of the copy. source : where it stands in the quote, "" where nobody knows.
    """

    found: str
    where: str
    source: str = ""

    def __str__(self) -> str:
        source = f", which is confidential ({self.source})" if self.source else ", which is no part of what was agreed"
        return f'{self.where} would hold "{self.found[:60]}"{source}'
