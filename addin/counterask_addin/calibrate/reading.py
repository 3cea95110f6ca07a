"""Tables of closed deals as they come: CSV, a workbook or Parquet, with their own names, dates and numbers.

Cells become dates, numbers and words here; a cell that cannot be read leaves its row out of use, with the reason. Which of
two days is meant by 03/04/2025 is never guessed: the column itself may tell, by a day above 12, or the mapping file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CannotRun
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.kinds import our_kind
from ..workbooks.read_cells import read_workbook
from .columns import DATE, MONTHS, NO, NUMBER, TABLES, YES, YES_NO, InputColumn
from .delimited import delimited_text
from .mapping import Mapped

SUFFIXES = (".csv", ".xlsx", ".xlsm", ".parquet")
_SLASHED = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$"
_FIRST_ROW = 2
"""The number of the first row of data, as a spreadsheet counts."""


@dataclass(frozen=True)
class Note:
    """What was not used as it is. row : as a spreadsheet counts, 0 for a whole table. is_used : whether the row counts in
    part."""

    table: str
    row: int
    key: str
    why: str
    is_used: bool = False


@dataclass
class Frame:
    """A table read: columns by our names, as datetime64[D], float or str; faults : for each row why it cannot be used, ""
    where it can."""

    name: str
    columns: dict[str, np.ndarray[Any, Any]]
    faults: np.ndarray[Any, Any]
    rows: np.ndarray[Any, Any] = field(default_factory=lambda: np.array([], dtype=np.int64))

    def refuse(self, where: np.ndarray[Any, Any], why: str | np.ndarray[Any, Any]) -> None:
        """Give the rows that have no fault yet a reason why they cannot be used."""
        self.faults = np.where((self.faults == "") & where, why, self.faults).astype(object)

    def usable(self) -> Frame:
        """The rows that can be used."""
        kept = self.faults == ""
        columns = {name: values[kept] for name, values in self.columns.items()}
        return Frame(self.name, columns, self.faults[kept], self.rows[kept])

    def notes(self) -> list[Note]:
        """The rows that cannot be used, each with its reason."""
        keys = self.columns["contract"]
        return [
            Note(self.name, int(self.rows[at]), str(keys[at]), str(self.faults[at])) for at in np.flatnonzero(self.faults != "")
        ]


def read_tables(source: Path, given: Mapping[str, Path], mapped: Mapped) -> dict[str, Frame]:
    """Every table that is there. source : a file with contracts, a workbook with a sheet a table, or a folder with a file a
    table. given : files of further tables. Raises CannotRun with everything that keeps a table from being read."""
    files = table_files(source, given, mapped)
    if "contracts" not in files:
        raise CannotRun(f"{source}: found no table of contracts. Name a file, or a folder with contracts.csv.")
    found: dict[str, Frame] = {}
    faults: list[str] = []
    for name, (path, sheet) in files.items():
        try:
            raw = _raw(path, sheet)
            found[name] = _frame(name, raw, path.name, mapped)
        except CannotRun as error:
            _refuse_ours(path)
            faults += error.sentences
    if faults:
        raise CannotRun(*faults)
    return found


def _refuse_ours(path: Path) -> None:
    """Raise CannotRun where a table that cannot be read would be in a workbook of ours, which holds none."""
    if path.suffix.lower() not in (".xlsx", ".xlsm") or not path.is_file():
        return
    try:
        kind = our_kind(read_workbook(path))
    except UnreadableWorkbook:
        return  # what is wrong with it is said where its rows are read
    if kind:
        raise CannotRun(f"{path}: found {kind}, expected a table of closed deals. docs/calibrate.md names its columns.")


def table_files(source: Path, given: Mapping[str, Path], mapped: Mapped) -> dict[str, tuple[Path, str]]:
    """The file and the sheet of each table; "" for the only or the first sheet. Raises CannotRun where a folder
    has two files of one table."""
    base = source if source.is_dir() else source.parent
    files: dict[str, tuple[Path, str]] = {}
    if source.is_dir():
        for name in TABLES:
            beside = [path for path in (source / f"{name}{suffix}" for suffix in SUFFIXES) if path.is_file()]
            if len(beside) > 1:
                raise CannotRun(f"{source}: holds {' and '.join(path.name for path in beside)}. Keep one of them.")
            if beside:
                files[name] = (beside[0], "")
    elif source.suffix.lower() in (".xlsx", ".xlsm"):
        sheets = {re.sub(r"\W+", "_", sheet.strip().casefold()): sheet for sheet in _sheets(source)}
        files.update({name: (source, sheets[name]) for name in TABLES if name in sheets})
        files.setdefault("contracts", (source, ""))
    else:
        files["contracts"] = (source, "")
    for name, one in mapped.tables.items():
        if one.file:
            files[name] = (base / one.file, one.sheet)
        elif one.sheet:
            files[name] = (source, one.sheet)
    files.update({name: (path, mapped.of(name).sheet) for name, path in given.items()})
    return files


def _sheets(path: Path) -> list[str]:
    from python_calamine import CalamineError, CalamineWorkbook

    _look_at(path)
    try:
        return CalamineWorkbook.from_path(str(path)).sheet_names
    except (CalamineError, OSError) as error:
        raise CannotRun(_not_one(path)) from error


def _look_at(path: Path) -> None:
    """Raise CannotRun where there is nothing to read, or not in a form that can be read."""
    suffix = path.suffix.lower()
    if not path.exists():
        raise CannotRun(f"{path}: there is no such file. Check the name.")
    if path.is_dir():
        raise CannotRun(f"{path}: is a folder, expected a file. Name the file in it.")
    if suffix not in SUFFIXES:
        raise CannotRun(f'{path}: found the ending "{suffix}", expected {" or ".join(SUFFIXES)}. Save it as one of these.')
    try:
        is_empty = path.stat().st_size == 0
        with path.open("rb"):
            pass
    except OSError as error:
        raise CannotRun(f"{path}: cannot be opened ({error.strerror}). Check your rights to it.") from error
    if is_empty:
        raise CannotRun(f"{path}: the file is empty. Export it again.")


def _not_one(path: Path) -> str:
    """That a file is not what its ending says."""
    suffix = path.suffix.lower()
    kind = {".csv": "text in columns", ".parquet": "a Parquet file"}.get(suffix, "a workbook")
    advice = "Export it again as CSV (UTF-8)" if suffix == ".csv" else f"Open it in its own program and save it as {suffix}"
    return f"{path}: is not {kind}, although its name ends in {suffix}. {advice}."


def _raw(path: Path, sheet: str) -> pd.DataFrame:
    """A table as it stands in its file. Raises CannotRun with one sentence where it cannot be read."""
    _look_at(path)
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm") and sheet and sheet not in (there := _sheets(path)):
        raise CannotRun(f'{path}: has no sheet "{sheet}" (it has: {", ".join(there)}). Correct it in the mapping file.')
    try:
        if suffix == ".parquet":
            return pd.read_parquet(path)
        if suffix != ".csv":
            return pd.read_excel(path, sheet_name=sheet or 0, engine="calamine", dtype=object)
        text, mark = delimited_text(path.read_bytes())
        return pd.read_csv(StringIO(text), sep=mark, dtype=str, keep_default_na=False, skipinitialspace=True)
    except pd.errors.EmptyDataError as error:
        raise CannotRun(f"{path}: has no row of column names. Put the names of the columns into its first row.") from error
    except pd.errors.ParserError as error:
        raise CannotRun(_broken_row(path, str(error))) from error
    except Exception as error:  # the readers of workbooks and of Parquet have errors of their own
        raise CannotRun(_not_one(path)) from error


def _broken_row(path: Path, said: str) -> str:
    """Which row of a CSV file cannot be split into cells, from what the reader said of it."""
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", said)
    if found is None:
        return f"{path}: a quoted cell is not closed, so nobody can say where its row ends. Export it again."
    wanted, row, cells = found.groups()
    advice = "Put cells that hold a comma between quotes, or export it again"
    return f"{path} · row {row}: found {cells} cells, expected {wanted}. {advice}."


def _frame(name: str, raw: pd.DataFrame, file: str, mapped: Mapped) -> Frame:
    theirs = {_plain(word): word for word in map(str, raw.columns)}
    own = mapped.of(name)
    at = {column.name: theirs.get(_plain(own.columns.get(column.name, column.name))) for column in TABLES[name]}
    missing = [column.name for column in TABLES[name] if column.needed and at[column.name] is None]
    if missing:
        there = ", ".join(map(str, raw.columns[:40]))
        wanted = ", ".join(f'"{own.columns.get(one, one)}"' for one in missing)
        raise CannotRun(
            f"{file}: the table {name} has no column{'s' * (len(missing) > 1)} {wanted} (it has: {there}). "
            f"Say what your columns are called in a mapping file, under [{name}.columns]."
        )
    if name == "contracts" and not len(raw):
        raise CannotRun(f"{file}: the table {name} has no row below its column names. Export it again, with its rows.")
    raw.columns = raw.columns.map(str)
    count = len(raw)
    frame = Frame(name, {}, np.full(count, "", dtype=object), np.arange(_FIRST_ROW, _FIRST_ROW + count))
    blank = pd.Series([""] * count, dtype=object)
    for column in TABLES[name]:
        word = at[column.name]
        series = (raw[word] if word is not None else blank).reset_index(drop=True)
        frame.columns[column.name] = _cells(frame, column, series, mapped)
    frame.refuse(frame.columns["contract"] == "", "has no contract number")
    return frame


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.casefold())


def _cells(frame: Frame, column: InputColumn, series: pd.Series, mapped: Mapped) -> np.ndarray[Any, Any]:
    """A column as dates, numbers or words; rows whose cell cannot be read are refused."""
    if column.kind == DATE and pd.api.types.is_datetime64_any_dtype(series):
        return series.to_numpy().astype("datetime64[D]")
    if column.kind in (NUMBER, MONTHS) and pd.api.types.is_numeric_dtype(series):
        return _numbers(frame, column, series.to_numpy(dtype=np.float64), None)
    text = series.map(lambda cell: "" if cell is None or cell is pd.NaT or cell != cell else str(cell).strip())
    words = text.to_numpy(dtype=object)
    if column.kind == DATE:
        return _dates(frame, column, text, mapped.dates)
    if column.kind in (NUMBER, MONTHS):
        plain = text.str.replace(r"[\s'\u2019]", "", regex=True)
        if mapped.decimal == ",":
            plain = plain.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        else:
            grouped = plain.str.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
            plain = plain.where(~grouped, plain.str.replace(",", "", regex=False))
        found = pd.to_numeric(plain.where(plain != "", None), errors="coerce").to_numpy(dtype=np.float64)
        return _numbers(frame, column, found, words)
    meant = mapped.of(frame.name).words
    if meant:
        words = np.array([meant.get(word.casefold(), word) for word in words], dtype=object)
    if column.kind == YES_NO:
        small = np.array([word.casefold() for word in words], dtype=object)
        found = np.where(np.isin(small, list(YES)), 1.0, np.where(np.isin(small, list(NO)), 0.0, np.nan))
        _refuse_cells(frame, column, np.isnan(found) & (small != ""), words, "yes or no")
        return found
    return words


def _numbers(
    frame: Frame, column: InputColumn, found: np.ndarray[Any, Any], words: np.ndarray[Any, Any] | None
) -> np.ndarray[Any, Any]:
    said = found if words is None else words
    if words is not None:
        _refuse_cells(frame, column, np.isnan(found) & (words != ""), words, "a number")
    _refuse_cells(frame, column, np.isinf(found) | (found < 0.0), said, "a number of at least 0")
    if column.kind == MONTHS:
        _refuse_cells(frame, column, np.isfinite(found) & (found != np.round(found)), said, "whole months")
    return found


def _dates(frame: Frame, column: InputColumn, text: pd.Series, order: str) -> np.ndarray[Any, Any]:
    """Days from text: 2025-04-03, with or without a time, 3.4.2025, and 3/4/2025 where the order of day and month is known."""
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[ T][\d:.]*)?$")[0]
    found = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[D]")
    parts = text.str.extract(_SLASHED)
    is_slashed = parts[0].notna().to_numpy()
    if is_slashed.any():
        first, second, year = (pd.to_numeric(parts[place]).to_numpy(dtype=np.float64) for place in range(3))
        dotted = text.str.contains(".", regex=False).to_numpy()
        free = is_slashed & ~dotted
        day_first, month_first = bool((first[free] > 12).any()), bool((second[free] > 12).any())
        known = order or {(True, False): "day first", (False, True): "month first"}.get((day_first, month_first), "")
        as_day = dotted | (first > 12) | ((known == "day first") & (second <= 12))
        unclear = free & (first <= 12) & (second <= 12) & (first != second) & (known == "")
        day, month = np.where(as_day, first, second), np.where(as_day, second, first)
        made = pd.to_datetime(
            pd.DataFrame({"year": year, "month": month, "day": day})[is_slashed & ~unclear], errors="coerce"
        ).to_numpy()
        found = found.copy()
        found[is_slashed & ~unclear] = made.astype("datetime64[D]")
        why = 'can be read as two days; say dates = "day first" or "month first" in a mapping file'
        cells = text.to_numpy(dtype=object)
        frame.refuse(unclear, np.array([f"{column.name}: {cell} {why}" for cell in cells], dtype=object))
    _refuse_cells(
        frame, column, np.isnat(found) & (text != "").to_numpy(), text.to_numpy(dtype=object), "a day such as 2026-06-30"
    )
    return np.asarray(found)


def _refuse_cells(
    frame: Frame, column: InputColumn, where: np.ndarray[Any, Any], cells: np.ndarray[Any, Any], expected: str
) -> None:
    for at in np.flatnonzero(where & (frame.faults == "")):
        frame.faults[at] = f'{column.name}: found "{str(cells[at])[:60]}", expected {expected}'


def last_day(tables: Mapping[str, Frame], today: date) -> np.datetime64:
    """The last day that the tables speak of, not after today: what they cover where nobody says it."""
    limit = np.datetime64(today)
    days = [
        values[(~np.isnat(values)) & (values <= limit)]
        for frame in tables.values()
        for name, values in frame.columns.items()
        if values.dtype.kind == "M" and name not in ("due", "promised")
    ]
    latest = [part.max() for part in days if len(part)]
    if not latest:
        names = ", ".join(tables)
        raise CannotRun(f"No row has a day up to {today.isoformat()} (tables: {names}). Check their dates, or give --as-of.")
    return np.datetime64(max(latest), "D")
