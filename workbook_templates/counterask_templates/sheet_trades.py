"""The Trades sheet: what the client asks, what the rep answers, and what it all does to deal value."""

from __future__ import annotations

from counterask import views
from counterask.trades import Verdict

from .layout import TRADE_RESULT_WIDTHS, TRADE_RESULTS, TRADES, TRADES_TABLE, live_name
from .pen import Pen, address
from .sheet_quote import NOT_LIVE, pen_policy
from .styles import VERDICT_LOOKS

_KINDS = ("level", "level", "money", "money", "money", "money", "mark", "text", "text", "note")
_COLUMN = {name: TRADE_RESULTS.left + place for place, name in enumerate(views.TRADE_RESULTS)}


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.sheet(TRADES)
    page.set_landscape()
    page.set_row(0, 26)
    page.write_string(0, 0, "Trades", pen.styles.title())
    page.write_string(
        2,
        0,
        "One row an ask, with what you ask for in return. A trade goes on over further rows: leave their Trade cell empty.",
        pen.styles.note(),
    )
    for place, column in enumerate(TRADES_TABLE.columns):
        page.set_column(place, place, column.width)
    for place, width in enumerate(TRADE_RESULT_WIDTHS, TRADE_RESULTS.left - 1):
        page.set_column(place, place, width)
    pen.table(page, TRADES_TABLE)
    pen.result(page, TRADE_RESULTS, _KINDS)
    for row in range(TRADES_TABLE.top - 1, TRADES_TABLE.bottom):
        page.set_row(row, 28)
    _banner(pen, page)
    _level_formats(pen, page)
    _verdict_looks(pen, page)
    page.freeze_panes(TRADES_TABLE.top, 2)
    page.repeat_rows(TRADES_TABLE.top - 1)
    page.print_area(0, 0, _last_filled(pen), TRADE_RESULTS.right - 1)
    page.fit_to_pages(1, 0)
    page.set_header('&L&8&"Calibri,Bold"Trades&R&8&D')
    if pen.is_locked:
        page.protect("", {"format_columns": True, "format_rows": True})


def _last_filled(pen: Pen) -> int:
    """The last row to print: some empty rows behind the last trade, so that a page is not blank paper."""
    filled = [number for number, row in enumerate(pen.tables["Trades"]) if any(cell is not None for cell in row)]
    return TRADES_TABLE.top + max(14, max(filled, default=0) + 3)


def _column_area(name: str) -> str:
    column = _COLUMN[name]
    return f"{address(TRADE_RESULTS.top, column)}:{address(TRADE_RESULTS.bottom, column)}"


def _banner(pen: Pen, page: object) -> None:
    """How many unbalanced concessions and what they are short of: native formulas over the result columns."""
    verdicts, short = _column_area("Verdict"), _column_area("Shortfall")
    unbalanced = f'COUNTIF({verdicts},"{Verdict.UNBALANCED}")'
    missing = f'SUMIF({verdicts},"{Verdict.UNBALANCED}",{short})'
    parts = [
        f'IF({unbalanced}=0,"✔ No unbalanced concessions","✖ "&{unbalanced}&IF({unbalanced}=1," unbalanced concession"," unbalanced concessions")'
        f'&", short by "&TEXT({missing},"#,##0.00")&" "&Currency)'
    ]
    for verdict, words in (
        (Verdict.CONCESSION, "bare"),
        (Verdict.BLOCKED, "blocked"),
        (Verdict.CANNOT_TELL, "cannot tell"),
        (Verdict.STALLED, "stalled"),
    ):
        count = f'COUNTIF({verdicts},"{verdict}")'
        parts.append(f'IF({count}=0,"","   {views.MARKS[verdict]} "&{count}&" {words}")')
    allowed = 'INDEX(Policy,MATCH("Stalls allowed",INDEX(Policy,0,1),0),2)'
    stalled = f'COUNTIF({verdicts},"{Verdict.STALLED}")'
    parts.append(f'IF({stalled}=0,"",IF(ISNUMBER({allowed})," of "&{allowed}&" allowed",""))')
    page.merge_range(1, 0, 1, TRADE_RESULTS.right - 1, "", pen.styles.get(bold=True, font_size=12))  # type: ignore[attr-defined]
    page.write_formula(
        1,
        0,
        f'=IF(ISERROR(INDEX({live_name(TRADE_RESULTS)},1,1)),"{NOT_LIVE}",{"&".join(parts)})',
        pen.styles.get(bold=True, font_size=12),
        _cached_banner(pen),
    )  # type: ignore[attr-defined]
    page.set_row(1, 22)  # type: ignore[attr-defined]


