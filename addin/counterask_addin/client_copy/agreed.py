"""The allow-list: what a client may know of a quote. The only module here that takes anything from one.

What is agreed is a deal with every confidential number blanked out, so that whatever is made of it cannot tell one. A
chance that the client gives a reference or an introduction is our estimate: of it only stays that the client promised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from counterask.counter_asks.shown import Context, ShownLedger, shown_ledger
from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVERS, LINE_LEVERS, TERM_LEVERS, Sees, inputs_of
from counterask.inputs.quantities import UNKNOWN
from counterask.inputs.terms import Assumptions, CompanyLever, Deal, Line, Terms
from counterask.pricing.without_effect import without_effect
from counterask.reading.quote import Quote
from counterask.seals.approvals import with_approvals
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import HALF_A_CENT, Change, Response, ValuedTrade, Verdict

OPEN, PROMISED, CLOSED = (frozenset(lever.name for lever in LEVERS if lever.client_sees is sees) for sees in Sees)
"""Levers whose level a client knows; those of which it only knows that something was agreed; those that it never sees.

A list price is shown only where a trade spoke of its discount, or where the discount ends while the line still runs.
"""
_DISCOUNTS = frozenset({"discount", "discount_months"})
_LEFT_OUT = frozenset({Verdict.BLOCKED, Verdict.CANNOT_TELL})
_GIVEN_AWAY = frozenset({Verdict.UNBALANCED, Verdict.CONCESSION})
_MOST_ROUNDS = 60


@dataclass(frozen=True)
class AgreedTrade:
    """What a granted trade gives the client and what we get, as far as it still stands and may be told."""

    gives: tuple[Change, ...]
    gets: tuple[Change, ...]


@dataclass(frozen=True)
class Agreed:
    """What a client may know.

    deal : the terms as they stand, with every confidential number unknown; money in `currency`. A line keeps its product, which
    says which line it continues and is not shown. quoted, valid_until :
    days, or the text that stands in the quote. paid_in : the currency that the client pays in. rate : units of `currency` for
    one of `base`, None where nothing was converted. shown_discounts : the lines of whose discount a trade spoke.
    """

    client: str
    currency: str
    base: str
    paid_in: str
    rate: float | None
    quoted: date | str
    valid_until: date | str
    deal: Deal
    trades: tuple[AgreedTrade, ...]
    shown_discounts: frozenset[str]


@dataclass(frozen=True)
class Settlement:
    """Which trades go into a client copy. valued : the ledger of those. left_out : those that nobody may agree to."""

    valued: Ledger
    left_out: tuple[ValuedTrade, ...]

    @property
    def given_away(self) -> tuple[ValuedTrade, ...]:
        """Trades that go out although we get less than they cost."""
        return tuple(trade for trade in self.valued.trades if trade.verdict in _GIVEN_AWAY)

    @property
    def above_rep(self) -> tuple[ValuedTrade, ...]:
        """Trades that go out and need more than a rep's word."""
        granted = (trade for trade in self.valued.trades if trade.trade.response == Response.YES)
        above = (trade for trade in granted if not trade.is_approved)
        return tuple(trade for trade in above if trade.authority in (Authority.MANAGER, Authority.FINANCE))


def without_return(valued: Ledger) -> tuple[ValuedTrade, ...]:
    """Negotiations that give the client something and of whose return a client may read nothing: it is an input of ours, it has
    been changed by a later trade, or it moves nothing."""
    granted = [one for one in valued.trades if one.trade.response == Response.YES and one.verdict == Verdict.NEGOTIATION]
    said = [(one, told(one, valued.deal_now)) for one in granted]
    return tuple(one for one, read in said if read.gives and not read.gets and (one.trade.counters or one.cost < -HALF_A_CENT))


def settle(shown: ShownLedger) -> Settlement:
    """Leave out what is blocked or cannot be told, and judge the rest as if it had never been there."""
    quote, trades, left_out = shown.quote, shown.quote.trades, []
    for turn in range(_MOST_ROUNDS + 1):
        rest = shown_ledger(replace(quote, trades=trades), Context(shown.rules.as_of))
        valued = with_approvals(rest.ledger, shown.approvals)
        bad = [trade for trade in valued.trades if trade.verdict in _LEFT_OUT]
        if not bad:
            break
        # A trade without a price may be the reason that later ones have none: so one of these at a time.
        unpriced = [trade for trade in bad if math.isnan(trade.net)]
        out = bad if turn == _MOST_ROUNDS else [trade for trade in bad if trade not in unpriced[1:]]
        left_out += out
        gone = {trade.trade.id for trade in out}
        trades = tuple(trade for trade in trades if trade.id not in gone)
    order = {trade.id: place for place, trade in enumerate(quote.trades)}
    return Settlement(valued, tuple(sorted(left_out, key=lambda one: order[one.trade.id])))


