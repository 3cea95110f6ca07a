"""Names lead to the right ranges; what a person types is open, everything else is locked; pages print whole."""

from __future__ import annotations

import pytest

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import TERM_LEVERS
from counterask.reading.policy import AUTHORITIES, POLICY
from counterask_templates.counter_ask_layout import BUNDLE_TRADE, CHOSEN_TRADE, COUNTER_ASKS, LANGUAGE
from counterask_templates.index import HIDDEN, UNHIDE
from counterask_templates.layout import (
    ASSUMED,
    HEADER_CELLS,
    LIMITS,
    LINES,
    LISTS,
    PICKS,
    POLICY_TABLE,
    QUOTE,
    RESULTS,
    RESULTS_SHEET,
    SELF_TEST,
    TABLES,
    TRADE_RESULTS,
    TRADES,
    TRADES_TABLE,
    live_name,
)
from counterask_templates.manager_layout import PRICE_BOOK
from counterask_templates.math_layout import EXPLAINED_TRADE, FLIPPED_TRADE, HEAD_MATH, MATH
from counterask_templates.prepare_layout import PREPARE, SHOW
from counterask_templates.seal_layout import SEALS
from counterask_templates.sheets import workbook_sheets
from counterask_templates.specs import area, cell

from .books import BOOKS, opened

MANAGERS = (LIMITS, ASSUMED, PRICE_BOOK)
PRINTED = {
    "Terms": len(TERM_LEVERS),
    "Policy": len(POLICY) + len(AUTHORITIES) + 1,
    "Assumptions": len(ASSUMPTIONS),
}
"""Tables of names and values: how many rows have a printed name. Below them a person chooses the name."""


def spelled(reference: str) -> str:
    return reference.replace("'", "")


@pytest.mark.parametrize("book", BOOKS)
def test_the_names_of_the_tables_cover_header_and_data_rows(book: str) -> None:
    names = opened(book).defined_names
    for table in TABLES:
        if table.sheet not in opened(book).sheetnames:
            continue
        wanted = area(table.top, table.left, table.bottom, table.right, table.sheet)
        assert spelled(names[table.name].attr_text) == spelled(wanted)
        sheet = opened(book)[table.sheet]
        headers = [sheet.cell(table.top, place).value for place in table.at]
        assert headers == [column.header for column in table.columns]


def test_the_names_of_the_results_and_of_the_header_cells_lead_to_them() -> None:
    names = opened("staffing").defined_names
    for spec in RESULTS:
        if spec in (TRADE_RESULTS, PICKS):  # the one stands among inputs, the other on the sheet Results only
            assert spec.name not in names and live_name(spec) in names
            continue
        assert spelled(names[spec.name].attr_text) == spelled(
            area(spec.top, spec.left, spec.bottom, spec.right, spec.sheet)
        )
    for header in HEADER_CELLS:
        assert spelled(names[header.name].attr_text) == cell(header.row, header.column, QUOTE).replace("'", "")
    sheet = opened("staffing")[QUOTE]
    found = {one.field: sheet.cell(one.row, one.column).value for one in HEADER_CELLS}
    assert (found["client"], found["currency"], found["rep"]) == ("Nordhafen Logistik GmbH", "EUR", "Jana Brandt")


def test_a_quote_opens_on_its_trades_and_shows_a_rep_five_tabs() -> None:
    quote, limits = opened("quote"), opened("limits")
    assert quote.sheetnames == [sheet.name for sheet in workbook_sheets(is_limits_book=False)]
    assert limits.sheetnames == ["Read me", LIMITS, ASSUMED, PRICE_BOOK, SEALS, RESULTS_SHEET, LISTS]
    assert [sheet.title for sheet in quote if sheet.sheet_state == "visible"] == [TRADES, QUOTE, COUNTER_ASKS, HEAD_MATH, MATH]
    assert quote.active.title == TRADES and limits.active.title == "Read me"
    assert {sheet.title for sheet in limits if sheet.sheet_state != "visible"} == {RESULTS_SHEET, LISTS}
    assert not any(sheet.sheet_state == "veryHidden" for sheet in quote), "the program's own menu must be able to show them"


def test_the_quote_sheet_says_what_the_hidden_sheets_hold_and_how_to_show_them() -> None:
    page = opened("quote")[QUOTE]
    words = {cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)}
    hidden = {sheet.title for sheet in opened("quote") if sheet.sheet_state != "visible"}
    assert hidden - {RESULTS_SHEET, SELF_TEST, LISTS} == set(HIDDEN) <= words
    assert UNHIDE in words


