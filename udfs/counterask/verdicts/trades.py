"""Trades: what a client asks for, what is asked in return, and the verdict.

The ledger values every granted change against the deal as it then stands: trades in their order, the asks of each
first. Its parts add up to the change in deal value. A trade that is declined or stalled moves nothing; one that has no
price (an unknown input, an unlimited layer) moves nothing either and says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from ..inputs.labels import label_of, level_words
from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.terms import Address, Deal
from ..pricing.liability import CLASSES
from ..pricing.renewal_drag import DISCOUNT, renewal_drag
from ..pricing.valuation import Values, unknown_in_states, value_states
from .limits import Authority, Limits, Policy

HALF_A_CENT = 0.005


class Response(StrEnum):
    """What the rep answers: yes, and we ask for ...; no, but we offer ...; or a stall."""

    YES = "yes"
    NO = "no"
    STALL = "stall"


class Verdict(StrEnum):
    """What a trade is."""

    NEGOTIATION = "negotiation"
    UNBALANCED = "unbalanced concession"
    CONCESSION = "concession"
    DECLINED = "declined"
    STALLED = "stalled"
    BLOCKED = "blocked"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Change:
    """One lever moved to a new level: `to` in the lever's unit, NaN where it is blank, infinity for "none"."""

    lever: str
    line: str | None
    to: float


@dataclass(frozen=True)
class Trade:
    """One or more asks of the client, and what the rep asks for in return."""

    id: str
    response: Response
    asks: tuple[Change, ...]
    counters: tuple[Change, ...] = ()
    reason: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The asks and then the counter-asks, in the order in which the ledger values them."""
        return self.asks + self.counters


@dataclass(frozen=True)
class ValuedChange:
    """One change in the ledger: from which level, and what it does to deal value (money; NaN where it has no price)."""

    change: Change
    is_ask: bool
    is_soft: bool
    from_level: float
    value: float


@dataclass(frozen=True)
class ValuedTrade:
    """One trade with its numbers.

    cost : what the asks do to deal value, at most 0 for a real concession. worth : what the counter-asks do. net :
    their sum. shortfall : hard money still missing for the required ratio, at least 0. authority : who may agree, None
    where no limits are known, or none that hold. note : why, in a sentence, where the verdict needs one. is_approved :
    whether an approval that still holds stands behind it. drag : what the asks' own discounts are expected to cost again at
    renewals, at most 0, where the policy counts that; it is part of what is required and of no sum. All money; NaN where
    there is no price.
    """

    trade: Trade
    changes: tuple[ValuedChange, ...]
    cost: float
    worth: float
    shortfall: float
    verdict: Verdict
    authority: Authority | None
    note: str = ""
    is_approved: bool = False
    drag: float = 0.0

    @property
    def net(self) -> float:
        """What the whole trade does to deal value, money."""
        return self.cost + self.worth


@dataclass(frozen=True)
class Ledger:
    """Opening value, every trade, and the deal as it stands after them."""

    opening: Values
    now: Values
    deal_now: Deal
    trades: tuple[ValuedTrade, ...]

    @property
    def value(self) -> float:
        """Opening deal value, money."""
        return float(self.opening.total[0])

    @property
    def value_now(self) -> float:
        """Deal value on the terms as they stand, money."""
        return float(self.now.total[0])

    @property
    def change(self) -> float:
        """Value now less opening value, money."""
        return self.value_now - self.value


@dataclass(frozen=True)
class Rules:
    """What a verdict is given by: limits (None where nothing is known of them), policy, the day, and whether the client was
    ever given a discount for nothing."""

    limits: Limits | None = None
    policy: Policy = Policy()
    as_of: date | None = None
    is_taught: bool = False


State = dict[Address, float]


def no_price(deal: Deal, state: Mapping[Address, float]) -> tuple[Verdict, str] | None:
    """Why a deal in this state has no price, seen from the inputs alone, or None where it may have one."""

    def level(name: str) -> float:
        return state.get((None, name), deal.input_at((None, name)))

    for address, value in state.items():
        if math.isnan(value):
            return Verdict.CANNOT_TELL, f"the new level of {deal.spoken(address)} is blank"
    for claims in CLASSES:
        tail = level("risk_load") * level(claims.alpha)
        if math.isinf(level(claims.multiple)) and tail <= 1.0 and level(claims.frequency) > 0.0:
            return Verdict.BLOCKED, (
                f"unlimited {claims.label} has no finite price here (risk_load x {claims.alpha} = {tail:g}, not above 1): "
                "offer a cap"
            )
    faster = level("months_brought_forward")
    for index, line in enumerate(deal.lines):
        months = state.get((index, "delivery_months"), line.delivery_months)
        if line.kind == Kind.ONE_OFF and faster >= months:
            return Verdict.CANNOT_TELL, (
                f"{faster:g} months brought forward leave nothing of the {months:g} delivery months of {line.name}"
            )
    return None


def soft(deal: Deal, change: Change, limits: Limits | None) -> bool:
    """Whether a change's worth is soft: as its limits row says, or else as the registry or the company lever says."""
    row = limits.row(change.lever, change.line) if limits else None
    if row is not None and row.is_soft is not None:
        return row.is_soft
    known = LEVER_BY_NAME.get(change.lever)
    return known.is_soft if known else deal.company_lever(change.lever).is_soft


