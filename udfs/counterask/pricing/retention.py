"""Which months will be served: who wishes to stay, who can leave, and who is left.

A client may wish to leave at any time, but can leave only where the contract lets it: at the end of a term, and with a right
to terminate for convenience in other months too. A longer term is worth what it holds back, and a right to leave gives that
back; so freedom never helps us, and the same freedom costs the same whatever it is called.

The wish to stay is Fader and Hardie's shifted-beta-geometric curve, at fractional years: "How to project customer retention",
Journal of Interactive Marketing 21(1), 2007. Inputs are (n, 1) or (1, 1), months are (1, M) whole numbers from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..inputs.levers import Kind
from .contract_months import Calendar
from .lines import window
from .log_gamma import rising_ratio
from .scenarios import Array, Scenarios, if_known

_FEW = 256
"""So many scenarios are few: the time goes into calls of numpy, and not into its work."""

LEAST_SPREAD = 1e-6
"""Below it clients do not differ: the mixture is its limit, a constant share a year."""


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
    total, size = leaves + stays, months.shape[1]
    years = months / 12.0
    first = rising_ratio(stays, total, years[:, :12])
    curve = np.empty((len(first), size))
    curve[:, :12] = first
    later = (stays + years[:, : size - 12]) / (total + years[:, : size - 12])
    for start in range(12, size, 12):
        stop = min(start + 12, size)
        curve[:, start:stop] = curve[:, start - 12 : stop - 12] * later[:, start - 12 : stop - 12]
    return curve


def _wish(annual_retention: Array, spread: Array, tenure: Array, months: Array) -> Array:
    """As `wish_to_stay`; the curve of one client is remembered, since the deals of a company share its assumptions."""
    if annual_retention.size == spread.size == tenure.size == 1:
        return _curve_of_one(annual_retention.item(), spread.item(), tenure.item(), months.shape[1])
    return wish_to_stay(annual_retention, spread, tenure, months)


@lru_cache(maxsize=256)
def _curve_of_one(annual_retention: float, spread: float, tenure: float, months: int) -> Array:
    first_year, differ, since = (np.array([[one]]) for one in (annual_retention, spread, tenure))
    curve = wish_to_stay(first_year, differ, since, np.arange(months, dtype=np.float64)[np.newaxis, :])
    curve.flags.writeable = False
    return curve


@dataclass(frozen=True)
class Retention:
    """Who is left in each month 0, 1, ..., M - 1.

    unforced : the share that no closure and no insolvency has ended, (n or 1, M). stays : V(m), the share that has not chosen to
    leave, (n or 1, M). may_exit : months in which the client may terminate for convenience, (n or 1, M), or None where it never
    may.
    """

    unforced: Array
    stays: Array
    may_exit: NDArray[np.bool_] | None

    @cached_property
    def served(self) -> Array:
        """S(m): the probability that each month is served, (n or 1, M)."""
        return self.unforced * self.stays

    @cached_property
    def exits(self) -> Array:
        """The probability that the client terminates for convenience at the start of months 1, 2, ..., (n or 1, M - 1)."""
        if self.may_exit is None:
            return np.zeros((1, self.stays.shape[1] - 1))
        leaves = self.stays[:, :-1] - self.stays[:, 1:]
        return self.unforced[:, 1:] * np.where(self.may_exit[:, 1:], leaves, 0.0)


def retention(scenarios: Scenarios, calendar: Calendar) -> Retention:
    """Who is left in each month of a calendar, which may go beyond the horizon.

    NaN where an input that matters is unknown. What no decision month asks for is not needed.
    """
    get, months = scenarios.get, calendar.months
    yearly = np.log1p(-get("churn_hazard")) + np.log1p(-get("default_probability"))
    unforced = np.exp(yearly * (months / 12.0))
    unforced[:, 0] = 1.0
    kept, may_exit = held_back(scenarios, calendar)
    if (kept == 1.0).all():
        return Retention(unforced, np.ones((1, months.shape[1])), may_exit)
    first_year = get("annual_retention")
    wish = _wish(first_year, get("retention_spread"), get("client_tenure_months"), months)
    stays = _who_stays(kept, wish)
    all_stay = first_year == 1.0
    return Retention(unforced, np.where(all_stay, 1.0, stays) if all_stay.any() else stays, may_exit)


def held_back(scenarios: Scenarios, calendar: Calendar) -> tuple[Array, NDArray[np.bool_] | None]:
    """The share of those who wish to leave that a month holds back: 1 where they cannot, less in a decision month. (n or 1, M).

    And in which months a right to terminate for convenience lets them go.
    """
    get, months = scenarios.get, calendar.months
    inertia, by_itself, first = get("renewal_inertia"), get("auto_renewal"), get("tfc_from_month")
    at_end = if_known(np.where(by_itself == 0.0, 0.0, inertia), by_itself)
    kept = np.where(calendar.is_term_end, at_end, 1.0)
    may_exit = None
    if not scenarios.always(np.inf, "tfc_from_month"):
        may_exit = (months >= np.maximum(1.0, first)) & (calendar.term_end - months > get("tfc_fee_months"))
        may_exit &= ~calendar.is_term_end
        if not (scenarios.always(0.0, "billing_in_advance") or scenarios.always(1.0, "prepayment_refundable")):
            prepaid = (get("billing_in_advance") == 1.0) & (get("prepayment_refundable") == 0.0)
            held = prepaid & (calendar.block_start != months) & _a_recurring_line_runs(scenarios, months)
            may_exit = may_exit & ~held
        kept = np.where(may_exit, inertia, kept)
    return _where_known(scenarios, calendar, kept), may_exit


def _where_known(scenarios: Scenarios, calendar: Calendar, kept: Array) -> Array:
    """`kept`, but NaN in the months in which an unknown input decides whether the client can leave."""
    get, months, inside = scenarios.get, calendar.months, ~calendar.is_term_end
    if not scenarios.is_known("term_months"):
        kept = np.where(np.isnan(get("term_months")) & (months > 0.0), np.nan, kept)
    if not scenarios.is_known("renewal_term_months"):
        kept = np.where(np.isnan(get("renewal_term_months")) & (months >= get("term_months")), np.nan, kept)
    if not scenarios.is_known("tfc_from_month"):
        kept = np.where(np.isnan(get("tfc_from_month")) & inside & (months > 0.0), np.nan, kept)
    if not scenarios.is_known("tfc_fee_months"):
        may_ever = inside & (months >= np.maximum(1.0, get("tfc_from_month")))
        kept = np.where(np.isnan(get("tfc_fee_months")) & may_ever, np.nan, kept)
    return kept


def _a_recurring_line_runs(scenarios: Scenarios, months: Array) -> NDArray[np.bool_]:
    """Whether a recurring line runs in each month, whatever its quantity. (n, M) or (1, M)."""
    found = np.zeros((1, months.shape[1]), dtype=np.bool_)
    for line, one in enumerate(scenarios.deal.lines):
        if one.kind == Kind.RECURRING:
            found = found | (window(scenarios, line).runs(months) == 1.0)
    return found


def _who_stays(kept: Array, wish: Array) -> Array:
    """V(m) = kept * V(m - 1) + (1 - kept) * R(m), V(0) = 1. (n, M) or (1, M).

    Of one scenario and of many, the months are gone through one by one; those in which nobody may leave are skipped. Of few, all
    months are gone through together: the steps of 1, 2, 4, ... months are put together from steps of half as many.
    """
    gained = np.where(kept == 1.0, 0.0, (1.0 - kept) * wish)
    kept = np.broadcast_to(kept, gained.shape)
    if len(gained) == 1:
        stays, before = [], 1.0
        for share, gain in zip(kept[0].tolist(), gained[0].tolist(), strict=True):
            before = share * before + gain
            stays.append(before)
        return np.array([stays])
    if len(gained) <= _FEW:
        share, gain, months = kept.copy(), gained, 1
        while months < share.shape[1]:
            gain[:, months:] += share[:, months:] * gain[:, :-months]
            share[:, months:] *= share[:, :-months]
            months *= 2
        return share + gain
    decisions = np.flatnonzero((kept != 1.0).any(axis=0)).tolist()
    found = np.ones_like(gained)
    column = found[:, 0]
    for month, following in zip(decisions, [*decisions[1:], found.shape[1]], strict=True):
        column = kept[:, month] * column + gained[:, month]
        found[:, month:following] = column[:, np.newaxis]
    return found
