"""Inputs: what cannot be read as it stands, formulas among them, what is hidden, what comes from other files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from counterask.counter_asks.stalls import stalls
from counterask.reading.cells import is_blank, letters
from counterask.reading.tables import plain
from counterask.result_tables.views import TRADE_RESULTS
from counterask_templates.index import HIDDEN as HIDDEN_SHEETS
from counterask_templates.layout import HEADER_NAMES, LISTS, RESULTS_SHEET, SELF_TEST, TABLE_BY_NAME

from ..workbooks.addresses import cell_name
from ..workbooks.formulas import column_number
from ..workbooks.grid import Grid
from ..workbooks.package import Package
from ..workbooks.quote_file import named_text, quote_in_workbook
from .finding import Finding, Severity
from .places import trade_place

if TYPE_CHECKING:
    from counterask.reading.problems import Problem

    from ..workbooks.addresses import Rectangle
    from ..workbooks.quote_file import QuoteFile
    from ..workbooks.read_cells import SheetCells

UNREADABLE, TEXT, FORMULA, HIDDEN, EXTERNAL, FOREIGN, OTHER_CLIENT = (
    "input not readable",
    "number stored as text",
    "formula in an input",
    "hidden input",
    "external link",
    "foreign content",
    "another client",
)
STALLS = "stalls"
SEGMENT = "segment not known"
_ALIKE = 0.7
"""From this share of common letters on, one segment is taken for a misspelling of another (`difflib`)."""
_OWN_HIDDEN = frozenset({RESULTS_SHEET, SELF_TEST, LISTS, "xlwings.conf", *HIDDEN_SHEETS})
"""The sheets that we hide, and the one in which xlwings keeps its settings."""
_RESULTS = frozenset(map(plain, TRADE_RESULTS))
_FOREIGN_PARTS = ("xl/embeddings/", "xl/activeX/", "xl/queryTables/", "xl/connections", "customXml/")


def input_findings(file: QuoteFile) -> Iterator[Finding]:
    """Everything that is found in the input tables and around them."""
    assert file.workbook is not None
    yield from problem_findings(file, file.quote.problems)
    for name, box in file.rectangles.items():
        sheet = file.workbook.sheet(box.sheet)
        if sheet is not None:
            yield from _in_table(name, box, sheet)
            yield from _units_in_texts(name, box, sheet, {problem.where for problem in file.quote.problems})
    tables = {box.sheet for box in file.rectangles.values()}
    for sheet in file.workbook.sheets:
        if sheet.state != "visible" and not (sheet.state == "hidden" and sheet.name in _OWN_HIDDEN):
            what = "holds inputs" if sheet.name in tables else f"holds {len(sheet.cells):,} cells"
            if sheet.cells:
                severity = Severity.WRONG if sheet.name in tables else Severity.LOOK
                yield Finding(HIDDEN, severity, sheet.name, f"the sheet is hidden ({sheet.state}) and {what}")
    yield from _segment(file)
    yield from _around(file)


def _segment(file: QuoteFile) -> Iterator[Finding]:
    """A segment that is almost one for which the limits, assumptions or policy have rows: those rows do not hold for it."""
    assert file.workbook is not None
    known: dict[str, str] = {}
    for name in ("Limits", "Assumptions", "Policy"):
        box = file.rectangles.get(name)
        rows = Grid.of(file.workbook, box).rows if box is not None else []
        columns = [place for place, cell in enumerate(rows[0]) if plain(cell) == "segment"] if rows else []
        cells = (row[column] for row in rows[1:] for column in columns if not is_blank(row[column]))
        known |= {plain(cell): str(cell).strip() for cell in cells}
    own, box = file.quote.segment, file.workbook.rectangle(HEADER_NAMES["segment"])
    like = get_close_matches(plain(own), known, 1, _ALIKE) if own and plain(own) not in known else []
    if like:
        where = f"{box.sheet} · {cell_name(box.top, box.left)}" if box is not None else "Segment"
        words = f'the segment is "{own[:60]}", so the rows for "{known[like[0]]}" do not apply. Choose the segment from the list.'
        yield Finding(SEGMENT, Severity.LOOK, where, words)


def problem_findings(file: QuoteFile, problems: Iterable[Problem]) -> Iterator[Finding]:
    """What cannot be read, each problem at its cell."""
    texts = numbers_as_text(file)
    for problem in problems:
        kind = TEXT if problem.where in texts else UNREADABLE
        words = str(problem).removeprefix(problem.where).lstrip(": ")
        yield Finding(kind, Severity.WRONG, problem.where, words, texts.get(problem.where))


def numbers_as_text(file: QuoteFile) -> dict[str, float]:
    """The inputs that hold a number as text, by their place, with the number."""
    return {problem.where: problem.number for problem in file.quote.problems if problem.number is not None}


def _address(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", text)
    return (int(found[2]), column_number(found[1])) if found else None


def with_numbers(file: QuoteFile) -> QuoteFile:
    """The quote as it would be read if every number that is stored as text were one."""
    assert file.workbook is not None
    texts = numbers_as_text(file)
    if not texts:
        return file
    sheets = []
    for sheet in file.workbook.sheets:
        cells = dict(sheet.cells)
        for where, number in texts.items():
            name, _, address = where.rpartition(" · ")
            if name == sheet.name and (place := _address(address)) is not None:
                cells[place] = cells[place]._replace(value=number)
        sheets.append(replace(sheet, cells=cells))
    return quote_in_workbook(file.path, replace(file.workbook, sheets=tuple(sheets)))


def _in_table(name: str, box: Rectangle, sheet: SheetCells) -> Iterator[Finding]:
    """One table: its formulas, and its filled rows and columns that are hidden. Results between the inputs are no inputs."""
    rows, columns = set(), set()
    heads = {column: plain(cell.value) for (row, column), cell in sheet.cells.items() if row == box.top and name == "Trades"}
    for (row, column), cell in sheet.cells.items():
        if not (box.top <= row <= box.bottom and box.left <= column <= box.right) or heads.get(column) in _RESULTS:
            continue
        where = f"{box.sheet} · {cell_name(row, column)}"
        if cell.formula is not None:
            is_external = "[" in cell.formula
            severity, kind = (Severity.WRONG, EXTERNAL) if is_external else (Severity.LOOK, FORMULA)
            yield Finding(kind, severity, where, f"the input is the formula ={cell.formula[:100]}")
        if not is_blank(cell.value):
            rows |= {row} & sheet.hidden_rows
            columns |= {column} & sheet.hidden_columns
    for row in sorted(rows):
        yield Finding(HIDDEN, Severity.WRONG, f"{box.sheet} · {row}:{row}", f"the row is hidden and holds inputs of {name}")
    for column in sorted(columns):
        said = f"{letters(column)}:{letters(column)}"
        yield Finding(HIDDEN, Severity.WRONG, f"{box.sheet} · {said}", f"the column is hidden and holds inputs of {name}")


def _units_in_texts(name: str, box: Rectangle, sheet: SheetCells, reported: Collection[str]) -> Iterator[Finding]:
    """The numbers that were typed with their unit: the functions read them, but the sheet's own formulas do not."""
    header = {column: plain(cell.value) for (row, column), cell in sheet.cells.items() if row == box.top}
    numeric = {plain(one.name) for one in TABLE_BY_NAME[name].columns if one.quantity or one.kind in ("level", "plain", "money")}
    for (row, column), cell in sheet.cells.items():
        is_inside = box.top < row <= box.bottom and box.left <= column <= box.right and header.get(column) in numeric
        where = f"{box.sheet} · {cell_name(row, column)}"
        if is_inside and isinstance(cell.value, str) and re.search(r"[0-9]", cell.value) and where not in reported:
            words = f'the text "{cell.value[:60]}" is read as a number; the formulas of the sheet leave it out. Type the number.'
            yield Finding(TEXT, Severity.LOOK, where, words)


