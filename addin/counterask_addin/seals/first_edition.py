"""Limits and quotes of the first edition, brought over to this one.

The first edition had no segments, standards, price book or evidence. A few of its inputs were removed: `removed` names what
replaces each. Two of them live on as promises: a probability above zero in a term, a trade or a limit becomes "yes".
Everything that is changed on the way, or that does not come over, is named in a sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LINE_LEVERS, TERM_LEVERS, inputs_of
from counterask.reading.policy import POLICY
from counterask.reading.removed import replaced_by
from counterask.reading.tables import KIND_BY_WORD, LEVER_BY_WORD, Table, by_word, column_key, input_key, plain
from counterask_templates.specs import unit_words
from counterask_templates.tables import neutral_cell

from ..errors import CannotRun
from .reading import LimitsFile, with_tables

_COLUMNS = {plain(name): name for name in ("segment", "standard", "levels")}
"""The columns of Limits that the first edition did not have."""
_PROMISES = {plain("reference_probability"): "Public reference", plain("introduction_probability"): "Introduction"}
"""Probabilities that became promises: the term of each."""
_LEVELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Limits": {"lever": ("rep_to", "manager_to", "never_beyond", "step", "ask_up_to")},
    "Terms": {"term": ("opening",)},
    "Trades": {"ask": ("ask_to",), "counter_ask": ("counter_ask_to",)},
    "Stakeholders": {"lever": (), "second_lever": (), "third_lever": ()},
    "History": {"lever": ("from", "to")},
    "Assumptions": {"assumption": ()},
    "Policy": {"policy": ()},
}
"""Of each table, the columns that name an input, and the columns that hold its levels."""
_WITH_LEVERS = ("Terms", "Trades", "Stakeholders")
"""Tables of a quote that name company levers."""
_KNOWN = frozenset({*LEVER_BY_WORD, *by_word(ASSUMPTIONS), *by_word(POLICY)})


def is_first_edition(file: LimitsFile) -> bool:
    """Whether limits have the columns of the first edition and none of the later ones."""
    header = {plain(cell) for cell in file.tables["Limits"].rows[0]}
    return "lever" in header and not header & _COLUMNS.keys()


def limits_brought_over(old: LimitsFile, new: LimitsFile, new_name: str) -> tuple[LimitsFile, tuple[str, ...]]:
    """The limits of the first edition as tables of this one, and what a person should know of it, as sentences.

    old : limits for which `is_first_edition`. new : the workbook that they are for, called `new_name`. What the old limits do not
    name (levers, assumptions and policies that are new, and the price book) is as `new` has it.
    """
    notes, tables = [f"{old.path.name} is of the first edition. Its limits, assumptions and policy were brought over."], {}
    for name in ("Limits", "Assumptions", "Policy"):
        table, said = _renamed(old.tables[name], drops_removed=True)
        notes += said
        known, rows = {input_key(row[0]) for row in table.rows[1:]}, new.tables[name].rows
        kept = [number for number, row in enumerate(rows) if number and plain(row[0]) and input_key(row[0]) not in known]
        tables[name] = _joined(table, new.tables[name], kept)
        if added := [str(cell).split("\n")[0] for cell in tables[name].rows[0][len(table.rows[0]) :]]:
            notes.append(f"{name}: new columns, blank in the rows that were brought over: {', '.join(added)}.")
        if kept:
            names = dict.fromkeys(str(rows[number][0]) for number in kept)
            notes.append(f"{name}: not in {old.path.name}, so as in {new_name}: {', '.join(names)}.")
    if "Price_book" in new.tables:
        tables["Price_book"] = new.tables["Price_book"]
        notes.append(f"Price book: the first edition had none, so as in {new_name}.")
    notes.append("No seal covers these limits: a manager must check and seal them (counterask limits sign).")
    return with_tables(old, tables), tuple(notes)


def as_named_now(old: LimitsFile) -> LimitsFile:
    """The limits of the first edition alone, with today's names, to compare others with."""
    return with_tables(old, {name: _renamed(table, drops_removed=True)[0] for name, table in old.tables.items()})


def company_levers_missing(tables: Mapping[str, Table], current: LimitsFile) -> list[str]:
    """A sentence for each term, trade or stakeholder of a quote that names a company lever which the limits do not have."""
    rows = current.tables["Limits"].rows
    known = {plain(row[place]) for place, cell in enumerate(rows[0]) if plain(cell) == "lever" for row in rows[1:]}
    return [
        f'{table.locate(number, at)}: "{row[at]}" is not a lever in {current.path.name}. '
        "Add it to those limits, or choose another lever here, then run the command again."
        for table in (tables[name] for name in _WITH_LEVERS if name in tables)
        for at, _ in _named(table)
        for number, row in enumerate(table.rows)
        if number and plain(row[at]) and not {plain(row[at])} & (_KNOWN | known) and not replaced_by(row[at])
    ]


