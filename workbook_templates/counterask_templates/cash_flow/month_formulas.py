"""The formulas of the cash flow sheets: from the input cells to a row for each month, in the spreadsheet's own words.

Every formula reads cells of its own sheet, of Quote, Assumptions and Trades, and of the opening's sheet where a level was
not traded. A blank or wrong input is "?" and stays "?" in whatever needs it; comparisons with a level are written as
differences, for a spreadsheet takes any text for greater than any number. `months` is the same, month by month in Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS, Kind
from counterask.reading.tables import plain

from ..layout import (
    ASSUMED,
    ASSUMPTIONS_TABLE,
    CASH_NOW,
    CASH_OPENING,
    LINES,
    QUOTE,
    TERMS,
    TRADE_RESULTS,
    TRADE_ROWS,
    TRADES,
    TRADES_TABLE,
)
from ..specs import cell
from .cash_layout import (
    ASSUMPTION_BLOCK,
    ASSUMPTIONS_USED,
    CASH_FIELDS,
    CHANGES,
    DERIVED,
    DERIVED_BLOCK,
    LEVEL_FIELDS,
    LINE_BLOCK,
    MONTHS,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    TERMS_USED,
    UNKNOWN,
    UNTOLD,
    WORTH_OF,
    YEARS,
    Block,
    assumed,
    derived,
    term,
)

Place = tuple[Block, str, int]
"""A cell: its block, field and row in the block, from 0."""

_DENSITY = "EXP(0-({z})^2/2)/SQRT(2*PI())"
"""Not -(z)^2: a spreadsheet takes the sign before the power."""
STANDS_STILL = ("the new level of ", "leave nothing of ")
"""Words in the note of a trade that cannot be told and does not move the deal, as the functions say them."""
_SWITCHES = frozenset(lever.name for lever in TERM_LEVERS if lever.quantity.is_switch)
_WITH_NONE = frozenset(lever.name for lever in TERM_LEVERS if lever.quantity.none_means)


def formulas(sheet: str) -> Iterator[tuple[Place, str]]:
    """Every formula of one of the two sheets, each at its place."""
    is_now = sheet == CASH_NOW
    for place, name in enumerate(TERMS_USED):
        yield (TERM_BLOCK, "level", place), "=" + (_traded(plain(name), term(name)) if is_now else _typed_term(name))
    for place, name in enumerate(ASSUMPTIONS_USED):
        yield (ASSUMPTION_BLOCK, "level", place), f"={_number(_assumption(name))}"
    for place, (key, _, _) in enumerate(DERIVED):
        yield (DERIVED_BLOCK, "level", place), f"={_DERIVED[key]}"
    for place in range(YEARS.rows):
        yield (YEARS, "year", place), f"={place + 1}" if place == 0 else f"={YEARS.at('year', place - 1)}+1"
        for key, formula in _year(place).items():
            yield (YEARS, key, place), f'=IFERROR({formula},"{UNKNOWN}")'
    for place in range(LINE_BLOCK.rows):
        yield from _line(place, is_now)
    for key, place in SUM_ROWS.items():
        for field, formula in _sums(key).items():
            yield (SUM_BLOCK, field, place), f"={formula}"
    for place in range(MONTHS.rows):
        yield from _month(place)
    if is_now:
        for place in range(CHANGES.rows):
            for key, formula in _change(place).items():
                yield (CHANGES, key, place), f"={formula}"


# ── Levels ──────────────────────────────────────────────────────────────────────────────────────────────
def _number(address: str) -> str:
    """A cell as a number; anything else is unknown."""
    return f'IF(ISNUMBER({address}),{address},"{UNKNOWN}")'


def _switch(address: str, otherwise: str) -> str:
    """yes or no as 1 or 0."""
    yes = f'OR({address}=TRUE,{address}="yes",{address}="y",{address}="true",{address}="1")'
    no = f'OR({address}=FALSE,{address}="no",{address}="n",{address}="false",{address}="0")'
    return f'IF({address}="",{otherwise},IF({yes},1,IF({no},0,{otherwise})))'


def _typed_term(name: str) -> str:
    """The level of an opening term, from the cell in which it is typed."""
    row = TERMS.first + [lever.name for lever in TERM_LEVERS].index(name)
    address = cell(row, TERMS.column("opening"), QUOTE)
    if name in _SWITCHES:
        return _switch(address, f'IF(ISNUMBER({address}),{address},"{UNKNOWN}")')
    if name in _WITH_NONE:
        return f'IF(ISNUMBER({address}),{address},IF(TRIM({address})="{NONE}","{NONE}","{UNKNOWN}"))'
    return _number(address)


def _assumption(name: str) -> str:
    row = ASSUMPTIONS_TABLE.first + [quantity.name for quantity in ASSUMPTIONS].index(name)
    return cell(row, ASSUMPTIONS_TABLE.column("value"), ASSUMED)


def _traded(key: str, own: str, line: str = "") -> str:
    """The level that the last granted change of a lever left, or that of the opening.

    key : the lever as the list of changes names it. own : the cell on both sheets. line : the cell of the line's name.
    """
    keys, order, levels = (CHANGES.all(field) for field in ("key", "order", "level"))
    named = f'"{key}|"&{line}' if line else f'"{key}|"'
    hits = f"EXACT({keys},{named})"
    last = f"SUMPRODUCT(MAX({hits}*{order}))"
    return f"IF({last}=0,'{CASH_OPENING}'!{own},INDEX({levels},MATCH({last},{order},0)))"


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
        "cost": f"(1+{infl})^{gone}",
        "shortfall": _if_any(LINE_BLOCK.all("short"), months),
        "rebate": _if_any(LINE_BLOCK.all("back"), months),
    }


def _if_any(of_lines: str, months: str) -> str:
    """A year's sum over the lines, by their ramps; 0 where it is 0 for every line, whatever their ramps."""
    is_nothing = f"AND(COUNT({of_lines})={LINE_BLOCK.rows},SUMSQ({of_lines})=0)"
    return f"IF({is_nothing},0,SUMPRODUCT({of_lines}*{_ramp(months, 'usage_ramp')}))"


