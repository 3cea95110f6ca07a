"""Values and highlights put into a workbook; all that need not change stays byte for byte.

No library that loads and saves workbooks keeps all that a person's workbook may hold (code, slicers, dynamic arrays,
rich text), so the sheet's own XML is edited and the rest of the package copied compressed. Formulas stay; their cached
values are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lxml import etree

from .atomic import is_same_file, write_atomically
from .errors import CannotWrite
from .package import MAIN_NAMESPACES, Package, Relation, local_name, relations_part
from .repack import Repack
from .sheet_edit import UNCHANGED, BadEdit, CellEdit, SheetEditor, place_of
from .styles import HIGHLIGHTS, UNBALANCED_FILL, StylesPart
from .workbook_part import listed_sheets, one_part

__all__ = ["HIGHLIGHTS", "UNBALANCED_FILL", "UNCHANGED", "CellEdit", "CellEdits", "patch_workbook"]

CellEdits = Mapping[str, Mapping[str, CellEdit] | Mapping[tuple[int, int], CellEdit]]
"""Sheet name -> address ("B7", or row and column from 1) -> edit."""

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STYLES_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/styles",
)


def patch_workbook(source: Path | str, target: Path | str, edits: CellEdits, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write a copy of `source` with the edits to `target`, whole or not at all. Returns warnings, each a sentence.

    The spilled cells of an array formula are plain cells that take values. Raises UnreadableWorkbook for the source,
    and CannotWrite where an edit cannot be made, the target is the source, or the target cannot be written.
    """
    source, target = Path(source), Path(target)
    if is_same_file(source, target):
        raise CannotWrite(f"{target}: is the quote itself, which is never changed. Choose another name.")
    with Package(source) as package:
        repack = Repack(package)
        _edit(package, repack, edits)
        write_atomically(target, repack.write, overwrite=overwrite)
        if _is_signed(package):
            said = f"{source.name}: is digitally signed, and the signature does not cover the copy {target.name}."
            return (f"{said} Sign the copy again.",)
    return ()


def _is_signed(package: Package) -> bool:
    """Whether the package holds a digital signature, wherever its part is."""
    relations = package.xml(relations_part("")) if package.has(relations_part("")) else ()
    kinds = [item.get("Type", "") for item in relations if local_name(item) == "Relationship"]
    has_part = any(part.lower().startswith("_xmlsignatures/") for part in package.parts)
    return has_part or any("/digital-signature/" in kind for kind in kinds)


def _edit(package: Package, repack: Repack, edits: CellEdits) -> None:
    main = package.workbook_part()
    tree = package.xml(main)
    relations = package.relations(main)
    listed = {sheet.name.lower(): sheet for sheet in listed_sheets(package, tree, relations)}
    from_1904 = any(local_name(item) == "workbookPr" and item.get("date1904") in ("1", "true") for item in tree)
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    styles_part = one_part(package, relations, "styles")
    styles = StylesPart.of(package, styles_part)
    freed: set[tuple[str, str]] = set()
    for name, cells in edits.items():
        if not cells:
            continue
        sheet = listed.get(name.lower())
        if sheet is None or sheet.kind != "worksheet":
            known = ", ".join(one.name for one in listed.values() if one.kind == "worksheet")
            raise CannotWrite(f'{package.path.name}: has no sheet "{name}" to write to (there are: {known}).')
        tree = repack.change(sheet.part)
        data = next((item for item in tree if local_name(item) == "sheetData"), None)
        if data is None:
            raise package.damaged(f"no cells in {sheet.part}")
        try:
            editor = SheetEditor(tree, data, styles, epoch)
            editor.apply({place_of(address): edit for address, edit in cells.items()})
        except BadEdit as error:
            raise CannotWrite(f"{package.path.name} · {sheet.name} · {error.address}: {error}") from error
        except ValueError as error:
            raise package.damaged(f"an odd number in {sheet.part}") from error
        freed |= {(sheet.number, address) for address in editor.freed}
    put_styles(package, repack, styles, styles_part)
    if freed:
        _shorten_calculation_chain(package, repack, main, relations, freed)


def put_styles(package: Package, repack: Repack, styles: StylesPart, part: str | None) -> None:
    """Let the styles with what was added to them be those of the workbook. part : where they were; None where there were none."""
    if styles.is_changed and part:
        repack.put(part, styles.tree)
    elif styles.is_changed:
        main = package.workbook_part()
        is_strict = etree.QName(package.xml(main)).namespace == MAIN_NAMESPACES[1]
        repack.add(_free_name(package), styles.tree, main, _STYLES_RELATIONS[is_strict], _STYLES_TYPE)


def _free_name(package: Package) -> str:
    """A name for a styles part, beside which no other part stands."""
    return next(name for name in ("xl/styles.xml", "xl/stylesOfCells.xml") if not package.has(name))


def _shorten_calculation_chain(
    package: Package, repack: Repack, main: str, relations: Mapping[str, Relation], freed: set[tuple[str, str]]
) -> None:
    """Take cells that hold no formula any more out of the calculation chain; Excel calls a chain with them damaged.

    An entry that names no sheet stands on that of the entry before it. freed : sheetId and address of each cell.
    """
    part = one_part(package, relations, "calcChain")
    if part is None:
        return
    chain = repack.change(part)
    sheet = "0"
    handed_on: dict[str, str] = {}
    left = 0
    for entry in list(chain):
        if local_name(entry) != "c":
            continue
        sheet = entry.get("i", sheet)
        if (sheet, entry.get("r", "")) in freed:
            handed_on |= {name: value for name in ("i", "l") if (value := entry.get(name)) is not None}
            chain.remove(entry)
            continue
        left += 1
        for name, value in handed_on.items():
            if entry.get(name) is None:
                entry.set(name, value)
        handed_on = {}
    if not left:
        repack.drop(part, main)
