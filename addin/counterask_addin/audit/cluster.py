"""Dask: a cluster on this machine, or a scheduler elsewhere whose workers see the same files and run the same engine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from ..errors import CannotRun
from .batch import engine_mark
from .found import Found


@contextlib.contextmanager
def cluster_client(count: int, scheduler: str, sample: Found) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster of `count` processes that ends with it.

    sample : one of the files; every worker must see it. Raises CannotRun where the scheduler cannot be reached, has no
    workers, or has workers with another engine.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise CannotRun('Dask is not installed. Install it: pip install "counterask[audit]".') from error
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.worker.daemon": True, "logging.distributed": "error"}))
        if scheduler:
            try:
                client = stack.enter_context(Client(scheduler, timeout="10s", set_as_default=False))
            except (OSError, TimeoutError, ValueError) as error:
                raise CannotRun(f"{scheduler}: no Dask scheduler answers there ({error}). Check the address.") from error
            _check_workers(client, scheduler, sample)
        else:
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    host="127.0.0.1",
                    silence_logs="ERROR",
                )
            )
            client = stack.enter_context(Client(cluster, set_as_default=False))
        yield client


def _check_workers(client: Any, scheduler: str, sample: Found) -> None:
    if not client.nthreads():
        raise CannotRun(f"{scheduler}: has no workers. Start some: dask worker {scheduler}")
    try:
        marks = client.run(worker_mark)
    except Exception as error:
        raise CannotRun(
            f"{scheduler}: a worker cannot load counterask ({type(error).__name__}: {error}). "
            'Install it where the workers run: pip install "counterask[audit]".'
        ) from error
    own = engine_mark()
    for worker, mark in sorted(marks.items()):
        if mark != own:
            raise CannotRun(f"{worker}: runs another version of counterask than this machine. Install the same one there.")
    if not sample.is_remote:
        for worker, sees in sorted(client.run(os.path.exists, sample.path).items()):
            if not sees:
                raise CannotRun(
                    f"{worker}: does not see {sample.shown}. Name files by an address that every worker reaches (s3://, "
                    "a shared folder at the same path)."
                )


def worker_mark() -> str:
    """The mark of the engine where this is called."""
    return engine_mark()
