"""Keys lie under a passphrase and are never written over; a machine trusts whom it was told to trust."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from counterask.signatures import trusted_keys
from counterask_addin.errors import CannotRun
from counterask_addin.seals.keys import PASSPHRASE, open_key, read_public_key
from counterask_addin.seals.trust_store import load, set_up_trust

from .conftest import SECRET, Run


def test_keygen_writes_an_encrypted_key_that_only_its_owner_reads_and_never_writes_one_over(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "new.key"
    run("limits", "keygen", "-o", path, "--name", "Ruth Petersen")
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    opened = open_key(path, None)
    assert read_public_key(path.with_suffix(".pub")).public_key == opened.public_key and opened.name == "Ruth Petersen"
    before = path.read_bytes()
    assert "never written over" in run("limits", "keygen", "-o", path, code=2).stderr
    path.unlink()
    assert "never written over" in run("limits", "keygen", "-o", path, code=2).stderr  # new.pub is still there
    assert not path.exists() and before


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


def test_trust_adds_lists_renames_and_removes_a_key(key: Path, machine: Path, run: Run) -> None:
    public = key.with_suffix(".pub")
    run("limits", "trust", public, "--authority", "finance")
    assert [(one.name, str(one.authority)) for one in trusted_keys()] == [("Petra Kern", "finance")]
    assert "Petra Kern (finance)" in run("limits", "trust", "--list").output
    run("limits", "trust", public, "--name", "P. Kern")
    assert [(one.name, str(one.authority)) for one in load()] == [("P. Kern", "manager")]
    assert "expected one of: P. Kern" in run("limits", "trust", "--remove", "Nobody", code=2).stderr
    run("limits", "trust", "--remove", "P. Kern")
    assert load() == trusted_keys() == ()
    run("limits", "trust", code=2)
    run("limits", "trust", key, code=2)  # the private one


def test_a_broken_trust_store_stops_every_verb_and_is_never_taken_for_an_empty_one(machine: Path, quote: Path, run: Run) -> None:
    machine.parent.mkdir()
    for broken in ("{", "[]", json.dumps({"keys": [{"name": "x"}]}), json.dumps({"keys": [{"name": "x", "public_key": "zz"}]})):
        machine.write_text(broken)
        assert "no list of trusted keys" in run("value", quote, "--json", code=2).stderr
    machine.unlink()
    set_up_trust()
    assert trusted_keys() == ()
