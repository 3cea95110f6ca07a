"""The page that is prepared before a call, as people and programs see it: the rows of a sheet, and JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..inputs.labels import label_of
from ..result_tables.views import Cell, Rows
from ..verdicts.trades import Change
from .first_ask import ask_words
from .preparing import MOST, Prepared, Source
from .sentences import Speaker
from .tables import authority_words, json_level, number_or_null

COLUMNS = ("they_ask", "level", "cost", "alone", "first", "second", "who", "say", "because")
"""The columns of the page, by the names that the translations give a header for."""
PREPARED_ROWS = MOST + 1
"""The asks, and a row that says how many more there are."""


def prepared_table(found: Sequence[Prepared], speaker: Speaker) -> Rows:
    """One row an ask, `COLUMNS`, without a header; cost is money, all else words. A last row has a note in the column
    *say* alone: which asks cannot be judged, and which are left out."""
    rows = [_row(one, speaker) for one in answered(found)[:MOST]]
    notes = prepared_notes(found, speaker, MOST)
    return [*rows, [" ".join(notes) if name == "say" else "" for name in COLUMNS]] if notes else rows


def answered(found: Sequence[Prepared]) -> list[Prepared]:
    """The asks that have an answer: all but those that change nothing in the deal."""
    return [one for one in found if not one.changes_nothing]


def prepared_notes(found: Sequence[Prepared], speaker: Speaker, most: int | None = None) -> list[str]:
    """What to know of the whole page, a sentence each: how many asks cannot be judged, which change nothing, and which do not
    fit on a page of `most`; or that no ask is expected."""
    asks, idle = answered(found), [one for one in found if one.changes_nothing]
    unclear = [one for one in asks if one.is_unclear]
    notes = [] if asks else [speaker.word("prepare", "nothing")]
    if unclear:
        notes.append(speaker.word("prepare", "cannot_tell").format(count=len(unclear), all=len(asks)))
    for name, left_out in (("idle", idle), ("more", asks[most:] if most else [])):
        if left_out:
            names = ", ".join(lever_words(one.ask, speaker) for one in left_out)
            notes.append(speaker.word("prepare", name).format(count=len(left_out), names=names))
    return notes


def _row(one: Prepared, speaker: Speaker) -> list[Cell]:
    ask = one.ask
    start, to = (speaker.typed(ask.lever, level) for level in (one.from_level, ask.to))
    alone = "–" if math.isnan(one.alone) else speaker.typed(ask.lever, one.alone)
    return [
        lever_words(ask, speaker),
        f"{start} → {to}",
        "" if math.isnan(one.cost) else one.cost,
        alone,
        counter_words(one.first, speaker),
        counter_words(one.second, speaker),
        authority_words(one.authority, speaker),
        one.say,
        "; ".join(filter(None, (because(one.source, speaker), obstacle_words(one, speaker)))),
    ]


def obstacle_words(one: Prepared, speaker: Speaker) -> str:
    """Why the ask cannot be granted or judged, or "". In English it is said as the note of a trade says it."""
    why = "unclear" if one.is_unclear else "stop"
    return speaker.word("prepare", why).format(reason=one.obstacle) if one.obstacle else ""


def lever_words(change: Change, speaker: Speaker) -> str:
    """A lever as the sheets name it, with its line."""
    if speaker.language == "en":
        return label_of(change.lever, change.line)
    name = speaker.lever(change.lever, change.line)
    return name[:1].upper() + name[1:]


def counter_words(changes: Sequence[Change], speaker: Speaker) -> str:
    """Counter-asks with their levels, "and" between two; "–" where there is none."""
    if speaker.language == "en":  # as it can be typed
        return ask_words(changes) or "–"
    words = [f"{lever_words(one, speaker)}: {speaker.typed(one.lever, one.to)}" for one in changes]
    return speaker.together(words) or "–"


def because(source: Source, speaker: Speaker) -> str:
    """Why an ask is likely: clients usually make it, who needs it, when this client asked for it."""
    said = [speaker.word("prepare", "usual")] if source.is_usual else []
    names = dict.fromkeys(one.who or one.role for one in source.people)
    said += [speaker.word("prepare", "needed").format(names=", ".join(names))] if names else []
    days = [speaker.day(one.date) for one in source.before if one.date is not None]
    if source.before:
        said.append(speaker.word("prepare", "before").format(days=", ".join(days)).strip())
    return "; ".join(said)


def prepared_document(found: Sequence[Prepared], speaker: Speaker) -> list[dict[str, object]]:
    """Every likely ask for JSON, also those for which the page has no room: see `docs/json.md`."""
    return [
        {
            "lever": one.ask.lever,
            "line": one.ask.line,
            "from": json_level(one.from_level),
            "to": json_level(one.ask.to),
            "because": because(one.source, speaker),
            "cost": number_or_null(one.cost),
            "alone": json_level(one.alone),
            "first": _changes(one.first),
            "second": _changes(one.second),
            "authority": None if one.authority is None else str(one.authority),
            "offered": _changes(one.offered),
            "in_return": _changes(one.in_return),
            "say": one.say,
            "obstacle": one.obstacle,
            "changes_nothing": one.changes_nothing,
        }
        for one in found
    ]


def _changes(changes: Sequence[Change]) -> list[dict[str, object]]:
    return [{"lever": one.lever, "line": one.line, "to": json_level(one.to)} for one in changes]
