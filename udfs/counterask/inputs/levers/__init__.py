"""The registry of levers: everything that a client may ask for and a rep may ask for in return, each defined once.

A lever is named by the input that it changes. The term sheet, drop-downs, limits, sentences, the client's proposal, help
and docs are made from this registry. Company levers are rows of the limits workbook (`CompanyLever`). To add a lever, add
its definition to the module where a reader would look for it: CONTRIBUTING.md.
"""

from __future__ import annotations

from . import delivery, duration, leaving, line, payment, prices, promises, risk, usage
from .lever import EVERY_KIND, LANGUAGES, LESS, MORE, Kind, Lever, Paper, Said, Sees, Words

__all__ = [
    "EVERY_KIND", "LANGUAGES", "LESS", "LEVERS", "LEVER_BY_NAME", "LINE_LEVERS", "MORE", "TERM_LEVERS",
    "Kind", "Lever", "Paper", "Said", "Sees", "Words", "inputs_of",
]  # fmt: skip

LINE_LEVERS: tuple[Lever, ...] = line.LEVERS
TERM_LEVERS: tuple[Lever, ...] = tuple(
    lever for module in (duration, payment, prices, usage, delivery, leaving, risk, promises) for lever in module.LEVERS
)
LEVERS: tuple[Lever, ...] = LINE_LEVERS + TERM_LEVERS
LEVER_BY_NAME: dict[str, Lever] = {lever.name: lever for lever in LEVERS}


def inputs_of(kind: Kind) -> tuple[Lever, ...]:
    """The line inputs that a line of this kind has, in their order on the sheet."""
    return tuple(lever for lever in LINE_LEVERS if kind in lever.kinds)
