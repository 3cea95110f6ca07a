"""A deal as expected cash: one `Flow` for each way in which a line or a term earns or costs money.

Each flow knows its amounts (already weighted by survival), the months in which they fall due, whether the client's
payment days come on top and whether a share of it is in the client's currency. Everything is scenarios x months.
Time is in months from signing; service month m covers [m, m + 1); costs are cash in the middle of their month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .levers import Kind
from .pricing import cost_index, most_favoured_factor, price_index, rebate_units, take_or_pay_units
from .risk import monthly_liability
from .scenarios import Array, Scenarios
from .survival import exit_probability, segment_start, survival

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
    """What all lines of a batch share: months, years, survival, indices."""

    scenarios: Scenarios
    months: Array
    years: Array
    year_of_month: np.ndarray[tuple[int], np.dtype[np.intp]]
    survival: Array
    price_index: Array
    cost_index: Array
    most_favoured: Array

    @classmethod
    def of(cls, scenarios: Scenarios) -> Service:
        """The shared arrays of a batch. The horizon is the deal's and the same in every scenario."""
        horizon = int(scenarios.deal.assumptions.horizon_months)
        months = np.arange(horizon, dtype=np.float64)[np.newaxis, :]
        years = np.arange(horizon // 12, dtype=np.float64)[np.newaxis, :]
        return cls(
            scenarios,
            months,
            years,
            np.arange(horizon) // 12,
            survival(scenarios, months),
            price_index(scenarios, years),
            cost_index(scenarios, years),
            most_favoured_factor(scenarios, years),
        )

    def by_month(self, by_year: Array) -> Array:
        """Spread an (n, Y) array over months: (n, H)."""
        return by_year[:, self.year_of_month]

    def ramp(self, line: int) -> Array:
        """Active share of a line in each month. (n, H) or (1, H)."""
        return np.minimum(1.0, (self.months + 1.0) / self.scenarios.get("ramp_months", line))


def annual_contract_value(scenarios: Scenarios) -> Array:
    """ACV: a year's fees of recurring and metered lines, before ramps, uplifts and free months. (n, 1) or (1, 1) money."""
    monthly = np.zeros((1, 1))
    for index, line in enumerate(scenarios.deal.lines):
        if line.kind != Kind.ONE_OFF:
            monthly = monthly + _net_price(scenarios, index) * scenarios.get("quantity", index)
    return 12.0 * monthly


def flows(scenarios: Scenarios) -> Iterator[Flow]:
    """Every flow of the deal, line by line and then the terms of the whole deal."""
    service = Service.of(scenarios)
    for index, line in enumerate(scenarios.deal.lines):
        of_kind = {Kind.RECURRING: _recurring, Kind.METERED: _metered, Kind.ONE_OFF: _one_off}[line.kind]
        yield from of_kind(service, index)
    yield from _transferred_risk(service)
    yield from _soft_value(service)
    yield from _company_levers(service)


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

    Blocks restart at 0, at the end of the term and at every renewal; the last of a segment, and of the horizon, is cut short.
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


def _transferred_risk(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    charge = monthly_liability(service.scenarios, annual_contract_value(service.scenarios))
    lag = np.where(charge == 0.0, 0.0, get("claim_lag_months"))
    weighted = np.where(service.survival == 0.0, 0.0, service.survival * charge)
    yield Flow(LIABILITY, "", service.months, -weighted, service.months + 0.5 + lag)
    bound = get("exclusivity_months")
    margin = np.where(bound == 0.0, 0.0, get("exclusivity_margin"))
    lost = np.where(service.months < bound, service.survival * margin, 0.0) + 0.0 * (margin + bound)
    yield Flow(EXCLUSIVITY, "", service.months, -np.where(margin == 0.0, 0.0, lost), service.months + 0.5)


def _soft_value(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    chance, month = get("reference_probability"), get("reference_month")
    gained = _survival_at(service, month) * chance * get("reference_value") - get("reference_cost")
    at_start = np.zeros((1, 1))
    yield Flow(REFERENCE, "", at_start, np.where(chance == 0.0, 0.0, gained), np.where(chance == 0.0, 0.0, month))
    chance, month = get("introduction_probability"), get("introduction_month")
    worth = np.where(chance == 0.0, 0.0, chance * get("introduction_value"))
    yield Flow(INTRODUCTION, "", at_start, worth, np.where(chance == 0.0, 0.0, month))


def _company_levers(service: Service) -> Iterator[Flow]:
    """Units times amount times probability, paid once at `month_from`, or in the middle of each month from .. to."""
    for lever in service.scenarios.deal.company_levers:
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