def client_direction(deal: Deal, lever: str) -> int:
    """+1 where clients ask for more of a lever, -1 where they ask for less."""
    known = LEVER_BY_NAME.get(lever)
    return known.client_wants if known else deal.company_lever(lever).client_wants


def authority_for(deal: Deal, changes: Sequence[ValuedChange], limits: Limits) -> Authority:
    """Who may agree to all of these changes together. A lever that no row names is for a manager to give away."""
    needed = Authority.REP
    for valued in changes:
        change = valued.change
        wants = client_direction(deal, change.lever)
        row = limits.row(change.lever, change.line)
        if math.isnan(change.to) or change.to == valued.from_level:
            continue
        if _moves(valued.from_level, change.to, wants):
            asked = row.authority(change.to, wants) if row else Authority.MANAGER
        else:
            asked = Authority.REP if valued.is_ask or not row else row.counter_authority(change.to, wants)
        needed = max(needed, asked)
    return needed


def _moves(start: float, to: float, client_wants: int) -> bool:
    """Whether going from `start` to `to` goes the client's way; it may, where the start is unknown."""
    if math.isnan(start):
        return True
    return (to - start) * client_wants > 0.0 if math.isfinite(to) or math.isfinite(start) else False


def judge(trade: Trade, cost: float, worth: float, soft_worth: float, policy: Policy) -> tuple[Verdict, float]:
    """Verdict and shortfall (money) of a granted trade that has a price.

    What is required is `required_ratio * -cost`. Soft worth counts for at most `soft_share_cap` of it. Differences
    under half a cent are none.
    """
    if math.isnan(cost) or math.isnan(worth) or math.isnan(soft_worth):
        return Verdict.CANNOT_TELL, math.nan
    required = policy.required_ratio * max(0.0, -cost)
    counted = worth - soft_worth + min(soft_worth, max(0.0, policy.soft_share_cap * required))
    shortfall = required - counted
    if not trade.counters:
        return Verdict.CONCESSION, max(0.0, required)
    if shortfall < HALF_A_CENT:
        return Verdict.NEGOTIATION, 0.0
    return Verdict.UNBALANCED, shortfall


def grant(deal: Deal, trades: Sequence[Trade]) -> tuple[list[State], dict[int, tuple[Verdict, str]]]:
    """The states of the deal after each granted change, opening state first, and why trades that move nothing do not.

    Returns the states in ledger order, and for each trade (by its place) that does not move the deal its verdict and
    note.
    """
    states: list[State] = [{}]
    unmoved: dict[int, tuple[Verdict, str]] = {}
    for place, trade in enumerate(trades):
        if trade.response != Response.YES:
            unmoved[place] = _not_granted(trade)
            continue
        steps: list[State] = []
        state = states[-1]
        for change in trade.changes:
            state = {**state, deal.address(change.lever, change.line): change.to}
            steps.append(state)
        faults = [fault for step in steps if (fault := no_price(deal, step)) is not None]
        if faults:
            unmoved[place] = next((fault for fault in faults if fault[0] == Verdict.BLOCKED), faults[0])
        else:
            states.extend(steps)
    return states, unmoved


def _not_granted(trade: Trade) -> tuple[Verdict, str]:
    if trade.response == Response.NO:
        return Verdict.DECLINED, ""
    return Verdict.STALLED, trade.reason or "a stall needs a reason: say why it was not answered"


def ledger(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None) -> Ledger:
    """Value trades in their order. One batch of valuations, whatever the number of trades.

    Raises KeyError where a change names a lever or line that the deal does not have (`tables` reports it before).
    """
    rules = rules or Rules()
    states, unmoved = grant(deal, trades)
    values = value_states(deal, states)
    totals = values.total
    unknown = _unknown_names(deal, states, np.flatnonzero(np.isnan(totals)).tolist())
    stands: State = {}
    position = 0
    valued: list[ValuedTrade] = []
    for place, trade in enumerate(trades):
        moves = place not in unmoved
        changes: list[ValuedChange] = []
        opened = before = stands
        start = position
        for number, change in enumerate(trade.changes):
            address = deal.address(change.lever, change.line)
            worth = math.nan
            if moves:
                position += 1
                worth = float(totals[position] - totals[position - 1])
            changes.append(
                ValuedChange(
                    change,
                    number < len(trade.asks),
                    soft(deal, change, rules.limits),
                    before.get(address, deal.input_at(address)),
                    worth,
                )
            )
            before = {**before, address: change.to}
        if moves:
            stands = before
        names = dict.fromkeys(name for step in range(start, position + 1) for name in unknown.get(step, ()))
        drag = taught_drag(deal, opened, trade, rules) if moves else 0.0
        valued.append(weigh(deal, trade, tuple(changes), unmoved.get(place), rules, tuple(names), drag))
    now = Values({key: column[-1:] for key, column in values.components.items()}, values.acv[-1:])
    opening = Values({key: column[:1] for key, column in values.components.items()}, values.acv[:1])
    return Ledger(opening, now, deal.with_inputs(stands), tuple(valued))


