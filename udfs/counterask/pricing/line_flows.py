"""What a line earns and costs: for each component of a line, its flow.

Amounts are expected: weighted with who is left. Costs are cash in the middle of their month; recurring fees are invoiced in
blocks, metered fees monthly in arrears, true-ups at the end of a year, one-off prices on delivery.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
from .lines import delivery_months, first_start, net_price, window
from .present_value import Flow
from .price_index import rebate_units, take_or_pay_units
from .scenarios import Array, has_blanks, if_known, is_zero
from .service import Service

_AT_ONCE = np.zeros((1, 1))
_ONE = np.ones((1, 1))


def _name(service: Service, line: int) -> str:
    return service.scenarios.deal.lines[line].name


def _nothing(service: Service, line: int, component: str) -> Flow:
    """The flow of a component that plays no part."""
    return Flow(component, _name(service, line), _AT_ONCE, _AT_ONCE, _AT_ONCE, _AT_ONCE)


def recurring_fees(service: Service, line: int) -> Flow:
    """Fees of the months that are not free, invoiced in blocks."""
    weights = service.fee_weight * service.full_fee(line)
    if not service.scenarios.always(0.0, "free_months"):
        free = service.scenarios.get("free_months")
        first_paid = first_start(service.scenarios, line) + free
        weights = if_known(np.where(service.months < first_paid, 0.0, weights), free)
    due = service.calendar.invoice_month
    owed = due - service.middles
    return Flow(RECURRING_FEES, _name(service, line), service.months, _ONE, weights, due, True, True, owed)


def _monthly_cost(service: Service, line: int, component: str, cost: str) -> Flow:
    """Units in use at a unit's cost, in the middle of each month."""
    get = service.scenarios.get
    each = -get(cost, line) * get("quantity", line)
    if is_zero(each):
        return _nothing(service, line, component)
    return Flow(component, _name(service, line), service.months, each, service.cost_weight(line), service.middles)


def exit_fees(service: Service, line: int) -> Flow:
    """Months of the line's fee, owed by a client who leaves inside a term, on the fee of the month before."""
    if service.scenarios.always(0.0, "tfc_fee_months") or service.retention.may_exit is None:
        return _nothing(service, line, EXIT_FEES)
    each, leaving = service.scenarios.get("tfc_fee_months"), service.retention.exits
    if not leaving.any():
        return _nothing(service, line, EXIT_FEES)
    later, weights = service.months[:, 1:], leaving * service.full_fee(line)[:, :-1]
    return Flow(EXIT_FEES, _name(service, line), later, each, weights, later, True, owed=_AT_ONCE)


def metered_fees(service: Service, line: int) -> Flow:
    """Mean use at its price, invoiced at the end of each month."""
    weights, due, owed = service.served * service.full_fee(line), service.months + 1.0, np.full((1, 1), 0.5)
    return Flow(METERED_FEES, _name(service, line), service.months, _ONE, weights, due, True, True, owed)


def _year(service: Service, line: int) -> Array:
    """Mean use of each year at the price of the last month of the year in which the line runs, if it is served to its end."""
    return service.once("year", line, lambda: _use_of_year(service, line))


def _use_of_year(service: Service, line: int) -> Array:
    units = service.scenarios.get("quantity", line) * service.active(line)
    first, last = 12.0 * service.years, 12.0 * service.years + 11.0
    last = np.maximum(first, np.minimum(last, window(service.scenarios, line).end - 1.0))
    price = net_price(service.scenarios, line, last) * service.price_by_year
    return np.asarray(units.reshape(len(units), -1, 12).sum(axis=2) * price * service.served[:, 11::12])


