"""The charts of the report: sorted bars with their numbers on them, one colour, no legend, no grid.

Each is drawn from cells of a table in the same workbook, so that a reader can see the numbers behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.workbook import Workbook

from counterask_templates.styles import FONT

from .report_tables import FIRST_ROW, ReportSheet, rows_of_currency

INK, MUTED, LEAK, QUIET = "#20323A", "#56636A", "#B5472F", "#1F5C6B"
WIDTH, HEIGHT = 548, 312
_MONTHS_SHOWN = 24
_STRONG = {
    "negotiation": "#3D8B3D",
    "unbalanced concession": "#B5472F",
    "concession": "#E08A1E",
    "declined": "#8A9499",
    "stalled": "#C9A227",
    "blocked": "#7A1F3D",
    "cannot tell": "#7B5EA7",
}
"""Verdict -> its colour where it fills a bar: a stronger relative of the one in a quote."""
Unit = tuple[str, str]
"""The unit that a chart's title names, and the number format that shows amounts in it."""


def leakage_bars(book: Workbook, sheet: ReportSheet, currency: str, word: str, most: int, unit: Unit) -> Any:
    """The greatest leakages by rep, client or lever, as bars; None where there is none."""
    places = rows_of_currency(sheet, currency, most)
    if places is None:
        return None
    first, last = places
    amounts = [row["leakage"] or 0.0 for row in sheet.rows[first - FIRST_ROW : last - FIRST_ROW + 1]]
    while amounts and amounts[-1] <= 0:
        amounts.pop()
    if not amounts:
        return None
    last = first + len(amounts) - 1
    count = sum(row["currency"] == currency and (row["leakage"] or 0) > 0 for row in sheet.rows)
    which = f", the {len(amounts)} largest of {count:,}" if count > len(amounts) else ""
    return bars(book, sheet, first, last, "leakage", f"Concession leakage by {word}, {unit[0]}{which}", unit[1], LEAK)


def leakage_by_month(book: Workbook, sheet: ReportSheet, currency: str, no_date: str, unit: Unit) -> Any:
    """Leakage by month of the quote, as columns; None where no quote has a date."""
    places = rows_of_currency(sheet, currency, 10_000, {"name": no_date})
    if places is None:
        return None
    first, last = max(places[0], places[1] - _MONTHS_SHOWN + 1), places[1]
    amounts = [row["leakage"] or 0.0 for row in sheet.rows[first - FIRST_ROW : last - FIRST_ROW + 1]]
    form = unit[1]
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "Leakage",
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, _column(sheet, "leakage"), last, _column(sheet, "leakage")],
            "fill": {"color": LEAK},
            "gap": 45,
            "data_labels": {"value": True, "num_format": form, "font": font(8, INK)} if len(amounts) <= 14 else {},
        }
    )
    dress(chart, f"Concession leakage by month of the quote, {unit[0]}")
    chart.set_x_axis({"num_font": {**font(9, MUTED), "rotation": -45}, "line": {"color": "#C4CED1"}, "major_tick_mark": "none"})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "num_format": form})
    return chart


def verdict_mix(book: Workbook, sheet: ReportSheet) -> Any:
    """Trades by verdict, as bars in the verdicts' colours; None where there are no trades."""
    total = sum(row["trades"] for row in sheet.rows)
    if not total:
        return None
    colours = [_STRONG[row["verdict"]] for row in sheet.rows]
    last = FIRST_ROW + len(sheet.rows) - 1
    title = f"Verdicts, number of trades (of {total:,}, all currencies)"
    return bars(book, sheet, FIRST_ROW, last, "trades", title, "#,##0", QUIET, colours)


def bare_asks(book: Workbook, sheet: ReportSheet, most: int) -> Any:
    """Who takes bare asks to a manager, as bars; None where nobody does."""
    rows = [row for row in sheet.rows[:most] if row["escalated"] > 0]
    if not rows:
        return None
    title = "Bare asks above the rep's limits, number of granted trades by rep"
    return bars(book, sheet, FIRST_ROW, FIRST_ROW + len(rows) - 1, "escalated", title, "#,##0", QUIET)


def bars(
    book: Workbook,
    sheet: ReportSheet,
    first: int,
    last: int,
    key: str,
    title: str,
    form: str,
    colour: str,
    colours: Sequence[str] = (),
) -> Any:
    """Bars of one column of a table, longest first as the table has them, each with its number."""
    chart = book.add_chart({"type": "bar"})
    column = _column(sheet, key)
    series: dict[str, Any] = {
        "name": title,
        "categories": [sheet.name, first, 0, last, 0],
        "values": [sheet.name, first, column, last, column],
        "fill": {"color": colour},
        "gap": 40,
        "data_labels": {"value": True, "num_format": form, "font": font(9, INK), "position": "outside_end"},
    }
    if colours:
        series["points"] = [{"fill": {"color": one}} for one in colours]
    chart.add_series(series)
    dress(chart, title)
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": font(9, INK),
            "line": {"color": "#C4CED1"},
            "major_tick_mark": "none",
            "major_gridlines": {"visible": False},
        }
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "num_format": form})
    return chart


def _column(sheet: ReportSheet, key: str) -> int:
    return next(place for place, column in enumerate(sheet.columns) if column.key == key)


def chart_unit(greatest: float, currency: str) -> Unit:
    """The unit for the charts of a page whose greatest bar is so long."""
    if greatest >= 3e6:
        return f"{currency} million", "#,##0.0,,"
    return (f"{currency} thousand", "#,##0,") if greatest >= 2e4 else (currency, "#,##0")


def font(size: float, colour: str) -> dict[str, Any]:
    """The letters of a chart."""
    return {"name": FONT, "size": size, "color": colour, "bold": False}


def dress(chart: Any, title: str) -> None:
    """The looks that all charts share."""
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "bold": True, "color": INK}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.set_chartarea({"border": {"color": "#DCE3E5"}, "fill": {"color": "#FFFFFF"}})
    chart.set_plotarea({"fill": {"none": True}})
