"""The calendar of a contract: in which term and in which billing block each month lies.

Terms end at `term_months` and then every `renewal_term_months`. Recurring fees are invoiced in blocks of `billing_months`: in
advance, blocks start again at every term end; in arrears they run on from signing, so that an end of term does not bill us
sooner. All are (n, M) or (1, M) for the months 0, 1, ... M - 1; NaN where an input that matters is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .scenarios import Array, Scenarios


@dataclass(frozen=True)
class Calendar:
    """Terms and billing blocks of a batch of scenarios, each computed when it is first asked for."""

    scenarios: Scenarios
    months: Array

    @cached_property
    def term_start(self) -> Array:
        """First month of the term that each month lies in: 0, `term`, `term + renewal_term`, ..."""
        term, renewal_term = self.scenarios.get("term_months"), self.scenarios.get("renewal_term_months")
        renewals = np.floor((self.months - term) / renewal_term)
        return np.where(self.months < term, 0.0, term + renewals * renewal_term)

    @cached_property
    def term_end(self) -> Array:
        """The next term end after each month."""
        term, renewal_term = self.scenarios.get("term_months"), self.scenarios.get("renewal_term_months")
        return np.where(self.months < term, term, self.term_start + renewal_term)

    @cached_property
    def is_term_end(self) -> NDArray[np.bool_]:
        """Whether a term ends at the start of each month."""
        return np.asarray((self.months == self.term_start) & (self.months > 0.0))

    @cached_property
    def block_start(self) -> Array:
        """First month of the billing block of each month, where fees are invoiced in advance."""
        block = self.scenarios.get("billing_months")
        if self.scenarios.always(1.0, "billing_months"):
            return self.months
        return np.asarray(self.term_start + np.floor((self.months - self.term_start) / block) * block)

    @cached_property
    def block_end(self) -> Array:
        """The month after the billing block of each month, where fees are invoiced in arrears; cut at the horizon."""
        block = self.scenarios.get("billing_months")
        if self.scenarios.always(1.0, "billing_months"):
            return self.months + 1.0
        return np.asarray(np.minimum((np.floor(self.months / block) + 1.0) * block, self.months[0, -1] + 1.0))

    @cached_property
    def invoice_month(self) -> Array:
        """When the recurring fee of each month is invoiced: the start or the end of its block."""
        if self.scenarios.always(0.0, "billing_in_advance"):
            return self.block_end
        if self.scenarios.always(1.0, "billing_in_advance"):
            return self.block_start
        advance = self.scenarios.get("billing_in_advance")
        return np.where(advance == 1.0, self.block_start, self.block_end) + 0.0 * advance
