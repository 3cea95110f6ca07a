"""The code that a workbook carries, held against what this version puts into one. It is read, and never run."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache
from struct import error as StructError
from typing import TYPE_CHECKING

from ..excel.compound_file import CompoundFileError
from ..excel.vba_compression import VbaCompressionError
from ..excel.vba_project import VbaProjectError, read_project
from ..workbooks.package import Package, local_name
from .finding import Finding, Severity

if TYPE_CHECKING:
    from ..workbooks.quote_file import QuoteFile

CODE = "code not ours"
_EXTENSIONS = re.compile(r"xl/webextensions/webextension\d*\.xml", re.IGNORECASE)
_UNREADABLE = (VbaProjectError, VbaCompressionError, CompoundFileError, StructError, KeyError, ValueError, IndexError, zlib.error)


def code_findings(file: QuoteFile) -> Iterator[Finding]:
    """VBA modules, sheets of old macros and xlwings Lite code that are not what this version puts into a quote."""
    assert file.workbook is not None
    with Package(file.path) as package:
        for part in package.parts:
            if part.lower().endswith("vbaproject.bin"):
                yield from _vba(package, part, file.path.suffix.lower() == ".xlsm")
            elif "macrosheets/" in part.lower():
                yield Finding(CODE, Severity.WRONG, part, "the workbook holds a sheet of old macros; no quote has one")
            elif _EXTENSIONS.fullmatch(part):
                yield from _lite(package, part)


def _vba(package: Package, part: str, is_named_so: bool) -> Iterator[Finding]:
    if not is_named_so:
        yield Finding(CODE, Severity.WRONG, part, "the workbook holds macros, but its name does not say so")
        return
    try:
        modules = read_project(package.read(part)).modules
    except _UNREADABLE:
        yield Finding(CODE, Severity.WRONG, part, "the workbook's macros cannot be read")
        return
    ours = _our_modules()
    for module in modules:
        own, written = ours.get(module.name.lower()), _plain(module.code)
        if own is None and written:
            first = module.code.strip().splitlines()[0][:60]
            yield Finding(CODE, Severity.LOOK, f"{part} · {module.name}", f'a module that no quote has; it begins "{first}"')
        elif own is not None and written != own:
            yield Finding(CODE, Severity.LOOK, f"{part} · {module.name}", "the module is not the one that this version writes")


@cache
def _our_modules() -> dict[str, str]:
    """The code of our modules by their names in small letters."""
    from ..excel.macro_workbook import classic_modules
    from ..excel.ribbon import workbook_code
    from ..excel.xlwings_vba import xlwings_modules, xlwings_project

    found = {one.name.lower(): _plain(one.code) for one in (*classic_modules("quote.xlsm"), *xlwings_modules(xlwings_project()))}
    return {**found, "thisworkbook": _plain(workbook_code())}


def _plain(code: str) -> str:
    """Code without what the editor spells in its own way: blanks, lines, case."""
    return re.sub(r"\s+", "", code).lower()


def _lite(package: Package, part: str) -> Iterator[Finding]:
    import json

    from ..lite.main_py import LiteError, counterask_main_py, files_of_main

    said: dict[str, str] = {}
    for item in package.xml(part).iter():
        if local_name(item) == "property":
            try:
                value = json.loads(item.get("value", ""))
            except ValueError:
                continue
            if isinstance(value, str):
                said[item.get("name", "")] = value
    ours, standing = counterask_main_py(), said.get("main.py")
    if standing is None or standing == ours:
        return
    try:
        own, theirs = files_of_main(ours), files_of_main(standing)
        changed = sorted(name for name in {*own, *theirs} if own.get(name) != theirs.get(name))
    except (LiteError, ValueError, SyntaxError, RecursionError, MemoryError):
        changed = []
    words = f"not what this version writes: {', '.join(changed[:6]) or 'what is stored around the package'}"
    yield Finding(CODE, Severity.LOOK, f"{part} · main.py", f"the workbook's own code is {words}")
