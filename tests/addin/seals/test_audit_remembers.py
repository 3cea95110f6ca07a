"""The audit notices an older seal among the quotes that it reads, whichever comes first, and the machine remembers the newest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from counterask_addin.seals.trust_store import load

from .conftest import Run

DAY = ("--as-of", "2026-10-01")
TABLES = ("files", "trades", "findings")


@pytest.fixture
def folder(quote: Path, sealed: Path, key: Path, run: Run, machine: Path, tmp_path: Path) -> Path:
    """Two quotes with the old seal around one with the new one, on a machine that has seen neither."""
    quotes = tmp_path / "quotes"
    quotes.mkdir()
    run("limits", "trust", key.with_suffix(".pub"))
    run("limits", "update", quote, "--from", sealed, "-o", quotes / "a-old.xlsx")
    run("limits", "sign", sealed, "--key", key, "-o", tmp_path / "newer.xlsx")
    run("limits", "update", quote, "--from", tmp_path / "newer.xlsx", "-o", quotes / "b-new.xlsx")
    (quotes / "c-old.xlsx").write_bytes((quotes / "a-old.xlsx").read_bytes())
    machine.unlink()
    run("limits", "trust", key.with_suffix(".pub"))
    return quotes


def rows(report: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(report.with_suffix(".audit") / f"{table}.parquet").to_pylist()
    return found


def test_an_older_seal_is_noticed_in_the_same_run_and_from_then_on(
    folder: Path, tmp_path: Path, run: Run, ask: Callable[..., Any], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "audit.xlsx"
    said = ask("audit", folder, "-o", report, code=1)
    assert [(one["scope"], one["serial"]) for one in said["new_seals"]] == [("EUR", 1), ("EUR", 2)]
    assert said["with_older_seals"] == 2
    states = {Path(row["path"]).stem: (row["seal_state"], row["seal_serial"]) for row in rows(report, "files")}
    assert states == {
        "a-old": ("older than a seal that was seen", 1), "b-new": ("sealed", 2), "c-old": ("older than a seal that was seen", 1),
    }  # fmt: skip
    found = {(Path(row["path"]).stem, row["severity"]) for row in rows(report, "findings") if row["kind"] == "seal"}
    assert found == {("a-old", "wrong"), ("c-old", "wrong")}
    assert [one.serial for one in load().seen] == [1, 2]
    again = ask("audit", folder, "-o", report, code=1)
    assert (again["unchanged"], again["new_seals"], again["with_older_seals"]) == (3, [], 0)
    before = {table: rows(report, table) for table in TABLES}
    for words in (("--workers", "2"), ("--workers", "1")):  # the longer memory, or none: the rows are the same
        other = tmp_path / f"other{words[1]}.xlsx"
        monkeypatch.setattr("counterask_addin.audit.run.SMALL_RUN", 0 if words[1] == "2" else 48)
        if words[1] == "1":
            machine.unlink()
            run("limits", "trust", folder.parent / "manager.pub")
        run("audit", folder, "-o", other, *words, code=1)
        assert {table: rows(other, table) for table in TABLES} == before


def test_the_seal_of_the_limits_of_the_audit_counts_as_seen(folder: Path, tmp_path: Path, run: Run) -> None:
    (folder / "b-new.xlsx").unlink()
    report = tmp_path / "audit.xlsx"
    run("audit", folder, "-o", report, "--limits", tmp_path / "newer.xlsx", code=1)
    assert {row["seal_state"] for row in rows(report, "files")} == {"older than a seal that was seen"}
    assert [one.serial for one in load().seen] == [2]


def test_an_audit_on_a_machine_that_cannot_remember_says_so_and_judges_the_same(
    folder: Path, tmp_path: Path, run: Run, machine: Path
) -> None:
    machine.with_name(f"~${machine.name}").touch()  # as if it were open in another program
    report = tmp_path / "audit.xlsx"
    done = run("audit", folder, "-o", report, code=1)
    assert "could not remember the seal" in done.stderr
    assert [row["seal_state"] for row in rows(report, "files")].count("older than a seal that was seen") == 2
