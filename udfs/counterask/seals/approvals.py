"""Approvals: a trade, or the opening terms, signed together with everything that they depend on; a later edit that matters voids
it.

`covered` says what matters. An approval is also bound to the number, the client, the segment and the last day of the quote, so
that it is not carried into another one; it expires; it can be withdrawn; and it counts only as far as its key may approve: by the
trust store of this machine, and by the seal of the limits where that names approvers. While nobody can tell what a trade is
(limits that do not hold), its approval is void. An approver may answer with another counter-ask: then the trade is approved as it
would be with it, and becomes agreed once the rep has typed it in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ..reading.cells import day, text
from ..reading.quote import Quote
from ..reading.tables import Table, plain
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.opening import Opening
from ..verdicts.trades import Trade, ValuedTrade, Verdict
from .covered import covered_by_opening, covered_values
from .seal import approvers_of, cell_place, said_in, sealed_places
from .sealed_values import CellChange, SealedRow, TableValues, differences, exact, trade_values, typed_value
from .signatures import ALGORITHM, canonical_text, digest_of, is_signed, joined, key_name, pieces
from .trust import TrustedKey, trust_here

OPENING = "Opening terms"
"""What stands in place of a trade's id in an approval of the opening terms."""
FIELDS = (
    "trade", "approver", "authority", "approved_at", "reason", "answer", "expires", "withdraws", "algorithm", "public_key",
)  # fmt: skip
PIECES = 8
COLUMNS = (*FIELDS, "signature", "letters", *(f"covered_{number}" for number in range(1, PIECES + 1)))
"""The columns of the range `Approvals`. `withdraws` is blank but in a withdrawal, where it names the signature of an approval."""
FORMAT = 2
"""Of the signed text. Approvals of format 1 had no last day and were not bound to the quote's."""

AUTHORITIES = {"manager": Authority.MANAGER, "finance": Authority.FINANCE}
_WORSE = (Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION)
"""Verdicts of a trade, each worse than the one before."""
_A_CENT = 0.011


class ApprovalVerdict(StrEnum):
    """What an approval is now."""

    VALID = "valid"
    ANSWERED = "answered"
    VOID = "void"


