"""The registry of levers: whatever a client may ask for and a rep may ask for in return, each told once.

A lever is named by the input that it changes. Drop-downs, the limits table, the finder, the help and the docs
read this registry; none repeats it. Levers of the company's own are rows of the limits workbook (`CompanyLever`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .quantities import DAYS, MONEY, MONTHS, MULTIPLE, NONE, NUMBER, SHARE, SWITCH, UNITS, UNKNOWN, Quantity


class Kind(StrEnum):
    """How a line earns: every month, by use, or once."""

    RECURRING = "recurring"
    METERED = "metered"
    ONE_OFF = "one-off"


EVERY_KIND = frozenset(Kind)
MORE, LESS = 1, -1


@dataclass(frozen=True)
class Lever:
    """One lever.

    quantity : name, unit, range and help of the input that it changes.
    client_wants : `MORE` or `LESS`: the direction in which a client asks.
    step : the smallest negotiable step, in the unit of the quantity.
    kinds : the kinds of line it belongs to; empty where it is a term of the whole deal.
    is_soft : whether its worth rests on a manager's estimate and is capped by policy.
    is_negotiable : whether the drop-downs offer it (a standard deviation is an input, but nobody asks for it).
    """

    quantity: Quantity
    client_wants: int
    step: float
    kinds: frozenset[Kind] = field(default_factory=frozenset)
    is_soft: bool = False
    is_negotiable: bool = True

    @property
    def name(self) -> str:
        """The name of the input that the lever changes."""
        return self.quantity.name

    @property
    def label(self) -> str:
        """The lever's name as a person reads it."""
        return self.quantity.label

    @property
    def is_on_line(self) -> bool:
        """Whether the lever belongs to a line, and not to the deal as a whole."""
        return bool(self.kinds)


def _line(
    name: str,
    unit: str,
    highest: float,
    sample: float,
    wants: int,
    step: float,
    kinds: frozenset[Kind],
    help_text: str,
    lowest: float = 0.0,
    whole: bool = False,
    negotiable: bool = True,
    none_means: str | None = None,
) -> Lever:
    neutral = _NEUTRAL.get(name, UNKNOWN)
    quantity = Quantity(name, unit, lowest, highest, sample, help_text, whole, none_means, neutral=neutral)
    return Lever(quantity, wants, step, kinds, is_negotiable=negotiable)


def _term(
    name: str,
    unit: str,
    highest: float,
    sample: float,
    wants: int,
    step: float,
    help_text: str,
    lowest: float = 0.0,
    whole: bool = False,
    none_means: str | None = None,
    soft: bool = False,
    negotiable: bool = True,
    spoken: str | None = None,
) -> Lever:
    neutral = _NEUTRAL.get(name, UNKNOWN)
    quantity = Quantity(name, unit, lowest, highest, sample, help_text, whole, none_means, spoken, neutral)
    return Lever(quantity, wants, step, is_soft=soft, is_negotiable=negotiable)


_MUCH = 1e12
_SERVED = frozenset({Kind.RECURRING, Kind.METERED})
_ONLY_RECURRING, _ONLY_METERED, _ONLY_ONE_OFF = (frozenset({kind}) for kind in Kind)

_NEUTRAL: dict[str, float] = {
    **dict.fromkeys(("discount", "support_cost", "start_month", "client_tenure_months", "free_months"), 0.0),
    **dict.fromkeys(("price_lock_months", "most_favoured_price", "sla_credit", "commitment", "rebate_rate"), 0.0),
    **dict.fromkeys(("late_damages_rate", "months_brought_forward", "warranty_months", "tfc_fee_months"), 0.0),
    **dict.fromkeys(("exclusivity_months", "public_reference", "introduction", "foreign_share"), 0.0),
    **dict.fromkeys(("ramp_months", "auto_renewal", "prepayment_refundable", "take_or_pay_rate"), 1.0),
    **dict.fromkeys(("discount_months", "end_month", "rebate_threshold", "tfc_from_month"), NONE),
}
"""The level of a lever in a deal that does not name it: there it plays no part."""

