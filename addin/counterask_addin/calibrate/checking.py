"""The rows of the tables checked against each other, and contracts in months: what each row can be used for, and why not.

No row is dropped without a word. A row that is used with an assumption of ours is noted as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from .columns import REASONS
from .histories import Contracts, Placed, placed
from .reading import Frame, Note, last_day

DAYS_A_MONTH = 30.4375
AFTER_THE_DAY = "start: lies after"
"""How the reason begins why a contract that starts later than the data reach is not used."""
_MONTH = 31
"""Days between the last day of the data and the day that they are said to cover, of which nothing need be said."""


@dataclass(frozen=True)
class Closed:
    """A company's closed deals, ready to be estimated from. tables : the usable rows. owner : for each table but the
    contracts the place of each row's contract. ends : (contracts,) the last day of each, or the last day seen. read : rows
    read, by table."""

    contracts: Contracts
    placed: Placed
    tables: Mapping[str, Frame]
    owner: Mapping[str, np.ndarray[Any, Any]]
    ends: np.ndarray[Any, Any]
    as_of: np.datetime64
    notes: tuple[Note, ...]
    read: Mapping[str, int]


def checked(tables: Mapping[str, Frame], as_of: np.datetime64) -> Closed:
    """Check every row, and place the contracts in months."""
    read = {name: len(frame.rows) for name, frame in tables.items()}
    frame = tables["contracts"]
    _check_contracts(frame, as_of)
    notes = frame.notes()
    kept = frame.usable()
    contracts, unknown = _contracts(kept, as_of)
    where = placed(contracts)
    for at in np.flatnonzero(~where.is_possible).tolist():
        notes.append(_note(kept, at, "ended by choice, but the contract has no month in which it could"))
    possible = where.is_possible
    if not possible.all():
        kept.refuse(~possible, "-")
        kept, contracts = kept.usable(), contracts.where(possible)
        unknown = unknown[possible]
        where = placed(contracts)
    for at in np.flatnonzero(where.moved).tolist():
        month = int(where.decisions.months[where.kind[at], where.place[at]])
        said = (
            f"ended by choice in month {contracts.months[at]:.0f}, where the contract does not allow it; counted in month {month}"
        )
        notes.append(_note(kept, at, said, is_used=True))
    for at in np.flatnonzero(unknown).tolist():
        forced = "in which nobody may leave; counted as running until then, and as no closure"
        chosen = "in which the client could leave; counted as the client's choice"
        said = f"ended without a reason, in a month {chosen if contracts.left[at] else forced}"
        notes.append(_note(kept, at, said, is_used=True))
    ends = np.where(np.isnat(kept.columns["end"]), as_of, np.minimum(kept.columns["end"], as_of))
    place = {key: at for at, key in enumerate(kept.columns["contract"].tolist())}
    found, owner = {"contracts": kept}, {}
    for name, other in tables.items():
        if name != "contracts":
            of_row = np.array([place.get(key, -1) for key in other.columns["contract"].tolist()], dtype=np.int64)
            other.refuse(of_row < 0, "its contract is not among the usable contracts")
            _check_other(other, as_of)
            notes += other.notes()
            owner[name] = of_row[other.faults == ""]
            found[name] = other.usable()
    return Closed(contracts, where, found, owner, ends, as_of, tuple(notes), read)


def days_after_the_data(tables: Mapping[str, Frame], as_of: np.datetime64, today: date) -> str:
    """A sentence where the day lies more than a month after the last day of the data; "" where it does not."""
    last = last_day(tables, today)
    if (as_of - last).astype(int) <= _MONTH:
        return ""
    return (
        f"The last day in the data is {last}, and the data are said to cover until {as_of}: what has no end counts as running "
        "until then. If the export stops earlier, give that day with --as-of."
    )


def _note(frame: Frame, at: int, why: str, *, is_used: bool = False) -> Note:
    return Note(frame.name, int(frame.rows[at]), str(frame.columns["contract"][at]), why, is_used)


def _check_contracts(frame: Frame, as_of: np.datetime64) -> None:
    column = frame.columns
    start, end = column["start"], column["end"]
    frame.refuse(np.isnat(start), "start: is blank, expected the first day of service")
    frame.refuse(start > as_of, f"{AFTER_THE_DAY} {as_of}, the last day that the data cover")
    frame.refuse(end < start, "end: lies before the start")
    frame.refuse(column["seen_from"] > np.where(np.isnat(end), as_of, end), "seen_from: lies after the end")
    frame.refuse(~(column["term_months"] >= 1.0), "term_months: is blank or 0, expected whole months from 1")
    is_over = (_months(start, np.minimum(np.where(np.isnat(end), as_of, end), as_of)) + 1.5) >= column["term_months"]
    frame.refuse(is_over & ~(column["renewal_months"] >= 1.0), "renewal_months: is blank or 0, though the first term was over")
    frame.refuse(is_over & np.isnan(column["auto_renewal"]), "auto_renewal: is blank, though the first term was over")
    reason = np.array([str(word).casefold() for word in column["reason"]], dtype=object)
    column["reason"] = reason
    known = f"expected one of: {', '.join(REASONS)}. Say in a mapping file what your words mean, under [contracts.words]"
    is_odd = ~np.isin(reason, ["", *REASONS])
    frame.refuse(is_odd, np.array([f'reason: found "{word[:60]}", {known}' for word in reason], dtype=object))
    frame.refuse((reason != "") & np.isnat(end), "reason: says why it ended, but there is no end")
    _check_twice(frame)


def _check_twice(frame: Frame) -> None:
    """A contract that stands in several rows counts once where they agree, and not at all where they differ."""
    first: dict[str, int] = {}
    twice: dict[str, list[int]] = {}
    for at, key in enumerate(frame.columns["contract"].tolist()):
        if frame.faults[at]:
            continue
        if key in first:
            twice.setdefault(key, [first[key]]).append(at)
        else:
            first[key] = at
    for rows in twice.values():
        said = [tuple(str(values[at]) for values in frame.columns.values()) for at in rows]
        agree = len(set(said)) == 1
        for at in rows[1:] if agree else rows:
            other = frame.rows[rows[0] if at != rows[0] else rows[1]]
            frame.faults[at] = (
                f"repeats row {other}" if agree else f"row {other} has it too, with other values; neither row is used"
            )


def _months(start: np.ndarray[Any, Any], last: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Months from the first to the day after the last day of service; whole where the days of the month agree."""
    after = last + 1
    first_month, month = start.astype("datetime64[M]"), after.astype("datetime64[M]")
    whole = (month - first_month).astype(np.float64)
    days = (after - month.astype("datetime64[D]")).astype(np.float64) - (start - first_month.astype("datetime64[D]")).astype(
        np.float64
    )
    return np.where(np.isnat(start) | np.isnat(last), np.nan, whole + days / DAYS_A_MONTH)


