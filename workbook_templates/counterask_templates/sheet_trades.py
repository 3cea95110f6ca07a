"""The Trades sheet: what the client asks, what the rep answers, and what it all does to deal value."""

from __future__ import annotations

from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict

from . import looks
from .in_force import value_in_force
from .layout import (
    NOTES,
    POLICY_TABLE,
    RESULTS_SHEET,
    TRADE_RESULTS,
    TRADES,
    TRADES_TABLE,
    live_name,
    live_top,
)
from .manager_layout import in_force
from .natives import Facts, Native, fixed, number, of_client, total
from .pen import LINE_HEIGHT, Pen, header_height, lines_of
from .specs import cell

BANNER = (3, 1)
"""Row and column of the banner's cell."""
BAND = 4
NOT_LIVE = (
    "? Not computed: an input shows an error, or the counterask functions are not here. "
    "Use the add-in, or: counterask value FILE.xlsx"
)
"""What the banner says where the functions cannot be called; no other cell then shows a number of its own."""
NOT_READ = "? No trade can be told: an input is wrong. The note below says which, and what to type."
"""What the banner says where bad input leaves every trade without a verdict."""
NOTHING = "✔ No trades yet: type what the client asks for."
_COUNTED = (
    (Verdict.CONCESSION, "granted for nothing"),
    (Verdict.BLOCKED, "blocked"),
    (Verdict.CANNOT_TELL, "cannot tell"),
    (Verdict.STALLED, "stalled"),
)
_OPENING_SHAPES = ("▲", "■", "?")
"""Shapes of a sentence on the opening that the banner repeats: there is something to agree to, or it cannot be told."""
_TOTALS = ("Cost", "Worth", "Net", "Shortfall")


ALL_TOLD, NOT_ALL_TOLD = "✔ No unbalanced concessions", "? Not every trade has a verdict"
"""Where no trade is unbalanced: what cannot be told is no good news."""


def _count(verdict: Verdict) -> str:
    """How many trades have a verdict. Not COUNTIF: while a person types, Calc answers it from before the edit."""
    return f'SUMPRODUCT(--({TRADE_RESULTS.data("Verdict")}="{verdict}"))'


def _banner_formula() -> str:
    verdicts, short = TRADE_RESULTS.data("Verdict"), TRADE_RESULTS.data("Shortfall")
    unbalanced = _count(Verdict.UNBALANCED)
    missing = f'SUMPRODUCT(--({verdicts}="{Verdict.UNBALANCED}"),{short})'
    noun = f'IF({unbalanced}=1," unbalanced concession"," unbalanced concessions")'
    said = f'"✖ "&{unbalanced}&{noun}&", short by "&FIXED({missing},0)&" "&Currency'
    told = f'IF({_count(Verdict.CANNOT_TELL)}=0,"{ALL_TOLD}","{NOT_ALL_TOLD}")'
    parts = [f"IF({unbalanced}=0,{told},{said})"]
    for verdict, words in _COUNTED:
        count = _count(verdict)
        parts.append(f'IF({count}=0,"","   {VERDICT_LOOKS[verdict].mark} "&{count}&" {words}")')
    allowed, stalled = in_force("stalls_allowed"), _count(Verdict.STALLED)
    parts.append(f'IF({stalled}=0,"",IF(ISNUMBER({allowed})," of "&{allowed}&" allowed",""))')
    empty = f'COUNTIF({TRADES_TABLE.data("ask")},"?*")=0'
    unread = f'SUMPRODUCT(--({verdicts}<>""))=0'
    said = f'IF({empty},"{NOTHING}",IF({unread},"{NOT_READ}",{"&".join(parts)}))'
    is_fine = f"OR({empty},AND({unbalanced}=0,{_count(Verdict.CANNOT_TELL)}=0,NOT({unread})))"
    opening = f'IFERROR({cell(live_top(NOTES), 1, RESULTS_SHEET)}&"","")'
    is_said = "OR(" + ",".join(f'LEFT({opening},1)="{shape}"' for shape in _OPENING_SHAPES) + ")"
    before = f'IF(AND({is_said},{is_fine}),{opening}&"   ","")'
    after = f'IF(AND({is_said},NOT({is_fine})),"   "&{opening},"")'
    return f'=IF(ISERROR(INDEX({live_name(TRADE_RESULTS)},1,1)),"{NOT_LIVE}",{before}&{said}&{after})'


def say_banner(facts: Facts) -> str:
    """What the banner says: unbalanced concessions and what they are short of, trades that need a look, what the opening gave.

    What is wrong comes first, so that the banner has its colour.
    """
    said, opening = _say_trades(facts), str(facts.results["notes"][0][0])
    if opening[:1] not in _OPENING_SHAPES:
        return said
    return f"{opening}   {said}" if said.startswith("✔") else f"{said}   {opening}"


