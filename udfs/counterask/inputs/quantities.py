"""Numbers that mean something: a name, a unit, an allowed range, and whether "none" can be said instead.

Every input of a deal is described once by a `Quantity`. Inside the engine an input is a float: NaN is *unknown*
(a blank cell), infinity is *none* (no cap, no such right). Shares, rates and probabilities are fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

UNKNOWN = math.nan
NONE = math.inf

SWITCH = "yes or no"
MONEY = "money"
SHARE = "%"
MONTHS = "months"
DAYS = "days"
UNITS = "units"
FEES = "monthly fees"
MULTIPLE = "x ACV"
NUMBER = "number"


@dataclass(frozen=True)
class Quantity:
    """What one input may hold.

    name : the field's own word, the same in cells, JSON and code.
    unit : what is written beside the number; `SHARE` means a fraction that is shown as a percentage.
    lowest, highest : the allowed range, both ends included.
    whole : whether only whole numbers are meant (counts of months).
    none_means : what the word "none" says here ("no cap"), or None where it cannot be said.
    sample : an ordinary value inside the range at which the input plays a part in the value of a deal.
    help : one sentence for a person who has never seen the input.
    spoken : the label, where it is not simply the name.
    none_is_least : whether "none" lies below every number (no floor) and not above (no cap).
    neutral : the level of a deal that does not name the input: there it plays no part. `UNKNOWN` where there is no such level.
    """

    name: str
    unit: str
    lowest: float
    highest: float
    sample: float
    help: str
    whole: bool = False
    none_means: str | None = None
    spoken: str | None = None
    neutral: float = UNKNOWN
    none_is_least: bool = False

    def position(self, level: float) -> float:
        """Where a level lies among all others, for comparing: "none" is minus infinity where it is the least of them."""
        return -level if math.isinf(level) and self.none_is_least else level

    @property
    def label(self) -> str:
        """The name as a person reads it: `cost_of_capital` is "Cost of capital"."""
        if self.spoken:
            return self.spoken
        words = self.name.replace("_", " ")
        return words[0].upper() + words[1:]

    @property
    def is_share(self) -> bool:
        """Whether the number is a fraction that cells show as a percentage."""
        return self.unit == SHARE

    @property
    def is_switch(self) -> bool:
        """Whether the input is yes (1) or no (0)."""
        return self.unit == SWITCH

    def expected(self) -> str:
        """The allowed values as a phrase, for messages: "a whole number of months from 1 to 600"."""
        if self.is_switch:
            return "yes or no"
        if self.is_share:
            phrase = f"a share from {self.lowest:.0%} to {self.highest:.0%}"
        else:
            number = "a whole number" if self.whole else "a number"
            unit = "" if self.unit == NUMBER else f" ({self.unit})"
            phrase = f"{number}{unit} from {_plain(self.lowest)} to {_plain(self.highest)}"
        return phrase + (f', or "none" ({self.none_means})' if self.none_means else "")

    def fault(self, value: float) -> str | None:
        """What is wrong with `value`, as a short phrase, or None where it may stand. Unknown is no fault here."""
        if math.isnan(value):
            return None
        if math.isinf(value):
            return None if value > 0 and self.none_means else "no value that this input can have"
        if value < self.lowest:
            return f"less than {_plain(self.lowest)}"
        if value > self.highest:
            return f"more than {_plain(self.highest)}"
        if self.whole and value != round(value):
            return "not a whole number"
        if self.is_switch and value not in (0.0, 1.0):
            return "neither yes nor no"
        return None


def _plain(number: float) -> str:
    """A bound as a person types it."""
    return f"{number:,.0f}" if number == round(number) else f"{number:g}"
