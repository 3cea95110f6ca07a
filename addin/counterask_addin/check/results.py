"""Results and formulas: what stands in the cells against what the inputs give, and against the formulas that we draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from counterask_templates.layout import HISTORY, README, RESULTS_SHEET, SELF_TEST, STAKEHOLDERS

from ..workbooks.addresses import cell_name
from ..workbooks.read_cells import CellError, WorkbookCell
from .finding import Finding, Severity
from .template import CellPlace, DrawnFormula, Template, area_of

if TYPE_CHECKING:
    from ..workbooks.quote_file import QuoteFile
    from ..workbooks.read_cells import SheetCells, WorkbookCells
    from .expected import Expected

OVERWRITTEN, EDITED, STALE, UNCOMPUTED, ANOTHER, MISSING = (
    "result typed over",
    "formula edited",
    "stale result",
    "not computed",
    "another layout",
    "sheet missing",
)
_CENT = 0.005
_STANDS = 0.5
"""A sheet is taken for one of ours where this share of its formulas stand, and a workbook where one of its sheets is."""
_SPARABLE = frozenset({README, STAKEHOLDERS, HISTORY, SELF_TEST})
"""Sheets that no value and no verdict needs."""


def is_drawn_by_us(workbook: WorkbookCells, template: Template) -> bool:
    """Whether a workbook was drawn by this version, whatever became of it: one sheet at least still holds our formulas."""
    return any(
        formulas and _standing(sheet, formulas) > _STANDS * len(formulas)
        for name, formulas in template.formulas.items()
        if name != SELF_TEST and (sheet := workbook.sheet(name)) is not None
    )


def _standing(sheet: SheetCells, formulas: Mapping[CellPlace, DrawnFormula]) -> int:
    return sum((cell := sheet.cells.get(place)) is not None and cell.formula is not None for place in formulas)


def result_findings(file: QuoteFile, template: Template, expected: Expected, *, is_ours: bool) -> Iterator[Finding]:
    """Results typed over, formulas edited, values that are not what the inputs give, sheets that are gone.

    expected : {} where nothing can be computed; then formulas are still held against ours.
    """
    assert file.workbook is not None
    workbook = file.workbook
    formulas = template.formulas if is_ours else {}
    if not is_ours:
        words = "no sheet holds the formulas that this version draws: drawn by another version or by hand, or pasted as values"
        yield Finding(ANOTHER, Severity.LOOK, file.path.name, f"{words}; every result was compared, no formula was")
    uncomputed = 0
    for name in dict.fromkeys([*formulas, *expected]):
        sheet = workbook.sheet(name)
        if sheet is None:
            severity = Severity.LOOK if name in _SPARABLE else Severity.WRONG
            yield Finding(MISSING, severity, name, f'there is no sheet "{name}"; the template has one')
            continue
        drawn, values = formulas.get(name, {}), expected.get(name, {})
        for place in sorted({*drawn, *values}):
            cell, ours, value = sheet.cells.get(place), drawn.get(place), values.get(place, _UNKNOWN)
            if cell is not None and cell.formula is not None and not cell.has_value:
                uncomputed += value not in ("", None, _UNKNOWN)  # an empty text is often stored as no value
            if (found := _in_cell(name, place, cell, ours, value)) is not None:
                yield found
    if uncomputed:
        words = f"{uncomputed:,} formulas have no value: a program that does not compute saved the file"
        yield Finding(UNCOMPUTED, Severity.FACT, file.path.name, words)


_UNKNOWN = object()
"""In the place of a value that was not computed."""


def _in_cell(sheet: str, place: CellPlace, cell: WorkbookCell | None, ours: DrawnFormula | None, value: object) -> Finding | None:
    """What is wrong with one cell. ours : the formula that we draw in it, or None."""
    where, shown = f"{sheet} · {cell_name(*place)}", cell.value if cell is not None else None
    formula = cell.formula if cell is not None else None
    has_value = cell is None or cell.has_value
    gives = "" if value is _UNKNOWN else f"; the inputs give {value_in_words(value)}"
    amount = _amount(shown, value) if has_value else None
    if ours is not None and formula is None:
        words = f"{value_in_words(shown)} is typed over the formula{gives or f' ={ours.formula[:80]}'}"
        return Finding(OVERWRITTEN, Severity.WRONG, where, words, amount)
    if ours is not None and cell is not None and formula is not None:
        area = area_of(cell.array)
        if not ours.is_formula(formula):
            shows = f"; it shows {value_in_words(shown)}{gives}" if has_value and gives else ""
            words = f"{_difference(formula, ours.formula)}{shows}"
            return Finding(EDITED, Severity.WRONG, where, words, amount)
        if area != ours.array and (ours.array or ":" in area):
            words = f"the formula fills {area or 'one cell'}; in the template it fills {ours.array or 'one cell'}{gives}"
            return Finding(EDITED, Severity.WRONG, where, words, amount)
    if value is _UNKNOWN or not has_value or not differs(shown, value):
        return None
    if sheet == RESULTS_SHEET and isinstance(shown, CellError):  # where the functions are not at hand, the cells say so
        return None
    return Finding(STALE, Severity.WRONG, where, f"shows {value_in_words(shown)}{gives}", amount)


_AROUND = 24
"""Letters of a formula that are shown before the place where it differs."""


def _difference(standing: str, ours: str) -> str:
    """Both formulas in words, from shortly before the place where they part."""
    same = next(
        (at for at, (one, other) in enumerate(zip(standing, ours, strict=False)) if one != other), min(len(standing), len(ours))
    )
    start = max(0, same - _AROUND) if max(len(standing), len(ours)) > 80 else 0
    cut = "…" if start else "="
    return f"holds {cut}{standing[start : start + 80]} where the template holds {cut}{ours[start : start + 80]}"


def differs(shown: object, expected: object) -> bool:
    """Whether a cell shows something else than it should: by more than half a cent, or by its words."""
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        if not isinstance(shown, int | float) or isinstance(shown, bool):
            return not (shown in (None, "") and expected == 0)
        return abs(shown - expected) > max(_CENT, 1e-9 * abs(expected))
    return str(shown if shown is not None else "").strip() != str(expected if expected is not None else "").strip()


def value_in_words(value: object) -> str:
    """A value in words: money with two decimals, small numbers with all that matter."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.10g}" if abs(value) < 1 else f"{value:,.2f}"
    return f'"{str(value)[:80]}"'


def _amount(shown: object, expected: object) -> float | None:
    """How much less there is than is shown; None where either is no number."""
    numbers = [one for one in (shown, expected) if isinstance(one, int | float) and not isinstance(one, bool)]
    return float(numbers[1]) - float(numbers[0]) if len(numbers) == 2 else None
