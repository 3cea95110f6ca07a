"""The option or argument that names a file to be written: what it may end in is said where it is declared, and checked here."""

from __future__ import annotations

from pathlib import Path

import click

from ..workbooks.atomic import WORKBOOK_ENDINGS, check_ending


class OutputFile(click.Path):
    """A file that a command writes. endings : with their dots, the usual one first. Others are refused before the work begins."""

    def __init__(self, *endings: str) -> None:
        super().__init__(path_type=Path)
        self.endings = endings

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Raises CannotWrite where it has another ending."""
        path = Path(str(value))
        check_ending(path, *self.endings)
        return path


WORKBOOK_FILE = OutputFile(".xlsx")
WORKBOOK_COPY = OutputFile(*WORKBOOK_ENDINGS)
"""A copy of a workbook. It keeps the ending of its source, which is checked where the source is known."""
