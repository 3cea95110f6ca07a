"""What a proposal may tell of a trade."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from counterask.inputs.terms import Deal
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Change, Response, Rules, Trade
from counterask_addin.client_copy.agreed import told

from ...udfs.counter_deals import worked_quote

WORKED = worked_quote().deal


def with_later_seats(months: float) -> Deal:
    seats = replace(WORKED.lines[WORKED.line_index("seats")], product="Seat", discount=0.0)
    later = replace(seats, name="more seats", start_month=12.0, discount_months=months)
    return replace(WORKED, lines=(replace(seats, end_month=12.0), later))


@pytest.mark.parametrize(("months", "is_told"), [(6.0, False), (12.0, False), (24.0, True), (math.inf, True)])
def test_a_discount_that_has_no_effect_is_not_promised(months: float, is_told: bool) -> None:
    deal, ask = with_later_seats(months), Change("discount", "more seats", 0.2)
    valued = ledger(deal, [Trade("T", Response.YES, (ask, Change("payment_days", None, 60.0)))], Rules())
    assert (ask in told(valued.trades[0], valued.deal_now).gives) == is_told


def test_a_rebate_is_promised_only_with_its_threshold() -> None:
    deal = WORKED.with_inputs({(None, "rebate_rate"): 0.0, (None, "rebate_threshold"): math.inf})
    rebate, threshold = Change("rebate_rate", None, 0.03), Change("rebate_threshold", None, 1.1)
    alone, both = (ledger(deal, [Trade("T", Response.YES, asks)], Rules()) for asks in ((rebate,), (rebate, threshold)))
    assert told(alone.trades[0], alone.deal_now).gives == ()
    assert told(both.trades[0], both.deal_now).gives == (rebate, threshold)
