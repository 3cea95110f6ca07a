"""Functions and a workbook to try a live Calc with: a small trade sheet, so that the tests need no engine."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from counterask_addin.libreoffice import LiveFunction

GREEN, RED = "#C6EFCE", "#FFC7CE"
LONG_TEXT = "The client asks for a longer payment term, and offers nothing for it. " * 10
CLIENT = "Zürich Käse AG – 株式会社 🧀"


def trades(rows: list[list[Any]]) -> list[list[Any]]:
    """Net and verdict of every trade: rows of ask and counter-ask in money."""
    result: list[list[Any]] = []
    for ask, counter in rows:
        if ask is None:
            result.append([None, None])
        else:
            net = (counter or 0.0) - ask
            result.append([net, "negotiation" if net >= 0 else "unbalanced concession"])
    return result


def cost(amount: float, share: float | None = None, label: str = "") -> Any:
    """The cost of an ask."""
    share = 0.5 if share is None else share
    return f"{label} {-amount * share:g}" if label else -amount * share


def kinds(cells: Any) -> list[list[str]]:
    """The Python type of every argument cell."""
    rows = cells if isinstance(cells, list) else [[cells]]
    return [[f"{type(cell).__name__} {cell}" for cell in row] for row in rows]


def fail(amount: float) -> float:
    """A function that cannot do what it is asked."""
    raise LookupError(f"no rate for {amount:g} in Limits")


def assortment() -> list[list[Any]]:
    """Every kind of value that a function may return."""
    return [
        [np.float64(1.5), np.int64(7), np.True_, True, False, None],
        [LONG_TEXT, CLIENT, datetime.date(2026, 11, 30), 2**40, math.inf, math.nan, np.str_("word")],
        ["short row"],
    ]


def grid(rows: float, columns: float) -> Any:
    """A table of that size, numbered through."""
    return np.arange(int(rows) * int(columns)).reshape(int(rows), int(columns))


def whatever(_first: Any = None) -> Any:
    """Something that no cell can hold."""
    return {"not": "a cell"}


FUNCTIONS = (
    LiveFunction("DEMO_TRADES", trades, "Net and verdict.", (("trades", "Rows of ask and counter-ask."),)),
    LiveFunction(
        "DEMO_COST",
        cost,
        "The cost of an ask.",
        (("amount", "In money."), ("share", "From 0 to 1."), ("label", "Said before it.")),
        returns_table=False,
        optional=2,
    ),
    LiveFunction("DEMO_KINDS", kinds, "Types.", (("cells", "Any range."),)),
    LiveFunction("DEMO_CELLS", kinds, "Types.", (("cells", "Any range."),), ranges=frozenset({0})),
    LiveFunction("DEMO_FAIL", fail, "Fails.", (("amount", "In money."),), returns_table=False),
    LiveFunction("DEMO_ASSORTMENT", assortment, "Values of every kind."),
    LiveFunction("DEMO_GRID", grid, "A table.", (("rows", "How many."), ("columns", "How many."))),
    LiveFunction("DEMO_WHATEVER", whatever, "No cell.", (("first", "Anything."),), False, 1),
)


def write_workbook(path: Path) -> Path:
    """Two trades with live results and coloured verdicts; the same in xlwings Lite's spelling, and locked.

    The cached results are wrong on purpose: what a test reads is computed by the functions.
    """
    book = xlsxwriter.Workbook(str(path))
    green, red = book.add_format({"bg_color": GREEN}), book.add_format({"bg_color": RED})
    open_cell = book.add_format({"locked": False, "bg_color": "#FFFFCC"})
    for name, prefix in (("Trades", ""), ("Lite", "_xldudf_"), ("Locked", "")):
        sheet = book.add_worksheet(name)
        sheet.write_row("A1", ["ask", "counter", "net", "verdict"])
        for row, (ask, counter) in enumerate([(100.0, 120.0), (50.0, None)], start=1):
            sheet.write(row, 0, ask, open_cell)
            sheet.write(row, 1, counter, open_cell)
        sheet.write_blank("A4", None, open_cell)
        sheet.write_dynamic_array_formula("C2:D4", f"={prefix}DEMO_TRADES(A2:B4)", None, -1)
        sheet.write_formula("F2", f"={prefix}DEMO_COST(A2)", None, -1)
        sheet.write_formula("F3", f"={prefix}DEMO_COST(A2,0.1)+1", None, -1)
        sheet.write_formula("F4", f'={prefix}DEMO_COST(A2,,"cost")', None, -1)
        sheet.write_formula("F5", f"={prefix}DEMO_FAIL(A2)", None, -1)
        for word, look in (("negotiation", green), ("unbalanced concession", red)):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            sheet.conditional_format("D2:D4", rule)
        if name == "Locked":
            sheet.protect("secret")
    book.define_name("Asks", "=Trades!$A$2:$B$4")
    named = book.add_worksheet("Named")
    named.write_dynamic_array_formula("A1:B3", "=DEMO_TRADES(Asks)", None, -1)
    book.add_worksheet("Scratch")
    book.close()
    return path
