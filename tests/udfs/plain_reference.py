"""A deal valued the slow and plain way: one month after another, scalar Python, straight from docs/valuation.md.

To be read next to that page, section by section. It shares nothing with the engine: it takes the JSON document of a deal as
a plain dictionary, so that an error in one of the two shows as a difference. It is also the alternative that the benchmark
compares with: what somebody would write in an afternoon.

Amounts are money discounted to signing, plus is good for the seller. `None` is "none": no cap, no such right, no end.
Where the page leaves a choice open, the choice is marked with "Reading:".
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from .plain_distributions import expected_excess, expected_shortfall, limited_severity, log_beta, power_less_one
from .plain_limits import NEUTRAL_IN_A_LINE, NEUTRAL_TERMS, Document, Line, PlainLimits, without_blanks

DAY = 12 / 365  # of a month

COMPONENTS = (
    "recurring_fees", "recurring_cost", "support_cost", "exit_fees", "metered_fees", "metered_cost", "shortfall_fees",
    "rebates", "one_off_prices", "late_damages", "one_off_cost", "warranty_cost", "liability", "data_liability",
    "exclusivity", "reference", "introduction", "company_levers",
)  # fmt: skip
REVENUE = (
    "recurring_fees", "metered_fees", "shortfall_fees", "exit_fees", "rebates", "one_off_prices", "late_damages",
)  # fmt: skip


class PlainValuation:
    """One deal, and what it is worth.

    `components` is money by name, `value` their sum (minus infinity where an uncapped class of liability has no price),
    `acv` money a year. `stay(m)` is V(m), `served(m)` is S(m), `decision_months` a sorted list, `price_index` G(0), G(1) ...
    Raises KeyError where an input that is needed is blank, or is missing and has no neutral level.
    """

    def __init__(self, document: Document) -> None:
        self.terms = without_blanks({**NEUTRAL_TERMS, **document["terms"]})
        self.assumptions = without_blanks(document["assumptions"])
        self.lines: list[Line] = [without_blanks({**NEUTRAL_IN_A_LINE, **line}) for line in document["lines"]]
        self.company_levers = PlainLimits(document).company_levers()
        self.horizon = int(self.assumptions["horizon_months"])
        self.years = self.horizon // 12
        self.lag = self.terms["payment_days"] * DAY

    # Section 2: which months will be served

    def is_term_end(self, m: int) -> bool:
        """Whether a term ends at the start of month `m`."""
        first, later = self.terms["term_months"], self.terms["renewal_term_months"]
        return bool(m == first or (m > first and (m - first) % later == 0))

    def next_term_end(self, m: int) -> int:
        """The first term end after month `m`."""
        end = m + 1
        while not self.is_term_end(end):
            end += 1
        return end

    def wish_to_stay(self, months: float) -> float:
        """R(s): the share still here after `months` if all were free to leave at any time."""
        tenure = self.terms["client_tenure_months"]
        return self.new_client_stays(tenure + months) / self.new_client_stays(tenure)

    def new_client_stays(self, months: float) -> float:
        """R0(s)."""
        q, spread = self.assumptions["annual_retention"], self.assumptions["retention_spread"]
        if q == 1:  # the Beta mixture has no parameters there; nobody ever wishes to leave
            return 1.0
        if spread < 1e-6:
            return float(q ** (months / 12))
        a, b = (1 - q) * (1 / spread - 1), q * (1 / spread - 1)
        return math.exp(log_beta(b + months / 12, a) - log_beta(b, a))

    def can_leave_for_convenience(self, d: int) -> bool:
        """Whether `d` is a decision month that no term end makes one."""
        terms, first = self.terms, self.terms["tfc_from_month"]
        if first is None or d < max(1, first) or self.is_term_end(d):
            return False
        if not self.next_term_end(d) - d > terms["tfc_fee_months"]:
            return False
        is_paid_ahead = terms["billing_in_advance"] and not terms["prepayment_refundable"]
        if is_paid_ahead and any(line["kind"] == "recurring" and runs(line, d) for line in self.lines):
            return any(start == d for start, _ in self.billing_blocks)
        return True

    @cached_property
    def decision_months(self) -> list[int]:
        """The months inside the horizon in which a client may leave."""
        return [m for m in range(1, self.horizon) if self.is_term_end(m) or self.can_leave_for_convenience(m)]

    @cached_property
    def stays(self) -> list[float]:
        """V(0), V(1) ... V(H - 1)."""
        inertia = self.assumptions["renewal_inertia"]
        curve = [1.0]
        for m in range(1, self.horizon):
            before = curve[-1]
            if m not in self.decision_months:
                curve.append(before)
                continue
            wish = self.wish_to_stay(m)
            must_act = self.terms["auto_renewal"] or not self.is_term_end(m)
            curve.append(wish + (inertia if must_act else 0.0) * (before - wish))
        return curve

    def lives(self, m: float) -> float:
        """The chance that neither a closure nor an insolvency ends the service before month `m`."""
        a = self.assumptions
        return float(((1 - a["churn_hazard"]) * (1 - a["default_probability"])) ** (m / 12))

    def served(self, m: float) -> float:
        """S(m). Reading: at the horizon itself, and after it, nobody has left since its last month."""
        return self.lives(m) * self.stays[min(int(m), self.horizon - 1)]

    # Section 3: lines

    def origin(self, line: Line) -> int:
        """The start of the first line that this one continues; its own start where it continues none.

        Reading: of several predecessors the one that leads back furthest counts; a line that never runs continues none, and
        none continues it.
        """
        start = int(line["start_month"])
        if not line.get("product") or never_runs(line):
            return start
        before = [other for other in self.lines if other["kind"] != "one-off" and not never_runs(other)
                  and other.get("product") == line["product"] and other["end_month"] == start]  # fmt: skip
        return min((self.origin(other) for other in before), default=start)

    def ramp(self, line: Line, m: int) -> float:
        """The active share of a line in month `m`."""
        return min(1.0, (m - self.origin(line) + 1) / line["ramp_months"]) if runs(line, m) else 0.0

    def discount(self, line: Line, m: int) -> float:
        """disc(m)."""
        lasts = line["discount_months"] is None or m < self.origin(line) + line["discount_months"]
        return float(line["discount"]) if lasts else 0.0

    @cached_property
    def price_index(self) -> list[float]:
        """G(0), G(1) ..."""
        index = [1.0]
        for j in range(1, self.years):
            rise = 0.0 if 12 * j < self.terms["price_lock_months"] else self.expected_uplift(j)
            index.append(index[-1] * (1 + rise))
        return index

    def expected_uplift(self, j: int) -> float:
        """E[min(max(I_j, floor), cap)]."""
        floor, cap = self.terms["uplift_floor"], self.terms["uplift_cap"]
        mean, deviation = self.assumptions["inflation"], self.assumptions["inflation_vol"] * math.sqrt(j)
        if floor is not None and cap is not None:
            floor = min(floor, cap)
        put = 0.0 if floor is None else expected_shortfall(mean, deviation, floor)
        call = 0.0 if cap is None else expected_excess(mean, deviation, cap)
        return float(mean + put - call)

    def cost_index(self, y: int) -> float:
        """K(y)."""
        return float((1 + self.assumptions["inflation"]) ** y)

    def most_favoured(self, y: int) -> float:
        """M(y)."""
        if not self.terms["most_favoured_price"]:
            return 1.0
        a = self.assumptions
        return float(1 - self.terms["most_favoured_price"] * a["mfn_gap"] * (1 - (1 - a["mfn_trigger"]) ** y))

    def price(self, line: Line, m: int) -> float:
        """The price of a unit in month `m`."""
        net = line["list_price"] * (1 - self.discount(line, m))
        return float(net * self.price_index[m // 12] * self.most_favoured(m // 12))

    def full_fee(self, line: Line, m: int) -> float:
        """A line's mean fee in month `m`, as if no month were free."""
        fee = self.price(line, m) * line["quantity"] * self.ramp(line, m)
        if line["kind"] == "recurring" and self.terms["sla_credit"]:
            fee *= 1 - self.assumptions["sla_miss_probability"] * self.terms["sla_credit"]
        return float(fee)

    def recurring_fee(self, line: Line, m: int) -> float:
        """fee(m)."""
        return 0.0 if m < self.origin(line) + self.terms["free_months"] else self.full_fee(line, m)

    # Section 4: cash timing and credit

    def present(self, amount: float, t: float, is_foreign: bool = False) -> float:
        """Cash of month `t` discounted to signing; the client's currency exchanged where it is used."""
        a, share = self.assumptions, self.terms["foreign_share"]
        if is_foreign and share:
            forward = min(1.0, ((1 + a["rate_base"]) / (1 + a["rate_foreign"])) ** (t / 12)) * (1 - a["fx_spread"])
            amount *= 1 - share + share * forward
        return float(amount * (1 + a["cost_of_capital"]) ** (-t / 12))

    def credit(self, exposed_months: float) -> float:
        """What a fee is worth that is paid so many months after it was earned."""
        a = self.assumptions
        lost = 1 - (1 - a["default_probability"]) ** (max(0.0, exposed_months) / 12)
        return float(1 - a["loss_given_default"] * lost)

    @cached_property
    def billing_blocks(self) -> list[tuple[int, int]]:
        """All blocks [k, e) of months that go on one invoice, inside the horizon."""
        blocks, start = [], 0
        while start < self.horizon:
            end = start + int(self.terms["billing_months"])
            if self.terms["billing_in_advance"]:
                end = min(end, self.next_term_end(start))
            blocks.append((start, min(end, self.horizon)))
            start = end
        return blocks

    def recurring(self, line: Line, first: int = 0) -> dict[str, float]:
        """What a recurring line adds to the components, by its service months from `first` on."""
        in_advance, refundable = self.terms["billing_in_advance"], self.terms["prepayment_refundable"]
        fees = cost = support = 0.0
        for start, end in self.billing_blocks:
            paid = (start if in_advance else end) + self.lag
            invoice = 0.0
            for m in range(max(first, start), end):
                weight = self.served(start) if in_advance and not refundable else self.served(m)
                invoice += weight * self.recurring_fee(line, m) * self.credit(paid - (m + 0.5))
            fees += self.present(invoice, paid, is_foreign=True)
        for m in range(first, self.horizon):
            active = self.served(m) * line["quantity"] * self.ramp(line, m) * self.cost_index(m // 12)
            cost -= self.present(active * line["unit_cost"], m + 0.5)
            support -= self.present(active * line["support_cost"], m + 0.5)
        return {"recurring_fees": fees, "recurring_cost": cost, "support_cost": support}

    def metered(self, line: Line, first: int = 0) -> dict[str, float]:
        """What a metered line adds to the components, before the yearly true-up, by its service months from `first` on."""
        fees = cost = 0.0
        for m in range(first, self.horizon):
            paid = m + 1 + self.lag
            fee = self.served(m) * self.full_fee(line, m) * self.credit(paid - (m + 0.5))
            fees += self.present(fee, paid, is_foreign=True)
            units = self.served(m) * line["quantity"] * self.ramp(line, m)
            cost -= self.present(units * line["unit_cost"] * self.cost_index(m // 12), m + 0.5)
        return {"metered_fees": fees, "metered_cost": cost}

    def true_up(self, line: Line) -> dict[str, float]:
        """Shortfall fees and volume rebates of a metered line."""
        terms = self.terms
        commitment, threshold = terms["commitment"], terms["rebate_threshold"]
        shortfall_fees = rebates = 0.0
        for y in range(self.years):
            months = [m for m in range(12 * y, 12 * y + 12) if runs(line, m)]
            if not months or not (commitment or threshold is not None):
                continue
            mean = sum(line["quantity"] * self.ramp(line, m) for m in months)
            deviation, price = line["demand_cv"] * mean, self.price(line, months[-1])
            weight, due = self.served(12 * y + 11), 12 * (y + 1)
            if commitment > 0 and due <= terms["term_months"]:
                missing = expected_shortfall(mean, deviation, commitment * mean)
                fee = weight * terms["take_or_pay_rate"] * price * missing * self.credit(self.lag)
                shortfall_fees += self.present(fee, due + self.lag, is_foreign=True)
            if threshold is not None:
                above = expected_excess(mean, deviation, threshold * mean)
                rebates -= self.present(weight * terms["rebate_rate"] * price * above, due, is_foreign=True)
        return {"shortfall_fees": shortfall_fees, "rebates": rebates}

    def delivery_months(self, line: Line) -> int:
        """The `n` months over which a one-off line is delivered."""
        n = int(line["delivery_months"] - self.terms["months_brought_forward"])
        if n < 1:
            raise ValueError("a delivery cannot be brought forward by its whole length")
        return n

    def one_off(self, line: Line) -> dict[str, float]:
        """What a one-off line adds to the components."""
        terms, a, n = self.terms, self.assumptions, self.delivery_months(line)
        listed, earlier = line["list_price"] * line["quantity"], terms["months_brought_forward"]
        price = listed * (1 - line["discount"])
        cost = line["unit_cost"] * line["quantity"] + (earlier * a["acceleration_cost"] if earlier else 0.0)
        damages = a["late_probability"] * terms["late_damages_rate"] * price if terms["late_damages_rate"] else 0.0
        warranty = 0.0
        for m in range(n, min(n + int(terms["warranty_months"]), self.horizon)):
            warranty -= self.present(self.served(m) * a["warranty_claim_rate"] * listed, m + 0.5)
        return {
            "one_off_prices": self.present(price * self.credit(self.lag), n + self.lag),
            "late_damages": -self.present(damages, n + self.lag),
            "one_off_cost": -sum(self.present(cost / n, m + 0.5) for m in range(n)),
            "warranty_cost": warranty,
        }

    def exit_fees(self) -> float:
        """What clients pay who leave early."""
        total = 0.0
        for m in self.decision_months:
            if self.is_term_end(m):
                continue
            leaves = self.lives(m) * (self.stays[m - 1] - self.stays[m])
            month_fees = sum(self.full_fee(line, m - 1) for line in self.lines if line["kind"] != "one-off")
            fee = leaves * self.terms["tfc_fee_months"] * month_fees * self.credit(self.lag)
            total += self.present(fee, m + self.lag)
        return total

    # Section 5: risk transferred to the seller

    def month_fees(self, m: int, with_one_off: bool, with_discount: bool) -> float:
        """u(m), f(m) or e(m): fees of month `m` before ramps, uplifts and free months."""
        total = 0.0
        for line in self.lines:
            listed = line["list_price"] * line["quantity"]
            if line["kind"] != "one-off":
                if runs(line, m):
                    total += listed * (1 - self.discount(line, m) * with_discount)
            elif with_one_off and m < (n := self.delivery_months(line)):
                total += listed * (1 - line["discount"] * with_discount) / n
        return float(total)

    def year_fees(self, y: int, with_one_off: bool = True, with_discount: bool = True) -> float:
        """U(y), F(y) or E(y)."""
        return sum(self.month_fees(m, with_one_off, with_discount) for m in range(12 * y, 12 * y + 12))

    @property
    def acv(self) -> float:
        """The greatest fees of a year, one-off lines left out."""
        return max(self.year_fees(y, with_one_off=False) for y in range(self.years))

    def year_charge(self, y: int, multiple: float | None, frequency: float, alpha: float, theta: float) -> float:
        """What a class of liability costs in a year that is served in full. Infinite where it has no price."""
        a = self.assumptions
        fees, exposed = self.year_fees(y), self.year_fees(y, with_discount=False)
        if exposed == 0 or frequency == 0:
            return 0.0
        cap = math.inf if multiple is None else multiple * fees
        scale = theta * (exposed / a["liability_reference_fees"]) ** a["liability_elasticity"]
        tail, rate = a["risk_load"] * alpha, a["minimum_rate_on_line"]
        k = frequency ** a["risk_load"] if frequency < 1 else frequency
        turning = 0.0  # x*: where the price of a unit of limit has fallen to the least rate
        if k > rate:
            turning = scale * power_less_one(k / rate, 1 / tail) if rate > 0 else math.inf
        near = k * limited_severity(min(cap, turning), tail, scale)
        far = 0.0
        if cap > turning:
            layer = max(0.0, min(cap, a["unlimited_multiple"] * fees) - turning)
            far = max(rate * layer, k * limited_severity(cap, tail, scale) - near)
        return float(min(cap, near + far))

    def liability(self, name: str, cap: str) -> float:
        """The charge for a class of liability: `name` is "liability" or "data"."""
        a, multiple, total = self.assumptions, self.terms[cap], 0.0
        if multiple == 0:
            return 0.0
        for y in range(self.years):
            charge = self.year_charge(y, multiple, a[f"{name}_frequency"], a[f"{name}_alpha"], a[f"{name}_theta"])
            if charge == 0:
                continue
            for m in range(12 * y, 12 * y + 12):
                share = self.month_fees(m, True, False) / self.year_fees(y, with_discount=False)
                if share * self.served(m) > 0:
                    total -= self.present(self.served(m) * share * charge, m + 0.5 + a["claim_lag_months"])
        return total

    def exclusivity(self) -> float:
        """Margin that we forgo while bound to one client."""
        months = range(min(int(self.terms["exclusivity_months"]), self.horizon))
        return -sum(self.present(self.served(m) * self.assumptions["exclusivity_margin"], m + 0.5) for m in months)

    # Section 6: soft value

    def reference(self) -> float:
        """A public reference, where it is promised."""
        if not self.terms["public_reference"]:
            return 0.0
        a, month = self.assumptions, self.assumptions["reference_month"]
        return self.present(self.served(month) * a["reference_probability"] * a["reference_value"] - a["reference_cost"], month)

    def introduction(self) -> float:
        """An introduction to another client, where it is promised."""
        if not self.terms["introduction"]:
            return 0.0
        a = self.assumptions
        return self.present(a["introduction_probability"] * a["introduction_value"], a["introduction_month"])

    # Section 7: company levers

    def company_lever(self, row: Document) -> float:
        """What the units of one company lever are worth. Reading: the horizon cuts monthly amounts, not a single one."""
        each = self.terms.get(row["lever"], 0) * row["amount_per_unit"] * row["probability"]
        first, last, survives = int(row["month_from"]), row["month_to"], row["survives"]
        if last is None:
            return self.present(each * (1.0 if survives else self.served(first)), first)
        months = range(first, min(int(last) + 1, self.horizon))
        return sum(self.present(each * (1.0 if survives else self.served(m)), m + 0.5) for m in months)

    # All together

    @cached_property
    def components(self) -> dict[str, float]:
        """The parts of the value, money by name."""
        found = dict.fromkeys(COMPONENTS, 0.0)
        for line in self.lines:
            if line["kind"] == "recurring":
                parts = self.recurring(line)
            elif line["kind"] == "metered":
                parts = self.metered(line) | self.true_up(line)
            else:
                parts = self.one_off(line)
            for name, amount in parts.items():
                found[name] += amount
        found["exit_fees"] = self.exit_fees()
        found["liability"] = self.liability("liability", "liability_cap_multiple")
        found["data_liability"] = self.liability("data", "data_cap_multiple")
        found["exclusivity"] = self.exclusivity()
        found["reference"], found["introduction"] = self.reference(), self.introduction()
        found["company_levers"] = sum(self.company_lever(row) for row in self.company_levers)
        return found

    @property
    def value(self) -> float:
        """The deal value."""
        return math.fsum(self.components.values())

    @property
    def margin(self) -> float:
        """Section 8: value without soft components, as a share of what the client pays; below any floor without revenue."""
        soft = self.components["reference"] + self.components["introduction"]
        soft += sum(self.company_lever(row) for row in self.company_levers if row["soft"])
        revenue = sum(self.components[name] for name in REVENUE)
        return (self.value - soft) / revenue if revenue > 0 else -math.inf

    def fees_from(self, month: int) -> float:
        """Section 8: the recurring and metered fees of service months from `month` on, as they are in the value."""
        served = [line for line in self.lines if line["kind"] != "one-off"]
        found = [self.recurring(line, month) if line["kind"] == "recurring" else self.metered(line, month) for line in served]
        return sum(parts.get("recurring_fees", 0.0) + parts.get("metered_fees", 0.0) for parts in found)


def runs(line: Line, m: int) -> bool:
    """Whether a line runs in month `m`, by its window alone."""
    return bool(line["start_month"] <= m and (line["end_month"] is None or m < line["end_month"]))


def never_runs(line: Line) -> bool:
    """Whether a line ends before it starts."""
    return line["end_month"] is not None and line["end_month"] <= line["start_month"]


def plain_value(document: Document) -> float:
    """The value of a deal, month by month."""
    return PlainValuation(document).value


def changed(document: Document, *changes: Document) -> dict[str, Any]:
    """The document with levers moved: each change names `lever`, `to`, and the `line` where it is a line's."""
    terms, lines = dict(document["terms"]), [dict(line) for line in document["lines"]]
    for change in changes:
        if change.get("line") is None:
            terms[change["lever"]] = change["to"]
        else:
            next(line for line in lines if line["name"] == change["line"])[change["lever"]] = change["to"]
    return {**document, "terms": terms, "lines": lines}
