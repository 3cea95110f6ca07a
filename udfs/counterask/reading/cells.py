"""What stands in a cell, as Python: one reading for every host.

A blank arrives as None, "" or spaces; an error as its text ("#DIV/0!"); a yes/no as TRUE, 1 or a word. Numbers that
were typed as text are not numbers: a spreadsheet's own sums would leave them out, so we say so.
"""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..inputs.quantities import NONE, UNKNOWN, Quantity

ERRORS = frozenset(
    {
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#GETTING_DATA",
        "#BUSY!",
        "#CONNECT!",
        "#BLOCKED!",
        "#UNKNOWN!",
    }
)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_FIRST_SERIAL = date(1899, 12, 30)


@dataclass(frozen=True)
class Nested:
    """A value that is no cell at all: "a list" or "an object" where JSON holds one."""

    kind: str

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: what was found, what is expected, what to do."""

    found: str
    expected: str
    remedy: str = ""


class _Absent:
    """The cell of a column or a name that is not there at all."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
"""Absent is neutral, blank is unknown: an input of a deal that is not there at all has its neutral level."""


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing (or nothing but spaces)."""
    if cell is None or cell is ABSENT:
        return True
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return isinstance(cell, float) and math.isnan(cell)


def text(cell: object) -> str:
    """A cell as trimmed text; "" where blank; a whole number without its ".0"."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and abs(cell) < 1e15 and cell == round(cell):
        return str(int(cell))
    return str(cell).strip()


def is_error(cell: object) -> bool:
    """Whether a cell holds a spreadsheet error."""
    return text(cell).upper() in ERRORS


def number(cell: object, quantity: Quantity) -> float | Fault:
    """A cell as a float in the quantity's unit: NaN where blank, infinity where it says "none", or what is wrong."""
    if type(cell) is float and not math.isnan(cell):
        return _in_range(cell, quantity)
    if is_blank(cell):
        return UNKNOWN
    expected = quantity.expected()
    if isinstance(cell, Nested):
        return Fault(f"found {cell}", expected)
    if is_error(cell):
        return Fault(f"found the error {text(cell)}", expected, "Mend the formula or type the value.")
    if isinstance(cell, datetime | date):
        return Fault(f"found the date {cell:%Y-%m-%d}", expected, "Type the number and format the cell as a number.")
    if isinstance(cell, bool):
        if quantity.is_switch:
            return float(cell)
        return Fault(f"found {str(cell).upper()}", expected)
    if isinstance(cell, numbers.Real):
        try:
            return _in_range(float(cell), quantity)
        except OverflowError:
            return _in_range(math.inf, quantity)
    return _from_text(text(cell), quantity)


def _from_text(words: str, quantity: Quantity) -> float | Fault:
    if words.lower() == "none" and quantity.none_means:
        return NONE
    expected = quantity.expected()
    if words.lower() == "none":
        return Fault('found "none"', expected, "Type 0 where nothing is meant.")
    if quantity.is_switch and words.lower() in _YES | _NO:
        return float(words.lower() in _YES)
    guess = _number_in(words, quantity)
    remedy = f"Type {guess}" + (" as a number, not as text." if guess == words else ".") if guess else ""
    return Fault(f'found the text "{words[:60]}"', expected, remedy)


def _number_in(words: str, quantity: Quantity) -> str:
    """The one number that a text holds, as it should be typed; "" where there is none, or more than one."""
    found = re.findall(r"-?\d[\d.,]*%?", words.replace(" %", "%"))
    if len(found) != 1 or (found[0].endswith("%") and not quantity.is_share):
        return ""
    digits = str(found[0]).rstrip(".,")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?%?", digits):
        return digits.replace(",", "")
    decimal = digits.replace(",", ".")
    return decimal if re.fullmatch(r"-?\d+(\.\d+)?%?", decimal) else ""


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
        remedy = f"Type {value:g}% (or {value / 100:g}) if {value:g} percent is meant."
    return Fault(f"found {value:g}, which is {fault}", quantity.expected(), remedy)


def day(cell: object) -> date | None | Fault:
    """A cell as a day: a date cell, a serial number of the 1900 system, or ISO text; None where blank."""
    expected = "a date"
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, numbers.Real) and not isinstance(cell, bool) and 1.0 <= float(cell) < 2_958_466.0:
        return _FIRST_SERIAL + timedelta(days=int(float(cell)))
    try:
        return date.fromisoformat(text(cell)[:10])
    except ValueError:
        return Fault(f'found "{text(cell)[:60]}"', expected, "Type a date such as 2026-12-31.")


def yes_no(cell: object) -> bool | None | Fault:
    """A cell as yes or no; None where blank."""
    if is_blank(cell):
        return None
    words = text(cell).lower()
    if words in _YES | _NO:
        return words in _YES
    return Fault(f'found "{words[:60]}"', "yes or no")


def with_cells(words: str, places: str) -> str:
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
