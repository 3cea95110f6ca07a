"""The hidden Lists sheet: what drop-downs offer, and which levers are in which unit. All of it from the registries.

Company levers and segments are collected from the Limits, Policy and Assumptions by formulas, so that one that is added there is
offered at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.language import capital, texts_in
from counterask.inputs.levers import LANGUAGES, LEVERS, Kind, Lever
from counterask.reading.policy import AUTHORITIES, POLICY
from counterask.verdicts.limits import Authority

from .layout import ASSUMPTIONS_TABLE, LIMITS, LIMITS_TABLE, LISTS, POLICY_TABLE
from .looks import COUNT_LIST, COUNT_UNITS, UNIT_LISTS
from .manager_layout import LIMIT_ROWS
from .natives import CellText, Facts, Native
from .pen import Pen
from .specs import cell, letters
from .tables import RESPONSES

TOP = 1
NEGOTIABLE = tuple(lever.label for lever in LEVERS if lever.is_negotiable)
OWN_ROWS = 16
"""How many company levers are offered."""
SEGMENTS_OFFERED = 16


def _labels(lever: Lever) -> tuple[str, ...]:
    """A lever's label in each language: whichever is typed, its level is shown in its unit."""
    return tuple(dict.fromkeys((lever.label, *(capital(lever.words(one).name) for one in LANGUAGES))))


_SPELT = [
    (word, lever)
    for lever in LEVERS
    for word in dict.fromkeys((*map(str.lower, _labels(lever)), lever.name, lever.name.replace("_", " ")))
]
"""Each lever as it may be typed; spreadsheets compare without case."""


def _words_of(lever: Lever) -> tuple[str, ...]:
    """The words that may stand for a level of a lever."""
    words = ("yes", "no") if lever.quantity.is_switch else ("none",) if lever.quantity.none_means else ()
    return tuple(dict.fromkeys(texts_in(language).say(word) for language in LANGUAGES for word in words))


_STATIC: dict[str, Sequence[str | float]] = {
    "Kind_list": tuple(str(kind) for kind in Kind),
    "Response_list": tuple(RESPONSES.values()),
    "Yes_no_list": ("yes", "no"),
    "Policy_list": (*(quantity.label for quantity in POLICY), *AUTHORITIES.values()),
    "Authority_list": tuple(str(one) for one in Authority if one != Authority.NOBODY),
    "Assumption_list": tuple(quantity.label for quantity in ASSUMPTIONS),
    "Event_list": ("trade", "concession", "stall", "version", "rounds"),
    "Line_levers": tuple(label for lever in LEVERS if lever.is_on_line for label in _labels(lever)),
    **{
        name: tuple(label for lever in LEVERS if lever.quantity.unit == unit for label in _labels(lever))
        for unit, name in UNIT_LISTS.items()
    },
    COUNT_LIST: tuple(label for lever in LEVERS if lever.quantity.unit in COUNT_UNITS for label in _labels(lever)),
    "Level_levers": tuple(word for word, _ in _SPELT),
    "Level_lowest": tuple(lever.quantity.lowest for _, lever in _SPELT),
    "Level_highest": tuple(lever.quantity.highest for _, lever in _SPELT),
    "Level_whole": tuple(float(lever.quantity.whole or lever.quantity.is_switch) for _, lever in _SPELT),
    "Level_words": tuple(f"{word}: {said}" for word, lever in _SPELT for said in _words_of(lever)),
}
_IN_EVERY_LANGUAGE = frozenset({"Line_levers", *UNIT_LISTS.values(), COUNT_LIST, "Level_levers", "Level_words"})
"""Lists that nobody chooses from: formulas look up what was typed."""
_RANK, _LEVERS, _SEEN, _SEGMENT_RANK, _SEGMENTS = 1, 2, 3, 4, 5
"""Columns: the running number of each company lever in the limits; the levers that are offered, company levers last; each segment
where it is first seen; its running number; the segments that are offered."""


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
    """The cell with the `number`-th company lever, from 1."""
    levers, ranks = f"{LIMITS}!{LIMITS_TABLE.data('lever')}", f"$A${TOP + 1}:$A${TOP + LIMIT_ROWS}"

    def say(facts: Facts) -> str:
        own = _own(facts)
        return own[number - 1] if number <= len(own) else ""

    formula = f'=IFERROR(INDEX({levers},MATCH({number},{ranks},0))&"","")'
    return Native(LISTS, TOP + len(NEGOTIABLE) + number, _LEVERS, formula, say)


