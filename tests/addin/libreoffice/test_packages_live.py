"""Packages and the page before a call in a real LibreOffice: choose a trade, pick a package, see its verdict and its months."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterask.counter_asks.picks import OFFERED
from counterask_addin.libreoffice import CalcHost
from counterask_templates.build import draw_quote
from counterask_templates.cash_flow.reconciliation import LINE_LEFT, LINE_TOP
from counterask_templates.counter_ask_layout import BUNDLE_TRADE, COUNTER_ASKS, PACKAGES
from counterask_templates.examples import load_example
from counterask_templates.layout import MARGIN, PICKS, RESULTS_SHEET, TRADE_RESULTS, TRADES, TRADES_TABLE, live_top
from counterask_templates.prepare_layout import PREPARE, PREPARED, SHOW
from counterask_templates.specs import area

from .test_negotiating_live import at, choose, table, trade_rows


def test_a_package_picked_in_its_row_gives_its_verdict_and_the_months_follow(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "staffing.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    doc = calc.open(path)
    choose(calc, doc, COUNTER_ASKS, BUNDLE_TRADE, "T1")
    packages = [one for one in table(calc, doc, PACKAGES) if one["package"]]
    assert [one["package"] for one in packages] == ["A", "B", "C"]
    row = dict(trade_rows(calc, doc))["T1"]
    first = PICKS.fields.index(OFFERED[0]) + 1
    offered = live_top(PICKS) + row - TRADES_TABLE.first
    shown = calc.values(doc, RESULTS_SHEET, area(offered, first, offered, first + 2).replace("$", ""))[0]
    assert list(shown) == [one["pick"] for one in packages]
    for one in packages:
        choose(calc, doc, TRADES, (row, TRADES_TABLE.column("also_ask")), one["pick"])
        said = {name: calc.value(doc, TRADES, at(row, TRADE_RESULTS.column(name))) for name in ("Verdict", "Net", "Note")}
        assert said["Verdict"] == "negotiation" and said["Net"] == pytest.approx(one["net"], abs=0.005)
        assert "the package replaces" in said["Note"]
        assert str(calc.value(doc, MARGIN, at(LINE_TOP + 2, LINE_LEFT))).startswith("✔ Now")
    calc.close(doc)


def test_the_page_before_a_call_is_there_when_it_is_asked_for(calc: CalcHost, tmp_path: Path) -> None:
    path = tmp_path / "software.xlsx"
    path.write_bytes(draw_quote({**load_example("software"), "trades": []}))
    doc = calc.open(path)
    calc.recalculate(doc)
    assert not any(one["say"] for one in table(calc, doc, PREPARED))
    choose(calc, doc, PREPARE, SHOW, "yes")
    rows = [one for one in table(calc, doc, PREPARED) if one["say"]]
    assert len(rows) > 8 and all(one["cost"] <= 0.005 for one in rows)
    calc.close(doc)
