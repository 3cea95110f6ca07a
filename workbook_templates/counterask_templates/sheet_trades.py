"""The Trades sheet: what the client asks, what the rep answers, and what it all does to deal value."""

from __future__ import annotations

from counterask.counter_asks import picks
from counterask.reading.cells import letters, text
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.result_tables.views import APPROVED
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Verdict

from . import choices, looks
from .in_force import value_in_force
from .layout import (
    HEADLINE,
    NOTES,
    PICKS,
    POLICY_TABLE,
    QUOTE,
    RESULTS_SHEET,
    ROW_VERDICT_COLUMN,
    TRADE_RESULTS,
    TRADES,
    TRADES_TABLE,
    VERDICT_COLUMN,
    VERDICT_HEADERS,
    live_name,
    live_top,
)
from .manager_layout import in_force
from .natives import Facts, Native, fixed, number_or_none, total
from .pen import LINE_HEIGHT, Pen, lines_of
from .specs import area, cell

BANNER = (2, 1)
"""Row and column of the banner's cell."""
BAND = 3
LAST = TRADES_TABLE.column("also_ask")
"""The last column of the first screen: what follows is for who wants more."""
NOT_LIVE = (
    "? Not computed: an input shows an error, or the counterask functions are not here. "
    "Use the add-in, or: counterask value FILE.xlsx"
)
"""What the banner says where the functions cannot be called; no other cell then shows a number of its own."""
NOT_READ = "? No trade can be valued: an input is wrong. The note below says which, and what to type."
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
SMALL, _SMALL_LINE = 9, 12
"""Points of the text in the table, and that a line of it takes."""
_MOST_LINES = 4
VERDICT_WIDTH = 19.8


_PICK_HELP = (
    "Pick what would balance the trade, or type it as one phrase: Term 36 months. It counts as a counter-ask. To take it back, "
    "clear the cell."
)
NOT_COMPUTED = "not computed"
"""What a total says of which the functions have not answered."""
_NO_ASK = f'COUNTIF({TRADES_TABLE.data("ask")},"?*")=0'
_NO_VERDICT = f'SUMPRODUCT(--({TRADE_RESULTS.data("Verdict")}<>""))=0'
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
    empty, unread = _NO_ASK, _NO_VERDICT
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
    allowed = number_or_none(value_in_force(facts, POLICY_TABLE, "Stalls allowed"))
    if str(Verdict.STALLED) in verdicts and allowed is not None:
        words += f" of {allowed:g} allowed"
    return words


def _total(field: str) -> Native:
    """What a column adds up to, where the functions have answered."""

    def say(facts: Facts) -> str | float:
        if any(facts.inputs("Trades", "ask")) and not any(facts.found("trades", "Verdict")):
            return NOT_COMPUTED
        return total(facts.found("trades", field))

    is_missing = f"AND(NOT({_NO_ASK}),{_NO_VERDICT})"
    formula = f'=IF({is_missing},"{NOT_COMPUTED}",SUM({TRADE_RESULTS.data(field)}))'
    return Native(TRADES, BAND, TRADE_RESULTS.column(field), formula, say)


_AGREES = {
    str(Authority.REP): "a rep may agree",
    str(Authority.MANAGER): "a manager must agree",
    str(Authority.FINANCE): "finance must agree",
    str(Authority.NOBODY): "nobody may agree",
    APPROVED: APPROVED,
}
"""Who may agree to a trade, in words."""


def _verdict(row: int) -> Native:
    """A trade's verdict with its shape, and below it who may agree."""
    at = TRADES_TABLE.first + row
    mark, verdict, who = (f"${letters(TRADE_RESULTS.column(name))}{at}" for name in ("Mark", "Verdict", "Who may agree"))
    words = '""'
    for authority, said in reversed(_AGREES.items()):
        words = f'IF({who}="{authority}",CHAR(10)&"{said}",{words})'

    def say(facts: Facts) -> str:
        cells = dict(zip(TRADE_RESULTS.fields, facts.results["trades"][row], strict=True))
        if not cells["Verdict"]:
            return ""
        agrees = _AGREES.get(str(cells["Who may agree"]))
        return f"{cells['Mark']} {cells['Verdict']}" + (f"\n{agrees}" if agrees else "")

    return Native(TRADES, at, VERDICT_COLUMN, f'=IF({verdict}="","",{mark}&" "&{verdict}&{words})', say)


