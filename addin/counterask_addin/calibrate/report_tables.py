"""The tables of the report of a calibration, a sheet each, from which its charts are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME

from ..audit.report_tables import ReportColumn, ReportSheet
from . import curves, staying
from .checking import Closed
from .estimates import Estimate, in_words
from .fitting import Fitted
from .moving import Movers
from .proposal import Present, proposed_value

RETENTION, DAYS_LATE, CLAIM_SIZES, MOVERS = "Retention", "Days late", "Claim sizes", "What moves verdicts"
_SHARES = {"seen": "Seen", "estimated": "As estimated", "present": "By present\nvalues"}
_ESTIMATES = (
    ReportColumn("Assumption", "label", "text", 28),
    ReportColumn("Segment", "segment", "text", 18),
    ReportColumn("Present", "present", "text", 12),
    ReportColumn("Estimate", "value", "text", 12),
    ReportColumn("From", "low", "text", 12),
    ReportColumn("To", "high", "text", 12),
    ReportColumn("Cases", "cases", "count", 10),
    ReportColumn("Rests on", "basis", "wrapped", 44),
    ReportColumn("How", "method", "wrapped", 60),
    ReportColumn("Proposed", "proposed", "text", 12),
    ReportColumn("Note", "warning", "wrapped", 50),
    ReportColumn("Present evidence", "evidence", "wrapped", 60),
)
_MOVED = (
    ReportColumn("Assumption", "label", "text", 28),
    ReportColumn("Trades that\nturn", "trades", "count", 12),
    ReportColumn("Quotes", "quotes", "count", 10),
    ReportColumn("Margins move by,\nof deal value", "share", "hundredths", 18),
    ReportColumn("Quotes where it\nis a placeholder", "rests", "count", 16),
    ReportColumn("Tried", "tried", "text", 60),
)
_NOTES = (
    ReportColumn("Table", "table", "text", 16),
    ReportColumn("Row", "row", "count", 9),
    ReportColumn("Contract", "key", "text", 18),
    ReportColumn("Used?", "use", "text", 24),
    ReportColumn("Why", "why", "wrapped", 100),
)


@dataclass(frozen=True)
class AboutCalibration:
    """What the report shows. proposed : what went into the proposal; no_room : segments that did not fit. movers : None where no
    quotes were named. day : of the report. day_note : a sentence where the data end long before the day that they are said to
    cover."""

    closed: Closed
    found: Fitted
    present: Present
    proposed: Sequence[Estimate]
    no_room: Sequence[Estimate]
    movers: Movers | None
    day: date
    day_note: str = ""


def calibration_sheets(about: AboutCalibration) -> list[ReportSheet]:
    """All tables, in their order."""
    all_clients = [_row(one, about) for one in about.found.whole]
    by_segment = [_row(one, about) for one in about.found.segments]
    drawn = "Each segment is drawn towards the whole, the more the less it knows of itself."
    found = [
        ReportSheet("Estimates", "Estimates for all clients", "90% intervals.", _ESTIMATES, all_clients),
        ReportSheet("Segments", "Estimates by segment", drawn, _ESTIMATES, by_segment, "There is only one segment."),
        ReportSheet(
            RETENTION,
            "Who stays",
            "Share of clients who have not chosen to leave, in the months in which their contracts let them.",
            (
                ReportColumn("Month", "month", "count", 10),
                ReportColumn("Contracts\nseen", "at_risk", "count", 12),
                *(ReportColumn(header, key, "share") for key, header in _SHARES.items()),
            ),
            _retention(about),
            "Too few ends by choice.",
        ),
        ReportSheet(
            DAYS_LATE,
            "When clients pay",
            "Paid invoices by days after the due date, in steps of five; each step by its first day, the last one is open.",
            (ReportColumn("Days", "days", "text", 14), ReportColumn("Invoices", "invoices", "count", 12)),
            curves.days_late(about.closed),
            "No invoices were given.",
        ),
        ReportSheet(
            CLAIM_SIZES,
            "How large general claims are",
            "Share of claims above a size, brought to the reference fees.",
            (
                ReportColumn("Size\n(money)", "size", "whole_money", 14),
                ReportColumn("Seen", "seen", "share"),
                ReportColumn("Lomax", "model", "share"),
            ),
            curves.claim_sizes(about.closed, _values(about)),
            "No claims, or too few.",
        ),
    ]
    if about.movers is not None:
        found += _of_movers(about.movers)
    notes = [{**vars(one), "use": "used, with an assumption" if one.is_used else "not used"} for one in about.closed.notes]
    said = "Rows are counted as a spreadsheet does; the header is row 1."
    return [*found, ReportSheet("Rows", "Rows that were not used as they are", said, _NOTES, notes, "Every row was used.")]


def _of_movers(movers: Movers) -> list[ReportSheet]:
    rows = [{**vars(one), "label": ASSUMPTION_BY_NAME[one.name].label} for one in movers.every]
    note = (
        "Each assumption at both ends of what it may well be, everything else as in the quote. "
        "Margin: what a trade brings beyond what is required."
    )
    unread = [{"why": one} for one in movers.unread]
    column = (ReportColumn("File", "why", "wrapped", 110),)
    return [
        ReportSheet(MOVERS, "Which number to get first", note, _MOVED, rows, "No quote could be judged."),
        ReportSheet("Quotes not read", "Quotes that could not be judged", "", column, unread, "Every quote could be judged."),
    ]


def _row(one: Estimate, about: AboutCalibration) -> Mapping[str, Any]:
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


def _values(about: AboutCalibration) -> dict[str, float]:
    """The values for all clients: estimated where they are, else present."""
    return {**about.present.values, **{one.name: one.value for one in about.found.whole if one.is_enough}}


def _retention(about: AboutCalibration) -> list[Mapping[str, Any]]:
    if not any(one.name == staying.NAMES[0] and one.is_enough for one in about.found.whole):
        return []
    return curves.retention_curve(about.closed, _values(about), about.present.values)
