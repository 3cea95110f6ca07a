"""The hidden Lists sheet: what drop-downs offer, and which levers are in which unit. All of it from the registries.

Levers of the company's own follow from the Limits sheet as it stands, by formulas, so that a lever added there is
offered at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterask.inputs.levers import LEVERS, Kind, Lever

from .layout import LIMIT_ROWS, LIMITS, LIMITS_TABLE, LISTS
from .looks import COUNT_LIST, COUNT_UNITS, UNIT_LISTS
from .natives import Facts, Native
from .pen import Pen
from .specs import letters
from .tables import RESPONSES

TOP = 1
NEGOTIABLE = tuple(lever.label for lever in LEVERS if lever.is_negotiable)
OWN_ROWS = 16
"""How many levers of the company's own are offered."""

_SPELT = [(word, lever) for lever in LEVERS for word in dict.fromkeys((lever.label.lower(), lever.name.lower()))]
"""Each lever as it may be typed; spreadsheets compare without case."""


def _words_of(lever: Lever) -> tuple[str, ...]:
    """The words that may stand for a level of a lever."""
    return ("yes", "no") if lever.quantity.is_switch else ("none",) if lever.quantity.none_means else ()


_STATIC: dict[str, Sequence[str | float]] = {
    "Kind_list": tuple(str(kind) for kind in Kind),
    "Response_list": tuple(RESPONSES.values()),
    "Yes_no_list": ("yes", "no"),
    "Event_list": ("trade", "concession", "stall", "version"),
    "Line_levers": tuple(lever.label for lever in LEVERS if lever.is_on_line),
    **{
        name: tuple(lever.label for lever in LEVERS if lever.quantity.unit == unit) for unit, name in UNIT_LISTS.items()
    },
    COUNT_LIST: tuple(lever.label for lever in LEVERS if lever.quantity.unit in COUNT_UNITS),
    "Level_levers": tuple(word for word, _ in _SPELT),
    "Level_lowest": tuple(lever.quantity.lowest for _, lever in _SPELT),
    "Level_highest": tuple(lever.quantity.highest for _, lever in _SPELT),
    "Level_whole": tuple(float(lever.quantity.whole or lever.quantity.is_switch) for _, lever in _SPELT),
    "Level_words": tuple(f"{word}: {said}" for word, lever in _SPELT for said in _words_of(lever)),
}
_RANK, _LEVERS = 1, 2
"""Columns: the running number of each own lever in the limits; the levers that are offered, own ones last."""


def _own(facts: Facts) -> list[str]:
    named = zip(facts.inputs("Limits", "lever"), facts.inputs("Limits", "amount_per_unit"), strict=True)
    return [str(lever) for lever, amount in named if lever and amount is not None]


def _rank(row: int) -> Native:
    at = LIMITS_TABLE.first + row
    lever, amount = (f"{LIMITS}!${letters(LIMITS_TABLE.column(name))}${at}" for name in ("lever", "amount_per_unit"))
    above = f"$A${TOP}:$A${TOP + row}"

    def say(facts: Facts) -> float | str:
        cells = list(zip(facts.inputs("Limits", "lever"), facts.inputs("Limits", "amount_per_unit"), strict=True))
        owned = [bool(name) and money is not None for name, money in cells[: row + 1]]
        return float(sum(owned)) if owned[-1] else ""

    return Native(LISTS, TOP + 1 + row, _RANK, f'=IF(AND({lever}<>"",{amount}<>""),MAX({above})+1,"")', say)


def _offered(number: int) -> Native:
    """The cell with the `number`-th lever of the company's own, from 1."""
    levers, ranks = f"{LIMITS}!{LIMITS_TABLE.data('lever')}", f"$A${TOP + 1}:$A${TOP + LIMIT_ROWS}"

    def say(facts: Facts) -> str:
        own = _own(facts)
        return own[number - 1] if number <= len(own) else ""

    formula = f'=IFERROR(INDEX({levers},MATCH({number},{ranks},0))&"","")'
    return Native(LISTS, TOP + len(NEGOTIABLE) + number, _LEVERS, formula, say)


NATIVES: tuple[Native, ...] = (
    *(_rank(row) for row in range(LIMIT_ROWS)),
    *(_offered(number) for number in range(1, OWN_ROWS + 1)),
)


def draw(pen: Pen) -> None:
    """Draw the sheet and define the lists' names."""
    page = pen.pages[LISTS]
    page.set_column(0, 0, 10)
    page.set_column(1, len(_STATIC) + 1, 24)
    head = pen.styles.header()
    page.write_string(TOP - 1, _RANK - 1, "Own levers", head)
    page.write_string(TOP - 1, _LEVERS - 1, "Lever_list", head)
    for row, label in enumerate(NEGOTIABLE, TOP):
        page.write_string(row, _LEVERS - 1, label, pen.styles.get())
    for native in NATIVES:
        pen.native(page, native, pen.styles.get())
    first, last = TOP + 1, TOP + len(NEGOTIABLE) + OWN_ROWS
    _filled(pen, "Lever_list", first, last)
    _filled(pen, "Company_lever_list", TOP + 1 + len(NEGOTIABLE), last)
    for column, (name, words) in enumerate(_STATIC.items(), _LEVERS + 1):
        page.write_string(TOP - 1, column - 1, name, head)
        for row, word in enumerate(words, TOP):
            pen.put(page, row + 1, column, word, pen.styles.get())
        pen.define(name, LISTS, TOP + 1, column, TOP + len(words), column)
    pen.close(page)


def _filled(pen: Pen, name: str, first: int, last: int) -> None:
    """A list that ends where its cells say nothing more."""
    column = f"{LISTS}!$B${first}:$B${last}"
    pen.book.define_name(name, f'=OFFSET({LISTS}!$B${first},0,0,MAX(1,COUNTIF({column},"?*")),1)')
