"""`counterask diff`: two versions of a quote, trade by trade and term by term, each difference in money."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import click

from counterask.explaining.versions import INTERACTION, Versions, compare

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo, echo_json
from ..shown import day_of
from .typed_values import DAY

_SMALL = 0.005


@click.command("diff")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(first: Path, second: Path, as_of: datetime | None, as_json: bool) -> None:
    """Compare two versions of a quote (workbooks, or deals in JSON). Exit code 0 where they are equal, 1 where they differ.

    Each difference is valued alone, from FIRST; what the differences do to each other is a line of its own, so that the lines
    add up to the change of deal value now.
    """
    from ..workbooks.quote_file import read_quote_file

    found = compare(read_quote_file(first), read_quote_file(second), day_of(as_of))
    if as_json:
        echo_json(_document(found))
    else:
        _print(found)
    raise SystemExit(FINE if found.are_equal else FOUND_SOMETHING)


def _print(found: Versions) -> None:
    if found.are_equal:
        echo("The two versions are equal.")
        return
    for one in found.differences:
        echo(f"{_amount(one.change):>18}  {one.table}: {one.what}: {one.was} → {one.now}")
    alone = math.fsum(round(one.change, 2) for one in found.differences if math.isfinite(one.change))
    rest = round(found.change, 2) - alone if math.isfinite(found.change) else math.nan
    if abs(rest) >= _SMALL or math.isnan(rest) or any(math.isnan(one.change) for one in found.differences):
        echo(f"{_amount(rest):>18}  {INTERACTION}")
    echo(f"{_amount(found.change):>18}  Deal value now: {found.value_now[0]:,.2f} → {found.value_now[1]:,.2f}")
    before, after = found.value
    echo(f"{_amount(after - before):>18}  Opening deal value: {before:,.2f} → {after:,.2f}")
    for trade in found.trades:
        words = [str(verdict) if verdict else "not there" for verdict in trade.verdict]
        nets = [f", net {net:,.2f}" if math.isfinite(net) else "" for net in trade.net]
        echo(f"{trade.trade}: {words[0]}{nets[0]} → {words[1]}{nets[1]}")


def _amount(value: float) -> str:
    if math.isnan(value):
        return "not alone"
    return "–" if abs(value) < _SMALL else f"{value:+,.2f}"


def _document(found: Versions) -> dict[str, object]:
    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "equal": found.are_equal,
        "differences": [
            {"table": one.table, "what": one.what, "was": one.was, "is": one.now, "change": number(one.change)}
            for one in found.differences
        ],
        "interaction": number(found.interaction),
        "change": number(found.change),
        "value": [number(value) for value in found.value],
        "value_now": [number(value) for value in found.value_now],
        "trades": [
            {
                "trade": one.trade,
                "verdict": [str(verdict) if verdict else None for verdict in one.verdict],
                "net": [number(net) for net in one.net],
            }
            for one in found.trades
        ],
    }