def _row_verdict(row: int) -> Native:
    """The verdict of the trade that a row belongs to: its own, that of the first row with its id, or that of the row above."""
    at = TRADES_TABLE.first + row
    trade, ask, counter = (f"${letters(TRADES_TABLE.column(one))}{at}" for one in ("trade", "ask", "counter_ask"))
    own, above = f"${letters(TRADE_RESULTS.column('Verdict'))}{at}", f"${letters(ROW_VERDICT_COLUMN)}{at - 1}"
    first = f'INDEX({TRADE_RESULTS.data("Verdict")},MATCH({trade},{TRADES_TABLE.data("trade")},0))'
    further = f'IF({trade}="",{above if row else chr(34) * 2},IFERROR({first}&"",""))'

    def say(facts: Facts) -> str:
        verdicts, ids = facts.found("trades", "Verdict"), [text(one) for one in facts.inputs("Trades", "trade")]
        asks, counters = facts.inputs("Trades", "ask"), facts.inputs("Trades", "counter_ask")
        said = ""
        for place in range(row + 1):
            if verdicts[place]:
                said = str(verdicts[place])
            elif not text(asks[place]) and not text(counters[place]):
                said = ""
            elif ids[place]:
                said = str(verdicts[ids.index(ids[place])])
        return said

    formula = f'=IF({own}<>"",{own},IF({ask}&{counter}="","",{further}))'
    return Native(TRADES, at, ROW_VERDICT_COLUMN, formula, say)


def _about() -> Native:
    """Which quote it is: its number, its version, its segment."""

    def say(facts: Facts) -> str:
        number_, version, segment = (text(facts.header.get(one)) for one in ("quote_number", "version", "segment"))
        parts = (f"Quote {number_}" if number_ else "", f"version {version}" if version else "", segment)
        return " · ".join(part for part in parts if part)

    parts = (("Quote ", "Quote_number"), ("version ", "Version"), ("", "Segment"))
    said = "&".join(f'IF({name}="",""," · {word}"&{name})' for word, name in parts)
    return Native(TRADES, 1, TRADES_TABLE.column("ask_line"), f"=MID({said},4,200)", say)


def _deal() -> Native:
    """Deal value and margin, opening and now, in words."""
    places = [[cell(HEADLINE.top + row, HEADLINE.left + column, QUOTE) for column in (1, 2)] for row in (0, 2)]
    (opening, now), (first, last) = places
    money = f'IF(ISNUMBER({now}),FIXED({now},0),{now}&"")'
    share = f'IF(ISNUMBER({last}),FIXED(100*{last},1)&"%",{last}&"")'
    words = f'"Deal value "&FIXED({opening},0)&" → "&{money}&"   Margin "&FIXED(100*{first},1)&"% → "&{share}'

    def say(facts: Facts) -> str:
        rows = facts.results["headline"]
        found, margins = rows[0][1:3], rows[2][1:3]
        if number_or_none(found[0]) is None or number_or_none(margins[0]) is None:
            return ""
        values = [fixed(one) if isinstance(one, float) else str(one) for one in found]
        shares = [f"{100 * one:.1f}%" if isinstance(one, float) else str(one) for one in margins]
        return f"Deal value {values[0]} → {values[1]}   Margin {shares[0]} → {shares[1]}"

    formula = f'=IFERROR(IF(AND(ISNUMBER({opening}),ISNUMBER({first})),{words},""),"")'
    return Native(TRADES, 1, TRADES_TABLE.column("counter_ask_line"), formula, say)


_CLIENT = Native(TRADES, 1, 1, f'=IF(Client="","{TRADES}",Client)', lambda facts: str(facts.header.get("client") or TRADES))
_BANNER = Native(TRADES, *BANNER, _banner_formula(), say_banner)
_SUMS = tuple(_total(field) for field in _TOTALS)
_ABOUT, _DEAL = _about(), _deal()
_ROW_VERDICTS = tuple(_row_verdict(row) for row in range(TRADES_TABLE.rows))
_VERDICTS = tuple(_verdict(row) for row in range(TRADES_TABLE.rows))
NATIVES: tuple[Native, ...] = (_CLIENT, _ABOUT, _DEAL, _BANNER, *_SUMS, *_VERDICTS, *_ROW_VERDICTS)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.open(TRADES)
    pen.widths(page, TRADES_TABLE)
    page.set_column(VERDICT_COLUMN - 1, VERDICT_COLUMN - 1, VERDICT_WIDTH)
    for place, width in zip(TRADE_RESULTS.at, TRADE_RESULTS.widths, strict=True):
        page.set_column(place - 1, place - 1, width)
    page.set_row(0, 24)
    pen.native(page, _CLIENT, pen.styles.title(font_size=14), across=_ABOUT.column - _CLIENT.column - 1)
    pen.native(page, _ABOUT, pen.styles.note(), across=_DEAL.column - _ABOUT.column - 1)
    pen.native(page, _DEAL, pen.styles.get(bold=True, align="right"), across=LAST - _DEAL.column)
    page.set_row(BANNER[0] - 1, 32)
    pen.native(page, _BANNER, pen.styles.banner(), across=LAST - 1)
    looks.sentence(pen, page, (*BANNER, BANNER[0], LAST))
    _bands(pen)
    pen.table(page, TRADES_TABLE, font_size=SMALL)
    pen.result(page, TRADE_RESULTS, font_size=SMALL)
    head = pen.styles.header("compact", is_input=False, font_size=SMALL)
    page.write_string(TRADES_TABLE.top - 1, VERDICT_COLUMN - 1, VERDICT_HEADERS[0], head)
    page.write_string(TRADES_TABLE.top - 1, ROW_VERDICT_COLUMN - 1, VERDICT_HEADERS[1], head)
    page.set_column(ROW_VERDICT_COLUMN - 1, ROW_VERDICT_COLUMN - 1, VERDICT_WIDTH)
    for native in (*_VERDICTS, *_ROW_VERDICTS):
        pen.native(page, native, pen.styles.result("compact"))
    page.set_row(TRADES_TABLE.top - 1, 2 * LINE_HEIGHT + 2)
    _heights(pen)
    _picks(pen)
    looks.hatched_lines(pen, page, "ask", "ask_line")
    looks.hatched_lines(pen, page, "counter_ask", "counter_ask_line")
    looks.verdicts(pen, page)
    page.freeze_panes(TRADES_TABLE.top, TRADES_TABLE.left)
    page.repeat_rows(0, TRADES_TABLE.top - 1)
    page.print_area(0, 0, _last_printed(pen), TRADES_TABLE.column("reason") - 1)
    page.activate()
    pen.close(page)


