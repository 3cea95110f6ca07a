"""The content of a cell, as Python: one reading for every host.

A blank arrives as None, "" or spaces; an error as its text ("#DIV/0!") or as Excel's own number for it; a yes/no as TRUE, 1
or a word. A number with its unit in a text ("48 months", "8 %") is read as meant. A text of digits only is reported: it
looks like a number, but a spreadsheet's own sums leave it out.
"""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..inputs.language import english_of
from ..inputs.quantities import NONE, UNKNOWN, Quantity
from .decimal_sign import as_typed, other_form
from .names import INVISIBLE, name_key
from .typed_numbers import TypedNumber, typed_number

_EXCEL_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
    2051: "#BUSY!",
    2052: "#EXTERNAL!",
    2222: "#PYTHON!",
}
"""The errors of Excel by their number in VBA (CVErr)."""
_FIRST_ERROR = -2_146_828_288
"""What a cell with the error 0 would hold where Excel hands cells over (COM, SCODE 0x800A0000)."""
ERRORS = frozenset({*_EXCEL_ERRORS.values(), "#TIMEOUT!"})
_CALC_ERROR = re.compile(r"ERR:\d{3,5}")
_YES, _NO = frozenset({"yes", "y", "true", "1", "j", "wahr"}), frozenset({"no", "n", "false", "0", "falsch"})
_FIRST_SERIAL, _FIRST_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)


class From1904(float):
    """A number of a workbook whose dates count from 1904: where it is a date, it is days since then."""




