"""`counterask card`: one page of rules of thumb for a quote, to learn by heart."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.rules_of_thumb import RuleOfThumb, Side, rule_words, rules_of_thumb, side_words
from counterask.explaining.step_worths import StepWorth, step_worths
from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.trades import Rules

from ..errors import CannotRun
from ..printing import echo, echo_json
from ..shown import shown_of
from ..spoken import command_texts
from .output_file import OutputFile
from .typed_values import DAY


@click.command("card")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=OutputFile(".pdf"), help="Draw the page into this file: card.pdf.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the page. Default: that of the quote.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the rules and steps as JSON.")
def command(
    quote: Path, output: Path | None, language: str | None, overwrite: bool, as_of: datetime | None, as_json: bool
) -> None:
    """Head math of QUOTE (a workbook or a deal in JSON): what pays for what, and what one step of each lever is worth."""
    from ..pages.card import Card, draw_card
    from ..workbooks.atomic import refuse_inputs
    from ..workbooks.quote_file import open_quote

    refuse_inputs(output, quote)
    file = open_quote(quote)
    language = language or file.spoken
    shown = shown_of(file, as_of)
    read, valued, rules = shown.quote, shown.ledger, shown.rules
    if not math.isfinite(valued.value_now):
        raise CannotRun(f"{quote.name}: the deal value cannot be calculated. counterask value {quote} says which input is blank.")
    deal = valued.deal_now
    speaker = Speaker(deal, language, read.policy.currency or read.header.get("currency", ""))
    steps = step_worths(deal, rules)
    found = rules_of_thumb(deal, rules, steps)
    if output is not None:
        day = (rules.as_of or date.today()).isoformat()
        card = Card(read.header.get("client", ""), day, found, steps, valued, speaker)
        draw_card(card, output, overwrite=overwrite)
    if as_json:
        echo_json(_document(found, steps))
    elif output is None:
        _say(found, speaker)
    if warning := _lapsed(steps, rules):
        echo(command_texts(language).say(warning), err=as_json)
    if output is not None:
        echo(f"Wrote {output}", err=as_json)


def _lapsed(steps: tuple[StepWorth, ...], rules: Rules) -> str:
    """A sentence where limits of these levers are not in force; "" where all are."""
    if rules.limits is None:
        return ""
    places = [(one.lever, one.line) for one in steps]
    limited = [place for place in places if rules.limits.rows_for(*place)]
    lapsed = [reason for place in limited if (reason := rules.limits.lapses([place], rules.as_of))]
    if not lapsed:
        return ""
    if len(lapsed) == len(limited):
        return f"▲ No limit is in force, so there are no rules: {lapsed[0]}. Ask for the current limits."
    left_out = f"▲ {len(lapsed)} of {len(limited)} limits are not in force, and no rule rests on them: {lapsed[0]}"
    return f"{left_out}. Ask for the current limits."


def _say(found: tuple[tuple[RuleOfThumb, ...], ...], speaker: Speaker) -> None:
    for rules in found:
        echo(side_words(rules[0].give, speaker))
        for rule in rules:
            _, take, holds = rule_words(rule, speaker)
            echo(f"  = {take}   ({holds})")


def _document(found: tuple[tuple[RuleOfThumb, ...], ...], steps: tuple[StepWorth, ...]) -> dict[str, Any]:
    """Rules and steps under the names of the inputs."""
    return {
        "rules": [
            {
                "give": _side(rule.give),
                "take": _side(rule.take),
                "brings": rule.brings,
                "times": rule.times,
                "bends": rule.bends,
            }
            for rules in found
            for rule in rules
        ],
        "steps": [
            {
                "lever": one.lever,
                "line": one.line,
                "level": one.level,
                "step": one.step,
                "costs": _or_null(one.costs),
                "pays": _or_null(one.gains),
                "share": _or_null(one.share),
            }
            for one in steps
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"lever": side.lever, "line": side.line, "from": side.level, "by": side.towards * side.amount}


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None
