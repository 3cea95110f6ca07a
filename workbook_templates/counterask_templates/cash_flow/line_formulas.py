"""The formulas of what lies between the levels and the months: what follows from the levels, the years, the lines."""

from __future__ import annotations

from collections.abc import Iterator

from counterask.inputs.levers import LINE_LEVERS, Kind

from ..layout import LINES, QUOTE
from ..specs import cell
from .cash_layout import (
    DERIVED,
    DERIVED_BLOCK,
    EARNED_BLOCK,
    LINE_BLOCK,
    MONTHS,
    NO_END,
    NONE,
    UNKNOWN,
    YEARS,
    derived,
    lines,
)
from .levels import LevelPlace, as_level, assumed, term, traded

_DENSITY = "EXP(0-({z})^2/2)/SQRT(2*PI())"
"""Not -(z)^2: a spreadsheet takes the sign before the power."""
LEAST_SPREAD = "0.000001"
"""Below it clients do not differ."""


def line_formulas(is_now: bool) -> Iterator[tuple[LevelPlace, str]]:
    """Every formula of the three blocks, each at its place."""
    for place, (key, _, _) in enumerate(DERIVED):
        yield (DERIVED_BLOCK, "level", place), f'=IFERROR({_DERIVED[key]},"{UNKNOWN}")'
    for place in range(YEARS.rows):
        year = YEARS.at("year", place)
        yield (YEARS, "year", place), f"={_number_of_year(place)}"
        for key, formula in _year(place).items():
            yield (YEARS, key, place), f'=IF({year}="","",IFERROR({formula},"{UNKNOWN}"))'
    for place in range(LINE_BLOCK.rows):
        yield from _line(place, is_now)


def discount(months: str) -> str:
    """Present value of 1 that is cash in a month."""
    return f"(1+{assumed('cost_of_capital')})^(-({months})/12)"


def abroad(months: str) -> str:
    """What the currency leaves of 1 that is cash in a month."""
    share = term("foreign_share")
    forward = f"{derived('forward')}^(({months})/12)*(1-{assumed('fx_spread')})"
    return f"IF({share}=0,1,1-{share}+{share}*{forward})"


def credit(months: str) -> str:
    """What is left of a fee that the client owes for so many months, because it may become insolvent."""
    default, lost = assumed("default_probability"), assumed("loss_given_default")
    return f"IF({default}=0,1,IF({lost}=0,1,1-{lost}+{lost}*(1-{default})^(MAX(0,{months})/12)))"


def _beta(share: str) -> str:
    """A parameter of the Beta mixture; 0 where clients do not differ and there is none."""
    spread = assumed("retention_spread")
    return f"IF({spread}-{LEAST_SPREAD}<0,0,({share})*(1/{spread}-1))"


_STAYS = assumed("annual_retention")
_ADVANCE, _REFUNDABLE, _SLA = term("billing_in_advance"), term("prepayment_refundable"), term("sla_credit")
_DERIVED = {
    "lives": f"(1-{assumed('churn_hazard')})*(1-{assumed('default_probability')})",
    "leaves": _beta(f"1-{_STAYS}"),
    "stays": f"{_beta(_STAYS)}+{term('client_tenure_months')}/12",
    "prepaid": f"IF({_ADVANCE}+0=0,0,IF({_REFUNDABLE}+0=1,0,1))",
    "pay_months": f"{term('payment_days')}*12/365",
    "at_start": discount(f"{derived('pay_months')}-0.5"),
    "credit": credit(derived("pay_months")),
    "credited": f"IF({_SLA}=0,1,1-{assumed('sla_miss_probability')}*{_SLA})",
    "forward": f"MIN(1,(1+{assumed('rate_base')})/(1+{assumed('rate_foreign')}))",
    **{
        key: f'SUMPRODUCT(--({lines("kind")}="{kind}"))'
        for key, kind in (("recurring", Kind.RECURRING), ("metered", Kind.METERED), ("one_off", Kind.ONE_OFF))
    },
}


# ── Years ───────────────────────────────────────────────────────────────────────────────────────────────
def _excess(distance: str, deviation: str) -> str:
    """E[(X - strike)+] of a Normal, from mean less strike and standard deviation (Bachelier, undiscounted)."""
    z = f"({distance})/({deviation})"
    spread = f"({distance})*NORMSDIST({z})+({deviation})*{_DENSITY.format(z=z)}"
    return f"IF({deviation}=0,MAX(({distance})+0,0),{spread})"


def _number_of_year(place: int) -> str:
    """A year's number from 1; blank after the horizon."""
    horizon = assumed("horizon_months")
    if place == 0:
        return f'IF(ISNUMBER({horizon}),1,"")'
    before = YEARS.at("year", place - 1)
    return f'IF({before}="","",IF(12*{before}<{horizon},{before}+1,""))'


