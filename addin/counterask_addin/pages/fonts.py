"""The typeface of printed pages: one with many scripts where the machine has it, else the one that every PDF reader has."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

PLAIN, BOLD = "Page", "Page-Bold"
_FACES = (
    ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")


@cache
def faces() -> tuple[str, str]:
    """The names, in reportlab, of the plain and the bold face."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    found = _files()
    for plain, bold in _FACES:
        if plain.lower() in found and bold.lower() in found:
            try:
                registerFont(TTFont(PLAIN, found[plain.lower()]))
                registerFont(TTFont(BOLD, found[bold.lower()]))
            except TTFError:
                continue
            return PLAIN, BOLD
    return "Helvetica", "Helvetica-Bold"


def _files() -> dict[str, Path]:
    """The font files of the machine, by their names in lower case."""
    windows = Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
    folders = [*(Path(folder).expanduser() for folder in _FOLDERS), windows]
    return {path.name.lower(): path for folder in folders if folder.is_dir() for path in folder.rglob("*.[tT][tT][fF]")}
