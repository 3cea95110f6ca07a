"""Deal value: the present value of a deal's contribution margin, and its components.

`V = sum over flows of amount * DF(cash time)`, with `DF(t) = (1 + cost_of_capital)^(-t/12)`, seller's view, pre-tax,
in one base currency. The value of a change is the value after it less the value before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..inputs.terms import Address, Deal
from .cashflow import COMPONENTS, REVENUE, Flow, Part, Service, annual_contract_value, flows
from .scenarios import Array, Scenarios

DAYS_TO_MONTHS = 12.0 / 365.0
_SCENARIOS_AT_A_TIME = 512


@dataclass(frozen=True)
class Values:
    """Present values of a batch.

    components : component key -> (n,) money. acv : (n,) money a year.
    A number that needs an unknown input is NaN; an unlimited layer without a mean is minus infinity.
    """

    components: Mapping[str, Array]
    acv: Array

    @property
    def total(self) -> Array:
        """Deal value of each scenario, (n,) money."""
        return np.asarray(np.sum(list(self.components.values()), axis=0), dtype=np.float64)

    @property
    def revenue(self) -> Array:
        """Present value of what the client pays, (n,) money."""
        return np.asarray(np.sum([self.components[key] for key in REVENUE], axis=0), dtype=np.float64)


def discount_factor(scenarios: Scenarios, months: Array) -> Array:
    """DF(t) at the annual effective cost of capital; `months` any shape that broadcasts with (n, 1)."""
    rate = np.log1p(scenarios.get("cost_of_capital")) / 12.0
    return np.exp(-rate * months)


def currency_factor(scenarios: Scenarios, months: Array) -> Array:
    """What one unit of client-currency cash is worth at its cash time, the covered forward less the spread."""
    share = scenarios.get("foreign_share")
    ratio = (1.0 + scenarios.get("rate_base")) / (1.0 + scenarios.get("rate_foreign"))
    forward = ratio ** (months / 12.0) * (1.0 - scenarios.get("fx_spread"))
    return np.where(share == 0.0, 1.0, 1.0 - share + share * forward)


def cash_time(scenarios: Scenarios, flow: Flow) -> Array:
    """Month at which each amount of a flow is cash: when due, plus payment days where they hold. (n or 1, K)."""
    if not flow.has_payment_days:
        return flow.due
    return flow.due + scenarios.get("payment_days") * DAYS_TO_MONTHS


def present_amounts(scenarios: Scenarios, flow: Flow) -> Array:
    """What each amount of a flow is worth today, (n or 1, K) money. Amounts of 0 count for nothing, whenever they are paid."""
    factor = _present_factor(scenarios, flow)
    return np.where(flow.amounts == 0.0, 0.0, flow.amounts * factor)


def present_value(scenarios: Scenarios, flow: Flow) -> Array:
    """Present value of a flow, (n or 1,) money: the sum of `present_amounts`."""
    factor = _present_factor(scenarios, flow)
    if np.isfinite(flow.amounts).all() and np.isfinite(factor).all():
        return np.asarray(np.einsum("nk,nk->n", *np.broadcast_arrays(flow.amounts, factor)))
    return np.asarray(np.where(flow.amounts == 0.0, 0.0, flow.amounts * factor).sum(axis=1))


def _present_factor(scenarios: Scenarios, flow: Flow) -> Array:
    time = cash_time(scenarios, flow)
    factor = discount_factor(scenarios, time)
    if flow.in_client_currency and np.any(scenarios.get("foreign_share") != 0.0):
        factor = factor * currency_factor(scenarios, time)
    return factor


def value_scenarios(scenarios: Scenarios) -> Values:
    """Value a batch. A blank horizon leaves every component unknown. Raises ValueError where it is not whole years."""
    horizon = scenarios.deal.assumptions.horizon_months
    if np.isnan(horizon):
        unknown = np.full(scenarios.size, np.nan)
        yearly = np.broadcast_to(annual_contract_value(scenarios)[:, 0], scenarios.size)
        return Values({key: unknown for key in COMPONENTS}, yearly)
    if not (horizon >= 12 and horizon % 12 == 0):
        raise ValueError(f"horizon_months is {horizon:g}; it must be a whole number of years, at least 12 months")
    components = {key: np.zeros(scenarios.size) for key in COMPONENTS}
    acv = np.empty(scenarios.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            part = scenarios.part(start, stop)
            acv[start:stop] = annual_contract_value(part)[:, 0]
            for flow in flows(part):
                components[flow.component][start:stop] += present_value(part, flow)
    return Values(components, acv)


def value_part(scenarios: Scenarios, part: Part) -> Array:
    """Present value of one part of the deal in each scenario, (n,) money. Only what it reads must be there."""
    total = np.zeros(scenarios.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            chunk = scenarios.part(start, stop)
            for flow in part.flows(Service(chunk)):
                total[start:stop] += present_value(chunk, flow)
    return total


def value_states(deal: Deal, states: Sequence[Mapping[Address, float]]) -> Values:
    """Value variants of a deal, each given as the inputs that differ from the deal's own."""
    return value_scenarios(Scenarios.of_states(deal, states))


def value_deal(deal: Deal) -> Values:
    """Value one deal: a batch of one."""
    return value_scenarios(Scenarios(deal))


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
