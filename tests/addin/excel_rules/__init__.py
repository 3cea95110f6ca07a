"""What Excel is known to repair or refuse in a workbook, as rules that a file can be held against without Excel.

Each rule has a fault that is planted for it in `test_excel_rules.py`.
"""

from __future__ import annotations

from .book import Book, Broken
from .package_rules import package_rules
from .sheet_rules import sheet_rules
from .style_rules import style_rules
from .workbook_rules import workbook_rules

__all__ = ["Broken", "broken_rules"]


def broken_rules(content: bytes) -> list[Broken]:
    """Every rule that a workbook breaks, given the bytes of its file."""
    book = Book.of(content)
    found = list(package_rules(book))
    if any(one.kind == "not XML" for one in found):
        return found
    return [*found, *workbook_rules(book), *style_rules(book), *sheet_rules(book)]
