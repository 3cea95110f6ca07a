"""The function catalogue: what a cell can ask. Ranges in, a table out; one call a table.

Thin wrappers over the engine, the same in every host: classic Excel, xlwings Lite, LibreOffice. A function is pure in its
arguments, but for the day on which limits are looked at: where `as_of` is left out it is the host's today. What is wrong with
the input comes back as text that names the place in the range ("CHECK: ..."), never as an exception and never as 0.

Arguments are left untyped and coerced here: typed hints break in one host or another.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from . import answer_functions as answer_functions
from .arguments import Argument as Argument
from .catalogue import CATEGORY as CATEGORY
from .catalogue import ENTRIES, catalogued
from .catalogue import CatalogueFunction as CatalogueFunction
from .counter_asks.sentences import Speaker
from .counter_asks.shown import ShownLedger
from .counter_asks.tables import BUNDLE_ROWS, COUNTER_ASK_ROWS, OFFER_COLUMNS, OFFER_ROWS, own_offer_table, trade_tables
from .counter_asks.tables import COLUMNS as COUNTER_ASK_COLUMNS
from .counter_asks.unasked_offers import own_offers
from .explaining.bridge import BRIDGE_ROWS, bridge_table
from .explaining.bridge import COLUMNS as BRIDGE_COLUMNS
from .explaining.explain import COLUMNS as EXPLAIN_COLUMNS
from .explaining.explain import EXPLAIN_ROWS, explain_table, explain_trade, unexplained
from .explaining.flips import COLUMNS as FLIP_COLUMNS
from .explaining.flips import FLIP_ROWS, flips_rows, unflipped
from .explaining.rules_of_thumb import COLUMNS as RULE_COLUMNS
from .explaining.rules_of_thumb import RULE_ROWS, rules_of_thumb, rules_table
from .explaining.step_worths import COLUMNS as RATE_COLUMNS
from .explaining.step_worths import RATE_ROWS, StepWorth, rates_table, step_worths
from .inputs.terms import units_of
from .pricing.components import COMPONENTS
from .pricing.valuation import value_states
from .ranges import (
    CHECK,
    REMEMBERED,
    Same,
    checked_quote,
    frozen,
    has_cells,
    is_unnamed,
    language_of,
    padded,
    people_of,
    problem_rows,
    quote_from_ranges,
    range_rows,
    shown_quote,
    shown_whole,
    status_of_seal,
    today_of,
)
from .reading.cells import Fault, places_as_cells, read_number, text
from .reading.names import known_name
from .reading.tables import LEVER_BY_WORD, TABLES, Table, plain
from .reading.trade_rows import has_trades
from .result_tables import views
from .result_tables.history_views import drag_sentence, past_of
from .result_tables.notes import NOTE_ROWS, notes_table
from .result_tables.opening_views import OPENING, OPENING_ROWS, opening_table
from .result_tables.verdict_looks import VERDICT_LOOKS
from .result_tables.views import Rows
from .seals.seal import scopes_said, sealed_limits, sealed_places
from .seals.trust import trust_here
from .verdicts.ledger import no_price, worst_trade
from .verdicts.shares import fair_shares
from .verdicts.trades import Change, Verdict

_INPUTS = EXPLAIN_COLUMNS.index("From")
_NOTE, _VERDICT, _MARK = (views.TRADE_RESULTS.index(name) for name in ("Note", "Verdict", "Mark"))


def catalogue() -> tuple[CatalogueFunction, ...]:
    """Every function, in the order in which the docs list them."""
    return tuple(sorted(ENTRIES, key=lambda entry: entry.call.__module__ != __name__))


@catalogued()
def DEAL_TRADES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, as_of=None, seal=None, approvals=None, history=None, stakeholders=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """Values every trade: where its levers start from, cost of the asks, worth of the counter-asks, net, shortfall, verdict and
    who may agree. One row for each row of the Trades table."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history, price_book, segment, currency)
    height, width = max(1, len(range_rows(trades)) - 1), len(views.TRADE_RESULTS)
    found = shown_quote(quote, as_of, stakeholders, approvals, seal, (*ranges, history, price_book))
    if isinstance(found, list):
        is_asked = has_trades(Table.of_range("Trades", range_rows(trades)))
        said_here = found[:height] if is_asked else []  # the Quote sheet says what is wrong with the rest
        return padded([[""] * _NOTE + [sentence] for sentence in said_here], height, width)
    rows = views.trade_results(found.quote, found.ledger, height)
    for problem in quote.problems:
        row = rows[problem.order[1] - 1]
        row[_MARK], row[_VERDICT] = VERDICT_LOOKS[Verdict.CANNOT_TELL].mark, views.CANNOT_TELL
        header = text(range_rows(trades)[0][problem.order[2]]) or problem.where  # the note stands in the row already
        row[_NOTE] = f"{row[_NOTE]} {CHECK}{replace(problem, where=header)}".strip()
    return rows


