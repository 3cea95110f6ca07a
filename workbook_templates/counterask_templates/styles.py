"""How cells look: one accent colour, blue on pale yellow for inputs, black for results.

A word and a shape stand beside every colour.

Calibri has a metric twin that LibreOffice brings along (Carlito), so that widths hold in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterask.inputs.language import Texts
from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

ENGLISH_TEXTS = Texts()
FONT = "Calibri"
SIZE = 10
ACCENT, ACCENT_PALE = "#1F5C6B", "#DCE9EC"
INPUT_TEXT, INPUT_FILL = "#1F3FA6", "#FFF9DC"
LINE, MUTED, UNUSED = "#C4CED1", "#56636A", "#E9ECED"

NUMBER_FORMATS = {
    "money": "#,##0.00",
    "whole_money": "#,##0",
    "share": "0.0##%",
    "whole_share": "0%",
    "tenths": "0.0%",
    "count": "#,##0",
    "date": "yyyy-mm-dd",
}
"""Number formats by kind of cell; kinds that are not here show what they hold ("General")."""

TYPED = "General;-General"
"""The number format of cells into which a level or a share is typed; a conditional format shows the share as per cent.

In a cell with a format of per cent LibreOffice takes "8%" for a text and 0.08 for 0.08 %, and a cell with no format of its own
becomes one as soon as a percentage is typed into it. In a cell with this format 8% and 0.08 are the same in every program.
"""
SHOWN_SHARE = "0.0##%"
_TYPED = frozenset({"share", "level"})
_TEXTS = frozenset({"text", "wrapped", "small", "compact", "label", "bare"})
_WRAPPED = frozenset({"wrapped", "small", "compact"})
_SMALL = frozenset({"small", "compact"})

GOOD, WATCH, BAD = (
    (VERDICT_LOOKS[one].fill, VERDICT_LOOKS[one].text) for one in (Verdict.NEGOTIATION, Verdict.CONCESSION, Verdict.UNBALANCED)
)
"""Fill and text colour of what is fine, of what to look at, and of what is wrong."""


class Styles:
    """The formats of one workbook, each made once, with the words in number formats in its language."""

    def __init__(self, book: Workbook, texts: Texts = ENGLISH_TEXTS) -> None:
        self._book, self._texts = book, texts
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **look: Any) -> Format:
        """A format; font and vertical alignment are the house's unless said otherwise."""
        return self._format({"font_name": FONT, "font_size": SIZE, "valign": "vcenter", **look})

    def change(self, **look: Any) -> Format:
        """What a conditional format changes, and nothing else."""
        return self._format(look)

    def _format(self, look: dict[str, Any]) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            if "num_format" in look:
                found = self._texts.texts.get(look["num_format"])
                look["num_format"] = found or self._texts.in_formula(look["num_format"])
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    def title(self, **look: Any) -> Format:
        """The name of a sheet."""
        return self.get(**{"font_size": 18, "bold": True, "font_color": ACCENT, **look})

    def section(self) -> Format:
        """The name of a table."""
        return self.get(font_size=12, bold=True, font_color=ACCENT, valign="bottom")

    def note(self, **look: Any) -> Format:
        """Words of help."""
        return self.get(font_color=MUTED, **look)

    def band(self) -> Format:
        """The heading over several columns."""
        return self.get(bold=True, font_color=ACCENT, bg_color=ACCENT_PALE, align="center")

    def banner(self, **look: Any) -> Format:
        """A sentence that must be seen."""
        shared = {"bold": True, "font_size": 12, "indent": 1, "text_wrap": True, "border": 1, "border_color": LINE}
        return self.get(**{**shared, **look})

    def header(self, kind: str = "text", *, is_input: bool = True, **look: Any) -> Format:
        """A column header: dark over inputs, pale over results; aligned as the cells below it."""
        shared = {"bold": True, "text_wrap": True, "border": 1, "border_color": LINE, **_alignment(kind), **look}
        if is_input:
            return self.get(**shared, bg_color=ACCENT, font_color="#FFFFFF")
        return self.get(**shared, bg_color=ACCENT_PALE, font_color=ACCENT)

    def entry(self, kind: str, **look: Any) -> Format:
        """A cell to type into."""
        shared = {"num_format": TYPED} if kind in _TYPED else {}
        return self._cell(kind, **{"font_color": INPUT_TEXT, "bg_color": INPUT_FILL, "locked": False, **shared, **look})

    def result(self, kind: str, **look: Any) -> Format:
        """A cell that is computed, or that is locked."""
        return self.get(**look) if kind == "bare" else self._cell(kind, **look)

    def open_ended(self, kind: str, **look: Any) -> Format:
        """A cell of a result table of no fixed length: its frame comes with its content, by a conditional format."""
        return self._cell(kind, border=0, **look)

    def _cell(self, kind: str, **look: Any) -> Format:
        full: dict[str, Any] = {"border": 1, "border_color": LINE, **_alignment(kind), **look}
        if not full["border"]:
            del full["border"], full["border_color"]
        if kind in NUMBER_FORMATS:
            full.setdefault("num_format", NUMBER_FORMATS[kind])
        if kind in _WRAPPED:
            full["text_wrap"] = True
        if kind in _SMALL:
            full["font_size"] = 9
        return self.get(**full)

    def fixed(self, **look: Any) -> Format:
        """A printed word beside an input: a term's name or unit."""
        return self.get(border=1, border_color=LINE, indent=1, **look)


def _alignment(kind: str) -> dict[str, Any]:
    """Words to the left, away from the number before them; numbers to the right; shapes and dates in the middle."""
    if kind == "compact":
        return {"align": "left"}
    if kind in _TEXTS:
        return {"align": "left", "indent": 1}
    return {"align": "center" if kind in ("mark", "date", "switch") else "right"}
