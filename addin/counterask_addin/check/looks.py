"""What keeps things from sight or takes a safeguard away: formats, locks, highlights, rules for entries, labels, comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from counterask.reading.cells import is_blank

from ..workbooks.addresses import cell_name
from ..workbooks.package import Package
from ..workbooks.quote_file import named_text
from ..workbooks.sheet_marks import ENTRY, FORMAT, SheetMarks, read_marks
from ..workbooks.unseen import Unseen, unseen_formats
from .finding import Finding, Severity
from .inputs import OTHER_CLIENT
from .template import CellPlace, Template, covered

if TYPE_CHECKING:
    from ..workbooks.addresses import Rectangle
    from ..workbooks.quote_file import QuoteFile
    from ..workbooks.read_cells import WorkbookCells

UNSEEN_INPUT, UNSEEN_RESULT, UNLOCKED, COMMENT, LABEL = (
    "hidden input",
    "hidden result",
    "sheet not protected",
    "comment",
    "label changed",
)
REMOVED = {FORMAT: "highlight removed", ENTRY: "entry rule removed"}


def look_findings(file: QuoteFile, template: Template, *, is_ours: bool) -> Iterator[Finding]:
    """What of the workbook cannot be seen, and what safeguards of the template it has lost."""
    assert file.workbook is not None
    with Package(file.path) as package:
        formats = unseen_formats(package)
        marks = {sheet.name: read_marks(package, sheet.part) for sheet in file.workbook.sheets}
    yield from _unseen(file.workbook, file.rectangles.values(), template if is_ours else None, formats)
    if is_ours:
        yield from _safeguards(file.workbook, template, marks)
    client = named_text(file, "Client")
    for name, one in marks.items():
        for end, words in one.headings:
            if words not in template.headings and not (client and client.casefold() in words.casefold()):
                said = f'the page {end} says "{words[:80]}", and does not name the client'
                yield Finding(OTHER_CLIENT, Severity.LOOK, f"{name} · page {end}", said)
        for cell, words in one.comments:
            yield Finding(COMMENT, Severity.LOOK, f"{name} · {cell}", f'a comment says "{words[:120]}"')


def _unseen(workbook: WorkbookCells, boxes: Iterable[Rectangle], template: Template | None, formats: Unseen) -> Iterator[Finding]:
    """Inputs and results that their own formats keep from sight."""
    own = template.unseen if template else frozenset()
    inputs: dict[str, list[Rectangle]] = {}
    for box in boxes:
        inputs.setdefault(box.sheet, []).append(box)
    for sheet in workbook.sheets:
        results = template.formulas.get(sheet.name, {}) if template else {}
        for place, cell in sheet.cells.items():
            value = cell.value if cell.has_value else 1.0  # a formula that was saved without a value: a number as it may be one
            if (sheet.name, place) in own or is_blank(value) or not (why := formats.why(cell.style, value)):
                continue
            is_input = any(
                box.top <= place[0] <= box.bottom and box.left <= place[1] <= box.right for box in inputs.get(sheet.name, ())
            )
            if is_input or place in results:
                kind = UNSEEN_INPUT if is_input else UNSEEN_RESULT
                amount = float(cell.value) if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) else None
                said = f"{amount:,.10g}" if amount is not None else f'"{str(cell.value)[:60]}"' if cell.has_value else "a formula"
                yield Finding(kind, Severity.WRONG, f"{sheet.name} · {cell_name(*place)}", f"holds {said}, and {why}", amount)


def _safeguards(workbook: WorkbookCells, template: Template, marks: dict[str, SheetMarks]) -> Iterator[Finding]:
    """Locks, highlights, rules for entries and labels that the template has and the workbook has not."""
    for name, rules in template.covered.items():
        sheet = workbook.sheet(name)
        if sheet is None:
            continue
        standing = marks[sheet.name]
        if name in template.protected and not standing.is_protected:
            yield Finding(UNLOCKED, Severity.LOOK, name, "the sheet is not protected; the template's is, without a password")
        found = covered(standing)
        for kind, cells in rules.items():
            lost = cells - found.get(kind, Counter())
            if lost:
                words = f"{len(lost):,} of {len(cells):,} cells have lost a {kind} of the template"
                yield Finding(REMOVED[kind], Severity.LOOK, f"{name} · {_area(lost)}", words)
        for place, words in template.texts.get(name, {}).items():
            cell = sheet.cells.get(place)
            if cell is None or cell.formula is not None or str(cell.value).strip() != words.strip():
                shown = f'"{str(cell.value)[:60]}"' if cell is not None else "nothing"
                said = f'says {shown} where the template says "{words[:60]}"'
                yield Finding(LABEL, Severity.LOOK, f"{name} · {cell_name(*place)}", said)


def _area(places: Iterable[CellPlace]) -> str:
    """The smallest range around cells."""
    rows, columns = zip(*places, strict=True)
    first, last = cell_name(min(rows), min(columns)), cell_name(max(rows), max(columns))
    return first if first == last else f"{first}:{last}"
