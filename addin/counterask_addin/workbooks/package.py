"""The parts of a workbook file, opened safely.

A workbook comes from outside. Sizes are bounded before and while parts are inflated, part names must be plain, XML may
hold no declarations of its own (no entities), nothing is fetched and no macro is run. What cannot be read gives one
sentence.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from lxml import etree

from .empty_rows import CHUNK, LARGE, Run, without_runs
from .errors import UnreadableWorkbook
from .recognise import WORKBOOK, open_package

MOST_PARTS = 5_000
MOST_BYTES = 256 * 2**20
MOST_BYTES_OF_A_PART = 160 * 2**20
MOST_BYTES_OF_A_SHEET = 640 * 2**20
"""With the rows that hold nothing but formats, which are not kept."""
MOST_MARKS = 5_000_000
"""Elements and attributes (counted by "<" and "=") in all the XML that is read of one file: what parsing costs. Where all
stand in one row, each takes some 130 bytes of memory."""
GREATEST_RATIO = 400
_RATIO_COUNTS_ABOVE = 4 * 2**20

MAIN_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
CONTENT_TYPES = "[Content_Types].xml"

_RELATIONSHIP = re.compile(r"relationships?/(?:\w+/)*(\w+)$")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f]")
_SHEET = re.compile(r"worksheets/[^/]+\.xml$", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
"""All that may come before the outermost element of a part, but for declarations."""
LONGEST_PROLOG = 64 * 2**10
_HEAD = 512
_EBCDIC = "<?xm".encode("cp037")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Relation:
    """A relationship of a part: its last word ("worksheet"), the part that it names, or the outside address."""

    kind: str
    target: str
    is_external: bool


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def relations_part(part: str) -> str:
    """The name of the part that holds the relationships of `part` ("" for those of the package)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


