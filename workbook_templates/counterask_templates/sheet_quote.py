"""The Quote sheet: who and what, the headline, the lines, the opening terms."""

from __future__ import annotations

from collections.abc import Sequence

from counterask.inputs.levers import TERM_LEVERS, Kind, inputs_of

from . import choices, looks
from .in_force import STANDARD_COLUMN, STANDARDS, value_in_force
from .index import HIDDEN, PLACES, UNHIDE
from .layout import (
    HEADER_CELLS,
    HEADLINE,
    LIMITS,
    LIMITS_STATUS,
    LINES,
    NOTES,
    OPENING,
    POLICY_TABLE,
    QUOTE,
    RESULTS_SHEET,
    TERMS,
    TRADES,
    live_top,
)
from .manager_layout import in_force
from .natives import CHECK, Facts, Native, number_or_none, of_client
from .pen import LINE_HEIGHT, Pen
from .sheet_trades import BANNER, say_banner
from .specs import HeaderCell, area, cell, kind_of, letters
from .styles import ACCENT, LINE, MUTED

MARGIN_ROW, ACV_ROW = 2, 3
"""Rows of the headline, from 0: the margin as a share of revenue, and the ACV."""
_WORDS = ("none", "yes", "no")
"""Texts that may stand where a number is meant."""
VALUES_TO = 3
"""How many columns a header cell spans."""
_STATUS_LEFT, _STATUS_ACROSS = 6, 8
_CHECK = LINES.right + 1


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────────────
_ACV = area(HEADLINE.top + ACV_ROW, HEADLINE.left + 1, HEADLINE.top + ACV_ROW, HEADLINE.left + 2)
_MARGIN = cell(HEADLINE.top + MARGIN_ROW, HEADLINE.left + 2)
JOINS = "▲ A manager joins from the start: the ACV is above the policy's mark."
ALONE = "✔ No manager is needed from the start: the ACV is not above the policy's mark."
LOW, HIGH = "✖ The margin is now below the policy's minimum.", "✔ The margin is now not below the policy's minimum."
UNTOLD = "? Cannot tell yet: type what is sold (Lines) and the opening terms."


def _manager() -> Native:
    mark = in_force("manager_early_above")

    def say(facts: Facts) -> str:
        acvs = [found for value in facts.results["headline"][ACV_ROW][1:3] if (found := number_or_none(value)) is not None]
        limit = number_or_none(value_in_force(facts, POLICY_TABLE, "Manager early above"))
        if not acvs:
            return UNTOLD
        return JOINS if limit is not None and max(acvs) > limit else ALONE

    formula = f'=IF(COUNT({_ACV})=0,"{UNTOLD}",IF(AND(ISNUMBER({mark}),MAX({_ACV})>{mark}),"{JOINS}","{ALONE}"))'
    return Native(QUOTE, HEADLINE.top - 1, _STATUS_LEFT, formula, say)


def _minimum() -> Native:
    """Whether the margin holds; or, where there is no margin, what is wrong with the input."""
    least = in_force("minimum_margin")

    wrong = cell(live_top(HEADLINE), 1, RESULTS_SHEET)

    def say(facts: Facts) -> str:
        first = facts.results["headline"][0][0]
        if str(first).startswith(CHECK):
            return f"? {first}"
        share = number_or_none(facts.results["headline"][MARGIN_ROW][2])
        limit = number_or_none(value_in_force(facts, POLICY_TABLE, "Minimum margin"))
        if share is None or limit is None:
            return ""
        return LOW if share < limit else HIGH

    margin = f'IF(AND(ISNUMBER({_MARGIN}),ISNUMBER({least})),IF({_MARGIN}<{least},"{LOW}","{HIGH}"),"")'
    formula = f'=IFERROR(IF(LEFT({wrong},{len(CHECK)})="{CHECK}","? "&{wrong},{margin}),"")'
    return Native(QUOTE, HEADLINE.top, _STATUS_LEFT, formula, say)


def _status(row: int) -> Native:
    """One line of what is known of the limits: its shape, its subject, its sentence."""
    subject, state, sentence = (cell(LIMITS_STATUS.top + row, LIMITS_STATUS.left + place, LIMITS) for place in range(3))

    def say(facts: Facts) -> str:
        cells = facts.results["limits_status"][row]
        return f"{cells[1]} {cells[0]}: {cells[2]}" if cells[0] != "" else ""

    formula = f'=IF({subject}="","",{state}&" "&{subject}&": "&{sentence})'
    return Native(QUOTE, HEADLINE.top + 2 + row, _STATUS_LEFT, formula, say)


def _said_of(blank: str, texts: str, fine: str) -> str:
    """The rest of a formula that counts cells: those that are blank, those that hold a text and no number, or none of them."""
    filled = f'IF({texts}=0,"{fine}","? "&{texts}&" not a number")'
    return f'IFERROR(IF({blank}=0,{filled},"? "&{blank}&" blank"),"? shows an error")'


