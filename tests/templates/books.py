"""The workbooks as they are drawn, each once for all tests of this folder."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import openpyxl
from openpyxl.workbook import Workbook

from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import example_names, load_example

BOOKS = ("quote", "limits", *example_names())


@cache
def drawn(name: str) -> bytes:
    """A workbook as bytes: the empty quote, the limits, or an example."""
    if name == "limits":
        return draw_limits()
    return draw_quote(None if name == "quote" else load_example(name))


@cache
def opened(name: str, values: bool = False) -> Workbook:
    """A workbook through openpyxl, with its formulas or with its cached values. Nobody may change it."""
    return openpyxl.load_workbook(io.BytesIO(drawn(name)), data_only=values)


def part(name: str, path: str) -> str:
    """One part of a workbook's package as text."""
    with zipfile.ZipFile(io.BytesIO(drawn(name))) as package:
        return package.read(path).decode("utf-8")
