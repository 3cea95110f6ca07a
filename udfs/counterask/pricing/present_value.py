"""What expected cash is worth today: discounted, in our own currency, and less what an insolvent client never pays.

`DF(t) = (1 + cost_of_capital) ^ (-t/12)`, `t` in months from signing, at an annual effective rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .billing import credit_factor, payment_lag
from .scenarios import Array, Scenarios, is_zero, once

_AT_ONCE, NO_CASH = np.zeros((1, 1)), np.zeros(1)


@dataclass(frozen=True)
class Flow:
    """Expected cash of one component: what one unit comes to in each month, and how much a unit is.

    component : a key of `COMPONENTS`. source : the line's or company lever's name, or "" for a term of the deal.
    service : (1, K) months in which the amounts are earned. each : (n or 1, 1) money, plus is good for the seller; where it is 0
    there is no cash, even if the weights are unknown. weights : (n or 1, K) how often it comes to that, in expectation.
    due : (n or 1, K) months at which the amounts fall due, payment days not counted. is_invoiced : whether the client's payment
    days come on top. in_client_currency : whether a share of it is in the client's currency. owed : (n or 1, K or 1) months from
    the middle of the service to `due`, for invoices that a client may fail to pay; None for all other money.
    """

    component: str
    source: str
    service: Array
    each: Array
    weights: Array
    due: Array
    is_invoiced: bool = False
    in_client_currency: bool = False
    owed: Array | None = None

    @property
    def amounts(self) -> Array:
        """Expected cash by month, (n or 1, K) money."""
        return np.where((self.each == 0.0) | (self.weights == 0.0), 0.0, self.each * self.weights)


@once
def discount_factor(scenarios: Scenarios, months: Array) -> Array:
    """DF(t) at the annual effective cost of capital; `months` any shape that broadcasts with (n, 1)."""
    return np.exp(_monthly_rate(scenarios, scenarios.get("cost_of_capital")) * months)


@once
def _monthly_rate(_: Scenarios, yearly: Array) -> Array:
    """What the logarithm of a discount factor falls by in a month, below 0."""
    return -np.log1p(yearly) / 12.0


@once
def forward_factor(scenarios: Scenarios, months: Array) -> Array:
    """The forward rate of the client's currency over today's, by covered parity, at most 1. months : at least 0.

    A forward premium is not a rep's to trade: it is left out.
    """
    discount = np.log1p(scenarios.get("rate_foreign")) - np.log1p(scenarios.get("rate_base"))
    return np.asarray(np.exp(-np.maximum(0.0, discount) / 12.0 * months))


@once
def credit_when_paid(scenarios: Scenarios, owed: Array) -> Array:
    """What is left of an invoice for which the client owes for so many months before its payment days."""
    return credit_factor(scenarios, owed + payment_lag(scenarios))


def currency_factor(scenarios: Scenarios, months: Array) -> Array:
    """What one unit of cash is worth of which a share is in the client's currency: the forward less the spread."""
    share = scenarios.get("foreign_share")
    forward = forward_factor(scenarios, months) * (1.0 - scenarios.get("fx_spread"))
    return np.where(share == 0.0, 1.0, 1.0 - share + share * forward)


def _worths(scenarios: Scenarios, flow: Flow) -> list[tuple[Array, Array]]:
    """What one unit of a flow is worth today, as a sum of products of what differs by scenario and what differs by month.

    Each an (n or 1, 1) and an (n or 1, K) array. Kept apart, since in most flows the months of all scenarios are the same.
    """
    lag = payment_lag(scenarios) if flow.is_invoiced else _AT_ONCE
    of_all, of_month = discount_factor(scenarios, lag), discount_factor(scenarios, flow.due)
    if flow.owed is not None:
        credit = credit_when_paid(scenarios, flow.owed)
        of_all, of_month = (of_all * credit, of_month) if credit.shape[1] == 1 else (of_all, of_month * credit)
    if not flow.in_client_currency:
        return [(of_all, of_month)]
    if scenarios.always(0.0, "foreign_share"):
        return [(of_all, of_month)]
    share = scenarios.get("foreign_share")
    abroad = share * (1.0 - scenarios.get("fx_spread")) * forward_factor(scenarios, lag)
    at_home = of_all * (1.0 - share), of_month
    return [at_home, (np.where(share == 0.0, 0.0, of_all * abroad), of_month * forward_factor(scenarios, flow.due))]


def present_amounts(scenarios: Scenarios, flow: Flow) -> Array:
    """What each amount of a flow is worth today, (n or 1, K) money. An amount of 0 is worth nothing, whenever it is paid."""
    amounts = flow.amounts
    worths = [np.where(of_all == 0.0, 0.0, of_all * of_month) for of_all, of_month in _worths(scenarios, flow)]
    return np.where(amounts == 0.0, 0.0, amounts * np.sum(np.broadcast_arrays(*worths), axis=0))


def present_value(scenarios: Scenarios, flow: Flow) -> Array:
    """Present value of a flow, (n or 1,) money; `NO_CASH` itself where it has none."""
    if is_zero(flow.each):
        return NO_CASH
    worths = [_product(flow.each * of_all, flow.weights, of_month) for of_all, of_month in _worths(scenarios, flow)]
    total = worths[0] if len(worths) == 1 else worths[0] + worths[1]
    if not np.isfinite(total.sum()):
        return np.asarray(present_amounts(scenarios, flow).sum(axis=1))
    return total


def _product(of_all: Array, weights: Array, of_month: Array) -> Array:
    """The sum over months of weights times what differs by month, times what differs by scenario, (n or 1,)."""
    if weights.shape[1] == 1:
        return np.asarray(of_all[:, 0] * weights[:, 0] * of_month[:, 0])
    return np.asarray(of_all[:, 0] * np.vecdot(weights, of_month))  # row by row: like scenarios have like values, to the last bit
