"""What reps and managers may agree to: one row a lever, set by managers, with an owner and dates.

A limit is a place on the lever's scale, seen in the direction in which clients ask: a rep may go as far as `rep_to`,
a manager as far as `manager_to`, finance as far as `never_beyond`; past that nobody may, no matter what is offered in return.
A row may hold for one product or line, for one segment, or for both; the most specific row that fills a cell decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any

from ..inputs.labels import label_of
from ..inputs.levers import LEVER_BY_NAME
from ..inputs.quantities import UNKNOWN


class Authority(IntEnum):
    """Who may agree, least first."""

    REP = 0
    MANAGER = 1
    FINANCE = 2
    NOBODY = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Limit:
    """One row of the limits, or what several rows say together.

    lever : the lever. line : the product or the line it holds for; None for every line. segment : the kind of client it holds
    for; "" for every one. standard : the level that a company normally opens at. rep_to, manager_to, never_beyond : how far
    each may go in the client's direction. All in the lever's unit; NaN where the row says nothing (for `manager_to`: up to
    `never_beyond`; for `never_beyond`: no hard stop), infinity where it says "none". step : the negotiable step. levels : the
    negotiable levels, in place of a step. ask_up_to : the most a rep may ask for in return. usual_ask : the level that clients
    usually ask for; it affects no verdict. is_soft : whether the lever's worth
    is soft value. owner : who set the row. effective, expires : first and last day.
    """

    lever: str
    line: str | None = None
    rep_to: float = UNKNOWN
    manager_to: float = UNKNOWN
    never_beyond: float = UNKNOWN
    step: float = UNKNOWN
    ask_up_to: float = UNKNOWN
    is_soft: bool | None = None
    owner: str = ""
    effective: date | None = None
    expires: date | None = None
    segment: str = ""
    standard: float = UNKNOWN
    levels: tuple[float, ...] = ()
    usual_ask: float = UNKNOWN

    def lapse(self, as_of: date) -> str | None:
        """Why the row does not hold on a day, or None where it does."""
        if self.effective is not None and as_of < self.effective:
            return f"the limit for {label_of(self.lever)} holds only from {self.effective.isoformat()}"
        if self.expires is not None and as_of > self.expires:
            return f"the limit for {label_of(self.lever)} expired on {self.expires.isoformat()}"
        return None

    def authority(self, to: float, client_wants: int) -> Authority:
        """Who may agree to a level that moves the lever in the client's direction."""
        if not math.isnan(self.never_beyond) and self._is_beyond(to, self.never_beyond, client_wants):
            return Authority.NOBODY
        if not math.isnan(self.rep_to) and not self._is_beyond(to, self.rep_to, client_wants):
            return Authority.REP
        if math.isnan(self.manager_to) or not self._is_beyond(to, self.manager_to, client_wants):
            return Authority.MANAGER
        return Authority.FINANCE

    def counter_authority(self, to: float, client_wants: int) -> Authority:
        """Who may ask for a level that moves the lever in the seller's direction."""
        if math.isnan(self.ask_up_to) or self._is_beyond(to, self.ask_up_to, -client_wants):
            return Authority.MANAGER
        return Authority.REP

    def _is_beyond(self, to: float, bound: float, direction: int) -> bool:
        known = LEVER_BY_NAME.get(self.lever)
        if known is not None:
            to, bound = known.quantity.position(to), known.quantity.position(bound)
        return is_beyond(to, bound, direction)


def is_beyond(to: float, bound: float, direction: int) -> bool:
    """Whether `to` lies past `bound` in a direction, both as positions among all levels. A hair past it is not past."""
    if math.isfinite(to) and math.isfinite(bound):
        return direction * (to - bound) > 1e-9 * max(1.0, abs(bound))
    return direction * to > direction * bound


@dataclass(frozen=True)
class Policy:
    """Rules for all trades.

    required_ratio : worth that a counter-ask must have for each unit of cost. soft_share_cap : share of what is
    required that soft value may cover. minimum_margin : share of revenue. manager_early_above : ACV at which a manager
    joins from the start. stalls_allowed : count. currency : of all money. taught_discount_drag : share of a discount that
    is expected again at renewals. drag_counts : 1 where that drag counts in verdicts. NaN where the policy says nothing.
    concession_authority : the least authority for a concession, bare or unbalanced. off_book_authority : the least authority
    for a line without a product, and for what differs from the price book.
    """

    required_ratio: float = 1.0
    soft_share_cap: float = 1.0
    minimum_margin: float = UNKNOWN
    manager_early_above: float = UNKNOWN
    stalls_allowed: float = UNKNOWN
    currency: str = ""
    taught_discount_drag: float = UNKNOWN
    drag_counts: float = 0.0
    concession_authority: Authority = Authority.REP
    off_book_authority: Authority = Authority.MANAGER


