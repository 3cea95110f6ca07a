"""`counterask round`: known moves are found again from a workbook, an edited round is found, and nothing of anybody's is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from counterask.explaining.round_rows import COLUMNS, FIELDS
from counterask.reading.cells import letters
from counterask_addin.seals import recording
from counterask_addin.seals.recording import rounds_in
from counterask_addin.workbooks import read_cells
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_quote
from counterask_templates.layout import HEADER_CELLS, HISTORY, HISTORY_TABLE, QUOTE, TRADES, TRADES_TABLE
from counterask_templates.round_layout import ROUNDS, ROUNDS_TABLE, ROW_HEIGHT

from ..older_quotes import without_sheet
from .conftest import Edit, Run, resaved, staffing

Ask = Any
NUMBER = next(cell_name(one.row, one.column) for one in HEADER_CELLS if one.field == "quote_number")


def bare() -> dict[str, Any]:
    """The quote before its first call."""
    return {**staffing(), "trades": []}


def trade_cells(**cells: Any) -> dict[str, dict[tuple[int, int], CellEdit]]:
    """Edits to the first row of Trades."""
    return {TRADES: {(TRADES_TABLE.first, TRADES_TABLE.column(name)): CellEdit(value) for name, value in cells.items()}}


def place(round_number: int, column: str) -> str:
    """The cell of a round on its sheet."""
    return f"{letters(COLUMNS.index(column) + 1)}{ROUNDS_TABLE.top + round_number}"


@pytest.fixture
def next_quote(quote: Path, edit: Edit) -> Path:
    """Another quote of the same client."""
    return edit(quote, QUOTE, NUMBER, "NHL-2026-05")


@pytest.fixture
def dance(tmp_path: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """A quote after four rounds: out with 30 days, back with 90, out with 60 granted for a longer term, back with 75."""
    path, next_one = tmp_path / "dance.xlsx", tmp_path / "next.xlsx"
    if "dance" not in drawn:
        path.write_bytes(draw_quote(bare()))

        def change(**cells: Any) -> None:
            patch_workbook(path, next_one, trade_cells(**cells))
            path.write_bytes(next_one.read_bytes())
            next_one.unlink()

        run("round", path, "--by", "us", "--day", "2026-11-02", "--in-place")
        change(trade="T1", ask="Payment days", ask_to=90.0, response="no")
        run("round", path, "--by", "client", "--day", "2026-11-05", "--note", "by mail", "--in-place")
        change(ask_to=60.0, response="yes", counter_ask="term_months", counter_ask_to=36.0)
        run("round", path, "--by", "us", "--day", "2026-11-09", "--in-place")
        change(ask_to=75.0, response="no")
        run("round", path, "--by", "client", "--day", "2026-11-12", "--in-place")
        drawn["dance"] = path.read_bytes()
    path.write_bytes(drawn["dance"])
    return path


def test_known_moves_are_found_again_with_their_money(dance: Path, ask: Ask) -> None:
    found = ask("round", dance)
    assert [(one["round"], one["side"], one["day"], one["note"]) for one in found["rounds"]] == [
        (1, "us", "2026-11-02", ""),
        (2, "client", "2026-11-05", "by mail"),
        (3, "us", "2026-11-09", ""),
        (4, "client", "2026-11-12", ""),
    ]
    first, asked, ours, theirs = found["rounds"]
    assert first["moves"] == asked["moves"] == [] and first["moved"] == asked["moved"] == 0.0
    assert {(move["lever"], move["from"], move["to"]) for move in ours["moves"]} >= {("payment_days", 30.0, 60.0)}
    assert sum(move["change"] for move in ours["moves"]) == pytest.approx(ours["value"] - first["value"], abs=0.01)
    assert [(move["lever"], move["from"], move["to"]) for move in theirs["moves"]] == [("payment_days", 90.0, 75.0)]
    assert theirs["conceded"] == pytest.approx(theirs["value"] - asked["value"], abs=0.01) and theirs["conceded"] > 0.0
    assert {move["lever"] for move in found["open"]} >= {"payment_days"}
    assert found["gap"] == pytest.approx(theirs["value"] - ours["value"], abs=0.01)
    assert found["faults"] == []


def test_values_are_those_of_the_quote(dance: Path, ask: Ask, tmp_path: Path) -> None:
    offered, path = tmp_path / "offered.json", tmp_path / "offered.xlsx"
    offered.write_text(json.dumps(bare()), encoding="utf-8")
    path.write_bytes(draw_quote(bare()))
    value = ask("value", offered)["value"]
    assert ask("round", dance)["rounds"][0]["value"] == pytest.approx(value, abs=0.01)


def test_the_sheet_says_it_to_people_and_survives_another_program(dance: Path, run: Run) -> None:
    page = openpyxl.load_workbook(dance)[ROUNDS]
    assert page.sheet_state == "hidden"
    row = [page[place(3, name)].value for name in ("round", "day", "who", "moves")]
    assert row[:3] == [3, "2026-11-09", "we"] and "Payment term 30 days → 60 days: EUR -" in row[3]
    assert "conceded" in page[place(4, "concessions")].value and "Payment term" in page[place(4, "open")].value
    run("round", resaved(dance))


def test_recording_changes_no_finding_of_a_check(dance: Path, quote: Path, run: Run, ask: Ask, tmp_path: Path) -> None:
    before = {one["kind"] for one in ask("check", quote, code=1)}
    run("round", quote, "--by", "us", "-o", tmp_path / "recorded.xlsx")
    assert {one["kind"] for one in ask("check", tmp_path / "recorded.xlsx", code=1)} <= before
    assert ask("check", dance) == []


@pytest.mark.parametrize("column", ["moved", "day", "note", "digest", "recorded_1"])
def test_a_check_names_the_cell_of_an_edited_round(column: str, dance: Path, edit: Edit, ask: Ask, run: Run) -> None:
    value = -1.0 if column == "moved" else "2026-11-01"
    edited = edit(dance, ROUNDS, place(2, column), value)
    found = [one for one in ask("check", edited, code=1) if one["kind"] == "round edited"]
    assert found and found[0]["severity"] == "wrong"
    at = place(2, column if column in ("moved", "day", "note") else "digest")
    assert found[0]["where"].startswith(f"{ROUNDS} · {at}")
    assert "✖" in run("round", edited, code=1).output


def test_a_check_names_a_round_that_was_deleted(dance: Path, ask: Ask, tmp_path: Path) -> None:
    blank = {ROUNDS: {place(2, name): CellEdit(None) for name in COLUMNS}}
    patch_workbook(dance, tmp_path / "gap.xlsx", blank)
    assert [one["words"] for one in ask("check", tmp_path / "gap.xlsx", code=1) if one["kind"] == "round edited"]


def test_rounds_of_another_quote_are_seen(dance: Path, edit: Edit, ask: Ask, run: Run) -> None:
    other = edit(dance, QUOTE, "B4", "Somebody else")
    assert sum(one["count"] for one in ask("check", other, code=1) if one["kind"] == "round of another quote") == 4
    assert "another quote" in run("round", other, "--by", "us", "--in-place").output


def test_a_quote_without_the_sheet_gets_it_and_nothing_else_changes(quote: Path, run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(without_sheet(quote, ROUNDS))
    assert "No round is recorded" in run("round", old).output
    run("round", old, "--by", "us", "-o", new)
    run("round", new, "--by", "client", "--in-place")
    file = open_quote(new)
    assert len(rounds_in(file).rounds) == 2 and rounds_in(file).faults == ()
    page = openpyxl.load_workbook(new)[ROUNDS]
    written = [page[place(row, name)] for row in (0, 1, 2) for name in FIELDS]
    assert all(cell.alignment.wrap_text for cell in written if cell.value is not None)
    assert page[place(0, "moves")].font.bold and not page[place(1, "moves")].font.bold
    assert page[place(1, "value")].number_format == "#,##0" and page[place(1, "round")].number_format == "General"
    assert page.row_dimensions[ROUNDS_TABLE.first].height == ROW_HEIGHT and not page["A1"].alignment.wrap_text
    assert open_quote(old).workbook.rectangle("Rounds") is None  # type: ignore[union-attr]
    before, after = (openpyxl.load_workbook(path) for path in (old, new))
    assert after.sheetnames == [*before.sheetnames, ROUNDS] and after[ROUNDS].sheet_state == "hidden"
    assert {name: defined.attr_text for name, defined in after.defined_names.items() if name != "Rounds"} == {
        name: defined.attr_text for name, defined in before.defined_names.items()
    }


def test_a_sheet_of_the_same_name_is_never_written_to(quote: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(without_sheet(quote, ROUNDS))
    book = openpyxl.load_workbook(path)
    book.create_sheet(ROUNDS)["A1"] = "my own"
    book.save(path)
    before = path.read_bytes()
    assert "Rename that sheet" in run("round", path, "--by", "us", "--in-place", code=2).stderr
    assert path.read_bytes() == before


def test_a_quote_that_someone_else_saved_meanwhile_is_not_replaced(
    quote: Path, run: Run, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = edit(quote, QUOTE, "B7", "Someone else").read_bytes()
    real = recording.write_copy

    def late(*given: Any, **named: Any) -> Any:
        quote.write_bytes(theirs)
        return real(*given, **named)

    monkeypatch.setattr(recording, "write_copy", late)
    assert "has changed since it was read" in run("round", quote, "--by", "us", "--in-place", code=2).stderr
    assert quote.read_bytes() == theirs


def test_what_cannot_be_recorded_says_what_to_do(dance: Path, run: Run, tmp_path: Path) -> None:
    before = dance.read_bytes()
    assert "in their order" in run("round", dance, "--by", "us", "--day", "2026-11-01", "--in-place", code=2).stderr
    assert "--by us or --by client" in run("round", dance, "--in-place", code=2).stderr
    assert "Choose one" in run("round", dance, "--by", "us", "--in-place", "-o", tmp_path / "x.xlsx", code=2).stderr
    deal = tmp_path / "deal.json"
    deal.write_text(json.dumps(bare()), encoding="utf-8")
    assert "holds no rounds" in run("round", deal, "--by", "us", code=2).stderr
    assert dance.read_bytes() == before


def test_a_sheet_without_a_free_row_says_so(dance: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rounds_in(open_quote(dance))
    monkeypatch.setattr(recording, "rounds_in", lambda file: replace(found, next_row=ROUNDS_TABLE.rows + 1))
    assert "has no free row" in run("round", dance, "--by", "us", "--in-place", code=2).stderr


def test_in_german(dance: Path, run: Run, tmp_path: Path) -> None:
    said = run("round", dance, "--language", "de").output
    assert "09.11.2026" in said and "2026-11-09" not in said
    german = tmp_path / "german.xlsx"
    run("round", dance, "--by", "us", "--day", "2026-11-20", "--language", "de", "-o", german)
    assert openpyxl.load_workbook(german)[ROUNDS][place(5, "day")].value == "20.11.2026"
    run("round", resaved(german))
    assert "Zugeständnis" in said or "nachgegeben" in said
    assert "Runde" in said and "We " not in said


def test_the_next_quote_of_the_client_gets_the_rounds_in_its_history(
    dance: Path, next_quote: Path, run: Run, tmp_path: Path
) -> None:
    new = tmp_path / "history.xlsx"
    run("round", dance, "--into", next_quote, "-o", new)
    row = next(one for one in open_quote(new).quote.history if one.event == "rounds")
    assert str(row.date) == "2026-11-12" and row.in_return.startswith("Rounds: 4.") and "came from us" in row.in_return
    was = open_quote(next_quote).quote
    assert len(open_quote(new).quote.history) == len(was.history) + 1
    assert openpyxl.load_workbook(new)[HISTORY].cell(HISTORY_TABLE.top, 1).value == "Date"
    empty = tmp_path / "none.xlsx"
    empty.write_bytes(next_quote.read_bytes())
    assert "holds no rounds" in run("round", empty, "--into", next_quote, "-o", tmp_path / "y.xlsx", code=2).stderr


def test_the_audit_counts_rounds_and_what_each_side_conceded(
    dance: Path, quote: Path, run: Run, ask: Ask, tmp_path: Path
) -> None:
    folder = tmp_path / "quotes"
    folder.mkdir()
    (folder / "dance.xlsx").write_bytes(dance.read_bytes())
    (folder / "plain.xlsx").write_bytes(quote.read_bytes())
    run("audit", folder, "-o", tmp_path / "audit.xlsx", "--parquet", tmp_path / "tables", "--as-of", "2026-11-02", code=1)
    rows = duckdb.sql(
        "SELECT rounds, conceded, client_conceded, concession_pattern "
        f"FROM read_parquet('{tmp_path}/tables/files.parquet') ORDER BY path"
    ).fetchall()
    sides = ask("round", dance)["sides"]
    assert rows[1] == (0, None, None, None) and rows[0][0] == 4 and rows[0][3] == sides[0]["pattern"]
    assert rows[0][1:3] == pytest.approx([side["total"] for side in sides], abs=0.01)
    page = openpyxl.load_workbook(tmp_path / "audit.xlsx")["By rep"]
    headers = [cell.value for cell in page[4]]
    assert page.cell(5, headers.index("Rounds") + 1).value == 4
    words = {str(cell.value) for row in openpyxl.load_workbook(tmp_path / "audit.xlsx").worksheets[0] for cell in row}
    assert any("Rounds recorded: 4, in 1 quote;" in one for one in words)


def test_a_round_without_a_move_is_said_to_be_one_and_does_not_count(quote: Path, run: Run, ask: Ask) -> None:
    run("round", quote, "--by", "us", "--in-place")
    said = run("round", quote, "--by", "us", "--in-place").output
    assert "Round 2 makes the same offer as our round 1: nothing moved." in said
    assert ask("round", quote)["sides"][0]["pattern"] == "none"
    assert "dasselbe Angebot" in run("round", quote, "--by", "us", "--in-place", "--language", "de").output


def test_a_day_in_the_future_is_refused(quote: Path, run: Run) -> None:
    before, tomorrow = quote.read_bytes(), date.today() + timedelta(days=1)
    said = run("round", quote, "--by", "us", "--day", tomorrow.isoformat(), "--in-place", code=2).stderr
    assert f"{tomorrow.isoformat()} is in the future" in said and "--day" in said
    assert quote.read_bytes() == before
    run("round", quote, "--by", "us", "--day", date.today().isoformat(), "--in-place")


@pytest.mark.parametrize("column", ["note", "recorded_1"])
def test_nothing_is_built_on_a_round_that_was_edited(column: str, dance: Path, edit: Edit, run: Run, tmp_path: Path) -> None:
    edited = edit(dance, ROUNDS, place(2, column), "by phone")
    before, other = edited.read_bytes(), tmp_path / "other.xlsx"
    said = run("round", edited, "--by", "us", "--in-place", code=2).stderr
    assert said.count(f"{ROUNDS} · ") == 1 and "Copy the row from an earlier copy" in said and edited.read_bytes() == before
    run("round", edited, "--into", dance, "-o", other, code=2)
    assert not other.exists()


def test_rounds_go_on_after_the_edited_row_and_all_after_it_are_cleared(dance: Path, run: Run, ask: Ask, tmp_path: Path) -> None:
    cleared = tmp_path / "cleared.xlsx"
    patch_workbook(dance, cleared, {ROUNDS: {place(row, name): CellEdit(None) for row in (3, 4) for name in COLUMNS}})
    run("round", cleared, "--by", "us", "--in-place")
    assert [one["round"] for one in ask("round", cleared)["rounds"]] == [1, 2, 3]


def test_a_deleted_or_edited_row_is_one_finding_and_no_false_sentence(
    dance: Path, edit: Edit, ask: Ask, run: Run, tmp_path: Path
) -> None:
    deleted = tmp_path / "deleted.xlsx"
    patch_workbook(dance, deleted, {ROUNDS: {place(2, name): CellEdit(None) for name in COLUMNS}})
    for path, row in ((deleted, 3), (edit(dance, ROUNDS, place(2, "recorded_1"), "x"), 2)):
        found = [one for one in ask("check", path, code=1) if one["kind"] == "round edited"]
        assert [one["where"].split(" · ")[1][1:] for one in found] == [str(ROUNDS_TABLE.top + row)]
        said = " ".join(run("round", path, code=1).output.split())
        assert "is no move" not in said and "missing or was edited" in said and said.count("✖") == 1


def test_rounds_go_into_the_history_of_the_same_client_only(
    dance: Path, next_quote: Path, edit: Edit, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / "history.xlsx"
    other, blank = edit(next_quote, QUOTE, "B4", "Somebody else"), edit(next_quote, QUOTE, "B4", None)
    for path, words in ((other, "Somebody else"), (blank, "the client is blank"), (dance, "the same quote")):
        assert words in run("round", dance, "--into", path, "-o", target, code=2).stderr
        assert not target.exists()
    run("round", dance, "--into", next_quote, "-o", target)


def test_a_recorded_round_is_shown_without_reading_the_file_again(
    quote: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = read_cells.read_workbook
    monkeypatch.setattr(read_cells, "read_workbook", lambda path, *rest: (opened.append(path), real(path, *rest))[1])
    target = tmp_path / "recorded.xlsx"
    assert "first offer" in run("round", quote, "--by", "us", "-o", target).output
    assert opened and target not in opened


def test_an_offer_with_a_blank_input_is_recorded_as_not_known(run: Run, ask: Ask, tmp_path: Path) -> None:
    quote, blank, back = (tmp_path / f"{name}.xlsx" for name in ("quote", "blank", "back"))
    quote.write_bytes(draw_quote(bare()))
    rows = openpyxl.load_workbook(quote)[QUOTE].iter_rows()
    row = next(row for row in rows if row[0].value == "Payment term" and row[1].value == 30)
    patch_workbook(quote, blank, {QUOTE: {row[1].coordinate: CellEdit(None)}})
    run("round", blank, "--by", "us", "--day", "2026-11-02", "--in-place")
    run("round", blank, "--by", "client", "--day", "2026-11-03", "--in-place")
    patch_workbook(blank, back, {QUOTE: {row[1].coordinate: CellEdit(30.0)}})
    run("round", back, "--by", "us", "--day", "2026-11-05", "--in-place")
    found = ask("round", resaved(back))
    assert found["faults"] == [] and found["rounds"][0]["value"] is None
    (move,) = found["rounds"][2]["moves"]
    assert (move["lever"], move["from"], move["to"], move["change"]) == ("payment_days", None, 30.0, None)
    assert found["rounds"][2]["conceded"] is None and found["sides"][0]["pattern"] == "unknown"
    edited = tmp_path / "edited.xlsx"
    patch_workbook(back, edited, {ROUNDS: {place(1, "value"): CellEdit("known")}})
    assert "was recorded as" in run("round", edited, code=1).output


@pytest.mark.parametrize("language", ["en", "de"])
def test_rounds_go_into_a_history_once_and_without_advice(
    language: str, dance: Path, next_quote: Path, run: Run, tmp_path: Path
) -> None:
    first = tmp_path / "first.xlsx"
    run("round", dance, "--into", next_quote, "-o", first)
    said = next(one for one in open_quote(first).quote.history if one.event == "rounds").in_return
    assert "We conceded nothing. The client conceded EUR " in said
    assert not any(advice in said for advice in (" so far", "Make the next", "Keep to it", "Check it", "Ask for"))
    before = first.read_bytes()
    again = run("round", dance, "--into", first, "--in-place", "--language", language, code=2).stderr
    assert again.startswith(f"{first} · {HISTORY} · ") and "are there already. Nothing was written." in again
    assert first.read_bytes() == before
    later = tmp_path / "later.xlsx"
    run("round", dance, "--by", "us", "--day", "2026-11-20", "-o", later)
    run("round", later, "--into", first, "--in-place")
    assert [one.event for one in open_quote(first).quote.history].count("rounds") == 2


def test_a_round_names_the_trades_of_our_offer_that_cannot_be_told(run: Run, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "untold.xlsx"
    trade = {"id": "T1", "asks": [{"lever": "payment_days", "to": 60}], "counter_asks": [], "response": "yes"}
    limits = [
        {**row, "expires": "2020-12-31", "effective": "2020-01-01"} if row["lever"] == "payment_days" else row
        for row in bare()["limits"]
    ]
    path.write_bytes(draw_quote({**bare(), "trades": [trade], "limits": limits}))
    assert [one["verdict"] for one in ask("value", path, code=1)["ledger"]] == ["cannot tell"]
    said = " ".join(run("round", path, "--by", "us", "--day", "2026-11-02", "--in-place").output.split())
    assert "with the verdict cannot tell: T1." in said
    (found,) = ask("round", path)["rounds"]
    assert found["untold"] == ["T1"]
    assert "cannot tell: T1." in openpyxl.load_workbook(path)[ROUNDS][place(1, "moves")].value
    run("round", path, "--by", "client", "--day", "2026-11-03", "--in-place")
    assert ask("round", path)["rounds"][1]["untold"] == []


def test_a_quote_without_rounds_says_how_to_record_one(quote: Path, next_quote: Path, run: Run) -> None:
    said = run("round", quote, "--into", next_quote, code=2).stderr
    assert said.endswith(f"{quote}: holds no rounds. Record one when the quote goes out: counterask round {quote} --by us\n")
