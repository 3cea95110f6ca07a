"""Every command that reads a workbook says in one sentence that a file is of another kind: what was found, where, what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from counterask_addin.cli import VERBS, cli
from counterask_addin.seals.keys import PASSPHRASE, make_keys
from counterask_templates.built import LIMITS_FILE, built_workbook

ROOT = Path(__file__).parents[3]
QUOTE = str(ROOT / "examples" / "software.xlsx")
LIMITS = str(built_workbook(LIMITS_FILE))
READS_NO_WORKBOOK = {"demo", "install", "uninstall"}
KEY = ("--key", "manager.key")
ASKS: dict[str, tuple[str, ...]] = {
    "value": (), "counter-asks": ("--trade", "T1"), "packages": ("--trade", "T1"), "offers": (),
    "client-copy": ("-o", "out.xlsx"), "explain": (), "uncertainty": (), "check": (), "prepare": (), "card": (), "approvals": (),
    "round": (), "round --by": ("us",), "round --into": (QUOTE,), "round QUOTE --into": (), "diff": (QUOTE,),
    "approve": ("--opening", *KEY, "--reason", "why"), "withdraw": ("--opening", *KEY, "--reason", "why"),
}  # fmt: skip
"""Commands that want a quote, with the words before the file."""
WANT_LIMITS: dict[str, tuple[str, ...]] = {
    "limits verify": (), "limits sign": KEY, "limits update": ("--from", QUOTE),
    "new": ("out.xlsx", "--limits"), "check --limits": (), "limits update --from": (),
    "calibrate": (str(ROOT / "examples" / "closed_deals"), "-o", "out.xlsx", "--limits"),
    "audit": (QUOTE, "-o", "out.xlsx", "--limits"),
}  # fmt: skip
"""Commands that want limits; most take those in a quote too."""
ANY_WORKBOOK: dict[str, tuple[str, ...]] = {"open": (), "doctor": ()}


def _prices(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Product", "Kind", "List price", "Unit cost", "Valid until", "Source"])
    book.active.append(["Seats", "licence", 10, 2, None, "list"])
    book.save(path)


def _plain(path: Path) -> None:
    openpyxl.Workbook().save(path)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "an empty file": (lambda path: path.write_bytes(b""), "found an empty file"),
    "a text": (lambda path: path.write_text("client,ask\nAcme,60\n"), "found a file that is no workbook but plain text"),
    "a folder": (lambda path: path.mkdir(), "found a folder"),
    "nothing": (lambda path: None, "there is no such file"),
}
OTHER: dict[str, tuple[Callable[[Path], object], str]] = {
    "a price book": (_prices, "found a price book"),
    "a plain workbook": (_plain, 'found a workbook of another kind (the sheet "Sheet")'),
}
LIMITS_KIND = {"limits": (lambda path: path.write_bytes(Path(LIMITS).read_bytes()), "found a limits workbook")}


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command says of a file that it cannot use, on standard error, with exit code 2 and nothing written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(PASSPHRASE, "open sesame")

    def call(command: str, words: tuple[str, ...], make: Callable[[Path], object]) -> str:
        if KEY[1] in words:
            make_keys(Path(KEY[1]), "Petra Kern", "open sesame")
        make(tmp_path / "wrong.xlsx")
        before = sorted(tmp_path.iterdir())
        verb, *rest = command.split()
        line = [verb, *rest, *words, "wrong.xlsx"]
        if command == "check --limits":
            line = ["check", QUOTE, "--limits", "wrong.xlsx"]
        elif command == "limits update --from":
            line = ["limits", "update", QUOTE, "--from", "wrong.xlsx", "-o", "out.xlsx"]
        elif command == "round QUOTE --into":
            line = ["round", QUOTE, "--into", "wrong.xlsx", "-o", "out.xlsx"]
        done = CliRunner().invoke(cli, line)
        assert done.exit_code == 2, (done.output, done.exception)
        assert done.stderr.count("wrong.xlsx") == 1 and done.stderr.count("\n") == 1, done.stderr
        assert "Errno" not in done.stderr and "zip" not in done.stderr
        assert [one for one in sorted(tmp_path.iterdir()) if one.suffix != ".audit"] == before
        return done.stderr

    return call


def test_every_command_is_looked_at() -> None:
    named = {command.split()[0] for command in (*ASKS, *WANT_LIMITS, *ANY_WORKBOOK)}
    assert named == set(VERBS) - READS_NO_WORKBOOK


@pytest.mark.parametrize("kind", [*UNREADABLE, *OTHER, *LIMITS_KIND])
@pytest.mark.parametrize("command", ASKS)
def test_where_a_quote_is_wanted(command: str, kind: str, said: Callable[..., str]) -> None:
    make, words = {**UNREADABLE, **OTHER, **LIMITS_KIND}[kind]
    found = said(command, ASKS[command], make)
    assert found.startswith("wrong.xlsx: ") and words in found
    assert ("expected a quote. Name the quote" in found) == (kind not in UNREADABLE)


@pytest.mark.parametrize("kind", [*UNREADABLE, *OTHER])
@pytest.mark.parametrize("command", WANT_LIMITS)
def test_where_limits_are_wanted(command: str, kind: str, said: Callable[..., str]) -> None:
    make, words = {**UNREADABLE, **OTHER}[kind]
    found = said(command, WANT_LIMITS[command], make)
    assert words in found
    assert ("expected a limits workbook or a quote. Name the limits" in found) == (kind not in UNREADABLE)


def test_a_quote_where_only_a_limits_workbook_will_do(said: Callable[..., str]) -> None:
    found = said("calibrate", WANT_LIMITS["calibrate"], lambda path: path.write_bytes(Path(QUOTE).read_bytes()))
    assert "is a quote, expected a limits workbook" in found


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_workbook_that_is_opened_in_libreoffice(kind: str, said: Callable[..., str]) -> None:
    make, words = UNREADABLE[kind]
    assert words in said("open", (), make)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_the_doctor_names_the_file_as_a_problem(kind: str, tmp_path: Path) -> None:
    make, words = UNREADABLE[kind]
    make(tmp_path / "wrong.xlsx")
    done = CliRunner().invoke(cli, ["doctor", str(tmp_path / "wrong.xlsx")])
    assert done.exit_code == 1 and words in " ".join(done.output.split()) and "zip" not in done.output


def test_a_quote_that_lost_one_sheet_is_still_a_quote(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(QUOTE)
    del book["Trades"]
    book.save(tmp_path / "lost.xlsx")
    done = CliRunner().invoke(cli, ["value", str(tmp_path / "lost.xlsx")])
    assert done.exit_code == 2 and 'expected the sheet "Trades"' in done.stderr
