"""What every cell of the two cash flow sheets shows before anything is recalculated: the engine's own numbers.

The quote is read and valued by the same calls that the functions of the catalogue make, and each flow of the engine is put
into the cells of its months. The formulas (`month_formulas`) are a second way to the same cells; tests compare the two in
LibreOffice, cell by cell. An unknown number (NaN in the engine) is "?" in a cell, and "cannot tell" in a sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from counterask.counter_asks.picks import REPLACED
from counterask.inputs.labels import label_of
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from counterask.inputs.terms import Address, Deal
from counterask.pricing.billing import credit_factor, payment_lag
from counterask.pricing.cashflow import flows
from counterask.pricing.lines import delivery_months, starts_before, window
from counterask.pricing.present_value import Flow, currency_factor, discount_factor, forward_factor, present_amounts
from counterask.pricing.price_index import cost_index, most_favoured_factor, price_index, rebate_units, take_or_pay_units
from counterask.pricing.retention import LEAST_SPREAD, held_back, wish_to_stay
from counterask.pricing.scenarios import Array, Scenarios
from counterask.pricing.service import Service
from counterask.reading.cells import text
from counterask.reading.quote import Quote, read_quote
from counterask.reading.tables import Table, plain
from counterask.verdicts.trades import Response

from ..layout import CASH_NOW, CASH_OPENING, TABLE_BY_NAME
from ..natives import CellText, Facts
from ..tables import with_header
from .cash_layout import (
    ASSUMPTION_BLOCK,
    CARRIED,
    CHANGES,
    DERIVED,
    DERIVED_BLOCK,
    EARNED_BLOCK,
    LEVEL_FIELDS,
    LINE_BLOCK,
    MONTHS,
    MOST_MONTHS,
    NO_END,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    UNKNOWN,
    UNTOLD,
    YEAR_SUMS,
    YEARLY_FIELDS,
    YEARS,
    Block,
)
from .levels import moves_the_deal, order_of
from .month_formulas import levels_used

_TABLES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
_LATER = ("once", "damages", "work")
"""The columns of cash that may fall after the horizon: a delivery counts even where it takes longer."""


_LINES_BACK = {"after_1": 1, "after_2": 2, "after_4": 4}
"""The columns with the start of the line that is so many lines before."""


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
    tables = {name: Table.of_range(name, with_header(TABLE_BY_NAME[name], facts.tables[name])) for name in _TABLES}
    quote = read_quote(tables, {"segment": text(facts.header.get("segment"))})
    opening, now = CashFlow(quote.deal, facts), CashFlow(_deal_now(quote, facts), facts)
    now.waits_for_functions = bool(trades_not_computed(quote, facts))
    now.changes(quote, facts)
    return {CASH_OPENING: opening, CASH_NOW: now}


def _granted(quote: Quote, facts: Facts) -> set[str]:
    """The ids of the trades that move the deal, as the results of the functions say."""
    nets, verdicts = facts.found("trades", "Net"), facts.found("trades", "Verdict")
    rows = {trade.id: quote.trade_places[trade.id].row - 1 for trade in quote.trades if trade.response == Response.YES}
    return {trade for trade, row in rows.items() if moves_the_deal(nets[row], verdicts[row])}


def trades_not_computed(quote: Quote, facts: Facts) -> set[str]:
    """The ids of the trades that were answered with yes and have no result: the functions were not available, or the row
    cannot be read."""
    nets = facts.found("trades", "Net")
    rows = {trade.id: quote.trade_places[trade.id].row - 1 for trade in quote.trades if trade.response == Response.YES}
    return {trade.id for trade in quote.trades if trade.id in rows and trade.changes and nets[rows[trade.id]] == ""}


def _deal_now(quote: Quote, facts: Facts) -> Deal:
    if trades_not_computed(quote, facts):
        levels: list[Address] = [(None, lever.name) for lever in TERM_LEVERS]
        levels += [(place, lever.name) for place in range(len(quote.deal.lines)) for lever in LINE_LEVERS]
        return quote.deal.with_inputs(dict.fromkeys(levels, math.nan))
    granted = _granted(quote, facts)
    moved: dict[Address, float] = {}
    for trade in quote.trades:
        if trade.id in granted:
            moved |= {quote.deal.address(change.lever, change.line): change.to for change in trade.changes}
    return quote.deal.with_inputs(moved)


class CashFlow:
    """The cells of one sheet. cells : (row, column) -> value. horizon : months, 0 where it is unknown.

    sums : present values and expected cash by row of sums and column, as the cells show them. waits_for_functions : whether a
    trade has no verdict, so that no level is known.
    """

    waits_for_functions = False

    def __init__(self, deal: Deal, facts: Facts) -> None:
        self.cells: dict[tuple[int, int], CellText] = {}
        self.sums: dict[tuple[str, str], CellText] = {}
        self.scenarios = Scenarios(deal)
        months = self.get("horizon_months")
        self.horizon = 0 if math.isnan(months) else int(months)
        self.service = Service(self.scenarios)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            self._levels()
            self._lines(facts)
            if self.horizon:
                self._cash()
            else:
                self._no_cash()

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
        get, lag = self.scenarios.get, payment_lag(self.scenarios)
        credit, spread, stays = self.get("sla_credit"), self.get("retention_spread"), self.get("annual_retention")
        precision = 0.0 if spread < LEAST_SPREAD else 1.0 / spread - 1.0
        prepaid = (1.0 - self.get("prepayment_refundable")) * self.get("billing_in_advance")
        kinds = [line.kind for line in self.scenarios.deal.lines]
        of: dict[str, Any] = {
            "lives": (1.0 - get("churn_hazard")) * (1.0 - get("default_probability")),
            "leaves": (1.0 - stays) * precision,
            "stays": stays * precision + get("client_tenure_months") / 12.0,
            "prepaid": 0.0 if self.get("billing_in_advance") == 0.0 else prepaid,
            "pay_months": lag,
            "at_start": discount_factor(self.scenarios, lag - 0.5),
            "credit": credit_factor(self.scenarios, lag),
            "credited": 1.0 if credit == 0.0 else 1.0 - self.get("sla_miss_probability") * credit,
            "forward": forward_factor(self.scenarios, np.full((1, 1), 12.0)),
            "recurring": kinds.count(Kind.RECURRING),
            "metered": kinds.count(Kind.METERED),
            "one_off": kinds.count(Kind.ONE_OFF),
        }
        for place, (key, _, _) in enumerate(DERIVED):
            self._put(DERIVED_BLOCK, "level", place, float(np.squeeze(of[key])))

    def _lines(self, facts: Facts) -> None:
        """Fill the rows of the lines, where each is on the Quote sheet."""
        deal = self.scenarios.deal
        names = {line.name: index for index, line in enumerate(deal.lines)}
        for place, row in enumerate(facts.tables["Lines"]):
            name = text(row[0])
            index = names.pop(name, None)
            cells: dict[str, CellText] = {"name": name, "kind": text(row[1]).lower() if name else "", "product": ""}
            cells |= dict.fromkeys((field.key for field in LEVEL_FIELDS), "")
            cells |= {"runs_from": 0.0, "runs_until": 0.0, "ramp": 1.0, "off": 0.0, "off_until": 0.0}
            cells |= dict.fromkeys((*_LINES_BACK, "origin"), 0.0)
            earned: dict[str, CellText] = {field.key: 0.0 for field in EARNED_BLOCK.fields} | {"line": name}
            if index is not None:
                cells["product"] = deal.lines[index].product
                cells |= {lever.name: self.get(lever.name, index) for lever in inputs_of(deal.lines[index].kind)}
                cells |= self._window(index)
                earned |= self._earned(index)
            for block, found in ((LINE_BLOCK, cells), (EARNED_BLOCK, earned)):
                for key, value in found.items():
                    self._put(block, key, place, value)

    def _window(self, index: int) -> dict[str, float]:
        """When a line runs, how its ramp and its discount begin and end. Never unknown: the line's money is, then."""

        def number(value: float, otherwise: float) -> float:
            return value if math.isfinite(value) else otherwise

        off = number(self.get("discount", index), 0.0)
        if self.scenarios.deal.lines[index].kind == Kind.ONE_OFF:
            return {"off": off}
        when, starts = window(self.scenarios, index), starts_before(self.scenarios, index)
        origin = number(float(starts[-1][0, 0]), 0.0)
        return {
            "runs_from": number(when.start[0, 0], 0.0),
            "runs_until": 0.0 if np.isnan(when.start + when.end).any() else number(when.end[0, 0], NO_END),
            **{key: number(float(starts[min(back, len(starts) - 1)][0, 0]), 0.0) for key, back in _LINES_BACK.items()},
            "origin": origin,
            "ramp": number(self.get("ramp_months", index), 1.0),
            "off": off,
            "off_until": 0.0 if off == 0.0 else number(origin + self.get("discount_months", index), NO_END),
        }

    def _earned(self, index: int) -> dict[str, float]:
        """What a line earns and costs in a month at full ramp and index 1, at list price; what a one-off line does in all."""
        get, units, kind = self.get, self.get("quantity", index), self.scenarios.deal.lines[index].kind
        listed, cost = get("list_price", index) * units, get("unit_cost", index) * units
        if kind == Kind.ONE_OFF:
            faster, ready = get("months_brought_forward"), float(delivery_months(self.scenarios, index)[0, 0])
            hurry = 0.0 if faster == 0.0 else faster * get("acceleration_cost")
            once = listed * (1.0 - get("discount", index))
            return {"ready": ready, "listed": listed, "once": once, "work": (cost + hurry) / ready}
        off = get("discount", index)
        lasted = off if off == 0.0 else off + get("discount_months", index)
        has_window = not math.isnan(get("ramp_months", index) + get("start_month", index) + get("end_month", index))
        sold = listed if has_window and not math.isnan(lasted) else math.nan

        def spent(amount: float) -> float:
            return amount if amount == 0.0 or has_window else math.nan

        if kind == Kind.RECURRING:
            return {"fee": sold, "recurring_cost": spent(cost), "support": spent(get("support_cost", index) * units)}
        short, back = (0.0 if share == 0.0 else share * sold for share in self._true_ups(index))
        return {"usage": sold, "usage_cost": spent(cost), "short": short, "back": back}

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

    def _years(self) -> dict[str, Array]:
        """Indices by year, and what 1 of a true-up is worth today."""
        scenarios, years, lag = self.scenarios, self.service.years, payment_lag(self.scenarios)
        price, favoured = price_index(scenarios, years), most_favoured_factor(scenarios, years)
        ends, is_metered = 12.0 * (years + 1.0), any(line.kind == Kind.METERED for line in scenarios.deal.lines)
        return {
            "year": years + 1.0,
            "uplift": np.concatenate([[[0.0]], price[:, 1:] / price[:, :-1] - 1.0], axis=1),
            "price": price,
            "favoured": favoured,
            "factor": price * favoured,
            "cost": cost_index(scenarios, years),
            "worth_short": self._worth(ends + lag) * credit_factor(scenarios, lag) if is_metered else 0.0 * ends,
            "worth_back": self._worth(ends) if is_metered else 0.0 * ends,
        }

    def _fill(self, block: Block, columns: Mapping[str, Iterable[CellText]]) -> None:
        """Whole columns of a block; blank after the horizon."""
        for key, values in columns.items():
            shown = [*values][: block.rows]
            for place in range(block.rows):
                self._put(block, key, place, shown[place] if place < len(shown) else "")

    # ── Months ──────────────────────────────────────────────────────────────────────────────────────────
    def _months(self) -> dict[str, Array]:
        """Who is left in each month, what 1 is worth today, and a month's full fees. (1, H) each."""
        service, scenarios = self.service, self.scenarios
        months, calendar, get = service.months, service.calendar, scenarios.get
        kinds = {line.kind for line in scenarios.deal.lines}
        lag, zero = payment_lag(scenarios), np.zeros_like(months)
        invoice = calendar.invoice_month
        may_owe = not math.isinf(self.get("tfc_from_month")) and self.get("tfc_fee_months") != 0.0
        full = [service.full_fee(index) for index, line in enumerate(scenarios.deal.lines) if line.kind != Kind.ONE_OFF]
        late = credit_factor(scenarios, invoice + lag - months - 0.5)
        return {
            "month": months,
            "began": calendar.term_start,
            "invoice": invoice,
            "held": held_back(scenarios, calendar)[0],
            "wish": wish_to_stay(get("annual_retention"), get("retention_spread"), get("client_tenure_months"), months),
            "stays": service.retention.stays,
            "served": service.served,
            "middle": discount_factor(scenarios, months + 0.5),
            "worth_fee": self._worth(invoice + lag) * late if Kind.RECURRING in kinds else zero,
            "worth_use": self._worth(months + 1.0 + lag) * credit_factor(scenarios, lag + 0.5) if Kind.METERED in kinds else zero,
            "full": np.sum([np.broadcast_to(one, months.shape) for one in full], axis=0) if full and may_owe else zero,
        }

    def _worth(self, months: Array) -> Array:
        """Present value of 1 of the client's fees that is cash in a month."""
        return discount_factor(self.scenarios, months) * currency_factor(self.scenarios, months)

    def _cash(self) -> None:
        """Fill years, months and sums: each flow in its months, and what it is worth today."""
        months = {key: np.broadcast_to(found, self.service.months.shape)[0] for key, found in self._months().items()}
        years = {key: found[0] for key, found in self._years().items()}
        cash = {key: np.zeros(self.horizon) for key in CARRIED.values()}
        today = {key: np.zeros(self.horizon) for key in CARRIED.values()}
        later = dict.fromkeys(_LATER, 0.0)
        for flow in flows(self.scenarios):
            key = CARRIED.get(flow.component)
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
        yearly = [field.key for field in YEARLY_FIELDS]
        years |= {key: cash[key][11::12] for key in yearly}
        months |= {key: found for key, found in cash.items() if key not in yearly}
        months |= {"cash": np.sum(list(cash.values()), axis=0), "today": np.sum(list(today.values()), axis=0)}
        self._fill(YEARS, years)
        self._fill(MONTHS, months)
        self._sum(cash, today, later)

    def _no_cash(self) -> None:
        """What the cells hold where the horizon is unknown: no year, no month, and no sum but that of no deliveries."""
        for block in (YEARS, MONTHS):
            self._fill(block, {field.key: () for field in block.fields})
        nothing = dict.fromkeys(CARRIED.values(), np.array([math.nan]))
        is_known = all(line.kind != Kind.ONE_OFF for line in self.scenarios.deal.lines)
        self._sum(nothing, nothing, dict.fromkeys(_LATER, 0.0 if is_known else math.nan))

    def _sum(self, cash: Mapping[str, Array], today: Mapping[str, Array], later: Mapping[str, float]) -> None:
        """The sums. Where the sheet has fewer months than the horizon, it cannot tell what they add up to."""
        missing = math.nan if self.horizon > MOST_MONTHS else 0.0
        expected, within = ({key: math.fsum(of[key]) + missing for key in of} for of in (cash, today))
        of_years = [field.key for field in YEARLY_FIELDS]
        for place, found in enumerate((expected, within)):
            for key in of_years:
                self._put(YEAR_SUMS, key, place, found[key] if not math.isnan(found[key]) else UNTOLD)
        of_months = {
            "expected": {**expected, "cash": math.fsum(expected.values())},
            "within": {**within, "today": math.fsum(within.values())},
            "after": {**later, "today": math.fsum(later.values())},
            "all": {key: value + later.get(key, 0.0) for key, value in within.items()},
        }
        of_months["all"]["today"] = math.fsum(of_months["all"].values())
        for row, found in of_months.items():
            for key, value in found.items():
                self.sums[row, key] = UNTOLD if math.isnan(value) else value
                if key not in of_years:
                    self._put(SUM_BLOCK, key, SUM_ROWS[row], self.sums[row, key])

    # ── Changes ─────────────────────────────────────────────────────────────────────────────────────────
    def changes(self, quote: Quote, facts: Facts) -> None:
        """Fill the list of changes that trades make."""
        granted, trades = _granted(quote, facts), facts.tables["Trades"]
        unknown = trades_not_computed(quote, facts)
        places = [quote.trade_places[trade] for trade in unknown]
        waiting = {row for place in places for row in (*place.ask_rows, *place.counter_rows, *place.set_aside_rows)}
        starts = {row: place.row for place in quote.trade_places.values() for row in place.rows}
        moving = {quote.trade_places[trade].row for trade in granted}
        for row in range(1, CHANGES.rows + 1):
            starts[row] = starts.get(row, starts.get(row - 1, 0))
            is_granted = starts[row] in moving
            self._put(CHANGES, "trade_row", row - 1, starts[row])
            order = order_of(starts[row], row) if is_granted else 0
            self._put(CHANGES, "order", row - 1, UNKNOWN if row in waiting else order)
            for key in ("ask", "counter", "also", "ask_level", "counter_level", "also_level"):
                self._put(CHANGES, key, row - 1, "")
        for trade in quote.trades:
            place = quote.trade_places[trade.id]
            if trade.id not in granted | unknown:
                continue
            for row in place.set_aside_rows:
                self._put(CHANGES, "counter", row - 1, REPLACED)
            for key, column, changes, rows in (
                ("ask", 1, trade.asks, place.ask_rows),
                ("counter", 5, trade.counters, place.counter_rows),
            ):
                phrases = place.phrases if key == "counter" else [""] * len(rows)
                for change, row, phrase in zip(changes, rows, phrases, strict=True):
                    lever, line = trades[row - 1][column : column + 2]
                    if phrase:
                        lever, line = label_of(change.lever), change.line
                    at = "also" if phrase == "also_ask" else key
                    self._put(CHANGES, at, row - 1, f"{plain(lever)}|{text(line)}")
                    self._put(CHANGES, f"{at}_level", row - 1, change.to)


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
