"""Generated histories as the checks take them, straight from the generator of examples/closed_deals."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from counterask_addin.calibrate.checking import Closed, checked
from counterask_addin.calibrate.columns import DATE, TABLES, TEXT, YES, YES_NO
from counterask_addin.calibrate.reading import Frame

FOLDER = Path(__file__).parents[3] / "examples" / "closed_deals"


def _generator() -> ModuleType:
    name = "closed_deals_generator"
    spec = importlib.util.spec_from_file_location(name, FOLDER / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


generate = _generator()
AS_OF = generate.AS_OF


def frame(name: str, table: Mapping[str, np.ndarray[Any, Any]]) -> Frame:
    """A table of the generator as if it had been read."""
    count = len(table["contract"])
    columns: dict[str, np.ndarray[Any, Any]] = {}
    for column in TABLES[name]:
        values = table.get(column.name)
        if values is None:
            blank: Any = np.datetime64("NaT", "D") if column.kind == DATE else "" if column.kind == TEXT else np.nan
            values = np.full(count, blank, dtype=object if column.kind == TEXT else None)
        elif column.kind == YES_NO:
            values = np.where(values == "", np.nan, np.isin(values, list(YES)).astype(float))
        elif column.kind == TEXT:
            values = values.astype(object)
        elif column.kind != DATE:
            values = values.astype(float)
        columns[column.name] = values
    return Frame(name, columns, np.full(count, "", dtype=object), np.arange(2, count + 2))


def closed(tables: Mapping[str, Mapping[str, np.ndarray[Any, Any]]], *names: str) -> Closed:
    """Tables of the generator, checked; with names only these."""
    return checked({name: frame(name, table) for name, table in tables.items() if not names or name in names}, AS_OF)
