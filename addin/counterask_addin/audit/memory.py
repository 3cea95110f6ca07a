"""Seals that an audit sees for the first time: quotes that hold an older one are valued again, and the machine remembers.

Which file is read first plays no part. All files are valued by what the machine remembers when the audit begins. The seals that
hold in them are then put in one order, and the quotes that the new ones concern are valued again by the longer memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterask.seals.seal import SealState
from counterask.seals.trust import SeenSeal, Trust, same_scope

from .store import Sight, Store

_SEAL = ("scope", "seal_serial", "sealed_at", "seal_effective", "seal_digest", "seal_key")


@dataclass(frozen=True)
class NewSeals:
    """Seals that are new to the machine, and the paths of the quotes whose own seal they make an older one."""

    seals: Sequence[SeenSeal] = ()
    concerned: Sequence[str] = ()


def seen_in(store: Store, sights: Mapping[str, Sight], trust: Trust) -> NewSeals:
    """What is new to a machine in the files of a run. trust : what the files were valued by."""
    if not trust.is_set_up:  # nothing vouches for a seal
        return NewSeals()
    rows = [row for row in store.rows("files", (*_SEAL, "seal_state", "path"), sights) if row["seal_digest"] is not None]
    own = {row["path"]: SeenSeal(*(row[column] for column in _SEAL)) for row in rows}
    holding = {own[row["path"]] for row in rows if row["seal_state"] == SealState.SEALED}
    new: list[SeenSeal] = []
    for seal in sorted(holding, key=lambda one: (one.serial, one.sealed_at, one.digest)):
        known = [*trust.seen, *new]
        if trust.key(seal.public_key) is not None and not any(_is_in_the_place_of(one, seal) for one in known):
            new.append(seal)
    return NewSeals(new, [path for path, seal in own.items() if any(_concerns(one, seal) for one in new)])


def _is_in_the_place_of(one: SeenSeal, other: SeenSeal) -> bool:
    """Whether they have the same number in the same scope: the first that was seen counts."""
    return same_scope(one.scope, other.scope) and one.serial == other.serial


def _concerns(new: SeenSeal, seal: SeenSeal) -> bool:
    """Whether a quote with a seal is to be judged again once a new one is known."""
    return same_scope(new.scope, seal.scope) and new.digest != seal.digest and new.serial >= seal.serial
