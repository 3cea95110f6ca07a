"""The hidden Results sheet: what the functions of the catalogue return, as array formulas. The other sheets show it.

LibreOffice computes array formulas as it opens a file, even one whose cached values it trusts (that of a program it
knows by the name in docProps/app.xml), and where the functions are not at hand they are #NAME?. The plain formulas that
show them keep their cached values, and IFERROR keeps the error from people if something is recalculated.
"""

from __future__ import annotations

from .layout import RESULTS, RESULTS_SHEET
from .pen import Pen


def draw(pen: Pen) -> None:
    """Draw the sheet: every result whose sheet the workbook has."""
    page = pen.pages[RESULTS_SHEET]
    page.set_column(0, 10, 18)
    for spec in RESULTS:
        if spec.sheet in pen.pages:
            pen.live_result(page, spec)
    pen.close(page)
