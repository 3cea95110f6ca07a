"""An invented history of closed deals, client by client, with the truth that it was drawn from: python generate.py

Each client is drawn from the conventions of docs/valuation.md, but with none of the project's own code: a wish to leave arises
at a random time, the client leaves at the next chance that the contract gives and that it does not let pass, unless it closes or
becomes insolvent first. So whoever estimates the truth from the tables is checked by something that knows nothing of the method.

It needs numpy only. The same seed gives the same history.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Table = dict[str, Array]
"""A table by columns. Dates are datetime64[D], NaT where there is none; an unknown amount is NaN."""

AS_OF = np.datetime64("2026-06-30")
"""The last day that the history covers."""
FIRST_START = np.datetime64("2017-01-01")
SYSTEM_START = np.datetime64("2022-01-01")
"""Invoices, usage and service levels are kept from this day on, as in most companies."""
_NO_DAY = np.datetime64("NaT", "D")
_MONTH = 365.0 / 12.0


@dataclass(frozen=True)
class Segment:
    """A kind of client. share : of all contracts. annual_retention : of a new client. fees : median fees a year, money."""

    name: str
    share: float
    annual_retention: float
    fees: float


@dataclass(frozen=True)
class Truth:
    """What a history is drawn from; the names are those of the assumptions. days_late : mean, after the due date.

    free_to_leave, most_favoured : the shares of contracts with a right to terminate for convenience, and with a
    most-favoured-price clause.
    """

    retention_spread: float = 0.25
    renewal_inertia: float = 0.30
    churn_hazard: float = 0.025
    default_probability: float = 0.015
    loss_given_default: float = 0.60
    days_late: float = 9.0
    liability_frequency: float = 0.05
    liability_alpha: float = 1.8
    liability_theta: float = 60_000.0
    liability_elasticity: float = 0.6
    liability_reference_fees: float = 500_000.0
    data_frequency: float = 0.008
    data_alpha: float = 1.5
    data_theta: float = 300_000.0
    claim_lag_months: float = 8.0
    late_probability: float = 0.22
    sla_miss_probability: float = 0.04
    demand_cv: float = 0.30
    reference_probability: float = 0.45
    introduction_probability: float = 0.20
    mfn_trigger: float = 0.12
    mfn_gap: float = 0.06
    free_to_leave: float = 0.06
    most_favoured: float = 0.12
    segments: tuple[Segment, ...] = (
        Segment("Mid-market", 0.55, 0.84, 180_000.0),
        Segment("Small business", 0.35, 0.72, 40_000.0),
        Segment("Enterprise", 0.10, 0.89, 600_000.0),
    )

    def alike(self, annual_retention: float) -> Truth:
        """The same with one kind of client."""
        return replace(self, segments=(Segment("All", 1.0, annual_retention, 180_000.0),))


NAMES = ("contracts", "invoices", "claims", "deliveries", "service_levels", "usage", "promises", "price_clauses")


def history(seed: int = 2026, contracts: int = 600, truth: Truth | None = None, names: Sequence[str] = NAMES) -> dict[str, Table]:
    """The tables of a history, each drawn on its own; the contracts are always among them."""
    truth = truth or Truth()
    dice = {name: np.random.default_rng([seed, place]) for place, name in enumerate(NAMES)}
    made = _contracts(dice["contracts"], contracts, truth)
    ends = np.where(np.isnat(made["end"]), AS_OF, made["end"])
    draw = {
        "invoices": _invoices,
        "claims": _claims,
        "deliveries": _deliveries,
        "service_levels": _service_levels,
        "usage": _usage,
        "promises": _promises,
        "price_clauses": _price_clauses,
    }
    return {"contracts": made, **{name: draw[name](dice[name], made, ends, truth) for name in NAMES[1:] if name in names}}


def add_months(start: Array, months: Array) -> Array:
    """The days so many whole months after others, none of which is later than the 28th of its month."""
    month = start.astype("datetime64[M]")
    return np.asarray((month + months.astype(np.int64)).astype("datetime64[D]") + (start - month.astype("datetime64[D]")))


def _contracts(dice: np.random.Generator, count: int, truth: Truth) -> Table:
    segment = dice.choice(len(truth.segments), count, p=[one.share for one in truth.segments])
    span = int((np.datetime64("2026-04-01") - FIRST_START).astype(int))
    start = FIRST_START + dice.integers(0, span, count)
    start = np.minimum(start, start.astype("datetime64[M]").astype("datetime64[D]") + 27)
    term = dice.choice([12, 24, 36], count, p=[0.55, 0.25, 0.20])
    renewal = np.where(dice.random(count) < 0.85, 12, 24)
    by_itself = dice.random(count) < 0.65
    right_from = np.where(dice.random(count) < truth.free_to_leave, 6.0, np.inf)
    fee_months = np.where(np.isfinite(right_from), 2.0, np.nan)
    tenure = np.where(dice.random(count) < 0.12, dice.choice([12, 24, 36], count), 0)
    retention = np.array([one.annual_retention for one in truth.segments])[segment]
    left = _month_left(dice, retention, term, renewal, by_itself, right_from, tenure, truth)
    forced = {
        "closure": dice.exponential(-12.0 / np.log1p(-truth.churn_hazard), count),
        "insolvency": dice.exponential(-12.0 / np.log1p(-truth.default_probability), count),
    }
    days = {reason: start + np.ceil(months * _MONTH).astype(np.int64) for reason, months in forced.items()}
    days["choice"] = np.where(left > 0, add_months(start, np.maximum(left, 0)) - 1, np.datetime64("2200-01-01"))
    first = np.minimum.reduce(list(days.values()))
    reason = np.select([days[name] == first for name in days], list(days), "")
    is_over = first <= AS_OF
    fees = np.array([one.fees for one in truth.segments])[segment] * np.exp(dice.normal(0.0, 0.6, count))
    return {
        "contract": np.array([f"C-{number:05d}" for number in range(1, count + 1)]),
        "segment": np.array([one.name for one in truth.segments])[segment],
        "start": start,
        "term_months": term,
        "renewal_months": renewal,
        "auto_renewal": np.where(by_itself, "yes", "no"),
        "tfc_from_month": np.where(np.isfinite(right_from), right_from, np.nan),
        "tfc_fee_months": fee_months,
        "tenure_months": tenure,
        "yearly_fees": np.round(fees, -2),
        "end": np.where(is_over, first, _NO_DAY),
        "reason": np.where(is_over, reason, ""),
    }


def _month_left(
    dice: np.random.Generator,
    retention: Array,
    term: Array,
    renewal: Array,
    by_itself: Array,
    right_from: Array,
    tenure: Array,
    truth: Truth,
) -> Array:
    """The month at whose start each client leaves by its own choice, month by month; -1 where it never does."""
    count, spread = len(term), truth.retention_spread
    if spread < 1e-6:
        chance = 1.0 - retention
    else:
        precision = 1.0 / spread - 1.0
        chance = dice.beta((1.0 - retention) * precision, retention * precision + tenure / 12.0)
    with np.errstate(divide="ignore"):
        wish = 12.0 * dice.exponential(1.0, count) / -np.log1p(-chance)
    left = np.full(count, -1)
    next_end = term.copy()
    for month in range(1, 126):
        is_end = month == next_end
        next_end = np.where(is_end, next_end + renewal, next_end)
        may_exit = ~is_end & (month >= right_from) & (next_end - month > 2)
        passes = np.where(is_end & ~by_itself, 0.0, truth.renewal_inertia)
        leaves = (left < 0) & (is_end | may_exit) & (wish <= month) & (dice.random(count) >= passes)
        left = np.where(leaves, month, left)
    return left


def _invoices(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    """Invoices in advance, yearly or quarterly. A client pays nothing in the half year before an insolvency; part of it is
    lost."""
    every = np.where(dice.random(len(ends)) < 0.65, 12, 3)
    habit = dice.gamma(1.5, truth.days_late / 1.5, len(ends))
    steps = np.arange(0, 126, 3)
    issued = add_months(np.repeat(made["start"], len(steps)), np.tile(steps, len(ends))).reshape(len(ends), -1)
    is_sent = (steps % every[:, None] == 0) & (issued <= ends[:, None]) & (issued >= SYSTEM_START)
    contract, place = np.nonzero(is_sent)
    sent = issued[contract, place]
    due = sent + 30
    late = np.round(habit[contract] * dice.gamma(2.0, 0.5, len(due)) + dice.normal(0.0, 0.8, len(due))).astype(np.int64)
    paid = due + np.maximum(late, -20)
    amount = np.round(made["yearly_fees"][contract] * every[contract] / 12.0, 2)
    ended = ends[contract]
    is_lost = (made["reason"][contract] == "insolvency") & (paid > ended - 180)
    share = dice.beta(4.0 * truth.loss_given_default, 4.0 * (1.0 - truth.loss_given_default), len(ends))[contract]
    is_settled = is_lost & (ended + 240 <= AS_OF)
    paid = np.where(is_lost, np.where(is_settled, ended + 240, _NO_DAY), paid)
    return {
        "invoice": np.array([f"I-{number:05d}" for number in range(1, len(due) + 1)]),
        "contract": made["contract"][contract],
        "issued": sent,
        "due": due,
        "paid": np.where(paid <= AS_OF, paid, _NO_DAY),
        "amount": amount,
        "written_off": np.where(is_settled, np.round(amount * share, 2), 0.0),
    }


def _claims(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    """General claims, then the few data claims, each with its own cap."""
    kinds = (
        ("general", truth.liability_frequency, truth.liability_alpha, truth.liability_theta),
        ("data", truth.data_frequency, truth.data_alpha, truth.data_theta),
    )
    parts = [_claims_of(dice, made, ends, truth, *kind) for kind in kinds]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _claims_of(
    dice: np.random.Generator, made: Table, ends: Array, truth: Truth, kind: str, frequency: float, alpha: float, theta: float
) -> Table:
    years = (ends - made["start"]).astype(np.float64) / 365.25
    rate = frequency * dice.gamma(1.0, 1.0, len(ends))
    contract = np.repeat(np.arange(len(ends)), dice.poisson(rate * years))
    day = made["start"][contract] + (dice.random(len(contract)) * 365.25 * years[contract]).astype(np.int64)
    fees = made["yearly_fees"][contract]
    scale = theta * (fees / truth.liability_reference_fees) ** truth.liability_elasticity
    size = scale * (dice.random(len(contract)) ** (-1.0 / alpha) - 1.0)
    cap = np.round(fees * dice.choice([1.0, 2.0, np.inf], len(contract), p=[0.6, 0.3, 0.1]), 2)
    lag = dice.gamma(4.0, truth.claim_lag_months / 4.0, len(contract))
    paid = day + np.ceil(lag * _MONTH).astype(np.int64)
    is_paid = paid <= AS_OF
    return {
        "contract": made["contract"][contract],
        "date": day,
        "kind": np.full(len(contract), kind),
        "paid_on": np.where(is_paid, paid, _NO_DAY),
        "paid": np.where(is_paid, np.round(np.minimum(size, cap), 2), np.nan),
        "cap": np.where(np.isfinite(cap), cap, np.nan),
    }


def _deliveries(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    contract = np.flatnonzero(dice.random(len(made["start"])) < 0.4)
    promised = made["start"][contract] + 60
    is_late = dice.random(len(contract)) < truth.late_probability
    done = promised + np.where(is_late, dice.integers(1, 60, len(contract)), -dice.integers(0, 15, len(contract)))
    return {
        "contract": made["contract"][contract],
        "promised": promised,
        "done": np.where(done <= AS_OF, done, _NO_DAY),
    }


def _of_years(made: Table, ends: Array) -> tuple[Array, Array, Array]:
    """Contract, year and months of service of each calendar year since the system's start."""
    years = np.arange(2022, 2027)
    opens = np.array([np.datetime64(f"{year}-01-01") for year in years])
    closes = np.array([np.datetime64(f"{year + 1}-01-01") for year in years])
    days = np.minimum(closes, ends[:, None] + 1) - np.maximum(opens, made["start"][:, None])
    months = np.floor(days.astype(np.float64) / _MONTH + 1e-9).astype(np.int64)
    contract, place = np.nonzero(months >= 1)
    return contract, years[place], np.minimum(months[contract, place], 12)


