"""The same arguments give the same table in each host.

One difference is Calc's own: it does not call a function of an array formula while an input shows an error, and says Err:504.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from counterask import functions
from counterask_addin.excel.wrappers import call_through_xlwings
from counterask_addin.libreoffice import CalcHost

from . import golden

CASES = golden.cases()
SERVER = """
import asyncio, json, sys
import xlwings, xlwings.server as server
xlwings.func, xlwings.arg, xlwings.ret = server.func, server.arg, server.ret
from counterask import functions
async def ask(function, arguments):
    cells = [one if isinstance(one, list) else [[one]] for one in arguments]
    data = {"func_name": function, "args": cells, "caller_address": "Sheet1!A1", "content_language": "en-US",
            "version": xlwings.__version__,
            "client": "Office.js", "runtime": "1.4", "culture_info_name": "en-US", "date_format": "m/d/yyyy"}
    return await server.custom_functions_call(data, functions)
answers = [asyncio.run(ask(function, arguments)) for function, arguments in json.load(sys.stdin)]
print(json.dumps(answers))
"""


def test_every_case_answers_with_a_table_and_never_with_an_exception() -> None:
    for name, function, arguments in CASES:
        rows = golden.direct(function, arguments)
        assert rows and all(len(row) == len(rows[0]) for row in rows), name
        assert all(
            isinstance(cell, str | int | float) and not isinstance(cell, bool) for row in rows for cell in row
        ), name


def test_a_spoiled_cell_is_named_by_its_place_and_is_never_0() -> None:
    said = {name: golden.direct(function, arguments) for name, function, arguments in CASES}
    assert "row 2, column 4 of Lines" in str(said["DEAL_VALUE: an error cell"])
    assert "row 9, column 2 of Terms" in str(said["DEAL_TRADES: a text in a number cell"])
    assert said["DEAL_VALUE: a blank input"][0][1] == "cannot tell"
    assert "CHECK: Ask (lever)" in str(said["DEAL_TRADES: an unknown lever"])


def test_excel_for_windows_answers_as_a_plain_call() -> None:
    answers = call_through_xlwings("counterask.excel_functions", [(function, arguments) for _, function, arguments in CASES])
    different = [
        name
        for (name, function, arguments), seen in zip(CASES, answers, strict=True)
        if not golden.same(seen, golden.direct(function, arguments))
    ]
    assert different == []


@pytest.mark.parametrize("variant", [name for name in golden.VARIANTS if name != "an error cell"])
def test_libreoffice_answers_as_a_plain_call(calc: CalcHost, variant: str) -> None:
    doc = calc.office.desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, (calc.office.property_value("Hidden", True),)
    )
    sheet = doc.Sheets.getByIndex(0)
    places = {}
    top = 0
    for name, rows in golden.VARIANTS[variant].items():
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                _type(sheet.getCellByPosition(column, top + number), cell)
        places[name] = f"$A${top + 1}:${chr(64 + len(rows[0]))}${top + len(rows)}"
        top += len(rows) + 1
    different = []
    for entry in functions.catalogue():
        arguments = [places[one.name] if one.is_range else _word(golden._SINGLE[one.name]) for one in entry.arguments]
        given = [
            golden.VARIANTS[variant][one.name] if one.is_range else golden._SINGLE[one.name] for one in entry.arguments
        ]
        expected = golden.direct(entry.name, given)
        box = sheet.getCellRangeByPosition(40, 0, 39 + len(expected[0]), len(expected) - 1)
        box.setArrayFormula(f"={entry.name}({';'.join(arguments)})")
        doc.calculateAll()
        seen = [[cell if cell != "" else "" for cell in row] for row in box.getDataArray()]
        if not golden.same(seen, expected):
            different.append(
                (
                    entry.name,
                    [pair for pair in zip(seen, expected, strict=True) if not golden.same([pair[0]], [pair[1]])],
                )
            )
        box.setArrayFormula("")
    doc.close(True)
    assert different == []


def _type(cell: Any, value: Any) -> None:
    """Type a value into a cell as a person would; an error is a formula that gives it."""
    if value == "#DIV/0!":
        cell.setFormula("=1/0")
    elif isinstance(value, bool):
        cell.setFormula("=TRUE()" if value else "=FALSE()")
    elif isinstance(value, str):
        cell.setString(value)
    elif value is not None:
        cell.setValue(float(value))


def _word(value: Any) -> str:
    """A single argument as it stands in a formula."""
    return '""' if value is None else f'"{value}"' if isinstance(value, str) else repr(value)


@pytest.mark.skipif(
    os.environ.get("COUNTERASK_SERVER_TESTS") != "1",
    reason="xlwings Server wants a licence key; COUNTERASK_SERVER_TESTS=1 uses the one for non-commercial testing",
)
def test_xlwings_server_answers_as_a_plain_call() -> None:
    asked = [[function, arguments] for _, function, arguments in CASES]
    done = subprocess.run(
        [sys.executable, "-c", SERVER],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        env={**os.environ, "XLWINGS_LICENSE_KEY": "noncommercial"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    different = [
        name
        for (name, function, arguments), seen in zip(CASES, answers, strict=True)
        if not golden.same(seen if isinstance(seen, list) else [[seen]], golden.direct(function, arguments))
    ]
    assert different == []
