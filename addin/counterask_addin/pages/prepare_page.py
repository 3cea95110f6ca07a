"""The page before a call: one A4 page across, an ask a row, with its answer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from counterask.counter_asks.prepared_tables import COLUMNS, prepared_table
from counterask.counter_asks.preparing import Prepared
from counterask.counter_asks.sentences import Speaker

from ..errors import CannotRun
from ..workbooks.atomic import write_bytes
from .setting import paragraph, ruled_table

_PARTS = (0.12, 0.09, 0.065, 0.065, 0.125, 0.125, 0.085, 0.215, 0.11)
"""Widths of the columns, as shares of the page."""
_BIGGEST, _SMALLEST = 11.0, 6.0
_PADDING = 12.0
_COST = COLUMNS.index("cost")
_BOLD = frozenset({0, COLUMNS.index("say")})


def draw_prepared(
    client: str, day: date, found: Sequence[Prepared], speaker: Speaker, target: Path, *, overwrite: bool = False
) -> None:
    """Draw the page as a PDF into `target`, as large as one page allows. client : "" where none is named. day : of the page.

    Raises CannotRun where reportlab is not installed, or where the file is there already or cannot be written.
    """
    try:
        from reportlab.platypus import SimpleDocTemplate  # noqa: F401
    except ImportError as error:
        raise CannotRun('The page needs reportlab. Install it in a clone: python -m pip install ".[card]"') from error
    size, pages, content = _BIGGEST, 2, b""
    while pages > 1 and size >= _SMALLEST:
        content, pages = _drawn(client, day, found, speaker, size)
        size -= 0.5
    write_bytes(target, content, overwrite=overwrite)


def _drawn(client: str, day: date, found: Sequence[Prepared], speaker: Speaker, size: float) -> tuple[bytes, int]:
    """The page set in a size, and how many pages it takes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate, Spacer

    target, edge = io.BytesIO(), 12 * mm
    title = " · ".join(part for part in (speaker.word("prepare", "title"), client, speaker.day(day)) if part)
    page = SimpleDocTemplate(
        target, pagesize=landscape(A4), title=title, author="counterask", invariant=1,
        leftMargin=edge, rightMargin=edge, topMargin=edge, bottomMargin=edge,
    )  # fmt: skip
    width = page.width - _PADDING
    heads = [speaker.word("prepare", name) for name in COLUMNS]
    rows: list[list[Any]] = [[paragraph(word, size, bold=True, right=place == _COST) for place, word in enumerate(heads)]]
    after: list[Any] = []
    for cells in prepared_table(found, speaker):
        if not cells[0]:
            after = [Spacer(0, 6), paragraph(str(cells[COLUMNS.index("say")]), size)]
            continue
        words = [speaker.number(0.0 - round(cell), 0) if isinstance(cell, float) else cell for cell in cells]
        words = [_kept_together(word) for word in words]
        rows.append([paragraph(word, size, bold=place in _BOLD, right=place == _COST) for place, word in enumerate(words)])
    story = [
        paragraph(title, size + 5, bold=True),
        paragraph(speaker.word("prepare", "advice"), size),
        Spacer(0, 6),
        *([ruled_table(rows, [part * width for part in _PARTS], range(1, len(rows)), 1)] if len(rows) > 1 else []),
        *after,
    ]
    page.build(story)
    return target.getvalue(), page.page


def _kept_together(text: str) -> str:
    """No line break before a per cent sign; levels "from → to" break after the arrow alone."""
    if " → " in text:
        return " → ".join(part.replace(" ", "\u00a0") for part in text.split(" → ")).replace(" →", "\u00a0→")
    return text.replace(" %", "\u00a0%")
