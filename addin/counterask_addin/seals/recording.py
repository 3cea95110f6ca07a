"""Recording rounds: a round goes into its quote, and the rounds of a quote go into the client history of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.round_rows import COLUMNS as ROUND_COLUMNS
from counterask.explaining.round_rows import RecordedRounds, read_rounds, round_row
from counterask.explaining.round_words import history_words, round_cells
from counterask.explaining.rounds import Round, RoundSide, next_round
from counterask.reading.tables import plain
from counterask.seals.approvals import words_of
from counterask_templates.round_layout import EXPLAINED, ROUNDS_TABLE

from ..errors import CannotRun
from ..shown import shown_of
from ..workbooks.added_sheet import with_table
from ..workbooks.addresses import Rectangle, cell_name
from ..workbooks.atomic import seen
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit
from ..workbooks.quote_file import QuoteFile, open_quote
from ..workbooks.valued_copy import SheetEdits
from .reading import named_range_rows
from .writing import write_copy

RowCells = Mapping[str, str | float | datetime]
"""Cells of a row by the names of their columns."""
ROUNDS_EVENT = "rounds"
"""The event of a row of a client's history that sums up the rounds of an earlier quote."""


@dataclass(frozen=True)
class RoundWish:
    """What is recorded. language : of the words in the sheet; "" for the one that the quote is in."""

    side: RoundSide
    day: date
    note: str = ""
    language: str = ""


def rounds_in(file: QuoteFile) -> RecordedRounds:
    """The rounds that are recorded in a quote; none for a deal in JSON or a workbook without the sheet."""
    rows = named_range_rows(file.workbook, ROUNDS_TABLE.name)
    return read_rounds(rows) if rows else RecordedRounds()


def round_speaker(file: QuoteFile, language: str = "") -> Speaker:
    """Who says the rounds of a quote. language : "" for the one that the quote is in."""
    quote = file.quote
    return Speaker(quote.deal, language or file.spoken, quote.policy.currency or quote.header.get("currency", ""))


def fault_words(file: QuoteFile, found: RecordedRounds) -> list[tuple[str, str]]:
    """Where rows of the rounds are not as they were recorded, and what is wrong with each."""
    box = None if file.workbook is None else file.workbook.rectangle(ROUNDS_TABLE.name)
    if file.workbook is None or box is None:
        return []
    headers = [plain(cell) for cell in Grid.of(file.workbook, box).rows[0]]
    said = []
    for fault in found.faults:
        place = headers.index(plain(fault.column)) if fault.column else 0
        at = f"{box.sheet} · {cell_name(box.top + fault.row, box.left + place)}"
        said.append((at, f"this round {fault.words}" if fault.row else fault.words))
    return said


def record_round(path: Path, target: Path, wish: RoundWish, *, overwrite: bool) -> tuple[Round, tuple[str, ...]]:
    """Write the quote with a further round to `target` (which may be the quote itself). Returns the round, and what a person
    should know. Raises CannotRun with nothing changed."""
    read, file = seen(path), open_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path.name}: is a deal in JSON, which holds no rounds. Record them in the workbook.")
    found, content = rounds_in(file), None
    box = file.workbook.rectangle(ROUNDS_TABLE.name)
    if box is None:
        try:
            content = with_table(path, read.content or b"", ROUNDS_TABLE, ("Rounds", *EXPLAINED))
        except UnreadableWorkbook as error:
            raise CannotRun(str(error)) from error
        spec = ROUNDS_TABLE
        box, headers = Rectangle(spec.sheet, spec.top, spec.left, spec.bottom, spec.right), [one.header for one in spec.columns]
    else:
        headers = [str(cell or "") for cell in Grid.of(file.workbook, box).rows[0]]
    if any(fault.row == 0 for fault in found.faults):
        raise CannotRun(f"{path.name} · {box.sheet}: {found.faults[0].words}. Give the column its name back.")
    if found.rounds and wish.day.isoformat() < found.rounds[-1].day:
        raise CannotRun(
            f"{path.name}: the round before is of {found.rounds[-1].day}, and this one would be of {wish.day.isoformat()}. "
            "Record rounds in their order."
        )
    shown, speaker = shown_of(file), round_speaker(file, wish.language)
    made = next_round(
        found.rounds, shown.ledger, shown.quote.trades, wish.side, wish.day.isoformat(), wish.note, shown.quote.deal
    )
    cells = round_cells(made, found.rounds, speaker)
    try:
        row = round_row(made, cells, words_of(file.quote.header), found.digest)
    except ValueError as error:
        raise CannotRun(f"{path.name}: the round cannot be recorded: {error}.") from error
    faults = len(found.faults)

    def holds(copy: Path) -> None:
        after = rounds_in(open_quote(copy))
        if len(after.rounds) != len(found.rounds) + 1 or len(after.faults) > faults:
            raise CannotRun(f"{path.name}: the round would not be found again. Nothing was changed.")

    edits = _row(path, box, headers, dict(zip(ROUND_COLUMNS, row, strict=True)), found.next_row)
    warnings = [*write_copy(read, target, edits, overwrite=overwrite, check=holds, content=content)]
    warnings += [f"{at}: {words}." for at, words in fault_words(file, found)]
    own = words_of(file.quote.header)
    if other := sorted({one for one in found.quotes if one != own}):
        warnings.append(f"{path.name}: earlier rounds are of another quote ({', '.join(other)}). Start from: counterask new")
    return made, tuple(warnings)


def rounds_into_history(
    path: Path, next_quote: Path, target: Path, language: str, *, overwrite: bool
) -> tuple[str, tuple[str, ...]]:
    """Write another quote with the rounds of this one as a row of its Client history. Returns the sentence, and warnings. Raises
    CannotRun with nothing changed."""
    read, file, there = seen(next_quote), open_quote(path), open_quote(next_quote)
    found = rounds_in(file)
    if not found.rounds:
        raise CannotRun(f"{path.name}: holds no rounds.")
    box = there.rectangles.get("History")
    if there.workbook is None or box is None:
        raise CannotRun(f"{next_quote.name}: has no sheet Client history to write to. Start from a new workbook: counterask new")
    rows = Grid.of(there.workbook, box).rows
    filled = [number for number, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)]
    words = history_words(found.rounds, round_speaker(file, language))
    header = file.quote.header
    said: RowCells = {
        "date": datetime.fromisoformat(found.rounds[-1].day),
        "event": ROUNDS_EVENT,
        "client": header.get("client", ""),
        "quote": header.get("quote_number", ""),
        "in_return": words,
    }
    edits = _row(next_quote, box, [str(cell or "") for cell in rows[0]], said, max(filled) + 1)
    return words, tuple(write_copy(read, target, edits, overwrite=overwrite))


def _row(path: Path, box: Rectangle, headers: Sequence[str], cells: RowCells, row: int) -> SheetEdits:
    """Cells into a row of a table, by its headers. Raises CannotRun where there is no such column, or no such row."""
    at = {plain(word): place for place, word in enumerate(headers) if plain(word)}
    missing = [name for name in cells if plain(name) not in at]
    if missing:
        raise CannotRun(f'{path.name} · {box.sheet}: found no column "{missing[0]}". Give the column its name back.')
    if row > box.bottom - box.top:
        raise CannotRun(f"{path.name} · {box.sheet}: has no free row.")
    return {box.sheet: {(box.top + row, box.left + at[plain(name)]): CellEdit(value) for name, value in cells.items()}}
