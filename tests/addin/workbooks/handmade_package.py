"""Workbooks written by hand, part by part, in forms that no library writes but that programs and people do send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = "xl/worksheets/sheet1.xml"
PRINT_PEAK = """
import re
from pathlib import Path
# Not ru_maxrss: that begins with what the process had that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
"""The end of a program that a test starts: it prints the most memory that the program itself has had, in megabytes."""


def relations(**targets: str) -> str:
    """A relationships part: kind -> target, or kind_2 for a second of its kind."""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind.partition("_")[0]}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{items}</Relationships>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A worksheet part with the given rows."""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def parts_of(rows: str = "", book: str = "", **more: str) -> dict[str, str]:
    """The parts of a workbook with the one sheet S. book : what stands behind its sheets. more : kind -> part."""
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", **{kind: kind for kind in more}}
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{office}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    package_relations = "application/vnd.openxmlformats-package.relationships+xml"
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="{package_relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="S" sheetId="7" r:id="rId1"/></sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", **{kind: f"{kind}.xml" for kind in more}
        ),
        SHEET: sheet(rows),
        **{f"xl/{kind}.xml": text for kind, text in more.items()},
    }


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as a package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def styles(*number_formats: str) -> str:
    """A styles part whose formats from 1 on have these number formats: a number for a built-in one, else a code."""
    own = [(200 + number, code) for number, code in enumerate(number_formats) if not code.isdecimal()]
    codes = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in own)
    identities = {code: number for number, code in own}
    forms = "".join(f'<xf numFmtId="{identities.get(code, code)}" fontId="0" fillId="0"/>' for code in number_formats)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(own)}">{codes}</numFmts>'
        '<fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        f'<cellXfs count="{len(number_formats) + 1}"><xf numFmtId="0" fontId="0" fillId="0"/>{forms}</cellXfs></styleSheet>'
    )
