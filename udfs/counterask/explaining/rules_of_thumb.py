"""Head math, second half: exchange rates between levers that a head can hold: 1 point of discount = 11 days of payment.

A rule says so much given is paid by so much asked for. Counts are rounded up on the side that pays us, and both sides are
valued together, so that a rule is never in our disfavour: not for once, and not for any multiple in the range that stands
beside it. In that range what it brings stays within a tenth of what it brings once; where it ends before the limits do, the
rule bends.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..counter_asks.sentences import Speaker
from ..inputs.levers import LEVER_BY_NAME
from ..inputs.quantities import DAYS, SHARE
from ..inputs.terms import Address, Deal
from ..result_tables.views import Rows
from ..verdicts.limits import Authority
from ..verdicts.trades import Change, Rules, quantity_of, soft
from .step_worths import StepWorth, is_possible, moved, step_worths, worths_of

COLUMNS = ("We give", "Ask for", "Or", "Or else")

RULE_ROWS = 8
DISCOUNT = "discount"
"""What comes first: a point of it is the money that reps count in."""

RHYTHMS = frozenset({"billing_months"})
"""Levers that are said as a rhythm ("quarterly") and not as an amount: no rule counts them."""

PAYERS = len(COLUMNS) - 1
MOST_TIMES = 12
"""How many times over a rule is tried."""

TOLERANCE = 0.10
"""How far what a rule brings may be from what it brings once."""

_COUNTS = (*range(1, 13), 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 100, 120)
"""Counts that a head can hold."""
_GIVEN = (1, 2, 3, 4, 5, 10)
_PAYERS_LOOKED_AT = 6
_DEAR, _USELESS = 1.12, 1.5
"""A rule asks for little more than is needed; one that asks for half as much again is none."""


@dataclass(frozen=True)
class Side:
    """One side of a rule: a lever, from which level, in which direction (+1 or -1), and how much of it."""

    lever: str
    line: str | None
    address: Address
    level: float
    towards: int
    amount: float

    def times(self, count: int) -> dict[Address, float]:
        """The input after so many times the amount."""
        return {self.address: moved(self.level, self.towards * self.amount * count)}


@dataclass(frozen=True)
class RuleOfThumb:
    """So much given is paid by so much asked for.

    brings : worth of what is asked for, as a multiple of what is required for what is given, at least 1. times : how many times
    over the rule holds, in whole numbers from 1. bends : whether it ends there because it is off by more than a tenth, or would
    turn against us, and not because a limit or the end of the trials is reached.
    """

    give: Side
    take: Side
    brings: float
    times: int
    bends: bool


def rules_of_thumb(deal: Deal, rules: Rules, worths: Sequence[StepWorth] | None = None) -> tuple[tuple[RuleOfThumb, ...], ...]:
    """For each lever that matters, discount and then the dearest step first, the levers that pay for it; at most `PAYERS` each.

    A lever matters where the limits name it and clients can still ask for more of it; without limits every lever does. A payer
    is hard value that a rep may ask for. No rule rests on limits that are not in force. Of a lever that several lines
    have, the line that moves most money stands for it.
    """
    found = [one for one in (step_worths(deal, rules) if worths is None else worths) if not _is_lapsed(one, rules)]
    givers = [one for one in _one_a_lever(found) if one.costs < 0.0 and _may_give(deal, one, rules)]
    givers = sorted(givers, key=lambda one: one.lever != DISCOUNT)[:RULE_ROWS]
    payers = _payers(deal, found, rules)
    trials = [trial for giver in givers for trial in _trials(deal, giver, payers, rules)]
    held = _held(deal, trials, rules)
    answers = (tuple(rule for rule in held if rule.give.address == giver.address) for giver in givers)
    return tuple(answer[:PAYERS] for answer in answers if answer)


def _is_lapsed(one: StepWorth, rules: Rules) -> bool:
    return rules.limits is not None and rules.limits.lapses([(one.lever, one.line)], rules.as_of) is not None


def _one_a_lever(found: Iterable[StepWorth]) -> list[StepWorth]:
    """Of each lever the line that comes first: it speaks for all."""
    first: dict[str, StepWorth] = {}
    for one in found:
        if one.lever not in RHYTHMS:
            first.setdefault(one.lever, one)
    return list(first.values())


def _may_give(deal: Deal, one: StepWorth, rules: Rules) -> bool:
    if rules.limits is None:
        return True
    to = moved(one.level, one.towards * _unit(deal, one))
    return one.row is not None and one.row.authority(to, one.towards) != Authority.NOBODY


def _payers(deal: Deal, found: Sequence[StepWorth], rules: Rules) -> list[StepWorth]:
    """The levers that pay us, the one with most money between here and the limit first."""
    able = []
    for one in found:
        bound = math.nan if one.row is None else one.row.ask_up_to
        is_soft = soft(deal, Change(one.lever, one.line, one.level), rules.limits)
        if one.gains > 0.0 and not is_soft and (rules.limits is None or not math.isnan(bound)):
            able.append((one, bound))
    states: list[Mapping[Address, float]] = [{}]
    for one, bound in able:
        far = bound if math.isfinite(bound) else moved(one.level, -one.towards * one.step * MOST_TIMES)
        states.append({one.address: far})
    reach = dict(zip((one.address for one, _ in able), worths_of(deal, states)[1:], strict=True))
    able.sort(key=lambda pair: -np.nan_to_num(reach[pair[0].address]))
    return _one_a_lever(one for one, _ in able)[:_PAYERS_LOOKED_AT]


def _unit(deal: Deal, one: StepWorth) -> float:
    """The unit in which a head counts a lever: a day, a whole point; else its negotiable step."""
    if one.lever not in LEVER_BY_NAME:
        return one.step
    unit = quantity_of(deal, one.lever).unit
    return 1.0 if unit == DAYS else max(0.01, one.step) if unit == SHARE else one.step


def _trials(deal: Deal, giver: StepWorth, payers: Sequence[StepWorth], rules: Rules) -> list[RuleOfThumb]:
    """Rules for a giver that may do, from what a step of each lever is worth; not yet valued together.

    One amount is given in all of them: the smallest for which most payers come out near what is needed.
    """
    unit = _unit(deal, giver)
    others = [payer for payer in payers if payer.lever != giver.lever]
    wanted = [
        rules.policy.required_ratio * (-giver.costs * unit / giver.step) / (payer.gains * _unit(deal, payer) / payer.step)
        for payer in others
    ]

    def counts(given: int, need: float) -> list[int]:
        return [count for count in _COUNTS if 0.95 * given * need <= count <= _USELESS * given * need][:2]

    def misses(given: int) -> tuple[int, int]:
        near = sum(any(count <= _DEAR * given * need for count in counts(given, need)) for need in wanted)
        return -min(near, PAYERS), given

    given = min(_GIVEN, key=misses)
    give = Side(giver.lever, giver.line, giver.address, giver.level, giver.towards, given * unit)
    return [
        RuleOfThumb(
            give,
            Side(payer.lever, payer.line, payer.address, payer.level, -payer.towards, count * _unit(deal, payer)),
            math.nan,
            0,
            False,
        )
        for payer, need in zip(others, wanted, strict=True)
        for count in counts(given, need)
    ]


def _held(deal: Deal, trials: Sequence[RuleOfThumb], rules: Rules) -> list[RuleOfThumb]:
    """Of each pair the first rule that holds, with how far: one that holds more than once where there is one."""
    trials = [trial for trial in trials if _is_allowed(deal, trial, 1, rules)]
    once = _brings(deal, [(trial, 1) for trial in trials], rules)
    sound = [replace(trial, brings=brings) for trial, brings in zip(trials, once, strict=True) if brings >= 1.0]
    room = [_most_times(deal, trial, rules) for trial in sound]
    further = [(trial, times) for trial, most in zip(sound, room, strict=True) for times in range(2, most + 1)]
    brought = iter(_brings(deal, further, rules))
    best: dict[tuple[Address, Address], RuleOfThumb] = {}
    for trial, most in zip(sound, room, strict=True):
        rule = _with_range(trial, [next(brought) for _ in range(2, most + 1)])
        pair = (trial.give.address, trial.take.address)
        if pair not in best or (best[pair].bends and best[pair].times == 1 and rule.times > 1):
            best[pair] = rule
    return list(best.values())


def _most_times(deal: Deal, trial: RuleOfThumb, rules: Rules) -> int:
    """How many times over a rule is allowed, of those that are tried."""
    return next((times - 1 for times in range(2, MOST_TIMES + 1) if not _is_allowed(deal, trial, times, rules)), MOST_TIMES)


def _with_range(trial: RuleOfThumb, brought: Sequence[float]) -> RuleOfThumb:
    """The rule with how many times over it holds. brought : for 2, 3, ... times, as far as that is allowed."""
    for times, brings in enumerate(brought, 2):
        if not (brings >= 1.0 and abs(brings / trial.brings - 1.0) <= TOLERANCE):
            return replace(trial, times=times - 1, bends=True)
    return replace(trial, times=1 + len(brought))


def _is_allowed(deal: Deal, rule: RuleOfThumb, times: int, rules: Rules) -> bool:
    """Whether the levers' ranges and the limits leave room for so many times the rule."""
    given, taken = rule.give.times(times), rule.take.times(times)
    if not is_possible(deal, {**given, **taken}):
        return False
    if rules.limits is None:
        return True
    row, paid = (rules.limits.row(side.lever, side.line) for side in (rule.give, rule.take))
    (to,), (asked,) = given.values(), taken.values()
    may_give = row is None or row.authority(to, rule.give.towards) != Authority.NOBODY
    may_ask = paid is None or math.isnan(paid.ask_up_to) or rule.take.towards * (asked - paid.ask_up_to) <= 1e-9
    return may_give and may_ask


