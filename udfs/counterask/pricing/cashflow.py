"""A deal as expected cash: one `Flow` for each way in which a line or a term earns or costs money.

Each flow knows its amounts (already weighted by survival), the months in which they fall due, whether the client's
payment days come on top and whether a share of it is in the client's currency. Everything is scenarios x months.
Time is in months from signing; service month m covers [m, m + 1); costs are cash in the middle of their month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..inputs.levers import Kind, inputs_of
from ..inputs.terms import Address, CompanyLever, Deal
from .liability import monthly_liability
from .price_index import cost_index, most_favoured_factor, price_index, rebate_units, take_or_pay_units
from .retention import exit_probability, segment_start, survival
from .scenarios import Array, Scenarios

RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES = "A_fees", "A_cost", "support", "tfc_fee"
METERED_FEES, METERED_COST, SHORTFALL_FEES, REBATE = "B_fees", "B_cost", "shortfall_fees", "rebate"
ONE_OFF_PRICE, LATE_DAMAGES, ONE_OFF_COST, WARRANTY = "C_fees", "late_damages", "C_cost", "warranty"
LIABILITY, EXCLUSIVITY, REFERENCE, INTRODUCTION, COMPANY = (
    "liability",
    "exclusivity",
    "reference",
    "introduction",
    "company_levers",
)

COMPONENTS: dict[str, str] = {
    RECURRING_FEES: "Recurring fees",
    RECURRING_COST: "Recurring cost",
    SUPPORT: "Support cost",
    EXIT_FEES: "Fees on early exit",
    METERED_FEES: "Metered fees",
    METERED_COST: "Metered cost",
    SHORTFALL_FEES: "Take-or-pay shortfall fees",
    REBATE: "Volume rebates",
    ONE_OFF_PRICE: "One-off prices",
    LATE_DAMAGES: "Late damages",
    ONE_OFF_COST: "One-off cost",
    WARRANTY: "Warranty cost",
    LIABILITY: "Liability charge",
    EXCLUSIVITY: "Margin lost to exclusivity",
    REFERENCE: "Public reference",
    INTRODUCTION: "Introduction",
    COMPANY: "Company levers",
}
"""Every component of deal value, in the order in which it is shown, with its label."""

REVENUE = (RECURRING_FEES, EXIT_FEES, METERED_FEES, SHORTFALL_FEES, REBATE, ONE_OFF_PRICE, LATE_DAMAGES)
"""The components that the client pays or is paid; the others are cost, risk and soft value."""


@dataclass(frozen=True)
class Flow:
    """Expected cash of one component.

    component : a key of `COMPONENTS`. source : the line's or company lever's name, or "" for a term of the deal.
    service : (1, K) months in which the amounts are earned. amounts : (n or 1, K) money, plus is good for the seller.
    due : (n or 1, K) months at which they fall due, payment days not counted.
    has_payment_days, in_client_currency : whether those conventions hold for it.
    """

    component: str
    source: str
    service: Array
    amounts: Array
    due: Array
    has_payment_days: bool = False
    in_client_currency: bool = False


@dataclass(frozen=True)
class Service:
    """What the flows of a batch share: months, years, survival, indices. Each is computed when it is first asked for.

    The horizon is the deal's and the same in every scenario.
    """

    scenarios: Scenarios

    @cached_property
    def months(self) -> Array:
        """Service months from 0, (1, H)."""
        return np.arange(self.scenarios.deal.assumptions.horizon_months, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def years(self) -> Array:
        """Service years from 0, (1, Y)."""
        return np.arange(self.months.shape[1] // 12, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def survival(self) -> Array:
        """Probability that each month is served, (n or 1, H)."""
        return survival(self.scenarios, self.months)

    @cached_property
    def price_index(self) -> Array:
        """Price index of each year, (n or 1, Y)."""
        return price_index(self.scenarios, self.years)

    @cached_property
    def cost_index(self) -> Array:
        """Cost index of each year, (n or 1, Y)."""
        return cost_index(self.scenarios, self.years)

    @cached_property
    def most_favoured(self) -> Array:
        """Share of the price left by a most-favoured-price clause in each year, (n or 1, Y)."""
        return most_favoured_factor(self.scenarios, self.years)

    def by_month(self, by_year: Array) -> Array:
        """Spread an (n, Y) array over months: (n, H)."""
        return np.repeat(by_year, 12, axis=1)

    def ramp(self, line: int) -> Array:
        """Active share of a line in each month. (n, H) or (1, H)."""
        return np.minimum(1.0, (self.months + 1.0) / self.scenarios.get("ramp_months", line))


def annual_contract_value(scenarios: Scenarios) -> Array:
    """ACV: a year's recurring and metered fees, before ramps, uplifts and free months. (n, 1) or (1, 1) money."""
    monthly = np.zeros((1, 1))
    for index, line in enumerate(scenarios.deal.lines):
        if line.kind != Kind.ONE_OFF:
            monthly = monthly + _net_price(scenarios, index) * scenarios.get("quantity", index)
    return 12.0 * monthly