def _ramp(month: str, key: str) -> str:
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
        level = _traded(plain(lever.name), at, name) if is_now else _number(typed)
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
        return f"SUMPRODUCT({LINE_BLOCK.all(key)}*{_ramp(f'({m}+1)', ramp)})"

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
    elif key == "behind":
        late = _behind(horizon)
        found = {name: f'IF({derived("one_off")}=0,0,IFERROR({formula},"{UNTOLD}"))' for name, formula in late.items()}
        found["today"] = _total([SUM_BLOCK.at(name, SUM_ROWS[key]) for name in found])
    else:
        late = _behind(horizon)
        found = {
            name: _total([SUM_BLOCK.at(name, SUM_ROWS[row]) for row in (("within", "behind") if name in late else ("within",))])
            for name in columns
        }
        found["today"] = _total([SUM_BLOCK.at("today", SUM_ROWS[row]) for row in ("within", "behind")])
    return found


def _total(addresses: list[str]) -> str:
    listed = ",".join(addresses)
    return f'IF(COUNT({listed})<>{len(addresses)},"{UNTOLD}",SUM({listed}))'


def _within(name: str, horizon: str) -> str:
    """Present value of a column of cash: unknown where a month is, or where what it is worth is and it matters."""
    cash, worth = MONTHS.all(name), MONTHS.all(WORTH_OF[name])
    known = f'IF(COUNT({worth})<>{horizon},"{UNTOLD}",SUMPRODUCT({cash},{worth}))'
    return f'IF(COUNT({cash})<>{horizon},"{UNTOLD}",IF(SUMSQ({cash})=0,0,{known}))'


def _behind(horizon: str) -> dict[str, str]:
    """One-off prices and cost behind the horizon: they count even where delivery takes longer."""
    ready, pay, rate = LINE_BLOCK.all("ready"), derived("pay_months"), assumed("cost_of_capital")
    price = f"SUMPRODUCT(({ready}-{horizon}>=0)*{LINE_BLOCK.all('once')}*(1+{rate})^(-({ready}+{pay})/12))"
    late = f"({ready}-{horizon})"
    a_month = f"(1+{rate})^(-1/12)"
    summed = f"(1-{a_month}^({late}*({late}>0)))/(1-{a_month})"
    weighted = f"SUMPRODUCT(({late}>0)*{LINE_BLOCK.all('work')}*{summed})"
    counted = f"SUMPRODUCT(({late}>0)*{LINE_BLOCK.all('work')}*{late})"
    cost = f"IF(ABS({rate})<0.000000001,{counted},{weighted})*{_discount(f'{horizon}+0.5')}"
    return {"once": price, "damages": _damages(SUM_BLOCK.at("once", SUM_ROWS["behind"])), "work": f"-{cost}"}


