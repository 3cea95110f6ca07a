"""Which row holds in this quote: the row of the quote's segment, or else the row without a segment.

The formulas here are native, so they work where the functions are not available. They find the last matching row in which the
wanted cell is filled in; spreadsheets compare text without case, and so do the values computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import TERM_LEVERS, Lever
from counterask.reading.policy import AUTHORITIES, POLICY

from .layout import LIMITS_TABLE, QUOTE, TERMS
from .manager_layout import ASSUMED, ASSUMPTIONS_TABLE, IN_FORCE_COLUMN, POLICY_TABLE
from .natives import CellText, Facts, Native
from .specs import TableSpec, cell
from .tables import neutral_cell

STANDARD_COLUMN = TERMS.right + 1
"""The column beside the opening terms with the standard of each."""


def _same(one: Any, other: Any) -> bool:
    return str(one if one is not None else "").casefold() == str(other if other is not None else "").casefold()


def _formula(spec: TableSpec, wanted: str, matches: Mapping[str, str], otherwise: str) -> str:
    """A formula, without "=", for the cell of a column in the row that holds. matches : what other columns hold, as formulas."""
    data = {column.name: spec.data(column.name, spec.sheet) for column in spec.columns}
    tests = "*".join(f"({data[column]}={value})" for column, value in matches.items())
    values, first = data[wanted], spec.first

    def row(segment: str) -> str:
        return f'SUMPRODUCT(MAX({tests}*({data["segment"]}={segment})*({values}<>"")*(ROW({values})-{first - 1})))'

    own, common = row("Segment"), row('""')
    return f"IF({own}>0,INDEX({values},{own}),IF({common}>0,INDEX({values},{common}),{otherwise}))"


def _found(facts: Facts, spec: TableSpec, wanted: str, matches: Mapping[str, str]) -> Any:
    """What the formula finds; None where no row holds."""
    columns = [column.name for column in spec.columns]
    places = {name: columns.index(name) for name in (wanted, "segment", *matches)}
    rows = [
        row
        for row in facts.tables[spec.name]
        if all(_same(row[places[name]], value) for name, value in matches.items()) and row[places[wanted]] not in (None, "")
    ]
    for segment in (facts.header.get("segment"), None):
        found = [row[places[wanted]] for row in rows if _same(row[places["segment"]], segment)]
        if found:
            return found[-1]
    return None


def value_in_force(facts: Facts, spec: TableSpec, label: str) -> Any:
    """The value of a policy or an assumption, by its label, that holds for the quote's segment; None where there is none."""
    return _found(facts, spec, "value", {spec.columns[0].name: label})


def _value(spec: TableSpec, row: int, label: str) -> Native:
    name = spec.columns[0].name
    formula = _formula(spec, "value", {name: cell(row, spec.left)}, '""')

    def say(facts: Facts) -> CellText:
        found = value_in_force(facts, spec, label)
        return "" if found is None else found

    return Native(ASSUMED, row, IN_FORCE_COLUMN, f"={formula}", say)


VALUES: tuple[Native, ...] = tuple(
    _value(spec, row, label)
    for spec, labels in (
        (POLICY_TABLE, [*(one.label for one in POLICY), *AUTHORITIES.values()]),
        (ASSUMPTIONS_TABLE, [one.label for one in ASSUMPTIONS]),
    )
    for row, label in enumerate(labels, spec.first)
)
"""Beside each policy and assumption, the value that holds for the quote's segment."""


def _standard(row: int, lever: Lever) -> Native:
    neutral = "" if (level := neutral_cell(lever.quantity)) is None else level
    literal = f'"{neutral}"' if isinstance(neutral, str) else f"{neutral:g}"
    matches = {"lever": cell(row, TERMS.left), "line": '""'}
    formula = _formula(LIMITS_TABLE, "standard", matches, literal)
    levers = LIMITS_TABLE.data("lever", LIMITS_TABLE.sheet)

    def say(facts: Facts) -> CellText:
        if not any(facts.inputs("Limits", "lever")):
            return ""
        found = _found(facts, LIMITS_TABLE, "standard", {"lever": lever.label, "line": ""})
        return neutral if found is None else found

    return Native(QUOTE, row, STANDARD_COLUMN, f'=IF(COUNTA({levers})=0,"",{formula})', say)


STANDARDS: tuple[tuple[Lever, Native], ...] = tuple(
    (lever, _standard(row, lever)) for row, lever in enumerate(TERM_LEVERS, TERMS.first) if lever.is_negotiable
)
"""Beside each opening term that two parties agree on, the level at which we normally open: from the limits, or else the neutral
level."""
