"""The components of deal value, each defined once: its key, its name, how it is computed, and the inputs that it reads.

The cash flow, the sheets, the explanations and the docs read this list. The formulas are sentences for a reader; the sections
are those of docs/valuation.md. A test moves every input and compares these lists with what then moves.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..inputs.levers import LEVER_BY_NAME, Kind
from ..inputs.terms import Address, Deal

RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES = "recurring_fees", "recurring_cost", "support_cost", "exit_fees"
METERED_FEES, METERED_COST = "metered_fees", "metered_cost"
SHORTFALL_FEES, REBATES = "shortfall_fees", "rebates"
ONE_OFF_PRICES, LATE_DAMAGES, ONE_OFF_COST, WARRANTY = "one_off_prices", "late_damages", "one_off_cost", "warranty_cost"
LIABILITY, DATA_LIABILITY, EXCLUSIVITY = "liability", "data_liability", "exclusivity"
REFERENCE, INTRODUCTION, COMPANY = "reference", "introduction", "company_levers"

_IN_TERM = (
    "annual_retention",
    "retention_spread",
    "client_tenure_months",
    "renewal_inertia",
    "term_months",
    "tfc_from_month",
    "tfc_fee_months",
    "prepayment_refundable",
    "billing_in_advance",
    "billing_months",
    "churn_hazard",
    "default_probability",
)
RETENTION = (*_IN_TERM, "renewal_term_months", "auto_renewal")
"""What decides who is left: whatever is weighted with it depends on these."""

_TODAY = ("cost_of_capital", "horizon_months")
_INDEX = ("inflation", "inflation_vol", "uplift_floor", "uplift_cap", "price_lock_months")
_FAVOURED = ("most_favoured_price", "mfn_gap", "mfn_trigger")
_SERVICE_LEVEL = ("sla_credit", "sla_miss_probability")
_CURRENCY = ("foreign_share", "rate_base", "rate_foreign", "fx_spread")
_CREDIT = ("payment_days", "loss_given_default")
_WINDOW = ("start_month", "end_month")
_ACTIVE = ("quantity", "ramp_months", *_WINDOW)
_PRICE = ("list_price", "discount", "discount_months")
_DELIVERY = ("delivery_months", "months_brought_forward")
_CLAIMS = ("risk_load", "minimum_rate_on_line", "unlimited_multiple", "liability_elasticity", "liability_reference_fees")
_FEES = (*_PRICE, "quantity", *_WINDOW, *_DELIVERY)
_GENERAL = ("liability_cap_multiple", "liability_frequency", "liability_alpha", "liability_theta")
_DATA = ("data_cap_multiple", "data_frequency", "data_alpha", "data_theta")

_RECURRING, _METERED, _ONE_OFF = (frozenset({kind}) for kind in Kind)
_SERVED = _RECURRING | _METERED
_STILL_HERE = "chance that the client is still with us"
_CHARGE = (
    f"each month: {_STILL_HERE} × the month's share of the year's charge. The charge is what we expect claims to cost up to "
    "the cap, loaded because one year can be very bad, and at least what an insurer asks for such a limit (section 5; sizes: "
    "Klugman, Panjer, Willmot, Loss Models, Pareto; load: Wang, proportional hazards)"
)


@dataclass(frozen=True)
class TermCost:
    """What a term costs us: the product of some inputs, paid in the middle of each of some months. 0 where one of them is 0.

    each : the names of the inputs. months : the input that says for how many months from signing it is paid, each time by the
    chance that the client is still with us; "" where it is paid once, in the first month of service. heading : the header of
    its column in the native months, in two lines at most.
    """

    each: tuple[str, ...]
    heading: str
    months: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every input of the cost: it is 0 where one of them is."""
        return (self.months, *self.each) if self.months else self.each


