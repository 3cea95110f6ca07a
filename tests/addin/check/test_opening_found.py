"""What is talked past the Trades sheet is found at its cell with its amount: openings, phantoms, prices, other inputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counterask_addin.check import check_file, deal
from counterask_addin.check import results as result_kinds
from counterask_templates.build import DRAWN_ON
from counterask_templates.examples import example_names, load_example

from . import document_faults
from .good_quotes import GoodQuote, good
from .planting import Case
from .test_planted_faults import Outcome

KINDS = (
    document_faults.openings_beyond,
    document_faults.phantom_restored,
    document_faults.off_the_price_book,
    document_faults.inputs_as_counter_asks,
)
QUIET = frozenset({deal.CONCEDED, result_kinds.UNCOMPUTED})


@pytest.mark.parametrize("name", [name for name in example_names() if name != "blank"])
@pytest.mark.parametrize("fault", KINDS)
def test_what_is_talked_past_the_trades_is_found(fault: Callable[..., Case], name: str, tmp_path: Path) -> None:
    quote = GoodQuote(name, good(load_example(name)), tmp_path / "none.xlsx", {})
    case = fault(quote, tmp_path / "quote.xlsx")
    found = tuple(one for one in check_file(case.path, None, DRAWN_ON)[1] if one.kind not in QUIET)
    outcome = Outcome(case, found)
    assert outcome.missed() == [] and outcome.invented() == []
