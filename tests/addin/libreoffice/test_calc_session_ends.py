"""LibreOffice dies, or the person presses Ctrl-C, at every moment of a session: each is brought about, none is waited for."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from counterask_addin.libreoffice.program import find_soffice

from .person import Person, cells

Start = Callable[..., Person]

# What a program that starts LibreOffice may do when it has ended.
LAUNCHERS = {"passes the exit code on": "exit $code", "forgets the exit code": "exit 0", "stays": "sleep 10000"}
GIVEN_UP = ["quote.txt", "quote.xlsx"]


def launcher(folder: Path, after: str = "exit $code", before: str = ":") -> Path:
    path = folder / "soffice"
    path.write_text(f'#!/bin/sh\n{before}\n{find_soffice()} "$@"\ncode=$?\n{after}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("after", LAUNCHERS.values(), ids=LAUNCHERS)
def test_a_libreoffice_that_breaks_down_is_reported_whatever_has_started_it(start: Start, tmp_path: Path, after: str) -> None:
    person = start(soffice=launcher(tmp_path, after))
    person.hear("functions live")
    person.kill_libreoffice()
    assert person.end() == 2
    assert "LibreOffice broke down" in person.said
    assert "changes since the last save are lost" in person.said
    assert person.files() == GIVEN_UP


def test_a_libreoffice_that_breaks_down_while_it_opens_the_workbook(start: Start, tmp_path: Path) -> None:
    person = start("opening", "kill", soffice=launcher(tmp_path, LAUNCHERS["stays"]))
    assert person.end() == 2
    assert "LibreOffice broke down while it opened this file" in person.said
    assert person.files() == GIVEN_UP


def test_a_libreoffice_that_breaks_down_while_it_computes(start: Start) -> None:
    person = start("computing", "kill")
    person.type_an_ask()
    assert person.end() == 2
    assert "LibreOffice broke down" in person.said


def test_a_libreoffice_that_breaks_down_while_it_asks_about_unsaved_changes(person: Person) -> None:
    person.type_an_ask()
    person.interrupt()
    person.look_at("Save Document")
    person.kill_libreoffice()
    assert person.end() == 2
    assert "LibreOffice broke down" in person.said
    assert person.files() == GIVEN_UP


def test_a_libreoffice_that_breaks_down_once_everything_is_closed_has_lost_nothing(start: Start) -> None:
    person = start("ending", "kill")
    person.hear("functions live")
    person.interrupt()
    assert person.end() == 0
    assert "quote.xlsx was not changed." in person.said


@pytest.mark.parametrize("close", ["ctrl+w", "SIGINT"])
def test_a_libreoffice_that_does_not_end_when_everything_is_closed_is_ended(start: Start, tmp_path: Path, close: str) -> None:
    person = start(soffice=launcher(tmp_path, LAUNCHERS["stays"]), patience=0.5)
    person.hear("functions live")
    if close == "SIGINT":
        person.interrupt()
    else:
        person.look_at("quote.xlsx")
        person.press(close)
    assert person.end() == 0
    assert "LibreOffice stays open" not in person.said
    assert "quote.xlsx was not changed." in person.said


def test_ctrl_c_before_libreoffice_has_started(start: Start, tmp_path: Path) -> None:
    person = start(soffice=launcher(tmp_path, before="kill -INT $PPID; sleep 10000"))
    assert person.end() == 0
    assert "quote.xlsx was not changed." in person.said
    assert "functions live" not in person.said


@pytest.mark.parametrize("ask", ["SIGINT", "SIGTERM"])
def test_a_request_to_stop_while_the_workbook_opens_gives_it_up(start: Start, ask: str) -> None:
    person = start("opening", ask)
    assert person.end() == 0
    assert "quote.xlsx was not changed." in person.said
    assert "functions live" not in person.said
    assert person.files() == GIVEN_UP


def test_ctrl_c_while_it_computes_is_answered_when_that_is_done(start: Start) -> None:
    person = start("computing", "SIGINT")
    person.type_an_ask()
    person.hear("There are unsaved changes")
    person.interrupt()
    assert person.end() == 0
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4", "D4") == [10, "unbalanced concession"]


def test_the_end_of_the_terminal_right_after_ctrl_c_keeps_what_is_unsaved(person: Person) -> None:
    person.type_an_ask()
    person.interrupt()
    person.terminal.send_signal(signal.SIGHUP)
    assert person.end() == 0
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4") == [10]
