"""Names that a person would call the same: lines, trades and levers are matched by what is seen, not by how it is stored.

Case, double spaces, no-break spaces, characters that show nothing, the kind of dash or apostrophe, and whether an accent is
part of its letter do not count. Everything else does: a Cyrillic letter that looks like a Latin one is another letter, and
`odd_characters` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Characters that show nothing: joiners, direction marks, soft hyphens, control characters."""
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u00b4]")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """What two names have in common that a person calls the same.

    >>> name_key("Warehouse  hours") == name_key("warehouse\\u00a0hours\\u200b")
    True
    """
    if not (name.isascii() and name.isprintable()):
        name = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", DASHES.sub("-", INVISIBLE.sub("", name)))).casefold()
        name = unicodedata.normalize("NFKC", name)
    return " ".join(name.split()).casefold()


def known_name(name: str, names: Iterable[str]) -> str:
    """The one of the known names that a person means; the name itself where there is none."""
    key = name_key(name)
    return next((one for one in names if name_key(one) == key), name)


def odd_characters(name: str, known: Iterable[str]) -> str:
    """How a name differs from the known one that looks like it, in words; "" where none does.

    >>> odd_characters("Seats \\u0441", ["Seats c"])
    'its character 7 is "с" (U+0441 CYRILLIC SMALL LETTER ES), not "c"'
    """
    own = name_key(name)
    for other in map(name_key, known):
        places = [place for place, pair in enumerate(zip(own, other, strict=False)) if pair[0] != pair[1]]
        if len(own) == len(other) and 0 < len(places) <= 3 and not (own[places[0]] + other[places[0]]).isascii():
            found, wanted = own[places[0]], other[places[0]]
            code = f"U+{ord(found):04X} {unicodedata.name(found, '')}".strip()
            return f'its character {places[0] + 1} is "{found}" ({code}), not "{wanted}"'
    return ""
