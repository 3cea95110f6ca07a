"""What a valuation answers in JSON: value, components, the ledger and the fair shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..inputs.terms import Deal
from ..reading.deal_json import json_number
from ..reading.quote import Quote
from ..verdicts.ledger import Ledger
from ..verdicts.opening import Opening, typed_facts
from ..verdicts.shares import FairShares, Share
from ..verdicts.trades import ValuedChange, ValuedTrade
from .history_views import Past, past_document
from .notes import placeholders_of
from .views import listed_components, margin_share


def result(
    ledger: Ledger,
    shares: FairShares | None,
    unknown: Sequence[str] = (),
    past: Past | None = None,
    quote: Quote | None = None,
) -> dict[str, object]:
    """What a valuation answers in JSON. Money; null where a number needs an unknown input or has no price.

    past : what the client was given before; None where there is no history. quote : whose header is told with its trades' totals;
    None where there is only a deal.
    """
    document: dict[str, object] = {} if quote is None else {"quote": _header(quote)}
    for name, values in (("", ledger.opening), ("_now", ledger.now)):
        document |= {
            f"revenue{name}": json_number(float(values.revenue[0])),
            f"margin{name}": json_number(margin_share(values)),
        }
    document |= {
        "value": json_number(ledger.value),
        "components": {name: json_number(float(ledger.opening.components[name][0])) for name in listed_components(ledger)},
        "acv": json_number(float(ledger.opening.acv[0])),
        "change": json_number(ledger.change),
        "value_now": json_number(ledger.value_now),
        "ledger": [_ledger_entry(trade) for trade in ledger.trades],
    }
    if not math.isnan(ledger.break_even):
        document["break_even"] = ledger.break_even
    if quote is not None and not math.isnan(ledger.value) and not math.isnan(ledger.value_now):
        document["placeholders"] = list(placeholders_of(quote, ledger)[1])
    if ledger.against_standard is not None:
        document["opening"] = _opening(ledger.against_standard) | ({"facts": _facts(quote.deal)} if quote is not None else {})
    if shares is not None:
        document["shares"] = [_share(share) for share in shares.shares]
        if shares.sampled_orders:
            document["sampled_orders"] = shares.sampled_orders
    if past is not None:
        document["history"] = past_document(past)
    if unknown:
        document["unknown"] = list(unknown)
    return document


def _header(quote: Quote) -> dict[str, object]:
    """Whose quote it is: the filled cells of its header, and the currency of all money."""
    header: dict[str, object] = {name: words for name, words in sorted(quote.header.items()) if words}
    return header | {"currency": quote.policy.currency or quote.header.get("currency") or None}


def _entry(trade: ValuedTrade | Share) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": trade.trade.id,
        "cost": json_number(trade.cost),
        "worth": json_number(trade.worth),
        "net": json_number(trade.net),
        "shortfall": json_number(trade.shortfall),
        "verdict": str(trade.verdict),
        "authority": None if trade.authority is None else str(trade.authority),
    }
    return entry


def _ledger_entry(trade: ValuedTrade) -> dict[str, object]:
    """A trade with what its verdict follows from. break_even : null where the trade does not cost us."""
    entry = _entry(trade) | {
        "required": json_number(trade.required),
        "counted": json_number(trade.counted),
        "restored": json_number(trade.restored),
        "break_even": json_number(trade.break_even),
        "changes": [_change(one) for one in trade.changes],
    }
    if trade.drag:
        entry["drag"] = json_number(trade.drag)
    if trade.note:
        entry["note"] = trade.note
    if trade.ask_for:
        entry["ask_for"] = trade.ask_for
    return entry


def _change(valued: ValuedChange) -> dict[str, object]:
    """One change: `side` is where it is typed, `given` whether it moves its lever in the client's direction. A level of null is
    "none", or unknown where the trade cannot be told."""
    change = valued.change
    return {
        "lever": change.lever,
        "line": change.line,
        "side": "ask" if valued.is_ask else "counter",
        "from": json_number(valued.from_level),
        "to": json_number(change.to),
        "value": json_number(valued.value),
        "given": valued.is_given,
        "soft": valued.is_soft,
        "restored": json_number(valued.restored),
    }


def _facts(deal: Deal) -> list[dict[str, object]]:
    """What is typed and is neither a lever nor in the price book, with its worth against its neutral level."""
    return [
        {"fact": row.lever, "opening": json_number(row.opening), "value": json_number(row.value)} for row in typed_facts(deal)
    ]


def _opening(found: Opening) -> dict[str, object]:
    """The opening against the standard; the rows lead from the standard deal to the opening deal."""
    entry: dict[str, object] = {
        "standard_value": json_number(found.standard_value),
        "gave": json_number(found.gave),
        "net": json_number(found.net),
        "authority": str(found.authority),
        "blocked": found.is_blocked,
        "levers": [
            {
                "lever": row.lever,
                "line": row.line,
                "standard": json_number(row.standard),
                "opening": json_number(row.opening),
                "value": json_number(row.value),
                "authority": str(row.authority),
            }
            for row in found.rows
        ],
    }
    return entry | ({"note": found.note} if found.note else {})


def _share(share: Share) -> dict[str, object]:
    entry = _entry(share) | {
        "least_net": json_number(share.least_net),
        "greatest_net": json_number(share.greatest_net),
        "depends_on_order": share.depends_on_order,
    }
    return entry | ({"standard_error": json_number(share.standard_error)} if share.standard_error else {})