def tables_brought_over(tables: Mapping[str, Table]) -> tuple[dict[str, Table], list[str]]:
    """Lines, terms, trades, stakeholders and history of a quote of the first edition as tables of this one, and sentences on what
    is different. Raises CannotRun where a trade names an input that was removed."""
    found, notes = {}, []
    for name, table in tables.items():
        if name == "Trades":
            _refuse_removed(table)
        found[name], said = _renamed(_with_ids(table) if name == "Trades" else table, drops_removed=name == "Terms")
        notes += said
    if "Lines" in found:
        found["Lines"], added = _with_neutral_columns(found["Lines"])
        if added:
            notes.append(f"Lines: new columns at the level that changes nothing: {', '.join(added)}.")
    if "Terms" in found:
        found["Terms"], said = _with_neutral_rows(found["Terms"])
        notes += said
    return found, notes


def without_unknown_columns(table: Table, drawn: Table) -> tuple[Table, list[str]]:
    """A table without the columns that the empty quote does not have, and a sentence for each that held anything."""
    words = {column_key(cell) for cell in drawn.rows[0]}
    keep = [place for place, cell in enumerate(table.rows[0]) if column_key(cell) in words]
    notes = []
    for place, cell in enumerate(table.rows[0]):
        if place not in keep and any(row[place] not in (None, "") for row in table.rows):
            header = str(cell or "").split("\n")[0]
            notes.append(f'{table.locate(0, place)}: the column "{header}" was not copied.')
    rows = [[row[place] for place in keep] for row in table.rows]
    return replace(table, rows=rows, locate=lambda row, column: table.locate(row, keep[column])), notes


def _with_ids(trades: Table) -> Table:
    """The trades with the id of each row written out: in the first edition a row without one belonged to the trade above."""
    header = [plain(cell) for cell in trades.rows[0]]
    at = header.index("trade") if "trade" in header else header.index("id") if "id" in header else None
    if at is None:
        return trades
    rows, last = [list(row) for row in trades.rows], None
    for row in rows[1:]:
        if plain(row[at]):
            last = row[at]
        elif any(cell not in (None, "") for cell in row):
            row[at] = last
    return replace(trades, rows=rows)


def without_unused_levers(tables: dict[str, Table], current: LimitsFile) -> list[str]:
    """Take out of the terms the company levers that `current` does not have, of which there are none and which nothing names.

    Every quote of the first edition had a row for each. Returns a sentence for each that was left out.
    """
    known = {plain(row[0]) for row in current.tables["Limits"].rows[1:]} | _KNOWN
    if "Terms" not in tables:
        return []
    others = [tables[name] for name in _WITH_LEVERS[1:] if name in tables]
    named = {plain(row[at]) for table in others for at, _ in _named(table) for row in table.rows[1:]}
    rows, notes = [list(row) for row in tables["Terms"].rows], []
    for at, levels in _named(tables["Terms"]):
        for number, row in enumerate(rows[1:], 1):
            is_unknown = plain(row[at]) and plain(row[at]) not in known | named and not replaced_by(row[at])
            if is_unknown and all(row[place] == 0 for place in levels):
                where = tables["Terms"].locate(number, at)
                limits = current.path.name
                notes.append(f"{where}: {row[at]} 0 was left out: it is not a lever in {limits}, and nothing uses it.")
                rows[number] = [None] * len(row)
    tables["Terms"] = replace(tables["Terms"], rows=rows)
    return notes


def _named(table: Table) -> Iterator[tuple[int, list[int]]]:
    """The columns of a table that name an input, each with the columns of its levels."""
    header = [plain(cell) for cell in table.rows[0]]
    for word, levels in _LEVELS[table.name].items() if table.name in _LEVELS else ():
        if plain(word) in header:
            yield header.index(plain(word)), [header.index(plain(one)) for one in levels if plain(one) in header]