@dataclass(frozen=True)
class Component:
    """One component of deal value.

    key : its name in JSON and code. label : its name for a reader. formula : how it is computed, in words. reads : the names of
    the inputs that it depends on, those that matter most first. kinds : the kinds of line whose inputs it reads; empty where it
    reads none. is_of_line : whether each such line has its own, rather than the deal as a whole. is_revenue : whether it is what
    the client pays or is paid back. is_soft : whether it rests on a manager's estimate. cost : where it is the cost of a term,
    what its cash flow and its native months are made from. is_listed_if_used : whether results leave it out of a deal that does
    not use its term. So the results of quotes that are older than the term, and the sheets that show them, stay as they were.
    """

    key: str
    label: str
    formula: str
    reads: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    is_of_line: bool = False
    is_revenue: bool = False
    is_soft: bool = False
    cost: TermCost | None = None
    is_listed_if_used: bool = False

    def addresses(self, deal: Deal, line: int | None = None, names: tuple[str, ...] | None = None) -> list[Address]:
        """Where its inputs are in a deal: those of one line, or of every line of its kinds. names : only these of them."""
        found: list[Address] = []
        for name in self.reads if names is None else names:
            known = LEVER_BY_NAME.get(name)
            if known is None or not known.is_on_line:
                found.append((None, name))
                continue
            places = range(len(deal.lines)) if line is None else (line,)
            found += [(place, name) for place in places if deal.lines[place].kind in self.kinds & known.kinds]
        return found

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of whose cost it consists; empty where it is no cost of a term."""
        return tuple(name for name in (self.cost.names if self.cost is not None else ()) if name in LEVER_BY_NAME)

    @property
    def depends_on_retention(self) -> bool:
        """Whether it is weighted with who is left."""
        return "annual_retention" in self.reads


def _cost_of_a_term(key: str, label: str, formula: str, cost: TermCost, is_listed_if_used: bool = False) -> Component:
    """The component of a term's cost; what it reads follows from the cost."""
    when = (*RETENTION, *_TODAY) if cost.months else ("cost_of_capital",)
    return Component(key, label, formula, (*cost.names, *when), cost=cost, is_listed_if_used=is_listed_if_used)


