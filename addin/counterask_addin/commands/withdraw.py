"""`counterask withdraw`: take an approval back, with a signature of its own."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..printing import echo
from .approve import subject_of
from .output_file import WORKBOOK_COPY

_PATH = click.Path(path_type=Path)


@click.command("withdraw")
@click.argument("quote", type=_PATH)
@click.option("--trade", "trade_id", help="The trade whose approval is withdrawn: T4.")
@click.option("--opening", "is_opening", is_flag=True, help="Withdraw the approval of the opening terms.")
@click.option("--key", type=_PATH, required=True, help="Your private key.")
@click.option("--reason", required=True, help="Why. Everybody who opens the quote can read it.")
@click.option("-o", "--output", type=WORKBOOK_COPY, help="Where the quote goes. Default: NAME.withdrawn.xlsx.")
@click.option("--in-place", is_flag=True, help="Change the quote itself; it is replaced as a whole or not at all.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option(
    "--passphrase-file", type=_PATH, help="Read the passphrase from this file's first line (or from COUNTERASK_PASSPHRASE)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    quote: Path,
    trade_id: str | None,
    is_opening: bool,
    key: Path,
    reason: str,
    output: Path | None,
    in_place: bool,
    overwrite: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Withdraw the approvals of a trade or of the opening terms of QUOTE.

    The approval stays in the quote, and the withdrawal is written below it with who, when and why. This machine also remembers
    it: on this machine the approval stays void in every copy of the quote.
    """
    from ..seals.approving import withdraw
    from ..seals.keys import open_key
    from ..seals.writing import default_target

    subject = subject_of(trade_id, is_opening)
    target = default_target(quote, "withdrawn", output, in_place, key, passphrase_file)
    opened = open_key(key, passphrase_file)
    sentences = withdraw(quote, target, opened, subject, reason, overwrite=overwrite or in_place)
    if as_json:
        echo(json.dumps({"written": str(target), "trade": subject, "withdrawn": sentences}, ensure_ascii=False))
        return
    for sentence in sentences:
        echo(sentence)
    echo(f"Wrote {target}." + ("" if in_place else " The quote itself is unchanged."))
