"""A counter-ask in one cell, as it is picked from a list, typed or pasted: "Term 36 months", "Discount of Seats: 5%".

A phrase names the lever by its label or name (without its unit, too: "Payment" for "payment_days"), then the line where the lever
belongs to one, then the level with or without its unit. What a phrase does not name stands in the cells beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..inputs.labels import label_of, level_words
from ..inputs.levers import LANGUAGES, LEVER_BY_NAME, LEVERS
from ..inputs.quantities import DAYS, MONTHS
from .names import name_key

_TIMES = {MONTHS: "months", DAYS: "days"}
_BETWEEN = re.compile(r"^(?:[\s,:;–-]|(?:to|from|of|for|on|auf|von|für|bei)\b|→|->)+")
"""What may stand between the parts of a phrase."""
_ARROW = re.compile(r"^[^→]*(?:→|->)\s*")
"""A level that it starts from: "24 → 36 months" means 36 months."""


@dataclass(frozen=True)
class Phrase:
    """What a phrase says. lever : its name, or that of a company lever. line : as the quote names it, or None. level : as it is
    typed into a cell."""

    lever: str
    line: str | None
    level: str


def phrase(lever: str, line: str | None, level: float) -> str:
    """A change in words that `read_phrase` reads. level : in the lever's unit.

    >>> phrase("term_months", None, 36.0), phrase("quantity", "Seats", 1950.0)
    ('Term 36 months', 'Quantity of Seats 1950')
    """
    known = LEVER_BY_NAME.get(lever)
    words = level_words(lever, level).replace(",", "")
    unit = _TIMES.get(known.quantity.unit, "") if known is not None and words[0].isdigit() else ""
    if level == 1.0:
        unit = unit.removesuffix("s")
    return " ".join(part for part in (label_of(lever), f"of {line}" if line else "", words, unit) if part)


@lru_cache(1)
def _spellings() -> tuple[tuple[str, str], ...]:
    """Each lever as it may be spelled, longest first, and its name: by its label, or by its name without the unit as well."""
    found: dict[str, str] = {}
    for lever in LEVERS:
        if lever.is_negotiable:
            names = (lever.label, lever.name, lever.name.replace("_", " "), *(lever.words(one).name for one in LANGUAGES))
            found |= {name_key(word): lever.name for word in names}
    for lever in LEVERS:
        short = re.sub(r" (?:months|days)$", "", lever.name.replace("_", " "))
        if lever.is_negotiable:
            found.setdefault(name_key(short), lever.name)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def read_phrase(words: str, company: Iterable[str], lines: Iterable[str]) -> Phrase | None:
    """What a text says as a counter-ask; None where it does not begin with a lever and end with a level.

    company : the names of the company levers. lines : the names of the quote's lines.

    >>> read_phrase("Term, 36 months", [], [])
    Phrase(lever='term_months', line=None, level='36 months')
    """
    key = name_key(words)
    own = sorted(((name_key(name), name) for name in company), key=lambda pair: -len(pair[0]))
    for spelled, name in (*own, *_spellings()):
        rest = key.removeprefix(spelled)
        if rest == key or (rest and (rest[0].isalnum() or rest[0] == "_")):
            continue
        rest = _BETWEEN.sub("", rest)
        line = None
        for known in sorted(lines, key=lambda one: -len(one)):
            after = rest.removeprefix(name_key(known))
            if after != rest and not after[:1].isalnum():
                line, rest = known, after
                break
        level = _ARROW.sub("", _BETWEEN.sub("", rest)).strip(" .;,()")
        return Phrase(name, line, level) if level else None
    return None
