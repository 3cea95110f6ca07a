"""The registry of assumptions: what finance and managers set, and a trade never changes.

Names, units and ranges; how each enters a number is told where it is used (survival, pricing, risk, cashflow).
"""

from __future__ import annotations

from .quantities import MONEY, MONTHS, MULTIPLE, NUMBER, SHARE, Quantity

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
    _share("annual_retention", 0.8, "Share of new clients who would still be here after a year, were they free to leave.", 1e-6),
    _share("retention_spread", 0.2, "How much clients differ in their wish to stay: 0 is not at all.", highest=0.99),
    _share("renewal_inertia", 0.2, "Share of the clients who wish to leave that let a chance to leave pass."),
    _share("churn_hazard", 0.05, "Chance in a year of an end that no contract stops: closure, merger."),
    _share("default_probability", 0.02, "Chance in a year that the client becomes insolvent."),
    _share("loss_given_default", 0.6, "Share of an unpaid invoice that is lost when a client is insolvent."),
    _share("inflation", 0.02, "Expected yearly rise of costs and of the price index.", -0.5),
    _share("inflation_vol", 0.01, "Standard deviation of one year's index change; grows with the root of years."),
    _share("sla_miss_probability", 0.05, "Chance in a month that the service level is missed.", spoken="SLA miss probability"),
    _share("late_probability", 0.2, "Chance that a one-off delivery is late enough to owe the damages."),
    _money("acceleration_cost", 5000.0, "Cost of bringing one delivery forward by one month."),
    _share("warranty_claim_rate", 0.01, "Monthly warranty cost as a share of a one-off line's list price."),
    Quantity("liability_frequency", "claims a year", 0.0, 1000.0, 0.1, "Expected liability claims in a year of service."),
    Quantity("liability_alpha", NUMBER, 0.01, 1000.0, 2.0, "Tail of a claim's size (Lomax): the smaller, the heavier."),
    Quantity("liability_theta", MONEY, 0.01, _MUCH, 100_000.0, "Scale of a claim's size (Lomax)."),
    Quantity("data_frequency", "claims a year", 0.0, 1000.0, 0.05, "Expected data claims in a year of service.", neutral=0.0),
    Quantity("data_alpha", NUMBER, 0.01, 1000.0, 2.0, "Tail of a data claim's size (Lomax): the smaller, the heavier."),
    Quantity("data_theta", MONEY, 0.01, _MUCH, 200_000.0, "Scale of a data claim's size (Lomax)."),
    Quantity("liability_elasticity", NUMBER, 0.0, 2.0, 0.6, "How claims grow with fees: 0 is not at all, 1 is in proportion."),
    Quantity("liability_reference_fees", MONEY, 0.01, _MUCH, 500_000.0, "Yearly fees of a deal whose claims have those scales."),
    _share("minimum_rate_on_line", 0.003, "Least that a unit of a liability limit costs a year, as an insurer quotes it."),
    Quantity("unlimited_multiple", MULTIPLE, 0.0, 10_000.0, 10.0, "Yearly fees up to which that least rate is charged."),
    Quantity("risk_load", NUMBER, 0.0, 1.0, 0.9, "Wang's exponent on a year's loss: 1 is the pure expected loss."),
    _months("claim_lag_months", 6, "Months from service to the payment of a claim.", whole=False),
    _money("exclusivity_margin", 1000.0, "Margin lost a month while we are bound to one client."),
    _share("mfn_trigger", 0.1, "Chance in a year that a most-favoured-price clause bites.", spoken="MFN trigger"),
    _share("mfn_gap", 0.05, "How far the price falls when the clause bites.", spoken="MFN gap"),
    _share("reference_probability", 0.5, "Chance that a promised public reference is given."),
    _money("reference_value", 20_000.0, "What a public reference is worth to us."),
    _money("reference_cost", 500.0, "What a public reference costs us."),
    _months("reference_month", 12, "Month in which the reference is given."),
    _share("introduction_probability", 0.5, "Chance that a promised introduction is made."),
    _money("introduction_value", 20_000.0, "What an introduction to another client is worth to us."),
    _months("introduction_month", 6, "Month in which the introduction is made.", whole=False),
    _share("rate_base", 0.03, "Interest rate of our currency.", -0.5),
    _share("rate_foreign", 0.04, "Interest rate of the client's currency.", -0.5),
    _share("fx_spread", 0.004, "What it costs to change the client's currency into ours.", spoken="FX spread"),
)

ASSUMPTION_BY_NAME: dict[str, Quantity] = {quantity.name: quantity for quantity in ASSUMPTIONS}
