"""A deal as expected cash: its parts, one for each component of each line and of the deal as a whole, and their flows.

Everything is scenarios x months. Time is in months from signing; service month m covers [m, m + 1); costs are cash in the
middle of their month. Plus is good for the seller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial, reduce

import numpy as np

from ..inputs.levers import Kind
from ..inputs.terms import Address, CompanyLever, Deal
from .components import (
    COMPANY,
    COMPONENTS,
    DATA_LIABILITY,
    INTRODUCTION,
    LIABILITY,
    REFERENCE,
    RETENTION,
    TERM_COSTS,
    TermCost,
)
from .liability import DATA, GENERAL, LiabilityClass, yearly_charge
from .line_flows import FLOW_OF_LINE
from .lines import lines_of_product
from .present_value import Flow
from .scenarios import Scenarios, if_known
from .service import Service


@dataclass(frozen=True)
class Part:
    """A part of a deal: one component of a line, of the whole deal, or of a company lever, with its flow.

    component : its key. deal : the deal that it is part of. line : the line's place, or None.
    """

    component: str
    flow: Callable[[Service], Flow]
    deal: Deal
    line: int | None = None
    lever: CompanyLever | None = None

    @property
    def is_soft(self) -> bool:
        """Whether it rests on a manager's estimate."""
        return self.lever.is_soft if self.lever is not None else COMPONENTS[self.component].is_soft

    @cached_property
    def reads(self) -> frozenset[Address]:
        """Every input that the present value of its flow depends on.

        Scenarios that differ only in other inputs have the same value of this part, which is what makes the many coalitions of a
        table of fair shares cheap. Beside the component's own inputs: what decides who is left, and the windows of the lines
        that a line may continue, or whose prepayment holds a client.
        """
        component, lines = COMPONENTS[self.component], self.deal.lines
        found = set(component.addresses(self.deal, self.line))
        windows: set[int] = set()
        if component.depends_on_retention:
            found |= {(None, name) for name in RETENTION}
            windows |= {place for place, one in enumerate(lines) if one.kind == Kind.RECURRING}
        for place in range(len(lines)) if self.line is None else (self.line,):
            if lines[place].kind in component.kinds:
                windows |= set(lines_of_product(self.deal, place))
        if self.lever is not None:
            found.add((None, self.lever.name))
        return frozenset(found | {(place, name) for place in windows for name in ("start_month", "end_month")})


def _flow_of_line(key: str, line: int, service: Service) -> Flow:
    return FLOW_OF_LINE[key](service, line)


def parts(deal: Deal) -> list[Part]:
    """The deal, component by component, and within it line by line."""
    found = []
    for key, component in COMPONENTS.items():
        if component.is_of_line:
            places = [place for place, line in enumerate(deal.lines) if line.kind in component.kinds]
            found += [Part(key, partial(_flow_of_line, key, place), deal, place) for place in places]
        elif key == COMPANY:
            found += [Part(key, partial(_company_lever, lever=one), deal, lever=one) for one in deal.company_levers]
        else:
            found.append(Part(key, _FLOW_OF_DEAL[key], deal))
    return found


def flows(scenarios: Scenarios) -> Iterator[Flow]:
    """Every flow of the deal, part by part: `parts`."""
    service = Service(scenarios)
    for part in parts(scenarios.deal):
        yield part.flow(service)


_NOTHING, _ONE = np.zeros((1, 1)), np.ones((1, 1))


def _nothing(component: str, source: str = "") -> Flow:
    """The flow of a component that plays no part."""
    return Flow(component, source, _NOTHING, _NOTHING, _NOTHING, _NOTHING)


def _charge(service: Service, component: str, claims: LiabilityClass) -> Flow:
    """The charge for a class of claims, spread over the months of each year by what is exposed in them."""
    exposed = service.fees.listed
    charge = yearly_charge(service.scenarios, claims, service.fees.charged, exposed)
    if (charge == 0.0).all():
        return _nothing(component)
    rate = service.by_month(np.where(charge == 0.0, 0.0, charge / exposed))
    weights = rate * service.exposed_and_served
    if not np.isfinite(charge).all():
        weights = np.where((rate == 0.0) | (service.exposed_and_served == 0.0), 0.0, weights)
    due = service.middles + service.scenarios.get("claim_lag_months")
    return Flow(component, "", service.months, -_ONE, weights, due)


def _cost_of_a_term(service: Service, component: str, cost: TermCost) -> Flow:
    """The product of the cost's inputs in the middle of each of its months, or once in the middle of the first."""
    get = service.scenarios.get
    if any(service.scenarios.always(0.0, name) for name in cost.names):
        return _nothing(component)
    is_none = reduce(np.logical_or, (get(name) == 0.0 for name in cost.names))
    each = np.where(is_none, 0.0, -reduce(np.multiply, map(get, cost.each)))
    if not cost.months:
        return Flow(component, "", _NOTHING, each, _ONE, _NOTHING + 0.5)
    bound = get(cost.months)
    weights = if_known(np.where(service.months < bound, service.served, 0.0), bound)
    return Flow(component, "", service.months, each, weights, service.middles)


def _reference(service: Service) -> Flow:
    """A promise: its chance and its worth are the manager's; the client gives it only while it is one."""
    get = service.scenarios.get
    promised, month = get("public_reference"), get("reference_month")
    if service.scenarios.always(0.0, "public_reference"):
        return _nothing(REFERENCE)
    gained = service.served_at(month) * get("reference_probability") * get("reference_value") - get("reference_cost")
    return Flow(REFERENCE, "", _NOTHING, promised, gained, month)


def _introduction(service: Service) -> Flow:
    get = service.scenarios.get
    if service.scenarios.always(0.0, "introduction"):
        return _nothing(INTRODUCTION)
    worth = get("introduction_probability") * get("introduction_value")
    return Flow(INTRODUCTION, "", _NOTHING, get("introduction"), worth, get("introduction_month"))


def _company_lever(service: Service, lever: CompanyLever) -> Flow:
    """Units times amount times probability, paid once at `month_from`, or in the middle of each month from .. to."""
    if service.scenarios.always(0.0, lever.name):
        return _nothing(COMPANY, lever.name)
    units = service.scenarios.get(lever.name)
    each = np.where(units == 0.0, 0.0, units * lever.amount_per_unit * lever.probability)
    if lever.month_to is None:
        month = np.array([[lever.month_from]])
        return Flow(COMPANY, lever.name, month, each, _ONE if lever.survives else service.served_at(month), month)
    paid = (service.months >= lever.month_from) & (service.months <= lever.month_to)
    weights = np.where(paid, _ONE if lever.survives else service.served, 0.0)
    return Flow(COMPANY, lever.name, service.months, each, weights, service.middles)


_FLOW_OF_DEAL: dict[str, Callable[[Service], Flow]] = {
    LIABILITY: partial(_charge, component=LIABILITY, claims=GENERAL),
    DATA_LIABILITY: partial(_charge, component=DATA_LIABILITY, claims=DATA),
    REFERENCE: _reference,
    INTRODUCTION: _introduction,
    **{key: partial(_cost_of_a_term, component=key, cost=cost) for key, cost in TERM_COSTS.items()},
}
