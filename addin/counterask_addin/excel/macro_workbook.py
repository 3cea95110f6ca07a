"""From a plain workbook to one that classic Excel runs: with VBA, a ribbon tab and xlwings' settings; and
the add-in.

`build_xlsm` takes a workbook drawn by the templates and leaves every sheet as it is, but for the code name
that ties a sheet to its VBA module. `build_xlam` draws the add-in, which has one sheet with settings, and does the same.

xlwings looks for its settings in a sheet `xlwings.conf` of the workbook, then in a file beside the
workbook, then in the user's own file. Only what is true on every machine stands in the sheet; where Python
lies is in the user's file, which `counterask install` writes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from counterask_addin.excel.package import (
    CONTENT_TYPES,
    PackageError,
    add_relation,
    parse,
    read_parts,
    relation_targets,
    serialise,
    set_content_type,
    write_parts,
)
from counterask_addin.excel.ribbon import help_module, ribbon_module, ribbon_xml, workbook_code
from counterask_addin.excel.vba_project import (
    SHEET_CLASS,
    WORKBOOK_CLASS,
    Module,
    document_module,
    standard_module,
    write_project,
)
from counterask_addin.excel.wrappers import WRAPPER_MODULE, Wrappers, make_wrappers
from counterask_addin.excel.xlwings_vba import xlwings_modules, xlwings_project

SETTINGS_SHEET = "xlwings.conf"
FUNCTIONS = "counterask_addin.excel.trusting_functions"
# The folder of a quote is nobody's place for code: a file numpy.py beside a client's workbook must never be
# imported. It also spares xlwings the search for the local folder of a workbook on OneDrive.
SETTINGS: Mapping[str, str] = {
    "UDF Modules": FUNCTIONS,
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    "Show Console": "False",
}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_VBA_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_XLSM = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_XLAM = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_VBA = "application/vnd.ms-office.vbaProject"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NO_CLOCK = datetime(2000, 1, 1)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def classic_modules(workbook: str, module: str = FUNCTIONS) -> tuple[Module, ...]:
    """The VBA modules that carry the functions of a Python module in a workbook of this file name."""
    return counterask_modules(make_wrappers(module, workbook))


def counterask_modules(wrappers: Wrappers) -> tuple[Module, ...]:
    """The VBA modules that carry the functions: the wrappers, the ribbon's code and the help texts."""
    return (
        standard_module(WRAPPER_MODULE, wrappers.source),
        ribbon_module(),
        help_module(wrappers.functions),
    )


def vba_project(modules: Sequence[Module], sheets: int, name: str = "VBAProject") -> bytes:
    """The vbaProject.bin of a workbook with so many sheets: xlwings' modules and the given ones.

    Only the reference to Office stays, which the ribbon needs; xlwings' own file refers to Microsoft Forms
    as well, which its code does not use and which is one more thing to be missing on a machine.
    """
    base = xlwings_project()
    documents = [document_module("ThisWorkbook", WORKBOOK_CLASS, workbook_code())]
    documents += [document_module(f"Sheet{number}", SHEET_CLASS) for number in range(1, sheets + 1)]
    project = replace(
        base,
        name=name,
        modules=(*documents, *xlwings_modules(base), *modules),
        references=tuple(reference for reference in base.references if reference[0] == "Office"),
    )
    return write_project(project)


def build_xlsm(
    source: Path,
    target: Path,
    modules: Sequence[Module],
    ribbon: bytes | None = None,
    settings: Mapping[str, str] = SETTINGS,
) -> None:
    """Write the macro-enabled workbook `target` from the plain workbook `source`; the same input, the same
    bytes.

    modules : VBA modules beside xlwings' own, as `counterask_modules` gives them.
    ribbon : the part customUI14.xml; the Counterask tab where it is left out.
    settings : xlwings' settings for the hidden sheet `xlwings.conf`.
    Raises PackageError for a source that is no workbook or holds VBA or a sheet of that name already.
    """
    parts = read_parts(source)
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        raise PackageError(f"{source} is not a workbook: the part xl/workbook.xml is missing.")
    if "xl/vbaProject.bin" in parts:
        raise PackageError(f"{source} holds VBA already: build from the plain workbook.")
    sheets = _add_settings_sheet(source, parts, settings)
    _add_macros(parts, sheets, vba_project(modules, len(sheets)), ribbon or ribbon_xml(), _XLSM)
    write_parts(target, parts)


