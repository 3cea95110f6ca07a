"""The bridge from the months to the deal value: native sums and named lines together, beside what the functions say.

Every component of deal value is one row. What months hold comes from the cash flow sheets; what they do not hold (the
liability charge, soft value, company levers) is a line from the functions, and says so.
"""

from __future__ import annotations

from collections.abc import Callable

from counterask.pricing.components import LABELS

from .. import looks
from ..layout import CASH_NOW, CASH_OPENING, COMPONENTS, HEADLINE, MARGIN, QUOTE
from ..natives import CellText, Facts, Native, number_or_none
from ..pen import LINE_HEIGHT, Pen
from ..specs import area, cell
from .cash_layout import CARRIED, NAMED, UNTOLD
from .cash_values import cash_flows
from .sheet_cash_flow import total_cell

CENT = 0.005
_DECIMALS = 3
"""Decimals of a difference: it is judged to the cent."""
TOP, LEFT = COMPONENTS.bottom + 6, 1
"""The first row and column of the bridge."""
_COLUMNS = {CASH_OPENING: LEFT + 1, CASH_NOW: LEFT + 2}
_ROWS = (*(name for name in LABELS if name in CARRIED), *NAMED)
_TOGETHER, _FUNCTIONS, _DIFFERENCE, _SENTENCE = (TOP + len(_ROWS) + place for place in range(4))
HEADERS = ("Worth today", "Opening\n(money)", "Now\n(money)", "Furthest from\nthe functions", "Where it\ncomes from")
NATIVE, FUNCTIONS = "native months", "functions"
_BEFORE = {CASH_OPENING: 1, CASH_NOW: 2}
"""The columns of opening and now in the rows of the result tables."""

AGREES = "✔ Opening and now agree to the cent: months and named lines together are the deal value."
DIFFERS = "✖ Months and functions do not agree: tell finance."
CANNOT_TELL = "? Cannot tell yet: an input is missing, or the functions are not at hand."

Say = Callable[[Facts], CellText]


def _shown(row: int, sheet: str) -> str:
    """The address of a number of the bridge."""
    return cell(row, _COLUMNS[sheet])


def _component_cell(component: str, sheet: str) -> str:
    """The address of what the functions say of a component."""
    row = COMPONENTS.top + list(LABELS).index(component)
    return cell(row, COMPONENTS.left + _BEFORE[sheet])


def _said_component(component: str, sheet: str) -> Say:
    place = list(LABELS).index(component)

    def say(facts: Facts) -> CellText:
        found = facts.results["components"][place][_BEFORE[sheet]]
        return UNTOLD if number_or_none(found) is None else float(found)

    return say


def _said_months(component: str, sheet: str) -> Say:
    return lambda facts: cash_flows(facts)[sheet].sums["all", CARRIED[component]]


def _part(component: str, sheet: str) -> Native:
    """One component: what the months add up to, or a line from the functions."""
    row = TOP + _ROWS.index(component)
    if component in CARRIED:
        formula, say = f"={total_cell(sheet, CARRIED[component])}", _said_months(component, sheet)
    else:
        source = _component_cell(component, sheet)
        formula, say = f'=IF(ISNUMBER({source}),{source},"{UNTOLD}")', _said_component(component, sheet)
    return Native(MARGIN, row, _COLUMNS[sheet], formula, say)


_PARTS = {(name, sheet): _part(name, sheet) for name in _ROWS for sheet in _COLUMNS}


def _gap(component: str) -> Native:
    """How far a component's months lie from what the functions say of it; the greater of opening and now."""
    row = TOP + _ROWS.index(component)
    if component not in CARRIED:
        return Native(MARGIN, row, LEFT + 3, '="–"', lambda _: "–")
    pairs = [(_shown(row, sheet), _component_cell(component, sheet)) for sheet in _COLUMNS]
    cells = ",".join(address for pair in pairs for address in pair)
    gaps = ",".join(f"ABS({ours}-{theirs})" for ours, theirs in pairs)

    def say(facts: Facts) -> CellText:
        found = [
            (number_or_none(_PARTS[component, sheet].say(facts)), number_or_none(_said_component(component, sheet)(facts)))
            for sheet in _COLUMNS
        ]
        if not _all_known(found):
            return UNTOLD
        return round(max(abs(ours - theirs) for ours, theirs in found), _DECIMALS)  # type: ignore[operator]

    return Native(MARGIN, row, LEFT + 3, f'=IF(COUNT({cells})<{2 * len(pairs)},"{UNTOLD}",ROUND(MAX({gaps}),{_DECIMALS}))', say)


