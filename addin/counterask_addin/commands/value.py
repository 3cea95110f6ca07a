"""`counterask value`: value a quote, print its trades, write a valued and highlighted copy."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.counter_asks.shown import ShownLedger, is_opening_open
from counterask.inputs.levers import LANGUAGES
from counterask.result_tables.notes import restarts, side_by_side
from counterask.result_tables.views import is_below, margin_share
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import ValuedTrade, Verdict

from ..errors import FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..shown import advised_of, answer_of
from ..spoken import command_texts
from .output_file import WORKBOOK_COPY
from .typed_values import DAY

if TYPE_CHECKING:
    from ..workbooks.quote_file import QuoteFile

FINDINGS = frozenset({Verdict.UNBALANCED, Verdict.CONCESSION, Verdict.BLOCKED, Verdict.CANNOT_TELL})
"""Verdicts that make the exit code 1."""


def above_the_rep(shown: ShownLedger) -> list[ValuedTrade]:
    """Negotiations that somebody above the rep must agree to and has not. The other verdicts say enough by themselves."""
    return [
        one
        for one in shown.ledger.trades
        if one.verdict == Verdict.NEGOTIATION and not one.is_approved and (one.authority or Authority.REP) > Authority.REP
    ]


def is_below_floor(shown: ShownLedger) -> bool:
    """Whether the margin of the deal now is below the policy's floor."""
    return is_below(margin_share(shown.ledger.now), shown.rules.policy.minimum_margin)


def value_exit_code(shown: ShownLedger, unknown: tuple[str, ...]) -> int:
    """0 where nothing is unknown, every trade may stay as it is, the margin is not below the floor, and all that is above the rep
    is approved, the opening too; else 1."""
    trades = above_the_rep(shown) or is_below_floor(shown) or any(trade.verdict in FINDINGS for trade in shown.ledger.trades)
    found = unknown or is_opening_open(shown) or trades
    return FOUND_SOMETHING if found else 0


@click.command("value")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=WORKBOOK_COPY, help="Where the copy goes (with --json: also write a copy)."
)
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of what is printed. Default: that of the quote.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; a copy is written only with -o.")
@click.option(
    "--as-of", type=DAY, help="The day on which limits are looked at. Default: today."
)
def command(
    quote: Path, output: Path | None, overwrite: bool, language: str | None, as_json: bool, as_of: datetime | None
) -> None:
    """Value QUOTE (a workbook or a deal in JSON) and print its trades.

    A workbook is never changed: a copy with the results filled in and every unbalanced concession highlighted is written to
    OUTPUT, or beside the quote as NAME.valued.xlsx.
    """
    from ..workbooks.atomic import check_copy_ending, refuse_inputs
    from ..workbooks.quote_file import open_quote

    refuse_inputs(output, quote)
    if output is not None:
        check_copy_ending(output, quote)
    file = open_quote(quote)
    if output is not None and not file.is_workbook:
        raise CannotRun(f"{quote.name}: is a deal in JSON, of which there is no valued copy. Leave out -o.")
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
    deal, now = shown.quote.deal, shown.ledger.deal_now
    for words in dict.fromkeys([*(words for _, words in (*restarts(deal), *restarts(now))), *side_by_side(deal, now)]):
        echo(say(f"{words}."))
    if is_below_floor(shown):
        margin, floor = margin_share(shown.ledger.now), shown.rules.policy.minimum_margin
        echo(say(f"▲ The margin is {margin:.1%} now; the policy asks for {floor:.1%}."))
    for authority, trades in groupby(sorted(above_the_rep(shown), key=_needed), _needed):
        names = [one.trade.id for one in trades]
        whom = "Finance" if authority == Authority.FINANCE else "A manager"
        echo(say(f"{whom} must agree to {', '.join(names)} before the quote goes out (counterask approve)."))
    for place in unknown:
        echo(say(f"Cannot tell: {file.path.name} · {place} is blank. Type the number; 0 where nothing is meant."))
    for warning in file.warnings:
        echo(warning)
    if written is not None:
        echo(say(f"Wrote {written}. The quote itself is unchanged."))


def _needed(trade: ValuedTrade) -> Authority:
    return trade.authority or Authority.REP


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
