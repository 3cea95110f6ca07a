"""What a rep may pick in a trade's row: for each row of the Trades table up to three counter-asks as phrases, best first.

In the row of the trade whose packages are shown, the packages come first. Beside them are the counter-asks that the row already
has as phrases, and the levels that a package grants, taken apart, for formulas that cannot read phrases.
"""

from __future__ import annotations

from ..inputs.labels import label_of
from ..reading.package_phrases import package_phrase
from ..reading.phrases import phrase
from ..reading.tables import plain
from ..result_tables.views import Rows, level
from .choosing import PACKAGES
from .packages import OfferPackage
from .shown import ShownLedger

PICKS = 3
_NAMES = tuple(f"Pick {number}" for number in range(1, PICKS + 1))
OFFERED = tuple(f"Offer {number}" for number in range(1, PACKAGES + PICKS + 1))
"""The columns of packages, and after them of the single counter-asks; blank in rows of other trades."""
COLUMNS = (*_NAMES, "Counter-ask", "Counter-ask to", "Also ask", "Also ask to", "Ask to", *OFFERED)
_TAKEN = {name: COLUMNS.index(label) for name, label in (("counter_ask", "Counter-ask"), ("also_ask", "Also ask"))}
_ASK_TO, _OFFERS = COLUMNS.index("Ask to"), COLUMNS.index(OFFERED[0])
REPLACED = "|"
"""In place of a counter-ask that a package replaces: it is no lever."""


def pick_table(shown: ShownLedger, row_count: int, trade_id: str = "", packages: tuple[OfferPackage, ...] = ()) -> Rows:
    """One row for each of the `row_count` rows of the Trades table, `COLUMNS`. A lever is told as "termmonths|", with its line
    after the bar; its level in the lever's unit. Blank where there is nothing. trade_id, packages : the packages of one trade."""
    rows: Rows = [[""] * len(COLUMNS) for _ in range(row_count)]
    for trade in shown.quote.trades:
        place = shown.quote.trade_places[trade.id]
        advice = shown.advice.get(trade.id)
        singles = [phrase(one.lever, one.line, one.change.to) for one in (advice.singles[:PICKS] if advice is not None else ())]
        rows[place.row - 1][: len(singles)] = singles
        if trade.id == trade_id and packages:
            offered = [*(package_phrase(one.trade.asks, one.trade.counters) for one in packages), *singles]
            rows[place.row - 1][_OFFERS : _OFFERS + len(offered)] = offered
        for row in place.set_aside_rows:
            rows[row - 1][_TAKEN["counter_ask"]] = REPLACED
        for change, row, column in zip(trade.counters, place.counter_rows, place.phrases, strict=True):
            if column:
                at = _TAKEN[column]
                rows[row - 1][at : at + 2] = [f"{plain(label_of(change.lever))}|{change.line or ''}", level(change.to)]
        for change, row in zip(trade.asks, place.ask_rows, strict=True) if place.is_package else ():
            rows[row - 1][_ASK_TO] = level(change.to)
    return rows
