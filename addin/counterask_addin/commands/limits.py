"""`counterask limits`: making keys, sealing limits, checking seals, bringing a quote to the current limits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.verdicts.limits import Authority

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from .limits_keys import revoke, rotate, trust
from .output_file import WORKBOOK_COPY, OutputFile
from .typed_values import DAY

if TYPE_CHECKING:
    from counterask.seals.seal import Seal

_PATH = click.Path(path_type=Path)
_PASSPHRASE = click.option(
    "--passphrase-file", type=_PATH, help="Read the passphrase from this file's first line (or from COUNTERASK_PASSPHRASE)."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("limits")
def command() -> None:
    """Limits that nobody can change unseen: keygen, trust, sign, verify, update, rotate, revoke."""


@command.command("keygen")
@click.option("-o", "--output", type=OutputFile(".key"), required=True, help="Where the private key goes: manager.key")
@click.option("--name", help="Whose key it is. Default: the name of the file.")
@_PASSPHRASE
@_JSON
def keygen(output: Path, name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a pair of keys: the private one under a passphrase, the public one beside it as NAME.pub. An existing key is never
    overwritten."""
    from ..seals.keys import make_keys, passphrase_of
    from ..workbooks.atomic import check_target, refuse_inputs

    refuse_inputs(output, passphrase_file)
    check_target(output, overwrite=True)  # whether it can be written; what exists is reported below
    if output.exists():
        raise CannotRun(f"{output}: exists already, and a key is never overwritten. Choose another name.")
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
@click.option("-o", "--output", type=WORKBOOK_COPY, help="Where the sealed copy goes. Default: NAME.sealed.xlsx.")
@click.option("--in-place", is_flag=True, help="Seal the file itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--owner", default="", help="Who answers for them. Default: the owners in the rows.")
@click.option(
    "--scope", default="", help="Which quotes they are for: a currency, or a segment with limits of its own. Default: as before, "
    "or the currency of the policy.",
)
@click.option(
    "--approver", "approvers", multiple=True, metavar="NAME.pub=RIGHT",
    help="Who may approve under these limits: petra.pub=manager, ruth.pub=finance. None: as each trust store says.",
)
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
    approvers: Sequence[str],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Seal LIMITS (a limits workbook): every value of Limits, Assumptions, Policy and Price book is signed, for all segments.

    Seals of one scope are numbered. The number is one above that of the file's own seal and of every seal of the scope that this
    machine has seen, whichever key signed it; the clock plays no part in it.

    Refused where a value has a problem, a row lacks its owner or a date, or has expired. The file itself stays as it is, unless
    --in-place is said.
    """
    from counterask.seals.seal import HOLDS

    from ..seals.keys import open_key
    from ..seals.sealing import sign_limits
    from ..seals.writing import default_target

    keys = [Path(word.rpartition("=")[0]) for word in approvers]
    target = default_target(limits, "sealed", output, in_place, key, passphrase_file, *keys)
    named = _approvers(approvers)
    opened = open_key(key, passphrase_file)
    done = sign_limits(
        limits, target, opened, owner=owner, scope=scope, approvers=named, overwrite=overwrite or in_place
    )
    seal = done.seal
    if as_json:
        echo(json.dumps({"written": str(target), "state": str(done.state), **_seal_document(seal)}))
        return
    dates = f"holds from {seal.effective} until {seal.expires}"
    echo(f"Wrote {target}: sealed by {seal.owner} for {seal.scope}, {dates}, number {seal.serial}.")
    if done.state not in HOLDS:
        echo(f"On this machine it does not hold: {done.sentence}.")
    for warning in done.warnings:
        echo(warning)


@command.command("verify")
@click.argument("file", type=_PATH)
@click.option("--as-of", type=DAY, help="The day to look at. Default: today.")
@_JSON
def verify(file: Path, as_of: datetime | None, as_json: bool) -> None:
    """Say what the seal of FILE (limits or a quote) is worth: for which scope, sealed, changed (which cells), expired, forged.
    Exit 1 where it does not hold."""
    from ..seals import remember
    from ..seals.reading import open_limits

    limits = open_limits(file)
    status = limits.status(as_of.date() if as_of else date.today())
    warning = remember(status.seal) if status.holds else ""
    if warning:
        echo(warning, err=True)
    if as_json:
        changes = [{"cell": one.place, "what": one.subject, "was": one.was, "is": one.now} for one in status.changes]
        document = {"state": str(status.state), "sentence": status.sentence, "changes": changes}
        echo_json(document | (_seal_document(status.seal) if status.seal else {}))
    else:
        echo(f"{file.name}: {status.mark} {status.sentence}")
        for change in status.changes[1:] if len(status.changes) > 1 else ():
            echo(f"  {change}")
        for public_key, authority in (status.seal.approvers if status.seal else {}).items():
            echo(f"  names as an approver, up to {authority}: {_key_words(public_key)}")
        for problem in limits.problems:
            echo(f"{file.name} · {problem}")
    raise SystemExit(FINE if status.holds and not limits.problems else FOUND_SOMETHING)


@command.command("update")
@click.argument("quote", type=_PATH)
@click.option("--from", "source", type=_PATH, required=True, help="The current limits workbook.")
@click.option("-o", "--output", type=WORKBOOK_COPY, help="Where the new quote goes. Default: NAME.updated.xlsx.")
@click.option("--in-place", is_flag=True, help="Change the quote itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@_JSON
def update(quote: Path, source: Path, output: Path | None, in_place: bool, overwrite: bool, as_json: bool) -> None:
    """Bring QUOTE (or a limits workbook) to the limits, assumptions, policy and seal of another workbook, and show what that
    changes: row by row, in deal value, and in verdicts. A quote of the first edition becomes a new workbook."""
    from ..seals.updating import update_quote
    from ..seals.writing import default_target

    target = default_target(quote, "updated", output, in_place, source)
    done = update_quote(quote, source, target, overwrite=overwrite or in_place)
    if as_json:
        echo_json(done.document(target))
        return
    for sentence in done.sentences():
        echo(sentence)
    echo(f"Wrote {target}." + ("" if in_place else f" {quote.name} itself is unchanged."))


def _approvers(words: Sequence[str]) -> dict[str, Authority]:
    """Who may approve, by public key. Raises CannotRun with the word that cannot be read."""
    from counterask.seals.approvals import AUTHORITIES

    from ..seals.keys import read_public_key

    found = {}
    for word in words:
        name, equals, right = word.rpartition("=")
        if not equals or right not in AUTHORITIES:
            raise CannotRun(f'--approver: found "{word[:80]}", expected a public key and a right, such as petra.pub=manager.')
        found[read_public_key(Path(name)).public_key] = AUTHORITIES[right]
    return found


def _key_words(public_key: str) -> str:
    """A key as people know it: its name here, and its letters."""
    from counterask.seals.signatures import key_name
    from counterask.seals.trust import trust_here

    known = trust_here().key(public_key)
    return f"{f'{known.name}, ' if known else ''}key {key_name(public_key)}"


def _seal_document(seal: Seal) -> dict[str, object]:
    names = ("owner", "effective", "expires", "sealed_at", "serial", "scope", "public_key")
    document = {name: str(getattr(seal, name)) if name != "serial" else seal.serial for name in names}
    return {**document, "approvers": {key: str(authority) for key, authority in seal.approvers.items()}}


for _verb in (trust, rotate, revoke):
    command.add_command(_verb)
