"""`counterask new`, empty and filled in, against drawing the same workbook with XlsxWriter, each in a Python of its own.

python bench/bench_new.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LIMITS = Path(__file__).resolve().parents[1] / "examples" / "software.xlsx"
ROUNDS = 5
EMPTY = "draw_quote()"
FILLED = "draw_quote(load_example('software'))"
DRAW = """
import pathlib, sys
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
pathlib.Path(sys.argv[1]).write_bytes({})
"""


def seconds(words: list[str]) -> float:
    """Processor time of a program, in seconds: the least of several runs, after one that is not counted."""
    spent = []
    for _ in range(ROUNDS + 1):
        before = os.times()
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(spent[1:])


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "new.xlsx")
        new = [sys.executable, "-m", "counterask_addin.cli", "new", target, "--overwrite"]
        filled = ["--limits", str(LIMITS), "--product", "Care Suite seat=200", "--product", "Implementation=1"]
        rows = (("an empty quote", new, EMPTY), ("a filled quote", [*new, *filled], FILLED))
        print(f"{'job':<20}{'new, s':>10}{'drawn, s':>10}{'ratio':>8}")
        for name, own, other in rows:
            one, two = seconds(own), seconds([sys.executable, "-c", DRAW.format(other), target])
            print(f"{name:<20}{one:>10.2f}{two:>10.2f}{two / one:>8.1f}")


if __name__ == "__main__":
    main()
