"""The report workbook of an audit: a page of figures and charts that people read, then the tables behind it.

The first page speaks of the currency with the most quotes; every other currency has a page of its own with the same
charts, and no figure adds two currencies. Charts are native ones, which Excel and LibreOffice draw.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from counterask import __version__
from counterask.result_tables.counts import count_of
from counterask_templates.styles import Styles

from . import report_charts as charts
from .found import FoundFiles
from .queries import NO_DATE, Answers
from .report_tables import BARE_ASKS, BY_CLIENT, BY_LEVER, BY_MONTH, BY_REP, VERDICTS, ReportSheet, audit_sheets, draw_table
from .schema import TABLES

SUMMARY = "Summary"
_COLUMNS, _WIDTH = 12, 12.5
_TILES = 6
_BARS = 10
_CHART_ROWS = 16


@dataclass(frozen=True)
class AboutAudit:
    """What the report says of itself. as_of : None for each quote's own day. limits : finance's files, by name."""

    day: date
    as_of: date | None
    limits: tuple[str, ...]
    folder: Path
    finding: FoundFiles


def audit_report_bytes(answers: Answers, about: AboutAudit) -> bytes:
    """The report as the bytes of an .xlsx."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": "counterask audit",
            "comments": f"counterask {__version__}",
            "created": datetime(about.day.year, about.day.month, about.day.day),
        }
    )
    styles = Styles(book)
    tables = {sheet.name: sheet for sheet in audit_sheets(answers)}
    pages = [(SUMMARY, answers.currencies[0] if answers.currencies else None)]
    pages += [(f"Money {_clean(one['currency'])}", one) for one in answers.currencies[1:12]]
    drawn = [(book.add_worksheet(_once(name, place)), money) for place, (name, money) in enumerate(pages)]
    for sheet in tables.values():
        draw_table(book, styles, sheet)
    for place, (page, money) in enumerate(drawn):
        _page(book, styles, page, answers, about, tables, money, is_first=place == 0)
    drawn[0][0].activate()
    book.close()
    return sink.getvalue()


def _clean(currency: str) -> str:
    """A currency as part of a sheet's name."""
    return "".join(letter for letter in currency if letter.isalnum())[:12] or "other"


def _once(name: str, place: int) -> str:
    return name if place < 2 or name.startswith("Money ") and len(name) < 10 else f"{name} {place}"


