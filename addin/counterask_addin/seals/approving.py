"""Approving a trade: what it was seen to be worth and everything that it depends on are signed and put into the quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from counterask.counter_asks.finder import find_counter_asks
from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.tables import plain
from counterask.seals.approvals import (
    AUTHORITIES,
    COLUMNS,
    ApprovalState,
    answer_words,
    approval_row,
    approval_text,
    covered_values,
    words_of,
)
from counterask.seals.signatures import ALGORITHM, TrustedKey
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict

from ..errors import CannotRun
from ..shown import shown_of
from ..workbooks.patch import CellEdit
from ..workbooks.people import stakeholders_of
from ..workbooks.quote_file import QuoteFile, open_quote
from ..workbooks.valued_copy import SheetEdits
from .keys import SigningKey
from .reading import rows_of, tables_of
from .trust_store import load
from .writing import write_copy

_MOST_OFFERED = 5


@dataclass(frozen=True)
class Approval:
    """An approval that was written: what it says now, and the trade as it was valued."""

    state: ApprovalState
    valued: ValuedTrade
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What an approver says. counters : counter-asks to be added or moved. is_concession : a bare concession is meant."""

    trade: str
    reason: str
    counters: Sequence[Change] = ()
    is_concession: bool = False


def approve(path: Path, target: Path, key: SigningKey, wish: Wish, *, overwrite: bool) -> Approval:
    """Write the quote with an approval to `target` (which may be the quote itself). Raises CannotRun with why not."""
    file = open_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path.name}: is a deal in JSON, which holds no approvals. Approve the workbook.")
    quote = file.quote
    before = next((trade for trade in quote.trades if trade.id == wish.trade), None)
    if before is None:
        known = ", ".join(trade.id for trade in quote.trades) or "none"
        raise CannotRun(f'{path.name}: found no trade "{wish.trade}", expected one of: {known}.')
    trade = _answered(before, wish.counters)
    seen = replace(quote, trades=tuple(trade if one.id == trade.id else one for one in quote.trades))
    shown = shown_ledger(seen, Context(date.today()))
    valued = next(one for one in shown.ledger.trades if one.trade.id == trade.id)
    mine = next((one for one in load() if one.public_key == key.public_key), None)
    authority = _authority(path, key, mine)
    _refuse(file, valued, shown.rules, authority, wish)
    answer = answer_words(trade, before)
    fields = {
        "trade": trade.id,
        "approver": mine.name if mine else key.name,
        "authority": str(authority),
        "approved_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "reason": " ".join(wish.reason.split()),
        "answer": answer,
        "algorithm": ALGORITHM,
        "public_key": key.public_key,
    }
    tables = tables_of(file)
    text = approval_text(covered_values(seen, trade, tables), valued, seen, words_of(quote.header), fields)
    try:
        row = approval_row(text, key.sign(text))
    except ValueError as error:
        raise CannotRun(f"{path.name} · {trade.id}: cannot be approved: {error}.") from error
    edits = _row_edits(file, row)
    found: list[ApprovalState] = []

    def holds(copy: Path) -> None:
        state = shown_of(open_quote(copy)).approvals[-1]
        if not (state.is_valid or (answer and state.verdict == "answered")):
            raise CannotRun(f"{path.name} · {trade.id}: the approval would not hold: {state.why}. Nothing was changed.")
        found.append(state)

    warnings = write_copy(path, target, edits, overwrite=overwrite, check=holds)
    return Approval(found[0], valued, warnings)


def _answered(trade: Trade, counters: Sequence[Change]) -> Trade:
    """The trade with the approver's counter-asks: moved where the trade names the lever already, else added."""
    kept = list(trade.counters)
    for change in counters:
        same = [number for number, one in enumerate(kept) if (one.lever, one.line) == (change.lever, change.line)]
        if same:
            kept[same[0]] = change
        else:
            kept.append(change)
    return replace(trade, counters=tuple(kept))