LINE_LEVERS: tuple[Lever, ...] = (
    _line(
        "list_price",
        MONEY,
        _MUCH,
        100.0,
        LESS,
        1.0,
        EVERY_KIND,
        "Price before discount: per unit per month (recurring), per unit used (metered), per unit in all (one-off).",
        negotiable=False,
    ),
    _line("discount", SHARE, 1.0, 0.05, MORE, 0.005, EVERY_KIND, "Share taken off the list price of the line."),
    _line(
        "quantity",
        UNITS,
        _MUCH,
        10.0,
        LESS,
        1.0,
        EVERY_KIND,
        "Units (recurring), mean units a month (metered), usually 1 (one-off).",
    ),
    _line(
        "unit_cost",
        MONEY,
        _MUCH,
        50.0,
        MORE,
        1.0,
        EVERY_KIND,
        "Our cost of one unit, on the basis of the price.",
        negotiable=False,
    ),
    _line(
        "ramp_months",
        MONTHS,
        600.0,
        1.0,
        MORE,
        1.0,
        _SERVED,
        "Months until the full quantity is in use; at least 1.",
        lowest=1.0,
    ),
    _line(
        "support_cost",
        MONEY,
        _MUCH,
        1.0,
        MORE,
        0.5,
        _ONLY_RECURRING,
        "Our cost of the support level promised, per unit per month.",
    ),
    _line(
        "demand_cv",
        NUMBER,
        5.0,
        0.3,
        MORE,
        0.05,
        _ONLY_METERED,
        "Standard deviation of a year's use, as a share of its mean.",
        negotiable=False,
    ),
    _line(
        "delivery_months",
        MONTHS,
        600.0,
        3.0,
        LESS,
        1.0,
        _ONLY_ONE_OFF,
        "Months over which the line is delivered.",
        lowest=1.0,
        whole=True,
    ),
    _line(
        "discount_months",
        MONTHS,
        600.0,
        12.0,
        MORE,
        1.0,
        _SERVED,
        "Months from the start of the line for which its discount lasts.",
        whole=True,
        none_means="as long as the line",
    ),
    _line("start_month", MONTHS, 600.0, 2.0, MORE, 1.0, _SERVED, "Month in which the line starts.", whole=True),
    _line(
        "end_month",
        MONTHS,
        600.0,
        48.0,
        LESS,
        1.0,
        _SERVED,
        "Month from which the line no longer runs.",
        whole=True,
        none_means="no end",
    ),
)