def agreed_of(quote: Quote, valued: Ledger, rate: float | None = None) -> Agreed:
    """What a client may know of a quote whose ledger is given. rate : units of the client's currency for one of ours."""
    base = quote.policy.currency or quote.header.get("currency", "")
    paid_in = quote.header.get("client_currency", "") or base
    granted = [trade for trade in valued.trades if trade.trade.response == Response.YES]
    deal = _opened(valued.deal_now, granted, 1.0 if rate is None else rate)
    trades = tuple(told(trade, valued.deal_now) for trade in granted)
    spoken = {change.line for trade in trades for change in (*trade.gives, *trade.gets) if change.lever in _DISCOUNTS}
    return Agreed(
        quote.header.get("client", ""),
        base if rate is None else paid_in,
        base,
        paid_in,
        rate,
        _day(quote.header.get("quote_date", "")),
        _day(quote.header.get("valid_until", "")),
        deal,
        tuple(trade for trade in trades if trade.gives or trade.gets),
        frozenset(line for line in spoken if line),
    )


def blanks(quote: Quote, deal: Deal) -> tuple[str, ...]:
    """What a client would read and what is blank in a deal, each as "place (name)"."""
    wanted = [
        (place, lever.name)
        for place, line in enumerate(deal.lines)
        for lever in inputs_of(line.kind)
        if lever.name in OPEN
    ]
    addresses = [*wanted, *((None, lever.name) for lever in TERM_LEVERS if lever.name in OPEN)]
    addresses += [(None, lever.name) for lever in deal.company_levers]
    return tuple(
        f"{quote.places.get(address, 'missing')} ({deal.spoken(address)})"
        for address in addresses
        if math.isnan(deal.input_at(address))
    )


def _opened(deal: Deal, granted: Sequence[ValuedTrade], rate: float) -> Deal:
    """A deal in which only what a client may know is known."""
    promised = {
        change.change.lever for trade in granted for change in trade.changes if not change.is_ask and change.change.to > 0
    }
    unseen = Assumptions(**{assumption.name: UNKNOWN for assumption in ASSUMPTIONS})
    lines = []
    for line in deal.lines:
        levels = {lever.name: getattr(line, lever.name) if lever.name in OPEN else UNKNOWN for lever in LINE_LEVERS}
        lines.append(Line(line.name, line.kind, product=line.product, **{**levels, "list_price": line.list_price * rate}))
    terms = Terms(**{lever.name: _seen(lever.name, getattr(deal.terms, lever.name), promised) for lever in TERM_LEVERS})
    company = tuple(
        CompanyLever(one.name, one.unit, UNKNOWN, UNKNOWN, None, UNKNOWN, False, False, one.units) for one in deal.company_levers
    )
    return Deal(tuple(lines), terms, unseen, company)


def _seen(name: str, level: float, promised: set[str]) -> float:
    """A term's level as a client may know it; of a promise 1 or 0."""
    if name in PROMISED:
        return float(name in promised and level > 0)
    return level if name in OPEN else UNKNOWN


def told(trade: ValuedTrade, now: Deal | None = None) -> AgreedTrade:
    """A trade as a client may read it: what moved, without numbers that are ours alone. now : the deal in which a change must
    still stand, and have an effect, to be told; None for an offer that is not made yet."""

    def said(of_asks: bool) -> tuple[Change, ...]:
        found = []
        for one in trade.changes:
            change = one.change
            stands = now is None or (
                now.input_at(address := now.address(change.lever, change.line)) == change.to
                and (not without_effect(now, address) or change.to == 0.0)
            )
            if one.is_ask == of_asks and stands and change.to != one.from_level and change.lever not in CLOSED:
                if change.lever in PROMISED:
                    change = replace(change, to=1.0 if change.to > 0 else 0.0)
                found.append(change)
        return tuple(change for change in found if change.lever != "list_price")

    return AgreedTrade(said(True), said(False))


def _day(text: str) -> date | str:
    """A day where the text is one, else the text."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return text.strip()
