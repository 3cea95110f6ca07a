"""Quotes as they were before a sheet was added to the template."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path


def without_sheet(path: Path, name: str) -> bytes:
    """A workbook without one of its sheets and the names that lead to it, as a template without them would have drawn it."""
    source, target = zipfile.ZipFile(path), io.BytesIO()
    parts = {one.filename: source.read(one) for one in source.infolist()}
    main = parts["xl/workbook.xml"].decode()
    entries = re.findall(r"<sheet [^>]*/>", main)
    place = next(number for number, entry in enumerate(entries) if f'name="{name}"' in entry)
    identity = re.search(r'r:id="(\w+)"', entries[place])
    assert identity is not None
    relation = re.search(
        rf'<Relationship Id="{identity[1]}" [^>]*Target="([^"]+)"/>', parts["xl/_rels/workbook.xml.rels"].decode()
    )
    assert relation is not None
    part = f"xl/{relation[1].removeprefix('/xl/')}"

    def is_of_sheet(defined: re.Match[str]) -> bool:
        return re.search(rf"(?:^|[,>'])'?{re.escape(name)}'?!", defined[0]) is not None or f'localSheetId="{place}"' in defined[0]

    def moved(defined: re.Match[str]) -> str:
        if is_of_sheet(defined):
            return ""
        return re.sub(r'localSheetId="(\d+)"', lambda at: f'localSheetId="{int(at[1]) - (int(at[1]) > place)}"', defined[0])

    main = re.sub(r"<definedName .*?</definedName>", moved, main.replace(entries[place], ""))
    parts["xl/workbook.xml"] = main.encode()
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(relation[0].encode(), b"")
    types = parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = re.sub(rf'<Override PartName="/{re.escape(part)}"[^>]*/>', "", types).encode()
    parts["docProps/app.xml"] = re.sub(rb"<HeadingPairs>.*</TitlesOfParts>", b"", parts["docProps/app.xml"])
    del parts[part]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for one, content in parts.items():
            package.writestr(one, content)
    return target.getvalue()
