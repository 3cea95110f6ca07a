"""Whatever the registries hold has its row, its drop-down entry or its range check."""

from __future__ import annotations

import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from counterask.functions import CHECK
from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVERS, LINE_LEVERS, TERM_LEVERS, Kind
from counterask.reading.limit_rows import COLUMNS as LIMIT_COLUMNS
from counterask.reading.policy import AUTHORITIES, POLICY
from counterask.reading.price_book import COLUMNS as PRICE_BOOK_COLUMNS
from counterask.reading.tables import column_key, plain
from counterask.reading.trade_rows import COLUMNS as TRADE_COLUMNS
from counterask.result_tables.views import TRADE_RESULTS as TRADE_FIELDS
from counterask_templates import natives
from counterask_templates.layout import (
    ASSUMPTIONS_TABLE,
    HISTORY_TABLE,
    LIMITS_TABLE,
    LINES,
    LISTS,
    POLICY_TABLE,
    PRICE_BOOK_TABLE,
    STAKEHOLDERS_TABLE,
    TABLE_KEYS,
    TABLES,
    TERMS,
    TRADE_RESULTS,
    TRADES_TABLE,
)
from counterask_templates.manager_layout import POLICY_NAMED
from counterask_templates.specs import TableSpec, cell

from .books import BOOKS, opened


def column_of(book: str, table: TableSpec, name: str) -> list[object]:
    sheet, column = opened(book)[table.sheet], table.column(name)
    return [sheet.cell(row, column).value for row in range(table.first, table.bottom + 1)]


def validation_at(book: str, sheet: str, at: str) -> DataValidation | None:
    return next((one for one in opened(book)[sheet].data_validations.dataValidation if at in one.sqref), None)


def relative(row: int, column: int) -> str:
    return cell(row, column).replace("$", "")


@pytest.mark.parametrize("book", BOOKS)
def test_every_assumption_and_policy_has_its_row_with_a_check_and_a_message(book: str) -> None:
    for table, quantities in ((ASSUMPTIONS_TABLE, ASSUMPTIONS), (POLICY_TABLE, POLICY)):
        labels = column_of(book, table, table.columns[0].name)
        assert labels[: len(quantities)] == [quantity.label for quantity in quantities]
        for row, quantity in enumerate(quantities, table.first):
            found = validation_at(book, table.sheet, relative(row, table.left + 1))
            assert found is not None and found.prompt, quantity.name
            assert found.type in ("decimal", "whole", "custom", "list")
    labels = column_of(book, POLICY_TABLE, "policy")[len(POLICY) : POLICY_NAMED]
    assert labels == [*AUTHORITIES.values(), "Currency"]
    for row in range(POLICY_TABLE.first + len(POLICY), POLICY_TABLE.first + len(POLICY) + len(AUTHORITIES)):
        found = validation_at(book, POLICY_TABLE.sheet, relative(row, POLICY_TABLE.left + 1))
        assert found is not None and found.formula1 == "Authority_list" and found.prompt


def test_every_term_has_its_row_with_a_check_and_a_message() -> None:
    labels = column_of("quote", TERMS, "term")
    assert labels[: len(TERM_LEVERS)] == [lever.label for lever in TERM_LEVERS]
    for row, lever in enumerate(TERM_LEVERS, TERMS.first):
        found = validation_at("quote", TERMS.sheet, relative(row, TERMS.left + 1))
        assert found is not None and lever.quantity.help.split(".")[0] in str(found.prompt)
        assert ('"none"' in str(found.formula1)) == (lever.quantity.none_means is not None)


def test_every_line_input_has_its_column_with_a_check() -> None:
    headers = [plain(column.header) for column in LINES.columns]
    assert headers == ["line", "kind", "product", *(plain(lever.label) for lever in LINE_LEVERS)]
    for lever in LINE_LEVERS:
        assert validation_at("quote", LINES.sheet, relative(LINES.bottom, LINES.column(lever.name))) is not None


