"""The months: cells that add up to the engine's components, formulas that Excel's arrows can follow, what is said of what is
missing. That the formulas compute these cells is tested in LibreOffice: `tests/addin/libreoffice/test_reconciliation_live.py`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from counterask.pricing.components import LABELS
from counterask_templates.build import DRAWN_ON, facts_of
from counterask_templates.cash_flow import reconciliation
from counterask_templates.cash_flow.cash_layout import CARRIED, CHANGES, MONTHS, NAMED, UNTOLD
from counterask_templates.cash_flow.cash_values import cash_flows
from counterask_templates.cash_flow.month_formulas import level_cells, levels_used
from counterask_templates.cash_flow.sheet_cash_flow import LONG, MISSING, TOLD, natives
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import ASSUMED, CASH_NOW, CASH_OPENING, MARGIN, QUOTE, TRADES
from counterask_templates.natives import Facts
from counterask_templates.sheets import all_natives

from . import random_quotes
from .books import opened

QUOTES = int(os.environ.get("COUNTERASK_RECONCILED_QUOTES", "60"))
SHEETS = (CASH_OPENING, CASH_NOW)
CENT = 0.005


def components(facts: Facts, sheet: str) -> dict[str, Any]:
    """What the functions say of each component."""
    column = 1 + SHEETS.index(sheet)
    return dict(zip(LABELS, (row[column] for row in facts.results["components"]), strict=False))


def test_the_cells_of_the_months_add_up_to_the_engines_components() -> None:
    """Each flow is put into the months once: nothing is lost, nothing counted twice. LibreOffice is asked elsewhere."""
    granted = 0
    for seed in range(1000, 1000 + QUOTES):
        facts = random_quotes.facts_of(random_quotes.random_quote(seed), DRAWN_ON, seed)
        for sheet in SHEETS:
            flow, found = cash_flows(facts)[sheet], components(facts, sheet)
            for component, key in CARRIED.items():
                assert abs(flow.sums["all", key] - found[component]) < CENT, (seed, sheet, component)
        changes = [cash_flows(facts)[CASH_NOW].cells[row, CHANGES.column("order")] for row in range(CHANGES.top, CHANGES.bottom)]
        granted += sum(order != 0 for order in changes)
    assert granted > QUOTES


def test_a_level_has_a_cell_because_a_formula_reads_it() -> None:
    """No list of the inputs that the months read is kept by hand, and no level is shown that nothing reads."""
    terms, assumptions = levels_used()
    read = {native.formula: native for native in natives(CASH_OPENING)}
    for name in (*terms, *assumptions):
        assert any(level_cells()[name] in formula for formula in read), name
    assert "payment_days" in terms and "cost_of_capital" in assumptions
    assert "liability_cap_multiple" not in terms, "a named line from the functions needs no level here"
    assert not any("«" in formula for formula in read)


def test_a_component_without_a_column_is_a_named_line_from_the_functions() -> None:
    """A new lever's component shows in the bridge without an edit here."""
    assert set(NAMED) == set(LABELS) - set(CARRIED)
    assert {"liability", "data_liability", "company_levers"} <= set(NAMED)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_precedent_is_an_input_a_trade_or_another_month(sheet: str) -> None:
    sheets = {QUOTE, ASSUMED, TRADES} | ({CASH_OPENING} if sheet == CASH_NOW else set())
    for native in natives(sheet)[1:]:
        if native.row >= CHANGES.top:  # phrases, and what a package grants, are taken apart by the functions
            assert set(re.findall(r"'Results'!\$[A-Z]", native.formula)) <= {f"'Results'!${letter}" for letter in "DEFGH"}
            native = replace(native, formula=native.formula.replace("'Results'!", ""))
        quoted = set(re.findall(r"'([^']+)'!", native.formula))
        assert quoted <= sheets, native
        assert "DEAL_" not in native.formula
        words = set(re.findall(r"([A-Z][A-Z0-9.]+)\(", native.formula))
        assert words <= KNOWN_EVERYWHERE, native
        assert len(native.formula) < 2000


KNOWN_EVERYWHERE = frozenset(
    word
    for words in (
        "ABS AND COUNT EXACT EXP GAMMALN IF IFERROR INDEX INT ISERROR ISNUMBER LEFT LEN LOWER MAX MIN MOD N NORMSDIST OR PI",
        "ROW SEARCH SQRT SUBSTITUTE SUM SUMPRODUCT SUMSQ TRIM",
    )
    for word in words.split()
)
"""Functions that Excel has had since 2007 and LibreOffice has, too; none spills, none needs Ctrl+Shift+Enter."""


