"""What this host trusts: keys and what each may do, the seals it has seen, and the approvals it knows to be withdrawn.

The host sets this when it starts (`set_trust`); the engine reads no files. Where the host sets nothing, as in a browser, a
signature is checked against the key that it carries, and every sentence says that the key is not vouched for here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..verdicts.limits import Authority


@dataclass(frozen=True)
class SeenSeal:
    """A seal that this machine has seen. serial : its number in the one order of seals of a scope. scope : which limits it is
    for. sealed_at : UTC, ISO. effective : its first day. digest : of its signature."""

    scope: str
    serial: int
    sealed_at: str
    effective: date
    digest: str
    public_key: str


@dataclass(frozen=True)
class TrustedKey:
    """A key that this host trusts, and its rights.

    public_key : 64 hex digits. authority : the most that its holder may approve; REP: nothing. may_seal : whether it may seal
    limits. scopes : the scopes for which it may; () for all. last_day : the last day whose signatures count; None while the key
    is in use. is_compromised : whether somebody else may have the key: then only seals that were seen here before count.
    """

    name: str
    public_key: str
    authority: Authority = Authority.REP
    may_seal: bool = True
    scopes: tuple[str, ...] = ()
    last_day: date | None = None
    is_compromised: bool = False

    def is_past(self, signed_at: str) -> bool:
        """Whether a signature of that time (UTC, ISO) is later than the key's last day."""
        return self.last_day is not None and signed_at[:10] > self.last_day.isoformat()

    @property
    def rights(self) -> str:
        """What it may do, in words: "seals limits, approves up to manager"."""
        found = []
        if self.may_seal:
            found.append("seals limits" + (f" for {', '.join(self.scopes)}" if self.scopes else ""))
        if self.authority > Authority.REP:
            found.append(f"approves up to {self.authority}")
        return ", ".join(found) or "nothing"


@dataclass(frozen=True)
class Trust:
    """All that a host trusts. withdrawn : digests of the signatures of approvals that were withdrawn."""

    keys: tuple[TrustedKey, ...] = ()
    seen: tuple[SeenSeal, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def is_set_up(self) -> bool:
        """Whether any key is trusted: then limits count only with a seal of one of them."""
        return bool(self.keys)

    def key(self, public_key: str) -> TrustedKey | None:
        """The trusted key with that text, or None."""
        return next((key for key in self.keys if key.public_key == public_key.lower()), None)

    def seen_of(self, scope: str) -> tuple[SeenSeal, ...]:
        """The seals of a scope that were seen and count, oldest number first. Not those that a key signed after its last day."""
        found = [one for one in self.seen if same_scope(one.scope, scope) and not self._is_past(one)]
        return tuple(sorted(found, key=lambda one: one.serial))

    def has_seen(self, digest: str) -> bool:
        """Whether a seal with this digest was seen here."""
        return any(one.digest == digest for one in self.seen)

    def _is_past(self, seen: SeenSeal) -> bool:
        key = self.key(seen.public_key)
        return key is not None and key.is_past(seen.sealed_at)


_trust = Trust()


def set_trust(trust: Trust) -> None:
    """Set what this host trusts, instead of what was set before."""
    global _trust
    _trust = trust


def trust_keys(keys: Iterable[TrustedKey], seen: Iterable[SeenSeal] = ()) -> None:
    """Set the keys that this host trusts and the seals that it has seen. No keys: nothing is set up here."""
    set_trust(Trust(tuple(keys), tuple(seen)))


def trust_here() -> Trust:
    """What this host trusts."""
    return _trust


def same_scope(one: str, other: str) -> bool:
    """Whether two scopes are the same: letter case and blanks do not count."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