def _cached_banner(pen: Pen) -> str:
    """What the banner's formula says for the cached results."""
    verdict, short = views.TRADE_RESULTS.index("Verdict"), views.TRADE_RESULTS.index("Shortfall")
    rows = pen.results["trades"]
    counts = {one: sum(row[verdict] == one for row in rows) for one in Verdict}
    missing = sum(row[short] for row in rows if row[verdict] == Verdict.UNBALANCED)
    number = counts[Verdict.UNBALANCED]
    noun = "unbalanced concession" if number == 1 else "unbalanced concessions"
    currency = str(pen.results["currency"][0][0])
    words = f"✖ {number} {noun}, short by {missing:,.2f} {currency}" if number else "✔ No unbalanced concessions"
    for one, said in (
        (Verdict.CONCESSION, "bare"),
        (Verdict.BLOCKED, "blocked"),
        (Verdict.CANNOT_TELL, "cannot tell"),
        (Verdict.STALLED, "stalled"),
    ):
        if counts[one]:
            words += f"   {views.MARKS[one]} {counts[one]} {said}"
    allowed = pen_policy(pen, "Stalls allowed")
    if counts[Verdict.STALLED] and isinstance(allowed, float):
        words += f" of {allowed:g} allowed"
    return words


def _level_formats(pen: Pen, page: object) -> None:
    """Levels of share levers are shown as percentages, whichever row they stand in."""
    percent = pen.book.add_format({"num_format": "0.0##%"})
    first, last = TRADES_TABLE.top, TRADES_TABLE.bottom - 1
    pairs = {2: (3, TRADE_RESULTS.left - 1), 6: (7, TRADE_RESULTS.left)}
    for lever, columns in pairs.items():
        cell = f"${'ABCDEFGHIJ'[lever - 1]}{first + 1}"
        for column in columns:
            page.conditional_format(  # type: ignore[attr-defined]
                first,
                column,
                last,
                column,
                {"type": "formula", "criteria": f"=COUNTIF(Share_levers,{cell})>0", "format": percent},
            )


def _verdict_looks(pen: Pen, page: object) -> None:
    """The row of a trade takes the colour of its verdict, which stands in it as a word and a shape."""
    first, last = TRADE_RESULTS.top - 1, TRADE_RESULTS.bottom - 1
    cell = address(TRADE_RESULTS.top, _COLUMN["Verdict"]).replace("$", "")
    for verdict, (fill, text) in VERDICT_LOOKS.items():
        look = pen.book.add_format({"bg_color": fill, "font_color": text})
        strong = pen.book.add_format({"bg_color": fill, "font_color": text, "bold": True})
        criteria = f'=${cell}="{verdict}"'
        page.conditional_format(  # type: ignore[attr-defined]
            first,
            _COLUMN["Mark"] - 1,
            last,
            _COLUMN["Verdict"] - 1,
            {"type": "formula", "criteria": criteria, "format": strong},
        )
        for left, right in (
            (0, 0),
            (_COLUMN["Cost"] - 1, _COLUMN["Shortfall"] - 1),
            (_COLUMN["Who may agree"] - 1, _COLUMN["Note"] - 1),
        ):
            page.conditional_format(first, left, last, right, {"type": "formula", "criteria": criteria, "format": look})  # type: ignore[attr-defined]
