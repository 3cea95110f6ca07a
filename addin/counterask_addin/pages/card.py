"""The card: one A4 page in black and white that a rep learns by heart. What pays for what, and what a step is worth."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterask.counter_asks.sentences import Speaker
from counterask.explaining.rules_of_thumb import RULE_ROWS, RuleOfThumb, rule_words
from counterask.explaining.step_worths import StepWorth
from counterask.result_tables.views import margin_share

from ..errors import CannotRun
from ..workbooks.atomic import write_bytes
from .setting import paragraph, ruled_table

if TYPE_CHECKING:
    from counterask.verdicts.ledger import Ledger

_BIGGEST, _SMALLEST = 17.0, 9.0
"""Points: rules are set as large as the page allows, between these."""
_PADDING = 12.0
"""Points that a frame of reportlab keeps free left and right together: tables begin where headings do."""
_STEPS = (12, 10, 8)
"""How many steps the page shows: the dearest levers are enough for a head, and large letters matter more; the sheet has all."""


@dataclass(frozen=True)
class Card:
    """What stands on the page. client : whose deal, "" where none is named. day : the day of the card, as text.

    rules, steps : head math of the deal as it stands. valued : its ledger.
    """

    client: str
    day: str
    rules: Sequence[Sequence[RuleOfThumb]]
    steps: Sequence[StepWorth]
    valued: Ledger
    speaker: Speaker


def draw_card(card: Card, target: Path, *, overwrite: bool = False) -> None:
    """Draw the card as a PDF of one page into `target`.

    Raises CannotRun where reportlab is not installed, or where the file is there already or cannot be written.
    """
    try:
        from reportlab.platypus import SimpleDocTemplate  # noqa: F401
    except ImportError as error:
        raise CannotRun('The card needs reportlab. Install it in a clone: python -m pip install ".[card]"') from error
    write_bytes(target, _on_one_page(card), overwrite=overwrite)


def _on_one_page(card: Card) -> bytes:
    """The card set as large as one page allows; where even the smallest letters need more, with fewer steps."""
    sizes = [_BIGGEST - 0.5 * place for place in range(int(2 * (_BIGGEST - _SMALLEST)) + 1)]
    trials = [(size, most) for size in sizes for most in _STEPS]
    trials += [(_SMALLEST, most) for most in range(_STEPS[-1] - 1, -1, -1)]
    for size, most in trials:
        content, pages = _drawn(card, card.steps[:most], size)
        if pages == 1:
            break
    return content


def _drawn(card: Card, steps: Sequence[StepWorth], size: float) -> tuple[bytes, int]:
    """The card set in a size, and how many pages it takes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate, Spacer

    target = io.BytesIO()
    say = card.speaker
    title = f"{say.word('card', 'title')} · {card.client}" if card.client else say.word("card", "title")
    page = SimpleDocTemplate(
        target,
        pagesize=A4,
        title=title,
        author="counterask",
        invariant=1,
        leftMargin=15 * mm,
        rightMargin=15 * mm,
        topMargin=12 * mm,
        bottomMargin=12 * mm,
    )
    width = page.width - _PADDING
    story = [
        paragraph(title, size + 7, bold=True),
        paragraph(_standing(card), size - 3),
        Spacer(0, 6),
        paragraph(say.word("card", "rules"), size, bold=True),
        Spacer(0, 3),
        _rules(card, size, width),
        Spacer(0, 8),
        paragraph(say.word("card", "steps"), size, bold=True),
        Spacer(0, 3),
        _steps(say, steps, size - 3, width),
        Spacer(0, 6),
        paragraph(say.word("card", "advice"), size - 3),
    ]
    page.build(story)
    return target.getvalue(), page.page


def _standing(card: Card) -> str:
    """What the deal is worth where the card begins."""
    say, now = card.speaker, card.valued.now
    margin = say.word("numbers", "percent").format(number=say.number(100.0 * margin_share(now), 1))
    value = say.money(card.valued.value_now, 0)
    return say.word("card", "standing").format(day=card.day, value=value, margin=margin)


def _rules(card: Card, size: float, width: float) -> Any:
    """One row a lever that we give: what pays for it, and how far."""
    say = card.speaker
    rows: list[list[Any]] = []
    begins: list[int] = []
    for rules in card.rules[:RULE_ROWS]:
        begins.append(len(rows))
        for place, rule in enumerate(rules):
            give, take, holds = rule_words(rule, say)
            given = paragraph(give if place == 0 else "", size, bold=True)
            rows.append([given, paragraph(f"= {take}", size, bold=True), paragraph(holds, max(_SMALLEST, size - 3))])
    if not rows:
        return paragraph(say.word("card", "no_rules"), size)
    return ruled_table(rows, [0.36 * width, 0.4 * width, 0.24 * width], begins[1:])


def _steps(say: Speaker, steps: Sequence[StepWorth], size: float, width: float) -> Any:
    """One row a lever: its step, what it costs and pays, as money and as a share of deal value."""
    words = [say.word("card", name) for name in ("lever", "step", "costs", "pays", "share")]
    rows = [[paragraph(word, size, bold=True, right=place > 1) for place, word in enumerate(words)]]
    for one in steps:
        share = say.word("numbers", "percent").format(number=say.number(100.0 * one.share, 1))
        cells = (
            say.lever(one.lever, one.line),
            say.amount(one.lever, one.step),
            _amount(say, one.costs),
            _amount(say, one.gains),
            "" if one.share != one.share else share,
        )
        rows.append([paragraph(cell, size, right=place > 1) for place, cell in enumerate(cells)])
    return ruled_table(rows, [part * width for part in (0.36, 0.2, 0.16, 0.16, 0.12)], range(1, len(rows)))


def _amount(say: Speaker, value: float) -> str:
    """A step's money, without cents; a dash where the step is not possible."""
    return "–" if value != value else say.number(value, 0)
