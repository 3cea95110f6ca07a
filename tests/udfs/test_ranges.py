"""What functions share: a workbook asks many of them about the same ranges, and each quote is read, valued and flipped once."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pytest

from counterask import functions, ranges
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import TABLE_BY_NAME
from counterask_templates.tables import table_rows, with_header

DAY = datetime.date(2026, 6, 1)
NAMES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")


def test_what_stands_in_a_workbook_is_read_and_flipped_once_and_again_after_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    quotes = [name for name in example_names() if load_example(name).get("trades")]
    rows = {name: table_rows(load_example(name)) for name in quotes}
    cells: dict[str, list[Any]] = {name: [with_header(TABLE_BY_NAME[one], rows[name][one]) for one in NAMES] for name in quotes}
    history = {name: with_header(TABLE_BY_NAME["History"], rows[name]["History"]) for name in quotes}
    calls: Counter[str] = Counter()

    def counted(module: Any, name: str) -> None:
        plain = getattr(module, name)

        def call(*words: Any) -> Any:
            calls[name] += 1
            return plain(*words)

        monkeypatch.setattr(module, name, call)

    counted(ranges, "read_quote")
    counted(ranges, "shown_ledger")
    counted(functions, "flips_rows")

    def recalculate() -> list[Any]:
        found = []
        for name in quotes:
            trade = load_example(name)["trades"][0]["id"]
            found += [functions.DEAL_VALUE(*cells[name]), functions.DEAL_TRADES(*cells[name], DAY, None, None, history[name])]
            found += [functions.DEAL_FLIPS(*cells[name], trade, "en", DAY), functions.DEAL_MARGIN(*cells[name])]
        return found

    price = [column.name for column in TABLE_BY_NAME["Lines"].columns].index("list_price")
    cells[quotes[0]][0][1][price] *= 1.0000001  # which no other test has asked about
    first = recalculate()
    calls.clear()
    assert recalculate() == first
    assert not calls
    cells[quotes[0]][0][1][price] *= 1.01
    assert recalculate() != first
    assert calls["read_quote"] == calls["flips_rows"] == 1


def test_after_a_line_is_renamed_nothing_is_said_of_the_deal_now_without_its_trades() -> None:
    rows = table_rows(load_example("software"))
    named = next(row[0] for row in rows["Lines"] if any(row[0] in trade for trade in rows["Trades"]))
    for row in rows["Lines"]:
        row[0] = "Renamed" if row[0] == named else row[0]
    cells = [with_header(TABLE_BY_NAME[one], rows[one]) for one in NAMES]
    verdicts = functions.DEAL_TRADES(*cells, DAY)
    assert any(row[7] == "cannot tell" and named in str(row[9]) for row in verdicts)
    assert [row[2:] for row in functions.DEAL_VALUE(*cells)] == [["cannot tell"] * 2] * 4
    for table, first in ((functions.DEAL_MARGIN(*cells), 4), (functions.DEAL_COMPONENTS(*cells), 2)):
        filled = [row for row in table if row[0] != ""]
        assert filled and all(isinstance(row[1], float) and set(row[first:]) == {"cannot tell"} for row in filled)
    for call in (functions.DEAL_BRIDGE, functions.DEAL_SHARES, functions.DEAL_RATES, functions.DEAL_RULES, functions.DEAL_DRAG):
        found = call(*cells)
        assert str(found[0][0]).startswith("CHECK: ") and named in str(found[0][0])
        assert not any(isinstance(cell, float) for row in found for cell in row)


def test_ranges_are_told_apart_by_content_and_type_and_come_back_as_they_were() -> None:
    cells = [["a", 1.0, None], [DAY, True, "1"]]
    others = [[["a", 1.0, None], [DAY, 1, "1"]], [["a", 1.0, None], [None, True, "1"]], [["a", 1, None], [DAY, True, "1"]]]
    same = [list(row) for row in cells]
    assert ranges.frozen(cells) == ranges.frozen(same)
    assert len({ranges.frozen(cells), *map(ranges.frozen, others)}) == 4
    assert cells == same, "what the host handed over is not changed"
    for one in (cells, *others, [], [[""]]):
        found = ranges._cells(ranges.frozen(one))
        assert found == one
        assert [[type(cell) for cell in row] for row in found] == [[type(cell) for cell in row] for row in one]
    assert not ranges.frozen([]) and not ranges.frozen(None)
