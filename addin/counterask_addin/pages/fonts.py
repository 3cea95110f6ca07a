"""The typeface of printed pages: one with many scripts where the machine has it, else the one that every PDF reader has."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from unicodedata import bidirectional, category

PLAIN, BOLD = "Page", "Page-Bold"
_FACES = (
    ("Carlito-Regular.ttf", "Carlito-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")


@dataclass(frozen=True)
class Faces:
    """A typeface by its names in reportlab. missing : the letters of a text that it cannot draw, each once."""

    plain: str
    bold: str
    missing: str = ""


def faces() -> tuple[str, str]:
    """The names, in reportlab, of the plain and the bold face."""
    first = _registered()[0]
    return first.plain, first.bold


def faces_for(text: str) -> Faces:
    """The first typeface that has every letter of a text, else the one that lacks the fewest.

    A letter that joins with its neighbours or is written from the right counts as missing: reportlab sets letter by letter.
    """
    letters = list(dict.fromkeys(letter for letter in text if not letter.isspace()))
    found = [replace(one, missing=_missing(one.plain, letters)) for one in _registered()]
    return min(found, key=lambda one: len(one.missing))


def _missing(face: str, letters: list[str]) -> str:
    from reportlab.pdfbase.pdfmetrics import getFont

    glyphs = getattr(getFont(face).face, "charToGlyph", None)
    return "".join(
        letter
        for letter in letters
        if bidirectional(letter) in ("R", "AL", "AN", "RLE", "RLO", "RLI")
        or category(letter) in ("Mn", "Mc", "Me")
        or (ord(letter) not in glyphs if glyphs is not None else not letter.encode("cp1252", "ignore"))
    )


@cache
def _registered() -> tuple[Faces, ...]:
    """The typefaces of the machine, made known to reportlab, and Helvetica, which every reader of PDF has."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    files = _files()
    found: list[Faces] = []
    for plain, bold in _FACES:
        if plain.lower() in files and bold.lower() in files:
            names = Faces(f"{PLAIN}{len(found) or ''}", f"{BOLD}{len(found) or ''}")
            try:
                registerFont(TTFont(names.plain, files[plain.lower()]))
                registerFont(TTFont(names.bold, files[bold.lower()]))
            except TTFError:
                continue
            found.append(names)
    return (*found, Faces("Helvetica", "Helvetica-Bold"))


def _files() -> dict[str, Path]:
    """The font files of the machine, by their names in lower case."""
    windows = Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
    folders = [*(Path(folder).expanduser() for folder in _FOLDERS), windows]
    return {path.name.lower(): path for folder in folders if folder.is_dir() for path in folder.rglob("*.[tT][tT][fF]")}
