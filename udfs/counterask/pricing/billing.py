"""Who pays an invoice, when, and what it is worth that a client may no longer be able to pay it.

A fee is worth less, the longer after the middle of its month it is paid: meanwhile the client may become insolvent. All inputs
are (n, 1) or (1, 1), months are (1, H).
"""

from __future__ import annotations

import numpy as np

from .contract_months import Calendar
from .scenarios import Array, Scenarios, if_known, once

DAYS_TO_MONTHS = 12.0 / 365.0
_ALL_OF_IT = np.ones((1, 1))


def payment_lag(scenarios: Scenarios) -> Array:
    """Months from invoice to cash. (n, 1) or (1, 1)."""
    return _in_months(scenarios, scenarios.get("payment_days"))


@once
def _in_months(_: Scenarios, days: Array) -> Array:
    return days * DAYS_TO_MONTHS


def fee_weight(scenarios: Scenarios, served: Array, calendar: Calendar) -> Array:
    """W(m): the probability with which the recurring fee of each month is earned. (n, H) or (1, H).

    served : (n or 1, H) from `Retention`. It is S(m), but where fees are invoiced in advance and not refunded, a client who was
    there at the start of the block has paid for all of it.
    """
    if scenarios.always(0.0, "billing_in_advance") or scenarios.always(1.0, "prepayment_refundable"):
        return served
    advance, refundable = scenarios.get("billing_in_advance"), scenarios.get("prepayment_refundable")
    if ((advance == 0.0) | (refundable == 1.0)).all():
        return served
    start = calendar.block_start
    rows = max(len(start), len(served))
    start, served = (np.broadcast_to(one, (rows, one.shape[1])) for one in (start, served))
    blank = np.isnan(start)
    if blank.any():
        start = np.where(blank, 0.0, start)
    paid = if_known(np.take_along_axis(served, start.astype(np.intp), axis=1), np.where(blank, np.nan, 0.0))
    weight = np.where((advance == 1.0) & (refundable == 0.0), paid, served)
    return if_known(weight, advance, np.where(advance == 0.0, 0.0, refundable))


def credit_factor(scenarios: Scenarios, owed: Array) -> Array:
    """What is left of a fee that the client owes for so many months: 1 - loss_given_default * (chance of insolvency).

    owed : months, (n or 1, any), below 0 where it is paid before the service: then nothing is at risk.
    """
    if scenarios.always(0.0, "default_probability") or scenarios.always(0.0, "loss_given_default"):
        return _ALL_OF_IT
    default, lost = scenarios.get("default_probability"), scenarios.get("loss_given_default")
    monthly = np.maximum(np.log1p(-default), -1e300) / 12.0  # finite: a certain insolvency needs a moment, too
    factor = 1.0 - lost + lost * np.exp(monthly * np.maximum(0.0, owed))
    safe = (default == 0.0) | (lost == 0.0)
    return np.where(safe, 1.0, factor) if safe.any() else factor
