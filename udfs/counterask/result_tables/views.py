"""The tables that people see: results as rows of cells, the same for every host.

A spreadsheet function returns them, the template is drawn with them as cached values, and the command line writes them into
a workbook. A number that has no value is a text that says so; it is never 0.
"""

from __future__ import annotations

import math
from collections.abc import Container
from datetime import date

import numpy as np

from ..inputs.terms import Address, Deal
from ..pricing.cashflow import flows
from ..pricing.components import COMPONENTS, LABELS, REVENUE, Component
from ..pricing.present_value import present_amounts
from ..pricing.scenarios import Scenarios
from ..pricing.valuation import PresentValues
from ..reading.quote import Quote
from ..seals.seal import SealStatus
from ..verdicts.judging import margins
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.shares import FairShares
from ..verdicts.trades import ValuedTrade, Verdict
from .counts import count_of
from .verdict_looks import VERDICT_LOOKS

Cell = float | str
Rows = list[list[Cell]]

CANNOT_TELL = str(Verdict.CANNOT_TELL)
NO_PRICE = "no price"

TRADE_RESULTS = (
    "Ask from",
    "Counter-ask from",
    "Cost",
    "Worth",
    "Net",
    "Shortfall",
    "Mark",
    "Verdict",
    "Who may agree",
    "Note",
)
HEADLINE = ("", "Opening", "Now", "Change")
MARGIN_BY_YEAR = (
    "Year",
    "Revenue opening",
    "Cost opening",
    "Margin opening",
    "Revenue now",
    "Cost now",
    "Margin now",
    "Change",
)
YEAR_ROWS = 16
"""Rows of the yearly margin table: up to 15 years and the total. Hosts with fixed arrays need a fixed height."""

COMPONENT_CHANGE = ("Component", "Opening", "Now", "Change")
SHARES = (
    "Trade",
    "Cost",
    "Worth",
    "Net",
    "Shortfall",
    "Least net",
    "Greatest net",
    "Depends on order",
    "Verdict",
    "Standard error",
)

APPROVED = "approved"
"""Who may agree, where somebody has."""


def money(value: float) -> Cell:
    """Money as a cell: the number, or in words why there is none."""
    if math.isnan(value):
        return CANNOT_TELL
    return NO_PRICE if math.isinf(value) else float(value)


def level(value: float) -> Cell:
    """A lever's level as a cell: the number, "none", or "" where it is unknown."""
    if math.isnan(value):
        return ""
    return "none" if math.isinf(value) else float(value)


def who(authority: Authority | None) -> str:
    """Who may agree, as a cell; "" where nothing is known of limits."""
    return "" if authority is None else str(authority)


def trade_results(quote: Quote, ledger: Ledger, row_count: int) -> Rows:
    """The result columns of the Trades table: one row for each of its `row_count` data rows, columns `TRADE_RESULTS`.

    A trade's numbers stand on its first row; the levels that its changes start from stand on their own rows.
    """
    rows: Rows = [[""] * len(TRADE_RESULTS) for _ in range(row_count)]
    for valued in ledger.trades:
        place = quote.trade_places[valued.trade.id]
        asks = [change for change in valued.changes if change.is_ask]
        counters = [change for change in valued.changes if not change.is_ask]
        for column, changes, at in ((0, asks, place.ask_rows), (1, counters, place.counter_rows)):
            for change, row in zip(changes, at, strict=True):
                if rows[row - 1][column] == "":  # a counter-ask beside it comes second
                    rows[row - 1][column] = level(change.from_level)
        rows[place.row - 1][2:] = _verdict_cells(valued)
    return rows


def _verdict_cells(valued: ValuedTrade) -> list[Cell]:
    numbers = [valued.cost, valued.worth, valued.net, valued.shortfall]
    if valued.verdict == Verdict.BLOCKED and math.isnan(valued.cost):
        cells: list[Cell] = [NO_PRICE] * 4
    else:
        cells = [money(number) for number in numbers]
    agrees = APPROVED if valued.is_approved else who(valued.authority)
    return [*cells, VERDICT_LOOKS[valued.verdict].mark, str(valued.verdict), agrees, valued.note]