def _page(
    book: Workbook,
    styles: Styles,
    page: Worksheet,
    answers: Answers,
    about: AboutAudit,
    tables: Mapping[str, ReportSheet],
    money: Mapping[str, Any] | None,
    *,
    is_first: bool,
) -> None:
    page.hide_gridlines(2)
    page.set_column(0, _COLUMNS - 1, _WIDTH)
    page.set_row(0, 32)
    currency = money["currency"] if money else ""
    title = "Audit of quotes" if is_first else f"Quotes in {currency}"
    page.write_string(0, 0, title, styles.get(font_size=20, bold=True, font_color="#1F5C6B"))
    page.write_string(1, 0, _scope(answers, about), styles.note())
    row = 3
    if is_first:
        row = _tiles(styles, page, row, _counts(answers))
    if money:
        row = _tiles(styles, page, row, _amounts(money))
        for sentence in _findings(answers, money):
            page.merge_range(row, 0, row, _COLUMNS - 1, "", styles.get(font_size=11))
            page.write_string(row, 0, sentence, styles.get(font_size=11, font_color="#20323A"))
            page.set_row(row, 18)
            row += 1
    row += 1
    drawn = _charts(book, tables, answers, money, is_first=is_first)
    for place, chart in enumerate(drawn):
        page.insert_chart(
            row + place // 2 * _CHART_ROWS,
            place % 2 * (_COLUMNS // 2),
            chart,
            {"x_offset": 2, "y_offset": 2, "object_position": 2},
        )
    row += (len(drawn) + 1) // 2 * _CHART_ROWS + 1
    for note in _notes(answers, about, currency) if is_first else ():
        page.merge_range(row, 0, row, _COLUMNS - 1, "", styles.note(text_wrap=True, valign="top"))
        page.write_string(row, 0, note, styles.note(text_wrap=True, valign="top"))
        page.set_row(row, 15 * (1 + len(note) // 190))
        row += 1
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.print_area(0, 0, row, _COLUMNS - 1)
    page.set_footer("&L&8counterask audit&R&8Page &P of &N")


def _scope(answers: Answers, about: AboutAudit) -> str:
    seen = answers.overview
    days = f", quotes of {seen['first_day']} to {seen['last_day']}" if seen["first_day"] else ""
    limits = f"valued by {', '.join(about.limits)}" if about.limits else "valued by the limits in each quote"
    as_of = f"limits looked at on {about.as_of}" if about.as_of else "limits looked at on each quote's own day"
    return f"{count_of(seen['files'], 'file')}{days}; {limits}, {as_of}. Drawn {about.day} by counterask {__version__}."


def _counts(answers: Answers) -> Sequence[tuple[str, str, str]]:
    seen = answers.overview
    void, unknown = seen["approvals_void"], seen["approvals_unknown"]
    approvals = "not known" if void is None else f"{void:,}"
    of_approvals = f"not known in {count_of(unknown, 'quote')}" if unknown else f"of {seen['approvals'] or 0:,}"
    floor = f"not known in {seen['floor_unknown']:,}" if seen["floor_unknown"] else f"of {count_of(seen['read'], 'quote')}"
    return (
        ("Quotes valued", f"{seen['read']:,}", f"of {seen['clients']:,} clients, {seen['reps']:,} reps"),
        ("Broken files", f"{seen['broken']:,}", "in no figure; see Broken files"),
        ("Trades", f"{seen['trades']:,}", f"{seen['trades'] / max(1, seen['read']):.1f} a quote"),
        ("Under the margin floor", f"{seen['under_floor']:,}", floor),
        ("Approvals voided", approvals, of_approvals),
        ("Stalls", f"{seen['stalls']:,}", f"{seen['stalls_without_reason']:,} without a reason"),
    )


def _amounts(money: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    currency, opening = money["currency"], money["value_opening"]
    leak = money["leakage"]
    share = "" if not opening or opening <= 0 or leak is None else f"{leak / opening:.1%} of the opening value"
    unknown = f"not known in {money['value_unknown']:,}" if money["value_unknown"] else count_of(money["files"], "quote")
    change = None if money["value_now"] is None or opening is None else money["value_now"] - opening
    return (
        (f"Deal value at opening, {currency}", _short(opening), unknown),
        (f"Deal value now, {currency}", _short(money["value_now"]), "not known" if change is None else f"{_short(change, '+')}"),
        (f"Concession leakage, {currency}", _short(leak), share),
        (f"Short of what is required, {currency}", _short(money["shortfall"]), "unbalanced and bare concessions"),
        ("Margin now", "not known" if money["margin_now"] is None else f"{money['margin_now']:.1%}", "share of revenue"),
        ("Under the floor", f"{money['under_floor']:,}", f"quotes in {currency}"),
    )


def _short(value: float | None, sign: str = "") -> str:
    """Money as a headline: three or four digits and a word."""
    if value is None:
        return "not known"
    for size, word in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:{sign},.{1 if abs(value) >= 100 * size else 2}f}{word}"
    return f"{value:{sign},.0f}"


def _tiles(styles: Styles, page: Worksheet, row: int, tiles: Sequence[tuple[str, str, str]]) -> int:
    """A row of headline numbers. Returns the row below it."""
    edge = {"bg_color": "#EFF5F6", "indent": 1}
    looks = (
        styles.get(font_size=9, font_color="#56636A", **edge),
        styles.get(font_size=18, bold=True, font_color="#1F5C6B", **edge),
        styles.get(font_size=9, font_color="#56636A", **edge),
    )
    heights = (18, 27, 18)
    span = _COLUMNS // _TILES
    for place, words in enumerate(tiles):
        for line, (word, look) in enumerate(zip(words, looks, strict=True)):
            left, right = place * span, place * span + span - 1
            page.merge_range(row + line, left, row + line, right, "", look)
            page.write_string(row + line, left, word, look)
    for line, height in enumerate(heights):
        page.set_row(row + line, height)
    page.set_row(row + 3, 6)
    return row + 4


def _findings(answers: Answers, money: Mapping[str, Any]) -> list[str]:
    """What the charts say, in a sentence or two."""
    currency, leak = money["currency"], money["leakage"]
    opening = _opening_words(money)
    if not leak:
        return [f"No trade in {currency} gave anything away unpaid.", opening]
    from counterask.inputs.labels import label_of

    said = [opening]
    levers = [row for row in answers.levers if row["currency"] == currency and row["leakage"] > 0]
    if levers:
        first = levers[0]
        said.append(
            f"{label_of(first['name'])} carries most of the leakage: {first['leakage'] / leak:.0%} of "
            f"{currency} {_short(leak)}, in {count_of(first['leaking'], 'trade')}."
        )
    bare = sum(row["concessions"] for row in answers.reps if row["currency"] == currency)
    unbalanced = sum(row["unbalanced"] for row in answers.reps if row["currency"] == currency)
    said.append(
        f"{count_of(unbalanced, 'trade')} in {currency} got less than they gave (unbalanced concessions); "
        f"{bare:,} were granted with nothing asked in return."
    )
    return said


def _opening_words(money: Mapping[str, Any]) -> str:
    """What the opening terms gave away before any trade."""
    currency, gave, unknown = money["currency"], money["opening_gave"], money["opening_unknown"]
    more = f" Not known in {count_of(unknown, 'quote')}." if unknown else ""
    if gave is None:
        return f"What opening terms in {currency} gave away against the standard is not known."
    net = _short(money["opening_net"], "+")
    return f"Before any trade, opening terms gave away {currency} {_short(-gave)} against the standard (net {net}).{more}"


def _notes(answers: Answers, about: AboutAudit, currency: str) -> list[str]:
    """What a reader must know of the figures."""
    seen, finding = answers.overview, about.finding
    notes = [
        "Leakage is what granted trades gave away and were not paid for: minus the net of each granted trade that has a price "
        "and is no negotiation. Blocked trades move nothing and do not count. What opening terms gave away against the standard "
        "is shown apart and is part of no leakage.",
    ]
    if len(answers.currencies) > 1:
        others = ", ".join(f"{one['currency']} ({count_of(one['files'], 'quote')})" for one in answers.currencies[1:])
        notes.append(
            f"Money on this page is of the quotes in {currency} alone. Apart, on their own pages: {others}. "
            "Nothing is added across."
        )
    if seen["value_unknown"]:
        notes.append(f"Quotes without a value (an input is blank): {seen['value_unknown']:,}. No sum of money includes them.")
    if answers.twice:
        count = sum(row["files"] - 1 for row in answers.twice)
        notes.append(
            f"Files that repeat the quote of another file (same client, number, version): {count:,}. "
            "They are counted: see Quotes twice."
        )
    if seen["approvals_unknown"]:
        notes.append(f"Whether approvals hold is not known in {count_of(seen['approvals_unknown'], 'quote')}.")
    if seen["rounds"]:
        notes.append(
            f"Rounds recorded: {seen['rounds']:,}, in {count_of(seen['with_rounds'], 'quote')}; our concessions grew round by "
            f"round in {seen['growing']:,} of them. By rep has what each side conceded."
        )
    if finding.links_out:
        notes.append(
            f"Links out of the folders that were not followed: {len(finding.links_out):,}, the first: {finding.links_out[0]}"
        )
    if finding.unread:
        notes.append(f"{count_of(len(finding.unread), 'folder')} could not be read, the first: {finding.unread[0]}")
    tables_said = ", ".join(f"{name}.parquet" for name in TABLES)
    notes.append(f"All rows, for questions of your own: {tables_said} in {about.folder}")
    return notes


def _charts(
    book: Workbook, tables: Mapping[str, ReportSheet], answers: Answers, money: Mapping[str, Any] | None, *, is_first: bool
) -> list[Any]:
    drawn: list[Any] = []
    if money and money["leakage"]:
        currency = money["currency"]
        by_rep = [row["leakage"] or 0.0 for row in tables[BY_REP].rows if row["currency"] == currency]
        unit = charts.chart_unit(max(by_rep), currency)
        for name, words in ((BY_REP, "rep"), (BY_CLIENT, "client"), (BY_LEVER, "lever")):
            drawn.append(charts.leakage_bars(book, tables[name], currency, words, _BARS, unit))
        drawn.append(charts.leakage_by_month(book, tables[BY_MONTH], currency, NO_DATE, unit))
    if is_first:
        drawn.append(charts.verdict_mix(book, tables[VERDICTS]))
        drawn.append(charts.bare_asks(book, tables[BARE_ASKS], _BARS))
    return [chart for chart in drawn if chart is not None]
