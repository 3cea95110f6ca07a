"""Drop-downs, range checks as typed, and the messages that say unit and range; all from the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterask.inputs.quantities import Quantity
from counterask.reading.cells import letters

from .specs import Column, TableSpec, cell

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_OWN_LEVERS = frozenset(
    {
        "Lever_list",
        "Line_names",
        "Company_lever_list",
        "Product_list",
        "Segment_list",
        "Policy_list",
        "Assumption_list",
    }
)
"""Lists that a person may go beyond: what is typed is read and, where it is wrong, the note says so."""


def offer(page: Worksheet, spec: TableSpec, place: int, column: Column) -> None:
    """The drop-down, range check or message of a column's data cells."""
    box = (spec.first - 1, place - 1, spec.bottom - 1, place - 1)
    title = column.header.split("\n")[0]
    if column.choices:
        page.data_validation(*box, listed(column.choices, title, column.help))
    elif column.rule:
        page.data_validation(*box, _ruled(spec, place, column))
    elif column.quantity is not None:
        page.data_validation(*box, range_check(column.quantity, cell(spec.first, place).replace("$", "")))
    elif column.kind == "date":
        page.data_validation(*box, date_check(title, column.help))
    elif column.kind in ("money", "whole_money", "share", "plain"):
        page.data_validation(*box, _any_number(title, column.help))
    elif column.help:
        page.data_validation(*box, {"validate": "any", **message(title, column.help)})


def check(page: Worksheet, row: int, column: int, quantity: Quantity) -> None:
    """The range check and message of one cell."""
    page.data_validation(
        row - 1, column - 1, row - 1, column - 1, range_check(quantity, cell(row, column).replace("$", ""))
    )


def message(title: str, words: str) -> dict[str, str]:
    """What a cell says when it is chosen."""
    return {"input_title": title, "input_message": words} if words else {}


def expected(quantity: Quantity) -> str:
    """The allowed values as a phrase that begins a sentence; a bound that nobody reaches is not said."""
    words = quantity.expected().replace(f"from {quantity.lowest:g} to 1,000,000,000,000", f"from {quantity.lowest:g}")
    return words[0].upper() + words[1:]


def listed(source: str, title: str, words: str) -> dict[str, Any]:
    """A drop-down over a named list."""
    error = "Choose one from the list." + (" Keep what you typed?" if source in _OWN_LEVERS else "")
    return {
        "validate": "list",
        "source": f"={source}",
        "error_type": "warning" if source in _OWN_LEVERS else "stop",
        "error_title": title,
        "error_message": error,
        **message(title, words),
    }


def range_check(quantity: Quantity, at: str) -> dict[str, Any]:
    """A check of unit and range as typed. It warns and does not forbid: the reader says the same with the cell's place.

    at : the cell's relative address; for a range, of its first cell.
    """
    said = message(quantity.label, f"{quantity.help} {expected(quantity)}.")
    error = {
        "error_type": "warning",
        "error_title": quantity.label,
        "error_message": f"Expected: {expected(quantity)}.",
    }
    if quantity.is_switch:
        return {"validate": "list", "source": "=Yes_no_list", **error, **said}
    if quantity.none_means:
        within = f"AND(ISNUMBER({at}),{at}>={quantity.lowest!r},{at}<={quantity.highest!r})"
        return {"validate": "custom", "value": f'=OR({at}="none",{within})', **error, **said}
    if quantity.name == "horizon_months":
        years = f"=AND(ISNUMBER({at}),{at}>={quantity.lowest!r},{at}<={quantity.highest!r},MOD({at},12)=0)"
        return {"validate": "custom", "value": years, **error, **said}
    return {
        "validate": "integer" if quantity.whole else "decimal",
        "criteria": "between",
        "minimum": int(quantity.lowest) if quantity.whole else quantity.lowest,
        "maximum": int(quantity.highest) if quantity.whole else quantity.highest,
        **error,
        **said,
    }


def _ruled(spec: TableSpec, place: int, column: Column) -> dict[str, Any]:
    """A check by a formula that looks at the row."""
    title = column.header.split("\n")[0]
    beside = {one.name: f"${letters(spec.column(one.name))}{spec.first}" for one in spec.columns}
    return {
        "validate": "custom",
        "value": "=" + column.rule.format(at=f"{letters(place)}{spec.first}", **beside),
        "error_type": "warning",
        "error_title": title,
        "error_message": f"Expected: {column.expected}.",
        **message(title, column.help),
    }


def _any_number(title: str, words: str) -> dict[str, Any]:
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": -1e12,
        "maximum": 1e12,
        "error_type": "warning",
        "error_title": title,
        "error_message": "Expected a number.",
        **message(title, words),
    }


def three_letters(page: Worksheet, row: int, column: int) -> None:
    """A check that the short name of a currency was typed."""
    at = cell(row, column).replace("$", "")
    rule = {"validate": "custom", "value": f"=AND(ISTEXT({at}),LEN({at})=3)", "error_type": "warning"}
    words = {"error_title": "Currency", "error_message": "Expected: three letters such as EUR."}
    said = message("Currency", "Of all money in limits and policy; the same as the quote's. Three letters such as EUR.")
    page.data_validation(row - 1, column - 1, row - 1, column - 1, {**rule, **words, **said})


def date_check(title: str, words: str) -> dict[str, Any]:
    """A check that a date was typed."""
    return {
        "validate": "date",
        "criteria": ">=",
        "value": 36526,
        "error_type": "warning",
        "error_title": title,
        "error_message": "Expected a date such as 2026-12-31.",
        **message(title, words),
    }
