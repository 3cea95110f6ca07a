"""Sealing a limits workbook: everything in it is checked as typed, then signed with the manager's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from counterask.reading.cells import day
from counterask.reading.limit_rows import COLUMNS
from counterask.reading.tables import Columns
from counterask.seals.seal import Seal, SealState, seal_rows, signed_text
from counterask.seals.sealed_values import sealed_values
from counterask.seals.signatures import ALGORITHM

from ..errors import CannotRun
from .keys import SigningKey
from .reading import LimitsFile, open_limits
from .trust_store import remember
from .writing import seal_edits, write_copy


@dataclass(frozen=True)
class Sealed:
    """A seal that was written. is_trusted : whether this machine trusts its key."""

    seal: Seal
    state: SealState
    warnings: tuple[str, ...]


def sign_limits(
    path: Path, target: Path, key: SigningKey, *, owner: str = "", scope: str = "", overwrite: bool = False
) -> Sealed:
    """Write a sealed copy of a limits workbook to `target` (which may be the file itself). Raises CannotRun with all that
    stands against it."""
    limits = open_limits(path)
    problems = faults_of(limits)
    if problems:
        raise CannotRun(*(f"{path.name} · {sentence}" for sentence in problems))
    rows = limits.limits.rows
    now = datetime.now(UTC)
    before = limits.status().seal
    own = before if before is not None and before.public_key == key.public_key else None
    sealed_at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    if own is not None and own.sealed_at > sealed_at:
        raise CannotRun(f"{path.name}: was sealed at {own.sealed_at}, later than this machine's clock says. Set the clock.")
    owners = dict.fromkeys(row.owner for row in rows)
    said: dict[str, str | int] = {
        "owner": owner or ", ".join(owners),
        "effective": min(row.effective for row in rows if row.effective).isoformat(),
        "expires": max(row.expires for row in rows if row.expires).isoformat(),
        "sealed_at": sealed_at,
        "serial": own.serial + 1 if own else 1,
        "scope": scope or (own.scope if own else "") or limits.policy.currency,
        "algorithm": ALGORITHM,
        "public_key": key.public_key,
    }
    text = signed_text(sealed_values(limits.tables), said)
    try:
        written = seal_rows(text, key.sign(text))
    except ValueError as error:
        raise CannotRun(f"{path.name}: cannot be sealed: {error}.") from error
    edits = seal_edits(limits.workbook, written, path)
    warnings = write_copy(path, target, edits, overwrite=overwrite, check=_holds)
    status = open_limits(target).status()
    assert status.seal is not None
    remember(status.seal)
    return Sealed(status.seal, status.state, warnings)


def _holds(copy: Path) -> None:
    """Look at the sealed copy as anybody will, before it takes its place."""
    status = open_limits(copy).status()
    if status.seal is None or status.changes or status.state in (SealState.BAD_SIGNATURE, SealState.TRUNCATED):
        raise CannotRun(f"{copy.name}: the seal that was written does not hold ({status.sentence}). Nothing was changed.")


def faults_of(limits: LimitsFile) -> list[str]:
    """What stands against sealing, each a sentence with its cell: problems, no owner or dates, rows that have expired."""
    found = [str(problem) for problem in limits.problems]
    columns = Columns.find(limits.tables["Limits"], COLUMNS, (), [])
    filled = list(columns.filled_rows(("lever",)))
    if not filled and not found:
        found.append("Limits: found no row, expected a row for each lever. Type the limits first.")
    today = date.today()
    for row in filled:
        lever = columns.text(row, "lever")
        for name in ("owner", "effective", "expires"):
            if not columns.text(row, name):
                found.append(f"{columns.place(row, name)} ({lever}): found no {name}. Type it: a limit has an owner and dates.")
        starts, ends = day(columns.cell(row, "effective")), day(columns.cell(row, "expires"))
        place = f"{columns.place(row, 'expires')} ({lever})"
        if isinstance(ends, date) and ends < today:
            found.append(f"{place}: expired on {ends.isoformat()}. Give the row a new date, or clear it.")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            found.append(f"{place}: expires on {ends.isoformat()}, before it takes effect on {starts.isoformat()}.")
    named = limits.workbook.rectangle("Limits")
    if named is not None and limits.rectangles["Limits"].bottom > named.bottom:
        found.append(f"Limits: rows stand below row {named.bottom}, the end of the name Limits. Move them up into the table.")
    return found