TERM_LEVERS: tuple[Lever, ...] = (
    _term("term_months", MONTHS, 600.0, 24.0, LESS, 1.0, "Length of the first term.", 1.0, True),
    _term("renewal_term_months", MONTHS, 600.0, 12.0, LESS, 1.0, "Length of each later term.", 1.0, True),
    _term("auto_renewal", SWITCH, 1.0, 0.0, LESS, 1.0, "Whether the contract renews by itself when a term ends."),
    _term(
        "client_tenure_months",
        MONTHS,
        1200.0,
        12.0,
        LESS,
        1.0,
        "How long the client has been one of ours.",
        whole=True,
        negotiable=False,
    ),
    _term("billing_months", MONTHS, 600.0, 1.0, LESS, 1.0, "Months of recurring fees on one invoice.", 1.0, True),
    _term("billing_in_advance", SWITCH, 1.0, 0.0, LESS, 1.0, "Whether recurring fees are invoiced before the service."),
    _term(
        "prepayment_refundable",
        SWITCH,
        1.0,
        0.0,
        MORE,
        1.0,
        "Whether a client who leaves gets back what is paid for later months.",
    ),
    _term("payment_days", DAYS, 365.0, 30.0, MORE, 5.0, "Days from invoice to cash."),
    _term("free_months", MONTHS, 600.0, 1.0, MORE, 1.0, "First months without recurring fees.", whole=True),
    _term(
        "uplift_floor", SHARE, 1.0, 0.0, LESS, 0.005, "Least yearly price rise.", lowest=-0.5, none_means="no floor"
    ),
    _term(
        "uplift_cap", SHARE, 1.0, 0.05, LESS, 0.005, "Greatest yearly price rise.", lowest=-0.5, none_means="uncapped"
    ),
    _term("price_lock_months", MONTHS, 600.0, 12.0, MORE, 12.0, "Months in which no yearly price rise is made."),
    _term(
        "most_favoured_price",
        SWITCH,
        1.0,
        1.0,
        MORE,
        1.0,
        "Whether the client's price must follow the best price given to anybody.",
    ),
    _term(
        "sla_credit",
        SHARE,
        1.0,
        0.1,
        MORE,
        0.01,
        "Share of a month's recurring fee paid back when service is missed.",
        spoken="SLA credit",
    ),
    _term("commitment", SHARE, 2.0, 0.9, LESS, 0.05, "Share of mean yearly use that the client commits to; 0 is none."),
    _term("take_or_pay_rate", SHARE, 2.0, 1.0, LESS, 0.05, "Share of the price owed on committed units not taken."),
    _term(
        "rebate_threshold",
        SHARE,
        10.0,
        1.05,
        LESS,
        0.05,
        "Share of mean yearly use above which a rebate is paid.",
        none_means="no rebate",
    ),
    _term("rebate_rate", SHARE, 1.0, 0.05, MORE, 0.005, "Rebate, as a share of the price, on use above the threshold."),
    _term(
        "late_damages_rate", SHARE, 1.0, 0.05, MORE, 0.01, "Damages for late one-off delivery, as a share of its price."
    ),
    _term(
        "months_brought_forward",
        MONTHS,
        600.0,
        1.0,
        MORE,
        1.0,
        "Months by which one-off delivery is made faster.",
        whole=True,
    ),
    _term("warranty_months", MONTHS, 600.0, 6.0, MORE, 1.0, "Months of warranty after one-off delivery.", whole=True),
    _term(
        "tfc_from_month",
        MONTHS,
        600.0,
        6.0,
        LESS,
        1.0,
        "Month from which the client may leave at any time.",
        whole=True,
        none_means="no such right",
        spoken="TFC from month",
    ),
    _term(
        "tfc_fee_months",
        MONTHS,
        600.0,
        2.0,
        LESS,
        0.5,
        "Monthly fees owed on leaving for convenience.",
        spoken="TFC fee months",
    ),
    _term(
        "liability_cap_multiple",
        MULTIPLE,
        1000.0,
        1.0,
        MORE,
        0.25,
        "Most we pay for the claims of a year, as a multiple of that year's fees.",
        none_means="unlimited liability",
    ),
    _term(
        "data_cap_multiple",
        MULTIPLE,
        1000.0,
        2.0,
        MORE,
        0.5,
        "Most we pay for the data claims of a year, as a multiple of that year's fees.",
        none_means="unlimited liability",
    ),
    _term(
        "exclusivity_months",
        MONTHS,
        600.0,
        6.0,
        MORE,
        1.0,
        "Months in which we may not serve the client's rivals.",
        whole=True,
    ),
    _term(
        "public_reference",
        SWITCH,
        1.0,
        1.0,
        LESS,
        1.0,
        "Whether the client promises a public reference.",
        soft=True,
    ),
    _term(
        "introduction",
        SWITCH,
        1.0,
        1.0,
        LESS,
        1.0,
        "Whether the client promises to introduce us to another client.",
        soft=True,
    ),
    _term("foreign_share", SHARE, 1.0, 0.5, MORE, 0.1, "Share of recurring and metered cash in the client's currency."),
)

LEVERS: tuple[Lever, ...] = LINE_LEVERS + TERM_LEVERS
LEVER_BY_NAME: dict[str, Lever] = {lever.name: lever for lever in LEVERS}


def inputs_of(kind: Kind) -> tuple[Lever, ...]:
    """The line inputs that a line of this kind has, in their order on the sheet."""
    return tuple(lever for lever in LINE_LEVERS if kind in lever.kinds)
