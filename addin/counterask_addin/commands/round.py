"""`counterask round`: record that a quote went out or came back; and who moved how far so far."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.inputs.levers import LANGUAGES

from ..errors import FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..shown import day_of
from .output_file import WORKBOOK_COPY
from .typed_values import DAY

if TYPE_CHECKING:
    from counterask.counter_asks.sentences import Speaker
    from counterask.explaining.rounds import Round

_PATH = click.Path(path_type=Path)
_SIDES = ("us", "client")


@click.command("round")
@click.argument("quote", type=_PATH)
@click.option("--by", "side", type=click.Choice(_SIDES), help="Record a round: the quote goes out (us) or comes back (client).")
@click.option("--day", type=DAY, help="The day of the round. Default: today.")
@click.option("--note", default="", help="A remark that is kept with the round.")
@click.option("--into", "next_quote", type=_PATH, help="Write the rounds as a row into the Client history of this other quote.")
@click.option("-o", "--output", type=WORKBOOK_COPY, help="Where the changed workbook goes. Default: NAME.round.xlsx.")
@click.option("--in-place", is_flag=True, help="Change the workbook itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: the language chosen on the sheet Counter-asks.")
@click.option("--json", "as_json", is_flag=True, help="Print the rounds as JSON.")
def command(
    quote: Path,
    side: str | None,
    day: datetime | None,
    note: str,
    next_quote: Path | None,
    output: Path | None,
    in_place: bool,
    overwrite: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """Show the rounds of QUOTE: who moved how far in each lever and in money, the pattern of concessions, and what is still open.

    With --by a further round is recorded first: once when the quote goes out, once when it comes back with the client's asks
    entered. Exit code 1 where a round was edited after it was recorded.
    """
    from ..seals.recording import RoundWish, record_round, rounds_into_history, shown_rounds
    from ..seals.writing import default_target

    if side is not None and next_quote is not None:
        raise CannotRun("Found both --by and --into. Record the round first, then write the rounds into the other quote.")
    if side is None and next_quote is None and (output is not None or in_place or note or day is not None):
        raise CannotRun("Nothing would be written. Say whose round it is with --by us or --by client.")
    written: Path | None = None
    source = next_quote or quote
    if side is not None:
        from counterask.explaining.rounds import RoundSide

        written = default_target(quote, "round", output, in_place)
        wish = RoundWish(RoundSide(side), day_of(day), " ".join(note.split()), language or "")
        found = record_round(quote, written, wish, overwrite=overwrite or in_place)
    elif next_quote is not None:
        written = default_target(next_quote, "history", output, in_place, quote)
        found = rounds_into_history(quote, next_quote, written, language or "", overwrite=overwrite or in_place)
    else:
        found = shown_rounds(quote, language or "")
    if as_json:
        from counterask.explaining.round_words import rounds_document

        said = [{"where": at, "words": words} for at, words in found.faults]
        document = rounds_document(found.rounds, found.speaker)
        echo_json({**document, "faults": said, "written": str(written) if written else None})
    elif next_quote is not None:
        from counterask.explaining.round_words import history_words

        echo(history_words(found.rounds, found.speaker))
    else:
        _print(found.rounds, found.speaker, quote.name)
    for at, words in () if as_json else found.faults:
        echo(f"✖ {at}: {words}.")
    for warning in found.warnings:
        echo(warning, err=as_json)
    if written is not None:
        echo(f"Wrote {written}." + ("" if in_place else f" {source.name} itself is unchanged."), err=as_json)
    raise SystemExit(FOUND_SOMETHING if found.faults else FINE)


def _print(rounds: tuple[Round, ...], speaker: Speaker, name: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from counterask.explaining.round_words import (
        money_words,
        moves_words,
        not_moved_words,
        open_words,
        round_day_words,
        summary_words,
        untold_words,
    )
    from counterask.explaining.rounds import offers_before

    from ..terminal import console

    out = console()
    if not rounds:
        out.print(Text(speaker.word("rounds", "nothing").format(name=name)))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("round", "day", "who", "moves", "moved", "value"):
        table.add_column(
            speaker.word("rounds", column),
            overflow="fold",
            justify="right" if column in ("moved", "value") else "left",
        )
    for one, before in zip(rounds, offers_before(rounds), strict=True):
        words = [moves_words(one, before, speaker), untold_words(one, speaker), not_moved_words(before, speaker), one.note]
        is_known = one.moves or (before.is_recorded and not before.is_none)
        moved = money_words(one.moved, speaker) if is_known else ""
        who = speaker.word("rounds", str(one.side))
        value, said = money_words(one.value, speaker), "\n".join(filter(None, words))
        table.add_row(str(one.number), round_day_words(one, speaker), who, said, moved, value)
    out.print(table)
    for line in (*summary_words(rounds, speaker), *open_words(rounds, speaker)):
        out.print(Text(line))
