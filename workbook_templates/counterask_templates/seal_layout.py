"""Where things stand on the sheet Seals: the seal of the limits, row by row, and the approvals, a row each.

Nobody types here: the command line writes what a key has signed (`counterask limits sign`, `counterask approve`).
"""

from __future__ import annotations

from counterask.seals.approvals import COLUMNS as APPROVAL_COLUMNS
from counterask.seals.seal import NAMES

from .specs import Column, TableSpec

SEALS = "Seals"
APPROVAL_ROWS = 30
SEAL_ACROSS = 5
"""How many further columns a value of the seal is merged over."""


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


SEAL_TABLE = TableSpec("Seal", SEALS, 6, 1, (Column("seal", "Seal", 15), Column("value", "Value", 24)), len(NAMES))
_WIDTHS = {"trade": 15, "approver": 24, "authority": 12, "approved_at": 21, "reason": 52, "answer": 36, "expires": 12}
APPROVALS_TABLE = TableSpec(
    "Approvals",
    SEALS,
    SEAL_TABLE.bottom + 4,
    1,
    tuple(Column(name, _said(name), _WIDTHS.get(name, 13)) for name in APPROVAL_COLUMNS),
    APPROVAL_ROWS,
)
READ_BY_PEOPLE = len(_WIDTHS)
"""The columns of the approvals that a person reads; the others hold what was signed."""


def seal_label(name: str) -> str:
    """A row of the seal as the sheet names it."""
    return _said(name)
