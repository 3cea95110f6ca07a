"""`counterask new`: a quote workbook, empty or with the client, the products and everything else at standard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.inputs.levers import LANGUAGES
from counterask.result_tables.counts import count_of

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from .output_file import WORKBOOK_COPY

if TYPE_CHECKING:
    from ..new_quote.crm_file import CrmQuote
    from ..new_quote.wanted import Wanted
    from ..seals.reading import LimitsFile

FAMILIES = ("plain", "classic", "lite")
_PATH = click.Path(path_type=Path)
_LIMITS_BOOK = ":new:"
"""What --limits says without a file: the limits workbook itself is wanted. No file can be called so on Windows."""


@click.command("new")
@click.argument("output", type=WORKBOOK_COPY, required=False)
@click.option("--client", help="Who the quote is for.")
@click.option("--segment", help="The kind of client or market, as the limits name it.")
@click.option(
    "--product", "products", multiple=True, metavar="NAME=QUANTITY", help='A line: --product "Platform seats=200". Repeatable.'
)
@click.option("--from", "export", type=_PATH, metavar="FILE.csv", help="Lines from a quote that a CRM exported as CSV.")
@click.option("--mapping", type=_PATH, help="What the columns and words of the export mean, in TOML: docs/new-quote.md.")
@click.option(
    "--limits",
    "limits_file",
    is_flag=False,
    flag_value=_LIMITS_BOOK,
    metavar="[LIMITS.xlsx]",
    help="The limits and the price book to start from. Without a file: write an empty limits workbook instead of a quote.",
)
@click.option(
    "--family",
    type=click.Choice(FAMILIES),
    help="The host: plain (LibreOffice; the default for .xlsx), classic "
    "(Excel for Windows; the default for .xlsm), lite (xlwings Lite on Mac, web and Windows).",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Of the sheets and drop-downs."
)
@click.option("--empty", is_flag=True, help="Ask for nothing at a terminal; what is not given stays blank.")
@click.option("--overwrite", is_flag=True, help="Replace OUTPUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON. Nothing is asked.")
def command(
    output: Path | None,
    client: str | None,
    segment: str | None,
    products: tuple[str, ...],
    export: Path | None,
    mapping: Path | None,
    limits_file: str | None,
    family: str | None,
    language: str,
    empty: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Write a quote workbook to OUTPUT (.xlsx, or .xlsm with the functions for Excel for Windows inside).

    With products or an export it is filled in, with every lever at its standard. At a terminal it asks for what is missing. Exit
    code 1 where a part of the export could not be used.
    """
    from counterask_templates.built import LIMITS_FILE, QUOTE_FILES, built_workbook

    from ..workbooks.atomic import check_ending, check_target, refuse_inputs, write_bytes

    wants_limits = limits_file == _LIMITS_BOOK
    output = _named(output, limits_file)
    family = family or ("classic" if output.suffix.lower() == ".xlsm" else "plain")
    check_ending(output, ".xlsm" if family == "classic" and not wants_limits else ".xlsx")
    source = Path(limits_file) if limits_file and not wants_limits else None
    refuse_inputs(output, source, export, mapping)
    is_given = bool(client or segment or products or export)
    if wants_limits and is_given:
        raise CannotRun("--limits: name the limits workbook to start from, or leave client, segment, products and export out.")
    if mapping is not None and export is None:
        raise CannotRun("--mapping: says what the columns of an export mean. Name the export: --from FILE.csv")
    check_target(output, overwrite=overwrite)
    asks = not (empty or as_json or wants_limits) and _is_at_terminal()
    template = built_workbook(LIMITS_FILE if wants_limits else QUOTE_FILES[family], language)
    if not (is_given or source or asks):
        write_bytes(output, template.read_bytes(), overwrite=overwrite)
        _report(output, None, 0, (), as_json=as_json, is_limits=wants_limits)
        return

    from ..new_quote.asking import ask_for
    from ..new_quote.filling import fill_template, products_of, segments_of, usable_limits

    limits = usable_limits(source or template)
    names, segments = [one.name for one in products_of(limits)], segments_of(limits)
    exported = _exported(export, mapping, limits) if export is not None else None
    wanted, notes = _wanted((client, segment, products), exported, names, segments)
    if asks:
        wanted = ask_for(wanted, names, segments)
    blank, warnings = fill_template(template, wanted, limits if source else None, output, overwrite=overwrite)
    if source and (day := _expired(limits)):
        notes.append(f"Every limit of {source.name} expired, the last on {day}: there is no verdict. Ask for the current limits.")
    if blank:
        notes.append(f"Without a standard, so left blank: {', '.join(blank)}.")
    _report(output, exported, len(wanted.lines), (*notes, *warnings), as_json=as_json)
    raise SystemExit(FOUND_SOMETHING if exported is not None and (exported.unused or exported.problems) else FINE)


