"""The tables of the report of a calibration, a sheet each, from which its charts are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME

from ..audit.report_tables import Column, Sheet
from . import curves, staying
from .checking import Closed
from .estimates import Estimate, in_words
from .fitting import Fitted
from .moving import Movers
from .proposal import Present, proposed_value

RETENTION, DAYS_LATE, CLAIM_SIZES, MOVERS = "Retention", "Days late", "Claim sizes", "What moves verdicts"
_SHARES = {"seen": "Seen", "estimated": "As estimated", "present": "By present\nvalues"}
_ESTIMATES = (
    Column("Assumption", "label", "text", 28),
    Column("Segment", "segment", "text", 18),
    Column("Present", "present", "text", 12),
    Column("Estimate", "value", "text", 12),
    Column("From", "low", "text", 12),
    Column("To", "high", "text", 12),
    Column("Cases", "cases", "count", 10),
    Column("Rests on", "basis", "wrapped", 44),
    Column("How", "method", "wrapped", 60),
    Column("Proposed", "proposed", "text", 12),
    Column("Note", "warning", "wrapped", 50),
    Column("Present evidence", "evidence", "wrapped", 60),
)
_MOVED = (
    Column("Assumption", "label", "text", 28),
    Column("Trades that\nturn", "trades", "count", 12),
    Column("Quotes", "quotes", "count", 10),
    Column("Margins move by,\nof deal value", "share", "hundredths", 18),
    Column("Quotes where it\nis a placeholder", "rests", "count", 16),
    Column("Tried", "tried", "text", 60),
)
_NOTES = (
    Column("Table", "table", "text", 16),
    Column("Row", "row", "count", 9),
    Column("Contract", "key", "text", 18),
    Column("Used?", "use", "text", 24),
    Column("Why", "why", "wrapped", 100),
)


@dataclass(frozen=True)
class About:
    """What the report shows. proposed : what went into the proposal; no_room : segments that did not fit. movers : None where no
    quotes were named. day : of the report."""

    closed: Closed
    found: Fitted
    present: Present
    proposed: Sequence[Estimate]
    no_room: Sequence[Estimate]
    movers: Movers | None
    day: date


def sheets_of(about: About) -> list[Sheet]:
    """All tables, in their order."""
    all_clients = [_row(one, about) for one in about.found.whole]
    by_segment = [_row(one, about) for one in about.found.segments]
    drawn = "Each segment is drawn towards the whole, the more the less it knows of itself."
    found = [
        Sheet("Estimates", "Estimates for all clients", "90% intervals.", _ESTIMATES, all_clients),
        Sheet("Segments", "Estimates by segment", drawn, _ESTIMATES, by_segment, "There is only one segment."),
        Sheet(
            RETENTION,
            "Who stays",
            "Share of clients who have not chosen to leave, in the months in which their contracts let them.",
            (
                Column("Month", "month", "count", 10),
                Column("Contracts\nseen", "at_risk", "count", 12),
                *(Column(header, key, "share") for key, header in _SHARES.items()),
            ),
            _retention(about),
            "Too few ends by choice.",
        ),
        Sheet(
            DAYS_LATE,
            "When clients pay",
            "Paid invoices by days after the due date, in steps of five; each step by its first day, the last one is open.",
            (Column("Days", "days", "text", 14), Column("Invoices", "invoices", "count", 12)),
            curves.days_late(about.closed),
            "No invoices were given.",
        ),
        Sheet(
            CLAIM_SIZES,
            "How large general claims are",
            "Share of claims above a size, brought to the reference fees.",
            (
                Column("Size\n(money)", "size", "whole_money", 14),
                Column("Seen", "seen", "share"),
                Column("Lomax", "model", "share"),
            ),
            curves.claim_sizes(about.closed, _values(about)),
            "No claims, or too few.",
        ),
    ]
    if about.movers is not None:
        found += _of_movers(about.movers)
    notes = [{**vars(one), "use": "used, with an assumption" if one.is_used else "not used"} for one in about.closed.notes]
    said = "Rows are counted as a spreadsheet does; the header is row 1."
    return [*found, Sheet("Rows", "Rows that were not used as they are", said, _NOTES, notes, "Every row was used.")]


def _of_movers(movers: Movers) -> list[Sheet]:
    rows = [{**vars(one), "label": ASSUMPTION_BY_NAME[one.name].label} for one in movers.every]
    note = (
        "Each assumption at both ends of what it may well be, everything else as in the quote. "
        "Margin: what a trade brings beyond what is required."
    )
    unread = [{"why": one} for one in movers.unread]
    column = (Column("File", "why", "wrapped", 110),)
    return [
        Sheet(MOVERS, "Which number to get first", note, _MOVED, rows, "No quote could be judged."),
        Sheet("Quotes not read", "Quotes that could not be judged", "", column, unread, "Every quote could be judged."),
    ]


def _row(one: Estimate, about: About) -> Mapping[str, Any]:
    present = about.present.value(one)
    numbers = {
        name: in_words(getattr(one, name), one.unit) if one.is_enough else "not enough" for name in ("value", "low", "high")
    }
    is_proposed = any(other is one for other in about.proposed)
    return {
        **numbers,
        "label": one.label,
        "segment": one.segment or "all",
        "present": "" if np.isnan(present) else in_words(present, one.unit),
        "cases": one.cases,
        "basis": one.basis,
        "method": one.method,
        "proposed": in_words(proposed_value(one), one.unit) if is_proposed else ("as all" if one.segment else "no"),
        "warning": one.warning,
        "evidence": about.present.evidence.get(one.name, ""),
    }


def _values(about: About) -> dict[str, float]:
    """The values for all clients: estimated where they are, else present."""
    return {**about.present.values, **{one.name: one.value for one in about.found.whole if one.is_enough}}


def _retention(about: About) -> list[Mapping[str, Any]]:
    if not any(one.name == staying.NAMES[0] and one.is_enough for one in about.found.whole):
        return []
    return curves.retention_curve(about.closed, _values(about), about.present.values)
