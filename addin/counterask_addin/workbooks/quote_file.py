"""A quote as a file: finds its tables in a workbook, or reads a deal in JSON, and hands them to the one parser.

`find_tables` says where the tables are. Everything is collected before anything is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from counterask.inputs.levers import LANGUAGES
from counterask.reading.cells import yes_no
from counterask.reading.deal_json import read_deal
from counterask.reading.problems import Problem, in_order
from counterask.reading.quote import READ_COLUMNS, Memory, Quote, read_quote, read_standard
from counterask.reading.tables import TABLES, Table, plain
from counterask.seals.seal import SealStatus, all_sealed, scopes_of, seal_status, sealed_limits
from counterask_templates.layout import HEADER_NAMES, TABLE_KEYS, TABLE_SHEETS

from ..errors import CannotRun, WrongInput
from .addresses import Rectangle, cell_name
from .errors import UnreadableWorkbook
from .find_tables import find_table, header_text, stray_rows
from .grid import Grid
from .kinds import LIMITS_TABLES, QUOTE_TABLES, no_limits, no_quote

if TYPE_CHECKING:
    from .read_cells import WorkbookCells

_NO_LETTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What JSON can hold and no workbook or page."""
_REQUIRED = ("Lines", "Terms", "Trades", "Assumptions")
_BESIDE = frozenset({"Stakeholders", "History"})
"""Tables that no valuation reads; but for the history, where the policy lets the drag of taught discounts count."""
_FORMULA_LETTERS = 60
"""Letters of a formula that a problem shows."""


@dataclass(frozen=True)
class QuoteFile:
    """A quote and where it came from.

    workbook : None for JSON. document : the parsed JSON; None for a workbook. rectangles : where each table stands. warnings :
    what a person should know, as sentences. seal : what could be said of the seal of its limits on the day it was read; None
    for JSON.
    """

    path: Path
    quote: Quote
    workbook: WorkbookCells | None = None
    rectangles: Mapping[str, Rectangle] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seal: SealStatus | None = None
    document: object = None

    @property
    def language(self) -> str:
        """The language in which the workbook is written, by its headers; that of JSON is English."""
        return self.quote.language

    @property
    def spoken(self) -> str:
        """The language of sentences: the one that is picked on the sheet Counter-asks, else that of the workbook."""
        picked = named_text(self, "Language")
        return picked if picked in LANGUAGES else self.language

    @property
    def is_workbook(self) -> bool:
        """Whether the quote is a workbook, of which a copy can be made."""
        return self.workbook is not None


def read_quote_file(path: Path) -> Quote:
    """The quote in a workbook or a JSON file. Raises WrongInput with every problem of it; CannotRun where it cannot be read."""
    return open_quote(path).quote


def open_quote(path: Path, workbook: WorkbookCells | None = None) -> QuoteFile:
    """The quote with its workbook. workbook : its cells, where they have been read. Raises as `read_quote_file` does."""
    file = inspect_quote(path, workbook)
    if file.quote.problems:
        raise WrongInput(path.name, file.quote.problems)
    return file


def _with_memory(file: QuoteFile) -> QuoteFile:
    """Let this machine remember a seal that holds, so that an older one is not taken later."""
    from ..seals.trust_store import remember

    if file.seal is None or not file.seal.holds or not (warning := remember(file.seal.seal)):
        return file
    return replace(file, warnings=(*file.warnings, warning))


def inspect_quote(path: Path, workbook: WorkbookCells | None = None) -> QuoteFile:
    """As `open_quote`, but with the problems left in the quote; raises CannotRun only where nothing can be read at all.

    Every command that reads a quote from a path comes through here, so that each remembers its seal.
    """
    if path.suffix.lower() == ".json":
        return quote_of_document(path, _document(path))
    from .read_cells import read_workbook

    try:
        return _with_memory(quote_in_workbook(path, workbook or read_workbook(path)))
    except UnreadableWorkbook as error:
        raise CannotRun(str(error)) from error


def quote_of_document(path: Path, document: object) -> QuoteFile:
    """The quote in parsed JSON, its problems left in it. path : how messages name it."""
    return QuoteFile(path, read_deal(document), document=document)


