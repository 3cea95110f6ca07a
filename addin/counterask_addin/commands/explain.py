"""`counterask explain`: the math of a trade, line by line, down to the verdict; and the bridge from opening value to now."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from counterask.bridge import bridge
from counterask.explain import explain_trade
from counterask.trades import ledger

from ..errors import CannotRun
from .value import rules_of


@click.command("explain")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--trade", "trade_id", help="The trade to explain: T5. Left out: the bridge over all trades.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day on which limits are looked at. Default: today."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(quote: Path, trade_id: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Explain a trade of QUOTE (a workbook or a deal in JSON), or the bridge from opening value to value now."""
    from ..workbooks.quote_file import read_quote_file

    read = read_quote_file(quote)
    rules = rules_of(read, as_of)
    if trade_id is None:
        steps = bridge(ledger(read.deal, read.trades, rules))
        if as_json:
            click.echo(json.dumps([{"step": one.label, "start": one.start, "end": one.end} for one in steps], indent=1))
            return
        for one in steps:
            amount = f"{one.end:>18,.2f}" if one.is_total else f"{one.change:>+18,.2f}"
            click.echo(f"{one.label:<12}{amount}")
        return
    if not any(trade.id == trade_id for trade in read.trades):
        known = ", ".join(trade.id for trade in read.trades) or "none"
        raise CannotRun(f'{quote.name}: found no trade "{trade_id}", expected one of: {known}.')
    found = explain_trade(read, trade_id, rules)
    if as_json:
        lines = [
            {
                "step": line.step,
                "what": line.what,
                "formula": line.formula,
                "inputs": list(line.inputs),
                "before": line.before,
                "after": line.after,
                "difference": line.difference,
            }
            for line in found.lines
        ]
        click.echo(
            json.dumps({"trade": trade_id, "lines": lines, "last": dict(found.last)}, ensure_ascii=False, indent=1)
        )
        return
    step = ""
    for line in found.lines:
        if line.step != step:
            click.echo(f"\n{line.step}")
            step = line.step
        click.echo(f"  {line.what:<28}{line.before:>18,.2f} -> {line.after:>18,.2f}   {line.difference:>+16,.2f}")
        click.echo(f"    = {line.formula}")
        click.echo(f"    from {'; '.join(line.inputs)}")
    click.echo("")
    for name, value in found.last:
        click.echo(f"{name:<40}{value if isinstance(value, str) else format(value, ',.2f'):>20}")