def _renamed(table: Table, *, drops_removed: bool) -> tuple[Table, list[str]]:
    """A table with the promises under their new names. drops_removed : whether rows of inputs without a successor are cleared."""
    rows, notes = [list(row) for row in table.rows], []
    units = [place for place, cell in enumerate(rows[0]) if plain(cell) == "unit"] if table.name == "Terms" else []
    for at, levels in _named(table):
        for number, row in enumerate(rows[1:], 1):
            word, where = plain(row[at]), table.locate(number, at)
            if table.name != "Assumptions" and word in _PROMISES:
                was = [f" {_said(row[place])}" for place in levels if row[place] not in (None, "")][-1:]
                for place in levels:
                    row[place] = _promise(row[place])
                for place in units:
                    row[place] = "yes or no"
                now = [f" {row[place]}" for place in levels if row[place] not in (None, "")][-1:]
                notes.append(
                    f"{where}: {row[at]}{''.join(was)} is now {_PROMISES[word]}{''.join(now)}; its probability is an assumption."
                )
                row[at] = _PROMISES[word]
            elif drops_removed and (instead := replaced_by(row[at])):
                values = ", ".join(_said(cell) for cell in row[at + 1 :] if isinstance(cell, int | float))
                was_words = f"{row[at]} ({values})" if values else f"{row[at]}"
                notes.append(f"{where}: {was_words} is no longer used. It was replaced by {instead}.")
                rows[number] = [None] * len(row)
    return replace(table, rows=rows), notes


def _promise(cell: object) -> object:
    """A probability as a promise."""
    return ("yes" if cell > 0 else "no") if isinstance(cell, int | float) and not isinstance(cell, bool) else cell


def _said(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _refuse_removed(table: Table) -> None:
    """Raises CannotRun where a trade changes an input that no longer exists."""
    found = [
        f"{table.locate(number, at)}: {row[at]} can no longer be traded. It was replaced by {instead}. "
        "Choose another lever or clear it, then run the command again."
        for at, _ in _named(table)
        for number, row in enumerate(table.rows)
        if plain(row[at]) not in _PROMISES and (instead := replaced_by(row[at]))
    ]
    if found:
        raise CannotRun(*found)


def _joined(old: Table, new: Table, kept: Sequence[int]) -> Table:
    """The rows of `old` and, after them, some rows of `new`, under the columns of both."""
    words, ours = ([column_key(cell) for cell in table.rows[0]] for table in (old, new))
    added = [place for place, word in enumerate(ours) if word and word not in words]
    at = [ours.index(word) if word in ours else None for word in words] + list(added)
    rows: list[Sequence[object]] = [[*old.rows[0], *(new.rows[0][place] for place in added)]]
    rows += [[*row, *[None] * (len(at) - len(row))] for row in old.rows[1:]]
    rows += [[None if place is None else new.rows[number][place] for place in at] for number in kept]

    def locate(row: int, column: int) -> str:
        if row < len(old.rows):
            return old.locate(row, column if column < len(words) else 0)
        return new.locate(kept[row - len(old.rows)], at[column] or 0)

    return Table(old.name, rows, locate)


def _with_neutral_columns(lines: Table) -> tuple[Table, list[str]]:
    """The lines with the inputs that are new, each at its neutral level: a blank cell would mean unknown."""
    have = {column_key(cell) for cell in lines.rows[0]}
    added = [lever for lever in LINE_LEVERS if plain(lever.name) not in have]
    kind_at = next(place for place, cell in enumerate(lines.rows[0]) if plain(cell) == "kind")
    rows: list[Sequence[object]] = [[*lines.rows[0], *(lever.quantity.label for lever in added)]]
    for row in lines.rows[1:]:
        kind = KIND_BY_WORD.get(plain(row[kind_at]))
        inputs: Collection[object] = inputs_of(kind) if kind else ()
        rows.append([*row, *(neutral_cell(lever.quantity) if lever in inputs else None for lever in added)])
    return replace(lines, rows=rows), [lever.quantity.label for lever in added]


def _with_neutral_rows(terms: Table) -> tuple[Table, list[str]]:
    """The terms with those that are new, each at its neutral level, as an absent term has it."""
    known = {input_key(row[0]) for row in terms.rows[1:]}
    width = len(terms.rows[0])
    added = [lever.quantity for lever in TERM_LEVERS if plain(lever.name) not in known]
    rows = [[one.label, neutral_cell(one), unit_words(one), *[None] * width][:width] for one in added]
    neutral = [f"{one.label} {_said(level)}" for one in added if (level := neutral_cell(one)) is not None]
    unknown = [one.label for one in added if neutral_cell(one) is None]
    notes = [f"Terms: new rows at the level that changes nothing: {', '.join(neutral)}."] if neutral else []
    if unknown:
        notes.append(
            f"Terms: fill in {', '.join(unknown)}. It is new, and no level of it is the same as leaving it out. "
            "Until it is filled in, the deal has no value."
        )
    return replace(terms, rows=[*terms.rows, *rows]), notes
