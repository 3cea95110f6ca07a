"""How sure a result is: deal value and verdicts over the intervals of the assumptions.

The evidence of an assumption may name an interval: calibration writes a 90% interval, and most placeholders name a range. Each
case draws every such assumption at once, independently of the others; all other inputs stay as they are. An assumption is drawn
so that half of the cases lie on each side of its value, and 5% of them beyond each end of its interval: a normal distribution
with its own width on each side. Values outside the range that the assumption may have are set to the end of that range.

Draws that depend on each other (a recession raises both defaults and churn) are not modelled: real results spread more widely.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..inputs.assumptions import ASSUMPTION_BY_NAME
from ..pricing.scenarios import Array
from ..pricing.valuation import assumptions_read, value_states
from ..reading.evidence import interval_in
from ..reading.quote import Quote
from ..verdicts.ledger import Ledger
from ..verdicts.trades import Rules, State, Verdict
from .rejudging import TURNING, Case, Court

CASES, SEED = 1_000, 1
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_END_OF_INTERVAL = 1.6448536269514722
"""The normal quantile of 95%."""


@dataclass(frozen=True)
class Interval:
    """An assumption with the ends of its interval, in its own unit. low may lie above `value`, and high below it."""

    assumption: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """How an amount of money is distributed. mean : money. quantiles : money at each of `QUANTILES`.

    NaN, where the amount is unknown or infinite in some case.
    """

    mean: float
    quantiles: tuple[float, ...]

    @classmethod
    def of(cls, amounts: Array) -> Spread:
        """The spread of amounts, (cases,)."""
        if not np.isfinite(amounts).all():
            return cls(math.nan, (math.nan,) * len(QUANTILES))
        return cls(float(amounts.mean()), tuple(np.quantile(amounts, QUANTILES).tolist()))


@dataclass(frozen=True)
class TradeSpread:
    """A trade over the cases.

    verdict : as shown. shares : the share of cases with each verdict, most frequent first. margin : what is counted beyond what
    is required, money; below 0 the trade is short by that.
    """

    trade: str
    verdict: Verdict
    shares: Mapping[Verdict, float]
    margin: Spread

    @property
    def turns(self) -> float:
        """The share of cases in which the verdict is another one."""
        return 1.0 - self.shares.get(self.verdict, 0.0)


@dataclass(frozen=True)
class Uncertainty:
    """A quote over the intervals of its assumptions.

    drawn : the assumptions that were drawn. fixed : those that the deal value reads and whose evidence names no interval.
    opening, now : deal value at the opening terms and as the agreed trades leave them. change : now less opening, in the same
    case. trades : those whose verdict money decides.
    """

    cases: int
    seed: int
    drawn: tuple[Interval, ...]
    fixed: tuple[str, ...]
    opening: Spread
    now: Spread
    change: Spread
    trades: tuple[TradeSpread, ...]


def intervals_of(quote: Quote) -> tuple[Interval, ...]:
    """The known assumptions whose evidence names an interval, in their order."""
    found = []
    for name in ASSUMPTION_BY_NAME:
        value, ends = quote.deal.input_at((None, name)), interval_in(quote.evidence.get(name, ""), name)
        if ends is not None and math.isfinite(value) and name != "horizon_months":
            found.append(Interval(name, value, *ends))
    return tuple(found)


def draw_cases(intervals: Sequence[Interval], cases: int, seed: int) -> list[Case]:
    """Cases drawn from the intervals, the same for the same seed. cases : how many, at least 1."""
    levels = np.random.Generator(np.random.PCG64(seed)).standard_normal((cases, len(intervals))) / _END_OF_INTERVAL
    columns = []
    for one, level in zip(intervals, levels.T, strict=True):
        quantity = ASSUMPTION_BY_NAME[one.assumption]
        below, above = max(one.value - one.low, 0.0), max(one.high - one.value, 0.0)
        moved = one.value + np.where(level < 0.0, below, above) * level
        column = np.clip(moved, quantity.lowest, quantity.highest)
        columns.append((np.round(column) if quantity.whole else column).tolist())
    names = [one.assumption for one in intervals]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)] if columns else [{}] * cases


def uncertainty(quote: Quote, rules: Rules, valued: Ledger, cases: int = CASES, seed: int = SEED) -> Uncertainty:
    """Value a quote over the intervals of its assumptions.

    valued : the ledger of the quote. cases : how many draws, at least 1. Limits, policy and approvals stay as they are, and so do
    the trades that were agreed.
    """
    drawn = intervals_of(quote)
    found = draw_cases(drawn, cases, seed)
    inputs: list[State] = [{(None, name): value for name, value in case.items()} for case in found]
    opening = value_states(quote.deal, inputs).total
    now = value_states(quote.deal, [{**one, **valued.state_now} for one in inputs]).total
    has_value = math.isfinite(valued.value)
    read = assumptions_read(valued.deal_now) if has_value and math.isfinite(valued.value_now) else tuple(ASSUMPTION_BY_NAME)
    fixed = tuple(name for name in read if name not in {one.assumption for one in drawn})
    trades = _trades(quote, rules, valued, found)
    with np.errstate(invalid="ignore"):
        return Uncertainty(cases, seed, drawn, fixed, Spread.of(opening), Spread.of(now), Spread.of(now - opening), trades)


def _trades(quote: Quote, rules: Rules, valued: Ledger, cases: Sequence[Case]) -> tuple[TradeSpread, ...]:
    places = [place for place, one in enumerate(valued.trades) if one.verdict in TURNING]
    if not places:
        return ()
    court = Court.of(quote, rules, valued.trades, places)
    spreads = []
    for one, seen in zip(court.valued, court.sit(cases), strict=True):
        kinds = [Verdict(kind) for kind in seen.verdicts]
        shares = {kind: kinds.count(kind) / len(kinds) for kind in Verdict if kind in kinds}
        ordered = dict(sorted(shares.items(), key=lambda item: -item[1]))
        spreads.append(TradeSpread(one.trade.id, one.verdict, ordered, Spread.of(seen.margins)))
    return tuple(spreads)
