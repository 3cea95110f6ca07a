"""One edit of a quote with 20 trades: in LibreOffice end to end, Python's share of it, and a simple valuation in the
spreadsheet's own formulas in the same LibreOffice.

    python bench/bench_recalculation.py
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from counterask import functions
from counterask_addin.libreoffice import CalcHost, from_catalogue
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import RESULTS
from counterask_templates.specs import letters

ROUNDS, TRADES, MONTHS = 15, 20, 60


def document_of_twenty() -> dict[str, Any]:
    """The staffing example with its priced trades repeated until there are twenty."""
    document = load_example("staffing")
    priced = [trade for trade in document["trades"] if trade["response"] == "yes"]
    document["trades"] = [{**trade, "id": f"N{number}"} for number, trade in zip(range(TRADES), itertools.cycle(priced))]
    return document


def draw_native(path: Path) -> None:
    """A simple valuation of one line for twenty price steps, month by month, in native formulas."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Native")
        page.write_row(0, 0, [100.0, 0.05, 0.09, 0.05, 40.0])
        for trade in range(TRADES):
            for month in range(MONTHS):
                cell = f"=($A$1*(1-$B$1-{trade}*0.005)-$E$1)*(1-$D$1)^({month}/12)*(1+$C$1)^(-({month}+1)/12)"
                page.write_formula(2 + month, trade, cell, None, 0)
            letter = xlsxwriter.utility.xl_col_to_name(trade)
            page.write_formula(1, trade, f"=SUM({letter}3:{letter}{MONTHS + 2})", None, 0)


def median_ms(work: Callable[[int], object]) -> float:
    """Median milliseconds over the rounds, after one that is not counted."""
    spent = []
    for number in range(ROUNDS + 1):
        start = time.perf_counter()
        work(number)
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent[1:])


def main() -> None:
    """Print the table."""
    spent_in_python = [0.0]

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                spent_in_python[0] += 1000 * (time.perf_counter() - start)

        return timing

    live = [type(one)(one.name, timed(one.call), one.description, one.arguments, one.returns_table, one.optional, one.ranges)
            for one in from_catalogue(functions.catalogue())]
    with tempfile.TemporaryDirectory() as folder:
        quote, native = Path(folder) / "quote.xlsx", Path(folder) / "native.xlsx"
        quote.write_bytes(draw_quote(document_of_twenty()))
        draw_native(native)
        place = inspect_quote(quote).quote.places[None, "payment_days"]
        sheet, cell = place.split(" · ")
        with CalcHost(live) as calc:
            doc = calc.open(quote)

            def edit(number: int) -> None:
                calc.set(doc, sheet, cell, 30.0 + number % 2)
                for result in RESULTS:  # Calc computes what is looked at
                    calc.value(doc, result.sheet, f"{letters(result.right)}{result.top}")

            def edit_and_compute_all(number: int) -> None:
                calc.set(doc, sheet, cell, 30.0 + number % 2)
                calc.recalculate(doc)

            one_edit = median_ms(edit)
            spent_in_python[0] = 0.0
            whole = median_ms(edit_and_compute_all)
            python = spent_in_python[0] / (ROUNDS + 1) / 2  # computed once by the edit, once by computing all
            plain = calc.open(native)

            def native_edit(number: int) -> None:
                calc.set(plain, "Native", "A1", 100.0 + number)
                calc.values(plain, "Native", "A2:T2")

            own = median_ms(native_edit)
    print(f"{'one edit of a quote with 20 trades':<58}{'ms':>8}")
    print(f"{'LibreOffice end to end, every function of the workbook':<58}{one_edit:>8.1f}")
    print(f"{'the same, then everything computed anew (counterask open)':<58}{whole:>8.1f}")
    print(f"{'of it in Python, a pass over all functions':<58}{python:>8.1f}")
    print(f"{'1,200 native formulas in the same LibreOffice':<58}{own:>8.1f}")
    print(f"{'end to end against native':<58}{one_edit / own:>8.1f}x")


if __name__ == "__main__":
    main()
