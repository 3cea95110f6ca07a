"""The finder against a search that shares nothing with it: every step of every lever, valued month by month.

Steps, ratio, soft share, earlier trades and counter-asks entered already are reckoned here in plain words on the
reference valuation of `plain_reference`, over deals whose levers go up and down (a ramp in free months, bills cut
short by the term, margins below zero).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import pytest

from counterask.counter_asks.finder import CounterAsk, find_counter_asks
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.inputs.terms import Address, Deal
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade

from ..counter_deals import worked_quote
from ..plain_reference import plain_value

INPUTS: dict[Address, tuple[float, ...]] = {
    (None, "free_months"): (0, 0, 1, 3, 9),
    (None, "term_months"): (6, 11, 18, 24, 36),
    (None, "renewal_term_months"): (5, 12, 24),
    (None, "billing_months"): (1, 1, 2, 5),
    (None, "billing_in_advance"): (0, 1),
    (None, "payment_days"): (0, 33, 45, 90),
    (None, "annual_retention"): (0.3, 0.72, 0.97, 1),
    (None, "auto_renewal"): (0, 1),
    (None, "prepayment_refundable"): (0, 1),
    (None, "price_lock_months"): (0, 12, 36),
    (None, "sla_credit"): (0, 0.1),
    (None, "commitment"): (0, 0, 0.5),
    (None, "warranty_months"): (0, 3, 12),
    (None, "tfc_from_month"): (math.inf, 6, 0),
    (None, "tfc_fee_months"): (0, 1, 3),
    (None, "liability_cap_multiple"): (0.5, 2, 5),
    (None, "exclusivity_months"): (0, 18),
    (None, "foreign_share"): (0, 0.4),
    (None, "public_reference"): (0, 0, 0, 1),
    (None, "reference_probability"): (0.1, 0.3, 0.9),
    (None, "reference_value"): (3000, 30_000, 200_000),
    (None, "horizon_months"): (24, 36, 60),
    (None, "churn_hazard"): (0, 0.035, 0.3),
    (0, "ramp_months"): (1, 6, 12),
    (0, "unit_cost"): (41, 90, 130),
    (0, "discount"): (0, 0.0725, 0.2),
    (1, "unit_cost"): (0.37, 0.9),
}
LEVERS: tuple[tuple[str, str | None, float, float], ...] = (
    ("discount", "seats", 0.005, 0.0),
    ("quantity", "seats", 20.0, 520.0),
    ("ramp_months", "seats", 1.0, 1.0),
    ("ramp_months", "usage", 2.0, 1.0),
    ("term_months", None, 6.0, 60.0),
    ("renewal_term_months", None, 6.0, 36.0),
    ("billing_months", None, 1.0, 12.0),
    ("billing_in_advance", None, 1.0, 1.0),
    ("payment_days", None, 7.0, 0.0),
    ("free_months", None, 1.0, 0.0),
    ("price_lock_months", None, 12.0, 0.0),
    ("sla_credit", None, 0.02, 0.0),
    ("commitment", None, 0.1, 0.9),
    ("warranty_months", None, 1.0, 0.0),
    ("tfc_fee_months", None, 0.5, 4.0),
    ("liability_cap_multiple", None, 0.25, 0.25),
    ("exclusivity_months", None, 2.0, 0.0),
    ("public_reference", None, 1.0, 1.0),
    ("introduction", None, 1.0, 1.0),
)
"""Lever, line, step, and the most that may be asked for."""
ASKS = (
    ("discount", "seats", (0.25, 0.3)),
    ("payment_days", None, (100.0, 120.0)),
    ("free_months", None, (10.0, 12.0)),
    ("liability_cap_multiple", None, (6.0, 8.0)),
    ("quantity", "seats", (200.0, 100.0)),
    ("exclusivity_months", None, (20.0, 30.0)),
    ("sla_credit", None, (0.2, 0.3)),
)
SOFT = ("public_reference", "introduction")


@dataclass(frozen=True)
class Case:
    deal: Deal
    before: tuple[Trade, ...]
    trade: Trade
    rules: Rules


def case(seed: int) -> Case:
    rng = random.Random(seed)
    deal = worked_quote().deal.with_inputs({place: float(rng.choice(values)) for place, values in INPUTS.items()})
    rows = tuple(
        Limit(lever, line, step=step, ask_up_to=most, is_soft=rng.choice([None, None, True, False]))
        for lever, line, step, most in LEVERS
        if rng.random() < 0.7
    )

    def ask() -> Change:
        lever, line, levels = rng.choice(ASKS)
        return Change(lever, line, rng.choice(levels))

    def counters() -> tuple[Change, ...]:
        row = rng.choice(rows)
        return rng.choice([(), (), (Change(row.lever, row.line, row.ask_up_to),)])

    responses = [Response.YES, Response.YES, Response.NO, Response.STALL]
    before = tuple(Trade(f"B{n}", rng.choice(responses), (ask(),), counters()) for n in range(rng.randrange(3)))
    trade = Trade("T", rng.choice(responses), (ask(),), counters())
    policy = Policy(required_ratio=rng.choice([0.5, 1.0, 1.25, 2.0]), soft_share_cap=rng.choice([0.0, 0.25, 1.0]))
    return Case(deal, before, trade, Rules(Limits(rows), policy))


def is_soft(row: Limit) -> bool:
    return row.lever in SOFT if row.is_soft is None else row.is_soft


def steps(start: float, row: Limit) -> list[float]:
    """Every multiple of the step strictly beyond where the lever stands, up to the limit, nearest first."""
    low, high = sorted((start, row.ask_up_to))
    every = [round(count * row.step, 10) for count in range(int(high / row.step) + 2)]
    inside = [level for level in every if low - 1e-9 <= level <= high + 1e-9 and abs(level - start) > 1e-9]
    found = sorted(inside, key=lambda level: abs(level - start))
    return [level for level in found if LEVER_BY_NAME[row.lever].quantity.fault(level) is None]


def plain_answers(one: Case) -> tuple[dict[tuple[str, str | None], tuple[float, float | None, float, float]], int]:
    """Of each lever: from, to (None: no step suffices), worth, and net (there: the best); and how many levers go up and
    down."""
    deal, rules = one.deal, one.rules
    assert rules.limits is not None
    rows = {(row.lever, row.line): row for row in rules.limits.rows}

    def value(state: dict[Address, float]) -> float:
        return plain_value(deal.with_inputs(state))

    def counted(hard: float, soft: float) -> float:
        return hard + min(soft, rules.policy.soft_share_cap * required)

    state: dict[Address, float] = {}
    for trade in one.before:
        if trade.response == Response.YES:
            state |= {deal.address(change.lever, change.line): change.to for change in trade.changes}
    asked = {**state, **{deal.address(ask.lever, ask.line): ask.to for ask in one.trade.asks}}
    cost = value(asked) - value(state)
    required = rules.policy.required_ratio * max(0.0, -cost)
    here, hard, soft = asked, 0.0, 0.0
    if one.trade.counters:
        entered = one.trade.counters[0]
        there = {**asked, deal.address(entered.lever, entered.line): entered.to}
        worth = value(there) - value(asked)
        parts = (0.0, worth) if is_soft(rows[entered.lever, entered.line]) else (worth, 0.0)
        if counted(*parts) < required - 0.005:
            here, (hard, soft) = there, parts
    total = value(here)
    answers: dict[tuple[str, str | None], tuple[float, float | None, float, float]] = {}
    bent = 0
    for place, row in rows.items():
        if place in {(ask.lever, ask.line) for ask in one.trade.asks}:
            continue
        address = deal.address(*place)
        start = here.get(address, deal.input_at(address))
        wants = LEVER_BY_NAME[row.lever].client_wants
        if (start - row.ask_up_to) * wants <= 0.0:
            continue
        worths = [value({**here, address: level}) - total for level in steps(start, row)]
        rises = [b - a for a, b in zip([0.0, *worths], worths, strict=False)]
        bent += max(rises) > 1e-6 and min(rises) < -1e-6
        enough = [
            number
            for number, worth in enumerate(worths)
            if counted(hard + (0.0 if is_soft(row) else worth), soft + (worth if is_soft(row) else 0.0)) > required - 0.005
        ]
        first = enough[0] if enough else None
        to = None if first is None else steps(start, row)[first]
        worth = max(worths) if first is None else worths[first]
        answers[place] = (start, to, worth, cost + hard + soft + worth)
    return answers, bent


def test_every_answer_is_that_of_a_plain_search_month_by_month() -> None:
    bent = reached = out_of_reach = 0
    for seed in range(50):
        one = case(seed)
        plain, bends = plain_answers(one)
        rows = find_counter_asks(one.deal, (*one.before, one.trade), "T", one.rules)
        found: dict[tuple[str, str | None], CounterAsk] = {(row.lever, row.line): row for row in rows}
        assert set(found) == set(plain), seed
        for place, (start, to, worth, net) in plain.items():
            row = found[place]
            assert row.from_level == start, (seed, place)
            assert row.to == (None if to is None else pytest.approx(to, abs=1e-9)), (seed, place)
            if to is None:
                assert row.best_net == pytest.approx(net, abs=1e-3), (seed, place)
            else:
                assert (row.worth, row.net) == pytest.approx((worth, net), abs=1e-3), (seed, place)
        bent += bends
        reached += sum(row.is_reachable for row in rows)
        out_of_reach += sum(not row.is_reachable for row in rows)
    assert bent > 10 and reached > 100 and out_of_reach > 50
