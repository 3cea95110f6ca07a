"""How late clients pay, what an insolvency costs, how long a claim takes: means of what is partly still open, by contract.

What is not yet paid is at least so late: it counts in the curve of Kaplan and Meier until the last day. Invoices of one
client are alike, so the interval comes from leaving out a group of contracts at a time (the delete-a-group jackknife).
Sources: Kaplan and Meier, JASA 53 (1958); Kott, "The delete-a-group jackknife", Journal of Official Statistics 17 (2001).
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from .histories import Flags, Numbers, Whole
from .profile import COVERED
from .rates import Span

GROUPS = 40


def mean_wait(waits: Numbers, is_open: Flags, owner: Whole, shortest: int, longest: int) -> Span:
    """The mean wait, those beyond `longest` counted as `longest`. waits : (n,) whole units, to the event or to the last day seen.
    is_open : whether the event has not happened yet. owner : (n,) the contract of each."""
    size = longest - shortest + 1
    at = np.clip(np.round(waits).astype(np.int64), shortest, longest) - shortest
    groups, count = _groups(owner)
    happened = np.bincount(groups[~is_open] * size + at[~is_open], minlength=count * size).reshape(count, size).astype(float)
    opened = np.bincount(groups[is_open] * size + at[is_open], minlength=count * size).reshape(count, size).astype(float)
    without = np.stack([happened.sum(axis=0), *(happened.sum(axis=0) - happened)])
    without_open = np.stack([opened.sum(axis=0), *(opened.sum(axis=0) - opened)])
    curves = survival(without, without_open)
    means = shortest + curves[:, :-1].sum(axis=1)
    return _jackknife(float(means[0]), means[1:])


def survival(happened: Numbers, opened: Numbers) -> Numbers:
    """The share that still waits after each unit of time, by Kaplan and Meier. Both (curves, units): counts."""
    at_risk = np.cumsum((happened + opened)[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.cumprod(1.0 - happened / np.maximum(at_risk, 1.0), axis=1))


def ratio(above: Numbers, below: Numbers) -> Span:
    """A share of money, one pair a contract: the sum of the one over the sum of the other, between 0 and 1.

    The interval is made on the logit scale. above, below : (contracts,) money.
    """
    groups, count = _groups(np.arange(len(above)))
    tops = np.bincount(groups, above, count)
    bottoms = np.bincount(groups, below, count)
    found = np.clip(above.sum() / below.sum(), 1e-4, 1.0 - 1e-4)
    each = np.clip((tops.sum() - tops) / (bottoms.sum() - bottoms), 1e-4, 1.0 - 1e-4)
    logit = _jackknife(float(np.log(found / (1.0 - found))), np.log(each / (1.0 - each)))
    low, high = (1.0 / (1.0 + math.exp(-end)) for end in (logit.low, logit.high))
    return Span(float(found), low, high)


def variation(ratios: Numbers) -> Span:
    """The coefficient of variation of a year's demand, as a share of what was expected: normal, as the engine takes it."""
    count, spread = len(ratios), float(np.std(ratios, ddof=1) / np.mean(ratios))
    tail = (1.0 - COVERED) / 2.0
    high, low = np.sqrt((count - 1) / stats.chi2.ppf([tail, 1.0 - tail], count - 1))
    return Span(spread, spread * float(low), spread * float(high))


def _groups(owner: Whole) -> tuple[Whole, int]:
    """The group of each case, all cases of a contract in one, and how many groups there are."""
    contracts, of_case = np.unique(owner, return_inverse=True)
    count = min(GROUPS, len(contracts))
    mixed = np.random.default_rng(0).permutation(len(contracts)) % count
    return mixed[of_case.reshape(-1)], count


def _jackknife(whole: float, without: Numbers) -> Span:
    count = len(without)
    error = math.sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    reach = float(stats.t.ppf(0.5 + COVERED / 2.0, count - 1)) * error
    return Span(whole, whole - reach, whole + reach)
