"""The people of a quote file: its stakeholders, from a workbook or a deal in JSON."""

from __future__ import annotations

from collections.abc import Sequence

from counterask.reading.problems import Problem
from counterask.reading.stakeholders import Stakeholder, read_stakeholders, stakeholder_table
from counterask.reading.tables import Table

from ..errors import WrongInput
from .quote_file import QuoteFile


def stakeholders_of(file: QuoteFile) -> tuple[Stakeholder, ...]:
    """The stakeholders of a workbook or a JSON deal. Raises WrongInput with every problem of their table."""
    found, problems = inspect_stakeholders(file)
    if problems:
        raise WrongInput(file.path.name, problems)
    return found


def inspect_stakeholders(file: QuoteFile) -> tuple[tuple[Stakeholder, ...], Sequence[Problem]]:
    """The stakeholders of a workbook or a JSON deal as far as they can be read, and the problems of their table."""
    problems: list[Problem] = []
    table = _stakeholder_table(file)
    return (() if table is None else read_stakeholders(table, file.quote.deal, problems)), problems


def _stakeholder_table(file: QuoteFile) -> Table | None:
    if file.workbook is None:
        items = file.document.get("stakeholders") if isinstance(file.document, dict) else None
        return stakeholder_table(items) if items else None
    rectangle = file.rectangles.get("Stakeholders")
    if rectangle is None:
        return None
    from ..workbooks.addresses import cell_name
    from ..workbooks.grid import Grid

    def locate(row: int, column: int) -> str:
        return f"{rectangle.sheet} · {cell_name(rectangle.top + row, rectangle.left + column)}"

    return Table("Stakeholders", Grid.of(file.workbook, rectangle).rows, locate)
