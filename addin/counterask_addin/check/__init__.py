"""The check of one quote, for finance: everything is recomputed from the inputs, and what differs is told with its cell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from counterask.approvals import with_approvals
from counterask.stalls import advised_ledger

from ..errors import CannotRun
from ..seals import approvals_of
from ..workbooks.quote_file import inspect_quote
from .deal import deal_findings, limit_findings
from .finding import Finding, Severity
from .inputs import input_findings
from .results import result_findings

if TYPE_CHECKING:
    from ..seals.reading import LimitsFile
    from ..workbooks.quote_file import QuoteFile

__all__ = ["Finding", "Severity", "check_file", "findings"]

_ORDER = list(Severity)


def check_file(path: Path, limits: Path | None = None, today: date | None = None) -> tuple[QuoteFile, list[Finding]]:
    """A workbook and what is found in it. limits : finance's own limits workbook. Raises CannotRun where it is no workbook."""
    file = inspect_quote(path)
    if not file.is_workbook:
        raise CannotRun(f"{path.name}: found a deal in JSON, expected a workbook: there are no cells to check.")
    finance = None
    if limits is not None:
        from ..seals.reading import open_limits

        finance = open_limits(limits)
    return file, findings(file, finance, today)


def findings(file: QuoteFile, limits: LimitsFile | None = None, today: date | None = None) -> list[Finding]:
    """What is found in an opened workbook, worst first. Where inputs cannot be read, that is what is found: nothing is valued."""
    found = list(input_findings(file))
    if not file.quote.problems:
        rules = file.quote.rules(today or date.today())
        valued = advised_ledger(file.quote, rules)
        valued = with_approvals(valued, approvals_of(file, valued))
        found += deal_findings(file, valued, rules)
        if limits is not None:
            found += limit_findings(file, limits, valued)
        found += result_findings(file, valued, rules)
        found += [
            Finding("cannot tell", Severity.WRONG, place, "the input is blank, and the value needs it")
            for place in file.quote.unknown()
        ]
    kinds = list(dict.fromkeys(one.kind for one in found))
    return sorted(found, key=lambda one: (_ORDER.index(one.severity), kinds.index(one.kind)))


def is_clean(found: Iterable[Finding]) -> bool:
    """Whether there are facts at most."""
    return all(one.severity == Severity.FACT for one in found)
