"""The proposal: a copy of the present limits in which each assumption that the data tell has its estimate and its evidence.

The present limits are only read. The copy carries no seal: who answers for the limits reviews it and signs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from counterask.reading.evidence import read_evidence
from counterask.reading.names import name_key
from counterask.reading.pairs import read_pairs
from counterask.reading.tables import plain
from counterask_templates.built import LIMITS_FILE, built_workbook

from ..errors import CannotRun
from ..seals.reading import LimitsFile, open_limits
from ..seals.table_edits import put_pairs, put_seal
from ..seals.writing import write_copy
from ..workbooks.atomic import Seen, seen
from ..workbooks.valued_copy import SheetEdits
from .checking import Closed
from .estimates import Estimate, in_words, rounded_estimate
from .fitting import Fitted

MOST_EVIDENCE = 400
"""Letters of an evidence cell."""


@dataclass(frozen=True)
class Present:
    """The limits as they are.

    read : the file before anything was decided by it. values : the assumptions for all clients, NaN where blank. of_segment :
    those of a segment, by the assumption and the segment's name in small letters. evidence : by assumption.
    """

    file: LimitsFile
    read: Seen
    name: str
    values: Mapping[str, float]
    of_segment: Mapping[tuple[str, str], float]
    evidence: Mapping[str, str]

    def value(self, one: Estimate) -> float:
        """The present value of what was estimated; that for all clients where its segment has none."""
        common = self.values.get(one.name, np.nan)
        return self.of_segment.get((one.name, name_key(one.segment)), common) if one.segment else common


def present_limits(path: Path | None) -> Present:
    """The present limits: a limits workbook, or what we ship where none is named. Raises CannotRun where they have problems."""
    source = path if path is not None else built_workbook(LIMITS_FILE)
    return _present(source, path.name if path is not None else "the values that counterask ships")


def _present(path: Path, name: str) -> Present:
    read, file = seen(path), open_limits(path)
    ours = [problem for problem in file.problems if problem.where.startswith("Assumptions")]
    if ours:
        raise CannotRun(*(f"{path.name} · {problem}" for problem in ours))
    if file.workbook.rectangle("Trades") is not None:
        raise CannotRun(f"{path.name}: is a quote, expected a limits workbook. Write one: counterask new limits.xlsx --limits")
    table = file.tables["Assumptions"]
    values = read_pairs(table, "assumption", "value", ASSUMPTIONS, {}, [])
    places = {plain(word): at for at, word in enumerate(table.rows[0])}
    at = places.get("segment")
    names = {str(row[at]) for row in table.rows[1:] if at is not None and row[at] not in (None, "")}
    of_segment = {}
    for segment in names:
        own = read_pairs(table, "assumption", "value", ASSUMPTIONS, {}, [], segment)
        of_segment.update({(key, name_key(segment)): value for key, value in own.items() if value != values.get(key)})
    common = {one.name: values.get(one.name, np.nan) for one in ASSUMPTIONS}
    return Present(file, read, name, common, of_segment, read_evidence(table))


def proposed(found: Fitted, present: Present) -> tuple[list[Estimate], list[Estimate]]:
    """What goes into the proposal, and the segments for which there is no room in the table of assumptions.

    A segment gets a row of its own where the value for all clients lies outside its interval, or where it has one now.
    """
    whole = {one.name: one for one in found.whole if one.is_enough and one.name in ASSUMPTION_BY_NAME}
    own = []
    for one in found.segments:
        has_row = (one.name, name_key(one.segment)) in present.of_segment
        if one.name in whole and (has_row or not one.low <= whole[one.name].value <= one.high):
            own.append(one)
    own.sort(key=lambda one: -abs(one.value - whole[one.name].value) / max(one.high - one.low, 1e-9))
    box, rows = present.file.rectangles["Assumptions"], present.file.tables["Assumptions"].rows
    free = (box.bottom - box.top) - sum(1 for row in rows[1:] if plain(row[0]))
    kept, left = [], []
    for one in own:
        has_row = (one.name, name_key(one.segment)) in present.of_segment
        if has_row or free > 0:
            kept.append(one)
            free -= not has_row
        else:
            left.append(one)
    return [*whole.values(), *kept], left


def evidence_of(one: Estimate, closed: Closed, present: float) -> str:
    """The evidence of a proposed value, as it stands in its cell."""
    start = closed.tables["contracts"].columns["start"]
    span = f"{start.min().astype('datetime64[Y]')}-{closed.as_of.astype('datetime64[Y]')}"
    ends = f"90% interval {in_words(one.low, one.unit)} to {in_words(one.high, one.unit)}"
    was = "" if np.isnan(present) else f". Was {in_words(present, one.unit)}"
    warning = f". {one.warning}" if one.warning else ""
    return f"fitted: {one.basis}, {span}; {ends}; {one.method}{was}{warning}"[:MOST_EVIDENCE]


def proposed_value(one: Estimate) -> float:
    """The value as it is written: rounded, and within what the assumption may be."""
    quantity = ASSUMPTION_BY_NAME[one.name]
    return min(max(rounded_estimate(one.value, one.unit), quantity.lowest), quantity.highest)


def write_proposal(
    estimates: Sequence[Estimate], closed: Closed, present: Present, target: Path, *, overwrite: bool
) -> tuple[str, ...]:
    """Write the proposal to `target`. Returns warnings. Raises CannotRun with nothing written."""
    file = present.file
    header, *rows = ([*row] for row in file.tables["Assumptions"].rows)
    places = {plain(word): at for at, word in enumerate(header)}
    if not {"value", "evidence"} <= places.keys():
        raise CannotRun(
            f"{file.path.name}: the Assumptions have no columns Value and Evidence. "
            "Start from: counterask new limits.xlsx --limits"
        )
    for one in estimates:
        row = _row_of(one, rows, places) or _new_row(one, rows, len(header), places)
        row[places["value"]] = proposed_value(one)
        row[places["evidence"]] = evidence_of(one, closed, present.value(one))
    edits: SheetEdits = {}
    put_pairs("Assumptions", file, [header, *rows], edits)
    if any(len(row) > 1 and row[1] not in (None, "") for row in file.seal_rows or ()):
        put_seal(file, None, edits)
    return write_copy(present.read, target, edits, overwrite=overwrite)


def _row_of(one: Estimate, rows: list[list[object]], places: Mapping[str, int]) -> list[object] | None:
    words = {plain(one.name), plain(ASSUMPTION_BY_NAME[one.name].label)}
    at = places.get("segment")
    for row in rows:
        whose = name_key(str(row[at] or "")) if at is not None else ""
        if plain(row[0]) in words and whose == name_key(one.segment):
            return row
    return None


def _new_row(one: Estimate, rows: list[list[object]], width: int, places: Mapping[str, int]) -> list[object]:
    row: list[object] = [None] * width
    row[0] = ASSUMPTION_BY_NAME[one.name].label
    if "unit" in places:
        row[places["unit"]] = one.unit
    if one.segment:
        if "segment" not in places:
            raise CannotRun('The Assumptions have no column "Segment". Start from: counterask new limits.xlsx --limits')
        row[places["segment"]] = one.segment
    rows.append(row)
    return row
