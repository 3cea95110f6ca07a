"""The Seals sheet: who sealed the limits, until when, and who approved which trade. Locked: the command line writes it.

Under the words that people read stands what was signed, letter by letter, so that any machine can check it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterask.seals.approvals import day_words, words_of
from counterask.seals.seal import NAMES, TABLES, scopes_of

from . import looks
from .layout import LIMITS, LIMITS_STATUS, TABLE_BY_NAME
from .natives import Facts, Native
from .pen import LINE_HEIGHT, Pen
from .seal_layout import APPROVALS_TABLE, READ_BY_PEOPLE, SEAL_ACROSS, SEAL_TABLE, SEALS, seal_label
from .sheet_math import places_text
from .specs import cell

_IN_LIMITS = TABLES
_IN_QUOTE = ("Lines", "Terms", "Trades", *_IN_LIMITS)
_STATUS_ROW = 3


def _row(name: str) -> int:
    return SEAL_TABLE.first + NAMES.index(name)


def default_seal_places(names: Sequence[str]) -> str:
    """Where the layout puts tables, as the seal says it."""
    specs = (TABLE_BY_NAME[name] for name in names)
    return places_text({spec.name: (spec.sheet, spec.top, spec.left) for spec in specs})


def _places(names: Sequence[str]) -> Native:
    """Where the tables stand, read off their names: a table that was moved is found where it now is."""
    parts = (f'"{name}={TABLE_BY_NAME[name].sheet}!R"&MIN(ROW({name}))&"C"&MIN(COLUMN({name}))' for name in names)
    return Native(SEALS, _row("places"), 2, "=" + '&";"&'.join(parts), lambda facts: default_seal_places(names))


def _quote() -> Native:
    def say(facts: Facts) -> str:
        return words_of({name: str(value) for name, value in facts.header.items() if value not in (None, "")})

    return Native(SEALS, _row("quote"), 2, '=TRIM(Quote_number&IF(Client="",""," for "&Client))', say)


def _scopes() -> Native:
    def say(facts: Facts) -> str:
        return ";".join(scopes_of(*(str(facts.header.get(name) or "") for name in ("currency", "segment"))))

    return Native(SEALS, _row("scopes"), 2, '=TRIM(Currency)&IF(TRIM(Segment)="","",";"&TRIM(Segment))', say)


def _valid_until() -> Native:
    def say(facts: Facts) -> str:
        return day_words(str(facts.header.get("valid_until") or ""))

    written = 'YEAR(Valid_until)&"-"&RIGHT("0"&MONTH(Valid_until),2)&"-"&RIGHT("0"&DAY(Valid_until),2)'
    return Native(SEALS, _row("valid_until"), 2, f'=IF(ISNUMBER(Valid_until),{written},TRIM(Valid_until))', say)


def _status() -> Native:
    subject, state, sentence = (cell(LIMITS_STATUS.top + 1, LIMITS_STATUS.left + place, LIMITS) for place in range(3))

    def say(facts: Facts) -> str:
        cells = facts.results["limits_status"][1]
        return f"{cells[1]} {cells[0]}: {cells[2]}" if cells[0] != "" else ""

    return Native(SEALS, _STATUS_ROW, 1, f'=IF({subject}="","",{state}&" "&{subject}&": "&{sentence})', say)


_STATUS = _status()
NATIVES: tuple[Native, ...] = (_STATUS, _places(_IN_QUOTE), _quote(), _scopes(), _valid_until())
_LIMITS_NATIVES: tuple[Native, ...] = (_STATUS, _places(_IN_LIMITS))


def seal_range() -> list[list[str]]:
    """The range of the name Seal as it is drawn: no seal, and where the tables stand."""
    values = {"places": default_seal_places(_IN_QUOTE)}
    return [["Seal", "Value"], *([seal_label(name), values.get(name, "")] for name in NAMES)]


def approvals_range() -> list[list[str]]:
    """The range of the name Approvals as it is drawn."""
    return [[column.header for column in APPROVALS_TABLE.columns]]


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "Written by: counterask limits sign" + ("." if pen.is_limits_book else ", counterask approve. Do not edit.")
    page = pen.open(SEALS, "Seals", words)
    for place, column in enumerate(APPROVALS_TABLE.columns):
        page.set_column(place, place, column.width)
    across = 1 + SEAL_ACROSS
    natives = {(one.row, one.column): one for one in (_LIMITS_NATIVES if pen.is_limits_book else NATIVES)}
    page.set_row(_STATUS_ROW - 1, 22)
    looks.sentence(pen, page, (_STATUS_ROW, 1, _STATUS_ROW, across))
    pen.native(page, _STATUS, pen.styles.banner(font_size=11), across=across - 1)
    page.write_string(SEAL_TABLE.top - 2, 0, "The seal of the limits", pen.styles.section())
    for place, column in enumerate(SEAL_TABLE.columns):
        page.write_string(SEAL_TABLE.top - 1, place, column.header, pen.styles.header(is_input=False))
    page.merge_range(SEAL_TABLE.top - 1, 1, SEAL_TABLE.top - 1, across - 1, "Value", pen.styles.header(is_input=False))
    plain = pen.styles.fixed(font_size=9)
    for row, name in enumerate(NAMES, SEAL_TABLE.first):
        page.write_string(row - 1, 0, seal_label(name), pen.styles.fixed())
        native = natives.get((row, 2))
        if native is not None:
            pen.native(page, native, plain, across=across - 2)
        else:
            page.merge_range(row - 1, 1, row - 1, across - 1, "", plain)
    pen.define(SEAL_TABLE.name, SEALS, SEAL_TABLE.top, 1, SEAL_TABLE.bottom, 2)
    last = SEAL_TABLE.bottom
    if not pen.is_limits_book:
        last = _approvals(pen)
    page.freeze_panes(_STATUS_ROW, 0)
    page.repeat_rows(0, _STATUS_ROW - 1)
    page.print_area(0, 0, last - 1, across - 1)
    pen.close(page)


def _approvals(pen: Pen) -> int:
    """The approvals of a quote. Returns the last row to print."""
    page, spec = pen.pages[SEALS], APPROVALS_TABLE
    page.write_string(spec.top - 2, 0, "Approvals", pen.styles.section())
    page.write_string(spec.top - 2, 1, "The trade's note says whether it is still valid.", pen.styles.note(valign="bottom"))
    page.set_row(spec.top - 1, LINE_HEIGHT + 4)
    for place, column in enumerate(spec.columns):
        page.write_string(spec.top - 1, place, column.header, pen.styles.header(is_input=False))
        look = pen.styles.result("small" if place < READ_BY_PEOPLE else "text", font_size=9)
        for row in range(spec.first, spec.bottom + 1):
            page.write_blank(row - 1, place, None, look)
    pen.define(spec.name, SEALS, spec.top, spec.left, spec.bottom, spec.right)
    return spec.top + 8
