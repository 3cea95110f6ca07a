"""Formats that keep from sight what a cell holds: letters in the colour of their ground, letters too small to read, number
formats that show nothing, or something else than the number.

Colours are those of the cell's own format; what a conditional format does to it is not looked at.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from lxml import etree

from .package import Package, local_name
from .styles import children, shows_date
from .workbook_part import one_part

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""
Item = TypeVar("Item")

LEAST_CONTRAST = 1.25
"""Contrast ratio (1 to 21) under which letters cannot be told from their ground. Source: WCAG 2.2, relative luminance."""
LEAST_LETTERS = 4.0
"""Points under which letters cannot be read."""

_WHITE, _BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]', re.DOTALL)
_CONDITION, _ELAPSED = re.compile(r"\[[<>=]"), re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_SHOWS = re.compile(r"[0#?@]|general|standard", re.IGNORECASE)
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_INDEXED = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")


@dataclass(frozen=True)
class Unseen:
    """The formats of one workbook. looks : for each place in cellXfs why its letters cannot be read, or "". codes : its number
    format, "" for General and the built-in ones."""

    looks: Sequence[str]
    codes: Sequence[str]

    def why(self, style: int, value: object) -> str:
        """Why a cell of a format does not show a value, in words; "" where it does."""
        if not 0 <= style < len(self.looks):
            return ""
        if self.looks[style]:
            return self.looks[style]
        code = self.codes[style]
        return _hides(code, _like(value)) if code else ""


def unseen_formats(package: Package) -> Unseen:
    """The formats of a workbook. Raises UnreadableWorkbook."""
    relations = package.relations(package.workbook_part())
    part = one_part(package, relations, "styles")
    if part is None:
        return Unseen((), ())
    tree = package.xml(part)
    theme_part = one_part(package, relations, "theme")
    theme = _theme(package.xml(theme_part)) if theme_part else {}
    own = {item.get("numFmtId"): item.get("formatCode", "") for item in children(tree, "numFmts")}
    fonts = [_font(item, theme) for item in children(tree, "fonts")]
    fills = [_fill(item, theme) for item in children(tree, "fills")]
    looks, codes = [], []
    for form in children(tree, "cellXfs"):
        font, fill = _at(fonts, form.get("fontId")), _at(fills, form.get("fillId"))
        looks.append(_why(font, fill))
        codes.append(own.get(form.get("numFmtId", "0"), ""))
    return Unseen(tuple(looks), tuple(codes))


def hides(code: str, value: object) -> str:
    """Why a number format does not show a value, in words; "" where it does.

    >>> hides(";;;", 5.0), hides("0.0%", 0.05)
    ('the number format ;;; shows nothing', '')
    """
    return _hides(code, _like(value)) if code else ""


def _like(value: object) -> object:
    """A value that every number format treats as this one: text, or a number of the same sign."""
    if isinstance(value, str):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 1.0 if value > 0 else -1.0 if value < 0 else 0.0
    return None


@lru_cache(maxsize=1024)
def _hides(code: str, value: object) -> str:
    sections = _sections(code)
    if isinstance(value, str):
        if len(sections) < 4 or "@" in _LITERAL.sub("", sections[3]):
            return ""
        section = sections[3]
    elif isinstance(value, float):
        place = 0 if value > 0 or len(sections) == 1 else 1 if value < 0 else 2
        section = sections[place if place < len(sections) else 0]
        if place == 2 and not re.search(r"\d", section):  # a dash for 0, or nothing for it, is how many people write it
            section = sections[0]
        asked = sections[:3] if _CONDITION.search(code) else [section]
        if any(_SHOWS.search(_LITERAL.sub("", one)) or _ELAPSED.search(one) or shows_date(one) for one in asked):
            return ""
    else:
        return ""
    words = "".join(re.findall(r'"([^"]*)"', section)).strip()
    return (
        f'the number format {code[:40]} shows "{words[:20]}" instead' if words else f"the number format {code[:40]} shows nothing"
    )


def _sections(code: str) -> list[str]:
    """The parts of a number format: plus, minus, zero, text."""
    found, start = [], 0
    for mark in re.finditer(r'"[^"]*"|\\.|;', code, re.DOTALL):
        if mark[0] == ";":
            found.append(code[start : mark.start()])
            start = mark.end()
    return [*found, code[start:]]


def _why(font: tuple[Colour, float] | None, fill: Colour | None) -> str:
    colour, size = font or (_BLACK, 11.0)
    if size < LEAST_LETTERS:
        return f"its letters are {size:g} points high"
    light, dark = sorted((_luminance(colour), _luminance(fill or _WHITE)), reverse=True)
    return "its letters have the colour of their ground" if (light + 0.05) / (dark + 0.05) < LEAST_CONTRAST else ""


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _at(items: Sequence[Item], place: str | None) -> Item | None:
    return items[int(place)] if place is not None and place.isdecimal() and int(place) < len(items) else None


def _font(item: etree._Element, theme: dict[str, Colour]) -> tuple[Colour, float]:
    colour, size = _BLACK, 11.0
    for one in item:
        if local_name(one) == "color":
            colour = _colour(one, theme, _BLACK)
        elif local_name(one) == "sz":
            size = _number(one.get("val"), 11.0)
    return colour, size


def _fill(item: etree._Element, theme: dict[str, Colour]) -> Colour | None:
    """The ground of a solid fill; None where there is none, or a pattern."""
    pattern = next((one for one in item if local_name(one) == "patternFill"), None)
    if pattern is None or pattern.get("patternType") != "solid":
        return None
    return next((_colour(one, theme, _WHITE) for one in pattern if local_name(one) == "fgColor"), _WHITE)


def _colour(item: etree._Element, theme: dict[str, Colour], automatic: Colour) -> Colour:
    """A colour as it is shown, its tint included; `automatic` where it cannot be told."""
    rgb, place, index = item.get("rgb"), item.get("theme"), item.get("indexed")
    found = automatic
    if rgb and re.fullmatch(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", rgb):
        found = _of_hex(rgb[-6:])
    elif place is not None and place.isdecimal() and int(place) < len(_THEME_ORDER):
        found = theme.get(_THEME_ORDER[int(place)], automatic)
    elif index is not None and index.isdecimal() and int(index) < 16:
        found = _of_hex(_INDEXED[int(index) % 8])
    tint = max(-1.0, min(1.0, _number(item.get("tint"), 0.0)))
    if not tint:
        return found
    hue, light, saturation = colorsys.rgb_to_hls(*found)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return colorsys.hls_to_rgb(hue, light, saturation)


def _theme(tree: etree._Element) -> dict[str, Colour]:
    """The colours of a theme by the names of its scheme."""
    found = {}
    for scheme in tree.iter():
        if local_name(scheme) == "clrScheme":
            for entry in scheme:
                for colour in entry:
                    value = colour.get("lastClr") or colour.get("val") or ""
                    if re.fullmatch(r"[0-9A-Fa-f]{6}", value):
                        found[local_name(entry)] = _of_hex(value)
    return found


def _of_hex(text: str) -> Colour:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
