"""The sheet Prepare: before a call, each ask that is likely with its answer in one row. It prints on one page."""

from __future__ import annotations

from counterask.counter_asks.sentences import book
from counterask.inputs.levers import LANGUAGES

from .natives import Native, in_language, of_client
from .pen import Pen, header_height, lines_of
from .prepare_layout import PREPARE, PREPARED, SHOW

_CLIENT = of_client(PREPARE, PREPARED.right - 1)


def _worded(row: int, column: int, name: str) -> Native:
    """Words of the page, in the language of the page."""
    return in_language(PREPARE, row, column, {one: book(one)["prepare"][name] for one in LANGUAGES})


_TITLE, _ADVICE = _worded(1, 1, "title"), _worded(2, 1, "advice")
_LABEL, _HOW = _worded(SHOW[0], SHOW[1] - 1, "now"), _worded(SHOW[0], SHOW[1] + 1, "how")
_HEADERS = tuple(_worded(PREPARED.top - 1, column, name) for column, name in zip(PREPARED.at, PREPARED.fields, strict=True))
NATIVES: tuple[Native, ...] = (_CLIENT, _TITLE, _ADVICE, _LABEL, _HOW, *_HEADERS)
_LINE_HEIGHT, _LEAST_LINES = 12, 4
"""Every row has room for four lines of small text: a row does not grow when it is computed."""
_HELP = "yes: prepare the page. It takes a second at each edit; leave it blank to keep the workbook quick."


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.open(PREPARE)
    page.set_row(0, 28)
    pen.native(page, _TITLE, pen.styles.title())
    pen.native(page, _ADVICE, pen.styles.note())
    for place, width in enumerate(PREPARED.widths):
        page.set_column(place, place, width)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=1)
    row, column = SHOW
    page.set_row(row - 1, 22)
    pen.native(page, _LABEL, pen.styles.get(bold=True, align="right"))
    pen.put(page, row, column, None, pen.styles.entry("text"))
    rule = {
        "validate": "list",
        "source": ["yes"],
        "error_title": "Prepare now",
        "error_message": "Choose yes, or clear the cell.",
        "input_title": "Prepare now",
        "input_message": _HELP,
    }
    page.data_validation(row - 1, column - 1, row - 1, column - 1, rule)
    pen.define("Prepare_now", PREPARE, row, column, row, column)
    pen.native(page, _HOW, pen.styles.note())
    pen.result(page, PREPARED)
    for native, kind in zip(_HEADERS, PREPARED.kinds, strict=True):
        pen.native(page, native, pen.styles.header(kind, is_input=False))
    heads = [[book(one)["prepare"][name] for name in PREPARED.fields] for one in LANGUAGES]
    page.set_row(PREPARED.top - 2, max(header_height(list(zip(words, PREPARED.widths, strict=True))) for words in heads))
    for place, cells in enumerate(pen.facts.results[PREPARED.key]):
        needed = max(lines_of(str(one), width * 1.15) for one, width in zip(cells, PREPARED.widths, strict=True))
        page.set_row(PREPARED.top - 1 + place, max(_LEAST_LINES, needed) * _LINE_HEIGHT)
    page.freeze_panes(PREPARED.top - 1, 1)
    page.fit_to_pages(1, 1)
    page.print_area(0, 0, PREPARED.bottom - 1, PREPARED.right - 1)
    pen.close(page)
