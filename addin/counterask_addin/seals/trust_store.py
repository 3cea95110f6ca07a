"""What this machine trusts, in a file of the user: keys with their rights, the seals seen, and the approvals known to be
withdrawn.

The seals seen are kept by scope and not by key: taking a key out of the file and trusting it again erases nothing. The file is
`trust.json` in the user's configuration folder, or the one that the environment variable COUNTERASK_TRUST names. A process reads
it once and again when it has changed; the engine is told, for it reads no files itself.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from counterask.seals.seal import Seal
from counterask.seals.trust import SeenSeal, Trust, TrustedKey, same_scope, set_trust
from counterask.verdicts.limits import Authority

from ..errors import CannotRun
from ..workbooks.atomic import Seen, seen, write_bytes
from ..workbooks.errors import HasChanged

VARIABLE = "COUNTERASK_TRUST"
FORMAT = 2
MOST_SEEN = 100
"""Seals remembered for a scope; those with the lowest numbers are forgotten first."""
_RIGHTS = {str(one): one for one in (Authority.REP, Authority.MANAGER, Authority.FINANCE)}

_loaded: tuple[Path, int, int, int] | None = None
_is_given = False


def store_path() -> Path:
    """Where the trusted keys are stored."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(click.get_app_dir("counterask")) / "trust.json"


def load() -> Trust:
    """What this machine trusts; nothing where there is no such file. Raises CannotRun where it cannot be read: nothing is then
    trusted."""
    path = store_path()
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Trust()
    except OSError as error:
        raise CannotRun(f"{path}: the trusted keys cannot be read ({error.strerror}). Check the rights of the file.") from error
    try:
        document = json.loads(content.decode("utf-8"))
        keys = tuple(_key(item) for item in document["keys"])
        if document.get("format") != FORMAT:  # an earlier version: seals had no order across keys, and no key had rights
            return Trust(keys)
        seen_seals = tuple(_seen(item) for item in document.get("seen", ()))
        return Trust(keys, seen_seals, tuple(str(digest) for digest in document.get("withdrawn", ())))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRun(
            f"{path}: found no list of trusted keys. Delete the file and trust the keys again: counterask limits trust"
        ) from error


def change(how: Callable[[Trust], Trust]) -> Path:
    """Replace what this machine trusts by `how` of it, whole or not at all, and tell the engine. Returns the file.

    how : gets what is trusted now. It is called again where another process has written the file meanwhile, so that neither
    change is lost. Raises CannotRun where the file cannot be read or written, and what `how` raises.
    """
    path = store_path()
    while True:
        before = seen(path)
        here = load()
        trust = how(here)
        if trust == here:
            return path
        try:
            _save(trust, before)
        except HasChanged:
            continue
        set_up_trust()
        return path


def _save(trust: Trust, before: Seen) -> None:
    path = before.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{path.parent}: cannot be made ({error.strerror}). Name another file with {VARIABLE}.") from error
    document = {
        "format": FORMAT,
        "keys": [_key_item(key) for key in trust.keys],
        "seen": [{**vars(one), "effective": one.effective.isoformat()} for one in trust.seen],
        "withdrawn": list(trust.withdrawn),
    }
    write_bytes(path, json.dumps(document, ensure_ascii=False, indent=1).encode(), overwrite=True, made_of=before)


def set_up_trust() -> None:
    """Tell the engine what this machine trusts. Cheap where nothing has changed. Raises CannotRun as `load` does."""
    global _loaded
    if _is_given:
        return
    path = store_path()
    try:
        stat = path.stat()
        stamp = (path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except OSError:
        stamp = (path, 0, 0, 0)
    if stamp != _loaded:
        set_trust(load())
        _loaded = stamp


@contextlib.contextmanager
def trusting(trust: Trust) -> Iterator[None]:
    """Trust this for a while, whatever the file says: a worker goes by the keys and the memory of the machine that asked."""
    global _is_given, _loaded
    _is_given = True
    set_trust(trust)
    try:
        yield
    finally:
        _is_given, _loaded = False, None


def remember(*seals: Seal | None) -> str:
    """Remember that this machine has seen seals that hold, if their keys are trusted. Returns why that could not be stored, as a
    sentence, or ""."""
    return remember_seen(seal.as_seen for seal in seals if seal is not None)


def remember_seen(seals: Iterable[SeenSeal]) -> str:
    """As `remember`, of what is kept of a seal."""
    if _is_given:  # a worker has no memory of its own
        return ""
    found = list(seals)
    try:
        change(lambda trust: remembering(trust, found))
    except CannotRun as error:
        return f"This machine could not remember the seal, so it will not notice an older one later: {error}"
    return ""


def remembering(trust: Trust, seals: Iterable[SeenSeal]) -> Trust:
    """What a machine trusts, with those of the seals among its memories whose keys it trusts."""
    new = {one for one in seals if trust.key(one.public_key) is not None and not trust.has_seen(one.digest)}
    if not new:
        return trust
    return replace(trust, seen=_kept([*trust.seen, *sorted(new, key=lambda one: (one.scope, one.serial, one.digest))]))


def remember_withdrawn(digests: Iterable[str]) -> str:
    """Remember that approvals were withdrawn, by the digests of their signatures. Returns as `remember` does."""
    known = list(dict.fromkeys(digests))

    def more(trust: Trust) -> Trust:
        return replace(trust, withdrawn=(*trust.withdrawn, *(one for one in known if one not in trust.withdrawn)))

    try:
        change(more)
    except CannotRun as error:
        return f"This machine could not remember the withdrawal: {error}"
    return ""


def _kept(seen: Sequence[SeenSeal]) -> tuple[SeenSeal, ...]:
    """The seals that are kept: of each scope those with the highest numbers."""

    def rank(one: SeenSeal) -> int:
        return sum(same_scope(one.scope, other.scope) and other.serial > one.serial for other in seen)

    return tuple(seen) if len(seen) <= MOST_SEEN else tuple(one for one in seen if rank(one) < MOST_SEEN)


def _key(item: dict[str, object]) -> TrustedKey:
    last = item.get("last_day")
    scopes = item.get("scopes", [])
    assert isinstance(scopes, list)
    may_approve = item.get("may_approve", "rep")
    return TrustedKey(
        str(item["name"]),
        bytes.fromhex(str(item["public_key"])).hex(),
        _RIGHTS[str(may_approve)],
        item.get("may_seal", True) is True,
        tuple(str(scope) for scope in scopes),
        date.fromisoformat(str(last)) if last else None,
        item.get("is_compromised", False) is True,
    )


def _key_item(key: TrustedKey) -> dict[str, object]:
    return {
        "name": key.name,
        "public_key": key.public_key,
        "may_approve": str(key.authority),
        "may_seal": key.may_seal,
        "scopes": list(key.scopes),
        "last_day": key.last_day.isoformat() if key.last_day else None,
        "is_compromised": key.is_compromised,
    }


def _seen(item: dict[str, object]) -> SeenSeal:
    return SeenSeal(
        str(item["scope"]),
        int(str(item["serial"])),
        str(item["sealed_at"]),
        date.fromisoformat(str(item["effective"])),
        str(item["digest"]),
        str(item["public_key"]),
    )
