"""The sum of many claims: its distribution on a lattice, by one Fourier transform there and one back.

Severity is put on the lattice so that its mean stays what it is (local moment matching on limited expected values). Claims
larger than the lattice are lost from it, which leaves every probability below its end as it is; the transform is taken
over twice the lattice, so that sums behind its end do not come back at its beginning.
Source: Klugman, Panjer, Willmot, Loss Models, sections 9.6 and 9.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scenarios import Array

ComplexArray = NDArray[np.complex128]
BUCKETS = 2**12


@dataclass(frozen=True)
class Lattice:
    """Probabilities of 0, 1, 2, ... steps. step : money. chances : (n,); what is missing to 1 lies beyond."""

    step: float
    chances: Array

    @property
    def levels(self) -> Array:
        """The money at each place, (n,)."""
        return np.asarray(self.step * np.arange(len(self.chances), dtype=np.float64))

    @property
    def mean(self) -> float:
        """Expected money, of what lies on the lattice."""
        return float(self.levels @ self.chances)

    def quantile(self, chance: float) -> float:
        """The least level that is not exceeded with at least that chance; infinity where it lies beyond the lattice."""
        reached = np.cumsum(self.chances) >= chance - 1e-12
        return float(self.levels[int(np.argmax(reached))]) if reached.any() else float("inf")

    def tail_mean(self, chance: float) -> float:
        """Mean of the worst 1 - chance of outcomes, money; the quantile's own bucket counts in part."""
        place = int(np.argmax(np.cumsum(self.chances) >= chance - 1e-12))
        above = float(self.chances[place + 1 :].sum())
        worst = float(self.levels[place + 1 :] @ self.chances[place + 1 :])
        return (worst + (1.0 - chance - above) * float(self.levels[place])) / (1.0 - chance)


def on_lattice(limited_mean: Callable[[Array], Array], step: float, size: int) -> Lattice:
    """A severity on a lattice of `size` places. limited_mean : E[min(X, level)] for an array of levels, money."""
    limited = limited_mean(step * np.arange(size + 1, dtype=np.float64))
    slopes = np.diff(limited) / step
    return Lattice(step, np.concatenate([[1.0 - slopes[0]], slopes[:-1] - slopes[1:]]))


def sum_of_claims(severity: Lattice, generating: Callable[[ComplexArray], ComplexArray]) -> Lattice:
    """The distribution of the sum of a random number of claims.

    generating : the probability generating function of the number; for Poisson `poisson(mean)`.
    """
    size = len(severity.chances)
    spectrum = generating(np.fft.rfft(severity.chances, 2 * size))
    chances = np.fft.irfft(spectrum, 2 * size)[:size]
    return Lattice(severity.step, np.maximum(chances, 0.0))


def poisson(mean: float) -> Callable[[ComplexArray], ComplexArray]:
    """The probability generating function of a Poisson number of claims."""
    return lambda z: np.exp(mean * (z - 1.0))
