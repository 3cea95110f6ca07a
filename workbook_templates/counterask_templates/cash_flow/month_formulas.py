"""The formulas of the cash flow sheets: from the input cells to a row for each month, in the spreadsheet's own words.

Every formula reads cells of its own sheet, of Quote, Assumptions and Trades, and of the opening's sheet where a level was
not traded. A blank or wrong input is "?" and stays "?" in whatever needs it; comparisons with a level are written as
differences, because a spreadsheet takes any text for greater than any number. `cash_values` computes the same cells with the
engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from counterask.inputs.levers import LEVER_BY_NAME, Kind
from counterask.pricing.components import TERM_COSTS, TermCost

from ..layout import CASH_NOW
from .cash_layout import (
    ASSUMPTION_BLOCK,
    CASH_FIELDS,
    MONTHS,
    NONE,
    SUM_BLOCK,
    SUM_ROWS,
    TERM_BLOCK,
    UNKNOWN,
    UNTOLD,
    WORTH_OF,
    YEAR_SUMS,
    YEARLY_FIELDS,
    YEARLY_WORTH_OF,
    YEARS,
    derived,
    lines,
)
from .levels import LevelPlace, assumed, change_formulas, level_formulas, names_used, term, with_level_cells
from .line_formulas import LEAST_SPREAD, abroad, active_share_formula, credit, discount, line_formulas, price_share


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


def formulas(sheet: str) -> Iterator[tuple[LevelPlace, str]]:
    """Every formula of one of the two sheets, each at its place."""
    is_now, cells = sheet == CASH_NOW, level_cells()
    yield from level_formulas(*levels_used(), is_now)
    for place, formula in _formulas(is_now):
        yield place, with_level_cells(formula, cells)
    if is_now:
        yield from change_formulas()


def _formulas(is_now: bool) -> Iterator[tuple[LevelPlace, str]]:
    """What reads the levels. Levels are named, not yet located."""
    yield from line_formulas(is_now)
    for key, place in SUM_ROWS.items():
        for field, formula in _sums(key).items():
            yield (SUM_BLOCK, field, place), f"={formula}"
    for key, worth in YEARLY_WORTH_OF.items():
        for place, formula in enumerate(_sums_of_years(key, worth)):
            yield (YEAR_SUMS, key, place), f"={formula}"
    for place in range(MONTHS.rows):
        yield from _month(place)


_BY_WORTH = {worth: [key for key in WORTH_OF if WORTH_OF[key] == worth] for worth in dict.fromkeys(WORTH_OF.values())}
"""What 1 is worth today -> the columns of cash for which it holds."""


# ── Months ──────────────────────────────────────────────────────────────────────────────────────────────
def _month(place: int) -> Iterator[tuple[LevelPlace, str]]:
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
    m, served = at["month"], at["served"]
    year = f"INT({m}/12)+1"
    price, cost = f"INDEX({YEARS.all('factor')},{year})", f"INDEX({YEARS.all('cost')},{year})"
    is_recurring, is_metered, is_once = derived("recurring"), derived("metered"), derived("one_off")
    pay, used = derived("pay_months"), f"{m}+1+{derived('pay_months')}"
    paid, waits = f"{at['invoice']}+{pay}", f"{at['invoice']}+{pay}-{m}-0.5"
    covered, claims = term("warranty_months"), assumed("warranty_claim_rate")
    ready, active = lines("ready"), active_share_formula(m)
    in_warranty = f"SUMPRODUCT(({m}-{ready}>=0)*({m}-{ready}-{covered}<0)*{lines('listed')})"
    paying = f"({m}-{lines('origin')}-{term('free_months')}>=0)"
    earned = f"IF({derived('prepaid')}+0=0,{served},INDEX({MONTHS.all('served')},{at['invoice']}+1))"
    of_month = f"{at[CASH_FIELDS[0].key]}:{at[CASH_FIELDS[-1].key]}"
    true_ups = {
        "cash": "+".join(f"INDEX({YEARS.all(key)},{year})" for key in YEARLY_WORTH_OF),
        "today": "+".join(
            f"INDEX({YEARS.all(key)},{year})*INDEX({YEARS.all(worth)},{year})" for key, worth in YEARLY_WORTH_OF.items()
        ),
    }

    def of_lines(key: str, *shares: str) -> str:
        return f"SUMPRODUCT({'*'.join((lines(key), active, *shares))})"

    def with_true_ups(key: str, formula: str) -> str:
        return f"{formula}+IF(MOD({m}+1,12)=0,{true_ups[key]},0)"

    def worth(columns: tuple[str, ...]) -> str:
        return "*".join((at[columns[0]], *map(derived, columns[1:])))

    worths = "+".join(f"({'+'.join(at[key] for key in keys)})*{worth(columns)}" for columns, keys in _BY_WORTH.items())
    sold = of_lines("fee", price_share(m), paying)
    return {
        **_who_is_left(place, at),
        "middle": discount(f"{m}+0.5"),
        "worth_fee": f"IF({is_recurring}=0,0,{discount(paid)}*{abroad(paid)}*{credit(waits)})",
        "worth_use": f"IF({is_metered}=0,0,{discount(used)}*{abroad(used)}*{credit(f'{pay}+0.5')})",
        "recurring_fees": f"IF({is_recurring}=0,0,{earned}*{price}*{derived('credited')}*{sold})",
        "recurring_cost": f"IF({is_recurring}=0,0,0-{served}*{cost}*{of_lines('recurring_cost')})",
        "support": f"IF({is_recurring}=0,0,0-{served}*{cost}*{of_lines('support')})",
        **_on_exit(place, at, price, (of_lines("fee", price_share(m)), of_lines("usage", price_share(m)))),
        "metered_fees": f"IF({is_metered}=0,0,{served}*{price}*{of_lines('usage', price_share(m))})",
        "metered_cost": f"IF({is_metered}=0,0,0-{served}*{cost}*{of_lines('usage_cost')})",
        "once": f"IF({is_once}=0,0,SUMPRODUCT(({ready}-{m}=0)*{lines('once')}))",
        "damages": f"IF({is_once}=0,0,{_damages(at['once'])})",
        "work": f"IF({is_once}=0,0,0-SUMPRODUCT(({m}-{ready}<0)*{lines('work')}))",
        "warranty": f"IF({is_once}=0,0,IF({covered}=0,0,IF({claims}=0,0,0-{served}*{claims}*{in_warranty})))",
        **{key: _cost_of_a_term(cost, m, served) for key, cost in TERM_COSTS.items()},
        "cash": with_true_ups("cash", f'IF(COUNT({of_month})<{len(CASH_FIELDS)},"{UNKNOWN}",SUM({of_month}))'),
        "today": with_true_ups("today", worths),
    }


def _who_is_left(place: int, at: dict[str, str]) -> dict[str, str]:
    """The term and the billing block of a month, who can leave in it, who wishes to, and who is left.

    The wish to stay is a Beta mixture: the first year by the gamma function, each later month from the one a year before it.
    """
    m, began, before = at["month"], at["began"], {key: f"{MONTHS.letter(key)}{MONTHS.top + place - 1}" for key in ("stays",)}
    first, later, block = term("term_months"), term("renewal_term_months"), term("billing_months")
    exits, inertia, renews = term("tfc_from_month"), assumed("renewal_inertia"), term("auto_renewal")
    in_advance = f"{began}+INT(({m}-{began})/{block})*{block}"
    in_arrears = f"MIN((INT({m}/{block})+1)*{block},{assumed('horizon_months')}+0)"
    till_end = f"IF({m}-{first}<0,{first}+0,{began}+{later})-{m}"
    running = f'SUMPRODUCT(({lines("kind")}="{Kind.RECURRING}")*{_runs(m)})'
    is_prepaid = f"AND({derived('prepaid')}+0=1,{at['invoice']}<>{m},{running}>0)"
    exit_or_not = f"IF({till_end}-{term('tfc_fee_months')}<=0,1,IF({is_prepaid},1,{inertia}+0))"
    inside = f'IF({exits}="{NONE}",1,IF({m}-MAX(1,{exits}+0)<0,1,{exit_or_not}))'
    share, spread, years = assumed("annual_retention"), assumed("retention_spread"), f"{m}/12"
    leaves, wishes = derived("leaves"), derived("stays")
    if place < 12:
        both = f"{wishes}+{leaves}"
        logarithm = f"GAMMALN({wishes}+{years})-GAMMALN({wishes})+GAMMALN({both})-GAMMALN({both}+{years})"
        alike, mixture = f"{share}^({years})", f"EXP({logarithm})"
    else:
        year_ago = f"{MONTHS.letter('wish')}{MONTHS.top + place - 12}"
        alike, mixture = f"{year_ago}*{share}", f"{year_ago}*(1-{leaves}/({wishes}+{leaves}+{years}-1))"
    return {
        "began": f"IF({m}-{first}<0,0,{first}+INT(({m}-{first})/{later})*{later})",
        "invoice": f"IF({term('billing_in_advance')}-1=0,{in_advance},{in_arrears})",
        "held": "1" if place == 0 else f"IF({began}-{m}=0,IF({renews}+0=0,0,{inertia}+0),{inside})",
        "wish": "1" if place == 0 else f"IF({spread}-{LEAST_SPREAD}<0,{alike},{mixture})",
        "stays": "1"
        if place == 0
        else f"IF({at['held']}-1=0,{before['stays']},{at['held']}*{before['stays']}+(1-{at['held']})*{at['wish']})",
        "served": "1" if place == 0 else f"{derived('lives')}^({years})*{at['stays']}",
    }


def _runs(month: str) -> str:
    """Whether each line runs in a month."""
    return f"({month}>={lines('runs_from')})*({month}<{lines('runs_until')})"


def _on_exit(place: int, at: dict[str, str], price: str, of_lines: tuple[str, str]) -> dict[str, str]:
    """The full fees of a month, on which a fee on early exit is based, and the fees of those who leave in it."""
    exits, months = term("tfc_from_month"), term("tfc_fee_months")
    recurring, metered = of_lines
    full = f"{price}*({derived('credited')}*{recurring}+{metered})"
    before = {key: f"{MONTHS.letter(key)}{MONTHS.top + place - 1}" for key in ("stays", "full")}
    leaving = f"{derived('lives')}^({at['month']}/12)*({before['stays']}-{at['stays']})"
    owed = f"IF({at['held']}-1=0,0,IF({at['began']}-{at['month']}=0,0,{leaving}*{months}*{before['full']}))"

    def where_owed(formula: str) -> str:
        return f'IF({exits}="{NONE}",0,IF({months}=0,0,{formula}))'

    return {"full": where_owed(full), "exit_fees": "0" if place == 0 else where_owed(owed)}


def _cost_of_a_term(cost: TermCost, month: str, served: str) -> str:
    """What a term costs us in a month. Nothing where one of its inputs is 0, even where another one is unknown."""
    levels = {name: term(name) if name in LEVER_BY_NAME else assumed(name) for name in cost.names}
    paid = "*".join(levels[name] for name in cost.each)
    is_paid, share = (f"{month}-{levels[cost.months]}<0", f"{served}*") if cost.months else (f"{month}=0", "")
    formula = f"IF({is_paid},0-{share}{paid},0)"
    for name in reversed(cost.names):
        formula = f"IF({levels[name]}=0,0,{formula})"
    return formula


def _damages(price: str) -> str:
    rate = term("late_damages_rate")
    return f"IF({rate}=0,0,0-{assumed('late_probability')}*{rate}*{price})"


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
        found["today"] = _total([*(SUM_BLOCK.at(name, SUM_ROWS[key]) for name in columns), *_OF_YEARS])
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


_OF_YEARS = [YEAR_SUMS.at(field.key, 1) for field in YEARLY_FIELDS]


def _total(addresses: list[str]) -> str:
    listed = ",".join(addresses)
    return f'IF(COUNT({listed})<>{len(addresses)},"{UNTOLD}",SUM({listed}))'


def _within(name: str, horizon: str) -> str:
    """Present value of a column of cash: unknown where a month is, or where what it is worth is and it matters."""
    cash, worth = MONTHS.all(name), MONTHS.all(WORTH_OF[name][0])
    product = "*".join((f"SUMPRODUCT({cash},{worth})", *map(derived, WORTH_OF[name][1:])))
    known = f'IF(COUNT({worth})<>{horizon},"{UNTOLD}",IFERROR({product},"{UNTOLD}"))'
    return f'IF(COUNT({cash})<>{horizon},"{UNTOLD}",IF(SUMSQ({cash})=0,0,{known}))'


def _sums_of_years(key: str, worth: str) -> tuple[str, str]:
    """What a column of true-ups adds up to: expected, and worth today."""
    cash, worths, horizon = YEARS.all(key), YEARS.all(worth), assumed("horizon_months")
    known = f'IF(COUNT({worths})*12<>{horizon},"{UNTOLD}",SUMPRODUCT({cash},{worths}))'
    return (
        f'IF(COUNT({cash})*12<>{horizon},"{UNTOLD}",SUM({cash}))',
        f'IF(COUNT({cash})*12<>{horizon},"{UNTOLD}",IF(SUMSQ({cash})=0,0,{known}))',
    )


def _after(horizon: str) -> dict[str, str]:
    """One-off prices and cost after the horizon: they count even where delivery takes longer."""
    ready, pay, rate = lines("ready"), derived("pay_months"), assumed("cost_of_capital")
    price = f"SUMPRODUCT(({ready}-{horizon}>=0)*{lines('once')}*(1+{rate})^(-({ready}+{pay})/12))"
    late = f"({ready}-{horizon})"
    a_month = f"(1+{rate})^(-1/12)"
    summed = f"(1-{a_month}^({late}*({late}>0)))/(1-{a_month})"
    weighted = f"SUMPRODUCT(({late}>0)*{lines('work')}*{summed})"
    counted = f"SUMPRODUCT(({late}>0)*{lines('work')}*{late})"
    cost = f"IF(ABS({rate})<0.000000001,{counted},{weighted})*{discount(f'{horizon}+0.5')}"
    return {"once": f"{price}*{derived('credit')}", "damages": _damages(price), "work": f"0-{cost}"}


def address(place: LevelPlace) -> tuple[int, int]:
    """The row and column of a cell."""
    block, key, row = place
    return block.top + row, block.column(key)
