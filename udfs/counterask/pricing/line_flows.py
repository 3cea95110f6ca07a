"""What a line earns and costs: for each component of a line, its flow.

Amounts are expected: weighted with who is left. Costs are cash in the middle of their month; recurring fees are invoiced in
blocks, metered fees monthly in arrears, true-ups at the end of a year, one-off prices on delivery.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .billing import invoice_month
from .components import (
    EXIT_FEES,
    LATE_DAMAGES,
    METERED_COST,
    METERED_FEES,
    ONE_OFF_COST,
    ONE_OFF_PRICES,
    REBATES,
    RECURRING_COST,
    RECURRING_FEES,
    SHORTFALL_FEES,
    SUPPORT,
    WARRANTY,
)
from .lines import delivery_months, net_price, window
from .present_value import Flow
from .price_index import rebate_units, take_or_pay_units
from .scenarios import Array, unknown
from .service import Service

_AT_ONCE = np.zeros((1, 1))


def _name(service: Service, line: int) -> str:
    return service.scenarios.deal.lines[line].name


def recurring_fees(service: Service, line: int) -> Flow:
    """Fees of the months that are not free, invoiced in blocks."""
    free = service.scenarios.get("free_months")
    fee = service.full_fee(line)
    if not np.all(free == 0.0):
        first_paid = window(service.scenarios, line).origin + free
        fee = np.where(service.months < first_paid, 0.0, fee) + unknown(free)
    due = invoice_month(service.scenarios, service.months)
    owed = due - (service.months + 0.5)
    return Flow(RECURRING_FEES, _name(service, line), service.months, service.fee_weight * fee, due, True, True, owed)


def _monthly_cost(service: Service, line: int, component: str, cost: str) -> Flow:
    """Units in use at a unit's cost, in the middle of each month."""
    get = service.scenarios.get
    each = get(cost, line) * get("quantity", line)
    amounts = np.where(each == 0.0, 0.0, -each * service.cost_weight(line))
    return Flow(component, _name(service, line), service.months, amounts, service.months + 0.5)


def exit_fees(service: Service, line: int) -> Flow:
    """Months of the line's fee, owed by a client who leaves inside a term, on the fee of the month before."""
    months, fee = service.scenarios.get("tfc_fee_months"), service.full_fee(line)
    before = np.concatenate([np.zeros_like(fee[:, :1]), fee[:, :-1]], axis=1)
    leaving = np.where(months == 0.0, 0.0, service.retention.exits)
    owed = np.where(leaving == 0.0, 0.0, leaving * months * before)
    return Flow(EXIT_FEES, _name(service, line), service.months, owed, service.months, True, owed=_AT_ONCE)


def metered_fees(service: Service, line: int) -> Flow:
    """Mean use at its price, invoiced at the end of each month."""
    amounts, half_a_month = service.served * service.full_fee(line), np.full((1, 1), 0.5)
    due = service.months + 1.0
    return Flow(METERED_FEES, _name(service, line), service.months, amounts, due, True, True, half_a_month)


def _year(service: Service, line: int) -> tuple[Array, Array]:
    """Mean use of each year, and the price of a unit in the last month of the year in which the line runs. (n or 1, Y)."""
    units = service.scenarios.get("quantity", line) * service.active(line)
    first, last = 12.0 * service.years, 12.0 * service.years + 11.0
    last = np.maximum(first, np.minimum(last, window(service.scenarios, line).end - 1.0))
    price = net_price(service.scenarios, line, last) * service.price_by_year
    return units.reshape(units.shape[0], -1, 12).sum(axis=2), price


def _true_up(service: Service, line: int, component: str, each: Array) -> Flow:
    """What is settled at the end of each year. each : (n or 1, Y) money of a year that is served to its end."""
    weighted = np.where(each == 0.0, 0.0, each * service.served[:, 11::12])
    ends = 12.0 * (service.years + 1.0)
    is_fee = component == SHORTFALL_FEES
    owed = _AT_ONCE if is_fee else None
    return Flow(component, _name(service, line), ends - 1.0, weighted, ends, is_fee, True, owed)


