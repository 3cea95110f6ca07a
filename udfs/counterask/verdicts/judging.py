"""The verdict of one trade, and who may agree to it, from the values of its changes.

What applies first: declined or stalled; blocked by a row or policy that holds; cannot tell; the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..inputs.labels import label_of, level_words
from ..inputs.levers import Kind
from ..inputs.terms import Deal
from ..pricing.renewal_drag import DISCOUNT, renewal_drag
from ..pricing.scenarios import Array
from ..pricing.valuation import PresentValues
from .limits import Authority, Limits, Policy
from .trades import (
    HALF_A_CENT,
    Response,
    Rules,
    State,
    Trade,
    ValuedChange,
    ValuedTrade,
    Verdict,
    client_direction,
    goes_to_client,
)

_SMALLER = 1e-9
"""A margin that falls by less than this has not fallen."""


@dataclass(frozen=True)
class NoEffect:
    """Why a trade moves nothing, whatever it is worth. verdict : DECLINED, STALLED, BLOCKED or CANNOT_TELL. note : a sentence."""

    verdict: Verdict
    note: str


@dataclass(frozen=True)
class Balance:
    """What is required of a trade and what counts as coming back, money; NaN where a value is unknown.

    hard, soft : what was got and counts, before the cap on soft value.
    """

    required: float
    hard: float
    soft: float
    soft_share_cap: float

    @cached_property
    def counted(self) -> float:
        """Hard money, and soft value up to its cap."""
        return float(counted(self.hard, self.soft, self.required, self.soft_share_cap))

    @cached_property
    def short(self) -> float:
        """What is missing; below 0 where more than enough comes back."""
        return self.required - self.counted

    @property
    def verdict(self) -> Verdict:
        """What the numbers say. Differences below half a cent are none."""
        if math.isnan(self.short):
            return Verdict.CANNOT_TELL
        if self.short < HALF_A_CENT:
            return Verdict.NEGOTIATION
        return Verdict.CONCESSION if self.counted < HALF_A_CENT else Verdict.UNBALANCED

    @property
    def is_short_by_the_cap(self) -> bool:
        """Whether the whole soft value would be enough."""
        return self.short >= HALF_A_CENT and self.hard + self.soft + HALF_A_CENT > self.required


def counted(hard: float | Array, soft: float | Array, required: float, soft_share_cap: float) -> float | Array:
    """What counts of what is got: hard money, and soft value for at most its share of what is required."""
    return hard + np.minimum(soft, soft_share_cap * required)


def balance(changes: Iterable[ValuedChange], drag: float, policy: Policy) -> Balance:
    """Weigh what is given against what is got, by the direction in which each change moves its lever.

    drag : money, at most 0, required in return like what is given.
    """
    changes = tuple(changes)
    given = math.fsum(change.value for change in changes if change.is_given)
    required = policy.required_ratio * max(0.0, -given - drag)
    hard = math.fsum(change.counted for change in changes if not change.is_soft)
    soft = math.fsum(change.counted for change in changes if change.is_soft)
    untold = any(math.isnan(change.value) for change in changes) or math.isnan(drag)
    return Balance(math.nan if untold else required, hard, soft, policy.soft_share_cap)


def margins(values: PresentValues) -> Array:
    """Margin of each scenario, (n,): deal value without what is soft, as a share of revenue.

    Minus infinity where there is no revenue: below any floor. NaN where the value is unknown.
    """
    revenue = values.revenue
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (values.total - values.soft) / revenue
    return np.where(np.isnan(revenue) | (revenue > 0.0), share, -np.inf)


def break_even(before: float, after: float) -> float:
    """The factor by which the chance of winning must rise where deal value falls from `before` to `after`; NaN where it does not
    fall, or where either is not above 0.

    >>> break_even(100.0, 80.0)
    1.25
    """
    return before / after if before > after > 0.0 else math.nan


def falls_below_floor(before: float, after: float, policy: Policy) -> bool:
    """Whether a margin is below the policy's floor, and lower than it was. False where there is no floor."""
    return after < policy.minimum_margin and before - after > _SMALLER


def authority_for(deal: Deal, changes: Sequence[ValuedChange], limits: Limits) -> Authority:
    """Who may agree to levels like these together, whatever they are worth."""
    return max((_authority_of(deal, change, limits) for change in changes), default=Authority.REP)


def _authority_of(deal: Deal, valued: ValuedChange, limits: Limits) -> Authority:
    change = valued.change
    if math.isnan(change.to) or change.to == valued.from_level:
        return Authority.REP
    row, wants = limits.row(change.lever, change.line), client_direction(deal, change.lever)
    if row is None:
        return Authority.MANAGER
    return row.authority(change.to, wants) if valued.is_given else row.counter_authority(change.to, wants)


def hard_stop(deal: Deal, starts: Iterable[tuple[str, str | None, float, float]], rules: Rules) -> str | None:
    """Which hard stop of a row that holds is crossed, in a sentence, or None. starts : lever, line, from level, to level."""
    limits = rules.limits
    for lever, line, start, to in starts if limits is not None else ():
        assert limits is not None
        row, wants = limits.row(lever, line), client_direction(deal, lever)
        if row is None or math.isnan(to) or to == start or not goes_to_client(deal, lever, start, to):
            continue
        if row.authority(to, wants) == Authority.NOBODY and limits.lapses([(lever, line)], rules.as_of) is None:
            bound = level_words(lever, row.never_beyond)
            return f"{label_of(lever)} may never go beyond {bound}, no matter what is offered in return"
    return None


