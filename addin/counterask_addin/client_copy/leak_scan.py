"""The search of a finished workbook: what it holds must be what was planned, and what was planned must be what was agreed.

Three closed worlds. Every number and every word of the plan is one that the open inputs of the deal or the fixed words of
a proposal explain. Every cell that is read back is the planned one. Every other text or attribute in any part of the file
stands in an empty workbook of the same library too, or in the fixed looks of a proposal. What is left over is a leak.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from lxml import etree

from counterask.counter_asks.sentences import Speaker, book
from counterask.inputs.levers import LEVERS, LINE_LEVERS, TERM_LEVERS, Kind
from counterask.inputs.terms import Deal

from ..workbooks.package import local_name
from ..workbooks.read_cells import unescaped
from .agreed import OPEN, Agreed
from .confidential import Leak, Secrets, numbers_in
from .proposal import words
from .sheet import CREATED, FONT, FOOTER, LOOKS, SHEET, Plan
from .stages import LEAST_MONEY_DIGITS, as_shown, digits_of, priced_lines, stages_of

_SHEET_PART = "xl/worksheets/sheet1.xml"
_STRUCTURE = re.compile(r"\$?[A-Z]{0,3}\$?\d{0,4}(:\$?[A-Z]{1,3}\$?\d{1,4})?|\d{1,3}:\d{1,3}")
_WORD = re.compile(r"[^\W\d_]+")
_SHEET_ELEMENTS = frozenset(
    [
        "worksheet",
        "sheetPr",
        "pageSetUpPr",
        "dimension",
        "sheetViews",
        "sheetView",
        "sheetFormatPr",
        "cols",
        "col",
        "sheetData",
        "row",
        "c",
        "v",
        "mergeCells",
        "mergeCell",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "oddFooter",
    ]
)
_SETTINGS = frozenset(["portrait", "s", "n", "center", "right", "left", "top", "bottom", "solid", "thin", "medium", "0.6", "0.7"])


def scan_plan(texts: list[str], numbers: list[float], agreed: Agreed, deal: Deal, language: str, secrets: Secrets) -> list[Leak]:
    """What of the planned texts and numbers the open inputs of the deal (money in its own currency) do not explain."""
    known, spelled = _open_numbers(agreed, deal, language)
    leaks = [leak_of(f"{one:.15g}", "the page", secrets) for one in numbers if one not in known]
    own = [agreed.client, agreed.currency, agreed.base, agreed.paid_in, str(agreed.quoted), str(agreed.valid_until)]
    own += [text for line in deal.lines for text in (line.name,)]
    own += [text for one in deal.company_levers if one.units > 0 for text in (one.name, one.unit)]
    granted = {change.lever for trade in agreed.trades for change in (*trade.gives, *trade.gets)}
    own += [text for one in deal.company_levers if one.name in granted for text in (one.name, one.unit)]
    vocabulary = _vocabulary(language) | {word.lower() for text in own for word in _WORD.findall(text)}
    spelled |= {token for text in own for token in numbers_in(text)}
    for text in texts:
        odd = [word for word in _WORD.findall(text) if word.lower() not in vocabulary]
        odd += [token for token in numbers_in(text) if token not in spelled]
        if odd:
            leaks.append(leak_of(text, "the page", secrets))
    return leaks


def _open_numbers(agreed: Agreed, deal: Deal, language: str) -> tuple[set[float], set[str]]:
    """The numbers that may stand in a cell, and the spellings of those that may stand in a text."""
    cells: set[float] = set()
    levels = [getattr(deal.terms, lever.name) for lever in TERM_LEVERS if lever.name in OPEN]
    levels += [one.units for one in deal.company_levers]
    levels += [change.to for trade in agreed.trades for change in (*trade.gives, *trade.gets)]
    rate = 1.0 if agreed.rate is None else agreed.rate
    say = Speaker(deal, language)
    texts = {say.number(rate, digits_of(rate, 0))}
    lines = priced_lines(deal, rate)
    for one in lines:
        line, listed = one.line, as_shown(one.line.list_price)
        levels += [getattr(line, lever.name) for lever in LINE_LEVERS if lever.name in OPEN]
        levels += [line.delivery_months - deal.terms.months_brought_forward, one.discount_end - one.start, one.ramp_months]
        cells |= {one.price(one.start), one.amount(one.start), listed, one.discount, as_shown(line.quantity, 0)}
        texts |= set(numbers_in(say.money(listed, digits_of(listed, LEAST_MONEY_DIGITS))))
    for stage in (stage for kind in Kind for stage in stages_of(lines, kind)):
        cells.add(stage.total)
        levels += [stage.start + 1.0, stage.end]
    for level in levels:
        if math.isfinite(level):
            texts |= {say.number(abs(number)) for number in (level, 100.0 * level, level / 12.0)}
    for day in (agreed.quoted, agreed.valid_until):
        texts |= set(numbers_in(day)) if isinstance(day, str) else {str(day.day), str(day.year)}
    return cells, texts | {"1"}


@cache
def _vocabulary(language: str) -> frozenset[str]:
    """Every word of the fixed texts of a language."""

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for one in value.values():
                yield from walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                yield from walk(one)
        elif isinstance(value, str):
            yield value

    said = [asdict(lever.words(language)) for lever in LEVERS]
    texts = [*walk(dict(words(language))), *walk(dict(book(language))), *walk(said)]
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def scan_workbook(content: bytes, made: Plan, secrets: Secrets) -> list[Leak]:
    """What a finished workbook holds beyond its plan."""
    leaks: list[Leak] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        vanilla = _vanilla()
        if archive.comment or any(one.comment or one.extra for one in archive.infolist()):
            leaks.append(leak_of(archive.comment.decode("latin-1") or "a remark", "the zip file", secrets))
        end = content.rfind(b"PK\x05\x06")
        if len(content) != end + 22 + len(archive.comment) or not content.startswith(b"PK"):
            leaks.append(leak_of(content[end + 22 :].decode("latin-1"), "the end of the file", secrets))
        for name in archive.namelist():
            text = archive.read(name)
            if name not in vanilla:
                leaks.append(leak_of(name, f"the part {name}", secrets, text.decode("utf-8", "replace")))
                continue
            leaks += [leak_of(token, name, secrets) for token in _unexplained(name, text, vanilla[name], made)]
        for name in set(vanilla) - set(archive.namelist()):
            leaks.append(Leak(name, "the file lacks a part and"))
        if not leaks:
            leaks += _cells(archive, made, secrets)
    return leaks


def leak_of(found: str, where: str, secrets: Secrets, more: str = "") -> Leak:
    """A leak, with the secret that it gives away where one is known."""
    for secret, place in secrets.in_text(f"{found} {more}"):
        return Leak(secret, where, place)
    return Leak(found, where)


def _unexplained(name: str, content: bytes, plain: frozenset[str], made: Plan) -> Iterator[str]:
    """Texts and attributes of a part that neither an empty workbook nor the plan explains."""
    tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    texts = {str(cell.value) for cell in made.cells.values() if isinstance(cell.value, str)}
    for token, kind, element in _tokens(tree):
        if token in plain or not token.strip():
            continue
        if kind == "#element":
            if name == _SHEET_PART and token in _SHEET_ELEMENTS or name == "xl/styles.xml" or token in ("sst", "si", "t"):
                continue
        elif name == "xl/sharedStrings.xml" and (
            unescaped(token) in texts or kind in ("count", "uniqueCount", "space")
        ):
            continue
        elif name == _SHEET_PART and kind == "#text" and element == "v":
            continue  # compared cell by cell
        elif name == _SHEET_PART and _is_of_sheet(token, kind, made) or name == "xl/styles.xml" and _is_of_styles(token, made):
            continue
        yield token


def _is_of_sheet(token: str, kind: str, made: Plan) -> bool:
    if token in _SETTINGS or token == FOOTER:
        return True
    if kind in ("ht", "width"):
        sizes = {*made.heights.values(), *made.widths}
        return any(abs(float(token) - one) < 0.751 for one in sizes)  # the library rounds to whole pixels
    return _STRUCTURE.fullmatch(token) is not None


def _is_of_styles(token: str, made: Plan) -> bool:
    looks = {str(value) for look in LOOKS.values() for value in look.values()}
    colours = {f"FF{look[1:].upper()}" for look in looks if look.startswith("#")} | {"FF1D2B31"}
    return (
        token in colours | made.formats | _SETTINGS | {FONT, "24", "10.5"}
        or token in looks
        or _STRUCTURE.fullmatch(token) is not None
    )


def _tokens(tree: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Every element's name, text, tail and attribute of a tree: token, what it is, of which element. Remarks too."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            yield element.text or "remark", "#remark", ""
            continue
        name = local_name(element)
        yield name, "#element", name
        for text in (element.text, element.tail):
            if text:
                yield text, "#text", name
        for key, value in element.attrib.items():
            yield str(value), str(key).rpartition("}")[2], name


@cache
def _vanilla() -> dict[str, frozenset[str]]:
    """The parts of a workbook of one empty sheet, each with its tokens: what the library itself writes."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(SHEET)
        page.write_string(0, 0, SHEET)
        book.set_properties({"title": SHEET, "created": CREATED})
    with zipfile.ZipFile(target) as archive:
        trees = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    return {name: frozenset(token for token, _, _ in _tokens(tree)) for name, tree in trees.items()}


def _cells(archive: zipfile.ZipFile, made: Plan, secrets: Secrets) -> list[Leak]:
    """Read every cell back and compare it with the plan."""
    strings = []
    for item in etree.fromstring(archive.read("xl/sharedStrings.xml")):
        strings.append(unescaped("".join(text or "" for text in item.itertext())))
    found: dict[tuple[int, int], str | float] = {}
    for cell in etree.fromstring(archive.read(_SHEET_PART)).iter("{*}c"):
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()  # type: ignore[union-attr]
        column = 0
        for letter in letters:
            column = 26 * column + ord(letter) - 64
        stored = [child.text or "" for child in cell]
        if not stored:
            continue
        value = strings[int(stored[0])] if cell.get("t") == "s" else float(stored[0])
        found[int(row) - 1, column - 1] = value if len(stored) == 1 else " ".join(stored)
    planned = {at: cell.value for at, cell in made.cells.items()}
    wrong = [at for at in found if at not in planned or found[at] != planned[at]] + [at for at in planned if at not in found]
    return [leak_of(str(found.get(at, "nothing")), f"row {at[0] + 1}, column {at[1] + 1}", secrets) for at in wrong]
