"""The Read me sheet and the hidden lists that drop-downs read."""

from __future__ import annotations

from collections.abc import Sequence

from counterask import __version__
from counterask.levers import LEVERS, Kind
from counterask.trades import Verdict
from counterask.views import MARKS

from .layout import LISTS, README, RESULTS_SHEET, ResultSpec
from .pen import Pen
from .styles import VERDICT_LOOKS
from .tables import RESPONSES

_VERDICT_WORDS = {
    Verdict.NEGOTIATION: "what we get in return is worth at least what the ask costs",
    Verdict.UNBALANCED: "something was asked for in return, and it is worth less: the shortfall stands beside it",
    Verdict.CONCESSION: "nothing was asked for in return",
    Verdict.DECLINED: "the answer is no; nothing moves",
    Verdict.STALLED: "not answered; a stall needs a reason and is counted",
    Verdict.BLOCKED: "a hard stop is crossed; nobody may agree, whatever is offered in return",
    Verdict.CANNOT_TELL: "an input is blank, or the limits cannot be relied on; the note says which",
}
_QUOTE_STEPS = (
    ("1  Quote", "Client, currency, what is sold (Lines) and the opening terms."),
    ("2  Trades", "Each ask of the client in a row: which lever, to where. Beside it what you ask for in return."),
    ("3  Answer", '"yes, and" we ask for something; "no, but" we offer something else; a "stall" needs a reason.'),
    ("4  Read", "Cost, worth, net, shortfall and verdict change as you type. Who may agree stands beside them."),
)
_LIMITS_STEPS = (
    (
        "1  Policy",
        "The ratio that counter-asks must reach, how far soft value counts, the least margin, stalls allowed.",
    ),
    ("2  Assumptions", "Finance's: discounting, churn, inflation, risk. They hold for every quote."),
    ("3  Limits", "One row a lever: how far a rep may go, how far a manager, where the hard stop is; owner and dates."),
    (
        "4  Company levers",
        "A name of your own with an amount per unit is a new lever: a training day, consignment stock.",
    ),
)


def draw(pen: Pen, *, is_limits: bool = False) -> None:
    """Draw the sheet."""
    page = pen.sheet(README)
    page.set_column(0, 0, 2)
    page.set_column(1, 1, 26)
    page.set_column(2, 2, 96)
    page.set_row(0, 30)
    title = "counterask: limits and assumptions" if is_limits else "counterask: a quote that negotiates"
    page.write_string(0, 1, title, pen.styles.title())
    intro = (
        "For managers and finance. Reps negotiate freely inside these limits."
        if is_limits
        else "For sales reps. The client asks for something: see what it costs us, and what to ask for in return, in the same money."
    )
    page.write_string(1, 1, intro, pen.styles.get(font_size=11))
    row = _pairs(pen, page, 3, "What to do", _LIMITS_STEPS if is_limits else _QUOTE_STEPS)
    row = _colours(pen, page, row + 1)
    if not is_limits:
        row = _verdicts(pen, page, row + 1)
    words = (
        (
            "With the add-in",
            "In Excel with the counterask add-in, or in LibreOffice through: counterask open FILE.xlsx, results are live.",
        ),
        ("Without it", "The last computed numbers are shown. To compute: counterask value FILE.xlsx"),
        (
            "Units",
            'Money in the currency of the quote; shares as 10%; "none" says no cap or no such right; blank is unknown, not 0.',
        ),
        ("Version", f"counterask {__version__}"),
    )
    row = _pairs(pen, page, row + 1, "Good to know", words)
    page.print_area(0, 0, row, 2)
    page.set_landscape()
    if pen.is_locked:
        page.protect("", {"format_columns": True})
    page.activate()


def _pairs(pen: Pen, page: object, row: int, heading: str, words: tuple[tuple[str, str], ...]) -> int:
    page.merge_range(row, 1, row, 2, heading, pen.styles.section())  # type: ignore[attr-defined]
    for number, (name, said) in enumerate(words, row + 1):
        page.write_string(number, 1, name, pen.styles.get(bold=True))  # type: ignore[attr-defined]
        page.write_string(number, 2, said, pen.styles.get(text_wrap=True))  # type: ignore[attr-defined]
    return row + len(words) + 1


def _colours(pen: Pen, page: object, row: int) -> int:
    page.merge_range(row, 1, row, 2, "Cells", pen.styles.section())  # type: ignore[attr-defined]
    page.write_string(row + 1, 1, "type here", pen.styles.entry("text"))  # type: ignore[attr-defined]
    page.write_string(row + 1, 2, "inputs: blue on pale yellow", pen.styles.get())  # type: ignore[attr-defined]
    page.write_string(row + 2, 1, "computed", pen.styles.result("text"))  # type: ignore[attr-defined]
    page.write_string(row + 2, 2, "results: black; do not type over them", pen.styles.get())  # type: ignore[attr-defined]
    return row + 4


def _verdicts(pen: Pen, page: object, row: int) -> int:
    page.merge_range(row, 1, row, 2, "Verdicts", pen.styles.section())  # type: ignore[attr-defined]
    for number, (verdict, said) in enumerate(_VERDICT_WORDS.items(), row + 1):
        fill, text = VERDICT_LOOKS[str(verdict)]
        look = pen.styles.get(bg_color=fill, font_color=text, bold=True)
        page.write_string(number, 1, f"{MARKS[verdict]}  {verdict}", look)  # type: ignore[attr-defined]
        page.write_string(number, 2, said, pen.styles.get())  # type: ignore[attr-defined]
    return row + len(_VERDICT_WORDS) + 1


def draw_results(pen: Pen, results: Sequence[ResultSpec]) -> None:
    """The hidden sheet of what the functions return; the other sheets show it."""
    page = pen.sheet(RESULTS_SHEET)
    page.hide()
    page.set_column(0, 10, 16)
    for result in results:
        pen.live_result(page, result)
    page.protect("", {"format_columns": True})


def draw_lists(pen: Pen) -> None:
    """The hidden lists behind the drop-downs."""
    page = pen.sheet(LISTS)
    page.hide()
    own = [str(row[0]) for row in pen.tables["Limits"] if row[0] and not any(row[0] == lever.label for lever in LEVERS)]
    lists = {
        "Lever_list": [*(lever.label for lever in LEVERS if lever.is_negotiable), *own],
        "Share_levers": [lever.label for lever in LEVERS if lever.quantity.is_share],
        "Kind_list": [str(kind) for kind in Kind],
        "Response_list": list(RESPONSES.values()),
        "Yes_no_list": ["yes", "no"],
    }
    for column, (name, words) in enumerate(lists.items()):
        page.write_string(0, column, name, pen.styles.header())
        for number, word in enumerate(words, 1):
            page.write_string(number, column, word, pen.styles.get())
        pen.define(name, LISTS, 2, column + 1, len(words) + 1, column + 1)
        page.set_column(column, column, 26)
    page.protect("")
