"""All estimates of a company's closed deals, for all clients and by segment.

What the data cannot tell is held at its present value, and said to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from counterask.result_tables.counts import count_of

from . import payments, rates, staying
from .checking import DAYS_A_MONTH, Closed
from .claim_estimates import claim_estimates
from .estimates import (
    LEAST_CHOICES,
    LEAST_ENDS,
    LEAST_FALLS,
    LEAST_INSOLVENT,
    LEAST_TRIALS,
    LEAST_YEARS,
    WIDEST,
    Estimate,
    not_enough,
)
from .histories import Numbers, placed
from .profile import Profile, Z
from .segments import pool_segments

LONGEST_DAYS, EARLIEST_DAYS = 180, -60

_LIKELIHOOD = "maximum likelihood in the contract's decision months, running contracts censored; profile interval"
_ENDS = "ends per year at risk, Jeffreys interval"
_TRIALS = "share, Jeffreys interval"
_DRAWN = "drawn to the whole"


@dataclass(frozen=True)
class Fitted:
    """What was estimated. whole : for all clients. segments : of those in which a segment differs, or may."""

    whole: tuple[Estimate, ...]
    segments: tuple[Estimate, ...]


def fitted(closed: Closed, present: Mapping[str, float]) -> Fitted:
    """Estimate everything that the tables tell. present : the assumptions as they are."""
    stay = _staying(closed, present)
    held = {one.name: one.value if one.is_enough else present[one.name] for one in stay}
    whole = [*stay, *_ends(closed), *_payments(closed), *claim_estimates(closed, present), *_delivery(closed)]
    whole += [*_promises(closed), *_price_clauses(closed)]
    enough = {one.name for one in whole if one.is_enough}
    return Fitted(tuple(whole), tuple(_by_segment(closed, held, enough)))


def _staying(closed: Closed, present: Mapping[str, float]) -> list[Estimate]:
    """Retention, spread and inertia."""
    contracts, decisions = closed.contracts, closed.placed.decisions
    left = int(contracts.left.sum())
    ends = count_of(left, "end by choice", "ends by choice")
    basis = f"{ends} among {count_of(len(contracts), 'contract')}"
    if left < LEAST_CHOICES:
        why = f"{ends}, at least {LEAST_CHOICES} are needed"
        return [not_enough(name, "", left, basis, why) for name in staying.NAMES]
    acts = np.array(
        [
            decisions.must_act[kind, min(place, decisions.count[kind] - 1)] if decisions.count[kind] else False
            for kind, place in zip(closed.placed.kind[contracts.left], closed.placed.place[contracts.left], strict=True)
        ]
    )
    by_notice, without = int(acts.sum()), int((~acts).sum())
    inertia_told = min(by_notice, without) >= LEAST_CHOICES // 2
    fixed = staying.Fixed(inertia=None if inertia_told else present["renewal_inertia"])
    found = staying.fit_staying(decisions, fixed)
    wide = found.high - found.low > WIDEST
    final = staying.Fixed(
        present["retention_spread"] if wide[1] else None,
        fixed.inertia if not (inertia_told and wide[2]) else present["renewal_inertia"],
    )
    best = found.best if final == fixed else staying.fit_staying(decisions, final).best
    answers = []
    for place, name in enumerate(staying.NAMES):
        if place == 2 and not inertia_told:
            with_renewal = count_of(by_notice, "end with automatic renewal", "ends with automatic renewal")
            why = f"{with_renewal} and {without} without, at least {LEAST_CHOICES // 2} of each are needed"
            answers.append(not_enough(name, "", min(by_notice, without), basis, why))
        elif place and wide[place]:
            why = f"the interval {found.low[place]:.0%} to {found.high[place]:.0%} is too wide to be of use"
            answers.append(not_enough(name, "", left, basis, why))
        else:
            notes = [
                f"{other.replace('_', ' ')} held at {value:.0%}"
                for other, value in (("retention_spread", final.spread), ("renewal_inertia", final.inertia))
                if value is not None
            ]
            low, high = min(found.low[place], best[place]), max(found.high[place], best[place])
            answers.append(Estimate(name, "", best[place], low, high, left, basis, "; ".join([_LIKELIHOOD, *notes])))
    return answers


def _ends(closed: Closed) -> list[Estimate]:
    contracts = closed.contracts
    years = float(contracts.years_seen.sum())
    found = []
    for name, ended, words in (
        ("churn_hazard", contracts.closed, ("closure", "closures")),
        ("default_probability", contracts.insolvent, ("insolvency", "insolvencies")),
    ):
        events = int(ended.sum())
        many = count_of(events, *words)
        basis = f"{many} in {count_of(years, 'contract year')}"
        if events < LEAST_ENDS:
            found.append(not_enough(name, "", events, basis, f"{many}, at least {LEAST_ENDS} are needed"))
        else:
            span = rates.yearly_chance(events, years)
            found.append(Estimate(name, "", span.value, span.low, span.high, events, basis, _ENDS))
    return found


def _payments(closed: Closed) -> list[Estimate]:
    """How late clients pay, and what is lost in an insolvency."""
    if "invoices" not in closed.tables:
        return []
    column, owner = closed.tables["invoices"].columns, closed.owner["invoices"]
    due, paid = column["due"], np.where(column["paid"] > closed.as_of, np.datetime64("NaT"), column["paid"])
    ended = closed.contracts.insolvent[owner]
    last = closed.ends[owner]
    is_open, usual = np.isnat(paid), ~(ended & ~(paid <= last))
    waits = (np.where(is_open, closed.as_of, paid) - due).astype(np.float64)
    found = []
    count = int((usual & ~is_open).sum())
    basis = f"{count:,} paid and {count_of(int((usual & is_open).sum()), 'open invoice')}"
    if count < LEAST_TRIALS or len(np.unique(owner[usual])) < 10:
        found.append(
            not_enough("days_late", "", count, basis, f"at least {LEAST_TRIALS} paid invoices of 10 contracts are needed")
        )
    else:
        span = payments.mean_wait(waits[usual], is_open[usual], owner[usual], EARLIEST_DAYS, LONGEST_DAYS)
        how = f"mean by Kaplan and Meier, at most {LONGEST_DAYS} days; jackknife by contract"
        found.append(Estimate("days_late", "", span.value, span.low, span.high, count, basis, how))
    issued = np.where(np.isnat(column["issued"]), due - 30, column["issued"])
    lost = np.nan_to_num(column["written_off"])
    open_then = ended & (issued <= last) & ~(paid <= last) & np.isfinite(column["amount"])
    settled = open_then & (~is_open | (lost > 0.0))
    size = len(closed.contracts)
    below = np.bincount(owner[settled], column["amount"][settled], size)
    above = np.bincount(owner[settled], lost[settled], size)
    clients = int((below > 0.0).sum())
    insolvencies = count_of(clients, "insolvency", "insolvencies")
    unsettled = count_of(int((open_then & ~settled).sum()), "invoice")
    basis = f"{insolvencies} with settled open invoices, {unsettled} not yet settled"
    if clients < LEAST_INSOLVENT:
        why = f"{insolvencies} with settled open invoices, at least {LEAST_INSOLVENT} are needed"
        found.append(not_enough("loss_given_default", "", clients, basis, why))
    else:
        span = payments.ratio(above[below > 0.0], below[below > 0.0])
        how = "money lost of money open; jackknife by client"
        found.append(Estimate("loss_given_default", "", span.value, span.low, span.high, clients, basis, how))
    return found


def _price_clauses(closed: Closed) -> list[Estimate]:
    """How often a most-favoured-price clause lowers a price for the first time, and by how much."""
    if "price_clauses" not in closed.tables:
        return []
    column, owner = closed.tables["price_clauses"].columns, closed.owner["price_clauses"]
    has_fallen = column["lowered"] <= closed.ends[owner]
    last = np.where(has_fallen, column["lowered"], closed.ends[owner])
    years = float(np.maximum((last - column["from"]).astype(np.float64), 0.0).sum()) / (12.0 * DAYS_A_MONTH)
    count = int(has_fallen.sum())
    basis = f"{count:,} of {count_of(len(owner), 'clause')} lowered a price, in {count_of(years, 'year')}"
    found = []
    if count < LEAST_ENDS:
        why = f"{count_of(count, 'lowered price')}, at least {LEAST_ENDS} are needed"
        found.append(not_enough("mfn_trigger", "", count, basis, why))
    else:
        span = rates.yearly_chance(count, years)
        how = "first falls per year in which none had happened, Jeffreys interval"
        found.append(Estimate("mfn_trigger", "", span.value, span.low, span.high, count, basis, how))
    known = has_fallen & np.isfinite(column["price_after"]) & np.isfinite(column["price_before"])
    falls = 1.0 - column["price_after"][known] / column["price_before"][known]
    basis = f"{count_of(len(falls), 'lowered price')} with the price before and after"
    if len(falls) < LEAST_FALLS:
        why = f"{count_of(len(falls), 'lowered price')}, at least {LEAST_FALLS} are needed"
        found.append(not_enough("mfn_gap", "", len(falls), basis, why))
    else:
        span = payments.ratio(falls, np.ones_like(falls))
        found.append(Estimate("mfn_gap", "", span.value, span.low, span.high, len(falls), basis, "mean; jackknife by clause"))
    return found


def _delivery(closed: Closed) -> list[Estimate]:
    found = []
    for name, hits, trials, words in _shares(closed):
        found.append(_share(name, hits, trials, words))
    if "usage" in closed.tables:
        column = closed.tables["usage"].columns
        ratios = column["actual"] / column["expected"]
        basis = f"{count_of(len(ratios), 'year')} of metered lines"
        if len(ratios) < LEAST_YEARS:
            found.append(not_enough("demand_cv", "", len(ratios), basis, f"at least {LEAST_YEARS} years are needed"))
        else:
            span = payments.variation(ratios)
            how = "standard deviation over mean of used over forecast; chi-square interval"
            found.append(Estimate("demand_cv", "", span.value, span.low, span.high, len(ratios), basis, how))
    return found


def _shares(closed: Closed) -> list[tuple[str, Numbers, Numbers, str]]:
    """The shares of trials: name, and hits and trials of each contract."""
    size = len(closed.contracts)
    found: list[tuple[str, Numbers, Numbers, str]] = []
    if "deliveries" in closed.tables:
        column, owner = closed.tables["deliveries"].columns, closed.owner["deliveries"]
        done = np.where(np.isnat(column["done"]), closed.as_of, column["done"])
        late = (done - column["promised"]).astype(np.float64) > np.nan_to_num(column["grace_days"])
        hits, trials = np.bincount(owner, late, size), np.bincount(owner, minlength=size).astype(np.float64)
        found.append(("late_probability", hits, trials, "deliveries late"))
    if "service_levels" in closed.tables:
        column, owner = closed.tables["service_levels"].columns, closed.owner["service_levels"]
        missed, months = np.bincount(owner, column["missed"], size), np.bincount(owner, column["months"], size)
        found.append(("sla_miss_probability", missed, months, "months with a miss"))
    return found


def _promises(closed: Closed) -> list[Estimate]:
    if "promises" not in closed.tables:
        return []
    column, owner = closed.tables["promises"].columns, closed.owner["promises"]
    found = []
    for kind in ("reference", "introduction"):
        own = column["kind"] == kind
        if own.any():
            size = len(closed.contracts)
            hits = np.bincount(owner[own], column["kept"][own], size)
            trials = np.bincount(owner[own], minlength=size).astype(np.float64)
            found.append(_share(f"{kind}_probability", hits, trials, "promises kept"))
    return found


def _share(name: str, hits: Numbers, trials: Numbers, words: str) -> Estimate:
    total, count = float(hits.sum()), float(trials.sum())
    basis = f"{total:,.0f} of {count:,.0f} {words}"
    effect = rates.design_effect(hits, trials)
    if count / effect < LEAST_TRIALS:
        return not_enough(name, "", int(count), basis, f"they count as {count / effect:.0f}, at least {LEAST_TRIALS} are needed")
    span = rates.share(total, count, effect)
    alike = f"; months of one contract are alike and count 1/{effect:.1f}" if effect > 1.05 else ""
    return Estimate(name, "", span.value, span.low, span.high, int(count), basis, _TRIALS + alike)


def _by_segment(closed: Closed, held: Mapping[str, float], enough: set[str]) -> list[Estimate]:
    """Each segment's own estimates, drawn towards the whole."""
    contracts = closed.contracts
    codes = [code for code, name in enumerate(contracts.segments) if name and (contracts.segment == code).any()]
    if len(codes) < 2:
        return []
    names = [contracts.segments[code] for code in codes]
    found: list[Estimate] = []
    if "annual_retention" in enough:
        found += _retention_by_segment(closed, codes, held, "renewal_inertia" in enough)
    years = np.bincount(contracts.segment, contracts.years_seen, len(contracts.segments))[codes]
    for name, ended, kinds in (
        ("churn_hazard", contracts.closed, ("closure", "closures")),
        ("default_probability", contracts.insolvent, ("insolvency", "insolvencies")),
    ):
        if name in enough:
            events = np.bincount(contracts.segment, ended, len(contracts.segments))[codes]
            spans = [count_of(span, "contract year") for span in years]
            words = [f"{count_of(event, *kinds)} in {span}" for event, span in zip(events, spans, strict=True)]
            made = np.log((events + 0.5) / np.maximum(years, 1e-9)), 1.0 / np.sqrt(events + 0.5)
            found += _drawn(name, names, made, lambda at: -np.expm1(-np.exp(at)), events, words, _ENDS)
    for name, hits, trials, word in _shares(closed):
        if name in enough:
            effect = rates.design_effect(hits, trials)
            hit = np.bincount(contracts.segment, hits, len(contracts.segments))[codes]
            tried = np.bincount(contracts.segment, trials, len(contracts.segments))[codes]
            words = [f"{one:,.0f} of {every:,.0f} {word}" for one, every in zip(hit, tried, strict=True)]
            yes, no = hit / effect + 0.5, (tried - hit) / effect + 0.5
            made = np.log(yes / no), np.sqrt(1.0 / yes + 1.0 / no)
            found += _drawn(name, names, made, _share_of_logit, tried, words, _TRIALS)
    return found


