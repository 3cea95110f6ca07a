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

from ..reading.cells import text, with_cells
from ..reading.tables import Table, plain
from ..verdicts.limits import Lapse, Limits, lapse_on
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
    lapse = lapse_on(lapsed, as_of)
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
