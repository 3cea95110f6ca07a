"""`counterask calibrate`: from a company's own closed deals to a proposal of limits with evidence, and a report."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterask.result_tables.counts import count_of

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from .output_file import WORKBOOK_FILE
from .typed_values import DAY, day_not_to_come

if TYPE_CHECKING:
    from ..calibrate.checking import Closed
    from ..calibrate.estimates import Estimate
    from ..calibrate.report_tables import AboutCalibration

_PATH = click.Path(path_type=Path)
_LISTED = 10
"""Rows that an error lists."""


@click.command("calibrate")
@click.argument("closed", type=_PATH, metavar="CLOSED")
@click.option("-o", "--output", type=WORKBOOK_FILE, required=True, help="Where the proposed limits go: limits.calibrated.xlsx")
@click.option("--report", type=WORKBOOK_FILE, help="Where the report goes. Default: OUTPUT without .xlsx, with .report.xlsx.")
@click.option("--limits", type=_PATH, help="The present limits workbook. Default: the values that counterask ships.")
@click.option("--mapping", type=_PATH, help="What your columns and words mean, in TOML: docs/calibrate.md.")
@click.option("--table", "tables", multiple=True, metavar="NAME=FILE", help="A further table: --table invoices=billing.csv")
@click.option("--quotes", multiple=True, metavar="FOLDER", help="Quotes, to see how much each assumption moves their verdicts.")
@click.option(
    "--as-of", type=DAY, help="The last day that the data cover. Default: the latest day in them."
)
@click.option("--overwrite", is_flag=True, help="Replace the outputs if they exist.")
@click.option("--json", "as_json", is_flag=True, help="Print the estimates as JSON.")
def command(
    closed: Path,
    output: Path,
    report: Path | None,
    limits: Path | None,
    mapping: Path | None,
    tables: tuple[str, ...],
    quotes: tuple[str, ...],
    as_of: datetime | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Estimate assumptions from CLOSED: a file of contracts (.csv, .xlsx, .parquet), a workbook with a sheet for each table, or a
    folder with a file for each.

    The present limits are only read. OUTPUT is a proposal: review it, then sign it. Exit code 1 where rows could not be used, or
    where there is too little data for an assumption.
    """
    try:
        import pandas  # noqa: F401
        import python_calamine  # noqa: F401
        import scipy  # noqa: F401
    except ImportError as error:
        raise CannotRun(f'calibrate needs {error.name}. Install it in a clone: python -m pip install ".[calibrate]"') from error
    import numpy as np

    from ..calibrate.checking import checked, days_after_the_data
    from ..calibrate.fitting import fitted
    from ..calibrate.mapping import read_mapping
    from ..calibrate.moving import movers
    from ..calibrate.proposal import present_limits, proposed, write_proposal
    from ..calibrate.reading import last_day, read_tables, table_files
    from ..calibrate.report import calibration_report_bytes
    from ..calibrate.report_tables import AboutCalibration
    from ..workbooks.atomic import check_target, refuse_inputs, write_bytes

    report = report or output.with_suffix(".report.xlsx")
    given = _given(tables)
    for target in (output, report):
        refuse_inputs(target, closed, limits, mapping, *given.values())
        check_target(target, overwrite=overwrite)
    if output.absolute() == report.absolute():
        raise CannotRun(f"{output}: proposal and report cannot be one file. Choose another name with --report.")
    mapped = read_mapping(mapping)
    in_quotes = _paths(quotes)
    for target in (output, report):
        refuse_inputs(target, *in_quotes, *(path for path, _ in table_files(closed, given, mapped).values()))
    frames = read_tables(closed, given, mapped)
    day = as_of.date() if as_of else mapped.as_of
    if day:
        day_not_to_come(day, "--as-of" if as_of else f"{mapping} · as_of")
    covered = np.datetime64(day) if day else last_day(frames, date.today())
    data = checked(frames, covered)
    if not len(data.contracts):
        raise _none_to_use(closed, data)
    present = present_limits(limits)
    found = fitted(data, present.values)
    wanted, no_room = proposed(found, present)
    moved = movers(in_quotes, {one.name: one for one in found.whole}) if quotes else None
    if moved is not None and not moved.quotes:
        raise _no_quotes(quotes)
    today = date.today()
    note = days_after_the_data(frames, covered, today)
    about = AboutCalibration(data, found, present, wanted, no_room, moved, today, note)
    content = calibration_report_bytes(about)
    warnings = write_proposal(wanted, data, present, output, overwrite=overwrite)
    write_bytes(report, content, overwrite=overwrite)
    if as_json:
        echo_json(_document(about, output, report))
    else:
        _print(about)
        for warning in warnings:
            echo(warning)
        from_where = f"{limits.name} is unchanged" if limits else "it starts from the values that counterask ships"
        echo(f"Wrote {output}, a proposal without a seal ({from_where}), and {report}.")
    is_fine = all(one.is_enough for one in found.whole) and all(note.is_used for note in data.notes)
    raise SystemExit(FINE if is_fine else FOUND_SOMETHING)


