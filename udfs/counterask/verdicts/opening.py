"""The opening deal against the standard deal: what was given away before the first trade, and who has to agree to it.

The standard deal is the opening deal with each lever at its standard, and the inputs of each line that names a product as the
price book has them. From there to the opening deal is one row for each difference, each valued with the earlier ones applied.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..inputs.levers import LEVER_BY_NAME, LEVERS
from ..inputs.price_book import PRICED, PriceBook
from ..inputs.terms import Address, Deal, Line
from ..pricing.horizon import in_whole_years, months_needed
from ..pricing.scenarios import Array
from ..pricing.valuation import value_states
from .held_levels import held_level
from .judging import falls_below_floor
from .limits import Authority
from .standards import standard_of
from .trades import HALF_A_CENT, Rules, State, client_direction, goes_to_client

"""The input of the price book that the client reads and agrees to; costs and the like are ours alone."""


@dataclass(frozen=True)
class OpeningRow:
    """One difference between the standard and the opening.

    lever, line : which. standard, opening : levels. value : what it does to deal value, money; NaN where it has no price.
    authority : who may agree to it. is_given : whether it goes the client's way. is_off_book : whether it is a difference from
    the price book in an input that is no lever.
    """

    lever: str
    line: str | None
    standard: float
    opening: float
    value: float = math.nan
    authority: Authority = Authority.REP
    is_given: bool = False
    is_off_book: bool = False


@dataclass(frozen=True)
class Opening:
    """The opening judged like a trade that asks for nothing.

    standard_value : of the standard deal. gave : the sum of the rows below 0. net : the sum of all rows. authority : who may
    agree to the opening. rows : from the standard deal to the opening deal, in order. note : why it cannot be told or is
    blocked, in a sentence. All money; NaN where there is none.
    """

    standard_value: float
    gave: float
    net: float
    authority: Authority
    rows: tuple[OpeningRow, ...] = ()
    note: str = ""

    @property
    def is_blocked(self) -> bool:
        """Whether a hard stop is crossed."""
        return self.authority == Authority.NOBODY


@dataclass(frozen=True)
class OpeningPlan:
    """What is to be valued. rows : without values. states : the deal before each row, as inputs that differ from the opening; the
    first is the standard deal, and after the last row comes the opening itself."""

    rows: tuple[OpeningRow, ...] = ()
    addresses: tuple[Address, ...] = ()
    states: tuple[State, ...] = field(default=())


def plan_opening(deal: Deal, rules: Rules) -> OpeningPlan:
    """The rows from standard to opening: price-book differences by line and input, then levers that differ in the client's
    direction, then the others, each in the order of the registry (company levers last) and of the lines."""
    off_book = rules.price_book.differences(deal.lines) if rules.price_book is not None else []
    found: list[tuple[Address, OpeningRow]] = []
    for place, known, level in off_book:
        line = deal.lines[place]
        row = OpeningRow(known.name, line.name, level, getattr(line, known.name), is_off_book=True)
        found.append(((place, known.name), replace(row, authority=rules.policy.off_book_authority)))
    of_the_book = {address for address, _ in found}
    levers = [_row(deal, rules, address) for address in _addresses(deal) if address not in of_the_book]
    differing = [one for one in levers if one is not None]
    found += [one for one in differing if one[1].is_given]
    found += [one for one in differing if not one[1].is_given]
    standards = {address: row.standard for address, row in found}
    states = []
    for address, _ in found:
        states.append(dict(standards))
        del standards[address]
    return OpeningPlan(tuple(row for _, row in found), tuple(address for address, _ in found), tuple(states))


def _addresses(deal: Deal) -> list[Address]:
    known = [address for lever in LEVERS for address in deal.addresses(lever.name)]
    return known + [(None, lever.name) for lever in deal.company_levers]


def _row(deal: Deal, rules: Rules, address: Address) -> tuple[Address, OpeningRow] | None:
    """The row of a lever that is not at its standard, without its value; None where it is, or has none."""
    place, name = address
    standard, opening = standard_of(deal, rules, address), deal.input_at(address)
    if math.isnan(standard) or opening == standard:
        return None
    where = deal.lines[place].name if place is not None else None
    is_given = goes_to_client(deal, name, standard, opening)
    authority = Authority.REP
    if is_given:
        held = held_level(deal, rules, address)
        judged_by = held.judged_by if held is not None else ((name, where, opening),)
        authority = max(_level_authority(deal, rules, *one) for one in judged_by)
    return address, OpeningRow(name, where, standard, opening, authority=authority, is_given=is_given)


def _level_authority(deal: Deal, rules: Rules, lever: str, line: str | None, opening: float) -> Authority:
    """Who may agree to a level; finance at least where a row that holds for it is not in force."""
    limits = rules.limits
    row = limits.row(lever, line) if limits is not None else None
    if row is None or limits is None or math.isnan(opening):
        return Authority.MANAGER
    if limits.lapses([(lever, line)], rules.as_of) is not None:
        return Authority.FINANCE
    return row.authority(opening, client_direction(deal, lever))


def judge_opening(deal: Deal, rules: Rules, plan: OpeningPlan, totals: Array, margins: Sequence[float]) -> Opening:
    """The opening with its values. totals : (rows + 1,) deal value in each state of the plan, and of the opening, money.
    margins : of the standard deal and of the opening; NaN where there is no floor."""
    assert rules.limits is not None
    priced = np.where(np.isinf(totals), np.nan, totals)
    values = np.diff(priced).tolist()
    needed, noted = _beyond(deal, plan)
    if not needed and np.isinf(totals[:-1]).any():
        needed = "the standard deal has no finite price: give each liability cap a standard"
    values = [math.nan if row in noted else value for row, value in enumerate(values)]
    rows = tuple(replace(row, value=value) for row, value in zip(plan.rows, values, strict=True))
    gave, net = math.fsum(min(0.0, row.value) if row.value == row.value else math.nan for row in rows), math.fsum(values)
    authority = [Authority.REP, *(row.authority for row in rows)]
    note = needed or rules.limits.lapses([(row.lever, row.line) for row in rows if not row.is_off_book], rules.as_of) or ""
    note = note or _expired_products(deal, rules)
    if rules.limits.lapse_of_all(rules.as_of) is not None:
        authority = [Authority.REP]
    if note or math.isnan(net):
        authority.append(Authority.FINANCE)
    book = rules.price_book
    if book is not None and any(is_off_book(book, deal.lines, place) for place in range(len(deal.lines))):
        authority.append(rules.policy.off_book_authority)
    if gave <= -HALF_A_CENT:
        authority.append(rules.policy.concession_authority)
    if len(margins) and falls_below_floor(margins[0], margins[-1], rules.policy):
        authority.append(Authority.FINANCE)
    return Opening(float(priced[0]), gave, net, max(authority), rows, note)


def _beyond(deal: Deal, plan: OpeningPlan) -> tuple[str, frozenset[int]]:
    """Which rows lie beyond the horizon, and why, in a sentence."""
    ends = (*plan.states[1:], {}) if plan.states else ()
    needed = {
        place: max(months_needed(deal, address, state) for state in (before, after))
        for place, (address, before, after) in enumerate(zip(plan.addresses, plan.states, ends, strict=True))
    }
    horizon = deal.assumptions.horizon_months
    beyond = {place: months for place, months in needed.items() if months > horizon}
    return beyond_words(horizon, max(beyond.values())) if beyond else "", frozenset(beyond)


def beyond_words(horizon: float, months: float) -> str:
    """That months lie beyond the horizon, and which horizon would hold them."""
    least = in_whole_years(months)
    return f"months beyond the horizon of {horizon:g} are not priced; set horizon_months to at least {least:g}"


def is_off_book(book: PriceBook, lines: Sequence[Line], place: int) -> bool:
    """Whether a line names no product, or another one than it is compared with."""
    return not lines[place].product or book.product_of(lines[place]) is not book.compared_with(lines, place)


def typed_facts(deal: Deal) -> tuple[OpeningRow, ...]:
    """Inputs of the opening that are neither a lever nor in the price book, and are not neutral: facts about the client that
    nobody agrees to and that only a record can prove. Each with what it does to deal value against its neutral level.
    """
    names = [known.name for known in LEVERS if not known.is_negotiable and known.name not in PRICED]
    found = []
    for address in (address for name in names for address in deal.addresses(name)):
        neutral, level = LEVER_BY_NAME[address[1]].quantity.neutral, deal.input_at(address)
        if level != neutral and not math.isnan(level):
            found.append((address, neutral, level))
    if not found:
        return ()
    totals = value_states(deal, [{}, *({address: neutral} for address, neutral, _ in found)]).total
    values = [value if math.isfinite(value) else math.nan for value in (totals[0] - totals[1:]).tolist()]
    where = [None if place is None else deal.lines[place].name for (place, _), _, _ in found]
    return tuple(
        OpeningRow(name, line, neutral, level, value)
        for ((_, name), neutral, level), line, value in zip(found, where, values, strict=True)
    )


def _expired_products(deal: Deal, rules: Rules) -> str:
    """Which product of the quote is no longer in the price book on the day, in a sentence, or ""."""
    if rules.price_book is None or rules.as_of is None:
        return ""
    for line in deal.lines:
        product = rules.price_book.product_of(line)
        if product is not None and product.valid_until is not None and rules.as_of > product.valid_until:
            return f"the price book's row for {product.name} was valid until {product.valid_until.isoformat()}"
    return ""

