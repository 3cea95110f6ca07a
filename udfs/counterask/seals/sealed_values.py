"""The values of tables as they are signed: by row key and column name, not by place, each with the place where it stands.

Re-saving a workbook, moving columns and rows or renaming sheets changes nothing here; changing one number does. A number keeps
15 significant digits, which every spreadsheet program writes and reads back; a day is ISO text, yes and no are truth values,
`none` is the word, a blank is left out. What cannot be read as what its column holds stays the text that it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from ..inputs.assumptions import ASSUMPTIONS
from ..inputs.levers import LEVER_BY_NAME, LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from ..inputs.price_book import PRICED
from ..inputs.quantities import MONEY, NUMBER, Quantity
from ..reading.cells import Fault, day, is_blank, read_number, text, yes_no
from ..reading.history import COLUMNS as HISTORY_COLUMNS
from ..reading.limit_rows import COLUMNS as LIMIT_COLUMNS
from ..reading.limit_rows import LEVELS
from ..reading.policy import AUTHORITIES
from ..reading.price_book import COLUMNS as PRICE_BOOK_COLUMNS
from ..reading.quote import POLICY, Quote
from ..reading.tables import LEVER_BY_WORD, Columns, Table, by_word, plain
from ..reading.trade_rows import COLUMNS as TRADE_COLUMNS
from ..verdicts.trades import Change, Response

SealedValue = float | str | bool
SealedRow = dict[str, SealedValue]

_ANY = Quantity("", NUMBER, -1e15, 1e15, 0.0, "Any number.", none_means="none")
_MONEY = Quantity("", MONEY, -1e15, 1e15, 0.0, "Any money.")
_LEVELS = (*LEVELS, "step")
_MOST_KEPT = 16
"""Tables whose values are kept: the seal, the approvals and the check ask for those of one quote again and again."""
_OWN_NUMBERS = ("amount_per_unit", "month_from", "month_to", "probability")


@dataclass(frozen=True)
class TableValues:
    """The values of one table. rows : by row key, then by column. places : where each stands; column "" is the row itself."""

    table: str
    rows: Mapping[str, SealedRow]
    places: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class CellChange:
    """One value that differs from the signed one. was, now : as a person types them; "blank" where there is none."""

    place: str
    subject: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.place} ({self.subject}): was {self.was}, is {self.now}"


Reading = Callable[[object], SealedValue | None]


def exact(value: float) -> float:
    """A number with the 15 significant digits that survive every spreadsheet program.

    >>> exact(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.15g}") + 0.0


def _number(quantity: Quantity, cell: object) -> SealedValue | None:
    found = read_number(cell, quantity)
    if isinstance(found, Fault):
        return text(cell)
    if math.isnan(found):
        return None
    return "none" if math.isinf(found) else exact(found)


def _words(cell: object) -> SealedValue | None:
    return text(cell) or None


def _day(cell: object) -> SealedValue | None:
    found = day(cell)
    return text(cell) if isinstance(found, Fault) else found.isoformat() if found else None


def _yes_no(cell: object) -> SealedValue | None:
    found = yes_no(cell)
    return text(cell) if isinstance(found, Fault) else found


def _of_quantity(quantity: Quantity) -> Reading:
    return partial(_number, quantity)


def row_key(name: str, line: str = "", segment: str = "") -> str:
    """The key of a row that may hold for one line, one segment, or both."""
    return f"{name}{f'@{line}' if line else ''}{f'|{segment}' if segment else ''}"


def parts_of(key: str) -> tuple[str, str, str]:
    """The name, the line and the segment in a row's key, "" where it has none."""
    whole, _, segment = key.partition("|")
    name, _, line = whole.partition("@")
    return name, line, segment


def words_of_row(key: str) -> str:
    """A row's key in words: "discount of Seats for Enterprise"."""
    return key.replace("@", " of ").replace("|", " for ")


@lru_cache(maxsize=_MOST_KEPT)
def limit_values(table: Table) -> TableValues:
    """The Limits table, by lever, line and segment."""
    columns = Columns.find(table, LIMIT_COLUMNS, (), [])
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows(("lever", *LEVELS, "amount_per_unit")):
        known = LEVER_BY_WORD.get(plain(columns.cell(row, "lever")))
        name = known.name if known else columns.text(row, "lever")
        key = _free(row_key(name, columns.text(row, "line"), columns.text(row, "segment")), rows)
        level = _of_quantity(known.quantity) if known else _of_quantity(_ANY)
        reading: dict[str, Reading] = {
            **dict.fromkeys(_LEVELS, level),
            **dict.fromkeys(_OWN_NUMBERS, _of_quantity(_MONEY)),
            **dict.fromkeys(("soft", "survives"), _yes_no),
            **dict.fromkeys(("effective", "expires"), _day),
            **dict.fromkeys(("owner", "unit", "levels"), _words),
        }
        _take(columns, row, key, reading, rows, places, "lever")
        places |= {(key, name): columns.place(row, name) for name in ("line", "segment")}
    return TableValues(table.name, rows, places)


