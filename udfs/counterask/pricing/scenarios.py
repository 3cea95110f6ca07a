"""Many variants of one deal at once: the deal, and the inputs that differ from it.

A ledger, a table of fair shares and a finder's grid are each one batch. An input that is the same in all
scenarios stays a (1, 1) array, one that differs is (n, 1); numpy's broadcasting then does work only where
something differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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

    @classmethod
    def of_states(cls, deal: Deal, states: Sequence[Mapping[Address, float]]) -> Scenarios:
        """One scenario a state, each state being the inputs that it sets over the deal's own."""
        addresses = {address: None for state in states for address in state}
        columns = {}
        for address in addresses:
            own = deal.input_at(address)
            columns[address] = np.array([state.get(address, own) for state in states], dtype=np.float64)
        return cls(deal, len(states), columns)

    def get(self, name: str, line: int | None = None) -> Array:
        """An input as an (n, 1) or (1, 1) array. Raises KeyError where `only` does not hold its address."""
        if self.only is not None and (line, name) not in self.only:
            raise KeyError((line, name))
        column = self.columns.get((line, name))
        if column is not None:
            return column[:, np.newaxis]
        return np.array([[self.deal.input_at((line, name))]])

    def part(self, start: int, stop: int) -> Scenarios:
        """The scenarios from `start` to before `stop`."""
        columns = {key: column[start:stop] for key, column in self.columns.items()}
        return Scenarios(self.deal, stop - start, columns, self.only)


def unknown(*inputs: Array) -> Array:
    """NaN where one of the inputs is unknown, else 0: add it to what was found by comparing, since comparing with NaN says no.

    >>> unknown(np.array([[1.0], [np.nan]]), np.array([[np.inf]])).ravel()
    array([ 0., nan])
    """
    return sum((np.where(np.isnan(one), np.nan, 0.0) for one in inputs), np.zeros((1, 1)))
