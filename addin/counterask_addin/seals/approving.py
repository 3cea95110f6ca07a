"""Approving a trade or the opening terms: what was seen and everything that it depends on are signed and put into the quote. And
withdrawing an approval, which is signed too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from counterask.counter_asks.finder import find_counter_asks
from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.quote import Quote
from counterask.reading.tables import plain
from counterask.seals.approvals import (
    AUTHORITIES,
    COLUMNS,
    FIELDS,
    OPENING,
    ApprovalState,
    ApprovalVerdict,
    answer_words,
    approval_row,
    approval_text,
    withdrawal_text,
)
from counterask.seals.covered import covered_by_opening, covered_values
from counterask.seals.sealed_values import TableValues
from counterask.seals.signatures import ALGORITHM
from counterask.seals.trust import trust_here
from counterask.verdicts.limits import Authority
from counterask.verdicts.opening import Opening
from counterask.verdicts.trades import Change, Response, Rules, Trade, ValuedTrade, Verdict

from ..errors import CannotRun
from ..shown import shown_of
from ..workbooks.atomic import seen
from ..workbooks.patch import CellEdit
from ..workbooks.people import stakeholders_of
from ..workbooks.quote_file import QuoteFile, open_quote
from ..workbooks.valued_copy import SheetEdits
from .keys import SigningKey
from .reading import all_tables, named_range_rows, seal_rows_of, signed_cells_of
from .trust_store import remember_withdrawn, set_up_trust
from .writing import write_copy

_MOST_OFFERED = 5
DEFAULT_DAYS = 90
"""How many days an approval holds where its approver names no last day."""


@dataclass(frozen=True)
class Approval:
    """An approval that was written: what it says now, and the trade or the opening as it was valued."""

    state: ApprovalState
    valued: ValuedTrade | Opening
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What an approver says. trade : its id, or `OPENING` for the opening terms. counters : counter-asks to be added or moved.
    is_concession : a concession is meant. expires : the last day; None: `DEFAULT_DAYS` from today."""

    trade: str
    reason: str
    counters: Sequence[Change] = ()
    is_concession: bool = False
    expires: date | None = None


def approve(path: Path, target: Path, key: SigningKey, wish: Wish, *, overwrite: bool) -> Approval:
    """Write the quote with an approval to `target` (which may be the quote itself). Raises CannotRun with why not."""
    read, file = seen(path), _workbook_at(path)
    place = f"{path.name} · {wish.trade}"
    expires = wish.expires or date.today() + timedelta(days=DEFAULT_DAYS)
    if not wish.reason.strip():
        raise CannotRun(f"{place}: an approval needs a reason. Give it with --reason.")
    if expires < date.today():
        raise CannotRun(f"{place}: the approval would have expired on {expires.isoformat()}. Choose a later day with --expires.")
    authority, name = _authority(path, key)
    is_opening = wish.trade == OPENING
    valued, covered, quote, answer = (_opening if is_opening else _trade)(file, authority, wish)
    fields = _fields(key, name, authority, wish.trade, wish.reason) | {"expires": expires.isoformat(), "answer": answer}
    text = approval_text(covered, valued, quote, seal_rows_of(file), fields)
    try:
        row = approval_row(text, key.sign(text))
    except ValueError as error:
        raise CannotRun(f"{place}: cannot be approved: {error}.") from error
    found: list[ApprovalState] = []

    def holds(copy: Path) -> None:
        state = shown_of(open_quote(copy)).approvals[-1]
        if not (state.is_valid or (answer and state.verdict == ApprovalVerdict.ANSWERED)):
            raise CannotRun(f"{place}: the approval would not hold: {state.why}. Nothing was changed.")
        found.append(state)

    warnings = write_copy(read, target, _row_edits(file, row), overwrite=overwrite, check=holds)
    return Approval(found[0], valued, warnings)


