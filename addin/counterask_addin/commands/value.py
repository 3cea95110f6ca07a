"""`counterask value`: value a quote, print its trades, write a valued and highlighted copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.counter_asks.shown import ShownLedger, is_opening_open
from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.trades import Verdict

from ..errors import FOUND_SOMETHING
from ..printing import echo, echo_json
from ..shown import advised_of, answer_of
from ..spoken import command_texts

if TYPE_CHECKING:
    from ..workbooks.quote_file import QuoteFile

FINDINGS = frozenset({Verdict.UNBALANCED, Verdict.CONCESSION, Verdict.BLOCKED, Verdict.CANNOT_TELL})
"""Verdicts that make the exit code 1."""


def value_exit_code(shown: ShownLedger, unknown: tuple[str, ...]) -> int:
    """0 where every trade may stay as it is, nothing is unknown, and a rep may agree to the opening or it is approved; else 1."""
    found = unknown or is_opening_open(shown) or any(trade.verdict in FINDINGS for trade in shown.ledger.trades)
    return FOUND_SOMETHING if found else 0


@click.command("value")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where the copy goes (with --json: also write a copy)."
)
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of what is printed. Default: that of the quote.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; a copy is written only with -o.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day on which limits are looked at. Default: today."
)
def command(
    quote: Path, output: Path | None, overwrite: bool, language: str | None, as_json: bool, as_of: datetime | None
) -> None:
    """Value QUOTE (a workbook or a deal in JSON) and print its trades.

    A workbook is never changed: a copy with the results filled in and every unbalanced concession highlighted is written to
    OUTPUT, or beside the quote as NAME.valued.xlsx.
    """
    from ..workbooks.quote_file import open_quote

    file = open_quote(quote)
    shown = advised_of(file, as_of)
    unknown = file.quote.unknown()
    written = None
    if file.is_workbook and (output is not None or not as_json):
        written = write_beside(file, shown, output, overwrite)
    if as_json:
        echo_json(answer_of(shown, unknown))
    else:
        _print(file, shown, unknown, written, language or file.language)
    raise SystemExit(value_exit_code(shown, unknown))


def _print(file: QuoteFile, shown: ShownLedger, unknown: tuple[str, ...], written: Path | None, language: str) -> None:
    from ..terminal import console, print_valuation

    out, say = console(), command_texts(language).say
    print_valuation(shown.quote, shown.ledger, out, language)
    for state in shown.approvals:
        if state.is_of_opening:
            echo(say(f"Opening terms: {state}"))
    for place in unknown:
        echo(say(f"Cannot tell: {file.path.name} · {place} is blank. Type the number; 0 where nothing is meant."))
    for warning in file.warnings:
        echo(warning)
    if written is not None:
        echo(say(f"Wrote {written}. The quote itself is unchanged."))


def write_beside(file: QuoteFile, shown: ShownLedger, output: Path | None, overwrite: bool) -> Path:
    """Write the valued copy and return its path; warnings go to standard error. A default name never replaces a file."""
    from ..workbooks.valued_copy import write_valued_copy

    target = output or free_name(file.path.with_name(f"{file.path.stem}.valued{file.path.suffix}"))
    for warning in write_valued_copy(file, shown, target, overwrite):
        echo(warning, err=True)
    return target


def free_name(wanted: Path) -> Path:
    """`wanted`, or the first of "NAME-2", "NAME-3", ... that does not exist."""
    number, candidate = 1, wanted
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return candidate