def _year(place: int) -> dict[str, str]:
    """The formulas of one year; the first is year 1, whose index is 1."""
    year = YEARS.at("year", place)
    gone, is_metered = f"({year}-1)", derived("metered")
    infl, floor, cap = assumed("inflation"), term("uplift_floor"), term("uplift_cap")
    deviation = f"{assumed('inflation_vol')}*SQRT({gone})"
    least = f'IF({cap}="{NONE}",{floor}+0,MIN({floor}+0,{cap}+0))'
    put = f'IF({floor}="{NONE}",0,{_excess(f"{least}-{infl}", deviation)})'
    call = f'IF({cap}="{NONE}",0,{_excess(f"{infl}-{cap}", deviation)})'
    clause = term("most_favoured_price")
    since = "0" if place == 0 else f"(1-(1-{assumed('mfn_trigger')})^{gone})"
    bitten = f"{clause}*{assumed('mfn_gap')}*{since}"
    before = YEARS.at("price", max(place - 1, 0))
    end = f"12*{year}"
    paid = f"{end}+{derived('pay_months')}"
    owed = f"IF({end}-{term('term_months')}>0,0,{_true_up('short', place)})"
    return {
        "uplift": "0" if place == 0 else f"IF(12*{gone}-{term('price_lock_months')}<0,0,{infl}+{put}-{call})",
        "price": "1" if place == 0 else f"{before}*(1+{YEARS.at('uplift', place)})",
        "favoured": f"IF({clause}=0,1,1-{bitten})",
        "factor": f"{YEARS.at('price', place)}*{YEARS.at('favoured', place)}",
        "cost": "1" if place == 0 else f"(1+{infl})^{gone}",
        "worth_short": f"IF({is_metered}=0,0,{discount(paid)}*{abroad(paid)}*{derived('credit')})",
        "worth_back": f"IF({is_metered}=0,0,{discount(end)}*{abroad(end)})",
        "shortfall": f"IF({is_metered}=0,0,{owed})",
        "rebate": f"IF({is_metered}=0,0,0-{_true_up('back', place)})",
    }


def _true_up(key: str, place: int) -> str:
    """A year's shortfall fees or rebates: mean use at the price of the last month in which each line runs, if it is served to its
    end. 0 where it is 0 for every line, whatever else is unknown."""
    of_lines, last = lines(key), f"12*{YEARS.at('year', place)}-1"
    until, off_until = lines("runs_until"), lines("off_until")
    price = f"(1-{lines('off')}*(1-({last}>={off_until})*({until}-1>={off_until})))"
    months = f"({last}-{{0,1,2,3,4,5,6,7,8,9,10,11}})"
    used = f"SUMPRODUCT({of_lines}*{price}*{active_share_formula(months)})"
    is_nothing = f"AND(COUNT({of_lines})={LINE_BLOCK.rows},SUMSQ({of_lines})=0)"
    served = f"INDEX({MONTHS.all('served')},{last}+1)"
    return f"IF({is_nothing},0,{served}*{YEARS.at('factor', place)}*{used})"


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────
def active_share_formula(month: str) -> str:
    """The share of every line that is in use in a month from 0: its ramp while it runs, else 0."""
    since, ramp = f"({month}-{lines('origin')}+1)", lines("ramp")
    runs = f"({month}>={lines('runs_from')})*({month}<{lines('runs_until')})"
    return f"{runs}*(({since}>={ramp})+({since}<{ramp})*{since}/{ramp})"


def price_share(month: str) -> str:
    """What the discount of every line leaves of its list price in a month, while it lasts."""
    return f"(1-{lines('off')}*({month}<{lines('off_until')}))"


def _line(place: int, is_now: bool) -> Iterator[tuple[LevelPlace, str]]:
    """The formulas of one line."""
    row = LINES.first + place
    name, kind = LINE_BLOCK.at("name", place), LINE_BLOCK.at("kind", place)
    typed = {column.name: cell(row, LINES.column(column.name), QUOTE) for column in LINES.columns}
    yield (LINE_BLOCK, "name", place), f'=TRIM({typed["name"]}&"")'
    yield (LINE_BLOCK, "kind", place), f'=IF({name}="","",LOWER(TRIM({typed["kind"]})))'
    yield (LINE_BLOCK, "product", place), f'=IF({name}="","",TRIM({typed["product"]}&""))'
    for lever in LINE_LEVERS:
        own = LINE_BLOCK.at(lever.name, place)
        has = "OR(" + ",".join(f'{kind}="{one}"' for one in sorted(lever.kinds)) + ")"
        level = traded(lever, own, name) if is_now else as_level(typed[lever.name], lever.quantity)
        yield (LINE_BLOCK, lever.name, place), f'=IF({has},{level},"")'
    at = {field.key: block.at(field.key, place) for block in (LINE_BLOCK, EARNED_BLOCK) for field in block.fields}
    for key, formula in _window(at).items():
        yield (LINE_BLOCK, key, place), f"={formula}"
    yield (EARNED_BLOCK, "line", place), f"={name}&\"\""
    for key, formula in _earns(at).items():
        yield (EARNED_BLOCK, key, place), f'=IFERROR({formula},"{UNKNOWN}")'


