"""One workbook, from its bytes to rows: read, valued in full by the engine, or told why not.

A file that cannot be valued is a row too, with the kind of fault and a sentence. *Leakage* is what granted trades gave away
and were not paid for: minus the net of each trade that moves the deal, has a price and is no negotiation. A trade's leakage is
laid on its asks in proportion to what each costs; where no ask costs anything, on the counter-asks that do. What the opening
terms give away against the standard is counted apart and enters no trade's leakage.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from counterask.counter_asks.stalls import stalls
from counterask.explaining.rounds import RoundSide, side_moves
from counterask.reading.cells import Fault, day
from counterask.reading.quote import Quote
from counterask.reading.tables import Table
from counterask.result_tables.views import margin_share
from counterask.seals.approvals import OPENING, ApprovalVerdict, counting_approvals
from counterask.verdicts.ledger import ledger
from counterask.verdicts.opening import Opening, typed_facts
from counterask.verdicts.trades import Rules, ValuedTrade, Verdict

from ..check.deal import deal_findings, standing_limits
from ..check.gathering import gathered
from ..check.opening import opening_findings, restart_findings, tenure_findings
from ..check.rounds import round_findings
from ..errors import CannotRun
from ..seals import status_of
from ..seals.recording import rounds_in
from ..shown import shown_of
from ..terminal import change_words
from ..workbooks.errors import UnreadableWorkbook, WrongKind
from ..workbooks.quick_cells import NotPlain, read_quickly
from ..workbooks.quote_file import QuoteFile, quote_in_workbook, quote_of_document
from ..workbooks.read_cells import WorkbookCells, read_workbook
from .schema import FILES, OF_FILE, VERDICT_COLUMNS

StoreRow = list[object]
READ, BROKEN = "read", "broken"
NOT_OPENED, NO_WORKBOOK, NO_QUOTE, WRONG_INPUT, FAILED = (
    "cannot be opened",
    "no sound workbook",
    "no quote in it",
    "wrong input",
    "defeats the program",
)
MOST_LETTERS = 2_000
"""Longest text that a row keeps."""


@dataclass(frozen=True)
class FileRows:
    """The rows of one file, in the order of the columns in `schema`."""

    file: StoreRow
    trades: Sequence[StoreRow] = ()
    changes: Sequence[StoreRow] = ()
    openings: Sequence[StoreRow] = ()
    findings: Sequence[StoreRow] = ()
    approvals: Sequence[StoreRow] = ()

    def tables(self) -> Mapping[str, Sequence[StoreRow]]:
        """The rows by table."""
        return {
            "files": [self.file],
            "trades": self.trades,
            "changes": self.changes,
            "openings": self.openings,
            "findings": self.findings,
            "approvals": self.approvals,
        }


@dataclass(frozen=True)
class Standard:
    """What files are valued by.

    as_of : the day on which limits are looked at; None for each quote's own date.
    tables : finance's own Limits, Policy and Assumptions by currency ("" for every other currency); empty for those
    in each file. memory : tables already parsed, for `read_quote`.
    """

    as_of: date | None
    tables: Mapping[str, Mapping[str, Table]] = field(default_factory=dict)
    memory: dict[object, object] = field(default_factory=dict)

    def instead(self, header: Mapping[str, str]) -> Mapping[str, Table]:
        """The tables that stand in for those of a quote with this header."""
        if not self.tables:
            return {}
        own = header.get("currency", "").upper()
        return self.tables.get(own) or self.tables.get("") or next(iter(self.tables.values()))


def broken(path: str, content: str | None, kind: str, why: str) -> FileRows:
    """The row of a file that cannot be valued."""
    told = {"path": path, "content": content, "status": BROKEN, "kind": kind, "why": why[:MOST_LETTERS]}
    return FileRows([told.get(column) for column in FILES])


def value_content(path: str, name: Path, content: bytes, digest: str, standard: Standard) -> FileRows:
    """The rows of the file whose bytes are `content`. Never raises on what is in it.

    path : how the tables name the file. name : its name, and where it lies if it is on this machine.
    """
    try:
        try:
            return _valued(path, _quote_in(name, content, standard), digest, standard)
        except NotPlain:
            file = quote_in_workbook(name, read_thoroughly(name, content), standard.instead, standard.memory)
            return _valued(path, file, digest, standard)
    except WrongKind as error:
        return broken(path, digest, NO_QUOTE, str(error))
    except UnreadableWorkbook as error:
        return broken(path, digest, NO_WORKBOOK, str(error).replace(str(error.path), error.path.name, 1))
    except CannotRun as error:
        return broken(path, digest, WRONG_INPUT, " ".join(error.sentences))
    except MemoryError:
        return broken(path, digest, FAILED, f"{name.name}: needs more memory than there is. Open it and clear what is no quote.")
    except Exception as error:  # a file must never end the run; the row says what happened
        what = f"{type(error).__name__}: {error}"[:300]
        return broken(path, digest, FAILED, f"{name.name}: the program failed on it ({what}). Please report it with the file.")


def _quote_in(name: Path, content: bytes, standard: Standard) -> QuoteFile:
    """The quote by the quick reader. Raises NotPlain, UnreadableWorkbook."""
    if name.suffix.lower() == ".json":
        try:
            return quote_of_document(name, json.loads(content.decode("utf-8-sig")))
        except (ValueError, RecursionError) as error:
            raise UnreadableWorkbook(name, "text that is no JSON", "a deal as JSON", "Write it again.") from error
    return quote_in_workbook(name, read_quickly(name, content), standard.instead, standard.memory)


def _valued(path: str, file: QuoteFile, digest: str, standard: Standard) -> FileRows:
    return _wrong(path, digest, file) if file.quote.problems else _rows(path, digest, file, standard)


def read_thoroughly(name: Path, content: bytes) -> WorkbookCells:
    """The workbook by the reader that knows all of XML."""
    with tempfile.TemporaryDirectory(prefix="counterask-") as folder:
        copy = Path(folder) / (name.name[-100:] or "quote.xlsx")
        copy.write_bytes(content)
        try:
            return read_workbook(copy)
        except UnreadableWorkbook as error:
            raise UnreadableWorkbook(name, error.found, error.expected, error.remedy) from error


def _wrong(path: str, digest: str, file: QuoteFile) -> FileRows:
    quote, name = file.quote, file.path
    first, more = quote.problems[0], len(quote.problems) - 1
    kind = NO_QUOTE if first.found.startswith(("found no such sheet", "found no table")) else WRONG_INPUT
    found = broken(path, digest, kind, f"{name.name} · {first}" + (f" (and {more} more)" if more else ""))
    said = _header(quote)
    for place, column in enumerate(FILES):
        if column in said and found.file[place] is None:
            found.file[place] = said[column]
    return found


def _header(quote: Quote) -> dict[str, object]:
    """What a quote says of itself."""
    said: dict[str, object] = {
        word: (quote.header.get(word) or None) and quote.header[word][:MOST_LETTERS]
        for word in ("client", "quote_number", "version", "rep", "manager", "segment")
    }
    said["currency"] = (quote.header.get("currency") or quote.policy.currency or "").upper()[:20] or None
    said["quote_date"] = _day(quote.header.get("quote_date", ""))
    said["month"] = said["quote_date"].strftime("%Y-%m") if isinstance(said["quote_date"], date) else None
    return said


def _day(text: str) -> date | None:
    """A day as the header's text tells it; None where it tells none."""
    try:
        found = day(float(text))
    except ValueError:
        found = day(text)
    return None if isinstance(found, Fault) else found