def test_no_condition_is_inside_a_sum_of_products() -> None:
    """Excel takes IF inside SUMPRODUCT for a single cell, unless the formula is entered as an array."""
    for native in (*natives(CASH_OPENING), *natives(CASH_NOW)):
        for inside in sums_of_products(native.formula):
            assert "IF(" not in inside, native.formula


def test_no_range_is_given_where_one_value_is_expected() -> None:
    """There Excel would take the one cell in the formula's own row, and LibreOffice another."""
    assert ranges_for_one_value("IF(A1:A3>0,1,2)") and ranges_for_one_value("MATCH(1,(A1:A3=2)*1,0)")
    alike = {re.sub(r"\d+", "#", native.formula): native.formula for native in all_natives()}
    assert len(alike) > 100
    for formula in alike.values():
        assert not ranges_for_one_value(formula), formula


TAKES_RANGES = frozenset(
    word
    for words in ("SUM SUMPRODUCT MAX MIN COUNT COUNTA COUNTIF SUMIF SUMSQ COUNTBLANK MAXIFS", "INDEX MATCH ROW AND OR OFFSET")
    for word in words.split()
)


def ranges_for_one_value(formula: str) -> list[str]:
    """The ranges that are operands, or arguments of a function that takes single cells, outside every SUMPRODUCT."""
    bare = re.sub(r"(?:'[^']*'|\w+)!|_xlfn\.", "", re.sub(r'"(?:[^"]|"")*"', '""', formula))
    words = re.findall(r'""|[A-Z.]+\(|\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+|[\w$.]+|[^\s\w]', bare)
    found, open_calls = [], list[str]()
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word.endswith("("):
            open_calls.append(word[:-1])
        elif word == ")":
            open_calls.pop()
        elif re.fullmatch(r"\$?[A-Z]+\$?\d+:.+", word) and len(set(word.replace("$", "").split(":"))) > 1:
            is_argument = (before.endswith("(") or before == ",") and after in (")", ",")
            is_taken = is_argument and bool(open_calls) and open_calls[-1] in TAKES_RANGES
            if not is_taken and "SUMPRODUCT" not in open_calls:
                found.append(word)
    return found


def test_the_random_quotes_reach_what_the_months_branch_on() -> None:
    """The hundred deals that a real LibreOffice computes: every kind of line and term, often enough."""
    seen, asked = Counter[str](), set[str]()
    for seed in range(100):
        document = random_quotes.random_quote(seed)
        terms, horizon = document["terms"], document["assumptions"]["horizon_months"]
        kinds = Counter(line["kind"] for line in document["lines"])
        leaves = terms["tfc_from_month"] is not None and terms["tfc_from_month"] < horizon
        reached = {
            **{kind: True for kind in kinds},
            "all three kinds": len(kinds) == 3,
            "several one-off lines": kinds["one-off"] > 1,
            "delivered after the horizon": any(line.get("delivery_months", 0) > horizon for line in document["lines"]),
            "foreign share": terms["foreign_share"] > 0,
            "exit": leaves,
            "exit with a fee": leaves and terms["tfc_fee_months"] > 0 and kinds["recurring"] > 0,
            "exit held back by a prepayment": leaves and terms["billing_in_advance"] == 1 and terms["prepayment_refundable"] == 0,
            "renewal by itself": terms["auto_renewal"] == 1,
            "renewal that the client signs": terms["auto_renewal"] == 0,
            "an older client": terms["client_tenure_months"] > 0,
            "clients who are alike": document["assumptions"]["retention_spread"] == 0,
            "a line that continues another": any(
                line.get("product") and line.get("start_month") and line["start_month"] == other.get("end_month")
                for line in document["lines"]
                for other in document["lines"]
                if other.get("product") == line.get("product")
            ),
            "a discount that ends": any((line.get("discount_months") or 0) > 0 for line in document["lines"]),
            "take or pay": kinds["metered"] > 0 and terms["commitment"] > 0 and terms["take_or_pay_rate"] > 0,
            "rebate": kinds["metered"] > 0 and terms["rebate_rate"] > 0,
            "ramp": any(line.get("ramp_months", 1) > 1 for line in document["lines"]),
            "free months": terms["free_months"] > 0 and kinds["recurring"] > 0,
            "price lock": 0 < terms["price_lock_months"] < horizon,
            "blocks that the term cuts": terms["term_months"] % terms["billing_months"] != 0,
            "in advance": terms["billing_in_advance"] == 1,
            "in arrears": terms["billing_in_advance"] == 0,
            "term of no whole years": terms["term_months"] % 12 != 0,
            "renewals": terms["term_months"] < horizon,
            "no cap on uplifts": terms["uplift_cap"] is None,
            "granted trades": any(trade["response"] == "yes" for trade in document["trades"]),
            f"{horizon:g} months": True,
        }
        asked |= set(reached)
        seen.update(name for name, is_reached in reached.items() if is_reached)
    assert {f"{years * 12} months" for years in range(1, 11)} <= set(seen)
    rare = {name: count for name, count in seen.items() if count < 10 and not name[0].isdigit()}
    assert set(rare) <= {"delivered after the horizon"}, rare
    assert asked <= set(seen)


