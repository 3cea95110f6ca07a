"""counterask 0.1.0 for xlwings Lite: what a client's ask costs, and what to ask for in return.

Made from the source of the package, which stands below file by file, unchanged: change it there and build again.
SHA-256 of names and contents: 3649f42eb8bf7aa3025e21068281ad709f3a1ff19431769d5f73418ed12ee739
"""

VERSION = "0.1.0"
DIGEST = "3649f42eb8bf7aa3025e21068281ad709f3a1ff19431769d5f73418ed12ee739"
FILES = {}

# ---- counterask/__init__.py
FILES['counterask/__init__.py'] = r'''
"""counterask: what a client's ask costs the seller, and what a counter-ask is worth, in one currency."""

__version__ = "0.1.0"
'''
# ---- counterask/aggregate_loss.py
FILES['counterask/aggregate_loss.py'] = r'''
"""The sum of many claims: its distribution on a lattice, by one Fourier transform there and one back.

Severity is put on the lattice so that its mean stays what it is (local moment matching on limited expected values). Claims
larger than the lattice are lost from it, which leaves every probability below its end as it is; the transform is taken
over twice the lattice, so that sums behind its end do not come back at its beginning.
Source: Klugman, Panjer, Willmot, Loss Models, sections 9.6 and 9.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .scenarios import Array

ComplexArray = NDArray[np.complex128]
BUCKETS = 2**12


@dataclass(frozen=True)
class Lattice:
    """Probabilities of 0, 1, 2, ... steps. step : money. chances : (n,); what is missing to 1 lies beyond."""

    step: float
    chances: Array

    @property
    def levels(self) -> Array:
        """The money at each place, (n,)."""
        return np.asarray(self.step * np.arange(len(self.chances), dtype=np.float64))

    @property
    def mean(self) -> float:
        """Expected money, of what lies on the lattice."""
        return float(self.levels @ self.chances)

    def quantile(self, chance: float) -> float:
        """The least level that is not exceeded with at least that chance; infinity where it lies beyond the lattice."""
        reached = np.cumsum(self.chances) >= chance - 1e-12
        return float(self.levels[int(np.argmax(reached))]) if reached.any() else float("inf")

    def tail_mean(self, chance: float) -> float:
        """Mean of the worst 1 - chance of outcomes, money; the quantile's own bucket counts in part."""
        place = int(np.argmax(np.cumsum(self.chances) >= chance - 1e-12))
        above = float(self.chances[place + 1 :].sum())
        worst = float(self.levels[place + 1 :] @ self.chances[place + 1 :])
        return (worst + (1.0 - chance - above) * float(self.levels[place])) / (1.0 - chance)


def on_lattice(limited_mean: Callable[[Array], Array], step: float, size: int) -> Lattice:
    """A severity on a lattice of `size` places. limited_mean : E[min(X, level)] for an array of levels, money."""
    limited = limited_mean(step * np.arange(size + 1, dtype=np.float64))
    slopes = np.diff(limited) / step
    return Lattice(step, np.concatenate([[1.0 - slopes[0]], slopes[:-1] - slopes[1:]]))


def sum_of_claims(severity: Lattice, generating: Callable[[ComplexArray], ComplexArray]) -> Lattice:
    """The distribution of the sum of a random number of claims.

    generating : the probability generating function of the number; for Poisson `poisson(mean)`.
    """
    size = len(severity.chances)
    spectrum = generating(np.fft.rfft(severity.chances, 2 * size))
    chances = np.fft.irfft(spectrum, 2 * size)[:size]
    return Lattice(severity.step, np.maximum(chances, 0.0))


def poisson(mean: float) -> Callable[[ComplexArray], ComplexArray]:
    """The probability generating function of a Poisson number of claims."""
    return lambda z: np.exp(mean * (z - 1.0))
'''
# ---- counterask/answers.py
FILES['counterask/answers.py'] = r'''
"""The two answers to an ask, for every counter-ask: *yes, and* we get this; *no, but* we can do that, if we get this.

What a rep is given to say is always a negotiation: the *yes, and* grants the whole ask and names every counter-ask of
the trade; the *no, but* offers less (`offers`), for the smallest step of the same lever that pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .bundles import MOST_BUNDLES, Bundle, bundles_at, smallest_of
from .counters import CounterAsk, Scan, counter_asks_at, scans
from .limits import Authority
from .offers import offer_position
from .positions import Position, position_of
from .stakeholders import Stakeholder
from .terms import Deal
from .trades import Change, Rules, Trade
from .words import Speaker


@dataclass(frozen=True)
class Answer:
    """A counter-ask with what to say.

    yes_and : "" where no step suffices. no_but : "" where there is nothing to offer either. offered : the lesser asks
    of the *no, but* and what is asked for them; () where it offers nothing less.
    """

    counter_ask: CounterAsk
    yes_and: str
    no_but: str
    offered: tuple[Change, ...] = ()
    in_return: tuple[Change, ...] = ()


@dataclass(frozen=True)
class BundleAnswer:
    """A bundle with what to say."""

    bundle: Bundle
    yes_and: str
    no_but: str


Place = tuple[str, str | None]
"""A lever and its line."""


@dataclass(frozen=True)
class Counters:
    """Everything there is to say to one trade.

    position : where the rep stands. scans : its levers, step by step. answers : least burden first. offer : where the
    rep stands with the lesser asks, or None; with its levers and the counter-asks that pay for it.
    """

    position: Position
    scans: tuple[Scan, ...]
    answers: tuple[Answer, ...]
    offer: Position | None
    offer_scans: Mapping[Place, Scan]
    offer_rows: Mapping[Place, CounterAsk]


def answer(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    speaker: Speaker,
    stakeholders: Sequence[Stakeholder] = (),
) -> Counters:
    """The counter-asks of `counters.find_counter_asks`, in its order, each with its sentences. Raises as it does."""
    position = position_of(deal, trades, asked, rules)
    found = scans(position)
    offer = offer_position(position, trades)
    lesser = () if offer is None else scans(offer)
    rows: dict[Place, CounterAsk] = {}
    if offer is not None:
        rows = {(row.lever, row.line): row for row in counter_asks_at(offer, lesser, stakeholders) if row.is_reachable}
    said = tuple(
        _answer(position, offer, row, rows.get((row.lever, row.line)), speaker)
        for row in counter_asks_at(position, found, stakeholders)
    )
    if position.obstacle is not None:
        said = tuple(sorted(said, key=lambda one: not one.no_but))
    return Counters(position, found, said, offer, {(scan.grid.lever, scan.grid.line): scan for scan in lesser}, rows)


def bundle_answers(
    counters: Counters,
    speaker: Speaker,
    stakeholders: Sequence[Stakeholder] = (),
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[BundleAnswer, ...]:
    """The bundles of `bundles.find_bundles`, in its order, each with its sentences.

    The *no, but* asks for the one lever of the bundle that pays for the lesser ask alone, else for the smallest
    bundle of the same levers that does.
    """
    position, offer = counters.position, counters.offer
    said = []
    for bundle in bundles_at(position, counters.scans, stakeholders, size, most):
        places: list[Place] = [(one.lever, one.line) for one in bundle.counters]
        instead: tuple[Change, ...] = ()
        alone = [counters.offer_rows[place] for place in places if place in counters.offer_rows]
        if alone:
            instead = (min(alone, key=lambda row: row.burden).change,)
        elif offer is not None and all(place in counters.offer_scans for place in places):
            smallest = smallest_of(offer, [counters.offer_scans[place] for place in places], stakeholders)
            instead = smallest.counters if smallest else ()
        whole = (*position.trade.counters, *bundle.counters)
        said.append(BundleAnswer(bundle, *two_answers(position, offer, whole, instead, bundle.authority, speaker)))
    return tuple(said)


def _answer(position: Position, offer: Position | None, row: CounterAsk, lesser: CounterAsk | None, speaker: Speaker) -> Answer:
    counters = (*position.trade.counters, row.change) if row.is_reachable else ()
    instead = (lesser.change,) if lesser is not None else ()
    yes_and, no_but = two_answers(position, offer, counters, instead, row.authority, speaker)
    return Answer(row, yes_and, no_but, offer.trade.asks if offer and instead else (), instead)


def two_answers(
    position: Position,
    offer: Position | None,
    counters: Sequence[Change],
    instead: Sequence[Change],
    authority: Authority | None,
    speaker: Speaker,
) -> tuple[str, str]:
    """The two sentences. counters : what the whole ask takes, () where nothing suffices; instead : what the lesser
    ask takes."""
    asks = position.trade.asks
    counters = _latest(counters)
    yes_and = speaker.yes_and(asks, counters, authority) if counters else ""
    if offer is not None and instead:
        refused = [ask for ask in asks if ask not in offer.trade.asks]
        return yes_and, speaker.no_but(refused, offer.trade.asks, instead)
    return yes_and, speaker.not_so(asks, counters, authority) if counters else ""


def _latest(counters: Sequence[Change]) -> tuple[Change, ...]:
    """Each lever once, at its last level: an earlier one is overtaken and need not be said."""
    return tuple({(change.lever, change.line): change for change in counters}.values())
'''
# ---- counterask/approvals.py
FILES['counterask/approvals.py'] = r'''
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

from .cells import text
from .limits import Authority
from .quote import Quote
from .seal import cell_place, places_of, quote_words_of
from .sealed_values import (
    CellChange,
    Row,
    Values,
    differences,
    exact,
    history_values,
    line_values,
    said,
    sealed_values,
    term_values,
    trade_values,
    without,
)
from .signatures import ALGORITHM, canonical_text, is_signed, joined, key_name, pieces, trusted_key, trusted_keys
from .tables import Table, plain
from .terms import Deal
from .trades import Ledger, Response, Trade, ValuedTrade, Verdict

FIELDS = ("trade", "approver", "authority", "approved_at", "reason", "answer", "algorithm", "public_key")
PIECES = 6
COLUMNS = (*FIELDS, "signature", "letters", *(f"covered_{number}" for number in range(1, PIECES + 1)))
"""The columns of the range `Approvals`."""

AUTHORITIES = {"manager": Authority.MANAGER, "finance": Authority.FINANCE}
_POLICY_OF_A_TRADE_NOT = frozenset({"minimum_margin", "manager_early_above", "stalls_allowed"})
_BOUNDS_OF_AN_ASK = ("rep_to", "manager_to", "never_beyond")
_BOUNDS_OF_A_COUNTER = (*_BOUNDS_OF_AN_ASK, "ask_up_to", "soft")
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
        names = [name for name in sealed["Policy"].rows if name not in unused]
        found["Policy"] = without(sealed["Policy"], keep=names)
    if "Limits" in sealed:
        found["Limits"] = _limits_of(quote, trade, sealed["Limits"])
    if "History" in tables and quote.policy.drag_counts:
        found["History"] = history_values(quote, tables["History"])
    found["Trades"] = trade_values(quote, trade.id, tables["Trades"])
    return found


def _limits_of(quote: Quote, trade: Trade, limits: Values) -> Values:
    """What the limits say of a trade: how far each of its changes may go, by the row that holds for it, and what a unit of the
    company's own levers in play is worth. Rows of other levers, and of lines that the trade leaves alone, say nothing of it."""
    columns: dict[tuple[str, str | None], set[str]] = {}
    for lever in _company_levers_in_play(quote.deal, quote.trades, trade):
        columns.setdefault((lever, None), set()).update(_VALUE_OF_A_LEVER)
    for change in trade.changes:
        bounds = _BOUNDS_OF_AN_ASK if change in trade.asks else _BOUNDS_OF_A_COUNTER
        columns.setdefault((change.lever, change.line), set()).update(bounds)
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for (lever, line), wanted in columns.items():
        own = f"{lever}@{line}"
        standing = own if line and own in limits.rows else lever
        if standing not in limits.rows:
            continue
        key = own if line else lever
        rows[key] = {name: value for name, value in limits.rows[standing].items() if name in wanted}
        places |= {(key, name): place for (row, name), place in limits.places.items() if row == standing}
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
'''
# ---- counterask/assumptions.py
FILES['counterask/assumptions.py'] = r'''
"""The registry of assumptions: what finance and managers set, and a trade never changes.

Names, units and ranges; how each enters a number is told where it is used (survival, pricing, risk, cashflow).
"""

from __future__ import annotations

from .quantities import MONEY, MONTHS, NUMBER, SHARE, Quantity

_CENTURY = 1200.0
_MUCH = 1e12


def _share(
    name: str, sample: float, help_text: str, lowest: float = 0.0, highest: float = 1.0, spoken: str | None = None
) -> Quantity:
    return Quantity(name, SHARE, lowest, highest, sample, help_text, spoken=spoken)


def _money(name: str, sample: float, help_text: str) -> Quantity:
    return Quantity(name, MONEY, 0.0, _MUCH, sample, help_text)


def _months(
    name: str, sample: float, help_text: str, lowest: float = 0.0, highest: float = 600.0, whole: bool = True
) -> Quantity:
    return Quantity(name, MONTHS, lowest, highest, sample, help_text, whole=whole)


ASSUMPTIONS: tuple[Quantity, ...] = (
    _share("cost_of_capital", 0.08, "Annual effective rate at which later cash is worth less today.", -0.5),
    _months("horizon_months", 60, "How far the value looks; whole years, the same for every deal.", 12),
    _share("churn_hazard", 0.05, "Chance in a year that a client leaves inside a term."),
    _share("tfc_hazard", 0.05, "Further chance in a year where the client may terminate for convenience.", spoken="TFC hazard"),
    _share("inflation", 0.02, "Expected yearly rise of costs and of the price index.", -0.5),
    _share("inflation_vol", 0.01, "Standard deviation of one year's index change; grows with the root of years."),
    _share("sla_miss_probability", 0.05, "Chance in a month that the service level is missed.", spoken="SLA miss probability"),
    _share("late_probability", 0.2, "Chance that a one-off delivery is late enough to owe the damages."),
    _money("acceleration_cost", 5000.0, "Cost of bringing one delivery forward by one month."),
    _share("warranty_claim_rate", 0.01, "Monthly warranty cost as a share of a one-off line's list price."),
    Quantity("liability_frequency", "claims a year", 0.0, 1000.0, 0.1, "Expected liability claims in a year of service."),
    Quantity("liability_alpha", NUMBER, 0.01, 1000.0, 2.0, "Tail of a claim's size (Lomax): the smaller, the heavier."),
    Quantity("liability_theta", MONEY, 0.01, _MUCH, 100_000.0, "Scale of a claim's size (Lomax)."),
    Quantity("risk_load", NUMBER, 0.0, 1.0, 0.9, "Wang's exponent on claim sizes: 1 is the pure expected loss."),
    _months("claim_lag_months", 6, "Months from service to the payment of a claim.", whole=False),
    _money("exclusivity_margin", 1000.0, "Margin lost a month while we are bound to one client."),
    _share("mfn_trigger", 0.1, "Chance in a year that a most-favoured-price clause bites.", spoken="MFN trigger"),
    _share("mfn_gap", 0.05, "How far the price falls when the clause bites.", spoken="MFN gap"),
    _money("reference_value", 20_000.0, "What a public reference is worth to us."),
    _money("reference_cost", 500.0, "What a public reference costs us."),
    _months("reference_month", 12, "Month in which the reference is given."),
    _money("introduction_value", 20_000.0, "What an introduction to another client is worth to us."),
    _months("introduction_month", 6, "Month in which the introduction is made.", whole=False),
    _share("rate_base", 0.03, "Interest rate of our currency.", -0.5),
    _share("rate_foreign", 0.04, "Interest rate of the client's currency.", -0.5),
    _share("fx_spread", 0.004, "What it costs to change the client's currency into ours.", spoken="FX spread"),
)

ASSUMPTION_BY_NAME: dict[str, Quantity] = {quantity.name: quantity for quantity in ASSUMPTIONS}
'''
# ---- counterask/bad_year.py
FILES['counterask/bad_year.py'] = r'''
"""What liability may cost in one year of service: on average, with the load that is charged, and in a bad year.

Claims arrive as Poisson; each is Lomax and limited at the cap. An expectation hides what a cap opens: the year that comes
once in twenty or in a hundred stands beside it. It is shown and enters no value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .aggregate_loss import BUCKETS, Lattice, on_lattice, poisson, sum_of_claims
from .cashflow import annual_contract_value
from .risk import limited_expected_value
from .scenarios import Array, Scenarios
from .terms import Address, Deal

ONE_IN_20, ONE_IN_100 = 0.95, 0.99
_ROUNDS, _ROOM = 40, 4.0


@dataclass(frozen=True)
class BadYear:
    """Liability in one year of service, money, at least 0; NaN where an input is unknown, infinity where there is no bound.

    cap : the most that one claim costs. expected : mean cost of a year. load : what is charged above it. one_in_20, one_in_100 :
    the cost that a year exceeds with a chance of 5 % and of 1 %.
    """

    cap: float
    expected: float
    load: float
    one_in_20: float
    one_in_100: float


def bad_year(deal: Deal, state: Mapping[Address, float] | None = None) -> BadYear:
    """A year's liability on a deal, with the inputs of `state` in place of its own."""
    scenarios = Scenarios(deal.with_inputs(state or {}))
    multiple, frequency, alpha, theta, load = (
        float(scenarios.get(name)[0, 0])
        for name in (
            "liability_cap_multiple",
            "liability_frequency",
            "liability_alpha",
            "liability_theta",
            "risk_load",
        )
    )
    acv = float(annual_contract_value(scenarios)[0, 0])
    if frequency == 0.0 or multiple == 0.0:
        return BadYear(0.0 if multiple == 0.0 else multiple * acv, 0.0, 0.0, 0.0, 0.0)
    cap = math.inf if math.isinf(multiple) else multiple * acv
    if any(math.isnan(value) for value in (cap, frequency, alpha, theta, load)):
        return BadYear(cap, math.nan, math.nan, math.nan, math.nan)
    expected = frequency * _limited_mean(cap, alpha, theta)
    charged = frequency * _limited_mean(cap, load * alpha, theta) if load > 0.0 else math.inf
    load_only = math.inf if math.isinf(charged) else charged - expected
    bad, worst = (exceeded_once(chance, frequency, cap, alpha, theta) for chance in (ONE_IN_20, ONE_IN_100))
    return BadYear(cap, expected, load_only, bad, worst)


def _limited_mean(cap: float, alpha: float, theta: float) -> float:
    return float(limited_expected_value(np.array([cap]), np.array([alpha]), np.array([theta]))[0])


def exceeded_once(chance: float, frequency: float, cap: float, alpha: float, theta: float) -> float:
    """The loss of a year that is not exceeded with a chance, money: 0.95 for the year that is exceeded once in twenty.

    frequency : claims a year, above 0. cap : the most that a claim costs, infinity for no limit. alpha, theta : of the Lomax.
    Computed on a lattice that is fitted until it ends some way behind the answer; between two places it is interpolated.
    """
    if cap == 0.0:
        return 0.0
    if math.isfinite(cap):
        # A year below the cap knows nothing of it: then two caps give the same answer to the last digit.
        unlimited = exceeded_once(chance, frequency, math.inf, alpha, theta)
        if unlimited <= cap:
            return unlimited

    def limited(levels: Array) -> Array:
        return limited_expected_value(np.minimum(levels, cap), np.array([alpha]), np.array([theta]))

    end = (1.0 + frequency) * _limited_mean(min(cap, 1e3 * theta), alpha, theta)
    for _ in range(_ROUNDS):
        year = sum_of_claims(on_lattice(limited, end / BUCKETS, BUCKETS), poisson(frequency))
        found = year.quantile(chance)
        if math.isinf(found):
            end *= _ROOM
        elif 0.0 < found < end / _ROOM:
            end = 2.0 * found
        else:
            return _between(year, chance)
    return found


def _between(year: Lattice, chance: float) -> float:
    """The quantile, its place between two levels included: what is lumped at a level lay half a step around it."""
    reached = np.cumsum(year.chances)
    if reached[0] >= chance:
        return 0.0
    return float(np.interp(chance, reached, year.levels + 0.5 * year.step))
'''
# ---- counterask/bridge.py
FILES['counterask/bridge.py'] = r'''
"""The bridge from opening value to value now, trade by trade, as the bars of a waterfall."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .money import round_parts
from .trades import Ledger, Trade
from .views import CANNOT_TELL, Rows, money
from .words import Speaker

COLUMNS = ("Step", "Change", "Label", "Base", "Total", "Up", "Down", "Up below zero", "Down below zero")

BRIDGE_ROWS = 10
"""Bars of the waterfall: opening, up to eight trades, now. Where more trades move the deal, the smallest are one bar."""

OTHERS = "others"


@dataclass(frozen=True)
class BridgeStep:
    """One step: its label, the value before and after it (money), whether it is a total and no change, and what is asked."""

    label: str
    start: float
    end: float
    is_total: bool = False
    asks: str = ""

    @property
    def change(self) -> float:
        """What the step does to deal value, money."""
        return self.end - self.start


def bridge(ledger: Ledger, bars: int | None = None) -> tuple[BridgeStep, ...]:
    """Opening value, each trade that moves the deal, value now. Trades without a price move nothing and are left out.

    bars : how many steps there may be, 3 or more; the trades that move least are then put together as `OTHERS`, behind the rest.
    The steps add up to the change in deal value to the cent.
    """
    moved = [(trade.trade.id, trade.net) for trade in ledger.trades if math.isfinite(trade.net) and trade.net]
    if bars is not None and len(moved) > bars - 2:
        kept = sorted(range(len(moved)), key=lambda place: -abs(moved[place][1]))[: bars - 3]
        rest = math.fsum(net for place, (_, net) in enumerate(moved) if place not in kept)
        moved = [*(moved[place] for place in sorted(kept)), (OTHERS, rest)]
    steps = [BridgeStep("Opening", 0.0, ledger.value, True)]
    if math.isfinite(ledger.value):
        standing = ledger.value
        asks = {trade.trade.id: _asks(ledger, trade.trade) for trade in ledger.trades}
        shown = round_parts([net for _, net in moved], ledger.change)
        for (name, _), net in zip(moved, shown, strict=True):
            steps.append(BridgeStep(name, standing, standing + net, asks=asks.get(name, "")))
            standing += net
    steps.append(BridgeStep("Now", 0.0, ledger.value_now, True))
    return tuple(steps)


def _asks(ledger: Ledger, trade: Trade) -> str:
    """What a trade is about, in a word or two under its bar: "liability cap and 1 more"."""
    if not trade.asks:
        return ""
    more = f" and {len(trade.asks) - 1} more" if len(trade.asks) > 1 else ""
    return Speaker(ledger.deal_now).lever(trade.asks[0].lever) + more


def bridge_table(ledger: Ledger) -> Rows:
    """The bars of a stacked column chart, `COLUMNS`: an unseen base, and on it the total, the rise or the fall.

    What lies above zero and what lies below it are two bars, for stacked columns grow away from zero on either side.
    """
    rows: Rows = []
    for step in bridge(ledger, BRIDGE_ROWS):
        if not math.isfinite(step.end):
            said = money(step.end) if step.is_total else CANNOT_TELL
            rows.append([step.label, said, f"{step.label}\n{said}", *[""] * (len(COLUMNS) - 3)])
            continue
        low, high = min(step.start, step.end), max(step.start, step.end)
        base = low if low > 0.0 else high if high < 0.0 else 0.0
        above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
        if step.is_total:
            bars = [above + below, 0.0, 0.0, 0.0, 0.0]
        elif step.change >= 0.0:
            bars = [0.0, above, 0.0, below, 0.0]
        else:
            bars = [0.0, 0.0, above, 0.0, below]
        amount = f"{step.end:,.0f}" if step.is_total else f"{step.change:+,.0f}"
        said = "\n".join(words for words in (step.label, amount, step.asks) if words)
        rows.append([step.label, step.end if step.is_total else step.change, said, base, *bars])
    return rows
'''
# ---- counterask/bundles.py
FILES['counterask/bundles.py'] = r'''
"""Bundles: two or three counter-asks at once, where one is not enough or two small ones are easier to say than one
large one.

Every combination of levers is valued as a whole, step by step, "not moved" included, so that a bundle is never
offered where fewer levers, or a smaller step of one of them beside the same of the others, would do. Where the steps
of a combination are too many they are thinned evenly (the nearest and the limit stay), and the bundles that are
offered are searched again between the steps that were left out. A bundle is therefore undominated within the grid
that was looked at, and no lever of it can be taken one step back.

Hard counter-asks come before soft ones, in the ledger too: what is soft is then what the soft ones add.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .counters import Scan, burden_of, scans
from .limits import Authority
from .positions import Position, is_enough, position_of
from .scenarios import Array
from .stakeholders import Stakeholder
from .terms import Deal
from .trades import Change, Rules, Trade, ValuedChange, Verdict

STATES_OF_A_PAIR, STATES_OF_THREE = 170, 216
"""Valuations of one combination of levers before its steps are thinned."""
MOST_BUNDLES = 20

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Bundle:
    """Two or three counter-asks that make a trade a negotiation together.

    changes : each with where it stands, and its worth behind the ones before it. ways : share of the way to each
    limit. worth : of the bundle. net : left over after the asks' cost. authority : who may agree to the whole trade.
    burden : the sum of the squared ways, and the client's estimated cost. All money but ways and burden.
    """

    changes: tuple[ValuedChange, ...]
    ways: tuple[float, ...]
    worth: float
    net: float
    authority: Authority | None
    burden: float

    @property
    def counters(self) -> tuple[Change, ...]:
        """The counter-asks as they are typed in."""
        return tuple(valued.change for valued in self.changes)

    @property
    def is_soft(self) -> bool:
        """Whether any of it is soft."""
        return any(valued.is_soft for valued in self.changes)


@dataclass(frozen=True)
class _Choice:
    """A combination of levers with a place on each ladder; place k is the k-th step, 0 is "not moved"."""

    ladders: tuple[Scan, ...]
    places: tuple[int, ...]
    skipped: tuple[int, ...]
    burden: float


def find_bundles(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    stakeholders: Sequence[Stakeholder] = (),
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[Bundle, ...]:
    """Bundles of `size` levers that make a trade a negotiation, least burden first, at most `most` of them.

    Of each combination of levers the one with the least burden. Raises KeyError as `counters.find_counter_asks` does.
    """
    position = position_of(deal, trades, asked, rules)
    return bundles_at(position, scans(position), stakeholders, size, most)


def bundles_at(
    position: Position,
    found: Sequence[Scan],
    stakeholders: Sequence[Stakeholder] = (),
    size: int = 2,
    most: int = MOST_BUNDLES,
) -> tuple[Bundle, ...]:
    """The bundles in a position whose levers are scanned already."""
    if position.obstacle is not None:
        return ()
    budget = STATES_OF_A_PAIR if size == 2 else STATES_OF_THREE
    choices = []
    for ladders in _combinations(found, size):
        tops = tuple(_top(scan) for scan in ladders)
        if all(tops):
            best = _search(position, ladders, (1,) * size, tops, budget, stakeholders)
            choices += [] if best is None else [best]
    choices.sort(key=lambda choice: choice.burden)
    finished = [_refined(position, choice, budget, stakeholders) for choice in choices[: 2 * most]]
    offered = [bundle for choice in finished if (bundle := _bundle(position, choice)) is not None]
    return tuple(sorted(offered, key=lambda bundle: bundle.burden)[:most])


def smallest_of(position: Position, ladders: Sequence[Scan], stakeholders: Sequence[Stakeholder] = ()) -> Bundle | None:
    """The bundle of exactly these levers with the least burden, or None where none suffices or fewer levers do."""
    ladders = _hard_first(ladders)
    tops = tuple(_top(scan) for scan in ladders)
    if position.obstacle is not None or not all(tops):
        return None
    best = _search(position, ladders, (1,) * len(ladders), tops, STATES_OF_A_PAIR, stakeholders)
    return None if best is None else _bundle(position, _refined(position, best, STATES_OF_A_PAIR, stakeholders))


def _combinations(found: Sequence[Scan], size: int) -> Iterator[tuple[Scan, ...]]:
    for chosen in combinations(found, size):
        yield _hard_first(chosen)


def _hard_first(ladders: Sequence[Scan]) -> tuple[Scan, ...]:
    return tuple(sorted(ladders, key=lambda scan: scan.is_soft))


def _top(scan: Scan) -> int:
    """The last step that a bundle need look at: the one before the lever suffices alone."""
    return len(scan.grid.levels) if scan.first is None else scan.first


def _search(
    position: Position,
    ladders: tuple[Scan, ...],
    lowest: tuple[int, ...],
    highest: tuple[int, ...],
    budget: int,
    people: Sequence[Stakeholder],
) -> _Choice | None:
    """The least burden in a box of steps, thinned to the budget; None where no combination suffices without being
    dominated."""
    axes = _axes(lowest, highest, budget)
    enough = _enough(position, ladders, axes)
    inside = enough[tuple(slice(1, None) for _ in axes)]
    if not inside.any():
        return None
    burdens = _burdens(position, ladders, axes, people)
    least = np.where(inside, burdens, np.inf)
    for flat in np.argsort(least, axis=None).tolist():
        at = np.unravel_index(flat, inside.shape)
        if math.isinf(least[at]):
            return None
        lower = tuple(slice(0, int(place) + 2) for place in at)
        if np.count_nonzero(enough[lower]) == 1:
            places = tuple(int(axis[int(place) + 1]) for axis, place in zip(axes, at, strict=True))
            before = tuple(int(axis[int(place)]) for axis, place in zip(axes, at, strict=True))
            return _Choice(ladders, places, before, float(least[at]))
    return None


def _axes(lowest: Sequence[int], highest: Sequence[int], budget: int) -> list[Places]:
    """For each ladder the places looked at, "not moved" first, so that their product keeps to the budget."""
    counts = [high - low + 1 for low, high in zip(lowest, highest, strict=True)]
    while math.prod(count + 1 for count in counts) > budget and max(counts) > 2:
        counts[counts.index(max(counts))] -= 1
    return [
        np.concatenate([[0], np.unique(np.linspace(low, high, count).round().astype(np.intp))])
        for low, high, count in zip(lowest, highest, counts, strict=True)
    ]


def _enough(position: Position, ladders: tuple[Scan, ...], axes: list[Places]) -> NDArray[np.bool_]:
    """Whether each combination suffices, an array with an axis a ladder."""
    shape = tuple(len(axis) for axis in axes)
    columns = {}
    for number, (scan, axis) in enumerate(zip(ladders, axes, strict=True)):
        levels = np.concatenate([[scan.grid.from_level], scan.grid.levels])[axis]
        spread = levels.reshape([-1 if number == place else 1 for place in range(len(shape))])
        columns[scan.grid.address] = np.ascontiguousarray(np.broadcast_to(spread, shape)).ravel()
    totals = position.totals(columns, math.prod(shape)).reshape(shape)
    hard = totals
    for number, scan in enumerate(ladders):
        if scan.is_soft:
            hard = np.take(hard, [0], axis=number)
    worth = totals - position.total
    return is_enough(position.shortfalls(worth, np.broadcast_to(totals - hard, shape)))


def _burdens(position: Position, ladders: tuple[Scan, ...], axes: list[Places], people: Sequence[Stakeholder]) -> Array:
    """The burden of each combination in which every lever moves."""
    total: Array = np.zeros((1,) * len(axes))
    for number, (scan, axis) in enumerate(zip(ladders, axes, strict=True)):
        ways = scan.ways[axis[1:] - 1]
        own = np.array([burden_of(position, [way], [scan.grid.lever], people) for way in ways.tolist()])
        total = total + own.reshape([-1 if number == place else 1 for place in range(len(axes))])
    return total


def _refined(position: Position, choice: _Choice, budget: int, people: Sequence[Stakeholder]) -> _Choice:
    """The choice, searched again between the steps that were left out, and no lever of it one step too far."""
    while any(place - before > 1 for place, before in zip(choice.places, choice.skipped, strict=True)):
        lowest = tuple(min(place, max(1, before + 1)) for place, before in zip(choice.places, choice.skipped, strict=True))
        nearer = _search(position, choice.ladders, lowest, choice.places, budget, people)
        if nearer is None or nearer.places == choice.places:
            break
        choice = nearer
    return _walked_back(position, choice, people)


def _walked_back(position: Position, choice: _Choice, people: Sequence[Stakeholder]) -> _Choice:
    """The choice with levers taken back, the heaviest first, as long as one step less still suffices."""
    places = list(choice.places)
    while True:
        nearer = [
            [place - (number == back) for number, place in enumerate(places)] for back in range(len(places)) if places[back] > 1
        ]
        nearer = [one for one in nearer if _suffices(position, choice.ladders, one)]
        if not nearer:
            break
        places = min(nearer, key=lambda one: _burden_at(position, choice.ladders, one, people))
    return _Choice(choice.ladders, tuple(places), choice.skipped, _burden_at(position, choice.ladders, places, people))


def _burden_at(position: Position, ladders: Sequence[Scan], places: Sequence[int], people: Sequence[Stakeholder]) -> float:
    ways = [float(scan.ways[place - 1]) for scan, place in zip(ladders, places, strict=True)]
    return burden_of(position, ways, [scan.grid.lever for scan in ladders], people)


def _suffices(position: Position, ladders: tuple[Scan, ...], places: Sequence[int]) -> bool:
    axes = [np.array([0, place], dtype=np.intp) for place in places]
    return bool(_enough(position, ladders, axes)[(1,) * len(axes)])


def _bundle(position: Position, choice: _Choice) -> Bundle | None:
    """The bundle as the ledger sees it, one counter-ask behind the other; None where it says anything but
    negotiation."""
    grids = [scan.grid for scan in choice.ladders]
    levels = [float(grid.levels[place - 1]) for grid, place in zip(grids, choice.places, strict=True)]
    columns = {
        grid.address: np.array([grid.from_level] * (number + 1) + [level] * (len(grids) - number))
        for number, (grid, level) in enumerate(zip(grids, levels, strict=True))
    }
    totals = position.totals(columns, len(grids) + 1)
    counters = [Change(grid.lever, grid.line, level) for grid, level in zip(grids, levels, strict=True)]
    valued = position.with_counters(counters, np.diff(totals).tolist())
    if valued.verdict != Verdict.NEGOTIATION:
        return None
    return Bundle(
        valued.changes[-len(grids) :],
        tuple(float(scan.ways[place - 1]) for scan, place in zip(choice.ladders, choice.places, strict=True)),
        float(totals[-1] - totals[0]),
        valued.net,
        valued.authority,
        choice.burden,
    )
'''
# ---- counterask/cashflow.py
FILES['counterask/cashflow.py'] = r'''
"""A deal as expected cash: one `Flow` for each way in which a line or a term earns or costs money.

Each flow knows its amounts (already weighted by survival), the months in which they fall due, whether the client's
payment days come on top and whether a share of it is in the client's currency. Everything is scenarios x months.
Time is in months from signing; service month m covers [m, m + 1); costs are cash in the middle of their month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from .levers import Kind, inputs_of
from .pricing import cost_index, most_favoured_factor, price_index, rebate_units, take_or_pay_units
from .risk import monthly_liability
from .scenarios import Array, Scenarios
from .survival import exit_probability, segment_start, survival
from .terms import Address, CompanyLever, Deal

RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES = "A_fees", "A_cost", "support", "tfc_fee"
METERED_FEES, METERED_COST, SHORTFALL_FEES, REBATE = "B_fees", "B_cost", "shortfall_fees", "rebate"
ONE_OFF_PRICE, LATE_DAMAGES, ONE_OFF_COST, WARRANTY = "C_fees", "late_damages", "C_cost", "warranty"
LIABILITY, EXCLUSIVITY, REFERENCE, INTRODUCTION, COMPANY = (
    "liability",
    "exclusivity",
    "reference",
    "introduction",
    "company_levers",
)

COMPONENTS: dict[str, str] = {
    RECURRING_FEES: "Recurring fees",
    RECURRING_COST: "Recurring cost",
    SUPPORT: "Support cost",
    EXIT_FEES: "Fees on early exit",
    METERED_FEES: "Metered fees",
    METERED_COST: "Metered cost",
    SHORTFALL_FEES: "Take-or-pay shortfall fees",
    REBATE: "Volume rebates",
    ONE_OFF_PRICE: "One-off prices",
    LATE_DAMAGES: "Late damages",
    ONE_OFF_COST: "One-off cost",
    WARRANTY: "Warranty cost",
    LIABILITY: "Liability charge",
    EXCLUSIVITY: "Margin lost to exclusivity",
    REFERENCE: "Public reference",
    INTRODUCTION: "Introduction",
    COMPANY: "Company levers",
}
"""Every component of deal value, in the order in which it is shown, with its label."""

REVENUE = (RECURRING_FEES, EXIT_FEES, METERED_FEES, SHORTFALL_FEES, REBATE, ONE_OFF_PRICE, LATE_DAMAGES)
"""The components that the client pays or is paid; the others are cost, risk and soft value."""


@dataclass(frozen=True)
class Flow:
    """Expected cash of one component.

    component : a key of `COMPONENTS`. source : the line's or company lever's name, or "" for a term of the deal.
    service : (1, K) months in which the amounts are earned. amounts : (n or 1, K) money, plus is good for the seller.
    due : (n or 1, K) months at which they fall due, payment days not counted.
    has_payment_days, in_client_currency : whether those conventions hold for it.
    """

    component: str
    source: str
    service: Array
    amounts: Array
    due: Array
    has_payment_days: bool = False
    in_client_currency: bool = False


@dataclass(frozen=True)
class Service:
    """What the flows of a batch share: months, years, survival, indices. Each is computed when it is first asked for.

    The horizon is the deal's and the same in every scenario.
    """

    scenarios: Scenarios

    @cached_property
    def months(self) -> Array:
        """Service months from 0, (1, H)."""
        return np.arange(self.scenarios.deal.assumptions.horizon_months, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def years(self) -> Array:
        """Service years from 0, (1, Y)."""
        return np.arange(self.months.shape[1] // 12, dtype=np.float64)[np.newaxis, :]

    @cached_property
    def survival(self) -> Array:
        """Probability that each month is served, (n or 1, H)."""
        return survival(self.scenarios, self.months)

    @cached_property
    def price_index(self) -> Array:
        """Price index of each year, (n or 1, Y)."""
        return price_index(self.scenarios, self.years)

    @cached_property
    def cost_index(self) -> Array:
        """Cost index of each year, (n or 1, Y)."""
        return cost_index(self.scenarios, self.years)

    @cached_property
    def most_favoured(self) -> Array:
        """Share of the price left by a most-favoured-price clause in each year, (n or 1, Y)."""
        return most_favoured_factor(self.scenarios, self.years)

    def by_month(self, by_year: Array) -> Array:
        """Spread an (n, Y) array over months: (n, H)."""
        return np.repeat(by_year, 12, axis=1)

    def ramp(self, line: int) -> Array:
        """Active share of a line in each month. (n, H) or (1, H)."""
        return np.minimum(1.0, (self.months + 1.0) / self.scenarios.get("ramp_months", line))


def annual_contract_value(scenarios: Scenarios) -> Array:
    """ACV: a year's recurring and metered fees, before ramps, uplifts and free months. (n, 1) or (1, 1) money."""
    monthly = np.zeros((1, 1))
    for index, line in enumerate(scenarios.deal.lines):
        if line.kind != Kind.ONE_OFF:
            monthly = monthly + _net_price(scenarios, index) * scenarios.get("quantity", index)
    return 12.0 * monthly


@dataclass(frozen=True)
class Part:
    """A part of a deal: a line, or a term of the whole deal, with its flows.

    reads : every input that the present value of its flows depends on. Scenarios that differ only in other inputs have
    the same value of this part, which is what makes the many coalitions of a table of fair shares cheap.
    """

    flows: Callable[[Service], Iterator[Flow]]
    reads: frozenset[Address]


def parts(deal: Deal) -> list[Part]:
    """The deal, line by line and then the terms of the whole deal."""
    found = []
    for index, line in enumerate(deal.lines):
        of_kind = {Kind.RECURRING: _recurring, Kind.METERED: _metered, Kind.ONE_OFF: _one_off}[line.kind]
        own = frozenset((index, lever.name) for lever in inputs_of(line.kind))
        found.append(Part(partial(of_kind, line=index), own | _of_deal(_READ_BY[line.kind])))
    contract = frozenset(
        (index, name) for index in range(len(deal.lines)) for name in ("list_price", "discount", "quantity")
    )
    found.append(Part(_liability, contract | _of_deal(_READ_BY[LIABILITY])))
    found += [Part(flows, _of_deal(_READ_BY[name])) for name, flows in _OF_TERM.items()]
    for lever in deal.company_levers:
        found.append(Part(partial(_company_lever, lever=lever), _of_deal((lever.name, *_SURVIVAL))))
    return found


def flows(scenarios: Scenarios) -> Iterator[Flow]:
    """Every flow of the deal, part by part."""
    service = Service(scenarios)
    for part in parts(scenarios.deal):
        yield from part.flows(service)


def _net_price(scenarios: Scenarios, line: int) -> Array:
    return scenarios.get("list_price", line) * (1.0 - scenarios.get("discount", line))


def recurring_fee(service: Service, line: int) -> Array:
    """Fee of a recurring line for each month in which it is served, before survival. (n, H) money."""
    get = service.scenarios.get
    credit = get("sla_credit")
    credited = np.where(credit == 0.0, 1.0, 1.0 - get("sla_miss_probability") * credit)
    by_year = _net_price(service.scenarios, line) * get("quantity", line) * credited * service.price_index
    fee = service.by_month(by_year * service.most_favoured) * service.ramp(line)
    free = get("free_months")
    return np.where(service.months < free, 0.0, fee) + 0.0 * free


def invoice_month(scenarios: Scenarios, months: Array) -> Array:
    """When the recurring fee of each month is invoiced: the start or the end of its billing block. (n, H) months.

    Blocks restart at 0, at the end of the term and at every renewal; the last of a segment, and of the horizon, is cut
    short.
    """
    term, renewal_term = scenarios.get("term_months"), scenarios.get("renewal_term_months")
    block = scenarios.get("billing_months")
    first = segment_start(term, renewal_term, months)
    following = np.where(months < term, term, first + renewal_term)
    start = first + np.floor((months - first) / block) * block
    end = np.minimum(np.minimum(start + block, following), months[0, -1] + 1.0)
    advance = scenarios.get("billing_in_advance")
    return np.where(advance == 1.0, start, end) + 0.0 * advance


def _recurring(service: Service, line: int) -> Iterator[Flow]:
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    fee = recurring_fee(service, line)
    due = invoice_month(service.scenarios, service.months)
    yield Flow(RECURRING_FEES, name, service.months, service.survival * fee, due, True, True)
    active = service.survival * service.ramp(line) * service.by_month(service.cost_index)
    units = get("quantity", line)
    middle = service.months + 0.5
    yield Flow(RECURRING_COST, name, service.months, -get("unit_cost", line) * units * active, middle)
    yield Flow(SUPPORT, name, service.months, -get("support_cost", line) * units * active, middle)
    fee_months, exits_from = get("tfc_fee_months"), get("tfc_from_month")
    if np.all((fee_months == 0.0) | np.isposinf(exits_from)):
        return
    before = np.concatenate([np.zeros_like(fee[:, :1]), fee[:, :-1]], axis=1)
    leaving = exit_probability(service.scenarios, service.survival, service.months)
    owed = np.where(leaving == 0.0, 0.0, leaving * fee_months * before)
    yield Flow(EXIT_FEES, name, service.months, owed, service.months, True)


def _metered(service: Service, line: int) -> Iterator[Flow]:
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    price = _net_price(service.scenarios, line) * service.price_index * service.most_favoured
    units = get("quantity", line) * service.ramp(line)
    used = service.survival * units
    yield Flow(METERED_FEES, name, service.months, used * service.by_month(price), service.months + 1.0, True, True)
    unit_cost = get("unit_cost", line) * service.cost_index
    yield Flow(METERED_COST, name, service.months, -used * service.by_month(unit_cost), service.months + 0.5)
    yearly = units.reshape(units.shape[0], -1, 12).sum(axis=2)
    weight = service.survival[:, 11::12]
    ends = 12.0 * (service.years + 1.0)
    spread = get("demand_cv", line)
    commitment, take_or_pay = get("commitment"), get("take_or_pay_rate")
    if not np.all((commitment == 0.0) | (take_or_pay == 0.0)):
        short = np.where(commitment == 0.0, 0.0, take_or_pay * take_or_pay_units(commitment, spread)) * yearly
        counted = np.where(ends <= get("term_months"), short * price * weight, 0.0)
        yield Flow(SHORTFALL_FEES, name, service.years * 12.0 + 11.0, counted, ends, True, True)
    threshold, rate = get("rebate_threshold"), get("rebate_rate")
    if not np.all(np.isposinf(threshold) | (rate == 0.0)):
        paid = np.where(np.isposinf(threshold) | (rate == 0.0), 0.0, rate * rebate_units(threshold, spread)) * yearly
        yield Flow(REBATE, name, service.years * 12.0 + 11.0, -paid * price * weight, ends, True, True)


def _one_off(service: Service, line: int) -> Iterator[Flow]:
    """The price, and the whole cost with it, count even where delivery takes longer than the horizon."""
    get, name = service.scenarios.get, service.scenarios.deal.lines[line].name
    units = get("quantity", line)
    listed = get("list_price", line) * units
    price = listed * (1.0 - get("discount", line))
    faster = get("months_brought_forward")
    ready = get("delivery_months", line) - faster
    ready = np.where(ready >= 1.0, ready, np.nan)
    at_ready = np.zeros((1, 1))
    yield Flow(ONE_OFF_PRICE, name, at_ready, price + 0.0 * ready, ready, True)
    damages = get("late_damages_rate")
    owed = np.where(damages == 0.0, 0.0, get("late_probability") * damages * price)
    yield Flow(LATE_DAMAGES, name, at_ready, -owed + 0.0 * ready, ready, True)
    middle = service.months + 0.5
    hurry = np.where(faster == 0.0, 0.0, faster * get("acceleration_cost"))
    monthly = (get("unit_cost", line) * units + hurry) / ready
    working = np.arange(np.fmax.reduce(ready, axis=None, initial=1.0), dtype=np.float64)[np.newaxis, :]
    yield Flow(ONE_OFF_COST, name, working, -np.where(working < ready, monthly, 0.0 * monthly), working + 0.5)
    covered = get("warranty_months")
    claims = np.where(covered == 0.0, 0.0, get("warranty_claim_rate") * listed)
    in_warranty = (service.months >= ready) & (service.months < ready + covered)
    cost = np.where(in_warranty, claims * service.survival, 0.0) + 0.0 * (claims + covered + ready)
    yield Flow(WARRANTY, name, service.months, -np.where(claims == 0.0, 0.0, cost), middle)


def _liability(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    charge = monthly_liability(service.scenarios, annual_contract_value(service.scenarios))
    lag = np.where(charge == 0.0, 0.0, get("claim_lag_months"))
    weighted = np.where(service.survival == 0.0, 0.0, service.survival * charge)
    yield Flow(LIABILITY, "", service.months, -weighted, service.months + 0.5 + lag)


def _exclusivity(service: Service) -> Iterator[Flow]:
    bound = service.scenarios.get("exclusivity_months")
    margin = np.where(bound == 0.0, 0.0, service.scenarios.get("exclusivity_margin"))
    lost = np.where(service.months < bound, service.survival * margin, 0.0) + 0.0 * (margin + bound)
    yield Flow(EXCLUSIVITY, "", service.months, -np.where(margin == 0.0, 0.0, lost), service.months + 0.5)


def _reference(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    chance, month = get("reference_probability"), get("reference_month")
    gained = _survival_at(service, month) * chance * get("reference_value") - get("reference_cost")
    due = np.where(chance == 0.0, 0.0, month)
    yield Flow(REFERENCE, "", np.zeros((1, 1)), np.where(chance == 0.0, 0.0, gained), due)


def _introduction(service: Service) -> Iterator[Flow]:
    get = service.scenarios.get
    chance, month = get("introduction_probability"), get("introduction_month")
    worth = np.where(chance == 0.0, 0.0, chance * get("introduction_value"))
    yield Flow(INTRODUCTION, "", np.zeros((1, 1)), worth, np.where(chance == 0.0, 0.0, month))


def _company_lever(service: Service, lever: CompanyLever) -> Iterator[Flow]:
    """Units times amount times probability, paid once at `month_from`, or in the middle of each month from .. to."""
    units = service.scenarios.get(lever.name)
    worth = np.where(units == 0.0, 0.0, units * lever.amount_per_unit * lever.probability)
    if lever.month_to is None:
        month = np.array([[lever.month_from]])
        weight = np.ones((1, 1)) if lever.survives else _survival_at(service, month)
        yield Flow(COMPANY, lever.name, month, np.where(worth == 0.0, 0.0, worth * weight), month)
    else:
        paid = (service.months >= lever.month_from) & (service.months <= lever.month_to)
        weight = np.where(paid, 1.0 if lever.survives else service.survival, 0.0)
        yield Flow(COMPANY, lever.name, service.months, worth * weight, service.months + 0.5)


def _survival_at(service: Service, month: Array) -> Array:
    """Survival at one month, which may lie behind the last month of the horizon. (n, 1) or (1, 1)."""
    return survival(service.scenarios, np.floor(month))


_SURVIVAL = (
    "term_months",
    "renewal_term_months",
    "renewal_probability",
    "tfc_from_month",
    "churn_hazard",
    "tfc_hazard",
    "cost_of_capital",
)
"""What every expected amount depends on; the price of money is with it."""

_INVOICE = ("payment_days", "foreign_share", "rate_base", "rate_foreign", "fx_spread")
_PRICE = (
    "uplift_floor",
    "uplift_cap",
    "price_lock_months",
    "inflation",
    "inflation_vol",
    "most_favoured_price",
    "mfn_gap",
    "mfn_trigger",
)
_BILLING = ("billing_months", "billing_in_advance", "free_months", "sla_credit", "sla_miss_probability")
_TRUE_UP = ("commitment", "take_or_pay_rate", "rebate_threshold", "rebate_rate")
_DELIVERY = ("late_damages_rate", "late_probability", "months_brought_forward", "acceleration_cost")

_READ_BY: dict[str, tuple[str, ...]] = {
    Kind.RECURRING: (*_SURVIVAL, *_INVOICE, *_PRICE, *_BILLING, "tfc_fee_months"),
    Kind.METERED: (*_SURVIVAL, *_INVOICE, *_PRICE, *_TRUE_UP),
    Kind.ONE_OFF: (*_SURVIVAL, "payment_days", *_DELIVERY, "warranty_months", "warranty_claim_rate"),
    LIABILITY: (
        *_SURVIVAL,
        "liability_cap_multiple",
        "liability_frequency",
        "liability_alpha",
        "liability_theta",
        "risk_load",
        "claim_lag_months",
    ),
    EXCLUSIVITY: (*_SURVIVAL, "exclusivity_months", "exclusivity_margin"),
    REFERENCE: (*_SURVIVAL, "reference_probability", "reference_value", "reference_cost", "reference_month"),
    INTRODUCTION: ("cost_of_capital", "introduction_probability", "introduction_value", "introduction_month"),
}
"""The inputs of the deal that each part reads. `Scenarios.only` raises where a part reads another."""

_OF_TERM = {EXCLUSIVITY: _exclusivity, REFERENCE: _reference, INTRODUCTION: _introduction}


def _of_deal(names: Iterable[str]) -> frozenset[Address]:
    return frozenset((None, name) for name in names)
'''
# ---- counterask/cells.py
FILES['counterask/cells.py'] = r'''
"""What stands in a cell, as Python: one reading for every host.

A blank arrives as None, "" or spaces; an error as its text ("#DIV/0!"); a yes/no as TRUE, 1 or a word. Numbers that
were typed as text are not numbers: a spreadsheet's own sums would leave them out, so we say so.
"""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from .quantities import NONE, UNKNOWN, Quantity

ERRORS = frozenset(
    {
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#GETTING_DATA",
        "#BUSY!",
        "#CONNECT!",
        "#BLOCKED!",
        "#UNKNOWN!",
    }
)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_FIRST_SERIAL = date(1899, 12, 30)


@dataclass(frozen=True)
class Nested:
    """A value that is no cell at all: "a list" or "an object" where JSON holds one."""

    kind: str

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: what was found, what is expected, what to do."""

    found: str
    expected: str
    remedy: str = ""


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing (or nothing but spaces)."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return isinstance(cell, float) and math.isnan(cell)


def text(cell: object) -> str:
    """A cell as trimmed text; "" where blank; a whole number without its ".0"."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and abs(cell) < 1e15 and cell == round(cell):
        return str(int(cell))
    return str(cell).strip()


def is_error(cell: object) -> bool:
    """Whether a cell holds a spreadsheet error."""
    return text(cell).upper() in ERRORS


def number(cell: object, quantity: Quantity) -> float | Fault:
    """A cell as a float in the quantity's unit: NaN where blank, infinity where it says "none", or what is wrong."""
    if type(cell) is float and not math.isnan(cell):
        return _in_range(cell, quantity)
    if is_blank(cell):
        return UNKNOWN
    expected = quantity.expected()
    if isinstance(cell, Nested):
        return Fault(f"found {cell}", expected)
    if is_error(cell):
        return Fault(f"found the error {text(cell)}", expected, "Mend the formula or type the value.")
    if isinstance(cell, datetime | date):
        return Fault(f"found the date {cell:%Y-%m-%d}", expected, "Type the number and format the cell as a number.")
    if isinstance(cell, bool):
        if quantity.is_switch:
            return float(cell)
        return Fault(f"found {str(cell).upper()}", expected)
    if isinstance(cell, numbers.Real):
        try:
            return _in_range(float(cell), quantity)
        except OverflowError:
            return _in_range(math.inf, quantity)
    return _from_text(text(cell), quantity)


def _from_text(words: str, quantity: Quantity) -> float | Fault:
    if words.lower() == "none" and quantity.none_means:
        return NONE
    expected = quantity.expected()
    if words.lower() == "none":
        return Fault('found "none"', expected, "Type 0 where nothing is meant.")
    if quantity.is_switch and words.lower() in _YES | _NO:
        return float(words.lower() in _YES)
    guess = _number_in(words, quantity)
    remedy = f"Type {guess}" + (" as a number, not as text." if guess == words else ".") if guess else ""
    return Fault(f'found the text "{words[:60]}"', expected, remedy)


def _number_in(words: str, quantity: Quantity) -> str:
    """The one number that a text holds, as it should be typed; "" where there is none, or more than one."""
    found = re.findall(r"-?\d[\d.,]*%?", words.replace(" %", "%"))
    if len(found) != 1 or (found[0].endswith("%") and not quantity.is_share):
        return ""
    digits = str(found[0]).rstrip(".,")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?%?", digits):
        return digits.replace(",", "")
    decimal = digits.replace(",", ".")
    return decimal if re.fullmatch(r"-?\d+(\.\d+)?%?", decimal) else ""


def _in_range(value: float, quantity: Quantity) -> float | Fault:
    if math.isinf(value):
        return Fault("found an infinite number", quantity.expected())
    fault = quantity.fault(value)
    if fault is None:
        return value
    remedy = ""
    if quantity.is_share and 1.0 < value <= 100.0 * quantity.highest:
        remedy = f"Type {value:g}% (or {value / 100:g}) if {value:g} percent is meant."
    return Fault(f"found {value:g}, which is {fault}", quantity.expected(), remedy)


def day(cell: object) -> date | None | Fault:
    """A cell as a day: a date cell, a serial number of the 1900 system, or ISO text; None where blank."""
    expected = "a date"
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, numbers.Real) and not isinstance(cell, bool) and 1.0 <= float(cell) < 2_958_466.0:
        return _FIRST_SERIAL + timedelta(days=int(float(cell)))
    try:
        return date.fromisoformat(text(cell)[:10])
    except ValueError:
        return Fault(f'found "{text(cell)[:60]}"', expected, "Type a date such as 2026-12-31.")


def yes_no(cell: object) -> bool | None | Fault:
    """A cell as yes or no; None where blank."""
    if is_blank(cell):
        return None
    words = text(cell).lower()
    if words in _YES | _NO:
        return words in _YES
    return Fault(f'found "{words[:60]}"', "yes or no")


def with_cells(words: str, places: str) -> str:
    """Words in which places in a range ("row 7, column 2 of Terms") are told as cells ("Quote · B41").

    places : where each range begins, as "Terms=Quote!R35C1;Lines=Quote!R20C1"; a range that is not there is left as it is.
    """
    starts = {
        name: (sheet, int(top), int(left)) for name, sheet, top, left in re.findall(r"(\w+)=([^;=]+)!R(\d+)C(\d+)", places)
    }

    def cell(found: re.Match[str]) -> str:
        if found[3] not in starts:
            return found[0]
        sheet, top, left = starts[found[3]]
        return f"{sheet} · {letters(left + int(found[2]) - 1)}{top + int(found[1]) - 1}"

    return re.sub(r"row (\d+), column (\d+) of (\w+)", cell, words)


@lru_cache(maxsize=2**14)
def letters(column: int) -> str:
    """A column's letters, counted from 1: 28 is "AB"."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
'''
# ---- counterask/counter_views.py
FILES['counterask/counter_views.py'] = r'''
"""Counter-asks as people and programs see them: the rows of a sheet, and JSON.

A number that there is none of is a blank cell and null in JSON. In JSON the level "none" is the text "none", because
null in `to` says that no step suffices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .answers import Answer, BundleAnswer, Counters, bundle_answers
from .answers import answer as find_answers
from .labels import label_of
from .limits import Authority
from .own_offers import OwnOffer
from .quote import Quote
from .stakeholders import Stakeholder
from .trades import Rules
from .views import Cell, Rows
from .words import Speaker

COLUMNS = (
    "rank",
    "counter_ask",
    "line",
    "from",
    "to",
    "worth",
    "net",
    "authority",
    "soft",
    "way",
    "yes_and",
    "no_but",
)
"""The columns of the table, by the names that the translations give a header for."""


OFFER_COLUMNS = (
    "rank",
    "offer",
    "line",
    "from",
    "to",
    "costs_us",
    "worth_to_them",
    "authority",
    "soft",
    "for_one",
    "needed_by",
    "say",
)
"""The columns of our own offers, by the names that the translations give a header for."""

COUNTER_ASK_ROWS, BUNDLE_ROWS, OFFER_ROWS = 34, 12, 12
"""Rows of the tables on the sheet. Hosts with fixed arrays need a fixed height."""


def trade_tables(
    quote: Quote,
    trade_id: str,
    people: Sequence[Stakeholder],
    rules: Rules,
    language: str,
    *,
    has_bundles: bool = False,
) -> tuple[Rows, Rows]:
    """The rows of a trade's counter-asks and of its bundles, without headers; a sentence where there are none.

    has_bundles : whether bundles are looked for, which takes longer.
    """
    if not any(trade.id == trade_id for trade in quote.trades):
        known = ", ".join(trade.id for trade in quote.trades)
        sentence = f"choose a trade: {known or 'there is none yet'}" if trade_id == "" else f'there is no trade "{trade_id}"'
        return [["", sentence]], []
    speaker = Speaker(quote.deal, language, quote.policy.currency or quote.header.get("currency", ""))
    found = find_answers(quote.deal, quote.trades, trade_id, rules, speaker, people)
    singles = counter_ask_table(found, speaker)[1:] or [["", "the limits name nothing that a rep may ask for"]]
    bundles = bundle_table(bundle_answers(found, speaker, people, most=BUNDLE_ROWS), speaker)[1:] if has_bundles else []
    return singles[:COUNTER_ASK_ROWS], bundles[:BUNDLE_ROWS]


def header(speaker: Speaker) -> list[str]:
    """The headers of the table in the speaker's language."""
    return [speaker.word("table", name) for name in COLUMNS]


def counter_ask_table(found: Counters, speaker: Speaker) -> Rows:
    """Every counter-ask, a row each, least burden first, behind a header row. Columns `COLUMNS`.

    Rank, worth, net and way are numbers; levels are words. Where no step suffices there is no rank, and the column
    *To* says so with the best net. The line names where the lever belongs to a line; money is in the quote's
    currency.
    """
    rows: Rows = [list(header(speaker))]
    for place, answer in enumerate(found.answers, 1):
        rows.append(_row(answer, place, speaker))
    return rows


def bundle_table(said: Sequence[BundleAnswer], speaker: Speaker) -> Rows:
    """Bundles with their sentences, a row each, behind the same header row; what belongs to one lever stands on its
    own line."""
    rows: Rows = [list(header(speaker))]
    for place, answer in enumerate(said, 1):
        bundle, changes = answer.bundle, answer.bundle.changes
        rows.append(
            [
                float(place),
                "\n".join(label_of(one.change.lever) for one in changes),
                "\n".join(one.change.line or "" for one in changes),
                "\n".join(speaker.typed(one.change.lever, one.from_level) for one in changes),
                "\n".join(speaker.typed(one.change.lever, one.change.to) for one in changes),
                bundle.worth,
                bundle.net,
                _who(bundle.authority, speaker),
                speaker.word("numbers", "yes") if bundle.is_soft else "",
                max(bundle.ways),
                answer.yes_and,
                answer.no_but,
            ]
        )
    return rows


def _row(answer: Answer, place: int, speaker: Speaker) -> list[Cell]:
    one = answer.counter_ask
    soft = speaker.word("numbers", "yes") if one.is_soft else ""
    start: list[Cell] = [label_of(one.lever), one.line or "", speaker.typed(one.lever, one.from_level)]
    if one.to is None:
        return [
            "",
            *start,
            not_reachable(answer, speaker),
            "",
            "",
            _who(one.authority, speaker),
            soft,
            "",
            "",
            answer.no_but,
        ]
    return [
        float(place),
        *start,
        speaker.typed(one.lever, one.to),
        one.worth,
        one.net,
        _who(one.authority, speaker),
        soft,
        one.way,
        answer.yes_and,
        answer.no_but,
    ]


def not_reachable(answer: Answer, speaker: Speaker) -> str:
    """That no step suffices, and how near the best one comes, in the speaker's words."""
    best = answer.counter_ask.best_net
    if math.isnan(best):
        return speaker.word("sentences", "off_limits")
    return speaker.word("sentences", "not_reachable").format(net=speaker.money(best, 0))


def own_offer_table(found: Sequence[OwnOffer], speaker: Speaker) -> Rows:
    """What a rep can offer unasked, a row each, most worth to them for our cost first, without a header. Columns
    `OFFER_COLUMNS`; a sentence where there is nothing."""
    if not found:
        words = "no lever that a stakeholder needs has room left within what a rep may grant alone"
        return [["", words]]
    return [
        [
            float(place),
            label_of(one.lever),
            one.line or "",
            speaker.typed(one.lever, one.from_level),
            speaker.typed(one.lever, one.to),
            one.cost,
            one.worth_to_them,
            _who(Authority.REP, speaker),
            speaker.word("numbers", "yes") if one.is_soft else "",
            round(one.return_on_cost, 1) if math.isfinite(one.return_on_cost) else "",
            needed_by(one),
            speaker.offer([one.change]),
        ]
        for place, one in enumerate(found[:OFFER_ROWS], 1)
    ]


def needed_by(offer: OwnOffer) -> str:
    """Whose need an offer answers, and which: "Tom Ahrens, CFO: cash held longer"."""
    return "; ".join(
        f"{', '.join(part for part in (one.who, one.role) if part)}{f': {one.need}' if one.need else ''}" for one in offer.people
    )


def own_offer_document(found: Sequence[OwnOffer], speaker: Speaker) -> list[dict[str, object]]:
    """Our own offers for JSON, in the order of the table."""
    return [
        {
            "lever": one.lever,
            "line": one.line,
            "from": json_level(one.from_level),
            "to": json_level(one.to),
            "cost": _number(one.cost),
            "worth_to_them": _number(one.worth_to_them),
            "needed_by": [{"who": person.who, "role": person.role, "need": person.need} for person in one.people],
            "say": speaker.offer([one.change]),
        }
        for one in found
    ]


def _who(authority: Authority | None, speaker: Speaker) -> str:
    return "" if authority is None else speaker.word("authority", str(authority))


def counter_ask_document(found: Counters) -> list[dict[str, object]]:
    """The counter-asks for JSON, a row each: see `docs/counter-asks.md`."""
    return [_json_row(answer) for answer in found.answers]


def _json_row(answer: Answer) -> dict[str, object]:
    one = answer.counter_ask
    row: dict[str, object] = {
        "lever": one.lever,
        "line": one.line,
        "from": json_level(one.from_level),
        "to": None if one.to is None else json_level(one.to),
        "worth": _number(one.worth),
        "net": _number(one.net),
        "authority": None if one.authority is None else str(one.authority),
        "soft": one.is_soft,
        "burden": _number(one.burden),
        "way": _number(one.way) if one.is_reachable else None,
        "yes_and": answer.yes_and,
        "no_but": answer.no_but,
    }
    if not one.is_reachable:
        row |= {
            "best_net": _number(one.best_net),
            "best_to": json_level(one.best_to),
            "shortfall": _number(one.shortfall),
        }
    if one.note:
        row["note"] = one.note
    return row


def bundle_document(said: Sequence[BundleAnswer]) -> list[dict[str, object]]:
    """The bundles for JSON."""
    rows: list[dict[str, object]] = []
    for answer in said:
        bundle = answer.bundle
        parts = [
            {
                "lever": one.change.lever,
                "line": one.change.line,
                "from": json_level(one.from_level),
                "to": json_level(one.change.to),
                "worth": _number(one.value),
                "soft": one.is_soft,
                "way": way,
            }
            for one, way in zip(bundle.changes, bundle.ways, strict=True)
        ]
        rows.append(
            {
                "counters": parts,
                "worth": _number(bundle.worth),
                "net": _number(bundle.net),
                "authority": None if bundle.authority is None else str(bundle.authority),
                "soft": bundle.is_soft,
                "burden": _number(bundle.burden),
                "yes_and": answer.yes_and,
                "no_but": answer.no_but,
            }
        )
    return rows


def json_level(value: float) -> float | str | None:
    """A level for JSON: the text "none" for none, null where it is unknown."""
    return "none" if math.isinf(value) else _number(value)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
'''
# ---- counterask/counters.py
FILES['counterask/counters.py'] = r'''
"""What to ask for in return: for each lever the smallest step that pays for an ask.

Every lever that the limits let a rep ask for is looked at step by step (`grids`), each lever's steps in one batch of
valuations. The worth of a lever is not monotone in general (a faster ramp during free months gives more away), so the
first step that suffices is taken and its exact net is told; nothing is bisected. `trades.weigh` has the last word:
what is offered here, typed in, is a negotiation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .grids import Grid, grids
from .limits import Authority
from .positions import Position, is_enough, position_of
from .scenarios import Array
from .stakeholders import Stakeholder, cost_to_client
from .terms import Deal
from .trades import HALF_A_CENT, Change, Rules, Trade, Verdict, soft

_STEPS_AT_A_TIME = 512


@dataclass(frozen=True)
class CounterAsk:
    """One lever as a counter-ask.

    lever, line, from_level : what is asked for and where it stands. to : the smallest step that suffices, infinity
    for "none"; None where no step does. worth : of this counter-ask alone. net : what is left over after the asks'
    cost, all counter-asks counted. shortfall : what is missing at the best step; 0 where `to` suffices. authority :
    who may agree to the whole trade. burden : how much is asked of the client, the square of `way`, and the client's
    own estimated cost as a share of what is required. way : share of the way from `from_level` to the most that may
    be asked for. best_net : the greatest net over all steps looked at. best_to : where that is. note : why, where no
    step suffices. Money; NaN where there is none.
    """

    lever: str
    line: str | None
    from_level: float
    to: float | None
    worth: float
    net: float
    shortfall: float
    authority: Authority | None
    is_soft: bool
    burden: float
    best_net: float
    best_to: float
    way: float
    note: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether a step suffices."""
        return self.to is not None

    @property
    def change(self) -> Change:
        """The counter-ask as it is typed in. Raises ValueError where no step suffices."""
        if self.to is None:
            raise ValueError(f"no step of {self.lever} pays for the ask")
        return Change(self.lever, self.line, self.to)


@dataclass(frozen=True)
class Scan:
    """The steps of one lever, valued.

    totals : (k,) deal value at the first k levels of the grid, money; NaN where a step has no price. ways : (n,)
    share of the way to the limit. first : the place of the first step that suffices, or None.
    """

    grid: Grid
    is_soft: bool
    totals: Array
    ways: Array
    first: int | None


def find_counter_asks(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
    stakeholders: Sequence[Stakeholder] = (),
) -> tuple[CounterAsk, ...]:
    """Every counter-ask for a trade (by its id) or for a bare ask, least burden first, then those that no step
    reaches.

    The smallest step, a whole multiple of the lever's unit within `ask_up_to`, with which the trade is a negotiation.
    stakeholders : rank only; they never enter a value. Raises KeyError where there is no such
    trade, lever or line.
    """
    position = position_of(deal, trades, asked, rules)
    return counter_asks_at(position, scans(position), stakeholders)


def scans(position: Position) -> tuple[Scan, ...]:
    """The valued grids of every lever that may be asked for, in the order of the registry."""
    apart = position.asked
    return tuple(_scan(position, grid) for grid in grids(position.deal, position.state, position.rules.limits, apart))


def counter_asks_at(
    position: Position, found: Sequence[Scan], stakeholders: Sequence[Stakeholder] = ()
) -> tuple[CounterAsk, ...]:
    """The counter-asks in a position, ranked."""
    rows = [_counter_ask(position, scan, stakeholders) for scan in found]
    return tuple(sorted(rows, key=_rank))


def _rank(row: CounterAsk) -> tuple[bool, float, float]:
    if row.is_reachable:
        return False, row.burden, -row.net
    return True, 0.0, math.inf if math.isnan(row.best_net) else -row.best_net


def _scan(position: Position, grid: Grid) -> Scan:
    """Value the steps of one lever until one suffices; all of them where none does."""
    is_soft = soft(position.deal, Change(grid.lever, grid.line, grid.limit), position.rules.limits)
    count = len(grid.levels)
    if position.obstacle is not None:
        return Scan(grid, is_soft, np.full(count, np.nan), _ways(grid, np.full(count, np.nan), math.nan), None)
    totals = np.empty(0)
    first = None
    while len(totals) < count:
        part = grid.levels[len(totals) : len(totals) + _STEPS_AT_A_TIME]
        start = len(totals)
        totals = np.append(totals, position.totals({grid.address: part}, len(part)))
        worth = totals[start:] - position.total
        enough = np.flatnonzero(is_enough(position.shortfalls(worth, worth if is_soft else np.zeros(len(worth)))))
        if first is None and len(enough):
            first = start + int(enough[0])
        if first is not None and not (math.isinf(grid.limit) or math.isinf(grid.from_level)):
            break
    return Scan(grid, is_soft, totals, _ways(grid, totals, position.total), first)


def _ways(grid: Grid, totals: Array, here: float) -> Array:
    """Share of the way to the limit at each step, (n,).

    To or from "none" there is no distance: there the steps are counted that make a difference to the deal.
    """
    count = len(grid.levels)
    if math.isfinite(grid.limit) and math.isfinite(grid.from_level):
        return np.abs(grid.levels - grid.from_level) / abs(grid.limit - grid.from_level)
    places = np.arange(1.0, count + 1.0)
    if math.isinf(grid.from_level):
        idle = np.flatnonzero(np.abs(totals - here) >= HALF_A_CENT)
        skipped = float(idle[0]) if len(idle) else 0.0
        return np.maximum(places - skipped, 0.0) / (count - skipped)
    differs = np.flatnonzero(np.abs(totals - totals[-1]) >= HALF_A_CENT) if count else np.empty(0)
    last = float(differs[-1]) + 2.0 if len(differs) else 1.0
    return np.minimum(1.0, places / last)


def burden_of(position: Position, ways: Sequence[float], levers: Sequence[str], people: Sequence[Stakeholder]) -> float:
    """How much counter-asks ask of the client together: the sum of the squared ways, and the client's own estimated
    cost.

    That cost is taken as a share of what is required, so that both are plain numbers.
    """
    burden = math.fsum(way**2 for way in ways)
    if people and position.required > 0.0:
        cost = math.fsum(cost_to_client(lever, way, people) for lever, way in zip(levers, ways, strict=True))
        burden += cost / position.required
    return burden


def _counter_ask(position: Position, scan: Scan, people: Sequence[Stakeholder]) -> CounterAsk:
    grid = scan.grid
    nets = position.cost + position.valued.worth + scan.totals - position.total
    priced = np.flatnonzero(~np.isnan(nets))
    best = int(priced[np.argmax(nets[priced])]) if len(priced) else None
    row = CounterAsk(
        grid.lever,
        grid.line,
        grid.from_level,
        None,
        math.nan,
        math.nan,
        math.nan,
        position.valued.authority,
        scan.is_soft,
        math.nan,
        math.nan if best is None else float(nets[best]),
        math.nan if best is None else float(grid.levels[best]),
        math.nan if best is None else float(scan.ways[best]),
        _why_not(position, scan),
    )
    if best is not None:
        worth = scan.totals - position.total
        short = position.shortfalls(worth, worth if scan.is_soft else np.zeros(len(worth)))
        row = replace(row, shortfall=float(np.nanmin(np.maximum(0.0, short))))
    if scan.first is None:
        return row
    for place in range(scan.first, len(scan.totals)):
        to, worth_here = float(grid.levels[place]), float(scan.totals[place] - position.total)
        valued = position.with_counters([Change(grid.lever, grid.line, to)], [worth_here])
        if valued.verdict == Verdict.NEGOTIATION:
            way = float(scan.ways[place])
            return replace(
                row,
                to=to,
                worth=worth_here,
                net=valued.net,
                shortfall=0.0,
                authority=valued.authority,
                burden=burden_of(position, [way], [grid.lever], people),
                way=way,
                note="",
            )
        if valued.note:
            return replace(row, authority=valued.authority, note=valued.note)
    return row


def _why_not(position: Position, scan: Scan) -> str:
    """Why no step suffices, where that is more than a matter of money."""
    if position.obstacle is not None:
        return position.obstacle
    if math.isnan(scan.grid.from_level):
        return f"{scan.grid.lever} is blank"
    if not len(scan.grid.levels):
        return f"no whole step of {scan.grid.unit:g} lies between here and the limit"
    if scan.grid.is_cut:
        return f"{scan.grid.steps:,} steps: only the first {len(scan.grid.levels):,} were looked at"
    return ""
'''
# ---- counterask/deal_json.py
FILES['counterask/deal_json.py'] = r'''
"""A deal as JSON, in and out: the names of the inputs, `null` for "none", a missing name for unknown.

Reading turns the document into the same tables that a workbook has and hands them to the one parser; places are then
paths such as `trades[2].asks[0].to`. Unknown top-level keys (a note, expected results) are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from .assumptions import ASSUMPTIONS
from .cells import Nested, is_blank
from .history import Concession, history_table
from .history_views import Past, past_document
from .levers import LINE_LEVERS, TERM_LEVERS
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .problems import Problem, in_order
from .quote import POLICY, Quote, read_quote
from .shares import FairShares, Share
from .tables import TABLES, Table
from .terms import Address
from .trade_rows import COLUMNS as TRADE_COLUMNS
from .trades import Ledger, ValuedTrade


class _Grid:
    """Rows of cells with the path of each."""

    def __init__(self, name: str, header: Sequence[str], path: str) -> None:
        self.name, self.path = name, path
        self.rows: list[list[object]] = [list(header)]
        self.paths: list[list[str]] = [[path] * len(header)]

    def add(self, cells: Sequence[object], paths: Sequence[str]) -> None:
        self.rows.append(list(cells))
        self.paths.append(list(paths))

    def table(self) -> Table:
        def locate(row: int, column: int) -> str:
            return self.paths[row][column] if row < len(self.paths) and column < len(self.paths[row]) else self.path

        return Table(self.name, self.rows, locate)


def read_deal(document: object) -> Quote:
    """Read a deal from parsed JSON. Problems are in the result; nothing raises on what the document holds."""
    problems: list[Problem] = []
    if not isinstance(document, Mapping):
        found = f"found {_kind_of(document)}"
        problems.append(_problem("the document", 0, 0, found, "an object with lines, terms and assumptions"))
        document = {}
    header = {}
    for key in ("client", "currency"):
        value = document.get(key)
        if isinstance(value, str):
            header[key] = value
        elif value is not None:
            problems.append(_problem(key, 0, 0, f"found {_kind_of(value)}", f"a text such as {_TEXTS[key]}"))
    tables = {
        "Lines": _rows(document, "lines", "Lines", ("name", "kind", *(lever.name for lever in LINE_LEVERS)), problems),
        "Terms": _pairs(document, "terms", "Terms", ("term", "opening"), problems),
        "Assumptions": _pairs(document, "assumptions", "Assumptions", ("assumption", "value"), problems),
        "Trades": _trades(document, problems),
    }
    if "limits" in document:
        tables["Limits"] = _rows(document, "limits", "Limits", LIMIT_COLUMNS, problems)
    if "policy" in document:
        tables["Policy"] = _pairs(document, "policy", "Policy", ("policy", "value"), problems)
    if document.get("history"):
        tables["History"] = history_table(document["history"])
    quote = read_quote({name: tables[name] for name in TABLES if name in tables}, header)
    places: dict[Address, str] = {(None, lever.name): f"terms.{lever.name}" for lever in TERM_LEVERS}
    places |= {(None, item.name): f"assumptions.{item.name}" for item in ASSUMPTIONS}
    return replace(quote, places=places | dict(quote.places), problems=in_order((*problems, *quote.problems)))


_TEXTS = {"client": "Acme", "currency": "EUR"}


def _problem(where: str, table: int, row: int, found: str, expected: str, remedy: str = "") -> Problem:
    """A problem with the shape of the document, sorted in among those with its values."""
    return Problem(where, "", found, expected, remedy, (table, row, 0))


def _kind_of(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def _cell(value: object) -> object:
    """A JSON value as a cell: null is the word "none"; anything nested is kept as what it is."""
    if value is None:
        return "none"
    return value if isinstance(value, str | int | float | bool) else Nested(_kind_of(value))


def _pairs(
    document: Mapping[str, object], key: str, name: str, header: Sequence[str], problems: list[Problem]
) -> Table:
    grid = _Grid(name, header, key)
    values = document.get(key, {})
    if not isinstance(values, Mapping):
        found = f"found {_kind_of(values)}"
        problems.append(_problem(key, TABLES.index(name), 0, found, "an object of names and numbers"))
        values = {}
    for word, value in values.items():
        grid.add([word, _cell(value)], [f"{key}.{word}"] * 2)
    return grid.table()


def _objects(value: object, path: str, table: int, row: int, problems: list[Problem]) -> list[Mapping[str, object]]:
    """The objects of a list; what is none is reported. row : the row of the table at which the list starts."""
    if not isinstance(value, list):
        problems.append(_problem(path, table, row, f"found {_kind_of(value)}", "a list of objects"))
        return []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            problems.append(_problem(f"{path}[{number}]", table, row, f"found {_kind_of(item)}", "an object"))
    return [item if isinstance(item, Mapping) else {} for item in value]


def _unknown_names(
    item: Mapping[str, object], path: str, names: Sequence[str], table: int, row: int, problems: list[Problem]
) -> None:
    """Report what an object holds beside the names that it may hold."""
    expected = "a name of this table" if len(names) > 5 else f"{', '.join(names[:-1])} or {names[-1]}"
    for word in item:
        if word not in names:
            found = f'found the name "{word[:60]}"'
            problems.append(_problem(f"{path}.{word}", table, row, found, expected, "Correct or remove it."))


def _rows(
    document: Mapping[str, object], key: str, name: str, columns: Sequence[str], problems: list[Problem]
) -> Table:
    grid, table = _Grid(name, columns, key), TABLES.index(name)
    for number, item in enumerate(_objects(document.get(key, []), key, table, 0, problems)):
        path, row = f"{key}[{number}]", number + 1
        _unknown_names(item, path, columns, table, row, problems)
        grid.add(
            [_optional(item, column, path, table, row, problems) for column in columns],
            [f"{path}.{column}" for column in columns],
        )
    return grid.table()


_TEXT = frozenset(
    {"name", "kind", "lever", "line", "owner", "unit", "effective", "expires", "soft", "survives", "reason"}
)
_BLANK_WHERE_NULL = _TEXT | {"month_to", "step", "amount_per_unit", "month_from", "probability"}


def _optional(
    item: Mapping[str, object], column: str, path: str, table: int, row: int, problems: list[Problem]
) -> object:
    """A cell of a row: "none" for null where numbers have that meaning, a blank where they do not."""
    if column not in item or (item[column] is None and column in _BLANK_WHERE_NULL):
        return None
    cell = _cell(item[column])
    if isinstance(cell, Nested) and column in _TEXT:
        problems.append(_problem(f"{path}.{column}", table, row, f"found {cell}", "a text"))
    return cell


_TRADE_NAMES = ("id", "response", "asks", "counters", "reason")


def _trades(document: Mapping[str, object], problems: list[Problem]) -> Table:
    grid, table = _Grid("Trades", TRADE_COLUMNS, "trades"), TABLES.index("Trades")
    for number, trade in enumerate(_objects(document.get("trades", []), "trades", table, 0, problems)):
        path, start = f"trades[{number}]", len(grid.rows)
        _unknown_names(trade, path, _TRADE_NAMES, table, start, problems)
        sides = {
            side: _objects(trade.get(side, []), f"{path}.{side}", table, start, problems)
            for side in ("asks", "counters")
        }
        if not sides["asks"] and not sides["counters"] and isinstance(trade.get("asks", []), list):
            problems.append(_problem(f"{path}.asks", table, start, "found no ask", "what the client asks for"))
        name = _name(trade.get("id"), path, start, problems)
        response = "yes" if is_blank(trade.get("response")) else _cell(trade["response"])
        reason = _optional(trade, "reason", path, table, start, problems)
        for row in range(max(1, *map(len, sides.values()))):
            cells: list[object] = [name]
            paths = [f"{path}.id"]
            for side, changes in sides.items():
                change = changes[row] if row < len(changes) else {}
                here = f"{path}.{side}[{row}]"
                _unknown_names(change, here, ("lever", "line", "to"), table, start + row, problems)
                for part in ("lever", "line", "to"):
                    cells.append(_optional(change, part, here, table, start + row, problems))
                    paths.append(f"{here}.{part}")
                if side == "asks":
                    cells.append(response)
                    paths.append(f"{path}.response")
            cells.append(reason)
            paths.append(f"{path}.reason")
            grid.add(cells, paths)
            name = response = reason = None
    return grid.table()


def _name(value: object, path: str, row: int, problems: list[Problem]) -> object:
    """A trade's id; where there is none it is reported, and the trade goes by its path."""
    if isinstance(value, str | int | float) and not is_blank(value):
        return value
    found = "found no id" if value is None or isinstance(value, str | float) else f"found {_kind_of(value)}"
    problems.append(_problem(f"{path}.id", TABLES.index("Trades"), row, found, "a text such as T1"))
    return path


def _number(value: float) -> float | None:
    """A number for JSON; null where there is none (unknown, or without a price)."""
    return float(value) if math.isfinite(value) else None


def _level(value: float) -> float | str | None:
    return "unknown" if math.isnan(value) else _number(value)


def result(
    ledger: Ledger, shares: FairShares | None, unknown: Sequence[str] = (), past: Past | None = None
) -> dict[str, object]:
    """What a valuation answers in JSON. Money; null where a number needs an unknown input or has no price.

    past : what the client was given before; None where there is no history.
    """
    document: dict[str, object] = {
        "value": _number(ledger.value),
        "components": {name: _number(float(column[0])) for name, column in ledger.opening.components.items()},
        "acv": _number(float(ledger.opening.acv[0])),
        "change": _number(ledger.change),
        "value_now": _number(ledger.value_now),
        "ledger": [_entry(trade) for trade in ledger.trades],
    }
    if shares is not None:
        document["shares"] = [_share(share) for share in shares.shares]
        if shares.sampled_orders:
            document["sampled_orders"] = shares.sampled_orders
    if past is not None:
        document["history"] = past_document(past)
    if unknown:
        document["unknown"] = list(unknown)
    return document


def _entry(trade: ValuedTrade | Share) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": trade.trade.id,
        "cost": _number(trade.cost),
        "worth": _number(trade.worth),
        "net": _number(trade.net),
        "shortfall": _number(trade.shortfall),
        "verdict": str(trade.verdict),
        "authority": None if trade.authority is None else str(trade.authority),
    }
    if isinstance(trade, ValuedTrade) and trade.drag:
        entry["drag"] = _number(trade.drag)
    if isinstance(trade, ValuedTrade) and trade.note:
        entry["note"] = trade.note
    return entry


def _share(share: Share) -> dict[str, object]:
    entry = _entry(share) | {
        "least_net": _number(share.least_net),
        "greatest_net": _number(share.greatest_net),
        "depends_on_order": share.depends_on_order,
    }
    return entry | ({"standard_error": _number(share.standard_error)} if share.standard_error else {})


def _known(values: Mapping[str, float]) -> dict[str, object]:
    return {name: _number(value) for name, value in values.items() if not math.isnan(value)}


def document_of(quote: Quote) -> dict[str, object]:
    """A quote as the JSON that `read_deal` takes. Unknown inputs are left out, "none" is null."""
    deal = quote.deal
    document: dict[str, object] = {**quote.header}
    document["assumptions"] = _known({item.name: getattr(deal.assumptions, item.name) for item in ASSUMPTIONS})
    terms = {lever.name: getattr(deal.terms, lever.name) for lever in TERM_LEVERS}
    units = {lever.name: lever.units for lever in deal.company_levers if lever.units}
    blank = {name: "" for name, count in units.items() if math.isnan(count)}
    document["terms"] = _known(terms | units) | blank
    document["lines"] = [
        {"name": line.name, "kind": str(line.kind)}
        | _known({lever.name: getattr(line, lever.name) for lever in LINE_LEVERS})
        for line in deal.lines
    ]
    document["trades"] = [
        {
            "id": trade.id,
            "response": str(trade.response),
            "reason": trade.reason,
            "asks": [_change_of(change) for change in trade.asks],
            "counters": [_change_of(change) for change in trade.counters],
        }
        for trade in quote.trades
    ]
    if quote.limits is not None:
        document["limits"] = [_limit_of(quote, row) for row in quote.limits.rows]
    document["policy"] = _known({item.name: getattr(quote.policy, item.name) for item in POLICY}) | (
        {"currency": quote.policy.currency} if quote.policy.currency else {}
    )
    if quote.history:
        document["history"] = [_history_of(row) for row in quote.history]
    return document


def _history_of(row: Concession) -> dict[str, object]:
    words = {name: getattr(row, name) for name in ("event", "client", "quote", "lever", "line", "in_return")}
    found = {name: word for name, word in words.items() if word}
    numbers = {"from": row.from_level, "to": row.to, "cost": row.cost, "worth": row.worth}
    return ({"date": row.date.isoformat()} if row.date else {}) | found | _known(numbers)


def _change_of(change: object) -> dict[str, object]:
    lever, line, to = change.lever, change.line, change.to  # type: ignore[attr-defined]
    return {"lever": lever} | ({"line": line} if line else {}) | ({} if math.isnan(to) else {"to": _number(to)})


def _limit_of(quote: Quote, row: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for column in LIMIT_COLUMNS:
        value = getattr(row, "is_soft" if column == "soft" else column, None)
        if isinstance(value, float):
            if not math.isnan(value):
                found[column] = _number(value)
        elif isinstance(value, date):
            found[column] = value.isoformat()
        elif value not in (None, ""):
            found[column] = value
    company = next((lever for lever in quote.deal.company_levers if lever.name == found["lever"]), None)
    if company is not None:
        numbers = ("amount_per_unit", "month_from", "probability")
        found |= {"unit": company.unit, "survives": company.survives}
        found |= _known({name: getattr(company, name) for name in numbers})
        if company.month_to is not None:
            found["month_to"] = company.month_to
    return found
'''
# ---- counterask/explain.py
FILES['counterask/explain.py'] = r'''
"""The math of a trade, line by line: which part of deal value each change moves, by which formula, from which inputs.

The differences of the lines add up to the ledger's cost and worth to the cent; the conclusions lead from there to the verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .bad_year import bad_year
from .cashflow import COMPANY, COMPONENTS, LIABILITY
from .formulas import FORMULAS, IN_NO_SUM, KINDS, YEAR_OF_LIABILITY
from .labels import label_of, level_words
from .limits import Policy
from .money import round_parts
from .quote import Quote
from .read_out import liability_words, trade_words
from .terms import Address, CompanyLever, Deal
from .trades import HALF_A_CENT, Response, Rules, State, Trade, ValuedChange, ValuedTrade, grant, ledger
from .valuation import value_states
from .views import Cell, Rows, money, who
from .words import Speaker

COLUMNS = ("Step", "What", "How it is computed", "From", "Before", "After", "Difference")

CONCLUSION_ROWS, EXPLAIN_ROWS = 10, 51
"""Rows of the table on a sheet: of the trade in words and its conclusions, and in all. Hosts with fixed arrays need a fixed
height."""

MOST_INPUTS = 6
"""How many inputs of a line a table names; the command line names all."""

@dataclass(frozen=True)
class Line:
    """One line: the change it belongs to, what moves, by which formula, from which inputs (with their places), and the money."""

    step: str
    what: str
    formula: str
    inputs: tuple[str, ...]
    before: float
    after: float
    difference: float


@dataclass(frozen=True)
class Conclusion:
    """A number or word that follows from the lines: its name, by which formula, and the value."""

    name: str
    formula: str
    value: Cell


@dataclass(frozen=True)
class Explanation:
    """A trade explained. lines : of each change in ledger order. conclusions : what leads from them to the verdict.

    words : the trade in sentences that are read out loud. risk : where the trade moves what liability may cost in one year, that
    year before and after it: shown beside the value and in no sum. risk_words : the same in sentences.
    """

    trade: Trade
    lines: tuple[Line, ...]
    conclusions: tuple[Conclusion, ...]
    words: str = ""
    risk: tuple[Line, ...] = ()
    risk_words: str = ""


def explain_trade(quote: Quote, trade_id: str, rules: Rules) -> Explanation:
    """Explain a trade at its place in the ledger. A trade that is not granted, or has no price, has no lines but a verdict.

    Raises KeyError where the quote has no such trade.
    """
    place = next((number for number, trade in enumerate(quote.trades) if trade.id == trade_id), None)
    if place is None:
        raise KeyError(trade_id)
    valued = ledger(quote.deal, quote.trades, rules).trades[place]
    before, _ = grant(quote.deal, quote.trades[:place])
    after, unmoved = grant(quote.deal, quote.trades[: place + 1])
    lines: list[Line] = []
    risk: tuple[Line, ...] = ()
    risk_words = ""
    speaker = Speaker(quote.deal, currency=quote.policy.currency or quote.header.get("currency", ""))
    if place not in unmoved and valued.trade.response == Response.YES and math.isfinite(valued.net):
        steps = after[len(before) - 1 :]
        values = value_states(quote.deal, steps)
        for is_ask, total in ((True, valued.cost), (False, valued.worth)):
            side = [
                line
                for number, change in enumerate(valued.changes, 1)
                if change.is_ask == is_ask
                for line in _lines_of(quote, change, steps[number], values.components, number)
            ]
            shown = round_parts([line.difference for line in side], total)
            lines += [replace(line, difference=cents) for line, cents in zip(side, shown, strict=True)]
        risk, risk_words = _risk(quote, steps[0], steps[-1], speaker)
    words = trade_words(valued, rules.policy, speaker)
    return Explanation(valued.trade, tuple(lines), _conclusions(valued, rules), words, risk, risk_words)


def _risk(quote: Quote, before: State, after: State, speaker: Speaker) -> tuple[tuple[Line, ...], str]:
    """A year's liability before and after a trade, and in words; nothing where the trade does not move it."""
    first, then = (bad_year(quote.deal, state) for state in (before, after))
    lines = []
    for name, (what, formula, reads) in YEAR_OF_LIABILITY.items():
        one, other = getattr(first, name), getattr(then, name)
        if math.isnan(one) or math.isnan(other):
            return (), ""
        inputs = tuple(_input(quote, address, after) for address in _addresses(quote.deal, LIABILITY, reads))
        lines.append(Line(IN_NO_SUM, what, formula, inputs, one, other, other - one if other != one else 0.0))
    is_moved = any(line.before != line.after and abs(line.difference) >= HALF_A_CENT for line in lines)
    return (tuple(lines), liability_words(first, then, speaker)) if is_moved else ((), "")


def _conclusions(valued: ValuedTrade, rules: Rules) -> tuple[Conclusion, ...]:
    """What leads from the lines of a trade to its verdict."""
    policy = rules.policy
    ratio = policy.required_ratio
    required = ratio * max(0.0, -(valued.cost + valued.drag))
    with_drag = " with its drag" if valued.drag else ""
    has_soft = any(change.is_soft and not change.is_ask for change in valued.changes)
    cap = f"; soft value counts for at most {policy.soft_share_cap:.0%} of what is required" if has_soft else ""
    found = [
        Conclusion("Cost of the asks", "sum of the differences marked Ask", money(valued.cost)),
        Conclusion("Worth of the counter-asks", "sum of the differences marked Counter-ask", money(valued.worth)),
        Conclusion("Net", "cost + worth", money(valued.net)),
        *_drag(valued, policy),
        Conclusion("Required in return", f"cost{with_drag} × required ratio of {ratio:g} (policy)", money(required)),
        Conclusion("Shortfall", f"required less worth{cap}", money(valued.shortfall)),
        Conclusion("Who may agree", "the highest that the limits of any change ask for", who(valued.authority)),
        Conclusion("Verdict", "a negotiation where worth is at least what is required", str(valued.verdict)),
    ]
    return (*found, *((Conclusion("Because", "", valued.note),) if valued.note else ()))


def _drag(valued: ValuedTrade, policy: Policy) -> tuple[Conclusion, ...]:
    """What a discount is expected to cost again at renewals, where the policy counts that."""
    if not valued.drag:
        return ()
    formula = (
        f"fees after the first term × discount × {policy.taught_discount_drag:.0%} expected again (policy), "
        "for a client who got a discount for nothing (History); in no sum"
    )
    return (Conclusion("Drag at renewals", formula, money(valued.drag)),)


def _lines_of(quote: Quote, change: ValuedChange, state: State, components: Mapping[str, object], number: int) -> list[Line]:
    """The lines of one change: a line for every component that it moves."""
    side = "Ask" if change.is_ask else "Counter-ask"
    lever = change.change.lever
    label = f"{label_of(lever)}{f' of {change.change.line}' if change.change.line else ''}"
    step = f"{side}: {label} {level_words(lever, change.from_level)} to {level_words(lever, change.change.to)}"
    moved = []
    for name, column in components.items():
        first, then = float(column[number - 1]), float(column[number])  # type: ignore[index]
        if abs(then - first) >= 1e-9:
            moved.append((name, first, then))
    return [
        Line(step, COMPONENTS[name], FORMULAS[name][0], _inputs(quote, name, change, state), first, then, then - first)
        for name, first, then in moved
    ]


def _inputs(quote: Quote, component: str, change: ValuedChange, state: State) -> tuple[str, ...]:
    """The inputs of a component: each as label, value and (place), the changed lever first."""
    deal = quote.deal
    address = deal.address(change.change.lever, change.change.line)
    found = dict.fromkeys((address, *_addresses(deal, component, FORMULAS[component][1])))
    said = [_input(quote, one, state) for one in found if not math.isnan(state.get(one, deal.input_at(one)))]
    if component == COMPANY:
        levers = (one for one in deal.company_levers if state.get((None, one.name), one.units) or one.name == change.change.lever)
        said += [_row_of(one) for one in levers]
    return tuple(said)


def _addresses(deal: Deal, component: str, names: Sequence[str]) -> list[Address]:
    """Where inputs of these names stand that a component reads: of the deal, and of the lines of its kinds."""
    kinds = KINDS.get(component, frozenset())
    places = (place for name in names for place in deal.addresses(name))
    return [place for place in places if place[0] is None or deal.lines[place[0]].kind in kinds]


def _input(quote: Quote, address: Address, state: State) -> str:
    """An input with its value, what it was in the opening terms where a trade has moved it, and its place."""
    line, name = address
    opening = quote.deal.input_at(address)
    value = state.get(address, opening)
    whose = f" of {quote.deal.lines[line].name}" if line is not None else ""
    moved = "" if value == opening else f", opening {level_words(name, opening)}"
    at = quote.places.get(address)
    return f"{label_of(name)}{whose} {level_words(name, value)}{moved}{f' ({at})' if at else ''}"


def _row_of(lever: CompanyLever) -> str:
    """What the limits say of a lever of the company's own."""
    months = f"month {lever.month_from:g}" + (f" to {lever.month_to:g}" if lever.month_to is not None else "")
    chance = f"probability {100.0 * lever.probability:g}%"
    return f"{lever.name}: amount per unit {lever.amount_per_unit:,.10g}, {months}, {chance} (its row in Limits)"


def explain_table(explanation: Explanation) -> Rows:
    """The explanation as rows, `COLUMNS`: the trade in words and the conclusions, then the lines; a step stands on the first of
    its rows."""
    rows: Rows = [[explanation.trade.id, "In words", "", explanation.words, "", "", ""]]
    rows += [["", one.name, one.formula, "", "", "", one.value] for one in explanation.conclusions]
    rows += [[""] * len(COLUMNS) for _ in range(CONCLUSION_ROWS - len(rows))]
    step = ""
    for line in (*explanation.lines, *explanation.risk):
        others = len(line.inputs) - MOST_INPUTS
        inputs = "; ".join(line.inputs[:MOST_INPUTS]) + (f"; and {others} more" if others > 0 else "")
        began = "" if line.step == step else line.step
        if began == IN_NO_SUM:
            rows.append([began, "In words", "", explanation.risk_words, "", "", ""])
            began = ""
        amounts = [_amount(value) for value in (line.before, line.after, line.difference)]
        rows.append([began, line.what, line.formula, inputs, *amounts])
        step = line.step
    return rows


def _amount(value: float) -> Cell:
    """Money as a cell; a bad year of an unlimited cap has no end."""
    return "no limit" if math.isinf(value) else value


def unexplained(trade: str) -> Rows:
    """What stands in the place of an explanation where a quote has no trade of that id, or none is named."""
    return [["", f'there is no trade "{trade}"' if trade else "choose a trade"]]
'''
# ---- counterask/flips.py
FILES['counterask/flips.py'] = r'''
"""The flip test: which assumption would turn a verdict, and at which value.

Each assumption is moved over its allowed range while everything else stays, and the whole ledger is judged again. A grid that is
dense around where the assumption stands finds the stretches in which the verdict differs; a cell in which the margin of a trade
turns around near nothing is looked at more closely, for two crossings may hide in it; every crossing is then narrowed down. A
crossing is told only where the verdicts on its two sides were seen to differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .assumptions import ASSUMPTIONS
from .labels import label_of, level_words
from .levers import LEVER_BY_NAME
from .quantities import Quantity
from .quote import Quote
from .scenarios import Array
from .terms import Deal
from .trades import HALF_A_CENT, Rules, State, Trade, ValuedTrade, Verdict, grant, judge, ledger, soft
from .valuation import value_states
from .views import Rows
from .words import Speaker

COLUMNS = ("Trade", "Verdict", "Assumption", "In words", "Stands at", "Turns at", "Becomes")
FLIP_ROWS = 12

ESTIMATES = ("renewal_probability",)
"""Terms that are estimates of ours and no matter of agreement: they are tried with the assumptions."""

_EVEN, _NEAR = 40, 24
_LOOKS, _ROUNDS, _PARTS = 3, 6, 16
_MOST_TURNS = 64
_TURNING = frozenset({Verdict.NEGOTIATION, Verdict.UNBALANCED})
_OF_UNLIMITED = frozenset({"liability_alpha", "risk_load", "liability_frequency"})
"""Assumptions that say whether unlimited liability has a price, and so whether a trade moves the deal at all."""


@dataclass(frozen=True)
class Flip:
    """One crossing: a trade's verdict differs on its two sides.

    stands : the assumption as it is. turns : where the verdict turns, in the assumption's unit; for whole numbers the first one
    with the other verdict, seen from where it stands. before, becomes : the verdicts on the near and on the far side. distance :
    from `stands`, as a share of it; of the range that was searched, where it stands at 0.
    """

    trade: str
    verdict: Verdict
    assumption: str
    stands: float
    turns: float
    before: Verdict
    becomes: Verdict
    distance: float

    @property
    def is_above(self) -> bool:
        """Whether it lies above where the assumption stands."""
        return self.turns > self.stands


@dataclass(frozen=True)
class _Seen:
    """One trade's verdict and margin (money; what is counted beyond what is required) at each of some values."""

    verdicts: NDArray[np.object_]
    margins: Array


def find_flips(quote: Quote, rules: Rules, trade_id: str | None = None) -> tuple[Flip, ...]:
    """Every crossing of every assumption for a trade, or for all, nearest first.

    Only verdicts that money decides can turn: negotiation and unbalanced concession. Raises KeyError where there is no such
    trade.
    """
    valued = ledger(quote.deal, quote.trades, rules)
    if trade_id is not None and not any(one.trade.id == trade_id for one in valued.trades):
        raise KeyError(trade_id)
    looked_at = [place for place, one in enumerate(valued.trades) if one.verdict in _TURNING and trade_id in (None, one.trade.id)]
    if not looked_at:
        return ()
    court = _Court(quote, rules, tuple(looked_at), tuple(valued.trades[place] for place in looked_at))
    found = [flip for quantity in _quantities(quote.deal) for flip in _of_assumption(court, quantity)]
    return tuple(sorted(found, key=lambda one: one.distance))


def _quantities(deal: Deal) -> list[Quantity]:
    """What is tried: every assumption and estimate that is known."""
    every = [*ASSUMPTIONS, *(LEVER_BY_NAME[name].quantity for name in ESTIMATES)]
    return [one for one in every if math.isfinite(deal.input_at((None, one.name)))]


@dataclass(frozen=True)
class _Court:
    """Judges the trades at `places` of the ledger again, with an assumption at other values."""

    quote: Quote
    rules: Rules
    places: tuple[int, ...]
    valued: tuple[ValuedTrade, ...]

    def sit(self, name: str, values: Sequence[float]) -> list[_Seen]:
        """Each trade at each value of an assumption."""
        drag_counts = self.rules.is_taught and self.rules.policy.drag_counts
        if drag_counts or (name in _OF_UNLIMITED and self._has_unlimited()):
            return self._one_by_one(name, values)
        deal = self.quote.deal
        states, _ = grant(deal, self.quote.trades)
        spans = self._spans()
        needed = sorted({state for start, stop in spans for state in range(start, stop + 1)})
        if name == "horizon_months":
            rows = [
                value_states(deal.with_inputs({(None, name): value}), [states[one] for one in needed]).total for value in values
            ]
        else:
            varied: list[State] = [{(None, name): value, **states[one]} for value in values for one in needed]
            rows = list(value_states(deal, varied).total.reshape(len(values), len(needed)))
        totals = np.array(rows)
        where = {state: column for column, state in enumerate(needed)}
        return [
            self._judged(trade, totals[:, [where[state] for state in range(start, stop + 1)]])
            for trade, (start, stop) in zip(self.valued, spans, strict=True)
        ]

    def _spans(self) -> list[tuple[int, int]]:
        """For each trade, the states before it and after it in the list that `grant` makes."""
        position, spans = 0, {}
        _, unmoved = grant(self.quote.deal, self.quote.trades)
        for place, trade in enumerate(self.quote.trades):
            if place not in unmoved:
                spans[place] = (position, position + len(trade.changes))
                position += len(trade.changes)
        return [spans[place] for place in self.places]

    def _judged(self, valued: ValuedTrade, totals: Array) -> _Seen:
        """The verdicts of a trade from deal values before it and after each of its changes, (values, changes + 1)."""
        verdicts, margins = [], []
        for row in totals:
            moves = np.diff(row)
            if np.isfinite(row).all():
                verdict, margin = self._verdict(valued.trade, moves)
            else:
                verdict = Verdict.CANNOT_TELL if np.isnan(row).any() else Verdict.BLOCKED
                margin = math.nan
            verdicts.append(verdict)
            margins.append(margin)
        return _Seen(np.array(verdicts, dtype=object), np.array(margins))

    def _verdict(self, trade: Trade, moves: Array, drag: float = 0.0) -> tuple[Verdict, float]:
        asks = len(trade.asks)
        cost, worth = float(moves[:asks].sum()) + drag, float(moves[asks:].sum())
        softs = [soft(self.quote.deal, change, self.rules.limits) for change in trade.counters]
        soft_worth = math.fsum(float(move) for move, is_soft in zip(moves[asks:], softs, strict=True) if is_soft)
        verdict, shortfall = judge(trade, cost, worth, soft_worth, self.rules.policy)
        if verdict != Verdict.NEGOTIATION:
            return verdict, -shortfall
        required = self.rules.policy.required_ratio * max(0.0, -cost)
        counted = worth - soft_worth + min(soft_worth, max(0.0, self.rules.policy.soft_share_cap * required))
        return verdict, counted - required

    def _has_unlimited(self) -> bool:
        states, _ = grant(self.quote.deal, self.quote.trades)
        cap = (None, "liability_cap_multiple")
        asked = [change.to for trade in self.quote.trades for change in trade.changes if change.lever == cap[1]]
        return any(math.isinf(level) for level in (self.quote.deal.input_at(cap), *asked))

    def _one_by_one(self, name: str, values: Sequence[float]) -> list[_Seen]:
        """With a ledger for each value: which trades have a price changes with it."""
        rows = []
        for value in values:
            found = ledger(self.quote.deal.with_inputs({(None, name): value}), self.quote.trades, self.rules).trades
            rows.append([found[place] for place in self.places])
        seen = []
        for column in range(len(self.places)):
            verdicts = [row[column].verdict for row in rows]
            margins = [
                self._verdict(row[column].trade, np.array([change.value for change in row[column].changes]), row[column].drag)[1]
                if math.isfinite(row[column].net)
                else math.nan
                for row in rows
            ]
            seen.append(_Seen(np.array(verdicts, dtype=object), np.array(margins)))
        return seen


def _of_assumption(court: _Court, quantity: Quantity) -> list[Flip]:
    """Every crossing of one assumption, for each trade."""
    name = quantity.name
    stands = court.quote.deal.input_at((None, name))
    values = searched(quantity, stands)
    seen = court.sit(name, values)
    if not quantity.whole:
        values, seen = _looked_closer(court, name, values, seen)
    width = values[-1] - values[0]
    flips = []
    for number, valued in enumerate(court.valued):
        verdicts = seen[number].verdicts
        turns = [place for place in range(len(values) - 1) if verdicts[place] != verdicts[place + 1]]
        found = [_Turn(values[place], values[place + 1], verdicts[place], verdicts[place + 1]) for place in turns]
        for turn in found if quantity.whole else _narrowed(court, name, number, found):
            near, far, first, then = turn.low, turn.high, turn.below, turn.above
            if stands > turn.low:
                near, far, first, then = far, near, then, first
            at = far if quantity.whole else 0.5 * (near + far)
            distance = abs(at - stands) / (abs(stands) or width or 1.0)
            flips.append(Flip(valued.trade.id, valued.verdict, name, stands, at, first, then, distance))
    return flips


def searched(quantity: Quantity, stands: float) -> list[float]:
    """The values at which an assumption is tried: its allowed range, densely around where it stands, which is one of them."""
    low, high = quantity.lowest, quantity.highest
    if quantity.name == "horizon_months":
        return sorted({float(months) for months in range(12, 361, 12)} | {stands})
    if quantity.whole:
        return sorted({float(number) for number in range(int(low), min(int(high), 240) + 1)} | {stands})
    if quantity.highest > 1000.0 * max(1.0, abs(stands)):
        even = [low, *np.geomspace(max(low, 1e-6 * max(stands, 1.0)), high, _EVEN)]
    else:
        even = list(np.linspace(low, high, _EVEN))
    scale = max(abs(stands), 1e-3 * (min(high, 1.0) - low)) or 1.0
    steps = scale * np.geomspace(1e-3, 4.0, _NEAR)
    near = [*(stands + steps), *(stands - steps), stands]
    return sorted({float(value) for value in (*even, *near) if low <= value <= high})


def _looked_closer(court: _Court, name: str, values: list[float], seen: list[_Seen]) -> tuple[list[float], list[_Seen]]:
    """More values where a margin turns around between two crossings that the grid may have stepped over."""
    for _ in range(_LOOKS):
        added: set[float] = set()
        for one in seen:
            margins = one.margins
            for place in range(1, len(values) - 1):
                before, here, after = margins[place - 1 : place + 2]
                turns_up = here < min(before, after) and here > -HALF_A_CENT
                turns_down = here > max(before, after) and here < HALF_A_CENT
                if turns_up or turns_down:
                    added |= set(np.linspace(values[place - 1], values[place + 1], _PARTS)[1:-1].tolist())
        added -= set(values)
        if not added:
            break
        new = sorted(added)
        order = np.argsort(np.array([*values, *new]), kind="stable")
        more = court.sit(name, new)
        seen = [
            _Seen(np.concatenate([one.verdicts, other.verdicts])[order], np.concatenate([one.margins, other.margins])[order])
            for one, other in zip(seen, more, strict=True)
        ]
        values = np.array([*values, *new])[order].tolist()
    return values, seen


@dataclass(frozen=True)
class _Turn:
    """A stretch of an assumption, and a trade's verdicts at its two ends, which differ."""

    low: float
    high: float
    below: Verdict
    above: Verdict


def _narrowed(court: _Court, name: str, number: int, turns: list[_Turn]) -> list[_Turn]:
    """Each stretch in which a trade's verdict turns, cut down to its turns: there may be several (near where unlimited
    liability loses its price, a verdict may turn twice). All stretches in one batch a round."""
    for _ in range(_ROUNDS):
        if not turns:
            break
        cuts = [np.linspace(turn.low, turn.high, _PARTS + 1).tolist() for turn in turns]
        verdicts = court.sit(name, [value for cut in cuts for value in cut])[number].verdicts
        turns = [
            _Turn(cut[one], cut[one + 1], said[one], said[one + 1])
            for place, cut in enumerate(cuts)
            for said in [verdicts[place * (_PARTS + 1) : (place + 1) * (_PARTS + 1)]]
            for one in range(_PARTS)
            if said[one] != said[one + 1]
        ][:_MOST_TURNS]
    return turns


def flip_words(flip: Flip, speaker: Speaker) -> str:
    """A flip as a sentence; the value is rounded toward where the assumption stands, so that what is said holds."""
    key = "under" if flip.is_above else "over"
    if flip.before != flip.verdict:
        key = f"again_{key}"
    words = speaker.word("flips", key)
    verdict = flip.verdict if flip.before == flip.verdict else flip.becomes
    return words.format(
        verdict=speaker.word("verdicts", str(verdict)),
        assumption=label_of(flip.assumption),
        to=level_words(flip.assumption, towards(flip.turns, flip.stands)),
    )


def towards(value: float, other: float, digits: int = 4) -> float:
    """A value with so many digits, rounded toward another one; the value itself where it has no more digits."""
    if abs(value) < 1e-6 * max(abs(other), 1e-3):
        return 0.0
    if float(f"{value:.{digits}g}") == value:
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    step = math.floor(value / unit) if other < value else math.ceil(value / unit)
    return float(f"{step * unit:.{digits}g}")


def flips_table(found: Sequence[Flip], speaker: Speaker) -> Rows:
    """Flips as rows, `COLUMNS`, nearest first; values as they are typed."""
    return [
        [
            one.trade,
            str(one.verdict),
            label_of(one.assumption),
            flip_words(one, speaker),
            level_words(one.assumption, one.stands),
            level_words(one.assumption, towards(one.turns, one.stands)),
            str(one.becomes),
        ]
        for one in found[:FLIP_ROWS]
    ]


def flips_rows(quote: Quote, rules: Rules, trade_id: str, speaker: Speaker) -> Rows:
    """The flip test of one trade as rows; one row that says so where nothing turns its verdict."""
    rows = flips_table(find_flips(quote, rules, trade_id), speaker)
    return rows or [[trade_id, "no assumption in its allowed range turns the verdict"]]


def unflipped(trade: str) -> Rows:
    """What stands in the place of a flip test where a quote has no trade of that id; nothing where none is named."""
    return [[f'there is no trade "{trade}"']] if trade else []
'''
# ---- counterask/formulas.py
FILES['counterask/formulas.py'] = r'''
"""How each component of deal value is computed, in words that are read out loud, and the inputs that it reads.

The sections are those of docs/valuation.md. A test moves every input and holds these lists against what then moves.
"""

from __future__ import annotations

from .cashflow import (
    COMPANY,
    EXCLUSIVITY,
    EXIT_FEES,
    INTRODUCTION,
    LATE_DAMAGES,
    LIABILITY,
    METERED_COST,
    METERED_FEES,
    ONE_OFF_COST,
    ONE_OFF_PRICE,
    REBATE,
    RECURRING_COST,
    RECURRING_FEES,
    REFERENCE,
    SHORTFALL_FEES,
    SUPPORT,
    WARRANTY,
)
from .levers import Kind

_STAYS = ("term_months", "renewal_probability", "renewal_term_months", "churn_hazard", "tfc_from_month", "tfc_hazard")
_IN_TERM = tuple(name for name in _STAYS if not name.startswith("renewal"))
_UPLIFT = ("inflation", "inflation_vol", "uplift_floor", "uplift_cap", "price_lock_months")
_FAVOURED = ("most_favoured_price", "mfn_gap", "mfn_trigger")
_TODAY = ("cost_of_capital", "horizon_months")
_CURRENCY = ("foreign_share", "rate_base", "rate_foreign", "fx_spread")
_CASH = ("payment_days", *_TODAY, *_CURRENCY)
_FEE = ("list_price", "discount", "quantity", "ramp_months")
OF_ACV = ("list_price", "discount", "quantity")
"""What annual contract value is made of: recurring and metered lines."""

_STILL_HERE = "chance that the client is still with us"

FORMULAS: dict[str, tuple[str, tuple[str, ...]]] = {
    RECURRING_FEES: (
        f"each month: {_STILL_HERE} × list price × (1 - discount) × units × ramp × price index × (1 - credits for missed "
        "service); worth today from the day on which the invoice is paid (sections 2 to 4)",
        (
            *_FEE,
            *_STAYS,
            *_UPLIFT,
            *_FAVOURED,
            "sla_credit",
            "sla_miss_probability",
            "free_months",
            "billing_months",
            "billing_in_advance",
            *_CASH,
        ),
    ),
    RECURRING_COST: (
        f"each month: {_STILL_HERE} × unit cost × units × ramp × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    SUPPORT: (
        f"each month: {_STILL_HERE} × support cost × units × ramp × cost index, paid in the middle of the month "
        "(sections 2 to 4)",
        ("support_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    EXIT_FEES: (
        "each month: chance that the client leaves for convenience × months of fee owed × that month's fee (section 5)",
        (
            "tfc_fee_months",
            "tfc_from_month",
            "tfc_hazard",
            *_FEE,
            *(name for name in _STAYS if not name.startswith("tfc")),
            *_UPLIFT,
            *_FAVOURED,
            "sla_credit",
            "sla_miss_probability",
            "free_months",
            "payment_days",
            *_TODAY,
        ),
    ),
    METERED_FEES: (
        f"each month: {_STILL_HERE} × mean use × price × price index, invoiced at the month's end and worth today from the day "
        "on which it is paid (sections 2 to 4)",
        (*_FEE, *_STAYS, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    METERED_COST: (
        f"each month: {_STILL_HERE} × mean use × unit cost × cost index, paid in the middle of the month (sections 2 to 4)",
        ("unit_cost", "quantity", "ramp_months", *_STAYS, "inflation", *_TODAY),
    ),
    SHORTFALL_FEES: (
        f"each year inside the term: {_STILL_HERE} × take-or-pay rate × price × use that we expect to fall short of the "
        "commitment (section 3)",
        ("commitment", "take_or_pay_rate", "demand_cv", *_FEE, *_IN_TERM, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    REBATE: (
        f"each year: {_STILL_HERE} × rebate rate × price × use that we expect above the threshold (section 3)",
        ("rebate_rate", "rebate_threshold", "demand_cv", *_FEE, *_STAYS, *_UPLIFT, *_FAVOURED, *_CASH),
    ),
    ONE_OFF_PRICE: (
        "list price × (1 - discount) × units, invoiced on delivery; worth today from the day on which it is paid (section 3)",
        ("list_price", "discount", "quantity", "delivery_months", "months_brought_forward", "payment_days", "cost_of_capital"),
    ),
    LATE_DAMAGES: (
        "chance to be late × damages rate × price (section 3)",
        (
            "late_probability",
            "late_damages_rate",
            "list_price",
            "discount",
            "quantity",
            "delivery_months",
            "months_brought_forward",
            "payment_days",
            "cost_of_capital",
        ),
    ),
    ONE_OFF_COST: (
        "cost, and what it takes to be faster, spread over the months of delivery (section 3)",
        ("unit_cost", "quantity", "delivery_months", "months_brought_forward", "acceleration_cost", "cost_of_capital"),
    ),
    WARRANTY: (
        f"each month of warranty: {_STILL_HERE} × claim rate × list price (section 3)",
        (
            "warranty_claim_rate",
            "warranty_months",
            "list_price",
            "quantity",
            "delivery_months",
            "months_brought_forward",
            *_STAYS,
            *_TODAY,
        ),
    ),
    LIABILITY: (
        f"each month: {_STILL_HERE} × claims a month × what we expect to pay on one claim, at most the cap, with the load for "
        "big claims (section 5; sizes: Klugman, Panjer, Willmot, Loss Models, Pareto; load: Wang, proportional hazards)",
        (
            "liability_cap_multiple",
            "liability_frequency",
            "liability_alpha",
            "liability_theta",
            "risk_load",
            "claim_lag_months",
            *OF_ACV,
            *_STAYS,
            *_TODAY,
        ),
    ),
    EXCLUSIVITY: (
        f"each month bound: {_STILL_HERE} × margin lost elsewhere (section 5)",
        ("exclusivity_months", "exclusivity_margin", *_STAYS, *_TODAY),
    ),
    REFERENCE: (
        f"{_STILL_HERE} × chance of a reference × its value, less its cost (section 6, soft)",
        ("reference_probability", "reference_value", "reference_cost", "reference_month", *_STAYS, "cost_of_capital"),
    ),
    INTRODUCTION: (
        "chance of an introduction × its value (section 6, soft)",
        ("introduction_probability", "introduction_value", "introduction_month", "cost_of_capital"),
    ),
    COMPANY: ("units × amount per unit × probability, in its months (section 7)", (*_STAYS, *_TODAY)),
}
"""Component -> how it is computed in words, and the inputs that it reads."""

KINDS: dict[str, frozenset[Kind]] = {
    **dict.fromkeys((RECURRING_FEES, RECURRING_COST, SUPPORT, EXIT_FEES), frozenset({Kind.RECURRING})),
    **dict.fromkeys((METERED_FEES, METERED_COST, SHORTFALL_FEES, REBATE), frozenset({Kind.METERED})),
    **dict.fromkeys((ONE_OFF_PRICE, LATE_DAMAGES, ONE_OFF_COST, WARRANTY), frozenset({Kind.ONE_OFF})),
    LIABILITY: frozenset({Kind.RECURRING, Kind.METERED}),
}
"""Component -> the kinds of line whose inputs it reads; the others belong to the whole deal."""

IN_NO_SUM = "Liability in one year (in no sum)"
_SIZES = ("liability_cap_multiple", "liability_frequency", "liability_alpha", "liability_theta")
YEAR_OF_LIABILITY: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "cap": ("Most that one claim costs", "liability cap multiple × ACV (section 5)", ("liability_cap_multiple", *OF_ACV)),
    "expected": (
        "Expected loss a year",
        "what an average year costs: claims a year × what we expect to pay on one claim, at most the cap",
        _SIZES,
    ),
    "load": (
        "Load a year",
        "what we charge above the average because one claim can be very big (Wang's exponent, risk load)",
        (*_SIZES, "risk_load"),
    ),
    "one_in_20": ("Bad year, 1 in 20", "one year in twenty costs this much or more (Poisson number of claims)", _SIZES),
    "one_in_100": ("Bad year, 1 in 100", "one year in a hundred costs this much or more (Poisson number of claims)", _SIZES),
}
"""Field of `BadYear` -> what it is, how it is computed, and the inputs that it reads."""
'''
# ---- counterask/functions.py
FILES['counterask/functions.py'] = r'''
"""The function catalogue: what a cell can ask. Ranges in, a table out; one call a table.

Thin wrappers over the engine, the same in every host: classic Excel, xlwings Lite, LibreOffice. A function is pure in its
arguments, but for the day on which limits are looked at: where `as_of` is left out it is the host's today. What is wrong with
the input comes back as text that names the place in the range ("CHECK: ..."), never as an exception and never as 0.

Arguments are left untyped and coerced here: typed hints break in one host or another.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import xlwings as xw

from . import views
from .approvals import approval_states, with_approvals
from .bridge import BRIDGE_ROWS, bridge_table
from .bridge import COLUMNS as BRIDGE_COLUMNS
from .cashflow import COMPONENTS
from .cells import Fault, is_blank, number, text, with_cells
from .counter_views import BUNDLE_ROWS, COUNTER_ASK_ROWS, OFFER_COLUMNS, OFFER_ROWS, own_offer_table, trade_tables
from .counter_views import COLUMNS as COUNTER_ASK_COLUMNS
from .explain import COLUMNS as EXPLAIN_COLUMNS
from .explain import EXPLAIN_ROWS, explain_table, explain_trade, unexplained
from .flips import COLUMNS as FLIP_COLUMNS
from .flips import FLIP_ROWS, flips_rows, unflipped
from .history_views import drag_sentence, past_of
from .limit_rows import LEVER_BY_WORD
from .own_offers import own_offers
from .problems import Problem
from .ranges import (
    CHECK,
    REMEMBERED,
    Same,
    checked_quote,
    frozen,
    padded,
    quote_of,
    rows_of,
    said,
    status_of_seal,
    today_of,
    valued_quote,
)
from .rates import COLUMNS as RATE_COLUMNS
from .rates import RATE_ROWS, StepWorth, deal_as_it_stands, rates_table, step_worths
from .rules_of_thumb import COLUMNS as RULE_COLUMNS
from .rules_of_thumb import RULE_ROWS, rules_of_thumb, rules_table
from .seal import places_of, sealed_limits
from .shares import fair_shares
from .signatures import trusted_keys
from .stakeholders import Stakeholder, read_stakeholders
from .tables import TABLES, Table, plain
from .terms import Deal, units_of
from .trades import Change, Verdict, no_price
from .valuation import value_states
from .views import Rows
from .words import LANGUAGES, Speaker

CATEGORY = "counterask"
_INPUTS = EXPLAIN_COLUMNS.index("From")
_NOTE, _VERDICT, _MARK = (views.TRADE_RESULTS.index(name) for name in ("Note", "Verdict", "Mark"))


@dataclass(frozen=True)
class Argument:
    """One argument of a catalogue function, with the help that function wizards show."""

    name: str
    description: str
    is_range: bool = True
    optional: bool = False


@dataclass(frozen=True)
class CatalogueFunction:
    """One function of the catalogue: the callable, its help, its arguments."""

    name: str
    call: Callable[..., Any]
    description: str
    arguments: tuple[Argument, ...]
    returns_table: bool


_ARGUMENTS = {
    argument.name: argument
    for argument in (
        Argument("lines", "The table of lines with its header row: the name Lines."),
        Argument("terms", "The opening terms with their header row: the name Terms."),
        Argument("trades", "The trades with their header row, input columns only: the name Trades."),
        Argument("limits", "Limits and company levers with their header row: the name Limits. Empty: none are known."),
        Argument("assumptions", "The assumptions with their header row: the name Assumptions."),
        Argument("policy", "The policy with its header row: the name Policy."),
        Argument("lever", "The lever to change, by name or label: payment_days.", is_range=False),
        Argument("line", "The line that the lever belongs to; empty for a term of the whole deal.", is_range=False),
        Argument("to", 'The new level in the lever\'s unit, or "none".', is_range=False),
        Argument("trade", "The id of a trade: T3.", is_range=False),
        Argument(
            "stakeholders", "The stakeholders with their header row: the name Stakeholders. Empty: none are known."
        ),
        Argument(
            "places",
            "Where the ranges stand, so that inputs are named by their cells: the name Places.",
            is_range=False,
            optional=True,
        ),
        Argument("language", "The language of the sentences: en or de; left out: en.", is_range=False, optional=True),
        Argument("as_of", "The day on which limits are looked at; left out: today.", is_range=False, optional=True),
        Argument("seal", "The seal of the limits: the name Seal. Left out: they have none.", optional=True),
        Argument("approvals", "The approvals with their header row: the name Approvals. Left out: none.", optional=True),
        Argument("history", "What this client was given before, with its header row: the name History.", optional=True),
    )
}
_CATALOGUE: list[CatalogueFunction] = []


def catalogue() -> tuple[CatalogueFunction, ...]:
    """Every function, in the order in which the docs list them."""
    return tuple(_CATALOGUE)


def _catalogued(*, table: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the catalogue and give xlwings its help."""

    def enter(call: Callable[..., Any]) -> Callable[..., Any]:
        arguments = tuple(_ARGUMENTS[name] for name in inspect.signature(call).parameters)
        description = " ".join((call.__doc__ or "").split())
        decorated = call
        for argument in reversed(arguments):
            options = {"ndim": 2, "err_to_str": True} if argument.is_range else {"err_to_str": True}
            decorated = xw.arg(argument.name, doc=argument.description, **options)(decorated)
        decorated = xw.func(category=CATEGORY)(decorated)
        _CATALOGUE.append(CatalogueFunction(call.__name__, decorated, description, arguments, table))
        return decorated

    return enter


@_catalogued()
def DEAL_TRADES(lines, terms, trades, limits, assumptions, policy, as_of=None, seal=None, approvals=None, history=None):  # type: ignore[no-untyped-def]
    """Values every trade: where its levers start from, cost of the asks, worth of the counter-asks, net, shortfall, verdict and
    who may agree. One row for each row of the Trades table."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    quote = checked_quote(ranges, as_of, seal, history)
    height, width = max(1, len(rows_of(trades)) - 1), len(views.TRADE_RESULTS)
    found = valued_quote(quote, as_of)
    if isinstance(found, list):
        return padded([[""] * _NOTE + [sentence] for sentence in found[:height]], height, width)
    sound, valued, _ = found
    if len(rows_of(approvals)) > 1:
        tables = {name: Table.of_range(name, rows_of(cells)) for name, cells in zip(TABLES[1:7], ranges, strict=True)}
        if history is not None:
            tables["History"] = Table.of_range("History", rows_of(history))
        valued = with_approvals(valued, approval_states(rows_of(approvals), rows_of(seal), sound, valued, tables))
    rows = views.trade_results(sound, valued, height)
    for problem in quote.problems:
        row = rows[problem.order[1] - 1]
        row[_MARK], row[_VERDICT] = views.MARKS[Verdict.CANNOT_TELL], views.CANNOT_TELL
        row[_NOTE] = f"{row[_NOTE]} {CHECK}{problem}".strip()
    return rows


@_catalogued()
def DEAL_VALUE(lines, terms, trades, limits, assumptions, policy):  # type: ignore[no-untyped-def]
    """Deal value, present value of revenue, margin and ACV: on the opening terms, on the terms as they stand, and the change."""
    found = valued_quote(quote_of(lines, terms, trades, limits, assumptions, policy), None)
    rows = [[sentence] for sentence in found[:4]] if isinstance(found, list) else views.headline(found[1])
    return padded(rows, 4, len(views.HEADLINE))


@_catalogued(table=False)
def DEAL_ASK(lines, terms, limits, assumptions, lever, line, to):  # type: ignore[no-untyped-def]
    """What one change of one lever does to the value of the opening deal, in money; minus is a cost to us."""
    quote = quote_of(lines, terms, None, limits, assumptions, None)
    if quote.problems:
        return said(quote.problems)[0]
    known = LEVER_BY_WORD.get(plain(lever))
    company = next((one for one in quote.deal.company_levers if plain(one.name) == plain(lever)), None)
    if known is None and company is None:
        return f'{CHECK}lever: found "{text(lever)}", expected the name of a lever.'
    level = number(to, known.quantity if known else units_of(company))  # type: ignore[arg-type]
    if isinstance(level, Fault):
        return f"{CHECK}to: {level.found}, expected {level.expected}. {level.remedy}".strip()
    name = known.name if known else company.name  # type: ignore[union-attr]
    if (
        known
        and known.is_on_line
        and not any(one.name == text(line) and one.kind in known.kinds for one in quote.deal.lines)
    ):
        return f'{CHECK}line: found "{text(line)}", expected a line that has {known.name}.'
    change = Change(name, text(line) or None, level)
    state = {quote.deal.address(change.lever, change.line): change.to}
    if (reason := no_price(quote.deal, state)) is not None:
        return f"{reason[0]}: {reason[1]}"
    before, after = value_states(quote.deal, [{}, state]).total
    return views.money(float(after - before))


@_catalogued()
def DEAL_MARGIN(lines, terms, trades, limits, assumptions, policy):  # type: ignore[no-untyped-def]
    """Present value of revenue, cost and margin by year of service, opening and now. The totals are the deal values."""
    found = valued_quote(quote_of(lines, terms, trades, limits, assumptions, policy), None)
    width = len(views.MARGIN_BY_YEAR)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[: views.YEAR_ROWS]], views.YEAR_ROWS, width)
    quote, valued, _ = found
    return padded(views.margin_by_year(valued, quote.deal), views.YEAR_ROWS, width)


@_catalogued()
def DEAL_COMPONENTS(lines, terms, trades, limits, assumptions, policy):  # type: ignore[no-untyped-def]
    """Every component of deal value (fees, costs, risk charges, soft value): opening, now and change."""
    found = valued_quote(quote_of(lines, terms, trades, limits, assumptions, policy), None)
    rows = [[sentence] for sentence in found[:4]] if isinstance(found, list) else views.component_change(found[1])
    return padded(rows, len(COMPONENTS) + 1, len(views.COMPONENT_CHANGE))


@_catalogued()
def DEAL_SHARES(lines, terms, trades, limits, assumptions, policy, seal=None, history=None):  # type: ignore[no-untyped-def]
    """Each trade's fair share of the change in deal value (Owen value), in which the order of the trades plays no part, with its
    least and greatest net over all orders. One row a trade, filled up to the rows of the Trades table."""
    height, width = max(1, len(rows_of(trades)) - 1), len(views.SHARES)
    found = valued_quote(checked_quote((lines, terms, trades, limits, assumptions, policy), None, seal, history), None)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:height]], height, width)
    quote, _, rules = found
    return padded(views.share_table(fair_shares(quote.deal, quote.trades, rules)), height, width)


@_catalogued()
def DEAL_LIMITS(limits, policy, as_of=None, assumptions=None, seal=None):  # type: ignore[no-untyped-def]
    """Whether the limits hold on a day, until when, and what is known of their seal."""
    today = today_of(as_of)
    if isinstance(today, Fault):
        return padded([["Limits", "?", f"{CHECK}as_of: {today.found}, expected {today.expected}."]], 2, 3)
    bare = [["term", "opening"]], [["assumption", "value"]]
    quote = quote_of([["line", "kind"]], bare[0], None, limits, bare[1], policy)
    faults = [
        problem for problem in quote.problems if problem.order[0] in (TABLES.index("Limits"), TABLES.index("Policy"))
    ]
    assumed = frozen(assumptions) if any(not is_blank(cell) for row in rows_of(assumptions) for cell in row) else ()
    status = status_of_seal(frozen(limits), assumed, frozen(policy), frozen(seal), today, trusted_keys())
    if faults:
        sentences = [with_cells(sentence, places_of(rows_of(seal))) for sentence in said(faults)[:1]]
        return padded([["Limits", "?", sentences[0]], ["Seal", status.mark, status.sentence]], 2, 3)
    return padded(views.limits_status(replace(quote, limits=sealed_limits(quote.limits, status)), today, status), 2, 3)


def _counter_tables(
    ranges: Sequence[Any], stakeholders: Any, trade: Any, language: Any, as_of: Any, seal: Any, history: Any, bundles: bool
) -> tuple[Rows, Rows]:
    """The rows of counter-asks and bundles for a trade, or what is wrong with the input."""
    spoken = text(language) or LANGUAGES[0]
    if spoken not in LANGUAGES:
        return [["", f"{CHECK}language: found {spoken}, expected {' or '.join(LANGUAGES)}."]], []
    found = valued_quote(checked_quote(ranges, as_of, seal, history), as_of)
    if isinstance(found, list):
        return [["", sentence] for sentence in found], []
    quote, _, rules = found
    return trade_tables(quote, text(trade), _people(stakeholders, quote.deal), rules, spoken, has_bundles=bundles)


def _people(stakeholders: Any, deal: Deal) -> tuple[Stakeholder, ...]:
    """The stakeholders of a range; what is wrong in it ranks nothing."""
    problems: list[Problem] = []
    rows = rows_of(stakeholders)
    return read_stakeholders(Table.of_range("Stakeholders", rows), deal, problems) if rows else ()


def _is_unnamed(trade: object) -> bool:
    """Whether no trade is named: some hosts hand a blank cell over as 0."""
    return is_blank(trade) or text(trade) == "0"


@_catalogued()
def DEAL_COUNTER_ASKS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, trade, language=None, as_of=None, seal=None, history=None
):
    """What a rep may ask for in return for a trade's ask: for every lever the smallest step that makes it a negotiation, what it
    is worth, what is left over, who may agree, and the two sentences to say. Least burden for the client first."""
    ranges = (lines, terms, trades, limits, assumptions, policy)
    rows, _ = _counter_tables(ranges, stakeholders, trade, language, as_of, seal, history, bundles=False)
    return padded(rows[:COUNTER_ASK_ROWS], COUNTER_ASK_ROWS, len(COUNTER_ASK_COLUMNS))


@_catalogued()
def DEAL_BUNDLES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, trade, language=None, as_of=None, seal=None, history=None
):
    """Two counter-asks together that make a trade a negotiation, least burden first; each bundle is valued as a whole. Nothing
    where no trade is named."""
    height, width = BUNDLE_ROWS, len(COUNTER_ASK_COLUMNS)
    if _is_unnamed(trade):
        return padded([], height, width)
    ranges = (lines, terms, trades, limits, assumptions, policy)
    _, rows = _counter_tables(ranges, stakeholders, trade, language, as_of, seal, history, bundles=True)
    return padded(rows, height, width)


@_catalogued()
def DEAL_OFFERS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, stakeholders, language=None, as_of=None, seal=None
):
    """What a rep can offer unasked: levers that answer a need of a stakeholder, as far as a rep may go alone, what each costs us
    and, by our estimate, is worth to them. Most worth to them for our cost first."""
    spoken, width = text(language) or LANGUAGES[0], len(OFFER_COLUMNS)
    if spoken not in LANGUAGES:
        return padded([["", f"{CHECK}language: found {spoken}, expected {' or '.join(LANGUAGES)}."]], OFFER_ROWS, width)
    found = valued_quote(checked_quote((lines, terms, trades, limits, assumptions, policy), as_of, seal), as_of)
    if isinstance(found, list):
        return padded([["", sentence] for sentence in found[:OFFER_ROWS]], OFFER_ROWS, width)
    quote, _, rules = found
    speaker = Speaker(quote.deal, spoken, quote.policy.currency)
    offers = own_offers(quote.deal, quote.trades, rules, _people(stakeholders, quote.deal))
    return padded(own_offer_table(offers, speaker), OFFER_ROWS, width)


@_catalogued()
def DEAL_DRAG(lines, terms, trades, limits, assumptions, policy, history=None):  # type: ignore[no-untyped-def]
    """What a discount that this client once got for nothing is expected to cost at renewals of the deal as it stands, with the
    manager's assumption, as a sentence; it is in no sum."""
    found = valued_quote(quote_of(lines, terms, trades, limits, assumptions, policy, history), None)
    if isinstance(found, list):
        return [[found[0]]]
    quote, valued, _ = found
    past = past_of(valued.deal_now, quote.history, quote.policy)
    return [[drag_sentence(past, quote.policy.currency)]]


@lru_cache(maxsize=REMEMBERED)
def _step_worths(same: Same, today: date) -> tuple[Deal, tuple[StepWorth, ...]]:
    """The deal of a sound quote as it stands, and what a step of each lever is worth there."""
    deal = deal_as_it_stands(same.quote, same.quote.rules(today))
    return deal, step_worths(deal, same.quote.rules(today))


def _head_math(ranges: Sequence[Any], language: Any, as_of: Any, seal: Any) -> tuple[Any, ...] | str:
    """The deal as it stands, its steps, its rules and who says them; or what is wrong with the input."""
    spoken = text(language) or LANGUAGES[0]
    if spoken not in LANGUAGES:
        return f"{CHECK}language: found {spoken}, expected {' or '.join(LANGUAGES)}."
    found = valued_quote(checked_quote(ranges, as_of, seal), as_of)
    if isinstance(found, list):
        return found[0]
    quote, _, rules = found
    assert rules.as_of is not None
    deal, worths = _step_worths(Same(quote), rules.as_of)
    return deal, worths, rules, Speaker(deal, spoken, quote.policy.currency)


@_catalogued()
def DEAL_RATES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, language=None, as_of=None, seal=None
):
    """Head math: what one step of each lever costs us and pays us from where the deal stands, as money and as a share of deal
    value. Dearest first."""
    found = _head_math((lines, terms, trades, limits, assumptions, policy), language, as_of, seal)
    rows = [[found]] if isinstance(found, str) else rates_table(found[1], found[3])
    return padded(rows, RATE_ROWS, len(RATE_COLUMNS))


@_catalogued()
def DEAL_RULES(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, language=None, as_of=None, seal=None
):
    """Rules of thumb: so much of one lever is paid by so much of another, rounded up on the side that pays us, each with the
    range in which it holds."""
    found = _head_math((lines, terms, trades, limits, assumptions, policy), language, as_of, seal)
    if isinstance(found, str):
        return padded([[found]], RULE_ROWS, len(RULE_COLUMNS))
    deal, worths, rules, speaker = found
    return padded(rules_table(rules_of_thumb(deal, rules, worths), speaker), RULE_ROWS, len(RULE_COLUMNS))


@_catalogued()
def DEAL_EXPLAIN(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, trade, places=None, as_of=None, seal=None, history=None
):
    """The math of a trade: first what leads to its verdict, then line by line what each change moves, how it is computed, from
    which inputs, before, after and the difference; the lines add up to cost and worth."""
    height, width = EXPLAIN_ROWS, len(EXPLAIN_COLUMNS)
    found = valued_quote(checked_quote((lines, terms, trades, limits, assumptions, policy), as_of, seal, history), as_of)
    if isinstance(found, list):
        return padded([["", sentence] for sentence in found[:height]], height, width)
    quote, _, rules = found
    if not any(one.id == text(trade) for one in quote.trades):
        return padded(unexplained(text(trade)), height, width)
    rows = explain_table(explain_trade(quote, text(trade), rules))[:height]
    for row in rows:
        row[_INPUTS] = with_cells(str(row[_INPUTS]), text(places))
    return padded(rows, height, width)


@_catalogued()
def DEAL_BRIDGE(lines, terms, trades, limits, assumptions, policy):  # type: ignore[no-untyped-def]
    """The bridge from opening value to value now, trade by trade, as the bars of a waterfall: an unseen base and on it the total,
    the rise or the fall. Where many trades move the deal, the smallest are one bar."""
    found = valued_quote(quote_of(lines, terms, trades, limits, assumptions, policy), None)
    rows = [[sentence] for sentence in found[:BRIDGE_ROWS]] if isinstance(found, list) else bridge_table(found[1])
    return padded(rows, BRIDGE_ROWS, len(BRIDGE_COLUMNS))


@_catalogued()
def DEAL_FLIPS(  # type: ignore[no-untyped-def]
    lines, terms, trades, limits, assumptions, policy, trade, language=None, as_of=None, seal=None, history=None
):
    """The flip test: the assumptions that would turn a trade's verdict, and at which value, nearest first. Nothing where no trade
    is named, for the search takes time."""
    height, width = FLIP_ROWS, len(FLIP_COLUMNS)
    if _is_unnamed(trade):
        return padded([], height, width)
    spoken = text(language) or LANGUAGES[0]
    if spoken not in LANGUAGES:
        return padded([[f"{CHECK}language: found {spoken}, expected {' or '.join(LANGUAGES)}."]], height, width)
    found = valued_quote(checked_quote((lines, terms, trades, limits, assumptions, policy), as_of, seal, history), as_of)
    if isinstance(found, list):
        return padded([[sentence] for sentence in found[:height]], height, width)
    quote, _, rules = found
    if not any(one.id == text(trade) for one in quote.trades):
        return padded(unflipped(text(trade)), height, width)
    assert rules.as_of is not None
    return padded(_flips(Same(quote), rules.as_of, text(trade), spoken), height, width)


@lru_cache(maxsize=REMEMBERED)
def _flips(same: Same, today: date, trade: str, language: str) -> Rows:
    """The flip test of a trade of a sound quote; it takes a second, so it is kept while the quote is the same."""
    speaker = Speaker(same.quote.deal, language, same.quote.policy.currency)
    return flips_rows(same.quote, same.quote.rules(today), trade, speaker)
'''
# ---- counterask/grids.py
FILES['counterask/grids.py'] = r'''
"""The steps that a rep may ask for on one lever: from where it stands to the most that the limits allow.

A step lands on a whole multiple of the lever's negotiable unit (whole months, half points, 5 days), counted from
zero; where the lever stands between two multiples, the first step goes to the next one. A limit that is no multiple
itself is not a step: the last step is then the last multiple before it. Steps go in the seller's direction only.

"none" is the far end of a scale. On the way to it the steps run to the end of the lever's range, for months to the
end of the horizon, and "none" is the last step; on the way from it they start at the farthest level that the limits
let anybody grant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .levers import LEVER_BY_NAME, LEVERS
from .limits import Limit, Limits
from .quantities import MONTHS, NONE, Quantity
from .scenarios import Array
from .terms import Address, Deal, units_of
from .trades import State, client_direction

MOST_STEPS = 20_000
"""A lever with more steps than this is looked at only so far; the answer says so."""

_HAIR = 1e-9


@dataclass(frozen=True)
class Grid:
    """The steps of one lever, nearest first.

    lever, line : as a trade names them. from_level : where the lever stands. limit : the most that may be asked for.
    unit : the negotiable unit. levels : (n,) in the lever's unit. steps : how many there are, which is more than n
    where they were too many to look at.
    """

    lever: str
    line: str | None
    address: Address
    from_level: float
    limit: float
    unit: float
    levels: Array
    steps: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more steps than were looked at."""
        return self.steps > len(self.levels)


def grids(deal: Deal, state: State, limits: Limits | None, apart_from: frozenset[Address]) -> Iterator[Grid]:
    """The grid of every lever that the limits let a rep ask for and that has room left, in the order of the registry.

    state : the inputs that differ from the opening deal. apart_from : addresses that are not looked at (the client's
    own asks). A lever whose row has no `ask_up_to` is not asked for; a row without a line holds for every line of a
    fitting kind.
    """
    if limits is None:
        return
    rows = {row.lever for row in limits.rows if not math.isnan(row.ask_up_to)}
    for name in [lever.name for lever in LEVERS] + [lever.name for lever in deal.company_levers]:
        if name not in rows:
            continue
        for address in deal.addresses(name):
            line = None if address[0] is None else deal.lines[address[0]].name
            row = limits.row(name, line)
            if row is None or math.isnan(row.ask_up_to) or address in apart_from:
                continue
            found = _grid(deal, row, line, address, state.get(address, deal.input_at(address)))
            if found is not None:
                yield found


def _grid(deal: Deal, row: Limit, line: str | None, address: Address, start: float) -> Grid | None:
    """The grid of one lever, or None where it stands at or beyond its limit already."""
    towards = -client_direction(deal, row.lever)
    limit = row.ask_up_to
    if math.isnan(start):
        return Grid(row.lever, line, address, start, limit, unit_of(row), np.empty(0), 0)
    if start == limit or (limit - start) * towards <= 0.0:
        return None
    quantity = quantity_of(deal, row.lever)
    near, far = start, limit
    if math.isinf(far):
        far = _end(quantity, deal, start)
    if math.isinf(near):
        named = [bound for bound in (row.rep_to, row.manager_to, row.never_beyond) if math.isfinite(bound)]
        near = max(named, default=quantity.highest) + unit_of(row)
    levels, steps = multiples(near, far, unit_of(row), towards)
    levels = np.array([level for level in levels.tolist() if quantity.fault(level) is None])
    if math.isinf(limit) and steps <= MOST_STEPS:
        levels, steps = np.append(levels, NONE), steps + 1
    return Grid(row.lever, line, address, start, limit, unit_of(row), levels, steps if len(levels) else 0)


def unit_of(row: Limit) -> float:
    """The negotiable unit of a limits row: its own step, or else the registry's; 1 for a company lever."""
    known = LEVER_BY_NAME.get(row.lever)
    return row.step if not math.isnan(row.step) else known.step if known else 1.0


def quantity_of(deal: Deal, lever: str) -> Quantity:
    """Unit and range of a lever, one of the company's own included."""
    known = LEVER_BY_NAME.get(lever)
    return known.quantity if known else units_of(deal.company_lever(lever))


def _end(quantity: Quantity, deal: Deal, start: float) -> float:
    """The last number before "none": the end of the range, for months the end of the horizon."""
    end = quantity.highest
    if quantity.unit == MONTHS and not math.isnan(deal.assumptions.horizon_months):
        end = min(end, deal.assumptions.horizon_months)
    return max(end, start)


def multiples(start: float, limit: float, unit: float, towards: int) -> tuple[Array, int]:
    """Whole multiples of `unit` beyond `start` up to `limit`, nearest first, and how many there are.

    towards : +1 upwards, -1 downwards. At most `MOST_STEPS` are returned.

    >>> multiples(0.023, 0.04, 0.005, 1)
    (array([0.025, 0.03 , 0.035, 0.04 ]), 4)
    >>> multiples(30.0, 14.0, 5.0, -1)
    (array([25., 20., 15.]), 3)
    """
    first = math.floor(towards * start / unit + _HAIR) + 1
    last = math.floor(towards * limit / unit + _HAIR)
    steps = max(0, last - first + 1)
    counts = np.arange(first, first + min(steps, MOST_STEPS), dtype=np.float64)
    levels = np.array([_clean(towards * count * unit) for count in counts.tolist()])
    return levels, steps


def _clean(level: float) -> float:
    """A level without the last digits that multiplying leaves: 0.035 and not 0.035000000000000003."""
    return float(f"{level:.12g}") + 0.0
'''
# ---- counterask/history.py
FILES['counterask/history.py'] = r'''
"""What this client was given before, what it cost, and what a discount given for nothing teaches.

A client who got a discount for nothing expects it again when the contract is renewed. The drag is the manager's
assumption of how much of such a discount is expected again (`taught_discount_drag`, a share): the fees of the lines
that were discounted, after the first term, times that share of the discount. It is shown as its own line and is no
part of deal value. Where the policy says that drag counts, a further discount for a client who has been taught costs
its own drag too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .cells import Fault, day, is_blank, number
from .levers import LEVER_BY_NAME, Kind
from .limit_rows import LEVER_BY_WORD
from .problems import Problem
from .quantities import MONEY, UNKNOWN, Quantity
from .renewal_drag import DISCOUNT, renewal_drag
from .stakeholders import table_of
from .tables import Columns, Table, plain
from .terms import Deal, units_of

COLUMNS = ("date", "event", "client", "quote", "lever", "line", "from", "to", "cost", "worth", "in_return")
_COST = Quantity("cost", MONEY, -1e12, 1e12, -1.0, "What it cost us.")
_NOTHING = frozenset({"", "nothing", "none", "-", "–", "0", "nichts"})


@dataclass(frozen=True)
class Concession:
    """One row of the history.

    cost : what it cost us, money, at most 0 (a table may leave the sign out). worth : what we got for it; NaN where
    not told. from_level, to : in the lever's unit. lever : None where the row is about something else (a stall, a new
    version).
    """

    date: date | None
    event: str
    client: str
    quote: str
    lever: str | None
    line: str | None
    from_level: float
    to: float
    cost: float
    worth: float
    in_return: str

    @property
    def is_for_nothing(self) -> bool:
        """Whether nothing came back."""
        got = 0.0 if math.isnan(self.worth) else self.worth
        return got <= 0.0 and self.in_return.strip().lower() in _NOTHING

    @property
    def taught_discount(self) -> float:
        """Share of the price that the row taught the client to expect for nothing; 0 where it is no such row."""
        if self.lever != DISCOUNT or not self.is_for_nothing or math.isnan(self.to):
            return 0.0
        return max(0.0, self.to - (0.0 if math.isnan(self.from_level) else self.from_level))


@dataclass(frozen=True)
class Drag:
    """What taught discounts are expected to cost at renewals.

    taught : share of the price taught, by line; a row without a line holds for every line. value : money, at most 0;
    NaN where the assumption is blank or the value needs an unknown input.
    """

    taught: tuple[tuple[str, float], ...]
    value: float

    @property
    def is_taught(self) -> bool:
        """Whether the client has got a discount for nothing."""
        return bool(self.taught)


def drag(deal: Deal, history: Sequence[Concession], taught_discount_drag: float) -> Drag:
    """The drag of what the history taught, on a deal. taught_discount_drag : share, from 0 to 1; NaN where unknown."""
    shares: dict[str, float] = {}
    for row in history:
        for line in deal.lines:
            if row.taught_discount and row.line in (None, line.name) and line.kind != Kind.ONE_OFF:
                shares[line.name] = shares.get(line.name, 0.0) + row.taught_discount
    taught = tuple((line, min(1.0, share)) for line, share in shares.items())
    if not taught:
        return Drag((), 0.0)
    return Drag(taught, math.fsum(renewal_drag(deal, line, share, taught_discount_drag) for line, share in taught))


def read_history(table: Table, deal: Deal, problems: list[Problem]) -> tuple[Concession, ...]:
    """The history of a table: concessions, trades, stalls and versions, in the order of its rows."""
    columns = Columns.find(table, COLUMNS, ("date",), problems)
    return tuple(_concession(columns, row, deal, problems) for row in columns.filled_rows())


def _concession(columns: Columns, row: int, deal: Deal, problems: list[Problem]) -> Concession:
    when = day(columns.cell(row, "date"))
    if isinstance(when, Fault):
        problems.append(columns.problem(row, "date", when))
        when = None
    lever = _lever(columns, row, deal, problems)
    cost = columns.number(row, "cost", _COST, problems)
    return Concession(
        when,
        columns.text(row, "event"),
        columns.text(row, "client"),
        columns.text(row, "quote"),
        lever,
        columns.text(row, "line") or None,
        _level(columns, row, "from", lever, deal, problems),
        _level(columns, row, "to", lever, deal, problems),
        -abs(cost),
        columns.number(row, "worth", _COST, problems),
        columns.text(row, "in_return"),
    )


def _lever(columns: Columns, row: int, deal: Deal, problems: list[Problem]) -> str | None:
    word = columns.text(row, "lever")
    known = LEVER_BY_WORD.get(plain(word))
    company = next((one.name for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if word and known is None and company is None:
        fault = Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list.")
        problems.append(columns.problem(row, "lever", fault))
    return known.name if known else company


def _level(columns: Columns, row: int, name: str, lever: str | None, deal: Deal, problems: list[Problem]) -> float:
    """A level in the unit of the row's lever; unknown where the row has no lever or no level."""
    cell = columns.cell(row, name)
    if lever is None or is_blank(cell):
        return UNKNOWN
    known = LEVER_BY_NAME.get(lever)
    found = number(cell, known.quantity if known else units_of(deal.company_lever(lever)))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found, lever))
        return UNKNOWN
    return found


def history_table(items: object) -> Table:
    """The history of a JSON deal as a table."""
    return table_of("History", COLUMNS, items, "history")
'''
# ---- counterask/history_views.py
FILES['counterask/history_views.py'] = r'''
"""What a client was given before, as people and programs see it: the sums, and the drag on renewals as a line of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .history import Concession, Drag, drag
from .limits import Policy
from .terms import Deal

STALL = "stall"


@dataclass(frozen=True)
class Past:
    """The history in numbers.

    given, got : what earlier concessions cost, at most 0, and what they were worth, money. times : rows with a cost or a
    worth. stalls : earlier stalls. is_taught : whether the client ever got a discount for nothing. drag : what that is
    expected to cost at renewals of this deal.
    """

    given: float
    got: float
    times: int
    stalls: int
    is_taught: bool
    drag: Drag
    policy: Policy


def past_of(deal: Deal, history: Sequence[Concession], policy: Policy) -> Past:
    """The history of a client, and its drag on a deal as it stands."""
    costs = [row.cost for row in history if not math.isnan(row.cost)]
    worths = [row.worth for row in history if not math.isnan(row.worth)]
    return Past(
        math.fsum(costs),
        math.fsum(worths),
        sum(bool((not math.isnan(row.cost) and row.cost) or (not math.isnan(row.worth) and row.worth)) for row in history),
        sum(row.event.strip().lower() == STALL for row in history),
        any(row.taught_discount for row in history),
        drag(deal, history, policy.taught_discount_drag),
        policy,
    )


def past_sentence(past: Past, currency: str) -> str:
    """What was given before and what came back."""
    stalls = f"; stalls: {past.stalls}" if past.stalls else ""
    if not past.times:
        return f"Nothing was given to this client before{stalls}."
    return f"Given to this client before: {_money(-past.given, currency)}; got for it: {_money(past.got, currency)}{stalls}."


def drag_sentence(past: Past, currency: str) -> str:
    """The drag on renewals, with the manager's assumption, and whether it counts in verdicts."""
    if not past.is_taught:
        return "✔ Drag at renewals: none. No discount was given to this client for nothing."
    if not past.drag.is_taught:
        return "✔ Drag at renewals: none. The discounts given for nothing were on lines that this quote does not hold."
    if math.isnan(past.policy.taught_discount_drag):
        return (
            "? Drag at renewals: cannot tell. A discount was given for nothing, and the policy's taught discount drag is blank."
        )
    if math.isnan(past.drag.value):
        return "? Drag at renewals: cannot tell. An input that the value needs is unknown."
    counts = "a further discount counts its own drag in its verdict" if past.policy.drag_counts else "it enters no verdict"
    share = f"{past.policy.taught_discount_drag:.0%}"
    return (
        f"▲ Drag at renewals: {_money(past.drag.value, currency)}, if {share} of what was given for nothing is expected again "
        f"(policy). It is in no sum; {counts}."
    )


def past_document(past: Past) -> dict[str, object]:
    """The history for JSON. Money; null where it cannot be told."""
    return {
        "given": past.given,
        "got": past.got,
        "stalls": past.stalls,
        "taught": [{"line": line, "discount": share} for line, share in past.drag.taught],
        "taught_discount_drag": _number(past.policy.taught_discount_drag),
        "drag": _number(past.drag.value),
        "drag_counts": bool(past.policy.drag_counts),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _money(value: float, currency: str) -> str:
    return f"{value:,.0f} {currency}".strip()
'''
# ---- counterask/labels.py
FILES['counterask/labels.py'] = r'''
"""Levers, assumptions and their levels in the words of the sheets: what a person finds again in a cell."""

from __future__ import annotations

import math

from .assumptions import ASSUMPTION_BY_NAME
from .levers import LEVER_BY_NAME


def level_words(name: str, value: float) -> str:
    """The level of a lever or an assumption as a person types it: 5%, 1,950, none, yes; "blank" where it is unknown."""
    if math.isnan(value):
        return "blank"
    if math.isinf(value):
        return "none"
    known = LEVER_BY_NAME[name].quantity if name in LEVER_BY_NAME else ASSUMPTION_BY_NAME.get(name)
    if known is not None and known.is_switch:
        return "yes" if value else "no"
    return f"{100.0 * value:.10g}%" if known is not None and known.is_share else f"{value:,.10g}"


def label_of(name: str) -> str:
    """A lever or an assumption as the sheets name it; a lever of the company's own under its own name."""
    known = LEVER_BY_NAME.get(name) or ASSUMPTION_BY_NAME.get(name)
    return known.label if known is not None else name
'''
# ---- counterask/levers.py
FILES['counterask/levers.py'] = r'''
"""The registry of levers: whatever a client may ask for and a rep may ask for in return, each told once.

A lever is named by the input that it changes. Drop-downs, the limits table, the finder, the help and the docs
read this registry; none repeats it. Levers of the company's own are rows of the limits workbook (`CompanyLever`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .quantities import DAYS, MONEY, MONTHS, MULTIPLE, NUMBER, SHARE, SWITCH, UNITS, Quantity


class Kind(StrEnum):
    """How a line earns: every month, by use, or once."""

    RECURRING = "recurring"
    METERED = "metered"
    ONE_OFF = "one-off"


EVERY_KIND = frozenset(Kind)
MORE, LESS = 1, -1


@dataclass(frozen=True)
class Lever:
    """One lever.

    quantity : name, unit, range and help of the input that it changes.
    client_wants : `MORE` or `LESS`: the direction in which a client asks.
    step : the smallest negotiable step, in the unit of the quantity.
    kinds : the kinds of line it belongs to; empty where it is a term of the whole deal.
    is_soft : whether its worth rests on a manager's estimate and is capped by policy.
    is_negotiable : whether the drop-downs offer it (a standard deviation is an input, but nobody asks for it).
    """

    quantity: Quantity
    client_wants: int
    step: float
    kinds: frozenset[Kind] = field(default_factory=frozenset)
    is_soft: bool = False
    is_negotiable: bool = True

    @property
    def name(self) -> str:
        """The name of the input that the lever changes."""
        return self.quantity.name

    @property
    def label(self) -> str:
        """The lever's name as a person reads it."""
        return self.quantity.label

    @property
    def is_on_line(self) -> bool:
        """Whether the lever belongs to a line, and not to the deal as a whole."""
        return bool(self.kinds)


def _line(
    name: str,
    unit: str,
    highest: float,
    sample: float,
    wants: int,
    step: float,
    kinds: frozenset[Kind],
    help_text: str,
    lowest: float = 0.0,
    whole: bool = False,
    negotiable: bool = True,
) -> Lever:
    quantity = Quantity(name, unit, lowest, highest, sample, help_text, whole=whole)
    return Lever(quantity, wants, step, kinds, is_negotiable=negotiable)


def _term(
    name: str,
    unit: str,
    highest: float,
    sample: float,
    wants: int,
    step: float,
    help_text: str,
    lowest: float = 0.0,
    whole: bool = False,
    none_means: str | None = None,
    soft: bool = False,
    negotiable: bool = True,
    spoken: str | None = None,
) -> Lever:
    quantity = Quantity(name, unit, lowest, highest, sample, help_text, whole, none_means, spoken)
    return Lever(quantity, wants, step, is_soft=soft, is_negotiable=negotiable)


_MUCH = 1e12
_SERVED = frozenset({Kind.RECURRING, Kind.METERED})
_ONLY_RECURRING, _ONLY_METERED, _ONLY_ONE_OFF = (frozenset({kind}) for kind in Kind)

LINE_LEVERS: tuple[Lever, ...] = (
    _line(
        "list_price",
        MONEY,
        _MUCH,
        100.0,
        LESS,
        1.0,
        EVERY_KIND,
        "Price before discount: per unit per month (recurring), per unit used (metered), per unit in all (one-off).",
        negotiable=False,
    ),
    _line("discount", SHARE, 1.0, 0.05, MORE, 0.005, EVERY_KIND, "Share taken off the list price of the line."),
    _line(
        "quantity",
        UNITS,
        _MUCH,
        10.0,
        LESS,
        1.0,
        EVERY_KIND,
        "Units (recurring), mean units a month (metered), usually 1 (one-off).",
    ),
    _line(
        "unit_cost",
        MONEY,
        _MUCH,
        50.0,
        MORE,
        1.0,
        EVERY_KIND,
        "Our cost of one unit, on the basis of the price.",
        negotiable=False,
    ),
    _line(
        "ramp_months",
        MONTHS,
        600.0,
        1.0,
        MORE,
        1.0,
        _SERVED,
        "Months until the full quantity is in use; at least 1.",
        lowest=1.0,
    ),
    _line(
        "support_cost",
        MONEY,
        _MUCH,
        1.0,
        MORE,
        0.5,
        _ONLY_RECURRING,
        "Our cost of the support level promised, per unit per month.",
    ),
    _line(
        "demand_cv",
        NUMBER,
        5.0,
        0.3,
        MORE,
        0.05,
        _ONLY_METERED,
        "Standard deviation of a year's use, as a share of its mean.",
        negotiable=False,
    ),
    _line(
        "delivery_months",
        MONTHS,
        600.0,
        3.0,
        LESS,
        1.0,
        _ONLY_ONE_OFF,
        "Months over which the line is delivered.",
        lowest=1.0,
        whole=True,
    ),
)

TERM_LEVERS: tuple[Lever, ...] = (
    _term("term_months", MONTHS, 600.0, 24.0, LESS, 1.0, "Length of the first term.", 1.0, True),
    _term("renewal_term_months", MONTHS, 600.0, 12.0, LESS, 1.0, "Length of each later term.", 1.0, True),
    _term(
        "renewal_probability",
        SHARE,
        1.0,
        0.8,
        LESS,
        0.01,
        "Chance that the client renews when a term ends.",
        negotiable=False,
    ),
    _term("billing_months", MONTHS, 600.0, 1.0, LESS, 1.0, "Months of recurring fees on one invoice.", 1.0, True),
    _term("billing_in_advance", SWITCH, 1.0, 0.0, LESS, 1.0, "Whether recurring fees are invoiced before the service."),
    _term("payment_days", DAYS, 365.0, 30.0, MORE, 5.0, "Days from invoice to cash."),
    _term("free_months", MONTHS, 600.0, 1.0, MORE, 1.0, "First months without recurring fees.", whole=True),
    _term("uplift_floor", SHARE, 1.0, 0.0, LESS, 0.005, "Least yearly price rise.", lowest=-0.5),
    _term(
        "uplift_cap", SHARE, 1.0, 0.05, LESS, 0.005, "Greatest yearly price rise.", lowest=-0.5, none_means="uncapped"
    ),
    _term("price_lock_months", MONTHS, 600.0, 12.0, MORE, 12.0, "Months in which no yearly price rise is made."),
    _term(
        "most_favoured_price",
        SWITCH,
        1.0,
        1.0,
        MORE,
        1.0,
        "Whether the client's price must follow the best price given to anybody.",
    ),
    _term(
        "sla_credit",
        SHARE,
        1.0,
        0.1,
        MORE,
        0.01,
        "Share of a month's recurring fee paid back when service is missed.",
        spoken="SLA credit",
    ),
    _term("commitment", SHARE, 2.0, 0.9, LESS, 0.05, "Share of mean yearly use that the client commits to; 0 is none."),
    _term("take_or_pay_rate", SHARE, 2.0, 1.0, LESS, 0.05, "Share of the price owed on committed units not taken."),
    _term(
        "rebate_threshold",
        SHARE,
        10.0,
        1.05,
        LESS,
        0.05,
        "Share of mean yearly use above which a rebate is paid.",
        none_means="no rebate",
    ),
    _term("rebate_rate", SHARE, 1.0, 0.05, MORE, 0.005, "Rebate, as a share of the price, on use above the threshold."),
    _term(
        "late_damages_rate", SHARE, 1.0, 0.05, MORE, 0.01, "Damages for late one-off delivery, as a share of its price."
    ),
    _term(
        "months_brought_forward",
        MONTHS,
        600.0,
        1.0,
        MORE,
        1.0,
        "Months by which one-off delivery is made faster.",
        whole=True,
    ),
    _term("warranty_months", MONTHS, 600.0, 6.0, MORE, 1.0, "Months of warranty after one-off delivery.", whole=True),
    _term(
        "tfc_from_month",
        MONTHS,
        600.0,
        6.0,
        LESS,
        1.0,
        "Month from which the client may leave at any time.",
        whole=True,
        none_means="no such right",
        spoken="TFC from month",
    ),
    _term(
        "tfc_fee_months",
        MONTHS,
        600.0,
        2.0,
        LESS,
        0.5,
        "Monthly recurring fees owed on leaving for convenience.",
        spoken="TFC fee months",
    ),
    _term(
        "liability_cap_multiple",
        MULTIPLE,
        1000.0,
        1.0,
        MORE,
        0.25,
        "Most we pay for a claim, as a multiple of ACV.",
        none_means="unlimited liability",
    ),
    _term(
        "exclusivity_months",
        MONTHS,
        600.0,
        6.0,
        MORE,
        1.0,
        "Months in which we may not serve the client's rivals.",
        whole=True,
    ),
    _term(
        "reference_probability",
        SHARE,
        1.0,
        0.5,
        LESS,
        0.1,
        "Chance that the client gives a public reference.",
        soft=True,
    ),
    _term(
        "introduction_probability",
        SHARE,
        1.0,
        0.5,
        LESS,
        0.1,
        "Chance that the client introduces us to another client.",
        soft=True,
    ),
    _term("foreign_share", SHARE, 1.0, 0.5, MORE, 0.1, "Share of recurring and metered cash in the client's currency."),
)

LEVERS: tuple[Lever, ...] = LINE_LEVERS + TERM_LEVERS
LEVER_BY_NAME: dict[str, Lever] = {lever.name: lever for lever in LEVERS}


def inputs_of(kind: Kind) -> tuple[Lever, ...]:
    """The line inputs that a line of this kind has, in their order on the sheet."""
    return tuple(lever for lever in LINE_LEVERS if kind in lever.kinds)
'''
# ---- counterask/limit_rows.py
FILES['counterask/limit_rows.py'] = r'''
"""The Limits table, row by row: limits of the registry's levers, and the company's own levers."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import date

from .cells import Fault, day, is_blank, yes_no
from .levers import LEVER_BY_NAME, LEVERS
from .limits import Limit, Limits
from .problems import Problem
from .quantities import MONEY, MONTHS, SHARE, UNITS, Quantity
from .tables import Columns, Table, plain
from .terms import Address, Assumptions, CompanyLever

BOUNDS = ("rep_to", "manager_to", "never_beyond", "ask_up_to")
COLUMNS = (
    "lever",
    "line",
    "rep_to",
    "manager_to",
    "never_beyond",
    "step",
    "ask_up_to",
    "soft",
    "owner",
    "effective",
    "expires",
    "unit",
    "amount_per_unit",
    "month_from",
    "month_to",
    "probability",
    "survives",
)

AMOUNT = Quantity("amount_per_unit", MONEY, -1e12, 1e12, 1.0, "Money a unit; plus is good for us.")
MONTH = Quantity("month_from", MONTHS, 0.0, 600.0, 1.0, "Month paid.", whole=True)
PROBABILITY = Quantity("probability", SHARE, 0.0, 1.0, 1.0, "Chance that it is paid.")
COUNT = Quantity("units", UNITS, 0.0, 1e9, 1.0, "Units of a company lever.")

_TAKEN = frozenset(plain(name) for name in (*(field.name for field in fields(Assumptions)), "name", "kind"))
"""Words that already name an input which is no lever."""

LEVER_BY_WORD = {plain(word): lever for lever in LEVERS for word in (lever.name, lever.label)}


def read_limits(
    table: Table, places: dict[Address, str], problems: list[Problem]
) -> tuple[Limits, tuple[CompanyLever, ...]]:
    """Limits and company levers. What is blank in a company lever is unknown; `places` is told where it stands."""
    columns = Columns.find(table, COLUMNS, ("lever",), problems)
    rows: list[Limit] = []
    company: list[CompanyLever] = []
    seen: set[tuple[str, str | None]] = set()
    for row in columns.filled_rows(("lever", *BOUNDS, "amount_per_unit")) if "lever" in columns.at else ():
        known = LEVER_BY_WORD.get(plain(columns.cell(row, "lever")))
        name = known.name if known else columns.text(row, "lever")
        if not name:
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault("found no lever", "the name of a lever", "Choose one from the list or clear the row."),
                )
            )
            continue
        if known is None and plain(name) in _TAKEN:
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault(
                        f'found "{name[:60]}", which is the name of another input',
                        "a name of its own",
                        "Rename the lever.",
                    ),
                )
            )
            continue
        if known is None and is_blank(columns.cell(row, "amount_per_unit")):
            problems.append(
                columns.problem(
                    row,
                    "lever",
                    Fault(
                        f'found "{name[:60]}", which is no lever',
                        "the name of a lever",
                        "Choose one from the list, or give amount_per_unit to make it a lever of the company's own.",
                    ),
                )
            )
            continue
        line = columns.text(row, "line") or None
        if line and (known is None or not known.is_on_line):
            problems.append(
                columns.problem(
                    row,
                    "line",
                    Fault(
                        f'found "{line[:60]}", but {name[:60]} holds for the whole deal',
                        "a blank cell",
                        "Clear the line cell.",
                    ),
                )
            )
        if (plain(name), line) in seen:
            word = columns.text(row, "lever")[:60]
            problems.append(
                columns.problem(
                    row, "lever", Fault(f'found "{word}" twice', "one row a lever and line", "Clear one of the rows.")
                )
            )
            continue
        seen.add((plain(name), line))
        if known is None:
            company.append(_company_lever(columns, row, name, places, problems))
        rows.append(_limit(columns, row, name, line, problems))
    return Limits(tuple(rows)), tuple(company)


def step_quantity(quantity: Quantity) -> Quantity:
    """The negotiable step of a lever: more than nothing, and no more than there is room for."""
    return Quantity("step", quantity.unit, 1e-9, quantity.highest - quantity.lowest, 1.0, "Negotiable step.")


def _limit(columns: Columns, row: int, name: str, line: str | None, problems: list[Problem]) -> Limit:
    known = LEVER_BY_NAME.get(name)
    quantity = known.quantity if known else COUNT
    bounds = {bound: columns.number(row, bound, quantity, problems, bound) for bound in BOUNDS}
    wants = known.client_wants if known else (1 if _is_negative(columns.cell(row, "amount_per_unit")) else -1)
    for nearer, farther in (("rep_to", "manager_to"), ("manager_to", "never_beyond"), ("rep_to", "never_beyond")):
        here, there = bounds[nearer], bounds[farther]
        if math.isfinite(here) and math.isfinite(there) and (here - there) * wants > 1e-12:
            problems.append(
                columns.problem(
                    row,
                    nearer,
                    Fault(
                        f"found {here:g}, which goes beyond {farther} {there:g}",
                        f"no more than {farther}",
                        "Swap or correct them.",
                    ),
                )
            )
    step_of = step_quantity(quantity)
    return Limit(
        name,
        line,
        bounds["rep_to"],
        bounds["manager_to"],
        bounds["never_beyond"],
        columns.number(row, "step", step_of, problems),
        bounds["ask_up_to"],
        _flag(columns, row, "soft", problems),
        columns.text(row, "owner"),
        _day(columns, row, "effective", problems),
        _day(columns, row, "expires", problems),
    )


def _company_lever(
    columns: Columns, row: int, name: str, places: dict[Address, str], problems: list[Problem]
) -> CompanyLever:
    month_from = columns.number(row, "month_from", MONTH, problems)
    month_to = columns.number(row, "month_to", MONTH, problems, "month_to")
    if month_to < month_from:
        fault = Fault(
            f"found {month_to:g}, which lies before month_from {month_from:g}",
            f"a month from {month_from:g} on",
            "Swap or correct them.",
        )
        problems.append(columns.problem(row, "month_to", fault))
    for needed in ("month_from", "probability"):
        if is_blank(columns.cell(row, needed)):
            places.setdefault((None, name), columns.place(row, needed))
    return CompanyLever(
        name,
        columns.text(row, "unit"),
        columns.number(row, "amount_per_unit", AMOUNT, problems),
        month_from,
        None if math.isnan(month_to) else month_to,
        columns.number(row, "probability", PROBABILITY, problems),
        bool(_flag(columns, row, "survives", problems)),
        bool(_flag(columns, row, "soft", problems)),
    )


def _flag(columns: Columns, row: int, name: str, problems: list[Problem]) -> bool | None:
    found = yes_no(columns.cell(row, name))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found))
        return None
    return found


def _day(columns: Columns, row: int, name: str, problems: list[Problem]) -> date | None:
    found = day(columns.cell(row, name))
    if isinstance(found, Fault):
        problems.append(columns.problem(row, name, found))
        return None
    return found


def _is_negative(cell: object) -> bool:
    return isinstance(cell, int | float) and cell < 0
'''
# ---- counterask/limits.py
FILES['counterask/limits.py'] = r'''
"""What reps and managers may agree to: one row a lever, set by managers, with an owner and dates.

A limit is a place on the lever's scale, seen in the direction in which clients ask: a rep may go as far as `rep_to`,
a manager as far as `manager_to`, finance as far as `never_beyond`; past that nobody may, whatever is offered in return.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from .labels import label_of
from .quantities import UNKNOWN


class Authority(IntEnum):
    """Who may agree, least first."""

    REP = 0
    MANAGER = 1
    FINANCE = 2
    NOBODY = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Limit:
    """One row of the limits.

    lever, line : the lever, and the line it holds for (None for every line that has no row of its own).
    rep_to, manager_to, never_beyond : in the lever's unit; NaN where the row says nothing (nobody below may go there;
    for `never_beyond`: no hard stop), infinity where it says "none".
    step : the negotiable step. ask_up_to : the most a rep may ask for in return; NaN where the row says nothing.
    is_soft : whether the lever's worth is soft value. owner : who set the row. effective, expires : first and last day.
    """

    lever: str
    line: str | None = None
    rep_to: float = UNKNOWN
    manager_to: float = UNKNOWN
    never_beyond: float = UNKNOWN
    step: float = UNKNOWN
    ask_up_to: float = UNKNOWN
    is_soft: bool | None = None
    owner: str = ""
    effective: date | None = None
    expires: date | None = None

    def lapse(self, as_of: date) -> str | None:
        """Why the row does not hold on a day, or None where it does."""
        if self.effective is not None and as_of < self.effective:
            return f"the limit for {label_of(self.lever)} holds only from {self.effective.isoformat()}"
        if self.expires is not None and as_of > self.expires:
            return f"the limit for {label_of(self.lever)} expired on {self.expires.isoformat()}"
        return None

    def authority(self, to: float, client_wants: int) -> Authority:
        """Who may agree to a level that moves the lever in the client's direction."""
        if not math.isnan(self.never_beyond) and _is_beyond(to, self.never_beyond, client_wants):
            return Authority.NOBODY
        if not math.isnan(self.rep_to) and not _is_beyond(to, self.rep_to, client_wants):
            return Authority.REP
        if not math.isnan(self.manager_to) and not _is_beyond(to, self.manager_to, client_wants):
            return Authority.MANAGER
        return Authority.FINANCE if not math.isnan(self.manager_to) else Authority.MANAGER

    def counter_authority(self, to: float, client_wants: int) -> Authority:
        """Who may ask for a level that moves the lever in the seller's direction."""
        if not math.isnan(self.ask_up_to) and _is_beyond(to, self.ask_up_to, -client_wants):
            return Authority.MANAGER
        return Authority.REP


def _is_beyond(to: float, bound: float, direction: int) -> bool:
    """Whether `to` lies past `bound` in a direction. "none" is the far end for the client: no cap, or no such right."""
    return (
        direction * (to - bound) > 1e-9 * max(1.0, abs(bound))
        if math.isfinite(to) and math.isfinite(bound)
        else direction * _order(to) > direction * _order(bound)
    )


def _order(value: float) -> float:
    return math.copysign(1.0, value) if math.isinf(value) else 0.0


@dataclass(frozen=True)
class Policy:
    """Rules for all trades.

    required_ratio : worth that a counter-ask must have for each unit of cost. soft_share_cap : share of what is
    required that soft value may cover. minimum_margin : share of revenue. manager_early_above : ACV at which a manager
    joins from the start. stalls_allowed : count. currency : of all money. taught_discount_drag : share of a discount that
    is expected again at renewals. drag_counts : 1 where that drag counts in verdicts. NaN where the policy says nothing.
    """

    required_ratio: float = 1.0
    soft_share_cap: float = 1.0
    minimum_margin: float = UNKNOWN
    manager_early_above: float = UNKNOWN
    stalls_allowed: float = UNKNOWN
    currency: str = ""
    taught_discount_drag: float = UNKNOWN
    drag_counts: float = 0.0


@dataclass(frozen=True)
class Lapse:
    """Days on which the limits as a whole do not hold (both counted), and why: their seal has run out, or is replaced."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Limits:
    """All rows, and why they cannot be relied on as a whole, if so: on any day (`fault`), or on some (`lapsed`)."""

    rows: tuple[Limit, ...] = ()
    fault: str | None = None
    lapsed: tuple[Lapse, ...] = ()
    _by_place: dict[tuple[str, str | None], Limit] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_place.setdefault((row.lever, row.line), row)

    def row(self, lever: str, line: str | None) -> Limit | None:
        """The row for a lever on a line: its own, or the one for every line."""
        return self._by_place.get((lever, line)) or self._by_place.get((lever, None))

    def lapse_of_all(self, as_of: date | None) -> str | None:
        """Why none of these limits can be relied on, or None."""
        if self.fault or as_of is None:
            return self.fault
        return next((lapse.reason for lapse in self.lapsed if lapse.first <= as_of <= lapse.last), None)

    def lapses(self, levers: Iterable[tuple[str, str | None]], as_of: date) -> str | None:
        """Why no verdict can rest on these limits for the given levers, or None."""
        if (reason := self.lapse_of_all(as_of)) is not None:
            return reason
        for lever, line in levers:
            row = self.row(lever, line)
            if row is not None and (reason := row.lapse(as_of)) is not None:
                return reason
        return None
'''
# ---- counterask/money.py
FILES['counterask/money.py'] = r'''
"""Money as it is shown: cents that add up."""

from __future__ import annotations

import math
from collections.abc import Sequence

_MOST = 1e13
"""Up to here cents are exact in a float."""


def round_parts(parts: Sequence[float], total: float | None = None) -> list[float]:
    """Parts rounded to cents so that they add up to their rounded total exactly.

    parts : money. total : what they add up to; their exact sum where it is left out. Each part is rounded down, and the cents
    that are left go to the largest remainders, ties to the first listed. Parts that are no finite numbers are left as they are.

    >>> round_parts([0.333, 0.333, 0.334])
    [0.33, 0.33, 0.34]
    """
    if not all(abs(number) < _MOST for number in (*parts, 0.0 if total is None else total)):
        return list(parts)
    target = round(100.0 * (math.fsum(parts) if total is None else total))
    floors = [math.floor(100.0 * part) for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - 100.0 * parts[place], place))
    left = target - sum(floors)
    step = 1 if left >= 0 else -1
    for_all, for_some = divmod(abs(left), max(1, len(parts)))
    for place in order[:for_some] if step > 0 else order[len(order) - for_some :]:
        floors[place] += step
    return [(cents + step * for_all) / 100.0 for cents in floors]
'''
# ---- counterask/offers.py
FILES['counterask/offers.py'] = r'''
"""What to offer where the answer is "no, but": less of what the client asks for, for a smaller counter-ask.

Of an ask that goes beyond what a rep may grant, as much is offered as the rep may grant; where all of it may be
granted, half of the way, rounded down to the lever's step. Counter-asks that were entered for the whole ask play no
part. An offer is a trade of its own: it is searched like any other and holds only if it is a negotiation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from .grids import multiples, quantity_of, unit_of
from .limits import Authority, Limit
from .positions import Position, position_of
from .trades import Change, Trade, client_direction


def lesser_asks(position: Position) -> tuple[Change, ...]:
    """What a rep can offer instead of a trade's asks; () where there is no level between what stands and what is
    asked."""
    moves = [(ask, _start(position, ask)) for ask in position.trade.asks]
    moves = [(ask, start) for ask, start in moves if _goes_clients_way(position, ask, start)]
    rows = {ask: _row(position, ask) for ask, _ in moves}
    is_beyond = {ask: _authority(position, ask, rows[ask]) > Authority.REP for ask, _ in moves}
    offered: list[Change] = []
    for ask, start in moves:
        if is_beyond[ask]:
            to = _within(position, ask, start, rows[ask])
        elif any(is_beyond.values()):
            to = ask.to
        else:
            to = _half_way(position, ask, start, rows[ask])
        if to is not None:
            offered.append(replace(ask, to=to))
    return tuple(offered)


def offer_position(position: Position, trades: Sequence[Trade]) -> Position | None:
    """Where a rep stands with the lesser asks instead, or None where there is nothing to offer."""
    asks = lesser_asks(position)
    if not asks:
        return None
    trade = Trade(position.trade.id, position.trade.response, asks)
    found = position_of(position.deal, trades, trade, position.rules)
    return None if found.obstacle is not None else found


def _start(position: Position, ask: Change) -> float:
    address = position.deal.address(ask.lever, ask.line)
    return position.before.get(address, position.deal.input_at(address))


def _row(position: Position, ask: Change) -> Limit | None:
    limits = position.rules.limits
    return limits.row(ask.lever, ask.line) if limits else None


def _goes_clients_way(position: Position, ask: Change, start: float) -> bool:
    wants = client_direction(position.deal, ask.lever)
    return ask.to != start and not math.isnan(start) and not math.isnan(ask.to) and (ask.to - start) * wants > 0.0


def _authority(position: Position, ask: Change, row: Limit | None) -> Authority:
    return row.authority(ask.to, client_direction(position.deal, ask.lever)) if row else Authority.MANAGER


def _within(position: Position, ask: Change, start: float, row: Limit | None) -> float | None:
    """The farthest that a rep may go towards an ask, or None where that is nowhere."""
    if row is None or math.isnan(row.rep_to):
        return None
    wants = client_direction(position.deal, ask.lever)
    return row.rep_to if (row.rep_to - start) * wants > 0.0 and (ask.to - row.rep_to) * wants > 0.0 else None


def _half_way(position: Position, ask: Change, start: float, row: Limit | None) -> float | None:
    """Half of the way to an ask, rounded down to a step; None where no step lies between."""
    if not (math.isfinite(start) and math.isfinite(ask.to)):
        return None
    unit = unit_of(row or Limit(ask.lever, ask.line))
    levels, _ = multiples(start, (start + ask.to) / 2.0, unit, client_direction(position.deal, ask.lever))
    if not len(levels):
        return None
    quantity = quantity_of(position.deal, ask.lever)
    to = float(levels[-1])
    return to if quantity.fault(to) is None and to != ask.to else None
'''
# ---- counterask/own_offers.py
FILES['counterask/own_offers.py'] = r'''
"""What a rep can offer unasked: levers that answer somebody's need and cost us little, as far as a rep may go alone.

What an answer is worth to the client is our estimate, from the stakeholders. It ranks; it enters no value of ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .levers import LEVER_BY_NAME
from .stakeholders import Stakeholder
from .terms import Address, Deal
from .trades import HALF_A_CENT, Change, Rules, Trade, client_direction, grant, no_price, soft
from .valuation import value_states


@dataclass(frozen=True)
class OwnOffer:
    """One lever moved the client's way, to where a rep may go alone.

    cost : what it does to deal value as the deal stands now, money, at most 0 for a real concession. worth_to_them :
    money, our estimate, 0 where there is none; where a lever can be offered on several lines, shared out by what each
    costs us. people : whose need it answers. is_soft : whether its cost rests on an estimate.
    """

    lever: str
    line: str | None
    from_level: float
    to: float
    cost: float
    worth_to_them: float
    people: tuple[Stakeholder, ...]
    is_soft: bool = False

    @property
    def change(self) -> Change:
        """The offer as it is typed in, as an ask of the client."""
        return Change(self.lever, self.line, self.to)

    @property
    def return_on_cost(self) -> float:
        """Worth to them for each unit of our cost; infinite where it pays us."""
        return math.inf if self.cost > 0.0 else self.worth_to_them / -self.cost


def own_offers(deal: Deal, trades: Sequence[Trade], rules: Rules, stakeholders: Sequence[Stakeholder]) -> tuple[OwnOffer, ...]:
    """Offers that answer a need, those first that are worth most to them for what they cost us.

    A lever is offered where its limits row names a finite level that a rep may grant beyond where the lever stands
    now. All are valued in one batch. Left out is what has no price, and what moves nothing in the deal as it stands (a
    rebate without a threshold): it would be empty words.
    """
    if rules.limits is None:
        return ()
    states, _ = grant(deal, trades)
    now = states[-1]
    candidates: list[tuple[str, str | None, Address, float, float]] = []
    for lever in dict.fromkeys(lever for one in stakeholders for lever in one.levers):
        known = LEVER_BY_NAME.get(lever)
        fitting = [line.name for line in deal.lines if known is not None and line.kind in known.kinds]
        lines: list[str | None] = [*fitting] if known is not None and known.is_on_line else [None]
        for line in lines:
            row = rules.limits.row(lever, line)
            if row is None or not math.isfinite(row.rep_to):
                continue
            if rules.as_of is not None and rules.limits.lapses([(lever, line)], rules.as_of):
                continue
            address = deal.address(lever, line)
            start = now.get(address, deal.input_at(address))
            if (row.rep_to - start) * client_direction(deal, lever) > 0.0:
                candidates.append((lever, line, address, start, row.rep_to))
    totals = value_states(deal, [now, *({**now, address: to} for _, _, address, _, to in candidates)]).total
    found = []
    for (lever, line, address, start, to), total in zip(candidates, totals[1:].tolist(), strict=True):
        cost = total - float(totals[0])
        if not math.isfinite(cost) or abs(cost) < HALF_A_CENT or no_price(deal, {**now, address: to}) is not None:
            continue
        people = tuple(one for one in stakeholders if lever in one.levers)
        worth = math.fsum(one.worth_to_them for one in people if not math.isnan(one.worth_to_them))
        found.append(OwnOffer(lever, line, start, to, cost, worth, people, soft(deal, Change(lever, line, to), rules.limits)))
    every = {one.lever: math.fsum(min(0.0, other.cost) for other in found if other.lever == one.lever) for one in found}
    shared = [
        replace(one, worth_to_them=one.worth_to_them * one.cost / every[one.lever]) if one.line and one.cost < 0.0 else one
        for one in found
    ]
    return tuple(sorted(shared, key=lambda one: (-round(one.return_on_cost, 9), -one.cost)))
'''
# ---- counterask/positions.py
FILES['counterask/positions.py'] = r'''
"""Where a rep stands when a client has asked: the deal with the ask granted, and what a counter-ask must still bring.

A trade is looked at in its place in the ledger: granted trades before it stand, later ones play no part. Its asks are
taken as granted, whatever the response is. Counter-asks already entered stay, and a further one must cover what is
missing; where they are enough already, or have no price, they are set aside, and what is found are alternatives to
them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .scenarios import Array, Scenarios
from .terms import Address, Deal
from .trades import (
    HALF_A_CENT,
    Change,
    Response,
    Rules,
    State,
    Trade,
    ValuedChange,
    ValuedTrade,
    Verdict,
    grant,
    no_price,
    soft,
    taught_drag,
    weigh,
)
from .valuation import unknown_in_states, value_scenarios, value_states

NO_VERDICT = frozenset({Verdict.BLOCKED, Verdict.CANNOT_TELL})


@dataclass(frozen=True)
class Position:
    """A trade, as granted, before a further counter-ask.

    deal : the opening deal. before : its state before the trade. state : its state after the trade's changes. valued
    : the trade with its numbers, without what was set aside. total : deal value after it, money. is_instead : whether
    counter-asks that the trade holds were set aside.
    """

    deal: Deal
    rules: Rules
    before: State
    state: State
    valued: ValuedTrade
    total: float
    is_instead: bool = False

    @property
    def trade(self) -> Trade:
        """The trade, granted, without what was set aside."""
        return self.valued.trade

    @property
    def cost(self) -> float:
        """What the asks cost, money, at most 0 for a real concession; with the drag of a discount where that counts."""
        return self.valued.cost + self.valued.drag

    @property
    def required(self) -> float:
        """What all counter-asks together must be worth, money, at least 0."""
        return self.rules.policy.required_ratio * max(0.0, -self.cost)

    @property
    def obstacle(self) -> str | None:
        """Why no counter-ask can turn the trade into a negotiation, or None where one may."""
        return (self.valued.note or str(self.valued.verdict)) if self.valued.verdict in NO_VERDICT else None

    @cached_property
    def deal_here(self) -> Deal:
        """The deal with the trade's changes made, but none further."""
        return self.deal.with_inputs(self.state)

    @cached_property
    def soft_worth(self) -> float:
        """What is soft in the worth of the counter-asks entered, money."""
        return math.fsum(change.value for change in self.valued.changes if not change.is_ask and change.is_soft)

    @cached_property
    def asked(self) -> frozenset[Address]:
        """The addresses that the asks move: to ask for them back is no counter-ask."""
        return frozenset(self.deal.address(ask.lever, ask.line) for ask in self.trade.asks)

    def totals(self, columns: Mapping[Address, Array], size: int) -> Array:
        """Deal value, (size,) money, of variants in which the inputs at the given addresses differ. NaN: no price."""
        totals = value_scenarios(Scenarios(self.deal_here, size, columns)).total
        broken = ~np.isfinite(totals)
        floor, cap = (columns.get((None, name)) for name in ("uplift_floor", "uplift_cap"))
        if floor is not None or cap is not None:
            terms = self.deal_here.terms
            broken |= (terms.uplift_floor if floor is None else floor) > (terms.uplift_cap if cap is None else cap)
        return np.where(broken, np.nan, totals)

    def shortfalls(self, worth: Array, soft_worth: Array) -> Array:
        """What is missing, money, where further counter-asks are worth so much, so much of it soft. Below 0: more
        than enough.

        The rule is that of `trades.judge`.
        """
        policy = self.rules.policy
        hard = self.valued.worth + worth - self.soft_worth - soft_worth
        counted = hard + np.minimum(self.soft_worth + soft_worth, policy.soft_share_cap * self.required)
        return np.asarray(self.required - counted)

    def with_counters(self, counters: Sequence[Change], worths: Sequence[float]) -> ValuedTrade:
        """The trade with further counter-asks, worth so much one after the other, weighed as the ledger weighs it."""
        here, added = self.state, []
        fault = None
        for change, worth in zip(counters, worths, strict=True):
            address = self.deal.address(change.lever, change.line)
            level = here.get(address, self.deal.input_at(address))
            added.append(ValuedChange(change, False, soft(self.deal, change, self.rules.limits), level, worth))
            here = {**here, address: change.to}
            fault = fault or no_price(self.deal, here)
        trade = replace(self.trade, counters=self.trade.counters + tuple(counters))
        asks, entered = self._sides()
        return weigh(self.deal, trade, (*asks, *entered, *added), fault, self.rules, drag=self.valued.drag)

    def _sides(self) -> tuple[tuple[ValuedChange, ...], tuple[ValuedChange, ...]]:
        changes = self.valued.changes
        return tuple(one for one in changes if one.is_ask), tuple(one for one in changes if not one.is_ask)


def is_enough(shortfall: Array) -> NDArray[np.bool_]:
    """Whether a shortfall is none: under half a cent. Unknown is not enough."""
    return np.asarray(shortfall < HALF_A_CENT)


def position_of(
    deal: Deal,
    trades: Sequence[Trade],
    asked: str | Change | Sequence[Change] | Trade,
    rules: Rules,
) -> Position:
    """Where a rep stands on a trade, named by its id, or on a bare ask that is not entered yet and comes after all
    trades.

    Raises KeyError where there is no such trade, or where a change names a lever or line that the deal does not have.
    """
    place, trade = _in_ledger(trades, asked)
    states, _ = grant(deal, trades[:place])
    before = states[-1]
    found = _position(deal, trade, before, rules, False)
    if not trade.counters:
        return found
    is_negotiation = found.valued.verdict == Verdict.NEGOTIATION and bool(
        is_enough(found.shortfalls(np.zeros(1), np.zeros(1)))[0]
    )
    if not is_negotiation and found.obstacle is None:
        return found
    without = _position(deal, replace(trade, counters=()), before, rules, True)
    return without if is_negotiation or without.obstacle is None else found


def _in_ledger(trades: Sequence[Trade], asked: str | Change | Sequence[Change] | Trade) -> tuple[int, Trade]:
    """The trade in question and its place, the asks taken as granted."""
    if isinstance(asked, str):
        for place, trade in enumerate(trades):
            if trade.id == asked:
                return place, replace(trade, response=Response.YES)
        raise KeyError(asked)
    if isinstance(asked, Trade):
        place = next((place for place, trade in enumerate(trades) if trade.id == asked.id), len(trades))
        return place, replace(asked, response=Response.YES)
    asks = (asked,) if isinstance(asked, Change) else tuple(asked)
    return len(trades), Trade("", Response.YES, asks)


def _position(deal: Deal, trade: Trade, before: State, rules: Rules, is_instead: bool) -> Position:
    steps: list[State] = [before]
    for change in trade.changes:
        steps.append({**steps[-1], deal.address(change.lever, change.line): change.to})
    fault = next((found for step in steps[1:] if (found := no_price(deal, step)) is not None), None)
    totals = np.full(len(steps), np.nan) if fault else value_states(deal, steps).total
    unknown: tuple[str, ...] = ()
    if fault is None and np.isnan(totals).any():
        needed = unknown_in_states(deal, [steps[place] for place in np.flatnonzero(np.isnan(totals)).tolist()])
        unknown = tuple(dict.fromkeys(deal.spoken(address) for state in needed for address in state))
    changes = tuple(
        ValuedChange(
            change,
            place < len(trade.asks),
            soft(deal, change, rules.limits),
            steps[place].get(address, deal.input_at(address)),
            float(totals[place + 1] - totals[place]),
        )
        for place, change in enumerate(trade.changes)
        for address in [deal.address(change.lever, change.line)]
    )
    drag = 0.0 if fault else taught_drag(deal, before, trade, rules)
    valued = weigh(deal, trade, changes, fault, rules, unknown, drag)
    return Position(deal, rules, before, steps[-1], valued, float(totals[-1]), is_instead)
'''
# ---- counterask/pricing.py
FILES['counterask/pricing.py'] = r'''
"""What a price becomes over the years: index with floor and cap, most-favoured price, currency, demand options.

All shapes are (n, 1) inputs against a (1, Y) row of years. The normal distribution comes from `math.erfc`, so that
the engine needs numpy and nothing heavier.
"""

from __future__ import annotations

import math

import numpy as np

from .scenarios import Array, Scenarios

_ROOT_HALF = math.sqrt(0.5)
_DENSITY_AT_0 = 1.0 / math.sqrt(2.0 * math.pi)


def normal_cdf(z: Array) -> Array:
    """Standard normal distribution function, to the precision of `math.erfc`; any shape."""
    flat = (-_ROOT_HALF * z).ravel().tolist()
    return 0.5 * np.fromiter(map(math.erfc, flat), np.float64, len(flat)).reshape(z.shape)


def normal_density(z: Array) -> Array:
    """Standard normal density; any shape."""
    return _DENSITY_AT_0 * np.exp(-0.5 * z * z)


def expected_excess(strike: Array, mean: Array, deviation: Array) -> Array:
    """E[(X - strike)+] for X ~ Normal(mean, deviation^2): an undiscounted Bachelier call.

    Any shapes that broadcast; deviation at least 0 (0 gives the plain excess). An infinite strike gives 0.
    A put is `expected_excess(-strike, -mean, deviation)`.
    Source: Bachelier (1900); Brigo and Mercurio, Interest Rate Models, normal model.

    >>> expected_excess(np.array([100.0]), np.array([100.0]), np.array([20.0])).round(6)
    array([7.978846])
    """
    strike, mean, deviation = np.broadcast_arrays(strike, mean, deviation)
    distance = np.where(np.isposinf(strike), 0.0, mean - strike)
    spread = np.where(deviation > 0.0, deviation, 1.0) + 0.0 * deviation
    z = distance / spread
    with_spread = distance * normal_cdf(z) + spread * normal_density(z)
    result = np.where(deviation == 0.0, np.maximum(distance, 0.0), with_spread)
    return np.where(np.isposinf(strike), 0.0, result)


def price_index(scenarios: Scenarios, years: Array) -> Array:
    """Expected price index G(y) of each year: 1 in year 0, then the expected uplift between floor and cap.

    years : (1, Y) whole years from 0. Returns (n, Y) or (1, Y). Years are independent; an index change has the standard
    deviation `inflation_vol * sqrt(year)`. No rise is made while the price lock covers the start of the year.
    """
    inflation = scenarios.get("inflation")
    cap = scenarios.get("uplift_cap")
    floor = np.minimum(scenarios.get("uplift_floor"), cap)
    later = years[:, 1:]
    deviation = scenarios.get("inflation_vol") * np.sqrt(later)
    raised = inflation + expected_excess(-floor, -inflation, deviation) - expected_excess(cap, inflation, deviation)
    locked = 12.0 * later < scenarios.get("price_lock_months")
    yearly = np.where(locked, 0.0, raised) + 0.0 * scenarios.get("price_lock_months")
    index = np.cumprod(1.0 + yearly, axis=1)
    return np.concatenate([np.ones((index.shape[0], 1)), index], axis=1)


def cost_index(scenarios: Scenarios, years: Array) -> Array:
    """Cost index K(y) = (1 + inflation)^y. Shapes as in `price_index`."""
    return (1.0 + scenarios.get("inflation")) ** years


def most_favoured_factor(scenarios: Scenarios, years: Array) -> Array:
    """Expected share of the price that is left when a most-favoured-price clause may bite. (n, Y) or (1, Y)."""
    clause = scenarios.get("most_favoured_price")
    bitten = 1.0 - (1.0 - scenarios.get("mfn_trigger")) ** years
    return np.where(clause == 0.0, 1.0, 1.0 - clause * scenarios.get("mfn_gap") * bitten)


def take_or_pay_units(commitment: Array, demand_cv: Array) -> Array:
    """E[(commitment * mu - D)+] / mu for a year's demand D ~ Normal(mu, (demand_cv * mu)^2). (n, 1).

    A commitment of 0 is no commitment: nothing is owed, whatever the tail of the distribution says.
    """
    owed = expected_excess(-commitment, -np.ones_like(commitment), demand_cv)
    return np.where(commitment == 0.0, 0.0, owed)


def rebate_units(threshold: Array, demand_cv: Array) -> Array:
    """E[(D - threshold * mu)+] / mu for the same demand; 0 where the threshold is "none". (n, 1)."""
    return expected_excess(threshold, np.ones_like(threshold), demand_cv)
'''
# ---- counterask/problems.py
FILES['counterask/problems.py'] = r'''
"""A problem with input is a record: where it stands, what was found, what is expected, what to do.

Readers collect problems and go on, so that one run names them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One problem. `order` sorts by place: table, row, column.

    where : the place as the host names it ("Terms · C9", "terms.payment_days", "row 9, column 3 of Terms").
    subject : the input's name, or "". found, expected, remedy : phrases; a remedy is a whole sentence.
    """

    where: str
    subject: str
    found: str
    expected: str
    remedy: str = ""
    order: tuple[int, int, int] = (0, 0, 0)

    def __str__(self) -> str:
        subject = f" ({self.subject})" if self.subject else ""
        expected = f", expected {self.expected}" if self.expected else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.where}{subject}: {self.found}{expected}.{remedy}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems sorted by place."""
    return tuple(sorted(problems, key=lambda problem: (problem.order, problem.where)))
'''
# ---- counterask/quantities.py
FILES['counterask/quantities.py'] = r'''
"""Numbers that mean something: a name, a unit, an allowed range, and whether "none" can be said instead.

Every input of a deal is described once by a `Quantity`. Inside the engine an input is a float: NaN is *unknown*
(a blank cell), infinity is *none* (no cap, no such right). Shares, rates and probabilities are fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

UNKNOWN = math.nan
NONE = math.inf

SWITCH = "yes or no"
MONEY = "money"
SHARE = "%"
MONTHS = "months"
DAYS = "days"
UNITS = "units"
MULTIPLE = "x ACV"
NUMBER = "number"


@dataclass(frozen=True)
class Quantity:
    """What one input may hold.

    name : the field's own word, the same in cells, JSON and code.
    unit : what is written beside the number; `SHARE` means a fraction that is shown as a percentage.
    lowest, highest : the allowed range, both ends included.
    whole : whether only whole numbers are meant (counts of months).
    none_means : what the word "none" says here ("no cap"), or None where it cannot be said.
    sample : an ordinary value inside the range at which the input plays a part in the value of a deal.
    help : one sentence for a person who has never seen the input.
    """

    name: str
    unit: str
    lowest: float
    highest: float
    sample: float
    help: str
    whole: bool = False
    none_means: str | None = None
    spoken: str | None = None

    @property
    def label(self) -> str:
        """The name as a person reads it: `payment_days` is "Payment days"."""
        if self.spoken:
            return self.spoken
        words = self.name.replace("_", " ")
        return words[0].upper() + words[1:]

    @property
    def is_share(self) -> bool:
        """Whether the number is a fraction that cells show as a percentage."""
        return self.unit == SHARE

    @property
    def is_switch(self) -> bool:
        """Whether the input is yes (1) or no (0)."""
        return self.unit == SWITCH

    def expected(self) -> str:
        """The allowed values as a phrase, for messages: "a whole number of months from 1 to 600"."""
        if self.is_switch:
            return "yes or no"
        if self.is_share:
            phrase = f"a share from {self.lowest:.0%} to {self.highest:.0%}"
        else:
            number = "a whole number" if self.whole else "a number"
            unit = "" if self.unit == NUMBER else f" ({self.unit})"
            phrase = f"{number}{unit} from {_plain(self.lowest)} to {_plain(self.highest)}"
        return phrase + (f', or "none" ({self.none_means})' if self.none_means else "")

    def fault(self, value: float) -> str | None:
        """What is wrong with `value`, as a short phrase, or None where it may stand. Unknown is no fault here."""
        if math.isnan(value):
            return None
        if math.isinf(value):
            return None if value > 0 and self.none_means else "no value that this input can have"
        if value < self.lowest:
            return f"less than {_plain(self.lowest)}"
        if value > self.highest:
            return f"more than {_plain(self.highest)}"
        if self.whole and value != round(value):
            return "not a whole number"
        if self.is_switch and value not in (0.0, 1.0):
            return "neither yes nor no"
        return None


def _plain(number: float) -> str:
    """A bound as a person types it."""
    return f"{number:,.0f}" if number == round(number) else f"{number:g}"
'''
# ---- counterask/quote.py
FILES['counterask/quote.py'] = r'''
"""A quote: a deal with its trades, limits and policy, read from tables.

`read_quote` is the one parser: the workbook, JSON and the spreadsheet functions all hand it tables. It reports every
problem it finds. A blank input is no problem: it is unknown, and `Quote.places` tells where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar, cast

from .assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
from .cells import Fault
from .history import Concession, read_history
from .levers import LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from .limit_rows import read_limits
from .limits import Limits, Policy
from .problems import Problem, in_order
from .quantities import MONEY, NUMBER, SHARE, SWITCH, Quantity
from .tables import TABLES, Columns, Table, plain
from .terms import Address, Assumptions, CompanyLever, Deal, Line, Terms, units_of
from .trade_rows import TradePlace, read_trades
from .trades import Rules, Trade, no_price
from .valuation import unknown_inputs

T = TypeVar("T")

POLICY: tuple[Quantity, ...] = (
    Quantity("required_ratio", NUMBER, 0.0, 100.0, 1.0, "Worth that a counter-ask must have for each unit of cost."),
    Quantity("soft_share_cap", SHARE, 0.0, 1.0, 0.25, "Share of what is required that soft value may cover."),
    Quantity("minimum_margin", SHARE, -1.0, 1.0, 0.2, "Least margin of a deal, as a share of its revenue."),
    Quantity(
        "manager_early_above",
        MONEY,
        0.0,
        1e12,
        500_000.0,
        "ACV above which a manager joins from the start.",
        none_means="never",
    ),
    Quantity("stalls_allowed", "stalls", 0.0, 1000.0, 2.0, "Stalls that a quote may hold.", whole=True),
    Quantity(
        "taught_discount_drag",
        SHARE,
        0.0,
        1.0,
        0.5,
        "Share of a discount, once given for nothing, that is expected again at renewals.",
    ),
    Quantity(
        "drag_counts",
        SWITCH,
        0.0,
        1.0,
        1.0,
        "Whether that counts in verdicts, as cost of a further discount for such a client.",
    ),
)


@dataclass(frozen=True)
class Quote:
    """Everything read from one quote.

    limits : None where the input holds none, and then nothing is said of authority. places : where each input stands.
    header : client, currency and the like, as text by name. problems : what is wrong; where there is any, the quote
    must not be valued. history : what this client was given before.
    """

    deal: Deal
    trades: tuple[Trade, ...] = ()
    limits: Limits | None = None
    policy: Policy = Policy()
    header: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[Address, str] = field(default_factory=dict)
    trade_places: Mapping[str, TradePlace] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    history: tuple[Concession, ...] = ()

    def rules(self, as_of: date | None) -> Rules:
        """What verdicts of this quote are given by on a day."""
        return Rules(self.limits, self.policy, as_of, any(row.taught_discount for row in self.history))

    def unknown(self) -> tuple[str, ...]:
        """The blank inputs that the value needs, each as "place (name)"."""
        return tuple(
            f"{self.places.get(address, 'missing')} ({self.deal.spoken(address)})"
            for address in unknown_inputs(self.deal)
        )


Memory = dict[object, Any]
"""What was read from tables that many quotes share, for `read_quote`."""
_MOST_REMEMBERED = 256


def _once(
    memory: Memory | None,
    table: Table,
    places: dict[Address, str],
    problems: list[Problem],
    read: Callable[[Table, dict[Address, str], list[Problem]], T],
) -> T:
    """What `read` makes of a table; where there is a memory, only once for the same cells at the same place."""
    if memory is None or any(type(cell) is bool for row in table.rows for cell in row):  # True would pass for 1
        return read(table, places, problems)
    key = (table.name, table.locate(0, 0), tuple(map(tuple, table.rows)))
    if key not in memory:
        if len(memory) >= _MOST_REMEMBERED:
            memory.clear()
        own_places: dict[Address, str] = {}
        own_problems: list[Problem] = []
        memory[key] = (read(table, own_places, own_problems), own_places, own_problems)
    result, own_places, own_problems = memory[key]
    for address, place in own_places.items():
        places.setdefault(address, place)
    problems.extend(own_problems)
    return cast(T, result)


def _read_assumptions(table: Table, places: dict[Address, str], problems: list[Problem]) -> Assumptions:
    return Assumptions(**_read_pairs(table, "assumption", "value", list(ASSUMPTIONS), places, problems))


def read_standard(tables: Mapping[str, Table]) -> tuple[Policy, tuple[CompanyLever, ...], tuple[Problem, ...]]:
    """Policy and company levers of limits that stand without a quote, and what is wrong with them.

    tables : Limits, Assumptions and Policy, those of them that there are.
    """
    problems: list[Problem] = []
    company: tuple[CompanyLever, ...] = ()
    policy = Policy()
    if "Limits" in tables:
        company = read_limits(tables["Limits"], {}, problems)[1]
    if "Assumptions" in tables:
        _read_assumptions(tables["Assumptions"], {}, problems)
    if "Policy" in tables:
        policy = _read_policy(tables["Policy"], {}, problems)[0]
    return policy, company, in_order(problems)


def read_quote(
    tables: Mapping[str, Table], header: Mapping[str, str] | None = None, memory: Memory | None = None
) -> Quote:
    """Read a quote from its tables: Lines, Terms and Assumptions always; Trades, Limits, Policy and History where there are
    any. What is wrong in the history is a problem only where the policy lets its drag count in verdicts.

    memory : kept by the caller between quotes, so that limits and assumptions that many of them share are read once.
    Never raises on what stands in a cell: problems are in the result, sorted by place.
    """
    problems: list[Problem] = []
    places: dict[Address, str] = {}
    lines = _read_lines(tables["Lines"], places, problems)
    terms = Terms(
        **_read_pairs(tables["Terms"], "term", "opening", [lever.quantity for lever in TERM_LEVERS], places, problems)
    )
    assumptions = _once(memory, tables["Assumptions"], places, problems, _read_assumptions)
    limits: Limits | None = None
    company: tuple[CompanyLever, ...] = ()
    if "Limits" in tables:
        limits, company = _once(memory, tables["Limits"], places, problems, read_limits)
        company = _opening_units(tables["Terms"], company, places, problems)
    else:
        _opening_units(tables["Terms"], (), places, problems)
    deal = Deal(lines, terms, assumptions, company)
    _check_deal(deal, places, problems)
    policy, currency_place = Policy(), ""
    if "Policy" in tables:
        policy, currency_place = _once(memory, tables["Policy"], places, problems, _read_policy)
    header = dict(header or {})
    if policy.currency and header.get("currency") and policy.currency.upper() != header["currency"].upper():
        problems.append(
            Problem(
                currency_place,
                "currency",
                f"found {policy.currency[:60]}, but the quote is in {header['currency'][:60]}",
                "limits and quote in one currency",
                "Use the limits of the quote's currency.",
                (6, 0, 0),
            )
        )
    trades: tuple[Trade, ...] = ()
    rows: dict[str, TradePlace] = {}
    if "Trades" in tables:
        trades, rows = read_trades(tables["Trades"], deal, problems)
    history: tuple[Concession, ...] = ()
    if "History" in tables:
        history = read_history(tables["History"], deal, problems if policy.drag_counts else [])
    return Quote(deal, trades, limits, policy, header, places, rows, in_order(problems), history)


def _read_lines(table: Table, places: dict[Address, str], problems: list[Problem]) -> tuple[Line, ...]:
    names = ["name", "kind", *(lever.name for lever in LINE_LEVERS)]
    columns = Columns.find(table, names, names[:6], problems, {"name": "line"})
    if "name" not in columns.at or "kind" not in columns.at:
        return ()
    lines: list[Line] = []
    names_so_far: set[str] = set()
    for row in columns.filled_rows():
        name = columns.text(row, "name")
        if not name:
            problems.append(
                columns.problem(row, "name", Fault("found a line without a name", "a name", "Name the line."))
            )
            continue
        if name in names_so_far:
            problems.append(
                columns.problem(
                    row,
                    "name",
                    Fault(f'found "{name[:60]}" twice', "each line's name once", "Rename one of the lines."),
                )
            )
            continue
        names_so_far.add(name)
        try:
            kind = Kind(columns.text(row, "kind").lower())
        except ValueError:
            word = columns.text(row, "kind")
            found = f'found "{word[:60]}"' if word else "found no kind"
            problems.append(
                columns.problem(
                    row,
                    "kind",
                    Fault(found, " or ".join(Kind), "Choose one from the list."),
                )
            )
            continue
        values = {}
        for lever in inputs_of(kind):
            places[len(lines), lever.name] = columns.place(row, lever.name)
            values[lever.name] = columns.number(row, lever.name, lever.quantity, problems)
        lines.append(Line(name, kind, **values))
    if not lines and not any(problem.order[0] == 1 for problem in problems):
        problems.append(table.problem(0, 0, "lines", Fault("found no line", "at least one line", "Type what is sold.")))
    return tuple(lines)


def _read_pairs(
    table: Table,
    name_column: str,
    value_column: str,
    quantities: Sequence[Quantity],
    places: dict[Address, str],
    problems: list[Problem],
) -> dict[str, float]:
    """Read a table of names and values. Unknown names are left to the caller."""
    wanted = [name_column, value_column]
    columns = Columns.find(table, wanted, wanted, problems)
    if len(columns.at) < 2:
        return {}
    by_word = {plain(word): quantity for quantity in quantities for word in (quantity.name, quantity.label)}
    values: dict[str, float] = {}
    for row in columns.filled_rows():
        quantity = by_word.get(plain(columns.cell(row, name_column)))
        if not columns.text(row, name_column):
            fault = Fault("found a value without a name", f"the name of the {name_column}", "Name it or clear it.")
            problems.append(columns.problem(row, name_column, fault, ""))
        elif quantity is None:
            if quantities[0].name in ASSUMPTION_BY_NAME:
                problems.append(
                    columns.problem(
                        row,
                        name_column,
                        Fault(
                            f'found "{columns.text(row, name_column)[:60]}"',
                            "the name of an assumption",
                            "Correct or clear the row.",
                        ),
                        "",
                    )
                )
        elif quantity.name in values:
            problems.append(
                columns.problem(
                    row,
                    name_column,
                    Fault(
                        f'found "{columns.text(row, name_column)}" twice', "each name once", "Clear one of the rows."
                    ),
                )
            )
        else:
            places[None, quantity.name] = columns.place(row, value_column)
            values[quantity.name] = columns.number(row, value_column, quantity, problems)
    return values


def _opening_units(
    table: Table, company: Sequence[CompanyLever], places: dict[Address, str], problems: list[Problem]
) -> tuple[CompanyLever, ...]:
    """Company levers with the units that the opening terms hold (0 where the terms do not name them)."""
    columns = Columns.find(table, ["term", "opening"], [], problems)
    known = {plain(word) for lever in TERM_LEVERS for word in (lever.name, lever.label)}
    units: dict[str, float] = {}
    for row in columns.filled_rows(["term"]):
        word = plain(columns.cell(row, "term"))
        if word in known:
            continue
        lever = next((one for one in company if plain(one.name) == word), None)
        if lever is None:
            problems.append(
                columns.problem(
                    row,
                    "term",
                    Fault(
                        f'found "{columns.text(row, "term")[:60]}"',
                        "the name of a term or of a company lever",
                        "Correct or clear the row.",
                    ),
                    "",
                )
            )
            continue
        places.setdefault((None, lever.name), columns.place(row, "opening"))
        units[lever.name] = columns.number(row, "opening", units_of(lever), problems)
    return tuple(replace(lever, units=units.get(lever.name, 0.0)) for lever in company)


def _read_policy(table: Table, places: dict[Address, str], problems: list[Problem]) -> tuple[Policy, str]:
    values = _read_pairs(table, "policy", "value", POLICY, {}, problems)
    columns = Columns.find(table, ["policy", "value"], [], problems)
    currency, place = "", ""
    known = {plain(word) for quantity in POLICY for word in (quantity.name, quantity.label)}
    for row in columns.filled_rows(["policy"]):
        word = plain(columns.cell(row, "policy"))
        if word == "currency":
            currency, place = columns.text(row, "value"), columns.place(row, "value")
        elif word not in known:
            problems.append(
                columns.problem(
                    row,
                    "policy",
                    Fault(
                        f'found "{columns.text(row, "policy")[:60]}"',
                        "the name of a policy",
                        "Correct or clear the row.",
                    ),
                    "",
                )
            )
    standing = {name: value for name, value in values.items() if not math.isnan(value)}
    return Policy(**standing, currency=currency), place


def _check_deal(deal: Deal, places: Mapping[Address, str], problems: list[Problem]) -> None:
    """What no single cell shows: inputs that contradict each other."""

    def report(table: str, address: Address, found: str, expected: str, remedy: str) -> None:
        order = (TABLES.index(table), 0, 0)
        problems.append(Problem(places.get(address, table), address[1], found, expected, remedy, order))

    terms, horizon = deal.terms, deal.assumptions.horizon_months
    if not math.isnan(horizon) and horizon % 12:
        report(
            "Assumptions",
            (None, "horizon_months"),
            f"found {horizon:g}",
            "whole years: a multiple of 12 months",
            "Type 60.",
        )
    if math.isfinite(terms.uplift_cap) and terms.uplift_floor > terms.uplift_cap:
        report(
            "Terms",
            (None, "uplift_floor"),
            f"found {terms.uplift_floor:g}, above uplift_cap {terms.uplift_cap:g}",
            "a floor that is not above the cap",
            "Lower the floor or raise the cap.",
        )
    if (fault := no_price(deal, {})) is not None:
        blocked = math.isinf(terms.liability_cap_multiple)
        name = "liability_cap_multiple" if blocked else "months_brought_forward"
        report("Terms", (None, name), fault[1], "", "Mend the opening terms.")
'''
# ---- counterask/ranges.py
FILES['counterask/ranges.py'] = r'''
"""What the functions of the catalogue are handed: ranges as a quote and its ledger, each read and valued once.

A workbook asks many functions about the same ranges; what was read of them last is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from .cells import Fault, day, is_blank
from .limits import Limits
from .problems import Problem
from .quote import Quote, read_quote
from .seal import SealStatus, seal_status, sealed_limits
from .signatures import TrustedKey, trusted_keys
from .stalls import advised_ledger
from .tables import TABLES, Table
from .trades import Ledger, Rules

CHECK = "CHECK: "
"""What begins a result that says what is wrong with the input."""

REMEMBERED = 16
"""Quotes that are kept. A workbook asks about its own, with its history and without, and about that of its Self-test."""

_TRADES_TABLE = TABLES.index("Trades")


def today_of(as_of: object) -> date | Fault:
    found = day(as_of)
    return found if isinstance(found, Fault) else (found or date.today())


def quote_of(lines: Any, terms: Any, trades: Any, limits: Any, assumptions: Any, policy: Any, history: Any = None) -> Quote:
    """A quote from ranges. An empty limits, policy or history range says nothing of them."""
    return _read(*(frozen(cells) for cells in (lines, terms, trades, limits, assumptions, policy, history)))


def checked_quote(ranges: Sequence[Any], as_of: object, seal: Any, history: Any = None) -> Quote:
    """The quote in six ranges and its history, its limits as far as their seal lets anybody rely on them."""
    quote, today = _read(*map(frozen, (*ranges, history))), today_of(as_of)
    if isinstance(today, Fault) or not (trusted_keys() or any(not is_blank(cell) for row in rows_of(seal) for cell in row)):
        return quote
    given = (frozen(cells) or _BLANK for cells in ranges[3:])
    status = status_of_seal(*given, frozen(seal), today, trusted_keys())
    limits = sealed_limits(quote.limits, status)
    return quote if limits is None or limits.lapses((), today) is None else _under_fault(Same(quote), limits)


@lru_cache(maxsize=REMEMBERED)
def status_of_seal(
    limits: _Frozen, assumptions: _Frozen, policy: _Frozen, seal: _Frozen, today: date, trusted: tuple[TrustedKey, ...]
) -> SealStatus:
    """What can be said of a seal on a day; a range without rows is not compared. Most edits of a quote leave this as it is."""
    ranges = {"Limits": limits, "Assumptions": assumptions, "Policy": policy}
    tables = {name: Table.of_range(name, [[cell for _, cell in row] for row in rows]) for name, rows in ranges.items() if rows}
    return seal_status([[cell for _, cell in row] for row in seal], tables, today)


@lru_cache(maxsize=REMEMBERED)
def _under_fault(same: Same, limits: Limits) -> Quote:
    """A quote with limits that do not hold."""
    return replace(same.quote, limits=limits)


_Frozen = tuple[tuple[tuple[type, object], ...], ...]
_NAMES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "History")
_BLANK: _Frozen = (((str, ""),),)


def frozen(cells: Any) -> _Frozen:
    """A range as something that can be looked up; the type of each cell counts, for TRUE is not 1."""
    return tuple(tuple((type(cell), cell) for cell in row) for row in rows_of(cells))


@lru_cache(maxsize=REMEMBERED)
def _read(*ranges: _Frozen) -> Quote:
    """The quote in ranges. A workbook asks many functions about the same ranges: they are read once."""
    tables = {}
    for name, cells in zip(_NAMES, ranges, strict=True):
        rows = [[cell for _, cell in row] for row in cells]
        if any(not is_blank(cell) for row in rows for cell in row):
            tables[name] = Table.of_range(name, rows)
        elif name in ("Lines", "Terms", "Assumptions"):
            tables[name] = Table.of_range(name, [[""]])
    return read_quote(tables)


def rows_of(cells: Any) -> list[list[object]]:
    """A range as a list of rows, whatever the host hands over for one cell or one row."""
    if cells is None:
        return []
    if not isinstance(cells, list | tuple):
        return [[cells]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in cells]


def said(problems: Sequence[Problem]) -> list[str]:
    return [f"{CHECK}{problem}" for problem in problems]


def padded(rows: Sequence[Sequence[Any]], height: int, width: int) -> list[list[Any]]:
    """Rows filled up with "" to a fixed size, which hosts with fixed arrays need."""
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    return full + [[""] * width for _ in range(height - len(full))]


def valued_quote(quote: Quote, as_of: object) -> tuple[Quote, Ledger, Rules] | list[str]:
    """The quote without trades that have a problem, its ledger and its rules; or what is wrong with the whole."""
    today = today_of(as_of)
    if isinstance(today, Fault):
        return [f"{CHECK}as_of: {today.found}, expected {today.expected}. {today.remedy}"]
    fatal = [problem for problem in quote.problems if problem.order[0] != _TRADES_TABLE or problem.order[1] == 0]
    if fatal:
        return said(fatal)
    return _ledger_of(Same(quote), today)


@dataclass(frozen=True)
class Same:
    """A quote that is looked up by being the same object."""

    quote: Quote

    def __hash__(self) -> int:
        return id(self.quote)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.quote is self.quote


@lru_cache(maxsize=REMEMBERED)
def _ledger_of(same: Same, today: date) -> tuple[Quote, Ledger, Rules]:
    """The quote without trades that have a problem, its ledger and its rules on a day."""
    quote = same.quote
    sound = replace(quote, trades=tuple(trade for trade in quote.trades if not _faults_of(quote, trade.id)))
    rules = quote.rules(today)
    return sound, advised_ledger(sound, rules), rules


def _faults_of(quote: Quote, trade: str) -> list[Problem]:
    """The problems that stand in the rows of one trade."""
    rows = frozenset(quote.trade_places[trade].rows)
    return [problem for problem in quote.problems if problem.order[0] == _TRADES_TABLE and problem.order[1] in rows]
'''
# ---- counterask/rates.py
FILES['counterask/rates.py'] = r'''
"""Head math, first half: what one step of each lever is worth from where the deal stands, as money and as a share of value.

The exchange rates between levers are in `rules_of_thumb`, which begins from here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .grids import quantity_of, unit_of
from .levers import LEVER_BY_NAME, LEVERS
from .limits import Limit
from .quote import Quote
from .terms import Address, Deal
from .trades import Rules, client_direction, ledger, no_price
from .valuation import value_states
from .views import Rows, money
from .words import Speaker

COLUMNS = ("Lever", "One step", "Costs us", "Pays us", "Share of value")

RATE_ROWS = 24
"""Rows of the table. Hosts with fixed arrays need a fixed height."""


@dataclass(frozen=True)
class StepWorth:
    """One lever and its negotiable step.

    level : where it stands. towards : +1 or -1, the client's direction. costs, gains : what a step in the client's direction and
    one in ours do to deal value, money; NaN where that is not possible. share : `costs` as a share of deal value. row : what
    the limits say of it, None where they say nothing.
    """

    lever: str
    line: str | None
    address: Address
    level: float
    step: float
    towards: int
    costs: float
    gains: float
    share: float
    row: Limit | None


def deal_as_it_stands(quote: Quote, rules: Rules) -> Deal:
    """The deal after its granted trades: where head math begins."""
    return ledger(quote.deal, quote.trades, rules).deal_now


def step_worths(deal: Deal, rules: Rules) -> tuple[StepWorth, ...]:
    """What one step of every negotiable lever with a finite level is worth, dearest first."""
    places = [(address, row) for address, row in _places(deal, rules) if math.isfinite(deal.input_at(address))]
    directions = [client_direction(deal, address[1]) for address, _ in places]
    steps = [_step(address, row) for address, row in places]
    states: list[Mapping[Address, float]] = [{}]
    for (address, _), towards, step in zip(places, directions, steps, strict=True):
        here = deal.input_at(address)
        states += [{address: moved(here, towards * step)}, {address: moved(here, -towards * step)}]
    changes = worths_of(deal, states)
    value = float(value_states(deal, [{}]).total[0])
    found = []
    for number, ((address, row), towards, step) in enumerate(zip(places, directions, steps, strict=True)):
        costs, gains = changes[1 + 2 * number], changes[2 + 2 * number]
        line = deal.lines[address[0]].name if address[0] is not None else None
        share = costs / value if value else math.nan
        found.append(StepWorth(address[1], line, address, deal.input_at(address), step, towards, costs, gains, share, row))
    return tuple(sorted(found, key=lambda one: (math.isnan(one.costs), one.costs)))


def _places(deal: Deal, rules: Rules) -> Iterator[tuple[Address, Limit | None]]:
    """Every negotiable lever of the deal, with the row of the limits that holds for it."""
    limits = rules.limits
    for lever in LEVERS:
        if lever.is_negotiable and not lever.quantity.is_switch:
            for address in deal.addresses(lever.name):
                line = deal.lines[address[0]].name if address[0] is not None else None
                yield address, limits.row(lever.name, line) if limits else None
    for own in deal.company_levers:
        yield (None, own.name), limits.row(own.name, None) if limits else None


def _step(address: Address, row: Limit | None) -> float:
    """The negotiable step of a lever: the limits', else the registry's, else 1."""
    known = LEVER_BY_NAME.get(address[1])
    step = unit_of(row) if row is not None else known.step if known else 1.0
    return step if step > 0.0 else 1.0


def moved(level: float, by: float) -> float:
    """A level moved, without the last digits that adding leaves."""
    return round(level + by, 10)


def worths_of(deal: Deal, states: Sequence[Mapping[Address, float]]) -> list[float]:
    """What each state does to deal value, money, against the first of them.

    NaN where a level is outside its lever's range or the state has no price.
    """
    totals = value_states(deal, states).total
    return [
        float(total - totals[0]) if is_possible(deal, state) else math.nan for state, total in zip(states, totals, strict=True)
    ]


def is_possible(deal: Deal, state: Mapping[Address, float]) -> bool:
    """Whether every level is one that its lever can have, and the state has a price."""
    in_range = all(quantity_of(deal, name).fault(level) is None for (_, name), level in state.items())
    return in_range and no_price(deal, state) is None


def rates_table(found: Sequence[StepWorth], speaker: Speaker) -> Rows:
    """The steps as rows, `COLUMNS`: money, and the step in words; blank where a step is not possible."""
    return [
        [
            speaker.lever(one.lever, one.line),
            speaker.amount(one.lever, one.step),
            "" if math.isnan(one.costs) else money(one.costs),
            "" if math.isnan(one.gains) else money(one.gains),
            "" if math.isnan(one.share) else one.share,
        ]
        for one in found[:RATE_ROWS]
    ]
'''
# ---- counterask/read_out.py
FILES['counterask/read_out.py'] = r'''
"""A trade as somebody reads it out loud to a manager who has never seen the tool: what is asked, what it costs, what comes back.

Money is in whole units of the quote's currency; the lines of the explanation hold the cents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .bad_year import BadYear
from .limits import Authority, Policy
from .trades import HALF_A_CENT, Response, ValuedChange, ValuedTrade, Verdict
from .words import Speaker

_AGREES = {
    Authority.REP: "The rep may agree to it alone.",
    Authority.MANAGER: "A manager has to agree to it.",
    Authority.FINANCE: "A manager and finance have to agree to it.",
}


def trade_words(valued: ValuedTrade, policy: Policy, speaker: Speaker) -> str:
    """A valued trade in a few sentences."""
    asks = [change for change in valued.changes if change.is_ask]
    said = [f"The client asks for: {_changes(asks, speaker)}."]
    if valued.trade.response == Response.STALL:
        return " ".join([*said, "We have not answered: nothing moves yet.", _because(valued)]).strip()
    if valued.trade.response == Response.NO:
        return " ".join([*said, "We have said no, so nothing moves."])
    if not math.isfinite(valued.net):
        verdict = "This is blocked." if valued.verdict == Verdict.BLOCKED else "What it costs cannot be told."
        return " ".join([*said, verdict, _because(valued)]).strip()
    said += [_cost(valued, speaker), _return(valued, speaker), _verdict(valued, policy, speaker)]
    if valued.verdict in (Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION):
        said.append(_AGREES.get(valued.authority, "") if valued.authority is not None else "")
    return " ".join(sentence for sentence in said if sentence)


def liability_words(before: BadYear, after: BadYear, speaker: Speaker) -> str:
    """A year of liability before and after a trade: the average, the load, the bad years."""

    def moved(first: float, then: float) -> str:
        was = "no limit" if math.isinf(first) else speaker.money(first, 0)
        now = "no limit" if math.isinf(then) else speaker.money(then, 0)
        return now if now == was else f"{now} (before: {was})"

    return (
        f"An average year of claims costs us {moved(before.expected, after.expected)}; for the risk of big claims we charge "
        f"{moved(before.load, after.load)} a year on top. One year in twenty costs "
        f"{moved(before.one_in_20, after.one_in_20)} or more, one in a hundred "
        f"{moved(before.one_in_100, after.one_in_100)} or more. One claim costs at most {moved(before.cap, after.cap)}."
    )


def _changes(changes: Sequence[ValuedChange], speaker: Speaker) -> str:
    said = []
    for valued in changes:
        change = valued.change
        start, to = (speaker.level(change.lever, level) for level in (valued.from_level, change.to))
        said.append(f"{speaker.lever(change.lever, change.line)} {f'from {start} ' if start else ''}to {to}")
    return "; ".join(said)


def _cost(valued: ValuedTrade, speaker: Speaker) -> str:
    if abs(valued.cost) < HALF_A_CENT:
        return "That costs us nothing."
    does = "costs" if valued.cost < 0.0 else "brings"
    return f"In today's money that {does} us {speaker.money(abs(valued.cost), 0)}."


def _return(valued: ValuedTrade, speaker: Speaker) -> str:
    counters = [change for change in valued.changes if not change.is_ask]
    if not counters:
        return "We ask for nothing in return."
    worth = speaker.money(abs(valued.worth), 0)
    does = f"that is worth {worth} to us" if valued.worth >= 0.0 else f"that costs us a further {worth}"
    return f"In return we ask for: {_changes(counters, speaker)}; {does}."


def _verdict(valued: ValuedTrade, policy: Policy, speaker: Speaker) -> str:
    required = speaker.money(policy.required_ratio * max(0.0, -valued.cost - valued.drag), 0)
    short = speaker.money(valued.shortfall, 0)
    if valued.verdict == Verdict.NEGOTIATION:
        return f"We need {required} back: this is a negotiation, and {speaker.money(valued.net, 0)} is left over."
    if valued.verdict in (Verdict.UNBALANCED, Verdict.CONCESSION):
        kind = "an unbalanced concession" if valued.verdict == Verdict.UNBALANCED else "a concession"
        why = f" ({valued.note})" if valued.note and valued.verdict == Verdict.UNBALANCED else ""
        return f"We need {required} back: this is {kind}, and {short} is missing{why}."
    kind = "It is blocked" if valued.verdict == Verdict.BLOCKED else "There is no verdict"
    return f"{kind}: {valued.note}."


def _because(valued: ValuedTrade) -> str:
    return f"{valued.note[0].upper()}{valued.note[1:]}." if valued.note else ""
'''
# ---- counterask/reference.py
FILES['counterask/reference.py'] = r'''
"""The page of the functions, made from the catalogue's own help, so that docs and function wizards say the same."""

from __future__ import annotations

from .functions import CatalogueFunction, catalogue


def functions_page() -> str:
    """`docs/functions.md` as Markdown."""
    parts = [
        "# The functions\n",
        "Made from the catalogue by `python -m counterask_addin.build`; do not edit. Ranges in, a table out: one call a table. "
        "The names `Lines`, `Terms`, `Trades`, `Limits`, `Assumptions` and `Policy` cover a table's header row and data rows. "
        "What is wrong with the input comes back as text that begins with `CHECK:` and names the place in the range.\n",
        *(_section(entry) for entry in catalogue()),
    ]
    return "\n".join(parts)


def _section(entry: CatalogueFunction) -> str:
    names = ", ".join(f"[{one.name}]" if one.optional else one.name for one in entry.arguments)
    rows = [f"| `{one.name}` | {'range' if one.is_range else 'value'} | {one.description} |" for one in entry.arguments]
    returns = "a table" if entry.returns_table else "one value"
    return "\n".join(
        [
            f"## {entry.name}\n",
            f"`={entry.name}({names})` returns {returns}.\n",
            f"{entry.description}\n",
            "| argument | kind | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
'''
# ---- counterask/renewal_drag.py
FILES['counterask/renewal_drag.py'] = r'''
"""What a discount given for nothing is expected to cost again when a contract is renewed.

A client who got a discount for nothing expects it again. How much of it is the manager's assumption, a share; the drag is
the fees of the line after the first term, times that share of the discount. It is an expectation beside deal value.
"""

from __future__ import annotations

import numpy as np

from .cashflow import METERED_FEES, RECURRING_FEES, flows
from .scenarios import Scenarios
from .terms import Deal
from .valuation import cash_time, currency_factor, discount_factor

DISCOUNT = "discount"
"""The lever that teaches."""


def renewal_drag(deal: Deal, line: str, share: float, taught_discount_drag: float) -> float:
    """Present value, money, at most 0, of asking a line's fees after the first term to fall by `share` of list price,
    times the share of it that is expected again."""
    discount = deal.lines[deal.line_index(line)].discount
    if np.isnan(deal.terms.term_months) or np.isnan(discount):
        return float("nan")
    if discount >= 1.0:
        return 0.0
    scenarios = Scenarios(deal)
    renewed = 0.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for flow in flows(scenarios):
            if flow.source != line or flow.component not in (RECURRING_FEES, METERED_FEES):
                continue
            time = cash_time(scenarios, flow)
            factor = discount_factor(scenarios, time)
            if flow.in_client_currency:
                factor = factor * currency_factor(scenarios, time)
            later = flow.service >= deal.terms.term_months
            renewed += float(np.sum(np.where(later & (flow.amounts != 0.0), flow.amounts * factor, 0.0)))
    return -renewed * share / (1.0 - discount) * taught_discount_drag
'''
# ---- counterask/risk.py
FILES['counterask/risk.py'] = r'''
"""Risk that a term moves to the seller: the limited expected value of a claim, with Wang's load.

An expectation alone prices large risk transfers as cheap, so a load always goes with it: the exponent of the
proportional-hazards transform, which for a Lomax severity is the same as a smaller tail index.
"""

from __future__ import annotations

import numpy as np

from .scenarios import Array, Scenarios


def limited_expected_value(cap: Array, alpha: Array, theta: Array) -> Array:
    """Expected payment on one claim that is limited at `cap`: E[min(X, cap)], X ~ Lomax(alpha, theta).

    cap : money, at least 0; infinity for no limit. alpha : tail index, above 0. theta : scale, money. Any shapes that
    broadcast. Infinite where there is no limit and alpha <= 1: such a layer has no price.
    Written with expm1 so that it is exact through alpha = 1, where it is theta * ln(1 + cap/theta).
    Source: Klugman, Panjer, Willmot, Loss Models, appendix A (Pareto); Wang (1995) for the transform.

    >>> limited_expected_value(np.array([100.0]), np.array([2.0]), np.array([100.0])).round(2)
    array([50.])
    """
    cap, alpha, theta = np.broadcast_arrays(cap, alpha, theta)
    excess = alpha - 1.0
    unlimited = np.isposinf(cap)
    log_growth = np.log1p(np.where(unlimited, 0.0, cap) / theta)
    x = excess * log_growth
    flat = np.abs(x) < 1e-12
    ratio = np.where(flat, 1.0 - 0.5 * x, -np.expm1(-x) / np.where(flat, 1.0, x))
    limited = theta * log_growth * ratio
    whole = np.where(
        excess > 0.0, theta / np.where(excess > 0.0, excess, 1.0), np.where(np.isnan(excess), np.nan, np.inf)
    )
    return np.where(unlimited, whole, limited)


def monthly_liability(scenarios: Scenarios, acv: Array) -> Array:
    """Loaded expected liability cost of one served month, at least 0. acv : (n, 1) money a year. Returns (n, 1).

    Infinite where liability is unlimited and the loaded tail has no mean; 0 where no claims are expected or the cap is
    0.
    """
    multiple = scenarios.get("liability_cap_multiple")
    frequency = scenarios.get("liability_frequency")
    cap = np.where(np.isposinf(multiple), np.inf, np.where(np.isposinf(multiple), 1.0, multiple) * acv)
    alpha = scenarios.get("risk_load") * scenarios.get("liability_alpha")
    layer = limited_expected_value(cap, alpha, scenarios.get("liability_theta"))
    nothing = (frequency == 0.0) | (multiple == 0.0)
    return np.where(nothing, 0.0, frequency / 12.0 * np.where(nothing, 0.0, layer))
'''
# ---- counterask/rules_of_thumb.py
FILES['counterask/rules_of_thumb.py'] = r'''
"""Head math, second half: exchange rates between levers that a head can hold: 1 point of discount = 11 days of payment.

A rule says so much given is paid by so much asked for. Counts are rounded up on the side that pays us, and both sides are
valued together, so that a rule is never in our disfavour: not for once, and not for any multiple in the range that stands
beside it. In that range what it brings stays within a tenth of what it brings once; where it ends before the limits do, the
rule bends.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .grids import quantity_of
from .levers import LEVER_BY_NAME
from .limits import Authority
from .quantities import DAYS, SHARE
from .rates import StepWorth, is_possible, moved, step_worths, worths_of
from .terms import Address, Deal
from .trades import Change, Rules, soft
from .views import Rows
from .words import Speaker

COLUMNS = ("We give", "Ask for", "Or", "Or else")

RULE_ROWS = 8
DISCOUNT = "discount"
"""What comes first: a point of it is the money that reps count in."""

RHYTHMS = frozenset({"billing_months"})
"""Levers that are said as a rhythm ("quarterly") and not as an amount: no rule counts them."""

PAYERS = len(COLUMNS) - 1
MOST_TIMES = 12
"""How many times over a rule is tried."""

TOLERANCE = 0.10
"""How far what a rule brings may be from what it brings once."""

_COUNTS = (*range(1, 13), 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 100, 120)
"""Counts that a head can hold."""
_GIVEN = (1, 2, 3, 4, 5, 10)
_PAYERS_LOOKED_AT = 6
_DEAR, _USELESS = 1.12, 1.5
"""A rule asks for little more than is needed; one that asks for half as much again is none."""


@dataclass(frozen=True)
class Side:
    """One side of a rule: a lever, from which level, in which direction (+1 or -1), and how much of it."""

    lever: str
    line: str | None
    address: Address
    level: float
    towards: int
    amount: float

    def times(self, count: int) -> dict[Address, float]:
        """The input after so many times the amount."""
        return {self.address: moved(self.level, self.towards * self.amount * count)}


@dataclass(frozen=True)
class RuleOfThumb:
    """So much given is paid by so much asked for.

    brings : worth of what is asked for, as a multiple of what is required for what is given, at least 1. times : how many times
    over the rule holds, in whole numbers from 1. bends : whether it ends there because it is off by more than a tenth, or would
    turn against us, and not because a limit or the end of the trials is reached.
    """

    give: Side
    take: Side
    brings: float
    times: int
    bends: bool


def rules_of_thumb(deal: Deal, rules: Rules, worths: Sequence[StepWorth] | None = None) -> tuple[tuple[RuleOfThumb, ...], ...]:
    """For each lever that matters, discount and then the dearest step first, the levers that pay for it; at most `PAYERS` each.

    A lever matters where the limits name it and clients can still ask for more of it; without limits every lever does. A payer
    is hard value that a rep may ask for. Of a lever that several lines have, the line that moves most money stands for it.
    """
    found = step_worths(deal, rules) if worths is None else worths
    givers = [one for one in _one_a_lever(found) if one.costs < 0.0 and _may_give(deal, one, rules)][:RULE_ROWS]
    givers.sort(key=lambda one: one.lever != DISCOUNT)
    payers = _payers(deal, found, rules)
    trials = [trial for giver in givers for trial in _trials(deal, giver, payers, rules)]
    held = _held(deal, trials, rules)
    answers = (tuple(rule for rule in held if rule.give.address == giver.address) for giver in givers)
    return tuple(answer[:PAYERS] for answer in answers if answer)


def _one_a_lever(found: Iterable[StepWorth]) -> list[StepWorth]:
    """Of each lever the line that comes first: it speaks for all."""
    first: dict[str, StepWorth] = {}
    for one in found:
        if one.lever not in RHYTHMS:
            first.setdefault(one.lever, one)
    return list(first.values())


def _may_give(deal: Deal, one: StepWorth, rules: Rules) -> bool:
    if rules.limits is None:
        return True
    to = moved(one.level, one.towards * _unit(deal, one))
    return one.row is not None and one.row.authority(to, one.towards) != Authority.NOBODY


def _payers(deal: Deal, found: Sequence[StepWorth], rules: Rules) -> list[StepWorth]:
    """The levers that pay us, the one with most money between here and the limit first."""
    able = []
    for one in found:
        bound = math.nan if one.row is None else one.row.ask_up_to
        is_soft = soft(deal, Change(one.lever, one.line, one.level), rules.limits)
        if one.gains > 0.0 and not is_soft and (rules.limits is None or not math.isnan(bound)):
            able.append((one, bound))
    states: list[Mapping[Address, float]] = [{}]
    for one, bound in able:
        far = bound if math.isfinite(bound) else moved(one.level, -one.towards * one.step * MOST_TIMES)
        states.append({one.address: far})
    reach = dict(zip((one.address for one, _ in able), worths_of(deal, states)[1:], strict=True))
    able.sort(key=lambda pair: -np.nan_to_num(reach[pair[0].address]))
    return _one_a_lever(one for one, _ in able)[:_PAYERS_LOOKED_AT]


def _unit(deal: Deal, one: StepWorth) -> float:
    """The unit in which a head counts a lever: a day, a whole point; else its negotiable step."""
    if one.lever not in LEVER_BY_NAME:
        return one.step
    unit = quantity_of(deal, one.lever).unit
    return 1.0 if unit == DAYS else max(0.01, one.step) if unit == SHARE else one.step


def _trials(deal: Deal, giver: StepWorth, payers: Sequence[StepWorth], rules: Rules) -> list[RuleOfThumb]:
    """Rules for a giver that may do, from what a step of each lever is worth; not yet valued together.

    One amount is given in all of them: the smallest for which most payers come out near what is needed.
    """
    unit = _unit(deal, giver)
    others = [payer for payer in payers if payer.lever != giver.lever]
    wanted = [
        rules.policy.required_ratio * (-giver.costs * unit / giver.step) / (payer.gains * _unit(deal, payer) / payer.step)
        for payer in others
    ]

    def counts(given: int, need: float) -> list[int]:
        return [count for count in _COUNTS if 0.95 * given * need <= count <= _USELESS * given * need][:2]

    def misses(given: int) -> tuple[int, int]:
        near = sum(any(count <= _DEAR * given * need for count in counts(given, need)) for need in wanted)
        return -min(near, PAYERS), given

    given = min(_GIVEN, key=misses)
    give = Side(giver.lever, giver.line, giver.address, giver.level, giver.towards, given * unit)
    return [
        RuleOfThumb(
            give,
            Side(payer.lever, payer.line, payer.address, payer.level, -payer.towards, count * _unit(deal, payer)),
            math.nan,
            0,
            False,
        )
        for payer, need in zip(others, wanted, strict=True)
        for count in counts(given, need)
    ]


def _held(deal: Deal, trials: Sequence[RuleOfThumb], rules: Rules) -> list[RuleOfThumb]:
    """Of each pair the first rule that holds, with how far: one that holds more than once where there is one."""
    once = _brings(deal, [(trial, 1) for trial in trials], rules)
    sound = [replace(trial, brings=brings) for trial, brings in zip(trials, once, strict=True) if brings >= 1.0]
    further = [(trial, times) for trial in sound for times in range(2, MOST_TIMES + 1)]
    brought = iter(_brings(deal, further, rules))
    best: dict[tuple[Address, Address], RuleOfThumb] = {}
    for trial in sound:
        rule = _with_range(deal, trial, [next(brought) for _ in range(2, MOST_TIMES + 1)], rules)
        pair = (trial.give.address, trial.take.address)
        if pair not in best or (best[pair].bends and best[pair].times == 1 and rule.times > 1):
            best[pair] = rule
    return list(best.values())


def _with_range(deal: Deal, trial: RuleOfThumb, brought: Sequence[float], rules: Rules) -> RuleOfThumb:
    """The rule with how many times over it holds. brought : for 2, 3, ... times."""
    for times, brings in enumerate(brought, 2):
        if not _is_allowed(deal, trial, times, rules):
            return replace(trial, times=times - 1)
        if not (brings >= 1.0 and abs(brings / trial.brings - 1.0) <= TOLERANCE):
            return replace(trial, times=times - 1, bends=True)
    return replace(trial, times=MOST_TIMES)


def _is_allowed(deal: Deal, rule: RuleOfThumb, times: int, rules: Rules) -> bool:
    """Whether the levers' ranges and the limits leave room for so many times the rule."""
    given, taken = rule.give.times(times), rule.take.times(times)
    if not is_possible(deal, {**given, **taken}):
        return False
    if rules.limits is None:
        return True
    row, paid = (rules.limits.row(side.lever, side.line) for side in (rule.give, rule.take))
    (to,), (asked,) = given.values(), taken.values()
    may_give = row is None or row.authority(to, rule.give.towards) != Authority.NOBODY
    may_ask = paid is None or math.isnan(paid.ask_up_to) or rule.take.towards * (asked - paid.ask_up_to) <= 1e-9
    return may_give and may_ask


def _brings(deal: Deal, tried: Sequence[tuple[RuleOfThumb, int]], rules: Rules) -> list[float]:
    """Worth of what is asked for as a multiple of what is required, for rules so many times over; NaN where not allowed."""
    states: list[Mapping[Address, float]] = [{}]
    for rule, times in tried:
        given = rule.give.times(times)
        states += [given, {**given, **rule.take.times(times)}]
    changes = worths_of(deal, states)
    found = []
    for number, (rule, times) in enumerate(tried):
        cost, net = changes[1 + 2 * number], changes[2 + 2 * number]
        required = -cost * rules.policy.required_ratio
        is_rule = required > 0.0 and _is_allowed(deal, rule, times, rules)
        found.append((net - cost) / required if is_rule else math.nan)
    return found


def rule_words(rule: RuleOfThumb, speaker: Speaker) -> tuple[str, str, str]:
    """A rule as three phrases: what is given, what is asked for, and how far it holds."""
    to = speaker.amount(rule.give.lever, rule.give.amount * rule.times)
    return (
        side_words(rule.give, speaker),
        side_words(rule.take, speaker),
        speaker.word("head_math", "bends" if rule.bends else "holds").format(to=to),
    )


def side_words(side: Side, speaker: Speaker) -> str:
    """One side of a rule: "11 days less payment"."""
    lever = speaker.lever(side.lever, side.line)
    amount = speaker.amount(side.lever, side.amount)
    return speaker.word("head_math", "more" if side.towards > 0 else "less").format(amount=amount, lever=lever)


def rules_table(found: Sequence[Sequence[RuleOfThumb]], speaker: Speaker) -> Rows:
    """The rules as rows, `COLUMNS`: what is given, and up to three levers that pay for it, each with how far it holds."""
    rows: Rows = []
    for rules in found[:RULE_ROWS]:
        said = [rule_words(rule, speaker) for rule in rules]
        asked = [f"{take}\n({holds})" for _, take, holds in said]
        rows.append([side_words(rules[0].give, speaker), *asked, *[""] * (PAYERS - len(asked))])
    return rows
'''
# ---- counterask/scenarios.py
FILES['counterask/scenarios.py'] = r'''
"""Many variants of one deal at once: the deal, and the inputs that differ from it.

A ledger, a table of fair shares and a finder's grid are each one batch. An input that is the same in all
scenarios stays a (1, 1) array, one that differs is (n, 1); numpy's broadcasting then does work only where
something differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .terms import Address, Deal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scenarios:
    """A batch of `size` variants of `deal`.

    columns : for each address that differs, a (size,) array of its values.
    only : the addresses that may be read, where not all may: a KeyError is raised for any other.
    """

    deal: Deal
    size: int = 1
    columns: Mapping[Address, Array] = field(default_factory=dict)
    only: frozenset[Address] | None = None

    @classmethod
    def of_states(cls, deal: Deal, states: Sequence[Mapping[Address, float]]) -> Scenarios:
        """One scenario a state, each state being the inputs that it sets over the deal's own."""
        addresses = {address: None for state in states for address in state}
        columns = {}
        for address in addresses:
            own = deal.input_at(address)
            columns[address] = np.array([state.get(address, own) for state in states], dtype=np.float64)
        return cls(deal, len(states), columns)

    def get(self, name: str, line: int | None = None) -> Array:
        """An input as an (n, 1) or (1, 1) array. Raises KeyError where `only` does not hold its address."""
        if self.only is not None and (line, name) not in self.only:
            raise KeyError((line, name))
        column = self.columns.get((line, name))
        if column is not None:
            return column[:, np.newaxis]
        return np.array([[self.deal.input_at((line, name))]])

    def part(self, start: int, stop: int) -> Scenarios:
        """The scenarios from `start` to before `stop`."""
        columns = {key: column[start:stop] for key, column in self.columns.items()}
        return Scenarios(self.deal, stop - start, columns, self.only)
'''
# ---- counterask/seal.py
FILES['counterask/seal.py'] = r'''
"""The seal of limits: a signed copy of every value in Limits, Assumptions and Policy, and what can be said of it on a day.

The seal stands beside the limits as rows of name and value. It holds the values that were sealed, so that a changed cell can be
named with what it was and what it is. A seal says nothing of formats, of the order of rows and columns, or of where a table
stands. `scope` names which limits it is for (their currency, unless the manager gives it another name): one key may seal the
limits of several markets, and a later seal replaces an earlier one of the same key and scope only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .cells import text, with_cells
from .limits import Lapse, Limits
from .sealed_values import CellChange, Row, Values, differences, sealed_values
from .signatures import (
    ALGORITHM,
    SeenSeal,
    TrustedKey,
    canonical_text,
    digest_of,
    is_signed,
    joined,
    key_name,
    pieces,
    trust_keys,
    trusted_key,
    trusted_keys,
)
from .tables import Table, plain

__all__ = ["Seal", "SealState", "SealStatus", "seal_rows", "seal_status", "sealed_limits", "signed_text", "trust_keys"]

TABLES = ("Limits", "Assumptions", "Policy")
FIELDS = ("owner", "effective", "expires", "sealed_at", "serial", "scope", "algorithm", "public_key")
"""What is signed beside the values, and stands in the rows of the seal for people to read."""
PIECES = 6
NAMES = (*FIELDS, "signature", "letters", *(f"covered_{number}" for number in range(1, PIECES + 1)), "places", "quote")
"""The rows of the range `Seal`, below its header. `places` and `quote` are formulas of the sheet: where the tables stand, and
the number and the client of the quote."""


class SealState(StrEnum):
    """What a seal is on a day."""

    SEALED = "sealed"
    NOT_VOUCHED_FOR = "sealed with a key that is not vouched for here"
    NONE = "no seal"
    CHANGED = "changed since sealing"
    UNTRUSTED = "wrong key"
    BAD_SIGNATURE = "bad signature"
    TRUNCATED = "truncated seal"
    UNKNOWN_ALGORITHM = "unknown algorithm"
    NOT_YET = "not yet effective"
    EXPIRED = "expired"
    REPLACED = "older than a seal that was seen"
    UNCHECKED = "could not be checked"


HOLDS = frozenset({SealState.SEALED, SealState.NOT_VOUCHED_FOR})
_SHORT_OF_TRUST = frozenset({SealState.NONE, SealState.UNCHECKED})
"""States in which verdicts are still given where no trusted key is set up."""


@dataclass(frozen=True)
class Seal:
    """What a seal says. tables : the signed values by table, row and column. sealed_at : UTC, ISO. serial : counts up."""

    owner: str
    effective: date
    expires: date
    sealed_at: str
    serial: int
    scope: str
    public_key: str
    signature: str
    tables: Mapping[str, Mapping[str, Row]]

    @property
    def as_seen(self) -> SeenSeal:
        """What a machine remembers of it."""
        return SeenSeal(self.scope, self.sealed_at, self.effective, digest_of(self.signature))


@dataclass(frozen=True)
class SealStatus:
    """What can be said of a seal on a day, in one sentence. changes : the values that are not the sealed ones.

    fault : why no verdict can rest on the limits, or None. lapsed : days on which it does not hold.
    """

    state: SealState
    sentence: str
    seal: Seal | None = None
    changes: tuple[CellChange, ...] = ()
    fault: str | None = None
    lapsed: tuple[Lapse, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    @property
    def holds(self) -> bool:
        """Whether the values are those that were sealed, the signature is right and the day is within the dates."""
        return self.state in HOLDS

    @property
    def mark(self) -> str:
        """A shape that says the same as the state."""
        return "✔" if self.holds else "?" if self.state in _SHORT_OF_TRUST else "✖"


def signed_text(values: Mapping[str, Values], said: Mapping[str, str | int]) -> str:
    """The text that is signed. said : every one of `FIELDS`."""
    tables = {name: dict(found.rows) for name, found in values.items()}
    return canonical_text({"seal": 1, "tables": tables, **{name: said[name] for name in FIELDS}})


def seal_rows(signed: str, signature: str) -> list[list[str | float]]:
    """The rows of the range `Seal` below its header, without those that are formulas. Raises ValueError where it is too long."""
    document = json.loads(signed)
    cut = pieces(signed)
    if len(cut) > PIECES:
        raise ValueError(f"the values take {len(signed):,} letters, and a seal has room for {PIECES} cells of 7,000")
    rows: list[list[str | float]] = [[name, document[name]] for name in FIELDS]
    rows += [["signature", signature], ["letters", float(len(signed))]]
    return rows + [[f"covered_{number + 1}", cut[number] if number < len(cut) else ""] for number in range(PIECES)]


def places_of(rows: Sequence[Sequence[object]] | None) -> str:
    """Where the tables begin, as the range `Seal` says it; "" where it does not."""
    return text(_by_name(rows).get("places"))


def quote_words_of(rows: Sequence[Sequence[object]] | None) -> str:
    """Which quote this is, as the range `Seal` says it; "" where it does not."""
    return text(_by_name(rows).get("quote"))


def seal_status(rows: Sequence[Sequence[object]] | None, tables: Mapping[str, Table], as_of: date) -> SealStatus:
    """What can be said of a seal. rows : the range `Seal` with or without its header, None where there is none. tables : the
    sealed tables as they stand; one that is left out is not compared. as_of : the day.
    """
    status = _status(_by_name(rows), tables, as_of)
    is_set_up = bool(trusted_keys())
    passes = status.holds or (not is_set_up and status.state in _SHORT_OF_TRUST)
    dated = {SealState.EXPIRED, SealState.NOT_YET, SealState.REPLACED}
    fault = None if passes or status.state in dated else f"the limits cannot be relied on: {status.sentence}"
    return replace(status, fault=fault)


def all_sealed(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The sealed tables of a quote; one that is not there any more is an empty one, so that its rows are missed."""
    return {name: tables.get(name, Table.of_range(name, [[]])) for name in TABLES}


def sealed_limits(limits: Limits | None, status: SealStatus) -> Limits | None:
    """Limits as far as their seal lets anybody rely on them."""
    if limits is None:
        if not trusted_keys():
            return Limits((), status.fault) if status.fault else None
        return Limits((), "the limits cannot be relied on: this quote has none, and a trusted key is set up here")
    return replace(limits, fault=status.fault or limits.fault, lapsed=status.lapsed)


def _by_name(rows: Sequence[Sequence[object]] | None) -> dict[str, object]:
    names = {plain(name): name for name in NAMES}
    return {names[plain(row[0])]: row[1] for row in rows or () if len(row) > 1 and plain(row[0]) in names}


def _status(found: Mapping[str, object], tables: Mapping[str, Table], as_of: date) -> SealStatus:
    names = (*FIELDS, "signature", "letters", "covered_1")
    if not any(text(found.get(name)) for name in names):
        words = "no seal, and a trusted key is set up here" if trusted_keys() else "no seal"
        return SealStatus(SealState.NONE, words)
    signed = joined([text(found.get(f"covered_{number}")) for number in range(1, PIECES + 1)])
    gone = [name for name in names if not text(found.get(name))]
    if gone or text(found.get("letters")) != str(len(signed)):
        what = f"{', '.join(gone)} missing" if gone else f"{len(signed)} of {text(found['letters'])} letters are there"
        return SealStatus(SealState.TRUNCATED, f"truncated seal: {what}")
    if text(found["algorithm"]) != ALGORITHM:
        return SealStatus(
            SealState.UNKNOWN_ALGORITHM, f'unknown algorithm: the seal is of the kind "{text(found["algorithm"])[:40]}"'
        )
    public_key, signature = text(found["public_key"]).lower(), text(found["signature"]).lower()
    is_right = is_signed(public_key, signature, signed)
    if is_right is False:
        return SealStatus(SealState.BAD_SIGNATURE, "bad signature: the seal is not what its key has signed")
    seal = _seal_of(signed, signature)
    if seal is None:
        return SealStatus(SealState.BAD_SIGNATURE, "bad signature: what is signed is no seal of limits")
    odd = _odd_row(found, signed)
    if odd:
        return SealStatus(SealState.BAD_SIGNATURE, f"bad signature: {odd} of the seal is not the one that was signed", seal)
    key = trusted_key(public_key)
    if key is None and trusted_keys():
        words = f"wrong key: sealed by {seal.owner} with the key {key_name(public_key)}, which is not trusted here"
        return SealStatus(SealState.UNTRUSTED, words, seal)
    changes = changes_since(seal, tables, places_of([[*pair] for pair in found.items()]))
    if changes:
        more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
        return SealStatus(SealState.CHANGED, f"changed since sealing: {changes[0]}{more}", seal, changes)
    if is_right is None:
        words = "the seal could not be checked here: the Python package cryptography is missing"
        return SealStatus(SealState.UNCHECKED, words, seal)
    return _on_day(seal, key, as_of)


def _on_day(seal: Seal, key: TrustedKey | None, as_of: date) -> SealStatus:
    """A seal that is whole and right, on a day."""
    lapsed = _lapses(seal, key)
    lapse = next((one for one in lapsed if one.first <= as_of <= one.last), None)
    if lapse is not None:
        states = (SealState.NOT_YET, SealState.EXPIRED, SealState.REPLACED)
        return SealStatus(states[lapsed.index(lapse)], lapse.reason, seal, (), None, lapsed)
    who = key.name if key else seal.owner
    words = f"sealed by {who} on {seal.sealed_at[:10]}, until {seal.expires.isoformat()}"
    if key is None:
        words += f"; the key {key_name(seal.public_key)} is not vouched for here"
    return SealStatus(SealState.SEALED if key else SealState.NOT_VOUCHED_FOR, words, seal, (), None, lapsed)


def _lapses(seal: Seal, key: TrustedKey | None) -> tuple[Lapse, ...]:
    """The days on which a seal does not hold: before it takes effect, after it expires, after a newer one took its place."""
    day = timedelta(days=1)
    early = Lapse(date.min, seal.effective - day, f"the sealed limits hold only from {seal.effective.isoformat()}")
    late = Lapse(seal.expires + day, date.max, f"the sealed limits expired on {seal.expires.isoformat()}")
    newer = [one for one in (key.seen if key else ()) if one.scope == seal.scope and one.sealed_at > seal.sealed_at]
    if not newer:
        return early, late
    first = min(newer, key=lambda one: max(one.effective.isoformat(), one.sealed_at[:10]))
    start = max(first.effective, date.fromisoformat(first.sealed_at[:10]))
    then, anew = ((one.sealed_at[:10], f" at {one.sealed_at[11:16]} UTC") for one in (seal, first))
    clock = (then[1], anew[1]) if then[0] == anew[0] else ("", "")
    reason = (
        f"older than a seal that was seen here: sealed on {then[0]}{clock[0]}, and anew on {anew[0]}{clock[1]}; "
        "bring the quote up to date: counterask limits update"
    )
    return early, late, Lapse(start, date.max, reason)


def changes_since(seal: Seal, tables: Mapping[str, Table], places: str = "") -> tuple[CellChange, ...]:
    """Every value that is not the sealed one, with its place, what it was and what it is."""
    found: list[CellChange] = []
    standing = sealed_values({name: table for name, table in tables.items() if name in TABLES})
    for name, values in standing.items():
        found += differences(seal.tables.get(name, {}), values)
    return tuple(replace(change, place=cell_place(change.place, places)) for change in found)


def cell_place(place: str, places: str = "") -> str:
    """A place as the sheets name it: "Limits!D14"."""
    return with_cells(place, places).replace(" · ", "!")


def _seal_of(signed: str, signature: str) -> Seal | None:
    """The seal in a signed text, or None where it is something else."""
    try:
        document = json.loads(signed)
        tables = document["tables"]
        if document["seal"] != 1 or not all(isinstance(row, dict) for rows in tables.values() for row in rows.values()):
            return None
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["sealed_at"]) is None:
            return None
        date.fromisoformat(document["sealed_at"][:10])
        effective, expires = (date.fromisoformat(document[name]) for name in ("effective", "expires"))
        if not date(1900, 1, 1) <= effective <= expires < date(9999, 1, 1):
            return None
        return Seal(
            str(document["owner"]),
            effective,
            expires,
            document["sealed_at"],
            int(document["serial"]),
            str(document["scope"]),
            str(document["public_key"]),
            signature,
            tables,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _odd_row(found: Mapping[str, object], signed: str) -> str:
    """The name of a row that does not say what was signed, or ""."""
    document = json.loads(signed)
    odd = (name for name in FIELDS if text(found.get(name)) != text(document.get(name)))
    return next(odd, "")
'''
# ---- counterask/sealed_values.py
FILES['counterask/sealed_values.py'] = r'''
"""The values of tables as they are signed: by row key and column name, not by place, each with the place where it stands.

Re-saving a workbook, moving columns and rows or renaming sheets changes nothing here; changing one number does. A number keeps
15 significant digits, which every spreadsheet program writes and reads back; a day is ISO text, yes and no are truth values,
`none` is the word, a blank is left out. What cannot be read as what its column holds stays the text that it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from .assumptions import ASSUMPTIONS
from .cells import Fault, day, is_blank, number, text, yes_no
from .history import COLUMNS as HISTORY_COLUMNS
from .levers import LINE_LEVERS, TERM_LEVERS, Kind, inputs_of
from .limit_rows import BOUNDS, LEVER_BY_WORD
from .limit_rows import COLUMNS as LIMIT_COLUMNS
from .quantities import MONEY, NUMBER, Quantity
from .quote import POLICY, Quote
from .tables import Columns, Table, plain
from .trade_rows import COLUMNS as TRADE_COLUMNS
from .trades import Change, Response

Value = float | str | bool
Row = dict[str, Value]

_ANY = Quantity("", NUMBER, -1e15, 1e15, 0.0, "Any number.", none_means="none")
_MONEY = Quantity("", MONEY, -1e15, 1e15, 0.0, "Any money.")
_LEVELS = (*BOUNDS, "step")
_OWN_NUMBERS = ("amount_per_unit", "month_from", "month_to", "probability")


@dataclass(frozen=True)
class Values:
    """The values of one table. rows : by row key, then by column. places : where each stands; column "" is the row itself."""

    table: str
    rows: Mapping[str, Row]
    places: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class CellChange:
    """One value that differs from the signed one. was, now : as a person types them; "blank" where there is none."""

    place: str
    subject: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.place} ({self.subject}): was {self.was}, is {self.now}"


Reading = Callable[[object], Value | None]


def exact(value: float) -> float:
    """A number with the 15 significant digits that survive every spreadsheet program.

    >>> exact(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.15g}") + 0.0


def _number(quantity: Quantity, cell: object) -> Value | None:
    found = number(cell, quantity)
    if isinstance(found, Fault):
        return text(cell)
    if math.isnan(found):
        return None
    return "none" if math.isinf(found) else exact(found)


def _words(cell: object) -> Value | None:
    return text(cell) or None


def _day(cell: object) -> Value | None:
    found = day(cell)
    return text(cell) if isinstance(found, Fault) else found.isoformat() if found else None


def _yes_no(cell: object) -> Value | None:
    found = yes_no(cell)
    return text(cell) if isinstance(found, Fault) else found


def _of_quantity(quantity: Quantity) -> Reading:
    return partial(_number, quantity)


def limit_values(table: Table) -> Values:
    """The Limits table, by lever and line."""
    columns = Columns.find(table, LIMIT_COLUMNS, (), [])
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows(("lever", *BOUNDS, "amount_per_unit")):
        known = LEVER_BY_WORD.get(plain(columns.cell(row, "lever")))
        line = columns.text(row, "line")
        name = known.name if known else columns.text(row, "lever")
        key = _free(f"{name}@{line}" if line else name, rows)
        level = _of_quantity(known.quantity) if known else _of_quantity(_ANY)
        reading: dict[str, Reading] = {
            **dict.fromkeys(_LEVELS, level),
            **dict.fromkeys(_OWN_NUMBERS, _of_quantity(_MONEY)),
            **dict.fromkeys(("soft", "survives"), _yes_no),
            **dict.fromkeys(("effective", "expires"), _day),
            **dict.fromkeys(("owner", "unit"), _words),
        }
        _take(columns, row, key, reading, rows, places, "lever")
        places[key, "line"] = columns.place(row, "line")
    return Values(table.name, rows, places)


def pair_values(table: Table, quantities: Iterable[Quantity], names: tuple[str, str]) -> Values:
    """A table of names and values: Assumptions, Policy, Terms. names : the two headers."""
    by_word = {plain(word): one for one in quantities for word in (one.name, one.label)}
    columns = Columns.find(table, names, (), [])
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows():
        word = columns.text(row, names[0])
        known = by_word.get(plain(word))
        key = _free(known.name if known else plain(word), rows)
        is_words = known is None and not isinstance(columns.cell(row, names[1]), int | float)
        reading: dict[str, Reading] = {names[1]: _words if is_words else _of_quantity(known or _ANY)}
        _take(columns, row, key, reading, rows, places, names[0])
    return Values(table.name, rows, places)


def sealed_values(tables: Mapping[str, Table]) -> dict[str, Values]:
    """The values of those of the sealed tables that there are: Limits, Assumptions, Policy."""
    found = {}
    if "Limits" in tables:
        found["Limits"] = limit_values(tables["Limits"])
    if "Assumptions" in tables:
        found["Assumptions"] = pair_values(tables["Assumptions"], ASSUMPTIONS, ("assumption", "value"))
    if "Policy" in tables:
        found["Policy"] = pair_values(tables["Policy"], POLICY, ("policy", "value"))
    return found


def term_values(table: Table) -> Values:
    """The opening terms, a company lever's units by its own name."""
    return pair_values(table, [lever.quantity for lever in TERM_LEVERS], ("term", "opening"))


def line_values(table: Table) -> Values:
    """The lines, by name: kind, and the inputs that the kind has."""
    names = ["name", "kind", *(lever.name for lever in LINE_LEVERS)]
    columns = Columns.find(table, names, (), [], {"name": "line"})
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for row in columns.filled_rows():
        kinds = [kind for kind in Kind if kind == columns.text(row, "kind").lower()]
        levers = inputs_of(kinds[0]) if kinds else LINE_LEVERS
        reading: dict[str, Reading] = {"kind": lambda cell: text(cell).lower() or None}
        reading |= {lever.name: _of_quantity(lever.quantity) for lever in levers}
        _take(columns, row, _free(columns.text(row, "name"), rows), reading, rows, places, "name")
    return Values(table.name, rows, places)


def trade_values(quote: Quote, trade_id: str, table: Table) -> Values:
    """A trade and the granted trades before it: what each asks and gets. Reasons, and trades that move nothing, play no part."""
    columns = Columns.find(table, TRADE_COLUMNS, (), [])
    rows: dict[str, Row] = {}
    places: dict[tuple[str, str], str] = {}
    for trade in quote.trades:
        is_last = trade.id == trade_id
        if trade.response != Response.YES and not is_last:
            continue
        at = quote.trade_places[trade.id]
        row: Row = {"response": str(trade.response), "place": float(len(rows) + 1)}
        places[trade.id, ""] = places[trade.id, "place"] = columns.place(at.row, "trade")
        places[trade.id, "response"] = columns.place(at.row, "response")
        for side, changes, at_rows in (("ask", trade.asks, at.ask_rows), ("counter_ask", trade.counters, at.counter_rows)):
            for count, change in enumerate(changes, 1):
                row |= change_values(side, count, change)
                # A trade that was made up to be looked at has changes that stand nowhere yet.
                where = at_rows[count - 1] if count <= len(at_rows) else at.row
                for column in ("", "_line", "_to"):
                    places[trade.id, f"{side} {count}{column}"] = columns.place(where, f"{side}{column}")
        rows[trade.id] = row
        if is_last:
            break
    return Values(table.name, rows, places)


def history_values(quote: Quote, table: Table) -> Values:
    """All that a verdict takes from the history: whether the client has got a discount for nothing, at the first such row."""
    columns = Columns.find(table, HISTORY_COLUMNS, (), [])
    taught = [row for row, past in zip(columns.filled_rows(), quote.history, strict=True) if past.taught_discount]
    place = columns.place(taught[0], "to") if taught else table.name
    key = "discount given for nothing"
    return Values(table.name, {key: {"value": bool(taught)}}, {(key, ""): place})


def change_values(side: str, count: int, change: Change) -> Row:
    """One ask or counter-ask of a trade, as it is signed."""
    name = f"{side} {count}"
    found: Row = {name: change.lever}
    if change.line:
        found[f"{name}_line"] = change.line
    if not math.isnan(change.to):
        found[f"{name}_to"] = "none" if math.isinf(change.to) else exact(change.to)
    return found


def differences(signed: Mapping[str, Row], standing: Values) -> list[CellChange]:
    """Every value of a table that is not the signed one, in the order of the table; then the rows that are gone."""
    found = []
    gone = [key for key in signed if key not in standing.rows]
    for key, now in standing.rows.items():
        row = signed.get(key)
        if row is None:
            before = next((one for one in gone if signed[one] == now), None)
            if before is None:
                found.append(CellChange(standing.places[key, ""], _row_words(key), "not there", "there"))
            else:
                gone.remove(before)
                found.append(_renamed(before, key, standing))
            continue
        for column in [*now, *(name for name in row if name not in now)]:
            if row.get(column) != now.get(column):
                place = standing.places.get((key, column)) or standing.places[key, ""]
                subject = f"{key.replace('@', ' of ')} {_column_words(column)}".strip()
                found.append(CellChange(place, subject, *_said_apart(row.get(column), now.get(column))))
    return [*found, *(CellChange(standing.table, _row_words(key), "there", "gone") for key in gone)]


def _renamed(before: str, key: str, standing: Values) -> CellChange:
    """A row that says what another one said, under another name: the cell that was typed over is that of its name or its line."""
    (was, was_line), (now, now_line) = ((name, line) for name, _, line in (before.partition("@"), key.partition("@")))
    if was == now:
        place = standing.places.get((key, "line")) or standing.places[key, ""]
        return CellChange(place, f"{now} line", was_line or "blank", now_line or "blank")
    return CellChange(standing.places[key, ""], _row_words(key), before.replace("@", " of "), key.replace("@", " of "))


def _said_apart(was: Value | None, now: Value | None) -> tuple[str, str]:
    """Two values as a person types them, told apart where one is a number and the other the same as text."""
    words = said(was), said(now)
    if words[0] != words[1]:
        return words
    marked = [f'the text "{text}"' if isinstance(value, str) else text for value, text in zip((was, now), words, strict=True)]
    return marked[0], marked[1]


def _row_words(key: str) -> str:
    return f"the row {key.replace('@', ' of ')}"


def _column_words(column: str) -> str:
    return "" if column in ("value", "opening") else column


def said(value: Value | None) -> str:
    """A signed value as a person types it."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else value


def _free(key: str, rows: Mapping[str, object]) -> str:
    """The key, with a number where it is taken: the same row twice is two rows."""
    number_, found = 1, key
    while found in rows:
        number_ += 1
        found = f"{key} #{number_}"
    return found


def _take(
    columns: Columns,
    row: int,
    key: str,
    reading: Mapping[str, Reading],
    rows: dict[str, Row],
    places: dict[tuple[str, str], str],
    anchor: str,
) -> None:
    """Read the cells of one row."""
    taken: Row = {}
    places[key, ""] = columns.place(row, anchor)
    for column, read in reading.items():
        if column not in columns.at:
            continue
        places[key, column] = columns.place(row, column)
        cell = columns.cell(row, column)
        value = None if is_blank(cell) else read(cell)
        if value is not None:
            taken[column] = value
    rows[key] = taken


def without(values: Values, keep: Sequence[str] | None = None, columns: Sequence[str] | None = None) -> Values:
    """The values of some rows and columns alone. keep : row keys. columns : names; None for all."""
    rows = {
        key: {name: value for name, value in row.items() if columns is None or name in columns}
        for key, row in values.rows.items()
        if keep is None or key in keep
    }
    return Values(values.table, rows, values.places)
'''
# ---- counterask/shares.py
FILES['counterask/shares.py'] = r'''
"""Fair shares: what each trade does to deal value when the order of the trades plays no part.

The Owen value: Shapley over the trades, then Shapley inside the trade. Beside it stand each trade's least and greatest
net over all orders of the trades. Exact up to `EXACT_UP_TO` trades; above that, a stated number of random orders (fixed
seed) with the standard error of the net.

A coalition is a bit mask over all changes. Its state is the opening deal with those changes made in ledger order, so a
later change of the same lever wins. All coalitions are valued in one batch, each once.

Source: G. Owen, "Values of games with a priori unions" (1977); L. S. Shapley, "A value for n-person games" (1953).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cashflow import parts
from .limits import Authority
from .scenarios import Array, Scenarios
from .terms import Address, Deal
from .trades import Rules, Trade, ValuedChange, Verdict, grant, soft, taught_drag, weigh
from .valuation import value_part, value_scenarios

Masks = NDArray[np.int64]

EXACT_UP_TO = 12
_MOST_CHANGES_EXACT = 62
_MOST_COALITIONS = 1_000_000
_SAMPLED_VALUATIONS = 120_000
_FEWEST_ORDERS, _MOST_ORDERS = 4, 400
_VALUED_AT_A_TIME = 4_096
_SEED = 20_260_101


@dataclass(frozen=True)
class Share:
    """One trade's fair share.

    cost, worth, net, shortfall : money. least_net, greatest_net : over all orders (over the sampled ones where
    sampled). standard_error : of the net; 0 where the share is exact.
    """

    trade: Trade
    cost: float
    worth: float
    shortfall: float
    verdict: Verdict
    authority: Authority | None
    least_net: float
    greatest_net: float
    standard_error: float = 0.0

    @property
    def net(self) -> float:
        """Cost and worth together, money."""
        return self.cost + self.worth

    @property
    def depends_on_order(self) -> bool:
        """Whether the sign of the net changes with the order of the trades."""
        return self.least_net < 0.0 < self.greatest_net


@dataclass(frozen=True)
class FairShares:
    """All shares, and how they were found. sampled_orders : 0 where they are exact."""

    shares: tuple[Share, ...]
    sampled_orders: int


@dataclass(frozen=True)
class _Game:
    """The players of the granted trades: change `p` is bit `p`; `blocks[k]` are the bits of trade `k`."""

    deal: Deal
    addresses: tuple[Address, ...]
    levels: tuple[float, ...]
    blocks: tuple[tuple[int, ...], ...]

    def value(self, masks: Masks) -> Array:
        """Deal value of each coalition, (n,) money, from its (n,) bit masks.

        Each part of the deal is valued once for each combination of the players that it depends on, not once a
        coalition.
        """
        if math.isnan(self.deal.assumptions.horizon_months):
            return np.full(len(masks), np.nan)
        total = np.zeros(len(masks))
        for part in parts(self.deal):
            players = [player for player, address in enumerate(self.addresses) if address in part.reads]
            seen = masks & sum(1 << player for player in players)
            distinct, place = np.unique(seen, return_inverse=True)
            columns: dict[Address, Array] = {}
            for player in players:
                address = self.addresses[player]
                column = columns.setdefault(address, np.full(len(distinct), self.deal.input_at(address)))
                column[(distinct >> player) & 1 == 1] = self.levels[player]
            total += value_part(Scenarios(self.deal, len(distinct), columns, part.reads), part)[place]
        return total


def fair_shares(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None) -> FairShares:
    """Fair shares of all trades, in their order. Raises KeyError as `ledger` does."""
    rules = rules or Rules()
    _, unmoved = grant(deal, trades)
    granted = [place for place in range(len(trades)) if place not in unmoved]
    number_of = {place: number for number, place in enumerate(granted)}
    game = _game(deal, [trades[place] for place in granted])
    if _can_be_exact(game):
        owen = owen_values(game.blocks, game.value)
        by_player, least, greatest = owen.by_player, owen.least, owen.greatest
        error, orders = np.zeros(len(granted)), 0
    else:
        by_player, least, greatest, error, orders = _sampled(game)
    shares = []
    for place, trade in enumerate(trades):
        number = number_of.get(place, -1)
        block = game.blocks[number] if place in number_of else ()
        if block:
            spread = (float(least[number]), float(greatest[number]), float(error[number]))
            worths = [float(by_player[player]) for player in block]
        else:
            moves_nothing = unmoved.get(place, (Verdict.DECLINED, ""))[0] in (Verdict.DECLINED, Verdict.STALLED)
            spread = (0.0, 0.0, 0.0) if moves_nothing else (math.nan, math.nan, 0.0)
            worths = [math.nan] * len(trade.changes)
        changes = tuple(
            ValuedChange(
                change,
                number < len(trade.asks),
                soft(deal, change, rules.limits),
                deal.input_at(deal.address(change.lever, change.line)),
                worth,
            )
            for number, (change, worth) in enumerate(zip(trade.changes, worths, strict=True))
        )
        drag = taught_drag(deal, {}, trade, rules) if block else 0.0
        valued = weigh(deal, trade, changes, unmoved.get(place), rules, drag=drag)
        shares.append(
            Share(trade, valued.cost, valued.worth, valued.shortfall, valued.verdict, valued.authority, *spread)
        )
    return FairShares(tuple(shares), orders)


def _game(deal: Deal, trades: Sequence[Trade]) -> _Game:
    changes = [change for trade in trades for change in trade.changes]
    blocks, first = [], 0
    for trade in trades:
        blocks.append(tuple(range(first, first + len(trade.changes))))
        first += len(trade.changes)
    addresses = tuple(deal.address(change.lever, change.line) for change in changes)
    return _Game(deal, addresses, tuple(change.to for change in changes), tuple(blocks))


def _can_be_exact(game: _Game) -> bool:
    trades = len(game.blocks)
    if trades > EXACT_UP_TO or len(game.addresses) > _MOST_CHANGES_EXACT:
        return False
    coalitions: int = sum(2 ** (trades - 1 + len(block)) for block in game.blocks)
    return coalitions <= _MOST_COALITIONS


@dataclass(frozen=True)
class OwenValues:
    """What `owen_values` finds.

    by_player : (P,) the Owen value of each player. least, greatest : (B,) of each block's gain over all orders.
    """

    by_player: Array
    least: Array
    greatest: Array


def owen_values(blocks: Sequence[Sequence[int]], value: Callable[[Masks], Array]) -> OwenValues:
    """Owen value of each player of a game whose players join in blocks; exact.

    blocks : the players 0, 1, ... P-1 (at most 62), each in one block. value : (n,) bit masks of coalitions, player
    `p` being bit `p`, to their (n,) values; it is called once, with each coalition that is needed once. Where every
    block holds one player, and where there is one block, the Owen value is the Shapley value.

    >>> glove = owen_values([[0], [1], [2]], lambda masks: 1.0 * ((masks & 4 > 0) & (masks & 3 > 0)))
    >>> glove.by_player.round(4)
    array([0.1667, 0.1667, 0.6667])
    """
    players = sum(len(block) for block in blocks)
    if not players:
        return OwenValues(np.zeros(0), np.zeros(len(blocks)), np.zeros(len(blocks)))
    block_masks = np.array([sum(1 << player for player in block) for block in blocks], dtype=np.int64)
    plans = [_coalitions(block_masks, number, block) for number, block in enumerate(blocks)]
    masks, place = np.unique(np.concatenate([plan.ravel() for plan in plans]), return_inverse=True)
    values = value(masks)[place]
    sizes = np.bitwise_count(np.arange(2 ** (len(blocks) - 1)))
    by_player = np.zeros(players)
    least, greatest = np.zeros(len(blocks)), np.zeros(len(blocks))
    position = 0
    for number, (block, plan) in enumerate(zip(blocks, plans, strict=True)):
        table = values[position : position + plan.size].reshape(plan.shape)
        position += plan.size
        averaged = _shapley_weights(len(blocks))[sizes] @ table
        subsets = np.arange(2 ** len(block))
        for bit, player in enumerate(block):
            without = subsets[(subsets >> bit) & 1 == 0]
            weights = _shapley_weights(len(block))[np.bitwise_count(without)]
            by_player[player] = float(weights @ (averaged[without | (1 << bit)] - averaged[without]))
        gains = table[:, -1] - table[:, 0]
        least[number], greatest[number] = gains.min(), gains.max()
    return OwenValues(by_player, least, greatest)


def _coalitions(block_masks: Masks, number: int, block: Sequence[int]) -> Masks:
    """Every set of other blocks with every subset of this one: (2^(B-1), 2^players) bit masks."""
    others = np.delete(block_masks, number)
    unions = np.arange(2 ** len(others), dtype=np.int64)
    outside = (((unions[:, np.newaxis] >> np.arange(len(others))) & 1) * others).sum(axis=1)
    return np.asarray(outside[:, np.newaxis] | _subset_masks(block)[np.newaxis, :])


def _subset_masks(block: Sequence[int]) -> Masks:
    """Bit masks of all subsets of a block, the subset numbered `s` holding the players whose bits are set in `s`."""
    subsets = np.arange(2 ** len(block), dtype=np.int64)
    masks = np.zeros_like(subsets)
    for bit, player in enumerate(block):
        masks |= ((subsets >> bit) & 1) << player
    return masks


def _shapley_weights(players: int) -> Array:
    """Weight of a coalition of each size 0..players-1 that does not hold the player: s! (n-s-1)! / n!."""
    return np.array([1.0 / (players * math.comb(players - 1, size)) for size in range(players)])


def _sampled(game: _Game) -> tuple[Array, Array, Array, Array, int]:
    """As `owen_values`, from random orders of the trades and of the changes in each; with the error of each net."""
    trades, players = len(game.blocks), len(game.addresses)
    orders = max(_FEWEST_ORDERS, min(_MOST_ORDERS, _SAMPLED_VALUATIONS // (players + 1)))
    draw = np.random.default_rng(_SEED)
    gains = np.zeros((orders, players))
    at_a_time = max(1, _VALUED_AT_A_TIME // (players + 1))
    for first in range(0, orders, at_a_time):
        drawn = [
            [player for number in draw.permutation(trades) for player in draw.permutation(game.blocks[number])]
            for _ in range(min(at_a_time, orders - first))
        ]
        values = _walks(game, drawn)
        for row, order in enumerate(drawn):
            gains[first + row, order] = np.diff(values[row])
    nets = np.stack([gains[:, list(block)].sum(axis=1) for block in game.blocks], axis=1)
    error = nets.std(axis=0, ddof=1) / math.sqrt(orders)
    return gains.mean(axis=0), nets.min(axis=0), nets.max(axis=0), error, orders


def _walks(game: _Game, orders: Sequence[Sequence[int]]) -> Array:
    """Value of coalitions that grow one player at a time, (orders, P + 1), all in one batch."""
    players = len(game.addresses)
    by_address: dict[Address, list[int]] = {}
    for player, address in enumerate(game.addresses):
        by_address.setdefault(address, []).append(player)
    joined = np.empty((len(orders), players), dtype=np.intp)
    for row, order in enumerate(orders):
        joined[row, order] = np.arange(players)
    steps = np.arange(players + 1)
    columns: dict[Address, Array] = {}
    for address, movers in by_address.items():
        latest = np.full((len(orders), players + 1), -1)
        for player in movers:
            np.maximum(latest, np.where(steps > joined[:, player, np.newaxis], player, -1), out=latest)
        column = np.where(latest >= 0, np.asarray(game.levels)[latest], game.deal.input_at(address))
        columns[address] = column.ravel()
    size = len(orders) * (players + 1)
    return value_scenarios(Scenarios(game.deal, size, columns)).total.reshape(len(orders), players + 1)
'''
# ---- counterask/signatures.py
FILES['counterask/signatures.py'] = r'''
"""Signatures and the keys that this host trusts: Ed25519, so that limits and approvals cannot be forged on a rep's machine.

A signature covers a text; the text, cut into pieces that a cell holds, stands beside it, so that what was signed can always be
read again and compared. Keys and signatures are written in hex. The host says once, as it starts, which keys it trusts
(`trust_keys`); where it says nothing, as in a browser, a signature is checked against the key that it carries, and everything
that is shown says that nobody vouches for that key here.

The package `cryptography` is loaded only when there is a signature to check; where it is missing nothing counts as signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .limits import Authority

ALGORITHM = "Ed25519"
PIECE = 7000
"""Letters of signed text in one cell; a cell holds 32,767, but some programs wrap or cut beyond 8,192."""


@dataclass(frozen=True)
class SeenSeal:
    """A seal that this machine has seen. scope : which limits it is for. sealed_at : UTC, ISO. effective : its first day."""

    scope: str
    sealed_at: str
    effective: date
    digest: str


@dataclass(frozen=True)
class TrustedKey:
    """A key that this host trusts. public_key : 64 hex digits. authority : the most that its holder may agree to."""

    name: str
    public_key: str
    authority: Authority = Authority.MANAGER
    seen: tuple[SeenSeal, ...] = ()


_trusted: tuple[TrustedKey, ...] = ()


def trust_keys(keys: Iterable[TrustedKey]) -> None:
    """Set the keys that this host trusts, instead of those set before. No keys: nothing is set up here."""
    global _trusted
    _trusted = tuple(keys)


def trusted_keys() -> tuple[TrustedKey, ...]:
    """The keys that this host trusts; () where nothing is set up."""
    return _trusted


def trusted_key(public_key: str) -> TrustedKey | None:
    """The trusted key of that text, or None."""
    return next((key for key in _trusted if key.public_key == public_key.lower()), None)


def key_name(public_key: str) -> str:
    """A key as people compare it: the first letters of its hash, "3f2a-91bc"."""
    digest = hashlib.sha256(public_key.lower().encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}"


def is_signed(public_key: str, signature: str, text: str) -> bool | None:
    """Whether a signature (hex) over a text is that of a key (hex); None where this Python cannot check it."""
    try:
        key, signed = bytes.fromhex(public_key), bytes.fromhex(signature)
    except ValueError:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical_text(document: Mapping[str, object]) -> str:
    """A document as the one text that is signed: JSON with sorted names and no letters outside ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def pieces(text: str) -> list[str]:
    """A text cut for cells. No piece begins or ends with a space or a sign that a program might take for something else.

    >>> [len(piece) for piece in pieces("a" * 15_000)]
    [7000, 7000, 1000]
    """
    found, start = [], 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        cut = end
        while end < len(text) and cut > start + PIECE // 2 and not (text[cut - 1].isalnum() and text[cut].isalnum()):
            cut -= 1
        found.append(text[start:cut])
        start = cut
    return found


def joined(found: Sequence[str]) -> str:
    """The text of its pieces."""
    return "".join(found)


def digest_of(signature: str) -> str:
    """A short name for one signature."""
    return hashlib.sha256(signature.lower().encode()).hexdigest()[:16]
'''
# ---- counterask/stakeholders.py
FILES['counterask/stakeholders.py'] = r'''
"""Who decides on the client's side, what they need, and which levers answer it.

What an answer is worth to them is our estimate. It ranks counter-asks and our own offers; it never enters our value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .cells import Fault, text
from .limit_rows import LEVER_BY_WORD
from .problems import Problem
from .quantities import MONEY, Quantity
from .tables import Columns, Table, plain
from .terms import Deal

COLUMNS = ("who", "role", "need", "levers", "lever", "lever_2", "lever_3", "worth_to_them")
_LEVER_COLUMNS = {"levers": "levers", "lever": "lever", "lever_2": "second lever", "lever_3": "third lever"}
_WORTH = Quantity("worth_to_them", MONEY, 0.0, 1e12, 10_000.0, "What an answer is worth to them, by our estimate.")


@dataclass(frozen=True)
class Stakeholder:
    """A person on the client's side.

    levers : the levers that answer the need, when they move the client's way. worth_to_them : money; NaN where not
    estimated.
    """

    who: str
    role: str
    need: str
    levers: tuple[str, ...]
    worth_to_them: float


def cost_to_client(lever: str, way: float, people: Sequence[Stakeholder]) -> float:
    """Our estimate of what a counter-ask costs the client, money: what moving the lever their way would be worth to
    them, in proportion to how far we move it ours. 0 where nobody needs the lever or no estimate stands."""
    worths = (one.worth_to_them for one in people if lever in one.levers and not math.isnan(one.worth_to_them))
    return way * math.fsum(worths)


def read_stakeholders(table: Table, deal: Deal, problems: list[Problem]) -> tuple[Stakeholder, ...]:
    """The stakeholders of a table. The levers stand in one cell with commas between, or in a cell each."""
    columns = Columns.find(table, COLUMNS, ("who",), problems, _LEVER_COLUMNS)
    found = []
    for row in columns.filled_rows():
        levers: dict[str, None] = {}
        for column in _LEVER_COLUMNS:
            for word in columns.text(row, column).split(","):
                if name := _lever(columns, row, column, word.strip(), deal, problems):
                    levers[name] = None
        found.append(
            Stakeholder(
                columns.text(row, "who"),
                columns.text(row, "role"),
                columns.text(row, "need"),
                tuple(levers),
                columns.number(row, "worth_to_them", _WORTH, problems),
            )
        )
    return tuple(found)


def _lever(columns: Columns, row: int, column: str, word: str, deal: Deal, problems: list[Problem]) -> str | None:
    if not word:
        return None
    known = LEVER_BY_WORD.get(plain(word))
    company = next((one.name for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if known is None and company is None:
        fault = Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list.")
        problems.append(columns.problem(row, column, fault, "lever"))
        return None
    return known.name if known else company


def stakeholder_table(items: object) -> Table:
    """The stakeholders of a JSON deal as a table. What is no list of objects is an empty table with one odd cell."""
    return table_of("Stakeholders", COLUMNS, items, "stakeholders")


def table_of(name: str, columns: Sequence[str], items: object, path: str) -> Table:
    """A list of JSON objects as a table; places are paths such as `stakeholders[2].who`."""
    rows: list[list[object]] = [list(columns)]
    for item in items if isinstance(items, list) else []:
        given: Mapping[str, object] = item if isinstance(item, Mapping) else {columns[0]: text(str(item))}
        rows.append([_cell(given.get(column)) for column in columns])

    def locate(row: int, column: int) -> str:
        return f"{path}[{row - 1}].{columns[column]}" if row else path

    return Table(name, rows, locate)


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
'''
# ---- counterask/stalls.py
FILES['counterask/stalls.py'] = r'''
"""Stalls, and trades that would go to a manager with nothing in hand.

A stall is an answer only with a reason, and the policy allows so many. A trade that needs a manager and asks for
nothing in return is answered with counter-asks to try first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .counters import CounterAsk, find_counter_asks
from .labels import label_of, level_words
from .limits import Authority
from .quote import Quote
from .stakeholders import Stakeholder
from .trades import Ledger, Response, Rules, ValuedTrade, Verdict, ledger

MOST_ADVISED = 5
"""How many trades of a quote get counter-asks to try first in their note; a search for each takes time."""


@dataclass(frozen=True)
class Stalls:
    """used : the trades that are stalled, by id. allowed : a count; NaN where the policy says nothing. without_reason
    : ids."""

    used: tuple[str, ...]
    allowed: float
    without_reason: tuple[str, ...]

    @property
    def over(self) -> int:
        """How many more than the policy allows; 0 where it says nothing."""
        return 0 if math.isnan(self.allowed) else max(0, len(self.used) - int(self.allowed))


def stalls(quote: Quote) -> Stalls:
    """The stalls of a quote against its policy."""
    stalled = [trade for trade in quote.trades if trade.response == Response.STALL]
    return Stalls(
        tuple(trade.id for trade in stalled),
        quote.policy.stalls_allowed,
        tuple(trade.id for trade in stalled if not trade.reason.strip()),
    )


def try_first(
    quote: Quote, valued: Ledger, rules: Rules, stakeholders: Sequence[Stakeholder] = (), most: int = 3
) -> dict[str, tuple[CounterAsk, ...]]:
    """For each granted trade that needs a manager and has no counter-ask, by id: the counter-asks to try first.

    Least burden first, at most `most`; () where no step of any lever suffices. Only the first `MOST_ADVISED` such trades are
    looked at.
    """
    found = {}
    for trade in [trade for trade in valued.trades if is_bare_above(trade)][:MOST_ADVISED]:
        rows = find_counter_asks(quote.deal, quote.trades, trade.trade.id, rules, stakeholders)
        found[trade.trade.id] = tuple(row for row in rows if row.is_reachable)[:most]
    return found


def is_bare_above(trade: ValuedTrade) -> bool:
    """Whether a trade would go to a manager or to finance with nothing in hand."""
    is_above = trade.authority is not None and Authority.REP < trade.authority < Authority.NOBODY
    return is_above and trade.verdict == Verdict.CONCESSION


def advised_ledger(quote: Quote, rules: Rules) -> Ledger:
    """The ledger of a quote, as sheets and command line show it.

    The note of a trade that would go to a manager with nothing in hand names the counter-asks to try first.
    """
    valued = ledger(quote.deal, quote.trades, rules)
    rows = try_first(quote, valued, rules)
    trades = tuple(
        replace(trade, note="; ".join(filter(None, (trade.note, _advice(rows.get(trade.trade.id))))))
        if is_bare_above(trade)
        else trade
        for trade in valued.trades
    )
    return replace(valued, trades=trades)


def _advice(rows: Sequence[CounterAsk] | None) -> str:
    if rows is None:
        return "before a manager is asked, choose this trade on the Counter-asks sheet"
    if not rows:
        return "nothing is asked in return, and no single counter-ask within the limits pays for it: look for bundles"
    said = [
        f"{label_of(row.lever)}{f' of {row.line}' if row.line else ''} {level_words(row.lever, row.change.to)}" for row in rows
    ]
    return f"before a manager is asked, ask the client for: {'; or '.join(said)}"
'''
# ---- counterask/survival.py
FILES['counterask/survival.py'] = r'''
"""Which months will be served: churn, termination for convenience, and the renewal step.

A discrete survival curve. A renewal is decided at the start of the month in which a term ends.
"""

from __future__ import annotations

import numpy as np

from .scenarios import Array, Scenarios


def segment_start(term: Array, renewal_term: Array, months: Array) -> Array:
    """First month of the term that each month lies in: 0, `term`, `term + renewal_term`, ...

    term, renewal_term : (n, 1) months, at least 1. months : (1, H). Returns (n, H) months.
    """
    renewals = np.floor((months - term) / renewal_term)
    return np.where(months < term, 0.0, term + renewals * renewal_term)


def renewals_before(term: Array, renewal_term: Array, months: Array) -> Array:
    """How many renewals lie behind each month, its own start included. Shapes as in `segment_start`."""
    return np.where(months < term, 0.0, 1.0 + np.floor((months - term) / renewal_term))


def survival(scenarios: Scenarios, months: Array) -> Array:
    """Probability that each month is served: S(0) = 1, then churn, exit and renewal.

    months : (1, H) whole months. Returns (n, H) or (1, H), between 0 and 1; NaN where an input that matters is unknown.
    Source: a discrete survival curve with a renewal step; compare Fader and Hardie, "How to project customer
    retention", Journal of Interactive Marketing 21(1), 2007, whose fitted curve may replace the constant hazard.
    """
    churned = (1.0 - scenarios.get("churn_hazard")) ** (months / 12.0)
    first_exit = np.maximum(1.0, np.ceil(scenarios.get("tfc_from_month")))
    exits = np.maximum(0.0, months - first_exit + 1.0)
    stayed = np.where(exits == 0.0, 1.0, (1.0 - scenarios.get("tfc_hazard")) ** (exits / 12.0))
    renewals = renewals_before(scenarios.get("term_months"), scenarios.get("renewal_term_months"), months)
    return churned * stayed * scenarios.get("renewal_probability") ** renewals


def exit_probability(scenarios: Scenarios, served: Array, months: Array) -> Array:
    """Probability that the client terminates for convenience at the start of each month.

    served : (n, H) from `survival`. Returns (n, H); 0 in months where the right does not exist.
    """
    before = np.concatenate([np.zeros_like(served[:, :1]), served[:, :-1]], axis=1)
    monthly_stay = (1.0 - scenarios.get("churn_hazard")) ** (1.0 / 12.0)
    leaves = 1.0 - (1.0 - scenarios.get("tfc_hazard")) ** (1.0 / 12.0)
    may_leave = months >= np.maximum(1.0, scenarios.get("tfc_from_month"))
    unknown = np.isnan(scenarios.get("tfc_from_month"))
    return np.where(may_leave | unknown, before * monthly_stay * leaves, 0.0) + np.where(unknown, np.nan, 0.0)
'''
# ---- counterask/tables.py
FILES['counterask/tables.py'] = r'''
"""Tables as every host hands them over: a header row and rows of cells, with a way to name each place.

Columns are found by their headers, so moving one is fine and renaming one is reported. A header may be the input's name
("payment_days") or its label ("Payment days"), with a unit on a second line or in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .cells import Fault, is_blank, number, text
from .problems import Problem
from .quantities import UNKNOWN, Quantity

TABLES = ("Quote", "Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "Stakeholders", "History")
"""The tables of a quote, in the order in which problems are listed."""


def plain(header: object) -> str:
    """A header or label without case, unit, spaces or underscores: "Payment days\\n(days)" is "paymentdays"."""
    return _plain(header) if type(header) is str and len(header) < 100 else _plain_text(text(header))


def _plain_text(words: str) -> str:
    return re.sub(r"[\s_\-–.:,]+", "", re.split(r"[\n(\[]", words, maxsplit=1)[0]).lower()


@lru_cache(maxsize=8192)
def _plain(header: str) -> str:
    return _plain_text(text(header))


@dataclass(frozen=True)
class Table:
    """A named table. rows : the header row first. locate : (row, column), both from 0, to the place's name."""

    name: str
    rows: Sequence[Sequence[object]]
    locate: Callable[[int, int], str]

    def problem(self, row: int, column: int, subject: str, fault: Fault) -> Problem:
        """A problem at a place of this table."""
        order = (TABLES.index(self.name) if self.name in TABLES else len(TABLES), row, column)
        return Problem(self.locate(row, column), subject, fault.found, fault.expected, fault.remedy, order)

    @classmethod
    def of_range(cls, name: str, rows: Sequence[Sequence[object]]) -> Table:
        """A table from a range whose place on its sheet is not known: places are rows and columns from 1."""
        return cls(name, rows, lambda row, column: f"row {row + 1}, column {column + 1} of {name}")


@dataclass(frozen=True)
class Columns:
    """Where the wanted columns of a table stand."""

    table: Table
    at: dict[str, int]

    @classmethod
    def find(
        cls,
        table: Table,
        wanted: Sequence[str],
        needed: Sequence[str],
        problems: list[Problem],
        spoken: dict[str, str] | None = None,
    ) -> Columns:
        """Find columns by header. spoken : other words for a column. Reports needed columns that are missing."""
        header = [plain(cell) for cell in table.rows[0]] if table.rows else []
        at = {}
        for name in wanted:
            choices = [plain(name), plain((spoken or {}).get(name, name))]
            places = [place for place, found in enumerate(header) if found in choices]
            if places:
                at[name] = places[0]
            if len(places) > 1:
                problems.append(
                    table.problem(
                        0,
                        places[1],
                        name,
                        Fault(
                            f'found the header "{text(table.rows[0][places[1]])}" twice',
                            "each header once",
                            "Rename or clear one.",
                        ),
                    )
                )
            if not places and name in needed:
                label = (spoken or {}).get(name, name)
                seen = (
                    ", ".join(text(cell).split("\n")[0] for cell in table.rows[0] if not is_blank(cell))
                    if table.rows
                    else ""
                )
                problems.append(
                    table.problem(
                        0,
                        0,
                        name,
                        Fault(
                            f'found no column "{label}" (there are: {seen or "none"})',
                            f'a header "{label}"',
                            "Give the column its name back.",
                        ),
                    )
                )
        return cls(table, at)

    def cell(self, row: int, name: str) -> object:
        """The cell of a column in a row; None where the table has no such column or the row is short."""
        place = self.at.get(name)
        cells = self.table.rows[row]
        return None if place is None or place >= len(cells) else cells[place]

    def text(self, row: int, name: str) -> str:
        """The cell as trimmed text."""
        return text(self.cell(row, name))

    def place(self, row: int, name: str) -> str:
        """The name of a cell's place."""
        return self.table.locate(row, self.at.get(name, 0))

    def problem(self, row: int, name: str, fault: Fault, subject: str | None = None) -> Problem:
        """A problem at a cell."""
        return self.table.problem(row, self.at.get(name, 0), subject if subject is not None else name, fault)

    def number(
        self, row: int, name: str, quantity: Quantity, problems: list[Problem], subject: str | None = None
    ) -> float:
        """The cell as a number of the quantity; NaN, and a problem, where it is none."""
        found = number(self.cell(row, name), quantity)
        if isinstance(found, Fault):
            problems.append(self.problem(row, name, found, subject or quantity.name))
            return UNKNOWN
        return found

    def filled_rows(self, names: Sequence[str] | None = None) -> Iterator[int]:
        """The rows behind the header in which any of the named columns (or of all found) holds something."""
        for row in range(1, len(self.table.rows)):
            if any(not is_blank(self.cell(row, name)) for name in (names or self.at)):
                yield row
'''
# ---- counterask/terms.py
FILES['counterask/terms.py'] = r'''
"""The term sheet: a deal as a handful of immutable records.

Numbers are floats in the units of the registries; NaN is unknown, infinity is "none". Records are made by
`tables` and `deal_json`, which check ranges and report problems by place; the inside trusts them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .levers import LEVER_BY_NAME, Kind
from .quantities import UNKNOWN, Quantity

Address = tuple[int | None, str]
"""Where an input stands: the line's place in the deal (None for the deal itself) and the input's name."""


@dataclass(frozen=True)
class Line:
    """One line of a quote. Inputs that its kind does not have are not read.

    list_price, unit_cost : money per unit per month (recurring), per unit used (metered), per unit (one-off).
    discount : share of the list price. quantity : units; mean units a month; 1.
    ramp_months, delivery_months : months. support_cost : money per unit per month. demand_cv : share of the mean.
    """

    name: str
    kind: Kind
    list_price: float = UNKNOWN
    discount: float = UNKNOWN
    quantity: float = UNKNOWN
    unit_cost: float = UNKNOWN
    ramp_months: float = UNKNOWN
    support_cost: float = UNKNOWN
    demand_cv: float = UNKNOWN
    delivery_months: float = UNKNOWN


@dataclass(frozen=True)
class Terms:
    """Terms of the whole deal; units in the lever registry, conventions in the valuation page."""

    term_months: float = UNKNOWN
    renewal_term_months: float = UNKNOWN
    renewal_probability: float = UNKNOWN
    billing_months: float = UNKNOWN
    billing_in_advance: float = UNKNOWN
    payment_days: float = UNKNOWN
    free_months: float = UNKNOWN
    uplift_floor: float = UNKNOWN
    uplift_cap: float = UNKNOWN
    price_lock_months: float = UNKNOWN
    most_favoured_price: float = UNKNOWN
    sla_credit: float = UNKNOWN
    commitment: float = UNKNOWN
    take_or_pay_rate: float = UNKNOWN
    rebate_threshold: float = UNKNOWN
    rebate_rate: float = UNKNOWN
    late_damages_rate: float = UNKNOWN
    months_brought_forward: float = UNKNOWN
    warranty_months: float = UNKNOWN
    tfc_from_month: float = UNKNOWN
    tfc_fee_months: float = UNKNOWN
    liability_cap_multiple: float = UNKNOWN
    exclusivity_months: float = UNKNOWN
    reference_probability: float = UNKNOWN
    introduction_probability: float = UNKNOWN
    foreign_share: float = UNKNOWN


@dataclass(frozen=True)
class Assumptions:
    """What finance and managers assume; units in the assumption registry."""

    cost_of_capital: float = UNKNOWN
    horizon_months: float = UNKNOWN
    churn_hazard: float = UNKNOWN
    tfc_hazard: float = UNKNOWN
    inflation: float = UNKNOWN
    inflation_vol: float = UNKNOWN
    sla_miss_probability: float = UNKNOWN
    late_probability: float = UNKNOWN
    acceleration_cost: float = UNKNOWN
    warranty_claim_rate: float = UNKNOWN
    liability_frequency: float = UNKNOWN
    liability_alpha: float = UNKNOWN
    liability_theta: float = UNKNOWN
    risk_load: float = UNKNOWN
    claim_lag_months: float = UNKNOWN
    exclusivity_margin: float = UNKNOWN
    mfn_trigger: float = UNKNOWN
    mfn_gap: float = UNKNOWN
    reference_value: float = UNKNOWN
    reference_cost: float = UNKNOWN
    reference_month: float = UNKNOWN
    introduction_value: float = UNKNOWN
    introduction_month: float = UNKNOWN
    rate_base: float = UNKNOWN
    rate_foreign: float = UNKNOWN
    fx_spread: float = UNKNOWN


@dataclass(frozen=True)
class CompanyLever:
    """A lever of the company's own: so many units, each worth an amount, paid in a month or monthly.

    name, unit : as the manager wrote them. amount_per_unit : money, plus is good for the seller.
    month_from : the month in which it is paid; month_to : None where it is paid once at `month_from`, else every
    month from `month_from` to `month_to`, both counted. probability : 0 to 1.
    survives : whether it is paid even when the client has left; else it is weighted by survival.
    client_wants : +1 where the client asks for more units (they cost us), -1 where it is ours to ask for.
    units : how many the opening terms hold.
    """

    name: str
    unit: str
    amount_per_unit: float
    month_from: float
    month_to: float | None
    probability: float
    survives: bool
    is_soft: bool
    units: float = 0.0

    @property
    def has_blanks(self) -> bool:
        """Whether a number that the worth of a unit needs is unknown."""
        numbers = (self.amount_per_unit, self.month_from, self.probability)
        return any(math.isnan(number) for number in numbers)

    @property
    def client_wants(self) -> int:
        """The direction in which a client asks: more of what costs us, less of what pays us."""
        return 1 if self.amount_per_unit < 0 else -1


@dataclass(frozen=True)
class Deal:
    """Everything that the value of a deal depends on."""

    lines: tuple[Line, ...]
    terms: Terms
    assumptions: Assumptions
    company_levers: tuple[CompanyLever, ...] = field(default=())

    def input_at(self, address: Address) -> float:
        """The number at an address. Raises KeyError where there is no such input."""
        line, name = address
        if line is not None:
            return float(getattr(self.lines[line], name))
        for record in (self.terms, self.assumptions):
            if hasattr(record, name):
                return float(getattr(record, name))
        return self.company_lever(name).units

    def company_lever(self, name: str) -> CompanyLever:
        """The company lever of that name. Raises KeyError where there is none."""
        for lever in self.company_levers:
            if lever.name == name:
                return lever
        raise KeyError(name)

    def line_index(self, name: str) -> int:
        """The place of the line of that name. Raises KeyError where there is none."""
        for index, line in enumerate(self.lines):
            if line.name == name:
                return index
        raise KeyError(name)

    def address(self, lever: str, line: str | None) -> Address:
        """Where the lever's input stands in this deal. Raises KeyError where the deal has no such lever or line."""
        known = LEVER_BY_NAME.get(lever)
        if known is None:
            self.company_lever(lever)
            return None, lever
        return (self.line_index(line or ""), lever) if known.is_on_line else (None, lever)

    def addresses(self, name: str) -> list[Address]:
        """Where the input of that name stands: once, or on every line of a kind that has it."""
        known = LEVER_BY_NAME.get(name)
        if known is None or not known.is_on_line:
            return [(None, name)]
        return [(number, name) for number, line in enumerate(self.lines) if line.kind in known.kinds]

    def spoken(self, address: Address) -> str:
        """An address in words: "payment_days", "discount of seats"."""
        line, name = address
        return name if line is None else f"{name} of {self.lines[line].name}"

    def with_inputs(self, values: Mapping[Address, float]) -> Deal:
        """This deal with the inputs at the given addresses replaced."""
        of_lines: dict[int, dict[str, float]] = {}
        of_terms: dict[str, float] = {}
        of_assumptions: dict[str, float] = {}
        company = list(self.company_levers)
        for (line, name), value in values.items():
            if line is not None:
                of_lines.setdefault(line, {})[name] = value
            elif hasattr(self.terms, name):
                of_terms[name] = value
            elif hasattr(self.assumptions, name):
                of_assumptions[name] = value
            else:
                self.company_lever(name)
                company = [replace(one, units=value) if one.name == name else one for one in company]
        lines = list(self.lines)
        for index, changed in of_lines.items():
            lines[index] = replace(lines[index], **changed)  # type: ignore[arg-type]
        terms = replace(self.terms, **of_terms) if of_terms else self.terms
        assumptions = replace(self.assumptions, **of_assumptions) if of_assumptions else self.assumptions
        return Deal(tuple(lines), terms, assumptions, tuple(company))


def units_of(lever: CompanyLever) -> Quantity:
    """How many units of a company lever: the quantity that its asks and opening terms hold."""
    return Quantity(lever.name, lever.unit or "units", 0.0, 1e9, 1.0, "Units of a lever of the company's own.")
'''
# ---- counterask/trade_rows.py
FILES['counterask/trade_rows.py'] = r'''
"""The Trades table, row by row: a trade starts at its id and may go on over further rows that leave the id blank."""

from __future__ import annotations

from dataclasses import dataclass, field

from .cells import Fault, number
from .levers import Lever
from .limit_rows import LEVER_BY_WORD
from .problems import Problem
from .quantities import UNITS, UNKNOWN, Quantity
from .tables import TABLES, Columns, Table, plain
from .terms import Deal
from .trades import Change, Response, Trade

COLUMNS = (
    "trade",
    "ask",
    "ask_line",
    "ask_to",
    "response",
    "counter_ask",
    "counter_ask_line",
    "counter_ask_to",
    "reason",
)
_SIDES = {"ask": "ask", "counter_ask": "counter-ask"}
_UNITS = Quantity("units", UNITS, 0.0, 1e9, 1.0, "Units of a company lever.")


@dataclass(frozen=True)
class TradePlace:
    """The table rows (the header being 0) at which a trade starts and at which each of its changes stands; and all its rows."""

    row: int
    ask_rows: tuple[int, ...]
    counter_rows: tuple[int, ...]
    rows: tuple[int, ...] = ()


@dataclass
class _Draft:
    """A trade while its rows are being read."""

    id: str
    row: int
    response: Response | None
    reason: str
    asks: list[Change] = field(default_factory=list)
    counters: list[Change] = field(default_factory=list)
    ask_rows: list[int] = field(default_factory=list)
    counter_rows: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


def read_trades(table: Table, deal: Deal, problems: list[Problem]) -> tuple[tuple[Trade, ...], dict[str, TradePlace]]:
    """The trades in their order, and where each stands in the table, by its id.

    A trade's first row has its id. Further rows of it follow without one, or stand anywhere below with the id again and a
    counter-ask only: what a rep adds to a trade that others stand below.
    """
    columns = Columns.find(table, COLUMNS, ("trade", "ask", "ask_to", "counter_ask", "counter_ask_to"), problems)
    drafts: dict[str, _Draft] = {}
    current: _Draft | None = None
    for row in columns.filled_rows():
        current = _draft_of(columns, row, drafts, current, problems)
        if current is None:
            continue
        current.rows.append(row)
        for side, name in _SIDES.items():
            change = _change(columns, row, side, deal, problems)
            if change is not None:
                (current.asks if side == "ask" else current.counters).append(change)
                (current.ask_rows if side == "ask" else current.counter_rows).append(row)
            elif columns.text(row, side) == "" and columns.text(row, f"{side}_to"):
                problems.append(
                    columns.problem(
                        row,
                        side,
                        Fault(
                            f"found no {name}, but a level {columns.text(row, f'{side}_to')[:60]}",
                            "the name of a lever",
                            "Choose one from the list or clear the level.",
                        ),
                    )
                )
    broken = {problem.order[1] for problem in problems if problem.order[0] == TABLES.index("Trades")}
    trades = []
    for draft in drafts.values():
        if draft.counters and not draft.asks and draft.row not in broken:
            problems.append(
                columns.problem(
                    draft.counter_rows[0],
                    "counter_ask",
                    Fault(
                        f"found a counter-ask in {draft.id[:60]}, but no ask",
                        "what the client asks for",
                        "Choose the ask.",
                    ),
                )
            )
        if not draft.asks:
            continue
        trades.append(
            Trade(draft.id, draft.response or Response.YES, tuple(draft.asks), tuple(draft.counters), draft.reason)
        )
    return tuple(trades), {
        draft.id: TradePlace(draft.row, tuple(draft.ask_rows), tuple(draft.counter_rows), tuple(draft.rows))
        for draft in drafts.values()
    }


def _draft_of(
    columns: Columns, row: int, drafts: dict[str, _Draft], current: _Draft | None, problems: list[Problem]
) -> _Draft | None:
    """The trade that a row belongs to: a new one, or the one before it."""
    name = columns.text(row, "trade")
    response = _response(columns, row, problems)
    if not name or (current is not None and name == current.id and response is None):
        if current is None:
            problems.append(
                columns.problem(
                    row, "trade", Fault("found a row without a trade", "a trade id such as T1", "Give the trade an id.")
                )
            )
        elif response is not None and response != current.response:
            problems.append(
                columns.problem(
                    row,
                    "response",
                    Fault(
                        f"found a second response in {current.id[:60]}",
                        "one response a trade",
                        "Clear it, or give the row its own id.",
                    ),
                )
            )
        return current
    if name in drafts and response is None and not columns.text(row, "ask"):
        return drafts[name]
    if name in drafts:
        problems.append(
            columns.problem(
                row,
                "trade",
                Fault(
                    f'found "{name[:60]}" a second time (first at {columns.place(drafts[name].row, "trade")})',
                    "each trade's id once, or again with a counter-ask only",
                    "Give one of the two another id, or clear the ask and the response here.",
                ),
            )
        )
        return _Draft(name, row, response, "")
    draft = _Draft(name, row, response, columns.text(row, "reason"))
    drafts[name] = draft
    return draft


def _response(columns: Columns, row: int, problems: list[Problem]) -> Response | None:
    """Yes, no or stall; None where blank. The sheet says "yes, and" and "no, but"."""
    words = columns.text(row, "response").lower()
    if not words:
        return None
    for response in Response:
        if plain(words) in (response, {"yes": "yesand", "no": "nobut"}.get(response)):
            return response
    problems.append(
        columns.problem(
            row, "response", Fault(f'found "{words[:60]}"', "yes, and / no, but / stall", "Choose one from the list.")
        )
    )
    return None


def _change(columns: Columns, row: int, side: str, deal: Deal, problems: list[Problem]) -> Change | None:
    """One ask or counter-ask, or None where the cell is blank or wrong."""
    word = columns.text(row, side)
    if not word:
        return None
    lever = LEVER_BY_WORD.get(plain(word))
    company = next((one for one in deal.company_levers if plain(one.name) == plain(word)), None)
    if lever is None and company is None:
        problems.append(
            columns.problem(
                row,
                side,
                Fault(f'found "{word[:60]}", which is no lever', "the name of a lever", "Choose one from the list."),
                "lever",
            )
        )
        return None
    line = columns.text(row, f"{side}_line") or None
    if not _line_fits(columns, row, side, lever, word, line, deal, problems):
        return None
    name = lever.name if lever else company.name  # type: ignore[union-attr]
    found = number(columns.cell(row, f"{side}_to"), lever.quantity if lever else _UNITS)
    if isinstance(found, Fault):
        problems.append(columns.problem(row, f"{side}_to", found, name))
        found = UNKNOWN
    return Change(name, line, found)


def _line_fits(
    columns: Columns,
    row: int,
    side: str,
    lever: Lever | None,
    word: str,
    line: str | None,
    deal: Deal,
    problems: list[Problem],
) -> bool:
    """Whether the line cell suits the lever; reports where it does not."""

    def report(found: str, expected: str, remedy: str) -> bool:
        problems.append(columns.problem(row, f"{side}_line", Fault(found, expected, remedy), "line"))
        return False

    if lever is None or not lever.is_on_line:
        return line is None or report(
            f'"{word}" belongs to no line, but found the line "{line[:60]}"', "a blank cell", "Clear the line cell."
        )
    fitting = [one.name for one in deal.lines if one.kind in lever.kinds]
    names = ", ".join(fitting) or "none in this quote"
    if line is None:
        return report(f'"{word}" belongs to a line, but found none', f"a line ({names})", "Choose the line.")
    known = {one.name: one for one in deal.lines}
    if line not in known:
        return report(
            f'found the line "{line[:60]}", which the quote does not have', f"one of: {names}", "Choose the line."
        )
    if known[line].kind not in lever.kinds:
        kinds = " or ".join(sorted(lever.kinds))
        return report(
            f'"{word}" belongs to a {kinds} line, but "{line}" is {known[line].kind}',
            f"one of: {names}",
            "Choose another line or lever.",
        )
    return True
'''
# ---- counterask/trades.py
FILES['counterask/trades.py'] = r'''
"""Trades: what a client asks for, what is asked in return, and the verdict.

The ledger values every granted change against the deal as it then stands: trades in their order, the asks of each
first. Its parts add up to the change in deal value. A trade that is declined or stalled moves nothing; one that has no
price (an unknown input, an unlimited layer) moves nothing either and says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from .labels import label_of, level_words
from .levers import LEVER_BY_NAME, Kind
from .limits import Authority, Limits, Policy
from .renewal_drag import DISCOUNT, renewal_drag
from .terms import Address, Deal
from .valuation import Values, unknown_in_states, value_states

HALF_A_CENT = 0.005


class Response(StrEnum):
    """What the rep answers: yes, and we ask for ...; no, but we offer ...; or a stall."""

    YES = "yes"
    NO = "no"
    STALL = "stall"


class Verdict(StrEnum):
    """What a trade is."""

    NEGOTIATION = "negotiation"
    UNBALANCED = "unbalanced concession"
    CONCESSION = "concession"
    DECLINED = "declined"
    STALLED = "stalled"
    BLOCKED = "blocked"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Change:
    """One lever moved to a new level: `to` in the lever's unit, NaN where it is blank, infinity for "none"."""

    lever: str
    line: str | None
    to: float


@dataclass(frozen=True)
class Trade:
    """One or more asks of the client, and what the rep asks for in return."""

    id: str
    response: Response
    asks: tuple[Change, ...]
    counters: tuple[Change, ...] = ()
    reason: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The asks and then the counter-asks, in the order in which the ledger values them."""
        return self.asks + self.counters


@dataclass(frozen=True)
class ValuedChange:
    """One change in the ledger: from which level, and what it does to deal value (money; NaN where it has no price)."""

    change: Change
    is_ask: bool
    is_soft: bool
    from_level: float
    value: float


@dataclass(frozen=True)
class ValuedTrade:
    """One trade with its numbers.

    cost : what the asks do to deal value, at most 0 for a real concession. worth : what the counter-asks do. net :
    their sum. shortfall : hard money still missing for the required ratio, at least 0. authority : who may agree, None
    where no limits are known, or none that hold. note : why, in a sentence, where the verdict needs one. is_approved :
    whether an approval that still holds stands behind it. drag : what the asks' own discounts are expected to cost again at
    renewals, at most 0, where the policy counts that; it is part of what is required and of no sum. All money; NaN where
    there is no price.
    """

    trade: Trade
    changes: tuple[ValuedChange, ...]
    cost: float
    worth: float
    shortfall: float
    verdict: Verdict
    authority: Authority | None
    note: str = ""
    is_approved: bool = False
    drag: float = 0.0

    @property
    def net(self) -> float:
        """What the whole trade does to deal value, money."""
        return self.cost + self.worth


@dataclass(frozen=True)
class Ledger:
    """Opening value, every trade, and the deal as it stands after them."""

    opening: Values
    now: Values
    deal_now: Deal
    trades: tuple[ValuedTrade, ...]

    @property
    def value(self) -> float:
        """Opening deal value, money."""
        return float(self.opening.total[0])

    @property
    def value_now(self) -> float:
        """Deal value on the terms as they stand, money."""
        return float(self.now.total[0])

    @property
    def change(self) -> float:
        """Value now less opening value, money."""
        return self.value_now - self.value


@dataclass(frozen=True)
class Rules:
    """What a verdict is given by: limits (None where nothing is known of them), policy, the day, and whether the client was
    ever given a discount for nothing."""

    limits: Limits | None = None
    policy: Policy = Policy()
    as_of: date | None = None
    is_taught: bool = False


State = dict[Address, float]


def no_price(deal: Deal, state: Mapping[Address, float]) -> tuple[Verdict, str] | None:
    """Why a deal in this state has no price, seen from the inputs alone, or None where it may have one."""

    def level(name: str) -> float:
        return state.get((None, name), deal.input_at((None, name)))

    for address, value in state.items():
        if math.isnan(value):
            return Verdict.CANNOT_TELL, f"the new level of {deal.spoken(address)} is blank"
    tail = level("risk_load") * level("liability_alpha")
    if math.isinf(level("liability_cap_multiple")) and tail <= 1.0 and level("liability_frequency") > 0.0:
        return Verdict.BLOCKED, (
            f"unlimited liability has no finite price here (risk_load x liability_alpha = {tail:g}, not above 1): offer a cap"
        )
    faster = level("months_brought_forward")
    for index, line in enumerate(deal.lines):
        months = state.get((index, "delivery_months"), line.delivery_months)
        if line.kind == Kind.ONE_OFF and faster >= months:
            return Verdict.CANNOT_TELL, (
                f"{faster:g} months brought forward leave nothing of the {months:g} delivery months of {line.name}"
            )
    return None


def soft(deal: Deal, change: Change, limits: Limits | None) -> bool:
    """Whether a change's worth is soft: as its limits row says, or else as the registry or the company lever says."""
    row = limits.row(change.lever, change.line) if limits else None
    if row is not None and row.is_soft is not None:
        return row.is_soft
    known = LEVER_BY_NAME.get(change.lever)
    return known.is_soft if known else deal.company_lever(change.lever).is_soft


def client_direction(deal: Deal, lever: str) -> int:
    """+1 where clients ask for more of a lever, -1 where they ask for less."""
    known = LEVER_BY_NAME.get(lever)
    return known.client_wants if known else deal.company_lever(lever).client_wants


def authority_for(deal: Deal, changes: Sequence[ValuedChange], limits: Limits) -> Authority:
    """Who may agree to all of these changes together. A lever that no row names is for a manager to give away."""
    needed = Authority.REP
    for valued in changes:
        change = valued.change
        wants = client_direction(deal, change.lever)
        row = limits.row(change.lever, change.line)
        if math.isnan(change.to) or change.to == valued.from_level:
            continue
        if _moves(valued.from_level, change.to, wants):
            asked = row.authority(change.to, wants) if row else Authority.MANAGER
        else:
            asked = Authority.REP if valued.is_ask or not row else row.counter_authority(change.to, wants)
        needed = max(needed, asked)
    return needed


def _moves(start: float, to: float, client_wants: int) -> bool:
    """Whether going from `start` to `to` goes the client's way; it may, where the start is unknown."""
    if math.isnan(start):
        return True
    return (to - start) * client_wants > 0.0 if math.isfinite(to) or math.isfinite(start) else False


def judge(trade: Trade, cost: float, worth: float, soft_worth: float, policy: Policy) -> tuple[Verdict, float]:
    """Verdict and shortfall (money) of a granted trade that has a price.

    What is required is `required_ratio * -cost`. Soft worth counts for at most `soft_share_cap` of it. Differences
    under half a cent are none.
    """
    if math.isnan(cost) or math.isnan(worth) or math.isnan(soft_worth):
        return Verdict.CANNOT_TELL, math.nan
    required = policy.required_ratio * max(0.0, -cost)
    counted = worth - soft_worth + min(soft_worth, max(0.0, policy.soft_share_cap * required))
    shortfall = required - counted
    if not trade.counters:
        return Verdict.CONCESSION, max(0.0, required)
    if shortfall < HALF_A_CENT:
        return Verdict.NEGOTIATION, 0.0
    return Verdict.UNBALANCED, shortfall


def grant(deal: Deal, trades: Sequence[Trade]) -> tuple[list[State], dict[int, tuple[Verdict, str]]]:
    """The states of the deal after each granted change, opening state first, and why trades that move nothing do not.

    Returns the states in ledger order, and for each trade (by its place) that does not move the deal its verdict and
    note.
    """
    states: list[State] = [{}]
    unmoved: dict[int, tuple[Verdict, str]] = {}
    for place, trade in enumerate(trades):
        if trade.response != Response.YES:
            unmoved[place] = _not_granted(trade)
            continue
        steps: list[State] = []
        state = states[-1]
        for change in trade.changes:
            state = {**state, deal.address(change.lever, change.line): change.to}
            steps.append(state)
        faults = [fault for step in steps if (fault := no_price(deal, step)) is not None]
        if faults:
            unmoved[place] = next((fault for fault in faults if fault[0] == Verdict.BLOCKED), faults[0])
        else:
            states.extend(steps)
    return states, unmoved


def _not_granted(trade: Trade) -> tuple[Verdict, str]:
    if trade.response == Response.NO:
        return Verdict.DECLINED, ""
    return Verdict.STALLED, trade.reason or "a stall needs a reason: say why it was not answered"


def ledger(deal: Deal, trades: Sequence[Trade], rules: Rules | None = None) -> Ledger:
    """Value trades in their order. One batch of valuations, whatever the number of trades.

    Raises KeyError where a change names a lever or line that the deal does not have (`tables` reports it before).
    """
    rules = rules or Rules()
    states, unmoved = grant(deal, trades)
    values = value_states(deal, states)
    totals = values.total
    unknown = _unknown_names(deal, states, np.flatnonzero(np.isnan(totals)).tolist())
    stands: State = {}
    position = 0
    valued: list[ValuedTrade] = []
    for place, trade in enumerate(trades):
        moves = place not in unmoved
        changes: list[ValuedChange] = []
        opened = before = stands
        start = position
        for number, change in enumerate(trade.changes):
            address = deal.address(change.lever, change.line)
            worth = math.nan
            if moves:
                position += 1
                worth = float(totals[position] - totals[position - 1])
            changes.append(
                ValuedChange(
                    change,
                    number < len(trade.asks),
                    soft(deal, change, rules.limits),
                    before.get(address, deal.input_at(address)),
                    worth,
                )
            )
            before = {**before, address: change.to}
        if moves:
            stands = before
        names = dict.fromkeys(name for step in range(start, position + 1) for name in unknown.get(step, ()))
        drag = taught_drag(deal, opened, trade, rules) if moves else 0.0
        valued.append(weigh(deal, trade, tuple(changes), unmoved.get(place), rules, tuple(names), drag))
    now = Values({key: column[-1:] for key, column in values.components.items()}, values.acv[-1:])
    opening = Values({key: column[:1] for key, column in values.components.items()}, values.acv[:1])
    return Ledger(opening, now, deal.with_inputs(stands), tuple(valued))


def _unknown_names(deal: Deal, states: Sequence[State], places: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For the states at the given places, which have no value, the blank inputs that each would need."""
    if not places:
        return {}
    needed = unknown_in_states(deal, [states[place] for place in places])
    return {place: tuple(map(deal.spoken, found)) for place, found in zip(places, needed, strict=True)}


def weigh(
    deal: Deal,
    trade: Trade,
    changes: tuple[ValuedChange, ...],
    unmoved: tuple[Verdict, str] | None,
    rules: Rules,
    unknown: Sequence[str] = (),
    drag: float = 0.0,
) -> ValuedTrade:
    """Put verdict, shortfall, authority and note to the changes of one trade. unknown : the blank inputs it needs.

    drag : money, at most 0, that counts with the asks' cost (`taught_drag`).
    """
    limits = rules.limits
    authority = authority_for(deal, changes, limits) if limits is not None else None
    if unmoved is not None:
        verdict, note = unmoved
        if verdict in (Verdict.DECLINED, Verdict.STALLED):
            return ValuedTrade(trade, changes, 0.0, 0.0, 0.0, verdict, None, note)
        if verdict == Verdict.BLOCKED:
            authority = Authority.NOBODY
        return ValuedTrade(trade, changes, math.nan, math.nan, math.nan, verdict, authority, note)
    cost = math.fsum(change.value for change in changes if change.is_ask)
    worth = math.fsum(change.value for change in changes if not change.is_ask)
    soft_worth = math.fsum(change.value for change in changes if not change.is_ask and change.is_soft)
    verdict, shortfall = judge(trade, cost + drag, worth, soft_worth, rules.policy)
    note = f"counted with its cost: {-drag:,.0f} that a discount is expected to cost again at renewals" if drag < 0.0 else ""
    if verdict == Verdict.UNBALANCED and worth + HALF_A_CENT > rules.policy.required_ratio * -(cost + drag):
        note = f"soft value may cover only {rules.policy.soft_share_cap:.0%} of what is required"
    lapse = limits.fault if limits is not None else None
    if limits is not None and rules.as_of is not None:
        lapse = limits.lapses([(change.change.lever, change.change.line) for change in changes], rules.as_of)
    if lapse is not None:
        verdict, note = Verdict.CANNOT_TELL, lapse
        if limits is not None and limits.lapse_of_all(rules.as_of) is not None:
            authority = None  # who may agree is what these limits would say
    elif authority == Authority.NOBODY:
        verdict, note = Verdict.BLOCKED, _hard_stop(deal, changes, limits)
    elif verdict == Verdict.CANNOT_TELL:
        if math.isnan(drag) and not unknown:
            note = "blank: taught_discount_drag, which the policy counts in verdicts"
        else:
            note = f"blank: {', '.join(unknown)}" if unknown else "an input that the value needs is unknown"
    return ValuedTrade(trade, changes, cost, worth, shortfall, verdict, authority, note, drag=drag)


def taught_drag(deal: Deal, before: Mapping[Address, float], trade: Trade, rules: Rules) -> float:
    """What the discounts that a trade's asks grant are expected to cost again at renewals: money, at most 0.

    0 but where the policy says that drag counts and the client was given a discount for nothing before; NaN where the
    manager's assumption is blank. before : the state of the deal before the trade.
    """
    if not (rules.is_taught and rules.policy.drag_counts):
        return 0.0
    here = deal.with_inputs(before)
    given = 0.0
    for ask in trade.asks:
        if ask.lever != DISCOUNT or ask.line is None:
            continue
        line = here.lines[here.line_index(ask.line)]
        if line.kind != Kind.ONE_OFF and ask.to > line.discount:
            given += renewal_drag(here, ask.line, ask.to - line.discount, rules.policy.taught_discount_drag)
    return given


def _hard_stop(deal: Deal, changes: Sequence[ValuedChange], limits: Limits | None) -> str:
    """Which hard stop is crossed, in a sentence."""
    for valued in changes:
        change = valued.change
        row = limits.row(change.lever, change.line) if limits else None
        wants = client_direction(deal, change.lever)
        if row and _moves(valued.from_level, change.to, wants) and row.authority(change.to, wants) == Authority.NOBODY:
            bound = level_words(change.lever, row.never_beyond)
            return f"{label_of(change.lever)} may never go beyond {bound}, whatever is offered in return"
    return "a hard stop is crossed"
'''
# ---- counterask/translations/de.toml
FILES['counterask/translations/de.toml'] = r'''
# Was im Verkauf gesagt wird, auf Deutsch.
#
# Zu jedem Hebel: `name` und drei Formen einer Änderung. `can`: was der Kunde haben kann, ein Hauptsatz. `do`: dasselbe von uns aus, ein
# Infinitiv vor "können wir nicht" und hinter "wir können". `get`: was wir dafür wollen, ein Nebensatz hinter "wenn". Eine Form mit
# _none, _zero, _one, _year, _negative, _yes, _no, _metered oder _once gilt stattdessen, wo die Stufe so ist (_one ist auch 100 %) oder
# die Zeile nach Verbrauch oder einmalig berechnet wird. `none` ist die Stufe "none" in einer Zelle. Der Name einer Zeile kann eins oder vieles
# meinen ("Seats"): kein Verb darf von ihm abhängen.
# {to} ist die Stufe mit ihrer Einheit, {to_accusative} und {to_dative} dieselbe gebeugt.

language = "Deutsch"

[sentences]
yes_and = "Ja, {can}, wenn {get}."
no_but = "Nein, {refuse} können wir nicht; wir können {offer}, wenn {get}."
not_so = "Nein, so nicht; {can}, aber nur, wenn {get}."
refusal = "Nein, {refuse} können wir nicht."
offer = "Wir können {offer}."
and = " und "
comma = ", "
or = " oder "
not_reachable = "nicht erreichbar: bestes Netto {net}"
off_limits = "nicht erreichbar"
on_line = "{lever} bei {line}"

[agrees]
manager = "meine Leitung zustimmt"
finance = "meine Leitung und unsere Finanzabteilung zustimmen"

[authority]
rep = "Verkauf"
manager = "Leitung"
finance = "Finanzen"
nobody = "niemand"

[table]
rank = "Rang"
counter_ask = "Gegenforderung"
line = "Zeile"
from = "Von"
to = "Auf"
worth = "Wert"
net = "Netto"
authority = "Wer zustimmen darf"
soft = "Weich"
way = "Weg zur Grenze"
yes_and = "Ja, wenn"
no_but = "Nein, aber"
offer = "Eigenes Angebot"
costs_us = "Kostet uns"
worth_to_them = "Für sie wert"
for_one = "Wert je Kosten"
needed_by = "Wer es braucht"
say = "Was man sagt"

[head_math]
more = "{amount} mehr {lever}"
less = "{amount} weniger {lever}"
holds = "gilt bis {to}"
bends = "gilt bis {to}, dann nicht mehr"

[verdicts]
"negotiation" = "eine Verhandlung"
"unbalanced concession" = "ein unausgewogenes Zugeständnis"
"concession" = "ein Zugeständnis"
"blocked" = "gesperrt"
"cannot tell" = "ein Fall, der nicht zu beurteilen ist"

[flips]
under = "{verdict}, solange {assumption} unter {to} bleibt"
over = "{verdict}, solange {assumption} über {to} bleibt"
again_under = "jenseits von {to} bei {assumption} wendet es sich noch einmal: {verdict}"
again_over = "unterhalb von {to} bei {assumption} wendet es sich noch einmal: {verdict}"

[card]
title = "Kopfrechnen"
standing = "Stand des Geschäfts am {day}: Wert {value}, Marge {margin} vom Umsatz. Von hier aus gelten die Regeln."
rules = "Was womit bezahlt ist"
steps = "Was ein Schritt wert ist, der teuerste zuerst"
no_rules = "Es gibt keine Regel: Die Grenzen nennen keinen Hebel, der einen anderen bezahlt."
advice = "Auf eine Bitte gibt es zwei Antworten: ja, und wir bitten um dies; oder nein, aber wir bieten das. Jede Regel ist zu unseren Gunsten gerundet und gilt im Bereich daneben; darüber hinaus fragt man das Blatt. Alles hier ist intern."
lever = "Hebel"
step = "Ein Schritt"
costs = "Kostet uns"
pays = "Bringt uns"
share = "Vom Wert"

[numbers]
thousands = "."
decimal = ","
percent = "{number} %"
money = "{number} {currency}"
words = ["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
yes = "ja"
no = "nein"
none = "keine"

[units.month]
one = "ein Monat"
one_accusative = "einen Monat"
one_dative = "einem Monat"
many = "{number} Monate"
many_dative = "{number} Monaten"

[units.year]
one = "ein Jahr"
one_dative = "einem Jahr"
many = "{number} Jahre"
many_dative = "{number} Jahren"

[units.day]
one = "ein Tag"
one_accusative = "einen Tag"
one_dative = "einem Tag"
many = "{number} Tage"
many_dative = "{number} Tagen"

[units.point]
one = "1 Punkt"
many = "{number} Punkte"

[units.unit]
one = "1 Einheit"
many = "{number} Einheiten"

[units.fee]
one = "eine Monatsgebühr"
many = "{number} Monatsgebühren"

[units.multiple]
one = "1× Jahreswert"
many = "{number}× Jahreswert"

[units.company]
# Eins von einer Einheit des Hauses, die in den Grenzen in der Mehrzahl steht: die erste Endung, die passt, wird ersetzt.
endings_of_one = [["Tage", "Tag"], ["Wochen", "Woche"], ["Monate", "Monat"], ["Jahre", "Jahr"], ["Stunden", "Stunde"], ["ungen", "ung"], ["Stücke", "Stück"]]

[levers.list_price]
name = "Listenpreis"
can = "wir können {line} mit {to} listen"
do = "{line} mit {to} listen"
get = "wir {line} mit {to} listen"

[levers.discount]
name = "Rabatt"
can = "Sie können {to} Rabatt auf {line} haben"
do = "{to} Rabatt auf {line} geben"
get = "der Rabatt auf {line} {to} beträgt"
can_zero = "Sie können {line} zum Listenpreis haben"
do_zero = "{line} zum Listenpreis verkaufen"
get_zero = "Sie für {line} den Listenpreis zahlen"

[levers.quantity]
name = "Menge"
can = "Sie können {to} {line} abnehmen"
do = "mit {to} {line} auskommen"
get = "Sie {to} {line} abnehmen"
can_metered = "Sie können mit {to} {line} im Monat planen"
do_metered = "mit {to} {line} im Monat planen"
get_metered = "Sie {to} {line} im Monat abnehmen"
can_once = "Sie können {to} Einheiten von {line} abnehmen"
do_once = "mit {to} Einheiten von {line} auskommen"
get_once = "Sie {to} Einheiten von {line} abnehmen"
can_one = "Sie können eine einzige Einheit von {line} abnehmen"
do_one = "mit einer einzigen Einheit von {line} auskommen"
get_one = "Sie eine einzige Einheit von {line} abnehmen"
can_zero = "Sie können {line} weglassen"
do_zero = "Sie {line} weglassen lassen"
get_zero = "Sie {line} weglassen"

[levers.unit_cost]
name = "Stückkosten"
can = "wir können {to} je Einheit für {line} ausgeben"
do = "{to} je Einheit für {line} ausgeben"
get = "wir höchstens {to} je Einheit für {line} ausgeben"

[levers.ramp_months]
name = "Anlauf"
can = "Sie können sich {to_accusative} bis zur vollen Menge bei {line} nehmen"
do = "{to_accusative} auf die volle Menge bei {line} warten"
get = "Sie innerhalb von {to_dative} die volle Menge bei {line} erreichen"

[levers.support_cost]
name = "Supportstufe"
can = "Sie können Support für {to} je Einheit bei {line} haben"
do = "Support für {to} je Einheit bei {line} leisten"
get = "der Support bei {line} bei {to} je Einheit bleibt"
can_zero = "wir können den Support bei {line} weglassen"
do_zero = "den Support bei {line} weglassen"
get_zero = "es bei {line} keinen Support gibt"

[levers.demand_cv]
name = "Schwankung der Abnahme"
can = "Ihre Abnahme bei {line} kann um das {to}-Fache des Mittels schwanken"
do = "bei {line} eine Schwankung um das {to}-Fache des Mittels tragen"
get = "Ihre Abnahme bei {line} um höchstens das {to}-Fache des Mittels schwankt"

[levers.delivery_months]
name = "Lieferzeit"
can = "Sie können {line} innerhalb von {to_dative} haben"
do = "{line} innerhalb von {to_dative} liefern"
get = "wir für die Lieferung von {line} {to_accusative} Zeit haben"

[levers.term_months]
name = "Laufzeit"
can = "die Laufzeit kann {to_accusative} betragen"
do = "eine Laufzeit von {to_dative} vereinbaren"
get = "die Laufzeit {to_accusative} beträgt"

[levers.renewal_term_months]
name = "Verlängerung"
can = "jede Verlängerung kann {to_accusative} laufen"
do = "Verlängerungen von {to_dative} vereinbaren"
get = "jede Verlängerung {to_accusative} läuft"

[levers.renewal_probability]
name = "Verlängerungschance"
can = "wir können mit einer Verlängerungschance von {to} rechnen"
do = "mit einer Verlängerungschance von {to} rechnen"
get = "wir mit einer Verlängerungschance von {to} rechnen können"

[levers.billing_months]
name = "Abrechnung"
can = "wir können {to} abrechnen"
do = "{to} abrechnen"
get = "wir {to} abrechnen"
values = { 1 = "monatlich", 3 = "vierteljährlich", 6 = "halbjährlich", 12 = "jährlich", other = "alle {to}" }

[levers.billing_in_advance]
name = "Abrechnung im Voraus"
can_yes = "Sie können im Voraus zahlen"
do_yes = "im Voraus abrechnen"
get_yes = "Sie im Voraus zahlen"
can_no = "Sie können nachträglich zahlen"
do_no = "nachträglich abrechnen"
get_no = "wir nachträglich abrechnen"

[levers.payment_days]
name = "Zahlungsziel"
can = "Sie können in {to_dative} zahlen"
do = "{to_accusative} auf die Zahlung warten"
get = "Sie in {to_dative} zahlen"
can_zero = "Sie können am Tag der Rechnung zahlen"
do_zero = "die Zahlung am Tag der Rechnung annehmen"
get_zero = "Sie am Tag der Rechnung zahlen"

[levers.free_months]
name = "freie Monate"
can = "die ersten {to} können frei sein"
do = "Ihnen die ersten {to} schenken"
get = "nur die ersten {to} frei sind"
can_one = "der erste Monat kann frei sein"
do_one = "Ihnen den ersten Monat schenken"
get_one = "nur der erste Monat frei ist"
can_year = "das erste Jahr kann frei sein"
do_year = "Ihnen das erste Jahr schenken"
get_year = "nur das erste Jahr frei ist"
can_zero = "wir können ohne freien Monat beginnen"
do_zero = "ohne freien Monat beginnen"
get_zero = "es keinen freien Monat gibt"

[levers.uplift_floor]
name = "kleinste jährliche Preiserhöhung"
can = "die jährliche Preiserhöhung kann auf {to} sinken"
do = "eine jährliche Preiserhöhung von nur {to} annehmen"
get = "die Preise jährlich um mindestens {to} steigen"
can_zero = "die Preise können in einem Jahr ohne Inflation gleich bleiben"
do_zero = "die Preise in einem Jahr ohne Inflation gleich lassen"
get_zero = "die Preise von Jahr zu Jahr nie fallen"
can_negative = "die Preise können jährlich um bis zu {to} fallen"
do_negative = "die Preise jährlich um bis zu {to} fallen lassen"
get_negative = "die Preise jährlich um höchstens {to} fallen"

[levers.uplift_cap]
name = "Grenze der jährlichen Preiserhöhung"
none = "unbegrenzt"
can = "die jährliche Preiserhöhung kann auf {to} begrenzt werden"
do = "die jährliche Preiserhöhung auf {to} begrenzen"
get = "die Grenze der jährlichen Preiserhöhung bei {to} liegt"
can_none = "die jährliche Preiserhöhung kann unbegrenzt bleiben"
do_none = "die jährliche Preiserhöhung unbegrenzt lassen"
get_none = "die jährliche Preiserhöhung nicht begrenzt ist"
can_zero = "die Preise können gleich bleiben, wie hoch die Inflation auch ist"
do_zero = "die Preise gleich lassen, wie hoch die Inflation auch ist"
get_zero = "die Preise nie steigen"
can_negative = "die Preise können jährlich um mindestens {to} fallen"
do_negative = "die Preise jährlich um mindestens {to} fallen lassen"
get_negative = "die Preise jährlich nur um {to} fallen müssen"

[levers.price_lock_months]
name = "Preisbindung"
can = "die Preise können {to_accusative} lang fest bleiben"
do = "die Preise {to_accusative} lang fest lassen"
get = "die Preise nur {to_accusative} lang fest sind"
can_zero = "wir können auf eine Preisbindung verzichten"
do_zero = "auf eine Preisbindung verzichten"
get_zero = "die Preise nicht gebunden sind"

[levers.most_favoured_price]
name = "Bestpreisklausel"
can_yes = "Ihr Preis kann dem besten folgen, den wir irgendwem geben"
do_yes = "Ihnen den besten Preis zusagen, den wir irgendwem geben"
get_yes = "Ihr Preis dem besten folgt, den wir irgendwem geben"
can_no = "wir können auf eine Bestpreisklausel verzichten"
do_no = "auf eine Bestpreisklausel verzichten"
get_no = "es keine Bestpreisklausel gibt"

[levers.sla_credit]
name = "SLA-Gutschrift"
can = "Sie können bei verfehltem Servicegrad {to} der Monatsgebühr zurückhaben"
do = "bei verfehltem Servicegrad {to} der Monatsgebühr zurückzahlen"
get = "die Gutschrift für einen verfehlten Servicegrad {to} der Monatsgebühr beträgt"
can_zero = "wir können auf Servicegutschriften verzichten"
do_zero = "auf Servicegutschriften verzichten"
get_zero = "es keine Servicegutschriften gibt"
can_one = "Sie können bei verfehltem Servicegrad die ganze Monatsgebühr zurückhaben"
do_one = "bei verfehltem Servicegrad die ganze Monatsgebühr zurückzahlen"
get_one = "die Gutschrift für einen verfehlten Servicegrad die ganze Monatsgebühr beträgt"

[levers.commitment]
name = "Abnahmezusage"
can = "Ihre Abnahmezusage kann {to} der Menge betragen"
do = "eine Abnahmezusage von {to} der Menge annehmen"
get = "Sie {to} der Menge fest zusagen"
can_zero = "Sie können ohne Abnahmezusage auskommen"
do_zero = "ohne Abnahmezusage auskommen"
get_zero = "es keine Abnahmezusage gibt"

[levers.take_or_pay_rate]
name = "Zahlung für nicht Abgenommenes"
can = "zugesagte, aber nicht abgenommene Menge kann mit {to} des Preises bezahlt werden"
do = "für zugesagte, aber nicht abgenommene Menge {to} des Preises annehmen"
get = "zugesagte, aber nicht abgenommene Menge mit {to} des Preises bezahlt wird"
can_zero = "zugesagte, aber nicht abgenommene Menge kann unbezahlt bleiben"
do_zero = "zugesagte, aber nicht abgenommene Menge unbezahlt lassen"
get_zero = "zugesagte, aber nicht abgenommene Menge unbezahlt bleibt"
can_one = "zugesagte, aber nicht abgenommene Menge kann zum vollen Preis bezahlt werden"
do_one = "für zugesagte, aber nicht abgenommene Menge den vollen Preis annehmen"
get_one = "zugesagte, aber nicht abgenommene Menge zum vollen Preis bezahlt wird"

[levers.rebate_threshold]
name = "Bonusschwelle"
none = "kein Bonus"
can = "der Bonus kann ab {to} der Menge beginnen"
do = "den Bonus ab {to} der Menge zahlen"
get = "der Bonus erst ab {to} der Menge beginnt"
can_none = "wir können auf einen Bonus verzichten"
do_none = "auf einen Bonus verzichten"
get_none = "es keinen Mengenbonus gibt"
can_zero = "der Bonus kann mit der ersten Einheit beginnen"
do_zero = "den Bonus ab der ersten Einheit zahlen"
get_zero = "der Bonus mit der ersten Einheit beginnt"

[levers.rebate_rate]
name = "Bonus"
can = "Sie können einen Mengenbonus von {to} haben"
do = "einen Mengenbonus von {to} geben"
get = "der Mengenbonus {to} beträgt"
can_zero = "wir können auf einen Mengenbonus verzichten"
do_zero = "auf einen Mengenbonus verzichten"
get_zero = "es keinen Mengenbonus gibt"

[levers.late_damages_rate]
name = "Verzugsentschädigung"
can = "die Verzugsentschädigung kann {to} des Preises betragen"
do = "eine Verzugsentschädigung von {to} des Preises annehmen"
get = "die Verzugsentschädigung {to} des Preises beträgt"
can_zero = "wir können auf eine Verzugsentschädigung verzichten"
do_zero = "auf eine Verzugsentschädigung verzichten"
get_zero = "es keine Verzugsentschädigung gibt"

[levers.months_brought_forward]
name = "frühere Lieferung"
can = "Sie können die Lieferung {to_accusative} früher haben"
do = "{to_accusative} früher liefern"
get = "die Lieferung höchstens {to_accusative} vorgezogen wird"
can_zero = "wir können wie geplant liefern"
do_zero = "wie geplant liefern"
get_zero = "wir wie geplant liefern"

[levers.warranty_months]
name = "Garantie"
can = "Sie können {to_accusative} Garantie haben"
do = "{to_accusative} Garantie geben"
get = "die Garantie {to_accusative} läuft"
can_zero = "wir können auf eine Garantie verzichten"
do_zero = "auf eine Garantie verzichten"
get_zero = "es keine Garantie gibt"

[levers.tfc_from_month]
name = "Recht auf vorzeitige Kündigung"
none = "kein solches Recht"
can = "Sie können nach {to_dative} jederzeit kündigen"
do = "Sie nach {to_dative} jederzeit kündigen lassen"
get = "Sie erst nach {to_dative} vorzeitig kündigen können"
can_none = "wir können auf ein Recht zur vorzeitigen Kündigung verzichten"
do_none = "auf ein Recht zur vorzeitigen Kündigung verzichten"
get_none = "es kein Recht auf vorzeitige Kündigung gibt"
can_zero = "Sie können jederzeit kündigen"
do_zero = "Sie jederzeit kündigen lassen"
get_zero = "Sie jederzeit kündigen können"

[levers.tfc_fee_months]
name = "Entgelt für vorzeitige Kündigung"
can = "eine vorzeitige Kündigung kann {to} kosten"
do = "Sie für {to} vorzeitig kündigen lassen"
get = "eine vorzeitige Kündigung {to} kostet"
can_zero = "eine vorzeitige Kündigung kann kostenlos sein"
do_zero = "Sie kostenlos vorzeitig kündigen lassen"
get_zero = "eine vorzeitige Kündigung kostenlos ist"

[levers.liability_cap_multiple]
name = "Haftungsgrenze"
none = "unbegrenzt"
can = "unsere Haftung kann bis {to} gehen"
do = "bis {to} haften"
get = "unsere Haftung auf {to} begrenzt ist"
can_none = "unsere Haftung kann unbegrenzt sein"
do_none = "unbegrenzt haften"
get_none = "unsere Haftung unbegrenzt ist"
can_zero = "wir können auf jede Haftung verzichten"
do_zero = "auf jede Haftung verzichten"
get_zero = "wir nicht haften"

[levers.exclusivity_months]
name = "Exklusivität"
can = "Sie können uns {to_accusative} lang für sich haben"
do = "{to_accusative} lang auf Ihre Wettbewerber verzichten"
get = "die Exklusivität nach {to_dative} endet"
can_zero = "wir können auf Exklusivität verzichten"
do_zero = "auf Exklusivität verzichten"
get_zero = "es keine Exklusivität gibt"

[levers.reference_probability]
name = "öffentliche Referenz"
can = "Sie können uns eine öffentliche Referenz geben"
do = "mit Ihnen als öffentlicher Referenz rechnen"
get = "Sie uns eine öffentliche Referenz geben"
can_zero = "Sie können auf eine öffentliche Referenz verzichten"
do_zero = "auf eine öffentliche Referenz verzichten"
get_zero = "es keine öffentliche Referenz gibt"

[levers.introduction_probability]
name = "Empfehlung"
can = "Sie können uns einem weiteren Kunden vorstellen"
do = "mit Ihrer Empfehlung bei einem weiteren Kunden rechnen"
get = "Sie uns einem weiteren Kunden vorstellen"
can_zero = "Sie können auf eine Empfehlung verzichten"
do_zero = "auf eine Empfehlung verzichten"
get_zero = "es keine Empfehlung gibt"

[levers.foreign_share]
name = "Anteil in Kundenwährung"
can = "Sie können {to} der Gebühren in Ihrer Währung zahlen"
do = "{to} der Gebühren in Ihrer Währung annehmen"
get = "höchstens {to} der Gebühren in Ihrer Währung gezahlt werden"
can_zero = "Sie können in unserer Währung zahlen"
do_zero = "in unserer Währung abrechnen"
get_zero = "Sie in unserer Währung zahlen"
can_one = "Sie können alle Gebühren in Ihrer Währung zahlen"
do_one = "alle Gebühren in Ihrer Währung annehmen"
get_one = "alle Gebühren in Ihrer Währung gezahlt werden"

[levers.company_lever]
name = "{name}"
can = "Sie können {name} haben ({to})"
do = "{name} vereinbaren ({to})"
get = "wir {name} vereinbaren ({to})"
can_zero = "wir können auf {name} verzichten"
do_zero = "auf {name} verzichten"
get_zero = "wir {name} weglassen"
'''
# ---- counterask/translations/en.toml
FILES['counterask/translations/en.toml'] = r'''
# What a rep says, in English.
#
# Of each lever: `name`, and three forms of a change. `can`: what the client may have, a main clause. `do`: the same said of us,
# an infinitive behind "we can't" and "we can". `get`: what we ask for, a clause behind "if". A form with _none, _zero, _one, _year,
# _negative, _yes, _no, _metered or _once behind it is taken instead where the level is that (_one is also 100%), or the line is metered or
# one-off. `none` is the level "none" in a cell. A line's name may be one thing or many ("Seats"): no verb may depend on it.
# {to} is the level with its unit, {line} the line's name, {name} the name of a lever of the company's own.

language = "English"

[sentences]
yes_and = "Yes, {can}, if {get}."
no_but = "No, we can't {refuse}; we can {offer}, if {get}."
not_so = "No, not as it stands; {can}, but only if {get}."
refusal = "No, we can't {refuse}."
offer = "We can {offer}."
and = " and "
comma = ", "
or = " or "
not_reachable = "not reachable: best net {net}"
off_limits = "not reachable"
on_line = "{lever} of {line}"

[agrees]
manager = "my manager agrees"
finance = "my manager and our finance team agree"

[authority]
rep = "rep"
manager = "manager"
finance = "finance"
nobody = "nobody"

[table]
rank = "Rank"
counter_ask = "Counter-ask"
line = "Line"
from = "From"
to = "To"
worth = "Worth"
net = "Net"
authority = "Who may agree"
soft = "Soft"
way = "Way to limit"
yes_and = "Yes, and"
no_but = "No, but"
offer = "Own offer"
costs_us = "Costs us"
worth_to_them = "Worth to them"
for_one = "Worth for one of cost"
needed_by = "Who needs it"
say = "What to say"

[head_math]
more = "{amount} more {lever}"
less = "{amount} less {lever}"
holds = "holds to {to}"
bends = "holds to {to}, then bends"

[verdicts]
"negotiation" = "a negotiation"
"unbalanced concession" = "an unbalanced concession"
"concession" = "a concession"
"blocked" = "blocked"
"cannot tell" = "a case that cannot be told"

[flips]
under = "{verdict} as long as {assumption} stays under {to}"
over = "{verdict} as long as {assumption} stays over {to}"
again_under = "beyond {to} of {assumption} it turns once more, to {verdict}"
again_over = "below {to} of {assumption} it turns once more, to {verdict}"

[card]
title = "Head math"
standing = "Where the deal stands on {day}: deal value {value}, margin {margin} of revenue. Rules begin from here."
rules = "What pays for what"
steps = "What one step is worth, dearest first"
no_rules = "There is no rule: the limits name no lever that pays for another."
advice = "To an ask there are two answers: yes, and we ask for this; or no, and we offer that. Each rule is rounded in our favour and holds in the range beside it; beyond that, ask the sheet. All of it is internal."
lever = "Lever"
step = "One step"
costs = "Costs us"
pays = "Pays us"
share = "Of value"

[numbers]
thousands = ","
decimal = "."
percent = "{number}%"
money = "{currency} {number}"
words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
yes = "yes"
no = "no"
none = "none"

[units.month]
one = "one month"
many = "{number} months"

[units.year]
one = "one year"
many = "{number} years"

[units.day]
one = "one day"
many = "{number} days"

[units.point]
one = "1 point"
many = "{number} points"

[units.unit]
one = "1 unit"
many = "{number} units"

[units.fee]
one = "one monthly fee"
many = "{number} monthly fees"

[units.multiple]
one = "1× annual value"
many = "{number}× annual value"

[units.company]
# One of a unit of the company's own, which the limits name in the plural: the first ending that fits is replaced.
endings_of_one = [["ies", "y"], ["sses", "ss"], ["xes", "x"], ["ches", "ch"], ["shes", "sh"], ["ss", "ss"], ["s", ""]]

[levers.list_price]
name = "list price"
can = "{line} can be listed at {to}"
do = "list {line} at {to}"
get = "we list {line} at {to}"

[levers.discount]
name = "discount"
can = "you can have {to} off {line}"
do = "give {to} off {line}"
get = "the discount on {line} is {to}"
can_zero = "you can have {line} at list price"
do_zero = "sell {line} at list price"
get_zero = "you pay the list price for {line}"

[levers.quantity]
name = "quantity"
can = "you can take {to} {line}"
do = "settle for {to} {line}"
get = "you take {to} {line}"
can_metered = "you can plan for {to} {line} a month"
do_metered = "plan for {to} {line} a month"
get_metered = "you use {to} {line} a month"
can_once = "you can take {to} units of {line}"
do_once = "settle for {to} units of {line}"
get_once = "you take {to} units of {line}"
can_one = "you can take a single unit of {line}"
do_one = "settle for a single unit of {line}"
get_one = "you take a single unit of {line}"
can_zero = "you can drop {line}"
do_zero = "let you drop {line}"
get_zero = "you drop {line}"

[levers.unit_cost]
name = "unit cost"
can = "we can spend {to} a unit on {line}"
do = "spend {to} a unit on {line}"
get = "we spend no more than {to} a unit on {line}"

[levers.ramp_months]
name = "ramp"
can = "you can take {to} to reach the full quantity of {line}"
do = "wait {to} for the full quantity of {line}"
get = "you reach the full quantity of {line} within {to}"

[levers.support_cost]
name = "support level"
can = "you can have support worth {to} a unit on {line}"
do = "give support worth {to} a unit on {line}"
get = "support on {line} stays within {to} a unit"
can_zero = "we can leave out support on {line}"
do_zero = "leave out support on {line}"
get_zero = "there is no support on {line}"

[levers.demand_cv]
name = "spread of use"
can = "your use of {line} can vary by {to} of its mean"
do = "carry a use of {line} that varies by {to} of its mean"
get = "your use of {line} varies by no more than {to} of its mean"

[levers.delivery_months]
name = "delivery time"
can = "you can have {line} within {to}"
do = "deliver {line} within {to}"
get = "we have {to} to deliver {line}"

[levers.term_months]
name = "term"
can = "the term can be {to}"
do = "agree to a term of {to}"
get = "the term is {to}"

[levers.renewal_term_months]
name = "renewal term"
can = "each renewal can run for {to}"
do = "agree to renewals of {to}"
get = "each renewal runs for {to}"

[levers.renewal_probability]
name = "renewal probability"
can = "we can count on a renewal with a chance of {to}"
do = "count on a renewal with a chance of {to}"
get = "we can count on a renewal with a chance of {to}"

[levers.billing_months]
name = "billing"
can = "we can bill {to}"
do = "bill {to}"
get = "we bill {to}"
values = { 1 = "monthly", 3 = "quarterly", 6 = "half-yearly", 12 = "yearly", other = "every {to}" }

[levers.billing_in_advance]
name = "billing in advance"
can_yes = "you can pay in advance"
do_yes = "bill in advance"
get_yes = "you pay in advance"
can_no = "you can pay in arrears"
do_no = "bill in arrears"
get_no = "we bill in arrears"

[levers.payment_days]
name = "payment"
can = "you can pay in {to}"
do = "wait {to} for payment"
get = "you pay in {to}"
can_zero = "you can pay on the day of the invoice"
do_zero = "take payment on the day of the invoice"
get_zero = "you pay on the day of the invoice"

[levers.free_months]
name = "free months"
can = "the first {to} can be free"
do = "give you the first {to} free"
get = "only the first {to} are free"
can_one = "the first month can be free"
do_one = "give you the first month free"
get_one = "only the first month is free"
can_year = "the first year can be free"
do_year = "give you the first year free"
get_year = "only the first year is free"
can_zero = "we can start without a free month"
do_zero = "start without a free month"
get_zero = "there is no free month"

[levers.uplift_floor]
name = "least yearly price rise"
can = "the yearly price rise can be as little as {to}"
do = "accept a yearly price rise of as little as {to}"
get = "prices rise by at least {to} a year"
can_zero = "prices can stay level in a year without inflation"
do_zero = "hold prices level in a year without inflation"
get_zero = "prices never fall from one year to the next"
can_negative = "prices can fall by up to {to} a year"
do_negative = "let prices fall by up to {to} a year"
get_negative = "prices fall by no more than {to} a year"

[levers.uplift_cap]
name = "cap on the yearly price rise"
none = "uncapped"
can = "the yearly price rise can be capped at {to}"
do = "cap the yearly price rise at {to}"
get = "the cap on the yearly price rise is {to}"
can_none = "the yearly price rise can stay uncapped"
do_none = "leave the yearly price rise uncapped"
get_none = "the yearly price rise is not capped"
can_zero = "prices can stay as they are, whatever inflation does"
do_zero = "leave prices as they are, whatever inflation does"
get_zero = "prices never rise"
can_negative = "prices can fall by at least {to} a year"
do_negative = "let prices fall by at least {to} a year"
get_negative = "prices have to fall by only {to} a year"

[levers.price_lock_months]
name = "price lock"
can = "prices can be locked for {to}"
do = "lock prices for {to}"
get = "prices are locked for only {to}"
can_zero = "we can do without a price lock"
do_zero = "do without a price lock"
get_zero = "prices are not locked"

[levers.most_favoured_price]
name = "most-favoured price"
can_yes = "your price can follow the best price that we give to anybody"
do_yes = "promise you the best price that we give to anybody"
get_yes = "your price follows the best price that we give to anybody"
can_no = "we can do without a best-price clause"
do_no = "do without a best-price clause"
get_no = "there is no best-price clause"

[levers.sla_credit]
name = "SLA credit"
can = "you can have {to} of the month's fee back when we miss the service level"
do = "pay back {to} of the month's fee when we miss the service level"
get = "the credit for a missed service level is {to} of the month's fee"
can_zero = "we can do without service credits"
do_zero = "do without service credits"
get_zero = "there are no service credits"
can_one = "you can have the whole month's fee back when we miss the service level"
do_one = "pay back the whole month's fee when we miss the service level"
get_one = "the credit for a missed service level is the whole month's fee"

[levers.commitment]
name = "commitment"
can = "your commitment can be {to} of the volume"
do = "accept a commitment of {to} of the volume"
get = "you commit to {to} of the volume"
can_zero = "you can go without a commitment"
do_zero = "do without a commitment"
get_zero = "there is no commitment"

[levers.take_or_pay_rate]
name = "take-or-pay rate"
can = "committed volume that you do not take can be paid at {to} of the price"
do = "accept {to} of the price for committed volume that you do not take"
get = "committed volume that you do not take is paid at {to} of the price"
can_zero = "committed volume that you do not take can go unpaid"
do_zero = "forgo payment for committed volume that you do not take"
get_zero = "committed volume that you do not take goes unpaid"
can_one = "committed volume that you do not take can be paid at the full price"
do_one = "accept the full price for committed volume that you do not take"
get_one = "committed volume that you do not take is paid at the full price"

[levers.rebate_threshold]
name = "rebate threshold"
none = "no rebate"
can = "the rebate can start at {to} of the volume"
do = "start the rebate at {to} of the volume"
get = "the rebate starts only at {to} of the volume"
can_none = "we can do without a rebate"
do_none = "do without a rebate"
get_none = "there is no volume rebate"
can_zero = "the rebate can start with the first unit"
do_zero = "start the rebate with the first unit"
get_zero = "the rebate starts with the first unit"

[levers.rebate_rate]
name = "rebate"
can = "you can have a volume rebate of {to}"
do = "give a volume rebate of {to}"
get = "the volume rebate is {to}"
can_zero = "we can do without a volume rebate"
do_zero = "do without a volume rebate"
get_zero = "there is no volume rebate"

[levers.late_damages_rate]
name = "late damages"
can = "damages for late delivery can be {to} of the price"
do = "accept damages of {to} of the price for late delivery"
get = "damages for late delivery are {to} of the price"
can_zero = "we can do without damages for late delivery"
do_zero = "do without damages for late delivery"
get_zero = "there are no damages for late delivery"

[levers.months_brought_forward]
name = "earlier delivery"
can = "you can have delivery {to} earlier"
do = "deliver {to} earlier"
get = "delivery is brought forward by no more than {to}"
can_zero = "delivery can stay as planned"
do_zero = "deliver as planned"
get_zero = "delivery stays as planned"

[levers.warranty_months]
name = "warranty"
can = "you can have {to} of warranty"
do = "give {to} of warranty"
get = "the warranty is {to}"
can_zero = "we can do without a warranty"
do_zero = "do without a warranty"
get_zero = "there is no warranty"

[levers.tfc_from_month]
name = "right to leave early"
none = "no such right"
can = "you can leave at any time after {to}"
do = "let you leave at any time after {to}"
get = "you can leave early only after {to}"
can_none = "we can do without a right to leave early"
do_none = "do without a right to leave early"
get_none = "there is no right to leave early"
can_zero = "you can leave at any time"
do_zero = "let you leave at any time"
get_zero = "you can leave at any time"

[levers.tfc_fee_months]
name = "fee for leaving early"
can = "leaving early can cost {to}"
do = "let you leave early for {to}"
get = "leaving early costs {to}"
can_zero = "leaving early can be free of charge"
do_zero = "let you leave early free of charge"
get_zero = "leaving early is free of charge"

[levers.liability_cap_multiple]
name = "liability cap"
none = "unlimited"
can = "our liability can go up to {to}"
do = "take liability up to {to}"
get = "our liability is capped at {to}"
can_none = "our liability can be unlimited"
do_none = "take unlimited liability"
get_none = "our liability is unlimited"
can_zero = "we can do without any liability"
do_zero = "do without any liability"
get_zero = "we carry no liability"

[levers.exclusivity_months]
name = "exclusivity"
can = "you can have us to yourselves for {to}"
do = "turn your rivals away for {to}"
get = "exclusivity ends after {to}"
can_zero = "we can do without exclusivity"
do_zero = "do without exclusivity"
get_zero = "there is no exclusivity"

[levers.reference_probability]
name = "public reference"
can = "you can give us a public reference"
do = "count on you for a public reference"
get = "you give us a public reference"
can_zero = "you can go without a public reference"
do_zero = "do without a public reference"
get_zero = "there is no public reference"

[levers.introduction_probability]
name = "introduction"
can = "you can introduce us to another client"
do = "count on you for an introduction to another client"
get = "you introduce us to another client"
can_zero = "you can go without introducing us"
do_zero = "do without an introduction"
get_zero = "there is no introduction"

[levers.foreign_share]
name = "share in the client's currency"
can = "you can pay {to} of the fees in your currency"
do = "take {to} of the fees in your currency"
get = "no more than {to} of the fees is paid in your currency"
can_zero = "you can pay in our currency"
do_zero = "bill in our own currency"
get_zero = "you pay in our currency"
can_one = "you can pay all fees in your currency"
do_one = "take all fees in your currency"
get_one = "all fees are paid in your currency"

[levers.company_lever]
name = "{name}"
can = "you can have {name} ({to})"
do = "agree to {name} ({to})"
get = "we agree on {name} ({to})"
can_zero = "we can do without {name}"
do_zero = "do without {name}"
get_zero = "we leave out {name}"
'''
# ---- counterask/valuation.py
FILES['counterask/valuation.py'] = r'''
"""Deal value: the present value of a deal's contribution margin, and its components.

`V = sum over flows of amount * DF(cash time)`, with `DF(t) = (1 + cost_of_capital)^(-t/12)`, seller's view, pre-tax,
in one base currency. The value of a change is the value after it less the value before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .cashflow import COMPONENTS, REVENUE, Flow, Part, Service, annual_contract_value, flows
from .scenarios import Array, Scenarios
from .terms import Address, Deal

DAYS_TO_MONTHS = 12.0 / 365.0
_SCENARIOS_AT_A_TIME = 512


@dataclass(frozen=True)
class Values:
    """Present values of a batch.

    components : component key -> (n,) money. acv : (n,) money a year.
    A number that needs an unknown input is NaN; an unlimited layer without a mean is minus infinity.
    """

    components: Mapping[str, Array]
    acv: Array

    @property
    def total(self) -> Array:
        """Deal value of each scenario, (n,) money."""
        return np.asarray(np.sum(list(self.components.values()), axis=0), dtype=np.float64)

    @property
    def revenue(self) -> Array:
        """Present value of what the client pays, (n,) money."""
        return np.asarray(np.sum([self.components[key] for key in REVENUE], axis=0), dtype=np.float64)


def discount_factor(scenarios: Scenarios, months: Array) -> Array:
    """DF(t) at the annual effective cost of capital; `months` any shape that broadcasts with (n, 1)."""
    rate = np.log1p(scenarios.get("cost_of_capital")) / 12.0
    return np.exp(-rate * months)


def currency_factor(scenarios: Scenarios, months: Array) -> Array:
    """What one unit of client-currency cash is worth at its cash time, the covered forward less the spread."""
    share = scenarios.get("foreign_share")
    ratio = (1.0 + scenarios.get("rate_base")) / (1.0 + scenarios.get("rate_foreign"))
    forward = ratio ** (months / 12.0) * (1.0 - scenarios.get("fx_spread"))
    return np.where(share == 0.0, 1.0, 1.0 - share + share * forward)


def cash_time(scenarios: Scenarios, flow: Flow) -> Array:
    """Month at which each amount of a flow is cash: when due, plus payment days where they hold. (n or 1, K)."""
    if not flow.has_payment_days:
        return flow.due
    return flow.due + scenarios.get("payment_days") * DAYS_TO_MONTHS


def present_value(scenarios: Scenarios, flow: Flow) -> Array:
    """Present value of a flow, (n or 1,) money. Amounts of 0 count for nothing, whenever they would be paid."""
    time = cash_time(scenarios, flow)
    factor = discount_factor(scenarios, time)
    if flow.in_client_currency and np.any(scenarios.get("foreign_share") != 0.0):
        factor = factor * currency_factor(scenarios, time)
    if np.isfinite(flow.amounts).all() and np.isfinite(factor).all():
        return np.asarray(np.einsum("nk,nk->n", *np.broadcast_arrays(flow.amounts, factor)))
    return np.asarray(np.where(flow.amounts == 0.0, 0.0, flow.amounts * factor).sum(axis=1))


def value_scenarios(scenarios: Scenarios) -> Values:
    """Value a batch. A blank horizon leaves every component unknown. Raises ValueError where it is not whole years."""
    horizon = scenarios.deal.assumptions.horizon_months
    if np.isnan(horizon):
        unknown = np.full(scenarios.size, np.nan)
        yearly = np.broadcast_to(annual_contract_value(scenarios)[:, 0], scenarios.size)
        return Values({key: unknown for key in COMPONENTS}, yearly)
    if not (horizon >= 12 and horizon % 12 == 0):
        raise ValueError(f"horizon_months is {horizon:g}; it must be a whole number of years, at least 12 months")
    components = {key: np.zeros(scenarios.size) for key in COMPONENTS}
    acv = np.empty(scenarios.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            part = scenarios.part(start, stop)
            acv[start:stop] = annual_contract_value(part)[:, 0]
            for flow in flows(part):
                components[flow.component][start:stop] += present_value(part, flow)
    return Values(components, acv)


def value_part(scenarios: Scenarios, part: Part) -> Array:
    """Present value of one part of the deal in each scenario, (n,) money. Only what it reads must be there."""
    total = np.zeros(scenarios.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for start in range(0, scenarios.size, _SCENARIOS_AT_A_TIME):
            stop = min(start + _SCENARIOS_AT_A_TIME, scenarios.size)
            chunk = scenarios.part(start, stop)
            for flow in part.flows(Service(chunk)):
                total[start:stop] += present_value(chunk, flow)
    return total


def value_states(deal: Deal, states: Sequence[Mapping[Address, float]]) -> Values:
    """Value variants of a deal, each given as the inputs that differ from the deal's own."""
    return value_scenarios(Scenarios.of_states(deal, states))


def value_deal(deal: Deal) -> Values:
    """Value one deal: a batch of one."""
    return value_scenarios(Scenarios(deal))


def unknown_inputs(deal: Deal) -> tuple[Address, ...]:
    """The blank inputs that the value of the deal needs, in sheet order.

    A company lever of which anything that its value needs is blank stands under its own name.
    """
    return unknown_in_states(deal, [{}])[0]


def unknown_in_states(deal: Deal, states: Sequence[Mapping[Address, float]]) -> list[tuple[Address, ...]]:
    """The blank inputs that the value of each variant of a deal needs, in sheet order.

    Each blank is tried alone, the others held at ordinary values: one that leaves the value unknown is needed.
    """
    from .assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS
    from .levers import LEVER_BY_NAME, TERM_LEVERS, inputs_of

    addresses: list[Address] = [
        (index, lever.name) for index, line in enumerate(deal.lines) for lever in inputs_of(line.kind)
    ]
    addresses += [(None, lever.name) for lever in TERM_LEVERS]
    addresses += [(None, quantity.name) for quantity in ASSUMPTIONS]
    horizon = (None, "horizon_months")
    samples = {
        address: (ASSUMPTION_BY_NAME.get(address[1]) or LEVER_BY_NAME[address[1]].quantity).sample
        for address in addresses
        if np.isnan(deal.input_at(address))
    }
    known = replace(deal.with_inputs(samples), company_levers=())
    if known.assumptions.horizon_months % 12 or known.assumptions.horizon_months < 12:
        known = known.with_inputs({horizon: ASSUMPTION_BY_NAME["horizon_months"].sample})
    needed: list[list[Address]] = [[horizon] if horizon in samples else [] for _ in states]
    company = {(None, lever.name) for lever in deal.company_levers}
    set_inputs = [{key: value for key, value in state.items() if key not in company} for state in states]
    for blank in (address for address in samples if address != horizon):
        totals = value_states(known, [{blank: np.nan, **state} for state in set_inputs]).total
        for unvalued in np.flatnonzero(np.isnan(totals)).tolist():
            needed[unvalued].append(blank)
    for lever in deal.company_levers:
        for place, state in enumerate(states):
            units = state.get((None, lever.name), lever.units)
            if np.isnan(units) or (units != 0.0 and lever.has_blanks):
                needed[place].append((None, lever.name))
    return [tuple(found) for found in needed]
'''
# ---- counterask/versions.py
FILES['counterask/versions.py'] = r'''
"""Two versions of a quote, difference by difference in money.

Each difference is valued alone: the first version with that one difference, valued anew, trades and all. What the differences
do to each other is a line of its own, so that the parts add up to the whole change of deal value now. A difference that cannot
stand alone (a trade on a line that the first version does not have) has no number of its own; its money is in that line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from .levers import LEVER_BY_NAME, inputs_of
from .limits import Limit
from .quote import Quote
from .sealed_values import exact, said
from .terms import CompanyLever, Line
from .trades import Change, Ledger, Trade, Verdict, ledger

INTERACTION = "what the differences do to each other"
_LINE_INPUTS = tuple(field.name for field in fields(Line) if field.name not in ("name", "kind"))


@dataclass(frozen=True)
class Difference:
    """One difference. table, what : where it is. was, now : in words. change : what it does alone to deal value now, money; 0
    where it can do nothing; NaN where it cannot be valued alone."""

    table: str
    what: str
    was: str
    now: str
    change: float


@dataclass(frozen=True)
class TradeChange:
    """A trade whose verdict or net differs. net : money, before and after; NaN where there is none. verdict : None where the
    version has no such trade."""

    trade: str
    verdict: tuple[Verdict | None, Verdict | None]
    net: tuple[float, float]


@dataclass(frozen=True)
class Versions:
    """What tells two versions apart. value, value_now : money, first and second version. interaction : money."""

    differences: tuple[Difference, ...]
    trades: tuple[TradeChange, ...]
    value: tuple[float, float]
    value_now: tuple[float, float]
    interaction: float

    @property
    def are_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.trades

    @property
    def change(self) -> float:
        """The whole change of deal value now, money."""
        return self.value_now[1] - self.value_now[0]


@dataclass(frozen=True)
class _Step:
    """A difference before it is valued. apply : the first version with it; None where it cannot change a value."""

    table: str
    what: str
    was: str
    now: str
    apply: Callable[[Quote], Quote] | None = None


def compare(first: Quote, second: Quote, as_of: date) -> Versions:
    """Compare two quotes without problems. as_of : the day on which limits are looked at."""
    one, other = _valued(first, as_of), _valued(second, as_of)
    named = _with_names(first, second)
    found = tuple(
        Difference(step.table, step.what, step.was, step.now, _alone(step, named, one.value_now, as_of))
        for step in _steps(first, second)
    )
    change = other.value_now - one.value_now
    known = [difference.change for difference in found if not math.isnan(difference.change)]
    return Versions(
        found,
        tuple(_trade_changes(one, other)),
        (one.value, other.value),
        (one.value_now, other.value_now),
        change - math.fsum(known),
    )


def _valued(quote: Quote, as_of: date) -> Ledger:
    return ledger(quote.deal, quote.trades, quote.rules(as_of))


def _alone(step: _Step, first: Quote, value: float, as_of: date) -> float:
    """What one difference does to deal value now, money."""
    if step.apply is None:
        return 0.0
    try:
        return _valued(step.apply(first), as_of).value_now - value
    except KeyError:  # a lever or line that only another difference brings
        return math.nan


def _steps(first: Quote, second: Quote) -> Iterator[_Step]:
    """Every difference. A line that was given another name is one, and its trades follow: no line is gone, none is new."""
    yield from _header(first, second)
    for was, now in _renamed_lines(first, second).items():
        yield _Step("Lines", f"{was} name", was, now)
    first = _with_names(first, second)
    yield from _lines(first, second)
    yield from _numbers("Terms", first, second, "terms")
    yield from _numbers("Assumptions", first, second, "assumptions")
    yield from _company_levers(first, second)
    yield from _limits(first, second)
    yield from _policy(first, second)
    yield from _trades(first, second)


def _header(first: Quote, second: Quote) -> Iterator[_Step]:
    for name in dict.fromkeys((*first.header, *second.header)):
        was, now = first.header.get(name, ""), second.header.get(name, "")
        if was != now:
            yield _Step("Quote", name, was or "blank", now or "blank")


def _renamed_lines(first: Quote, second: Quote) -> dict[str, str]:
    """Old name -> new name of lines that say the same otherwise, or that stand in the same place among as many lines and are of
    the same kind."""
    before, after = ([line.name for line in quote.deal.lines] for quote in (first, second))
    gone = [line for line in first.deal.lines if line.name not in after]
    new = [line for line in second.deal.lines if line.name not in before]
    found: dict[str, str] = {}
    for line in gone:
        same = [one for one in new if _same_line(line, one)]
        beside = [one for one in new if one.kind == line.kind and after.index(one.name) == before.index(line.name)]
        match = same if len(same) == 1 else beside if len(after) == len(before) else []
        if match:
            found[line.name] = match[0].name
            new.remove(match[0])
    return found


def _same_line(one: Line, other: Line) -> bool:
    return one.kind == other.kind and all(_same(getattr(one, name), getattr(other, name)) for name in _LINE_INPUTS)


def _with_names(first: Quote, second: Quote) -> Quote:
    """The first version with the names that its lines have in the second; limits follow only where they do so there."""
    names = _renamed_lines(first, second)
    if not names:
        return first

    def moved(changes: Sequence[Change]) -> tuple[Change, ...]:
        return tuple(replace(one, line=names.get(one.line, one.line)) if one.line else one for one in changes)

    lines = tuple(replace(line, name=names.get(line.name, line.name)) for line in first.deal.lines)
    trades = tuple(replace(one, asks=moved(one.asks), counters=moved(one.counters)) for one in first.trades)
    limits, there = first.limits, _rows(second)
    if limits is not None:
        rows = ((row, names.get(row.line or "", row.line)) for row in limits.rows)
        follows = tuple(replace(row, line=now) if (row.lever, now) in there else row for row, now in rows)
        limits = replace(limits, rows=follows)
    return replace(first, deal=replace(first.deal, lines=lines), trades=trades, limits=limits)


def _numbers(table: str, first: Quote, second: Quote, record: str) -> Iterator[_Step]:
    """The inputs of the terms or of the assumptions that differ."""
    before, after = getattr(first.deal, record), getattr(second.deal, record)
    for field in fields(before):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if not _same(was, now):

            def apply(quote: Quote, name: str = field.name, to: float = now) -> Quote:
                changed = replace(getattr(quote.deal, record), **{name: to})
                return replace(quote, deal=replace(quote.deal, **{record: changed}))

            yield _Step(table, field.name, _said(was), _said(now), apply)


def _lines(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = ({line.name: line for line in quote.deal.lines} for quote in (first, second))

    def with_lines(change: Callable[[tuple[Line, ...]], tuple[Line, ...]]) -> Callable[[Quote], Quote]:
        return lambda quote: replace(quote, deal=replace(quote.deal, lines=change(quote.deal.lines)))

    for name, line in before.items():
        other = after.get(name)
        if other is None:
            yield _Step("Lines", name, "there", "gone", with_lines(_without(name)))
        elif other.kind != line.kind:
            yield _Step("Lines", f"{name} kind", str(line.kind), str(other.kind), with_lines(_swapped(other)))
        else:
            used = {lever.name for lever in inputs_of(line.kind)}
            for field in _LINE_INPUTS:
                was, now = getattr(line, field), getattr(other, field)
                if field in used and not _same(was, now):
                    made = replace(line, **{field: now})
                    yield _Step("Lines", f"{name} {field}", _said(was), _said(now), with_lines(_swapped(made)))
    for name, line in after.items():
        if name not in before:
            yield _Step("Lines", name, "not there", "there", with_lines(_added(line)))


def _swapped(line: Line) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: tuple(line if one.name == line.name else one for one in lines)


def _without(name: str) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: tuple(one for one in lines if one.name != name)


def _added(line: Line) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: (*lines, line)


def _company_levers(first: Quote, second: Quote) -> Iterator[_Step]:
    """Levers of the company's own: what a unit is worth, and how many the opening terms hold."""
    before, after = ({lever.name: lever for lever in quote.deal.company_levers} for quote in (first, second))

    def with_levers(name: str, lever: CompanyLever | None) -> Callable[[Quote], Quote]:
        def apply(quote: Quote) -> Quote:
            kept = [lever if one.name == name else one for one in quote.deal.company_levers]
            new = [lever] if name not in before else []
            return replace(quote, deal=replace(quote.deal, company_levers=tuple(one for one in (*kept, *new) if one is not None)))

        return apply

    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            there = ("not there", "there") if was is None else ("there", "gone")
            yield _Step("Company levers", name, *there, with_levers(name, now))
            continue
        for field in fields(was):
            one, other = getattr(was, field.name), getattr(now, field.name)
            if not _same(one, other):
                made = replace(was, **{field.name: other})
                yield _Step("Company levers", f"{name} {field.name}", _said(one), _said(other), with_levers(name, made))


def _limits(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = (_rows(quote) for quote in (first, second))
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        name = f"{key[0]} of {key[1]}" if key[1] else key[0]
        if was is None or now is None:
            yield _Step("Limits", name, *(("not there", "there") if was is None else ("there", "gone")))
            continue
        for field in fields(Limit):
            one, other = getattr(was, field.name), getattr(now, field.name)
            if not _same(one, other):
                yield _Step("Limits", f"{name} {field.name.removeprefix('is_')}", _said(one), _said(other))


def _rows(quote: Quote) -> Mapping[tuple[str, str | None], Limit]:
    return {(row.lever, row.line): row for row in (quote.limits.rows if quote.limits else ())}


def _policy(first: Quote, second: Quote) -> Iterator[_Step]:
    for field in fields(first.policy):
        was, now = getattr(first.policy, field.name), getattr(second.policy, field.name)
        if not _same(was, now):
            yield _Step("Policy", field.name, _said(was), _said(now))


def _trades(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = ({trade.id: trade for trade in quote.trades} for quote in (first, second))

    def with_trades(change: Callable[[Sequence[Trade]], Sequence[Trade]]) -> Callable[[Quote], Quote]:
        return lambda quote: replace(quote, trades=tuple(change(quote.trades)))

    for name, trade in before.items():
        other = after.get(name)
        if other is None:
            yield _Step("Trades", name, _trade_words(trade), "gone", with_trades(_dropped(name)))
        elif other != trade and not _same_trade(trade, other):
            yield _Step("Trades", name, _trade_words(trade), _trade_words(other), with_trades(_replaced(other)))
    for place, (name, trade) in enumerate(after.items()):
        if name not in before:
            earlier = [one for one in list(after)[:place] if one in before]
            yield _Step("Trades", name, "not there", _trade_words(trade), with_trades(_inserted(trade, earlier)))
    shared = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if shared != order:

        def in_order(trades: Sequence[Trade]) -> list[Trade]:
            moved = iter(sorted((one for one in trades if one.id in order), key=lambda one: order.index(one.id)))
            return [next(moved) if one.id in order else one for one in trades]

        yield _Step("Trades", "order", ", ".join(shared), ", ".join(order), with_trades(in_order))


def _dropped(name: str) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    return lambda trades: [one for one in trades if one.id != name]


def _replaced(trade: Trade) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    return lambda trades: [trade if one.id == trade.id else one for one in trades]


def _inserted(trade: Trade, earlier: Sequence[str]) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    """A trade put in behind those that stand before it."""

    def insert(trades: Sequence[Trade]) -> list[Trade]:
        places = [place for place, one in enumerate(trades) if one.id in earlier]
        at = max(places) + 1 if places else 0
        return [*trades[:at], trade, *trades[at:]]

    return insert


def _trade_changes(one: Ledger, other: Ledger) -> Iterator[TradeChange]:
    """The trades whose verdict or net differs, in the order of the second version, then those that are gone."""
    before, after = ({valued.trade.id: valued for valued in side.trades} for side in (one, other))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        nets = (was.net if was else math.nan, now.net if now else math.nan)
        verdicts = (was.verdict if was else None, now.verdict if now else None)
        is_same_net = abs(nets[0] - nets[1]) < 0.005 or (math.isnan(nets[0]) and math.isnan(nets[1]))
        if verdicts[0] != verdicts[1] or not is_same_net:
            yield TradeChange(name, verdicts, nets)


def _same_trade(one: Trade, other: Trade) -> bool:
    """Whether two trades say the same; a blank level is the same as a blank one."""
    return (one.response, one.reason) == (other.response, other.reason) and all(
        len(these) == len(those)
        and all((a.lever, a.line) == (b.lever, b.line) and _same(a.to, b.to) for a, b in zip(these, those, strict=True))
        for these, those in ((one.asks, other.asks), (one.counters, other.counters))
    )


def _trade_words(trade: Trade) -> str:
    """A trade in a line: "yes: payment_days 60 for term_months 48"."""
    asks, counters = (" and ".join(_change_words(change) for change in side) for side in (trade.asks, trade.counters))
    return f"{trade.response}: {asks} for {counters or 'nothing'}" + (f" ({trade.reason})" if trade.reason else "")


def _change_words(change: Change) -> str:
    known = LEVER_BY_NAME.get(change.lever)
    is_share = known is not None and known.quantity.is_share and math.isfinite(change.to)
    level = f"{100 * change.to:.10g}%" if is_share else _said(change.to)
    return f"{change.lever}{f' of {change.line}' if change.line else ''} {level}"


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other)) or _said(one) == _said(other)
    return one == other


def _said(value: object) -> str:
    """A value in words: "none" for infinity, "blank" where there is none."""
    if isinstance(value, float):
        return "blank" if math.isnan(value) else "none" if math.isinf(value) else said(exact(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "blank" if value in (None, "") else str(value)
'''
# ---- counterask/views.py
FILES['counterask/views.py'] = r'''
"""The tables that people see: results as rows of cells, the same for every host.

A spreadsheet function returns them, the template is drawn with them as cached values, and the command line writes them into
a workbook. A number that has no value is a text that says so; it is never 0.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from .cashflow import COMPONENTS as COMPONENTS
from .cashflow import REVENUE, flows
from .limits import Authority
from .quote import Quote
from .scenarios import Scenarios
from .seal import SealStatus
from .shares import FairShares
from .terms import Deal
from .trades import Ledger, ValuedTrade, Verdict
from .valuation import Values, cash_time, currency_factor, discount_factor

Cell = float | str
Rows = list[list[Cell]]

CANNOT_TELL = str(Verdict.CANNOT_TELL)
NO_PRICE = "no price"

TRADE_RESULTS = (
    "Ask from",
    "Counter-ask from",
    "Cost",
    "Worth",
    "Net",
    "Shortfall",
    "Mark",
    "Verdict",
    "Who may agree",
    "Note",
)
HEADLINE = ("", "Opening", "Now", "Change")
MARGIN_BY_YEAR = (
    "Year",
    "Revenue opening",
    "Cost opening",
    "Margin opening",
    "Revenue now",
    "Cost now",
    "Margin now",
    "Change",
)
YEAR_ROWS = 16
"""Rows of the yearly margin table: up to 15 years and the total. Hosts with fixed arrays need a fixed height."""

COMPONENT_CHANGE = ("Component", "Opening", "Now", "Change")
SHARES = (
    "Trade",
    "Cost",
    "Worth",
    "Net",
    "Shortfall",
    "Least net",
    "Greatest net",
    "Depends on order",
    "Verdict",
    "Standard error",
)

MARKS: dict[Verdict, str] = {
    Verdict.NEGOTIATION: "✔",
    Verdict.UNBALANCED: "✖",
    Verdict.CONCESSION: "▲",
    Verdict.DECLINED: "–",
    Verdict.STALLED: "◷",
    Verdict.BLOCKED: "■",
    Verdict.CANNOT_TELL: "?",
}
"""A shape for each verdict, so that it is read without colour."""


APPROVED = "approved"
"""Who may agree, where somebody has."""


def money(value: float) -> Cell:
    """Money as a cell: the number, or in words why there is none."""
    if math.isnan(value):
        return CANNOT_TELL
    return NO_PRICE if math.isinf(value) else float(value)


def level(value: float) -> Cell:
    """A lever's level as a cell: the number, "none", or "" where it is unknown."""
    if math.isnan(value):
        return ""
    return "none" if math.isinf(value) else float(value)


def who(authority: Authority | None) -> str:
    """Who may agree, as a cell; "" where nothing is known of limits."""
    return "" if authority is None else str(authority)


def trade_results(quote: Quote, ledger: Ledger, row_count: int) -> Rows:
    """The result columns of the Trades table: one row for each of its `row_count` data rows, columns `TRADE_RESULTS`.

    A trade's numbers stand on its first row; the levels that its changes start from stand on their own rows.
    """
    rows: Rows = [[""] * len(TRADE_RESULTS) for _ in range(row_count)]
    for valued in ledger.trades:
        place = quote.trade_places[valued.trade.id]
        asks = [change for change in valued.changes if change.is_ask]
        counters = [change for change in valued.changes if not change.is_ask]
        for column, changes, at in ((0, asks, place.ask_rows), (1, counters, place.counter_rows)):
            for change, row in zip(changes, at, strict=True):
                rows[row - 1][column] = level(change.from_level)
        rows[place.row - 1][2:] = _verdict_cells(valued)
    return rows


def _verdict_cells(valued: ValuedTrade) -> list[Cell]:
    numbers = [valued.cost, valued.worth, valued.net, valued.shortfall]
    if valued.verdict == Verdict.BLOCKED and math.isnan(valued.cost):
        cells: list[Cell] = [NO_PRICE] * 4
    else:
        cells = [money(number) for number in numbers]
    agrees = APPROVED if valued.is_approved else who(valued.authority)
    return [*cells, MARKS[valued.verdict], str(valued.verdict), agrees, valued.note]


def margin_share(values: Values) -> float:
    """Deal value as a share of the present value of revenue; NaN where there is no revenue."""
    value, revenue = float(values.total[0]), float(values.revenue[0])
    return value / revenue if revenue > 0.0 else math.nan


def headline(ledger: Ledger) -> Rows:
    """Deal value, revenue, margin share and ACV: opening, now and change. Columns `HEADLINE`, no header row."""
    opening, now = ledger.opening, ledger.now
    pairs = (
        ("Deal value", ledger.value, ledger.value_now),
        ("Revenue", float(opening.revenue[0]), float(now.revenue[0])),
        ("Margin", margin_share(opening), margin_share(now)),
        ("ACV", float(opening.acv[0]), float(now.acv[0])),
    )
    return [[name, money(first), money(last), money(last - first)] for name, first, last in pairs]


def component_change(ledger: Ledger) -> Rows:
    """Each component of deal value, opening, now and change, and their total. Columns `COMPONENT_CHANGE`."""
    rows: Rows = []
    for name, label in COMPONENTS.items():
        first, last = float(ledger.opening.components[name][0]), float(ledger.now.components[name][0])
        rows.append([label, money(first), money(last), money(last - first)])
    rows.append(["Deal value", money(ledger.value), money(ledger.value_now), money(ledger.change)])
    return rows


def margin_by_year(ledger: Ledger, opening: Deal) -> Rows:
    """Present value of revenue, cost and margin by year of service, opening and now, and the total.

    Cost holds everything that is not revenue: risk charges and soft value too. The totals are the deal values.
    Columns `MARGIN_BY_YEAR`.
    """
    first, last = _by_year(opening), _by_year(ledger.deal_now)
    rows: Rows = []
    for year in range(len(first)):
        rows.append(_margin_row(f"Year {year + 1}", first[year], last[year]))
    rows.append(_margin_row("Total", first.sum(axis=0), last.sum(axis=0)))
    return rows


def _margin_row(name: str, first: np.ndarray, last: np.ndarray) -> list[Cell]:
    numbers = [first[0], first[1], first.sum(), last[0], last[1], last.sum(), last.sum() - first.sum()]
    return [name, *(money(float(number)) for number in numbers)]


def _by_year(deal: Deal) -> np.ndarray:
    """Present value of revenue and of the rest by year of service: (years, 2) money."""
    if math.isnan(deal.assumptions.horizon_months):
        return np.full((1, 2), math.nan)
    scenarios = Scenarios(deal)
    years = int(deal.assumptions.horizon_months) // 12
    table = np.zeros((years, 2))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for flow in flows(scenarios):
            time = cash_time(scenarios, flow)
            factor = discount_factor(scenarios, time)
            if flow.in_client_currency:
                factor = factor * currency_factor(scenarios, time)
            present = np.where(flow.amounts == 0.0, 0.0, flow.amounts * factor)
            service = np.broadcast_to(flow.service, present.shape)
            year = np.clip(np.nan_to_num(service[0]) // 12, 0, years - 1).astype(int)
            np.add.at(table[:, 0 if flow.component in REVENUE else 1], year, present[0])
    return table


def share_table(shares: FairShares) -> Rows:
    """Fair shares, a row a trade. Columns `SHARES`."""
    rows: Rows = []
    for share in shares.shares:
        numbers = (share.cost, share.worth, share.net, share.shortfall, share.least_net, share.greatest_net)
        depends = "depends on order" if share.depends_on_order else ""
        error = share.standard_error if shares.sampled_orders else ""
        rows.append([share.trade.id, *(money(number) for number in numbers), depends, str(share.verdict), error])
    return rows


def limits_status(quote: Quote, as_of: date | None, seal: SealStatus | None = None) -> Rows:
    """What can be said of the limits: rows of subject, state and sentence. seal : what is known of their seal."""
    sealed: list[Cell] = ["Seal", seal.mark, seal.sentence] if seal else ["Seal", "?", "no seal"]
    if quote.limits is None or not quote.limits.rows:
        return [["Limits", "?", "no limits in this quote: nothing is said of who may agree"], *([sealed] if seal else [])]
    rows: Rows = []
    lapsed = [] if as_of is None else [row.lapse(as_of) for row in quote.limits.rows]
    reasons = [reason for reason in lapsed if reason]
    expiries = [row.expires for row in quote.limits.rows if row.expires is not None]
    whole = quote.limits.fault or (None if as_of is None else quote.limits.lapses((), as_of))
    if whole:
        rows.append(["Limits", "?", "no verdict rests on them: look at their seal" if seal else whole])
    elif reasons:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        rows.append(["Limits", "?", f"{reasons[0]}{more}: no verdict where it is needed"])
    elif expiries:
        rows.append(["Limits", "✔", f"{len(quote.limits.rows)} limits hold until {min(expiries).isoformat()}"])
    else:
        rows.append(["Limits", "✔", f"{len(quote.limits.rows)} limits without an end date"])
    return [*rows, sealed]


def banner(quote: Quote, ledger: Ledger) -> str:
    """One sentence over the trades: unbalanced concessions and what they are short of, concessions, stalls, blocks."""
    counts = {verdict: [trade for trade in ledger.trades if trade.verdict == verdict] for verdict in Verdict}
    unbalanced = counts[Verdict.UNBALANCED]
    short = math.fsum(trade.shortfall for trade in unbalanced)
    currency = f"{quote.policy.currency} " if quote.policy.currency else ""
    parts = []
    if unbalanced:
        noun = "unbalanced concession" if len(unbalanced) == 1 else "unbalanced concessions"
        parts.append(f"{len(unbalanced)} {noun}, short by {currency}{short:,.2f}")
    if given := counts[Verdict.CONCESSION]:
        cost = math.fsum(trade.shortfall for trade in given)
        parts.append(f"{len(given)} bare concession{'s' * (len(given) > 1)} of {currency}{cost:,.2f}")
    if blocked := counts[Verdict.BLOCKED]:
        parts.append(f"{len(blocked)} blocked")
    if untold := counts[Verdict.CANNOT_TELL]:
        parts.append(f"{len(untold)} that cannot be told")
    if stalled := counts[Verdict.STALLED]:
        allowed = quote.policy.stalls_allowed
        of = f" of {allowed:g} allowed" if math.isfinite(allowed) else ""
        parts.append(f"{len(stalled)} stalled{of}")
    return "; ".join(parts) + "." if parts else "No unbalanced concessions."
'''
# ---- counterask/words.py
FILES['counterask/words.py'] = r'''
"""What a rep says: levels, levers and the two answers to an ask, in the language of the sheet.

The words stand in `translations/`, one file a language; here is only how they are put together. Months are said as
years where they are whole years, shares as per cent, money with the currency of the quote.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

from .levers import LEVER_BY_NAME, Kind
from .limits import Authority
from .quantities import DAYS, MONEY, MONTHS, MULTIPLE, UNITS
from .terms import Deal
from .trades import Change

LANGUAGES = ("en", "de")
_CASES = ("", "accusative", "dative")
_NOT_TIME = frozenset({"tfc_fee_months"})
"""Counted in months' fees, not in months."""


@cache
def book(language: str) -> Mapping[str, Any]:
    """The words of a language, as its file has them. Raises ValueError where there is no file for it."""
    if language not in LANGUAGES:
        raise ValueError(f"there are no words in {language!r}, only in {', '.join(LANGUAGES)}")
    return tomllib.loads(_stored(f"translations/{language}.toml"))


def _stored(name: str) -> str:
    """A text file of this package, handed over by whatever loaded the package: a folder, an archive, a workbook."""
    spec = __spec__
    assert spec is not None and spec.origin is not None
    path = str(PurePath(spec.origin).parent / name)
    data: bytes = spec.loader.get_data(path)  # type: ignore[union-attr]
    return data.decode("utf-8")


@dataclass(frozen=True)
class Speaker:
    """Says things about a deal. language : one of `LANGUAGES`. currency : the code that stands beside money, or ""."""

    deal: Deal
    language: str = "en"
    currency: str = ""

    def word(self, group: str, name: str) -> str:
        """One word or sentence of the language's file."""
        found: str = book(self.language)[group][name]
        return found

    # ---- numbers and levels

    def number(self, value: float, digits: int = 2) -> str:
        """A number as the language writes it, without zeros that say nothing: 1,234.5 or 1.234,5."""
        plain = f"{value:,.{digits}f}"
        if "." in plain:
            plain = plain.rstrip("0").rstrip(".")
        return self._written(plain)

    def money(self, value: float, digits: int = 2) -> str:
        """Money with its currency; without cents where there are none: EUR 1,234.50, EUR 1,200."""
        plain = f"{value:,.{digits}f}"
        if digits and float(f"{value:.{digits}f}") == round(value):
            plain = f"{value:,.0f}"
        return self.word("numbers", "money").format(number=self._written(plain), currency=self.currency).strip()

    def _written(self, plain: str) -> str:
        marks = {",": self.word("numbers", "thousands"), ".": self.word("numbers", "decimal")}
        return "".join(marks.get(character, character) for character in plain)

    def level(self, lever: str, value: float, case: str = "") -> str:
        """A lever's level with its unit: "four years", "60 days", "5%", "2× annual value", "uncapped", "yes".

        case : "accusative" or "dative", for languages in which that makes a difference. "" for a level that is
        unknown.
        """
        if math.isnan(value):
            return ""
        known = LEVER_BY_NAME.get(lever)
        if math.isinf(value):
            none: str = self._entry(lever).get("none", self.word("numbers", "none"))
            return none
        if known is None:
            return f"{self.number(value)} {self._unit(self.deal.company_lever(lever).unit, value)}".strip()
        quantity = known.quantity
        if values := self._entry(lever).get("values"):
            said: str = values.get(f"{value:g}", values["other"])
            return said.format(to=self._time(value, case))
        if quantity.is_switch:
            return self.word("numbers", "yes" if value else "no")
        if quantity.is_share:
            return self.word("numbers", "percent").format(number=self.number(100.0 * value))
        if quantity.unit == MONEY:
            return self.money(value)
        if quantity.unit == MULTIPLE:
            return self._counted("multiple", value, case)
        if quantity.unit == DAYS:
            return self._counted("day", value, case)
        if lever in _NOT_TIME:
            return self._counted("fee", value, case)
        return self._time(value, case) if quantity.unit == MONTHS else self.number(value)

    def _time(self, months: float, case: str) -> str:
        """Months as a person says them: as years where they are whole years."""
        whole_years = months >= 12.0 and months % 12.0 == 0.0
        return self._counted("year", months / 12.0, case) if whole_years else self._counted("month", months, case)

    def _unit(self, unit: str, value: float) -> str:
        """The unit of a company lever as the manager typed it; of one, without the ending that the language gives to many."""
        endings: list[list[str]] = book(self.language)["units"]["company"]["endings_of_one"] if value == 1.0 else []
        return next((unit.removesuffix(many) + one for many, one in endings if unit.endswith(many)), unit)

    def typed(self, lever: str, value: float) -> str:
        """A level as it is typed into a cell, with its unit: as `level`, but months are counted: "36 months"."""
        known = LEVER_BY_NAME.get(lever)
        if known is None or known.quantity.unit != MONTHS or lever in _NOT_TIME or not math.isfinite(value):
            return self.level(lever, value)
        forms = book(self.language)["units"]["month"]
        many: str = forms["many"]
        return many.format(number=self.number(value)) if value != 1.0 else str(forms["one"])

    def amount(self, lever: str, size: float) -> str:
        """So much of a lever, with its unit, whatever level it stands at: "1 point", "11 days", "two months"."""
        known = LEVER_BY_NAME.get(lever)
        if known is None:
            return self.level(lever, size)
        if known.quantity.is_share:
            return self._counted("point", round(100.0 * size, 10), "")
        unit = None if lever in _NOT_TIME else {UNITS: "unit", MONTHS: "month"}.get(known.quantity.unit)
        return self._counted(unit, size, "") if unit else self.level(lever, size)

    def _counted(self, unit: str, value: float, case: str) -> str:
        """A number with its unit. Small whole numbers of months and years are said as words."""
        forms = book(self.language)["units"][unit]
        count = "one" if value == 1.0 else "many"
        words = book(self.language)["numbers"]["words"]
        is_word = unit in ("month", "year") and value == round(value) and 1.0 <= value < len(words)
        said = words[int(value)] if is_word else self.number(value)
        text: str = forms.get(f"{count}_{case}", forms[count])
        return text.format(number=said)

    # ---- levers and changes

    def _entry(self, lever: str) -> Mapping[str, Any]:
        entry: Mapping[str, Any] = book(self.language)["levers"][lever if lever in LEVER_BY_NAME else "company_lever"]
        return entry

    def lever(self, name: str, line: str | None = None) -> str:
        """A lever's name, with its line where it has one: "discount of seats"."""
        entry = str(self._entry(name)["name"]).format(name=name)
        return self.word("sentences", "on_line").format(lever=entry, line=line) if line else entry

    def phrase(self, form: str, change: Change) -> str:
        """A change in one of three forms.

        "can": what the client may have; "do": the same, said of us; "get": what we ask for.
        """
        entry = self._entry(change.lever)
        suffixes = self._suffixes(change)
        text = next((entry[key] for suffix in suffixes if (key := f"{form}_{suffix}") in entry), entry.get(form, "{name}"))
        to = -change.to if "negative" in suffixes and f"{form}_negative" in entry else change.to
        said = {f"to_{case}" if case else "to": self.level(change.lever, to, case) for case in _CASES}
        return str(text).format(**said, line=change.line or "", name=change.lever)

    def _suffixes(self, change: Change) -> list[str]:
        """The special forms that suit a change, the closest first."""
        known = LEVER_BY_NAME.get(change.lever)
        if math.isinf(change.to):
            return ["none"]
        if known is not None and known.quantity.is_switch:
            return ["yes" if change.to else "no"]
        if change.to < 0.0:
            return ["negative"]
        if known is not None and known.quantity.unit == MONTHS and change.to == 12.0:
            return ["year"]
        of_level = {0.0: ["zero"], 1.0: ["one"]}.get(change.to, [])
        kind = self.deal.lines[self.deal.line_index(change.line)].kind if change.line else Kind.RECURRING
        if kind == Kind.METERED:
            return [*of_level, "metered"] if change.to == 0.0 else ["metered", *of_level]
        return [*of_level, "once"] if kind == Kind.ONE_OFF else of_level

    def together(self, parts: Sequence[str], last: str = "and") -> str:
        """Several parts in one breath: "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        comma, word = self.word("sentences", "comma"), self.word("sentences", last)
        return comma.join(parts[:-1]) + word + parts[-1]

    def said(self, form: str, changes: Sequence[Change], last: str = "and") -> str:
        """Several changes in one form, in one breath."""
        return self.together([self.phrase(form, change) for change in changes], last)

    # ---- the two answers

    def yes_and(self, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None = None) -> str:
        """Yes, you can have it, if we get this, and if whoever must agree does."""
        return self._sentence("yes_and", asks, counters, authority)

    def no_but(self, asks: Sequence[Change], offered: Sequence[Change], counters: Sequence[Change]) -> str:
        """Not that, but this, if we get that. asks : what is refused. offered : what is granted instead."""
        return self.word("sentences", "no_but").format(
            refuse=self.said("do", asks, "or"), offer=self.said("do", offered), get=self.said("get", counters)
        )

    def not_so(self, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None = None) -> str:
        """Not for nothing, but for this: said where there is no level between what stands and what is asked."""
        return self._sentence("not_so", asks, counters, authority)

    def refusal(self, asks: Sequence[Change]) -> str:
        """Not that, and nothing instead."""
        return self.word("sentences", "refusal").format(refuse=self.said("do", asks, "or"))

    def offer(self, offered: Sequence[Change]) -> str:
        """What we can do unasked."""
        return self.word("sentences", "offer").format(offer=self.said("do", offered))

    def _sentence(self, name: str, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None) -> str:
        conditions = [self.phrase("get", counter) for counter in counters]
        if authority in (Authority.MANAGER, Authority.FINANCE):
            conditions.append(self.word("agrees", str(authority)))
        return self.word("sentences", name).format(can=self.said("can", asks), get=self.together(conditions))
'''

# ---- loader
import importlib.abc
import importlib.util
import sys


class Carried(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Answers imports of the package from FILES; what is not in there is found as always."""

    def file_of(self, name):
        path = name.replace(".", "/")
        return next((file for file in (path + "/__init__.py", path + ".py") if file in FILES), None)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "counterask" and self.file_of(name):
            return importlib.util.spec_from_loader(name, self, origin=self.file_of(name))

    def is_package(self, name):
        return self.file_of(name).endswith("/__init__.py")

    def get_source(self, name):
        return FILES[self.file_of(name)].removeprefix("\n")

    def get_data(self, path):
        return FILES[path.replace("\\", "/")].removeprefix("\n").encode()

    def get_code(self, name):
        return compile(self.get_source(name), self.file_of(name), "exec", dont_inherit=True)


# A restart of Lite runs this file again: the modules of the run before must not linger.
for loaded in [name for name in sys.modules if name.partition(".")[0] == "counterask"]:
    del sys.modules[loaded]
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "Carried"]
sys.meta_path.insert(0, Carried())

from counterask.functions import (  # the functions that Excel sees
    DEAL_ASK,
    DEAL_BRIDGE,
    DEAL_BUNDLES,
    DEAL_COMPONENTS,
    DEAL_COUNTER_ASKS,
    DEAL_DRAG,
    DEAL_EXPLAIN,
    DEAL_FLIPS,
    DEAL_LIMITS,
    DEAL_MARGIN,
    DEAL_OFFERS,
    DEAL_RATES,
    DEAL_RULES,
    DEAL_SHARES,
    DEAL_TRADES,
    DEAL_VALUE,
)
