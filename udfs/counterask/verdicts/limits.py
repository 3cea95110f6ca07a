"""What reps and managers may agree to: one row a lever, set by managers, with an owner and dates.

A limit is a place on the lever's scale, seen in the direction in which clients ask: a rep may go as far as `rep_to`,
a manager as far as `manager_to`, finance as far as `never_beyond`; past that nobody may, whatever is offered in return.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from ..inputs.labels import label_of
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
    """One row of the limits.

    lever, line : the lever, and the line it holds for (None for every line that has no row of its own).
    rep_to, manager_to, never_beyond : in the lever's unit; NaN where the row says nothing (nobody below may go there;
    for `never_beyond`: no hard stop), infinity where it says "none".
    step : the negotiable step. ask_up_to : the most a rep may ask for in return; NaN where the row says nothing.
    is_soft : whether the lever's worth is soft value. owner : who set the row. effective, expires : first and last day.
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

    def lapse(self, as_of: date) -> str | None:
        """Why the row does not hold on a day, or None where it does."""
        if self.effective is not None and as_of < self.effective:
            return f"the limit for {label_of(self.lever)} holds only from {self.effective.isoformat()}"
        if self.expires is not None and as_of > self.expires:
            return f"the limit for {label_of(self.lever)} expired on {self.expires.isoformat()}"
        return None

    def authority(self, to: float, client_wants: int) -> Authority:
        """Who may agree to a level that moves the lever in the client's direction."""
        if not math.isnan(self.never_beyond) and _is_beyond(to, self.never_beyond, client_wants):
            return Authority.NOBODY
        if not math.isnan(self.rep_to) and not _is_beyond(to, self.rep_to, client_wants):
            return Authority.REP
        if not math.isnan(self.manager_to) and not _is_beyond(to, self.manager_to, client_wants):
            return Authority.MANAGER
        return Authority.FINANCE if not math.isnan(self.manager_to) else Authority.MANAGER

    def counter_authority(self, to: float, client_wants: int) -> Authority:
        """Who may ask for a level that moves the lever in the seller's direction."""
        if not math.isnan(self.ask_up_to) and _is_beyond(to, self.ask_up_to, -client_wants):
            return Authority.MANAGER
        return Authority.REP


def _is_beyond(to: float, bound: float, direction: int) -> bool:
    """Whether `to` lies past `bound` in a direction. "none" is the far end for the client: no cap, or no such right."""
    return (
        direction * (to - bound) > 1e-9 * max(1.0, abs(bound))
        if math.isfinite(to) and math.isfinite(bound)
        else direction * _order(to) > direction * _order(bound)
    )


def _order(value: float) -> float:
    return math.copysign(1.0, value) if math.isinf(value) else 0.0


@dataclass(frozen=True)
class Policy:
    """Rules for all trades.

    required_ratio : worth that a counter-ask must have for each unit of cost. soft_share_cap : share of what is
    required that soft value may cover. minimum_margin : share of revenue. manager_early_above : ACV at which a manager
    joins from the start. stalls_allowed : count. currency : of all money. taught_discount_drag : share of a discount that
    is expected again at renewals. drag_counts : 1 where that drag counts in verdicts. NaN where the policy says nothing.
    """

    required_ratio: float = 1.0
    soft_share_cap: float = 1.0
    minimum_margin: float = UNKNOWN
    manager_early_above: float = UNKNOWN
    stalls_allowed: float = UNKNOWN
    currency: str = ""
    taught_discount_drag: float = UNKNOWN
    drag_counts: float = 0.0


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
    """All rows, and why they cannot be relied on as a whole, if so: on any day (`fault`), or on some (`lapsed`)."""

    rows: tuple[Limit, ...] = ()
    fault: str | None = None
    lapsed: tuple[Lapse, ...] = ()
    _by_place: dict[tuple[str, str | None], Limit] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_place.setdefault((row.lever, row.line), row)

    def row(self, lever: str, line: str | None) -> Limit | None:
        """The row for a lever on a line: its own, or the one for every line."""
        return self._by_place.get((lever, line)) or self._by_place.get((lever, None))

    def lapse_of_all(self, as_of: date | None) -> str | None:
        """Why none of these limits can be relied on, or None."""
        if self.fault or as_of is None:
            return self.fault
        lapse = lapse_on(self.lapsed, as_of)
        return lapse.reason if lapse is not None else None

    def lapses(self, levers: Iterable[tuple[str, str | None]], as_of: date) -> str | None:
        """Why no verdict can rest on these limits for the given levers, or None."""
        if (reason := self.lapse_of_all(as_of)) is not None:
            return reason
        for lever, line in levers:
            row = self.row(lever, line)
            if row is not None and (reason := row.lapse(as_of)) is not None:
                return reason
        return None
