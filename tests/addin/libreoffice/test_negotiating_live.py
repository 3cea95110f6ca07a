"""What a rep and a manager do in a real LibreOffice: type in what the sheet offers, choose a trade and read its math."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from counterask.explaining.explain import CONCLUSION_ROWS
from counterask_addin.libreoffice import CalcHost
from counterask_templates.build import draw_quote
from counterask_templates.counter_ask_layout import CHOSEN_TRADE, COUNTER_ASK_RESULTS, COUNTER_ASKS
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import TRADE_RESULTS, TRADES, TRADES_TABLE
from counterask_templates.math_layout import BRIDGE, EXPLAINED_TRADE, EXPLANATION, HEAD_MATH, MATH, RATES, RULES
from counterask_templates.sheet_counter_asks import SAID_COLUMN
from counterask_templates.specs import ResultSpec, area, cell

SHORT = ("unbalanced concession", "concession")


def at(row: int, column: int) -> str:
    return cell(row, column).replace("$", "")


def table(calc: CalcHost, doc: Any, spec: ResultSpec) -> list[dict[str, Any]]:
    """A result table as a person sees it."""
    box = area(spec.top, spec.left, spec.bottom, spec.right).replace("$", "")
    return [dict(zip(spec.fields, row, strict=True)) for row in calc.values(doc, spec.sheet, box)]


def choose(calc: CalcHost, doc: Any, sheet: str, place: tuple[int, int], value: Any) -> None:
    calc.set(doc, sheet, at(*place), value)
    calc.recalculate(doc)


def typed(words: str) -> float | str:
    """What a person types who reads "36 months", "75%", "2,350", "EUR 2.50" or "yes"."""
    found = re.search(r"-?[\d,]*\.?\d+%?", words)
    if found is None:
        return 1.0 if words.startswith("one ") else words
    digits = found[0].replace(",", "")
    return float(digits[:-1]) / 100.0 if digits.endswith("%") else float(digits)


@pytest.mark.parametrize("name", [name for name in example_names() if load_example(name).get("trades")])
def test_what_the_sheet_offers_typed_in_makes_every_concession_a_negotiation(
    calc: CalcHost, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(draw_quote(load_example(name)))
    doc = calc.open(path)
    calc.recalculate(doc)
    ids = {row: calc.value(doc, TRADES, at(row, TRADES_TABLE.column("trade"))) for row in range(TRADES_TABLE.first, 40)}
    free = max(
        row for row in ids if any(calc.value(doc, TRADES, at(row, TRADES_TABLE.column(one))) for one in ("ask", "counter_ask"))
    )
    verdicts = {row: calc.value(doc, TRADES, at(row, TRADE_RESULTS.column("Verdict"))) for row, trade in ids.items() if trade}
    short = [row for row, verdict in verdicts.items() if verdict in SHORT]
    assert short
    worst = max(short, key=lambda row: calc.value(doc, TRADES, at(row, TRADE_RESULTS.column("Shortfall"))))
    said = calc.value(doc, COUNTER_ASKS, at(CHOSEN_TRADE[0], SAID_COLUMN))
    assert said.startswith(f"{ids[worst]}: {verdicts[worst]}, short by ")
    mended = 0
    for row in short:
        choose(calc, doc, COUNTER_ASKS, CHOSEN_TRADE, ids[row])
        offers = table(calc, doc, COUNTER_ASK_RESULTS)
        reachable = [offer for offer in offers if offer["rank"]]
        if not reachable:
            assert any("not reachable" in str(offer["to"]) for offer in offers)
            continue
        for offer in (reachable[0], reachable[-1]):
            row_of_offer = free + 1
            entries = {
                "trade": ids[row],
                "counter_ask": offer["counter_ask"],
                "counter_ask_line": offer["line"],
                "counter_ask_to": typed(offer["to"]),
            }
            doc.enableAutomaticCalculation(False)  # one recalculation for the four cells
            for column, value in entries.items():
                calc.set(doc, TRADES, at(row_of_offer, TRADES_TABLE.column(column)), value)
            calc.recalculate(doc)
            net = calc.value(doc, TRADES, at(row, TRADE_RESULTS.column("Net")))
            assert calc.value(doc, TRADES, at(row, TRADE_RESULTS.column("Verdict"))) == "negotiation", (ids[row], offer)
            assert net == pytest.approx(offer["net"], abs=0.005)
            for column in entries:
                calc.set(doc, TRADES, at(row_of_offer, TRADES_TABLE.column(column)), "")
            doc.enableAutomaticCalculation(True)
            calc.recalculate(doc)
            mended += 1
    assert mended
    calc.close(doc)


def test_another_trade_chosen_and_the_math_follows(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    doc = calc.open(path)
    calc.recalculate(doc)
    first = {trade: calc.value(doc, TRADES, at(row, TRADE_RESULTS.column("Cost"))) for trade, row in trade_rows(calc, doc)}
    for trade in ("T1", "T6", "T3"):
        choose(calc, doc, MATH, EXPLAINED_TRADE, trade)
        said = table(calc, doc, EXPLANATION)
        conclusions = {row["What"]: row["Difference"] for row in said[:CONCLUSION_ROWS]}
        assert str(said[0]["From"]).startswith("The client asks for: ")
        assert conclusions["Cost of the asks"] == pytest.approx(first[trade], abs=0.005)
        lines = [row for row in said[CONCLUSION_ROWS:] if row["What"]]
        side, asks, counters = "", 0.0, 0.0
        for line in lines:
            side = line["Step"] or side
            if side.startswith("Liability in one year"):
                break  # it enters no sum
            asks += line["Difference"] if side.startswith("Ask:") else 0.0
            counters += line["Difference"] if side.startswith("Counter-ask:") else 0.0
        assert asks == pytest.approx(conclusions["Cost of the asks"], abs=0.0051)
        assert counters == pytest.approx(conclusions["Worth of the counter-asks"], abs=0.0051)
        assert any("(Quote · " in str(line["From"]) or "Limits" in str(line["From"]) for line in lines)
    choose(calc, doc, MATH, EXPLAINED_TRADE, "T99")
    assert 'there is no trade "T99"' in str(table(calc, doc, EXPLANATION)[0]["What"])
    calc.close(doc)


def trade_rows(calc: CalcHost, doc: Any) -> list[tuple[str, int]]:
    """The ids of the trades, each with its first row."""
    rows = range(TRADES_TABLE.first, TRADES_TABLE.bottom + 1)
    found = [(calc.value(doc, TRADES, at(row, TRADES_TABLE.column("trade"))), row) for row in rows]
    return list({str(trade): row for trade, row in reversed(found) if trade}.items())[::-1]


def test_bridge_and_rules_follow_an_edit_and_the_language(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    doc = calc.open(path)
    calc.recalculate(doc)
    before = table(calc, doc, BRIDGE)
    row = dict(trade_rows(calc, doc))["T2"]
    choose(calc, doc, TRADES, (row, TRADES_TABLE.column("ask_to")), 0.005)
    after = {one["Step"]: one for one in table(calc, doc, BRIDGE)}
    assert after["T2"]["Change"] > {one["Step"]: one for one in before}["T2"]["Change"]
    assert after["Now"]["Change"] == pytest.approx(sum(one["Change"] for step, one in after.items() if step and step != "Now"))
    assert table(calc, doc, RULES)[0]["We give"] == "1 point more discount of Warehouse hours"
    assert table(calc, doc, RATES)[0]["Costs us"] < 0
    doc.Sheets.getByName(COUNTER_ASKS)
    calc.set(doc, COUNTER_ASKS, "H3", "de")
    calc.recalculate(doc)
    assert table(calc, doc, RULES)[0]["We give"] == "1 Punkt mehr Rabatt bei Warehouse hours"
    assert doc.Sheets.getByName(HEAD_MATH).isProtected()
    calc.close(doc)
