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
    subject : the input's name, or "". found, expected, remedy : phrases; a remedy is a whole sentence. number : the one number
    that was typed as text, or None.
    """

    where: str
    subject: str
    found: str
    expected: str
    remedy: str = ""
    order: tuple[int, int, int] = (0, 0, 0)
    number: float | None = None

    def __str__(self) -> str:
        subject = f" ({self.subject})" if self.subject else ""
        expected = f", expected {self.expected}" if self.expected else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.where}{subject}: {self.found}{expected}.{remedy}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems sorted by place."""
    return tuple(sorted(problems, key=lambda problem: (problem.order, problem.where)))
