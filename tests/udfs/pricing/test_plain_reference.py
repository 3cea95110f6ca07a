"""The plain reference against the worked deal, and the engine against the plain reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ..plain_reference import PlainValuation, changed, plain_value

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text(encoding="utf-8"))
EXPECTED: dict[str, Any] = DOCUMENT["expected"]
CLOSE = 1e-6
"""The contract is half a cent. The two agree far closer, so a small error in a convention cannot hide in the rounding."""


def test_the_reference_has_the_worked_value_with_all_its_parts() -> None:
    plain = PlainValuation(DOCUMENT)
    assert plain.value == pytest.approx(EXPECTED["value"], abs=CLOSE)
    assert plain.acv == pytest.approx(EXPECTED["acv"], abs=CLOSE)
    assert plain.price_index == pytest.approx(EXPECTED["price_index"], abs=1e-12)
    assert plain.components == pytest.approx(EXPECTED["components"] | {"company_levers": 0.0}, abs=CLOSE)


@pytest.mark.parametrize("change", EXPECTED["changes"], ids=lambda change: str(change["name"]))
def test_each_change_is_worth_in_the_reference_what_the_worked_deal_says(change: dict[str, Any]) -> None:
    worth = plain_value(changed(DOCUMENT, *change["set"])) - plain_value(DOCUMENT)
    assert worth == pytest.approx(change["value_change"], abs=CLOSE)
