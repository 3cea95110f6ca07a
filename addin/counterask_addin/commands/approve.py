"""`counterask approve`: sign a trade together with everything that its value depends on, or answer with another counter-ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ..printing import echo

_PATH = click.Path(path_type=Path)


@click.command("approve")
@click.argument("quote", type=_PATH)
@click.option("--trade", "trade_id", required=True, help="The trade to approve: T4.")
@click.option("--key", type=_PATH, required=True, help="The approver's private key.")
@click.option("--reason", required=True, help="Why; it stands in the quote.")
@click.option(
    "--counter", "counters", multiple=True, help='Agree only with this in return: "term_months=48"; "discount@Seats=5%".'
)
@click.option("--concession", is_flag=True, help="Approve it although nothing is asked in return.")
@click.option("-o", "--output", type=_PATH, help="Where the approved quote goes. Default: NAME.approved.xlsx.")
@click.option("--in-place", is_flag=True, help="Change the quote itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option(
    "--passphrase-file", type=_PATH, help="Read the passphrase from this file's first line (or from COUNTERASK_PASSPHRASE)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    quote: Path,
    trade_id: str,
    key: Path,
    reason: str,
    counters: Sequence[str],
    concession: bool,
    output: Path | None,
    in_place: bool,
    overwrite: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Approve a trade of QUOTE. Any later edit that matters voids the approval, and the trade's note names the cell.

    With --counter the trade is agreed as it would stand with that counter-ask; the rep types it in. A trade in which nothing is
    asked in return is not approved without --concession.
    """
    from ..seals.approving import Wish, approve
    from ..seals.keys import open_key
    from ..seals.writing import default_target
    from ..workbooks.quote_file import read_quote_file
    from .counter_asks import change_of

    target = default_target(quote, "approved", output, in_place)
    changes = [change_of(read_quote_file(quote), words, "--counter") for words in counters]
    opened = open_key(key, passphrase_file)
    done = approve(quote, target, opened, Wish(trade_id, reason, changes, concession), overwrite=overwrite or in_place)
    if as_json:
        state, seen = done.state, done.valued
        names = ("trade", "verdict", "approver", "authority", "approved_at", "reason", "answer")
        document = {"written": str(target)} | {name: str(getattr(state, name)) for name in names}
        echo(json.dumps(document | {"cost": seen.cost, "worth": seen.worth, "net": seen.net}, ensure_ascii=False))
        return
    echo(f"{trade_id}: {done.state}")
    valued = done.valued
    echo(f"Cost {valued.cost:,.2f}, worth {valued.worth:,.2f}, net {valued.net:,.2f}: {valued.verdict}.")
    for warning in done.warnings:
        echo(warning)
    echo(f"Wrote {target}." + ("" if in_place else " The quote itself is unchanged."))
