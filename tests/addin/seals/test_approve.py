"""An approval holds as long as nothing that matters is edited; an edit that matters voids it and is named by its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask import functions
from counterask.seals.approvals import COLUMNS
from counterask_addin.client_copy.agreed import settle
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_quote
from counterask_templates.layout import TRADES_TABLE

from .conftest import BOTH_RIGHTS, SECRET, Edit, Run, resaved, staffing

Ask = Callable[..., Any]


@pytest.fixture
def approved(quote: Path, key: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """The quote with trade T2 approved by a manager."""
    path = quote.with_name("quote.approved.xlsx")
    if "approved" not in drawn:
        run("approve", quote, "--trade", "T2", "--key", key, "--reason", "a client of twenty years", "--concession")
        drawn["approved"] = path.read_bytes()
    path.write_bytes(drawn["approved"])
    return path


def state_of(path: Path) -> Any:
    return shown_of(open_quote(path)).approvals[-1]


def test_a_client_copy_names_a_trade_that_needs_a_manager_until_it_is_approved(quote: Path, key: Path, run: Run) -> None:
    run("approve", quote, "--trade", "T1", "--key", key, "--reason", "a client of twenty years")
    approved = quote.with_name("quote.approved.xlsx")
    before, after = ({one.trade.id for one in settle(shown_of(open_quote(path))).above_rep} for path in (quote, approved))
    assert before - after == {"T1"} and after < before


def test_an_approved_trade_is_agreed_and_says_by_whom(approved: Path, quote: Path, key: Path, run: Run) -> None:
    assert state_of(approved).is_valid and shown_of(open_quote(quote)).approvals == ()
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    assert state_of(approved).approver == "Petra Kern"
    run("limits", "trust", "--remove", "Petra Kern")
    sheet = openpyxl.load_workbook(approved, data_only=True)["Trades"]
    cells = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert "approved" in cells and any("approved by Petra Kern" in words and "twenty years" in words for words in cells)
    assert state_of(resaved(approved)).is_valid


EDITS = {
    "a level of the trade": ("Trades", ("T2", "ask_to"), 0.045),
    "a level of a trade before it": ("Trades", ("T1", "counter_ask_to"), 31.0),
    "an input of a line": ("Lines", (1, "unit_cost"), 20.0),
    "a line's price": ("Lines", (2, "list_price"), 40.0),
    "a term": ("Terms", "client_tenure_months", 6.0),
    "an assumption": ("Assumptions", "churn_hazard", 0.3),
    "a policy that weighs trades": ("Policy", "Required ratio", 1.1),
    "the hard stop of its lever": ("Limits", ("discount", "never_beyond"), 0.2),
}


def cell_of(path: Path, table: str, key: Any) -> tuple[str, str]:
    """Sheet and cell of an input."""
    from counterask.reading.tables import column_key, input_key, plain
    from counterask_addin.workbooks.grid import Grid

    file = open_quote(path)
    assert file.workbook is not None
    box = file.rectangles[table]
    rows = Grid.of(file.workbook, box).rows
    header = [column_key(cell) for cell in rows[0]]
    if table == "Trades":
        place = file.quote.trade_places[key[0]]
        row, column = (place.counter_rows if key[1].startswith("counter") else place.ask_rows)[-1], header.index(plain(key[1]))
    elif table == "Lines":
        row, column = key[0], header.index(plain(key[1]))
    else:
        name, column = (key[0], header.index(plain(key[1]))) if isinstance(key, tuple) else (key, 1)
        names = [input_key(cells[0]) for cells in rows]
        row = next(number for number, one in enumerate(names) if one == input_key(name))
    return box.sheet, cell_name(box.top + row, box.left + column)


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_that_matters_voids_the_approval_and_is_named_by_its_cell(what: str, approved: Path, edit: Edit) -> None:
    table, key, value = EDITS[what]
    sheet, cell = cell_of(approved, table, key)
    found = state_of(edit(approved, sheet, cell, value))
    assert found.verdict == "void" and found.changes[0].place == f"{sheet}!{cell}", (found, sheet, cell)
    assert f"{value:g}" in found.why


HARMLESS = {
    "the rep": ("Quote", "B7", "=1+1"),
    "a later trade": ("Trades", ("T8", "ask_to"), 0.03),
    "a policy that weighs no trade": ("Policy", "Stalls allowed", 5.0),
    "the owner of its limit": ("Limits", ("discount", "owner"), "Somebody"),
    "a limit of another lever": ("Limits", ("payment_days", "rep_to"), 40.0),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_an_edit_that_does_not_matter_leaves_the_approval(what: str, approved: Path, edit: Edit) -> None:
    table, key, value = HARMLESS[what]
    sheet, cell = (table, key) if table == "Quote" else cell_of(approved, table, key)
    assert state_of(edit(approved, sheet, cell, value)).is_valid


def test_an_approval_is_not_carried_into_another_quote_or_forged(approved: Path, edit: Edit, run: Run, tmp_path: Path) -> None:
    file = open_quote(approved)
    assert file.workbook is not None
    box = file.workbook.rectangle("Approvals")
    assert box is not None
    number = next(cell for cell in ("B5", "C5") if openpyxl.load_workbook(approved)["Quote"][cell].value == "NHL-2026-04")
    for cell, value in ((number, "NHL-2026-05"), ("B4", "Another client"), (number, None)):
        assert "the quote was NHL-2026-04 for Nordhafen Logistik GmbH, is " in state_of(edit(approved, "Quote", cell, value)).why
    seal = file.workbook.rectangle("Seal")
    assert seal is not None
    blank = edit(edit(approved, "Quote", number, None), "Quote", "B4", None)
    words = {(seal.bottom, 2): CellEdit("NHL-2026-04 for Nordhafen Logistik GmbH", keep_formula=False)}
    patch_workbook(blank, tmp_path / "copy.xlsx", {seal.sheet: words})
    assert "the quote was" in state_of(tmp_path / "copy.xlsx").why
    row = box.top + 1
    for column, value, words in ((5, "another reason", "reason is not what was signed"), (2, "The boss", "approver is not")):
        forged = tmp_path / f"forged-{column}.xlsx"
        patch_workbook(approved, forged, {box.sheet: {(row, column): CellEdit(value)}})
        assert words in state_of(forged).why
    forged = tmp_path / "signature.xlsx"
    patch_workbook(approved, forged, {box.sheet: {(row, 1 + COLUMNS.index("signature")): CellEdit("00" * 64)}})
    assert "signature is wrong" in state_of(forged).why


def test_a_bare_concession_needs_its_word_and_the_refusal_lists_counter_asks(quote: Path, key: Path, run: Run, ask: Ask) -> None:
    words = ("approve", quote, "--trade", "T3", "--key", key, "--reason", "their truck broke down")
    said = run(*words, code=2).stderr
    valued = next(one for one in shown_of(open_quote(quote)).ledger.trades if one.trade.id == "T3")
    assert f"bare concession of {-valued.cost:,.2f} EUR" in said and '--counter "commitment=0.85"' in said
    assert ask(*words, "--concession")["verdict"] == "valid"


def test_what_only_restores_pays_for_nothing_and_what_costs_nothing_needs_no_pay(tmp_path: Path, key: Path, run: Run) -> None:
    """A counter-ask that only undoes a discount of the opening leaves a bare concession; an ask that changes nothing is none."""
    deal = staffing()
    line = deal["lines"][0]
    line["discount"] = 0.02
    asks = [{"lever": "payment_days", "to": 45}]
    back = {"lever": "discount", "line": line["name"], "to": 0.0}
    deal["trades"] = [
        {"id": "R1", "response": "yes", "asks": asks, "counters": [back]},
        {"id": "R2", "response": "yes", "asks": asks},
    ]
    path = tmp_path / "restoring.xlsx"
    path.write_bytes(draw_quote(deal))
    words = ("approve", path, "--key", key, "--reason", "a client of twenty years")
    assert "R1: is a bare concession of" in run(*words, "--trade", "R1", code=2).stderr
    run(*words, "--trade", "R2")


def test_an_answer_is_shown_and_becomes_agreed_once_it_is_typed_in(quote: Path, key: Path, run: Run) -> None:
    target = quote.with_name("answered.xlsx")
    words = ("approve", quote, "--trade", "T3", "--key", key, "--reason", "not for nothing", "--counter", "Conversion fee=2")
    run(*words, "-o", target)
    state = state_of(target)
    assert state.verdict == "answered" and "agreed with Conversion fee = 2" in str(state)
    assert open_quote(target).quote.trades[2].counters == ()  # nothing was typed in for the rep
    row = open_quote(target).rectangles["Trades"].top + open_quote(target).quote.trade_places["T3"].row
    lever, level = (cell_name(row, TRADES_TABLE.column(name)) for name in ("counter_ask", "counter_ask_to"))
    typed = quote.with_name("typed.xlsx")
    patch_workbook(target, typed, {"Trades": {lever: CellEdit("Conversion fee"), level: CellEdit(2.0)}})
    assert state_of(typed).is_valid
    less = quote.with_name("less.xlsx")
    patch_workbook(target, less, {"Trades": {lever: CellEdit("Conversion fee"), level: CellEdit(1.0)}})
    assert state_of(less).verdict == "answered"  # the offer stands, and less is not agreed
    moved = quote.with_name("moved.xlsx")
    sheet, cell = cell_of(target, "Lines", (1, "unit_cost"))
    patch_workbook(target, moved, {sheet: {cell: CellEdit(20.0)}})
    assert state_of(moved).verdict == "void" and state_of(moved).why.startswith(f"{sheet}!{cell} ")


def test_the_functions_say_of_an_approval_what_the_command_line_says(approved: Path, edit: Edit) -> None:
    sheet, cell = cell_of(approved, "Lines", (1, "unit_cost"))
    edited = edit(approved, sheet, cell, 20.0)
    unapproved = next(one for one in shown_of(open_quote(edited)).ledger.trades if one.trade.id == "T2").authority
    for path, who, words in (
        (approved, "approved", "approved by Petra Kern"),
        (edited, str(unapproved), f"is void: {sheet}!{cell} (Warehouse hours unit_cost): was 25.1, is 20"),
    ):
        book = openpyxl.load_workbook(path, data_only=True)
        ranges = {}
        for name in ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "Seal", "Approvals", "History", "Price_book"):
            ((place, box),) = book.defined_names[name].destinations
            ranges[name] = [[one.value for one in row] for row in book[place][box]]
        ((place, cell_of_segment),) = book.defined_names["Segment"].destinations
        segment = book[place][cell_of_segment.replace("$", "")].value
        deal = [ranges[name] for name in ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")]
        more = (ranges["Seal"], ranges["Approvals"], ranges["History"], None, ranges["Price_book"], segment)
        rows = functions.DEAL_TRADES(*deal, "", *more)
        found = next(row for row in rows if "Petra Kern" in row[9])
        assert found[8] == who and words in found[9], found[9]


def test_who_may_not_approve_is_told_why(quote: Path, key: Path, run: Run, tmp_path: Path) -> None:
    def refused(trade: str, *more: Any) -> str:
        return str(run("approve", quote, "--trade", trade, "--key", key, "--reason", "x", *more, code=2).stderr)

    assert "is for finance" in refused("T6")
    assert "is blocked" in refused("T5")
    assert "nothing is granted" in refused("T4") and "nothing is granted" in refused("T7")
    assert "found no trade" in refused("T99")
    run("limits", "trust", key.with_suffix(".pub"), "--authority", "finance")
    assert "no seal, and a trusted key is set up" in refused("T6")


def test_the_approval_of_a_key_that_is_not_trusted_is_void_where_keys_are(approved: Path, tmp_path: Path, run: Run) -> None:
    from counterask_addin.seals.keys import make_keys

    make_keys(tmp_path / "other.key", "Somebody", SECRET)
    run("limits", "trust", tmp_path / "other.pub")
    assert "is not trusted here" in state_of(approved).why
