"""How fast the second edition of the valuation is beside the first, which is in the history of this repository.

Run it with `python bench/bench_editions.py` (a minute; `--rounds 2` for less) in a checkout with its history. Each round runs
both editions, one after the other, each in a fresh interpreter: processor time, the best of all rounds. The deal, its trades and
its scenarios are those of each edition's own `bench_engine.py`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST_OF_THE_SECOND = "udfs/counterask/pricing/log_gamma.py"
"""The commit that added this file began the second edition."""

MEASURE = """
import dataclasses, json, sys, time
sys.path[:0] = [sys.argv[1] + "/udfs", sys.argv[1] + "/bench", sys.argv[1]]
import bench_engine
from counterask.inputs.levers import LEVERS
from counterask.pricing.scenarios import Scenarios
from counterask.pricing.valuation import value_deal, value_scenarios
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.trades import Rules
try:
    from counterask.verdicts.ledger import ledger
except ImportError:
    from counterask.verdicts.trades import ledger

def limit(lever):
    has_standard = "standard" in {field.name for field in dataclasses.fields(Limit)}
    known = {"standard": lever.quantity.neutral} if has_standard else {}
    return Limit(lever.name, None, rep_to=lever.quantity.sample, **known)

deal, trades, columns = bench_engine.deal(), bench_engine.trades(20), bench_engine.many_inputs(10_000)
rules = Rules(Limits(tuple(map(limit, LEVERS))), Policy(minimum_margin=0.1))
works = {
    "one deal in a batch of 1": (lambda: value_deal(deal), 60),
    "ledger of 20 trades, without limits": (lambda: ledger(deal, trades), 60),
    "ledger of 20 trades, with limits, a margin floor and the opening": (lambda: ledger(deal, trades, rules), 40),
    "10,000 scenarios": (lambda: value_scenarios(Scenarios(deal, 10_000, columns)), 4),
}
print(json.dumps({name: 1e3 * bench_engine.best(work, runs) for name, (work, runs) in works.items()}))
"""


def unpacked(folder: Path) -> Path:
    """The first edition, taken out of the history."""
    asked = ["git", "log", "--diff-filter=A", "--format=%H", "--", FIRST_OF_THE_SECOND]
    began = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    if not began:
        raise SystemExit("The first edition is not in this checkout. Fetch the whole history: git fetch --unshallow")
    wanted = ["git", "archive", f"{began[-1]}^", "udfs", "bench", "tests"]
    packed = subprocess.run(wanted, cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    alone = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
    with tempfile.TemporaryDirectory() as folder:
        roots = (unpacked(Path(folder)), ROOT)
        best: dict[Path, dict[str, float]] = {root: {} for root in roots}
        for _ in range(rounds):
            for root in roots:
                measure = [sys.executable, "-c", MEASURE, str(root)]
                ran = subprocess.run(measure, env=alone, capture_output=True, text=True, check=True)
                for name, spent in json.loads(ran.stdout).items():
                    best[root][name] = min(spent, best[root].get(name, spent))
    first, now = best.values()
    print("| what | first edition, ms | second edition, ms | ratio |\n|---|---:|---:|---:|")
    for name, spent in first.items():
        print(f"| {name} | {spent:,.2f} | {now[name]:,.2f} | {now[name] / spent:.2f} × |")


if __name__ == "__main__":
    main()