def withdraw(path: Path, target: Path, key: SigningKey, trade: str, reason: str, *, overwrite: bool) -> tuple[str, ...]:
    """Write the quote with the approvals of a trade, or of the opening, withdrawn. The rows stay, so that everybody sees who
    approved and who withdrew. Returns sentences. Raises CannotRun with why not."""
    read, file = seen(path), _workbook_at(path)
    place = f"{path.name} · {trade}"
    if not reason.strip():
        raise CannotRun(f"{place}: a withdrawal needs a reason. Give it with --reason.")
    authority, name = _authority(path, key)
    states = [one for one in shown_of(file).approvals if one.trade == trade and one.verdict != ApprovalVerdict.VOID]
    if not states:
        raise CannotRun(f"{place}: found no approval that holds. See them all with: counterask approvals {path.name}")
    above = [one for one in states if AUTHORITIES.get(one.authority, Authority.MANAGER) > authority]
    if above:
        raise CannotRun(f"{place}: was approved by {above[0].approver} as {above[0].authority}, and this key is a {authority}'s.")
    edits: SheetEdits = {}
    for number, state in enumerate(states):
        fields = _fields(key, name, authority, trade, reason) | {"withdraws": state.digest}
        text = withdrawal_text(file.quote, seal_rows_of(file), fields)
        for sheet, cells in _row_edits(file, approval_row(text, key.sign(text)), further=number).items():
            edits.setdefault(sheet, {}).update(cells)

    def holds(copy: Path) -> None:
        if any(one.trade == trade and one.verdict != ApprovalVerdict.VOID for one in shown_of(open_quote(copy)).approvals):
            raise CannotRun(f"{place}: the approval would still hold. Nothing was changed.")

    warnings = write_copy(read, target, edits, overwrite=overwrite, check=holds)
    warning = remember_withdrawn(state.digest for state in states)
    return (*(f"Withdrawn: {state}" for state in states), *warnings, *([warning] if warning else []))


def _workbook_at(path: Path) -> QuoteFile:
    file = open_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path.name}: is a deal in JSON, which holds no approvals. Approve the workbook.")
    return file


def _fields(key: SigningKey, name: str, authority: Authority, trade: str, reason: str) -> dict[str, str]:
    """What is signed beside what an approval covers, with blanks for what is not said."""
    return dict.fromkeys(FIELDS, "") | {
        "trade": trade,
        "approver": name,
        "authority": str(authority),
        "approved_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "reason": " ".join(reason.split()),
        "algorithm": ALGORITHM,
        "public_key": key.public_key,
    }


def _trade(file: QuoteFile, authority: Authority, wish: Wish) -> tuple[ValuedTrade, dict[str, TableValues], Quote, str]:
    """A trade to be approved: its numbers, what an approval of it covers, the quote with the answer, and the answer in words."""
    quote = file.quote
    before = next((trade for trade in quote.trades if trade.id == wish.trade), None)
    if before is None:
        known = ", ".join(trade.id for trade in quote.trades) or "none"
        raise CannotRun(f'{file.path.name}: found no trade "{wish.trade}", expected one of: {known}.')
    trade = _answered(before, wish.counters)
    answered = replace(quote, trades=tuple(trade if one.id == trade.id else one for one in quote.trades))
    shown = shown_ledger(answered, Context(date.today(), signed=signed_cells_of(file)))
    valued = next(one for one in shown.ledger.trades if one.trade.id == trade.id)
    _refuse(file, shown.quote, valued, shown.rules, authority, wish)
    return valued, covered_values(shown.quote, trade, all_tables(file)), shown.quote, answer_words(trade, before)


def _opening(file: QuoteFile, authority: Authority, wish: Wish) -> tuple[Opening, dict[str, TableValues], Quote, str]:
    """The opening terms to be approved, as of `_trade`."""
    place = f"{file.path.name} · opening terms"
    if wish.counters:
        raise CannotRun(f"{place}: an opening is approved as it is. Change the opening terms instead of using --counter.")
    quote = file.quote
    opening = shown_ledger(quote, Context(date.today())).ledger.against_standard
    if opening is None:
        why = "the quote has no limits, so nothing says what its opening may be"
        raise CannotRun(f"{place}: {why}. First: counterask limits update")
    if opening.is_blocked:
        raise CannotRun(f"{place}: go beyond a hard stop. Nobody may agree to them.")
    if opening.note or math.isnan(opening.net):
        raise CannotRun(f"{place}: nobody can tell what they gave ({opening.note or 'an input is blank'}). Fix that first.")
    if opening.authority > authority:
        raise CannotRun(f"{place}: need {opening.authority} to agree, and this key is a {authority}'s.")
    return opening, covered_by_opening(quote, opening, all_tables(file)), quote, ""


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