class Package:
    """An opened package: `with Package(path) as package`. Parts are read on demand and checked as they are.

    file : where the bytes are at hand already; `path` is then only a name. runs : the runs of empty rows that the XML of a
    large sheet is read without.
    """

    def __init__(self, path: Path, file: IO[bytes] | None = None) -> None:
        self.path = path
        self._bytes = self._marks = 0
        self.runs: dict[str, list[Run]] = {}
        self._file: IO[bytes] = file or open_package(path)
        try:
            self.zip = zipfile.ZipFile(self._file)
            self._names = self._checked_names()
            self._check_prologs()
        except UnreadableWorkbook:
            self._file.close()
            raise
        except _DAMAGED as error:
            self._file.close()
            raise self.damaged("a damaged or truncated file") from error

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()
        self._file.close()

    def unreadable(self, found: str, expected: str, remedy: str = "") -> UnreadableWorkbook:
        """The error for this file."""
        return UnreadableWorkbook(self.path, found, expected, remedy)

    def damaged(self, found: str) -> UnreadableWorkbook:
        """The error for a file that is not whole."""
        return self.unreadable(found, "a whole workbook", "Save it again or fetch it once more.")

    def _hostile(self, found: str, expected: str) -> UnreadableWorkbook:
        return self.unreadable(found, expected, "Do not open this file.")

    def _checked_names(self) -> dict[str, str]:
        """The names of the parts by their small letters: case does not count in them, and a backslash is a slash.

        Raises UnreadableWorkbook.
        """
        parts = self.zip.infolist()
        if len(parts) > MOST_PARTS:
            raise self._hostile(f"{len(parts):,} parts", f"at most {MOST_PARTS:,}")
        names: dict[str, str] = {}
        for part in parts:
            name = part.filename = part.filename.replace("\\", "/")  # as some programs for Windows name parts
            self.zip.NameToInfo[name] = part
            steps = name.split("/")
            if not steps[0] or ".." in steps or ":" in steps[0] or _NOT_IN_NAMES.search(part.orig_filename):
                shown = _NOT_IN_NAMES.sub("\\\\", part.orig_filename[:80])
                raise self._hostile(f'the part name "{shown}"', "plain names inside the workbook")
            if name.lower() in names:
                raise self._hostile(f'the part "{name[:80]}" twice', "each part once")
            names[name.lower()] = name
            if part.flag_bits & 1:
                raise self.unreadable("an encrypted part", "one without a password", "Save it without a password.")
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self._hostile(f"an unusual compression of {name[:80]}", "the one that workbooks use")
            if part.compress_size > part.file_size * 1.1 + 1024:
                raise self.damaged(f"a part {name[:80]} that is not as long as it says")
            ratio = part.file_size / max(1, part.compress_size)
            too_dense = part.file_size > _RATIO_COUNTS_ABOVE and ratio > GREATEST_RATIO
            most = MOST_BYTES_OF_A_SHEET if _SHEET.search(name) else MOST_BYTES_OF_A_PART
            if part.file_size > most or too_dense:
                raise self._bomb(part.file_size)
        self._check_backslashes(parts)
        sizes = [0 if _SHEET.search(part.filename) and part.file_size > LARGE else part.file_size for part in parts]
        if (total := sum(sizes)) > MOST_BYTES or sum(part.file_size for part in parts) > 2 * MOST_BYTES_OF_A_SHEET:
            raise self._bomb(total)
        return names

    def _check_backslashes(self, parts: Sequence[zipfile.ZipInfo]) -> None:
        """A program that writes backslashes writes no slashes; where there are both, the workbook must know the part."""
        odd = [part for part in parts if "\\" in part.orig_filename and not part.filename.endswith(".rels")]
        types = self.zip.NameToInfo.get(CONTENT_TYPES)
        if not odd or not any("/" in part.orig_filename for part in parts) or types is None or types.file_size > LARGE:
            return
        known = self.zip.read(types).lower()
        for part in odd:
            if f'"/{part.filename}"'.lower().encode() not in known:
                raise self._hostile(f'the part name "{part.orig_filename[:80]}"', "plain names inside the workbook")

    def _check_prologs(self) -> None:
        """No part may have XML declarations of its own, whether it is read here or by the program that opens the file next.

        SVG pictures are left alone: drawing programs write declarations into them. Raises UnreadableWorkbook.
        """
        for part in self.zip.infolist():
            if part.is_dir() or part.filename.lower().endswith(".svg"):
                continue
            name = part.filename[:80]
            try:
                rest = _after_prolog(self._head(part))
                if rest == "" and part.file_size > _HEAD:
                    with self.zip.open(part) as stream:
                        rest = _after_prolog(stream.read(LONGEST_PROLOG))
            except LookupError as error:
                raise self._hostile(f"{name} in an unusual encoding", "UTF-8") from error
            except _DAMAGED:  # a part that cannot be inflated declares nothing; where it is needed, reading it says so
                continue
            if rest.startswith("<!"):
                raise self._hostile(f"declarations of entities in {name}", "plain XML")
            if rest == "" and part.file_size > LONGEST_PROLOG:
                raise self._hostile(f"more than {LONGEST_PROLOG // 2**10} KB before the first element of {name}", "plain XML")

    def _head(self, part: zipfile.ZipInfo) -> bytes:
        """The first bytes of a part, at a tenth of what it costs to open it. Raises what `_DAMAGED` names."""
        self._file.seek(part.header_offset + 26)
        try:
            name, extra = struct.unpack("<HH", self._file.read(4))
        except struct.error as error:
            raise EOFError from error
        self._file.seek(name + extra, io.SEEK_CUR)
        content = self._file.read(min(part.compress_size, 2 * _HEAD))
        return content[:_HEAD] if part.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-15).decompress(content, _HEAD)

    def _bomb(self, size: int) -> UnreadableWorkbook:
        what = f"contents that inflate to {size / 2**20:,.0f} MB or more"
        return self._hostile(what, f"at most {MOST_BYTES // 2**20} MB that are not all alike")

    def part(self, name: str) -> str | None:
        """The part of that name as the package spells it, or None."""
        return self._names.get(name.lower()) or self._names.get(unquote(name).lower())

    def has(self, part: str) -> bool:
        """Whether the package holds a part of that name."""
        return self.part(part) is not None

    @property
    def parts(self) -> Sequence[str]:
        """The names of all parts, in the order of the file."""
        return list(self._names.values())

    def read(self, part: str) -> bytes:
        """The bytes of a part, never more than it says that it has. Raises UnreadableWorkbook."""
        name = self.part(part)
        if name is None:
            raise self.damaged(f"no part {part[:80]}")
        info = self.zip.getinfo(name)
        self._bytes += info.file_size
        if self._bytes > MOST_BYTES:
            raise self._bomb(self._bytes)
        try:
            with self.zip.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except _DAMAGED as error:
            raise self.damaged(f"a damaged part {name[:80]}") from error
        if len(content) != info.file_size:
            raise self.damaged(f"a part {name[:80]} that is not as long as it says")
        return content

    def _is_large(self, part: str) -> bool:
        name = self.part(part)
        return name is not None and _SHEET.search(name) is not None and self.zip.getinfo(name).file_size > LARGE

    def _read_large(self, part: str) -> bytes:
        """The bytes of a large sheet without its runs of empty rows; `runs` has them. Raises UnreadableWorkbook."""
        name = self.part(part) or part
        info = self.zip.getinfo(name)
        runs: list[Run] = []
        kept: list[bytes] = []
        size = 0
        try:
            with self.zip.open(info) as stream:
                for piece in without_runs(iter(lambda: stream.read(CHUNK), b""), runs):
                    kept.append(piece)
                    size += len(piece)
                    if size > MOST_BYTES_OF_A_PART or self._bytes + size > MOST_BYTES:
                        raise self._bomb(max(size, self._bytes + size))
        except _DAMAGED as error:
            raise self.damaged(f"a damaged part {name[:80]}") from error
        self._bytes += size
        self.runs[name] = runs
        return b"".join(kept)

    def xml(self, part: str) -> etree._Element:
        """A part as XML: no entities, no network. Raises UnreadableWorkbook, naming the part."""
        content = self.checked_xml(part)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._broken(part, error) from error

    def elements(
        self, part: str, root: str, names: Sequence[str], content: bytes | None = None
    ) -> Iterator[etree._Element]:
        """The elements of those names of the main namespace, one by one, each forgotten when the next is asked for.

        root : what the part's outermost element must be called. content : the part's bytes, where they are at hand and checked.
        Raises UnreadableWorkbook, naming the part.
        """
        tags = [f"{{{namespace}}}{name}" for namespace in MAIN_NAMESPACES for name in names]
        events = etree.iterparse(
            io.BytesIO(self.checked_xml(part) if content is None else content),
            events=("end",),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for count, (_, element) in enumerate(events):
                yield element
                element.clear()
                if not count % 256 and (parent := element.getparent()) is not None:
                    while element.getprevious() is not None:
                        del parent[0]
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self._broken(part, error) from error
        if events.root is None or events.root.tag not in {f"{{{namespace}}}{root}" for namespace in MAIN_NAMESPACES}:
            raise self.damaged(f"something else than a {root} in {part[:80]}")

    def _broken(self, part: str, error: Exception) -> UnreadableWorkbook:
        return self.damaged(f"broken XML in {part[:80]} ({str(error)[:120]})")

    def checked_xml(self, part: str) -> bytes:
        """The bytes of an XML part in UTF-8 or a like encoding, with no declarations in it and not too much of it."""
        content = self._read_large(part) if self._is_large(part) else self.read(part)
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")):
            order = "utf-16" if content[0] >= 0xFE else "utf-16-le" if content[0] else "utf-16-be"
            try:
                content = _DECLARATION.sub("", content.decode(order), count=1).encode()
            except UnicodeError as error:
                raise self._broken(part, error) from error
        elif _encoding(content) not in _ENCODINGS:
            raise self._hostile(f"{part[:80]} in an unusual encoding", "UTF-8")
        if not content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
            raise self._broken(part, ValueError("it does not begin as XML does"))
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise self._hostile(f"declarations of entities in {part[:80]}", "plain XML")
        self._marks += content.count(b"<") + content.count(b"=")
        if self._marks > MOST_MARKS:
            raise self._hostile(f"more than {MOST_MARKS // 2:,} elements up to {part[:80]}", "a quote")
        return content

    def relations(self, part: str) -> dict[str, Relation]:
        """The relationships of a part by their id ("" for those of the package)."""
        rels = relations_part(part)
        if not self.has(rels):
            return {}
        found = {}
        for item in self.xml(rels):
            kind = _RELATIONSHIP.search(item.get("Type", "")) if local_name(item) == "Relationship" else None
            is_external = item.get("TargetMode") == "External"
            target = item.get("Target", "")
            if not is_external:
                plain = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
                target = self.part(plain) or plain
            found[item.get("Id", "")] = Relation(kind[1] if kind else "", target, is_external)
        return found

    def workbook_part(self) -> str:
        """The name of the main part. Raises UnreadableWorkbook where the package is no workbook."""
        main = next(
            (
                relation.target
                for relation in self.relations("").values()
                if relation.kind == "officeDocument" and not relation.is_external and self.has(relation.target)
            ),
            self.part("xl/workbook.xml") or self.part("xl/workbook.bin"),
        )
        if main is not None and main.endswith(".bin"):
            raise self.unreadable("a binary workbook (.xlsb)", WORKBOOK, "Save it as .xlsx.")
        if main is None or main.startswith(("word/", "ppt/")):
            raise self.unreadable(self._other_kind(), WORKBOOK, "Save it as .xlsx.")
        return main

    def _other_kind(self) -> str:
        """What a package is that is no workbook."""
        if self.has("mimetype"):
            kind = self.read("mimetype")[:80].strip().removesuffix(b"-template")
            return "an OpenDocument workbook (.ods)" if kind.endswith(b"spreadsheet") else "an OpenDocument file"
        if self.has("word/document.xml") or self.has("ppt/presentation.xml"):
            return "an Office document that is no workbook"
        if self.has("Index/Document.iwa") or self.has("Index.zip"):
            return "an Apple Numbers file"
        return "a zip file without a workbook in it"


def _after_prolog(content: bytes) -> str:
    """What follows the XML declaration, comments and blanks at the start of a part; "" where they do not end in `content`, and
    "-" where it is no XML. Raises LookupError for an encoding that is unknown, or is UTF-7, in which a "<" may be hidden."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<", b"\0\0")):
        text = content.replace(b"\0", b"").decode("latin-1").lstrip("\xff\xfe")
    elif content.startswith(_EBCDIC):
        text = content.decode("cp037", "ignore")
    elif not content.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return "-"
    else:
        encoding = codecs.lookup(_encoding(content).decode("latin-1")).name
        if encoding == "utf-7":
            raise LookupError(encoding)
        text = content.removeprefix(codecs.BOM_UTF8).decode(encoding, "ignore")
    rest = text[_PROLOG.match(text).end() :]  # type: ignore[union-attr]
    is_open = rest.startswith(("<?", "<!--")) or rest in ("<", "<!", "<!-")
    return "" if is_open else rest


def _encoding(content: bytes) -> bytes:
    """The encoding that an XML part says it has, in small letters; UTF-8 where it says nothing."""
    found = _ENCODING.match(content.removeprefix(codecs.BOM_UTF8)[:512])
    return found[1].lower() if found else b"utf-8"
