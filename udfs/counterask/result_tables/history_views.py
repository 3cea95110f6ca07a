"""What a client was given before, as people and programs see it: the sums, and the drag on renewals as a line of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..inputs.terms import Deal
from ..reading.history import Concession, Drag, drag
from ..verdicts.limits import Policy

STALL = "stall"


@dataclass(frozen=True)
class Past:
    """The history in numbers.

    given, got : what earlier concessions cost, at most 0, and what they were worth, money. times : rows with a cost or a
    worth. stalls : earlier stalls. is_taught : whether the client ever got a discount for nothing. drag : what that is
    expected to cost at renewals of this deal.
    """

    given: float
    got: float
    times: int
    stalls: int
    is_taught: bool
    drag: Drag
    policy: Policy


def past_of(deal: Deal, history: Sequence[Concession], policy: Policy) -> Past:
    """The history of a client, and its drag on a deal as it stands."""
    costs = [row.cost for row in history if not math.isnan(row.cost)]
    worths = [row.worth for row in history if not math.isnan(row.worth)]
    return Past(
        math.fsum(costs),
        math.fsum(worths),
        sum(bool((not math.isnan(row.cost) and row.cost) or (not math.isnan(row.worth) and row.worth)) for row in history),
        sum(row.event.strip().lower() == STALL for row in history),
        any(row.taught_discount for row in history),
        drag(deal, history, policy.taught_discount_drag),
        policy,
    )


def past_sentence(past: Past, currency: str) -> str:
    """What was given before and what came back."""
    stalls = f"; stalls: {past.stalls}" if past.stalls else ""
    if not past.times:
        return f"Nothing was given to this client before{stalls}."
    return f"Given to this client before: {_money(-past.given, currency)}; got for it: {_money(past.got, currency)}{stalls}."


def drag_sentence(past: Past, currency: str) -> str:
    """The drag on renewals, with the manager's assumption, and whether it counts in verdicts."""
    if not past.is_taught:
        return "✔ Drag at renewals: none. No discount was given to this client for nothing."
    if not past.drag.is_taught:
        return "✔ Drag at renewals: none. The discounts given for nothing were on lines that this quote does not hold."
    if math.isnan(past.policy.taught_discount_drag):
        return (
            "? Drag at renewals: cannot tell. A discount was given for nothing, and the policy's taught discount drag is blank."
        )
    if math.isnan(past.drag.value):
        return "? Drag at renewals: cannot tell. An input that the value needs is unknown."
    counts = "it does not affect the verdict"
    if past.policy.drag_counts:
        counts = "a further discount counts its own drag in its verdict"
    share = f"{past.policy.taught_discount_drag:.0%}"
    return (
        f"▲ Drag at renewals: {_money(past.drag.value, currency)}, if {share} of what was given for nothing is expected again "
        f"(policy). It is not included in totals; {counts}."
    )


def past_document(past: Past) -> dict[str, object]:
    """The history for JSON. Money; null where it cannot be told."""
    return {
        "given": past.given,
        "got": past.got,
        "stalls": past.stalls,
        "taught": [{"line": line, "discount": share} for line, share in past.drag.taught],
        "taught_discount_drag": _number(past.policy.taught_discount_drag),
        "drag": _number(past.drag.value),
        "drag_counts": bool(past.policy.drag_counts),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _money(value: float, currency: str) -> str:
    return f"{currency} {value:,.0f}".strip()
