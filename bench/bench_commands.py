"""Commands, the functions' first call in Excel's Python, and LibreOffice until it is ready, each in a process of its own and
beside what one would do without us.

python bench/bench_commands.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from counterask.functions import catalogue
from counterask_addin.workbooks.grid import Grid
from counterask_addin.workbooks.read_cells import read_workbook

QUOTE, LIMITS = (Path(__file__).resolve().parents[1] / "examples" / f"{name}.xlsx" for name in ("staffing", "software"))
ROUNDS = 5
STARTS = 3
DRAW = """
import pathlib, sys
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
pathlib.Path(sys.argv[1]).write_bytes({})
"""
READ = "import openpyxl, sys; openpyxl.load_workbook(sys.argv[1]); openpyxl.load_workbook(sys.argv[1], data_only=True)"
FIRST_CALL = """
import json, sys
import counterask_addin.excel.classic_start
import counterask_addin.excel.trusting_functions
from counterask.functions import catalogue
function = next(one for one in catalogue() if one.name == "DEAL_TRADES")
with open(sys.argv[1]) as ranges:
    assert function.call(*json.load(ranges))[0]
"""
READY = """
import sys
from counterask import functions
from counterask_addin.libreoffice import CalcHost, from_catalogue
with CalcHost({}) as calc:
    doc = calc.open(sys.argv[1])
    calc.recalculate(doc)
"""


def ranges_of(quote: Path) -> str:
    """The ranges that DEAL_TRADES gets in a quote, as JSON."""
    workbook, found = read_workbook(quote), []
    for argument in next(one for one in catalogue() if one.name == "DEAL_TRADES").arguments:
        box = workbook.rectangle(argument.name)
        rows = Grid.of(workbook, box).rows if box is not None else None
        found.append(rows if rows is None or argument.is_range else rows[0][0])
    return json.dumps(found, default=str)


def processor_seconds(words: list[str]) -> float:
    """Processor time of a program and of what it starts, in seconds."""
    before = os.times()
    subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def wall_seconds(words: list[str]) -> float:
    """Seconds that a person waits for a program."""
    start = time.perf_counter()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def least(seconds: Callable[[list[str]], float], words: list[str], rounds: int) -> float:
    """The least of several runs, after one that is not counted."""
    return min([seconds(words) for _ in range(rounds + 1)][1:])


def main() -> None:
    """Print the table."""

    def python(code: str, *arguments: str) -> list[str]:
        return [sys.executable, "-c", code, *arguments]

    with tempfile.TemporaryDirectory() as folder:
        target, quote, ranges = str(Path(folder) / "new.xlsx"), str(QUOTE), Path(folder) / "ranges.json"
        ranges.write_text(ranges_of(QUOTE))

        def ours(*words: str) -> list[str]:
            return [sys.executable, "-m", "counterask_addin.cli", *words]

        new = ours("new", target, "--overwrite")
        filled = ["--limits", str(LIMITS), "--product", "Care Suite seat=200", "--product", "Implementation=1"]
        read = ("openpyxl reads it twice: formulas, values", python(READ, quote))
        drawn = "drawing it with XlsxWriter"
        rows = (
            ("value --json", ours("value", quote, "--json"), *read),
            ("check", ours("check", quote), *read),
            ("counter-asks", ours("counter-asks", quote, "--trade", "T2"), *read),
            ("new, an empty quote", new, drawn, python(DRAW.format("draw_quote()"), target)),
            ("new, a filled quote", [*new, *filled], drawn, python(DRAW.format("draw_quote(load_example('software'))"), target)),
            ("first call in Excel's Python", python(FIRST_CALL, str(ranges)), "import xlwings", python("import xlwings.utils")),
        )
        print(f"{'processor time, best of ' + str(ROUNDS):<32}{'s':>8}  {'against':<42}{'s':>8}{'ratio':>8}")
        for name, own, against, other in rows:
            one, two = least(processor_seconds, own, ROUNDS), least(processor_seconds, other, ROUNDS)
            print(f"{name:<32}{one:>8.2f}  {against:<42}{two:>8.2f}{two / one:>8.1f}")
        print(f"\n{'time that passes, best of ' + str(STARTS):<32}{'s':>8}  {'against':<42}{'s':>8}{'ratio':>8}")
        one = least(wall_seconds, python(READY.format("from_catalogue(functions.catalogue())"), quote), STARTS)
        two = least(wall_seconds, python(READY.format("recalculate=False"), quote), STARTS)
        against = "LibreOffice opens it without functions"
        print(f"{'open until computed':<32}{one:>8.2f}  {against:<42}{two:>8.2f}{two / one:>8.1f}")


if __name__ == "__main__":
    main()
