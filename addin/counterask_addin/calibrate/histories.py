"""Contracts as the likelihood needs them: when each could have been left, when it was, and how long it was seen.

The decision months are the engine's own (docs/valuation.md, section 2): the end of each term, and with a right to terminate for
convenience the months in which the contract lets a client go. What a contract says of a client's wish is in its decision months
alone; between them nobody can leave, whatever they wish. Contracts with the same terms and tenure are counted together, so that
a hundred thousand cost little more than a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterask.inputs.terms import Address, Assumptions, Deal, Terms
from counterask.pricing.contract_months import Calendar
from counterask.pricing.retention import held_back
from counterask.pricing.scenarios import Scenarios

Numbers = NDArray[Any]
Whole = NDArray[Any]
Flags = NDArray[Any]
"""Numbers, whole numbers, and yes or no."""

SLACK_MONTHS = 1
"""An end so many months after a decision month counts as one in it: service often runs on for a few weeks."""
_TRY_INERTIA = 0.5


@dataclass(frozen=True)
class Contracts:
    """Client contracts, an array a column, all (n,).

    term_months, renewal_months : whole months. auto_renewal : whether it renews by itself. tfc_from_month : infinity where there
    is no such right. tenure_months : for how long the client was one at the start. entered : month, from the start, from which
    the contract was seen; 0 where from its start. months : from the start to the end, or to the last day seen; whole where the
    client chose, else a fraction. left : whether the client chose to leave. closed, insolvent : whether it ended so. segment :
    codes of `segments`. yearly_fees : money, NaN where unknown.
    """

    term_months: Numbers
    renewal_months: Numbers
    auto_renewal: Flags
    tfc_from_month: Numbers
    tfc_fee_months: Numbers
    tenure_months: Numbers
    entered: Numbers
    months: Numbers
    left: Flags
    closed: Flags
    insolvent: Flags
    segment: Whole
    segments: tuple[str, ...]
    yearly_fees: Numbers

    def __len__(self) -> int:
        return len(self.months)

    def of_segment(self, code: int) -> Contracts:
        """The contracts of one segment."""
        return self.where(self.segment == code)

    def where(self, kept: Flags) -> Contracts:
        """Some of the contracts."""
        columns = {name: value[kept] for name, value in vars(self).items() if name != "segments"}
        return Contracts(segments=self.segments, **columns)

    @property
    def years_seen(self) -> Numbers:
        """For how many years each contract was seen, (n,)."""
        return np.maximum(self.months - self.entered, 0.0) / 12.0


@dataclass(frozen=True)
class Decisions:
    """The decision months of kinds of contract, and what became of the contracts of each kind.

    Kinds are sorted: most decisions first. months, must_act : (kinds, most) the months, and whether a client must act to leave;
    padded with the last one. count : (kinds,) how many decision months a kind has. tenure : (kinds,) months.
    left : (kinds, most) how many left in each. seen : (kinds, most + 1) how many were still there after so many decisions
    when they were last seen; entered : the same, of those that came into sight only then.
    """

    months: Whole
    must_act: Flags
    count: Whole
    tenure: Numbers
    left: Numbers
    seen: Numbers
    entered: Numbers

    @cached_property
    def tenures(self) -> Numbers:
        """The tenures that there are, each once, in order."""
        return np.unique(self.tenure)

    @property
    def reach(self) -> int:
        """The number of months, from 0, up to the last decision."""
        return int(self.months.max(initial=0)) + 1

    @cached_property
    def steps(self) -> tuple[DecisionStep, ...]:
        """The decisions one after the other."""
        start = np.searchsorted(self.tenures, self.tenure) * self.reach
        found = []
        for place in range(self.months.shape[1]):
            kinds = int((self.count > place).sum())
            wish = start[:kinds] + self.months[:kinds, place]
            left, net = self.left[:kinds, place], self.seen[:kinds, place + 1] - self.entered[:kinds, place + 1]
            some, others = np.flatnonzero(left), np.flatnonzero(net)
            found.append(DecisionStep(kinds, self.must_act[:kinds, place], wish, some, left[some], others, net[others]))
        return tuple(found)


@dataclass(frozen=True)
class DecisionStep:
    """The decisions of the same number of all kinds that have so many: the first `kinds` ones.

    wish : (kinds,) where the wish to stay of each is among those of all tenures and months, tenure by tenure. leaving, left : the
    kinds of which contracts left, and how many. staying, stayed : the kinds of which contracts were last seen after it, less
    those that then came into sight, and how many.
    """

    kinds: int
    must_act: Flags
    wish: Whole
    leaving: Whole
    left: Numbers
    staying: Whole
    stayed: Numbers


@dataclass(frozen=True)
class Placed:
    """Contracts with their place in the decisions. kind, place : (n,) the kind, and the number of decisions that were passed, or
    for those who left the number of the one in which they did (from 0). moved : (n,) whether the end lay outside a decision
    month and was counted in the next. is_possible : (n,) False where the contract has no decision month in which it could end."""

    decisions: Decisions
    kind: Whole
    place: Whole
    moved: Flags
    is_possible: Flags


def decision_months(terms: Numbers, months: int) -> tuple[Flags, Flags]:
    """Which months are decision months, and in which of them a client must act to leave: both (n, months), from month 0.

    terms : (n, 5) term, renewal, whether it renews by itself, right to terminate from, fee months. The engine answers.
    """
    names = ("term_months", "renewal_term_months", "auto_renewal", "tfc_from_month", "tfc_fee_months")
    columns: dict[Address, Numbers] = {(None, name): terms[:, place].astype(np.float64) for place, name in enumerate(names)}
    columns[None, "renewal_inertia"] = np.full(len(terms), _TRY_INERTIA)
    fixed: dict[Address, float] = {
        (None, "billing_in_advance"): 0.0,
        (None, "prepayment_refundable"): 1.0,
        (None, "billing_months"): 1.0,
    }
    deal = Deal((), Terms(), Assumptions()).with_inputs(fixed)
    scenarios = Scenarios(deal, len(terms), columns)
    kept, _ = held_back(scenarios, Calendar(scenarios, np.arange(months, dtype=np.float64)[np.newaxis, :]))
    kept = np.broadcast_to(kept, (len(terms), months))
    return kept < 1.0, kept == _TRY_INERTIA


def placed(contracts: Contracts) -> Placed:
    """Find each contract's decisions and count what became of the contracts of each kind."""
    columns = ("term_months", "renewal_months", "auto_renewal", "tfc_from_month", "tfc_fee_months", "tenure_months")
    keys = np.stack([getattr(contracts, name).astype(np.float64) for name in columns], axis=1)
    kinds, kind = np.unique(keys, axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    ends = np.floor(contracts.months + 1e-9).astype(np.int64)
    longest = int(ends.max(initial=0)) + int(np.nanmax(kinds[:, :2], initial=1.0)) + SLACK_MONTHS + 1
    is_decision, acts = decision_months(kinds[:, :5], longest + 1)
    passed = np.cumsum(is_decision, axis=1)
    before = passed[kind, np.maximum(ends - SLACK_MONTHS - 1, 0)]  # the next decision from just before the end
    is_exact = is_decision[kind, ends]
    in_decision = is_exact | (passed[kind, ends] > before)
    place = np.where(contracts.left, np.where(is_exact, passed[kind, ends] - 1, before), passed[kind, ends])
    is_possible = ~contracts.left | (place < passed[kind, -1])
    moved = contracts.left & ~in_decision & is_possible
    entry = passed[kind, np.floor(contracts.entered).astype(np.int64)]
    needed = np.zeros(len(kinds), dtype=np.int64)
    np.maximum.at(needed, kind, np.where(is_possible, np.maximum(place + contracts.left, entry), 0))

    order = np.argsort(-needed, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    most = int(needed.max(initial=0))
    months, must_act = np.zeros((len(kinds), most), dtype=np.int64), np.zeros((len(kinds), most), dtype=np.bool_)
    row, month = np.nonzero(is_decision & (passed <= needed[:, np.newaxis]))
    months[rank[row], passed[row, month] - 1] = month
    must_act[rank[row], passed[row, month] - 1] = acts[row, month]
    kind, shape = rank[kind], (len(kinds), most)
    left = _counted(kind, place, contracts.left & is_possible, shape)
    seen = _counted(kind, place, ~contracts.left, (len(kinds), most + 1))
    entered = _counted(kind, entry, (contracts.entered > 0) & is_possible, (len(kinds), most + 1))
    decisions = Decisions(months, must_act, needed[order], kinds[order, 5], left, seen, entered)
    return Placed(decisions, kind, place, moved, is_possible)


def _counted(kind: Whole, place: Whole, wanted: Flags, shape: tuple[int, int]) -> Numbers:
    """How many of the wanted contracts are at each kind and place."""
    flat = kind[wanted] * shape[1] + place[wanted]
    return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
