"""What a rep can offer unasked: levers that answer somebody's need and cost us little, as far as a rep may go alone.

What an answer is worth to the client is our estimate, from the stakeholders. It ranks; it enters no value of ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..inputs.levers import LEVER_BY_NAME
from ..inputs.terms import Address, Deal
from ..pricing.valuation import value_states
from ..reading.stakeholders import Stakeholder
from ..verdicts.ledger import Ledger, ledger, no_price
from ..verdicts.trades import HALF_A_CENT, Change, Rules, Trade, goes_to_client, soft


@dataclass(frozen=True)
class OwnOffer:
    """One lever moved the client's way, to where a rep may go alone.

    cost : what it does to deal value as the deal stands now, money, at most 0 for a real concession. worth_to_them :
    money, our estimate, 0 where there is none; where a lever can be offered on several lines, shared out by what each
    costs us. people : whose need it answers. is_soft : whether its cost rests on an estimate.
    """

    lever: str
    line: str | None
    from_level: float
    to: float
    cost: float
    worth_to_them: float
    people: tuple[Stakeholder, ...]
    is_soft: bool = False

    @property
    def change(self) -> Change:
        """The offer as it is typed in, as an ask of the client."""
        return Change(self.lever, self.line, self.to)

    @property
    def return_on_cost(self) -> float:
        """Worth to them for each unit of our cost; infinite where it pays us."""
        return math.inf if self.cost > 0.0 else self.worth_to_them / -self.cost


def lapsed_offers(deal: Deal, rules: Rules, stakeholders: Sequence[Stakeholder]) -> str:
    """Why something that a stakeholder needs cannot be offered on this day, or "": the first limit that is not in force."""
    levers = dict.fromkeys(lever for one in stakeholders for lever in one.levers)
    places = ((lever, None if line is None else deal.lines[line].name) for lever in levers for line, _ in deal.addresses(lever))
    return (rules.limits.lapses(places, rules.as_of) if rules.limits is not None else None) or ""


def own_offers(
    deal: Deal, trades: Sequence[Trade], rules: Rules, stakeholders: Sequence[Stakeholder], valued: Ledger | None = None
) -> tuple[OwnOffer, ...]:
    """Offers that answer a need, those first that are worth most to them for what they cost us.

    A lever is offered where its limits row names a finite level that a rep may grant beyond where the lever stands
    now. All are valued in one batch. Left out is what has no price, and what moves nothing in the deal as it stands (a
    rebate without a threshold): it would be empty words. valued : the ledger of the trades, where there is one.
    """
    if rules.limits is None:
        return ()
    now = (valued or ledger(deal, trades, rules, has_opening=False)).state_now
    candidates: list[tuple[str, str | None, Address, float, float]] = []
    for lever in dict.fromkeys(lever for one in stakeholders for lever in one.levers):
        known = LEVER_BY_NAME.get(lever)
        fitting = [line.name for line in deal.lines if known is not None and line.kind in known.kinds]
        lines: list[str | None] = [*fitting] if known is not None and known.is_on_line else [None]
        for line in lines:
            row = rules.limits.row(lever, line)
            if row is None or not math.isfinite(row.rep_to):
                continue
            if rules.limits.lapses([(lever, line)], rules.as_of):
                continue
            address = deal.address(lever, line)
            start = now.get(address, deal.input_at(address))
            if not math.isnan(start) and goes_to_client(deal, lever, start, row.rep_to):
                candidates.append((lever, line, address, start, row.rep_to))
    totals = value_states(deal, [now, *({**now, address: to} for _, _, address, _, to in candidates)]).total
    found = []
    for (lever, line, address, start, to), total in zip(candidates, totals[1:].tolist(), strict=True):
        cost = total - float(totals[0])
        if not math.isfinite(cost) or abs(cost) < HALF_A_CENT or no_price(deal, {**now, address: to}) is not None:
            continue
        people = tuple(one for one in stakeholders if lever in one.levers)
        worth = math.fsum(one.worth_to_them for one in people if not math.isnan(one.worth_to_them))
        found.append(OwnOffer(lever, line, start, to, cost, worth, people, soft(deal, Change(lever, line, to), rules.limits)))
    every = {one.lever: math.fsum(min(0.0, other.cost) for other in found if other.lever == one.lever) for one in found}
    shared = [
        replace(one, worth_to_them=one.worth_to_them * one.cost / every[one.lever]) if one.line and one.cost < 0.0 else one
        for one in found
    ]
    return tuple(sorted(shared, key=lambda one: (-round(one.return_on_cost, 9), -one.cost)))
