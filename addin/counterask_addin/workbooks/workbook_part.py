"""What the workbook's own part says: its sheets, its defined names, and the parts and files that it refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from .package import MAIN_NAMESPACES, Package, Relation, local_name
from .recognise import WORKBOOK
from .styles import children

ADDIN = "counterask.xlam"
"""The file name of our add-in."""
_YES = frozenset({"1", "true"})
MISSING = "missing"
"""The kind of a sheet that the workbook lists, but whose part is not in the file: it holds nothing."""


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it. kind : worksheet, chartsheet, ... or `MISSING`. number : its sheetId."""

    name: str
    state: str
    part: str
    kind: str
    number: str


def listed_sheets(package: Package, tree: etree._Element, relations: Mapping[str, Relation]) -> Sequence[SheetEntry]:
    """The sheets of a workbook in their order. Raises UnreadableWorkbook."""
    if local_name(tree) != "workbook" or etree.QName(tree).namespace not in MAIN_NAMESPACES:
        raise package.unreadable(f"a <{local_name(tree)[:40]}> as its main part", WORKBOOK, "Save it as .xlsx.")
    listed: list[SheetEntry] = []
    names, parts = set(), set()
    for item in children(tree, "sheets"):
        identity = next((value for key, value in item.attrib.items() if str(key).endswith("}id")), "")
        relation = relations.get(identity)
        name = item.get("name", "")
        if relation is None or relation.is_external or not package.has(relation.target):
            relation = Relation(MISSING, "", is_external=False)
        if name.lower() in names or (relation.target and relation.target in parts):
            raise package.damaged(f'the sheet "{name[:40]}" twice')
        names.add(name.lower())
        parts.add(relation.target)
        listed.append(
            SheetEntry(name, item.get("state", "visible"), relation.target, relation.kind, item.get("sheetId", ""))
        )
    if not any(sheet.kind == "worksheet" for sheet in listed):
        missing = next((sheet for sheet in listed if sheet.kind == MISSING), None)
        raise package.damaged(f'no part for the sheet "{missing.name[:40]}"' if missing else "a workbook without sheets")
    return listed


def defined_names(
    tree: etree._Element, listed: Sequence[SheetEntry]
) -> tuple[dict[str, str], dict[tuple[str, str], str], bool]:
    """The defined names of a workbook, those of single sheets, and whether its dates count from 1904."""
    names: dict[str, str] = {}
    sheet_names: dict[tuple[str, str], str] = {}
    for item in children(tree, "definedNames"):
        name, own = item.get("name", "").lower(), item.get("localSheetId")
        refers = (item.text or "").strip().lstrip("=")
        if own is None:
            names[name] = refers
        elif own.isdecimal() and len(own) < 6 and int(own) < len(listed):
            sheet_names[listed[int(own)].name.lower(), name] = refers
    from_1904 = any(local_name(item) == "workbookPr" and item.get("date1904") in _YES for item in tree)
    return names, sheet_names, from_1904


def addin_links(
    package: Package, tree: etree._Element, relations: Mapping[str, Relation]
) -> dict[int, tuple[str, str]]:
    """The links of a workbook to our add-in: number in formulas, as in `[1]!DEAL_VALUE` -> its part and the add-in's file."""
    found = {}
    for number, item in enumerate(children(tree, "externalReferences"), start=1):
        named = next((value for key, value in item.items() if key.endswith("}id")), "")
        link = relations.get(named)
        if link is None or link.is_external:
            continue
        for target in package.relations(link.target).values():
            file = unquote(target.target)
            if target.is_external and re.split(r"[\\/]", file)[-1].lower() == ADDIN:
                found[number] = (link.target, file)
    return found


def one_part(package: Package, relations: Mapping[str, Relation], kind: str) -> str | None:
    """The part of a kind that a workbook has at most one of, or None."""
    targets = (one.target for one in relations.values() if one.kind == kind and not one.is_external)
    return next((target for target in targets if package.has(target)), None)
