"""The findings as a workbook: one row a finding. Words are text, whatever they begin with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.workbook import Workbook

from counterask_templates.styles import BAD, WATCH, Styles

from ..workbooks.atomic import write_bytes
from .finding import Finding, Severity

_COLUMNS = (("Severity", 10), ("Kind", 26), ("Where", 24), ("What", 90), ("Cells", 9), ("Amount\n(money)", 16))
_FORMATS = {4: "count", 5: "money"}


def write_findings(found: Sequence[Finding], quote: Path, target: Path, *, overwrite: bool = False) -> None:
    """Write the findings into `target`. Raises CannotRun where it is there already or cannot be written."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles, page = Styles(book), book.add_worksheet("Findings")
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, f"Check of {quote.name}", styles.title())
    for column, (header, width) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(2, column, header, styles.header(_FORMATS.get(column, "text"), is_input=False))
    page.set_row(2, 30)
    looks = {Severity.WRONG: BAD, Severity.LOOK: WATCH, Severity.FACT: ("#FFFFFF", "#000000")}
    for row, one in enumerate(found, 3):
        fill, colour = looks[one.severity]
        page.write_string(row, 0, str(one.severity), styles.result("text", bg_color=fill, font_color=colour))
        page.write_string(row, 1, one.kind, styles.result("text"))
        page.write_string(row, 2, one.where, styles.result("text"))
        page.write_string(row, 3, one.words, styles.result("wrapped"))
        page.write_number(row, 4, one.count, styles.result("count"))
        if one.amount is None:
            page.write_blank(row, 5, None, styles.result("money"))
        else:
            page.write_number(row, 5, one.amount, styles.result("money"))
    page.freeze_panes(3, 0)
    page.autofilter(2, 0, max(3, len(found) + 2), len(_COLUMNS) - 1)
    book.close()
    write_bytes(target, buffer.getvalue(), overwrite=overwrite)
