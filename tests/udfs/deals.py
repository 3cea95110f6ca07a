"""Deals for tests: one in which nothing happens, and strategies for every deal that can be typed.

The ranges come from the registries, so that a new input is drawn without being told here.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from functools import cache

from hypothesis import strategies as st

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVERS, TERM_LEVERS, Kind, inputs_of
from counterask.inputs.quantities import Quantity
from counterask.inputs.terms import Address, Assumptions, CompanyLever, Deal, Line, Terms
from counterask.verdicts.trades import Change, Response, Trade

NONE = math.inf
COMPANY_NAMES = ("training day", "case study", "on-site week")


def quiet_line(name: str, kind: Kind = Kind.RECURRING, **inputs: float) -> Line:
    """A line of one unit that costs nothing, runs in full from the start and has no discount, but for what is named."""
    plain = {lever.name: 0.0 for lever in inputs_of(kind) if math.isnan(lever.quantity.neutral)}
    plain |= {"quantity": 1.0} | ({"delivery_months": 1.0} if kind == Kind.ONE_OFF else {})
    return Line(name, kind, **plain | inputs)


def quiet_deal(*lines: Line, **inputs: float) -> Deal:
    """A deal with the given lines in which no term or assumption does anything, but those that are named."""
    terms = Terms(
        term_months=12.0,
        renewal_term_months=12.0,
        billing_months=1.0,
        billing_in_advance=0.0,
        payment_days=0.0,
        uplift_floor=0.0,
        uplift_cap=0.0,
        liability_cap_multiple=0.0,
        data_cap_multiple=0.0,
    )
    assumptions = Assumptions(**{field.name: 0.0 for field in fields(Assumptions)})
    assumptions = replace(
        assumptions,
        horizon_months=60.0,
        annual_retention=1.0,
        liability_alpha=2.0,
        liability_theta=1000.0,
        data_alpha=2.0,
        data_theta=1000.0,
        liability_reference_fees=1000.0,
        risk_load=1.0,
    )
    deal = Deal(lines, terms, assumptions)
    return deal.with_inputs({(None, name): value for name, value in inputs.items()})


# What an ordinary company would type, where the registry allows far more: most examples should be of this world.
_ORDINARY: dict[str, tuple[float, float]] = {
    "list_price": (0.0, 5000.0),
    "quantity": (0.0, 2000.0),
    "unit_cost": (0.0, 3000.0),
    "support_cost": (0.0, 50.0),
    "demand_cv": (0.0, 1.5),
    "ramp_months": (1.0, 30.0),
    "delivery_months": (1.0, 24.0),
    "months_brought_forward": (0.0, 12.0),
    "start_month": (0.0, 40.0),
    "end_month": (0.0, 80.0),
    "discount_months": (0.0, 70.0),
    "term_months": (1.0, 72.0),
    "client_tenure_months": (0.0, 120.0),
    "renewal_term_months": (1.0, 40.0),
    "billing_months": (1.0, 30.0),
    "free_months": (0.0, 18.0),
    "price_lock_months": (0.0, 70.0),
    "warranty_months": (0.0, 48.0),
    "exclusivity_months": (0.0, 80.0),
    "tfc_from_month": (0.0, 48.0),
    "tfc_fee_months": (0.0, 6.0),
    "liability_cap_multiple": (0.0, 5.0),
    "data_cap_multiple": (0.0, 8.0),
    "rebate_threshold": (0.0, 2.0),
    "commitment": (0.0, 1.5),
    "uplift_floor": (-0.05, 0.1),
    "uplift_cap": (-0.05, 0.2),
    "horizon_months": (12.0, 120.0),
    "cost_of_capital": (-0.02, 0.3),
    "inflation": (-0.05, 0.15),
    "inflation_vol": (0.0, 0.1),
    "acceleration_cost": (0.0, 20_000.0),
    "annual_retention": (0.02, 1.0),
    "retention_spread": (0.0, 0.95),
    "liability_frequency": (0.0, 3.0),
    "liability_alpha": (0.2, 6.0),
    "liability_theta": (1.0, 1e6),
    "data_frequency": (0.0, 3.0),
    "data_alpha": (0.2, 6.0),
    "data_theta": (1.0, 1e6),
    "liability_elasticity": (0.0, 1.5),
    "liability_reference_fees": (1000.0, 1e7),
    "minimum_rate_on_line": (0.0, 0.2),
    "unlimited_multiple": (0.0, 40.0),
    "claim_lag_months": (0.0, 36.0),
    "exclusivity_margin": (0.0, 5000.0),
    "reference_value": (0.0, 1e5),
    "reference_cost": (0.0, 5000.0),
    "reference_month": (0.0, 90.0),
    "introduction_value": (0.0, 1e5),
    "introduction_month": (0.0, 90.0),
    "rate_base": (-0.02, 0.2),
    "rate_foreign": (-0.02, 0.4),
    "fx_spread": (0.0, 0.1),
}


@cache
def levels(quantity: Quantity, extreme: bool = False) -> st.SearchStrategy[float]:
    """Valid values: ordinary ones, or anywhere in the range; the ends, and "none" where it can be said."""
    if quantity.is_switch:
        return st.sampled_from([0.0, 1.0])
    low, high = (quantity.lowest, quantity.highest) if extreme else _ORDINARY.get(quantity.name, (0.0, 1.0))
    low, high = max(low, quantity.lowest), min(high, quantity.highest)
    if quantity.whole:
        inside: st.SearchStrategy[float] = st.integers(math.ceil(low), math.floor(high)).map(float)
    else:
        inside = st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)
    ends = [low, high] + ([NONE] if quantity.none_means else [])
    return inside | st.sampled_from(ends)


_whole, _floats = cache(st.integers), cache(st.floats)
_EITHER, _KINDS, _PRODUCTS = st.booleans(), st.sampled_from(list(Kind)), st.sampled_from(["", "", "alpha"])
_COMPANY_NAMES = st.lists(st.sampled_from(COMPANY_NAMES), max_size=2, unique=True)
_COMPANY_UNITS = st.sampled_from([0.0, 1.0]) | st.floats(0, 20)
_RESPONSES = st.sampled_from([Response.YES, Response.YES, Response.YES, Response.NO, Response.STALL])


@cache
def lines(extreme: bool = False) -> st.SearchStrategy[tuple[Line, ...]]:
    """From none to four lines of any kinds, several of a kind included."""

    @st.composite
    def one(draw: st.DrawFn) -> Line:
        kind = draw(_KINDS)
        values = {lever.name: draw(levels(lever.quantity, extreme)) for lever in inputs_of(kind)}
        return Line("", kind, product=draw(_PRODUCTS), **values)

    drawn = st.lists(one(), min_size=1, max_size=4)
    return drawn.map(lambda found: tuple(replace(line, name=f"line {place}") for place, line in enumerate(found)))


@cache
def _last_month(first: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(first, 90)


@cache
@st.composite
def company_levers(draw: st.DrawFn) -> tuple[CompanyLever, ...]:
    """From none to two company levers."""
    made = []
    for name in draw(_COMPANY_NAMES):
        first = draw(_whole(0, 90))
        last = draw(_last_month(first))
        made.append(
            CompanyLever(
                name,
                "units",
                draw(_floats(-5000, 5000)),
                float(first),
                None if last is None else float(last),
                draw(_floats(0, 1)),
                draw(_EITHER),
                draw(_EITHER),
                draw(_COMPANY_UNITS),
            )
        )
    return tuple(made)


@cache
@st.composite
def deals(draw: st.DrawFn, extreme: bool = False) -> Deal:
    """Any valid deal that has a price: horizons from one year to ten, every kind, every term, company levers."""
    terms = Terms(**{lever.name: draw(levels(lever.quantity, extreme)) for lever in TERM_LEVERS})
    values = {quantity.name: draw(levels(quantity, extreme)) for quantity in ASSUMPTIONS}
    assumptions = replace(Assumptions(**values), horizon_months=12.0 * draw(_whole(1, 10)))
    return with_a_price(Deal(draw(lines(extreme)), terms, assumptions, draw(company_levers())))


def with_a_price(deal: Deal) -> Deal:
    """The deal, with the contradictions that reading reports taken out."""
    terms, assumptions = deal.terms, deal.assumptions
    shortest = min((line.delivery_months for line in deal.lines if line.kind is Kind.ONE_OFF), default=NONE)
    terms = replace(terms, months_brought_forward=min(terms.months_brought_forward, shortest - 1))
    if terms.uplift_cap < terms.uplift_floor < NONE:
        terms = replace(terms, uplift_floor=terms.uplift_cap)
    if terms.liability_cap_multiple == NONE and assumptions.risk_load * assumptions.liability_alpha <= 1.0:
        assumptions = replace(assumptions, liability_frequency=0.0)
    if terms.data_cap_multiple == NONE and assumptions.risk_load * assumptions.data_alpha <= 1.0:
        assumptions = replace(assumptions, data_frequency=0.0)
    return Deal(deal.lines, terms, assumptions, deal.company_levers)


def addresses(deal: Deal) -> list[Address]:
    """Every input that a trade may change in this deal."""
    found: list[Address] = [
        (place, lever.name) for place, line in enumerate(deal.lines) for lever in inputs_of(line.kind)
    ]
    found += [(None, lever.name) for lever in TERM_LEVERS]
    return found + [(None, lever.name) for lever in deal.company_levers]


QUANTITY_OF = {lever.name: lever.quantity for lever in LEVERS}


def quantity_of(name: str) -> Quantity:
    """The quantity of a lever; a company lever is counted in units."""
    return QUANTITY_OF.get(name, Quantity(name, "units", 0.0, 20.0, 1.0, ""))


@st.composite
def changes(draw: st.DrawFn, deal: Deal) -> Change:
    """One lever of the deal moved to any valid level."""
    line, name = draw(st.sampled_from(addresses(deal)))
    return Change(name, None if line is None else deal.lines[line].name, draw(levels(quantity_of(name))))


@st.composite
def trades_of(draw: st.DrawFn, deal: Deal, at_most: int = 4) -> tuple[Trade, ...]:
    """Trades with one or two asks and up to two counter-asks, mostly granted."""
    count = draw(_whole(0, at_most))
    asks, counters = st.lists(changes(deal), min_size=1, max_size=2), st.lists(changes(deal), max_size=2)
    return tuple(
        Trade(
            f"T{place}",
            draw(_RESPONSES),
            tuple(draw(asks)),
            tuple(draw(counters)),
        )
        for place in range(count)
    )
