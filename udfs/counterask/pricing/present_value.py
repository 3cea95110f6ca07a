"""What expected cash is worth today: discounted, in our own currency, and less what an insolvent client never pays.

`DF(t) = (1 + cost_of_capital) ^ (-t/12)`, `t` in months from signing, at an annual effective rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .billing import credit_factor, payment_lag
from .scenarios import Array, Scenarios


@dataclass(frozen=True)
class Flow:
    """Expected cash of one component.

    component : a key of `COMPONENTS`. source : the line's or company lever's name, or "" for a term of the deal.
    service : (1, K) months in which the amounts are earned. amounts : (n or 1, K) money, weighted with the chance that it comes
    to that, plus is good for the seller. due : (n or 1, K) months at which they fall due, payment days not counted.
    is_invoiced : whether the client's payment days come on top. in_client_currency : whether a share of it is in the client's
    currency. owed : (n or 1, K or 1) months from the middle of the service to `due`, for fees that a client may fail to pay; None
    for all other money.
    """

    component: str
    source: str
    service: Array
    amounts: Array
    due: Array
    is_invoiced: bool = False
    in_client_currency: bool = False
    owed: Array | None = None


def discount_factor(scenarios: Scenarios, months: Array) -> Array:
    """DF(t) at the annual effective cost of capital; `months` any shape that broadcasts with (n, 1)."""
    return np.exp(-np.log1p(scenarios.get("cost_of_capital")) / 12.0 * months)


def currency_factor(scenarios: Scenarios, months: Array) -> Array:
    """What one unit of cash is worth, a share of it in the client's currency: the covered forward less the spread.

    A forward premium is not a rep's to trade: the forward counts where it lies below today's rate. months : at least 0.
    """
    share = scenarios.get("foreign_share")
    discount = np.log1p(scenarios.get("rate_foreign")) - np.log1p(scenarios.get("rate_base"))
    forward = np.exp(-np.maximum(0.0, discount) / 12.0 * months) * (1.0 - scenarios.get("fx_spread"))
    return np.where(share == 0.0, 1.0, 1.0 - share + share * forward)


def cash_time(scenarios: Scenarios, flow: Flow) -> Array:
    """Month at which each amount of a flow is cash: when due, plus payment days where they hold. (n or 1, K)."""
    return flow.due + payment_lag(scenarios) if flow.is_invoiced else flow.due


def worth_today(scenarios: Scenarios, flow: Flow) -> Array:
    """What one unit of each amount of a flow is worth today. (n or 1, K or 1)."""
    factor = discount_factor(scenarios, flow.due)
    if flow.is_invoiced:
        factor = factor * discount_factor(scenarios, payment_lag(scenarios))
    if flow.in_client_currency and np.any(scenarios.get("foreign_share") != 0.0):
        factor = factor * currency_factor(scenarios, cash_time(scenarios, flow))
    if flow.owed is not None:
        factor = factor * credit_factor(scenarios, flow.owed + payment_lag(scenarios))
    return factor


def present_value(scenarios: Scenarios, flow: Flow) -> Array:
    """Present value of a flow, (n or 1,) money. Amounts of 0 count for nothing, whenever they would be paid."""
    amounts, factor = np.broadcast_arrays(flow.amounts, worth_today(scenarios, flow))
    total = np.einsum("nk,nk->n", amounts, factor)
    if not np.isfinite(total).all():
        total = np.where(amounts == 0.0, 0.0, amounts * factor).sum(axis=1)
    return np.asarray(total)