@pytest.mark.parametrize("book", BOOKS)
def test_every_sheet_is_protected_without_a_password(book: str) -> None:
    for sheet in opened(book):
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password
        assert sheet.protection.formatColumns is False  # False allows it


@pytest.mark.parametrize("book", BOOKS)
def test_inputs_are_open_and_everything_else_is_locked(book: str) -> None:
    for sheet in opened(book):
        wanted = inputs_on(sheet.title, is_limits_book=book == "limits")
        found = {
            (one.row, one.column) for row in sheet.iter_rows() for one in row if not one.protection.locked
        } - merged_tails(sheet)
        assert found == wanted, sheet.title


def inputs_on(sheet: str, *, is_limits_book: bool) -> set[tuple[int, int]]:
    """Where a person may type, told from the layout alone."""
    cells: set[tuple[int, int]] = set()
    for table in TABLES:
        if table.sheet != sheet or (sheet in MANAGERS and not is_limits_book):
            continue
        rows = range(table.first, table.bottom + 1)
        columns = [(place, one.name) for place, one in zip(table.at, table.columns, strict=True)]
        for row, column, name in ((row, *one) for row in rows for one in columns):
            is_printed = row < table.first + PRINTED.get(table.name, 0)
            is_open = table.name not in PRINTED or name in ("value", "opening", "evidence")
            if is_open or (name != "unit" and not is_printed):
                cells.add((row, column))
    if sheet == COUNTER_ASKS:
        cells |= {CHOSEN_TRADE, BUNDLE_TRADE, LANGUAGE}
    if sheet == MATH:
        cells |= {EXPLAINED_TRADE, FLIPPED_TRADE}
    if sheet == PREPARE:
        cells |= {SHOW}
    if sheet == QUOTE:
        cells |= {(one.row, one.column) for one in HEADER_CELLS}
    return cells


def test_no_sheet_has_the_name_that_excel_reserves() -> None:
    assert "history" not in {name.casefold() for book in BOOKS for name in opened(book).sheetnames}
    assert "History" in opened("quote").defined_names


def merged_tails(sheet: object) -> set[tuple[int, int]]:
    tails: set[tuple[int, int]] = set()
    for merged in sheet.merged_cells.ranges:  # type: ignore[attr-defined]
        tails |= {(row, column) for row, column in merged.cells if (row, column) != (merged.min_row, merged.min_col)}
    return tails


@pytest.mark.parametrize("book", BOOKS)
def test_every_visible_sheet_prints_one_page_wide_and_a_card_on_one_page(book: str) -> None:
    for sheet in opened(book):
        if sheet.sheet_state != "visible":
            continue
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == HEAD_MATH else "landscape"), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_setup.fitToHeight == (None if sheet.title in ("Read me", HEAD_MATH) else 0)
        assert sheet.print_area and "Page &P of &N" in str(sheet.oddFooter.right.text)


def test_headers_stay_in_view() -> None:
    book = opened("quote")
    assert book[TRADES].freeze_panes == "C5"
    assert TRADES_TABLE.first == 5
    assert book[LIMITS].freeze_panes == "B7"
    assert {sheet.title for sheet in book if sheet.freeze_panes is None} == {"Read me", RESULTS_SHEET, SELF_TEST, LISTS}


def test_colours_follow_the_word_of_the_verdict_over_the_whole_trade() -> None:
    rules = opened("staffing")[TRADES].conditional_formatting
    covered = {
        str(one.sqref) for one in rules for rule in one.rules if "unbalanced concession" in "".join(rule.formula or ())
    }
    columns = {column for box in covered for column in columns_of(box)}
    assert columns == set("ABCDEFGHIJKLMNOPQRSTU")


def columns_of(box: str) -> list[str]:
    first, _, last = box.partition(":")
    return [chr(letter) for letter in range(ord(first[0]), ord((last or first)[0]) + 1)]


def test_the_policy_and_lines_stand_where_their_banners_look() -> None:
    sheet = opened("staffing")[ASSUMED]
    labels = [sheet.cell(row, 1).value for row in range(POLICY_TABLE.first, POLICY_TABLE.bottom + 1)]
    assert "Manager early above" in labels and "Minimum margin" in labels
    assert LINES.rows == 12