def _retention_by_segment(closed: Closed, codes: list[int], held: Mapping[str, float], inertia_is_told: bool) -> list[Estimate]:
    """Retention by segment, with the spread and the inertia of all clients.

    What is not known of these two moves all segments alike: it is no reason to draw them together, and widens every interval by
    as much as it widens that for all clients.
    """
    contracts, own = closed.contracts, [closed.contracts.of_segment(code) for code in codes]
    fixed = staying.Fixed(held["retention_spread"], held["renewal_inertia"])
    fits = [_logits(staying.fit_staying(placed(one).decisions, fixed)) for one in own]
    told = staying.Fixed(inertia=None if inertia_is_told else held["renewal_inertia"])
    free, alone = (_logits(staying.fit_staying(closed.placed.decisions, one)) for one in (told, fixed))
    shared = max(free[1] ** 2 - alone[1] ** 2, 0.0)
    counts = np.array([one.left.sum() for one in own])
    words = [
        f"{count_of(left, 'end by choice', 'ends by choice')} among {count_of(len(one), 'contract')}"
        for left, one in zip(counts, own, strict=True)
    ]
    made = np.array([value for value, _ in fits]), np.array([error for _, error in fits])
    inner = [contracts.segments[code] for code in codes]
    return _drawn("annual_retention", inner, made, _share_of_logit, counts, words, _LIKELIHOOD, shared)


