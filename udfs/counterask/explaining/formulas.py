"""How a year of liability is computed, in words that are read out loud, and the inputs that it reads.

The components of deal value have their formulas in `pricing.components`. The sections are those of docs/valuation.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..pricing.components import DATA_LIABILITY, LIABILITY
from ..pricing.liability import DATA, GENERAL, LiabilityClass

IN_NO_SUM = "Liability in one year (not included in totals)"

_FEES = ("list_price", "discount", "quantity", "discount_months", "start_month", "end_month", "delivery_months")
_GROWTH = ("liability_elasticity", "liability_reference_fees")


@dataclass(frozen=True)
class YearLine:
    """One line of a year of liability. field : of `BadYear`. component : whose kinds of line it reads. reads : its inputs."""

    field: str
    claims: LiabilityClass
    component: str
    what: str
    formula: str
    reads: tuple[str, ...]


def _of_class(claims: LiabilityClass, component: str) -> tuple[YearLine, ...]:
    name = claims.label
    sizes = (claims.multiple, claims.frequency, claims.alpha, claims.theta, *_GROWTH)
    rows = (
        (
            "cap",
            f"Most that a year costs, {name}",
            "cap multiple × the fees of the year in which most is exposed (section 5)",
            (claims.multiple, *_FEES),
        ),
        (
            "expected",
            f"Expected loss a year, {name}",
            "what an average year costs: claims a year × what we expect to pay on one claim, in all at most the cap",
            sizes,
        ),
        (
            "load",
            f"Load a year, {name}",
            "what we charge above the average because a year can be very bad, and because insurers ask for a least rate",
            (*sizes, "risk_load", "minimum_rate_on_line", "unlimited_multiple"),
        ),
        (
            "one_in_20",
            f"Bad year, 1 in 20, {name}",
            "one year in twenty costs this much or more (Poisson number of claims)",
            sizes,
        ),
        (
            "one_in_100",
            f"Bad year, 1 in 100, {name}",
            "one year in a hundred costs this much or more (Poisson number of claims)",
            sizes,
        ),
    )
    return tuple(YearLine(field, claims, component, what, formula, reads) for field, what, formula, reads in rows)


YEAR_OF_LIABILITY: tuple[YearLine, ...] = (*_of_class(GENERAL, LIABILITY), *_of_class(DATA, DATA_LIABILITY))
"""What is shown of a year of each class of claims, in its order."""
