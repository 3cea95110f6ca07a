"""Deals with limits for the tests of counter-asks, and a plain search that the finder is held to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from counterask.counter_asks.shown import Context, ShownLedger, shown_ledger
from counterask.inputs.levers import LEVER_BY_NAME, Kind
from counterask.inputs.terms import Deal
from counterask.reading.deal_json import read_deal
from counterask.reading.quote import Quote
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.trades import Change, Response, Rules, Trade, Verdict, client_direction
from counterask_templates.examples import load_example

from .deals import addresses, changes, deals, levels, quantity_of

DATA = Path(__file__).parents[1] / "data"

ASK_UP_TO = {
    "discount": (0.005, 0.0),
    "quantity": (20.0, 520.0),
    "ramp_months": (1.0, 1.0),
    "term_months": (6.0, 60.0),
    "renewal_term_months": (6.0, 36.0),
    "billing_months": (1.0, 12.0),
    "billing_in_advance": (1.0, 1.0),
    "payment_days": (5.0, 14.0),
    "uplift_floor": (0.005, 0.03),
    "uplift_cap": (0.01, math.inf),
    "commitment": (0.05, 0.9),
    "liability_cap_multiple": (0.25, 0.25),
    "public_reference": (1.0, 1.0),
    "introduction": (1.0, 1.0),
}
"""Step and most that may be asked for: levers of the worked deal, one that is not monotone and two soft ones
included."""


def worked_document() -> dict[str, Any]:
    """The worked deal as JSON."""
    found: dict[str, Any] = json.loads((DATA / "worked_deal.json").read_text())
    return found


def worked_quote() -> Quote:
    """The worked deal with limits on fourteen levers, ratio 1, and half of what is required open to soft value."""
    quote = read_deal(worked_document())
    rows = tuple(
        Limit(lever, None, math.inf, step=step, ask_up_to=up_to)
        if LEVER_BY_NAME[lever].quantity.none_means
        else Limit(lever, None, step=step, ask_up_to=up_to)
        for lever, (step, up_to) in ASK_UP_TO.items()
    )
    return replace(quote, limits=Limits(rows), policy=Policy(soft_share_cap=0.5))


def example(name: str) -> Quote:
    """One of the examples that are shipped with the workbooks."""
    return read_deal(load_example(name))


def rules_of(quote: Quote) -> Rules:
    """The rules of a quote, its limits being in force."""
    from datetime import date

    return quote.rules(date(2026, 11, 2))


def shown(quote: Quote) -> ShownLedger:
    """The quote as shown on that day."""
    from datetime import date

    return shown_ledger(quote, Context(date(2026, 11, 2)))


def bare(trade: Trade) -> Trade:
    """A trade granted, without its counter-asks."""
    return replace(trade, response=Response.YES, counters=())


def plain_levels(start: float, limit: float, unit: float, towards: int) -> list[float]:
    """Steps of the unit from `start` up to `limit`, by counting. Finite ends only."""
    found: list[float] = []
    while (limit - (level := float(f"{start + towards * (len(found) + 1) * unit:.12g}"))) * towards > -1e-9 * max(1.0, unit):
        found.append(level)
    return found


def plain_candidates(deal: Deal, here: Deal, limits: Limits, named: set[tuple[str, str | None]]) -> Iterator[tuple]:
    """(lever, line, levels) of everything with finite ends that may be asked for, by looking at every lever and line."""
    for lever in dict.fromkeys(row.lever for row in limits.rows):
        known = LEVER_BY_NAME.get(lever)
        if known is not None and not known.is_negotiable:
            continue
        lines: list[str | None] = [None]
        if known is not None and known.is_on_line:
            lines = [line.name for line in deal.lines if line.kind in known.kinds]
        for line in lines:
            row = limits.row(lever, line)
            if row is None or math.isnan(row.ask_up_to) or (lever, line) in named or lever == "support_cost":
                continue
            own = deal.lines[deal.line_index(line)] if line is not None else None
            served = [one.product for one in deal.lines if one.product and one.kind != Kind.ONE_OFF]
            if lever in ("start_month", "end_month") and own is not None and served.count(own.product) > 1:
                continue
            is_once = lever == "quantity" and line is not None and deal.lines[deal.line_index(line)].kind == Kind.ONE_OFF
            if is_once and all(one.line is None for one in limits.rows_for(lever, line)):
                continue
            start = here.input_at(here.address(lever, line))
            unit = row.step if not math.isnan(row.step) else (known.step if known else 1.0)
            wants = client_direction(deal, lever)
            if math.isfinite(start) and math.isfinite(row.ask_up_to):
                steps = plain_levels(start, row.ask_up_to, unit, -wants)
                if row.levels:
                    ours = sorted((level for level in row.levels if math.isfinite(level)), reverse=wants > 0)
                    steps = [level for level in ours if -wants * start < -wants * level <= -wants * row.ask_up_to]
                yield lever, line, steps


def verdict_of(deal: Deal, before: Sequence[Trade], trade: Trade, rules: Rules) -> tuple[Verdict, float]:
    """Verdict and net of a trade typed in after others, by the ledger and nothing else."""
    valued = ledger(deal, [*before, trade], rules).trades[-1]
    return valued.verdict, valued.net


def plain_search(
    deal: Deal, before: Sequence[Trade], trade: Trade, rules: Rules, after: Sequence[Trade] = ()
) -> dict[tuple, tuple]:
    """For each lever: the first level whose trade is a negotiation, its net; where none is, None and the net of the level with
    which most counts. Levels beyond the horizon are left out."""
    assert rules.limits is not None
    here = ledger(deal, [*before, trade], rules).deal_now
    named = {(change.lever, change.line) for change in trade.changes}
    for other in (one for one in (*before, *after) if one.response == Response.YES):
        named |= {(ask.lever, ask.line) for ask in other.asks}
        named |= {("discount_months", ask.line) for ask in other.asks if ask.lever == "discount"}
    found: dict[tuple, tuple] = {}
    for lever, line, steps in plain_candidates(deal, here, rules.limits, named):
        tried = []
        for level in steps:
            typed = replace(trade, counters=(*trade.counters, Change(lever, line, level)))
            valued = ledger(deal, [*before, typed], rules, has_opening=False).trades[-1]
            if "beyond the horizon" in valued.note:
                continue
            if valued.verdict == Verdict.NEGOTIATION:
                found[lever, line] = (level, valued.net)
                break
            tried.append((valued.counted, valued.net))
        else:
            if tried:
                found[lever, line] = (None, max(tried, key=lambda one: one[0])[1])
    return found


@st.composite
def problems(draw: st.DrawFn) -> tuple[Deal, Trade, Trade, Rules]:
    """A deal, a trade that is granted before, a trade without counter-asks, and rules with limits on a few levers."""
    deal = draw(deals())
    before = Trade("before", Response.YES, (draw(changes(deal)),))
    trade = Trade("T", Response.YES, tuple(draw(st.lists(changes(deal), min_size=1, max_size=2))))
    rows = []
    for line, name in draw(st.lists(st.sampled_from(addresses(deal)), min_size=1, max_size=4, unique=True)):
        quantity = quantity_of(name)
        limit = draw(levels(quantity))
        start = deal.input_at((line, name))
        room = abs(limit - start) if math.isfinite(limit) and math.isfinite(start) else 1.0
        unit = max(room / draw(st.integers(1, 7)), 1e-3)
        unit = float(max(1, round(unit))) if quantity.whole or quantity.is_switch else float(f"{unit:.3g}")
        row_line = None if line is None else deal.lines[line].name
        rows.append(Limit(name, row_line, step=unit, ask_up_to=limit, is_soft=draw(st.none() | st.booleans())))
    policy = Policy(required_ratio=draw(st.sampled_from([0.5, 1.0, 1.3])), soft_share_cap=draw(st.sampled_from([0.0, 0.4, 1.0])))
    return deal, before, trade, Rules(Limits(tuple(rows)), policy)
