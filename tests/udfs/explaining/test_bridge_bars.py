"""The bars of the bridge: what they leave out, and from where they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterask.explaining.bridge import BridgeStep, bridge, bridge_table, drawn_from
from counterask.reading.deal_json import read_deal
from counterask.verdicts.ledger import Ledger, ledger, worst_trade
from counterask.verdicts.trades import Verdict
from counterask_templates.build import DRAWN_ON
from counterask_templates.examples import load_example

from ..documents import WORKED_DEAL


def worked() -> Ledger:
    quote = read_deal(WORKED_DEAL)
    return ledger(quote.deal, quote.trades, quote.rules(None))


def test_a_blocked_trade_has_no_bar_and_every_other_bar_is_its_net() -> None:
    """The net of a blocked trade is shown, but it moves nothing; once its bar took something from all the others."""
    quote = read_deal(load_example("software"))
    found = ledger(quote.deal, quote.trades, quote.rules(DRAWN_ON))
    nets = {one.trade.id: one.net for one in found.trades if one.verdict != Verdict.BLOCKED and one.net}
    assert any(one.verdict == Verdict.BLOCKED and one.net for one in found.trades)
    assert {step.label: step.change for step in bridge(found) if not step.is_total} == pytest.approx(nets, abs=0.02)


def test_small_steps_on_a_large_deal_are_drawn_from_below_the_steps() -> None:
    steps = (
        BridgeStep("Opening", 0.0, 1_004_000.0, True),
        BridgeStep("T1", 1_004_000.0, 1_036_000.0),
        BridgeStep("Now", 0.0, 1_036_000.0, True),
    )
    start = drawn_from(steps)
    assert 900_000 < start < 1_004_000 and start % 10_000 == 0


def test_large_steps_losses_and_a_deal_without_trades_are_drawn_from_zero() -> None:
    total = BridgeStep("Opening", 0.0, 100.0, True)
    assert drawn_from((total, BridgeStep("T1", 100.0, 250.0))) == 0.0
    assert drawn_from((BridgeStep("Opening", 0.0, -5.0, True), BridgeStep("T1", -5.0, 1.0))) == 0.0
    assert drawn_from((total, BridgeStep("Now", 0.0, 100.0, True))) == 0.0


def test_the_bars_say_from_where_they_are_drawn() -> None:
    rows = bridge_table(worked())
    start = drawn_from(bridge(worked(), 10))
    assert float(rows[0][4]) == pytest.approx(worked().value - start)  # type: ignore[arg-type]
    assert ("drawn from" in str(rows[0][2])) == (start > 0)


def test_the_worst_trade_is_the_one_with_the_largest_shortfall() -> None:
    found = worked()
    short = max(found.trades, key=lambda one: one.shortfall)
    assert worst_trade(found) == short.trade.id
    untold = [replace(one, verdict=Verdict.CANNOT_TELL) if one is short else one for one in found.trades]
    assert worst_trade(replace(found, trades=tuple(untold))) not in ("", short.trade.id)
    none_short = replace(found, trades=tuple(replace(one, shortfall=0.0) for one in found.trades))
    assert worst_trade(none_short) == found.trades[0].trade.id
    assert worst_trade(replace(found, trades=())) == ""
