"""Two processes write to the trust store at the same time, and no entry of either is lost."""

from __future__ import annotations

from pathlib import Path

from counterask_addin.seals.trust_store import load

from ..at_once import run_at_once

TIMES = 40
BUSY = """
import datetime, sys
from pathlib import Path
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from counterask.seals.seal import Seal
from counterask_addin.cli import cli
from counterask_addin.seals.keys import read_public_key
from counterask_addin.seals.trust_store import remember, remember_withdrawn
who, times = sys.argv[1], int(sys.argv[2])
def run(*words):
    done = CliRunner().invoke(cli, ["limits", *words])
    assert done.exit_code == 0, (words, done.output, done.exception)
def pub(number):
    path = Path(f"{who}-{number}.pub")
    pem = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.write_bytes(f"counterask ed25519 key of: {who} {number}\\n".encode() + pem)
    return str(path)
day = datetime.date(2026, 1, 1)
sys.stdin.readline()
for number in range(times):
    run("trust", path := pub(number), "--may-seal")
    key = read_public_key(Path(path)).public_key
    said = remember(Seal(who, day, day, "2026-01-01T10:00:00Z", number + 1, who, key, key, {}))
    assert said == "", said
    assert remember_withdrawn([f"{who} {number}"]) == ""
    if number % 4 == 1:
        run("trust", "--remove", f"{who} {number}")
    if number % 4 == 2:
        run("rotate", f"{who} {number}", pub(times + number))
    if number % 4 == 3:
        run("revoke", f"{who} {number}", "--from", "2026-05-01")
"""


def test_of_two_processes_that_trust_rotate_revoke_and_remember_none_loses_what_the_other_wrote(
    tmp_path: Path, machine: Path
) -> None:
    people = ("Ann", "Bob")
    run_at_once(BUSY, [(who, str(TIMES)) for who in people], tmp_path)
    trust = load()
    for who in people:
        numbers = range(TIMES)
        kept = {f"{who} {number}" for number in numbers if number % 4 != 1}
        new = {f"{who} {TIMES + number}" for number in numbers if number % 4 == 2}
        assert {key.name for key in trust.keys if key.name.startswith(who)} == kept | new
        ended = {key.name for key in trust.keys if key.name.startswith(who) and key.last_day is not None}
        assert ended == {f"{who} {number}" for number in numbers if number % 4 in (2, 3)}
        assert {one.serial for one in trust.seen if one.scope == who} == {number + 1 for number in numbers}
        assert {word for word in trust.withdrawn if word.startswith(who)} == {f"{who} {number}" for number in numbers}
    assert list(machine.parent.iterdir()) == [machine]

