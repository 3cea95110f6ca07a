"""The seal of limits: a signed copy of every value in Limits, Assumptions, Policy and Price_book, and its state on a day.

The seal is stored beside the limits as rows of name and value. It holds the values that were sealed, so that a changed cell can
be named with what it was and what it is. Formats, the order of rows and columns, and the places of tables do not matter.

`scope` names which quotes a seal is for: those in that currency, or those of that segment. A seal of another scope gives no
verdict in a quote. `serial` is the place of a seal in the one order of all seals of its scope, whichever key signed them: it
counts up from the seals that the signer has seen, and dates and clocks play no part in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from ..reading.cells import places_as_cells, text
from ..reading.tables import Table, plain
from ..verdicts.limits import Authority, Lapse, Limits, lapse_on
from .sealed_values import CellChange, SealedRow, TableValues, differences, sealed_values
from .signatures import ALGORITHM, canonical_text, digest_of, is_signed, joined, key_name, pieces
from .trust import SeenSeal, TrustedKey, same_scope, trust_here, trust_keys

__all__ = ["Seal", "SealState", "SealStatus", "seal_rows", "seal_status", "sealed_limits", "signed_text", "trust_keys"]

TABLES = ("Limits", "Assumptions", "Policy", "Price_book")
FORMAT = 2
"""Of the signed text. Seals of format 1 did not cover the price book and the evidence of assumptions."""
FIELDS = ("owner", "effective", "expires", "sealed_at", "serial", "scope", "algorithm", "public_key")
"""What is signed beside the values, and stands in the rows of the seal for people to read."""
PIECES = 12
OF_THE_QUOTE = ("places", "quote", "scopes", "valid_until")
"""The rows that are formulas of the sheet: where the tables are; the number and the client of the quote; the scopes that it goes
by, its currency and its segment; and the last day on which the client may accept it."""
NAMES = (*FIELDS, "signature", "letters", *(f"covered_{number}" for number in range(1, PIECES + 1)), *OF_THE_QUOTE)
"""The rows of the range `Seal`, below its header."""
MOST_SERIAL = 1_000_000_000


class SealState(StrEnum):
    """What a seal is on a day."""

    SEALED = "sealed"
    NOT_VOUCHED_FOR = "sealed with a key that is not vouched for here"
    NONE = "no seal"
    CHANGED = "changed since sealing"
    UNTRUSTED = "wrong key"
    OTHER_SCOPE = "wrong scope"
    EARLIER_FORMAT = "seal of an earlier version"
    BAD_SIGNATURE = "bad signature"
    TRUNCATED = "truncated seal"
    UNKNOWN_ALGORITHM = "unknown algorithm"
    NOT_YET = "not yet effective"
    EXPIRED = "expired"
    REPLACED = "older than a seal that was seen"
    UNCHECKED = "could not be checked"


_APPROVERS = {"manager": Authority.MANAGER, "finance": Authority.FINANCE}
HOLDS = frozenset({SealState.SEALED, SealState.NOT_VOUCHED_FOR})
_SHORT_OF_TRUST = frozenset({SealState.NONE, SealState.UNCHECKED})
"""States in which verdicts are still given where no trusted key is set up."""


@dataclass(frozen=True)
class Seal:
    """What a seal says. tables : the signed values by table, row and column. sealed_at : UTC, ISO. serial : counts up, from 1.

    approvers : how much the holder of each public key may approve under these limits; empty: the seal says nothing of that.
    """

    owner: str
    effective: date
    expires: date
    sealed_at: str
    serial: int
    scope: str
    public_key: str
    signature: str
    tables: Mapping[str, Mapping[str, SealedRow]]
    approvers: Mapping[str, Authority] = field(default_factory=dict)

    @property
    def as_seen(self) -> SeenSeal:
        """What a machine remembers of it."""
        digest = digest_of(self.signature)
        return SeenSeal(self.scope, self.serial, self.sealed_at, self.effective, digest, self.public_key)


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


def signed_text(
    values: Mapping[str, TableValues], said: Mapping[str, str | int], approvers: Mapping[str, Authority] | None = None
) -> str:
    """The text that is signed. said : every one of `FIELDS`. approvers : as of `Seal`."""
    tables = {name: dict(found.rows) for name, found in values.items()}
    rights = {key: str(authority) for key, authority in (approvers or {}).items()}
    return canonical_text({"seal": FORMAT, "tables": tables, "approvers": rights, **{name: said[name] for name in FIELDS}})


def seal_rows(signed: str, signature: str) -> list[list[str | float]]:
    """The rows of the range `Seal` below its header, without those that are formulas. Raises ValueError where it is too long."""
    document = json.loads(signed)
    cut = pieces(signed)
    if len(cut) > PIECES:
        raise ValueError(f"the values take {len(signed):,} letters, and a seal has room for {PIECES} cells of 7,000")
    rows: list[list[str | float]] = [[name, document[name]] for name in FIELDS]
    rows += [["signature", signature], ["letters", float(len(signed))]]
    return rows + [[f"covered_{number + 1}", cut[number] if number < len(cut) else ""] for number in range(PIECES)]


def sealed_places(rows: Sequence[Sequence[object]] | None) -> str:
    """Where the tables begin, as the range `Seal` says it; "" where it does not."""
    return text(_by_name(rows).get("places"))


def said_in(rows: Sequence[Sequence[object]] | None, name: str) -> str:
    """What the range `Seal` says in one of its rows; "" where it does not."""
    return text(_by_name(rows).get(name))


def approvers_of(rows: Sequence[Sequence[object]] | None) -> dict[str, Authority]:
    """Who may approve under a seal, and how much, by public key; empty where the seal does not say. Whether the seal itself is
    right is for `seal_status` to say: limits under one that is not give no verdict."""
    found = _by_name(rows)
    signed = joined([text(found.get(f"covered_{number}")) for number in range(1, PIECES + 1)])
    seal = _seal_of(signed, text(found.get("signature")).lower()) if signed else None
    return dict(seal.approvers) if seal is not None else {}


def scopes_said(rows: Sequence[Sequence[object]] | None) -> tuple[str, ...] | None:
    """The scopes that a quote goes by, as the range `Seal` says them; None in a limits workbook."""
    return tuple(filter(None, (word.strip() for word in said_in(rows, "scopes").split(";")))) or None


def scopes_of(currency: str, segment: str) -> tuple[str, ...]:
    """The scopes that a quote goes by: seals for its currency and seals for its segment are for it."""
    return tuple(filter(None, (currency.strip(), segment.strip())))


def seal_status(
    rows: Sequence[Sequence[object]] | None, tables: Mapping[str, Table], as_of: date, scopes: Sequence[str] | None = None
) -> SealStatus:
    """What can be said of a seal. rows : the range `Seal` with or without its header, None where there is none. tables : the
    sealed tables as they are; one that is left out is not compared. as_of : the day. scopes : as of `scopes_of`; None for a
    limits workbook, which is for no quote.
    """
    status = _status(_by_name(rows), tables, as_of, scopes)
    is_set_up = trust_here().is_set_up
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
        if not trust_here().is_set_up:
            return Limits((), status.fault) if status.fault else None
        return Limits((), "the limits cannot be relied on: this quote has none, and a trusted key is set up here")
    return replace(limits, fault=status.fault or limits.fault, lapsed=status.lapsed)


def _by_name(rows: Sequence[Sequence[object]] | None) -> dict[str, object]:
    names = {plain(name): name for name in NAMES}
    return {names[plain(row[0])]: row[1] for row in rows or () if len(row) > 1 and plain(row[0]) in names}


def _status(
    found: Mapping[str, object], tables: Mapping[str, Table], as_of: date, scopes: Sequence[str] | None
) -> SealStatus:
    names = (*FIELDS, "signature", "letters", "covered_1")
    trust = trust_here()
    if not any(text(found.get(name)) for name in names):
        words = "no seal, and a trusted key is set up here" if trust.is_set_up else "no seal"
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
    if _is_earlier(signed):
        words = "seal of an earlier version: it does not cover the price book. Seal the limits again: counterask limits sign"
        return SealStatus(SealState.EARLIER_FORMAT, words)
    seal = _seal_of(signed, signature)
    if seal is None:
        return SealStatus(SealState.BAD_SIGNATURE, "bad signature: what is signed is no seal of limits")
    odd = _odd_row(found, signed)
    if odd:
        return SealStatus(SealState.BAD_SIGNATURE, f"bad signature: {odd} of the seal is not the one that was signed", seal)
    key = trust.key(public_key)
    if trust.is_set_up and (words := _not_trusted(seal, key)):
        return SealStatus(SealState.UNTRUSTED, f"wrong key: {words}", seal)
    changes = changes_since(seal, tables, sealed_places([[*pair] for pair in found.items()]))
    if changes:
        more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
        words = f"changed since sealing: {changes[0]}{more} (sealed for {seal.scope})"
        return SealStatus(SealState.CHANGED, words, seal, changes)
    if scopes is not None and not any(same_scope(seal.scope, one) for one in scopes):
        goes_by = f"is for {' and '.join(scopes)}" if scopes else "names no currency and no segment"
        words = f"wrong scope: {_by(seal, key)} for {seal.scope}, and this quote {goes_by}"
        return SealStatus(SealState.OTHER_SCOPE, words, seal)
    if is_right is None:
        words = f"the seal for {seal.scope} could not be checked here: the Python package cryptography is missing"
        return SealStatus(SealState.UNCHECKED, words, seal)
    return _on_day(seal, key, as_of)


def _by(seal: Seal, key: TrustedKey | None) -> str:
    return f"sealed by {key.name if key else seal.owner}"


def _not_trusted(seal: Seal, key: TrustedKey | None) -> str:
    """Why a seal of a key does not count where keys are trusted, in words, or ""."""
    who, scope = f"the key {key_name(seal.public_key)}", f"for {seal.scope}"
    if key is None:
        return f"sealed {scope} by {seal.owner} with {who}, which is not trusted here"
    if not key.may_seal:
        return f"sealed {scope} by {key.name}, who may not seal limits (this key {key.rights})"
    if key.scopes and not any(same_scope(seal.scope, one) for one in key.scopes):
        return f"sealed {scope} by {key.name}, who may seal only for {', '.join(key.scopes)}"
    if key.last_day is not None and key.is_past(seal.sealed_at):
        last = key.last_day.isoformat()
        return f"sealed {scope} by {key.name} on {seal.sealed_at[:10]}; seals of this key count only up to {last}"
    if key.is_compromised and not trust_here().has_seen(digest_of(seal.signature)):
        return f"sealed {scope} by {key.name}, whose key is compromised; this seal was not seen here before that was reported"
    return ""


def _on_day(seal: Seal, key: TrustedKey | None, as_of: date) -> SealStatus:
    """A seal that is whole and right, on a day."""
    lapsed = _lapses(seal)
    lapse = lapse_on(lapsed, as_of)
    if lapse is not None:
        states = (SealState.NOT_YET, SealState.EXPIRED, SealState.REPLACED)
        return SealStatus(states[lapsed.index(lapse)], lapse.reason, seal, (), None, lapsed)
    words = f"{_by(seal, key)} on {seal.sealed_at[:10]} for {seal.scope}, until {seal.expires.isoformat()}"
    if key is None:
        words += f"; the key {key_name(seal.public_key)} is not vouched for here"
    return SealStatus(SealState.SEALED if key else SealState.NOT_VOUCHED_FOR, words, seal, (), None, lapsed)


def _lapses(seal: Seal) -> tuple[Lapse, ...]:
    """The days on which a seal does not hold: before it takes effect, after it expires, and from the first day of a seal of the
    same scope that was seen here and has a higher number, whichever key signed it."""
    day, scope = timedelta(days=1), f"(sealed for {seal.scope})"
    early = Lapse(date.min, seal.effective - day, f"the sealed limits hold only from {seal.effective.isoformat()} {scope}")
    late = Lapse(seal.expires + day, date.max, f"the sealed limits expired on {seal.expires.isoformat()} {scope}")
    own, trust = seal.as_seen, trust_here()
    is_known = trust.has_seen(own.digest)
    newer = [one for one in trust.seen_of(seal.scope) if one.serial > seal.serial]
    same = [one for one in trust.seen_of(seal.scope) if one.serial == seal.serial and one.digest != own.digest]
    if same and not is_known:
        own_number = f"the sealed limits for {seal.scope} have the number {seal.serial}"
        reason = f"{own_number}, and another seal with that number was seen here first; seal them again"
        return early, late, Lapse(date.min, date.max, reason)
    if not newer:
        return early, late
    first = min(newer, key=_first_day)
    reason = (
        f"older than a seal that was seen here: number {seal.serial} for {seal.scope} of {seal.sealed_at[:10]}, and number "
        f"{first.serial} of {first.sealed_at[:10]} was seen; bring the quote up to date: counterask limits update"
    )
    return early, late, Lapse(_first_day(first), date.max, reason)


def _first_day(seen: SeenSeal) -> date:
    """The day from which a seal takes the place of older ones."""
    return max(seen.effective, date.fromisoformat(seen.sealed_at[:10]))


def changes_since(seal: Seal, tables: Mapping[str, Table], places: str = "") -> tuple[CellChange, ...]:
    """Every value that is not the sealed one, with its place, what it was and what it is."""
    found: list[CellChange] = []
    standing = sealed_values({name: table for name, table in tables.items() if name in TABLES})
    for name, values in standing.items():
        found += differences(seal.tables.get(name, {}), values)
    return tuple(replace(change, place=cell_place(change.place, places)) for change in found)


def cell_place(place: str, places: str = "") -> str:
    """A place as the sheets name it: "Limits!D14"."""
    return places_as_cells(place, places).replace(" · ", "!")


def _seal_of(signed: str, signature: str) -> Seal | None:
    """The seal in a signed text, or None where it is something else."""
    try:
        document = json.loads(signed)
        tables = document["tables"]
        if document["seal"] != FORMAT or not all(isinstance(row, dict) for rows in tables.values() for row in rows.values()):
            return None
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["sealed_at"]) is None:
            return None
        date.fromisoformat(document["sealed_at"][:10])
        effective, expires = (date.fromisoformat(document[name]) for name in ("effective", "expires"))
        if not date(1900, 1, 1) <= effective <= expires < date(9999, 1, 1):
            return None
        if type(document["serial"]) is not int or not 1 <= document["serial"] <= MOST_SERIAL:
            return None
        return Seal(
            str(document["owner"]),
            effective,
            expires,
            document["sealed_at"],
            document["serial"],
            str(document["scope"]),
            str(document["public_key"]),
            signature,
            tables,
            {str(key): _APPROVERS[authority] for key, authority in document["approvers"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _is_earlier(signed: str) -> bool:
    """Whether a text was signed as a seal by a version that sealed less."""
    try:
        document = json.loads(signed)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("seal") == 1


def _odd_row(found: Mapping[str, object], signed: str) -> str:
    """The name of a row that does not say what was signed, or ""."""
    document = json.loads(signed)
    odd = (name for name in FIELDS if text(found.get(name)) != text(document.get(name)))
    return next(odd, "")
