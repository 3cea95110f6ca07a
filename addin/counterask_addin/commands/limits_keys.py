"""`counterask limits trust`, `rotate` and `revoke`: whose keys this machine trusts, what each may do, and up to which day."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import CannotRun
from ..printing import echo, echo_json
from .typed_values import DAY

if TYPE_CHECKING:
    from counterask.seals.trust import Trust, TrustedKey

    from ..seals.keys import PublicKey

_PATH = click.Path(path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command("trust")
@click.argument("public_key", type=_PATH, required=False)
@click.option("--name", help="Whose key it is. Default: as the file says.")
@click.option("--may-seal", is_flag=True, help="Its holder may seal limits. This is the default where --may-approve is not used.")
@click.option("--scope", "scopes", multiple=True, help="Only limits of this scope: EUR. Repeat for more. Default: all.")
@click.option(
    "--may-approve",
    "--authority",
    "authority",
    type=click.Choice(["manager", "finance"]),
    help="Its holder may approve trades and openings, up to this. Default: not at all.",
)
@click.option("--list", "wants_list", is_flag=True, help="Show the keys that this machine trusts.")
@click.option("--remove", metavar="NAME", help="Trust a key no longer, by its name or its letters.")
@_JSON
def trust(
    public_key: Path | None,
    name: str | None,
    may_seal: bool,
    scopes: Sequence[str],
    authority: str | None,
    wants_list: bool,
    remove: str | None,
    as_json: bool,
) -> None:
    """Trust the key in PUBLIC_KEY (manager.pub) on this machine, and say what it may do.

    Sealing limits and approving under them are two rights. A key gets both only where you name both. From the first trusted key
    on, limits without a seal of a key that may seal give no verdicts here.
    """
    from ..seals.keys import read_public_key
    from ..seals.trust_store import change, load, store_path

    if sum((public_key is not None, wants_list, remove is not None)) != 1:
        raise CannotRun("Name a public key to trust (manager.pub), or use --list or --remove NAME, one of the three.")
    said: list[str] = []
    if remove is not None:
        change(lambda here: _removed(here, remove, said))
    elif public_key is not None:
        read = read_public_key(public_key)
        change(lambda here: _added(here, read, name, may_seal, scopes, authority, said))
    else:
        said.append(f"{len(load().keys)} trusted keys ({store_path()})")
    _say(said[-1], as_json, wants_list)


@click.command("rotate")
@click.argument("old")
@click.argument("public_key", type=_PATH)
@click.option("--on", "last", type=DAY, help="The last day of the old key. Default: today.")
@click.option("--name", help="Whose the new key is. Default: as the file says.")
@_JSON
def rotate(old: str, public_key: Path, last: datetime | None, name: str | None, as_json: bool) -> None:
    """Put the key in PUBLIC_KEY in the place of the key OLD (its name or its letters), with the same rights.

    Seals and approvals of the old key that are dated up to its last day stay valid. Later ones are void. What the old key has
    sealed should be sealed again with the new one.
    """
    from counterask.seals.signatures import key_name

    from ..seals.keys import read_public_key
    from ..seals.trust_store import change

    read, day = read_public_key(public_key), last.date() if last else date.today()
    said: list[str] = []

    def rotated(here: Trust) -> Trust:
        before = _found(here, old)
        if here.key(read.public_key) is not None:
            raise CannotRun(f"{public_key.name}: is trusted already. Make a new key first: counterask limits keygen")
        until = min(day, before.last_day or day)
        ended = replace(before, last_day=until)
        new = replace(before, name=name or read.name, public_key=read.public_key, last_day=None, is_compromised=False)
        _check_name(_with(here, before, ended), new)
        words = f"{new.name} (key {key_name(new.public_key)}) {new.rights}."
        said.append(f"{words} The key {key_name(before.public_key)} counts for what it signed up to {until.isoformat()}.")
        return _with(here, before, ended, new)

    change(rotated)
    _say(said[-1], as_json)


@click.command("revoke")
@click.argument("name")
@click.option("--from", "first", type=DAY, help="The first day whose signatures no longer count. Default: today.")
@click.option("--compromised", is_flag=True, help="Someone else may have the key: only seals that this machine has seen count.")
@_JSON
def revoke(name: str, first: datetime | None, compromised: bool, as_json: bool) -> None:
    """Let nothing count that the key NAME (its name or its letters) signed from a day on: it is lost, or somebody else has it.

    A thief can write any date into an approval. Choose the last day on which the key was surely safe, and look at approvals
    dated before it. With --from 1900-01-01 nothing that the key ever signed counts.
    """
    from counterask.seals.signatures import key_name

    from ..seals.trust_store import change

    day = (first.date() if first else date.today()) - timedelta(days=1)
    said: list[str] = []

    def revoked(here: Trust) -> Trust:
        before = _found(here, name)
        last = min(day, before.last_day or day)
        key = f"The key {key_name(before.public_key)} of {before.name}"
        said.append(f"{key} counts for what it signed up to {last.isoformat()}, and for nothing later.")
        return _with(here, before, replace(before, last_day=last, is_compromised=before.is_compromised or compromised))

    change(revoked)
    _say(said[-1], as_json)


def _removed(here: Trust, name: str, said: list[str]) -> Trust:
    """Take a key out. One that has a last day stays, for what it signed until then."""
    from ..seals.trust_store import store_path

    key = _found(here, name)
    if key.last_day is not None:
        until = key.last_day.isoformat()
        kept = f"What this key signed up to {until} stays valid, so it stays in the list"
        said.append(f"{key.name} is not trusted for anything new. {kept}. To end that too: counterask limits revoke")
        return here
    said.append(f"Trusts {name} no longer ({store_path()}). Its approvals are void here; the seals that were seen stay known.")
    return _with(here, key)


def _added(
    here: Trust,
    read: PublicKey,
    name: str | None,
    may_seal: bool,
    scopes: Sequence[str],
    authority: str | None,
    said: list[str],
) -> Trust:
    """Trust a key, or give one that is trusted other rights or another name."""
    from counterask.seals.approvals import AUTHORITIES
    from counterask.seals.signatures import key_name
    from counterask.seals.trust import TrustedKey
    from counterask.verdicts.limits import Authority

    from ..seals.trust_store import store_path

    same = here.key(read.public_key)
    whose = name or (same.name if same else read.name)
    if same is not None and same.last_day is not None:
        raise CannotRun(f"The key of {same.name} had its last day on {same.last_day.isoformat()}. Trust its successor.")
    if scopes and authority and not may_seal:
        raise CannotRun("--scope is for sealing, and this key would only approve. Add --may-seal, or leave --scope out.")
    if same is not None and not (may_seal or scopes or authority):
        made = replace(same, name=whose)
    else:
        level = AUTHORITIES[authority] if authority else Authority.REP
        made = TrustedKey(whose, read.public_key, level, may_seal or authority is None, tuple(scopes))
    _check_name(here, made)
    key = f"key {key_name(read.public_key)} ({store_path()})"
    said.append(f"Trusts {whose} ({made.rights}), {key}. Compare the key with its owner's.")
    return _with(here, same, made)


def _check_name(here: Trust, made: TrustedKey) -> None:
    """Raise CannotRun where another key that is in use has the same name."""
    if any(key.name == made.name and key.public_key != made.public_key and key.last_day is None for key in here.keys):
        raise CannotRun(f'A key of the name "{made.name}" is trusted already. Choose another with --name, or --remove it first.')


def _with(here: Trust, before: TrustedKey | None, *after: TrustedKey) -> Trust:
    """Keys in the place of another one, or at the end."""
    if before is None:
        return replace(here, keys=(*here.keys, *after))
    return replace(here, keys=tuple(new for key in here.keys for new in (after if key is before else (key,))))


def _found(here: Trust, name: str) -> TrustedKey:
    """The trusted key of a name or of letters, one in use before one that has ended. Raises CannotRun where there is none."""
    from counterask.seals.signatures import key_name

    named = [key for key in here.keys if name in (key.name, key_name(key.public_key), key.public_key)]
    if not named:
        known = ", ".join(key.name for key in here.keys) or "none"
        raise CannotRun(f'Found no trusted key "{name}", expected one of: {known}.')
    return min(named, key=lambda key: key.last_day is not None)


def _say(said: str, as_json: bool, wants_list: bool = False) -> None:
    """Print what was done; the keys where they are wanted."""
    from counterask.seals.signatures import key_name

    from ..seals.trust_store import load, store_path

    here = load()
    if as_json:
        listed = [
            {
                "name": key.name,
                "key": key_name(key.public_key),
                "may_seal": key.may_seal,
                "scopes": list(key.scopes),
                "may_approve": str(key.authority) if key.authority else None,
                "last_day": key.last_day.isoformat() if key.last_day else None,
                "compromised": key.is_compromised,
            }
            for key in here.keys
        ]
        newest = {one.scope: one.serial for one in sorted(here.seen, key=lambda one: one.serial)}
        document = {"store": os.fspath(store_path()), "keys": listed, "newest_seals": newest}
        echo_json(document)
        return
    echo(said)
    for key in here.keys if wants_list else ():
        ended = f", only for what it signed up to {key.last_day.isoformat()}" if key.last_day else ""
        echo(f"  {key.name} ({key.rights}), key {key_name(key.public_key)}{ended}{', compromised' if key.is_compromised else ''}")
    for scope in dict.fromkeys(one.scope for one in here.seen) if wants_list else ():
        last = here.seen_of(scope)[-1:]
        for one in last:
            echo(f"  newest seal seen for {scope}: number {one.serial}, of {one.sealed_at[:10]}")
