"""A sealed quote in a real LibreOffice: a limit that is typed over is named on the Quote sheet, and its verdicts are gone."""

from __future__ import annotations

from pathlib import Path

from counterask_addin.libreoffice import CalcHost
from counterask_templates.layout import HEADLINE, TRADE_RESULTS

from .conftest import BOTH_RIGHTS, REP_TO, Run


def test_a_limit_typed_over_in_calc_is_named_and_gives_no_verdict(
    quote: Path, sealed: Path, key: Path, run: Run, calc: CalcHost
) -> None:
    run("limits", "trust", key.with_suffix(".pub"), *BOTH_RIGHTS)
    run("limits", "update", quote, "--from", sealed, "--in-place")
    run("approve", quote, "--trade", "T2", "--key", key, "--reason", "a client of twenty years", "--in-place", "--concession")
    doc = calc.open(quote)
    sheets = doc.Sheets

    def status() -> str:
        return str(sheets.getByName("Quote").getCellByPosition(5, HEADLINE.top + 2).String)

    def results(field: str) -> list[str]:
        column = TRADE_RESULTS.column(field) - 1
        page = sheets.getByName("Trades")
        return [page.getCellByPosition(column, row).String for row in range(TRADE_RESULTS.top - 1, TRADE_RESULTS.top + 12)]

    doc.calculateAll()
    assert status().startswith("✔ Seal: sealed by Petra Kern on ")
    assert "negotiation" in results("Verdict") and "approved" in results("Who may agree")
    limits = sheets.getByName("Limits")
    limits.unprotect("")
    limits.getCellRangeByName(REP_TO).setValue(0.03)
    doc.calculateAll()
    assert f"changed since sealing: Limits!{REP_TO} (discount rep_to): was 0.02, is 0.03" in status()
    assert not {"negotiation", "concession", "unbalanced concession"} & set(results("Verdict"))
    assert f"is void: Limits!{REP_TO}" in "".join(results("Note"))
    told = {"negotiation", "concession", "unbalanced concession", "blocked", "approved"}
    told |= {"rep", "manager", "nobody"}  # what cannot be told needs finance at least
    for name in ("Quote", "Trades", "Counter-asks", "Head math", "Math", "Margin", "Results"):
        page = sheets.getByName(name)
        cursor = page.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        shown = page.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).DataArray
        assert not told & {cell for row in shown for cell in row if isinstance(cell, str)}, name
    calc.close(doc)
