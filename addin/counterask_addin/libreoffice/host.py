"""LibreOffice Calc with Python functions that live in this interpreter.

    with CalcHost({"DEAL_VALUE": deal_value}) as host:
        doc = host.open("quote.xlsx")
        host.set(doc, "Trades", "C5", 0.12)
        host.recalculate(doc)
        host.values(doc, "Trades", "G5:L24")

A formula =DEAL_VALUE(...) of the workbook calls `deal_value` here, in this process, with this process's
packages. What is opened is a private copy unless asked otherwise, so that nothing of what a host does touches
the original.

One cell is a float, text or None (empty, or empty text); an error shows as Calc shows it, "#DIV/0!" or
"Err:502".
"""

from __future__ import annotations

import contextlib
import csv
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..printing import csv_text
from ..workbooks.addresses import cell_name
from .addin_object import as_stored, register
from .fills import fills_of
from .live_functions import LiveFunction, as_live, spellings
from .office_process import OfficeProcess
from .program import HostError, Version
from .reentry import enter_again

_FILTERS = {
    "xlsx": ("Calc MS Excel 2007 XML", ""),
    "xlsm": ("Calc MS Excel 2007 VBA XML", ""),
    "ods": ("calc8", ""),
    "pdf": ("calc_pdf_Export", ""),
    "html": ("HTML (StarCalc)", ""),
    # comma, double quote, UTF-8, from the first line; cells as they are shown; the first sheet
    "csv": ("Text - txt - csv (StarCalc)", "44,34,76,1,,0,false,true,false,false,false,0"),
}
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_VALUES_TEXT_FORMULAS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA


