"""Sealing a limits workbook: everything in it is checked as typed, then signed with the manager's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from counterask.reading.cells import day
from counterask.reading.limit_rows import COLUMNS
from counterask.reading.tables import Columns
from counterask.seals.seal import Seal, SealState, all_sealed, seal_rows, signed_text
from counterask.seals.sealed_values import sealed_values
from counterask.seals.signatures import ALGORITHM
from counterask.seals.trust import same_scope, trust_here
from counterask.verdicts.limits import Authority

from ..errors import CannotRun
from ..workbooks.atomic import seen
from .keys import SigningKey
from .reading import LimitsFile, open_limits
from .trust_store import remember, set_up_trust
from .writing import seal_edits, write_copy


@dataclass(frozen=True)
class Sealed:
    """A seal that was written, and its state on this machine in a sentence."""

    seal: Seal
    state: SealState
    sentence: str
    warnings: tuple[str, ...]


def sign_limits(
    path: Path,
    target: Path,
    key: SigningKey,
    *,
    owner: str = "",
    scope: str = "",
    approvers: Mapping[str, Authority] | None = None,
    overwrite: bool = False,
) -> Sealed:
    """Write a sealed copy of a limits workbook to `target` (which may be the file itself). approvers : as of `Seal`. Raises
    CannotRun with everything that must be put right first."""
    read, limits = seen(path), open_limits(path)
    _check_key(path, key)
    problems = faults_of(limits)
    if problems:
        raise CannotRun(*(f"{path.name} · {sentence}" for sentence in problems))
    rows = limits.limits.rows
    now = datetime.now(UTC)
    before = limits.status().seal
    sealed_at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    scope = " ".join(scope.split()) or (before.scope if before else "") or limits.policy.currency
    if not scope:
        why = "the policy names no currency, so the seal has no scope"
        raise CannotRun(f"{path.name}: {why}. Type the currency, or use --scope.")
    last = before if before is not None and same_scope(before.scope, scope) else None
    if last is not None and last.sealed_at > sealed_at:
        raise CannotRun(f"{path.name}: was sealed at {last.sealed_at}, later than this machine's clock says. Set the clock.")
    serial = 1 + max([last.serial if last else 0, *(one.serial for one in trust_here().seen_of(scope))])
    owners = dict.fromkeys(row.owner for row in rows)
    said: dict[str, str | int] = {
        "owner": owner or ", ".join(owners),
        "effective": min(row.effective for row in rows if row.effective).isoformat(),
        "expires": max(row.expires for row in rows if row.expires).isoformat(),
        "sealed_at": sealed_at,
        "serial": serial,
        "scope": scope,
        "algorithm": ALGORITHM,
        "public_key": key.public_key,
    }
    text = signed_text(sealed_values(all_sealed(limits.tables)), said, approvers)
    try:
        written = seal_rows(text, key.sign(text))
    except ValueError as error:
        raise CannotRun(f"{path.name}: cannot be sealed: {error}.") from error
    edits = seal_edits(limits.workbook, written, path)
    warnings = write_copy(read, target, edits, overwrite=overwrite, check=_holds)
    status = open_limits(target).status()
    assert status.seal is not None
    is_ours = status.holds or status.state == SealState.NOT_YET
    warning = remember(status.seal) if is_ours else ""
    return Sealed(status.seal, status.state, status.sentence, (*warnings, *([warning] if warning else [])))


def _check_key(path: Path, key: SigningKey) -> None:
    """Raise CannotRun where this machine knows the key, and knows that it may not seal."""
    set_up_trust()
    mine = trust_here().key(key.public_key)
    if mine is not None and not mine.may_seal:
        words = f"the key of {mine.name} may not seal limits here (it {mine.rights})"
        raise CannotRun(f"{path.name}: {words}. To give it that right: counterask limits trust NAME.pub --may-seal")
    if mine is not None and mine.last_day is not None and mine.last_day < date.today():
        last = mine.last_day.isoformat()
        raise CannotRun(f"{path.name}: the last day of the key of {mine.name} was {last}. Use its successor.")


_NOT_OURS = (SealState.BAD_SIGNATURE, SealState.TRUNCATED, SealState.OTHER_SCOPE)


def _holds(copy: Path) -> None:
    """Look at the sealed copy as anybody will, before it takes its place."""
    status = open_limits(copy).status()
    if status.seal is None or status.changes or status.state in _NOT_OURS:
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
        found.append(f"Limits: found rows below row {named.bottom}, the end of the name Limits. Move them up into the table.")
    return found
