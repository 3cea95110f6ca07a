"""What the Limits check as typed is what the reader takes, for every lever: the formulas are asked in a real LibreOffice."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl

from counterask.inputs.levers import LEVERS
from counterask.inputs.quantities import Quantity
from counterask.reading.cells import Fault, read_number
from counterask.reading.limit_rows import COUNT, step_quantity
from counterask_templates.layout import LIMITS_TABLE

from .books import drawn

OWN = "Workshop day"


def tried(quantity: Quantity) -> list[float | str]:
    low, high = quantity.lowest, quantity.highest
    span = high - low
    return [low, high, low - 1.0, high + 1.0, low + 0.5 * span, low + 0.25, "none", "yes", "no", "12", "a lot"]


def test_the_checks_of_levels_and_steps_take_what_the_reader_takes(tmp_path: Path, resave: Callable[..., Path]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(drawn("limits")))
    page = book.create_sheet("Probe")
    rules = {column.name: column.rule for column in LIMITS_TABLE.columns if column.rule}
    wanted: list[tuple[str, str, float | str, bool]] = []
    known = [(word, lever.quantity) for lever in LEVERS for word in (lever.label, lever.name)]
    for word, quantity in [*known, (OWN, COUNT)]:
        for column, asked in (("rep_to", quantity), ("step", step_quantity(quantity))):
            for value in tried(asked):
                takes = not isinstance(read_number(value, asked), Fault)
                wanted.append((word, column, value, takes and not (column == "step" and value == 0.0)))
    for row, (word, column, value, _) in enumerate(wanted, 1):
        page.cell(row, 1, word)
        page.cell(row, 2, value)
        page.cell(row, 3, "=" + rules[column].format(at=f"B{row}", lever=f"$A{row}"))
        if isinstance(value, str):
            page.cell(row, 2).data_type = "s"
    probe = tmp_path / "probe.xlsx"
    book.save(probe)
    said = openpyxl.load_workbook(resave(probe, tmp_path / "out"), data_only=True)["Probe"]
    wrong = [
        (*one[:3], said.cell(row, 3).value) for row, one in enumerate(wanted, 1) if bool(said.cell(row, 3).value) is not one[3]
    ]
    assert len(wanted) > 1000 and wrong == []
