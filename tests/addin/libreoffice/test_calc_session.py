"""A person's session: the real window on a display of its own, keys pressed, the window closed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask_addin.libreoffice import CalcHost, HostError
from counterask_addin.libreoffice.lock_files import who_has_it_open
from counterask_addin.libreoffice.session import hold_session
from counterask_addin.libreoffice.window import Edits

from .calc_demo import write_workbook

_RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from calc_demo import FUNCTIONS
from counterask_addin.libreoffice import CalcHost, HostError
from counterask_addin.libreoffice.session import hold_session
try:
    print(hold_session(Path(sys.argv[1]), FUNCTIONS, lambda sentence: print(sentence, flush=True)))
except HostError as error:
    print("told:", error)
    raise SystemExit(2)
"""


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of a display that nobody looks at."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        name = f":{told.readline().strip()}"
    yield name
    server.terminate()
    server.wait(10)


class Person:
    """Somebody before a display with a terminal in which `counterask open` was started."""

    def __init__(self, path: Path, display: str) -> None:
        self.path = path
        self._environment = {**os.environ, "DISPLAY": display}
        self._output = path.with_suffix(".txt")
        search = os.pathsep.join(place for place in sys.path if place)
        with open(self._output, "wb") as output:
            self.terminal = subprocess.Popen(
                [sys.executable, "-c", _RUN, str(path), str(Path(__file__).parent)],
                env={**self._environment, "PYTHONPATH": search},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait(self, reached: Callable[[], Any], what: str) -> Any:
        until = time.monotonic() + 40
        while time.monotonic() < until:
            found = reached()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"waited in vain for {what}; said: {self.said}; windows: {self.windows()}")

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True)
        return done.stdout.strip()

    def windows(self) -> list[str]:
        found = self.xdotool("search", "--onlyvisible", "--name", ".+").split()
        return [self.xdotool("getwindowname", window) for window in found]

    def look_at(self, name: str) -> None:
        found = self.wait(
            lambda: self.xdotool("search", "--onlyvisible", "--name", name).split(), f"window {name}"
        )
        self.xdotool("windowfocus", "--sync", found[-1])

    def press(self, *keys: str) -> None:
        self.xdotool("key", "--delay", "40", *keys)

    def type_an_ask(self) -> None:
        """Type the number 10 as the third ask: cell A4 of the first sheet."""
        self.wait(lambda: "functions live" in self.said, "the workbook")
        self.look_at("quote.xlsx")
        self.press("ctrl+Home", "Down", "Down", "Down", "1", "0", "Return")

    def interrupt(self) -> None:
        self.terminal.send_signal(signal.SIGINT)

    def end(self) -> int:
        return self.terminal.wait(40)


@pytest.fixture
def person(display: str, tmp_path: Path) -> Iterator[Person]:
    somebody = Person(write_workbook(tmp_path / "quote.xlsx"), display)
    yield somebody
    if somebody.terminal.poll() is None:
        somebody.terminal.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            somebody.terminal.wait(20)
        somebody.terminal.kill()


def offices_of(terminal: subprocess.Popen[bytes]) -> list[int]:
    """The soffice.bin processes that a terminal's program has started, by their process ids."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                names[int(entry.name)], parents[int(entry.name)] = name, int(rest.split()[1])
    found = []
    for number, name in names.items():
        ancestor = number
        while ancestor in parents and ancestor != terminal.pid:
            ancestor = parents[ancestor]
        if name == "soffice.bin" and ancestor == terminal.pid:
            found.append(number)
    return found


def cells(path: Path, *names: str) -> list[Any]:
    sheet = openpyxl.load_workbook(path, data_only=True)["Trades"]
    return [sheet[name].value for name in names]


def test_a_person_types_an_ask_saves_sees_the_verdict_and_closes(person: Person) -> None:
    person.type_an_ask()
    before = person.path.read_bytes()
    person.press("ctrl+s")
    person.wait(lambda: person.path.read_bytes() != before, "the saved file")
    person.press("ctrl+q")
    assert person.end() == 0
    assert cells(person.path, "A4", "C4", "D4") == [10, -10, "unbalanced concession"]
    assert "quote.xlsx was saved with your changes." in person.said
    assert sorted(os.listdir(person.path.parent)) == ["quote.txt", "quote.xlsx"]


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
    printed, said = session.communicate(timeout=40)
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
    person.wait(lambda: "functions live" in person.said, "the workbook")
    person.look_at("quote.xlsx")
    person.press("ctrl+w")
    assert person.end() == 0
    assert person.path.read_bytes() == before
    assert "quote.xlsx was not changed." in person.said
    assert "Traceback" not in person.said


def test_ctrl_c_closes_an_unchanged_workbook_at_once(person: Person) -> None:
    person.wait(lambda: "functions live" in person.said, "the workbook")
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
    time.sleep(1)
    person.interrupt()
    person.wait(lambda: "There are unsaved changes" in person.said, "the announcement")
    person.look_at("Save Document")
    person.press("Escape")
    person.wait(lambda: "LibreOffice stays open." in person.said, "the answer")
    person.interrupt()
    person.look_at("Save Document")
    person.interrupt()
    assert person.end() == 0
    assert person.path.read_bytes() == before
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4", "D4") == [10, "unbalanced concession"]
    assert "Unsaved changes were kept in" in person.said
    assert sorted(os.listdir(person.path.parent)) == ["quote (unsaved).xlsx", "quote.txt", "quote.xlsx"]


def test_the_end_of_the_terminal_keeps_what_is_unsaved(person: Person) -> None:
    person.type_an_ask()
    time.sleep(1)
    person.terminal.send_signal(signal.SIGHUP)
    assert person.end() == 0
    assert cells(person.path.with_name("quote (unsaved).xlsx"), "A4") == [10]


def test_a_libreoffice_that_breaks_down_is_told(person: Person) -> None:
    person.wait(lambda: "functions live" in person.said, "the workbook")
    (office,) = offices_of(person.terminal)
    os.kill(office, signal.SIGKILL)
    assert person.end() == 2
    assert "LibreOffice broke down" in person.said
    assert sorted(os.listdir(person.path.parent)) == ["quote.txt", "quote.xlsx"]


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
