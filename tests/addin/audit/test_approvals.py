"""Seals and approvals in the audit: what the quotes themselves hold."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from counterask_addin.audit.batch import Task, run_batch, settings_for
from counterask_addin.audit.found import find_files
from counterask_addin.cli import cli
from counterask_addin.seals.trust_store import VARIABLE
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import TRADES, TRADES_TABLE


def run(*words: object) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code in (0, 1), done.output
    return done.output


def test_approvals_are_counted_and_those_that_an_edit_voided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "trust.json"))
    (tmp_path / "pass").write_text("a long passphrase")
    key, passphrase = tmp_path / "manager.key", ("--passphrase-file", tmp_path / "pass")
    run("limits", "keygen", "-o", key, *passphrase, "--name", "Ruth Petersen")
    deal = load_example("software")
    for row in deal["limits"]:
        row["expires"] = "2099-12-31"
    quote, folder = tmp_path / "quote.xlsx", tmp_path / "quotes"
    quote.write_bytes(draw_quote(deal, as_of=DRAWN_ON))
    folder.mkdir()
    run("approve", quote, "--trade", "S2", "--key", key, *passphrase, "--reason", "volume", "-o", folder / "approved.xlsx")
    row = next(number for number, trade in enumerate(deal["trades"]) if trade["id"] == "S2") + TRADES_TABLE.first
    edit = {TRADES: {(row, TRADES_TABLE.column("ask_to")): CellEdit(55.0)}}
    patch_workbook(folder / "approved.xlsx", folder / "edited.xlsx", edit)
    (folder / "plain.xlsx").write_bytes(quote.read_bytes())
    run("audit", folder, "-o", tmp_path / "audit.xlsx", "--parquet", tmp_path / "tables", "--as-of", DRAWN_ON.isoformat())
    rows = duckdb.sql(
        f"SELECT path, seal, approvals, approvals_void FROM read_parquet('{tmp_path}/tables/files.parquet') ORDER BY path"
    ).fetchall()
    assert [(Path(path).stem, approvals, void) for path, _, approvals, void in rows] == [
        ("approved", 1, 0),
        ("edited", 1, 1),
        ("plain", 0, 0),
    ]
    assert all("no seal" in seal for _, seal, _, _ in rows)


def test_keys_trusted_meanwhile_change_what_an_audit_says_of_unchanged_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "trust.json"))
    (tmp_path / "pass").write_text("a long passphrase")
    run("limits", "keygen", "-o", tmp_path / "manager.key", "--passphrase-file", tmp_path / "pass", "--name", "Ruth Petersen")
    folder = tmp_path / "quotes"
    folder.mkdir()
    (folder / "plain.xlsx").write_bytes(draw_quote(load_example("software"), as_of=DRAWN_ON))
    words = ("audit", folder, "-o", tmp_path / "audit.xlsx", "--parquet", tmp_path / "tables", "--as-of", DRAWN_ON.isoformat())
    verdicts = f"SELECT DISTINCT verdict FROM read_parquet('{tmp_path}/tables/trades.parquet')"
    run(*words)
    assert len(duckdb.sql(verdicts).fetchall()) > 1
    run("limits", "trust", tmp_path / "manager.pub")
    run(*words)
    assert {verdict for (verdict,) in duckdb.sql(verdicts).fetchall()} == {"cannot tell", "declined", "stalled"}
    here, task = settings_for(DRAWN_ON, []), Task(find_files([str(folder)]).files[0])
    told = run_batch([task], here).parts["trades"]
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing.json"))  # as on a worker elsewhere, which trusts no key of its own
    assert here.key != settings_for(DRAWN_ON, []).key
    assert run_batch([task], here).parts["trades"] == told != run_batch([task], settings_for(DRAWN_ON, [])).parts["trades"]
