"""The Read me sheet: for whom, what to type, what colours and verdicts mean, where to go next."""

from __future__ import annotations

from collections.abc import Sequence

from counterask import __version__
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict

from .index import FOR_REPS, PLACES, UNHIDE
from .layout import ASSUMED, LIMITS, QUOTE, README, TRADES
from .manager_layout import PRICE_BOOK
from .pen import LINE_HEIGHT, Pen
from .seal_layout import SEALS
from .styles import ACCENT, INPUT_FILL

_VERDICTS = {
    Verdict.NEGOTIATION: "What we get in return is worth at least what the ask costs.",
    Verdict.UNBALANCED: "Something was asked for in return, but it is worth less; the shortfall is shown beside it.",
    Verdict.CONCESSION: "Nothing was asked for in return.",
    Verdict.DECLINED: "The answer is no, with an offer or without; nothing moves.",
    Verdict.STALLED: "The response is stall: we put off the answer. It needs a reason and is counted.",
    Verdict.BLOCKED: "A hard stop is crossed: nobody may agree, no matter what is offered in return.",
    Verdict.CANNOT_TELL: "An input is blank or wrong, or the limits cannot be relied on; the note says which.",
}
_STEPS = (
    (
        "1",
        QUOTE,
        "Type the client, what is sold (Lines) and the opening terms. Our standard terms are filled in already.",
    ),
    ("2", TRADES, "For each thing the client asks: choose the lever, the line if it has one, and the level they want."),
    (
        "3",
        TRADES,
        'Answer "yes, and" with what you ask for in return, "no, but" with what you offer, or stall with a reason. '
        'A blank response means "yes, and".',
    ),
    ("4", TRADES, "Read cost, worth, shortfall and verdict in the same row; ask for more until it says negotiation."),
)
_LIMITS_STEPS = (
    (
        "1",
        ASSUMED,
        "Policy: the ratio that counter-asks must reach, how far soft value counts, the least margin, stalls allowed.",
    ),
    (
        "2",
        ASSUMED,
        "What finance assumes: retention, credit, inflation, risk. Replace placeholders by your own figures.",
    ),
    ("3", PRICE_BOOK, "What each product costs the client at list price, what it costs us, and the source of both."),
    (
        "4",
        LIMITS,
        "One row per lever: the standard level, how far a rep and a manager may go, the hard stop; owner and dates.",
    ),
    ("5", LIMITS, "A new name with an amount per unit is a company lever: a workshop day, consignment stock."),
    ("6", SEALS, "Seal them, so that every later change is seen: counterask limits sign limits.xlsx --key manager.key"),
)
_LIMITS_PLACES = (
    (SEALS, "manager", "by whom these limits are sealed, and until when"),
    (LIMITS, "manager", "limits and company levers"),
    (ASSUMED, "manager, finance", "the policy, and what finance assumes, with its evidence"),
    (PRICE_BOOK, "manager, finance", "list prices and unit costs by product, with their source"),
)
_KNOW = (
    (
        "Blank is not zero",
        "A blank input is unknown, and what needs it says cannot tell. Type 0 where nothing is meant.",
    ),
    ("none", "Type the word none where there is no cap, no such right, no rebate."),
    (
        "Percent",
        "Type 5% or 0.05, in every program; a 5 alone is questioned. Days, months and multiples of ACV are plain numbers.",
    ),
    (
        "Live",
        "Results change as you type: in Excel with the add-in, in LibreOffice with: counterask open FILE.xlsx",
    ),
    ("Not live", "Without them you see the last computed numbers. To compute again: counterask value FILE.xlsx"),
    ("Self-test", "The first thing to open on a new machine: unhide the sheet Self-test. Each function says PASS."),
    ("Version", f"counterask {__version__}"),
)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    if pen.is_limits_book:
        title, note = (
            "counterask: limits and assumptions",
            "For managers and finance: inside these limits, reps negotiate freely.",
        )
    else:
        title = "counterask: a quote that negotiates"
        note = "For sales reps: what each ask of the client costs us, and what to ask for in return, in the same money."
    page = pen.open(README, title, note)
    for place, width in enumerate((26, 18, 108)):
        page.set_column(place, place, width)
    row = _steps(pen, 4, _LIMITS_STEPS if pen.is_limits_book else _STEPS)
    row = _colours(pen, row + 1)
    if not pen.is_limits_book:
        row = _verdicts(pen, row + 1)
    row = _places(pen, row + 1, _LIMITS_PLACES if pen.is_limits_book else PLACES)
    row = _known(pen, row + 1)
    page.print_area(0, 0, row - 1, 2)
    page.fit_to_pages(1, 1)
    page.center_horizontally()
    if pen.is_limits_book:
        page.activate()
    pen.close(page)


