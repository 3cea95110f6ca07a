"""Recording rounds: a round goes into its quote, and the rounds of a quote go into the client history of another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.round_rows import COLUMNS as ROUND_COLUMNS
from counterask.explaining.round_rows import RecordedRounds, read_rounds, round_row
from counterask.explaining.round_words import history_words, repeated_words, round_cells
from counterask.explaining.rounds import Round, RoundSide, next_round
from counterask.inputs.levers import LANGUAGES
from counterask.reading.cells import text
from counterask.reading.names import name_key
from counterask.reading.tables import plain
from counterask.seals.approvals import words_of
from counterask_templates.round_layout import EXPLAINED, ROUNDS_TABLE, ROW_HEIGHT

from ..errors import CannotRun
from ..shown import shown_of
from ..workbooks.added_sheet import with_table
from ..workbooks.addresses import Rectangle, cell_name
from ..workbooks.atomic import is_same_file, seen
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.grid import Grid
from ..workbooks.patch import CellEdit
from ..workbooks.quote_file import QuoteFile, open_quote
from ..workbooks.read_cells import WorkbookCells
from ..workbooks.valued_copy import SheetEdits
from .reading import named_range_rows
from .writing import write_copy

RowCells = Mapping[str, str | float | datetime]
"""Cells of a row by the names of their columns."""
ROUNDS_EVENT = "rounds"
"""The event of a row of a client's history that sums up the rounds of an earlier quote."""
TO_RESTORE = (
    "Copy the row from an earlier copy of the quote. Without one, clear it and every row after it; then record from there"
)
"""What to do about a row that is not as it was recorded."""


@dataclass(frozen=True)
class RoundWish:
    """What is recorded. language : of the words in the sheet; "" for the one that the quote is in."""

    side: RoundSide
    day: date
    note: str = ""
    language: str = ""


@dataclass(frozen=True)
class ShownRounds:
    """The rounds of a quote, for people. faults : where rows are not as they were recorded, and what is wrong with each. warnings
    : what a person should know of what was written."""

    rounds: tuple[Round, ...]
    speaker: Speaker
    faults: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def shown_rounds(path: Path, language: str) -> ShownRounds:
    """The rounds of a quote. language : "" for the one that the quote is in. Raises CannotRun where it cannot be read."""
    file = open_quote(path)
    found = rounds_in(file)
    return ShownRounds(found.rounds, round_speaker(file, language), tuple(fault_words(file, found)))


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


def record_round(path: Path, target: Path, wish: RoundWish, *, overwrite: bool) -> ShownRounds:
    """Write the quote with a further round to `target` (which may be the quote itself). Returns all its rounds. Raises CannotRun
    with nothing changed."""
    read, file = seen(path), open_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path}: is a deal in JSON, which holds no rounds. Record them in the workbook.")
    if wish.day > date.today():
        raise CannotRun(
            f"--day: {wish.day.isoformat()} is in the future. A round is recorded when the quote has gone out or come back. "
            f"Choose a day up to today, {date.today().isoformat()}."
        )
    found, content = _sound_rounds(file), None
    if found.rounds and wish.day.isoformat() < found.rounds[-1].day:
        raise CannotRun(
            f"{path}: round {found.rounds[-1].number} is of {found.rounds[-1].day}, and this one would be of "
            f"{wish.day.isoformat()}. Record rounds in their order: choose that day or a later one with --day."
        )
    box = file.workbook.rectangle(ROUNDS_TABLE.name)
    if box is None:
        try:
            content = with_table(path, read.content or b"", ROUNDS_TABLE, ("Rounds", *EXPLAINED), ROW_HEIGHT)
        except UnreadableWorkbook as error:
            raise CannotRun(str(error)) from error
        spec = ROUNDS_TABLE
        box, headers = Rectangle(spec.sheet, spec.top, spec.left, spec.bottom, spec.right), [one.header for one in spec.columns]
    else:
        headers = [str(cell or "") for cell in Grid.of(file.workbook, box).rows[0]]
    shown, speaker, own = shown_of(file), round_speaker(file, wish.language), words_of(file.quote.header)
    made = next_round(
        found.rounds, shown.ledger, shown.quote.trades, wish.side, wish.day.isoformat(), wish.note, shown.quote.deal
    )
    try:
        row = round_row(made, round_cells(made, found.rounds, speaker), own, found.digest)
    except ValueError as error:
        raise CannotRun(f"{path}: the round cannot be recorded: {error}.") from error
    after: list[RecordedRounds] = []

    def holds(copy: Path) -> None:
        copied = open_quote(copy)
        after.append(rounds_in(copied))
        if len(after[0].rounds) != len(found.rounds) + 1 or after[0].faults:
            why = "; ".join(f"{at}: {words}" for at, words in fault_words(copied, after[0])) or "a row is missing"
            raise CannotRun(
                f"{path}: the round could not be read back ({why}). Nothing was changed. Clear what a person typed on the sheet "
                "Rounds, or start from: counterask new"
            )

    edits = _row(path, box, headers, dict(zip(ROUND_COLUMNS, row, strict=True)), found.next_row)
    warnings = [*write_copy(read, target, edits, overwrite=overwrite, check=holds, content=content)]
    if repeated := repeated_words(made, found.rounds, speaker):
        warnings.append(repeated)
    if other := sorted({one for one in found.quotes if one != own}):
        warnings.append(f"{path}: earlier rounds are of another quote ({', '.join(other)}). Start from: counterask new")
    return ShownRounds(after[0].rounds, speaker, warnings=tuple(warnings))


