"""The examples are quotes that a practitioner would nod at: complete, plausible, and each shows every verdict."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.deal_json import read_deal
from counterask.reading.quote import Quote, read_quote
from counterask.reading.stakeholders import read_stakeholders, stakeholder_table
from counterask.reading.tables import Table
from counterask.result_tables.views import margin_share, trade_results
from counterask.verdicts.ledger import Ledger, ledger
from counterask.verdicts.trades import ValuedTrade, Verdict
from counterask_templates.build import DRAWN_ON
from counterask_templates.counter_ask_layout import COUNTER_ASK_RESULTS, COUNTER_ASKS
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import HEADER_CELLS, QUOTE, TABLES, TRADE_RESULTS, TRADE_ROWS
from counterask_templates.specs import TableSpec

from .books import drawn, opened

MARGINS = {"staffing": (0.10, 0.25), "software": (0.60, 0.75), "industrial_supply": (0.15, 0.30)}


def table_in(name: str, table: TableSpec) -> Table:
    """A table of an example's cells."""
    sheet = opened(name)[table.sheet]
    rows = [
        [sheet.cell(row, column).value for column in range(table.left, table.right + 1)]
        for row in range(table.top, table.bottom + 1)
    ]
    return Table.of_range(table.name, rows)


def quote_in(name: str) -> Quote:
    """The quote in an example's cells, as any reader of the workbook gets it."""
    book = opened(name)
    tables = {table.name: table_in(name, table) for table in TABLES}
    header = {one.field: str(book[QUOTE].cell(one.row, one.column).value or "") for one in HEADER_CELLS}
    return read_quote(tables, header)


def valued(quote: Quote, as_of: date = DRAWN_ON, name: str = "") -> Ledger:
    """The ledger as shown; name : of the example whose stakeholders rank the counter-asks in its notes."""
    items = load_example(name)["stakeholders"] if name else []
    people = read_stakeholders(stakeholder_table(items), quote.deal, [])
    return shown_ledger(quote, Context(as_of, people)).ledger


@pytest.mark.parametrize("name", example_names())
def test_the_cells_of_an_example_hold_its_deal_without_a_problem(name: str) -> None:
    quote = quote_in(name)
    assert quote.problems == ()
    assert quote.unknown() == ()
    document = read_deal(load_example(name))
    assert document.problems == ()
    assert (quote.deal, quote.trades, quote.policy) == (document.deal, document.trades, document.policy)
    assert quote.evidence == document.evidence
    assert quote.limits == document.limits


@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize("as_of", [DRAWN_ON, date(2027, 6, 30)])
def test_an_example_shows_every_verdict_and_at_least_six_trades(name: str, as_of: date) -> None:
    found = valued(quote_in(name), as_of)
    assert len(found.trades) >= 6
    assert {trade.verdict for trade in found.trades} == set(Verdict)


@pytest.mark.parametrize("name", example_names())
def test_the_opening_margin_is_that_of_its_trade(name: str) -> None:
    least, most = MARGINS[name]
    assert least <= margin_share(valued(quote_in(name)).opening) <= most


def changed(name: str, trade: str) -> tuple[ValuedTrade, set[str], set[str]]:
    """A trade of an example, the levers that the client asks for, and those that the rep asks for."""
    found = next(one for one in valued(quote_in(name)).trades if one.trade.id == trade)
    return found, {change.lever for change in found.trade.asks}, {change.lever for change in found.trade.counters}


def test_in_the_staffing_quote_both_classes_of_risk_move_to_us_and_the_counter_ask_more_than_pays_for_it() -> None:
    trade, asks, counters = changed("staffing", "T1")
    assert {"liability_cap_multiple", "data_cap_multiple", "payment_days"} <= asks
    assert {"term_months", "commitment", "quantity"} <= counters
    assert trade.verdict == Verdict.NEGOTIATION
    assert trade.worth > 2 * -trade.cost


def test_the_software_quote_grows_in_three_windows_with_a_discount_in_the_first_year() -> None:
    deal = quote_in("software").deal
    windows = [line for line in deal.lines if line.product == "Care Suite seat"]
    assert [line.start_month for line in windows] == [0, *(line.end_month for line in windows[:-1])]
    assert len(windows) == 3 and math.isinf(windows[-1].end_month)
    assert {line.discount_months for line in windows} == {12}
    assert [line.discount for line in windows] == [0.10, 0.10, 0.0]