def margin_share(values: PresentValues) -> float:
    """The margin that the policy's floor is held against: deal value without what is soft, as a share of the present value of
    revenue. NaN where there is no revenue."""
    share = float(margins(values)[0])
    return share if math.isfinite(share) else math.nan


def is_below(margin: float, floor: float) -> bool:
    """Whether a margin is below a floor by more than rounding; False where either is NaN."""
    return margin < floor - 1e-12


def headline(ledger: Ledger, *, is_told: bool = True) -> Rows:
    """Deal value, revenue, margin share and ACV: opening, now and change. Columns `HEADLINE`, no header row.

    is_told : whether every trade could be read; where one could not, the deal now and the change cannot be told.
    """
    opening, now = ledger.opening, ledger.now
    pairs = (
        ("Deal value", ledger.value, ledger.value_now),
        ("Revenue", float(opening.revenue[0]), float(now.revenue[0])),
        ("Margin", margin_share(opening), margin_share(now)),
        ("ACV", float(opening.acv[0]), float(now.acv[0])),
    )
    if not is_told:
        return [[name, money(first), CANNOT_TELL, CANNOT_TELL] for name, first, _ in pairs]
    return [[name, money(first), money(last), money(last - first)] for name, first, last in pairs]


def listed_components(ledger: Ledger, named: Container[Address] = ()) -> list[str]:
    """The components that the results of a deal list: those that are always listed, and those that the deal uses or names.

    named : the inputs that the quote has a row for.
    """

    def is_listed(key: str, component: Component) -> bool:
        terms = [(None, name) for name in component.terms]
        is_used = all(ledger.deal_now.input_at(address) != 0.0 for address in terms)
        was_used = abs(float(ledger.opening.components[key][0])) > 0.0
        return not component.is_listed_if_used or is_used or was_used or any(address in named for address in terms)

    return [key for key, component in COMPONENTS.items() if is_listed(key, component)]


def component_change(ledger: Ledger, named: Container[Address] = (), *, is_told: bool = True) -> Rows:
    """Each component of deal value, opening, now and change, and their total. Columns `COMPONENT_CHANGE`.

    named : as in `listed_components`. is_told : as in `headline`.
    """
    rows: Rows = []
    for name in listed_components(ledger, named):
        label = LABELS[name]
        first, last = float(ledger.opening.components[name][0]), float(ledger.now.components[name][0])
        rows.append([label, money(first), money(last), money(last - first)])
    rows.append(["Deal value", money(ledger.value), money(ledger.value_now), money(ledger.change)])
    return rows if is_told else [[*row[:2], CANNOT_TELL, CANNOT_TELL] for row in rows]


def margin_by_year(ledger: Ledger, opening: Deal, *, is_told: bool = True) -> Rows:
    """Present value of revenue, cost and margin by year of service, opening and now, and the total.

    Cost holds everything that is not revenue: risk charges and soft value too. The totals are the deal values.
    Columns `MARGIN_BY_YEAR`. is_told : as in `headline`.
    """
    first, last = _by_year(opening), _by_year(ledger.deal_now)
    rows: Rows = []
    for year in range(len(first)):
        rows.append(_margin_row(f"Year {year + 1}", first[year], last[year]))
    rows.append(_margin_row("Total", first.sum(axis=0), last.sum(axis=0)))
    return rows if is_told else [[*row[:4], *[CANNOT_TELL] * 4] for row in rows]


def _margin_row(name: str, first: np.ndarray, last: np.ndarray) -> list[Cell]:
    numbers = [first[0], first[1], first.sum(), last[0], last[1], last.sum(), last.sum() - first.sum()]
    return [name, *(money(float(number)) for number in numbers)]


