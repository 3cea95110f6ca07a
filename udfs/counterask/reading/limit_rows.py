"""The Limits table, row by row: limits of the registry's levers, and company levers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from ..inputs.levers import LEVER_BY_NAME
from ..inputs.quantities import MONEY, MONTHS, SHARE, UNITS, Quantity
from ..inputs.terms import Address, Assumptions, CompanyLever
from ..verdicts.limits import Limit, Limits
from .cells import Fault, day, is_blank, read_number, text, typed, yes_no
from .names import name_key
from .problems import Problem
from .tables import LEVER_BY_WORD, Columns, Table, plain

BOUNDS = ("rep_to", "manager_to", "never_beyond", "ask_up_to")
LEVELS = ("standard", *BOUNDS, "usual_ask")
"""The columns that hold one level of the row's lever."""
OWN = ("amount_per_unit", "month_from", "month_to", "probability", "survives", "unit")
"""The columns that make a company lever."""
COLUMNS = (
    "lever",
    "line",
    "segment",
    "standard",
    "rep_to",
    "manager_to",
    "never_beyond",
    "step",
    "levels",
    "ask_up_to",
    "usual_ask",
    "soft",
    "owner",
    "effective",
    "expires",
    "unit",
    "amount_per_unit",
    "month_from",
    "month_to",
    "probability",
    "survives",
)

AMOUNT = Quantity("amount_per_unit", MONEY, -1e12, 1e12, 1.0, "Money a unit; plus is good for us.")
MONTH = Quantity("month_from", MONTHS, 0.0, 600.0, 1.0, "Month paid.", whole=True)
PROBABILITY = Quantity("probability", SHARE, 0.0, 1.0, 1.0, "Chance that it is paid.")
COUNT = Quantity("units", UNITS, 0.0, 1e9, 1.0, "Units of a company lever.")

_TAKEN = frozenset(plain(name) for name in (*(field.name for field in fields(Assumptions)), "name", "kind"))
"""Words that already name an input which is no lever."""


def read_limits(
    table: Table, places: dict[Address, str], problems: list[Problem], segment: str = ""
) -> tuple[Limits, tuple[CompanyLever, ...]]:
    """Limits, and company levers as a segment has them. What is blank in a company lever is unknown; `places` gets its place.

    A company lever has an amount in one of its rows; further rows of it say what is different for a segment.
    """
    columns = Columns.find(table, COLUMNS, ("lever",), problems)
    rows: list[Limit] = []
    own_rows: dict[str, list[int]] = {}
    seen: set[tuple[str, str | None, str]] = set()
    filled = list(columns.filled_rows(("lever", *LEVELS, "amount_per_unit"))) if "lever" in columns.at else []
    own = {plain(columns.cell(row, "lever")) for row in filled if not is_blank(columns.cell(row, "amount_per_unit"))}
    for row in filled:
        known = LEVER_BY_WORD.get(plain(columns.cell(row, "lever")))
        name = known.name if known else columns.text(row, "lever")
        if not name:
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault("found no lever", "the name of a lever", "Choose one from the list or clear the row."),
                )
            )
            continue
        if known is None and plain(name) in _TAKEN:
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault(
                        f'found "{name[:60]}", which is the name of another input',
                        "a name of its own",
                        "Rename the lever.",
                    ),
                )
            )
            continue
        if known is None and plain(name) not in own:
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault(
                        f'found "{name[:60]}", which is no lever',
                        "the name of a lever",
                        "Choose one from the list, or give amount_per_unit to make it a company lever.",
                    ),
                )
            )
            continue
        line = columns.text(row, "line") or None
        if line and (known is None or not known.is_on_line):
            problems.append(
                columns.problem(
                    row,
                    "line",
                    Fault(
                        f'found "{line[:60]}", but {name[:60]} holds for the whole deal',
                        "a blank cell",
                        "Clear the line cell.",
                    ),
                )
            )
        key = (plain(name), line and name_key(line), name_key(columns.text(row, "segment")))
        if key in seen:
            word = columns.text(row, "lever")[:60]
            problems.append(
                columns.problem(
                    row, "lever", Fault(f'found "{word}" twice', "one row a lever, line and segment", "Clear one of the rows.")
                )
            )
            continue
        seen.add(key)
        if known is None:
            name = next((other for other in own_rows if plain(other) == plain(name)), name)
            own_rows.setdefault(name, []).append(row)
        rows.append(_limit(columns, row, name, line, problems))
    company = tuple(_company_lever(columns, at, name, segment, places, problems) for name, at in own_rows.items())
    return Limits(tuple(rows)), company


