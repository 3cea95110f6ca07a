"""`counterask limits`: keys, sealing limits, checking seals, trusting keys, bringing a quote to the current limits."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json

_PATH = click.Path(path_type=Path)
_PASSPHRASE = click.option(
    "--passphrase-file", type=_PATH, help="Read the passphrase from this file's first line (or from COUNTERASK_PASSPHRASE)."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("limits")
def command() -> None:
    """Limits that nobody can change unseen: keygen, sign, verify, trust, update."""


@command.command("keygen")
@click.option("-o", "--output", type=_PATH, required=True, help="Where the private key goes: manager.key")
@click.option("--name", help="Whose key it is. Default: the name of the file.")
@_PASSPHRASE
@_JSON
def keygen(output: Path, name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a pair of keys: the private one under a passphrase, the public one beside it as NAME.pub. Never writes one over."""
    from ..seals.keys import make_keys, passphrase_of
    from ..workbooks.atomic import check_target

    check_target(output, overwrite=True)  # whether it can be written at all; the sentence for one that exists is below
    if output.exists():
        raise CannotRun(f"{output}: exists already, and a key is never written over. Choose another name with -o.")
    passphrase = passphrase_of(passphrase_file, f"Passphrase for {output.name}", is_new=True)
    public, public_key = make_keys(output, name or output.stem, passphrase)
    from counterask.seals.signatures import key_name

    if as_json:
        echo(json.dumps({"private": str(output), "public": str(public), "public_key": public_key}))
        return
    echo(f"Wrote {output} (keep it to yourself) and {public} (give it to those who must trust you).")
    echo(f"Key {key_name(public_key)}. On their machines: counterask limits trust {public.name}")


