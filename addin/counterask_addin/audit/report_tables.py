"""The tables of the report workbook: a sheet each, sorted by what matters, every text as text.

Nothing is written as a formula, whatever a file holds: a client named `=cmd()` arrives as these letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from counterask.inputs.labels import label_of
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict
from counterask_templates.styles import Styles

from ..printing import visible
from .queries import Answers, QueryRows

MOST_ROWS = 5_000
"""Rows of a table in the report; the Parquet tables hold all."""
LONGEST_LINK = 2_000
TITLE_ROW, NOTE_ROW, HEADER_ROW = 0, 1, 3
FIRST_ROW = HEADER_ROW + 1

BY_REP, BY_CLIENT, BY_LEVER, BY_MONTH = "By rep", "By client", "By lever", "By month"
VERDICTS, BARE_ASKS, STALLS, REPEATS = "Verdicts", "Bare asks", "Stalls", "Repeat discounts"
OPENINGS, OPENINGS_BY_CLIENT, SEGMENTS, WORTHS = "Openings by lever", "Openings by client", "Segments", "Worth by lever"
FINDINGS, SIGNED, SEALS = "Findings", "Who approved", "Seals"
UNDER_FLOOR, APPROVALS, TWICE, WORST, BROKEN = "Under floor", "Approvals", "Quotes twice", "Worst trades", "Broken files"


@dataclass(frozen=True)
class ReportColumn:
    """A column of a table. kind : text, wrapped, count, whole_money, share, hundredths, points, margin,
    link, verdict."""

    header: str
    key: str
    kind: str = "text"
    width: float = 13


@dataclass(frozen=True)
class ReportSheet:
    """A table on a sheet of its own. empty : what is said where it has no rows."""

    name: str
    title: str
    note: str
    columns: Sequence[ReportColumn]
    rows: QueryRows
    empty: str = "Nothing was found."


_LEAKAGE = (
    ReportColumn("Leakage\n(money)", "leakage", "whole_money", 15),
    ReportColumn("Short of what\nis required", "shortfall", "whole_money", 15),
    ReportColumn("Opening gave\n(money)", "opening_gave", "whole_money", 15),
    ReportColumn("Deal value\nopening", "value_opening", "whole_money", 16),
    ReportColumn("Deal value\nnow", "value_now", "whole_money", 16),
    ReportColumn("Leakage, share\nof opening", "leakage_share", "share", 14),
    ReportColumn("Negotiations", "negotiations", "count", 12),
    ReportColumn("Unbalanced\nconcessions", "unbalanced", "count", 12),
    ReportColumn("Bare\nconcessions", "concessions", "count", 12),
    ReportColumn("Under the\nmargin floor", "under_floor", "count", 12),
    ReportColumn("Rounds", "rounds", "count", 9),
    ReportColumn("Conceded in\nrounds (money)", "conceded", "whole_money", 15),
    ReportColumn("By clients in\nrounds (money)", "client_conceded", "whole_money", 15),
    ReportColumn("Quotes with growing\nconcessions", "growing", "count", 18),
)
_SHARED_NOTE = (
    "Leakage: what granted trades gave away and were not paid for. Opening gave: what opening terms gave away against the "
    "standard, apart from it. Currencies are never added."
)


def _by(word: str, width: float) -> tuple[ReportColumn, ...]:
    counted = (ReportColumn("Quotes", "files", "count", 9), ReportColumn("Trades", "trades", "count", 9))
    return (ReportColumn(word, "name", "text", width), ReportColumn("Currency", "currency", "text", 10), *counted, *_LEAKAGE)


def audit_sheets(answers: Answers) -> list[ReportSheet]:
    """All tables, in their order."""
    levers = [{**row, "name": label_of(row["name"])} for row in answers.levers]
    return [*_of_trades(answers, levers), *_outside_trades(answers)]


def _of_trades(answers: Answers, levers: QueryRows) -> list[ReportSheet]:
    return [
        ReportSheet(BY_REP, "Concession leakage by rep", _SHARED_NOTE, _by("Rep", 26), answers.reps),
        ReportSheet(BY_CLIENT, "Concession leakage by client", _SHARED_NOTE, _by("Client", 34), answers.clients),
        ReportSheet(
            BY_LEVER,
            "Concession leakage by lever",
            "A trade's leakage is laid on its asks in proportion to what each costs; where none does, on counter-asks that do.",
            (
                ReportColumn("Lever", "name", "text", 28),
                ReportColumn("Currency", "currency", "text", 10),
                ReportColumn("Asked", "asks", "count", 9),
                ReportColumn("Granted", "granted", "count", 9),
                ReportColumn("In a trade\nthat leaks", "leaking", "count", 12),
                ReportColumn("Value of what\nwas granted", "value", "whole_money", 16),
                ReportColumn("Leakage\n(money)", "leakage", "whole_money", 15),
            ),
            levers,
        ),
        ReportSheet(BY_MONTH, "Concession leakage by month of the quote", _SHARED_NOTE, _by("Month", 12), answers.months),
        ReportSheet(
            VERDICTS,
            "Trades by verdict",
            "All currencies; trades are counted, no money is added.",
            (ReportColumn("Verdict", "verdict", "verdict", 26), ReportColumn("Trades", "trades", "count", 12)),
            answers.verdicts,
        ),
        ReportSheet(
            BARE_ASKS,
            "Who takes bare asks to a manager",
            "Trades answered with yes, nothing asked in return, that a rep may not agree to alone; blocked ones are among them.",
            (
                ReportColumn("Rep", "name", "text", 26),
                ReportColumn("Granted trades", "trades", "count", 15),
                ReportColumn("Nothing asked\nin return", "bare", "count", 15),
                ReportColumn("Of these above\nthe rep's limits", "escalated", "count", 16),
                ReportColumn("Share of\ngranted trades", "share", "share", 15),
            ),
            answers.escalations,
        ),
        ReportSheet(
            STALLS,
            "Stalls by rep",
            "A stall needs a reason and is counted against what the policy allows a quote.",
            (
                ReportColumn("Rep", "name", "text", 26),
                ReportColumn("Quotes", "files", "count", 10),
                ReportColumn("Trades", "trades", "count", 10),
                ReportColumn("Stalls", "stalls", "count", 10),
                ReportColumn("Share of\ntrades", "share", "share", 12),
                ReportColumn("Without\na reason", "without_reason", "count", 12),
                ReportColumn("Quotes over\nthe allowance", "over_allowance", "count", 14),
            ),
            answers.stalls,
        ),
        ReportSheet(
            REPEATS,
            "Clients with a discount in more than one quote",
            "Granted discounts by client; dearest first within each currency. Points are percentage points a discount.",
            (
                ReportColumn("Client", "name", "text", 34),
                ReportColumn("Currency", "currency", "text", 10),
                ReportColumn("Quotes with\na discount", "quotes", "count", 13),
                ReportColumn("Discounts", "discounts", "count", 11),
                ReportColumn("Mean\n(points)", "points", "points", 11),
                ReportColumn("Nothing asked\nin return", "bare", "count", 14),
                ReportColumn("Worth to us\n(money)", "value", "whole_money", 16),
            ),
            answers.repeats,
        ),
        ReportSheet(
            UNDER_FLOOR,
            "Quotes whose margin is now under the policy's floor",
            "Widest gap first.",
            (
                ReportColumn("File", "path", "link", 34),
                ReportColumn("Client", "client", "text", 30),
                ReportColumn("Rep", "rep", "text", 22),
                ReportColumn("Margin\nopening", "margin_opening", "margin", 11),
                ReportColumn("Margin\nnow", "margin_now", "margin", 11),
                ReportColumn("Floor", "minimum_margin", "margin", 11),
                ReportColumn("Gap\n(points)", "gap", "points", 11),
                ReportColumn("Currency", "currency", "text", 10),
                ReportColumn("Deal value\nnow", "value_now", "whole_money", 16),
            ),
            answers.under_floor,
            "No quote is known to be under its floor.",
        ),
        ReportSheet(
            APPROVALS,
            "Quotes with approvals that no longer hold",
            "An approval is void when something that its trade's value depends on has changed since.",
            (
                ReportColumn("File", "path", "link", 34),
                ReportColumn("Client", "client", "text", 30),
                ReportColumn("Rep", "rep", "text", 22),
                ReportColumn("Manager", "manager", "text", 22),
                ReportColumn("Approvals", "approvals", "count", 12),
                ReportColumn("Void", "approvals_void", "count", 10),
                ReportColumn("Seal of the limits", "seal", "text", 40),
            ),
            answers.approvals,
            _approvals_note(answers),
        ),
        ReportSheet(
            TWICE,
            "The same quote in several files",
            "Same client, number and version. Each file is counted in all figures: take copies away and run the audit again.",
            (
                ReportColumn("Client", "client", "text", 34),
                ReportColumn("Quote", "quote_number", "text", 20),
                ReportColumn("Version", "version", "text", 10),
                ReportColumn("Files", "files", "count", 9),
                ReportColumn("One of them", "first", "link", 34),
                ReportColumn("Another", "last", "link", 34),
            ),
            answers.twice,
            "No quote was found in more than one file.",
        ),
        ReportSheet(
            WORST,
            "The trades that gave away most",
            "The fifty with the greatest leakage in each currency; the file name is a link.",
            (
                ReportColumn("#", "place", "count", 6),
                ReportColumn("File", "path", "link", 28),
                ReportColumn("Trade", "trade", "text", 9),
                ReportColumn("Client", "client", "text", 28),
                ReportColumn("Rep", "rep", "text", 20),
                ReportColumn("Verdict", "verdict", "verdict", 24),
                ReportColumn("Who may\nagree", "authority", "text", 10),
                ReportColumn("The client asked", "asks", "wrapped", 42),
                ReportColumn("We asked in return", "counter_asks", "wrapped", 42),
                ReportColumn("Currency", "currency", "text", 10),
                ReportColumn("Cost", "cost", "whole_money", 14),
                ReportColumn("Worth", "worth", "whole_money", 14),
                ReportColumn("Leakage", "leakage", "whole_money", 14),
            ),
            answers.worst,
            "No trade gave anything away.",
        ),
        ReportSheet(
            BROKEN,
            "Files that could not be valued",
            "They enter no figure. The sentence says what is wrong, where, and what to do.",
            (
                ReportColumn("File", "path", "link", 34),
                ReportColumn("What it is", "kind", "text", 22),
                ReportColumn("Why", "why", "wrapped", 100),
                ReportColumn("Rep", "rep", "text", 20),
            ),
            answers.broken,
            "Every file could be valued.",
        ),
    ]


_GAVE = (
    ReportColumn("Quotes", "files", "count", 9),
    ReportColumn("Gave\n(money)", "gave", "whole_money", 15),
    ReportColumn("Net\n(money)", "net", "whole_money", 15),
    ReportColumn("Not agreed to\n(levels)", "not_agreed", "count", 13),
    ReportColumn("Not known\n(levels)", "unknown", "count", 12),
)


def _outside_trades(answers: Answers) -> list[ReportSheet]:
    """What was agreed outside the trades, who approved what, and by whose limits."""
    opened = [{**row, "lever": label_of(row["lever"])} for row in answers.openings_by_lever]
    worths = [{**row, "lever": label_of(row["lever"])} for row in answers.worths]
    currency = ReportColumn("Currency", "currency", "text", 10)
    return [
        ReportSheet(
            OPENINGS,
            "What opening terms gave away against the standard, by rep and lever",
            "Not agreed to: levels above the rep without a valid approval. Differences from the price book are among the levers.",
            (ReportColumn("Rep", "name", "text", 26), ReportColumn("Lever", "lever", "text", 28), currency, *_GAVE),
            opened,
            "Every opening is at the standard.",
        ),
        ReportSheet(
            OPENINGS_BY_CLIENT,
            "What opening terms gave away against the standard, by client",
            "Sums are within one currency.",
            (ReportColumn("Client", "name", "text", 34), currency, *_GAVE),
            answers.openings_by_client,
            "Every opening is at the standard.",
        ),
        ReportSheet(
            SEGMENTS,
            "Openings by their own segment and by the limits without a segment",
            "A difference below 0: by the rows without a segment the opening gave more. Check that the segment is right.",
            (
                ReportColumn("Segment", "segment", "text", 24),
                ReportColumn("Rep", "name", "text", 26),
                currency,
                ReportColumn("Quotes", "files", "count", 9),
                ReportColumn("Opening net\n(own segment)", "opening_net", "whole_money", 16),
                ReportColumn("Opening net\n(no segment)", "without_segment", "whole_money", 16),
                ReportColumn("Difference\n(money)", "difference", "whole_money", 15),
            ),
            answers.segments,
        ),
        ReportSheet(
            WORTHS,
            "What granted counter-asks are worth, by rep and lever",
            "Volume first: quantities, ramps, start and end of lines, commitments. A forecast that is too high shows there.",
            (
                ReportColumn("Rep", "name", "text", 26),
                ReportColumn("Lever", "lever", "text", 28),
                ReportColumn("Volume", "sort", "text", 10),
                currency,
                ReportColumn("Counter-asks", "trades", "count", 13),
                ReportColumn("Worth\n(money)", "worth", "whole_money", 15),
                ReportColumn("Of this soft\n(money)", "soft", "whole_money", 15),
                ReportColumn("Share of the\nrep's worth", "share", "share", 13),
            ),
            worths,
            "No counter-ask was granted.",
        ),
        ReportSheet(
            FINDINGS,
            "What a check of each deal finds",
            "The deal, its opening, approvals and limits. Cells and formulas: counterask check FILE.xlsx, file by file.",
            (
                ReportColumn("Kind", "kind", "text", 28),
                ReportColumn("Severity", "severity", "text", 10),
                currency,
                ReportColumn("Quotes", "files", "count", 9),
                ReportColumn("Findings", "findings", "count", 10),
                ReportColumn("Cells", "cells", "count", 9),
                ReportColumn("Amount\n(money)", "amount", "whole_money", 16),
                ReportColumn("One of them", "first", "link", 34),
            ),
            answers.findings,
        ),
        ReportSheet(
            SIGNED,
            "Who approved what",
            "Every approval in the quotes, with its state today. Amount: net of the trade, or what the opening gave.",
            (
                ReportColumn("File", "path", "link", 34),
                ReportColumn("Client", "client", "text", 30),
                ReportColumn("Rep", "rep", "text", 22),
                ReportColumn("What", "trade", "text", 15),
                ReportColumn("State", "state", "text", 12),
                ReportColumn("Approved by", "approver", "text", 26),
                ReportColumn("As", "authority", "text", 10),
                ReportColumn("When (UTC)", "approved_at", "text", 21),
                ReportColumn("Until", "expires", "text", 12),
                ReportColumn("Amount\n(money)", "amount", "whole_money", 15),
                currency,
                ReportColumn("Reason", "reason", "wrapped", 40),
                ReportColumn("Why it does not hold", "why_void", "wrapped", 50),
            ),
            answers.signed,
            "No quote holds an approval.",
        ),
        ReportSheet(
            SEALS,
            "Whose limits the quotes were made with",
            "Seals that do not hold come first. The tables in Parquet have the seal of each file.",
            (
                ReportColumn("State", "state", "text", 22),
                ReportColumn("Scope", "scope", "text", 24),
                ReportColumn("Segment", "segment", "text", 24),
                ReportColumn("Quotes", "files", "count", 9),
                ReportColumn("Reps", "reps", "count", 9),
                ReportColumn("One of them", "first", "link", 34),
            ),
            answers.seals,
        ),
    ]


def _approvals_note(answers: Answers) -> str:
    unknown = answers.overview["approvals_unknown"]
    return f"Approvals are not known in {unknown:,} of the quotes valued." if unknown else "Every approval holds."


def draw_table(book: Workbook, styles: Styles, sheet: ReportSheet) -> Worksheet:
    """Draw one table on a sheet of its own."""
    page = book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    page.set_row(TITLE_ROW, 30)
    page.write_string(TITLE_ROW, 0, sheet.title, styles.title())
    shown = sheet.rows[:MOST_ROWS]
    more = f" The first {MOST_ROWS:,} of {len(sheet.rows):,} rows." if len(sheet.rows) > MOST_ROWS else ""
    page.write_string(NOTE_ROW, 0, (sheet.note + more) if shown else sheet.empty, styles.note())
    if shown:
        page.set_row(HEADER_ROW, 32)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(HEADER_ROW, place, column.header, styles.header(_kind(column.kind)))
            write = _writer(column.kind, styles)
            for number, row in enumerate(shown):
                write(page, FIRST_ROW + number, place, row.get(column.key))
        page.freeze_panes(FIRST_ROW, 1)
        page.autofilter(HEADER_ROW, 0, HEADER_ROW + len(shown), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER_ROW)
    page.set_footer("&L&8&A&R&8Page &P of &N")
    return page


def _kind(kind: str) -> str:
    return {"points": "count", "margin": "share", "hundredths": "share", "link": "text", "verdict": "text"}.get(kind, kind)


def _writer(kind: str, styles: Styles) -> Callable[[Worksheet, int, int, Any], object]:
    """What writes a cell of a kind. None is said in words where a number should stand."""
    unknown = styles.result("text", font_color="#56636A", align="right")
    if kind == "link":
        return lambda page, row, column, value: _link(page, row, column, str(value or ""), styles)
    if kind == "verdict":
        return lambda page, row, column, value: _verdict(page, row, column, Verdict(str(value)), styles)
    if kind in ("text", "wrapped"):
        look = styles.result(kind, valign="top" if kind == "wrapped" else "vcenter")
        return lambda page, row, column, value: page.write_string(row, column, str(value or ""), look)
    formats = {"points": "+0.0;-0.0;0.0", "margin": "0.0%", "share": "0.0%", "hundredths": "0.00%"}
    formats |= {"count": "#,##0", "whole_money": "#,##0"}
    look = styles.result("count", num_format=formats[kind])
    factor = 100.0 if kind == "points" else 1.0

    def number(page: Worksheet, row: int, column: int, value: Any) -> object:
        if value is None:
            return page.write_string(row, column, "not known", unknown)
        return page.write_number(row, column, factor * float(value), look)

    return number


def _verdict(page: Worksheet, row: int, column: int, verdict: Verdict, styles: Styles) -> object:
    look = VERDICT_LOOKS[verdict]
    cell = styles.result("text", bg_color=look.fill, font_color=look.text)
    return page.write_string(row, column, f"{look.mark} {verdict}", cell)


def _link(page: Worksheet, row: int, column: int, path: str, styles: Styles) -> None:
    """A file's name that leads to the file, where it lies on a disk and a link can say so."""
    look = styles.result("text", font_color="#1F5C6B", underline=1)
    name = PurePosixPath(path.replace("\\", "/")).name if path else ""
    address = ""
    if path and "://" not in path:
        try:
            address = Path(path).as_uri()
            if path.startswith("/"):  # XlsxWriter takes small "file:" for a Windows path and makes it relative
                address = address.replace("file:", "File:", 1)
        except ValueError:
            address = ""
    clean, tip = visible(name)[:255], visible(path)[:250]  # as attributes, which hold no control characters
    if not address or len(address) > LONGEST_LINK or page.write_url(row, column, address, look, clean, tip) != 0:
        page.write_string(row, column, visible(path or name), styles.result("text"))


def rows_of_currency(
    sheet: ReportSheet, currency: str, most: int, leave_out: Mapping[str, object] | None = None
) -> tuple[int, int] | None:
    """First and last row (from 0) of a currency's block in a table as drawn, at most so many; None where it has none."""
    at = [
        place
        for place, row in enumerate(sheet.rows[:MOST_ROWS])
        if row["currency"] == currency and not any(row.get(key) == value for key, value in (leave_out or {}).items())
    ]
    return (FIRST_ROW + at[0], FIRST_ROW + min(at[-1], at[0] + most - 1)) if at else None


VERDICT_ORDER = tuple(str(verdict) for verdict in Verdict)
