"""Keys lie under a passphrase and are never overwritten; a machine trusts whom it was told to trust."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from counterask.seals.trust import Trust, trust_here
from counterask_addin.errors import CannotRun
from counterask_addin.seals.keys import PASSPHRASE, open_key, read_public_key
from counterask_addin.seals.trust_store import load, set_up_trust

from .conftest import SECRET, Run


def test_keygen_writes_an_encrypted_key_that_only_its_owner_reads_and_never_overwrites_one(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "new.key"
    run("limits", "keygen", "-o", path, "--name", "Ruth Petersen")
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened = open_key(path, None)
    assert read_public_key(path.with_suffix(".pub")).public_key == opened.public_key and opened.name == "Ruth Petersen"
    before = path.read_bytes()
    assert "never overwritten" in run("limits", "keygen", "-o", path, code=2).stderr
    path.unlink()
    assert "never overwritten" in run("limits", "keygen", "-o", path, code=2).stderr  # new.pub is still there
    assert not path.exists() and before


def test_a_key_that_cannot_be_written_there_is_told(tmp_path: Path, run: Run) -> None:
    for target in (tmp_path / f"{'x' * 300}.key", tmp_path / "none" / "new.key", tmp_path):
        assert run("limits", "keygen", "-o", target, code=2).stderr.startswith(str(target))
    assert not list(tmp_path.iterdir())


def test_a_wrong_short_or_missing_passphrase_is_told(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv(PASSPHRASE, "wrong horse")
    with pytest.raises(CannotRun, match="passphrase is wrong"):
        open_key(key, None)
    file = tmp_path / "secret.txt"
    file.write_text(f"{SECRET}\n")
    assert open_key(key, file).name == "Petra Kern"
    monkeypatch.setenv(PASSPHRASE, "short")
    assert "needs at least 8" in run("limits", "keygen", "-o", tmp_path / "b.key", code=2).stderr
    monkeypatch.delenv(PASSPHRASE)
    assert "--passphrase-file" in run("limits", "keygen", "-o", tmp_path / "b.key", code=2).stderr


def test_a_damaged_key_a_key_of_another_kind_and_a_public_one_sign_nothing(key: Path, limits: Path, run: Run) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    whole = key.read_bytes()
    encrypted = BestAvailableEncryption(SECRET.encode())
    foreign = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encrypted)
    middle = len(whole) // 2
    for content, words in (
        (whole[:middle] + b"AAAAAAAA" + whole[middle + 8 :], "the file is damaged"),
        (whole[:middle], "found no private key"),
        (key.with_suffix(".pub").read_bytes(), "found no private key"),
        (b"", "found no private key"),
        (foreign, "a key of another kind"),
    ):
        key.write_bytes(content)
        said = run("limits", "sign", limits, "--key", key, code=2).stderr
        assert words in said and "Traceback" not in said
        assert not limits.with_name("limits.sealed.xlsx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_a_key_that_others_can_read_is_told_and_still_opens(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key.chmod(0o600)
    open_key(key, None)
    assert capsys.readouterr().err == ""
    key.chmod(0o644)
    open_key(key, None)
    assert "chmod 600 manager.key" in capsys.readouterr().err


def test_a_passphrase_file_may_begin_with_a_mark_and_a_name_holds_no_control_letters(key: Path, tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    key.write_bytes(key.read_bytes().replace(b"Petra Kern", b"Petra\x1b[31m Kern\x07"))
    assert open_key(key, file).name == "Petra[31m Kern"


def test_trust_adds_lists_renames_and_removes_a_key(key: Path, machine: Path, run: Run) -> None:
    public = key.with_suffix(".pub")
    run("limits", "trust", public, "--authority", "finance")
    assert [(one.name, one.rights) for one in trust_here().keys] == [("Petra Kern", "approves up to finance")]
    assert "Petra Kern (approves up to finance)" in run("limits", "trust", "--list").output
    run("limits", "trust", public, "--name", "P. Kern")
    assert [(one.name, one.rights) for one in load().keys] == [("P. Kern", "approves up to finance")]
    run("limits", "trust", public, "--may-seal", "--scope", "EUR")
    assert [(one.name, one.rights) for one in load().keys] == [("P. Kern", "seals limits for EUR")]
    assert "expected one of: P. Kern" in run("limits", "trust", "--remove", "Nobody", code=2).stderr
    run("limits", "trust", "--remove", "P. Kern")
    assert load() == trust_here() == Trust()
    run("limits", "trust", code=2)
    run("limits", "trust", key, code=2)  # the private one


def test_a_broken_trust_store_stops_every_verb_and_is_never_taken_for_an_empty_one(machine: Path, quote: Path, run: Run) -> None:
    machine.parent.mkdir()
    for broken in ("{", "[]", json.dumps({"keys": [{"name": "x"}]}), json.dumps({"keys": [{"name": "x", "public_key": "zz"}]})):
        machine.write_text(broken)
        assert "no list of trusted keys" in run("value", quote, "--json", code=2).stderr
    machine.unlink()
    set_up_trust()
    assert trust_here() == Trust()
