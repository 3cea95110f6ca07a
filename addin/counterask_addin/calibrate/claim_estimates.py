"""What claims tell: how often they come, how large they are, how they grow with the deal, and how long they take to be paid.

The elasticity comes from the general claims and holds for both classes. Where they do not tell it, or do not tell the tail, the
present value is held.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from counterask.result_tables.counts import count_of

from . import claims, payments, rates
from .checking import DAYS_A_MONTH, Closed
from .estimates import LEAST_CLAIMS, LEAST_ENDS, LEAST_FEE_SPREAD, Estimate, not_enough
from .histories import Flags, Numbers

LONGEST_LAG = 120


def claim_estimates(closed: Closed, present: Mapping[str, float]) -> list[Estimate]:
    """The estimates of the table of claims. present : the assumptions as they are."""
    if "claims" not in closed.tables:
        return []
    column, owner = closed.tables["claims"].columns, closed.owner["claims"]
    found: list[Estimate] = []
    for kind, prefix in (("general", "liability"), ("data", "data")):
        own = column["kind"] == kind
        if own.any():
            told = {one.name: one.value for one in found if one.is_enough}
            found.append(_frequency(closed, owner[own], f"{prefix}_frequency"))
            found += _sizes(closed, own, prefix, {**present, **told})
    count = int(np.isfinite(column["paid"]).sum())
    basis = f"{count:,} paid and {count_of(len(owner) - count, 'open claim')}"
    if count < LEAST_CLAIMS:
        found.append(not_enough("claim_lag_months", "", count, basis, f"at least {LEAST_CLAIMS} paid claims are needed"))
    else:
        is_open = np.isnat(column["paid_on"])
        days = (np.where(is_open, closed.as_of, column["paid_on"]) - column["date"]).astype(np.float64)
        span = payments.mean_wait(days / DAYS_A_MONTH, is_open, owner, 0, LONGEST_LAG)
        how = "mean from claim to payment by Kaplan and Meier; jackknife by contract"
        found.append(Estimate("claim_lag_months", "", span.value, span.low, span.high, count, basis, how))
    return found


def _frequency(closed: Closed, owner: Numbers, name: str) -> Estimate:
    years = closed.contracts.years_seen
    counts = np.bincount(owner, minlength=len(years))
    basis = f"{count_of(len(owner), 'claim')} in {count_of(years.sum(), 'contract year')}"
    if len(owner) < LEAST_ENDS:
        return not_enough(name, "", len(owner), basis, f"{count_of(len(owner), 'claim')}, at least {LEAST_ENDS} are needed")
    profile = rates.gamma_poisson(counts, years)
    value, low, high = (math.exp(ends[0]) for ends in (profile.best, profile.low, profile.high))
    return Estimate(name, "", value, low, high, len(owner), basis, "Gamma-Poisson by maximum likelihood; profile interval")


def _sizes(closed: Closed, own: Flags, prefix: str, held: Mapping[str, float]) -> list[Estimate]:
    """The tail and the scale of a class of claims at the reference fees, and for general claims the elasticity.

    held : the assumptions that are not estimated from these claims.
    """
    column, fees = closed.tables["claims"].columns, closed.contracts.yearly_fees[closed.owner["claims"]]
    elasticity, reference = held["liability_elasticity"], held["liability_reference_fees"]
    kept = own & (column["paid"] > 0.0) & ((fees > 0.0) | (elasticity == 0.0))
    capped = column["paid"][kept] >= column["cap"][kept] * (1.0 - 1e-6)
    whole = int((~capped).sum())
    basis = f"{count_of(whole, 'claim')} paid in full, {int(capped.sum()):,} cut by a cap"
    names = [f"{prefix}_alpha", f"{prefix}_theta", *(["liability_elasticity"] if prefix == "liability" else [])]
    if whole < LEAST_CLAIMS:
        why = f"{count_of(whole, 'claim')} paid in full, at least {LEAST_CLAIMS} are needed"
        return [not_enough(name, "", whole, basis, why) for name in names]
    has_fees = bool((fees[kept] > 0.0).all())
    sizes = claims.Sizes(column["paid"][kept], capped, fees[kept] / reference if has_fees else np.ones(len(capped)))
    spread = math.sqrt(whole) * float(np.std(np.log(sizes.fees[~capped])))
    is_free = prefix == "liability" and spread >= LEAST_FEE_SPREAD
    known = None if is_free else elasticity
    found, alpha = claims.fit_sizes(sizes, None, known), None
    if not claims.is_tail_told(found):
        alpha = held[names[0]]
        found = claims.fit_sizes(sizes, alpha, known)
    growth = "as estimated with them" if is_free else f"held at {elasticity:g}"
    how = f"Lomax by maximum likelihood, caps as censoring, at fees of {reference:,.0f}, elasticity {growth}"
    how += "" if alpha is None else f"; tail held at {alpha:g}"
    spans = []
    for place, ends in enumerate(zip(found.best, found.low, found.high, strict=True)):
        spans.append(rates.Span(*(float(end) if place == 2 else math.exp(end) for end in ends)))
    answers = [
        Estimate(name, "", span.value, span.low, span.high, whole, basis, how)
        for name, span in zip(names, spans[: len(names)], strict=True)
    ]
    if alpha is not None:
        why = "the tail cannot be estimated from these claims: sizes without a heavy tail fit as well. Few large claims decide it"
        answers[0] = not_enough(names[0], "", whole, basis, why)
        note = f"Holds with a tail of {alpha:g} only: the data do not tell it."
        answers[1] = Estimate(names[1], "", spans[1].value, spans[1].low, spans[1].high, whole, basis, how, note)
    if len(names) == 3 and not is_free:
        too_alike = f"fees differ too little for {count_of(whole, 'claim')}"
        why = too_alike if has_fees else "the yearly fees of these contracts are missing"
        answers[2] = not_enough(names[2], "", whole, basis, why)
    return answers
