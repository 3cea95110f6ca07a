"""The formulas of what lies between the levels and the months: what follows from the levels, the years, the lines."""

from __future__ import annotations

from collections.abc import Iterator

from counterask.inputs.levers import LINE_LEVERS, Kind

from ..layout import LINES, QUOTE
from ..specs import cell
from .cash_layout import DERIVED, DERIVED_BLOCK, LEVEL_FIELDS, LINE_BLOCK, NONE, UNKNOWN, YEARS
from .levels import Place, as_number, assumed, term, traded

_DENSITY = "EXP(0-({z})^2/2)/SQRT(2*PI())"
"""Not -(z)^2: a spreadsheet takes the sign before the power."""


def line_formulas(is_now: bool) -> Iterator[tuple[Place, str]]:
    """Every formula of the three blocks, each at its place."""
    for place, (key, _, _) in enumerate(DERIVED):
        yield (DERIVED_BLOCK, "level", place), f"={_DERIVED[key]}"
    for place in range(YEARS.rows):
        year = YEARS.at("year", place)
        yield (YEARS, "year", place), f"={_number_of_year(place)}"
        for key, formula in _year(place).items():
            yield (YEARS, key, place), f'=IF({year}="","",IFERROR({formula},"{UNKNOWN}"))'
    for place in range(LINE_BLOCK.rows):
        yield from _line(place, is_now)


