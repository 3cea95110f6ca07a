"""The search of a finished PDF: its pages, read back, hold the planned texts and page numbers, and its objects nothing else."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

from ..errors import CannotRun
from .confidential import Leak, Secrets
from .leak_scan import leak_of
from .pdf import pdf_bytes, texts_of_pdf
from .sheet import SHEET, Plan, SheetCell

_KEYS = frozenset(
    {
        "/Type",
        "/Pages",
        "/PageMode",
        "/Contents",
        "/MediaBox",
        "/Parent",
        "/Resources",
        "/Rotate",
        "/Trans",
        "/Count",
        "/Kids",
    }
)
_PROPERTIES = frozenset(
    {
        "",
        SHEET,
        "(unspecified)",
        "/False",
        "unspecified",
        "untitled",
        "anonymous",
        "False",
        "ReportLab PDF Library - (opensource)",
    }
)
_PAINTING = frozenset({"q", "Q", "cm", "rg", "RG", "g", "G", "w", "J", "j", "d", "m", "l", "n", "re", "f", "f*", "S"})
_OPERATORS = _PAINTING | {"BT", "ET", "Tf", "Tm", "Tc", "Tw", "Td", "TL", "Tj", "T*"}
_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_TOKEN = re.compile(rb"%[^\r\n]*|\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()%]+|[^\s/<>\[\]()%]+")
_PLAIN_TOKEN = re.compile(rb"[+-]?\d*\.?\d+|/F\d+(?:\+\d+)?|<[0-9A-Fa-f\s]*>|/[A-Z]{6}\+[\w-]+|\(D:2000\d{10}[+'\d]*\)")
_INFO = re.compile(r"D:2000\d{10}[+'\d]*")


def scan_pdf(content: bytes, made: Plan, language: str, secrets: Secrets) -> list[Leak]:
    """What a finished PDF holds beyond its plan."""
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise CannotRun('A PDF is searched by pypdf. Install it in a clone: python -m pip install ".[card]"') from error
    reader = PdfReader(io.BytesIO(content))
    leaks: list[Leak] = []
    if not content.rstrip().endswith(b"%%EOF") or content.count(b"%%EOF") != 1:
        leaks.append(leak_of(content[content.find(b"%%EOF") + 5 :].decode("latin-1"), "the end of the PDF", secrets))
    for name, value in (reader.metadata or {}).items():
        if str(value) not in _PROPERTIES and not _INFO.fullmatch(str(value)):
            leaks.append(leak_of(str(value), f"the property {name} of the PDF", secrets))
    catalog: Any = reader.trailer["/Root"]
    for holder in (catalog, *reader.pages):
        for key in holder:
            if key not in _KEYS:
                leaks.append(leak_of(f"{key} {holder[key]}", "an object of the PDF", secrets))
    leaks += [leak_of(token, "an object of the PDF", secrets) for token in _unexplained(content)]
    leaks += [leak_of(one, "a page of the PDF", secrets) for page in reader.pages for one in _odd_operations(page)]
    if (extra := len(_STREAM.findall(content)) - _known_streams(reader)) > 0:
        leaks.append(Leak(f"{extra} streams that no page shows", "the PDF"))
    texts = sorted(("".join(text.split()) for text in texts_of_pdf(made, language)), key=len, reverse=True)
    shown = "\n".join("".join(page.extract_text().split()) for page in reader.pages)
    for text in texts:
        if text not in shown:
            leaks.append(Leak(text, "the page lacks a text and"))
        shown = shown.replace(text, "\n", 1)
    left = re.sub(r"\n+", "\n", shown).strip("\n")
    numbers = [str(number) for number in range(1, len(reader.pages) + 1)]
    if left.replace("\n", "") != "".join(numbers):
        leaks.append(leak_of(left, "the pages of the PDF", secrets))
    return leaks


def _unexplained(content: bytes) -> list[str]:
    """The names, strings and remarks outside of streams that a PDF of two words does not hold too."""
    return [token.decode("latin-1") for token in _skeleton(content) - _vanilla() if not _PLAIN_TOKEN.fullmatch(token)]


def _skeleton(content: bytes) -> set[bytes]:
    return set(_TOKEN.findall(_STREAM.sub(b" stream endstream", content)))


@cache
def _vanilla() -> frozenset[bytes]:
    """What the library itself writes around the streams of a page with a word in each face."""
    words = {(0, 0): SheetCell("Proposal", "title"), (1, 0): SheetCell("1", "text")}
    return frozenset(_skeleton(pdf_bytes(Plan(words, widths=[20.0]), "en")))


def _odd_operations(page: Any) -> list[str]:
    """What a page does beside setting texts and drawing lines and boxes: pictures, hidden letters, remarks."""
    from pypdf.generic import ContentStream

    contents = page.get_contents()
    if contents is None:
        return []
    done = ContentStream(contents, page.pdf).operations
    odd = [f"{name.decode('latin-1')} {operands}" for operands, name in done if name.decode("latin-1") not in _OPERATORS]
    bare = re.sub(rb"\((?:\\.|[^\\()])*\)", b"", contents.get_data())
    return odd + [one.decode("latin-1") for one in re.findall(rb"%[^\r\n]*", bare)]


def _known_streams(reader: Any) -> int:
    """How many streams the pages and their typefaces have."""
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.get_object()["/BaseFont"], font.get_object().get("/Name")] = font.get_object()
    files = sum(("/ToUnicode" in font) + ("/FontFile2" in font.get("/FontDescriptor", {})) for font in fonts.values())
    return len(reader.pages) + files
