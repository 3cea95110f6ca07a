"""Approvals are guarded by the verdict, listed, withdrawn, and end: by their last day, or because the quote is another one
now."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask.counter_asks.shown import Context, shown_ledger
from counterask_addin.seals import signed_cells_of
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_quote
from counterask_templates.layout import HISTORY_TABLE

from .conftest import SECRET, Edit, Run, staffing

Ask = Callable[..., Any]
REASON = ("--reason", "a client of twenty years")


@pytest.fixture
def approved(quote: Path, key: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """The quote with trade T2, an unbalanced concession, approved by a manager."""
    path = quote.with_name("quote.approved.xlsx")
    if "approved" not in drawn:
        run("approve", quote, "--trade", "T2", "--key", key, *REASON, "--concession")
        drawn["approved"] = path.read_bytes()
    path.write_bytes(drawn["approved"])
    return path


def state_of(path: Path, day: datetime.date | None = None) -> Any:
    return shown_of(open_quote(path), day).approvals[-1]


@pytest.mark.parametrize(
    "back",
    [
        {"lever": "commitment", "to": 1e-7},
        {"lever": "payment_days", "to": 32},  # it gives more, typed where something is asked in return
        {"lever": "term_months", "to": 19.0},
    ],
)
def test_no_pebble_asked_in_return_saves_the_word_concession(back: dict[str, Any], tmp_path: Path, key: Path, run: Run) -> None:
    deal = staffing()
    line = deal["lines"][0]["name"]
    asks = [{"lever": "discount", "line": line, "to": 0.012}]
    deal["trades"] = [{"id": "P1", "response": "yes", "asks": asks, "counters": [back]}]
    path = tmp_path / "pebble.xlsx"
    path.write_bytes(draw_quote(deal))
    valued = shown_of(open_quote(path)).ledger.trades[0]
    assert valued.verdict in ("concession", "unbalanced concession"), valued
    words = ("approve", path, "--trade", "P1", "--key", key, *REASON)
    assert "say --concession" in run(*words, code=2).stderr
    run(*words, "--concession")


def test_an_approval_holds_to_its_last_day_and_ninety_days_where_none_is_said(
    approved: Path, quote: Path, key: Path, run: Run
) -> None:
    today = datetime.date.today()
    day = datetime.timedelta(days=1)
    last = datetime.date.fromisoformat(state_of(approved).expires)
    assert last in (today + 90 * day, today + 89 * day)
    for path, until in ((approved, last), (quote.with_name("short.xlsx"), today + day)):
        if path != approved:
            run("approve", quote, "--trade", "T2", "--key", key, *REASON, "--concession", "--expires", until, "-o", path)
        file = open_quote(path)
        days = (until, until + day)
        states = [shown_ledger(file.quote, Context(one, signed=signed_cells_of(file))).approvals[-1] for one in days]
        assert [state.is_valid for state in states] == [True, False]
        assert states[1].why == f"it expired on {until.isoformat()}"
    said = run("approve", quote, "--trade", "T2", "--key", key, *REASON, "--expires", today - day, "--overwrite", code=2).stderr
    assert "Choose a later day with --expires" in said
    assert "until" in run("approvals", approved).output


def test_a_changed_last_day_of_the_quote_voids_the_approval(approved: Path, edit: Edit) -> None:
    assert openpyxl.load_workbook(approved)["Quote"]["G7"].value is not None
    why = state_of(edit(approved, "Quote", "G7", "2031-01-31")).why
    assert why.startswith("the last day of the quote was 2026-12-18, is 2031-01-31")
    assert "is blank" in state_of(edit(approved, "Quote", "G7", None)).why


def test_a_client_history_that_was_cleared_is_seen(approved: Path, tmp_path: Path) -> None:
    rows = range(HISTORY_TABLE.first, HISTORY_TABLE.bottom + 1)
    cells = {(row, column): CellEdit(None) for row in rows for column in range(HISTORY_TABLE.left, HISTORY_TABLE.right + 1)}
    patch_workbook(approved, tmp_path / "cleared.xlsx", {HISTORY_TABLE.sheet: cells})
    state = state_of(tmp_path / "cleared.xlsx")
    assert not state.is_valid and "was there, is gone" in state.why and "History" in state.changes[0].place
    book = openpyxl.load_workbook(approved)
    free = len([1 for row in rows if book[HISTORY_TABLE.sheet].cell(row, HISTORY_TABLE.left).value is not None])
    more = {(HISTORY_TABLE.first + free, HISTORY_TABLE.left + 1): CellEdit("stall")}
    patch_workbook(approved, tmp_path / "more.xlsx", {HISTORY_TABLE.sheet: more})
    assert state_of(tmp_path / "more.xlsx").is_valid


def test_approvals_are_listed_with_who_when_until_when_and_why_not(approved: Path, edit: Edit, run: Run, ask: Ask) -> None:
    said = run("approvals", approved).output
    assert "✔ T2: approved by Petra Kern" in said and "a client of twenty years" in said
    (listed,) = ask("approvals", approved)["approvals"]
    assert listed["trade"] == "T2" and listed["verdict"] == "valid" and listed["approved_at"] and listed["expires"]
    edited = edit(approved, "Quote", "G7", None)
    (listed,) = ask("approvals", edited, code=1)["approvals"]
    assert listed["verdict"] == "void" and "last day of the quote" in listed["why"]
    assert "✖ T2" in run("approvals", edited, code=1).output


def test_a_withdrawn_approval_is_void_with_who_when_and_why_and_is_not_brought_back(
    approved: Path, key: Path, run: Run, ask: Ask, tmp_path: Path
) -> None:
    from counterask_addin.seals.keys import make_keys

    out = tmp_path / "withdrawn.xlsx"
    words = ("withdraw", approved, "--trade", "T2", "--key", key, "-o", out)
    old = approved.read_bytes()
    assert "Withdrawn: approved by Petra Kern" in run(*words, "--reason", "they signed elsewhere").output
    (state,) = shown_of(open_quote(out)).approvals
    assert state.why.startswith("withdrawn by Petra Kern") and state.why.endswith("they signed elsewhere")
    assert "withdrawn by Petra Kern" in run("approvals", out, code=1).output
    again = ("withdraw", out, "--trade", "T2", "--key", key, "--reason", "again")
    assert "found no approval that holds" in run(*again, code=2).stderr
    replayed = tmp_path / "replayed.xlsx"
    replayed.write_bytes(old)
    assert state_of(replayed).why == "it was withdrawn; this machine has seen that"
    (tmp_path / "machine" / "trust.json").unlink()
    assert state_of(replayed).is_valid  # a machine that has not seen it
    make_keys(tmp_path / "stranger.key", "Somebody", SECRET)
    run("limits", "trust", key.with_suffix(".pub"), "--may-seal", "--may-approve", "manager")
    said = run("withdraw", replayed, "--trade", "T2", "--key", tmp_path / "stranger.key", "--reason", "x", code=2).stderr
    assert "is not trusted on this machine" in said
    assert "one of the two" in run("withdraw", replayed, "--key", key, "--reason", "x", code=2).stderr


def test_a_withdrawal_that_somebody_forged_changes_nothing_and_is_told(
    approved: Path, key: Path, run: Run, tmp_path: Path
) -> None:
    from counterask.seals.approvals import COLUMNS

    out = tmp_path / "withdrawn.xlsx"
    run("withdraw", approved, "--trade", "T2", "--key", key, "--reason", "x", "-o", out)
    (tmp_path / "machine" / "trust.json").unlink()
    box = open_quote(out).workbook.rectangle("Approvals")  # type: ignore[union-attr]
    assert box is not None
    forged = tmp_path / "forged.xlsx"
    at = (box.top + 2, box.left + COLUMNS.index("signature"))
    patch_workbook(out, forged, {box.sheet: {at: CellEdit("00" * 64)}})
    approval, withdrawal = shown_of(open_quote(forged)).approvals
    assert approval.is_valid and not withdrawal.is_valid and "signature is wrong" in withdrawal.why
