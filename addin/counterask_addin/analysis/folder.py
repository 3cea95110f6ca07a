"""A folder of quotes as one record: the tables of all quotes below each other, and what could not be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from counterask.reading.problems import Problem
from counterask.result_tables.counts import count_of

from ..audit.found import find_files
from ..errors import CannotRun
from .errors import QuoteError, as_quote_error, day_given, not_expected
from .frames import stacked
from .record import QuoteRecord, read


def read_folder(folder: str | os.PathLike[str], as_of: date | str | None = None) -> FolderRecord:
    """Read every quote workbook of a folder and of the folders in it, the same files that `counterask audit` reads.

    as_of : the day on which limits are looked at, as in `read`. A file that cannot be read does not stop the others: its
    error is in `errors`, and its problems are in `problems`. Raises QuoteError where there is no such folder.

    >>> from datetime import date
    >>> folder = read_folder("examples", date(2026, 11, 2))
    >>> list(folder.quotes), len(folder.errors)
    (['industrial_supply.xlsx', 'software.xlsx', 'staffing.xlsx'], 0)
    """
    if not isinstance(folder, str | os.PathLike):
        raise not_expected("folder", folder, "the path of a folder with quotes")
    day, root = day_given(as_of), Path(folder)
    if not root.is_dir():
        found, remedy = ("a file", "Read it with read().") if root.is_file() else ("no such folder", "Check the name.")
        raise QuoteError(str(root), [Problem("the folder", "", f"found {found}", "a folder with quotes", remedy)])
    try:
        finding = find_files([str(root)])
    except CannotRun as error:
        raise as_quote_error(error, root) from error
    quotes: dict[str, QuoteRecord] = {}
    errors: dict[str, QuoteError] = {}
    base = os.path.realpath(root)
    for file in finding.files:
        name = Path(os.path.relpath(file.path, base)).as_posix()
        try:
            quotes[name] = read(file.path, day)
        except QuoteError as error:
            errors[name] = error
    for path in finding.links_out:
        problem = Problem("the file", "", "found a link that leads out of the folder", "a file in it", "Read it by its own path.")
        errors[path] = QuoteError(path, [problem])
    for words in finding.unread:
        problem = Problem("the folder", "", "found a folder that may not be read", "", "Check your rights.")
        errors[words] = QuoteError(words, [problem])
    return FolderRecord(root, quotes, errors)


@dataclass(frozen=True, eq=False, repr=False)
class FolderRecord:
    """The quotes of a folder. Made by `read_folder`.

    quotes : each quote by its path in the folder. errors : why a file could not be read, by its path. The frames are those of
    `QuoteRecord`, below each other; the first level of their index is the file.
    """

    folder: Path
    quotes: Mapping[str, QuoteRecord]
    errors: Mapping[str, QuoteError]

    def __repr__(self) -> str:
        quotes, files = count_of(len(self.quotes), "quote"), count_of(len(self.errors), "file")
        return f"<FolderRecord {self.folder}: {quotes}, {files} with problems>"

    def _all(self, frame: Callable[[QuoteRecord], pd.DataFrame]) -> pd.DataFrame:
        return stacked((name, frame(quote)) for name, quote in self.quotes.items())

    @property
    def lines(self) -> pd.DataFrame:
        """The lines of all quotes."""
        return self._all(lambda quote: quote.lines)

    @property
    def terms(self) -> pd.DataFrame:
        """The terms of all quotes."""
        return self._all(lambda quote: quote.terms)

    @property
    def assumptions(self) -> pd.DataFrame:
        """The assumptions of all quotes."""
        return self._all(lambda quote: quote.assumptions)

    @property
    def trades(self) -> pd.DataFrame:
        """The trades of all quotes."""
        return self._all(lambda quote: quote.trades)

    @property
    def changes(self) -> pd.DataFrame:
        """The asks and counter-asks of all quotes."""
        return self._all(lambda quote: quote.changes)

    @property
    def results(self) -> pd.DataFrame:
        """The results of all quotes. Each is in the currency of its quote: see `headers`."""
        return self._all(lambda quote: quote.results)

    @property
    def headers(self) -> pd.DataFrame:
        """What each quote says of itself, a row each: client, currency, segment, dates and the like."""
        rows = {name: quote.header | {"currency": quote.currency} for name, quote in self.quotes.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("file")

    @property
    def problems(self) -> pd.DataFrame:
        """Every problem of the files that could not be read: where, subject, found, expected, remedy."""
        return stacked((name, error.frame) for name, error in self.errors.items())
