"""The trades of a quote judged again with assumptions at other values.

What the trades do, which limits apply and who agreed stay as they are: only the money moves. All values are valued in one batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..inputs.terms import Deal
from ..pricing.liability import CLASSES
from ..pricing.scenarios import Array
from ..pricing.valuation import value_states
from ..reading.quote import Quote
from ..verdicts.judging import balance, taught_drag
from ..verdicts.ledger import Walked, ledger, walk
from ..verdicts.trades import Rules, State, ValuedTrade, Verdict

Case = Mapping[str, float]
"""Assumptions that differ from those of the quote, by name."""

TURNING = frozenset({Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION})
"""Verdicts that money decides."""
_OF_UNLIMITED = frozenset({"risk_load", *(name for claims in CLASSES for name in (claims.alpha, claims.frequency))})
"""Assumptions that decide whether unlimited liability has a price, and so whether a trade moves the deal at all."""


@dataclass(frozen=True)
class Judged:
    """One trade's verdict and margin (money; what is counted beyond what is required) at each of some cases."""

    verdicts: NDArray[np.object_]
    margins: Array


@dataclass(frozen=True)
class Court:
    """Judges the trades at `places` of the ledger again, with assumptions at other values.

    has_unlimited : whether a trade that may move the deal, or the opening, has liability without a cap: whether it has a price
    then changes with the tail of claims.
    """

    quote: Quote
    rules: Rules
    places: tuple[int, ...]
    valued: tuple[ValuedTrade, ...]
    walked: tuple[Walked, ...]
    has_unlimited: bool

    @classmethod
    def of(cls, quote: Quote, rules: Rules, found: Sequence[ValuedTrade], places: Sequence[int]) -> Court:
        """The trades at some places of a ledger."""
        unknown = frozenset(place for place, one in enumerate(found) if not one.has_moved)
        walked = walk(quote.deal, quote.trades, rules, unknown)
        open_ended = _is_unlimited(quote.deal, {}) or any(
            _is_unlimited(quote.deal, state)
            for one in walked
            if one.fault is None or not one.is_priced  # what a hard stop blocks stays blocked, whatever the price
            for state in one.states
        )
        valued, walks = (tuple(every[place] for place in places) for every in (found, walked))
        return cls(quote, rules, tuple(places), valued, walks, open_ended)  # type: ignore[arg-type]

    def of_one(self, number: int) -> Court:
        """The court of one of its trades."""
        one = slice(number, number + 1)
        return replace(self, places=self.places[one], valued=self.valued[one], walked=self.walked[one])

    def sit(self, cases: Sequence[Case]) -> list[Judged]:
        """Each trade in each case."""
        names = {name for case in cases for name in case}
        if "horizon_months" in names or (self.has_unlimited and names & _OF_UNLIMITED):
            return self._one_by_one(cases)
        states = [[one.before, *one.states] for one in self.walked]
        inputs: list[State] = [{(None, name): value for name, value in case.items()} for case in cases]
        varied: list[State] = [{**one, **state} for one in inputs for every in states for state in every]
        totals = value_states(self.quote.deal, varied).total.reshape(len(cases), -1)
        ends = np.cumsum([len(every) for every in states])
        spans = [totals[:, end - len(every) : end] for every, end in zip(states, ends.tolist(), strict=True)]
        deals = [self.quote.deal.with_inputs(one) for one in inputs]
        return [self._judged(number, span, deals) for number, span in enumerate(spans)]

    def _judged(self, number: int, totals: Array, deals: Sequence[Deal]) -> Judged:
        """The verdicts of a trade from deal values before it and after each of its steps, (cases, steps + 1).

        deals : the opening deal in each case.
        """
        walked = self.walked[number]
        steps = [step.is_restoring for steps in walked.steps for step in steps]
        owner = [place for place, steps in enumerate(walked.steps) for _ in steps]
        verdicts, margins = [], []
        for row, deal in zip(totals, deals, strict=True):
            if not np.isfinite(row).all():
                verdicts.append(Verdict.CANNOT_TELL if np.isnan(row).any() else Verdict.BLOCKED)
                margins.append(math.nan)
                continue
            moves = list(zip(owner, steps, np.diff(row).tolist(), strict=True))
            changes = [
                replace(
                    change,
                    value=math.fsum(move for place, _, move in moves if place == at),
                    restored=math.fsum(move for place, is_restoring, move in moves if place == at and is_restoring),
                )
                for at, change in enumerate(self.valued[number].changes)
            ]
            drag = taught_drag(deal, walked.before, walked.trade, self.rules)
            found = balance(changes, drag, self.rules.policy)
            verdicts.append(found.verdict)
            margins.append(-found.short)
        return Judged(np.array(verdicts, dtype=object), np.array(margins))

    def _one_by_one(self, cases: Sequence[Case]) -> list[Judged]:
        """With a ledger for each case: which trades have a price changes with it."""
        rows = []
        for case in cases:
            deal = self.quote.deal.with_inputs({(None, name): value for name, value in case.items()})
            found = ledger(deal, self.quote.trades[: max(self.places) + 1], self.rules, has_opening=False).trades
            rows.append([found[place] for place in self.places])
        seen = []
        for column in range(len(self.places)):
            verdicts = [row[column].verdict for row in rows]
            margins = [row[column].counted - row[column].required for row in rows]
            seen.append(Judged(np.array(verdicts, dtype=object), np.array(margins)))
        return seen


def _is_unlimited(deal: Deal, state: State) -> bool:
    """Whether a class of liability has no cap in a state of the deal."""
    return any(math.isinf(state.get((None, one.multiple), deal.input_at((None, one.multiple)))) for one in CLASSES)
