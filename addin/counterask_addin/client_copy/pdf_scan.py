"""The search of a finished PDF: its pages, read back, hold the planned texts and page numbers, and its objects nothing else."""

from __future__ import annotations

import io
import re
from typing import Any

from ..errors import CannotRun
from .confidential import Leak, Secrets
from .leak_scan import leak_of
from .pdf import texts_of_pdf
from .sheet import SHEET, Plan

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
_INFO = re.compile(r"D:2000\d{10}[+'\d]*")


def scan_pdf(content: bytes, made: Plan, language: str, secrets: Secrets) -> list[Leak]:
    """What a finished PDF holds beyond its plan."""
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise CannotRun('A PDF is searched by pypdf. Install it: pip install "counterask[card]"') from error
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
