"""The rounds of a quote as the range `Rounds` keeps them: a row each, what people read first, what was recorded after it.

What was recorded is one text in pieces. It holds the round, every cell that people read, and the digest of the round before: a
row that is edited, moved or taken out from between others no longer fits. The digest is no signature: it finds edits, and it does
not keep anybody who computes digests from writing all rows again. That the last rounds were deleted cannot be seen either.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..reading.cells import is_blank, text
from ..reading.tables import plain
from ..seals.signatures import canonical_text, joined, pieces
from .rounds import LeverMove, Round, RoundSide, check_offer

FIELDS = ("round", "day", "who", "moves", "moved", "value", "open", "gap", "concessions", "note")
"""What people read."""
PIECES = 4
COLUMNS = (*FIELDS, "digest", "letters", *(f"recorded_{number}" for number in range(1, PIECES + 1)))
"""The columns of the range `Rounds`."""
_FORMAT = 1
_NUMBERS = frozenset({"round", "moved", "value", "gap"})


@dataclass(frozen=True)
class RoundFault:
    """What is wrong with a row of the range. row : in the range, its header being 0. column : "" where it is the row itself."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class RecordedRounds:
    """The rounds of a range that can be read, each once, in the order of their numbers.

    quotes : which quote each was recorded in. faults : rows that are not as they were recorded. digest : of the last round, ""
    for none. next_row : the first free row.
    """

    rounds: tuple[Round, ...] = ()
    quotes: tuple[str, ...] = ()
    faults: tuple[RoundFault, ...] = ()
    digest: str = ""
    next_row: int = 1


def round_row(one: Round, cells: Mapping[str, float | str], quote: str, before: str) -> list[float | str]:
    """The row of a round, `COLUMNS`. cells : what people read, `FIELDS`. quote : which quote it is of, in words. before : the
    digest of the round before. Raises ValueError where it has no room."""
    document: dict[str, object] = {
        "rounds": _FORMAT,
        "before": before,
        "quote": quote,
        "cells": {name: _as_text(cells[name]) for name in FIELDS},
        "number": one.number,
        "day": one.day,
        "side": str(one.side),
        "note": one.note,
        "offer": one.offer,
        "value": _number(one.value),
        "moves": _moves(one.moves),
        "gap": None if one.gap is None else _moves(one.gap),
    }
    if one.untold:
        document["untold"] = list(one.untold)
    recorded = canonical_text(document)
    parts = pieces(recorded)
    if len(parts) > PIECES:
        raise ValueError(f"the offer takes {len(parts)} cells, and {PIECES} are the most: it has too many lines")
    parts += [""] * (PIECES - len(parts))
    return [*(cells[name] for name in FIELDS), _digest(recorded), str(len(recorded)), *parts]


def read_rounds(rows: Sequence[Sequence[object]]) -> RecordedRounds:
    """The rounds in the range `Rounds`, its header first. A row that cannot be read is a fault and no round."""
    at = {plain(cell): place for place, cell in enumerate(rows[0]) if plain(cell)} if rows else {}
    missing = [name for name in COLUMNS if plain(name) not in at]
    if missing:
        return RecordedRounds(faults=(RoundFault(0, "", f'the column "{missing[0]}" is missing'),), next_row=len(rows))
    found: list[_Row] = []
    unreadable: list[int] = []
    faults: list[RoundFault] = []
    last = 0
    for number, cells in enumerate(rows[1:], 1):
        if all(is_blank(cell) for cell in cells):
            continue
        last = number
        by_name = {name: cells[at[plain(name)]] if at[plain(name)] < len(cells) else None for name in COLUMNS}
        recorded = joined([text(by_name[f"recorded_{piece}"]) for piece in range(1, PIECES + 1)])
        digest = _digest(recorded)
        read = _round(recorded) if text(by_name["digest"]) == digest else None
        if read is None:
            unreadable.append(number)
            faults.append(RoundFault(number, "digest", "is not as it was recorded"))
            continue
        one, document = read
        shown = document["cells"]
        for name in FIELDS:
            was, now = str(shown.get(name, "")), _as_text(by_name[name])
            if not _same(was, now, name):
                faults.append(RoundFault(number, name, f'was recorded as "{was[:60]}" and is "{now[:60]}"'))
        found.append(_Row(number, one, str(document.get("quote", "")), digest, str(document.get("before", ""))))
    faults += _order_faults(found, unreadable)
    by_number = {one.round.number: one for one in reversed(found)}
    kept = [by_number[number] for number in sorted(by_number)]
    return RecordedRounds(
        tuple(one.round for one in kept),
        tuple(one.quote for one in kept),
        tuple(sorted(faults, key=lambda fault: fault.row)),
        kept[-1].digest if kept else "",
        last + 1,
    )


