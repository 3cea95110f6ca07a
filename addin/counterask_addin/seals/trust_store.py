"""The keys that this machine trusts, in a file of the user: name, key, how much its holder may agree to, and the seals seen.

The file is `trust.json` in the user's configuration folder, or the one that the environment variable COUNTERASK_TRUST names. A
process reads it once and again when it has changed; the engine is told, for it reads no files itself.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from counterask.seals.approvals import AUTHORITIES
from counterask.seals.seal import Seal
from counterask.seals.signatures import SeenSeal, TrustedKey, trust_keys

from ..errors import CannotRun
from ..workbooks.atomic import write_bytes

VARIABLE = "COUNTERASK_TRUST"
MOST_SEEN = 200
"""Seals remembered for a key; the oldest are forgotten first."""

_loaded: tuple[Path, int, int] | None = None
_is_given = False


def store_path() -> Path:
    """Where the trusted keys stand."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(click.get_app_dir("counterask")) / "trust.json"


def load() -> tuple[TrustedKey, ...]:
    """The trusted keys; () where there is no such file. Raises CannotRun where it cannot be read: nothing is then trusted."""
    path = store_path()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_key(item) for item in document["keys"])
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise CannotRun(f"{path}: the trusted keys cannot be read ({error.strerror}). Check the rights of the file.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRun(
            f"{path}: found no list of trusted keys. Delete the file and trust the keys again: counterask limits trust"
        ) from error


def save(keys: Sequence[TrustedKey]) -> Path:
    """Write the trusted keys, whole or not at all, and tell the engine. Returns the file."""
    path = store_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{path.parent}: cannot be made ({error.strerror}). Name another file with {VARIABLE}.") from error
    document = {"format": 1, "keys": [_item(key) for key in keys]}
    write_bytes(path, json.dumps(document, ensure_ascii=False, indent=1).encode(), overwrite=True)
    set_up_trust()
    return path


def set_up_trust() -> None:
    """Tell the engine which keys this machine trusts. Cheap where nothing has changed. Raises CannotRun as `load` does."""
    global _loaded
    if _is_given:
        return
    path = store_path()
    try:
        stat = path.stat()
        stamp = (path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        stamp = (path, 0, 0)
    if stamp != _loaded:
        trust_keys(load())
        _loaded = stamp


@contextlib.contextmanager
def trusting(keys: Sequence[TrustedKey]) -> Iterator[None]:
    """Trust these keys for a while, whatever the file says: a worker goes by the keys of the machine that asked."""
    global _is_given, _loaded
    _is_given = True
    trust_keys(keys)
    try:
        yield
    finally:
        _is_given, _loaded = False, None


def remember(seal: Seal | None) -> None:
    """Remember that this machine has seen a seal, if its key is trusted. Raises CannotRun where that cannot be written."""
    keys = load()
    key = next((one for one in keys if seal is not None and one.public_key == seal.public_key), None)
    if key is None or seal is None or seal.as_seen in key.seen:
        return
    seen = sorted([*key.seen, seal.as_seen], key=lambda one: one.sealed_at)[-MOST_SEEN:]
    save([replace(one, seen=tuple(seen)) if one is key else one for one in keys])


def _key(item: dict[str, object]) -> TrustedKey:
    seen = item.get("seen", [])
    assert isinstance(seen, list)
    return TrustedKey(
        str(item["name"]),
        bytes.fromhex(str(item["public_key"])).hex(),
        AUTHORITIES[str(item["authority"])],
        tuple(
            SeenSeal(one["scope"], one["sealed_at"], date.fromisoformat(one["effective"]), one["digest"]) for one in seen
        ),
    )


def _item(key: TrustedKey) -> dict[str, object]:
    seen = [
        {"scope": one.scope, "sealed_at": one.sealed_at, "effective": one.effective.isoformat(), "digest": one.digest}
        for one in key.seen
    ]
    return {"name": key.name, "public_key": key.public_key, "authority": str(key.authority), "seen": seen}
