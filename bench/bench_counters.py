"""How fast the finder is: all counter-asks, all bundles of two and of three, for one ask on a deal with 20 levers.

Run it with `python bench/bench_counters.py` (half a minute). The comparison, in the same run, is what somebody would
write without the batch: every step valued as a deal of its own with the same engine. For bundles that plain scan
values the same number of combinations as the search does; it is run on a part of them and scaled up, and the row says
so.

Times are the best of several runs in processor time of this process, single-threaded.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import json
import platform
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "udfs")]

from counterask.counter_asks.answers import answer  # noqa: E402
from counterask.counter_asks.bundles import STATES_OF_A_PAIR, STATES_OF_THREE, bundles_at  # noqa: E402
from counterask.counter_asks.finder import find_counter_asks, scans  # noqa: E402
from counterask.counter_asks.positions import Position, position_of  # noqa: E402
from counterask.counter_asks.sentences import Speaker  # noqa: E402
from counterask.inputs.terms import Address, Deal  # noqa: E402
from counterask.pricing.valuation import value_deal  # noqa: E402
from counterask.reading.deal_json import read_deal  # noqa: E402
from counterask.verdicts.limits import Limit, Limits, Policy  # noqa: E402
from counterask.verdicts.trades import Change, Rules  # noqa: E402

LIMITS = {
    "discount": (0.005, 0.0),
    "quantity": (10.0, 520.0),
    "ramp_months": (1.0, 1.0),
    "term_months": (1.0, 48.0),
    "renewal_term_months": (1.0, 24.0),
    "billing_months": (1.0, 12.0),
    "billing_in_advance": (1.0, 1.0),
    "payment_days": (5.0, 10.0),
    "uplift_floor": (0.005, 0.03),
    "uplift_cap": (0.005, 0.1),
    "commitment": (0.05, 0.9),
    "take_or_pay_rate": (0.05, 1.2),
    "delivery_months": (1.0, 6.0),
    "warranty_months": (1.0, 0.0),
    "liability_cap_multiple": (0.05, 0.1),
    "reference_probability": (0.1, 0.8),
    "introduction_probability": (0.1, 0.8),
}
"""Step and most that may be asked for. With the lines of the worked deal these are 20 levers with room to move."""


def problem() -> tuple[Deal, Change, Rules]:
    """The worked deal, an ask that no small lever pays for alone, and the rules."""
    quote = read_deal(json.loads((ROOT / "tests" / "data" / "worked_deal.json").read_text()))
    rows = tuple(Limit(lever, None, 0.1, step=step, ask_up_to=up_to) for lever, (step, up_to) in LIMITS.items())
    return quote.deal, Change("discount", "seats", 0.16), Rules(Limits(rows), Policy(soft_share_cap=0.5))


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Seconds of processor time, the best of several runs."""
    found = []
    for _ in range(runs):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def plain_scan(position: Position, states: list[dict[Address, float]]) -> list[float]:
    """Each state as a deal of its own, valued alone."""
    return [float(value_deal(position.deal_here.with_inputs(state)).total[0]) for state in states]


def main() -> None:
    deal, ask, rules = problem()
    position = position_of(deal, (), ask, rules)
    found = scans(position)
    speaker = Speaker(deal, "en", "EUR")
    singles: list[dict[Address, float]] = [{scan.grid.address: level} for scan in found for level in scan.grid.levels.tolist()]
    reachable = sum(scan.first is not None for scan in found)
    pairs = list(combinations(found, 2))
    print(f"{platform.python_version()}, numpy {np.__version__}, {platform.machine()}")
    print(f"{len(found)} levers, {len(singles)} steps, {reachable} levers suffice alone, {len(pairs)} pairs\n")

    def states_of(size: int, budget: int) -> int:
        tops = [(scan.first if scan.first is not None else len(scan.grid.levels)) for scan in found]
        return sum(min(budget, int(np.prod([top + 1 for top in chosen]))) for chosen in combinations(tops, size) if all(chosen))

    sample = (singles * 20)[:400]
    alone = best_of(3, lambda: plain_scan(position, sample)) / len(sample)
    rows: list[tuple[str, float, int, float | None]] = [
        ("all counter-asks", best_of(7, lambda: find_counter_asks(deal, (), ask, rules)), len(singles), 0.1),
        ("the same with both sentences", best_of(5, lambda: answer(deal, (), ask, rules, speaker)), 0, None),
        ("all pairs", best_of(5, lambda: bundles_at(position, found)), states_of(2, STATES_OF_A_PAIR), 0.5),
        ("all threes", best_of(2, lambda: bundles_at(position, found, size=3)), states_of(3, STATES_OF_THREE), None),
    ]
    print(f"{'':32}{'ours':>10}{'aim':>10}{'valuations':>12}{'plain scan':>14}{'times':>8}")
    for what, ours, states, aim in rows:
        aimed = f"{1e3 * aim:,.0f} ms" if aim else "–"
        line = f"{what:32}{1e3 * ours:>7,.0f} ms{aimed:>10}"
        if states:
            line += f"{states:>12,}{1e3 * alone * states:>11,.0f} ms{alone * states / ours:>8,.1f}"
        print(line)
    print(f"\nThe plain scan is {1e3 * alone:.2f} ms a valuation, measured on {len(sample)} and scaled up.")


if __name__ == "__main__":
    main()
