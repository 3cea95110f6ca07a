"""A batch of files in a worker: bytes in, Parquet out. The same function serves this process, a pool and Dask.

What a batch answers depends on the bytes of its files and on the settings, on nothing else.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath

from counterask.reading.tables import Table
from counterask.seals.seal import SealStatus
from counterask.seals.trust import SeenSeal, Trust

from ..seals.trust_store import load, remembering, trusting
from ..workbooks.kinds import LIMITS_TABLES
from ..workbooks.quick_cells import NotPlain, read_quickly
from ..workbooks.quote_file import limits_tables
from .found import FoundFile
from .schema import SEEN, TABLES, ColumnTypes, arrow_table
from .valuing import NOT_OPENED, FileRows, Standard, broken, value_content

MOST_BYTES_OF_A_FILE = 256 * 2**20


@dataclass(frozen=True)
class Settings:
    """What an audit goes by; workers get it with every batch.

    as_of : the day on which limits are looked at, None for each quote's own. limits : name and bytes of finance's limits
    workbooks. trusted : what the machine of the audit trusts, the seals it has seen included; workers elsewhere go by that. key :
    stands for all of it and for the engine, so that results of another audit are told apart.
    """

    as_of: date | None
    limits: tuple[tuple[str, bytes], ...] = ()
    trusted: Trust = Trust()
    key: str = ""


@dataclass(frozen=True)
class Task:
    """A file to be read. known : the content that results are at hand for, "" where there are none."""

    file: FoundFile
    known: str = ""


@dataclass(frozen=True)
class Done:
    """What a batch answers. parts : table -> Parquet bytes. same : the paths whose content is the known one.

    read, broken, trades : counts. size : bytes that were read.
    """

    parts: Mapping[str, bytes]
    seen: Sequence[tuple[object, ...]]
    same: Sequence[tuple[object, ...]] = ()
    read: int = 0
    broken: int = 0
    trades: int = 0
    size: int = 0


def content_digest(content: bytes) -> str:
    """What stands for the content of a file."""
    return hashlib.blake2b(content, digest_size=20).hexdigest()


def settings_for(as_of: date | None, limits: Sequence[Path]) -> Settings:
    """The settings, with the key made of engine, limits, trusted keys and day. The seals of the limits count as seen.

    Raises CannotRun where limits or the trusted keys cannot be read.
    """
    contents = tuple((path.name, _limits_content(path)) for path in limits)
    settings = marked(Settings(as_of, contents))
    _standard(settings)
    held = (status.seal for status in map(_status_of_limits, limits) if status.holds)
    return with_memory(replace(settings, trusted=load()), [seal.as_seen for seal in held if seal is not None])


def _status_of_limits(path: Path) -> SealStatus:
    from ..seals.reading import open_limits

    return open_limits(path).status()


def with_memory(settings: Settings, seals: Iterable[SeenSeal]) -> Settings:
    """The settings of a machine that has also seen these seals."""
    return marked(replace(settings, trusted=remembering(settings.trusted, seals)))


def marked(settings: Settings) -> Settings:
    """The settings with the key by which the store knows them."""
    mark = hashlib.blake2b(digest_size=20)
    contents = (content_digest(content) for _, content in settings.limits)
    for piece in (engine_mark(), str(settings.as_of), repr(settings.trusted), *contents):
        mark.update(piece.encode() + b"\0")
    return replace(settings, key=mark.hexdigest())


def _limits_content(path: Path) -> bytes:
    from ..errors import CannotRun
    from ..workbooks.errors import UnreadableWorkbook
    from ..workbooks.recognise import open_package

    try:
        with open_package(path) as file:
            return file.read()
    except UnreadableWorkbook as error:
        raise CannotRun(f"{error} (given with --limits)") from error


@lru_cache(maxsize=1)
def engine_mark() -> str:
    """What stands for the code that values: its version and its own text."""
    import counterask
    import counterask_templates

    mark = hashlib.blake2b(counterask.__version__.encode(), digest_size=20)
    for room in (Path(counterask.__file__).parent, Path(counterask_templates.__file__).parent, Path(__file__).parents[1]):
        for path in sorted(room.rglob("*.py")):
            mark.update(path.relative_to(room).as_posix().encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()


@lru_cache(maxsize=4)
def _standard(settings: Settings) -> Standard:
    """The settings as files are valued by them; kept between the batches of a worker."""
    tables: dict[str, Mapping[str, Table]] = {}
    for name, content in settings.limits:
        currency, found = currency_tables(name, content)
        tables[currency] = found
    return Standard(settings.as_of, tables)


def currency_tables(name: str, content: bytes) -> tuple[str, Mapping[str, Table]]:
    """Currency and tables of a limits workbook. Raises CannotRun where it is none."""
    from ..errors import CannotRun
    from ..workbooks.errors import UnreadableWorkbook
    from .valuing import read_thoroughly

    try:
        try:
            workbook = read_quickly(Path(name), content)
            return limits_tables(Path(name), workbook, LIMITS_TABLES)
        except NotPlain:
            return limits_tables(Path(name), read_thoroughly(Path(name), content), LIMITS_TABLES)
    except UnreadableWorkbook as error:
        raise CannotRun(f"{error} (given with --limits)") from error


def run_batch(tasks: Sequence[Task], settings: Settings) -> Done:
    """Value the files of a batch."""
    with trusting(settings.trusted):
        return _run_batch(tasks, settings)


def _run_batch(tasks: Sequence[Task], settings: Settings) -> Done:
    standard = _standard(settings)
    tables: dict[str, list[list[object]]] = {name: [] for name in TABLES}
    seen: list[tuple[object, ...]] = []
    same: list[tuple[object, ...]] = []
    size = 0
    for task in tasks:
        read_ns = time.time_ns()
        rows, digest, length = _one(task, standard)
        size += length
        file = task.file
        sight = (file.shown, digest, settings.key, file.size, file.changed_ns, file.status_ns, file.inode, read_ns)
        if rows is None:
            same.append(sight)
            continue
        for name, own in rows.tables().items():
            tables[name].extend(own)
        seen.append(sight)
    files = tables["files"]
    parts = {name: parquet(columns, tables[name]) for name, columns in TABLES.items()} if files else {}
    if files:
        parts["seen"] = parquet(SEEN, seen)
    faults = sum(row[2] == "broken" for row in files)
    return Done(parts, seen, same, len(files) - faults, faults, len(tables["trades"]), size)


def _one(task: Task, standard: Standard) -> tuple[FileRows | None, str, int]:
    """Rows, content and size of a file; no rows where its content is the known one."""
    file = task.file
    try:
        content = _content(file)
    except Exception as error:  # each kind of storage has errors of its own; the row says which
        why = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        said = f"{PurePosixPath(file.shown).name}: cannot be read ({str(why)[:200]}). Check its rights."
        return broken(file.shown, None, NOT_OPENED, said), "", 0
    digest = content_digest(content)
    if task.known and digest == task.known:
        return None, digest, len(content)
    name = Path(PurePosixPath(file.shown).name if file.is_remote else file.shown)
    return value_content(file.shown, name, content, digest, standard), digest, len(content)


def _content(file: FoundFile) -> bytes:
    """The bytes of a file. Raises OSError and what a kind of storage raises."""
    if file.content is not None:
        return file.content
    if file.is_remote:
        import fsspec

        with fsspec.open(file.path, "rb") as stream:
            content = bytes(stream.read(MOST_BYTES_OF_A_FILE + 1))
    else:
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb", buffering=0) as opened:
            content = opened.read(MOST_BYTES_OF_A_FILE + 1) or b""
            while len(content) <= MOST_BYTES_OF_A_FILE and (more := opened.read(MOST_BYTES_OF_A_FILE)):
                content += more
    if len(content) > MOST_BYTES_OF_A_FILE:
        raise OSError(0, f"more than {MOST_BYTES_OF_A_FILE // 2**20} MB")
    return content


def parquet(columns: ColumnTypes, rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as the bytes of a Parquet file."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(arrow_table(columns, rows), sink, compression="snappy", write_statistics=False)
    return sink.getvalue()