@catalogued()
def DEAL_VALUE(lines, terms, trades, limits, assumptions, policy, price_book=None, segment=None, currency=None):  # type: ignore[no-untyped-def]
    """Deal value, present value of revenue, margin and ACV: on the opening terms, on the terms as they are now, and the change.
    Where a trade cannot be read, the deal as it is now is unknown."""
    quote = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, None, price_book, segment, currency)
    found = shown_quote(quote, None)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:4]], 4, len(views.HEADLINE))
    return views.headline(found.ledger, is_told=len(found.quote.trades) == len(quote.trades) and not quote.problems)


@catalogued(table=False)
def DEAL_ASK(lines, terms, limits, assumptions, lever, line, to, segment=None):  # type: ignore[no-untyped-def]
    """What one change of one lever does to the value of the opening deal, in money; minus is a cost to us."""
    quote = quote_from_ranges(lines, terms, None, limits, assumptions, None, segment=segment)
    if quote.problems:
        return problem_rows(quote.problems)[0]
    known = LEVER_BY_WORD.get(plain(lever))
    company = next((one for one in quote.deal.company_levers if plain(one.name) == plain(lever)), None)
    if known is None and company is None:
        return f'{CHECK}lever: found "{text(lever)}", expected the name of a lever.'
    level = read_number(to, known.quantity if known else units_of(company))  # type: ignore[arg-type]
    if isinstance(level, Fault):
        return f"{CHECK}to: {level.found}, expected {level.expected}. {level.remedy}".strip()
    name = known.name if known else company.name  # type: ignore[union-attr]
    sold = known_name(text(line), (one.name for one in quote.deal.lines))
    if (
        known
        and known.is_on_line
        and not any(one.name == sold and one.kind in known.kinds for one in quote.deal.lines)
    ):
        return f'{CHECK}line: found "{text(line)}", expected a line that has {known.name}.'
    change = Change(name, sold or None, level)
    state = {quote.deal.address(change.lever, change.line): change.to}
    if (fault := no_price(quote.deal, state)) is not None:
        return f"{fault.verdict}: {fault.note}"
    before, after = value_states(quote.deal, [{}, state]).total
    return views.money(float(after - before))


@catalogued()
def DEAL_MARGIN(lines, terms, trades, limits, assumptions, policy, price_book=None, segment=None, currency=None):  # type: ignore[no-untyped-def]
    """Present value of revenue, cost and margin by year of service, opening and now. The totals are the deal values."""
    read = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, None, price_book, segment, currency)
    found = shown_quote(read, None)
    width = len(views.MARGIN_BY_YEAR)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[: views.YEAR_ROWS]], views.YEAR_ROWS, width)
    return padded(views.margin_by_year(found.ledger, found.quote.deal, is_told=not read.problems), views.YEAR_ROWS, width)


