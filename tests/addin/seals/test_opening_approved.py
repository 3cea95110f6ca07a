"""The opening terms are approved like a trade: bound to what they are, and void as soon as that changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask import functions
from counterask.seals.approvals import OPENING
from counterask_addin.check import check_file
from counterask_addin.seals.keys import make_keys
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_quote
from counterask_templates.layout import LIMITS_TABLE

from .conftest import BOTH_RIGHTS, SECRET, Edit, Run, staffing
from .test_approve import cell_of

Ask = Callable[..., Any]
WORDS = ("--opening", "--reason", "we opened low to win the pilot")


@pytest.fixture
def generous(tmp_path: Path, drawn: dict[str, bytes]) -> Path:
    """A quote that opens with a discount; its one trade takes a part of that back."""
    path = tmp_path / "generous.xlsx"
    if "generous" not in drawn:
        deal = staffing()
        line = deal["lines"][0]
        line["discount"] = 0.02
        asks, back = [{"lever": "payment_days", "to": 32}], {"lever": "discount", "line": line["name"], "to": 0.0}
        deal["trades"] = [{"id": "R1", "response": "yes", "asks": asks, "counters": [back]}]
        drawn["generous"] = draw_quote(deal)
    path.write_bytes(drawn["generous"])
    return path


@pytest.fixture
def approved(generous: Path, key: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """That quote with its opening approved."""
    path = generous.with_name("generous.approved.xlsx")
    if "opening approved" not in drawn:
        run("approve", generous, *WORDS, "--key", key)
        drawn["opening approved"] = path.read_bytes()
    path.write_bytes(drawn["opening approved"])
    return path


def test_an_approved_opening_is_shown_as_approved_and_taking_it_back_counts(
    generous: Path, approved: Path, run: Run, ask: Ask
) -> None:
    before, after = (ask("value", path, code=code) for path, code in ((generous, 1), (approved, 0)))
    assert before["ledger"][0]["restored"] > 0 and before["ledger"][0]["verdict"] == "concession"
    assert after["ledger"][0]["restored"] == 0 and after["ledger"][0]["verdict"] == "negotiation"
    assert (before["opening"]["approved"], after["opening"]["approved"]) == (False, True)
    assert before["opening"] | {"approved": True} == after["opening"]
    said = " ".join(run("value", approved).output.split())
    assert "it is approved" in said and "Opening terms: approved by Petra Kern" in said and "to win the pilot" in said
    assert f"✔ {OPENING}: approved by Petra Kern" in run("approvals", approved).output
    cells = [cell.value for row in openpyxl.load_workbook(approved, data_only=True)["Quote"].iter_rows() for cell in row]
    assert any("it is approved" in str(cell) for cell in cells)
    assert not [one for one in check_file(approved)[1] if one.kind == "stale result"]


EDITS = {
    "a discount of the opening": ("Lines", (1, "discount"), 0.03),
    "an opening term": ("Terms", "payment_days", 45.0),
    "a cost": ("Lines", (1, "unit_cost"), 20.0),
    "an assumption": ("Assumptions", "churn_hazard", 0.3),
    "the hard stop of a level that was given": ("Limits", ("discount", "never_beyond"), 0.2),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_of_what_the_opening_depends_on_voids_its_approval_and_is_named(what: str, approved: Path, edit: Edit) -> None:
    table, key, value = EDITS[what]
    sheet, cell = cell_of(approved, table, key)
    shown = shown_of(open_quote(edit(approved, sheet, cell, value)))
    (state,) = shown.approvals
    assert not state.is_valid and f"{sheet}!{cell}" in {change.place for change in state.changes}, state
    assert not shown.quote.is_opening_approved and shown.ledger.trades[0].restored > 0


HARMLESS = {
    "the rep": ("Quote", "B7", "Somebody else"),
    "a trade": ("Trades", ("R1", "ask_to"), 33.0),
    "a limit of a lever at its standard": ("Limits", ("payment_days", "rep_to"), 40.0),
    "the owner of a limit": ("Limits", ("discount", "owner"), "Somebody"),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_no_part_of_the_opening_leaves_its_approval(what: str, approved: Path, edit: Edit) -> None:
    table, key, value = HARMLESS[what]
    sheet, cell = (table, key) if table == "Quote" else cell_of(approved, table, key)
    (state,) = shown_of(open_quote(edit(approved, sheet, cell, value))).approvals
    assert state.is_valid, state


def test_an_opening_is_approved_only_by_somebody_who_may_and_as_it_is(
    generous: Path, key: Path, run: Run, edit: Edit, tmp_path: Path
) -> None:
    words = ("approve", generous, *WORDS, "--key", key)
    assert "approved as it is" in run(*words, "--counter", "term_months=48", code=2).stderr
    assert "one of the two" in run(*words, "--trade", "R1", code=2).stderr
    discount = cell_of(generous, "Lines", (1, "discount"))
    stop = cell_name(LIMITS_TABLE.first, LIMITS_TABLE.column("never_beyond"))
    steep = edit(edit(generous, *discount, 0.2), "Limits", stop, 0.15)
    assert "go beyond a hard stop" in run("approve", steep, *WORDS, "--key", key, code=2).stderr
    run("value", steep, code=1)
    for column, value in (("rep_to", 0.01), ("manager_to", 0.015)):
        generous = edit(generous, "Limits", cell_name(LIMITS_TABLE.first, LIMITS_TABLE.column(column)), value)
    assert "need finance to agree, and this key is a manager's" in run("approve", generous, *WORDS, "--key", key, code=2).stderr


def test_an_opening_is_withdrawn_and_a_rep_may_not_approve_it(
    approved: Path, generous: Path, key: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "withdrawn.xlsx"
    run("withdraw", approved, "--opening", "--key", key, "--reason", "a mistake", "-o", out)
    assert not shown_of(open_quote(out)).quote.is_opening_approved
    run("value", out, code=1)
    make_keys(tmp_path / "rep.key", "A rep", SECRET)
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    assert "not trusted on this machine" in run("approve", generous, *WORDS, "--key", tmp_path / "rep.key", code=2).stderr


def test_the_functions_know_that_the_opening_is_approved(approved: Path, generous: Path) -> None:
    for path, is_approved in ((approved, True), (generous, False)):
        book, ranges = openpyxl.load_workbook(path, data_only=True), {}
        names = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "Seal", "Approvals", "History", "Price_book")
        for name in names:
            ((place, box),) = book.defined_names[name].destinations
            ranges[name] = [[one.value for one in row] for row in book[place][box]]
        ((place, cell),) = book.defined_names["Segment"].destinations
        segment = book[place][cell.replace("$", "")].value
        deal = [ranges[name] for name in names[:6]]
        beside = {"price_book": ranges["Price_book"], "segment": segment, "approvals": ranges["Approvals"]}
        notes = functions.DEAL_NOTES(*deal, "", ranges["Seal"], **beside)
        assert ("it is approved" in notes[0][0]) == is_approved, notes
        rows = functions.DEAL_TRADES(*deal, "", ranges["Seal"], history=ranges["History"], **beside)
        assert rows[0][7] == ("negotiation" if is_approved else "concession")
        asked = functions.DEAL_COUNTER_ASKS(*deal, [[""]], "R1", "en", "", ranges["Seal"], ranges["History"], **beside)
        assert asked
