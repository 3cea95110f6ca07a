"""What a rep may pick in a trade's row: for each row of the Trades table up to three counter-asks as phrases, best first.

Beside them stand the counter-asks that the row already has as phrases, taken apart, for formulas that cannot read phrases.
"""

from __future__ import annotations

from ..inputs.labels import label_of
from ..reading.phrases import phrase
from ..reading.tables import plain
from ..result_tables.views import Rows, level
from .shown import ShownLedger

COLUMNS = ("Pick 1", "Pick 2", "Pick 3", "Counter-ask", "Counter-ask to", "Also ask", "Also ask to")
PICKS = 3
_TAKEN = {"counter_ask": 3, "also_ask": 5}


def pick_table(shown: ShownLedger, row_count: int) -> Rows:
    """One row for each of the `row_count` rows of the Trades table, `COLUMNS`. A lever is told as "termmonths|", with its line
    after the bar; its level in the lever's unit. Blank where there is nothing."""
    rows: Rows = [[""] * len(COLUMNS) for _ in range(row_count)]
    for trade in shown.quote.trades:
        place = shown.quote.trade_places[trade.id]
        advice = shown.advice.get(trade.id)
        for number, one in enumerate(advice.singles[:PICKS] if advice is not None else ()):
            rows[place.row - 1][number] = phrase(one.lever, one.line, one.change.to)
        for change, row, column in zip(trade.counters, place.counter_rows, place.phrases, strict=True):
            if column:
                at = _TAKEN[column]
                rows[row - 1][at : at + 2] = [f"{plain(label_of(change.lever))}|{change.line or ''}", level(change.to)]
    return rows
