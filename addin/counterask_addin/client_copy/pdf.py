"""The proposal as a PDF on A4, from the same plan as the workbook: what stands in a row there stands in a row here."""

from __future__ import annotations

import io
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape

from counterask.counter_asks.sentences import Speaker
from counterask.inputs.terms import Assumptions, Deal, Terms

from ..errors import CannotRun
from .sheet import ACCENT, INK, LOOKS, MUTED, RULE, SHEET, Plan, SheetCell

_GAP = 11.0
"""Height of an empty row, in points."""


def text_of(cell: SheetCell, language: str) -> str:
    """What a cell of the plan reads as, numbers in the language's way."""
    if isinstance(cell.value, str):
        return normalize("NFC", cell.value)  # a letter and its accent as one, which a typeface has
    say = Speaker(Deal((), Terms(), Assumptions()), language)
    if cell.number_format.endswith("%"):
        return say.level("discount", cell.value)
    digits = len(cell.number_format.partition(".")[2])
    text = say.number(cell.value, digits)
    decimal = say.word("numbers", "decimal")
    if digits and decimal not in text:
        text += decimal
    return text + "0" * (digits - len(text.partition(decimal)[2])) if digits else text


def texts_of_pdf(made: Plan, language: str) -> list[str]:
    """Every text that the pages may hold."""
    return [text_of(cell, language) for cell in made.cells.values()]


def pdf_bytes(made: Plan, language: str) -> bytes:
    """The PDF of a plan. Raises CannotRun where reportlab is not installed, or where no typeface has all the letters."""
    try:
        from reportlab.lib.colors import HexColor
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.lib.units import mm
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
    except ImportError as error:
        raise CannotRun('A PDF needs reportlab and pypdf. Install them in a clone: python -m pip install ".[card]"') from error
    from ..pages.fonts import faces_for

    face = faces_for("".join(texts_of_pdf(made, language)))
    if face.missing:
        lacking = next(text for text in texts_of_pdf(made, language) if set(face.missing) & set(text))
        raise CannotRun(
            f'The PDF cannot show "{face.missing[:12]}" in "{lacking[:40]}": no typeface here can set these letters. '
            "Write the workbook alone (-o proposal.xlsx, without --pdf) and print it as a PDF from Excel or LibreOffice."
        )
    scale = (A4[0] - 36 * mm) / sum(made.widths)
    merges = {(row, first): last for row, first, last in made.merges}
    count = len(made.widths)

    def styled(cell: SheetCell) -> Paragraph:
        look: dict[str, Any] = dict(LOOKS[cell.look])
        size = 0.88 * float(look.get("font_size", 10.5))
        style = ParagraphStyle(
            cell.look,
            fontName=face.bold if look.get("bold") else face.plain,
            fontSize=size,
            leading=1.22 * size,
            textColor=HexColor(look.get("font_color", INK)),
            alignment=2 if look.get("align") == "right" else 0,
            splitLongWords=1,
        )
        return Paragraph(escape(text_of(cell, language)).replace("\n", "<br/>"), style)

    rows: list[list[Any]] = []
    looks: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
        ("FONTSIZE", (0, 0), (-1, -1), 1),  # of cells without a text, which must not make a row high
        ("LEADING", (0, 0), (-1, -1), 1),
    ]
    filled = {row for row, _ in made.cells}
    heights: list[float | None] = []
    for row in range(max(filled) + 1):
        content: list[Any] = [""] * count
        for column in range(count):
            cell = made.cells.get((row, column))
            name = cell.look if cell else made.fills.get((row, column), "")
            end = merges.get((row, column), column)
            if name == "title":
                end = count - 1
            if end > column:
                looks.append(("SPAN", (column, row), (end, row)))
            if cell:
                content[column] = styled(cell)
            look = LOOKS.get(name, {})
            if "bg_color" in look:
                looks.append(("BACKGROUND", (column, row), (end, row), HexColor(look["bg_color"])))
            for side, mark in (("top", "LINEABOVE"), ("bottom", "LINEBELOW")):
                if side in look:
                    colour = HexColor(ACCENT if look[side] == 2 else RULE)
                    looks.append((mark, (column, row), (end, row), 1.1 if look[side] == 2 else 0.4, colour))
        rows.append(content)
        heights.append(None if row in filled else _GAP)
        looks += _kept_together(made, row)

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(face.plain, 8)
        canvas.setFillColor(HexColor(MUTED))
        canvas.drawCentredString(A4[0] / 2, 10 * mm, str(document.page))

    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        title=SHEET,
        author="",
        creator="",
        producer="",
        invariant=1,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
    )
    table = Table(rows, [width * scale for width in made.widths], heights, style=looks)
    document.build([table], onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def _kept_together(made: Plan, row: int) -> list[tuple[Any, ...]]:
    """A heading stays with what follows it, a detail with its line, and the totals with each other."""
    cell = made.cells.get((row, 0))
    look = cell.look if cell else ""
    if look == "heading":
        return [("NOSPLIT", (0, row), (-1, row + 2))]
    if look == "detail":
        near = [("TOPPADDING", (0, row), (-1, row), 0.0), ("BOTTOMPADDING", (0, row - 1), (-1, row - 1), 1.0)]
        return [("NOSPLIT", (0, row - 1), (-1, row)), *near]
    return [("NOSPLIT", (0, row - 1), (-1, row))] if look == "total_label" else []