@catalogued()
def DEAL_COMPONENTS(lines, terms, trades, limits, assumptions, policy, price_book=None, segment=None, currency=None):  # type: ignore[no-untyped-def]
    """Every component of deal value (fees, costs, risk charges, soft value): opening, now and change."""
    read = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, None, price_book, segment, currency)
    found = shown_quote(read, None)
    if isinstance(found, list):
        rows: Rows = [[sentence] for sentence in found[:4]]
    else:
        rows = views.component_change(found.ledger, found.quote.places, is_told=not read.problems)
    return padded(rows, len(COMPONENTS) + 1, len(views.COMPONENT_CHANGE))


@catalogued()
def DEAL_SHARES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, seal=None, history=None, price_book=None, segment=None, currency=None
):
    """Each trade's fair share of the change in deal value (Owen value), in which the order of the trades plays no part, with its
    least and greatest net over all orders. One row a trade, filled up to the rows of the Trades table."""
    height, width = max(1, len(range_rows(trades)) - 1), len(views.SHARES)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_whole(checked_quote(ranges, None, seal, history, price_book, segment, currency), None)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:height]], height, width)
    shares = fair_shares(found.quote.deal, found.quote.trades, found.rules, found.ledger)
    return padded(views.share_table(shares), height, width)


@catalogued()
def DEAL_LIMITS(limits, policy, as_of=None, assumptions=None, seal=None, price_book=None):  # type: ignore[no-untyped-def]
    """Whether the limits hold on a day, until when, and what is known of their seal."""
    today = today_of(as_of)
    if isinstance(today, Fault):
        return padded([["Limits", "?", f"{CHECK}as_of: {today.found}, expected {today.expected}."]], 2, 3)
    bare = [["term", "opening"]], [["assumption", "value"]]
    quote = quote_from_ranges([["line", "kind"]], bare[0], None, limits, bare[1], policy)
    faults = [
        problem for problem in quote.problems if problem.order[0] in (TABLES.index("Limits"), TABLES.index("Policy"))
    ]
    assumed, book = (frozen(cells) if has_cells(range_rows(cells)) else () for cells in (assumptions, price_book))
    sealed = (frozen(limits), assumed, frozen(policy), book)
    status = status_of_seal(sealed, frozen(seal), today, scopes_said(range_rows(seal)), trust_here())
    if faults:
        sentences = [places_as_cells(sentence, sealed_places(range_rows(seal))) for sentence in problem_rows(faults)[:1]]
        return padded([["Limits", "?", sentences[0]], ["Seal", status.mark, status.sentence]], 2, 3)
    return padded(views.limits_status(replace(quote, limits=sealed_limits(quote.limits, status)), today, status), 2, 3)


def _counter_tables(
    found: ShownLedger | list[str], stakeholders: Any, trade: Any, language: Any, bundles: bool
) -> tuple[Rows, Rows]:
    """The rows of counter-asks and bundles for a trade, or what is wrong with the input."""
    spoken, fault = language_of(language)
    if fault:
        return [["", fault]], []
    if isinstance(found, list):
        return [["", sentence] for sentence in found], []
    people = people_of(stakeholders, found.quote.deal)
    return trade_tables(found.quote, _named(trade, found), people, found.rules, spoken, has_bundles=bundles, valued=found.ledger)


def _named(trade: object, found: ShownLedger) -> str:
    """The id of the trade to look at: the one that is named, or the worst."""
    return worst_trade(found.ledger) if is_unnamed(trade) else text(trade)


