"""`counterask counter-asks`: what to ask for in return for an ask, least burden first, and the sentence to say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.counter_asks.answers import Answer, BundleAnswer, Counters, answer, bundle_answers
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.tables import bundle_document, counter_ask_document
from counterask.inputs.levers import LANGUAGES
from counterask.reading.cells import Fault, read_number, typed
from counterask.reading.quote import Quote
from counterask.reading.tables import LEVER_BY_WORD, plain
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import HALF_A_CENT, Change, Rules, quantity_of

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..shown import day_of, refuse_unknown_trade
from .typed_values import DAY, WholeNumber

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ..workbooks.quote_file import QuoteFile

_SENTENCES = 5
_WIDE = 110
"""Columns that levels in columns of their own need; where there are fewer, they stand behind the lever."""


@click.command("counter-asks")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--trade", "trade_id", help="The trade to look at: T3.")
@click.option("--ask", "bare", multiple=True, help="An ask that is not entered: payment_days=60, discount@Seats=11%.")
@click.option("--bundles", is_flag=True, help="Also look for two counter-asks that suffice together.")
@click.option("--of", "size", type=WholeNumber(2, 3), default=2, show_default=True, help="Levers in a bundle.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the sentences. Default: that of the quote.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
def command(
    quote: Path,
    trade_id: str | None,
    bare: Sequence[str],
    bundles: bool,
    size: int,
    language: str | None,
    as_json: bool,
    as_of: datetime | None,
) -> None:
    """What a rep may ask for in return for an ask in QUOTE (a workbook or a deal in JSON).

    For every lever that the limits let a rep ask for: the smallest step that makes the trade a negotiation, and what
    to say. Exit code 1 where no step of any lever does.
    """
    from ..workbooks.people import stakeholders_of
    from ..workbooks.quote_file import open_quote

    file = open_quote(quote)
    language = language or file.spoken
    read = file.quote
    asked = _asked(file, trade_id, bare)
    rules = read.rules(day_of(as_of))
    people = stakeholders_of(file)
    speaker = Speaker(read.deal, language, read.policy.currency or read.header.get("currency", ""))
    found = answer(read.deal, read.trades, asked, rules, speaker, people)
    pairs = bundle_answers(found, speaker, size) if bundles else ()
    if as_json:
        if not found.answers and not found.position.is_free:
            echo(_nothing_named(rules), err=True)
        document = counter_ask_document(found, speaker.currency)
        if bundles:
            document["bundles"] = bundle_document(pairs)
        echo_json(document)
    else:
        _print(found, pairs, rules, speaker, bundles)
    reached = pairs or found.position.is_free or any(one.counter_ask.is_reachable for one in found.answers)
    raise SystemExit(FINE if reached else FOUND_SOMETHING)


def _nothing_named(rules: Rules) -> str:
    """Why there is no lever to look at: without limits nobody has said what a rep may ask for."""
    if rules.limits is None:
        return "There are no limits, so nobody has said what a rep may ask for: add limits with ask_up_to."
    return "The limits name no lever that a rep may ask for: fill the column ask_up_to."


def _asked(file: QuoteFile, trade_id: str | None, bare: Sequence[str]) -> str | list[Change]:
    """The trade's id, or the bare asks. Raises CannotRun where neither or both are given, or what is given is not
    there."""
    if bool(trade_id) == bool(bare):
        raise CannotRun("Name a trade of the quote (--trade T3) or an ask (--ask payment_days=60), one of the two.")
    if not trade_id:
        return [change_of(file.quote, words) for words in bare]
    refuse_unknown_trade(file.quote, file.path.name, trade_id)
    return trade_id


def change_of(quote: Quote, words: str, option: str = "--ask") -> Change:
    """A change from the command line: LEVER=LEVEL or LEVER@LINE=LEVEL. Raises CannotRun with what is wrong."""
    place, equals, words_of_level = words.rpartition("=")
    name, _, line = place.partition("@")
    known = LEVER_BY_WORD.get(plain(name))
    company = next((one.name for one in quote.deal.company_levers if plain(one.name) == plain(name)), None)
    lever = known.name if known else company
    if not equals or lever is None:
        raise CannotRun(f'{option}: found "{words}", expected LEVER=LEVEL or LEVER@LINE=LEVEL such as payment_days=60.')
    fitting = [one.name for one in quote.deal.lines if known is not None and one.kind in known.kinds]
    if (fitting or line) and line not in fitting:
        expected = f"one of the lines {', '.join(fitting)}" if fitting else "no line"
        raise CannotRun(f'{option}: "{lever}" is given with the line "{line}", expected {expected}.')
    quantity = quantity_of(quote.deal, lever)
    level = read_number(typed(words_of_level), quantity)
    if isinstance(level, Fault) or math.isnan(level):
        found = level.found if isinstance(level, Fault) else "found no level"
        raise CannotRun(f"{option}: {lever}: {found}, expected {quantity.expected()}.")
    return Change(lever, line or None, level)


def _print(found: Counters, pairs: Sequence[BundleAnswer], rules: Rules, speaker: Speaker, wants_bundles: bool) -> None:
    from rich.text import Text

    from ..terminal import console

    out = console()
    position = found.position
    for sentence in _standing(found, rules, speaker):
        out.print(Text(sentence, style="bold"))
    if position.is_free:
        return
    reached = [one for one in found.answers if one.counter_ask.is_reachable]
    _print_singles(found, speaker, out)
    if wants_bundles:
        _print_bundles(pairs, speaker, out)
    if not found.answers:
        out.print(_nothing_named(position.rules))
    said = reached or [one for one in found.answers if one.no_but]
    spoken: list[Answer | BundleAnswer] = [*said[:_SENTENCES], *pairs[:_SENTENCES]]
    for number_, one in enumerate(spoken, 1):
        sentences = [words for words in (one.yes_and, one.no_but) if words]
        for place, words in enumerate(sentences):
            out.print(_hanging(f"{number_}." if place == 0 else "", words))


def _hanging(mark: str, words: str) -> Table:
    """A sentence whose further lines stand below its first word, and not below its number."""
    from rich.table import Table as Drawn
    from rich.text import Text

    grid = Drawn.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=3, no_wrap=True)
    grid.add_column()
    grid.add_row(mark, Text(words))
    return grid


def _standing(found: Counters, rules: Rules, speaker: Speaker) -> list[str]:
    """What was asked, what it costs and what must come back, in sentences."""
    position = found.position
    trade = position.trade
    name = f"{trade.id}: " if trade.id else ""
    asks = "; ".join(f"{speaker.lever(ask.lever, ask.line)} {speaker.level(ask.lever, ask.to)}" for ask in trade.asks)
    if position.obstacle is not None:
        return [f"{name}{asks}. No counter-ask can pay for this: {position.obstacle}."]
    if position.is_free:
        pays = "It changes nothing for us" if position.cost < HALF_A_CENT else f"It pays us {speaker.money(position.cost)}"
        above = position.valued.authority
        who = f" Who may agree: {above}." if above is not None and above > Authority.REP else ""
        return [f"{name}{asks}. {pays}: ask for nothing in return.{who}"]
    sentences = [
        f"{name}{asks}. It costs {speaker.money(-position.cost)}; "
        f"{speaker.money(position.required)} must come back (required ratio {rules.policy.required_ratio:g})."
    ]
    if position.is_instead:
        sentences.append("The trade is already a negotiation; these are alternatives to its own counter-asks.")
    elif trade.counters:
        worth, short = speaker.money(position.valued.worth), speaker.money(position.valued.shortfall)
        why = f" ({position.valued.note})" if position.valued.note else ""
        sentences.append(f"Its own counter-asks are worth {worth} and stay; {short} is still missing{why}.")
    return sentences


def _print_singles(found: Counters, speaker: Speaker, out: Console) -> None:
    from rich import box
    from rich.table import Table as Drawn

    if not found.answers or found.position.obstacle is not None:
        return
    is_wide = out.width >= _WIDE
    table = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for title in ("Counter-ask", "From", "To") if is_wide else ("Counter-ask",):
        table.add_column(title, overflow="fold")
    for title in ("Worth", "Net", "Way to limit") if is_wide else ("Worth", "Net", "Way"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Who may agree" if is_wide else "Who", no_wrap=True)
    for place, one in enumerate(found.answers, 1):
        row = one.counter_ask
        lever = speaker.lever(row.lever, row.line) + (" (soft)" if row.is_soft else "")
        start = speaker.level(row.lever, row.from_level)
        if row.to is None:
            why = f" ({row.note})" if row.note else ""
            to = speaker.word("sentences", "off_limits") + why
            best = "" if math.isnan(row.best_net) else f"best {speaker.money(row.best_net, 0)}"
            cells = ["–", "", best, "", ""]
        else:
            to = speaker.level(row.lever, row.to)
            money = (speaker.money(row.worth, 0), speaker.money(row.net, 0))
            cells = [str(place), *money, f"{row.way:.0%}", _who(row.authority)]
        said = [lever, start, to] if is_wide else [f"{lever} {start} → {to}"]
        table.add_row(cells[0], *said, *cells[1:], style="dim" if row.to is None else None)
    out.print(table)


def _print_bundles(pairs: Sequence[BundleAnswer], speaker: Speaker, out: Console) -> None:
    from rich import box
    from rich.table import Table as Drawn

    if not pairs:
        out.print("No bundle is enough, or a single lever does it for less.")
        return
    table = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, title="Bundles", title_justify="left")
    is_wide = out.width >= _WIDE
    for title in ("Counter-asks together", "From", "To") if is_wide else ("Counter-asks together",):
        table.add_column(title, overflow="fold")
    for title in ("Worth", "Net"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Who may agree" if is_wide else "Who", no_wrap=True)
    for one in pairs:
        parts = [
            (
                speaker.lever(part.change.lever, part.change.line),
                speaker.level(part.change.lever, part.from_level),
                speaker.level(part.change.lever, part.change.to),
            )
            for part in one.bundle.changes
        ]
        said = ["\n".join(column) for column in zip(*parts, strict=True)]
        table.add_row(
            *(said if is_wide else ["\n".join(f"{lever} {start} → {to}" for lever, start, to in parts)]),
            speaker.money(one.bundle.worth, 0),
            speaker.money(one.bundle.net, 0),
            _who(one.bundle.authority),
            end_section=True,
        )
    out.print(table)


def _who(authority: object) -> str:
    return "" if authority is None else str(authority)