def pair_values(
    table: Table,
    quantities: Iterable[Quantity],
    names: tuple[str, str],
    beside: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> TableValues:
    """A table of names and values: Assumptions, Policy, Terms. names : the two headers. beside : further columns of words.
    labels : of rows that hold words, by name."""
    known_words = by_word(quantities)
    name_of = {plain(word): name for name, label in (labels or {}).items() for word in (name, label)}
    columns = Columns.find(table, (*names, "segment", *beside), (), [])
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows():
        word = columns.text(row, names[0])
        known = known_words.get(plain(word))
        name = known.name if known else name_of.get(plain(word), plain(word))
        key = _free(row_key(name, "", columns.text(row, "segment")), rows)
        is_words = known is None and not isinstance(columns.cell(row, names[1]), int | float)
        reading: dict[str, Reading] = {names[1]: _words if is_words else _of_quantity(known or _ANY)}
        reading |= dict.fromkeys(beside, _words)
        _take(columns, row, key, reading, rows, places, names[0])
        places[key, "segment"] = columns.place(row, "segment")
    return TableValues(table.name, rows, places)


@lru_cache(maxsize=_MOST_KEPT)
def price_book_values(table: Table) -> TableValues:
    """The price book, by product."""
    columns = Columns.find(table, PRICE_BOOK_COLUMNS, (), [])
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    reading: dict[str, Reading] = {
        "kind": lambda cell: text(cell).lower() or None,
        **{name: _of_quantity(LEVER_BY_NAME[name].quantity) for name in PRICED},
        **dict.fromkeys(("currency", "source"), _words),
        "valid_until": _day,
    }
    for row in columns.filled_rows():
        _take(columns, row, _free(columns.text(row, "product"), rows), reading, rows, places, "product")
    return TableValues(table.name, rows, places)


@lru_cache(maxsize=_MOST_KEPT)
def _assumption_values(table: Table) -> TableValues:
    return pair_values(table, ASSUMPTIONS, ("assumption", "value"), ["evidence"])


@lru_cache(maxsize=_MOST_KEPT)
def _policy_values(table: Table) -> TableValues:
    return pair_values(table, POLICY, ("policy", "value"), labels=AUTHORITIES)


def sealed_values(tables: Mapping[str, Table]) -> dict[str, TableValues]:
    """The values of those of the sealed tables that there are: Limits, Assumptions, Policy, Price_book."""
    found = {}
    if "Limits" in tables:
        found["Limits"] = limit_values(tables["Limits"])
    if "Assumptions" in tables:
        found["Assumptions"] = _assumption_values(tables["Assumptions"])
    if "Policy" in tables:
        found["Policy"] = _policy_values(tables["Policy"])
    if "Price_book" in tables:
        found["Price_book"] = price_book_values(tables["Price_book"])
    return found


def term_values(table: Table) -> TableValues:
    """The opening terms, a company lever's units by its own name."""
    return pair_values(table, [lever.quantity for lever in TERM_LEVERS], ("term", "opening"))


def line_values(table: Table) -> TableValues:
    """The lines, by name: kind, and the inputs that the kind has."""
    names = ["name", "kind", "product", *(lever.name for lever in LINE_LEVERS)]
    columns = Columns.find(table, names, (), [], {"name": "line"})
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows():
        kinds = [kind for kind in Kind if kind == columns.text(row, "kind").lower()]
        levers = inputs_of(kinds[0]) if kinds else LINE_LEVERS
        reading: dict[str, Reading] = {"kind": lambda cell: text(cell).lower() or None, "product": _words}
        reading |= {lever.name: _of_quantity(lever.quantity) for lever in levers}
        _take(columns, row, _free(columns.text(row, "name"), rows), reading, rows, places, "name")
    return TableValues(table.name, rows, places)


def trade_values(quote: Quote, trade_id: str, table: Table) -> TableValues:
    """A trade and the granted trades before it: what each asks and gets. Reasons, and trades that move nothing, play no part."""
    columns = Columns.find(table, TRADE_COLUMNS, (), [])
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    for trade in quote.trades:
        is_last = trade.id == trade_id
        if trade.response != Response.YES and not is_last:
            continue
        at = quote.trade_places[trade.id]
        row: SealedRow = {"response": str(trade.response), "place": float(len(rows) + 1)}
        places[trade.id, ""] = places[trade.id, "place"] = columns.place(at.row, "trade")
        places[trade.id, "response"] = columns.place(at.row, "response")
        for side, changes, at_rows in (("ask", trade.asks, at.ask_rows), ("counter_ask", trade.counters, at.counter_rows)):
            for count, change in enumerate(changes, 1):
                row |= change_values(side, count, change)
                # A trade that was made up to be looked at has changes that stand nowhere yet.
                where = at_rows[count - 1] if count <= len(at_rows) else at.row
                for column in ("", "_line", "_to"):
                    places[trade.id, f"{side} {count}{column}"] = columns.place(where, f"{side}{column}")
        rows[trade.id] = row
        if is_last:
            break
    return TableValues(table.name, rows, places)


def history_values(table: Table) -> TableValues:
    """The rows of the client history. A row is its own key, so that a row that was edited or cleared is missed."""
    columns = Columns.find(table, HISTORY_COLUMNS, (), [])
    rows: dict[str, SealedRow] = {}
    places: dict[tuple[str, str], str] = {}
    reading: dict[str, Reading] = {
        name: _day if name == "date" else _of_quantity(_ANY) if name in ("from", "to", "cost", "worth") else _words
        for name in HISTORY_COLUMNS
    }
    for row in columns.filled_rows():
        cells = {
            name: value
            for name, read in reading.items()
            if name in columns.at and not is_blank(cell := columns.cell(row, name)) and (value := read(cell)) is not None
        }
        key = _free("of " + ", ".join(f"{name.replace('_', ' ')} {typed_value(value)}" for name, value in cells.items()), rows)
        rows[key], places[key, ""] = {}, columns.place(row, "date")
    return TableValues(table.name, rows, places)


def change_values(side: str, count: int, change: Change) -> SealedRow:
    """One ask or counter-ask of a trade, as it is signed."""
    name = f"{side} {count}"
    found: SealedRow = {name: change.lever}
    if change.line:
        found[f"{name}_line"] = change.line
    if not math.isnan(change.to):
        found[f"{name}_to"] = "none" if math.isinf(change.to) else exact(change.to)
    return found


def differences(signed: Mapping[str, SealedRow], standing: TableValues) -> list[CellChange]:
    """Every value of a table that is not the signed one, in the order of the table; then the rows that are gone."""
    found = []
    gone = [key for key in signed if key not in standing.rows]
    for key, now in standing.rows.items():
        row = signed.get(key)
        if row is None:
            before = next((one for one in gone if signed[one] == now), None)
            if before is None:
                found.append(CellChange(standing.places[key, ""], _row_words(key), "not there", "there"))
            else:
                gone.remove(before)
                found.append(_renamed(before, key, standing))
            continue
        for column in [*now, *(name for name in row if name not in now)]:
            if row.get(column) != now.get(column):
                place = standing.places.get((key, column)) or standing.places[key, ""]
                subject = f"{words_of_row(key)} {_column_words(column)}".strip()
                found.append(CellChange(place, subject, *_said_apart(row.get(column), now.get(column))))
    return [*found, *(CellChange(standing.table, _row_words(key), "there", "gone") for key in gone)]


def _renamed(before: str, key: str, standing: TableValues) -> CellChange:
    """A row that says what another one said, under another name: the edited cell is that of its name, line or segment."""
    was, now = parts_of(before), parts_of(key)
    differing = [place for place in range(3) if was[place] != now[place]]
    if len(differing) == 1 and differing[0]:
        column = ("", "line", "segment")[differing[0]]
        place = standing.places.get((key, column)) or standing.places[key, ""]
        return CellChange(place, f"{now[0]} {column}", was[differing[0]] or "blank", now[differing[0]] or "blank")
    return CellChange(standing.places[key, ""], _row_words(key), words_of_row(before), words_of_row(key))


def _said_apart(was: SealedValue | None, now: SealedValue | None) -> tuple[str, str]:
    """Two values as a person types them, told apart where one is a number and the other the same as text."""
    words = typed_value(was), typed_value(now)
    if words[0] != words[1]:
        return words
    marked = [f'the text "{text}"' if isinstance(value, str) else text for value, text in zip((was, now), words, strict=True)]
    return marked[0], marked[1]


def _row_words(key: str) -> str:
    return f"the row {words_of_row(key)}"


def _column_words(column: str) -> str:
    return "" if column in ("value", "opening") else column


def typed_value(value: SealedValue | None) -> str:
    """A signed value as a person types it."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else value


def _free(key: str, rows: Mapping[str, object]) -> str:
    """The key, with a number where it is taken: the same row twice is two rows."""
    number_, found = 1, key
    while found in rows:
        number_ += 1
        found = f"{key} #{number_}"
    return found


def _take(
    columns: Columns,
    row: int,
    key: str,
    reading: Mapping[str, Reading],
    rows: dict[str, SealedRow],
    places: dict[tuple[str, str], str],
    anchor: str,
) -> None:
    """Read the cells of one row."""
    taken: SealedRow = {}
    places[key, ""] = columns.place(row, anchor)
    for column, read in reading.items():
        if column not in columns.at:
            continue
        places[key, column] = columns.place(row, column)
        cell = columns.cell(row, column)
        value = None if is_blank(cell) else read(cell)
        if value is not None:
            taken[column] = value
    rows[key] = taken


def without(values: TableValues, keep: Sequence[str] | None = None, columns: Sequence[str] | None = None) -> TableValues:
    """The values of some rows and columns alone. keep : row keys. columns : names; None for all."""
    rows = {
        key: {name: value for name, value in row.items() if columns is None or name in columns}
        for key, row in values.rows.items()
        if keep is None or key in keep
    }
    return TableValues(values.table, rows, values.places)
