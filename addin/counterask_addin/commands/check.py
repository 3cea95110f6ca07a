"""`counterask check`: finance's check of one quote."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from ..check import Finding, Severity, check_file, gathered
from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..workbooks.atomic import refuse_inputs
from ..workbooks.errors import UnreadableWorkbook
from .output_file import WORKBOOK_FILE
from .typed_values import DAY

_SHOWN = 12
"""Findings of one kind that are printed, unless all are wanted; and the first cells of one that stands for many."""


@click.command("check")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--limits", type=click.Path(path_type=Path), help="Finance's own limits workbook, to compare with.")
@click.option("-o", "--output", type=WORKBOOK_FILE, help="Write the findings into a workbook.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--full", is_flag=True, help="List each cell, also where one cause gives many findings.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(
    quote: Path, limits: Path | None, output: Path | None, overwrite: bool, as_of: datetime | None, full: bool, as_json: bool
) -> None:
    """Recompute QUOTE from its inputs and say what is wrong in it, with cell and amount.

    Where one cause gives many findings they are one, with the count and the first cells.

    Exit code 0: nothing. 1: something was found, an unbalanced concession included. 2: it could not be checked.
    """
    refuse_inputs(output, quote, limits)
    try:
        _, found = check_file(quote, limits, as_of.date() if as_of else None)
    except UnreadableWorkbook as error:  # a part that holds no cells: properties, drawings
        raise CannotRun(str(error)) from error
    if not full:
        found = gathered(found)
    if output is not None:
        from ..check.report import write_findings

        write_findings(found, quote, output, overwrite=overwrite)
    if as_json:
        echo_json([_document(one) for one in found])
    else:
        _say(found, is_full=full)
    if output is not None:
        echo(f"Wrote {output}", err=as_json)
    raise SystemExit(FOUND_SOMETHING if found else FINE)


def _document(one: Finding) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(one, name) for name in ("kind", "severity", "where", "words", "amount", "count")}
    return said | {"first": [part.where for part in (one.parts or (one,))[:_SHOWN]]}


def _say(found: Sequence[Finding], *, is_full: bool) -> None:
    for (severity, kind), group in groupby(found, key=lambda one: (one.severity, one.kind)):
        rows = list(group)
        echo()
        echo(f"{_MARKS[severity]} {kind} ({len(rows):,})")
        shown = rows if is_full or len(rows) <= _SHOWN else sorted(rows, key=lambda one: -abs(one.amount or 0.0))[:_SHOWN]
        for one in shown:
            amount = "" if one.amount is None else f" [{one.amount:+,.2f}]"
            _line(f"{one.where}: {one.words}{amount}")
        if len(rows) > len(shown):
            _line(f"and {len(rows) - len(shown):,} more, none with a larger amount: --full, --json or -o has all")
    counts = {severity: sum(one.severity == severity for one in found) for severity in Severity}
    if any(one.parts for one in found):
        echo()
        echo("Where one cause has many cells, --full lists each.")
    echo()
    echo(f"{counts[Severity.WRONG]} wrong, {counts[Severity.LOOK]} to look at, {counts[Severity.FACT]} facts.")


def _line(words: str) -> None:
    """One finding, folded at the width of the terminal; in one line where the output is none and says no width."""
    width = shutil.get_terminal_size((10_000, 24)).columns
    for line in textwrap.wrap(words, max(40, width), initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False):
        echo(line)


_MARKS = {Severity.WRONG: "✖", Severity.LOOK: "?", Severity.FACT: "·"}
