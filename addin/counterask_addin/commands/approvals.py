"""`counterask approvals`: who approved what in a quote, when, until when, and whether it still holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo, echo_json
from .typed_values import DAY

_SAID = ("trade", "verdict", "approver", "authority", "approved_at", "expires", "reason", "answer", "why")


@click.command("approvals")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option("--as-of", type=DAY, help="The day to look at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(quote: Path, as_of: datetime | None, as_json: bool) -> None:
    """List the approvals in QUOTE: of which trade, or of the opening terms; by whom, when and until when; and if void, why.

    Exit 1 where one of them is void.
    """
    from counterask.seals.approvals import ApprovalVerdict

    from ..shown import shown_of
    from ..workbooks.quote_file import open_quote

    file = open_quote(quote)
    states = shown_of(file, as_of).approvals
    if as_json:
        listed = [
            {name: str(getattr(state, name)) for name in _SAID} | {"changes": [str(change) for change in state.changes]}
            for state in states
        ]
        echo_json({"approvals": listed})
    else:
        for state in states:
            echo(f"{'✖' if state.verdict == ApprovalVerdict.VOID else '✔' if state.is_valid else '?'} {state.trade}: {state}")
        if not states:
            echo(f"{file.path.name}: holds no approvals.")
        for warning in file.warnings:
            echo(warning)
    raise SystemExit(FOUND_SOMETHING if any(state.verdict == ApprovalVerdict.VOID for state in states) else FINE)
