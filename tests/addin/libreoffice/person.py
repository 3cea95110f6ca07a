"""Somebody at a display, with a terminal in which `counterask open` was started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from .processes import descendants_of, offices_of

# Only what hangs takes this long, however busy the machine is.
_PATIENCE_SECONDS = 300


class Person:
    """path : the workbook. moment : what happens when, see hold.py. soffice : the program to use. patience : how many
    seconds the session waits for a LibreOffice that does not end."""

    def __init__(self, path: Path, display: str, *moment: str, soffice: Path | None = None, patience: float = 30) -> None:
        self.path = path
        self._environment = {**os.environ, "DISPLAY": display}
        self._output = path.with_suffix(".txt")
        more = {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place), "PATIENCE": str(patience)}
        if soffice is not None:
            more["COUNTERASK_SOFFICE"] = str(soffice)
        with open(self._output, "wb") as output:
            self.terminal = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("hold.py")), str(path), *moment],
                env={**self._environment, **more},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait(self, reached: Callable[[], Any], what: str) -> Any:
        """Wait until something is there, in vain where the session ends first."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            has_ended = self.terminal.poll() is not None
            found = reached()
            if found:
                return found
            if has_ended:
                break
            time.sleep(0.05)
        raise AssertionError(f"waited in vain for {what}; said: {self.said}; windows: {self.windows()}")

    def hear(self, words: str) -> None:
        self.wait(lambda: words in self.said, words)

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True)
        return done.stdout.strip()

    def windows(self) -> list[str]:
        found = self.xdotool("search", "--onlyvisible", "--name", ".+").split()
        return [self.xdotool("getwindowname", window) for window in found]

    def look_at(self, name: str) -> None:
        search = ("search", "--onlyvisible", "--name", name)
        found = self.wait(lambda: self.xdotool(*search).split(), f"window {name}")
        self.xdotool("windowfocus", "--sync", found[-1])

    def press(self, *keys: str) -> None:
        self.xdotool("key", "--delay", "40", *keys)

    def type_an_ask(self) -> None:
        """Type the number 10 as the third ask: cell A4 of the first sheet. It is computed when this returns."""
        self.hear("functions live")
        self.look_at("quote.xlsx")
        self.press("ctrl+Home", "Down", "Down", "Down", "1", "0", "Return")
        self.hear("the third ask is 10")

    def interrupt(self) -> None:
        self.terminal.send_signal(signal.SIGINT)

    def kill_libreoffice(self) -> None:
        (office,) = offices_of(self.terminal.pid)
        os.kill(office, signal.SIGKILL)

    def end(self) -> int:
        """The exit code of the session, once it has ended. No call came to a LibreOffice that was ending."""
        code = self.terminal.wait(_PATIENCE_SECONDS)
        assert "called while it ends" not in self.said
        assert "Traceback" not in self.said
        return code

    def give_up(self) -> None:
        """Clean up after a test that has failed."""
        if self.terminal.poll() is None:
            for process in [self.terminal.pid, *descendants_of(self.terminal.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self.terminal.wait()

    def files(self) -> list[str]:
        """The names in the workbook's folder."""
        return sorted(os.listdir(self.path.parent))


def cells(path: Path, *names: str) -> list[Any]:
    """Values of cells of the first sheet as they were saved."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Trades"]
    return [sheet[name].value for name in names]
