"""The run: batches of files to workers, their answers into the store, as they come.

A pool of processes on this machine, a Dask cluster on this one, or a scheduler elsewhere: each is asked the same way. A
worker that dies takes its batch along; its files are then read one by one, and the one that kills its worker twice is a
broken row.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from ..errors import CannotRun
from .batch import Done, Settings, Task, parquet, run_batch, with_memory
from .cluster import Certificates, cluster_client
from .found import FoundFile
from .memory import NewSeals, seen_in
from .schema import SEEN, TABLES
from .store import Sight, Store
from .valuing import FAILED, broken

SMALL_RUN = 48
"""Up to so many files are read in this process: starting others takes longer."""
LEAST_BATCH, MOST_BATCH, MOST_BATCH_OF_A_CLUSTER = 32, 128, 256


@dataclass
class Progress:
    """What has been done. unchanged : files whose rows were at hand; all other counts are of files read in this run."""

    total: int = 0
    unchanged: int = 0
    read: int = 0
    broken: int = 0
    trades: int = 0
    size: int = 0

    @property
    def done(self) -> int:
        """Files that need nothing more."""
        return self.unchanged + self.read + self.broken


@dataclass(frozen=True)
class AuditRun:
    """A finished run. sights : each file with the part of the store that holds its rows. settings : what all rows go by. seen :
    the seals that are new to this machine."""

    progress: Progress
    sights: Mapping[str, Sight] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings(None))
    seen: NewSeals = NewSeals()


def run_audit(
    files: Sequence[FoundFile],
    store: Store,
    settings: Settings,
    workers: Workers,
    tell: Callable[[Progress], object] = lambda progress: None,
) -> AuditRun:
    """Value every file that the store does not know, and again those that hold an older seal than another file. Raises
    KeyboardInterrupt where a person stops it; the store then holds what was done, and the next run goes on from there."""
    first = _run(files, store, settings, workers, tell)
    seen = seen_in(store, first.sights, settings.trusted)
    if not seen.seals:
        return first
    settings, concerned = with_memory(settings, seen.seals), set(seen.concerned)
    again = _run([file for file in files if file.shown in concerned], store, settings, workers)
    return AuditRun(first.progress, {**first.sights, **again.sights}, settings, seen)


def _run(
    files: Sequence[FoundFile],
    store: Store,
    settings: Settings,
    workers: Workers,
    tell: Callable[[Progress], object] = lambda progress: None,
) -> AuditRun:
    known = store.known(settings.key)
    progress = Progress(len(files))
    sights: dict[str, Sight] = {}
    tasks: list[Task] = []
    for file in files:
        sight = known.get(file.shown)
        if sight is not None and sight.is_surely_the_same(file):
            sights[file.shown] = sight
            progress.unchanged += 1
        else:
            tasks.append(Task(file, sight.content if sight else ""))
    tell(progress)

    def keep(done: Done) -> None:
        for one in done.same:
            path, content, _, size, changed, status, inode, read = one
            sights[str(path)] = Sight(content, size, changed, status, inode, read, known[str(path)].part)  # type: ignore[arg-type]
        if done.parts:
            sights.update(store.add(done.parts, done.seen))
        progress.unchanged += len(done.same)
        progress.read += done.read
        progress.broken += done.broken
        progress.trades += done.trades
        progress.size += done.size
        tell(progress)

    for done in workers.answers(tasks, settings):
        keep(done)
    return AuditRun(progress, sights, settings)


@dataclass(frozen=True)
class Workers:
    """Where batches are valued. count : worker processes on this machine. scheduler : the address of a Dask scheduler;
    is_cluster : a Dask cluster of its own on this machine. certificates : for the scheduler."""

    count: int
    is_cluster: bool = False
    scheduler: str = ""
    certificates: Certificates | None = None

    def answers(self, tasks: Sequence[Task], settings: Settings) -> Iterator[Done]:
        """The answers of all batches, as they come."""
        if not tasks:
            return iter(())
        if self.scheduler or self.is_cluster:
            return self._on_cluster(tasks, settings)
        if len(tasks) <= SMALL_RUN:
            return iter([run_batch(tasks, settings)])
        return self._on_pool(tasks, settings)

    def _batches(self, tasks: Sequence[Task], most: int) -> list[Sequence[Task]]:
        size = min(most, max(LEAST_BATCH, len(tasks) // (self.count * 8)))
        return [tasks[start : start + size] for start in range(0, len(tasks), size)]

    def _on_pool(self, tasks: Sequence[Task], settings: Settings) -> Iterator[Done]:
        batches = self._batches(tasks, MOST_BATCH)
        lost: list[Sequence[Task]] = []
        while batches:
            with _pool(min(self.count, len(batches))) as pool:
                yield from _asked(pool, batches, settings, 2 * self.count + 2, lost)
            batches = []
            if lost:
                batches, singly = [batch for batch in lost if len(batch) > 1], [batch for batch in lost if len(batch) == 1]
                lost = []
                if batches:
                    batches = [[task] for batch in batches for task in batch]
                    if len(batches) == 1:
                        singly, batches = [*singly, *batches], []
                for batch in singly:
                    yield from _alone(batch[0], settings)

    def _on_cluster(self, tasks: Sequence[Task], settings: Settings) -> Iterator[Done]:
        with cluster_client(self.count, self.scheduler, tasks[0].file, self.certificates) as client:
            count = self.count if self.is_cluster else max(1, len(client.nthreads()))
            size = min(MOST_BATCH_OF_A_CLUSTER, max(LEAST_BATCH, len(tasks) // (count * 8)))
            batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
            lost: list[Sequence[Task]] = []
            with client.get_executor(pure=False, retries=2) as executor:
                yield from _asked(executor, batches, settings, 4 * count + 4, lost)
            for batch in lost:
                for task in batch:
                    yield from _alone(task, settings)


def _asked(
    pool: Executor, batches: Sequence[Sequence[Task]], settings: Settings, most: int, lost: list[Sequence[Task]]
) -> Iterator[Done]:
    """Ask for batches, never more than `most` at once, and hand on the answers. lost : where batches go whose worker died."""
    waiting: dict[Future[Done], Sequence[Task]] = {}
    coming = iter(batches)
    is_broken = False
    while True:
        while not is_broken and len(waiting) < most and (batch := next(coming, None)) is not None:
            try:
                waiting[pool.submit(run_batch, batch, settings)] = batch
            except BrokenProcessPool:
                is_broken = True
                lost.append(batch)
        if not waiting:
            break
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            batch = waiting.pop(future)
            try:
                done = future.result()
            except (CannotRun, KeyboardInterrupt):
                raise
            except BrokenProcessPool:
                is_broken = True
                lost.append(batch)
                continue
            except Exception as error:
                if type(error).__name__ != "KilledWorker":
                    raise
                lost.append(batch)
                continue
            yield done
    lost.extend(coming)


def _alone(task: Task, settings: Settings) -> Iterator[Done]:
    """One file in a process of its own; a broken row where it kills that too."""
    lost: list[Sequence[Task]] = []
    with _pool(1) as pool:
        yield from _asked(pool, [[task]], settings, 1, lost)
    if lost:
        file = task.file
        why = f"{file.shown}: reading it ended the process that read it. Open it and save it again, or take it away."
        rows = broken(file.shown, None, FAILED, why)
        seen = (file.shown, "", settings.key, 0, 0, 0, 0, 0)
        parts = {name: parquet(columns, rows.tables()[name]) for name, columns in TABLES.items()}
        parts["seen"] = parquet(SEEN, [seen])
        yield Done(parts, [seen], broken=1)


@contextlib.contextmanager
def _pool(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose workers end with this process, however it ends."""
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload(["counterask_addin.audit.batch", "pyarrow.parquet"])
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    pool.shutdown(wait=True, cancel_futures=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """Stop the workers in the middle of what they do; what they have not answered is done again by the next run."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with contextlib.suppress(OSError, ValueError):
            process.terminate()


def _begin() -> None:
    """What a worker does first: leave Ctrl-C to its parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