def _by_year(deal: Deal) -> np.ndarray:
    """Present value of revenue and of the rest by year of service: (years, 2) money."""
    if math.isnan(deal.assumptions.horizon_months):
        return np.full((1, 2), math.nan)
    scenarios = Scenarios(deal)
    years = int(deal.assumptions.horizon_months) // 12
    table = np.zeros((years, 2))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for flow in flows(scenarios):
            present = present_amounts(scenarios, flow)
            service = np.broadcast_to(flow.service, present.shape)
            year = np.clip(np.nan_to_num(service[0]) // 12, 0, years - 1).astype(int)
            np.add.at(table[:, 0 if flow.component in REVENUE else 1], year, present[0])
    return table


def share_table(shares: FairShares) -> Rows:
    """Fair shares, a row a trade. Columns `SHARES`."""
    rows: Rows = []
    for share in shares.shares:
        numbers = (share.cost, share.worth, share.net, share.shortfall, share.least_net, share.greatest_net)
        depends = "depends on order" if share.depends_on_order else ""
        error = share.standard_error if shares.sampled_orders else ""
        rows.append([share.trade.id, *(money(number) for number in numbers), depends, str(share.verdict), error])
    return rows


def limits_status(quote: Quote, as_of: date | None, seal: SealStatus | None = None) -> Rows:
    """What can be said of the limits: rows of subject, state and sentence. seal : what is known of their seal."""
    sealed: list[Cell] = ["Seal", seal.mark, seal.sentence] if seal else ["Seal", "?", "no seal"]
    if quote.limits is None or not quote.limits.rows:
        return [["Limits", "?", "no limits in this quote: nothing is said of who may agree"], *([sealed] if seal else [])]
    rows: Rows = []
    lapsed = [] if as_of is None else [row.lapse(as_of) for row in quote.limits.rows]
    reasons = [reason for reason in lapsed if reason]
    expiries = [row.expires for row in quote.limits.rows if row.expires is not None]
    whole = quote.limits.fault or (None if as_of is None else quote.limits.lapses((), as_of))
    if whole:
        rows.append(["Limits", "?", "no verdict rests on them: look at their seal" if seal else whole])
    elif reasons:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        rows.append(["Limits", "?", f"{reasons[0]}{more}: no verdict where it is needed"])
    elif expiries:
        rows.append(["Limits", "✔", f"{count_of(len(quote.limits.rows), 'limit')} in force until {min(expiries).isoformat()}"])
    else:
        rows.append(["Limits", "✔", f"{count_of(len(quote.limits.rows), 'limit')} without an end date"])
    return [*rows, sealed]


def banner(quote: Quote, ledger: Ledger) -> str:
    """One sentence over the trades: unbalanced concessions and what they are short of, concessions, stalls, blocks."""
    counts = {verdict: [trade for trade in ledger.trades if trade.verdict == verdict] for verdict in Verdict}
    unbalanced = counts[Verdict.UNBALANCED]
    short = math.fsum(trade.shortfall for trade in unbalanced)
    currency = f"{quote.policy.currency} " if quote.policy.currency else ""
    parts = []
    if unbalanced:
        parts.append(f"{count_of(len(unbalanced), 'unbalanced concession')}, short by {currency}{short:,.2f}")
    if given := counts[Verdict.CONCESSION]:
        cost = math.fsum(trade.shortfall for trade in given)
        parts.append(f"{count_of(len(given), 'bare concession')} of {currency}{cost:,.2f}")
    if blocked := counts[Verdict.BLOCKED]:
        parts.append(f"{len(blocked)} blocked")
    if untold := counts[Verdict.CANNOT_TELL]:
        parts.append(f"{len(untold)} that cannot be valued")
    if stalled := counts[Verdict.STALLED]:
        allowed = quote.policy.stalls_allowed
        of = f" of {allowed:g} allowed" if math.isfinite(allowed) else ""
        parts.append(f"{len(stalled)} stalled{of}")
    return "; ".join(parts) + "." if parts else "No unbalanced concessions."
