"""Deal value: the present value of a deal's contribution margin, and its components.

Seller's view, pre-tax, in one base currency. The value of a change is the value after it less the value before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from ..inputs.terms import Address, Deal
from .cashflow import Part, parts
from .components import COMPONENTS, REVENUE
from .present_value import NO_CASH, present_value
from .scenarios import Array, Scenarios
from .service import Service

_SCENARIOS_AT_A_TIME = 1024


@dataclass(frozen=True)
class PresentValues:
    """Present values of a batch.

    components : component key -> (n,) money. acv : (n,) money a year: of the year in which it is highest. soft : (n,) money, the
    part of deal value that rests on a manager's estimate, soft company levers included.
    A number that needs an unknown input is NaN; an unlimited layer without a mean is minus infinity.
    """

    components: Mapping[str, Array]
    acv: Array
    soft: Array

    @cached_property
    def total(self) -> Array:
        """Deal value of each scenario, (n,) money."""
        return _sum(self.components.values())

    @property
    def revenue(self) -> Array:
        """Present value of what the client pays, (n,) money."""
        return _sum(self.components[key] for key in REVENUE)


def _sum(columns: Iterable[Array]) -> Array:
    """The sum of columns, one after the other: like scenarios have like sums, to the last bit, in a batch of any size."""
    return np.asarray(reduce(np.add, columns))


def value_scenarios(scenarios: Scenarios) -> PresentValues:
    """Value a batch. A blank horizon leaves every component unknown. Raises ValueError where it is not whole years."""
    horizon = scenarios.deal.assumptions.horizon_months
    if np.isnan(horizon):
        unknown = np.full(scenarios.size, np.nan)
        return PresentValues({key: unknown for key in COMPONENTS}, unknown, unknown)
    if not (horizon >= 12 and horizon % 12 == 0):
        raise ValueError(f"horizon_months is {horizon:g}; it must be a whole number of years, at least 12 months")
    components = {key: np.zeros(scenarios.size) for key in COMPONENTS}
    acv, soft, pieces = np.empty(scenarios.size), np.zeros(scenarios.size), parts(scenarios.deal)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            part = scenarios.part(start, stop)
            service = Service(part)
            acv[start:stop] = service.acv
            for one in pieces:
                worth = present_value(part, one.flow(service))
                if worth is NO_CASH:
                    continue
                components[one.component][start:stop] += worth
                if one.is_soft:
                    soft[start:stop] += worth
    return PresentValues(components, acv, soft)


def value_parts(scenarios: Scenarios, some: Sequence[Part]) -> Array:
    """Present value of some parts of the deal together in each scenario, (n,) money; unknown where the horizon is blank.

    Only what they read must be there.
    """
    if np.isnan(scenarios.deal.assumptions.horizon_months):
        return np.full(scenarios.size, np.nan)
    total = np.zeros(scenarios.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            chunk = scenarios.part(start, stop)
            service = Service(chunk)
            for part in some:
                total[start:stop] += present_value(chunk, part.flow(service))
    return total


def value_states(deal: Deal, states: Sequence[Mapping[Address, float]]) -> PresentValues:
    """Value variants of a deal, each given as the inputs that differ from the deal's own."""
    return value_scenarios(Scenarios.of_states(deal, states))


def value_deal(deal: Deal) -> PresentValues:
    """Value one deal: a batch of one."""
    return value_scenarios(Scenarios(deal))


def assumptions_read(deal: Deal) -> tuple[str, ...]:
    """The names of the assumptions that the value of a deal needs, in their order: with one of them blank it is unknown.

    Of a deal with a known value. What only a lever at its neutral level would read is not needed.
    """
    from ..inputs.assumptions import ASSUMPTIONS

    blanks: list[Mapping[Address, float]] = [{(None, one.name): np.nan} for one in ASSUMPTIONS if one.name != "horizon_months"]
    unknown = np.isnan(value_states(deal, blanks).total)
    needed = {name for blank, is_needed in zip(blanks, unknown, strict=True) if is_needed for _, name in blank}
    return tuple(one.name for one in ASSUMPTIONS if one.name in needed or one.name == "horizon_months")


def unknown_inputs(deal: Deal) -> tuple[Address, ...]:
    """The blank inputs that the value of the deal needs, in sheet order.

    A company lever of which anything that its value needs is blank stands under its own name.
    """
    return unknown_in_states(deal, [{}])[0]


def unknown_in_states(deal: Deal, states: Sequence[Mapping[Address, float]]) -> list[tuple[Address, ...]]:
    """The blank inputs that the value of each variant of a deal needs, in sheet order.

    Each blank is tried alone, the others held at ordinary values: one that leaves the value unknown is needed.
    """
    from ..inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
    from ..inputs.levers import LEVER_BY_NAME, TERM_LEVERS, inputs_of

    addresses: list[Address] = [
        (index, lever.name) for index, line in enumerate(deal.lines) for lever in inputs_of(line.kind)
    ]
    addresses += [(None, lever.name) for lever in TERM_LEVERS]
    addresses += [(None, quantity.name) for quantity in ASSUMPTIONS]
    horizon = (None, "horizon_months")
    samples = {
        address: (ASSUMPTION_BY_NAME.get(address[1]) or LEVER_BY_NAME[address[1]].quantity).sample
        for address in addresses
        if np.isnan(deal.input_at(address))
    }
    known = replace(deal.with_inputs(samples), company_levers=())
    if known.assumptions.horizon_months % 12 or known.assumptions.horizon_months < 12:
        known = known.with_inputs({horizon: ASSUMPTION_BY_NAME["horizon_months"].sample})
    needed: list[list[Address]] = [[horizon] if horizon in samples else [] for _ in states]
    company = {(None, lever.name) for lever in deal.company_levers}
    set_inputs = [{key: value for key, value in state.items() if key not in company} for state in states]
    for blank in (address for address in samples if address != horizon):
        totals = value_states(known, [{blank: np.nan, **state} for state in set_inputs]).total
        for unvalued in np.flatnonzero(np.isnan(totals)).tolist():
            needed[unvalued].append(blank)
    for lever in deal.company_levers:
        for place, state in enumerate(states):
            units = state.get((None, lever.name), lever.units)
            if np.isnan(units) or (units != 0.0 and lever.has_blanks):
                needed[place].append((None, lever.name))
    return [tuple(found) for found in needed]
