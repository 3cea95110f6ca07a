"""How each verdict looks, in every workbook, report and terminal: a shape and a colour beside the word."""

from __future__ import annotations

from dataclasses import dataclass

from ..verdicts.trades import Verdict


@dataclass(frozen=True)
class VerdictLook:
    """mark : a shape, so that the verdict is read without colour. fill : of a trade's row, "#RRGGBB". text : of the word and the
    shape in it, "#RRGGBB". terminal : the colour of both on a terminal, as `rich` names it."""

    mark: str
    fill: str
    text: str
    terminal: str


VERDICT_LOOKS: dict[Verdict, VerdictLook] = {
    Verdict.NEGOTIATION: VerdictLook("✔", "#E3F1DC", "#1E5B1E", "green"),
    Verdict.UNBALANCED: VerdictLook("✖", "#FFCDD2", "#8A0014", "bold red"),
    Verdict.CONCESSION: VerdictLook("▲", "#FFE3B0", "#7A4300", "yellow"),
    Verdict.DECLINED: VerdictLook("–", "#EEEEEE", "#404040", "dim"),
    Verdict.STALLED: VerdictLook("◷", "#FFF3C4", "#6B5200", "yellow"),
    Verdict.BLOCKED: VerdictLook("■", "#DDB6BE", "#5A0010", "bold red"),
    Verdict.CANNOT_TELL: VerdictLook("?", "#E6DDF0", "#43236B", "magenta"),
}