@dataclass(frozen=True)
class Lapse:
    """Days on which the limits as a whole do not hold (both counted), and why: their seal has run out, or is replaced."""

    first: date
    last: date
    reason: str


def lapse_on(lapses: Iterable[Lapse], day: date) -> Lapse | None:
    """The first lapse that a day falls into, or None. The first and the last day of a lapse belong to it."""
    return next((lapse for lapse in lapses if lapse.first <= day <= lapse.last), None)


@dataclass(frozen=True)
class Limits:
    """All rows, and why they cannot be relied on as a whole, if so: on any day (`fault`), or on some (`lapsed`).

    segment : of the quote; only rows of this segment, and rows without one, hold for it. products : each line of the quote that
    names a product, with the product. catalogue : every name that is a product.
    """

    rows: tuple[Limit, ...] = ()
    fault: str | None = None
    lapsed: tuple[Lapse, ...] = ()
    segment: str = ""
    products: tuple[tuple[str, str], ...] = ()
    catalogue: frozenset[str] = frozenset()
    _by_lever: dict[str, list[Limit]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _merged: dict[tuple[str, str | None], Limit | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    _holding: dict[tuple[str, str | None], list[Limit]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            if not row.segment or row.segment.casefold() == self.segment.casefold():
                self._by_lever.setdefault(row.lever, []).append(row)

    def row(self, lever: str, line: str | None) -> Limit | None:
        """What holds for a lever on a line: each cell from the most specific row that fills it. None where no row holds."""
        place = lever, line
        if place not in self._merged:
            rows = self.rows_for(lever, line)
            self._merged[place] = _merged(rows) if rows else None
        return self._merged[place]

    def rows_for(self, lever: str, line: str | None) -> list[Limit]:
        """The rows that hold for a lever on a line, in force or not, the most specific first: with line and segment, with a line,
        with a segment, with neither. Where one names the line's product and another the line itself, the line goes first."""
        place = lever, line
        if place not in self._holding:
            own = [row for row in self._by_lever.get(lever, ()) if self._is_of_line(row, line)]
            self._holding[place] = sorted(own, key=lambda row: (row.line is None, row.segment == "", row.line in self.catalogue))
        return self._holding[place]

    def _is_of_line(self, row: Limit, line: str | None) -> bool:
        if row.line is None:
            return True
        if row.line in self.catalogue:
            return (line, row.line) in self.products
        return row.line == line

    def lapse_of_all(self, as_of: date | None) -> str | None:
        """Why none of these limits can be relied on, or None."""
        if self.fault or as_of is None:
            return self.fault
        lapse = lapse_on(self.lapsed, as_of)
        return lapse.reason if lapse is not None else None

    def lapses(self, levers: Iterable[tuple[str, str | None]], as_of: date | None) -> str | None:
        """Why no verdict can rest on these limits for the given levers, or None. A row that is not in force is never skipped."""
        if (reason := self.lapse_of_all(as_of)) is not None or as_of is None:
            return reason
        for lever, line in levers:
            for row in self.rows_for(lever, line):
                if (reason := row.lapse(as_of)) is not None:
                    return reason
        return None


_CELLS = ("rep_to", "manager_to", "never_beyond", "ask_up_to", "standard", "usual_ask")


def _merged(rows: Sequence[Limit]) -> Limit:
    """One row that says what several say together; the first goes before the others, cell by cell."""
    if len(rows) == 1:
        return rows[0]
    cells: dict[str, Any] = {
        name: next((level for row in rows if not math.isnan(level := getattr(row, name))), UNKNOWN) for name in _CELLS
    }
    stepping = next((row for row in rows if row.levels or not math.isnan(row.step)), rows[0])
    is_soft = next((row.is_soft for row in rows if row.is_soft is not None), None)
    owner = next((row.owner for row in rows if row.owner), "")
    return replace(rows[0], **cells, step=stepping.step, levels=stepping.levels, is_soft=is_soft, owner=owner)
