"""How our printed pages are set: paragraphs and tables with thin lines, in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def paragraph(words: str, size: float, *, bold: bool = False, right: bool = False) -> Any:
    """A paragraph. Words are text, whatever signs they hold. size : points."""
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    from .fonts import faces

    look = ParagraphStyle("card", fontName=faces()[bold], fontSize=size, leading=1.2 * size, alignment=2 if right else 0)
    return Paragraph(escape(words), look)


def ruled_table(rows: list[list[Any]], widths: list[float], begins: Sequence[int], repeated: int = 0) -> Any:
    """Rows with a thin line above those that begin something. widths : points. repeated : rows that each page begins with."""
    from reportlab.lib.colors import black
    from reportlab.platypus import Table

    look = [
        ("LINEABOVE", (0, 0), (-1, 0), 1.2, black),
        ("LINEBELOW", (0, -1), (-1, -1), 1.2, black),
        *(("LINEABOVE", (0, row), (-1, row), 0.5, black) for row in begins),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ]
    return Table(rows, widths, style=look, repeatRows=repeated)
