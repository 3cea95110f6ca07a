"""Trades: what a client asks for, what is asked in return, and what a verdict says of it.

A change counts on the side to which it moves its lever, whatever column it is typed in: *given* where it goes the client's way,
*got* where it does not. Cost and worth are shown where they are typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.price_book import PriceBook
from ..inputs.quantities import UNKNOWN, Quantity
from ..inputs.terms import Address, Deal, units_of
from .limits import Authority, Limits, Policy

HALF_A_CENT = 0.005
State = Mapping[Address, float]
"""The inputs that differ from the opening deal."""

_VOLUME = frozenset({"quantity", "start_month", "end_month", "ramp_months"})
"""What nobody can hold against a price book on a line that names no product: it does not count as something got."""
_FORECASTS = frozenset({"quantity", "ramp_months"})
"""Levers of a metered line that nobody can promise: their worth is soft."""


class Response(StrEnum):
    """What the rep answers: yes, and we ask for ...; no, but we offer ...; or a stall."""

    YES = "yes"
    NO = "no"
    STALL = "stall"


class Verdict(StrEnum):
    """What a trade is."""

    NEGOTIATION = "negotiation"
    UNBALANCED = "unbalanced concession"
    CONCESSION = "concession"
    DECLINED = "declined"
    STALLED = "stalled"
    BLOCKED = "blocked"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Change:
    """One lever moved to a new level: `to` in the lever's unit, NaN where it is blank, infinity for "none"."""

    lever: str
    line: str | None
    to: float


@dataclass(frozen=True)
class Trade:
    """One or more asks of the client, and what the rep asks for in return.

    set_aside : counter-asks that are typed in the quote and do not count, because a package replaces them.
    """

    id: str
    response: Response
    asks: tuple[Change, ...]
    counters: tuple[Change, ...] = ()
    reason: str = ""
    set_aside: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The asks and then the counter-asks, in the order in which the ledger values them."""
        return self.asks + self.counters


@dataclass(frozen=True)
class Rules:
    """What verdicts are given by.

    limits : None where nothing is known of them. as_of : the day. is_taught : whether the client was ever given a discount for
    nothing. price_book : None where there is none. is_opening_approved : whether a valid approval covers the opening terms.
    """

    limits: Limits | None = None
    policy: Policy = Policy()
    as_of: date | None = None
    is_taught: bool = False
    price_book: PriceBook | None = None
    is_opening_approved: bool = False


@dataclass(frozen=True)
class ValuedChange:
    """One change in the ledger.

    from_level : where it starts. value : what it does to deal value, money; NaN where it has no price. is_given : whether it
    moves its lever in the client's direction. restored : the part of its value that only undoes an opening concession, money.
    is_counted : whether what it brings counts at all.
    """

    change: Change
    is_ask: bool
    is_soft: bool
    from_level: float
    value: float
    is_given: bool = False
    restored: float = 0.0
    is_counted: bool = True

    @property
    def counted(self) -> float:
        """What counts as got in return, money."""
        return 0.0 if self.is_given or not self.is_counted else self.value - self.restored


@dataclass(frozen=True)
class ValuedTrade:
    """One trade with its numbers.

    cost : what the asks do to deal value, at most 0 for a real concession. worth : what the counter-asks do. required : what must
    come back, at least 0. counted : what counts as coming back: hard money, and soft value up to its cap. shortfall : what is
    missing, at least 0. authority : who may agree, None where no limits are known. note : why, in a sentence, where the verdict
    needs one. is_approved : whether a valid approval covers it. drag : what the asks' own discounts are expected to cost again at
    renewals, at most 0, where the policy counts that; it is part of what is required and of no sum. break_even : the factor by
    which the chance of winning must rise for the trade to pay, where it costs us. before : the deal before the trade, as inputs
    that differ from the opening. has_moved : whether later trades start from where it ends. ask_for : what to ask for in return,
    in words, where the trade falls short and that was looked for. is_short_by_the_cap : whether it falls short only because soft
    value counts up to its cap. All money but the factor; NaN where there is none.
    """

    trade: Trade
    changes: tuple[ValuedChange, ...]
    cost: float
    worth: float
    shortfall: float
    verdict: Verdict
    authority: Authority | None
    note: str = ""
    is_approved: bool = False
    drag: float = 0.0
    required: float = 0.0
    counted: float = 0.0
    break_even: float = UNKNOWN
    before: State = field(default_factory=dict)
    has_moved: bool = False
    ask_for: str = ""
    is_short_by_the_cap: bool = False

    @property
    def net(self) -> float:
        """What the whole trade does to deal value, money."""
        return self.cost + self.worth

    @property
    def restored(self) -> float:
        """What it brings that only undoes opening concessions, money."""
        return math.fsum(change.restored for change in self.changes)

    def states(self, deal: Deal) -> list[State]:
        """The deal before the trade and after each of its changes."""
        found = [self.before]
        for valued in self.changes:
            change = valued.change
            found.append({**found[-1], deal.address(change.lever, change.line): change.to})
        return found


def valued_change(
    deal: Deal, change: Change, is_ask: bool, from_level: float, value: float, rules: Rules, restored: float = 0.0
) -> ValuedChange:
    """A change with its value, and on which side it counts. Raises KeyError where the deal has no such lever or line."""
    is_given = goes_to_client(deal, change.lever, from_level, change.to)
    is_soft = soft(deal, change, rules.limits)
    return ValuedChange(change, is_ask, is_soft, from_level, value, is_given, restored, is_counted(deal, change, rules))


def is_counted(deal: Deal, change: Change, rules: Rules) -> bool:
    """Whether what a change brings counts: not so for volume on a line that names no product, where there is a price book."""
    if rules.price_book is None or change.lever not in _VOLUME or change.line is None:
        return True
    return bool(deal.lines[deal.line_index(change.line)].product)


def soft(deal: Deal, change: Change, limits: Limits | None) -> bool:
    """Whether a change's worth is soft: as its limits row says, or else as the registry or the company lever says."""
    row = limits.row(change.lever, change.line) if limits else None
    if row is not None and row.is_soft is not None:
        return row.is_soft
    if change.lever in _FORECASTS and change.line is not None:
        return deal.lines[deal.line_index(change.line)].kind == Kind.METERED
    known = LEVER_BY_NAME.get(change.lever)
    return known.is_soft if known else deal.company_lever(change.lever).is_soft


def client_direction(deal: Deal, lever: str) -> int:
    """+1 where clients ask for more of a lever, -1 where they ask for less."""
    known = LEVER_BY_NAME.get(lever)
    return known.client_wants if known else deal.company_lever(lever).client_wants


def quantity_of(deal: Deal, lever: str) -> Quantity:
    """Unit and range of a lever, company levers included."""
    known = LEVER_BY_NAME.get(lever)
    return known.quantity if known else units_of(deal.company_lever(lever))


def towards_us(deal: Deal, lever: str, level: float) -> float:
    """Where a level lies on the way from the client's end of the lever to ours: the greater, the better for us. "none" is at one
    of the ends. NaN where the level is unknown."""
    return -client_direction(deal, lever) * quantity_of(deal, lever).position(level)


def goes_to_client(deal: Deal, lever: str, start: float, to: float) -> bool:
    """Whether going from `start` to `to` goes the client's way; it may, where the start is unknown."""
    if math.isnan(start):
        return True
    wants, quantity = client_direction(deal, lever), quantity_of(deal, lever)
    return wants * quantity.position(to) > wants * quantity.position(start)