def _service_levels(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    contract, year, months = _of_years(made, ends)
    chance = dice.beta(8.0 * truth.sla_miss_probability, 8.0 * (1.0 - truth.sla_miss_probability), len(ends))[contract]
    return {
        "contract": made["contract"][contract],
        "year": year,
        "months": months,
        "missed": dice.binomial(months, chance),
    }


def _usage(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    """Full years of a metered line, which a third of the contracts have."""
    contract, year, months = _of_years(made, ends)
    is_metered = dice.random(len(ends)) < 0.33
    kept = (months == 12) & is_metered[contract]
    contract, year = contract[kept], year[kept]
    expected = np.round(made["yearly_fees"][contract] / 40.0)
    actual = np.maximum(0.0, np.round(expected * dice.normal(1.0, truth.demand_cv, len(contract))))
    return {"contract": made["contract"][contract], "year": year, "expected": expected, "actual": actual}


def _promises(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    parts = []
    for kind, share, chance in (
        ("reference", 0.25, truth.reference_probability),
        ("introduction", 0.18, truth.introduction_probability),
    ):
        contract = np.flatnonzero(dice.random(len(made["start"])) < share)
        promised = made["start"][contract] + 365
        is_kept = dice.random(len(contract)) < chance
        is_past = promised <= AS_OF
        kept = np.where(is_past, np.where(is_kept, "yes", "no"), "")
        parts.append((made["contract"][contract], np.full(len(contract), kind), promised, kept))
    columns = (np.concatenate(every) for every in zip(*parts, strict=True))
    return dict(zip(("contract", "kind", "promised", "kept"), columns, strict=True))


def _price_clauses(dice: np.random.Generator, made: Table, ends: Array, truth: Truth) -> Table:
    """Clauses from the first day on. Another client's lower price comes at a random time, and lowers the fee."""
    contract = np.flatnonzero(dice.random(len(ends)) < truth.most_favoured)
    start, before = made["start"][contract], made["yearly_fees"][contract]
    years = dice.exponential(-1.0 / np.log1p(-truth.mfn_trigger), len(contract))
    lowered = start + np.ceil(years * 365.25).astype(np.int64)
    fall = dice.beta(40.0 * truth.mfn_gap, 40.0 * (1.0 - truth.mfn_gap), len(contract))
    has_fallen = lowered <= ends[contract]
    return {
        "contract": made["contract"][contract],
        "from": start,
        "lowered": np.where(has_fallen, lowered, _NO_DAY),
        "price_before": before,
        "price_after": np.where(has_fallen, np.round(before * (1.0 - fall), 2), np.nan),
    }


def write(tables: Mapping[str, Table], folder: Path) -> list[Path]:
    """Write each table as a CSV file. Returns the paths."""
    written = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(table)
            out.writerows(zip(*([_text(value) for value in column] for column in table.values()), strict=True))
        written.append(path)
    return written


def _text(value: Any) -> str:
    """A cell of the CSV file; blank where there is nothing."""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value)
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else f"{float(value):.10g}"
    return str(value)


if __name__ == "__main__":
    here = Path(__file__).parent
    truth = json.dumps(asdict(Truth()), indent=1)
    (here / "truth.json").write_text(truth + "\n", encoding="utf-8")
    for path in [*write(history(), here), here / "truth.json"]:
        print(path)
