"""The levels that the cash flow reads, as formulas: terms and assumptions, and the list of changes that trades make.

The other formulas name a level (`term`, `assumed`) without knowing its cell. A term or assumption gets a cell because a
formula names it, so there is no second list of the inputs that the months read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from counterask.inputs.levers import LANGUAGES, LEVER_BY_NAME, TERM_LEVERS, Lever
from counterask.inputs.quantities import Quantity
from counterask.reading.tables import plain, plain_as_written
from counterask.verdicts.trades import Verdict

from ..layout import (
    CASH_OPENING,
    PICKS,
    QUOTE,
    RESULTS_SHEET,
    TERMS,
    TRADE_RESULTS,
    TRADE_ROWS,
    TRADES,
    TRADES_TABLE,
    live_top,
)
from ..manager_layout import in_force
from ..natives import number_or_none
from ..specs import area, cell
from .cash_layout import ASSUMPTION_BLOCK, CHANGES, NONE, TERM_BLOCK, UNKNOWN, Block

LevelPlace = tuple[Block, str, int]
"""A cell: its block, field and row in the block, from 0."""

_NAME = re.compile(r"«(\w+)»")


def term(name: str) -> str:
    """The level of a term, for a formula. Which cell it is follows from all formulas together: `with_cells`."""
    return f"«{LEVER_BY_NAME[name].name}»"


def assumed(name: str) -> str:
    """An assumption, for a formula; as `term`."""
    return f"«{ASSUMPTION_BY_NAME[name].name}»"


def names_used(formulas: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms and the assumptions that formulas name, in the order of the registries.

    Raises ValueError where the sheet has no room for them.
    """
    found = {name for formula in formulas for name in _NAME.findall(formula)}
    terms = tuple(lever.name for lever in TERM_LEVERS if lever.name in found)
    assumptions = tuple(one.name for one in ASSUMPTIONS if one.name in found)
    if len(assumptions) > ASSUMPTION_BLOCK.rows:
        raise ValueError(f"the cash flow sheets have no room for {len(assumptions)} assumptions")
    return terms, assumptions


def with_level_cells(formula: str, cells: dict[str, str]) -> str:
    """A formula with the cell of each level that it names. cells : name -> address."""
    return _NAME.sub(lambda found: cells[found[1]], formula)


# ── Terms and assumptions ───────────────────────────────────────────────────────────────────────────────
def level_formulas(terms: Iterable[str], assumptions: Iterable[str], is_now: bool) -> Iterator[tuple[LevelPlace, str]]:
    """The formula of each level."""
    for place, name in enumerate(terms):
        own = TERM_BLOCK.at("level", place)
        yield (TERM_BLOCK, "level", place), "=" + (traded(LEVER_BY_NAME[name], own) if is_now else _typed_term(name))
    for place, name in enumerate(assumptions):
        yield (ASSUMPTION_BLOCK, "level", place), f"={as_level(in_force(name), ASSUMPTION_BY_NAME[name])}"


def as_level(address: str, quantity: Quantity) -> str:
    """A cell as a level of a quantity; anything that cannot be one is unknown."""
    if quantity.is_switch:
        return _switch(address, f'IF(ISNUMBER({address}),{address},"{UNKNOWN}")')
    otherwise = f'"{UNKNOWN}"'
    if quantity.none_means:
        otherwise = f'IF(TRIM({address})="{NONE}","{NONE}","{UNKNOWN}")'
    return f"IF(ISNUMBER({address}),{address},{otherwise})"


def _switch(address: str, otherwise: str) -> str:
    """yes or no as 1 or 0."""
    yes = f'OR({address}=TRUE,{address}="yes",{address}="y",{address}="true",{address}="1")'
    no = f'OR({address}=FALSE,{address}="no",{address}="n",{address}="false",{address}="0")'
    return f'IF({address}="",{otherwise},IF({yes},1,IF({no},0,{otherwise})))'


