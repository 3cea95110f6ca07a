"""Defined names that point elsewhere than the template's: a formula that is still ours then reads something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .finding import Finding, Severity
from .template import Template, plain_formula

if TYPE_CHECKING:
    from ..workbooks.read_cells import WorkbookCells

REDEFINED = "name redefined"


def name_findings(workbook: WorkbookCells, template: Template, moved: float | None) -> Iterator[Finding]:
    """Every name of ours that is gone, points elsewhere, or is covered up by a name of a single sheet.

    moved : what reading the inputs where the template has them does to deal value, money, or None where it is not known.
    """
    for name, refers in template.names.items():
        spelled, standing = template.spelled[name], workbook.names.get(name)
        if standing is None:
            yield Finding(REDEFINED, Severity.WRONG, f"name {name}", f"there is no name {name}; in the template it is {spelled}")
        elif plain_formula(standing) != refers:
            words = f"refers to {standing[:80] or 'nothing'}; in the template to {spelled[:80]}"
            yield Finding(REDEFINED, Severity.WRONG, f"name {name}", words, moved)
    for (sheet, name), standing in workbook.sheet_names.items():
        if name in template.names:
            words = f"on the sheet {sheet} it refers to {standing[:80]}, which covers up {template.spelled[name][:80]}"
            yield Finding(REDEFINED, Severity.WRONG, f"name {name}", words, moved)


def with_our_names(workbook: WorkbookCells, template: Template) -> WorkbookCells:
    """The workbook as it would be read if every name of ours were where the template has it."""
    others = {key: refers for key, refers in workbook.sheet_names.items() if key[1] not in template.names}
    return replace(
        workbook, names={**workbook.names, **{name: template.spelled[name] for name in template.names}}, sheet_names=others
    )


def are_names_ours(workbook: WorkbookCells, template: Template) -> bool:
    """Whether every name of ours points where the template has it."""
    return next(name_findings(workbook, template, None), None) is None
