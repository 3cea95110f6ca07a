"""How each component of deal value is computed, in words that are read out loud, and the inputs that it reads.

The sections are those of docs/valuation.md. A test moves every input and holds these lists against what then moves.
"""

from __future__ import annotations

from ..inputs.levers import Kind
from ..pricing.cashflow import (
    COMPANY,
    EXCLUSIVITY,
    EXIT_FEES,
    INTRODUCTION,
    LATE_DAMAGES,
    LIABILITY,
    METERED_COST,
    METERED_FEES,
    ONE_OFF_COST,
    ONE_OFF_PRICE,
    REBATE,
    RECURRING_COST,
    RECURRING_FEES,
    REFERENCE,
    SHORTFALL_FEES,
    SUPPORT,
    WARRANTY,
)

_STAYS = ("term_months", "renewal_probability", "renewal_term_months", "churn_hazard", "tfc_from_month", "tfc_hazard")
_IN_TERM = tuple(name for name in _STAYS if not name.startswith("renewal"))
_UPLIFT = ("inflation", "inflation_vol", "uplift_floor", "uplift_cap", "price_lock_months")
_FAVOURED = ("most_favoured_price", "mfn_gap", "mfn_trigger")
_TODAY = ("cost_of_capital", "horizon_months")
_CURRENCY = ("foreign_share", "rate_base", "rate_foreign", "fx_spread")
_CASH = ("payment_days", *_TODAY, *_CURRENCY)
_FEE = ("list_price", "discount", "quantity", "ramp_months")
OF_ACV = ("list_price", "discount", "quantity")
"""What annual contract value is made of: recurring and metered lines."""

_STILL_HERE = "chance that the client is still with us"