def _say_of(cells: Sequence[object], fine: str) -> str:
    """What `_said_of` says of cells as they are drawn."""
    missing = sum(one is None for one in cells)
    texts = sum(isinstance(one, str) and one not in _WORDS for one in cells)
    return f"? {missing} blank" if missing else f"? {texts} not a number" if texts else fine


def _line_check(row: int) -> Native:
    """How many inputs of a line are blank or no number, of those that its kind has."""
    at = LINES.first + row
    name, kind = (f"${letters(LINES.column(column))}${at}" for column in ("name", "kind"))
    fine = "✔ complete"

    def said_of(of: Kind) -> str:
        cells = {f"${letters(LINES.column(lever.name))}${at}": lever for lever in inputs_of(of)}
        blank = "+".join(f'({one}="")' for one in cells)
        texts = "+".join(
            f'ISTEXT({one})*({one}<>"none")' if lever.quantity.none_means else f"ISTEXT({one})" for one, lever in cells.items()
        )
        return _said_of(f"({blank})", f"({texts})", fine)

    formula = '"? choose the kind"'
    for one in reversed(Kind):
        formula = f'IF({kind}="{one}",{said_of(one)},{formula})'

    def say(facts: Facts) -> str:
        cells = dict(zip((column.name for column in LINES.columns), facts.tables["Lines"][row], strict=True))
        if not cells["name"]:
            return ""
        kinds = [one for one in Kind if one == cells["kind"]]
        return _say_of([cells[lever.name] for lever in inputs_of(kinds[0])], fine) if kinds else "? choose the kind"

    return Native(QUOTE, at, _CHECK, f'=IF({name}="","",{formula})', say)


def _terms_check() -> Native:
    column = TERMS.column("opening")
    cells = area(TERMS.first, column, TERMS.first + len(TERM_LEVERS) - 1, column)
    texts = f"SUMPRODUCT(ISTEXT({cells})" + "".join(f'*({cells}<>"{word}")' for word in _WORDS) + ")"
    fine = "✔ every term is filled in"

    def say(facts: Facts) -> str:
        return _say_of([row[1] for row in facts.tables["Terms"][: len(TERM_LEVERS)]], fine)

    return Native(QUOTE, TERMS.top - 1, 2, "=" + _said_of(f"COUNTBLANK({cells})", texts, fine), say)


_BANNER = Native(QUOTE, HEADLINE.top + 1, _STATUS_LEFT, f"={cell(BANNER[0], BANNER[1], TRADES)}", say_banner)
SENTENCES = (_manager(), _minimum(), _BANNER, _status(0), _status(1))
_LINE_CHECKS = tuple(_line_check(row) for row in range(LINES.rows))
_TERMS_CHECK = _terms_check()
NATIVES: tuple[Native, ...] = (of_client(QUOTE, 6), *SENTENCES, *_LINE_CHECKS, _TERMS_CHECK, *(one for _, one in STANDARDS))


# ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────
def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.open(
        QUOTE, "Quote", "Type into the yellow cells; everything else is computed. All money is in our currency."
    )
    pen.widths(page, LINES)
    page.set_column(_CHECK - 1, _CHECK - 1, 14)
    pen.native(page, NATIVES[0], pen.styles.get(bold=True, font_size=12, align="right"), across=_CHECK - 6)
    for header in HEADER_CELLS:
        _header_cell(pen, header)
    pen.result(page, HEADLINE)
    for row in range(HEADLINE.top - 2, HEADLINE.bottom):
        page.set_row(row, 2 * LINE_HEIGHT)
    share, points = (pen.styles.change(num_format=look) for look in ("0.0%", '+0.0%" pts";-0.0%" pts"'))
    row = HEADLINE.top + MARGIN_ROW
    for look, first, last in ((share, HEADLINE.left, HEADLINE.right - 2), (points, HEADLINE.right - 1, HEADLINE.right - 1)):
        page.conditional_format(row - 1, first, row - 1, last, {"type": "no_errors", "format": look})
    for native in SENTENCES:
        pen.native(page, native, pen.styles.banner(bold=False, font_size=9), across=_STATUS_ACROSS + 1)
        looks.sentence(pen, page, (native.row, native.column, native.row, native.column + _STATUS_ACROSS + 1))
    _notes(pen)
    page.write_string(LINES.top - 2, 0, "Lines", pen.styles.section())
    words = "What is sold. Hatched cells play no part in a line of that kind."
    page.write_string(LINES.top - 2, 1, words, pen.styles.note(valign="bottom"))
    pen.table(page, LINES)
    page.write_string(LINES.top - 1, _CHECK - 1, "Check", pen.styles.header(is_input=False))
    for native in _LINE_CHECKS:
        pen.native(page, native, pen.styles.result("text"))
    looks.unused_line_inputs(pen, page)
    quantity = LINES.column("quantity")
    looks.broken_counts(pen, page, (LINES.first, quantity, LINES.bottom, quantity))
    _opening_terms(pen)
    _opening(pen)
    _line_names(pen)
    page.freeze_panes(2, 1)
    page.repeat_rows(0, 1)
    _index(pen)
    page.print_area(0, 0, OPENING.bottom - 1, _CHECK - 1)
    page.set_h_pagebreaks([TERMS.top - 2, OPENING.top - 4])
    pen.close(page)


