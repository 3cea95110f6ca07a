"""What is wrong with a quote or with a question to it, as an exception that carries the problem records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from counterask.reading.problems import Problem

from ..errors import CannotRun, WrongInput
from ..workbooks.errors import UnreadableWorkbook

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
"""Problems that the message of an error lists."""
_LETTERS = 60
"""Letters of an argument that a problem shows."""
_DAY = 'a day such as date(2025, 12, 31) or "2025-12-31"'


class QuoteError(ValueError):
    """A quote that cannot be read, or inputs that it cannot have.

    problems : every problem found, sorted by place. source : the file or table in which they are.
    """

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        super().__init__(source, tuple(problems))
        self.source = source
        self.problems = tuple(problems)

    def __str__(self) -> str:
        lines = [f"{self.source} · {problem}" for problem in self.problems[:_SHOWN]]
        more = len(self.problems) - _SHOWN
        return "\n".join([*lines, f"... and {more} more: see problems."] if more > 0 else lines)

    @property
    def frame(self) -> pd.DataFrame:
        """The problems, a row each: where, subject, found, expected, remedy."""
        import pandas as pd

        names = ("where", "subject", "found", "expected", "remedy")
        return pd.DataFrame([[getattr(one, name) for name in names] for one in self.problems], columns=list(names))


def not_expected(what: str, found: object, expected: str) -> QuoteError:
    """The error for an argument of another type or with another value than is expected."""
    shown = repr(found)
    words = shown if len(shown) <= _LETTERS else f"{shown[:_LETTERS]}..."
    return QuoteError("the call", [Problem(what, "", f"found {words} of the type {type(found).__name__}", expected)])


def day_given(as_of: object) -> date:
    """The day of an argument `as_of`: a date, a time, or text such as "2026-11-02"; today for None. Raises QuoteError."""
    if as_of is None:
        return date.today()
    if isinstance(as_of, str):
        try:
            return datetime.strptime(as_of.strip(), "%Y-%m-%d").date()
        except ValueError as error:
            raise not_expected("as_of", as_of, _DAY) from error
    if isinstance(as_of, date) and as_of == as_of:  # false for the time of pandas that is none (NaT)
        return as_of.date() if isinstance(as_of, datetime) else as_of
    raise not_expected("as_of", as_of, _DAY)


def as_quote_error(error: CannotRun, path: Path) -> QuoteError:
    """The error of a command as one with problem records."""
    if isinstance(error, WrongInput):
        return QuoteError(path.name, error.problems)
    cause = error.__cause__
    if isinstance(cause, UnreadableWorkbook):
        return QuoteError(str(path), [Problem("the file", "", f"found {cause.found}", cause.expected, cause.remedy)])
    found = " ".join(error.sentences).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ").removesuffix(".")
    return QuoteError(str(path), [Problem("the file", "", found, "")])
