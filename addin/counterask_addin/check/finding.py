"""What a check finds: one thing, where it stands, in words, and what it moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters, most first."""

    WRONG = "wrong"
    LOOK = "look"
    FACT = "fact"


@dataclass(frozen=True)
class Finding:
    """One finding.

    kind : what sort of thing, in two or three words. where : "Sheet · Cell", or what of the file. words : a sentence. amount :
    what it moves, money (minus: less for us than it seems), or None where it is not about an amount. parts : the findings that
    it stands for, where they have one cause; its amount is then the largest of theirs.
    """

    kind: str
    severity: Severity
    where: str
    words: str
    amount: float | None = None
    parts: tuple[Finding, ...] = ()

    @property
    def count(self) -> int:
        """How many cells it is about."""
        return len(self.parts) or 1