@dataclass(frozen=True)
class Part:
    """A part of a deal: a line, or a term of the whole deal, with its flows.

    reads : every input that the present value of its flows depends on. Scenarios that differ only in other inputs have
    the same value of this part, which is what makes the many coalitions of a table of fair shares cheap.
    """

    flows: Callable[[Service], Iterator[Flow]]
    reads: frozenset[Address]


def parts(deal: Deal) -> list[Part]:
    """The deal, line by line and then the terms of the whole deal."""
    found = []
    for index, line in enumerate(deal.lines):
        of_kind = {Kind.RECURRING: _recurring, Kind.METERED: _metered, Kind.ONE_OFF: _one_off}[line.kind]
        own = frozenset((index, lever.name) for lever in inputs_of(line.kind))
        found.append(Part(partial(of_kind, line=index), own | _of_deal(_READ_BY[line.kind])))
    contract = frozenset(
        (index, name) for index in range(len(deal.lines)) for name in ("list_price", "discount", "quantity")
    )
    found.append(Part(_liability, contract | _of_deal(_READ_BY[LIABILITY])))
    found += [Part(flows, _of_deal(_READ_BY[name])) for name, flows in _OF_TERM.items()]
    for lever in deal.company_levers:
        found.append(Part(partial(_company_lever, lever=lever), _of_deal((lever.name, *_SURVIVAL))))
    return found


def flows(scenarios: Scenarios) -> Iterator[Flow]:
    """Every flow of the deal, part by part."""
    service = Service(scenarios)
    for part in parts(scenarios.deal):
        yield from part.flows(service)


def _net_price(scenarios: Scenarios, line: int) -> Array:
    return scenarios.get("list_price", line) * (1.0 - scenarios.get("discount", line))


def recurring_fee(service: Service, line: int) -> Array:
    """Fee of a recurring line for each month in which it is served, before survival. (n, H) money."""
    get = service.scenarios.get
    credit = get("sla_credit")
    credited = np.where(credit == 0.0, 1.0, 1.0 - get("sla_miss_probability") * credit)
    by_year = _net_price(service.scenarios, line) * get("quantity", line) * credited * service.price_index
    fee = service.by_month(by_year * service.most_favoured) * service.ramp(line)
    free = get("free_months")
    return np.where(service.months < free, 0.0, fee) + 0.0 * free


def invoice_month(scenarios: Scenarios, months: Array) -> Array:
    """When the recurring fee of each month is invoiced: the start or the end of its billing block. (n, H) months.

    Blocks restart at 0, at the end of the term and at every renewal; the last of a segment, and of the horizon, is cut
    short.
    """
    term, renewal_term = scenarios.get("term_months"), scenarios.get("renewal_term_months")
    block = scenarios.get("billing_months")
    first = segment_start(term, renewal_term, months)
    following = np.where(months < term, term, first + renewal_term)
    start = first + np.floor((months - first) / block) * block
    end = np.minimum(np.minimum(start + block, following), months[0, -1] + 1.0)
    advance = scenarios.get("billing_in_advance")
    return np.where(advance == 1.0, start, end) + 0.0 * advance


def _recurring(service: Service, line: int) -> Iterator[Flow]:
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    fee = recurring_fee(service, line)
    due = invoice_month(service.scenarios, service.months)
    yield Flow(RECURRING_FEES, name, service.months, service.survival * fee, due, True, True)
    active = service.survival * service.ramp(line) * service.by_month(service.cost_index)
    units = get("quantity", line)
    middle = service.months + 0.5
    yield Flow(RECURRING_COST, name, service.months, -get("unit_cost", line) * units * active, middle)
    yield Flow(SUPPORT, name, service.months, -get("support_cost", line) * units * active, middle)
    fee_months, exits_from = get("tfc_fee_months"), get("tfc_from_month")
    if np.all((fee_months == 0.0) | np.isposinf(exits_from)):
        return
    before = np.concatenate([np.zeros_like(fee[:, :1]), fee[:, :-1]], axis=1)
    leaving = exit_probability(service.scenarios, service.survival, service.months)
    owed = np.where(leaving == 0.0, 0.0, leaving * fee_months * before)
    yield Flow(EXIT_FEES, name, service.months, owed, service.months, True)


