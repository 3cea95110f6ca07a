"""The Counter-asks sheet: for a chosen trade what to ask for in return, least burden first, and the sentences to say."""

from __future__ import annotations

from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.trades import Verdict

from .counter_ask_layout import BUNDLE_TRADE, BUNDLES, CHOSEN_TRADE, COUNTER_ASK_RESULTS, COUNTER_ASKS, LANGUAGE, OFFERS, PACKAGES
from .layout import TRADE_RESULTS, TRADES, TRADES_TABLE
from .natives import Facts, Native, fixed, number_or_none, of_client
from .pen import LINE_HEIGHT, Pen, header_height, lines_of
from .specs import ResultSpec, cell
from .styles import ACCENT
from .tables import CellValue

SAID_COLUMN = 9
_LEAST_HEIGHT = 36
"""Points: every row has room for a sentence of three lines, for it does not grow when another trade is chosen."""
_SMALL_LETTERS, _LETTERS = (1.4, 12.0), (1.15, LINE_HEIGHT)
"""Letters of small and of other text in one unit of a column's width, and the height of a line in points."""
_PACKAGE_HEIGHT = 50
"""Points: a package has a line or two for each of its counter-asks."""


def _said() -> Native:
    """What the trade is and what it is short of, read from the Trades sheet: the chosen one, or the concession that is short of
    most, as `worst_trade` has it."""
    chosen, ids = cell(*CHOSEN_TRADE), TRADES_TABLE.data("trade", TRADES)
    verdicts, short = (TRADE_RESULTS.data(name, TRADES) for name in ("Verdict", "Shortfall"))
    most = f'_xlfn.MAXIFS({short},{verdicts},"*{Verdict.CONCESSION}")'
    first = f'IF({most}>0,MATCH({most},{short},0),MATCH("?*",{ids},0))'
    place = f'IF({chosen}="",{first},MATCH({chosen},{ids},0))'
    missing = f"INDEX({short},{place})"
    words = f'INDEX({ids},{place})&": "&INDEX({verdicts},{place})'
    formula = f'=IFERROR({words}&IF(ISNUMBER({missing}),IF({missing}>0,", short by "&FIXED({missing},0),""),""),"")'
    return Native(COUNTER_ASKS, CHOSEN_TRADE[0], SAID_COLUMN, formula, _say)


def _say(facts: Facts) -> str:
    named, short = facts.inputs("Trades", "trade"), [number_or_none(one) or 0.0 for one in facts.found("trades", "Shortfall")]
    short = short[: len(named)]  # rows below the table are valued too, and the formula does not see them
    verdicts = [str(one or "") for one in facts.found("trades", "Verdict")][: len(named)]
    most = max((one for one, verdict in zip(short, verdicts, strict=True) if verdict.endswith(Verdict.CONCESSION)), default=0.0)
    if facts.chosen:
        place = named.index(facts.chosen) if facts.chosen in named else None
    elif most > 0:
        place = short.index(most)
    else:
        place = next((place for place, name in enumerate(named) if isinstance(name, str) and name), None)
    if place is None:
        return ""
    said = f"{named[place]}: {verdicts[place]}"
    return f"{said}, short by {fixed(short[place])}" if short[place] > 0 else said


