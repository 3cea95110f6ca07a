"""What a key may do is said key by key: sealing and approving are two rights, and both can end on a day."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterask_addin.seals import approving, sealing
from counterask_addin.seals.keys import make_keys
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.quote_file import open_quote

from .conftest import BOTH_RIGHTS, SECRET, Run

Ask = Callable[..., Any]
REASON = ("--reason", "a client of twenty years", "--concession")


@pytest.fixture
def new_key(tmp_path: Path) -> Path:
    """The key that takes the place of the manager's."""
    path = tmp_path / "new.key"
    make_keys(path, "Petra Kern, second key", SECRET)
    return path


@pytest.fixture
def updated(quote: Path, sealed: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """The quote with the sealed limits."""
    path = quote.with_name("quote.updated.xlsx")
    if "updated" not in drawn:
        run("limits", "update", quote, "--from", sealed)
        drawn["updated"] = path.read_bytes()
    path.write_bytes(drawn["updated"])
    return path


def state_of(path: Path) -> Any:
    return shown_of(open_quote(path)).approvals[-1]


def dated(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Approvals and seals are written on that day."""
    noon = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return noon

    for module in (approving, sealing):
        monkeypatch.setattr(module, "datetime", Clock)


def test_a_key_that_seals_does_not_approve_and_the_other_way_round_unless_both_rights_are_given(
    updated: Path, limits: Path, key: Path, run: Run, tmp_path: Path
) -> None:
    public, out = key.with_suffix(".pub"), tmp_path / "out.xlsx"
    words = ("approve", updated, "--trade", "T2", "--key", key, *REASON, "-o", out)
    run("limits", "trust", public)
    assert "may not approve here (it seals limits)" in run(*words, code=2).stderr
    run("limits", "trust", public, "--may-approve", "manager")
    said = run("limits", "sign", limits, "--key", key, "-o", tmp_path / "sealed.xlsx", code=2).stderr
    assert "may not seal limits here (it approves up to manager)" in said
    assert "who may not seal limits" in run("limits", "verify", updated, code=1).output
    run("limits", "trust", public, "--may-seal", "--may-approve", "manager")
    run(*words)
    assert state_of(out).is_valid and "may_approve" in (Path(tmp_path) / "machine" / "trust.json").read_text()
    run("limits", "trust", public, "--may-seal")
    assert "may not approve here" in state_of(out).why


def test_where_no_key_is_trusted_the_key_of_the_seal_approves_nothing(updated: Path, key: Path, new_key: Path, run: Run) -> None:
    words = ("approve", updated, "--trade", "T2", *REASON)
    said = run(*words, "--key", key, code=2).stderr
    assert "the key that sealed the limits may not also approve" in said
    run(*words, "--key", new_key)


def test_a_seal_that_names_approvers_lets_nobody_else_approve_and_nobody_above_what_it_says(
    quote: Path, limits: Path, key: Path, new_key: Path, run: Run, ask: Ask, tmp_path: Path
) -> None:
    out = tmp_path / "named.xlsx"
    named = ("--approver", f"{new_key.with_suffix('.pub')}=manager")
    assert list(ask("limits", "sign", limits, "--key", key, *named, "-o", out)["approvers"].values()) == ["manager"]
    assert "expected a public key and a right" in run(
        "limits", "sign", limits, "--key", key, "--approver", "new.pub=boss", "-o", out, "--overwrite", code=2
    ).stderr
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    run("limits", "trust", new_key.with_suffix(".pub"), "--may-approve", "finance")
    assert "names as an approver, up to manager: Petra Kern, second key" in run("limits", "verify", out).output
    run("limits", "update", quote, "--from", out, "--in-place")
    words = ("approve", quote, "--overwrite", *REASON)
    assert "does not name the key" in run(*words, "--trade", "T2", "--key", key, code=2).stderr
    run(*words, "--trade", "T2", "--key", new_key)
    assert "T6 needs finance, and Petra Kern, second key may approve up to manager" in run(
        *words, "--trade", "T6", "--key", new_key, code=2
    ).stderr


def test_after_a_rotation_old_approvals_and_seals_hold_and_later_ones_of_the_old_key_do_not(
    quote: Path, limits: Path, key: Path, new_key: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    today = datetime.datetime.now(datetime.UTC).date()
    last = (today - datetime.timedelta(days=1)).isoformat()
    sealed, late_limits = tmp_path / "sealed.xlsx", tmp_path / "late-limits.xlsx"
    before, late = tmp_path / "before.xlsx", tmp_path / "late.xlsx"
    words = ("approve", quote, "--trade", "T2", *REASON)
    dated(monkeypatch, (today - datetime.timedelta(days=3)).isoformat())
    run("limits", "sign", limits, "--key", key, "-o", sealed)
    run("limits", "update", quote, "--from", sealed, "--in-place")
    run(*words, "--key", key, "-o", before)
    dated(monkeypatch, today.isoformat())
    run(*words, "--key", key, "-o", late)
    store = tmp_path / "machine" / "trust.json"
    memory = store.read_text()
    run("limits", "sign", limits, "--key", key, "-o", late_limits)
    store.write_text(memory)  # sealed elsewhere
    said = run("limits", "rotate", "Petra Kern", new_key.with_suffix(".pub"), "--on", last).output
    assert "seals limits, approves up to finance" in said and f"up to {last}" in said
    assert state_of(before).is_valid and run("limits", "verify", sealed)
    assert f"counts only up to {last}" in state_of(late).why
    assert f"count only up to {last}" in run("limits", "verify", late_limits, code=1).output
    assert f"only for what it signed up to {last}" in run("limits", "trust", "--list").output
    assert "stays valid" in run("limits", "trust", "--remove", "Petra Kern").output
    assert state_of(before).is_valid  # the key was removed, and what it approved before is not lost
    assert "had its last day" in run("limits", "trust", key.with_suffix(".pub"), code=2).stderr
    for verb in (words, ("limits", "sign", limits, "-o", tmp_path / "again.xlsx")):
        assert f"the last day of the key of Petra Kern was {last}" in run(*verb, "--key", key, code=2).stderr
    run(*words, "--key", new_key)


def test_a_lost_key_counts_up_to_the_day_of_its_loss_and_a_stolen_one_seals_nothing_that_was_not_seen(
    updated: Path, limits: Path, sealed: Path, key: Path, run: Run, tmp_path: Path
) -> None:
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    approved = tmp_path / "approved.xlsx"
    run("approve", updated, "--trade", "T2", "--key", key, *REASON, "-o", approved)
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    run("limits", "revoke", "Petra Kern", "--from", tomorrow.isoformat(), "--compromised")
    assert state_of(approved).is_valid and run("limits", "verify", sealed)
    backdated = tmp_path / "backdated.xlsx"
    run("limits", "sign", limits, "--key", key, "-o", backdated)  # the thief has the key, and any clock
    assert "was not seen here before" in run("limits", "verify", backdated, code=1).output
    assert run("limits", "verify", sealed), "what the thief sealed does not replace what was seen"
    run("limits", "revoke", "Petra Kern", "--from", "1900-01-01")
    assert "counts only up to 1899-12-31" in state_of(approved).why
    assert run("limits", "verify", sealed, code=1)
    assert "Found no trusted key" in run("limits", "revoke", "Somebody", code=2).stderr


def test_a_trust_store_of_the_first_format_lets_its_keys_seal_and_not_approve(
    machine: Path, updated: Path, key: Path, run: Run
) -> None:
    import json

    from counterask_addin.seals.keys import read_public_key

    machine.parent.mkdir()
    item = {"name": "Petra Kern", "public_key": read_public_key(key.with_suffix(".pub")).public_key, "authority": "finance"}
    machine.write_text(json.dumps({"format": 1, "keys": [{**item, "seen": []}]}))
    run("limits", "verify", updated)
    assert "may not approve here" in run("approve", updated, "--trade", "T2", "--key", key, *REASON, code=2).stderr
