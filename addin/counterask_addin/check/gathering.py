"""Findings of one cause become one: cells that were pasted over, results that follow from them, limits that are out of date.

A cause is what a person did once. Cells of one kind that lie together are one edit. Results that read what is wrong differ
because of it. All other results that differ were not recalculated. What is gathered names the cause, the count and the first
cells, and keeps every finding as a part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from counterask.result_tables.counts import count_of

from ..workbooks.addresses import cell_name
from ..workbooks.formulas import column_number
from .deal import EXPIRED, SEAL, STRAY
from .dependants import Spot, dependants
from .finance import LIMITS
from .finding import Finding
from .inputs import FORMULA, TEXT, UNREADABLE
from .looks import LABEL
from .names import REDEFINED
from .results import EDITED, OVERWRITTEN, STALE
from .template import CellPlace, drawn_template

_NEAR = 3
"""Cells of one kind belong to one edit where at most so many rows and columns lie between them."""
_SHOWN = 3
_MANY = 12
"""So many differences from finance's limits are another version of them, not edits."""

_IN_BLOCKS: dict[str, str] = {
    OVERWRITTEN: "cells hold values in place of formulas. Restore the formulas, or start from a new quote",
    EDITED: "cells hold other formulas than the template. Restore the formulas, or start from a new quote",
    UNREADABLE: "cells cannot be read",
    TEXT: "cells hold numbers as text. Type the numbers again, or use Data > Text to Columns",
    FORMULA: "inputs are formulas",
    LABEL: "labels were changed",
}
"""Kinds whose cells lie together where they have one cause -> what is the matter with them."""


def gathered(found: Sequence[Finding]) -> list[Finding]:
    """The findings with those of one cause in one, in the order of the first of each."""
    rest = list(found)
    rest = _replaced(rest, [_on_whole_sheets(rest)], _as_values)
    for kind, words in _IN_BLOCKS.items():
        own = [one for one in rest if one.kind == kind and not one.parts and _spot(one)]
        rest = _replaced(rest, _blocks(own), _counted(words))
    names = [one for one in rest if one.kind == REDEFINED]
    rest = _replaced(rest, [names], lambda parts: f"{len(parts):,} defined names are missing or point elsewhere")
    rest = _with_what_follows(rest)
    rest = _replaced(rest, [[one for one in rest if one.kind == STALE]], _not_recalculated)
    for kind, words in (
        (EXPIRED, "rows of the limits are not in force. Ask for the current limits: counterask limits update"),
        (STRAY, "rows of the limits hold for no line of this quote"),
        (SEAL, "values were changed since the limits were sealed. Bring the quote up to date: counterask limits update"),
    ):
        rest = _replaced(rest, [[one for one in rest if one.kind == kind]], _counted(words))
    others = [one for one in rest if one.kind == LIMITS]
    if len(others) > _MANY:
        words = "values are not finance's: the quote has another version of the limits"
        rest = _replaced(rest, [others], _counted(f"{words}. Bring it up to date: counterask limits update"))
    return rest


def _on_whole_sheets(found: Sequence[Finding]) -> list[Finding]:
    """What is typed over on sheets that have lost most of their formulas: they were pasted as values."""
    typed = [(spot[0], one) for one in found if one.kind == OVERWRITTEN and (spot := _spot(one)) is not None]
    counts = Counter(sheet for sheet, _ in typed)
    formulas = drawn_template().formulas if typed else {}
    return [one for sheet, one in typed if counts[sheet] > len(formulas.get(sheet, ())) / 2]


def _as_values(parts: Sequence[Finding]) -> str:
    sheets = dict.fromkeys(spot[0] for one in parts if (spot := _spot(one)) is not None)
    words = "cells hold values in place of formulas: most of the sheet was pasted as values"
    return f"{len(parts):,} {words} ({', '.join(sheets)}). Start from a new quote"


FindingWords = Callable[[Sequence[Finding]], str]


def _replaced(found: Sequence[Finding], groups: Iterable[Sequence[Finding]], words: FindingWords) -> list[Finding]:
    """The findings with each group of more than one in the place of its first."""
    of = {id(one): group for group in groups if len(group) > 1 for one in group}
    made: list[Finding] = []
    for one in found:
        group = of.get(id(one))
        if group is None:
            made.append(one)
        elif group[0] is one:
            made.append(_one_of(group, words(group)))
    return made


