"""How cells look: one accent colour, blue on pale yellow for inputs, black for results, a shape and a word beside every colour."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

FONT = "Calibri"
ACCENT = "#1F5C6B"
ACCENT_PALE = "#E3EEF1"
INPUT_TEXT, INPUT_FILL = "#1F3F8F", "#FFF9E0"
LINE = "#C9D3D6"
MUTED = "#5F6B6F"

NUMBER_FORMATS = {
    "money": "#,##0.00",
    "share": "0.0##%",
    "months": "0",
    "number": "#,##0.####",
    "level": "#,##0.####",
    "switch": "General",
    "date": "yyyy-mm-dd",
    "text": "General",
    "word": "General",
    "note": "General",
}

VERDICT_LOOKS: dict[str, tuple[str, str]] = {
    "negotiation": ("#E2F0D9", "#1E5B1E"),
    "unbalanced concession": ("#FFC7CE", "#8A0014"),
    "concession": ("#FFE4B3", "#7A4300"),
    "declined": ("#EDEDED", "#404040"),
    "stalled": ("#FFF2CC", "#6B5200"),
    "blocked": ("#D9B3BB", "#5A0010"),
    "cannot tell": ("#E6DDF0", "#43236B"),
}
"""Verdict -> fill and text colour of its row."""


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **look: Any) -> Format:
        """A format; font and vertical alignment are the house's unless said otherwise."""
        full = {"font_name": FONT, "font_size": 10, "valign": "vcenter", **look}
        key = tuple(sorted(full.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(full)
        return self._made[key]

    def title(self) -> Format:
        """The name of a sheet."""
        return self.get(font_size=16, bold=True, font_color=ACCENT)

    def section(self) -> Format:
        """The name of a table."""
        return self.get(font_size=12, bold=True, font_color=ACCENT, bottom=2, bottom_color=ACCENT)

    def note(self, **look: Any) -> Format:
        """Words of help."""
        return self.get(font_color=MUTED, **look)

    def header(self, is_input: bool = True) -> Format:
        """A column header: filled for inputs, outlined for results."""
        shared = {"bold": True, "text_wrap": True, "border": 1, "border_color": LINE, "valign": "vcenter"}
        if is_input:
            return self.get(**shared, bg_color=ACCENT, font_color="#FFFFFF")
        return self.get(**shared, bg_color=ACCENT_PALE, font_color=ACCENT)

    def entry(self, kind: str, **look: Any) -> Format:
        """A cell to type into."""
        align = {"text": "left", "note": "left", "word": "center"}.get(kind, "right")
        wrap = {"text_wrap": True} if kind == "note" else {}
        return self.get(
            num_format=NUMBER_FORMATS[kind],
            font_color=INPUT_TEXT,
            bg_color=INPUT_FILL,
            border=1,
            border_color=LINE,
            locked=False,
            align=align,
            **wrap,
            **look,
        )

    def result(self, kind: str, **look: Any) -> Format:
        """A cell that the functions fill."""
        align = {"text": "left", "mark": "center"}.get(kind, "right")
        form = NUMBER_FORMATS.get(kind, "General")
        wrap = {"text_wrap": True} if kind == "note" else {}
        return self.get(num_format=form, border=1, border_color=LINE, align="left" if wrap else align, **wrap, **look)

    def fixed(self, **look: Any) -> Format:
        """A printed word beside an input: a term's name or unit."""
        return self.get(border=1, border_color=LINE, **look)
