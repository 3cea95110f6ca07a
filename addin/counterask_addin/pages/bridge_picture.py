"""The bridge from opening value to value now as a picture: PNG, SVG or PDF, readable in black and white."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from warnings import catch_warnings, simplefilter

from counterask.explaining.bridge import BridgeStep
from counterask_templates.styles import ACCENT, BAD, GOOD, LINE, MUTED

from ..errors import CannotRun
from ..printing import visible
from ..workbooks.atomic import write_bytes

_NAME_WIDTH = 13
"""Letters that have room below a bar."""


def draw_bridge(steps: Sequence[BridgeStep], client: str, currency: str, target: Path, *, overwrite: bool = False) -> None:
    """Draw steps as a waterfall into `target`, whose ending says the format: .png, .svg or .pdf.

    Raises CannotRun where a value is unknown, where matplotlib is not installed, or where
    the file is there already or cannot be written.
    """
    kind = target.suffix.lower().lstrip(".")
    if not all(math.isfinite(step.end) for step in steps):
        words = "The bridge cannot be drawn: deal value cannot be calculated. counterask value FILE says which input is blank."
        raise CannotRun(words)
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CannotRun('The picture needs matplotlib. Install it in a clone: python -m pip install ".[card]"') from error
    # Salt and metadata are fixed, so that the same bridge is the same file.
    with rc_context({"svg.hashsalt": "counterask", "font.family": ["Carlito", "Liberation Sans", "DejaVu Sans"]}):
        figure = Figure(figsize=(max(6.0, 0.95 * len(steps) + 1.5), 4.6), layout="constrained")
        axes = figure.add_subplot()
        for place, step in enumerate(steps):
            _bar(axes, place, step)
            if place + 1 < len(steps):
                axes.plot([place + 0.35, place + 0.65], [step.end, step.end], color=MUTED, linewidth=0.8)
        axes.set_xticks(range(len(steps)), [_plain(_named(step)) for step in steps], fontsize=9)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_ylabel(_plain(f"deal value ({currency})" if currency else "deal value"))
        axes.set_title(_plain(f"From opening to now{f' · {client}' if client else ''}"), loc="left", color=ACCENT, weight="bold")
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.margins(y=0.12)
        axes.grid(axis="y", color=LINE, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.BytesIO()
        stamps = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
        with catch_warnings():
            simplefilter("ignore", UserWarning)  # a letter that no typeface has is drawn as a box; a terminal need not hear of it
            figure.savefig(drawn, format=kind, dpi=160, metadata=stamps[kind])
    write_bytes(target, drawn.getvalue(), overwrite=overwrite)


def _bar(axes: object, place: int, step: BridgeStep) -> None:
    """One bar with its amount: totals dark, rises plain, falls hatched."""
    low, high = (min(0.0, step.end), max(0.0, step.end)) if step.is_total else sorted((step.start, step.end))
    colour = ACCENT if step.is_total else GOOD[1] if step.change >= 0.0 else BAD[1]
    look = {"color": colour} if step.is_total or step.change >= 0.0 else {"facecolor": "white", "hatch": "///"}
    axes.bar(place, high - low, bottom=low, width=0.7, edgecolor=colour, **look)  # type: ignore[attr-defined]
    said = f"{step.end:,.0f}" if step.is_total else f"{step.change:+,.0f}"
    axes.annotate(  # type: ignore[attr-defined]
        said, (place, high), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=8.5, color="black"
    )


def _named(step: BridgeStep) -> str:
    """What stands below a bar: its label, and what was asked in a few short lines."""
    return "\n".join([step.label, *textwrap.wrap(step.asks, _NAME_WIDTH)])


def _plain(words: str) -> str:
    """Words as they are: a dollar sign begins no formula, a control character no order to a terminal or a printer."""
    return visible(words).replace("$", r"\$")
