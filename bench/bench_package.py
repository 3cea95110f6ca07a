"""Reading a quote and highlighting it, against openpyxl doing the same in the same run.

python bench/bench_package.py
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.styles import PatternFill

from counterask_addin.workbooks.patch import UNBALANCED_FILL, CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

ROUNDS = 15


def median_ms(work: Callable[[], object]) -> float:
    """Median milliseconds of a piece of work, after one round that is not counted."""
    work()
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        quote, ours, theirs = (Path(folder) / name for name in ("quote.xlsx", "ours.xlsx", "theirs.xlsx"))
        quote.write_bytes(draw_quote(load_example("staffing")))
        edits = {"Trades": {(row, 17): CellEdit("unbalanced concession", UNBALANCED_FILL) for row in range(8, 16)}}

        def openpyxl_reads() -> None:
            openpyxl.load_workbook(quote)
            openpyxl.load_workbook(quote, data_only=True)

        def openpyxl_highlights() -> None:
            book = openpyxl.load_workbook(quote)
            for row in range(8, 16):
                book["Trades"].cell(row, 17).fill = PatternFill("solid", fgColor=UNBALANCED_FILL)
            book.save(theirs)

        rows = (
            ("read one quote, values and formulas", lambda: read_workbook(quote), openpyxl_reads),
            ("highlight eight cells", lambda: patch_workbook(quote, ours, edits, overwrite=True), openpyxl_highlights),
        )
        print(f"{'job':<38}{'ours, ms':>10}{'openpyxl, ms':>14}{'ratio':>8}")
        for name, own, other in rows:
            one, two = median_ms(own), median_ms(other)
            print(f"{name:<38}{one:>10.1f}{two:>14.1f}{two / one:>8.1f}")


if __name__ == "__main__":
    main()
