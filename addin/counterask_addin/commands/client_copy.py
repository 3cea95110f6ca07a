"""`counterask client-copy`: a proposal for the client that holds what was agreed and nothing else."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import click

from counterask.counter_asks.shown import ShownLedger, is_opening_open
from counterask.inputs.levers import LANGUAGES
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import ValuedTrade

from ..errors import FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json
from ..shown import shown_of
from .output_file import OutputFile
from .typed_values import DAY, Number

_RATE = Number("units of the client's currency for one of ours, such as 0.86", 1e-6, 1e6)


@click.command("client-copy")
@click.argument("quote", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=OutputFile(".xlsx", ".pdf"), help="The proposal: proposal.xlsx or proposal.pdf."
)
@click.option("--pdf", type=OutputFile(".pdf"), help="Also draw it as a PDF: proposal.pdf.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the copy. Default: that of the quote.")
@click.option("--rate", type=_RATE, help="State money in the client's currency: units of it for one of ours.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("--as-of", type=DAY, help="The day on which limits are looked at. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written and what is to be settled as JSON.")
def command(
    quote: Path,
    output: Path,
    pdf: Path | None,
    language: str | None,
    rate: float | None,
    overwrite: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Write a proposal for the client of QUOTE: lines, prices and terms as they stand, and what was agreed.

    A blocked trade, or one that cannot be told, is left out; one that gives too much away or needs a manager is in, and is
    named. Then the exit code is 1. The file is searched for everything else that the quote holds before it is left behind.
    """
    from ..client_copy.agreed import agreed_of, blanks, settle, without_return
    from ..client_copy.copy import write_client_copy
    from ..workbooks.atomic import check_target, is_same_file, refuse_inputs
    from ..workbooks.quote_file import open_quote

    targets = [output, *([pdf] if pdf else [])]
    if pdf is not None and (pdf.absolute() == output.absolute() or is_same_file(output, pdf)):
        raise CannotRun(f"{pdf}: is named twice. Give -o and --pdf different names, or leave out --pdf.")
    for target in targets:
        refuse_inputs(target, quote)
        check_target(target, overwrite=overwrite)
    file = open_quote(quote)
    language = language or file.spoken
    shown = shown_of(file, as_of)
    settled = settle(shown)
    deal = settled.valued.deal_now
    if missing := blanks(file.quote, deal):
        raise CannotRun(*(f"{quote.name} · {place} is blank. A proposal must say it: type it." for place in missing))
    agreed = agreed_of(file.quote, settled.valued, rate)
    if rate is not None and agreed.base.upper() == agreed.paid_in.upper():
        raise CannotRun(f"--rate: the quote names no currency of the client's but {agreed.base}. Type it on the Quote sheet.")
    write_client_copy(file, agreed, deal, targets, language, overwrite)
    said = _opening(shown) + _to_settle(settled.left_out, settled.given_away, settled.above_rep)
    said += [{"trade": one.trade.id, "what": _WITHOUT_RETURN} for one in without_return(settled.valued)]
    if rate is None and agreed.paid_in.upper() != agreed.base.upper():
        note = f"Amounts are in {agreed.base}; the quote holds no rate to {agreed.paid_in}. Pass --rate to convert."
        echo(note, err=True)
    if as_json:
        document = {"wrote": [str(target) for target in targets], "to_settle": said}
        echo_json(document)
    else:
        for one in said:
            echo(f"{one['trade']}: {one['what']}", err=True)
        for target in targets:
            echo(f"Wrote {target}. It was searched for everything else that {quote.name} holds; nothing was found.")
    raise SystemExit(FOUND_SOMETHING if said else 0)


_WITHOUT_RETURN = (
    "is a negotiation, but the proposal shows nothing in return: the client does not agree to what we get, or a later trade has "
    "changed it. Ask for something that the client can read"
)


def _opening(shown: ShownLedger) -> list[dict[str, str]]:
    """What has to be agreed to in the opening terms and is not."""
    found = shown.ledger.against_standard
    if found is None or not is_opening_open(shown):
        return []
    currency = f"{shown.quote.policy.currency} " if shown.quote.policy.currency else ""
    gave = "" if math.isnan(found.gave) else f" and gave {currency}{-found.gave:,.2f} against our standard"
    if found.note and not found.is_blocked:
        gave = f" and cannot be judged against our standard ({found.note})"
    agree = "nobody may agree to it" if found.is_blocked else f"it needs {_who(found.authority)} to agree"
    return [{"trade": "Opening terms", "what": f"the opening is in the proposal{gave}: {agree}"}]


def _who(authority: Authority | None) -> str:
    return "finance" if authority == Authority.FINANCE else f"a {authority}"


def _to_settle(
    left_out: tuple[ValuedTrade, ...], given_away: tuple[ValuedTrade, ...], above_rep: tuple[ValuedTrade, ...]
) -> list[dict[str, str]]:
    """What a rep should settle before the proposal goes out, a sentence a finding."""
    said = [
        {"trade": one.trade.id, "what": f"left out of the proposal ({one.verdict}): {one.note or 'no reason known'}"}
        for one in left_out
    ]
    said += [
        {"trade": one.trade.id, "what": f"is in the proposal and is an {one.verdict}: short by {one.shortfall:,.2f}"}
        if one.verdict.startswith("u")
        else {"trade": one.trade.id, "what": f"is in the proposal and is a {one.verdict}: nothing is asked in return"}
        for one in given_away
    ]
    said += [{"trade": one.trade.id, "what": f"is in the proposal and needs {_who(one.authority)} to agree"} for one in above_rep]
    return said
