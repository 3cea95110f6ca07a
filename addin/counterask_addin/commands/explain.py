"""`counterask explain`: the math of a trade, line by line, down to the verdict; and the bridge from opening value to now."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.shown import ShownLedger
from counterask.explaining.bridge import BRIDGE_ROWS, BridgeStep, bridge
from counterask.explaining.explain import Explanation, Line, explain_trade
from counterask.explaining.flips import Flip, find_flips, flip_words
from counterask.explaining.formulas import IN_NO_SUM
from counterask.inputs.labels import level_words
from counterask.reading.quote import Quote

from ..printing import echo, echo_json
from ..shown import advised_of, refuse_unknown_trade, shown_of
from .output_file import OutputFile
from .typed_values import DAY

_PARTS, _COLUMN = 2, 22
"""How many parts of a change are shown in short, and how wide a value may be to stand in its column."""


@click.command("explain")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--trade", "trade_id", help="The trade to explain: T5. Left out: the bridge over all trades.")
@click.option(
    "--bridge",
    "picture",
    type=OutputFile(".png", ".svg", ".pdf"),
    help="Draw the bridge into this file: .png, .svg or .pdf.",
)
@click.option("--flips", is_flag=True, help="Which assumptions would turn the verdict of the trade, or of all.")
@click.option("--full", is_flag=True, help="Every line with its formula and inputs, to the cent.")
@click.option("--overwrite", is_flag=True, help="Replace the picture where there is one.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    quote: Path,
    trade_id: str | None,
    picture: Path | None,
    flips: bool,
    full: bool,
    overwrite: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Explain a trade of QUOTE (a workbook or a deal in JSON), or the bridge from opening value to value now."""
    from ..workbooks.atomic import refuse_inputs
    from ..workbooks.quote_file import open_quote

    refuse_inputs(picture, quote)
    file = open_quote(quote)
    shown = shown_of(file, as_of) if trade_id is None or flips else advised_of(file, as_of)
    read = shown.quote
    if picture is not None:
        _draw(shown, picture, overwrite)
    if trade_id is not None:
        refuse_unknown_trade(read, quote.name, trade_id)
    if flips:
        _say_flips(read, find_flips(read, shown.rules, trade_id), as_json)
    elif trade_id is None:
        _say_bridge(bridge(shown.ledger), as_json)
    else:
        found = explain_trade(shown, trade_id)
        _say_math(found, as_json, full)
    if picture is not None:
        echo(f"Wrote {picture}", err=as_json)


def _draw(shown: ShownLedger, picture: Path, overwrite: bool) -> None:
    from ..pages.bridge_picture import draw_bridge

    quote, steps = shown.quote, bridge(shown.ledger, BRIDGE_ROWS)
    client, currency = quote.header.get("client", ""), quote.policy.currency or quote.header.get("currency", "")
    draw_bridge(steps, client, currency, picture, overwrite=overwrite)


def _say_bridge(steps: tuple[BridgeStep, ...], as_json: bool) -> None:
    if as_json:
        echo_json([_step(one) for one in steps])
        return
    for one in steps:
        amount = f"{one.end:>18,.2f}" if one.is_total else f"{one.change:>+18,.2f}"
        echo(f"{one.label:<12}{amount}   {one.asks}".rstrip())


def _step(one: BridgeStep) -> dict[str, object]:
    return {"step": one.label, "asks": one.asks, "start": one.start, "end": one.end}


def _say_flips(quote: Quote, found: tuple[Flip, ...], as_json: bool) -> None:
    if as_json:
        rows = [{**asdict(one), "distance": round(one.distance, 9)} for one in found]
        echo_json(rows)
        return
    if not quote.trades:
        echo("This quote has no trades yet, so there is no verdict that could turn.")
    elif not found:
        echo("No assumption in its allowed range turns a verdict.")
    speaker = Speaker(quote.deal, currency=quote.policy.currency)
    for one in found:
        stands = level_words(one.assumption, one.stands)
        beyond = f"; beyond: {one.becomes}" if one.before == one.verdict else ""  # else the sentence says it
        echo(f"{one.trade:<6}{flip_words(one, speaker)} (it is {stands} now{beyond})")


