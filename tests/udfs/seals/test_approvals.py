"""Every single edit of a quote: one that changes what an approved trade is worth voids its approval, one that says nothing of it
does not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import pytest

from counterask.reading.limit_rows import COLUMNS as LIMIT_COLUMNS
from counterask.reading.quote import Quote, read_quote
from counterask.reading.tables import Table, input_key, plain
from counterask.reading.trade_rows import COLUMNS as TRADE_COLUMNS
from counterask.seals.approvals import COLUMNS, FIELDS, ApprovalState, approval_row, approval_states, approval_text
from counterask.seals.covered import covered_values
from counterask.seals.trust import trust_keys
from counterask.verdicts.ledger import Ledger, ledger
from counterask.verdicts.trades import ValuedTrade
from counterask_templates.examples import load_example
from counterask_templates.layout import TABLE_BY_NAME
from counterask_templates.tables import table_rows, with_header

from ..sealed import KEYS, public

DAY = datetime.date(2026, 6, 1)
NAMES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
SEAL = [["Seal", "Value"], ["quote", "Q-1"]]
Cells = dict[str, list[list[Any]]]
CASES = (("software", "S3", 2), ("staffing", "T3", 9), ("industrial_supply", "C9", 9))
"""Example, trade, and how many edits are passed over between two that are tried."""


@pytest.fixture(autouse=True)
def nothing_trusted() -> Iterator[None]:
    trust_keys(())
    yield
    trust_keys(())


@cache
def _drawn(example: str) -> Cells:
    rows = table_rows(load_example(example))
    return {name: with_header(TABLE_BY_NAME[name], rows[name]) for name in NAMES}


def cells_of(example: str) -> Cells:
    return {name: [list(row) for row in rows] for name, rows in _drawn(example).items()}


def read(cells: Cells) -> tuple[Quote, Ledger | None, dict[str, Table]]:
    tables = {name: Table.of_range(name, rows) for name, rows in cells.items()}
    quote = read_quote(tables)
    rules = quote.rules(DAY)
    return quote, None if quote.problems else ledger(quote.deal, quote.trades, rules), tables


@cache
def _read(example: str) -> Quote:
    return read(cells_of(example))[0]


def trade_in(valued: Ledger, trade: str) -> ValuedTrade | None:
    return next((one for one in valued.trades if one.trade.id == trade), None)


def signed_fields(trade: str, **said: str) -> dict[str, str]:
    """What is signed beside what an approval covers."""
    return dict.fromkeys(FIELDS, "") | {
        "trade": trade, "approver": "Petra Kern", "authority": "finance", "approved_at": "2026-05-01T00:00:00Z",
        "expires": "2026-12-31", "reason": "r", "algorithm": "Ed25519", "public_key": public(), **said,
    }  # fmt: skip


@cache
def approved(example: str, trade: str) -> list[list[Any]]:
    """The range Approvals with one approval of a trade."""
    quote, valued, tables = read(cells_of(example))
    assert valued is not None
    one = trade_in(valued, trade)
    assert one is not None
    text = approval_text(covered_values(quote, one.trade, tables), one, quote, SEAL, signed_fields(trade))
    return [list(COLUMNS), approval_row(text, KEYS["manager"].sign(text.encode()).hex())]


def state_after(cells: Cells, example: str, trade: str) -> tuple[ApprovalState, ValuedTrade | None] | None:
    """The approval in an edited quote, and the trade as it is then; None where the quote has a problem."""
    quote, valued, tables = read(cells)
    if valued is None:
        return None
    (state,) = approval_states(approved(example, trade), SEAL, quote, valued, tables)
    return state, trade_in(valued, trade)


def other(cell: Any, column: str) -> list[Any]:
    if column in ("effective", "expires"):
        return [datetime.date(2020, 1, 1)]
    if isinstance(cell, bool | str) and str(cell).lower() in ("yes", "no"):
        return ["no" if str(cell).lower() == "yes" else "yes"]
    if isinstance(cell, float):
        return [cell * 1.001, None] if cell else [0.01, None]
    return [0.01] if cell is None else [f"{cell} x"]


def names_of(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in TABLE_BY_NAME[table].columns)


def every_edit(example: str) -> Iterator[tuple[str, int, int, str, Any]]:
    for table, rows in _drawn(example).items():
        for row, cells in enumerate(rows[1:], 1):
            if any(cell is not None for cell in cells):
                for column, name in enumerate(names_of(table)):
                    for value in other(cells[column], name):
                        yield table, row, column, name, value


def seen(one: ValuedTrade) -> tuple[Any, ...]:
    money = [None if value != value else round(value, 2) for value in (one.cost, one.worth, one.net)]
    return (*money, one.verdict)


def says_nothing(example: str, trade: str, table: str, row: int, name: str) -> bool:
    """Whether a cell has nothing to do with a trade, as a person would say who reads the sheets."""
    cells, quote = _drawn(example), _read(example)
    if table == "Trades":
        at = max(quote.trade_places[trade].rows)
        owner = next((item for item in quote.trades if row in quote.trade_places[item.id].rows), None)
        is_idle = row > at or (owner is not None and str(owner.response) != "yes")
        return name == "reason" or (is_idle and name not in ("trade", "response"))
    if table == "Limits":
        if name in ("owner", "step", "levels", "unit"):
            return True
        said = {plain(change.lever) for item in quote.trades for change in item.changes}
        label = input_key(cells["Limits"][row][0])
        own = {plain(lever.name) for lever in quote.deal.company_levers}
        return name not in ("lever", "line", "segment", "effective", "expires") and label not in own | said
    if table == "Policy":
        return str(cells["Policy"][row][0]) in ("Manager early above", "Stalls allowed") and name == "value"
    return name == "unit" and table in ("Terms", "Assumptions")


@pytest.mark.parametrize("example, trade, step", CASES)
def test_an_edit_that_changes_an_approved_trade_voids_it_and_one_that_says_nothing_of_it_does_not(
    example: str, trade: str, step: int
) -> None:
    before = state_after(cells_of(example), example, trade)
    assert before is not None and before[0].is_valid, before
    assert before[1] is not None
    told = seen(before[1])
    missed, lost, unnamed = [], [], []
    counts = {"voids": 0, "keeps": 0}
    for table, row, column, name, value in islice(every_edit(example), 0, None, step):
        cells = cells_of(example)
        was, cells[table][row][column] = cells[table][row][column], value
        found = state_after(cells, example, trade)
        if found is None:
            continue
        state, now = found
        edit = (table, row, name, was, value)
        if (now is None or seen(now) != told) and state.is_valid:
            missed.append(edit)
        if says_nothing(example, trade, table, row, name) and now is not None and seen(now) == told and not state.is_valid:
            lost.append((edit, state.why))
        counts["keeps" if state.is_valid else "voids"] += 1
        is_key = column == 0 or name in ("line", "segment", "response", "ask", "counter_ask", "effective", "expires", "kind")
        place = f"row {row + 1}, column {column + 1} of {table}"
        if state.changes and not is_key and place not in {change.place for change in state.changes}:
            unnamed.append((edit, state.why))
    assert (missed, lost, unnamed) == ([], [], [])
    assert counts["voids"] * step > 80 and counts["keeps"] * step > 200, counts


def test_a_limit_for_one_line_alone_counts_for_trades_on_that_line_and_for_no_other() -> None:
    cells = cells_of("staffing")
    header = cells["Limits"][0]
    discount = next(row for row in cells["Limits"] if row[0] == "Discount")
    free = next(number for number, row in enumerate(cells["Limits"]) if number and all(cell is None for cell in row))
    line, stop = LIMIT_COLUMNS.index("line"), LIMIT_COLUMNS.index("never_beyond")
    tried = (("Forklift hours", 0.31, True), ("Warehouse hours", discount[stop], True), ("Warehouse hours", 0.2, False))
    for name, never, is_valid in tried:
        cells["Limits"][free] = [*discount]
        cells["Limits"][free][line], cells["Limits"][free][stop] = name, never
        found = state_after(cells, "staffing", "T2")
        assert found is not None and found[0].is_valid == is_valid, found
    assert found is not None and found[0].changes[0].place == f"row {free + 1}, column {stop + 1} of Limits" and header


HISTORY = [
    ["date", "event", "client", "lever", "from", "to", "cost", "in return"],
    [datetime.date(2025, 3, 1), "concession", "A", "Discount", 0.0, 0.05, -900.0, "a longer term"],
    [datetime.date(2025, 9, 1), "concession", "A", "Discount", 0.05, 0.1, -900.0, "nothing"],
]


@pytest.mark.parametrize("counts", ["yes", "no"])
def test_a_row_of_the_client_history_that_is_edited_or_cleared_voids_an_approval_and_a_further_row_does_not(counts: str) -> None:
    cells = {**cells_of("software"), "History": [list(row) for row in HISTORY]}
    policy = {str(row[0]): row for row in cells["Policy"]}
    policy["Drag counts"][1], policy["Taught discount drag"][1] = counts, 0.25

    def state(signed: list[list[Any]] | None = None) -> tuple[ApprovalState, list[list[Any]]]:
        quote, valued, tables = read(cells)
        assert valued is not None
        one = trade_in(valued, "S3")
        assert one is not None
        text = approval_text(covered_values(quote, one.trade, tables), one, quote, SEAL, signed_fields("S3"))
        rows = signed or [list(COLUMNS), approval_row(text, KEYS["manager"].sign(text.encode()).hex())]
        return approval_states(rows, SEAL, quote, valued, tables)[0], rows

    before, signed = state()
    assert before.is_valid, before
    cells["History"].append([datetime.date(2025, 10, 1), "stall", "A", None, None, None, None, "waiting"])
    assert state(signed)[0].is_valid
    cells["History"][2][-1] = "volume"
    after = state(signed)[0]
    assert not after.is_valid and "in return nothing" in after.changes[0].was and "in return volume" in after.changes[0].now
    whole = cells["History"]
    for cleared in (whole[:2], [whole[0]]):
        cells["History"] = cleared
        assert "is gone" in " ".join(map(str, state(signed)[0].changes))
    del cells["History"]
    assert state(signed)[0].why.startswith("History (the table History): was there, is gone")
    cells["History"] = whole
    cells["History"][2][-1], policy["Taught discount drag"][1] = "nothing", 0.5
    after = state(signed)[0]
    assert after.is_valid == (counts == "no")


def test_an_approval_put_beside_another_trade_or_taken_over_by_another_id_is_void() -> None:
    cells = cells_of("staffing")
    at = TRADE_COLUMNS.index("trade")
    for row in cells["Trades"][1:]:
        row[at] = {"T2": "T8", "T8": "T2"}.get(row[at], row[at])
    found = state_after(cells, "staffing", "T2")
    assert found is not None and not found[0].is_valid
    rows = [list(row) for row in approved("staffing", "T2")]
    rows[1][0] = "T8"
    quote, valued, tables = read(cells_of("staffing"))
    assert valued is not None
    (state,) = approval_states(rows, SEAL, quote, valued, tables)
    assert state.why == "trade is not what was signed"