def test_every_negotiable_lever_is_offered_and_company_levers_after_them() -> None:
    lists = opened("software", True)[LISTS]
    offered = [lists.cell(row, 2).value for row in range(2, 60) if lists.cell(row, 2).value]
    negotiable = [lever.label for lever in LEVERS if lever.is_negotiable]
    assert offered == [*negotiable, "Workshop day", "Case study"]
    for name in ("ask", "counter_ask"):
        found = validation_at("software", TRADES_TABLE.sheet, relative(TRADES_TABLE.bottom, TRADES_TABLE.column(name)))
        assert found is not None and found.type == "list" and found.formula1 == "Lever_list"


def test_every_negotiable_lever_has_a_row_in_the_limits_of_every_workbook() -> None:
    for book in BOOKS:
        labels = set(column_of(book, LIMITS_TABLE, "lever"))
        assert {lever.label for lever in LEVERS if lever.is_negotiable} <= labels


@pytest.mark.parametrize("book", ["limits", "quote"])
def test_every_cell_of_the_limits_that_holds_a_number_or_a_day_is_checked_as_typed(book: str) -> None:
    free = {"lever", "line", "segment", "levels", "owner", "unit"}
    for column in LIMITS_TABLE.columns:
        for row in (LIMITS_TABLE.first, LIMITS_TABLE.bottom):
            found = validation_at(book, LIMITS_TABLE.sheet, relative(row, LIMITS_TABLE.column(column.name)))
            assert found is not None and found.prompt, column.name
            assert column.name in free or (found.type is not None and found.type != "any" and found.error), column.name
            assert len(str(found.formula1 or "")) <= 255
    found = validation_at(book, POLICY_TABLE.sheet, relative(POLICY_TABLE.first + POLICY_NAMED - 1, POLICY_TABLE.left + 1))
    assert found is not None and "LEN(B" in str(found.formula1)


@pytest.mark.parametrize(
    "table, column, source",
    [
        (LINES, "kind", "Kind_list"),
        (LINES, "product", "Product_list"),
        (PRICE_BOOK_TABLE, "kind", "Kind_list"),
        (TRADES_TABLE, "response", "Response_list"),
        (TRADES_TABLE, "ask_line", "Line_names"),
        (TRADES_TABLE, "counter_ask_line", "Line_names"),
        (LIMITS_TABLE, "soft", "Yes_no_list"),
        (LIMITS_TABLE, "survives", "Yes_no_list"),
        (STAKEHOLDERS_TABLE, "lever", "Lever_list"),
        (HISTORY_TABLE, "event", "Event_list"),
    ],
)
def test_every_closed_choice_is_a_drop_down(table: TableSpec, column: str, source: str) -> None:
    for row in (table.first, table.bottom):
        found = validation_at("quote", table.sheet, relative(row, table.column(column)))
        assert found is not None and found.type == "list" and found.formula1 == source


def test_the_columns_of_the_layout_are_those_of_the_reader() -> None:
    assert tuple(column.name for column in TRADES_TABLE.columns) == TRADE_COLUMNS
    assert tuple(column.name for column in LIMITS_TABLE.columns) == LIMIT_COLUMNS
    assert tuple(column.name for column in PRICE_BOOK_TABLE.columns) == PRICE_BOOK_COLUMNS
    assert TRADE_RESULTS.fields == TRADE_FIELDS
    for table in (TRADES_TABLE, LIMITS_TABLE, PRICE_BOOK_TABLE):
        assert all(column_key(column.header) == plain(column.name) for column in table.columns)
    for table in TABLES:
        assert {plain(key) for key in TABLE_KEYS[table.name]} <= {plain(column.header) for column in table.columns}


def test_kinds_are_offered_as_the_engine_names_them() -> None:
    lists = opened("quote")[LISTS]
    column = next(one.column for one in lists[1] if one.value == "Kind_list")
    assert [lists.cell(row, column).value for row in (2, 3, 4)] == [str(kind) for kind in Kind]


def test_natives_and_functions_begin_a_complaint_with_the_same_word() -> None:
    assert natives.CHECK == CHECK