def _logits(profile: Profile) -> tuple[float, float]:
    """Retention as a logit, and its standard error by the width of its interval."""
    best, low, high = (float(np.clip(end[0], 0.01, 0.999)) for end in (profile.best, profile.low, profile.high))
    logits = [math.log(end / (1.0 - end)) for end in (best, low, high)]
    return logits[0], max((logits[2] - logits[1]) / (2.0 * Z), 1e-3)


def _share_of_logit(at: Numbers) -> Numbers:
    return 1.0 / (1.0 + np.exp(-at))


def _drawn(
    name: str,
    segments: list[str],
    made: tuple[Numbers, Numbers],
    back: Callable[[Numbers], Numbers],
    cases: Numbers,
    words: list[str],
    how: str,
    shared: float = 0.0,
) -> list[Estimate]:
    """Segments drawn to the whole. made : values and errors on a scale without edges, from which `back` leads. shared : the
    variance of what is unknown of all segments alike."""
    found = pool_segments(*made)
    reach = np.sqrt(((found.high - found.low) / 2.0) ** 2 + Z**2 * shared)
    value, low, high = back(found.value), back(found.value - reach), back(found.value + reach)
    said = [f"{how}; {_DRAWN}, keeps {kept:.0%} of its own" for kept in found.kept]
    return [
        Estimate(name, segment, float(value[at]), float(low[at]), float(high[at]), int(cases[at]), words[at], said[at])
        for at, segment in enumerate(segments)
    ]
