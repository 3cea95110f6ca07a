"""What a new quote is to hold, wherever it was said: on the command line, at a terminal, or in an export of a CRM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WantedLine:
    """A line. product : as the price book names it. levels : what was said of its inputs, by name, in the units of the registry;
    every other input takes its standard. is_discount_for_term : whether the discount holds for the first term of the quote, and
    not for the months that are standard."""

    product: str
    levels: Mapping[str, float] = field(default_factory=dict)
    is_discount_for_term: bool = False


@dataclass(frozen=True)
class Wanted:
    """A quote. header : what it says of itself, by field. terms : what was said of its terms, by name; every other term takes
    its standard."""

    header: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[WantedLine, ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)
