"""Fair shares from sampled orders: what their standard error is."""

from __future__ import annotations

import math

import pytest

from counterask.verdicts.shares import EXACT_UP_TO, fair_shares
from counterask.verdicts.trades import Change, Response, Trade

from ..deals import quiet_deal, quiet_line


def test_the_standard_error_is_that_of_a_mean_over_the_sampled_orders() -> None:
    """Two trades multiply, on a line of their own: each nets one amount where it comes first and another where it comes last.

    From the two amounts and the mean follows how often each was drawn, and from that the standard deviation of the sample (which
    divides by one less than the number of orders) and of its mean.
    """
    lines = tuple(quiet_line(f"line {place}", list_price=10.0 + place) for place in range(EXACT_UP_TO))
    deal = quiet_deal(*lines, horizon_months=12.0)
    trades = [Trade("A", Response.YES, (Change("discount", "line 0", 0.5),))]
    trades += [Trade(f"Q{place}", Response.YES, (Change("quantity", f"line {place}", 3.0),)) for place in range(EXACT_UP_TO)]
    found = fair_shares(deal, trades)
    orders = found.sampled_orders
    assert orders > 0
    for share in found.shares[:2]:
        spread = share.greatest_net - share.least_net
        often = (share.net - share.least_net) / spread
        assert spread > 1.0 and 0.0 < often < 1.0
        assert share.standard_error == pytest.approx(spread * math.sqrt(often * (1.0 - often) / (orders - 1)), rel=1e-9)
    assert all(share.standard_error < 1e-9 for share in found.shares[2:])
