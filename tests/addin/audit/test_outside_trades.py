"""What was agreed outside the trades is in the tables and the report: openings, segments, findings, approvals, seals."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from counterask.seals.approvals import OPENING
from counterask_addin.check import check_file
from counterask_addin.cli import cli
from counterask_addin.seals.approving import Wish, approve
from counterask_addin.seals.keys import PASSPHRASE, make_keys, open_key
from counterask_addin.seals.trust_store import VARIABLE
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

TABLES = ("files", "openings", "findings", "approvals")


def quote_of(rep: str, days: float, **more: Any) -> dict[str, Any]:
    document = copy.deepcopy(load_example("staffing"))
    for row in document["limits"]:
        row["expires"] = "2099-12-31"
    document["terms"]["payment_days"] = days
    return document | {"rep": rep, "quote_number": f"Q-{rep}", "trades": []} | more


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three quotes: at the standard, with an opening that finance must agree to, and the same with a manager's approval."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "machine" / "trust.json"))
    monkeypatch.setenv(PASSPHRASE, "open sesame")
    quotes = tmp_path / "quotes"
    quotes.mkdir()
    for rep, days in (("Ann", 30.0), ("Ben", 74.0), ("Cid", 45.0)):
        (quotes / f"{rep}.xlsx").write_bytes(draw_quote(quote_of(rep, days)))
    private = tmp_path / "petra.key"
    make_keys(private, "Petra Kern", "open sesame")
    path = quotes / "Cid.xlsx"
    approve(path, path, open_key(private, None), Wish(OPENING, "to win the pilot", is_concession=True), overwrite=True)
    return quotes


def test_finance_can_answer_what_openings_gave_who_approved_what_and_whose_limits(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "audit.xlsx"
    done = CliRunner().invoke(cli, ["audit", str(folder), "-o", str(report), "--workers", "1"])
    assert done.exit_code == 1, done.output
    kept = tmp_path / "audit.audit"
    tables = {name: pq.read_table(kept / f"{name}.parquet").to_pylist() for name in TABLES}
    files = {row["rep"]: row for row in tables["files"]}
    ann = files["Ann"]
    assert (ann["opening_gave"], ann["opening_authority"], ann["findings"]) == (0, "rep", 0)
    assert [(row["rep"], row["lever"], row["is_approved"]) for row in tables["openings"]] == [
        ("Ben", "payment_days", False), ("Cid", "payment_days", True),
    ]  # fmt: skip
    for rep in ("Ben", "Cid"):
        own = sum(row["value"] for row in tables["openings"] if row["rep"] == rep)
        assert own == pytest.approx(files[rep]["opening_net"]) and own < 0
    assert [(row["rep"], row["trade"], row["state"]) for row in tables["approvals"]] == [("Cid", OPENING, "valid")]
    assert tables["approvals"][0]["amount"] == pytest.approx(files["Cid"]["opening_gave"])
    assert all(row["seal_state"] == "no seal" and row["segment"] for row in files.values())
    found = {(row["rep"], row["kind"]): row["amount"] for row in tables["findings"]}
    checked = {one.kind: one.amount for one in check_file(folder / "Ben.xlsx")[1]}
    assert found == {("Ben", kind): amount for kind, amount in checked.items()} and len(found) == 1
    book = openpyxl.load_workbook(report)
    words = {name: {cell for row in book[name].iter_rows(values_only=True) for cell in row} for name in book.sheetnames}
    assert {"Ben", "Cid"} <= words["Openings by lever"] and "to win the pilot" in words["Who approved"]
    assert "no seal" in words["Seals"] and "opening beyond the rep" in words["Findings"] and "Logistics" in words["Segments"]
