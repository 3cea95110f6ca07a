"""What this client was given before, what it cost, and what a discount given for nothing teaches.

A client who got a discount for nothing expects it again when the contract is renewed. The drag is the manager's
assumption of how much of such a discount is expected again (`taught_discount_drag`, a share): the fees of the lines
that were discounted, after the first term, times that share of the discount. It is shown as its own line and is no
part of deal value. Where the policy says that drag counts, a further discount for a client who has been taught costs
its own drag too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..inputs.language import english_of
from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.quantities import MONEY, UNKNOWN, Quantity
from ..inputs.terms import Deal, units_of
from ..pricing.renewal_drag import DISCOUNT, renewal_drag
from .cells import Fault, day, is_blank, read_number
from .names import known_name
from .problems import Problem
from .stakeholders import table_from_json
from .tables import LEVER_BY_WORD, Columns, Table, plain

COLUMNS = ("date", "event", "client", "quote", "lever", "line", "from", "to", "cost", "worth", "in_return")
_COST = Quantity("cost", MONEY, -1e12, 1e12, -1.0, "What it cost us.")
_NOTHING = frozenset({"", "nothing", "none", "-", "–", "0", "nichts"})


@dataclass(frozen=True)
class Concession:
    """One row of the history.

    cost : what it cost us, money, at most 0 (a table may leave the sign out). worth : what we got for it; NaN where
    not told. from_level, to : in the lever's unit. lever : None where the row is about something else (a stall, a new
    version).
    """

    date: date | None
    event: str
    client: str
    quote: str
    lever: str | None
    line: str | None
    from_level: float
    to: float
    cost: float
    worth: float
    in_return: str

    @property
    def is_for_nothing(self) -> bool:
        """Whether nothing came back."""
        got = 0.0 if math.isnan(self.worth) else self.worth
        return got <= 0.0 and self.in_return.strip().lower() in _NOTHING

    @property
    def taught_discount(self) -> float:
        """Share of the price that the row taught the client to expect for nothing; 0 where it is no such row."""
        if self.lever != DISCOUNT or not self.is_for_nothing or math.isnan(self.to):
            return 0.0
        return max(0.0, self.to - (0.0 if math.isnan(self.from_level) else self.from_level))


@dataclass(frozen=True)
class Drag:
    """What taught discounts are expected to cost at renewals.

    taught : share of the price taught, by line; a row without a line holds for every line. value : money, at most 0;
    NaN where the assumption is blank or the value needs an unknown input.
    """

    taught: tuple[tuple[str, float], ...]
    value: float

    @property
    def is_taught(self) -> bool:
        """Whether the client has got a discount for nothing."""
        return bool(self.taught)


def drag(deal: Deal, history: Sequence[Concession], taught_discount_drag: float) -> Drag:
    """The drag of what the history taught, on a deal. taught_discount_drag : share, from 0 to 1; NaN where unknown."""
    shares: dict[str, float] = {}
    for row in history:
        for line in deal.lines:
            if row.taught_discount and row.line in (None, line.name) and line.kind != Kind.ONE_OFF:
                shares[line.name] = shares.get(line.name, 0.0) + row.taught_discount
    taught = tuple((line, min(1.0, share)) for line, share in shares.items())
    if not taught:
        return Drag((), 0.0)
    return Drag(taught, math.fsum(renewal_drag(deal, line, share, taught_discount_drag) for line, share in taught))


def read_history(table: Table, deal: Deal, problems: list[Problem]) -> tuple[Concession, ...]:
    """The history of a table: concessions, trades, stalls and versions, in the order of its rows."""
    columns = Columns.find(table, COLUMNS, ("date",), problems)
    return tuple(_concession(columns, row, deal, problems) for row in columns.filled_rows())


def _concession(columns: Columns, row: int, deal: Deal, problems: list[Problem]) -> Concession:
    when = day(columns.cell(row, "date"))
    if isinstance(when, Fault):
        problems.append(columns.problem(row, "date", when))
        when = None
    lever = _lever(columns, row, deal, problems)
    cost = columns.number(row, "cost", _COST, problems)
    return Concession(
        when,
        english_of(columns.text(row, "event")),
        columns.text(row, "client"),
        columns.text(row, "quote"),
        lever,
        known_name(columns.text(row, "line"), (one.name for one in deal.lines)) or None,
        _level(columns, row, "from", lever, deal, problems),
        _level(columns, row, "to", lever, deal, problems),
        -abs(cost),
        columns.number(row, "worth", _COST, problems),
        columns.text(row, "in_return"),
    )


def _lever(columns: Columns, row: int, deal: Deal, problems: list[Problem]) -> str | None:
    word = columns.text(row, "lever")
    known = LEVER_BY_WORD.get(plain(word))
    company = next((one.name for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if word and known is None and company is None:
        fault = Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list.")
        problems.append(columns.problem(row, "lever", fault))
    return known.name if known else company


def _level(columns: Columns, row: int, name: str, lever: str | None, deal: Deal, problems: list[Problem]) -> float:
    """A level in the unit of the row's lever; unknown where the row has no lever or no level."""
    cell = columns.cell(row, name)
    if lever is None or is_blank(cell):
        return UNKNOWN
    known = LEVER_BY_NAME.get(lever)
    found = read_number(cell, known.quantity if known else units_of(deal.company_lever(lever)))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found, lever))
        return UNKNOWN
    return found


def history_table(items: object) -> Table:
    """The history of a JSON deal as a table."""
    return table_from_json("History", COLUMNS, items, "history")