# ── Changes ─────────────────────────────────────────────────────────────────────────────────────────────
def _change(place: int) -> dict[str, str]:
    """One row of the list of changes: an ask or a counter-ask, whether it was granted, and where in the ledger's order."""
    is_counter, number = divmod(place, TRADE_ROWS)
    row = TRADES_TABLE.first + number
    side, words = ("counter_ask", "counter-ask") if is_counter else ("ask", "ask")
    trade, response = (cell(row, TRADES_TABLE.column(name), TRADES) for name in ("trade", "response"))
    lever, line, to = (cell(row, TRADES_TABLE.column(name), TRADES) for name in (side, f"{side}_line", f"{side}_to"))
    start, granted, key = CHANGES.at("trade_row", place), CHANGES.at("granted", place), CHANGES.at("key", place)
    if is_counter:
        began = CHANGES.at("trade_row", number)
        allowed = CHANGES.at("granted", number)
    else:
        began, allowed = _trade_row(place, trade, response, lever), _granted(start)
    word = lever
    for mark in (" ", "_", "-", ".", ","):
        word = f'SUBSTITUTE({word},"{mark}","")'
    return {
        "said": f'IF({lever}="","","{words} "&TRIM(INDEX({TRADES_TABLE.data("trade", TRADES)},MAX(1,{start}))))',
        "trade_row": began,
        "granted": allowed,
        "key": f'IF(AND({granted}=1,{lever}<>""),LOWER({word})&"|"&TRIM({line}&""),"")',
        "order": f'IF({key}="",0,{start}*1000+{100 * is_counter + number + 1})',
        "level": f'IF({key}="","",IF(ISNUMBER({to}),{to},IF(TRIM({to})="{NONE}","{NONE}",{_switch(to, _quoted(UNKNOWN))})))',
    }


def _quoted(words: str) -> str:
    return f'"{words}"'


def _trade_row(place: int, trade: str, response: str, ask: str) -> str:
    """The row, from 1, at which the trade of a row starts; 0 where there is none yet.

    A row without an id goes on with the trade above it; one that has the id of an earlier trade, and neither an ask nor a
    response, goes on with that trade.
    """
    ids = TRADES_TABLE.data("trade", TRADES)
    if place == 0:
        return f'IF(TRIM({trade}&"")="",0,1)'
    above = CHANGES.at("trade_row", place - 1)
    last = TRADE_ROWS + 1
    same = f'EXACT(TRIM({ids}&""),TRIM({trade}&""))'
    first = f"{last}-SUMPRODUCT(MAX({same}*({last + TRADES_TABLE.first - 1}-ROW({ids}))))"
    goes_on = f'EXACT(TRIM({trade}&""),TRIM(INDEX({ids},MAX(1,{above}))&""))'
    further = f'IF({goes_on},{above},IF(TRIM({ask}&"")="",{first},{place + 1}))'
    return f'IF(TRIM({trade}&"")="",{above},IF({response}="",{further},{place + 1}))'


def _granted(start: str) -> str:
    """Whether a trade was answered with yes and moves the deal: its net, from the functions, is a number.

    One whose worth cannot be told for want of an input of the deal moves it, too; not one whose own level is blank.
    """
    response = f"INDEX({TRADES_TABLE.data('response', TRADES)},MAX(1,{start}))"
    net = f"INDEX({TRADE_RESULTS.data('Net', TRADES)},MAX(1,{start}))"
    note = f"INDEX({TRADE_RESULTS.data('Note', TRADES)},MAX(1,{start}))"
    is_yes = f'OR(TRIM({response}&"")="",LOWER(LEFT(TRIM({response}&""),3))="yes")'
    stands = ",".join(f'ISERROR(SEARCH("{words}",{note}))' for words in STANDS_STILL)
    moves = f'OR(ISNUMBER({net}),AND({net}="{UNTOLD}",{stands}))'
    return f"IF(AND({start}>0,{is_yes},{moves}),1,0)"


def address(place: Place) -> tuple[int, int]:
    """The row and column of a cell."""
    block, key, row = place
    return block.top + row, block.column(key)