def _one_of(group: Sequence[Finding], words: str) -> Finding:
    """One finding for several. Its place is the smallest range that holds them, or the first of them on several sheets."""
    parts = [part for one in group for part in (one.parts or (one,))]
    return Finding(group[0].kind, group[0].severity, _where(parts), f"{words}.{_first(parts)}", _largest(parts), tuple(parts))


def _largest(parts: Iterable[Finding]) -> float | None:
    return max((one.amount for one in parts if one.amount is not None), key=abs, default=None)


def _first(parts: Sequence[Finding]) -> str:
    """The first cells with what was found in them, and the one with the largest amount."""
    told = "; ".join(f"{one.where}: {one.words}" for one in parts[:_SHOWN])
    amount = _largest(parts)
    at = next((one.where for one in parts if amount and one.amount == amount), "")
    return f" The first: {told}" + (f". The largest difference is at {at}" if at else "")


def _where(parts: Sequence[Finding]) -> str:
    spots = [spot for one in parts if (spot := _spot(one)) is not None]
    if len(spots) < len(parts) or len({sheet for sheet, _ in spots}) > 1:
        more = len(parts) - 1
        return f"{parts[0].where} and {more:,} more"
    rows, columns = zip(*(place for _, place in spots), strict=True)
    first, last = cell_name(min(rows), min(columns)), cell_name(max(rows), max(columns))
    return f"{spots[0][0]} · {first if first == last else f'{first}:{last}'}"


def _spot(found: Finding) -> Spot | None:
    """The cell of a finding; None where it is about something else."""
    sheet, _, cell = found.where.replace("!", " · ").rpartition(" · ")
    match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", cell)
    return (sheet, (int(match[2]), column_number(match[1]))) if match and sheet else None


def _blocks(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Findings on one sheet of one severity whose cells lie together."""
    waiting: dict[tuple[str, str], dict[CellPlace, list[Finding]]] = {}
    for one in found:
        spot = _spot(one)
        assert spot is not None
        waiting.setdefault((spot[0], str(one.severity)), {}).setdefault(spot[1], []).append(one)
    for cells in waiting.values():
        while cells:
            start = next(iter(cells))
            block, edge = list(cells.pop(start)), [start]
            while edge:
                row, column = edge.pop()
                for place in [(row + down, column + right) for down in _STEPS for right in _STEPS]:
                    if place in cells:
                        block += cells.pop(place)
                        edge.append(place)
            yield sorted(block, key=found.index) if len(block) < 50 else block


_STEPS = range(-_NEAR, _NEAR + 1)


def _counted(words: str) -> FindingWords:
    return lambda parts: f"{len(parts):,} {words}"


def _not_recalculated(parts: Sequence[Finding]) -> str:
    why = "an input was changed and the file was not recalculated, or values came from another file"
    if any("#NAME?" in one.words for one in parts):
        why = "the program that saved the file had no functions of counterask"
    what = f"{len(parts):,} results are not what the inputs give: {why}"
    return f"{what}. Recalculate with Ctrl+Alt+F9, or with counterask value -o"


def _with_what_follows(found: Sequence[Finding]) -> list[Finding]:
    """Results that differ because they read what is typed over, edited or redefined go to the finding that says so."""
    stale = {spot: one for one in found if one.kind == STALE and (spot := _spot(one)) is not None}
    made: list[Finding] = []
    taken: set[int] = set()
    for one in found:
        if one.kind not in (OVERWRITTEN, EDITED, REDEFINED) or not stale:
            made.append(one)
            continue
        own = one.parts or (one,)
        cells = [spot for part in own if (spot := _spot(part)) is not None]
        names = {part.where.removeprefix("name ").lower() for part in own if part.kind == REDEFINED}
        follow = dependants(drawn_template(), cells, names)
        hit = [stale.pop(spot) for spot in list(stale) if spot in follow]
        taken |= {id(part) for part in hit}
        if not hit:
            made.append(one)
            continue
        parts = (*own, *hit)
        count = count_of(len(hit), "result that depends on it differs", "results that depend on it differ")
        words = f"{one.words}; {count}, the first: {hit[0].where}"
        made.append(replace(one, words=words, parts=parts))
    return [one for one in made if id(one) not in taken]
