"""The deal: margin, authority and approvals, soft value, what was conceded, limits and assumptions against finance's own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from counterask.assumptions import ASSUMPTION_BY_NAME
from counterask.limits import Authority
from counterask.seal import SealState
from counterask.sealed_values import CellChange, differences, sealed_values
from counterask.tables import plain
from counterask.trades import Verdict
from counterask.valuation import value_deal, value_states
from counterask.views import margin_share

from ..seals import approvals_of, status_of
from ..seals.reading import LimitsFile, tables_of
from ..workbooks.grid import cell_name
from .finding import Finding, Severity

if TYPE_CHECKING:
    from counterask.trades import Ledger, Rules

    from ..workbooks.quote_file import QuoteFile

MARGIN, AUTHORITY, VOID, SOFT, CONCEDED, BLOCKED, UNTOLD, SEAL, EXPIRED, STRAY, LIMITS = (
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
    "not finance's limits",
)


def deal_findings(file: QuoteFile, valued: Ledger, rules: Rules) -> Iterator[Finding]:
    """What the recomputed deal says of itself."""
    yield from _margin(file, valued)
    yield from _trades(file, valued)
    yield from _limits(file, rules)


def _margin(file: QuoteFile, valued: Ledger) -> Iterator[Finding]:
    floor = file.quote.policy.minimum_margin
    for name, values in (("opening", valued.opening), ("now", valued.now)):
        share = margin_share(values)
        if math.isfinite(floor) and math.isfinite(share) and share < floor - 1e-12:
            missing = (share - floor) * float(values.revenue[0])
            words = f"the margin {name} is {share:.2%} of revenue; the policy asks for {floor:.2%}"
            yield Finding(MARGIN, Severity.WRONG, "Quote", words, missing)


def _trades(file: QuoteFile, valued: Ledger) -> Iterator[Finding]:
    approvals = {state.trade: state for state in approvals_of(file, valued)}
    for one in valued.trades:
        where = _place(file, one.trade.id)
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
            yield Finding(UNTOLD, Severity.WRONG, where, f"{one.trade.id} cannot be told: {one.note}")
        elif one.verdict in (Verdict.UNBALANCED, Verdict.CONCESSION):
            if one.note.startswith("soft value"):
                yield Finding(SOFT, Severity.LOOK, where, f"{one.trade.id}: {one.note}", -one.shortfall)
            words = f"{one.trade.id} is a{'n' * (one.verdict == Verdict.UNBALANCED)} {one.verdict}, short by {one.shortfall:,.2f}"
            yield Finding(CONCEDED, Severity.FACT, where, words, -one.shortfall)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _place(file: QuoteFile, trade: str) -> str:
    """The cell in which a trade begins."""
    box = file.rectangles["Trades"]
    return f"{box.sheet} · {cell_name(box.top + file.quote.trade_places[trade].row, box.left)}"


def _limits(file: QuoteFile, rules: Rules) -> Iterator[Finding]:
    limits = file.quote.limits
    status = status_of(file, rules.as_of)
    if status.fault is not None or not (status.holds or status.state == SealState.NONE):
        places = [change.place for change in status.changes] or ["Limits"]
        for place, words in zip(places, [str(change) for change in status.changes] or [status.sentence], strict=True):
            yield Finding(SEAL, Severity.WRONG, place, f"{status.state}: {words}")
    if limits is None or rules.as_of is None:
        return
    lines = {line.name for line in file.quote.deal.lines}
    for row in limits.rows:
        whose = f"{row.lever}{f' of {row.line}' if row.line else ''}"
        if (lapse := row.lapse(rules.as_of)) is not None:
            yield Finding(EXPIRED, Severity.LOOK, "Limits", lapse)
        if row.line is not None and row.line not in lines:
            yield Finding(STRAY, Severity.LOOK, "Limits", f"the limit for {whose} holds for no line of this quote")


def limit_findings(file: QuoteFile, finance: LimitsFile, valued: Ledger) -> Iterator[Finding]:
    """Every value of limits, assumptions and policy that is not finance's, with what an assumption moves."""
    theirs = {name: values.rows for name, values in sealed_values(finance.tables).items()}
    for name, standing in sealed_values(tables_of(file)).items():
        changes = differences(theirs.get(name, {}), standing)
        for change in changes:
            words = f"{change.subject}: finance has {change.was}, the quote has {change.now}"
            yield Finding(LIMITS, Severity.WRONG, change.place, words, _moved(name, change, finance, valued))


def _moved(table: str, change: CellChange, finance: LimitsFile, valued: Ledger) -> float | None:
    """What finance's value of an assumption would do to deal value now."""
    if table != "Assumptions":
        return None
    rows: Sequence[Sequence[object]] = finance.tables["Assumptions"].rows
    for row in rows[1:]:
        name = next((one for one in ASSUMPTION_BY_NAME if plain(one) == plain(row[0])), None)
        if name is not None and plain(change.subject).startswith(plain(name)):
            value = row[1]
            if isinstance(value, int | float) and not isinstance(value, bool) and name != "horizon_months":
                before = float(value_deal(valued.deal_now).total[0])
                after = float(value_states(valued.deal_now, [{(None, name): float(value)}]).total[0])
                return _finite(after - before)
    return None
