"""`counterask uncertainty`: deal value and verdicts over the intervals that the assumptions' evidence names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from counterask.explaining.uncertainty import CASES, QUANTILES, SEED, Spread, Uncertainty, uncertainty
from counterask.inputs.labels import label_of, level_words
from counterask.result_tables.counts import count_of
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.trades import ValuedTrade

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo, echo_json
from ..shown import shown_of
from .typed_values import DAY, WholeNumber

_MOST_CASES = 100_000


@click.command("uncertainty")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--cases", type=WholeNumber(1, _MOST_CASES), default=CASES, show_default=True, help="How many cases are drawn.")
@click.option("--seed", type=WholeNumber(0), default=SEED, show_default=True, help="The same seed draws the same cases.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(quote: Path, cases: int, seed: int, as_of: datetime | None, as_json: bool) -> None:
    """How sure the results of QUOTE (a workbook or a deal in JSON) are.

    Every assumption whose evidence names an interval or a range is drawn from it, all at once, many times. The exit code is 1
    where the verdict of a trade turns in some case.
    """
    from ..workbooks.quote_file import open_quote

    file = open_quote(quote)
    shown = shown_of(file, as_of)
    found = uncertainty(shown.quote, shown.rules, shown.ledger, cases, seed)
    if as_json:
        echo_json(_document(found, shown.ledger))
    else:
        _print(found, shown.ledger, [f"{file.path.name} · {place}" for place in file.quote.unknown()])
    raise SystemExit(FOUND_SOMETHING if any(trade.turns for trade in found.trades) else FINE)


def _document(found: Uncertainty, ledger: Ledger) -> dict[str, object]:
    return {
        "cases": found.cases,
        "seed": found.seed,
        "drawn": [asdict(one) for one in found.drawn],
        "fixed": list(found.fixed),
        **{name: _spread(getattr(found, name)) for name in ("opening", "now", "change")},
        "trades": [
            {
                "trade": one.trade,
                "verdict": str(one.verdict),
                "turns": one.turns,
                "verdicts": {str(verdict): share for verdict, share in one.shares.items()},
                "margin": _spread(one.margin),
            }
            for one in found.trades
        ],
        "not_judged": [
            {"trade": one.trade.id, "verdict": str(one.verdict), "note": one.note} for one in _not_judged(found, ledger)
        ],
    }


def _not_judged(found: Uncertainty, ledger: Ledger) -> list[ValuedTrade]:
    """The trades whose verdict no assumption decides."""
    judged = {one.trade for one in found.trades}
    return [one for one in ledger.trades if one.trade.id not in judged]


def _spread(one: Spread) -> dict[str, object] | None:
    """A spread for JSON; None where an amount is unknown or infinite in some case."""
    if math.isnan(one.mean):
        return None
    return {"mean": one.mean, "quantiles": {f"{at:g}": value for at, value in zip(QUANTILES, one.quantiles, strict=True)}}


def _print(found: Uncertainty, ledger: Ledger, blanks: Sequence[str]) -> None:
    if not found.drawn:
        echo("No assumption is drawn: the evidence of none of them names an interval or a range.")
        echo('Write one into its evidence, such as "judgement: range 5-12%", or get it from: counterask calibrate')
        return
    echo(f"{count_of(found.cases, 'case')} (seed {found.seed}). Drawn, each from its interval:")
    for one in found.drawn:
        low, high = (level_words(one.assumption, end) for end in (one.low, one.high))
        echo(f"  {label_of(one.assumption):<34}{level_words(one.assumption, one.value):>16}   {low} to {high}")
    if found.fixed:
        echo(f"Not drawn, for lack of an interval: {', '.join(label_of(name) for name in found.fixed)}.")
    echo("")
    echo(f"{'':<22}{'5% below':>14}{'median':>14}{'5% above':>14}{'mean':>14}")
    for name, spread in (("Opening deal value", found.opening), ("Deal value now", found.now), ("Change", found.change)):
        echo(f"{name:<22}{_amounts(spread)}")
    for place in blanks:
        echo(f"Cannot tell: {place} is blank. Type the number; 0 where nothing is meant.")
    for trade in found.trades:
        shares = ", ".join(f"{verdict} {share:.1%}" for verdict, share in trade.shares.items())
        echo("")
        echo(f"{trade.trade}: {trade.verdict} at the values in the quote; over the cases: {shares}.")
        echo(f"{'  Counted less required':<26}{_amounts(trade.margin, 10)}")
    if not ledger.trades:
        echo("")
        echo("This quote has no trades yet.")
    elif left := _not_judged(found, ledger):
        echo("")
        echo("Not judged over the cases, since no assumption decides their verdict:")
        for valued in left:
            echo(f"  {valued.trade.id}: {valued.verdict}{f' ({valued.note})' if valued.note else ''}")


def _amounts(spread: Spread, first: int = 14) -> str:
    if math.isnan(spread.mean):
        return "cannot be calculated"
    low, _, middle, _, high = spread.quantiles
    return f"{_whole(low):>{first}}" + "".join(f"{_whole(value):>14}" for value in (middle, high, spread.mean))


def _whole(value: float) -> str:
    return f"{round(value) + 0:,}"
