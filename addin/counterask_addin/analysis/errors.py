"""What is wrong with a quote or with a question to it, as an exception that carries the problem records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from counterask.reading.problems import Problem

from ..errors import CannotRun, WrongInput
from ..workbooks.errors import UnreadableWorkbook

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
"""Problems that the message of an error lists."""


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


def as_quote_error(error: CannotRun, path: Path) -> QuoteError:
    """The error of a command as one with problem records."""
    if isinstance(error, WrongInput):
        return QuoteError(path.name, error.problems)
    cause = error.__cause__
    if isinstance(cause, UnreadableWorkbook):
        return QuoteError(str(path), [Problem("the file", "", f"found {cause.found}", cause.expected, cause.remedy)])
    found = " ".join(error.sentences).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ").removesuffix(".")
    return QuoteError(str(path), [Problem("the file", "", found, "")])
