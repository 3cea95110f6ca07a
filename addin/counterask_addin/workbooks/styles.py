"""The styles part: which cell formats show dates, and twins of cell formats with another fill or font.

A cell names its format by the place in cellXfs; a format names its fill and its font the same way. Formats are only
ever added, so that no other cell changes its look.
"""

from __future__ import annotations

import copy
import re

from lxml import etree

from counterask.result_tables.verdict_looks import VERDICT_LOOKS
from counterask.verdicts.trades import Verdict

from .package import MAIN_NAMESPACES, Package, local_name

UNBALANCED_FILL = f"FF{VERDICT_LOOKS[Verdict.UNBALANCED].fill[1:]}"
"""The fill of an unbalanced concession, ARGB."""
HIGHLIGHTS = frozenset({UNBALANCED_FILL, "FFFFC7CE"})
"""Fills that are ours to take away again: that of today, and that of earlier versions."""

MOST_FORMATS = 65_000
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
"""Built-in formats of dates and times of day. 46, [h]:mm:ss, counts time and stays a number."""
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]', re.IGNORECASE | re.DOTALL)
_PARTS_OF_STYLES = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs")


def children(tree: etree._Element, name: str) -> list[etree._Element]:
    """The elements inside the child of that name."""
    return [item for group in tree if local_name(group) == name for item in group if isinstance(item.tag, str)]


def shows_date(number_format: str) -> bool:
    """Whether a number format shows a date or a time of day. A count of hours such as [h]:mm is a number."""
    shown = _LITERALS.sub("", number_format).split(";")[0].lower()
    return "general" not in shown and "[" not in shown and any(letter in shown for letter in "ymdhs")


def date_formats(tree: etree._Element) -> frozenset[int]:
    """The places in cellXfs of the formats that show dates."""
    own = {item.get("numFmtId"): item.get("formatCode", "") for item in children(tree, "numFmts")}
    dates = set()
    for place, form in enumerate(children(tree, "cellXfs")):
        code = form.get("numFmtId", "0")
        if shows_date(own[code]) if code in own else code.isdecimal() and int(code) in _DATE_FORMATS:
            dates.add(place)
    return frozenset(dates)


