"""The registry of assumptions: what finance and managers set, and a trade never changes.

Names, units and ranges; how each enters a number is told where it is used (survival, pricing, risk, cashflow).
"""

from __future__ import annotations

from .quantities import MONEY, MONTHS, NUMBER, SHARE, Quantity

_CENTURY = 1200.0
_MUCH = 1e12


def _share(
    name: str, sample: float, help_text: str, lowest: float = 0.0, highest: float = 1.0, spoken: str | None = None
) -> Quantity:
    return Quantity(name, SHARE, lowest, highest, sample, help_text, spoken=spoken)


def _money(name: str, sample: float, help_text: str) -> Quantity:
    return Quantity(name, MONEY, 0.0, _MUCH, sample, help_text)


def _months(
    name: str, sample: float, help_text: str, lowest: float = 0.0, highest: float = 600.0, whole: bool = True
) -> Quantity:
    return Quantity(name, MONTHS, lowest, highest, sample, help_text, whole=whole)


ASSUMPTIONS: tuple[Quantity, ...] = (
    _share("cost_of_capital", 0.08, "Annual effective rate at which later cash is worth less today.", -0.5),
    _months("horizon_months", 60, "How far the value looks; whole years, the same for every deal.", 12),
    _share("churn_hazard", 0.05, "Chance in a year that a client leaves inside a term."),
    _share("tfc_hazard", 0.05, "Further chance in a year where the client may terminate for convenience.", spoken="TFC hazard"),
    _share("inflation", 0.02, "Expected yearly rise of costs and of the price index.", -0.5),
    _share("inflation_vol", 0.01, "Standard deviation of one year's index change; grows with the root of years."),
    _share("sla_miss_probability", 0.05, "Chance in a month that the service level is missed.", spoken="SLA miss probability"),
    _share("late_probability", 0.2, "Chance that a one-off delivery is late enough to owe the damages."),
    _money("acceleration_cost", 5000.0, "Cost of bringing one delivery forward by one month."),
    _share("warranty_claim_rate", 0.01, "Monthly warranty cost as a share of a one-off line's list price."),
    Quantity("liability_frequency", "claims a year", 0.0, 1000.0, 0.1, "Expected liability claims in a year of service."),
    Quantity("liability_alpha", NUMBER, 0.01, 1000.0, 2.0, "Tail of a claim's size (Lomax): the smaller, the heavier."),
    Quantity("liability_theta", MONEY, 0.01, _MUCH, 100_000.0, "Scale of a claim's size (Lomax)."),
    Quantity("risk_load", NUMBER, 0.0, 1.0, 0.9, "Wang's exponent on claim sizes: 1 is the pure expected loss."),
    _months("claim_lag_months", 6, "Months from service to the payment of a claim.", whole=False),
    _money("exclusivity_margin", 1000.0, "Margin lost a month while we are bound to one client."),
    _share("mfn_trigger", 0.1, "Chance in a year that a most-favoured-price clause bites.", spoken="MFN trigger"),
    _share("mfn_gap", 0.05, "How far the price falls when the clause bites.", spoken="MFN gap"),
    _money("reference_value", 20_000.0, "What a public reference is worth to us."),
    _money("reference_cost", 500.0, "What a public reference costs us."),
    _months("reference_month", 12, "Month in which the reference is given."),
    _money("introduction_value", 20_000.0, "What an introduction to another client is worth to us."),
    _months("introduction_month", 6, "Month in which the introduction is made.", whole=False),
    _share("rate_base", 0.03, "Interest rate of our currency.", -0.5),
    _share("rate_foreign", 0.04, "Interest rate of the client's currency.", -0.5),
    _share("fx_spread", 0.004, "What it costs to change the client's currency into ours.", spoken="FX spread"),
)

ASSUMPTION_BY_NAME: dict[str, Quantity] = {quantity.name: quantity for quantity in ASSUMPTIONS}