def rounds_into_history(path: Path, next_quote: Path, target: Path, language: str, *, overwrite: bool) -> ShownRounds:
    """Write another quote of the same client with the rounds of this one as a row of its Client history. Returns the rounds.
    Raises CannotRun with nothing changed."""
    read, file, there = seen(next_quote), open_quote(path), open_quote(next_quote)
    found = _sound_rounds(file)
    if not found.rounds:
        raise CannotRun(f"{path}: holds no rounds. Record one when the quote goes out: counterask round {path} --by us")
    _refuse_other_client(file, there)
    box = there.rectangles.get("History")
    if there.workbook is None or box is None:
        raise CannotRun(f"{next_quote}: has no sheet Client history to write to. Start from a new workbook: counterask new")
    rows = Grid.of(there.workbook, box).rows
    filled = [number for number, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)]
    speaker, header = round_speaker(file, language), file.quote.header
    said: RowCells = {
        "date": datetime.fromisoformat(found.rounds[-1].day),
        "event": ROUNDS_EVENT,
        "client": header.get("client", ""),
        "quote": header.get("quote_number", ""),
        "in_return": history_words(found.rounds, speaker),
    }
    headers = [str(cell or "") for cell in rows[0]]
    spoken = {history_words(found.rounds, round_speaker(file, one)) for one in LANGUAGES}
    if there_already := _row_of_rounds(there.workbook, box, {name_key(words) for words in spoken}, said):
        at = f"{next_quote} · {box.sheet} · {there_already}"
        raise CannotRun(f"{at}: these rounds of {path} are there already. Nothing was written.")
    edits = _row(next_quote, box, headers, said, max(filled) + 1)
    return ShownRounds(found.rounds, speaker, warnings=tuple(write_copy(read, target, edits, overwrite=overwrite)))


def _row_of_rounds(book: WorkbookCells, box: Rectangle, spoken: Collection[str], said: RowCells) -> str:
    """The cell of a history that already has the rounds; "" where none has. spoken : their words in every language, by
    `name_key`. said : the row that would be written."""
    rows = Grid.of(book, box).rows
    at = {plain(word): place for place, word in enumerate(rows[0]) if plain(word)}
    words, number = at.get(plain("in_return")), at.get(plain("quote"))
    if words is None or number is None:
        return ""
    for place, cells in enumerate(rows[1:], 1):
        if name_key(text(cells[words])) in spoken and name_key(text(cells[number])) == name_key(text(said["quote"])):
            return cell_name(box.top + place, box.left + words)
    return ""


def _sound_rounds(file: QuoteFile) -> RecordedRounds:
    """The rounds of a quote. Raises CannotRun where one is not as it was recorded: nothing that builds on it would be right."""
    found = rounds_in(file)
    if not found.faults:
        return found
    remedy = TO_RESTORE if found.faults[0].row else "Give the column its name back"
    said = [f"{file.path} · {at}: {words}." for at, words in fault_words(file, found)]
    raise CannotRun(*said, details=[f"{remedy}."])


def _refuse_other_client(file: QuoteFile, there: QuoteFile) -> None:
    """Raises CannotRun unless `there` is another quote of the client of `file`."""
    one, other = file.path, there.path
    clients = [each.quote.header.get("client", "") for each in (file, there)]
    for name, client in zip((one, other), clients, strict=True):
        if not client:
            raise CannotRun(f"{name} · Quote: the client is blank, so nobody can tell whose rounds these are. Type the client.")
    if name_key(clients[0]) != name_key(clients[1]):
        raise CannotRun(
            f'{other} is a quote for "{clients[1]}", and the rounds in {one} are with "{clients[0]}". '
            "Name another quote of the same client with --into."
        )
    number, its_number = (each.quote.header.get("quote_number", "") for each in (file, there))
    if is_same_file(file.path, there.path) or (number and name_key(number) == name_key(its_number)):
        raise CannotRun(
            f"{other} is the same quote as {one}{f' ({number})' if number else ''}: its rounds are on its sheet Rounds. "
            "Name the client's next quote with --into."
        )


def _row(path: Path, box: Rectangle, headers: Sequence[str], cells: RowCells, row: int) -> SheetEdits:
    """Cells into a row of a table, by its headers. Raises CannotRun where there is no such column, or no such row."""
    at = {plain(word): place for place, word in enumerate(headers) if plain(word)}
    missing = [name for name in cells if plain(name) not in at]
    if missing:
        raise CannotRun(f'{path} · {box.sheet}: found no column "{missing[0]}". Give the column its name back.')
    if row > box.bottom - box.top:
        raise CannotRun(f"{path} · {box.sheet}: has no free row.")
    return {box.sheet: {(box.top + row, box.left + at[plain(name)]): CellEdit(value) for name, value in cells.items()}}
