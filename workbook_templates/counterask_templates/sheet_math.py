"""The Math sheet: the bridge from opening value to now as a waterfall, and a chosen trade line by line down to its verdict."""

from __future__ import annotations

from collections.abc import Mapping

from counterask.explaining.explain import CONCLUSION_ROWS

from . import looks
from .layout import TABLE_BY_NAME, TRADES, TRADES_TABLE
from .math_layout import BRIDGE, EXPLAINED_TRADE, EXPLANATION, FLIPPED_TRADE, FLIPS, MATH, PLACES
from .natives import Native, of_client
from .pen import LINE_HEIGHT, Pen, lines_of
from .styles import ACCENT, BAD, GOOD

_INPUT_TABLES = ("Lines", "Terms", "Limits", "Assumptions", "Policy")
_CHART_HEIGHT, _CHART_ROWS = 19, 4
_WORDS_LINES, _TALL_LINES = 6, 4
"""Lines of text in a row of the explanation, whichever trade is chosen: a row does not grow with what a formula says."""


def default_places() -> dict[str, tuple[str, int, int]]:
    """Where the layout puts the tables that inputs stand in: name -> (sheet, first row, first column)."""
    return {name: (TABLE_BY_NAME[name].sheet, TABLE_BY_NAME[name].top, TABLE_BY_NAME[name].left) for name in _INPUT_TABLES}


def places_text(places: Mapping[str, tuple[str, int, int]]) -> str:
    """Places as DEAL_EXPLAIN reads them: "Lines=Quote!R20C1;..."."""
    return ";".join(f"{name}={sheet}!R{top}C{left}" for name, (sheet, top, left) in places.items())


def _places() -> Native:
    """Where the tables stand, read off their names: a table that was moved is found where it now is."""
    parts = (f'"{name}={TABLE_BY_NAME[name].sheet}!R"&MIN(ROW({name}))&"C"&MIN(COLUMN({name}))' for name in _INPUT_TABLES)
    return Native(MATH, *PLACES, "=" + '&";"&'.join(parts), lambda facts: places_text(default_places()))


_PLACES = _places()
_CLIENT = of_client(MATH, EXPLANATION.right - 2)
NATIVES: tuple[Native, ...] = (_CLIENT, _PLACES)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "A trade line by line, down to its verdict: the trade with the largest shortfall, or the one you choose."
    page = pen.open(MATH, "Math", words)
    for place, width in enumerate(EXPLANATION.widths):
        page.set_column(place, place, width)
    page.set_column(EXPLANATION.right, EXPLANATION.right, 3)
    page.set_column(BRIDGE.left - 1, BRIDGE.right - 1, BRIDGE.widths[0])
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=2)
    _choices(pen)
    _bridge(pen)
    page.write_string(EXPLANATION.top - 3, 0, "The trade, line by line", pen.styles.section())
    pen.result(page, EXPLANATION)
    page.set_row(EXPLANATION.top - 2, 2 * LINE_HEIGHT + 4)
    looks.framed_result(pen, page, EXPLANATION, "Verdict", 1)
    for number, row in enumerate(pen.facts.results[EXPLANATION.key]):
        said = [(words, width) for words, width in zip(row, EXPLANATION.widths, strict=True) if isinstance(words, str)]
        lines = max((lines_of(words, width * 1.25) for words, width in said), default=1)
        page.set_row(EXPLANATION.top - 1 + number, max(_least_lines(number), lines) * LINE_HEIGHT + 3)
    heading = "What would turn the verdict (choose the trade at the top), nearest first"
    page.write_string(FLIPS.top - 3, 0, heading, pen.styles.section())
    pen.result(page, FLIPS)
    looks.framed_result(pen, page, FLIPS, "")
    filled = sum(1 for row in pen.facts.results[EXPLANATION.key] if row[1])
    page.freeze_panes(3, 0)
    page.repeat_rows(EXPLANATION.top - 2, EXPLANATION.top - 2)
    page.print_area(0, 0, EXPLANATION.top + max(filled, CONCLUSION_ROWS + 6), EXPLANATION.right - 1)
    pen.close(page)


