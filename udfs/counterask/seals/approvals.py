"""Approvals: a trade signed together with everything that its value depends on; a later edit that matters voids it.

What matters: the lines, the opening terms, the assumptions, what the policy says of a trade, how far the limits let its own
changes go, the company's own levers in play, the granted trades before it, the trade itself, the currency, and the number and
the client of the quote (so that an approval is not carried into another one). What does not: reasons, later trades, declined
trades, limits of other levers and lines, owners and dates of limits. While nobody can tell what a trade is (limits that do not
hold), its approval is void. An approver may answer with another counter-ask: then the trade is approved as it would stand with
it, and becomes agreed once the rep has typed it in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ..inputs.terms import Deal
from ..reading.cells import text
from ..reading.quote import Quote
from ..reading.tables import Table, plain
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import Response, Trade, ValuedTrade, Verdict
from .seal import cell_place, places_of, quote_words_of
from .sealed_values import (
    CellChange,
    Row,
    Values,
    differences,
    exact,
    history_values,
    line_values,
    parts_of,
    row_key,
    said,
    sealed_values,
    term_values,
    trade_values,
    without,
)
from .signatures import ALGORITHM, canonical_text, is_signed, joined, key_name, pieces, trusted_key, trusted_keys

FIELDS = ("trade", "approver", "authority", "approved_at", "reason", "answer", "algorithm", "public_key")
PIECES = 6
COLUMNS = (*FIELDS, "signature", "letters", *(f"covered_{number}" for number in range(1, PIECES + 1)))
"""The columns of the range `Approvals`."""

AUTHORITIES = {"manager": Authority.MANAGER, "finance": Authority.FINANCE}
_POLICY_OF_A_TRADE_NOT = frozenset({"manager_early_above", "stalls_allowed", "offbookauthority"})
_BOUNDS_OF_A_CHANGE = ("standard", "rep_to", "manager_to", "never_beyond", "ask_up_to", "soft")
_VALUE_OF_A_LEVER = ("amount_per_unit", "month_from", "month_to", "probability", "survives")


class ApprovalVerdict(StrEnum):
    """What an approval is now."""

    VALID = "valid"
    ANSWERED = "answered"
    VOID = "void"


@dataclass(frozen=True)
class ApprovalState:
    """One approval, and whether it still holds.

    verdict : ANSWERED where the approver asks for another counter-ask that is not typed in yet. reason : what the approver wrote.
    why : why it is void, in a sentence, or "". changes : the cells that void it, each with what it was and what it is.
    """

    trade: str
    verdict: ApprovalVerdict
    approver: str
    authority: str
    approved_at: str
    reason: str
    answer: str
    why: str = ""
    changes: tuple[CellChange, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the approval holds for the trade as it stands."""
        return self.verdict == ApprovalVerdict.VALID

    def __str__(self) -> str:
        day = self.approved_at[:10]
        if self.verdict == ApprovalVerdict.VALID:
            return f"approved by {self.approver} ({self.authority}) on {day}: {self.reason}"
        if self.verdict == ApprovalVerdict.ANSWERED:
            return f"answer of {self.approver} ({self.authority}) on {day}: agreed with {self.answer}; {self.reason}"
        who = f"the approval by {self.approver} on {day}" if self.approver else "an approval"
        return f"{who} is void: {self.why}"


def covered_values(quote: Quote, trade: Trade, tables: Mapping[str, Table]) -> dict[str, Values]:
    """Everything that the value of a trade depends on, by table. tables : as they stand; `quote` is what was read from them."""
    found = {"Lines": line_values(tables["Lines"]), "Terms": term_values(tables["Terms"])}
    sealed = sealed_values(tables)
    found["Assumptions"] = sealed["Assumptions"]
    if "Policy" in sealed:
        unused = _POLICY_OF_A_TRADE_NOT if quote.policy.drag_counts else {*_POLICY_OF_A_TRADE_NOT, "taught_discount_drag"}
        names = [name for name in sealed["Policy"].rows if parts_of(name)[0] not in unused]
        found["Policy"] = without(sealed["Policy"], keep=names)
    if "Limits" in sealed:
        found["Limits"] = _limits_of(quote, trade, sealed["Limits"])
    if "History" in tables and quote.policy.drag_counts:
        found["History"] = history_values(quote, tables["History"])
    found["Trades"] = trade_values(quote, trade.id, tables["Trades"])
    return found


