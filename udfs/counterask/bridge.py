"""The bridge from opening value to value now, trade by trade, as the bars of a waterfall."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .money import round_parts
from .trades import Ledger
from .views import CANNOT_TELL, Rows, money

COLUMNS = ("Step", "Base", "Up", "Down", "Total")


@dataclass(frozen=True)
class BridgeStep:
    """One step: its label, the value before and after it (money), and whether it is a total and no change."""

    label: str
    start: float
    end: float
    is_total: bool = False

    @property
    def change(self) -> float:
        """What the step does to deal value, money."""
        return self.end - self.start


def bridge(ledger: Ledger) -> tuple[BridgeStep, ...]:
    """Opening value, each trade that moves the deal, value now. Trades without a price move nothing and are left out."""
    nets = [trade.net for trade in ledger.trades if math.isfinite(trade.net)]
    names = [trade.trade.id for trade in ledger.trades if math.isfinite(trade.net)]
    steps = [BridgeStep("Opening", 0.0, ledger.value, True)]
    if math.isfinite(ledger.value):
        standing = ledger.value
        for name, net in zip(names, round_parts(nets, ledger.change), strict=True):
            if net:
                steps.append(BridgeStep(name, standing, standing + net))
                standing += net
    steps.append(BridgeStep("Now", 0.0, ledger.value_now, True))
    return tuple(steps)


def bridge_table(ledger: Ledger) -> Rows:
    """The bars of a stacked column chart: an unseen base, and on it the total, the rise or the fall. Columns `COLUMNS`.

    All bars lie above zero or below it together with their base, so that a chart of stacked columns draws them where they belong;
    a step that crosses zero is drawn from zero to where it ends.
    """
    rows: Rows = []
    for step in bridge(ledger):
        if not math.isfinite(step.end):
            rows.append([step.label, CANNOT_TELL, "", "", money(step.end)])
        elif step.is_total:
            rows.append([step.label, 0.0, 0.0, 0.0, step.end])
        else:
            low, high = min(step.start, step.end), max(step.start, step.end)
            base = low if low >= 0.0 else high if high <= 0.0 else 0.0
            size = step.change if low >= 0.0 or high <= 0.0 else step.end
            signed = size if base <= 0.0 and high <= 0.0 else abs(size)
            rows.append(
                [step.label, base, signed if step.change >= 0 else 0.0, signed if step.change < 0 else 0.0, 0.0]
            )
    return rows