def _metered(service: Service, line: int) -> Iterator[Flow]:
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    price = _net_price(service.scenarios, line) * service.price_index * service.most_favoured
    units = get("quantity", line) * service.ramp(line)
    used = service.survival * units
    yield Flow(METERED_FEES, name, service.months, used * service.by_month(price), service.months + 1.0, True, True)
    unit_cost = get("unit_cost", line) * service.cost_index
    yield Flow(METERED_COST, name, service.months, -used * service.by_month(unit_cost), service.months + 0.5)
    yearly = units.reshape(units.shape[0], -1, 12).sum(axis=2)
    weight = service.survival[:, 11::12]
    ends = 12.0 * (service.years + 1.0)
    spread = get("demand_cv", line)
    commitment, take_or_pay = get("commitment"), get("take_or_pay_rate")
    if not np.all((commitment == 0.0) | (take_or_pay == 0.0)):
        short = np.where(commitment == 0.0, 0.0, take_or_pay * take_or_pay_units(commitment, spread)) * yearly
        counted = np.where(ends <= get("term_months"), short * price * weight, 0.0)
        yield Flow(SHORTFALL_FEES, name, service.years * 12.0 + 11.0, counted, ends, True, True)
    threshold, rate = get("rebate_threshold"), get("rebate_rate")
    if not np.all(np.isposinf(threshold) | (rate == 0.0)):
        paid = np.where(np.isposinf(threshold) | (rate == 0.0), 0.0, rate * rebate_units(threshold, spread)) * yearly
        yield Flow(REBATE, name, service.years * 12.0 + 11.0, -paid * price * weight, ends, True, True)


def _one_off(service: Service, line: int) -> Iterator[Flow]:
    """The price, and the whole cost with it, count even where delivery takes longer than the horizon."""
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    units = get("quantity", line)
    listed = get("list_price", line) * units
    price = listed * (1.0 - get("discount", line))
    faster = get("months_brought_forward")
    ready = get("delivery_months", line) - faster
    ready = np.where(ready >= 1.0, ready, np.nan)
    at_ready = np.zeros((1, 1))
    yield Flow(ONE_OFF_PRICE, name, at_ready, price + 0.0 * ready, ready, True)
    damages = get("late_damages_rate")
    owed = np.where(damages == 0.0, 0.0, get("late_probability") * damages * price)
    yield Flow(LATE_DAMAGES, name, at_ready, -owed + 0.0 * ready, ready, True)
    middle = service.months + 0.5
    hurry = np.where(faster == 0.0, 0.0, faster * get("acceleration_cost"))
    monthly = (get("unit_cost", line) * units + hurry) / ready
    working = np.arange(np.fmax.reduce(ready, axis=None, initial=1.0), dtype=np.float64)[np.newaxis, :]
    yield Flow(ONE_OFF_COST, name, working, -np.where(working < ready, monthly, 0.0 * monthly), working + 0.5)
    covered = get("warranty_months")
    claims = np.where(covered == 0.0, 0.0, get("warranty_claim_rate") * listed)
    in_warranty = (service.months >= ready) & (service.months < ready + covered)
    cost = np.where(in_warranty, claims * service.survival, 0.0) + 0.0 * (claims + covered + ready)
    yield Flow(WARRANTY, name, service.months, -np.where(claims == 0.0, 0.0, cost), middle)


