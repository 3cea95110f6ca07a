"""`counterask prepare`: the asks that a client is likely to make, each with its answer, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from counterask.counter_asks.prepared_tables import (
    answered,
    counter_words,
    lever_words,
    obstacle_words,
    prepared_document,
    prepared_notes,
)
from counterask.counter_asks.preparing import MOST, Prepared, prepared_asks
from counterask.counter_asks.sentences import Speaker
from counterask.inputs.levers import LANGUAGES

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo, echo_json
from ..shown import shown_of
from .output_file import OutputFile
from .typed_values import DAY


@click.command("prepare")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=OutputFile(".pdf"), help="Draw the page into this file: call.pdf.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the page. Default: that of the quote.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the asks and answers as JSON.")
def command(
    quote: Path, output: Path | None, language: str | None, overwrite: bool, as_of: datetime | None, as_json: bool
) -> None:
    """The asks that the client of QUOTE (a workbook or a deal in JSON) is likely to make, and what to answer.

    Likely are the usual asks of the limits, what stakeholders need, and what this client asked for before. Exit code 1 where no
    ask is expected.
    """
    from ..pages.prepare_page import draw_prepared
    from ..workbooks.atomic import refuse_inputs
    from ..workbooks.people import stakeholders_of
    from ..workbooks.quote_file import open_quote

    refuse_inputs(output, quote)
    file = open_quote(quote)
    language = language or file.spoken
    shown = shown_of(file, as_of)
    read = shown.quote
    speaker = Speaker(read.deal, language, read.policy.currency or read.header.get("currency", ""))
    found = prepared_asks(read, shown.rules, speaker, stakeholders_of(file))
    if output is not None:
        day = shown.rules.as_of or date.today()
        draw_prepared(read.header.get("client", ""), day, found, speaker, output, overwrite=overwrite)
    if as_json:
        echo_json(prepared_document(found, speaker))
    elif output is None or not answered(found):
        _print(found, speaker)
    else:
        for note in prepared_notes(found, speaker, MOST):
            echo(f"▲ {note}")
    if output is not None:
        echo(f"Wrote {output}", err=as_json)
    raise SystemExit(FINE if answered(found) else FOUND_SOMETHING)


def _print(found: Sequence[Prepared], speaker: Speaker) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from ..terminal import console

    out, asks = console(), answered(found)
    for note in prepared_notes(found, speaker):
        out.print(Text(f"▲ {note}"))
    if not asks:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("they_ask", "cost", "first", "second", "who"):
        table.add_column(speaker.word("prepare", name), overflow="fold", justify="right" if name == "cost" else "left")
    for place, one in enumerate(asks, 1):
        start, to = (speaker.typed(one.ask.lever, level) for level in (one.from_level, one.ask.to))
        who = "" if one.authority is None else speaker.word("authority", str(one.authority))
        cost = "" if one.cost != one.cost else speaker.money(-one.cost, 0)
        asked = f"{place}. {lever_words(one.ask, speaker)} {start} → {to}"
        table.add_row(asked, cost, counter_words(one.first, speaker), counter_words(one.second, speaker), who)
    out.print(table)
    for place, one in enumerate(asks, 1):
        why = obstacle_words(one, speaker)
        out.print(Text(f"{place}. {one.say}" + (f" ({why})" if why else "")))
