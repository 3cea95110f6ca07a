"""The term sheet: a deal as a handful of immutable records.

Numbers are floats in the units of the registries; NaN is unknown, infinity is "none". Records are made by
`tables` and `deal_json`, which check ranges and report problems by place; the inside trusts them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .levers import LEVER_BY_NAME, Kind
from .quantities import UNKNOWN, Quantity

Address = tuple[int | None, str]
"""Where an input stands: the line's place in the deal (None for the deal itself) and the input's name."""


@dataclass(frozen=True)
class Line:
    """One line of a quote. Inputs that its kind does not have are not read.

    list_price, unit_cost : money per unit per month (recurring), per unit used (metered), per unit (one-off).
    discount : share of the list price. quantity : units; mean units a month; 1.
    ramp_months, delivery_months : months. support_cost : money per unit per month. demand_cv : share of the mean.
    """

    name: str
    kind: Kind
    list_price: float = UNKNOWN
    discount: float = UNKNOWN
    quantity: float = UNKNOWN
    unit_cost: float = UNKNOWN
    ramp_months: float = UNKNOWN
    support_cost: float = UNKNOWN
    demand_cv: float = UNKNOWN
    delivery_months: float = UNKNOWN


@dataclass(frozen=True)
class Terms:
    """Terms of the whole deal; units in the lever registry, conventions in the valuation page."""

    term_months: float = UNKNOWN
    renewal_term_months: float = UNKNOWN
    renewal_probability: float = UNKNOWN
    billing_months: float = UNKNOWN
    billing_in_advance: float = UNKNOWN
    payment_days: float = UNKNOWN
    free_months: float = UNKNOWN
    uplift_floor: float = UNKNOWN
    uplift_cap: float = UNKNOWN
    price_lock_months: float = UNKNOWN
    most_favoured_price: float = UNKNOWN
    sla_credit: float = UNKNOWN
    commitment: float = UNKNOWN
    take_or_pay_rate: float = UNKNOWN
    rebate_threshold: float = UNKNOWN
    rebate_rate: float = UNKNOWN
    late_damages_rate: float = UNKNOWN
    months_brought_forward: float = UNKNOWN
    warranty_months: float = UNKNOWN
    tfc_from_month: float = UNKNOWN
    tfc_fee_months: float = UNKNOWN
    liability_cap_multiple: float = UNKNOWN
    exclusivity_months: float = UNKNOWN
    reference_probability: float = UNKNOWN
    introduction_probability: float = UNKNOWN
    foreign_share: float = UNKNOWN


@dataclass(frozen=True)
class Assumptions:
    """What finance and managers assume; units in the assumption registry."""

    cost_of_capital: float = UNKNOWN
    horizon_months: float = UNKNOWN
    churn_hazard: float = UNKNOWN
    tfc_hazard: float = UNKNOWN
    inflation: float = UNKNOWN
    inflation_vol: float = UNKNOWN
    sla_miss_probability: float = UNKNOWN
    late_probability: float = UNKNOWN
    acceleration_cost: float = UNKNOWN
    warranty_claim_rate: float = UNKNOWN
    liability_frequency: float = UNKNOWN
    liability_alpha: float = UNKNOWN
    liability_theta: float = UNKNOWN
    risk_load: float = UNKNOWN
    claim_lag_months: float = UNKNOWN
    exclusivity_margin: float = UNKNOWN
    mfn_trigger: float = UNKNOWN
    mfn_gap: float = UNKNOWN
    reference_value: float = UNKNOWN
    reference_cost: float = UNKNOWN
    reference_month: float = UNKNOWN
    introduction_value: float = UNKNOWN
    introduction_month: float = UNKNOWN
    rate_base: float = UNKNOWN
    rate_foreign: float = UNKNOWN
    fx_spread: float = UNKNOWN


@dataclass(frozen=True)
class CompanyLever:
    """A lever of the company's own: so many units, each worth an amount, paid in a month or monthly.

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
            if hasattr(record, name):
                return float(getattr(record, name))
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
    return Quantity(lever.name, lever.unit or "units", 0.0, 1e9, 1.0, "Units of a lever of the company's own.")