def _contracts(frame: Frame, as_of: np.datetime64) -> tuple[Contracts, np.ndarray[Any, Any]]:
    """The contracts in months, and which of them ended without a reason."""
    column = frame.columns
    start, reason = column["start"], column["reason"]
    is_over = ~np.isnat(column["end"]) & (column["end"] <= as_of)
    months = np.maximum(_months(start, np.where(is_over, column["end"], as_of)), 0.0)
    seen_from = column["seen_from"]
    entered = np.where(np.isnat(seen_from), 0.0, np.maximum(np.nan_to_num(_months(start, seen_from - 1)), 0.0))
    left, unknown = is_over & (reason == "choice"), is_over & (reason == "")
    segments, code = np.unique(column["segment"].astype(str), return_inverse=True)
    term = column["term_months"]
    made = Contracts(
        term_months=term,
        renewal_months=np.where(np.isnan(column["renewal_months"]), term, column["renewal_months"]),
        auto_renewal=column["auto_renewal"] == 1.0,
        tfc_from_month=np.where(np.isnan(column["tfc_from_month"]), np.inf, column["tfc_from_month"]),
        tfc_fee_months=np.nan_to_num(column["tfc_fee_months"]),
        tenure_months=np.nan_to_num(column["tenure_months"]),
        entered=np.minimum(entered, months),
        months=np.where(left | unknown, np.round(months), months),
        left=left | unknown,
        closed=is_over & (reason == "closure"),
        insolvent=is_over & (reason == "insolvency"),
        segment=code.reshape(-1).astype(np.int64),
        segments=tuple(segments.tolist()),
        yearly_fees=column["yearly_fees"],
    )
    if not unknown.any():
        return made, unknown
    tried = placed(made)
    forced = unknown & (tried.moved | ~tried.is_possible)
    columns = {**vars(made), "left": made.left & ~forced}
    return Contracts(**columns), unknown


def _check_other(frame: Frame, as_of: np.datetime64) -> None:
    column = frame.columns
    if frame.name == "invoices":
        frame.refuse(np.isnat(column["due"]), "due: is blank")
        frame.refuse(column["due"] > as_of, f"is due after {as_of}: not yet known")
        frame.refuse(column["paid"] < column["issued"], "paid: lies before the day of the invoice")
        frame.refuse(
            np.nan_to_num(column["written_off"]) > column["amount"] * (1.0 + 1e-9), "written_off: is more than the amount"
        )
    elif frame.name == "claims":
        frame.refuse(np.isnat(column["date"]), "date: is blank")
        frame.refuse(column["paid_on"] < column["date"], "paid_on: lies before the claim")
        kinds = np.array([str(word).casefold() or "general" for word in column["kind"]], dtype=object)
        column["kind"] = kinds
        frame.refuse(~np.isin(kinds, ["general", "data"]), "kind: expected general or data")
    elif frame.name == "deliveries":
        frame.refuse(np.isnat(column["promised"]), "promised: is blank")
        frame.refuse(np.isnat(column["done"]) & (column["promised"] > as_of), "was not yet due")
    elif frame.name == "service_levels":
        frame.refuse(~(column["months"] > 0.0) | np.isnan(column["missed"]), "months or missed is blank, or there is no month")
        frame.refuse(column["missed"] > column["months"], "missed: is more than the months")
    elif frame.name == "usage":
        frame.refuse(
            ~(column["expected"] > 0.0) | np.isnan(column["actual"]), "expected or actual is blank, or nothing was expected"
        )
    elif frame.name == "promises":
        kinds = np.array([str(word).casefold() for word in column["kind"]], dtype=object)
        column["kind"] = kinds
        frame.refuse(~np.isin(kinds, ["reference", "introduction"]), "kind: expected reference or introduction")
        frame.refuse(np.isnan(column["kept"]), "kept: is not yet known")
    elif frame.name == "price_clauses":
        frame.refuse(np.isnat(column["from"]), "from: is blank")
        frame.refuse(column["from"] > as_of, f"from: lies after {as_of}, the last day that the data cover")
        frame.refuse(column["lowered"] < column["from"], "lowered: lies before the clause held")
        before, after = column["price_before"], column["price_after"]
        is_odd = (before <= 0.0) | (after < 0.0) | (after > before)
        frame.refuse(is_odd, "price_after: is above price_before, or a price is below 0: expected what the clause lowered it to")
