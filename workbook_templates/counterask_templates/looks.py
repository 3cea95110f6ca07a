"""Conditional formats: the colour of a trade's verdict over its rows, a lever's unit behind its level, cells that play no part.

A colour never stands alone: the verdict's word and its shape stand in the same row.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from counterask.levers import LINE_LEVERS, Kind
from counterask.quantities import DAYS, MONEY, MONTHS, MULTIPLE, SHARE, UNITS

from .layout import LINES, TRADE_RESULTS, TRADES_TABLE, TableSpec, letters
from .pen import Pen
from .styles import BAD, GOOD, LINE, UNUSED, VERDICT_LOOKS, WATCH

UNIT_LISTS = {SHARE: "Share_levers", DAYS: "Day_levers", MONTHS: "Month_levers", MULTIPLE: "Multiple_levers"}
"""Units that are shown with the level, and the names of the lists of their levers."""

_UNIT_FORMATS = {
    SHARE: "0.0##%",
    DAYS: 'General" days"',
    MONTHS: 'General" months"',
    MULTIPLE: 'General"× ACV"',
}
COUNT_LIST = "Count_levers"
COUNT_UNITS = (UNITS, MONEY)


def _when(page: Worksheet, box: tuple[int, int, int, int], formula: str, look: object, **more: object) -> None:
    top, left, bottom, right = box
    page.conditional_format(
        top - 1, left - 1, bottom - 1, right - 1, {"type": "formula", "criteria": formula, "format": look, **more}
    )


def levels(pen: Pen, page: Worksheet, spec: TableSpec, lever: str, columns: Sequence[int]) -> None:
    """Levels are shown in the unit of the lever that stands in their row: 5.0%, 60 days, 24 months, 1.5× ACV, 6,240.

    lever : the column that names the lever. columns : the sheet columns of the levels.
    """
    named = f"${letters(spec.column(lever))}{spec.first}"
    for column in columns:
        box = (spec.first, column, spec.bottom, column)
        for unit, words in UNIT_LISTS.items():
            look = pen.styles.change(num_format=_UNIT_FORMATS[unit])
            _when(page, box, f"=COUNTIF({words},{named})>0", look)
        level = f"{letters(column)}{spec.first}"
        whole = f"=AND(ISNUMBER({level}),COUNTIF({COUNT_LIST},{named})>0,{level}=INT({level}))"
        _when(page, box, whole, pen.styles.change(num_format="#,##0"))
        part = f"=AND(ISNUMBER({level}),COUNTIF({COUNT_LIST},{named})>0)"
        _when(page, box, part, pen.styles.change(num_format="#,##0.00"))


def hatched_lines(pen: Pen, page: Worksheet, lever: str, line: str) -> None:
    """A line cell is hatched where the lever beside it holds for the whole deal."""
    named, column = f"${letters(TRADES_TABLE.column(lever))}{TRADES_TABLE.first}", TRADES_TABLE.column(line)
    box = (TRADES_TABLE.first, column, TRADES_TABLE.bottom, column)
    cell = f"{letters(column)}{TRADES_TABLE.first}"
    rule = f'=AND({named}<>"",{cell}="",COUNTIF(Line_levers,{named})=0)'
    _when(page, box, rule, _unused(pen))


def verdicts(pen: Pen, page: Worksheet) -> None:
    """All rows of a trade take the colour of its verdict; the shape and the word in it are bold.

    A further row of a trade has no verdict of its own: it takes that of the last row above it with an id.
    """
    first, last = TRADES_TABLE.first, TRADES_TABLE.bottom
    trade, ask = (f"${letters(TRADES_TABLE.column(name))}" for name in ("trade", "ask"))
    counter = f"${letters(TRADES_TABLE.column('counter_ask'))}"
    verdict = f"${letters(TRADE_RESULTS.column('Verdict'))}"
    above = f'SUMPRODUCT(MAX(({trade}${first}:{trade}{first}<>"")*(ROW({trade}${first}:{trade}{first})-{first - 1})))'
    inherited = f"INDEX({verdict}${first}:{verdict}{first},MAX(1,{above}))"
    for name, (fill, text) in VERDICT_LOOKS.items():
        own = f'{verdict}{first}="{name}"'
        rule = f'=IF({verdict}{first}<>"",{own},IF({ask}{first}&{counter}{first}="",FALSE,{inherited}="{name}"))'
        strong = pen.styles.change(bg_color=fill, font_color=text, bold=True)
        _when(page, (first, TRADE_RESULTS.column("Mark"), last, TRADE_RESULTS.column("Verdict")), rule, strong)
        plain = pen.styles.change(bg_color=fill)
        _when(page, (first, TRADES_TABLE.left, last, TRADE_RESULTS.column("Mark") - 1), rule, plain)
        _when(page, (first, TRADE_RESULTS.column("Verdict") + 1, last, TRADE_RESULTS.right), rule, plain)


def sentence(pen: Pen, page: Worksheet, box: tuple[int, int, int, int]) -> None:
    """A sentence takes the colour of the shape that it begins with."""
    cell = f"{letters(box[1])}{box[0]}"
    for shapes, (fill, text) in (("✔", GOOD), ("✖■", BAD), ("▲?◷", WATCH)):
        tests = ",".join(f'LEFT({cell},1)="{shape}"' for shape in shapes)
        _when(page, box, f"=OR({tests})", pen.styles.change(bg_color=fill, font_color=text))


def unused_line_inputs(pen: Pen, page: Worksheet) -> None:
    """Inputs that a line's kind does not have are hatched."""
    kind = f"${letters(LINES.column('kind'))}{LINES.first}"
    for lever in LINE_LEVERS:
        others = [f'{kind}="{other}"' for other in Kind if other not in lever.kinds]
        if others:
            column = LINES.column(lever.name)
            _when(page, (LINES.first, column, LINES.bottom, column), f"=OR({','.join(others)})", _unused(pen))


def broken_counts(pen: Pen, page: Worksheet, box: tuple[int, int, int, int]) -> None:
    """Counts that are not whole show their decimals."""
    cell = f"{letters(box[1])}{box[0]}"
    _when(page, box, f"=AND(ISNUMBER({cell}),{cell}<>INT({cell}))", pen.styles.change(num_format="#,##0.00"))


def _unused(pen: Pen) -> object:
    return pen.styles.change(pattern=14, fg_color=LINE, bg_color=UNUSED, font_color=LINE)
