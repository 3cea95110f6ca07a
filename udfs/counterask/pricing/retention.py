"""Which months will be served: churn, termination for convenience, and the renewal step.

A discrete survival curve. A renewal is decided at the start of the month in which a term ends.
"""

from __future__ import annotations

import numpy as np

from .scenarios import Array, Scenarios


def segment_start(term: Array, renewal_term: Array, months: Array) -> Array:
    """First month of the term that each month lies in: 0, `term`, `term + renewal_term`, ...

    term, renewal_term : (n, 1) months, at least 1. months : (1, H). Returns (n, H) months.
    """
    renewals = np.floor((months - term) / renewal_term)
    return np.where(months < term, 0.0, term + renewals * renewal_term)


def renewals_before(term: Array, renewal_term: Array, months: Array) -> Array:
    """How many renewals lie behind each month, its own start included. Shapes as in `segment_start`."""
    return np.where(months < term, 0.0, 1.0 + np.floor((months - term) / renewal_term))


def survival(scenarios: Scenarios, months: Array) -> Array:
    """Probability that each month is served: S(0) = 1, then churn, exit and renewal.

    months : (1, H) whole months. Returns (n, H) or (1, H), between 0 and 1; NaN where an input that matters is unknown.
    Source: a discrete survival curve with a renewal step; compare Fader and Hardie, "How to project customer
    retention", Journal of Interactive Marketing 21(1), 2007, whose fitted curve may replace the constant hazard.
    """
    churned = (1.0 - scenarios.get("churn_hazard")) ** (months / 12.0)
    first_exit = np.maximum(1.0, np.ceil(scenarios.get("tfc_from_month")))
    exits = np.maximum(0.0, months - first_exit + 1.0)
    stayed = np.where(exits == 0.0, 1.0, (1.0 - scenarios.get("tfc_hazard")) ** (exits / 12.0))
    renewals = renewals_before(scenarios.get("term_months"), scenarios.get("renewal_term_months"), months)
    return churned * stayed * scenarios.get("renewal_probability") ** renewals


def exit_probability(scenarios: Scenarios, served: Array, months: Array) -> Array:
    """Probability that the client terminates for convenience at the start of each month.

    served : (n, H) from `survival`. Returns (n, H); 0 in months where the right does not exist.
    """
    before = np.concatenate([np.zeros_like(served[:, :1]), served[:, :-1]], axis=1)
    monthly_stay = (1.0 - scenarios.get("churn_hazard")) ** (1.0 / 12.0)
    leaves = 1.0 - (1.0 - scenarios.get("tfc_hazard")) ** (1.0 / 12.0)
    may_leave = months >= np.maximum(1.0, scenarios.get("tfc_from_month"))
    unknown = np.isnan(scenarios.get("tfc_from_month"))
    return np.where(may_leave | unknown, before * monthly_stay * leaves, 0.0) + np.where(unknown, np.nan, 0.0)