def _window(at: dict[str, str]) -> dict[str, str]:
    """When a line runs, from which month its ramp, its free months and the months of its discount count, and its discount.

    Always numbers: what is unknown makes the line's money unknown, and not the money of other lines. A line that starts in the
    month in which a line of the same product ends continues it, and so on back; each column looks twice as far back as the one
    before it, which is far enough for all lines of a quote.
    """
    served = f'OR({at["kind"]}="{Kind.RECURRING}",{at["kind"]}="{Kind.METERED}")'
    products, starts, ends = (lines(key) for key in ("product", "runs_from", "runs_until"))
    same = f"EXACT({products},{at['product']})"
    first = f"SUMPRODUCT(MAX({same}*({ends}={at['runs_from']})*({at['runs_from']}-{starts})))"

    def further(key: str) -> str:
        """What the line that starts there says: where two start there, they say the same."""
        return f"SUMPRODUCT(MAX({same}*({starts}={at[key]})*({ends}>0)*{lines(key)}))"

    def number(key: str, otherwise: str) -> str:
        return f"IF(ISNUMBER({at[key]}),{at[key]},{otherwise})"

    until = f'IF({at["end_month"]}="{NONE}",{NO_END},{number("end_month", "0")})'
    lasts = f'IF(ISNUMBER({at["discount_months"]}),{at["origin"]}+{at["discount_months"]},{NO_END})'
    return {
        "runs_from": number("start_month", "0"),
        "runs_until": f'IF(AND({served},ISNUMBER({at["start_month"]})),{until},0)',
        "after_1": f'IF(AND({served},{at["product"]}<>""),{at["runs_from"]}-{first},{at["runs_from"]})',
        **{
            key: f'IF(AND({served},{at["product"]}<>""),{further(before)},{at["runs_from"]})'
            for key, before in (("after_2", "after_1"), ("after_4", "after_2"), ("origin", "after_4"))
        },
        "ramp": number("ramp_months", "1"),
        "off": number("discount", "0"),
        "off_until": f"IF({served},IF({at['off']}=0,0,{lasts}),0)",
    }


def _earns(at: dict[str, str]) -> dict[str, str]:
    """What a line earns and costs in a month at full ramp and index 1, at list price, and what a one-off line does in all.

    Unknown where the line's own window, ramp or discount is.
    """

    def where(one: Kind, formula: str) -> str:
        return f'IF({at["kind"]}="{one}",{formula},0)'

    def number(key: str) -> str:
        return f'IF({at[key]}="{NONE}",0,{at[key]})'

    ran = f"0*({at['ramp_months']}+{at['start_month']}+{number('end_month')})"
    lasted = f"0*({at['discount']}+IF({at['discount']}=0,0,{number('discount_months')}))"
    sold = f"{at['list_price']}*{at['quantity']}+{ran}+{lasted}"

    def cost(key: str) -> str:
        spent = f"{at[key]}*{at['quantity']}"
        return f"IF({spent}=0,0,{spent}+{ran})"

    commitment, rate = term("commitment"), term("take_or_pay_rate")
    threshold, rebate = term("rebate_threshold"), term("rebate_rate")
    spread, fast, usage = at["demand_cv"], term("months_brought_forward"), at["usage"]
    short = f"IF({commitment}=0,0,IF({rate}=0,0,{rate}*{usage}*{_excess(f'{commitment}-1', spread)}))"
    back = f'IF({threshold}="{NONE}",0,IF({rebate}=0,0,{rebate}*{usage}*{_excess(f"1-{threshold}", spread)}))'
    ready = f"{at['delivery_months']}-{fast}"
    listed = f"{at['list_price']}*{at['quantity']}"
    hurry = f"IF({fast}=0,0,{fast}*{assumed('acceleration_cost')})"
    return {
        "fee": where(Kind.RECURRING, sold),
        "recurring_cost": where(Kind.RECURRING, cost("unit_cost")),
        "support": where(Kind.RECURRING, cost("support_cost")),
        "usage": where(Kind.METERED, sold),
        "usage_cost": where(Kind.METERED, cost("unit_cost")),
        "short": where(Kind.METERED, short),
        "back": where(Kind.METERED, back),
        "ready": where(Kind.ONE_OFF, f'IF({ready}<1,"{UNKNOWN}",{ready})'),
        "listed": where(Kind.ONE_OFF, listed),
        "once": where(Kind.ONE_OFF, f"{listed}*(1-{at['discount']})"),
        "work": where(Kind.ONE_OFF, f"({at['unit_cost']}*{at['quantity']}+{hurry})/{at['ready']}"),
    }
