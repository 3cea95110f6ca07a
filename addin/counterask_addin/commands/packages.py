"""`counterask packages`: three offers of equal value to us for a trade, that differ in what they give the client."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from counterask.counter_asks.choosing import Offered, find_packages
from counterask.counter_asks.package_tables import LETTERS, equal_words, introduction, package_document, package_sentence
from counterask.counter_asks.sentences import Speaker
from counterask.inputs.levers import LANGUAGES
from counterask.reading.package_phrases import package_phrase
from counterask.verdicts.ledger import worst_trade

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..shown import refuse_unknown_trade, shown_of
from .output_file import OutputFile
from .typed_values import DAY


@click.command("packages")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--trade", "trade_id", help="The trade to answer: T3. Default: the one that falls short most.")
@click.option("-o", "--output", type=OutputFile(".xlsx", ".pdf"), help="The client's page: options.xlsx or .pdf.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of sentences and page. Default: that of the quote.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the packages as JSON.")
def command(
    quote: Path,
    trade_id: str | None,
    output: Path | None,
    language: str | None,
    overwrite: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Three packages for a trade of QUOTE (a workbook or a deal in JSON), of equal value to us.

    Each grants the asks at a level within the limits, for one or two counter-asks that pay for it. With -o a page for the client
    is written; it is searched for everything confidential first. Exit code 1 where there are fewer than three packages.
    """
    from ..workbooks.people import stakeholders_of
    from ..workbooks.quote_file import open_quote

    if output is not None:
        _check(output, quote, overwrite)
    file = open_quote(quote)
    language = language or file.spoken
    shown = shown_of(file, as_of)
    read = shown.quote
    chosen = trade_id or worst_trade(shown.ledger)
    refuse_unknown_trade(read, quote.name, chosen)
    offered = find_packages(read.deal, read.trades, chosen, shown.rules, stakeholders_of(file))
    speaker = Speaker(read.deal, language, read.policy.currency or read.header.get("currency", ""))
    if output is not None:
        if not offered.packages:
            raise CannotRun(f"{quote.name}: {chosen}: {offered.note} {output.name} was not written.")
        from ..client_copy.agreed import agreed_of
        from ..client_copy.copy import write_searched
        from ..client_copy.package_page import offered_to_client, package_plan

        page = offered_to_client(agreed_of(read, shown.ledger), offered.packages)
        write_searched(file, page, shown.ledger.deal_now, package_plan(page, language), [output], language, overwrite)
    if as_json:
        echo_json(package_document(chosen, offered, speaker))
    else:
        _print(chosen, offered, speaker)
    if output is not None:
        echo(f"Wrote {output}. It was searched for everything else that {quote.name} holds; nothing was found.", err=as_json)
    raise SystemExit(FINE if len(offered.packages) == len(LETTERS) else FOUND_SOMETHING)


def _check(output: Path, quote: Path, overwrite: bool) -> None:
    from ..workbooks.atomic import check_target, refuse_inputs

    refuse_inputs(output, quote)
    check_target(output, overwrite=overwrite)


def _print(chosen: str, offered: Offered, speaker: Speaker) -> None:
    from rich.text import Text

    from ..terminal import console

    out = console()
    if offered.packages:
        out.print(Text(f"{chosen}: {introduction(offered, speaker)}".rstrip(": "), style="bold"))
    for letter, one in zip(LETTERS, offered.packages, strict=False):
        valued = one.valued
        named = "" if valued.authority is None else speaker.word("authority", str(valued.authority))
        who = f"; {speaker.word('packages', 'who').format(who=named)}" if named else ""
        out.print(Text(package_sentence(letter, one, speaker)))
        costs, worth, net = (speaker.money(value, 0) for value in (-valued.cost, valued.worth, valued.net))
        money = speaker.word("packages", "money").format(cost=costs, worth=worth, net=net)
        pick = speaker.word("packages", "pick").format(phrase=package_phrase(one.trade.asks, one.trade.counters))
        out.print(Text(f"   {money}{who}", style="dim"))
        out.print(Text(f"   {pick}", style="dim"))
    if offered.note:
        out.print(Text(f"{chosen}: {offered.note}"))
    if equal := equal_words(offered, speaker):
        out.print(Text(equal))
