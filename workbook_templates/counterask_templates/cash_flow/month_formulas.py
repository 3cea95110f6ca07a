"""The formulas of the cash flow sheets: from the input cells to a row for each month, in the spreadsheet's own words.

Every formula reads cells of its own sheet, of Quote, Assumptions and Trades, and of the opening's sheet where a level was
not traded. A blank or wrong input is "?" and stays "?" in whatever needs it; comparisons with a level are written as
differences, because a spreadsheet takes any text for greater than any number. `cash_values` computes the same cells with the
engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ..layout import CASH_NOW
from .cash_layout import (
    ASSUMPTION_BLOCK,
    CASH_FIELDS,
    LINE_BLOCK,
    MONTHS,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    UNKNOWN,
    UNTOLD,
    WORTH_OF,
    YEARS,
    derived,
)
from .levels import Place, assumed, change_formulas, level_formulas, names_used, term, with_cells
from .line_formulas import line_formulas, ramp_share


@cache
def levels_used() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms and the assumptions that the formulas read, in the order of their rows."""
    return names_used(formula for _, formula in _formulas(is_now=False))


@cache
def level_cells() -> dict[str, str]:
    """The cell of each level that the formulas read: name -> address, the same on both sheets."""
    terms, assumptions = levels_used()
    found = {name: TERM_BLOCK.at("level", place) for place, name in enumerate(terms)}
    return found | {name: ASSUMPTION_BLOCK.at("level", place) for place, name in enumerate(assumptions)}


def formulas(sheet: str) -> Iterator[tuple[Place, str]]:
    """Every formula of one of the two sheets, each at its place."""
    is_now, cells = sheet == CASH_NOW, level_cells()
    yield from level_formulas(*levels_used(), is_now)
    for place, formula in _formulas(is_now):
        yield place, with_cells(formula, cells)
    if is_now:
        yield from change_formulas()


def _formulas(is_now: bool) -> Iterator[tuple[Place, str]]:
    """What reads the levels. Levels are named, not yet located."""
    yield from line_formulas(is_now)
    for key, place in SUM_ROWS.items():
        for field, formula in _sums(key).items():
            yield (SUM_BLOCK, field, place), f"={formula}"
    for place in range(MONTHS.rows):
        yield from _month(place)


_BY_WORTH = {worth: [key for key in WORTH_OF if WORTH_OF[key] == worth] for worth in dict.fromkeys(WORTH_OF.values())}
"""What says what 1 is worth today -> the columns of cash that it holds for."""


# ── Months ──────────────────────────────────────────────────────────────────────────────────────────────
def _discount(months: str) -> str:
    return f"(1+{assumed('cost_of_capital')})^(-({months})/12)"


def _abroad(months: str) -> str:
    """What the currency leaves of 1 that is cash in a month."""
    share = term("foreign_share")
    forward = f"{derived('forward')}^(({months})/12)*(1-{assumed('fx_spread')})"
    return f"IF({share}=0,1,1-{share}+{share}*{forward})"


def _month(place: int) -> Iterator[tuple[Place, str]]:
    """The formulas of one month."""
    horizon, month = assumed("horizon_months"), f"A{MONTHS.top + place}"
    if place == 0:
        yield (MONTHS, "month", 0), f'=IF(ISNUMBER({horizon}),0,"")'
    else:
        before = f"A{MONTHS.top + place - 1}"
        yield (MONTHS, "month", place), f'=IF({before}="","",IF({before}+1<{horizon},{before}+1,""))'
    for key, formula in _month_cells(place).items():
        yield (MONTHS, key, place), f'=IF({month}="","",IFERROR({formula},"{UNKNOWN}"))'