def shortfall_fees(service: Service, line: int) -> Flow:
    """Committed use that we expect not to be taken, in the years that end within the term; paid like any invoice."""
    get = service.scenarios.get
    commitment, rate = get("commitment"), get("take_or_pay_rate")
    nothing = (commitment == 0.0) | (rate == 0.0)
    if nothing.all():
        return _true_up(service, line, SHORTFALL_FEES, np.zeros((1, service.years.shape[1])))
    units, price = _year(service, line)
    short = np.where(nothing, 0.0, rate * take_or_pay_units(commitment, get("demand_cv", line)))
    term = get("term_months")
    counted = np.where(12.0 * (service.years + 1.0) <= term, short * units * price, 0.0) + unknown(term)
    return _true_up(service, line, SHORTFALL_FEES, np.where(nothing, 0.0, counted))


def rebates(service: Service, line: int) -> Flow:
    """A rebate on use that we expect above the threshold; we owe it at once, and no payment days hold for it."""
    get = service.scenarios.get
    threshold, rate = get("rebate_threshold"), get("rebate_rate")
    nothing = np.isposinf(threshold) | (rate == 0.0)
    if nothing.all():
        return _true_up(service, line, REBATES, np.zeros((1, service.years.shape[1])))
    units, price = _year(service, line)
    paid = np.where(nothing, 0.0, rate * rebate_units(threshold, get("demand_cv", line)))
    return _true_up(service, line, REBATES, np.where(nothing, 0.0, -paid * units * price))


def _one_off_price(service: Service, line: int) -> Array:
    get = service.scenarios.get
    return get("list_price", line) * get("quantity", line) * (1.0 - get("discount", line))


def one_off_prices(service: Service, line: int) -> Flow:
    """The price, invoiced on delivery; it counts in full where delivery finishes after the horizon."""
    ready = delivery_months(service.scenarios, line)
    price = _one_off_price(service, line) + 0.0 * ready
    return Flow(ONE_OFF_PRICES, _name(service, line), _AT_ONCE, price, ready, True, owed=_AT_ONCE)


def late_damages(service: Service, line: int) -> Flow:
    """Expected damages for late delivery, settled with the price."""
    get, ready = service.scenarios.get, delivery_months(service.scenarios, line)
    rate = get("late_damages_rate")
    owed = np.where(rate == 0.0, 0.0, get("late_probability") * rate * _one_off_price(service, line))
    return Flow(LATE_DAMAGES, _name(service, line), _AT_ONCE, -owed + 0.0 * ready, ready, True)


def one_off_cost(service: Service, line: int) -> Flow:
    """Cost, and what it takes to be faster, in even parts over the months of delivery, all of which count."""
    get, ready = service.scenarios.get, delivery_months(service.scenarios, line)
    faster = get("months_brought_forward")
    hurry = np.where(faster == 0.0, 0.0, faster * get("acceleration_cost"))
    monthly = (get("unit_cost", line) * get("quantity", line) + hurry) / ready
    working = np.arange(np.fmax.reduce(ready, axis=None, initial=1.0), dtype=np.float64)[np.newaxis, :]
    amounts = -np.where(working < ready, monthly, 0.0 * monthly)
    return Flow(ONE_OFF_COST, _name(service, line), working, amounts, working + 0.5)


def warranty_cost(service: Service, line: int) -> Flow:
    """A share of the list price in each month of warranty; months after the horizon are left out."""
    get, ready = service.scenarios.get, delivery_months(service.scenarios, line)
    covered = get("warranty_months")
    listed = get("list_price", line) * get("quantity", line)
    claims = np.where(covered == 0.0, 0.0, get("warranty_claim_rate") * listed)
    in_warranty = (service.months >= ready) & (service.months < ready + covered)
    cost = np.where(in_warranty, claims * service.served, 0.0) + unknown(claims, covered, ready)
    return Flow(WARRANTY, _name(service, line), service.months, -np.where(claims == 0.0, 0.0, cost), service.months + 0.5)


FLOW_OF_LINE: dict[str, Callable[[Service, int], Flow]] = {
    RECURRING_FEES: recurring_fees,
    RECURRING_COST: lambda service, line: _monthly_cost(service, line, RECURRING_COST, "unit_cost"),
    SUPPORT: lambda service, line: _monthly_cost(service, line, SUPPORT, "support_cost"),
    EXIT_FEES: exit_fees,
    METERED_FEES: metered_fees,
    METERED_COST: lambda service, line: _monthly_cost(service, line, METERED_COST, "unit_cost"),
    SHORTFALL_FEES: shortfall_fees,
    REBATES: rebates,
    ONE_OFF_PRICES: one_off_prices,
    LATE_DAMAGES: late_damages,
    ONE_OFF_COST: one_off_cost,
    WARRANTY: warranty_cost,
}
"""Component of a line -> its flow, from the shared quantities of a batch and the line's place in the deal."""