def _liability(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    charge = monthly_liability(service.scenarios, annual_contract_value(service.scenarios))
    lag = np.where(charge == 0.0, 0.0, get("claim_lag_months"))
    weighted = np.where(service.survival == 0.0, 0.0, service.survival * charge)
    yield Flow(LIABILITY, "", service.months, -weighted, service.months + 0.5 + lag)


def _exclusivity(service: Service) -> Iterator[Flow]:
    bound = service.scenarios.get("exclusivity_months")
    margin = np.where(bound == 0.0, 0.0, service.scenarios.get("exclusivity_margin"))
    lost = np.where(service.months < bound, service.survival * margin, 0.0) + 0.0 * (margin + bound)
    yield Flow(EXCLUSIVITY, "", service.months, -np.where(margin == 0.0, 0.0, lost), service.months + 0.5)


def _reference(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    chance, month = get("reference_probability"), get("reference_month")
    gained = _survival_at(service, month) * chance * get("reference_value") - get("reference_cost")
    due = np.where(chance == 0.0, 0.0, month)
    yield Flow(REFERENCE, "", np.zeros((1, 1)), np.where(chance == 0.0, 0.0, gained), due)


def _introduction(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    chance, month = get("introduction_probability"), get("introduction_month")
    worth = np.where(chance == 0.0, 0.0, chance * get("introduction_value"))
    yield Flow(INTRODUCTION, "", np.zeros((1, 1)), worth, np.where(chance == 0.0, 0.0, month))


def _company_lever(service: Service, lever: CompanyLever) -> Iterator[Flow]:
    """Units times amount times probability, paid once at `month_from`, or in the middle of each month from .. to."""
    units = service.scenarios.get(lever.name)
    worth = np.where(units == 0.0, 0.0, units * lever.amount_per_unit * lever.probability)
    if lever.month_to is None:
        month = np.array([[lever.month_from]])
        weight = np.ones((1, 1)) if lever.survives else _survival_at(service, month)
        yield Flow(COMPANY, lever.name, month, np.where(worth == 0.0, 0.0, worth * weight), month)
    else:
        paid = (service.months >= lever.month_from) & (service.months <= lever.month_to)
        weight = np.where(paid, 1.0 if lever.survives else service.survival, 0.0)
        yield Flow(COMPANY, lever.name, service.months, worth * weight, service.months + 0.5)


def _survival_at(service: Service, month: Array) -> Array:
    """Survival at one month, which may lie behind the last month of the horizon. (n, 1) or (1, 1)."""
    return survival(service.scenarios, np.floor(month))


_SURVIVAL = (
    "term_months",
    "renewal_term_months",
    "renewal_probability",
    "tfc_from_month",
    "churn_hazard",
    "tfc_hazard",
    "cost_of_capital",
)
"""What every expected amount depends on; the price of money is with it."""

_INVOICE = ("payment_days", "foreign_share", "rate_base", "rate_foreign", "fx_spread")
_PRICE = (
    "uplift_floor",
    "uplift_cap",
    "price_lock_months",
    "inflation",
    "inflation_vol",
    "most_favoured_price",
    "mfn_gap",
    "mfn_trigger",
)
_BILLING = ("billing_months", "billing_in_advance", "free_months", "sla_credit", "sla_miss_probability")
_TRUE_UP = ("commitment", "take_or_pay_rate", "rebate_threshold", "rebate_rate")
_DELIVERY = ("late_damages_rate", "late_probability", "months_brought_forward", "acceleration_cost")

_READ_BY: dict[str, tuple[str, ...]] = {
    Kind.RECURRING: (*_SURVIVAL, *_INVOICE, *_PRICE, *_BILLING, "tfc_fee_months"),
    Kind.METERED: (*_SURVIVAL, *_INVOICE, *_PRICE, *_TRUE_UP),
    Kind.ONE_OFF: (*_SURVIVAL, "payment_days", *_DELIVERY, "warranty_months", "warranty_claim_rate"),
    LIABILITY: (
        *_SURVIVAL,
        "liability_cap_multiple",
        "liability_frequency",
        "liability_alpha",
        "liability_theta",
        "risk_load",
        "claim_lag_months",
    ),
    EXCLUSIVITY: (*_SURVIVAL, "exclusivity_months", "exclusivity_margin"),
    REFERENCE: (*_SURVIVAL, "reference_probability", "reference_value", "reference_cost", "reference_month"),
    INTRODUCTION: ("cost_of_capital", "introduction_probability", "introduction_value", "introduction_month"),
}
"""The inputs of the deal that each part reads. `Scenarios.only` raises where a part reads another."""

_OF_TERM = {EXCLUSIVITY: _exclusivity, REFERENCE: _reference, INTRODUCTION: _introduction}


def _of_deal(names: Iterable[str]) -> frozenset[Address]:
    return frozenset((None, name) for name in names)