@dataclass(frozen=True)
class Nested:
    """A value that is no cell at all: "a list" or "an object" where JSON holds one."""

    kind: str

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: what was found, what is expected, what to do.

    number : the one number that a text of digits says; None for every other fault.
    """

    found: str
    expected: str
    remedy: str = ""
    number: float | None = None


class _Absent:
    """The cell of a column or a name that is not there at all."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""Absent is neutral, blank is unknown: an input of a deal that is not there at all has its neutral level."""


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing (or nothing that can be seen)."""
    if cell is None or cell is ABSENT:
        return True
    if isinstance(cell, str):
        return not cell or cell.isspace() or (not cell[0].isalnum() and not INVISIBLE.sub("", cell).strip())
    return isinstance(cell, float) and math.isnan(cell)


def text(cell: object) -> str:
    """A cell as trimmed text; "" where blank; a whole number without its ".0"; an error by its name."""
    if is_blank(cell):
        return ""
    if isinstance(cell, int | float) and cell < _FIRST_ERROR + 3000 and cell - _FIRST_ERROR in _EXCEL_ERRORS:
        return _EXCEL_ERRORS[int(cell - _FIRST_ERROR)]
    if isinstance(cell, float) and abs(cell) < 1e15 and cell == round(cell):
        return str(int(cell))
    return str(cell).strip()


def is_error(cell: object) -> bool:
    """Whether a cell holds a spreadsheet error."""
    words = text(cell).upper()
    return words in ERRORS or _CALC_ERROR.fullmatch(words) is not None


def read_number(cell: object, quantity: Quantity, currency: str = "") -> float | Fault:
    """A cell as a float in the quantity's unit: NaN where blank, infinity where it says "none", or what is wrong.

    currency : of all money in the quote, as three letters; where it is "", no text that names a currency is a number.
    """
    if type(cell) is float and cell > _FIRST_ERROR + 3000:  # false for NaN
        return _in_range(cell, quantity)
    if is_blank(cell):
        return UNKNOWN
    expected = quantity.expected()
    if isinstance(cell, Nested):
        return Fault(f"found {cell}", expected)
    if is_error(cell):
        return Fault(f"found the error {text(cell)}", expected, "Correct the formula, or type the value.")
    if isinstance(cell, datetime | date):
        return Fault(f"found the date {cell:%Y-%m-%d}", expected, "Format the cell as a number, then type the number.")
    if isinstance(cell, bool):
        if quantity.is_switch:
            return float(cell)
        return Fault(f"found {str(cell).upper()}", expected)
    if isinstance(cell, numbers.Real):
        try:
            return _in_range(float(cell), quantity)
        except OverflowError:
            return _in_range(math.inf, quantity)
    return _from_text(text(cell), quantity, currency)


def _from_text(words: str, quantity: Quantity, currency: str) -> float | Fault:
    said, expected = english_of(name_key(words)), quantity.expected()
    if said == "none" and quantity.none_means:
        return NONE
    if said == "none":
        return Fault('found "none"', expected, "Type 0 where nothing is meant.")
    if quantity.is_switch:
        if said in _YES | _NO:
            return float(said in _YES)
        return Fault(f'found the text "{words[:60]}"', expected)
    typed = typed_number(words, quantity, currency)
    if typed.has_unit and typed.number is not None:
        return _in_range(typed.number, quantity)
    bare = typed.number if typed.is_bare else None
    return Fault(f'found the text "{words[:60]}"', expected, _remedy(words, typed, quantity), bare)


def _remedy(words: str, typed: TypedNumber, quantity: Quantity) -> str:
    """What to type instead of a text; "" where nobody can say."""
    if typed.is_other or not typed.choices:
        return ""
    if typed.is_ambiguous:
        return f"{' or '.join(map(as_typed, typed.choices))}? Type the number without a thousands separator."
    choice = typed.choices[0]
    if quantity.is_share and float(choice) > quantity.highest:
        return f"Type {as_typed(choice)}% if {as_typed(choice)} percent is meant."
    as_number = " as a number, not as text" if choice == words else ""
    return f"Type {as_typed(choice)}{as_number}{other_form(choice)}."


def typed(words: str) -> object:
    """What was typed as a cell would hold it: "11%" is 0.11, "60" is 60; other words stay words."""
    plain_words = words.strip()
    try:
        return float(plain_words[:-1]) / 100.0 if plain_words.endswith("%") else float(plain_words)
    except ValueError:
        return plain_words


def _in_range(value: float, quantity: Quantity) -> float | Fault:
    if math.isinf(value):
        return Fault("found an infinite number", quantity.expected())
    fault = quantity.fault(value)
    if fault is None:
        return value
    remedy = ""
    if quantity.is_share and 1.0 < value <= 100.0 * quantity.highest:
        percent, share = as_typed(f"{value:g}"), as_typed(f"{value / 100:g}")
        remedy = f"Type {percent}% (or {share}) if {percent} percent is meant."
    return Fault(f"found {value:g}, which is {fault}", quantity.expected(), remedy)


def day(cell: object) -> date | None | Fault:
    """A cell as a day: a date cell, a serial number, or ISO text; None where blank."""
    expected = "a date"
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, numbers.Real) and not isinstance(cell, bool) and 1.0 <= float(cell) < 2_958_466.0:
        first = _FIRST_OF_1904 if isinstance(cell, From1904) else _FIRST_SERIAL
        return first + timedelta(days=int(float(cell)))
    words = text(cell)
    with_dots = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", words)
    try:
        if with_dots:  # the day comes first wherever dates are written with dots
            return date(int(with_dots[3]), int(with_dots[2]), int(with_dots[1]))
        return datetime.fromisoformat(words).date()
    except ValueError:
        return Fault(f'found "{words[:60]}"', expected, "Type a date such as 2026-12-31.")


def yes_no(cell: object) -> bool | None | Fault:
    """A cell as yes or no; None where blank."""
    if is_blank(cell):
        return None
    words = english_of(name_key(text(cell)))
    if words in _YES | _NO:
        return words in _YES
    return Fault(f'found "{words[:60]}"', "yes or no")


def places_as_cells(words: str, places: str) -> str:
    """Words in which places in a range ("row 7, column 2 of Terms") are told as cells ("Quote · B41").

    places : where each range begins, as "Terms=Quote!R35C1;Lines=Quote!R20C1"; a range that is not there is left as it is.
    """
    starts = {
        name: (sheet, int(top), int(left)) for name, sheet, top, left in re.findall(r"(\w+)=([^;=]+)!R(\d+)C(\d+)", places)
    }

    def cell(found: re.Match[str]) -> str:
        if found[3] not in starts:
            return found[0]
        sheet, top, left = starts[found[3]]
        return f"{sheet} · {letters(left + int(found[2]) - 1)}{top + int(found[1]) - 1}"

    return re.sub(r"row (\d+), column (\d+) of (\w+)", cell, words)


@lru_cache(maxsize=2**14)
def letters(column: int) -> str:
    """A column's letters, counted from 1: 28 is "AB"."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