def _month_cells(place: int) -> dict[str, str]:
    row = MONTHS.top + place
    at = {field.key: f"{MONTHS.letter(field.key)}{row}" for field in MONTHS.fields}
    before = {key: f"{MONTHS.letter(key)}{row - 1}" for key in ("served", "fee")}
    m, year, began, served = at["month"], at["year"], at["began"], at["served"]
    first, later, block = term("term_months"), term("renewal_term_months"), term("billing_months")
    exits, stay, tfc_stay = term("tfc_from_month"), derived("stay"), derived("tfc_stay")
    is_recurring, is_metered, is_once = derived("recurring"), derived("metered"), derived("one_off")
    pay = derived("pay_months")
    may_not_leave = f"{m}-MAX(1,{exits}+0)<0"
    left = f'IF({exits}="{NONE}",1,IF({may_not_leave},1,{tfc_stay}))'
    start = f"{began}+INT(({m}-{began})/{block})*{block}"
    following = f"IF({m}-{first}<0,{first}+0,{began}+{later})"
    end = f"MIN({start}+{block},{following},{assumed('horizon_months')}+0)"
    invoice, used = f"{at['invoice']}+{pay}", f"{m}+1+{pay}"
    fee_months, covered = term("tfc_fee_months"), term("warranty_months")
    leaving = f"{before['served']}*{stay}*(1-{tfc_stay})*{fee_months}*{before['fee']}"
    exit_fees = f"IF({assumed('tfc_hazard')}=0,0,{leaving})"
    claims, bound, margin = assumed("warranty_claim_rate"), term("exclusivity_months"), assumed("exclusivity_margin")
    ready = LINE_BLOCK.all("ready")
    in_warranty = f"SUMPRODUCT(({m}-{ready}>=0)*({m}-{ready}-{covered}<0)*{LINE_BLOCK.all('listed')})"
    is_year_end = f"MOD({m}+1,12)=0"
    of_month = f"{at[CASH_FIELDS[0].key]}:{at[CASH_FIELDS[-1].key]}"

    def of_lines(key: str) -> str:
        ramp = "usage_ramp" if key.startswith("usage") else "ramp"
        return f"SUMPRODUCT({LINE_BLOCK.all(key)}*{ramp_share(f'({m}+1)', ramp)})"

    def true_up(key: str) -> str:
        """What a year's shortfall fees or rebates come to at its end; 0 where there are none, whatever the price."""
        of_year = f"INDEX({YEARS.all(key)},{year})"
        return f"IF({of_year}=0,0,{served}*{at['price']}*{of_year})"

    return {
        "year": f"INT({m}/12)+1",
        "began": f"IF({m}-{first}<0,0,{first}+INT(({m}-{first})/{later})*{later})",
        "served": "1" if place == 0 else f"{before['served']}*{stay}*{left}*IF({began}-{m}=0,{term('renewal_probability')},1)",
        "price": f"INDEX({YEARS.all('factor')},{year})",
        "cost": f"INDEX({YEARS.all('cost')},{year})",
        "middle": _discount(f"{m}+0.5"),
        "start": _discount(f"{m}+{pay}"),
        "invoice": f'IF({is_recurring}=0,"",IF({term("billing_in_advance")}-1=0,{start},{end}))',
        "worth_fee": f'IF({is_recurring}=0,0,{_discount(invoice)}*{_abroad(invoice)})',
        "worth_use": f'IF({is_metered}=0,0,{_discount(used)}*{_abroad(used)})',
        "fee": f"IF({is_recurring}=0,0,IF({m}-{term('free_months')}<0,0,{at['price']}*{derived('kept')}*{of_lines('fee')}))",
        "recurring_fees": f"IF({is_recurring}=0,0,{served}*{at['fee']})",
        "recurring_cost": f"IF({is_recurring}=0,0,-{served}*{at['cost']}*{of_lines('recurring_cost')})",
        "support": f"IF({is_recurring}=0,0,-{served}*{at['cost']}*{of_lines('support')})",
        "exit_fees": "0"
        if place == 0
        else f'IF({is_recurring}=0,0,IF({exits}="{NONE}",0,IF({fee_months}=0,0,IF({may_not_leave},0,{exit_fees}))))',
        "metered_fees": f"IF({is_metered}=0,0,{served}*{at['price']}*{of_lines('usage')})",
        "metered_cost": f"IF({is_metered}=0,0,-{served}*{at['cost']}*{of_lines('usage_cost')})",
        "shortfall": f"IF({is_metered}=0,0,IF({is_year_end},IF({m}+1-{first}>0,0,{true_up('shortfall')}),0))",
        "rebate": f"IF({is_metered}=0,0,IF({is_year_end},-{true_up('rebate')},0))",
        "once": f"IF({is_once}=0,0,SUMPRODUCT(({ready}-{m}=0)*{LINE_BLOCK.all('once')}))",
        "damages": f"IF({is_once}=0,0,{_damages(at['once'])})",
        "work": f"IF({is_once}=0,0,-SUMPRODUCT(({m}-{ready}<0)*{LINE_BLOCK.all('work')}))",
        "warranty": f"IF({is_once}=0,0,IF({covered}=0,0,IF({claims}=0,0,-{served}*{claims}*{in_warranty})))",
        "exclusivity": f"IF({bound}=0,0,IF({margin}=0,0,IF({m}-{bound}<0,-{served}*{margin},0)))",
        "cash": f'IF(COUNT({of_month})<{len(CASH_FIELDS)},"{UNKNOWN}",SUM({of_month}))',
        "today": "+".join(f"({'+'.join(at[key] for key in keys)})*{at[worth]}" for worth, keys in _BY_WORTH.items()),
    }


