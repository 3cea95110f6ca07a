"""Which months will be served: who wishes to stay, who can leave, and who is left.

A client may wish to leave at any time, but can leave only where the contract lets it: at the end of a term, and with a right
to terminate for convenience in other months too. A longer term is worth what it holds back, and a right to leave gives that
back; so freedom never helps us, and the same freedom costs the same whatever it is called.

The wish to stay is Fader and Hardie's shifted-beta-geometric curve, at fractional years: "How to project customer retention",
Journal of Interactive Marketing 21(1), 2007. Inputs are (n, 1) or (1, 1), months are (1, M) whole numbers from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..inputs.levers import Kind
from .lines import window
from .log_gamma import rising_ratio
from .scenarios import Array, Scenarios, unknown

LEAST_SPREAD = 1e-6
"""Below it clients do not differ: the mixture is its limit, a constant share a year."""


def segment(term: Array, renewal_term: Array, months: Array) -> tuple[Array, Array]:
    """First month of the term that each month lies in (0, `term`, `term + renewal_term`, ...), and of the one after it."""
    renewals = np.floor((months - term) / renewal_term)
    start = np.where(months < term, 0.0, term + renewals * renewal_term)
    return start, np.where(months < term, term, start + renewal_term)


def wish_to_stay(annual_retention: Array, spread: Array, tenure: Array, months: Array) -> Array:
    """R(s): the share of clients who would still be here after `s` months, were they free to leave at any time.

    annual_retention : of a new client's first year, above 0. spread : how much clients differ, 0 to below 1: each has a yearly
    chance to leave of its own, Beta distributed with mean `1 - annual_retention`. tenure : months for which the client has been
    one. Returns (n, M) or (1, M), from 1 down.
    """
    alike = spread < LEAST_SPREAD
    constant = np.exp(np.log(annual_retention) * (months / 12.0)) if alike.any() else np.zeros((1, 1))
    if alike.all():
        return constant
    precision = 1.0 / np.where(alike, 0.5, spread) - 1.0
    leaves, stays = (1.0 - annual_retention) * precision, annual_retention * precision + tenure / 12.0
    mixture = np.where(annual_retention == 1.0, 1.0, _beta_curve(leaves, stays, months))
    return np.where(alike, constant, mixture) if alike.any() else mixture


def _beta_curve(leaves: Array, stays: Array, months: Array) -> Array:
    """B(stays + s, leaves) / B(stays, leaves) at `s = months / 12` years. (n, M) or (1, M).

    The first year by the gamma function, each later one from the year before it, which is exact.
    """
    years = np.ceil(months.shape[1] / 12.0)
    all_months = np.arange(12.0 * years)[np.newaxis, :] / 12.0
    total = leaves + stays
    first = rising_ratio(stays, total, all_months[:, :12])
    before = all_months[:, :-12]
    by_year = ((stays + before) / (total + before)).reshape(first.shape[0], -1, 12)
    whole = np.cumprod(np.concatenate([first[:, np.newaxis, :], by_year], axis=1), axis=1)
    return whole.reshape(first.shape[0], -1)[:, : months.shape[1]]


@dataclass(frozen=True)
class Retention:
    """Who is left in each month.

    unforced : the share that no closure and no insolvency has ended, (n or 1, M). stays : V(m), the share that has not chosen to
    leave, (n or 1, M). may_exit : months in which the client may terminate for convenience, (n or 1, M), or None where it never
    may. All are for months 0, 1, ...
    """

    unforced: Array
    stays: Array
    may_exit: NDArray[np.bool_] | None

    @property
    def served(self) -> Array:
        """S(m): the probability that each month is served, (n or 1, M)."""
        return self.unforced * self.stays

    @property
    def exits(self) -> Array:
        """The probability that the client terminates for convenience at the start of each month, (n or 1, M)."""
        if self.may_exit is None:
            return np.zeros((1, 1))
        leaves = np.zeros_like(self.stays)
        leaves[:, 1:] = self.stays[:, :-1] - self.stays[:, 1:]
        return self.unforced * np.where(self.may_exit, leaves, 0.0)


def retention(scenarios: Scenarios, months: Array) -> Retention:
    """Who is left in each of the months 0, 1, ..., which may go beyond the horizon.

    NaN where an input that matters is unknown. What no decision month asks for is not needed.
    """
    get = scenarios.get
    yearly = np.log1p(-get("churn_hazard")) + np.log1p(-get("default_probability"))
    with np.errstate(invalid="ignore"):
        unforced = np.where(months == 0.0, 1.0, np.exp(yearly * (months / 12.0)))
    kept, may_exit = _kept(scenarios, months)
    if bool(np.all(kept == 1.0)):
        return Retention(unforced, np.ones((1, months.shape[1])), may_exit)
    wish = wish_to_stay(get("annual_retention"), get("retention_spread"), get("client_tenure_months"), months)
    stays = np.where(get("annual_retention") == 1.0, 1.0, _who_stays(kept, wish))
    return Retention(unforced, stays, may_exit)


def _kept(scenarios: Scenarios, months: Array) -> tuple[Array, NDArray[np.bool_] | None]:
    """The share of those who wish to leave that each month keeps: 1 where they cannot, less in a decision month. (n or 1, M).

    And in which months a right to terminate for convenience lets them go.
    """
    get = scenarios.get
    term, renewal_term, inertia = get("term_months"), get("renewal_term_months"), get("renewal_inertia")
    start, end = segment(term, renewal_term, months)
    at_end = (months == start) & (months > 0.0)
    by_itself = get("auto_renewal")
    kept = np.where(at_end, np.where(by_itself == 0.0, 0.0, inertia) + unknown(by_itself), 1.0)
    doubt = np.where(months > 0.0, unknown(term), 0.0) + np.where(months < term, 0.0, unknown(renewal_term))
    first, fee = get("tfc_from_month"), get("tfc_fee_months")
    if np.all(np.isposinf(first)):
        return kept + doubt, None
    may_exit = (months >= np.maximum(1.0, first)) & ~at_end & (end - months > fee)
    paid_for = (get("billing_in_advance") == 1.0) & (get("prepayment_refundable") == 0.0)
    if paid_for.any():
        block_starts = (months - start) % get("billing_months") == 0.0
        may_exit &= ~(paid_for & _a_recurring_line_runs(scenarios, months)) | block_starts
    doubt = doubt + np.where(months > 0.0, unknown(first), 0.0) + np.where(months < first, 0.0, unknown(fee))
    return np.where(may_exit, inertia, kept) + doubt, may_exit


def _a_recurring_line_runs(scenarios: Scenarios, months: Array) -> NDArray[np.bool_]:
    """Whether a recurring line runs in each month, whatever its quantity. (n, M) or (1, M)."""
    found = np.zeros((1, months.shape[1]), dtype=np.bool_)
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind == Kind.RECURRING:
            found = found | (window(scenarios, line).runs(months) == 1.0)
    return found


def _who_stays(kept: Array, wish: Array) -> Array:
    """V(m) = kept * V(m - 1) + (1 - kept) * R(m), V(0) = 1. (n, M) or (1, M).

    The months are gone through one by one, the scenarios together; those in which nobody may leave are skipped.
    """
    gained = np.where(kept == 1.0, 0.0, (1.0 - kept) * wish)
    kept = np.broadcast_to(kept, gained.shape)
    if len(gained) == 1:
        stays, before = [], 1.0
        for share, gain in zip(kept[0].tolist(), gained[0].tolist(), strict=True):
            before = share * before + gain
            stays.append(before)
        return np.array([stays])
    decisions = np.flatnonzero((kept != 1.0).any(axis=0)).tolist()
    found = np.ones_like(gained)
    column = found[:, 0]
    for month, following in zip(decisions, [*decisions[1:], found.shape[1]], strict=True):
        column = kept[:, month] * column + gained[:, month]
        found[:, month:following] = column[:, np.newaxis]
    return found