@dataclass(frozen=True)
class _Row:
    """A row that can be read. row : in the range. before : the digest of the round before, as it was recorded."""

    row: int
    round: Round
    quote: str
    digest: str
    before: str


def _order_faults(found: Sequence[_Row], unreadable: Sequence[int]) -> list[RoundFault]:
    """What is wrong with the rows as a whole: rounds that are missing, moved or there twice. Each is reported once, at the first
    row that shows it. unreadable : rows that may be any round."""
    faults, last_row, expected = [], 0, 1
    first_row = {one.round.number: one for one in reversed(found)}
    digests = {number: one.digest for number, one in first_row.items()} | {0: ""}
    is_moved = False
    for one in found:
        number, between = one.round.number, sum(last_row < row < one.row for row in unreadable)
        missing = [other for other in range(expected, number) if other not in first_row]
        words = ""
        if first_row[number] is not one:
            words = f"is there twice: it is the same round as in row {first_row[number].row} of the table"
        elif len(missing) > between:
            words = f"does not follow the one above it: {_numbers(missing)} missing"
        elif not is_moved and (number < expected or len(range(expected, number)) > len(missing)):
            is_moved, words = True, "does not follow the one above it: the rows are in another order"
        elif digests.get(number - 1, one.before) != one.before:
            words = f"was recorded after another round {number - 1} than the one above it"
        if words:
            faults.append(RoundFault(one.row, "", words))
        last_row, expected = one.row, max(expected, number + 1)
    return faults


def _numbers(missing: Sequence[int]) -> str:
    """ "round 2 is", "rounds 2 to 4 are": numbers in a row."""
    return f"round {missing[0]} is" if len(missing) == 1 else f"rounds {missing[0]} to {missing[-1]} are"


def _round(recorded: str) -> tuple[Round, Mapping[str, Any]] | None:
    """The round that a text records, and the whole record; None where it is none."""
    try:
        document = json.loads(recorded)
        if document["rounds"] != _FORMAT or not isinstance(document["cells"], dict):
            return None
        check_offer(document["offer"])
        gap = document["gap"]
        one = Round(
            int(document["number"]),
            date.fromisoformat(document["day"]).isoformat(),
            RoundSide(document["side"]),
            str(document["note"]),
            document["offer"],
            _from_number(document["value"]),
            _read_moves(document["moves"]),
            None if gap is None else _read_moves(gap),
            tuple(map(str, document.get("untold", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return one, document


def _moves(moves: Sequence[LeverMove]) -> list[list[object]]:
    return [[one.lever, one.line, _level(one.was), _level(one.now), _number(one.change)] for one in moves]


def _read_moves(stored: Sequence[Sequence[Any]]) -> tuple[LeverMove, ...]:
    return tuple(
        LeverMove(str(lever), line, _from_level(was), _from_level(now), _from_number(change))
        for lever, line, was, now, change in stored
    )


def _level(level: float) -> float | str | None:
    return "none" if math.isinf(level) else _number(level)


def _from_level(stored: object) -> float:
    return math.inf if stored == "none" else _from_number(stored)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _from_number(stored: Any) -> float:
    return math.nan if stored is None else float(stored)


def _as_text(cell: object) -> str:
    """A cell as it is recorded and compared; money to the cent."""
    return f"{cell:.2f}" if isinstance(cell, int | float) and not isinstance(cell, bool) else text(cell)


def _same(was: str, now: str, name: str) -> bool:
    """Whether a cell says what was recorded. A program may store a date or a number that was text as what it looks like."""
    if name in _NUMBERS and was and now:
        with contextlib.suppress(ValueError):  # words where an amount is not known
            return abs(float(was) - float(now)) < 0.006
    return was.split() == now.split()


def _digest(recorded: str) -> str:
    return hashlib.sha256(recorded.encode()).hexdigest()