class CalcHost:
    """A LibreOffice Calc of our own, with `functions` live in it, from `with` to the end of the block.

    functions : name -> callable, or LiveFunction records; none for a plain Calc.
    windowed : with a window that a person can work in; otherwise nothing is shown.
    recalculate : whether opening a workbook computes all its formulas anew, as is right where functions are
    live.
    soffice : the program to use; found by itself where it is not given.
    stop : asked again and again while it starts; True gives the start up with Cancelled.

    HostError, in one sentence, where LibreOffice cannot be found, started or used.
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]] | Iterable[LiveFunction] = (),
        *,
        windowed: bool = False,
        recalculate: bool = True,
        soffice: str | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.functions = as_live(functions)
        self._names = spellings(self.functions)
        self.windowed = windowed
        self._settings = (windowed, recalculate, soffice, stop)
        self._office: OfficeProcess | None = None
        self._documents: list[Any] = []
        self._copies = 0
        self.not_live: list[str] = []

    def __enter__(self) -> CalcHost:
        self._office = OfficeProcess(*self._settings)
        try:
            if self.functions:
                self._factory = register(
                    self._office.uno, self._office.context, self._names, self._office.folder
                )
        except BaseException as error:
            is_lost = self._office.is_lost()
            self._office.end()
            if is_lost and isinstance(error, Exception):
                raise HostError(f"LibreOffice ({self._office.program}) broke down while it started.") from error
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        if self._office is None:
            return
        self._office.end(first=self._close_all)
        self._office = None

    def _close_all(self) -> None:
        for doc in list(self._documents):
            with contextlib.suppress(Exception):  # the person has closed it
                self.close(doc)

    @property
    def office(self) -> OfficeProcess:
        """The process that the host runs; HostError outside the `with` block."""
        if self._office is None:
            raise HostError("This LibreOffice is not running; use it within its `with` block.")
        return self._office

    @property
    def version(self) -> Version:
        """The version of the running LibreOffice."""
        return self.office.version

    # Documents

    def open(self, path: str | Path, in_place: bool = False, unnamed: bool = False) -> Any:
        """Open a workbook and return its UNO document.

        in_place : the file itself, locked as LibreOffice does; otherwise a copy that vanishes with the host.
        unnamed : its content as a new document without a name, so that saving asks for one.
        Formulas that a LibreOffice before 25.2 could not connect with our functions are added to `not_live`.
        HostError where there is no such file or LibreOffice cannot read it as a workbook.
        """
        source = Path(path).resolve()
        if not source.is_file():
            raise HostError(f"{path}: there is no such file; check the name.")
        opened = source if in_place else self._copy_of(source)
        value = self.office.property_value
        options = (value("Hidden", not self.windowed), value("AsTemplate", unnamed))
        try:
            doc = self.office.desktop.loadComponentFromURL(opened.as_uri(), "_blank", 0, options)
        except Exception as error:
            if self.office.is_lost():
                raise HostError(f"{path}: LibreOffice broke down while it opened this file.") from error
            doc = None
        if doc is None:
            raise HostError(
                f"{path}: LibreOffice cannot open this file; it is damaged, locked, or no workbook."
            )
        if not doc.supportsService(_SPREADSHEET):
            doc.close(True)
            raise HostError(
                f"{path}: LibreOffice does not take this file for a workbook; give an .xlsx, .xlsm or .ods."
            )
        self._documents.append(doc)
        if not self.version.binds_names:
            self.not_live += [f"{source.name} · {cell}" for cell in enter_again(doc, self.functions)]
        # Results that were computed while opening are no change of the person's.
        doc.setModified(False)
        return doc

    def _copy_of(self, source: Path) -> Path:
        self._copies += 1
        folder = self.office.folder / f"copy{self._copies}"
        folder.mkdir()
        return Path(shutil.copy(source, folder))

    def close(self, doc: Any) -> None:
        """Close a document without saving it."""
        if doc in self._documents:
            self._documents.remove(doc)
        doc.setModified(False)
        doc.close(True)

    def save(self, doc: Any) -> None:
        """Save a document under its own name, as a person does with Ctrl-S."""
        doc.store()

    def save_as(self, doc: Any, path: str | Path, kind: str | None = None) -> Path:
        """Write a document to another file; the document itself keeps its name.

        kind : xlsx, xlsm, ods, pdf, html or csv (the first sheet); from the file's ending where it is not
        given. In a csv a text that begins like a formula gets an apostrophe, so that it stays a text.
        """
        target = Path(path).resolve()
        kind = (kind or target.suffix.lstrip(".")).lower()
        if kind not in _FILTERS:
            raise HostError(f"{path}: cannot save as {kind!r}; choose one of {', '.join(_FILTERS)}.")
        if not target.parent.is_dir():
            raise HostError(f"{path}: there is no folder {target.parent}; make it first.")
        name, options = _FILTERS[kind]
        value = self.office.property_value
        try:
            doc.storeToURL(target.as_uri(), (value("FilterName", name), value("FilterOptions", options)))
        except Exception as error:
            raise HostError(
                f"{path}: LibreOffice cannot write this file ({error}); may you write there?"
            ) from error
        if kind == "csv":
            _without_formulas(target)
        return target

    def render_png(self, doc: Any, folder: str | Path, dots_per_inch: int = 80) -> list[Path]:
        """Pictures of the printed pages, `folder`/page-1.png and so on; needs pdftoppm (poppler-utils)."""
        program = shutil.which("pdftoppm")
        if program is None:
            raise HostError(
                "Pictures of a workbook need the program pdftoppm; on Debian: apt install poppler-utils."
            )
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("page-*.png"):
            old.unlink()
        pdf = self.save_as(doc, self.office.folder / "print.pdf")
        command = [program, "-png", "-r", str(dots_per_inch), str(pdf), str(target / "page")]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise HostError(f"pdftoppm could not draw the pages: {done.stderr.strip()}")
        return sorted(target.glob("page-*.png"))

    # Cells

    def recalculate(self, doc: Any) -> None:
        """Compute every formula anew, whether or not Calc believes it to be up to date."""
        doc.calculateAll()

    def values(self, doc: Any, sheet: str, cells: str) -> list[list[Any]]:
        """The values of a range such as "A1:G30", a list of rows: float, text, or None for empty."""
        block = self._range(doc, sheet, cells)
        return [
            [self._value(block, x, y, value) for x, value in enumerate(row)]
            for y, row in enumerate(block.getDataArray())
        ]

    def value(self, doc: Any, sheet: str, cell: str) -> Any:
        """The value of one cell: float, text, or None for empty."""
        return self.values(doc, sheet, cell)[0][0]

    @staticmethod
    def _value(block: Any, x: int, y: int, value: Any) -> Any:
        if value is None:  # an error has no value, only a look
            return block.getCellByPosition(x, y).getString()
        return None if value == "" else value

    def formulas(self, doc: Any, sheet: str, cells: str) -> list[list[str]]:
        """The formulas of a range, a list of rows; a cell without one gives its content as text, or ""."""
        found = self._range(doc, sheet, cells).getFormulaArray()
        return [[as_stored(formula, self._names) for formula in row] for row in found]

    def set(self, doc: Any, sheet: str, cell: str, value: float | str | bool | None) -> None:
        """Put a value into a cell: number, text, TRUE or FALSE, a formula ("=..."), or None to empty it.

        HostError where the sheet is protected and the cell locked: a person could not type there either.
        """
        target = self._range(doc, sheet, cell)
        if target.getRows().Count * target.getColumns().Count != 1:
            raise HostError(f"{sheet}!{cell} is more than one cell; give one.")
        target = target.getCellByPosition(0, 0)
        if target.Spreadsheet.isProtected() and target.CellProtection.IsLocked:
            raise HostError(f"{sheet}!{cell} is locked (its sheet is protected); nothing was changed.")
        if value is None:
            target.clearContents(_VALUES_TEXT_FORMULAS)
        elif isinstance(value, bool):
            target.setFormula("=TRUE()" if value else "=FALSE()")
        elif isinstance(value, str):
            if value.startswith("="):
                target.setFormula(value)
            else:
                target.setString(value)
        else:
            target.setValue(float(value))

    def fill(self, doc: Any, sheet: str, cell: str) -> str | None:
        """The fill of a cell as it is seen, with conditional formats: "#RRGGBB", or None without one."""
        address = self._range(doc, sheet, cell).RangeAddress
        return self._fills(doc).get(sheet, {}).get((address.StartRow, address.StartColumn))

    def fills(self, doc: Any) -> dict[str, dict[str, str]]:
        """The fills of every visible sheet's cells as a person sees them: sheet -> cell -> "#RRGGBB"."""
        return {
            sheet: {cell_name(row + 1, column + 1): fill for (row, column), fill in found.items()}
            for sheet, found in self._fills(doc).items()
        }

    def _fills(self, doc: Any) -> dict[str, dict[tuple[int, int], str]]:
        with tempfile.TemporaryDirectory() as folder:
            page = self.save_as(doc, Path(folder) / "seen.html", "html")
            return fills_of(doc, page.read_text(encoding="utf-8", errors="replace"))

    def _range(self, doc: Any, sheet: str, cells: str) -> Any:
        if not doc.Sheets.hasByName(sheet):
            raise HostError(
                f"There is no sheet {sheet!r} in this workbook; it has {', '.join(doc.Sheets.ElementNames)}."
            )
        try:
            return doc.Sheets.getByName(sheet).getCellRangeByName(cells)
        except Exception as error:
            raise HostError(
                f"{sheet}!{cells} is not a range of cells; write it as in A1 or A1:G30."
            ) from error


def _without_formulas(path: Path) -> None:
    """Let no text of a CSV file be taken for a formula by the next program that opens it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[csv_text(cell) for cell in row] for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def convert(path: str | Path, kind: str, folder: str | Path, soffice: str | None = None) -> Path:
    """`path` opened and saved again by a LibreOffice without our functions, as `kind` (xlsx, pdf, csv, ...),
    into `folder`.

    Saved results are kept as they are where LibreOffice does not know a function. Returns the new file.
    """
    source = Path(path)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with CalcHost(recalculate=False, soffice=soffice) as host:
        return host.save_as(host.open(source), target / f"{source.stem}.{kind}", kind)
