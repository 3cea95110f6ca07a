"""The generator: plants faults of each kind in good quotes and says what must be found of them, where, and with what amount."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from counterask_addin.check import code, inputs, looks, names, results
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.read_cells import WorkbookCell, WorkbookCells, read_workbook
from counterask_templates.layout import (
    ASSUMED,
    HISTORY,
    HISTORY_TABLE,
    LIMITS,
    LINES,
    LISTS,
    QUOTE,
    RESULTS_SHEET,
    SELF_TEST,
    STAKEHOLDERS,
    TERMS,
    TRADES,
)

from .good_quotes import GoodQuote
from .package_edits import Parts, tag

ANY = object()
"""In the place of an amount: the fault has one, and the test that knows it stands elsewhere."""


@dataclass(frozen=True)
class Planted:
    """One fault as it must be found. amount : money or number, None where there is none, ANY where it is not held against one."""

    fault: str
    kind: str
    where: str
    amount: object = None


@dataclass
class Case:
    """A workbook with faults in it. follows : kinds that come along because the file was not computed anew."""

    path: Path
    limits: Path | None
    planted: list[Planted] = field(default_factory=list)
    follows: frozenset[str] = frozenset()


# ---- results and formulas: many in one workbook, on every sheet

_EDITS: dict[str, Callable[[str], str]] = {
    "a range changed": lambda text: re.sub(
        r"(\$?[A-Z]{1,2}\$?)(\d+)(?![\d(])", lambda m: f"{m[1]}{int(m[2]) + 1}", text, count=1
    ),
    "wrapped": lambda text: f"({text})+0",
    "a constant changed": lambda text: re.sub(r"(?<![A-Z$\d.])\d+(?![\d:.])", lambda m: str(int(m[0]) + 1), text, count=1),
    "a like function": lambda text: next(
        (
            text.replace(f"{old}(", f"{new}(", 1)
            for old, new in (("SUM", "MAX"), ("MAX", "MIN"), ("IFERROR", "IF"), ("DEAL_VALUE", "DEAL_MARGIN"))
            if f"{old}(" in text
        ),
        text,
    ),
    "a name swapped": lambda text: re.sub(r"\bTerms\b", "Terms_2", text, count=1),
    "a text in it changed": lambda text: re.sub(r'"(\w[^"]*)"', r'"\1 "', text, count=1),
}


def result_faults(quote: GoodQuote, saver: str, target: Path, seed: int) -> Case:
    """One workbook with a value typed over a formula, an edited formula and a stale value on every sheet that has formulas."""
    chance = random.Random(seed)
    truth, own = read_workbook(quote.files["XlsxWriter"]), read_workbook(quote.files[saver])
    parts, case = Parts(quote.files[saver]), Case(target, None)
    for sheet in own.sheets:
        formulas = [place for place, cell in sheet.cells.items() if cell.formula is not None and cell.array is None]
        chance.shuffle(formulas)
        for fault in (_typed, _pasted, _edited, _stale):
            for place in formulas:
                planted = fault(parts, truth, sheet.name, place, sheet.cells[place], chance)
                if planted is not None:
                    formulas.remove(place)
                    case.planted.append(planted)
                    break
    case.planted += _array_faults(parts, own, chance)
    parts.write(target)
    return case


def _value(truth: WorkbookCells, sheet: str, place: tuple[int, int]) -> object:
    found = truth.sheet(sheet)
    cell = found.cells.get(place) if found else None
    return cell.value if cell is not None else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _typed(
    parts: Parts, truth: WorkbookCells, sheet: str, place: tuple[int, int], cell: WorkbookCell, chance: random.Random
) -> Planted | None:
    value, at = _value(truth, sheet, place), cell_name(*place)
    if sheet != SELF_TEST and not _is_number(value) and chance.random() < 0.9:
        return None
    new = round(chance.uniform(1000, 2000), 2) if _is_number(value) else "✔ fine"
    parts.type_over(sheet, at, new)
    amount = value - new if _is_number(value) and sheet != SELF_TEST else None  # type: ignore[operator]
    return Planted("a value typed over a formula", results.OVERWRITTEN, f"{sheet} · {at}", amount)


def _pasted(
    parts: Parts, truth: WorkbookCells, sheet: str, place: tuple[int, int], cell: WorkbookCell, _: random.Random
) -> Planted | None:
    value, at = _value(truth, sheet, place), cell_name(*place)
    if not isinstance(value, float | int | str) or (value == "" and sheet not in (LISTS, STAKEHOLDERS)):
        return None
    parts.type_over(sheet, at, value)
    amount = 0.0 if _is_number(value) and sheet != SELF_TEST else None
    return Planted("a formula's own value pasted over it", results.OVERWRITTEN, f"{sheet} · {at}", amount)


def _edited(
    parts: Parts, truth: WorkbookCells, sheet: str, place: tuple[int, int], cell: WorkbookCell, chance: random.Random
) -> Planted | None:
    text, at, value = str(cell.formula), cell_name(*place), _value(truth, sheet, place)
    names_of_edits = list(_EDITS)
    chance.shuffle(names_of_edits)
    for name in names_of_edits:
        new = _EDITS[name](text)
        if new != text:
            element = parts.cell(sheet, at)
            element.find(tag("f")).text = new
            amount = None
            if cell.has_value and _is_number(value) and sheet != SELF_TEST:
                shown = float(value) + 250.0  # type: ignore[arg-type]
                parts.set_value(element, shown)
                amount = -250.0
            return Planted(f"a formula edited: {name}", results.EDITED, f"{sheet} · {at}", amount)
    return None


def _stale(
    parts: Parts, truth: WorkbookCells, sheet: str, place: tuple[int, int], cell: WorkbookCell, chance: random.Random
) -> Planted | None:
    value, at = _value(truth, sheet, place), cell_name(*place)
    if not cell.has_value or sheet == SELF_TEST or (not _is_number(value) and chance.random() < 0.5):
        return None
    if not isinstance(value, float | int | str):
        return None
    off = chance.choice([-0.02, 0.02, 17.0, -3000.0])
    parts.set_value(parts.cell(sheet, at), float(value) + off if _is_number(value) else "a value of another file")
    return Planted("a stale or foreign value", results.STALE, f"{sheet} · {at}", -off if _is_number(value) else None)


def _array_faults(parts: Parts, own: WorkbookCells, chance: random.Random) -> Iterator[Planted]:
    """An array of the functions that fills fewer rows, one that calls another function, one in whose cells a value was typed."""
    sheet = own.sheet(RESULTS_SHEET)
    assert sheet is not None
    arrays = [place for place, cell in sheet.cells.items() if cell.array is not None]
    short, other = chance.sample(arrays, 2)
    element = parts.cell(RESULTS_SHEET, cell_name(*short)).find(tag("f"))
    element.set("ref", re.sub(r"(\d+)$", lambda m: str(int(m[1]) - 1), element.get("ref")))
    yield Planted("an array that fills fewer rows", results.EDITED, f"{RESULTS_SHEET} · {cell_name(*short)}", ANY)
    element = parts.cell(RESULTS_SHEET, cell_name(*other)).find(tag("f"))
    element.text = (
        element.text.replace("Assumptions", "Limits", 1)
        if "Assumptions" in element.text
        else element.text.replace("Limits", "Terms", 1)
    )
    yield Planted("a function that is given another table", results.EDITED, f"{RESULTS_SHEET} · {cell_name(*other)}", ANY)


def foreign_values(quote: GoodQuote, other: GoodQuote, target: Path) -> Case:
    """Every result of the Trades sheet and the headline as another quote has them: copied in from it."""
    own, theirs = (read_workbook(one.files["XlsxWriter"]) for one in (quote, other))
    parts, case = Parts(quote.files["XlsxWriter"]), Case(target, quote.limits)
    for name in (QUOTE, TRADES):
        sheet, source = own.sheet(name), theirs.sheet(name)
        assert sheet is not None and source is not None
        for place, cell in sheet.cells.items():
            found = source.cells.get(place)
            if cell.formula is None or found is None or not isinstance(found.value, float | int | str):
                continue
            parts.set_value(parts.cell(name, cell_name(*place)), found.value)
            both = _is_number(cell.value) and _is_number(found.value)
            if found.value != cell.value and not (both and abs(found.value - cell.value) <= 0.005):  # type: ignore[operator]
                amount = cell.value - found.value if both else None  # type: ignore[operator]
                case.planted.append(Planted("a result of another quote", results.STALE, f"{name} · {cell_name(*place)}", amount))
    parts.write(target)
    return case


# ---- faults in the package, several in one workbook

Plant = Callable[[Parts, GoodQuote], list[Planted]]
TITLE = "a file's title of another client"


def _hidden_row(parts: Parts, _: GoodQuote) -> list[Planted]:
    parts.row(QUOTE, LINES.first).set("hidden", "1")
    return [Planted("a hidden row", inputs.HIDDEN, f"{QUOTE} · {LINES.first}:{LINES.first}")]


def _flat_row(parts: Parts, _: GoodQuote) -> list[Planted]:
    row = parts.row(QUOTE, TERMS.first + 1)
    row.set("ht", "0.75")
    row.set("customHeight", "1")
    return [Planted("a row of no height", inputs.HIDDEN, f"{QUOTE} · {TERMS.first + 1}:{TERMS.first + 1}")]


def _hidden_column(parts: Parts, _: GoodQuote) -> list[Planted]:
    columns = parts.sheet(ASSUMED).find(tag("cols"))
    for column in list(columns):
        first, last = int(column.get("min")), int(column.get("max"))
        if first <= 2 <= last:
            columns.remove(column)
            for low, high in ((first, 1), (3, last)):
                if low <= high:
                    etree.SubElement(columns, tag("col"), {**column.attrib, "min": str(low), "max": str(high)})
    etree.SubElement(columns, tag("col"), min="2", max="2", width="9", hidden="1")
    columns[:] = sorted(columns, key=lambda one: int(one.get("min")))
    return [Planted("a hidden column", inputs.HIDDEN, f"{ASSUMED} · B:B")]


def _sheet_state(name: str, state: str) -> Plant:
    def plant(parts: Parts, _: GoodQuote) -> list[Planted]:
        next(item for item in parts.book.iter(tag("sheet")) if item.get("name") == name).set("state", state)
        return [Planted(f"a sheet that is {state}", inputs.HIDDEN, name)]

    return plant


def _first_input(quote: GoodQuote) -> tuple[str, float]:
    return cell_name(LINES.first, LINES.column("unit_cost")), float(quote.document["lines"][0]["unit_cost"])


def _white(parts: Parts, quote: GoodQuote) -> list[Planted]:
    at, value = _first_input(quote)
    parts.restyle(parts.cell(QUOTE, at), white=True)
    return [Planted("white letters on white", looks.UNSEEN_INPUT, f"{QUOTE} · {at}", value)]


def _empty_format(parts: Parts, quote: GoodQuote) -> list[Planted]:
    at, value = _first_input(quote)
    parts.restyle(parts.cell(QUOTE, at), code=";;;")
    return [Planted("a number format that shows nothing", looks.UNSEEN_INPUT, f"{QUOTE} · {at}", value)]


def _lying_format(parts: Parts, quote: GoodQuote) -> list[Planted]:
    at, value = _first_input(quote)
    parts.restyle(parts.cell(QUOTE, at), code='"12.50";"12.50";"12.50"')
    return [Planted("a number format that shows another number", looks.UNSEEN_INPUT, f"{QUOTE} · {at}", value)]


def _lying_result(parts: Parts, quote: GoodQuote) -> list[Planted]:
    truth = read_workbook(quote.files["XlsxWriter"])
    cell = parts.cell(QUOTE, "C12")
    parts.restyle(cell, code='"9,999,999"')
    has_value = (stored := cell.find(tag("v"))) is not None and bool(stored.text)
    value = _value(truth, QUOTE, (12, 3)) if has_value else None
    return [Planted("a result whose format shows another number", looks.UNSEEN_RESULT, f"{QUOTE} · C12", value)]


def _number_as_text(parts: Parts, quote: GoodQuote) -> list[Planted]:
    at, value = _first_input(quote)
    parts.set_value(parts.cell(QUOTE, at), repr(value))
    return [Planted("a number stored as text", inputs.TEXT, f"{QUOTE} · {at}", value)]


def _text(parts: Parts, _: GoodQuote) -> list[Planted]:
    at = cell_name(TERMS.first, TERMS.column("opening"))
    parts.set_value(parts.cell(QUOTE, at), "as agreed")
    return [Planted("words where a number belongs", inputs.UNREADABLE, f"{QUOTE} · {at}")]


def _formula_input(words: str, text: str, kind: str) -> Plant:
    def plant(parts: Parts, _: GoodQuote) -> list[Planted]:
        at = cell_name(LINES.first, LINES.column("list_price"))
        cell = parts.cell(QUOTE, at)
        formula = etree.Element(tag("f"))
        formula.text = text
        cell.insert(0, formula)
        return [Planted(words, kind, f"{QUOTE} · {at}")]

    return plant


def _external_link(parts: Parts, _: GoodQuote) -> list[Planted]:
    content = f'<externalLink xmlns="{tag("")[1:-1]}"/>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    parts.add_part("xl/externalLinks/externalLink1.xml", content, kind, "xl/workbook.xml", "externalLink")
    return [Planted("a link to another file", inputs.EXTERNAL, "xl/externalLinks/externalLink1.xml")]


def _other_client_in_history(parts: Parts, _: GoodQuote) -> list[Planted]:
    at = cell_name(HISTORY_TABLE.first, HISTORY_TABLE.column("client"))
    parts.set_value(parts.cell(HISTORY, at), "Somebody Else Ltd")
    return [Planted("a history of another client", inputs.OTHER_CLIENT, f"{HISTORY} · {at}")]


def _other_client_in_properties(parts: Parts, _: GoodQuote) -> list[Planted]:
    core = parts.tree("docProps/core.xml")
    title = next((item for item in core if item.tag.endswith("}title")), None)
    if title is None:
        title = etree.SubElement(core, "{http://purl.org/dc/elements/1.1/}title")
    title.text = "Proposal for Somebody Else Ltd"
    return [Planted(TITLE, inputs.OTHER_CLIENT, "file property title")]


def _other_client_in_heading(parts: Parts, quote: GoodQuote) -> list[Planted]:
    page = parts.sheet(QUOTE).find(tag("headerFooter"))
    header = etree.Element(tag("oddHeader"))
    header.text = "&CProposal for Somebody Else Ltd"
    page.insert(0, header)
    return [Planted("a page header of another client", inputs.OTHER_CLIENT, f"{QUOTE} · page header")]


def _cut_formats(parts: Parts, _: GoodQuote) -> list[Planted]:
    sheet = parts.sheet(HISTORY)
    for item in sheet.findall(tag("conditionalFormatting")):
        sheet.remove(item)
    return [Planted("conditional formats removed", looks.REMOVED[looks.FORMAT], HISTORY, ANY)]


def _cut_rules(parts: Parts, _: GoodQuote) -> list[Planted]:
    sheet = parts.sheet(ASSUMED)
    sheet.remove(sheet.find(tag("dataValidations")))
    return [Planted("data validations removed", looks.REMOVED[looks.ENTRY], ASSUMED, ANY)]


def _unlock(parts: Parts, _: GoodQuote) -> list[Planted]:
    for name in (TRADES, LIMITS):
        sheet = parts.sheet(name)
        sheet.remove(sheet.find(tag("sheetProtection")))
    return [Planted("a sheet not protected", looks.UNLOCKED, name) for name in (TRADES, LIMITS)]


def _macros(parts: Parts, _: GoodQuote) -> list[Planted]:
    kind = "application/vnd.ms-office.vbaProject"
    parts.add_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no project", kind, "xl/workbook.xml", "vbaProject")
    return [Planted("macros", code.CODE, "xl/vbaProject.bin")]


def _comment(parts: Parts, _: GoodQuote) -> list[Planted]:
    content = (
        f'<comments xmlns="{tag("")[1:-1]}"><authors><author>A rep</author></authors><commentList>'
        '<comment ref="C21" authorId="0"><text><t>as for Somebody Else</t></text></comment></commentList></comments>'
    ).encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    parts.add_part("xl/comments1.xml", content, kind, parts.part_of(QUOTE), "comments")
    return [Planted("a comment", looks.COMMENT, f"{QUOTE} · C21")]


def _name(name: str, change: Callable[[str], str], amount: object = ANY) -> Plant:
    def plant(parts: Parts, _: GoodQuote) -> list[Planted]:
        own = next(item for item in parts.book.iter(tag("definedName")) if item.get("name") == name)
        own.text = change(own.text)
        return [Planted(f"the name {name} redefined", names.REDEFINED, f"name {name}", amount)]

    return plant


def _name_of_a_sheet(parts: Parts, _: GoodQuote) -> list[Planted]:
    own = etree.SubElement(parts.book.find(tag("definedNames")), tag("definedName"), name="Assumptions", localSheetId="14")
    own.text = "Lists!$A$1:$C$27"
    return [Planted("a name of one sheet over ours", names.REDEFINED, "name Assumptions", ANY)]


def _renamed(parts: Parts, _: GoodQuote) -> list[Planted]:
    next(item for item in parts.book.iter(tag("sheet")) if item.get("name") == "Margin").set("name", "Margin (2)")
    hidden = Planted("a hidden sheet that is not ours", inputs.HIDDEN, "Margin (2)")  # as it was hidden under its own name
    return [Planted("a sheet of ours gone", results.MISSING, "Margin"), hidden]


def _label(parts: Parts, quote: GoodQuote) -> list[Planted]:
    lists = read_workbook(quote.files["XlsxWriter"]).sheet(LISTS)
    assert lists is not None
    at = next(cell_name(*place) for place, cell in lists.cells.items() if cell.formula is None and cell.value == "one-off")
    parts.set_value(parts.cell(LISTS, at), "one-of")
    return [Planted("a label changed", looks.LABEL, f"{LISTS} · {at}")]


def _earlier(text: str) -> str:
    """A range that ends ten rows earlier."""
    return re.sub(r"(\d+)$", lambda m: str(int(m[1]) - 10), text)


GROUPS: tuple[tuple[Plant, ...], ...] = (
    (
        _hidden_row,
        _flat_row,
        _sheet_state(QUOTE, "hidden"),
        _sheet_state(LIMITS, "veryHidden"),
        _white,
        _lying_result,
        _formula_input("a formula in an input", "10+2.5", inputs.FORMULA),
        _external_link,
        _cut_formats,
        _unlock,
        _macros,
        _comment,
    ),
    (
        _hidden_column,
        _empty_format,
        _formula_input("an input from another file", "[1]Sheet1!$A$1", inputs.EXTERNAL),
        _other_client_in_history,
        _other_client_in_properties,
        _other_client_in_heading,
        _cut_rules,
        _label,
        _name("Lever_list", lambda text: text.replace("$B$2", "$B$3", 1)),
    ),
    (_lying_format, _renamed, _name("Limits", _earlier), _name_of_a_sheet),
    (_number_as_text,),
    (_text,),
)
"""Faults that do not hide each other, a workbook for each group."""
