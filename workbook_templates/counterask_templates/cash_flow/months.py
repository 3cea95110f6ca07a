"""What every cell of the cash flow sheets says, month by month in plain Python: their cached values.

It follows the valuation page and the sheets' formulas, and shares nothing with the engine: one month after another, scalars
only. So it is at once what a quote shows where nothing is recalculated, and a third way to the deal's value. An
input that is blank or wrong raises `UnknownInput` in whatever needs it, and the cell says "?".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS, Kind
from counterask.reading.tables import plain

from ..natives import CellText, Facts, number
from .cash_layout import (
    ASSUMPTION_BLOCK,
    ASSUMPTIONS_USED,
    CASH_FIELDS,
    DERIVED,
    DERIVED_BLOCK,
    LINE_BLOCK,
    MONTHS,
    MOST_MONTHS,
    MOST_YEARS,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    TERMS_USED,
    UNKNOWN,
    UNTOLD,
    WORTH_OF,
    YEARS,
    Block,
)
from .cell_levels import UnknownInput, added, attempt, excess, known, power, text, typed_level
from .granted import granted_changes

_LEVERS = {lever.name: lever for lever in TERM_LEVERS}
_BEHIND = ("once", "damages", "work")


class CashFlow:
    """The values of one sheet's cells. cells : (row, column) -> value."""

    def __init__(self, facts: Facts, opening: CashFlow | None = None) -> None:
        """opening : the sheet of the opening terms, where this is the sheet of the present deal."""
        self.cells: dict[tuple[int, int], CellText] = {}
        self.facts, self.opening = facts, opening
        self.granted = granted_changes(facts, self._put) if opening else {}
        typed = {row[0]: row[1] for row in facts.tables["Assumptions"]}
        self.levels: dict[str, CellText] = {}
        for place, (name, lever) in enumerate((name, _LEVERS[name]) for name in TERMS_USED):
            row = facts.tables["Terms"][TERM_LEVERS.index(lever)]
            quantity = lever.quantity
            own = opening.levels[name] if opening else typed_level(row[1], quantity.is_switch, bool(quantity.none_means))
            self.levels[name] = self._put(TERM_BLOCK, "level", place, self.granted.get((plain(name), ""), own))
        labels = {quantity.name: quantity.label for quantity in ASSUMPTIONS}
        for place, name in enumerate(ASSUMPTIONS_USED):
            self.levels[name] = self._put(ASSUMPTION_BLOCK, "level", place, typed_level(typed.get(labels[name]), False, False))
        self._lines()
        self._derive()
        self._earn()
        self._years()
        self._months()
        self._sum()

    # ── Cells ───────────────────────────────────────────────────────────────────────────────────────────
    def _put(self, block: Block, key: str, place: int, value: CellText) -> CellText:
        self.cells[block.top + place, block.column(key)] = value
        return value

    def _try(self, block: Block, key: str, place: int, compute: Callable[[], float]) -> CellText:
        return self._put(block, key, place, attempt(compute))

    def get(self, name: str) -> float:
        """A level as a number; raises where it is unknown or "none"."""
        return known(self.levels[name])

    def is_none(self, name: str) -> bool:
        """Whether a level says "none"."""
        return self.levels[name] == NONE

    # ── Levels ──────────────────────────────────────────────────────────────────────────────────────────
    def _lines(self) -> None:
        self.lines: list[dict[str, Any]] = []
        for place in range(LINE_BLOCK.rows):
            typed = self.facts.tables["Lines"][place]
            name = " ".join(str(text(typed[0])).split())
            kind = str(text(typed[1])).strip().lower() if name else ""
            line: dict[str, Any] = {"name": name, "kind": kind}
            for column, lever in enumerate(LINE_LEVERS, 2):
                if kind not in list(lever.kinds):
                    line[lever.name] = ""
                    continue
                own = self.opening.lines[place][lever.name] if self.opening else typed_level(typed[column], False, False)
                line[lever.name] = self.granted.get((plain(lever.name), name), own)
            for key, value in line.items():
                self._put(LINE_BLOCK, key, place, value)
            self.lines.append(line)

    def _derive(self) -> None:
        counts = {
            key: float(sum(line["kind"] == kind for line in self.lines))
            for key, kind in (("recurring", Kind.RECURRING), ("metered", Kind.METERED), ("one_off", Kind.ONE_OFF))
        }
        made: dict[str, Callable[[], float]] = {
            "stay": lambda: power(1 - self.get("churn_hazard"), 1 / 12),
            "tfc_stay": lambda: power(1 - self.get("tfc_hazard"), 1 / 12),
            "pay_months": lambda: self.get("payment_days") * 12 / 365,
            "kept": lambda: 1.0
            if self.levels["sla_credit"] == 0
            else 1 - self.get("sla_miss_probability") * self.get("sla_credit"),
            "forward": lambda: (1 + self.get("rate_base")) / (1 + self.get("rate_foreign")),
            **{key: lambda key=key: counts[key] for key in counts},  # type: ignore[misc]
        }
        for place, (key, _, _) in enumerate(DERIVED):
            self.levels[key] = self._try(DERIVED_BLOCK, "level", place, made[key])

    def _earn(self) -> None:
        """What each line earns and costs in a month at full ramp, and what a one-off line does in all."""
        for place, line in enumerate(self.lines):
            for key, compute in self._earns(line).items():
                line[key] = self._try(LINE_BLOCK, key, place, compute)

    def _earns(self, line: dict[str, Any]) -> dict[str, Callable[[], float]]:
        kind = line["kind"]

        def of(name: str) -> float:
            return known(line[name])

        def where(one: Kind, compute: Callable[[], float]) -> Callable[[], float]:
            return compute if kind == one else lambda: 0.0

        def net() -> float:
            return of("list_price") * (1 - of("discount")) * of("quantity")

        def short() -> float:
            if self.levels["commitment"] == 0 or self.levels["take_or_pay_rate"] == 0:
                return 0.0
            owed = excess(self.get("commitment") - 1, of("demand_cv"))
            return self.get("take_or_pay_rate") * of("usage") * owed

        def back() -> float:
            if self.is_none("rebate_threshold") or self.levels["rebate_rate"] == 0:
                return 0.0
            return self.get("rebate_rate") * of("usage") * excess(1 - self.get("rebate_threshold"), of("demand_cv"))

        def ready() -> float:
            months = of("delivery_months") - self.get("months_brought_forward")
            if months < 1:
                raise UnknownInput
            return months

        def work() -> float:
            fast = self.levels["months_brought_forward"]
            hurry = 0.0 if fast == 0 else known(fast) * self.get("acceleration_cost")
            return (of("unit_cost") * of("quantity") + hurry) / of("ready")

        return {
            "ramp": lambda: of("ramp_months") if kind == Kind.RECURRING else 1.0,
            "usage_ramp": lambda: of("ramp_months") if kind == Kind.METERED else 1.0,
            "fee": where(Kind.RECURRING, net),
            "recurring_cost": where(Kind.RECURRING, lambda: of("unit_cost") * of("quantity")),
            "support": where(Kind.RECURRING, lambda: of("support_cost") * of("quantity")),
            "usage": where(Kind.METERED, net),
            "usage_cost": where(Kind.METERED, lambda: of("unit_cost") * of("quantity")),
            "short": where(Kind.METERED, short),
            "back": where(Kind.METERED, back),
            "ready": where(Kind.ONE_OFF, ready),
            "listed": where(Kind.ONE_OFF, lambda: of("list_price") * of("quantity")),
            "once": where(Kind.ONE_OFF, net),
            "work": where(Kind.ONE_OFF, work),
        }

    # ── Years ───────────────────────────────────────────────────────────────────────────────────────────
    def _years(self) -> None:
        self.years: list[dict[str, CellText]] = []
        for gone in range(MOST_YEARS):
            year: dict[str, CellText] = {"year": float(gone + 1)}
            before = self.years[-1]["price"] if gone else 1.0
            year["uplift"] = attempt(lambda gone=gone: self._uplift(gone))  # type: ignore[misc]
            year["price"] = attempt(lambda: known(before) * (1 + known(year["uplift"])) if gone else 1.0)  # noqa: B023
            year["favoured"] = attempt(lambda gone=gone: self._favoured(gone))  # type: ignore[misc]
            year["factor"] = attempt(lambda: known(year["price"]) * known(year["favoured"]))  # noqa: B023
            year["cost"] = attempt(lambda gone=gone: power(1 + self.get("inflation"), gone))  # type: ignore[misc]
            for key, column in (("shortfall", "short"), ("rebate", "back")):
                year[key] = attempt(lambda gone=gone, column=column: self._of_year(column, gone))  # type: ignore[misc]
            for key, value in year.items():
                self._put(YEARS, key, gone, value)
            self.years.append(year)

    def _of_year(self, key: str, gone: int) -> float:
        """A year's sum over the lines, by their ramps; 0 where it is 0 for every line, whatever their ramps."""
        if all(line[key] == 0 for line in self.lines):
            return 0.0
        return math.fsum(self._of_lines(key, month) for month in range(12 * gone, 12 * gone + 12))

    def _uplift(self, gone: int) -> float:
        """Expected price rise at the start of a year: the index between floor and cap, undiscounted Bachelier options."""
        if gone == 0 or 12 * gone < self.get("price_lock_months"):
            return 0.0
        inflation, deviation = self.get("inflation"), self.get("inflation_vol") * math.sqrt(gone)
        is_capped = not self.is_none("uplift_cap")
        floor = min(self.get("uplift_floor"), self.get("uplift_cap")) if is_capped else self.get("uplift_floor")
        rise = inflation + excess(floor - inflation, deviation)
        return rise - excess(inflation - self.get("uplift_cap"), deviation) if is_capped else rise

    def _favoured(self, gone: int) -> float:
        if self.levels["most_favoured_price"] == 0:
            return 1.0
        bitten = 1 - power(1 - self.get("mfn_trigger"), gone) if gone else 0.0
        return 1 - self.get("most_favoured_price") * self.get("mfn_gap") * bitten

    # ── Months ──────────────────────────────────────────────────────────────────────────────────────────
    def _months(self) -> None:
        horizon = number(self.levels["horizon_months"])
        self.months: list[dict[str, CellText]] = []
        for m in range(MOST_MONTHS):
            if horizon is None or (m > 0 and m >= horizon):
                for field in MONTHS.fields:
                    self._put(MONTHS, field.key, m, "")
                continue
            month: dict[str, CellText] = {"month": float(m)}
            for key, compute in self._month(m, month).items():
                try:
                    month[key] = compute()
                except (ArithmeticError, ValueError):
                    month[key] = UNKNOWN
            self.months.append(month)
            for key, value in month.items():
                self._put(MONTHS, key, m, value)

    def _month(self, m: int, month: dict[str, CellText]) -> dict[str, Callable[[], CellText]]:
        """How each column of a month is computed; `month` holds those to the left."""
        get, levels, year = self.get, self.levels, self.years[m // 12]
        before = self.months[-1] if m else {}
        is_recurring, is_metered, is_once = (levels[key] != 0 for key in ("recurring", "metered", "one_off"))

        def of(key: str) -> float:
            return known(month[key])

        def began() -> float:
            first = get("term_months")
            return 0.0 if m < first else first + (m - first) // get("renewal_term_months") * get("renewal_term_months")

        def may_leave() -> bool:
            return not self.is_none("tfc_from_month") and m >= max(1.0, get("tfc_from_month"))

        def served() -> float:
            if m == 0:
                return 1.0
            left = get("tfc_stay") if may_leave() else 1.0
            renewed = get("renewal_probability") if of("began") == m else 1.0
            return known(before["served"]) * get("stay") * left * renewed

        def invoice() -> CellText:
            if not is_recurring:
                return ""
            start = of("began") + (m - of("began")) // get("billing_months") * get("billing_months")
            if get("billing_in_advance") == 1:
                return start
            first = get("term_months")
            following = first if m < first else of("began") + get("renewal_term_months")
            return min(start + get("billing_months"), following, get("horizon_months"))

        def exit_fees() -> float:
            if m == 0 or not is_recurring or self.is_none("tfc_from_month") or levels["tfc_fee_months"] == 0:
                return 0.0
            if not may_leave() or levels["tfc_hazard"] == 0:
                return 0.0
            leaves = known(before["served"]) * get("stay") * (1 - get("tfc_stay"))
            return leaves * get("tfc_fee_months") * known(before["fee"])

        def fee() -> float:
            if not is_recurring or m < get("free_months"):
                return 0.0
            return of("price") * get("kept") * self._of_lines("fee", m)

        def true_up(key: str) -> float:
            """A year's shortfall fees or rebates, in its last month."""
            if not is_metered or (m + 1) % 12 or (key == "shortfall" and m + 1 > get("term_months")):
                return 0.0
            return 0.0 if year[key] == 0 else of("served") * of("price") * known(year[key])

        def warranty() -> float:
            if not is_once or levels["warranty_months"] == 0 or levels["warranty_claim_rate"] == 0:
                return 0.0
            covered = math.fsum(
                known(line["listed"]) * (0 <= m - known(line["ready"]) < get("warranty_months")) for line in self.lines
            )
            return -of("served") * get("warranty_claim_rate") * covered

        def exclusivity() -> float:
            if levels["exclusivity_months"] == 0 or levels["exclusivity_margin"] == 0:
                return 0.0
            return -of("served") * get("exclusivity_margin") if m < get("exclusivity_months") else 0.0

        def recurring(column: str) -> float:
            return of("served") * of("cost") * self._of_lines(column, m) if is_recurring else 0.0

        def metered(column: str, factor: str) -> float:
            return of("served") * of(factor) * self._of_lines(column, m) if is_metered else 0.0

        def sum_of_lines(key: str, at: Callable[[float], bool]) -> float:
            if not is_once:
                return 0.0
            return math.fsum(known(line[key]) * at(known(line["ready"])) for line in self.lines)

        return {
            "year": lambda: float(m // 12 + 1),
            "began": began,
            "served": served,
            "price": lambda: year["factor"],
            "cost": lambda: year["cost"],
            "middle": lambda: self._discount(m + 0.5),
            "start": lambda: self._discount(m + get("pay_months")),
            "invoice": invoice,
            "worth_fee": lambda: self._worth(of("invoice") + get("pay_months")) if is_recurring else 0.0,
            "worth_use": lambda: self._worth(m + 1 + get("pay_months")) if is_metered else 0.0,
            "fee": fee,
            "recurring_fees": lambda: of("served") * of("fee") if is_recurring else 0.0,
            "recurring_cost": lambda: -recurring("recurring_cost"),
            "support": lambda: -recurring("support"),
            "exit_fees": exit_fees,
            "metered_fees": lambda: metered("usage", "price"),
            "metered_cost": lambda: -metered("usage_cost", "cost"),
            "shortfall": lambda: true_up("shortfall"),
            "rebate": lambda: -true_up("rebate"),
            "once": lambda: sum_of_lines("once", lambda ready: ready == m),
            "damages": lambda: self._damages(month["once"]) if is_once else 0.0,
            "work": lambda: -sum_of_lines("work", lambda ready: m < ready),
            "warranty": warranty,
            "exclusivity": exclusivity,
            "cash": lambda: math.fsum(of(field.key) for field in CASH_FIELDS),
            "today": lambda: math.fsum(of(key) * of(worth) for key, worth in WORTH_OF.items()),
        }

    def _of_lines(self, key: str, month: int) -> float:
        """A column of the lines, each at the share of its ramp that is active in a month."""
        ramp = "ramp" if key in ("fee", "recurring_cost", "support") else "usage_ramp"
        return math.fsum(
            known(line[key]) * (1.0 if month + 1 >= known(line[ramp]) else (month + 1) / known(line[ramp]))
            for line in self.lines
        )

    def _discount(self, months: float) -> float:
        return power(1 + self.get("cost_of_capital"), -months / 12)

    def _worth(self, months: float) -> float:
        """Present value of 1 that is cash in a month, a share of it in the client's currency."""
        if self.levels["foreign_share"] == 0:
            return self._discount(months)
        share = self.get("foreign_share")
        forward = power(self.get("forward"), months / 12) * (1 - self.get("fx_spread"))
        return self._discount(months) * (1 - share + share * forward)

    def _damages(self, price: CellText) -> float:
        if self.levels["late_damages_rate"] == 0:
            return 0.0
        return -self.get("late_probability") * self.get("late_damages_rate") * known(price)

    # ── Sums ────────────────────────────────────────────────────────────────────────────────────────────
    def _sum(self) -> None:
        self.sums: dict[tuple[str, str], CellText] = {}
        columns = [field.key for field in CASH_FIELDS]
        late = self._behind()
        for key in columns:
            self._put_sum("expected", key, self._if_whole(key, lambda key=key: self._column(key)))  # type: ignore[misc]
            self._put_sum("within", key, self._if_whole(key, lambda key=key: self._within(key)))  # type: ignore[misc]
            if key in late:
                self._put_sum("behind", key, late[key])
        self._put_sum("behind", "today", added([late[key] for key in _BEHIND]))
        self._put_sum("expected", "cash", self._if_whole("cash", lambda: self._column("cash")))
        self._put_sum("within", "today", added([self.sums["within", key] for key in columns]))
        for key in (*columns, "today"):
            found = [self.sums[row, key] for row in ("within", "behind") if (row, key) in self.sums]
            self._put_sum("all", key, added(found))

    def _put_sum(self, row: str, key: str, value: CellText) -> None:
        self.sums[row, key] = self._put(SUM_BLOCK, key, SUM_ROWS[row], value)

    def _column(self, key: str) -> float:
        return math.fsum(known(month[key]) for month in self.months)

    def _is_whole(self, key: str) -> bool:
        """Whether every month of the horizon has a number in a column."""
        return sum(number(month[key]) is not None for month in self.months) == number(self.levels["horizon_months"])

    def _if_whole(self, key: str, compute: Callable[[], float]) -> CellText:
        return attempt(compute, UNTOLD) if self._is_whole(key) else UNTOLD

    def _within(self, key: str) -> float:
        if not any(month[key] for month in self.months):
            return 0.0
        if not self._is_whole(WORTH_OF[key]):
            raise UnknownInput
        return math.fsum(known(month[key]) * known(month[WORTH_OF[key]]) for month in self.months)

    def _behind(self) -> dict[str, CellText]:
        """One-off prices and cost behind the horizon."""
        if self.levels["one_off"] == 0:
            return dict.fromkeys(_BEHIND, 0.0)

        def once() -> float:
            horizon = self.get("horizon_months")
            pay = self.get("pay_months")
            return math.fsum(
                known(line["once"]) * self._discount(known(line["ready"]) + pay) * (line["ready"] >= horizon)
                for line in self.lines
            )

        def work() -> float:
            first = int(self.get("horizon_months"))
            return -math.fsum(
                known(line["work"]) * self._discount(m + 0.5)
                for line in self.lines
                for m in range(first, int(known(line["ready"])))
            )

        price = attempt(once, UNTOLD)
        return {"once": price, "damages": attempt(lambda: self._damages(price), UNTOLD), "work": attempt(work, UNTOLD)}