def _least_lines(number: int) -> int:
    """Lines of text for which a row of the explanation has room, whichever trade is chosen."""
    if number == 0:
        return _WORDS_LINES
    return 1 if number < CONCLUSION_ROWS else _TALL_LINES if number < CONCLUSION_ROWS + 12 else 1


def _choices(pen: Pen) -> None:
    """The cells in which a person names the trade to explain and the one to put to the flip test."""
    page = pen.pages[MATH]
    page.set_row(EXPLAINED_TRADE[0] - 1, 22)
    slow = "The search takes about a second; leave it blank to keep the sheet quick."
    worst = "Blank: the trade with the largest shortfall."
    for (row, column), name, label, value, words in (
        (EXPLAINED_TRADE, "Explained_trade", "Trade", None, worst),
        (FLIPPED_TRADE, "Flipped_trade", "Flip test for", None, slow),
    ):
        page.write_string(row - 1, column - 2, label, pen.styles.get(bold=True, align="right"))
        pen.put(page, row, column, value, pen.styles.entry("text"))
        offered = {
            "validate": "list",
            "source": f"={TRADES_TABLE.data('trade', TRADES)}",
            "error_title": label,
            "error_message": "Choose one from the list.",
            "input_title": label,
            "input_message": words,
        }
        page.data_validation(row - 1, column - 1, row - 1, column - 1, offered)
        pen.define(name, MATH, row, column, row, column)
    page.write_string(PLACES[0] - 1, PLACES[1] - 2, "Places", pen.styles.note())
    pen.native(page, _PLACES, pen.styles.note(font_size=8))
    pen.define("Places", MATH, *PLACES, *PLACES)


def _bridge(pen: Pen) -> None:
    """The waterfall, and to the right of the page the numbers that it draws."""
    page = pen.pages[MATH]
    page.write_string(BRIDGE.top - 3, BRIDGE.left - 1, "The bridge in numbers (what the chart draws)", pen.styles.section())
    pen.result(page, BRIDGE)
    looks.framed_result(pen, page, BRIDGE, "")
    chart = pen.book.add_chart({"type": "column", "subtype": "stacked"})
    unseen = ("", "")
    looks_of = (unseen, (ACCENT, ACCENT), GOOD, BAD, GOOD, BAD)
    for field, (fill, line) in zip(BRIDGE.fields[BRIDGE.fields.index("Base") :], looks_of, strict=True):
        chart.add_series(_series(field, fill, line))
    chart.set_title({"name": "Deal value: opening, trade by trade, now", "name_font": {"size": 11, "color": ACCENT}})
    chart.set_legend({"none": True})
    chart.set_y_axis(
        {"visible": False, "major_gridlines": {"visible": True, "line": {"color": "#E3E8EA"}}}  # amounts are in the labels
    )
    chart.set_x_axis({"num_font": {"size": 9}, "label_position": "low"})
    chart.set_chartarea({"border": {"color": "#C4CED1"}})
    width = sum(7 * columns + 5 for columns in EXPLANATION.widths)
    chart.set_size({"width": int(width), "height": int(_CHART_HEIGHT * LINE_HEIGHT * 4 / 3)})
    page.insert_chart(
        _CHART_ROWS - 1, 0, chart, {"object_position": 2, "description": "Waterfall from opening value to value now"}
    )


def _series(field: str, fill: str, line: str) -> dict[str, object]:
    """One column of the bridge as bars; without colours they are not seen. The amounts stand in the labels below."""
    label, place = BRIDGE.column("Label") - 1, BRIDGE.column(field) - 1
    return {
        "name": field,
        "categories": [MATH, BRIDGE.top - 1, label, BRIDGE.bottom - 1, label],
        "values": [MATH, BRIDGE.top - 1, place, BRIDGE.bottom - 1, place],
        "gap": 35,
        "fill": {"color": fill} if fill else {"none": True},
        "border": {"color": line} if line else {"none": True},
    }
