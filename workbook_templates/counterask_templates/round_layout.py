"""Where things stand on the sheet Rounds: a row each time the quote went out or came back.

Nobody types here: `counterask round` writes a row, and `counterask check` says where one was edited.
"""

from __future__ import annotations

from counterask.explaining.round_rows import COLUMNS, FIELDS

from .specs import Column, TableSpec

ROUNDS = "Rounds"
ROUND_ROWS = 30
_SHOWN = {
    "round": ("Round", 7, "count"),
    "day": ("Day", 11, "small"),
    "who": ("Who", 10, "small"),
    "moves": ("Moves", 46, "small"),
    "moved": ("Moved\n(money)", 12, "whole_money"),
    "value": ("Value\n(money)", 13, "whole_money"),
    "open": ("Open", 46, "small"),
    "gap": ("Gap\n(money)", 12, "whole_money"),
    "concessions": ("Concessions", 64, "small"),
    "note": ("Note", 24, "small"),
}

ROUNDS_TABLE = TableSpec(
    "Rounds",
    ROUNDS,
    5,
    1,
    tuple(Column(name, *_SHOWN.get(name, (name.replace("_", " ").capitalize(), 13, "text"))) for name in COLUMNS),
    ROUND_ROWS,
)
READ_BY_PEOPLE = len(FIELDS)
"""The columns that a person reads; the others hold what was recorded."""
EXPLAINED = (
    "Written by: counterask round. Do not edit: counterask check names a row that was changed.",
    "Moved: what the move does to deal value. Open and Gap: from our last offer to the client's. Plus is good for us.",
)
"""What the sheet says above its table."""
ROW_HEIGHT = 50.0
"""Of a round, in points: four lines of small text. A row does not grow when it is written; a person may make it higher."""
