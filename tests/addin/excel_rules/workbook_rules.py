"""Rules for the workbook part: the order of its elements, the names of sheets and ranges, and the windows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .book import MAIN, Book, Broken, out_of_order
from .formula_rules import formula_faults

_ORDER = """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames
calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst"""
_RESERVED_SHEETS = frozenset({"history"})
_NAME = re.compile(r"[^\W\d][\w.\\?]*|[\\_][\w.\\?]*")
_A1 = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}", re.IGNORECASE)
_R1C1 = re.compile(r"R(\d*|\[-?\d+\])C?(\d*|\[-?\d+\])|C(\d*|\[-?\d+\])", re.IGNORECASE)
_BUILT_IN = re.compile(
    r"_xlnm\.(Print_Area|Print_Titles|_FilterDatabase|Criteria|Extract|Consolidate_Area|Database|Sheet_Title)", re.IGNORECASE
)


def workbook_rules(book: Book) -> Iterator[Broken]:
    """What is wrong with the workbook part."""
    part, tree = book.main, book.xml(book.main)
    wrong = out_of_order([one for one in tree if not one.tag.startswith("{http://schemas.microsoft.com")], _ORDER)
    if wrong:
        yield Broken("element order", part, wrong)
    sheets = list(tree.iter(f"{MAIN}sheet"))
    names = [sheet.get("name") for sheet in sheets]
    yield from _sheet_names(part, names)
    numbers = [int(sheet.get("sheetId")) for sheet in sheets]
    if len(set(numbers)) != len(numbers) or not all(1 <= number <= 65_534 for number in numbers):
        yield Broken("sheet id", part, f"the numbers of the sheets are {numbers}")
    visible = [sheet.get("state", "visible") == "visible" for sheet in sheets]
    if not any(visible):
        yield Broken("no visible sheet", part, "every sheet is hidden")
    for view in tree.iter(f"{MAIN}workbookView"):
        active = int(view.get("activeTab", 0))
        if active >= len(sheets) or (any(visible) and not visible[active]):
            yield Broken("active sheet", part, f"sheet {active} is active, and is hidden or not there")
    yield from _defined_names(part, tree, names)


def _sheet_names(part: str, names: list[str]) -> Iterator[Broken]:
    lower = [name.lower() for name in names]
    for name in names:
        if lower.count(name.lower()) > 1:
            yield Broken("sheet name", part, f'two sheets are called "{name}"')
        if not 1 <= len(name.encode("utf-16-le")) // 2 <= 31 or re.search(r"[\[\]:*?/\\]", name) or name.strip("'") != name:
            yield Broken("sheet name", part, f'"{name}" is no name for a sheet')
        if name.lower() in _RESERVED_SHEETS:
            yield Broken("reserved sheet name", part, f'Excel keeps the name "{name}" for itself')


def _defined_names(part: str, tree: object, sheets: list[str]) -> Iterator[Broken]:
    seen = set()
    for item in tree.iter(f"{MAIN}definedName"):  # type: ignore[attr-defined]
        name, scope, refers = item.get("name"), item.get("localSheetId"), item.text or ""
        if (name.lower(), scope) in seen:
            yield Broken("defined name", part, f"{name} is defined twice")
        seen.add((name.lower(), scope))
        if scope is not None and int(scope) >= len(sheets):
            yield Broken("defined name", part, f"{name} belongs to a sheet that is not there")
        if name.startswith("_xlnm."):
            if not _BUILT_IN.fullmatch(name):
                yield Broken("defined name", part, f"{name} is not a name that Excel knows")
        elif len(name) > 255 or not _NAME.fullmatch(name):
            yield Broken("defined name", part, f"{name!r} is no name for a range")
        elif _A1.fullmatch(name) or _R1C1.fullmatch(name):
            yield Broken("name like a cell", part, f"{name} is the name of a cell")
        for fault in formula_faults(refers):
            yield Broken(fault.kind, f"{part} {name}", fault.words)
        for quoted, plain in re.findall(r"(?:'((?:[^']|'')+)'|([A-Za-z_][\w.]*))!", re.sub(r'"[^"]*"', "", refers)):
            sheet = quoted.replace("''", "'") or plain
            if "[" not in sheet and sheet.lower() not in [one.lower() for one in sheets]:
                yield Broken("sheet in a formula", f"{part} {name}", f'there is no sheet "{sheet}"')
