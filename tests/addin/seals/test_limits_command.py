"""Limits that were sealed on one machine are checked on another; what was changed is named; a quote is brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask.reading.cells import letters
from counterask_addin.seals import status_of
from counterask_addin.seals.reading import open_limits
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.layout import LIMITS_TABLE, LINES

from .conftest import COST_OF_CAPITAL, REP_TO, Edit, Run, resaved, staffing

Ask = Callable[..., Any]


def test_sealed_limits_are_verified_on_another_machine_and_a_one_cell_edit_is_named(
    sealed: Path, key: Path, limits: Path, run: Run, ask: Ask, edit: Edit
) -> None:
    assert limits.read_bytes() != sealed.read_bytes() and open_limits(limits).status().seal is None
    assert "not vouched for here" in run("limits", "verify", sealed).output
    run("limits", "trust", key.with_suffix(".pub"))
    assert "sealed by Petra Kern on" in run("limits", "verify", sealed).output
    found = ask("limits", "verify", edit(sealed, "Limits", REP_TO, 0.03), code=1)
    assert found["state"] == "changed since sealing"
    assert found["changes"] == [{"cell": f"Limits!{REP_TO}", "what": "discount rep_to", "was": "0.02", "is": "0.03"}]
    changed = edit(sealed, "Assumptions", COST_OF_CAPITAL, 0.2)
    assert f"Assumptions!{COST_OF_CAPITAL}" in run("limits", "verify", changed, code=1).output


def test_limits_with_problems_without_owner_or_dates_or_expired_are_not_sealed(
    limits: Path, key: Path, run: Run, edit: Edit
) -> None:
    owner, expires = (LIMITS_TABLE.column(name) for name in ("owner", "expires"))
    letter = {place: letters(place) for place in (owner, expires)}
    for cell, value, words in (
        (REP_TO, "four percent", "found the text"),
        (f"{letter[owner]}7", None, "found no owner"),
        (f"{letter[expires]}8", None, "found no expires"),
        (f"{letter[expires]}8", "2020-01-31", "expired on 2020-01-31"),
    ):
        spoiled = edit(limits, "Limits", cell, value)
        said = run("limits", "sign", spoiled, "--key", key, code=2).stderr
        assert words in said and f"Limits · {cell}" in said
        assert not spoiled.with_name(f"{spoiled.stem}.sealed.xlsx").exists()


def test_signing_never_writes_over_a_file_unless_told_and_in_place_keeps_all_else(
    sealed: Path, limits: Path, key: Path, run: Run, ask: Ask
) -> None:
    assert "exists already" in run("limits", "sign", limits, "--key", key, code=2).stderr
    assert "itself" in run("limits", "sign", limits, "--key", key, "-o", limits, code=2).stderr
    found = ask("limits", "sign", sealed, "--key", key, "--in-place")
    owners = ", ".join(dict.fromkeys(row["owner"] for row in staffing()["limits"]))
    assert found["serial"] == 2 and found["owner"] == owners
    assert open_limits(sealed).status().holds


def test_a_seal_survives_a_resave_by_openpyxl_and_the_cached_status_says_so(sealed: Path) -> None:
    assert open_limits(resaved(sealed)).status().holds
    sheet = openpyxl.load_workbook(sealed, data_only=True)["Seals"]
    assert str(sheet["A3"].value).startswith("✔ Seal: sealed by Sales management")


def test_a_seal_survives_a_resave_by_libreoffice(sealed: Path, resave: Callable[..., Path], tmp_path: Path) -> None:
    status = open_limits(resave(sealed, tmp_path / "out")).status()
    assert status.holds, status.sentence


def test_a_quote_is_brought_to_the_current_limits_and_says_what_that_changes(
    quote: Path, limits: Path, key: Path, run: Run, ask: Ask, edit: Edit
) -> None:
    stricter = edit(edit(limits, "Limits", REP_TO, 0.005), "Assumptions", COST_OF_CAPITAL, 0.11)
    run("limits", "trust", key.with_suffix(".pub"))
    assert "no verdict" not in run("limits", "sign", stricter, "--key", key, "--in-place").output
    before = quote.read_bytes()
    found = ask("limits", "update", quote, "--from", stricter)
    updated = quote.with_name("quote.updated.xlsx")
    assert quote.read_bytes() == before
    assert {(one["what"], one["is"]) for one in found["changes"]} == {("discount rep_to", "0.005"), ("cost_of_capital", "0.11")}
    assert found["value"]["after"] < found["value"]["before"]
    assert {one["trade"] for one in found["verdicts"]} >= {"T1", "T2"}
    file = open_quote(updated)
    assert status_of(file).holds and file.quote.limits is not None and file.quote.limits.rows[0].rep_to == 0.005
    assert file.quote.deal.terms == open_quote(quote).quote.deal.terms
    sheets = openpyxl.load_workbook(updated, data_only=True)
    assert "✔ Seal: sealed by Petra Kern" in str([cell.value for row in sheets["Quote"].iter_rows() for cell in row])
    run("limits", "update", updated, "--from", stricter, "--in-place")
    assert run("diff", updated, quote, code=1)


def test_a_quote_whose_own_limits_cannot_be_read_is_mended_and_keeps_what_its_user_added(
    quote: Path, sealed: Path, run: Run, ask: Ask, edit: Edit
) -> None:
    book = openpyxl.load_workbook(edit(quote, "Limits", REP_TO, "four percent"))
    book.create_sheet("My notes")["A1"] = "call them on Monday"
    book["Quote"]["H2"] = "a remark"
    mine = quote.with_name("mine.xlsx")
    book.save(mine)
    found = ask("limits", "update", mine, "--from", sealed)
    assert found["changes"][0]["was"] == "four percent" and found["value"]["before"] is None and found["value"]["after"] > 0
    updated = openpyxl.load_workbook(mine.with_name("mine.updated.xlsx"))
    assert (updated["My notes"]["A1"].value, updated["Quote"]["H2"].value) == ("call them on Monday", "a remark")
    price = cell_name(LINES.first, LINES.column("list_price"))
    wrong = edit(quote, "Quote", price, "much")  # not in the limits: nothing that the new ones mend
    assert f"Quote · {price}" in run("limits", "update", wrong, "--from", sealed, code=2).stderr


def test_a_quote_is_not_brought_to_limits_that_cannot_be_relied_on(
    quote: Path, sealed: Path, key: Path, run: Run, edit: Edit
) -> None:
    changed = edit(sealed, "Limits", REP_TO, 0.03)
    assert f"changed since sealing: Limits!{REP_TO}" in run("limits", "update", quote, "--from", changed, code=2).stderr
    run("limits", "trust", key.with_suffix(".pub"))
    plain = edit(sealed, "Seals", "B15", None)
    assert "Use the current sealed limits" in run("limits", "update", quote, "--from", plain, code=2).stderr
    assert not quote.with_name("quote.updated.xlsx").exists()


def test_fewer_limits_in_another_order_leave_nothing_of_the_old_ones(quote: Path, limits: Path, key: Path, run: Run) -> None:
    rows = [list(row) for row in open_limits(limits).tables["Limits"].rows[1:]]
    kept = [row for row in reversed(rows) if row[0] and row[0] != "Payment term"]
    kept += [[None] * len(rows[0])] * (len(rows) - len(kept))
    edits = {
        (LIMITS_TABLE.first + number, LIMITS_TABLE.left + place): CellEdit(value)
        for number, row in enumerate(kept)
        for place, value in enumerate(row)
    }
    other = limits.with_name("other.xlsx")
    patch_workbook(limits, other, {"Limits": edits})
    run("limits", "sign", other, "--key", key, "--in-place")
    run("limits", "update", quote, "--from", other, "--in-place")
    found = open_quote(quote)
    assert found.quote.limits is not None and found.quote.limits.row("payment_days", None) is None
    assert status_of(found).holds


def test_a_replayed_older_seal_is_not_taken_on_a_machine_that_has_seen_a_newer_one(
    sealed: Path, key: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from counterask_addin.seals import sealing

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls(2098, 1, 1, tzinfo=UTC)

    run("limits", "trust", key.with_suffix(".pub"))
    run("limits", "verify", sealed)
    monkeypatch.setattr(sealing, "datetime", Later)
    newer = sealed.with_name("newer.xlsx")
    run("limits", "sign", sealed, "--key", key, "-o", newer)
    assert "older than a seal that was seen here" in run("limits", "verify", sealed, "--as-of", "2098-01-02", code=1).output
    assert "sealed by Petra Kern" in run("limits", "verify", newer, "--as-of", "2098-01-02").output