@catalogued()
def DEAL_COUNTER_ASKS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, trade, language=None, as_of=None, seal=None, history=None,
    price_book=None, segment=None, currency=None, approvals=None,
):  # fmt: skip
    """What a rep may ask for in return for a trade's ask: for every lever the smallest step that makes it a negotiation, what it
    is worth, what is left over, who may agree, and the two sentences to say. Least burden for the client first. Where no trade is
    named, the one with the largest shortfall is looked at."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, history, price_book, segment, currency, approvals), as_of)
    rows, _ = _counter_tables(found, stakeholders, trade, language, bundles=False)
    return padded(rows[:COUNTER_ASK_ROWS], COUNTER_ASK_ROWS, len(COUNTER_ASK_COLUMNS))


@catalogued()
def DEAL_BUNDLES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, trade, language=None, as_of=None, seal=None, history=None,
    price_book=None, segment=None, currency=None, approvals=None,
):  # fmt: skip
    """Two counter-asks together that make a trade a negotiation, least burden first; each bundle is valued as a whole. Nothing
    where no trade is named."""
    height, width = BUNDLE_ROWS, len(COUNTER_ASK_COLUMNS)
    if is_unnamed(trade):
        return padded([], height, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, history, price_book, segment, currency, approvals), as_of)
    _, rows = _counter_tables(found, stakeholders, trade, language, bundles=True)
    return padded(rows, height, width)


@catalogued()
def DEAL_OFFERS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, language=None, as_of=None, seal=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """What a rep can offer unasked: levers that answer a need of a stakeholder, as far as a rep may go alone, what each costs us
    and, by our estimate, is worth to them. Most worth to them for our cost first."""
    (spoken, fault), width = language_of(language), len(OFFER_COLUMNS)
    if fault:
        return padded([["", fault]], OFFER_ROWS, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, None, price_book, segment, currency), as_of)
    if isinstance(found, list):
        return padded([["", sentence] for sentence in found[:OFFER_ROWS]], OFFER_ROWS, width)
    quote = found.quote
    speaker = Speaker(quote.deal, spoken, quote.policy.currency)
    offers = own_offers(quote.deal, quote.trades, found.rules, people_of(stakeholders, quote.deal), found.ledger)
    return padded(own_offer_table(offers, speaker), OFFER_ROWS, width)


@catalogued()
def DEAL_DRAG(lines, terms, trades, limits, assumptions, policy, history=None, price_book=None, segment=None, currency=None):  # type: ignore[no-untyped-def]
    """What a discount that this client once got for nothing is expected to cost at renewals of the deal as it is now, with the
    manager's assumption, as a sentence; it is not included in totals."""
    read = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, history, price_book, segment, currency)
    found = shown_whole(read, None)
    if isinstance(found, list):
        return [[found[0]]]
    past = past_of(found.ledger.deal_now, found.quote.history, found.quote.policy)
    return [[drag_sentence(past, found.quote.policy.currency)]]


@catalogued()
def DEAL_OPENING(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, as_of=None, seal=None, price_book=None, segment=None, currency=None
):
    """The opening terms against our standard: each difference, what it does to deal value, and who must agree to it at least."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, None, price_book, segment, currency), as_of)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:OPENING_ROWS]], OPENING_ROWS, len(OPENING))
    return padded(opening_table(found.ledger.against_standard), OPENING_ROWS, len(OPENING))


@catalogued()
def DEAL_NOTES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, as_of=None, seal=None, price_book=None, segment=None, currency=None,
    approvals=None,
):
    """What to know before the numbers are used, as two sentences: what the opening terms already gave against our standard and
    who must agree, and how many of the assumptions that the verdicts rest on are placeholders."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, None, price_book, segment, currency, approvals), as_of)
    if isinstance(found, list):
        return padded([[found[0]]], NOTE_ROWS, 1)
    return notes_table(found.quote, found.ledger)


@lru_cache(maxsize=REMEMBERED)
def _step_worths(same: Same[ShownLedger]) -> tuple[StepWorth, ...]:
    """What a step of each lever is worth in the deal as it stands."""
    return step_worths(same.it.ledger.deal_now, same.it.rules)


def _head_math(found: ShownLedger | list[str], language: Any) -> tuple[Any, ...] | str:
    """The deal as it stands, its steps, its rules and who says them; or what is wrong with the input."""
    spoken, fault = language_of(language)
    if fault:
        return fault
    if isinstance(found, list):
        return found[0]
    deal = found.ledger.deal_now
    return deal, _step_worths(Same(found)), found.rules, Speaker(deal, spoken, found.quote.policy.currency)


