"""The months in a real LibreOffice: every native formula computes what the engine puts into its cell, and together with the
named lines they add up to what the functions say, to the cent.

One document stays open. For each deal its inputs are typed into it, and so are the few results of the functions that the
months read or are compared with (each trade's net and verdict, the components, the deal value); LibreOffice computes the rest.
`COUNTERASK_RECONCILED_DEALS=1000` tries more deals than the 100 of every run.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import TERM_LEVERS
from counterask.pricing.components import LABELS, TERM_COSTS
from counterask_addin.libreoffice import CalcHost
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.cash_flow import reconciliation
from counterask_templates.cash_flow.cash_layout import CASH_FIELDS, MONTHS, YEARLY_FIELDS, YEARS
from counterask_templates.cash_flow.sheet_cash_flow import NOT_COMPUTED, natives
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import (
    CASH_NOW,
    CASH_OPENING,
    COMPONENTS,
    HEADLINE,
    MARGIN,
    RESULTS_SHEET,
    TABLES,
    TRADE_RESULTS,
    TRADES,
)
from counterask_templates.natives import Facts, Native, number_or_none
from counterask_templates.sheet_trades import BAND
from counterask_templates.specs import ResultSpec, area, letters

DEALS = int(os.environ.get("COUNTERASK_RECONCILED_DEALS", "100"))
BLANKED = 24
WORKED = json.loads((Path(__file__).parents[2] / "data" / "worked_deal.json").read_text(encoding="utf-8"))
CENT = 0.005
_FIRST_DAY = date(1899, 12, 30)


def _quotes() -> ModuleType:
    """The random quotes of the templates' tests."""
    path = Path(__file__).parents[2] / "templates" / "random_quotes.py"
    spec = importlib.util.spec_from_file_location("random_quotes_live", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


QUOTES = _quotes()


class Months:
    """An open quote into which one deal after the other is typed."""

    def __init__(self, calc: CalcHost, path: Path) -> None:
        self.calc, self.doc = calc, calc.open(path)
        self.doc.enableAutomaticCalculation(False)
        for sheet in self.doc.Sheets:
            sheet.unprotect("")
        # The functions are not at hand here: what they would say is typed in, and their array formulas go.
        self.doc.Sheets.getByName(RESULTS_SHEET).clearContents(1 + 2 + 4 + 16)

    def type(self, facts: Facts) -> None:
        """The inputs of a deal, and what the functions say of it."""
        for table in TABLES:
            if table.name in ("Lines", "Terms", "Trades", "Assumptions"):
                for column, cells in zip(table.at, zip(*facts.tables[table.name], strict=True), strict=True):
                    self._put(table.sheet, (table.first, column, table.bottom, column), [[one] for one in cells])
        of_both = ("Opening", "Now")
        for spec, fields in ((TRADE_RESULTS, ("Net", "Verdict")), (COMPONENTS, of_both), (HEADLINE, of_both)):
            for field in fields:
                self._column(spec, field, facts)
        self.calc.recalculate(self.doc)

    def _column(self, spec: ResultSpec, field: str, facts: Facts) -> None:
        column = spec.column(field)
        said = [[value] for value in facts.found(spec.key, field)]
        self._put(spec.sheet, (spec.top, column, spec.bottom, column), said)

    def _put(self, sheet: str, box: tuple[int, int, int, int], rows: Any) -> None:
        target = self.doc.Sheets.getByName(sheet).getCellRangeByName(area(*box).replace("$", ""))
        target.setDataArray(tuple(tuple(_cell(value) for value in row) for row in rows))

    def cells(self, sheet: str) -> Iterator[tuple[Native, Any]]:
        """Every native cell of a cash flow sheet, the client's name left out, and what LibreOffice computes in it."""
        found = natives(sheet)
        right, bottom = max(one.column for one in found), max(one.row for one in found)
        live = self.calc.values(self.doc, sheet, f"A1:{letters(right)}{bottom}")
        for native in found[1:]:
            now = live[native.row - 1][native.column - 1]
            yield native, "" if now is None else now

    def bridge(self) -> dict[str, list[Any]]:
        """The rows of the bridge on the Margin sheet, by label."""
        left, right = letters(reconciliation.LEFT), letters(reconciliation.LEFT + 4)
        last = reconciliation.TOP + len(COMPONENTS_AND_SUMS)
        rows = self.calc.values(self.doc, MARGIN, f"{left}{reconciliation.TOP}:{right}{last}")
        return {str(row[0]): row[1:] for row in rows}


COMPONENTS_AND_SUMS = (*reconciliation.LABELS, "Together", "Deal value", "Difference")


def _cell(value: Any) -> float | str:
    if isinstance(value, date):
        return float((value - _FIRST_DAY).days)
    return "" if value is None else value


@pytest.fixture(scope="module")
def months(plain_calc: CalcHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Months]:
    path = tmp_path_factory.mktemp("months") / "quote.xlsx"
    path.write_bytes(draw_quote())
    opened = Months(plain_calc, path)
    yield opened
    plain_calc.close(opened.doc)


def values_of(facts: Facts) -> tuple[float, float]:
    """Deal value on the opening terms and now, as the functions say it."""
    row = facts.results["headline"][0]
    return float(row[1]), float(row[2])


MONEY = {
    (row, block.column(key))
    for block, keys in ((MONTHS, [field.key for field in CASH_FIELDS]), (YEARS, [field.key for field in YEARLY_FIELDS]))
    for key in keys
    for row in range(block.top, block.bottom + 1)
}
"""The cells of expected cash, by row and column."""


def assert_cells_agree(months: Months, facts: Facts) -> None:
    for sheet in (CASH_OPENING, CASH_NOW):
        for native, now in months.cells(sheet):
            assert agrees(native.say(facts), now), (sheet, native.row, native.column, native.formula, native.say(facts), now)


@pytest.mark.parametrize("name", example_names())
def test_every_cell_of_an_example_is_computed_as_it_was_cached(months: Months, name: str) -> None:
    facts = QUOTES.facts_of(load_example(name), DRAWN_ON)
    months.type(facts)
    assert_cells_agree(months, facts)
    opening, now = values_of(facts)
    bridge = months.bridge()
    assert abs(bridge["Together"][0] - opening) < CENT and abs(bridge["Together"][1] - now) < CENT
    assert reconciliation.AGREES in bridge


def worked(*changes: dict[str, Any]) -> Facts:
    """The worked deal without trades, with levers set to other levels."""
    lines, terms = [dict(line) for line in WORKED["lines"]], dict(WORKED["terms"])
    for change in changes:
        at = next((line for line in lines if line["name"] == change.get("line")), terms)
        at[change["lever"]] = change["to"]
    deal = {"lines": lines, "terms": terms, "assumptions": WORKED["assumptions"]}
    return QUOTES.facts_of({**load_example("blank"), "currency": "EUR", "limits": [], "trades": [], **deal}, DRAWN_ON)


def test_the_formulas_compute_the_worked_deal(months: Months) -> None:
    """The numbers of an independent implementation: each component, and the value after each single change."""
    expected = WORKED["expected"]
    months.type(worked())
    bridge = months.bridge()
    for component, value in expected["components"].items():
        assert abs(bridge[LABELS[component]][0] - value) < CENT, component
    for change in expected["changes"]:
        months.type(worked(*change["set"]))
        found = months.bridge()["Together"][0]
        assert abs(found - expected["value"] - change["value_change"]) < CENT, change["name"]


def test_a_hundred_random_deals_agree_to_the_cent(months: Months) -> None:
    granted = 0
    for seed in range(DEALS):
        facts = QUOTES.facts_of(QUOTES.random_quote(seed), DRAWN_ON, seed)
        months.type(facts)
        bridge, (opening, now) = months.bridge(), values_of(facts)
        assert abs(bridge["Together"][0] - opening) < CENT, (seed, bridge["Together"], opening)
        assert abs(bridge["Together"][1] - now) < CENT, (seed, bridge["Together"], now)
        assert reconciliation.AGREES in bridge, (seed, bridge)
        if seed % 4 == 0:
            assert_cells_agree(months, facts)
        granted += opening != now
    assert granted > DEALS // 3


def test_unknown_inputs_are_never_taken_for_numbers(months: Months) -> None:
    """Of random quotes with blanks: no two numbers differ, and where the functions cannot tell, the months cannot either, unless
    the money is none whatever the blank is.

    The other way round a formula may be the stricter of the two, seldom: a product with an unknown factor is "?" in a cell
    even where the other factor is 0.
    """
    told = untold = stricter = cells = unlike = 0
    for seed in range(BLANKED):
        facts = QUOTES.facts_of(QUOTES.random_quote(seed), DRAWN_ON, blanks=seed)
        months.type(facts)
        for sheet, place in ((CASH_OPENING, 0), (CASH_NOW, 1)):
            for native, now in months.cells(sheet):
                ours, theirs = number_or_none(now), number_or_none(native.say(facts))
                assert ours is None or theirs is None or agrees(theirs, ours), (seed, sheet, native.row, native.column)
                if theirs is None and (native.row, native.column) in MONEY:
                    assert not ours, (seed, sheet, native.row, native.column)
                cells, unlike = cells + 1, unlike + ((ours is None) != (theirs is None))
            ours, theirs = (
                number_or_none(months.bridge()["Together"][place]),
                number_or_none(facts.results["headline"][0][1 + place]),
            )
            assert theirs is not None or ours is None, (seed, sheet)
            untold += theirs is None
            if ours is not None and theirs is not None:
                assert abs(ours - theirs) < CENT, (seed, sheet)
                told += 1
            stricter += ours is None and theirs is not None
    assert told and untold
    assert stricter <= 2 * BLANKED // 12 and unlike < cells // 50


def test_an_unknown_input_is_said_and_is_not_zero(months: Months) -> None:
    document = load_example("software")
    del document["assumptions"]["inflation_vol"]
    months.type(QUOTES.facts_of(document, DRAWN_ON))
    bridge = months.bridge()
    assert bridge["Recurring fees"][:2] == ["cannot tell", "cannot tell"]
    assert number_or_none(bridge["Recurring cost"][0]) is not None
    assert bridge["Together"][:2] == ["cannot tell", "cannot tell"]
    assert reconciliation.CANNOT_TELL in bridge


def test_a_trade_without_a_price_moves_nothing(months: Months) -> None:
    """Its level is blank, or what the opening needs is: then no trade can be valued."""
    document = load_example("software")
    trades = [trade for trade in document["trades"] if trade.get("response", "yes") == "yes"]
    facts = QUOTES.facts_of({**document, "trades": trades[:1]}, DRAWN_ON)
    months.type(facts)
    moved = months.bridge()["Together"][1]
    del trades[0]["asks"][0]["to"]
    facts = QUOTES.facts_of({**document, "trades": trades[:1]}, DRAWN_ON)
    months.type(facts)
    opening, now = months.bridge()["Together"][:2]
    assert opening == now != moved
    assert_cells_agree(months, facts)


def test_without_the_functions_the_present_deal_is_not_computed(months: Months) -> None:
    """Where they answer nothing, the months of now say so: they do not show the opening deal."""
    facts = QUOTES.facts_of(load_example("software"), DRAWN_ON)
    blank = {spec.key: [[""] * len(row) for row in facts.results[spec.key]] for spec in (TRADE_RESULTS, COMPONENTS, HEADLINE)}
    facts = Facts(facts.tables, {**facts.results, **blank}, facts.header)
    months.type(facts)
    opening, now = months.bridge()["Together"][:2]
    assert opening == now == "cannot tell"
    assert number_or_none(months.bridge()["Recurring fees"][0]) is not None
    said = {(native.row, native.column): value for native, value in months.cells(CASH_NOW)}
    assert NOT_COMPUTED in said.values()
    assert not any(number_or_none(said[place]) for place in MONEY & said.keys())
    at = [f"{letters(TRADE_RESULTS.column(field))}{BAND}" for field in ("Cost", "Worth", "Net", "Shortfall")]
    assert [months.calc.values(months.doc, TRADES, f"{one}:{one}")[0][0] for one in at] == ["not computed"] * 4


def test_a_wrong_number_from_the_functions_is_seen(months: Months) -> None:
    """The check can fail: one component that is off by two cents turns it."""
    facts = QUOTES.facts_of(load_example("software"), DRAWN_ON)
    components = [list(row) for row in facts.results["components"]]
    components[0][2] += 0.02
    months.type(Facts(facts.tables, {**facts.results, "components": components}, facts.header))
    assert reconciliation.DIFFERS in months.bridge()


@pytest.mark.parametrize("sheet", [CASH_OPENING, CASH_NOW])
def test_a_formula_of_one_month_that_was_changed_is_seen(months: Months, sheet: str) -> None:
    """One cent more in a single month, and the bridge says that something differs; put right, it agrees again."""
    facts = QUOTES.facts_of(load_example("software"), DRAWN_ON)
    months.type(facts)
    assert reconciliation.AGREES in months.bridge()
    place = f"{letters(MONTHS.column('recurring_fees'))}{MONTHS.top + 3}"
    cell = months.doc.Sheets.getByName(sheet).getCellRangeByName(place)
    ours = cell.getFormula()
    assert ours.startswith("=")
    cell.setFormula(f"=({ours[1:]})+0.02")
    months.calc.recalculate(months.doc)
    changed = months.bridge()
    cell.setFormula(ours)
    months.calc.recalculate(months.doc)
    assert reconciliation.DIFFERS in changed
    assert reconciliation.AGREES in months.bridge()


def agrees(cached: Any, now: Any) -> bool:
    """Whether two values are the same, but for the last digits of a number."""
    if isinstance(cached, float | int) and isinstance(now, float | int):
        return abs(cached - now) <= 1e-9 * max(1.0, abs(cached))
    return bool(cached == now)


def test_the_months_hold_the_cost_of_each_term(months: Months) -> None:
    """In the opening deal, or granted to the client: the months agree with the functions, and the cost is there."""
    known = {lever.name: lever.quantity for lever in TERM_LEVERS} | ASSUMPTION_BY_NAME
    for key, cost in TERM_COSTS.items():
        levels = {name: known[name].sample for name in cost.names}
        terms = {name: level for name, level in levels.items() if name not in ASSUMPTION_BY_NAME}
        deal = {**load_example("blank"), "currency": "EUR", "limits": [], "lines": WORKED["lines"], "terms": WORKED["terms"]}
        deal["assumptions"] = WORKED["assumptions"] | {name: level for name, level in levels.items() if name not in terms}
        granted = {"id": "T1", "asks": [{"lever": name, "to": level} for name, level in terms.items()]}
        for opening, trades in ((terms, []), ({}, [granted])):
            facts = QUOTES.facts_of({**deal, "terms": WORKED["terms"] | opening, "trades": trades}, DRAWN_ON)
            months.type(facts)
            bridge = months.bridge()
            assert reconciliation.AGREES in bridge, (key, bridge)
            assert bridge[LABELS[key]][1] < 0.0 and (bridge[LABELS[key]][0] < 0.0) == bool(opening), (key, bridge)
            assert_cells_agree(months, facts)
