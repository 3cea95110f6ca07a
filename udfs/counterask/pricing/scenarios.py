"""Many variants of one deal at once: the deal, and the inputs that differ from it.

A ledger, a table of fair shares and a finder's grid are each one batch. An input that is the same in all
scenarios stays a (1, 1) array, one that differs is (n, 1); numpy's broadcasting then does work only where
something differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..inputs.terms import Address, Deal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scenarios:
    """A batch of `size` variants of `deal`.

    columns : for each address that differs, a (size,) array of its values.
    only : the addresses that may be read, where not all may: a KeyError is raised for any other.
    """

    deal: Deal
    size: int = 1
    columns: Mapping[Address, Array] = field(default_factory=dict)
    only: frozenset[Address] | None = None
    memory: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of_states(cls, deal: Deal, states: Sequence[Mapping[Address, float]]) -> Scenarios:
        """One scenario a state, each state being the inputs that it sets over the deal's own."""
        named: dict[Address, float] = {}
        for state in states:
            named.update(state)
        if not named:
            return cls(deal, len(states))
        own = {address: deal.input_at(address) for address in named}
        levels = np.array([list({**own, **state}.values()) for state in states], dtype=np.float64)
        return cls(deal, len(states), dict(zip(own, np.ascontiguousarray(levels.T), strict=True)))

    def get(self, name: str, line: int | None = None) -> Array:
        """An input as an (n, 1) or (1, 1) array. Raises KeyError where `only` does not hold its address."""
        address = (line, name)
        found = self.memory.get(address)
        if found is None:
            if self.only is not None and address not in self.only:
                raise KeyError(address)
            column = self.columns.get(address)
            found = np.array([[self.deal.input_at(address)]]) if column is None else column[:, np.newaxis]
            self.memory[address] = found
        return found  # type: ignore[return-value]

    def always(self, level: float, name: str, line: int | None = None) -> bool:
        """Whether an input has this level in every scenario. Raises KeyError as `get` does."""
        key = (level, name, line)
        found = self.memory.get(key)
        if found is None:
            address = (line, name)
            if address in self.columns or self.only is not None:
                found = bool((self.get(name, line) == level).all())
            else:
                found = self.deal.input_at(address) == level
            self.memory[key] = found
        return found  # type: ignore[return-value]

    def is_known(self, name: str, line: int | None = None) -> bool:
        """Whether an input is known in every scenario. Raises KeyError as `get` does."""
        key = (name, line)
        found = self.memory.get(key)
        if found is None:
            found = self.memory[key] = not has_blanks(self.get(name, line))
        return found  # type: ignore[return-value]

    def part(self, start: int, stop: int) -> Scenarios:
        """The scenarios from `start` to before `stop`."""
        if stop - start == self.size:
            return self
        columns = {key: column[start:stop] for key, column in self.columns.items()}
        return Scenarios(self.deal, stop - start, columns, self.only)


Found = TypeVar("Found")


def once(compute: Callable[[Scenarios, Array], Found]) -> Callable[[Scenarios, Array], Found]:
    """Remember what was computed from an array of a batch, since the flows of many parts share their months."""

    @wraps(compute)
    def remembered(scenarios: Scenarios, array: Array) -> Found:
        key = (compute, id(array))
        if key not in scenarios.memory:
            scenarios.memory[key] = array, compute(scenarios, array)  # kept: an id is its own only as long as the array lives
        return scenarios.memory[key][1]  # type: ignore[index, no-any-return]

    return remembered


def once_a_line(compute: Callable[[Scenarios, int], Found]) -> Callable[[Scenarios, int], Found]:
    """Remember what was computed for a line of a batch, since several parts of the deal ask for it."""

    @wraps(compute)
    def remembered(scenarios: Scenarios, line: int) -> Found:
        key = (compute, line)
        if key not in scenarios.memory:
            scenarios.memory[key] = compute(scenarios, line)
        return scenarios.memory[key]  # type: ignore[return-value]

    return remembered


def has_blanks(levels: Array) -> bool:
    """Whether any level is unknown."""
    return math.isnan(levels.item()) if levels.size == 1 else bool(np.isnan(levels).any())


def is_zero(levels: Array) -> bool:
    """Whether every level is 0; unknown is not."""
    return bool(levels.item() == 0.0) if levels.size == 1 else not levels.any()


def if_known(found: Array, *inputs: Array) -> Array:
    """What was found by comparing inputs, NaN where one of these is unknown: comparing with NaN only says no.

    >>> if_known(np.ones((2, 1)), np.array([[1.0], [np.nan]]), np.array([[np.inf]])).ravel()
    array([ 1., nan])
    """
    for one in inputs:
        if has_blanks(one):
            found = np.where(np.isnan(one), np.nan, found)
    return found
