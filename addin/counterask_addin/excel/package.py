"""An Excel package (.xlsx, .xlsm, .xlam) as its parts: read, change a few, write again, the same bytes each
time.

Every part that is not changed stays as it is, byte for byte. The order of the parts is kept, new ones come
last, and no clock reaches the file.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can hold


class PackageError(ValueError):
    """A file that is not an Excel package, or one that lacks what we would change."""


def read_parts(path: Path) -> dict[str, bytes]:
    """Every part by its name, in the order of the file. Raises PackageError where it is no package."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = {item.filename: package.read(item) for item in package.infolist() if not item.is_dir()}
    except (zipfile.BadZipFile, OSError) as error:
        raise PackageError(f"{path} is not a workbook that can be read: {error}.") from error
    if CONTENT_TYPES not in parts:
        raise PackageError(f"{path} is not a workbook: the part {CONTENT_TYPES} is missing.")
    return parts


def write_parts(path: Path, parts: Mapping[str, bytes]) -> None:
    """Write the package; it appears whole or not at all. The content types come first, as readers expect."""
    names = [CONTENT_TYPES, *(name for name in parts if name != CONTENT_TYPES)]
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".counterask-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as package:
            for name in names:
                item = zipfile.ZipInfo(name, _EPOCH)
                item.compress_type = zipfile.ZIP_DEFLATED
                item.create_system = 0  # the same on every system the file is built on
                package.writestr(item, parts[name], compresslevel=9)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def parse(part: bytes) -> Any:
    """A part as an lxml element."""
    from lxml import etree

    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def serialise(element: Any) -> bytes:
    """An lxml element as a part."""
    from lxml import etree

    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True))


def set_content_type(types: bytes, part: str, content_type: str) -> bytes:
    """[Content_Types].xml with the type of one part added or changed; `part` begins with a slash."""
    root = parse(types)
    for override in root.iter(f"{{{_TYPES}}}Override"):
        if override.get("PartName") == part:
            override.set("ContentType", content_type)
            return serialise(root)
    override = root.makeelement(f"{{{_TYPES}}}Override", {"PartName": part, "ContentType": content_type})
    root.append(override)
    return serialise(root)


def relation_targets(relations: bytes, kind: str) -> dict[str, str]:
    """The targets of every relationship of a kind (the end of its type), by id."""
    return {
        relation.get("Id"): relation.get("Target")
        for relation in parse(relations).iter(f"{{{_RELATIONS}}}Relationship")
        if relation.get("Type").rpartition("/")[2] == kind
    }


def add_relation(relations: bytes, kind: str, target: str, name: str) -> bytes:
    """A .rels part with one relationship added, or the one of the same id changed. `kind` is the whole
    type."""
    root = parse(relations)
    for relation in list(root):
        if relation.get("Id") == name:
            root.remove(relation)
    root.append(
        root.makeelement(f"{{{_RELATIONS}}}Relationship", {"Id": name, "Type": kind, "Target": target})
    )
    return serialise(root)
