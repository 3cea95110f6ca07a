"""What to know before the numbers of a quote are used, in sentences: what its opening gave away, and what its verdicts rest on.

Each begins with the shape that a sentence on a sheet has.
"""

from __future__ import annotations

import math

from ..inputs.assumptions import ASSUMPTION_BY_NAME
from ..inputs.labels import label_of
from ..inputs.terms import Deal
from ..pricing.lines import SERVED, lines_of_product
from ..pricing.valuation import assumptions_read
from ..pricing.without_effect import idle_discounts
from ..reading.evidence import placeholders
from ..reading.quote import Quote
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import HALF_A_CENT
from .views import Rows

NOTE_ROWS = 2
_MOST_NAMED = 3
_NEEDS = {Authority.REP: "a rep may agree", Authority.MANAGER: "a manager must agree", Authority.FINANCE: "finance must agree"}


def notes_table(quote: Quote, ledger: Ledger) -> Rows:
    """The sentence on the opening, with those on levels that have no effect, and the one on placeholders, a row each."""
    opening = " ".join([opening_sentence(quote, ledger), *idle_sentences(quote, ledger)]).strip()
    return [[opening], [evidence_sentence(quote, ledger)]]


def idle_sentences(quote: Quote, ledger: Ledger) -> list[str]:
    """Discounts and rebates of the opening that change nothing, neither at the opening nor now."""
    found = []
    for (place, name), why in idle_discounts(quote.deal, ledger.deal_now):
        label = label_of(name, quote.deal.lines[place].name if place is not None else None)
        found.append(f"▲ {label} has no effect: {why}.")
    return found


def opening_sentence(quote: Quote, ledger: Ledger) -> str:
    """What the opening gave and who has to agree to it; "" where there are no limits."""
    found = ledger.against_standard
    if found is None:
        return ""
    currency = f"{quote.policy.currency} " if quote.policy.currency else ""
    if found.is_blocked:
        return "■ The opening terms go beyond a hard stop: nobody may agree to them."
    if found.note:
        return f"? The opening cannot be judged against our standard, so {_NEEDS[found.authority]}: {found.note}."
    if math.isnan(found.gave):
        return "? The opening cannot be valued while an input is blank."
    net = f" (net {currency}{found.net:,.0f})" if found.net - found.gave >= HALF_A_CENT else ""
    gave = f"The opening already gave {currency}{-found.gave:,.0f} against our standard{net}"
    if quote.is_opening_approved:
        return f"✔ {gave}; it is approved." if found.gave <= -HALF_A_CENT else "✔ The opening terms are approved."
    if found.gave <= -HALF_A_CENT:
        return f"▲ {gave}; {_NEEDS[found.authority]}."
    if found.authority > Authority.REP:
        return f"▲ The opening gives nothing away against our standard, but {_NEEDS[found.authority]}."
    return "✔ The opening gives nothing away against our standard."


def side_by_side(deal: Deal, now: Deal) -> list[str]:
    """Lines of one product that run side by side in the deal now and not in the opening deal: the trades make the client pay for
    the units of both."""

    def overlaps(of: Deal) -> dict[tuple[int, int], tuple[float, float]]:
        found = {}
        for place, line in enumerate(of.lines):
            for other in lines_of_product(of, place) if line.kind in SERVED else ():
                start = max(line.start_month, of.lines[other].start_month)
                end = min(line.end_month, of.lines[other].end_month)
                if place < other and start < end:
                    found[place, other] = start, end
        return found

    before, said = overlaps(deal), []
    for (place, other), (start, end) in overlaps(now).items():
        if (place, other) not in before:
            until = f"to month {end:g}" if math.isfinite(end) else "on"
            names = f"{now.lines[place].name} and {now.lines[other].name}"
            said.append(f"After the trades {names} run side by side from month {start:g} {until}, and the client pays for both")
    return said


