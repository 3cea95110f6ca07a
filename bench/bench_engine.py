"""How fast the engine is, beside what somebody would write without it.

Run it with `python bench/bench_engine.py` (half a minute; `--quick` for less). It prints one table. Every row is
measured against a named alternative in the same run, since milliseconds mean little without the machine.

- a plain month loop in scalar Python (`tests/udfs/plain_reference.py`), the natural way to write the valuation down;
- a loop of single valuations with the engine itself, for what the batch brings;
- `import numpy`, for what `import counterask` adds.

Times are the best of several runs in processor time of this process, single-threaded; imports are wall time of a fresh
interpreter, the median of several. A slow alternative is run on a part of the work and scaled up: the row then says so.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "udfs"), str(ROOT)]

from counterask.inputs.assumptions import ASSUMPTIONS  # noqa: E402
from counterask.inputs.levers import TERM_LEVERS, Kind  # noqa: E402
from counterask.inputs.terms import Address, Assumptions, Deal, Line, Terms  # noqa: E402
from counterask.pricing.scenarios import Scenarios  # noqa: E402
from counterask.pricing.valuation import value_deal, value_scenarios  # noqa: E402
from counterask.reading.deal_json import document_of  # noqa: E402
from counterask.reading.quote import Quote  # noqa: E402
from counterask.verdicts.ledger import ledger  # noqa: E402
from counterask.verdicts.shares import fair_shares  # noqa: E402
from counterask.verdicts.trades import Change, Response, Trade  # noqa: E402
from tests.udfs.plain_reference import plain_value  # noqa: E402


@dataclass(frozen=True)
class Row:
    """One row of the table. ours, theirs : seconds. aim : seconds, or None."""

    what: str
    unit: str
    ours: float
    theirs: float
    alternative: str
    aim: float | None = None


def deal() -> Deal:
    """Three lines, 60 months, every term and assumption at work."""
    lines = (
        Line("seats", Kind.RECURRING, list_price=100, discount=0.1, quantity=50, unit_cost=30, ramp_months=2, support_cost=1),
        Line("usage", Kind.METERED, list_price=2, discount=0, quantity=900, unit_cost=0.7, ramp_months=3, demand_cv=0.3),
        Line("setup", Kind.ONE_OFF, list_price=9000, discount=0, quantity=1, unit_cost=7000, delivery_months=3),
    )
    levels = {lever.name: lever.quantity.sample for lever in TERM_LEVERS}
    terms = Terms(**{**levels, "training_days": 0.0})  # the month loop does not know this cost
    return Deal(lines, terms, Assumptions(**{quantity.name: quantity.sample for quantity in ASSUMPTIONS}))


def many_inputs(count: int) -> dict[Address, np.ndarray]:
    """Columns of fourteen inputs that all differ from scenario to scenario."""
    draw = np.random.default_rng(7)

    def whole(low: int, high: int) -> np.ndarray:
        return draw.integers(low, high + 1, count).astype(np.float64)

    return {
        (None, "term_months"): whole(12, 60),
        (None, "payment_days"): whole(0, 90),
        (None, "billing_months"): whole(1, 12),
        (None, "billing_in_advance"): whole(0, 1),
        (None, "free_months"): whole(0, 4),
        (None, "annual_retention"): draw.uniform(0.5, 1.0, count),
        (None, "liability_cap_multiple"): draw.uniform(0.0, 3.0, count),
        (None, "commitment"): draw.uniform(0.5, 1.0, count),
        (None, "uplift_cap"): draw.uniform(0.0, 0.06, count),
        (0, "discount"): draw.uniform(0.0, 0.3, count),
        (1, "discount"): draw.uniform(0.0, 0.3, count),
        (2, "discount"): draw.uniform(0.0, 0.3, count),
        (0, "quantity"): draw.uniform(10.0, 300.0, count),
        (1, "quantity"): draw.uniform(100.0, 3000.0, count),
    }


PAIRS: list[tuple[tuple[str, str | None, float], tuple[str, str | None, float]]] = [
    (("payment_days", None, 60.0), ("term_months", None, 36.0)),
    (("discount", "seats", 0.18), ("quantity", "seats", 80.0)),
    (("discount", "usage", 0.05), ("commitment", None, 1.0)),
    (("liability_cap_multiple", None, 2.0), ("billing_months", None, 3.0)),
    (("free_months", None, 3.0), ("ramp_months", "seats", 1.0)),
    (("sla_credit", None, 0.2), ("uplift_floor", None, 0.01)),
    (("warranty_months", None, 12.0), ("discount", "setup", 0.05)),
    (("price_lock_months", None, 24.0), ("renewal_term_months", None, 24.0)),
    (("support_cost", "seats", 2.0), ("quantity", "usage", 1200.0)),
    (("exclusivity_months", None, 9.0), ("public_reference", None, 0.0)),
    (("rebate_threshold", None, 1.0), ("introduction", None, 0.0)),
    (("tfc_from_month", None, 3.0), ("tfc_fee_months", None, 3.0)),
]


def trades(count: int) -> list[Trade]:
    """Trades of an ask and a counter-ask each, on twenty-four inputs; past twelve they begin again."""
    made = []
    for number in range(count):
        ask, counter = PAIRS[number % len(PAIRS)]
        made.append(Trade(f"T{number}", Response.YES, (Change(*ask),), (Change(*counter),)))
    return made


def best(work: Callable[[], object], runs: int) -> float:
    """The least processor time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def batches(runs: int) -> list[Row]:
    """A batch against the month loop, deal by deal."""
    base, rows = deal(), []
    for size in (1, 100, 10_000):
        columns = many_inputs(size)
        sample = min(size, 100)
        alone = [
            base.with_inputs({key: float(column[row]) for key, column in columns.items()}) for row in range(sample)
        ]
        found = value_scenarios(Scenarios(base, size, columns)).total[:sample]
        documents = [document_of(Quote(one)) for one in alone]
        assert np.allclose(found, [plain_value(one) for one in documents], rtol=1e-9)
        repeats = max(1, 200 // size)

        def batch(size: int = size, columns: dict[Address, np.ndarray] = columns, repeats: int = repeats) -> None:
            for _ in range(repeats):
                value_scenarios(Scenarios(base, size, columns))

        def loop(documents: list[dict[str, object]] = documents) -> None:
            for one in documents:
                plain_value(one)

        scaled = f", {sample} of {size:,} run" if sample < size else ""
        ours, theirs = best(batch, runs) / repeats / size, best(loop, 3) / sample
        rows.append(
            Row(
                f"one deal in a batch of {size:,}", "µs", ours, theirs, f"month loop{scaled}", 20e-6 if scaled else None
            )
        )
    return rows


def tables(runs: int) -> list[Row]:
    """A ledger and tables of fair shares against loops of single valuations."""
    base = deal()
    twenty = trades(20)
    steps = [change for trade in twenty for change in trade.changes]

    def one_by_one(count: int) -> float:
        """Seconds for so many single valuations, from a hundred of them, each of another deal."""
        many = [base.with_inputs({(None, "payment_days"): float(days)}) for days in range(100)]
        return best(lambda: [value_deal(one) for one in many], 3) / 100 * count

    def plain(count: int) -> float:
        document = document_of(Quote(base))
        return best(lambda: [plain_value(document) for _ in range(20)], 3) / 20 * count

    rows = []
    ours = best(lambda: [ledger(base, twenty) for _ in range(5)], runs) / 5
    rows.append(Row("ledger of 20 trades", "ms", ours, one_by_one(len(steps) + 1), "41 single valuations", 5e-3))
    rows.append(Row("ledger of 20 trades", "ms", ours, plain(len(steps) + 1), "41 month loops", 5e-3))
    for count, aim in ((6, None), (12, 0.3)):
        some = trades(count)
        coalitions = 2**count + count * 2 ** (count - 1) * 2  # whole trades, and halves of one beside whole others
        ours = best(lambda some=some: fair_shares(base, some), max(3, runs // 2))  # type: ignore[misc]
        name = f"fair shares of {count} trades"
        label = f"{coalitions:,} single valuations, 100 run"
        rows.append(Row(name, "ms", ours, one_by_one(coalitions), label, aim))
        rows.append(Row(name, "ms", ours, plain(coalitions), f"{coalitions:,} month loops, 20 run", aim))
    return rows


def cold_import(module: str, runs: int) -> float:
    """Median seconds of `import module` in a fresh interpreter, the interpreter's own start not counted."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "udfs")}
    times = [
        float(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout)
        for _ in range(runs)
    ]
    return statistics.median(times)


def imports(runs: int) -> list[Row]:
    """What the engine's import adds to numpy's."""
    numpy = cold_import("numpy", runs)
    named = {"counterask": "counterask", "the whole engine": "counterask.reading.deal_json"}
    return [
        Row(f"cold import of {name}", "ms", cold_import(module, runs), numpy, "import numpy", 0.2)
        for name, module in named.items()
    ]


SCALE = {"µs": 1e6, "ms": 1e3}


def shown(rows: list[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| what | engine | aim | alternative | takes | ratio |", "|---|---:|---:|---|---:|---:|"]
    for row in rows:
        scale = SCALE[row.unit]
        aim = "" if row.aim is None else f"{row.aim * scale:,.0f} {row.unit}"
        ours, theirs = f"{row.ours * scale:,.2f} {row.unit}", f"{row.theirs * scale:,.1f} {row.unit}"
        lines.append(f"| {row.what} | {ours} | {aim} | {row.alternative} | {theirs} | {row.theirs / row.ours:,.1f} × |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs of each row")
    runs = 3 if parser.parse_args().quick else 15
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, one thread\n")
    print(shown(batches(runs) + tables(runs) + imports(runs)))


if __name__ == "__main__":
    main()
