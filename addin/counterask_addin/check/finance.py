"""Finance's own limits: the deal is judged by them, and every value of the quote that is another is told, with what it moves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.pricing.valuation import value_deal
from counterask.seals.sealed_values import CellChange, differences, parts_of, sealed_values

from ..errors import CannotRun
from ..seals.reading import LimitsFile, all_tables
from ..workbooks.quote_file import QuoteFile, quote_in_workbook
from .deal import SEAL
from .finding import Finding, Severity

if TYPE_CHECKING:
    from counterask.verdicts.ledger import Ledger

LIMITS = "not finance's limits"


def by_finance(file: QuoteFile, finance: LimitsFile) -> QuoteFile:
    """The quote with finance's limits, assumptions and policy in the place of its own. Raises CannotRun where they cannot be."""
    if finance.problems:
        raise CannotRun(*(f"{finance.path.name} · {problem}" for problem in finance.problems))
    assert file.workbook is not None
    judged = quote_in_workbook(file.path, file.workbook, lambda _header: finance.tables)
    if judged.quote.problems:
        raise CannotRun(*(f"{file.path.name} by {finance.path.name} · {problem}" for problem in judged.quote.problems))
    return judged


def limit_findings(file: QuoteFile, finance: LimitsFile, own: Ledger, judged: Ledger, today: date) -> Iterator[Finding]:
    """Every value of limits, assumptions and policy that is not finance's, with what it moves, money.

    own, judged : the ledger by the quote's own limits and by finance's.
    """
    status = finance.status(today)
    if status.fault is not None:
        yield Finding(SEAL, Severity.WRONG, finance.path.name, f"finance's own limits: {status.sentence}")
    theirs = {name: values.rows for name, values in sealed_values(finance.tables).items()}
    standing = sealed_values(all_tables(file))
    for name in theirs:
        if name not in standing:
            yield Finding(LIMITS, Severity.WRONG, name, f"finance has a table {name}, the quote has none")
    for name, values in standing.items():
        for change in differences(theirs.get(name, {}), values):
            key = next((key for (key, _), place in values.places.items() if place == change.place), "")
            amount, said = _moved(name, key or _gone(change), theirs.get(name, {}), own, judged)
            yield Finding(
                LIMITS,
                Severity.WRONG,
                change.place,
                f"{change.subject}: finance has {change.was}, the quote has {change.now}{said}",
                amount,
            )


def _gone(change: CellChange) -> str:
    return change.subject.removeprefix("the row ").replace(" of ", "@").replace(" for ", "|")


def _moved(
    table: str, key: str, theirs: Mapping[str, Mapping[str, object]], own: Ledger, judged: Ledger
) -> tuple[float | None, str]:
    """What finance's value moves, and for limits and policy which trades it turns."""
    if table == "Assumptions":
        return _of_assumption(key, theirs.get(key, {}).get("value"), own), ""
    if table == "Policy":
        return _of_policy(key, own, judged), ""
    lever = parts_of(key)[0].partition(" #")[0]
    turned = [
        (mine, finances)
        for mine, finances in zip(own.trades, judged.trades, strict=True)
        if any(change.lever == lever for change in mine.trade.changes)
        and (mine.authority, mine.verdict) != (finances.authority, finances.verdict)
    ]
    if not turned:
        return None, ""
    words = ", ".join(f"{one.trade.id} is for {_who(one.authority)} (here {_who(mine.authority)})" for mine, one in turned)
    costs = [one.cost for _, one in turned if math.isfinite(one.cost)]
    return (sum(costs) if costs else None), f"; with finance's, {words}"


def _who(authority: object) -> str:
    return "nobody to tell" if authority is None else str(authority)


def _of_assumption(name: str, value: object, own: Ledger) -> float | None:
    """What finance's value of an assumption does to deal value now."""
    if name not in ASSUMPTION_BY_NAME or not isinstance(value, int | float) or isinstance(value, bool):
        return None
    deal = own.deal_now
    moved = replace(deal, assumptions=replace(deal.assumptions, **{name: float(value)}))
    after = float(value_deal(moved).total[0]) - own.value_now
    return after if math.isfinite(after) else None


def _of_policy(name: str, own: Ledger, judged: Ledger) -> float | None:
    """What finance's policy asks for beyond the quote's: shortfalls of trades, for what decides on them."""
    if name not in ("required_ratio", "soft_share_cap"):
        return None
    more = [theirs.shortfall - mine.shortfall for mine, theirs in zip(own.trades, judged.trades, strict=True)]
    moved = -sum(one for one in more if math.isfinite(one))
    return moved or None
