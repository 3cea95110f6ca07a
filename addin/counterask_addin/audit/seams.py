"""What other parts of the add-in say of a workbook: the seal of its limits, and its approvals.

Where a part is not installed, or can say nothing of a file, the answer is None: not known, which is never 0.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Sealing:
    """seal : what is said of the limits' seal, in words. approvals, void : how many there are, how many no longer hold."""

    seal: str | None = None
    approvals: int | None = None
    void: int | None = None


UNKNOWN = Sealing()


@lru_cache(maxsize=1)
def _seals() -> Any:
    try:
        return importlib.import_module("counterask_addin.seals")
    except ImportError:
        return None


def sealing_of(file: object, valued: object = None) -> Sealing:
    """Seal and approvals of an opened quote (`workbooks.quote_file.QuoteFile`). valued : its ledger, where it is at hand."""
    seals = _seals()
    if seals is None:
        return UNKNOWN
    approvals = void = None
    seal = None
    if (approvals_of := getattr(seals, "approvals_of", None)) is not None:
        found = list(approvals_of(file, valued))
        approvals, void = len(found), sum(_is_void(one) for one in found)
    if (status_of := getattr(seals, "status_of", None)) is not None:
        status = status_of(file)
        seal = None if status is None else str(status)
    return Sealing(seal, approvals, void)


def _is_void(approval: object) -> bool:
    """Whether an approval no longer holds, as the approval itself says. One that was answered is not void."""
    return str(approval.verdict) == "void"  # type: ignore[attr-defined]
