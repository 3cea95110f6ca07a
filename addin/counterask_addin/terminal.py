"""Trades on a terminal: money aligned, the verdict in words, shape and colour, the shortfall, who may agree.

A wide terminal shows a row a trade. A narrow one shows a few lines a trade, for no column may be cut off or left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from counterask.inputs.labels import label_of, level_words
from counterask.inputs.levers import LEVER_BY_NAME
from counterask.reading.quote import Quote
from counterask.result_tables.history_views import drag_sentence, past_of, past_sentence
from counterask.result_tables.notes import break_even_notes, evidence_sentence, idle_sentences, opening_sentence
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.result_tables.views import APPROVED, banner, headline, who
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.trades import ValuedChange, ValuedTrade, Verdict

from .printing import safe_console

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


def amount(value: float) -> str:
    """Money as shown: thousands and cents, or in words why there is none."""
    if math.isnan(value):
        return "cannot tell"
    return "no price" if math.isinf(value) else f"{value:,.2f}"


def change_words(valued: ValuedChange) -> str:
    """One change in a line: "payment days 45 → 75"."""
    change = valued.change
    label = label_of(change.lever)
    if change.lever in LEVER_BY_NAME and not label[:2].isupper():  # an abbreviation stays as it is: TFC, SLA
        label = label[0].lower() + label[1:]
    line = f" of {change.line}" if change.line else ""
    return f"{label}{line} {level_words(change.lever, valued.from_level)} → {level_words(change.lever, change.to)}"


def trades_table(ledger: Ledger) -> Table:
    """The trades as a table, a row a trade."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Trade", "The client asks", "We ask for in return"):
        table.add_column(name, overflow="fold")
    for name in ("Cost", "Worth", "Net", "Short by"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Who may agree")
    for valued in ledger.trades:
        look = VERDICT_LOOKS[valued.verdict]
        verdict = Text(f"{look.mark} {valued.verdict}", style=look.terminal)
        table.add_row(
            Text(valued.trade.id),
            Text(_changes(valued, asks=True)),
            Text(_changes(valued, asks=False)),
            *_money_cells(valued),
            verdict,
            APPROVED if valued.is_approved else who(valued.authority),
        )
    return table


def trade_lines(ledger: Ledger) -> Text:
    """The trades below each other, for a narrow terminal: verdict, what is asked on either side, the money."""
    from rich.text import Text

    said = Text()
    for valued in ledger.trades:
        agrees = APPROVED if valued.is_approved else who(valued.authority)
        said.append(f"\n{valued.trade.id:<5}", style="bold")
        look = VERDICT_LOOKS[valued.verdict]
        said.append(f"{look.mark} {valued.verdict}", style=look.terminal)
        said.append(f"  (may agree: {agrees})\n" if agrees else "\n")
        for label, is_ask in (("they ask", True), ("we ask", False)):
            for place, words in enumerate(_changes(valued, asks=is_ask).split("\n")):
                said.append(f"     {label if place == 0 else '':<10}{words}\n")
        cost, worth, net, short = _money_cells(valued)
        said.append(f"     cost {cost}   worth {worth}   net {net}\n")
        if short:
            said.append(f"     short by {short}\n", style=look.terminal)
    return said


def _changes(valued: ValuedTrade, *, asks: bool) -> str:
    return "\n".join(change_words(change) for change in valued.changes if change.is_ask == asks) or "nothing"


def _money_cells(valued: ValuedTrade) -> list[str]:
    if valued.verdict == Verdict.BLOCKED and math.isnan(valued.cost):
        return ["no price"] * 3 + [""]
    return [amount(number) for number in (valued.cost, valued.worth, valued.net)] + [
        amount(valued.shortfall) if valued.shortfall else ""
    ]


def joins_early(quote: Quote, ledger: Ledger) -> bool:
    """Whether the deal is so large, before or after its trades, that a manager joins from the start."""
    acv = max(float(ledger.opening.acv[0]), float(ledger.now.acv[0]))
    return acv > quote.policy.manager_early_above


def print_valuation(quote: Quote, ledger: Ledger, out: Console) -> None:
    """Print headline, trades, notes and the sentence over them."""
    from rich.text import Text

    currency = quote.policy.currency or quote.header.get("currency", "")
    client = quote.header.get("client", "")
    if client:
        out.print(Text(client, style="bold"))
    for name, opening, now, change in headline(ledger):
        if isinstance(opening, str) or isinstance(now, str) or isinstance(change, str):
            out.print(Text(f"{name:<11}{opening} → {now}"))
        elif name == "Margin":
            out.print(Text(f"{name:<11}{opening:>15.1%} → {now:>15.1%}   ({100 * change:+.1f} points)"))
        else:
            out.print(Text(f"{name:<11}{opening:>15,.2f} → {now:>15,.2f}   ({change:+,.2f}) {currency}"))
    if quote.history:
        past = past_of(ledger.deal_now, quote.history, quote.policy)
        out.print(Text(past_sentence(past, currency)))
        out.print(Text(drag_sentence(past, currency)))
    if joins_early(quote, ledger):
        out.print(Text(f"▲ A manager joins from the start: the ACV is above {quote.policy.manager_early_above:,.0f} {currency}."))
    if sentence := opening_sentence(quote, ledger):
        out.print(Text(sentence))
    for sentence in idle_sentences(quote, ledger):
        out.print(Text(sentence))
    if quote.evidence:
        out.print(Text(evidence_sentence(quote, ledger)))
    if not ledger.trades:
        out.print("No trades yet.")
        return
    out.print(trades_table(ledger) if out.width >= WIDE else trade_lines(ledger))
    for valued in ledger.trades:
        if valued.note:
            out.print(Text(f"{valued.trade.id}: {valued.note}"))
    for sentence in break_even_notes(ledger):
        out.print(Text(sentence))
    out.print(Text(banner(quote, ledger), style="bold"))
