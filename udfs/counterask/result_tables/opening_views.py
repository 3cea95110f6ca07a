"""What the opening terms gave away against the standard, a row for each difference."""

from __future__ import annotations

import math

from ..inputs.labels import label_of
from ..verdicts.opening import Opening
from .views import Rows, level, money, who

OPENING = ("Lever", "Value", "Line", "Standard", "Opening level", "Needs at least")
OPENING_ROWS = 20
"""Rows of the table. Where there are more differences, the last row is the sum of those that have no row of their own."""


def opening_table(found: Opening | None) -> Rows:
    """Every difference between the standard and the opening, in order. Columns `OPENING`, at most `OPENING_ROWS` rows.

    found : None where there are no limits.
    """
    rows: Rows = []
    for row in found.rows if found is not None else ():
        levels = [level(row.standard), level(row.opening)]
        rows.append([label_of(row.lever), money(row.value), row.line or "", *levels, who(row.authority)])
    if found is not None and len(rows) > OPENING_ROWS:
        others = found.rows[OPENING_ROWS - 1 :]
        words = f"{len(others)} more differences"
        rest = math.fsum(row.value for row in others)
        rows[OPENING_ROWS - 1 :] = [[words, money(rest), "", "", "", who(max(row.authority for row in others))]]
    return rows