_SAID = _said()
_CLIENT = of_client(COUNTER_ASKS, COUNTER_ASK_RESULTS.right)
NATIVES: tuple[Native, ...] = (_CLIENT, _SAID)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "What to ask for in return, for the trade with the largest shortfall or the one you choose. Pick one in its row."
    page = pen.open(COUNTER_ASKS, "Counter-asks", words)
    for place, width in enumerate(COUNTER_ASK_RESULTS.widths):
        page.set_column(place, place, width)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"))
    page.set_row(CHOSEN_TRADE[0] - 1, 22)
    ids = TRADES_TABLE.data("trade", TRADES)
    for (row, column), name, label, value, source in (
        (CHOSEN_TRADE, "Chosen_trade", "Trade", None, f"={ids}"),
        (BUNDLE_TRADE, "Bundle_trade", "Bundles, packages for", None, f"={ids}"),
        (LANGUAGE, "Language", "Language", pen.facts.language, list(LANGUAGES)),
    ):
        page.write_string(row - 1, column - 2, label, pen.styles.get(bold=True, align="right"))
        pen.put(page, row, column, value, pen.styles.entry("text"))
        page.data_validation(
            row - 1,
            column - 1,
            row - 1,
            column - 1,
            {
                "validate": "list",
                "source": source,
                "error_title": label,
                "error_message": "Choose one from the list.",
                "input_title": label,
                "input_message": "Looks for bundles of two and for three packages. Leave it blank to keep the sheet quick."
                if name == "Bundle_trade"
                else "Blank: the trade with the largest shortfall."
                if name == "Chosen_trade"
                else "Choose one from the list.",
            },
        )
        pen.define(name, COUNTER_ASKS, row, column, row, column)
    pen.native(page, _SAID, pen.styles.get(bold=True), across=2)
    link = pen.styles.get(font_color=ACCENT, underline=1)
    below = (3, BUNDLES, "Bundles: below"), (5, PACKAGES, "Packages: below"), (8, OFFERS, "Own offers: below")
    for column, spec, label in below:
        page.write_url(CHOSEN_TRADE[0], column - 1, f"internal:'{COUNTER_ASKS}'!A{spec.top - 2}", link, label)
    _table(pen, COUNTER_ASK_RESULTS)
    page.write_string(BUNDLES.top - 3, 0, "Bundles of two", pen.styles.section())
    _table(pen, BUNDLES)
    page.write_string(PACKAGES.top - 3, 0, "Three packages of equal value", pen.styles.section())
    words = "Whole answers to the trade, equal in value to us to within one step. Offer them together and let the client choose."
    page.write_string(PACKAGES.top - 3, 3, words, pen.styles.note(valign="bottom"))
    _table(pen, PACKAGES, _PACKAGE_HEIGHT)
    page.write_string(OFFERS.top - 3, 0, "What to offer unasked", pen.styles.section())
    words = "Levers that someone on their side needs (Stakeholders), as far as you may go alone. Worth to them is an estimate."
    page.write_string(OFFERS.top - 3, 3, words, pen.styles.note(valign="bottom"))
    _table(pen, OFFERS)
    page.freeze_panes(COUNTER_ASK_RESULTS.top - 1, 2)
    page.repeat_rows(0, COUNTER_ASK_RESULTS.top - 2)
    filled = sum(1 for row in pen.facts.results[COUNTER_ASK_RESULTS.key] if row[1])
    offered = sum(1 for row in pen.facts.results[OFFERS.key] if row[0] != "")
    last = OFFERS.top + offered if offered else COUNTER_ASK_RESULTS.top + max(filled, 6)
    page.print_area(0, 0, last, COUNTER_ASK_RESULTS.right - 1)
    pen.close(page)


def _table(pen: Pen, spec: ResultSpec, least: float = _LEAST_HEIGHT) -> None:
    """A result table with rows high enough for its sentences."""
    page = pen.pages[COUNTER_ASKS]
    pen.result(page, spec)
    page.set_row(spec.top - 2, header_height(list(zip(spec.headers, spec.widths, strict=True))))
    for place, row in enumerate(pen.facts.results[spec.key]):
        needed = max(_height(words, width, kind) for words, width, kind in zip(row, spec.widths, spec.kinds, strict=True))
        page.set_row(spec.top - 1 + place, max(least, needed))


def _height(words: CellValue, width: float, kind: str) -> float:
    """Points that a cell needs for its text; 0 for a cell that holds one line whatever it says."""
    if not isinstance(words, str) or kind not in ("wrapped", "small"):
        return 0.0
    letters, line = _SMALL_LETTERS if kind == "small" else _LETTERS
    return lines_of(words, width * letters) * line + 2
