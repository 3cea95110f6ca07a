"""The Trades table, row by row: a trade has its first row, with the response, and may go on over further rows.

Further rows have the id of their trade. A counter-ask directly below its trade may leave the id blank; a blank id is a problem
where nobody can know which trade the row belongs to: beside an ask, after an empty row, and in a table that was sorted, for
sorting moves such a row away. An ask below its trade with the same id may be a copied row: it counts as a second ask only where
the first row has a response and this one has none. A row that holds an id alone is empty, for the template fills the ids.

A counter-ask may be a phrase in one cell ("Term 36 months"): in the counter-ask's cell, or in the cell *Also ask*, which takes
nothing else but a package (`package_phrases`), which is the whole answer to the trade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.levers import LEVER_BY_NAME, Lever
from ..inputs.quantities import UNKNOWN, Quantity
from ..inputs.terms import Deal, units_of
from ..verdicts.trades import Change, Response, Trade
from .cells import Fault, is_blank, read_number, text
from .names import known_name, name_key, odd_characters
from .package_phrases import asks_as_packaged, is_package, read_package
from .phrases import Phrase, read_phrase
from .problems import Problem
from .tables import LEVER_BY_WORD, TABLES, Columns, Table, by_word, plain

COLUMNS = (
    "trade",
    "ask",
    "ask_line",
    "ask_to",
    "response",
    "counter_ask",
    "counter_ask_line",
    "counter_ask_to",
    "reason",
    "also_ask",
)
_MANY = 5
"""Different values of a column that are hardly ever in order by chance."""
_SIDES = {"ask": "ask", "counter_ask": "counter-ask", "also_ask": "counter-ask"}
_ASSUMED = frozenset(by_word(ASSUMPTIONS))
_PHRASE = ("a counter-ask with its level", "Type it as one phrase, such as: Term 36 months.")
_AGAIN = "If it is a second ask of that trade, choose the response in the trade's first row; otherwise type another id here."
_ONCE = "Give the row its own trade id, change the level where it is named first, or clear the cell."


@dataclass(frozen=True)
class TradePlace:
    """The table rows (the header being 0) at which a trade starts and at which each of its changes stands; and all its rows.

    phrases : for each counter-ask the column in which it stands as a phrase, or "". The counter-asks of a package are on the row
    of its cell: the first counts as one in the counter-ask's cell. is_package : whether a package answers the trade.
    set_aside_rows : the rows whose counter-ask the package replaces.
    """

    row: int
    ask_rows: tuple[int, ...]
    counter_rows: tuple[int, ...]
    rows: tuple[int, ...] = ()
    phrases: tuple[str, ...] = ()
    is_package: bool = False
    set_aside_rows: tuple[int, ...] = ()


@dataclass
class _Draft:
    """A trade while its rows are being read."""

    id: str
    row: int
    response: Response | None
    reason: str
    asks: list[Change] = field(default_factory=list)
    counters: list[Change] = field(default_factory=list)
    ask_rows: list[int] = field(default_factory=list)
    counter_rows: list[int] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    changed: set[tuple[str, str | None]] = field(default_factory=set)
    set_aside: tuple[Change, ...] = ()
    package: tuple[int, tuple[Change, ...], tuple[Change, ...]] | None = None
    set_aside_rows: tuple[int, ...] = ()


def read_trades(table: Table, deal: Deal, problems: list[Problem]) -> tuple[tuple[Trade, ...], dict[str, TradePlace]]:
    """The trades in their order, and where each is in the table, by its id.

    A trade's first row has its id. Further rows of it follow, with the id or without one, or are anywhere below with the id
    again and a counter-ask only: what a rep adds to a trade that has others below it.
    """
    columns = Columns.find(table, COLUMNS, ("trade", "ask", "ask_to", "counter_ask", "counter_ask_to"), problems)
    drafts: dict[str, _Draft] = {}
    current: _Draft | None = None
    filled = list(columns.filled_rows([name for name in columns.at if name != "trade"]))
    moved = _moved_rows(columns, filled)
    before = 0
    for row in filled:
        is_lost = row in moved or (not columns.text(row, "trade") and (row > before + 1 or _is_ask_alone(columns, row)))
        if current is not None and is_lost:
            problems.append(_lost_row(columns, row, current))
        before = row
        current = _draft_of(columns, row, drafts, current, problems)
        if current is None:
            continue
        current.rows.append(row)
        is_taken = _take_package(columns, row, current, deal, problems)
        for side, name in _SIDES.items():
            if side == "also_ask" and is_taken:
                continue
            change = _change(columns, row, side, deal, problems)
            if change is not None and (change.lever, change.line) in current.changed:
                again = f"{change.lever}{f' of {change.line}' if change.line else ''} a second time in {current.id}"
                fault = Fault(f"found {again[:120]}", "each lever and line once in a trade", _ONCE)
                problems.append(columns.problem(row, side, fault, "lever"))
            if change is not None:
                current.changed.add((change.lever, change.line))
                (current.asks if side == "ask" else current.counters).append(change)
                (current.ask_rows if side == "ask" else current.counter_rows).append(row)
                if side != "ask":
                    is_phrase = side == "also_ask" or not _is_lever(columns.text(row, side), deal)
                    current.phrases.append(side if is_phrase else "")
            elif columns.text(row, side) == "" and columns.text(row, f"{side}_to"):
                problems.append(
                    columns.problem(
                        row,
                        side,
                        Fault(
                            f"found no {name}, but a level {columns.text(row, f'{side}_to')[:60]}",
                            "the name of a lever",
                            "Choose one from the list or clear the level.",
                        ),
                    )
                )
    broken = {problem.order[1] for problem in problems if problem.order[0] == TABLES.index("Trades")}
    trades = []
    for draft in drafts.values():
        _apply_package(columns, draft, problems)
        if draft.counters and not draft.asks and draft.row not in broken:
            problems.append(
                columns.problem(
                    draft.counter_rows[0],
                    "counter_ask",
                    Fault(
                        f"found a counter-ask in {draft.id[:60]}, but no ask",
                        "what the client asks for",
                        "Choose the ask.",
                    ),
                )
            )
        if not draft.asks:
            continue
        asks, counters = tuple(draft.asks), tuple(draft.counters)
        trades.append(Trade(draft.id, draft.response or Response.YES, asks, counters, draft.reason, draft.set_aside))
    return tuple(trades), {
        draft.id: TradePlace(
            draft.row,
            tuple(draft.ask_rows),
            tuple(draft.counter_rows),
            tuple(draft.rows),
            tuple(draft.phrases),
            draft.package is not None,
            draft.set_aside_rows,
        )
        for draft in drafts.values()
    }


def _is_ask_alone(columns: Columns, row: int) -> bool:
    """Whether a row without an id asks for something. In workbooks without the column *Also ask*, which are older than ids that
    the template fills, such a row continues the trade above."""
    return "also_ask" in columns.at and bool(columns.text(row, "ask"))


def has_trades(table: Table) -> bool:
    """Whether anything but ids stands in the data rows of a Trades table."""
    columns = Columns.find(table, COLUMNS, (), [])
    return any(True for _ in columns.filled_rows([name for name in columns.at if name != "trade"]))


def _take_package(columns: Columns, row: int, draft: _Draft, deal: Deal, problems: list[Problem]) -> bool:
    """Whether the cell *Also ask* of a row holds a package; keeps it for the trade, and reports what is wrong with it."""
    words = columns.text(row, "also_ask")
    if not is_package(words) or _is_lever(words, deal):
        return False
    found = read_package(words, deal, columns.table.currency)
    if isinstance(found, Fault):
        problems.append(columns.problem(row, "also_ask", found, "package"))
    elif draft.package is not None:
        again = Fault(f"found a second package in {draft.id[:60]}", "one package in a trade", "Clear one of the two cells.")
        problems.append(columns.problem(row, "also_ask", again, "package"))
    else:
        draft.package = row, *found
    return True


def _apply_package(columns: Columns, draft: _Draft, problems: list[Problem]) -> None:
    """Let the package of a trade answer it: its levels of the asks, and its counter-asks instead of all others."""
    if draft.package is None:
        return
    row, give, get = draft.package
    asks = asks_as_packaged(draft.asks, give, get)
    if isinstance(asks, Fault):
        problems.append(columns.problem(row, "also_ask", asks, "package"))
        return
    draft.set_aside, draft.set_aside_rows = tuple(draft.counters), tuple(draft.counter_rows)
    draft.asks, draft.counters = list(asks), list(get)
    draft.counter_rows, draft.phrases = [row] * len(get), ["counter_ask", "also_ask"][: len(get)]


def _moved_rows(columns: Columns, filled: Sequence[int]) -> frozenset[int]:
    """The rows without an id that sorting the table may have moved: none where there is one trade, or no sign of sorting.

    Sorting puts blanks last. So a column shows it where its values are in order and only the rows without an id, which end
    the table, are blank; or where it has many values in order, with its blanks at the end.
    """
    ids = {name_key(word) for row in filled if (word := columns.text(row, "trade"))}
    without = [row for row in filled if not columns.text(row, "trade")]
    if len(ids) < 2 or not without:
        return frozenset()
    ending = without if without == list(filled[-len(without) :]) else []
    for name in columns.at:
        values = [columns.cell(row, name) for row in filled]
        count = sum(not is_blank(value) for value in values)
        are_last = not any(is_blank(value) for value in values[:count])
        keys = [(0, value, "") if isinstance(value, int | float) else (1, 0, name_key(text(value))) for value in values[:count]]
        distinct = len(set(keys))
        is_blank_at_end = bool(ending) and count <= len(filled) - len(ending)
        if are_last and distinct >= (2 if is_blank_at_end else _MANY) and keys in (sorted(keys), sorted(keys, reverse=True)):
            return frozenset(without)
    return frozenset()


def _lost_row(columns: Columns, row: int, above: _Draft) -> Problem:
    """The problem of a row without an id that may have been moved here."""
    fault = Fault(
        "found a row without a trade id, which may belong to another trade than the one above",
        "the id of its trade",
        f"Type {above.id[:60]} if it belongs to that trade, or an id that no other trade has.",
    )
    return columns.problem(row, "trade", fault)


def _draft_of(
    columns: Columns, row: int, drafts: dict[str, _Draft], current: _Draft | None, problems: list[Problem]
) -> _Draft | None:
    """The trade that a row belongs to: a new one, or the one before it."""
    name = columns.text(row, "trade")
    key = name_key(name)
    response = _response(columns, row, problems)
    if not name or (current is not None and key == name_key(current.id) and response is None):
        if current is None:
            problems.append(
                columns.problem(
                    row, "trade", Fault("found a row without a trade", "a trade id such as T1", "Give the trade an id.")
                )
            )
        elif response is not None and response != current.response:
            problems.append(
                columns.problem(
                    row,
                    "response",
                    Fault(
                        f"found a second response in {current.id[:60]}",
                        "one response a trade",
                        "Clear it, or give the row its own id.",
                    ),
                )
            )
        elif name and columns.text(row, "ask") and current.response is None:
            fault = Fault(f'found an ask in "{current.id[:60]}" again, which may be a copied row', "each trade's id once", _AGAIN)
            problems.append(columns.problem(row, "trade", fault))
        return current
    if key in drafts and response is None and not columns.text(row, "ask"):
        return drafts[key]
    if key in drafts:
        problems.append(
            columns.problem(
                row,
                "trade",
                Fault(
                    f'found "{name[:60]}" a second time (first at {columns.place(drafts[key].row, "trade")})',
                    "each trade's id once, or again with a counter-ask only",
                    "Give one of the two another id, or clear the ask and the response here.",
                ),
            )
        )
        return _Draft(name, row, response, "")
    draft = _Draft(name, row, response, columns.text(row, "reason"))
    drafts[key] = draft
    return draft


def _response(columns: Columns, row: int, problems: list[Problem]) -> Response | None:
    """Yes, no or stall; None where blank. The sheet says "yes, and" and "no, but"."""
    words = columns.text(row, "response").lower()
    if not words:
        return None
    for response in Response:
        if plain(words) in (response, {"yes": "yesand", "no": "nobut"}.get(response)):
            return response
    problems.append(
        columns.problem(
            row, "response", Fault(f'found "{words[:60]}"', "yes, and / no, but / stall", "Choose one from the list.")
        )
    )
    return None


def _change(columns: Columns, row: int, side: str, deal: Deal, problems: list[Problem]) -> Change | None:
    """One ask or counter-ask, or None where the cell is blank or wrong."""
    word = columns.text(row, side)
    if not word:
        return None
    said = None
    if side != "ask" and not _is_lever(word, deal):
        said = read_phrase(word, (one.name for one in deal.company_levers), [one.name for one in deal.lines])
    if said is not None:
        return _said_change(columns, row, side, said, deal, problems)
    lever = LEVER_BY_WORD.get(plain(word))
    company = next((one for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if side == "also_ask" and (lever is not None or company is not None):
        why = f'found "{word[:60]}" without a level'
        problems.append(columns.problem(row, side, Fault(why, *_PHRASE), "lever"))
        return None
    is_input = lever is not None and not lever.is_negotiable
    if is_input or (lever is None and company is None and plain(word) in _ASSUMED):
        why = f'found "{word[:60]}", an input that no trade can change'
        fault = Fault(why, "a lever that two parties can agree on", "Choose one from the list.")
        problems.append(columns.problem(row, side, fault, "lever"))
        return None
    if lever is None and company is None:
        problems.append(
            columns.problem(
                row,
                side,
                Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list."),
                "lever",
            )
        )
        return None
    line = known_name(columns.text(row, f"{side}_line"), (one.name for one in deal.lines)) or None
    if not _line_fits(columns, row, side, lever, word, line, deal, problems):
        return None
    name = lever.name if lever else company.name  # type: ignore[union-attr]
    quantity = lever.quantity if lever else units_of(company)  # type: ignore[arg-type]
    found = read_number(columns.cell(row, f"{side}_to"), quantity, columns.table.currency)
    if isinstance(found, Fault):
        problems.append(columns.problem(row, f"{side}_to", found, name))
        found = UNKNOWN
    return Change(name, line, found)


def _is_lever(word: str, deal: Deal) -> bool:
    """Whether a text is the name of a lever, and no more."""
    return plain(word) in LEVER_BY_WORD or any(plain(one.name) == plain(word) for one in deal.company_levers)


def _said_change(
    columns: Columns, row: int, side: str, said: Phrase, deal: Deal, problems: list[Problem]
) -> Change | None:
    """The counter-ask that a phrase says, or None where it is wrong. The cells beside it are blank or say the same."""

    def at(part: str) -> str:
        return side + part if side + part in columns.at else side

    lever = LEVER_BY_NAME.get(said.lever)
    quantity = lever.quantity if lever else units_of(next(one for one in deal.company_levers if one.name == said.lever))
    word = columns.text(row, side)
    beside = known_name(columns.text(row, f"{side}_line"), (one.name for one in deal.lines)) or None
    if beside is not None and said.line is not None and beside != said.line:
        why = f'found the line "{beside[:60]}", but the counter-ask says "{word[:60]}"'
        fault = Fault(why, "one line", "Clear the line cell.")
        problems.append(columns.problem(row, at("_line"), fault, "line"))
        return None
    line = said.line or beside
    if not _line_fits(columns, row, side, lever, word, line, deal, problems):
        return None
    to = _level_said(said.level, quantity, columns.table.currency)
    if isinstance(to, Fault):
        problems.append(columns.problem(row, side, to, said.lever))
        return Change(said.lever, line, UNKNOWN)
    cell = columns.cell(row, f"{side}_to")
    if not is_blank(cell):
        typed = read_number(cell, quantity, columns.table.currency)
        if isinstance(typed, Fault) or typed != to:
            why = f'found {text(cell)[:60]}, but the counter-ask says "{word[:60]}"'
            fault = Fault(why, "one level", "Clear the level, or choose the lever alone in the cell of the counter-ask.")
            problems.append(columns.problem(row, at("_to"), fault, said.lever))
            return Change(said.lever, line, UNKNOWN)
    return Change(said.lever, line, to)


def _level_said(words: str, quantity: Quantity, currency: str) -> float | Fault:
    """A level in a phrase; digits alone are a number there."""
    found = read_number(words, quantity, currency)
    return read_number(found.number, quantity) if isinstance(found, Fault) and found.number is not None else found


def _line_fits(
    columns: Columns,
    row: int,
    side: str,
    lever: Lever | None,
    word: str,
    line: str | None,
    deal: Deal,
    problems: list[Problem],
) -> bool:
    """Whether the line cell suits the lever; reports where it does not."""

    def report(found: str, expected: str, remedy: str) -> bool:
        place = f"{side}_line" if f"{side}_line" in columns.at else side
        problems.append(columns.problem(row, place, Fault(found, expected, remedy), "line"))
        return False

    if lever is None or not lever.is_on_line:
        return line is None or report(
            f'"{word}" belongs to no line, but found the line "{line[:60]}"', "a blank cell", "Clear the line cell."
        )
    fitting = [one.name for one in deal.lines if one.kind in lever.kinds]
    names = ", ".join(fitting) or "none in this quote"
    if line is None:
        return report(f'"{word}" belongs to a line, but found none', f"a line ({names})", "Choose the line.")
    known = {one.name: one for one in deal.lines}
    if line not in known:
        odd = odd_characters(line, known)
        remedy = f"In your text, {odd}. Choose the line from the list." if odd else "Choose the line."
        return report(f'found the line "{line[:60]}", which the quote does not have', f"one of: {names}", remedy)
    if known[line].kind not in lever.kinds:
        kinds = " or ".join(sorted(lever.kinds))
        return report(
            f'"{word}" belongs to a {kinds} line, but "{line}" is {known[line].kind}',
            f"one of: {names}",
            "Choose another line or lever.",
        )
    return True