def _damages(price: str) -> str:
    rate = term("late_damages_rate")
    return f"IF({rate}=0,0,-{assumed('late_probability')}*{rate}*{price})"


# ── Sums ────────────────────────────────────────────────────────────────────────────────────────────────
def _sums(key: str) -> dict[str, str]:
    """The formulas of one row of sums, by column."""
    horizon = assumed("horizon_months")
    columns = [field.key for field in CASH_FIELDS]
    if key == "expected":
        found = {
            name: f'IF(COUNT({MONTHS.all(name)})<>{horizon},"{UNTOLD}",SUM({MONTHS.all(name)}))' for name in (*columns, "cash")
        }
    elif key == "within":
        found = {name: _within(name, horizon) for name in columns}
        found["today"] = _total([SUM_BLOCK.at(name, SUM_ROWS[key]) for name in columns])
    elif key == "after":
        late = _after(horizon)
        found = {name: f'IF({derived("one_off")}=0,0,IFERROR({formula},"{UNTOLD}"))' for name, formula in late.items()}
        found["today"] = _total([SUM_BLOCK.at(name, SUM_ROWS[key]) for name in found])
    else:
        late = _after(horizon)
        found = {
            name: _total([SUM_BLOCK.at(name, SUM_ROWS[row]) for row in (("within", "after") if name in late else ("within",))])
            for name in columns
        }
        found["today"] = _total([SUM_BLOCK.at("today", SUM_ROWS[row]) for row in ("within", "after")])
    return found


def _total(addresses: list[str]) -> str:
    listed = ",".join(addresses)
    return f'IF(COUNT({listed})<>{len(addresses)},"{UNTOLD}",SUM({listed}))'


def _within(name: str, horizon: str) -> str:
    """Present value of a column of cash: unknown where a month is, or where what it is worth is and it matters."""
    cash, worth = MONTHS.all(name), MONTHS.all(WORTH_OF[name])
    known = f'IF(COUNT({worth})<>{horizon},"{UNTOLD}",SUMPRODUCT({cash},{worth}))'
    return f'IF(COUNT({cash})<>{horizon},"{UNTOLD}",IF(SUMSQ({cash})=0,0,{known}))'


def _after(horizon: str) -> dict[str, str]:
    """One-off prices and cost after the horizon: they count even where delivery takes longer."""
    ready, pay, rate = LINE_BLOCK.all("ready"), derived("pay_months"), assumed("cost_of_capital")
    price = f"SUMPRODUCT(({ready}-{horizon}>=0)*{LINE_BLOCK.all('once')}*(1+{rate})^(-({ready}+{pay})/12))"
    late = f"({ready}-{horizon})"
    a_month = f"(1+{rate})^(-1/12)"
    summed = f"(1-{a_month}^({late}*({late}>0)))/(1-{a_month})"
    weighted = f"SUMPRODUCT(({late}>0)*{LINE_BLOCK.all('work')}*{summed})"
    counted = f"SUMPRODUCT(({late}>0)*{LINE_BLOCK.all('work')}*{late})"
    cost = f"IF(ABS({rate})<0.000000001,{counted},{weighted})*{_discount(f'{horizon}+0.5')}"
    return {"once": price, "damages": _damages(SUM_BLOCK.at("once", SUM_ROWS["after"])), "work": f"-{cost}"}



def address(place: Place) -> tuple[int, int]:
    """The row and column of a cell."""
    block, key, row = place
    return block.top + row, block.column(key)
