"""How long an analyst waits for many deals: `value_deals` beside a loop that values them one by one.

Run it with `python bench/bench_analysis.py`. The loop values each row's deal with the engine alone (`value_deal`), without a
ledger, so that the ratio is what the batch brings. The loop is run on a part of the rows and scaled up. Times are the best of
several runs in processor time, one thread.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from counterask.pricing.valuation import value_deal
from counterask_addin import analysis
from counterask_addin.analysis.inputs import inputs_of_deal

ROOT = Path(__file__).parents[1]
COUNT, SAMPLE = 10_000, 100


def best(work: Callable[[], object], runs: int = 5) -> float:
    """The least processor time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Measure, check that both agree, and print."""
    quote = analysis.read(ROOT / "examples" / "staffing.xlsx", date(2026, 11, 2))
    draw = np.random.default_rng(7)
    deals = pd.DataFrame(
        {
            "payment_days": draw.integers(0, 91, COUNT),
            "term_months": draw.integers(12, 49, COUNT),
            "annual_retention": draw.uniform(0.5, 0.95, COUNT),
            "liability_cap_multiple": draw.uniform(0.0, 3.0, COUNT),
            "discount@Warehouse hours": draw.uniform(0.0, 0.2, COUNT),
        }
    )
    deal, known = quote.quote.deal, inputs_of_deal(quote.quote.deal)
    rows = deals.head(SAMPLE).to_dict("records")

    def one_by_one() -> list[float]:
        states = ({known[str(name)][0]: float(level) for name, level in row.items()} for row in rows)
        return [float(value_deal(deal.with_inputs(state)).total[0]) for state in states]

    assert np.allclose(quote.value_deals(deals)["value"].head(SAMPLE), one_by_one(), rtol=1e-9)
    ours, theirs = best(lambda: quote.value_deals(deals)), best(one_by_one) / SAMPLE * COUNT
    print("| what | batch | alternative | takes | ratio |\n|---|---:|---|---:|---:|")
    words = f"{COUNT:,} single valuations, {SAMPLE} run"
    times = [f"{seconds * 1e3:,.0f} ms" for seconds in (ours, theirs)]
    print(f"| a DataFrame of {COUNT:,} deals | {times[0]} | {words} | {times[1]} | {theirs / ours:,.0f} × |")


if __name__ == "__main__":
    main()
