"""What an approval covers: everything that decides what a trade, or the opening terms, are worth and who may agree to them.

For a trade: the lines, the opening terms, the assumptions, what the policy says of a trade, how far the limits let its own
changes go, company levers in play, the granted trades before it, the trade itself, and the rows of the client history.
For the opening: the lines, the opening terms, the assumptions, the levels that differ from the standard and how far the limits
let them go, and the price book's rows of its products. Reasons, later trades, declined trades, limits of other levers and lines,
and owners and dates of limits are not covered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ..inputs.terms import Deal
from ..reading.quote import Quote
from ..reading.tables import Table
from ..verdicts.opening import Opening
from ..verdicts.trades import Response, Trade
from .sealed_values import (
    SealedRow,
    TableValues,
    exact,
    history_values,
    line_values,
    parts_of,
    row_key,
    sealed_values,
    term_values,
    trade_values,
    without,
)

_POLICY_OF_A_TRADE_NOT = frozenset({"manager_early_above", "stalls_allowed", "off_book_authority"})
_POLICY_OF_AN_OPENING = frozenset({"currency", "minimum_margin", "concession_authority", "off_book_authority"})
_BOUNDS_OF_A_CHANGE = ("standard", "rep_to", "manager_to", "never_beyond", "ask_up_to", "soft")
_BOUNDS_OF_A_LEVEL = ("rep_to", "manager_to", "never_beyond")
_VALUE_OF_A_LEVER = ("amount_per_unit", "month_from", "month_to", "probability", "survives")


def covered_values(quote: Quote, trade: Trade, tables: Mapping[str, Table]) -> dict[str, TableValues]:
    """Everything that the value of a trade depends on, by table. tables : as they stand; `quote` is what was read from them."""
    found = {"Lines": line_values(tables["Lines"]), "Terms": term_values(tables["Terms"])}
    sealed = sealed_values(tables)
    found["Assumptions"] = without(sealed["Assumptions"], columns=["value"])
    if "Policy" in sealed:
        unused = _POLICY_OF_A_TRADE_NOT if quote.policy.drag_counts else {*_POLICY_OF_A_TRADE_NOT, "taught_discount_drag"}
        names = [name for name in sealed["Policy"].rows if parts_of(name)[0] not in unused]
        found["Policy"] = without(sealed["Policy"], keep=names)
    if "Limits" in sealed:
        found["Limits"] = _limits_of(quote, trade, sealed["Limits"])
    if "History" in tables:
        found["History"] = history_values(tables["History"])
    found["Trades"] = trade_values(quote, trade.id, tables["Trades"])
    return found


def _limits_of(quote: Quote, trade: Trade, limits: TableValues) -> TableValues:
    """What the limits say of a trade: how far each of its changes may go, by the rows that hold for it, and what a unit of the
    company levers in play is worth. Rows of other levers, and of lines and segments that the trade leaves alone, say nothing of
    it."""
    columns: dict[tuple[str, str | None], set[str]] = {}
    for lever in _company_levers_in_play(quote.deal, quote.trades, trade):
        columns.setdefault((lever, None), set()).update(_VALUE_OF_A_LEVER)
    for change in trade.changes:
        columns.setdefault((change.lever, change.line), set()).update(_BOUNDS_OF_A_CHANGE)
    return _of_rows(quote, limits, columns)


def _of_rows(quote: Quote, limits: TableValues, columns: Mapping[tuple[str, str | None], set[str]]) -> TableValues:
    """Some columns of the limits of some levers and lines, each cell from the most specific row that fills it."""
    held = quote.rules(None).limits
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for (lever, line), wanted in columns.items():
        keys = [row_key(lever, row.line or "", row.segment) for row in (held.rows_for(lever, line) if held is not None else ())]
        keys = [key for key in keys if key in limits.rows]
        own = row_key(lever, line or "")
        for key in reversed(keys):  # the most specific row that fills a cell has the last word
            rows.setdefault(own, {}).update({name: value for name, value in limits.rows[key].items() if name in wanted})
            filled = limits.rows[key].keys() | {""}
            of_key = {(own, name): place for (one, name), place in limits.places.items() if one == key}
            places |= {one: place for one, place in of_key.items() if one[1] in filled or one not in places}
    return TableValues(limits.table, rows, places)


def _company_levers_in_play(deal: Deal, trades: Iterable[Trade], trade: Trade) -> set[str]:
    """The company's own levers that have units in the opening terms or in a trade up to this one."""
    own = {lever.name: lever.units for lever in deal.company_levers}
    used = {name for name, units in own.items() if units != 0.0}
    for one in trades:
        if one.id == trade.id:
            break
        if one.response == Response.YES:
            used |= {change.lever for change in one.changes if change.lever in own}
    return used | {change.lever for change in trade.changes if change.lever in own}


def covered_by_opening(quote: Quote, opening: Opening, tables: Mapping[str, Table]) -> dict[str, TableValues]:
    """Everything that decides what the opening terms gave and who may agree to them, by table. opening : as judged."""
    sealed = sealed_values(tables)
    found = {"Lines": line_values(tables["Lines"]), "Terms": term_values(tables["Terms"])}
    found["Assumptions"] = without(sealed["Assumptions"], columns=["value"])
    if "Policy" in sealed:
        names = [name for name in sealed["Policy"].rows if parts_of(name)[0] in _POLICY_OF_AN_OPENING]
        found["Policy"] = without(sealed["Policy"], keep=names)
    if "Limits" in sealed:
        columns: dict[tuple[str, str | None], set[str]] = {
            (row.lever, row.line): set(_BOUNDS_OF_A_LEVEL) for row in opening.rows if not row.is_off_book
        }
        for lever in quote.deal.company_levers:
            if lever.units != 0.0:
                columns.setdefault((lever.name, None), set()).update(_VALUE_OF_A_LEVER)
        found["Limits"] = _of_rows(quote, sealed["Limits"], columns)
    if "Price_book" in sealed:
        products = {line.product for line in quote.deal.lines}
        found["Price_book"] = without(sealed["Price_book"], keep=[name for name in sealed["Price_book"].rows if name in products])
    found["Standard"] = _levels(quote, opening)
    return found


def _levels(quote: Quote, opening: Opening) -> TableValues:
    """The levels that differ from the standard, by lever and line."""
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for row in opening.rows:
        key = row_key(row.lever, row.line or "")
        levels = {"standard": row.standard, "opening_level": row.opening}
        rows[key] = {name: "none" if math.isinf(level) else exact(level) for name, level in levels.items() if level == level}
        places[key, ""] = quote.places.get(quote.deal.address(row.lever, row.line), "Terms")
    return TableValues("Standard", rows, places)