def _say_trades(facts: Facts) -> str:
    if not any(facts.inputs("Trades", "ask")):
        return NOTHING
    verdicts, short = facts.found("trades", "Verdict"), facts.found("trades", "Shortfall")
    if not any(verdicts):
        return NOT_READ
    count = verdicts.count(str(Verdict.UNBALANCED))
    missing = total(money for verdict, money in zip(verdicts, short, strict=True) if verdict == Verdict.UNBALANCED)
    noun = "unbalanced concession" if count == 1 else "unbalanced concessions"
    currency = facts.header.get("currency") or ""
    told = NOT_ALL_TOLD if str(Verdict.CANNOT_TELL) in verdicts else ALL_TOLD
    words = f"✖ {count} {noun}, short by {fixed(missing)} {currency}" if count else told
    for verdict, said in _COUNTED:
        if str(verdict) in verdicts:
            words += f"   {VERDICT_LOOKS[verdict].mark} {verdicts.count(str(verdict))} {said}"
    allowed = number(value_in_force(facts, POLICY_TABLE, "Stalls allowed"))
    if str(Verdict.STALLED) in verdicts and allowed is not None:
        words += f" of {allowed:g} allowed"
    return words


def _total(field: str) -> Native:
    formula = f"=SUM({TRADE_RESULTS.data(field)})"
    return Native(TRADES, BAND, TRADE_RESULTS.column(field), formula, lambda facts: total(facts.found("trades", field)))


_CLIENT = of_client(TRADES, TRADE_RESULTS.column("Shortfall"))
_BANNER = Native(TRADES, *BANNER, _banner_formula(), say_banner)
_SUMS = tuple(_total(field) for field in _TOTALS)
NATIVES: tuple[Native, ...] = (_CLIENT, _BANNER, *_SUMS)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "One row an ask, with what you ask for in return beside it. Each row of a trade has its id."
    page = pen.open(TRADES, "Trades", words)
    pen.widths(page, TRADES_TABLE)
    for place, width in enumerate(TRADE_RESULTS.widths, TRADE_RESULTS.left - 1):
        page.set_column(place, place, width)
    across = TRADE_RESULTS.right - _CLIENT.column
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=across)
    page.set_row(BANNER[0] - 1, 34)
    pen.native(page, _BANNER, pen.styles.banner(), across=TRADE_RESULTS.right - 1)
    looks.sentence(pen, page, (*BANNER, BANNER[0], TRADE_RESULTS.right))
    _bands(pen)
    pen.table(page, TRADES_TABLE)
    pen.result(page, TRADE_RESULTS)
    inputs = [(column.header, column.width) for column in TRADES_TABLE.columns]
    found = zip(TRADE_RESULTS.headers, TRADE_RESULTS.widths, strict=True)
    page.set_row(TRADES_TABLE.top - 1, header_height([*inputs, *found]))
    _heights(pen)
    looks.hatched_lines(pen, page, "ask", "ask_line")
    looks.hatched_lines(pen, page, "counter_ask", "counter_ask_line")
    looks.verdicts(pen, page)
    page.freeze_panes(TRADES_TABLE.top, 2)
    page.repeat_rows(0, TRADES_TABLE.top - 1)
    page.print_area(0, 0, _last_printed(pen), TRADE_RESULTS.right - 1)
    pen.close(page)


def _last_printed(pen: Pen) -> int:
    """The last row on paper, from 0: some empty rows behind the last trade, and not pages of them."""
    filled = [row for row, cells in enumerate(pen.facts.tables["Trades"], TRADES_TABLE.first) if any(cells)]
    return min(TRADES_TABLE.bottom, max(TRADES_TABLE.first + 16, max(filled, default=0) + 4)) - 1


def _bands(pen: Pen) -> None:
    """Over the headers: whose columns they are, and the totals."""
    page, band = pen.pages[TRADES], pen.styles.band()
    bands = (
        ("The client asks", TRADES_TABLE.left, TRADES_TABLE.column("ask_to")),
        ("You answer", TRADES_TABLE.column("response"), TRADES_TABLE.right),
        ("All trades", TRADE_RESULTS.left, TRADE_RESULTS.column("Cost") - 1),
        ("Verdict", TRADE_RESULTS.column("Mark"), TRADE_RESULTS.right),
    )
    page.set_row(BAND - 1, LINE_HEIGHT + 4)
    for words, first, last in bands:
        page.merge_range(BAND - 1, first - 1, BAND - 1, last - 1, words, band)
    for native in _SUMS:
        pen.native(page, native, pen.styles.result("whole_money", bold=True, bg_color="#DCE9EC"))


def _heights(pen: Pen) -> None:
    """Two lines of text a row; more where a reason or a note needs them, one where nothing stands yet."""
    page = pen.pages[TRADES]
    reason, note = TRADES_TABLE.columns[-1].width, TRADE_RESULTS.widths[TRADE_RESULTS.fields.index("Note")] * 1.15
    for row in range(TRADES_TABLE.rows):
        cells, said = pen.facts.tables["Trades"][row], str(pen.facts.results["trades"][row][-1])
        if cells[1] is None and cells[5] is None:
            page.set_row(TRADES_TABLE.first - 1 + row, 2 * LINE_HEIGHT)
            continue
        lines = max(2, lines_of(str(cells[-1] or ""), reason), lines_of(said, note))
        page.set_row(TRADES_TABLE.first - 1 + row, lines * LINE_HEIGHT)