_SEGMENT_TABLES = (LIMITS_TABLE, POLICY_TABLE, ASSUMPTIONS_TABLE)
_SEGMENT_CELLS = tuple(
    cell(row, spec.column("segment"), spec.sheet) for spec in _SEGMENT_TABLES for row in range(spec.first, spec.bottom + 1)
)
"""Where segments are typed, in the order in which they are offered."""


def _segments(facts: Facts) -> list[str]:
    """Each of `_SEGMENT_CELLS` as text, "" where it is blank or repeats an earlier one."""
    found: list[str] = []
    known = {""}
    for word in (str(one or "") for spec in _SEGMENT_TABLES for one in facts.inputs(spec.name, "segment")):
        found.append("" if word.casefold() in known else word)
        known.add(word.casefold())
    return found


def _seen(place: int) -> Native:
    at, above = _SEGMENT_CELLS[place], f"$C${TOP}:$C${TOP + place}"
    formula = f'=IF({at}="","",IF(COUNTIF({above},{at})>0,"",{at}))'
    return Native(LISTS, TOP + 1 + place, _SEEN, formula, lambda facts: _segments(facts)[place])


def _segment_rank(place: int) -> Native:
    def say(facts: Facts) -> CellText:
        found = _segments(facts)[: place + 1]
        return float(sum(word != "" for word in found)) if found[-1] else ""

    row = TOP + 1 + place
    return Native(LISTS, row, _SEGMENT_RANK, f'=IF($C${row}="","",MAX($D${TOP}:$D${row - 1})+1)', say)


def _segment_offered(number: int) -> Native:
    last = TOP + len(_SEGMENT_CELLS)
    seen, ranks = (f"${column}${TOP + 1}:${column}${last}" for column in "CD")

    def say(facts: Facts) -> str:
        found = [word for word in _segments(facts) if word]
        return found[number - 1] if number <= len(found) else ""

    return Native(LISTS, TOP + number, _SEGMENTS, f'=IFERROR(INDEX({seen},MATCH({number},{ranks},0)),"")', say)


NATIVES: tuple[Native, ...] = (
    *(_rank(row) for row in range(LIMIT_ROWS)),
    *(_offered(number) for number in range(1, OWN_ROWS + 1)),
    *(_seen(place) for place in range(len(_SEGMENT_CELLS))),
    *(_segment_rank(place) for place in range(len(_SEGMENT_CELLS))),
    *(_segment_offered(number) for number in range(1, SEGMENTS_OFFERED + 1)),
)


def draw(pen: Pen) -> None:
    """Draw the sheet and define the lists' names."""
    page = pen.pages[LISTS]
    page.set_column(0, 0, 10)
    page.set_column(1, len(_STATIC) + _SEGMENTS, 24)
    head = pen.styles.header()
    heads = ("Company levers", "Lever_list", "Segments", "Segment numbers", "Segment_list")
    for column, title in enumerate(heads):
        page.write_string(TOP - 1, column, title, head)
    for row, label in enumerate(NEGOTIABLE, TOP):
        page.write_string(row, _LEVERS - 1, label, pen.styles.get())
    for native in NATIVES:
        pen.native(page, native, pen.styles.get())
    first, last = TOP + 1, TOP + len(NEGOTIABLE) + OWN_ROWS
    _filled(pen, "Lever_list", _LEVERS, first, last)
    _filled(pen, "Company_lever_list", _LEVERS, TOP + 1 + len(NEGOTIABLE), last)
    _filled(pen, "Segment_list", _SEGMENTS, TOP + 1, TOP + SEGMENTS_OFFERED)
    for column, (name, words) in enumerate(_STATIC.items(), _SEGMENTS + 1):
        page.write_string(TOP - 1, column - 1, name, head)
        for row, word in enumerate(words, TOP):
            if isinstance(word, str) and name in _IN_EVERY_LANGUAGE:
                page.write_as_is(row, column - 1, word, pen.styles.get())
            else:
                pen.put(page, row + 1, column, word, pen.styles.get())
        pen.define(name, LISTS, TOP + 1, column, TOP + len(words), column)
    pen.close(page)


def _filled(pen: Pen, name: str, column: int, first: int, last: int) -> None:
    """A list that ends after its last cell with words."""
    top, bottom = (f"{LISTS}!${letters(column)}${row}" for row in (first, last))
    cells = f"{top}:{bottom.removeprefix(f'{LISTS}!')}"
    pen.book.define_name(name, f'=OFFSET({top},0,0,MAX(1,COUNTIF({cells},"?*")),1)')