def _notes(pen: Pen) -> None:
    """The sentences on opening and placeholders, over as many columns as the sentences above them."""
    page, last = pen.pages[QUOTE], NOTES.left + _STATUS_ACROSS + 1
    look = {"font_size": 9, "indent": 1, "text_wrap": True, "border": 1, "border_color": LINE}
    for row in range(NOTES.top, NOTES.bottom + 1):
        page.merge_range(row - 1, NOTES.left - 1, row - 1, last - 1, "", pen.styles.result("bare", **look))
        page.set_row(row - 1, LINE_HEIGHT + 4)
        looks.sentence(pen, page, (row, NOTES.left, row, last))
    pen.result(page, NOTES, **look)


def _header_cell(pen: Pen, header: HeaderCell) -> None:
    page, row, column = pen.pages[QUOTE], header.row - 1, header.column - 1
    page.write_string(row, header.label_column - 1, header.label, pen.styles.get(bold=True, indent=1))
    look = pen.styles.entry(
        "date" if header.kind == "date" else "text", **({"align": "left", "indent": 1} if header.kind == "date" else {})
    )
    page.merge_range(row, column, row, column + VALUES_TO - 1, "", look)
    pen.put(page, header.row, header.column, pen.facts.header.get(header.field), look)
    box = (row, column, row, column)
    if header.kind == "date":
        page.data_validation(*box, choices.date_check(header.label, header.help))
    elif header.choices:
        page.data_validation(*box, choices.listed(header.choices, header.label, header.help))
    else:
        page.data_validation(*box, {"validate": "any", **choices.message(header.label, header.help)})
    pen.define(header.name, QUOTE, header.row, header.column, header.row, header.column)


def _opening_terms(pen: Pen) -> None:
    page = pen.pages[QUOTE]
    page.write_string(TERMS.top - 2, 0, "Opening terms", pen.styles.section())
    pen.native(page, _TERMS_CHECK, pen.styles.note(valign="bottom"))
    quantities = [lever.quantity for lever in TERM_LEVERS]
    pen.pairs(page, TERMS, quantities, STANDARD_COLUMN + 1, across=LINES.right - STANDARD_COLUMN - 1)
    page.write_string(TERMS.top - 1, STANDARD_COLUMN - 1, "Standard", pen.styles.header("plain", is_input=False))
    for lever, native in STANDARDS:
        pen.native(page, native, pen.styles.result(kind_of(lever.quantity), font_color=MUTED))
    first = TERMS.first + len(TERM_LEVERS)
    words = "Company levers that the opening terms already hold; choose them from the list."
    page.write_string(first - 1, STANDARD_COLUMN, words, pen.styles.note(indent=1))


def _opening(pen: Pen) -> None:
    """The opening against the standard, below the opening terms."""
    page = pen.pages[QUOTE]
    page.write_string(OPENING.top - 3, 0, "Opening against standard", pen.styles.section())
    words = "From our standard deal to this opening, one row for each difference; each is valued with the rows above it applied."
    page.write_string(OPENING.top - 3, OPENING.left + 2, words, pen.styles.note(valign="bottom"))
    pen.result(page, OPENING)
    page.set_row(OPENING.top - 2, 2 * LINE_HEIGHT)
    looks.result_levels(pen, page, OPENING, "Lever", ("Standard", "Opening level"))
    looks.framed_result(pen, page, OPENING, "")


def _index(pen: Pen) -> None:
    """What the hidden sheets hold and how to show them, below everything else; the top of the sheet leads to it."""
    page, top = pen.pages[QUOTE], OPENING.bottom + 3
    page.write_string(top - 1, 0, "More sheets", pen.styles.section())
    page.write_string(top - 1, OPENING.left + 2, UNHIDE, pen.styles.note(valign="bottom"))
    listed = [place for place in PLACES if place[0] in HIDDEN]
    for row, (sheet, whom, words) in enumerate(listed, top):
        page.write_string(row, 0, page.tab(sheet), pen.styles.get(bold=True, indent=1))
        page.write_string(row, 1, f"for: {whom}", pen.styles.note())
        page.write_string(row, OPENING.left + 2, f"{words[0].upper()}{words[1:]}.", pen.styles.get())
    link = pen.styles.get(font_color=ACCENT, underline=1)
    page.write_url(1, _STATUS_LEFT + 3, f"internal:'{QUOTE}'!A{top}", link, "More sheets: see the index below")


def _line_names(pen: Pen) -> None:
    """The lines of this quote, as a list that ends with the last of them."""
    first, names = cell(LINES.first, LINES.left, QUOTE), LINES.data("name", QUOTE)
    pen.book.define_name("Line_names", f'=OFFSET({first},0,0,MAX(1,COUNTIF({names},"?*")),1)')
