"""Results and formulas: what stands in the cells against what the inputs give, and against the formulas that we draw."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from counterask.shares import fair_shares
from counterask_templates.build import draw_quote
from counterask_templates.layout import RESULTS, RESULTS_SHEET, SELF_TEST

from ..workbooks.grid import cell_name
from ..workbooks.valued_copy import valued_edits
from .finding import Finding, Severity

if TYPE_CHECKING:
    from counterask.trades import Ledger, Rules

    from ..workbooks.quote_file import QuoteFile
    from ..workbooks.read_cells import WorkbookCells

OVERWRITTEN, EDITED, STALE, UNCOMPUTED, ANOTHER = (
    "result typed over",
    "formula edited",
    "stale result",
    "not computed",
    "another layout",
)
_CENT = 0.005
_OTHER_LAYOUT = 0.5
"""Where more of our formulas than this share are missing, the workbook was drawn by another version, or is none of ours."""


@cache
def drawn_formulas() -> dict[str, dict[tuple[int, int], str]]:
    """The formulas of the empty quote: sheet -> (row, column) -> formula in its plain form."""
    from ..workbooks.read_cells import read_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quote.xlsx"
        path.write_bytes(draw_quote())
        workbook = read_workbook(path)
    return {
        sheet.name: {place: plain_formula(cell.formula) for place, cell in sheet.cells.items() if cell.formula is not None}
        for sheet in workbook.sheets
        if sheet.name != SELF_TEST
    }


def plain_formula(formula: str) -> str:
    """A formula without what programs spell in their own way: prefixes, quotes around sheets, absolute marks, case, blanks, TRUE
    as a function, a range of one cell."""
    bare = re.sub(r"_xlfn\.|_xldudf_|_xlws\.|_xludf\.", "", formula.removeprefix("="), flags=re.IGNORECASE)
    plain = re.sub(r"[\s$']", "", bare).upper()
    plain = re.sub(r"\b(TRUE|FALSE)\(\)", r"\1", plain)
    return re.sub(r"\b([A-Z]{1,3}\d+):\1\b", r"\1", plain)


def result_findings(file: QuoteFile, valued: Ledger, rules: Rules) -> Iterator[Finding]:
    """Results typed over, formulas edited, values that are not what the inputs give."""
    assert file.workbook is not None
    workbook = file.workbook
    ours = drawn_formulas()
    missing = _missing(workbook, ours)
    total = sum(len(cells) for cells in ours.values())
    if missing > _OTHER_LAYOUT * total:
        words = f"{missing:,} of {total:,} formulas of ours are not there: drawn by another version, or by hand"
        yield Finding(ANOTHER, Severity.FACT, file.path.name, words)
        ours = {}
    yield from _formulas(workbook, ours)
    yield from _values(file, valued, rules, ours)


def _missing(workbook: WorkbookCells, ours: dict[str, dict[tuple[int, int], str]]) -> int:
    return sum(
        1
        for name, formulas in ours.items()
        for place in formulas
        if (sheet := workbook.sheet(name)) is None or (cell := sheet.cells.get(place)) is None or cell.formula is None
    )


def _formulas(workbook: WorkbookCells, ours: dict[str, dict[tuple[int, int], str]]) -> Iterator[Finding]:
    """Cells in which another formula stands than we draw."""
    for name, formulas in ours.items():
        sheet = workbook.sheet(name)
        for (row, column), expected in formulas.items() if sheet else ():
            cell = sheet.cells.get((row, column)) if sheet else None
            if cell is not None and cell.formula is not None and plain_formula(cell.formula) != expected:
                words = f"holds ={cell.formula[:80]} where the template holds ={expected[:80]}"
                yield Finding(EDITED, Severity.WRONG, f"{name} · {cell_name(row, column)}", words)


def _values(file: QuoteFile, valued: Ledger, rules: Rules, ours: dict[str, dict[tuple[int, int], str]]) -> Iterator[Finding]:
    """Result cells whose value is not the recomputed one, and how many were never computed."""
    assert file.workbook is not None
    shares = fair_shares(file.quote.deal, file.quote.trades, rules)
    uncomputed = 0
    for name, cells in valued_edits(file, valued, shares, rules).items():
        sheet = file.workbook.sheet(name)
        formulas = ours.get(name, {})
        for (row, column), edit in sorted(cells.items()):
            cell = sheet.cells.get((row, column)) if sheet else None
            expected: object = edit.value
            if cell is not None and cell.formula is not None and not cell.has_value:
                uncomputed += expected not in ("", None)  # an empty text is often stored as no value
                continue
            is_typed = (row, column) in formulas and (cell is None or cell.formula is None)
            shown = cell.value if cell is not None else None
            if is_typed:
                kind, said = OVERWRITTEN, f"{_said(shown)} is typed over the formula; the inputs give {_said(expected)}"
            elif _differs(shown, expected) and name != RESULTS_SHEET:
                kind, said = STALE, f"shows {_said(shown)}; the inputs give {_said(expected)}"
            else:
                continue
            yield Finding(kind, Severity.WRONG, f"{name} · {cell_name(row, column)}", said, _amount(shown, expected))
    yield from _typed_elsewhere(file, ours, uncomputed)


def _typed_elsewhere(file: QuoteFile, ours: dict[str, dict[tuple[int, int], str]], uncomputed: int) -> Iterator[Finding]:
    """Formulas of ours that are no results (months, banners, checks) and hold a typed value, or nothing."""
    assert file.workbook is not None
    for name, formulas in ours.items():
        sheet = file.workbook.sheet(name)
        if sheet is None:
            continue
        boxes = [file.workbook.rectangle(spec.name) for spec in RESULTS if spec.sheet == name]
        for (row, column), expected in formulas.items():
            cell = sheet.cells.get((row, column))
            is_result = any(box is not None and box.top <= row <= box.bottom and box.left <= column <= box.right for box in boxes)
            if (cell is None or cell.formula is None) and not is_result:
                shown = _said(cell.value if cell else None)
                words = f"{shown} stands where the template holds ={expected[:80]}"
                yield Finding(OVERWRITTEN, Severity.WRONG, f"{name} · {cell_name(row, column)}", words)
    if uncomputed:
        words = f"{uncomputed:,} formulas have no value: a program that does not compute saved the file"
        yield Finding(UNCOMPUTED, Severity.FACT, file.path.name, words)


def _differs(shown: object, expected: object) -> bool:
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        if not isinstance(shown, int | float) or isinstance(shown, bool):
            return not (shown in (None, "") and expected == 0)
        return abs(shown - expected) > max(_CENT, 1e-9 * abs(expected))
    return str(shown or "").strip() != str(expected or "").strip()


def _said(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.10g}" if abs(value) < 1 else f"{value:,.2f}"
    return f'"{str(value)[:80]}"'


def _amount(shown: object, expected: object) -> float | None:
    """How much less there is than is shown."""
    if isinstance(shown, int | float) and isinstance(expected, int | float) and not isinstance(shown, bool):
        return float(expected) - float(shown)
    return None
