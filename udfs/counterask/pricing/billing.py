"""When fees are invoiced, for whom, and what an invoice is worth that a client may no longer be able to pay.

Recurring fees are invoiced in blocks of `billing_months`. In advance, blocks start again at every term end; in arrears they
run on from signing, so that an end of term does not bill us sooner. A fee is worth less, the longer after the middle of
its month it is paid: meanwhile the client may become insolvent. All inputs are (n, 1) or (1, 1), months are (1, H).
"""

from __future__ import annotations

import numpy as np

from .retention import segment
from .scenarios import Array, Scenarios

DAYS_TO_MONTHS = 12.0 / 365.0


def payment_lag(scenarios: Scenarios) -> Array:
    """Months from invoice to cash. (n, 1) or (1, 1)."""
    return scenarios.get("payment_days") * DAYS_TO_MONTHS


def invoice_month(scenarios: Scenarios, months: Array) -> Array:
    """When the recurring fee of each month is invoiced: the start or the end of its billing block. (n, H) or (1, H) months.

    A block that crosses the horizon is cut there.
    """
    advance, block = scenarios.get("billing_in_advance"), scenarios.get("billing_months")
    if np.all(advance == 0.0):
        return _block_end(block, months)
    start = _block_start(scenarios, months)
    return np.where(advance == 1.0, start, _block_end(block, months)) + 0.0 * advance


def _block_start(scenarios: Scenarios, months: Array) -> Array:
    """First month of the billing block of each month, where fees are invoiced in advance."""
    first, _ = segment(scenarios.get("term_months"), scenarios.get("renewal_term_months"), months)
    block = scenarios.get("billing_months")
    return first + np.floor((months - first) / block) * block


def _block_end(block: Array, months: Array) -> Array:
    """The month after the billing block of each month, where fees are invoiced in arrears."""
    return np.minimum((np.floor(months / block) + 1.0) * block, months[0, -1] + 1.0)


def fee_weight(scenarios: Scenarios, served: Array, months: Array) -> Array:
    """W(m): the probability with which the recurring fee of each month is earned. (n, H) or (1, H).

    served : (n or 1, H) from `Retention`. It is S(m), but where fees are invoiced in advance and not refunded, a client who was
    there at the start of the block has paid for all of it.
    """
    advance, refundable = scenarios.get("billing_in_advance"), scenarios.get("prepayment_refundable")
    if np.all((advance == 0.0) | (refundable == 1.0)):
        return served
    start = _block_start(scenarios, months)
    rows = max(start.shape[0], served.shape[0])
    start, served = (np.broadcast_to(one, (rows, months.shape[1])) for one in (start, served))
    known = np.where(np.isnan(start), 0.0, start)
    paid = np.where(np.isnan(start), np.nan, np.take_along_axis(served, known.astype(np.intp), axis=1))
    weight = np.where(refundable == 0.0, paid, served)
    return np.where(advance == 0.0, served, weight + 0.0 * refundable)


def credit_factor(scenarios: Scenarios, owed: Array) -> Array:
    """What is left of a fee that the client owes for so many months: 1 - loss_given_default * (chance of insolvency).

    owed : months, (n or 1, any), below 0 where it is paid before the service: then nothing is at risk.
    """
    default, lost = scenarios.get("default_probability"), scenarios.get("loss_given_default")
    if np.all((default == 0.0) | (lost == 0.0)):
        return np.ones((1, 1))
    insolvent = -np.expm1(np.log1p(-default) * (np.maximum(0.0, owed) / 12.0))
    return np.where((default == 0.0) | (lost == 0.0), 1.0, 1.0 - lost * insolvent)