def _all_known(pairs: list[tuple[float | None, float | None]]) -> bool:
    return all(one is not None for pair in pairs for one in pair)


def _together(sheet: str) -> Native:
    column = _COLUMNS[sheet]
    rows = area(TOP, column, TOP + len(_ROWS) - 1, column)

    def say(facts: Facts) -> CellText:
        found = [number_or_none(_PARTS[name, sheet].say(facts)) for name in _ROWS]
        return UNTOLD if any(one is None for one in found) else float(sum(one for one in found if one is not None))

    return Native(MARGIN, _TOGETHER, column, f'=IF(COUNT({rows})<{len(_ROWS)},"{UNTOLD}",SUM({rows}))', say)


def _by_functions(sheet: str) -> Native:
    """The deal value that the Quote sheet shows."""
    source = cell(HEADLINE.top, HEADLINE.left + _BEFORE[sheet], QUOTE)

    def say(facts: Facts) -> CellText:
        found = facts.results["headline"][0][_BEFORE[sheet]]
        return UNTOLD if number_or_none(found) is None else float(found)

    return Native(MARGIN, _FUNCTIONS, _COLUMNS[sheet], f'=IF(ISNUMBER({source}),{source},"{UNTOLD}")', say)


SUMS_TOGETHER = {sheet: _together(sheet) for sheet in _COLUMNS}
_VALUES = {sheet: _by_functions(sheet) for sheet in _COLUMNS}


def _difference(sheet: str) -> Native:
    ours, theirs = _shown(_TOGETHER, sheet), _shown(_FUNCTIONS, sheet)

    def say(facts: Facts) -> CellText:
        both = number_or_none(SUMS_TOGETHER[sheet].say(facts)), number_or_none(_VALUES[sheet].say(facts))
        return UNTOLD if both[0] is None or both[1] is None else round(both[0] - both[1], _DECIMALS) + 0.0

    formula = f'=IF(COUNT({ours},{theirs})<2,"{UNTOLD}",ROUND({ours}-{theirs},{_DECIMALS}))'
    return Native(MARGIN, _DIFFERENCE, _COLUMNS[sheet], formula, say)


_DIFFERENCES = {sheet: _difference(sheet) for sheet in _COLUMNS}


def _verdict() -> Native:
    """Whether both agree to the cent, in total and component by component."""
    gaps = area(TOP, LEFT + 3, TOP + len(_ROWS) - 1, LEFT + 3)
    both = ",".join(_shown(_DIFFERENCE, sheet) for sheet in _COLUMNS)
    greatest = f"MAX({gaps},{','.join(f'ABS({_shown(_DIFFERENCE, sheet)})' for sheet in _COLUMNS)})"
    complete = f"AND(COUNT({both})=2,COUNT({gaps})={len(CARRIED)})"

    def say(facts: Facts) -> CellText:
        found = [number_or_none(native.say(facts)) for native in (*_DIFFERENCES.values(), *(_GAPS[name] for name in CARRIED))]
        if any(one is None for one in found):
            return CANNOT_TELL
        return AGREES if max(abs(one) for one in found if one is not None) < CENT else DIFFERS

    formula = f'=IF({complete},IF({greatest}<{CENT},"{AGREES}","{DIFFERS}"),"{CANNOT_TELL}")'
    return Native(MARGIN, _SENTENCE, LEFT, formula, say)


_GAPS = {name: _gap(name) for name in _ROWS}
_VERDICT = _verdict()

# ── The line at the top of the sheet ────────────────────────────────────────────────────────────────────
LINE_TOP, LINE_LEFT = 13, 10
"""Where the two sentences and the verdict are, next to the years."""


