"""The ledger of a quote file as shown: with its own stakeholders and approvals, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from counterask.counter_asks.shown import Context, ShownLedger, shown_ledger
from counterask.result_tables.answer import result
from counterask.result_tables.history_views import past_of
from counterask.verdicts.shares import FairShares, fair_shares

from .errors import CannotRun
from .seals import signed_cells_of

if TYPE_CHECKING:
    from counterask.reading.quote import Quote
    from counterask.reading.stakeholders import Stakeholder

    from .workbooks.quote_file import QuoteFile


def shown_of(file: QuoteFile, as_of: date | None = None, *, advised_by: Sequence[Stakeholder] | None = None) -> ShownLedger:
    """The ledger of a quote file without problems. as_of : the day; None for today. advised_by : as in `Context`."""
    return shown_ledger(file.quote, Context(day_of(as_of), advised_by, signed_cells_of(file)))


def advised_of(file: QuoteFile, as_of: date | None = None) -> ShownLedger:
    """As `shown_of`, with the counter-asks to try first in the notes. Raises CannotRun where the stakeholders have a problem."""
    from .workbooks.people import stakeholders_of

    return shown_of(file, as_of, advised_by=stakeholders_of(file))


def answer_of(shown: ShownLedger, unknown: Sequence[str], shares: FairShares | None = None) -> dict[str, object]:
    """What `counterask value --json` prints. unknown : of the quote. shares : where they are known already."""
    quote, valued = shown.quote, shown.ledger
    shares = shares or fair_shares(quote.deal, quote.trades, shown.rules)
    past = past_of(valued.deal_now, quote.history, quote.policy) if quote.history else None
    document = result(valued, shares, unknown, past, quote)
    if isinstance(opening := document.get("opening"), dict):
        opening["approved"] = quote.is_opening_approved
    return document


def refuse_unknown_trade(quote: Quote, name: str, trade_id: str) -> None:
    """Raise CannotRun where the quote has no such trade. name : of its file."""
    if not quote.trades:
        raise CannotRun(f"{name}: this quote has no trades yet. Enter what the client asks for on the sheet Trades.")
    if not any(trade.id == trade_id for trade in quote.trades):
        known = ", ".join(trade.id for trade in quote.trades)
        raise CannotRun(f'{name}: found no trade "{trade_id}", expected one of: {known}.')


def day_of(as_of: date | None) -> date:
    """The day on which limits are looked at; today where none is given."""
    return as_of.date() if isinstance(as_of, datetime) else as_of or date.today()
