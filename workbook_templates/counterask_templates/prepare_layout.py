"""Where things stand on the sheet Prepare: the cell that starts it, and its table."""

from __future__ import annotations

from counterask.counter_asks.prepared_tables import COLUMNS as PREPARED_FIELDS
from counterask.counter_asks.prepared_tables import PREPARED_ROWS
from counterask.counter_asks.sentences import book
from counterask.inputs.levers import LANGUAGES

from .specs import DEAL, OF_SEGMENT, TODAY, ResultSpec

PREPARE = "Prepare"
SHOW = (3, 2)
"""yes to prepare the page; blank keeps the workbook quick."""

PREPARED = ResultSpec(
    "prepared",
    "Prepared",
    PREPARE,
    6,
    1,
    PREPARED_ROWS,
    PREPARED_FIELDS,
    ("small", "small", "whole_money", "small", "small", "small", "text", "small", "small"),
    "DEAL_PREPARE",
    (*DEAL, "Stakeholders", "Prepare_now", "Language", TODAY, "Seal", "History", *OF_SEGMENT),
    tuple(book(LANGUAGES[0])["prepare"][name] for name in PREPARED_FIELDS),
    (15.5, 12.5, 9, 9.5, 19, 22.5, 10.5, 41, 19),
    is_open_ended=True,
)
