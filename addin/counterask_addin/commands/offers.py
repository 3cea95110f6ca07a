"""`counterask offers`: what a rep can offer unasked, cheap to us and wanted by somebody on the client's side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.tables import needed_by, own_offer_document
from counterask.counter_asks.unasked_offers import OwnOffer, lapsed_offers, own_offers
from counterask.inputs.levers import LANGUAGES

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo, echo_json
from ..shown import day_of
from ..spoken import command_texts
from .typed_values import DAY


@click.command("offers")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the sentences. Default: that of the quote.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
def command(quote: Path, language: str | None, as_json: bool, as_of: datetime | None) -> None:
    """What a rep can offer unasked in QUOTE (a workbook or a deal in JSON): levers that answer a need of a stakeholder, as
    far as a rep may go alone, most worth to them for our cost first.

    What it is worth to them is our estimate; it ranks and enters no value. Exit code 1 where there is nothing to offer.
    """
    from ..workbooks.people import stakeholders_of
    from ..workbooks.quote_file import open_quote

    file = open_quote(quote)
    language = language or file.spoken
    read = file.quote
    people = stakeholders_of(file)
    found = own_offers(read.deal, read.trades, read.rules(day_of(as_of)), people)
    lapsed = lapsed_offers(read.deal, read.rules(day_of(as_of)), people)
    speaker = Speaker(read.deal, language, read.policy.currency or read.header.get("currency", ""))
    say = command_texts(language).say
    if as_json:
        echo_json(own_offer_document(found, speaker))
    elif found:
        _print(found, speaker, say)
    elif not lapsed:
        blanks = read.unknown()
        why = (
            f"{file.path.name} · {blanks[0]} is blank, so no cost can be calculated. Type the number; 0 where nothing is meant"
            if people and blanks
            else "no lever that a stakeholder needs has room left within what a rep may grant alone"
            if people
            else "the sheet Stakeholders names nobody and no lever"
        )
        echo(say(f"Nothing to offer: {why}."))
    if lapsed and not as_json:
        echo(say(f"▲ Not offered: what rests on limits that are not in force ({lapsed}). Ask for the current limits."))
    raise SystemExit(FINE if found else FOUND_SOMETHING)


def _print(found: Sequence[OwnOffer], speaker: Speaker, say: Callable[[str], str]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from ..terminal import console

    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("", "We can offer", "From", "To"):
        table.add_column(say(title), overflow="fold")
    for title in ("Costs us", "Worth to them"):
        table.add_column(say(title), justify="right", no_wrap=True)
    table.add_column(say("Who needs it"), overflow="fold")
    for place, one in enumerate(found, 1):
        levels = [speaker.level(one.lever, level) for level in (one.from_level, one.to)]
        amounts = [speaker.money(-one.cost, 0), speaker.money(one.worth_to_them, 0)]
        table.add_row(str(place), speaker.lever(one.lever, one.line), *levels, *amounts, needed_by(one))
    out.print(table)
    for place, one in enumerate(found, 1):
        out.print(Text(f"{place}. {speaker.offer([one.change])}"))
    out.print(say("What it is worth to the client is our estimate: it affects the ranking only, not the deal value."))