def _authority(path: Path, key: SigningKey) -> tuple[Authority, str]:
    """How much the key's holder may approve here, and the holder's name. Raises CannotRun where that is nothing."""
    set_up_trust()
    trust = trust_here()
    mine = trust.key(key.public_key)
    if mine is None and trust.is_set_up:
        raise CannotRun(
            f"{path.name}: the key of {key.name} is not trusted on this machine, so its approval would be void. "
            "First: counterask limits trust NAME.pub --may-approve manager"
        )
    if mine is None:
        return AUTHORITIES["manager"], key.name
    if mine.authority < Authority.MANAGER:
        words = f"the key of {mine.name} may not approve here (it {mine.rights})"
        raise CannotRun(f"{path.name}: {words}. To give it that right: counterask limits trust NAME.pub --may-approve manager")
    if mine.last_day is not None and mine.last_day < datetime.now(UTC).date():
        last = mine.last_day.isoformat()
        raise CannotRun(f"{path.name}: the last day of the key of {mine.name} was {last}. Use its successor.")
    return mine.authority, mine.name


def _refuse(file: QuoteFile, quote: Quote, valued: ValuedTrade, rules: Rules, authority: Authority, wish: Wish) -> None:
    """Raises CannotRun where the trade cannot be approved, or not by this approver, or is a concession and that was not said."""
    place = f"{file.path.name} · {valued.trade.id}"
    if valued.trade.response != Response.YES:
        raise CannotRun(f"{place}: is {valued.verdict}: nothing is granted, so there is nothing to approve.")
    if valued.verdict == Verdict.BLOCKED:
        raise CannotRun(f"{place}: is blocked ({valued.note}). Nobody may agree to it.")
    if valued.verdict == Verdict.CANNOT_TELL:
        raise CannotRun(f"{place}: nobody can tell what it is worth ({valued.note}). Fix that first.")
    if valued.authority is not None and valued.authority > authority:
        raise CannotRun(f"{place}: is for {valued.authority} to agree to, and this key is a {authority}'s.")
    if valued.verdict not in (Verdict.CONCESSION, Verdict.UNBALANCED) or wish.is_concession:
        return
    currency = quote.policy.currency
    if valued.verdict == Verdict.CONCESSION:
        what = f"a bare concession of {-valued.cost:,.2f} {currency}: nothing that counts comes back"
    else:
        what = f"an unbalanced concession, short by {valued.shortfall:,.2f} {currency}: what comes back does not pay for it"
    sentence = f"{place}: is {what}. To approve it all the same, say --concession with the reason."
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


def _row_edits(file: QuoteFile, row: Sequence[str | float], further: int = 0) -> SheetEdits:
    """A row into the first free row of the range `Approvals`, or so many rows below. Raises CannotRun where there is none."""
    assert file.workbook is not None
    box, rows = file.workbook.rectangle("Approvals"), named_range_rows(file.workbook, "Approvals")
    if box is None or rows is None:
        raise CannotRun(f"{file.path.name}: has no sheet Seals to write to. Start from a new workbook: counterask new")
    at = {plain(cell): place for place, cell in enumerate(rows[0]) if plain(cell)}
    missing = [name for name in COLUMNS if plain(name) not in at]
    if missing:
        raise CannotRun(f'{file.path.name} · {box.sheet}: found no column "{missing[0]}" in Approvals. Give it its name back.')
    taken = {number for number, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)}
    free = max(taken) + 1 + further
    if free > box.bottom - box.top:
        raise CannotRun(f"{file.path.name} · {box.sheet}: has no free row for a further approval.")
    return {
        box.sheet: {
            (box.top + free, box.left + at[plain(name)]): CellEdit(value) for name, value in zip(COLUMNS, row, strict=True)
        }
    }

