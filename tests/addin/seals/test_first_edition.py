"""Quotes and limits of the first edition are brought over, and everything that differs afterwards is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.quote import Quote
from counterask.reading.tables import column_key, input_key
from counterask_addin.seals.reading import open_limits
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import example_names, load_example

from .conftest import Edit, Run

Ask = Callable[..., Any]
NEW_HEADERS = {"rampmonths": "Ramp", "demandcv": "Spread of use"}
OLD = Path(__file__).parents[2] / "data" / "first_edition"


@pytest.fixture
def old(tmp_path: Path) -> Callable[[str], Path]:
    """A workbook of the first edition in a folder of its own."""

    def copied(name: str) -> Path:
        folder = tmp_path / "old"
        folder.mkdir(exist_ok=True)
        return Path(shutil.copy(OLD / f"{name}.xlsx", folder / f"{name}.xlsx"))

    return copied


@pytest.fixture(scope="session")
def new_limits() -> Callable[[Path, str], Path]:
    """Limits of this edition; those of the software example with the company lever that its first edition had."""
    made: dict[str, bytes] = {}

    def written(folder: Path, name: str) -> Path:
        if name not in made:
            document = load_example(name)
            if name == "software":
                days = {"lever": "Training day", "unit": "days", "amount_per_unit": -900, "month_from": 1, "probability": 1}
                document = {**document, "limits": [*document["limits"], {**days, "owner": "Sales management"}]}
            made[name] = draw_limits(document)
        path = folder / f"limits_{name}.xlsx"
        path.write_bytes(made[name])
        return path

    return written


def answer(quote: Quote) -> list[object]:
    """Deal value and every trade, to the cent; None for what is unknown."""
    found = shown_ledger(quote, Context(date(2026, 11, 2))).ledger
    numbers = [found.value, found.value_now, *(one.net for one in found.trades)]
    return [*(None if number != number else round(number, 2) for number in numbers), *(one.verdict for one in found.trades)]


def filled(path: Path, cap: float) -> Path:
    """The quote with the one term that the first edition could not know."""
    book = openpyxl.load_workbook(path)
    cell = next(row[1] for row in book["Quote"].iter_rows(min_col=1, max_col=2) if row[0].value == "Data liability cap")
    assert cell.value is None
    cell.value = cap
    copy = path.with_name(f"filled_{path.name}")
    book.save(copy)
    return copy


@pytest.mark.parametrize("name", example_names())
def test_a_quote_of_the_first_edition_answers_like_one_typed_into_the_current_template(
    name: str, old: Callable[[str], Path], new_limits: Callable[[Path, str], Path], run: Run, ask: Ask, tmp_path: Path
) -> None:
    path, limits, target = old(name), new_limits(tmp_path, name), tmp_path / f"{name}.new.xlsx"
    before = path.read_bytes()
    found = ask("limits", "update", path, "--from", limits, "-o", target)
    assert path.read_bytes() == before
    notes = "\n".join(found["notes"])
    assert "Renewal probability" in notes and "replaced by Annual retention" in notes
    assert "fill in Data liability cap" in notes and found["value"] == {"before": None, "after": None}
    moved = open_quote(filled(target, 0.5)).quote
    typed = tmp_path / "typed.xlsx"
    typed.write_bytes(draw_quote(document_of(moved)))
    result = answer(moved)
    assert None not in result[:2]
    assert result == answer(open_quote(typed).quote) == answer(read_deal(document_of(moved)))


@pytest.mark.parametrize("name", example_names())
def test_every_input_of_a_rep_comes_over_as_it_was_typed_or_is_named(
    name: str, old: Callable[[str], Path], new_limits: Callable[[Path, str], Path], run: Run, ask: Ask, tmp_path: Path
) -> None:
    path, target = old(name), tmp_path / f"{name}.new.xlsx"
    found = ask("limits", "update", path, "--from", new_limits(tmp_path, name), "-o", target)
    said = "\n".join(found["notes"])
    here, there = openpyxl.load_workbook(path), openpyxl.load_workbook(target)

    def rows(book: Any, sheet: str, key: str) -> list[dict[str, Any]]:
        cells = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
        top = next(number for number, row in enumerate(cells) if key in row)
        header = [NEW_HEADERS.get(column_key(word), str(word).split("\n")[0]) for word in cells[top]]
        return [dict(zip(header, row, strict=False)) for row in cells[top + 1 :]]

    for sheet, key, columns in (
        ("Quote", "Kind", ("Line", "Kind", "List price", "Discount", "Quantity", "Unit cost", "Ramp", "Spread of use")),
        ("Trades", "Ask to", ("Ask", "Ask line", "Ask to", "Response", "Counter-ask", "Counter-ask to", "Reason")),
    ):
        old_rows, new_rows = (rows(book, sheet, key if sheet == "Quote" else "Ask line") for book in (here, there))
        for was, now in zip(old_rows[:12], new_rows[:12], strict=True):
            for column in columns:
                if was[column] != now[column]:
                    assert f"{was[column]:g}" in said if isinstance(was[column], float) else str(was[column]) in said
    last = None
    for was, now in zip(rows(here, "Trades", "Ask line")[:12], rows(there, "Trades", "Ask line")[:12], strict=True):
        last = was["Trade"] or last  # a row without an id belonged to the trade above
        assert now["Trade"] == (last if any(was[word] is not None for word in ("Ask", "Counter-ask")) else None)

    terms = {input_key(row["Term"]): row["Opening"] for row in rows(there, "Quote", "Opening")}
    for row in rows(here, "Quote", "Opening"):
        word = str(row["Term"])
        if row["Term"] and row["Opening"] is not None and word not in said:
            assert terms[input_key(word)] == row["Opening"], word
    for cell in ("B4", "B5", "G4"):
        assert there["Quote"][cell].value == here["Quote"][cell].value


def test_limits_of_the_first_edition_are_brought_into_new_limits(
    old: Callable[[str], Path], limits: Path, run: Run, ask: Ask
) -> None:
    for name in ("limits", *example_names()):
        source = old(name)
        target = limits.with_name(f"{name}.limits.xlsx")
        found = ask("limits", "update", limits, "--from", source, "-o", target)
        said = "\n".join(found["notes"])
        was, now, new = open_limits(source), open_limits(target), open_limits(limits)
        assert not now.problems and now.seal_rows is not None
        assert "TFC hazard" in said and "replaced by Annual retention" in said and "must check and seal" in said
        rows = {(row.lever, row.line): row for row in now.limits.rows}
        for row in was.limits.rows:
            kept = rows[row.lever, row.line]
            assert (row.owner, row.effective, row.expires) == (kept.owner, kept.effective, kept.expires)
            assert str(row.rep_to) == str(kept.rep_to) and str(row.never_beyond) == str(kept.never_beyond)
        assert any(row.lever == "public_reference" and row.ask_up_to == 1.0 for row in now.limits.rows)
        assert {"data_cap_multiple", "auto_renewal"} <= {row.lever for row in now.limits.rows}
        assert now.policy.minimum_margin == was.policy.minimum_margin
        assert now.tables["Price_book"].rows == new.tables["Price_book"].rows


def test_a_quote_and_limits_of_the_first_edition_come_over_together(old: Callable[[str], Path], run: Run, tmp_path: Path) -> None:
    path, target = old("software"), tmp_path / "new.xlsx"
    said = run("limits", "update", path, "--from", path, "-o", target).output
    assert "so as in the current template: Annual retention" in said and "Wrote" in said
    assert open_quote(target).quote.deal.company_levers


def test_what_does_not_come_over_is_named_and_the_quote_stays(
    old: Callable[[str], Path], new_limits: Callable[[Path, str], Path], run: Run, tmp_path: Path
) -> None:
    path, limits = old("staffing"), new_limits(tmp_path, "staffing")
    book = openpyxl.load_workbook(path)
    book.create_sheet("My notes")["A1"] = "call them on Monday"
    book["Quote"]["K20"], book["Quote"]["K21"] = "Remark", "till June"
    book.save(path)
    target = tmp_path / "new.xlsx"
    assert "your own sheets (My notes)" in run("limits", "update", path, "--from", limits, "-o", target).output
    assert "Leave --in-place out" in run("limits", "update", path, "--from", limits, "--in-place", code=2).stderr
    refused = run("limits", "update", old("limits"), "--from", limits, code=2).stderr
    assert "limits workbook of the first edition" in refused


def test_a_trade_over_an_input_that_was_removed_is_refused_with_its_cell(
    old: Callable[[str], Path], new_limits: Callable[[Path, str], Path], run: Run, edit: Edit, tmp_path: Path
) -> None:
    limits = new_limits(tmp_path, "staffing")
    spoiled = edit(old("staffing"), "Trades", "F8", "Renewal probability")
    said = run("limits", "update", spoiled, "--from", limits, code=2).stderr
    assert "Trades · F8: Renewal probability can no longer be traded" in said
    other = edit(old("staffing"), "Trades", "F8", "Golden handshake")
    said = run("limits", "update", other, "--from", limits, code=2).stderr
    assert 'Trades · F8: "Golden handshake" is not a lever in limits_staffing.xlsx' in said


def test_unsealed_limits_of_the_first_edition_give_no_quote_its_limits_where_a_key_is_trusted(
    old: Callable[[str], Path], quote: Path, limits: Path, key: Path, run: Run
) -> None:
    run("limits", "trust", key.with_suffix(".pub"))
    assert "Use the current sealed limits" in run("limits", "update", quote, "--from", old("staffing"), code=2).stderr
    run("limits", "update", limits, "--from", old("staffing"))  # a manager's workbook, to be sealed afterwards


def test_a_company_lever_that_is_not_used_and_not_in_the_limits_is_left_out_and_named(
    old: Callable[[str], Path], run: Run, tmp_path: Path
) -> None:
    path, limits, target = old("software"), tmp_path / "limits.xlsx", tmp_path / "new.xlsx"
    limits.write_bytes(draw_limits(load_example("software")))
    refused = run("limits", "update", path, "--from", limits, "-o", target, code=2)
    for cell in ("Trades · B11", "Stakeholders · D6"):
        assert f'{cell}: "Training day" is not a lever' in refused.output
    assert not target.exists()
    book = openpyxl.load_workbook(path)
    book["Trades"]["B11"] = book["Stakeholders"]["D6"] = "Free months"
    book.save(path)
    done = run("limits", "update", path, "--from", limits, "-o", target)
    assert "Training day 0 was left out" in done.output
    words = {row[0].value for row in openpyxl.load_workbook(target)["Quote"].iter_rows(max_col=1)}
    assert "Free training" in words and "Training day" not in words