def not_granted(trade: Trade) -> NoEffect | None:
    """Why a trade is not granted, or None where it is."""
    if trade.response == Response.NO:
        return NoEffect(Verdict.DECLINED, "")
    if trade.response == Response.STALL:
        return NoEffect(Verdict.STALLED, trade.reason or "a stall needs a reason: say why the answer is put off")
    return None


def weigh(
    deal: Deal,
    trade: Trade,
    changes: Sequence[ValuedChange],
    rules: Rules,
    *,
    fault: NoEffect | None = None,
    unknown: Sequence[str] = (),
    drag: float = 0.0,
    margin: tuple[float, float] = (math.nan, math.nan),
    totals: tuple[float, float] = (math.nan, math.nan),
    before: State | None = None,
    has_moved: bool = False,
) -> ValuedTrade:
    """The verdict of one trade. unknown : the blank inputs that its value needs. margin, totals : margin and value (money) of the
    deal before and after it.

    drag : as of `taught_drag`. before, has_moved : as of `ValuedTrade`.
    """
    limits, before, changes = rules.limits, before or {}, tuple(changes)
    if fault is not None and fault.verdict in (Verdict.DECLINED, Verdict.STALLED):
        return ValuedTrade(trade, changes, 0.0, 0.0, 0.0, fault.verdict, None, fault.note, before=before)
    cost = math.fsum(change.value for change in changes if change.is_ask)
    worth = math.fsum(change.value for change in changes if not change.is_ask)
    found = balance(changes, drag, rules.policy)
    lapse = limits.lapses([(one.change.lever, one.change.line) for one in changes], rules.as_of) if limits is not None else None
    verdict, note = found.verdict, _note(found, changes, drag, rules.policy)
    if fault is not None:
        verdict, note = fault.verdict, fault.note
    elif lapse is not None:
        verdict, note = Verdict.CANNOT_TELL, lapse
    elif verdict == Verdict.CANNOT_TELL:
        note = _why_unknown(unknown, drag)
    if trade.set_aside:
        words = (f"{label_of(one.lever)} {level_words(one.lever, one.to)}" for one in trade.set_aside)
        note = "; ".join(filter(None, (f"the package replaces {', '.join(words)}", note)))
    shortfall = 0.0 if found.short < HALF_A_CENT else found.short
    authority = None if limits is None else _authority(deal, changes, rules, verdict, margin)
    if verdict == Verdict.BLOCKED:
        authority = Authority.NOBODY
    pays = break_even(*totals) if cost + worth <= -HALF_A_CENT else math.nan
    return ValuedTrade(
        trade, changes, cost, worth, shortfall, verdict, authority, note,
        drag=drag, required=found.required, counted=found.counted, break_even=pays, before=before, has_moved=has_moved,
        is_short_by_the_cap=found.is_short_by_the_cap and verdict == found.verdict,
    )  # fmt: skip


def _authority(
    deal: Deal, changes: Sequence[ValuedChange], rules: Rules, verdict: Verdict, margin: tuple[float, float]
) -> Authority:
    """Who may agree to a granted trade: the greatest of all that it needs."""
    assert rules.limits is not None
    needed = [Authority.REP]
    if rules.limits.lapse_of_all(rules.as_of) is None:
        needed.append(authority_for(deal, changes, rules.limits))
    if verdict == Verdict.CANNOT_TELL or falls_below_floor(*margin, rules.policy):
        needed.append(Authority.FINANCE)
    if verdict in (Verdict.CONCESSION, Verdict.UNBALANCED):
        needed.append(rules.policy.concession_authority)
    return max(needed)


def _note(found: Balance, changes: Sequence[ValuedChange], drag: float, policy: Policy) -> str:
    """What a reader should know of the numbers, in a sentence."""
    said = []
    if drag < 0.0:
        said.append(f"counted with its cost: {-drag:,.0f} that a discount is expected to cost again at renewals")
    if found.verdict not in (Verdict.CONCESSION, Verdict.UNBALANCED):
        return "; ".join(said)
    if found.is_short_by_the_cap:
        said = [f"soft value may cover only {policy.soft_share_cap:.0%} of what is required"]
    if (restored := math.fsum(change.restored for change in changes)) >= HALF_A_CENT:
        said.append(f"{restored:,.0f} of it only takes back what the opening terms gave, and does not count")
    if any(change.value >= HALF_A_CENT and not change.is_given and not change.is_counted for change in changes):
        said.append("volume on a line that names no product of the price book does not count")
    return "; ".join(said)


def _why_unknown(unknown: Sequence[str], drag: float) -> str:
    if math.isnan(drag) and not unknown:
        return "blank: Taught discount drag, which the policy counts in verdicts"
    return f"blank: {', '.join(unknown)}" if unknown else "an input that the value needs is unknown"


def taught_drag(deal: Deal, before: State, trade: Trade, rules: Rules) -> float:
    """What the discounts that a trade's asks grant are expected to cost again at renewals: money, at most 0.

    0 but where the policy says that drag counts and the client was given a discount for nothing before; NaN where the
    manager's assumption is blank. before : the state of the deal before the trade.
    """
    if not (rules.is_taught and rules.policy.drag_counts):
        return 0.0
    here = deal.with_inputs(before)
    changed = 0.0
    for ask in trade.asks:
        if ask.lever != DISCOUNT or ask.line is None:
            continue
        line = here.lines[here.line_index(ask.line)]
        if line.kind != Kind.ONE_OFF and ask.to != line.discount:
            changed += renewal_drag(here, ask.line, ask.to - line.discount, rules.policy.taught_discount_drag)
    return min(0.0, changed) if not math.isnan(changed) else changed
