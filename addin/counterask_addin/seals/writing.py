"""Signed copies put into a workbook: its package is patched, its results follow, and the file appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from counterask.inputs.terms import Assumptions, Deal, Terms
from counterask.reading.quote import Quote
from counterask.reading.tables import plain
from counterask.result_tables import views
from counterask.seals.seal import sealed_limits
from counterask_templates.layout import LIMITS_STATUS, live_name
from counterask_templates.sheet_seals import NATIVES

from ..errors import CannotRun
from ..shown import advised_of
from ..workbooks.atomic import Seen, check_copy_ending, is_same_file, refuse_inputs, write_bytes
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit, patch_workbook
from ..workbooks.quote_file import QuoteFile, open_quote
from ..workbooks.read_cells import WorkbookCells
from ..workbooks.valued_copy import SheetEdits, put_table, valued_edits
from .reading import LimitsFile, open_limits


def default_target(source: Path, word: str, output: Path | None, in_place: bool, *inputs: Path | None) -> Path:
    """Where a copy goes: OUTPUT, the file itself, or NAME.word.xlsx beside it.

    inputs : the other files that the command reads. Raises CannotRun where both are asked for, where OUTPUT has another ending
    than the file (the copy is the same kind of workbook), and where the copy would replace one of the inputs.
    """
    if output is not None and in_place:
        raise CannotRun("Found both -o and --in-place. Choose one of the two.")
    if in_place:
        return source
    if output is not None:
        check_copy_ending(output, source)
        if is_same_file(output, source):
            raise CannotRun(f"{output}: is the file itself. Choose another name, or say --in-place.")
    target = output or source.with_name(f"{source.stem}.{word}{source.suffix}")
    refuse_inputs(target, *inputs)
    return target


def seal_edits(workbook: WorkbookCells, rows: list[list[str | float]], path: Path) -> SheetEdits:
    """The rows of a seal, each into the row of the range `Seal` that has its name. Raises CannotRun where there is none."""
    box = workbook.rectangle("Seal")
    if box is None:
        raise CannotRun(f"{path.name}: has no sheet Seals to write to. Start from a new workbook: counterask new")
    names = {plain(row[0]): number for number, row in enumerate(Grid.of(workbook, box).rows)}
    edits: SheetEdits = {box.sheet: {}}
    for name, value in rows:
        number = names.get(plain(name))
        if number is None:
            raise CannotRun(f'{path.name} · {box.sheet}: found no row "{name}" in the seal. Start from a new workbook.')
        edits[box.sheet][box.top + number, box.left + 1] = CellEdit(value)
    return edits


def write_copy(
    read: Seen,
    target: Path,
    edits: SheetEdits,
    *,
    overwrite: bool,
    check: Callable[[Path], None] | None = None,
    content: bytes | None = None,
) -> tuple[str, ...]:
    """Write a file with the edits, and with results that follow from them, to `target` (which may be the file itself).

    read : the file as it was before the edits were made from it; where it has changed since, nothing is written.
    content : what the edits are made in, where it is not the file as it was read (it got a sheet more).
    check : looks at the finished copy before it takes its place, and raises CannotRun where it must not.
    Returns warnings. Raises CannotRun with nothing changed.
    """
    source = read.path
    with tempfile.TemporaryDirectory() as folder:
        was, first, last = (Path(folder) / word / source.name for word in ("read", "edited", "valued"))
        for one in (was, first, last):
            one.parent.mkdir()
        was.write_bytes(content or read.content or b"")
        try:
            warnings = patch_workbook(was, first, edits)
            patch_workbook(first, last, results_of(first))
        except UnreadableWorkbook as error:  # of our own temporary copy
            raise CannotRun(str(UnreadableWorkbook(source, error.found, error.expected, error.remedy))) from error
        if check is not None:
            check(last)
        write_bytes(target, last.read_bytes(), overwrite=overwrite, made_of=read)
    return warnings


def results_of(path: Path) -> SheetEdits:
    """What every result cell of a quote or a limits workbook says today. Raises CannotRun where its inputs have problems."""
    limits = open_limits(path)
    if limits.workbook.rectangle("Trades") is None:
        return _status_edits(limits)
    file = open_quote(path, limits.workbook)
    return valued_edits(file, advised_of(file))


def _status_edits(limits: LimitsFile) -> SheetEdits:
    """What a limits workbook says of itself."""
    status = limits.status()
    bare = Deal((), Terms(), Assumptions())
    rows = views.limits_status(Quote(bare, limits=sealed_limits(limits.limits, status)), date.today(), status)
    file = QuoteFile(limits.path, Quote(bare), limits.workbook)
    edits: SheetEdits = {}
    for name in (LIMITS_STATUS.name, live_name(LIMITS_STATUS)):
        put_table(file, name, rows, edits)
    said = NATIVES[0]
    sheet = limits.workbook.sheet(said.sheet)
    standing = sheet.cells.get((said.row, said.column)) if sheet else None
    if standing is not None and (standing.formula or "") == said.formula.removeprefix("="):
        edits.setdefault(said.sheet, {})[said.row, said.column] = CellEdit(f"{rows[1][1]} {rows[1][0]}: {rows[1][2]}")
    return edits


