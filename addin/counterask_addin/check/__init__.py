"""The check of one quote, for finance: everything is recomputed from the inputs, and what differs is told with its cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.seals.approvals import with_approvals

from ..errors import CannotRun
from ..shown import shown_of
from ..workbooks.people import inspect_stakeholders
from ..workbooks.quote_file import inspect_quote, quote_in_workbook
from .code import code_findings
from .deal import UNTOLD, deal_findings, standing_limits
from .expected import Expected, expected_values
from .finance import by_finance, limit_findings
from .finding import Finding, Severity
from .gathering import gathered
from .inputs import input_findings, problem_findings, with_numbers
from .looks import look_findings
from .names import are_names_ours, name_findings, with_our_names
from .opening import opening_findings, restart_findings, tenure_findings
from .results import is_drawn_by_us, result_findings
from .rounds import round_findings
from .template import drawn_template

if TYPE_CHECKING:
    from counterask.counter_asks.shown import ShownLedger

    from ..seals.reading import LimitsFile
    from ..workbooks.quote_file import QuoteFile
    from ..workbooks.read_cells import WorkbookCells

__all__ = ["Finding", "Severity", "check_file", "findings", "gathered"]

_ORDER = list(Severity)


def check_file(path: Path, limits: Path | None = None, today: date | None = None) -> tuple[QuoteFile, list[Finding]]:
    """A workbook and what is found in it. limits : finance's own limits workbook. Raises CannotRun where it is no workbook."""
    finance = None
    if limits is not None:
        from ..seals.reading import open_limits
        from ..seals.trust_store import remember

        finance = open_limits(limits)
        if (status := finance.status()).holds:  # first, so that a quote with an older seal is noticed
            remember(status.seal)
    file = inspect_quote(path)
    if not file.is_workbook:
        raise CannotRun(f"{path.name}: found a deal in JSON, expected a workbook: there are no cells to check.")
    return file, findings(file, finance, today)


def findings(file: QuoteFile, limits: LimitsFile | None = None, today: date | None = None) -> list[Finding]:
    """What is found in an opened workbook, worst first. limits : finance's own; the deal is then judged by them.

    Where an input cannot be read, nothing is valued, unless all that is wrong is numbers that are stored as text: they are taken
    for what they say, so that nobody can keep the rest from being looked at with an apostrophe.
    """
    assert file.workbook is not None
    day, template = today or date.today(), drawn_template(file.language)
    is_ours = is_drawn_by_us(file.workbook, template)
    found: list[Finding] = []
    if is_ours and not are_names_ours(file.workbook, template):
        file, renamed = quote_in_workbook(file.path, with_our_names(file.workbook, template)), file
        found += name_findings(_workbook(renamed), template, _moved(renamed, file, day))
    found += input_findings(file)
    found += look_findings(file, template, is_ours=is_ours)
    found += code_findings(file)
    found += round_findings(file)
    read = with_numbers(file)
    expected: Expected = {}
    if not read.quote.problems:
        people, problems = inspect_stakeholders(read)
        found += problem_findings(read, problems)
        shown = shown_of(read, day, advised_by=people)
        found += _judged(read, limits, shown)
        if not file.quote.problems:
            expected = expected_values(file, shown, is_ours=is_ours)
    else:
        found += _judged_by_finance_alone(read, limits, day)
    found += result_findings(file, template, expected, is_ours=is_ours)
    kinds = list(dict.fromkeys(one.kind for one in found))
    return sorted(found, key=lambda one: (_ORDER.index(one.severity), kinds.index(one.kind)))


def _judged(file: QuoteFile, limits: LimitsFile | None, own: ShownLedger) -> Iterator[Finding]:
    """The deal by finance's limits where they are at hand, else by its own."""
    counts, policy, day, judged = own.ledger, file.quote.policy, own.rules.as_of or date.today(), own.quote
    if limits is not None:
        judged = replace(by_finance(file, limits).quote, is_opening_approved=own.quote.is_opening_approved)
        theirs = shown_ledger(judged, Context(day)).ledger
        counts, policy = with_approvals(theirs, own.approvals), limits.policy
        yield from limit_findings(file, limits, own.ledger, counts, day)
    yield from deal_findings(file, counts, policy.minimum_margin, own.approvals)
    yield from opening_findings(file, counts.against_standard, judged)
    yield from tenure_findings(file, judged)
    yield from restart_findings(file, judged)
    yield from standing_limits(file, own.rules)
    for place in file.quote.unknown():
        yield Finding(UNTOLD, Severity.WRONG, place, "the input is blank, and the value needs it")


def _judged_by_finance_alone(file: QuoteFile, limits: LimitsFile | None, today: date) -> Iterator[Finding]:
    """The seal, and the deal by finance's limits, where inputs of the quote cannot be read: it may be its limits that cannot."""
    yield from standing_limits(file, file.quote.rules(today))
    if limits is None:
        return
    try:
        theirs = by_finance(file, limits)
    except CannotRun:  # what cannot be read is an input of the deal, and is told as such
        return
    shown = shown_of(theirs, today)
    yield from limit_findings(file, limits, shown.ledger, shown.ledger, today)
    yield from deal_findings(theirs, shown.ledger, theirs.quote.policy.minimum_margin, shown.approvals)
    yield from opening_findings(theirs, shown.ledger.against_standard, shown.quote)


def _moved(standing: QuoteFile, ours: QuoteFile, today: date) -> float | None:
    """What it does to deal value now to read the inputs where the template has them; None where either has none."""
    if standing.quote.problems or ours.quote.problems:
        return None
    moved = shown_of(ours, today).ledger.value_now - shown_of(standing, today).ledger.value_now
    return moved if math.isfinite(moved) else None


def _workbook(file: QuoteFile) -> WorkbookCells:
    assert file.workbook is not None
    return file.workbook


def is_clean(found: Iterable[Finding]) -> bool:
    """Whether there are facts at most."""
    return all(one.severity == Severity.FACT for one in found)
