"""Dask: a cluster on this machine, or a scheduler elsewhere whose workers see the same files and run the same engine.

Whoever may speak to a scheduler or a worker may run code there, so all of them speak TLS and show certificates to each other. The
cluster on this machine makes its own, in memory, for the run. A scheduler elsewhere needs yours; one without TLS is refused.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotRun
from .batch import engine_mark
from .found import FoundFile


@dataclass(frozen=True)
class Certificates:
    """Files in PEM. ca : of the authority that signed every certificate of the cluster. cert, key : this machine's own."""

    ca: Path
    cert: Path
    key: Path


def check_scheduler(scheduler: str, certificates: Certificates | None) -> None:
    """Raise CannotRun where a scheduler is named and would be spoken to without TLS, or a certificate is missing."""
    if not scheduler:
        return
    if not scheduler.startswith("tls://"):
        raise CannotRun(
            f"{scheduler}: is the address of a Dask scheduler without TLS, on which anybody in the network can run code. Start "
            "scheduler and workers with certificates, and name it as tls://HOST:8786. See docs/scale.md."
        )
    if certificates is None:
        raise CannotRun(
            f"{scheduler}: needs the certificates of the cluster. Give them with --tls-ca, --tls-cert and --tls-key. "
            "See docs/scale.md."
        )
    for path in (certificates.ca, certificates.cert, certificates.key):
        if not path.is_file():
            raise CannotRun(f"{path}: there is no such file. Name a certificate in PEM.")


@contextlib.contextmanager
def cluster_client(count: int, scheduler: str, sample: FoundFile, certificates: Certificates | None = None) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster of `count` processes that ends with it. Either speaks TLS.

    sample : one of the files; every worker must see it. Raises CannotRun where the scheduler has no TLS, cannot be reached, has
    no workers, or has workers with another engine.
    """
    check_scheduler(scheduler, certificates)
    try:
        import dask
        from distributed import Client, LocalCluster
        from distributed.security import Security
    except ImportError as error:
        raise CannotRun('Dask is not installed. Install it in a clone: python -m pip install ".[audit]"') from error
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.worker.daemon": True, "logging.distributed": "error"}))
        if scheduler:
            assert certificates is not None
            own = {"tls_client_cert": str(certificates.cert), "tls_client_key": str(certificates.key)}
            try:
                security = Security(require_encryption=True, tls_ca_file=str(certificates.ca), **own)
                client = stack.enter_context(Client(scheduler, timeout="10s", set_as_default=False, security=security))
            except (OSError, TimeoutError, ValueError) as error:  # an SSLError is an OSError
                raise CannotRun(
                    f"{scheduler}: no Dask scheduler answers there with a certificate of {certificates.ca.name} ({error}). "
                    "Check the address, and that scheduler and workers were started with --tls-ca-file, --tls-cert and --tls-key."
                ) from error
            _check_workers(client, scheduler, sample)
        else:
            try:
                security = Security.temporary()
            except ImportError as error:
                raise CannotRun("--dask needs cryptography for TLS. Install it: pip install cryptography.") from error
            cluster = stack.enter_context(
                LocalCluster(
                    security=security,
                    protocol="tls://",
                    n_workers=count,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    host="127.0.0.1",
                    silence_logs="ERROR",
                )
            )
            client = stack.enter_context(Client(cluster, set_as_default=False, security=security))
        yield client


def _check_workers(client: Any, scheduler: str, sample: FoundFile) -> None:
    if not client.nthreads():
        raise CannotRun(f"{scheduler}: has no workers. Start some: dask worker {scheduler} --tls-ca-file ...")
    try:
        marks = client.run(worker_mark)
    except Exception as error:
        raise CannotRun(
            f"{scheduler}: a worker cannot load counterask ({type(error).__name__}: {error}). "
            'Install it in a clone where the workers run: python -m pip install ".[audit]"'
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
