"""What can be wrong with a workbook file as a whole: one sentence each, for a person."""

from __future__ import annotations

from pathlib import Path

from ..errors import CannotRun


class UnreadableWorkbook(Exception):
    """A file that cannot be read as a workbook.

    path : the file. found, expected, remedy : what the sentence says.
    """

    def __init__(self, path: Path, found: str, expected: str, remedy: str = "") -> None:
        self.path, self.found, self.expected, self.remedy = path, found, expected, remedy
        sentence = f"{path}: found {found}, expected {expected}."
        super().__init__(f"{sentence} {remedy}".strip())

    def __reduce__(self) -> tuple[type[UnreadableWorkbook], tuple[Path, str, str, str]]:
        """Let the error travel between processes whole."""
        return type(self), (self.path, self.found, self.expected, self.remedy)


class WrongKind(UnreadableWorkbook):
    """A workbook that holds something else than what is wanted: limits where a quote is wanted, or the other way round."""


class CannotWrite(CannotRun):
    """A file that cannot be written; the sentence says why and what to do. Nothing was left behind."""


class HasChanged(CannotWrite):
    """A file that somebody else has saved since it was read. Whoever reads it again may write again."""