def _around(file: QuoteFile) -> Iterator[Finding]:
    """Links to other files, parts that are none of ours, and signs that the quote was made for another client."""
    assert file.workbook is not None
    for part in file.workbook.external_links:
        yield Finding(EXTERNAL, Severity.WRONG, part, "the workbook reads another file; it was not opened")
    for addin in file.workbook.addin_links:
        words = f"the formulas call the add-in at {addin}: Excel asks everyone else about this link. A quote in .xlsm has no link"
        yield Finding(EXTERNAL, Severity.FACT, file.path.name, words)
    with Package(file.path) as package:
        foreign = sorted(part for part in package.parts if part.startswith(_FOREIGN_PARTS))
        properties = _properties(package)
    for part in foreign:
        yield Finding(FOREIGN, Severity.LOOK, part, "the workbook carries something that no template of ours has")
    yield from _other_client(file, properties)
    counted = stalls(file.quote)
    if counted.over:
        words = f"{len(counted.used)} stalls, {counted.allowed:g} allowed: {', '.join(counted.used)}"
        yield Finding(STALLS, Severity.LOOK, trade_place(file, counted.used[-1]), words)
    for trade in counted.without_reason:
        yield Finding(STALLS, Severity.LOOK, trade_place(file, trade), f"{trade} is stalled without a reason")


def _properties(package: Package) -> dict[str, str]:
    """Title, subject, description and keywords of the file."""
    part = "docProps/core.xml"
    if not package.has(part):
        return {}
    found = {}
    for item in package.xml(part):
        name = str(item.tag).rpartition("}")[2]
        if name in ("title", "subject", "description", "keywords") and item.text:
            found[name] = item.text.strip()
    return found


def _other_client(file: QuoteFile, properties: dict[str, str]) -> Iterator[Finding]:
    """The client's name against the history and the file's properties."""
    assert file.workbook is not None
    client = named_text(file, "Client")
    box = file.rectangles.get("History")
    sheet = file.workbook.sheet(box.sheet) if box else None
    if client and box is not None and sheet is not None:
        header = {str(sheet.cells[place].value).strip().lower(): place[1] for place in sheet.cells if place[0] == box.top}
        column = header.get("client")
        for row in range(box.top + 1, box.bottom + 1) if column else ():
            cell = sheet.cells.get((row, column or 0))
            named = str(cell.value).strip() if cell is not None and not is_blank(cell.value) else ""
            if named and named.casefold() != client.casefold():
                words = f'the history is of "{named[:60]}", the quote is for "{client[:60]}"'
                yield Finding(OTHER_CLIENT, Severity.LOOK, f"{box.sheet} · {cell_name(row, column or 0)}", words)
    for name, words in properties.items():
        is_ours = words.lower().startswith("counterask")
        if not is_ours and not (client and client.casefold() in words.casefold()):
            said = f'the file\'s {name} is "{words[:80]}", and does not name the client'
            yield Finding(OTHER_CLIENT, Severity.LOOK, f"file property {name}", said)
