"""What a file is when it is not a workbook that we read: from its first bytes, never from its name."""

from __future__ import annotations

import mmap
import os
import stat
from pathlib import Path
from typing import IO

from .errors import UnreadableWorkbook

WORKBOOK = "an .xlsx or .xlsm workbook"

_ZIP = b"PK"
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLDEST_WORKBOOKS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_MARKS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"PAR1", "a Parquet file"),
)


def open_package(path: Path) -> IO[bytes]:
    """The file, opened for reading, if it can be an Excel package at all. Raises UnreadableWorkbook."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableWorkbook(path, "a folder", WORKBOOK, "Name a file.")
        if not stat.S_ISREG(mode):
            raise UnreadableWorkbook(path, "a device or a pipe", WORKBOOK, "Name a file.")
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadableWorkbook(path, "nothing: there is no such file", WORKBOOK, "Check the name.") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableWorkbook(path, f"a file that may not be read ({why})", WORKBOOK, "Check its rights.") from error
    try:
        head = file.read(4096)
        if head.startswith(_ZIP):
            file.seek(0)
            return file
        raise _other(path, file, head)
    except OSError as error:
        file.close()
        raise UnreadableWorkbook(
            path, f"a file that cannot be read ({error.strerror})", WORKBOOK, "Copy it to this machine first."
        ) from error
    except UnreadableWorkbook:
        file.close()
        raise


def _other(path: Path, file: IO[bytes], head: bytes) -> UnreadableWorkbook:
    """The error for a file that is no zip archive."""
    if not head:
        return UnreadableWorkbook(path, "an empty file", WORKBOOK, "Fetch or save it once more.")
    if head.startswith(_COMPOUND_FILE):
        return _compound(path, file)
    if head.startswith(_OLDEST_WORKBOOKS):
        return UnreadableWorkbook(path, "an old binary workbook (.xls)", WORKBOOK, "Save it as .xlsx.")
    kind = next((kind for mark, kind in _MARKS if head.startswith(mark)), "") or _text_kind(head)
    return UnreadableWorkbook(
        path,
        f"a file that is no workbook{kind and f' but {kind}'}",
        WORKBOOK,
        "Open it in its own program and save it as .xlsx.",
    )


def _compound(path: Path, file: IO[bytes]) -> UnreadableWorkbook:
    """Which of the files that Office keeps in its older container this is; the names of its streams tell."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def holds(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le")) >= 0

        if holds("EncryptedPackage"):
            return UnreadableWorkbook(
                path, "an encrypted workbook", "one without a password", "Save it without a password."
            )
        if holds("WordDocument") or holds("PowerPoint Document"):
            return UnreadableWorkbook(path, "an old Office document that is no workbook", WORKBOOK, "Name the quote.")
    return UnreadableWorkbook(path, "an old binary workbook (.xls)", WORKBOOK, "Save it as .xlsx.")


def _text_kind(head: bytes) -> str:
    """Which kind of text the first bytes are, or "" for none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        return ""
    start = text.lstrip().lower()
    if start.startswith("<?xml") or start.startswith("<workbook"):
        return "an XML file"
    if start.startswith(("<html", "<!doctype html", "<table")):
        return "a web page"
    first = text.splitlines()[0] if text.strip() else ""
    if any(mark in first for mark in ",;\t|"):
        return "plain text (a CSV file?)"
    return "plain text"