def _brings(deal: Deal, tried: Sequence[tuple[RuleOfThumb, int]], rules: Rules) -> list[float]:
    """Worth of what is asked for as a multiple of what is required, for rules so many times over as is allowed."""
    states: list[Mapping[Address, float]] = [{}]
    for rule, times in tried:
        given = rule.give.times(times)
        states += [given, {**given, **rule.take.times(times)}]
    changes = worths_of(deal, states)
    found = []
    for number in range(len(tried)):
        cost, net = changes[1 + 2 * number], changes[2 + 2 * number]
        required = -cost * rules.policy.required_ratio
        found.append((net - cost) / required if required > 0.0 else math.nan)
    return found


def rule_words(rule: RuleOfThumb, speaker: Speaker) -> tuple[str, str, str]:
    """A rule as three phrases: what is given, what is asked for, and how far it holds."""
    to = speaker.amount(rule.give.lever, rule.give.amount * rule.times)
    return (
        side_words(rule.give, speaker),
        side_words(rule.take, speaker),
        speaker.word("head_math", "bends" if rule.bends else "holds").format(to=to),
    )


def side_words(side: Side, speaker: Speaker) -> str:
    """One side of a rule: "payment 11 days sooner", "two points more discount of Seats"."""
    lever = speaker.lever(side.lever, side.line)
    amount = speaker.amount(side.lever, side.amount)
    own = speaker.moved(side.lever)
    if own is not None:
        return own[side.towards < 0].format(amount=amount, line=side.line or "")
    return speaker.word("head_math", "more" if side.towards > 0 else "less").format(amount=amount, lever=lever)


def rules_table(found: Sequence[Sequence[RuleOfThumb]], speaker: Speaker) -> Rows:
    """The rules as rows, `COLUMNS`: what is given, and up to three levers that pay for it, each with how far it holds."""
    rows: Rows = []
    for rules in found[:RULE_ROWS]:
        said = [rule_words(rule, speaker) for rule in rules]
        asked = [f"{take}\n({holds})" for _, take, holds in said]
        rows.append([side_words(rules[0].give, speaker), *asked, *[""] * (PAYERS - len(asked))])
    return rows