def build_xlam(
    target: Path,
    modules: Sequence[Module],
    ribbon: bytes | None = None,
    settings: Mapping[str, str] = SETTINGS,
    version: str = "",
) -> None:
    """Write the add-in `target`: the ribbon and the functions for every workbook that is open; reproducible.

    version : shown in Excel's list of add-ins.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.xlsx"
        with xlsxwriter.Workbook(plain) as book:
            about = f"What a client's ask costs, and what to ask for in return. {version}".strip()
            book.set_properties({"title": "counterask", "comments": about, "created": _NO_CLOCK})
            sheet = book.add_worksheet(SETTINGS_SHEET)
            for row, (key, value) in enumerate(settings.items()):
                sheet.write_row(row, 0, [key, value])
        parts = read_parts(plain)
    project = vba_project(modules, sheets=1, name="CounteraskAddin")
    _add_macros(parts, ["xl/worksheets/sheet1.xml"], project, ribbon or ribbon_xml("counteraskAddinTab"), _XLAM)
    write_parts(target, parts)


def _add_macros(
    parts: dict[str, bytes], sheets: Sequence[str], project: bytes, ribbon: bytes, workbook_type: str
) -> None:
    """Put the VBA and the ribbon into a package, and tie the workbook and each of its sheets to its module."""
    for number, part in enumerate(sheets, start=1):
        parts[part] = _with_code_name(parts[part], f"Sheet{number}")
    book = parse(parts["xl/workbook.xml"])
    properties = book.find(f"{{{_MAIN}}}workbookPr")
    if properties is None:
        properties = book.makeelement(f"{{{_MAIN}}}workbookPr")
        book.insert(1 if book[0].tag.endswith("fileVersion") else 0, properties)
    properties.set("codeName", "ThisWorkbook")
    parts["xl/workbook.xml"] = serialise(book)
    types = set_content_type(parts[CONTENT_TYPES], "/xl/workbook.xml", workbook_type)
    parts[CONTENT_TYPES] = set_content_type(types, "/xl/vbaProject.bin", _VBA)
    relations = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = add_relation(relations, _VBA_RELATION, "vbaProject.bin", "rIdVba")
    parts["_rels/.rels"] = add_relation(
        parts["_rels/.rels"], _RIBBON_RELATION, "customUI/customUI14.xml", "rIdRibbon"
    )
    parts["customUI/customUI14.xml"] = ribbon
    parts["xl/vbaProject.bin"] = project


def _add_settings_sheet(source: Path, parts: dict[str, bytes], settings: Mapping[str, str]) -> list[str]:
    """Add the hidden sheet `xlwings.conf`; answer the parts of all sheets in the workbook's order."""
    book = parse(parts["xl/workbook.xml"])
    sheets = book.find(f"{{{_MAIN}}}sheets")
    if any(sheet.get("name") == SETTINGS_SHEET for sheet in sheets):
        raise PackageError(f"{source} has a sheet {SETTINGS_SHEET} already: build from the plain workbook.")
    targets = relation_targets(parts["xl/_rels/workbook.xml.rels"], "worksheet")
    names = [_part_of(targets[sheet.get(f"{{{_OFFICE}}}id")]) for sheet in sheets]
    part = "xl/worksheets/sheetXlwings.xml"
    number = 1 + max((int(sheet.get("sheetId")) for sheet in sheets), default=0)
    sheets.append(
        sheets.makeelement(
            f"{{{_MAIN}}}sheet",
            {
                "name": SETTINGS_SHEET,
                "sheetId": str(number),
                "state": "hidden",
                f"{{{_OFFICE}}}id": "rIdXlwings",
            },
        )
    )
    parts["xl/workbook.xml"] = serialise(book)
    parts["xl/_rels/workbook.xml.rels"] = add_relation(
        parts["xl/_rels/workbook.xml.rels"],
        f"{_OFFICE}/worksheet",
        part.removeprefix("xl/"),
        "rIdXlwings",
    )
    parts[CONTENT_TYPES] = set_content_type(parts[CONTENT_TYPES], "/" + part, _WORKSHEET)
    parts[part] = _settings_sheet(settings)
    return [*names, part]


def _part_of(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _settings_sheet(settings: Mapping[str, str]) -> bytes:
    rows = "".join(
        f'<row r="{row}">{_text_cell(f"A{row}", key)}{_text_cell(f"B{row}", value)}</row>'
        for row, (key, value) in enumerate(settings.items(), start=1)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def _text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _with_code_name(sheet: bytes, name: str) -> bytes:
    """The sheet's part with the name of its VBA module; everything else as it was, down to the byte."""
    properties = sheet.find(b"<sheetPr")
    if properties >= 0:
        end = sheet.index(b">", properties)
        if b"codeName=" in sheet[properties:end]:
            raise PackageError(f"The sheet {name} has a code name already: build from the plain workbook.")
        at = properties + len(b"<sheetPr")
        return sheet[:at] + f' codeName="{name}"'.encode() + sheet[at:]
    root = sheet.index(b">", sheet.index(b"<worksheet")) + 1
    return sheet[:root] + f'<sheetPr codeName="{name}"/>'.encode() + sheet[root:]
