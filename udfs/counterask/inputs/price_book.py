"""The price book: what a line that names a product takes from it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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


def _is_in(product: str, name: str) -> bool:
    """Whether a product's name is in the name of a line as words, in the singular or the plural, whatever the case."""
    words = re.escape(" ".join(product.split()))
    return re.search(rf"(?<!\w){words}s?(?!\w)", " ".join(name.split()), re.IGNORECASE) is not None


def taken_over(lines: Sequence[Line], place: int) -> tuple[int, ...]:
    """The lines of other products, of the same kind, that end where a line starts; none where its own product goes on there, or
    where theirs does."""
    own, month = lines[place], lines[place].start_month
    if not own.product or own.kind == Kind.ONE_OFF or month == 0.0:
        return ()
    ended = [one for one, line in enumerate(lines) if line.end_month == month and line.kind == own.kind and line.product]
    if not ended or any(lines[one].product == own.product for one in ended):
        return ()
    going_on = {line.product for line in lines if line.kind == own.kind and line.start_month <= month < line.end_month}
    return tuple(one for one in ended if lines[one].product not in going_on)


@dataclass(frozen=True)
class PriceBook:
    """All products."""

    products: tuple[Product, ...] = ()
    _by_name: dict[str, Product] = field(init=False, repr=False, compare=False, default_factory=dict)
    _promised: dict[tuple[str, str, Kind], Product | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update((one.name, one) for one in reversed(self.products))

    def product_of(self, line: Line) -> Product | None:
        """The product that a line names, or None where it names none."""
        return self._by_name.get(line.product) if line.product else None

    def compared_with(self, lines: Sequence[Line], place: int) -> Product | None:
        """The product that a line is compared with: the one that its name promises, else a dearer one that it takes over from,
        else the one that it names. None where it names none."""
        return self.promised(lines[place]) or self.dearer_before(lines, place) or self.product_of(lines[place])

    def dearer_before(self, lines: Sequence[Line], place: int) -> Product | None:
        """The dearest product that ends where a line of a cheaper product takes over: the client goes on at a lower price."""
        own = self.product_of(lines[place])
        before = [self.product_of(lines[other]) for other in taken_over(lines, place)]
        if not before:
            return None
        dearer = [one for one in before if one is not None and own is not None and one.list_price > own.list_price]
        return max(dearer, key=lambda one: one.list_price, default=None)

    def promised(self, line: Line) -> Product | None:
        """Another product than the line's own that its name promises to whoever reads it: the name has that product's name in it,
        and not that of its own. None where there is none, or where the line names no product or one of another kind.

        >>> seat, light = Product("Seat", Kind.RECURRING), Product("Seat, light", Kind.RECURRING)
        >>> book = PriceBook((seat, light))
        >>> book.promised(Line("Seats, all clinics", Kind.RECURRING, product="Seat, light")) == seat
        True
        >>> book.promised(Line("Seat, light, year 1", Kind.RECURRING, product="Seat, light")) is None
        True
        """
        key = line.name, line.product, line.kind
        if key not in self._promised:
            own, found = self.product_of(line), []
            if own is not None and not _is_in(own.name, line.name):
                found = [one for one in self.products if one.kind == line.kind and _is_in(one.name, line.name)]
            self._promised[key] = max(found, key=lambda one: len(one.name), default=None)
        return self._promised[key]

    def names(self) -> frozenset[str]:
        """The names of all products."""
        return frozenset(one.name for one in self.products)

    def differences(self, lines: Sequence[Line]) -> list[tuple[int, Lever, float]]:
        """Inputs of lines that are not as the price book says, and are no levers: place of the line, input, level of the book."""
        found = []
        for place, line in enumerate(lines):
            product = self.compared_with(lines, place)
            for known in inputs_of(line.kind) if product is not None else ():
                level = product.level(known.name) if product is not None else UNKNOWN
                if not known.is_negotiable and not math.isnan(level) and getattr(line, known.name) != level:
                    found.append((place, known, level))
        return found
