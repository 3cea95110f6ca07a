"""What the verdicts of a quote rest on: how many of the assumptions that the deal reads are still placeholders."""

from __future__ import annotations

import math

from ..pricing.valuation import assumptions_read
from ..reading.evidence import placeholders
from ..reading.quote import Quote
from ..verdicts.ledger import Ledger


def evidence_sentence(quote: Quote, ledger: Ledger) -> str:
    """How many placeholders the verdicts rest on, with the shape of a sentence on a sheet.

    An assumption counts where the value of the opening deal or of the deal now needs it.
    """
    if math.isnan(ledger.value) or math.isnan(ledger.value_now):
        return "? Placeholders: cannot tell while an input is blank."
    needed = {name for deal in (quote.deal, ledger.deal_now) for name in assumptions_read(deal)}
    found = placeholders(quote.evidence, needed)
    if not found:
        return f"✔ The verdicts rest on {len(needed)} assumptions, and none of them is a placeholder."
    are = "is a placeholder" if len(found) == 1 else "are placeholders"
    advice = "replace it by your own figure" if len(found) == 1 else "replace them by your own figures"
    return f"▲ {len(found)} of the {len(needed)} assumptions that the verdicts rest on {are}: {advice}."
