"""A workbook for xlwings Lite: our code in the part where Lite keeps it, and formulas spelled as Lite
spells them.

Lite is an Office add-in, and Office keeps what an add-in wants to remember as properties of the part
`xl/webextensions/webextension1.xml`, each value as JSON. Lite's own are `main.py` and `requirements.txt`,
both texts. Seen in public workbooks that Excel saved with Lite in 2025 and 2026.

The workbook must not pass through openpyxl afterwards, which drops these parts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from counterask_addin.excel.package import (
    CONTENT_TYPES,
    PackageError,
    add_relation,
    parse,
    read_parts,
    set_content_type,
    write_parts,
)
from counterask_addin.lite.main_py import LiteError, files_of_main

STORE_ID = "wa200008175"  # xlwings Lite in Microsoft's store
PREFIX = "_xldudf_"  # how Excel stores the name of a custom function that an add-in brings
EXTENSION = "xl/webextensions/webextension1.xml"
PANES = "xl/webextensions/taskpanes.xml"
_EXTENSION_NAMESPACE = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
_PANES_NAMESPACE = "http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PANES_RELATION = "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
_EXTENSION_RELATION = "http://schemas.microsoft.com/office/2011/relationships/webextension"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def lite_requirements(xlwings_version: str) -> str:
    """The text of `requirements.txt`: xlwings at the version the functions were tested with, and numpy,
    which comes with Pyodide and whose version Pyodide chooses."""
    return f"xlwings=={xlwings_version}\nnumpy\n"


def lite_name(function: str) -> str:
    """A function's name as Excel stores it in a formula for Lite.

    >>> lite_name("DEAL_VALUE")
    '_xldudf_DEAL_VALUE'
    """
    return PREFIX + function.upper()


def spell_for_lite(formula: str, functions: Iterable[str]) -> str:
    """A formula with the names of our functions as Excel stores them for Lite; texts in quotes stay as they
    are.

    >>> spell_for_lite('=IF(A1="DEAL_VALUE(",0,DEAL_VALUE(Lines))', ["DEAL_VALUE"])
    '=IF(A1="DEAL_VALUE(",0,_xldudf_DEAL_VALUE(Lines))'
    """
    names = "|".join(re.escape(name) for name in sorted(functions, key=len, reverse=True))
    if not names:
        return formula
    # A quoted text, or a quoted sheet name, is passed over whole; a name counts only where a call follows it.
    found = re.compile(rf"""("[^"]*"|'[^']*')|(?<![\w.])({names})(?=\s*\()""", re.IGNORECASE)
    return found.sub(lambda match: match.group(1) or lite_name(match.group(2)), formula)


def build_lite(
    source: Path, target: Path, files: Mapping[str, str], requirements: str, functions: Sequence[str]
) -> None:
    """Write the workbook `target`: `source` with code for Lite inside; the same input, the same bytes.

    files : the texts that Lite keeps beside `requirements.txt`, `main.py` first.
    functions : names of the custom functions, so that Excel knows them before Python has started.
    The formulas of `source` must be spelled for Lite already (`spell_for_lite`). Raises PackageError where
    source is no workbook or carries an add-in already, LiteError where there is no `main.py`.
    """
    if next(iter(files), None) != "main.py":
        raise LiteError("xlwings Lite runs main.py: give it as the first file.")
    parts = read_parts(source)
    if "_rels/.rels" not in parts or "xl/workbook.xml" not in parts:
        raise PackageError(f"{source} is not a workbook: the part xl/workbook.xml is missing.")
    if EXTENSION in parts:
        raise PackageError(f"{source} carries an Office add-in already: build from the plain workbook.")
    properties = {**files, "requirements.txt": requirements}
    parts[PANES] = _task_pane()
    parts["xl/webextensions/_rels/taskpanes.xml.rels"] = (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_EXTENSION_RELATION}" Target="webextension1.xml"/></Relationships>'
    ).encode()
    parts[EXTENSION] = _web_extension(properties, functions)
    types = set_content_type(
        parts[CONTENT_TYPES], f"/{PANES}", "application/vnd.ms-office.webextensiontaskpanes+xml"
    )
    parts[CONTENT_TYPES] = set_content_type(
        types, f"/{EXTENSION}", "application/vnd.ms-office.webextension+xml"
    )
    parts["_rels/.rels"] = add_relation(parts["_rels/.rels"], _PANES_RELATION, PANES, "rIdLite")
    write_parts(target, parts)


def lite_properties(path: Path) -> dict[str, str]:
    """The texts that Lite keeps in a workbook, by name: `main.py` and `requirements.txt`.

    Raises LiteError where the workbook carries no xlwings Lite code, PackageError where it is no workbook.
    """
    parts = read_parts(path)
    if EXTENSION not in parts:
        raise LiteError(f"{path} carries no xlwings Lite code: the part {EXTENSION} is missing.")
    found = {}
    for element in parse(parts[EXTENSION]).iter(f"{{{_EXTENSION_NAMESPACE}}}property"):
        value = json.loads(element.get("value"))
        if isinstance(value, str):
            found[element.get("name")] = value
    return found


def embedded_files(path: Path) -> dict[str, bytes]:
    """The package inside a workbook, file by file, read without running it: what `package_files` gave when
    it was built. Raises LiteError where there is none."""
    properties = lite_properties(path)
    if "main.py" not in properties:
        raise LiteError(f"{path} carries no main.py: xlwings Lite has nothing to run in it.")
    return files_of_main(properties["main.py"])


def _identifier(content: str) -> str:
    """An identifier in the form Office wants, from the content: the same workbook, the same identifier."""
    digits = hashlib.sha256(content.encode()).hexdigest().upper()[:32]
    return f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}}}"


def _web_extension(properties: Mapping[str, str], functions: Sequence[str]) -> bytes:
    values = {name: json.dumps(text, ensure_ascii=False) for name, text in properties.items()}
    entries = "".join(
        f"<we:property name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in values.items()
    )
    known = "".join(
        f"<we:customFunctionIds>{lite_name(function)}</we:customFunctionIds>"
        for function in sorted(functions)
    )
    identifier = _identifier("".join(name + value for name, value in values.items()))
    return (
        f'{_HEAD}<we:webextension xmlns:we="{_EXTENSION_NAMESPACE}" id="{identifier}">'
        f'<we:reference id="{STORE_ID}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f'<we:alternateReferences><we:reference id="{STORE_ID}" version="1.0.0.0" store="{STORE_ID.upper()}" '
        f'storeType="OMEX"/></we:alternateReferences><we:properties>{entries}</we:properties><we:bindings/>'
        f'<we:snapshot xmlns:r="{_OFFICE}"/><we:extLst>'
        f'<a:ext xmlns:a="{_DRAWING}" uri="{{D87F86FE-615C-45B5-9D79-34F1136793EB}}"><we:containsCustomFunctions/>'
        f'</a:ext><a:ext xmlns:a="{_DRAWING}" uri="{{7C84B067-C214-45C3-A712-C9D94CD141B2}}">'
        f"<we:customFunctionIdList>{known}</we:customFunctionIdList></a:ext></we:extLst></we:webextension>"
    ).encode()


def _task_pane() -> bytes:
    """Lite's pane, shown at the right when the workbook opens: a person must trust the code there once."""
    return (
        f'{_HEAD}<wetp:taskpanes xmlns:wetp="{_PANES_NAMESPACE}"><wetp:taskpane dockstate="right" visibility="1" '
        f'width="438" row="2"><wetp:webextensionref xmlns:r="{_OFFICE}" r:id="rId1"/></wetp:taskpane>'
        "</wetp:taskpanes>"
    ).encode()
