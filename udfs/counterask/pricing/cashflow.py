"""A deal as expected cash: its parts, one for each component of each line and of the deal as a whole, and their flows.

Everything is scenarios x months. Time is in months from signing; service month m covers [m, m + 1); costs are cash in the
middle of their month. Plus is good for the seller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..inputs.levers import Kind
from ..inputs.terms import Address, CompanyLever, Deal
from .components import (
    COMPANY,
    COMPONENTS,
    DATA_LIABILITY,
    EXCLUSIVITY,
    INTRODUCTION,
    LIABILITY,
    REFERENCE,
    Component,
)
from .liability import DATA, GENERAL, LiabilityClass, yearly_charge
from .line_flows import FLOW_OF_LINE
from .lines import lines_of_product
from .present_value import Flow
from .scenarios import Scenarios, unknown
from .service import Service


@dataclass(frozen=True)
class Part:
    """A part of a deal: one component of a line, of the whole deal, or of a company lever, with its flow.

    reads : every input that the present value of its flow depends on. Scenarios that differ only in other inputs have the same
    value of this part, which is what makes the many coalitions of a table of fair shares cheap.
    """

    component: str
    flow: Callable[[Service], Flow]
    reads: frozenset[Address]


def parts(deal: Deal) -> list[Part]:
    """The deal, component by component, and within it line by line."""
    found = []
    for component in COMPONENTS.values():
        if component.is_of_line:
            for place, line in enumerate(deal.lines):
                if line.kind in component.kinds:
                    flow = partial(FLOW_OF_LINE[component.key], line=place)
                    found.append(Part(component.key, flow, _reads(component, deal, place)))
        elif component.key == COMPANY:
            for lever in deal.company_levers:
                reads = _reads(component, deal) | {(None, lever.name)}
                found.append(Part(COMPANY, partial(_company_lever, lever=lever), reads))
        else:
            found.append(Part(component.key, _FLOW_OF_DEAL[component.key], _reads(component, deal)))
    return found


def _reads(component: Component, deal: Deal, line: int | None = None) -> frozenset[Address]:
    """The inputs of a part: those of its component; and the windows of lines that it follows, or whose prepayment holds a client."""
    found = set(component.addresses(deal, line))
    windows: set[int] = set()
    if component.depends_on_retention:
        windows |= {place for place, one in enumerate(deal.lines) if one.kind == Kind.RECURRING}
    for place in range(len(deal.lines)) if line is None else (line,):
        if deal.lines[place].kind in component.kinds:
            windows |= set(lines_of_product(deal, place))
    return frozenset(found | {(place, name) for place in windows for name in ("start_month", "end_month")})


def flows(scenarios: Scenarios) -> Iterator[Flow]:
    """Every flow of the deal, part by part."""
    service = Service(scenarios)
    for part in parts(scenarios.deal):
        yield part.flow(service)


def _charge(service: Service, component: str, claims: LiabilityClass) -> Flow:
    """The charge for a class of claims, spread over the months of each year by what is exposed in them."""
    exposed = service.exposed_by_year
    charge = yearly_charge(service.scenarios, claims, service.fees_by_year, exposed)
    each = service.by_month(np.where(charge == 0.0, 0.0, charge / exposed))
    borne = service.served * service.exposed_fees
    amounts = -np.where((each == 0.0) | (borne == 0.0), 0.0, each * borne)
    lag = service.scenarios.get("claim_lag_months")
    return Flow(component, "", service.months, amounts, service.months + 0.5 + lag)


def _exclusivity(service: Service) -> Flow:
    bound = service.scenarios.get("exclusivity_months")
    margin = np.where(bound == 0.0, 0.0, service.scenarios.get("exclusivity_margin"))
    lost = np.where(service.months < bound, service.served * margin, 0.0) + unknown(margin, bound)
    return Flow(EXCLUSIVITY, "", service.months, -np.where(margin == 0.0, 0.0, lost), service.months + 0.5)


def _reference(service: Service) -> Flow:
    """A promise: its chance and its worth are the manager's; the client gives it only while it is one."""
    get = service.scenarios.get
    promised, month = get("public_reference"), get("reference_month")
    gained = service.served_at(month) * get("reference_probability") * get("reference_value") - get("reference_cost")
    amount = np.where(promised == 0.0, 0.0, promised * gained)
    return Flow(REFERENCE, "", np.zeros((1, 1)), amount, np.where(promised == 0.0, 0.0, month))


def _introduction(service: Service) -> Flow:
    get = service.scenarios.get
    promised, month = get("introduction"), get("introduction_month")
    gained = promised * get("introduction_probability") * get("introduction_value")
    due = np.where(promised == 0.0, 0.0, month)
    return Flow(INTRODUCTION, "", np.zeros((1, 1)), np.where(promised == 0.0, 0.0, gained), due)


def _company_lever(service: Service, lever: CompanyLever) -> Flow:
    """Units times amount times probability, paid once at `month_from`, or in the middle of each month from .. to."""
    units = service.scenarios.get(lever.name)
    worth = np.where(units == 0.0, 0.0, units * lever.amount_per_unit * lever.probability)
    if lever.month_to is None:
        month = np.array([[lever.month_from]])
        weight = np.ones((1, 1)) if lever.survives else service.served_at(month)
        return Flow(COMPANY, lever.name, month, np.where(worth == 0.0, 0.0, worth * weight), month)
    paid = (service.months >= lever.month_from) & (service.months <= lever.month_to)
    weight = np.where(paid, 1.0 if lever.survives else service.served, 0.0)
    return Flow(COMPANY, lever.name, service.months, worth * weight, service.months + 0.5)


_FLOW_OF_DEAL: dict[str, Callable[[Service], Flow]] = {
    LIABILITY: partial(_charge, component=LIABILITY, claims=GENERAL),
    DATA_LIABILITY: partial(_charge, component=DATA_LIABILITY, claims=DATA),
    EXCLUSIVITY: _exclusivity,
    REFERENCE: _reference,
    INTRODUCTION: _introduction,
}