def _authority(path: Path, key: SigningKey, mine: TrustedKey | None) -> Authority:
    """How much the key's holder may agree to here. Raises CannotRun where keys are trusted and this one is not."""
    if mine is None and load():
        raise CannotRun(
            f"{path.name}: the key of {key.name} is not trusted on this machine, so its approval would be void. "
            "First: counterask limits trust NAME.pub"
        )
    return mine.authority if mine else AUTHORITIES["manager"]


def _refuse(file: QuoteFile, valued: ValuedTrade, rules: Rules, authority: Authority, wish: Wish) -> None:
    """Raises CannotRun where the trade cannot be approved, or not by this approver, or not without something in return."""
    place = f"{file.path.name} · {valued.trade.id}"
    if not wish.reason.strip():
        raise CannotRun(f"{place}: an approval needs a reason. Give it with --reason.")
    if valued.trade.response != Response.YES:
        raise CannotRun(f"{place}: is {valued.verdict}: nothing is granted, so there is nothing to approve.")
    if valued.verdict == Verdict.BLOCKED:
        raise CannotRun(f"{place}: is blocked ({valued.note}). Nobody may agree to it.")
    if valued.verdict == Verdict.CANNOT_TELL:
        raise CannotRun(f"{place}: nobody can tell what it is worth ({valued.note}). Mend that first.")
    if valued.authority is not None and valued.authority > authority:
        raise CannotRun(f"{place}: is for {valued.authority} to agree to, and this key is a {authority}'s.")
    if valued.verdict == Verdict.CONCESSION and not wish.is_concession:
        sentence = (
            f"{place}: is a bare concession of {-valued.cost:,.2f} {file.quote.policy.currency}: nothing that counts comes back. "
            "To approve it all the same, say --concession with the reason."
        )
        raise CannotRun(sentence, details=_to_take_back(file, valued, rules))


def _to_take_back(file: QuoteFile, valued: ValuedTrade, rules: Rules) -> list[str]:
    """Counter-asks that would make the trade a negotiation, each as a sentence with how to answer with it."""
    quote = file.quote
    rows = find_counter_asks(quote.deal, quote.trades, valued.trade.id, rules, stakeholders_of(file))
    found = [row for row in rows if row.is_reachable][:_MOST_OFFERED]
    if not found:
        return ["No counter-ask within the limits pays for it."]
    sentences = ["Counter-asks to take back to the client:"]
    for row in found:
        level = "none" if row.to == float("inf") else f"{row.to:.10g}"
        place = f"{row.lever}@{row.line}" if row.line else row.lever
        sentences.append(f'  --counter "{place}={level}"  worth {row.worth:,.2f}, net {row.net:,.2f}')
    return sentences


def _row_edits(file: QuoteFile, row: Sequence[str | float]) -> SheetEdits:
    """The approval into the first free row of the range `Approvals`. Raises CannotRun where there is none."""
    assert file.workbook is not None
    box, rows = file.workbook.rectangle("Approvals"), rows_of(file.workbook, "Approvals")
    if box is None or rows is None:
        raise CannotRun(f"{file.path.name}: has no sheet Seals to write to. Start from a new workbook: counterask new")
    at = {plain(cell): place for place, cell in enumerate(rows[0]) if plain(cell)}
    missing = [name for name in COLUMNS if plain(name) not in at]
    if missing:
        raise CannotRun(f'{file.path.name} · {box.sheet}: found no column "{missing[0]}" in Approvals. Give it its name back.')
    taken = {number for number, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)}
    free = next((number for number in range(1, box.bottom - box.top + 1) if number > max(taken)), None)
    if free is None:
        raise CannotRun(f"{file.path.name} · {box.sheet}: has no free row for a further approval.")
    return {
        box.sheet: {
            (box.top + free, box.left + at[plain(name)]): CellEdit(value) for name, value in zip(COLUMNS, row, strict=True)
        }
    }

