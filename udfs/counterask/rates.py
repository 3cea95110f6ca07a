"""Head math: what one step of each lever is worth from where the deal stands, and how many steps of one pay for another's.

A rule of thumb is rounded up on the side that pays us and is checked by valuing it, so that it is never in our disfavour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .levers import LEVERS, Lever
from .quote import Quote
from .terms import Address, Deal
from .trades import Rules, client_direction, ledger, no_price
from .valuation import value_states
from .views import Rows, money

COLUMNS = ("Lever", "Line", "One step", "Costs us", "Share of value", "Pays us", "Rule of thumb")

MOST_LEVERS = 24
_MOST_STEPS = 60
_ROUND = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60)
"""Counts that a head can hold."""


@dataclass(frozen=True)
class StepWorth:
    """One lever: the step, and what it does to deal value in the client's direction and in ours (money; NaN: not possible).

    pays : how many of our steps of `paid_by` pay for one step in the client's direction; 0 where nothing does.
    """

    lever: str
    line: str | None
    address: Address
    level: float
    step: float
    costs: float
    gains: float
    share: float
    paid_by: str = ""
    pays: int = 0


def head_math(quote: Quote, rules: Rules) -> tuple[StepWorth, ...]:
    """What one step of each negotiable lever is worth, dearest first, from the deal as it stands after its granted trades."""
    deal = ledger(quote.deal, quote.trades, rules).deal_now
    places = _places(deal, rules)
    states: list[dict[Address, float]] = [{}]
    for address, direction, step in places:
        here = deal.input_at(address)
        states += [{address: _moved(here, direction * step)}, {address: _moved(here, -direction * step)}]
    totals = value_states(deal, states).total
    value = float(totals[0])
    found = []
    for number, (address, _, step) in enumerate(places):
        given, got = 1 + 2 * number, 2 + 2 * number
        costs = _change(deal, states[given], float(totals[given]), value)
        gains = _change(deal, states[got], float(totals[got]), value)
        line = deal.lines[address[0]].name if address[0] is not None else None
        found.append(StepWorth(address[1], line, address, deal.input_at(address), step, costs, gains, costs / value))
    found.sort(key=lambda one: (math.isnan(one.costs), one.costs))
    return tuple(_with_rule(deal, one, found[:MOST_LEVERS], rules) for one in found[:MOST_LEVERS])


def _places(deal: Deal, rules: Rules) -> list[tuple[Address, int, float]]:
    """Every negotiable lever of the deal with a finite level: its place, the client's direction, its step."""
    found: list[tuple[Address, int, float]] = []
    for lever in LEVERS:
        if not lever.is_negotiable or lever.quantity.is_switch:
            continue
        for address in _addresses(deal, lever):
            row = (
                rules.limits.row(lever.name, deal.lines[address[0]].name if address[0] is not None else None)
                if rules.limits
                else None
            )
            step = row.step if row is not None and row.step > 0.0 else lever.step
            if math.isfinite(deal.input_at(address)):
                found.append((address, client_direction(deal, lever.name), step))
    return found


def _addresses(deal: Deal, lever: Lever) -> list[Address]:
    if not lever.is_on_line:
        return [(None, lever.name)]
    return [(number, lever.name) for number, line in enumerate(deal.lines) if line.kind in lever.kinds]


def _moved(level: float, step: float) -> float:
    return round(level + step, 10)


def _change(deal: Deal, state: dict[Address, float], total: float, value: float) -> float:
    """What a state does to deal value; NaN where a level is outside the lever's range or the state has no price."""
    for (_, name), level in state.items():
        quantity = next(lever.quantity for lever in LEVERS if lever.name == name)
        if quantity.fault(level) is not None or no_price(deal, state) is not None:
            return math.nan
    return total - value


def _with_rule(deal: Deal, one: StepWorth, others: Sequence[StepWorth], rules: Rules) -> StepWorth:
    """The lever with the other lever that pays for one step of it with the least left over, checked by valuation."""
    if math.isnan(one.costs) or one.costs >= 0.0:
        return one
    payers = [other for other in others if other.address != one.address and other.gains > 0.0]
    given = {one.address: _moved(one.level, client_direction(deal, one.lever) * one.step)}
    trials: list[tuple[StepWorth, int]] = []
    for other in payers:
        wanted = -one.costs / other.gains * rules.policy.required_ratio
        trials += [
            (other, count) for count in _ROUND if wanted <= count * 1.5 and count <= min(_MOST_STEPS, 3 * wanted + 3)
        ][:3]
    if not trials:
        return one
    states: list[dict[Address, float]] = [{}, given]
    for other, count in trials:
        states.append(
            {**given, other.address: _moved(other.level, -client_direction(deal, other.lever) * other.step * count)}
        )
    totals = value_states(deal, states).total
    required = rules.policy.required_ratio * (float(totals[0]) - float(totals[1]))
    enough = [
        (_change(deal, state, float(total), float(totals[1])) - required, other, count)
        for (other, count), state, total in zip(trials, states[2:], totals[2:], strict=True)
    ]
    enough = [trial for trial in enough if trial[0] >= 0.0]
    if not enough:
        return one
    _, other, count = min(enough, key=lambda trial: trial[0])
    words = f"{other.lever} of {other.line}" if other.line else other.lever
    return replace(one, paid_by=words, pays=count)


def rates_table(found: Sequence[StepWorth]) -> Rows:
    """Head math as rows. Columns `COLUMNS`; money; the step in the lever's unit."""
    rows: Rows = []
    for one in found:
        rule = f"1 step = {one.pays} step{'s' * (one.pays > 1)} of {one.paid_by}" if one.pays else ""
        share = "" if math.isnan(one.share) else one.share
        costs, gains = ("" if math.isnan(value) else money(value) for value in (one.costs, one.gains))
        rows.append([one.lever, one.line or "", one.step, costs, share, gains, rule])
    return rows