class StylesPart:
    """The styles part of a workbook that is being patched. is_changed : whether anything was added."""

    def __init__(self, tree: etree._Element) -> None:
        self.tree, self.is_changed = tree, False
        self._namespace = etree.QName(tree).namespace or MAIN_NAMESPACES[0]
        self._made: dict[tuple[str, str | None, str | None, bool | None], str] = {}
        self._known: dict[str, dict[bytes, int]] = {}

    @classmethod
    def of(cls, package: Package, part: str | None) -> StylesPart:
        """The styles of a workbook, or the least that can be where it has none."""
        return cls(package.xml(part) if part else bare_styles())

    def twin(self, style: str, fill: str | None, font: str | None, is_bold: bool | None) -> str:
        """The place of the format that is `style` with a fill, a colour of the font (both ARGB) or a weight.

        None leaves each as it is. fill : "" takes a highlight of ours away again and leaves any other fill.
        """
        key = (style, fill, font, is_bold)
        if key not in self._made:
            self._made[key] = self._twin(*key)
        return self._made[key]

    def _twin(self, style: str, fill: str | None, font: str | None, is_bold: bool | None) -> str:
        formats = self._group("cellXfs")
        if not len(formats):
            self._append("cellXfs", self._element("xf", numFmtId="0", fontId="0", fillId="0", borderId="0"))
        place = int(style) if style.isdecimal() and int(style) < len(formats) else 0
        form = copy.deepcopy(formats[place])
        form.tail = None
        if fill:
            form.set("fillId", str(self._place("fills", self._solid(fill))))
            form.set("applyFill", "1")
        elif fill == "" and self._is_highlight(form.get("fillId", "0")):
            form.set("fillId", "0")
        if font is not None or is_bold is not None:
            form.set("fontId", str(self._place("fonts", self._font(form.get("fontId", "0"), font, is_bold))))
            form.set("applyFont", "1")
        own = _text(formats[place])
        if _text(form) == own:
            return style
        return str(self._place("cellXfs", form))

    def wrapped(self, number_format: str, *, is_bold: bool = False) -> str:
        """The place of a format for text in several lines, at the top of its cell; all else as in an empty cell.

        number_format : the number of a built-in one.
        """
        form = copy.deepcopy(self._group("cellXfs")[int(self.twin("0", None, None, is_bold or None))])
        form.tail = None
        for item in list(form):
            if local_name(item) == "alignment":
                form.remove(item)
        form.insert(0, self._element("alignment", vertical="top", wrapText="1"))
        form.set("applyAlignment", "1")
        form.set("numFmtId", number_format)
        form.set("applyNumberFormat", "1")
        return str(self._place("cellXfs", form))

    def _group(self, name: str) -> etree._Element:
        """The list of that name, made where the part has none."""
        for group in self.tree:
            if local_name(group) == name:
                return group
        group = self._element(name, count="0")
        before = {"numFmts", *_PARTS_OF_STYLES[: _PARTS_OF_STYLES.index(name)]}
        self.tree.insert(sum(local_name(other) in before for other in self.tree), group)
        return group

    def _place(self, group: str, item: etree._Element) -> int:
        """Where an item stands in its list; it is added where there is none like it."""
        if group not in self._known:
            self._known[group] = {}
            for place, other in enumerate(self._items(group)):
                self._known[group].setdefault(_text(other), place)
        text = _text(item)
        if text not in self._known[group]:
            self._known[group][text] = self._append(group, item)
        return self._known[group][text]

    def _items(self, group: str) -> list[etree._Element]:
        return [item for item in self._group(group) if isinstance(item.tag, str)]

    def _append(self, group: str, item: etree._Element) -> int:
        parent = self._group(group)
        place = len(self._items(group))
        if place >= MOST_FORMATS:
            raise ValueError(f"the workbook has {place:,} {group} already and can hold no more")
        parent.append(item)
        parent.set("count", str(place + 1))
        self.is_changed = True
        return place

    def _element(self, name: str, **attributes: str) -> etree._Element:
        prefix = {self.tree.prefix: self._namespace}  # as the part spells it, so that like items are found alike
        return etree.Element(f"{{{self._namespace}}}{name}", attributes, nsmap=prefix)

    def _solid(self, colour: str) -> etree._Element:
        fill = self._element("fill")
        pattern = etree.SubElement(fill, f"{{{self._namespace}}}patternFill", patternType="solid")
        etree.SubElement(pattern, f"{{{self._namespace}}}fgColor", rgb=colour)
        etree.SubElement(pattern, f"{{{self._namespace}}}bgColor", indexed="64")
        return fill

    def _is_highlight(self, place: str) -> bool:
        fills = self._items("fills")
        fill = fills[int(place)] if place.isdecimal() and int(place) < len(fills) else None
        return fill is not None and any(
            local_name(colour) == "fgColor" and colour.get("rgb") in HIGHLIGHTS for colour in fill.iter()
        )

    def _font(self, place: str, colour: str | None, is_bold: bool | None) -> etree._Element:
        fonts = self._items("fonts")
        is_known = place.isdecimal() and int(place) < len(fonts)
        font = copy.deepcopy(fonts[int(place)]) if is_known else self._element("font")
        font.tail = None
        replaced = {name for name, wanted in (("b", is_bold), ("color", colour)) if wanted is not None}
        for item in list(font):
            if local_name(item) in replaced:
                font.remove(item)
        if is_bold:
            font.insert(0, etree.SubElement(font, f"{{{self._namespace}}}b"))
        if colour is not None:
            behind = {"b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz"}
            at = sum(local_name(item) in behind for item in font)
            font.insert(at, etree.SubElement(font, f"{{{self._namespace}}}color", rgb=colour))
        return font


def _text(item: etree._Element) -> bytes:
    """An item in the one spelling in which like items are alike."""
    return bytes(etree.tostring(item, method="c14n", exclusive=True, with_tail=False))


def bare_styles() -> etree._Element:
    """The least styles part that Excel accepts."""
    return etree.fromstring(
        f'<styleSheet xmlns="{MAIN_NAMESPACES[0]}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
