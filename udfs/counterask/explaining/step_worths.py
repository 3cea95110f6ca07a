"""Head math, first half: what one step of each lever is worth from the deal as it is now, as money and as a share of value.

The exchange rates between levers are in `rules_of_thumb`, which begins from here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..counter_asks.lever_steps import negotiable_unit
from ..counter_asks.sentences import Speaker
from ..inputs.levers import LEVER_BY_NAME, LEVERS
from ..inputs.terms import Address, Deal
from ..pricing.valuation import value_states
from ..result_tables.views import Rows, money
from ..verdicts.ledger import no_price
from ..verdicts.limits import Limit
from ..verdicts.trades import Rules, client_direction, quantity_of

COLUMNS = ("Lever", "One step", "Costs us", "Pays us", "Share of value")

RATE_ROWS = 24
"""Rows of the table. Hosts with fixed arrays need a fixed height."""


@dataclass(frozen=True)
class StepWorth:
    """One lever and its negotiable step.

    level : where it stands. towards : +1 or -1, the client's direction. costs, gains : what a step in the client's direction and
    one in ours do to deal value, money; NaN where that is not possible. share : `costs` as a share of deal value. row : what
    the limits say of it, None where they say nothing.
    """

    lever: str
    line: str | None
    address: Address
    level: float
    step: float
    towards: int
    costs: float
    gains: float
    share: float
    row: Limit | None


def step_worths(deal: Deal, rules: Rules) -> tuple[StepWorth, ...]:
    """What one step of every negotiable lever with a finite level is worth, dearest first."""
    places = [(address, row) for address, row in _places(deal, rules) if math.isfinite(deal.input_at(address))]
    directions = [client_direction(deal, address[1]) for address, _ in places]
    steps = [_step(address, row) for address, row in places]
    states: list[Mapping[Address, float]] = [{}]
    for (address, _), towards, step in zip(places, directions, steps, strict=True):
        here = deal.input_at(address)
        states += [{address: moved(here, towards * step)}, {address: moved(here, -towards * step)}]
    changes, value = _worths(deal, states)
    found = []
    for number, ((address, row), towards, step) in enumerate(zip(places, directions, steps, strict=True)):
        costs, gains = changes[1 + 2 * number], changes[2 + 2 * number]
        line = deal.lines[address[0]].name if address[0] is not None else None
        share = costs / value if value else math.nan
        found.append(StepWorth(address[1], line, address, deal.input_at(address), step, towards, costs, gains, share, row))
    return tuple(sorted(found, key=lambda one: (math.isnan(one.costs), one.costs)))


def _places(deal: Deal, rules: Rules) -> Iterator[tuple[Address, Limit | None]]:
    """Every negotiable lever of the deal, with the row of the limits that holds for it."""
    limits = rules.limits
    for lever in LEVERS:
        if lever.is_negotiable and not lever.quantity.is_switch:
            for address in deal.addresses(lever.name):
                line = deal.lines[address[0]].name if address[0] is not None else None
                yield address, limits.row(lever.name, line) if limits else None
    for own in deal.company_levers:
        yield (None, own.name), limits.row(own.name, None) if limits else None


def _step(address: Address, row: Limit | None) -> float:
    """The negotiable step of a lever: the limits', else the registry's, else 1."""
    known = LEVER_BY_NAME.get(address[1])
    step = negotiable_unit(row) if row is not None else known.step if known else 1.0
    return step if step > 0.0 else 1.0


def moved(level: float, by: float) -> float:
    """A level moved, without the last digits that adding leaves."""
    return round(level + by, 10)


def worths_of(deal: Deal, states: Sequence[Mapping[Address, float]]) -> list[float]:
    """What each state does to deal value, money, against the first of them.

    NaN where a level is outside its lever's range or the state has no price.
    """
    return _worths(deal, states)[0]


def _worths(deal: Deal, states: Sequence[Mapping[Address, float]]) -> tuple[list[float], float]:
    """As `worths_of`, and deal value in the first state, money."""
    placed: dict[tuple[tuple[Address, float], ...], int] = {}
    places = [placed.setdefault(tuple(state.items()), len(placed)) for state in states]
    totals = value_states(deal, [dict(state) for state in placed]).total.tolist()
    possible = [is_possible(deal, dict(state)) for state in placed]
    first = totals[places[0]]
    return [totals[place] - first if possible[place] else math.nan for place in places], first


def is_possible(deal: Deal, state: Mapping[Address, float]) -> bool:
    """Whether every level is one that its lever can have, and the state has a price."""
    in_range = all(quantity_of(deal, name).fault(level) is None for (_, name), level in state.items())
    return in_range and no_price(deal, state) is None


def rates_table(found: Sequence[StepWorth], speaker: Speaker) -> Rows:
    """The steps as rows, `COLUMNS`: money, and the step in words; blank where a step is not possible."""
    return [
        [
            speaker.lever(one.lever, one.line),
            speaker.amount(one.lever, one.step),
            "" if math.isnan(one.costs) else money(one.costs),
            "" if math.isnan(one.gains) else money(one.gains),
            "" if math.isnan(one.share) else one.share,
        ]
        for one in found[:RATE_ROWS]
    ]
