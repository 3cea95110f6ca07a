"""The price book: what a line that names a product takes from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .levers import Kind, Lever, inputs_of
from .quantities import UNKNOWN
from .terms import Line

PRICED = ("list_price", "unit_cost", "ramp_months", "support_cost", "demand_cv", "delivery_months")
"""The inputs of a line that a product has, in the order of the registry."""


@dataclass(frozen=True)
class Product:
    """One row of the price book. Prices and costs as of a line; NaN where the row says nothing. valid_until : its last day."""

    name: str
    kind: Kind
    list_price: float = UNKNOWN
    unit_cost: float = UNKNOWN
    ramp_months: float = UNKNOWN
    support_cost: float = UNKNOWN
    demand_cv: float = UNKNOWN
    delivery_months: float = UNKNOWN
    currency: str = ""
    valid_until: date | None = None
    source: str = ""

    def level(self, name: str) -> float:
        """The level of an input of a line; NaN where the product has none."""
        return float(getattr(self, name)) if name in PRICED else UNKNOWN


@dataclass(frozen=True)
class PriceBook:
    """All products."""

    products: tuple[Product, ...] = ()

    def product_of(self, line: Line) -> Product | None:
        """The product that a line names, or None where it names none."""
        return next((one for one in self.products if line.product and one.name == line.product), None)

    def names(self) -> frozenset[str]:
        """The names of all products."""
        return frozenset(one.name for one in self.products)

    def differences(self, lines: Sequence[Line]) -> list[tuple[int, Lever, float]]:
        """Inputs of lines that are not as the price book says, and are no levers: place of the line, input, level of the book."""
        found = []
        for place, line in enumerate(lines):
            product = self.product_of(line)
            for known in inputs_of(line.kind) if product is not None else ():
                level = product.level(known.name) if product is not None else UNKNOWN
                if not known.is_negotiable and not math.isnan(level) and getattr(line, known.name) != level:
                    found.append((place, known, level))
        return found
