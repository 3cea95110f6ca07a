"""Who decides on the client's side, what they need, and which levers answer it.

What an answer is worth to them is our estimate. It ranks counter-asks and our own offers; it never enters our value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..inputs.quantities import MONEY, Quantity
from ..inputs.terms import Deal
from .cells import Fault, text
from .problems import Problem
from .tables import LEVER_BY_WORD, Columns, Table, plain

COLUMNS = ("who", "role", "need", "levers", "lever", "lever_2", "lever_3", "worth_to_them")
LEVER_COLUMNS = {"levers": "levers", "lever": "lever", "lever_2": "second lever", "lever_3": "third lever"}
_WORTH = Quantity("worth_to_them", MONEY, 0.0, 1e12, 10_000.0, "What an answer is worth to them, by our estimate.")


@dataclass(frozen=True)
class Stakeholder:
    """A person on the client's side.

    levers : the levers that answer the need, when they move the client's way. worth_to_them : money; NaN where not
    estimated.
    """

    who: str
    role: str
    need: str
    levers: tuple[str, ...]
    worth_to_them: float


def cost_to_client(lever: str, way: float, people: Sequence[Stakeholder]) -> float:
    """Our estimate of what a counter-ask costs the client, money: what moving the lever their way would be worth to
    them, in proportion to how far we move it ours. 0 where nobody needs the lever or no estimate stands."""
    worths = (one.worth_to_them for one in people if lever in one.levers and not math.isnan(one.worth_to_them))
    return way * math.fsum(worths)


def read_stakeholders(table: Table, deal: Deal, problems: list[Problem]) -> tuple[Stakeholder, ...]:
    """The stakeholders of a table. The levers stand in one cell with commas between, or in a cell each."""
    columns = Columns.find(table, COLUMNS, ("who",), problems, LEVER_COLUMNS)
    found = []
    for row in columns.filled_rows():
        levers: dict[str, None] = {}
        for column in LEVER_COLUMNS:
            for word in columns.text(row, column).split(","):
                if name := _lever(columns, row, column, word.strip(), deal, problems):
                    levers[name] = None
        found.append(
            Stakeholder(
                columns.text(row, "who"),
                columns.text(row, "role"),
                columns.text(row, "need"),
                tuple(levers),
                columns.number(row, "worth_to_them", _WORTH, problems),
            )
        )
    return tuple(found)


def _lever(columns: Columns, row: int, column: str, word: str, deal: Deal, problems: list[Problem]) -> str | None:
    if not word:
        return None
    known = LEVER_BY_WORD.get(plain(word))
    company = next((one.name for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if known is None and company is None:
        fault = Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list.")
        problems.append(columns.problem(row, column, fault, "lever"))
        return None
    return known.name if known else company


def stakeholder_table(items: object) -> Table:
    """The stakeholders of a JSON deal as a table. What is no list of objects is an empty table with one odd cell."""
    return table_from_json("Stakeholders", COLUMNS, items, "stakeholders")


def table_from_json(name: str, columns: Sequence[str], items: object, path: str) -> Table:
    """A list of JSON objects as a table; places are paths such as `stakeholders[2].who`."""
    rows: list[list[object]] = [list(columns)]
    for item in items if isinstance(items, list) else []:
        given: Mapping[str, object] = item if isinstance(item, Mapping) else {columns[0]: text(str(item))}
        rows.append([_cell(given.get(column)) for column in columns])

    def locate(row: int, column: int) -> str:
        return f"{path}[{row - 1}].{columns[column]}" if row else path

    return Table(name, rows, locate)


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