def step_quantity(quantity: Quantity) -> Quantity:
    """The negotiable step of a lever: more than nothing, and no more than there is room for."""
    return Quantity("step", quantity.unit, 1e-9, quantity.highest - quantity.lowest, 1.0, "Negotiable step.")


def _limit(columns: Columns, row: int, name: str, line: str | None, problems: list[Problem]) -> Limit:
    known = LEVER_BY_NAME.get(name)
    quantity = known.quantity if known else COUNT
    bounds = {bound: columns.number(row, bound, quantity, problems, bound) for bound in LEVELS}
    wants = known.client_wants if known else (1 if _is_negative(columns.cell(row, "amount_per_unit")) else -1)
    for nearer, farther in (("rep_to", "manager_to"), ("manager_to", "never_beyond"), ("rep_to", "never_beyond")):
        here, there = bounds[nearer], bounds[farther]
        if math.isfinite(here) and math.isfinite(there) and (here - there) * wants > 1e-12:
            problems.append(
                columns.problem(
                    row,
                    nearer,
                    Fault(
                        f"found {here:g}, which goes beyond {farther} {there:g}",
                        f"no more than {farther}",
                        "Swap or correct them.",
                    ),
                )
            )
    step_of = step_quantity(quantity)
    return Limit(
        name,
        line,
        bounds["rep_to"],
        bounds["manager_to"],
        bounds["never_beyond"],
        columns.number(row, "step", step_of, problems),
        bounds["ask_up_to"],
        _flag(columns, row, "soft", problems),
        columns.text(row, "owner"),
        _day(columns, row, "effective", problems),
        _day(columns, row, "expires", problems),
        columns.text(row, "segment"),
        bounds["standard"],
        _listed(columns, row, quantity, problems),
        bounds["usual_ask"],
    )


def _listed(columns: Columns, row: int, quantity: Quantity, problems: list[Problem]) -> tuple[float, ...]:
    """The negotiable levels of a row: a list such as "1; 3; 6; none", or a list in JSON."""
    cell = columns.cell(row, "levels")
    found = []
    for word in cell if isinstance(cell, list | tuple) else text(cell).split(";"):
        level = read_number(typed(word) if isinstance(word, str) else word, quantity)
        if isinstance(level, Fault):
            problems.append(columns.problem(row, "levels", level, "levels"))
        elif not math.isnan(level):
            found.append(level)
    return tuple(found)


def _company_lever(
    columns: Columns, rows: Sequence[int], name: str, segment: str, places: dict[Address, str], problems: list[Problem]
) -> CompanyLever:
    """A company lever as a segment has it: each cell from the segment's own row where that fills it, else from the common row."""
    own = [row for row in rows if segment and name_key(columns.text(row, "segment")) == name_key(segment)]
    order = [*own, *(row for row in rows if not columns.text(row, "segment"))] or list(rows)
    at = {name: next((row for row in order if not is_blank(columns.cell(row, name))), order[0]) for name in (*OWN, "soft")}
    row = at["amount_per_unit"]
    month_from = columns.number(at["month_from"], "month_from", MONTH, problems)
    month_to = columns.number(at["month_to"], "month_to", MONTH, problems, "month_to")
    if month_to < month_from:
        fault = Fault(
            f"found {month_to:g}, which lies before month_from {month_from:g}",
            f"a month from {month_from:g} on",
            "Swap or correct them.",
        )
        problems.append(columns.problem(at["month_to"], "month_to", fault))
    for needed in ("month_from", "probability"):
        if is_blank(columns.cell(at[needed], needed)):
            places.setdefault((None, name), columns.place(at[needed], needed))
    return CompanyLever(
        name,
        columns.text(at["unit"], "unit"),
        columns.number(row, "amount_per_unit", AMOUNT, problems),
        month_from,
        None if math.isnan(month_to) else month_to,
        columns.number(at["probability"], "probability", PROBABILITY, problems),
        bool(_flag(columns, at["survives"], "survives", problems)),
        bool(_flag(columns, at["soft"], "soft", problems)),
    )


def _flag(columns: Columns, row: int, name: str, problems: list[Problem]) -> bool | None:
    found = yes_no(columns.cell(row, name))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found))
        return None
    return found


def _day(columns: Columns, row: int, name: str, problems: list[Problem]) -> date | None:
    found = day(columns.cell(row, name))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found))
        return None
    return found


def _is_negative(cell: object) -> bool:
    return isinstance(cell, int | float) and cell < 0
