"""Conditional formats: a trade's verdict over its rows, a lever's unit behind its level, cells that play no part.

A colour never stands alone: the verdict's word and its shape stand in the same row. Where several formats hold for a
cell, Excel lays them over each other and LibreOffice takes the first: what must be seen together is one format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from counterask.inputs.levers import LINE_LEVERS, Kind
from counterask.inputs.quantities import DAYS, FEES, MONEY, MONTHS, MULTIPLE, SHARE, SWITCH, UNITS
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict

from .layout import LINES, ROW_VERDICT_COLUMN, TRADE_RESULTS, TRADES_TABLE, VERDICT_COLUMN
from .pen import Pen
from .specs import ResultSpec, TableSpec, area, letters
from .styles import BAD, GOOD, LINE, UNUSED, WATCH

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

UNIT_LISTS = {
    SHARE: "Share_levers",
    DAYS: "Day_levers",
    MONTHS: "Month_levers",
    MULTIPLE: "Multiple_levers",
    SWITCH: "Switch_levers",
}
"""Units that are shown with the level, and the names of the lists of their levers."""

_UNIT_FORMATS = {
    SHARE: "0.0##%",
    DAYS: 'General" days"',
    MONTHS: 'General" mo"',
    MULTIPLE: 'General"× ACV"',
    SWITCH: '"yes";"yes";"no"',
}
_TONES = (
    ((Verdict.NEGOTIATION,), GOOD),
    ((Verdict.UNBALANCED, Verdict.BLOCKED), BAD),
    ((Verdict.CONCESSION, Verdict.CANNOT_TELL, Verdict.STALLED), WATCH),
)
"""The colours of a sentence that begins with the shape of a verdict."""
COUNT_LIST = "Count_levers"
COUNT_UNITS = (UNITS, MONEY, FEES)

Box = tuple[int, int, int, int]
"""Top, left, bottom, right; from 1, both ends included."""


def _when(page: Worksheet, box: Box, formula: str, look: Format) -> None:
    top, left, bottom, right = box
    options = {"type": "formula", "criteria": f"={formula}", "format": look}
    page.conditional_format(top - 1, left - 1, bottom - 1, right - 1, options)


def _units(spec: TableSpec, lever: str, column: int) -> list[tuple[str, str]]:
    """For a column of levels: the rule and the number format of each unit. lever : the column that names the lever."""
    return _formats_of(f"${letters(spec.column(lever))}{spec.first}", f"{letters(column)}{spec.first}")


def _formats_of(named: str, level: str) -> list[tuple[str, str]]:
    """The rule and the number format of each unit for a cell with a level. named : the cell that names its lever."""
    rules = [(f"COUNTIF({words},{named})>0", _UNIT_FORMATS[unit]) for unit, words in UNIT_LISTS.items()]
    counted = f"ISNUMBER({level}),COUNTIF({COUNT_LIST},{named})>0"
    return [*rules, (f"AND({counted},{level}=INT({level}))", "#,##0"), (f"AND({counted})", "#,##0.00")]


def levels(pen: Pen, page: Worksheet, spec: TableSpec, lever: str, columns: Sequence[int]) -> None:
    """Levels are shown in the unit of the lever that stands in their row: 5.0%, 60 days, 24 months, 1.5× ACV, 6,240."""
    for column in columns:
        for rule, number_format in _units(spec, lever, column):
            _when(page, (spec.first, column, spec.bottom, column), rule, pen.styles.change(num_format=number_format))


def result_levels(pen: Pen, page: Worksheet, spec: ResultSpec, lever: str, fields: Sequence[str]) -> None:
    """The same for the levels in a table of results. lever : the field that names the lever."""
    named = f"${letters(spec.column(lever))}{spec.top}"
    for column in map(spec.column, fields):
        for rule, number_format in _formats_of(named, f"{letters(column)}{spec.top}"):
            _when(page, (spec.top, column, spec.bottom, column), rule, pen.styles.change(num_format=number_format))


def hatched_lines(pen: Pen, page: Worksheet, lever: str, line: str) -> None:
    """A line cell is hatched where the lever beside it holds for the whole deal."""
    named, column = f"${letters(TRADES_TABLE.column(lever))}{TRADES_TABLE.first}", TRADES_TABLE.column(line)
    box = (TRADES_TABLE.first, column, TRADES_TABLE.bottom, column)
    cell = f"{letters(column)}{TRADES_TABLE.first}"
    rule = f'AND({named}<>"",{cell}="",COUNTIF(Line_levers,{named})=0)'
    _when(page, box, rule, _unused(pen))


def verdicts(pen: Pen, page: Worksheet) -> None:
    """All rows of a trade take the colour of its verdict; the shape and the word in it are bold."""
    table, first, last = TRADES_TABLE, TRADES_TABLE.first, TRADES_TABLE.bottom
    strong_columns = (VERDICT_COLUMN, TRADE_RESULTS.column("Mark"), TRADE_RESULTS.column("Verdict"))
    level_columns = {
        table.column("ask_to"): "ask",
        table.column("counter_ask_to"): "counter_ask",
        TRADE_RESULTS.column("Ask from"): "ask",
        TRADE_RESULTS.column("Counter-ask from"): "counter_ask",
    }
    every = range(min(VERDICT_COLUMN, table.left), TRADE_RESULTS.right + 1)
    plain = [column for column in every if column not in level_columns and column not in strong_columns]
    for name, look in VERDICT_LOOKS.items():
        rule, fill = _verdict_rule(name), look.fill
        for column, lever in level_columns.items():
            box = (first, column, last, column)
            for unit, number_format in _units(table, lever, column):
                _when(page, box, f"AND({unit},{rule})", pen.styles.change(bg_color=fill, num_format=number_format))
            _when(page, box, rule, pen.styles.change(bg_color=fill))
        strong = pen.styles.change(bg_color=fill, font_color=look.text, bold=True)
        for column in strong_columns:
            _when(page, (first, column, last, column), rule, strong)
        for left, right in _runs(plain):
            _when(page, (first, left, last, right), rule, pen.styles.change(bg_color=fill))
    for column, lever in level_columns.items():
        levels(pen, page, table, lever, (column,))


def _verdict_rule(name: str) -> str:
    """The rule of a trade's rows."""
    return f'${letters(ROW_VERDICT_COLUMN)}{TRADES_TABLE.first}="{name}"'


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring columns as runs from left to right."""
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return runs


def framed(pen: Pen, page: Worksheet, box: Box, cell: str) -> None:
    """Rows of a table of no fixed length are framed where they say something. cell : in the first row, $A7."""
    _when(page, box, f'{cell}<>""', pen.styles.change(border=1, border_color=LINE))


def framed_result(pen: Pen, page: Worksheet, spec: ResultSpec, strong: str, told_by: int = 0) -> None:
    """The rows of a result table that say something are framed; the row that `strong` begins is bold.

    told_by : the column, from 0, that has words in every row that says something.
    """
    cell = f"${letters(spec.left + told_by)}{spec.top}"
    box = (spec.top, spec.left, spec.bottom, spec.right)
    if strong:
        _when(page, box, f'{cell}="{strong}"', pen.styles.change(bold=True, border=1, border_color=LINE, top=1))
    framed(pen, page, box, cell)


def sentence(pen: Pen, page: Worksheet, box: Box) -> None:
    """A sentence takes the colour of the shape that it begins with."""
    cell = f"{letters(box[1])}{box[0]}"
    for verdicts_alike, (fill, text) in _TONES:
        tests = ",".join(f'LEFT({cell},1)="{VERDICT_LOOKS[verdict].mark}"' for verdict in verdicts_alike)
        _when(page, box, f"OR({tests})", pen.styles.change(bg_color=fill, font_color=text))


def unused_line_inputs(pen: Pen, page: Worksheet) -> None:
    """Inputs that a line's kind does not have are hatched."""
    kind = f"${letters(LINES.column('kind'))}{LINES.first}"
    for lever in LINE_LEVERS:
        others = [f'{kind}="{other}"' for other in Kind if other not in lever.kinds]
        if others:
            column = LINES.column(lever.name)
            _when(page, (LINES.first, column, LINES.bottom, column), f"OR({','.join(others)})", _unused(pen))


def share_values(pen: Pen, page: Worksheet, spec: TableSpec, first: int, unit: str) -> None:
    """Below the registry's rows, a value whose name has the unit `unit` in the registry is shown as a percentage.

    first : the first row below them.
    """
    names, units = (
        area(spec.first, spec.column(one), first - 1, spec.column(one)) for one in (spec.columns[0].name, "unit")
    )
    value = spec.column("value")
    rule = f'COUNTIFS({names},${letters(spec.left)}{first},{units},"{unit}")>0'
    _when(page, (first, value, spec.bottom, value), rule, pen.styles.change(num_format="0.0##%"))


def broken_counts(pen: Pen, page: Worksheet, box: Box) -> None:
    """Counts that are not whole show their decimals."""
    cell = f"{letters(box[1])}{box[0]}"
    _when(page, box, f"AND(ISNUMBER({cell}),{cell}<>INT({cell}))", pen.styles.change(num_format="#,##0.00"))


def _unused(pen: Pen) -> Format:
    return pen.styles.change(pattern=14, fg_color=LINE, bg_color=UNUSED, font_color=LINE)
