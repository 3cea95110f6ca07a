"""The report of a calibration: one page with charts that people read, then the tables that it is drawn from.

It is drawn as the report of an audit is: native charts over cells of the same workbook, every text as text.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import xlsxwriter
from xlsxwriter.workbook import Workbook

from counterask import __version__
from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.result_tables.counts import count_of
from counterask_templates.styles import Styles

from ..audit import report_charts as charts
from ..audit.report_tables import FIRST_ROW, ReportSheet, draw_table
from .estimates import in_words
from .report_tables import CLAIM_SIZES, DAYS_LATE, MOVERS, RETENTION, AboutCalibration, calibration_sheets

SUMMARY = "Summary"
_COLUMNS, _WIDTH, _CHART_ROWS = 12, 12.5, 16
_SEEN, _PRESENT = "#B5472F", "#9AA5AA"
_MOST_BARS = 12


def calibration_report_bytes(about: AboutCalibration) -> bytes:
    """The report as the bytes of an .xlsx."""
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(sink, options)
    created = datetime(about.day.year, about.day.month, about.day.day)
    book.set_properties({"title": "counterask calibrate", "comments": f"counterask {__version__}", "created": created})
    styles = Styles(book)
    page = book.add_worksheet(SUMMARY)
    sheets = {sheet.name: sheet for sheet in calibration_sheets(about)}
    for sheet in sheets.values():
        draw_table(book, styles, sheet)
    page.hide_gridlines(2)
    page.set_column(0, _COLUMNS - 1, _WIDTH)
    page.set_row(0, 32)
    page.write_string(0, 0, "Assumptions from closed deals", styles.get(font_size=20, bold=True, font_color="#1F5C6B"))
    page.write_string(1, 0, _scope(about), styles.note())
    row = 3
    for sentence in _sentences(about):
        look = styles.get(font_size=11, font_color="#20323A", text_wrap=True, valign="top")
        page.merge_range(row, 0, row, _COLUMNS - 1, "", look)
        page.write_string(row, 0, sentence, look)
        page.set_row(row, 16 * (1 + len(sentence) // 150))
        row += 1
    row = _estimates(page, styles, row + 1, about)
    drawn = [chart for chart in _charts(book, sheets) if chart is not None]
    for place, chart in enumerate(drawn):
        at = row + 1 + place // 2 * _CHART_ROWS
        page.insert_chart(at, place % 2 * (_COLUMNS // 2), chart, {"x_offset": 2, "y_offset": 2, "object_position": 2})
    row += (len(drawn) + 1) // 2 * _CHART_ROWS + 1
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.print_area(0, 0, row, _COLUMNS - 1)
    page.set_footer("&L&8counterask calibrate&R&8Page &P of &N")
    page.activate()
    book.close()
    return sink.getvalue()


def _scope(about: AboutCalibration) -> str:
    read = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in about.closed.read.items())
    return f"{read}; up to {about.closed.as_of}. Beside: {about.present.name}. Drawn {about.day} by counterask {__version__}."


def _sentences(about: AboutCalibration) -> list[str]:
    unused = [note for note in about.closed.notes if not note.is_used]
    noted = len(about.closed.notes) - len(unused)
    told = [one for one in about.found.whole if one.is_enough]
    untold = [one.label for one in about.found.whole if not one.is_enough]
    said = [
        f"{count_of(len(told), 'number')} could be estimated. "
        "Nothing in use has changed: the proposal is a workbook to review and sign."
    ]
    if about.day_note:
        said.append(about.day_note)
    if untold:
        said.append(f"Not enough data, keep your judgement: {', '.join(untold)}.")
    said += [f"{one.label}: {one.warning}" for one in told if one.warning]
    if unused or noted:
        said.append(f"Rows not used: {len(unused):,}; used with an assumption: {noted:,}. See the sheet Rows.")
    if about.no_room:
        values = count_of(len(about.no_room), "value of a segment", "values of segments")
        said.append(f"{values} had no room in the table of assumptions: see Segments.")
    if about.movers is not None:
        movers = about.movers
        first = [f"{ASSUMPTION_BY_NAME[one.name].label} ({one.trades})" for one in movers.every[:3] if one.trades]
        which = (
            f"Most verdicts turn with {', '.join(first)}."
            if first
            else "No assumption turns a verdict within its range; the chart shows which moves the margins most."
        )
        judged = f"Judged: {count_of(movers.trades, 'trade')} of {count_of(movers.quotes, 'quote')}"
        said.append(f"{which} {judged}; {count_of(len(movers.unread), 'file')} could not be read.")
    return said


def _estimates(page: Any, styles: Styles, row: int, about: AboutCalibration) -> int:
    """The estimates for all clients beside the present values. Returns the row after them."""
    titles = (("Assumption", 0, 2), ("Present", 2, 3), ("Estimate", 3, 4), ("90% interval", 4, 6), ("Rests on", 6, 12))
    for title, left, right in titles:
        look = styles.header("text" if title in ("Assumption", "Rests on") else "count", is_input=False)
        _span(page, row, left, right, title, look)
    for one in about.found.whole:
        row += 1
        present = about.present.values.get(one.name, np.nan)
        now = "" if np.isnan(present) else in_words(present, one.unit)
        value = in_words(one.value, one.unit) if one.is_enough else "not enough"
        ends = f"{in_words(one.low, one.unit)} to {in_words(one.high, one.unit)}" if one.is_enough else "keep your judgement"
        is_outside = one.is_enough and not np.isnan(present) and not one.low <= present <= one.high
        right = styles.result("count", bold=is_outside) if one.is_enough else styles.result("count", font_color="#56636A")
        _span(page, row, 0, 2, one.label, styles.result("text"))
        _span(page, row, 2, 3, now, styles.result("count"))
        _span(page, row, 3, 4, value, right)
        _span(page, row, 4, 6, ends, styles.result("count", font_color="#000000" if one.is_enough else "#56636A"))
        _span(page, row, 6, 12, one.basis, styles.result("text", font_size=9))
    page.write_string(
        row + 1, 0, "Bold: the present value lies outside the interval. How each was estimated: see Estimates.", styles.note()
    )
    return row + 2


def _span(page: Any, row: int, left: int, right: int, words: str, look: Any) -> None:
    if right - left > 1:
        page.merge_range(row, left, row, right - 1, "", look)
    page.write_string(row, left, words, look)


def _charts(book: Workbook, sheets: Mapping[str, ReportSheet]) -> list[Any]:
    found = [
        _retention_chart(book, sheets[RETENTION]),
        _days_chart(book, sheets[DAYS_LATE]),
        _claims_chart(book, sheets[CLAIM_SIZES]),
    ]
    moved = sheets.get(MOVERS)
    if moved is not None:
        count = sum(row["trades"] > 0 for row in moved.rows[:_MOST_BARS])
        last = FIRST_ROW + (count or min(_MOST_BARS, len(moved.rows))) - 1
        turned, share = (
            "Trades whose verdict turns within each assumption's range",
            "Margins of trades move by, share of deal value",
        )
        if count:
            found.append(charts.bars(book, moved, FIRST_ROW, last, "trades", turned, "#,##0", charts.LEAK))
        elif moved.rows:
            found.append(charts.bars(book, moved, FIRST_ROW, last, "share", share, "0.00%", charts.LEAK))
    return found


def _lines(book: Workbook, sheet: ReportSheet, series: Sequence[tuple[str, int, str, str]], title: str) -> Any:
    """Lines over the first column of a table. series : name, column, colour, and "points" or a kind of line."""
    last = FIRST_ROW + len(sheet.rows) - 1
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    for name, column, colour, kind in series:
        is_points = kind == "points"
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, FIRST_ROW, 0, last, 0],
                "values": [sheet.name, FIRST_ROW, column, last, column],
                "line": {"none": True} if is_points else {"color": colour, "width": 2.0, "dash_type": kind},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}
                if is_points
                else {"type": "none"},
            }
        )
    charts.dress(chart, title)
    chart.set_legend({"position": "bottom", "font": charts.font(9, charts.INK)})
    return chart


def _axis(title: str, **more: Any) -> dict[str, Any]:
    look = {"num_font": charts.font(9, charts.MUTED), "name_font": charts.font(9, charts.MUTED), "line": {"color": "#C4CED1"}}
    return {"name": title, **look, "major_gridlines": {"visible": False}, "major_tick_mark": "none", **more}


def _retention_chart(book: Workbook, sheet: ReportSheet) -> Any:
    if not sheet.rows:
        return None
    series = (
        ("Seen", 2, _SEEN, "points"),
        ("As estimated", 3, charts.QUIET, "solid"),
        ("By present values", 4, _PRESENT, "dash"),
    )
    chart = _lines(book, sheet, series, "Clients who have not chosen to leave")
    last = sheet.rows[-1]["month"]
    chart.set_x_axis(_axis("Months since the start", min=0, max=last, major_unit=12))
    chart.set_y_axis(_axis("", min=0, max=1, num_format="0%"))
    return chart


def _days_chart(book: Workbook, sheet: ReportSheet) -> Any:
    if not sheet.rows:
        return None
    chart = book.add_chart({"type": "column"})
    last = FIRST_ROW + len(sheet.rows) - 1
    fill = {"fill": {"color": charts.QUIET}, "gap": 20}
    chart.add_series(
        {
            "name": "Invoices",
            "categories": [sheet.name, FIRST_ROW, 0, last, 0],
            "values": [sheet.name, FIRST_ROW, 1, last, 1],
            **fill,
        }
    )
    charts.dress(chart, "Invoices paid, by days after the due date")
    chart.set_x_axis(_axis("Days, in steps of five: first day of each"))
    chart.set_y_axis(_axis("", num_format="#,##0", min=0))
    return chart


def _claims_chart(book: Workbook, sheet: ReportSheet) -> Any:
    if not sheet.rows:
        return None
    series = (("Seen", 1, _SEEN, "points"), ("Lomax", 2, charts.QUIET, "solid"))
    chart = _lines(book, sheet, series, "Share of general claims above a size")
    sizes = [row["size"] for row in sheet.rows if row["size"] > 0]
    low, high = 10.0 ** np.floor(np.log10(min(sizes))), 10.0 ** np.ceil(np.log10(max(sizes)))
    chart.set_x_axis(
        _axis("Size at the reference fees, logarithmic", log_base=10, min=float(low), max=float(high), num_format="#,##0")
    )
    chart.set_y_axis(_axis("", min=0, max=1, num_format="0%"))
    return chart
