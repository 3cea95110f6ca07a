"""The bridge from opening value to value now, trade by trade, as the bars of a waterfall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..counter_asks.sentences import Speaker
from ..result_tables.money import round_parts
from ..result_tables.views import CANNOT_TELL, Rows, money
from ..verdicts.ledger import Ledger
from ..verdicts.trades import Trade, Verdict

COLUMNS = ("Step", "Change", "Label", "Base", "Total", "Up", "Down", "Up below zero", "Down below zero")

BRIDGE_ROWS = 10
"""Bars of the waterfall: opening, up to eight trades, now. Where more trades move the deal, the smallest are one bar."""

OTHERS = "others"


@dataclass(frozen=True)
class BridgeStep:
    """One step: its label, the value before and after it (money), whether it is a total and no change, and what is asked."""

    label: str
    start: float
    end: float
    is_total: bool = False
    asks: str = ""

    @property
    def change(self) -> float:
        """What the step does to deal value, money."""
        return self.end - self.start


def bridge(ledger: Ledger, bars: int | None = None) -> tuple[BridgeStep, ...]:
    """Opening value, each trade that moves the deal, value now. Blocked trades and trades without a price are left out.

    bars : how many steps there may be, 3 or more; the trades that move least are then put together as `OTHERS`, behind the rest.
    The steps add up to the change in deal value to the cent.
    """
    moving = [trade for trade in ledger.trades if trade.verdict != Verdict.BLOCKED]
    moved = [(trade.trade.id, trade.net) for trade in moving if math.isfinite(trade.net) and trade.net]
    if bars is not None and len(moved) > bars - 2:
        kept = sorted(range(len(moved)), key=lambda place: -abs(moved[place][1]))[: bars - 3]
        rest = math.fsum(net for place, (_, net) in enumerate(moved) if place not in kept)
        moved = [*(moved[place] for place in sorted(kept)), (OTHERS, rest)]
    steps = [BridgeStep("Opening", 0.0, ledger.value, True)]
    if math.isfinite(ledger.value):
        standing = ledger.value
        asks = {trade.trade.id: _asks(ledger, trade.trade) for trade in ledger.trades}
        shown = round_parts([net for _, net in moved], ledger.change)
        for (name, _), net in zip(moved, shown, strict=True):
            steps.append(BridgeStep(name, standing, standing + net, asks=asks.get(name, "")))
            standing += net
    steps.append(BridgeStep("Now", 0.0, ledger.value_now, True))
    return tuple(steps)


def _asks(ledger: Ledger, trade: Trade) -> str:
    """What a trade is about, in a word or two under its bar: "liability cap and 1 more"."""
    if not trade.asks:
        return ""
    more = f" and {len(trade.asks) - 1} more" if len(trade.asks) > 1 else ""
    return Speaker(ledger.deal_now).lever(trade.asks[0].lever) + more


def drawn_from(steps: Sequence[BridgeStep]) -> float:
    """The value at which the axis of the waterfall starts, money: a round number below every step, so that the steps are seen
    beside the totals; 0 where the steps are large beside the totals or lie below zero."""
    ends = [end for step in steps for end in ((step.end,) if step.is_total else (step.start, step.end)) if math.isfinite(end)]
    if not ends or min(ends) <= 0.0:
        return 0.0
    low, spread = min(ends), max(ends) - min(ends)
    if spread <= 0.0 or low < 2.0 * spread:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(spread))
    return max(0.0, math.floor((low - spread / 2.0) / unit) * unit)


def bridge_table(ledger: Ledger) -> Rows:
    """The bars of a stacked column chart, `COLUMNS`: an unseen base, and on it the total, the rise or the fall.

    Bars are drawn from `drawn_from`, which the label of the opening says where it is not 0. What lies above zero and what lies
    below it are two bars, for stacked columns grow away from zero on either side.
    """
    rows: Rows = []
    steps = bridge(ledger, BRIDGE_ROWS)
    start = drawn_from(steps)
    for step in steps:
        if not math.isfinite(step.end):
            said = money(step.end) if step.is_total else CANNOT_TELL
            rows.append([step.label, said, f"{step.label}\n{said}", *[""] * (len(COLUMNS) - 3)])
            continue
        ends = (0.0, step.end - start) if step.is_total else (step.start - start, step.end - start)
        low, high = min(ends), max(ends)
        base = low if low > 0.0 else high if high < 0.0 else 0.0
        above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
        if step.is_total:
            bars = [above + below, 0.0, 0.0, 0.0, 0.0]
        elif step.change >= 0.0:
            bars = [0.0, above, 0.0, below, 0.0]
        else:
            bars = [0.0, 0.0, above, 0.0, below]
        amount = f"{step.end:,.0f}" if step.is_total else f"{step.change:+,.0f}"
        cut = f"drawn from {start:,.0f}" if step.is_total and start else ""
        said = "\n".join(words for words in (step.label, amount, step.asks or cut) if words)
        rows.append([step.label, step.end if step.is_total else step.change, said, base, *bars])
    return rows
