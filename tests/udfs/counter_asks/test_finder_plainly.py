"""The finder against a search that shares nothing with it: every step of every lever, valued month by month.

Each step is typed into the plain ledger of `plain_verdicts`, over deals whose levers go up and down (a ramp in free months,
bills cut short by the term, margins below zero).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import pytest

from counterask.counter_asks.finder import CounterAsk, find_counter_asks
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.inputs.terms import Address, Deal
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade

from ..counter_deals import worked_document, worked_quote
from ..plain_limits import Document
from ..plain_reference import changed
from ..plain_verdicts import PlainLedger, PlainTrade

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


@dataclass(frozen=True)
class Case:
    """The same problem twice: for the engine, and as a document for the plain ledger."""

    deal: Deal
    trades: tuple[Trade, ...]
    rules: Rules
    document: Document


def case(seed: int) -> Case:
    rng = random.Random(seed)
    levels = {place: float(rng.choice(values)) for place, values in INPUTS.items()}
    rows = [
        {"lever": lever, "line": line, "step": step, "ask_up_to": most, "soft": rng.choice([None, None, True, False])}
        for lever, line, step, most in LEVERS
        if rng.random() < 0.7
    ]

    def ask() -> Document:
        lever, line, levels = rng.choice(ASKS)
        return {"lever": lever, "line": line, "to": rng.choice(levels)}

    def counters() -> list[Document]:
        row = rng.choice(rows)
        return rng.choice([[], [], [{"lever": row["lever"], "line": row["line"], "to": row["ask_up_to"]}]])

    def trade(name: str) -> Document:
        response = rng.choice(["yes", "yes", "no", "stall"])
        asks = [ask()]
        named = {(one["lever"], one["line"]) for one in asks}
        return {"id": name, "response": response, "asks": asks,
                "counters": [one for one in counters() if (one["lever"], one["line"]) not in named]}  # fmt: skip

    trades = [*(trade(f"B{n}") for n in range(rng.randrange(3))), trade("T")]
    policy = {"required_ratio": rng.choice([0.5, 1.0, 1.25, 2.0]), "soft_share_cap": rng.choice([0.0, 0.25, 1.0])}
    document = worked_document()
    for (line, name), level in levels.items():
        group = document["lines"][line] if line is not None else document["terms" if name in document["terms"] else "assumptions"]
        group[name] = None if math.isinf(level) else level
    document |= {"limits": [{k: v for k, v in row.items() if v is not None} for row in rows], "policy": policy, "trades": trades}
    limits = tuple(Limit(row["lever"], row["line"], step=row["step"], ask_up_to=row["ask_up_to"], is_soft=row["soft"]) for row in rows)
    return Case(
        worked_quote().deal.with_inputs(levels),
        tuple(
            Trade(one["id"], Response(one["response"]), *(tuple(Change(**c) for c in one[side]) for side in ("asks", "counters")))
            for one in trades
        ),
        Rules(Limits(limits), Policy(**policy)),
        document,
    )


def steps(start: float, row: Document) -> list[float]:
    """Every multiple of the step strictly beyond where the lever is, up to the limit, nearest first."""
    low, high = sorted((start, row["ask_up_to"]))
    every = [round(count * row["step"], 10) for count in range(int(high / row["step"]) + 2)]
    inside = [level for level in every if low - 1e-9 <= level <= high + 1e-9 and abs(level - start) > 1e-9]
    found = sorted(inside, key=lambda level: abs(level - start))
    return [level for level in found if LEVER_BY_NAME[row["lever"]].quantity.fault(level) is None]


def has_no_price(trade: PlainTrade) -> bool:
    return trade.verdict in ("blocked", "cannot tell", "problem")


def plain_answers(one: Case) -> tuple[dict[tuple[str, str | None], tuple[float, float | None, float | None]], int]:
    """Of each lever: from, to (None: no step suffices), and net (there: of the step of which most counts; None where no step has
    a price); and how many levers go up and down."""
    *before, asked = one.document["trades"]
    ledger = PlainLedger({**one.document, "trades": before})
    here = {**asked, "response": "yes"}
    found = ledger.weigh(here, ledger.now)
    if here["counters"] and (found.verdict == "negotiation" or has_no_price(found)):
        without = {**here, "counters": []}
        if found.verdict == "negotiation" or not has_no_price(ledger.weigh(without, ledger.now)):
            here = without
    has_obstacle = has_no_price(ledger.weigh(here, ledger.now))
    named = {(change["lever"], change["line"]) for change in (*here["asks"], *here["counters"])}
    state = changed(ledger.now, *here["asks"], *here["counters"])
    answers: dict[tuple[str, str | None], tuple[float, float | None, float | None]] = {}
    bent = 0
    for row in one.document["limits"]:
        place = row["lever"], row.get("line")
        start = ledger.level(state, *place)
        if place in named or (start - row["ask_up_to"]) * LEVER_BY_NAME[row["lever"]].client_wants <= 0.0:
            continue
        tried, to = [], None
        for level in [] if has_obstacle else steps(start, row):
            step = {"lever": row["lever"], "line": row.get("line"), "to": level}
            typed = ledger.weigh({**here, "counters": [*here["counters"], step]}, ledger.now)
            if has_no_price(typed):
                continue
            tried.append(typed)
            if typed.verdict == "negotiation":
                to = level
                break
        worths = [0.0, *(typed.steps[-1].value for typed in tried)]
        rises = [b - a for a, b in pairwise(worths)]
        bent += max(rises, default=0.0) > 1e-6 and min(rises, default=0.0) < -1e-6
        net = None if not tried else tried[-1].net if to is not None else max(tried, key=lambda typed: round(typed.counted, 2)).net
        answers[place] = (start, to, net)
    return answers, bent


def test_every_answer_is_that_of_a_plain_search_month_by_month() -> None:
    bent = reached = out_of_reach = 0
    for seed in range(40):
        one = case(seed)
        plain, bends = plain_answers(one)
        rows = find_counter_asks(one.deal, one.trades, "T", one.rules)
        found: dict[tuple[str, str | None], CounterAsk] = {(row.lever, row.line): row for row in rows}
        assert set(found) == set(plain), seed
        for place, (start, to, net) in plain.items():
            row = found[place]
            assert row.from_level == start, (seed, place)
            assert row.to == (None if to is None else pytest.approx(to, abs=1e-9)), (seed, place)
            if net is None:
                assert math.isnan(row.best_net), (seed, place)
            else:
                assert (row.best_net if to is None else row.net) == pytest.approx(net, abs=1e-3), (seed, place)
        bent += bends
        reached += sum(row.is_reachable for row in rows)
        out_of_reach += sum(not row.is_reachable for row in rows)
    assert bent > 10 and reached > 60 and out_of_reach > 50