def _typed_term(name: str) -> str:
    """The level of an opening term, from the cell in which it is typed."""
    row = TERMS.first + [lever.name for lever in TERM_LEVERS].index(name)
    return as_level(cell(row, TERMS.column("opening"), QUOTE), LEVER_BY_NAME[name].quantity)


def traded(lever: Lever, own: str, line: str = "") -> str:
    """The level that the last granted change of a lever left, or that of the opening.

    own : the cell on both sheets. line : the cell of the line's name.
    """
    names = area(CHANGES.top, CHANGES.column("ask"), CHANGES.bottom, CHANGES.column("also"))
    levels = area(CHANGES.top, CHANGES.column("ask_level"), CHANGES.bottom, CHANGES.column("also_level"))
    labels = (plain_as_written(lever.words(one).name) for one in LANGUAGES)
    words = dict.fromkeys((plain(lever.label), plain(lever.name), *labels))
    hits = "+".join(f'EXACT({names},"{word}|"{f"&{line}" if line else ""})' for word in words)
    last = f"SUMPRODUCT(MAX(({hits})*({CHANGES.all('order')}+{{0,{_COUNTER_ASK},{2 * _COUNTER_ASK}}})))"
    level = f"INDEX({levels},MOD({last},{_COUNTER_ASK}),INT(MOD({last},{_TRADE})/{_COUNTER_ASK})+1)"
    return f"IF({some_trade_is_not_computed()},{_quoted(UNKNOWN)},IF({last}=0,'{CASH_OPENING}'!{own},{level}))"


def some_trade_is_not_computed() -> str:
    """Whether a trade that was answered with yes has no verdict, so that no level of the present deal is known."""
    return f"COUNT({CHANGES.all('order')})<{CHANGES.rows}"


# ── Changes ─────────────────────────────────────────────────────────────────────────────────────────────
_TRADE, _COUNTER_ASK = 1000, 100
"""The place of a change in the ledger's order: 1000 for each row above its trade's first, 100 for a counter-ask, 200 for one in
the cell *Also ask*, and its row."""
assert TRADE_ROWS < _COUNTER_ASK


def change_formulas() -> Iterator[tuple[LevelPlace, str]]:
    """The list of changes: for each row of the Trades table its ask and its counter-ask, if granted, and their place in the
    ledger's order."""
    for place in range(CHANGES.rows):
        for key, formula in _change(place).items():
            yield (CHANGES, key, place), f"={formula}"


def order_of(trade_row: int, row: int) -> int:
    """The place of a granted trade's ask in the ledger's order. trade_row, row : rows of the Trades table from 1."""
    return trade_row * _TRADE + row


def _change(place: int) -> dict[str, str]:
    row = TRADES_TABLE.first + place
    order = CHANGES.at("order", place)
    start = CHANGES.at("trade_row", place)
    asks = "&".join(cell(row, TRADES_TABLE.column(side), TRADES) for side in ("ask", "counter_ask"))
    unknown = f'AND({start}>0,{_is_yes(start)},{asks}<>"",{_found("Net", start)}="")'
    granted = f"IF({_granted(start)},{start}*{_TRADE}+{place + 1},0)"
    found = {"trade_row": _trade_row(place), "order": f"IF({unknown},{_quoted(UNKNOWN)},{granted})"}
    for key, side in (("ask", "ask"), ("counter", "counter_ask")):
        lever, line, to = (cell(row, TRADES_TABLE.column(name), TRADES) for name in (side, f"{side}_line", f"{side}_to"))
        word = lever
        for mark in (" ", "_", "-", ".", ","):
            word = f'SUBSTITUTE({word},"{mark}","")'
        found[key] = f'IF(OR({order}=0,{lever}=""),"",LOWER({word})&"|"&TRIM({line}&""))'
        level = f'IF(ISNUMBER({to}),{to},IF(TRIM({to})="{NONE}","{NONE}",{_switch(to, _quoted(UNKNOWN))}))'
        found[f"{key}_level"] = f'IF({CHANGES.at(key, place)}="","",{level})'
    found |= _phrases(place, order, found)
    return found