def restarts(deal: Deal) -> list[tuple[str, str]]:
    """Lines whose ramp, free months or discount start again because they overlap an earlier line of their product, and why.

    Only a line that starts in the month in which the earlier one ends continues it.
    """
    found = []
    for place, line in enumerate(deal.lines):
        others = [deal.lines[other] for other in lines_of_product(deal, place)] if line.kind in SERVED else []
        earlier = next((one for one in others if one.start_month < line.start_month < one.end_month), None)
        lasts = {
            "ramp": line.ramp_months > 1.0,
            "free months": deal.terms.free_months > 0.0,
            "months of discount": line.discount > 0.0 and math.isfinite(line.discount_months),
        }
        again = [name for name, plays in lasts.items() if plays]
        if earlier is None or not again:
            continue
        words = f"{line.name} starts in month {line.start_month:g} while {earlier.name} of the same product still runs, so its "
        words += f"{' and '.join(again)} count from month {line.start_month:g}. It continues {earlier.name} only where that line "
        words += f"ends in month {line.start_month:g}"
        found.append((line.name, words))
    return found


def placeholders_of(quote: Quote, ledger: Ledger) -> tuple[frozenset[str], tuple[str, ...]]:
    """The assumptions that the value of the opening deal or of the deal now needs, and those of them that are placeholders."""
    needed = frozenset(name for deal in (quote.deal, ledger.deal_now) for name in assumptions_read(deal))
    return needed, placeholders(quote.evidence, (name for name in ASSUMPTION_BY_NAME if name in needed))


def evidence_sentence(quote: Quote, ledger: Ledger) -> str:
    """How many placeholders the verdicts rest on; a few are named."""
    if math.isnan(ledger.value) or math.isnan(ledger.value_now):
        return "? Placeholders: cannot tell while an input is blank."
    needed, found = placeholders_of(quote, ledger)
    if not found:
        return f"✔ The verdicts rest on {len(needed)} assumptions, and none of them is a placeholder."
    words, advice = ("placeholder", "it by your own figure") if len(found) == 1 else ("placeholders", "them by your own figures")
    named = f": {', '.join(label_of(name) for name in found)}" if len(found) <= _MOST_NAMED else ""
    return f"▲ The verdicts rest on {len(found)} {words} among {len(needed)} assumptions{named}. Replace {advice}."


def break_even_notes(ledger: Ledger) -> list[str]:
    """What each trade that costs us must bring, and all trades together where they cost us: a sentence each. In no verdict."""
    said = [
        f"{one.trade.id}: {break_even_sentence(one.break_even, 'it')}"
        for one in ledger.trades
        if one.has_moved and not math.isnan(one.break_even)
    ]
    if math.isnan(ledger.break_even):
        return said
    return [*said, break_even_sentence(ledger.break_even, "All trades together", "pay", "they raise")]


def break_even_sentence(factor: float, who: str = "The trade", pays: str = "pays", raises: str = "it raises") -> str:
    """When a concession pays by winning more often. factor : by which the chance of winning must rise, above 1.

    >>> break_even_sentence(1.15)
    'The trade pays if it raises the chance of winning by 15%, for example from 40% to 46%.'
    >>> break_even_sentence(3.0)
    'The trade pays only if it raises the chance of winning to 3 times what it is, for example from 10% to 30%.'
    >>> break_even_sentence(12.0, "All trades together", "pay", "they raise")
    'All trades together pay only if they raise the chance of winning to 12 times what it is.'
    """
    start = next((start for start in (0.4, 0.1) if factor * start <= 1.0), None)
    more = factor - 1.0
    percent = f"{more:.0%}" if more >= 0.095 else f"{100.0 * more:.2g}%"
    by = f"by {percent}" if factor < 2.0 else f"to {factor:.3g} times what it is"
    only = "" if factor < 2.0 else "only "
    example = "" if start is None else f", for example from {start:.0%} to {_share(factor * start)}"
    return f"{who} {pays} {only}if {raises} the chance of winning {by}{example}."


def _share(value: float) -> str:
    """A share in percent, with a decimal where the whole percent would hide the change."""
    return f"{value:.0%}" if abs(100.0 * value - round(100.0 * value)) < 0.05 else f"{value:.1%}"