def _given(tables: tuple[str, ...]) -> dict[str, Path]:
    from ..calibrate.columns import TABLES

    found = {}
    for one in tables:
        name, mark, file = one.partition("=")
        if not mark or name not in TABLES:
            raise CannotRun(f'--table: found "{one}", expected NAME=FILE, with one of: {", ".join(TABLES)}.')
        found[name] = Path(file)
    return found


def _none_to_use(closed: Path, data: Closed) -> CannotRun:
    """The error where no contract can be used: the day where it lies before all of them, else the rows."""
    from ..calibrate.checking import AFTER_THE_DAY

    rows = count_of(data.read["contracts"], "row")
    notes = [note for note in data.notes if note.table == "contracts"]
    if all(note.why.startswith(AFTER_THE_DAY) for note in notes):
        return CannotRun(
            f"{closed}: every contract of the {rows} starts after {data.as_of}, the last day that the data are said to cover. "
            "Give a later day with --as-of, or leave it out."
        )
    more = len(notes) - _LISTED
    return CannotRun(
        f"{closed}: no contract can be used ({rows} read). Correct the rows, or say in a mapping file what your words mean.",
        details=[
            *(f"{note.table} · row {note.row}: {note.why}" for note in notes[:_LISTED]),
            *([f"... and {count_of(more, 'more row', 'more rows')}"] if more > 0 else []),
        ],
    )


def _paths(quotes: tuple[str, ...]) -> list[Path]:
    """The workbooks of the folders. Raises CannotRun where a folder holds none."""
    from ..audit.found import find_files

    found = [Path(file.path) for file in find_files(quotes).files if not file.is_remote]
    if quotes and not found:
        raise _no_quotes(quotes)
    return found


def _no_quotes(quotes: tuple[str, ...]) -> CannotRun:
    return CannotRun(f"--quotes: no quotes found in {' or '.join(quotes)}. Name a folder with quotes, or leave it out.")


def _document(about: AboutCalibration, output: Path, report: Path) -> dict[str, Any]:
    def number(value: float) -> float | None:
        return float(value) if math.isfinite(value) else None

    def of(one: Estimate) -> dict[str, Any]:
        return {
            "assumption": one.name,
            "segment": one.segment or None,
            "present": number(about.present.value(one)),
            "estimate": number(one.value),
            "low": number(one.low),
            "high": number(one.high),
            "cases": one.cases,
            "basis": one.basis,
            "method": one.method,
            "note": one.warning,
            "proposed": any(other is one for other in about.proposed),
        }

    document: dict[str, Any] = {
        "written": str(output),
        "report": str(report),
        "as_of": str(about.closed.as_of),
        "day_note": about.day_note,
        "read": dict(about.closed.read),
        "estimates": [of(one) for one in (*about.found.whole, *about.found.segments)],
        "rows": [vars(note) for note in about.closed.notes],
    }
    if about.movers is not None:
        document["movers"] = [vars(one) for one in about.movers.every]
        document["unread"] = list(about.movers.unread)
    return document


def _print(about: AboutCalibration) -> None:
    from rich import box
    from rich.table import Table

    from ..calibrate.estimates import in_words
    from ..terminal import console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Assumption", overflow="fold")
    for title in ("Present", "Estimate", "90% interval"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Rests on", overflow="fold")
    for one in about.found.whole:
        present = about.present.value(one)
        now = "" if math.isnan(present) else in_words(present, one.unit)
        if one.is_enough:
            table.add_row(
                one.label,
                now,
                in_words(one.value, one.unit),
                f"{in_words(one.low, one.unit)} to {in_words(one.high, one.unit)}",
                one.basis,
            )
        else:
            table.add_row(one.label, now, "-", "-", one.warning)
    console().print(table)
    if about.day_note:
        echo(about.day_note)
    unused = [note for note in about.closed.notes if not note.is_used]
    for note in unused[:5]:
        echo(f"Not used: {note.table} · row {note.row} ({note.key}): {note.why}.")
    if len(unused) > 5:
        echo(f"{count_of(len(unused), 'row')} were not used: see the sheet Rows of the report.")