def _say_math(found: Explanation, as_json: bool, full: bool) -> None:
    if as_json:
        echo_json(_document(found))
        return
    from ..terminal import console

    text = _as_text if full else _in_short
    for line in text(found, console().width).split("\n"):
        echo(line)


def _document(found: Explanation) -> dict[str, object]:
    return {
        "trade": found.trade.id,
        "in_words": [words for words in (found.words, found.risk_words) if words],
        "lines": [_line(line) for line in found.lines],
        "conclusions": {one.name: one.value for one in found.conclusions},
        "year_of_liability": [_line(line) for line in found.risk],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "step": line.step,
        "what": line.what,
        "formula": line.formula,
        "inputs": list(line.inputs),
        **{name: _or_none(getattr(line, name)) for name in ("before", "after", "difference")},
    }


def _or_none(value: float) -> float | str:
    """Money for JSON, which has no infinity."""
    return value if math.isfinite(value) else "none"


def _in_short(found: Explanation, width: int) -> str:
    """The trade on one screen: the words, for each change the parts that move most, whole money, and what follows."""
    said = [*textwrap.wrap(f"{found.trade.id}. {found.words}", width), ""]
    for step, group in groupby(found.lines, key=lambda line: line.step):
        lines = sorted(group, key=lambda line: -abs(line.difference))
        shown = lines[:_PARTS] if len(lines) > _PARTS + 1 else lines
        said += [step, *(f"  {line.what:<40}{_whole(line.difference):>14}" for line in shown)]
        if rest := lines[len(shown) :]:
            left = math.fsum(line.difference for line in rest)
            said.append(f"  {f'{len(rest)} smaller parts':<40}{_whole(left):>14}")
    if found.risk:
        said += ["", *textwrap.wrap(found.risk_words, width)]
    said.append("")
    for one in found.conclusions:
        value = one.value if isinstance(one.value, str) else _value_of(one.name, one.value)
        long = len(value) > _COLUMN
        said += textwrap.wrap(f"{one.name}: {value}", width, subsequent_indent="    ") if long else [f"{one.name:<32}{value:>22}"]
    return "\n".join([*said, "", "Each line with its formula and inputs: --full"])


def _value_of(name: str, value: float) -> str:
    """A conclusion as it is shown in short: a factor with its digits, money without cents."""
    return f"{value:.4f}" if name == "Break-even" else _whole(value)


def _whole(value: float) -> str:
    """Money without cents, and without a minus before a zero."""
    return f"{round(value) + 0:,}"


def _as_text(found: Explanation, width: int) -> str:
    said = [*textwrap.wrap(f"{found.trade.id}. {found.words}", width)]
    step = ""
    for line in found.lines:
        if line.step != step:
            said += ["", line.step]
            step = line.step
        said += [_amounts(line), *_wrapped(f"= {line.formula}", width), *_wrapped(_from([line]), width)]
    if found.risk:
        said += ["", IN_NO_SUM, *textwrap.wrap(found.risk_words, width), *map(_amounts, found.risk)]
        said += [row for line in found.risk for row in _wrapped(f"{line.what}: {line.formula}", width)]
        said += _wrapped(_from(found.risk), width)
    said.append("")
    for one in found.conclusions:
        value = one.value if isinstance(one.value, str) else format(one.value, ",.2f")
        if not one.formula:
            said += textwrap.wrap(f"{one.name}: {value}", width, subsequent_indent="    ")
            continue
        shown = f"{one.name:<27}{value:>22}"
        is_short = len(shown) + len(one.formula) + 5 <= width
        said += [f"{shown}   = {one.formula}"] if is_short else [shown, *_wrapped(f"= {one.formula}", width)]
    return "\n".join(said)


def _amounts(line: Line) -> str:
    """What moves, before, after and the difference: the amounts of all lines stand below each other."""
    return f"  {line.what:<25}{_money(line.before):>15} -> {_money(line.after):>15} {line.difference:>+16,.2f}"


def _from(lines: Sequence[Line]) -> str:
    """The inputs of lines, each once."""
    return f"from {'; '.join(dict.fromkeys(one for line in lines for one in line.inputs))}"


def _money(value: float) -> str:
    return "no limit" if math.isinf(value) else f"{value:,.2f}"


def _wrapped(words: str, width: int) -> list[str]:
    """Words below a line, set in."""
    return textwrap.wrap(words, width, initial_indent="    ", subsequent_indent="      ")
