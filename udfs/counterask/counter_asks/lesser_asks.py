"""What to offer where the answer is "no, but": less of what the client asks for, for a smaller counter-ask.

Of an ask that goes beyond what a rep may grant, as much is offered as the rep may grant; where all of it may be
granted, half of the way, rounded down to the lever's step. Counter-asks that were entered for the whole ask play no
part. An offer is a trade of its own: it is searched like any other and holds only if it is a negotiation.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ..verdicts.limits import Authority, Limit
from ..verdicts.trades import Change, Trade, client_direction, goes_to_client, quantity_of
from .lever_steps import negotiable_unit, steps_from
from .positions import Position


def lesser_asks(position: Position) -> tuple[Change, ...]:
    """What a rep can offer instead of a trade's asks; () where there is no level between what stands and what is
    asked."""
    moves = [(ask, _start(position, ask)) for ask in position.trade.asks]
    moves = [(ask, start) for ask, start in moves if _goes_clients_way(position, ask, start)]
    rows = {ask: _row(position, ask) for ask, _ in moves}
    is_beyond = {ask: _authority(position, ask, rows[ask]) > Authority.REP for ask, _ in moves}
    offered: list[Change] = []
    for ask, start in moves:
        if is_beyond[ask]:
            to = _within(position, ask, start, rows[ask])
        elif any(is_beyond.values()):
            to = ask.to
        else:
            to = _half_way(position, ask, start, rows[ask])
        if to is not None:
            offered.append(replace(ask, to=to))
    return tuple(offered)


def offer_position(position: Position) -> Position | None:
    """Where a rep stands with the lesser asks instead, or None where there is nothing to offer. What changes nothing in the deal
    is not offered."""
    asks = lesser_asks(position)
    while asks:
        found = position.with_trade(Trade(position.trade.id, position.trade.response, asks))
        if found.obstacle is not None:
            return None
        idle = next((ask for ask in asks if ask in found.idle_asks), None)
        if idle is None:
            return found
        asks = tuple(ask for ask in asks if ask != idle)
    return None


def _start(position: Position, ask: Change) -> float:
    address = position.deal.address(ask.lever, ask.line)
    return position.before.get(address, position.deal.input_at(address))


def _row(position: Position, ask: Change) -> Limit | None:
    limits = position.rules.limits
    return limits.row(ask.lever, ask.line) if limits else None


def _goes_clients_way(position: Position, ask: Change, start: float) -> bool:
    return not math.isnan(start) and not math.isnan(ask.to) and goes_to_client(position.deal, ask.lever, start, ask.to)


def _authority(position: Position, ask: Change, row: Limit | None) -> Authority:
    return row.authority(ask.to, client_direction(position.deal, ask.lever)) if row else Authority.MANAGER


def _within(position: Position, ask: Change, start: float, row: Limit | None) -> float | None:
    """The farthest that a rep may go towards an ask, or None where that is nowhere."""
    if row is None or math.isnan(row.rep_to):
        return None
    is_between = goes_to_client(position.deal, ask.lever, start, row.rep_to)
    return row.rep_to if is_between and goes_to_client(position.deal, ask.lever, row.rep_to, ask.to) else None


def _half_way(position: Position, ask: Change, start: float, row: Limit | None) -> float | None:
    """Half of the way to an ask, rounded down to a step or a listed level; None where none lies between."""
    if not (math.isfinite(start) and math.isfinite(ask.to)):
        return None
    wants, middle = client_direction(position.deal, ask.lever), (start + ask.to) / 2.0
    if row is not None and row.levels:
        between = (level for level in row.levels if 0.0 < wants * (level - start) <= wants * (middle - start))
        levels = sorted(between, reverse=wants < 0)
    else:
        levels = steps_from(start, middle, negotiable_unit(row or Limit(ask.lever, ask.line)), wants)[0].tolist()
    if not levels:
        return None
    to = levels[-1]
    return to if quantity_of(position.deal, ask.lever).fault(to) is None and to != ask.to else None
