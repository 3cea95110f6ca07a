"""What an audit knows between runs: a folder of Parquet parts that grows batch by batch and survives a kill at any moment.

    DIR/files.parquet, trades.parquet, changes.parquet, …  the results, sorted, once a run has ended
    DIR/state/part-000017/                                one batch: its rows, and what was seen of its files
    DIR/state/base-000016/                                everything up to that number, made when a run ended
    DIR/state/lock                                        held by the one audit that may write

A part is filled under another name and renamed, so that it is there as a whole or not at all; a part that cannot be read
(the machine lost power) counts as not there, and its files are read again. A row counts only if it is the newest of its
file, if the file was found again, and if it was valued by the same engine, limits and day.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ..errors import CannotRun
from .found import FoundFile
from .schema import ORDER, SEEN, TABLES, arrow_schema, arrow_table

_PART = re.compile(r"(part|base)-(\d{6,})")
_SETTLED_NS = 2_000_000_000
"""A file that changed less than this before it was read may have changed again unseen: clocks of file systems are coarse."""
ROWS_OF_A_GROUP = 50_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a file when it was read, and the part that holds its rows."""

    content: str
    size: int
    changed_ns: int
    status_ns: int
    inode: int
    read_ns: int
    part: int

    def is_surely_the_same(self, file: FoundFile) -> bool:
        """Whether the file cannot have changed since. The time of its last status change cannot be set by a person; where
        the system does not keep it (Windows), or the file lies elsewhere, only its content tells."""
        return (
            os.name == "posix"
            and not file.is_remote
            and file.inode != 0
            and (self.size, self.changed_ns, self.status_ns, self.inode)
            == (file.size, file.changed_ns, file.status_ns, file.inode)
            and max(self.changed_ns, self.status_ns) + _SETTLED_NS < self.read_ns
        )


