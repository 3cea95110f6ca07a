"""What stops a command: sentences for a person, and the exit code 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from .printing import echo

if TYPE_CHECKING:
    from counterask.reading.problems import Problem

FINE, FOUND_SOMETHING, COULD_NOT_RUN = 0, 1, 2


class CannotRun(click.ClickException):
    """The command could not run.

    sentences : each says what is wrong, where, and what to do. details : lines that go with them.
    """

    exit_code = COULD_NOT_RUN

    def __init__(self, *sentences: str, details: Sequence[str] = ()) -> None:
        super().__init__("\n".join((*sentences, *details)))
        self.sentences: Sequence[str] = sentences
        self.details = details
        running = click.get_current_context(silent=True)
        self._writes = running is not None and any(option.name == "output" for option in running.command.params)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentences to standard error, a line each."""
        for sentence in (*self.sentences, *self.details):
            echo(sentence, file=file, err=file is None)
        if len(self.sentences) > 1:
            written = "; nothing was written" if self._writes else ""  # a command that never writes need not say so
            echo(f"{len(self.sentences)} problems{written}.", file=file, err=file is None)


class WrongInput(CannotRun):
    """A file whose content has problems. problems : every one of them, sorted by place."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(*(f"{name} · {problem}" for problem in problems))
        self.problems = tuple(problems)
