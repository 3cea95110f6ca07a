"""What every cell of the two cash flow sheets shows before anything is recalculated: the engine's own numbers.

The quote is read and valued by the same calls that the functions of the catalogue make, and each flow of the engine is put
into the cells of its months. The formulas (`month_formulas`) are a second way to the same cells; tests compare the two in
LibreOffice, cell by cell. An unknown number (NaN in the engine) is "?" in a cell, and "cannot tell" in a sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from counterask.inputs.levers import LINE_LEVERS, Kind, inputs_of
from counterask.inputs.terms import Address, Deal
from counterask.pricing import cashflow
from counterask.pricing.cashflow import Flow, Service
from counterask.pricing.price_index import rebate_units, take_or_pay_units
from counterask.pricing.retention import segment_start
from counterask.pricing.scenarios import Array, Scenarios
from counterask.pricing.valuation import DAYS_TO_MONTHS, currency_factor, discount_factor, present_amounts
from counterask.ranges import quote_of
from counterask.reading.cells import text
from counterask.reading.quote import Quote
from counterask.reading.tables import plain
from counterask.verdicts.trades import Response

from ..layout import CASH_NOW, CASH_OPENING, TABLE_BY_NAME
from ..natives import CellText, Facts
from ..specs import DEAL
from ..tables import with_header
from .cash_layout import (
    ASSUMPTION_BLOCK,
    CASH_FIELDS,
    CHANGES,
    DERIVED,
    DERIVED_BLOCK,
    LEVEL_FIELDS,
    LINE_BLOCK,
    MONTHS,
    MOST_MONTHS,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    UNKNOWN,
    UNTOLD,
    YEARS,
    Block,
)
from .levels import moves_the_deal, order_of
from .month_formulas import levels_used

_COMPONENT_OF = {field.key: field.component for field in CASH_FIELDS}
_LATER = ("once", "damages", "work")
"""The columns of cash that may fall after the horizon: a delivery counts even where it takes longer."""


def cash_flows(facts: Facts) -> Mapping[str, CashFlow]:
    """The cells of both sheets, by the sheet's name. Computed once for the same facts."""
    return _cash_flows(_Same(facts))


