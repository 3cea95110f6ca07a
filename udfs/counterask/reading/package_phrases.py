"""A package in one cell, as it is picked from a list, typed or pasted: "Give Payment term 45 days; get Term 36 months; Ramp 2".

It is the whole answer to a trade. *Give* names every ask of the trade with the level that we grant, *get* one or two
counter-asks. While a package is in a trade's cell *Also ask*, its levels hold and not those of the trade's other cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..inputs.labels import label_of
from ..inputs.levers import LEVER_BY_NAME
from ..inputs.terms import Deal
from ..verdicts.trades import Change, quantity_of
from .cells import Fault, read_number
from .names import name_key
from .phrases import phrase, read_phrase

GIVE, GET = "give", "get"
_WORDS = ((GIVE, GET), ("geben", "dafür"))
"""How a package begins, and how what it asks for begins, in each language."""
MOST_COUNTERS = 2
"""Counter-asks in a package: the months in the workbook have room for two in a row."""
_EXPECTED = "a package such as: Give Payment term 45 days; get Term 36 months"
_REMEDY = "Pick the package again, or clear the cell."


def package_phrase(asks: Sequence[Change], counters: Sequence[Change]) -> str:
    """A package in words that `read_package` reads.

    >>> package_phrase([Change("payment_days", None, 45.0)], [Change("term_months", None, 36.0)])
    'Give Payment term 45 days; get Term 36 months'
    """
    give, get = ("; ".join(phrase(one.lever, one.line, one.to) for one in changes) for changes in (asks, counters))
    return f"Give {give}; get {get}"


def is_package(words: str) -> bool:
    """Whether a text begins as a package does."""
    return _in_english(words) is not None


def _in_english(words: str) -> str | None:
    """A package with its two words in English; None for another text."""
    for give, get in _WORDS:
        if name_key(words).startswith(f"{give} "):
            pieces = words.strip()[len(give) :].split(";")
            gets = (f" {GET}{piece.strip()[len(get) :]}" if name_key(piece).startswith(f"{get} ") else piece for piece in pieces)
            return f"{GIVE}{';'.join(gets)}"
    return None


def read_package(words: str, deal: Deal, currency: str = "") -> tuple[tuple[Change, ...], tuple[Change, ...]] | Fault:
    """What a package gives and what it asks for, each in the order of the text; a fault where it cannot be read.

    currency : of money in the text, as three letters; "" where it is not known.
    """
    sides: dict[str, list[Change]] = {GIVE: [], GET: []}
    side, pending = GIVE, (_in_english(words) or words.strip())[len(GIVE) :]
    pieces, pending = pending.split(";"), ""
    fault: Fault | None = None
    for piece in pieces:
        if side == GIVE and not pending and name_key(piece).startswith(f"{GET} "):
            side, piece = GET, piece.strip()[len(GET) :]
        pending = f"{pending};{piece}" if pending else piece
        found = _change(pending.strip(), deal, currency)
        if isinstance(found, Change):
            sides[side].append(found)
            pending, fault = "", None
        else:
            fault = found
    if fault is not None:
        return fault
    give, get = sides.values()
    if not give or not 1 <= len(get) <= MOST_COUNTERS:
        return Fault(f'found "{words[:120]}"', f"{_EXPECTED}, with one or two counter-asks", _REMEDY)
    return tuple(give), tuple(get)


def asks_as_packaged(asks: Sequence[Change], give: Sequence[Change], get: Sequence[Change]) -> tuple[Change, ...] | Fault:
    """A trade's asks at the levels that a package gives, in the trade's order; a fault where it does not name each of them once,
    or asks for one of them."""
    levels = {(one.lever, one.line): one for one in give}
    wanted = [(one.lever, one.line) for one in asks]
    if len(levels) != len(give) or set(levels) != set(wanted):
        named = "; ".join(label_of(*place) for place in wanted)
        return Fault("found a package for other asks than the trade has", f"each ask of the trade once: {named}", _REMEDY)
    if len({(one.lever, one.line) for one in get} | set(wanted)) != len(get) + len(wanted):
        return Fault("found a lever twice in a package", "each lever and line once", _REMEDY)
    return tuple(levels[place] for place in wanted)




def _change(words: str, deal: Deal, currency: str) -> Change | Fault:
    """One change of a package."""
    said = read_phrase(words, (one.name for one in deal.company_levers), [one.name for one in deal.lines])
    if said is None:
        return Fault(f'found "{words[:80]}" in a package', _EXPECTED, _REMEDY)
    known = LEVER_BY_NAME.get(said.lever)
    kinds = known.kinds if known is not None and known.is_on_line else ()
    fitting = [one.name for one in deal.lines if one.kind in kinds]
    if (said.line is None) == bool(kinds) or (said.line is not None and said.line not in fitting):
        expected = f"one of the lines {', '.join(fitting) or 'none in this quote'}" if kinds else "no line"
        return Fault(f'found "{words[:80]}" in a package', expected, _REMEDY)
    quantity = quantity_of(deal, said.lever)
    level = read_number(said.level, quantity, currency)
    if isinstance(level, Fault) and level.number is not None:
        level = read_number(level.number, quantity)
    return level if isinstance(level, Fault) else Change(said.lever, said.line, level)
