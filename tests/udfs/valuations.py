"""The two valuations that the laws are held against: the plain reference, and the engine that the product uses.

Both take the JSON document of a deal. Only this file knows how the engine is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from counterask.inputs.terms import Address, Deal
from counterask.pricing.valuation import value_deal, value_states
from counterask.reading.deal_json import read_deal

from .plain_reference import PlainValuation

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Valued:
    """A deal's value, its components by name, and its fees of a year, all money."""

    value: float
    components: Mapping[str, float]
    acv: float


@dataclass(frozen=True)
class Valuation:
    """One way to value a document: `of` gives the numbers, `served` gives S(0), S(1) ... up to the horizon."""

    name: str
    of: Callable[[Document], Valued]
    served: Callable[[Document], list[float]]

    def value(self, document: Document) -> float:
        """The deal value."""
        return self.of(document).value


def deal_of(document: Document) -> Deal:
    """The engine's record of a document without faults."""
    quote = read_deal(document)
    assert quote.problems == (), quote.problems
    return quote.deal


def _by_engine(document: Document) -> Valued:
    values = value_deal(deal_of(document))
    components = {name: float(column[0]) for name, column in values.components.items()}
    return Valued(float(values.total[0]), components, float(values.acv[0]))


def _served_in_engine(document: Document) -> list[float]:
    """S(m) as the price of one more month of exclusivity that forgoes a margin of 1, without discounting."""
    assumed = {**document["assumptions"], "exclusivity_margin": 1.0, "cost_of_capital": 0.0}
    months = range(int(assumed["horizon_months"]) + 1)
    states: list[dict[Address, float]] = [{(None, "exclusivity_months"): float(month)} for month in months]
    paid = -value_states(deal_of({**document, "assumptions": assumed}), states).components["exclusivity"]
    return [float(later - earlier) for earlier, later in zip(paid[:-1], paid[1:], strict=True)]


def _by_reference(document: Document) -> Valued:
    plain = PlainValuation(document)
    return Valued(plain.value, plain.components, plain.acv)


def _served_in_reference(document: Document) -> list[float]:
    plain = PlainValuation(document)
    return [plain.served(m) for m in range(plain.horizon)]


REFERENCE = Valuation("reference", _by_reference, _served_in_reference)
ENGINE = Valuation("engine", _by_engine, _served_in_engine)