_ALL = (
    Component(
        RECURRING_FEES,
        "Recurring fees",
        f"each month: {_STILL_HERE} × list price × (1 - discount) × units × ramp × price index × (1 - credits for missed "
        "service); worth today from the day on which the invoice is paid, less what we lose if the client cannot pay "
        "(sections 2 to 4)",
        (*_PRICE, *_ACTIVE, *RETENTION, *_INDEX, *_FAVOURED, *_SERVICE_LEVEL, "free_months", *_CREDIT, *_TODAY, *_CURRENCY),
        _RECURRING,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        RECURRING_COST,
        "Recurring cost",
        f"each month: {_STILL_HERE} × unit cost × units × ramp × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", *_ACTIVE, *RETENTION, "inflation", *_TODAY),
        _RECURRING,
        is_of_line=True,
    ),
    Component(
        SUPPORT,
        "Support cost",
        f"each month: {_STILL_HERE} × support cost × units × ramp × cost index, paid in the middle of the month "
        "(sections 2 to 4)",
        ("support_cost", *_ACTIVE, *RETENTION, "inflation", *_TODAY),
        _RECURRING,
        is_of_line=True,
    ),
    Component(
        EXIT_FEES,
        "Fees on early exit",
        "each month in which the client may leave inside a term: chance that it does × months of fee owed × the fees of the "
        "month before, free months counted as if they were paid (section 4)",
        (*_PRICE, *_ACTIVE, *RETENTION, *_INDEX, *_FAVOURED, *_SERVICE_LEVEL, *_CREDIT, *_TODAY),
        _SERVED,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        METERED_FEES,
        "Metered fees",
        f"each month: {_STILL_HERE} × mean use × price × price index, invoiced at the month's end and worth today from the day "
        "on which it is paid, less what we lose if the client cannot pay (sections 2 to 4)",
        (*_PRICE, *_ACTIVE, *RETENTION, *_INDEX, *_FAVOURED, *_CREDIT, *_TODAY, *_CURRENCY),
        _METERED,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        METERED_COST,
        "Metered cost",
        f"each month: {_STILL_HERE} × mean use × unit cost × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", *_ACTIVE, *RETENTION, "inflation", *_TODAY),
        _METERED,
        is_of_line=True,
    ),
    Component(
        SHORTFALL_FEES,
        "Take-or-pay shortfall fees",
        f"each year inside the term: {_STILL_HERE} × take-or-pay rate × price × use that we expect to fall short of the "
        "commitment (section 3)",
        (
            "commitment",
            "take_or_pay_rate",
            "demand_cv",
            *_PRICE,
            *_ACTIVE,
            *_IN_TERM,
            *_INDEX,
            *_FAVOURED,
            *_CREDIT,
            *_TODAY,
            *_CURRENCY,
        ),
        _METERED,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        REBATES,
        "Volume rebates",
        f"each year: {_STILL_HERE} × rebate rate × price × use that we expect above the threshold, paid at once (section 3)",
        ("rebate_rate", "rebate_threshold", "demand_cv", *_PRICE, *_ACTIVE, *RETENTION, *_INDEX, *_FAVOURED, *_TODAY, *_CURRENCY),
        _METERED,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        ONE_OFF_PRICES,
        "One-off prices",
        "list price × (1 - discount) × units, invoiced on delivery; worth today from the day on which it is paid, less what we "
        "lose if the client cannot pay (section 3)",
        ("list_price", "discount", "quantity", *_DELIVERY, *_CREDIT, "default_probability", "cost_of_capital"),
        _ONE_OFF,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        LATE_DAMAGES,
        "Late damages",
        "chance to be late × damages rate × price (section 3)",
        (
            "late_probability",
            "late_damages_rate",
            "list_price",
            "discount",
            "quantity",
            *_DELIVERY,
            "payment_days",
            "cost_of_capital",
        ),
        _ONE_OFF,
        is_of_line=True,
        is_revenue=True,
    ),
    Component(
        ONE_OFF_COST,
        "One-off cost",
        "cost, and what it takes to be faster, spread over the months of delivery (section 3)",
        ("unit_cost", "quantity", *_DELIVERY, "acceleration_cost", "cost_of_capital"),
        _ONE_OFF,
        is_of_line=True,
    ),
    Component(
        WARRANTY,
        "Warranty cost",
        f"each month of warranty: {_STILL_HERE} × claim rate × list price (section 3)",
        ("warranty_claim_rate", "warranty_months", "list_price", "quantity", *_DELIVERY, *RETENTION, *_TODAY),
        _ONE_OFF,
        is_of_line=True,
    ),
    Component(
        LIABILITY,
        "Liability charge",
        _CHARGE,
        (*_GENERAL, *_CLAIMS, "claim_lag_months", *_FEES, *RETENTION, *_TODAY),
        frozenset(Kind),
    ),
    Component(
        DATA_LIABILITY,
        "Data liability charge",
        _CHARGE,
        (*_DATA, *_CLAIMS, "claim_lag_months", *_FEES, *RETENTION, *_TODAY),
        frozenset(Kind),
    ),
    _cost_of_a_term(
        EXCLUSIVITY,
        "Margin lost to exclusivity",
        f"each month bound: {_STILL_HERE} × margin lost elsewhere (section 5)",
        TermCost(("exclusivity_margin",), "Exclusivity", "exclusivity_months"),
    ),
    Component(
        REFERENCE,
        "Public reference",
        f"where it is promised: {_STILL_HERE} × chance that the promise is kept × its value, less its cost (section 6, soft)",
        (
            "public_reference",
            "reference_probability",
            "reference_value",
            "reference_cost",
            "reference_month",
            *RETENTION,
            "cost_of_capital",
        ),
        is_soft=True,
    ),
    Component(
        INTRODUCTION,
        "Introduction",
        "where it is promised: chance that the promise is kept × its value (section 6, soft)",
        ("introduction", "introduction_probability", "introduction_value", "introduction_month", "cost_of_capital"),
        is_soft=True,
    ),
    Component(
        COMPANY,
        "Company levers",
        "units × amount per unit × probability, in its months (section 7)",
        (*RETENTION, *_TODAY),
    ),
    _cost_of_a_term(
        "training",
        "Free training",
        "training days × cost of a day, paid in the middle of the first month (section 5)",
        TermCost(("training_days", "training_day_cost"), "Free\ntraining"),
        is_listed_if_used=True,
    ),
)

COMPONENTS: dict[str, Component] = {component.key: component for component in _ALL}
"""Every component of deal value, in the order in which it is shown."""

LABELS: dict[str, str] = {component.key: component.label for component in _ALL}
"""Component -> its name for a reader."""

TERM_COSTS: dict[str, TermCost] = {component.key: component.cost for component in _ALL if component.cost is not None}
"""The components that are the cost of a term."""

REVENUE: tuple[str, ...] = tuple(component.key for component in _ALL if component.is_revenue)
"""The components that the client pays or is paid; the others are cost, risk and soft value."""