@dataclass(frozen=True)
class ApprovalState:
    """One approval, and whether it still holds.

    trade : the trade's id, or `OPENING`. verdict : ANSWERED where the approver asks for another counter-ask that is not typed in
    yet. approved_at : UTC, ISO. expires : its last day, ISO. reason : what the approver wrote. why : why it is void, in a
    sentence, or "". changes : the cells that void it, each with what it was and what it is. digest : of its signature.
    """

    trade: str
    verdict: ApprovalVerdict
    approver: str
    authority: str
    approved_at: str
    expires: str
    reason: str
    answer: str
    why: str = ""
    changes: tuple[CellChange, ...] = ()
    digest: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the approval holds for the trade or the opening as it is."""
        return self.verdict == ApprovalVerdict.VALID

    @property
    def is_of_opening(self) -> bool:
        """Whether it is an approval of the opening terms."""
        return self.trade == OPENING

    def __str__(self) -> str:
        day, until = self.approved_at[:10], f", until {self.expires}" if self.expires else ""
        if self.verdict == ApprovalVerdict.VALID:
            return f"approved by {self.approver} ({self.authority}) on {day}{until}: {self.reason}"
        if self.verdict == ApprovalVerdict.ANSWERED:
            return f"answer of {self.approver} ({self.authority}) on {day}{until}: agreed with {self.answer}; {self.reason}"
        who = f"the approval by {self.approver} on {day}" if self.approver else "an approval"
        return f"{who} is void: {self.why}"


def approval_text(
    covered: Mapping[str, TableValues],
    valued: ValuedTrade | Opening,
    quote: Quote,
    seal: Sequence[Sequence[object]] | None,
    fields: Mapping[str, str],
) -> str:
    """The text that an approver signs. seal : the range `Seal`, which says which quote this is. fields : every one of `FIELDS`.
    The money is what the approver saw, to the cent."""
    document: dict[str, object] = {
        "approval": FORMAT,
        "bound_to": _bound_to(quote, seal),
        "verdict": str(valued.verdict) if isinstance(valued, ValuedTrade) else "",
        "money": _money(valued),
        "covered": {name: dict(values.rows) for name, values in covered.items()},
        **{name: fields[name] for name in FIELDS},
    }
    return canonical_text(document)


def withdrawal_text(quote: Quote, seal: Sequence[Sequence[object]] | None, fields: Mapping[str, str]) -> str:
    """The text that is signed to withdraw an approval. fields : every one of `FIELDS`."""
    document: dict[str, object] = {"withdrawal": FORMAT, "bound_to": _bound_to(quote, seal)}
    return canonical_text(document | {name: fields[name] for name in FIELDS})


def approval_row(signed: str, signature: str) -> list[str | float]:
    """The row of the range `Approvals`. Raises ValueError where the text is too long for it."""
    document = json.loads(signed)
    cut = pieces(signed)
    if len(cut) > PIECES:
        raise ValueError(f"what the approval covers takes {len(signed):,} letters, and a row has {PIECES} cells of 7,000")
    row: list[str | float] = [document[name] for name in FIELDS]
    return [*row, signature, float(len(signed)), *cut, *[""] * (PIECES - len(cut))]


@dataclass(frozen=True)
class _Seen:
    """What approvals are compared with. as_of : the day; None: expiry is not looked at."""

    seal: Sequence[Sequence[object]] | None
    quote: Quote
    ledger: Ledger
    tables: Mapping[str, Table]
    as_of: date | None


def approval_states(
    rows: Sequence[Sequence[object]] | None,
    seal: Sequence[Sequence[object]] | None,
    quote: Quote,
    ledger: Ledger,
    tables: Mapping[str, Table],
    as_of: date | None = None,
) -> tuple[ApprovalState, ...]:
    """Every approval in the range `Approvals` (its header first), in its order. seal : the range `Seal`, which says where the
    tables are and which quote this is. ledger : of this quote. as_of : the day; None: expiry is not looked at.

    A withdrawal that is right voids the approval that it names; one that is not is in the result, as void.
    """
    if not rows:
        return ()
    header = [plain(cell) for cell in rows[0]]
    at = {name: header.index(plain(name)) for name in COLUMNS if plain(name) in header}
    seen = _Seen(seal, quote, ledger, tables, as_of)
    states: list[ApprovalState] = []
    withdrawals: list[tuple[str, ApprovalState, Authority]] = []
    for row in rows[1:]:
        cells = {name: text(row[place]) for name, place in at.items() if place < len(row)}
        if not any(cells.values()):
            continue
        state, document, authority = _signed_state(cells, seal)
        if document is not None and cells.get("withdraws"):
            withdrawals.append((cells["withdraws"], state, authority))
            continue
        states.append(state if document is None else _standing(state, document, authority, seen))
    return tuple(_withdrawn(state, withdrawals) for state in states)


def is_opening_approved(states: Sequence[ApprovalState]) -> bool:
    """Whether an approval of the opening terms holds."""
    return any(state.is_of_opening and state.is_valid for state in states)


def _withdrawn(state: ApprovalState, withdrawals: Sequence[tuple[str, ApprovalState, Authority]]) -> ApprovalState:
    """The state of an approval after the withdrawals that name it."""
    for digest, by, authority in withdrawals:
        may = authority >= AUTHORITIES.get(state.authority, Authority.MANAGER)
        if digest == state.digest and may:
            words = f"withdrawn by {by.approver} on {by.approved_at[:10]}: {by.reason}"
            return replace(state, verdict=ApprovalVerdict.VOID, why=words, changes=())
    if state.digest and state.digest in trust_here().withdrawn:
        return replace(state, verdict=ApprovalVerdict.VOID, why="it was withdrawn; this machine has seen that", changes=())
    return state


def _signed_state(
    cells: Mapping[str, str], seal: Sequence[Sequence[object]] | None
) -> tuple[ApprovalState, Mapping[str, object] | None, Authority]:
    """A row with a right signature of a key that may approve: who, what was signed, and how much the key may approve. Where it is
    something else, no document."""

    def void(why: str) -> tuple[ApprovalState, None, Authority]:
        return replace(state, verdict=ApprovalVerdict.VOID, why=why), None, Authority.REP

    approver, authority, at, reason, answer, expires = (cells.get(name, "") for name in FIELDS[1:7])
    digest = digest_of(cells.get("signature", ""))
    state = ApprovalState(
        cells.get("trade", ""), ApprovalVerdict.VOID, approver, authority, at, expires, reason, answer, digest=digest
    )
    signed = joined([cells.get(f"covered_{number}", "") for number in range(1, PIECES + 1)])
    if not signed or cells.get("letters") != str(len(signed)):
        return void("a part of it is missing")
    if cells.get("algorithm") != ALGORITHM:
        return void(f'it is signed with the unknown algorithm "{cells.get("algorithm", "")[:40]}"')
    public_key = cells.get("public_key", "").lower()
    is_right = is_signed(public_key, cells.get("signature", ""), signed)
    if is_right is None:
        return void("its signature could not be checked here: the Python package cryptography is missing")
    if not is_right:
        return void("its signature is wrong")
    document = _document(signed)
    if isinstance(document, str):
        return void(document)
    odd = next((name for name in FIELDS if text(document.get(name)) != cells.get(name, "")), None)
    if odd is not None:
        return void(f"{odd.replace('_', ' ')} is not what was signed")
    key, trust = trust_here().key(public_key), trust_here()
    if key is None and trust.is_set_up:
        return void(f"the key {key_name(public_key)} is not trusted here")
    name = key.name if key else f"{state.approver} (the key {key_name(public_key)} is not vouched for here)"
    state = replace(state, approver=name)
    granted, why = _granted(key, public_key, state, seal)
    if why:
        return void(why)
    return replace(state, authority=str(granted)), document, granted


def _granted(
    key: TrustedKey | None, public_key: str, state: ApprovalState, seal: Sequence[Sequence[object]] | None
) -> tuple[Authority, str]:
    """How much the key of an approval may approve, and why nothing, in words, or "". The trust store of this machine says it, and
    the seal of the limits where it names approvers: the lesser of the two."""
    granted = key.authority if key else AUTHORITIES.get(state.authority, Authority.MANAGER)
    if key is not None and granted < Authority.MANAGER:
        return granted, f"the key of {key.name} may not approve here (it {key.rights}): counterask limits trust --may-approve"
    if key is not None and key.last_day is not None and key.is_past(state.approved_at):
        return granted, f"the key of {key.name} counts only up to {key.last_day.isoformat()}"
    if key is None and public_key == said_in(seal, "public_key").lower():
        return granted, "the key that sealed the limits may not also approve, unless a trust store gives it both rights"
    named = approvers_of(seal)
    if named:
        granted = min(granted, named.get(public_key, Authority.REP))
        if granted < Authority.MANAGER:
            return granted, f"the seal of the limits does not name the key {key_name(public_key)} as an approver"
    return granted, ""


def _standing(state: ApprovalState, document: Mapping[str, object], granted: Authority, seen: _Seen) -> ApprovalState:
    """Whether what a right signature covers is still so."""

    def void(why: str, *changes: CellChange) -> ApprovalState:
        return replace(state, verdict=ApprovalVerdict.VOID, why=why, changes=changes)

    if seen.as_of is not None and seen.as_of.isoformat() > (state.expires or ""):
        return void(f"it expired on {state.expires}" if state.expires else "it has no last day")
    quote, trade = seen.quote, None
    valued: ValuedTrade | Opening | None
    if state.is_of_opening:
        valued = seen.ledger.against_standard
        if valued is None:
            return void("the quote has no limits, so nothing says what its opening may be")
    else:
        valued = next((one for one in seen.ledger.trades if one.trade.id == state.trade), None)
        if valued is None:
            return void(f"the quote has no trade {state.trade} any more")
        trade = valued.trade
    bound = document["bound_to"]
    assert isinstance(bound, dict)
    for name, now in _bound_to(quote, seen.seal).items():
        if text(bound.get(name)) != now:
            return void(f"the {name} was {text(bound.get(name)) or 'blank'}, is {now or 'blank'}")
    covered = document["covered"]
    assert isinstance(covered, dict)
    if isinstance(valued, Opening):
        now_covered = covered_by_opening(quote, valued, seen.tables)
    else:
        now_covered = covered_values(quote, valued.trade, seen.tables)
    changes = [
        replace(change, place=cell_place(change.place, sealed_places(seen.seal)))
        for name, values in now_covered.items()
        for change in differences(covered.get(name, {}), values)
        if name != "History" or change.was != "not there"  # a row more is what a history is for
    ]
    lost = [name for name in covered if covered[name] and name not in now_covered]
    changes += [CellChange(name, f"the table {name}", "there", "gone") for name in lost]
    if trade is not None and state.answer and _only_lacks_answer(covered, quote, trade, seen.tables, changes):
        return replace(state, verdict=ApprovalVerdict.ANSWERED)
    if changes:
        changes.sort(key=lambda change: (_follows(change, state), not change.subject.startswith(f"{state.trade} ")))
        more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
        return void(f"{changes[0]}{more}", *changes)
    return _as_valued(state, document, granted, valued)


def _as_valued(
    state: ApprovalState, document: Mapping[str, object], granted: Authority, valued: ValuedTrade | Opening
) -> ApprovalState:
    """Whether an approval of which no cell changed holds for the numbers and the verdict of today."""

    def void(why: str) -> ApprovalState:
        return replace(state, verdict=ApprovalVerdict.VOID, why=why)

    subject = "the opening" if isinstance(valued, Opening) else state.trade
    if isinstance(valued, Opening):
        if valued.is_blocked:
            return void("the opening goes beyond a hard stop now")
        if valued.note or math.isnan(valued.net):
            return void(f"the opening cannot be valued now{f': {valued.note}' if valued.note else ''}")
    else:
        if valued.verdict in (Verdict.CANNOT_TELL, Verdict.BLOCKED):
            return void(f"{subject} is {valued.verdict} now: {valued.note}")
        then = next((one for one in _WORSE if one == document.get("verdict")), None)
        if then is not None and valued.verdict in _WORSE and _WORSE.index(valued.verdict) > _WORSE.index(then):
            return void(f"{subject} was approved as {then}, and is worse now: {valued.verdict}")
    money_then, money = document.get("money"), _money(valued)
    seen = money_then if isinstance(money_then, dict) else {}
    if any(abs(_float(seen.get(name)) - _float(money[name])) > _A_CENT for name in money):
        return void(f"{subject} has another net than was approved, though no cell changed: another version of counterask")
    if valued.authority is not None and valued.authority > granted:
        return void(f"{subject} needs {valued.authority}, and {state.approver} may approve up to {granted}")
    return replace(state, verdict=ApprovalVerdict.VALID)


def _follows(change: CellChange, state: ApprovalState) -> bool:
    """Whether a change is only what another one brings, or the answer that is not typed in yet: it is named last."""
    is_lacking = bool(state.answer) and change.now in ("blank", "gone") and "counter_ask" in change.subject
    return is_lacking or change.subject.endswith(" place")


def _only_lacks_answer(
    covered: Mapping[str, Mapping[str, SealedRow]],
    quote: Quote,
    trade: Trade,
    tables: Mapping[str, Table],
    changes: Sequence[CellChange],
) -> bool:
    """Whether the trade stands as it was when it was answered: all that differs are its counter-asks (and their limits)."""
    if not changes:
        return False
    signed = covered.get("Trades", {}).get(trade.id, {})
    standing = trade_values(quote, trade.id, tables["Trades"]).rows[trade.id]
    lacking = {name for name in signed if signed[name] != standing.get(name)} | (standing.keys() - signed.keys())
    levers = {text(signed[name]) for name in signed if name.startswith("counter_ask") and name.split(" ")[-1].isdigit()}
    others = [change for change in changes if not change.subject.startswith(f"{trade.id} ")]
    gone = all(change.now == "gone" and any(lever in change.subject for lever in levers) for change in others)
    return bool(lacking) and all(name.startswith("counter_ask") and name in signed for name in lacking) and gone


def counting_approvals(states: Sequence[ApprovalState]) -> dict[str, ApprovalState]:
    """For each trade the approval that counts: of several one that holds, else the last."""
    by_trade: dict[str, ApprovalState] = {}
    for state in states:
        if not (state.trade in by_trade and by_trade[state.trade].is_valid):
            by_trade[state.trade] = state
    return by_trade


def with_approvals(ledger: Ledger, states: Sequence[ApprovalState]) -> Ledger:
    """The ledger with what the approvals of trades that count say in the notes."""
    by_trade = counting_approvals(states)
    trades = []
    for valued in ledger.trades:
        found = by_trade.get(valued.trade.id)
        if found is None:
            trades.append(valued)
            continue
        agreed = found.is_valid and valued.verdict not in (Verdict.CANNOT_TELL, Verdict.BLOCKED)
        note = "; ".join(words for words in (valued.note, str(found)) if words)
        trades.append(replace(valued, note=note, is_approved=agreed))
    return replace(ledger, trades=tuple(trades))


def answer_words(trade: Trade, before: Trade) -> str:
    """The counter-asks that an answer adds or moves, as text: "term_months = 48"."""
    added = [change for change in trade.counters if change not in before.counters]
    return " and ".join(
        f"{change.lever}{f' of {change.line}' if change.line else ''} = "
        f"{typed_value('none' if change.to == float('inf') else exact(change.to))}"
        for change in added
    )


def words_of(header: Mapping[str, str]) -> str:
    """Which quote this is, as approvals are bound to it and as the range `Seal` repeats it: its number and its client.

    >>> words_of({"quote_number": "Q-17", "client": "Nordhafen Logistik GmbH"})
    'Q-17 for Nordhafen Logistik GmbH'
    """
    number, client = (header.get(name, "").removesuffix(".0") for name in ("quote_number", "client"))
    whole = f"{number} for {client}" if client else number
    return " ".join(part for part in whole.split(" ") if part)


def day_words(said_day: str) -> str:
    """A day of a quote's header as approvals are bound to it: "2026-05-31"; the text as it is where it is no day.

    >>> day_words("46173"), day_words("2026-05-31"), day_words("end of May")
    ('2026-05-31', '2026-05-31', 'end of May')
    """
    try:
        found = day(float(said_day))
    except ValueError:
        found = day(said_day)
    return found.isoformat() if isinstance(found, date) else " ".join(said_day.split())


def _bound_to(quote: Quote, seal: Sequence[Sequence[object]] | None) -> dict[str, str]:
    """Which quote an approval is bound to, each part by its name in words."""
    return {
        "quote": said_in(seal, "quote"),
        "last day of the quote": said_in(seal, "valid_until"),
        "currency": quote.policy.currency,
        "segment": quote.segment,
    }


def _money(valued: ValuedTrade | Opening) -> dict[str, float | None]:
    """Cost, worth and net, or what the opening gave, to the cent; None where there is no price."""
    if isinstance(valued, Opening):
        numbers = {"standard": valued.standard_value, "gave": valued.gave, "net": valued.net}
    else:
        numbers = {"cost": valued.cost, "worth": valued.worth, "net": valued.net}
    return {name: round(value, 2) + 0.0 if math.isfinite(value) else None for name, value in numbers.items()}


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 1e300


def _document(signed: str) -> dict[str, object] | str:
    """The signed document, or why it is no approval, in words."""
    other = "its signature is wrong: what was signed is no approval"
    try:
        document = json.loads(signed)
    except (ValueError, RecursionError):
        return other
    if not isinstance(document, dict):
        return other
    if document.get("approval") == 1:
        return "it was signed with an earlier version, in which approvals did not expire. Approve it again"
    if document.get("withdrawal") == FORMAT and text(document.get("withdraws")):
        return document
    covered = document.get("covered")
    if document.get("approval") != FORMAT or not isinstance(covered, dict) or not isinstance(document.get("bound_to"), dict):
        return other
    if text(document.get("withdraws")):
        return other
    sound = all(isinstance(rows, dict) and all(isinstance(row, dict) for row in rows.values()) for rows in covered.values())
    return document if sound else other
