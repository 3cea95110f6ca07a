"""The functions of the catalogue that prepare an answer: what to pick in a trade's row, packages, and the page before a call.

Written as those in `functions` are: ranges in, a table out, and what is wrong comes back as text.
"""

from __future__ import annotations

from functools import lru_cache

from .catalogue import catalogued
from .counter_asks.choosing import Offered, find_packages
from .counter_asks.package_tables import COLUMNS as PACKAGE_COLUMNS
from .counter_asks.package_tables import PACKAGE_ROWS, package_table
from .counter_asks.picks import COLUMNS as PICK_COLUMNS
from .counter_asks.picks import pick_table
from .counter_asks.prepared_tables import COLUMNS as PREPARED_COLUMNS
from .counter_asks.prepared_tables import PREPARED_ROWS, prepared_table
from .counter_asks.preparing import prepared_asks
from .counter_asks.sentences import Speaker
from .counter_asks.shown import ShownLedger
from .ranges import REMEMBERED, Same, checked_quote, is_unnamed, language_of, padded, range_rows, shown_quote
from .reading.cells import text, yes_no
from .result_tables.views import Rows


@catalogued()
def DEAL_PICKS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, as_of=None, seal=None, history=None, stakeholders=None,
    price_book=None, segment=None, currency=None, trade=None,
):  # fmt: skip
    """What to pick in a trade's row: up to three counter-asks as phrases ("Term 36 months"), best first, and the counter-asks
    that the row already has as phrases, taken apart; in the row of a named trade its packages too. One row for each row of the
    Trades table."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history, price_book, segment, currency)
    height = max(1, len(range_rows(trades)) - 1)
    found = shown_quote(quote, as_of, stakeholders, None, seal, (*ranges, history, price_book))
    if isinstance(found, list):
        return padded([], height, len(PICK_COLUMNS))
    offered = () if is_unnamed(trade) or not _has_trade(found, trade) else _packages(Same(found), text(trade)).packages
    return padded(pick_table(found, height, text(trade), offered), height, len(PICK_COLUMNS))


@catalogued()
def DEAL_PACKAGES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, trade, language=None, as_of=None, seal=None, history=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """Three packages of equal value to us for a trade: each grants the asks at a level within the limits, for one or two
    counter-asks that pay for it. They differ in what they give the client. Each has its sentence, and the phrase that takes it
    when it is picked or typed in Also ask. Nothing where no trade is named, for the search takes time."""
    height, width = PACKAGE_ROWS, len(PACKAGE_COLUMNS)
    if is_unnamed(trade):
        return padded([], height, width)
    spoken, fault = language_of(language)
    if fault:
        return padded([["", fault]], height, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history, price_book, segment, currency)
    found = shown_quote(quote, as_of, stakeholders, None, seal, (*ranges, history, price_book))
    if isinstance(found, list):
        return padded([["", sentence] for sentence in found[:height]], height, width)
    if not _has_trade(found, trade):
        return padded([["", f'there is no trade "{text(trade)}"']], height, width)
    offered = _packages(Same(found), text(trade))
    return padded(package_table(offered, Speaker(found.quote.deal, spoken, found.quote.policy.currency)), height, width)


@catalogued()
def DEAL_PREPARE(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, show, language=None, as_of=None, seal=None, history=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """The asks that this client is likely to make (usual asks of the limits, needs of stakeholders, what this client asked for
    before), each with its cost, how far a rep may go alone, the counter-asks to name, and the sentence. Nothing while show is
    blank, for the search takes a second."""
    height, width = PREPARED_ROWS, len(PREPARED_COLUMNS)
    if yes_no(show) is not True:
        return padded([], height, width)
    spoken, fault = language_of(language)
    if fault:
        return padded([[fault]], height, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history, price_book, segment, currency)
    found = shown_quote(quote, as_of, stakeholders, None, seal, (*ranges, history, price_book))
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:height]], height, width)
    return padded(_prepared(Same(found), spoken), height, width)


@lru_cache(maxsize=REMEMBERED)
def _prepared(same: Same[ShownLedger], language: str) -> Rows:
    """The page before a call of a sound quote, kept while the quote is the same."""
    quote = same.it.quote
    speaker = Speaker(quote.deal, language, quote.policy.currency)
    return prepared_table(prepared_asks(quote, same.it.rules, speaker, same.it.advised_by or ()), speaker)


def _has_trade(found: ShownLedger, trade: object) -> bool:
    """Whether a quote has a trade of that id."""
    return any(one.id == text(trade) for one in found.quote.trades)


@lru_cache(maxsize=REMEMBERED)
def _packages(same: Same[ShownLedger], trade: str) -> Offered:
    """The packages of a trade of a sound quote; they take a second, so they are kept while the quote is the same."""
    quote = same.it.quote
    return find_packages(quote.deal, quote.trades, trade, same.it.rules, same.it.advised_by or ())
