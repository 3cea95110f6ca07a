"""Rules for the styles: the order of elements, what refers to what, and number formats that Excel can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .book import MAIN, Book, Broken, out_of_order

_ORDER = """numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"""
_DXF_ORDER = "font numFmt fill alignment border protection extLst"
_XF_ORDER = "alignment protection extLst"
_MOST_FORMATS = 65_430
_LAST_BUILT_IN, _LONGEST_CODE = 163, 255


def style_rules(book: Book) -> Iterator[Broken]:
    """What is wrong with the styles."""
    part = book.related(book.main, "styles")
    if part is None or part not in book.parts:
        yield Broken("styles", book.main, "the workbook has no styles")
        return
    if book.related(book.main, "theme") not in book.parts:
        yield Broken("theme", book.main, "the workbook has no theme")
    tree = book.xml(part)
    wrong = out_of_order(list(tree), _ORDER)
    if wrong:
        yield Broken("element order", part, wrong)
    for group in tree:
        if group.get("count") not in (None, str(len(group))):
            yield Broken("count", part, f"{group.tag.rpartition('}')[2]} says {group.get('count')} and holds {len(group)}")
    codes = _number_formats(tree)
    for code in codes.values():
        for words in number_format_faults(code):
            yield Broken("number format", part, f'"{code}" {words}')
    if len(codes) != len(tree.findall(f"{MAIN}numFmts/{MAIN}numFmt")):
        yield Broken("number format", part, "two formats have one number")
    yield from _formats(part, tree, codes)
    yield from _differences(part, tree)
    fills = tree.findall(f"{MAIN}fills/{MAIN}fill/{MAIN}patternFill")
    if [fill.get("patternType") for fill in fills[:2]] != ["none", "gray125"]:
        yield Broken("styles", part, "the first two fills are not none and gray125")
    normal = [one.get("builtinId") for one in tree.findall(f"{MAIN}cellStyles/{MAIN}cellStyle")]
    if "0" not in normal:
        yield Broken("styles", part, "there is no cell style Normal")
    for color in tree.iter(f"{MAIN}color", f"{MAIN}fgColor", f"{MAIN}bgColor"):
        if color.get("rgb") is not None and not re.fullmatch(r"[0-9A-Fa-f]{8}", color.get("rgb")):
            yield Broken("styles", part, f"{color.get('rgb')} is no colour")


def _number_formats(tree: Any) -> dict[str, str]:
    return {one.get("numFmtId"): one.get("formatCode") for one in tree.findall(f"{MAIN}numFmts/{MAIN}numFmt")}


def _formats(part: str, tree: Any, codes: dict[str, str]) -> Iterator[Broken]:
    sizes = {
        "fontId": len(tree.findall(f"{MAIN}fonts/{MAIN}font")),
        "fillId": len(tree.findall(f"{MAIN}fills/{MAIN}fill")),
        "borderId": len(tree.findall(f"{MAIN}borders/{MAIN}border")),
        "xfId": len(tree.findall(f"{MAIN}cellStyleXfs/{MAIN}xf")),
    }
    for group in ("cellStyleXfs", "cellXfs"):
        formats = tree.findall(f"{MAIN}{group}/{MAIN}xf")
        if not formats or len(formats) > _MOST_FORMATS:
            yield Broken("styles", part, f"{len(formats):,} formats in {group}")
        for place, one in enumerate(formats):
            for name, size in sizes.items():
                if one.get(name) is not None and int(one.get(name)) >= size:
                    yield Broken("style reference", part, f"{name} {one.get(name)} of format {place} is not there")
            number = one.get("numFmtId", "0")
            if int(number) > _LAST_BUILT_IN and number not in codes:
                yield Broken("style reference", part, f"number format {number} of format {place} is not there")
            if wrong := out_of_order(list(one), _XF_ORDER):
                yield Broken("element order", part, f"format {place}: {wrong}")
    for one in tree.findall(f"{MAIN}cellStyles/{MAIN}cellStyle"):
        if int(one.get("xfId")) >= sizes["xfId"]:
            yield Broken("style reference", part, f"the cell style {one.get('name')} has no format")


def _differences(part: str, tree: Any) -> Iterator[Broken]:
    for place, one in enumerate(tree.findall(f"{MAIN}dxfs/{MAIN}dxf")):
        if wrong := out_of_order(list(one), _DXF_ORDER):
            yield Broken("element order", part, f"conditional format {place}: {wrong}")
        for number in one.findall(f"{MAIN}numFmt"):
            for words in number_format_faults(number.get("formatCode")):
                yield Broken("number format", part, f'"{number.get("formatCode")}" {words}')


def number_format_faults(code: str) -> Iterator[str]:
    """What Excel cannot read in a number format.

    >>> list(number_format_faults('#,##0.00 "EUR";[Red]-0.0%'))
    []
    >>> list(number_format_faults('0.0 "EUR')), list(number_format_faults('0;0;0;@;0'))
    (['has a text without an end'], ['has more than four sections'])
    """
    if not code or len(code) > _LONGEST_CODE:
        yield f"has {len(code)} characters"
        return
    bare = re.sub(r'\\.|_.|\*.|"[^"]*"', "", code)
    if '"' in bare:
        yield "has a text without an end"
        return
    if bare.count(";") > 3:
        yield "has more than four sections"
    for bracket in re.findall(r"\[[^\]]*\]?", bare):
        if not re.fullmatch(
            r"\[(Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?\d{1,2}|[<>=]{1,2}-?[\d.]+|h+|m+|s+|\$[^\]]*)\]",
            bracket,
            re.IGNORECASE,
        ):
            yield f"has {bracket}"
    letters = re.sub(r"\[[^\]]*\]|General|AM/PM|A/P|E[+-]", "", bare, flags=re.IGNORECASE)
    odd = sorted(set(re.findall(r"[^\W\d_]", letters)) - set("dmyhsDMYHSeEgGbB"))
    if odd:
        yield f"has the letters {''.join(odd)} outside quotes"
