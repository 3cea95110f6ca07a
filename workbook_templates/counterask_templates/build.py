"""Draws the workbooks: the empty quote, the limits workbook, the examples. One command builds all, byte for byte the same:

python -m counterask_templates.build
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from counterask import functions
from xlsxwriter.workbook import Workbook

from . import sheet_limits, sheet_margin, sheet_people, sheet_quote, sheet_readme, sheet_trades
from .examples import example_names, load_example
from .layout import LIMITS_STATUS, RESULTS, TABLES
from .pen import PLAIN, Pen
from .styles import Styles
from .tables import Document, table_rows, with_header

DRAWN_ON = date(2026, 11, 2)
"""The day of the templates: their file dates, and the day on which cached verdicts looked at the limits."""


def draw_quote(document: Document | None = None, *, family: str = PLAIN, as_of: date = DRAWN_ON) -> bytes:
    """A quote workbook as bytes. document : the JSON of a deal, None for the empty template. family : the host it is for.

    Raises ValueError where a table of the layout has no room for the document's rows.
    """
    given = document if document is not None else load_example("blank")
    pen, book, target = _start(given, family, as_of, "Quote")
    header = {name: str(value) for name, value in given.items() if isinstance(value, str)}
    sheet_readme.draw(pen)
    sheet_quote.draw(pen, header)
    sheet_trades.draw(pen)
    sheet_margin.draw(pen)
    sheet_limits.draw(pen, is_open=False)
    sheet_people.draw(pen)
    sheet_readme.draw_results(pen, RESULTS)
    sheet_readme.draw_lists(pen)
    book.close()
    return target.getvalue()


def draw_limits(document: Document | None = None, *, as_of: date = DRAWN_ON) -> bytes:
    """The manager's limits workbook as bytes: policy, assumptions and limits, open to type into."""
    pen, book, target = _start(document or load_example("blank"), PLAIN, as_of, "Limits")
    sheet_readme.draw(pen, is_limits=True)
    sheet_limits.draw(pen, is_open=True)
    sheet_readme.draw_results(pen, [LIMITS_STATUS])
    sheet_readme.draw_lists(pen)
    book.close()
    return target.getvalue()


def _start(document: Document, family: str, as_of: date, title: str) -> tuple[Pen, Workbook, io.BytesIO]:
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": f"counterask {title}",
            "author": "counterask",
            "created": datetime.combine(DRAWN_ON, datetime.min.time()),
        }
    )
    book.set_calc_mode("auto")
    book.calc_on_load = False
    rows = table_rows(document)
    return Pen(book, Styles(book), rows, cached_results(rows, as_of), family), book, target


def cached_results(rows: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """What every result formula says: the catalogue called with the cells of the names, as a host would."""
    ranges = {table.name: _as_read(with_header(table, rows[table.name])) for table in TABLES}
    calls = {entry.name: entry.call for entry in functions.catalogue()}
    results: dict[str, Any] = {"currency": [[_currency(rows)]]}
    for result in RESULTS:
        options = {"as_of": as_of} if result.key in ("trades", LIMITS_STATUS.key) else {}
        results[result.key] = calls[result.function](*(ranges[name] for name in result.arguments), **options)
    return results


def _as_read(rows: list[list[Any]]) -> list[list[Any]]:
    return [[None if cell == "" else cell for cell in row] for row in rows]


def _currency(rows: Mapping[str, Any]) -> str:
    return str(next((row[1] for row in rows["Policy"] if row[0] == "Currency" and row[1]), ""))


def build(root: Path) -> list[Path]:
    """Write every workbook below the root of a checkout. Returns their paths."""
    made = {
        root / "workbook_templates" / "quote.xlsx": draw_quote(),
        root / "workbook_templates" / "limits.xlsx": draw_limits(),
    }
    for name in example_names():
        made[root / "examples" / f"{name}.xlsx"] = draw_quote(load_example(name))
    for path, content in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return list(made)


if __name__ == "__main__":
    for written in build(Path(__file__).resolve().parents[2]):
        print(written)
