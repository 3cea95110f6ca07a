"""Runs the code cells of a notebook in order, in one process, and says what each shows.

Jupyter itself is not needed: `python -m tests.notebooks` writes the outputs of `examples/notebook.ipynb` again. Only what a
cell shows as plain text is kept.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "examples" / "notebook.ipynb"


def outputs(cells: list[str], folder: Path) -> list[str]:
    """What each cell shows: what it prints, and its last expression. The cells run in `folder`, one after the other."""
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    with contextlib.chdir(folder):
        for source in cells:
            tree = ast.parse(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(tree, "cell", "exec"), names)
                value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last is not None else None  # type: ignore[attr-defined]
            shown.append(printed.getvalue() + ("" if value is None else repr(value)))
    return shown


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells with code, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source_of(cell: dict[str, Any]) -> str:
    """The code of a cell."""
    return "".join(cell["source"])


def saved(cell: dict[str, Any]) -> str:
    """What a cell shows, as the notebook holds it."""
    texts = [one["data"]["text/plain"] if "data" in one else one["text"] for one in cell["outputs"]]
    return "".join("".join(text) for text in texts)


def main() -> None:
    """Write the outputs again."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = code_cells(notebook)
    found = outputs([source_of(cell) for cell in cells], NOTEBOOK.parent)
    for number, (cell, text) in enumerate(zip(cells, found, strict=True), 1):
        data = {"text/plain": text.splitlines(keepends=True)}
        cell["execution_count"] = number
        result = {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": data}
        cell["outputs"] = [result] if text else []
    NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(os.path.relpath(NOTEBOOK))


if __name__ == "__main__":
    main()
