"""Blocks of billing at the end of the horizon: a block that crosses it is cut there, in advance and in arrears."""

from __future__ import annotations

import numpy as np
import pytest

from counterask.inputs.terms import Assumptions, Deal, Terms
from counterask.pricing.billing import credit_factor
from counterask.pricing.scenarios import Scenarios
from counterask.pricing.valuation import value_deal
from counterask.reading.deal_json import document_of
from counterask.reading.quote import Quote
from counterask.verdicts.limits import Policy

from ..deals import quiet_deal, quiet_line
from ..plain_reference import PlainValuation

SEATS = quiet_line("seats", list_price=100.0)


@pytest.mark.parametrize(
    ("in_advance", "months", "blocks"),
    [
        (0.0, 7.0, [(7, 7), (12, 5)]),
        (0.0, 24.0, [(12, 12)]),
        (1.0, 7.0, [(0, 7), (7, 5)]),
        (1.0, 24.0, [(0, 12)]),
    ],
)  # fmt: skip
def test_a_block_that_crosses_the_horizon_is_cut_there(in_advance: float, months: float, blocks: list[tuple[int, int]]) -> None:
    """blocks : month of the invoice, and how many months it is for."""
    deal = quiet_deal(
        SEATS, horizon_months=12.0, term_months=60.0, billing_months=months, billing_in_advance=in_advance, cost_of_capital=0.1
    )  # fmt: skip
    expected = sum(100.0 * count * 1.1 ** (-month / 12.0) for month, count in blocks)
    assert value_deal(deal).total[0] == pytest.approx(expected, rel=1e-12)
    plain = PlainValuation(document_of(Quote(deal, (), None, Policy(), {}, {}, {}, ())))
    assert plain.value == pytest.approx(expected, rel=1e-12)


def test_a_fee_that_is_paid_at_once_is_worth_itself_even_if_insolvency_is_certain() -> None:
    deal = Deal((), Terms(), Assumptions(default_probability=1.0, loss_given_default=0.4))
    with np.errstate(divide="ignore", invalid="ignore"):
        left = credit_factor(Scenarios(deal), np.array([[-2.0, 0.0, 6.0]]))
    assert left == pytest.approx(np.array([[1.0, 1.0, 0.6]]))