@catalogued()
def DEAL_RATES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, language=None, as_of=None, seal=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """Head math: what one step of each lever costs us and pays us from the deal as it is now, as money and as a share of deal
    value. Dearest first."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, None, price_book, segment, currency)
    found = _head_math(shown_whole(quote, as_of), language)
    rows = [[found]] if isinstance(found, str) else rates_table(found[1], found[3])
    return padded(rows, RATE_ROWS, len(RATE_COLUMNS))


@catalogued()
def DEAL_RULES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, language=None, as_of=None, seal=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """Rules of thumb: so much of one lever is paid by so much of another, rounded up on the side that pays us, each with the
    range in which it holds."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, None, price_book, segment, currency)
    found = _head_math(shown_whole(quote, as_of), language)
    if isinstance(found, str):
        return padded([[found]], RULE_ROWS, len(RULE_COLUMNS))
    deal, worths, rules, speaker = found
    return padded(rules_table(rules_of_thumb(deal, rules, worths), speaker), RULE_ROWS, len(RULE_COLUMNS))


@catalogued()
def DEAL_EXPLAIN(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, trade,
    places=None, as_of=None, seal=None, history=None, approvals=None, stakeholders=None,
    price_book=None, segment=None, currency=None,
):  # fmt: skip
    """The math of a trade: first what leads to its verdict, then line by line what each change moves, how it is computed, from
    which inputs, before, after and the difference; the lines add up to cost and worth."""
    height, width = EXPLAIN_ROWS, len(EXPLAIN_COLUMNS)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history, price_book, segment, currency)
    found = shown_quote(quote, as_of, stakeholders, approvals, seal, (*ranges, history, price_book))
    if isinstance(found, list):
        return padded([["", sentence] for sentence in found[:height]], height, width)
    named = _named(trade, found)
    if not any(one.id == named for one in found.quote.trades):
        return padded(unexplained(named), height, width)
    rows = explain_table(explain_trade(found, named))[:height]
    for row in rows:
        row[_INPUTS] = places_as_cells(str(row[_INPUTS]), text(places))
    return padded(rows, height, width)


@catalogued()
def DEAL_BRIDGE(lines, terms, trades, limits, assumptions, policy, price_book=None, segment=None, currency=None):  # type: ignore[no-untyped-def]
    """The bridge from opening value to value now, trade by trade, as the bars of a waterfall: an unseen base and on it the total,
    the rise or the fall. Where many trades move the deal, the smallest are one bar."""
    read = quote_from_ranges(lines, terms, trades, limits, assumptions, policy, None, price_book, segment, currency)
    found = shown_whole(read, None)
    rows = [[sentence] for sentence in found[:BRIDGE_ROWS]] if isinstance(found, list) else bridge_table(found.ledger)
    return padded(rows, BRIDGE_ROWS, len(BRIDGE_COLUMNS))


@catalogued()
def DEAL_FLIPS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, trade, language=None, as_of=None, seal=None, history=None,
    price_book=None, segment=None, currency=None, approvals=None,
):  # fmt: skip
    """The flip test: the assumptions that would turn a trade's verdict, and at which value, nearest first. Nothing where no trade
    is named, for the search takes time."""
    height, width = FLIP_ROWS, len(FLIP_COLUMNS)
    if is_unnamed(trade):
        return padded([], height, width)
    spoken, fault = language_of(language)
    if fault:
        return padded([[fault]], height, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    found = shown_quote(checked_quote(ranges, as_of, seal, history, price_book, segment, currency, approvals), as_of)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:height]], height, width)
    if not any(one.id == text(trade) for one in found.quote.trades):
        return padded(unflipped(text(trade)), height, width)
    return padded(_flips(Same(found), text(trade), spoken), height, width)


@lru_cache(maxsize=REMEMBERED)
def _flips(same: Same[ShownLedger], trade: str, language: str) -> Rows:
    """The flip test of a trade of a sound quote; it takes a second, so it is kept while the quote is the same."""
    quote = same.it.quote
    return flips_rows(quote, same.it.rules, trade, Speaker(quote.deal, language, quote.policy.currency))