class Store:
    """The folder, opened for writing: `with Store(folder) as store`. Raises CannotRun where another audit writes to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "state"
        self._lock: IO[str] | None = None
        self._next = 1
        self.lost_parts = 0

    def __enter__(self) -> Store:
        try:
            if self.folder.is_dir() and any(self.folder.iterdir()) and not self.state.is_dir():
                raise CannotRun(f"{self.folder}: holds other files. Name an empty or a new folder with --parquet.")
            self.state.mkdir(parents=True, exist_ok=True)
            self._lock = (self.state / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise CannotRun(
                f"{self.folder}: cannot be written ({error.strerror}). Choose another folder with --parquet."
            ) from error
        try:
            _hold(self._lock)
        except OSError as error:
            self._lock.seek(0)
            who = self._lock.read(200).strip()
            self._lock.close()
            raise CannotRun(
                f"{self.folder}: another audit writes there{f' ({who})' if who else ''}. "
                "Wait for it, or choose another folder with --parquet."
            ) from error
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()} on {socket.gethostname()}")
        self._lock.flush()
        for left in self.state.glob(".new-*"):
            shutil.rmtree(left, ignore_errors=True)
        numbers = [number for number, _ in self._parts()]
        self._next = max(numbers, default=0) + 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._lock is not None:
            self._lock.close()

    def _parts(self) -> list[tuple[int, Path]]:
        """The parts that count, oldest first: the newest base, and what came after it."""
        named = []
        for path in self.state.iterdir():
            if (found := _PART.fullmatch(path.name)) is not None:
                named.append((int(found[2]), found[1], path))
        base = max((number for number, kind, _ in named if kind == "base"), default=0)
        kept = [(number, path) for number, kind, path in named if number > base or (kind == "base" and number == base)]
        return sorted(kept)

    def known(self, key: str) -> dict[str, Sight]:
        """What is known by the given engine, limits and day: the newest sight of each file."""
        import pyarrow.parquet as pq

        sights: dict[str, Sight] = {}
        for number, path in self._parts():
            try:
                for name in TABLES:
                    pq.ParquetFile(path / f"{name}.parquet").close()
                rows = pq.ParquetFile(path / "seen.parquet").read(columns=list(SEEN), use_threads=False)
            except Exception:  # whatever is wrong with it, its files are read again
                self.lost_parts += 1
                shutil.rmtree(path, ignore_errors=True)
                continue
            columns = [rows.column(name).to_pylist() for name in SEEN]
            for file, content, marked, size, changed, status, inode, read in zip(*columns, strict=True):
                if marked == key and content:
                    sights[file] = Sight(content, size, changed, status, inode, read, number)
                else:
                    sights.pop(file, None)
        return sights

    def add(self, parts: Mapping[str, bytes], seen: Iterable[Sequence[Any]]) -> dict[str, Sight]:
        """Keep the answer of a batch. Returns the sights of its files."""
        number = self._next
        self._next += 1
        new = self.state / f".new-{number:06}"
        try:
            new.mkdir()
            for name, content in parts.items():
                (new / f"{name}.parquet").write_bytes(content)
            os.rename(new, self.state / f"part-{number:06}")
        except OSError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise CannotRun(
                f"{self.folder}: cannot be written ({error.strerror}). Free some room and run the same command again; "
                "what is there is kept."
            ) from error
        sights = {}
        for path, digest, _, size, changed, status, inode, read in seen:
            sights[path] = Sight(digest, size, changed, status, inode, read, number)
        return sights

    def close_run(self, sights: Mapping[str, Sight], key: str, threads: int = 2) -> None:
        """Make one sorted base of the rows that count, publish it as the results, and drop what it replaces.

        sights : every file of this run with the part that holds its rows.
        """
        number = self._next
        self._next += 1
        new = self.state / f".new-{number:06}"
        try:
            new.mkdir()
            self._write_base(new, sights, key, threads)
            for path in new.iterdir():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            base = self.state / f"base-{number:06}"
            os.rename(new, base)
            for name in TABLES:
                _publish(base / f"{name}.parquet", self.folder / f"{name}.parquet")
        except OSError as error:
            raise CannotRun(
                f"{self.folder}: cannot be written ({error.strerror}). Free some room and run the same command again."
            ) from error
        for path in list(self.state.iterdir()):
            if path != base and _PART.fullmatch(path.name):
                shutil.rmtree(path, ignore_errors=True)

    def rows(self, name: str, columns: Sequence[str], sights: Mapping[str, Sight]) -> list[dict[str, Any]]:
        """Columns of a table as they count at this moment of the run, sorted by those columns."""
        with self._joined(sights, 1) as ask:
            found = ask(name, columns, columns)
            return [] if found is None else list(found.to_arrow_table().to_pylist())

    @contextlib.contextmanager
    def _joined(self, sights: Mapping[str, Sight], threads: int) -> Iterator[Callable[..., Any]]:
        """A question to the parts: table, columns, order -> the rows that count, or None where there are no parts."""
        import duckdb
        import pyarrow as pa

        parts = self._parts()
        database = duckdb.connect(config={"threads": threads, "temp_directory": str(self.state / ".new-sorting")})
        try:
            wanted = {"path": list(sights), "part": [sight.part for sight in sights.values()]}
            places = {"folder": [path.name for _, path in parts], "part": [number for number, _ in parts]}
            kinds = {"path": pa.string(), "folder": pa.string(), "part": pa.int64()}
            for given, table in (("wanted", wanted), ("places", places)):
                database.register(given, pa.table({column: pa.array(cells, kinds[column]) for column, cells in table.items()}))

            def ask(name: str, columns: Iterable[str], order: Iterable[str]) -> Any:
                if not parts:
                    return None
                return database.sql(
                    f"SELECT {', '.join(f'r.{column}' for column in columns)} "
                    "FROM read_parquet($1, filename = true) r "
                    "JOIN places p ON p.folder = parse_path(r.filename)[-2] "
                    "JOIN wanted w ON w.path = r.path AND w.part = p.part "
                    f"ORDER BY {', '.join(f'r.{column}' for column in order)}",
                    params=[[str(path / f"{name}.parquet") for _, path in parts]],
                )

            yield ask
        finally:
            database.close()
            shutil.rmtree(self.state / ".new-sorting", ignore_errors=True)

    def _write_base(self, folder: Path, sights: Mapping[str, Sight], key: str, threads: int) -> None:
        import pyarrow.parquet as pq

        with self._joined(sights, threads) as ask:
            for name, columns in TABLES.items():
                found = ask(name, columns, ORDER[name])
                rows = () if found is None else found.to_arrow_reader(ROWS_OF_A_GROUP)
                _write_sorted(folder / f"{name}.parquet", arrow_schema(columns), rows)
        seen = [
            (path, one.content, key, one.size, one.changed_ns, one.status_ns, one.inode, one.read_ns)
            for path, one in sights.items()
        ]
        pq.write_table(arrow_table(SEEN, seen), folder / "seen.parquet")


def _write_sorted(target: Path, schema: Any, rows: Any) -> None:
    """Write rows in groups of one size, however they arrive, so that the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting: list[Any] = []
        count = 0
        for batch in rows:
            waiting += pa.Table.from_batches([batch]).cast(schema).to_batches()
            count += batch.num_rows
            while count >= ROWS_OF_A_GROUP:
                table = pa.Table.from_batches(waiting, schema)
                writer.write_table(table.slice(0, ROWS_OF_A_GROUP).combine_chunks(), row_group_size=ROWS_OF_A_GROUP)
                waiting = table.slice(ROWS_OF_A_GROUP).to_batches()
                count -= ROWS_OF_A_GROUP
        if count:
            writer.write_table(pa.Table.from_batches(waiting, schema).combine_chunks(), row_group_size=ROWS_OF_A_GROUP)


def _publish(source: Path, target: Path) -> None:
    """Let a result stand under its plain name: the same file where the system has links, else a copy."""
    new = target.with_name(f".{target.name}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    try:
        os.link(source, new)
    except OSError:
        shutil.copyfile(source, new)
    os.replace(new, target)


def _hold(lock: IO[str]) -> None:
    """Hold a lock that ends with the process, however it ends. Raises OSError where another process has it."""
    if sys.platform == "win32":
        import msvcrt

        lock.seek(1 << 20)
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        lock.seek(0)
    else:
        import fcntl

        fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
