"""Names that strangers typed: no verb obeys them, prints them raw, or hands them on as formulas."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow.parquet
from click.testing import CliRunner, Result

from counterask_addin.cli import cli
from counterask_addin.printing import csv_text, safe_console, visible
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

ADDIN = Path(__file__).parents[2] / "addin" / "counterask_addin"
SOUND = Path(__file__).parents[2] / "examples" / "software.xlsx"
DAY = ("--as-of", "2026-11-02")
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MARK = "ZZQ"
TERMINAL = "\x1b]0;PWN\x07\x1b[31m[red]E[/]V[/bold]\x9b5m\u202e\r:smile:"
FORMULAS = ("=1+1", "=HYPERLINK(\"http://x.invalid\",\"a\")", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1")


def evil_document(starts: Sequence[str]) -> dict[str, Any]:
    """An example in which every name that a person types begins with one of these, in turn."""
    turn = cycle(starts)
    words = ("Seats", "Implementation", "Workshop day", "Case study", "days", "studies")
    renamed = {word: f"{next(turn)} {word}" for word in words}

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {renamed.get(key, key): walk(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        return renamed.get(value, value) if isinstance(value, str) else value

    document = walk(load_example("software"))
    for key in ("client", "rep", "manager", "quote_number", "version"):
        document[key] = f"{next(turn)}{key}"
    for trade in document["trades"]:
        trade["id"] = f"{starts[0]}{trade['id']}"
        trade["reason"] = f"{next(turn)} reason"
    for limit in document["limits"]:
        limit["owner"] = f"{next(turn)} owner"
    assert isinstance(document, dict)
    return document


def spelled(start: str) -> bytes:
    """A text in the XML of a workbook, in which Excel's spelling of control characters stands."""
    plain = "".join(f"_x{ord(letter):04X}_" if ord(letter) < 32 else letter for letter in start)
    return escape(plain, {'"': "&quot;"}).encode()


