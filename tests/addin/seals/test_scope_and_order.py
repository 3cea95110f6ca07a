"""A seal is for the quotes of its scope, and the seals of a scope have one order on a machine, whichever key signed them."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from counterask.reading.cells import letters
from counterask_addin.audit.batch import Task, run_batch, settings_for
from counterask_addin.audit.found import find_files
from counterask_addin.check import check_file
from counterask_addin.seals import status_of
from counterask_addin.seals.keys import make_keys
from counterask_addin.seals.reading import open_limits
from counterask_addin.seals.trust_store import load
from counterask_addin.workbooks.patch import patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.layout import LIMITS_TABLE, PRICE_BOOK_TABLE

from .conftest import SECRET, Edit, Run

Ask = Callable[..., Any]


@pytest.fixture
def other_key(tmp_path: Path, drawn: dict[str, bytes]) -> Path:
    """The key of a second manager."""
    path = tmp_path / "second.key"
    if "other key" not in drawn:
        make_keys(path, "Ruth Petersen", SECRET)
        drawn["other key"], drawn["other pub"] = path.read_bytes(), path.with_suffix(".pub").read_bytes()
    path.write_bytes(drawn["other key"])
    path.with_suffix(".pub").write_bytes(drawn["other pub"])
    return path


def with_seal_of(source: Path, target: Path) -> None:
    """What somebody does by hand: the limits, and the seal, of one workbook copied into a quote."""
    from counterask_addin.seals.table_edits import limits_edits

    current, standing = open_limits(source), open_limits(target)
    patch_workbook(target, target.with_name("by-hand.xlsx"), limits_edits(standing, current))


def test_a_seal_of_another_scope_is_refused_by_every_command_and_named(
    quote: Path, limits: Path, key: Path, run: Run, ask: Ask, edit: Edit
) -> None:
    latam = limits.with_name("latam.xlsx")
    assert "for LATAM" in run("limits", "sign", limits, "--key", key, "--scope", "LATAM", "-o", latam).output
    assert "for LATAM" in run("limits", "verify", latam).output  # a limits workbook is for no quote
    words = "for LATAM, and this quote is for EUR and Logistics"
    assert words in run("limits", "update", quote, "--from", latam, code=2).stderr
    with_seal_of(latam, quote)
    copied = quote.with_name("by-hand.xlsx")
    assert words in run("limits", "verify", copied, code=1).output
    assert {one["verdict"] for one in ask("value", copied, code=1)["ledger"]} <= {"cannot tell", "declined", "stalled"}
    found = [one for one in check_file(copied)[1] if one.kind == "seal"]
    assert len(found) == 1 and words in found[0].words
    segment = edit(copied, "Quote", "G8", "LATAM")  # the quote says that it is for that market: everybody sees it
    assert open_quote(segment).quote.segment == "LATAM" and status_of(open_quote(segment)).holds
    assert ask("limits", "verify", segment)["scope"] == "LATAM"


def test_the_price_book_is_sealed_brought_to_a_quote_and_a_changed_price_is_named(
    quote: Path, sealed: Path, key: Path, run: Run, ask: Ask, edit: Edit
) -> None:
    cost = f"{letters(PRICE_BOOK_TABLE.column('unit_cost'))}{PRICE_BOOK_TABLE.first}"
    cheaper = edit(quote, "Price book", cost, 0.01)
    found = ask("limits", "update", cheaper, "--from", sealed, "-o", quote.with_name("now.xlsx"))
    assert [(one["what"], one["was"], one["is"]) for one in found["changes"]] == [("Warehouse hour unit_cost", "0.01", "25.1")]
    updated = quote.with_name("now.xlsx")
    assert status_of(open_quote(updated)).holds
    said = run("limits", "verify", edit(updated, "Price book", cost, 0.01), code=1).output
    assert f"changed since sealing: Price book!{cost} (Warehouse hour unit_cost): was 25.1, is 0.01 (sealed for EUR)" in said


def test_a_newer_seal_of_another_key_replaces_an_older_one_and_nobody_turns_the_counter_back(
    quote: Path, sealed: Path, limits: Path, key: Path, other_key: Path, run: Run, ask: Ask, tmp_path: Path
) -> None:
    for one in (key, other_key):
        run("limits", "trust", one.with_suffix(".pub"))
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    run("limits", "update", quote, "--from", sealed, "-o", old)
    first = ask("limits", "verify", old)["serial"]
    newer = tmp_path / "newer.xlsx"  # sealed from a copy without any seal: the machine remembers the number
    assert ask("limits", "sign", limits, "--key", other_key, "-o", newer)["serial"] == first + 1
    run("limits", "update", quote, "--from", newer, "-o", new)
    older = f"number {first} for EUR of "
    assert older in run("limits", "verify", old, code=1).output
    assert older in run("limits", "update", quote, "--from", sealed, "--overwrite", code=2).stderr
    assert [one.kind for one in check_file(old)[1] if one.kind == "seal"] == ["seal"]
    assert "seal" not in [one.kind for one in check_file(new)[1]]
    for one in (key, other_key):  # trusting the keys again erases nothing
        run("limits", "trust", "--remove", "Petra Kern" if one is key else "Ruth Petersen")
        run("limits", "trust", one.with_suffix(".pub"))
    assert older in run("limits", "verify", old, code=1).output
    # a seal from before both, with the clock of today: on a machine that has seen nothing it gets number 1 again
    store, alone = os.environ["COUNTERASK_TRUST"], tmp_path / "alone.json"
    os.environ["COUNTERASK_TRUST"] = str(alone)
    again = tmp_path / "again.xlsx"
    assert ask("limits", "sign", limits, "--key", key, "-o", again)["serial"] == 1
    os.environ["COUNTERASK_TRUST"] = store
    said = run("limits", "verify", again, code=1).output
    assert "have the number 1, and another seal with that number was seen here first" in said


def test_the_check_and_the_audit_know_the_seals_that_this_machine_has_seen(
    quote: Path, sealed: Path, limits: Path, key: Path, run: Run, tmp_path: Path
) -> None:
    run("limits", "trust", key.with_suffix(".pub"))
    folder = tmp_path / "quotes"
    folder.mkdir()
    old, new = folder / "old.xlsx", tmp_path / "new.xlsx"
    run("limits", "update", quote, "--from", sealed, "-o", old)
    run("limits", "sign", sealed, "--key", key, "-o", tmp_path / "newer.xlsx")
    run("limits", "update", quote, "--from", tmp_path / "newer.xlsx", "-o", new)
    fresh = load()
    store = Path(os.environ["COUNTERASK_TRUST"])
    memory = store.read_text()
    store.unlink()
    run("limits", "trust", key.with_suffix(".pub"))  # another machine, which has seen nothing yet
    check_file(new)
    assert load().seen == fresh.seen[-1:]  # the check remembers what it sees
    assert [one for one in check_file(old)[1] if one.kind == "seal"]
    store.unlink()
    run("limits", "trust", key.with_suffix(".pub"))
    newer = [one for one in check_file(old, tmp_path / "newer.xlsx")[1] if one.kind == "seal"]
    assert newer and "older than a seal that was seen here" in newer[0].words  # finance's own limits are looked at first
    store.write_text(memory)
    (found,) = find_files([str(folder)]).files
    rows = pq.read_table(io.BytesIO(run_batch([Task(found)], settings_for(None, ())).parts["files"])).to_pylist()
    assert "older than a seal that was seen here" in rows[0]["seal"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_seal_is_verified_on_a_trust_store_that_cannot_be_written(sealed: Path, key: Path, machine: Path, run: Run) -> None:
    run("limits", "trust", key.with_suffix(".pub"))
    machine.chmod(stat.S_IREAD)
    machine.parent.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        _verified_without_memory(sealed, run)
    finally:
        machine.parent.chmod(stat.S_IRWXU)


def test_a_seal_is_verified_where_nothing_can_be_remembered_and_that_is_said(
    quote: Path, sealed: Path, key: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counterask_addin.errors import CannotRun
    from counterask_addin.seals import trust_store

    run("limits", "trust", key.with_suffix(".pub"))

    def refuse(*given: object, **named: object) -> None:
        raise CannotRun("trust.json: may not be written to.")

    monkeypatch.setattr(trust_store, "write_bytes", refuse)
    _verified_without_memory(sealed, run)
    run("limits", "update", quote, "--from", sealed, "--in-place")
    assert "could not remember" in run("value", quote, code=1).output


def _verified_without_memory(sealed: Path, run: Run) -> None:
    done = run("limits", "verify", sealed)
    assert "sealed by Petra Kern on" in done.output and "could not remember the seal" in done.stderr


def test_segments_are_covered_by_the_one_seal(limits: Path, key: Path, run: Run, edit: Edit) -> None:
    """A row for a segment is a row of the same seal: adding one, or editing one, breaks it."""
    free = len(open_limits(limits).tables["Limits"].rows) + LIMITS_TABLE.top
    book = edit(limits, "Limits", f"{letters(LIMITS_TABLE.column('lever'))}{free}", "Discount")
    filled = {"segment": "Logistics", "rep_to": 0.03, "owner": "Sales", "effective": "2026-01-01", "expires": "2099-12-31"}
    for name, value in filled.items():
        book = edit(book, "Limits", f"{letters(LIMITS_TABLE.column(name))}{free}", value)
    out = limits.with_name("segments.xlsx")
    run("limits", "sign", book, "--key", key, "-o", out)
    assert open_limits(out).status().holds
    place = f"{letters(LIMITS_TABLE.column('segment'))}{free}"
    said = run("limits", "verify", edit(out, "Limits", place, "Retail"), code=1).output
    assert f"Limits!{place} (discount segment): was Logistics, is Retail" in said