@command.command("sign")
@click.argument("limits", type=_PATH)
@click.option("--key", type=_PATH, required=True, help="The private key.")
@click.option("-o", "--output", type=_PATH, help="Where the sealed copy goes. Default: NAME.sealed.xlsx.")
@click.option("--in-place", is_flag=True, help="Seal the file itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--owner", default="", help="Who answers for them. Default: the owners in the rows.")
@click.option("--scope", default="", help="Which limits these are, where one key seals several. Default: their currency.")
@_PASSPHRASE
@_JSON
def sign(
    limits: Path,
    key: Path,
    output: Path | None,
    in_place: bool,
    overwrite: bool,
    owner: str,
    scope: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Seal LIMITS (a limits workbook): every value of Limits, Assumptions and Policy is signed.

    Refused where a value has a problem, a row lacks its owner or a date, or has expired. The file itself stays as it is, unless
    --in-place is said.
    """
    from ..seals.keys import open_key
    from ..seals.sealing import sign_limits
    from ..seals.writing import default_target

    target = default_target(limits, "sealed", output, in_place)
    opened = open_key(key, passphrase_file)
    done = sign_limits(limits, target, opened, owner=owner, scope=scope, overwrite=overwrite or in_place)
    seal = done.seal
    if as_json:
        echo(json.dumps({"written": str(target), "state": str(done.state), **_seal_document(seal)}))
        return
    echo(f"Wrote {target}: sealed by {seal.owner}, holds from {seal.effective} until {seal.expires}, serial {seal.serial}.")
    for warning in done.warnings:
        echo(warning)


@command.command("verify")
@click.argument("file", type=_PATH)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at. Default: today.")
@_JSON
def verify(file: Path, as_of: datetime | None, as_json: bool) -> None:
    """Say what the seal of FILE (limits or a quote) is worth: sealed, changed (which cells), expired, forged. Exit 1 where
    it does not hold."""
    from ..seals import remember
    from ..seals.reading import open_limits

    limits = open_limits(file)
    status = limits.status(as_of.date() if as_of else date.today())
    if status.holds:
        remember(status.seal)
    if as_json:
        changes = [{"cell": one.place, "what": one.subject, "was": one.was, "is": one.now} for one in status.changes]
        document = {"state": str(status.state), "sentence": status.sentence, "changes": changes}
        echo_json(document | (_seal_document(status.seal) if status.seal else {}))
    else:
        echo(f"{file.name}: {status.mark} {status.sentence}")
        for change in status.changes[1:] if len(status.changes) > 1 else ():
            echo(f"  {change}")
        for problem in limits.problems:
            echo(f"{file.name} · {problem}")
    raise SystemExit(FINE if status.holds and not limits.problems else FOUND_SOMETHING)


@command.command("trust")
@click.argument("public_key", type=_PATH, required=False)
@click.option("--name", help="Whose key it is. Default: as the file says.")
@click.option(
    "--authority", type=click.Choice(["manager", "finance"]), default="manager", help="The most that its holder may agree to."
)
@click.option("--list", "wants_list", is_flag=True, help="Show the keys that this machine trusts.")
@click.option("--remove", metavar="NAME", help="Trust a key no longer, by its name or its letters.")
@_JSON
def trust(public_key: Path | None, name: str | None, authority: str, wants_list: bool, remove: str | None, as_json: bool) -> None:
    """Trust the key in PUBLIC_KEY (manager.pub) on this machine. From the first trusted key on, limits without a seal of a
    trusted key give no verdicts here."""
    from counterask.seals.approvals import AUTHORITIES
    from counterask.seals.signatures import TrustedKey, key_name

    from ..seals.keys import read_public_key
    from ..seals.trust_store import load, save, store_path

    if sum((public_key is not None, wants_list, remove is not None)) != 1:
        raise CannotRun("Name a public key to trust (manager.pub), or say --list or --remove NAME, one of the three.")
    keys = load()
    if remove is not None:
        kept = [key for key in keys if remove not in (key.name, key_name(key.public_key), key.public_key)]
        if len(kept) == len(keys):
            known = ", ".join(key.name for key in keys) or "none"
            raise CannotRun(f'Found no trusted key "{remove}", expected one of: {known}.')
        path = save(kept)
        said = f"Trusts {remove} no longer ({path})."
        keys = tuple(kept)
    elif public_key is not None:
        read = read_public_key(public_key)
        same = next((key for key in keys if key.public_key == read.public_key), None)
        whose = name or (same.name if same else read.name)
        if any(key.name == whose and key is not same for key in keys):
            raise CannotRun(f'A key of the name "{whose}" is trusted already. Choose another with --name, or --remove it first.')
        level = AUTHORITIES[authority]
        made = replace(same, name=whose, authority=level) if same else TrustedKey(whose, read.public_key, level)
        path = save([made if key is same else key for key in keys] + ([] if same else [made]))
        keys = load()
        said = f"Trusts {whose} ({authority}), key {key_name(read.public_key)} ({path}). Compare the key with its owner's."
    else:
        said = f"{len(keys)} trusted keys ({store_path()})"
    if as_json:
        listed = [
            {"name": key.name, "authority": str(key.authority), "key": key_name(key.public_key), "seals_seen": len(key.seen)}
            for key in keys
        ]
        echo_json({"store": os.fspath(store_path()), "keys": listed})
        return
    echo(said)
    for key in keys if wants_list else ():
        last = f"; last seal seen of {key.seen[-1].sealed_at[:10]}" if key.seen else ""
        echo(f"  {key.name} ({key.authority}), key {key_name(key.public_key)}{last}")


@command.command("update")
@click.argument("quote", type=_PATH)
@click.option("--from", "source", type=_PATH, required=True, help="The current limits workbook.")
@click.option("-o", "--output", type=_PATH, help="Where the new quote goes. Default: NAME.updated.xlsx.")
@click.option("--in-place", is_flag=True, help="Change the quote itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@_JSON
def update(quote: Path, source: Path, output: Path | None, in_place: bool, overwrite: bool, as_json: bool) -> None:
    """Bring QUOTE to the limits, assumptions, policy and seal of another workbook, and show what that changes: row by row, in
    deal value, and in verdicts."""
    from ..seals.updating import update_quote
    from ..seals.writing import default_target

    target = default_target(quote, "updated", output, in_place)
    done = update_quote(quote, source, target, overwrite=overwrite or in_place)
    if as_json:
        echo_json(done.document(target))
        return
    for sentence in done.sentences():
        echo(sentence)
    echo(f"Wrote {target}." + ("" if in_place else " The quote itself is unchanged."))


def _seal_document(seal: object) -> dict[str, object]:
    names = ("owner", "effective", "expires", "sealed_at", "serial", "scope", "public_key")
    return {name: str(getattr(seal, name)) if name != "serial" else getattr(seal, name) for name in names}
