"""The term sheet: a deal as a handful of immutable records.

Numbers are floats in the units of the registries; NaN is unknown, infinity is "none". Records are made by
`tables` and `deal_json`, which check ranges and report problems by place; the inside trusts them. A record has an
attribute for each input of its registry; one that is left out has its neutral level, or is unknown where it has none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass, replace
from typing import TYPE_CHECKING, Any

from .assumptions import ASSUMPTIONS
from .levers import LEVER_BY_NAME, LINE_LEVERS, TERM_LEVERS, Kind
from .quantities import Quantity

Address = tuple[int | None, str]
"""Where an input belongs: the line's place in the deal (None for the deal itself) and the input's name."""


_FieldSpec = tuple[str, type] | tuple[str, type, Any]


def _record(
    name: str, doc: str, quantities: Sequence[Quantity], first: Sequence[_FieldSpec] = (), last: Sequence[_FieldSpec] = ()
) -> type:
    """A frozen dataclass with a float for each quantity, between other fields."""
    inputs = [(quantity.name, float, field(default=quantity.neutral)) for quantity in quantities]
    made = make_dataclass(name, [*first, *inputs, *last], frozen=True, namespace={"__doc__": doc})
    made.__module__ = __name__
    return made


if TYPE_CHECKING:

    @dataclass(frozen=True, init=False)
    class _Inputs:
        def __init__(self, **levels: float) -> None: ...
        def __getattr__(self, name: str) -> float: ...

    class Terms(_Inputs):
        """Terms of the whole deal: `TERM_LEVERS`."""

    class Assumptions(_Inputs):
        """What finance and managers assume: `ASSUMPTIONS`."""

    @dataclass(frozen=True, init=False)
    class Line(_Inputs):
        """One line of a quote: name, kind, `LINE_LEVERS`, product. Inputs that its kind does not have are not read."""

        name: str
        kind: Kind
        product: str

        def __init__(self, name: str, kind: Kind, *, product: str = "", **levels: float) -> None: ...

else:
    Terms = _record("Terms", "Terms of the whole deal: `TERM_LEVERS`.", [lever.quantity for lever in TERM_LEVERS])
    Assumptions = _record("Assumptions", "What finance and managers assume: `ASSUMPTIONS`.", ASSUMPTIONS)
    Line = _record(
        "Line",
        "One line of a quote: name, kind, `LINE_LEVERS`, product. Inputs that its kind does not have are not read.",
        [lever.quantity for lever in LINE_LEVERS],
        [("name", str), ("kind", Kind)],
        [("product", str, "")],
    )


@dataclass(frozen=True)
class CompanyLever:
    """A company lever: so many units, each worth an amount, paid in a month or monthly.

    name, unit : as the manager wrote them. amount_per_unit : money, plus is good for the seller.
    month_from : the month in which it is paid; month_to : None where it is paid once at `month_from`, else every
    month from `month_from` to `month_to`, both counted. probability : 0 to 1.
    survives : whether it is paid even when the client has left; else it is weighted by survival.
    client_wants : +1 where the client asks for more units (they cost us), -1 where it is ours to ask for.
    units : how many the opening terms hold.
    """

    name: str
    unit: str
    amount_per_unit: float
    month_from: float
    month_to: float | None
    probability: float
    survives: bool
    is_soft: bool
    units: float = 0.0

    @property
    def has_blanks(self) -> bool:
        """Whether a number that the worth of a unit needs is unknown."""
        numbers = (self.amount_per_unit, self.month_from, self.probability)
        return any(math.isnan(number) for number in numbers)

    @property
    def client_wants(self) -> int:
        """The direction in which a client asks: more of what costs us, less of what pays us."""
        return 1 if self.amount_per_unit < 0 else -1


@dataclass(frozen=True)
class Deal:
    """Everything that the value of a deal depends on."""

    lines: tuple[Line, ...]
    terms: Terms
    assumptions: Assumptions
    company_levers: tuple[CompanyLever, ...] = field(default=())

    def input_at(self, address: Address) -> float:
        """The number at an address. Raises KeyError where there is no such input."""
        line, name = address
        if line is not None:
            return float(getattr(self.lines[line], name))
        for record in (self.terms, self.assumptions):
            level = getattr(record, name, None)
            if level is not None:
                return float(level)
        return self.company_lever(name).units

    def company_lever(self, name: str) -> CompanyLever:
        """The company lever of that name. Raises KeyError where there is none."""
        for lever in self.company_levers:
            if lever.name == name:
                return lever
        raise KeyError(name)

    def line_index(self, name: str) -> int:
        """The place of the line of that name. Raises KeyError where there is none."""
        for index, line in enumerate(self.lines):
            if line.name == name:
                return index
        raise KeyError(name)

    def address(self, lever: str, line: str | None) -> Address:
        """Where the lever's input stands in this deal. Raises KeyError where the deal has no such lever or line."""
        known = LEVER_BY_NAME.get(lever)
        if known is None:
            self.company_lever(lever)
            return None, lever
        return (self.line_index(line or ""), lever) if known.is_on_line else (None, lever)

    def addresses(self, name: str) -> list[Address]:
        """Where the input of that name stands: once, or on every line of a kind that has it."""
        known = LEVER_BY_NAME.get(name)
        if known is None or not known.is_on_line:
            return [(None, name)]
        return [(number, name) for number, line in enumerate(self.lines) if line.kind in known.kinds]

    def spoken(self, address: Address) -> str:
        """An address in words: "payment_days", "discount of seats"."""
        line, name = address
        return name if line is None else f"{name} of {self.lines[line].name}"

    def with_inputs(self, values: Mapping[Address, float]) -> Deal:
        """This deal with the inputs at the given addresses replaced."""
        of_lines: dict[int, dict[str, float]] = {}
        of_terms: dict[str, float] = {}
        of_assumptions: dict[str, float] = {}
        company = list(self.company_levers)
        for (line, name), value in values.items():
            if line is not None:
                of_lines.setdefault(line, {})[name] = value
            elif hasattr(self.terms, name):
                of_terms[name] = value
            elif hasattr(self.assumptions, name):
                of_assumptions[name] = value
            else:
                self.company_lever(name)
                company = [replace(one, units=value) if one.name == name else one for one in company]
        lines = list(self.lines)
        for index, changed in of_lines.items():
            lines[index] = replace(lines[index], **changed)  # type: ignore[arg-type]
        terms = replace(self.terms, **of_terms) if of_terms else self.terms
        assumptions = replace(self.assumptions, **of_assumptions) if of_assumptions else self.assumptions
        return Deal(tuple(lines), terms, assumptions, tuple(company))


def units_of(lever: CompanyLever) -> Quantity:
    """How many units of a company lever: the quantity that its asks and opening terms hold."""
    return Quantity(lever.name, lever.unit or "units", 0.0, 1e9, 1.0, "Units of a company lever.")
