"""A person's session: the real window on a display of its own, keys pressed, the window closed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from counterask_addin.libreoffice import CalcHost, HostError
from counterask_addin.libreoffice.lock_files import who_has_it_open
from counterask_addin.libreoffice.session import hold_session
from counterask_addin.libreoffice.window import Edits

from .calc_demo import write_workbook
from .person import Person, cells


def test_a_person_types_an_ask_saves_sees_the_verdict_and_closes(person: Person) -> None:
    person.type_an_ask()
    before = person.path.read_bytes()
    person.press("ctrl+s")
    person.wait(lambda: person.path.read_bytes() != before, "the saved file")
    person.press("ctrl+q")
    assert person.end() == 0
    assert cells(person.path, "A4", "C4", "D4") == [10, -10, "unbalanced concession"]
    assert "quote.xlsx was saved with your changes." in person.said
    assert person.files() == ["quote.txt", "quote.xlsx"]


def test_counterask_open_brings_the_whole_catalogue(display: str, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "quote.xlsx")
    session = subprocess.Popen(
        [sys.executable, "-c", "from counterask_addin.cli import main; main()", "open", str(path), "--json"],
        env={
            **os.environ,
            "DISPLAY": display,
            "PYTHONPATH": os.pathsep.join(place for place in sys.path if place),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert session.stderr is not None
    assert "quote.xlsx is open in LibreOffice" in session.stderr.readline()
    session.send_signal(signal.SIGINT)
    printed, said = session.communicate(timeout=300)
    assert session.returncode == 0
    end = json.loads(printed)
    assert end == {
        "workbook": str(path),
        "saved": False,
        "unsaved_kept_in": [],
        "libreoffice": end["libreoffice"],
    }
    assert said == "quote.xlsx was not changed.\n"


def test_closing_the_only_document_ends_the_session_and_changes_nothing(person: Person) -> None:
    before = person.path.read_bytes()
    person.hear("functions live")
    person.look_at("quote.xlsx")
    person.press("ctrl+w")
    assert person.end() == 0
    assert person.path.read_bytes() == before
    assert "quote.xlsx was not changed." in person.said


def test_ctrl_c_closes_an_unchanged_workbook_at_once(person: Person) -> None:
    person.hear("functions live")
    person.interrupt()
    assert person.end() == 0
    assert "quote.xlsx was not changed." in person.said


def test_news_of_no_edit_leaves_the_workbook_unchanged(host: CalcHost) -> None:
    """LibreOffice tells of changes while it opens a file, sometimes late; nobody has edited anything then. To compute all would
    draw the charts anew, which makes a changed document."""
    doc = host.open(Path(__file__).parents[3] / "examples" / "software.xlsx")
    edits = Edits(host.office, doc)
    edits.edited()
    edits.compute()
    assert not doc.isModified()
    doc.Sheets.getByName("Quote").getCellRangeByName("C20").setValue(90.0)
    assert doc.isModified()
    host.close(doc)


def test_ctrl_c_lets_libreoffice_ask_and_a_second_one_keeps_what_is_unsaved(person: Person) -> None:
    before = person.path.read_bytes()
    person.type_an_ask()
    person.interrupt()
    person.hear("There are unsaved changes")
    person.look_at("Save Document")
    person.press("Escape")
    person.hear("LibreOffice stays open.")
    person.interrupt()
    person.look_at("Save Document")
    person.interrupt()
    assert person.end() == 0
    assert person.path.read_bytes() == before
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4", "D4") == [10, "unbalanced concession"]
    assert "Unsaved changes were kept in" in person.said
    assert person.files() == ["quote (unsaved).xlsx", "quote.txt", "quote.xlsx"]


def test_the_end_of_the_terminal_keeps_what_is_unsaved(person: Person) -> None:
    person.type_an_ask()
    person.terminal.send_signal(signal.SIGHUP)
    assert person.end() == 0
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4") == [10]


def test_a_workbook_that_is_open_elsewhere_is_not_opened(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "quote.xlsx")
    assert who_has_it_open(path) is None
    lock = tmp_path / ".~lock.quote.xlsx#"
    lock.write_text(",maria,sales-7,23.11.2026 16:40,file:///home/maria/.config/libreoffice/4;")
    with pytest.raises(HostError, match=r"\(maria on sales-7 since 23.11.2026 16:40\): close it there first"):
        hold_session(path, (), print)
    lock.unlink()
    (tmp_path / "~$quote.xlsx").write_bytes(b"\x05maria")
    with pytest.raises(HostError, match="is open in Excel: close it there first"):
        hold_session(path, (), print)


def test_a_session_needs_a_workbook_and_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(HostError, match="counterask opens workbooks"):
        hold_session(tmp_path / "quote.csv", (), print)
    with pytest.raises(HostError, match="there is no such file"):
        hold_session(tmp_path / "quote.xlsx", (), print)
    with pytest.raises(HostError, match="There is no screen"):
        hold_session(write_workbook(tmp_path / "quote.xlsx"), (), print)
    monkeypatch.setenv("DISPLAY", ":98765")
    with pytest.raises(HostError, match="LibreOffice cannot show a window on the screen :98765"):
        hold_session(tmp_path / "quote.xlsx", (), print)
