"""Trades on a terminal: money aligned, the verdict in words, shape and colour, the shortfall, who may agree.

A wide terminal shows a row a trade. A narrow one shows a few lines a trade, for no column may be cut off or left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from counterask.inputs.labels import label_of, level_words
from counterask.inputs.language import ENGLISH
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.reading.quote import Quote
from counterask.result_tables.history_views import drag_sentence, past_of, past_sentence
from counterask.result_tables.notes import break_even_notes, evidence_sentence, idle_sentences, opening_sentence
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.result_tables.views import APPROVED, banner, headline, who
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.trades import ValuedChange, ValuedTrade, Verdict

from .printing import safe_console
from .spoken import command_texts, digits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDE = 132
"""Columns that a row a trade needs."""


def console(width: int | None = None) -> Console:
    """A console on standard output; as wide as a page where the output is no terminal."""
    made = safe_console(width=width)
    return made if made.is_terminal or width else safe_console(width=140)


def amount(value: float, language: str = ENGLISH) -> str:
    """Money as shown: thousands and cents, or in words why there is none."""
    say = command_texts(language).say
    if math.isnan(value):
        return say("cannot tell")
    return say("no price") if math.isinf(value) else digits(f"{value:,.2f}", language)


def change_words(valued: ValuedChange, language: str = ENGLISH) -> str:
    """One change in a line: "payment term 45 → 75"."""
    change = valued.change
    if language != ENGLISH:
        named = label_of(change.lever, change.line)
        levels = (level_words(change.lever, level) for level in (valued.from_level, change.to))
        return command_texts(language).say(f"{named} {' → '.join(levels)}")
    label = label_of(change.lever)
    if change.lever in LEVER_BY_NAME and not label[:2].isupper():  # an abbreviation stays as it is: TFC, SLA
        label = label[0].lower() + label[1:]
    line = f" of {change.line}" if change.line else ""
    return f"{label}{line} {level_words(change.lever, valued.from_level)} → {level_words(change.lever, change.to)}"


def trades_table(ledger: Ledger, language: str = ENGLISH) -> Table:
    """The trades as a table, a row a trade."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    say = command_texts(language).say
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Trade", "The client asks", "We ask for in return"):
        table.add_column(say(name), overflow="fold")
    for name in ("Cost", "Worth", "Net", "Short by"):
        table.add_column(say(name), justify="right", no_wrap=True)
    table.add_column(say("Verdict"), no_wrap=True)
    table.add_column(say("Who may agree"), overflow="fold")
    for valued in ledger.trades:
        look = VERDICT_LOOKS[valued.verdict]
        verdict = Text(f"{look.mark} {say(str(valued.verdict))}", style=look.terminal)
        table.add_row(
            Text(valued.trade.id),
            Text(_changes(valued, language, asks=True)),
            Text(_changes(valued, language, asks=False)),
            *_money_cells(valued, language),
            verdict,
            say(APPROVED if valued.is_approved else who(valued.authority)),
        )
    return table


def trade_lines(ledger: Ledger, language: str = ENGLISH) -> Text:
    """The trades below each other, for a narrow terminal: verdict, what is asked on either side, the money."""
    from rich.text import Text

    said, say = Text(), command_texts(language).say
    for valued in ledger.trades:
        agrees = APPROVED if valued.is_approved else who(valued.authority)
        said.append(f"\n{valued.trade.id:<5}", style="bold")
        look = VERDICT_LOOKS[valued.verdict]
        said.append(f"{look.mark} {say(str(valued.verdict))}", style=look.terminal)
        said.append(f"  ({say(f'may agree: {agrees}')})\n" if agrees else "\n")
        for label, is_ask in (("they ask", True), ("we ask", False)):
            for place, words in enumerate(_changes(valued, language, asks=is_ask).split("\n")):
                said.append(f"     {say(label) if place == 0 else '':<10}{words}\n")
        cost, worth, net, short = _money_cells(valued, language)
        said.append(f"     {say(f'cost {cost}   worth {worth}   net {net}')}\n")
        if short:
            said.append(f"     {say(f'short by {short}')}\n", style=look.terminal)
    return said


def _changes(valued: ValuedTrade, language: str, *, asks: bool) -> str:
    words = "\n".join(change_words(change, language) for change in valued.changes if change.is_ask == asks)
    return words or command_texts(language).say("nothing")


def _money_cells(valued: ValuedTrade, language: str) -> list[str]:
    if valued.verdict == Verdict.BLOCKED and math.isnan(valued.cost):
        return [command_texts(language).say("no price")] * 3 + [""]
    return [amount(number, language) for number in (valued.cost, valued.worth, valued.net)] + [
        amount(valued.shortfall, language) if valued.shortfall else ""
    ]


def joins_early(quote: Quote, ledger: Ledger) -> bool:
    """Whether the deal is so large, before or after its trades, that a manager joins from the start."""
    acv = max(float(ledger.opening.acv[0]), float(ledger.now.acv[0]))
    return acv > quote.policy.manager_early_above


def print_valuation(quote: Quote, ledger: Ledger, out: Console, language: str = ENGLISH) -> None:
    """Print headline, trades, notes and the sentence over them in one of `LANGUAGES`."""
    from rich.text import Text

    say = command_texts(language).say
    currency = quote.policy.currency or quote.header.get("currency", "")
    client = quote.header.get("client", "")
    if client:
        out.print(Text(client, style="bold"))
    for name, opening, now, change in headline(ledger):
        label = f"{say(str(name)):<11}"
        if isinstance(opening, str) or isinstance(now, str) or isinstance(change, str):
            known = (say(one) if isinstance(one, str) else digits(str(one), language) for one in (opening, now))
            out.print(Text(f"{label}{' → '.join(known)}"))
        elif name == "Margin":
            first, last, moved = (digits(one, language) for one in (f"{opening:.1%}", f"{now:.1%}", f"{100 * change:+.1f}"))
            out.print(Text(f"{label}{first:>15} → {last:>15}   ({moved} {say('points')})"))
        else:
            first, last, moved = (digits(one, language) for one in (f"{opening:,.2f}", f"{now:,.2f}", f"{change:+,.2f}"))
            out.print(Text(f"{label}{first:>15} → {last:>15}   ({moved}) {currency}"))
    if quote.history:
        past = past_of(ledger.deal_now, quote.history, quote.policy)
        out.print(Text(say(past_sentence(past, currency))))
        out.print(Text(say(drag_sentence(past, currency))))
    if joins_early(quote, ledger):
        early = f"{currency} {quote.policy.manager_early_above:,.0f}".strip()
        out.print(Text(say(f"▲ A manager joins from the start: the ACV is above {early}.")))
    if sentence := opening_sentence(quote, ledger):
        out.print(Text(say(sentence)))
    for sentence in idle_sentences(quote, ledger):
        out.print(Text(say(sentence)))
    if quote.evidence:
        out.print(Text(say(evidence_sentence(quote, ledger))))
    if not ledger.trades:
        out.print(say("No trades yet."))
        return
    out.print(trades_table(ledger, language) if out.width >= WIDE else trade_lines(ledger, language))
    for valued in ledger.trades:
        if valued.note:
            out.print(Text(f"{valued.trade.id}: {say(valued.note)}"))
    for sentence in break_even_notes(ledger):
        out.print(Text(say(sentence)))
    out.print(Text(say(banner(quote, ledger)), style="bold"))