def _known(value: float) -> float | None:
    """A number; None where there is none or it has no price."""
    return float(value) if math.isfinite(value) else None


def _level(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def leakage_of(trade: ValuedTrade) -> float:
    """What a trade gave away unpaid, money, at least 0. 0 where it moves nothing, has no price or is a negotiation."""
    gives = trade.has_moved and trade.verdict != Verdict.NEGOTIATION
    return max(0.0, -trade.net) if gives and math.isfinite(trade.net) else 0.0


def _rows(path: str, digest: str, file: QuoteFile, standard: Standard) -> FileRows:
    quote = file.quote
    said = _header(quote)
    quoted = said["quote_date"]
    as_of = standard.as_of or (quoted if isinstance(quoted, date) else date.today())
    shown = shown_of(file, as_of)
    valued, approvals = shown.ledger, shown.approvals
    floor, margin = quote.policy.minimum_margin, margin_share(valued.now)
    stalled = stalls(quote)
    unknown = quote.unknown() if math.isnan(valued.value) else ()
    granted = [one for one in valued.trades if one.has_moved]
    against = valued.against_standard
    verdicts = [one.verdict for one in valued.trades]
    shortfalls = [one.shortfall for one in valued.trades if one.verdict in (Verdict.UNBALANCED, Verdict.CONCESSION)]
    status = status_of(file)
    seal = status.seal.as_seen if status.seal is not None else None
    rounds = rounds_in(file).rounds
    ours, theirs = (side_moves(rounds, side) for side in RoundSide)
    found = [*deal_findings(file, valued, floor, approvals), *opening_findings(file, against, shown.quote), *round_findings(file)]
    found += [*tenure_findings(file, shown.quote), *restart_findings(file, shown.quote)]
    found = gathered([*found, *(standing_limits(file, shown.rules) if file.is_workbook else ())])
    told: dict[str, object] = said | {
        "path": path,
        "content": digest,
        "status": READ,
        "value_opening": _known(valued.value),
        "value_now": _known(valued.value_now),
        "opening_gave": None if against is None else _known(against.gave),
        "opening_net": None if against is None else _known(against.net),
        "facts_worth": None if unknown else _known(math.fsum(one.value for one in typed_facts(quote.deal))),
        "opening_net_without_segment": _net_without_segment(quote, shown.rules, against),
        "opening_authority": None if against is None else str(against.authority),
        "is_opening_approved": None if against is None else shown.quote.is_opening_approved,
        "revenue_opening": _known(float(valued.opening.revenue[0])),
        "revenue_now": _known(float(valued.now.revenue[0])),
        "margin_opening": _known(margin_share(valued.opening)),
        "margin_now": _known(margin),
        "acv_opening": _known(float(valued.opening.acv[0])),
        "acv_now": _known(float(valued.now.acv[0])),
        "minimum_margin": _known(floor),
        "is_under_floor": None if math.isnan(margin) or math.isnan(floor) else margin < floor,
        "trades": len(valued.trades),
        **{column: verdicts.count(verdict) for verdict, column in VERDICT_COLUMNS.items()},
        "granted_net": _known(math.fsum(one.net for one in granted if math.isfinite(one.net))),
        "leakage": math.fsum(map(leakage_of, valued.trades)),
        "shortfall": _known(math.fsum(shortfalls)),
        "stalls_allowed": _known(stalled.allowed),
        "stalls_over": None if math.isnan(stalled.allowed) else stalled.over,
        "stalls_without_reason": len(stalled.without_reason),
        "unknown_inputs": len(unknown),
        "first_unknown": unknown[0] if unknown else None,
        "seal": str(status),
        "seal_state": str(status.state),
        "seal_holds": status.holds,
        "scope": seal and seal.scope,
        "seal_serial": seal and seal.serial,
        "sealed_at": seal and seal.sealed_at,
        "seal_effective": seal and seal.effective,
        "seal_digest": seal and seal.digest,
        "seal_key": seal and seal.public_key,
        "findings": len(found),
        "approvals": len(approvals),
        "approvals_void": sum(one.verdict == ApprovalVerdict.VOID for one in counting_approvals(approvals).values()),
        "rounds": len(rounds),
        "conceded": _known(ours.total) if rounds else None,
        "client_conceded": _known(theirs.total) if rounds else None,
        "concession_pattern": str(ours.pattern) if rounds else None,
    }
    trades: list[StoreRow] = []
    changes: list[StoreRow] = []
    shared = [said[column] for column in OF_FILE]
    for number, one in enumerate(valued.trades):
        trades.append(_trade_row(path, number, shared, one))
        changes += _change_rows(path, number, shared, one)
    openings = [] if against is None else [
        [
            path, number, *shared, row.lever, row.line, row.is_off_book, _level(row.standard), _level(row.opening),
            _known(row.value), str(row.authority), shown.quote.is_opening_approved,
        ]
        for number, row in enumerate(against.rows)
    ]  # fmt: skip
    findings = [
        [path, number, *shared, one.kind, str(one.severity), one.where, one.words[:MOST_LETTERS], one.amount, one.count]
        for number, one in enumerate(found)
    ]
    nets = {one.trade.id: one.net for one in valued.trades} | ({} if against is None else {OPENING: against.gave})
    signed = [
        [
            path, number, *shared, one.trade, str(one.verdict), one.approver, one.authority, one.approved_at, one.expires,
            one.reason[:MOST_LETTERS], one.why[:MOST_LETTERS] or None, _known(nets.get(one.trade, math.nan)),
        ]
        for number, one in enumerate(approvals)
    ]  # fmt: skip
    return FileRows([told.get(column) for column in FILES], trades, changes, openings, findings, signed)


def _net_without_segment(quote: Quote, rules: Rules, own: Opening | None) -> float | None:
    """What the opening would be against the standard by the limits without a segment: a friendlier segment shows there."""
    if own is None or rules.limits is None:
        return None
    if not rules.limits.segment or not any(row.segment for row in rules.limits.rows):
        return _known(own.net)
    plain = ledger(quote.deal, (), replace(rules, limits=replace(rules.limits, segment=""))).against_standard
    return None if plain is None else _known(plain.net)


def _words(trade: ValuedTrade, *, asks: bool) -> str | None:
    words = "; ".join(change_words(change) for change in trade.changes if change.is_ask == asks)
    return words[:MOST_LETTERS] or None


def _trade_row(path: str, number: int, shared: Sequence[object], one: ValuedTrade) -> StoreRow:
    return [
        path,
        number,
        one.trade.id[:MOST_LETTERS],
        *shared,
        str(one.trade.response),
        one.trade.reason[:MOST_LETTERS] or None,
        str(one.verdict),
        None if one.authority is None else str(one.authority),
        not one.trade.counters,
        _known(one.cost),
        _known(one.worth),
        _known(one.net),
        _known(one.shortfall),
        leakage_of(one),
        _words(one, asks=True),
        _words(one, asks=False),
        one.note[:MOST_LETTERS] or None,
    ]


def _shares(one: ValuedTrade) -> list[float]:
    """The share of a trade's leakage that each change bears: the asks by what they cost, or, where none costs anything, the
    counter-asks that give away more than the asks bring."""
    for side in (True, False):
        costs = [max(0.0, -change.value) if change.is_ask == side else 0.0 for change in one.changes]
        if total := math.fsum(costs):
            return [cost / total for cost in costs]
    return [0.0] * len(one.changes)


def _change_rows(path: str, number: int, shared: Sequence[object], one: ValuedTrade) -> list[StoreRow]:
    leakage = leakage_of(one)
    shares = _shares(one) if leakage else [0.0] * len(one.changes)
    rows: list[StoreRow] = []
    for place, valued in enumerate(one.changes):
        change = valued.change
        rows.append(
            [
                path,
                number,
                place,
                one.trade.id[:MOST_LETTERS],
                *shared,
                "ask" if valued.is_ask else "counter-ask",
                change.lever[:MOST_LETTERS],
                None if change.line is None else change.line[:MOST_LETTERS],
                _level(valued.from_level),
                _level(change.to),
                None if math.isnan(valued.from_level) or math.isnan(change.to) else valued.is_given,
                _known(valued.value),
                valued.is_soft,
                str(one.trade.response),
                str(one.verdict),
                leakage * shares[place],
            ]
        )
    return rows