def _last_printed(pen: Pen) -> int:
    """The last row on paper, from 0: some empty rows behind the last trade, and not pages of them."""
    filled = [row for row, cells in enumerate(pen.facts.tables["Trades"], TRADES_TABLE.first) if any(cells[1:])]
    return min(TRADES_TABLE.bottom, max(TRADES_TABLE.first + 10, max(filled, default=0) + 2)) - 1


def _bands(pen: Pen) -> None:
    """Over the headers: whose columns they are, and the totals."""
    page, band = pen.pages[TRADES], pen.styles.band()
    bands = (
        ("Verdict", VERDICT_COLUMN, TRADES_TABLE.column("trade")),
        ("The client asks", TRADES_TABLE.column("ask"), TRADES_TABLE.column("ask_to")),
        ("Answer", TRADES_TABLE.column("response"), TRADES_TABLE.column("response")),
        ("We ask in return", TRADES_TABLE.column("counter_ask"), TRADES_TABLE.column("counter_ask_to")),
        ("What to ask for", TRADE_RESULTS.column("Note"), LAST),
        ("Why", TRADES_TABLE.column("reason"), TRADES_TABLE.column("reason")),
        ("The verdict in parts", TRADE_RESULTS.column("Mark"), TRADE_RESULTS.column("Who may agree")),
    )
    page.set_row(BAND - 1, LINE_HEIGHT + 3)
    for words, first, last in bands:
        if first == last:
            page.write_string(BAND - 1, first - 1, words, band)
        else:
            page.merge_range(BAND - 1, first - 1, BAND - 1, last - 1, words, band)
    look = pen.styles.result("whole_money", bold=True, bg_color="#DCE9EC", font_size=9, num_format='"Σ "#,##0')
    for native in _SUMS:
        pen.native(page, native, look)


def _picks(pen: Pen) -> None:
    """The drop-down of each row: what would balance its trade, or the packages and then that, in the row of the trade whose
    packages are shown. Another phrase may be typed; the note says where it is wrong."""
    spec, column = TRADES_TABLE, TRADES_TABLE.column("also_ask")
    top, offers = live_top(PICKS), PICKS.fields.index(picks.OFFERED[0])
    first, row, packages = (
        area(top, left, top, right, RESULTS_SHEET).replace(f"${top}", str(top))
        for left, right in ((1, 1), (1, picks.PICKS), (offers + 1, offers + len(picks.OFFERED)))
    )
    filled = f'COUNTIF({packages},"?*")'
    listed = {
        "validate": "list",
        "source": f'=OFFSET({first},0,IF({filled}>0,{offers},0),1,MAX(1,IF({filled}>0,{filled},COUNTIF({row},"?*"))))',
        "error_type": "information",
        "error_title": "Also ask",
        "error_message": "This is not in the list. It is read if it is one phrase, such as: Term 36 months, or a package.",
    }
    words = choices.message("Also ask", _PICK_HELP)
    pen.pages[TRADES].data_validation(spec.first - 1, column - 1, spec.bottom - 1, column - 1, listed | words)


def _heights(pen: Pen) -> None:
    """Three lines of text a row, for a note comes and goes while somebody types; more where a reason or a note needs them now."""
    page = pen.pages[TRADES]
    place = [one.name for one in TRADES_TABLE.columns].index("reason")
    reason, note = TRADES_TABLE.columns[place].width, TRADE_RESULTS.widths[-1]
    for row in range(TRADES_TABLE.rows):
        cells, said = pen.facts.tables["Trades"][row], str(pen.facts.results["trades"][row][-1])
        lines = min(max(3, lines_of(str(cells[place] or ""), reason * 1.2), lines_of(said, note * 1.2)), _MOST_LINES)
        page.set_row(TRADES_TABLE.first - 1 + row, lines * _SMALL_LINE)
