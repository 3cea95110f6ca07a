"""The deal: margin, authority and approvals, soft value, what was conceded, the seal and the days of its limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from counterask.pricing.without_effect import idle_discounts
from counterask.result_tables.views import is_below, margin_share
from counterask.seals.approvals import counting_approvals
from counterask.seals.seal import SealState
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Verdict

from ..seals import status_of
from .finding import Finding, Severity
from .places import headline_place, limit_place, trade_place

if TYPE_CHECKING:
    from counterask.seals.approvals import ApprovalState
    from counterask.verdicts.ledger import Ledger
    from counterask.verdicts.trades import Rules

    from ..workbooks.quote_file import QuoteFile

MARGIN, AUTHORITY, VOID, SOFT, CONCEDED, BLOCKED, UNTOLD, SEAL, EXPIRED, STRAY, FLOOR, IDLE = (
    "margin under the floor",
    "beyond authority",
    "approval void",
    "soft value over its cap",
    "conceded",
    "blocked",
    "cannot tell",
    "seal",
    "limits expired",
    "limit without a line",
    "floor above the cap",
    "no effect",
)
_MARGIN_ROW = 2
"""The row of the margin in the headline, from 0."""


def deal_findings(
    file: QuoteFile, valued: Ledger, minimum_margin: float, approvals: Sequence[ApprovalState]
) -> Iterator[Finding]:
    """What the recomputed deal says of itself.

    valued : the ledger by the limits that count: finance's own, where they are at hand. minimum_margin : their floor, share of
    revenue; NaN for none. approvals : what can be said of those in the quote as it stands.
    """
    yield from _margin(file, valued, minimum_margin)
    yield from _floor_above_cap(file)
    for address, why in idle_discounts(file.quote.deal, valued.deal_now):
        words = f"{file.quote.deal.spoken(address)} has no effect: {why}. Do not promise it; correct it or clear it"
        yield Finding(IDLE, Severity.LOOK, file.quote.places.get(address, "Terms"), words)
    yield from _trades(file, valued, approvals)


def _margin(file: QuoteFile, valued: Ledger, floor: float) -> Iterator[Finding]:
    for column, (name, values) in enumerate((("opening", valued.opening), ("now", valued.now)), 1):
        share = margin_share(values)
        if is_below(share, floor):
            missing = (share - floor) * float(values.revenue[0])
            words = f"the margin {name} is {share:.2%} of revenue; the policy asks for {floor:.2%}"
            yield Finding(MARGIN, Severity.WRONG, headline_place(file, _MARGIN_ROW, column), words, missing)


def _floor_above_cap(file: QuoteFile) -> Iterator[Finding]:
    floor, cap = file.quote.deal.terms.uplift_floor, file.quote.deal.terms.uplift_cap
    if cap < floor < math.inf:
        words = f"the uplift floor {floor:.2%} is above the uplift cap {cap:.2%}: the cap holds, and the floor does nothing"
        yield Finding(FLOOR, Severity.LOOK, file.quote.places.get((None, "uplift_floor"), "Terms"), words)


def _trades(file: QuoteFile, valued: Ledger, states: Sequence[ApprovalState]) -> Iterator[Finding]:
    approvals = counting_approvals(states)
    for one in valued.trades:
        where = trade_place(file, one.trade.id)
        approval = approvals.get(one.trade.id)
        if approval is not None and str(approval.verdict) == "void":
            yield Finding(VOID, Severity.WRONG, where, f"{one.trade.id}: {approval}")
        if one.verdict in (Verdict.DECLINED, Verdict.STALLED):
            continue
        is_above = one.authority is not None and one.authority > Authority.REP
        if is_above and one.verdict != Verdict.BLOCKED and not (approval is not None and approval.is_valid):
            words = f"{one.trade.id} needs {one.authority} and has no approval that holds"
            yield Finding(AUTHORITY, Severity.WRONG, where, words, _finite(one.cost))
        if one.verdict == Verdict.BLOCKED:
            yield Finding(BLOCKED, Severity.WRONG, where, f"{one.trade.id} is blocked: {one.note}")
        elif one.verdict == Verdict.CANNOT_TELL:
            yield Finding(UNTOLD, Severity.WRONG, where, f"{one.trade.id} cannot be valued: {one.note}")
        elif one.verdict in (Verdict.UNBALANCED, Verdict.CONCESSION):
            if one.is_short_by_the_cap:
                yield Finding(SOFT, Severity.LOOK, where, f"{one.trade.id}: {one.note}", -one.shortfall)
            words = f"{one.trade.id} is a{'n' * (one.verdict == Verdict.UNBALANCED)} {one.verdict}, short by {one.shortfall:,.2f}"
            yield Finding(CONCEDED, Severity.FACT, where, words, -one.shortfall)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def standing_limits(file: QuoteFile, rules: Rules) -> Iterator[Finding]:
    """What is wrong with the limits in the quote: their seal, their days, rows for lines that it has not."""
    limits = file.quote.limits
    status = status_of(file, rules.as_of)
    if status.fault is not None or not (status.holds or status.state == SealState.NONE):
        places = [change.place for change in status.changes] or ["Limits"]
        for place, words in zip(places, [str(change) for change in status.changes] or [status.sentence], strict=True):
            yield Finding(SEAL, Severity.WRONG, place.replace("!", " · ", 1), f"{status.state}: {words}")
    if limits is None or rules.as_of is None:
        return
    lines = {name for line in file.quote.deal.lines for name in (line.name, line.product)}
    if file.quote.price_book is not None:
        lines |= file.quote.price_book.names()
    for row in limits.rows:
        whose = f"{row.lever}{f' of {row.line}' if row.line else ''}"
        if (lapse := row.lapse(rules.as_of)) is not None:
            column = "effective" if row.effective is not None and rules.as_of < row.effective else "expires"
            yield Finding(EXPIRED, Severity.LOOK, limit_place(file, row, column), lapse)
        if row.line is not None and row.line not in lines:
            where = limit_place(file, row, "")
            yield Finding(STRAY, Severity.LOOK, where, f"the limit for {whose} holds for no line of this quote")
