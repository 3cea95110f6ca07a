"""The parts of a workbook file, opened safely.

A workbook comes from outside. Sizes are bounded before and while parts are inflated, part names must be plain, XML may hold no
declarations of its own (no entities), nothing is fetched and no macro is run. What cannot be read gives one sentence.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from .errors import UnreadableWorkbook

MOST_PARTS = 5_000
MOST_BYTES = 256 * 2**20
MOST_BYTES_OF_A_PART = 160 * 2**20
GREATEST_RATIO = 400
_RATIO_COUNTS_ABOVE = 4 * 2**20

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
_RELATIONSHIP = re.compile(r"relationships/(\w+)$")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Relation:
    """A relationship of a part: its last word ("worksheet"), the part that it names, or the outside address."""

    kind: str
    target: str
    is_external: bool


class Package:
    """An opened package: `with Package(path) as package`. Parts are read on demand and checked as they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._file: IO[bytes] = _opened(path)
        try:
            self.zip = zipfile.ZipFile(self._file)
            self._check_names()
        except UnreadableWorkbook:
            self._file.close()
            raise
        except _DAMAGED as error:
            self._file.close()
            raise self.unreadable(
                "a damaged or truncated file", "a whole workbook", "Save it again or fetch it once more."
            ) from error

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()
        self._file.close()

    def unreadable(self, found: str, expected: str, remedy: str = "") -> UnreadableWorkbook:
        """The error for this file."""
        return UnreadableWorkbook(self.path, found, expected, remedy)

    def _check_names(self) -> None:
        parts = self.zip.infolist()
        if len(parts) > MOST_PARTS:
            raise self.unreadable(f"{len(parts):,} parts", f"at most {MOST_PARTS:,}", "This is no quote of ours.")
        seen = set()
        for part in parts:
            name = part.filename
            steps = name.replace("\\", "/").split("/")
            if name.startswith(("/", "\\")) or ".." in steps or "\\" in name or ":" in steps[0] or "\0" in name:
                raise self.unreadable(
                    f'the part name "{name[:80]}"', "plain names inside the workbook", "Do not open this file."
                )
            if name.lower() in seen:
                raise self.unreadable(f'the part "{name[:80]}" twice', "each part once", "Do not open this file.")
            seen.add(name.lower())
            if part.flag_bits & 1:
                raise self.unreadable(
                    "an encrypted part", "a workbook without a password", "Save it without a password."
                )
            ratio = part.file_size / max(1, part.compress_size)
            if part.file_size > MOST_BYTES_OF_A_PART or (
                part.file_size > _RATIO_COUNTS_ABOVE and ratio > GREATEST_RATIO
            ):
                raise self._bomb(part.file_size)
        if (total := sum(part.file_size for part in parts)) > MOST_BYTES:
            raise self._bomb(total)

    def _bomb(self, size: int) -> UnreadableWorkbook:
        return self.unreadable(
            f"contents that inflate to {size / 2**20:,.0f} MB or more",
            f"at most {MOST_BYTES // 2**20} MB",
            "Do not open this file.",
        )

    def has(self, part: str) -> bool:
        """Whether the package holds a part of that name."""
        return part in self.zip.NameToInfo

    def read(self, part: str) -> bytes:
        """The bytes of a part, never more than it says that it has. Raises UnreadableWorkbook."""
        try:
            info = self.zip.getinfo(part)
            with self.zip.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except KeyError as error:
            raise self.unreadable(f"no part {part}", "a whole workbook", "Save it again.") from error
        except _DAMAGED as error:
            raise self.unreadable(f"a damaged part {part}", "a whole workbook", "Save it again.") from error
        self._read += len(content)
        if len(content) > info.file_size or self._read > 2 * MOST_BYTES:
            raise self._bomb(self._read)
        return content

    def xml(self, part: str) -> etree._Element:
        """A part as XML: no entities, no network. Raises UnreadableWorkbook, naming the part."""
        return self.parse(part, self.read(part))

    def parse(self, part: str, content: bytes) -> etree._Element:
        """Bytes of a part as XML."""
        if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
            raise self.unreadable(f"declarations of entities in {part}", "plain XML", "Do not open this file.")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=True,
            remove_comments=False,
        )
        try:
            tree = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.unreadable(
                f"broken XML in {part} ({str(error)[:120]})", "a whole workbook", "Save it again."
            ) from error
        if tree.getroottree().docinfo.doctype:
            raise self.unreadable(f"declarations of entities in {part}", "plain XML", "Do not open this file.")
        return tree

    def relations(self, part: str) -> dict[str, Relation]:
        """The relationships of a part by their id ("" for those of the package)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(rels):
            return {}
        found = {}
        for item in self.xml(rels):
            if not isinstance(item.tag, str):
                continue
            kind = _RELATIONSHIP.search(item.get("Type", ""))
            is_external = item.get("TargetMode") == "External"
            target = item.get("Target", "")
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[item.get("Id", "")] = Relation(kind[1] if kind else "", target, is_external)
        return found

    def workbook_part(self) -> str:
        """The name of the main part. Raises UnreadableWorkbook where the package is no workbook."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and not relation.is_external and self.has(relation.target):
                if relation.target.endswith(".bin"):
                    raise self.unreadable(
                        "a binary workbook (.xlsb)", "an .xlsx or .xlsm workbook", "Save it as .xlsx."
                    )
                return relation.target
        if self.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        what = "an OpenDocument file" if self.has("mimetype") else "a zip file without a workbook in it"
        raise self.unreadable(what, "an .xlsx or .xlsm workbook", "Save it as .xlsx.")


def _opened(path: Path) -> IO[bytes]:
    """The file opened for reading, if it can be a package at all."""
    expected = "an .xlsx or .xlsm workbook"
    try:
        if path.is_dir():
            raise UnreadableWorkbook(path, "a folder", expected, "Name a file.")
        file = path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableWorkbook(path, "nothing: there is no such file", expected, "Check the name.") from error
    except OSError as error:
        raise UnreadableWorkbook(
            path, f"a file that may not be read ({error.strerror})", expected, "Check its rights."
        ) from error
    head = file.read(8)
    if head.startswith(b"PK"):
        file.seek(0)
        return file
    with file:
        if not head:
            raise UnreadableWorkbook(path, "an empty file", expected, "Fetch or save it once more.")
        if head == _COMPOUND_FILE:
            rest = file.read(64 * 2**20)
            if _ENCRYPTED_MARK in rest:
                raise UnreadableWorkbook(
                    path, "an encrypted workbook", "one without a password", "Save it without a password."
                )
            raise UnreadableWorkbook(path, "an old binary workbook (.xls)", expected, "Save it as .xlsx.")
    raise UnreadableWorkbook(
        path, "a file that is no workbook", expected, "Open it in its own program and save it as .xlsx."
    )
