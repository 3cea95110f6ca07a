"""`counterask approve`: sign a trade or the opening terms with everything that they depend on, or answer with another
counter-ask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import CannotRun
from ..printing import echo
from .output_file import WORKBOOK_COPY
from .typed_values import DAY

if TYPE_CHECKING:
    from ..seals.approving import Approval

_PATH = click.Path(path_type=Path)


@click.command("approve")
@click.argument("quote", type=_PATH)
@click.option("--trade", "trade_id", help="The trade to approve: T4.")
@click.option("--opening", "is_opening", is_flag=True, help="Approve the opening terms instead of a trade.")
@click.option("--key", type=_PATH, required=True, help="The approver's private key.")
@click.option("--reason", required=True, help="Why. Everybody who opens the quote can read it.")
@click.option(
    "--counter", "counters", multiple=True, help='Agree only with this in return: "term_months=48"; "discount@Seats=5%".'
)
@click.option("--concession", is_flag=True, help="Approve it although it is a concession, bare or unbalanced.")
@click.option("--expires", type=DAY, help="The last day of the approval. Default: 90 days from today.")
@click.option("-o", "--output", type=WORKBOOK_COPY, help="Where the approved quote goes. Default: NAME.approved.xlsx.")
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
    counters: Sequence[str],
    concession: bool,
    expires: datetime | None,
    output: Path | None,
    in_place: bool,
    overwrite: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Approve a trade or the opening terms of QUOTE. Any later edit that matters voids the approval, and a note names the cell.

    With --counter the trade is agreed as it would be with that counter-ask; the rep types it in. A trade that is a concession,
    with something in return or not, is not approved without --concession. Once the opening is approved, taking some of it back
    counts as a counter-ask.
    """
    from ..seals.approving import Wish, approve
    from ..seals.keys import open_key
    from ..seals.writing import default_target
    from ..workbooks.quote_file import read_quote_file
    from .counter_asks import change_of

    subject = subject_of(trade_id, is_opening)
    target = default_target(quote, "approved", output, in_place, key, passphrase_file)
    changes = [change_of(read_quote_file(quote), words, "--counter") for words in counters]
    opened = open_key(key, passphrase_file)
    wish = Wish(subject, reason, changes, concession, expires.date() if expires else None)
    done = approve(quote, target, opened, wish, overwrite=overwrite or in_place)
    if as_json:
        names = ("trade", "verdict", "approver", "authority", "approved_at", "expires", "reason", "answer")
        document = {"written": str(target)} | {name: str(getattr(done.state, name)) for name in names}
        echo(json.dumps(document | _money(done), ensure_ascii=False))
        return
    echo(f"{subject}: {done.state}")
    echo(_money_words(done))
    for warning in done.warnings:
        echo(warning)
    echo(f"Wrote {target}." + ("" if in_place else " The quote itself is unchanged."))


def subject_of(trade_id: str | None, is_opening: bool) -> str:
    """What an approval is of. Raises CannotRun where neither or both are named."""
    from counterask.seals.approvals import OPENING

    if (trade_id is not None) == is_opening:
        raise CannotRun("Name a trade with --trade T4, or the opening terms with --opening, one of the two.")
    return OPENING if is_opening else str(trade_id)


def _money(done: Approval) -> dict[str, float]:
    from counterask.verdicts.opening import Opening

    seen = done.valued
    if isinstance(seen, Opening):
        return {"standard_value": seen.standard_value, "gave": seen.gave, "net": seen.net}
    return {"cost": seen.cost, "worth": seen.worth, "net": seen.net}


def _money_words(done: Approval) -> str:
    from counterask.verdicts.opening import Opening

    seen = done.valued
    if isinstance(seen, Opening):
        return f"Gave {-seen.gave:,.2f} against our standard, net {seen.net:,.2f}."
    return f"Cost {seen.cost:,.2f}, worth {seen.worth:,.2f}, net {seen.net:,.2f}: {seen.verdict}."