def _document(path: Path) -> object:
    """The parsed JSON of a file. Raises CannotRun with the place where it is broken."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document: object = json.loads(text)
        if _NO_LETTER.search(text) or ("\\u" in text and _NO_LETTER.search(json.dumps(document, ensure_ascii=False))):
            raise CannotRun(f"{path}: found a code that is no letter (such as \\ud800), expected text. Take it out.")
        return document
    except FileNotFoundError as error:
        raise CannotRun(f"{path}: there is no such file.") from error
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CannotRun(f"{path}: found bytes that are not UTF-8, expected JSON. Save it as UTF-8.") from error
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        place = f" line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise CannotRun(f"{path} ·{place}: found text that is no JSON, expected a deal as JSON.") from error


def quote_in_workbook(
    path: Path,
    workbook: WorkbookCells,
    instead: Callable[[Mapping[str, str]], Mapping[str, Table]] | None = None,
    memory: Memory | None = None,
) -> QuoteFile:
    """The quote that stands in an opened workbook. Raises WrongKind where it holds none.

    instead : the tables that stand in for the workbook's own, from what its header says. memory : as of `read_quote`.
    """
    problems: list[Problem] = []
    rectangles: dict[str, Rectangle] = {}
    header = {name: text for name in HEADER_NAMES if (text := header_text(workbook, name))}
    tables: dict[str, Table] = dict(instead(header)) if instead else {}
    has_own_limits = "Limits" not in tables
    for order, name in enumerate(TABLES):
        if name not in TABLE_KEYS or name in tables:
            continue
        is_read = name not in _BESIDE or (name == "History" and _drag_counts(tables.get("Policy")))
        if memory is not None and not is_read and not _may_hold_formulas(workbook, name):
            continue
        rectangle = find_table(workbook, name)
        if rectangle is None:
            if name in _REQUIRED:
                problems.append(_missing(workbook, name, order))
            continue
        rectangles[name] = rectangle
        tables[name] = table_in_workbook(workbook, name, rectangle, order, problems)
    if not QUOTE_TABLES & rectangles.keys():
        raise no_quote(path, workbook)
    for name, box in rectangles.items():
        problems += stray_rows(workbook, name, box, TABLES.index(name), list(rectangles.values()))
    for name in _REQUIRED:
        tables.setdefault(name, Table.of_range(name, [[]]))
    missing = {problem.subject for problem in problems}
    quote = read_quote({name: tables[name] for name in TABLES if name in tables}, header, memory)
    status = _seal_of(workbook, tables, quote) if has_own_limits else None  # limits that replace the workbook's own need no seal
    found = [problem for problem in quote.problems if not (missing and _of_missing(problem, missing))]
    limits = sealed_limits(quote.limits, status) if status else quote.limits
    merged = replace(quote, limits=limits, problems=in_order([*problems, *found]))
    return QuoteFile(path, merged, workbook, rectangles, (), status)


def limits_tables(path: Path, workbook: WorkbookCells, names: Sequence[str]) -> tuple[str, Mapping[str, Table]]:
    """The currency and the tables of a limits workbook, for `quote_of`'s `instead`.

    Raises UnreadableWorkbook where a table is missing or one of its cells is wrong.
    """
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for order, name in enumerate(names):
        rectangle = find_table(workbook, name)
        if rectangle is None:
            problems.append(_missing(workbook, name, order))
            continue
        table = table_in_workbook(workbook, name, rectangle, order, problems)
        tables[name] = replace(table, locate=_placed(path.name, table.locate))
    if not tables.keys() & set(LIMITS_TABLES):
        raise no_limits(path, workbook)
    currency = ""
    if not problems:
        policy, company, found = read_standard(tables)
        currency = policy.currency.upper()
        problems += found
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UnreadableWorkbook(path, f"a fault: {problems[0]}{more}", "sound limits", "")
    return currency, tables


def _placed(name: str, locate: Callable[[int, int], str]) -> Callable[[int, int], str]:
    return lambda row, column: f"{name} · {locate(row, column)}"


def _drag_counts(policy: Table | None) -> bool:
    """Whether a policy may let drag count in verdicts."""
    rows = policy.rows if policy is not None else ()
    return any(plain(row[0]) == "dragcounts" and yes_no(row[1]) is not False for row in rows if len(row) > 1)


def _may_hold_formulas(workbook: WorkbookCells, name: str) -> bool:
    """Whether anything can be wrong with a table that a valuation does not read: a formula without a value."""
    rectangle = workbook.rectangle(name)
    sheet = workbook.sheet(rectangle.sheet) if rectangle else None
    return sheet is None or bool(getattr(sheet.cells, "may_hold_formulas", True))


def _seal_of(workbook: WorkbookCells, tables: Mapping[str, Table], quote: Quote) -> SealStatus:
    """What can be said today of the seal of a workbook's limits, with what this machine trusts."""
    from ..seals.trust_store import set_up_trust

    set_up_trust()
    box = workbook.rectangle("Seal")
    rows = Grid.of(workbook, box).rows if box is not None else None
    return seal_status(rows, all_sealed(tables), date.today(), scopes_of_quote(quote))