def _named(output: Path | None, limits_file: str | None) -> Path:
    """The name of the new workbook. Raises CannotRun where none is given."""
    if output is not None:
        return output
    said = f' ("{limits_file}" was read as the limits to start from)' if limits_file not in (None, _LIMITS_BOOK) else ""
    raise CannotRun(
        f"new: found no name for the new workbook{said}. Write it first: counterask new quote.xlsx --limits limits.xlsx, "
        "or for an empty limits workbook: counterask new limits.xlsx --limits"
    )


def _is_at_terminal() -> bool:
    from ..new_quote.asking import is_at_terminal

    return is_at_terminal()


def _expired(limits: LimitsFile) -> date | None:
    """The day on which the last limit expired, or None where one still holds, or there are none."""
    days = [row.expires for row in limits.limits.rows]
    return max(filter(None, days)) if days and all(day is not None and day < date.today() for day in days) else None


def _exported(export: Path, mapping: Path | None, limits: LimitsFile) -> CrmQuote:
    from ..calibrate.mapping import read_mapping
    from ..new_quote.crm_columns import CRM_TABLES
    from ..new_quote.crm_export import PAGE
    from ..new_quote.crm_file import read_crm
    from ..new_quote.filling import products_of

    return read_crm(export, read_mapping(mapping, CRM_TABLES, PAGE), products_of(limits), limits.policy.currency)


def _wanted(
    given: tuple[str | None, str | None, tuple[str, ...]], exported: CrmQuote | None, names: list[str], segments: list[str]
) -> tuple[Wanted, list[str]]:
    """What the command line and the export say, and notes. given : client, segment and products. Raises CannotRun with every
    product and segment that cannot be read."""
    from ..new_quote.products import product_line, segment_named
    from ..new_quote.wanted import Wanted

    client, segment, products = given
    wanted = exported.wanted if exported is not None else Wanted()
    header, lines = dict(wanted.header), list(wanted.lines)
    notes = list(exported.notes) if exported is not None else []
    faults: list[str] = []
    if client:
        if header.get("client", client) != client:
            notes.append(f'The export is for "{header["client"]}", and --client says "{client}": the quote is for {client}.')
        header["client"] = client
    try:
        if segment:
            header["segment"], note = segment_named(segment, segments)
            notes += [note] if note else []
    except CannotRun as error:
        faults += error.sentences
    for words in products:
        try:
            lines.append(product_line(words, names))
        except CannotRun as error:
            faults += error.sentences
    if faults:
        raise CannotRun(*faults)
    return replace(wanted, header=header, lines=tuple(lines)), notes


def _report(
    output: Path, exported: CrmQuote | None, lines: int, notes: tuple[str, ...], *, as_json: bool, is_limits: bool = False
) -> None:
    """Say what was written, what could not be used and what to do next."""
    unused, problems = (exported.unused, exported.problems) if exported is not None else ((), ())
    if as_json:
        rows = [vars(one) for one in unused]
        echo_json({"written": str(output), "lines": lines, "unused": rows, "problems": list(problems), "notes": list(notes)})
        return
    for row in unused:
        echo(f"Not used: {row}")
    for sentence in (*problems, *notes):
        echo(sentence)
    if not lines:
        then = f"counterask limits sign {output} --key KEY" if is_limits else f"counterask value {output}"
        echo(f"Wrote {output}. Open it and type into the yellow cells; then: {then}")
        return
    echo(f"Wrote {output}: {count_of(lines, 'line')}, everything else at standard.")
    echo(f"Enter an ask on the sheet Trades (lever, line, new level, response); then: counterask value {output}")
