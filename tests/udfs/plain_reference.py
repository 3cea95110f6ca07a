"""A deal valued the slow and plain way: one month after another, scalar Python, straight from the valuation page.

It shares nothing with the engine but the records that hold the inputs, so that an error in one of the two shows as a
difference. It is also the alternative that the benchmark compares with: what somebody would write in an afternoon.

Amounts are money discounted to signing, plus is good for the seller. Infinity for an input is "none".
Where the page leaves a choice open, the choice is marked with "Reading:".
"""

from __future__ import annotations

import math
from collections.abc import Callable

from counterask.inputs.levers import Kind
from counterask.inputs.terms import Assumptions, CompanyLever, Deal, Line, Terms

DAY = 12 / 365  # of a month


def normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def normal_probability(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def expected_excess(mean: float, deviation: float, strike: float) -> float:
    """E[(X - strike)+] for X ~ Normal(mean, deviation^2)."""
    if deviation == 0:
        return max(mean - strike, 0.0)
    d = (mean - strike) / deviation
    return (mean - strike) * normal_probability(d) + deviation * normal_density(d)


def expected_shortfall(mean: float, deviation: float, strike: float) -> float:
    """E[(strike - X)+] for X ~ Normal(mean, deviation^2)."""
    return expected_excess(-mean, deviation, -strike)


def limited_severity(cap: float, alpha: float, theta: float) -> float:
    """E[min(X, cap)] for X ~ Lomax(alpha, theta)."""
    if cap == math.inf:
        return theta / (alpha - 1) if alpha > 1 else math.inf
    if abs(alpha - 1) < 1e-9:
        return theta * math.log1p(cap / theta)
    return float(theta / (alpha - 1) * (1 - (theta / (theta + cap)) ** (alpha - 1)))


def survival(terms: Terms, assumptions: Assumptions, months: int) -> list[float]:
    """S(0), S(1) ... S(months - 1)."""
    curve = [1.0]
    for m in range(1, months):
        s = curve[-1] * (1 - assumptions.churn_hazard) ** (1 / 12)
        if m >= terms.tfc_from_month:
            s *= (1 - assumptions.tfc_hazard) ** (1 / 12)
        if ends_a_term(terms, m):
            s *= terms.renewal_probability
        curve.append(s)
    return curve


def ends_a_term(terms: Terms, m: int) -> bool:
    first, later = int(terms.term_months), int(terms.renewal_term_months)
    return m == first or (m > first and (m - first) % later == 0)


def price_index(terms: Terms, assumptions: Assumptions, years: int) -> list[float]:
    """G(0), G(1) ..."""
    index = [1.0]
    for j in range(1, years):
        rise = 0.0
        if not 12 * j < terms.price_lock_months:
            deviation = assumptions.inflation_vol * math.sqrt(j)
            # A floor above the cap gives way: min(max(I, floor), cap) is then the cap.
            floor = min(terms.uplift_floor, terms.uplift_cap)
            rise = assumptions.inflation + expected_shortfall(assumptions.inflation, deviation, floor)
            if terms.uplift_cap != math.inf:
                rise -= expected_excess(assumptions.inflation, deviation, terms.uplift_cap)
        index.append(index[-1] * (1 + rise))
    return index


def annual_contract_value(deal: Deal) -> float:
    """Twelve months of recurring and metered fees, before ramps, uplifts and free months."""
    served = [line for line in deal.lines if line.kind is not Kind.ONE_OFF]
    return 12 * sum(line.list_price * line.quantity * (1 - line.discount) for line in served)


class PlainValuation:
    """The parts of a deal's value; `total` is their sum."""

    def __init__(self, deal: Deal) -> None:
        self.deal = deal
        self.terms, self.assumptions = deal.terms, deal.assumptions
        self.horizon = int(self.assumptions.horizon_months)
        self.years = self.horizon // 12
        self.parts: dict[str, float] = {}
        # Reading: a reference dated beyond the horizon still happens, and survival goes on.
        dated = [self.assumptions.reference_month, *(lever.month_from for lever in deal.company_levers)]
        self.curve = survival(self.terms, self.assumptions, max(self.horizon, int(max(dated)) + 1))
        self.index = price_index(self.terms, self.assumptions, self.years)
        for line in deal.lines:
            {Kind.RECURRING: self.recurring, Kind.METERED: self.metered, Kind.ONE_OFF: self.one_off}[line.kind](line)
        self.risk()
        self.soft()
        for lever in deal.company_levers:
            self.company_lever(lever)

    @property
    def total(self) -> float:
        return sum(self.parts.values())

    def cash(self, part: str, amount: float, month: float, foreign: bool = False) -> None:
        """Book one expected cash movement."""
        a = self.assumptions
        if foreign:
            share = self.terms.foreign_share
            forward = ((1 + a.rate_base) / (1 + a.rate_foreign)) ** (month / 12) * (1 - a.fx_spread)
            amount *= 1 - share + share * forward
        present = amount * (1 + a.cost_of_capital) ** (-month / 12)
        self.parts[part] = self.parts.get(part, 0.0) + present

    def invoice(self, part: str, amount: float, month: float, foreign: bool = False) -> None:
        """Book what is invoiced in `month` and paid some days later."""
        self.cash(part, amount, month + self.terms.payment_days * DAY, foreign)

    def net_price(self, line: Line) -> float:
        return line.list_price * (1 - line.discount)

    def most_favoured(self, year: int) -> float:
        a = self.assumptions
        return 1 - self.terms.most_favoured_price * a.mfn_gap * (1 - (1 - a.mfn_trigger) ** year)

    def cost_index(self, year: int) -> float:
        return (1 + self.assumptions.inflation) ** year

    def ramp(self, line: Line, m: int) -> float:
        return min(1.0, (m + 1) / line.ramp_months)

    def recurring_fee(self, line: Line, m: int) -> float:
        if m < self.terms.free_months:
            return 0.0
        price = self.net_price(line) * self.index[m // 12] * self.most_favoured(m // 12)
        kept = 1 - self.assumptions.sla_miss_probability * self.terms.sla_credit
        return price * line.quantity * self.ramp(line, m) * kept

    def recurring(self, line: Line) -> None:
        for m in range(self.horizon):
            active = line.quantity * self.ramp(line, m) * self.cost_index(m // 12) * self.curve[m]
            self.cash("recurring cost", -line.unit_cost * active, m + 0.5)
            self.cash("support", -line.support_cost * active, m + 0.5)
        for start, end in self.billing_blocks():
            earned = sum(self.curve[m] * self.recurring_fee(line, m) for m in range(start, min(end, self.horizon)))
            # Reading: a block that the horizon cuts keeps its own invoice date; only months inside the horizon count.
            self.invoice("recurring fees", earned, start if self.terms.billing_in_advance else end, foreign=True)
        self.exit_fees(line)

    def billing_blocks(self) -> list[tuple[int, int]]:
        """All blocks [start, end) inside the horizon."""
        blocks, start = [], 0
        segment_end = int(self.terms.term_months)
        while start < self.horizon:
            # Reading: the horizon cuts the last block short, and it is invoiced there, as at the end of a term.
            end = min(start + int(self.terms.billing_months), segment_end, self.horizon)
            blocks.append((start, end))
            if end == segment_end:
                segment_end += int(self.terms.renewal_term_months)
            start = end
        return blocks

    def exit_fees(self, line: Line) -> None:
        a, terms = self.assumptions, self.terms
        if terms.tfc_from_month == math.inf:
            return
        for m in range(max(1, int(terms.tfc_from_month)), self.horizon):
            stays = (1 - a.churn_hazard) ** (1 / 12)
            leaves = self.curve[m - 1] * stays * (1 - (1 - a.tfc_hazard) ** (1 / 12))
            self.invoice("exit fees", leaves * terms.tfc_fee_months * self.recurring_fee(line, m - 1), m)

    def metered(self, line: Line) -> None:
        terms = self.terms
        for year in range(self.years):
            price = self.net_price(line) * self.index[year] * self.most_favoured(year)
            year_mean = 0.0
            for m in range(12 * year, 12 * year + 12):
                units = line.quantity * self.ramp(line, m)
                year_mean += units
                self.invoice("metered fees", self.curve[m] * units * price, m + 1, foreign=True)
                cost = units * line.unit_cost * self.cost_index(year)
                self.cash("metered cost", -self.curve[m] * cost, m + 0.5)
            deviation = line.demand_cv * year_mean
            served, due = self.curve[12 * year + 11], 12 * (year + 1)
            # Reading: a commitment of 0 is no commitment, though a Normal demand may fall below 0.
            if due <= terms.term_months and terms.commitment > 0:
                missing = expected_shortfall(year_mean, deviation, terms.commitment * year_mean)
                self.invoice("shortfall fees", served * terms.take_or_pay_rate * price * missing, due, foreign=True)
            if terms.rebate_threshold != math.inf:
                beyond = expected_excess(year_mean, deviation, terms.rebate_threshold * year_mean)
                self.invoice("rebates", -served * terms.rebate_rate * price * beyond, due, foreign=True)

    def one_off(self, line: Line) -> None:
        a, terms = self.assumptions, self.terms
        list_price, cost = line.list_price * line.quantity, line.unit_cost * line.quantity
        price = list_price * (1 - line.discount)
        n = int(line.delivery_months - terms.months_brought_forward)
        # Reading: the price and the whole cost of a delivery stand, even where it takes longer than the horizon.
        self.invoice("one-off price", price, n)
        self.invoice("late damages", -a.late_probability * terms.late_damages_rate * price, n)
        for m in range(n):
            self.cash("one-off cost", -(cost + terms.months_brought_forward * a.acceleration_cost) / n, m + 0.5)
        for m in range(n, min(n + int(terms.warranty_months), self.horizon)):
            self.cash("warranty", -self.curve[m] * a.warranty_claim_rate * list_price, m + 0.5)

    def risk(self) -> None:
        a, terms = self.assumptions, self.terms
        if a.liability_frequency > 0 and terms.liability_cap_multiple > 0:
            uncapped = terms.liability_cap_multiple == math.inf
            cap = math.inf if uncapped else terms.liability_cap_multiple * annual_contract_value(self.deal)
            claim = limited_severity(cap, a.risk_load * a.liability_alpha, a.liability_theta)
            for m in range(self.horizon):
                charge = self.curve[m] * a.liability_frequency / 12 * claim
                self.cash("liability", -charge, m + 0.5 + a.claim_lag_months)
        for m in range(min(int(terms.exclusivity_months), self.horizon)):
            self.cash("exclusivity", -self.curve[m] * a.exclusivity_margin, m + 0.5)

    def soft(self) -> None:
        a, terms = self.assumptions, self.terms
        if terms.reference_probability > 0:
            month = a.reference_month
            worth = self.curve[int(month)] * terms.reference_probability * a.reference_value - a.reference_cost
            self.cash("reference", worth, month)
        self.cash("introduction", terms.introduction_probability * a.introduction_value, a.introduction_month)

    def company_lever(self, lever: CompanyLever) -> None:
        each = lever.units * lever.amount_per_unit * lever.probability
        if lever.month_to is None:
            # Reading: paid at the start of the month that is named, like the reference, even behind the horizon.
            weight = 1.0 if lever.survives else self.curve[int(lever.month_from)]
            self.cash(f"company lever {lever.name}", each * weight, lever.month_from)
            return
        for m in range(int(lever.month_from), min(int(lever.month_to) + 1, self.horizon)):
            # Reading: monthly amounts are cash in the middle of their month, like costs, and end with the horizon.
            self.cash(f"company lever {lever.name}", each * (1.0 if lever.survives else self.curve[m]), m + 0.5)


def plain_value(deal: Deal) -> float:
    """The value of a deal, month by month."""
    return PlainValuation(deal).total


def plain_change(deal: Deal, change: Callable[[Deal], Deal]) -> float:
    """What a change of the deal is worth."""
    return plain_value(change(deal)) - plain_value(deal)