def _phrases(place: int, order: str, own: Mapping[str, str]) -> dict[str, str]:
    """The counter-asks that stand as phrases, and the levels that a package grants, taken apart by the functions. own : the
    formulas for a lever and its level."""
    top = live_top(PICKS) + place
    taken = {field: cell(top, 1 + PICKS.fields.index(field), RESULTS_SHEET) for field in PICKS.fields}
    words = {field: f'IFERROR({taken[field]}&"","")' for field in ("Counter-ask", "Also ask")}
    said, granted = words["Counter-ask"], f'IFERROR({taken["Ask to"]}&"","")'
    asked = CHANGES.at("ask", place)
    return {
        "ask_level": f'IF({asked}="","",IF({granted}<>"",{taken["Ask to"]},{own["ask_level"]}))',
        "counter": f'IF({order}=0,"",IF({said}<>"",{said},{own["counter"]}))',
        "counter_level": f'IF({said}<>"",{taken["Counter-ask to"]},{own["counter_level"]})',
        "also": f'IF({order}=0,"",{words["Also ask"]})',
        "also_level": f'IF({CHANGES.at("also", place)}="","",{taken["Also ask to"]})',
    }


def _quoted(words: str) -> str:
    return f'"{words}"'


def _trade_row(place: int) -> str:
    """The row, from 1, at which the trade of a row starts; 0 where there is none yet.

    A row without an id, or with an id alone, goes with the trade above it; one that has the id of an earlier trade, and neither
    an ask nor a response, continues that trade.
    """
    row = TRADES_TABLE.first + place
    trade, ask, response = (cell(row, TRADES_TABLE.column(name), TRADES) for name in ("trade", "ask", "response"))
    ids = TRADES_TABLE.data("trade", TRADES)
    others = [name for name in (column.name for column in TRADES_TABLE.columns) if name != "trade"]
    is_empty = f'{"&".join(cell(row, TRADES_TABLE.column(name), TRADES) for name in others)}=""'
    goes_with_above = f'OR(TRIM({trade}&"")="",{is_empty})'
    if place == 0:
        return f"IF({goes_with_above},0,1)"
    above = CHANGES.at("trade_row", place - 1)
    last = TRADE_ROWS + 1
    same = f'EXACT(TRIM({ids}&""),TRIM({trade}&""))'
    first = f"{last}-SUMPRODUCT(MAX({same}*({last + TRADES_TABLE.first - 1}-ROW({ids}))))"
    goes_on = f'EXACT(TRIM({trade}&""),TRIM(INDEX({ids},MAX(1,{above}))&""))'
    further = f'IF({goes_on},{above},IF(TRIM({ask}&"")="",{first},{place + 1}))'
    return f'IF({goes_with_above},{above},IF({response}="",{further},{place + 1}))'


def _granted(start: str) -> str:
    """Whether a trade moves the deal: as `moves_the_deal`, from the results of the functions."""
    net, verdict = _found("Net", start), _found("Verdict", start)
    return f'AND({start}>0,{_is_yes(start)},ISNUMBER({net}),{verdict}<>"{Verdict.BLOCKED}")'


def _is_yes(start: str) -> str:
    """Whether a trade was answered with yes."""
    response = f"INDEX({TRADES_TABLE.data('response', TRADES)},MAX(1,{start}))"
    return f'OR(TRIM({response}&"")="",LOWER(LEFT(TRIM({response}&""),LEN("yes")))="yes")'


def _found(field: str, start: str) -> str:
    """A result of the functions for a trade."""
    return f"INDEX({TRADE_RESULTS.data(field, TRADES)},MAX(1,{start}))"


def moves_the_deal(net: object, verdict: object) -> bool:
    """Whether a trade that was answered with yes moves the deal: it has a price and is not blocked."""
    return number_or_none(net) is not None and verdict != Verdict.BLOCKED
