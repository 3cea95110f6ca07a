"""What one edit of a quote with 20 trades costs in Python, function by function, without a spreadsheet program.

Run it with `python bench/bench_edit.py` (some seconds). After each edit every result formula of a quote is asked once, with the
cells of its ranges, as LibreOffice asks it. Processor time, the best of several edits; every edit is a new one, so that nothing
of its values was computed before. `--of FOLDER` measures another checkout, for a table of before and after.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

EDITS, TRADES = 12, 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--of", type=Path, default=Path(__file__).parents[1], help="the checkout to measure")
    parser.add_argument("--example", default="staffing", help="the example whose priced trades are repeated until there are 20")
    asked = parser.parse_args()
    sys.path[:0] = [str(asked.of / "udfs"), str(asked.of / "workbook_templates")]

    from counterask import functions
    from counterask_templates import build
    from counterask_templates.examples import load_example
    from counterask_templates.tables import header_cells, table_rows

    document = load_example(asked.example)
    priced = [trade for trade in document["trades"] if trade["response"] == "yes"]
    document["trades"] = [{**trade, "id": f"N{number}"} for number, trade in zip(range(TRADES), itertools.cycle(priced))]
    spent: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*arguments: Any) -> Any:
            start = time.process_time()
            found = call(*arguments)
            spent.setdefault(name, []).append(1e3 * (time.process_time() - start))
            return found

        return timing

    entries = tuple(replace(entry, call=timed(entry.name, entry.call)) for entry in functions.catalogue())
    functions.catalogue = lambda: entries
    for number in range(EDITS):
        document["terms"]["payment_days"] = 30.0 + number
        header = header_cells(document)
        build.cached_results(table_rows(document), date.today(), segment=header["segment"], currency=header["currency"])
    best = {name: min(times[1:]) for name, times in spent.items()}
    print("| function | ms |\n|---|---:|")
    for name, least in sorted(best.items(), key=lambda pair: -pair[1]):
        print(f"| {name} | {least:.1f} |")
    print(f"| all {len(best)} functions | {sum(best.values()):.1f} |")


if __name__ == "__main__":
    main()
