"""The command line: one verb a job, each loaded only when it is called."""

from __future__ import annotations

import importlib
import sys

import click
from counterask import __version__

VERBS: dict[str, str] = {
    "demo": "demo",
    "new": "new",
    "value": "value",
    "counter-asks": "counter_asks",
    "card": "card",
    "explain": "explain",
    "check": "check",
    "audit": "audit",
    "limits": "limits",
    "approve": "approve",
    "diff": "diff",
    "client-copy": "client_copy",
    "open": "open",
    "install": "install",
    "uninstall": "uninstall",
    "doctor": "doctor",
}
"""Verb -> module in `commands`, in the order in which help lists them."""


class Verbs(click.Group):
    """A group that imports a verb's module when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of a day's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None where there is no such verb."""
        module = VERBS.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(f"counterask_addin.commands.{module}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="counterask")
def cli() -> None:
    """Value what a client asks for and what you ask for in return, in one currency.

    Exit codes: 0 fine, 1 found something (an unbalanced concession, a failed check), 2 could not run.
    """


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cli(prog_name="counterask")


if __name__ == "__main__":
    main()