def sums_of_products(formula: str) -> list[str]:
    """What is in the brackets of every SUMPRODUCT."""
    found = []
    for start in re.finditer(r"SUMPRODUCT\(", formula):
        depth, place = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(formula[place], 0)
            place += 1
        found.append(formula[start.end() : place - 1])
    return found


def test_no_power_follows_a_sign() -> None:
    """-x^2 is the square of -x in a spreadsheet."""
    for native in (*natives(CASH_OPENING), *natives(CASH_NOW)):
        assert not re.search(r"(?<![\w)\]$])-\$?[\w$]+\^", native.formula), native.formula
        assert not re.search(r"[(,=]-\([^()]*\)\^", native.formula), native.formula


def test_the_months_are_thousands_of_formulas_and_not_more() -> None:
    assert len(natives(CASH_OPENING)) + len(natives(CASH_NOW)) < 10_000


def test_the_bridge_names_every_component_once_and_says_where_it_comes_from() -> None:
    sheet = opened("staffing", True)[MARGIN]
    rows = range(reconciliation.TOP, reconciliation.TOP + len(LABELS))
    said = {sheet.cell(row, reconciliation.LEFT).value: sheet.cell(row, reconciliation.LEFT + 4).value for row in rows}
    assert sorted(said) == sorted(LABELS.values())
    assert {label for label, source in said.items() if source == reconciliation.FUNCTIONS} == {LABELS[name] for name in NAMED}
    assert all(source in (reconciliation.NATIVE, reconciliation.FUNCTIONS) for source in said.values())


@pytest.mark.parametrize("name", example_names())
def test_an_example_opens_with_a_bridge_that_agrees(name: str) -> None:
    texts = [str(cell.value) for row in opened(name, True)[MARGIN].iter_rows() for cell in row if cell.value]
    assert reconciliation.AGREES in texts
    lines = [text for text in texts if "months and named lines" in text and text.startswith("✔ ") and "difference 0.00" in text]
    assert len(lines) == 2
    for sheet in SHEETS:
        assert opened(name, True)[sheet].cell(3, 1).value == TOLD


def test_an_empty_quote_says_that_it_cannot_tell() -> None:
    facts = facts_of(load_example("blank"), DRAWN_ON)
    said = {native.say(facts) for native in reconciliation.NATIVES}
    assert reconciliation.CANNOT_TELL in said and reconciliation.AGREES not in said
    book = opened("quote", True)
    assert book[MARGIN].cell(reconciliation.TOP, reconciliation.LEFT + 3).value == UNTOLD


@pytest.mark.parametrize(("months", "said"), [(120.0, TOLD), (132.0, LONG), (None, MISSING)])
def test_a_horizon_that_has_no_room_or_is_blank_is_said(months: float | None, said: str) -> None:
    document = load_example("software")
    document["assumptions"]["horizon_months"] = months
    if months is None:
        del document["assumptions"]["horizon_months"]
    facts = random_quotes.facts_of(document, DRAWN_ON)
    state = natives(CASH_OPENING)[1].say(facts)
    assert state == said
    assert (cash_flows(facts)[CASH_OPENING].sums["all", "today"] == UNTOLD) == (said != TOLD)


def test_rows_after_the_horizon_are_blank() -> None:
    facts = facts_of(load_example("software"), DRAWN_ON)
    cells = cash_flows(facts)[CASH_OPENING].cells
    horizon = int(load_example("software")["assumptions"]["horizon_months"])
    assert cells[MONTHS.top + horizon - 1, MONTHS.column("month")] == horizon - 1
    assert {cells[MONTHS.top + horizon, MONTHS.column(field.key)] for field in MONTHS.fields} == {""}