def _line(place: int, sheet: str, words: str) -> Native:
    """One sentence: both numbers and their difference."""
    ours, theirs, gap = (_shown(row, sheet) for row in (_TOGETHER, _FUNCTIONS, _DIFFERENCE))
    parts = f'"{words}: months and named lines "&FIXED({ours},2)&" · functions "&FIXED({theirs},2)&" · difference "'

    def say(facts: Facts) -> CellText:
        found = [number_or_none(native[sheet].say(facts)) for native in (SUMS_TOGETHER, _VALUES, _DIFFERENCES)]
        if any(one is None for one in found):
            return f"? {words}: cannot tell yet"
        together, value, difference = (float(one) for one in found if one is not None)
        mark = "✔" if abs(difference) < CENT else "✖"
        shown = f"{round_half_up(abs(difference)):,.2f}"
        return (
            f"{mark} {words}: months and named lines {round_half_up(together):,.2f} · "
            f"functions {round_half_up(value):,.2f} · difference {shown}"
        )

    mark = f'IF(ABS({gap})<{CENT},"✔ ","✖ ")'
    formula = f'=IF(COUNT({gap})=1,{mark}&{parts}&FIXED(ABS({gap}),2),"? {words}: cannot tell yet")'
    return Native(MARGIN, LINE_TOP + 1 + place, LINE_LEFT, formula, say)


def round_half_up(value: float) -> float:
    """A value to the cent as FIXED rounds it: halves away from zero, as the decimal number is read."""
    from decimal import ROUND_HALF_UP, Decimal

    return float(Decimal(f"{value:.15g}").quantize(Decimal("0.01"), ROUND_HALF_UP))


_LINES = (_line(0, CASH_OPENING, "Opening"), _line(1, CASH_NOW, "Now"))

NATIVES: tuple[Native, ...] = (
    *_PARTS.values(),
    *_GAPS.values(),
    *SUMS_TOGETHER.values(),
    *_VALUES.values(),
    *_DIFFERENCES.values(),
    _VERDICT,
    *_LINES,
)


def draw_reconciliation(pen: Pen) -> None:
    """Draw the bridge, and the line that sums it up, on the Margin sheet."""
    page, styles = pen.pages[MARGIN], pen.styles
    page.write_string(TOP - 4, LEFT - 1, "Do the months agree with the functions?", styles.section())
    words = f"{CASH_OPENING} and {CASH_NOW} hold the months in native formulas."
    page.write_string(TOP - 3, LEFT - 1, words, styles.note(font_size=9))
    page.set_row(TOP - 2, 2 * LINE_HEIGHT + 4)
    for column, (header, kind) in enumerate(zip(HEADERS, ("text", "money", "money", "money", "text"), strict=True), LEFT - 1):
        page.write_string(TOP - 2, column, header, styles.header(kind, is_input=False))
    for name in _ROWS:
        row = TOP + _ROWS.index(name) - 1
        page.write_string(row, LEFT - 1, LABELS[name], styles.fixed())
        page.write_string(row, LEFT + 3, NATIVE if name in CARRIED else FUNCTIONS, styles.result("text"))
        for sheet in _COLUMNS:
            pen.native(page, _PARTS[name, sheet], styles.result("money"))
        pen.native(page, _GAPS[name], styles.result("money"))
    for row, label, natives, source in (
        (_TOGETHER, "Together", SUMS_TOGETHER, ""),
        (_FUNCTIONS, "Deal value", _VALUES, FUNCTIONS),
        (_DIFFERENCE, "Difference", _DIFFERENCES, ""),
    ):
        page.write_string(row - 1, LEFT - 1, label, styles.fixed(bold=True))
        for native in natives.values():
            pen.native(page, native, styles.result("money", bold=True))
        page.write_blank(row - 1, LEFT + 2, None, styles.result("money"))
        page.write_string(row - 1, LEFT + 3, source, styles.result("text"))
    page.set_row(_SENTENCE - 1, 2 * LINE_HEIGHT + 2)
    pen.native(page, _VERDICT, styles.banner(font_size=10), across=4)
    looks.sentence(pen, page, (_SENTENCE, LEFT, _SENTENCE, LEFT + 4))
    page.write_string(LINE_TOP - 1, LINE_LEFT - 1, "Do the months agree with the functions?", styles.section())
    for native in _LINES:
        pen.native(page, native, styles.banner(font_size=9, bold=False), across=5)
        looks.sentence(pen, page, (native.row, LINE_LEFT, native.row, LINE_LEFT + 5))
