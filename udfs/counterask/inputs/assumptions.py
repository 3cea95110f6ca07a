"""The registry of assumptions: what finance and managers set, and a trade never changes.

Names, units and ranges; how each affects a number is described where it is used (retention, price_index, liability,
cashflow). An assumption with a neutral level may be left out: there it plays no part.
"""

from __future__ import annotations

from .quantities import MONEY, MONTHS, NUMBER, SHARE, UNKNOWN, Quantity

_MUCH = 1e12


def _share(
    name: str,
    sample: float,
    help_text: str,
    lowest: float = 0.0,
    highest: float = 1.0,
    spoken: str | None = None,
    neutral: float = UNKNOWN,
) -> Quantity:
    return Quantity(name, SHARE, lowest, highest, sample, help_text, spoken=spoken, neutral=neutral)


def _money(name: str, sample: float, help_text: str, lowest: float = 0.0) -> Quantity:
    return Quantity(name, MONEY, lowest, _MUCH, sample, help_text)


def _months(
    name: str, sample: float, help_text: str, lowest: float = 0.0, highest: float = 600.0, whole: bool = True
) -> Quantity:
    return Quantity(name, MONTHS, lowest, highest, sample, help_text, whole=whole)


def _number(
    name: str, unit: str, lowest: float, highest: float, sample: float, help_text: str, neutral: float = UNKNOWN
) -> Quantity:
    return Quantity(name, unit, lowest, highest, sample, help_text, neutral=neutral)


CLAIMS = "claims a year"

_VALUE = (
    _share("cost_of_capital", 0.08, "Annual effective rate at which later cash is worth less today.", -0.5),
    _months("horizon_months", 60, "How far the valuation looks; whole years, the same for every deal.", 12),
)
_STAYING = (
    _share(
        "annual_retention",
        0.87,
        "Share of new clients who would still be here after a year if they could leave at any time.",
        1e-6,
    ),
    _share(
        "retention_spread",
        0.2,
        "How much clients differ in their wish to stay: 0 if all are alike, towards 100% if some never leave and others soon.",
        highest=0.99,
        neutral=0.0,
    ),
    _share(
        "renewal_inertia",
        0.2,
        "Share of clients who wish to leave and still let the chance pass, where they must act to leave.",
        neutral=0.0,
    ),
    _share("churn_hazard", 0.02, "Chance in a year of an end that no contract prevents: closure, merger."),
    _share("default_probability", 0.015, "Chance in a year that the client becomes insolvent.", neutral=0.0),
    _share("loss_given_default", 0.65, "Share of open invoices that is lost in an insolvency."),
)
_PRICES = (
    _share("inflation", 0.02, "Expected yearly rise of costs and of the price index.", -0.5),
    _share("inflation_vol", 0.01, "Standard deviation of one year's index change; grows with the root of years."),
)
_DELIVERY = (
    _share("sla_miss_probability", 0.05, "Chance in a month that the service level is missed.", spoken="SLA miss probability"),
    _share("late_probability", 0.2, "Chance that a one-off delivery is late enough to owe the damages."),
    _money("acceleration_cost", 5000.0, "Cost of bringing one delivery forward by one month."),
    _money("training_day_cost", 800.0, "What a day of training costs us."),
    _share("warranty_claim_rate", 0.01, "Warranty cost of one month as a share of a one-off line's list price."),
)
_RISK = (
    _number("liability_frequency", CLAIMS, 0.0, 1000.0, 0.1, "Expected general liability claims in a year of service."),
    _number("liability_alpha", NUMBER, 0.01, 1000.0, 2.0, "Tail of a general claim's size (Lomax): the smaller, the heavier."),
    _money("liability_theta", 100_000.0, "Scale of a general claim's size (Lomax), at the reference fees.", 0.01),
    _number("data_frequency", CLAIMS, 0.0, 1000.0, 0.05, "Expected data claims in a year of service.", 0.0),
    _number("data_alpha", NUMBER, 0.01, 1000.0, 1.5, "Tail of a data claim's size (Lomax): the smaller, the heavier."),
    _money("data_theta", 200_000.0, "Scale of a data claim's size (Lomax), at the reference fees.", 0.01),
    _number(
        "liability_elasticity",
        NUMBER,
        0.0,
        2.0,
        0.6,
        "How claims grow with the deal: 1 in proportion to its yearly fees, 0 not at all.",
        0.0,
    ),
    _money("liability_reference_fees", 500_000.0, "Yearly fees at list price for which the scales of claims hold.", 0.01),
    _share("minimum_rate_on_line", 0.002, "Least yearly price of a unit of liability limit, as insurers quote it.", neutral=0.0),
    _number("unlimited_multiple", "x yearly fees", 0.0, 1000.0, 20.0, "Up to how many yearly fees the least price counts."),
    _number("risk_load", NUMBER, 0.01, 1.0, 0.85, "Wang's exponent on the year's loss: 1 is the pure expected loss."),
    _months("claim_lag_months", 6, "Months from service to the payment of a claim.", whole=False),
    _money("exclusivity_margin", 1000.0, "Margin lost a month while we are bound to one client."),
    _share("mfn_trigger", 0.1, "Chance in a year that a most-favoured-price clause bites.", spoken="MFN trigger"),
    _share("mfn_gap", 0.05, "How far the price falls when the clause bites.", spoken="MFN gap"),
)
_PROMISES = (
    _share("reference_probability", 0.35, "Chance that a promised public reference is given."),
    _money("reference_value", 20_000.0, "What a public reference is worth to us."),
    _money("reference_cost", 500.0, "What a public reference costs us."),
    _months("reference_month", 12, "Month in which the reference is given."),
    _share("introduction_probability", 0.1, "Chance that a promised introduction is made and leads to a client."),
    _money("introduction_value", 20_000.0, "What an introduction to another client is worth to us."),
    _months("introduction_month", 6, "Month in which the introduction is made.", whole=False),
)
_CURRENCY = (
    _share("rate_base", 0.03, "Interest rate of our currency.", -0.5),
    _share("rate_foreign", 0.04, "Interest rate of the client's currency.", -0.5),
    _share("fx_spread", 0.004, "What it costs to change the client's currency into ours.", spoken="FX spread"),
)

ASSUMPTIONS: tuple[Quantity, ...] = (*_VALUE, *_STAYING, *_PRICES, *_DELIVERY, *_RISK, *_PROMISES, *_CURRENCY)
ASSUMPTION_BY_NAME: dict[str, Quantity] = {quantity.name: quantity for quantity in ASSUMPTIONS}