def _limits_of(quote: Quote, trade: Trade, limits: Values) -> Values:
    """What the limits say of a trade: how far each of its changes may go, by the rows that hold for it, and what a unit of the
    company levers in play is worth. Rows of other levers, and of lines and segments that the trade leaves alone, say nothing of
    it."""
    held = quote.rules(None).limits
    columns: dict[tuple[str, str | None], set[str]] = {}
    for lever in _company_levers_in_play(quote.deal, quote.trades, trade):
        columns.setdefault((lever, None), set()).update(_VALUE_OF_A_LEVER)
    for change in trade.changes:
        columns.setdefault((change.lever, change.line), set()).update(_BOUNDS_OF_A_CHANGE)
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for (lever, line), wanted in columns.items():
        keys = [row_key(lever, row.line or "", row.segment) for row in (held.rows_for(lever, line) if held is not None else ())]
        keys = [key for key in keys if key in limits.rows]
        own = row_key(lever, line or "")
        for key in reversed(keys):  # the most specific row that fills a cell has the last word
            rows.setdefault(own, {}).update({name: value for name, value in limits.rows[key].items() if name in wanted})
            filled = limits.rows[key].keys() | {""}
            of_key = {(own, name): place for (one, name), place in limits.places.items() if one == key}
            places |= {one: place for one, place in of_key.items() if one[1] in filled or one not in places}
    return Values(limits.table, rows, places)


def _company_levers_in_play(deal: Deal, trades: Iterable[Trade], trade: Trade) -> set[str]:
    """The company's own levers that have units in the opening terms or in a trade up to this one."""
    own = {lever.name: lever.units for lever in deal.company_levers}
    used = {name for name, units in own.items() if units != 0.0}
    for one in trades:
        if one.id == trade.id:
            break
        if one.response == Response.YES:
            used |= {change.lever for change in one.changes if change.lever in own}
    return used | {change.lever for change in trade.changes if change.lever in own}


def approval_text(
    covered: Mapping[str, Values], valued: ValuedTrade, quote: Quote, quote_words: str, fields: Mapping[str, str]
) -> str:
    """The text that an approver signs. quote_words : as of `words_of`. fields : every one of `FIELDS`. The money is what the
    approver saw, to the cent."""
    document: dict[str, object] = {
        "approval": 1,
        "quote": quote_words,
        "currency": _currency(quote),
        "segment": quote.segment,
        "money": _money(valued),
        "covered": {name: dict(values.rows) for name, values in covered.items()},
        **{name: fields[name] for name in FIELDS},
    }
    return canonical_text(document)


def approval_row(signed: str, signature: str) -> list[str | float]:
    """The row of the range `Approvals`. Raises ValueError where the text is too long for it."""
    document = json.loads(signed)
    cut = pieces(signed)
    if len(cut) > PIECES:
        raise ValueError(f"what the approval covers takes {len(signed):,} letters, and a row has {PIECES} cells of 7,000")
    row: list[str | float] = [document[name] for name in FIELDS]
    return [*row, signature, float(len(signed)), *cut, *[""] * (PIECES - len(cut))]


def approval_states(
    rows: Sequence[Sequence[object]] | None,
    seal: Sequence[Sequence[object]] | None,
    quote: Quote,
    ledger: Ledger,
    tables: Mapping[str, Table],
) -> tuple[ApprovalState, ...]:
    """Every approval in the range `Approvals` (its header first), in its order. seal : the range `Seal`, which says where the
    tables stand and which quote this is. ledger : of this quote."""
    if not rows:
        return ()
    header = [plain(cell) for cell in rows[0]]
    at = {name: header.index(plain(name)) for name in COLUMNS if plain(name) in header}
    states = []
    for row in rows[1:]:
        cells = {name: text(row[place]) for name, place in at.items() if place < len(row)}
        if any(cells.values()):
            states.append(_state(cells, seal, quote, ledger, tables))
    return tuple(states)


