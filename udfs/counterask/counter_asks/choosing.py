"""Which three packages to offer: at the same value to us, as different as possible, and light for the client.

Two packages have the same value where what is left over of each, beyond what is required, differs by no more than a step of one
of them. How different two are: for each ask the difference in what is granted, as a share of the way to the ask, the mean of all
asks; plus the share of their counter-asks' levers that only one of them names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..inputs.terms import Deal
from ..pricing.scenarios import Array
from ..reading.stakeholders import Stakeholder
from ..verdicts.limits import Authority
from ..verdicts.trades import HALF_A_CENT, Rules, Trade, Verdict
from .packages import OfferPackage, candidates
from .positions import position_of

PACKAGES = 3
"""Offers at once: with more, people compare offers and no longer say what matters to them."""
FEW = "Fewer than three packages: the limits leave no other answer of equal value."
NOTHING = "No package: the ask costs nothing, or one or two counter-asks within the limits do not pay for any level of it."


@dataclass(frozen=True)
class Offered:
    """The packages for a trade, the one that suits the client most first. note : why there are fewer than three, or ""."""

    packages: tuple[OfferPackage, ...]
    note: str = ""


def find_packages(
    deal: Deal, trades: Sequence[Trade], trade_id: str, rules: Rules, stakeholders: Sequence[Stakeholder] = ()
) -> Offered:
    """Three packages for a trade, or fewer, with the reason.

    They need the least authority with which there are three: first those to which a rep may agree alone, then those that need a
    manager, then those that need finance. Raises KeyError where there is no such trade.
    """
    found = candidates(deal, trades, trade_id, rules, stakeholders)
    if not found:
        return Offered((), _why_none(deal, trades, trade_id, rules))
    best: tuple[OfferPackage, ...] = ()
    for authority in (Authority.REP, Authority.MANAGER, Authority.FINANCE):
        chosen = choose([one for one in found if (one.valued.authority or Authority.REP) <= authority])
        best = chosen if len(chosen) > len(best) else best
        if len(best) == PACKAGES:
            break
    ranked = tuple(sorted(best, key=lambda one: (-round(one.worth_to_them, 2), one.burden)))
    return Offered(ranked, "" if len(ranked) == PACKAGES else FEW)


def _why_none(deal: Deal, trades: Sequence[Trade], trade_id: str, rules: Rules) -> str:
    """Why there is no package: an input that is not known, else the limits."""
    position = position_of(deal, trades, trade_id, rules)
    return f"No package: {position.obstacle}." if position.valued.verdict == Verdict.CANNOT_TELL else NOTHING


def choose(found: Sequence[OfferPackage]) -> tuple[OfferPackage, ...]:
    """The three packages with the greatest score, or two, or one, in the order in which they were found.

    The score is how different the two most alike are, less the mean burden, less how far their values differ as a share of what
    is required. Only packages of equal value that differ at all are offered together.
    """
    if not found:
        return ()
    apart, fits = unlikeness(found), equal(found)
    over, burden = np.array([one.left_over for one in found]), np.array([one.burden for one in found])
    scale = max(1.0, max(one.valued.required for one in found))
    for size in range(min(PACKAGES, len(found)), 1, -1):
        places = np.array(list(combinations(range(len(found)), size)), dtype=np.intp)
        pairs = list(combinations(range(size), 2))
        may = np.all([fits[places[:, a], places[:, b]] for a, b in pairs], axis=0)
        places = places[may]
        if not len(places):
            continue
        least = np.min([apart[places[:, a], places[:, b]] for a, b in pairs], axis=0)
        spread = over[places].max(axis=1) - over[places].min(axis=1)
        score = least - burden[places].mean(axis=1) - spread / scale
        return tuple(found[place] for place in places[int(np.argmax(score.round(9)))])
    return (min(found, key=lambda one: one.burden),)


def unlikeness(found: Sequence[OfferPackage]) -> Array:
    """How different each two packages are, (n, n), 0 to 2."""
    ways = np.array([one.ways for one in found])
    given = np.abs(ways[:, None, :] - ways[None, :, :]).mean(axis=2)
    names = sorted({lever for one in found for lever in one.levers}, key=str)
    asked = np.array([[name in one.levers for name in names] for one in found], dtype=float)
    both = asked @ asked.T
    every = asked.sum(axis=1)[:, None] + asked.sum(axis=1)[None, :] - both
    return np.asarray(given + 1.0 - both / np.maximum(every, 1.0))


def equal(found: Sequence[OfferPackage]) -> np.ndarray:
    """Whether each two packages have the same value to us to within a step, and differ, (n, n)."""
    over, step = (np.array([getattr(one, name) for one in found]) for name in ("left_over", "step"))
    near = np.abs(over[:, None] - over[None, :]) <= np.maximum(step[:, None], step[None, :]) + HALF_A_CENT
    return np.asarray(near & (unlikeness(found) > 0.0))


def step_of(packages: Sequence[OfferPackage]) -> float:
    """The step within which packages have the same value: the largest of their smallest steps, money; 0 for none."""
    return max((one.step for one in packages), default=0.0)


def spread_of(packages: Sequence[OfferPackage]) -> float:
    """How far the values of packages are apart, money; 0 for fewer than two."""
    over = [one.left_over for one in packages]
    return math.fsum((max(over), -min(over))) if over else 0.0