def shortfall_fees(service: Service, line: int) -> Flow:
    """Committed use that we expect not to be taken, in the years that end within the term; paid like any invoice."""
    get = service.scenarios.get
    if service.scenarios.always(0.0, "commitment") or service.scenarios.always(0.0, "take_or_pay_rate"):
        return _nothing(service, line, SHORTFALL_FEES)
    commitment, rate, term = get("commitment"), get("take_or_pay_rate"), get("term_months")
    each = np.where((commitment == 0.0) | (rate == 0.0), 0.0, rate * take_or_pay_units(commitment, get("demand_cv", line)))
    ends = 12.0 * (service.years + 1.0)
    weights = if_known(np.where(ends <= term, _year(service, line), 0.0), term)
    return Flow(SHORTFALL_FEES, _name(service, line), ends - 1.0, each, weights, ends, True, True, _AT_ONCE)


def rebates(service: Service, line: int) -> Flow:
    """A rebate on use that we expect above the threshold; we owe it at once, and no payment days hold for it."""
    get = service.scenarios.get
    if service.scenarios.always(np.inf, "rebate_threshold") or service.scenarios.always(0.0, "rebate_rate"):
        return _nothing(service, line, REBATES)
    threshold, rate = get("rebate_threshold"), get("rebate_rate")
    each = np.where((threshold == np.inf) | (rate == 0.0), 0.0, -rate * rebate_units(threshold, get("demand_cv", line)))
    ends = 12.0 * (service.years + 1.0)
    return Flow(REBATES, _name(service, line), ends - 1.0, each, _year(service, line), ends, in_client_currency=True)


def _one_off_price(service: Service, line: int) -> Array:
    get = service.scenarios.get
    return get("list_price", line) * get("quantity", line) * (1.0 - get("discount", line))


def one_off_prices(service: Service, line: int) -> Flow:
    """The price, invoiced on delivery; it counts in full where delivery finishes after the horizon."""
    ready = delivery_months(service.scenarios, line)
    price = if_known(_one_off_price(service, line), ready)
    return Flow(ONE_OFF_PRICES, _name(service, line), _AT_ONCE, price, _ONE, ready, True, owed=_AT_ONCE)


def late_damages(service: Service, line: int) -> Flow:
    """Expected damages for late delivery, settled with the price."""
    get, ready = service.scenarios.get, delivery_months(service.scenarios, line)
    if service.scenarios.always(0.0, "late_damages_rate") and not has_blanks(ready):
        return _nothing(service, line, LATE_DAMAGES)
    rate = get("late_damages_rate")
    owed = np.where(rate == 0.0, 0.0, get("late_probability") * rate * _one_off_price(service, line))
    return Flow(LATE_DAMAGES, _name(service, line), _AT_ONCE, -if_known(owed, ready), _ONE, ready, True)


def one_off_cost(service: Service, line: int) -> Flow:
    """Cost, and what it takes to be faster, in even parts over the months of delivery, all of which count."""
    get, ready = service.scenarios.get, delivery_months(service.scenarios, line)
    faster = get("months_brought_forward")
    hurry = np.where(faster == 0.0, 0.0, faster * get("acceleration_cost"))
    monthly = (get("unit_cost", line) * get("quantity", line) + hurry) / ready
    working = np.arange(np.fmax.reduce(ready, axis=None, initial=1.0), dtype=np.float64)[np.newaxis, :]
    weights = np.where(working < ready, 1.0, 0.0)
    return Flow(ONE_OFF_COST, _name(service, line), working, -if_known(monthly, ready), if_known(weights, ready), working + 0.5)


def warranty_cost(service: Service, line: int) -> Flow:
    """A share of the list price in each month of warranty; months after the horizon are left out."""
    get, covered = service.scenarios.get, service.scenarios.get("warranty_months")
    if service.scenarios.always(0.0, "warranty_months"):
        return _nothing(service, line, WARRANTY)
    listed = get("list_price", line) * get("quantity", line)
    each = np.where(covered == 0.0, 0.0, -get("warranty_claim_rate") * listed)
    if is_zero(each):
        return _nothing(service, line, WARRANTY)
    ready = delivery_months(service.scenarios, line)
    in_warranty = (service.months >= ready) & (service.months < ready + covered)
    weights = if_known(np.where(in_warranty, service.served, 0.0), covered, ready)
    return Flow(WARRANTY, _name(service, line), service.months, each, weights, service.middles)


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