def _state(
    cells: Mapping[str, str],
    seal: Sequence[Sequence[object]] | None,
    quote: Quote,
    ledger: Ledger,
    tables: Mapping[str, Table],
) -> ApprovalState:
    def void(why: str, *changes: CellChange) -> ApprovalState:
        return replace(state, verdict=ApprovalVerdict.VOID, why=why, changes=changes)

    state = ApprovalState(
        cells.get("trade", ""), ApprovalVerdict.VOID, cells.get("approver", ""), cells.get("authority", ""),
        cells.get("approved_at", ""), cells.get("reason", ""), cells.get("answer", ""),
    )  # fmt: skip
    signed = joined([cells.get(f"covered_{number}", "") for number in range(1, PIECES + 1)])
    if not signed or cells.get("letters") != str(len(signed)):
        return void("a part of it is missing")
    if cells.get("algorithm") != ALGORITHM:
        return void(f'it is signed with the unknown algorithm "{cells.get("algorithm", "")[:40]}"')
    public_key = cells.get("public_key", "").lower()
    is_right = is_signed(public_key, cells.get("signature", ""), signed)
    if is_right is None:
        return void("its signature could not be checked here: the Python package cryptography is missing")
    document = _document(signed) if is_right else None
    if document is None:
        return void("its signature is wrong")
    odd = next((name for name in FIELDS if text(document.get(name)) != cells.get(name, "")), None)
    if odd is not None:
        return void(f"{odd.replace('_', ' ')} is not what was signed")
    key = trusted_key(public_key)
    if key is None and trusted_keys():
        return void(f"the key {key_name(public_key)} is not trusted here")
    granted = key.authority if key else AUTHORITIES.get(state.authority, Authority.MANAGER)
    name = key.name if key else f"{state.approver} (the key {key_name(public_key)} is not vouched for here)"
    state = replace(state, approver=name, authority=str(granted))
    return _standing(state, document, granted, seal, quote, ledger, tables)


def _standing(
    state: ApprovalState,
    document: Mapping[str, object],
    granted: Authority,
    seal: Sequence[Sequence[object]] | None,
    quote: Quote,
    ledger: Ledger,
    tables: Mapping[str, Table],
) -> ApprovalState:
    """Whether what a right signature covers still stands."""

    def void(why: str, *changes: CellChange) -> ApprovalState:
        return replace(state, verdict=ApprovalVerdict.VOID, why=why, changes=changes)

    valued = next((one for one in ledger.trades if one.trade.id == state.trade), None)
    if valued is None:
        return void(f"the quote has no trade {state.trade} any more")
    for name, was, now in (
        ("quote", text(document.get("quote")), quote_words_of(seal)),
        ("currency", text(document.get("currency")), _currency(quote)),
        ("segment", text(document.get("segment")), quote.segment),
    ):
        if was != now:
            return void(f"the {name} was {was or 'blank'}, is {now or 'blank'}")
    covered = document["covered"]
    assert isinstance(covered, dict)
    changes = [
        replace(change, place=cell_place(change.place, places_of(seal)))
        for name, values in covered_values(quote, valued.trade, tables).items()
        for change in differences(covered.get(name, {}), values)
    ]
    if state.answer and _only_lacks_answer(covered, quote, valued.trade, tables, changes):
        return replace(state, verdict=ApprovalVerdict.ANSWERED)
    if changes:
        changes.sort(key=lambda change: (_follows(change, state), not change.subject.startswith(f"{state.trade} ")))
        more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
        return void(f"{changes[0]}{more}", *changes)
    if valued.verdict in (Verdict.CANNOT_TELL, Verdict.BLOCKED):
        return void(f"{state.trade} is {valued.verdict} now: {valued.note}")
    then, money = document.get("money"), _money(valued)
    if not isinstance(then, dict) or any(abs(_float(then.get(name)) - _float(money[name])) > 0.011 for name in money):
        return void(f"{state.trade} has another net than was approved, though no cell changed: another version of counterask")
    if valued.authority is not None and valued.authority > granted:
        return void(f"{state.trade} is for {valued.authority}, and {state.approver} may agree as {granted}")
    return replace(state, verdict=ApprovalVerdict.VALID)


def _follows(change: CellChange, state: ApprovalState) -> bool:
    """Whether a change is only what another one brings, or the answer that is not typed in yet: it is named last."""
    is_lacking = bool(state.answer) and change.now in ("blank", "gone") and "counter_ask" in change.subject
    return is_lacking or change.subject.endswith(" place")


def _only_lacks_answer(
    covered: Mapping[str, Mapping[str, Row]],
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
    """The ledger with what the approvals that count say in the notes."""
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
        f"{said('none' if change.to == float('inf') else exact(change.to))}"
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


def _currency(quote: Quote) -> str:
    return quote.policy.currency


def _money(valued: ValuedTrade) -> dict[str, float | None]:
    """Cost, worth and net to the cent; None where there is no price."""
    numbers = {"cost": valued.cost, "worth": valued.worth, "net": valued.net}
    return {name: round(value, 2) + 0.0 if math.isfinite(value) else None for name, value in numbers.items()}


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 1e300


def _document(signed: str) -> dict[str, object] | None:
    """The signed document, or None where it is no approval."""
    try:
        document = json.loads(signed)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("approval") != 1 or not isinstance(document.get("covered"), dict):
        return None
    covered = document["covered"]
    sound = all(isinstance(rows, dict) and all(isinstance(row, dict) for row in rows.values()) for rows in covered.values())
    return document if sound else None
