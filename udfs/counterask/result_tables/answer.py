"""What a valuation answers in JSON: value, components, the ledger and the fair shares."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.deal_json import json_number
from ..verdicts.shares import FairShares, Share
from ..verdicts.trades import Ledger, ValuedTrade
from .history_views import Past, past_document


def result(
    ledger: Ledger, shares: FairShares | None, unknown: Sequence[str] = (), past: Past | None = None
) -> dict[str, object]:
    """What a valuation answers in JSON. Money; null where a number needs an unknown input or has no price.

    past : what the client was given before; None where there is no history.
    """
    document: dict[str, object] = {
        "value": json_number(ledger.value),
        "components": {name: json_number(float(column[0])) for name, column in ledger.opening.components.items()},
        "acv": json_number(float(ledger.opening.acv[0])),
        "change": json_number(ledger.change),
        "value_now": json_number(ledger.value_now),
        "ledger": [_entry(trade) for trade in ledger.trades],
    }
    if shares is not None:
        document["shares"] = [_share(share) for share in shares.shares]
        if shares.sampled_orders:
            document["sampled_orders"] = shares.sampled_orders
    if past is not None:
        document["history"] = past_document(past)
    if unknown:
        document["unknown"] = list(unknown)
    return document


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
    if isinstance(trade, ValuedTrade) and trade.drag:
        entry["drag"] = json_number(trade.drag)
    if isinstance(trade, ValuedTrade) and trade.note:
        entry["note"] = trade.note
    return entry


def _share(share: Share) -> dict[str, object]:
    entry = _entry(share) | {
        "least_net": json_number(share.least_net),
        "greatest_net": json_number(share.greatest_net),
        "depends_on_order": share.depends_on_order,
    }
    return entry | ({"standard_error": json_number(share.standard_error)} if share.standard_error else {})
