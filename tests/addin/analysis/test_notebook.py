"""The notebook of the examples runs from top to bottom and shows what it says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_notebook_runs_and_shows_what_it_holds() -> None:
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "tests" / "notebooks.py")
    assert spec is not None and spec.loader is not None
    notebooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebooks)
    cells = notebooks.code_cells(json.loads(notebooks.NOTEBOOK.read_text(encoding="utf-8")))
    assert len(cells) >= 6
    found = notebooks.outputs([notebooks.source_of(cell) for cell in cells], notebooks.NOTEBOOK.parent)
    assert found == [notebooks.saved(cell) for cell in cells]
