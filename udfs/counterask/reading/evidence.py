"""Where the assumptions come from: the words that the Assumptions table has beside each value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from ..inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from ..inputs.quantities import SHARE
from .cells import is_blank
from .names import name_key
from .tables import Columns, Table, by_word, plain

_PLACEHOLDERS = ("placeholder", "platzhalter")

_INTERVAL = re.compile(
    r"\b(?:range|interval|spanne|intervall) (\d[\d.,]*)\s?%?\s*(?:-|\u2013|to|bis)\s*"
    r"(\d[\d.,]*+|no limit|offen)(\s?%)?+(?!\s*of\b)",
    re.IGNORECASE,
)
_ASSUMED = by_word(ASSUMPTIONS)
_NO_LIMIT = ("no limit", "offen")


def read_evidence(table: Table, segment: str = "") -> dict[str, str]:
    """The evidence of each assumption that has some, by name: of the row for the segment, or else of the row for all."""
    columns = Columns.find(table, ("assumption", "value", "segment", "evidence"), (), [])
    common: dict[str, str] = {}
    own: dict[str, str] = {}
    for row in columns.filled_rows(("assumption",)) if "evidence" in columns.at else ():
        assumed = _ASSUMED.get(plain(columns.cell(row, "assumption")))
        if assumed is None or is_blank(columns.cell(row, "value")):
            continue
        of_row = columns.text(row, "segment") if "segment" in columns.at else ""
        if not of_row:
            common[assumed.name] = columns.text(row, "evidence")
        elif name_key(of_row) == name_key(segment):
            own[assumed.name] = columns.text(row, "evidence")
    found = common | own
    return {name: found[name] for name in ASSUMPTION_BY_NAME if found.get(name)}


def is_placeholder(words: str) -> bool:
    """Whether evidence says that a value was shipped, and that nobody has replaced it by a figure of the company."""
    return words.casefold().startswith(_PLACEHOLDERS)


def placeholders(evidence: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the named assumptions whose evidence says that they are placeholders."""
    return tuple(name for name in names if is_placeholder(evidence.get(name, "")))


def interval_in(evidence: str, name: str) -> tuple[float, float] | None:
    """The ends that the evidence of an assumption gives its value, in the assumption's unit and within what it may be.

    Read from "90% interval 79.8% to 87.1%" (as calibration writes it) and from "range 4-8%". None where there is neither, where
    the two ends are not a range, and where they are a share of something ("range 0.3-1 of a year's fees").

    >>> interval_in("placeholder: replace by your own; range 6-12%", "cost_of_capital")
    (0.06, 0.12)
    >>> interval_in("placeholder: 10% of a year's fees. Range 0-25%", "reference_value") is None
    True
    >>> interval_in("judgement: the board", "cost_of_capital") is None
    True
    """
    found = _INTERVAL.search(evidence)
    if found is None:
        return None
    quantity = ASSUMPTION_BY_NAME[name]
    if found[3] and quantity.unit != SHARE:  # a share of something else, such as a year's fees
        return None
    factor = 0.01 if found[3] else 1.0
    ends = [math.inf if end in _NO_LIMIT else factor * float(end.rstrip(".,").replace(",", "")) for end in found.group(1, 2)]
    low, high = (min(max(round(end, 12), quantity.lowest), quantity.highest) for end in ends)
    return (low, high) if low < high else None
