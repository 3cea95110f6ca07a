"""The products of a price book by the names that people type, with their quantities; and segments by theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from counterask.inputs.levers import LEVER_BY_NAME
from counterask.reading.cells import Fault, read_number
from counterask.reading.names import known_name, name_key
from counterask.reading.typed_numbers import typed_number

from ..errors import CannotRun
from .wanted import WantedLine

_QUANTITY = LEVER_BY_NAME["quantity"].quantity
_NAMED = 12
"""How many names a message lists."""


def product_line(words: str, names: Sequence[str]) -> WantedLine:
    """A line as it is typed: "Platform seats=200". names : of the price book. Raises CannotRun with what is wrong with it."""
    name, mark, quantity = words.rpartition("=")
    if not mark or not name.strip():
        raise CannotRun(f'--product: found "{words}", expected NAME=QUANTITY. Write it as --product "{words or "Seats"}=10".')
    return WantedLine(product_named(name, names), {"quantity": typed_quantity(quantity, name.strip())})


def product_named(name: str, names: Sequence[str]) -> str:
    """The product that a person means. Raises CannotRun with the closest names where the price book has none of that name."""
    found = known_name(name.strip(), names)
    if found not in names:
        raise CannotRun(f'The price book has no product "{name.strip()}". {names_like(name.strip(), names)}')
    return found


def names_like(name: str, names: Sequence[str]) -> str:
    """The names of the price book, the one first that is closest to a name that it does not have, as sentences."""
    if not names:
        return "It is empty: name limits that have a price book with --limits limits.xlsx"
    close = closest(name, names)
    listed = "; ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    hint = f'The closest name is "{close[0]}".' if close else "No name is close to it."
    return f"{hint} It has: {listed}."


def closest(name: str, names: Iterable[str]) -> list[str]:
    """The known names that are spelled most like a name, the closest first; none where no name is close."""
    by_key = {name_key(one): one for one in names}
    return [by_key[key] for key in difflib.get_close_matches(name_key(name), by_key, n=3, cutoff=0.6)]


def typed_quantity(words: str, name: str) -> float:
    """A quantity as it is typed. Raises CannotRun where it is not one number, or not one that a line can have."""
    typed = typed_number(words, _QUANTITY)
    number = typed.number if typed.is_bare or typed.has_unit else None
    found = read_number(number if number is not None else words, _QUANTITY)
    if isinstance(found, Fault) or not found > 0.0:
        expected = f"{found.expected}. {found.remedy}" if isinstance(found, Fault) else "a number above 0."
        raise CannotRun(f'Quantity of {name}: found "{words.strip()}", expected {expected}'.rstrip())
    return found


def segment_named(words: str, known: Sequence[str]) -> tuple[str, str]:
    """The segment that a person means, and a sentence where no limit is made for it. known : the segments with rows of their
    own. Raises CannotRun where it is spelled almost like one of these."""
    found = known_name(words.strip(), known)
    if found in known or not found:
        return found, ""
    if close := closest(found, known):
        raise CannotRun(f'--segment: found "{found}", which the limits do not have. Did you mean "{close[0]}"?')
    return found, f'The limits have no rows for the segment "{found}": the rows for all segments apply.'