class _Same:
    """Facts that are looked up by being the same object."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def __hash__(self) -> int:
        return id(self.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.facts is self.facts


@lru_cache(maxsize=2)
def _cash_flows(same: _Same) -> Mapping[str, CashFlow]:
    facts = same.facts
    quote = quote_of(*(with_header(TABLE_BY_NAME[name], facts.tables[name]) for name in DEAL))
    opening, now = CashFlow(quote.deal, facts), CashFlow(_deal_now(quote, facts), facts)
    now.changes(quote, facts)
    return {CASH_OPENING: opening, CASH_NOW: now}


def _granted(quote: Quote, facts: Facts) -> set[str]:
    """The ids of the trades that move the deal, as the results of the functions say."""
    nets, notes = facts.found("trades", "Net"), facts.found("trades", "Note")
    rows = {trade.id: quote.trade_places[trade.id].row - 1 for trade in quote.trades if trade.response == Response.YES}
    return {trade for trade, row in rows.items() if moves_the_deal(nets[row], notes[row])}


def _deal_now(quote: Quote, facts: Facts) -> Deal:
    granted = _granted(quote, facts)
    moved: dict[Address, float] = {}
    for trade in quote.trades:
        if trade.id in granted:
            moved |= {quote.deal.address(change.lever, change.line): change.to for change in trade.changes}
    return quote.deal.with_inputs(moved)


class CashFlow:
    """The cells of one sheet. cells : (row, column) -> value. horizon : months, 0 where it is unknown.

    sums : present values and expected cash by row of sums and column, as the cells show them.
    """

    def __init__(self, deal: Deal, facts: Facts) -> None:
        self.cells: dict[tuple[int, int], CellText] = {}
        self.sums: dict[tuple[str, str], CellText] = {}
        self.scenarios = Scenarios(deal)
        months = self.get("horizon_months")
        self.horizon = 0 if math.isnan(months) else int(months)
        self.service = Service(self.scenarios)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            self._levels()
            lines = self._lines(facts)
            if self.horizon:
                self._years(lines)
                self._months()
            else:
                self._no_months()

    def get(self, name: str, line: int | None = None) -> float:
        """An input of the deal; NaN where it is unknown."""
        return float(self.scenarios.get(name, line)[0, 0])

    def _put(self, block: Block, key: str, place: int, value: CellText) -> None:
        self.cells[block.top + place, block.column(key)] = _cell(value)

    # ── Levels, lines, years ────────────────────────────────────────────────────────────────────────────
    def _levels(self) -> None:
        for block, names in zip((TERM_BLOCK, ASSUMPTION_BLOCK), levels_used(), strict=True):
            for place, name in enumerate(names):
                self._put(block, "level", place, self.get(name))
        credit = self.get("sla_credit")
        kinds = [line.kind for line in self.scenarios.deal.lines]
        of: dict[str, float] = {
            "stay": (1.0 - self.get("churn_hazard")) ** (1.0 / 12.0),
            "tfc_stay": (1.0 - self.get("tfc_hazard")) ** (1.0 / 12.0),
            "pay_months": self.get("payment_days") * DAYS_TO_MONTHS,
            "kept": 1.0 if credit == 0.0 else 1.0 - self.get("sla_miss_probability") * credit,
            "forward": (1.0 + self.get("rate_base")) / (1.0 + self.get("rate_foreign")),
            "recurring": kinds.count(Kind.RECURRING),
            "metered": kinds.count(Kind.METERED),
            "one_off": kinds.count(Kind.ONE_OFF),
        }
        for place, (key, _, _) in enumerate(DERIVED):
            self._put(DERIVED_BLOCK, "level", place, of[key])

    def _lines(self, facts: Facts) -> list[dict[str, float]]:
        """Fill the rows of the lines. Returns what each line of the deal earns and costs, by column."""
        names = {line.name: index for index, line in enumerate(self.scenarios.deal.lines)}
        found: list[dict[str, float]] = [{} for _ in names]
        for place, row in enumerate(facts.tables["Lines"]):
            name = text(row[0])
            index = names.pop(name, None)
            self._put(LINE_BLOCK, "name", place, name)
            self._put(LINE_BLOCK, "kind", place, text(row[1]).lower() if name else "")
            has = () if index is None else [lever.name for lever in inputs_of(self.scenarios.deal.lines[index].kind)]
            for field in LEVEL_FIELDS:
                self._put(LINE_BLOCK, field.key, place, self.get(field.key, index) if field.key in has else "")
            earned = self._earned(index)
            for key, value in earned.items():
                self._put(LINE_BLOCK, key, place, value)
            if index is not None:
                found[index] = earned
        return found

    def _earned(self, index: int | None) -> dict[str, float]:
        """What a line earns and costs in a month at full ramp and index 1, and what a one-off line does in all."""
        found = dict.fromkeys((field.key for field in LINE_BLOCK.fields[2 + len(LINE_LEVERS) :]), 0.0)
        found |= {"ramp": 1.0, "usage_ramp": 1.0}
        if index is None:
            return found
        units, kind = self.get("quantity", index), self.scenarios.deal.lines[index].kind
        listed, cost = self.get("list_price", index) * units, self.get("unit_cost", index) * units
        price = listed * (1.0 - self.get("discount", index))
        if kind == Kind.RECURRING:
            support = self.get("support_cost", index) * units
            return found | {"ramp": self.get("ramp_months", index), "fee": price, "recurring_cost": cost, "support": support}
        if kind == Kind.METERED:
            short, back = (price * share for share in self._true_ups(index))
            ramp = self.get("ramp_months", index)
            return found | {"usage_ramp": ramp, "usage": price, "usage_cost": cost, "short": short, "back": back}
        faster = self.get("months_brought_forward")
        ready = self.get("delivery_months", index) - faster
        ready = ready if ready >= 1.0 else math.nan
        hurry = 0.0 if faster == 0.0 else faster * self.get("acceleration_cost")
        return found | {"ready": ready, "listed": listed, "once": price, "work": (cost + hurry) / ready}

    def _true_ups(self, index: int) -> tuple[float, float]:
        """What the client owes for a shortfall, and we for a rebate: shares of a year's fees, as expected."""
        get, spread = self.scenarios.get, self.scenarios.get("demand_cv", index)
        rate, back = self.get("take_or_pay_rate"), self.get("rebate_rate")
        commitment, threshold = get("commitment"), get("rebate_threshold")
        is_owed = commitment[0, 0] != 0.0 and rate != 0.0
        is_paid = not math.isinf(threshold[0, 0]) and back != 0.0
        return (
            rate * float(take_or_pay_units(commitment, spread)[0, 0]) if is_owed else 0.0,
            back * float(rebate_units(threshold, spread)[0, 0]) if is_paid else 0.0,
        )

    def _years(self, lines: Sequence[Mapping[str, float]]) -> None:
        service = self.service
        price, favoured, cost = (one[0] for one in (service.price_index, service.most_favoured, service.cost_index))
        of: dict[str, Iterable[CellText]] = {
            "year": service.years[0] + 1.0,
            "uplift": [0.0, *(price[1:] / price[:-1] - 1.0)],
            "price": price,
            "favoured": favoured,
            "factor": price * favoured,
            "cost": cost,
        }
        for key, column in (("shortfall", "short"), ("rebate", "back")):
            owed = [(index, line[column]) for index, line in enumerate(lines) if line[column] != 0.0]
            yearly = [part * service.ramp(index)[0].reshape(-1, 12).sum(axis=1) for index, part in owed]
            of[key] = np.sum(yearly, axis=0) if yearly else np.zeros(len(price))
        self._fill(YEARS, of)

    def _fill(self, block: Block, columns: Mapping[str, Iterable[CellText]]) -> None:
        """Whole columns of a block; blank after the horizon."""
        for key, values in columns.items():
            shown = [*values][: block.rows]
            for place in range(block.rows):
                self._put(block, key, place, shown[place] if place < len(shown) else "")

    # ── Months ──────────────────────────────────────────────────────────────────────────────────────────
    def _months(self) -> None:
        service, scenarios = self.service, self.scenarios
        months, get = service.months, self.scenarios.get
        kinds = {line.kind for line in scenarios.deal.lines}
        lag = get("payment_days") * DAYS_TO_MONTHS
        zero = np.zeros_like(months)
        invoice, fee = cashflow.invoice_month(scenarios, months), zero
        for index, line in enumerate(scenarios.deal.lines):
            if line.kind == Kind.RECURRING:
                fee = fee + cashflow.recurring_fee(service, index)
        is_recurring, is_metered = Kind.RECURRING in kinds, Kind.METERED in kinds
        of: dict[str, Any] = {
            "month": months,
            "year": np.floor(months / 12.0) + 1.0,
            "began": segment_start(get("term_months"), get("renewal_term_months"), months),
            "served": service.survival,
            "price": service.by_month(service.price_index * service.most_favoured),
            "cost": service.by_month(service.cost_index),
            "middle": discount_factor(scenarios, months + 0.5),
            "start": discount_factor(scenarios, months + lag),
            "invoice": invoice if is_recurring else [[""] * self.horizon],
            "worth_fee": self._worth(invoice + lag) if is_recurring else zero,
            "worth_use": self._worth(months + 1.0 + lag) if is_metered else zero,
            "fee": fee,
        }
        columns = {key: np.broadcast_to(value, months.shape)[0].tolist() for key, value in of.items()}
        cash, today, later = self._by_month()
        columns |= cash
        columns["cash"] = [math.fsum(of_month) for of_month in zip(*cash.values(), strict=True)]
        columns["today"] = [math.fsum(of_month) for of_month in zip(*today.values(), strict=True)]
        self._fill(MONTHS, columns)
        self._sum({**cash, "cash": columns["cash"]}, today, later)

    def _worth(self, months: Array) -> Array:
        """Present value of 1 of the client's fees that is cash in a month."""
        return discount_factor(self.scenarios, months) * currency_factor(self.scenarios, months)

    def _by_month(self) -> tuple[dict[str, list[float]], dict[str, list[float]], dict[str, float]]:
        """Expected cash and its present value by column and month, and what is worth today after the horizon."""
        cash = {key: np.zeros(self.horizon) for key in _COMPONENT_OF}
        today = {key: np.zeros(self.horizon) for key in _COMPONENT_OF}
        later = dict.fromkeys(_LATER, 0.0)
        key_of = {component: key for key, component in _COMPONENT_OF.items()}
        for flow in cashflow.flows(self.scenarios):
            key = key_of.get(flow.component)
            if key is None:
                continue
            at, amounts, values = _placed(flow, self.scenarios, is_once=key in _LATER)
            is_within = at < self.horizon
            for target, of_flow in ((cash[key], amounts), (today[key], values)):
                np.add.at(target, at[is_within].astype(int), of_flow[is_within])
                if key in _LATER:  # a delivery of which a part is unknown may fall into any month
                    target += 0.0 * of_flow.sum()
            if key in _LATER:
                later[key] += float(values[~is_within].sum() + 0.0 * values.sum())
        return *({key: value.tolist() for key, value in of.items()} for of in (cash, today)), later  # type: ignore[return-value]

    def _no_months(self) -> None:
        """What the cells hold where the horizon is unknown: no year, no month, and no sum but that of no deliveries."""
        for block in (YEARS, MONTHS):
            self._fill(block, {field.key: () for field in block.fields})
        nothing = dict.fromkeys(_COMPONENT_OF, [math.nan])
        is_known = all(line.kind != Kind.ONE_OFF for line in self.scenarios.deal.lines)
        self._sum({**nothing, "cash": [math.nan]}, nothing, dict.fromkeys(_LATER, 0.0 if is_known else math.nan))

    def _sum(self, cash: Mapping[str, list[float]], today: Mapping[str, list[float]], later: Mapping[str, float]) -> None:
        """The rows of sums. Where the sheet has fewer months than the horizon, it cannot tell what they add up to."""
        missing = math.nan if self.horizon > MOST_MONTHS else 0.0
        for key, values in cash.items():
            self._put_sum("expected", key, math.fsum(values) + missing)
        for key, values in today.items():
            within, after = math.fsum(values) + missing, later.get(key, 0.0)
            self._put_sum("within", key, within)
            if key in later:
                self._put_sum("after", key, after)
            self._put_sum("all", key, within + after)
        for row in ("within", "after", "all"):
            parts = [self.sums[row, key] for key in today if (row, key) in self.sums]
            is_whole = not any(isinstance(part, str) for part in parts)
            self._put_sum(row, "today", math.fsum(map(float, parts)) if is_whole else math.nan)

    def _put_sum(self, row: str, key: str, value: float) -> None:
        self.sums[row, key] = UNTOLD if math.isnan(value) else value
        self._put(SUM_BLOCK, key, SUM_ROWS[row], self.sums[row, key])

    # ── Changes ─────────────────────────────────────────────────────────────────────────────────────────
    def changes(self, quote: Quote, facts: Facts) -> None:
        """Fill the list of changes that trades make."""
        granted, trades = _granted(quote, facts), facts.tables["Trades"]
        starts = {row: place.row for place in quote.trade_places.values() for row in place.rows}
        moving = {quote.trade_places[trade].row for trade in granted}
        for row in range(1, CHANGES.rows + 1):
            starts[row] = starts.get(row, starts.get(row - 1, 0))
            is_granted = starts[row] in moving
            self._put(CHANGES, "trade_row", row - 1, starts[row])
            self._put(CHANGES, "order", row - 1, order_of(starts[row], row) if is_granted else 0)
            for key in ("ask", "counter", "ask_level", "counter_level"):
                self._put(CHANGES, key, row - 1, "")
        for trade in quote.trades:
            place = quote.trade_places[trade.id]
            if trade.id not in granted:
                continue
            for key, column, changes, rows in (
                ("ask", 1, trade.asks, place.ask_rows),
                ("counter", 5, trade.counters, place.counter_rows),
            ):
                for change, row in zip(changes, rows, strict=True):
                    lever, line = trades[row - 1][column : column + 2]
                    self._put(CHANGES, key, row - 1, f"{plain(lever)}|{text(line)}")
                    self._put(CHANGES, f"{key}_level", row - 1, change.to)


def _placed(flow: Flow, scenarios: Scenarios, is_once: bool) -> tuple[Array, Array, Array]:
    """The months in which a flow is shown, its amounts, and what each is worth today. All (K,).

    Cash is shown in the month in which it is earned; what is paid once, in the month in which it falls due.
    """
    at = np.floor(flow.due) if is_once else flow.service
    amounts, values = flow.amounts, present_amounts(scenarios, flow)
    return tuple(np.broadcast_to(one, amounts.shape)[0] for one in (at, amounts, values))  # type: ignore[return-value]


def _cell(value: CellText) -> CellText:
    if isinstance(value, str):
        return value
    return UNKNOWN if math.isnan(value) else NONE if math.isinf(value) else float(value)
