"""Draws the workbooks: the empty quote, the limits workbook, the examples.

One command builds all of them, byte for byte the same each time: python -m counterask_templates.build
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook

from counterask import functions
from counterask.inputs.language import ENGLISH, texts_in
from counterask.inputs.levers import LANGUAGES

from .built import LIMITS_FILE, QUOTE_FILES, name_in, sheet_texts
from .examples import example_names, load_example
from .layout import RESULTS, RESULTS_SHEET, SELF_TEST, TABLES
from .natives import Facts
from .page import Page
from .pen import FAMILIES, PLAIN, Pen
from .sheet_math import default_places, places_text
from .sheet_seals import approvals_range, seal_range
from .sheets import workbook_sheets
from .specs import TODAY, TRADE_INPUTS, ResultSpec
from .styles import ENGLISH_TEXTS, FONT, SIZE, Styles
from .tables import CellValue, Document, TableRows, header_cells, table_rows, with_header

DRAWN_ON = date(2026, 11, 2)
"""The day of the templates: their file dates, and the day on which cached verdicts looked at the limits."""

CALCULATION_ENGINE = 191029
"""The engine that Excel 2019 and later name: a file of an older one is recalculated as it is opened."""


def draw_quote(
    document: Document | None = None, *, family: str = PLAIN, as_of: date = DRAWN_ON, code_digest: str = "",
    language: str = ENGLISH,
) -> bytes:
    """A quote workbook as bytes.

    document : the JSON of a deal, with header, stakeholders and history beside it where there are any; None for the
    empty template. family : "plain", "classic" or "lite": how the host spells the functions. as_of : the day on which
    the cached verdicts look at the limits.
    code_digest : the hash of code that is put into it later, for its Read me. language : one of `LANGUAGES`.

    Raises ValueError where a table of the layout has no room for the document's rows, or where there is no such family.
    """
    if family not in FAMILIES:
        raise ValueError(f'there is no host family "{family}", but: {", ".join(FAMILIES)}')
    given = document if document is not None else load_example("blank")
    return _draw(given, family, as_of, language, is_limits_book=False, code_digest=code_digest)


def draw_limits(document: Document | None = None, *, as_of: date = DRAWN_ON, language: str = ENGLISH) -> bytes:
    """The manager's limits workbook as bytes: policy, assumptions and limits, open to type into."""
    given = document if document is not None else load_example("blank")
    return _draw(given, PLAIN, as_of, language, is_limits_book=True)


def _draw(document: Document, family: str, as_of: date, language: str, *, is_limits_book: bool, code_digest: str = "") -> bytes:
    target = io.BytesIO()
    book = Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": FONT, "font_size": SIZE},
        },
    )
    title = "counterask limits" if is_limits_book else "counterask quote"
    drawn = datetime.combine(DRAWN_ON, datetime.min.time())
    book.set_properties({"title": title, "author": "counterask", "created": drawn})
    book.set_calc_mode("auto", CALCULATION_ENGINE)
    book.calc_on_load = False
    texts = sheet_texts(language)
    pen = Pen(book, Styles(book, texts), facts_of(document, as_of, language), family, is_limits_book, code_digest)
    sheets = workbook_sheets(is_limits_book=is_limits_book)
    for sheet in sheets:
        page = pen.pages[sheet.name] = book.add_worksheet(sheet.name, Page)
        page.texts = {RESULTS_SHEET: texts_in(language), SELF_TEST: ENGLISH_TEXTS}.get(sheet.name, texts)
        page.set_tab_color(sheet.tab)
        if sheet.is_hidden(is_limits_book=is_limits_book):
            page.hide()
    for sheet in sheets:
        sheet.draw(pen)
    book.close()
    return target.getvalue()


def facts_of(document: Document, as_of: date, language: str = ENGLISH) -> Facts:
    """The cells of every table of a document, and what every result formula says of them.

    language : that is picked for sentences; everything else is in English, and written in the workbook's language."""
    rows = table_rows(document)
    header = header_cells(document)
    segment, currency = header["segment"], header["currency"]
    results = cached_results(rows, as_of, segment=segment, currency=currency, language=language)
    return Facts(rows, results, header, language=language)


def cached_results(
    rows: Mapping[str, TableRows], as_of: date, wanted: Sequence[ResultSpec] = RESULTS, segment: CellValue = None,
    currency: CellValue = None, language: str = ENGLISH,
) -> dict[str, Any]:
    """What result formulas say: the catalogue called with the cells of the names, as a host would call it."""
    ranges: dict[str, Any] = {table.name: with_header(table, rows[table.name]) for table in TABLES}
    ranges |= {TODAY: as_of, "Segment": segment, "Currency": currency, "Bundle_trade": None, "Language": language}
    ranges |= {"Chosen_trade": None, "Explained_trade": None, "Flipped_trade": None, "Prepare_now": None}
    ranges |= {"Places": places_text(default_places())}
    ranges |= {"Seal": seal_range(), "Approvals": approvals_range(), TRADE_INPUTS: ranges["Trades"]}
    calls = {entry.name: entry.call for entry in functions.catalogue()}
    results: dict[str, Any] = {}
    for result in wanted:
        results[result.key] = calls[result.function](*(ranges[name] for name in result.arguments))
    return results


def build_workbooks(root: Path) -> list[Path]:
    """Write every workbook below the root of a checkout. Returns their paths."""
    made: dict[Path, bytes] = {}
    for language in LANGUAGES:
        made[root / "workbook_templates" / name_in(QUOTE_FILES[PLAIN], language)] = draw_quote(language=language)
        made[root / "workbook_templates" / name_in(LIMITS_FILE, language)] = draw_limits(language=language)
    for name in example_names():
        made[root / "examples" / f"{name}.xlsx"] = draw_quote(load_example(name))
    for path, content in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return list(made)


if __name__ == "__main__":
    for written in build_workbooks(Path(__file__).resolve().parents[2]):
        print(written)
