"""Words that a busy colleague would have to read twice do not appear in what people read: messages, sheets, help, docs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = [path for room in ("udfs", "workbook_templates", "addin") for path in sorted((ROOT / room).rglob("*.py"))]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
WORDS = [path for path in ROOT.rglob("en.toml") if ".venv" not in path.parts]
ARCHAIC = re.compile(
    r"\b(?:stands|told|behind|mends?|mended|anew|besides|begun|somebody)\b|company's own|would stop it|is no term|not to be had"
    r"|\bin no sum\b|enters no|each once|whatever is|left behind",
    re.IGNORECASE,
)


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that are no docstring and no name, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about and " " in node.value.strip():
            yield node.lineno, node.value


def test_messages_and_sheets_use_todays_words() -> None:
    found = [f"{path.name}:{line}: {words}" for path in CODE for line, words in texts_of(path) if ARCHAIC.search(words)]
    assert found == []


@pytest.mark.parametrize("path", [*PAGES, *WORDS], ids=lambda path: path.name)
def test_pages_use_todays_words(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [f"{number}: {line}" for number, line in enumerate(lines, 1) if ARCHAIC.search(line)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("README.md", "a blank response means *yes, and*"),
        ("docs/valuation.md", "a blank response means *yes, and*"),
        ("docs/new-quote.md", "blank means *yes, and*"),
        ("workbook_templates/counterask_templates/sheet_readme.py", 'A blank response means "yes, and".'),
        ("workbook_templates/counterask_templates/layout.py", 'Blank means "yes, and".'),
    ],
)
def test_every_place_that_explains_the_response_says_what_a_blank_one_means(name: str, words: str) -> None:
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    assert words in text and "not answered; a stall" not in text and "Not answered." not in text
