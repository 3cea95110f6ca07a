"""What can be wrong with a workbook file as a whole."""

from __future__ import annotations

from pathlib import Path


class UnreadableWorkbook(Exception):
    """A file that cannot be read as a workbook.

    path : the file. found, expected, remedy : what the sentence says.
    """

    def __init__(self, path: Path, found: str, expected: str, remedy: str = "") -> None:
        self.path, self.found, self.expected, self.remedy = path, found, expected, remedy
        sentence = f"{path.name}: found {found}, expected {expected}."
        super().__init__(f"{sentence} {remedy}".strip())


class CannotWrite(Exception):
    """A file that cannot be written; the sentence says why and what to do."""