def evil_files(starts: Sequence[str], folder: Path) -> tuple[Path, Path]:
    """The document as a workbook and as JSON."""
    marks = [f"{MARK}{number}Q" for number in range(len(starts))]
    book, document = folder / "evil.xlsx", folder / "evil.json"
    with zipfile.ZipFile(io.BytesIO(draw_quote(evil_document(marks)))) as source, zipfile.ZipFile(book, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sharedStrings.xml") or "/worksheets/" in name:
                for mark, start in zip(marks, starts, strict=True):
                    content = content.replace(mark.encode(), spelled(start))
            made.writestr(name, content)
    document.write_text(json.dumps(evil_document(starts)), encoding="utf-8")
    return book, document


def commands(book: Path, document: Path, folder: Path, trade: str) -> list[list[str]]:
    """Every verb that reads a quote."""
    audited = folder / "quotes"
    audited.mkdir()
    (audited / "one.xlsx").write_bytes(book.read_bytes())
    (audited / "broken \x1b[31m.xlsx").write_bytes(b"PK\x03\x04")
    patterns: list[tuple[object, ...]] = [
        ("value", book, "-o", folder / "valued.xlsx", *DAY),
        ("value", document, *DAY),
        ("value", document, "--json", *DAY),
        ("counter-asks", book, "--trade", trade, "--bundles", *DAY),
        ("counter-asks", document, "--trade", trade, "--json", *DAY),
        ("counter-asks", document, "--trade", "no such \x1b[31m", *DAY),
        ("explain", book, *DAY),
        ("explain", book, "--trade", trade, *DAY),
        ("explain", document, "--flips", *DAY),
        ("uncertainty", document, "--cases", "20", *DAY),
        ("explain", document, "--bridge", folder / "bridge.svg", *DAY),
        ("card", document, "-o", folder / "card.pdf", *DAY),
        ("card", document, *DAY),
        ("check", book, "-o", folder / "findings.xlsx", *DAY),
        ("check", book, "--json", *DAY),
        ("client-copy", book, "-o", folder / "proposal.xlsx", *DAY),
        ("diff", document, SOUND, *DAY),
        ("audit", audited, "-o", folder / "audit.xlsx", "--workers", "1", *DAY),
        ("limits", "verify", book),
        ("approvals", book, *DAY),
        ("limits", "update", book, "--from", book, "-o", folder / "updated.xlsx"),
        ("value", folder / "none \x1b[31m.xlsx"),
    ]
    return [[str(word) for word in pattern] for pattern in patterns]


def run(words: list[str]) -> Result:
    done = CliRunner().invoke(cli, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exc_info)
    return done


def test_no_verb_prints_what_a_terminal_would_obey(tmp_path: Path) -> None:
    book, document = evil_files([TERMINAL], tmp_path)
    printed = ""
    for words in commands(book, document, tmp_path, f"{TERMINAL}S3"):
        done = run(words)
        assert ORDERS.findall(done.output) == [], words
        printed += done.output
        if "--json" in words and done.exit_code != 2:
            json.loads(done.stdout)
    assert "[red]E[/]V" in printed and ":smile:" in printed
    assert r"\u001b]0;PWN" in printed


def test_a_line_end_in_a_file_s_name_is_printed_escaped(tmp_path: Path) -> None:
    """A name must not be able to add a sentence of its own to what a verb says."""
    folder = tmp_path / "q\nFAKE line"
    folder.mkdir()
    book = folder / "a\nFAKE line\r.xlsx"
    book.write_bytes(draw_quote(load_example("software")))
    broken = folder / "b\nFAKE line.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    for words in commands(book, book, tmp_path, "S3"):
        words = [word.replace("evil", "a") for word in words]
        assert not re.search(r"^FAKE", run(words).output, re.MULTILINE), words
    for verb in ("value", "check", "client-copy", "card"):
        more = ["-o", str(folder / "c\nFAKE line.xlsx")] if verb == "client-copy" else []
        assert "\\nFAKE line" in run([verb, str(broken), *more]).output


def test_only_one_module_prints(tmp_path: Path) -> None:
    """So that what it makes visible is visible everywhere."""
    others = [path for path in ADDIN.rglob("*.py") if path.name != "printing.py"]
    assert [path.name for path in others if re.search(r"click\.(?:s?echo)\(|\bConsole\(", path.read_text(encoding="utf-8"))] == []


def test_colours_of_our_own_reach_a_terminal() -> None:
    from rich.text import Text

    target = io.StringIO()
    safe_console(file=target, force_terminal=True, color_system="standard").print(Text("\x1b[31m bad", style="red"))
    assert "\x1b[31m" + r"\u001b[31m bad" in target.getvalue()
    assert visible("line\n\ttab") == "line\n\ttab"


def test_a_name_that_begins_like_a_formula_is_text_in_every_file(tmp_path: Path) -> None:
    book, document = evil_files(FORMULAS, tmp_path)
    for words in commands(book, document, tmp_path, f"{FORMULAS[0]}S3"):
        run(words)
    own = formulas(book)
    for made in ("valued.xlsx", "updated.xlsx"):
        assert formulas(tmp_path / made) <= own
    for made in ("findings.xlsx", "proposal.xlsx", "audit.xlsx"):
        assert formulas(tmp_path / made) == set()
    trades = pyarrow.parquet.read_table(tmp_path / "audit.audit" / "trades.parquet")
    assert any(str(one).startswith("=1+1") for column in trades.columns for one in column.to_pylist())


def formulas(path: Path) -> set[str]:
    """Every formula of a workbook."""
    return {cell.formula for sheet in read_workbook(path).sheets for cell in sheet.cells.values() if cell.formula is not None}


def test_a_text_of_a_csv_file_is_no_formula() -> None:
    assert [csv_text(one)[0] for one in FORMULAS] == ["'"] * len(FORMULAS)
    numbers = ["-50", "+3.5", "-1,234.50", "-1.234,50 €", "-12%", "-1e-05", "-", "12", "", "Acme"]
    assert [csv_text(one) for one in numbers] == numbers