def scopes_of_quote(quote: Quote) -> tuple[str, ...]:
    """The scopes that a quote goes by: its currency and its segment."""
    return scopes_of(quote.header.get("currency", "") or quote.policy.currency, quote.segment)


def _of_missing(problem: Problem, missing: set[str]) -> bool:
    """Whether a problem only repeats that a whole table is missing."""
    return any(problem.where.endswith(f" of {name}") for name in missing) or (
        "Lines" in missing and problem.order[0] == TABLES.index("Trades")
    )


def _missing(workbook: WorkbookCells, name: str, order: int) -> Problem:
    sheets = ", ".join(sheet.name for sheet in workbook.sheets)
    sheet = TABLE_SHEETS[name]
    if workbook.sheet(sheet) is None:
        return Problem(
            f"sheet {sheet}",
            name,
            f"found no such sheet and no name {name} (there are: {sheets})",
            f'the sheet "{sheet}" with the table {name}',
            "Give the sheet its name back, or start from: counterask new",
            (order, 0, 0),
        )
    keys = " and ".join(f'"{key}"' for key in TABLE_KEYS[name])
    return Problem(
        sheet,
        name,
        f"found no table {name}",
        f"a row with the headers {keys}",
        "Give the headers their names back.",
        (order, 0, 0),
    )


def table_in_workbook(workbook: WorkbookCells, name: str, rectangle: Rectangle, order: int, problems: list[Problem]) -> Table:
    """A table of values. A formula without a cached value in a column that is read is reported: what it says is not known."""
    key = ("rows", name, rectangle, order)
    if key not in workbook.known:
        found: list[Problem] = []
        workbook.known[key] = _table_at(workbook, name, rectangle, order, found), found
    table, unread = workbook.known[key]
    problems += unread
    return cast(Table, table)


def _table_at(workbook: WorkbookCells, name: str, rectangle: Rectangle, order: int, problems: list[Problem]) -> Table:
    grid = Grid.of(workbook, rectangle)
    read = {plain(word) for word in READ_COLUMNS[name]}
    table = _shared_table(name, rectangle, tuple(map(tuple, grid.rows)), _odd_kinds(grid.rows))
    for row, column, formula in grid.uncached:
        header = str(grid.rows[0][column] or "").split("\n")[0] if grid.rows else ""
        if row and plain(header) not in read:
            continue
        shown = formula if len(formula) <= _FORMULA_LETTERS else f"{formula[:_FORMULA_LETTERS]}…"
        problems.append(
            Problem(
                table.locate(row, column),
                header,
                f"found the formula ={shown} without a value",
                "a value",
                "Open the file in Excel or LibreOffice and save it, or type the value.",
                (order, row, column),
            )
        )
    return table


@lru_cache(maxsize=64)
def _shared_table(
    name: str, rectangle: Rectangle, rows: tuple[tuple[object, ...], ...], odd_kinds: tuple[tuple[int, int, type], ...]
) -> Table:
    """A table; the same one for the same cells at the same place, so that limits that many quotes share are read once.

    odd_kinds : the cells that are neither text nor number, and of which kind: TRUE would pass for 1, an error for its name.
    """
    sheet, top, left = rectangle.sheet, rectangle.top, rectangle.left
    return Table(name, rows, lambda row, column: f"{sheet} · {cell_name(top + row, left + column)}")


def _odd_kinds(rows: Sequence[Sequence[object]]) -> tuple[tuple[int, int, type], ...]:
    return tuple(
        (number, place, kind)
        for number, row in enumerate(rows)
        for place, cell in enumerate(row)
        if (kind := type(cell)) is not float and kind is not str and cell is not None
    )


def named_text(file: QuoteFile, name: str) -> str:
    """The text of a cell by its defined name; "" where there is no such name or nothing in it."""
    return "" if file.workbook is None else _text_of(file.workbook, name)


def _text_of(workbook: WorkbookCells, name: str) -> str:
    rectangle = workbook.rectangle(name)
    if rectangle is None:
        return ""
    cell = Grid.of(workbook, rectangle).rows[0][0]
    return "" if cell is None else str(cell).strip()