def _heading(pen: Pen, row: int, words: str) -> None:
    page = pen.pages[README]
    page.set_row(row - 1, LINE_HEIGHT + 6)
    look = pen.styles.get(font_size=12, bold=True, font_color=ACCENT, bottom=1, bottom_color=ACCENT)
    page.merge_range(row - 1, 0, row - 1, 2, words, look)


def _link(pen: Pen, row: int, column: int, sheet: str) -> None:
    look = pen.styles.get(font_color=ACCENT, underline=1)
    page = pen.pages[README]
    page.write_url(row - 1, column - 1, f"internal:'{sheet}'!A1", look, page.tab(sheet))


def _steps(pen: Pen, row: int, steps: Sequence[tuple[str, str, str]]) -> int:
    _heading(pen, row, "What to do")
    page = pen.pages[README]
    for at, (number, sheet, words) in enumerate(steps, row + 1):
        page.write_string(at - 1, 0, f"Step {number}", pen.styles.get(bold=True))
        _link(pen, at, 2, sheet)
        page.write_string(at - 1, 2, words, pen.styles.get())
    return row + len(steps) + 1


def _colours(pen: Pen, row: int) -> int:
    _heading(pen, row, "Cells")
    page = pen.pages[README]
    # A sample of an input cell, not one: it stays locked.
    sample = pen.styles.get(font_color="#1F3FA6", bg_color=INPUT_FILL, border=1, border_color="#C4CED1")
    samples = (
        (
            sample,
            "type here",
            "Inputs are blue on pale yellow. Choose from the list where there is one; a message says unit and range.",
        ),
        (pen.styles.result("text"), "computed", "Results are black on white, and locked."),
        (
            pen.styles.result("text", bg_color="#E9ECED", pattern=14, fg_color="#C4CED1"),
            "",
            "A hatched cell plays no part in its row.",
        ),
    )
    for at, (look, word, words) in enumerate(samples, row + 1):
        page.write_string(at - 1, 0, word, look) if word else page.write_blank(at - 1, 0, None, look)
        page.write_string(at - 1, 1, "", pen.styles.get())
        page.write_string(at - 1, 2, words, pen.styles.get())
    return row + len(samples) + 1


def _verdicts(pen: Pen, row: int) -> int:
    _heading(pen, row, "Verdicts: a word, a shape and a colour, which always say the same")
    page = pen.pages[README]
    for at, (verdict, words) in enumerate(_VERDICTS.items(), row + 1):
        look = VERDICT_LOOKS[verdict]
        cell = pen.styles.get(bg_color=look.fill, font_color=look.text, bold=True)
        page.write_string(at - 1, 0, f"{look.mark}  {verdict}", cell)
        page.write_string(at - 1, 2, words, pen.styles.get())
    return row + len(_VERDICTS) + 1


def _places(pen: Pen, row: int, places: Sequence[tuple[str, str, str]]) -> int:
    _heading(pen, row, "Where to go" if pen.is_limits_book else f"Where to go. {UNHIDE}")
    page = pen.pages[README]
    for at, (sheet, whom, words) in enumerate(places, row + 1):
        if sheet in FOR_REPS or pen.is_limits_book:
            _link(pen, at, 1, sheet)
        else:
            page.write_string(at - 1, 0, sheet, pen.styles.get(bold=True))
        page.write_string(at - 1, 1, f"for: {whom}", pen.styles.note())
        page.write_string(at - 1, 2, words[0].upper() + words[1:] + ".", pen.styles.get())
    return row + len(places) + 1


def _known(pen: Pen, row: int) -> int:
    _heading(pen, row, "Good to know")
    page = pen.pages[README]
    known = [*_KNOW, *([("Code inside", f"sha256 {pen.code_digest}")] if pen.code_digest else [])]
    for at, (word, words) in enumerate(known, row + 1):
        page.write_string(at - 1, 0, word, pen.styles.get(bold=True))
        page.write_string(at - 1, 2, words, pen.styles.get())
    return row + len(known) + 1