def test_in_the_software_quote_a_right_to_leave_costs_more_than_waiting_for_the_money() -> None:
    leaving, asks, counters = changed("software", "S3")
    waiting, later, _ = changed("software", "S2")
    assert asks == {"tfc_from_month"} and "tfc_fee_months" in counters and later == {"payment_days"}
    assert leaving.cost < 3 * waiting.cost < 0.0


def test_the_industrial_quote_prices_a_weak_payer_and_a_prepayment_that_is_not_refunded() -> None:
    quote = quote_in("industrial_supply")
    assert quote.deal.assumptions.default_probability == 0.035
    assert quote.deal.terms.prepayment_refundable == 0
    trade, asks, counters = changed("industrial_supply", "C2")
    assert asks == {"payment_days"} and counters == {"billing_in_advance", "billing_months"}
    assert trade.verdict == Verdict.NEGOTIATION
    unrated = replace(quote.deal.assumptions, default_probability=0.015)
    assert trade.cost < ledger(replace(quote.deal, assumptions=unrated), quote.trades, quote.rules(DRAWN_ON)).trades[1].cost


def test_the_industrial_quote_is_paid_in_another_currency_and_holds_stock_for_the_client() -> None:
    document = load_example("industrial_supply")
    assert document["currency"] != document["client_currency"]
    levers = {change["lever"] for trade in document["trades"] for change in trade["asks"]}
    assert {"foreign_share", "Consignment stock", "rebate_rate", "late_damages_rate", "uplift_cap"} <= levers


@pytest.mark.parametrize("name", example_names())
def test_header_stakeholders_and_history_are_complete(name: str) -> None:
    document = load_example(name)
    assert all(document.get(header.field) for header in HEADER_CELLS)
    assert len(document["stakeholders"]) >= 3
    assert all(item["levers"] and item["worth_to_them"] > 0 for item in document["stakeholders"])
    events = {item["event"] for item in document["history"]}
    assert {"trade", "concession", "stall"} <= events
    assert all(item["cost"] <= 0 for item in document["history"] if "cost" in item)


@pytest.mark.parametrize("name", example_names())
def test_openpyxl_pandas_and_calamine_read_the_cached_numbers_of_the_engine(name: str, tmp_path: Any) -> None:
    import pandas
    from python_calamine import CalamineWorkbook

    path = tmp_path / "quote.xlsx"
    path.write_bytes(drawn(name))
    quote = quote_in(name)
    expected = trade_results(quote, valued(quote, name=name), TRADE_ROWS)
    top, places = TRADE_RESULTS.top - 1, [place - 1 for place in TRADE_RESULTS.at]
    sheet = opened(name, True)[TRADE_RESULTS.sheet]
    seen = {
        "openpyxl": [[one.value for one in row] for row in sheet.iter_rows()],
        "pandas": pandas.read_excel(
            path, sheet_name=TRADE_RESULTS.sheet, header=None, keep_default_na=False, engine="openpyxl"
        ).values.tolist(),
        "calamine": CalamineWorkbook.from_path(str(path))
        .get_sheet_by_name(TRADE_RESULTS.sheet)
        .to_python(skip_empty_area=False),
    }
    for reader, rows in seen.items():
        for row, cells in enumerate(expected, top):
            read = [rows[row][place] for place in places] if row < len(rows) else [""] * len(cells)
            assert same(["" if value is None else value for value in read], cells), (reader, row)


def same(found: list[Any], wanted: list[Any]) -> bool:
    """Whether two rows hold the same words and, to the digits that are stored, the same numbers."""
    return all(
        abs(one - other) < 6e-5 if isinstance(one, float | int) and isinstance(other, float | int) else one == other
        for one, other in zip(found, wanted, strict=True)
    )


def test_eight_counter_asks_fit_on_the_first_screen() -> None:
    """Rows are as high as their texts: LibreOffice at 1280 by 800 shows 614 pixels of a sheet."""
    rows = opened("software")[COUNTER_ASKS].row_dimensions
    heights = [rows[row].height for row in range(1, COUNTER_ASK_RESULTS.top + 8)]
    assert sum(height * 96.0 / 72.0 for height in heights) < 614.0