def _unknown_names(deal: Deal, states: Sequence[State], places: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For the states at the given places, which have no value, the blank inputs that each would need."""
    if not places:
        return {}
    needed = unknown_in_states(deal, [states[place] for place in places])
    return {place: tuple(map(deal.spoken, found)) for place, found in zip(places, needed, strict=True)}


def weigh(
    deal: Deal,
    trade: Trade,
    changes: tuple[ValuedChange, ...],
    unmoved: tuple[Verdict, str] | None,
    rules: Rules,
    unknown: Sequence[str] = (),
    drag: float = 0.0,
) -> ValuedTrade:
    """Put verdict, shortfall, authority and note to the changes of one trade. unknown : the blank inputs it needs.

    drag : money, at most 0, that counts with the asks' cost (`taught_drag`).
    """
    limits = rules.limits
    authority = authority_for(deal, changes, limits) if limits is not None else None
    if unmoved is not None:
        verdict, note = unmoved
        if verdict in (Verdict.DECLINED, Verdict.STALLED):
            return ValuedTrade(trade, changes, 0.0, 0.0, 0.0, verdict, None, note)
        if verdict == Verdict.BLOCKED:
            authority = Authority.NOBODY
        return ValuedTrade(trade, changes, math.nan, math.nan, math.nan, verdict, authority, note)
    cost = math.fsum(change.value for change in changes if change.is_ask)
    worth = math.fsum(change.value for change in changes if not change.is_ask)
    soft_worth = math.fsum(change.value for change in changes if not change.is_ask and change.is_soft)
    verdict, shortfall = judge(trade, cost + drag, worth, soft_worth, rules.policy)
    note = f"counted with its cost: {-drag:,.0f} that a discount is expected to cost again at renewals" if drag < 0.0 else ""
    if verdict == Verdict.UNBALANCED and worth + HALF_A_CENT > rules.policy.required_ratio * -(cost + drag):
        note = f"soft value may cover only {rules.policy.soft_share_cap:.0%} of what is required"
    lapse = limits.fault if limits is not None else None
    if limits is not None and rules.as_of is not None:
        lapse = limits.lapses([(change.change.lever, change.change.line) for change in changes], rules.as_of)
    if lapse is not None:
        verdict, note = Verdict.CANNOT_TELL, lapse
        if limits is not None and limits.lapse_of_all(rules.as_of) is not None:
            authority = None  # who may agree is what these limits would say
    elif authority == Authority.NOBODY:
        verdict, note = Verdict.BLOCKED, _hard_stop(deal, changes, limits)
    elif verdict == Verdict.CANNOT_TELL:
        if math.isnan(drag) and not unknown:
            note = "blank: taught_discount_drag, which the policy counts in verdicts"
        else:
            note = f"blank: {', '.join(unknown)}" if unknown else "an input that the value needs is unknown"
    return ValuedTrade(trade, changes, cost, worth, shortfall, verdict, authority, note, drag=drag)


def taught_drag(deal: Deal, before: Mapping[Address, float], trade: Trade, rules: Rules) -> float:
    """What the discounts that a trade's asks grant are expected to cost again at renewals: money, at most 0.

    0 but where the policy says that drag counts and the client was given a discount for nothing before; NaN where the
    manager's assumption is blank. before : the state of the deal before the trade.
    """
    if not (rules.is_taught and rules.policy.drag_counts):
        return 0.0
    here = deal.with_inputs(before)
    given = 0.0
    for ask in trade.asks:
        if ask.lever != DISCOUNT or ask.line is None:
            continue
        line = here.lines[here.line_index(ask.line)]
        if line.kind != Kind.ONE_OFF and ask.to > line.discount:
            given += renewal_drag(here, ask.line, ask.to - line.discount, rules.policy.taught_discount_drag)
    return given


def _hard_stop(deal: Deal, changes: Sequence[ValuedChange], limits: Limits | None) -> str:
    """Which hard stop is crossed, in a sentence."""
    for valued in changes:
        change = valued.change
        row = limits.row(change.lever, change.line) if limits else None
        wants = client_direction(deal, change.lever)
        if row and _moves(valued.from_level, change.to, wants) and row.authority(change.to, wants) == Authority.NOBODY:
            bound = level_words(change.lever, row.never_beyond)
            return f"{label_of(change.lever)} may never go beyond {bound}, whatever is offered in return"
    return "a hard stop is crossed"