FORMULAS: dict[str, tuple[str, tuple[str, ...]]] = {
    RECURRING_FEES: (
        f"each month: {_STILL_HERE} × list price × (1 - discount) × units × ramp × price index × (1 - credits for missed "
        "service); worth today from the day on which the invoice is paid (sections 2 to 4)",
        (
            *_FEE,
            *_STAYS,
            *_UPLIFT,
            *_FAVOURED,
            "sla_credit",
            "sla_miss_probability",
            "free_months",
            "billing_months",
            "billing_in_advance",
            *_CASH,
        ),
    ),
    RECURRING_COST: (
        f"each month: {_STILL_HERE} × unit cost × units × ramp × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    SUPPORT: (
        f"each month: {_STILL_HERE} × support cost × units × ramp × cost index, paid in the middle of the month "
        "(sections 2 to 4)",
        ("support_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    EXIT_FEES: (
        "each month: chance that the client leaves for convenience × months of fee owed × that month's fee (section 5)",
        (
            "tfc_fee_months",
            "tfc_from_month",
            "tfc_hazard",
            *_FEE,
            *(name for name in _STAYS if not name.startswith("tfc")),
            *_UPLIFT,
            *_FAVOURED,
            "sla_credit",
            "sla_miss_probability",
            "free_months",
            "payment_days",
            *_TODAY,
        ),
    ),
    METERED_FEES: (
        f"each month: {_STILL_HERE} × mean use × price × price index, invoiced at the month's end and worth today from the day "
        "on which it is paid (sections 2 to 4)",
        (*_FEE, *_STAYS, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    METERED_COST: (
        f"each month: {_STILL_HERE} × mean use × unit cost × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    SHORTFALL_FEES: (
        f"each year inside the term: {_STILL_HERE} × take-or-pay rate × price × use that we expect to fall short of the "
        "commitment (section 3)",
        ("commitment", "take_or_pay_rate", "demand_cv", *_FEE, *_IN_TERM, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    REBATE: (
        f"each year: {_STILL_HERE} × rebate rate × price × use that we expect above the threshold (section 3)",
        ("rebate_rate", "rebate_threshold", "demand_cv", *_FEE, *_STAYS, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    ONE_OFF_PRICE: (
        "list price × (1 - discount) × units, invoiced on delivery; worth today from the day on which it is paid (section 3)",
        ("list_price", "discount", "quantity", "delivery_months", "months_brought_forward", "payment_days", "cost_of_capital"),
    ),
    LATE_DAMAGES: (
        "chance to be late × damages rate × price (section 3)",
        (
            "late_probability",
            "late_damages_rate",
            "list_price",
            "discount",
            "quantity",
            "delivery_months",
            "months_brought_forward",
            "payment_days",
            "cost_of_capital",
        ),
    ),
    ONE_OFF_COST: (
        "cost, and what it takes to be faster, spread over the months of delivery (section 3)",
        ("unit_cost", "quantity", "delivery_months", "months_brought_forward", "acceleration_cost", "cost_of_capital"),
    ),
    WARRANTY: (
        f"each month of warranty: {_STILL_HERE} × claim rate × list price (section 3)",
        (
            "warranty_claim_rate",
            "warranty_months",
            "list_price",
            "quantity",
            "delivery_months",
            "months_brought_forward",
            *_STAYS,
            *_TODAY,
        ),
    ),
    LIABILITY: (
        f"each month: {_STILL_HERE} × claims a month × what we expect to pay on one claim, at most the cap, with the load for "
        "big claims (section 5; sizes: Klugman, Panjer, Willmot, Loss Models, Pareto; load: Wang, proportional hazards)",
        (
            "liability_cap_multiple",
            "liability_frequency",
            "liability_alpha",
            "liability_theta",
            "risk_load",
            "claim_lag_months",
            *OF_ACV,
            *_STAYS,
            *_TODAY,
        ),
    ),
    EXCLUSIVITY: (
        f"each month bound: {_STILL_HERE} × margin lost elsewhere (section 5)",
        ("exclusivity_months", "exclusivity_margin", *_STAYS, *_TODAY),
    ),
    REFERENCE: (
        f"{_STILL_HERE} × chance of a reference × its value, less its cost (section 6, soft)",
        ("reference_probability", "reference_value", "reference_cost", "reference_month", *_STAYS, "cost_of_capital"),
    ),
    INTRODUCTION: (
        "chance of an introduction × its value (section 6, soft)",
        ("introduction_probability", "introduction_value", "introduction_month", "cost_of_capital"),
    ),
    COMPANY: ("units × amount per unit × probability, in its months (section 7)", (*_STAYS, *_TODAY)),
}
"""Component -> how it is computed in words, and the inputs that it reads."""

KINDS: dict[str, frozenset[Kind]] = {
    **dict.fromkeys((RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES), frozenset({Kind.RECURRING})),
    **dict.fromkeys((METERED_FEES, METERED_COST, SHORTFALL_FEES, REBATE), frozenset({Kind.METERED})),
    **dict.fromkeys((ONE_OFF_PRICE, LATE_DAMAGES, ONE_OFF_COST, WARRANTY), frozenset({Kind.ONE_OFF})),
    LIABILITY: frozenset({Kind.RECURRING, Kind.METERED}),
}
"""Component -> the kinds of line whose inputs it reads; the others belong to the whole deal."""

IN_NO_SUM = "Liability in one year (in no sum)"
_SIZES = ("liability_cap_multiple", "liability_frequency", "liability_alpha", "liability_theta")
YEAR_OF_LIABILITY: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "cap": ("Most that one claim costs", "liability cap multiple × ACV (section 5)", ("liability_cap_multiple", *OF_ACV)),
    "expected": (
        "Expected loss a year",
        "what an average year costs: claims a year × what we expect to pay on one claim, at most the cap",
        _SIZES,
    ),
    "load": (
        "Load a year",
        "what we charge above the average because one claim can be very big (Wang's exponent, risk load)",
        (*_SIZES, "risk_load"),
    ),
    "one_in_20": ("Bad year, 1 in 20", "one year in twenty costs this much or more (Poisson number of claims)", _SIZES),
    "one_in_100": ("Bad year, 1 in 100", "one year in a hundred costs this much or more (Poisson number of claims)", _SIZES),
}
"""Field of `BadYear` -> what it is, how it is computed, and the inputs that it reads."""
