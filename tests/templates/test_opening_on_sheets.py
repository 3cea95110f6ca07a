"""What the opening already gave is on the Quote sheet, row by row, and in the banner of the Trades."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from counterask_templates.build import DRAWN_ON, cached_results
from counterask_templates.examples import load_example
from counterask_templates.layout import NOTES, OPENING, RESULTS, TRADE_RESULTS
from counterask_templates.natives import Facts
from counterask_templates.sheet_trades import BANNER, say_banner
from counterask_templates.tables import Document, header_cells, table_rows

from .books import opened

GAVE = "▲ The opening already gave EUR 15,237 against our standard; a manager must agree."


def facts_in(document: Document, as_of: date = DRAWN_ON) -> Facts:
    rows, header = table_rows(document), header_cells(document)
    found = cached_results(rows, as_of, (TRADE_RESULTS, NOTES, OPENING), header["segment"])
    blank = {spec.key: [[""] * len(spec.fields)] * spec.rows for spec in RESULTS}
    return Facts(rows, blank | found, header)


def changed(**changes: Any) -> dict[str, Any]:
    """The staffing example, whose opening is at the standard, with other opening terms or other parts."""
    document = load_example("staffing")
    terms = {name: level for name, level in changes.items() if name in document["terms"]}
    return document | {name: part for name, part in changes.items() if name not in terms} | {"terms": document["terms"] | terms}


def note(document: Document) -> str:
    return str(facts_in(document).results["notes"][0][0])


def test_the_first_year_discount_of_the_software_quote_is_shown_with_what_it_cost_and_who_must_agree() -> None:
    sheet, columns = opened("software", True)[OPENING.sheet], range(OPENING.left, OPENING.right + 1)
    rows = [[sheet.cell(row, column).value for column in columns] for row in (OPENING.top, OPENING.top + 1)]
    assert [[row[0], *row[2:]] for row in rows] == [
        ["Discount", "Seats, first clinics", 0, 0.1, "rep"],
        ["Discount", "Seats, roll-out", 0, 0.1, "rep"],
    ]
    assert sum(row[1] for row in rows) == pytest.approx(-15_237, abs=1)
    assert sheet.cell(NOTES.top, NOTES.left).value == GAVE
    banner = str(opened("software", True)[TRADE_RESULTS.sheet].cell(*BANNER).value)
    assert banner.startswith("✖ 2 unbalanced concessions") and banner.endswith(GAVE)


def test_an_opening_at_the_standard_is_no_part_of_the_banner() -> None:
    facts = facts_in(load_example("staffing"))
    assert facts.results["notes"][0][0] == "✔ The opening gives nothing away against our standard."
    assert "opening" not in say_banner(facts)


def test_a_banner_without_unbalanced_trades_begins_with_what_the_opening_gave() -> None:
    facts = facts_in(changed(payment_days=60, trades=[]))
    said = say_banner(facts)
    assert said.startswith("▲ The opening already gave EUR ") and said.endswith("✔ No trades yet: type what the client asks for.")


def test_an_opening_beyond_a_hard_stop_can_be_agreed_to_by_nobody() -> None:
    assert note(changed(payment_days=90)).startswith("■ The opening terms go beyond a hard stop")


def test_a_line_without_a_product_needs_a_manager_although_it_gives_nothing() -> None:
    lines = [{name: value for name, value in line.items() if name != "product"} for line in load_example("staffing")["lines"]]
    limits = [row for row in load_example("staffing")["limits"] if row["lever"] != "ramp_months"]
    ramp = next(row for row in load_example("staffing")["limits"] if row["lever"] == "ramp_months" and "line" not in row)
    lines[2]["ramp_months"] = ramp["standard"]
    said = note(changed(lines=lines, limits=[*limits, ramp]))
    assert said == "▲ The opening gives nothing away against our standard, but a manager must agree."


def test_a_difference_from_the_price_book_is_a_row_of_its_own() -> None:
    lines = [dict(line) for line in load_example("staffing")["lines"]]
    lines[0]["unit_cost"] = 24.0
    rows = facts_in(changed(lines=lines)).results["opening"]
    assert [row[0] for row in rows if row[0]] == ["Unit cost"]
    assert rows[0][1] > 0 and rows[0][2:] == ["Warehouse hours", 25.1, 24.0, "manager"]


def test_without_limits_nothing_is_said_of_the_opening() -> None:
    document = changed(limits=[])
    assert note(document) == ""
    assert not any(row[0] for row in facts_in(document).results["opening"])