_DERIVED = {
    "stay": f'IFERROR((1-{assumed("churn_hazard")})^(1/12),"{UNKNOWN}")',
    "tfc_stay": f'IFERROR((1-{assumed("tfc_hazard")})^(1/12),"{UNKNOWN}")',
    "pay_months": f'IFERROR({term("payment_days")}*12/365,"{UNKNOWN}")',
    "kept": (
        f'IFERROR(IF({term("sla_credit")}=0,1,1-{assumed("sla_miss_probability")}*{term("sla_credit")}),"{UNKNOWN}")'
    ),
    "forward": f'IFERROR((1+{assumed("rate_base")})/(1+{assumed("rate_foreign")}),"{UNKNOWN}")',
    **{
        key: f'SUMPRODUCT(--({LINE_BLOCK.all("kind")}="{kind}"))'
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
    gone = f"({year}-1)"
    infl, floor, cap = assumed("inflation"), term("uplift_floor"), term("uplift_cap")
    deviation = f"{assumed('inflation_vol')}*SQRT({gone})"
    least = f'IF({cap}="{NONE}",{floor}+0,MIN({floor}+0,{cap}+0))'
    call = f'IF({cap}="{NONE}",0,{_excess(f"{infl}-{cap}", deviation)})'
    raised = f"{infl}+{_excess(f'{least}-{infl}', deviation)}-{call}"
    clause = term("most_favoured_price")
    since = "0" if place == 0 else f"(1-(1-{assumed('mfn_trigger')})^{gone})"
    bitten = f"{clause}*{assumed('mfn_gap')}*{since}"
    months = f"(12*{gone}+{{1,2,3,4,5,6,7,8,9,10,11,12}})"
    before = YEARS.at("price", max(place - 1, 0))
    return {
        "uplift": "0" if place == 0 else f"IF(12*{gone}-{term('price_lock_months')}<0,0,{raised})",
        "price": "1" if place == 0 else f"{before}*(1+{YEARS.at('uplift', place)})",
        "favoured": f"IF({clause}=0,1,1-{bitten})",
        "factor": f"{YEARS.at('price', place)}*{YEARS.at('favoured', place)}",
        "cost": "1" if place == 0 else f"(1+{infl})^{gone}",
        "shortfall": _if_any(LINE_BLOCK.all("short"), months),
        "rebate": _if_any(LINE_BLOCK.all("back"), months),
    }


def _if_any(of_lines: str, months: str) -> str:
    """A year's sum over the lines, by their ramps; 0 where it is 0 for every line, whatever their ramps."""
    is_nothing = f"AND(COUNT({of_lines})={LINE_BLOCK.rows},SUMSQ({of_lines})=0)"
    return f"IF({is_nothing},0,SUMPRODUCT({of_lines}*{ramp_share(months, 'usage_ramp')}))"


def ramp_share(month: str, key: str) -> str:
    """The active share of every line in the month that is counted from 1. key : the lines' column of ramps."""
    ramps = LINE_BLOCK.all(key)
    return f"(({month}>={ramps})+({month}<{ramps})*{month}/{ramps})"


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────
def _line(place: int, is_now: bool) -> Iterator[tuple[Place, str]]:
    """The formulas of one line."""
    row = LINES.first + place
    name, kind = LINE_BLOCK.at("name", place), LINE_BLOCK.at("kind", place)
    yield (LINE_BLOCK, "name", place), f'=TRIM({cell(row, LINES.column("name"), QUOTE)}&"")'
    yield (LINE_BLOCK, "kind", place), f'=IF({name}="","",LOWER(TRIM({cell(row, LINES.column("kind"), QUOTE)})))'
    for lever in LINE_LEVERS:
        typed = cell(row, LINES.column(lever.name), QUOTE)
        at = LINE_BLOCK.at(lever.name, place)
        has = "OR(" + ",".join(f'{kind}="{one}"' for one in sorted(lever.kinds)) + ")"
        level = traded(lever, at, name) if is_now else as_number(typed)
        yield (LINE_BLOCK, lever.name, place), f'=IF({has},{level},"")'
    of = {field.key: LINE_BLOCK.at(field.key, place) for field in LEVEL_FIELDS}
    for key, formula in _earns(place, kind, of).items():
        yield (LINE_BLOCK, key, place), f'=IFERROR({formula},"{UNKNOWN}")'


def _earns(place: int, kind: str, of: dict[str, str]) -> dict[str, str]:
    """What a line earns and costs in a month at full ramp and index 1, and what a one-off line does in all."""

    def where(one: Kind, formula: str) -> str:
        return f'IF({kind}="{one}",{formula},0)'

    net = f"{of['list_price']}*(1-{of['discount']})"
    commitment, rate = term("commitment"), term("take_or_pay_rate")
    threshold, rebate = term("rebate_threshold"), term("rebate_rate")
    spread, fast = of["demand_cv"], term("months_brought_forward")
    fee = LINE_BLOCK.at("usage", place)
    short = f"IF({commitment}=0,0,IF({rate}=0,0,{rate}*{fee}*{_excess(f'{commitment}-1', spread)}))"
    back = f'IF({threshold}="{NONE}",0,IF({rebate}=0,0,{rebate}*{fee}*{_excess(f"1-{threshold}", spread)}))'
    ready = f"{of['delivery_months']}-{fast}"
    hurry = f"IF({fast}=0,0,{fast}*{assumed('acceleration_cost')})"
    return {
        "ramp": f'IF({kind}="{Kind.RECURRING}",{of["ramp_months"]},1)',
        "usage_ramp": f'IF({kind}="{Kind.METERED}",{of["ramp_months"]},1)',
        "fee": where(Kind.RECURRING, f"{net}*{of['quantity']}"),
        "recurring_cost": where(Kind.RECURRING, f"{of['unit_cost']}*{of['quantity']}"),
        "support": where(Kind.RECURRING, f"{of['support_cost']}*{of['quantity']}"),
        "usage": where(Kind.METERED, f"{net}*{of['quantity']}"),
        "usage_cost": where(Kind.METERED, f"{of['unit_cost']}*{of['quantity']}"),
        "short": where(Kind.METERED, short),
        "back": where(Kind.METERED, back),
        "ready": where(Kind.ONE_OFF, f'IF({ready}<1,"{UNKNOWN}",{ready})'),
        "listed": where(Kind.ONE_OFF, f"{of['list_price']}*{of['quantity']}"),
        "once": where(Kind.ONE_OFF, f"{net}*{of['quantity']}"),
        "work": where(Kind.ONE_OFF, f"({of['unit_cost']}*{of['quantity']}+{hurry})/{LINE_BLOCK.at('ready', place)}"),
    }


