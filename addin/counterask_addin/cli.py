"""The command line: one verb a job, each loaded only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from counterask import __version__

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Write the example quotes, value one and say how to open it."),
    "new": ("new", "Write a quote workbook, empty or filled in from products or a CRM."),
    "value": ("value", "Value a quote, print its trades, write a valued copy."),
    "counter-asks": ("counter_asks", "What to ask for in return for an ask, least burden first."),
    "packages": ("packages", "Three packages of equal value for a trade, and a page for the client."),
    "offers": ("offers", "What to offer unasked: cheap for us, wanted by someone on the client's side."),
    "client-copy": ("client_copy", "A proposal for the client: what was agreed and nothing else."),
    "explain": ("explain", "The math of a trade, line by line."),
    "uncertainty": ("uncertainty", "How sure deal value and verdicts are, over the intervals of the assumptions."),
    "check": ("check", "Finance's check of one quote: everything recomputed."),
    "prepare": ("prepare", "Before a call: the asks to expect, each with its answer, on one page."),
    "card": ("card", "One page of rules of thumb, to learn by heart."),
    "audit": ("audit", "Value every quote of a folder; one report workbook."),
    "calibrate": ("calibrate", "Assumptions with evidence, from your own closed deals."),
    "limits": ("limits", "Sealed limits: keys and their rights, sign, verify, update a quote."),
    "approve": ("approve", "Approve a trade or the opening terms, signed with all they depend on."),
    "approvals": ("approvals", "Who approved what in a quote, until when, and whether it holds."),
    "withdraw": ("withdraw", "Take an approval back."),
    "round": ("round", "Record that a quote went out or came back; who moved how far, and what is open."),
    "diff": ("diff", "Two versions of a quote, trade by trade and term by term, in money."),
    "open": ("open", "Open a quote in LibreOffice with the functions live."),
    "install": ("install", "Set up Excel's side."),
    "uninstall": ("uninstall", "Take Excel's side away again."),
    "doctor": ("doctor", "Say what would stop the functions in Excel."),
}
"""Verb -> its module in `commands` and a line of help, in the order in which help lists them."""


class Verbs(click.Group):
    """A group that imports a verb's module when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of a day's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None where there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"counterask_addin.commands.{VERBS[cmd_name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, words) for verb, (_, words) in VERBS.items()])


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
